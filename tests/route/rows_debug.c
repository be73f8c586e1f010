/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug registers: MDCR_EL2.{TDE,TDA,TDOSA,TDRA}, which TGE and TDE imply, and MDSCR_EL1.TDCC.
 * HYPERVISOR-SPEC HW-5, HW-11; DDI 0487 D17.3, "Accessing" of each name.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* TDA: breakpoints, watchpoints, MDSCR and the rest */
	{ "TDA: MDSCR_EL1 written",           V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(MDSCR_EL1),         TRAP2,                FLIP(MDCR_EL2, TDA), REG(MDSCR_EL1) },
	{ "TDA: MDSCR_EL1 read",              V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(MDSCR_EL1),         TRAP2,                FLIP(MDCR_EL2, TDA), REG(MDSCR_EL1) },
	{ "TDA: MDCCINT_EL1",                 V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(MDCCINT_EL1),       TRAP2,                FLIP(MDCR_EL2, TDA), REG(MDCCINT_EL1) },
	{ "TDA: OSDTRRX_EL1",                 V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(OSDTRRX_EL1),       TRAP2,                FLIP(MDCR_EL2, TDA), REG(OSDTRRX_EL1) },
	{ "TDA: OSDTRTX_EL1",                 V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(OSDTRTX_EL1),       TRAP2,                FLIP(MDCR_EL2, TDA), REG(OSDTRTX_EL1) },
	{ "TDA: OSECCR_EL1",                  V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(OSECCR_EL1),        TRAP2,                FLIP(MDCR_EL2, TDA), REG(OSECCR_EL1) },
	{ "TDA: DBGBVR0_EL1",                 V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(DBGBVR0_EL1),       TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGBVR0_EL1) },
	{ "TDA: DBGBCR1_EL1",                 V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(DBGBCR1_EL1),       TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGBCR1_EL1) },
	{ "TDA: DBGWVR1_EL1",                 V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(DBGWVR1_EL1),       TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGWVR1_EL1) },
	{ "TDA: DBGWCR0_EL1",                 V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(DBGWCR0_EL1),       TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGWCR0_EL1) },
	{ "TDA: DBGCLAIMSET_EL1",             V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(DBGCLAIMSET_EL1),   TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGCLAIMSET_EL1) },
	{ "TDA: DBGCLAIMCLR_EL1",             V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(DBGCLAIMCLR_EL1),   TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGCLAIMCLR_EL1) },
	{ "TDA: DBGAUTHSTATUS_EL1",           V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(DBGAUTHSTATUS_EL1), TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGAUTHSTATUS_EL1) },
	{ "TDA: MDCCSR_EL0 of EL0",           V84, EL0, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(MDCCSR_EL0),        TRAP2,                FLIP(MDCR_EL2, TDA), REG(MDCCSR_EL0) },
	{ "TDA: DBGDTR_EL0 of EL0",           V84, EL0, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(DBGDTR_EL0),        TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGDTR_EL0) },
	{ "TDA: DBGDTRRX_EL0 of EL1",         V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(DBGDTRRX_EL0),      TRAP2,                FLIP(MDCR_EL2, TDA), REG(DBGDTRRX_EL0) },
	{ "TDA is not about the OS lock",     V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(OSLAR_EL1),         REG(OSLAR_EL1),       NO_TWIN },
	{ "TDA is not about MDRAR_EL1",       V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(MDRAR_EL1),         REG(MDRAR_EL1),       NO_TWIN },
	{ "TDA does not trap EL2",            V84, EL2, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MSR(MDSCR_EL1),         REG(MDSCR_EL1),       NO_TWIN },
	{ "TDA is not about ID_AA64DFR0_EL1", V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDA), MRS(ID_AA64DFR0_EL1),   REG(ID_AA64DFR0_EL1), NO_TWIN },

	/* TDOSA: OS lock and power */
	{ "TDOSA: OSLAR_EL1",        V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDOSA), MSR(OSLAR_EL1),   TRAP2,          FLIP(MDCR_EL2, TDOSA), REG(OSLAR_EL1) },
	{ "TDOSA: OSLSR_EL1",        V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDOSA), MRS(OSLSR_EL1),   TRAP2,          FLIP(MDCR_EL2, TDOSA), REG(OSLSR_EL1) },
	{ "TDOSA: OSDLR_EL1",        V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDOSA), MSR(OSDLR_EL1),   TRAP2,          FLIP(MDCR_EL2, TDOSA), REG(OSDLR_EL1) },
	{ "TDOSA: DBGPRCR_EL1",      V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDOSA), MRS(DBGPRCR_EL1), TRAP2,          FLIP(MDCR_EL2, TDOSA), REG(DBGPRCR_EL1) },
	{ "TDOSA is not TDA",        V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDOSA), MSR(MDSCR_EL1),   REG(MDSCR_EL1), NO_TWIN },
	{ "TDOSA does not trap EL2", V84, EL2, 0, SET(MDCR_EL2, MDCR_EL2_TDOSA), MSR(OSLAR_EL1),   REG(OSLAR_EL1), NO_TWIN },

	/* TDRA: the ROM address */
	{ "TDRA: MDRAR_EL1",        V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDRA), MRS(MDRAR_EL1), TRAP2,          FLIP(MDCR_EL2, TDRA), REG(MDRAR_EL1) },
	{ "TDRA is not TDA either", V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDRA), MRS(MDSCR_EL1), REG(MDSCR_EL1), NO_TWIN },
	{ "TDRA does not trap EL2", V84, EL2, 0, SET(MDCR_EL2, MDCR_EL2_TDRA), MRS(MDRAR_EL1), REG(MDRAR_EL1), NO_TWIN },

	/* TDE behaves as all three */
	{ "TDE implies TDA",                 V84, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_TDE), MSR(MDSCR_EL1),   TRAP2,          FLIP(MDCR_EL2, TDE), REG(MDSCR_EL1) },
	{ "TDE implies TDOSA",               V84, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_TDE), MSR(OSLAR_EL1),   TRAP2,          FLIP(MDCR_EL2, TDE), REG(OSLAR_EL1) },
	{ "TDE implies TDRA",                V84, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_TDE), MRS(MDRAR_EL1),   TRAP2,          FLIP(MDCR_EL2, TDE), REG(MDRAR_EL1) },
	{ "TDE implies TDA for breakpoints", V84, EL1, 0,       SET(MDCR_EL2, MDCR_EL2_TDE), MSR(DBGBCR0_EL1), TRAP2,          FLIP(MDCR_EL2, TDE), REG(DBGBCR0_EL1) },
	{ "TDE implies TDA at EL0",          V84, EL0, 0,       SET(MDCR_EL2, MDCR_EL2_TDE), MRS(DBGDTR_EL0),  TRAP2,          FLIP(MDCR_EL2, TDE), REG(DBGDTR_EL0) },
	{ "TDE does not trap EL2's access",  V84, EL2, IN_HOST, SET(MDCR_EL2, MDCR_EL2_TDE), MSR(MDSCR_EL1),   REG(MDSCR_EL1), NO_TWIN },

	/* TGE behaves as TDE: HW-5 */
	{ "TGE implies TDA at EL0",       V84, EL0, TGE,     NONE, MRS(MDCCSR_EL0),   TRAP2, FLIP(HCR_EL2, TGE), REG(MDCCSR_EL0) },
	{ "... of the host too",          V84, EL0, IN_HOST, NONE, MSR(DBGDTR_EL0),   TRAP2, FLIP(HCR_EL2, TGE), REG(DBGDTR_EL0) },
	{ "... for the receive register", V84, EL0, TGE,     NONE, MRS(DBGDTRRX_EL0), TRAP2, FLIP(HCR_EL2, TGE), REG(DBGDTRRX_EL0) },

	/* MDSCR_EL1.TDCC: EL1 denies EL0 the communication channel */
	{ "TDCC denies MDCCSR_EL0",                           V84, EL0,       0, SET(MDSCR_EL1, MDSCR_EL1_TDCC),                          MRS(MDCCSR_EL0),   TRAP1,           FLIP(MDSCR_EL1, TDCC), REG(MDCCSR_EL0) },
	{ "TDCC denies DBGDTR_EL0",                           V84, EL0,       0, SET(MDSCR_EL1, MDSCR_EL1_TDCC),                          MRS(DBGDTR_EL0),   TRAP1,           FLIP(MDSCR_EL1, TDCC), REG(DBGDTR_EL0) },
	{ "TDCC denies DBGDTRRX_EL0",                         V84, EL0,       0, SET(MDSCR_EL1, MDSCR_EL1_TDCC),                          MSR(DBGDTRRX_EL0), TRAP1,           FLIP(MDSCR_EL1, TDCC), REG(DBGDTRRX_EL0) },
	{ "TDCC comes before TDA",                            V84, EL0,       0, SET2(MDSCR_EL1, MDSCR_EL1_TDCC, MDCR_EL2, MDCR_EL2_TDA), MRS(MDCCSR_EL0),   TRAP1,           FLIP(MDSCR_EL1, TDCC), TRAP2 },
	{ "TDCC is not about EL1",                            V84, EL1,       0, SET(MDSCR_EL1, MDSCR_EL1_TDCC),                          MRS(MDCCSR_EL0),   REG(MDCCSR_EL0), NO_TWIN },
	{ "No EL2: TDCC goes to EL1",                         V84, EL0_ALONE, 0, SET(MDSCR_EL1, MDSCR_EL1_TDCC),                          MRS(MDCCSR_EL0),   TRAP1,           FLIP(MDSCR_EL1, TDCC), REG(MDCCSR_EL0) },
	/* MDCR_EL2.TDCC, with FEAT_FGT: EL2 traps the channel alone */
	{ "MDCR_EL2.TDCC: MDCCSR_EL0 of EL0",       MAX, EL0, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MRS(MDCCSR_EL0),   TRAP2, FLIP(MDCR_EL2, TDCC), REG(MDCCSR_EL0) },
	{ "MDCR_EL2.TDCC: DBGDTR_EL0 of EL1",       MAX, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MSR(DBGDTR_EL0),   TRAP2, FLIP(MDCR_EL2, TDCC), REG(DBGDTR_EL0) },
	{ "MDCR_EL2.TDCC: DBGDTRRX_EL0 of EL1",     MAX, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MRS(DBGDTRRX_EL0), TRAP2, FLIP(MDCR_EL2, TDCC), REG(DBGDTRRX_EL0) },
	{ "MDCR_EL2.TDCC: OSDTRTX_EL1",             MAX, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MRS(OSDTRTX_EL1),  TRAP2, FLIP(MDCR_EL2, TDCC), REG(OSDTRTX_EL1) },
	{ "MDCR_EL2.TDCC: OSDTRRX_EL1",             MAX, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MSR(OSDTRRX_EL1),  TRAP2, FLIP(MDCR_EL2, TDCC), REG(OSDTRRX_EL1) },
	{ "MDCR_EL2.TDCC: MDCCINT_EL1",             MAX, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MSR(MDCCINT_EL1),  TRAP2, FLIP(MDCR_EL2, TDCC), REG(MDCCINT_EL1) },
	{ "MDCR_EL2.TDCC is not about MDSCR_EL1",   MAX, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MSR(MDSCR_EL1),    REG(MDSCR_EL1),  NO_TWIN },
	{ "MDCR_EL2.TDCC is not about OSECCR_EL1",  MAX, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MSR(OSECCR_EL1),   REG(OSECCR_EL1), NO_TWIN },
	{ "MDCR_EL2.TDCC does not trap EL2",        MAX, EL2, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MRS(MDCCSR_EL0),   REG(MDCCSR_EL0), NO_TWIN },
	{ "MDCR_EL2.TDCC: DBGDTR_EL0 of EL0",       MAX, EL0, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MSR(DBGDTR_EL0),   TRAP2, FLIP(MDCR_EL2, TDCC), REG(DBGDTR_EL0) },
	{ "MDCR_EL2.TDCC comes behind EL1's",        MAX, EL0, 0, SET2(MDCR_EL2, MDCR_EL2_TDCC, MDSCR_EL1, MDSCR_EL1_TDCC), MRS(MDCCSR_EL0), TRAP1, FLIP(MDSCR_EL1, TDCC), TRAP2 },
	{ "MDCR_EL2.TDCC needs FEAT_FGT",           V84, EL1, 0, SET(MDCR_EL2, MDCR_EL2_TDCC), MRS(DBGDTRRX_EL0), REG(DBGDTRRX_EL0), IN(MAX), TRAP2 },
	{ "MDSCR_EL1 is not for EL0",                         V84, EL0,       0, NONE,                                                    MSR(MDSCR_EL1),    UNDEF,           NO_TWIN },
	{ "MDCR_EL2 is not for EL1",                          V84, EL1,       0, NONE,                                                    MSR(MDCR_EL2),     UNDEF,           NO_TWIN },
	{ "DBGVCR32_EL2 is UNDEFINED where no EL is AArch32", V84, EL2,       0, NONE,                                                    MRS(DBGVCR32_EL2), UNDEF,           NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(debug);
