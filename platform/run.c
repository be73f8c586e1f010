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
#include "platform/input.h"
#include "platform/machine_private.h"

/*
 * A slice ends at a taken branch or page end, so at most a page late; closer than this to the end
 * of the budget, instructions are counted one by one.
 */
enum { SLICE_OVERSHOOT = 2 * PAGE_SIZE / 4 };

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

static bool all_asleep(const struct machine *machine)
{
	for (unsigned i = 0; i < machine->group.count; i++) {
		if (!is_asleep(machine, machine->group.cpu[i]))
			return false;
	}
	return true;
}

/* WFI ends by what is pending, masked or not. WFE never waits: it may end for any reason. */
static void wake_who_may(struct machine *machine)
{
	for (unsigned i = 0; i < machine->group.count; i++) {
		struct cpu *cpu = machine->group.cpu[i];

		if (!machine->is_on[i] || !cpu->waiting || !exceptions_wakes_wfi(cpu))
			continue;
		cpu->waiting = false;
		cpu->cycles = max(cpu->cycles, machine->now);
		pmuirq_update(&machine->pmuirq[i]); /* instructions count again */
	}
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
			"WFI at 0x%" PRIx64 " (EL%u) and nothing is armed that could end it%s",
			machine->group.cpu[first]->pc - 4,
			(unsigned)machine->group.cpu[first]->pstate.el,
			waiting > 1 ? "; the other PEs wait too" : "");
}

/* Everybody sleeps: input may come, else time passes until the first event. */
static void sleep_all(struct machine *machine)
{
	cycles_t next = events_next_time(&machine->events);

	if (input_while_asleep(machine, next))
		return;
	if (next != NEVER) {
		machine->now = max(machine->now, next);
		events_fire(&machine->events, machine->now);
		return;
	}
	stop_asleep(machine);
}

/* ---- Running ---- */

/* One slice of a PE, to the end of the round or of the budget. */
static void run_slice(struct machine *machine, struct cpu *cpu)
{
	u64 before = cpu->insns, left = machine->insns_left;
	cycles_t end = machine->round_end;

	/* what the budget cut off in straight code goes on to where interrupts are looked for */
	if (machine->is_mid_block)
		end = max(end, cpu->cycles + 1);
	if (left > SLICE_OVERSHOOT) {
		cpu_run(cpu, cpu->cycles + min(end - cpu->cycles, left - SLICE_OVERSHOOT));
		machine->is_mid_block = false;
	} else {
		machine->is_mid_block = !cpu_run_at_most(cpu, end, left);
	}
	machine->insns_left -= cpu->insns - before;
}

/* Runs a PE to the end of the round, which is at the first event that is scheduled on the way. */
static void run_cpu(struct machine *machine, struct cpu *cpu)
{
	while ((cpu->cycles < machine->round_end || machine->is_mid_block) &&
		!is_asleep(machine, cpu)) {
		if (machine->insns_left == 0) {
			stop_machine(machine, STOP_BUDGET, cpu->index, "%s", "");
			return;
		}
		run_slice(machine, cpu);
		if (cpu->stop.reason != STOP_NONE) {
			machine->stop = cpu->stop;
			machine->stopped_cpu = cpu->index;
			return;
		}
		machine->round_end = min(machine->round_end, events_next_time(&machine->events));
	}
}

/* The instruction at a virtual address of the PE's present code; 0: it cannot be fetched. */
static u32 fetch(struct cpu *cpu, u64 va)
{
	struct place place;
	u32 insn;

	if (!is_aligned(va, 4))
		return 0;
	mmu_enter(cpu);
	place = mmu_fetch_page(cpu, va);
	if (!place.ok || place.host == NULL)
		return 0;
	memcpy(&insn, place.host + bits(va, 11, 0), sizeof(insn));
	return insn;
}

/*
 * Is the PE in `b .`, or in `wfe; b .-4`? It leaves those only by an interrupt. With one running
 * PE and no event to come, none will: its own timers would be events, and nobody else acts.
 */
static bool is_in_idle_loop(struct cpu *cpu)
{
	static const u32 wfe = 0xd503205f, branch_to_self = 0x14000000, branch_back = 0x17ffffff;
	u32 insn = fetch(cpu, cpu->pc);

	return insn == branch_to_self || (insn == wfe && fetch(cpu, cpu->pc + 4) == branch_back) ||
	       (insn == branch_back && fetch(cpu, cpu->pc - 4) == wfe);
}

static void check_progress(struct machine *machine)
{
	struct cpu *running = NULL;

	machine->next_check = align_down(machine->now, MACHINE_CHECK_PERIOD) + MACHINE_CHECK_PERIOD;
	if (events_next_time(&machine->events) != NEVER)
		return;
	for (unsigned i = 0; i < machine->group.count; i++) {
		struct cpu *cpu = machine->group.cpu[i];

		if (machine->is_on[i] && cpu->waiting && exceptions_wakes_wfi(cpu))
			return;
		if (is_asleep(machine, cpu))
			continue;
		if (!is_in_idle_loop(cpu) || exceptions_pending(cpu) != INT_NONE)
			return;
		running = cpu;
	}
	if (running != NULL && !input_came(machine))
		stop_machine(machine, STOP_STUCK, running->index,
			"the guest loops at 0x%" PRIx64 " (EL%u) and no interrupt can come",
			running->pc, (unsigned)running->pstate.el);
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

static void begin_round(struct machine *machine)
{
	cycles_t end = min(machine->next_check, events_next_time(&machine->events));

	if (machine->group.count > 1)
		end = min(end, machine->now + machine->config.quantum);
	machine->round_end = end;
	machine->round_cpu = 0;
	machine->is_in_round = true;
}

static void end_round(struct machine *machine)
{
	machine->is_in_round = false;
	machine->now = max(machine->now, time_after_round(machine, machine->round_end));
	events_fire(&machine->events, machine->now);
	if (machine->now >= machine->next_check) {
		input_poll(machine);
		check_progress(machine);
	}
}

/* A round that the budget cut off goes on where it was, as if it had not been. */
static void run_round(struct machine *machine)
{
	while (machine->round_cpu < machine->group.count) {
		run_cpu(machine, machine->group.cpu[machine->round_cpu]);
		if (machine->stop.reason != STOP_NONE)
			return;
		machine->round_cpu++;
	}
	end_round(machine);
}

static void start_round_or_sleep(struct machine *machine)
{
	wake_who_may(machine);
	if (machine->insns_left == 0)
		stop_machine(machine, STOP_BUDGET, 0, "%s", "");
	else if (all_asleep(machine))
		sleep_all(machine);
	else
		begin_round(machine);
}

const struct stop *machine_run(struct machine *machine, u64 insns)
{
	machine->stop = (struct stop){ .reason = STOP_NONE };
	machine->insns_left = insns;
	while (machine->stop.reason == STOP_NONE) {
		if (machine->is_in_round)
			run_round(machine);
		else
			start_round_or_sleep(machine);
	}
	console_flush(&machine->console);
	return &machine->stop;
}
