/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame of a guest that runs on PE 1 is given to another guest on PE 0; or PE 1 enters again what
 * was only taken out of PE 0's TLB.
 *
 * options: --cpu v8.1 --smp 2
 * case: AT_ONCE PT-2
 * case: PROPER
 * case: LOCAL PT-1
 * case: SHARED
 */
#include "guest.inc"

_start:	mov	w0, #0xc4000000		/* PSCI CPU_ON */
	add	w0, w0, #3
	mov	x1, #1
	adr	x2, second
	smc	#0
	adrp	x14, has_read
1:	ldr	x0, [x14, :lo12:has_read]
	cbz	x0, 1b
	adrp	x11, s2_a_3
	ldr	x12, [x11]
	str	xzr, [x11]
#ifndef AT_ONCE
	dsb	ishst
	load	x9, VTCR
	msr	vtcr_el2, x9
	vttbr	s2_a, 1
	msr	vttbr_el2, x9
	isb
	mov	x10, #(WINDOW >> 12)
#ifdef LOCAL
	tlbi	vmalls12e1
	dsb	nsh
#else
	tlbi	ipas2e1is, x10
	dsb	ish
	tlbi	vmalle1is
	dsb	ish
#endif
#endif
#if defined(LOCAL) || defined(SHARED)
	adrp	x14, has_read
	str	xzr, [x14, :lo12:has_read]
	b	.			/* PE 1 ends the run */
#endif
	adrp	x11, s2_b_3
	str	x12, [x11]
	dsb	ish
	enter_guest s2_b, 2, guest
guest:	mov	x10, #WINDOW
	ldr	x0, [x10]
	finish

second:	enter_guest s2_a, 1, second_guest
second_guest:
	mov	x10, #WINDOW
	ldr	x0, [x10]
	adrp	x14, has_read
	mov	x0, #1
	str	x0, [x14, :lo12:has_read]
2:	ldr	x0, [x14, :lo12:has_read]
	cbnz	x0, 2b
	hvc	#0
	finish

	.balign	2048
vectors:
	.rept	8
	b	.
	.balign	128
	.endr
	eret
	.balign	128
	.rept	7
	b	.
	.balign	128
	.endr
	.data
	.balign	8
has_read:
	.quad	0
