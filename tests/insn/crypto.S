/* SPDX-License-Identifier: Apache-2.0 */
/* march: armv8.2-a+crypto+sha3+sm4 */
/* Cryptographic instructions: what is zeroed, which half, lane or rotation; unit tests have the algorithms. */
#include "insn.inc"

	.macro	set reg, low, high
	ldr	x0, =\low
	ldr	x1, =\high
	mov	v\reg\().d[0], x0
	mov	v\reg\().d[1], x1
	.endm

	BEGIN
	/* AES: the S-boxes of 0; ShiftRows of numbered bytes; a column of FIPS 197's kind */
	set	0, 0, 0
	set	1, 0, 0
	aese	v0.16b, v1.16b
	EXPECT_V(v0, 0x6363636363636363, 0x6363636363636363)
	aese	v0.16b, v0.16b
	EXPECT_V(v0, 0x6363636363636363, 0x6363636363636363)
	aesd	v1.16b, v1.16b
	EXPECT_V(v1, 0x5252525252525252, 0x5252525252525252)
	set	0, 0x0706050403020100, 0x0f0e0d0c0b0a0908
	set	1, 0, 0
	aese	v0.16b, v1.16b
	EXPECT_V(v0, 0x7bab01f276676b63, 0x2b6f7cfec577d730)
	set	2, 0x455313db455313db, 0xc6c6c6c6d4d4d4d4
	aesmc	v3.16b, v2.16b
	EXPECT_V(v3, 0xbca14d8ebca14d8e, 0xc6c6c6c6d4d4d4d4)
	aesimc	v3.16b, v3.16b
	EXPECT_V(v3, 0x455313db455313db, 0xc6c6c6c6d4d4d4d4)

	/* SHA1H is scalar; SHA1SU1's last word; SHA1C takes e from the lowest word alone */
	set	0, 0xffffffff80000001, 0xffffffffffffffff
	sha1h	s1, s0
	EXPECT_V(v1, 0x60000000, 0)
	set	0, 0x0000000000000001, 0
	set	1, 0, 0
	sha1su1	v0.4s, v1.4s
	EXPECT_V(v0, 0x0000000000000002, 0x0000000400000000)
	set	0, 0, 0
	set	1, 0x1111111100000001, 0x3333333322222222
	set	2, 0, 0
	sha1c	q0, s1, v2.4s
	EXPECT_V(v0, 0x0000040000008000, 0x4000000000000008)

	/* PMUL zeroes the upper half of 64-bit results; PMULL2 takes the upper half */
	set	0, 0xff0203040506ff80, 0xff00000000000080
	set	1, 0xff03030303030280, 0xff00000000000080
	pmul	v2.8b, v0.8b, v1.8b
	EXPECT_V(v2, 0x5506050c0f0afe00, 0)
	pmul	v2.16b, v0.16b, v1.16b
	EXPECT_V(v2, 0x5506050c0f0afe00, 0x5500000000000000)
	pmull	v3.8h, v0.8b, v1.8b
	pmull2	v4.8h, v0.16b, v1.16b
	EXPECT_V(v4, 0x0000000000004000, 0x5555000000000000)
	set	0, 0xffffffffffffffff, 0x8000000000000000
	pmull	v5.1q, v0.1d, v0.1d
	EXPECT_V(v5, 0x5555555555555555, 0x5555555555555555)
	pmull2	v5.1q, v0.2d, v0.2d
	EXPECT_V(v5, 0, 0x4000000000000000)

	/* SHA-3 */
	set	0, 0x8000000000000001, 0x0123456789abcdef
	set	1, 0x00000000ffffffff, 0xffff0000ffff0000
	set	2, 0x0f0f0f0f0f0f0f0f, 0x00ff00ff00ff00ff
	eor3	v3.16b, v0.16b, v1.16b, v2.16b
	EXPECT_V(v3, 0x8f0f0f0ff0f0f0f1, 0xfe23459876abcd10)
	bcax	v3.16b, v0.16b, v1.16b, v2.16b
	EXPECT_V(v3, 0x80000000f0f0f0f1, 0xfe23456776abcdef)
	rax1	v3.2d, v1.2d, v0.2d
	EXPECT_V(v3, 0x00000000fffffffc, 0xfdb98acfeca89bde)
	xar	v3.2d, v0.2d, v0.2d, #5
	EXPECT_V(v3, 0, 0)
	set	1, 0, 0
	xar	v3.2d, v0.2d, v1.2d, #0
	EXPECT_V(v3, 0x8000000000000001, 0x0123456789abcdef)
	xar	v3.2d, v0.2d, v1.2d, #63
	EXPECT_V(v3, 0x0000000000000003, 0x02468acf13579bde)
	xar	v0.2d, v0.2d, v1.2d, #1
	EXPECT_V(v0, 0xc000000000000000, 0x8091a2b3c4d5e6f7)

	/* SM3SS1 keeps the highest lane alone; the lane of SM3TT1A */
	set	0, 0xffffffffffffffff, 0x0000000100000000
	set	1, 0xffffffffffffffff, 0x0000000200000000
	set	2, 0xffffffffffffffff, 0x0000000400000000
	sm3ss1	v3.4s, v0.4s, v1.4s, v2.4s
	EXPECT_V(v3, 0, 0x0008030000000000)
	set	0, 0, 0
	set	1, 0, 0
	set	2, 0x0000000200000001, 0x0000000400000003
	sm3tt1a	v0.4s, v1.4s, v2.s[0]
	EXPECT_V(v0, 0, 0x0000000100000000)
	set	0, 0, 0
	sm3tt1b	v0.4s, v1.4s, v2.s[3]
	EXPECT_V(v0, 0, 0x0000000400000000)
	set	0, 0, 0
	sm3tt2a	v0.4s, v1.4s, v2.s[1]
	EXPECT_V(v0, 0, 0x0004040200000000)
	set	0, 0, 0
	sm3tt2b	v0.4s, v1.4s, v2.s[2]
	EXPECT_V(v0, 0, 0x0006060300000000)

	/*
	 * SHA256H and SHA256H2 side by side, which TAIL may do as one: results in memory, for
	 * QEMU's. v3 is a copy of v0; v5 and v6 are one in one half.
	 */
	.macro	both, d, n, m, d2, n2, m2
	set	0, 0x0123456789abcdef, 0x13579bdf02468ace
	set	1, 0xfedcba9876543210, 0xeca86420fdb97531
	set	2, 0x5555aaaa3333cccc, 0x0f0f1e1e2d2d3c3c
	mov	v3.16b, v0.16b
	mov	v4.16b, v1.16b
	mov	v5.16b, v0.16b
	mov	v5.d[0], x0
	mov	v6.16b, v0.16b
	mov	v6.d[1], x0
	sha256h	q\d, q\n, v\m\().4s
	sha256h2 q\d2, q\n2, v\m2\().4s
	stp	q\d, q\d2, [x2], #32
	.endm
	ldr	x2, =scratch
	both	0, 1, 2, 1, 3, 2	/* as programs have them */
	both	0, 1, 1, 1, 3, 1
	both	0, 1, 2, 1, 5, 2	/* not the old abcd */
	both	0, 1, 2, 1, 6, 2
	both	0, 1, 2, 1, 0, 2	/* the new abcd */
	both	0, 1, 2, 4, 3, 2	/* not the same efgh and wk */
	both	0, 1, 2, 1, 3, 4
	both	0, 0, 2, 0, 3, 2	/* SHA256H changes them */
	both	0, 1, 0, 1, 3, 0
	END
