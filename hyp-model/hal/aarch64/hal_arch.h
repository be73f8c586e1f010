/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_NAME() and write_NAME() of every row of sysregs/sysreg.def, as MRS and MSR by encoding. An
 * accessor that the architecture does not have (a write of a read-only register) assembles and is
 * UNDEFINED when executed.
 */
#ifndef HYP_HAL_ARCH_H
#define HYP_HAL_ARCH_H

#include "core/types.h"

/*
 * "memory": a register write may change what the next access means, so neither may move past the
 * other.
 */
#define SYSREG(name, op0, op1, crn, crm, op2, ...)                                                 \
	static inline u64 read_##name(void)                                                        \
	{                                                                                          \
		u64 value;                                                                         \
                                                                                                   \
		__asm__ volatile("mrs %0, S" #op0 "_" #op1 "_C" #crn "_C" #crm "_" #op2            \
				 : "=r"(value)                                                     \
				 :                                                                 \
				 : "memory");                                                      \
		return value;                                                                      \
	}                                                                                          \
	static inline void write_##name(u64 value)                                                 \
	{                                                                                          \
		__asm__ volatile("msr S" #op0 "_" #op1 "_C" #crn "_C" #crm "_" #op2 ", %x0"        \
				 :                                                                 \
				 : "rZ"(value)                                                     \
				 : "memory");                                                      \
	}
#include "sysregs/sysreg.def"
#undef SYSREG

#endif
