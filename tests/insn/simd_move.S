/* SPDX-License-Identifier: Apache-2.0 */
/* SIMD copies, permutations, table lookup, modified immediates: indexes, widths, what is cleared and what is kept. */
#include "insn.inc"

	.macro	set_v reg, low, high
	ldr	x16, =\low
	ldr	x17, =\high
	mov	v\reg\().d[0], x16
	mov	v\reg\().d[1], x17
	.endm

	BEGIN
	set_v	1, 0x0706050403020100, 0x8f8e8d8c8b8a8988
	set_v	2, 0x1716151413121110, 0x9f9e9d9c9b9a9998
	ldr	x2, =0x8877665544332211

	/* DUP: a 64-bit result clears the rest */
	dup	v0.16b, v1.b[15]
	EXPECT_V(v0, 0x8f8f8f8f8f8f8f8f, 0x8f8f8f8f8f8f8f8f)
	dup	v0.8b, v1.b[8]
	EXPECT_V(v0, 0x8888888888888888, 0)
	dup	v0.8h, v1.h[7]
	EXPECT_V(v0, 0x8f8e8f8e8f8e8f8e, 0x8f8e8f8e8f8e8f8e)
	dup	v0.4s, v1.s[2]
	EXPECT_V(v0, 0x8b8a89888b8a8988, 0x8b8a89888b8a8988)
	dup	v0.2s, v1.s[3]
	EXPECT_V(v0, 0x8f8e8d8c8f8e8d8c, 0)
	dup	v0.2d, v1.d[1]
	EXPECT_V(v0, 0x8f8e8d8c8b8a8988, 0x8f8e8d8c8b8a8988)
	dup	v0.8b, w2
	EXPECT_V(v0, 0x1111111111111111, 0)
	dup	v0.8h, w2
	EXPECT_V(v0, 0x2211221122112211, 0x2211221122112211)
	dup	v0.4s, w2
	EXPECT_V(v0, 0x4433221144332211, 0x4433221144332211)
	dup	v0.2d, x2
	EXPECT_V(v0, 0x8877665544332211, 0x8877665544332211)
	dup	v0.2d, xzr
	EXPECT_V(v0, 0, 0)
	set_v	0, -1, -1
	mov	b0, v1.b[9]
	EXPECT_V(v0, 0x89, 0)
	mov	h0, v1.h[4]
	EXPECT_V(v0, 0x8988, 0)
	mov	s0, v1.s[3]
	EXPECT_V(v0, 0x8f8e8d8c, 0)
	mov	d0, v1.d[1]
	EXPECT_V(v0, 0x8f8e8d8c8b8a8988, 0)

	/* INS keeps the other elements */
	set_v	0, -1, -1
	mov	v0.b[0], w2
	mov	v0.h[1], w2
	mov	v0.s[3], w2
	EXPECT_V(v0, 0xffffffff2211ff11, 0x44332211ffffffff)
	mov	v0.d[0], xzr
	EXPECT_V(v0, 0, 0x44332211ffffffff)
	mov	v0.b[15], v1.b[8]
	mov	v0.h[0], v1.h[7]
	mov	v0.s[1], v1.s[0]
	EXPECT_V(v0, 0x0302010000008f8e, 0x88332211ffffffff)
	mov	v0.d[1], v1.d[0]
	EXPECT_V(v0, 0x0302010000008f8e, 0x0706050403020100)
	mov	v0.b[0], v0.b[7]
	EXPECT_V(v0, 0x0302010000008f03, 0x0706050403020100)

	/* UMOV and SMOV */
	umov	w0, v1.b[15]
	EXPECT(x0, 0x8f)
	umov	w0, v1.h[4]
	EXPECT(x0, 0x8988)
	mov	w0, v1.s[3]
	EXPECT(x0, 0x8f8e8d8c)
	mov	x0, v1.d[1]
	EXPECT(x0, 0x8f8e8d8c8b8a8988)
	smov	w0, v1.b[15]
	EXPECT(x0, 0xffffff8f)
	smov	w0, v1.h[0]
	EXPECT(x0, 0x100)
	smov	x0, v1.b[8]
	EXPECT(x0, 0xffffffffffffff88)
	smov	x0, v1.h[7]
	EXPECT(x0, 0xffffffffffff8f8e)
	smov	x0, v1.s[3]
	EXPECT(x0, 0xffffffff8f8e8d8c)
	mov	x3, sp
	umov	wzr, v1.b[15]
	mov	x4, sp
	EXPECT(xzr, 0)
	sub	x3, x3, x4
	EXPECT(x3, 0)

	/* permutations, of 128 and of 64 bits */
	zip1	v0.16b, v1.16b, v2.16b
	EXPECT_V(v0, 0x1303120211011000, 0x1707160615051404)
	zip2	v0.16b, v1.16b, v2.16b
	EXPECT_V(v0, 0x9b8b9a8a99899888, 0x9f8f9e8e9d8d9c8c)
	zip1	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0x1303120211011000, 0)
	zip2	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0x1707160615051404, 0)
	zip2	v0.4h, v1.4h, v2.4h
	EXPECT_V(v0, 0x1716070615140504, 0)
	zip2	v0.2s, v1.2s, v2.2s
	EXPECT_V(v0, 0x1716151407060504, 0)
	zip2	v0.8h, v1.8h, v2.8h
	EXPECT_V(v0, 0x9b9a8b8a99988988, 0x9f9e8f8e9d9c8d8c)
	zip1	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, 0x1312111003020100, 0x1716151407060504)
	zip1	v0.2d, v1.2d, v2.2d
	EXPECT_V(v0, 0x0706050403020100, 0x1716151413121110)
	zip2	v0.2d, v1.2d, v2.2d
	EXPECT_V(v0, 0x8f8e8d8c8b8a8988, 0x9f9e9d9c9b9a9998)
	uzp1	v0.16b, v1.16b, v2.16b
	EXPECT_V(v0, 0x8e8c8a8806040200, 0x9e9c9a9816141210)
	uzp2	v0.16b, v1.16b, v2.16b
	EXPECT_V(v0, 0x8f8d8b8907050301, 0x9f9d9b9917151311)
	uzp1	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0x1614121006040200, 0)
	uzp2	v0.8b, v1.8b, v2.8b
	EXPECT_V(v0, 0x1715131107050301, 0)
	uzp1	v0.4h, v1.4h, v2.4h
	EXPECT_V(v0, 0x1514111005040100, 0)
	uzp2	v0.2s, v1.2s, v2.2s
	EXPECT_V(v0, 0x1716151407060504, 0)
	uzp2	v0.8h, v1.8h, v2.8h
	EXPECT_V(v0, 0x8f8e8b8a07060302, 0x9f9e9b9a17161312)
	uzp1	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, 0x8b8a898803020100, 0x9b9a999813121110)
	uzp2	v0.2d, v1.2d, v2.2d
	EXPECT_V(v0, 0x8f8e8d8c8b8a8988, 0x9f9e9d9c9b9a9998)
	trn1	v0.16b, v1.16b, v2.16b
	EXPECT_V(v0, 0x1606140412021000, 0x9e8e9c8c9a8a9888)
	trn2	v0.16b, v1.16b, v2.16b
	EXPECT_V(v0, 0x1707150513031101, 0x9f8f9d8d9b8b9989)
	trn1	v0.4h, v1.4h, v2.4h
	EXPECT_V(v0, 0x1514050411100100, 0)
	trn2	v0.8h, v1.8h, v2.8h
	EXPECT_V(v0, 0x1716070613120302, 0x9f9e8f8e9b9a8b8a)
	trn1	v0.4s, v1.4s, v2.4s
	EXPECT_V(v0, 0x1312111003020100, 0x9b9a99988b8a8988)
	trn2	v0.2d, v1.2d, v2.2d
	EXPECT_V(v0, 0x8f8e8d8c8b8a8988, 0x9f9e9d9c9b9a9998)
	mov	v0.16b, v1.16b
	trn1	v0.16b, v0.16b, v0.16b
	EXPECT_V(v0, 0x0606040402020000, 0x8e8e8c8c8a8a8888)

	/* EXT: all places where the two doublewords meet */
	ext	v0.16b, v1.16b, v2.16b, #0
	EXPECT_V(v0, 0x0706050403020100, 0x8f8e8d8c8b8a8988)
	ext	v0.16b, v1.16b, v2.16b, #1
	EXPECT_V(v0, 0x8807060504030201, 0x108f8e8d8c8b8a89)
	ext	v0.16b, v1.16b, v2.16b, #7
	EXPECT_V(v0, 0x8e8d8c8b8a898807, 0x161514131211108f)
	ext	v0.16b, v1.16b, v2.16b, #8
	EXPECT_V(v0, 0x8f8e8d8c8b8a8988, 0x1716151413121110)
	ext	v0.16b, v1.16b, v2.16b, #9
	EXPECT_V(v0, 0x108f8e8d8c8b8a89, 0x9817161514131211)
	ext	v0.16b, v1.16b, v2.16b, #15
	EXPECT_V(v0, 0x161514131211108f, 0x9e9d9c9b9a999817)
	ext	v0.8b, v1.8b, v2.8b, #0
	EXPECT_V(v0, 0x0706050403020100, 0)
	ext	v0.8b, v1.8b, v2.8b, #7
	EXPECT_V(v0, 0x1615141312111007, 0)
	ext	v2.16b, v2.16b, v2.16b, #8
	EXPECT_V(v2, 0x9f9e9d9c9b9a9998, 0x1716151413121110)

	/* TBL gives zero outside of the table, TBX keeps; the table goes on from V31 to V0 */
	set_v	3, 0xff4030201f100f00, 0x8000010203ff2f3f
	set_v	0, 0xc7c6c5c4c3c2c1c0, 0xcfcecdcccbcac9c8
	set_v	30, 0xa7a6a5a4a3a2a1a0, 0xafaeadacabaaa9a8
	set_v	31, 0xb7b6b5b4b3b2b1b0, 0xbfbebdbcbbbab9b8
	tbl	v4.16b, {v30.16b}, v3.16b
	EXPECT_V(v4, 0x000000000000afa0, 0x00a0a1a2a3000000)
	tbl	v4.16b, {v30.16b, v31.16b}, v3.16b
	EXPECT_V(v4, 0x00000000bfb0afa0, 0x00a0a1a2a3000000)
	tbl	v4.16b, {v30.16b, v31.16b, v0.16b}, v3.16b
	EXPECT_V(v4, 0x000000c0bfb0afa0, 0x00a0a1a2a300cf00)
	tbl	v4.16b, {v30.16b, v31.16b, v0.16b, v1.16b}, v3.16b
	EXPECT_V(v4, 0x000000c0bfb0afa0, 0x00a0a1a2a300cf8f)
	tbl	v4.8b, {v30.16b}, v3.8b
	EXPECT_V(v4, 0x000000000000afa0, 0)
	set_v	4, 0xd7d6d5d4d3d2d1d0, 0xdfdedddcdbdad9d8
	tbx	v4.16b, {v30.16b, v31.16b}, v3.16b
	EXPECT_V(v4, 0xd7d6d5d4bfb0afa0, 0xdfa0a1a2a3dad9d8)
	set_v	4, 0xd7d6d5d4d3d2d1d0, 0xdfdedddcdbdad9d8
	tbx	v4.8b, {v30.16b}, v3.8b
	EXPECT_V(v4, 0xd7d6d5d4d3d2afa0, 0)
	tbl	v3.16b, {v3.16b}, v3.16b
	EXPECT_V(v3, 0x0000000000008000, 0x00000f101f000000)

	/* modified immediates */
	movi	v0.2s, #0x12
	EXPECT_V(v0, 0x0000001200000012, 0)
	movi	v0.4s, #0x12, lsl #24
	EXPECT_V(v0, 0x1200000012000000, 0x1200000012000000)
	movi	v0.4h, #0xab, lsl #8
	EXPECT_V(v0, 0xab00ab00ab00ab00, 0)
	movi	v0.8h, #0xab
	EXPECT_V(v0, 0x00ab00ab00ab00ab, 0x00ab00ab00ab00ab)
	movi	v0.4s, #0xab, msl #8
	EXPECT_V(v0, 0x0000abff0000abff, 0x0000abff0000abff)
	movi	v0.2s, #0xab, msl #16
	EXPECT_V(v0, 0x00abffff00abffff, 0)
	movi	v0.16b, #0x5a
	EXPECT_V(v0, 0x5a5a5a5a5a5a5a5a, 0x5a5a5a5a5a5a5a5a)
	movi	d0, #0xff00ff0000ffff00
	EXPECT_V(v0, 0xff00ff0000ffff00, 0)
	movi	v0.2d, #0x00ffffffffffffff
	EXPECT_V(v0, 0x00ffffffffffffff, 0x00ffffffffffffff)
	mvni	v0.4s, #0x12, lsl #8
	EXPECT_V(v0, 0xffffedffffffedff, 0xffffedffffffedff)
	mvni	v0.4h, #0x12
	EXPECT_V(v0, 0xffedffedffedffed, 0)
	mvni	v0.2s, #0x12, msl #16
	EXPECT_V(v0, 0xffed0000ffed0000, 0)
	orr	v0.2s, #0x81, lsl #8
	EXPECT_V(v0, 0xffed8100ffed8100, 0)
	movi	v0.16b, #0x11
	orr	v0.8h, #0x80, lsl #8
	EXPECT_V(v0, 0x9111911191119111, 0x9111911191119111)
	bic	v0.4s, #0x91, lsl #24
	EXPECT_V(v0, 0x0011911100119111, 0x0011911100119111)
	bic	v0.4h, #0x01
	EXPECT_V(v0, 0x0010911000109110, 0)
	fmov	v0.4s, #1.0
	EXPECT_V(v0, 0x3f8000003f800000, 0x3f8000003f800000)
	fmov	v0.2s, #-31.0
	EXPECT_V(v0, 0xc1f80000c1f80000, 0)
	fmov	v0.2d, #0.125
	EXPECT_V(v0, 0x3fc0000000000000, 0x3fc0000000000000)
	fmov	v0.2d, #-2.0
	EXPECT_V(v0, 0xc000000000000000, 0xc000000000000000)
	END
