/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L2's entry at EL1 with the MMU off, and its vectors.
 */
	.text
l2_start:
	adr	x0, l2_vectors
	msr	vbar_el1, x0
	adrp	x0, l2_stack_top
	add	sp, x0, :lo12:l2_stack_top
	isb
	b	l2_main

	.macro	entry offset
	.balign	128
	sub	sp, sp, #256
	stp	x0, x1, [sp]
	mov	x1, #\offset
	b	l2_entry
	.endm

	.balign	2048
l2_vectors:
	.irp	offset, 0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380, \
		0x400, 0x480, 0x500, 0x580, 0x600, 0x680, 0x700, 0x780
	entry	\offset
	.endr

	.macro	all op
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, \
		25, 26, 27, 28, 29, 30
	\op	x\n, [x0, #(8 * \n)]
	.endr
	.endm

l2_entry:
	mov	x0, sp
	all	str
	bl	l2_exception
	mov	x0, sp
	all	ldr
	ldp	x0, x1, [sp]
	add	sp, sp, #256
	eret

	.bss
	.balign	16
	.space	8192
l2_stack_top:
