/* SPDX-License-Identifier: Apache-2.0 */
/* Exclusives and the LSE atomics, in all sizes. */
#include "insn.inc"

	BEGIN
	adr	x20, scratch
	add	x21, x20, #64

	/* exclusives: a pair succeeds, a lone store fails, CLREX breaks it */
	mov	x0, #11
	ldxr	x1, [x20]
	stxr	w2, x0, [x20]
	EXPECT(x2, 0)
	stxr	w2, xzr, [x20]
	EXPECT(x2, 1)
	ldr	x1, [x20]
	EXPECT(x1, 11)
	ldaxrb	w1, [x20]
	clrex
	stlxrb	w2, w0, [x20]
	EXPECT(x2, 1)
	ldaxrh	w1, [x20]
	stlxrh	w2, w1, [x20]
	EXPECT(x2, 0)
	mov	x3, #3
	mov	x4, #4
	ldxp	x5, x6, [x20]
	stxp	w2, x3, x4, [x20]
	EXPECT(x2, 0)
	ldaxp	x5, x6, [x20]
	EXPECT(x5, 3)
	EXPECT(x6, 4)
	stlxp	w2, x4, x3, [x20]
	EXPECT(x2, 0)
	ldxp	w5, w6, [x20]
	EXPECT(x5, 4)
	EXPECT(x6, 0)

#ifdef __ARM_FEATURE_ATOMICS
	ldr	x0, =0xf0f0f0f0f0f0f0f0
	str	x0, [x21]
	mov	x1, #0x10
	ldadd	x1, x2, [x21]
	EXPECT(x2, 0xf0f0f0f0f0f0f0f0)
	ldclral	x1, x2, [x21]
	EXPECT(x2, 0xf0f0f0f0f0f0f100)
	ldseta	x1, x2, [x21]
	EXPECT(x2, 0xf0f0f0f0f0f0f100)
	ldeorl	x1, x2, [x21]
	EXPECT(x2, 0xf0f0f0f0f0f0f110)
	ldsmax	x1, x2, [x21]
	EXPECT(x2, 0xf0f0f0f0f0f0f100)
	ldr	x3, [x21]
	EXPECT(x3, 16)
	mov	x1, #-1
	ldsmin	x1, x2, [x21]
	ldr	x3, [x21]
	EXPECT(x3, -1)
	mov	x1, #5
	ldumax	x1, x2, [x21]
	ldr	x3, [x21]
	EXPECT(x3, -1)
	ldumin	x1, x2, [x21]
	ldr	x3, [x21]
	EXPECT(x3, 5)
	mov	w1, #0x80
	strb	w1, [x21]
	mov	w1, #1
	ldsmaxb	w1, w2, [x21]
	EXPECT(x2, 0x80)
	ldrb	w3, [x21]
	EXPECT(x3, 1)
	mov	w1, #0xff
	lduminh	w1, w2, [x21]
	EXPECT(x2, 1)
	staddb	w1, [x21]
	ldrb	w3, [x21]
	EXPECT(x3, 0)
	mov	w1, #77
	swp	w1, w2, [x21]
	EXPECT(x2, 0)
	swpalb	wzr, w2, [x21]
	EXPECT(x2, 77)

	/* compare and swap: equal, then not */
	mov	x0, #0
	mov	x1, #9
	cas	x0, x1, [x21]
	EXPECT(x0, 0)
	ldr	x3, [x21]
	EXPECT(x3, 9)
	mov	x0, #1
	casal	x0, xzr, [x21]
	EXPECT(x0, 9)
	ldr	x3, [x21]
	EXPECT(x3, 9)
	ldr	x0, =0xffffff09
	mov	w1, #0x5a
	casb	w0, w1, [x21]
	EXPECT(x0, 9)
	ldrb	w3, [x21]
	EXPECT(x3, 0x5a)
	mov	x4, #4
	mov	x5, #3
	mov	x6, #66
	mov	x7, #77
	casp	x4, x5, x6, x7, [x20]
	EXPECT(x4, 4)
	ldp	x8, x9, [x20]
	EXPECT(x8, 66)
	EXPECT(x9, 77)
	caspal	w4, w5, w6, w7, [x20]
	EXPECT(x4, 66)
	EXPECT(x5, 0)
#endif
	END
