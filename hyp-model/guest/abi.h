/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guests and the hypervisor agree on: where things are in the guest's physical address
 * space, and the hypercalls. Included by both sides, so integers only.
 */
#ifndef HYP_GUEST_ABI_H
#define HYP_GUEST_ABI_H

/* Intermediate physical addresses. */
#define GUEST_RAM_IPA	  0x40000000ul /* 2 MiB, backed by one block; the program is at its start */
#define GUEST_RAM_SIZE	  0x00200000ul
#define GUEST_PAGES_IPA	  0x40200000ul /* 2 MiB, backed page by page when touched */
#define GUEST_PAGES_SIZE  0x00200000ul
#define GUEST_CONSOLE_IPA 0x09000000ul /* a device: nothing is mapped here */
#define GUEST_HOLE_IPA	  0x0a000000ul /* neither memory nor device: an external abort */

/* Registers of the console device. */
#define CONSOLE_DATA  0x00ul /* write: one character */
#define CONSOLE_FLAGS 0x18ul /* read: CONSOLE_READY when a character will be taken */
#define CONSOLE_READY 0x80ul

/*
 * HVC #0, SMCCC: x0 is the function, x1.. the arguments, x0 the result. Vendor calls are in the
 * range of owner 6, "vendor specific hypervisor service".
 *
 * ADD         x1 + x2
 * WATCH_PAGE  makes the page at IPA x1 read-only until it is written: 0, or REFUSED
 * WRITTEN     how many watched pages were written so far
 * DROP_PAGE   forgets the page at IPA x1, whoever touches it next finds zeros: 0, or REFUSED
 * REPORT      x1 = how many checks held, x2 = line of the first that did not, or 0
 */
#define PSCI_VERSION	  0x84000000ul
#define PSCI_SYSTEM_OFF	  0x84000008ul
#define HVC_ADD		  0xc6000000ul
#define HVC_WATCH_PAGE	  0xc6000001ul
#define HVC_WRITTEN	  0xc6000002ul
#define HVC_DROP_PAGE	  0xc6000003ul
#define HVC_REPORT	  0xc6000004ul
#define HVC_NOT_SUPPORTED 0xfffffffffffffffful
#define HVC_REFUSED	  0xfffffffffffffffdul

#define PSCI_1_1 0x00010001ul

/* What the hypervisor lets a guest read where the hardware would say something else. */
#define GUEST_ACTLR_EL1 0xac7120000000e501ul
#define GUEST_MPIDR_EL1 0x80000000ul

#endif
