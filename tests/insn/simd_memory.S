/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores of SIMD and floating-point registers: sizes, addressing modes, pairs, literals. */
#include "insn.inc"

	BEGIN
	adr	x20, scratch
	add	x21, x20, #1024
	ldr	x0, =0x8182838485868788
	ldr	x1, =0x1112131415161718
	stp	x0, x1, [x20]
	stp	x1, x0, [x20, #16]

	/* a load clears what is above it */
	ldr	q31, [x20]
	EXPECT_V(v31, 0x8182838485868788, 0x1112131415161718)
	ldr	d31, [x20, #16]
	EXPECT_V(v31, 0x1112131415161718, 0)
	ldr	q0, [x20]
	ldr	s0, [x20, #4]
	EXPECT_V(v0, 0x81828384, 0)
	ldr	q0, [x20]
	ldr	h0, [x20, #2]
	EXPECT_V(v0, 0x8586, 0)
	ldr	q0, [x20]
	ldr	b0, [x20, #7]
	EXPECT_V(v0, 0x81, 0)

	/* a store writes its size and no more */
	ldr	q1, [x20]
	add	x2, x20, #0x200
	stp	xzr, xzr, [x2]
	str	b1, [x2, #1]
	str	h1, [x2, #2]
	str	s1, [x2, #8]
	ldp	x3, x4, [x2]
	EXPECT(x3, 0x87888800)
	EXPECT(x4, 0x85868788)
	str	d1, [x2]
	ldp	x3, x4, [x2]
	EXPECT(x3, 0x8182838485868788)
	EXPECT(x4, 0x85868788)

	/* unaligned, negative, across a page */
	ldur	q2, [x20, #1]
	EXPECT_V(v2, 0x1881828384858687, 0x1811121314151617)
	add	x3, x20, #32
	ldur	d2, [x3, #-13]
	EXPECT_V(v2, 0x8687881112131415, 0)
	adr	x4, crossing
	add	x5, x4, #4089
	str	q1, [x5]
	ldr	q3, [x5]
	EXPECT_V(v3, 0x8182838485868788, 0x1112131415161718)
	stur	d1, [x5, #3]
	ldur	s3, [x5, #6]
	EXPECT_V(v3, 0x82838485, 0)

	/* write-back */
	mov	x6, x20
	ldr	q4, [x6], #16
	sub	x7, x6, x20
	EXPECT(x7, 16)
	ldr	q4, [x6, #-16]!
	sub	x7, x6, x20
	EXPECT(x7, 0)
	EXPECT_V(v4, 0x8182838485868788, 0x1112131415161718)
	str	s4, [x6, #64]!
	str	h4, [x6], #-255
	sub	x7, x6, x20
	EXPECT(x7, 64 - 255)
	ldr	x7, [x20, #64]
	EXPECT(x7, 0x85868788)

	/* register offset: scaled by 16, by 1, extended */
	mov	x8, #1
	ldr	q5, [x20, x8, lsl #4]
	EXPECT_V(v5, 0x1112131415161718, 0x8182838485868788)
	ldr	d5, [x20, x8]
	EXPECT_V(v5, 0x1881828384858687, 0)
	mov	x8, #0xffffffff
	add	x10, x20, #16
	ldr	q5, [x10, w8, sxtw #4]
	EXPECT_V(v5, 0x8182838485868788, 0x1112131415161718)
	ldr	h5, [x10, w8, sxtw #1]
	EXPECT_V(v5, 0x1112, 0)
	ldr	x8, =0xfffffff00000001
	str	s5, [x20, w8, uxtw #2]
	ldr	b5, [x20, w8, uxtw]
	EXPECT_V(v5, 0x87, 0)

	/* pairs */
	ldp	q6, q7, [x20]
	EXPECT_V(v6, 0x0000111285868788, 0x1112131415161718)
	EXPECT_V(v7, 0x1112131415161718, 0x8182838485868788)
	ldp	d6, d7, [x20, #8]
	EXPECT_V(v6, 0x1112131415161718, 0)
	EXPECT_V(v7, 0x1112131415161718, 0)
	ldp	s6, s7, [x20, #12]
	EXPECT_V(v6, 0x11121314, 0)
	EXPECT_V(v7, 0x15161718, 0)
	mov	x6, x20
	ldp	q6, q7, [x6], #32
	stp	q7, q6, [x6, #-16]!
	sub	x7, x6, x20
	EXPECT(x7, 16)
	ldnp	q6, q7, [x20, #16]
	EXPECT_V(v6, 0x1112131415161718, 0x8182838485868788)
	EXPECT_V(v7, 0x0000111285868788, 0x1112131415161718)
	stnp	s6, s7, [x20, #252]
	stp	d6, d7, [x20, #264]
	ldr	q6, [x20, #256]
	ldr	d7, [x20, #272]
	EXPECT_V(v6, 0x85868788, 0x1112131415161718)
	EXPECT_V(v7, 0x0000111285868788, 0)

	/* the stack pointer as base */
	mov	x9, sp
	mov	sp, x21
	stp	q1, q2, [sp, #-32]!
	ldr	q8, [sp]
	ldp	q9, q10, [sp], #32
	ldr	d11, [sp, #-32]
	mov	x10, sp
	mov	sp, x9
	sub	x10, x10, x21
	EXPECT(x10, 0)
	EXPECT_V(v8, 0x8182838485868788, 0x1112131415161718)
	EXPECT_V(v11, 0x8182838485868788, 0)

	/* literals */
	ldr	q12, literal
	ldr	d13, literal + 8
	ldr	s14, literal + 4
	EXPECT_V(v12, 0x0102030405060708, 0x2122232425262728)
	EXPECT_V(v13, 0x2122232425262728, 0)
	EXPECT_V(v14, 0x01020304, 0)
	END
	.balign	16
literal: .quad	0x0102030405060708, 0x2122232425262728
	.balign	4096
crossing: .zero	8192
