/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The payloads as the hypervisor carries them: guest.bin, made from guest/ by CMakeLists.txt.
 */
	.section .rodata
	.balign	64
	.global payload_image_start, payload_image_end
payload_image_start:
	.incbin	"guest.bin"
payload_image_end:
