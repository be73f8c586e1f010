/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way into a guest and out of it, HYPERVISOR-SPEC A.8, and into EL2 for an nVHE host. Which of
 * the two came is told by the word on top of EL2's stack: the guest's context, or 0. No system
 * register is needed for that, which matters when each access to one is an exit (B.5).
 */
#include "mutant.inc"
#include "offsets.h"

	.text

/*
 * u64 hal_enter_guest(struct context *guest, struct context *host)
 *
 *  sp +0   guest   +8    host
 *     +16  x29     +24   x30
 *     +32  x19 to x28
 */
	.global hal_enter_guest
hal_enter_guest:
	stp	x0, x1, [sp, #-112]!
	stp	x29, x30, [sp, #16]
	stp	x19, x20, [sp, #32]
	stp	x21, x22, [sp, #48]
	stp	x23, x24, [sp, #64]
	stp	x25, x26, [sp, #80]
	stp	x27, x28, [sp, #96]
	mrs	x2, sp_el0
	str	x2, [x1, #CONTEXT_SP_EL0]
	/* What is pending now is the host's and must not be blamed on the guest. */
	mrs	x2, isr_el1
	IF_MUTANT(33, x3, 1f)
	cbz	x2, 1f
	isb
	mov	x0, #ASM_EXIT_IRQ
	b	restore_host
1:	ldr	x2, [x0, #CONTEXT_SP_EL0]
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

/* From vectors.S: x0 and x1 of whoever was below are on the stack, x0 is the exit code. */
	.global exit_from_below
exit_from_below:
	ldr	x1, [sp, #16]
	cbz	x1, call_from_host
	stp	x2, x3, [x1, #CONTEXT_X + 8 * 2]
	/* A.8 step 2: with TGE=0 the hardware leaves PAN as the guest had it. */
	adrp	x2, hal_has_pan
	ldr	w2, [x2, :lo12:hal_has_pan]
	cbz	w2, 1f
	IF_MUTANT(03, x2, 1f)
	.arch_extension pan
	msr	pan, #1
1:	MUTANT_CLOBBER(37, x2, x4)
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
	ldr	x3, [sp, #8]
	ldr	x2, [x3, #CONTEXT_SP_EL0]
	msr	sp_el0, x2
	/* A.8 step 4: an SError that the guest caused shows up now, not in the host's next lines. */
	dsb	sy
	isb
	mrs	x2, isr_el1
	tbz	x2, #8, restore_host
	/* It is taken at the one instruction between the labels; hal_exception() adds to x0. */
	mrs	x2, esr_el2
	mrs	x3, elr_el2
	mrs	x4, spsr_el2
	msr	daifclr, #4
	.global serror_window, serror_window_end
serror_window:
	isb
serror_window_end:
	IF_MUTANT(34, x5, 1f)
	msr	daifset, #4
1:	msr	esr_el2, x2
	msr	elr_el2, x3
	msr	spsr_el2, x4
restore_host:
	ldp	x19, x20, [sp, #32]
	ldp	x21, x22, [sp, #48]
	ldp	x23, x24, [sp, #64]
	ldp	x25, x26, [sp, #80]
	ldp	x27, x28, [sp, #96]
	ldp	x29, x30, [sp, #16]
	add	sp, sp, #112
	ret

/* HVC of the nVHE host: x0 the function, x1 and x2 its arguments. Its callee saves x19 to x28. */
call_from_host:
	cmp	x0, #ASM_EXIT_TRAP
	b.ne	1f
	mrs	x1, esr_el2
	lsr	x1, x1, #26
	cmp	x1, #0x16
	b.ne	1f
	ldp	x0, x1, [sp], #16
	mrs	x3, elr_el2
	mrs	x4, spsr_el2
	stp	x3, x4, [sp, #-32]!
	stp	x29, x30, [sp, #16]
	mov	x3, x0
	mov	x0, x1
	mov	x1, x2
	blr	x3
	ldp	x29, x30, [sp, #16]
	ldp	x3, x4, [sp], #32
	msr	elr_el2, x3
	msr	spsr_el2, x4
	eret
1:	ldp	x0, x1, [sp], #16
	b	unexpected_from_below

/* u64 call_el2(hyp_function function, u64 a, u64 b), at EL1 */
	.global call_el2
call_el2:
	hvc	#0
	ret

/*
 * u64 semihosting_call(u64 operation, const void *argument),
 * u64 smc(u64 function, u64 a, u64 b, u64 c): hal_exception() knows the labels. Where the machine
 * does not answer, the instruction is UNDEFINED and the result is all ones.
 */
	.global semihosting_call, semihosting_hlt, smc, user_probe
semihosting_call:
semihosting_hlt:
	hlt	#0xf000
	ret
user_probe:
	ldr	x0, [x0]
	ret
smc:
	smc	#0
	ret

/* u64 hal_pacga(u64 value, u64 modifier) */
	.global hal_pacga
hal_pacga:
	.arch armv8.3-a
	pacga	x0, x0, x1
	ret

	.arch_extension simd
	.macro	for_all_v instruction
	\instruction	q0, q1, [x0]
	\instruction	q2, q3, [x0, #32]
	\instruction	q4, q5, [x0, #64]
	\instruction	q6, q7, [x0, #96]
	\instruction	q8, q9, [x0, #128]
	\instruction	q10, q11, [x0, #160]
	\instruction	q12, q13, [x0, #192]
	\instruction	q14, q15, [x0, #224]
	\instruction	q16, q17, [x0, #256]
	\instruction	q18, q19, [x0, #288]
	\instruction	q20, q21, [x0, #320]
	\instruction	q22, q23, [x0, #352]
	\instruction	q24, q25, [x0, #384]
	\instruction	q26, q27, [x0, #416]
	\instruction	q28, q29, [x0, #448]
	\instruction	q30, q31, [x0, #480]
	.endm

/* void hal_fp_save(struct fp_state *to), void hal_fp_restore(const struct fp_state *from) */
	.global hal_fp_save, hal_fp_restore
hal_fp_save:
	for_all_v stp
	mrs	x1, fpsr
	mrs	x2, fpcr
	str	x1, [x0, #512]
	str	x2, [x0, #520]
	ret
hal_fp_restore:
	for_all_v ldp
	ldr	x1, [x0, #512]
	ldr	x2, [x0, #520]
	msr	fpsr, x1
	msr	fpcr, x2
	ret
