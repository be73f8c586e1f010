/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and stores on a whole PE, both engines: addressing modes, extension, write-back, pairs,
 * alignment, devices; an access that faults changes nothing. Words are from the assembler.
 */
#include "tests/unit/ldst_machine.h"

#include "cpu/syndrome.h"

static const struct row loads[] = {
	/* clang-format off */
	{ .text = "ldr x1, [x2]", .insn = { 0xf9400041 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldr x1, [x2, #8]", .insn = { 0xf9400441 }, .after = { { 1, DATA_8 } } },
	{ .text = "ldr w1, [x2, #4]", .insn = { 0xb9400441 }, .after = { { 1, 0xf7e6d5c4 } } },
	{ .text = "ldrb w1, [x2, #15]", .insn = { 0x39403c41 }, .after = { { 1, 0x7f } } },
	{ .text = "ldrsb w1, [x2, #7]", .insn = { 0x39c01c41 }, .after = { { 1, 0xfffffff7 } } },
	{ .text = "ldrsb x1, [x2, #7]", .insn = { 0x39801c41 }, .after = { { 1, 0xfffffffffffffff7ull } } },
	{ .text = "ldrsb x1, [x2, #15]", .insn = { 0x39803c41 }, .after = { { 1, 0x7f } } },
	{ .text = "ldrh w1, [x2, #6]", .insn = { 0x79400c41 }, .after = { { 1, 0xf7e6 } } },
	{ .text = "ldrsh w1, [x2, #6]", .insn = { 0x79c00c41 }, .after = { { 1, 0xfffff7e6 } } },
	{ .text = "ldrsh x1, [x2, #6]", .insn = { 0x79800c41 }, .after = { { 1, 0xfffffffffffff7e6ull } } },
	{ .text = "ldrsw x1, [x2, #4]", .insn = { 0xb9800441 }, .after = { { 1, 0xfffffffff7e6d5c4ull } } },
	{ .text = "ldrsw x1, [x2, #12]", .insn = { 0xb9800c41 }, .after = { { 1, 0x7f6e5d4c } } },
	{ .text = "ldr xzr, [x2]", .insn = { 0xf940005f } },
	{ .text = "ldr x1, [sp, #8]", .insn = { 0xf94007e1 }, .after = { { 1, DATA_8 } } },
	{ .text = "ldr w1, [x2, #16380]", .insn = { 0xb97ffc41 }, .after = { { 1, 0xb3a29180 } }, .before = { { 2, DATA - 0x2ffc } } },
	{ .text = "ldrb w1, [x2, #4095]", .insn = { 0x397ffc41 }, .after = { { 1, 0x80 } }, .before = { { 2, DATA - 4095 } } },
	{ .text = "ldur x1, [x2, #-8]", .insn = { 0xf85f8041 }, .after = { { 1, DATA_0 } }, .before = { { 2, DATA + 8 } } },
	{ .text = "ldur x1, [x2, #1] : unaligned", .insn = { 0xf8401041 }, .after = { { 1, 0x08f7e6d5c4b3a291ull } } },
	{ .text = "ldur w1, [x2, #-3] : unaligned and negative", .insn = { 0xb85fd041 }, .after = { { 1, 0xd5c4b3a2 } }, .before = { { 2, DATA + 5 } } },
	{ .text = "ldurb w1, [x2, #255]", .insn = { 0x384ff041 }, .after = { { 1, 0x5a } } },
	{ .text = "ldursb x1, [sp, #1]", .insn = { 0x388013e1 }, .after = { { 1, 0xffffffffffffff91ull } } },
	{ .text = "ldursh w1, [x2, #1]", .insn = { 0x78c01041 }, .after = { { 1, 0xffffa291 } } },
	{ .text = "ldursw x1, [x2, #5]", .insn = { 0xb8805041 }, .after = { { 1, 0x0000000008f7e6d5ull } } },
	{ .text = "ldr x1, [x2] : across two pages", .insn = { 0xf9400041 }, .after = { { 1, 0xd5c4b3a291805a5aull } }, .before = { { 2, DATA + 0xffe } } },
	{ .text = "ldr x1, [x2, #8]!", .insn = { 0xf8408c41 }, .after = { { 1, DATA_8 }, { 2, DATA + 8 } } },
	{ .text = "ldr x1, [x2], #8", .insn = { 0xf8408441 }, .after = { { 1, DATA_0 }, { 2, DATA + 8 } } },
	{ .text = "ldrb w1, [x2, #-256]!", .insn = { 0x38500c41 }, .after = { { 1, 0x80 }, { 2, DATA } }, .before = { { 2, DATA + 256 } } },
	{ .text = "ldrsw x1, [x2], #-4", .insn = { 0xb89fc441 }, .after = { { 1, 0xfffffffff7e6d5c4ull }, { 2, DATA } }, .before = { { 2, DATA + 4 } } },
	{ .text = "ldr x1, [sp], #16", .insn = { 0xf84107e1 }, .after = { { 1, DATA_0 }, { SLOT_SP, DATA + 16 } } },
	{ .text = "ldr x1, [sp, #-16]!", .insn = { 0xf85f0fe1 }, .after = { { 1, DATA_0 }, { SLOT_SP, DATA } }, .before = { { SLOT_SP, DATA + 16 } } },
	{ .text = "ldrh w1, [sp, #2]! : leaves SP misaligned", .insn = { 0x78402fe1 }, .after = { { 1, 0xb3a2 }, { SLOT_SP, DATA + 2 } } },
	{ .text = "ldr x2, [x2], #8 : the loaded value wins", .insn = { 0xf8408442 }, .after = { { 2, DATA_0 } } },
	{ .text = "ldr x2, [x2, #8]! : the loaded value wins", .insn = { 0xf8408c42 }, .after = { { 2, DATA_8 } } },
	{ .text = "ldr x1, [x2, x4]", .insn = { 0xf8646841 }, .after = { { 1, DATA_8 } }, .before = { { 4, 8 } } },
	{ .text = "ldr x1, [x2, x4, lsl #3]", .insn = { 0xf8647841 }, .after = { { 1, DATA_8 } }, .before = { { 4, 1 } } },
	{ .text = "ldr x1, [x2, w4, uxtw]", .insn = { 0xf8644841 }, .after = { { 1, DATA_8 } }, .before = { { 4, 0xffffffff00000008ull } } },
	{ .text = "ldr x1, [x2, w4, uxtw #3]", .insn = { 0xf8645841 }, .after = { { 1, DATA_8 } }, .before = { { 4, 0xffffffff00000001ull } } },
	{ .text = "ldr x1, [x2, w4, sxtw]", .insn = { 0xf864c841 }, .after = { { 1, DATA_0 } }, .before = { { 2, DATA + 8 }, { 4, 0x00000000fffffff8ull } } },
	{ .text = "ldr x1, [x2, w4, sxtw #3]", .insn = { 0xf864d841 }, .after = { { 1, DATA_0 } }, .before = { { 2, DATA + 8 }, { 4, 0x00000000ffffffffull } } },
	{ .text = "ldr x1, [x2, x4, sxtx #3]", .insn = { 0xf864f841 }, .after = { { 1, DATA_0 } }, .before = { { 2, DATA + 8 }, { 4, ~0ull } } },
	{ .text = "ldr w1, [x2, x4, lsl #2]", .insn = { 0xb8647841 }, .after = { { 1, 0xf7e6d5c4 } }, .before = { { 4, 1 } } },
	{ .text = "ldrsh x1, [x2, w4, uxtw #1]", .insn = { 0x78a45841 }, .after = { { 1, 0xfffffffffffff7e6ull } }, .before = { { 4, 3 } } },
	{ .text = "ldrb w1, [x2, x4]", .insn = { 0x38646841 }, .after = { { 1, 0x91 } }, .before = { { 4, 1 } } },
	{ .text = "ldrsb w1, [x2, w4, sxtw]", .insn = { 0x38e4c841 }, .after = { { 1, 0xfffffff7 } }, .before = { { 2, DATA + 8 }, { 4, 0xffffffff } } },
	{ .text = "ldr x1, [sp, x4]", .insn = { 0xf8646be1 }, .after = { { 1, DATA_8 } }, .before = { { 4, 8 } } },
	{ .text = "ldr x1, [sp, w4, uxtw #3]", .insn = { 0xf8645be1 }, .after = { { 1, DATA_8 } }, .before = { { 4, 0x7700000001ull } } },
	{ .text = "ldr x1, [sp, w4, sxtw #3]", .insn = { 0xf864dbe1 }, .after = { { 1, DATA_0 } }, .before = { { SLOT_SP, DATA + 16 }, { 4, 0xfffffffe } } },
	{ .text = "ldr x1, [x2, xzr]", .insn = { 0xf87f6841 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldr x1, .+0x40", .insn = { 0x58000201 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldr w1, .-0x40", .insn = { 0x18fffe01 }, .after = { { 1, 0x3b2a1908 } } },
	{ .text = "ldrsw x1, .+0x44", .insn = { 0x98000221 }, .after = { { 1, 0xfffffffff7e6d5c4ull } } },
	{ .text = "ldp x1, x5, [x2]", .insn = { 0xa9401441 }, .after = { { 1, DATA_0 }, { 5, DATA_8 } } },
	{ .text = "ldp w1, w5, [x2, #8]", .insn = { 0x29411441 }, .after = { { 1, 0x3b2a1908 }, { 5, 0x7f6e5d4c } } },
	{ .text = "ldpsw x1, x5, [x2, #4]", .insn = { 0x69409441 }, .after = { { 1, 0xfffffffff7e6d5c4ull }, { 5, 0x3b2a1908 } } },
	{ .text = "ldp x1, x5, [x2, #-16]!", .insn = { 0xa9ff1441 }, .after = { { 1, DATA_0 }, { 5, DATA_8 }, { 2, DATA } }, .before = { { 2, DATA + 16 } } },
	{ .text = "ldp x1, x5, [x2], #16", .insn = { 0xa8c11441 }, .after = { { 1, DATA_0 }, { 5, DATA_8 }, { 2, DATA + 16 } } },
	{ .text = "ldp w1, w5, [x2], #-256", .insn = { 0x28e01441 }, .after = { { 1, 0xb3a29180 }, { 5, 0xf7e6d5c4 }, { 2, DATA - 256 } } },
	{ .text = "ldpsw x1, x5, [sp], #8", .insn = { 0x68c117e1 }, .after = { { 1, 0xffffffffb3a29180ull }, { 5, 0xfffffffff7e6d5c4ull }, { SLOT_SP, DATA + 8 } } },
	{ .text = "ldp x29, x30, [sp], #32", .insn = { 0xa8c27bfd }, .after = { { 29, DATA_0 }, { 30, DATA_8 }, { SLOT_SP, DATA + 32 } } },
	{ .text = "ldp x1, xzr, [x2]", .insn = { 0xa9407c41 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldnp x1, x5, [x2]", .insn = { 0xa8401441 }, .after = { { 1, DATA_0 }, { 5, DATA_8 } } },
	{ .text = "ldp x1, x5, [x2] : across two pages", .insn = { 0xa9401441 }, .after = { { 1, 0x5a5a5a5a5a5a5a5aull }, { 5, DATA_0 } }, .before = { { 2, DATA + 0xff8 } } },
	{ .text = "ldp x1, x5, [x2] : the second across two pages", .insn = { 0xa9401441 }, .after = { { 1, 0x5a5a5a5a5a5a5a5aull }, { 5, 0xb3a291805a5a5a5aull } }, .before = { { 2, DATA + 0xff4 } } },
	{ .text = "ldtr x1, [x2]", .insn = { 0xf8400841 }, .after = { { 1, DATA_0 } }, .before = { { 2, USER } } },
	{ .text = "ldtrsb w1, [x2, #7]", .insn = { 0x38c07841 }, .after = { { 1, 0xfffffff7 } }, .before = { { 2, USER } } },
	{ .text = "ldtrsb x1, [x2, #7]", .insn = { 0x38807841 }, .after = { { 1, 0xfffffffffffffff7ull } }, .before = { { 2, USER } } },
	{ .text = "ldtrsh w1, [x2, #-2]", .insn = { 0x78dfe841 }, .after = { { 1, 0xfffff7e6 } }, .before = { { 2, USER + 8 } } },
	{ .text = "ldtrsh x1, [x2, #6]", .insn = { 0x78806841 }, .after = { { 1, 0xfffffffffffff7e6ull } }, .before = { { 2, USER } } },
	{ .text = "ldtrsw x1, [x2, #4]", .insn = { 0xb8804841 }, .after = { { 1, 0xfffffffff7e6d5c4ull } }, .before = { { 2, USER } } },
	{ .text = "ldtrb w1, [x2]", .insn = { 0x38400841 }, .after = { { 1, 0x80 } }, .before = { { 2, USER } } },
	{ .text = "ldtrh w1, [x2]", .insn = { 0x78400841 }, .after = { { 1, 0x9180 } }, .before = { { 2, USER } } },
	{ .text = "ldtr w1, [x2]", .insn = { 0xb8400841 }, .after = { { 1, 0xb3a29180 } }, .before = { { 2, USER } } },
	{ .text = "ldar x1, [x2]", .insn = { 0xc8dffc41 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldar w1, [sp]", .insn = { 0x88dfffe1 }, .after = { { 1, 0xb3a29180 } } },
	{ .text = "ldarb w1, [x2] : any address", .insn = { 0x08dffc41 }, .after = { { 1, 0x91 } }, .before = { { 2, DATA + 1 } } },
	{ .text = "ldarh w1, [x2]", .insn = { 0x48dffc41 }, .after = { { 1, 0xb3a2 } }, .before = { { 2, DATA + 2 } } },
	{ .text = "ldlar x1, [x2]", .insn = { 0xc8df7c41 }, .after = { { 1, DATA_0 } } },
	{ .text = "ldlarb w1, [x2]", .insn = { 0x08df7c41 }, .after = { { 1, 0x80 } } },
	{ .text = "ldr x1, [x2] : a device", .insn = { 0xf9400041 }, .after = { { 1, DEVICE_VALUE } }, .before = { { 2, DEVICE } } },
	{ .text = "ldrsh x1, [x2, #6] : a device", .insn = { 0x79800c41 }, .after = { { 1, 0x0123 } }, .before = { { 2, DEVICE } } },
	{ .text = "ldr w1, [x2, #4]! : a device", .insn = { 0xb8404c41 }, .after = { { 1, 0x01234567 }, { 2, DEVICE + 4 } }, .before = { { 2, DEVICE } } },
	{ .text = "ldar x1, [x2] : a device", .insn = { 0xc8dffc41 }, .after = { { 1, DEVICE_VALUE } }, .before = { { 2, DEVICE } } },
	{ .text = "ldp w1, w5, [x2] : a device", .insn = { 0x29401441 }, .after = { { 1, 0x89abcdef }, { 5, 0x01234567 } }, .before = { { 2, DEVICE } } },
	{ .text = "prfm pldl1keep, [x2] : no fault", .insn = { 0xf9800040 }, .before = { { 2, HOLE } } },
	{ .text = "prfum pldl1keep, [x2] : no fault", .insn = { 0xf8800040 }, .before = { { 2, HOLE } } },
	{ .text = "prfm pldl1keep, [x2, x4] : no fault", .insn = { 0xf8a46840 }, .before = { { 2, HOLE } } },
	{ .text = "prfm pldl1keep, [sp] : no SP alignment check", .insn = { 0xf98003e0 }, .before = { { SLOT_SP, DATA + 1 } } },
	{ .text = "ldr x1, [sp] : misaligned SP without SCTLR.SA", .insn = { 0xf94003e1 }, .after = { { 1, 0x08f7e6d5c4b3a291ull } }, .before = { { SLOT_SP, DATA + 1 } }, .sctlr = SCTLR_EL1_SA },
	/* clang-format on */
};

static const struct row stores[] = {
	/* clang-format off */
	{ .text = "str x3, [x2]", .insn = { 0xf9000043 }, .memory = { { DATA, X3 } } },
	{ .text = "str w3, [x2, #4]", .insn = { 0xb9000443 }, .memory = { { DATA, 0x44332211b3a29180ull } } },
	{ .text = "strb w3, [x2, #1]", .insn = { 0x39000443 }, .memory = { { DATA, 0xf7e6d5c4b3a21180ull } } },
	{ .text = "strh w3, [x2, #6]", .insn = { 0x79000c43 }, .memory = { { DATA, 0x2211d5c4b3a29180ull } } },
	{ .text = "str xzr, [x2]", .insn = { 0xf900005f }, .memory = { { DATA, 0 } } },
	{ .text = "str wzr, [x2]", .insn = { 0xb900005f }, .memory = { { DATA, 0xf7e6d5c400000000ull } } },
	{ .text = "stur x3, [x2, #-8]", .insn = { 0xf81f8043 }, .memory = { { DATA, X3 } }, .before = { { 2, DATA + 8 } } },
	{ .text = "stur w3, [x2, #1]", .insn = { 0xb8001043 }, .memory = { { DATA, 0xf7e6d54433221180ull } } },
	{ .text = "sturb w3, [x2, #-1]", .insn = { 0x381ff043 }, .memory = { { DATA, 0x11e6d5c4b3a29180ull } }, .before = { { 2, DATA + 8 } } },
	{ .text = "sturh w3, [x2, #3]", .insn = { 0x78003043 }, .memory = { { DATA, 0xf7e6d52211a29180ull } } },
	{ .text = "str x3, [x2] : across two pages", .insn = { 0xf9000043 }, .memory = { { DATA + 0xff8, 0x22115a5a5a5a5a5aull }, { DATA + 0x1000, 0xf7e6887766554433ull } }, .before = { { 2, DATA + 0xffe } } },
	{ .text = "str x3, [x2, #8]!", .insn = { 0xf8008c43 }, .after = { { 2, DATA + 8 } }, .memory = { { DATA + 8, X3 } } },
	{ .text = "str x3, [x2], #-8", .insn = { 0xf81f8443 }, .after = { { 2, DATA - 8 } }, .memory = { { DATA, X3 } } },
	{ .text = "strb w3, [x2], #1", .insn = { 0x38001443 }, .after = { { 2, DATA + 1 } }, .memory = { { DATA, 0xf7e6d5c4b3a29111ull } } },
	{ .text = "strh w3, [x2, #2]!", .insn = { 0x78002c43 }, .after = { { 2, DATA + 2 } }, .memory = { { DATA, 0xf7e6d5c422119180ull } } },
	{ .text = "str x3, [sp, #-16]!", .insn = { 0xf81f0fe3 }, .after = { { SLOT_SP, DATA } }, .memory = { { DATA, X3 } }, .before = { { SLOT_SP, DATA + 16 } } },
	{ .text = "str w3, [sp], #16", .insn = { 0xb80107e3 }, .after = { { SLOT_SP, DATA + 16 } }, .memory = { { DATA, 0xf7e6d5c444332211ull } } },
	{ .text = "str x2, [x2, #8]! : stores the old base", .insn = { 0xf8008c42 }, .after = { { 2, DATA + 8 } }, .memory = { { DATA + 8, DATA } } },
	{ .text = "str x2, [x2], #8 : stores the old base", .insn = { 0xf8008442 }, .after = { { 2, DATA + 8 } }, .memory = { { DATA, DATA } } },
	{ .text = "str x3, [x2, x4, lsl #3]", .insn = { 0xf8247843 }, .memory = { { DATA + 8, X3 } }, .before = { { 4, 1 } } },
	{ .text = "str w3, [x2, w4, sxtw #2]", .insn = { 0xb824d843 }, .memory = { { DATA, 0x44332211b3a29180ull } }, .before = { { 2, DATA + 8 }, { 4, 0xffffffff } } },
	{ .text = "strb w3, [x2, w4, uxtw]", .insn = { 0x38244843 }, .memory = { { DATA, 0xf7e6d5c4b3a21180ull } }, .before = { { 4, 0x9900000001ull } } },
	{ .text = "strh w3, [sp, x4, lsl #1]", .insn = { 0x78247be3 }, .memory = { { DATA, 0xf7e6d5c422119180ull } }, .before = { { 4, 1 } } },
	{ .text = "stp x3, x2, [x2]", .insn = { 0xa9000843 }, .memory = { { DATA, X3 }, { DATA + 8, DATA } } },
	{ .text = "stp w3, wzr, [x2, #4]", .insn = { 0x2900fc43 }, .memory = { { DATA, 0x44332211b3a29180ull }, { DATA + 8, 0x7f6e5d4c00000000ull } } },
	{ .text = "stp x29, x30, [sp, #-16]!", .insn = { 0xa9bf7bfd }, .after = { { SLOT_SP, DATA } }, .memory = { { DATA, X0 + 29 }, { DATA + 8, X0 + 30 } }, .before = { { SLOT_SP, DATA + 16 } } },
	{ .text = "stp x3, x3, [x2], #16", .insn = { 0xa8810c43 }, .after = { { 2, DATA + 16 } }, .memory = { { DATA, X3 }, { DATA + 8, X3 } } },
	{ .text = "stp w3, w3, [x2, #-256]!", .insn = { 0x29a00c43 }, .after = { { 2, DATA } }, .memory = { { DATA, 0x4433221144332211ull } }, .before = { { 2, DATA + 256 } } },
	{ .text = "stnp x3, xzr, [x2]", .insn = { 0xa8007c43 }, .memory = { { DATA, X3 }, { DATA + 8, 0 } } },
	{ .text = "stp x3, x3, [x2] : across two pages", .insn = { 0xa9000c43 }, .memory = { { DATA + 0xff8, X3 }, { DATA + 0x1000, X3 } }, .before = { { 2, DATA + 0xff8 } } },
	{ .text = "sttr x3, [x2]", .insn = { 0xf8000843 }, .memory = { { USER, X3 } }, .before = { { 2, USER } } },
	{ .text = "sttr w3, [x2]", .insn = { 0xb8000843 }, .memory = { { USER, 0xf7e6d5c444332211ull } }, .before = { { 2, USER } } },
	{ .text = "sttrb w3, [x2]", .insn = { 0x38000843 }, .memory = { { USER, 0xf7e6d5c4b3a29111ull } }, .before = { { 2, USER } } },
	{ .text = "sttrh w3, [x2, #6]", .insn = { 0x78006843 }, .memory = { { USER, 0x2211d5c4b3a29180ull } }, .before = { { 2, USER } } },
	{ .text = "stlr x3, [x2]", .insn = { 0xc89ffc43 }, .memory = { { DATA, X3 } } },
	{ .text = "stlr w3, [sp]", .insn = { 0x889fffe3 }, .memory = { { DATA, 0xf7e6d5c444332211ull } } },
	{ .text = "stlrb w3, [x2]", .insn = { 0x089ffc43 }, .memory = { { DATA, 0xf7e6d5c4b3a21180ull } }, .before = { { 2, DATA + 1 } } },
	{ .text = "stlrh w3, [x2]", .insn = { 0x489ffc43 }, .memory = { { DATA, 0xf7e6d5c422119180ull } }, .before = { { 2, DATA + 2 } } },
	{ .text = "stllr x3, [x2]", .insn = { 0xc89f7c43 }, .memory = { { DATA, X3 } } },
	{ .text = "str x3, [x2] : misaligned SP elsewhere", .insn = { 0xf9000043 }, .memory = { { DATA, X3 } }, .before = { { SLOT_SP, DATA + 1 } } },
	/* clang-format on */
};

static const struct row faults[] = {
	/* clang-format off */
	{ .text = "ldr x1, [x2]", .insn = { 0xf9400041 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldr x1, [x2, #8]!", .insn = { 0xf8408c41 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE + 8 },
	{ .text = "ldrb w1, [x2], #1", .insn = { 0x38401441 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldr x1, [x2] : only the second page", .insn = { 0xf9400041 }, .before = { { 2, HOLE - 4 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "str x3, [x2] : only the second page", .insn = { 0xf9000043 }, .before = { { 2, HOLE - 4 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "str x3, [x2], #8", .insn = { 0xf8008443 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "str x3, [x2, #-8]!", .insn = { 0xf81f8c43 }, .before = { { 2, HOLE + 8 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "str x3, [x2]", .insn = { 0xf9000043 }, .before = { { 2, READONLY } }, .esr = DABT(PERMISSION_L3 | WRITE), .far = READONLY },
	{ .text = "ldp x1, x5, [x2] : the second", .insn = { 0xa9401441 }, .before = { { 2, HOLE - 8 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldp x1, x5, [x2], #16 : the second", .insn = { 0xa8c11441 }, .before = { { 2, HOLE - 8 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldp x1, x5, [x2] : half of the second", .insn = { 0xa9401441 }, .before = { { 2, HOLE - 12 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "ldp x1, x5, [x2] : half of the first", .insn = { 0xa9401441 }, .before = { { 2, HOLE - 4 } }, .esr = DABT(TRANSLATION_L3), .far = HOLE },
	{ .text = "stp x3, x3, [x2] : the second", .insn = { 0xa9000c43 }, .before = { { 2, HOLE - 8 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "stp x3, x3, [x2, #-8]! : the second", .insn = { 0xa9bf8c43 }, .before = { { 2, HOLE } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "stp x3, x3, [x2] : half of the second", .insn = { 0xa9000c43 }, .before = { { 2, HOLE - 12 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "stp w3, w3, [x2] : half of the first", .insn = { 0x29000c43 }, .before = { { 2, HOLE - 2 } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "stp x3, x3, [sp], #16", .insn = { 0xa8810fe3 }, .before = { { SLOT_SP, HOLE } }, .esr = DABT(TRANSLATION_L3 | WRITE), .far = HOLE },
	{ .text = "ldtr x1, [x2] : as EL0", .insn = { 0xf8400841 }, .esr = DABT(PERMISSION_L3), .far = DATA },
	{ .text = "sttr x3, [x2] : as EL0", .insn = { 0xf8000843 }, .esr = DABT(PERMISSION_L3 | WRITE), .far = DATA },
	{ .text = "ldar x1, [x2] : misaligned", .insn = { 0xc8dffc41 }, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4 },
	{ .text = "ldarh w1, [x2] : misaligned", .insn = { 0x48dffc41 }, .before = { { 2, DATA + 1 } }, .esr = DABT(ALIGNED), .far = DATA + 1 },
	{ .text = "stlr w3, [x2] : misaligned", .insn = { 0x889ffc43 }, .before = { { 2, DATA + 2 } }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 2 },
	{ .text = "ldr x1, [x2, #1] : SCTLR.A", .insn = { 0xf8401041 }, .esr = DABT(ALIGNED), .far = DATA + 1, .sctlr = SCTLR_EL1_A },
	{ .text = "str w3, [x2, #2] : SCTLR.A", .insn = { 0xb8002043 }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 2, .sctlr = SCTLR_EL1_A },
	{ .text = "ldp w1, w5, [x2, #4] : SCTLR.A wants the element's alignment", .insn = { 0x29409441 }, .after = { { 1, 0xf7e6d5c4 }, { 5, 0x3b2a1908 } }, .sctlr = SCTLR_EL1_A },
	{ .text = "ldp x1, x5, [x2] : SCTLR.A", .insn = { 0xa9401441 }, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED), .far = DATA + 4, .sctlr = SCTLR_EL1_A },
	{ .text = "stp x3, x3, [x2] : SCTLR.A", .insn = { 0xa9000c43 }, .before = { { 2, DATA + 4 } }, .esr = DABT(ALIGNED | WRITE), .far = DATA + 4, .sctlr = SCTLR_EL1_A },
	{ .text = "ldur x1, [x2, #1] : Device memory", .insn = { 0xf8401041 }, .before = { { 2, STRICT } }, .esr = DABT(ALIGNED), .far = STRICT + 1 },
	{ .text = "str x3, [x2] : Device memory", .insn = { 0xf9000043 }, .before = { { 2, STRICT + 4 } }, .esr = DABT(ALIGNED | WRITE), .far = STRICT + 4 },
	{ .text = "ldr x1, [sp]", .insn = { 0xf94003e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldr x1, [sp, #8] : the base counts, not the address", .insn = { 0xf94007e1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "str x3, [sp, #-16]!", .insn = { 0xf81f0fe3 }, .before = { { SLOT_SP, DATA + 1 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldp x29, x30, [sp], #16", .insn = { 0xa8c17bfd }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "stp x29, x30, [sp, #16]", .insn = { 0xa9017bfd }, .before = { { SLOT_SP, DATA + 4 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldrb w1, [sp, x4]", .insn = { 0x38646be1 }, .before = { { SLOT_SP, DATA + 15 }, { 4, 1 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldtr x1, [sp]", .insn = { 0xf8400be1 }, .before = { { SLOT_SP, USER + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldar x1, [sp]", .insn = { 0xc8dfffe1 }, .before = { { SLOT_SP, DATA + 8 } }, .esr = SP_ALIGNMENT },
	{ .text = "ldr x1, [sp] : before the address is translated", .insn = { 0xf94003e1 }, .before = { { SLOT_SP, HOLE + 8 } }, .esr = SP_ALIGNMENT },
	/* clang-format on */
};

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i]);
}

static void test_loads(void **state)
{
	(void)state;
	check_rows(loads, COUNT(loads));
}

static void test_stores(void **state)
{
	(void)state;
	check_rows(stores, COUNT(stores));
}

static void test_faults(void **state)
{
	(void)state;
	check_rows(faults, COUNT(faults));
}

/* One store to the device on a fresh machine, then what the row's flags ask for. */
static struct machine *store_to_device(enum engine engine, u32 insn, bool stops, bool interrupts)
{
	static const struct row start = { .before = { { 2, DEVICE } } };
	struct machine *m = machine_create(engine);

	m->write_stops = stops;
	m->write_interrupts = interrupts;
	sysreg_write(m->cpu, SR_SCTLR_EL1, SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I);
	put_insn(m, CODE, insn);
	put_insn(m, CODE + 4, 0x91000400); /* add x0, x0, #1 */
	put_insn(m, CODE + 8, 0x14000000);
	set_start(m, &start);
	m->cpu->pstate.daif = 0;
	cpu_run(m->cpu, m->cpu->cycles + 3);
	return m;
}

static const struct device_row {
	const char *text;
	u32 insn;
	unsigned size, writes;
	u64 written;
} device_rows[] = {
	{ "str x3, [x2]", 0xf9000043, 8, 1, X3 },
	{ "strb w3, [x2, #1]", 0x39000443, 1, 1, 0x11 },
	{ "strh w3, [x2], #2", 0x78002443, 2, 1, 0x2211 },
	{ "str w3, [x2, #4]!", 0xb8004c43, 4, 1, 0x44332211 },
	{ "stlr w3, [x2]", 0x889ffc43, 4, 1, 0x44332211 },
	{ "stlrb w3, [x2]", 0x089ffc43, 1, 1, 0x11 },
	{ "stp w3, wzr, [x2]", 0x29007c43, 4, 2, 0 },
	{ "stp xzr, x3, [x2]", 0xa9000c5f, 8, 2, X3 },
	{ "str x3, [x2, xzr]", 0xf83f6843, 8, 1, X3 },
	{ "st1 {v1.4s}, [x2], #16", 0x4c9f7841, 4, 4, 0x8f8e8d8c },
	{ "st1 {v1.1d, v2.1d}, [x2]", 0x0c00ac41, 8, 2, V_LOW(2) },
	{ "st2 {v1.4h, v2.4h}, [x2], #16", 0x0c9f8441, 2, 8, 0x2726 },
	{ "st3 {v1.s, v2.s, v3.s}[3], [x2], x4", 0x4d84b041, 4, 3, 0x8f8e8d8c },
};

static void test_device_stores(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(device_rows); i++) {
		const struct device_row *row = &device_rows[i / 2];
		enum engine engine = i % 2 ? ENGINE_STEP : ENGINE_TAIL;
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = store_to_device(engine, row->insn, false, false);
		if (m->writes != row->writes || m->write_size != row->size ||
			m->written != row->written)
			fail_msg("%s: %u writes, the last of %u bytes: 0x%" PRIx64, row->text,
				m->writes, m->write_size, m->written);
		assert_int_equal(m->cpu->x[0], X0 + 1);
		machine_destroy(m);
	}
}

/* A write that stops the machine is the last instruction that completes. */
static void test_device_stops(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(device_rows); i++) {
		const struct device_row *row = &device_rows[i / 2];
		enum engine engine = i % 2 ? ENGINE_STEP : ENGINE_TAIL;
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = store_to_device(engine, row->insn, true, false);
		if (m->cpu->pc != CODE + 4 || m->cpu->insns != 1 || m->cpu->cycles != 1 ||
			m->cpu->x[0] != X0)
			fail_msg("%s: pc 0x%" PRIx64 ", %" PRIu64 " instructions", row->text,
				m->cpu->pc, m->cpu->insns);
		machine_destroy(m);
	}
}

/* A write that raises an interrupt: it is taken before the next instruction. */
static void test_device_interrupts(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * COUNT(device_rows); i++) {
		const struct device_row *row = &device_rows[i / 2];
		enum engine engine = i % 2 ? ENGINE_STEP : ENGINE_TAIL;
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = store_to_device(engine, row->insn, false, true);
		if (m->cpu->pc != VECTORS + 0x280 || m->cpu->sys[SR_ELR_EL1] != CODE + 4 ||
			m->cpu->x[0] != X0)
			fail_msg("%s: pc 0x%" PRIx64 ", ELR_EL1 0x%" PRIx64, row->text, m->cpu->pc,
				m->cpu->sys[SR_ELR_EL1]);
		machine_destroy(m);
	}
}

/* A store into the code that follows it, and into its own page through the warm fast path. */
static void test_store_to_code(void **state)
{
	(void)state;
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct row start = { .before = { { 2, CODE + 4 }, { 3, 0x91001421 } } };
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = machine_create(engine);
		sysreg_write(m->cpu, SR_SCTLR_EL1, SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I);
		put_insn(m, CODE, 0xb9000043);	   /* str w3, [x2] */
		put_insn(m, CODE + 4, 0xd2800001); /* mov x1, #0, to be add x1, x1, #5 */
		put_insn(m, CODE + 8, 0x14000000);
		for (unsigned i = 0; i < 2; i++) {
			set_start(m, &start);
			cpu_run(m->cpu, m->cpu->cycles + 3);
			assert_int_equal(m->cpu->x[1], X0 + 1 + 5);
			assert_int_equal(m->cpu->pc, CODE + 8);
		}
		machine_destroy(m);
	}
}

/* ISV | SAS | SSE | SRT | SF | AR, DDI 0487 ESR_ELx; 0: no valid syndrome */
#define ISV(sas, sse, srt, sf, ar)                                                                 \
	(1u << 24 | (sas) << 22 | (sse) << 21 | (srt) << 16 | (sf) << 15 | (ar) << 14)
static const struct {
	const char *text;
	u32 insn, syndrome;
} syndromes[] = {
	/* clang-format off */
	{ "ldr x1, [x2]", 0xf9400041, ISV(3u, 0u, 1u, 1u, 0u) },
	{ "ldr w1, [x2, #4]", 0xb9400441, ISV(2u, 0u, 1u, 0u, 0u) },
	{ "str w30, [sp]", 0xb90003fe, ISV(2u, 0u, 30u, 0u, 0u) },
	{ "str xzr, [x2]", 0xf900005f, ISV(3u, 0u, 31u, 1u, 0u) },
	{ "strb w7, [x2]", 0x39000047, ISV(0u, 0u, 7u, 0u, 0u) },
	{ "ldrb w7, [x2]", 0x39400047, ISV(0u, 0u, 7u, 0u, 0u) },
	{ "ldrsb w7, [x2]", 0x39c00047, ISV(0u, 1u, 7u, 0u, 0u) },
	{ "ldrsb x7, [x2]", 0x39800047, ISV(0u, 1u, 7u, 1u, 0u) },
	{ "ldrsh x7, [x2, #2]", 0x79800447, ISV(1u, 1u, 7u, 1u, 0u) },
	{ "ldrsw x7, [x2]", 0xb9800047, ISV(2u, 1u, 7u, 1u, 0u) },
	{ "ldur x1, [x2, #1]", 0xf8401041, ISV(3u, 0u, 1u, 1u, 0u) },
	{ "sturh w1, [x2, #1]", 0x78001041, ISV(1u, 0u, 1u, 0u, 0u) },
	{ "ldtr w1, [x2]", 0xb8400841, ISV(2u, 0u, 1u, 0u, 0u) },
	{ "sttrb w1, [x2]", 0x38000841, ISV(0u, 0u, 1u, 0u, 0u) },
	{ "ldtrsw x1, [x2]", 0xb8800841, ISV(2u, 1u, 1u, 1u, 0u) },
	{ "ldr x1, [x2, x3]", 0xf8636841, ISV(3u, 0u, 1u, 1u, 0u) },
	{ "str w1, [x2, w3, sxtw #2]", 0xb823d841, ISV(2u, 0u, 1u, 0u, 0u) },
	{ "ldr x1, .+8", 0x58000041, ISV(3u, 0u, 1u, 1u, 0u) },
	{ "ldr w1, .+8", 0x18000041, ISV(2u, 0u, 1u, 0u, 0u) },
	{ "ldrsw x1, .+8", 0x98000041, ISV(2u, 1u, 1u, 1u, 0u) },
	{ "ldar x1, [x2]", 0xc8dffc41, ISV(3u, 0u, 1u, 1u, 1u) },
	{ "ldarb w1, [x2]", 0x08dffc41, ISV(0u, 0u, 1u, 0u, 1u) },
	{ "stlr w1, [x2]", 0x889ffc41, ISV(2u, 0u, 1u, 0u, 1u) },
	{ "stllrh w1, [x2]", 0x489f7c41, ISV(1u, 0u, 1u, 0u, 1u) },
	{ "ldraa x1, [x2, #8]", 0xf8201441, ISV(3u, 0u, 1u, 1u, 0u) },
	{ "ldrab xzr, [x2]", 0xf8a0045f, ISV(3u, 0u, 31u, 1u, 0u) },
	{ "ldraa x1, [x2, #8]!", 0xf8201c41, 0 },
	{ "ldr x1, [x2], #8", 0xf8408441, 0 },
	{ "ldr x1, [x2, #8]!", 0xf8408c41, 0 },
	{ "strb w1, [x2], #1", 0x38001441, 0 },
	{ "ldp x1, x3, [x2]", 0xa9400c41, 0 },
	{ "stp w1, w3, [x2]", 0x29000c41, 0 },
	{ "ldxr x1, [x2]", 0xc85f7c41, 0 },
	{ "stxr w3, x1, [x2]", 0xc8037c41, 0 },
	{ "ldaxp x1, x3, [x2]", 0xc87f8c41, 0 },
	{ "cas x1, x3, [x2]", 0xc8a17c43, 0 },
	{ "casp x4, x5, x6, x7, [x2]", 0x48247c46, 0 },
	{ "swp x1, x3, [x2]", 0xf8218043, 0 },
	{ "ldadd w1, w3, [x2]", 0xb8210043, 0 },
	{ "ldr q1, [x2]", 0x3dc00041, 0 },
	{ "ldr d1, [x2, x3]", 0xfc636841, 0 },
	{ "stur b1, [x2]", 0x3c000041, 0 },
	{ "ldr s1, .+8", 0x1c000041, 0 },
	{ "ld1 {v1.16b}, [x2]", 0x4c407041, 0 },
	{ "st1 {v1.4s}, [x2], #16", 0x4c9f7841, 0 },
	{ "st3 {v1.s, v2.s, v3.s}[3], [x2], x4", 0x4d84b041, 0 },
	{ "ld1r {v1.2d}, [x2], #8", 0x4ddfcc41, 0 },
	{ "add x1, x2, x3", 0x8b030041, 0 },
	{ "dc zva, x1", 0xd50b7421, 0 },
	/* clang-format on */
};

static void test_syndromes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(syndromes); i++) {
		u32 got = ldst_isv(syndromes[i].insn);

		if (got != syndromes[i].syndrome)
			fail_msg("%s: 0x%x, not 0x%x", syndromes[i].text, got,
				syndromes[i].syndrome);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loads),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_device_stores),
		cmocka_unit_test(test_device_stops),
		cmocka_unit_test(test_device_interrupts),
		cmocka_unit_test(test_store_to_code),
		cmocka_unit_test(test_syndromes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
