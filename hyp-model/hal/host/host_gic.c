/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical interrupt controller of the fake machine, and waiting for it.
 */
#include <string.h>

#include "core/arch.h"
#include "core/sched.h"
#include "host_machine.h"

enum { INTIDS = 1020, SGIS = 16, WAITING = 64 };

static struct {
	unsigned pending[WAITING]; /* in the order of host_pend_irq() */
	size_t pending_count;
	unsigned running[WAITING]; /* acknowledged, no priority drop yet; the last one runs */
	size_t running_count;
	bool is_active[INTIDS], is_enabled[INTIDS];
} gics[HOST_CPUS];

static void (*on_wait)(void);

void gic_reset(void)
{
	memset(gics, 0, sizeof(gics));
	for (unsigned cpu = 0; cpu < HOST_CPUS; cpu++)
		for (unsigned intid = 0; intid < SGIS; intid++)
			gics[cpu].is_enabled[intid] = true;
	on_wait = NULL;
}

static void pend(unsigned cpu, unsigned intid)
{
	if (intid >= INTIDS || gics[cpu].pending_count == WAITING)
		misuse("host_pend_irq", "no such interrupt, or too many");
	gics[cpu].pending[gics[cpu].pending_count++] = intid;
}

void host_pend_irq(unsigned intid)
{
	pend(host_this_cpu(), intid);
}

bool host_irq_is_active(unsigned intid)
{
	return gics[host_this_cpu()].is_active[intid];
}

void host_irq_set_active(unsigned intid, bool is_active)
{
	gics[host_this_cpu()].is_active[intid] = is_active;
}

bool host_irq_is_enabled(unsigned intid)
{
	return gics[host_this_cpu()].is_enabled[intid];
}

void host_on_wait(void (*function)(void))
{
	on_wait = function;
}

/* Its place in pending[], or pending_count: an active interrupt is not taken again. */
static size_t deliverable(unsigned cpu)
{
	size_t i;

	for (i = 0; i < gics[cpu].pending_count; i++) {
		unsigned intid = gics[cpu].pending[i];

		if (gics[cpu].is_enabled[intid] && !gics[cpu].is_active[intid])
			break;
	}
	return i;
}

static bool is_any_deliverable(unsigned cpu)
{
	return deliverable(cpu) < gics[cpu].pending_count;
}

void hal_irq_window(void)
{
	if (is_e2h() && host_level() == 2 && !is_in_host())
		misuse("hal_irq_window", "with TGE=0, HC-9");
	if (is_any_lock_held())
		misuse("hal_irq_window", "with a lock held");
	log_add(LOG_IRQ_WINDOW, 0, 0, 0);
	context_synchronised();
	if (is_any_deliverable(host_this_cpu()))
		host_irq();
}

void hal_wait(void)
{
	if (is_any_lock_held())
		misuse("hal_wait", "with a lock held");
	log_add(LOG_WAIT, 0, 0, 0);
	if (!is_any_deliverable(host_this_cpu()) && on_wait)
		on_wait();
	if (!is_any_deliverable(host_this_cpu()))
		misuse("hal_wait", "nothing will ever end this WFI");
}

void hal_kick(unsigned cpu)
{
	if (cpu >= HOST_CPUS)
		misuse("hal_kick", "no such CPU");
	log_add(LOG_KICK, 0, 0, cpu);
	pend(cpu, HAL_KICK_INTID);
}

unsigned hal_gic_acknowledge(void)
{
	unsigned cpu = host_this_cpu(), intid;
	size_t i = deliverable(cpu);

	if (i == gics[cpu].pending_count)
		return HAL_NO_INTID;
	intid = gics[cpu].pending[i];
	gics[cpu].pending_count--;
	memmove(&gics[cpu].pending[i], &gics[cpu].pending[i + 1],
		(gics[cpu].pending_count - i) * sizeof(gics[cpu].pending[0]));
	gics[cpu].is_active[intid] = true;
	gics[cpu].running[gics[cpu].running_count++] = intid;
	return intid;
}

void hal_gic_end(unsigned intid)
{
	unsigned cpu = host_this_cpu();

	if (gics[cpu].running_count == 0 || gics[cpu].running[gics[cpu].running_count - 1] != intid)
		misuse("hal_gic_end", "not the interrupt that runs");
	gics[cpu].running_count--;
	log_add(LOG_GIC_END, 0, 0, intid);
}

void hal_gic_deactivate(unsigned intid)
{
	if (intid >= INTIDS || !host_irq_is_active(intid))
		misuse("hal_gic_deactivate", "an interrupt that is not active");
	host_irq_set_active(intid, false);
	log_add(LOG_GIC_DEACTIVATE, 0, 0, intid);
}

void hal_gic_set_active(unsigned ppi, bool is_active)
{
	if (ppi < SGIS || ppi >= 32)
		misuse("hal_gic_set_active", "not a PPI");
	host_irq_set_active(ppi, is_active);
	log_add(LOG_GIC_SET_ACTIVE, 0, is_active, ppi);
}

void hal_gic_enable(unsigned ppi, bool is_enabled)
{
	if (ppi >= 32)
		misuse("hal_gic_enable", "not an interrupt of one CPU");
	gics[host_this_cpu()].is_enabled[ppi] = is_enabled;
	log_add(LOG_GIC_ENABLE, 0, is_enabled, ppi);
}
