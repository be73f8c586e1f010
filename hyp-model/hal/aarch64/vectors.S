/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The EL2 vector table, HYPERVISOR-SPEC A.8 "Vectors": from below it is a guest's exit, from EL2
 * itself it is a fixed-up instruction, an illegal entry, or the end.
 */
#include "offsets.h"

	.macro	vector_exit code
	.balign	0x80
	stp	x0, x1, [sp, #-16]!
	mov	x0, #\code
	b	guest_exit
	.endm

	.macro	vector_panic kind
	.balign	0x80
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x1, #\kind
	b	el2_fault
	.endm

	.section .text.vectors, "ax"
	.balign	0x800
	.global el2_vectors
el2_vectors:
	/* Current EL with SP_EL0: never used. */
	vector_panic EL2_VECTOR
	vector_panic EL2_VECTOR
	vector_panic EL2_VECTOR
	vector_panic EL2_VECTOR
	/* Current EL with SP_EL2. */
	.balign	0x80
	b	el2_sync
	vector_panic EL2_IRQ
	vector_panic EL2_IRQ
	vector_panic EL2_SERROR
	/* Lower EL, AArch64. */
	vector_exit ASM_EXIT_TRAP
	vector_exit ASM_EXIT_IRQ
	vector_exit ASM_EXIT_IRQ
	vector_exit ASM_EXIT_SERROR
	/* Lower EL, AArch32: HCR_EL2.RW is always 1. */
	vector_panic EL2_VECTOR
	vector_panic EL2_VECTOR
	vector_panic EL2_VECTOR
	vector_panic EL2_VECTOR

el2_sync:
	/*
	 * WS-14: PSTATE.IL in a guest's entry means that the registers are the guest's and this is
	 * its exit.
	 */
	stp	x0, x1, [sp, #-16]!
	mrs	x0, spsr_el2
	tbz	x0, #20, 1f
	mrs	x1, tpidr_el2
	cbz	x1, 1f
	mov	x0, #ASM_EXIT_IL
	b	guest_exit
1:	ldp	x0, x1, [sp], #16
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x1, #EL2_SYNC

el2_fault:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	str	x18, [sp, #144]
	str	x30, [sp, #FRAME_X30]
	mov	x0, sp
	bl	el2_exception
	ldr	x30, [sp, #FRAME_X30]
	ldr	x18, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp]
	add	sp, sp, #FRAME_SIZE
	eret
