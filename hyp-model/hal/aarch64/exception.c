/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions that the hypervisor or the nVHE host takes from its own level, and the way from EL1 to
 * EL2. Guests' exits do not come here.
 */
#include "machine.h"

#include "core/arch.h"
#include "core/print.h"
#include "core/sched.h"
#include "offsets.h"

_Static_assert(offsetof(struct context, x) == CONTEXT_X, "enter.S");
_Static_assert(offsetof(struct context, sp_el0) == CONTEXT_SP_EL0, "enter.S");
_Static_assert((int)EXIT_IRQ == ASM_EXIT_IRQ && (int)EXIT_TRAP == ASM_EXIT_TRAP, "vectors.S");
_Static_assert((int)EXIT_SERROR == ASM_EXIT_SERROR && (int)EXIT_IL == ASM_EXIT_IL, "vectors.S");
_Static_assert((int)EXIT_WITH_SERROR == ASM_EXIT_WITH_SERROR, "enter.S");
_Static_assert(STACKS_SIZE == MAX_CPUS * STACK_SIZE && STACK_SIZE == BIT(STACK_LOG2), "start.S");
_Static_assert(offsetof(struct fp_state, fpsr) == 512, "enter.S");
_Static_assert(offsetof(struct fp_state, fpcr) == 520, "enter.S");

/* What vectors.S saves: the registers C code may change. */
struct exception_frame {
	u64 x[19], x30, x29, padding;
};
_Static_assert(sizeof(struct exception_frame) == FRAME_SIZE, "vectors.S");
_Static_assert(offsetof(struct exception_frame, x[18]) == FRAME_X18, "vectors.S");
_Static_assert(offsetof(struct exception_frame, x30) == FRAME_X30, "vectors.S");
_Static_assert(offsetof(struct exception_frame, x29) == FRAME_X29, "vectors.S");

/* Called from vectors.S. True: the ERET into a guest was illegal, WS-14. */
bool hal_exception(struct exception_frame *frame, u64 kind);

struct syndrome {
	u64 esr, elr, far, spsr;
};

static struct syndrome read_syndrome(void)
{
	if (is_at_el2())
		return (struct syndrome){ read_ESR_EL2(), read_ELR_EL2(), read_FAR_EL2(),
			read_SPSR_EL2() };
	return (struct syndrome){ read_ESR_EL1(), read_ELR_EL1(), read_FAR_EL1(), read_SPSR_EL1() };
}

static bool is_unanswered_call(struct syndrome s)
{
	bool is_call = s.elr == (u64)semihosting_hlt || s.elr == (u64)smc;

	return is_call && ESR_EC(s.esr) == EC_UNKNOWN;
}

/* PAN: a permission fault of its own load. */
static bool is_refused_probe(struct syndrome s)
{
	return s.elr == (u64)user_probe && ESR_EC(s.esr) == EC_DABT_SAME &&
	       FSC_TYPE(bits(s.esr, 5, 0)) == FSC_PERMISSION;
}

static void return_nobody_answered(struct exception_frame *frame, struct syndrome s)
{
	frame->x[0] = NOBODY_ANSWERED;
	if (is_at_el2())
		write_ELR_EL2(s.elr + 4);
	else
		write_ELR_EL1(s.elr + 4);
}

/* The host's own PSTATE never has IL set. */
static bool is_illegal_entry(struct syndrome s)
{
	return is_at_el2() && (s.spsr & F(SPSR, IL)) && ESR_EC(s.esr) == EC_ILLEGAL_STATE;
}

static bool is_in_serror_window(struct syndrome s)
{
	return s.elr >= (u64)serror_window && s.elr <= (u64)serror_window_end;
}

_Noreturn static void die(u64 kind, struct syndrome s)
{
	static const char *const kinds[] = { "synchronous exception", "interrupt", "SError",
		"exception through an unused vector" };

	panic("%s at EL%u: ESR 0x%lx (EC 0x%02x), ELR 0x%lx, FAR 0x%lx, SPSR 0x%lx", kinds[kind],
		is_at_el2() ? 2 : 1, s.esr, ESR_EC(s.esr), s.elr, s.far, s.spsr);
}

static bool own_sync(struct exception_frame *frame)
{
	struct syndrome s = read_syndrome();

	if (is_illegal_entry(s))
		return true;
	if (!is_unanswered_call(s) && !is_refused_probe(s))
		die(OWN_SYNC, s);
	return_nobody_answered(frame, s);
	return false;
}

static u64 serror_syndromes[MAX_CPUS];

static void own_serror(struct exception_frame *frame)
{
	struct syndrome s = read_syndrome();

	if (!is_in_serror_window(s))
		die(OWN_SERROR, s);
	serror_syndromes[cpu_index()] = ESR_ISS(s.esr);
	frame->x[0] |= EXIT_WITH_SERROR;
}

u64 hal_serror_syndrome(void)
{
	return serror_syndromes[cpu_index()];
}

bool hal_exception(struct exception_frame *frame, u64 kind)
{
	switch (kind) {
	case OWN_SYNC: return own_sync(frame);
	case OWN_IRQ: host_irq(); return false;
	case OWN_SERROR: own_serror(frame); return false;
	default: die(kind, read_syndrome());
	}
}

void hal_irq_window(void)
{
	__asm__ volatile("msr daifclr, #7\n\tisb\n\tmsr daifset, #7" ::: "memory");
}

u64 hal_call_hyp(hyp_function function, u64 a, u64 b)
{
	return is_at_el2() ? function(a, b) : call_el2(function, a, b);
}
