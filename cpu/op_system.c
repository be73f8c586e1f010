/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exception generation and return, hints, PSTATE, system registers, DDI 0487 C6.2. Cache and TLB
 * operations are in op_sys.c. Compiled once per engine.
 *
 * imm = immediate or register id; rd = Xt as slot, rn = its number for syndromes.
 */
#include "cpu/code.h"
#include "cpu/ldst.h"
#include "cpu/liberty.h"
#include "cpu/system.h"
#include "exceptions/exceptions.h"

#include "sysregs/late.h"
#include "sysregs/sysregs.h"

/* liberties are STEP's: the other engines' handlers need not look. */
#define TAKES_LIBERTIES (ENT_STEP && UNLIKELY(cpu->liberties != NULL))

/* ---- Exceptions ---- */

static enum outcome undefined(struct cpu *cpu)
{
	fault_undefined(cpu);
	return OUT_FAULT;
}

/* After the board did something on the guest's behalf. */
static enum outcome after_board(struct cpu *cpu)
{
	bool goes_on = !cpu->waiting && !cpu->check_irq;

	if (goes_on && (cpu->stop.reason == STOP_NONE || is_stopped_by_debugger(cpu)))
		return outcome_next(cpu);
	cpu->pc += 4;
	return OUT_LEAVE;
}

/* SVC and HVC; a trapped SVC has the syndrome of an untrapped one, but returns to itself. */
static void call(struct cpu *cpu, const struct uop *u, struct route route)
{
	cpu->fault = (struct fault){ .ec = route.ec,
		.target_el = route.target_el,
		.next_pc = route.next_pc,
		.iss = (u32)u->imm };
	if (route.next_pc)
		cpu->pstate.ss = false; /* SSAdvance() */
}

OP(svc)
{
	SYNC();
	call(cpu, u, route_svc(cpu));
	TAILCALL_SYNCED(ENGINE(raise_synced));
}

/* Without EL2 the board's firmware stands where it would be. */
SYSOP(hvc_not_taken)
{
	if (route_hvc(cpu).goes == TO_UNDEFINED)
		return undefined(cpu);
	system_firmware_call(cpu, (u16)u->imm);
	return after_board(cpu);
}

OP(hvc)
{
	struct route route;

	SYNC();
	route = route_hvc(cpu);
	if (UNLIKELY(route.goes != TO_TRAP)) {
		RELOAD();
		TAILCALL(ENGINE(op_hvc_not_taken));
	}
	call(cpu, u, route);
	TAILCALL_SYNCED(ENGINE(raise_synced));
}

/* Without EL3 the board's firmware answers; the trap returns to the SMC. */
SYSOP(smc)
{
	struct route route = route_smc(cpu);

	if (route.goes != TO_EXECUTE)
		return insn_not_executed(cpu, route, (u32)u->imm);
	system_firmware_call(cpu, (u16)u->imm);
	return after_board(cpu);
}

SYSOP(brk) /* returns to itself */
{
	return insn_not_executed(cpu, route_brk(cpu), (u32)u->imm);
}

/* A debugger's accesses to memory: no watchpoint of the guest sees them, they take no time. */
static bool semihosting(struct cpu *cpu)
{
	bool watches = cpu->debug_watches, is_done;
	u8 tells = cpu->tells;

	cpu->tells = 0;
	cpu->debug_watches = false;
	cpu->timed.is_service = true;
	is_done = cpu->ops->semihosting(cpu);
	cpu->timed.is_service = false;
	cpu->debug_watches = watches;
	cpu->tells = tells;
	cpu->timed.dynamic = (struct dynamic){ 0 }; /* nor do translations on the way */
	return is_done;
}

SYSOP(hlt) /* halting debug is never enabled, so all but semihosting is UNDEFINED */
{
	if (u->imm != 0xf000 || !semihosting(cpu))
		return undefined(cpu);
	return after_board(cpu);
}

SYSOP(eret)
{
	struct route route = route_eret(cpu);

	if (UNLIKELY(route.goes != TO_EXECUTE))
		return insn_not_executed(cpu, route, 0);
	if (IS_TIMED)
		timed_exception(cpu, u, PARAM_exception_return, REASON_ERET);
	exceptions_eret(cpu);
	return OUT_JUMP;
}

/* ---- Hints ---- */

OP(nop)
{
	NEXT();
}

/*
 * Writes of system registers take effect at once where nobody takes liberties; what is left of a
 * context synchronization is to fetch anew: a TLBI may have taken the page's link.
 */
