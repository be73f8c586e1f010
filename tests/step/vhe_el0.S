/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VHE host with a program at EL0, for a transcript of `entresol step`: the host sets its timer
 * (by the name CNTP_, which is CNTHP with E2H) and returns to EL0, which counts until the interrupt
 * has come, and ends by SVC. Assembly only.
 */
	.equ	GICD, 0x08000000
	.equ	GICR, 0x080a0000
	.global _start
_start:
	ldr	x0, =0x488000000	/* HCR_EL2: E2H, RW, TGE */
	msr	hcr_el2, x0
	isb
	adr	x0, vectors
	msr	vbar_el1, x0		/* VBAR_EL2 by E2H */
	mov	x0, #7
	msr	S3_4_C12_C9_5, x0	/* ICC_SRE_EL2 */
	isb
	ldr	x0, =GICD
	mov	w1, #0x12		/* GICD_CTLR: ARE, group 1 */
	str	w1, [x0]
	ldr	x0, =GICR
	str	wzr, [x0, #0x14]	/* GICR_WAKER */
	add	x0, x0, #0x10000
	mov	w1, #-1
	str	w1, [x0, #0x80]		/* GICR_IGROUPR0 */
	mov	w1, #(1 << 26)
	str	w1, [x0, #0x100]	/* GICR_ISENABLER0: the timer's PPI */
	mov	x1, #0xf0
	msr	S3_0_C4_C6_0, x1	/* ICC_PMR_EL1 */
	mov	x1, #1
	msr	S3_0_C12_C12_7, x1	/* ICC_IGRPEN1_EL1 */
	mov	x1, #10
	msr	cntp_tval_el0, x1
	mov	x1, #1
	msr	cntp_ctl_el0, x1
	adr	x0, program
	msr	elr_el1, x0		/* ELR_EL2 */
	msr	spsr_el1, xzr		/* SPSR_EL2: EL0, nothing masked */
	mov	x20, #0
	isb
	eret

program:
	adr	x29, frame		/* of main(), which called this */
	mov	x0, #0
wait:
	add	x0, x0, #1
	cbz	x20, wait
	mov	x8, #93
	svc	#0
	b	.

	nop				/* the call */
main:	b	.

interrupt:
	mrs	x1, S3_0_C12_C12_0	/* ICC_IAR1_EL1 */
	msr	cntp_ctl_el0, xzr
	msr	S3_0_C12_C12_1, x1	/* ICC_EOIR1_EL1 */
	mov	x20, #1
	eret
end:
	adr	x1, report
	mov	x0, #0x18		/* SYS_EXIT */
	hlt	#0xf000

	.balign 8
report:	.quad	0x20026, 0
	.balign 16
frame:	.quad	0, main
	.ltorg

	.balign 2048
vectors:
	.rept	8
	b	.
	.balign 128
	.endr
	b	end			/* synchronous, from a lower EL */
	.balign 128
	b	interrupt
	.balign 2048
