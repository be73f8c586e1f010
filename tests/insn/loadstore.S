/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores: sizes, sign extension, every addressing mode, pairs, literal, unprivileged. */
#include "insn.inc"

	BEGIN
	adr	x20, scratch
	ldr	x0, =0x8182838485868788
	str	x0, [x20]
	str	x0, [x20, #8]
	ldrb	w1, [x20]
	EXPECT(x1, 0x88)
	ldrsb	w1, [x20, #1]
	EXPECT(x1, 0xffffff87)
	ldrsb	x1, [x20, #1]
	EXPECT(x1, -0x79)
	ldrh	w1, [x20, #2]
	EXPECT(x1, 0x8586)
	ldrsh	x1, [x20, #2]
	EXPECT(x1, -0x7a7a)
	ldrsh	w1, [x20, #2]
	EXPECT(x1, 0xffff8586)
	ldr	w1, [x20, #4]
	EXPECT(x1, 0x81828384)
	ldrsw	x1, [x20, #4]
	EXPECT(x1, 0xffffffff81828384)

	/* unaligned, negative, across a page */
	ldur	x1, [x20, #3]
	EXPECT(x1, 0x8687888182838485)
	add	x2, x20, #16
	ldur	w1, [x2, #-5]
	EXPECT(x1, 0x82838485)
	ldr	x3, =0x1122334455667788
	adr	x4, crossing
	add	x5, x4, #4093
	str	x3, [x5]
	ldr	x1, [x5]
	EXPECT(x1, 0x1122334455667788)
	ldrb	w1, [x5, #3]
	EXPECT(x1, 0x55)
	ldurh	w1, [x5, #2]
	EXPECT(x1, 0x5566)

	/* write-back */
	mov	x2, x20
	ldr	x1, [x2], #8
	sub	x3, x2, x20
	EXPECT(x3, 8)
	ldrb	w1, [x2, #-7]!
	EXPECT(x1, 0x87)
	sub	x3, x2, x20
	EXPECT(x3, 1)
	mov	x2, x20
	strb	wzr, [x2, #32]!
	str	x0, [x2], #-32
	ldr	x1, [x20, #32]
	EXPECT(x1, 0x8182838485868788)

	/* register offset */
	mov	x5, #1
	ldr	w1, [x20, x5, lsl #2]
	EXPECT(x1, 0x81828384)
	ldrb	w1, [x20, x5]
	EXPECT(x1, 0x87)
	mov	w5, #-1
	add	x6, x20, #2
	ldrh	w1, [x6, w5, sxtw #1]
	EXPECT(x1, 0x8788)
	ldr	x5, =0xffffffff00000008
	ldr	x1, [x20, w5, uxtw]
	EXPECT(x1, 0x8182838485868788)
	mov	x5, #-8
	add	x6, x20, #8
	str	x6, [x6, x5, sxtx]
	ldr	x1, [x20]
	sub	x1, x1, x20
	EXPECT(x1, 8)

	/* pairs */
	mov	x1, #1
	mov	x2, #2
	stp	x1, x2, [x20, #64]
	stp	w2, w1, [x20, #80]
	ldp	x3, x4, [x20, #64]
	EXPECT(x3, 1)
	EXPECT(x4, 2)
	ldp	w3, w4, [x20, #80]
	EXPECT(x3, 2)
	mov	w1, #-9
	stp	w1, w2, [x20, #88]
	ldpsw	x3, x4, [x20, #88]
	EXPECT(x3, -9)
	EXPECT(x4, 2)
	add	x7, x20, #256
	stp	x1, x2, [x7, #-16]!
	sub	x3, x7, x20
	EXPECT(x3, 240)
	ldp	x3, x4, [x7], #16
	EXPECT(x4, 2)
	sub	x3, x7, x20
	EXPECT(x3, 256)
	stnp	x2, x1, [x7]
	ldnp	x3, x4, [x7]
	EXPECT(x3, 2)
	mov	x8, sp
	stp	x29, x30, [sp, #-16]!
	ldp	x29, x30, [sp], #16
	mov	x9, sp
	sub	x9, x9, x8
	EXPECT(x9, 0)

	/* literal, prefetch, unprivileged, acquire and release */
	ldr	x1, literal
	EXPECT(x1, 0xfedcba9876543210)
	ldr	w1, literal
	EXPECT(x1, 0x76543210)
	ldrsw	x1, literal + 4
	EXPECT(x1, 0xfffffffffedcba98)
	prfm	pldl1keep, [x20]
	prfm	pstl1strm, literal
	prfum	pldl2keep, [x20, #-3]
	sttr	x1, [x20, #96]
	ldtr	x3, [x20, #96]
	EXPECT(x3, 0xfffffffffedcba98)
	ldtrsb	x3, [x20, #96]
	EXPECT(x3, -0x68)
	stlr	w1, [x20]
	ldar	x3, [x20]
	and	x3, x3, #0xffffffff
	EXPECT(x3, 0xfedcba98)
	stlrb	wzr, [x20]
	ldarh	w3, [x20]
	EXPECT(x3, 0xba00)
	b	1f
	.balign	8
literal: .quad	0xfedcba9876543210
1:
	END
	.balign	4096
crossing: .zero	8192
