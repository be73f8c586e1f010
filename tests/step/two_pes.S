/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two PEs for a transcript of `entresol step`: PE 0 starts PE 1 by PSCI and goes round a loop
 * without exceptions, while PE 1 takes one SVC after the other. Assembly only.
 */
	.global _start
_start:
	ldr	x0, =0xc4000003		/* PSCI CPU_ON */
	mov	x1, #1
	adr	x2, second
	mov	x3, #0
	smc	#0
loop:
	add	x5, x5, #1
	nop
	b	loop

second:
	adr	x0, vectors
	msr	vbar_el2, x0
	isb
calls:
	svc	#0
	b	calls
	.ltorg

	.balign 2048
vectors:
	.rept	4
	b	.
	.balign 128
	.endr
	eret				/* synchronous, from this EL on SP_EL2 */
	.balign 2048
