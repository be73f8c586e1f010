/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State that a stay in a guest, or in the host, must not change, and is changed. What a register
 * ought to be is what it was: nothing is known of how a hypervisor saves and restores.
 */
#include "verify/monitor_clobber.h"

#include "verify/scope.h"

static void on_exception(
	struct clobber_state *state, const struct host_look *look, unsigned owner, bool is_exit)
{
	if (is_exit) {
		clobber_exit(state, look->watchman, look->cpu, look->event, owner);
		host_exit(look);
	} else if (!look->pe->is_in_guest) {
		host_exception(look);
	}
}

static void on_return(
	struct clobber_state *state, const struct host_look *look, unsigned owner, bool is_entry)
{
	if (is_entry) {
		clobber_entry(state, look->watchman, look->cpu, look->event, owner);
		host_entry(look);
	} else if (!look->pe->is_in_guest) {
		host_return(look);
	}
}

static void in_the_host(const struct host_look *look)
{
	if (look->pe->is_in_guest)
		return;
	switch (look->event->kind) {
	case EVENT_INSN: host_insn(look); break;
	case EVENT_SYSREG: host_register(look); break;
	case EVENT_TLBI: host_tlbi(look); break;
	case EVENT_BARRIER:
		if (is_isb(look->event->insn))
			look->pe->unsynchronized = 0;
		break;
	default: break;
	}
}

static void on_event(
	struct watchman *watchman, void *state, const struct cpu *cpu, const struct event *event)
{
	struct clobber_state *all = state;
	struct host_look look = {
		.watchman = watchman, .pe = &all->pe[cpu->index], .cpu = cpu, .event = event
	};
	unsigned owner = 0;
	bool is_guests;

	switch (event->kind) {
	case EVENT_EXCEPTION:
		is_guests = owned_is_exit(watchman, cpu, event, &owner);
		on_exception(all, &look, owner, is_guests);
		break;
	case EVENT_ERET:
		is_guests = owned_is_entry(watchman, cpu, event, &owner);
		on_return(all, &look, owner, is_guests);
		break;
	default: in_the_host(&look); return;
	}
	monitor_skip_insns(watchman, cpu, look.pe->is_in_guest);
}

static void on_end(struct watchman *watchman, void *state)
{
	struct clobber_state *all = state;

	for (unsigned i = 0; i < machine_cpu_count(watchman->machine); i++) {
		const struct cpu *cpu = machine_cpu(watchman->machine, i);
		struct host_look look = { .watchman = watchman, .pe = &all->pe[i], .cpu = cpu };

		if (!all->pe[i].is_in_guest && owned_has_ended(cpu, all->pe[i].insn))
			host_end(&look);
	}
}

const struct monitor monitor_clobber = { .name = "clobber",
	.kinds = BIT(EVENT_INSN) | BIT(EVENT_SYSREG) | BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET) |
		 BIT(EVENT_TLBI) | BIT(EVENT_BARRIER),
	.state = sizeof(struct clobber_state),
	.event = on_event,
	.end = on_end };
