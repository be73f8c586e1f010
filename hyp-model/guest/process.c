/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two processes at EL0: one program, one address, two pages behind it. No TLB maintenance when they
 * take turns; their ASIDs tell them apart.
 */
#include "guest/guest.h"

/* EL0. This function has pages of its own, which EL1 may not execute and EL0 may not write. */
__attribute__((section(".user.text"), noinline)) static void user_main(u64 n)
{
	register u64 x0 __asm__("x0");
	volatile u64 *mine = (volatile u64 *)USER_VA;
	volatile u64 sum = 0; /* on the user's stack */

	for (u64 i = 0; i < 3; i++) {
		x0 = n + i;
		__asm__ volatile("svc #1" : "+r"(x0) : : "x16", "x17", "memory");
		sum += x0;
	}
	*mine += sum;
	x0 = *mine;
	__asm__ volatile("svc #0" : "+r"(x0) : : "x16", "x17", "memory");
	__builtin_unreachable();
}

static u64 sums[2];

static void switch_to(u64 ttbr0)
{
	WRITE_SYSREG(ttbr0_el1, ttbr0);
	isb();
}

void process_run(unsigned n, u64 argument)
{
	switch_to(process_ttbr0(n));
	sums[n] += argument * argument + (argument + 1) * (argument + 1) +
		   (argument + 2) * (argument + 2);
	CHECK(run_user(argument, (u64)&user_main, (u64)user_stack_end) == sums[n]);
}

void process_begin(void)
{
	CHECK(process_ttbr0(0) != process_ttbr0(1));
}

void process_round(u64 round)
{
	process_run(0, round);
	process_run(1, round * 2 + my_index);
	process_run(0, 0);
}

void process_end(void)
{
	switch_to(kernel_ttbr0());
}
