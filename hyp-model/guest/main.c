/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest at EL1: runs the payloads it is told to and reports how many checks held. All guests are
 * this program at the same addresses; what they write differs, so that a mix-up shows.
 */
#include "guest/guest.h"

u64 my_index;
volatile u64 seen_esr, seen_far; /* an asm or a load away from the compiler's view */
static volatile bool is_exception_expected;
static u64 checks_held, first_failed;
static unsigned current; /* payload, counted from 1 */

static const struct payload {
	const char *name;
	void (*begin)(void);
	void (*round)(u64 round);
	void (*end)(void);
} payloads[] = {
#define PAYLOAD(name, ...) { #name, name##_begin, name##_round, name##_end },
#include "guest/payload.def"
#undef PAYLOAD
};

/* --- checks and calls --------------------------------------------------------------------------
 */

/* What is reported: the payload's number and the line of its file. */
void check(bool held, u64 line)
{
	if (held)
		checks_held++;
	else if (first_failed == 0)
		first_failed = current * REPORT_PAYLOAD + line;
}

u64 hypercall3(u64 function, u64 argument1, u64 argument2, u64 argument3)
{
	register u64 x0 __asm__("x0") = function;
	register u64 x1 __asm__("x1") = argument1;
	register u64 x2 __asm__("x2") = argument2;
	register u64 x3 __asm__("x3") = argument3;

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	return x0;
}

u64 hypercall(u64 function, u64 argument1, u64 argument2)
{
	return hypercall3(function, argument1, argument2, 0);
}

_Noreturn void finish(void)
{
	hypercall(HVC_REPORT, checks_held, first_failed);
	hypercall(PSCI_SYSTEM_OFF, 0, 0);
	for (;;)
		;
}

/* --- the console: a PL011, one exit a character ------------------------------------------------
 */

void print(const char *text)
{
	for (; *text != '\0'; text++)
		write32(GUEST_UART_IPA, (u32)(unsigned char)*text);
}

void print_number(u64 value)
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

/* --- exceptions --------------------------------------------------------------------------------
 */

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
	print("unexpected exception: ELR_EL1 ");
	print_number(elr);
	print(" EC ");
	print_number(esr >> 26);
	print(" ISS ");
	print_number(esr & 0x1ffffff);
	print("\n");
	CHECK(false);
	finish();
}

void expect_exception(void)
{
	seen_esr = ~0ul;
	is_exception_expected = true;
}

/* --- the run -----------------------------------------------------------------------------------
 */

static bool is_chosen(const char *name)
{
	const char *word = command_word("payload");

	for (; *name != '\0' && *name == *word; name++)
		word++;
	return *name == '\0' && (*word == '\0' || *word == ' ');
}

static void run_payload(const struct payload *payload, u64 rounds)
{
	u64 before = checks_held, failed_before = first_failed;

	payload->begin();
	for (u64 round = 1; round <= rounds; round++)
		payload->round(round);
	payload->end();
	print(payload->name);
	print(": ");
	print_number(checks_held - before);
	print(first_failed == failed_before ? " checks\n" : " checks, FAILED\n");
}

void guest_main(const char *boot_block)
{
	u64 rounds = command_number("rounds", 1);
	bool is_all = is_chosen("all");

	CHECK(*(const u64 *)(boot_block + BOOT_MAGIC_AT) == BOOT_MAGIC);
	my_index = command_number("index", 0);
	interrupts_on();
	if (command_number("cost", 0) == 1) {
		run_benchmarks(rounds);
		finish();
	}
	for (current = 1; current <= COUNT(payloads); current++)
		if (is_all || is_chosen(payloads[current - 1].name))
			run_payload(&payloads[current - 1], rounds);
	finish();
}
