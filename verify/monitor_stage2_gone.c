/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leaves and TLB entries that should be gone: rules S2-2, behind a TLBI of L1, and S2-3, behind a
 * change of the host, of HYPERVISOR-SPEC E.1; by C.5 to C.7.
 */
#include "mmu/mmu.h"
#include "verify/monitor_stage2.h"

enum { MOST_LEAVES = 4096 };

struct gone {
	struct scene *scene;
	const struct l1 *l1;
	u64 vm, pa, size; /* S2-3: no leaf leads there with these rights */
	unsigned rights;
	enum rule rule;
	unsigned left; /* leaves to look at */
};

static bool read_host(void *opaque, u64 pa, void *data, unsigned size)
{
	const struct gone *gone = opaque;

	return model_physical(gone->scene->cpu, pa, data, size);
}

static bool look_at_leaf(void *opaque, const struct oracle_leaf *found)
{
	struct gone *gone = opaque;
	struct leaf leaf = { found->input, found->output, found->size, found->rights };

	if (gone->rule != RULE_S2_3)
		check_leaf(gone->scene, gone->rule, gone->l1, gone->vm, &leaf);
	else if (found->output < gone->pa + gone->size && gone->pa < found->output + found->size &&
		 (found->rights & gone->rights) != 0)
		leaf_is_wrong(gone->scene, RULE_S2_3, &leaf, 0, found->rights,
			"rights that the host has taken back");
	if (--gone->left != 0)
		return true;
	monitor_overlook(gone->scene->watchman);
	return false;
}

static void look_at_leaves(struct gone *gone, u64 mmu, u64 start, u64 size)
{
	struct oracle_tables tables = { .vttbr = get(gone->scene, mmu, MEMBER_s2_mmu_root),
		.vtcr = get(gone->scene, mmu, MEMBER_s2_mmu_vtcr),
		.pa_bits = gone->scene->cpu->pa_bits,
		.has_xnx = HOST(gone->scene, has_xnx) != 0,
		.read = read_host,
		.opaque = gone };

	gone->left = MOST_LEAVES;
	if (tables.vtcr != 0)
		oracle_leaves(&tables, start, size, look_at_leaf, gone);
}

static bool is_stage2_tlbi(const struct guest_exit *x, u64 *start, u64 *size, bool *is_all)
{
	unsigned rt = (unsigned)bits(x->esr, 9, 5);
	u64 operand = rt == 31 ? 0 : x->x[rt];

	*start = 0;
	*size = BIT(48);
	*is_all = false;
	if (x->interrupt != INT_SYNC || bits(x->esr, 31, 26) != EC_SYSREG)
		return false;
	switch (sysreg_find(encoding_of_trap(x->esr))) {
	case SR_TLBI_IPAS2E1:
	case SR_TLBI_IPAS2E1IS:
	case SR_TLBI_IPAS2LE1:
	case SR_TLBI_IPAS2LE1IS:
		*start = bits(operand, 35, 0) << 12;
		*size = 1;
		return true;
	case SR_TLBI_ALLE1:
	case SR_TLBI_ALLE1IS: *is_all = true; return true;
	case SR_TLBI_VMALLS12E1:
	case SR_TLBI_VMALLS12E1IS: return true;
	default: return false;
	}
}

