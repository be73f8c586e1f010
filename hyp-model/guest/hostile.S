/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The entry of the programs at virtual EL2, their vectors, small guests. They never return from an
 * exception: whatever happens ends the attempt that is going on.
 */
	.arch	armv8.1-a

	.text
	.global hostile_start
hostile_start:
	adrp	x1, hostile_vectors
	add	x1, x1, :lo12:hostile_vectors
	msr	vbar_el2, x1
	isb
	mov	x0, x19
	b	hostile_main

	/* CPU 1, by PSCI CPU_ON: a stack of its own. */
	.global stage2_start
stage2_start:
	adrp	x1, stack_end
	sub	x1, x1, #8192
	mov	sp, x1
	adrp	x1, hostile_vectors
	add	x1, x1, :lo12:hostile_vectors
	msr	vbar_el2, x1
	isb
	b	stage2_other

/* Where this CPU, 0 or 1, keeps what attempt() needs. */
	.macro	mine to, scratch
	mrs	\scratch, mpidr_el1
	and	\scratch, \scratch, #1
	adrp	\to, recover
	add	\to, \to, :lo12:recover
	add	\to, \to, \scratch, lsl #7
	.endm

/*
 * u64 attempt(void (*what)(u64 argument), u64 argument): 0 if what() returned, else 1 + the number
 * of the vector through which it ended; `caught` then says more.
 */
	.global attempt
attempt:
	mine	x2, x3
	stp	x19, x20, [x2]
	stp	x21, x22, [x2, #16]
	stp	x23, x24, [x2, #32]
	stp	x25, x26, [x2, #48]
	stp	x27, x28, [x2, #64]
	stp	x29, x30, [x2, #80]
	mov	x3, sp
	str	x3, [x2, #96]
	mov	x2, x0
	mov	x0, x1
	blr	x2
	mov	x0, #0
	b	1f

ended:				/* x0: 1 + vector */
	mrs	x3, mpidr_el1
	and	x3, x3, #1
	adrp	x2, caught_by
	add	x2, x2, :lo12:caught_by
	add	x2, x2, x3, lsl #6
	mrs	x3, esr_el2
	mrs	x4, far_el2
	stp	x3, x4, [x2]
	mrs	x3, hpfar_el2
	mrs	x4, elr_el2
	stp	x3, x4, [x2, #16]
	mrs	x3, spsr_el2
	mrs	x4, tpidr_el2
	stp	x3, x4, [x2, #32]
1:	mine	x2, x3
	ldp	x19, x20, [x2]
	ldp	x21, x22, [x2, #16]
	ldp	x23, x24, [x2, #32]
	ldp	x25, x26, [x2, #48]
	ldp	x27, x28, [x2, #64]
	ldp	x29, x30, [x2, #80]
	ldr	x3, [x2, #96]
	mov	sp, x3
	ret

/* void enter(const struct entry *): pc, pstate, x0 and x1 of what is entered. No return. */
	.global enter
enter:
	ldp	x2, x3, [x0]
	msr	elr_el2, x2
	msr	spsr_el2, x3
	ldp	x0, x1, [x0, #16]
	isb
	eret

	.macro	vector number
	.balign	0x80
	msr	tpidr_el2, x0
	mov	x0, #(\number + 1)
	b	ended
	.endm

	.balign	0x800
hostile_vectors:
	.irp	number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	vector	\number
	.endr

/* Guests. At EL1 without MMU; their vectors say HVC #77. */
	.balign	0x800
	.global l2_vectors, l2_call, l2_load, l2_store, l2_fp, l2_loop, l2_read_hcr, l2_serve
l2_vectors:
	.rept	16
	.balign	0x80
	hvc	#77
	b	.
	.endr
l2_call:
	hvc	#5
	b	.
l2_load:
	ldr	w0, [x1]
	hvc	#6
	b	.
l2_store:
	str	w0, [x1]
	hvc	#8
	b	.
	.arch_extension simd
l2_fp:
	movi	v0.2d, #0
	hvc	#9
	b	.
l2_loop:
	b	.
/*
 * x0: struct board of stage2.c. Loads what the board asks for until there is an order for the
 * hypervisor: HVC #10.
 */
l2_serve:
	ldr	w2, [x0]		/* asked */
	ldr	w3, [x0, #4]		/* answered */
	cmp	w2, w3
	b.eq	l2_serve
	dmb	sy
	ldr	x1, [x0, #8]		/* address; 0: an order */
	cbz	x1, 1f
	ldr	w4, [x1]
	str	w4, [x0, #16]		/* value */
	dmb	sy
	str	w2, [x0, #4]
	b	l2_serve
1:	hvc	#10
	b	.
l2_read_hcr:
	mrs	x0, hcr_el2
	hvc	#7
	b	.

	.bss
	.balign	16
recover:
	.skip	2 * 128
	.global caught_by
caught_by:
	.skip	2 * 64
