/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world switch. The order of the lines is the specification (A.7); tests/test_switch.c asserts
 * it. Knows nothing of what exits mean.
 */
#include "core/switch.h"

#include "core/arch.h"
#include "core/host.h"
#include "core/print.h"
#include "core/stats.h"
#include "guest/abi.h"

/* A.1 "identity": what the guest reads as MIDR_EL1 and MPIDR_EL1 (HW-14). */
static void write_identity(void)
{
	write_VPIDR_EL2(read_MIDR_EL1());
	write_VMPIDR_EL2(GUEST_MPIDR_EL1);
}

static void load_stage2(struct vcpu *vcpu)
{
	write_VTCR_EL2(host.vtcr_el2);
	write_VTTBR_EL2(vcpu_vm(vcpu)->stage2.vttbr_el2);
}

void vcpu_load(struct vcpu *vcpu)
{
	if (host.loaded)
		panic("vcpu_load with another vCPU loaded (WS-11)");
	host.loaded = vcpu;
	if (host.mode == MODE_NVHE)
		return;
	context_save(&host.context, CLASS_USER, MODE_VHE);
	context_restore(&vcpu->context, CLASS_USER, MODE_VHE);
	context_restore(&vcpu->context, CLASS_EL1, MODE_VHE);
	write_identity();
	vcpu->sysregs_on_cpu = true;
	load_stage2(vcpu);
}

void vcpu_put(struct vcpu *vcpu)
{
	if (host.loaded != vcpu)
		panic("vcpu_put of a vCPU that is not loaded");
	host.loaded = NULL;
	if (host.mode == MODE_NVHE)
		return;
	context_save(&vcpu->context, CLASS_EL1, MODE_VHE);
	context_save(&vcpu->context, CLASS_USER, MODE_VHE);
	context_restore(&host.context, CLASS_USER, MODE_VHE);
	vcpu->sysregs_on_cpu = false;
}

u64 vcpu_read_sys_reg(const struct vcpu *vcpu, enum context_reg reg)
{
	return vcpu->sysregs_on_cpu ? context_read_live(reg, host.mode) : vcpu->context.sys[reg];
}

void vcpu_write_sys_reg(struct vcpu *vcpu, u64 value, enum context_reg reg)
{
	if (vcpu->sysregs_on_cpu)
		context_write_live(reg, value, host.mode);
	else
		vcpu->context.sys[reg] = value;
}

/* A.11: the guest has no FP, no trace, no PMU and no debug registers; each use is an exit. */
static void activate_traps(struct vcpu *vcpu)
{
	write_HCR_EL2(vcpu->hcr_el2);
	write_MDCR_EL2((host.mdcr_el2 & F(MDCR_EL2, HPMN)) | F(MDCR_EL2, TPM) | F(MDCR_EL2, TPMCR) |
		       F(MDCR_EL2, TDRA) | F(MDCR_EL2, TDOSA) | F(MDCR_EL2, TDA));
	write_CPTR_EL2(host.mode == MODE_VHE
			       ? F(CPTR_EL2, E2H_TTA)
			       : CPTR_NVHE_RES1 | F(CPTR_EL2, TFP) | F(CPTR_EL2, TTA));
}

static void deactivate_traps(void)
{
	write_HCR_EL2(host.hcr_el2);
	write_MDCR_EL2(host.mdcr_el2);
	write_CPTR_EL2(host.cptr_el2);
}

static void set_pc_update(struct vcpu *vcpu, enum pc_update update)
{
	if (vcpu->pc_update != PC_KEEP)
		panic("two PC updates for one exit (INV-PC-1)");
	vcpu->pc_update = update;
}

void vcpu_skip_instruction(struct vcpu *vcpu)
{
	set_pc_update(vcpu, PC_SKIP_INSTRUCTION);
}

void vcpu_inject_undefined(struct vcpu *vcpu)
{
	set_pc_update(vcpu, PC_TAKE_EXCEPTION);
	vcpu->pending_esr = (u64)EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL;
	vcpu->is_pending_far = false;
}

void vcpu_inject_external_abort(struct vcpu *vcpu, bool is_fetch, u64 far)
{
	bool is_same_el = (vcpu->context.pstate & F(SPSR, M)) != PSTATE_EL0t;
	u64 ec = (is_fetch ? EC_IABT_LOW : EC_DABT_LOW) + (is_same_el ? 1u : 0u);

	set_pc_update(vcpu, PC_TAKE_EXCEPTION);
	vcpu->pending_esr = ec << ESR_EC_SHIFT | ESR_IL | FSC_EXTERNAL;
	vcpu->pending_far = far;
	vcpu->is_pending_far = true;
}

/* PC-3: what the CPU does when it takes an exception to EL1. */
static void take_exception(struct vcpu *vcpu)
{
	struct context *context = &vcpu->context;
	u64 mode = context->pstate & F(SPSR, M);
	u64 vector = mode == PSTATE_EL1h ? 0x200 : mode == PSTATE_EL1t ? 0x000 : 0x400;
	bool sets_pan = !(vcpu_read_sys_reg(vcpu, CTX_SCTLR_EL1) & F(SCTLR_EL1, SPAN));

	vcpu_write_sys_reg(vcpu, vcpu->pending_esr, CTX_ESR_EL1);
	if (vcpu->is_pending_far)
		vcpu_write_sys_reg(vcpu, vcpu->pending_far, CTX_FAR_EL1);
	vcpu_write_sys_reg(vcpu, context->pc, CTX_ELR_EL1);
	vcpu_write_sys_reg(vcpu, context->pstate, CTX_SPSR_EL1);
	context->pc = vcpu_read_sys_reg(vcpu, CTX_VBAR_EL1) + vector;
	context->pstate = (context->pstate & (PSTATE_NZCV | F(SPSR, PAN))) | PSTATE_DAIF |
			  PSTATE_EL1h | (sets_pan ? F(SPSR, PAN) : 0);
}

