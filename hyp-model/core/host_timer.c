/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's own timer: CNTP by its EL0 name, which at EL2 with E2H=1 is CNTHP and at a virtual EL2
 * costs no exit. Knows deadlines, not what they are for.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/timer.h"
#include "hal.h"

static struct {
	u64 schedule, soft, armed;
} deadlines[MAX_CPUS];

u64 host_now(void)
{
	hal_isb(); /* a counter may otherwise be read ahead of time, DDI 0487 D11.2 */
	return read_CNTPCT_EL0();
}

unsigned host_timer_intid(void)
{
	return host.mode == MODE_VHE ? INTID_CNTHP : INTID_CNTP;
}

static void program(void)
{
	unsigned cpu = this_cpu()->index;
	u64 schedule = deadlines[cpu].schedule, soft = deadlines[cpu].soft;
	u64 deadline = schedule < soft ? schedule : soft;

	if (deadline == deadlines[cpu].armed)
		return;
	deadlines[cpu].armed = deadline;
	if (deadline == TIMER_NEVER) {
		write_CNTP_CTL_EL0(0);
		return;
	}
	write_CNTP_CVAL_EL0(deadline);
	write_CNTP_CTL_EL0(F(CNTx_CTL, ENABLE));
}

void host_timer_cpu_init(void)
{
	unsigned cpu = this_cpu()->index;

	write_CNTP_CTL_EL0(0);
	deadlines[cpu].schedule = deadlines[cpu].soft = deadlines[cpu].armed = TIMER_NEVER;
	hal_gic_enable(host_timer_intid(), true);
}

void host_timer_schedule(u64 deadline)
{
	deadlines[this_cpu()->index].schedule = deadline;
	program();
}

void host_timer_soft(u64 deadline)
{
	deadlines[this_cpu()->index].soft = deadline;
	program();
}

void host_timer_expired(void)
{
	struct cpu *cpu = this_cpu();
	u64 now = host_now();

	/* The comparison is what raises the interrupt: off, or it is taken again at once. */
	write_CNTP_CTL_EL0(0);
	deadlines[cpu->index].armed = TIMER_NEVER;
	if (now >= deadlines[cpu->index].schedule) {
		deadlines[cpu->index].schedule = TIMER_NEVER;
		cpu->is_rescheduling = true;
	}
	if (now >= deadlines[cpu->index].soft) {
		deadlines[cpu->index].soft = TIMER_NEVER;
		if (cpu->loaded)
			timer_soft_expired(cpu->loaded);
	}
	program();
	hal_isb();
}
