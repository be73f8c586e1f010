/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's first instructions, its EL1 vectors and the way to EL0 and back. Knows nothing of the
 * hypervisor. At virtual EL2 the hostile one is started instead.
 */
#include "guest/abi.h"

/* For guest.ld. */
	.global	link_address
	.equ	link_address, GUEST_PROGRAM_IPA

	.section .text.start, "ax"
	.global guest_start
guest_start:
	/* x0: the boot block. EL1h or EL2h, MMU off, DAIF masked. */
	mov	x19, x0
	adrp	x1, bss_start
	add	x1, x1, :lo12:bss_start
	adrp	x2, bss_end
1:	cmp	x1, x2
	b.hs	2f
	stp	xzr, xzr, [x1], #16
	b	1b
2:	adrp	x1, stack_end
	mov	sp, x1
	mrs	x1, CurrentEL
	cmp	x1, #8
	b.eq	hostile_start
	bl	set_vectors
	bl	guest_mmu_build
	bl	guest_mmu_on
	mov	x0, x19
	b	guest_main

	/* x0: the context of PSCI CPU_ON, the CPU's number. */
	.global secondary_start
secondary_start:
	mov	x19, x0
	adrp	x1, stack_end
	sub	x1, x1, x19, lsl #13
	mov	sp, x1
	bl	set_vectors
	bl	guest_mmu_on
	mov	x0, x19
	b	guest_secondary

set_vectors:
	adrp	x1, guest_vectors
	add	x1, x1, :lo12:guest_vectors
	msr	vbar_el1, x1
	mov	x1, #(3 << 20)		/* CPACR_EL1.FPEN: FP is not trapped to EL1 */
	msr	cpacr_el1, x1
	isb
	ret

	.text
/*
 * u64 run_user(u64 argument, u64 pc, u64 sp): runs EL0 at pc with x0 = argument until it does SVC
 * #0, whose x0 is the result.
 */
	.global run_user
run_user:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	msr	elr_el1, x1
	msr	sp_el0, x2
	mov	x1, #0x3c0		/* EL0t, DAIF masked */
	msr	spsr_el1, x1
	eret
user_done:
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

/* SVC #0: done. SVC #1: x0 := x0 squared. The caller expects x16 and x17 to change. */
user_sync:
	mrs	x16, esr_el1
	lsr	x17, x16, #26
	cmp	x17, #0x15
	b.ne	unexpected
	and	x16, x16, #0xffff
	cbz	x16, user_done
	mul	x0, x0, x0
	eret

	.macro	save
	sub	sp, sp, #176
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	.endm

	.macro	restore
	ldp	x18, x30, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp]
	add	sp, sp, #176
	.endm

/* An exception of EL1 itself: guest_exception() decides whether it was expected. */
kernel_sync:
	save
	mrs	x0, esr_el1
	mrs	x1, far_el1
	mrs	x2, elr_el1
	bl	guest_exception
	msr	elr_el1, x0
	restore
	eret

/* Interrupts stay masked in the handler, so ELR_EL1 and SPSR_EL1 stay what they are. */
kernel_irq:
	save
	bl	guest_irq
	restore
	eret

unexpected:
	mrs	x0, esr_el1
	mrs	x1, far_el1
	mrs	x2, elr_el1
	b	guest_unexpected

	.macro	vector target
	.balign	0x80
	b	\target
	.endm

	.balign	0x800
guest_vectors:
	.rept	4
	vector	unexpected
	.endr
	vector	kernel_sync
	vector	kernel_irq
	.rept	2
	vector	unexpected
	.endr
	vector	user_sync
	.rept	7
	vector	unexpected
	.endr
