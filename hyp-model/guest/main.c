/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest does, once per round, and how it checks that the hypervisor did its part. All guests
 * run this same program at the same addresses; what they write differs, so that a mix-up shows.
 */
#include "guest/guest.h"

static u64 checks_held, first_failed_line;
static u64 my_index;

static void check(bool held, u64 line)
{
	if (held)
		checks_held++;
	else if (first_failed_line == 0)
		first_failed_line = line;
}
#define CHECK(condition) check((condition), __LINE__)

static u64 hypercall(u64 function, u64 argument1, u64 argument2)
{
	register u64 x0 __asm__("x0") = function;
	register u64 x1 __asm__("x1") = argument1;
	register u64 x2 __asm__("x2") = argument2;

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2) : : "x3", "memory");
	return x0;
}

static _Noreturn void finish(void)
{
	hypercall(HVC_REPORT, checks_held, first_failed_line);
	hypercall(PSCI_SYSTEM_OFF, 0, 0);
	for (;;)
		;
}

/* The console: in each of these accesses the syndrome describes one register and one size (ISV). */
static void print(const char *text)
{
	volatile uint32_t *data = (volatile uint32_t *)(HIGH_HALF + GUEST_CONSOLE_IPA);

	CHECK(data[CONSOLE_FLAGS / 4] == CONSOLE_READY);
	for (; *text != '\0'; text++)
		data[CONSOLE_DATA / 4] = (uint32_t)(unsigned char)*text;
}

