/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Under KVM: kvm-smoke puts 1 into x0 for E2H = 1, and looks at what is stored to the doorbell.
 */
#include "payload.h"

	.section .start, "ax"
	.globl	_start
_start:	adr	x1, vectors
	msr	vbar_el2, x1
	adrp	x1, stack_top
	add	sp, x1, :lo12:stack_top
	isb
	bl	hypervisor

	.globl	end
end:	mov	x1, #DOORBELL
	str	x0, [x1, #DOORBELL_EXIT]
	movz	w0, #0x8400, lsl #16 /* PSCI SYSTEM_OFF */
	movk	w0, #8
	smc	#0
	b	.

	.globl	say
say:	mov	x1, #DOORBELL
	dsb	sy
	str	x0, [x1, #DOORBELL_SAY]
	ret
