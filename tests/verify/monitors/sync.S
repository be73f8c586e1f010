/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Missing context synchronization, at EL1 without EL2.
 *
 * options: --cpu v8.3-nv --el 1
 * case: TABLES SYNC-1
 * case: TABLES_ISB
 * case: TABLES_ALIKE
 * case: TABLES_FAULT SYNC-1
 * case: FP SYNC-2
 * case: FP_ISB
 * case: FP_SAME
 * case: KEY SYNC-4
 * case: KEY_ISB
 * case: KEY_OTHER
 * case: SELECTION SYNC-6
 * case: SELECTION_ISB
 * case: CACHE_LINE SYNC-1
 * case: VECTOR SYNC-5
 * case: VECTOR_ISB
 */
#include "guest.inc"

_start:	adr	x10, vectors
	msr	vbar_el1, x10
	stage1_on s1_a
	mov	x10, #WINDOW
	ldr	x0, [x10]
	adr	x11, other

#if defined(TABLES) || defined(TABLES_ISB) || defined(TABLES_ALIKE)
	adrp	x9, s1_b
	msr	ttbr0_el1, x9
#ifdef TABLES_ISB
	isb
#endif
#ifdef TABLES_ALIKE
	ldr	x0, [x11]
	isb
#else
	ldr	x0, [x10]
#endif
#endif

#ifdef TABLES_FAULT
	load	x9, (TCR | 1 << 7 | TCR_HIGH << 32)	/* EPD0 */
	msr	tcr_el1, x9
	ldr	x0, [x10]
#endif

#if defined(FP) || defined(FP_ISB) || defined(FP_SAME)
	mov	x9, #(3 << 20)
	msr	cpacr_el1, x9
#ifdef FP_SAME
	isb
	msr	cpacr_el1, x9
#endif
#ifdef FP_ISB
	isb
#endif
	fmov	d0, x9
#endif

#if defined(KEY) || defined(KEY_ISB) || defined(KEY_OTHER)
	mrs	x9, sctlr_el1
	orr	x9, x9, #(1 << 31)	/* EnIA */
	msr	sctlr_el1, x9
	isb
	mov	x9, #5
#ifdef KEY_OTHER
	msr	apibkeylo_el1, x9
#else
	msr	apiakeylo_el1, x9
#endif
#ifdef KEY_ISB
	isb
#endif
	.inst	0xdac10120	/* pacia x0, x9 */
#endif

#if defined(SELECTION) || defined(SELECTION_ISB)
	mov	x9, #2
	msr	csselr_el1, x9
#ifdef SELECTION_ISB
	isb
#endif
	mrs	x9, ccsidr_el1
#endif

#ifdef CACHE_LINE
	adrp	x9, s1_b
	msr	ttbr0_el1, x9
	dc	civac, x10
	isb
#endif

#if defined(VECTOR) || defined(VECTOR_ISB)
	adr	x9, other_vectors
	msr	vbar_el1, x9
#ifdef VECTOR_ISB
	isb
#endif
	svc	#0
#endif
	finish

	.balign	8
other:	.quad	0

	.balign	2048
vectors:
	.rept	16
	finish
	.balign	128
	.endr
	.balign	2048
other_vectors:
	.rept	16
	finish
	.balign	128
	.endr
