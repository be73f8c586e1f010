/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page that becomes another one, with and without break-before-make, at EL1 without EL2.
 *
 * options: --cpu v8.1 --el 1
 * case: AT_ONCE BBM-1
 * case: PROPER
 * case: NO_DSB BBM-1
 * case: NO_TLBI BBM-1
 * case: NO_LAST_DSB BBM-1
 * case: LAST_DSB_OF_STORES BBM-1
 * case: OTHER_ADDRESS BBM-1
 * case: OTHER_ASID BBM-1
 * case: ALL_ASIDS
 * case: WHOLE
 * case: READ_ONLY
 * case: NEVER_READ
 * case: NOT_ACCESSED
 * case: RESERVED
 * case: TYPE BBM-1
 * case: TABLE BBM-1
 * case: TABLE_LEAVES BBM-1
 * case: TABLE_PROPER
 */
#include "guest.inc"

_start:	stage1_on s1_a
	mov	x10, #WINDOW
	adrp	x11, s1_a_3
	adrp	x12, frame_b
	mov	x13, #PAGE
	orr	x12, x12, x13
	lsr	x14, x10, #12
#if defined(OTHER_ASID) || defined(ALL_ASIDS)
	ldr	x15, [x11]
	orr	x15, x15, #(1 << 11)	/* nG */
	str	x15, [x11]
	orr	x12, x12, #(1 << 11)
	dsb	ish
#endif
#ifdef NOT_ACCESSED
	ldr	x15, [x11]
	bic	x15, x15, #(1 << 10)
	str	x15, [x11]
	dsb	ish
#endif
#ifdef RESERVED
	mov	x15, #1
	str	x15, [x11]
	dsb	ish
#endif
#ifndef NEVER_READ
	at	s1e1r, x10		/* what faults breaks no run */
	isb
#endif
#if !defined(NEVER_READ) && !defined(NOT_ACCESSED) && !defined(RESERVED)
	ldr	x0, [x10]
#endif

#if defined(AT_ONCE) || defined(NEVER_READ) || defined(NOT_ACCESSED) || defined(RESERVED)
	str	x12, [x11]
#endif
#ifdef READ_ONLY
	ldr	x12, [x11]
	orr	x12, x12, #(1 << 7)
	str	x12, [x11]
#endif
#ifdef TYPE
	ldr	x12, [x11]
	orr	x12, x12, #(1 << 2)	/* Attr1 is Device */
	str	x12, [x11]
#endif
#if defined(PROPER) || defined(OTHER_ADDRESS) || defined(OTHER_ASID) || defined(ALL_ASIDS)
	str	xzr, [x11]
	dsb	ishst
#ifdef OTHER_ADDRESS
	add	x14, x14, #1
#endif
#ifdef OTHER_ASID
	movk	x14, #7, lsl #48
#endif
#ifdef ALL_ASIDS
	tlbi	vaae1is, x14
#else
	tlbi	vae1is, x14
#endif
	dsb	ish
	isb
	str	x12, [x11]
#endif
#ifdef WHOLE
	str	xzr, [x11]
	dsb	sy
	tlbi	vmalle1
	dsb	nsh
	str	x12, [x11]
#endif
#ifdef NO_DSB
	str	xzr, [x11]
	tlbi	vae1is, x14
	dsb	ish
	str	x12, [x11]
#endif
#ifdef NO_TLBI
	str	xzr, [x11]
	dsb	ish
	str	x12, [x11]
#endif
#ifdef NO_LAST_DSB
	str	xzr, [x11]
	dsb	ishst
	tlbi	vae1is, x14
	str	x12, [x11]
#endif
#ifdef LAST_DSB_OF_STORES
	str	xzr, [x11]
	dsb	ishst
	tlbi	vae1is, x14
	dsb	ishst
	str	x12, [x11]
#endif
#if defined(TABLE) || defined(TABLE_LEAVES) || defined(TABLE_PROPER)
	adrp	x11, s1_a_2
	adrp	x12, s1_b_3
	orr	x12, x12, #3
#ifndef TABLE
	str	xzr, [x11]
	dsb	ishst
#ifdef TABLE_LEAVES
	tlbi	vale1is, x14
#else
	tlbi	vae1is, x14
#endif
	dsb	ish
#endif
	str	x12, [x11]
#endif
	dsb	ish
	isb
	finish
