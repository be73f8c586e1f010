/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 2, canonical and shadow: rules S2 of HYPERVISOR-SPEC E.1, by C.2 to C.7, but for what
 * should be gone (monitor_stage2_gone.c). What L1's tables say is oracle_walk.h's to tell.
 */
#include "verify/monitor_stage2.h"
#include "mmu/mmu.h"

enum {
	FAULT_TYPE = 0x3c,
	FAULT_ADDRESS = 0x00,
	FAULT_TRANSLATION = 0x04,
	FAULT_FLAG = 0x08,
	FAULT_PERMISSION = 0x0c
};
enum { SAME_FAULTS = 64 }; /* so often the same one is no progress, S2-7 */

/* ---- Memory of a VM ---- */

bool find_backing(struct scene *scene, u64 vm, u64 ipa, struct backing *out)
{
	u64 slots = vm + scene->model->member[MEMBER_vm_slots].offset;

	for (u64 i = 0; i < MODEL(scene, VM_SLOTS); i++) {
		u64 slot = slots + i * scene->model->size[SIZE_slot];
		u64 start = get(scene, slot, MEMBER_slot_ipa);
		u64 size = get(scene, slot, MEMBER_slot_size);

		if (ipa - start >= size)
			continue;
		out->pa = get(scene, slot, MEMBER_slot_pa) + (ipa - start);
		out->before = ipa - start;
		out->size = size - (ipa - start);
		out->is_writable = !get(scene, slot, MEMBER_slot_is_read_only);
		return true;
	}
	return false;
}

/* Is it any memory of this VM? */
static bool is_memory_of(struct scene *scene, u64 vm, u64 pa)
{
	u64 slots = vm + scene->model->member[MEMBER_vm_slots].offset;

	for (u64 i = 0; i < MODEL(scene, VM_SLOTS); i++) {
		u64 slot = slots + i * scene->model->size[SIZE_slot];

		if (pa - get(scene, slot, MEMBER_slot_pa) < get(scene, slot, MEMBER_slot_size))
			return true;
	}
	return false;
}

/* ---- L1's tables ---- */

static bool read_l1(void *opaque, u64 ipa, void *data, unsigned size)
{
	const struct l1 *l1 = opaque;
	struct backing backing;

	return find_backing(l1->scene, l1->vm, ipa, &backing) && backing.size >= size &&
	       model_physical(l1->scene->cpu, backing.pa, data, size);
}

void set_l1(struct l1 *l1, struct scene *scene, const struct looked *vcpu)
{
	u64 sctlr = 0;

	authoritative_register(scene, vcpu, GUEST_SCTLR_EL2, &sctlr);
	l1->scene = scene;
	l1->vm = vcpu->vm;
	l1->is_enabled = (vcpu->vhcr & (HCR_EL2_VM | HCR_EL2_DC)) != 0;
	l1->tables = (struct oracle_tables){ .vttbr = stored_register(scene, vcpu, GUEST_VTTBR_EL2),
		.vtcr = stored_register(scene, vcpu, GUEST_VTCR_EL2),
		.pa_bits = scene->cpu->pa_bits,
		.is_big_endian = (sctlr & SCTLR_EL2_EE) != 0,
		.has_xnx = HOST(scene, has_xnx) != 0,
		.has_access_flag_updates = true, /* if not, the shadow's would have faulted */
		.read = read_l1,
		.opaque = l1 };
}

/* Stage 2 off: L1's addresses, all rights. */
static struct oracle_leaf walk_l1(const struct l1 *l1, u64 ipa)
{
	if (l1->is_enabled)
		return oracle_walk(&l1->tables, ipa);
	return (struct oracle_leaf){ .output = ipa,
		.size = BIT(48),
		.rights = ORACLE_READ | ORACLE_WRITE | ORACLE_EXECUTE_EL1 | ORACLE_EXECUTE_EL0 };
}

/* ---- S2-1, S2-4: one leaf ---- */

static unsigned rights_of_inspection(const struct inspection *found)
{
	unsigned rights = 0;

	if (found->stage2_rights[0] & RIGHT_READ)
		rights |= ORACLE_READ;
	if (found->stage2_rights[0] & RIGHT_WRITE)
		rights |= ORACLE_WRITE;
	if (found->stage2_rights[0] & RIGHT_EXECUTE)
		rights |= ORACLE_EXECUTE_EL1;
	if (found->stage2_rights[1] & RIGHT_EXECUTE)
		rights |= ORACLE_EXECUTE_EL0;
	return rights;
}