OP(isb)
{
	GOTO_VA(SYNC, UOP_PC() + 4);
}

/* ---- Barriers that matter to an observer or to liberties; code.c chooses these handlers ---- */

static void tell_barrier(struct cpu *cpu, const struct uop *u)
{
	struct event event = { .kind = EVENT_BARRIER, .pc = cpu->pc, .insn = code_insn(cpu, u) };

	if (event_wanted(cpu, EVENT_BARRIER))
		event_emit(cpu, &event);
}

SYSOP(barrier_told)
{
	tell_barrier(cpu, u);
	if (TAKES_LIBERTIES)
		mmu_barrier(cpu, code_insn(cpu, u));
	return outcome_next(cpu);
}

/* Fetches anew, as op_isb does; what was late takes effect. */
SYSOP(isb_told)
{
	tell_barrier(cpu, u);
	late_synchronize(cpu);
	cpu->timed.line = LINE_NONE;
	cpu->pc += 4;
	return OUT_JUMP;
}

/* true: it does not execute, and cpu->fault says why; operands: their part of the ISS. */
static bool is_denied(struct cpu *cpu, struct route route, u32 operands)
{
	return route.goes != TO_EXECUTE && insn_not_executed(cpu, route, operands) == OUT_FAULT;
}

/* WFI and WFE trap if they would wait. */
SYSOP(wfi)
{
	(void)u;
	if (exceptions_wakes_wfi(cpu) || liberty(cpu, LIBERTY_WAIT, 2))
		return OUT_NEXT;
	if (is_denied(cpu, route_wfi(cpu), 0))
		return OUT_FAULT;
	cpu->waiting = true;
	cpu->wait_is_wfe = false;
	cpu->pc += 4;
	return OUT_LEAVE;
}

/* IsEventRegisterSet(), ClearEventRegister() */
static bool take_event(struct cpu *cpu)
{
	bool is_set = exclusive_take_loss(cpu) || cpu->event_register ||
		      event_stream_next(cpu, cpu->event_time) <= cpu->cycles;

	cpu->event_register = false;
	cpu->event_time = cpu->cycles;
	return is_set;
}

SYSOP(wfe)
{
	(void)u;
	if (take_event(cpu) || liberty(cpu, LIBERTY_WAIT, 2))
		return OUT_NEXT;
	if (is_denied(cpu, route_wfe(cpu), 0))
		return OUT_FAULT;
	cpu->waiting = true;
	cpu->wait_is_wfe = true;
	cpu->pc += 4;
	return OUT_LEAVE;
}

SYSOP(sev)
{
	(void)u;
	for (unsigned i = 0; i < cpu->group->count; i++)
		cpu_send_event(cpu->group->cpu[i]);
	return outcome_after_slow(cpu); /* another PE may have been woken */
}

OP(sevl)
{
	cpu->event_register = true;
	NEXT();
}

/* An SError that is pending and not masked is taken at once. */
SYSOP(esb)
{
	(void)u;
	exceptions_esb(cpu);
	if (!may_be_interrupted(cpu))
		return OUT_NEXT;
	cpu->is_synchronized = TAKES_LIBERTIES;
	cpu->check_irq = true;
	cpu->pc += 4;
	return OUT_JUMP;
}

OP(clrex)
{
	cpu->exclusive.valid = false;
	NEXT();
}

/* ---- PSTATE by immediate: imm = CRm ---- */

static enum outcome pstate_changed(struct cpu *cpu)
{
	cpu->pc += 4;
	return OUT_JUMP;
}

SYSOP(msr_spsel)
{
	if (is_denied(cpu, route_pstate_imm(cpu), 0))
		return OUT_FAULT;
	pstate_set_el(cpu, cpu->pstate.el, (unsigned)u->imm & 1);
	return OUT_NEXT;
}

/* The syndrome of a trapped DAIFSet or DAIFClr is that of the MSR with Rt 31. */
static bool is_daif_denied(struct cpu *cpu, u32 op2, u64 crm)
{
	u32 operands = op2 << 17 | 3u << 14 | 4u << 10 | 31u << 5 | (u32)crm << 1;

	return is_denied(cpu, route_daif_imm(cpu), operands);
}

SYSOP(daifset_el0)
{
	if (is_daif_denied(cpu, 6, u->imm))
		return OUT_FAULT;
	cpu->pstate.daif |= (u8)u->imm;
	return OUT_NEXT;
}

