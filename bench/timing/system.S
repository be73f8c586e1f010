/* SPDX-License-Identifier: Apache-2.0 */
/* Kernels of exceptions, barriers, system registers, atomics and memory. */
	.include "kernel.inc"
	.arch	armv8.1-a
	.text
	.balign	2048	/* pinned cycles depend on where these lie */

	/* ---- Exceptions: fast_vectors return at once ---- */

	kernel	svc_eret, "svc #0"
	kernel	hvc_eret, "hvc #0"

	/* ---- System registers and barriers ---- */

	kernel	mrs, "mrs x3, tpidr_el1"
	kernel	mrs_chain, "mrs x3, tpidr_el1; add x4, x3, x4"
	kernel	msr, "msr tpidr_el1, x3"
	kernel	msr_ttbr_isb, "msr ttbr0_el1, x3; isb", "mrs x3, ttbr0_el1"
	kernel	isb, "isb"
	kernel	dsb, "dsb sy"
	kernel	dmb, "dmb ish"
	kernel	tlbi_dsb, "tlbi vae1, x3; dsb nsh", "mov x3, #0x1234"
	kernel	tlbi_is_dsb, "tlbi vae1is, x3; dsb ish", "mov x3, #0x1234"
	.globl	kernel_shoot_down	/* the same, with another PE to ask */
	.equ	kernel_shoot_down, kernel_tlbi_is_dsb
	kernel	at_s1e1r, "at s1e1r, x2"

	/* ---- Ordered and atomic accesses ---- */

	kernel	load_acquire, "ldar x3, [x2]"
	kernel	store_release, "stlr x3, [x2]"
	kernel	exclusive_pair, "ldxr x3, [x2]; stxr w4, x3, [x2]"
	kernel	ldadd, "ldadd x3, x4, [x2]"
	kernel	cas, "cas x3, x4, [x2]"

	/* ---- Memory: x2 is the first node of a ring, or what the fixture says ---- */

	kernel	chase_l1, "ldr x3, [x3]", "mov x3, x2"
	kernel	chase_l2, "ldr x3, [x3]", "mov x3, x2"
	kernel	chase_dram, "ldr x3, [x3]", "resume"
	/* x2: a power of two, so many bytes long; x3: offset */
	kernel	read_lines, "ldr x4, [x2, x3]; add x3, x3, #64; and x3, x3, #0x3fffff", "resume"
	kernel	write_lines, "stp xzr, xzr, [x4]; stp xzr, xzr, [x4, #16]; stp xzr, xzr, [x4, #32]; stp xzr, xzr, [x4, #48]; add x3, x3, #64; and x3, x3, #0x3fffff; add x4, x2, x3", "resume; add x4, x2, x3"
	/* All pages hold the distance to the next one; x6: mask of their addresses, from the fixture. */
	kernel	pages_8, "ldr x4, [x3]; add x3, x3, x4; and x3, x3, x6", "mov x3, x2; ldr x6, pages_mask"
	kernel	pages_512, "ldr x4, [x3]; add x3, x3, x4; and x3, x3, x6", "mov x3, x2; ldr x6, pages_mask"
	kernel	pages_4096, "ldr x4, [x3]; add x3, x3, x4; and x3, x3, x6", "mov x3, x2; ldr x6, pages_mask"
	kernel	pages_4096_stage2, "ldr x4, [x3]; add x3, x3, x4; and x3, x3, x6", "mov x3, x2; ldr x6, pages_mask"
	.balign	8
	.globl	pages_mask
pages_mask: .quad 0
