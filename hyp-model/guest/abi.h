/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest and its hypervisor agree on: where things are in the guest's physical address space,
 * the boot block, the hypercalls. Included by both sides and by assembly, so integers only.
 */
#ifndef HYP_GUEST_ABI_H
#define HYP_GUEST_ABI_H

/*
 * Intermediate physical addresses: those of the virt board, so that hyp.elf can be a guest. RAM is
 * backed as far as the boot block says; the boot block is its first page, the program follows.
 */
#define GUEST_RAM_IPA	  0x40000000ul
#define GUEST_PROGRAM_IPA 0x40200000ul
#define GUEST_UART_IPA	  0x09000000ul /* PL011; nothing is mapped there: each access exits */
#define GUEST_GICD_IPA	  0x08000000ul
#define GUEST_GICR_IPA	  0x080a0000ul /* 128 KiB for each vCPU */
#define GUEST_USER_IPA	  0x0b000000ul /* a device answered by "user space", one register */
#define GUEST_HOLE_IPA	  0x0c000000ul /* neither memory nor device: an external abort */
#define GUEST_PAGES_IPA	  0x80000000ul /* 2 MiB, backed page by page when touched */
#define GUEST_PAGES_SIZE  0x00200000ul
#define GUEST_LOW_IPA	  0x00000000ul /* RAM of the guest of stage2=1: a table may be at 0 */
#define GUEST_LOW_SIZE	  0x00010000ul

/*
 * The boot block at GUEST_RAM_IPA; x0 has its address at the entry. A started secondary CPU (PSCI
 * CPU_ON) has the context id in x0 instead.
 */
#define BOOT_MAGIC	 0x746f6f6270796821ul /* "!hypboot" */
#define BOOT_MAGIC_AT	 0
#define BOOT_LEVEL_AT	 8 /* how many hypervisors are below */
#define BOOT_RAM_SIZE_AT 16
#define BOOT_CPUS_AT	 24
#define BOOT_LINE_AT	 32 /* command line, 0 at its end */
#define BOOT_LINE_SIZE	 512

/*
 * Another program for the guests at the top, in the place of guest/: who loads hyp.elf may put it
 * there (entresol verify transparency). A guest hypervisor gets it at the same address.
 */
#define MODULE_IPA	0x40100000ul
#define MODULE_MAGIC	0x656c75646f6d2121ul /* "!!module" */
#define MODULE_MAGIC_AT 0
#define MODULE_SIZE_AT	8
#define MODULE_DATA_AT	16
#define MODULE_MOST	0x000ffff0ul /* bytes of data: up to GUEST_PROGRAM_IPA */

/*
 * HVC #0 (SMC #0 from a virtual EL2), SMCCC: x0 is the function, x1.. the arguments, x0 the result.
 * Vendor calls are in the range of owner 6, "vendor specific hypervisor service".
 *
 * ADD         x1 + x2
 * WATCH_PAGE  makes the page at IPA x1 read-only until it is written: 0, or REFUSED
 * WRITTEN     how many watched pages were written so far
 * DROP_PAGE   forgets the page at IPA x1, whoever touches it next finds zeros: 0, or REFUSED
 * REPORT      x1 = how many checks held, x2 = 0 or where the first was that did not: the line
 *             of its file (payloads: number of the payload, from 1, times REPORT_PAYLOAD more)
 * MARK        begins to measure x2 operations (0: warms up): which, the row of bench.def from 1,
 *             is x1; or ends it (x1 = 0)
 */
#define PSCI_VERSION	   0x84000000ul
#define PSCI_CPU_SUSPEND   0xc4000001ul
#define PSCI_CPU_OFF	   0x84000002ul
#define PSCI_CPU_ON	   0xc4000003ul
#define PSCI_AFFINITY_INFO 0xc4000004ul
#define PSCI_SYSTEM_OFF	   0x84000008ul
#define PSCI_SYSTEM_RESET  0x84000009ul
#define PSCI_FEATURES	   0x8400000aul
#define SMCCC_VERSION	   0x80000000ul
#define HVC_ADD		   0xc6000000ul
#define HVC_WATCH_PAGE	   0xc6000001ul
#define HVC_WRITTEN	   0xc6000002ul
#define HVC_DROP_PAGE	   0xc6000003ul
#define HVC_REPORT	   0xc6000004ul
#define HVC_MARK	   0xc6000005ul
#define REPORT_PAYLOAD	   10000ul
#define HVC_NOT_SUPPORTED  0xfffffffffffffffful
#define HVC_REFUSED	   0xfffffffffffffffdul

#define PSCI_1_1  0x00010001ul
#define SMCCC_1_1 0x00010001ul

/*
 * The microbenchmarks touch each of GUEST_PAGES_SIZE's 512 pages once: 16 warm up, then N and 2N.
 * `entresol cost` knows the limit from here.
 */
#define BENCH_MAX_ROUNDS 128

/* What the hypervisor lets a guest read where the hardware would say something else. */
#define GUEST_ACTLR_EL1 0xac7120000000e501ul

#endif
