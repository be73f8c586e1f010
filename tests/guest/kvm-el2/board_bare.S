/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without KVM: both forms of EL2 one after the other, lines and exit code by semihosting.
 */
	.section .start, "ax"
	.globl	_start
_start:	adr	x1, vectors
	msr	vbar_el2, x1
	adrp	x1, stack_top
	add	sp, x1, :lo12:stack_top
	isb
	mov	x0, #0
	bl	hypervisor
	mov	x19, x0
	mov	x0, #1
	bl	hypervisor
	orr	x0, x19, x0

	.globl	end
end:	cmp	x0, #0 /* an exit code has eight bits */
	cset	x19, ne
	adr	x0, failed
	adr	x1, passed
	csel	x0, x0, x1, ne
	bl	say
	mov	x1, x19
	adr	x2, exit_block
	mov	x0, #0x0026
	movk	x0, #0x2, lsl #16
	stp	x0, x1, [x2]
	mov	x1, x2
	mov	w0, #0x18
	hlt	#0xf000
	b	.

	.globl	say
say:	mov	x1, x0
	mov	w0, #0x04
	hlt	#0xf000
	ret

passed:	.asciz	"kvm-el2: PASS\n"
failed:	.asciz	"kvm-el2: FAIL\n"

	.balign	16
exit_block:
	.quad	0, 0
