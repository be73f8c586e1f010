/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest of kvm-smoke, at EL1 on two vCPUs. Position-independent; copied to RAM_IPA. It has no
 * stack: x19 and up are kept, x9 to x17 belong to the interrupt handler, functions are leaves.
 */
#include "kvm-smoke-guest.h"

#define PSCI_VERSION 0x84000000
#define PSCI_CPU_OFF 0x84000002
#define PSCI_CPU_ON 0xc4000003
#define PSCI_AFFINITY_INFO 0xc4000004
#define PSCI_SYSTEM_OFF 0x84000008
#define SMCCC_VERSION 0x80000000
#define SMCCC_UNKNOWN 0xc600ff00 /* vendor-specific hypervisor service, unassigned */

	.section .guest, "ax"
	.balign 2048
	.global guest_start, guest_entry, guest_end
guest_start:

/* x0: offset of a result */
	.macro result reg, index
	str	\reg, [x19, #8 * \index]
	.endm

	.macro call function
	ldr	x0, =\function
	hvc	#0
	.endm

/* VBAR_EL1 */
	.macro vector target
	.balign 128
	b	\target
	.endm
vectors:
	.rept 4
	vector	unexpected
	.endr
	vector	unexpected
	vector	interrupt
	.rept 10
	vector	unexpected
	.endr

/* SPx IRQ. A level-sensitive timer is turned off before its end of interrupt. */
interrupt:
	mrs	x9, S3_0_C12_C12_0	/* ICC_IAR1_EL1 */
	cmp	x9, #PPI_VTIMER
	b.ne	1f
	mrs	x11, cntv_cval_el0
	mrs	x12, cntvct_el0
	msr	cntv_ctl_el0, xzr
	isb
	cmp	x12, x11
	b.hs	1f
	ldr	x11, [x19, #8 * RESULT_TIMER_EARLY]
	add	x11, x11, #1
	result	x11, RESULT_TIMER_EARLY
1:	mrs	x10, tpidr_el1
	add	x10, x10, x9, lsl #3
	ldr	x11, [x10]
	add	x11, x11, #1
	str	x11, [x10]
	msr	S3_0_C12_C12_1, x9	/* ICC_EOIR1_EL1 */
	eret

unexpected:
	mrs	x9, esr_el1
	result	x9, RESULT_ESR
	mrs	x9, elr_el1
	result	x9, RESULT_ELR
	mrs	x9, far_el1
	result	x9, RESULT_FAR
	call	PSCI_SYSTEM_OFF

/* x0: vCPU. Vectors, the MMU with two 1 GiB blocks, the redistributor and CPU interface. */
setup:
	ldr	x19, =RESULTS_IPA
	ldr	x20, =MMIO_IPA
	ldr	x21, =COUNTS_IPA
	add	x21, x21, x0, lsl #8
	msr	tpidr_el1, x21
	adr	x1, vectors
	msr	vbar_el1, x1

	ldr	x1, =TABLE_IPA
	mov	x2, #0x401		/* 0: block, device (AttrIndx 0), AF */
	ldr	x3, =0x40000705		/* 1 GiB: block, normal (AttrIndx 1), inner shareable, AF */
	stp	x2, x3, [x1]
	dsb	sy
	msr	ttbr0_el1, x1
	mov	x1, #0xff00
	msr	mair_el1, x1
	ldr	x1, =0x200803519	/* T0SZ 25, WBWA inner and outer, ISH, EPD1, IPS 40 bits */
	msr	tcr_el1, x1
	isb
	tlbi	vmalle1
	dsb	ish
	mrs	x1, sctlr_el1
	mov	x2, #0x1005		/* I, C, M */
	orr	x1, x1, x2
	msr	sctlr_el1, x1
	isb

	ldr	x1, =GICR_IPA + 0x10000
	add	x1, x1, x0, lsl #17
	mov	w2, #-1
	str	w2, [x1, #0x80]		/* GICR_IGROUPR0 */
	ldr	w2, =(1 << PPI_VTIMER | 1 << SGI_TO_0 | 1 << SGI_TO_1)
	str	w2, [x1, #0x100]	/* GICR_ISENABLER0 */
	mov	x2, #0xff
	msr	S3_0_C4_C6_0, x2	/* ICC_PMR_EL1 */
	mov	x2, #1
	msr	S3_0_C12_C12_7, x2	/* ICC_IGRPEN1_EL1 */
	dsb	sy
	isb
	ret

/* x0: an INTID. Waits until this vCPU has taken x1 of them. */
wait_for:
	add	x0, x21, x0, lsl #3
1:	ldr	x2, [x0]
	cmp	x2, x1
	b.hs	2f
	wfi
	msr	daifclr, #2
	isb
	msr	daifset, #2
	b	1b
2:	ret

guest_entry:
	mov	x0, #0
	bl	setup
	ldr	x1, =GICD_IPA
	mov	w2, #0x12		/* GICD_CTLR: ARE, EnableGrp1 */
	str	w2, [x1]
	mrs	x0, CurrentEL
	result	x0, RESULT_CURRENT_EL

	/* hypercalls */
	call	SMCCC_VERSION
	result	x0, RESULT_SMCCC_VERSION
	call	SMCCC_UNKNOWN
	result	x0, RESULT_UNKNOWN_HVC
	call	PSCI_VERSION
	result	x0, RESULT_PSCI_VERSION
	mov	x22, x0
	mov	x23, #0
	mov	x24, #HVCS
1:	call	PSCI_VERSION
	cmp	x0, x22
	cinc	x23, x23, eq
	subs	x24, x24, #1
	b.ne	1b
	result	x23, RESULT_HVCS

	/* MMIO */
	mov	x23, #0
	mov	x24, #MMIOS
	mov	w25, #7
	mov	w26, #1
1:	ldr	w0, [x20, #MMIO_READ]
	cmp	w0, w25
	cinc	x23, x23, eq
	str	w26, [x20, #MMIO_WRITE]
	add	w25, w25, #3
	add	w26, w26, #5
	subs	x24, x24, #1
	b.ne	1b
	result	x23, RESULT_MMIO_READS

	ldrsb	x0, [x20, #MMIO_SIGNED]
	cmn	x0, #2
	cset	x23, eq
	ldrsh	x0, [x20, #MMIO_SIGNED]
	cmn	x0, #2
	cinc	x23, x23, eq
	ldrsw	x0, [x20, #MMIO_SIGNED]
	cmn	x0, #2
	cinc	x23, x23, eq
	ldrsb	w0, [x20, #MMIO_SIGNED]
	ldr	x1, =0xfffffffe
	cmp	x0, x1
	cinc	x23, x23, eq
	result	x23, RESULT_SIGNED

	/* pages that come by stage 2 faults; they go, and come back as zeros */
	ldr	x22, =PAGES_IPA
	ldr	w24, =PAGE_MARK
	mov	x25, #PAGES
1:	str	w24, [x22]
	add	x22, x22, #4096
	add	w24, w24, #1
	subs	x25, x25, #1
	b.ne	1b
	str	wzr, [x20, #MMIO_DROP]
	ldr	x22, =PAGES_IPA
	mov	x23, #0
	mov	x25, #PAGES
1:	ldr	w0, [x22]
	add	x22, x22, #4096
	cmp	w0, #0
	cinc	x23, x23, eq
	subs	x25, x25, #1
	b.ne	1b
	result	x23, RESULT_PAGES_ZERO

	/* the virtual timer, 100 us ahead */
	mrs	x23, cntfrq_el0
	mov	x0, #10000
	udiv	x23, x23, x0
	mov	x24, #1
1:	msr	cntv_tval_el0, x23
	mov	x0, #1
	msr	cntv_ctl_el0, x0
	isb
	mov	x0, #PPI_VTIMER
	mov	x1, x24
	bl	wait_for
	add	x24, x24, #1
	cmp	x24, #TIMERS
	b.ls	1b

	/* vCPU 1: it sends SGI_TO_0, we answer with SGI_TO_1 */
	mov	x1, #1
	adr	x2, guest_entry_1
	mov	x3, #CPU1_CONTEXT
	call	PSCI_CPU_ON
	result	x0, RESULT_CPU_ON
	cbnz	x0, 2f
	mov	x24, #1
1:	mov	x0, #SGI_TO_0
	mov	x1, x24
	bl	wait_for
	ldr	x0, =(SGI_TO_1 << 24 | 1 << 1)
	dsb	ish
	msr	S3_0_C12_C11_5, x0	/* ICC_SGI1R_EL1 */
	isb
	add	x24, x24, #1
	cmp	x24, #SGIS
	b.ls	1b
	mov	x24, #0x100000
1:	mov	x1, #1
	mov	x2, #0
	call	PSCI_AFFINITY_INFO
	subs	x24, x24, #1
	b.eq	2f
	cmp	x0, #1			/* OFF */
	b.ne	1b
2:	result	x0, RESULT_CPU1_STATE
	dsb	sy
	call	PSCI_SYSTEM_OFF
	b	.

guest_entry_1:
	mov	x22, x0
	mov	x0, #1
	bl	setup
	result	x22, RESULT_CPU1_CONTEXT
	mov	x24, #1
1:	mov	x0, #(SGI_TO_0 << 24)
	orr	x0, x0, #1
	dsb	ish
	msr	S3_0_C12_C11_5, x0	/* ICC_SGI1R_EL1 */
	isb
	mov	x0, #SGI_TO_1
	mov	x1, x24
	bl	wait_for
	add	x24, x24, #1
	cmp	x24, #SGIS
	b.ls	1b
	call	PSCI_CPU_OFF
	b	.

	.ltorg
guest_end:
