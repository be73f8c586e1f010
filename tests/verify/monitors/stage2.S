/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hypervisor that takes a page of its guest away, or gives it other tables.
 *
 * options: --cpu v8.1
 * case: NOTHING PT-1
 * case: PROPER
 * case: ONLY_IPA PT-1
 * case: NO_DSB PT-1
 * case: NO_LAST_DSB PT-1
 * case: BOTH
 * case: GONE_ANYWAY
 * case: OTHER_TABLES TLB-1
 * case: OTHER_VMID
 * case: OTHER_FLUSHED
 * case: REPLACED BBM-1
 */
#include "guest.inc"

_start:	enter_guest s2_a, 1, guest

guest:	mov	x10, #WINDOW
	ldr	x0, [x10]
	hvc	#0
	finish

	.balign	2048
vectors:
	.rept	8
	finish
	.balign	128
	.endr
	adrp	x11, s2_a_3
	mov	x10, #(WINDOW >> 12)
#ifdef OTHER_TABLES
	vttbr	s2_b, 1
	msr	vttbr_el2, x9
#elif defined(OTHER_VMID)
	vttbr	s2_b, 2
	msr	vttbr_el2, x9
#elif defined(OTHER_FLUSHED)
	vttbr	s2_b, 1
	msr	vttbr_el2, x9
	isb
	tlbi	vmalls12e1
	dsb	nsh
#elif defined(REPLACED)
	adrp	x12, frame_b
	mov	x13, #PAGE2
	orr	x12, x12, x13
	str	x12, [x11]
	dsb	ish
#else
	str	xzr, [x11]
#ifndef NO_DSB
	dsb	ishst
#endif
#if defined(PROPER) || defined(ONLY_IPA) || defined(NO_DSB) || defined(NO_LAST_DSB)
	tlbi	ipas2e1is, x10
	dsb	ish
#endif
#if defined(PROPER) || defined(NO_DSB) || defined(NO_LAST_DSB)
	tlbi	vmalle1is
#ifndef NO_LAST_DSB
	dsb	ish
#endif
#endif
#ifdef BOTH
	tlbi	vmalls12e1is
	dsb	ish
#endif
#ifdef GONE_ANYWAY
	vttbr	s2_b, 3
	msr	vttbr_el2, x9
#endif
#endif
	isb
	eret