SYSOP(daifclr_checked)
{
	if (is_daif_denied(cpu, 7, u->imm))
		return OUT_FAULT;
	cpu->pstate.daif &= (u8)~u->imm;
	if (!may_be_interrupted(cpu))
		return OUT_NEXT;
	cpu->check_irq = true;
	return pstate_changed(cpu);
}

OP(msr_daifset)
{
	if (UNLIKELY(cpu->pstate.el == EL0))
		TAILCALL(ENGINE(op_daifset_el0));
	cpu->pstate.daif |= (u8)u->imm;
	NEXT();
}

OP(msr_daifclr)
{
	if (UNLIKELY(cpu->pstate.el == EL0 || may_be_interrupted(cpu)))
		TAILCALL(ENGINE(op_daifclr_checked));
	cpu->pstate.daif &= (u8)~u->imm;
	NEXT();
}

SYSOP(msr_pan)
{
	if (is_denied(cpu, route_pstate_imm(cpu), 0))
		return OUT_FAULT;
	cpu->pstate.pan = u->imm & 1;
	return pstate_changed(cpu);
}

SYSOP(msr_uao)
{
	if (is_denied(cpu, route_pstate_imm(cpu), 0))
		return OUT_FAULT;
	cpu->pstate.uao = u->imm & 1;
	return pstate_changed(cpu);
}

/* DIT and SSBS are EL0's too; time does not depend on data here, and nothing is speculated. */
OP(msr_dit)
{
	cpu->pstate.dit = u->imm & 1;
	NEXT();
}

OP(msr_ssbs)
{
	cpu->pstate.ssbs = u->imm & 1;
	NEXT();
}

/* ---- System registers ---- */

OP(msr_nzcv)
{
	SET_FLAGS_NZCV(X(rd) >> 28 & 15);
	NEXT();
}

OP(mrs_nzcv)
{
	X(rd) = (u64)flags_value(fa, fb, fk) << 28;
	NEXT();
}

/* A read of ICV_IAR<n>_EL1 acknowledges, which may raise the maintenance interrupt. */
static enum outcome after_read(struct cpu *cpu)
{
	if (LIKELY(!cpu->check_irq))
		return outcome_next(cpu);
	cpu->pc += 4;
	return OUT_JUMP;
}

static u64 take_register(struct cpu *cpu, enum sysreg_id id)
{
	u64 value;

	return TAKES_LIBERTIES && late_read(cpu, id, &value) ? value : sysreg_take(cpu, id);
}

SYSOP(mrs_routed)
{
	enum sysreg_id id = (enum sysreg_id)u->imm;
	struct route route = sysreg_route_quickly(cpu, id, DIR_READ);
	struct loaded m;

	switch (route.goes) {
	case TO_REGISTER: X(rd) = take_register(cpu, route.reg); return after_read(cpu);
	case TO_MEMORY:
		m = system_vncr_load(cpu, route.vncr);
		if (!m.ok)
			return OUT_FAULT;
		X(rd) = m.data;
		return outcome_next(cpu);
	default: return system_not_allowed(cpu, route, id, u->rn, DIR_READ);
	}
}

static bool engine_holds_on(const struct cpu *cpu, cycles_t slice_end)
{
	return !cpu->check_irq && cpu->slice_end == slice_end &&
	       cpu->ctx == cpu->ctx_of[cpu->pstate.el][cpu->pstate.pan];
}

static __attribute__((noinline)) enum outcome after_write_that_matters(
	struct cpu *cpu, cycles_t slice_end)
{
	if (is_stopped_by_debugger(cpu) && engine_holds_on(cpu, slice_end))
		return outcome_stop(cpu);
	cpu->pc += 4;
	return OUT_JUMP;
}

/* Did the write change what the engine holds: context, masks, the slice's end, a stop? */
static enum outcome after_write(struct cpu *cpu, cycles_t slice_end)
{
	if (LIKELY(engine_holds_on(cpu, slice_end) && cpu->stop.reason == STOP_NONE))
		return OUT_NEXT;
	return after_write_that_matters(cpu, slice_end);
}

static void write_register(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	if (TAKES_LIBERTIES)
		late_write(cpu, id, value);
	else
		sysreg_write(cpu, id, value);
}

/* A write of a register that somebody is told of. */
static __attribute__((noinline)) void write_told(struct cpu *cpu, enum sysreg_id id, u64 value)
{
	struct event event = { .kind = EVENT_SYSREG,
		.pc = cpu->pc,
		.reg = (u16)id,
		.value = value,
		.before = cpu->sys[id] };

	write_register(cpu, id, value);
	event.effective = cpu->sys[id];
	event_emit(cpu, &event);
}

/* FEAT_NV2: the register is memory. */
static void tell_vncr_write(struct cpu *cpu, enum sysreg_id id, u16 offset, u64 value)
{
	struct event event = { .kind = EVENT_SYSREG,
		.pc = cpu->pc,
		.reg = (u16)id,
		.value = value,
		.effective = value,
		.in_memory = true,
		.va = system_vncr_address(cpu, offset) };

	event_emit(cpu, &event);
}

SYSOP(msr_routed)
{
	enum sysreg_id id = (enum sysreg_id)u->imm;
	struct route route = sysreg_route_quickly(cpu, id, DIR_WRITE);
	cycles_t slice_end = cpu->slice_end;

	switch (route.goes) {
	case TO_REGISTER:
		if (event_wanted(cpu, EVENT_SYSREG))
			write_told(cpu, route.reg, X(rd));
		else
			write_register(cpu, route.reg, X(rd));
		break;
	case TO_MEMORY:
		if (!system_vncr_store(cpu, route.vncr, X(rd)))
			return OUT_FAULT;
		if (event_wanted(cpu, EVENT_SYSREG))
			tell_vncr_write(cpu, id, route.vncr, X(rd));
		break;
	default: return system_not_allowed(cpu, route, id, u->rn, DIR_WRITE);
	}
	if (UNLIKELY(cpu->pmu.is_counting))
		pmu_wrote(cpu, id);
	return after_write(cpu, slice_end);
}

/* The short way of most accesses; the long one is above. */
OP(mrs)
{
	u16 target = sysreg_direct_target(cpu, u->imm, DIR_READ);

	if (UNLIKELY(target == SR_NONE) || TAKES_LIBERTIES)
		TAILCALL(ENGINE(op_mrs_routed));
	X(rd) = cpu->sys[target];
	NEXT();
}

OP(msr)
{
	u16 target = sysreg_direct_target(cpu, u->imm, DIR_WRITE);
	const struct sysreg_direct *row = &sysreg_direct[u->imm];

	if (UNLIKELY(target == SR_NONE) || event_wanted(cpu, EVENT_SYSREG) || TAKES_LIBERTIES)
		TAILCALL(ENGINE(op_msr_routed));
	cpu->sys[target] = (X(rd) & ~row->res0) | row->res1;
	NEXT();
}

/* CONTEXTIDR_EL1: a write by this name is an event of the PMU, pmu_wrote(). */
OP(msr_counted)
{
	if (UNLIKELY(cpu->pmu.is_counting))
		TAILCALL(ENGINE(op_msr_routed));
	TAILCALL(ENGINE(op_msr));
}

/* DAIF above EL0 has no trap; SP_EL0 has none, but no name while PSTATE.SP selects it. */
OP(mrs_daif)
{
	if (UNLIKELY(cpu->pstate.el == EL0))
		TAILCALL(ENGINE(op_mrs_routed));
	X(rd) = (u64)cpu->pstate.daif << 6;
	NEXT();
}

OP(msr_daif)
{
	if (UNLIKELY(cpu->pstate.el == EL0 || may_be_interrupted(cpu)) ||
		event_wanted(cpu, EVENT_SYSREG))
		TAILCALL(ENGINE(op_msr_routed));
	cpu->sys[SR_DAIF] = X(rd);
	cpu->pstate.daif = (u8)bits(X(rd), 9, 6);
	NEXT();
}

OP(mrs_sp_el0)
{
	if (UNLIKELY(!cpu->pstate.sp))
		TAILCALL(ENGINE(op_mrs_routed));
	X(rd) = cpu->sp[EL0];
	NEXT();
}

OP(msr_sp_el0)
{
	if (UNLIKELY(!cpu->pstate.sp) || event_wanted(cpu, EVENT_SYSREG))
		TAILCALL(ENGINE(op_msr_routed));
	cpu->sys[SR_SP_EL0] = cpu->sp[EL0] = X(rd);
	NEXT();
}

/* ---- Floating point and SIMD where they are trapped; simd.h: CHECK_FP() ---- */

SYSOP(fp_trap)
{
	struct route route = route_fp_insn(cpu);

	if (route.goes == TO_EXECUTE)
		ENT_BUG("FP traps are armed for EL%u but no control says so", cpu->pstate.el);
	(void)u;
	return insn_not_executed(cpu, route, 0);
}
