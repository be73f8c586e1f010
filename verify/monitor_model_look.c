/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vCPU of hyp.elf as its structures and the CPU say: contexts by HYPERVISOR-SPEC B.1, registers
 * by A.12 and B.4, of which guest_registers.def has the rows.
 */
#include "verify/monitor_model.h"

enum { MODE_MASK = 0xf, MODE_EL1T = 4, MODE_EL1H = 5, MODE_EL2T = 8, MODE_EL2H = 9 };

static const struct guest_row {
	enum kind {
		KIND_USER,
		KIND_SHARED,
		KIND_EL1,
		KIND_CNTKCTL,
		KIND_MEMORY,
		KIND_MAPPED,
		KIND_TRANSLATED,
		KIND_CPTR,
		KIND_VHE,
		KIND_MERGED,
		KIND_SPSR
	} kind;
	const char *name;
	enum model_constant index;
	u16 offset;
	u16 live, by_name;
} rows[GUEST_REGISTERS] = {
#define REGISTER(kind, name, offset, live)                                                         \
	{ KIND_##kind, #name, CONSTANT_CTX_##name, offset, SR_##live, SR_##name },
#include "verify/guest_registers.def"
#undef REGISTER
};

/* What CNTKCTL_EL1 has of CNTHCTL_EL2 with E2H=1. */
#define CNTKCTL_BITS MASK(9, 0)

const char *guest_register_name(enum guest_register reg)
{
	return rows[reg].name;
}

u64 view_element(struct scene *scene, u64 base, enum model_member member, u64 index)
{
	return view_word(&scene->view, base + scene->model->member[member].offset + 8 * index, 8);
}

/* The masks of the VM, two words for each register: RES0, RES1. */
static u64 masked(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 value)
{
	u64 index = scene->model->constant[rows[reg].index];

	if (!vcpu->has_nv)
		return value;
	value &= ~view_element(scene, vcpu->vm, MEMBER_vm_masks, 2 * index);
	return value | view_element(scene, vcpu->vm, MEMBER_vm_masks, 2 * index + 1);
}

u64 raw_register(struct scene *scene, const struct looked *vcpu, enum guest_register reg)
{
	if (rows[reg].offset != 0)
		return view_word(&scene->view, vcpu->page + rows[reg].offset, 8);
	return view_element(
		scene, vcpu->va, MEMBER_vcpu_sys, scene->model->constant[rows[reg].index]);
}

u64 stored_register(struct scene *scene, const struct looked *vcpu, enum guest_register reg)
{
	return masked(scene, vcpu, reg, raw_register(scene, vcpu, reg));
}

/* vE2H is what the VM was configured to, or what L1 wrote. */
static u64 with_fixed_e2h(const struct scene *scene, u64 el2, u64 vhcr)
{
	if (el2 == MODEL(scene, VM_EL2_VHE))
		return vhcr | HCR_EL2_E2H;
	if (el2 == MODEL(scene, VM_EL2_NVHE))
		return vhcr & ~HCR_EL2_E2H;
	return vhcr;
}

struct looked look_at_vcpu(struct scene *scene, u64 va)
{
	struct looked vcpu = { .va = va };
	u64 mode;

	if (va == 0)
		return vcpu;
	vcpu.vm = get(scene, va, MEMBER_vcpu_vm);
	vcpu.page = get(scene, va, MEMBER_vcpu_page);
	vcpu.pc = get(scene, va, MEMBER_vcpu_pc);
	vcpu.pstate = get(scene, va, MEMBER_vcpu_pstate);
	vcpu.el2 = get(scene, vcpu.vm, MEMBER_vm_el2);
	vcpu.has_nv = vcpu.el2 != MODEL(scene, VM_EL2_NONE);
	vcpu.has_nv2 = vcpu.has_nv && get(scene, vcpu.vm, MEMBER_vm_has_nv2) != 0;
	mode = vcpu.pstate & MODE_MASK;
	vcpu.is_el2 = mode == MODE_EL2T || mode == MODE_EL2H;
	if (!vcpu.has_nv)
		return vcpu;
	vcpu.vhcr = with_fixed_e2h(scene, vcpu.el2, stored_register(scene, &vcpu, GUEST_HCR_EL2));
	vcpu.e2h = (vcpu.vhcr & HCR_EL2_E2H) != 0;
	vcpu.tge = (vcpu.vhcr & HCR_EL2_TGE) != 0;
	vcpu.is_hyp = vcpu.is_el2 || vcpu.tge;
	vcpu.is_nested = !vcpu.is_hyp;
	return vcpu;
}

struct known_vcpu *known_vcpu(struct scene *scene, u64 va)
{
	for (unsigned i = 0; va != 0 && i < MODEL_VCPUS; i++) {
		struct known_vcpu *known = &scene->state->vcpu[i];

		if (known->va == 0)
			known->va = va;
		if (known->va == va)
			return known;
	}
	if (va != 0)
		monitor_overlook(scene->watchman);
	return NULL;
}

u64 hardware_pstate(const struct looked *vcpu, u64 pstate)
{
	u64 mode = pstate & MASK(4, 0);

	if (vcpu->has_nv && (mode == MODE_EL2T || mode == MODE_EL2H))
		mode -= MODE_EL2T - MODE_EL1T;
	return (pstate & ~MASK(4, 0)) | mode;
}

u64 live_register(const struct scene *scene, enum sysreg_id reg)
{
	const struct cpu *cpu = scene->cpu;

	for (unsigned i = cpu->late_count; i-- != 0;)
		if (cpu->late[i].reg == (u16)reg)
			return sysreg_as_stored(cpu, reg, cpu->late[i].value);
	return sysreg_look(cpu, reg);
}

enum guest_register register_of_index(const struct scene *scene, u64 index)
{
	for (unsigned i = 0; i < GUEST_REGISTERS; i++)
		if (scene->model->constant[rows[i].index] == index)
			return (enum guest_register)i;
	return GUEST_REGISTERS;
}

static u64 translated_tcr(u64 value)
{
	u64 same = TCR_EL2_TG0 | TCR_EL2_ORGN0 | TCR_EL2_IRGN0 | TCR_EL2_T0SZ;
	u64 tcr = TCR_EL1_EPD1 | (value & same);

	if (value & TCR_EL2_TBI)
		tcr |= TCR_EL1_TBI0;
	if (value & TCR_EL2_DS)
		tcr |= TCR_EL1_DS;
	return tcr | bits(value, 18, 16) << 32; /* PS, IPS */
}

static u64 translated_cptr(u64 value)
{
	u64 cpacr = value & (CPTR_EL2_TCPAC | CPTR_EL2_TAM);

	if (value & CPTR_EL2_TTA)
		cpacr |= CPACR_EL1_TTA;
	if (!(value & CPTR_EL2_TFP))
		cpacr |= CPACR_EL1_FPEN;
	return value & CPTR_EL2_TZ ? cpacr : cpacr | CPACR_EL1_ZEN;
}

/* SCTLR_EL1 with the bits that are RES1 in Armv8.1. */
#define SCTLR_RES1 0x30d00800ull

u64 translated_register(enum guest_register reg, u64 value)
{
	u64 sctlr = SCTLR_EL2_M | SCTLR_EL2_A | SCTLR_EL2_C | SCTLR_EL2_SA | SCTLR_EL2_I |
		    SCTLR_EL2_IESB | SCTLR_EL2_WXN | SCTLR_EL2_EE;

	switch (reg) {
	case GUEST_SCTLR_EL2: return (value & sctlr) | SCTLR_RES1;
	case GUEST_TTBR0_EL2: return value & MASK(47, 0);
	case GUEST_TCR_EL2: return translated_tcr(value);
	case GUEST_CPTR_EL2: return translated_cptr(value);
	default: return value;
	}
}

enum sysreg_id live_counterpart(enum guest_register reg)
{
	return (enum sysreg_id)rows[reg].live;
}

void keep_live(const struct scene *scene, u64 live[GUEST_REGISTERS])
{
	for (unsigned i = 0; i < GUEST_REGISTERS; i++)
		live[i] = live_register(scene, live_counterpart((enum guest_register)i));
}

/* NV-17, B.4: behind a load, by the raw copy in memory. */
bool expected_live(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 *value)
{
	const struct guest_row *row = &rows[reg];
	bool is_hyp = vcpu->is_hyp, e2h = vcpu->e2h;

	*value = raw_register(scene, vcpu, reg);
	switch (row->kind) {
	case KIND_USER:
	case KIND_SHARED: break;
	case KIND_EL1:
		if (is_hyp)
			return false;
		break;
	case KIND_CNTKCTL:
		if (is_hyp && e2h)
			return false;
		break;
	case KIND_MAPPED:
		if (!is_hyp)
			return false;
		break;
	case KIND_TRANSLATED:
	case KIND_CPTR:
		if (!is_hyp)
			return false;
		*value = e2h ? *value : translated_register(reg, *value);
		break;
	case KIND_VHE:
		if (!is_hyp || !e2h)
			return false;
		break;
	case KIND_MERGED:
		if (!is_hyp || !e2h)
			return false;
		*value &= CNTKCTL_BITS;
		break;
	case KIND_SPSR:
		if (!is_hyp || (!vcpu->has_nv2 && !e2h))
			return false;
		break;
	default: return false;
	}
	*value = sysreg_as_stored(scene->cpu, live_counterpart(reg), *value);
	return true;
}

bool saved_register(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 *value)
{
	bool is_hyp = vcpu->is_hyp, is_vhe_hyp = is_hyp && vcpu->e2h;

	*value = raw_register(scene, vcpu, reg);
	switch (rows[reg].kind) {
	case KIND_USER:
	case KIND_SHARED: return true;
	case KIND_EL1: return !is_hyp;
	case KIND_CNTKCTL: return !is_vhe_hyp;
	case KIND_MAPPED: return is_hyp;
	case KIND_TRANSLATED:
	case KIND_VHE: return is_vhe_hyp;
	default: return false;
	}
}

bool host_saved_register(struct scene *scene, enum guest_register reg, u64 *value)
{
	const struct guest_row *row = &rows[reg];

	if (row->kind > KIND_CNTKCTL)
		return false;
	*value = row->offset != 0
			 ? view_word(&scene->view,
				   scene->here + scene->model->member[MEMBER_cpu_page].offset +
					   row->offset,
				   8)
			 : view_element(scene, scene->here, MEMBER_cpu_sys,
				   scene->model->constant[row->index]);
	return true;
}

bool authoritative_register(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 *value)
{
	const struct guest_row *row = &rows[reg];
	const struct known_vcpu *known = known_vcpu(scene, vcpu->va);
	bool e2h = known != NULL && known->loaded_e2h;
	bool is_live = get(scene, vcpu->va, MEMBER_vcpu_sysregs_on_cpu) != 0;

	switch (row->kind) {
	case KIND_USER:
	case KIND_SHARED: break;
	case KIND_EL1: is_live = is_live && !vcpu->is_hyp; break;
	case KIND_CNTKCTL: is_live = is_live && (!vcpu->is_hyp || !e2h); break;
	case KIND_MAPPED: is_live = is_live && vcpu->is_hyp; break;
	case KIND_TRANSLATED:
	case KIND_VHE:
	case KIND_MERGED: is_live = is_live && vcpu->is_hyp && e2h; break;
	case KIND_SPSR:
		is_live = is_live && vcpu->is_hyp;
		if (is_live && !vcpu->has_nv2 && !e2h)
			return false;
		break;
	default: is_live = false;
	}
	*value = is_live ? live_register(scene, (enum sysreg_id)row->live)
			 : stored_register(scene, vcpu, reg);
	if (is_live && row->kind == KIND_MERGED)
		*value = (*value & CNTKCTL_BITS) |
			 (stored_register(scene, vcpu, reg) & ~CNTKCTL_BITS);
	return true;
}

/* NV-14: at a virtual EL2 both copies are written. */
bool is_as_written(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 value)
{
	const struct guest_row *row = &rows[reg];
	const struct known_vcpu *known = known_vcpu(scene, vcpu->va);
	struct looked loaded = *vcpu;
	u64 found, live;

	if (!authoritative_register(scene, vcpu, reg, &found))
		return true;
	if (found != value && found != sysreg_as_stored(scene->cpu, live_counterpart(reg), value) &&
		found != masked(scene, vcpu, reg, value))
		return false;
	if (known == NULL || row->kind < KIND_MAPPED ||
		!get(scene, vcpu->va, MEMBER_vcpu_sysregs_on_cpu))
		return true;
	loaded.e2h = known->loaded_e2h;
	return !expected_live(scene, &loaded, reg, &live) || row->kind == KIND_MERGED ||
	       live == live_register(scene, live_counterpart(reg));
}

/* At virtual EL2 with vE2H=1 the EL1 names mean EL2's registers, which have other rows. */
enum guest_register written_register(const struct looked *vcpu, enum sysreg_id name)
{
	for (unsigned i = 0; i < GUEST_REGISTERS; i++) {
		enum kind kind = rows[i].kind;

		if (rows[i].by_name != (u16)name)
			continue;
		if (kind == KIND_EL1)
			return vcpu->is_hyp ? GUEST_REGISTERS : (enum guest_register)i;
		return kind == KIND_MAPPED || kind == KIND_TRANSLATED || kind == KIND_VHE
			       ? (enum guest_register)i
			       : GUEST_REGISTERS;
	}
	return GUEST_REGISTERS;
}
