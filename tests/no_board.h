/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board of nothing: what a PE's struct cpu_ops holds where a test is not about its board.
 */
#ifndef ENT_TESTS_NO_BOARD_H
#define ENT_TESTS_NO_BOARD_H

#include "cpu/state.h"

static inline bool no_bus_read(struct cpu *cpu, pa_t pa, unsigned size, u64 *value)
{
	(void)cpu, (void)pa, (void)size, (void)value;
	return false;
}

static inline bool no_bus_write(struct cpu *cpu, pa_t pa, unsigned size, u64 value)
{
	(void)cpu, (void)pa, (void)size, (void)value;
	return false;
}

/* One register from 0x09000000 that reads as its address and swallows writes. */
static inline bool echo_bus_read(struct cpu *cpu, pa_t pa, unsigned size, u64 *value)
{
	(void)cpu;
	*value = pa.v & MASK(size * 8 - 1, 0);
	return pa.v >= 0x09000000 && pa.v < 0x0a000000;
}

static inline bool echo_bus_write(struct cpu *cpu, pa_t pa, unsigned size, u64 value)
{
	(void)cpu, (void)size, (void)value;
	return pa.v >= 0x09000000 && pa.v < 0x0a000000;
}

static inline void board_ignores(struct cpu *cpu)
{
	(void)cpu;
}

static inline void no_firmware(struct cpu *cpu, u16 imm)
{
	(void)imm;
	cpu->x[0] = ~(u64)0; /* SMCCC's NOT_SUPPORTED */
}

static inline bool no_semihosting(struct cpu *cpu)
{
	(void)cpu;
	return false;
}

/* Members of an initializer. */
#define NO_TIMERS                                                                                  \
	.timer_changed = board_ignores, .pmu_changed = board_ignores, .wake = board_ignores
#define NO_FIRMWARE .firmware_call = no_firmware, .semihosting = no_semihosting
#define NO_BUS	    .bus_read = no_bus_read, .bus_write = no_bus_write
#define ECHO_BUS    .bus_read = echo_bus_read, .bus_write = echo_bus_write

#endif
