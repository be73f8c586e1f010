/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers of a guest and where they are: rules WS of HYPERVISOR-SPEC E.1, by A.1 to A.13.
 */
#include <string.h>

#include "verify/monitor_model.h"

enum { INSN_DSB_ISH = 0xd5033b9f };

/* ---- WS-2: who is where ---- */

static void check_places(struct scene *scene)
{
	u64 count = MODEL(scene, MAX_CPUS), size = scene->model->size[SIZE_cpu];

	EQUAL(scene, WS_2, scene->here, VCPU(scene, cpu),
		"the vCPU that is entered is not on this CPU by its own account");
	EQUAL(scene, WS_2, scene->is_vhe, VCPU(scene, sysregs_on_cpu),
		"SYSREGS_ON_CPU does not say where the guest's registers are");
	for (u64 i = 0; i < count; i++) {
		u64 other = scene->model->variable[VARIABLE_cpus] + i * size;

		if (other != scene->here && get(scene, other, MEMBER_cpu_loaded) == scene->vcpu.va)
			BROKEN(scene, WS_2,
				"the vCPU that is entered is loaded on CPU %" PRIu64 ", too", i);
	}
}

static void check_after_put(struct scene *scene, u64 va)
{
	EQUAL(scene, WS_2, 0, get(scene, va, MEMBER_vcpu_cpu), "vcpu_put leaves the vCPU on a CPU");
	EQUAL(scene, WS_2, 0, get(scene, va, MEMBER_vcpu_sysregs_on_cpu),
		"vcpu_put leaves SYSREGS_ON_CPU set");
	EQUAL(scene, WS_2, 0, get(scene, scene->here, MEMBER_cpu_loaded),
		"vcpu_put leaves a vCPU loaded");
}

/* ---- WS-6, WS-7: what a guest is entered with ---- */

static void check_identity(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;
	u64 midr = scene->cpu->sys[SR_MIDR_EL1], mpidr = VCPU(scene, mpidr_el1);

	if (vcpu->is_nested) {
		midr = stored_register(scene, vcpu, GUEST_VPIDR_EL2);
		mpidr = stored_register(scene, vcpu, GUEST_VMPIDR_EL2);
	}
	EQUAL(scene, WS_6, midr, scene->cpu->sys[SR_VPIDR_EL2],
		"VPIDR_EL2 is not the identity of this context");
	EQUAL(scene, WS_6, mpidr, scene->cpu->sys[SR_VMPIDR_EL2],
		"VMPIDR_EL2 is not the identity of this context");
}

static void check_return_state(struct scene *scene)
{
	const struct looked *vcpu = &scene->vcpu;

	EQUAL(scene, WS_7, vcpu->pc, scene->cpu->sys[SR_ELR_EL2], "ELR_EL2 is not the vCPU's PC");
	EQUAL(scene, WS_7, hardware_pstate(vcpu, vcpu->pstate), scene->event->spsr,
		"SPSR_EL2 is not the vCPU's PSTATE in the CPU's form");
	for (unsigned i = 0; i < 31; i++)
		EQUAL(scene, WS_7, view_element(scene, vcpu->va, MEMBER_vcpu_x, i),
			scene->cpu->x[i], "x%u is not the vCPU's at the entry", i);
}

static u64 sp_el0(const struct cpu *cpu)
{
	return cpu->pstate.sp == 0 ? cpu->x[SLOT_SP] : cpu->sp[EL0];
}

/* ---- WS-9: FP ---- */

static u64 fp_digest(const struct cpu *cpu)
{
	u64 digest = 0xcbf29ce484222325ull; /* FNV-1a, by words */

	for (unsigned i = 0; i < 64; i++) {
		u64 half;

		memcpy(&half, (const u8 *)&cpu->v[i / 2] + 8 * (i % 2), sizeof(half));
		digest = (digest ^ half) * 0x100000001b3ull;
	}
	return (digest ^ cpu->fpu.fpcr ^ (u64)cpu->fpu.fpsr << 32) * 0x100000001b3ull;
}

