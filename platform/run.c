/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time on the board: the PE whose clock is behind all others runs until it is a quantum ahead of
 * the next one, or an event is due; events fire between turns, once every PE has come so far. PEs
 * that wait have no clock, so they cost no turns. What happens depends on simulated time alone.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exceptions/exceptions.h"
#include "mmu/mmu.h"
#include "platform/input.h"
#include "platform/machine_private.h"
#include "sysregs/sysregs.h"

/*
 * A slice ends at a taken branch or page end, so at most a page late; closer than this to the end
 * of the budget, instructions are counted one by one.
 */
enum { SLICE_OVERSHOOT = 2 * PAGE_SIZE / 4 };

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

void machine_limit_turn(struct machine *machine, cycles_t until)
{
	if (machine->running == NULL || until >= machine->turn_end)
		return;
	machine->turn_end = until;
	cpu_end_slice_at(machine->running, until);
	machine->running->check_irq = true; /* which makes the handler re-enter */
}

void machine_mind_events(struct machine *machine)
{
	machine_limit_turn(machine, events_next_time(&machine->events));
}

static void end_wait(struct machine *machine, struct cpu *cpu, cycles_t time)
{
	cpu->waiting = false;
	cpu_leap(cpu, time);
	if (cpu->wait_is_wfe) { /* an event ends one WFE */
		cpu->event_register = false;
		cpu->event_time = cpu->cycles;
	}
	pmuirq_update(&machine->pmuirq[cpu->index]); /* instructions count again */
	machine_limit_turn(machine, cpu->cycles + machine->config.quantum);
}

/* WFI ends by what is pending, masked or not; WFE by an event, or what would be taken. D1.7 */
static bool wait_is_over(const struct cpu *cpu)
{
	if (cpu->wait_is_wfe)
		return cpu->event_register || exceptions_pending(cpu) != INT_NONE;
	return exceptions_wakes_wfi(cpu);
}

void machine_wake(struct machine *machine, struct cpu *cpu)
{
	if (machine->is_on[cpu->index] && cpu->waiting && wait_is_over(cpu))
		end_wait(machine, cpu, machine_now(machine));
}

/*
 * How long the PE waits if nothing wakes it: WFE to the next event of its event stream. Monitors
 * compare values, so a store of what was there before sends no event: with an armed monitor WFE
 * completes after a quantum.
 */
static void begin_wait(struct machine *machine, struct cpu *cpu)
{
	cycles_t until = NEVER;

	if (cpu->wait_is_wfe)
		until = event_stream_next(cpu, cpu->cycles);
	if (cpu->wait_is_wfe && cpu->exclusive.valid)
		until = smaller(until, cpu->cycles + machine->config.quantum);
	machine->doze_until[cpu->index] = until < END_OF_TIME ? until : NEVER;
}

/* Behind a turn: what it stored may have cleared the monitor that a PE in WFE watches. */
static void wake_by_stores(struct machine *machine, cycles_t time)
{
	for (unsigned i = 0; i < machine->group.count; i++) {
		struct cpu *cpu = machine->group.cpu[i];

		if (machine->is_on[i] && cpu->waiting && cpu->wait_is_wfe &&
			exclusive_take_loss(cpu))
			end_wait(machine, cpu, time);
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
			"%s at 0x%" PRIx64 " (EL%u) and nothing is armed that could end it%s",
			machine->group.cpu[first]->wait_is_wfe ? "WFE" : "WFI",
			machine->group.cpu[first]->pc - 4,
			(unsigned)machine->group.cpu[first]->pstate.el,
			waiting > 1 ? "; the other PEs wait too" : "");
}

/* ---- Running ---- */

/* How long the PE may run without executing more than so many instructions. */
static cycles_t cycles_for(const struct machine *machine, u64 insns)
{
	return machine->config.timing == NULL ? insns
					      : insns / machine->timing.param[PARAM_issue_width];
}

/* Has this machine_run_until() come to its time? Not where the engine would not have stopped. */
static bool is_over(const struct machine *machine, cycles_t time)
{
	return time >= machine->run_until && !machine->is_mid_block;
}

