/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asynchronous exceptions: which is pending, where it goes, whether it is masked.
 * HYPERVISOR-SPEC HW-21, DDI 0487 D1.3.6.
 */
#include "exceptions/take.h"
#include "sysregs/sysregs.h"

/* The three classes, in the order of their priority here. */
enum { SERROR, FIQ, IRQ };
static const struct {
	enum interrupt_kind kind;
	u8 mask; /* PSTATE.DAIF */
	u32 line, virtual_line;
	u64 route, pending; /* HCR_EL2: xMO, and the virtual one pended by software */
} classes[] = {
	[SERROR] = { INT_SERROR, DAIF_A, LINE_SERROR, 0, HCR_EL2_AMO, HCR_EL2_VSE },
	[FIQ] = { INT_FIQ, DAIF_F, LINE_FIQ, LINE_VFIQ, HCR_EL2_FMO, HCR_EL2_VF },
	[IRQ] = { INT_IRQ, DAIF_I, LINE_IRQ, LINE_VIRQ, HCR_EL2_IMO, HCR_EL2_VI },
};

struct choice {
	enum interrupt_kind kind;
	unsigned target;
	bool is_virtual;
};

/* A physical interrupt of class c: is it taken now, and where. */
static bool physical(const struct cpu *cpu, size_t c, unsigned *target)
{
	unsigned el = cpu->pstate.el;
	bool to_el2 = is_tge(cpu) || (cpu->sys[SR_HCR_EL2] & classes[c].route);
	bool masked = cpu->pstate.daif & classes[c].mask;

	if (el == EL2 && is_e2h(cpu) && is_chosen(cpu, el2_routing, ones))
		to_el2 = true;
	if (!cpu->has_el2)
		to_el2 = false;
	*target = to_el2 ? EL2 : EL1;
	if (el == EL2)
		return to_el2 && !masked;
	if (to_el2 && !(el == EL0 && is_in_host(cpu)))
		return true; /* to a higher EL: PSTATE does not mask it */
	return !masked;
}

/* A virtual one: only below EL2, with TGE clear and the class routed to EL2. */
static bool virtual_is_pending(const struct cpu *cpu, size_t c)
{
	u64 hcr = cpu->sys[SR_HCR_EL2];

	if (cpu->pstate.el == EL2 || (hcr & HCR_EL2_TGE) || !(hcr & classes[c].route))
		return false;
	return (hcr & classes[c].pending) || (cpu->lines & classes[c].virtual_line);
}

static struct choice choose(const struct cpu *cpu)
{
	unsigned target;

	for (size_t c = 0; c < COUNT(classes); c++) {
		if ((cpu->lines & classes[c].line) && physical(cpu, c, &target))
			return (struct choice){ classes[c].kind, target, false };
		if (virtual_is_pending(cpu, c) && !(cpu->pstate.daif & classes[c].mask))
			return (struct choice){ classes[c].kind, EL1, true };
	}
	return (struct choice){ .kind = INT_NONE };
}

enum interrupt_kind exceptions_pending(const struct cpu *cpu)
{
	return choose(cpu).kind;
}

static bool take(struct cpu *cpu, struct choice choice)
{
	struct taking taking = {
		.interrupt = choice.kind, .target = choice.target, .return_address = cpu->pc
	};

	if (choice.kind == INT_NONE)
		return false;
	if (choice.kind == INT_SERROR) {
		taking.esr = (u64)EC_SERROR << 26 | 1u << 25;
		if (choice.is_virtual) {
			taking.esr |= cpu->sys[SR_VSESR_EL2]; /* 0 without FEAT_RAS */
			cpu->sys[SR_HCR_EL2] &= ~HCR_EL2_VSE;
		} else {
			cpu->lines &= ~(u32)LINE_SERROR; /* edge: taken once */
			event_lines_changed(cpu, LINE_SERROR);
		}
	}
	exceptions_take(cpu, &taking);
	cpu->check_irq = true; /* another class may go on to EL2 at once */
	return true;
}

bool exceptions_take_interrupt(struct cpu *cpu)
{
	return UNLIKELY(may_be_interrupted(cpu)) && take(cpu, choose(cpu));
}

/* AArch64.ESBOperation, AArch64.vESBOperation. A physical SError says nothing but that it is one.
 */
void exceptions_esb(struct cpu *cpu)
{
	unsigned unused;

	if ((cpu->lines & LINE_SERROR) && !physical(cpu, SERROR, &unused)) {
		cpu->sys[SR_DISR_EL1] = DISR_EL1_A;
		cpu->lines &= ~(u32)LINE_SERROR;
		event_lines_changed(cpu, LINE_SERROR);
	}
	if (virtual_is_pending(cpu, SERROR) && (cpu->pstate.daif & DAIF_A)) {
		cpu->sys[SR_VDISR_EL2] = DISR_EL1_A | cpu->sys[SR_VSESR_EL2];
		cpu->sys[SR_HCR_EL2] &= ~HCR_EL2_VSE;
	}
}

bool exceptions_wakes_wfi(const struct cpu *cpu)
{
	for (size_t c = 0; c < COUNT(classes); c++) {
		if ((cpu->lines & classes[c].line) || virtual_is_pending(cpu, c))
			return true;
	}
	return false;
}