static void adjust_pc(struct vcpu *vcpu)
{
	if (vcpu->pc_update == PC_SKIP_INSTRUCTION) {
		vcpu->context.pc += 4;
		vcpu->context.pstate &= ~F(SPSR, SS);
	} else if (vcpu->pc_update == PC_TAKE_EXCEPTION) {
		take_exception(vcpu);
	}
	vcpu->pc_update = PC_KEEP;
}

/* WS-14: a PSTATE that would not return to EL0 or EL1 becomes one that faults at once, at EL2. */
static u64 pstate_to_hardware(u64 pstate)
{
	u64 mode = pstate & F(SPSR, M);
	bool is_guest_mode = mode == PSTATE_EL0t || mode == PSTATE_EL1t || mode == PSTATE_EL1h;

	if (!(pstate & PSTATE_nRW) && is_guest_mode)
		return pstate;
	return (pstate & ~(F(SPSR, M) | PSTATE_nRW)) | PSTATE_EL2h | F(SPSR, IL);
}

static void restore_return_state(const struct vcpu *vcpu)
{
	write_ELR_EL2(vcpu->context.pc);
	write_SPSR_EL2(pstate_to_hardware(vcpu->context.pstate));
}

/*
 * WS-19: HPFAR_EL2 may say nothing about a permission fault, so the guest's own stage 1 is asked.
 */
static bool resolve_ipa(struct vcpu *vcpu)
{
	u64 guest_par = read_PAR_EL1(), par;

	hal_at_s1e1r(vcpu->fault.far);
	par = read_PAR_EL1();
	write_PAR_EL1(guest_par);
	if (par & F(PAR_EL1, F))
		return false;
	vcpu->fault.hpfar = FV(HPFAR_EL2, FIPA, FGET(par, PAR_EL1, PA));
	return true;
}

/* WS-18: what HPFAR_EL2 is defined for. */
static bool is_hpfar_valid(u64 esr)
{
	unsigned type = FSC_TYPE(ISS_FSC(esr));

	return type == FSC_ADDRESS_SIZE || type == FSC_TRANSLATION || type == FSC_ACCESS_FLAG ||
	       (type == FSC_PERMISSION && ISS_S1PTW(esr));
}

/* A.10. False: the walk raced with the guest; run it again and let it fault again. */
static bool collect_fault(struct vcpu *vcpu)
{
	u64 esr = read_ESR_EL2();

	vcpu->fault.esr = esr;
	vcpu->fault.far = vcpu->fault.hpfar = 0;
	if (ESR_EC(esr) != EC_IABT_LOW && ESR_EC(esr) != EC_DABT_LOW)
		return true;
	vcpu->fault.far = read_FAR_EL2();
	if (is_hpfar_valid(esr))
		vcpu->fault.hpfar = read_HPFAR_EL2();
	else if (FSC_TYPE(ISS_FSC(esr)) == FSC_PERMISSION)
		return resolve_ipa(vcpu);
	return true;
}

/* Enter, leave, and take down what the exit said, A.8 and A.9. */
static u64 enter_until_exit(struct vcpu *vcpu)
{
	u64 code;

	do {
		restore_return_state(vcpu);
		stats_enter();
		code = hal_enter_guest(&vcpu->context, &host.context);
		stats_leave();
		/* WS-15; and if the guest was never entered these are what they were. */
		vcpu->context.pc = read_ELR_EL2();
		if (code != EXIT_IL)
			vcpu->context.pstate = read_SPSR_EL2();
	} while (code == EXIT_TRAP && !collect_fault(vcpu));
	return code;
}

static u64 run_vhe(struct vcpu *vcpu)
{
	u64 code;

	context_save(&host.context, CLASS_COMMON, MODE_VHE);
	activate_traps(vcpu);
	adjust_pc(vcpu);
	context_restore(&vcpu->context, CLASS_COMMON, MODE_VHE);
	code = enter_until_exit(vcpu);
	context_save(&vcpu->context, CLASS_COMMON, MODE_VHE);
	deactivate_traps();
	context_restore(&host.context, CLASS_COMMON, MODE_VHE);
	hal_isb();
	return code;
}

/*
 * WS-5: every class, at every switch. The host's EL1 is idle here but is kept as if somebody lived
 * there.
 */
static void save_all(struct context *context)
{
	context_save(context, CLASS_EL1, MODE_NVHE);
	context_save(context, CLASS_USER, MODE_NVHE);
	context_save(context, CLASS_COMMON, MODE_NVHE);
}

static void restore_all(const struct context *context)
{
	context_restore(context, CLASS_EL1, MODE_NVHE);
	context_restore(context, CLASS_USER, MODE_NVHE);
	context_restore(context, CLASS_COMMON, MODE_NVHE);
}

static u64 run_nvhe(struct vcpu *vcpu)
{
	u64 code;

	save_all(&host.context);
	hal_dsb_nsh();
	adjust_pc(vcpu);
	restore_all(&vcpu->context);
	write_identity();
	load_stage2(vcpu);
	hal_isb();
	activate_traps(vcpu);
	code = enter_until_exit(vcpu);
	save_all(&vcpu->context);
	hal_dsb_nsh();
	deactivate_traps();
	write_VTTBR_EL2(0);
	restore_all(&host.context);
	hal_isb();
	return code;
}

u64 vcpu_run(struct vcpu *vcpu)
{
	return host.mode == MODE_VHE ? run_vhe(vcpu) : run_nvhe(vcpu);
}
