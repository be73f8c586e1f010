/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSTATE's image in SPSR_ELx, and what TCR_ELx makes of branch targets. Knows nothing about
 * routing.
 */
#include "exceptions/exceptions.h"

#include "sysregs/sysregs.h"

/* SPSR_ELx layout, DDI 0487 C5.2. */
u64 pstate_to_spsr(const struct cpu *cpu)
{
	const struct pstate *p = &cpu->pstate;

	return (u64)p->nzcv << 28 | (u64)p->dit << 24 | (u64)p->uao << 23 | (u64)p->pan << 22 |
	       (u64)p->ss << 21 | (u64)p->il << 20 | (u64)p->ssbs << 12 | (u64)p->btype << 10 |
	       (u64)p->daif << 6 | (u64)p->el << 2 | p->sp;
}

u64 branch_address(const struct cpu *cpu, u64 target)
{
	unsigned el = cpu->pstate.el;
	bool is_el2 = el == EL2 || (el == EL0 && is_in_host(cpu));
	u64 tcr = cpu->sys[is_el2 ? SR_TCR_EL2 : SR_TCR_EL1];
	bool two_ranges = !is_el2 || is_e2h(cpu);
	bool upper = bit(target, 55);

	if (!two_ranges)
		return bit(tcr, 20) ? target & MASK(55, 0) : target; /* TCR_EL2.TBI */
	if (!bit(tcr, upper ? 38 : 37))				     /* TBI1, TBI0 */
		return target;
	return sign_extend(target, 56);
}