/* L1's TLBI has retired: what is in its scope is as L1's tables say now. */
static void check_tlbi(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;
	const struct guest_exit *x = &scene->known->exit;
	u64 start, size, count = get(scene, vcpu->vm, MEMBER_vm_shadow_count);
	struct l1 l1;
	bool is_all;

	if (!x->is_known || !x->was_hyp || !vcpu->is_hyp || scene->known->injected != 0 ||
		scene->vcpu.pc != x->elr + 4 || !is_stage2_tlbi(x, &start, &size, &is_all))
		return;
	set_l1(&l1, scene, vcpu);
	for (u64 i = 0; i < count && i < MODEL_MMUS; i++) {
		u64 mmu = shadow(scene, vcpu->vm, i);
		u64 key = get(scene, mmu, MEMBER_s2_mmu_key_vttbr);
		struct gone gone = { .scene = scene, .l1 = &l1, .vm = vcpu->vm, .rule = RULE_S2_2 };

		if (!get(scene, mmu, MEMBER_s2_mmu_is_valid) ||
			!get(scene, mmu, MEMBER_s2_mmu_is_enabled) ||
			get(scene, mmu, MEMBER_s2_mmu_is_unmap_pending) ||
			(!is_all && bits(key ^ l1.tables.vttbr, 63, 48) != 0))
			continue;
		l1.is_enabled = true;
		l1.tables.vttbr = key;
		l1.tables.vtcr = get(scene, mmu, MEMBER_s2_mmu_key_vtcr);
		look_at_leaves(&gone, mmu, start, size);
		l1.tables.vttbr = stored_register(scene, vcpu, GUEST_VTTBR_EL2);
	}
}

/* S2-28: canonical, and every shadow; TLBs of all PEs. */
static void check_taken_back(struct scene *scene, const struct call *call)
{
	bool is_unmap = call->function != FUNCTION_vm_write_protect;
	u64 vm = call->argument[0], ipa = call->argument[1];
	struct gone gone = { .scene = scene,
		.vm = vm,
		.size = call->function == FUNCTION_vm_drop_page ? PAGE_SIZE : call->argument[2],
		.rights = is_unmap ? 15 : ORACLE_WRITE,
		.rule = RULE_S2_3 };
	u64 count = get(scene, vm, MEMBER_vm_shadow_count);
	struct backing backing;

	if (call->function == FUNCTION_vm_drop_page)
		ipa &= ~MASK(11, 0);
	if (!find_backing(scene, vm, ipa, &backing))
		return;
	gone.pa = backing.pa;
	look_at_leaves(&gone, vm + scene->model->member[MEMBER_vm_mmu].offset, 0, BIT(48));
	for (u64 i = 0; i < count && i < MODEL_MMUS; i++)
		look_at_leaves(&gone, shadow(scene, vm, i), 0, BIT(48));
	if (is_unmap && is_in_a_tlb(scene->cpu, gone.pa, gone.size))
		BROKEN(scene, S2_3, "a TLB has an entry for what the host has unmapped");
}

/* S2-8: the first entry with another key: nothing is left of the one before. */
static void check_taken_over(struct scene *scene)
{
	u64 mmu = VCPU(scene, hw_mmu), key;
	unsigned i = index_of_mmu(scene, mmu);
	struct gone gone = { .scene = scene, .vm = scene->vcpu.vm, .rule = RULE_S2_1 };
	struct l1 l1;

	key = get(scene, mmu, MEMBER_s2_mmu_key_vttbr) * 3 +
	      get(scene, mmu, MEMBER_s2_mmu_key_vtcr) * 5 +
	      get(scene, mmu, MEMBER_s2_mmu_is_enabled) + 1;
	if (scene->state->mmu[i] != mmu || scene->state->key[i] == key)
		return;
	scene->state->key[i] = key;
	set_l1(&l1, scene, &scene->vcpu);
	gone.l1 = &l1;
	look_at_leaves(&gone, mmu, 0, BIT(48));
}

static void entered(struct scene *scene)
{
	check_tlbi(scene);
	if (scene->vcpu.is_nested)
		check_taken_over(scene);
}

static void returned(struct scene *scene, const struct call *call)
{
	switch (call->function) {
	case FUNCTION_vm_unmap:
	case FUNCTION_vm_write_protect: check_taken_back(scene, call); break;
	case FUNCTION_vm_drop_page:
		if ((u8)scene->cpu->x[0] != 0)
			check_taken_back(scene, call);
		break;
	default: break;
	}
}

const struct rule_group rules_gone = { .entered = entered, .returned = returned };
