/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3 CPU interface: ICH_HCR_EL2, ICC_SRE_EL2, HCR_EL2.{IMO,FMO}; names that lead to the
 * virtual interface; FEAT_NV2. HYPERVISOR-SPEC HW-15, B.5; IHI 0069.
 */
#include "tests/route/route.h"

#define ICH(field) ICH_HCR_EL2_##field

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* Registers of both groups: TC, and IMO or FMO for the virtual interface */
	{ "TC traps ICC_PMR_EL1",                     V80, EL1, 0,        SET(ICH_HCR_EL2, ICH(TC)),    MRS(ICC_PMR_EL1),     TRAP2, FLIP(ICH_HCR_EL2, TC), REG(ICC_PMR_EL1) },
	{ "TC traps its writes",                      V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TC)),    MSR(ICC_PMR_EL1),     TRAP2, FLIP(ICH_HCR_EL2, TC), REG(ICC_PMR_EL1) },
	{ "TC traps ICC_CTLR_EL1",                    V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TC)),    MSR(ICC_CTLR_EL1),    TRAP2, FLIP(ICH_HCR_EL2, TC), REG(ICC_CTLR_EL1) },
	{ "TC traps ICC_RPR_EL1",                     V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TC)),    MRS(ICC_RPR_EL1),     TRAP2, FLIP(ICH_HCR_EL2, TC), REG(ICC_RPR_EL1) },
	{ "TC traps ICC_DIR_EL1",                     V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TC)),    MSR(ICC_DIR_EL1),     TRAP2, FLIP(ICH_HCR_EL2, TC), REG(ICC_DIR_EL1) },
	{ "TC traps SGIs",                            V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TC)),    MSR(ICC_SGI1R_EL1),   TRAP2, FLIP(ICH_HCR_EL2, TC), REG(ICC_SGI1R_EL1) },
	{ "TC comes before the virtual interface",    V84, EL1, HCR(IMO), SET(ICH_HCR_EL2, ICH(TC)),    MRS(ICC_PMR_EL1),     TRAP2, FLIP(ICH_HCR_EL2, TC), REG(ICV_PMR_EL1) },
	{ "TC is not about the groups",               V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TC)),    MRS(ICC_IAR1_EL1),    REG(ICC_IAR1_EL1), NO_TWIN },
	{ "IMO: ICC_PMR_EL1 is ICV_PMR_EL1",          V84, EL1, HCR(IMO), NONE,                         MSR(ICC_PMR_EL1),     REG(ICV_PMR_EL1),  FLIP(HCR_EL2, IMO), REG(ICC_PMR_EL1) },
	{ "FMO too",                                  V84, EL1, HCR(FMO), NONE,                         MRS(ICC_PMR_EL1),     REG(ICV_PMR_EL1),  FLIP(HCR_EL2, FMO), REG(ICC_PMR_EL1) },
	{ "FMO: ICC_CTLR_EL1",                        V84, EL1, HCR(FMO), NONE,                         MSR(ICC_CTLR_EL1),    REG(ICV_CTLR_EL1), FLIP(HCR_EL2, FMO), REG(ICC_CTLR_EL1) },
	{ "IMO: ICC_DIR_EL1",                         V84, EL1, HCR(IMO), NONE,                         MSR(ICC_DIR_EL1),     REG(ICV_DIR_EL1),  FLIP(HCR_EL2, IMO), REG(ICC_DIR_EL1) },
	{ "FMO: ICC_RPR_EL1",                         V84, EL1, HCR(FMO), NONE,                         MRS(ICC_RPR_EL1),     REG(ICV_RPR_EL1),  FLIP(HCR_EL2, FMO), REG(ICC_RPR_EL1) },
	{ "at EL2 the name is the physical one's",    V84, EL2, HCR(IMO) | HCR(FMO), SET(ICH_HCR_EL2, ICH(TC)), MSR(ICC_PMR_EL1), REG(ICC_PMR_EL1), NO_TWIN },
	{ "AMO is about neither",                     V84, EL1, HCR(AMO), NONE,                         MSR(ICC_PMR_EL1),     REG(ICC_PMR_EL1),  NO_TWIN },
	{ "EL0 has none of the names",                V84, EL0, HCR(IMO), SET(ICH_HCR_EL2, ICH(TC)),    MRS(ICC_PMR_EL1),     UNDEF, NO_TWIN },
	{ "No EL2: the physical interface",           V84, EL1_ALONE, 0,  NONE,                         MSR(ICC_PMR_EL1),     REG(ICC_PMR_EL1),  NO_TWIN },

	/* TDIR is about ICC_DIR_EL1 alone */
	{ "TDIR traps ICC_DIR_EL1",                   V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TDIR)),  MSR(ICC_DIR_EL1),     TRAP2, FLIP(ICH_HCR_EL2, TDIR), REG(ICC_DIR_EL1) },
	{ "TDIR comes before the virtual interface",  V84, EL1, HCR(FMO), SET(ICH_HCR_EL2, ICH(TDIR)),  MSR(ICC_DIR_EL1),     TRAP2, FLIP(ICH_HCR_EL2, TDIR), REG(ICV_DIR_EL1) },
	{ "TDIR is not about ICC_EOIR1_EL1",          V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TDIR)),  MSR(ICC_EOIR1_EL1),   REG(ICC_EOIR1_EL1), NO_TWIN },
	{ "ICC_DIR_EL1 cannot be read",               V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TDIR)),  MRS(ICC_DIR_EL1),     UNDEF, NO_TWIN },

	/* Group 0: TALL0, FMO */
	{ "TALL0 traps ICC_IAR0_EL1",                 V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL0)), MRS(ICC_IAR0_EL1),    TRAP2, FLIP(ICH_HCR_EL2, TALL0), REG(ICC_IAR0_EL1) },
	{ "TALL0 traps ICC_EOIR0_EL1",                V84, EL1, HCR(FMO), SET(ICH_HCR_EL2, ICH(TALL0)), MSR(ICC_EOIR0_EL1),   TRAP2, FLIP(ICH_HCR_EL2, TALL0), REG(ICV_EOIR0_EL1) },
	{ "TALL0 traps ICC_HPPIR0_EL1",               V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL0)), MRS(ICC_HPPIR0_EL1),  TRAP2, FLIP(ICH_HCR_EL2, TALL0), REG(ICC_HPPIR0_EL1) },
	{ "TALL0 traps ICC_BPR0_EL1",                 V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL0)), MSR(ICC_BPR0_EL1),    TRAP2, FLIP(ICH_HCR_EL2, TALL0), REG(ICC_BPR0_EL1) },
	{ "TALL0 traps ICC_AP0R0_EL1",                V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL0)), MSR(ICC_AP0R0_EL1),   TRAP2, FLIP(ICH_HCR_EL2, TALL0), REG(ICC_AP0R0_EL1) },
	{ "TALL0 traps ICC_IGRPEN0_EL1",              V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL0)), MRS(ICC_IGRPEN0_EL1), TRAP2, FLIP(ICH_HCR_EL2, TALL0), REG(ICC_IGRPEN0_EL1) },
	{ "TALL0 is not about group 1",               V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL0)), MRS(ICC_IAR1_EL1),    REG(ICC_IAR1_EL1), NO_TWIN },
	{ "FMO: ICC_IAR0_EL1",                        V84, EL1, HCR(FMO), NONE,                         MRS(ICC_IAR0_EL1),    REG(ICV_IAR0_EL1), FLIP(HCR_EL2, FMO), REG(ICC_IAR0_EL1) },
	{ "FMO: ICC_AP0R0_EL1",                       V84, EL1, HCR(FMO), NONE,                         MSR(ICC_AP0R0_EL1),   REG(ICV_AP0R0_EL1), FLIP(HCR_EL2, FMO), REG(ICC_AP0R0_EL1) },
	{ "IMO is not group 0's",                     V84, EL1, HCR(IMO), NONE,                         MRS(ICC_IAR0_EL1),    REG(ICC_IAR0_EL1), FLIP(HCR_EL2, FMO), REG(ICV_IAR0_EL1) },

	/* Group 1: TALL1, IMO */
	{ "TALL1 traps ICC_IAR1_EL1",                 V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL1)), MRS(ICC_IAR1_EL1),    TRAP2, FLIP(ICH_HCR_EL2, TALL1), REG(ICC_IAR1_EL1) },
	{ "TALL1 traps ICC_EOIR1_EL1",                V84, EL1, HCR(IMO), SET(ICH_HCR_EL2, ICH(TALL1)), MSR(ICC_EOIR1_EL1),   TRAP2, FLIP(ICH_HCR_EL2, TALL1), REG(ICV_EOIR1_EL1) },
	{ "TALL1 traps ICC_HPPIR1_EL1",               V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL1)), MRS(ICC_HPPIR1_EL1),  TRAP2, FLIP(ICH_HCR_EL2, TALL1), REG(ICC_HPPIR1_EL1) },
	{ "TALL1 traps ICC_BPR1_EL1",                 V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL1)), MSR(ICC_BPR1_EL1),    TRAP2, FLIP(ICH_HCR_EL2, TALL1), REG(ICC_BPR1_EL1) },
	{ "TALL1 traps ICC_AP1R0_EL1",                V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL1)), MRS(ICC_AP1R0_EL1),   TRAP2, FLIP(ICH_HCR_EL2, TALL1), REG(ICC_AP1R0_EL1) },
	{ "TALL1 traps ICC_IGRPEN1_EL1",              V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL1)), MSR(ICC_IGRPEN1_EL1), TRAP2, FLIP(ICH_HCR_EL2, TALL1), REG(ICC_IGRPEN1_EL1) },
	{ "TALL1 is not about group 0",               V84, EL1, 0,        SET(ICH_HCR_EL2, ICH(TALL1)), MSR(ICC_EOIR0_EL1),   REG(ICC_EOIR0_EL1), NO_TWIN },
	{ "IMO: ICC_EOIR1_EL1",                       V84, EL1, HCR(IMO), NONE,                         MSR(ICC_EOIR1_EL1),   REG(ICV_EOIR1_EL1), FLIP(HCR_EL2, IMO), REG(ICC_EOIR1_EL1) },
	{ "IMO: ICC_IGRPEN1_EL1",                     V84, EL1, HCR(IMO), NONE,                         MSR(ICC_IGRPEN1_EL1), REG(ICV_IGRPEN1_EL1), FLIP(HCR_EL2, IMO), REG(ICC_IGRPEN1_EL1) },
	{ "FMO is not group 1's",                     V84, EL1, HCR(FMO), NONE,                         MSR(ICC_BPR1_EL1),    REG(ICC_BPR1_EL1), FLIP(HCR_EL2, IMO), REG(ICV_BPR1_EL1) },

	/* SGIs have no virtual register */
	{ "IMO traps ICC_SGI1R_EL1",                  V84, EL1, HCR(IMO), NONE,                         MSR(ICC_SGI1R_EL1),   TRAP2, FLIP(HCR_EL2, IMO), REG(ICC_SGI1R_EL1) },
	{ "FMO traps ICC_SGI1R_EL1",                  V84, EL1, HCR(FMO), NONE,                         MSR(ICC_SGI1R_EL1),   TRAP2, FLIP(HCR_EL2, FMO), REG(ICC_SGI1R_EL1) },
	{ "IMO traps ICC_ASGI1R_EL1",                 V84, EL1, HCR(IMO), NONE,                         MSR(ICC_ASGI1R_EL1),  TRAP2, FLIP(HCR_EL2, IMO), REG(ICC_ASGI1R_EL1) },
	{ "FMO traps ICC_SGI0R_EL1",                  V84, EL1, HCR(FMO), NONE,                         MSR(ICC_SGI0R_EL1),   TRAP2, FLIP(HCR_EL2, FMO), REG(ICC_SGI0R_EL1) },
	{ "SGIs cannot be read",                      V84, EL1, HCR(FMO), NONE,                         MRS(ICC_SGI1R_EL1),   UNDEF, NO_TWIN },
	{ "EL2 sends SGIs",                           V84, EL2, HCR(IMO), NONE,                         MSR(ICC_SGI1R_EL1),   REG(ICC_SGI1R_EL1), NO_TWIN },

	/* ICC_SRE_ELx */
	{ "Enable = 0 traps ICC_SRE_EL1",             V84, EL1, 0,        SET(ICC_SRE_EL2, 7),          MRS(ICC_SRE_EL1),     TRAP2, FLIP(ICC_SRE_EL2, Enable), REG(ICC_SRE_EL1) },
	{ "... its writes",                           V84, EL1, HCR(IMO), SET(ICC_SRE_EL2, 7),          MSR(ICC_SRE_EL1),     TRAP2, FLIP(ICC_SRE_EL2, Enable), REG(ICC_SRE_EL1) },
	{ "not at EL2",                               V84, EL2, 0,        SET(ICC_SRE_EL2, 7),          MSR(ICC_SRE_EL1),     REG(ICC_SRE_EL1), NO_TWIN },
	{ "ICC_SRE_EL2 is EL2's",                     V84, EL1, 0,        SET(ICC_SRE_EL2, 0xf),        MRS(ICC_SRE_EL2),     UNDEF, FLIP(HCR_EL2, NV), TRAP2 },
	{ "ICC_SRE_EL2 traps with NV2 too",           V84, EL1, NV2,      NONE,                         MSR(ICC_SRE_EL2),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "... whatever NV1",                         V84, EL1, NV2_NV1,  NONE,                         MRS(ICC_SRE_EL2),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },

	/* FEAT_NV2: ICH_ registers in memory; what is computed traps */
	{ "0x400 ICH_LR0_EL2",                        V84, EL1, NV2,      NONE,                         MSR(ICH_LR0_EL2),     MEM(0x400), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x408 ICH_LR1_EL2",                        V84, EL1, NV2,      NONE,                         MRS(ICH_LR1_EL2),     MEM(0x408), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x410 ICH_LR2_EL2",                        V84, EL1, NV2,      NONE,                         MSR(ICH_LR2_EL2),     MEM(0x410), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x418 ICH_LR3_EL2",                        V84, EL1, NV2_NV1,  NONE,                         MRS(ICH_LR3_EL2),     MEM(0x418), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x480 ICH_AP0R0_EL2",                      V84, EL1, NV2,      NONE,                         MSR(ICH_AP0R0_EL2),   MEM(0x480), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x4a0 ICH_AP1R0_EL2",                      V84, EL1, NV2,      NONE,                         MSR(ICH_AP1R0_EL2),   MEM(0x4a0), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x4c0 ICH_HCR_EL2",                        V84, EL1, NV2,      NONE,                         MSR(ICH_HCR_EL2),     MEM(0x4c0), FLIP(HCR_EL2, NV2), TRAP2 },
	{ "0x4c8 ICH_VMCR_EL2",                       V84, EL1, NV2,      NONE,                         MRS(ICH_VMCR_EL2),    MEM(0x4c8), FLIP(HCR_EL2, NV), UNDEF },
	{ "ICH_VTR_EL2 traps",                        V84, EL1, NV2,      NONE,                         MRS(ICH_VTR_EL2),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "ICH_MISR_EL2 traps",                       V84, EL1, NV2,      NONE,                         MRS(ICH_MISR_EL2),    TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "ICH_EISR_EL2 traps",                       V84, EL1, NV2,      NONE,                         MRS(ICH_EISR_EL2),    TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "ICH_ELRSR_EL2 traps",                      V84, EL1, NV2_NV1,  NONE,                         MRS(ICH_ELRSR_EL2),   TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "without NV2 ICH_LR0_EL2 traps",            V83, EL1, NV,       NONE,                         MSR(ICH_LR0_EL2),     TRAP2, FLIP(HCR_EL2, NV), UNDEF },
	{ "NV2 leaves the names of EL1",              V84, EL1, NV2_NV1 | HCR(IMO), NONE,               MRS(ICC_IAR1_EL1),    REG(ICV_IAR1_EL1), FLIP(HCR_EL2, IMO), REG(ICC_IAR1_EL1) },
	{ "ICH_LR4_EL2 is not there",                 V84, EL2, 0,        NONE,                         MRS_ENC(3, 4, 12, 12, 4), UNDEF, NO_TWIN },
	{ "ICC_AP1R1_EL1 is not there",               V84, EL1, 0,        NONE,                         MRS_ENC(3, 0, 12, 9, 1),  UNDEF, NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(gic);
