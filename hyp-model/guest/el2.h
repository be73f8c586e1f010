/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs at virtual EL2 share, hostile.c, stage2.c, inhost.c, oracle.c: an attempt that
 * survives whatever happens (hostile.S), small guests, random numbers, and how to speak with the
 * MMU off.
 */
#ifndef HYP_GUEST_EL2_H
#define HYP_GUEST_EL2_H

#include "guest/guest.h"

#define HCR_VM	 (1ul << 0)
#define HCR_PTW	 (1ul << 2)
#define HCR_FMO	 (1ul << 3)
#define HCR_IMO	 (1ul << 4)
#define HCR_AMO	 (1ul << 5)
#define HCR_DC	 (1ul << 12)
#define HCR_TGE	 (1ul << 27)
#define HCR_RW	 (1ul << 31)
#define HCR_CD	 (1ul << 32)
#define HCR_E2H	 (1ul << 34)
#define HCR_NV	 (1ul << 42)
#define HCR_NV2	 (1ul << 45)
#define HCR_L2	 (HCR_RW | HCR_VM | HCR_AMO | HCR_IMO | HCR_FMO)
#define EL1h	 0x3c5ul
#define EL1_RES1 0x30d00800ul /* of SCTLR_EL1 */

/* HCR_EL2.E2H of this program. */
extern bool el2_is_vhe;

/* EL1's own registers: at an EL2 with E2H they have another name. */
#define WRITE_EL1(nvhe, vhe, value)                                                                \
	(el2_is_vhe ? (void)({ WRITE_SYSREG(vhe, value); })                                        \
		    : (void)({ WRITE_SYSREG(nvhe, value); }))
#define READ_EL1(nvhe, vhe) (el2_is_vhe ? READ_SYSREG(vhe) : READ_SYSREG(nvhe))

void el2_write_hcr(u64 value); /* and E2H as it is */

/* 0: what() returned; else 1 + the number of the vector, and `caught` says more. CPUs 0 and 1. */
u64 attempt(void (*what)(u64 argument), u64 argument);
extern struct exception {
	u64 esr, far, hpfar, elr, spsr, x0, unused[2];
} caught_by[GUEST_CPUS];
#define caught (caught_by[0]) /* most programs have one CPU */

/* ERET to a guest; it comes back through attempt(). */
struct entry {
	u64 pc, pstate, x0, x1;
};
_Noreturn void enter(const struct entry *entry);
u64 run_guest(struct entry entry); /* as attempt() */

/* Guests at EL1 without MMU; l2_call: HVC #5. Their vectors: HVC #77. */
extern char l2_vectors[], l2_call[], l2_load[], l2_store[], l2_fp[], l2_loop[], l2_read_hcr[],
	l2_serve[];

void random_seed(u64 seed);
u64 random(void);

void put(const char *text);
u64 call_below(u64 function, u64 argument1, u64 argument2);

#endif
