/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every row of SIMD floating point once or more: result and FPSR go to memory, which must be as
 * QEMU's. The operands are halves, and singles and doubles made of them: numbers, a denormal, NaNs.
 */
/* march: armv8.6-a+fp16+fp16fml */
#include "insn.inc"

	.macro	row insn:vararg
	msr	fpsr, xzr
	\insn
	mrs	x15, fpsr
	str	q2, [x20], #16
	str	x15, [x20], #8
	.endm

	/* what accumulates does so to the result before */
	.macro	vectors op
	row	\op v2.8h, v0.8h, v1.8h
	row	\op v2.4h, v1.4h, v0.4h
	row	\op v2.4s, v0.4s, v1.4s
	row	\op v2.2s, v1.2s, v0.2s
	row	\op v2.2d, v0.2d, v1.2d
	.endm

	.macro	singles_of op
	row	\op h2, h0, h1
	row	\op s2, s0, s1
	row	\op d2, d1, d0
	.endm

	.macro	unary op, last:vararg
	row	\op v2.8h, v0.8h\last
	row	\op v2.4h, v1.4h\last
	row	\op v2.4s, v0.4s\last
	row	\op v2.2s, v1.2s\last
	row	\op v2.2d, v0.2d\last
	.endm

	.macro	unary_of op, last:vararg
	row	\op h2, h1\last
	row	\op s2, s0\last
	row	\op d2, d0\last
	.endm

	.macro	by_element op
	row	\op v2.8h, v0.8h, v1.h[6]
	row	\op v2.4h, v0.4h, v1.h[1]
	row	\op v2.4s, v0.4s, v17.s[3]
	row	\op v2.2s, v0.2s, v1.s[1]
	row	\op v2.2d, v0.2d, v17.d[1]
	row	\op h2, h0, v1.h[3]
	row	\op s2, s0, v1.s[2]
	row	\op d2, d0, v1.d[1]
	.endm

	.macro	all_rows
	.irp	op, fadd, fsub, fmul, fdiv, fmulx, fabd, fmla, fmls, fmax, fmin, fmaxnm, fminnm
	vectors	\op
	.endr
	.irp	op, frecps, frsqrts, fcmeq, fcmge, fcmgt, facge, facgt
	vectors	\op
	.endr
	.irp	op, faddp, fmaxp, fminp, fmaxnmp, fminnmp
	vectors	\op
	row	\op h2, v0.2h
	row	\op s2, v1.2s
	row	\op d2, v0.2d
	.endr
	.irp	op, fabd, fmulx, frecps, frsqrts, fcmeq, fcmge, fcmgt, facge, facgt
	singles_of \op
	.endr
	.irp	op, fmla, fmls, fmul, fmulx
	by_element \op
	.endr

	.irp	op, fabs, fneg, fsqrt, frintn, frintm, frintp, frintz, frinta, frintx, frinti
	unary	\op
	.endr
	.irp	op, fcvtns, fcvtnu, fcvtms, fcvtmu, fcvtps, fcvtpu, fcvtas, fcvtau, fcvtzs, fcvtzu
	unary	\op
	unary_of \op
	.endr
	.irp	op, scvtf, ucvtf, frecpe, frsqrte
	unary	\op
	unary_of \op
	.endr
	.irp	op, scvtf, ucvtf, fcvtzs, fcvtzu
	unary	\op, , #5
	unary_of \op, , #16
	.endr
	.irp	op, fcmeq, fcmge, fcmgt, fcmle, fcmlt
	unary	\op, , #0.0
	unary_of \op, , #0.0
	.endr
	unary_of frecpx
	.irp	op, frint32x, frint32z, frint64x, frint64z
	row	\op v2.4s, v0.4s
	row	\op v2.2s, v1.2s
	row	\op v2.2d, v0.2d
	.endr
	.irp	op, urecpe, ursqrte
	row	\op v2.4s, v0.4s
	row	\op v2.2s, v1.2s
	.endr
	.irp	op, fmaxv, fminv, fmaxnmv, fminnmv
	row	\op h2, v0.8h
	row	\op h2, v1.4h
	row	\op s2, v0.4s
	.endr

	row	fcvtl	v2.4s, v0.4h
	row	fcvtl2	v2.2d, v1.4s
	row	fcvtn	v2.4h, v0.4s
	row	fcvtn2	v2.4s, v1.2d
	row	fcvtxn	v2.2s, v0.2d
	row	fcvtxn2	v2.4s, v1.2d
	row	fcvtxn	s2, d0
	row	bfcvtn	v2.4h, v0.4s
	row	bfcvtn2	v2.8h, v1.4s
	row	bfcvt	h2, s0

	.irp	op, fmlal, fmlal2, fmlsl, fmlsl2
	row	\op v2.4s, v0.4h, v1.4h
	row	\op v2.2s, v0.2h, v1.2h
	row	\op v2.4s, v0.4h, v1.h[6]
	row	\op v2.2s, v0.2h, v1.h[1]
	.endr
	.irp	turn, 0, 90, 180, 270
	row	fcmla	v2.8h, v0.8h, v1.8h, #\turn
	row	fcmla	v2.4h, v0.4h, v1.4h, #\turn
	row	fcmla	v2.4s, v0.4s, v1.4s, #\turn
	row	fcmla	v2.2d, v0.2d, v1.2d, #\turn
	row	fcmla	v2.8h, v0.8h, v17.h[3], #\turn
	row	fcmla	v2.4h, v0.4h, v17.h[0], #\turn
	row	fcmla	v2.4s, v0.4s, v17.s[1], #\turn
	.endr
	.irp	turn, 90, 270
	row	fcadd	v2.8h, v0.8h, v1.8h, #\turn
	row	fcadd	v2.2s, v0.2s, v1.2s, #\turn
	row	fcadd	v2.2d, v0.2d, v1.2d, #\turn
	.endr
	row	bfdot	v2.4s, v0.8h, v1.8h
	row	bfdot	v2.2s, v0.4h, v17.2h[3]
	row	bfmmla	v2.4s, v0.8h, v1.8h
	row	bfmlalb	v2.4s, v0.8h, v1.8h
	row	bfmlalt	v2.4s, v0.8h, v1.8h
	row	bfmlalb	v2.4s, v0.8h, v1.h[7]
	row	bfmlalt	v2.4s, v0.8h, v1.h[2]
	.endm

	.macro	with_fpcr value
	ldr	x0, =\value
	msr	fpcr, x0
	msr	fpsr, xzr
	all_rows
	.endm

	BEGIN
	b	1f
	.balign	16
operands:
	.hword	0x3e00, 0xc080, 0x4300, 0x0001, 0x41ff, 0x7e01, 0xb800, 0x3ff0
	.hword	0x3c01, 0x4200, 0xbc00, 0x3555, 0x7c00, 0x3800, 0x0000, 0x4012
1:	adr	x0, operands
	ldp	q0, q1, [x0]
	mov	v17.16b, v1.16b
	movi	v2.2d, #0
	adrp	x20, results
	add	x20, x20, :lo12:results
	with_fpcr 0
	with_fpcr 0x00480000			/* up, FZ16 */
	with_fpcr 0x03000000			/* FZ, DN */
	END
	.balign	16
results: .zero	0xc000
