/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Missing context synchronization at EL2: what TLB maintenance and AT are about.
 *
 * options: --cpu v8.1
 * case: VMID SYNC-3
 * case: VMID_ISB
 * case: VMID_SAME
 * case: VMID_ALL
 * case: TGE SYNC-3
 * case: TGE_ISB
 * case: AT SYNC-1
 * case: AT_ISB
 * case: AT_ALIKE
 * case: NAME SYNC-2
 * case: NAME_ISB
 */
#include "guest.inc"

_start:	load	x10, VTCR
	msr	vtcr_el2, x10
	vttbr	s2_a, 1
	msr	vttbr_el2, x9
	load	x10, 0x80000001
	msr	hcr_el2, x10
	isb

#if defined(VMID) || defined(VMID_ISB) || defined(VMID_SAME) || defined(VMID_ALL)
#ifdef VMID_SAME
	vttbr	s2_b, 1
#else
	vttbr	s2_a, 2
#endif
	msr	vttbr_el2, x9
#ifdef VMID_ISB
	isb
#endif
#ifdef VMID_ALL
	tlbi	alle1
#else
	tlbi	vmalls12e1
#endif
	dsb	nsh
#endif

#if defined(TGE) || defined(TGE_ISB)
	load	x10, 0x488000000	/* E2H, TGE, RW */
	msr	hcr_el2, x10
	isb
	load	x10, 0x480000001
	msr	hcr_el2, x10
#ifdef TGE_ISB
	isb
#endif
	tlbi	vmalle1
	dsb	nsh
	isb
#endif

#if defined(AT) || defined(AT_ISB) || defined(AT_ALIKE)
	mov	x10, #WINDOW
	vttbr	s2_b, 1
	msr	vttbr_el2, x9
#ifdef AT_ISB
	isb
#endif
#ifdef AT_ALIKE
	mov	x10, #0x40000000
#endif
	at	s12e1r, x10
	isb
#endif

#if defined(NAME) || defined(NAME_ISB)
	load	x10, 0x480000000	/* E2H: now TTBR1_EL1 is another name of TTBR1_EL2 */
	msr	hcr_el2, x10
#ifdef NAME_ISB
	isb
#endif
	msr	ttbr1_el1, xzr
	isb
#endif
	finish
