/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the guest hypervisor know of each other.
 */
#ifndef ENT_TESTS_GUEST_KVM_EL2_HYPERVISOR_H
#define ENT_TESTS_GUEST_KVM_EL2_HYPERVISOR_H

#include "payload.h"

enum count {
#define COUNT(name, wanted, text) COUNT_##name,
#include "counts.def"
#undef COUNT
	COUNT_COUNT
};

extern u64 counts[COUNT_COUNT];
extern int is_e2h;

/* L2 while it is not running, and why it stopped. */
struct l2 {
	u64 x[31], pc, pstate;
	u64 esr, far, hpfar;
	int is_done;
};

extern struct l2 l2;

/* HCR_EL2 for the hypervisor itself, and for L2. */
void use_own_hcr(void);
void use_hcr_of_l2(void);

/* An EL1 register of L2: with E2H its _EL1 name is the hypervisor's own. */
#define WRITE_OF_L2(name, value)                                                                   \
	do {                                                                                       \
		if (is_e2h)                                                                        \
			WRITE(name##_el12, value);                                                 \
		else                                                                               \
			WRITE(name##_el1, value);                                                  \
	} while (0)

/* PAR_EL1 of one address translation instruction for L2. */
#define TRANSLATE(instruction, va)                                                                 \
	({                                                                                         \
		use_hcr_of_l2();                                                                   \
		asm volatile("at " #instruction ", %0\n\tisb" : : "r"(va) : "memory");             \
		u64 par_ = READ(par_el1);                                                          \
		use_own_hcr();                                                                     \
		par_;                                                                              \
	})

/* exit.c: one synchronous exception of L2. */
void handle_exit(void);

/* abort.c: instruction or data abort. */
void handle_abort(int is_fetch);

/* timers.c: the hypervisor's timers; an interrupt while it or L2 runs. */
void timers_reset(void);
void timers_test(void);
void timer_start(u64 ticks, volatile u64 *flag);
void handle_interrupt(void);

#endif
