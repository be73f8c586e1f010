/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2 of worldswitch.c: any synchronous exception from EL1 stores the world in TPIDR_EL2 and loads
 * the other one.
 */
#define OTHER	256
#define SYS	264

	/* The order of struct world's sys[]; the C side fills the first ten. */
	.macro	each_register do
	\do	elr_el2, 0
	\do	spsr_el2, 1
	\do	hcr_el2, 2
	\do	vttbr_el2, 3
	\do	sctlr_el1, 4
	\do	ttbr0_el1, 5
	\do	tcr_el1, 6
	\do	mair_el1, 7
	\do	vbar_el1, 8
	\do	sp_el1, 9
	\do	sp_el0, 10
	\do	elr_el1, 11
	\do	spsr_el1, 12
	\do	esr_el1, 13
	\do	far_el1, 14
	\do	afsr0_el1, 15
	\do	afsr1_el1, 16
	\do	amair_el1, 17
	\do	ttbr1_el1, 18
	\do	cpacr_el1, 19
	\do	contextidr_el1, 20
	\do	cntkctl_el1, 21
	\do	par_el1, 22
	\do	tpidr_el0, 23
	\do	tpidrro_el0, 24
	\do	tpidr_el1, 25
	.endm
	.macro	save name, index
	mrs	x1, \name
	str	x1, [x0, #SYS + 8 * \index]
	.endm
	.macro	load name, index
	ldr	x1, [x0, #SYS + 8 * \index]
	msr	\name, x1
	.endm
	.macro	general do
	\do	x2, x3, [x0, #16]
	\do	x4, x5, [x0, #32]
	\do	x6, x7, [x0, #48]
	\do	x8, x9, [x0, #64]
	\do	x10, x11, [x0, #80]
	\do	x12, x13, [x0, #96]
	\do	x14, x15, [x0, #112]
	\do	x16, x17, [x0, #128]
	\do	x18, x19, [x0, #144]
	\do	x20, x21, [x0, #160]
	\do	x22, x23, [x0, #176]
	\do	x24, x25, [x0, #192]
	\do	x26, x27, [x0, #208]
	\do	x28, x29, [x0, #224]
	.endm

	.text
	.balign	2048
	.globl	world_vectors
world_vectors:
	.space	0x400
	stp	x0, x1, [sp, #-16]!	/* from EL1: sync */
	mrs	x0, tpidr_el2
	general	stp
	str	x30, [x0, #240]
	ldp	x2, x3, [sp], #16
	stp	x2, x3, [x0]
	b	exchange

	.balign	2048
exchange:
	each_register save
	ldr	x0, [x0, #OTHER]
	msr	tpidr_el2, x0
	each_register load
	general	ldp
	ldr	x30, [x0, #240]
	ldp	x0, x1, [x0]
	eret
