/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instructions that are no access of a register: WFx, SMC, HVC, SVC, BRK, ERET, PSTATE's fields,
 * pointer authentication. HYPERVISOR-SPEC F.2, F.4, F.5, HW-3, HW-5. FP and SIMD are in rows_fp.c.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* WFI and WFE, EC 0x01: SCTLR_ELx.nTWx for EL0, then HCR_EL2.TWx (bits 13 and 14). ISS.TI = 1 is WFE */
	{ "TWI traps EL1's WFI",                       V84, EL1,       HCR(TWI),           NONE,                                                       INSN(WFI), TRAP_TO(EL2, WFX, ISS_ALWAYS),     FLIP(HCR_EL2, TWI), EXECUTE },
	{ "TWE traps EL1's WFE",                       V84, EL1,       HCR(TWE),           NONE,                                                       INSN(WFE), TRAP_TO(EL2, WFX, ISS_ALWAYS | 1), FLIP(HCR_EL2, TWE), EXECUTE },
	{ "TWI leaves WFE",                            V84, EL1,       HCR(TWI),           NONE,                                                       INSN(WFE), EXECUTE,                           NO_TWIN },
	{ "TWE leaves WFI",                            V84, EL1,       HCR(TWE),           NONE,                                                       INSN(WFI), EXECUTE,                           NO_TWIN },
	{ "TWI does not trap EL2",                     V84, EL2,       HCR(TWI),           NONE,                                                       INSN(WFI), EXECUTE,                           NO_TWIN },
	{ "TWE does not trap EL2",                     V84, EL2,       HCR(TWE) | IN_HOST, NONE,                                                       INSN(WFE), EXECUTE,                           NO_TWIN },
	{ "nTWI = 0 traps EL0's WFI to EL1",           V84, EL0,       0,                  NONE,                                                       INSN(WFI), TRAP_TO(EL1, WFX, ISS_ALWAYS),     FLIP(SCTLR_EL1, nTWI), EXECUTE },
	{ "nTWE = 0 traps EL0's WFE to EL1",           V84, EL0,       0,                  NONE,                                                       INSN(WFE), TRAP_TO(EL1, WFX, ISS_ALWAYS | 1), FLIP(SCTLR_EL1, nTWE), EXECUTE },
	{ "nTWI = 0 under TGE goes to EL2",            V84, EL0,       TGE,                NONE,                                                       INSN(WFI), TRAP_TO(EL2, WFX, ISS_ALWAYS),     FLIP(SCTLR_EL1, nTWI), EXECUTE },
	{ "nTWE = 0 under TGE goes to EL2",            V84, EL0,       TGE,                NONE,                                                       INSN(WFE), TRAP_TO(EL2, WFX, ISS_ALWAYS | 1), FLIP(SCTLR_EL1, nTWE), EXECUTE },
	{ "the host's EL0 asks SCTLR_EL2.nTWI",        V84, EL0,       IN_HOST,            SET2(SCTLR_EL1, SCTLR_EL1_nTWI, SCTLR_EL2, 0),              INSN(WFI), TRAP_TO(EL2, WFX, ISS_ALWAYS),     FLIP(SCTLR_EL2, nTWI), EXECUTE },
	{ "the host's EL0 asks SCTLR_EL2.nTWE",        V84, EL0,       IN_HOST,            SET2(SCTLR_EL1, SCTLR_EL1_nTWE, SCTLR_EL2, 0),              INSN(WFE), TRAP_TO(EL2, WFX, ISS_ALWAYS | 1), FLIP(SCTLR_EL2, nTWE), EXECUTE },
	{ "TWI traps EL0's WFI, if nTWI lets it pass", V84, EL0,       HCR(TWI),           SET(SCTLR_EL1, SCTLR_EL1_nTWI),                             INSN(WFI), TRAP_TO(EL2, WFX, ISS_ALWAYS),     FLIP(HCR_EL2, TWI), EXECUTE },
	{ "TWE traps EL0's WFE, if nTWE lets it pass", V84, EL0,       HCR(TWE),           SET(SCTLR_EL1, SCTLR_EL1_nTWE),                             INSN(WFE), TRAP_TO(EL2, WFX, ISS_ALWAYS | 1), FLIP(HCR_EL2, TWE), EXECUTE },
	{ "nTWI comes before TWI",                     V84, EL0,       HCR(TWI),           NONE,                                                       INSN(WFI), TRAP_TO(EL1, WFX, ISS_ALWAYS),     FLIP(SCTLR_EL1, nTWI), TRAP_TO(EL2, WFX, ISS_ALWAYS) },
	{ "TWI under TGE alone does trap EL0: HW-5",   V84, EL0,       TGE | HCR(TWI),     SET(SCTLR_EL1, SCTLR_EL1_nTWI),                             INSN(WFI), TRAP_TO(EL2, WFX, ISS_ALWAYS),     FLIP(HCR_EL2, TWI), EXECUTE },
	{ "TWI does not trap the host's EL0: HW-5",    V84, EL0,       IN_HOST | HCR(TWI), SET2(SCTLR_EL1, SCTLR_EL1_nTWI, SCTLR_EL2, SCTLR_EL2_nTWI), INSN(WFI), EXECUTE,                           FLIP(HCR_EL2, E2H), TRAP_TO(EL2, WFX, ISS_ALWAYS) },
	{ "TWE does not trap the host's EL0: HW-5",    V84, EL0,       IN_HOST | HCR(TWE), SET2(SCTLR_EL1, SCTLR_EL1_nTWE, SCTLR_EL2, SCTLR_EL2_nTWE), INSN(WFE), EXECUTE,                           FLIP(HCR_EL2, E2H), TRAP_TO(EL2, WFX, ISS_ALWAYS | 1) },
	{ "nTWI is not about EL1",                     V84, EL1,       0,                  NONE,                                                       INSN(WFI), EXECUTE,                           NO_TWIN },
	{ "nTWE is not about EL1",                     V84, EL1,       0,                  NONE,                                                       INSN(WFE), EXECUTE,                           NO_TWIN },
	{ "No EL2: nTWI = 0 goes to EL1",              V84, EL0_ALONE, 0,                  NONE,                                                       INSN(WFI), TRAP_TO(EL1, WFX, ISS_ALWAYS),     FLIP(SCTLR_EL1, nTWI), EXECUTE },

	/* SMC, EC 0x17. The board's firmware stands where EL3 would be: without TSC it answers */
	{ "TSC traps SMC",                            V84, EL1,       HCR(TSC),       NONE, INSN(SMC), TRAP_TO(EL2, SMC64, 0), FLIP(HCR_EL2, TSC), EXECUTE },
	{ "NV and TSC trap SMC, with EL3 or without", V84, EL1,       NV | HCR(TSC),  NONE, INSN(SMC), TRAP_TO(EL2, SMC64, 0), FLIP(HCR_EL2, TSC), EXECUTE },
	{ "NV2 and TSC too",                          V84, EL1,       NV2 | HCR(TSC), NONE, INSN(SMC), TRAP_TO(EL2, SMC64, 0), FLIP(HCR_EL2, TSC), EXECUTE },
	{ "NV alone does not trap SMC",               V84, EL1,       NV,             NONE, INSN(SMC), EXECUTE,                NO_TWIN },
	{ "TSC does not trap EL2",                    V84, EL2,       HCR(TSC),       NONE, INSN(SMC), EXECUTE,                NO_TWIN },
	{ "SMC at EL0 is UNDEFINED, before TSC",      V84, EL0,       HCR(TSC),       NONE, INSN(SMC), UNDEF,                  NO_TWIN },
	{ "SMC at EL0 of the host is UNDEFINED",      V84, EL0,       IN_HOST,        NONE, INSN(SMC), UNDEF,                  NO_TWIN },
	{ "No EL2: the firmware answers SMC",         V84, EL1_ALONE, 0,              NONE, INSN(SMC), EXECUTE,                NO_TWIN },

	/* HVC, EC 0x16. HCD (bit 29) exists without EL3 */
	{ "HVC of EL1 goes to EL2",                V84, EL1,       0,        NONE, INSN(HVC), TRAP_TO(EL2, HVC64, 0), FLIP(HCR_EL2, HCD), UNDEF },
	{ "HVC of EL2 goes to EL2",                V84, EL2,       0,        NONE, INSN(HVC), TRAP_TO(EL2, HVC64, 0), FLIP(HCR_EL2, HCD), UNDEF },
	{ "HVC of a guest hypervisor goes to EL2", V84, EL1,       NV2,      NONE, INSN(HVC), TRAP_TO(EL2, HVC64, 0), FLIP(HCR_EL2, HCD), UNDEF },
	{ "HCD: HVC is UNDEFINED at EL1",          V84, EL1,       HCR(HCD), NONE, INSN(HVC), UNDEF,                  NO_TWIN },
	{ "HCD: HVC is UNDEFINED at EL2",          V84, EL2,       HCR(HCD), NONE, INSN(HVC), UNDEF,                  NO_TWIN },
	{ "HVC at EL0 is UNDEFINED",               V84, EL0,       0,        NONE, INSN(HVC), UNDEF,                  NO_TWIN },
	{ "HVC at EL0 of the host is UNDEFINED",   V84, EL0,       IN_HOST,  NONE, INSN(HVC), UNDEF,                  NO_TWIN },
	{ "No EL2: the firmware answers HVC",      V84, EL1_ALONE, 0,        NONE, INSN(HVC), EXECUTE,                NO_TWIN },

	/* SVC, EC 0x15: an exception in any case, TGE says where to */
	{ "SVC of EL0 goes to EL1",                          V84, EL0,       0,       NONE, INSN(SVC), TRAP_TO(EL1, SVC64, 0), FLIP(HCR_EL2, TGE), TRAP_TO(EL2, SVC64, 0) },
	{ "SVC of the host's EL0 goes to EL2",               V84, EL0,       IN_HOST, NONE, INSN(SVC), TRAP_TO(EL2, SVC64, 0), FLIP(HCR_EL2, TGE), TRAP_TO(EL1, SVC64, 0) },
	{ "SVC of EL1 goes to EL1",                          V84, EL1,       E2H,     NONE, INSN(SVC), TRAP_TO(EL1, SVC64, 0), NO_TWIN },
	{ "SVC of EL2 goes to EL2",                          V84, EL2,       0,       NONE, INSN(SVC), TRAP_TO(EL2, SVC64, 0), NO_TWIN },
	{ "SVC of a guest hypervisor goes to EL1, its vEL2", V84, EL1,       NV2,     NONE, INSN(SVC), TRAP_TO(EL1, SVC64, 0), NO_TWIN },
	{ "No EL2: SVC of EL0 goes to EL1",                  V84, EL0_ALONE, 0,       NONE, INSN(SVC), TRAP_TO(EL1, SVC64, 0), NO_TWIN },

	/* BRK, EC 0x3c: a debug exception, to EL2 by MDCR_EL2.TDE or TGE */
	{ "BRK of EL1 goes to EL1",             V84, EL1,       0,       NONE,                        INSN(BRK), TRAP_TO(EL1, BRK64, 0), FLIP(MDCR_EL2, TDE), TRAP_TO(EL2, BRK64, 0) },
	{ "BRK of EL0 goes to EL1",             V84, EL0,       0,       NONE,                        INSN(BRK), TRAP_TO(EL1, BRK64, 0), FLIP(MDCR_EL2, TDE), TRAP_TO(EL2, BRK64, 0) },
	{ "BRK of EL0 under TGE goes to EL2",   V84, EL0,       TGE,     NONE,                        INSN(BRK), TRAP_TO(EL2, BRK64, 0), FLIP(HCR_EL2, TGE), TRAP_TO(EL1, BRK64, 0) },
	{ "BRK of the host's EL0 goes to EL2",  V84, EL0,       IN_HOST, NONE,                        INSN(BRK), TRAP_TO(EL2, BRK64, 0), FLIP(HCR_EL2, TGE), TRAP_TO(EL1, BRK64, 0) },
	{ "BRK of EL2 goes to EL2",             V84, EL2,       0,       NONE,                        INSN(BRK), TRAP_TO(EL2, BRK64, 0), NO_TWIN },
	{ "TDA without TDE does not route BRK", V84, EL1,       0,       SET(MDCR_EL2, MDCR_EL2_TDA), INSN(BRK), TRAP_TO(EL1, BRK64, 0), FLIP(MDCR_EL2, TDE), TRAP_TO(EL2, BRK64, 0) },
	{ "No EL2: BRK of EL0 goes to EL1",     V84, EL0_ALONE, 0,       NONE,                        INSN(BRK), TRAP_TO(EL1, BRK64, 0), NO_TWIN },

	/* ERET and its authenticated forms, EC 0x1a. ISS: bit 1 authenticated, bit 0 key B */
	{ "NV traps ERET of EL1",                                      V84, EL1, NV,            NONE,                           INSN(ERET),   TRAP_TO(EL2, ERET, 0),  FLIP(HCR_EL2, NV), EXECUTE },
	{ "NV traps ERETAA, before pointer authentication",            V84, EL1, NV,            SET(SCTLR_EL1, SCTLR_EL1_EnIA), INSN(ERETAA), TRAP_TO(EL2, ERET, 2),  FLIP(HCR_EL2, NV), TRAP_TO(EL2, PAUTH, 0) },
	{ "NV traps ERETAB",                                           V84, EL1, NV | HCR(API), NONE,                           INSN(ERETAB), TRAP_TO(EL2, ERET, 3),  FLIP(HCR_EL2, NV), EXECUTE },
	{ "NV2 traps ERET as NV does",                                 V84, EL1, NV2,           NONE,                           INSN(ERET),   TRAP_TO(EL2, ERET, 0),  FLIP(HCR_EL2, NV), EXECUTE },
	{ "NV, NV1 and NV2 trap ERET",                                 V84, EL1, NV2_NV1,       NONE,                           INSN(ERET),   TRAP_TO(EL2, ERET, 0),  FLIP(HCR_EL2, NV), EXECUTE },
	{ "NV traps ERET with FEAT_NV alone",                          V83, EL1, NV,            NONE,                           INSN(ERET),   TRAP_TO(EL2, ERET, 0),  FLIP(HCR_EL2, NV), EXECUTE },
	{ "NV2 without NV does not trap ERET",                         V84, EL1, HCR(NV2),      NONE,                           INSN(ERET),   EXECUTE,                NO_TWIN },
	{ "NV does not trap ERET of EL2",                              V84, EL2, NV,            NONE,                           INSN(ERET),   EXECUTE,                NO_TWIN },
	{ "ERET at EL0 is UNDEFINED",                                  V84, EL0, 0,             NONE,                           INSN(ERET),   UNDEF,                  NO_TWIN },
	{ "ERETAA at EL0 is UNDEFINED, before pointer authentication", V84, EL0, 0,             SET(SCTLR_EL1, SCTLR_EL1_EnIA), INSN(ERETAA), UNDEF,                  NO_TWIN },
	{ "ERETAB at EL0 is UNDEFINED",                                V84, EL0, NV,            NONE,                           INSN(ERETAB), UNDEF,                  NO_TWIN },
	{ "ERETAA authenticates: API = 0 traps it",                    V84, EL1, 0,             SET(SCTLR_EL1, SCTLR_EL1_EnIA), INSN(ERETAA), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "ERETAA with EnIA = 0 authenticates nothing",                V84, EL1, 0,             NONE,                           INSN(ERETAA), EXECUTE,                FLIP(SCTLR_EL1, EnIA), TRAP_TO(EL2, PAUTH, 0) },
	{ "ERETAB asks EnIB",                                          V84, EL1, 0,             SET(SCTLR_EL1, SCTLR_EL1_EnIB), INSN(ERETAB), TRAP_TO(EL2, PAUTH, 0), FLIP(SCTLR_EL1, EnIB), EXECUTE },

	/* Pointer authentication, EC 0x09. A key that SCTLR_ELx disables does nothing; then API = 0 traps */
	{ "API = 0 traps key IA of EL1",                           V84, EL1,       0,        SET(SCTLR_EL1, SCTLR_EL1_EnIA),                             INSN(PAC_IA), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "API = 0 traps key IB of EL1",                           V84, EL1,       0,        SET(SCTLR_EL1, SCTLR_EL1_EnIB),                             INSN(PAC_IB), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "API = 0 traps key DA of EL1",                           V84, EL1,       0,        SET(SCTLR_EL1, SCTLR_EL1_EnDA),                             INSN(PAC_DA), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "API = 0 traps key DB of EL1",                           V84, EL1,       0,        SET(SCTLR_EL1, SCTLR_EL1_EnDB),                             INSN(PAC_DB), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "API = 0 traps the generic key, which nothing disables", V84, EL1,       0,        NONE,                                                       INSN(PAC_GA), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "API = 0 traps EL0",                                     V84, EL0,       0,        SET(SCTLR_EL1, SCTLR_EL1_EnIA),                             INSN(PAC_IA), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "API = 0 under TGE alone traps EL0: HW-5",               V84, EL0,       TGE,      SET(SCTLR_EL1, SCTLR_EL1_EnIA),                             INSN(PAC_IA), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "API = 0 does not trap the host's EL0: HC-3",            V84, EL0,       IN_HOST,  SET2(SCTLR_EL1, SCTLR_EL1_EnIA, SCTLR_EL2, SCTLR_EL2_EnIA), INSN(PAC_IA), EXECUTE,                FLIP(HCR_EL2, E2H), TRAP_TO(EL2, PAUTH, 0) },
	{ "API = 0 does not trap EL2",                             V84, EL2,       0,        SET(SCTLR_EL2, SCTLR_EL2_EnIA),                             INSN(PAC_IA), EXECUTE,                NO_TWIN },
	{ "EnIA = 0: nothing to trap",                             V84, EL1,       0,        NONE,                                                       INSN(PAC_IA), NOTHING,                FLIP(SCTLR_EL1, EnIA), TRAP_TO(EL2, PAUTH, 0) },
	{ "EnIB = 0: nothing to trap",                             V84, EL1,       0,        SET(SCTLR_EL1, SCTLR_EL1_EnIA),                             INSN(PAC_IB), NOTHING,                FLIP(SCTLR_EL1, EnIB), TRAP_TO(EL2, PAUTH, 0) },
	{ "EnDA = 0: nothing to trap",                             V84, EL0,       0,        NONE,                                                       INSN(PAC_DA), NOTHING,                FLIP(SCTLR_EL1, EnDA), TRAP_TO(EL2, PAUTH, 0) },
	{ "EnDB = 0: nothing to trap",                             V84, EL0,       0,        NONE,                                                       INSN(PAC_DB), NOTHING,                FLIP(SCTLR_EL1, EnDB), TRAP_TO(EL2, PAUTH, 0) },
	{ "APK is about keys, not about instructions",             V84, EL1,       HCR(APK), NONE,                                                       INSN(PAC_GA), TRAP_TO(EL2, PAUTH, 0), FLIP(HCR_EL2, API), EXECUTE },
	{ "No EL2: nothing traps pointer authentication",          V84, EL1_ALONE, 0,        SET(SCTLR_EL1, SCTLR_EL1_EnIA),                             INSN(PAC_IA), EXECUTE,                NO_TWIN },

	/* MSR (immediate): DAIFSet and DAIFClr at EL0 by SCTLR_EL1.UMA, EC 0x18; other fields not at all */
	{ "UMA = 0 denies DAIFSet",                   V84, EL0, 0,       NONE,                                               INSN(DAIFSET), TRAP1,   FLIP(SCTLR_EL1, UMA), EXECUTE },
	{ "UMA = 0 denies DAIFClr",                   V84, EL0, 0,       NONE,                                               INSN(DAIFCLR), TRAP1,   FLIP(SCTLR_EL1, UMA), EXECUTE },
	{ "UMA = 0 denies DAIFSet under TGE, to EL2", V84, EL0, TGE,     NONE,                                               INSN(DAIFSET), TRAP2,   FLIP(SCTLR_EL1, UMA), EXECUTE },
	{ "the host's EL0 never may",                 V84, EL0, IN_HOST, SET2(SCTLR_EL1, SCTLR_EL1_UMA, SCTLR_EL2, ~(u64)0), INSN(DAIFCLR), TRAP2,   FLIP(HCR_EL2, E2H), EXECUTE },
	{ "UMA is not about EL1's DAIFSet",           V84, EL1, 0,       NONE,                                               INSN(DAIFSET), EXECUTE, NO_TWIN },
	{ "UMA is not about EL2's DAIFClr",           V84, EL2, 0,       NONE,                                               INSN(DAIFCLR), EXECUTE, NO_TWIN },
	{ "SPSel, PAN, UAO are UNDEFINED at EL0",     V84, EL0, 0,       SET(SCTLR_EL1, SCTLR_EL1_UMA),                      INSN(PSTATE),  UNDEF,   NO_TWIN },
	{ "SPSel, PAN, UAO are EL1's",                V84, EL1, 0,       NONE,                                               INSN(PSTATE),  EXECUTE, NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(insn);
