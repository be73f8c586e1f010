/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest hypervisor of which the monitors `owner` and `clobber` have something to say: two
 * guests, ada and bob, take turns at EL1 of a VHE host, then one of a host at EL1. It is right; the
 * test puts something else in the place of an instruction with a label (test_verify_owner.c).
 *
 * Guests leave by HVC, which gives x0; or by an FIQ that is pending all the time and goes to EL2
 * where HCR_EL2.FMO says so, before any instruction of theirs. The host masks FIQs for ever, so
 * PSTATE.I says when its interrupts are unmasked; that FIQ ends a WFI as well.
 */
	.arch	armv8.3-a

	.macro	place name
	.global	\name
\name:
	.endm

/* struct vcpu */
#define VCPU_X	    0
#define VCPU_SP_EL0 248
#define VCPU_PC	    256
#define VCPU_PSTATE 264
#define VCPU_VTTBR  272
#define VCPU_EL1    280 /* TTBR0, VBAR, TPIDR_EL1, PAR, TPIDR_EL0, ESR, APGAKeyLo, APGAKeyHi */
#define VCPU_LR	    344
#define VCPU_HCR    352
#define VCPU_FPSR   360
#define VCPU_ELR    368
#define VCPU_SPSR   376
#define VCPU_V	    384
#define VCPU_SIZE   912

#define HOST_HCR  (1 << 34 | 1 << 31 | 1 << 27 | 1 << 41 | 1 << 40) /* E2H RW TGE API APK */
#define GUEST_HCR (1 << 34 | 1 << 31 | 1 | 1 << 41 | 1 << 40)	    /* E2H RW VM API APK */
#define HOST_HCR_NVHE  (1 << 31 | 1 << 41 | 1 << 40)
#define GUEST_HCR_NVHE (1 << 31 | 1 | 1 << 41 | 1 << 40)
#define FMO	  (1 << 3)
#define NV_NV1	  (3 << 42)

	.text
	.global	_start
_start:
	ldr	x0, =HOST_HCR
	msr	hcr_el2, x0
	isb
	ldr	x0, =stack
	mov	sp, x0
	ldr	x0, =vectors
	msr	vbar_el2, x0
	mov	x0, #3 << 20
	msr	cptr_el2, x0
	msr	mdcr_el2, xzr
	ldr	x0, =0x80023559 /* VTCR_EL2: 39 bits from level 1, 4 KiB */
	msr	vtcr_el2, x0
	mov	x0, #0x1234
	msr	tpidr_el0, x0
	msr	apgakeylo_el1, x0
	msr	apgakeyhi_el1, x0
	msr	sp_el0, x0
	mov	x0, #1
	msr	ich_hcr_el2, x0
	isb
	.arch_extension pan
	msr	pan, #1
	bl	window
	/* What belongs to an attached guest has not been touched when this is done. */
	bl	flush
	mov	x0, #1
place attach_mdcr
	msr	mdcr_el2, x0

	ldr	x19, =ada
	ldr	x20, =bob
	mov	x21, #3
1:	mov	x0, x19
	mov	x1, #0
	bl	run
	bl	window
	mov	x0, x20
	mov	x1, #0
	bl	run
	bl	window
	mov	x0, x19
	mov	x1, #FMO
	bl	run
	bl	window
	mov	x0, x20
	mov	x1, #FMO
	bl	run
	bl	window
	bl	flush
	bl	window
	mov	x0, x19
	mov	x1, #0
	bl	run
	bl	window
	mov	x0, x19
	mov	x1, #0
	bl	virtual_el2
	subs	x21, x21, #1
	b.ne	1b

place detach_mdcr
	msr	mdcr_el2, xzr
	mov	x0, #0x1234
place detach_tpidr
	msr	tpidr_el0, x0
	msr	tpidrro_el0, xzr
	isb
	wfi
	b	as_nvhe

/* Interrupts are unmasked for an instruction. */
window:
	msr	daifclr, #2
	nop
	msr	daifset, #2
	ret

/* TLB maintenance for guests. */
flush:
	mrs	x0, hcr_el2
	bic	x1, x0, #(1 << 27)
place flush_clears
	nop
	msr	hcr_el2, x1
	isb
	dsb	ishst
	tlbi	alle1is
	dsb	ish
place flush_sets
	msr	hcr_el2, x0
place flush_isb
	isb
	ret

