/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controls that have no say here: of features that no profile has, of AArch32, or about something
 * else than accesses. Each row sets them, and goes where the access goes anyway. HYPERVISOR-SPEC
 * F.2, HW-9 to HW-11, HW-15; DDI 0487 D17.
 */
#include "tests/route/route.h"

/* CPTR_EL2 with E2H = 0: TTA and TAM, TZ as at reset; and with E2H = 1. FPEN lets pass in both */
#define CPTR_ALL     (CPTR_EL2_TTA | CPTR_EL2_TAM | CPTR_EL2_TZ)
#define E2H_CPTR_ALL (CPTR_EL2_E2H_FPEN | CPTR_EL2_E2H_TTA | CPTR_EL2_TAM)
#define E2H_LET_ALL  (CPTR_EL2_E2H_FPEN | CPTR_EL2_E2H_ZEN | CPTR_EL2_E2H_SMEN)
#define CPACR_ALL    (CPACR_EL1_FPEN | CPACR_EL1_TTA)
#define CPACR_LET    (CPACR_EL1_FPEN | CPACR_EL1_ZEN | CPACR_EL1_SMEN)

#define TRCPRGCTLR    2, 1, 0, 1, 0
#define TRFCR_EL1     3, 0, 1, 2, 1
#define AMCR_EL0      3, 3, 13, 2, 0
#define ZCR_EL1	      3, 0, 1, 2, 0
#define SMCR_EL1      3, 0, 1, 2, 6
#define PMSCR_EL1     3, 0, 9, 9, 0
#define PMBLIMITR_EL1 3, 0, 9, 10, 0
#define GMID_EL1      3, 1, 0, 0, 4
#define GCR_EL1	      3, 0, 1, 0, 6
#define TFSR_EL1      3, 0, 5, 6, 0

