/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMIDs and what TLBs may still hold: rules TB of HYPERVISOR-SPEC E.1, by A.4, A.15, A.16.
 */
#include <string.h>

#include "mmu/mmu.h"
#include "verify/monitor_model.h"

/* IC IALLU and IC IALLUIS, which no event tells. */
enum { INSN_IC_IALLU = 0xd508751f, INSN_IC_IALLUIS = 0xd508711f };

static u64 number_of(u64 record)
{
	return record & 0xffff;
}

/* ---- TB-1, TB-3 ---- */

static bool is_reserved(struct scene *scene, u64 record)
{
	for (u64 i = 0; i < MODEL(scene, MAX_CPUS); i++) {
		u64 cpu = scene->model->variable[VARIABLE_cpus] + i * scene->model->size[SIZE_cpu];

		if (get(scene, cpu, MEMBER_cpu_vmid_reserved) == record)
			return true;
	}
	return false;
}

static void check_vttbr(struct scene *scene, u64 mmu)
{
	u64 record = get(scene, mmu, MEMBER_s2_mmu_vmid_record), number = number_of(record);
	u64 vttbr = scene->cpu->sys[SR_VTTBR_EL2];
	u64 generation = view_word(&scene->view, scene->model->variable[VARIABLE_generation], 8);

	if (number == 0 || bits(vttbr, 63, 48) == 0)
		BROKEN(scene, TB_1, "a guest is entered with VMID 0, which is the host's");
	EQUAL(scene, TB_1, number << 48 | get(scene, mmu, MEMBER_s2_mmu_root),
		vttbr & ~VTTBR_EL2_CnP, "VTTBR_EL2 is not that of the vCPU's stage 2");
	EQUAL(scene, TB_1, get(scene, mmu, MEMBER_s2_mmu_vtcr), scene->cpu->sys[SR_VTCR_EL2],
		"VTCR_EL2 is not that of the vCPU's stage 2");
	if (scene->state->generation == 0)
		scene->state->generation = generation;
	/* In the middle of a rollover on another PE this one's VMID is in nobody's list. */
	if (generation == scene->state->generation && record - number != generation &&
		!is_reserved(scene, record))
		DIFFERS(scene, TB_1, generation, record,
			"the VMID of the stage 2 is of an older generation, and reserved nowhere");
}

static void check_alone(struct scene *scene, u64 mmu, u64 other)
{
	u64 record = get(scene, mmu, MEMBER_s2_mmu_vmid_record);

	if (other != mmu && get(scene, other, MEMBER_s2_mmu_vmid_record) == record)
		DIFFERS(scene, TB_3, mmu, other, "two stage-2 tables have VMID %" PRIu64,
			number_of(record));
}

static void check_vmid_is_its_own(struct scene *scene, u64 mmu)
{
	for (u64 i = 0; i < MODEL(scene, MAX_VMS); i++) {
		u64 vm = scene->model->variable[VARIABLE_vms] + i * scene->model->size[SIZE_vm];
		u64 shadows = vm + scene->model->member[MEMBER_vm_shadows].offset;
		u64 count = get(scene, vm, MEMBER_vm_shadow_count);

		if (get(scene, vm, MEMBER_vm_vcpu_count) == 0)
			continue;
		check_alone(scene, mmu, vm + scene->model->member[MEMBER_vm_mmu].offset);
		for (u64 n = 0; n < count && n < MODEL_MMUS; n++)
			check_alone(scene, mmu, shadows + n * scene->model->size[SIZE_s2_mmu]);
	}
}

/* ---- TB-5 ---- */

unsigned index_of_mmu(struct scene *scene, u64 mmu)
{
	u64 *known = scene->state->mmu;

	for (unsigned i = 0; i < MODEL_MMUS; i++) {
		if (known[i] == 0)
			known[i] = mmu;
		if (known[i] == mmu)
			return i;
	}
	monitor_overlook(scene->watchman);
	return MODEL_MMUS - 1;
}

static void check_flushed(struct scene *scene, u64 mmu)
{
	struct known_pe *pe = scene->pe;
	unsigned i = index_of_mmu(scene, mmu);

	if (scene->state->mmu[i] != mmu)
		return;
	if (pe->last_vcpu[i] != 0 && pe->last_vcpu[i] != scene->vcpu.va) {
		if (!pe->is_flushed[i])
			BROKEN(scene, TB_5,
				"another vCPU of this stage 2 ran on PE %u before, and "
				"its TLB entries were not removed",
				scene->index);
		if (!pe->is_cleaned[i])
			BROKEN(scene, TB_5,
				"another vCPU of this stage 2 ran on PE %u before, and "
				"the instruction cache was not invalidated",
				scene->index);
	}
	pe->last_vcpu[i] = scene->vcpu.va;
	pe->is_flushed[i] = pe->is_cleaned[i] = false;
}

