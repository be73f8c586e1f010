/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_NAME() and write_NAME() of every row of sysregs/sysreg.def, on an array indexed by enum.
 * Reading what nobody set, or using a name the mode does not have, aborts with the name
 * (hal_host.c).
 */
#ifndef HYP_HAL_ARCH_H
#define HYP_HAL_ARCH_H

#include "core/types.h"

enum host_reg {
#define SYSREG(name, ...) SR_##name,
#include "sysregs/sysreg.def"
#undef SYSREG
	HOST_REG_COUNT
};

u64 host_read(enum host_reg reg);
void host_write(enum host_reg reg, u64 value);

#define SYSREG(name, ...)                                                                          \
	__attribute__((unused)) static inline u64 read_##name(void)                                \
	{                                                                                          \
		return host_read(SR_##name);                                                       \
	}                                                                                          \
	__attribute__((unused)) static inline void write_##name(u64 value)                         \
	{                                                                                          \
		host_write(SR_##name, value);                                                      \
	}
#include "sysregs/sysreg.def"
#undef SYSREG

#endif