/* MDCR_EL2.{E2PB,TPMS,TTRF}: of the profiling extension and of trace filtering */
#define E2PB (3 << 12)
#define TPMS (1 << 14)
#define TTRF (1 << 19)

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* HSTR_EL2.T<n>: of AArch32's coprocessor registers with CRn = n. HW-10 */
	{ "T1 is not about SCTLR_EL1",  V84, EL1, 0,   SET(HSTR_EL2, 0xffff),                            MSR(SCTLR_EL1),   REG(SCTLR_EL1),   NO_TWIN },
	{ "T2 is not about TTBR0_EL1",  V84, EL1, 0,   SET(HSTR_EL2, 0xffff),                            MRS(TTBR0_EL1),   REG(TTBR0_EL1),   NO_TWIN },
	{ "T9 is not about PMCCNTR_EL0", V84, EL1, 0,  SET2(HSTR_EL2, 0xffff, MDCR_EL2, 6),              MRS(PMCCNTR_EL0), REG(PMCCNTR_EL0), NO_TWIN },
	{ "T13 is not about EL0's TPIDR_EL0", V84, EL0, 0, SET(HSTR_EL2, 0xffff),                        MSR(TPIDR_EL0),   REG(TPIDR_EL0),   NO_TWIN },
	{ "T0 is not about CTR_EL0",    V84, EL0, TGE, SET2(HSTR_EL2, 0xffff, SCTLR_EL1, SCTLR_EL1_UCT), MRS(CTR_EL0),     REG(CTR_EL0),     NO_TWIN },

	/* CPTR_EL2, CPACR_EL1: trace, activity monitors, SVE, SME. HW-9 */
	{ "TTA: no trace registers",             V84, EL1, 0,       SET(CPTR_EL2, CPTR_ALL),                             MSR_ENC(TRCPRGCTLR), UNDEF,   NO_TWIN },
	{ "TTA: nor at EL2",                     MAX, EL2, 0,       SET(CPTR_EL2, CPTR_ALL),                             MRS_ENC(TRCPRGCTLR), UNDEF,   NO_TWIN },
	{ "TTA with E2H",                        MAX, EL1, E2H,     SET(CPTR_EL2, E2H_CPTR_ALL),                         MRS_ENC(TRCPRGCTLR), UNDEF,   NO_TWIN },
	{ "CPACR_EL1.TTA",                       V84, EL1, 0,       SET(CPACR_EL1, CPACR_ALL),                           MRS_ENC(TRCPRGCTLR), UNDEF,   NO_TWIN },
	{ "CPACR_EL1.TTA is not EL0's",          V84, EL0, 0,       SET(CPACR_EL1, CPACR_ALL),                           MRS_ENC(TRCPRGCTLR), UNDEF,   NO_TWIN },
	{ "TAM: no activity monitors",           MAX, EL1, 0,       SET(CPTR_EL2, CPTR_ALL),                             MRS_ENC(AMCR_EL0),   UNDEF,   NO_TWIN },
	{ "TAM at EL0",                          MAX, EL0, 0,       SET(CPTR_EL2, CPTR_ALL),                             MRS_ENC(AMCR_EL0),   UNDEF,   NO_TWIN },
	{ "TAM with E2H",                        MAX, EL0, E2H,     SET(CPTR_EL2, E2H_CPTR_ALL),                         MSR_ENC(AMCR_EL0),   UNDEF,   NO_TWIN },
	{ "TZ: no SVE, so ZCR_EL1 is UNDEFINED", MAX, EL1, 0,       SET(CPTR_EL2, CPTR_ALL),                             MSR_ENC(ZCR_EL1),    UNDEF,   NO_TWIN },
	{ "ZEN = 0",                             MAX, EL1, E2H,     SET2(CPACR_EL1, CPACR_ALL, CPTR_EL2, E2H_CPTR_ALL),  MRS_ENC(ZCR_EL1),    UNDEF,   NO_TWIN },
	{ "ZEN = 3 gives nothing",               MAX, EL2, IN_HOST, SET(CPTR_EL2, E2H_LET_ALL),                          MSR_ENC(ZCR_EL1),    UNDEF,   NO_TWIN },
	{ "SMEN = 0",                            MAX, EL1, E2H,     SET2(CPACR_EL1, CPACR_ALL, CPTR_EL2, E2H_CPTR_ALL),  MRS_ENC(SMCR_EL1),   UNDEF,   NO_TWIN },
	{ "SMEN = 3 gives nothing",              MAX, EL1, E2H,     SET2(CPACR_EL1, CPACR_LET, CPTR_EL2, E2H_LET_ALL),   MRS_ENC(SMCR_EL1),   UNDEF,   NO_TWIN },
	{ "none is about FP",                    MAX, EL1, 0,       SET2(CPACR_EL1, CPACR_ALL, CPTR_EL2, CPTR_ALL),      INSN(FP),            EXECUTE, NO_TWIN },
	{ "nor with E2H",                        MAX, EL1, E2H,     SET2(CPACR_EL1, CPACR_ALL, CPTR_EL2, E2H_CPTR_ALL),  INSN(FP),            EXECUTE, NO_TWIN },

	/* MDCR_EL2: who counts, not who accesses; profiling; trace filters. HW-11 */
	{ "HPME is about counting",              MAX, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_HPME | 6),                    MSR(PMCR_EL0),       REG(PMCR_EL0),     NO_TWIN },
	{ "HPMD is about counting",              MAX, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_HPMD | 6),                    MRS(PMEVCNTR0_EL0),  REG(PMEVCNTR0_EL0), NO_TWIN },
	{ "HCCD is about counting",              MAX, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_HCCD | 6),                    MRS(PMCCNTR_EL0),    REG(PMCCNTR_EL0),  NO_TWIN },
	{ "HLP is about overflows",              MAX, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_HLP | 6),                     MSR(PMEVCNTR5_EL0),  REG(PMEVCNTR5_EL0), NO_TWIN },
	{ "TPMS: no profiling, PMSCR_EL1",       MAX, EL1, 0,       SET(MDCR_EL2, TPMS),                                 MSR_ENC(PMSCR_EL1),  UNDEF,             NO_TWIN },
	{ "E2PB: no profiling buffer",           MAX, EL1, 0,       SET(MDCR_EL2, E2PB),                                 MRS_ENC(PMBLIMITR_EL1), UNDEF,          NO_TWIN },
	{ "E2PB = 0",                            MAX, EL1, 0,       SET(MDCR_EL2, 0),                                    MRS_ENC(PMBLIMITR_EL1), UNDEF,          NO_TWIN },
	{ "TTRF: no trace filters",              MAX, EL1, 0,       SET(MDCR_EL2, TTRF),                                 MSR_ENC(TRFCR_EL1),  UNDEF,             NO_TWIN },

	/* ICH_HCR_EL2.TSEI: of SErrors that an access of the CPU interface causes; there are none. HW-15 */
	{ "TSEI is about no name",               V84, EL1, 0,       SET(ICH_HCR_EL2, ICH_HCR_EL2_TSEI),                  MRS(ICC_IAR1_EL1),   REG(ICC_IAR1_EL1), NO_TWIN },
	{ "TSEI is about no write",              V84, EL1, 0,       SET(ICH_HCR_EL2, ICH_HCR_EL2_TSEI),                  MSR(ICC_PMR_EL1),    REG(ICC_PMR_EL1),  NO_TWIN },

	/* HCR_EL2: AArch32's ID group 0, memory tagging. F.2 */
	{ "TID0 is about AArch32's JIDR and FPSID", V84, EL1, HCR(TID0), NONE,                                           MRS(MVFR0_EL1),      REG(MVFR0_EL1),    NO_TWIN },
	{ "TID0 is not about MIDR_EL1",          V84, EL1, HCR(TID0), NONE,                                              MRS(MIDR_EL1),       REG(MIDR_EL1),     NO_TWIN },
	{ "TID5: no GMID_EL1, TRAP1 is IDST's",  MAX, EL1, HCR(TID5), NONE,                                              MRS_ENC(GMID_EL1),   TRAP1,             IN(V83), UNDEF },
	{ "ATA = 0: no GCR_EL1",                 MAX, EL1, 0,         NONE,                                              MSR_ENC(GCR_EL1),    UNDEF,             NO_TWIN },
	{ "ATA = 1 gives none",                  MAX, EL1, HCR(ATA),  NONE,                                              MRS_ENC(TFSR_EL1),   UNDEF,             NO_TWIN },
	{ "DCT tags nothing: DC ZVA",            MAX, EL1, HCR(DC) | HCR(DCT), NONE,                                     SYS(DC_ZVA),         OPER(DC_ZVA),      NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(absent);
