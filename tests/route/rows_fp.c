/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Floating point and SIMD: CPACR_EL1, CPTR_EL2 in both formats, TGE. HYPERVISOR-SPEC HW-9; DDI 0487
 * AArch64.CheckFPAdvSIMDEnabled and the syndromes of EC 0x07. FPCR stands for the registers.
 */
#include "tests/route/route.h"

static const struct route_row rows[] = {
	/* clang-format off */
	/* why, profile, EL, HCR_EL2, other controls, access, goes; the deciding control, goes with it the other way */
	/* CPACR_EL1.FPEN. 0 and 2: nobody; 1: not EL0; 3: everybody. CPTR_EL2 resets to no traps */
	{ "FPEN = 0 denies FPCR to EL1",                       V84, EL1,       0,   NONE,                    MRS(FPCR), TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP(CPACR_EL1, FPEN), REG(FPCR) },
	{ "FPEN = 0 denies an instruction of EL1",             V84, EL1,       0,   NONE,                    INSN(FP),  TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP(CPACR_EL1, FPEN), EXECUTE },
	{ "FPEN = 0 denies EL0, to EL1",                       V84, EL0,       0,   NONE,                    INSN(FP),  TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP(CPACR_EL1, FPEN), EXECUTE },
	{ "FPEN = 1 lets EL1",                                 V84, EL1,       0,   SET(CPACR_EL1, 1 << 20), INSN(FP),  EXECUTE,                             NO_TWIN },
	{ "FPEN = 1 denies EL0",                               V84, EL0,       0,   SET(CPACR_EL1, 1 << 20), INSN(FP),  TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP_BITS(CPACR_EL1, 1 << 21), EXECUTE },
	{ "FPEN = 1 denies EL0 the FPSR",                      V84, EL0,       0,   SET(CPACR_EL1, 1 << 20), MSR(FPSR), TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP_BITS(CPACR_EL1, 1 << 21), REG(FPSR) },
	{ "FPEN = 2 is as 0",                                  V84, EL1,       0,   SET(CPACR_EL1, 2 << 20), INSN(FP),  TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP_BITS(CPACR_EL1, 1 << 20), EXECUTE },
	{ "CPACR_EL1 is not about EL2",                        V84, EL2,       0,   NONE,                    INSN(FP),  EXECUTE,                             NO_TWIN },
	{ "CPACR_EL1 under TGE alone: UNDEFINED at EL2, EC 0", V84, EL0,       TGE, NONE,                    INSN(FP),  UNDEF,                               FLIP(CPACR_EL1, FPEN), EXECUTE },
	{ "... for FPCR too",                                  V84, EL0,       TGE, SET(CPACR_EL1, 1 << 20), MRS(FPCR), UNDEF,                               FLIP_BITS(CPACR_EL1, 1 << 21), REG(FPCR) },
	{ "No EL2: CPACR_EL1 alone decides",                   V84, EL0_ALONE, 0,   SET(CPACR_EL1, 1 << 20), INSN(FP),  TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP_BITS(CPACR_EL1, 1 << 21), EXECUTE },

	/* CPTR_EL2 with E2H = 0: TFP traps EL0, EL1 and EL2 */
	{ "TFP traps EL1",                                V84, EL1, 0, SET2(CPACR_EL1, 3 << 20, CPTR_EL2, CPTR_EL2_TFP), INSN(FP),  TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, TFP), EXECUTE },
	{ "TFP traps EL0",                                V84, EL0, 0, SET2(CPACR_EL1, 3 << 20, CPTR_EL2, CPTR_EL2_TFP), MRS(FPSR), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, TFP), REG(FPSR) },
	{ "TFP traps EL2 itself",                         V84, EL2, 0, SET(CPTR_EL2, CPTR_EL2_TFP),                      INSN(FP),  TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, TFP), EXECUTE },
	{ "TFP traps EL2's FPCR",                         V84, EL2, 0, SET(CPTR_EL2, CPTR_EL2_TFP),                      MSR(FPCR), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, TFP), REG(FPCR) },
	{ "CPACR_EL1 comes before CPTR_EL2",              V84, EL1, 0, SET(CPTR_EL2, CPTR_EL2_TFP),                      INSN(FP),  TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP(CPACR_EL1, FPEN), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS) },
	{ "E2H = 0: bits 21:20 of CPTR_EL2 are not FPEN", V84, EL2, 0, SET(CPTR_EL2, 0),                                 INSN(FP),  EXECUTE,                             FLIP(HCR_EL2, E2H), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS) },

	/* CPTR_EL2 with E2H = 1: FPEN as in CPACR_EL1, 1 denies only the host's EL0 */
	{ "E2H: FPEN = 0 traps EL2",                        V84, EL2, E2H,     SET(CPTR_EL2, 0),                            INSN(FP),  TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, E2H_FPEN), EXECUTE },
	{ "E2H: FPEN = 2 traps EL2",                        V84, EL2, E2H,     SET(CPTR_EL2, 2 << 20),                      INSN(FP),  TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP_BITS(CPTR_EL2, 1 << 20), EXECUTE },
	{ "E2H: FPEN = 1 lets EL2",                         V84, EL2, IN_HOST, SET(CPTR_EL2, 1 << 20),                      INSN(FP),  EXECUTE,                             NO_TWIN },
	{ "E2H: FPEN = 0 traps a guest's EL1",              V84, EL1, E2H,     SET2(CPACR_EL1, 3 << 20, CPTR_EL2, 0),       INSN(FP),  TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, E2H_FPEN), EXECUTE },
	{ "E2H: FPEN = 0 traps a guest's EL0",              V84, EL0, E2H,     SET2(CPACR_EL1, 3 << 20, CPTR_EL2, 0),       MRS(FPCR), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, E2H_FPEN), REG(FPCR) },
	{ "E2H: FPEN = 1 lets a guest's EL0 pass, TGE = 0", V84, EL0, E2H,     SET2(CPACR_EL1, 3 << 20, CPTR_EL2, 1 << 20), INSN(FP),  EXECUTE,                             FLIP(HCR_EL2, TGE), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS) },
	{ "E2H: FPEN = 1 lets a guest's EL1 pass",          V84, EL1, E2H,     SET2(CPACR_EL1, 3 << 20, CPTR_EL2, 1 << 20), INSN(FP),  EXECUTE,                             NO_TWIN },
	{ "E2H: FPEN = 1 denies the host's EL0",            V84, EL0, IN_HOST, SET2(CPACR_EL1, 3 << 20, CPTR_EL2, 1 << 20), INSN(FP),  TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP_BITS(CPTR_EL2, 1 << 21), EXECUTE },
	{ "E2H: FPEN = 0 denies the host's EL0",            V84, EL0, IN_HOST, SET(CPTR_EL2, 0),                            MSR(FPSR), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS), FLIP(CPTR_EL2, E2H_FPEN), REG(FPSR) },
	{ "E2H: CPACR_EL1 has no say at the host's EL0",    V84, EL0, IN_HOST, SET2(CPACR_EL1, 0, CPTR_EL2, 3 << 20),       INSN(FP),  EXECUTE,                             NO_TWIN },
	{ "E2H: CPACR_EL1 comes first for a guest",         V84, EL1, E2H,     SET(CPTR_EL2, 0),                            INSN(FP),  TRAP_TO(EL1, FP_ACCESS, ISS_ALWAYS), FLIP(CPACR_EL1, FPEN), TRAP_TO(EL2, FP_ACCESS, ISS_ALWAYS) },
	{ "E2H: bit 10 is not TFP",                         V84, EL2, E2H,     SET(CPTR_EL2, 3 << 20 | CPTR_EL2_TFP),       INSN(FP),  EXECUTE,                             NO_TWIN },

	/* CPTR_EL2.TCPAC, in both formats: EL1's access to CPACR_EL1 */
	{ "TCPAC: CPACR_EL1 written",                    V84, EL1, 0,   SET(CPTR_EL2, CPTR_EL2_TCPAC), MSR(CPACR_EL1),  TRAP2,          FLIP(CPTR_EL2, TCPAC), REG(CPACR_EL1) },
	{ "TCPAC: CPACR_EL1 read",                       V84, EL1, 0,   SET(CPTR_EL2, CPTR_EL2_TCPAC), MRS(CPACR_EL1),  TRAP2,          FLIP(CPTR_EL2, TCPAC), REG(CPACR_EL1) },
	{ "TCPAC: with E2H too",                         V84, EL1, E2H, SET(CPTR_EL2, CPTR_EL2_TCPAC), MSR(CPACR_EL1),  TRAP2,          FLIP(CPTR_EL2, TCPAC), REG(CPACR_EL1) },
	{ "TCPAC is not about EL2's CPACR_EL1, E2H = 0", V84, EL2, 0,   SET(CPTR_EL2, CPTR_EL2_TCPAC), MSR(CPACR_EL1),  REG(CPACR_EL1), NO_TWIN },
	{ "TCPAC is not about CPACR_EL12",               V84, EL2, E2H, SET(CPTR_EL2, CPTR_EL2_TCPAC), MSR(CPACR_EL12), REG(CPACR_EL1), NO_TWIN },
	{ "CPACR_EL1 is not for EL0",                    V84, EL0, 0,   NONE,                          MRS(CPACR_EL1),  UNDEF,          NO_TWIN },
	{ "TFP is not about CPACR_EL1",                  V84, EL1, 0,   SET(CPTR_EL2, CPTR_EL2_TFP),   MSR(CPACR_EL1),  REG(CPACR_EL1), NO_TWIN },
	/* clang-format on */
};

ROUTE_TABLE(fp);
