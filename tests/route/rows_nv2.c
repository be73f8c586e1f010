/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_NV2: which names become memory at VNCR_EL2.BADDR + offset, and which become another
 * register. HYPERVISOR-SPEC B.5, F.5; DDI 0487 D8.11. What still traps is in rows_nv2_traps.c.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* EL2's names, whatever NV1. Twin: NV2 = 0 traps */
	{ "0x020 VTTBR_EL2",                      V84, EL1, NV2,      NONE, MSR(VTTBR_EL2),   MEM(0x020),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x040 VTCR_EL2",                       V84, EL1, NV2,      NONE, MSR(VTCR_EL2),    MEM(0x040),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x050 VMPIDR_EL2",                     V84, EL1, NV2,      NONE, MSR(VMPIDR_EL2),  MEM(0x050),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x060 CNTVOFF_EL2",                    V84, EL1, NV2,      NONE, MSR(CNTVOFF_EL2), MEM(0x060),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x078 HCR_EL2 written",                V84, EL1, NV2,      NONE, MSR(HCR_EL2),     MEM(0x078),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x078 HCR_EL2 read",                   V84, EL1, NV2,      NONE, MRS(HCR_EL2),     MEM(0x078),     FLIP(HCR_EL2, NV), UNDEF },
	{ "0x080 HSTR_EL2",                       V84, EL1, NV2,      NONE, MSR(HSTR_EL2),    MEM(0x080),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x088 VPIDR_EL2",                      V84, EL1, NV2,      NONE, MSR(VPIDR_EL2),   MEM(0x088),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x090 TPIDR_EL2",                      V84, EL1, NV2,      NONE, MSR(TPIDR_EL2),   MEM(0x090),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x0b0 VNCR_EL2",                       V84, EL1, NV2,      NONE, MSR(VNCR_EL2),    MEM(0x0b0),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x240 SP_EL1",                         V84, EL1, NV2,      NONE, MSR(SP_EL1),      MEM(0x240),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "with NV1 too: VTTBR_EL2",              V84, EL1, NV2_NV1,  NONE, MRS(VTTBR_EL2),   MEM(0x020),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "with NV1 too: HCR_EL2",                V84, EL1, NV2_NV1,  NONE, MSR(HCR_EL2),     MEM(0x078),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "with NV1 too: SP_EL1",                 V84, EL1, NV2_NV1,  NONE, MRS(SP_EL1),      MEM(0x240),     FLIP(HCR_EL2, NV2), TRAP2 },
	{ "NV2 without NV is nothing: UNDEFINED", V84, EL1, HCR(NV2), NONE, MRS(HCR_EL2),     UNDEF,          FLIP(HCR_EL2, NV), MEM(0x078) },
	{ "EL0 has no EL2 names with NV2",        V84, EL0, NV2_NV1,  NONE, MRS(VTTBR_EL2),   UNDEF,          NO_TWIN },
	{ "EL2's own access is to the register",  V84, EL2, NV2_NV1,  NONE, MSR(VTTBR_EL2),   REG(VTTBR_EL2), NO_TWIN },

	/* EL1 names without an _EL12 name, whatever NV1 */
	{ "0x118 ACTLR_EL1, NV1 = 0", V84, EL1, NV2,     NONE, MRS(ACTLR_EL1), MEM(0x118), FLIP(HCR_EL2, NV2), REG(ACTLR_EL1) },
	{ "0x118 ACTLR_EL1, NV1 = 1", V84, EL1, NV2_NV1, NONE, MSR(ACTLR_EL1), MEM(0x118), FLIP(HCR_EL2, NV2), REG(ACTLR_EL1) },
	{ "0x158 MDSCR_EL1, NV1 = 0", V84, EL1, NV2,     NONE, MSR(MDSCR_EL1), MEM(0x158), FLIP(HCR_EL2, NV2), REG(MDSCR_EL1) },
	{ "0x158 MDSCR_EL1, NV1 = 1", V84, EL1, NV2_NV1, NONE, MRS(MDSCR_EL1), MEM(0x158), FLIP(HCR_EL2, NV2), REG(MDSCR_EL1) },

	/* Name rule N with NV1 = 0: the _EL12 or _EL02 name is memory. Twin: NV1 = 1 traps */
	{ "0x100 CPACR_EL12",      V84, EL1, NV2, NONE, MSR(CPACR_EL12),      MEM(0x100), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x108 CONTEXTIDR_EL12", V84, EL1, NV2, NONE, MSR(CONTEXTIDR_EL12), MEM(0x108), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x110 SCTLR_EL12",      V84, EL1, NV2, NONE, MRS(SCTLR_EL12),      MEM(0x110), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x120 TCR_EL12",        V84, EL1, NV2, NONE, MSR(TCR_EL12),        MEM(0x120), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x128 AFSR0_EL12",      V84, EL1, NV2, NONE, MRS(AFSR0_EL12),      MEM(0x128), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x130 AFSR1_EL12",      V84, EL1, NV2, NONE, MRS(AFSR1_EL12),      MEM(0x130), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x138 ESR_EL12",        V84, EL1, NV2, NONE, MRS(ESR_EL12),        MEM(0x138), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x140 MAIR_EL12",       V84, EL1, NV2, NONE, MSR(MAIR_EL12),       MEM(0x140), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x148 AMAIR_EL12",      V84, EL1, NV2, NONE, MSR(AMAIR_EL12),      MEM(0x148), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x160 SPSR_EL12",       V84, EL1, NV2, NONE, MSR(SPSR_EL12),       MEM(0x160), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x168 CNTV_CVAL_EL02",  V84, EL1, NV2, NONE, MSR(CNTV_CVAL_EL02),  MEM(0x168), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x170 CNTV_CTL_EL02",   V84, EL1, NV2, NONE, MRS(CNTV_CTL_EL02),   MEM(0x170), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x178 CNTP_CVAL_EL02",  V84, EL1, NV2, NONE, MSR(CNTP_CVAL_EL02),  MEM(0x178), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x180 CNTP_CTL_EL02",   V84, EL1, NV2, NONE, MRS(CNTP_CTL_EL02),   MEM(0x180), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x200 TTBR0_EL12",      V84, EL1, NV2, NONE, MSR(TTBR0_EL12),      MEM(0x200), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x210 TTBR1_EL12",      V84, EL1, NV2, NONE, MSR(TTBR1_EL12),      MEM(0x210), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x220 FAR_EL12",        V84, EL1, NV2, NONE, MRS(FAR_EL12),        MEM(0x220), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x230 ELR_EL12",        V84, EL1, NV2, NONE, MSR(ELR_EL12),        MEM(0x230), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x250 VBAR_EL12",       V84, EL1, NV2, NONE, MSR(VBAR_EL12),       MEM(0x250), FLIP(HCR_EL2, NV1), TRAP2 },

	/* Name rule N with NV1 = 1: the EL1 or EL0 name is memory. Twin: NV1 = 0, the register */
	{ "0x100 CPACR_EL1",                                                 V84, EL1, NV2_NV1,             NONE,                    MSR(CPACR_EL1),      MEM(0x100),         FLIP(HCR_EL2, NV1), REG(CPACR_EL1) },
	{ "0x108 CONTEXTIDR_EL1",                                            V84, EL1, NV2_NV1,             NONE,                    MRS(CONTEXTIDR_EL1), MEM(0x108),         FLIP(HCR_EL2, NV1), REG(CONTEXTIDR_EL1) },
	{ "0x110 SCTLR_EL1",                                                 V84, EL1, NV2_NV1,             NONE,                    MSR(SCTLR_EL1),      MEM(0x110),         FLIP(HCR_EL2, NV1), REG(SCTLR_EL1) },
	{ "0x120 TCR_EL1",                                                   V84, EL1, NV2_NV1,             NONE,                    MSR(TCR_EL1),        MEM(0x120),         FLIP(HCR_EL2, NV1), REG(TCR_EL1) },
	{ "0x128 AFSR0_EL1",                                                 V84, EL1, NV2_NV1,             NONE,                    MSR(AFSR0_EL1),      MEM(0x128),         FLIP(HCR_EL2, NV1), REG(AFSR0_EL1) },
	{ "0x130 AFSR1_EL1",                                                 V84, EL1, NV2_NV1,             NONE,                    MRS(AFSR1_EL1),      MEM(0x130),         FLIP(HCR_EL2, NV1), REG(AFSR1_EL1) },
	{ "0x138 ESR_EL1",                                                   V84, EL1, NV2_NV1,             NONE,                    MRS(ESR_EL1),        MEM(0x138),         FLIP(HCR_EL2, NV1), REG(ESR_EL1) },
	{ "0x140 MAIR_EL1",                                                  V84, EL1, NV2_NV1,             NONE,                    MSR(MAIR_EL1),       MEM(0x140),         FLIP(HCR_EL2, NV1), REG(MAIR_EL1) },
	{ "0x148 AMAIR_EL1",                                                 V84, EL1, NV2_NV1,             NONE,                    MRS(AMAIR_EL1),      MEM(0x148),         FLIP(HCR_EL2, NV1), REG(AMAIR_EL1) },
	{ "0x160 SPSR_EL1",                                                  V84, EL1, NV2_NV1,             NONE,                    MRS(SPSR_EL1),       MEM(0x160),         FLIP(HCR_EL2, NV1), REG(SPSR_EL1) },
	{ "0x168 CNTV_CVAL_EL0",                                             V84, EL1, NV2_NV1,             NONE,                    MSR(CNTV_CVAL_EL0),  MEM(0x168),         FLIP(HCR_EL2, NV1), REG(CNTV_CVAL_EL0) },
	{ "0x170 CNTV_CTL_EL0",                                              V84, EL1, NV2_NV1,             NONE,                    MRS(CNTV_CTL_EL0),   MEM(0x170),         FLIP(HCR_EL2, NV1), REG(CNTV_CTL_EL0) },
	{ "0x178 CNTP_CVAL_EL0",                                             V84, EL1, NV2_NV1,             NONE,                    MRS(CNTP_CVAL_EL0),  MEM(0x178),         FLIP(HCR_EL2, NV1), REG(CNTP_CVAL_EL0) },
	{ "0x180 CNTP_CTL_EL0",                                              V84, EL1, NV2_NV1,             NONE,                    MSR(CNTP_CTL_EL0),   MEM(0x180),         FLIP(HCR_EL2, NV1), REG(CNTP_CTL_EL0) },
	{ "0x200 TTBR0_EL1",                                                 V84, EL1, NV2_NV1,             NONE,                    MRS(TTBR0_EL1),      MEM(0x200),         FLIP(HCR_EL2, NV1), REG(TTBR0_EL1) },
	{ "0x210 TTBR1_EL1",                                                 V84, EL1, NV2_NV1,             NONE,                    MSR(TTBR1_EL1),      MEM(0x210),         FLIP(HCR_EL2, NV1), REG(TTBR1_EL1) },
	{ "0x220 FAR_EL1",                                                   V84, EL1, NV2_NV1,             NONE,                    MRS(FAR_EL1),        MEM(0x220),         FLIP(HCR_EL2, NV1), REG(FAR_EL1) },
	{ "0x230 ELR_EL1: memory, not the trap of NV1 without NV2",          V84, EL1, NV2_NV1,             NONE,                    MRS(ELR_EL1),        MEM(0x230),         FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x250 VBAR_EL1: memory, not the trap of NV1 without NV2",         V84, EL1, NV2_NV1,             NONE,                    MSR(VBAR_EL1),       MEM(0x250),         FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x160 SPSR_EL1 written: memory, not the trap of NV1 without NV2", V84, EL1, NV2_NV1,             NONE,                    MSR(SPSR_EL1),       MEM(0x160),         FLIP(HCR_EL2, NV2), TRAP2 },
	{ "NV1 with NV2 but without NV is nothing",                          V84, EL1, HCR(NV1) | HCR(NV2), NONE,                    MSR(SCTLR_EL1),      REG(SCTLR_EL1),     FLIP(HCR_EL2, NV), MEM(0x110) },
	{ "EL0's timer of EL0 stays a register",                             V84, EL0, NV2_NV1,             SET(CNTKCTL_EL1, 0x3ff), MRS(CNTV_CVAL_EL0),  REG(CNTV_CVAL_EL0), NO_TWIN },
	{ "CNTKCTL_EL1 has no place in memory",                              V84, EL1, NV2_NV1,             NONE,                    MSR(CNTKCTL_EL1),    REG(CNTKCTL_EL1),   NO_TWIN },
	{ "CNTP_TVAL_EL0 has no place in memory",                            V84, EL1, NV2_NV1,             NONE,                    MSR(CNTP_TVAL_EL0),  REG(CNTP_TVAL_EL0), NO_TWIN },
	{ "CNTV_TVAL_EL0 has no place in memory",                            V84, EL1, NV2_NV1,             NONE,                    MRS(CNTV_TVAL_EL0),  REG(CNTV_TVAL_EL0), NO_TWIN },
	{ "TPIDR_EL1 has no place in memory",                                V84, EL1, NV2_NV1,             NONE,                    MSR(TPIDR_EL1),      REG(TPIDR_EL1),     NO_TWIN },
	{ "PAR_EL1 has no place in memory",                                  V84, EL1, NV2_NV1,             NONE,                    MRS(PAR_EL1),        REG(PAR_EL1),       NO_TWIN },
	{ "CSSELR_EL1 has no place in memory",                               V84, EL1, NV2_NV1,             NONE,                    MSR(CSSELR_EL1),     REG(CSSELR_EL1),    NO_TWIN },

	/* EL2 names that become EL1 registers, without memory and whatever NV1 */
	{ "ELR_EL2 is ELR_EL1",                                              V84, EL1, NV2,             NONE, MRS(ELR_EL2),  REG(ELR_EL1),  FLIP(HCR_EL2, NV2), TRAP2 },
	{ "SPSR_EL2 is SPSR_EL1",                                            V84, EL1, NV2,             NONE, MSR(SPSR_EL2), REG(SPSR_EL1), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "ESR_EL2 is ESR_EL1",                                              V84, EL1, NV2,             NONE, MRS(ESR_EL2),  REG(ESR_EL1),  FLIP(HCR_EL2, NV2), TRAP2 },
	{ "FAR_EL2 is FAR_EL1",                                              V84, EL1, NV2,             NONE, MRS(FAR_EL2),  REG(FAR_EL1),  FLIP(HCR_EL2, NV2), TRAP2 },
	{ "ELR_EL2 with NV1 too, and not on to memory",                      V84, EL1, NV2_NV1,         NONE, MSR(ELR_EL2),  REG(ELR_EL1),  FLIP(HCR_EL2, NV2), TRAP2 },
	{ "SPSR_EL2 with NV1 too",                                           V84, EL1, NV2_NV1,         NONE, MRS(SPSR_EL2), REG(SPSR_EL1), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "FAR_EL2 is not trapped by TRVM, which is about the name FAR_EL1", V84, EL1, NV2 | HCR(TRVM), NONE, MRS(FAR_EL2),  REG(FAR_EL1),  FLIP(HCR_EL2, NV2), TRAP2 },
	{ "ESR_EL2 is not trapped by TVM",                                   V84, EL1, NV2 | HCR(TVM),  NONE, MSR(ESR_EL2),  REG(ESR_EL1),  FLIP(HCR_EL2, NV2), TRAP2 },

	/* Names of later extensions: FEAT_RAS, FEAT_ECV, FEAT_HCX, FEAT_CSV2_2 */
	{ "0x0a0 HCRX_EL2",             MAX, EL1, NV2,                   NONE, MSR(HCRX_EL2),     MEM(0x0a0), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x188 SCXTNUM_EL1 with NV1", MAX, EL1, HCR(EnSCXT) | NV2_NV1, NONE, MRS(SCXTNUM_EL1),  MEM(0x188), FLIP(HCR_EL2, NV1), REG(SCXTNUM_EL1) },
	{ "0x188 SCXTNUM_EL12 without", MAX, EL1, HCR(EnSCXT) | NV2,     NONE, MSR(SCXTNUM_EL12), MEM(0x188), FLIP(HCR_EL2, NV1), TRAP2 },
	{ "0x1a8 CNTPOFF_EL2",          MAX, EL1, NV2,                   NONE, MSR(CNTPOFF_EL2),  MEM(0x1a8), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x500 VDISR_EL2",            V84, EL1, NV2,                   NONE, MSR(VDISR_EL2),    MEM(0x500), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x508 VSESR_EL2",            V84, EL1, NV2_NV1,               NONE, MRS(VSESR_EL2),    MEM(0x508), FLIP(HCR_EL2, NV2), TRAP2 },
	/* clang-format on */
};

ROUTE_TABLE(nv2);
