/* SPDX-License-Identifier: Apache-2.0 */
/* Scalar floating point of Armv8.0: moves, flags, FPCR and FPSR, what is not written. */
#include "insn.inc"

	.macro	ones reg		/* so that zeroed bits are seen */
	movi	\reg\().16b, #0xff
	.endm
	.macro	put_d number, bits
	ldr	x17, =\bits
	fmov	d\number, x17
	.endm
	.macro	put_s number, bits
	ldr	w17, =\bits
	fmov	s\number, w17
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

	/* FMOV: bits above the scalar become zeros, but for the upper half of a vector */
	ldr	x0, =0x8182838485868788
	ones	v0
	fmov	d0, x0
	EXPECT_V(v0, 0x8182838485868788, 0)
	ones	v0
	fmov	s0, w0
	EXPECT_V(v0, 0x85868788, 0)
	ones	v1
	fmov	v1.d[1], x0
	EXPECT_V(v1, 0xffffffffffffffff, 0x8182838485868788)
	fmov	x2, v1.d[1]
	EXPECT(x2, 0x8182838485868788)
	fmov	x2, d1
	EXPECT(x2, 0xffffffffffffffff)
	fmov	w2, s1
	EXPECT(x2, 0xffffffff)
	ones	v2
	fmov	d2, d1
	EXPECT_V(v2, 0xffffffffffffffff, 0)
	fmov	s2, s2
	EXPECT_V(v2, 0xffffffff, 0)
	fmov	d2, xzr
	EXPECT_V(v2, 0, 0)
	ones	v2
	fmov	d2, #-0.125
	EXPECT_V(v2, 0xbfc0000000000000, 0)
	fmov	s2, #31.0
	EXPECT_V(v2, 0x41f80000, 0)
	fmov	wzr, s1
	fmov	xzr, d1

	/* FABS, FNEG: the sign bit only, of signalling NaNs too */
	ones	v3
	put_d	3, 0xfff0000000000001
	fabs	d4, d3
	EXPECT_V(v4, 0x7ff0000000000001, 0)
	fneg	d4, d4
	EXPECT_V(v4, 0xfff0000000000001, 0)
	fabs	s4, s4
	EXPECT_V(v4, 0x00000001, 0)
	fneg	s4, s4
	EXPECT_V(v4, 0x80000001, 0)
	EXPECT_FPSR(0)

	/* Arithmetic, first with IXC clear, then on the host's FPU */
	.rept	2
	fmov	d0, #1.0
	fmov	d1, #3.0
	ones	v2
	fdiv	d2, d0, d1
	EXPECT_V(v2, 0x3fd5555555555555, 0)
	fadd	d3, d2, d1
	EXPECT_V(v3, 0x400aaaaaaaaaaaab, 0)
	fsub	d3, d2, d1
	EXPECT_V(v3, 0xc005555555555555, 0)
	fmul	d3, d2, d2
	EXPECT_V(v3, 0x3fbc71c71c71c71c, 0)
	fnmul	d3, d2, d2
	EXPECT_V(v3, 0xbfbc71c71c71c71c, 0)
	fsqrt	d3, d1
	EXPECT_V(v3, 0x3ffbb67ae8584caa, 0)
	fmadd	d3, d2, d1, d0		/* d0 + d2 * d1 */
	EXPECT_V(v3, 0x4000000000000000, 0)
	fmsub	d3, d2, d1, d0		/* exact: 2^-54, which a rounded product would hide */
	EXPECT_V(v3, 0x3c90000000000000, 0)
	fnmadd	d3, d2, d1, d0
	EXPECT_V(v3, 0xc000000000000000, 0)
	fnmsub	d3, d2, d1, d0
	EXPECT_V(v3, 0xbc90000000000000, 0)
	fmov	s0, #1.0
	fmov	s1, #3.0
	ones	v2
	fdiv	s2, s0, s1
	EXPECT_V(v2, 0x3eaaaaab, 0)
	fadd	s3, s2, s1
	EXPECT_V(v3, 0x40555555, 0)
	fmul	s3, s2, s2
	EXPECT_V(v3, 0x3de38e3a, 0)
	fsqrt	s3, s1
	EXPECT_V(v3, 0x3fddb3d7, 0)
	fmsub	s3, s2, s1, s0
	EXPECT_V(v3, 0xb3000000, 0)
	fnmsub	s3, s2, s1, s0
	EXPECT_V(v3, 0x33000000, 0)
	EXPECT_FPSR(0x10)
	.endr

	/* what the host's FPU must leave alone: zeros, underflow, overflow, NaNs */
	fmov	d0, xzr
	fmov	d1, #-1.0
	fmul	d2, d0, d1
	EXPECT_V(v2, 0x8000000000000000, 0)
	fdiv	d2, d0, d1
	EXPECT_V(v2, 0x8000000000000000, 0)
	EXPECT_FPSR(0x10)
	put_d	0, 0x0010000000000000
	put_d	1, 0x3fefffffffffffff
	fmul	d2, d0, d1		/* tiny before rounding, normal after */
	EXPECT_V(v2, 0x0010000000000000, 0)
	EXPECT_FPSR(0x18)
	put_d	0, 0x7fefffffffffffff
	fadd	d2, d0, d0
	EXPECT_V(v2, 0x7ff0000000000000, 0)
	EXPECT_FPSR(0x1c)
	fdiv	d2, d0, d3
	fmov	d3, xzr
	fdiv	d2, d0, d3
	EXPECT_V(v2, 0x7ff0000000000000, 0)
	EXPECT_FPSR(0x1e)
	fdiv	d2, d3, d3
	EXPECT_V(v2, 0x7ff8000000000000, 0)
	EXPECT_FPSR(0x1f)
	put_d	0, 0xfff0000000000005
	fnmul	d2, d0, d3		/* quiet, and then negated */
	EXPECT_V(v2, 0x7ff8000000000005, 0)
	put_d	1, 0x7ff0000000000006
	fmadd	d2, d3, d1, d0		/* the addend's NaN first */
	EXPECT_V(v2, 0xfff8000000000005, 0)
	fmax	d2, d3, d1
	EXPECT_V(v2, 0x7ff8000000000006, 0)
	fmov	d1, d2
	fmaxnm	d2, d3, d1
	EXPECT_V(v2, 0, 0)
	fneg	d4, d3
	fmin	d2, d3, d4
	EXPECT_V(v2, 0x8000000000000000, 0)
	fminnm	d2, d1, d4
	EXPECT_V(v2, 0x8000000000000000, 0)

	/* FPCR: rounding, flushing, default NaN */
	.macro	in_mode fpcr, quotient, zero
	controls \fpcr
	fmov	d0, #1.0
	fmov	d1, #-3.0
	fdiv	d2, d0, d1
	EXPECT_V(v2, \quotient, 0)
	fsub	d2, d2, d2
	EXPECT_V(v2, \zero, 0)
	.endm
	in_mode 0x000000, 0xbfd5555555555555, 0
	in_mode 0x400000, 0xbfd5555555555555, 0
	in_mode 0x800000, 0xbfd5555555555556, 0x8000000000000000
	in_mode 0xc00000, 0xbfd5555555555555, 0
	controls 0x1000000
	put_s	0, 0x00000001
	put_s	1, 0x3f800000
	fadd	s2, s0, s1
	EXPECT_V(v2, 0x3f800000, 0)
	EXPECT_FPSR(0x80)
	put_s	0, 0x00800000
	fmov	s1, #0.5
	fmul	s2, s0, s1
	EXPECT_V(v2, 0, 0)
	EXPECT_FPSR(0x88)
	controls 0x2000000
	put_s	0, 0xffc00123
	fadd	s2, s0, s1
	EXPECT_V(v2, 0x7fc00000, 0)
	EXPECT_FPSR(0)

	/* Comparisons: less, equal, greater, unordered; conditions that follow */
	controls 0
	fmov	d0, #1.0
	fmov	d1, #2.0
	put_d	2, 0x7ff8000000000000
	fmov	d3, xzr
	fneg	d4, d3
	fcmp	d0, d1
	EXPECT_NZCV(0b1000)
	fcmp	d1, d0
	EXPECT_NZCV(0b0010)
	fcmp	d3, d4
	EXPECT_NZCV(0b0110)
	fcmp	d4, #0.0
	EXPECT_NZCV(0b0110)
	fcmpe	d0, #0.0
	EXPECT_NZCV(0b0010)
	fcmp	d2, d0
	EXPECT_NZCV(0b0011)
	fcmp	d2, #0.0
	EXPECT_NZCV(0b0011)
	EXPECT_FPSR(0)
	fcmpe	d0, d2
	EXPECT_NZCV(0b0011)
	EXPECT_FPSR(1)
	fmov	s0, #-1.0
	fmov	s1, #2.0
	fcmpe	s0, s1
	EXPECT_NZCV(0b1000)
	fcmpe	s0, #0.0
	EXPECT_NZCV(0b1000)
	fmov	s3, wzr
	put_s	2, 0x7fc00000

	/* every condition from EQ to LE, a bit each, after less, equal, greater, unordered */
	.macro	conditions_of first, bits
	mov	x3, #0
	.irp	cond, eq, ne, hs, lo, mi, pl, vs, vc, hi, ls, ge, lt, gt, le
	fcmp	\first, #0.0
	fcsel	s5, s1, s3, \cond
	fmov	w4, s5
	lsr	x4, x4, #30
	add	x3, x4, x3, lsl #1
	.endr
	EXPECT(x3, \bits)
	.endm
	conditions_of s0, 0b01011001010101
	conditions_of s3, 0b10100101011001
	conditions_of s1, 0b01100101101010
	conditions_of s2, 0b01100110100101

	/* FCCMP: compares, or takes its flags */
	SET_NZCV(0b0100)
	fccmp	s0, s1, #0b0101, eq
	EXPECT_NZCV(0b1000)
	fccmp	s0, s1, #0b0101, eq
	EXPECT_NZCV(0b0101)
	fccmp	s1, s0, #0, al
	EXPECT_NZCV(0b0010)
	cmp	x3, x3
	fccmpe	d2, d2, #0, ne
	EXPECT_NZCV(0b0000)
	fcmp	s1, s0
	fccmp	s1, s1, #0b1111, gt
	EXPECT_NZCV(0b0110)
	controls 0
	fccmpe	s2, s2, #0, eq
	EXPECT_NZCV(0b0011)
	EXPECT_FPSR(1)

	/* FCSEL: zeros above, also when both are the same register */
	ones	v5
	ones	v6
	cmp	x3, x3
	fcsel	s5, s6, s0, eq
	EXPECT_V(v5, 0xffffffff, 0)
	fcsel	d5, d0, d6, ne
	EXPECT_V(v5, 0xffffffffffffffff, 0)
	fcsel	d6, d6, d6, al
	EXPECT_V(v6, 0xffffffffffffffff, 0)
	ones	v6
	fcsel	s6, s6, s6, nv
	EXPECT_V(v6, 0xffffffff, 0)

	/* Formats */
	controls 0
	put_s	0, 0x3eaaaaab
	ones	v1
	fcvt	d1, s0
	EXPECT_V(v1, 0x3fd5555560000000, 0)
	ones	v2
	fcvt	s2, d1
	EXPECT_V(v2, 0x3eaaaaab, 0)
	EXPECT_FPSR(0)
	ones	v3
	fcvt	h3, s2
	EXPECT_V(v3, 0x3555, 0)
	EXPECT_FPSR(0x10)
	fcvt	h3, d1
	EXPECT_V(v3, 0x3555, 0)
	fcvt	s4, h3
	EXPECT_V(v4, 0x3eaaa000, 0)
	fcvt	d4, h3
	EXPECT_V(v4, 0x3fd5540000000000, 0)
	put_d	1, 0x7ff4000000000001
	fcvt	s2, d1
	EXPECT_V(v2, 0x7fe00000, 0)
	EXPECT_FPSR(0x11)
	controls 0x4000000		/* AHP */
	fcvt	h3, s2
	EXPECT_V(v3, 0, 0)
	EXPECT_FPSR(1)
	mov	w0, #0x7fff
	fmov	s3, w0
	fcvt	s4, h3
	EXPECT_V(v4, 0x47ffe000, 0)

	/* Integral values: 2.5 by every rounding, and what is reported */
	controls 0x400000		/* to +infinity */
	fmov	d0, #-2.5
	frintn	d1, d0
	EXPECT_V(v1, 0xc000000000000000, 0)
	frintp	d1, d0
	EXPECT_V(v1, 0xc000000000000000, 0)
	frintm	d1, d0
	EXPECT_V(v1, 0xc008000000000000, 0)
	frintz	d1, d0
	EXPECT_V(v1, 0xc000000000000000, 0)
	frinta	d1, d0
	EXPECT_V(v1, 0xc008000000000000, 0)
	frinti	d1, d0
	EXPECT_V(v1, 0xc000000000000000, 0)
	EXPECT_FPSR(0)
	frintx	d1, d0
	EXPECT_V(v1, 0xc000000000000000, 0)
	EXPECT_FPSR(0x10)
	fmov	s0, #0.5
	ones	v1
	frinti	s1, s0
	EXPECT_V(v1, 0x3f800000, 0)
	frintm	s1, s0
	EXPECT_V(v1, 0, 0)

	/* To integers: rounding, saturation, 32-bit results zero-extended */
	controls 0
	fmov	d0, #-2.5
	fcvtns	x0, d0
	EXPECT(x0, -2)
	fcvtps	w0, d0
	EXPECT(x0, 0xfffffffe)
	fcvtms	x0, d0
	EXPECT(x0, -3)
	fcvtzs	w0, d0
	EXPECT(x0, 0xfffffffe)
	fcvtzs	x0, d0
	EXPECT(x0, -2)
	fcvtas	x0, d0
	EXPECT(x0, -3)
	EXPECT_FPSR(0x10)
	fcvtzu	x0, d0
	EXPECT(x0, 0)
	EXPECT_FPSR(0x11)
	controls 0
	put_s	0, 0x4f000000		/* 2^31 */
	fcvtzs	w0, s0
	EXPECT(x0, 0x7fffffff)
	EXPECT_FPSR(1)
	fcvtzs	x0, s0
	EXPECT(x0, 0x80000000)
	fcvtau	w0, s0
	EXPECT(x0, 0x80000000)
	fneg	s0, s0
	fcvtzs	w0, s0
	EXPECT(x0, 0x80000000)
	put_s	0, 0x7fc00000
	fcvtzs	x0, s0
	EXPECT(x0, 0)
	put_d	0, 0xc3e0000000000000	/* -2^63 */
	controls 0
	fcvtzs	x0, d0
	EXPECT(x0, 0x8000000000000000)
	EXPECT_FPSR(0)
	fmov	d0, #1.5
	fcvtzs	x0, d0, #8
	EXPECT(x0, 0x180)
	fcvtzs	w0, d0, #32
	EXPECT(x0, 0x7fffffff)
	fcvtzu	x0, d0, #63
	EXPECT(x0, 0xc000000000000000)
	fcvtzs	xzr, d0

	/* From integers */
	controls 0
	mov	x0, #-1
	ones	v0
	scvtf	d0, x0
	EXPECT_V(v0, 0xbff0000000000000, 0)
	ones	v0
	scvtf	s0, w0
	EXPECT_V(v0, 0xbf800000, 0)
	ucvtf	d0, w0
	EXPECT_V(v0, 0x41efffffffe00000, 0)
	EXPECT_FPSR(0)
	ucvtf	d0, x0
	EXPECT_V(v0, 0x43f0000000000000, 0)
	EXPECT_FPSR(0x10)
	controls 0xc00000		/* to zero */
	ucvtf	s0, w0
	EXPECT_V(v0, 0x4f7fffff, 0)
	scvtf	d0, w0, #32
	EXPECT_V(v0, 0xbdf0000000000000, 0)
	ucvtf	s0, x0, #64
	EXPECT_V(v0, 0x3f7fffff, 0)
	scvtf	d0, xzr
	EXPECT_V(v0, 0, 0)
	EXPECT_FPSR(0x10)
	controls 0
	END
