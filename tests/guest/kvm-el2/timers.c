/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts of the guest hypervisor: its two timers, under E2H by the names of EL1's, and L2's.
 */
#include "gic.h"
#include "hypervisor.h"
#include "print.h"

static volatile u64 *tick_flag;

void timers_reset(void)
{
	/* L2 may read both counters: EL1PCTEN, where E2H puts it (DDI 0487 D24.10). */
	WRITE(cnthctl_el2, is_e2h ? BIT(10) | BIT(11) : BIT(0) | BIT(1));
	WRITE(cntvoff_el2, L2_COUNT_OFFSET);
	tick_flag = 0;
}

void timer_start(u64 ticks, volatile u64 *flag)
{
	tick_flag = flag;
	if (is_e2h) {
		WRITE(cntp_tval_el0, ticks);
		WRITE(cntp_ctl_el0, 1);
	} else {
		WRITE(cnthp_tval_el2, ticks);
		WRITE(cnthp_ctl_el2, 1);
	}
}

static void wait_for(enum count count, u64 wanted)
{
	for (int i = 0; i < 1000 && counts[count] < wanted; i++)
		asm volatile("wfi\n\tmsr daifclr, #2\n\tisb\n\tmsr daifset, #2" : : : "memory");
}

void timers_test(void)
{
	timer_start(20000, 0);
	wait_for(COUNT_TIMER, 1);
	if (is_e2h) {
		WRITE(cntv_tval_el0, 20000);
		WRITE(cntv_ctl_el0, 1);
		wait_for(COUNT_VIRTUAL_TIMER, 1);
	}
	gic_send_sgi();
	wait_for(COUNT_SGIS, 1);
}

void handle_interrupt(void)
{
	u64 intid = gic_acknowledge();

	switch (intid) {
	case PPI_TIMER_HYP:
		counts[COUNT_TIMER]++;
		expect("CNTHP_CTL_EL2", is_e2h ? READ(cntp_ctl_el0) : READ(cnthp_ctl_el2), 5);
		if (is_e2h)
			WRITE(cntp_ctl_el0, 0);
		else
			WRITE(cnthp_ctl_el2, 0);
		if (tick_flag != 0)
			*tick_flag = 1;
		break;
	case PPI_TIMER_HYP_VIRTUAL:
		counts[COUNT_VIRTUAL_TIMER]++;
		expect("CNTHV_CTL_EL2", READ(cntv_ctl_el0), 5);
		WRITE(cntv_ctl_el0, 0);
		break;
	case PPI_TIMER_VIRTUAL:
		counts[COUNT_TIMER_OF_L2]++;
		gic_inject_linked(intid);
		break;
	case SGI: counts[COUNT_SGIS]++; break;
	case PPI_MAINTENANCE:
		counts[COUNT_MAINTENANCE]++;
		gic_maintain();
		break;
	case INTID_NONE: return;
	default: expect("INTID of the hypervisor", intid, INTID_NONE); break;
	}
	gic_end(intid, intid == PPI_TIMER_VIRTUAL);
}
