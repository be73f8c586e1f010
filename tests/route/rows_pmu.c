/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The performance monitors: PMUSERENR_EL0, MDCR_EL2.{TPM,TPMCR,HPMN}, absent counters. DDI 0487
 * D24.5, HYPERVISOR-SPEC HW-11. MDCR_EL2.HPMN is 6, all counters, where no row says otherwise.
 */
#include "tests/route/route.h"

#define EN    PMUSERENR_EL0_EN
#define SW    PMUSERENR_EL0_SW
#define CR    PMUSERENR_EL0_CR
#define ER    PMUSERENR_EL0_ER
#define TPM   MDCR_EL2_TPM
#define TPMCR MDCR_EL2_TPMCR

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* PMUSERENR_EL0: what EL0 may do */
	{ "EN = 0 denies EL0 the control",              V80, EL0,       0,       SET(PMUSERENR_EL0, ER | CR | SW),             MRS(PMCR_EL0),       TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMCR_EL0) },
	{ "... to EL2 under TGE",                       MAX, EL0,       TGE,     NONE,                                         MSR(PMCR_EL0),       TRAP2,              FLIP(PMUSERENR_EL0, EN), REG(PMCR_EL0) },
	{ "... to EL2 in the host",                     MAX, EL0,       IN_HOST, NONE,                                         MRS(PMCCNTR_EL0),    TRAP2,              FLIP(PMUSERENR_EL0, EN), REG(PMCCNTR_EL0) },
	{ "... to EL1 without EL2",                     MAX, EL0_ALONE, 0,       NONE,                                         MRS(PMCCNTR_EL0),    TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMCCNTR_EL0) },
	{ "CR reads cycles",                            MAX, EL0,       0,       NONE,                                         MRS(PMCCNTR_EL0),    TRAP1,              FLIP(PMUSERENR_EL0, CR), REG(PMCCNTR_EL0) },
	{ "CR does not write them",                     MAX, EL0,       0,       SET(PMUSERENR_EL0, CR),                       MSR(PMCCNTR_EL0),    TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMCCNTR_EL0) },
	{ "ER and SW do not read cycles",               MAX, EL0,       0,       SET(PMUSERENR_EL0, ER | SW),                  MRS(PMCCNTR_EL0),    TRAP1,              FLIP(PMUSERENR_EL0, CR), REG(PMCCNTR_EL0) },
	{ "ER reads event counters",                    MAX, EL0,       0,       NONE,                                         MRS(PMEVCNTR5_EL0),  TRAP1,              FLIP(PMUSERENR_EL0, ER), REG(PMEVCNTR5_EL0) },
	{ "ER does not write them",                     MAX, EL0,       0,       SET(PMUSERENR_EL0, ER),                       MSR(PMEVCNTR5_EL0),  TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMEVCNTR5_EL0) },
	{ "CR and SW do not read event counters",       MAX, EL0,       0,       SET(PMUSERENR_EL0, CR | SW),                  MRS(PMEVCNTR0_EL0),  TRAP1,              FLIP(PMUSERENR_EL0, ER), REG(PMEVCNTR0_EL0) },
	{ "ER reads the selected counter",              MAX, EL0,       0,       SET(PMSELR_EL0, 3),                           MRS(PMXEVCNTR_EL0),  TRAP1,              FLIP(PMUSERENR_EL0, ER), REG(PMXEVCNTR_EL0) },
	{ "ER does not write the selected counter",     MAX, EL0,       0,       SET2(PMUSERENR_EL0, ER, PMSELR_EL0, 3),       MSR(PMXEVCNTR_EL0),  TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMXEVCNTR_EL0) },
	{ "ER reads the selector",                      MAX, EL0,       0,       NONE,                                         MRS(PMSELR_EL0),     TRAP1,              FLIP(PMUSERENR_EL0, ER), REG(PMSELR_EL0) },
	{ "ER writes the selector",                     MAX, EL0,       0,       SET(PMUSERENR_EL0, CR | SW),                  MSR(PMSELR_EL0),     TRAP1,              FLIP(PMUSERENR_EL0, ER), REG(PMSELR_EL0) },
	{ "ER does not read types",                     MAX, EL0,       0,       SET(PMUSERENR_EL0, ER),                       MRS(PMEVTYPER0_EL0), TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMEVTYPER0_EL0) },
	{ "... nor the selected type",                  MAX, EL0,       0,       SET(PMUSERENR_EL0, ER),                       MSR(PMXEVTYPER_EL0), TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMXEVTYPER_EL0) },
	{ "ER and CR do not read the filter of cycles", MAX, EL0,       0,       SET2(PMUSERENR_EL0, ER | CR, PMSELR_EL0, 31), MRS(PMXEVTYPER_EL0), TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMXEVTYPER_EL0) },
	{ "SW increments",                              MAX, EL0,       0,       SET(PMUSERENR_EL0, ER | CR),                  MSR(PMSWINC_EL0),    TRAP1,              FLIP(PMUSERENR_EL0, SW), REG(PMSWINC_EL0) },
	{ "EN increments",                              MAX, EL0,       0,       NONE,                                         MSR(PMSWINC_EL0),    TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMSWINC_EL0) },
	{ "event lists need EN",                        MAX, EL0,       0,       SET(PMUSERENR_EL0, ER | CR | SW),             MRS(PMCEID0_EL0),    TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMCEID0_EL0) },
	{ "flags need EN",                              MAX, EL0,       0,       SET(PMUSERENR_EL0, ER | CR | SW),             MSR(PMOVSCLR_EL0),   TRAP1,              FLIP(PMUSERENR_EL0, EN), REG(PMOVSCLR_EL0) },
	{ "EL1 needs no enable",                        MAX, EL1,       0,       NONE,                                         MSR(PMCR_EL0),       REG(PMCR_EL0),      NO_TWIN },
	{ "EL0 may read its enables",                   MAX, EL0,       0,       NONE,                                         MRS(PMUSERENR_EL0),  REG(PMUSERENR_EL0), NO_TWIN },
	{ "... not write them",                         MAX, EL0,       0,       SET(PMUSERENR_EL0, EN),                       MSR(PMUSERENR_EL0),  UNDEF,              NO_TWIN },
	{ "interrupt enables are EL1's",                MAX, EL0,       0,       SET(PMUSERENR_EL0, EN),                       MRS(PMINTENSET_EL1), UNDEF,              NO_TWIN },
	{ "nobody reads PMSWINC_EL0",                   MAX, EL2,       0,       NONE,                                         MRS(PMSWINC_EL0),    UNDEF,              NO_TWIN },
	{ "nobody writes event lists",                  MAX, EL2,       0,       NONE,                                         MSR(PMCEID1_EL0),    UNDEF,              NO_TWIN },
	{ "PMMIR_EL1 comes with PMUv3p4",               V83, EL1,       0,       NONE,                                         MRS(PMMIR_EL1),      UNDEF,              IN(V84), REG(PMMIR_EL1) },

	/* MDCR_EL2: TPM, TPMCR */
	{ "TPM traps EL1",                       V80, EL1, 0,       SET(MDCR_EL2, TPM | 6),                       MRS(PMCNTENSET_EL0), TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMCNTENSET_EL0) },
	{ "TPM traps EL1's cycle counter",       MAX, EL1, 0,       SET(MDCR_EL2, TPM | 6),                       MSR(PMCCNTR_EL0),    TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMCCNTR_EL0) },
	{ "TPM traps event counters",            MAX, EL1, 0,       SET(MDCR_EL2, TPM | 6),                       MRS(PMEVCNTR0_EL0),  TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMEVCNTR0_EL0) },
	{ "TPM traps the selected type",         MAX, EL1, 0,       SET(MDCR_EL2, TPM | 6),                       MSR(PMXEVTYPER_EL0), TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMXEVTYPER_EL0) },
	{ "TPM traps interrupt enables",         MAX, EL1, 0,       SET(MDCR_EL2, TPM | 6),                       MSR(PMINTENCLR_EL1), TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMINTENCLR_EL1) },
	{ "TPM traps what EN gave to EL0",       MAX, EL0, 0,       SET2(MDCR_EL2, TPM | 6, PMUSERENR_EL0, EN),   MRS(PMCNTENSET_EL0), TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMCNTENSET_EL0) },
	{ "PMUSERENR_EL0 comes before TPM",      MAX, EL0, 0,       SET(MDCR_EL2, TPM | 6),                       MRS(PMCNTENSET_EL0), TRAP1,               FLIP(PMUSERENR_EL0, EN), TRAP2 },
	{ "TPM traps EL0's read of its enables", MAX, EL0, 0,       SET(MDCR_EL2, TPM | 6),                       MRS(PMUSERENR_EL0),  TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMUSERENR_EL0) },
	{ "TPM traps the host's EL0 too",        MAX, EL0, IN_HOST, SET2(MDCR_EL2, TPM | 6, PMUSERENR_EL0, EN),   MRS(PMCNTENSET_EL0), TRAP2,               FLIP(MDCR_EL2, TPM), REG(PMCNTENSET_EL0) },
	{ "TPM does not trap EL2",               MAX, EL2, 0,       SET(MDCR_EL2, TPM | 6),                       MRS(PMCNTENSET_EL0), REG(PMCNTENSET_EL0), NO_TWIN },
	{ "TPMCR traps PMCR_EL0",                MAX, EL1, 0,       SET(MDCR_EL2, TPMCR | 6),                     MRS(PMCR_EL0),       TRAP2,               FLIP(MDCR_EL2, TPMCR), REG(PMCR_EL0) },
	{ "TPMCR traps EL0's",                   MAX, EL0, 0,       SET2(MDCR_EL2, TPMCR | 6, PMUSERENR_EL0, EN), MSR(PMCR_EL0),       TRAP2,               FLIP(MDCR_EL2, TPMCR), REG(PMCR_EL0) },
	{ "TPMCR is about nothing else",         MAX, EL1, 0,       SET(MDCR_EL2, TPMCR | 6),                     MRS(PMCNTENSET_EL0), REG(PMCNTENSET_EL0), NO_TWIN },
	{ "TPMCR does not trap EL2",             MAX, EL2, 0,       SET(MDCR_EL2, TPMCR | 6),                     MSR(PMCR_EL0),       REG(PMCR_EL0),       NO_TWIN },

	/* MDCR_EL2.HPMN: counters of EL2; CONSTRAINED UNPREDICTABLE without FEAT_FGT, trapped here too */
	{ "a counter at HPMN is EL2's",          V80, EL1,       0,       SET(MDCR_EL2, 3),                     MRS(PMEVCNTR3_EL0),  TRAP2,               FLIP_BITS(MDCR_EL2, 4), REG(PMEVCNTR3_EL0) },
	{ "its type too",                        MAX, EL1,       0,       SET(MDCR_EL2, 3),                     MSR(PMEVTYPER3_EL0), TRAP2,               FLIP_BITS(MDCR_EL2, 4), REG(PMEVTYPER3_EL0) },
	{ "a counter below HPMN is not",         MAX, EL1,       0,       SET(MDCR_EL2, 3),                     MRS(PMEVCNTR2_EL0),  REG(PMEVCNTR2_EL0),  FLIP_BITS(MDCR_EL2, 2), TRAP2 },
	{ "HPMN traps EL0",                      MAX, EL0,       0,       SET2(MDCR_EL2, 3, PMUSERENR_EL0, EN), MRS(PMEVCNTR3_EL0),  TRAP2,               FLIP_BITS(MDCR_EL2, 4), REG(PMEVCNTR3_EL0) },
	{ "PMUSERENR_EL0 comes before HPMN",     MAX, EL0,       0,       SET(MDCR_EL2, 3),                     MRS(PMEVCNTR3_EL0),  TRAP1,               FLIP(PMUSERENR_EL0, ER), TRAP2 },
	{ "HPMN traps the host's EL0 too",       MAX, EL0,       IN_HOST, SET2(MDCR_EL2, 3, PMUSERENR_EL0, EN), MRS(PMEVCNTR3_EL0),  TRAP2,               FLIP_BITS(MDCR_EL2, 4), REG(PMEVCNTR3_EL0) },
	{ "EL2 has all counters",                MAX, EL2,       0,       SET(MDCR_EL2, 3),                     MRS(PMEVCNTR3_EL0),  REG(PMEVCNTR3_EL0),  NO_TWIN },
	{ "the selected counter at HPMN",        MAX, EL1,       0,       SET2(MDCR_EL2, 3, PMSELR_EL0, 3),     MSR(PMXEVCNTR_EL0),  TRAP2,               FLIP_BITS(PMSELR_EL0, 1), REG(PMXEVCNTR_EL0) },
	{ "the selected type at HPMN",           MAX, EL1,       0,       SET2(MDCR_EL2, 3, PMSELR_EL0, 3),     MRS(PMXEVTYPER_EL0), TRAP2,               FLIP_BITS(MDCR_EL2, 4), REG(PMXEVTYPER_EL0) },
	{ "cycles are of no range",              MAX, EL1,       0,       SET2(MDCR_EL2, 0, PMSELR_EL0, 31),    MRS(PMXEVTYPER_EL0), REG(PMXEVTYPER_EL0), NO_TWIN },
	{ "HPMN = 0: no counter is the guest's", MAX, EL1,       0,       SET(MDCR_EL2, 0),                     MRS(PMEVCNTR0_EL0),  TRAP2,               FLIP_BITS(MDCR_EL2, 1), REG(PMEVCNTR0_EL0) },
	{ "HPMN beyond N: all are",              MAX, EL1,       0,       SET(MDCR_EL2, 31),                    MRS(PMEVCNTR5_EL0),  REG(PMEVCNTR5_EL0),  FLIP_BITS(MDCR_EL2, 28), TRAP2 },
	{ "without EL2 all are EL1's",           MAX, EL1_ALONE, 0,       NONE,                                 MRS(PMEVCNTR5_EL0),  REG(PMEVCNTR5_EL0),  NO_TWIN },

	/* Counters that are not there */
	{ "counter 6 is UNDEFINED",               MAX, EL1, 0, NONE,                   MRS(PMEVCNTR6_EL0),   UNDEF, NO_TWIN },
	{ "whatever HPMN says",                   MAX, EL1, 0, SET(MDCR_EL2, 31),      MRS(PMEVTYPER30_EL0), UNDEF, NO_TWIN },
	{ "before PMUSERENR_EL0",                 MAX, EL0, 0, NONE,                   MRS(PMEVCNTR6_EL0),   UNDEF, NO_TWIN },
	{ "before TPM",                           MAX, EL1, 0, SET(MDCR_EL2, TPM | 6), MRS(PMEVCNTR6_EL0),   UNDEF, NO_TWIN },
	{ "at EL2 too",                           MAX, EL2, 0, NONE,                   MSR(PMEVTYPER6_EL0),  UNDEF, NO_TWIN },
	{ "the selected counter",                 MAX, EL2, 0, SET(PMSELR_EL0, 6),     MRS(PMXEVCNTR_EL0),   UNDEF, FLIP_BITS(PMSELR_EL0, 4), REG(PMXEVCNTR_EL0) },
	{ "the selected type",                    MAX, EL2, 0, SET(PMSELR_EL0, 30),    MRS(PMXEVTYPER_EL0),  UNDEF, FLIP_BITS(PMSELR_EL0, 1), REG(PMXEVTYPER_EL0) },
	{ "cycles are no selected event counter", MAX, EL2, 0, SET(PMSELR_EL0, 31),    MRS(PMXEVCNTR_EL0),   UNDEF, NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(pmu);
