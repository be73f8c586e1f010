/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program at virtual EL2: its guests, its random numbers, its console and its calls.
 */
#include "guest/el2.h"

bool el2_is_vhe;
static u64 random_state;

void el2_write_hcr(u64 value)
{
	WRITE_SYSREG(hcr_el2, el2_is_vhe ? value | HCR_E2H : value & ~HCR_E2H);
	isb();
}

static void enter_argument(u64 argument)
{
	enter((const struct entry *)argument);
}

u64 run_guest(struct entry entry)
{
	return attempt(enter_argument, (u64)&entry);
}

void random_seed(u64 seed)
{
	random_state = seed * 0x9e3779b97f4a7c15ul | 1;
}

/* xorshift64* */
u64 random(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return random_state * 0x2545f4914f6cdd1dul;
}

void put(const char *text)
{
	for (; *text != '\0'; text++)
		*(volatile u32 *)GUEST_UART_IPA = (u32)(unsigned char)*text;
}

u64 call_below(u64 function, u64 argument1, u64 argument2)
{
	register u64 x0 __asm__("x0") = function;
	register u64 x1 __asm__("x1") = argument1;
	register u64 x2 __asm__("x2") = argument2;

	__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2) : : "x3", "memory");
	return x0;
}
