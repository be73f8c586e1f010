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

void pstate_from_spsr(struct cpu *cpu, u64 spsr)
{
	struct pstate *p = &cpu->pstate;

	p->nzcv = (u8)bits(spsr, 31, 28);
	p->daif = (u8)bits(spsr, 9, 6);
	p->pan = cpu_has(cpu, FEAT_PAN) && bit(spsr, 22);
	p->uao = cpu_has(cpu, FEAT_UAO) && bit(spsr, 23);
	p->dit = cpu_has(cpu, FEAT_DIT) && bit(spsr, 24);
	p->ssbs = cpu_has(cpu, FEAT_SSBS) && bit(spsr, 12);
	p->btype = (u8)(cpu_has(cpu, FEAT_BTI) ? bits(spsr, 11, 10) : 0);
}

bool has_two_ranges(const struct cpu *cpu)
{
	return !is_el2_regime(cpu) || is_e2h(cpu);
}

u64 current_tcr(const struct cpu *cpu)
{
	return cpu->sys[is_el2_regime(cpu) ? SR_TCR_EL2 : SR_TCR_EL1];
}

bool effective_tbi(const struct cpu *cpu, u64 va, bool is_instruction)
{
	u64 tcr = current_tcr(cpu), tbi = TCR_EL2_TBI;
	u64 tbid = cpu_has(cpu, FEAT_PAUTH) ? TCR_EL2_TBID : 0;

	if (has_two_ranges(cpu)) {
		tbi = bit(va, 55) ? TCR_EL1_TBI1 : TCR_EL1_TBI0;
		tbid = bit(va, 55) ? TCR_EL1_TBID1 : TCR_EL1_TBID0;
	}
	return (tcr & tbi) && !(is_instruction && (tcr & tbid));
}

u64 branch_address(const struct cpu *cpu, u64 target)
{
	if (!effective_tbi(cpu, target, true))
		return target;
	return has_two_ranges(cpu) ? sign_extend(target, 56) : bits(target, 55, 0);
}
