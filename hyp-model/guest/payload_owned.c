/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payloads with registers that a hypervisor switches only for guests that use them: breakpoints and
 * watchpoints, keys of pointer authentication.
 */
#include "guest/guest.h"

/* --- debug registers ---------------------------------------------------------------------------
 */

#define BCR_EL1_ANY_BYTE 0x1e3ul  /* E, PMC = EL1, BAS = all four */
#define WCR_EL1_STORE	 0x1ff3ul /* E, PAC = EL1, LSC = store, BAS = all eight */
#define MDSCR_KDE_MDE	 0xa000ul

enum { EC_BREAKPOINT_SAME = 0x31, EC_WATCHPOINT_SAME = 0x35 };

/* Called here, the exception is taken before the first instruction, and it is passed over. */
__asm__(".text\n"
	"debug_spot:\n"
	"	nop\n"
	"	ret\n");
extern void debug_spot(void);

static volatile u64 watched;

static void store(u64 value)
{
	__asm__ volatile("str %1, %0" : "=m"(watched) : "r"(value));
}

static void debug_exceptions(bool are_on)
{
	WRITE_SYSREG(mdscr_el1, are_on ? MDSCR_KDE_MDE : 0);
	isb();
	if (are_on)
		__asm__ volatile("msr daifclr, #8" ::: "memory");
	else
		__asm__ volatile("msr daifset, #8" ::: "memory");
}

void debug_begin(void)
{
	WRITE_SYSREG(oslar_el1, 0);
	WRITE_SYSREG(dbgbvr0_el1, (u64)debug_spot);
	WRITE_SYSREG(dbgbcr0_el1, BCR_EL1_ANY_BYTE);
	WRITE_SYSREG(dbgwvr0_el1, (u64)&watched);
	WRITE_SYSREG(dbgwcr0_el1, WCR_EL1_STORE);
}

static void both_fire(void)
{
	expect_exception();
	debug_spot();
	CHECK(seen_esr >> 26 == EC_BREAKPOINT_SAME);
	expect_exception();
	store(~0ul);
	CHECK(seen_esr >> 26 == EC_WATCHPOINT_SAME);
	CHECK(seen_far == (u64)&watched);
}

static void none_fires(u64 value)
{
	debug_spot();
	store(value);
	CHECK(watched == value);
}

/* One that does not fire, so that nobody has to switch it for it; written while it is locked. */
static void keeps_what_it_wrote(u64 round)
{
	u64 address = 0x40000000 | my_index << 16 | round << 2, tags = round << 2 | (my_index & 3);

	WRITE_SYSREG(dbgbvr1_el1, address);
	WRITE_SYSREG(dbgclaimclr_el1, 0xff);
	WRITE_SYSREG(dbgclaimset_el1, tags & 0xff);
	sleep();
	CHECK(READ_SYSREG(dbgbvr1_el1) == address);
	CHECK(READ_SYSREG(dbgclaimclr_el1) == (tags & 0xff));
}

void debug_round(u64 round)
{
	none_fires(round);
	debug_exceptions(true);
	both_fire();
	CHECK(hypercall(HVC_ADD, round, 1) == round + 1); /* out of the guest and back */
	both_fire();
	CHECK(watched == round);
	CHECK(READ_SYSREG(dbgbvr0_el1) == (u64)debug_spot);
	CHECK(READ_SYSREG(mdscr_el1) == MDSCR_KDE_MDE);
	keeps_what_it_wrote(round + 1);
	WRITE_SYSREG(oslar_el1, 1);
	isb();
	CHECK((READ_SYSREG(oslsr_el1) & 2) != 0);
	none_fires(round + 100);
	keeps_what_it_wrote(round + 2);
	WRITE_SYSREG(oslar_el1, 0);
	isb();
	both_fire();
	debug_exceptions(false);
	none_fires(round + 200);
}

void debug_end(void)
{
	WRITE_SYSREG(dbgbcr0_el1, 0);
	WRITE_SYSREG(dbgwcr0_el1, 0);
}

/* --- pointer authentication --------------------------------------------------------------------
 */

static bool has_codes;

/* PACGA x0, x0, x1; on a CPU without it 0, and each check holds. */
static u64 code_of(u64 value, u64 modifier)
{
	register u64 x0 __asm__("x0") = value;
	register u64 x1 __asm__("x1") = modifier;

	if (!has_codes)
		return 0;
	__asm__ volatile(".inst 0x9ac13000" : "+r"(x0) : "r"(x1));
	return x0;
}

void keys_begin(void)
{
	u64 isar1 = READ_SYSREG(id_aa64isar1_el1), isar2 = READ_SYSREG(S3_0_C0_C6_2);

	has_codes = (isar1 >> 24 & 0xff) != 0 || (isar2 >> 8 & 0xf) != 0; /* GPA, GPI; GPA3 */
	if (!has_codes)
		return;
	WRITE_SYSREG(S3_0_C2_C3_0, 0x0123456789abcdef + my_index); /* APGAKeyLo_EL1 */
	WRITE_SYSREG(S3_0_C2_C3_1, 0xfedcba9876543210 - my_index); /* APGAKeyHi_EL1 */
	isb();
}

void keys_round(u64 round)
{
	u64 code = code_of(round, 0x40200000);

	CHECK((code & 0xfffffffful) == 0);
	CHECK(!has_codes || (code != 0 && code != code_of(round + 1, 0x40200000)));
	CHECK(hypercall(HVC_ADD, round, 1) == round + 1); /* out of the guest and back */
	CHECK(code_of(round, 0x40200000) == code);
}

void keys_end(void)
{
}