/* Its virtual EL2 has a VBAR_EL1 of its own, takes an exception to itself and leaves twice. */
virtual_el2:
	stp	x29, x30, [sp, #-32]!
	ldr	x2, [x0, #VCPU_EL1 + 8]
	stp	x0, x2, [sp, #16]
	ldr	x2, =hyp_vectors
	str	x2, [x0, #VCPU_EL1 + 8]
	ldr	x2, =hyp_code
	mov	x3, #0x3c5
	stp	x2, x3, [x0, #VCPU_PC]
	ldr	x2, [x0, #VCPU_HCR]
place with_nv1
	orr	x2, x2, #NV_NV1
	str	x2, [x0, #VCPU_HCR]
	bl	run
	bl	window
	ldr	x0, [sp, #16]
	mov	x1, #0
	bl	run
	ldp	x0, x3, [sp, #16]
	str	x3, [x0, #VCPU_EL1 + 8]
	ldr	x2, [x0, #VCPU_HCR]
	bic	x2, x2, #NV_NV1
	str	x2, [x0, #VCPU_HCR]
	ldp	x29, x30, [sp], #32
	b	window

/* x0: the vCPU, x1: what is added to HCR_EL2 */
run:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	/* The host's, behind which the guest's can be put. */
	mrs	x2, tpidr_el0
	mrs	x3, sp_el0
	stp	x2, x3, [sp, #-16]!
	mrs	x2, apgakeylo_el1
	mrs	x3, apgakeyhi_el1
	stp	x2, x3, [sp, #-16]!
	mrs	x2, hcr_el2
	mrs	x3, cptr_el2
	stp	x2, x3, [sp, #-16]!
	stp	x0, xzr, [sp, #-16]!

	ldp	x2, x3, [x0, #VCPU_EL1]
place load_ttbr0
	msr	ttbr0_el12, x2
place load_vbar
	msr	vbar_el12, x3
	ldp	x2, x3, [x0, #VCPU_EL1 + 16]
place load_tpidr_el1
	msr	tpidr_el1, x2
place load_par
	msr	par_el1, x3
	ldp	x2, x3, [x0, #VCPU_EL1 + 32]
place load_tpidr_el0
	msr	tpidr_el0, x2
	msr	esr_el12, x3
	ldp	x2, x3, [x0, #VCPU_ELR]
	msr	elr_el12, x2
	/* The level that the CPU has written is not the virtual EL2's, which cannot read it. */
place load_spsr
	bic	x3, x3, #0xc
	msr	spsr_el12, x3
	.irp	reg, sctlr, ttbr1, tcr, afsr0, afsr1, far, mair, amair, contextidr, cpacr
	msr	\reg\()_el12, xzr
	.endr
	/* Without E2H a virtual EL2 finds its guest's there. */
	ldr	x2, [x0, #VCPU_HCR]
	tbnz	x2, #42, 1f
place load_cntkctl
	msr	cntkctl_el12, xzr
1:	mov	x2, #3 << 20
	msr	cpacr_el12, x2
	msr	sp_el1, xzr
	msr	csselr_el1, xzr
	msr	tpidrro_el0, xzr
	msr	cntv_ctl_el02, xzr
	msr	cntv_cval_el02, xzr
	mov	x2, #0xff
	msr	dbgclaimclr_el1, x2
	.irp	reg, mdscr_el1, mdccint_el1, apiakeylo_el1, apiakeyhi_el1, apibkeylo_el1, apibkeyhi_el1
	msr	\reg, xzr
	.endr
	.irp	reg, apdakeylo_el1, apdakeyhi_el1, apdbkeylo_el1, apdbkeyhi_el1
	msr	\reg, xzr
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5
	msr	dbgbvr\n\()_el1, xzr
	msr	dbgbcr\n\()_el1, xzr
	.endr
	.irp	n, 0, 1, 2, 3
	msr	dbgwvr\n\()_el1, xzr
	msr	dbgwcr\n\()_el1, xzr
	.endr
	ldp	x2, x3, [x0, #VCPU_EL1 + 48]
place load_key
	msr	apgakeylo_el1, x2
	msr	apgakeyhi_el1, x3
place load_lr
	nop
	ldr	x2, [x0, #VCPU_LR]
	msr	ich_lr0_el2, x2
	ldr	x2, [x0, #VCPU_VTTBR]
place load_vttbr
	nop
	msr	vttbr_el2, x2
	ldr	x2, [x0, #VCPU_SP_EL0]
place load_sp_el0
	msr	sp_el0, x2
	ldp	x2, x3, [x0, #VCPU_PC]
	msr	elr_el2, x2
	msr	spsr_el2, x3
	ldr	x2, [x0, #VCPU_FPSR]
place load_fpsr
	msr	fpsr, x2
	msr	fpcr, xzr
	add	x2, x0, #VCPU_V
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15
	ldr	q\n, [x2, #16 * \n]
	.endr
place load_v7
	ldr	q7, [x2, #16 * 7]
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ldr	q\n, [x2, #16 * \n]
	.endr
	ldr	x2, [x0, #VCPU_HCR]
	orr	x2, x2, x1
	msr	hcr_el2, x2
	ldr	x2, =(3 << 20 | 1 << 31) /* FPEN, TCPAC */
	msr	cptr_el2, x2
	.irp	n, 2, 4, 6, 8, 10, 12, 14, 16, 18
	ldr	x\n, [x0, #8 * \n]
	.endr
	.irp	n, 3, 5, 7, 11, 13, 15, 17, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	ldr	x\n, [x0, #8 * \n]
	.endr
place load_x9
	ldr	x9, [x0, #8 * 9]
place load_x20
	ldr	x20, [x0, #8 * 20]
	ldp	x0, x1, [x0]
	eret

	.balign	0x800
vectors:
	.skip	0x400
	b	leave
	.balign	0x80
	b	.
	.balign	0x80
	b	leave /* FIQ */
	.balign	0x80
	b	.

leave:
	stp	x0, x1, [sp, #-16]!
	ldr	x0, [sp, #16]
	cbz	x0, call_el2
	ldr	x1, [x0, #VCPU_HCR]
	tbz	x1, #34, leave_nvhe
place leave_pan
	msr	pan, #1
	.irp	n, 2, 4, 6, 8, 10, 12, 14, 16, 18, 22, 24, 26, 28
	str	x\n, [x0, #8 * \n]
	.endr
	.irp	n, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 30
	str	x\n, [x0, #8 * \n]
	.endr
place save_x20
	str	x20, [x0, #8 * 20]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	mrs	x2, sp_el0
place save_sp_el0
	str	x2, [x0, #VCPU_SP_EL0]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
place save_pc
	stp	x2, x3, [x0, #VCPU_PC]
	mrs	x2, ttbr0_el12
place save_ttbr0
	str	x2, [x0, #VCPU_EL1]
	mrs	x2, tpidr_el1
	str	x2, [x0, #VCPU_EL1 + 16]
place save_par
	mrs	x4, par_el1
	str	x4, [x0, #VCPU_EL1 + 24]
	at	s1e1r, x2
	isb
	mrs	x2, tpidr_el0
	mrs	x3, esr_el12
	stp	x2, x3, [x0, #VCPU_EL1 + 32]
	mrs	x2, elr_el12
	mrs	x3, spsr_el12
	stp	x2, x3, [x0, #VCPU_ELR]
	mrs	x2, apgakeylo_el1
	str	x2, [x0, #VCPU_EL1 + 48]
	mrs	x2, fpsr
	str	x2, [x0, #VCPU_FPSR]
	add	x2, x0, #VCPU_V
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15
	str	q\n, [x2, #16 * \n]
	.endr
place save_v7
	str	q7, [x2, #16 * 7]
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	str	q\n, [x2, #16 * \n]
	.endr
	msr	daifclr, #4
	isb
place leave_daif
	msr	daifset, #4
	add	sp, sp, #16
	ldp	x2, x3, [sp], #16
place host_bits
	nop
place host_hcr
	msr	hcr_el2, x2
place host_cptr
	msr	cptr_el2, x3
	ldp	x2, x3, [sp], #16
place host_key
	msr	apgakeylo_el1, x2
	msr	apgakeyhi_el1, x3
	ldp	x2, x3, [sp], #16
place host_sp_el0
	msr	sp_el0, x3
place host_isb
	isb
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

/* ---- The same PE with its host at EL1: E2H=0, stage 2 off but for the guest ---- */

as_nvhe:
	ldr	x0, =HOST_HCR_NVHE
	msr	hcr_el2, x0
	mov	x0, #0x33ff
	msr	cptr_el2, x0
	isb
	.irp	reg, ttbr0, ttbr1, par, esr, afsr0, afsr1, far, mair, amair, contextidr, elr, spsr, tcr, cntkctl
	msr	\reg\()_el1, xzr
	.endr
	ldr	x0, =0x30d00980
	msr	sctlr_el1, x0
	mov	x0, #3 << 20
	msr	cpacr_el1, x0
	ldr	x0, =vectors
	msr	vbar_el1, x0
	msr	sp_el1, xzr
	msr	tpidr_el1, xzr
	msr	cntv_ctl_el0, xzr
	msr	cntv_cval_el0, xzr
	msr	ich_lr0_el2, xzr
	mov	x0, #0x3c5
	msr	spsr_el2, x0
	adr	x0, host_at_el1
	msr	elr_el2, x0
	stp	xzr, xzr, [sp, #-16]!
	eret

host_at_el1:
	ldr	x0, =ada
	mov	x19, #0x19
	mov	x21, #0x21
	hvc	#0
	hvc	#1

	.macro	each_of_host instruction
	\instruction	ttbr0_el1, 0
	\instruction	tpidr_el1, 8
	\instruction	par_el1, 16
	\instruction	sp_el0, 24
	\instruction	elr_el2, 32
	\instruction	spsr_el2, 40
	\instruction	apgakeylo_el1, 48
	\instruction	tpidrro_el0, 152
	.endm
	.macro	save register, offset
	mrs	x2, \register
	str	x2, [x1, #\offset]
	.endm
	.macro	restore register, offset
	ldr	x2, [x1, #\offset]
place nvhe_\register
	msr	\register, x2
	.endm

/* HVC of the host. #0: the guest at x0 runs, #1: the end */
call_el2:
	mrs	x0, esr_el2
	tbnz	x0, #0, finish
	ldp	x0, x1, [sp], #16
	ldr	x1, =host_block
	each_of_host save
	mrs	x2, tpidr_el0
	str	x2, [x1, #56]
	stp	x19, x20, [x1, #64]
	stp	x21, x22, [x1, #80]
	stp	x23, x24, [x1, #96]
	stp	x25, x26, [x1, #112]
	stp	x27, x28, [x1, #128]
	str	x29, [x1, #144]
	stp	x0, xzr, [sp, #-16]!
	adr	x2, ada_code
	msr	elr_el2, x2
	mov	x2, #0x3c5
	msr	spsr_el2, x2
	ldr	x2, =GUEST_HCR_NVHE
	str	x2, [x0, #VCPU_HCR]
	msr	hcr_el2, x2
	eret

leave_nvhe:
	add	sp, sp, #32
	ldr	x2, =HOST_HCR_NVHE
place nvhe_hcr
	msr	hcr_el2, x2
	ldr	x1, =host_block
	each_of_host restore
	ldr	x2, [x1, #56]
place nvhe_tpidr_el0
	msr	tpidr_el0, x2
	ldp	x19, x20, [x1, #64]
place nvhe_x21
	ldp	x21, x22, [x1, #80]
	ldp	x23, x24, [x1, #96]
	ldp	x25, x26, [x1, #112]
	ldp	x27, x28, [x1, #128]
	ldr	x29, [x1, #144]
	eret

finish:
	mov	x0, #0x18
	ldr	x1, =finish_block
	hlt	#0xf000
	b	.

/* ---- Guests: everything of theirs is their own number; each turn changes some ---- */

	.macro	guest name, number
\name\()_code:
	mov	x2, #\number
	.irp	n, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mov	x\n, #\number
	.endr
	mov	x20, #\number
	.irp	reg, d0, d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11, d12, d13, d14, d15, d16, d17, d18, d19, d20, d21, d22, d23, d24, d25, d26, d27, d28, d29, d30, d31
	fmov	\reg, x2
	.endr
	msr	tpidr_el1, x2
	msr	tpidr_el0, x2
	msr	sp_el0, x2
	msr	apgakeylo_el1, x2
	lsl	x1, x2, #12
	msr	ttbr0_el1, x1
	msr	par_el1, x1
	hvc	#0
	b	\name\()_code
	.endm

	guest	ada, 0xada
	guest	bob, 0xb0b

hyp_code:
	svc	#0

	.balign	0x800
hyp_vectors:
	.skip	0x200
	hvc	#0
	b	ada_code

	.data
	.balign	8
host_block:
	.fill	20, 8, 0
finish_block:
	.quad	0x20026, 0

	.macro	vcpu name, number
	.balign	16
\name:
	.fill	31, 8, \number
	.quad	\number, \name\()_code, 0x3c5, \name\()_tables + (\number << 48)
	.quad	\number << 12, 0x40300000, \number, \number << 12, \number, \number, \number, 0
	.quad	(1 << 62) + (\number & 15), GUEST_HCR, 0, 0, 0
	.fill	64, 8, \number
	.endm
	vcpu	ada, 0xa
	vcpu	bob, 0xb

	.macro	tables name
	.balign	4096
\name\()_tables:
	.quad	0x7fd, 0x400007fd
	.fill	510, 8, 0
	.endm
	tables	ada
	tables	bob

	.balign	16
	.skip	4096
stack:
