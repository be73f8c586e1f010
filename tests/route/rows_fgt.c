/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_FGT: what the fine-grained traps are before and behind. That each bit traps its registers
 * and no others is in tests/unit/test_sysregs_fgt.c.
 */
#include "tests/route/route.h"

#define BIT_OF(control, field)	 FLIP_BITS(control, control##_FIELD(field))
#define HFGRTR_EL2_FIELD(field)	 HFGxTR_EL2_##field
#define HFGWTR_EL2_FIELD(field)	 HFGxTR_EL2_##field
#define HFGITR_EL2_FIELD(field)	 HFGITR_EL2_##field
#define HDFGRTR_EL2_FIELD(field) HDFGxTR_EL2_##field
#define HDFGWTR_EL2_FIELD(field) HDFGxTR_EL2_##field

static const struct route_row rows[] = {
	/* clang-format off */
	/* EL1's own controls of EL0 come first, the host's EL0 is no guest */
	{ "EL0 is denied by UCT first",               MAX, EL0, 0,                  SET(HFGRTR_EL2, HFGxTR_EL2_CTR_EL0),                                         MRS(CTR_EL0),        TRAP1,                  FLIP(SCTLR_EL1, UCT), TRAP2 },
	{ "CTR_EL0 that EL1 allows",                  MAX, EL0, 0,                  SET2(HFGRTR_EL2, HFGxTR_EL2_CTR_EL0, SCTLR_EL1, SCTLR_EL1_UCT),              MRS(CTR_EL0),        TRAP2,                  BIT_OF(HFGRTR_EL2, CTR_EL0), REG(CTR_EL0) },
	{ "... TGE alone makes no host",              MAX, EL0, TGE,                SET2(HFGRTR_EL2, HFGxTR_EL2_CTR_EL0, SCTLR_EL1, SCTLR_EL1_UCT),              MRS(CTR_EL0),        TRAP2,                  BIT_OF(HFGRTR_EL2, CTR_EL0), REG(CTR_EL0) },
	{ "... nor does E2H",                         MAX, EL0, E2H,                SET2(HFGRTR_EL2, HFGxTR_EL2_CTR_EL0, SCTLR_EL1, SCTLR_EL1_UCT),              MRS(CTR_EL0),        TRAP2,                  BIT_OF(HFGRTR_EL2, CTR_EL0), REG(CTR_EL0) },
	{ "... both do: not trapped",                 MAX, EL0, IN_HOST,            SET2(HFGRTR_EL2, HFGxTR_EL2_CTR_EL0, SCTLR_EL2, SCTLR_EL2_UCT),              MRS(CTR_EL0),        REG(CTR_EL0),           FLIP(SCTLR_EL2, UCT), TRAP2 },
	{ "a control of writes traps no read",        MAX, EL0, 0,                  SET2(HFGWTR_EL2, ~(u64)0, SCTLR_EL1, SCTLR_EL1_UCT),                         MRS(CTR_EL0),        REG(CTR_EL0),           FLIP(SCTLR_EL1, UCT), TRAP1 },
	{ "DCZID_EL0 at EL0",                         MAX, EL0, 0,                  SET(HFGRTR_EL2, HFGxTR_EL2_DCZID_EL0),                                       MRS(DCZID_EL0),      TRAP2,                  BIT_OF(HFGRTR_EL2, DCZID_EL0), REG(DCZID_EL0) },
	{ "TPIDR_EL0 at EL0",                         MAX, EL0, 0,                  SET(HFGWTR_EL2, HFGxTR_EL2_TPIDR_EL0),                                       MSR(TPIDR_EL0),      TRAP2,                  BIT_OF(HFGWTR_EL2, TPIDR_EL0), REG(TPIDR_EL0) },
	{ "TPIDRRO_EL0 cannot be written at EL0",     MAX, EL0, 0,                  SET(HFGWTR_EL2, HFGxTR_EL2_TPIDRRO_EL0),                                     MSR(TPIDRRO_EL0),    UNDEF,                  NO_TWIN },
	{ "TPIDRRO_EL0 can be read there",            MAX, EL0, 0,                  SET(HFGRTR_EL2, HFGxTR_EL2_TPIDRRO_EL0),                                     MRS(TPIDRRO_EL0),    TRAP2,                  BIT_OF(HFGRTR_EL2, TPIDRRO_EL0), REG(TPIDRRO_EL0) },
	{ "SCXTNUM_EL0 at EL0, beside EnSCXT",        MAX, EL0, HCR(EnSCXT),        SET2(HFGRTR_EL2, HFGxTR_EL2_SCXTNUM_EL0, SCTLR_EL1, 0),                      MRS(SCXTNUM_EL0),    TRAP2,                  BIT_OF(HFGRTR_EL2, SCXTNUM_EL0), REG(SCXTNUM_EL0) },
	{ "EL1's registers are UNDEFINED at EL0",     MAX, EL0, 0,                  SET(HFGRTR_EL2, HFGxTR_EL2_SCTLR_EL1),                                       MRS(SCTLR_EL1),      UNDEF,                  NO_TWIN },
	{ "PMCCNTR_EL0: PMUSERENR_EL0 is first",      MAX, EL0, 0,                  SET(HDFGRTR_EL2, HDFGxTR_EL2_PMCCNTR_EL0),                                   MRS(PMCCNTR_EL0),    TRAP1,                  FLIP(PMUSERENR_EL0, EN), TRAP2 },
	{ "PMCCNTR_EL0 that EL1 allows",              MAX, EL0, 0,                  SET2(HDFGRTR_EL2, HDFGxTR_EL2_PMCCNTR_EL0, PMUSERENR_EL0, PMUSERENR_EL0_CR), MRS(PMCCNTR_EL0),    TRAP2,                  BIT_OF(HDFGRTR_EL2, PMCCNTR_EL0), REG(PMCCNTR_EL0) },
	{ "PMUSERENR_EL0 itself has no EL1 control",  MAX, EL0, 0,                  SET(HDFGRTR_EL2, HDFGxTR_EL2_PMUSERENR_EL0),                                 MRS(PMUSERENR_EL0),  TRAP2,                  BIT_OF(HDFGRTR_EL2, PMUSERENR_EL0), REG(PMUSERENR_EL0) },
	{ "PMCR_EL0 is trapped by writes",            MAX, EL1, 0,                  SET(HDFGWTR_EL2, HDFGxTR_EL2_PMCR_EL0),                                      MSR(PMCR_EL0),       TRAP2,                  BIT_OF(HDFGWTR_EL2, PMCR_EL0), REG(PMCR_EL0) },
	{ "... only",                                 MAX, EL1, 0,                  SET(HDFGRTR_EL2, ~(u64)0),                                                   MRS(PMCR_EL0),       REG(PMCR_EL0),          NO_TWIN },
	{ "a counter that is not there is UNDEFINED", MAX, EL1, 0,                  SET(HDFGRTR_EL2, HDFGxTR_EL2_PMEVCNTRn_EL0),                                 MRS(PMEVCNTR30_EL0), UNDEF,                  NO_TWIN },
	{ "PMXEVTYPER_EL0 is an event's type",        MAX, EL1, 0,                  SET(HDFGWTR_EL2, HDFGxTR_EL2_PMEVTYPERn_EL0),                                MSR(PMXEVTYPER_EL0), TRAP2,                  BIT_OF(HDFGWTR_EL2, PMEVTYPERn_EL0), REG(PMXEVTYPER_EL0) },

	/* Instructions */
	{ "DC ZVA: DZE is first",                     MAX, EL0, 0,                  SET(HFGITR_EL2, HFGITR_EL2_DCZVA),                                           SYS(DC_ZVA),         TRAP1,                  FLIP(SCTLR_EL1, DZE), TRAP2 },
	{ "DC ZVA that EL1 allows",                   MAX, EL0, 0,                  SET2(HFGITR_EL2, HFGITR_EL2_DCZVA, SCTLR_EL1, SCTLR_EL1_DZE),                SYS(DC_ZVA),         TRAP2,                  BIT_OF(HFGITR_EL2, DCZVA), OPER(DC_ZVA) },
	{ "DC ZVA at EL1",                            MAX, EL1, 0,                  SET(HFGITR_EL2, HFGITR_EL2_DCZVA),                                           SYS(DC_ZVA),         TRAP2,                  BIT_OF(HFGITR_EL2, DCZVA), OPER(DC_ZVA) },
	{ "TDZ traps it as well",                     MAX, EL1, HCR(TDZ),           SET(HFGITR_EL2, ~HFGITR_EL2_DCZVA),                                          SYS(DC_ZVA),         TRAP2,                  FLIP(HCR_EL2, TDZ), OPER(DC_ZVA) },
	{ "DC CVAC is behind the others",             MAX, EL1, 0,                  SET(HFGITR_EL2, ~HFGITR_EL2_DCCVAC),                                         SYS(DC_CVAC),        OPER(DC_CVAC),          FLIP_BITS(HFGITR_EL2, HFGITR_EL2_DCCVAC), TRAP2 },
	{ "DC CVAC at EL0: UCI is first",             MAX, EL0, 0,                  SET(HFGITR_EL2, HFGITR_EL2_DCCVAC),                                          SYS(DC_CVAC),        TRAP1,                  FLIP(SCTLR_EL1, UCI), TRAP2 },
	{ "CFP RCTX at EL0: EnRCTX is first",         MAX, EL0, 0,                  SET(HFGITR_EL2, HFGITR_EL2_CFPRCTX),                                         SYS(CFP_RCTX),       TRAP1,                  FLIP(SCTLR_EL1, EnRCTX), TRAP2 },
	{ "CFP RCTX at EL0 that EL1 allows",          MAX, EL0, 0,                  SET2(HFGITR_EL2, HFGITR_EL2_CFPRCTX, SCTLR_EL1, SCTLR_EL1_EnRCTX),           SYS(CFP_RCTX),       TRAP2,                  BIT_OF(HFGITR_EL2, CFPRCTX), OPER(CFP_RCTX) },
	{ "TLBI RVAE1OS",                             MAX, EL1, 0,                  SET(HFGITR_EL2, HFGITR_EL2_TLBIRVAE1OS),                                     SYS(TLBI_RVAE1OS),   TRAP2,                  BIT_OF(HFGITR_EL2, TLBIRVAE1OS), OPER(TLBI_RVAE1OS) },
	{ "TLBI VAE1 is not VAE1IS",                  MAX, EL1, 0,                  SET(HFGITR_EL2, HFGITR_EL2_TLBIVAE1IS),                                      SYS(TLBI_VAE1),      OPER(TLBI_VAE1),        NO_TWIN },
	{ "AT S1E0W",                                 MAX, EL1, 0,                  SET(HFGITR_EL2, HFGITR_EL2_ATS1E0W),                                         SYS(AT_S1E0W),       TRAP2,                  BIT_OF(HFGITR_EL2, ATS1E0W), OPER(AT_S1E0W) },
	{ "operations of EL2 have no bit",            MAX, EL1, NV,                 SET(HFGITR_EL2, ~(u64)0),                                                    SYS(AT_S1E2R),       TRAP2,                  FLIP(HCR_EL2, NV), UNDEF },
	{ "SVC of EL1",                               MAX, EL1, 0,                  SET(HFGITR_EL2, HFGITR_EL2_SVC_EL1),                                         INSN(SVC),           TRAP_TO(EL2, SVC64, 0), BIT_OF(HFGITR_EL2, SVC_EL1), TRAP_TO(EL1, SVC64, 0) },
	{ "SVC of EL0",                               MAX, EL0, 0,                  SET(HFGITR_EL2, HFGITR_EL2_SVC_EL0),                                         INSN(SVC),           TRAP_TO(EL2, SVC64, 0), BIT_OF(HFGITR_EL2, SVC_EL0), TRAP_TO(EL1, SVC64, 0) },
	{ "ERET",                                     MAX, EL1, 0,                  SET(HFGITR_EL2, HFGITR_EL2_ERET),                                            INSN(ERET),          TRAP_TO(EL2, ERET, 0),  BIT_OF(HFGITR_EL2, ERET), EXECUTE },
	{ "ERETAA, before pointer authentication",    MAX, EL1, 0,                  SET2(HFGITR_EL2, HFGITR_EL2_ERET, SCTLR_EL1, SCTLR_EL1_EnIA),                INSN(ERETAA),        TRAP_TO(EL2, ERET, 2),  BIT_OF(HFGITR_EL2, ERET), TRAP_TO(EL2, PAUTH, 0) },
	{ "ERETAB",                                   MAX, EL1, 0,                  SET(HFGITR_EL2, HFGITR_EL2_ERET),                                            INSN(ERETAB),        TRAP_TO(EL2, ERET, 3),  BIT_OF(HFGITR_EL2, ERET), EXECUTE },
	{ "ERET at EL0 is UNDEFINED",                 MAX, EL0, 0,                  SET(HFGITR_EL2, HFGITR_EL2_ERET),                                            INSN(ERET),          UNDEF,                  NO_TWIN },

	/* EL2 by any name */
	{ "EL2 is not trapped",                       MAX, EL2, 0,                  SET(HFGRTR_EL2, HFGxTR_EL2_SCTLR_EL1),                                       MRS(SCTLR_EL1),      REG(SCTLR_EL1),         NO_TWIN },
	{ "... with E2H the name is another",         MAX, EL2, E2H,                SET(HFGRTR_EL2, HFGxTR_EL2_SCTLR_EL1),                                       MRS(SCTLR_EL1),      REG(SCTLR_EL2),         FLIP(HCR_EL2, E2H), REG(SCTLR_EL1) },
	{ "... SCTLR_EL12",                           MAX, EL2, E2H,                SET(HFGRTR_EL2, HFGxTR_EL2_SCTLR_EL1),                                       MRS(SCTLR_EL12),     REG(SCTLR_EL1),         FLIP(HCR_EL2, E2H), UNDEF },

	/* The trap comes before the memory of FEAT_NV2; EL12 and EL2 names have no bit */
	{ "SCTLR_EL1, NV2 and NV1",                   MAX, EL1, NV2_NV1,            SET(HFGRTR_EL2, HFGxTR_EL2_SCTLR_EL1),                                       MRS(SCTLR_EL1),      TRAP2,                  BIT_OF(HFGRTR_EL2, SCTLR_EL1), MEM(0x110) },
	{ "... written",                              MAX, EL1, NV2_NV1,            SET(HFGWTR_EL2, HFGxTR_EL2_SCTLR_EL1),                                       MSR(SCTLR_EL1),      TRAP2,                  BIT_OF(HFGWTR_EL2, SCTLR_EL1), MEM(0x110) },
	{ "... beside TVM",                           MAX, EL1, NV2_NV1 | HCR(TVM), SET(HFGWTR_EL2, ~HFGxTR_EL2_SCTLR_EL1),                                      MSR(SCTLR_EL1),      TRAP2,                  FLIP(HCR_EL2, TVM), MEM(0x110) },
	{ "MDSCR_EL1, NV2",                           MAX, EL1, NV2,                SET(HDFGRTR_EL2, HDFGxTR_EL2_MDSCR_EL1),                                     MRS(MDSCR_EL1),      TRAP2,                  BIT_OF(HDFGRTR_EL2, MDSCR_EL1), MEM(0x158) },
	{ "SCTLR_EL12 is memory",                     MAX, EL1, NV2,                SET(HFGRTR_EL2, ~(u64)0),                                                    MRS(SCTLR_EL12),     MEM(0x110),             FLIP(HCR_EL2, NV2), TRAP2 },
	{ "ESR_EL2 is ESR_EL1",                       MAX, EL1, NV2,                SET(HFGRTR_EL2, ~(u64)0),                                                    MRS(ESR_EL2),        REG(ESR_EL1),           FLIP(HCR_EL2, NV2), TRAP2 },
	{ "VTTBR_EL2 is memory",                      MAX, EL1, NV2,                SET(HFGWTR_EL2, ~(u64)0),                                                    MSR(VTTBR_EL2),      MEM(0x020),             FLIP(HCR_EL2, NV2), TRAP2 },

	/* What has no bit */
	{ "ELR_EL1",                                  MAX, EL1, 0,                  SET(HFGRTR_EL2, ~(u64)0),                                                    MRS(ELR_EL1),        REG(ELR_EL1),           NO_TWIN },
	{ "SPSR_EL1",                                 MAX, EL1, 0,                  SET(HFGWTR_EL2, ~(u64)0),                                                    MSR(SPSR_EL1),       REG(SPSR_EL1),          NO_TWIN },
	{ "ACTLR_EL1",                                MAX, EL1, 0,                  SET(HFGRTR_EL2, ~(u64)0),                                                    MRS(ACTLR_EL1),      REG(ACTLR_EL1),         NO_TWIN },
	{ "CCSIDR2_EL1",                              MAX, EL1, 0,                  SET(HFGRTR_EL2, ~(u64)0),                                                    MRS(CCSIDR2_EL1),    REG(CCSIDR2_EL1),       NO_TWIN },
	{ "CNTKCTL_EL1",                              MAX, EL1, 0,                  SET(HFGWTR_EL2, ~(u64)0),                                                    MSR(CNTKCTL_EL1),    REG(CNTKCTL_EL1),       NO_TWIN },
	{ "MDCCINT_EL1",                              MAX, EL1, 0,                  SET(HDFGWTR_EL2, ~(u64)0),                                                   MSR(MDCCINT_EL1),    REG(MDCCINT_EL1),       NO_TWIN },
	{ "a write of a read-only register",          MAX, EL1, 0,                  SET(HFGWTR_EL2, ~(u64)0),                                                    MSR(MIDR_EL1),       UNDEF,                  NO_TWIN },
	{ "a read of OSLAR_EL1",                      MAX, EL1, 0,                  SET(HDFGRTR_EL2, ~(u64)0),                                                   MRS(OSLAR_EL1),      UNDEF,                  NO_TWIN },

	/* The controls themselves */
	{ "HFGRTR_EL2 at EL1",                        MAX, EL1, NV2,                NONE,                                                                        MRS(HFGRTR_EL2),     MEM(0x1b8),             FLIP(HCR_EL2, NV2), TRAP2 },
	{ "HFGWTR_EL2 at EL1",                        MAX, EL1, NV2,                NONE,                                                                        MRS(HFGWTR_EL2),     MEM(0x1c0),             FLIP(HCR_EL2, NV2), TRAP2 },
	{ "HFGITR_EL2 at EL1",                        MAX, EL1, NV2,                NONE,                                                                        MRS(HFGITR_EL2),     MEM(0x1c8),             FLIP(HCR_EL2, NV2), TRAP2 },
	{ "HDFGRTR_EL2 at EL1",                       MAX, EL1, NV2,                NONE,                                                                        MRS(HDFGRTR_EL2),    MEM(0x1d0),             FLIP(HCR_EL2, NV2), TRAP2 },
	{ "HDFGWTR_EL2 at EL1",                       MAX, EL1, NV2,                NONE,                                                                        MRS(HDFGWTR_EL2),    MEM(0x1d8),             FLIP(HCR_EL2, NV2), TRAP2 },
	{ "... is UNDEFINED without NV",              MAX, EL1, 0,                  NONE,                                                                        MSR(HFGRTR_EL2),     UNDEF,                  FLIP(HCR_EL2, NV), TRAP2 },
	{ "... and without FEAT_FGT everywhere",      MAX, EL2, 0,                  NONE,                                                                        MSR(HFGITR_EL2),     REG(HFGITR_EL2),        IN(V84), UNDEF },
	/* clang-format on */
};

ROUTE_TABLE(fgt);