static void print_number(u64 value)
{
	char text[24];
	unsigned at = sizeof(text) - 1;

	text[at] = '\0';
	do {
		text[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	print(&text[at]);
}

/* Exceptions that a check provokes: the instruction is passed over and the syndrome kept. */
static volatile bool is_exception_expected;
static volatile u64 seen_esr, seen_far; /* an asm or a load away from the compiler's view */

u64 guest_exception(u64 esr, u64 far, u64 elr)
{
	if (!is_exception_expected)
		guest_unexpected(esr, far, elr);
	is_exception_expected = false;
	seen_esr = esr;
	seen_far = far;
	return elr + 4;
}

void guest_unexpected(u64 esr, u64 far, u64 elr)
{
	(void)far;
	print("unexpected exception, ELR_EL1 ");
	print_number(elr);
	print(", EC ");
	print_number(esr >> 26);
	print("\n");
	CHECK(false);
	finish();
}

static void expect_exception(void)
{
	seen_esr = ~0ul;
	is_exception_expected = true;
}

/* EL0. This function has pages of its own, which EL1 may not execute and EL0 may not write. */
__attribute__((section(".user.text"), noinline)) static void user_main(u64 n)
{
	register u64 x0 __asm__("x0");
	volatile u64 sum = 0; /* on the user's stack */

	for (u64 i = 0; i < 3; i++) {
		x0 = n + i;
		__asm__ volatile("svc #1" : "+r"(x0) : : "x16", "x17", "memory");
		sum += x0;
	}
	x0 = sum;
	__asm__ volatile("svc #0" : "+r"(x0) : : "x16", "x17", "memory");
	__builtin_unreachable();
}

static void visit_el0(u64 n)
{
	u64 want = n * n + (n + 1) * (n + 1) + (n + 2) * (n + 2);

	CHECK(run_user(n, (u64)&user_main, (u64)user_stack_end) == want);
}

static void hypercalls(u64 round)
{
	CHECK(hypercall(HVC_ADD, round, my_index) == round + my_index);
	CHECK(hypercall(0xc600ffff, 0, 0) == HVC_NOT_SUPPORTED);
	CHECK(hypercall(PSCI_VERSION, 0, 0) == PSCI_1_1);
}

static void system_registers(void)
{
	CHECK(READ_SYSREG(actlr_el1) == GUEST_ACTLR_EL1);
	CHECK(READ_SYSREG(mpidr_el1) == GUEST_MPIDR_EL1);
	CHECK((READ_SYSREG(id_aa64pfr0_el1) >> 8 & 0xf) == 0);	/* EL2: there is none */
	CHECK((READ_SYSREG(id_aa64mmfr1_el1) >> 8 & 0xf) == 0); /* VH */
}

enum { OWN_PAGES = 256 };
#define SCRATCH_PAGE (GUEST_PAGES_IPA + GUEST_PAGES_SIZE - 4096)

/* Memory that nobody has touched, and memory of earlier rounds, at the same IPA in every guest. */
static volatile u64 *own_page(u64 round)
{
	return (volatile u64 *)(GUEST_PAGES_IPA + round % OWN_PAGES * 4096);
}

static void new_page(u64 round)
{
	CHECK(round >= OWN_PAGES || *own_page(round) == 0);
	*own_page(round) = my_index << 32 | round;
	CHECK(round == 1 || *own_page(round - 1) == (my_index << 32 | (round - 1)));
}

/* The first of these pages lies in a 2 MiB block, which the hypervisor must split. */
static u64 watched_words[512] __attribute__((aligned(4096)));

static void watched_page(u64 round)
{
	volatile u64 *word = round % 2 == 1 ? (volatile u64 *)watched_words : own_page(round - 1);
	u64 written = hypercall(HVC_WRITTEN, 0, 0), before = *word;

	CHECK(hypercall(HVC_WATCH_PAGE, (u64)word, 0) == 0);
	CHECK(hypercall(HVC_WATCH_PAGE, (u64)own_page(round), 0) == HVC_REFUSED);
	CHECK(*word == before);
	CHECK(hypercall(HVC_WRITTEN, 0, 0) == written);
	*word = before + 1;
	CHECK(*word == before + 1);
	*word = before;
	CHECK(hypercall(HVC_WRITTEN, 0, 0) == written + 1);
}

static void dropped_page(void)
{
	volatile u64 *word = (volatile u64 *)SCRATCH_PAGE;

	*word = ~my_index;
	CHECK(hypercall(HVC_DROP_PAGE, (u64)word, 0) == 0);
	CHECK(hypercall(HVC_DROP_PAGE, (u64)word, 0) == HVC_REFUSED);
	CHECK(*word == 0);
}

/* The other guests run here. What they do to their registers and memory is none of ours. */
static void wait(u64 round)
{
	u64 mine = my_index << 16 | round;

	WRITE_SYSREG(tpidr_el0, mine);
	WRITE_SYSREG(tpidr_el1, ~mine);
	WRITE_SYSREG(sp_el0, mine << 4);
	WRITE_SYSREG(par_el1, mine << 12);
	__asm__ volatile("wfi" ::: "memory");
	CHECK(READ_SYSREG(tpidr_el0) == mine);
	CHECK(READ_SYSREG(tpidr_el1) == ~mine);
	CHECK(READ_SYSREG(sp_el0) == mine << 4);
	CHECK(READ_SYSREG(par_el1) >> 12 == mine);
	CHECK(*own_page(round) == (my_index << 32 | round));
}

static void hidden_feature(void)
{
	expect_exception();
	(void)READ_SYSREG(s3_0_c10_c4_3); /* LORC_EL1 */
	CHECK(seen_esr >> 26 == 0);
}

static void hole(void)
{
	volatile uint32_t *nothing = (volatile uint32_t *)(HIGH_HALF + GUEST_HOLE_IPA + 0x10);

	expect_exception();
	(void)*nothing;
	CHECK(seen_esr >> 26 == 0x25 && (seen_esr & 0x3f) == 0x10);
	CHECK(seen_far == (u64)nothing);
}

static void one_round(u64 round)
{
	hypercalls(round);
	system_registers();
	visit_el0(round);
	new_page(round);
	watched_page(round);
	dropped_page();
	wait(round);
}

void guest_main(u64 index, u64 rounds)
{
	my_index = index;
	print("EL1 with its own stage 1; each character of this line is a stage-2 fault\n");
	hidden_feature();
	hole();
	for (u64 round = 1; round <= rounds; round++) {
		one_round(round);
		if (round == 1)
			print("round 1: hypercalls, ID registers, EL0 with SVCs, memory, WFI\n");
	}
	print("round ");
	print_number(rounds);
	print(": my registers and memory are as I left them\n");
	finish();
}
