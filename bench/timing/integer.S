/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of integer instructions, loads that hit L1, stores and branches. */
	.include "kernel.inc"
	.arch	armv8.1-a+crc

	/* ---- ALU ---- */

	kernel	nop_pair, "nop; nop"
	kernel	add_chain, "add x3, x3, #1"
	kernel	add_pair, "add x3, x3, #1; add x4, x4, #1"
	kernel	add_dependent_pair, "add w8, w8, #1; add w10, w8, #1; add w12, w8, #1"
	kernel	add_shifted_chain, "add x3, x4, x3, lsl #3"
	kernel	add_shifted_other, "add x3, x3, x4, lsl #3"
	kernel	add_extended_chain, "add x3, x4, w3, uxtw"
	kernel	lsl_chain, "lsl x3, x3, #1"
	kernel	lslv_chain, "lsl x3, x3, x5", "mov x5, #1"
	kernel	lslv_pair, "lsl x3, x3, x5; lsl x4, x4, x5", "mov x5, #1"
	kernel	extr_chain, "extr x3, x3, x4, #7"
	kernel	clz_chain, "clz x3, x3"
	kernel	rbit_chain, "rbit x3, x3"
	kernel	csel_chain, "csel x3, x3, x4, eq"
	kernel	adcs_chain, "adcs x3, x3, x4"
	kernel	crc32w_chain, "crc32w w3, w3, w4"
	kernel	crc32x_chain, "crc32x w3, w3, x4"

	/* ---- Multiply and divide ---- */

	kernel	mul_w_chain, "mul w3, w3, w4"
	kernel	mul_x_chain, "mul x3, x3, x4"
	kernel	madd_w_accumulate, "madd w3, w4, w5, w3"
	kernel	madd_x_accumulate, "madd x3, x4, x5, x3"
	kernel	umull_pair, "umull x3, w5, w6; umull x4, w5, w6"
	kernel	umulh_chain, "umulh x3, x3, x4"
	kernel	umulh_pair, "umulh x3, x5, x6; umulh x4, x5, x6"
	kernel	sdiv_w_chain, "sdiv w3, w3, w4", "mov w3, #0x7fffffff; mov w4, #1"
	kernel	sdiv_x_chain, "sdiv x3, x3, x4", "mov x3, #0x7fffffffffffffff; mov x4, #1"

	/* ---- Loads that hit, stores ---- */

	kernel	load_offset_chain, "ldr x3, [x2, x3]", "mov x3, #0; str xzr, [x2]"
	kernel	load_pointer_chain, "ldr x3, [x3]", "mov x3, x2; str x2, [x2]"
	kernel	load_signed_chain, "ldrsw x3, [x3]", "mov x3, x2; str x2, [x2]"
	kernel	load_add_chain, "ldr x3, [x4]; add x4, x3, #0", "mov x4, x2; str x2, [x2]"
	kernel	load_twice, "ldr x3, [x2]; ldr x4, [x2, #8]"
	kernel	load_pair_w, "ldp w3, w4, [x2]"
	kernel	load_pair_x, "ldp x3, x4, [x2]"
	kernel	load_and_store, "ldr x3, [x2]; str x4, [x2, #64]"
	kernel	load_base_update, "ldr x3, [x4], #8; ldr x5, [x4], #-8", "mov x4, x2"
	kernel	store, "str x3, [x2]"
	kernel	store_pair, "stp x3, x4, [x2]"
	kernel	add_and_store, "add x3, x4, #1; str x3, [x2]"
	kernel	store_then_load, "str x3, [x2]; ldr x3, [x2]", "mov x3, #0"

	/* ---- Loop bodies whose IPC LLVM's D98174 measured; the branch is never taken ---- */

	kernel	ipc_2, "add w8, w8, #1; add w10, w10, #1; add w11, w10, #1; add w12, w8, #1; cmp w8, w9; b.lt 9f; 9:", "mov w9, #0x80000000"
	kernel	ipc_3, "add w8, w8, #1; add w12, w8, #1; mul w10, w10, w10; cmp w8, w9; b.lt 9f; 9:", "mov w9, #0x80000000"
	kernel	ipc_6, "add w8, w8, #1; add w12, w8, #1; mul w10, w12, w10; cmp w8, w9; b.lt 9f; 9:", "mov w9, #0x80000000"
	kernel	ipc_7, "add w8, w8, #1; cmp w8, #42; add w12, w8, #1; mul w10, w12, w10; cmp w8, w9; b.lt 9f; 9:", "mov w9, #0x80000000"
	kernel	ipc_8, "add w8, w8, #1; and w12, w8, #0x3f; ldr w14, [x10, w12, uxtw #2]", "mov x10, x2"
	kernel	ipc_9, "add w8, w8, #1; and w12, w8, #0x3f; ldr w14, [x10, w12, uxtw #2]; ldr w15, [x10, w12, uxtw #2]; cmp w8, w9; b.lt 9f; 9:", "mov x10, x2; mov w9, #0x80000000"
	kernel	ipc_10, "add w8, w8, #1; and w12, w8, #0x3f; ldr w14, [x10, w12, uxtw #2]; add w14, w14, #1; cmp w8, w9; b.lt 9f; 9:", "mov x10, x2; mov w9, #0x80000000"
	kernel	ipc_11, "add w8, w8, #1; and w12, w8, #0x3f; ldr w14, [x10, w12, uxtw #2]; add w14, w14, #1; str w14, [x10, w12, uxtw #2]; cmp w8, w9; b.lt 9f; 9:", "mov x10, x2; mov w9, #0x80000000"
	kernel	ipc_12, "add w8, w8, #1; add w14, w14, #1; and w12, w8, #0x3f; str w14, [x10, w12, uxtw #2]; cmp w8, w9; b.lt 9f; 9:", "mov x10, x2; mov w9, #0x80000000"
	kernel	ipc_13, "add w8, w8, #1; and w12, w8, #0x3f; ldr w14, [x10, w12, uxtw #2]; add w13, w12, #1; and w13, w13, #0x3f; ldr w14, [x10, w13, uxtw #2]", "mov x10, x2"

	/* ---- Branches ---- */

	kernel	branch_not_taken, "cbnz x3, 9f; add x4, x4, #1; 9:", "mov x3, #0"
	kernel	branch_taken, "b 9f; nop; 9:"
	kernel	compare_and_branch, "cmp x3, #1; b.ne 9f; nop; 9:", "mov x3, #0"
	kernel	call_and_return, "bl callee"
	kernel	indirect_same, "adr x5, 8f; adr x6, 9f; tst x3, #1; csel x5, x5, x6, eq; br x5; nop; 8: nop; 9:", "mov x3, #0"
	kernel	indirect_next, "adr x5, 8f; br x5; 8:"
	kernel	return_elsewhere, "adr x30, 8f; ret; 8:"
	kernel	indirect_alternating, "adr x5, 8f; adr x6, 9f; tst x0, #1; csel x5, x5, x6, eq; br x5; nop; 8: nop; 9:"
	kernel	direction_alternating, "tbnz x0, #0, 9f; nop; 9:"
	kernel	direction_random, "eor x3, x3, x3, lsl #13; eor x3, x3, x3, lsr #7; eor x3, x3, x3, lsl #17; tbnz x3, #33, 9f; nop; 9:", "mov x3, #0x1357; movk x3, #0x9bdf, lsl #16"

	.balign	64
callee:	ret
