/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest hypervisor's vectors and its way into L2 and back.
 */
	.text

	/* x2..x30 to or from the frame at x0. */
	.macro	all op
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, \
		25, 26, 27, 28, 29, 30
	\op	x\n, [x0, #(8 * \n)]
	.endr
	.endm

	/* Exceptions of the hypervisor itself: host_exception(frame, vector offset), and back. */
	.macro	host offset
	.balign	128
	sub	sp, sp, #256
	stp	x0, x1, [sp]
	mov	x1, #\offset
	b	host_entry
	.endm

	/* Exceptions of L2 end enter_l2(). */
	.macro	guest offset
	.balign	128
	stp	x0, x1, [sp, #-16]!
	mov	x1, #\offset
	b	guest_exit
	.endm

	.balign	2048
	.globl	vectors
vectors:
	.irp	offset, 0x000, 0x080, 0x100, 0x180, 0x200, 0x280, 0x300, 0x380
	host	\offset
	.endr
	.irp	offset, 0x400, 0x480, 0x500, 0x580
	guest	\offset
	.endr
	.irp	offset, 0x600, 0x680, 0x700, 0x780
	host	\offset
	.endr

host_entry:
	mov	x0, sp
	all	str
	bl	host_exception
	mov	x0, sp
	all	ldr
	ldp	x0, x1, [sp]
	add	sp, sp, #256
	eret

	/* u64 enter_l2(u64 x[31]): runs L2 with these registers, returns the vector that ended it. */
	.globl	enter_l2
enter_l2:
	stp	x29, x30, [sp, #-96]!
	stp	x27, x28, [sp, #16]
	stp	x25, x26, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x21, x22, [sp, #64]
	stp	x19, x20, [sp, #80]
	msr	tpidr_el2, x0
	all	ldr
	ldp	x0, x1, [x0]
	eret

guest_exit:
	mrs	x0, tpidr_el2
	all	str
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	mov	x0, x1
	ldp	x19, x20, [sp, #80]
	ldp	x21, x22, [sp, #64]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #32]
	ldp	x27, x28, [sp, #16]
	ldp	x29, x30, [sp], #96
	ret

	.bss
	.balign	16
	.space	16384
	.globl	stack_top
stack_top:
