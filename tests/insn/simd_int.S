/* SPDX-License-Identifier: Apache-2.0 */
/* SIMD integer arithmetic: widths, what is cleared and kept, saturation and FPSR.QC, shift amounts, signs, indexes. */
/* march: armv8.6-a */
#include "insn.inc"

#define EXPECT_QC(value) expect_qc value, __LINE__

	.macro	set_v reg, low, high
	ldr	x16, =\low
	ldr	x17, =\high
	mov	v\reg\().d[0], x16
	mov	v\reg\().d[1], x17
	.endm

	.macro	clear_qc
	msr	fpsr, xzr
	.endm

	.macro	expect_qc value, line
	mrs	x16, fpsr
	mov	x17, #(\value << 27)
	eor	x16, x16, x17
	test_fail_unless_zero \line
	.endm

	BEGIN
	set_v	1, 0x7f80ff0001028081, 0x8000000000000000
	set_v	2, 0x01ff01ff0101807f, 0xffffffffffffffff

	/* elements do not carry into each other; 64 bits clear the rest */
	add	v0.16b, v1.16b, v2.16b
	EXPECT_V(v0, 0x807f00ff02030000, 0x7fffffffffffffff)
	add	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0x807f00ff02030000, 0)
	add	v0.8h, v1.8h, v2.8h
	EXPECT_V(v0, 0x817f00ff02030100, 0x7fffffffffffffff)
	sub	v0.2d, v1.2d, v2.2d
	EXPECT_V(v0, 0x7d81fd0100010002, 0x8000000000000001)
	add	d0, d1, d2
	EXPECT_V(v0, 0x818000ff02040100, 0)
	neg	v0.2d, v1.2d
	EXPECT_V(v0, 0x807f00fffefd7f7f, 0x8000000000000000)
	abs	v0.8b, v1.8b
	EXPECT_V(v0, 0x7f8001000102807f, 0)
	abs	v0.2d, v1.2d
	EXPECT_V(v0, 0x7f80ff0001028081, 0x8000000000000000)
	mul	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0x7f80ff00010200ff, 0)
	set_v	0, 0x1111111111111111, 0x2222222222222222
	mla	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, 0x948e1211d3105110, 0xa222222222222222)
	mls	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, 0x1111111111111111, 0x2222222222222222)

	/* logic */
	set_v	3, 0xff00ff00ff00ff00, 0x0f0f0f0f0f0f0f0f
	set_v	4, 0xffff0000ffff0000, 0x5555555555555555
	set_v	0, 0xf0f0f0f0f0f0f0f0, 0xf0f0f0f0f0f0f0f0
	bsl	v0.16b, v3.16b, v4.16b
	EXPECT_V(v0, 0xff0ff000ff0ff000, 0x0505050505050505)
	set_v	0, 0xf0f0f0f0f0f0f0f0, 0xf0f0f0f0f0f0f0f0
	bit	v0.16b, v3.16b, v4.16b
	EXPECT_V(v0, 0xff00f0f0ff00f0f0, 0xa5a5a5a5a5a5a5a5)
	set_v	0, 0xf0f0f0f0f0f0f0f0, 0xf0f0f0f0f0f0f0f0
	bif	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0xf0f0ff00f0f0ff00, 0)
	bic	v0.16b, v3.16b, v4.16b
	EXPECT_V(v0, 0x0000ff000000ff00, 0x0a0a0a0a0a0a0a0a)
	orn	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0xff00ffffff00ffff, 0)
	mvn	v0.8b, v3.8b
	EXPECT_V(v0, 0x00ff00ff00ff00ff, 0)
	mov	v0.8b, v3.8b
	EXPECT_V(v0, 0xff00ff00ff00ff00, 0)

	/* comparison: signed and unsigned, with zero */
	cmgt	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0xff0000ff00ff0000, 0)
	cmhi	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0xff00ff0000ff00ff, 0)
	cmge	v0.16b, v1.16b, v1.16b
	EXPECT_V(v0, -1, -1)
	cmhs	v0.2d, v1.2d, v2.2d
	EXPECT_V(v0, -1, 0)
	cmgt	d0, d1, d2
	EXPECT_V(v0, -1, 0)
	cmtst	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0xffffff00ff00ffff, 0)
	cmlt	v0.8b, v1.8b, #0
	EXPECT_V(v0, 0x00ffff000000ffff, 0)
	cmle	v0.8b, v1.8b, #0
	EXPECT_V(v0, 0x00ffffff0000ffff, 0)
	cmeq	v0.8b, v1.8b, #0
	EXPECT_V(v0, 0x000000ff00000000, 0)
	cmge	v0.2d, v1.2d, #0
	EXPECT_V(v0, -1, 0)

	/* halves: the carry is not lost, and rounding is up */
	set_v	3, 0xfffefdff80ff7f00, 0
	set_v	4, 0xffffff00807f7f01, 0
	uhadd	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0xfffefe7f80bf7f00, 0)
	urhadd	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0xfffffe8080bf7f01, 0)
	shadd	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0xfffefeff803f7f00, 0)
	srhadd	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0xfffffe00803f7f01, 0)
	uhsub	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x00ffff7f004000ff, 0)
	shsub	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x00ffffff00c000ff, 0)

	/* distance, maximum, minimum */
	set_v	3, 0x80007fffffff0000, 0x8000000000000001
	set_v	4, 0x7fff80000001ffff, 0x7fffffff00000000
	sabd	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0xffffffff00020001, 0xffff000100000001)
	uabd	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0x00010001fffeffff, 0x0001ffff00000001)
	saba	v0.4h, v3.4h, v4.4h
	EXPECT_V(v0, 0, 0)
	smax	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0x7fff7fff00010000, 0x7fff000000000001)
	umin	v0.8h, v3.8h, v4.8h
	EXPECT_V(v0, 0x7fff7fff00010000, 0x7fff000000000000)
	smin	v0.4s, v3.4s, v4.4s
	EXPECT_V(v0, 0x80007fffffff0000, 0x8000000000000000)

	/* pairs: of one register in 64 bits, of both in 128 */
	set_v	3, 0x0807060504030201, 0x100f0e0d0c0b0a09
	set_v	4, 0x8887868584838281, 0x908f8e8d8c8b8a89
	addp	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x0f0b07030f0b0703, 0)
	addp	v0.16b, v3.16b, v4.16b
	EXPECT_V(v0, 0x1f1b17130f0b0703, 0x1f1b17130f0b0703)
	addp	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, 0x18161412100e0c0a, 0x19171513110f0d0a)
	addp	d0, v3.2d
	EXPECT_V(v0, 0x18161412100e0c0a, 0)
	smaxp	v0.4h, v3.4h, v4.4h
	EXPECT_V(v0, 0x8887848308070403, 0)
	uminp	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x8785838107050301, 0)

	/* saturation sets QC, and only what is in the vector does */
	set_v	3, 0x7f80000000000000, 0x7f7f7f7f7f7f7f7f
	set_v	4, 0x01ff000000000000, 0x7f7f7f7f7f7f7f7f
	clear_qc
	sqadd	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x7f80000000000000, 0)
	EXPECT_QC(1)
	clear_qc
	sqadd	b0, b3, b4
	EXPECT_V(v0, 0, 0)
	EXPECT_QC(0)
	uqadd	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x80ff000000000000, 0)
	EXPECT_QC(1)
	clear_qc
	uqadd	v0.4h, v3.4h, v4.4h
	EXPECT_V(v0, 0x817f000000000000, 0)
	EXPECT_QC(0)
	uqsub	d0, d4, d3
	EXPECT_V(v0, 0, 0)
	EXPECT_QC(1)
	set_v	3, 0x7fffffffffffffff, 0x8000000000000000
	set_v	4, 0xffffffffffffffff, 0x0000000000000001
	clear_qc
	sqsub	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, 0x7fffffffffffffff, 0x8000000000000000)
	EXPECT_QC(1)
	clear_qc
	sqadd	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, 0x7ffffffffffffffe, 0x8000000000000001)
	EXPECT_QC(0)
	uqadd	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, -1, 0x8000000000000001)
	EXPECT_QC(1)
	/* QC stays until it is written */
	sqadd	v0.2d, v3.2d, v4.2d
	EXPECT_QC(1)
	clear_qc
	sqabs	v0.2d, v3.2d
	EXPECT_V(v0, 0x7fffffffffffffff, 0x7fffffffffffffff)
	EXPECT_QC(1)
	clear_qc
	sqneg	d0, d3
	EXPECT_V(v0, 0x8000000000000001, 0)
	EXPECT_QC(0)

	/* the other operand has the other sign */
	set_v	3, 0xff7f80 << 40, 0
	set_v	0, 0x81017f << 40, 0
	suqadd	v0.8b, v3.8b
	EXPECT_V(v0, 0x7f7f7f0000000000, 0)
	EXPECT_QC(1)
	clear_qc
	set_v	0, 0x81017f << 40, 0
	usqadd	v0.8b, v3.8b
	EXPECT_V(v0, 0x8080000000000000, 0)
	EXPECT_QC(1)
	clear_qc
	set_v	3, 0xffffffffffffffff, 0
	set_v	0, 0x8000000000000000, 0
	suqadd	d0, d3
	EXPECT_V(v0, 0x7fffffffffffffff, 0)
	EXPECT_QC(0)

	/* shifts take the lowest byte, signed; right ones may round, left ones saturate */
	set_v	3, 0x8181818181818181, 0xffffffff80000001
	set_v	4, 0x807ff9f8f7080701, 0x0000ff3f000000ff
	sshl	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0xff00ffffff008002, 0)
	ushl	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x0000010000008002, 0)
	srshl	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x0000ff0000008002, 0)
	urshl	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x0000010100008002, 0)
	clear_qc
	sqrshl	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x0080ff0000808080, 0)
	EXPECT_QC(1)
	uqshl	v0.8b, v3.8b, v4.8b
	EXPECT_V(v0, 0x00ff010000ffffff, 0)
	sshl	v0.4s, v3.4s, v4.4s
	EXPECT_V(v0, 0xff81818103030302, 0x00000000c0000000)
	set_v	3, 0xffffffffffffffff, 0x8000000000000000
	set_v	4, 0x00000000000000c0, 0xffffffffffffff80
	urshl	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, 0x0000000000000001, 0)
	srshl	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, 0, 0)
	sshl	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, -1, -1)
	clear_qc
	set_v	4, 0x000000000000003f, 0x0000000000000000
	sqshl	v0.2d, v3.2d, v4.2d
	EXPECT_V(v0, 0x8000000000000000, 0x8000000000000000)
	EXPECT_QC(0)
	uqshl	d0, d3, d4
	EXPECT_V(v0, -1, 0)
	EXPECT_QC(1)
	clear_qc
	set_v	4, 0x0000000000000040, 0
	sqshl	d0, d3, d4
	EXPECT_V(v0, 0x8000000000000000, 0)
	EXPECT_QC(1)
	clear_qc
	set_v	3, 0, 0
	sqshl	d0, d3, d4
	EXPECT_V(v0, 0, 0)
	EXPECT_QC(0)

	/* doubling multiplies: the only product that saturates, and sums that do */
	set_v	3, 0x8000800040000001, 0x8000000080000000
	set_v	4, 0x80007fff40004000, 0x800000007fffffff
	clear_qc
	sqdmulh	v0.4h, v3.4h, v4.4h
	EXPECT_V(v0, 0x7fff800120000000, 0)
	EXPECT_QC(1)
	clear_qc
	sqrdmulh v0.4h, v3.4h, v4.4h
	EXPECT_V(v0, 0x7fff800120000001, 0)
	sqdmulh	h0, h3, v4.h[3]
	EXPECT_V(v0, 0x000000000000ffff, 0)
	clear_qc
	sqdmull	v0.4s, v3.4h, v4.4h
	EXPECT_V(v0, 0x2000000000008000, 0x7fffffff80010000)
	EXPECT_QC(1)
	clear_qc
	sqdmull2 v0.2d, v3.4s, v4.4s
	EXPECT_V(v0, 0x8000000100000000, 0x7fffffffffffffff)
	EXPECT_QC(1)
	clear_qc
	set_v	0, 1, -1
	sqdmlal2 v0.2d, v3.4s, v4.s[2]
	EXPECT_V(v0, 0x8000000100000001, 0x80000000ffffffff)
	EXPECT_QC(0)
	set_v	0, 0, -1
	sqdmlsl	d0, s3, v4.s[3]
	EXPECT_V(v0, 0x4000000100000000, 0)
	set_v	0, 0x7fff7fff80000001, 0
	sqrdmlah v0.4h, v3.4h, v4.4h
	EXPECT_V(v0, 0x7fff0000a0000002, 0)
	EXPECT_QC(1)
	clear_qc
	set_v	0, 0x7fff7fff80000001, 0
	sqrdmlsh v0.4h, v3.4h, v4.h[3]
	EXPECT_V(v0, 0xffffffffc0000002, 0)

	/* widening: which half, which sign */
	set_v	3, 0x80ff7f0180ff7f01, 0xfe01fe01fe01fe01
	set_v	4, 0x0101010101010101, 0xff02ff02ff02ff02
	saddl	v0.8h, v3.8b, v4.8b
	EXPECT_V(v0, 0xff81000000800002, 0xff81000000800002)
	uaddl2	v0.8h, v3.16b, v4.16b
	EXPECT_V(v0, 0x01fd000301fd0003, 0x01fd000301fd0003)
	usubl	v0.8h, v4.8b, v3.8b
	EXPECT_V(v0, 0xff81ff02ff820000, 0xff81ff02ff820000)
	set_v	0, 0, 0
	saddw2	v0.2d, v0.2d, v3.4s
	EXPECT_V(v0, 0xfffffffffe01fe01, 0xfffffffffe01fe01)
	uabdl	v0.4s, v3.4h, v4.4h
	EXPECT_V(v0, 0x00007ffe00007e00, 0x00007ffe00007e00)
	sabal	v0.4s, v3.4h, v4.4h
	EXPECT_V(v0, 0x000100000000fc00, 0x000100000000fc00)
	smull	v0.2d, v3.2s, v4.2s
	EXPECT_V(v0, 0xff807fff007f8001, 0xff807fff007f8001)
	umull2	v0.8h, v3.16b, v4.16b
	EXPECT_V(v0, 0xfd020002fd020002, 0xfd020002fd020002)
	umlsl2	v0.8h, v3.16b, v4.16b
	EXPECT_V(v0, 0, 0)
	smlal	v0.4s, v3.4h, v4.h[7]
	EXPECT_V(v0, 0x007e02feff81fd02, 0x007e02feff81fd02)
	shll2	v0.8h, v3.16b, #8
	EXPECT_V(v0, 0xfe000100fe000100, 0xfe000100fe000100)

	/* narrowing: the second half keeps the first, the first clears the second */
	set_v	3, 0x7fff8000007f0080, 0xff80ff7f000100ff
	set_v	0, 0x1111111111111111, 0x2222222222222222
	xtn2	v0.16b, v3.8h
	EXPECT_V(v0, 0x1111111111111111, 0x807f01ffff007f80)
	xtn	v0.8b, v3.8h
	EXPECT_V(v0, 0x807f01ffff007f80, 0)
	clear_qc
	sqxtn2	v0.16b, v3.8h
	EXPECT_V(v0, 0x807f01ffff007f80, 0x8080017f7f807f7f)
	EXPECT_QC(1)
	sqxtun	v0.8b, v3.8h
	EXPECT_V(v0, 0x000001ffff007f80, 0)
	uqxtn	v0.8b, v3.8h
	EXPECT_V(v0, 0xffff01ffffff7f80, 0)
	clear_qc
	uqxtn	b0, h3
	EXPECT_V(v0, 0x0000000000000080, 0)
	EXPECT_QC(0)
	set_v	4, 0x0080008000800080, 0x007f007f007f007f
	addhn	v0.8b, v3.8h, v4.8h
	EXPECT_V(v0, 0xffff000180800001, 0)
	raddhn2	v0.16b, v3.8h, v4.8h
	EXPECT_V(v0, 0xffff000180800001, 0x0000010180810101)
	subhn	v0.8b, v3.8h, v4.8h
	EXPECT_V(v0, 0xffffff007f7fff00, 0)
	rsubhn	v0.4h, v3.4s, v4.4s
	EXPECT_V(v0, 0xff02ff827f7fffff, 0)

	/* pairs and sums of all: one element more than fits */
	set_v	3, 0xffff7f7f8080ff01, 0x8000000000000001
	saddlp	v0.4h, v3.8b
	EXPECT_V(v0, 0xfffe00feff000000, 0)
	uaddlp	v0.8h, v3.16b
	EXPECT_V(v0, 0x01fe00fe01000100, 0x0080000000000001)
	uadalp	v0.2s, v3.4h
	EXPECT_V(v0, 0x01ff807c01018081, 0)
	addv	b0, v3.8b
	EXPECT_V(v0, 0x00000000000000fc, 0)
	saddlv	h0, v3.8b
	EXPECT_V(v0, 0x000000000000fffc, 0)
	uaddlv	d0, v3.4s
	EXPECT_V(v0, 0x0000000200807e81, 0)
	smaxv	h0, v3.8h
	EXPECT_V(v0, 0x0000000000007f7f, 0)
	umaxv	b0, v3.16b
	EXPECT_V(v0, 0x00000000000000ff, 0)
	sminv	s0, v3.4s
	EXPECT_V(v0, 0x0000000080000000, 0)
	uminv	h0, v3.4h
	EXPECT_V(v0, 0x0000000000007f7f, 0)

	/* bits and the order of elements */
	set_v	3, 0x0123456789abcdef, 0xff00ff0080000001
	rev64	v0.16b, v3.16b
	EXPECT_V(v0, 0xefcdab8967452301, 0x0100008000ff00ff)
	rev64	v0.4h, v3.4h
	EXPECT_V(v0, 0xcdef89ab45670123, 0)
	rev64	v0.4s, v3.4s
	EXPECT_V(v0, 0x89abcdef01234567, 0x80000001ff00ff00)
	rev32	v0.8b, v3.8b
	EXPECT_V(v0, 0x67452301efcdab89, 0)
	rev32	v0.8h, v3.8h
	EXPECT_V(v0, 0x45670123cdef89ab, 0xff00ff0000018000)
	rev16	v0.16b, v3.16b
	EXPECT_V(v0, 0x23016745ab89efcd, 0x00ff00ff00800100)
	cnt	v0.16b, v3.16b
	EXPECT_V(v0, 0x0103030503050507, 0x0800080001000001)
	rbit	v0.16b, v3.16b
	EXPECT_V(v0, 0x80c4a2e691d5b3f7, 0xff00ff0001000080)
	clz	v0.16b, v3.16b
	EXPECT_V(v0, 0x0702010100000000, 0x0008000800080807)
	cls	v0.16b, v3.16b
	EXPECT_V(v0, 0x0601000000000102, 0x0707070700070706)
	clz	v0.4s, v3.4s
	EXPECT_V(v0, 0x0000000700000000, 0)

	/* the index: of halfwords in V0 to V15 with H:L:M, of words with H:L */
	set_v	15, 0x0004000300020001, 0x0008000700060005
	set_v	31, 0x0000000200000001, 0x0000000400000003
	set_v	3, 0x0001000100010001, 0x0001000100010001
	mul	v0.8h, v3.8h, v15.h[6]
	EXPECT_V(v0, 0x0007000700070007, 0x0007000700070007)
	mla	v0.4h, v3.4h, v15.h[1]
	EXPECT_V(v0, 0x0009000900090009, 0)
	mls	v0.4h, v3.4h, v15.h[4]
	EXPECT_V(v0, 0x0004000400040004, 0)
	mul	v0.4s, v3.4s, v31.s[3]
	EXPECT_V(v0, 0x0004000400040004, 0x0004000400040004)
	mul	v0.2s, v3.2s, v31.s[2]
	EXPECT_V(v0, 0x0003000300030003, 0)

	/* dot products and matrices of bytes */
	set_v	3, 0x80808080ff01ff01, 0x7f7f7f7fffffffff
	set_v	4, 0x8080808001020304, 0xffffffff80808080
	set_v	0, 1, 0
	sdot	v0.4s, v3.16b, v4.16b
	EXPECT_V(v0, 0x0001000000000003, 0xfffffe0400000200)
	set_v	0, 1, 0
	udot	v0.2s, v3.8b, v4.8b
	EXPECT_V(v0, 0x0001000000000403, 0)
	set_v	0, 0, 0
	usdot	v0.4s, v3.16b, v4.16b
	EXPECT_V(v0, 0xffff000000000402, 0xfffffe04fffe0200)
	set_v	0, 0, 0
	sudot	v0.2s, v3.8b, v4.4b[3]
	EXPECT_V(v0, 0xfffe020000000000, 0)
	set_v	0, 0, 0
	usdot	v0.2s, v3.8b, v4.4b[1]
	EXPECT_V(v0, 0xffff0000ffff0000, 0)
	set_v	0, 0, 0
	smmla	v0.4s, v3.16b, v4.16b
	EXPECT_V(v0, 0x0000020000010002, 0x00000004ffff01f6)
	set_v	0, 0, 0
	ummla	v0.4s, v3.16b, v4.16b
	EXPECT_V(v0, 0x0002fe0000010402, 0x0003f804000107f6)
	set_v	0, 0, 0
	usmmla	v0.4s, v3.16b, v4.16b
	EXPECT_V(v0, 0xfffefe00ffff0402, 0xfffe0004ffff0bf6)

	/* shifts by register: all elements alike, of whose amounts only the low byte counts; then not */
	movi	v1.8h, #0x80, lsl #8
	orr	v1.8h, #0x11
	movi	v2.8h, #3
	sshl	v0.8h, v1.8h, v2.8h
	EXPECT_V(v0, 0x0088008800880088, 0x0088008800880088)
	movi	v2.8h, #0xfd
	orr	v2.8h, #0x7f, lsl #8
	sshl	v0.8h, v1.8h, v2.8h
	EXPECT_V(v0, 0xf002f002f002f002, 0xf002f002f002f002)
	ushl	v0.4h, v1.4h, v2.4h
	EXPECT_V(v0, 0x1002100210021002, 0)
	movi	v2.8h, #0xf0
	ushl	v0.8h, v1.8h, v2.8h
	EXPECT_V(v0, 0, 0)
	movi	v2.4s, #31
	ushl	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, 0x8000000080000000, 0x8000000080000000)
	movi	v2.4s, #0xe1
	sshl	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, -1, -1)
	ins	v2.s[3], wzr
	sshl	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, -1, 0x80118011ffffffff)
	movi	v2.2d, #0xff
	ushl	v0.2d, v1.2d, v2.2d
	EXPECT_V(v0, 0x4008c008c008c008, 0x4008c008c008c008)
	sshl	d0, d1, d2
	EXPECT_V(v0, 0xc008c008c008c008, 0)
	END
