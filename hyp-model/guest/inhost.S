/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of inhost.c to EL0 or to EL1 and back, with all registers, and what runs there.
 */
	.arch	armv8.1-a

	/* struct trip */
	.equ	X30, 240
	.equ	PC, 248			/* and pstate */
	.equ	ESR, 264		/* and far */
	.equ	LEVEL, 280		/* and sp */

	.macro	pairs of
	\of	x2, x3, [sp, #16]
	\of	x4, x5, [sp, #32]
	\of	x6, x7, [sp, #48]
	\of	x8, x9, [sp, #64]
	\of	x10, x11, [sp, #80]
	\of	x12, x13, [sp, #96]
	\of	x14, x15, [sp, #112]
	\of	x16, x17, [sp, #128]
	\of	x18, x19, [sp, #144]
	\of	x20, x21, [sp, #160]
	\of	x22, x23, [sp, #176]
	\of	x24, x25, [sp, #192]
	\of	x26, x27, [sp, #208]
	\of	x28, x29, [sp, #224]
	.endm

	.macro	callee_saved of
	\of	x19, x20, [sp]
	\of	x21, x22, [sp, #16]
	\of	x23, x24, [sp, #32]
	\of	x25, x26, [sp, #48]
	\of	x27, x28, [sp, #64]
	\of	x29, x30, [sp, #80]
	.endm

	.text
/* void inhost_go(struct trip *): it is the stack of EL2 until there is an exception from below. */
	.global	inhost_go
inhost_go:
	sub	sp, sp, #96
	callee_saved stp
	mov	x2, sp
	str	x2, [x0, #LEVEL + 8]
	ldp	x1, x2, [x0, #PC]
	msr	elr_el2, x1
	msr	spsr_el2, x2
	mov	sp, x0
	pairs	ldp
	ldr	x30, [sp, #X30]
	ldp	x0, x1, [sp]
	eret

back:
	stp	x0, x1, [sp]
	pairs	stp
	str	x30, [sp, #X30]
	mrs	x0, elr_el2
	mrs	x1, spsr_el2
	stp	x0, x1, [sp, #PC]
	mrs	x0, esr_el2
	mrs	x1, far_el2
	stp	x0, x1, [sp, #ESR]
	mrs	x0, CurrentEL
	ldr	x1, [sp, #LEVEL + 8]
	str	x0, [sp, #LEVEL]
	mov	sp, x1
	callee_saved ldp
	add	sp, sp, #96
	ret

/* Who ends without a report has failed: PSCI SYSTEM_OFF. */
lost:
	movz	x0, #0x8400, lsl #16
	movk	x0, #0x0008
	smc	#0
	b	.

	.macro	vector to
	.balign	0x80
	b	\to
	.endm

	.balign	0x800
	.global	inhost_vectors
inhost_vectors:
	.rept	8
	vector	lost
	.endr
	vector	back			/* from a lower level, synchronous */
	.rept	7
	vector	lost
	.endr

/* At EL0. */
	.global	inhost_calls, inhost_thread, inhost_system, inhost_cache, inhost_device
	.global	inhost_load, inhost_fp
inhost_calls:
	svc	#0
	svc	#0x1234
	svc	#0xffff
inhost_thread:
	msr	tpidr_el0, x0
	mrs	x1, tpidr_el0
	svc	#1
inhost_system:
	mrs	x0, sctlr_el1
	b	.
inhost_cache:
	mrs	x0, ctr_el0
	svc	#2
inhost_device:
	str	x0, [x1]
	ldr	x2, [x1]
	svc	#3
inhost_load:
	ldr	w0, [x1]
	b	.
	.arch_extension simd
inhost_fp:
	movi	v0.2d, #0
	svc	#4