/* One slice of a PE, to the end of its turn or of the budget. */
static void run_slice(struct machine *machine, struct cpu *cpu)
{
	u64 before = cpu->insns, left = machine->insns_left;
	cycles_t end = smaller(machine->turn_end, machine->run_until);

	/* what was cut off in straight code goes on to where interrupts are looked for */
	if (machine->is_mid_block)
		end = larger(end, cpu->cycles + 1);
	else if (machine->is_at_entry)
		end = larger(end, cpu->cycles);
	if (left > SLICE_OVERSHOOT) {
		cycles_t most = cycles_for(machine, left - SLICE_OVERSHOOT);

		cpu_run(cpu, cpu->cycles + smaller(end - cpu->cycles, larger(most, 1)));
	} else {
		cpu_run_at_most(cpu, end, left);
	}
	machine->is_mid_block = cpu->cut == CUT_IN_BLOCK;
	machine->is_at_entry = cpu->cut == CUT_AT_ENTRY;
	machine->insns_left -= cpu->insns - before;
}

static bool has_to_run(const struct machine *machine, const struct cpu *cpu)
{
	return cpu->cycles < machine->turn_end || machine->is_mid_block || machine->is_at_entry;
}

/* The PE stopped by itself, or a debugger was told something and wants a look. */
static void note_stop(struct machine *machine, struct cpu *cpu)
{
	if (cpu->stop.reason == STOP_DEBUG) {
		cpu->stop.reason = STOP_NONE;
		stop_machine(machine, STOP_DEBUG, machine->break_cpu, "%s", "");
	} else if (cpu->stop.reason != STOP_NONE) {
		machine->stop = cpu->stop;
		machine->stopped_cpu = cpu->index;
	}
}

static void run_turn(struct machine *machine)
{
	struct cpu *cpu = machine->group.cpu[machine->turn_cpu];

	machine->running = cpu;
	while (has_to_run(machine, cpu) && !is_asleep(machine, cpu) &&
		machine->stop.reason == STOP_NONE) {
		if (machine->insns_left == 0 || is_over(machine, cpu->cycles)) {
			stop_machine(machine, STOP_BUDGET, cpu->index, "%s", "");
			break;
		}
		run_slice(machine, cpu);
		note_stop(machine, cpu);
		machine->turn_end = smaller(machine->turn_end, events_next_time(&machine->events));
	}
	machine->running = NULL;
	if (machine->stop.reason != STOP_NONE)
		return;
	machine->is_in_turn = machine->is_at_entry = false;
	if (cpu->waiting)
		begin_wait(machine, cpu);
	wake_by_stores(machine, cpu->cycles);
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
	cpu->timed.dynamic = (struct dynamic){ 0 }; /* a look is no time of the guest's */
	if (!place.ok || place.host == NULL)
		return 0;
	memcpy(&insn, place.host + bits(va, 11, 0), sizeof(insn));
	return insn;
}

/*
 * Is the PE in `b .`, or in `wfe; b .-4`? It leaves those only by an interrupt. With no event to
 * come and nobody else who acts, none will: its own timers would be events.
 */
static bool is_in_idle_loop(struct cpu *cpu)
{
	static const u32 wfe = 0xd503205f, branch_to_self = 0x14000000, branch_back = 0x17ffffff;
	u32 insn = fetch(cpu, cpu->pc);

	return insn == branch_to_self || (insn == wfe && fetch(cpu, cpu->pc + 4) == branch_back) ||
	       (insn == branch_back && fetch(cpu, cpu->pc - 4) == wfe);
}

/*
 * A PE that does nothing but wait for interrupts: not one that an event stream wakes to look at
 * something. That a monitor ends WFE after a quantum is our doing, not the guest's.
 */
static bool is_idle(struct machine *machine, struct cpu *cpu)
{
	if (!machine->is_on[cpu->index])
		return true;
	if (cpu->waiting)
		return !cpu->wait_is_wfe || event_stream_next(cpu, cpu->cycles) == NEVER ||
		       is_in_idle_loop(cpu);
	return is_in_idle_loop(cpu) && exceptions_pending(cpu) == INT_NONE;
}

/* Looks, now and then, for PEs that idle for ever. */
static void check_progress(struct machine *machine)
{
	struct cpu *running = NULL;

	machine->next_check = smaller(input_poll(machine),
		align_down(machine->now, MACHINE_CHECK_PERIOD) + MACHINE_CHECK_PERIOD);
	if (events_next_time(&machine->events) != NEVER)
		return;
	for (unsigned i = 0; i < machine->group.count; i++) {
		struct cpu *cpu = machine->group.cpu[i];

		if (!is_idle(machine, cpu))
			return;
		if (!is_asleep(machine, cpu))
			running = cpu;
	}
	if (input_came(machine))
		return;
	if (running == NULL)
		stop_asleep(machine);
	else
		stop_machine(machine, STOP_STUCK, running->index,
			"the guest loops at 0x%" PRIx64 " (EL%u) and no interrupt can come",
			running->pc, (unsigned)running->pstate.el);
}

