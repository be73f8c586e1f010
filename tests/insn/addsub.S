/* SPDX-License-Identifier: Apache-2.0 */
/* Add and subtract: immediate, shifted and extended register, with carry, and their flags. */
#include "insn.inc"

	BEGIN
	/* immediate; SP is register 31 here */
	mov	x0, #5
	add	x1, x0, #4095
	EXPECT(x1, 4100)
	add	x1, x0, #1, lsl #12
	EXPECT(x1, 4101)
	sub	w1, w0, #6
	EXPECT(x1, 0xffffffff)
	sub	x1, x0, #6
	EXPECT(x1, -1)
	mov	x2, sp
	sub	sp, sp, #32
	mov	x1, sp
	sub	x1, x2, x1
	EXPECT(x1, 32)
	add	sp, sp, #32

	/* flags of ADDS: carry and overflow are different things */
	mov	x0, #-1
	adds	x1, x0, #1
	EXPECT_NZCV(0b0110)
	mov	x0, #0x7fffffffffffffff
	adds	x1, x0, #1
	EXPECT_NZCV(0b1001)
	adds	w1, w0, #1
	EXPECT_NZCV(0b0110)
	mov	w0, #0x80000000
	adds	w1, w0, w0
	EXPECT_NZCV(0b0111)
	EXPECT(x1, 0)

	/* flags of SUBS and CMP */
	mov	x0, #3
	subs	x1, x0, #3
	EXPECT_NZCV(0b0110)
	subs	x1, x0, #4
	EXPECT_NZCV(0b1000)
	cmp	x0, #2
	EXPECT_NZCV(0b0010)
	mov	x0, #0x8000000000000000
	cmp	x0, #1
	EXPECT_NZCV(0b0011)
	mov	w0, #0x80000000
	cmp	w0, #1
	EXPECT_NZCV(0b0011)
	cmp	x0, #1
	EXPECT_NZCV(0b0010)
	mov	w0, #5
	cmn	w0, #5
	EXPECT_NZCV(0b0000)
	neg	x1, x0
	EXPECT(x1, -5)
	negs	x1, xzr
	EXPECT_NZCV(0b0110)

	/* shifted register */
	mov	x0, #1
	mov	x2, #0xf000000000000000
	add	x1, x0, x0, lsl #63
	EXPECT(x1, 0x8000000000000001)
	add	x1, x0, x2, lsr #60
	EXPECT(x1, 16)
	add	x1, x0, x2, asr #60
	EXPECT(x1, 0)
	mov	w2, #0xf0000000
	sub	w1, w0, w2, asr #28
	EXPECT(x1, 2)

	/* extended register */
	mov	x2, #0x1ff
	movk	x2, #0x8000, lsl #16
	mov	x0, #0
	add	x1, x0, w2, uxtb
	EXPECT(x1, 0xff)
	add	x1, x0, w2, uxth #2
	EXPECT(x1, 0x7fc)
	add	x1, x0, w2, uxtw #4
	EXPECT(x1, 0x800001ff0)
	add	x1, x0, w2, sxtb
	EXPECT(x1, -1)
	add	x1, x0, w2, sxtw #1
	EXPECT(x1, 0xffffffff000003fe)
	sub	x1, x0, x2, sxtx #3
	EXPECT(x1, -0x400000ff8)
	subs	w1, w2, w2, sxth
	EXPECT_NZCV(0b1010)

	/* with carry */
	mov	x0, #10
	mov	x2, #20
	SET_NZCV(0b0010)
	adc	x1, x0, x2
	EXPECT(x1, 31)
	sbc	x1, x0, x2
	EXPECT(x1, -10)
	SET_NZCV(0b0000)
	adc	x1, x0, x2
	EXPECT(x1, 30)
	sbcs	x1, x0, x2
	EXPECT(x1, -11)
	EXPECT_NZCV(0b1000)
	mov	x0, #-1
	SET_NZCV(0b0010)
	adcs	x1, x0, xzr
	EXPECT(x1, 0)
	EXPECT_NZCV(0b0110)
	mov	w0, #0x7fffffff
	SET_NZCV(0b0010)
	adcs	w1, w0, wzr
	EXPECT(x1, 0x80000000)
	EXPECT_NZCV(0b1001)
	ngc	x1, xzr
	EXPECT(x1, -1)
	END
