/* SPDX-License-Identifier: Apache-2.0 */
/* SIMD loads and stores of structures: layout, lanes, what a load keeps and clears, post-index, V0 after V31. */
#include "insn.inc"

	/* All of v0 to v4, v30, v31 ones. */
#define ONES ones
	.macro	ones
	movi	v0.16b, #0xff
	movi	v1.16b, #0xff
	movi	v2.16b, #0xff
	movi	v3.16b, #0xff
	movi	v4.16b, #0xff
	movi	v30.16b, #0xff
	movi	v31.16b, #0xff
	.endm

	.macro	expect_base offset
	sub	x3, x2, x20
	EXPECT(x3, \offset)
	mov	x2, x20
	.endm
#define EXPECT_BASE(offset) expect_base offset

	BEGIN
	/* bytes 0, 1, 2, ... at x20; x21 points to zeroes */
	adr	x20, scratch
	add	x21, x20, #1024
	mov	x0, #0
1:	strb	w0, [x20, x0]
	add	x0, x0, #1
	cmp	x0, #128
	b.ne	1b
	mov	x2, x20
	mov	x4, #24

	/* LD1: registers one behind the other, whatever the element's size */
	ONES
	ld1	{v0.16b}, [x2]
	EXPECT_V(v0, 0x0706050403020100, 0x0f0e0d0c0b0a0908)
	EXPECT_V(v1, -1, -1)
	EXPECT_BASE(0)
	ld1	{v0.8h}, [x2], #16
	EXPECT_V(v0, 0x0706050403020100, 0x0f0e0d0c0b0a0908)
	EXPECT_BASE(16)
	ld1	{v0.4h}, [x2], #8
	EXPECT_V(v0, 0x0706050403020100, 0)
	EXPECT_BASE(8)
	ld1	{v31.2d, v0.2d}, [x2], x4
	EXPECT_V(v31, 0x0706050403020100, 0x0f0e0d0c0b0a0908)
	EXPECT_V(v0, 0x1716151413121110, 0x1f1e1d1c1b1a1918)
	EXPECT_BASE(24)
	ld1	{v30.4s, v31.4s, v0.4s}, [x2], #48
	EXPECT_V(v30, 0x0706050403020100, 0x0f0e0d0c0b0a0908)
	EXPECT_V(v0, 0x2726252423222120, 0x2f2e2d2c2b2a2928)
	EXPECT_V(v1, -1, -1)
	EXPECT_BASE(48)
	ld1	{v0.16b, v1.16b, v2.16b, v3.16b}, [x2], #64
	EXPECT_V(v1, 0x1716151413121110, 0x1f1e1d1c1b1a1918)
	EXPECT_V(v3, 0x3736353433323130, 0x3f3e3d3c3b3a3938)
	EXPECT_V(v4, -1, -1)
	EXPECT_BASE(64)
	ld1	{v0.1d, v1.1d, v2.1d}, [x2], #24
	EXPECT_V(v0, 0x0706050403020100, 0)
	EXPECT_V(v2, 0x1716151413121110, 0)
	EXPECT_V(v3, 0x3736353433323130, 0x3f3e3d3c3b3a3938)
	EXPECT_BASE(24)

	/* LD2 to LD4: elements in turn */
	ONES
	ld2	{v0.16b, v1.16b}, [x2]
	EXPECT_V(v0, 0x0e0c0a0806040200, 0x1e1c1a1816141210)
	EXPECT_V(v1, 0x0f0d0b0907050301, 0x1f1d1b1917151311)
	EXPECT_V(v2, -1, -1)
	ld2	{v31.4h, v0.4h}, [x2], #16
	EXPECT_V(v31, 0x0d0c090805040100, 0)
	EXPECT_V(v0, 0x0f0e0b0a07060302, 0)
	EXPECT_BASE(16)
	ld2	{v0.2d, v1.2d}, [x2], x4
	EXPECT_V(v0, 0x0706050403020100, 0x1716151413121110)
	EXPECT_V(v1, 0x0f0e0d0c0b0a0908, 0x1f1e1d1c1b1a1918)
	EXPECT_BASE(24)
	ld3	{v0.8b, v1.8b, v2.8b}, [x2], #24
	EXPECT_V(v0, 0x15120f0c09060300, 0)
	EXPECT_V(v1, 0x1613100d0a070401, 0)
	EXPECT_V(v2, 0x1714110e0b080502, 0)
	EXPECT_V(v3, -1, -1)
	EXPECT_BASE(24)
	ld3	{v30.4s, v31.4s, v0.4s}, [x2], #48
	EXPECT_V(v30, 0x0f0e0d0c03020100, 0x272625241b1a1918)
	EXPECT_V(v31, 0x1312111007060504, 0x2b2a29281f1e1d1c)
	EXPECT_V(v0, 0x171615140b0a0908, 0x2f2e2d2c23222120)
	EXPECT_BASE(48)
	ld4	{v0.8h, v1.8h, v2.8h, v3.8h}, [x2], #64
	EXPECT_V(v0, 0x1918111009080100, 0x3938313029282120)
	EXPECT_V(v3, 0x1f1e17160f0e0706, 0x3f3e37362f2e2726)
	EXPECT_BASE(64)
	ld4	{v0.2s, v1.2s, v2.2s, v3.2s}, [x2]
	EXPECT_V(v1, 0x1716151407060504, 0)
	EXPECT_V(v2, 0x1b1a19180b0a0908, 0)

	/* one lane: the rest is kept */
	ONES
	ld1	{v0.b}[0], [x2], #1
	EXPECT_V(v0, 0xffffffffffffff00, -1)
	EXPECT_BASE(1)
	add	x2, x20, #3
	ld1	{v0.b}[15], [x2]
	EXPECT_V(v0, 0xffffffffffffff00, 0x03ffffffffffffff)
	ld1	{v0.b}[7], [x20]
	EXPECT_V(v0, 0x00ffffffffffff00, 0x03ffffffffffffff)
	mov	x2, x20
	ld1	{v1.h}[7], [x2], #2
	EXPECT_V(v1, -1, 0x0100ffffffffffff)
	EXPECT_BASE(2)
	ld1	{v1.s}[1], [x2], #4
	EXPECT_V(v1, 0x03020100ffffffff, 0x0100ffffffffffff)
	EXPECT_BASE(4)
	ld1	{v1.d}[1], [x2], x4
	EXPECT_V(v1, 0x03020100ffffffff, 0x0706050403020100)
	EXPECT_BASE(24)
	ONES
	ld2	{v31.s, v0.s}[2], [x2], #8
	EXPECT_V(v31, -1, 0xffffffff03020100)
	EXPECT_V(v0, -1, 0xffffffff07060504)
	EXPECT_BASE(8)
	ld3	{v1.h, v2.h, v3.h}[4], [x2], #6
	EXPECT_V(v1, -1, 0xffffffffffff0100)
	EXPECT_V(v3, -1, 0xffffffffffff0504)
	EXPECT_V(v4, -1, -1)
	EXPECT_BASE(6)
	ld4	{v1.d, v2.d, v3.d, v4.d}[0], [x2], #32
	EXPECT_V(v1, 0x0706050403020100, 0xffffffffffff0100)
	EXPECT_V(v4, 0x1f1e1d1c1b1a1918, -1)
	EXPECT_BASE(32)
	ld4	{v1.b, v2.b, v3.b, v4.b}[9], [x2], #4
	EXPECT_V(v4, 0x1f1e1d1c1b1a1918, 0xffffffffffff03ff)
	EXPECT_BASE(4)

	/* into all lanes */
	ONES
	add	x2, x20, #5
	ld1r	{v0.16b}, [x2]
	EXPECT_V(v0, 0x0505050505050505, 0x0505050505050505)
	ld1r	{v0.8b}, [x2]
	EXPECT_V(v0, 0x0505050505050505, 0)
	mov	x2, x20
	ld1r	{v0.8h}, [x2], #2
	EXPECT_V(v0, 0x0100010001000100, 0x0100010001000100)
	EXPECT_BASE(2)
	ld1r	{v0.2s}, [x2], #4
	EXPECT_V(v0, 0x0302010003020100, 0)
	EXPECT_BASE(4)
	ld1r	{v0.2d}, [x2], x4
	EXPECT_V(v0, 0x0706050403020100, 0x0706050403020100)
	EXPECT_BASE(24)
	ld1r	{v0.1d}, [x2], #8
	EXPECT_V(v0, 0x0706050403020100, 0)
	EXPECT_BASE(8)
	ld2r	{v31.4s, v0.4s}, [x2], #8
	EXPECT_V(v31, 0x0302010003020100, 0x0302010003020100)
	EXPECT_V(v0, 0x0706050407060504, 0x0706050407060504)
	EXPECT_BASE(8)
	ld3r	{v0.8b, v1.8b, v2.8b}, [x2], #3
	EXPECT_V(v1, 0x0101010101010101, 0)
	EXPECT_V(v2, 0x0202020202020202, 0)
	EXPECT_V(v3, -1, -1)
	EXPECT_BASE(3)
	ld4r	{v0.8h, v1.8h, v2.8h, v3.8h}, [x2], #8
	EXPECT_V(v3, 0x0706070607060706, 0x0706070607060706)
	EXPECT_BASE(8)

	/* stores: all memory is compared with qemu's at the end; here that they write no more */
	ld1	{v0.16b, v1.16b, v2.16b, v3.16b}, [x20]
	mov	x2, x21
	st2	{v0.8h, v1.8h}, [x2], #32
	st3	{v0.16b, v1.16b, v2.16b}, [x2], #48
	st4	{v0.4s, v1.4s, v2.4s, v3.4s}, [x2], x4
	sub	x3, x2, x21
	EXPECT(x3, 104)
	ldp	x0, x1, [x21]
	EXPECT(x0, 0x1312030211100100)
	EXPECT(x1, 0x1716070615140504)
	add	x2, x21, #256
	st1	{v0.8b, v1.8b}, [x2], #16
	sub	x3, x2, x21
	EXPECT(x3, 272)
	ldp	x0, x1, [x21, #256]
	EXPECT(x0, 0x0706050403020100)
	EXPECT(x1, 0x1716151413121110)
	ldr	x0, [x21, #272]
	EXPECT(x0, 0)
	add	x2, x21, #512
	st1	{v0.16b, v1.16b, v2.16b, v3.16b}, [x2], #64
	st1	{v3.1d, v4.1d}, [x2]
	add	x2, x21, #768
	st1	{v1.b}[15], [x2], #1
	st1	{v1.h}[6], [x2], #2
	st1	{v1.s}[0], [x2], #4
	st1	{v1.d}[1], [x2], #8
	sub	x3, x2, x21
	EXPECT(x3, 783)
	ldr	x0, [x21, #768]
	ldr	x1, [x21, #776]
	EXPECT(x0, 0x18131211101d1c1f)
	EXPECT(x1, 0x001f1e1d1c1b1a19)
	mov	x0, #3
	add	x2, x21, #800
	st3	{v1.b, v2.b, v3.b}[2], [x2], x0
	st2	{v31.d, v0.d}[1], [x2], #16
	ldr	x0, [x21, #800]
	EXPECT(x0, 0x0003020100322212)

	/* every row once more, what it leaves goes to memory, which must equal qemu's */
	.macro	keep
	st1	{v0.16b, v1.16b, v2.16b, v3.16b}, [x5], #64
	.endm
	.macro	lanes size, lane
	ld1	{v0.\size}[\lane], [x2]
	ld2	{v0.\size, v1.\size}[\lane], [x2], x4
	ld3	{v0.\size, v1.\size, v2.\size}[\lane], [x2]
	ld4	{v0.\size, v1.\size, v2.\size, v3.\size}[\lane], [x2], x4
	keep
	ld2	{v1.\size, v2.\size}[\lane], [x2]
	ld3	{v0.\size, v1.\size, v2.\size}[\lane], [x2], x4
	keep
	ld4	{v0.\size, v1.\size, v2.\size, v3.\size}[\lane], [x2]
	ld1	{v1.\size}[\lane], [x2], x4
	keep
	st1	{v0.\size}[\lane], [x5], x6
	st2	{v0.\size, v1.\size}[\lane], [x5], x6
	st3	{v0.\size, v1.\size, v2.\size}[\lane], [x5], x6
	st4	{v0.\size, v1.\size, v2.\size, v3.\size}[\lane], [x5], x6
	st1	{v3.\size}[\lane], [x5]
	add	x5, x5, x6
	st2	{v3.\size, v4.\size}[\lane], [x5]
	add	x5, x5, x6
	st3	{v2.\size, v3.\size, v4.\size}[\lane], [x5]
	add	x5, x5, x6
	st4	{v1.\size, v2.\size, v3.\size, v4.\size}[\lane], [x5]
	add	x5, x5, x6
	.endm
	.macro	registers mnemonic, list:vararg
	\mnemonic	{\list}, [x5]
	add	x5, x5, x6
	\mnemonic	{\list}, [x5], x6
	.endm

	ONES
	mov	x4, #3
	mov	x6, #64
	adr	x5, scratch
	add	x5, x5, #1984
	mov	x2, x20
	lanes	b, 13
	lanes	h, 6
	lanes	s, 2
	mov	x2, x20
	adr	x5, scratch
	lanes	d, 1
	adr	x5, scratch
	add	x5, x5, #768
	ld1	{v0.8h, v1.8h}, [x20]
	ld1	{v2.4s, v3.4s, v4.4s}, [x20]
	keep
	ld3	{v0.2d, v1.2d, v2.2d}, [x20]
	keep
	ld4r	{v0.4h, v1.4h, v2.4h, v3.4h}, [x20]
	keep
	ld1	{v0.16b, v1.16b, v2.16b, v3.16b}, [x20]
	registers st1, v1.4h
	registers st1, v1.4s, v2.4s, v3.4s
	registers st1, v0.2s, v1.2s, v2.2s, v3.2s
	registers st3, v0.8h, v1.8h, v2.8h
	registers st4, v0.16b, v1.16b, v2.16b, v3.16b
	END
