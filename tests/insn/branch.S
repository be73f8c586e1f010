/* SPDX-License-Identifier: Apache-2.0 */
/* Branches: every condition under every NZCV, compare and test, links, registers, across pages. */
#include "insn.inc"

	/* Collects in x1, for NZCV = 0..15 in turn, whether the condition held (bit NZCV). */
	.macro	truth cond
	mov	x0, #0
	mov	x1, #0
1:	lsl	x2, x0, #28
	msr	nzcv, x2
	b.\cond	2f
	b	3f
2:	mov	x3, #1
	lsl	x3, x3, x0
	orr	x1, x1, x3
3:	add	x0, x0, #1
	sub	x2, x0, #16
	cbnz	x2, 1b
	.endm

	BEGIN
	truth	eq
	EXPECT(x1, 0xf0f0)
	truth	ne
	EXPECT(x1, 0x0f0f)
	truth	hs
	EXPECT(x1, 0xcccc)
	truth	lo
	EXPECT(x1, 0x3333)
	truth	mi
	EXPECT(x1, 0xff00)
	truth	pl
	EXPECT(x1, 0x00ff)
	truth	vs
	EXPECT(x1, 0xaaaa)
	truth	vc
	EXPECT(x1, 0x5555)
	truth	hi
	EXPECT(x1, 0x0c0c)
	truth	ls
	EXPECT(x1, 0xf3f3)
	truth	ge
	EXPECT(x1, 0xaa55)
	truth	lt
	EXPECT(x1, 0x55aa)
	truth	gt
	EXPECT(x1, 0x0a05)
	truth	le
	EXPECT(x1, 0xf5fa)
	truth	al
	EXPECT(x1, 0xffff)
	truth	nv
	EXPECT(x1, 0xffff)

	/* CBZ looks at 32 or 64 bits; TBZ at any of 64 */
	mov	x0, #0x100000000
	mov	x1, #0
	cbnz	w0, 1f
	orr	x1, x1, #1
1:	cbz	x0, 1f
	orr	x1, x1, #2
1:	cbz	w0, 1f
	orr	x1, x1, #4
1:	tbz	x0, #32, 1f
	orr	x1, x1, #8
1:	tbnz	x0, #33, 1f
	orr	x1, x1, #16
1:	tbnz	x0, #63, 1f
	orr	x1, x1, #32
1:	EXPECT(x1, 0b111011)

	/* links */
	bl	1f
after:	b	2f
1:	adr	x0, after
	sub	x0, x0, x30
	ret
2:	EXPECT(x0, 0)
	adr	x5, 1f
	blr	x5
	b	3f
1:	mov	x6, x30
	ret	x6
3:	adr	x5, far
	br	x5
back:	EXPECT(x7, 77)

	/* a loop whose body crosses a page */
	mov	x0, #100
	mov	x1, #0
	b	loop

	.balign	4096
far:	mov	x7, #77
	b	back
	.space	4080, 0
loop:	add	x1, x1, x0
	add	x1, x1, #1
	sub	x0, x0, #1
	cbnz	x0, loop
	EXPECT(x1, 5150)

	/* BLR through the link register itself */
	adr	x30, 1f
	blr	x30
	b	2f
1:	mov	x9, #9
	ret
2:	EXPECT(x9, 9)
	END
