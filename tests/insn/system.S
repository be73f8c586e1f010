/* SPDX-License-Identifier: Apache-2.0 */
/* System instructions and registers that EL0 has: flags, thread registers, hints, barriers, cache. */
#include "insn.inc"

	BEGIN
	mov	x0, #0xffffffff
	msr	nzcv, x0
	mrs	x1, nzcv
	EXPECT(x1, 0xf0000000)
	mov	x0, #1234
	msr	tpidr_el0, x0
	mrs	x1, tpidr_el0
	EXPECT(x1, 1234)
	mrs	x0, tpidrro_el0

	nop
	yield
	sevl
	wfe
	sev
	sevl
	hint	#40
	hint	#127
	dmb	ish
	dsb	sy
	isb
	dsb	nshld

	/* the counters do not go backwards */
	mrs	x0, cntvct_el0
	mrs	x1, cntvct_el0
	cmp	x1, x0
	cset	x2, hs
	EXPECT(x2, 1)

	/* DC ZVA clears the block that holds the address */
	adr	x20, scratch
	mrs	x0, dczid_el0
	and	x0, x0, #15
	mov	x1, #4
	lsl	x1, x1, x0
	mov	x2, #-1
	stp	x2, x2, [x20]
	str	x2, [x20, x1]
	add	x3, x20, #3
	dc	zva, x3
	ldp	x4, x5, [x20]
	EXPECT(x4, 0)
	EXPECT(x5, 0)
	ldr	x4, [x20, x1]
	EXPECT(x4, -1)
	str	xzr, [x20, x1]

	/* self-modified code, by the book */
	adr	x0, patch
	ldr	w1, new
	str	w1, [x0]
	dc	cvau, x0
	dsb	ish
	ic	ivau, x0
	dsb	ish
	isb
patch:	mov	x2, #1
	EXPECT(x2, 2)
	mov	x0, #0
	mov	x1, #0
	mov	x2, #0
	b	1f
new:	mov	x2, #2
1:
	END
