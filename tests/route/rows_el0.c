/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What EL0 may name and what EL1, or the host at EL2, lets it:
 * SCTLR_ELx.{UCT,UCI,DZE,UMA,EnRCTX,TSCXT} and the feature ID space (FEAT_IDST). HYPERVISOR-SPEC
 * HW-3, HW-5; DDI 0487 D17.2, "Accessing" of each name.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* Names of EL1 and EL2 are UNDEFINED at EL0, before any control */
	{ "EL1 name",                                               V84, EL0, 0,       NONE,                          MRS(SCTLR_EL1),     UNDEF,            NO_TWIN },
	{ "EL1 name outside of the ID space, IDST or not",          V84, EL0, 0,       NONE,                          MRS(TCR_EL1),       UNDEF,            NO_TWIN },
	{ "EL2 name",                                               V84, EL0, 0,       NONE,                          MRS(HCR_EL2),       UNDEF,            NO_TWIN },
	{ "EL2 name of a host at EL2",                              V84, EL0, IN_HOST, NONE,                          MSR(VBAR_EL2),      UNDEF,            NO_TWIN },
	{ "_EL12 name of a host at EL2",                            V84, EL0, IN_HOST, NONE,                          MRS(SCTLR_EL12),    UNDEF,            NO_TWIN },
	{ "_EL02 name of a host at EL2",                            V84, EL0, IN_HOST, NONE,                          MRS(CNTV_CTL_EL02), UNDEF,            NO_TWIN },
	{ "NV is about EL1: EL0's use of an EL2 name is UNDEFINED", V84, EL0, NV,      NONE,                          MRS(HCR_EL2),       UNDEF,            NO_TWIN },
	{ "NV2 too",                                                V84, EL0, NV2,     NONE,                          MRS(HCR_EL2),       UNDEF,            NO_TWIN },
	{ "AT is not for EL0",                                      V84, EL0, 0,       NONE,                          SYS(AT_S1E0R),      UNDEF,            NO_TWIN },
	{ "TLBI is not for EL0",                                    V84, EL0, 0,       NONE,                          SYS(TLBI_VAE1),     UNDEF,            NO_TWIN },
	{ "DC by set and way is not for EL0",                       V84, EL0, 0,       NONE,                          SYS(DC_CISW),       UNDEF,            NO_TWIN },
	{ "DC IVAC is not for EL0, whatever UCI says",              V84, EL0, 0,       SET(SCTLR_EL1, SCTLR_EL1_UCI), SYS(DC_IVAC),       UNDEF,            NO_TWIN },
	{ "IC IALLU is not for EL0, whatever UCI says",             V84, EL0, 0,       SET(SCTLR_EL1, SCTLR_EL1_UCI), SYS(IC_IALLU),      UNDEF,            NO_TWIN },
	{ "TPIDRRO_EL0 is read-only at EL0",                        V84, EL0, 0,       NONE,                          MSR(TPIDRRO_EL0),   UNDEF,            NO_TWIN },
	{ "... and read there",                                     V84, EL0, 0,       NONE,                          MRS(TPIDRRO_EL0),   REG(TPIDRRO_EL0), NO_TWIN },
	{ "... and written at EL1",                                 V84, EL1, 0,       NONE,                          MSR(TPIDRRO_EL0),   REG(TPIDRRO_EL0), NO_TWIN },
	{ "TPIDR_EL0 is EL0's own, whoever EL0 belongs to",         V84, EL0, IN_HOST, NONE,                          MSR(TPIDR_EL0),     REG(TPIDR_EL0),   NO_TWIN },
	{ "NZCV has no control",                                    V84, EL0, 0,       NONE,                          MSR(NZCV),          REG(NZCV),        NO_TWIN },
	{ "DCZID_EL0 has no control",                               V84, EL0, 0,       NONE,                          MRS(DCZID_EL0),     REG(DCZID_EL0),   NO_TWIN },
	{ "CurrentEL is not for EL0",                               V84, EL0, 0,       NONE,                          MRS(CurrentEL),     UNDEF,            NO_TWIN },
	{ "SPSel is not for EL0",                                   V84, EL0, 0,       NONE,                          MRS(SPSel),         UNDEF,            NO_TWIN },
	{ "PAN is not for EL0",                                     V84, EL0, 0,       NONE,                          MRS(PAN),           UNDEF,            NO_TWIN },

	/* SCTLR_ELx.UCT: CTR_EL0 */
	{ "UCT = 0 denies CTR_EL0, to EL1",        V84, EL0,       0,             NONE,                          MRS(CTR_EL0), TRAP1,        FLIP(SCTLR_EL1, UCT), REG(CTR_EL0) },
	{ "UCT = 0 under TGE goes to EL2",         V84, EL0,       TGE,           NONE,                          MRS(CTR_EL0), TRAP2,        FLIP(SCTLR_EL1, UCT), REG(CTR_EL0) },
	{ "TGE decides which EL that is",          V84, EL0,       TGE | HCR(RW), NONE,                          MRS(CTR_EL0), TRAP2,        FLIP(HCR_EL2, TGE), TRAP1 },
	{ "the host's EL0 asks SCTLR_EL2.UCT",     V84, EL0,       IN_HOST,       SET(SCTLR_EL1, SCTLR_EL1_UCT), MRS(CTR_EL0), TRAP2,        FLIP(SCTLR_EL2, UCT), REG(CTR_EL0) },
	{ "EL0 of E2H without TGE asks SCTLR_EL1", V84, EL0,       E2H,           SET(SCTLR_EL2, SCTLR_EL2_UCT), MRS(CTR_EL0), TRAP1,        FLIP(SCTLR_EL1, UCT), REG(CTR_EL0) },
	{ "UCT comes before TID2",                 V84, EL0,       HCR(TID2),     NONE,                          MRS(CTR_EL0), TRAP1,        FLIP(SCTLR_EL1, UCT), TRAP2 },
	{ "UCT is not about EL1",                  V84, EL1,       0,             NONE,                          MRS(CTR_EL0), REG(CTR_EL0), NO_TWIN },
	{ "No EL2: UCT = 0 goes to EL1",           V84, EL0_ALONE, 0,             NONE,                          MRS(CTR_EL0), TRAP1,        FLIP(SCTLR_EL1, UCT), REG(CTR_EL0) },

	/* SCTLR_ELx.UCI: cache maintenance by address */
	{ "UCI = 0 denies DC CVAU",                            V84, EL0, 0,         NONE,                          SYS(DC_CVAU),  TRAP1,         FLIP(SCTLR_EL1, UCI), OPER(DC_CVAU) },
	{ "UCI = 0 denies DC CVAC",                            V84, EL0, 0,         NONE,                          SYS(DC_CVAC),  TRAP1,         FLIP(SCTLR_EL1, UCI), OPER(DC_CVAC) },
	{ "UCI = 0 denies DC CIVAC",                           V84, EL0, 0,         NONE,                          SYS(DC_CIVAC), TRAP1,         FLIP(SCTLR_EL1, UCI), OPER(DC_CIVAC) },
	{ "UCI = 0 denies DC CVAP",                            V84, EL0, 0,         NONE,                          SYS(DC_CVAP),  TRAP1,         FLIP(SCTLR_EL1, UCI), OPER(DC_CVAP) },
	{ "UCI = 0 denies DC CVADP",                           MAX, EL0, 0,         NONE,                          SYS(DC_CVADP), TRAP1,         FLIP(SCTLR_EL1, UCI), OPER(DC_CVADP) },
	{ "UCI = 0 denies IC IVAU",                            V84, EL0, 0,         NONE,                          SYS(IC_IVAU),  TRAP1,         FLIP(SCTLR_EL1, UCI), OPER(IC_IVAU) },
	{ "UCI = 0 under TGE goes to EL2",                     V84, EL0, TGE,       NONE,                          SYS(IC_IVAU),  TRAP2,         FLIP(SCTLR_EL1, UCI), OPER(IC_IVAU) },
	{ "the host's EL0 asks SCTLR_EL2.UCI",                 V84, EL0, IN_HOST,   SET(SCTLR_EL1, SCTLR_EL1_UCI), SYS(IC_IVAU),  TRAP2,         FLIP(SCTLR_EL2, UCI), OPER(IC_IVAU) },
	{ "UCI comes before TPU",                              V84, EL0, HCR(TPU),  NONE,                          SYS(IC_IVAU),  TRAP1,         FLIP(SCTLR_EL1, UCI), TRAP2 },
	{ "UCI comes before TPCP",                             V84, EL0, HCR(TPCP), NONE,                          SYS(DC_CVAC),  TRAP1,         FLIP(SCTLR_EL1, UCI), TRAP2 },
	{ "UCI comes before TOCU",                             V84, EL0, HCR(TOCU), NONE,                          SYS(DC_CVAU),  TRAP1,         FLIP(SCTLR_EL1, UCI), TRAP2 },
	{ "UCI is not about EL1",                              V84, EL1, 0,         NONE,                          SYS(DC_CVAU),  OPER(DC_CVAU), NO_TWIN },
	{ "DC CVAP is UNDEFINED without FEAT_DPB, before UCI", V81, EL0, 0,         NONE,                          SYS(DC_CVAP),  UNDEF,         IN(V83), TRAP1 },

	/* SCTLR_ELx.DZE: DC ZVA */
	{ "DZE = 0 denies DC ZVA",             V84, EL0, 0,        NONE,                          SYS(DC_ZVA), TRAP1,        FLIP(SCTLR_EL1, DZE), OPER(DC_ZVA) },
	{ "DZE = 0 under TGE goes to EL2",     V84, EL0, TGE,      NONE,                          SYS(DC_ZVA), TRAP2,        FLIP(SCTLR_EL1, DZE), OPER(DC_ZVA) },
	{ "the host's EL0 asks SCTLR_EL2.DZE", V84, EL0, IN_HOST,  SET(SCTLR_EL1, SCTLR_EL1_DZE), SYS(DC_ZVA), TRAP2,        FLIP(SCTLR_EL2, DZE), OPER(DC_ZVA) },
	{ "DZE comes before TDZ",              V84, EL0, HCR(TDZ), NONE,                          SYS(DC_ZVA), TRAP1,        FLIP(SCTLR_EL1, DZE), TRAP2 },
	{ "DZE is not about EL1",              V84, EL1, 0,        NONE,                          SYS(DC_ZVA), OPER(DC_ZVA), NO_TWIN },
	{ "DZE is not about EL2",              V84, EL2, 0,        NONE,                          SYS(DC_ZVA), OPER(DC_ZVA), NO_TWIN },

	/* SCTLR_EL1.UMA: DAIF. SCTLR_EL2 has no such bit: the host's EL0 never may */
	{ "UMA = 0 denies reading DAIF",                    V84, EL0, 0,       NONE,                                               MRS(DAIF), TRAP1,     FLIP(SCTLR_EL1, UMA), REG(DAIF) },
	{ "UMA = 0 denies writing DAIF",                    V84, EL0, 0,       NONE,                                               MSR(DAIF), TRAP1,     FLIP(SCTLR_EL1, UMA), REG(DAIF) },
	{ "UMA = 0 under TGE goes to EL2",                  V84, EL0, TGE,     NONE,                                               MSR(DAIF), TRAP2,     FLIP(SCTLR_EL1, UMA), REG(DAIF) },
	{ "the host's EL0 may not, whatever SCTLR_EL1.UMA", V84, EL0, IN_HOST, SET(SCTLR_EL1, SCTLR_EL1_UMA),                      MRS(DAIF), TRAP2,     FLIP(HCR_EL2, E2H), REG(DAIF) },
	{ "... and SCTLR_EL2 has no bit that helps",        V84, EL0, IN_HOST, SET2(SCTLR_EL1, SCTLR_EL1_UMA, SCTLR_EL2, ~(u64)0), MSR(DAIF), TRAP2,     FLIP(HCR_EL2, E2H), REG(DAIF) },
	{ "UMA is not about EL1",                           V84, EL1, 0,       NONE,                                               MSR(DAIF), REG(DAIF), NO_TWIN },

	/* SCTLR_ELx.EnRCTX: prediction restriction, FEAT_SPECRES */
	{ "EnRCTX = 0 denies CFP RCTX",                 MAX, EL0, 0,       NONE,                             SYS(CFP_RCTX), TRAP1,          FLIP(SCTLR_EL1, EnRCTX), OPER(CFP_RCTX) },
	{ "EnRCTX = 0 denies DVP RCTX",                 MAX, EL0, 0,       NONE,                             SYS(DVP_RCTX), TRAP1,          FLIP(SCTLR_EL1, EnRCTX), OPER(DVP_RCTX) },
	{ "EnRCTX = 0 denies CPP RCTX, to EL2 by TGE",  MAX, EL0, TGE,     NONE,                             SYS(CPP_RCTX), TRAP2,          FLIP(SCTLR_EL1, EnRCTX), OPER(CPP_RCTX) },
	{ "the host's EL0 asks SCTLR_EL2.EnRCTX",       MAX, EL0, IN_HOST, SET(SCTLR_EL1, SCTLR_EL1_EnRCTX), SYS(CFP_RCTX), TRAP2,          FLIP(SCTLR_EL2, EnRCTX), OPER(CFP_RCTX) },
	{ "EnRCTX is not about EL1",                    MAX, EL1, 0,       NONE,                             SYS(CFP_RCTX), OPER(CFP_RCTX), NO_TWIN },
	{ "NV traps EL1's CFP RCTX",                    MAX, EL1, NV,      NONE,                             SYS(CFP_RCTX), TRAP2,          FLIP(HCR_EL2, NV), OPER(CFP_RCTX) },
	{ "CFP RCTX is UNDEFINED without FEAT_SPECRES", V84, EL1, 0,       NONE,                             SYS(CFP_RCTX), UNDEF,          IN(MAX), OPER(CFP_RCTX) },

	/* FEAT_IDST: reads of the feature ID space that would be UNDEFINED are reported with EC 0x18 */
	{ "IDST: an ID register at EL0",                        V84, EL0, 0,         NONE, MRS(ID_AA64ISAR0_EL1),  TRAP1, IN(V83), UNDEF },
	{ "IDST: ... goes to EL2 by TGE",                       V84, EL0, TGE,       NONE, MRS(ID_AA64ISAR0_EL1),  TRAP2, IN(V83), UNDEF },
	{ "IDST: the host's EL0 is trapped to the host",        V84, EL0, IN_HOST,   NONE, MRS(ID_AA64PFR0_EL1),   TRAP2, IN(V83), UNDEF },
	{ "IDST: MIDR_EL1, CRm = 0",                            V84, EL0, 0,         NONE, MRS(MIDR_EL1),          TRAP1, IN(V83), UNDEF },
	{ "IDST: CLIDR_EL1, op1 = 1",                           V84, EL0, 0,         NONE, MRS(CLIDR_EL1),         TRAP1, IN(V83), UNDEF },
	{ "IDST: not CSSELR_EL1, op1 = 2",                      V84, EL0, 0,         NONE, MRS(CSSELR_EL1),        UNDEF, NO_TWIN },
	{ "IDST: not writes",                                   V84, EL0, 0,         NONE, MSR(MIDR_EL1),          UNDEF, NO_TWIN },
	{ "IDST comes before TID3: EL0's access is not EL1's",  V84, EL0, HCR(TID3), NONE, MRS(ID_AA64MMFR0_EL1),  TRAP1, IN(V83), UNDEF },
	{ "IDST: unallocated, op1 = 3, at EL0",                 V84, EL0, 0,         NONE, MRS_ENC(3, 3, 0, 3, 0), TRAP1, IN(V81), UNDEF },
	{ "IDST: unallocated, op1 = 3, under TGE",              V84, EL0, TGE,       NONE, MRS_ENC(3, 3, 0, 3, 0), TRAP2, IN(V81), UNDEF },
	{ "IDST: unallocated, op1 = 1, at EL1",                 V84, EL1, 0,         NONE, MRS_ENC(3, 1, 0, 0, 4), TRAP1, IN(V81), UNDEF },
	{ "IDST: unallocated, op1 = 1, at EL2",                 V84, EL2, 0,         NONE, MRS_ENC(3, 1, 0, 0, 4), TRAP2, IN(V81), UNDEF },
	{ "IDST: unallocated, op1 = 2, is not of the space",    V84, EL0, 0,         NONE, MRS_ENC(3, 2, 0, 3, 0), UNDEF, NO_TWIN },
	{ "IDST: CRm = 8 is not of the space",                  V84, EL0, 0,         NONE, MRS_ENC(3, 0, 0, 8, 0), UNDEF, NO_TWIN },
	{ "IDST: op0 = 2 is not of the space",                  V84, EL1, 0,         NONE, MRS_ENC(2, 0, 0, 5, 2), UNDEF, NO_TWIN },
	{ "IDST: CRn = 1 is not of the space",                  V84, EL1, 0,         NONE, MRS_ENC(3, 0, 1, 3, 7), UNDEF, NO_TWIN },
	{ "IDST: an unallocated encoding written is UNDEFINED", V84, EL1, 0,         NONE, MSR_ENC(3, 1, 0, 0, 4), UNDEF, NO_TWIN },

	/* Directions and stack pointers */
	{ "a read-only register written at EL1 is UNDEFINED",        V84, EL1,       0, NONE, MSR(MIDR_EL1),  UNDEF,          NO_TWIN },
	{ "a write-only register read at EL1 is UNDEFINED",          V84, EL1,       0, NONE, MRS(OSLAR_EL1), UNDEF,          NO_TWIN },
	{ "a read-only register written at EL2 is UNDEFINED",        V84, EL2,       0, NONE, MSR(ISR_EL1),   UNDEF,          NO_TWIN },
	{ "SYSL of a cache operation is UNDEFINED",                  V84, EL1,       0, NONE, SYSL(DC_CIVAC), UNDEF,          NO_TWIN },
	{ "SP_EL0 with SPSel = 1",                                   V84, EL1,       0, NONE, MSR(SP_EL0),    REG(SP_EL0),    NO_TWIN },
	{ "SP_EL0 with SPSel = 0 is the one in use: UNDEFINED",      V84, EL1t,      0, NONE, MSR(SP_EL0),    UNDEF,          NO_TWIN },
	{ "SP_EL0 with SPSel = 0 at EL2",                            V84, EL2t,      0, NONE, MRS(SP_EL0),    UNDEF,          NO_TWIN },
	{ "SP_EL1 at EL1 is UNDEFINED",                              V84, EL1,       0, NONE, MRS(SP_EL1),    UNDEF,          NO_TWIN },
	{ "SP_EL1 at EL2",                                           V84, EL2,       0, NONE, MSR(SP_EL1),    REG(SP_EL1),    NO_TWIN },
	{ "SP_EL2 has no name below EL3",                            V84, EL2,       0, NONE, MRS(SP_EL2),    UNDEF,          NO_TWIN },
	{ "RVBAR_EL1 is of the highest EL only: UNDEFINED with EL2", V84, EL1,       0, NONE, MRS(RVBAR_EL1), UNDEF,          NO_TWIN },
	{ "RVBAR_EL1 without EL2",                                   V84, EL1_ALONE, 0, NONE, MRS(RVBAR_EL1), REG(RVBAR_EL1), NO_TWIN },
	{ "RVBAR_EL1 at EL2 is not there either",                    V84, EL2,       0, NONE, MRS(RVBAR_EL1), UNDEF,          NO_TWIN },
	{ "RVBAR_EL2 at EL2",                                        V84, EL2,       0, NONE, MRS(RVBAR_EL2), REG(RVBAR_EL2), NO_TWIN },
	{ "PAN is UNDEFINED without FEAT_PAN",                       V80, EL1,       0, NONE, MRS(PAN),       UNDEF,          IN(V81), REG(PAN) },
	{ "UAO is UNDEFINED without FEAT_UAO",                       V81, EL1,       0, NONE, MRS(UAO),       UNDEF,          IN(V83), REG(UAO) },
	{ "DIT is EL0's too, with FEAT_DIT",                         V83, EL0,       0, NONE, MRS(DIT),       UNDEF,          IN(V84), REG(DIT) },
	{ "SSBS is EL0's too, with FEAT_SSBS",                       V84, EL0,       0, NONE, MSR(SSBS),      UNDEF,          IN(MAX), REG(SSBS) },

	/* SCTLR_ELx.TSCXT: FEAT_CSV2_2 */
	{ "the host's EL0 asks TSCXT alone",   MAX, EL0, IN_HOST,           SET(SCTLR_EL2, 0),                              MSR(SCXTNUM_EL0), REG(SCXTNUM_EL0), FLIP(SCTLR_EL2, TSCXT), TRAP2 },
	{ "TSCXT denies EL0",                  MAX, EL0, HCR(EnSCXT),       SET(SCTLR_EL1, SCTLR_EL1_TSCXT),                MRS(SCXTNUM_EL0), TRAP1,            FLIP(SCTLR_EL1, TSCXT), REG(SCXTNUM_EL0) },
	{ "TSCXT comes before EnSCXT",         MAX, EL0, 0,                 SET(SCTLR_EL1, SCTLR_EL1_TSCXT),                MSR(SCXTNUM_EL0), TRAP1,            FLIP(SCTLR_EL1, TSCXT), TRAP2 },
	{ "TSCXT under TGE goes to EL2",       MAX, EL0, HCR(EnSCXT) | TGE, SET(SCTLR_EL1, SCTLR_EL1_TSCXT),                MRS(SCXTNUM_EL0), TRAP2,            FLIP(SCTLR_EL1, TSCXT), REG(SCXTNUM_EL0) },
	{ "SCTLR_EL2.TSCXT is not a guest's",  MAX, EL0, HCR(EnSCXT),       SET2(SCTLR_EL1, 0, SCTLR_EL2, SCTLR_EL2_TSCXT), MSR(SCXTNUM_EL0), REG(SCXTNUM_EL0), NO_TWIN },
	{ "SCTLR_EL1.TSCXT is not the host's", MAX, EL0, IN_HOST,           SET2(SCTLR_EL1, SCTLR_EL1_TSCXT, SCTLR_EL2, 0), MSR(SCXTNUM_EL0), REG(SCXTNUM_EL0), NO_TWIN },
	{ "TSCXT does not hit EL1",            MAX, EL1, HCR(EnSCXT),       SET(SCTLR_EL1, SCTLR_EL1_TSCXT),                MSR(SCXTNUM_EL0), REG(SCXTNUM_EL0), NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(el0);
