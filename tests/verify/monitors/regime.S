/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AT at EL2 for a guest, with registers of another one.
 *
 * options: --cpu v8.1
 * case: OTHER_STAGE2 REG-1
 * case: HALF REG-1
 * case: WHOLE
 * case: UNWALKED
 * case: EMULATED
 * case: ALREADY REG-1
 */
#include "guest.inc"

_start:	mov	x20, #0
	enter_guest s2_a, 1, guest_a
guest_a:
	stage1_on s1_a
	hvc	#0
guest_b:
	load	x9, (TCR | 1 << 36 | TCR_HIGH << 32)
	msr	tcr_el1, x9
	adrp	x9, s1_b
	msr	ttbr0_el1, x9
#ifdef UNWALKED				/* EPD1 is 1 for both */
	msr	ttbr1_el1, x9
#endif
	mov	x9, #0xff
	msr	mair_el1, x9
	isb
	load	x9, SCTLR
	msr	sctlr_el1, x9
	isb
	hvc	#0

	.balign	2048
vectors:
	.rept	8
	finish
	.balign	128
	.endr
	cbnz	x20, 1f
	mov	x20, #1
	enter_guest s2_b, 2, guest_b

	/* Both were here; guest B was the last one. */
1:
#ifdef EMULATED
	mov	x9, #0x44
	msr	mair_el1, x9
#elif defined(ALREADY)
	mov	x9, #0x44
	msr	mair_el1, x9
	load	x9, (TCR | TCR_HIGH << 32)
	msr	tcr_el1, x9
#else
	vttbr	s2_a, 1
	msr	vttbr_el2, x9
#endif
#if defined(HALF) || defined(WHOLE) || defined(UNWALKED)
	load	x9, (TCR | TCR_HIGH << 32)
	msr	tcr_el1, x9
	load	x9, SCTLR
	msr	sctlr_el1, x9
#endif
#if defined(WHOLE) || defined(UNWALKED)
	adrp	x9, s1_a
	msr	ttbr0_el1, x9
#endif
	isb
	mov	x10, #0x40000000
	at	s1e1r, x10
	isb
	finish
