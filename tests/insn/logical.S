/* SPDX-License-Identifier: Apache-2.0 */
/* Logical operations, moves, shifts, bitfields, extract, and the one-source instructions. */
#include "insn.inc"

	BEGIN
	/* immediates: repeated patterns, both widths */
	mov	x0, #0x5555555555555555
	and	x1, x0, #0xff00ff00ff00ff00
	EXPECT(x1, 0x5500550055005500)
	orr	x1, x0, #0x8000000000000001
	EXPECT(x1, 0xd555555555555555)
	eor	w1, w0, #0xffff0000
	EXPECT(x1, 0xaaaa5555)
	ands	x1, x0, #0x8000000000000000
	EXPECT_NZCV(0b0100)
	ands	w1, w0, #0x40000000
	EXPECT_NZCV(0b0000)
	tst	x0, #1
	EXPECT_NZCV(0b0000)
	mov	x2, sp
	and	sp, x2, #0xfffffffffffffff0
	mov	x1, sp
	EXPECT(xzr, 0)

	/* registers, shifted and inverted */
	mov	x2, #0xff
	and	x1, x0, x2, lsl #8
	EXPECT(x1, 0x5500)
	bic	x1, x0, x2
	EXPECT(x1, 0x5555555555555500)
	orn	x1, xzr, x2
	EXPECT(x1, -256)
	eon	w1, w0, w0
	EXPECT(x1, 0xffffffff)
	orr	x1, xzr, x2, ror #4
	EXPECT(x1, 0xf00000000000000f)
	mov	w3, #0x80000000
	orr	w1, wzr, w3, asr #31
	EXPECT(x1, 0xffffffff)
	bics	x1, x2, x2
	EXPECT_NZCV(0b0100)
	ands	w1, w3, w3
	EXPECT_NZCV(0b1000)
	SET_NZCV(0b0011)
	tst	w3, w3
	EXPECT_NZCV(0b1000)

	/* wide moves */
	mov	x1, #0x1234
	movk	x1, #0x5678, lsl #48
	EXPECT(x1, 0x5678000000001234)
	movn	x1, #0xf, lsl #16
	EXPECT(x1, 0xfffffffffff0ffff)
	movn	w1, #0
	EXPECT(x1, 0xffffffff)
	movz	w1, #0xabcd, lsl #16
	movk	w1, #1
	EXPECT(x1, 0xabcd0001)

	/* bitfields */
	ldr	x0, =0xfedcba9876543210
	ubfx	x1, x0, #4, #12
	EXPECT(x1, 0x321)
	sbfx	x1, x0, #60, #4
	EXPECT(x1, -1)
	sbfx	w1, w0, #28, #4
	EXPECT(x1, 7)
	ubfiz	x1, x0, #8, #8
	EXPECT(x1, 0x1000)
	sbfiz	x1, x0, #32, #16
	EXPECT(x1, 0x321000000000)
	mov	x1, #-1
	bfi	x1, x0, #16, #8
	EXPECT(x1, 0xffffffffff10ffff)
	bfxil	x1, x0, #32, #16
	EXPECT(x1, 0xffffffffff10ba98)
	mov	w1, #-1
	bfi	w1, wzr, #4, #8
	EXPECT(x1, 0xfffff00f)
	lsl	x1, x0, #63
	EXPECT(x1, 0)
	lsr	x1, x0, #60
	EXPECT(x1, 0xf)
	asr	x1, x0, #60
	EXPECT(x1, -1)
	asr	w1, w0, #28
	EXPECT(x1, 7)
	sxtb	x1, w0
	EXPECT(x1, 0x10)
	sxth	w1, w0
	EXPECT(x1, 0x3210)
	sxtw	x1, w0
	EXPECT(x1, 0x76543210)
	uxtb	w1, w0
	EXPECT(x1, 0x10)

	/* extract, rotate, shift by register (modulo the width) */
	mov	x2, #0xf
	extr	x1, x2, x0, #8
	EXPECT(x1, 0x0ffedcba98765432)
	extr	w1, w2, w0, #4
	EXPECT(x1, 0xf7654321)
	ror	x1, x0, #16
	EXPECT(x1, 0x3210fedcba987654)
	ror	w1, w0, #8
	EXPECT(x1, 0x10765432)
	mov	x3, #68
	lsl	x1, x0, x3
	EXPECT(x1, 0xedcba98765432100)
	lsr	w1, w0, w3
	EXPECT(x1, 0x07654321)
	asr	x1, x0, x3
	EXPECT(x1, 0xffedcba987654321)
	ror	x1, x0, x3
	EXPECT(x1, 0x0fedcba987654321)

	/* one source */
	rbit	x1, x2
	EXPECT(x1, 0xf000000000000000)
	rbit	w1, w2
	EXPECT(x1, 0xf0000000)
	rev	x1, x0
	EXPECT(x1, 0x1032547698badcfe)
	rev	w1, w0
	EXPECT(x1, 0x10325476)
	rev16	x1, x0
	EXPECT(x1, 0xdcfe98ba54761032)
	rev32	x1, x0
	EXPECT(x1, 0x98badcfe10325476)
	clz	x1, x2
	EXPECT(x1, 60)
	clz	w1, wzr
	EXPECT(x1, 32)
	cls	x1, x0
	EXPECT(x1, 6)
	cls	w1, wzr
	EXPECT(x1, 31)
	END
