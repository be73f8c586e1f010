/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guests' program as the hypervisor carries it: guest.bin, made from guest/ by CMakeLists.txt.
 */
	.section .rodata
	.balign	64
	.global guest_image_start, guest_image_end
guest_image_start:
	.incbin	"guest.bin"
guest_image_end:
