/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first instructions of each CPU, and the way down to EL1 of an nVHE host. MMU off, DAIF
 * masked.
 */
#include "guest/abi.h"
#include "offsets.h"

/* For link.ld. */
	.global	link_address, stacks_size
	.equ	link_address, GUEST_PROGRAM_IPA
	.equ	stacks_size, STACKS_SIZE

	.macro	address register, symbol
	adrp	\register, \symbol
	add	\register, \register, :lo12:\symbol
	.endm

	.section .text.start, "ax"
/* x0: the boot block, if a hypervisor is below. */
	.global _start
_start:
	msr	daifset, #0xf
	msr	spsel, #1
	mov	x20, x0
	address	x0, data_start
	address	x1, data_end
	address	x2, data_load
1:	cmp	x0, x1
	b.hs	2f
	ldp	x3, x4, [x2], #16
	stp	x3, x4, [x0], #16
	b	1b
2:	address	x0, bss_start
	address	x1, bss_end
3:	cmp	x0, x1
	b.hs	4f
	stp	xzr, xzr, [x0], #16
	b	3b
4:	address	x0, host_stacks + STACK_SIZE
	mov	sp, x0
	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.ne	5f
	address	x0, vectors
	msr	vbar_el2, x0
	isb
	mov	x0, x20
	bl	hal_main
5:	bl	not_at_el2

/* PSCI CPU_ON starts here; x0: which CPU this is. */
	.global secondary_start
secondary_start:
	msr	daifset, #0xf
	msr	spsel, #1
	address	x1, host_stacks + STACK_SIZE
	add	x1, x1, x0, lsl #STACK_LOG2
	mov	sp, x1
	address	x1, vectors
	msr	vbar_el2, x1
	isb
	bl	hal_secondary_main

	.text
/*
 * void drop_to_el1(void *el2_stack_end, u64 pstate): returns to its caller at EL1 with the same
 * stack; EL2 has the other one from now on, with the word on top that says "no guest" (enter.S).
 */
	.global drop_to_el1
drop_to_el1:
	mov	x2, sp
	msr	sp_el1, x2
	msr	elr_el2, x30
	msr	spsr_el2, x1
	mov	sp, x0
	stp	xzr, xzr, [sp, #-16]!
	eret
