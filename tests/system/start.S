/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start-up and vectors of the bare-metal tests. Boots at EL2 with the MMU off; both exception
 * levels save x0..x30 and hand the frame to report() in system.c.
 */
	.text
	.globl	_start
_start:	adr	x0, stack_top
	mov	sp, x0
	adr	x0, vectors_el2
	msr	vbar_el2, x0
	adr	x0, vectors_el1
	msr	vbar_el1, x0
	isb
	bl	main
	mov	x1, x0
	b	finish

	/* Ends the run with the exit code in x1. */
	.globl	finish
finish:	adr	x2, exit_block
	mov	x0, #0x0026
	movk	x0, #0x2, lsl #16
	stp	x0, x1, [x2]
	mov	x1, x2
	mov	w0, #0x18
	hlt	#0xf000
	b	.

	/* void write0(const char *text) */
	.globl	write0
write0:	mov	x1, x0
	mov	w0, #0x04
	hlt	#0xf000
	ret

	/* Frame: x0..x30, then elr, spsr, esr, far, hpfar, vector offset, el. */
	.macro	entry offset, el
	.balign	128
	sub	sp, sp, #320
	stp	x0, x1, [sp]
	mov	x0, #\offset
	mov	x1, #\el
	stp	x0, x1, [sp, #288]
	b	save_el\el
	.endm

	.macro	table el
	.balign	2048
vectors_el\el:
	.irp	group, 0x000, 0x200, 0x400, 0x600
	entry	\group, \el
	entry	(\group + 0x080), \el
	entry	(\group + 0x100), \el
	entry	(\group + 0x180), \el
	.endr
	.endm

	.macro	common el
save_el\el:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x0, elr_el\el
	stp	x30, x0, [sp, #240]
	mrs	x0, spsr_el\el
	mrs	x1, esr_el\el
	stp	x0, x1, [sp, #256]
	mrs	x0, far_el\el
	str	x0, [sp, #272]
	.if	\el == 2
	mrs	x0, hpfar_el2
	str	x0, [sp, #280]
	.else
	str	xzr, [sp, #280]
	.endif
	mov	x0, sp
	bl	report
	ldp	x0, x1, [sp, #256]
	msr	spsr_el\el, x0
	ldp	x30, x0, [sp, #240]
	msr	elr_el\el, x0
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldp	x0, x1, [sp]
	add	sp, sp, #320
	eret
	.endm

	common	1
	common	2
	table	1
	table	2

	/*
	 * void run_at(void (*code)(void), u64 spsr, u64 alias): runs code below EL2 with that PSTATE on
	 * the EL1 and EL0 stacks, the latter and the code moved by alias; comes back when it executes HVC #0xfff (EL1) or SVC #0xfff (EL0).
	 */
	.globl	run_at
run_at:	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	adr	x4, saved_sp
	mov	x3, sp
	str	x3, [x4]
	add	x0, x0, x2
	msr	elr_el2, x0
	msr	spsr_el2, x1
	adr	x4, stack_el1_top
	msr	sp_el1, x4
	adr	x4, stack_el0_top
	add	x4, x4, x2
	msr	sp_el0, x4
	adr	x30, leave_el1
	tst	x1, #0xf
	adr	x4, leave_el0
	add	x4, x4, x2
	csel	x30, x4, x30, eq
	eret

leave_el1:
	hvc	#0xfff
leave_el0:
	svc	#0xfff

	/* Called by report() at EL2: back to run_at's caller. */
	.globl	back_from_run
back_from_run:
	adr	x2, saved_sp
	ldr	x3, [x2]
	mov	sp, x3
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

	.balign	16
saved_sp: .quad	0
exit_block: .quad 0, 0
	.balign	4096
	.space	16384
stack_top:
	.space	16384
stack_el1_top:
	.space	16384
stack_el0_top:
