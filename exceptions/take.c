/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking exceptions: target EL, syndrome and return state, PSTATE, vector. AArch64.TakeException,
 * DDI 0487 D1.3 and J1.1. Knows no lines and no masks (irq.c).
 */
#include "exceptions/take.h"

#include <stdio.h>

#include "sysregs/late.h"
#include "sysregs/sysregs.h"

/* The registers that an exception to EL1 or EL2 writes and reads. */
static const struct bank {
	enum sysreg_id esr, far, elr, spsr, vbar, sctlr;
} banks[EL_COUNT] = {
	[EL1] = { SR_ESR_EL1, SR_FAR_EL1, SR_ELR_EL1, SR_SPSR_EL1, SR_VBAR_EL1, SR_SCTLR_EL1 },
	[EL2] = { SR_ESR_EL2, SR_FAR_EL2, SR_ELR_EL2, SR_SPSR_EL2, SR_VBAR_EL2, SR_SCTLR_EL2 },
};

/*
 * SPSR_EL1.M<3:2> of an exception from EL1 to EL1 says EL2 when a guest hypervisor runs there:
 * {NV,NV1,NV2} = {1,0,0}, {1,0,1}, {1,1,1}. HYPERVISOR-SPEC F.5
 */
static inline __attribute__((always_inline)) u64 spsr_as_seen(
	const struct cpu *cpu, unsigned target, u64 spsr)
{
	u64 hcr = effective_hcr(cpu);

	if (LIKELY(!(hcr & HCR_EL2_NV)) || target != EL1 || cpu->pstate.el != EL1)
		return spsr;
	return (hcr & HCR_EL2_NV1) && !(hcr & HCR_EL2_NV2) ? spsr : put_bits(spsr, 3, 2, EL2);
}

/* PSTATE.PAN is set unless SCTLR_ELx.SPAN says to leave it; at EL2 only for the host. HW-19 */
static inline __attribute__((always_inline)) bool sets_pan(const struct cpu *cpu, unsigned target)
{
	if (!cpu_has(cpu, FEAT_PAN))
		return false;
	if (target == EL2 && !is_in_host(cpu))
		return false;
	return !(cpu->sys[banks[target].sctlr] & SCTLR_EL1_SPAN);
}

static __attribute__((noinline)) void emit(
	struct cpu *cpu, const struct taking *taking, unsigned from)
{
	u64 spsr = cpu->sys[banks[taking->target].spsr];
	struct event event = { .kind = EVENT_EXCEPTION,
		.pc = taking->return_address,
		.target = cpu->pc,
		.from_el = (u8)from,
		.to_el = (u8)taking->target,
		.interrupt = (u8)taking->interrupt,
		.esr = taking->esr,
		.spsr = spsr,
		.pstate = put_bits(spsr, 3, 2, from), /* see spsr_as_seen() */
		.far = taking->far,
		.far_valid = taking->far_valid,
		.hpfar = taking->hpfar,
		.hpfar_valid = taking->hpfar_valid };

	event_emit(cpu, &event);
}

static inline __attribute__((always_inline)) void take(
	struct cpu *cpu, const struct taking *taking, bool is_told)
{
	unsigned target = taking->target, from = cpu->pstate.el;
	const struct bank *bank = &banks[target];
	u64 spsr = spsr_as_seen(cpu, target, pstate_to_spsr(cpu));
	u64 vector = cpu->sys[bank->vbar] + (u64)taking->interrupt * 0x80;
	bool pan = sets_pan(cpu, target);

	if (from < target)
		vector += 0x400;
	else if (cpu->pstate.sp)
		vector += 0x200;
	if (taking->interrupt == INT_SYNC || taking->interrupt == INT_SERROR)
		cpu->sys[bank->esr] = taking->esr;
	if (taking->far_valid)
		cpu->sys[bank->far] = taking->far;
	if (taking->hpfar_valid)
		cpu->sys[SR_HPFAR_EL2] = taking->hpfar;
	cpu->sys[bank->elr] = taking->return_address;
	cpu->sys[bank->spsr] = spsr;
	pstate_set_el(cpu, target, 1);
	if (UNLIKELY(cpu->pmu.is_counting))
		pmu_left_el(cpu, from, PMU_EXC_TAKEN, taking->interrupt == INT_SYNC);
	cpu->pstate.daif = DAIF_D | DAIF_A | DAIF_I | DAIF_F;
	cpu->pstate.il = false;
	cpu->pstate.ss = false;
	cpu->pstate.uao = false;
	cpu->pstate.btype = 0;
	cpu->pstate.ssbs = cpu->sys[bank->sctlr] & SCTLR_EL1_DSSBS; /* 0 without SSBS */
	if (pan)
		cpu->pstate.pan = true;
	cpu->pc = vector;
	late_synchronize(cpu); /* behind what the entry itself has read: VBAR_ELx, SCTLR_ELx */
	if (is_told)
		emit(cpu, taking, from);
}

static __attribute__((noinline)) void take_told(struct cpu *cpu, const struct taking *taking)
{
	take(cpu, taking, true);
}

void exceptions_take(struct cpu *cpu, const struct taking *taking)
{
	if (event_wanted(cpu, EVENT_EXCEPTION))
		take_told(cpu, taking);
	else
		take(cpu, taking, false);
}

static bool is_external_abort(const struct fault *fault)
{
	u32 status = fault->iss & 0x3f;

	return (fault->ec == EC_IABT_LOWER || fault->ec == EC_DABT_LOWER) &&
	       (status == 0x10 || (status >= 0x14 && status <= 0x17));
}

/*
 * Where a synchronous exception goes when nothing said so: EL1, or EL2 by TGE or, if it is an
 * external abort, by TEA (0 without FEAT_RAS).
 */
static unsigned default_target(const struct cpu *cpu)
{
	if (cpu->pstate.el == EL2)
		return EL2;
	if (cpu->pstate.el == EL0 && is_tge(cpu))
		return EL2;
	return (cpu->sys[SR_HCR_EL2] & HCR_EL2_TEA) && is_external_abort(&cpu->fault) ? EL2 : EL1;
}

static bool is_abort_or_debug(unsigned ec)
{
	return ec == EC_IABT_LOWER || ec == EC_DABT_LOWER || ec == EC_BREAKPOINT_LOWER ||
	       ec == EC_STEP_LOWER || ec == EC_WATCHPOINT_LOWER;
}

/* Exceptions that software asks for with an instruction, and may repeat as it likes. */
static bool is_call(unsigned ec)
{
	return ec == EC_SVC64 || ec == EC_HVC64 || ec == EC_SMC64 || ec == EC_BRK64;
}

/* Does EL2 get the physical interrupts of this level? Then no loop below it is for ever. */
static bool can_be_interrupted(const struct cpu *cpu)
{
	return cpu->pstate.el < EL2 && (cpu->sys[SR_HCR_EL2] & (HCR_EL2_IMO | HCR_EL2_FMO));
}

/*
 * A handler that faults itself would go round for ever. Counts faults taken at one PC from an EL to
 * itself with no exception return between (eret.c clears the streak); a call counts where it is the
 * vector that it goes to.
 */
static void watch_for_loop(struct cpu *cpu, u64 from_pc, unsigned from_el, unsigned ec)
{
	enum { ENOUGH = 64 };

	if (from_el != cpu->pstate.el || (is_call(ec) && from_pc != cpu->pc) ||
		can_be_interrupted(cpu)) {
		cpu->exception_streak = 0;
		return;
	}
	if (from_pc != cpu->exception_pc)
		cpu->exception_streak = 0;
	cpu->exception_pc = from_pc;
	if (++cpu->exception_streak < ENOUGH)
		return;
	cpu->stop.reason = STOP_STUCK;
	snprintf(cpu->stop.text, sizeof(cpu->stop.text),
		"stuck: the handler at EL%u faults itself at PC 0x%" PRIx64
		" again and again (%s, vector 0x%" PRIx64 ")",
		from_el, from_pc, ec_name(ec), cpu->pc);
}

void exceptions_raise(struct cpu *cpu)
{
	const struct fault *fault = &cpu->fault;
	unsigned target = fault->target_el ? fault->target_el : default_target(cpu);
	unsigned ec = fault->ec, from_el = cpu->pstate.el;
	u64 pc = cpu->pc;
	struct taking taking = { .interrupt = INT_SYNC,
		.target = target,
		.far_valid = fault->far_valid,
		.far = fault->far,
		.hpfar_valid = fault->ipa_valid,
		.hpfar = bits(fault->ipa.v, 47, 12) << 4,
		.return_address = fault->next_pc ? pc + 4 : pc };

	if (is_abort_or_debug(ec) && target == cpu->pstate.el)
		ec++; /* the "same EL" row follows in ec.def */
	taking.esr = (u64)ec << 26 | 1u << 25 | fault->iss;
	exceptions_take(cpu, &taking);
	watch_for_loop(cpu, pc, from_el, ec);
}
