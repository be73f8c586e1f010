/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to a guest's PC besides running: an instruction skipped, an exception taken. Knows
 * how the architecture takes an exception (PC-3) and to which level; not why.
 */
#include "core/inject.h"

#include "core/cpu.h"
#include "core/mutant.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/switch.h"

#define ESR(ec) ((u64)(ec) << ESR_EC_SHIFT | ESR_IL)

/* NV-29: of exceptions that the guest causes for itself. */
static bool is_target_el2(const struct vcpu *vcpu)
{
	return vcpu_is_hyp_ctxt(vcpu);
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

static void pend(struct vcpu *vcpu, enum exception_kind kind, bool is_to_el2)
{
	set_pc_update(vcpu, PC_TAKE_EXCEPTION);
	vcpu->pending.kind = kind;
	vcpu->pending.is_to_el2 = is_to_el2;
}

/* The level the vCPU is at is the one that takes the exception. */
static bool is_same_el(const struct vcpu *vcpu, bool is_to_el2)
{
	u64 mode = vcpu->context.pstate & F(SPSR, M);

	return is_to_el2 ? vcpu_is_el2(vcpu) : mode == PSTATE_EL1t || mode == PSTATE_EL1h;
}

/* Aborts and debug exceptions have one class for a lower level and one more for the same. */
static u64 esr_for_level(const struct vcpu *vcpu, u64 esr, bool is_to_el2)
{
	switch (ESR_EC(esr)) {
	case EC_IABT_LOW:
	case EC_DABT_LOW:
	case EC_BREAKPOINT_LOW:
	case EC_STEP_LOW:
	case EC_WATCHPOINT_LOW:
		return is_same_el(vcpu, is_to_el2) ? esr + (1ul << ESR_EC_SHIFT) : esr;
	default: return esr;
	}
}

static void pend_sync(struct vcpu *vcpu, u64 esr, bool is_to_el2)
{
	vcpu_write_sys_reg(
		vcpu, esr_for_level(vcpu, esr, is_to_el2), is_to_el2 ? REG(ESR_EL2) : REG(ESR_EL1));
	pend(vcpu, EXCEPTION_SYNC, is_to_el2);
}

void vcpu_inject_sync(struct vcpu *vcpu, u64 esr)
{
	pend_sync(vcpu, esr, is_target_el2(vcpu));
}

void vcpu_inject_undefined(struct vcpu *vcpu)
{
	vcpu_inject_sync(vcpu, ESR(EC_UNKNOWN));
}

void vcpu_inject_illegal_state(struct vcpu *vcpu)
{
	vcpu_inject_sync(vcpu, ESR(EC_ILLEGAL_STATE));
}

void vcpu_inject_external_abort(struct vcpu *vcpu, bool is_fetch, u64 far, u64 iss)
{
	u64 esr = ESR(is_fetch ? EC_IABT_LOW : EC_DABT_LOW) | iss;
	bool is_to_el2 = is_target_el2(vcpu);

	/* NV-28: L1 wants those of its guest. */
	if (vcpu_is_nested_ctxt(vcpu) && (vcpu_vhcr(vcpu) & F(HCR_EL2, TEA))) {
		nested_inject_abort(vcpu, esr, far, 0);
		return;
	}
	vcpu_write_sys_reg(vcpu, far, is_to_el2 ? REG(FAR_EL2) : REG(FAR_EL1));
	pend_sync(vcpu, esr, is_to_el2);
}

/* PC-3: what the CPU does when it takes an exception. */
static void take_exception(struct vcpu *vcpu)
{
	struct context *context = &vcpu->context;
	bool is_to_el2 = vcpu->pending.is_to_el2;
	bool is_sp_el0 = !(context->pstate & 1); /* PSTATE.SP is the last bit of M */
	u64 sctlr = vcpu_read_sys_reg(vcpu, is_to_el2 ? REG(SCTLR_EL2) : REG(SCTLR_EL1));
	u64 vector = !is_same_el(vcpu, is_to_el2) ? 0x400 : is_sp_el0 ? 0x000 : 0x200;
	bool has_pan = !is_to_el2 || (vcpu_e2h(vcpu) && vcpu_tge(vcpu));
	u64 pstate = context->pstate & (PSTATE_NZCV | F(SPSR, DIT) | F(SPSR, PAN));

	pstate |= PSTATE_DAIF | (is_to_el2 ? PSTATE_EL2h : PSTATE_EL1h);
	if (has_pan && !(sctlr & F(SCTLR_EL1, SPAN)) && !MUTANT(19))
		pstate |= F(SPSR, PAN);
	if (MUTANT(82))
		pstate |= context->pstate & F(SPSR, IL);
	if (sctlr & F(SCTLR_EL1, DSSBS))
		pstate |= F(SPSR, SSBS);
	vcpu_write_sys_reg(vcpu, context->pc, is_to_el2 ? REG(ELR_EL2) : REG(ELR_EL1));
	if (MUTANT(13) && host.mode == MODE_NVHE)
		write_SPSR_EL1(context->pstate);
	else
		vcpu_write_sys_reg(
			vcpu, context->pstate, is_to_el2 ? REG(SPSR_EL2) : REG(SPSR_EL1));
	context->pc = vcpu_read_sys_reg(vcpu, is_to_el2 ? REG(VBAR_EL2) : REG(VBAR_EL1)) + vector +
		      0x80 * (u64)vcpu->pending.kind;
	context->pstate = pstate;
}

void vcpu_commit_pc(struct vcpu *vcpu)
{
	if (vcpu->pc_update == PC_SKIP_INSTRUCTION) {
		vcpu->context.pc += 4;
		vcpu->context.pstate &= ~(F(SPSR, SS) | F(SPSR, BTYPE)); /* PC-1, DB-4 */
	} else if (vcpu->pc_update == PC_TAKE_EXCEPTION) {
		take_exception(vcpu);
	}
	vcpu->pc_update = PC_KEEP;
}

/* NV-25: out of L1's guest. Its own PC update is carried out first, with its own registers. */
static void leave_nested(struct vcpu *vcpu)
{
	if (!vcpu->cpu)
		panic("an exception into virtual EL2 of a vCPU that is not loaded");
	vcpu_commit_pc(vcpu);
	vcpu_put(vcpu);
}

static void enter_hyp(struct vcpu *vcpu)
{
	vcpu_commit_pc(vcpu);
	vcpu_load(vcpu);
}

struct syndrome {
	u64 esr, far, hpfar;
	bool has_far;
};

static void nested_inject(struct vcpu *vcpu, enum exception_kind kind, struct syndrome syndrome)
{
	bool is_switch = vcpu_is_nested_ctxt(vcpu) && !(MUTANT(62) && kind == EXCEPTION_IRQ);

	if (is_switch)
		leave_nested(vcpu);
	if (kind == EXCEPTION_SYNC || kind == EXCEPTION_SERROR)
		vcpu_write_sys_reg(vcpu, esr_for_level(vcpu, syndrome.esr, true), REG(ESR_EL2));
	if (syndrome.has_far) {
		vcpu_write_sys_reg(vcpu, syndrome.far, REG(FAR_EL2));
		vcpu_write_sys_reg(vcpu, syndrome.hpfar, REG(HPFAR_EL2));
	}
	pend(vcpu, kind, true);
	if (is_switch)
		enter_hyp(vcpu);
}

void nested_inject_sync(struct vcpu *vcpu, u64 esr)
{
	nested_inject(vcpu, EXCEPTION_SYNC, (struct syndrome){ .esr = esr });
}

void nested_inject_abort(struct vcpu *vcpu, u64 esr, u64 far, u64 hpfar)
{
	nested_inject(vcpu, EXCEPTION_SYNC,
		(struct syndrome){ .esr = esr, .far = far, .hpfar = hpfar, .has_far = true });
}

/* What routes it to EL2, and what masks it there. */
struct interrupt {
	enum exception_kind kind;
	u64 route, mask;
};

/* D.4: where an interrupt for L1 goes; NV-27. */
static bool is_deliverable(const struct vcpu *vcpu, struct interrupt interrupt)
{
	u64 vhcr = vcpu_vhcr(vcpu);

	if (!vcpu_is_hyp_ctxt(vcpu))
		return vhcr & interrupt.route; /* whatever masks it; else it is L2's (NV-35) */
	if (!(vhcr & (interrupt.route | F(HCR_EL2, TGE))))
		return false;
	return !(vcpu->context.pstate & interrupt.mask);
}

static bool inject_interrupt(struct vcpu *vcpu, struct interrupt interrupt)
{
	if (!is_deliverable(vcpu, interrupt))
		return false;
	vcpu_commit_pc(vcpu);
	if (!is_deliverable(vcpu, interrupt))
		return false; /* the exception that was pending has masked it */
	nested_inject(vcpu, interrupt.kind, (struct syndrome){ 0 });
	return true;
}

bool nested_inject_irq(struct vcpu *vcpu)
{
	return inject_interrupt(
		vcpu, (struct interrupt){ EXCEPTION_IRQ, F(HCR_EL2, IMO), F(SPSR, I) });
}

bool nested_inject_fiq(struct vcpu *vcpu)
{
	return inject_interrupt(
		vcpu, (struct interrupt){ EXCEPTION_FIQ, F(HCR_EL2, FMO), F(SPSR, F) });
}

/* NV-36 (b): AMO counts as 1 with vE2H=1 and vTGE=0, since L1's changes of it do not trap. */
static bool is_serror_for_el2(const struct vcpu *vcpu)
{
	u64 vhcr = vcpu_vhcr(vcpu);

	return (vhcr & (F(HCR_EL2, TGE) | F(HCR_EL2, AMO))) || vcpu_e2h(vcpu);
}

void vcpu_inject_serror(struct vcpu *vcpu, u64 syndrome)
{
	u64 iss = syndrome & MASK(24, 0), esr = ESR(EC_SERROR) | iss;
	bool is_to_el2;

	vcpu_commit_pc(vcpu); /* an SError comes after the instruction or exception before it */
	is_to_el2 = is_target_el2(vcpu);
	if (vcpu_is_nested_ctxt(vcpu) && (vcpu_vhcr(vcpu) & F(HCR_EL2, AMO))) {
		nested_inject(vcpu, EXCEPTION_SERROR, (struct syndrome){ .esr = esr });
	} else if (vcpu_is_el2(vcpu) && !is_serror_for_el2(vcpu)) {
		vcpu->vsesr_el2 = iss;
		vcpu->is_serror_pending_nested = true;
	} else if (!(vcpu->context.pstate & F(SPSR, A))) {
		vcpu_write_sys_reg(vcpu, esr, is_to_el2 ? REG(ESR_EL2) : REG(ESR_EL1));
		pend(vcpu, EXCEPTION_SERROR, is_to_el2);
	} else {
		vcpu->vsesr_el2 = iss;
		vcpu->hcr_el2 |= F(HCR_EL2, VSE);
	}
}

void serror_flush(struct vcpu *vcpu)
{
	if (!vcpu->is_serror_pending_nested)
		return;
	vcpu->is_serror_pending_nested = false;
	vcpu_inject_serror(vcpu, vcpu->vsesr_el2);
}

/* The hardware's VSE is L1's while L1's guest runs, so ours waits in memory. */
void serror_sync(struct vcpu *vcpu)
{
	if (!vcpu_has_nv(vcpu) || !(vcpu->hcr_el2 & F(HCR_EL2, VSE)))
		return;
	vcpu->hcr_el2 &= ~F(HCR_EL2, VSE);
	vcpu->is_serror_pending_nested = true;
}
