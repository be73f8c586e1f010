/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First instructions, vectors of EL1 and EL2, and run_cell(), which executes one instruction at one
 * exception level and comes back with what happened. The MMU is off everywhere, so each regime sees
 * the same addresses.
 *
 * While a cell runs: x26 struct cell, x27 vector of EL1 or 0, x28 where the instruction goes on,
 * x29 where EL1's vectors go. Both end in something that cannot but reach EL2.
 */
	.file	"start.S"
#include "cell.h"

	.arch	armv8-a
	.text
	.globl	_start
_start:
	adrp	x0, stack_end
	add	x0, x0, :lo12:stack_end
	mov	sp, x0
	adr	x0, vectors_el2
	msr	vbar_el2, x0
	isb
	bl	main
	mov	x1, x0

	/* void finish(u64 code): ends the run. */
	adr	x2, exit_block
	mov	x0, #0x0026
	movk	x0, #0x2, lsl #16
	stp	x0, x1, [x2]
	mov	x1, x2
	mov	w0, #0x18
	hlt	#0xf000
	b	.

	/* u64 semihosting(u64 operation, const void *parameter) */
	.globl	semihosting
semihosting:
	hlt	#0xf000
	ret

	/* void run_cell(struct cell *cell) */
	.globl	run_cell
run_cell:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	mov	x26, x0
	mov	x27, #0
	ldp	x28, x29, [x26, #CELL_DOOR]
	ldp	x9, x10, [x26, #CELL_PC]
	ldp	x0, x1, [x26, #CELL_X0]
	mov	x11, sp
	str	x11, [x26, #CELL_SP]
	adrp	x11, cell_stack
	add	x11, x11, :lo12:cell_stack
	mov	sp, x11
	ldr	x11, =CELL_ESR_EL2
	ldr	x12, =CELL_FAR_EL2
	msr	esr_el2, x11
	msr	far_el2, x12
	mov	x2, #0
	mov	x17, #0
	mov	x30, #0
	tst	x10, #0x8
	b.ne	1f
	msr	elr_el2, x9
	msr	spsr_el2, x10
	eret
1:	ldr	x11, [x26, #CELL_ELR_EL2]
	msr	elr_el2, x11
	msr	spsr_el2, x10
	br	x9

	/* How EL2 is reached: where stage 2 does not map, or by a call. */
	.globl	door_hvc, door_svc, door_brk
door_hvc:
	hvc	#0xffff
	.balign	8
door_svc:
	svc	#0xffff
door_brk:
	brk	#0xffff

	.macro	entry_el2 offset
	.balign	128
	str	x0, [x26, #CELL_RESULT]
	mov	x0, #\offset
	b	to_el2
	.endm

	.macro	entry_el1 offset
	.balign	128
	mov	x27, #\offset + 1
	br	x29
	.endm

	.macro	table el
	.balign	2048
	.globl	vectors_el\el
vectors_el\el:
	.irp	group, 0x000, 0x200, 0x400, 0x600
	entry_el\el \group
	entry_el\el (\group + 0x080)
	entry_el\el (\group + 0x100)
	entry_el\el (\group + 0x180)
	.endr
	.endm

	table	1
	table	2

to_el2:
	stp	x0, x27, [x26, #CELL_VECTOR]
	mrs	x0, esr_el2
	mrs	x1, elr_el2
	stp	x0, x1, [x26, #CELL_ESR]
	mrs	x0, spsr_el2
	str	x0, [x26, #CELL_SPSR]
	ldr	x0, [x26, #CELL_SP]
	mov	sp, x0
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

	.balign	16
exit_block: .quad 0, 0

	.bss
	.balign	16
	.space	16384
stack_end:
	.space	256
	.globl	cell_stack
cell_stack:			/* SP of a cell at EL2: never used, known */
	.space	256
