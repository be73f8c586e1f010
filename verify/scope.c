/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a TLB maintenance instruction names, told as the architecture says it, and not by what the
 * simulated TLB then loses.
 */
#include "verify/scope.h"

#include "sysregs/sysregs.h"

enum whose { WHOSE_EL1, WHOSE_GUEST, WHOSE_EL2 };
enum reach { REACH_LOCAL, REACH_INNER, REACH_OUTER };
enum levels { LEVELS_ANY, LEVELS_LAST };

static const struct row {
	u16 op;
	u8 whose, what;
	bool is_local, is_last;
} rows[] = {
#define TLBI(name, whose, what, reach, levels)                                                     \
	{ SR_TLBI_##name, WHOSE_##whose, SCOPE_##what, REACH_##reach == REACH_LOCAL,               \
		LEVELS_##levels == LEVELS_LAST },
#include "mmu/tlbi.def"
#undef TLBI
};

u16 scope_vmid(const struct cpu *cpu)
{
	bool is_wide = cpu_has(cpu, FEAT_VMID16) && (cpu->sys[SR_VTCR_EL2] & VTCR_EL2_VS);

	return (u16)bits(cpu->sys[SR_VTTBR_EL2], is_wide ? 63 : 55, 48);
}

static u8 regime_of(const struct cpu *cpu, u8 whose)
{
	if (whose == WHOSE_EL2)
		return is_e2h(cpu) ? WALK_EL20 : WALK_EL2;
	return whose == WHOSE_EL1 && cpu->pstate.el == EL2 && is_in_host(cpu) ? WALK_EL20
									      : WALK_EL10;
}

static u16 asid_of(const struct cpu *cpu, u8 regime, u64 operand)
{
	u64 tcr = cpu->sys[regime == WALK_EL10 ? SR_TCR_EL1 : SR_TCR_EL2];

	return (u16)bits(operand, tcr & TCR_EL1_AS ? 63 : 55, 48);
}

/* FEAT_TLBIRANGE: TG<47:46>, SCALE<45:44>, NUM<43:39>, BaseADDR<36:0>. false: reserved, nothing */
static bool take_range(u64 operand, struct scope *scope)
{
	static const u8 granules[4] = { 0, 12, 14, 16 };
	unsigned granule = granules[bits(operand, 47, 46)];
	unsigned scale = (unsigned)bits(operand, 45, 44);

	scope->first = sign_extend(operand & MASK(36, 0), 37) << granule;
	scope->last = scope->first + ((bits(operand, 43, 39) + 1) << (5 * scale + 1 + granule)) - 1;
	if (bit(scope->first, 52) != bit(scope->last, 52))
		scope->last = scope->first | MASK(51, 0);
	return granule != 0;
}

static void take_address(u64 operand, struct scope *scope)
{
	bool is_ipa = scope->what == SCOPE_IPA;

	scope->first = is_ipa ? bits(operand, 35, 0) << 12 : sign_extend(operand << 12, 56);
	scope->last = scope->first | MASK(11, 0);
}

bool scope_of(const struct cpu *cpu, const struct event *event, struct scope *scope)
{
	const struct row *row = NULL;

	for (size_t i = 0; i < COUNT(rows) && row == NULL; i++)
		row = rows[i].op == event->reg ? &rows[i] : NULL;
	if (row == NULL)
		return false;
	*scope = (struct scope){ .regime = regime_of(cpu, row->whose),
		.what = row->what,
		.is_local = row->is_local &&
			    !(cpu->pstate.el == EL1 && (cpu->sys[SR_HCR_EL2] & HCR_EL2_FB)),
		.is_last = row->is_last,
		.is_stage1 = row->whose == WHOSE_EL1,
		.vmid = scope_vmid(cpu),
		.last = ~0ull };
	scope->asid = asid_of(cpu, scope->regime, event->value);
	if (row->what == SCOPE_RVA || row->what == SCOPE_RVAA || row->what == SCOPE_RIPA)
		return take_range(event->value, scope);
	if (row->what == SCOPE_VA || row->what == SCOPE_VAA || row->what == SCOPE_IPA)
		take_address(event->value, scope);
	return true;
}
