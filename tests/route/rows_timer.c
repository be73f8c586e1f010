/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generic timer: CNTKCTL_EL1 and CNTHCTL_EL2 in both formats. HYPERVISOR-SPEC HW-3, HW-12.
 * Where the names lead with E2H is in rows_vhe.c, to memory in rows_nv2.c.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* CNTKCTL_EL1: EL0's use of counters */
	{ "EL0VCTEN = 0 denies CNTVCT_EL0",     V84, EL0, 0,   NONE,                                   MRS(CNTVCT_EL0), TRAP1,           FLIP(CNTKCTL_EL1, EL0VCTEN), REG(CNTVCT_EL0) },
	{ "EL0PCTEN = 0 denies CNTPCT_EL0",     V84, EL0, 0,   NONE,                                   MRS(CNTPCT_EL0), TRAP1,           FLIP(CNTKCTL_EL1, EL0PCTEN), REG(CNTPCT_EL0) },
	{ "EL0PCTEN does not help CNTVCT_EL0",  V84, EL0, 0,   SET(CNTKCTL_EL1, CNTKCTL_EL1_EL0PCTEN), MRS(CNTVCT_EL0), TRAP1,           FLIP(CNTKCTL_EL1, EL0VCTEN), REG(CNTVCT_EL0) },
	{ "EL0VCTEN does not help CNTPCT_EL0",  V84, EL0, 0,   SET(CNTKCTL_EL1, CNTKCTL_EL1_EL0VCTEN), MRS(CNTPCT_EL0), TRAP1,           FLIP(CNTKCTL_EL1, EL0PCTEN), REG(CNTPCT_EL0) },
	{ "EL0VCTEN = 0 under TGE goes to EL2", V84, EL0, TGE, NONE,                                   MRS(CNTVCT_EL0), TRAP2,           FLIP(CNTKCTL_EL1, EL0VCTEN), REG(CNTVCT_EL0) },
	{ "CNTKCTL_EL1 is about EL0 alone",     V84, EL1, 0,   NONE,                                   MRS(CNTVCT_EL0), REG(CNTVCT_EL0), NO_TWIN },
	{ "counters are read-only",             V84, EL1, 0,   NONE,                                   MSR(CNTVCT_EL0), UNDEF,           NO_TWIN },
	{ "CNTPCT_EL0 too",                     V84, EL2, 0,   NONE,                                   MSR(CNTPCT_EL0), UNDEF,           NO_TWIN },

	/* CNTKCTL_EL1: EL0's use of timers */
	{ "EL0PTEN = 0 denies CNTP_CTL_EL0",    V84, EL0,       0,   NONE,                                                          MSR(CNTP_CTL_EL0),  TRAP1, FLIP(CNTKCTL_EL1, EL0PTEN), REG(CNTP_CTL_EL0) },
	{ "EL0PTEN = 0 denies CNTP_CVAL_EL0",   V84, EL0,       0,   NONE,                                                          MRS(CNTP_CVAL_EL0), TRAP1, FLIP(CNTKCTL_EL1, EL0PTEN), REG(CNTP_CVAL_EL0) },
	{ "EL0PTEN = 0 denies CNTP_TVAL_EL0",   V84, EL0,       0,   NONE,                                                          MSR(CNTP_TVAL_EL0), TRAP1, FLIP(CNTKCTL_EL1, EL0PTEN), REG(CNTP_TVAL_EL0) },
	{ "EL0VTEN = 0 denies CNTV_CTL_EL0",    V84, EL0,       0,   NONE,                                                          MRS(CNTV_CTL_EL0),  TRAP1, FLIP(CNTKCTL_EL1, EL0VTEN), REG(CNTV_CTL_EL0) },
	{ "EL0VTEN = 0 denies CNTV_CVAL_EL0",   V84, EL0,       0,   NONE,                                                          MSR(CNTV_CVAL_EL0), TRAP1, FLIP(CNTKCTL_EL1, EL0VTEN), REG(CNTV_CVAL_EL0) },
	{ "EL0VTEN = 0 denies CNTV_TVAL_EL0",   V84, EL0,       0,   NONE,                                                          MRS(CNTV_TVAL_EL0), TRAP1, FLIP(CNTKCTL_EL1, EL0VTEN), REG(CNTV_TVAL_EL0) },
	{ "EL0PTEN = 0 under TGE goes to EL2",  V84, EL0,       TGE, NONE,                                                          MSR(CNTP_CTL_EL0),  TRAP2, FLIP(CNTKCTL_EL1, EL0PTEN), REG(CNTP_CTL_EL0) },
	{ "EL0VTEN = 0 under TGE goes to EL2",  V84, EL0,       TGE, NONE,                                                          MSR(CNTV_CTL_EL0),  TRAP2, FLIP(CNTKCTL_EL1, EL0VTEN), REG(CNTV_CTL_EL0) },
	{ "counter enables do not help timers", V84, EL0,       0,   SET(CNTKCTL_EL1, CNTKCTL_EL1_EL0VCTEN | CNTKCTL_EL1_EL0PCTEN), MRS(CNTV_CTL_EL0),  TRAP1, FLIP(CNTKCTL_EL1, EL0VTEN), REG(CNTV_CTL_EL0) },
	{ "No EL2: EL0PTEN = 0 goes to EL1",    V84, EL0_ALONE, 0,   NONE,                                                          MSR(CNTP_CTL_EL0),  TRAP1, FLIP(CNTKCTL_EL1, EL0PTEN), REG(CNTP_CTL_EL0) },

	/* CNTFRQ_EL0: read at EL0 if either counter is, written at the highest EL */
	{ "CNTFRQ_EL0 is denied with neither counter",  V84, EL0,       0,       NONE,                                 MRS(CNTFRQ_EL0), TRAP1,           FLIP(CNTKCTL_EL1, EL0PCTEN), REG(CNTFRQ_EL0) },
	{ "the virtual counter suffices for it",        V84, EL0,       TGE,     NONE,                                 MRS(CNTFRQ_EL0), TRAP2,           FLIP(CNTKCTL_EL1, EL0VCTEN), REG(CNTFRQ_EL0) },
	{ "the host's EL0 asks CNTHCTL_EL2 for it",     V84, EL0,       IN_HOST, SET2(CNTHCTL_EL2, 0, CNTKCTL_EL1, 3), MRS(CNTFRQ_EL0), TRAP2,           FLIP(CNTHCTL_EL2, E2H_EL0VCTEN), REG(CNTFRQ_EL0) },
	{ "CNTFRQ_EL0 is read at EL1",                  V84, EL1,       0,       NONE,                                 MRS(CNTFRQ_EL0), REG(CNTFRQ_EL0), NO_TWIN },
	{ "CNTFRQ_EL0 is written at EL2",               V84, EL2,       0,       NONE,                                 MSR(CNTFRQ_EL0), REG(CNTFRQ_EL0), NO_TWIN },
	{ "CNTFRQ_EL0 is not written at EL1 below EL2", V84, EL1,       0,       NONE,                                 MSR(CNTFRQ_EL0), UNDEF,           NO_TWIN },
	{ "CNTFRQ_EL0 is written at EL1 without EL2",   V84, EL1_ALONE, 0,       NONE,                                 MSR(CNTFRQ_EL0), REG(CNTFRQ_EL0), NO_TWIN },
	{ "CNTFRQ_EL0 is not written at EL0",           V84, EL0,       0,       SET(CNTKCTL_EL1, 3),                  MSR(CNTFRQ_EL0), UNDEF,           NO_TWIN },

	/* CNTHCTL_EL2 with E2H = 0: EL1PCTEN, EL1PCEN, of EL1 and EL0 */
	{ "EL1PCTEN = 0 traps EL1's CNTPCT_EL0",                        V84, EL1,       0,   SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1PCEN),                   MRS(CNTPCT_EL0),    TRAP2,             FLIP(CNTHCTL_EL2, EL1PCTEN), REG(CNTPCT_EL0) },
	{ "EL1PCTEN = 0 traps EL0's, if CNTKCTL_EL1 lets it pass",      V84, EL0,       0,   SET2(CNTKCTL_EL1, CNTKCTL_EL1_EL0PCTEN, CNTHCTL_EL2, 0), MRS(CNTPCT_EL0),    TRAP2,             FLIP(CNTHCTL_EL2, EL1PCTEN), REG(CNTPCT_EL0) },
	{ "CNTKCTL_EL1 comes before CNTHCTL_EL2",                       V84, EL0,       0,   SET(CNTHCTL_EL2, 0),                                     MRS(CNTPCT_EL0),    TRAP1,             FLIP(CNTKCTL_EL1, EL0PCTEN), TRAP2 },
	{ "EL1PCEN = 0 traps EL1's CNTP_CTL_EL0",                       V84, EL1,       0,   SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1PCTEN),                  MSR(CNTP_CTL_EL0),  TRAP2,             FLIP(CNTHCTL_EL2, EL1PCEN), REG(CNTP_CTL_EL0) },
	{ "EL1PCEN = 0 traps EL1's CNTP_CVAL_EL0",                      V84, EL1,       0,   SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1PCTEN),                  MRS(CNTP_CVAL_EL0), TRAP2,             FLIP(CNTHCTL_EL2, EL1PCEN), REG(CNTP_CVAL_EL0) },
	{ "EL1PCEN = 0 traps EL1's CNTP_TVAL_EL0",                      V84, EL1,       0,   SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1PCTEN),                  MSR(CNTP_TVAL_EL0), TRAP2,             FLIP(CNTHCTL_EL2, EL1PCEN), REG(CNTP_TVAL_EL0) },
	{ "EL1PCEN = 0 traps EL0's timer, if CNTKCTL_EL1 lets it pass", V84, EL0,       0,   SET2(CNTKCTL_EL1, CNTKCTL_EL1_EL0PTEN, CNTHCTL_EL2, 0),  MSR(CNTP_CTL_EL0),  TRAP2,             FLIP(CNTHCTL_EL2, EL1PCEN), REG(CNTP_CTL_EL0) },
	{ "EL1PCEN = 0 traps EL0's timer under TGE alone",              V84, EL0,       TGE, SET2(CNTKCTL_EL1, CNTKCTL_EL1_EL0PTEN, CNTHCTL_EL2, 0),  MSR(CNTP_CVAL_EL0), TRAP2,             FLIP(CNTHCTL_EL2, EL1PCEN), REG(CNTP_CVAL_EL0) },
	{ "nothing traps EL1's virtual counter without FEAT_ECV",       V84, EL1,       0,   SET(CNTHCTL_EL2, 0),                                     MRS(CNTVCT_EL0),    REG(CNTVCT_EL0),   NO_TWIN },
	{ "nothing traps EL1's virtual timer without FEAT_ECV",         V84, EL1,       0,   SET(CNTHCTL_EL2, 0),                                     MSR(CNTV_CTL_EL0),  REG(CNTV_CTL_EL0), NO_TWIN },
	{ "CNTHCTL_EL2 does not trap EL2",                              V84, EL2,       0,   SET(CNTHCTL_EL2, 0),                                     MRS(CNTPCT_EL0),    REG(CNTPCT_EL0),   NO_TWIN },
	{ "... nor its use of EL1's timer",                             V84, EL2,       0,   SET(CNTHCTL_EL2, 0),                                     MSR(CNTP_CTL_EL0),  REG(CNTP_CTL_EL0), NO_TWIN },
	{ "No EL2: CNTPCT_EL0 is free at EL1",                          V84, EL1_ALONE, 0,   SET(CNTHCTL_EL2, 0),                                     MRS(CNTPCT_EL0),    REG(CNTPCT_EL0),   NO_TWIN },

	/* CNTHCTL_EL2 with E2H = 1, TGE = 0: EL1PCTEN and EL1PTEN are bits 10 and 11 */
	{ "E2H: bits 0 and 1 do not help EL1's CNTPCT_EL0",            V84, EL1, E2H, SET(CNTHCTL_EL2, 3),                      MRS(CNTPCT_EL0),    TRAP2, FLIP(CNTHCTL_EL2, E2H_EL1PCTEN), REG(CNTPCT_EL0) },
	{ "E2H: EL1PTEN = 0 traps EL1's CNTP_CTL_EL0",                 V84, EL1, E2H, SET(CNTHCTL_EL2, 3),                      MSR(CNTP_CTL_EL0),  TRAP2, FLIP(CNTHCTL_EL2, E2H_EL1PTEN), REG(CNTP_CTL_EL0) },
	{ "E2H: EL1PTEN = 0 traps EL1's CNTP_CVAL_EL0",                V84, EL1, E2H, SET(CNTHCTL_EL2, 0x7ff),                  MRS(CNTP_CVAL_EL0), TRAP2, FLIP(CNTHCTL_EL2, E2H_EL1PTEN), REG(CNTP_CVAL_EL0) },
	{ "E2H: EL1PCTEN = 0 traps a guest's EL0",                     V84, EL0, E2H, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 3), MRS(CNTPCT_EL0),    TRAP2, FLIP(CNTHCTL_EL2, E2H_EL1PCTEN), REG(CNTPCT_EL0) },
	{ "E2H: EL1PTEN = 0 traps a guest's EL0",                      V84, EL0, E2H, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 3), MSR(CNTP_TVAL_EL0), TRAP2, FLIP(CNTHCTL_EL2, E2H_EL1PTEN), REG(CNTP_TVAL_EL0) },
	{ "E2H decides which bit is EL1PCTEN",                         V84, EL1, E2H, SET(CNTHCTL_EL2, 1),                      MRS(CNTPCT_EL0),    TRAP2, FLIP(HCR_EL2, E2H), REG(CNTPCT_EL0) },
	{ "E2H: a guest's EL0 asks CNTKCTL_EL1, not CNTHCTL_EL2.EL0*", V84, EL0, E2H, SET(CNTHCTL_EL2, 0xfff),                  MRS(CNTVCT_EL0),    TRAP1, FLIP(CNTKCTL_EL1, EL0VCTEN), REG(CNTVCT_EL0) },

	/* CNTHCTL_EL2 with E2H = TGE = 1: bits of the host's EL0, EL1's are ignored */
	{ "the host's EL0: EL0VCTEN = 0 denies CNTVCT_EL0, whatever CNTKCTL_EL1", V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0),     MRS(CNTVCT_EL0),     TRAP2,               FLIP(CNTHCTL_EL2, E2H_EL0VCTEN), REG(CNTVCT_EL0) },
	{ "the host's EL0: EL0PCTEN = 0 denies CNTPCT_EL0",                       V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0xc00), MRS(CNTPCT_EL0),     TRAP2,               FLIP(CNTHCTL_EL2, E2H_EL0PCTEN), REG(CNTPCT_EL0) },
	{ "the host's EL0: EL1PCTEN = 0 is ignored",                              V84, EL0, IN_HOST, SET(CNTHCTL_EL2, CNTHCTL_EL2_E2H_EL0PCTEN),   MRS(CNTPCT_EL0),     REG(CNTPCT_EL0),     NO_TWIN },
	{ "the host's EL0: EL0PTEN = 0 denies CNTP_CTL_EL0",                      V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0xc00), MSR(CNTP_CTL_EL0),   TRAP2,               FLIP(CNTHCTL_EL2, E2H_EL0PTEN), REG(CNTHP_CTL_EL2) },
	{ "the host's EL0: EL0PTEN = 0 denies CNTP_TVAL_EL0",                     V84, EL0, IN_HOST, SET(CNTHCTL_EL2, 0x103),                      MRS(CNTP_TVAL_EL0),  TRAP2,               FLIP(CNTHCTL_EL2, E2H_EL0PTEN), REG(CNTHP_TVAL_EL2) },
	{ "the host's EL0: EL0VTEN = 0 denies CNTV_CTL_EL0",                      V84, EL0, IN_HOST, SET2(CNTKCTL_EL1, 0x3ff, CNTHCTL_EL2, 0xc00), MRS(CNTV_CTL_EL0),   TRAP2,               FLIP(CNTHCTL_EL2, E2H_EL0VTEN), REG(CNTHV_CTL_EL2) },
	{ "the host's EL0: EL0VTEN = 0 denies CNTV_CVAL_EL0",                     V84, EL0, IN_HOST, SET(CNTHCTL_EL2, 0x203),                      MSR(CNTV_CVAL_EL0),  TRAP2,               FLIP(CNTHCTL_EL2, E2H_EL0VTEN), REG(CNTHV_CVAL_EL2) },
	{ "EL2's own timer is not EL1's",                                         V84, EL1, 0,       NONE,                                         MRS(CNTHP_CTL_EL2),  UNDEF,               NO_TWIN },
	{ "EL2's timer at EL2 with E2H = 0",                                      V84, EL2, 0,       NONE,                                         MSR(CNTHP_CVAL_EL2), REG(CNTHP_CVAL_EL2), NO_TWIN },
	{ "CNTVOFF_EL2 is EL2's",                                                 V84, EL1, 0,       NONE,                                         MRS(CNTVOFF_EL2),    UNDEF,               NO_TWIN },
	{ "CNTKCTL_EL1 is EL1's",                                                 V84, EL1, 0,       NONE,                                         MSR(CNTKCTL_EL1),    REG(CNTKCTL_EL1),    NO_TWIN },

	/* FEAT_ECV: the virtual timer, both counters */
	{ "EL1TVT traps CNTV_CTL_EL0",        MAX, EL1, 0,       SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT),                                      MSR(CNTV_CTL_EL0),  TRAP2,              FLIP(CNTHCTL_EL2, EL1TVT), REG(CNTV_CTL_EL0) },
	{ "EL1TVT traps CNTV_CVAL_EL0",       MAX, EL1, E2H,     SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT),                                      MRS(CNTV_CVAL_EL0), TRAP2,              FLIP(CNTHCTL_EL2, EL1TVT), REG(CNTV_CVAL_EL0) },
	{ "EL1TVT traps EL0's CNTV_TVAL_EL0", MAX, EL0, 0,       SET2(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT, CNTKCTL_EL1, CNTKCTL_EL1_EL0VTEN),   MRS(CNTV_TVAL_EL0), TRAP2,              FLIP(CNTHCTL_EL2, EL1TVT), REG(CNTV_TVAL_EL0) },
	{ "CNTKCTL_EL1 comes before EL1TVT",  MAX, EL0, 0,       SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT),                                      MRS(CNTV_TVAL_EL0), TRAP1,              FLIP(CNTKCTL_EL1, EL0VTEN), TRAP2 },
	{ "EL1TVT does not hit the host",     MAX, EL0, IN_HOST, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT | CNTHCTL_EL2_E2H_EL0VTEN),            MSR(CNTV_CTL_EL0),  REG(CNTHV_CTL_EL2), NO_TWIN },
	{ "EL1TVT is not about the counter",  MAX, EL1, 0,       SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT),                                      MRS(CNTVCT_EL0),    REG(CNTVCT_EL0),    NO_TWIN },
	{ "EL1TVT comes before NV2's memory", MAX, EL1, NV2_NV1, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT),                                      MSR(CNTV_CTL_EL0),  TRAP2,              FLIP(CNTHCTL_EL2, EL1TVT), MEM(0x170) },
	{ "EL1TVCT traps CNTVCT_EL0",         MAX, EL1, 0,       SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVCT),                                     MRS(CNTVCT_EL0),    TRAP2,              FLIP(CNTHCTL_EL2, EL1TVCT), REG(CNTVCT_EL0) },
	{ "EL1TVCT traps CNTVCTSS_EL0",       MAX, EL1, E2H,     SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVCT),                                     MRS(CNTVCTSS_EL0),  TRAP2,              FLIP(CNTHCTL_EL2, EL1TVCT), REG(CNTVCTSS_EL0) },
	{ "EL1TVCT traps EL0's",              MAX, EL0, 0,       SET2(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVCT, CNTKCTL_EL1, CNTKCTL_EL1_EL0VCTEN), MRS(CNTVCT_EL0),    TRAP2,              FLIP(CNTHCTL_EL2, EL1TVCT), REG(CNTVCT_EL0) },
	{ "EL1TVCT does not hit EL2",         MAX, EL2, 0,       SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1TVCT),                                     MRS(CNTVCT_EL0),    REG(CNTVCT_EL0),    NO_TWIN },
	{ "EL1PCTEN = 0 traps CNTPCTSS_EL0",  MAX, EL1, 0,       SET(CNTHCTL_EL2, 0),                                                       MRS(CNTPCTSS_EL0),  TRAP2,              FLIP(CNTHCTL_EL2, EL1PCTEN), REG(CNTPCTSS_EL0) },
	{ "EL0PCTEN = 0 denies CNTPCTSS_EL0", MAX, EL0, 0,       SET(CNTHCTL_EL2, 3),                                                       MRS(CNTPCTSS_EL0),  TRAP1,              FLIP(CNTKCTL_EL1, EL0PCTEN), REG(CNTPCTSS_EL0) },
	{ "EL0VCTEN = 0 denies CNTVCTSS_EL0", MAX, EL0, TGE,     NONE,                                                                      MRS(CNTVCTSS_EL0),  TRAP2,              FLIP(CNTKCTL_EL1, EL0VCTEN), REG(CNTVCTSS_EL0) },
	{ "CNTVCTSS_EL0 needs FEAT_ECV",      V84, EL1, 0,       SET(CNTHCTL_EL2, 3),                                                       MRS(CNTVCTSS_EL0),  UNDEF,              IN(MAX), REG(CNTVCTSS_EL0) },

	/* FEAT_ECV with FEAT_NV2: names that are memory */
	{ "EL1NVPCT traps CNTP_CTL_EL02",      MAX, EL1, NV2, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1NVPCT), MSR(CNTP_CTL_EL02),  TRAP2,             FLIP(CNTHCTL_EL2, EL1NVPCT), MEM(0x180) },
	{ "EL1NVPCT traps CNTP_CVAL_EL02",     MAX, EL1, NV2, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1NVPCT), MRS(CNTP_CVAL_EL02), TRAP2,             FLIP(CNTHCTL_EL2, EL1NVPCT), MEM(0x178) },
	{ "EL1NVVCT traps CNTV_CTL_EL02",      MAX, EL1, NV2, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1NVVCT), MRS(CNTV_CTL_EL02),  TRAP2,             FLIP(CNTHCTL_EL2, EL1NVVCT), MEM(0x170) },
	{ "EL1NVVCT traps CNTV_CVAL_EL02",     MAX, EL1, NV2, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1NVVCT), MSR(CNTV_CVAL_EL02), TRAP2,             FLIP(CNTHCTL_EL2, EL1NVVCT), MEM(0x168) },
	{ "EL1NVPCT is not about the virtual", MAX, EL1, NV2, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1NVPCT), MRS(CNTV_CTL_EL02),  MEM(0x170),        NO_TWIN },
	{ "EL1NVPCT does not hit EL2",         MAX, EL2, E2H, SET(CNTHCTL_EL2, CNTHCTL_EL2_EL1NVPCT), MRS(CNTP_CTL_EL02),  REG(CNTP_CTL_EL0), NO_TWIN },
	{ "CNTPOFF_EL2 is EL2's",              MAX, EL1, 0,   NONE,                                   MRS(CNTPOFF_EL2),    UNDEF,             FLIP(HCR_EL2, NV), TRAP2 },
	/* clang-format on */
};

ROUTE_TABLE(timer);