static u64 stored_fp_digest(struct scene *scene, u64 at)
{
	u64 digest = 0xcbf29ce484222325ull, fpsr, fpcr, words[66] = { 0 };

	view_bytes(&scene->view, at, words, sizeof(words)); /* V0 to V31, FPSR, FPCR */
	for (unsigned i = 0; i < 64; i++)
		digest = (digest ^ words[i]) * 0x100000001b3ull;
	fpsr = words[64];
	fpcr = words[65];
	return (digest ^ fpcr ^ fpsr << 32) * 0x100000001b3ull;
}

static bool owns_fp(struct scene *scene)
{
	return get(scene, scene->here, MEMBER_cpu_fp_owner) == MODEL(scene, FP_GUEST_OWNED);
}

static bool is_fp_trapped(const struct scene *scene)
{
	u64 cptr = scene->cpu->sys[SR_CPTR_EL2];

	return scene->is_vhe ? (cptr & CPTR_EL2_E2H_FPEN) != CPTR_EL2_E2H_FPEN
			     : (cptr & CPTR_EL2_TFP) != 0;
}

static void check_fp(struct scene *scene)
{
	struct known_pe *pe = scene->pe;
	u64 expected;

	if (!owns_fp(scene)) {
		if (!is_fp_trapped(scene))
			BROKEN(scene, WS_9, "the guest may use FP registers that are not its own");
		return;
	}
	/* as they were when this guest was left here, or else as stored */
	expected = pe->fp_was_guest && pe->last_guest == scene->vcpu.va
			   ? pe->fp_digest
			   : stored_fp_digest(scene,
				     scene->vcpu.va + scene->model->member[MEMBER_vcpu_fp].offset);
	if (expected != fp_digest(scene->cpu))
		BROKEN(scene, WS_9, "the guest owns the FP registers, and they are not its own");
}

/* ---- WS-1: a trapped write that was emulated ---- */

static u64 authoritative(struct scene *scene, enum guest_register reg)
{
	u64 value = 0;

	authoritative_register(scene, &scene->vcpu, reg, &value);
	return value;
}

static void check_written(struct scene *scene)
{
	const struct guest_exit *x = &scene->known->exit;
	enum guest_register reg;
	unsigned rt = (unsigned)bits(x->esr, 9, 5);
	u64 value = rt == 31 ? 0 : x->x[rt];

	if (!x->is_known || x->interrupt != INT_SYNC || bits(x->esr, 31, 26) != EC_SYSREG ||
		(x->esr & 1) != 0 || scene->known->injected != 0 || scene->vcpu.pc != x->elr + 4 ||
		x->was_hyp != scene->vcpu.is_hyp)
		return;
	reg = written_register(&scene->vcpu, sysreg_find(encoding_of_trap(x->esr)));
	if (reg != GUEST_REGISTERS && scene->is_vhe &&
		!is_as_written(scene, &scene->vcpu, reg, value))
		DIFFERS(scene, WS_1, value, authoritative(scene, reg),
			"the guest wrote %s, and it has not that value", guest_register_name(reg));
}

/* ---- Moments ---- */

static void entered(struct scene *scene)
{
	check_places(scene);
	check_identity(scene);
	check_return_state(scene);
	EQUAL(scene, WS_7, VCPU(scene, sp_el0), sp_el0(scene->cpu),
		"SP_EL0 is not the vCPU's at the entry");
	check_fp(scene);
	check_written(scene);
	if (scene->pe->had_serror && (scene->cpu->lines & LINE_SERROR))
		BROKEN(scene, WS_11, "the guest is entered though an SError was pending before");
}

static void left(struct scene *scene)
{
	struct known_pe *pe = scene->pe;

	pe->fp_was_guest = owns_fp(scene);
	if (pe->fp_was_guest)
		pe->fp_digest = fp_digest(scene->cpu);
}

/* F: what the exit found is in the vCPU. */
static void check_exit(struct scene *scene)
{
	const struct guest_exit *x = &scene->known->exit;
	const struct looked *vcpu = &scene->vcpu;

	EQUAL(scene, WS_14, x->elr, vcpu->pc, "the vCPU's PC is not ELR_EL2 of the exit");
	EQUAL(scene, WS_14, x->spsr, hardware_pstate(vcpu, vcpu->pstate),
		"the vCPU's PSTATE is not SPSR_EL2 of the exit");
	for (unsigned i = 0; i < 31; i++)
		EQUAL(scene, WS_5, x->x[i], view_element(scene, vcpu->va, MEMBER_vcpu_x, i),
			"x%u of the guest was not saved as it was", i);
	EQUAL(scene, WS_5, x->sp_el0, VCPU(scene, sp_el0), "SP_EL0 was not saved as it was");
}

