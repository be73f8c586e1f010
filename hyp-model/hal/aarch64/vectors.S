/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vector table, HYPERVISOR-SPEC A.8 "Vectors", the same at EL2 and at EL1 of an nVHE host: from
 * below it is a guest's exit or the host's call (enter.S), from the level itself it is an
 * interrupt, an instruction that nobody answered, an illegal entry, or the end.
 */
#include "offsets.h"

	.macro	vector_below code
	.balign	0x80
	stp	x0, x1, [sp, #-16]!
	mov	x0, #\code
	b	exit_from_below
	.endm

	.macro	vector_own kind
	.balign	0x80
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x1, #\kind
	b	own_exception
	.endm

	.macro	restore_frame
	ldr	x29, [sp, #FRAME_X29]
	ldp	x18, x30, [sp, #FRAME_X18]
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
	.endm

	.section .text.vectors, "ax"
	.balign	0x800
	.global vectors
vectors:
	/* Current EL with SP_EL0: never used. */
	vector_own OWN_UNUSED
	vector_own OWN_UNUSED
	vector_own OWN_UNUSED
	vector_own OWN_UNUSED
	/* Current EL with SP_ELx. */
	vector_own OWN_SYNC
	vector_own OWN_IRQ
	vector_own OWN_IRQ
	vector_own OWN_SERROR
	/* Lower EL, AArch64. */
	vector_below ASM_EXIT_TRAP
	vector_below ASM_EXIT_IRQ
	vector_below ASM_EXIT_IRQ
	vector_below ASM_EXIT_SERROR
	/* Lower EL, AArch32: HCR_EL2.RW is always 1. */
	vector_own OWN_UNUSED
	vector_own OWN_UNUSED
	vector_own OWN_UNUSED
	vector_own OWN_UNUSED

	.global unexpected_from_below
unexpected_from_below:
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x1, #OWN_UNUSED

/* ELR and SPSR stay where they are: hal_exception() neither enters a guest nor unmasks. */
own_exception:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #FRAME_X18]
	str	x29, [sp, #FRAME_X29]
	mov	x0, sp
	bl	hal_exception
	cbnz	w0, 1f
	restore_frame
	eret
	/* WS-14: the ERET into the guest was illegal; all registers are the guest's. */
1:	restore_frame
	stp	x0, x1, [sp, #-16]!
	mov	x0, #ASM_EXIT_IL
	b	exit_from_below
