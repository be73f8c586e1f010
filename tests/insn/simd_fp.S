/* SPDX-License-Identifier: Apache-2.0 */
/* Floating point of SIMD registers: elements, flags, NaNs, what is zeroed and what is kept. */
/* march: armv8.6-a+fp16+fp16fml */
#include "insn.inc"

#define SET_V(reg, low, high) set_v reg, low, high
#define SET_FPCR(value) set_fpcr value
/* The cumulative bits, which are cleared before. */
#define EXPECT_FLAGS(value) expect_flags value, __LINE__
#define IOC 0x01
#define DZC 0x02
#define OFC 0x04
#define UFC 0x08
#define IXC 0x10
#define IDC 0x80
#define FZ (1 << 24)
#define FZ16 (1 << 19)
#define DN (1 << 25)
#define RP (1 << 22)
#define RM (2 << 22)

	.macro	set_v reg, low, high
	ldr	x16, =\low
	ins	\reg\().d[0], x16
	ldr	x16, =\high
	ins	\reg\().d[1], x16
	.endm

	.macro	set_fpcr value
	ldr	x16, =\value
	msr	fpcr, x16
	msr	fpsr, xzr
	.endm

	.macro	expect_flags value, line
	mrs	x15, fpsr
	test_expect x15, \value, \line
	msr	fpsr, xzr
	.endm

	BEGIN
	SET_FPCR(0)

	/* elements: 1 2 3 4 and 10 20 30 40 */
	SET_V(v0, 0x400000003f800000, 0x4080000040400000)
	SET_V(v1, 0x41a0000041200000, 0x4220000041f00000)
	fadd	v2.4s, v0.4s, v1.4s
	EXPECT_V(v2, 0x41b0000041300000, 0x4230000042040000)
	fsub	v2.4s, v0.4s, v1.4s
	EXPECT_V(v2, 0xc1900000c1100000, 0xc2100000c1d80000)
	fmul	v2.4s, v0.4s, v1.s[1]
	EXPECT_V(v2, 0x4220000041a00000, 0x42a0000042700000)
	fdiv	v2.4s, v1.4s, v0.4s
	EXPECT_V(v2, 0x4120000041200000, 0x4120000041200000)
	EXPECT_FLAGS(0)

	/* 64 bits and one element leave zeros above */
	fadd	v2.2s, v0.2s, v1.2s
	EXPECT_V(v2, 0x41b0000041300000, 0)
	SET_V(v2, -1, -1)
	fabd	s2, s0, s1
	EXPECT_V(v2, 0x41100000, 0)
	SET_V(v2, -1, -1)
	fmul	s2, s0, v1.s[3]
	EXPECT_V(v2, 0x42200000, 0)

	/* pairs: of the first operand, then of the second; a result may be an operand */
	faddp	v2.4s, v0.4s, v1.4s
	EXPECT_V(v2, 0x40e0000040400000, 0x428c000041f00000)
	faddp	v2.2s, v0.2s, v1.2s
	EXPECT_V(v2, 0x41f0000040400000, 0)
	mov	v2.16b, v0.16b
	faddp	v2.4s, v2.4s, v2.4s
	EXPECT_V(v2, 0x40e0000040400000, 0x40e0000040400000)
	faddp	s2, v1.2s
	EXPECT_V(v2, 0x41f00000, 0)
	fmaxv	s2, v1.4s
	EXPECT_V(v2, 0x42200000, 0)
	fminnmv	s2, v1.4s
	EXPECT_V(v2, 0x41200000, 0)

	/* the whole register: 1 + 2^-24 rounds, so IXC; then the same with IXC set; FPCR.RMode up */
	SET_V(v3, 0x3380000033800000, 0x3380000033800000)
	dup	v4.4s, v0.s[0]
	fadd	v2.4s, v4.4s, v3.4s
	EXPECT_V(v2, 0x3f8000003f800000, 0x3f8000003f800000)
	fadd	v2.4s, v4.4s, v3.4s
	EXPECT_V(v2, 0x3f8000003f800000, 0x3f8000003f800000)
	EXPECT_FLAGS(IXC)
	SET_FPCR(RP)
	fadd	v2.4s, v4.4s, v3.4s
	EXPECT_V(v2, 0x3f8000013f800001, 0x3f8000013f800001)
	SET_FPCR(0)

	/* one element overflows, or is invalid, while IXC is set */
	SET_V(v3, 0x3f8000007f7fffff, 0x3f8000003f800000)
	fadd	v2.4s, v3.4s, v3.4s
	EXPECT_V(v2, 0x400000007f800000, 0x4000000040000000)
	EXPECT_FLAGS(OFC | IXC)
	mov	x0, #IXC
	msr	fpsr, x0
	fadd	v2.4s, v3.4s, v3.4s
	EXPECT_FLAGS(OFC | IXC)
	SET_V(v3, 0x3f8000007f800000, 0x3f8000003f800000)
	SET_V(v4, 0x3f800000ff800000, 0x3f8000003f800000)
	msr	fpsr, x0
	fadd	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0x400000007fc00000, 0x4000000040000000)
	EXPECT_FLAGS(IOC | IXC)
	/* a product that only rounds to the least normal number is tiny before: UFC */
	SET_V(v3, 0x000fffffffffffff, 0x3ff0000000000000)
	SET_V(v4, 0x3ff0000000000001, 0x3ff0000000000000)
	msr	fpsr, x0
	fmul	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0x0010000000000000, 0x3ff0000000000000)
	EXPECT_FLAGS(UFC | IXC)
	/* a product of 0 with an operand 0 is exact, without it is an underflow */
	SET_V(v3, 0x8000000000000000, 0x0010000000000000)
	msr	fpsr, x0
	fmul	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0x8000000000000000, 0x0010000000000000)
	EXPECT_FLAGS(IXC)
	msr	fpsr, x0
	SET_V(v3, 0x0010000000000000, 0x3ff0000000000000)
	fmul	v2.2d, v3.2d, v3.d[0]
	EXPECT_V(v2, 0, 0x0010000000000000)
	EXPECT_FLAGS(UFC | IXC)
	/* tiny operands are kept, or with FZ are zeros of their sign */
	SET_V(v3, 0x8000000100000001, 0x3f80000080000001)
	fadd	v2.4s, v3.4s, v3.4s
	EXPECT_V(v2, 0x8000000200000002, 0x4000000080000002)
	EXPECT_FLAGS(0)
	SET_FPCR(FZ)
	fadd	v2.4s, v3.4s, v3.4s
	EXPECT_V(v2, 0x8000000000000000, 0x4000000080000000)
	EXPECT_FLAGS(IDC)
	fcmgt	v2.4s, v3.4s, #0
	EXPECT_V(v2, 0, 0xffffffff00000000)
	EXPECT_FLAGS(IDC)
	fmax	v2.4s, v3.4s, v3.4s
	EXPECT_V(v2, 0x8000000000000000, 0x3f80000080000000)
	EXPECT_FLAGS(IDC)
	SET_FPCR(0)

	/* fused: (1 + 2^-23)^2 - (1 + 2^-22) is 2^-46; FMLS negates the product */
	SET_V(v3, 0x3f8000013f800001, 0x3f8000013f800001)
	SET_V(v2, 0xbf800002bf800002, 0x3f8000003f800000)
	fmla	v2.4s, v3.4s, v3.4s
	EXPECT_V(v2, 0x2880000028800000, 0x4000000140000001)
	EXPECT_FLAGS(IXC)
	SET_V(v2, 0x3f8000023f800002, 0x3f8000023f800002)
	fmls	v2.4s, v3.4s, v3.s[3]
	EXPECT_V(v2, 0xa8800000a8800000, 0xa8800000a8800000)
	EXPECT_FLAGS(0)
	/* tiny before rounding, as a product is */
	SET_V(v3, 0x000fffffffffffff, 0x3ff0000000000000)
	SET_V(v4, 0x3ff0000000000001, 0x3ff0000000000000)
	movi	v2.2d, #0
	mov	x0, #IXC
	msr	fpsr, x0
	fmla	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0x0010000000000000, 0x3ff0000000000000)
	EXPECT_FLAGS(UFC | IXC)
	/* an addend of 0: +0 + -0 is +0; and FMLS of 0 * 1 from -0 is -0 */
	SET_V(v3, 0x8000000000000000, 0)
	SET_V(v4, 0x3ff0000000000000, 0x3ff0000000000000)
	SET_V(v2, 0, 0x8000000000000000)
	mov	x0, #IXC
	msr	fpsr, x0
	fmla	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0, 0)
	SET_V(v2, 0, 0x8000000000000000)
	fmls	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0, 0x8000000000000000)
	EXPECT_FLAGS(IXC)

	/* NaNs: signaling ones first, then in the order addend, first, second; FMLS negates a NaN */
	SET_V(v2, 0x7fc0000a7fc0000a, 0x7fc0000a3f800000)
	SET_V(v3, 0x7f8000017fc00001, 0x3f8000003f800000)
	SET_V(v4, 0x7fc000027fc00002, 0x7f8000027fc00002)
	fmla	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0x7fc000017fc0000a, 0x7fc000027fc00002)
	EXPECT_FLAGS(IOC)
	SET_V(v2, 0x3f8000003f800000, 0x3f8000003f800000)
	fmls	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0xffc00001ffc00001, 0x7fc000027fc00002)
	EXPECT_FLAGS(IOC)
	/* infinity times 0 with a quiet addend is the default NaN */
	SET_V(v2, 0x7fc0000a7fc0000a, 0)
	SET_V(v3, 0x7f80000000000000, 0)
	SET_V(v4, 0x000000007f800000, 0)
	fmla	v2.2s, v3.2s, v4.2s
	EXPECT_V(v2, 0x7fc000007fc00000, 0)
	EXPECT_FLAGS(IOC)
	fmulx	v2.2s, v3.2s, v4.2s
	EXPECT_V(v2, 0x4000000040000000, 0)
	EXPECT_FLAGS(0)
	SET_FPCR(DN)
	SET_V(v3, 0x7fc00001ffc00001, 0x3f8000007f800001)
	fadd	v2.4s, v3.4s, v3.4s
	EXPECT_V(v2, 0x7fc000007fc00000, 0x400000007fc00000)
	EXPECT_FLAGS(IOC)
	/* signs are not arithmetic */
	fneg	v2.4s, v3.4s
	EXPECT_V(v2, 0xffc000017fc00001, 0xbf800000ff800001)
	fabs	v2.2s, v3.2s
	EXPECT_V(v2, 0x7fc000017fc00001, 0)
	EXPECT_FLAGS(0)
	SET_FPCR(0)

	/* maximum and minimum: zeros have an order, NaNs win except the quiet ones of NM */
	SET_V(v3, 0x8000000000000000, 0x3f8000007fc00001)
	SET_V(v4, 0x0000000080000000, 0x7fc000023f800000)
	fmax	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0, 0x7fc000027fc00001)
	fmin	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0x8000000080000000, 0x7fc000027fc00001)
	fmaxnm	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0, 0x3f8000003f800000)
	fminnm	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0x8000000080000000, 0x3f8000003f800000)
	EXPECT_FLAGS(0)
	SET_V(v4, 0xbf8000003f800000, 0xc000000040000000)
	fmax	v2.4s, v4.4s, v0.4s
	EXPECT_V(v2, 0x400000003f800000, 0x4080000040400000)
	fmin	v2.4s, v0.4s, v4.4s
	EXPECT_V(v2, 0xbf8000003f800000, 0xc000000040000000)
	SET_V(v3, 0x8000000000000000, 0)
	SET_V(v4, 0x0000000080000000, 0x8000000080000000)
	fmax	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0, 0)
	fminnm	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, 0x8000000080000000, 0x8000000080000000)
	/* Reduce() goes by halves: the NaN of the lower half wins */
	SET_V(v3, 0x7fc000013f800000, 0x3f8000007fc00002)
	fmaxv	s2, v3.4s
	EXPECT_V(v2, 0x7fc00001, 0)
	fmaxnmv	s2, v3.4s
	EXPECT_V(v2, 0x3f800000, 0)
	EXPECT_FLAGS(0)

	/* comparisons: a quiet NaN is invalid for order, not for equality; -0 is 0 */
	SET_V(v3, 0x8000000000000000, 0x3f8000007fc00001)
	SET_V(v4, 0x0000000080000000, 0x3f8000007fc00001)
	fcmeq	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, -1, 0xffffffff00000000)
	EXPECT_FLAGS(0)
	fcmge	v2.4s, v3.4s, v4.4s
	EXPECT_V(v2, -1, 0xffffffff00000000)
	EXPECT_FLAGS(IOC)
	fcmgt	v2.2s, v3.2s, v4.2s
	EXPECT_V(v2, 0, 0)
	EXPECT_FLAGS(0)
	fcmeq	v2.4s, v0.4s, v0.4s
	EXPECT_V(v2, -1, -1)
	fcmgt	v2.4s, v1.4s, v0.4s
	EXPECT_V(v2, -1, -1)
	fcmge	v2.4s, v0.4s, v1.4s
	EXPECT_V(v2, 0, 0)
	fneg	v4.4s, v1.4s
	facgt	v2.4s, v4.4s, v0.4s
	EXPECT_V(v2, -1, -1)
	facge	s2, s0, s4
	EXPECT_V(v2, 0, 0)
	fcmlt	v2.4s, v4.4s, #0
	EXPECT_V(v2, -1, -1)
	fcmle	d2, d4, #0
	EXPECT_V(v2, -1, 0)
	EXPECT_FLAGS(0)

	SET_V(v4, 0x800000007fc00000, 0x3f800000bf800000)
	fcmeq	v2.4s, v4.4s, #0
	EXPECT_V(v2, 0xffffffff00000000, 0)
	EXPECT_FLAGS(0)
	fcmle	v2.4s, v4.4s, #0
	EXPECT_V(v2, 0xffffffff00000000, 0x00000000ffffffff)
	EXPECT_FLAGS(IOC)
	fcmge	v2.4s, v4.4s, #0
	EXPECT_V(v2, 0xffffffff00000000, 0xffffffff00000000)
	EXPECT_FLAGS(IOC)
	fcmgt	v2.2s, v4.2s, #0
	EXPECT_V(v2, 0, 0)
	EXPECT_FLAGS(IOC)
	fabd	v2.4s, v1.4s, v0.4s
	EXPECT_V(v2, 0x4190000041100000, 0x4210000041d80000)
	EXPECT_FLAGS(0)

	/* halves: ten bits; FZ16 flushes them, without a flag of the input, and FZ does not */
	SET_V(v3, 0x3c0000010001fc00, 0x7c017e00c0003c01)
	SET_V(v4, 0x3c00000100018001, 0x3c007c003c003c00)
	fadd	v2.8h, v3.8h, v4.8h
	EXPECT_V(v2, 0x400000020002fc00, 0x7e017e00bc004000)
	EXPECT_FLAGS(IOC | IXC)
	SET_FPCR(FZ)
	fadd	v2.4h, v3.4h, v4.4h
	EXPECT_V(v2, 0x400000020002fc00, 0)
	EXPECT_FLAGS(0)
	SET_FPCR(FZ16)
	fadd	v2.4h, v3.4h, v4.4h
	EXPECT_V(v2, 0x400000000000fc00, 0)
	EXPECT_FLAGS(0)
	SET_FPCR(0)
	fmla	h2, h4, v3.h[7]
	EXPECT_V(v2, 0x7e01, 0)
	EXPECT_FLAGS(IOC)
	SET_V(v3, 0x4000420044004500, 0x3c00400042004400)
	fmaxv	h2, v3.8h
	EXPECT_V(v2, 0x4500, 0)
	fminnmv	h2, v3.4h
	EXPECT_V(v2, 0x4000, 0)
	faddp	h2, v3.2h
	EXPECT_V(v2, 0x4880, 0)

	/* rounding to integers: -2.5 -0.5 0.5 1.5 */
	SET_V(v3, 0xbf000000c0200000, 0x3fc000003f000000)
	frintn	v2.4s, v3.4s
	EXPECT_V(v2, 0x80000000c0000000, 0x4000000000000000)
	frinta	v2.4s, v3.4s
	EXPECT_V(v2, 0xbf800000c0400000, 0x400000003f800000)
	frintm	v2.4s, v3.4s
	EXPECT_V(v2, 0xbf800000c0400000, 0x3f80000000000000)
	frintp	v2.4s, v3.4s
	EXPECT_V(v2, 0x80000000c0000000, 0x400000003f800000)
	frintz	v2.4s, v3.4s
	EXPECT_V(v2, 0x80000000c0000000, 0x3f80000000000000)
	EXPECT_FLAGS(0)
	SET_FPCR(RM)
	frinti	v2.4s, v3.4s
	EXPECT_V(v2, 0xbf800000c0400000, 0x3f80000000000000)
	EXPECT_FLAGS(0)
	frintx	v2.4s, v3.4s
	EXPECT_V(v2, 0xbf800000c0400000, 0x3f80000000000000)
	EXPECT_FLAGS(IXC)
	/* what does not fit 32 bits is the least integer, and invalid */
	SET_V(v4, 0xbf0000004f000000, 0x7fc0000142280000)
	frint32z v2.4s, v4.4s
	EXPECT_V(v2, 0x80000000cf000000, 0xcf00000042280000)
	EXPECT_FLAGS(IOC | IXC)
	frint64x v2.4s, v4.4s
	EXPECT_V(v2, 0xbf8000004f000000, 0xdf00000042280000)
	EXPECT_FLAGS(IOC | IXC)
	SET_FPCR(0)

	/* to integers: saturation, NaN is 0; fixed point */
	fcvtns	v2.4s, v3.4s
	EXPECT_V(v2, 0x00000000fffffffe, 0x0000000200000000)
	fcvtau	v2.4s, v3.4s
	EXPECT_V(v2, 0, 0x0000000200000001)
	EXPECT_FLAGS(IOC | IXC)
	fcvtzs	v2.4s, v4.4s
	EXPECT_V(v2, 0x000000007fffffff, 0x000000000000002a)
	EXPECT_FLAGS(IOC | IXC)
	fcvtzs	v2.4s, v3.4s, #1
	EXPECT_V(v2, 0xfffffffffffffffb, 0x0000000300000001)
	fcvtzu	s2, s4, #1
	EXPECT_V(v2, 0xffffffff, 0)
	EXPECT_FLAGS(IOC)
	fcvtmu	h2, h3
	EXPECT_V(v2, 0, 0)
	SET_V(v3, 0xffffffff00000001, 0x8000000000000000)
	scvtf	v2.4s, v3.4s, #32
	EXPECT_V(v2, 0xaf8000002f800000, 0xbf00000000000000)
	ucvtf	v2.2d, v3.2d
	EXPECT_V(v2, 0x43efffffffe00000, 0x43e0000000000000)
	EXPECT_FLAGS(IXC)
	scvtf	d2, d3, #64
	EXPECT_V(v2, 0xbdefffffffe00000, 0)
	scvtf	h2, h3, #16
	EXPECT_V(v2, 0x0100, 0)
	EXPECT_FLAGS(0)

	/* other formats: lower and upper half; the narrow result keeps the other half or zeroes it */
	SET_V(v3, 0x7c01fc0000013c00, 0x4500440042004000)
	fcvtl	v2.4s, v3.4h
	EXPECT_V(v2, 0x338000003f800000, 0x7fc02000ff800000)
	EXPECT_FLAGS(IOC)
	fcvtl2	v2.4s, v3.8h
	EXPECT_V(v2, 0x4040000040000000, 0x40a0000040800000)
	fcvtn2	v2.8h, v2.4s
	EXPECT_V(v2, 0x4040000040000000, 0x4500440042004000)
	fcvtl2	v2.2d, v2.4s
	EXPECT_V(v2, 0x4040080000000000, 0x40a0088000000000)
	fcvtn	v2.2s, v2.2d
	EXPECT_V(v2, 0x4500440042004000, 0)
	SET_V(v2, 0x3ff0000010000000, 0x47f0000000000000)
	fcvtxn	v4.2s, v2.2d
	EXPECT_V(v4, 0x7f7fffff3f800001, 0)
	EXPECT_FLAGS(OFC | IXC)
	fcvtxn	s4, d2
	EXPECT_V(v4, 0x3f800001, 0)
	EXPECT_FLAGS(IXC)

	/* estimates and steps */
	SET_V(v3, 0x400000003f800000, 0x0000000080000000)
	frecpe	v2.4s, v3.4s
	EXPECT_V(v2, 0x3eff80003f7f8000, 0x7f800000ff800000)
	EXPECT_FLAGS(DZC)
	frsqrte	v2.4s, v3.4s
	EXPECT_V(v2, 0x3f3480003f7f8000, 0x7f800000ff800000)
	EXPECT_FLAGS(DZC)
	frecps	v2.4s, v3.4s, v3.4s
	EXPECT_V(v2, 0xc00000003f800000, 0x4000000040000000)
	frsqrts	v2.2s, v3.2s, v3.2s
	EXPECT_V(v2, 0xbf0000003f800000, 0)
	mov	x0, #IXC
	msr	fpsr, x0
	frecps	v2.4s, v0.4s, v0.4s
	EXPECT_V(v2, 0xc00000003f800000, 0xc1600000c0e00000)
	frsqrts	v2.4s, v0.4s, v0.4s
	EXPECT_V(v2, 0xbf0000003f800000, 0xc0d00000c0400000)
	/* 2 - 2 is +0, 3 - 3 as well; infinity times 0 counts as 0, or as 2 for FMULX */
	SET_V(v3, 0x3ff0000000000000, 0x4008000000000000)
	SET_V(v4, 0x4000000000000000, 0x3ff0000000000000)
	frecps	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0, 0xbff0000000000000)
	frsqrts	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0x3fe0000000000000, 0)
	SET_V(v3, 0x7ff0000000000000, 0x3ff0000000000000)
	SET_V(v4, 0x8000000000000000, 0x3ff0000000000000)
	frecps	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0x4000000000000000, 0x3ff0000000000000)
	frsqrts	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0x3ff8000000000000, 0x3ff0000000000000)
	fmulx	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0xc000000000000000, 0x3ff0000000000000)
	/* 2^1023 * 2 overflows before it would be halved */
	SET_V(v3, 0x7fe0000000000000, 0x3ff0000000000000)
	SET_V(v4, 0xc000000000000000, 0x3ff0000000000000)
	frsqrts	v2.2d, v3.2d, v4.2d
	EXPECT_V(v2, 0x7fe0000000000000, 0x3ff0000000000000)
	EXPECT_FLAGS(IXC)
	SET_V(v3, 0x400000003f800000, 0x0000000080000000)
	frecpx	s2, s3
	EXPECT_V(v2, 0x40000000, 0)
	SET_V(v3, 0x8000000040000000, 0xffffffff7fffffff)
	urecpe	v2.4s, v3.4s
	EXPECT_V(v2, 0xff800000ffffffff, 0x80000000ffffffff)
	ursqrte	v2.4s, v3.4s
	EXPECT_V(v2, 0xb4800000ff800000, 0x80000000b5000000)
	fsqrt	v2.2s, v0.2s
	EXPECT_V(v2, 0x3fb504f33f800000, 0)
	EXPECT_FLAGS(IXC)

	/* complex: (1 + 2i) and (3 + 4i) with (10 + 20i) and (30 + 40i) */
	fcadd	v2.4s, v0.4s, v1.4s, #90
	EXPECT_V(v2, 0x41400000c1980000, 0x42080000c2140000)
	fcadd	v2.4s, v0.4s, v1.4s, #270
	EXPECT_V(v2, 0xc100000041a80000, 0xc1d00000422c0000)
	movi	v2.4s, #0
	fcmla	v2.4s, v0.4s, v1.4s, #0
	EXPECT_V(v2, 0x41a0000041200000, 0x42f0000042b40000)
	fcmla	v2.4s, v0.4s, v1.4s, #90		/* the product: -30 + 40i, -70 + 240i */
	EXPECT_V(v2, 0x42200000c1f00000, 0x43700000c28c0000)
	fcmla	v2.4s, v0.4s, v1.4s, #180
	fcmla	v2.4s, v0.4s, v1.4s, #270
	EXPECT_V(v2, 0, 0)
	fcmla	v2.4s, v0.4s, v1.s[1], #0		/* 1 and 3 times 30 + 40i */
	EXPECT_V(v2, 0x4220000041f00000, 0x42f0000042b40000)
	EXPECT_FLAGS(0)

	/* halves into singles: 1 2 3 4 5 6 7 8 */
	SET_V(v3, 0x4400420040003c00, 0x4800470046004500)
	movi	v2.4s, #0
	fmlal	v2.4s, v3.4h, v3.4h
	EXPECT_V(v2, 0x408000003f800000, 0x4180000041100000)
	fmlsl2	v2.4s, v3.4h, v3.h[7]
	EXPECT_V(v2, 0xc2300000c21c0000, 0xc2400000c23c0000)
	movi	v2.4s, #0
	fmlal2	v2.2s, v3.2h, v3.2h
	EXPECT_V(v2, 0x4180000041100000, 0)
	fmlsl	v2.2s, v3.2h, v3.h[0]
	EXPECT_V(v2, 0x4160000041000000, 0)

	/* BFloat16: 1 2 3 4 and 5 6 7 8 */
	SET_V(v3, 0x4080404040003f80, 0x410040e040c040a0)
	movi	v2.4s, #0
	bfdot	v2.4s, v3.8h, v3.8h
	EXPECT_V(v2, 0x41c8000040a00000, 0x42e2000042740000)
	movi	v2.4s, #0
	bfdot	v2.4s, v3.8h, v3.2h[1]			/* 3 4 */
	EXPECT_V(v2, 0x41c8000041300000, 0x42540000421c0000)
	movi	v2.4s, #0
	bfmmla	v2.4s, v3.8h, v3.8h
	EXPECT_V(v2, 0x428c000041f00000, 0x432e0000428c0000)
	movi	v2.4s, #0
	bfmlalb	v2.4s, v3.8h, v3.8h
	EXPECT_V(v2, 0x411000003f800000, 0x4244000041c80000)
	bfmlalt	v2.4s, v3.8h, v3.h[0]
	EXPECT_V(v2, 0x4150000040400000, 0x4264000041f80000)
	SET_V(v3, 0x3f8080003f808001, 0x7f7fffff7f800001)
	bfcvtn	v2.4h, v3.4s
	EXPECT_V(v2, 0x7f807fc03f803f81, 0)
	EXPECT_FLAGS(IOC | OFC | IXC)
	bfcvtn2	v2.8h, v3.4s
	EXPECT_V(v2, 0x7f807fc03f803f81, 0x7f807fc03f803f81)
	bfcvt	h2, s3
	EXPECT_V(v2, 0x3f81, 0)
	END
