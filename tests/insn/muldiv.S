/* SPDX-License-Identifier: Apache-2.0 */
/* Multiplies, divides, conditional select and compare, CRC32. */
#include "insn.inc"

	BEGIN
	mov	x0, #-3
	mov	x1, #7
	mov	x2, #100
	madd	x3, x0, x1, x2
	EXPECT(x3, 79)
	msub	x3, x0, x1, x2
	EXPECT(x3, 121)
	mul	w3, w0, w1
	EXPECT(x3, 0xffffffeb)
	mneg	x3, x0, x1
	EXPECT(x3, 21)
	smaddl	x3, w0, w1, x2
	EXPECT(x3, 79)
	umaddl	x3, w0, w1, x2
	EXPECT(x3, 0x70000004f)
	smsubl	x3, w0, w1, x2
	EXPECT(x3, 121)
	umnegl	x3, w0, w1
	EXPECT(x3, 0xfffffff900000015)
	smulh	x3, x0, x1
	EXPECT(x3, -1)
	umulh	x3, x0, x1
	EXPECT(x3, 6)

	/* division rounds to zero; by zero gives zero; the overflow wraps */
	sdiv	x3, x2, x0
	EXPECT(x3, -33)
	udiv	x3, x0, x2
	EXPECT(x3, 0x028f5c28f5c28f5c)
	sdiv	w3, w0, w1
	EXPECT(x3, 0)
	sdiv	x3, x2, xzr
	EXPECT(x3, 0)
	udiv	w3, w2, wzr
	EXPECT(x3, 0)
	mov	x4, #0x8000000000000000
	mov	x5, #-1
	sdiv	x3, x4, x5
	EXPECT(x3, 0x8000000000000000)
	mov	w4, #0x80000000
	sdiv	w3, w4, w5
	EXPECT(x3, 0x80000000)

	/* select */
	SET_NZCV(0b0100)
	csel	x3, x1, x2, eq
	EXPECT(x3, 7)
	csinc	x3, x1, x2, ne
	EXPECT(x3, 101)
	csinv	w3, w1, w2, ne
	EXPECT(x3, 0xffffff9b)
	csneg	x3, x1, x2, ne
	EXPECT(x3, -100)
	cset	x3, eq
	EXPECT(x3, 1)
	csetm	w3, eq
	EXPECT(x3, 0xffffffff)
	cinc	x3, x1, eq
	EXPECT(x3, 8)
	cmp	w0, #0
	cset	w3, lt
	EXPECT(x3, 1)
	cset	w3, lo
	EXPECT(x3, 0)

	/* conditional compare: the condition holds, then not */
	cmp	x1, #7
	ccmp	x2, #4, #0, eq
	EXPECT_NZCV(0b0010)
	cmp	x1, #6
	ccmp	x2, #4, #0b1101, eq
	EXPECT_NZCV(0b1101)
	ccmn	w0, #3, #0, mi
	EXPECT_NZCV(0b0110)
	ccmp	w0, w0, #0b1111, ne
	EXPECT_NZCV(0b1111)
	ccmn	x4, x4, #0b0001, al
	EXPECT_NZCV(0b0000)

#ifdef __ARM_FEATURE_CRC32
	mov	w0, #-1
	mov	w1, #0x31
	crc32b	w2, w0, w1
	mvn	w3, w2
	EXPECT(x3, 0x83dcefb7)
	ldr	x1, =0x3837363534333231
	crc32x	w2, w0, x1
	mov	w1, #0x39
	crc32b	w2, w2, w1
	mvn	w3, w2
	EXPECT(x3, 0xcbf43926)
	ldr	x1, =0x3837363534333231
	crc32cx	w2, w0, x1
	mov	w1, #0x39
	crc32cb	w2, w2, w1
	mvn	w3, w2
	EXPECT(x3, 0xe3069283)
	mov	w1, #0x3231
	crc32h	w2, w0, w1
	crc32cw	w2, w2, w1
	EXPECT(xzr, 0)
#endif
	END
