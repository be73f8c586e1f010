/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shared by the files of the guest. A guest knows abi.h and the architecture, nothing of core/ or
 * hal/.
 */
#ifndef HYP_GUEST_H
#define HYP_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/abi.h"

typedef uint64_t u64;

/* Devices are seen through TTBR1, so that their VA (FAR_EL2) is not their IPA (HPFAR_EL2). */
#define HIGH_HALF 0xffffff8000000000ul

#define READ_SYSREG(name)                                                                          \
	({                                                                                         \
		u64 value_;                                                                        \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory");                       \
		value_;                                                                            \
	})
#define WRITE_SYSREG(name, value)                                                                  \
	__asm__ volatile("msr " #name ", %0" : : "r"((u64)(value)) : "memory")

/* guest_mmu.c, from start.S: stage 1 and caches on. Runs with the MMU off. */
void guest_mmu_on(void);

/* guest.c, from start.S. */
_Noreturn void guest_main(u64 index, u64 rounds);
u64 guest_exception(u64 esr, u64 far, u64 elr);
_Noreturn void guest_unexpected(u64 esr, u64 far, u64 elr);

/* start.S */
u64 run_user(u64 argument, u64 pc, u64 sp);

/* guest.ld */
extern char user_text_start[], rodata_start[], data_start[], user_stack_start[], user_stack_end[];

#endif
