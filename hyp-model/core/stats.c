/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exit accounts. Knows reasons and time, nothing of guests.
 */
#include "core/stats.h"

#include "core/print.h"
#include "hal.h"

static const struct {
	const char *name, *meaning;
} reasons[REASON_COUNT] = {
#define REASON(id, name, meaning) { name, meaning },
#include "core/reason.def"
#undef REASON
};

struct account {
	u64 count, sum, max;
};

static struct account accounts[REASON_COUNT];
static bool is_open; /* an exit is being handled */
static u64 opened_at;
static enum exit_reason open_reason;

void stats_reset(void)
{
	for (unsigned i = 0; i < REASON_COUNT; i++)
		accounts[i] = (struct account){ 0 };
	is_open = false;
}

static void close_account(void)
{
	struct account *account = &accounts[open_reason];
	u64 spent;

	if (!is_open)
		return;
	spent = hal_cycles() - opened_at;
	account->count++;
	account->sum += spent;
	if (spent > account->max)
		account->max = spent;
	is_open = false;
}

void stats_enter(void)
{
	close_account();
}

void stats_leave(void)
{
	opened_at = hal_cycles();
	open_reason = REASON_RETRY;
	is_open = true;
}

void stats_reason(enum exit_reason reason)
{
	open_reason = reason;
}

enum exit_reason stats_current_reason(void)
{
	return open_reason;
}

u64 stats_count(enum exit_reason reason)
{
	return accounts[reason].count;
}

const char *reason_name(enum exit_reason reason)
{
	return reasons[reason].meaning;
}

static void print_row(const char *name, const char *meaning, const struct account *account)
{
	print("  %-6s %-52s %8lu | %9lu %9lu\n", name, meaning, account->count,
		account->sum / account->count, account->max);
}

u64 stats_print(const char *title)
{
	struct account total = { 0 };

	close_account(); /* the last exit ended no guest's wait, but it happened */
	print("\n  %-59s %8s | %9s %9s  %s\n", title, "exits", "average", "maximum",
		hal_cycles_unit());
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		if (accounts[i].count == 0)
			continue;
		print_row(reasons[i].name, reasons[i].meaning, &accounts[i]);
		total.count += accounts[i].count;
		total.sum += accounts[i].sum;
		if (accounts[i].max > total.max)
			total.max = accounts[i].max;
	}
	if (total.count == 0)
		return 0;
	print_row("all", "", &total);
	return total.sum / total.count;
}
