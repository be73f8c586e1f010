/* SPDX-License-Identifier: Apache-2.0 */
/* march: armv8.5-a+sb+predres+ssbs */
/* Armv8.2 to Armv8.5 outside of SIMD: flags, RCpc loads and stores, PSTATE of EL0, hints. */
#include "insn.inc"

	BEGIN
	/* RMIF: rotated bits 3:0 to the flags that the mask names */
	mov	x0, #0x5a0
	SET_NZCV(0b0000)
	rmif	x0, #4, #0b1111
	EXPECT_NZCV(0b1010)
	SET_NZCV(0b0101)
	rmif	x0, #4, #0b0010
	EXPECT_NZCV(0b0111)
	rmif	x0, #63, #0b1000
	EXPECT_NZCV(0b0111)
	mov	x0, #0x4000000000000000
	SET_NZCV(0b0000)
	rmif	x0, #60, #0b0110
	EXPECT_NZCV(0b0100)
	rmif	xzr, #0, #0b1111
	EXPECT_NZCV(0b0000)

	/* SETF: N, Z and V of a byte or halfword; C stays */
	SET_NZCV(0b0010)
	mov	w0, #0x80
	setf8	w0
	EXPECT_NZCV(0b1011)
	mov	w0, #0x180
	setf8	w0
	EXPECT_NZCV(0b1010)
	mov	w0, #0x100
	setf8	w0
	EXPECT_NZCV(0b0111)
	setf16	w0
	EXPECT_NZCV(0b0010)
	mov	w0, #0x18000
	SET_NZCV(0b0100)
	setf16	w0
	EXPECT_NZCV(0b1000)
	mov	w0, #0x10000
	setf16	w0
	EXPECT_NZCV(0b0101)

	/* CFINV, and the two conversions of all flags */
	SET_NZCV(0b1111)
	cfinv
	EXPECT_NZCV(0b1101)
	cfinv
	EXPECT_NZCV(0b1111)
	cmp	x0, x0
	cfinv
	EXPECT_NZCV(0b0100)
	.irp	flags, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	SET_NZCV(\flags)
	axflag
	mrs	x1, nzcv
	SET_NZCV(\flags)
	xaflag
	mrs	x2, nzcv
	lsl	x3, x3, #4
	orr	x3, x3, x1, lsr #28
	lsl	x4, x4, #4
	orr	x4, x4, x2, lsr #28
	.endr
	EXPECT(x3, 0x0424446404244464)	/* Z|V and C&!V, for flags 0 to 15 */
	EXPECT(x4, 0x8822336688223366)

	/* RCpc loads and stores */
	adr	x20, scratch
	ldr	x0, =0x8182838485868788
	str	x0, [x20]
	ldapr	x1, [x20]
	EXPECT(x1, 0x8182838485868788)
	ldapr	w1, [x20]
	EXPECT(x1, 0x85868788)
	ldaprh	w1, [x20]
	EXPECT(x1, 0x8788)
	ldaprb	w1, [x20]
	EXPECT(x1, 0x88)
	add	x2, x20, #256
	ldapur	x1, [x2, #-256]
	EXPECT(x1, 0x8182838485868788)
	ldapur	w1, [x20, #4]
	EXPECT(x1, 0x81828384)
	ldapursw x1, [x20, #4]
	EXPECT(x1, 0xffffffff81828384)
	ldapurh	w1, [x20, #2]
	EXPECT(x1, 0x8586)
	ldapursh w1, [x20, #2]
	EXPECT(x1, 0xffff8586)
	ldapursh x1, [x20, #2]
	EXPECT(x1, 0xffffffffffff8586)
	ldapurb	w1, [x20, #7]
	EXPECT(x1, 0x81)
	ldapursb w1, [x20, #7]
	EXPECT(x1, 0xffffff81)
	ldapursb x1, [x20, #7]
	EXPECT(x1, 0xffffffffffffff81)
	stlur	x0, [x20, #248]
	ldr	x1, [x20, #248]
	EXPECT(x1, 0x8182838485868788)
	stlur	wzr, [x20, #252]
	stlurh	w0, [x20, #252]
	stlurb	w0, [x20, #255]
	ldr	x1, [x20, #248]
	EXPECT(x1, 0x8800878885868788)
	mov	x5, sp
	str	x0, [sp, #-16]!
	ldapr	x1, [sp]
	EXPECT(x1, 0x8182838485868788)
	ldapur	w1, [sp, #4]
	EXPECT(x1, 0x81828384)
	mov	sp, x5

	/* PSTATE fields that EL0 has, by name and by immediate; other bits are ignored */
	mov	x0, #-1
	msr	dit, x0
	mrs	x1, dit
	EXPECT(x1, 0x1000000)
	msr	dit, #0
	mrs	x1, dit
	EXPECT(x1, 0)
	msr	dit, #1
	mrs	x1, dit
	EXPECT(x1, 0x1000000)
	msr	dit, xzr
	msr	ssbs, x0
	mrs	x1, ssbs
	EXPECT(x1, 0x1000)
	msr	ssbs, #0
	mrs	x1, ssbs
	EXPECT(x1, 0)
	msr	ssbs, #1
	mrs	x1, ssbs
	EXPECT(x1, 0x1000)

	/* nothing to see */
	sb
	bti
	bti	c
	bti	j
	bti	jc
	mov	x0, #0
	mov	x1, #0
	mov	x2, #0
	mov	x5, #0
	END
