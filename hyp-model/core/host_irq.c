/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical interrupts of the host. Priority drop and deactivation are apart (EOImode 1), because an
 * interrupt of a guest's timer stays active until the guest has handled it (GI-5).
 */
#include "core/print.h"
#include "core/sched.h"
#include "core/timer.h"
#include "core/vgic.h"
#include "hal.h"

/* True: whoever it is for deactivates it. */
static bool take(unsigned intid)
{
	if (intid == host_timer_intid()) {
		host_timer_expired();
		return false;
	}
	switch (intid) {
	case HAL_KICK_INTID: /* to have left the guest, or the sleep, is all it wanted */
	case VGIC_MAINTENANCE_PPI: /* vgic_sync() has seen to the cause */ return false;
	case INTID_CNTV:
	case INTID_CNTP: return timer_host_irq(intid);
	default: panic("physical interrupt %u, which nobody enabled", intid);
	}
}

void host_irq(void)
{
	for (;;) {
		unsigned intid = hal_gic_acknowledge();
		bool is_guests;

		if (intid == HAL_NO_INTID)
			return;
		is_guests = take(intid);
		hal_gic_end(intid);
		if (!is_guests)
			hal_gic_deactivate(intid);
	}
}
