/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generic timer compare logic, DDI 0487 D11. Knows the timer registers; not who listens.
 */
#include "platform/gtimer.h"

#include "cpu/cpu.h"
#include "sysregs/sysregs.h"

enum { CTL_ENABLE = 1, CTL_IMASK = 2 };

static const struct {
	enum sysreg_id ctl, cval;
} timers[GTIMER_COUNT] = {
	[GTIMER_PHYSICAL] = { SR_CNTP_CTL_EL0, SR_CNTP_CVAL_EL0 },
	[GTIMER_VIRTUAL] = { SR_CNTV_CTL_EL0, SR_CNTV_CVAL_EL0 },
	[GTIMER_HYP] = { SR_CNTHP_CTL_EL2, SR_CNTHP_CVAL_EL2 },
	[GTIMER_HYP_VIRTUAL] = { SR_CNTHV_CTL_EL2, SR_CNTHV_CVAL_EL2 },
};

bool gtimer_condition(const struct cpu *cpu, enum gtimer_id id, cycles_t time)
{
	u64 count = time / COUNTER_CYCLES - timer_offset(cpu, timers[id].ctl);

	return (cpu->sys[timers[id].ctl] & CTL_ENABLE) && count >= cpu->sys[timers[id].cval];
}

/* The simulated time of a counter value; NEVER when it is beyond the end of time. */
static cycles_t time_of_count(u64 count)
{
	return count >= END_OF_TIME / COUNTER_CYCLES ? NEVER : count * COUNTER_CYCLES;
}

/* When the condition changes by time passing alone; NEVER: it does not. */
static cycles_t next_change(const struct cpu *cpu, enum gtimer_id id, cycles_t time)
{
	u64 counter = time / COUNTER_CYCLES, offset = timer_offset(cpu, timers[id].ctl);
	u64 count = counter - offset, cval = cpu->sys[timers[id].cval];

	if (count < cval)
		return cval - count > NEVER - counter ? NEVER
						      : time_of_count(counter + (cval - count));
	/* met until an offset ahead of the counter makes the count wrap to 0 */
	return offset > counter && cval != 0 ? time_of_count(offset) : NEVER;
}

/* ISTATUS and the counter, as the PE reads them, are not behind what another PE has read. */
static cycles_t time_of(const struct gtimer *gtimer)
{
	const struct cpu *cpu = gtimer->cpu;
	cycles_t seen = cpu->group->count_seen * COUNTER_CYCLES;

	return larger(larger(cpu->cycles, *gtimer->now), seen);
}

void gtimer_update(struct gtimer *gtimer)
{
	struct cpu *cpu = gtimer->cpu;
	cycles_t time = time_of(gtimer), next = NEVER;

	for (unsigned id = 0; id < GTIMER_COUNT; id++) {
		u64 ctl = cpu->sys[timers[id].ctl];
		bool armed = (ctl & CTL_ENABLE) && !(ctl & CTL_IMASK);
		cycles_t change = NEVER;

		wire_set(&gtimer->output[id], armed && gtimer_condition(cpu, id, time));
		if (armed && wire_is_connected(&gtimer->output[id]))
			change = next_change(cpu, id, time);
		if (change < next)
			next = change;
	}
	events_schedule(gtimer->queue, &gtimer->event, next);
	if (next != NEVER)
		cpu_end_slice_at(cpu, next);
}

cycles_t gtimer_due(const struct gtimer *gtimer, enum gtimer_id id)
{
	u64 ctl = gtimer->cpu->sys[timers[id].ctl];

	if (!(ctl & CTL_ENABLE) || (ctl & CTL_IMASK))
		return NEVER;
	if (gtimer_condition(gtimer->cpu, id, time_of(gtimer)))
		return 0;
	return next_change(gtimer->cpu, id, time_of(gtimer));
}

static void fire(void *opaque)
{
	gtimer_update(opaque);
}

void gtimer_init(
	struct gtimer *gtimer, struct cpu *cpu, struct event_queue *queue, const cycles_t *now)
{
	*gtimer = (struct gtimer){ .cpu = cpu, .queue = queue, .now = now };
	gtimer->event =
		(struct timed_event){ .fire = fire, .opaque = gtimer, .priority = cpu->index };
}

void gtimer_transfer(struct gtimer *gtimer, struct archive *archive)
{
	for (unsigned id = 0; id < GTIMER_COUNT; id++)
		wire_transfer(&gtimer->output[id], archive);
	event_transfer(gtimer->queue, &gtimer->event, archive);
}
