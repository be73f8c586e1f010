/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PMUIRQ on simulated time, DDI 0487 D13.3.1.
 */
#include "platform/pmuirq.h"

#include "cpu/cpu.h"
#include "sysregs/sysregs.h"

static cycles_t next_overflow(const struct cpu *cpu)
{
	u64 cycles = pmu_cycles_to_overflow(cpu);

	return cycles == 0 || cycles >= END_OF_TIME ? NEVER : cpu->pmu.cycles + cycles;
}

void pmuirq_update(struct pmuirq *pmuirq)
{
	struct cpu *cpu = pmuirq->cpu;
	cycles_t next = NEVER;

	wire_set(&pmuirq->output, pmu_interrupt(cpu));
	if (wire_is_connected(&pmuirq->output))
		next = next_overflow(cpu);
	events_schedule(pmuirq->queue, &pmuirq->event, next);
	if (next != NEVER)
		cpu_end_slice_at(cpu, next);
}

static void fire(void *opaque)
{
	struct pmuirq *pmuirq = opaque;
	struct cpu *cpu = pmuirq->cpu;
	cycles_t now = *pmuirq->now > cpu->cycles ? *pmuirq->now : cpu->cycles;

	pmu_advance(cpu, cpu->pstate.el, now, cpu->insns);
	pmuirq_update(pmuirq);
}

void pmuirq_init(
	struct pmuirq *pmuirq, struct cpu *cpu, struct event_queue *queue, const cycles_t *now)
{
	*pmuirq = (struct pmuirq){ .cpu = cpu, .queue = queue, .now = now };
	pmuirq->event =
		(struct timed_event){ .fire = fire, .opaque = pmuirq, .priority = cpu->index };
}

void pmuirq_transfer(struct pmuirq *pmuirq, struct archive *archive)
{
	wire_transfer(&pmuirq->output, archive);
	event_transfer(pmuirq->queue, &pmuirq->event, archive);
}
