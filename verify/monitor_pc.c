/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PC of a guest, and exceptions that the hypervisor takes for it: rules PC of HYPERVISOR-SPEC
 * E.1, by A.9, A.17 and NV-26. What an exception does is oracle_exception.h's to say.
 */
#include "verify/monitor_model.h"
#include "verify/oracle_exception.h"

enum { KIND_SYNC, KIND_IRQ, KIND_FIQ, KIND_SERROR };

static void check_kept(struct scene *scene, u64 vcpu, const char *when)
{
	EQUAL(scene, PC_1, MODEL(scene, PC_KEEP), get(scene, vcpu, MEMBER_vcpu_pc_update),
		"a PC update is pending %s", when);
}

/* ---- PC-3: vcpu_commit_pc() ---- */

static u64 register_now(struct scene *scene, const struct looked *vcpu, enum guest_register reg)
{
	u64 value = 0;

	authoritative_register(scene, vcpu, reg, &value);
	return value;
}

static void expect_exception(
	struct scene *scene, const struct looked *vcpu, struct known_vcpu *known, struct call *call)
{
	bool is_el2 = get(scene, vcpu->va, MEMBER_vcpu_pending_el2) != 0;
	const struct exception_in in = { .pc = vcpu->pc,
		.pstate = vcpu->pstate,
		.target = is_el2 ? 2 : 1,
		.kind = (u8)get(scene, vcpu->va, MEMBER_vcpu_pending_kind),
		.vbar = register_now(scene, vcpu, is_el2 ? GUEST_VBAR_EL2 : GUEST_VBAR_EL1),
		.sctlr = register_now(scene, vcpu, is_el2 ? GUEST_SCTLR_EL2 : GUEST_SCTLR_EL1),
		.is_in_host = vcpu->e2h && vcpu->tge,
		.has_pan = cpu_has(scene->cpu, FEAT_PAN),
		.has_ssbs = cpu_has(scene->cpu, FEAT_SSBS),
		.has_dit = cpu_has(scene->cpu, FEAT_DIT) };
	struct exception_out out = oracle_exception(&in);

	call->kept[0] = out.pc;
	call->kept[1] = out.pstate;
	call->kept[2] = true;
	known->taken[is_el2] = (struct taken){ .is_known = true,
		.kind = in.kind,
		.elr = out.elr,
		.spsr = out.spsr,
		.esr = register_now(scene, vcpu, is_el2 ? GUEST_ESR_EL2 : GUEST_ESR_EL1),
		.far = register_now(scene, vcpu, is_el2 ? GUEST_FAR_EL2 : GUEST_FAR_EL1) };
	known->injected++;
}

static void expect_commit(struct scene *scene, struct call *call)
{
	struct looked vcpu = look_at_vcpu(scene, call->argument[0]);
	struct known_vcpu *known = known_vcpu(scene, vcpu.va);
	u64 update = get(scene, vcpu.va, MEMBER_vcpu_pc_update);

	call->kept[2] = false;
	if (known == NULL)
		return;
	if (update == MODEL(scene, PC_TAKE_EXCEPTION)) {
		expect_exception(scene, &vcpu, known, call);
	} else if (update == MODEL(scene, PC_SKIP_INSTRUCTION)) {
		call->kept[0] = vcpu.pc + 4;
		call->kept[1] = vcpu.pstate & ~(BIT(21) | MASK(11, 10)); /* SS, BTYPE */
		call->kept[2] = true;
	}
}

static void check_commit(struct scene *scene, const struct call *call)
{
	u64 va = call->argument[0];

	check_kept(scene, va, "behind vcpu_commit_pc");
	if (!call->kept[2])
		return;
	EQUAL(scene, PC_3, call->kept[0], get(scene, va, MEMBER_vcpu_pc),
		"PC after an emulated exception or instruction");
	EQUAL(scene, PC_3, call->kept[1], get(scene, va, MEMBER_vcpu_pstate),
		"PSTATE after an emulated exception or instruction");
}

/* What the guest finds at its vector. nVHE: the CPU has what memory will have again. */
static u64 register_at_entry(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg)
{
	return scene->is_vhe ? register_now(scene, vcpu, reg)
			     : live_register(scene, live_counterpart(reg));
}

static void check_taken(struct scene *scene)
{
	static const struct {
		enum guest_register elr, spsr, esr, far;
	} of[2] = { { GUEST_ELR_EL1, GUEST_SPSR_EL1, GUEST_ESR_EL1, GUEST_FAR_EL1 },
		{ GUEST_ELR_EL2, GUEST_SPSR_EL2, GUEST_ESR_EL2, GUEST_FAR_EL2 } };
	const struct looked *vcpu = &scene->vcpu;
	struct known_vcpu *known = scene->known;
	u64 spsr;

	for (unsigned el2 = 0; el2 < 2; el2++) {
		const struct taken *taken = &known->taken[el2];

		if (!taken->is_known)
			continue;
		EQUAL(scene, PC_3, taken->elr, register_at_entry(scene, vcpu, of[el2].elr),
			"ELR_EL%u of an emulated exception", el2 + 1);
		if (authoritative_register(scene, vcpu, of[el2].spsr, &spsr))
			EQUAL(scene, PC_3, taken->spsr,
				register_at_entry(scene, vcpu, of[el2].spsr),
				"SPSR_EL%u of an emulated exception", el2 + 1);
		if (taken->kind == KIND_SYNC || taken->kind == KIND_SERROR)
			EQUAL(scene, PC_3, taken->esr, register_at_entry(scene, vcpu, of[el2].esr),
				"ESR_EL%u of an emulated exception", el2 + 1);
		EQUAL(scene, PC_3, taken->far, register_at_entry(scene, vcpu, of[el2].far),
			"FAR_EL%u of an emulated exception", el2 + 1);
	}
}

/* ---- PC-2, PC-4: from an exit to the next entry ---- */

static bool is_step_allowed(const struct guest_exit *x, u64 step)
{
	bool has_serror = x->has_serror;

	if (x->interrupt != INT_SYNC)
		return step == 0;
	switch (bits(x->esr, 31, 26)) {
	case EC_WFX:
	case EC_SYSREG:
	case EC_SMC64: return step == 4 || (has_serror && step == 0);
	case EC_HVC64: return has_serror ? step == 0 - 4ull || step == 0 : step == 0;
	case EC_DABT_LOWER: return step == 0 || step == 4;
	case EC_FP_ACCESS:
	case EC_IABT_LOWER: return step == 0;
	default: return true;
	}
}

/* An HVC that waits for its SError is executed again, and so has done nothing yet. */
static void check_not_handled(struct scene *scene, const struct guest_exit *x, u64 step)
{
	if (!x->has_serror || bits(x->esr, 31, 26) != EC_HVC64 || step != 0 - 4ull)
		return;
	for (unsigned i = 0; i < 18; i++)
		EQUAL(scene, PC_2, x->x[i], scene->cpu->x[i],
			"an HVC is executed again that was handled already: x%u", i);
}

/* Exactly one exception since the exit: of the instruction that exited. */
static void check_preferred_return(struct scene *scene, const struct guest_exit *x)
{
	const struct known_vcpu *known = scene->known;
	bool to_el2 = scene->vcpu.is_hyp;
	const struct taken *taken = &known->taken[to_el2];

	if (known->injected != 1 || !taken->is_known || x->interrupt != INT_SYNC)
		return;
	if (taken->kind == KIND_SYNC) {
		/* an HVC that is UNDEFINED for the guest has not been executed */
		bool is_undone =
			bits(x->esr, 31, 26) == EC_HVC64 && bits(taken->esr, 31, 26) == EC_UNKNOWN;

		if (bits(x->esr, 31, 26) != EC_ERET)
			EQUAL(scene, PC_4, x->elr - (is_undone ? 4 : 0), taken->elr,
				"the preferred return address of an emulated exception");
	} else if (!is_step_allowed(x, taken->elr - x->elr)) {
		DIFFERS(scene, PC_2, x->elr, taken->elr,
			"the PC behind an emulated instruction, and before the interrupt");
	}
}

static void check_step(struct scene *scene)
{
	const struct known_vcpu *known = scene->known;
	const struct guest_exit *x = &known->exit;
	u64 step = scene->vcpu.pc - x->elr;

	if (!x->is_known || known->was_reset)
		return;
	if (known->injected != 0) {
		check_preferred_return(scene, x);
		return;
	}
	if (x->was_hyp != scene->vcpu.is_hyp)
		return;
	if (!is_step_allowed(x, step))
		DIFFERS(scene, PC_2, x->elr, scene->vcpu.pc,
			"the PC did not advance exactly once for the trapped instruction, ESR_EL2 "
			"0x%" PRIx64,
			x->esr);
	check_not_handled(scene, x, step);
}

/* ---- Moments ---- */

static void entered(struct scene *scene)
{
	check_kept(scene, scene->vcpu.va, "at the entry");
	check_step(scene);
	check_taken(scene);
}

static void called(struct scene *scene, struct call *call)
{
	if (call->function == FUNCTION_vcpu_commit_pc)
		expect_commit(scene, call);
	/* The SError that A.8 step 4 found, be it the guest's or one that came behind the exit. */
	if (call->function == FUNCTION_fixup_exit && scene->known != NULL &&
		(view_word(&scene->view, call->argument[1], 8) & MODEL(scene, EXIT_WITH_SERROR)))
		scene->known->exit.has_serror = true;
}

static void on_reset(struct scene *scene, u64 va)
{
	struct known_vcpu *known = known_vcpu(scene, va);

	check_kept(scene, va, "behind vcpu_reset");
	if (known == NULL)
		return;
	known->was_reset = true;
	known->exit.is_known = known->was_loaded = false;
	known->taken[0].is_known = known->taken[1].is_known = false;
}

static void on_load(struct scene *scene)
{
	struct known_vcpu *known = scene->known;

	if (known == NULL)
		return;
	if (known->was_loaded && known->loaded_hyp != scene->vcpu.is_hyp)
		check_kept(scene, scene->vcpu.va, "behind a change between virtual EL1 and EL2");
	known->was_loaded = true;
	known->loaded_hyp = scene->vcpu.is_hyp;
}

static void returned(struct scene *scene, const struct call *call)
{
	switch (call->function) {
	case FUNCTION_vcpu_commit_pc: check_commit(scene, call); break;
	case FUNCTION_vcpu_reset: on_reset(scene, call->argument[0]); break;
	case FUNCTION_vcpu_load: on_load(scene); break;
	case FUNCTION_run_loop:
		if ((u32)scene->cpu->x[0] == MODEL(scene, GUEST_TO_USER))
			check_kept(scene, call->argument[0], "in user space");
		break;
	default: break;
	}
}

const struct rule_group rules_pc = { .entered = entered, .called = called, .returned = returned };
