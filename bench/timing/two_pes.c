/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernels that ask another PE: PE 1 is on and waits. A file of its own, linked behind all kernels,
 * so that it moves none of them.
 */
#include "kernels.h"

#define KERNEL(...)
#define WORKLOAD(...)
#define KERNEL_TWO(name, ...) extern void kernel_##name(u64 loops, u64 is_long, u64 data);
#include "kernels.def"
#undef KERNEL_TWO

static u64 no_data(u64 argument)
{
	return argument;
}

/* PE 1 starts with interrupts masked and without a stack. */
extern char wait_for_ever[];
asm("wait_for_ever: wfi; b wait_for_ever");

/* PSCI CPU_ON; false: there is no PE 1. */
static int turn_on_pe1(void)
{
	register u64 x0 asm("x0") = 0xc4000003;
	register u64 x1 asm("x1") = 1;
	register u64 x2 asm("x2") = (u64)wait_for_ever;
	register u64 x3 asm("x3") = 0;

	asm volatile("smc #0"
		     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
		     :
		     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
		     "x16", "x17", "memory");
	return x0 == 0;
}

void measure_two_pes(measure_t measure)
{
	if (!turn_on_pe1()) {
		print("skipped: kernels that need a second PE (--cpus 2)\n");
		return;
	}
#define KERNEL_TWO(name, fixture, argument, ...) measure(#name, kernel_##name, fixture, argument);
#include "kernels.def"
}
