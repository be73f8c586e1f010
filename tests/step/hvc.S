/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor of some instructions and its guest, for transcripts of `entresol step`: the guest
 * asks for a sum by HVC, is denied a register, touches memory that it has not, and ends. Assembly
 * only, so that every address is the same on every host.
 */
	.global _start
_start:
	adr	x0, vectors
	msr	vbar_el2, x0
	ldr	x0, =0x80023559		/* VTCR_EL2: 4 KiB, 39 bits, level 1 first, 40-bit PA */
	msr	vtcr_el2, x0
	adrp	x0, stage2
	msr	vttbr_el2, x0
	ldr	x0, =0x484080019	/* HCR_EL2: RW, TVM, IMO, FMO, VM, and bit 34 that is E2H here */
	bic	x0, x0, #(1 << 34)
	orr	x0, x0, #(1 << 26)
	msr	hcr_el2, x0
	mov	x0, #0x3c5		/* EL1h, all masked */
	msr	spsr_el2, x0
	adr	x0, guest
	msr	elr_el2, x0
	isb
enter_guest:
	eret

	.balign 8
guest:
	mov	x0, #40
	mov	x1, #2
call:
	hvc	#7
after_call:
	mov	x2, x0
	msr	sctlr_el1, xzr		/* HCR_EL2.TVM */
	mov	x3, #0x80000000		/* no memory of the guest's */
	str	x2, [x3]
	hvc	#0
	b	.

handle:					/* from a lower EL */
	mrs	x9, esr_el2
	lsr	x10, x9, #26
	cmp	x10, #0x16
	b.ne	skip
	and	x9, x9, #0xffff
	cbz	x9, end
	add	x0, x0, x1
	eret
skip:					/* what was denied is passed over */
	mrs	x9, elr_el2
	add	x9, x9, #4
	msr	elr_el2, x9
	eret
end:
	adr	x1, report
	mov	x0, #0x18		/* SYS_EXIT */
	hlt	#0xf000

	.balign 8
report:	.quad	0x20026, 0
	.ltorg

	.balign 2048
vectors:
	.rept	8
	b	.
	.balign 128
	.endr
	b	handle
	.balign 2048

	.balign 4096
stage2:
	.quad	0
	.quad	0x400007fd		/* 1 GiB from 0x40000000: normal, read, write, AF */
	.fill	510, 8, 0
