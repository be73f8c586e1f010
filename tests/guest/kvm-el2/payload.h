/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guest hypervisor and its guest L2 agree on: L2's address map, its calls, and what is
 * where on the board. Read by assembly too.
 */
#ifndef ENT_TESTS_GUEST_KVM_EL2_PAYLOAD_H
#define ENT_TESTS_GUEST_KVM_EL2_PAYLOAD_H

/* IPAs of L2. Page i of L2_LAZY is not in stage 2 until L2 asks for it by a fault. */
#define L2_BASE	   0x100000000
#define L2_LAZY	   0x140000000
#define L2_DEVICE  0x0c000000 /* emulated by the hypervisor */
#define LAZY_PAGES 64
#define CODE_PAGE  64 /* lazy too: to be executed */
#define TABLE_PAGE 65 /* lazy too: of L2's stage 1 */
#define ALL_PAGES  66

/* VA of L2_LAZY once L2's stage 1 is on; besides, VA = IPA. */
#define L2_ALIAS 0x80000000
/* A VA that L2's stage 1 does not map. */
#define L2_NOWHERE 0xc0000000

#define ROUND_TRIPS 1000

/* Immediates of HVC in L2: x0, x1, x2 are arguments, x0 the result. */
#define CALL_COUNT     1 /* round trip x0: round_trip_result(x0) */
#define CALL_FAILED    2 /* x0 names what, x1 is what was seen, x2 what was expected */
#define CALL_UNMAP     3 /* all lazy pages; TLBI VMALLS12E1 if x0 = 1, else IPAS2E1 of each */
#define CALL_REMAP     4 /* page x0 to other memory; TLBI IPAS2E1 */
#define CALL_OTHER     5 /* x0 = 1: go on under VMID 2, whose stage 2 has other memory at page 0 */
#define CALL_AT	       6 /* VA x0 translates to IPA x1 */
#define CALL_TIME      7 /* x0 is the virtual count */
#define CALL_INTERRUPT 8 /* a virtual interrupt, please */
#define CALL_TICK      9 /* a timer interrupt of the hypervisor, please; it sets *x0 */
#define CALL_DONE      10

#define TRAPPED_ID_VALUE  0x0123456789abcdef /* of ID_AA64MMFR2_EL1 */
#define TRAPPED_SMC_VALUE 0x5347
#define L2_MIDR		  0x00120340
#define L2_MPIDR	  0x80000102
#define L2_COUNT_OFFSET	  1000

#define VIRTUAL_INTERRUPT     40
#define PPI_MAINTENANCE	      25
#define PPI_TIMER_HYP	      26
#define PPI_TIMER_VIRTUAL     27
#define PPI_TIMER_HYP_VIRTUAL 28

#define RAM_BASE     0x40000000
#define PAYLOAD_BASE 0x40080000
#define GICD	     0x08000000
#define GICR	     0x080a0000

/* Under KVM: where a store prints the text at its address, or tells how many things differed. */
#define DOORBELL      0x0b000000
#define DOORBELL_SAY  0
#define DOORBELL_EXIT 8

#ifndef __ASSEMBLER__

#include <stdint.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint8_t u8;

#define BIT(n) ((u64)1 << (n))

#define READ(reg)                                                                                  \
	({                                                                                         \
		u64 read_;                                                                         \
		asm volatile("mrs %0, " #reg : "=r"(read_) : : "memory");                          \
		read_;                                                                             \
	})
#define WRITE(reg, value)                                                                          \
	do {                                                                                       \
		u64 value_ = (value);                                                              \
		asm volatile("msr " #reg ", %0\n\tisb" : : "r"(value_) : "memory");                \
	} while (0)

static inline u64 round_trip_result(u64 n)
{
	return n * 0x9e3779b97f4a7c15 ^ n >> 3;
}

/* What page i of L2_LAZY holds before L2 writes to it. */
static inline u64 page_pattern(u64 i)
{
	return 0x5a00ff0000000000 | i << 12 | (i ^ 0x2a);
}

/* Where in page i L2 looks: FAR tells which access it was. */
static inline u64 page_offset(u64 i)
{
	return i << 12 | i << 3;
}

#endif
#endif
