/* SPDX-License-Identifier: Apache-2.0 */
/* SIMD integer arithmetic: the forms that simd_int.S has no fact of, on elements at the ends of their range. */
/* march: armv8.6-a */
#include "insn.inc"

	.macro	set_v reg, low, high
	ldr	x16, =\low
	ldr	x17, =\high
	mov	v\reg\().d[0], x16
	mov	v\reg\().d[1], x17
	.endm

	BEGIN
	set_v	3, 0x8000ffff7fff0001, 0x80000000ffffffff
	set_v	4, 0x80007fff00018000, 0x800000007fffffff

	/* three registers */
	and	v0.16b, v3.16b, v4.16b
	EXPECT_V(v0, 0x80007fff00010000, 0x800000007fffffff)
	eor	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x000080007ffe8001, 0)
	cmeq	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0xffff000000000000, 0xffffffff0000ffff)
	umax	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0x8000ffff7fff8000, 0x80000000ffffffff)
	uaba	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0x80007ffffffdffff, 0x800000007fffffff)
	umaxp	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0x8000ffffffff7fff, 0x8000ffff80008000)
	sminp	v0.4s, v3.4s, v4.4s
	EXPECT_V(v0, 0x800000008000ffff, 0x8000000080007fff)
	uqsub	v0.4h, v3.4h, v4.4h
	EXPECT_V(v0, 0x000080007ffe0000, 0)
	sqdmlal	v0.4s, v3.4h, v4.4h
	EXPECT_V(v0, 0x00017ffe7ffd0000, 0x7fffffffffff0002)
	sqdmlsl2 v0.4s, v3.8h, v4.8h
	EXPECT_V(v0, 0x00027ffc7ffcfffe, 0x00000000ffff0002)
	sqrdmlsh v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0x80027ffd7ffbffff, 0x8000000000000002)
	set_v	5, 0x00000000000000ff, 0x0000000000000040
	uqrshl	v0.2d, v3.2d, v5.2d
	EXPECT_V(v0, 0x40007fffbfff8001, -1)

	/* scalars: the lowest element */
	sqsub	h0, h4, h3
	EXPECT_V(v0, 0x0000000000008000, 0)
	uqadd	h0, h4, h4
	EXPECT_V(v0, 0x000000000000ffff, 0)
	sub	d0, d3, d4
	EXPECT_V(v0, 0x000080007ffd8001, 0)
	cmge	d0, d3, d4
	EXPECT_V(v0, -1, 0)
	cmhi	d0, d4, d3
	EXPECT_V(v0, 0, 0)
	cmhs	d0, d3, d3
	EXPECT_V(v0, -1, 0)
	cmeq	d0, d3, d4
	EXPECT_V(v0, 0, 0)
	cmtst	d0, d3, d4
	EXPECT_V(v0, -1, 0)
	cmgt	d0, d3, #0
	EXPECT_V(v0, 0, 0)
	cmge	d0, d5, #0
	EXPECT_V(v0, -1, 0)
	cmeq	d0, d5, #0
	EXPECT_V(v0, 0, 0)
	cmle	d0, d3, #0
	EXPECT_V(v0, -1, 0)
	cmlt	d0, d3, #0
	EXPECT_V(v0, -1, 0)
	abs	d0, d3
	EXPECT_V(v0, 0x7fff00008000ffff, 0)
	neg	d0, d3
	EXPECT_V(v0, 0x7fff00008000ffff, 0)
	sshl	d0, d3, d5
	EXPECT_V(v0, 0xc0007fffbfff8000, 0)
	ushl	d0, d3, d5
	EXPECT_V(v0, 0x40007fffbfff8000, 0)
	srshl	d0, d3, d5
	EXPECT_V(v0, 0xc0007fffbfff8001, 0)
	urshl	d0, d3, d5
	EXPECT_V(v0, 0x40007fffbfff8001, 0)
	sqrshl	h0, h4, h5
	EXPECT_V(v0, 0x000000000000c000, 0)
	uqrshl	b0, b5, b5
	EXPECT_V(v0, 0x0000000000000080, 0)
	sqdmulh	h0, h4, h4
	EXPECT_V(v0, 0x0000000000007fff, 0)
	sqrdmulh s0, s3, s4
	EXPECT_V(v0, 0x0000000000017ffd, 0)
	sqrdmlah h0, h3, h4
	EXPECT_V(v0, 0x0000000000007ffc, 0)
	sqrdmlsh h0, h4, h4
	EXPECT_V(v0, 0x000000000000fffc, 0)
	sqdmull	s0, h4, h4
	EXPECT_V(v0, 0x000000007fffffff, 0)
	sqdmlal	s0, h4, h4
	EXPECT_V(v0, 0x000000007fffffff, 0)
	sqdmlsl	s0, h4, h4
	EXPECT_V(v0, 0, 0)
	sqabs	h0, h4
	EXPECT_V(v0, 0x0000000000007fff, 0)
	usqadd	h0, h4
	EXPECT_V(v0, 0, 0)
	sqxtn	h0, s3
	EXPECT_V(v0, 0x0000000000007fff, 0)
	sqxtun	h0, s3
	EXPECT_V(v0, 0x000000000000ffff, 0)
	sqneg	v0.4h, v3.4h
	EXPECT_V(v0, 0x7fff00018001ffff, 0)
	cmgt	v0.4h, v3.4h, #0
	EXPECT_V(v0, 0x00000000ffffffff, 0)

	/* widening, with the accumulator of the one before */
	ssubl	v0.4s, v3.4h, v4.4h
	EXPECT_V(v0, 0x00007ffe00008001, 0x00000000ffff8000)
	uaddw2	v0.4s, v0.4s, v3.8h
	EXPECT_V(v0, 0x00017ffd00018000, 0x00008000ffff8000)
	ssubw	v0.4s, v0.4s, v3.4h
	EXPECT_V(v0, 0x0000fffe00017fff, 0x00010000ffff8001)
	usubw2	v0.2d, v0.2d, v3.4s
	EXPECT_V(v0, 0x0000fffd00018000, 0x000100007fff8001)
	uabal	v0.2d, v3.2s, v4.2s
	EXPECT_V(v0, 0x0000fffd7fff0001, 0x0001000080000001)
	sabdl2	v0.2d, v3.4s, v4.4s
	EXPECT_V(v0, 0x0000000080000000, 0)
	smlal	v0.4s, v3.4h, v4.4h
	EXPECT_V(v0, 0x00007fff7fff8000, 0x40000000ffff8001)
	umlal2	v0.2d, v3.4s, v4.4s
	EXPECT_V(v0, 0x80007ffdffff8001, 0x80000000ffff8001)
	smlsl	v0.8h, v3.8b, v4.8b
	EXPECT_V(v0, 0x80007ffeffff8001, 0x40000000007e8000)
	sadalp	v0.8h, v3.16b
	EXPECT_V(v0, 0x7f807ffc007d8002, 0x3f800000007c7ffe)

	/* by element */
	smull	v0.4s, v3.4h, v4.h[0]
	EXPECT_V(v0, 0xc0008000ffff8000, 0x4000000000008000)
	umlal2	v0.4s, v3.8h, v4.h[7]
	EXPECT_V(v0, 0x400000007fff0000, 0x8000000000008000)
	smlsl	v0.2d, v3.2s, v4.s[3]
	EXPECT_V(v0, 0x7fff8000ffff0000, 0x40007fff80008000)
	umlsl2	v0.2d, v3.4s, v4.s[2]
	EXPECT_V(v0, 0xffff80027ffeffff, 0x0000800000008000)
	umull	v0.4s, v3.4h, v4.h[2]
	EXPECT_V(v0, 0x3fff000100007fff, 0x3fff80007ffe8001)
	sqdmlsl	v0.4s, v3.4h, v4.h[7]
	EXPECT_V(v0, 0x7fffffff00017fff, 0xbfff80017ffd8001)
	sqdmull2 v0.2d, v3.4s, v4.s[3]
	EXPECT_V(v0, 0x0000000100000000, 0x7fffffffffffffff)
	sqdmulh	v0.8h, v3.8h, v4.h[3]
	EXPECT_V(v0, 0x7fff00018001ffff, 0x7fff000000010001)
	sqrdmulh v0.4s, v3.4s, v4.s[2]
	EXPECT_V(v0, 0x800100007fff0000, 0x80000001ffffffff)
	sqrdmlah v0.4s, v3.4s, v4.s[3]
	EXPECT_V(v0, 0x00000001ffffffff, 0x0000000100000000)
	sdot	v0.4s, v3.16b, v4.4b[1]
	EXPECT_V(v0, 0x00003f83ffffc07e, 0x0000400100000002)
	udot	v0.2s, v3.8b, v4.4b[3]
	EXPECT_V(v0, 0x00007f83fffffffe, 0)
	sqdmull	s0, h3, v4.h[3]
	EXPECT_V(v0, 0x00000000ffff0000, 0)
	sqdmlal	d0, s3, v4.s[3]
	EXPECT_V(v0, 0x8000ffffffff0000, 0)
	sqrdmulh h0, h4, v4.h[0]
	EXPECT_V(v0, 0x0000000000007fff, 0)
	sqrdmlah h0, h4, v4.h[2]
	EXPECT_V(v0, 0, 0)
	sqrdmlsh s0, s3, v4.s[2]
	EXPECT_V(v0, 0x0000000080010000, 0)
	END
