/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kvm-el2.bin, the guest hypervisor and L2, as data of kvm-smoke.
 */
	.section .rodata
	.balign	8
	.globl	kvm_el2_start, kvm_el2_end
kvm_el2_start:
	.incbin	"kvm-el2.bin"
kvm_el2_end:

	.section .note.GNU-stack, "", %progbits
