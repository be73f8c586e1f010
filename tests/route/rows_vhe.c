/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_VHE: what names mean at EL2 with E2H, and at the host's EL0. HYPERVISOR-SPEC HW-1, HW-2,
 * HW-3; DDI 0487 D8.11. HW-4, HW-6 to HW-8 are about translation, not about where an access goes:
 * tests/system.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* HW-1: at EL2 with E2H the EL1 name means the EL2 register */
	{ "SCTLR_EL1 is SCTLR_EL2",                                  V84, EL2, E2H,     NONE,                    MSR(SCTLR_EL1),      REG(SCTLR_EL2),      FLIP(HCR_EL2, E2H), REG(SCTLR_EL1) },
	{ "CPACR_EL1 is CPTR_EL2",                                   V84, EL2, E2H,     NONE,                    MSR(CPACR_EL1),      REG(CPTR_EL2),       FLIP(HCR_EL2, E2H), REG(CPACR_EL1) },
	{ "TTBR0_EL1 is TTBR0_EL2",                                  V84, EL2, E2H,     NONE,                    MSR(TTBR0_EL1),      REG(TTBR0_EL2),      FLIP(HCR_EL2, E2H), REG(TTBR0_EL1) },
	{ "TTBR1_EL1 is TTBR1_EL2",                                  V84, EL2, E2H,     NONE,                    MRS(TTBR1_EL1),      REG(TTBR1_EL2),      FLIP(HCR_EL2, E2H), REG(TTBR1_EL1) },
	{ "TCR_EL1 is TCR_EL2",                                      V84, EL2, E2H,     NONE,                    MSR(TCR_EL1),        REG(TCR_EL2),        FLIP(HCR_EL2, E2H), REG(TCR_EL1) },
	{ "AFSR0_EL1 is AFSR0_EL2",                                  V84, EL2, E2H,     NONE,                    MRS(AFSR0_EL1),      REG(AFSR0_EL2),      FLIP(HCR_EL2, E2H), REG(AFSR0_EL1) },
	{ "AFSR1_EL1 is AFSR1_EL2",                                  V84, EL2, E2H,     NONE,                    MSR(AFSR1_EL1),      REG(AFSR1_EL2),      FLIP(HCR_EL2, E2H), REG(AFSR1_EL1) },
	{ "ESR_EL1 is ESR_EL2",                                      V84, EL2, E2H,     NONE,                    MRS(ESR_EL1),        REG(ESR_EL2),        FLIP(HCR_EL2, E2H), REG(ESR_EL1) },
	{ "FAR_EL1 is FAR_EL2",                                      V84, EL2, E2H,     NONE,                    MRS(FAR_EL1),        REG(FAR_EL2),        FLIP(HCR_EL2, E2H), REG(FAR_EL1) },
	{ "MAIR_EL1 is MAIR_EL2",                                    V84, EL2, E2H,     NONE,                    MSR(MAIR_EL1),       REG(MAIR_EL2),       FLIP(HCR_EL2, E2H), REG(MAIR_EL1) },
	{ "AMAIR_EL1 is AMAIR_EL2",                                  V84, EL2, E2H,     NONE,                    MSR(AMAIR_EL1),      REG(AMAIR_EL2),      FLIP(HCR_EL2, E2H), REG(AMAIR_EL1) },
	{ "VBAR_EL1 is VBAR_EL2",                                    V84, EL2, E2H,     NONE,                    MSR(VBAR_EL1),       REG(VBAR_EL2),       FLIP(HCR_EL2, E2H), REG(VBAR_EL1) },
	{ "CONTEXTIDR_EL1 is CONTEXTIDR_EL2",                        V84, EL2, E2H,     NONE,                    MSR(CONTEXTIDR_EL1), REG(CONTEXTIDR_EL2), FLIP(HCR_EL2, E2H), REG(CONTEXTIDR_EL1) },
	{ "ELR_EL1 is ELR_EL2",                                      V84, EL2, E2H,     NONE,                    MRS(ELR_EL1),        REG(ELR_EL2),        FLIP(HCR_EL2, E2H), REG(ELR_EL1) },
	{ "SPSR_EL1 is SPSR_EL2",                                    V84, EL2, E2H,     NONE,                    MSR(SPSR_EL1),       REG(SPSR_EL2),       FLIP(HCR_EL2, E2H), REG(SPSR_EL1) },
	{ "CNTKCTL_EL1 is CNTHCTL_EL2",                              V84, EL2, E2H,     NONE,                    MSR(CNTKCTL_EL1),    REG(CNTHCTL_EL2),    FLIP(HCR_EL2, E2H), REG(CNTKCTL_EL1) },
	{ "CNTP_CTL_EL0 is CNTHP_CTL_EL2",                           V84, EL2, E2H,     NONE,                    MSR(CNTP_CTL_EL0),   REG(CNTHP_CTL_EL2),  FLIP(HCR_EL2, E2H), REG(CNTP_CTL_EL0) },
	{ "CNTP_CVAL_EL0 is CNTHP_CVAL_EL2",                         V84, EL2, E2H,     NONE,                    MRS(CNTP_CVAL_EL0),  REG(CNTHP_CVAL_EL2), FLIP(HCR_EL2, E2H), REG(CNTP_CVAL_EL0) },
	{ "CNTP_TVAL_EL0 is CNTHP_TVAL_EL2",                         V84, EL2, E2H,     NONE,                    MSR(CNTP_TVAL_EL0),  REG(CNTHP_TVAL_EL2), FLIP(HCR_EL2, E2H), REG(CNTP_TVAL_EL0) },
	{ "CNTV_CTL_EL0 is CNTHV_CTL_EL2",                           V84, EL2, E2H,     NONE,                    MRS(CNTV_CTL_EL0),   REG(CNTHV_CTL_EL2),  FLIP(HCR_EL2, E2H), REG(CNTV_CTL_EL0) },
	{ "CNTV_CVAL_EL0 is CNTHV_CVAL_EL2",                         V84, EL2, E2H,     NONE,                    MSR(CNTV_CVAL_EL0),  REG(CNTHV_CVAL_EL2), FLIP(HCR_EL2, E2H), REG(CNTV_CVAL_EL0) },
	{ "CNTV_TVAL_EL0 is CNTHV_TVAL_EL2",                         V84, EL2, E2H,     NONE,                    MRS(CNTV_TVAL_EL0),  REG(CNTHV_TVAL_EL2), FLIP(HCR_EL2, E2H), REG(CNTV_TVAL_EL0) },
	{ "TGE has no part in it at EL2",                            V84, EL2, IN_HOST, NONE,                    MRS(SCTLR_EL1),      REG(SCTLR_EL2),      FLIP(HCR_EL2, E2H), REG(SCTLR_EL1) },
	{ "E2H is RES0 without FEAT_VHE",                            V80, EL2, E2H,     NONE,                    MSR(SCTLR_EL1),      REG(SCTLR_EL1),      IN(V81), REG(SCTLR_EL2) },
	{ "EL2's own name means EL2's register, E2H or not",         V84, EL2, E2H,     NONE,                    MSR(SCTLR_EL2),      REG(SCTLR_EL2),      NO_TWIN },
	{ "EL1's name at EL1 means EL1's, whatever E2H",             V84, EL1, E2H,     NONE,                    MSR(SCTLR_EL1),      REG(SCTLR_EL1),      NO_TWIN },
	{ "EL1's timer name at EL1 means EL0's timer, whatever E2H", V84, EL1, E2H,     SET(CNTHCTL_EL2, 0xc00), MSR(CNTP_CTL_EL0),   REG(CNTP_CTL_EL0),   NO_TWIN },

	/* HW-1: what E2H does not redirect */
	{ "SP_EL0 is itself",                                        V84, EL2, E2H,     NONE, MSR(SP_EL0),        REG(SP_EL0),        NO_TWIN },
	{ "SP_EL1 is itself",                                        V84, EL2, E2H,     NONE, MSR(SP_EL1),        REG(SP_EL1),        NO_TWIN },
	{ "TPIDR_EL0 is itself",                                     V84, EL2, E2H,     NONE, MSR(TPIDR_EL0),     REG(TPIDR_EL0),     NO_TWIN },
	{ "TPIDRRO_EL0 is itself",                                   V84, EL2, E2H,     NONE, MSR(TPIDRRO_EL0),   REG(TPIDRRO_EL0),   NO_TWIN },
	{ "TPIDR_EL1 is itself",                                     V84, EL2, E2H,     NONE, MSR(TPIDR_EL1),     REG(TPIDR_EL1),     NO_TWIN },
	{ "PAR_EL1 is itself",                                       V84, EL2, E2H,     NONE, MRS(PAR_EL1),       REG(PAR_EL1),       NO_TWIN },
	{ "CSSELR_EL1 is itself",                                    V84, EL2, E2H,     NONE, MSR(CSSELR_EL1),    REG(CSSELR_EL1),    NO_TWIN },
	{ "ACTLR_EL1 is itself",                                     V84, EL2, E2H,     NONE, MSR(ACTLR_EL1),     REG(ACTLR_EL1),     NO_TWIN },
	{ "MDSCR_EL1 is itself",                                     V84, EL2, E2H,     NONE, MSR(MDSCR_EL1),     REG(MDSCR_EL1),     NO_TWIN },
	{ "MIDR_EL1 is itself",                                      V84, EL2, E2H,     NONE, MRS(MIDR_EL1),      REG(MIDR_EL1),      NO_TWIN },
	{ "MPIDR_EL1 is itself",                                     V84, EL2, E2H,     NONE, MRS(MPIDR_EL1),     REG(MPIDR_EL1),     NO_TWIN },
	{ "DBGBVR0_EL1 is itself",                                   V84, EL2, E2H,     NONE, MSR(DBGBVR0_EL1),   REG(DBGBVR0_EL1),   NO_TWIN },
	{ "OSLAR_EL1 is itself",                                     V84, EL2, E2H,     NONE, MSR(OSLAR_EL1),     REG(OSLAR_EL1),     NO_TWIN },
	{ "APIAKeyLo_EL1 is itself",                                 V84, EL2, E2H,     NONE, MSR(APIAKeyLo_EL1), REG(APIAKeyLo_EL1), NO_TWIN },
	{ "LORC_EL1 is itself",                                      V84, EL2, E2H,     NONE, MSR(LORC_EL1),      REG(LORC_EL1),      NO_TWIN },
	{ "CNTVCT_EL0 is itself",                                    V84, EL2, E2H,     NONE, MRS(CNTVCT_EL0),    REG(CNTVCT_EL0),    NO_TWIN },
	{ "TLBI VAE1 is itself: its regime is another matter, HW-6", V84, EL2, IN_HOST, NONE, SYS(TLBI_VAE1),     OPER(TLBI_VAE1),    NO_TWIN },
	{ "AT S1E1R is itself: its regime is another matter, HW-7",  V84, EL2, IN_HOST, NONE, SYS(AT_S1E1R),      OPER(AT_S1E1R),     NO_TWIN },

	/* HW-2: _EL12 and _EL02 names, at EL2 with E2H = 1 only */
	{ "SCTLR_EL12",                                         V84, EL2, E2H,                        NONE,                MSR(SCTLR_EL12),      REG(SCTLR_EL1),      FLIP(HCR_EL2, E2H), UNDEF },
	{ "CPACR_EL12",                                         V84, EL2, E2H,                        NONE,                MSR(CPACR_EL12),      REG(CPACR_EL1),      FLIP(HCR_EL2, E2H), UNDEF },
	{ "TTBR0_EL12",                                         V84, EL2, E2H,                        NONE,                MSR(TTBR0_EL12),      REG(TTBR0_EL1),      FLIP(HCR_EL2, E2H), UNDEF },
	{ "TTBR1_EL12",                                         V84, EL2, E2H,                        NONE,                MRS(TTBR1_EL12),      REG(TTBR1_EL1),      FLIP(HCR_EL2, E2H), UNDEF },
	{ "TCR_EL12",                                           V84, EL2, E2H,                        NONE,                MRS(TCR_EL12),        REG(TCR_EL1),        FLIP(HCR_EL2, E2H), UNDEF },
	{ "SPSR_EL12",                                          V84, EL2, E2H,                        NONE,                MSR(SPSR_EL12),       REG(SPSR_EL1),       FLIP(HCR_EL2, E2H), UNDEF },
	{ "ELR_EL12",                                           V84, EL2, E2H,                        NONE,                MSR(ELR_EL12),        REG(ELR_EL1),        FLIP(HCR_EL2, E2H), UNDEF },
	{ "AFSR0_EL12",                                         V84, EL2, E2H,                        NONE,                MRS(AFSR0_EL12),      REG(AFSR0_EL1),      FLIP(HCR_EL2, E2H), UNDEF },
	{ "AFSR1_EL12",                                         V84, EL2, E2H,                        NONE,                MRS(AFSR1_EL12),      REG(AFSR1_EL1),      FLIP(HCR_EL2, E2H), UNDEF },
	{ "ESR_EL12",                                           V84, EL2, E2H,                        NONE,                MSR(ESR_EL12),        REG(ESR_EL1),        FLIP(HCR_EL2, E2H), UNDEF },
	{ "FAR_EL12",                                           V84, EL2, E2H,                        NONE,                MRS(FAR_EL12),        REG(FAR_EL1),        FLIP(HCR_EL2, E2H), UNDEF },
	{ "MAIR_EL12",                                          V84, EL2, E2H,                        NONE,                MSR(MAIR_EL12),       REG(MAIR_EL1),       FLIP(HCR_EL2, E2H), UNDEF },
	{ "AMAIR_EL12",                                         V84, EL2, E2H,                        NONE,                MRS(AMAIR_EL12),      REG(AMAIR_EL1),      FLIP(HCR_EL2, E2H), UNDEF },
	{ "VBAR_EL12",                                          V84, EL2, E2H,                        NONE,                MSR(VBAR_EL12),       REG(VBAR_EL1),       FLIP(HCR_EL2, E2H), UNDEF },
	{ "CONTEXTIDR_EL12",                                    V84, EL2, E2H,                        NONE,                MRS(CONTEXTIDR_EL12), REG(CONTEXTIDR_EL1), FLIP(HCR_EL2, E2H), UNDEF },
	{ "CNTKCTL_EL12",                                       V84, EL2, E2H,                        NONE,                MSR(CNTKCTL_EL12),    REG(CNTKCTL_EL1),    FLIP(HCR_EL2, E2H), UNDEF },
	{ "CNTP_TVAL_EL02",                                     V84, EL2, E2H,                        NONE,                MSR(CNTP_TVAL_EL02),  REG(CNTP_TVAL_EL0),  FLIP(HCR_EL2, E2H), UNDEF },
	{ "CNTP_CTL_EL02",                                      V84, EL2, E2H,                        NONE,                MRS(CNTP_CTL_EL02),   REG(CNTP_CTL_EL0),   FLIP(HCR_EL2, E2H), UNDEF },
	{ "CNTP_CVAL_EL02",                                     V84, EL2, E2H,                        NONE,                MSR(CNTP_CVAL_EL02),  REG(CNTP_CVAL_EL0),  FLIP(HCR_EL2, E2H), UNDEF },
	{ "CNTV_TVAL_EL02",                                     V84, EL2, E2H,                        NONE,                MRS(CNTV_TVAL_EL02),  REG(CNTV_TVAL_EL0),  FLIP(HCR_EL2, E2H), UNDEF },
	{ "CNTV_CTL_EL02",                                      V84, EL2, E2H,                        NONE,                MSR(CNTV_CTL_EL02),   REG(CNTV_CTL_EL0),   FLIP(HCR_EL2, E2H), UNDEF },
	{ "CNTV_CVAL_EL02",                                     V84, EL2, E2H,                        NONE,                MRS(CNTV_CVAL_EL02),  REG(CNTV_CVAL_EL0),  FLIP(HCR_EL2, E2H), UNDEF },
	{ "_EL12 at EL1 without NV is UNDEFINED, whatever E2H", V84, EL1, E2H,                        NONE,                MSR(SCTLR_EL12),      UNDEF,               NO_TWIN },
	{ "_EL02 at EL1 without NV is UNDEFINED, whatever E2H", V84, EL1, E2H,                        NONE,                MRS(CNTV_CTL_EL02),   UNDEF,               NO_TWIN },
	{ "_EL12 without FEAT_VHE is UNDEFINED",                V80, EL2, E2H,                        NONE,                MRS(VBAR_EL12),       UNDEF,               IN(V81), REG(VBAR_EL1) },
	{ "TVM and TRVM do not reach _EL12 at EL2",             V84, EL2, E2H | HCR(TVM) | HCR(TRVM), NONE,                MSR(TCR_EL12),        REG(TCR_EL1),        NO_TWIN },
	{ "CNTHCTL_EL2 does not reach _EL02 at EL2",            V84, EL2, E2H,                        SET(CNTHCTL_EL2, 0), MSR(CNTP_CTL_EL02),   REG(CNTP_CTL_EL0),   NO_TWIN },

	/* HW-3: the timers of the host's EL0 */
	{ "the host's EL0: CNTP_CTL_EL0 is EL2's",     V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0x303), MSR(CNTP_CTL_EL0),  REG(CNTHP_CTL_EL2),  FLIP(HCR_EL2, E2H), REG(CNTP_CTL_EL0) },
	{ "the host's EL0: CNTP_CVAL_EL0 is EL2's",    V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0x303), MRS(CNTP_CVAL_EL0), REG(CNTHP_CVAL_EL2), FLIP(HCR_EL2, E2H), REG(CNTP_CVAL_EL0) },
	{ "the host's EL0: CNTP_TVAL_EL0 is EL2's",    V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0x303), MSR(CNTP_TVAL_EL0), REG(CNTHP_TVAL_EL2), FLIP(HCR_EL2, TGE), TRAP2 },
	{ "the host's EL0: CNTV_CTL_EL0 is EL2's",     V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0x303), MSR(CNTV_CTL_EL0),  REG(CNTHV_CTL_EL2),  FLIP(HCR_EL2, TGE), REG(CNTV_CTL_EL0) },
	{ "the host's EL0: CNTV_CVAL_EL0 is EL2's",    V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0x303), MRS(CNTV_CVAL_EL0), REG(CNTHV_CVAL_EL2), FLIP(HCR_EL2, E2H), REG(CNTV_CVAL_EL0) },
	{ "the host's EL0: CNTV_TVAL_EL0 is EL2's",    V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0x303), MRS(CNTV_TVAL_EL0), REG(CNTHV_TVAL_EL2), FLIP(HCR_EL2, E2H), REG(CNTV_TVAL_EL0) },
	{ "the host's EL0: CNTVCT_EL0 keeps its name", V84, EL0, IN_HOST, SET(CNTHCTL_EL2, 2),                          MRS(CNTVCT_EL0),    REG(CNTVCT_EL0),     NO_TWIN },

	/* Registers that FEAT_VHE adds to EL2 */
	{ "TTBR1_EL2, E2H or not",                                                  V84, EL2, 0,       NONE, MSR(TTBR1_EL2),      REG(TTBR1_EL2),   NO_TWIN },
	{ "TTBR1_EL2 needs FEAT_VHE",                                               V80, EL2, 0,       NONE, MSR(TTBR1_EL2),      UNDEF,            IN(V81), REG(TTBR1_EL2) },
	{ "CONTEXTIDR_EL2 needs FEAT_VHE",                                          V80, EL2, 0,       NONE, MSR(CONTEXTIDR_EL2), UNDEF,            IN(V81), REG(CONTEXTIDR_EL2) },
	{ "CNTHV_CTL_EL2 needs FEAT_VHE",                                           V80, EL2, 0,       NONE, MRS(CNTHV_CTL_EL2),  UNDEF,            IN(V81), REG(CNTHV_CTL_EL2) },
	{ "TTBR1_EL2 at EL1 is UNDEFINED",                                          V84, EL1, 0,       NONE, MSR(TTBR1_EL2),      UNDEF,            NO_TWIN },
	{ "VTTBR_EL2 at EL2",                                                       V84, EL2, 0,       NONE, MSR(VTTBR_EL2),      REG(VTTBR_EL2),   NO_TWIN },
	{ "HCR_EL2 at EL2",                                                         V84, EL2, IN_HOST, NONE, MSR(HCR_EL2),        REG(HCR_EL2),     NO_TWIN },
	{ "CNTHCTL_EL2 at EL2",                                                     V84, EL2, E2H,     NONE, MSR(CNTHCTL_EL2),    REG(CNTHCTL_EL2), NO_TWIN },
	{ "VPIDR_EL2 at EL2",                                                       V84, EL2, 0,       NONE, MSR(VPIDR_EL2),      REG(VPIDR_EL2),   NO_TWIN },
	{ "VMPIDR_EL2 at EL1 is UNDEFINED",                                         V84, EL1, 0,       NONE, MRS(VMPIDR_EL2),     UNDEF,            NO_TWIN },
	{ "HPFAR_EL2 at EL2",                                                       V84, EL2, 0,       NONE, MRS(HPFAR_EL2),      REG(HPFAR_EL2),   NO_TWIN },
	{ "32-bit EL1's registers are UNDEFINED at EL2 where EL1 is never AArch32", V84, EL2, 0,       NONE, MRS(DACR32_EL2),     UNDEF,            NO_TWIN },

	/* FEAT_CSV2_2 */
	{ "E2H: SCXTNUM_EL1 is SCXTNUM_EL2",  MAX, EL2, E2H, NONE, MSR(SCXTNUM_EL1),  REG(SCXTNUM_EL2), FLIP(HCR_EL2, E2H), REG(SCXTNUM_EL1) },
	{ "E2H: SCXTNUM_EL12 is SCXTNUM_EL1", MAX, EL2, E2H, NONE, MRS(SCXTNUM_EL12), REG(SCXTNUM_EL1), FLIP(HCR_EL2, E2H), UNDEF },
	/* clang-format on */
};

ROUTE_TABLE(vhe);
