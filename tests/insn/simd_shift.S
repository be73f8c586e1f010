/* SPDX-License-Identifier: Apache-2.0 */
/* SIMD shifts by immediate: the largest and the smallest shift, rounding, wrap, saturation and FPSR.QC, halves. */
#include "insn.inc"

	.macro	set_v reg, low, high
	ldr	x16, =\low
	ldr	x17, =\high
	mov	v\reg\().d[0], x16
	mov	v\reg\().d[1], x17
	.endm

	/* Did anything saturate since the last time? */
#define EXPECT_QC(qc) expect_qc qc
	.macro	expect_qc qc
	mrs	x0, fpsr
	msr	fpsr, xzr
	ubfx	x0, x0, #27, #1
	EXPECT(x0, \qc)
	.endm

	BEGIN
	msr	fpsr, xzr
	set_v	1, 0x80817f7efe01ff02, 0x8000000000000001
	set_v	2, 0x7fffffffffffffff, 0x8000000000000000

	/* right, by the element's size too */
	sshr	v0.16b, v1.16b, #1
	EXPECT_V(v0, 0xc0c03f3fff00ff01, 0xc000000000000000)
	sshr	v0.8b, v1.8b, #8
	EXPECT_V(v0, 0xffff0000ff00ff00, 0)
	sshr	v0.8h, v1.8h, #16
	EXPECT_V(v0, 0xffff0000ffffffff, 0xffff000000000000)
	sshr	v0.2s, v1.2s, #31
	EXPECT_V(v0, 0xffffffffffffffff, 0)
	sshr	v0.2d, v1.2d, #64
	EXPECT_V(v0, 0xffffffffffffffff, 0xffffffffffffffff)
	ushr	v0.16b, v1.16b, #7
	EXPECT_V(v0, 0x0101000001000100, 0x0100000000000000)
	ushr	v0.16b, v1.16b, #8
	EXPECT_V(v0, 0, 0)
	ushr	v0.4h, v1.4h, #4
	EXPECT_V(v0, 0x080807f70fe00ff0, 0)
	ushr	v0.4s, v1.4s, #32
	EXPECT_V(v0, 0, 0)
	ushr	v0.2d, v1.2d, #63
	EXPECT_V(v0, 1, 1)
	set_v	0, -1, -1
	sshr	d0, d2, #62
	EXPECT_V(v0, 1, 0)
	ushr	d0, d1, #64
	EXPECT_V(v0, 0, 0)

	/* rounded: half rounds up, and the sum has one bit more than the element */
	srshr	v0.16b, v1.16b, #1
	EXPECT_V(v0, 0xc0c1403fff010001, 0xc000000000000001)
	srshr	v0.8b, v1.8b, #8
	EXPECT_V(v0, 0, 0)
	urshr	v0.16b, v1.16b, #8
	EXPECT_V(v0, 0x0101000001000100, 0x0100000000000000)
	urshr	v0.8h, v1.8h, #1
	EXPECT_V(v0, 0x40413fbf7f017f81, 0x4000000000000001)
	urshr	v0.2d, v2.2d, #64
	EXPECT_V(v0, 0, 1)
	srshr	v0.2d, v2.2d, #64
	EXPECT_V(v0, 0, 0)
	srshr	v0.2d, v2.2d, #1
	EXPECT_V(v0, 0x4000000000000000, 0xc000000000000000)
	urshr	d0, d2, #1
	EXPECT_V(v0, 0x4000000000000000, 0)

	/* accumulated, modulo the element */
	set_v	0, 0x0102030405060708, 0xffffffffffffffff
	ssra	v0.16b, v1.16b, #7
	EXPECT_V(v0, 0x0001030404060608, 0xfeffffffffffffff)
	usra	v0.16b, v1.16b, #7
	EXPECT_V(v0, 0x0102030405060708, 0xffffffffffffffff)
	usra	v0.2d, v1.2d, #64
	EXPECT_V(v0, 0x0102030405060708, 0xffffffffffffffff)
	srsra	v0.4s, v1.4s, #24
	EXPECT_V(v0, 0x0102028505060706, 0xffffff7fffffffff)
	ursra	v0.2s, v1.2s, #32
	EXPECT_V(v0, 0x0102028605060707, 0)
	set_v	0, 0xffffffffffffffff, 0xffffffffffffffff
	ursra	d0, d2, #63
	EXPECT_V(v0, 0, 0)

	/* on one element, and nothing above it */
	set_v	0, 0x1000000000000000, -1
	ssra	d0, d1, #63
	EXPECT_V(v0, 0x0fffffffffffffff, 0)
	usra	d0, d1, #63
	EXPECT_V(v0, 0x1000000000000000, 0)
	srsra	d0, d1, #57
	EXPECT_V(v0, 0x0fffffffffffffc0, 0)
	srshr	d0, d1, #57
	EXPECT_V(v0, 0xffffffffffffffc0, 0)

	/* left, and what an insertion keeps */
	shl	v0.16b, v1.16b, #7
	EXPECT_V(v0, 0x0080800000808000, 0x0000000000000080)
	shl	v0.8h, v1.8h, #0
	EXPECT_V(v0, 0x80817f7efe01ff02, 0x8000000000000001)
	shl	v0.2s, v1.2s, #31
	EXPECT_V(v0, 0, 0)
	shl	v0.2d, v1.2d, #63
	EXPECT_V(v0, 0, 0x8000000000000000)
	shl	d0, d1, #8
	EXPECT_V(v0, 0x817f7efe01ff0200, 0)
	set_v	0, 0x5555555555555555, 0x5555555555555555
	sli	v0.16b, v1.16b, #4
	EXPECT_V(v0, 0x0515f5e5e515f525, 0x0505050505050515)
	sli	v0.4s, v1.4s, #0
	EXPECT_V(v0, 0x80817f7efe01ff02, 0x8000000000000001)
	set_v	0, 0x5555555555555555, 0x5555555555555555
	sli	v0.4h, v1.4h, #15
	EXPECT_V(v0, 0xd5555555d5555555, 0)
	set_v	0, 0x5555555555555555, 0x5555555555555555
	sri	v0.16b, v1.16b, #4
	EXPECT_V(v0, 0x585857575f505f50, 0x5850505050505050)
	sri	v0.16b, v1.16b, #8
	EXPECT_V(v0, 0x585857575f505f50, 0x5850505050505050)
	sri	v0.2s, v1.2s, #32
	EXPECT_V(v0, 0x585857575f505f50, 0)
	sri	d0, d1, #63
	EXPECT_V(v0, 0x585857575f505f51, 0)
	sli	d0, d1, #60
	EXPECT_V(v0, 0x285857575f505f51, 0)

	/* longer, shorter: the "2" forms are of the upper half, and keep the lower half */
	sshll	v0.8h, v1.8b, #0
	EXPECT_V(v0, 0xfffe0001ffff0002, 0xff80ff81007f007e)
	ushll	v0.8h, v1.8b, #7
	EXPECT_V(v0, 0x7f0000807f800100, 0x400040803f803f00)
	sxtl2	v0.2d, v1.4s
	EXPECT_V(v0, 1, 0xffffffff80000000)
	uxtl2	v0.4s, v1.8h
	EXPECT_V(v0, 0x0000000000000001, 0x0000800000000000)
	ushll	v0.2d, v1.2s, #31
	EXPECT_V(v0, 0x7f00ff8100000000, 0x4040bfbf00000000)
	sshll2	v1.8h, v1.16b, #1
	EXPECT_V(v1, 0x0000000000000002, 0xff00000000000000)
	set_v	1, 0x80817f7efe01ff02, 0x8000000000000001
	shrn	v0.8b, v1.8h, #8
	EXPECT_V(v0, 0x80000000807ffeff, 0)
	shrn2	v0.16b, v1.8h, #1
	EXPECT_V(v0, 0x80000000807ffeff, 0x0000000040bf0081)
	rshrn	v0.8b, v1.8h, #8
	EXPECT_V(v0, 0x80000000817ffeff, 0)
	rshrn2	v0.8h, v1.4s, #16
	EXPECT_V(v0, 0x80000000817ffeff, 0x800000008081fe02)
	shrn	v0.2s, v1.2d, #32
	EXPECT_V(v0, 0x8000000080817f7e, 0)
	rshrn	v1.2s, v1.2d, #1
	EXPECT_V(v1, 0x000000017f00ff81, 0)
	set_v	1, 0x80817f7efe01ff02, 0x8000000000000001
	EXPECT_QC(0)

	/* saturating, and QC only by elements that are there */
	sqshl	v0.8b, v1.8b, #1
	EXPECT_V(v0, 0x80807f7ffc02fe04, 0)
	EXPECT_QC(1)
	sqshl	v0.16b, v1.16b, #0
	EXPECT_V(v0, 0x80817f7efe01ff02, 0x8000000000000001)
	EXPECT_QC(0)
	sqshl	v0.2d, v2.2d, #1
	EXPECT_V(v0, 0x7fffffffffffffff, 0x8000000000000000)
	EXPECT_QC(1)
	uqshl	v0.8h, v1.8h, #1
	EXPECT_V(v0, 0xfffffefcffffffff, 0xffff000000000002)
	EXPECT_QC(1)
	uqshl	v0.2d, v2.2d, #1
	EXPECT_V(v0, 0xfffffffffffffffe, 0xffffffffffffffff)
	EXPECT_QC(1)
	uqshl	d0, d2, #1
	EXPECT_V(v0, 0xfffffffffffffffe, 0)
	EXPECT_QC(0)
	sqshlu	v0.8b, v1.8b, #1
	EXPECT_V(v0, 0x0000fefc00020004, 0)
	EXPECT_QC(1)
	sqshlu	v0.2d, v2.2d, #0
	EXPECT_V(v0, 0x7fffffffffffffff, 0)
	EXPECT_QC(1)
	sqshl	b0, b1, #6
	EXPECT_V(v0, 0x7f, 0)
	EXPECT_QC(1)
	sqshl	b0, b1, #5
	EXPECT_V(v0, 0x40, 0)
	EXPECT_QC(0)
	sqshl	h0, h1, #15
	EXPECT_V(v0, 0x8000, 0)
	EXPECT_QC(1)
	uqshl	s0, s1, #1
	EXPECT_V(v0, 0xffffffff, 0)
	EXPECT_QC(1)
	sqshlu	d0, d2, #1
	EXPECT_V(v0, 0xfffffffffffffffe, 0)
	EXPECT_QC(0)
	sqshrn	v0.8b, v1.8h, #1
	EXPECT_V(v0, 0x80000000807f8081, 0)
	EXPECT_QC(1)
	uqshrn2	v0.16b, v1.8h, #8
	EXPECT_V(v0, 0x80000000807f8081, 0x80000000807ffeff)
	EXPECT_QC(0)
	sqrshrn	v0.4h, v1.4s, #16
	EXPECT_V(v0, 0x800000008081fe02, 0)
	EXPECT_QC(0)
	set_v	3, 0x7fffffff00007fff, 0xffffffffffff8000
	sqrshrn	v0.2s, v3.2d, #32
	EXPECT_V(v0, 0x000000007fffffff, 0)
	EXPECT_QC(0)
	sqrshrn	v0.4h, v3.4s, #16
	EXPECT_V(v0, 0x000000007fff0000, 0)
	EXPECT_QC(1)
	uqrshrn	v0.4h, v3.4s, #16
	EXPECT_V(v0, 0xffffffff80000000, 0)
	EXPECT_QC(1)
	sqshrun	v0.2s, v3.2d, #1
	EXPECT_V(v0, 0x00000000ffffffff, 0)
	EXPECT_QC(1)
	sqrshrun2	v0.4s, v3.2d, #32
	EXPECT_V(v0, 0x00000000ffffffff, 0x000000007fffffff)
	EXPECT_QC(0)
	sqshrn	b0, h1, #8
	EXPECT_V(v0, 0xff, 0)
	EXPECT_QC(0)
	sqshrun	h0, s1, #1
	EXPECT_V(v0, 0, 0)
	EXPECT_QC(1)
	uqrshrn	s0, d2, #32
	EXPECT_V(v0, 0x80000000, 0)
	EXPECT_QC(0)
	sqrshrn	b0, h2, #1
	EXPECT_V(v0, 0, 0)
	EXPECT_QC(0)
	sqrshrn	h0, s1, #1
	EXPECT_V(v0, 0x8000, 0)
	EXPECT_QC(1)
	uqshrn	s0, d2, #31
	EXPECT_V(v0, 0xffffffff, 0)
	EXPECT_QC(0)
	uqrshrn	s0, d2, #31
	EXPECT_V(v0, 0xffffffff, 0)
	EXPECT_QC(1)
	sqrshrun	b0, h1, #1
	EXPECT_V(v0, 0, 0)
	EXPECT_QC(1)
	END
