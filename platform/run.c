/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time on the board: PEs take turns, one round after the other, and events fire between rounds.
 * What happens depends on simulated time alone.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exceptions/exceptions.h"
#include "mmu/mmu.h"
#include "platform/machine_private.h"

/*
 * A slice ends at a taken branch or page end, so at most a page late; closer than this to the end
 * of the budget, instructions are counted one by one.
 */
enum { SLICE_OVERSHOOT = 2 * PAGE_SIZE / 4 };

/* How often PEs that branch to themselves are looked for. */
#define CHECK_PERIOD ((cycles_t)1 << 24)

static cycles_t min(cycles_t a, cycles_t b)
{
	return a < b ? a : b;
}

static cycles_t max(cycles_t a, cycles_t b)
{
	return a > b ? a : b;
}

__attribute__((format(printf, 4, 5))) static void stop_machine(
	struct machine *machine, enum stop_reason reason, unsigned cpu, const char *format, ...)
{
	va_list args;

	machine->stop = (struct stop){ .reason = reason };
	machine->stopped_cpu = cpu;
	va_start(args, format);
	vsnprintf(machine->stop.text, sizeof(machine->stop.text), format, args);
	va_end(args);
}

/* ---- Waiting ---- */

static bool is_asleep(const struct machine *machine, const struct cpu *cpu)
{
	return !machine->is_on[cpu->index] || cpu->waiting;
}

/* What ends a WFE beside interrupts: an event. D1.6.1 */
static bool has_event(const struct cpu *cpu)
{
	return cpu->wait_is_wfe && (cpu->event_register || exceptions_pending(cpu) != INT_NONE);
}

static void wake(struct machine *machine, struct cpu *cpu)
{
	cpu->waiting = false;
	if (cpu->wait_is_wfe)
		cpu->event_register = false;
	cpu->cycles = max(cpu->cycles, machine->now);
}

/*
 * The time at which a PE that waits in WFE goes on without being told: at the event stream. A PE
 * that holds an exclusive reservation waits for its loss, which the monitor does not report, so it
 * looks again in the next round if somebody else runs; a WFE may end at any time.
 */
static cycles_t wfe_deadline(const struct machine *machine, const struct cpu *cpu)
{
	if (!machine->is_on[cpu->index] || !cpu->waiting || !cpu->wait_is_wfe)
		return NEVER;
	return gtimer_next_stream_event(cpu, max(cpu->cycles, machine->now));
}

static bool others_run(const struct machine *machine, const struct cpu *cpu)
{
	for (unsigned i = 0; i < machine->group.count; i++) {
		if (machine->group.cpu[i] != cpu && !is_asleep(machine, machine->group.cpu[i]))
			return true;
	}
	return false;
}

static void wake_who_may(struct machine *machine)
{
	for (unsigned i = 0; i < machine->group.count; i++) {
		struct cpu *cpu = machine->group.cpu[i];

		if (!machine->is_on[i] || !cpu->waiting)
			continue;
		if (exceptions_wakes_wfi(cpu) || has_event(cpu) ||
			(cpu->wait_is_wfe && cpu->exclusive.valid && others_run(machine, cpu)))
			wake(machine, cpu);
	}
}

/* Wakes the PEs whose event stream has ticked since `before`. */
static void wake_by_stream(struct machine *machine, const cycles_t deadlines[])
{
	for (unsigned i = 0; i < machine->group.count; i++) {
		if (machine->group.cpu[i]->waiting && deadlines[i] <= machine->now)
			wake(machine, machine->group.cpu[i]);
	}
}

static cycles_t wfe_deadlines(const struct machine *machine, cycles_t deadlines[])
{
	cycles_t first = NEVER;

	for (unsigned i = 0; i < machine->group.count; i++) {
		deadlines[i] = wfe_deadline(machine, machine->group.cpu[i]);
		first = min(first, deadlines[i]);
	}
	return first;
}

/* Why nobody will ever run again. */
static void stop_asleep(struct machine *machine)
{
	unsigned waiting = 0, first = 0;

	for (unsigned i = machine->group.count; i-- > 0;) {
		if (machine->is_on[i]) {
			waiting++;
			first = i;
		}
	}
	if (waiting == 0)
		stop_machine(machine, STOP_STUCK, 0, "every PE is powered off");
	else
		stop_machine(machine, STOP_STUCK, first,
			"%s at 0x%" PRIx64 " (EL%u) and nothing is armed that could end it%s",
			machine->group.cpu[first]->wait_is_wfe ? "WFE" : "WFI",
			machine->group.cpu[first]->pc - 4,
			(unsigned)machine->group.cpu[first]->pstate.el,
			waiting > 1 ? "; the other PEs wait too" : "");
}

/* Everybody sleeps: time passes until the first event; without one, input; without that, the end.
 */
