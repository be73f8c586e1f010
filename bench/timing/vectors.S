/* SPDX-License-Identifier: Apache-2.0 */
/* Vectors for EL1 and EL2: SVC from EL1, HVC from EL1 with x18 = 0 return at once. */
	.text
	.balign	2048
	.globl	fast_vectors
fast_vectors:
	.space	0x200
	eret
	.balign	0x200
	cbnz	x18, 1f		/* call_el2() */
	eret
1:	b	vectors_el2 + 0x400
	.balign	2048