/* WS-5, NV-10: the two copies are alike, at the end of a load and of a put. */
static void check_loaded(struct scene *scene)
{
	for (unsigned i = 0; i < GUEST_REGISTERS; i++) {
		enum guest_register reg = (enum guest_register)i;
		u64 expected, found = live_register(scene, live_counterpart(reg));

		if (!expected_live(scene, &scene->vcpu, reg, &expected) || expected == found)
			continue;
		if (scene->vcpu.has_nv)
			DIFFERS(scene, NV_10, expected, found,
				"vcpu_load leaves another value than that of %s in the CPU",
				guest_register_name(reg));
		else
			DIFFERS(scene, WS_5, expected, found, "vcpu_load does not load %s",
				guest_register_name(reg));
	}
}

/* Of the vCPU that vcpu_put() was called for: it is in its old context still. */
static void check_saved(struct scene *scene, u64 va)
{
	struct looked vcpu = look_at_vcpu(scene, va);
	const struct known_vcpu *known = known_vcpu(scene, va);

	vcpu.e2h = known->loaded_e2h;
	for (unsigned i = 0; i < GUEST_REGISTERS; i++) {
		enum guest_register reg = (enum guest_register)i;
		u64 stored;

		if ((!saved_register(scene, &vcpu, reg, &stored) &&
			    !expected_live(scene, &vcpu, reg, &stored)) ||
			stored == known->live[i])
			continue;
		DIFFERS(scene, WS_5, known->live[i], stored, "vcpu_put does not save %s",
			guest_register_name(reg));
	}
}

static void called(struct scene *scene, struct call *call)
{
	struct known_pe *pe = scene->pe;

	switch (call->function) {
	case FUNCTION_fixup_exit:
		if (scene->known != NULL && scene->known->exit.is_known && pe->has_left)
			check_exit(scene);
		break;
	case FUNCTION_hal_enter_guest:
		memcpy(call->kept, &scene->cpu->x[FIRST_SAVED_GPR], sizeof(call->kept));
		pe->had_serror = (scene->cpu->lines & LINE_SERROR) != 0;
		pe->has_left = false;
		break;
	case FUNCTION_vcpu_run:
		if (pe->has_request)
			BROKEN(scene, REQ_WS_12,
				"a request was there when IN_GUEST was published, "
				"and the guest is entered");
		if (!pe->has_published)
			BROKEN(scene, REQ_WS_12,
				"no barrier is between IN_GUEST and the last look at requests");
		pe->has_request = pe->has_published = false;
		pe->has_left = false;
		pe->entries = 0;
		call->kept[4] = scene->cpu->pstate.daif;
		break;
	case FUNCTION_vcpu_put:
		call->kept[0] = scene->known != NULL && VCPU(scene, sysregs_on_cpu);
		if (call->kept[0])
			keep_live(scene, scene->known->live);
		break;
	case FUNCTION_fp_trapped:
		pe->knows_host_fp =
			get(scene, scene->here, MEMBER_cpu_fp_owner) == MODEL(scene, FP_HOST_OWNED);
		if (pe->knows_host_fp)
			pe->host_fp_digest = fp_digest(scene->cpu);
		break;
	default: break;
	}
}

/* ---- WS-1: the accessors ---- */

static void check_accessor(struct scene *scene, const struct call *call)
{
	bool is_write = call->function == FUNCTION_vcpu_write_sys_reg;
	u64 index = (u32)call->argument[is_write ? 2 : 1], expected;
	enum guest_register reg = register_of_index(scene, index);
	struct looked vcpu = look_at_vcpu(scene, call->argument[0]);
	u64 found = is_write ? call->argument[1] : scene->cpu->x[0];

	if (reg == GUEST_REGISTERS || !authoritative_register(scene, &vcpu, reg, &expected))
		return;
	if (!is_write)
		EQUAL(scene, WS_1, expected, found,
			"vcpu_read_sys_reg(%s) does not return the authoritative copy",
			guest_register_name(reg));
	else if (!is_as_written(scene, &vcpu, reg, found))
		DIFFERS(scene, WS_1, found, expected,
			"vcpu_write_sys_reg(%s) does not write the authoritative copy",
			guest_register_name(reg));
}