/* vmid 0: of all. */
static void note_flush(struct scene *scene, u64 vmid, bool is_broadcast)
{
	for (unsigned p = 0; p < MODEL_CPUS; p++)
		for (unsigned i = 0; i < MODEL_MMUS; i++)
			if ((is_broadcast || p == scene->index) && scene->state->mmu[i] != 0 &&
				(vmid == 0 || number_of(get(scene, scene->state->mmu[i],
						      MEMBER_s2_mmu_vmid_record)) == vmid))
				scene->state->pe[p].is_flushed[i] = true;
}

static void note_flushes(struct scene *scene)
{
	u64 vmid = bits(scene->cpu->sys[SR_VTTBR_EL2], 63, 48);

	if (scene->cpu->pstate.el != EL2 ||
		(scene->is_vhe && is_tge(scene->cpu) && vmid != 0 &&
			scene->event->reg != SR_TLBI_ALLE1 && scene->event->reg != SR_TLBI_ALLE1IS))
		return;
	switch (scene->event->reg) {
	case SR_TLBI_VMALLE1:
	case SR_TLBI_VMALLS12E1: note_flush(scene, vmid, false); break;
	case SR_TLBI_VMALLE1IS:
	case SR_TLBI_VMALLS12E1IS: note_flush(scene, vmid, true); break;
	case SR_TLBI_ALLE1: note_flush(scene, 0, false); break;
	case SR_TLBI_ALLE1IS: note_flush(scene, 0, true); break;
	default: break;
	}
}

static void on_tlbi(struct scene *scene)
{
	if (scene->pe->in_tlb != 0 && scene->pe->tlb_mmu != 0)
		check_vmid_is_its_own(scene, scene->pe->tlb_mmu);
	note_flushes(scene);
}

static void executes(struct scene *scene)
{
	u32 insn = scene->event->insn;

	if (insn != INSN_IC_IALLU && insn != INSN_IC_IALLUIS)
		return;
	for (unsigned p = 0; p < MODEL_CPUS; p++)
		if (p == scene->index || insn == INSN_IC_IALLUIS)
			memset(scene->state->pe[p].is_cleaned, 1,
				sizeof(scene->state->pe[p].is_cleaned));
}

/* ---- TB-2 ---- */

struct page {
	u64 pa, size;
	bool is_reached;
};

static void look_at_entry(void *opaque, const struct tlb_look *look)
{
	struct page *page = opaque;

	if (look->vmid >= 0 && look->pa < page->pa + page->size && page->pa < look->pa + look->size)
		page->is_reached = true;
}

/* Is there an entry of a guest, on any PE, that leads to this memory? */
bool is_in_a_tlb(const struct cpu *cpu, u64 pa, u64 size)
{
	struct page page = { .pa = pa, .size = size };

	for (unsigned i = 0; i < cpu->group->count; i++)
		mmu_tlb_each(cpu->group->cpu[i], look_at_entry, &page);
	return page.is_reached;
}

/* ---- Moments ---- */

static void entered(struct scene *scene)
{
	u64 mmu = VCPU(scene, hw_mmu);

	check_vttbr(scene, mmu);
	check_flushed(scene, mmu);
	if (scene->pe->last_vttbr == scene->cpu->sys[SR_VTTBR_EL2])
		return;
	scene->pe->last_vttbr = scene->cpu->sys[SR_VTTBR_EL2];
	check_vmid_is_its_own(scene, mmu);
}

static void called(struct scene *scene, struct call *call)
{
	/* A rollover ends with it, and what is reserved is known by then. */
	if (call->function == FUNCTION_tlb_flush_all_vmids)
		scene->state->generation =
			view_word(&scene->view, scene->model->variable[VARIABLE_generation], 8);
	if (call->function == FUNCTION_pages_free &&
		is_in_a_tlb(scene->cpu, call->argument[0], call->argument[1]))
		BROKEN(scene, TB_2, "the page 0x%" PRIx64 " is given back, and a TLB has it",
			call->argument[0]);
}

static void other(struct scene *scene)
{
	if (scene->event->kind == EVENT_TLBI)
		on_tlbi(scene);
}

const struct rule_group rules_vmid = {
	.entered = entered, .called = called, .executes = executes, .other = other
};
