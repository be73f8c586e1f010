/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coarse traps of HCR_EL2: HYPERVISOR-SPEC F.2, the groups of B.8. Each register of a group, what
 * the group leaves alone, and whom it does not trap.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* TVM, bit 26: writes of EL1's translation and fault registers */
	{ "TVM: SCTLR_EL1 is in the group",           V84, EL1, HCR(TVM),       NONE, MSR(SCTLR_EL1),      TRAP2,          FLIP(HCR_EL2, TVM), REG(SCTLR_EL1) },
	{ "TVM: TTBR0_EL1",                           V84, EL1, HCR(TVM),       NONE, MSR(TTBR0_EL1),      TRAP2,          FLIP(HCR_EL2, TVM), REG(TTBR0_EL1) },
	{ "TVM: TTBR1_EL1",                           V84, EL1, HCR(TVM),       NONE, MSR(TTBR1_EL1),      TRAP2,          FLIP(HCR_EL2, TVM), REG(TTBR1_EL1) },
	{ "TVM: TCR_EL1",                             V84, EL1, HCR(TVM),       NONE, MSR(TCR_EL1),        TRAP2,          FLIP(HCR_EL2, TVM), REG(TCR_EL1) },
	{ "TVM: ESR_EL1",                             V84, EL1, HCR(TVM),       NONE, MSR(ESR_EL1),        TRAP2,          FLIP(HCR_EL2, TVM), REG(ESR_EL1) },
	{ "TVM: FAR_EL1",                             V84, EL1, HCR(TVM),       NONE, MSR(FAR_EL1),        TRAP2,          FLIP(HCR_EL2, TVM), REG(FAR_EL1) },
	{ "TVM: AFSR0_EL1",                           V84, EL1, HCR(TVM),       NONE, MSR(AFSR0_EL1),      TRAP2,          FLIP(HCR_EL2, TVM), REG(AFSR0_EL1) },
	{ "TVM: AFSR1_EL1",                           V84, EL1, HCR(TVM),       NONE, MSR(AFSR1_EL1),      TRAP2,          FLIP(HCR_EL2, TVM), REG(AFSR1_EL1) },
	{ "TVM: MAIR_EL1",                            V84, EL1, HCR(TVM),       NONE, MSR(MAIR_EL1),       TRAP2,          FLIP(HCR_EL2, TVM), REG(MAIR_EL1) },
	{ "TVM: AMAIR_EL1",                           V84, EL1, HCR(TVM),       NONE, MSR(AMAIR_EL1),      TRAP2,          FLIP(HCR_EL2, TVM), REG(AMAIR_EL1) },
	{ "TVM: CONTEXTIDR_EL1",                      V84, EL1, HCR(TVM),       NONE, MSR(CONTEXTIDR_EL1), TRAP2,          FLIP(HCR_EL2, TVM), REG(CONTEXTIDR_EL1) },
	{ "TVM leaves reads to TRVM",                 V84, EL1, HCR(TVM),       NONE, MRS(TTBR0_EL1),      REG(TTBR0_EL1), NO_TWIN },
	{ "TVM is not about VBAR_EL1",                V84, EL1, HCR(TVM),       NONE, MSR(VBAR_EL1),       REG(VBAR_EL1),  NO_TWIN },
	{ "TVM is not about CPACR_EL1",               V84, EL1, HCR(TVM),       NONE, MSR(CPACR_EL1),      REG(CPACR_EL1), NO_TWIN },
	{ "TVM is not about PAR_EL1",                 V84, EL1, HCR(TVM),       NONE, MSR(PAR_EL1),        REG(PAR_EL1),   NO_TWIN },
	{ "TVM is not about TPIDR_EL1",               V84, EL1, HCR(TVM),       NONE, MSR(TPIDR_EL1),      REG(TPIDR_EL1), NO_TWIN },
	{ "TVM does not trap EL2 itself",             V84, EL2, HCR(TVM),       NONE, MSR(TTBR0_EL1),      REG(TTBR0_EL1), NO_TWIN },
	{ "TVM: with E2H, EL1 is trapped as before",  V84, EL1, HCR(TVM) | E2H, NONE, MSR(TCR_EL1),        TRAP2,          FLIP(HCR_EL2, TVM), REG(TCR_EL1) },
	{ "TVM does not make EL1 names legal at EL0", V84, EL0, HCR(TVM),       NONE, MSR(SCTLR_EL1),      UNDEF,          NO_TWIN },

	/* TRVM, bit 30: reads of the same */
	{ "TRVM: SCTLR_EL1 is in the group",    V84, EL1, HCR(TRVM),           NONE, MRS(SCTLR_EL1),      TRAP2,          FLIP(HCR_EL2, TRVM), REG(SCTLR_EL1) },
	{ "TRVM: TTBR0_EL1",                    V84, EL1, HCR(TRVM),           NONE, MRS(TTBR0_EL1),      TRAP2,          FLIP(HCR_EL2, TRVM), REG(TTBR0_EL1) },
	{ "TRVM: TTBR1_EL1",                    V84, EL1, HCR(TRVM),           NONE, MRS(TTBR1_EL1),      TRAP2,          FLIP(HCR_EL2, TRVM), REG(TTBR1_EL1) },
	{ "TRVM: TCR_EL1",                      V84, EL1, HCR(TRVM),           NONE, MRS(TCR_EL1),        TRAP2,          FLIP(HCR_EL2, TRVM), REG(TCR_EL1) },
	{ "TRVM: ESR_EL1",                      V84, EL1, HCR(TRVM),           NONE, MRS(ESR_EL1),        TRAP2,          FLIP(HCR_EL2, TRVM), REG(ESR_EL1) },
	{ "TRVM: FAR_EL1",                      V84, EL1, HCR(TRVM),           NONE, MRS(FAR_EL1),        TRAP2,          FLIP(HCR_EL2, TRVM), REG(FAR_EL1) },
	{ "TRVM: AFSR0_EL1",                    V84, EL1, HCR(TRVM),           NONE, MRS(AFSR0_EL1),      TRAP2,          FLIP(HCR_EL2, TRVM), REG(AFSR0_EL1) },
	{ "TRVM: AFSR1_EL1",                    V84, EL1, HCR(TRVM),           NONE, MRS(AFSR1_EL1),      TRAP2,          FLIP(HCR_EL2, TRVM), REG(AFSR1_EL1) },
	{ "TRVM: MAIR_EL1",                     V84, EL1, HCR(TRVM),           NONE, MRS(MAIR_EL1),       TRAP2,          FLIP(HCR_EL2, TRVM), REG(MAIR_EL1) },
	{ "TRVM: AMAIR_EL1",                    V84, EL1, HCR(TRVM),           NONE, MRS(AMAIR_EL1),      TRAP2,          FLIP(HCR_EL2, TRVM), REG(AMAIR_EL1) },
	{ "TRVM: CONTEXTIDR_EL1",               V84, EL1, HCR(TRVM),           NONE, MRS(CONTEXTIDR_EL1), TRAP2,          FLIP(HCR_EL2, TRVM), REG(CONTEXTIDR_EL1) },
	{ "TRVM leaves writes to TVM",          V84, EL1, HCR(TRVM),           NONE, MSR(FAR_EL1),        REG(FAR_EL1),   NO_TWIN },
	{ "TRVM does not trap the host at EL2", V84, EL2, HCR(TRVM) | IN_HOST, NONE, MRS(SCTLR_EL12),     REG(SCTLR_EL1), NO_TWIN },

	/* TID1, bit 16: REVIDR, AIDR, reads */
	{ "TID1: REVIDR_EL1",                               V84, EL1, HCR(TID1), NONE, MRS(REVIDR_EL1), TRAP2,           FLIP(HCR_EL2, TID1), REG(REVIDR_EL1) },
	{ "TID1: AIDR_EL1",                                 V84, EL1, HCR(TID1), NONE, MRS(AIDR_EL1),   TRAP2,           FLIP(HCR_EL2, TID1), REG(AIDR_EL1) },
	{ "TID1 leaves MIDR_EL1, which VPIDR_EL2 presents", V84, EL1, HCR(TID1), NONE, MRS(MIDR_EL1),   REG(MIDR_EL1),   NO_TWIN },
	{ "TID1 leaves MPIDR_EL1",                          V84, EL1, HCR(TID1), NONE, MRS(MPIDR_EL1),  REG(MPIDR_EL1),  NO_TWIN },
	{ "TID1 does not trap EL2",                         V84, EL2, HCR(TID1), NONE, MRS(REVIDR_EL1), REG(REVIDR_EL1), NO_TWIN },

	/* TID2, bit 17: cache identification; CSSELR in both directions; CTR_EL0 from EL0 too */
	{ "TID2: CTR_EL0 of EL1",                                V84, EL1, HCR(TID2),           NONE,                                                     MRS(CTR_EL0),     TRAP2,          FLIP(HCR_EL2, TID2), REG(CTR_EL0) },
	{ "TID2: CTR_EL0 of EL0, if SCTLR_EL1.UCT lets it pass", V84, EL0, HCR(TID2),           SET(SCTLR_EL1, SCTLR_EL1_UCT),                            MRS(CTR_EL0),     TRAP2,          FLIP(HCR_EL2, TID2), REG(CTR_EL0) },
	{ "TID2: CCSIDR_EL1",                                    V84, EL1, HCR(TID2),           NONE,                                                     MRS(CCSIDR_EL1),  TRAP2,          FLIP(HCR_EL2, TID2), REG(CCSIDR_EL1) },
	{ "TID2: CCSIDR2_EL1",                                   V84, EL1, HCR(TID2),           NONE,                                                     MRS(CCSIDR2_EL1), TRAP2,          FLIP(HCR_EL2, TID2), REG(CCSIDR2_EL1) },
	{ "TID2: CLIDR_EL1",                                     V84, EL1, HCR(TID2),           NONE,                                                     MRS(CLIDR_EL1),   TRAP2,          FLIP(HCR_EL2, TID2), REG(CLIDR_EL1) },
	{ "TID2: CSSELR_EL1 read",                               V84, EL1, HCR(TID2),           NONE,                                                     MRS(CSSELR_EL1),  TRAP2,          FLIP(HCR_EL2, TID2), REG(CSSELR_EL1) },
	{ "TID2: CSSELR_EL1 written",                            V84, EL1, HCR(TID2),           NONE,                                                     MSR(CSSELR_EL1),  TRAP2,          FLIP(HCR_EL2, TID2), REG(CSSELR_EL1) },
	{ "TID2 is not about DCZID_EL0",                         V84, EL0, HCR(TID2),           NONE,                                                     MRS(DCZID_EL0),   REG(DCZID_EL0), NO_TWIN },
	{ "TID2 of E2H = 0, TGE = 1 does trap EL0: HW-5",        V84, EL0, HCR(TID2) | TGE,     SET(SCTLR_EL1, SCTLR_EL1_UCT),                            MRS(CTR_EL0),     TRAP2,          FLIP(HCR_EL2, TID2), REG(CTR_EL0) },
	{ "TID2 does not trap the host's EL0: HW-5",             V84, EL0, HCR(TID2) | IN_HOST, SET2(SCTLR_EL1, SCTLR_EL1_UCT, SCTLR_EL2, SCTLR_EL2_UCT), MRS(CTR_EL0),     REG(CTR_EL0),   FLIP(HCR_EL2, E2H), TRAP2 },

	/* TID4, bit 49: TID2 without CTR_EL0. FEAT_EVT */
	{ "TID4: CCSIDR_EL1",              V84, EL1, HCR(TID4), NONE, MRS(CCSIDR_EL1),  TRAP2,          FLIP(HCR_EL2, TID4), REG(CCSIDR_EL1) },
	{ "TID4: CCSIDR2_EL1",             V84, EL1, HCR(TID4), NONE, MRS(CCSIDR2_EL1), TRAP2,          FLIP(HCR_EL2, TID4), REG(CCSIDR2_EL1) },
	{ "TID4: CLIDR_EL1",               V84, EL1, HCR(TID4), NONE, MRS(CLIDR_EL1),   TRAP2,          FLIP(HCR_EL2, TID4), REG(CLIDR_EL1) },
	{ "TID4: CSSELR_EL1 read",         V84, EL1, HCR(TID4), NONE, MRS(CSSELR_EL1),  TRAP2,          FLIP(HCR_EL2, TID4), REG(CSSELR_EL1) },
	{ "TID4: CSSELR_EL1 written",      V84, EL1, HCR(TID4), NONE, MSR(CSSELR_EL1),  TRAP2,          FLIP(HCR_EL2, TID4), REG(CSSELR_EL1) },
	{ "TID4 leaves CTR_EL0",           V84, EL1, HCR(TID4), NONE, MRS(CTR_EL0),     REG(CTR_EL0),   NO_TWIN },
	{ "TID4 is RES0 without FEAT_EVT", V83, EL1, HCR(TID4), NONE, MRS(CLIDR_EL1),   REG(CLIDR_EL1), IN(V84), TRAP2 },

	/* TID3, bit 18: the ID space, op0 = 3, op1 = 0, CRn = 0, CRm = 1 to 7, unallocated encodings too */
	{ "TID3: AArch32 ID_PFR0_EL1",                                    V84, EL1, HCR(TID3),       NONE, MRS(ID_PFR0_EL1),      TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_PFR0_EL1) },
	{ "TID3: AArch32 ID_MMFR4_EL1",                                   V84, EL1, HCR(TID3),       NONE, MRS(ID_MMFR4_EL1),     TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_MMFR4_EL1) },
	{ "TID3: AArch32 ID_ISAR6_EL1",                                   V84, EL1, HCR(TID3),       NONE, MRS(ID_ISAR6_EL1),     TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_ISAR6_EL1) },
	{ "TID3: MVFR0_EL1",                                              V84, EL1, HCR(TID3),       NONE, MRS(MVFR0_EL1),        TRAP2,                 FLIP(HCR_EL2, TID3), REG(MVFR0_EL1) },
	{ "TID3: MVFR2_EL1",                                              V84, EL1, HCR(TID3),       NONE, MRS(MVFR2_EL1),        TRAP2,                 FLIP(HCR_EL2, TID3), REG(MVFR2_EL1) },
	{ "TID3: ID_AA64PFR0_EL1",                                        V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64PFR0_EL1),  TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64PFR0_EL1) },
	{ "TID3: ID_AA64PFR1_EL1",                                        V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64PFR1_EL1),  TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64PFR1_EL1) },
	{ "TID3: ID_AA64ZFR0_EL1, without SVE too",                       V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64ZFR0_EL1),  TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64ZFR0_EL1) },
	{ "TID3: ID_AA64DFR0_EL1",                                        V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64DFR0_EL1),  TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64DFR0_EL1) },
	{ "TID3: ID_AA64AFR0_EL1",                                        V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64AFR0_EL1),  TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64AFR0_EL1) },
	{ "TID3: ID_AA64ISAR0_EL1",                                       V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64ISAR0_EL1), TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64ISAR0_EL1) },
	{ "TID3: ID_AA64ISAR2_EL1, though it came later",                 V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64ISAR2_EL1), TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64ISAR2_EL1) },
	{ "TID3: ID_AA64MMFR0_EL1",                                       V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64MMFR0_EL1), TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64MMFR0_EL1) },
	{ "TID3: ID_AA64MMFR2_EL1",                                       V84, EL1, HCR(TID3),       NONE, MRS(ID_AA64MMFR2_EL1), TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64MMFR2_EL1) },
	{ "TID3: an unallocated encoding with CRm = 3",                   V84, EL1, HCR(TID3),       NONE, MRS(ID_RES_C3_7_EL1),  TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_RES_C3_7_EL1) },
	{ "TID3: the last encoding, CRm = 7, op2 = 7",                    V84, EL1, HCR(TID3),       NONE, MRS(ID_RES_C7_7_EL1),  TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_RES_C7_7_EL1) },
	{ "TID3 leaves MIDR_EL1, CRm = 0",                                V84, EL1, HCR(TID3),       NONE, MRS(MIDR_EL1),         REG(MIDR_EL1),         NO_TWIN },
	{ "TID3 leaves CLIDR_EL1, op1 = 1",                               V84, EL1, HCR(TID3),       NONE, MRS(CLIDR_EL1),        REG(CLIDR_EL1),        NO_TWIN },
	{ "TID3 does not trap EL2",                                       V84, EL2, HCR(TID3),       NONE, MRS(ID_AA64MMFR0_EL1), REG(ID_AA64MMFR0_EL1), NO_TWIN },
	{ "TID3: a guest hypervisor with NV2 is at EL1 and trapped",      V84, EL1, HCR(TID3) | NV2, NONE, MRS(ID_AA64MMFR1_EL1), TRAP2,                 FLIP(HCR_EL2, TID3), REG(ID_AA64MMFR1_EL1) },
	{ "ID registers are read-only: a write is UNDEFINED before TID3", V84, EL1, HCR(TID3),       NONE, MSR(ID_AA64PFR0_EL1),  UNDEF,                 NO_TWIN },

	/* TACR, bit 21 */
	{ "TACR: ACTLR_EL1 read",    V84, EL1, HCR(TACR), NONE, MRS(ACTLR_EL1), TRAP2,          FLIP(HCR_EL2, TACR), REG(ACTLR_EL1) },
	{ "TACR: ACTLR_EL1 written", V84, EL1, HCR(TACR), NONE, MSR(ACTLR_EL1), TRAP2,          FLIP(HCR_EL2, TACR), REG(ACTLR_EL1) },
	{ "TACR does not trap EL2",  V84, EL2, HCR(TACR), NONE, MSR(ACTLR_EL1), REG(ACTLR_EL1), NO_TWIN },

	/* TSW, bit 22: data cache maintenance by set and way */
	{ "TSW: DC ISW",                             V84, EL1, HCR(TSW), NONE, SYS(DC_ISW),   TRAP2,          FLIP(HCR_EL2, TSW), OPER(DC_ISW) },
	{ "TSW: DC CSW",                             V84, EL1, HCR(TSW), NONE, SYS(DC_CSW),   TRAP2,          FLIP(HCR_EL2, TSW), OPER(DC_CSW) },
	{ "TSW: DC CISW",                            V84, EL1, HCR(TSW), NONE, SYS(DC_CISW),  TRAP2,          FLIP(HCR_EL2, TSW), OPER(DC_CISW) },
	{ "TSW is not about maintenance by address", V84, EL1, HCR(TSW), NONE, SYS(DC_CIVAC), OPER(DC_CIVAC), NO_TWIN },
	{ "TSW does not trap EL2",                   V84, EL2, HCR(TSW), NONE, SYS(DC_CISW),  OPER(DC_CISW),  NO_TWIN },

	/* TPCP, bit 23: data cache maintenance by address to the point of coherency or persistence */
	{ "TPCP: DC IVAC",                                        V84, EL1, HCR(TPCP),           NONE,                                                     SYS(DC_IVAC),  TRAP2,         FLIP(HCR_EL2, TPCP), OPER(DC_IVAC) },
	{ "TPCP: DC CVAC of EL1",                                 V84, EL1, HCR(TPCP),           NONE,                                                     SYS(DC_CVAC),  TRAP2,         FLIP(HCR_EL2, TPCP), OPER(DC_CVAC) },
	{ "TPCP: DC CIVAC of EL1",                                V84, EL1, HCR(TPCP),           NONE,                                                     SYS(DC_CIVAC), TRAP2,         FLIP(HCR_EL2, TPCP), OPER(DC_CIVAC) },
	{ "TPCP: DC CVAP, FEAT_DPB",                              V84, EL1, HCR(TPCP),           NONE,                                                     SYS(DC_CVAP),  TRAP2,         FLIP(HCR_EL2, TPCP), OPER(DC_CVAP) },
	{ "TPCP: DC CVADP, FEAT_DPB2",                            MAX, EL1, HCR(TPCP),           NONE,                                                     SYS(DC_CVADP), TRAP2,         FLIP(HCR_EL2, TPCP), OPER(DC_CVADP) },
	{ "TPCP: DC CIVAC of EL0, if UCI lets it pass",           V84, EL0, HCR(TPCP),           SET(SCTLR_EL1, SCTLR_EL1_UCI),                            SYS(DC_CIVAC), TRAP2,         FLIP(HCR_EL2, TPCP), OPER(DC_CIVAC) },
	{ "TPCP does not trap the host's EL0: HW-5",              V84, EL0, HCR(TPCP) | IN_HOST, SET2(SCTLR_EL1, SCTLR_EL1_UCI, SCTLR_EL2, SCTLR_EL2_UCI), SYS(DC_CVAC),  OPER(DC_CVAC), FLIP(HCR_EL2, E2H), TRAP2 },
	{ "TPCP is not about the point of unification",           V84, EL1, HCR(TPCP),           NONE,                                                     SYS(DC_CVAU),  OPER(DC_CVAU), NO_TWIN },
	{ "DC CVADP is UNDEFINED without FEAT_DPB2, before TPCP", V84, EL1, HCR(TPCP),           NONE,                                                     SYS(DC_CVADP), UNDEF,         IN(MAX), TRAP2 },

	/* TPU, bit 24: maintenance to the point of unification */
	{ "TPU: IC IALLU",                            V84, EL1, HCR(TPU),           NONE,                                                     SYS(IC_IALLU),   TRAP2,         FLIP(HCR_EL2, TPU), OPER(IC_IALLU) },
	{ "TPU: IC IALLUIS",                          V84, EL1, HCR(TPU),           NONE,                                                     SYS(IC_IALLUIS), TRAP2,         FLIP(HCR_EL2, TPU), OPER(IC_IALLUIS) },
	{ "TPU: IC IVAU of EL1",                      V84, EL1, HCR(TPU),           NONE,                                                     SYS(IC_IVAU),    TRAP2,         FLIP(HCR_EL2, TPU), OPER(IC_IVAU) },
	{ "TPU: DC CVAU of EL1",                      V84, EL1, HCR(TPU),           NONE,                                                     SYS(DC_CVAU),    TRAP2,         FLIP(HCR_EL2, TPU), OPER(DC_CVAU) },
	{ "TPU: IC IVAU of EL0, if UCI lets it pass", V84, EL0, HCR(TPU),           SET(SCTLR_EL1, SCTLR_EL1_UCI),                            SYS(IC_IVAU),    TRAP2,         FLIP(HCR_EL2, TPU), OPER(IC_IVAU) },
	{ "TPU does not trap the host's EL0: HW-5",   V84, EL0, HCR(TPU) | IN_HOST, SET2(SCTLR_EL1, SCTLR_EL1_UCI, SCTLR_EL2, SCTLR_EL2_UCI), SYS(IC_IVAU),    OPER(IC_IVAU), FLIP(HCR_EL2, E2H), TRAP2 },
	{ "TPU is not about DC CVAC",                 V84, EL1, HCR(TPU),           NONE,                                                     SYS(DC_CVAC),    OPER(DC_CVAC), NO_TWIN },

	/* TICAB, bit 50, and TOCU, bit 52: parts of TPU. FEAT_EVT */
	{ "TICAB: IC IALLUIS",                         V84, EL1, HCR(TICAB), NONE,                          SYS(IC_IALLUIS), TRAP2,            FLIP(HCR_EL2, TICAB), OPER(IC_IALLUIS) },
	{ "TICAB leaves IC IALLU",                     V84, EL1, HCR(TICAB), NONE,                          SYS(IC_IALLU),   OPER(IC_IALLU),   NO_TWIN },
	{ "TOCU: IC IALLU",                            V84, EL1, HCR(TOCU),  NONE,                          SYS(IC_IALLU),   TRAP2,            FLIP(HCR_EL2, TOCU), OPER(IC_IALLU) },
	{ "TOCU: IC IVAU of EL1",                      V84, EL1, HCR(TOCU),  NONE,                          SYS(IC_IVAU),    TRAP2,            FLIP(HCR_EL2, TOCU), OPER(IC_IVAU) },
	{ "TOCU: DC CVAU of EL1",                      V84, EL1, HCR(TOCU),  NONE,                          SYS(DC_CVAU),    TRAP2,            FLIP(HCR_EL2, TOCU), OPER(DC_CVAU) },
	{ "TOCU: DC CVAU of EL0, if UCI lets it pass", V84, EL0, HCR(TOCU),  SET(SCTLR_EL1, SCTLR_EL1_UCI), SYS(DC_CVAU),    TRAP2,            FLIP(HCR_EL2, TOCU), OPER(DC_CVAU) },
	{ "TOCU leaves IC IALLUIS to TICAB",           V84, EL1, HCR(TOCU),  NONE,                          SYS(IC_IALLUIS), OPER(IC_IALLUIS), NO_TWIN },
	{ "TOCU is not about DC CVAC",                 V84, EL1, HCR(TOCU),  NONE,                          SYS(DC_CVAC),    OPER(DC_CVAC),    NO_TWIN },

	/* TTLB, bit 25: TLB maintenance of EL1, all of it */
	{ "TTLB: TLBI VMALLE1",                                                     V84, EL1, HCR(TTLB), NONE, SYS(TLBI_VMALLE1), TRAP2,           FLIP(HCR_EL2, TTLB), OPER(TLBI_VMALLE1) },
	{ "TTLB: TLBI VAE1",                                                        V84, EL1, HCR(TTLB), NONE, SYS(TLBI_VAE1),    TRAP2,           FLIP(HCR_EL2, TTLB), OPER(TLBI_VAE1) },
	{ "TTLB: TLBI ASIDE1",                                                      V84, EL1, HCR(TTLB), NONE, SYS(TLBI_ASIDE1),  TRAP2,           FLIP(HCR_EL2, TTLB), OPER(TLBI_ASIDE1) },
	{ "TTLB: TLBI VAALE1",                                                      V84, EL1, HCR(TTLB), NONE, SYS(TLBI_VAALE1),  TRAP2,           FLIP(HCR_EL2, TTLB), OPER(TLBI_VAALE1) },
	{ "TTLB: TLBI VALE1IS",                                                     V84, EL1, HCR(TTLB), NONE, SYS(TLBI_VALE1IS), TRAP2,           FLIP(HCR_EL2, TTLB), OPER(TLBI_VALE1IS) },
	{ "TTLB: TLBI VAE1OS, FEAT_TLBIOS",                                         V84, EL1, HCR(TTLB), NONE, SYS(TLBI_VAE1OS),  TRAP2,           FLIP(HCR_EL2, TTLB), OPER(TLBI_VAE1OS) },
	{ "TTLB: TLBI RVAE1, FEAT_TLBIRANGE",                                       V84, EL1, HCR(TTLB), NONE, SYS(TLBI_RVAE1),   TRAP2,           FLIP(HCR_EL2, TTLB), OPER(TLBI_RVAE1) },
	{ "TTLB does not trap EL2, whose TLBI VAE1 has a meaning of its own: HW-6", V84, EL2, HCR(TTLB), NONE, SYS(TLBI_VAE1),    OPER(TLBI_VAE1), NO_TWIN },

	/* TTLBIS, bit 54, and TTLBOS, bit 55: what is broadcast. FEAT_EVT */
	{ "TTLBIS: TLBI VMALLE1IS",                 V84, EL1, HCR(TTLBIS), NONE, SYS(TLBI_VMALLE1IS), TRAP2,                FLIP(HCR_EL2, TTLBIS), OPER(TLBI_VMALLE1IS) },
	{ "TTLBIS: TLBI ASIDE1IS",                  V84, EL1, HCR(TTLBIS), NONE, SYS(TLBI_ASIDE1IS),  TRAP2,                FLIP(HCR_EL2, TTLBIS), OPER(TLBI_ASIDE1IS) },
	{ "TTLBIS: TLBI VAAE1IS",                   V84, EL1, HCR(TTLBIS), NONE, SYS(TLBI_VAAE1IS),   TRAP2,                FLIP(HCR_EL2, TTLBIS), OPER(TLBI_VAAE1IS) },
	{ "TTLBIS: TLBI RVALE1IS",                  V84, EL1, HCR(TTLBIS), NONE, SYS(TLBI_RVALE1IS),  TRAP2,                FLIP(HCR_EL2, TTLBIS), OPER(TLBI_RVALE1IS) },
	{ "TTLBIS leaves local ones",               V84, EL1, HCR(TTLBIS), NONE, SYS(TLBI_VAAE1),     OPER(TLBI_VAAE1),     NO_TWIN },
	{ "TTLBIS leaves the Outer Shareable ones", V84, EL1, HCR(TTLBIS), NONE, SYS(TLBI_VAAE1OS),   OPER(TLBI_VAAE1OS),   NO_TWIN },
	{ "TTLBOS: TLBI VMALLE1OS",                 V84, EL1, HCR(TTLBOS), NONE, SYS(TLBI_VMALLE1OS), TRAP2,                FLIP(HCR_EL2, TTLBOS), OPER(TLBI_VMALLE1OS) },
	{ "TTLBOS: TLBI VALE1OS",                   V84, EL1, HCR(TTLBOS), NONE, SYS(TLBI_VALE1OS),   TRAP2,                FLIP(HCR_EL2, TTLBOS), OPER(TLBI_VALE1OS) },
	{ "TTLBOS: TLBI RVAAE1OS",                  V84, EL1, HCR(TTLBOS), NONE, SYS(TLBI_RVAAE1OS),  TRAP2,                FLIP(HCR_EL2, TTLBOS), OPER(TLBI_RVAAE1OS) },
	{ "TTLBOS leaves the Inner Shareable ones", V84, EL1, HCR(TTLBOS), NONE, SYS(TLBI_VMALLE1IS), OPER(TLBI_VMALLE1IS), NO_TWIN },

	/* TDZ, bit 28 */
	{ "TDZ: DC ZVA of EL1",                           V84, EL1, HCR(TDZ),           NONE,                                                     SYS(DC_ZVA),    TRAP2,          FLIP(HCR_EL2, TDZ), OPER(DC_ZVA) },
	{ "TDZ: DC ZVA of EL0, if DZE lets it pass",      V84, EL0, HCR(TDZ),           SET(SCTLR_EL1, SCTLR_EL1_DZE),                            SYS(DC_ZVA),    TRAP2,          FLIP(HCR_EL2, TDZ), OPER(DC_ZVA) },
	{ "TDZ of E2H = 0, TGE = 1 traps EL0: HW-5",      V84, EL0, HCR(TDZ) | TGE,     SET(SCTLR_EL1, SCTLR_EL1_DZE),                            SYS(DC_ZVA),    TRAP2,          FLIP(HCR_EL2, TDZ), OPER(DC_ZVA) },
	{ "TDZ does not trap the host's EL0: HW-5",       V84, EL0, HCR(TDZ) | IN_HOST, SET2(SCTLR_EL1, SCTLR_EL1_DZE, SCTLR_EL2, SCTLR_EL2_DZE), SYS(DC_ZVA),    OPER(DC_ZVA),   FLIP(HCR_EL2, E2H), TRAP2 },
	{ "TDZ does not trap EL2",                        V84, EL2, HCR(TDZ),           NONE,                                                     SYS(DC_ZVA),    OPER(DC_ZVA),   NO_TWIN },
	{ "TDZ leaves DCZID_EL0, which only tells of it", V84, EL1, HCR(TDZ),           NONE,                                                     MRS(DCZID_EL0), REG(DCZID_EL0), NO_TWIN },

	/* TLOR, bit 35: limited ordering regions */
	{ "TLOR: LORSA_EL1",                                           V84, EL1, HCR(TLOR), NONE, MSR(LORSA_EL1), TRAP2, FLIP(HCR_EL2, TLOR), REG(LORSA_EL1) },
	{ "TLOR: LOREA_EL1",                                           V84, EL1, HCR(TLOR), NONE, MRS(LOREA_EL1), TRAP2, FLIP(HCR_EL2, TLOR), REG(LOREA_EL1) },
	{ "TLOR: LORN_EL1",                                            V84, EL1, HCR(TLOR), NONE, MSR(LORN_EL1),  TRAP2, FLIP(HCR_EL2, TLOR), REG(LORN_EL1) },
	{ "TLOR: LORC_EL1",                                            V84, EL1, HCR(TLOR), NONE, MSR(LORC_EL1),  TRAP2, FLIP(HCR_EL2, TLOR), REG(LORC_EL1) },
	{ "TLOR: LORID_EL1",                                           V84, EL1, HCR(TLOR), NONE, MRS(LORID_EL1), TRAP2, FLIP(HCR_EL2, TLOR), REG(LORID_EL1) },
	{ "Without FEAT_LOR its registers are UNDEFINED, not trapped", V80, EL1, HCR(TLOR), NONE, MSR(LORC_EL1),  UNDEF, IN(V81), TRAP2 },

	/* AT, bit 44: address translation of EL1's regime. FEAT_NV */
	{ "AT: AT S1E1R",               V84, EL1, HCR(AT),      NONE, SYS(AT_S1E1R),  TRAP2,          FLIP(HCR_EL2, AT), OPER(AT_S1E1R) },
	{ "AT: AT S1E1W",               V84, EL1, HCR(AT),      NONE, SYS(AT_S1E1W),  TRAP2,          FLIP(HCR_EL2, AT), OPER(AT_S1E1W) },
	{ "AT: AT S1E0R",               V84, EL1, HCR(AT),      NONE, SYS(AT_S1E0R),  TRAP2,          FLIP(HCR_EL2, AT), OPER(AT_S1E0R) },
	{ "AT: AT S1E0W, NV set too",   V84, EL1, HCR(AT) | NV, NONE, SYS(AT_S1E0W),  TRAP2,          FLIP(HCR_EL2, AT), OPER(AT_S1E0W) },
	{ "AT: AT S1E1RP, FEAT_PAN2",   MAX, EL1, HCR(AT),      NONE, SYS(AT_S1E1RP), TRAP2,          FLIP(HCR_EL2, AT), OPER(AT_S1E1RP) },
	{ "AT: AT S1E1WP, FEAT_PAN2",   MAX, EL1, HCR(AT),      NONE, SYS(AT_S1E1WP), TRAP2,          FLIP(HCR_EL2, AT), OPER(AT_S1E1WP) },
	{ "AT does not trap EL2",       V84, EL2, HCR(AT),      NONE, SYS(AT_S1E1R),  OPER(AT_S1E1R), NO_TWIN },
	{ "AT is RES0 without FEAT_NV", V81, EL1, HCR(AT),      NONE, SYS(AT_S1E1R),  OPER(AT_S1E1R), IN(V83), TRAP2 },

	/* APK, bit 40: 0 traps the keys. FEAT_PAuth */
	{ "APK = 0: APIAKeyLo_EL1 written",            V84, EL1, 0,        NONE, MSR(APIAKeyLo_EL1), TRAP2,              FLIP(HCR_EL2, APK), REG(APIAKeyLo_EL1) },
	{ "APK = 0: APIAKeyHi_EL1 read",               V84, EL1, 0,        NONE, MRS(APIAKeyHi_EL1), TRAP2,              FLIP(HCR_EL2, APK), REG(APIAKeyHi_EL1) },
	{ "APK = 0: APIBKeyLo_EL1",                    V84, EL1, 0,        NONE, MSR(APIBKeyLo_EL1), TRAP2,              FLIP(HCR_EL2, APK), REG(APIBKeyLo_EL1) },
	{ "APK = 0: APDAKeyHi_EL1",                    V84, EL1, 0,        NONE, MSR(APDAKeyHi_EL1), TRAP2,              FLIP(HCR_EL2, APK), REG(APDAKeyHi_EL1) },
	{ "APK = 0: APDBKeyLo_EL1",                    V84, EL1, 0,        NONE, MRS(APDBKeyLo_EL1), TRAP2,              FLIP(HCR_EL2, APK), REG(APDBKeyLo_EL1) },
	{ "APK = 0: APGAKeyHi_EL1",                    V84, EL1, 0,        NONE, MSR(APGAKeyHi_EL1), TRAP2,              FLIP(HCR_EL2, APK), REG(APGAKeyHi_EL1) },
	{ "API is about instructions, not about keys", V84, EL1, HCR(API), NONE, MSR(APIAKeyLo_EL1), TRAP2,              FLIP(HCR_EL2, APK), REG(APIAKeyLo_EL1) },
	{ "APK = 0 does not trap EL2",                 V84, EL2, 0,        NONE, MSR(APIAKeyLo_EL1), REG(APIAKeyLo_EL1), NO_TWIN },
	{ "Without FEAT_PAuth a key is UNDEFINED",     V81, EL1, 0,        NONE, MSR(APIAKeyLo_EL1), UNDEF,              IN(V83), TRAP2 },

	/* TIDCP, bit 20: IMPLEMENTATION DEFINED encodings, CRn = 11 or 15 */
	{ "TIDCP: op0 = 3, CRn = 15 written",                           V84, EL1, HCR(TIDCP), NONE, MSR_ENC(3, 0, 15, 2, 0), TRAP2, FLIP(HCR_EL2, TIDCP), UNDEF },
	{ "TIDCP: op0 = 3, CRn = 11 read",                              V84, EL1, HCR(TIDCP), NONE, MRS_ENC(3, 1, 11, 0, 0), TRAP2, FLIP(HCR_EL2, TIDCP), UNDEF },
	{ "TIDCP: SYS, op0 = 1, CRn = 15",                              V84, EL1, HCR(TIDCP), NONE, MSR_ENC(1, 0, 15, 0, 0), TRAP2, FLIP(HCR_EL2, TIDCP), UNDEF },
	{ "TIDCP: SYS, op0 = 1, CRn = 11",                              V84, EL1, HCR(TIDCP), NONE, MSR_ENC(1, 3, 11, 3, 1), TRAP2, FLIP(HCR_EL2, TIDCP), UNDEF },
	{ "TIDCP leaves debug encodings, op0 = 2",                      V84, EL1, HCR(TIDCP), NONE, MRS_ENC(2, 0, 15, 0, 0), UNDEF, NO_TWIN },
	{ "TIDCP leaves other CRn",                                     V84, EL1, HCR(TIDCP), NONE, MRS_ENC(3, 0, 14, 7, 0), UNDEF, NO_TWIN },
	{ "TIDCP does not trap EL2",                                    V84, EL2, HCR(TIDCP), NONE, MSR_ENC(3, 0, 15, 2, 0), UNDEF, NO_TWIN },
	{ "TIDCP leaves EL0 UNDEFINED (IMPLEMENTATION DEFINED choice)", V84, EL0, HCR(TIDCP), NONE, MRS_ENC(3, 0, 15, 2, 0), UNDEF, NO_TWIN },

	/* Without EL2 there is no HCR_EL2 */
	{ "No EL2: nothing traps MSR SCTLR_EL1", V84, EL1_ALONE, 0, NONE, MSR(SCTLR_EL1),     REG(SCTLR_EL1),     NO_TWIN },
	{ "No EL2: APK does not trap the keys",  V84, EL1_ALONE, 0, NONE, MSR(APIAKeyLo_EL1), REG(APIAKeyLo_EL1), NO_TWIN },
	{ "No EL2: EL2's names are UNDEFINED",   V84, EL1_ALONE, 0, NONE, MRS(HCR_EL2),       UNDEF,              NO_TWIN },

	/* EnSCXT, bit 53: 0 traps. FEAT_CSV2_2 */
	{ "EnSCXT = 0 traps SCXTNUM_EL1",       MAX, EL1, 0, NONE,              MSR(SCXTNUM_EL1), TRAP2,            FLIP(HCR_EL2, EnSCXT), REG(SCXTNUM_EL1) },
	{ "EnSCXT = 0 traps EL1's SCXTNUM_EL0", MAX, EL1, 0, NONE,              MRS(SCXTNUM_EL0), TRAP2,            FLIP(HCR_EL2, EnSCXT), REG(SCXTNUM_EL0) },
	{ "EnSCXT = 0 traps EL0's",             MAX, EL0, 0, SET(SCTLR_EL1, 0), MRS(SCXTNUM_EL0), TRAP2,            FLIP(HCR_EL2, EnSCXT), REG(SCXTNUM_EL0) },
	{ "EnSCXT does not hit EL2",            MAX, EL2, 0, NONE,              MSR(SCXTNUM_EL1), REG(SCXTNUM_EL1), NO_TWIN },

	/* HCRX_EL2: FEAT_HCX */
	{ "HCRX_EL2 is EL2's",       MAX, EL1, 0, NONE, MRS(HCRX_EL2), UNDEF, FLIP(HCR_EL2, NV), TRAP2 },
	{ "HCRX_EL2 needs FEAT_HCX", V84, EL2, 0, NONE, MRS(HCRX_EL2), UNDEF, IN(MAX), REG(HCRX_EL2) },
	/* clang-format on */
};

ROUTE_TABLE(hcr);
