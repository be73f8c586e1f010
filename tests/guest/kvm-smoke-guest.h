/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What kvm-smoke and its guest at EL1 have agreed on: the guest's physical addresses, how often it
 * does what, and where it leaves results. For C and the assembler.
 */
#ifndef KVM_SMOKE_GUEST_H
#define KVM_SMOKE_GUEST_H

#define GICD_IPA 0x08000000
#define GICR_IPA 0x080a0000
#define MMIO_IPA 0x09000000 /* no memory: each access is an exit */
#define RAM_IPA	 0x40000000
#define RAM_SIZE 0x01000000

#define RESULTS_IPA 0x40010000 /* u64 results[RESULT_COUNT] */
#define COUNTS_IPA  0x40011000 /* u64 counts[2][32]: interrupts of each vCPU by INTID */
#define TABLE_IPA   0x40012000 /* stage 1 translation table */
#define PAGES_IPA   0x40200000 /* PAGES of 4 KiB that nothing has touched yet */

/* Registers of the device at MMIO_IPA. */
#define MMIO_READ   0x00 /* 4 bytes: 7, 10, 13... */
#define MMIO_WRITE  0x08 /* 4 bytes; wants 1, 6, 11... */
#define MMIO_SIGNED 0x10 /* 1, 2, 4 bytes: all ones but the lowest bit */
#define MMIO_DROP   0x18 /* write: the VMM checks PAGES, then takes their memory away */

#define HVCS	  1000
#define MMIOS	  1000 /* reads, and as many writes */
#define PAGES	  512
#define PAGE_MARK 0x5a5a0000
#define TIMERS	  10
#define SGIS	  50 /* to vCPU 1 and back */

#define SGI_TO_1     3
#define SGI_TO_0     4
#define PPI_VTIMER   27
#define CPU1_CONTEXT 0x1234

#define RESULT_PSCI_VERSION  0
#define RESULT_SMCCC_VERSION 1
#define RESULT_HVCS	     2 /* PSCI_VERSION calls that answered as the first */
#define RESULT_UNKNOWN_HVC   3 /* what an unknown function returns */
#define RESULT_MMIO_READS    4 /* reads with the right value */
#define RESULT_SIGNED	     5 /* sign-extending reads with the right value */
#define RESULT_PAGES_ZERO    6 /* pages that read as zero after MMIO_DROP */
#define RESULT_CPU_ON	     7
#define RESULT_CPU1_CONTEXT  8
#define RESULT_CPU1_STATE    9	/* AFFINITY_INFO after CPU_OFF */
#define RESULT_TIMER_EARLY   10 /* timer interrupts before their time */
#define RESULT_ESR	     11 /* of an unexpected exception, or 0 */
#define RESULT_ELR	     12
#define RESULT_FAR	     13
#define RESULT_CURRENT_EL    14
#define RESULT_COUNT	     15

#endif
