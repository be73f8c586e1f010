/* SPDX-License-Identifier: Apache-2.0 */
/* march: armv8.5-a+fp16 */
/* Scalar floating point since Armv8.2: halves, FJCVTZS, FRINT32 and FRINT64. */
#include "insn.inc"

	.macro	ones reg
	movi	\reg\().16b, #0xff
	.endm
	.macro	put_h number, bits
	mov	w17, #\bits
	fmov	h\number, w17
	.endm
	.macro	put_d number, bits
	ldr	x17, =\bits
	fmov	d\number, x17
	.endm
	.macro	controls fpcr
	ldr	x17, =\fpcr
	msr	fpcr, x17
	msr	fpsr, xzr
	.endm
#define EXPECT_FPSR(value) expect_fpsr value, __LINE__
	.macro	expect_fpsr value, line
	mrs	x15, fpsr
	test_expect x15, \value, \line
	.endm

	BEGIN
	controls 0

	/* Moves of halves: zeros above */
	ldr	x0, =0x8182838485868788
	ones	v0
	fmov	h0, w0
	EXPECT_V(v0, 0x8788, 0)
	ones	v0
	fmov	h0, x0
	EXPECT_V(v0, 0x8788, 0)
	ones	v0
	fmov	w1, h0
	EXPECT(x1, 0xffff)
	fmov	x1, h0
	EXPECT(x1, 0xffff)
	ones	v1
	fmov	h1, h0
	EXPECT_V(v1, 0xffff, 0)
	fmov	h1, #-1.5
	EXPECT_V(v1, 0xbe00, 0)
	fabs	h1, h1
	EXPECT_V(v1, 0x3e00, 0)
	ones	v2
	fneg	h2, h0
	EXPECT_V(v2, 0x7fff, 0)

	/* Arithmetic of halves */
	fmov	h0, #1.0
	fmov	h1, #3.0
	ones	v2
	fdiv	h2, h0, h1
	EXPECT_V(v2, 0x3555, 0)
	EXPECT_FPSR(0x10)
	fadd	h3, h2, h1
	EXPECT_V(v3, 0x42ab, 0)
	fsub	h3, h2, h1
	EXPECT_V(v3, 0xc155, 0)
	fmul	h3, h2, h2
	EXPECT_V(v3, 0x2f1c, 0)
	fnmul	h3, h2, h2
	EXPECT_V(v3, 0xaf1c, 0)
	fsqrt	h3, h1
	EXPECT_V(v3, 0x3eee, 0)
	fmadd	h3, h2, h1, h0
	EXPECT_V(v3, 0x4000, 0)
	fmsub	h3, h2, h1, h0
	EXPECT_V(v3, 0x0c00, 0)
	fnmadd	h3, h2, h1, h0
	EXPECT_V(v3, 0xc000, 0)
	fnmsub	h3, h2, h1, h0
	EXPECT_V(v3, 0x8c00, 0)
	fmax	h3, h0, h1
	EXPECT_V(v3, 0x4200, 0)
	fmin	h3, h0, h1
	EXPECT_V(v3, 0x3c00, 0)
	put_h	4, 0x7e01
	fmaxnm	h3, h4, h1
	EXPECT_V(v3, 0x4200, 0)
	fminnm	h3, h0, h4
	EXPECT_V(v3, 0x3c00, 0)

	/* FZ16 flushes halves and reports nothing of inputs; FZ is not for them */
	controls 0x80000
	put_h	4, 0x0001
	fadd	h3, h4, h0
	EXPECT_V(v3, 0x3c00, 0)
	EXPECT_FPSR(0)
	put_h	5, 0x0400
	fmov	h6, #0.5
	fmul	h3, h5, h6
	EXPECT_V(v3, 0, 0)
	EXPECT_FPSR(8)
	controls 0x1000000
	fadd	h3, h4, h4
	EXPECT_V(v3, 2, 0)
	EXPECT_FPSR(0)

	/* Comparison and selection of halves */
	controls 0
	fcmp	h0, h1
	EXPECT_NZCV(0b1000)
	fcmpe	h1, h0
	EXPECT_NZCV(0b0010)
	fcmp	h3, #0.0
	EXPECT_NZCV(0b0010)
	put_h	5, 0x7e00
	fcmp	h5, h0
	EXPECT_NZCV(0b0011)
	EXPECT_FPSR(0)
	fcmpe	h5, #0.0
	EXPECT_NZCV(0b0011)
	EXPECT_FPSR(1)
	fccmp	h0, h0, #0, vs
	EXPECT_NZCV(0b0110)
	fccmpe	h0, h0, #0b1010, ne
	EXPECT_NZCV(0b1010)
	ones	v6
	fcsel	h3, h6, h0, ge
	EXPECT_V(v3, 0x3c00, 0)
	fcsel	h3, h6, h0, lt
	EXPECT_V(v3, 0xffff, 0)
	fcsel	h6, h6, h6, al
	EXPECT_V(v6, 0xffff, 0)

	/* Halves and integers */
	controls 0
	put_h	0, 0xc100		/* -2.5 */
	frintn	h1, h0
	EXPECT_V(v1, 0xc000, 0)
	frintp	h1, h0
	EXPECT_V(v1, 0xc000, 0)
	frintm	h1, h0
	EXPECT_V(v1, 0xc200, 0)
	frintz	h1, h0
	EXPECT_V(v1, 0xc000, 0)
	frinta	h1, h0
	EXPECT_V(v1, 0xc200, 0)
	frinti	h1, h0
	EXPECT_V(v1, 0xc000, 0)
	EXPECT_FPSR(0)
	frintx	h1, h0
	EXPECT_FPSR(0x10)
	fcvtns	w0, h0
	EXPECT(x0, 0xfffffffe)
	fcvtms	x0, h0
	EXPECT(x0, -3)
	fcvtzs	x0, h0
	EXPECT(x0, -2)
	fcvtas	w0, h0
	EXPECT(x0, 0xfffffffd)
	fcvtpu	x0, h0
	EXPECT(x0, 0)
	EXPECT_FPSR(0x11)
	put_h	0, 0xfc00
	fcvtzs	w0, h0
	EXPECT(x0, 0x80000000)
	fmov	h0, #1.5
	fcvtzs	w0, h0, #4
	EXPECT(x0, 0x18)
	controls 0
	mov	w0, #-1
	ones	v0
	scvtf	h0, w0
	EXPECT_V(v0, 0xbc00, 0)
	EXPECT_FPSR(0)
	ucvtf	h0, w0			/* 65504 is the largest number */
	EXPECT_V(v0, 0x7c00, 0)
	EXPECT_FPSR(0x14)
	ucvtf	h0, w0, #32
	EXPECT_V(v0, 0x3c00, 0)
	scvtf	h0, xzr
	EXPECT_V(v0, 0, 0)

	/* FJCVTZS: Z says that nothing was lost */
	controls 0
	fmov	d0, #-3.0
	fjcvtzs	w0, d0
	EXPECT(x0, 0xfffffffd)
	EXPECT_NZCV(0b0100)
	put_d	0, 0x41f0000000100000	/* 2^32 + 1 */
	fjcvtzs	w0, d0
	EXPECT(x0, 1)
	EXPECT_NZCV(0b0000)
	EXPECT_FPSR(1)
	put_d	0, 0x8000000000000000	/* -0 */
	SET_NZCV(0b1111)
	fjcvtzs	w0, d0
	EXPECT(x0, 0)
	EXPECT_NZCV(0b0000)
	EXPECT_FPSR(1)
	fjcvtzs	wzr, d0

	/* FRINT32, FRINT64: what does not fit is the least integer */
	controls 0x400000		/* to +infinity */
	fmov	d0, #2.5
	ones	v1
	frint32z d1, d0
	EXPECT_V(v1, 0x4000000000000000, 0)
	frint32x d1, d0
	EXPECT_V(v1, 0x4008000000000000, 0)
	EXPECT_FPSR(0x10)
	controls 0
	put_d	0, 0x41e0000000000000	/* 2^31 */
	frint64z d1, d0
	EXPECT_V(v1, 0x41e0000000000000, 0)
	EXPECT_FPSR(0)
	frint32x d1, d0
	EXPECT_V(v1, 0xc1e0000000000000, 0)
	EXPECT_FPSR(1)
	fcvt	s0, d0
	frint32z s1, s0
	EXPECT_V(v1, 0xcf000000, 0)
	frint64x s1, s0
	EXPECT_V(v1, 0x4f000000, 0)
	controls 0
	END
