/* SPDX-License-Identifier: Apache-2.0 */
/*
 * V0-V31 with values that depend on the register and a seed, and the comparison with them. C code
 * of the guest uses general registers only, so these stay where they are.
 */
	.arch	armv8.1-a+simd
	.text

	/* Both halves of V<n>: seed + n, and its complement. */
	.macro	expected n
	add	x1, x0, #\n
	mvn	x2, x1
	.endm

	.global fp_fill
fp_fill:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	expected \n
	fmov	d\n, x1
	fmov	v\n\().d[1], x2
	.endr
	ret

	.global fp_differs
fp_differs:
	mov	x5, #0
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	expected \n
	fmov	x3, d\n
	fmov	x4, v\n\().d[1]
	eor	x1, x1, x3
	eor	x2, x2, x4
	orr	x5, x5, x1
	orr	x5, x5, x2
	.endr
	mov	x0, x5
	ret