/* ---- Turns ---- */

/* When the PE would run next; NEVER: not by itself. */
static cycles_t due_time(const struct machine *machine, unsigned index)
{
	const struct cpu *cpu = machine->group.cpu[index];

	if (!machine->is_on[index])
		return NEVER;
	return cpu->waiting ? machine->doze_until[index] : cpu->cycles;
}

/* The PE that is behind all others; *next: how far the next one has come. */
static unsigned first_due(const struct machine *machine, cycles_t *time, cycles_t *next)
{
	unsigned first = 0;

	*time = *next = NEVER;
	for (unsigned i = 0; i < machine->group.count; i++) {
		cycles_t due = due_time(machine, i);

		if (due < *time) {
			*next = *time;
			*time = due;
			first = i;
		} else {
			*next = smaller(*next, due);
		}
	}
	return first;
}

static void begin_turn(struct machine *machine, unsigned index, cycles_t next)
{
	struct cpu *cpu = machine->group.cpu[index];
	cycles_t end = smaller(machine->next_check, events_next_time(&machine->events));

	if (next < NEVER - machine->config.quantum)
		end = smaller(end, next + machine->config.quantum);
	if (cpu->waiting)
		end_wait(machine, cpu, machine->now);
	mmu_release_code(cpu); /* what others did to the TLB holds from now on */
	machine->turn_cpu = index;
	machine->turn_end = end;
	machine->is_in_turn = true;
}

static bool all_asleep(const struct machine *machine)
{
	for (unsigned i = 0; i < machine->group.count; i++) {
		if (!is_asleep(machine, machine->group.cpu[i]))
			return false;
	}
	return true;
}

/* If everybody sleeps, gives input; else fires the events that are due, or gives someone a turn. */
static void go_on(struct machine *machine)
{
	cycles_t time, next, event = events_next_time(&machine->events);
	unsigned first = first_due(machine, &time, &next);

	/* with nothing to come, the machine may have input, or stops */
	if (smaller(event, time) != NEVER && is_over(machine, smaller(event, time))) {
		stop_machine(machine, STOP_BUDGET, 0, "%s", "");
		return;
	}
	if (all_asleep(machine) && input_while_asleep(machine, smaller(event, time)))
		return;
	if (event != NEVER && event <= time) {
		machine->now = larger(machine->now, event);
		events_fire(&machine->events, machine->now);
	} else if (time == NEVER) {
		stop_asleep(machine);
	} else {
		machine->now = larger(machine->now, time);
		if (time < machine->next_check)
			begin_turn(machine, first, next);
		else
			check_progress(machine);
	}
}

/* Nobody sees what the guest prints any more. machine_finish() says why. */
static void mind_consoles(struct machine *machine)
{
	if (machine->console.write_errno != 0 || machine->port.file.write_errno != 0)
		machine_quit(machine, "the guest's console cannot be written");
}

const struct stop *machine_run_until(struct machine *machine, u64 insns, cycles_t time)
{
	machine->stop = (struct stop){ .reason = STOP_NONE };
	machine->insns_left = insns;
	machine->run_until = time;
	while (machine->stop.reason == STOP_NONE) {
		if (machine->console.gave_up)
			machine_quit(machine, "somebody asked to quit");
		else if (machine->is_in_turn)
			run_turn(machine);
		else if (machine->insns_left == 0)
			stop_machine(machine, STOP_BUDGET, 0, "%s", "");
		else
			go_on(machine);
		if (machine->is_break_wanted && machine->stop.reason == STOP_NONE)
			stop_machine(machine, STOP_DEBUG, machine->break_cpu, "%s", "");
		machine->is_break_wanted = false;
		if (machine->stop.reason == STOP_NONE)
			mind_consoles(machine);
	}
	console_flush(&machine->console);
	virtio_console_flush(&machine->port);
	return &machine->stop;
}

const struct stop *machine_run(struct machine *machine, u64 insns)
{
	return machine_run_until(machine, insns, NEVER);
}
