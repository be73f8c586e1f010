/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What still traps with FEAT_NV2, and what comes first where memory and a trap of EL2 both apply.
 * HYPERVISOR-SPEC B.5 ("Still trapping"), F.2, F.5; DDI 0487 D17.2, "Accessing" of each name.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* EL2 names without a place in memory. Twin: NV = 0, UNDEFINED */
	{ "SCTLR_EL2",              V84, EL1, NV2,     NONE, MSR(SCTLR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "ACTLR_EL2",              V84, EL1, NV2,     NONE, MRS(ACTLR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "MDCR_EL2",               V84, EL1, NV2,     NONE, MSR(MDCR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CPTR_EL2",               V84, EL1, NV2,     NONE, MSR(CPTR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "HACR_EL2",               V84, EL1, NV2,     NONE, MSR(HACR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TTBR0_EL2",              V84, EL1, NV2,     NONE, MSR(TTBR0_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TTBR1_EL2",              V84, EL1, NV2,     NONE, MRS(TTBR1_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TCR_EL2",                V84, EL1, NV2,     NONE, MSR(TCR_EL2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AFSR0_EL2",              V84, EL1, NV2,     NONE, MSR(AFSR0_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AFSR1_EL2",              V84, EL1, NV2,     NONE, MRS(AFSR1_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "HPFAR_EL2",              V84, EL1, NV2,     NONE, MRS(HPFAR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "MAIR_EL2",               V84, EL1, NV2,     NONE, MSR(MAIR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AMAIR_EL2",              V84, EL1, NV2,     NONE, MSR(AMAIR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "VBAR_EL2",               V84, EL1, NV2,     NONE, MSR(VBAR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "RVBAR_EL2",              V84, EL1, NV2,     NONE, MRS(RVBAR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CONTEXTIDR_EL2",         V84, EL1, NV2,     NONE, MSR(CONTEXTIDR_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTHCTL_EL2",            V84, EL1, NV2,     NONE, MSR(CNTHCTL_EL2),    TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTHP_CTL_EL2",          V84, EL1, NV2,     NONE, MSR(CNTHP_CTL_EL2),  TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTHP_CVAL_EL2",         V84, EL1, NV2,     NONE, MRS(CNTHP_CVAL_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTHP_TVAL_EL2",         V84, EL1, NV2,     NONE, MSR(CNTHP_TVAL_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTHV_CTL_EL2",          V84, EL1, NV2,     NONE, MSR(CNTHV_CTL_EL2),  TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTHV_CVAL_EL2",         V84, EL1, NV2,     NONE, MRS(CNTHV_CVAL_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTHV_TVAL_EL2",         V84, EL1, NV2,     NONE, MSR(CNTHV_TVAL_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "SPSR_abt",               V84, EL1, NV2,     NONE, MRS(SPSR_abt),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "SPSR_und",               V84, EL1, NV2,     NONE, MSR(SPSR_und),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "SPSR_irq",               V84, EL1, NV2,     NONE, MRS(SPSR_irq),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "SPSR_fiq",               V84, EL1, NV2,     NONE, MSR(SPSR_fiq),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "SCTLR_EL2 with NV1 too", V84, EL1, NV2_NV1, NONE, MSR(SCTLR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },

	/* Aliases without a place in memory, and all of them with NV1 */
	{ "CNTKCTL_EL12",                               V84, EL1, NV2,     NONE, MSR(CNTKCTL_EL12),   TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTP_TVAL_EL02",                             V84, EL1, NV2,     NONE, MRS(CNTP_TVAL_EL02), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "CNTV_TVAL_EL02",                             V84, EL1, NV2,     NONE, MSR(CNTV_TVAL_EL02), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV1 = 1: SCTLR_EL12 traps like any op1 = 5", V84, EL1, NV2_NV1, NONE, MRS(SCTLR_EL12),     TRAP2, FLIP(HCR_EL2, NV1), MEM(0x110) },
	{ "NV1 = 1: CNTV_CTL_EL02 traps too",           V84, EL1, NV2_NV1, NONE, MRS(CNTV_CTL_EL02),  TRAP2, FLIP(HCR_EL2, NV1), MEM(0x170) },
	{ "NV1 = 1: ELR_EL12 traps too",                V84, EL1, NV2_NV1, NONE, MSR(ELR_EL12),       TRAP2, FLIP(HCR_EL2, NV1), MEM(0x230) },

	/* Operations of EL2 */
	{ "TLBI VAE2",                                   V84, EL1, NV2,             NONE, SYS(TLBI_VAE2),         TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI VAE2IS",                                 V84, EL1, NV2,             NONE, SYS(TLBI_VAE2IS),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI ALLE2",                                  V84, EL1, NV2,             NONE, SYS(TLBI_ALLE2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI ALLE1IS",                                V84, EL1, NV2,             NONE, SYS(TLBI_ALLE1IS),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI VMALLS12E1IS",                           V84, EL1, NV2,             NONE, SYS(TLBI_VMALLS12E1IS), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI IPAS2E1",                                V84, EL1, NV2,             NONE, SYS(TLBI_IPAS2E1),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI IPAS2LE1IS",                             V84, EL1, NV2,             NONE, SYS(TLBI_IPAS2LE1IS),   TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI ALLE1OS",                                V84, EL1, NV2,             NONE, SYS(TLBI_ALLE1OS),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI RIPAS2E1IS",                             V84, EL1, NV2,             NONE, SYS(TLBI_RIPAS2E1IS),   TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "TLBI RVAE2",                                  V84, EL1, NV2,             NONE, SYS(TLBI_RVAE2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AT S1E2R",                                    V84, EL1, NV2,             NONE, SYS(AT_S1E2R),          TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AT S1E2W",                                    V84, EL1, NV2,             NONE, SYS(AT_S1E2W),          TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AT S12E1R",                                   V84, EL1, NV2,             NONE, SYS(AT_S12E1R),         TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AT S12E0W",                                   V84, EL1, NV2,             NONE, SYS(AT_S12E0W),         TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "AT S1E1W by HCR_EL2.AT, with NV2 as without", V84, EL1, NV2 | HCR(AT),   NONE, SYS(AT_S1E1W),          TRAP2, FLIP(HCR_EL2, AT), OPER(AT_S1E1W) },
	{ "TLBI VAE1IS by TTLB, with NV2 as without",    V84, EL1, NV2 | HCR(TTLB), NONE, SYS(TLBI_VAE1IS),       TRAP2, FLIP(HCR_EL2, TTLB), OPER(TLBI_VAE1IS) },

	/* A coarse trap of the name used comes before memory */
	{ "TRVM comes before memory",                          V84, EL1, NV2_NV1 | HCR(TRVM), NONE,                          MRS(SCTLR_EL1),     TRAP2,      FLIP(HCR_EL2, TRVM), MEM(0x110) },
	{ "TVM comes before memory",                           V84, EL1, NV2_NV1 | HCR(TVM),  NONE,                          MSR(TTBR0_EL1),     TRAP2,      FLIP(HCR_EL2, TVM), MEM(0x200) },
	{ "TVM leaves reads to memory",                        V84, EL1, NV2_NV1 | HCR(TVM),  NONE,                          MRS(TTBR0_EL1),     MEM(0x200), FLIP(HCR_EL2, NV1), REG(TTBR0_EL1) },
	{ "TACR comes before memory",                          V84, EL1, NV2 | HCR(TACR),     NONE,                          MSR(ACTLR_EL1),     TRAP2,      FLIP(HCR_EL2, TACR), MEM(0x118) },
	{ "TCPAC comes before memory",                         V84, EL1, NV2_NV1,             SET(CPTR_EL2, CPTR_EL2_TCPAC), MSR(CPACR_EL1),     TRAP2,      FLIP(CPTR_EL2, TCPAC), MEM(0x100) },
	{ "TDA comes before memory",                           V84, EL1, NV2,                 SET(MDCR_EL2, MDCR_EL2_TDA),   MSR(MDSCR_EL1),     TRAP2,      FLIP(MDCR_EL2, TDA), MEM(0x158) },
	{ "TDE comes before memory",                           V84, EL1, NV2,                 SET(MDCR_EL2, MDCR_EL2_TDE),   MRS(MDSCR_EL1),     TRAP2,      FLIP(MDCR_EL2, TDE), MEM(0x158) },
	{ "CNTHCTL_EL2 comes before memory",                   V84, EL1, NV2_NV1,             SET(CNTHCTL_EL2, 0),           MSR(CNTP_CTL_EL0),  TRAP2,      FLIP(CNTHCTL_EL2, EL1PCEN), MEM(0x180) },
	{ "CNTHCTL_EL2 in its E2H format comes before memory", V84, EL1, NV2_NV1 | E2H,       SET(CNTHCTL_EL2, 3),           MRS(CNTP_CVAL_EL0), TRAP2,      FLIP(CNTHCTL_EL2, E2H_EL1PTEN), MEM(0x178) },

	/* ... but is not about another name of the same register */
	{ "TRVM is not about SCTLR_EL12, which is memory",               V84, EL1, NV2 | HCR(TRVM), NONE,                          MRS(SCTLR_EL12),    MEM(0x110), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "TVM is not about TCR_EL12, which is memory",                  V84, EL1, NV2 | HCR(TVM),  NONE,                          MSR(TCR_EL12),      MEM(0x120), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "TCPAC is not about CPACR_EL12, which is memory",              V84, EL1, NV2,             SET(CPTR_EL2, CPTR_EL2_TCPAC), MSR(CPACR_EL12),    MEM(0x100), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "CNTHCTL_EL2 is not about CNTP_CTL_EL02, which is memory",     V84, EL1, NV2,             SET(CNTHCTL_EL2, 0),           MRS(CNTP_CTL_EL02), MEM(0x180), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "TVM traps a VHE guest hypervisor's SCTLR_EL1 as any guest's", V84, EL1, NV2 | HCR(TVM),  NONE,                          MSR(SCTLR_EL1),     TRAP2,      FLIP(HCR_EL2, TVM), REG(SCTLR_EL1) },

	/* FEAT_CSV2_2 */
	{ "EnSCXT comes before NV2's memory", MAX, EL1, NV2_NV1,           NONE, MSR(SCXTNUM_EL1), TRAP2, FLIP(HCR_EL2, EnSCXT), MEM(0x188) },
	{ "NV traps SCXTNUM_EL2",             MAX, EL1, HCR(EnSCXT) | NV2, NONE, MSR(SCXTNUM_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	/* clang-format on */
};

ROUTE_TABLE(nv2_traps);