static void check_run(struct scene *scene, const struct call *call)
{
	const struct guest_exit *x;

	EQUAL(scene, WS_11, call->kept[4], scene->cpu->pstate.daif,
		"PSTATE.DAIF behind the run is not what it was before");
	if (scene->known == NULL || !scene->pe->has_left || !scene->known->exit.is_known)
		return;
	x = &scene->known->exit;
	if (x->has_serror && (scene->cpu->lines & LINE_SERROR))
		BROKEN(scene, WS_11, "the SError that was pending at the exit still is");
	if (x->interrupt == INT_IRQ || x->interrupt == INT_FIQ) {
		EQUAL(scene, WS_14, x->fault_esr, VCPU(scene, fault_esr),
			"an interrupt's exit has read ESR_EL2, which is of an older one");
		EQUAL(scene, WS_14, x->fault_far, VCPU(scene, fault_far),
			"an interrupt's exit has touched the address of an older fault");
	} else if (x->interrupt == INT_SYNC)
		EQUAL(scene, WS_14, x->esr, VCPU(scene, fault_esr),
			"the vCPU has not the ESR_EL2 of its exit");
}

static void returned(struct scene *scene, const struct call *call)
{
	struct known_pe *pe = scene->pe;

	switch (call->function) {
	case FUNCTION_vcpu_read_sys_reg:
	case FUNCTION_vcpu_write_sys_reg: check_accessor(scene, call); break;
	case FUNCTION_hal_enter_guest:
		for (unsigned i = 0; i < SAVED_GPRS; i++)
			EQUAL(scene, WS_5, call->kept[i], scene->cpu->x[FIRST_SAVED_GPR + i],
				"x%u of the host is not what it was before the guest ran",
				FIRST_SAVED_GPR + i);
		break;
	case FUNCTION_vcpu_run: check_run(scene, call); break;
	case FUNCTION_vcpu_load:
		if (scene->known == NULL)
			break;
		scene->known->loaded_e2h = scene->vcpu.e2h;
		if (VCPU(scene, sysregs_on_cpu))
			check_loaded(scene);
		break;
	case FUNCTION_vcpu_put:
		check_after_put(scene, call->argument[0]);
		if (call->kept[0])
			check_saved(scene, call->argument[0]);
		break;
	case FUNCTION_fp_trapped:
		if (pe->knows_host_fp &&
			pe->host_fp_digest !=
				stored_fp_digest(scene,
					scene->here +
						scene->model->member[MEMBER_cpu_host_fp].offset))
			BROKEN(scene, WS_9,
				"a guest takes the FP registers, and the host's were "
				"not saved");
		break;
	case FUNCTION_fp_host_takes:
		if (pe->knows_host_fp && pe->host_fp_digest != fp_digest(scene->cpu))
			BROKEN(scene, WS_9, "the host's FP registers did not come back");
		pe->knows_host_fp = false;
		break;
	default: break;
	}
}

/* WS-12: a request that is there behind the barrier is seen by the last look. */
static void note_requests(struct scene *scene)
{
	u64 vcpu = get(scene, scene->here, MEMBER_cpu_loaded);

	scene->pe->has_published =
		vcpu != 0 && get(scene, vcpu, MEMBER_vcpu_mode) == MODEL(scene, IN_GUEST);
	scene->pe->has_request =
		scene->pe->has_published && get(scene, vcpu, MEMBER_vcpu_requests) != 0;
}

static void other(struct scene *scene)
{
	const struct event *event = scene->event;
	const u64 *function = scene->model->function;

	if (event->kind == EVENT_BARRIER && event->insn == INSN_DSB_ISH)
		note_requests(scene);
	if (event->kind == EVENT_ERET && event->from_el == EL2 && event->to_el == EL2 &&
		!event->illegal && event->pc >= function[FUNCTION_hal_enter_guest] &&
		event->pc < function[FUNCTION_exit_from_below])
		BROKEN(scene, WS_7, "the entry of a guest returns to EL2, SPSR 0x%" PRIx64,
			event->spsr);
}

const struct rule_group rules_state = {
	.entered = entered, .left = left, .called = called, .returned = returned, .other = other
};
