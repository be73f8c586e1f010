/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First instructions, the way to EL0 and the vectors. Boots at EL1, or at EL2 that it leaves for
 * good. System calls and faults of the program go to el0_exception(), anything else to
 * unexpected_exception(). SP_EL0 and all of SIMD and FP stay the program's: the C code uses neither.
 */
	.equ	CURRENTEL_EL2, 2 << 2
	.equ	PSTATE_EL1h_MASKED, 0x3c5
	.equ	HCR_EL2_OF_EL1, 1 << 31 | 3 << 40	/* RW; APK, API: EL1 may use pointer authentication */
	.equ	CPTR_EL2_NO_TRAPS, 0x33ff		/* RES1 bits only: FP and SIMD are free */
	.equ	CNTHCTL_EL2_NO_TRAPS, 3
	.equ	SCTLR_EL1_OFF, 0x30d00800		/* RES1 of Armv8.0; SPAN: PSTATE.PAN stays 0 */

	.macro	write register, value
	ldr	x0, =\value
	msr	\register, x0
	.endm

	.text
	.globl	_start
_start:
	mrs	x0, currentel
	cmp	x0, #CURRENTEL_EL2
	b.ne	at_el1
	write	hcr_el2, HCR_EL2_OF_EL1
	write	cptr_el2, CPTR_EL2_NO_TRAPS
	write	cnthctl_el2, CNTHCTL_EL2_NO_TRAPS
	msr	cntvoff_el2, xzr
	write	sctlr_el1, SCTLR_EL1_OFF
	write	spsr_el2, PSTATE_EL1h_MASKED
	adr	x0, at_el1
	msr	elr_el2, x0
	isb
	eret

at_el1:
	write	sctlr_el1, SCTLR_EL1_OFF
	isb
	adrp	x0, stack_end
	add	x0, x0, :lo12:stack_end
	mov	sp, x0
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el1, x0
	isb
	bl	supervise
	b	.

/* void enter_program(u64 entry, u64 sp): registers as Linux has them at the first instruction. */
	.globl	enter_program
enter_program:
	msr	elr_el1, x0
	msr	sp_el0, x1
	msr	spsr_el1, xzr		/* EL0t, nothing masked */
	msr	tpidr_el0, xzr
	msr	fpcr, xzr
	msr	fpsr, xzr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	movi	v\n\().2d, #0
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mov	x\n, #0
	.endr
	eret

/* void pauth_set_keys(void): five keys that are the same in every run. */
	.arch	armv8.3-a
	.globl	pauth_set_keys
pauth_set_keys:
	ldr	x0, =0x0123456789abcdef
	.irp	key, ia, ib, da, db, ga
	msr	ap\key\()keylo_el1, x0
	ror	x0, x0, #11
	msr	ap\key\()keyhi_el1, x0
	ror	x0, x0, #11
	.endr
	ret
	.arch	armv8-a

/* x0..x30 to the stack and back around el0_exception(u64 x[31]). */
from_program:
	sub	sp, sp, #256
	stp	x0, x1, [sp]
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
	str	x30, [sp, #240]
	mov	x0, sp
	bl	el0_exception
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
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp], #256
	eret

	.macro	vector target
	.balign	0x80
	mov	x18, #. - vectors	/* a program's x18 is lost only where nothing returns */
	b	\target
	.endm

unexpected:
	mov	x0, x18
	b	unexpected_exception

	.balign	0x800
vectors:
	.rept	8
	vector	unexpected
	.endr
	.balign	0x80
	b	from_program
	.rept	7
	vector	unexpected
	.endr

	.ltorg
	.bss
	.balign	16
	.space	16384
stack_end:
