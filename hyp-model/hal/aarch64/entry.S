/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first instructions, the way into a guest and out of it (HYPERVISOR-SPEC A.8), and the few
 * instructions whose exceptions are answers. Knows registers; decides nothing.
 */
#include "offsets.h"

	.section .text.start, "ax"
	.global _start
_start:
	/* EL2h, MMU off, DAIF masked. The loader may have left .bss dirty. */
	msr	daifset, #0xf
	msr	spsel, #1
	adrp	x0, stack_end
	add	x0, x0, :lo12:stack_end
	mov	sp, x0
	adrp	x0, bss_start
	add	x0, x0, :lo12:bss_start
	adrp	x1, bss_end
	add	x1, x1, :lo12:bss_end
1:	cmp	x0, x1
	b.hs	2f
	str	xzr, [x0], #8
	b	1b
2:	mrs	x0, CurrentEL
	cmp	x0, #(2 << 2)
	b.ne	3f
	adrp	x0, el2_vectors
	add	x0, x0, :lo12:el2_vectors
	msr	vbar_el2, x0
	msr	tpidr_el2, xzr
	isb
	bl	hal_main
3:	bl	not_at_el2

	.text

/* u64 hal_enter_guest(struct context *guest, struct context *host) */
	.global hal_enter_guest
hal_enter_guest:
	stp	x29, x30, [sp, #-112]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x1, [sp, #96]
	mrs	x2, sp_el0
	str	x2, [x1, #CONTEXT_SP_EL0]
	/* A.8 step 2: what is pending now is the host's and must not be blamed on the guest. */
	mrs	x2, isr_el1
	cbz	x2, 1f
	isb
	mov	x0, #ASM_EXIT_IRQ
	b	restore_host
1:	msr	tpidr_el2, x0
	ldr	x2, [x0, #CONTEXT_SP_EL0]
	msr	sp_el0, x2
	ldp	x18, x19, [x0, #CONTEXT_X + 8 * 18]
	ldp	x20, x21, [x0, #CONTEXT_X + 8 * 20]
	ldp	x22, x23, [x0, #CONTEXT_X + 8 * 22]
	ldp	x24, x25, [x0, #CONTEXT_X + 8 * 24]
	ldp	x26, x27, [x0, #CONTEXT_X + 8 * 26]
	ldp	x28, x29, [x0, #CONTEXT_X + 8 * 28]
	ldr	x30, [x0, #CONTEXT_X + 8 * 30]
	ldp	x2, x3, [x0, #CONTEXT_X + 8 * 2]
	ldp	x4, x5, [x0, #CONTEXT_X + 8 * 4]
	ldp	x6, x7, [x0, #CONTEXT_X + 8 * 6]
	ldp	x8, x9, [x0, #CONTEXT_X + 8 * 8]
	ldp	x10, x11, [x0, #CONTEXT_X + 8 * 10]
	ldp	x12, x13, [x0, #CONTEXT_X + 8 * 12]
	ldp	x14, x15, [x0, #CONTEXT_X + 8 * 14]
	ldp	x16, x17, [x0, #CONTEXT_X + 8 * 16]
	ldp	x0, x1, [x0, #CONTEXT_X]
	eret
	/* No speculation past ERET: SB is Armv8.5. */
	dsb	nsh
	isb

/* From vectors.S: the guest's x0 and x1 are on the stack, x0 is the exit code. */
	.global guest_exit
guest_exit:
	/* A.8 step 2: with TGE=0 the hardware leaves PAN as the guest had it. */
	adrp	x1, hal_has_pan
	ldr	w1, [x1, :lo12:hal_has_pan]
	cbz	w1, 1f
	.arch_extension pan
	msr	pan, #1
1:	mrs	x1, tpidr_el2
	stp	x2, x3, [x1, #CONTEXT_X + 8 * 2]
	stp	x4, x5, [x1, #CONTEXT_X + 8 * 4]
	stp	x6, x7, [x1, #CONTEXT_X + 8 * 6]
	stp	x8, x9, [x1, #CONTEXT_X + 8 * 8]
	stp	x10, x11, [x1, #CONTEXT_X + 8 * 10]
	stp	x12, x13, [x1, #CONTEXT_X + 8 * 12]
	stp	x14, x15, [x1, #CONTEXT_X + 8 * 14]
	stp	x16, x17, [x1, #CONTEXT_X + 8 * 16]
	stp	x18, x19, [x1, #CONTEXT_X + 8 * 18]
	stp	x20, x21, [x1, #CONTEXT_X + 8 * 20]
	stp	x22, x23, [x1, #CONTEXT_X + 8 * 22]
	stp	x24, x25, [x1, #CONTEXT_X + 8 * 24]
	stp	x26, x27, [x1, #CONTEXT_X + 8 * 26]
	stp	x28, x29, [x1, #CONTEXT_X + 8 * 28]
	str	x30, [x1, #CONTEXT_X + 8 * 30]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x1, #CONTEXT_X]
	mrs	x2, sp_el0
	str	x2, [x1, #CONTEXT_SP_EL0]
	msr	tpidr_el2, xzr
	ldr	x3, [sp, #96]
	ldr	x2, [x3, #CONTEXT_SP_EL0]
	msr	sp_el0, x2
	/*
	 * A.8 step 4: an SError that the guest caused shows up now, not in the host's next lines.
	 */
	dsb	sy
	isb
	mrs	x2, isr_el1
	tbz	x2, #8, restore_host
	orr	x0, x0, #ASM_EXIT_WITH_SERROR
restore_host:
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	ret

/*
 * u64 semihosting_call(u64 operation, u64 argument), and u64 smc_call(u64 function):
 * el2_exception() knows the labels. Where the machine does not answer, the instruction is UNDEFINED
 * and the result is all ones.
 */
	.global semihosting_call, semihosting_hlt, smc_call, smc_smc
semihosting_call:
semihosting_hlt:
	hlt	#0xf000
	ret
smc_call:
smc_smc:
	smc	#0
	ret

/*
 * void el2_mmu_off(u64 sctlr, const void *start, const void *end): no memory is accessed between
 * the write of SCTLR_EL2 and the last line of [start, end) reaching memory, because those accesses
 * would bypass what is still in the caches.
 */
	.global el2_mmu_off
el2_mmu_off:
	mrs	x3, ctr_el0
	ubfx	x3, x3, #16, #4
	mov	x4, #4
	lsl	x4, x4, x3
	msr	sctlr_el2, x0
	isb
	sub	x5, x4, #1
	bic	x1, x1, x5
1:	dc	civac, x1
	add	x1, x1, x4
	cmp	x1, x2
	b.lo	1b
	dsb	sy
	tlbi	alle2
	dsb	nsh
	isb
	ret
