/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB entries of one world that another can use: they are told apart by VMID, so that whoever runs
 * under one gets all that was walked under it, by whichever stage 2 tables. What TLB maintenance
 * completes is retained there and not here: it counts when it is executed.
 */
#include "sysregs/sysregs.h"
#include "verify/monitor_owner.h"
#include "verify/scope.h"

static u64 stage2_base(const struct cpu *cpu)
{
	return cpu->sys[SR_VTTBR_EL2] & VTTBR_EL2_BADDR;
}

void owner_tlb_walk(struct owner_pe *pe, const struct cpu *cpu, const struct event *event)
{
	unsigned slot = event->vmid % OWNER_VMIDS;

	if (event->regime != WALK_EL10 || !event->stage2)
		return;
	if (pe->vmid[slot].is_used && pe->vmid[slot].vmid == event->vmid)
		return; /* who was first is who may be found */
	pe->vmid[slot].is_used = true;
	pe->vmid[slot].vmid = event->vmid;
	pe->vmid[slot].baddr = stage2_base(cpu);
}

static void forget(struct owner_pe *pe, const struct scope *scope)
{
	for (unsigned i = 0; i < OWNER_VMIDS; i++) {
		if (scope->what == SCOPE_ALL || pe->vmid[i].vmid == scope->vmid)
			pe->vmid[i].is_used = false;
	}
}

/* Stage 2 alone may be kept apart, so only what names both stages removes all of a VMID. D8.16.1 */
void owner_tlb_removed(struct owner_state *all, const struct cpu *cpu, const struct event *event)
{
	struct scope scope;

	if (!scope_of(cpu, event, &scope) || scope.regime != WALK_EL10)
		return;
	if (scope.what != SCOPE_ALL && (scope.what != SCOPE_VMID || scope.is_stage1))
		return;
	for (unsigned i = 0; i < MACHINE_CPUS; i++) {
		if (!scope.is_local || i == cpu->index)
			forget(&all->pe[i], &scope);
	}
}

void owner_tlb_entry(struct owner_pe *pe, struct watchman *watchman, const struct cpu *cpu,
	const struct event *event)
{
	u16 vmid = scope_vmid(cpu);
	unsigned slot = vmid % OWNER_VMIDS;
	u64 base = stage2_base(cpu);

	if (!pe->vmid[slot].is_used || pe->vmid[slot].vmid != vmid || pe->vmid[slot].baddr == base)
		return;
	monitor_violate_values(watchman, RULE_OWN_TLB, cpu, event, base, pe->vmid[slot].baddr,
		"VMID %u has TLB entries of other stage 2 tables, VTTBR_EL2.BADDR", vmid);
	pe->vmid[slot].baddr = base;
}
