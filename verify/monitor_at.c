/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address translation that the hypervisor does for L1: rule AT-1 of HYPERVISOR-SPEC E.1, by D.1.
 * The reference is a PE whose EL2 L1 is, with L1's memory where L1 has it, asked without effect.
 */
#include "mmu/mmu.h"
#include "verify/monitor_model.h"

enum { REGIONS = 4 };

struct reference {
	struct cpu cpu;
	struct memory memory;
};

static const struct {
	enum guest_register from;
	u16 to;
} registers[] = { { GUEST_SCTLR_EL1, SR_SCTLR_EL1 }, { GUEST_TCR_EL1, SR_TCR_EL1 },
	{ GUEST_TTBR0_EL1, SR_TTBR0_EL1 }, { GUEST_TTBR1_EL1, SR_TTBR1_EL1 },
	{ GUEST_MAIR_EL1, SR_MAIR_EL1 }, { GUEST_SCTLR_EL2, SR_SCTLR_EL2 },
	{ GUEST_TCR_EL2, SR_TCR_EL2 }, { GUEST_TTBR0_EL2, SR_TTBR0_EL2 },
	{ GUEST_TTBR1_EL2, SR_TTBR1_EL2 }, { GUEST_MAIR_EL2, SR_MAIR_EL2 },
	{ GUEST_VTTBR_EL2, SR_VTTBR_EL2 }, { GUEST_VTCR_EL2, SR_VTCR_EL2 } };

/* L1's memory: its slots, each where this machine has it. false: one is in no RAM. */
static bool set_memory(struct scene *scene, struct reference *reference)
{
	u64 slots = scene->vcpu.vm + scene->model->member[MEMBER_vm_slots].offset;
	struct memory *memory = &reference->memory;

	*memory = (struct memory){ .region_count = 0 };
	for (u64 i = 0; i < MODEL(scene, VM_SLOTS) && memory->region_count < REGIONS; i++) {
		u64 slot = slots + i * scene->model->size[SIZE_slot];
		u64 size = get(scene, slot, MEMBER_slot_size);
		pa_t pa = { get(scene, slot, MEMBER_slot_pa) };
		const struct ram_region *region;

		if (size == 0)
			continue;
		region = memory_find(scene->cpu->memory, pa, size);
		if (region == NULL)
			return false;
		memory->region[memory->region_count++] = (struct ram_region){
			.base = { get(scene, slot, MEMBER_slot_ipa) },
			.size = size,
			.host = region->host + (pa.v - region->base.v),
			.page_flags = region->page_flags + ((pa.v - region->base.v) >> PAGE_SHIFT)
		};
	}
	reference->cpu.memory = memory;
	return true;
}

static bool set_reference(struct scene *scene, struct reference *reference)
{
	const struct looked *vcpu = &scene->vcpu;

	reference->cpu = *scene->cpu;
	reference->cpu.late_count = 0;
	reference->cpu.pstate.el = EL2;
	for (unsigned i = 0; i < COUNT(registers); i++)
		authoritative_register(
			scene, vcpu, registers[i].from, &reference->cpu.sys[registers[i].to]);
	reference->cpu.sys[SR_HCR_EL2] = vcpu->vhcr;
	return set_memory(scene, reference);
}

/* What an AT asks. */
struct question {
	u64 va;
	u8 el, kind;
	bool has_stage2, pan;
};

static bool is_question(enum sysreg_id op, struct question *out)
{
	switch (op) {
#define AT(name, el_, access, stages, pan_)                                                        \
	case SR_AT_##name:                                                                         \
		out->el = (el_);                                                                   \
		out->kind = ACCESS_##access;                                                       \
		out->has_stage2 = (stages) == 12;                                                  \
		out->pan = (pan_);                                                                 \
		return true;
#include "mmu/at.def"
#undef AT
	default: return false;
	}
}

/* What PAR_EL1 must have, and in which bits. false: not known. */
static bool answer(struct scene *scene, struct reference *reference, const struct question *asked,
	u64 *par, u64 *mask)
{
	bool is_in_host = scene->vcpu.e2h && scene->vcpu.tge;
	bool is_el2 = asked->el == EL2 || is_in_host;
	struct inspected what = { .va = asked->va,
		.regime = is_el2 ? INSPECT_EL2 : INSPECT_EL10,
		.kind = asked->kind,
		.el0 = asked->el == EL0,
		.is_checked = true };
	struct inspection found;
	bool has_stage2;

	/* Stage 2 off for those that end before it, unless it is in the way of their walk. */
	if (scene->vcpu.tge)
		reference->cpu.sys[SR_HCR_EL2] &= ~(HCR_EL2_VM | HCR_EL2_DC);
	reference->cpu.pstate.pan = asked->pan && (scene->vcpu.pstate >> 22 & 1) != 0;
	mmu_inspect(&reference->cpu, what, &found);
	has_stage2 = found.has_stage2 && !is_el2;
	*mask = BIT(0) | MASK(47, 12);
	if (found.is_ok) {
		*par = (asked->has_stage2 || is_el2 ? found.pa.v : found.ipa) & MASK(47, 12);
		if (asked->has_stage2 || !has_stage2) {
			*par |= (u64)found.attributes << 56;
			*mask |= MASK(63, 56);
		}
		return true;
	}
	if (has_stage2 && !asked->has_stage2 && found.is_stage2 && !found.is_s1ptw) {
		*par = found.fault_ipa & MASK(47, 12);
		return true;
	}
	if (found.fault_status >= 0x10) /* an abort, which is taken */
		return false;
	*mask = BIT(0) | MASK(6, 1) | BIT(8) | BIT(9);
	*par = 1 | (u64)found.fault_status << 1 | (u64)found.is_s1ptw << 8 |
	       (u64)found.is_stage2 << 9;
	return true;
}

static void entered(struct scene *scene)
{
	const struct guest_exit *x = &scene->known->exit;
	unsigned rt = (unsigned)bits(x->esr, 9, 5);
	struct question asked = { 0 };
	struct reference reference;
	u64 par, mask, found;

	if (!x->is_known || !x->was_hyp || !scene->vcpu.is_el2 || x->interrupt != INT_SYNC ||
		bits(x->esr, 31, 26) != EC_SYSREG || scene->known->injected != 0 ||
		scene->vcpu.pc != x->elr + 4 ||
		!is_question(sysreg_find(encoding_of_trap(x->esr)), &asked))
		return;
	asked.va = rt == 31 ? 0 : x->x[rt];
	found = scene->cpu->sys[SR_PAR_EL1];
	if (set_reference(scene, &reference) && answer(scene, &reference, &asked, &par, &mask) &&
		((par ^ found) & mask) != 0)
		DIFFERS(scene, AT_1, par & mask, found & mask,
			"PAR_EL1 behind %s of 0x%" PRIx64 " by L1",
			sysreg_name(sysreg_find(encoding_of_trap(x->esr))), asked.va);
}

const struct rule_group rules_at = { .entered = entered };
