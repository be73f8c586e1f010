/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_NV without FEAT_NV2: a guest hypervisor at EL1 uses EL2's names and traps. HYPERVISOR-SPEC
 * F.5, B.8 (groups NV, NV&!NV2, NV&NV1&!NV2); DDI 0487 D8.11. Twin: with NV = 0 the name is
 * UNDEFINED.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* EL2's names, the condition NV = 1, NV2 = 0 */
	{ "NV: HCR_EL2 read",              V83, EL1, NV, NONE, MRS(HCR_EL2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: HCR_EL2 written",           V83, EL1, NV, NONE, MSR(HCR_EL2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: SCTLR_EL2",                 V83, EL1, NV, NONE, MSR(SCTLR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: ACTLR_EL2",                 V83, EL1, NV, NONE, MRS(ACTLR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: MDCR_EL2",                  V83, EL1, NV, NONE, MSR(MDCR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CPTR_EL2",                  V83, EL1, NV, NONE, MSR(CPTR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: HSTR_EL2",                  V83, EL1, NV, NONE, MSR(HSTR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: HACR_EL2",                  V83, EL1, NV, NONE, MRS(HACR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TTBR0_EL2",                 V83, EL1, NV, NONE, MSR(TTBR0_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TTBR1_EL2",                 V83, EL1, NV, NONE, MSR(TTBR1_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TCR_EL2",                   V83, EL1, NV, NONE, MSR(TCR_EL2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: VTTBR_EL2",                 V83, EL1, NV, NONE, MSR(VTTBR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: VTCR_EL2",                  V83, EL1, NV, NONE, MSR(VTCR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: SPSR_EL2",                  V83, EL1, NV, NONE, MRS(SPSR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: ELR_EL2",                   V83, EL1, NV, NONE, MRS(ELR_EL2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: ESR_EL2",                   V83, EL1, NV, NONE, MRS(ESR_EL2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: FAR_EL2",                   V83, EL1, NV, NONE, MRS(FAR_EL2),        TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: HPFAR_EL2",                 V83, EL1, NV, NONE, MRS(HPFAR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: AFSR0_EL2",                 V83, EL1, NV, NONE, MSR(AFSR0_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: MAIR_EL2",                  V83, EL1, NV, NONE, MSR(MAIR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: VBAR_EL2",                  V83, EL1, NV, NONE, MSR(VBAR_EL2),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: RVBAR_EL2",                 V83, EL1, NV, NONE, MRS(RVBAR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CONTEXTIDR_EL2",            V83, EL1, NV, NONE, MSR(CONTEXTIDR_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TPIDR_EL2",                 V83, EL1, NV, NONE, MSR(TPIDR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: VPIDR_EL2",                 V83, EL1, NV, NONE, MSR(VPIDR_EL2),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: VMPIDR_EL2",                V83, EL1, NV, NONE, MRS(VMPIDR_EL2),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CNTHCTL_EL2",               V83, EL1, NV, NONE, MSR(CNTHCTL_EL2),    TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CNTVOFF_EL2",               V83, EL1, NV, NONE, MSR(CNTVOFF_EL2),    TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CNTHP_CTL_EL2",             V83, EL1, NV, NONE, MSR(CNTHP_CTL_EL2),  TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CNTHV_CVAL_EL2",            V83, EL1, NV, NONE, MRS(CNTHV_CVAL_EL2), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: SPSR_irq, an EL2 name too", V83, EL1, NV, NONE, MRS(SPSR_irq),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: SP_EL1, group NV&!NV2",     V83, EL1, NV, NONE, MSR(SP_EL1),         TRAP2, FLIP(HCR_EL2, NV), UNDEF },

	/* _EL12 and _EL02 names */
	{ "NV: SCTLR_EL12",                 V83, EL1, NV,     NONE, MRS(SCTLR_EL12),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CPACR_EL12",                 V83, EL1, NV,     NONE, MSR(CPACR_EL12),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TTBR0_EL12",                 V83, EL1, NV,     NONE, MSR(TTBR0_EL12),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: SPSR_EL12",                  V83, EL1, NV,     NONE, MRS(SPSR_EL12),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: ELR_EL12",                   V83, EL1, NV,     NONE, MSR(ELR_EL12),       TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: VBAR_EL12",                  V83, EL1, NV,     NONE, MSR(VBAR_EL12),      TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CNTKCTL_EL12",               V83, EL1, NV,     NONE, MSR(CNTKCTL_EL12),   TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CNTV_CTL_EL02",              V83, EL1, NV,     NONE, MRS(CNTV_CTL_EL02),  TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: CNTP_TVAL_EL02",             V83, EL1, NV,     NONE, MSR(CNTP_TVAL_EL02), TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV,NV1: SCTLR_EL12 still traps", V83, EL1, NV_NV1, NONE, MRS(SCTLR_EL12),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },

	/* TLBI and AT of EL2 */
	{ "NV: TLBI VAE2",                            V83, EL1, NV, NONE, SYS(TLBI_VAE2),       TRAP2,           FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TLBI ALLE2IS",                         V83, EL1, NV, NONE, SYS(TLBI_ALLE2IS),    TRAP2,           FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TLBI ALLE1",                           V83, EL1, NV, NONE, SYS(TLBI_ALLE1),      TRAP2,           FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TLBI VMALLS12E1",                      V83, EL1, NV, NONE, SYS(TLBI_VMALLS12E1), TRAP2,           FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: TLBI IPAS2E1IS",                       V83, EL1, NV, NONE, SYS(TLBI_IPAS2E1IS),  TRAP2,           FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: AT S1E2R",                             V83, EL1, NV, NONE, SYS(AT_S1E2R),        TRAP2,           FLIP(HCR_EL2, NV), UNDEF },
	{ "NV: AT S12E1W",                            V83, EL1, NV, NONE, SYS(AT_S12E1W),       TRAP2,           FLIP(HCR_EL2, NV), UNDEF },
	{ "NV is not about TLBI of EL1",              V83, EL1, NV, NONE, SYS(TLBI_VAE1),       OPER(TLBI_VAE1), NO_TWIN },
	{ "NV is not about AT of EL1: HCR_EL2.AT is", V83, EL1, NV, NONE, SYS(AT_S1E1R),        OPER(AT_S1E1R),  NO_TWIN },

	/* NV1: EL1's own names that a hypervisor without VHE means EL2's guest by. Group NV&NV1&!NV2 */
	{ "NV,NV1: VBAR_EL1 written",                            V83, EL1, NV_NV1,   NONE, MSR(VBAR_EL1),  TRAP2,          FLIP(HCR_EL2, NV1), REG(VBAR_EL1) },
	{ "NV,NV1: VBAR_EL1 read",                               V83, EL1, NV_NV1,   NONE, MRS(VBAR_EL1),  TRAP2,          FLIP(HCR_EL2, NV1), REG(VBAR_EL1) },
	{ "NV,NV1: ELR_EL1 read",                                V83, EL1, NV_NV1,   NONE, MRS(ELR_EL1),   TRAP2,          FLIP(HCR_EL2, NV1), REG(ELR_EL1) },
	{ "NV,NV1: ELR_EL1 written",                             V83, EL1, NV_NV1,   NONE, MSR(ELR_EL1),   TRAP2,          FLIP(HCR_EL2, NV1), REG(ELR_EL1) },
	{ "NV,NV1: SPSR_EL1 written",                            V83, EL1, NV_NV1,   NONE, MSR(SPSR_EL1),  TRAP2,          FLIP(HCR_EL2, NV1), REG(SPSR_EL1) },
	{ "NV,NV1: SPSR_EL1 read",                               V83, EL1, NV_NV1,   NONE, MRS(SPSR_EL1),  TRAP2,          FLIP(HCR_EL2, NV1), REG(SPSR_EL1) },
	{ "NV,NV1: SCXTNUM_EL1 read, which is enabled",          MAX, EL1, NV_NV1 | HCR(EnSCXT), NONE, MRS(SCXTNUM_EL1), TRAP2, FLIP(HCR_EL2, NV1), REG(SCXTNUM_EL1) },
	{ "NV,NV1: SCXTNUM_EL1 written, which is enabled",       MAX, EL1, NV_NV1 | HCR(EnSCXT), NONE, MSR(SCXTNUM_EL1), TRAP2, FLIP(HCR_EL2, NV1), REG(SCXTNUM_EL1) },
	{ "NV,NV1: SCTLR_EL1 is not of the group: TVM would be", V83, EL1, NV_NV1,   NONE, MSR(SCTLR_EL1), REG(SCTLR_EL1), NO_TWIN },
	{ "NV,NV1: ESR_EL1 is not of the group",                 V83, EL1, NV_NV1,   NONE, MRS(ESR_EL1),   REG(ESR_EL1),   NO_TWIN },
	{ "NV1 without NV traps nothing: as {0,0}",              V83, EL1, HCR(NV1), NONE, MSR(VBAR_EL1),  REG(VBAR_EL1),  FLIP(HCR_EL2, NV), TRAP2 },
	{ "NV without NV1 leaves EL1's names",                   V83, EL1, NV,       NONE, MSR(VBAR_EL1),  REG(VBAR_EL1),  NO_TWIN },
	{ "NV,NV1 does not trap EL2",                            V83, EL2, NV_NV1,   NONE, MSR(VBAR_EL1),  REG(VBAR_EL1),  NO_TWIN },

	/* What NV leaves */
	{ "NV: EL1's name is EL1's register",                        V83, EL1, NV,            NONE, MSR(TTBR0_EL1),          REG(TTBR0_EL1), NO_TWIN },
	{ "NV: EL0's name is EL0's register",                        V83, EL1, NV,            NONE, MSR(TPIDR_EL0),          REG(TPIDR_EL0), NO_TWIN },
	{ "NV: CurrentEL is read, and says EL2",                     V83, EL1, NV,            NONE, MRS(CurrentEL),          REG(CurrentEL), NO_TWIN },
	{ "NV: EL0 gets nothing",                                    V83, EL0, NV,            NONE, MRS(VBAR_EL2),           UNDEF,          NO_TWIN },
	{ "NV: EL2 uses its own names",                              V83, EL2, NV,            NONE, MSR(HCR_EL2),            REG(HCR_EL2),   NO_TWIN },
	{ "NV: writing what is read-only is UNDEFINED, not trapped", V83, EL1, NV,            NONE, MSR(RVBAR_EL2),          UNDEF,          NO_TWIN },
	{ "NV: SP_EL2 has an EL3 name",                              V83, EL1, NV,            NONE, MRS(SP_EL2),             UNDEF,          NO_TWIN },
	{ "NV: registers of 32-bit EL1 stay UNDEFINED",              V83, EL1, NV,            NONE, MRS(DACR32_EL2),         UNDEF,          NO_TWIN },
	{ "NV: unallocated EL2 encodings stay UNDEFINED",            V83, EL1, NV,            NONE, MRS_ENC(3, 4, 11, 0, 0), UNDEF,          NO_TWIN },
	{ "NV: CNTFRQ_EL0 written at EL1 stays UNDEFINED",           V83, EL1, NV,            NONE, MSR(CNTFRQ_EL0),         UNDEF,          NO_TWIN },
	{ "NV: EL1's coarse traps apply as ever",                    V83, EL1, NV | HCR(TVM), NONE, MSR(SCTLR_EL1),          TRAP2,          FLIP(HCR_EL2, TVM), REG(SCTLR_EL1) },
	{ "NV: VNCR_EL2 is UNDEFINED without FEAT_NV2",              V83, EL1, NV,            NONE, MRS(VNCR_EL2),           UNDEF,          IN(V84), TRAP2 },
	{ "NV2 is RES0 without FEAT_NV2: HCR_EL2 traps",             V83, EL1, NV2,           NONE, MRS(HCR_EL2),            TRAP2,          IN(V84), MEM(0x078) },
	{ "NV is RES0 without FEAT_NV",                              V81, EL1, NV,            NONE, MRS(HCR_EL2),            UNDEF,          IN(V83), TRAP2 },
	/* clang-format on */
};

ROUTE_TABLE(nv);