void leaf_is_wrong(struct scene *scene, enum rule rule, const struct leaf *leaf, u64 expected,
	u64 found, const char *what)
{
	monitor_violate_values(scene->watchman, rule, scene->cpu, scene->event, expected, found,
		"the leaf for 0x%" PRIx64 ", %" PRIu64 " KiB: %s", leaf->ipa, leaf->size >> 10,
		what);
}

void check_leaf(
	struct scene *scene, enum rule rule, const struct l1 *l1, u64 vm, const struct leaf *leaf)
{
	struct oracle_leaf l1_leaf = { .output = leaf->ipa, .size = BIT(48), .rights = 15 };
	struct backing backing;
	unsigned rights;

	if (((leaf->pa ^ leaf->ipa) & (leaf->size - 1)) != 0)
		leaf_is_wrong(scene, RULE_S2_4, leaf, leaf->ipa & (leaf->size - 1),
			leaf->pa & (leaf->size - 1), "input and output differ within its size");
	if (l1 != NULL)
		l1_leaf = walk_l1(l1, leaf->ipa);
	if (l1_leaf.is_fault) {
		leaf_is_wrong(scene, rule, leaf, l1_leaf.fault, leaf->pa,
			"L1's tables have none (fault status, PA)");
		return;
	}
	if (!find_backing(scene, vm, l1_leaf.output, &backing)) {
		leaf_is_wrong(scene, rule, leaf, l1_leaf.output, leaf->pa,
			"there is no memory of the VM where it leads");
		return;
	}
	rights = l1_leaf.rights & (backing.is_writable ? 15u : 15u & ~(unsigned)ORACLE_WRITE);
	if (backing.pa != leaf->pa)
		leaf_is_wrong(scene, rule, leaf, backing.pa, leaf->pa, "its PA");
	else if (l1_leaf.size < leaf->size)
		leaf_is_wrong(scene, rule, leaf, l1_leaf.size, leaf->size, "larger than L1's");
	else if (backing.before < (leaf->ipa & (leaf->size - 1)) ||
		 backing.size < leaf->size - (leaf->ipa & (leaf->size - 1)))
		leaf_is_wrong(scene, rule, leaf, backing.before + backing.size, leaf->size,
			"larger than the memory of the VM there");
	else if ((leaf->rights & ~rights) != 0)
		leaf_is_wrong(scene, rule, leaf, rights, leaf->rights,
			"rights that L1 or the host does not give");
}

/* What the hardware finds now in the tables that are loaded. */
static void check_loaded_leaf(struct scene *scene, u64 ipa)
{
	struct inspected what = { .va = ipa, .regime = INSPECT_STAGE2, .kind = ACCESS_READ };
	struct inspection found;
	struct leaf leaf;
	struct l1 l1;

	mmu_inspect(scene->cpu, what, &found);
	if (!found.is_ok)
		return;
	leaf = (struct leaf){ ipa, found.pa.v, found.page_size, rights_of_inspection(&found) };
	if (scene->vcpu.is_nested)
		set_l1(&l1, scene, &scene->vcpu);
	check_leaf(scene, RULE_S2_1, scene->vcpu.is_nested ? &l1 : NULL, scene->vcpu.vm, &leaf);
}

/* ---- S2-5, S2-7: faults ---- */

static bool is_stage2_fault(const struct guest_exit *x)
{
	u64 ec = bits(x->esr, 31, 26), type = x->esr & FAULT_TYPE;

	return x->interrupt == INT_SYNC && (ec == EC_IABT_LOWER || ec == EC_DABT_LOWER) &&
	       (type == FAULT_ADDRESS || type == FAULT_TRANSLATION || type == FAULT_FLAG ||
		       type == FAULT_PERMISSION);
}

/* The IPA by a walk of stage 1: HPFAR_EL2 may say nothing. */
static u64 true_ipa(const struct scene *scene, const struct guest_exit *x)
{
	bool is_walk = bits(x->esr, 7, 7) != 0, is_fetch = bits(x->esr, 31, 26) == EC_IABT_LOWER;
	struct inspected what = { .va = x->far,
		.regime = INSPECT_EL10,
		.kind = is_fetch ? ACCESS_FETCH : ACCESS_READ,
		.el0 = bits(x->spsr, 3, 2) == EL0 };
	struct inspection found;

	if ((x->esr & FAULT_TYPE) != FAULT_PERMISSION || is_walk)
		return is_walk ? x->fault_ipa & ~MASK(11, 0) : x->fault_ipa;
	mmu_inspect(scene->cpu, what, &found);
	return found.is_ok ? found.ipa : found.fault_ipa;
}

static unsigned needed_right(const struct guest_exit *x)
{
	bool is_permission = (x->esr & FAULT_TYPE) == FAULT_PERMISSION;

	if (bits(x->esr, 7, 7) != 0) /* S1PTW: an update of a descriptor, or its read */
		return is_permission ? ORACLE_WRITE : ORACLE_READ;
	if (bits(x->esr, 31, 26) == EC_IABT_LOWER)
		return bits(x->spsr, 3, 2) == EL0 ? ORACLE_EXECUTE_EL0 : ORACLE_EXECUTE_EL1;
	if (bits(x->esr, 8, 8) != 0) /* CM */
		return is_permission ? ORACLE_READ : 0;
	return bits(x->esr, 6, 6) != 0 ? ORACLE_WRITE : ORACLE_READ;
}

/* What L1's stage 2 says to the access. */
static void ask_l1(struct scene *scene, struct guest_exit *x)
{
	struct oracle_leaf leaf;
	struct l1 l1;

	set_l1(&l1, scene, &scene->vcpu);
	l1.tables.has_access_flag_updates = (l1.tables.vtcr & VTCR_EL2_HA) != 0;
	leaf = walk_l1(&l1, x->true_ipa);
	x->is_asked = true;
	x->l1_fault = leaf.is_fault ? (u8)leaf.fault : 0;
	x->is_l1_fault = leaf.is_fault;
	if (!leaf.is_fault && (needed_right(x) & ~leaf.rights) != 0) {
		x->is_l1_fault = true;
		x->l1_fault = (u8)(FAULT_PERMISSION | leaf.level);
	}
}

static void note_progress(struct scene *scene, const struct guest_exit *x)
{
	struct known_vcpu *known = scene->known;

	if (known->fault_pc == x->elr && known->fault_far == x->far && known->fault_esr == x->esr) {
		if (++known->faults == SAME_FAULTS)
			DIFFERS(scene, S2_7, x->far, x->esr,
				"the same fault came %u times, and nothing else (FAR, ESR_EL2)",
				known->faults);
		return;
	}
	known->faults = 0;
	known->fault_pc = x->elr;
	known->fault_far = x->far;
	known->fault_esr = x->esr;
}

static void left(struct scene *scene)
{
	struct guest_exit *x = &scene->known->exit;

	if (!is_stage2_fault(x)) {
		if (x->interrupt == INT_SYNC)
			scene->known->faults = 0, scene->known->fault_pc = 0;
		return;
	}
	x->true_ipa = true_ipa(scene, x);
	note_progress(scene, x);
	if (scene->vcpu.is_nested)
		ask_l1(scene, x);
}

/* L1 was told: as the hardware would have. */
static void check_forwarded(struct scene *scene, const struct guest_exit *x)
{
	const struct taken *taken = &scene->known->taken[1];
	u64 without = taken->esr & ~MASK(5, 0), status = taken->esr & MASK(5, 0);
	u64 expected = x->esr & ~MASK(5, 0);

	if (!x->is_l1_fault) {
		if (status < 0x10)
			DIFFERS(scene, S2_5, x->esr, taken->esr,
				"L1 gets a fault of its guest that its stage 2 allows");
		return;
	}
	if ((x->l1_fault & FAULT_TYPE) == 0x14) /* external: the access is not described */
		without &= ~MASK(24, 14), expected &= ~MASK(24, 14);
	EQUAL(scene, S2_5, x->l1_fault, status, "the fault status that L1 gets");
	EQUAL(scene, S2_5, expected, without, "the syndrome that L1 gets, but for its status");
	EQUAL(scene, S2_5, x->far, taken->far, "FAR_EL2 that L1 gets");
	EQUAL(scene, S2_5, x->true_ipa >> 12,
		bits(stored_register(scene, &scene->vcpu, GUEST_HPFAR_EL2), 43, 4),
		"HPFAR_EL2 that L1 gets, its page");
}

static void check_fault(struct scene *scene)
{
	const struct known_vcpu *known = scene->known;
	const struct guest_exit *x = &known->exit;
	const struct taken *taken = &known->taken[1];
	u64 ec = bits(taken->esr, 31, 26);

	if (!x->is_known || !is_stage2_fault(x))
		return;
	if (known->injected != 0 || x->elr != scene->vcpu.pc)
		scene->known->fault_pc = 0; /* there was progress */
	if (known->injected == 0 && x->was_hyp == scene->vcpu.is_hyp) {
		if (x->elr == scene->vcpu.pc)
			check_loaded_leaf(scene, x->true_ipa);
		if (x->is_asked && x->is_l1_fault && !x->has_serror && !known->was_reset)
			DIFFERS(scene, S2_5, x->l1_fault, x->esr,
				"a fault that is L1's was not forwarded to it (fault status, "
				"ESR_EL2)");
	} else if (x->is_asked && known->injected == 1 && taken->is_known && taken->kind == 0 &&
		   (ec == EC_IABT_LOWER || ec == EC_DABT_LOWER)) {
		check_forwarded(scene, x);
	}
}

/* ---- S2-6 ---- */

u64 shadow(struct scene *scene, u64 vm, u64 index)
{
	return vm + scene->model->member[MEMBER_vm_shadows].offset +
	       index * scene->model->size[SIZE_s2_mmu];
}

static bool have_one_key(struct scene *scene, u64 one, u64 other)
{
	static const enum model_member key[] = { MEMBER_s2_mmu_is_enabled, MEMBER_s2_mmu_key_vttbr,
		MEMBER_s2_mmu_key_vtcr };

	for (unsigned i = 0; i < 3; i++)
		if (get(scene, one, key[i]) != get(scene, other, key[i]))
			return false;
	return true;
}

static void check_keys(struct scene *scene, u64 vm)
{
	u64 count = get(scene, vm, MEMBER_vm_shadow_count), mine = VCPU(scene, hw_mmu);

	for (u64 i = 0; i < count && i < MODEL_MMUS; i++) {
		u64 mmu = shadow(scene, vm, i);

		if (mmu != mine && get(scene, mmu, MEMBER_s2_mmu_is_valid) &&
			have_one_key(scene, mmu, mine))
			DIFFERS(scene, S2_6, mine, mmu, "two shadows have one key");
	}
}

/* ---- Moments ---- */

static void entered(struct scene *scene)
{
	check_fault(scene);
	if (scene->vcpu.is_nested)
		check_keys(scene, scene->vcpu.vm);
	scene->pe->is_guest_nested = scene->vcpu.is_nested;
	scene->pe->guest_vm = scene->vcpu.vm;
}

static void returned(struct scene *scene, const struct call *call)
{
	if (call->function != FUNCTION_vm_destroy)
		return;
	for (u64 i = 0; i < 2 * MODEL(scene, MAX_VCPUS); i++)
		if (get(scene, shadow(scene, call->argument[0], i), MEMBER_s2_mmu_is_valid))
			BROKEN(scene, S2_6, "a shadow of a VM that is gone is valid");
}

/* Whatever a guest's walk leads to is its VM's memory; of the VM's own stage 2, the right part. */
static void other(struct scene *scene)
{
	const struct known_pe *pe = scene->pe;
	const struct event *event = scene->event;
	struct backing backing;

	if (event->kind != EVENT_WALK || !event->stage2 || pe->guest == 0)
		return;
	if (!is_memory_of(scene, pe->guest_vm, event->pa & ~MASK(11, 0)))
		DIFFERS(scene, S2_1, event->ipa, event->pa,
			"a guest's walk leads out of its VM's memory (IPA, PA)");
	else if (!pe->is_guest_nested &&
		 (!find_backing(scene, pe->guest_vm, event->ipa, &backing) ||
			 backing.pa != event->pa))
		DIFFERS(scene, S2_1, event->ipa, event->pa,
			"a walk of the VM's own stage 2 leads elsewhere (IPA, PA)");
}

const struct rule_group rules_stage2 = {
	.entered = entered, .left = left, .returned = returned, .other = other
};
