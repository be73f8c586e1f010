/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_RAS: error records, HCR_EL2.{TERR,FIEN}, and deferred errors. DDI 0487 D17.6;
 * HYPERVISOR-SPEC F.2. Where the names lead with NV2 is in rows_nv2.c.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* Error records: TERR and FIEN */
	{ "TERR traps ERRIDR_EL1",        V84, EL1,       HCR(TERR), NONE, MRS(ERRIDR_EL1),    TRAP2,            FLIP(HCR_EL2, TERR), REG(ERRIDR_EL1) },
	{ "TERR traps ERRSELR_EL1",       V84, EL1,       HCR(TERR), NONE, MSR(ERRSELR_EL1),   TRAP2,            FLIP(HCR_EL2, TERR), REG(ERRSELR_EL1) },
	{ "TERR traps ERXFR_EL1",         V84, EL1,       HCR(TERR), NONE, MRS(ERXFR_EL1),     TRAP2,            FLIP(HCR_EL2, TERR), REG(ERXFR_EL1) },
	{ "TERR traps ERXCTLR_EL1",       V84, EL1,       HCR(TERR), NONE, MSR(ERXCTLR_EL1),   TRAP2,            FLIP(HCR_EL2, TERR), REG(ERXCTLR_EL1) },
	{ "TERR traps ERXSTATUS_EL1",     V84, EL1,       HCR(TERR), NONE, MSR(ERXSTATUS_EL1), TRAP2,            FLIP(HCR_EL2, TERR), REG(ERXSTATUS_EL1) },
	{ "TERR traps ERXADDR_EL1",       V84, EL1,       HCR(TERR), NONE, MRS(ERXADDR_EL1),   TRAP2,            FLIP(HCR_EL2, TERR), REG(ERXADDR_EL1) },
	{ "TERR traps ERXMISC0_EL1",      V84, EL1,       HCR(TERR), NONE, MSR(ERXMISC0_EL1),  TRAP2,            FLIP(HCR_EL2, TERR), REG(ERXMISC0_EL1) },
	{ "TERR traps ERXMISC3_EL1",      V84, EL1,       HCR(TERR), NONE, MRS(ERXMISC3_EL1),  TRAP2,            FLIP(HCR_EL2, TERR), REG(ERXMISC3_EL1) },
	{ "TERR is not about DISR_EL1",   V84, EL1,       HCR(TERR), NONE, MRS(DISR_EL1),      REG(DISR_EL1),    NO_TWIN },
	{ "TERR does not hit EL2",        V84, EL2,       HCR(TERR), NONE, MSR(ERRSELR_EL1),   REG(ERRSELR_EL1), NO_TWIN },
	{ "EL0 has none of them",         V84, EL0,       HCR(TERR), NONE, MRS(ERRIDR_EL1),    UNDEF,            NO_TWIN },
	{ "FIEN = 0 traps ERXPFGF_EL1",   V84, EL1,       0,         NONE, MRS(ERXPFGF_EL1),   TRAP2,            FLIP(HCR_EL2, FIEN), REG(ERXPFGF_EL1) },
	{ "FIEN = 0 traps ERXPFGCTL_EL1", V84, EL1,       0,         NONE, MSR(ERXPFGCTL_EL1), TRAP2,            FLIP(HCR_EL2, FIEN), REG(ERXPFGCTL_EL1) },
	{ "FIEN = 0 traps ERXPFGCDN_EL1", V84, EL1,       0,         NONE, MRS(ERXPFGCDN_EL1), TRAP2,            FLIP(HCR_EL2, FIEN), REG(ERXPFGCDN_EL1) },
	{ "FIEN does not hit EL2",        V84, EL2,       0,         NONE, MRS(ERXPFGF_EL1),   REG(ERXPFGF_EL1), NO_TWIN },
	{ "without RAS: UNDEFINED",       V83, EL1,       0,         NONE, MRS(ERRIDR_EL1),    UNDEF,            IN(V84), REG(ERRIDR_EL1) },
	{ "no EL2: FIEN is nobody's",     V84, EL1_ALONE, 0,         NONE, MRS(ERXPFGF_EL1),   REG(ERXPFGF_EL1), NO_TWIN },

	/* Deferred errors: AMO */
	{ "AMO: DISR_EL1 is VDISR_EL2", V84, EL1, HCR(AMO), NONE, MRS(DISR_EL1),  REG(VDISR_EL2), FLIP(HCR_EL2, AMO), REG(DISR_EL1) },
	{ "AMO: its writes",            V84, EL1, HCR(AMO), NONE, MSR(DISR_EL1),  REG(VDISR_EL2), FLIP(HCR_EL2, AMO), REG(DISR_EL1) },
	{ "EL2 has its own DISR_EL1",   V84, EL2, HCR(AMO), NONE, MSR(DISR_EL1),  REG(DISR_EL1),  NO_TWIN },
	{ "IMO is not about errors",    V84, EL1, HCR(IMO), NONE, MRS(DISR_EL1),  REG(DISR_EL1),  NO_TWIN },
	{ "VDISR_EL2 is EL2's",         V84, EL1, HCR(AMO), NONE, MRS(VDISR_EL2), UNDEF,          NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(ras);
