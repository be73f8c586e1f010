/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exception return: AArch64.ExceptionReturn, IllegalExceptionReturn.
 * DDI 0487 D1.4 and J1.1.
 */
#include "exceptions/exceptions.h"

#include "sysregs/late.h"
#include "sysregs/sysregs.h"

/* The EL that SPSR.M asks for. */
static unsigned requested_el(u64 spsr)
{
	return (unsigned)bits(spsr, 3, 2);
}

/* HYPERVISOR-SPEC HW-20 */
static inline __attribute__((always_inline)) bool is_illegal(const struct cpu *cpu, u64 spsr)
{
	unsigned el = requested_el(spsr);

	if (bit(spsr, 4)) /* AArch32 is not implemented */
		return true;
	if (bit(spsr, 1) || (el == EL0 && bit(spsr, 0))) /* reserved M */
		return true;
	if (el > cpu->pstate.el) /* includes EL3 */
		return true;
	return el == EL1 && is_tge(cpu);
}

static __attribute__((noinline)) void emit(
	struct cpu *cpu, u64 from_pc, u64 pstate, u64 spsr, bool illegal)
{
	struct event event = { .kind = EVENT_ERET,
		.pc = from_pc,
		.target = cpu->pc,
		.from_el = (u8)bits(pstate, 3, 2),
		.to_el = cpu->pstate.el,
		.spsr = spsr,
		.pstate = pstate,
		.illegal = illegal };

	event_emit(cpu, &event);
}

u64 exceptions_elr(const struct cpu *cpu)
{
	return cpu->sys[cpu->pstate.el == EL2 ? SR_ELR_EL2 : SR_ELR_EL1];
}

void exceptions_eret(struct cpu *cpu)
{
	exceptions_eret_to(cpu, exceptions_elr(cpu));
}

static inline __attribute__((always_inline)) void return_to(
	struct cpu *cpu, u64 address, bool is_told)
{
	unsigned from = cpu->pstate.el;
	u64 from_pc = cpu->pc, pstate = is_told ? pstate_to_spsr(cpu) : 0;
	u64 spsr = cpu->sys[from == EL2 ? SR_SPSR_EL2 : SR_SPSR_EL1];
	bool illegal = is_illegal(cpu, spsr);
	bool ss = cpu->debug_checks &&
		  exceptions_return_ss(cpu, spsr, illegal ? from : requested_el(spsr));

	pstate_from_spsr(cpu, spsr);
	cpu->pstate.ss = ss;
	if (illegal) {
		cpu->pstate.il = true;
	} else {
		cpu->pstate.il = bit(spsr, 20);
		pstate_set_el(cpu, requested_el(spsr), (unsigned)bit(spsr, 0));
	}
	if (UNLIKELY(cpu->pmu.is_counting))
		pmu_left_el(cpu, from, PMU_EXC_RETURN, 1);
	cpu->pc = branch_address(cpu, address);
	cpu->event_register = true;
	cpu->exclusive.valid = false;
	cpu->check_irq = true;
	cpu->exception_streak = 0;
	if (is_told)
		emit(cpu, from_pc, pstate, spsr, illegal);
}

static __attribute__((noinline)) void return_told(struct cpu *cpu, u64 address)
{
	return_to(cpu, address, true);
}

/* AArch64.ExceptionReturn() synchronizes before it looks whether the return is legal. */
void exceptions_eret_to(struct cpu *cpu, u64 address)
{
	late_synchronize(cpu);
	if (event_wanted(cpu, EVENT_ERET))
		return_told(cpu, address);
	else
		return_to(cpu, address, false);
}
