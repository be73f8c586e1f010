/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the guest hypervisor, and what differs from what was expected.
 */
#include "print.h"

static char line[160];
static u32 length;
static u64 failures;

static void put(const char *text)
{
	while (*text != '\0' && length < sizeof(line) - 2)
		line[length++] = *text++;
}

static void put_number(u64 value, u64 base)
{
	char digits[21];
	u32 n = sizeof(digits) - 1;

	digits[n] = '\0';
	do {
		digits[--n] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	put(base == 16 ? "0x" : "");
	put(digits + n);
}

static void end_line(void)
{
	line[length++] = '\n';
	line[length] = '\0';
	length = 0;
	say(line);
}

void print_line(const char *name, u64 value)
{
	put("  ");
	put(name);
	put(": ");
	put_number(value, 10);
	end_line();
}

int expect(const char *what, u64 got, u64 want)
{
	if (got == want)
		return 1;
	if (failures++ < MAX_FAILURES) {
		put("  differs: ");
		put(what);
		put(": ");
		put_number(got, 16);
		put(", not ");
		put_number(want, 16);
		end_line();
	}
	return 0;
}

u64 failure_count(void)
{
	return failures;
}

void failures_reset(void)
{
	failures = 0;
}