static void sleep_all(struct machine *machine)
{
	cycles_t deadlines[MACHINE_CPUS];
	cycles_t next = min(wfe_deadlines(machine, deadlines), events_next_time(&machine->events));

	if (next != NEVER) {
		machine->now = max(machine->now, next);
		events_fire(&machine->events, machine->now);
		wake_by_stream(machine, deadlines);
		return;
	}
	if (pl011_waits_for_input(&machine->uart) && pl011_wait_for_input(&machine->uart))
		return;
	stop_asleep(machine);
}

/* ---- Running ---- */

/* Runs a PE to `end`, or to the first event that is scheduled on the way. */
static cycles_t run_cpu(struct machine *machine, struct cpu *cpu, cycles_t end)
{
	while (cpu->cycles < end && !is_asleep(machine, cpu)) {
		u64 before = cpu->insns, left = machine->insns_left;

		if (left == 0) {
			stop_machine(machine, STOP_BUDGET, cpu->index, "%s", "");
			return end;
		}
		if (left > SLICE_OVERSHOOT)
			cpu_run(cpu, cpu->cycles + min(end - cpu->cycles, left - SLICE_OVERSHOOT));
		else
			cpu_run_at_most(cpu, end, left);
		machine->insns_left -= cpu->insns - before;
		if (cpu->stop.reason != STOP_NONE) {
			machine->stop = cpu->stop;
			machine->stopped_cpu = cpu->index;
			return end;
		}
		end = min(end, events_next_time(&machine->events));
	}
	return end;
}

/*
 * A PE that branches to itself goes on only by an interrupt. With one running PE and no event to
 * come, none will: its own timers would be events, and nobody else acts.
 */
static bool branches_to_itself(struct cpu *cpu)
{
	static const u32 branch_to_self = 0x14000000;
	struct place place;
	u32 insn;

	if (!is_aligned(cpu->pc, 4))
		return false;
	mmu_enter(cpu);
	place = mmu_fetch_page(cpu, cpu->pc);
	if (!place.ok || place.host == NULL)
		return false;
	memcpy(&insn, place.host + bits(cpu->pc, 11, 0), sizeof(insn));
	return insn == branch_to_self;
}

static void check_progress(struct machine *machine)
{
	struct cpu *running = NULL;

	machine->next_check = align_down(machine->now, CHECK_PERIOD) + CHECK_PERIOD;
	if (events_next_time(&machine->events) != NEVER)
		return;
	for (unsigned i = 0; i < machine->group.count; i++) {
		struct cpu *cpu = machine->group.cpu[i];

		if (is_asleep(machine, cpu))
			continue;
		if (!branches_to_itself(cpu) || exceptions_pending(cpu) != INT_NONE)
			return;
		running = cpu;
	}
	if (running != NULL)
		stop_machine(machine, STOP_STUCK, running->index,
			"the guest branches to itself at 0x%" PRIx64
			" (EL%u) and no interrupt can come",
			running->pc, (unsigned)running->pstate.el);
}

static bool all_asleep(const struct machine *machine)
{
	return !others_run(machine, NULL);
}

/* The time to which time has passed when a round that ends at `end` is over. */
static cycles_t time_after_round(const struct machine *machine, cycles_t end)
{
	cycles_t latest = machine->now;

	if (!all_asleep(machine))
		return end;
	for (unsigned i = 0; i < machine->group.count; i++)
		latest = max(latest, machine->group.cpu[i]->cycles);
	return min(latest, end);
}

static void run_round(struct machine *machine)
{
	cycles_t deadlines[MACHINE_CPUS];
	cycles_t end = min(machine->next_check, events_next_time(&machine->events));

	end = min(end, wfe_deadlines(machine, deadlines));
	if (machine->group.count > 1)
		end = min(end, machine->now + machine->config.quantum);
	for (unsigned i = 0; i < machine->group.count; i++) {
		end = run_cpu(machine, machine->group.cpu[i], end);
		if (machine->stop.reason != STOP_NONE)
			return;
	}
	machine->now = max(machine->now, time_after_round(machine, end));
	events_fire(&machine->events, machine->now);
	wake_by_stream(machine, deadlines);
	if (machine->now >= machine->next_check)
		check_progress(machine);
}

const struct stop *machine_run(struct machine *machine, u64 insns)
{
	machine->stop = (struct stop){ .reason = STOP_NONE };
	machine->insns_left = insns;
	if (machine->next_check <= machine->now)
		machine->next_check = align_down(machine->now, CHECK_PERIOD) + CHECK_PERIOD;
	while (machine->stop.reason == STOP_NONE) {
		wake_who_may(machine);
		if (machine->insns_left == 0)
			stop_machine(machine, STOP_BUDGET, 0, "%s", "");
		else if (all_asleep(machine))
			sleep_all(machine);
		else
			run_round(machine);
	}
	console_flush(&machine->console);
	return &machine->stop;
}
