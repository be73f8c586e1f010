/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generic timer's registers on simulated time. Rows of one timer are TVAL, CTL, CVAL in this
 * order. DDI 0487 D11.
 */
#include "sysregs/table.h"

/* By the PE's own time. */
static u64 own_count(const struct cpu *cpu)
{
	return cpu->cycles / COUNTER_CYCLES;
}

/*
 * The counter as it is read. PEs run apart by up to a quantum, but the one counter of the system
 * never goes back: not behind what another PE has read before. D11.1.2
 */
static u64 physical_count(const struct cpu *cpu)
{
	u64 own = own_count(cpu), seen = cpu->group->count_seen;

	return own > seen ? own : seen;
}

void took_count(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	u64 own = own_count(cpu);

	(void)id, (void)value;
	if (own > cpu->group->count_seen)
		cpu->group->count_seen = own;
}

u64 timer_offset(const struct cpu *cpu, enum sysreg_id ctl)
{
	if (!cpu->has_el2)
		return 0;
	switch (ctl) {
	case SR_CNTV_CTL_EL0: return cpu->sys[SR_CNTVOFF_EL2];
	case SR_CNTP_CTL_EL0: return physical_offset(cpu);
	default: return 0;
	}
}

u64 read_cntpct(struct cpu *cpu, enum sysreg_id id)
{
	(void)id;
	return physical_count(cpu) - (cpu->pstate.el == EL2 ? 0 : physical_offset(cpu));
}

/* CNTVOFF_EL2 does not apply to the host: EL2 with E2H, EL0 with TGE too. HW-12 */
u64 read_cntvct(struct cpu *cpu, enum sysreg_id id)
{
	bool is_host = (cpu->pstate.el == EL2 && is_e2h(cpu)) ||
		       (cpu->pstate.el == EL0 && is_in_host(cpu));

	(void)id;
	return physical_count(cpu) - (is_host ? 0 : timer_offset(cpu, SR_CNTV_CTL_EL0));
}

/*
 * What TVAL is relative to: at EL2 the physical timer's knows no CNTPOFF_EL2, whatever its name
 * there, while the timer itself goes on with it. DDI 0487 CNTP_TVAL_EL0, Accessing.
 */
static u64 tval_count(const struct cpu *cpu, enum sysreg_id tval)
{
	if (cpu->pstate.el == EL2 && tval == SR_CNTP_TVAL_EL0)
		return physical_count(cpu);
	return physical_count(cpu) - timer_offset(cpu, tval + 1);
}

u64 read_tval(struct cpu *cpu, enum sysreg_id tval)
{
	return (u32)(cpu->sys[tval + 2] - tval_count(cpu, tval));
}

void write_tval(struct cpu *cpu, enum sysreg_id tval, u64 old)
{
	cpu->sys[tval + 2] = tval_count(cpu, tval) + sign_extend(cpu->sys[tval], 32);
	cpu->sys[tval] = 0;
	timer_changed(cpu, tval, old);
}

/* ISTATUS: enabled and the count has reached the compare value. The output goes by it too. */
u64 read_ctl(struct cpu *cpu, enum sysreg_id ctl)
{
	u64 value = cpu->sys[ctl];
	bool met = physical_count(cpu) - timer_offset(cpu, ctl) >= cpu->sys[ctl + 1];

	return value | ((value & CNTx_CTL_ENABLE) && met ? CNTx_CTL_ISTATUS : 0);
}

/* ---- Event streams ---- */

/*
 * The first time after `since` at which bit EVNTI of a count, EVNTIS: of the count / 256, goes to
 * 1, with EVNTDIR to 0. CNTKCTL_EL1 and both formats of CNTHCTL_EL2 agree. D11.2.5
 */
static cycles_t stream_next(u64 control, u64 offset, cycles_t since)
{
	unsigned bit = (unsigned)get_field(control, CNTKCTL_EL1_EVNTI) +
		       (control & CNTKCTL_EL1_EVNTIS ? 8 : 0);
	u64 half = (u64)1 << bit, period = 2 * half;
	u64 count = since / COUNTER_CYCLES - offset;
	u64 phase = control & CNTKCTL_EL1_EVNTDIR ? 0 : half;

	if (!(control & CNTKCTL_EL1_EVNTEN))
		return ~(cycles_t)0;
	return (since / COUNTER_CYCLES + period - ((count - phase) & (period - 1))) *
	       COUNTER_CYCLES;
}

/* That of CNTKCTL_EL1 is the virtual counter's, and not the host's; of CNTHCTL_EL2 CNTPCT's. */
cycles_t event_stream_next(const struct cpu *cpu, cycles_t since)
{
	cycles_t el1 = ~(cycles_t)0, el2 = ~(cycles_t)0;

	if (!(cpu->has_el2 && is_in_host(cpu)))
		el1 = stream_next(
			cpu->sys[SR_CNTKCTL_EL1], timer_offset(cpu, SR_CNTV_CTL_EL0), since);
	if (cpu->has_el2)
		el2 = stream_next(cpu->sys[SR_CNTHCTL_EL2], 0, since);
	return el1 < el2 ? el1 : el2;
}

/* ---- Controls ---- */

/* What the event streams sent by the control's old value is in the event register. */
static void stream_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 control = cpu->sys[id], stream = CNTKCTL_EL1_EVNTEN | CNTKCTL_EL1_EVNTDIR |
					     CNTKCTL_EL1_EVNTI | CNTKCTL_EL1_EVNTIS;

	if (((control ^ old) & stream) == 0)
		return;
	cpu->sys[id] = old;
	cpu->event_register |= event_stream_next(cpu, cpu->event_time) <= cpu->cycles;
	cpu->sys[id] = control;
	cpu->event_time = cpu->cycles;
}

void cntkctl_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	stream_changed(cpu, id, old);
}

/* FEAT_ECV's bits arm traps and the offset. */
void cnthctl_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	u64 later = CNTHCTL_EL2_ECV | CNTHCTL_EL2_EL1TVT | CNTHCTL_EL2_EL1TVCT |
		    CNTHCTL_EL2_EL1NVPCT | CNTHCTL_EL2_EL1NVVCT;

	stream_changed(cpu, id, old);
	if (((cpu->sys[id] ^ old) & later) == 0)
		return;
	sysregs_arm_traps(cpu);
	timer_changed(cpu, id, old);
}

void timer_changed(struct cpu *cpu, enum sysreg_id id, u64 old)
{
	(void)id, (void)old;
	cpu->ops->timer_changed(cpu);
}
