/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start-up of the benchmark programs: boots at EL2, maps RAM as one Normal block, enters
 * run() at EL1 with the MMU on, ends by semihosting with its result as exit code (0 = passed).
 * EL2 returns from HVC #0 at once, calls a function for HVC #1, and answers a trapped MRS with
 * x0 = 42; EL1 returns from SVC at once and skips an aborted instruction.
 */
	.text
	.globl	_start
_start:	adr	x0, stack_top
	mov	sp, x0
	sub	x0, x0, #0x10000
	msr	sp_el1, x0
	adr	x0, vectors_el2
	msr	vbar_el2, x0
	adr	x0, vectors_el1
	msr	vbar_el1, x0
	adr	x0, level1
	ldr	x1, =0x40000705		/* block, AF, inner shareable, attribute 1: Normal */
	str	x1, [x0, #8]
	adr	x1, level2
	orr	x2, x1, #3
	str	x2, [x0, #16]		/* 0x80000000: level2, whose first entry the program fills */
	msr	ttbr0_el1, x0
	ldr	x1, =0xff00
	msr	mair_el1, x1
	ldr	x1, =0x1200803519	/* 39-bit, 4 KiB, 40-bit PA, 16-bit ASID, TTBR1 off */
	msr	tcr_el1, x1
	ldr	x1, =0x30d01985		/* M, C, I */
	msr	sctlr_el1, x1
	adr	x0, level1		/* EL2 runs behind the same map */
	msr	ttbr0_el2, x0
	ldr	x1, =0xff00
	msr	mair_el2, x1
	ldr	x1, =0x80823519
	msr	tcr_el2, x1
	ldr	x1, =0x30c51835
	msr	sctlr_el2, x1
	mov	x1, #0x80000000
	msr	hcr_el2, x1
	mov	x1, #3
	msr	cnthctl_el2, x1
	mov	x1, #0x33ff		/* FP and SIMD are free */
	msr	cptr_el2, x1
	mov	x1, #3 << 20
	msr	cpacr_el1, x1
	tlbi	alle1
	tlbi	alle2
	dsb	sy
	isb
	adr	x0, at_el1
	msr	elr_el2, x0
	mov	x0, #0x3c5
	msr	spsr_el2, x0
	eret
at_el1:	bl	run
	adr	x1, exit_block
	ldr	x2, =0x20026
	stp	x2, x0, [x1]
	mov	w0, #0x18
	hlt	#0xf000
	b	.

	/* void call_el2(void (*function)(u64 argument), u64 argument) */
	.globl	call_el2
call_el2:
	stp	x29, x30, [sp, #-16]!
	hvc	#1
	ldp	x29, x30, [sp], #16
	ret

	.balign	2048
	.globl	vectors_el2
vectors_el2:
	.space	0x400
	stp	x0, x1, [sp, #-16]!	/* from EL1: sync */
	mrs	x0, esr_el2
	lsr	x1, x0, #26
	cmp	x1, #0x16
	b.ne	1f
	tbnz	x0, #0, 2f
	ldp	x0, x1, [sp], #16
	eret
1:	mrs	x0, elr_el2		/* a trapped MRS X0: 42 */
	add	x0, x0, #4
	msr	elr_el2, x0
	ldp	x0, x1, [sp], #16
	mov	x0, #42
	eret
2:	ldp	x2, x0, [sp], #16	/* x0 = function, x1 = argument */
	stp	x29, x30, [sp, #-16]!
	blr	x2
	ldp	x29, x30, [sp], #16
	eret

	.balign	2048
vectors_el1:
	.space	0x200
	stp	x0, x1, [sp, #-16]!	/* from EL1 itself: SVC or data abort */
	mrs	x0, esr_el1
	lsr	x1, x0, #26
	cmp	x1, #0x15
	b.eq	1f
	mrs	x0, elr_el1
	add	x0, x0, #4
	msr	elr_el1, x0
1:	ldp	x0, x1, [sp], #16
	eret

	.balign	8
exit_block: .quad 0, 0
	.ltorg
	.bss
	.balign	4096
	.globl	level1
level1:	.space	4096
	.globl	level2
level2:	.space	4096
	.globl	level3
level3:	.space	4096
	.space	262144
stack_top:
	.space	64
