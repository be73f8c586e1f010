/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exit accounts. Knows reasons, levels and time; of guests only which level of theirs ran.
 */
#include "core/stats.h"

#include "core/cost.h"
#include "core/cpu.h"
#include "core/options.h"
#include "core/print.h"
#include "core/registers.h"
#include "hal.h"

static const struct {
	const char *word, *meaning;
} reasons[REASON_COUNT] = {
#define REASON(id, word, meaning) { word, meaning },
#include "core/reason.def"
#undef REASON
};

struct account {
	u64 count, sum, max;
};

/* Of one CPU, and written by it alone. */
static struct accounts {
	struct account account[WHO_COUNT][REASON_COUNT];
	bool is_open; /* an exit is being handled */
	u64 opened_at;
	enum exit_who who;
	enum exit_reason reason;
} accounts[MAX_CPUS];

static bool is_timed;

u64 stats_now(void)
{
	return is_timed ? hal_cycles() : 0;
}

static struct accounts *mine(void)
{
	return &accounts[this_cpu()->index];
}

void stats_reset(void)
{
	for (unsigned i = 0; i < MAX_CPUS; i++)
		accounts[i] = (struct accounts){ 0 };
	is_timed = options.stats == 1;
}

static void close_account(struct accounts *cpu)
{
	struct account *account = &cpu->account[cpu->who][cpu->reason];
	u64 spent;

	if (!cpu->is_open)
		return;
	spent = stats_now() - cpu->opened_at;
	account->count++;
	account->sum += spent;
	if (spent > account->max)
		account->max = spent;
	cpu->is_open = false;
	cost_exit((unsigned)(cpu - accounts), cpu->who, cpu->reason);
}

void stats_enter(void)
{
	close_account(mine());
}

/*
 * NV-1: how the guest was entered is how it was left; in nested context vHCR_EL2 has not moved. A
 * nested guest without stage 2 is the EL1 part of an nVHE hypervisor.
 */
static enum exit_who who_ran(const struct cpu *cpu)
{
	struct vcpu *vcpu = cpu->loaded;
	u64 vhcr;

	if (!vcpu || !vcpu_has_nv(vcpu))
		return WHO_PAYLOAD;
	vhcr = *context_stored(&vcpu->context, REG(HCR_EL2));
	if (cpu->in_hyp_context || (vhcr & F(HCR_EL2, VM)) == 0)
		return WHO_GUEST_HYPERVISOR;
	return (vhcr & F(HCR_EL2, NV)) != 0 ? WHO_NESTED_HYPERVISOR : WHO_PAYLOAD;
}

void stats_leave(void)
{
	struct accounts *cpu = mine();

	cpu->opened_at = stats_now();
	cpu->who = who_ran(this_cpu());
	cpu->reason = REASON_RETRY;
	cpu->is_open = true;
}

void stats_reason(enum exit_reason reason)
{
	mine()->reason = reason;
}

enum exit_reason stats_current_reason(void)
{
	return mine()->reason;
}

enum exit_who stats_current_who(void)
{
	return mine()->who;
}

static struct account sum_of(enum exit_who who, enum exit_reason reason)
{
	struct account sum = { 0 };

	for (unsigned i = 0; i < MAX_CPUS; i++) {
		const struct account *account = &accounts[i].account[who][reason];

		sum.count += account->count;
		sum.sum += account->sum;
		if (account->max > sum.max)
			sum.max = account->max;
	}
	return sum;
}

u64 stats_count(enum exit_reason reason)
{
	u64 count = 0;

	for (unsigned who = 0; who < WHO_COUNT; who++)
		count += sum_of((enum exit_who)who, reason).count;
	return count;
}

const char *reason_word(enum exit_reason reason)
{
	return reasons[reason].word;
}

unsigned stats_level(enum exit_who who, unsigned depth)
{
	switch (who) {
	case WHO_GUEST_HYPERVISOR: return hal_level() + 1;
	case WHO_NESTED_HYPERVISOR: return hal_level() + 2;
	default: return hal_level() + 1 + depth;
	}
}

static u64 print_level(enum exit_who who, unsigned level)
{
	u64 exits = 0;

	for (unsigned i = 0; i < REASON_COUNT; i++) {
		struct account account = sum_of(who, (enum exit_reason)i);

		exits += account.count;
		if (account.count != 0)
			print("exits: L%u %-14s %-54s | %8lu %9lu %9lu\n", level, reasons[i].word,
				reasons[i].meaning, account.count, account.sum / account.count,
				account.max);
	}
	if (exits != 0)
		print("exits: L%u %-14s %-54s | %8lu\n", level, "all", "", exits);
	return exits;
}

void stats_print(unsigned depth)
{
	u64 exits = 0;

	for (unsigned i = 0; i < MAX_CPUS; i++)
		close_account(&accounts[i]); /* it ended no guest's wait, but it happened */
	print("exits: to level %u, %-60s | %8s %9s %9s %s\n", hal_level(), "from whom and why",
		"exits", "average", "maximum", hal_cycles_unit());
	for (unsigned who = 0; who < WHO_COUNT; who++)
		exits += print_level((enum exit_who)who, stats_level((enum exit_who)who, depth));
	print("exits: %-72s | %8lu\n", "all", exits);
}
