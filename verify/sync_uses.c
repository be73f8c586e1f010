/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What uses registers that were not synchronized, and what comes of it: translations of data, AT,
 * TLB maintenance, accesses of registers, floating point, keys, vectors.
 */
#include "mmu/mmu.h"
#include "verify/address.h"
#include "verify/scope.h"
#include "verify/sync.h"

/* ---- Translations ---- */

static struct outcome where_it_leads(const struct cpu *cpu, const struct question *question)
{
	struct inspected what = { .va = question->va,
		.regime = (u8)mmu_inspected_regime(cpu, cpu->pstate.el),
		.kind = question->kind,
		.el0 = cpu->pstate.el == EL0,
		.is_checked = true };
	struct inspection found;

	mmu_inspect(cpu, what, &found);
	if (!found.is_ok)
		return (struct outcome){ { 0, found.is_stage2, found.is_s1ptw, found.fault_status,
			found.fault_ipa } };
	return (struct outcome){ { 1, found.pa.v, found.attributes, found.shareability, 0 } };
}

/* PAR_EL1 of an AT, nearly. */
static struct outcome what_at_finds(const struct cpu *cpu, const struct question *question)
{
	bool is_el2 = question->at_el == EL2 || is_in_host(cpu);
	struct inspected what = { .va = question->va,
		.regime = is_el2 ? INSPECT_EL2 : INSPECT_EL10,
		.kind = question->kind,
		.el0 = question->at_el == EL0,
		.is_checked = true };
	struct inspection found;
	bool is_stage1;

	mmu_inspect(cpu, what, &found);
	is_stage1 =
		question->at_stages == 1 && (found.is_ok || (found.is_stage2 && !found.is_s1ptw));
	if (is_stage1)
		return (struct outcome){ { 2, found.is_ok ? found.ipa : found.fault_ipa, 0, 0,
			0 } };
	if (!found.is_ok)
		return (struct outcome){ { 0, found.is_stage2, found.is_s1ptw, found.fault_status,
			found.fault_ipa } };
	return (struct outcome){ { 1, found.pa.v, found.attributes, found.shareability, 0 } };
}

static void on_access(struct question question, u64 va, bool is_write)
{
	question.use = TRANSLATION;
	question.rule = RULE_SYNC_TRANSLATION;
	question.what = "a data access";
	question.ask = where_it_leads;
	question.va = va;
	question.kind = is_write ? ACCESS_WRITE : ACCESS_READ;
	sync_judge(&question);
}

static const struct at_row {
	u16 reg;
	u8 el, kind, stages;
} at_rows[] = {
#define AT(name, el, access, stages, pan) { SR_AT_##name, el, ACCESS_##access, stages },
#include "mmu/at.def"
#undef AT
};

static void on_at(struct question question, u16 reg, unsigned rt)
{
	for (size_t i = 0; i < COUNT(at_rows); i++) {
		if (at_rows[i].reg != reg)
			continue;
		question.use = AT;
		question.rule = RULE_SYNC_TRANSLATION;
		question.what = sysreg_name((enum sysreg_id)reg);
		question.ask = what_at_finds;
		question.va = question.cpu->x[rt];
		question.kind = at_rows[i].kind;
		question.at_el = at_rows[i].el;
		question.at_stages = at_rows[i].stages;
		sync_judge(&question);
	}
}

static struct outcome what_tlbi_names(const struct cpu *cpu, const struct question *question)
{
	struct scope scope;

	if (!scope_of(cpu, question->event, &scope))
		return (struct outcome){ { 0 } };
	if (scope.regime != WALK_EL10 || scope.what == SCOPE_ALL)
		scope.vmid = 0;
	return (struct outcome){ { 1, scope.regime, scope.vmid } };
}

void sync_tlbi(struct question question)
{
	question.use = TLBI;
	question.rule = RULE_SYNC_TLBI;
	question.what = sysreg_name((enum sysreg_id)question.event->reg);
	question.ask = what_tlbi_names;
	sync_judge(&question);
}

/* ---- Instructions ---- */

static struct outcome where_it_goes(const struct cpu *cpu, const struct question *question)
{
	struct route route = sysreg_route(
		cpu, (enum sysreg_id)question->reg, question->is_write ? DIR_WRITE : DIR_READ);

	return (struct outcome){ { 1, route.goes, route.reg, route.target_el, route.ec } };
}

static void on_route(struct question question, u16 reg, bool is_write)
{
	question.use = ROUTE;
	question.rule = RULE_SYNC_TRAP;
	question.what = sysreg_name((enum sysreg_id)reg);
	question.ask = where_it_goes;
	question.reg = reg;
	question.is_write = is_write;
	sync_judge(&question);
}

static struct outcome what_is_selected(const struct cpu *cpu, const struct question *question)
{
	return (struct outcome){ { cpu->sys[question->reg] } };
}

static void on_selected(struct question question, u16 reg)
{
	bool is_cache = reg == SR_CCSIDR_EL1;

	if (!is_cache && reg != SR_PMXEVTYPER_EL0 && reg != SR_PMXEVCNTR_EL0)
		return;
	question.use = is_cache ? CACHE : COUNTER;
	question.rule = RULE_SYNC_SELECTION;
	question.what = sysreg_name((enum sysreg_id)reg);
	question.ask = what_is_selected;
	question.reg = is_cache ? SR_CSSELR_EL1 : SR_PMSELR_EL0;
	sync_judge(&question);
}

/* DC and IC by VA: SYS with CRn 7, not of sets and ways nor of all. C5.3 */
static bool is_cache_by_va(u32 insn)
{
	unsigned crm = (unsigned)bits(insn, 11, 8);

	if (bits(insn, 20, 19) != 1 || bits(insn, 15, 12) != 7 || bits(insn, 7, 5) != 1)
		return false;
	return crm == 4 || (crm == 5 && bits(insn, 18, 16) == 3) || crm == 6 ||
	       (crm >= 10 && crm <= 14);
}

static void on_system_insn(struct question question, u32 insn)
{
	enum sysreg_id id = sysreg_find((u32)bits(insn, 20, 5));
	u32 uses = question.sync->pe[question.cpu->index].uses;

	if ((uses & TRANSLATION) && is_cache_by_va(insn))
		on_access(question, question.cpu->x[insn & 31], false);
	if (id == SR_NONE)
		return;
	if (uses & AT)
		on_at(question, (u16)id, insn & 31);
	if (uses & ROUTE)
		on_route(question, (u16)id, !bit(insn, 21));
	if (uses & (CACHE | COUNTER))
		on_selected(question, (u16)id);
}

static struct outcome does_fp_trap(const struct cpu *cpu, const struct question *question)
{
	struct route route;

	(void)question;
	return (struct outcome){ { 1, sysregs_fp_trap(cpu, cpu->pstate.el, &route) } };
}

/* SIMD and floating point: data processing, loads and stores. C4.1 */
static bool is_fp(u32 insn)
{
	return bits(insn, 27, 25) == 7 || ((insn >> 25 & 5) == 4 && bit(insn, 26));
}

static void on_fp(struct question question)
{
	question.use = FP;
	question.rule = RULE_SYNC_TRAP;
	question.what = "an instruction of floating point";
	question.ask = does_fp_trap;
	sync_judge(&question);
}

/* The key of an instruction of FEAT_PAuth: 0 to 4 as in insn.def; -1: it has none. C4.1 */
static int key_of(u32 insn)
{
	if ((insn & 0xfffff01fu) == 0xd503201fu) { /* hints: PACIA1716 to AUTIBSP */
		u64 hint = bits(insn, 11, 5);
		bool has_key = (hint >= 8 && hint < 16 && !(hint & 1)) || (hint >= 24 && hint < 32);

		return has_key ? bit(hint, 1) : -1;
	}
	if ((insn & 0xffff0000u) == 0xdac10000u) /* PACIA Xd, Xn and so on; not XPAC */
		return bit(insn, 14) ? -1 : (int)bits(insn, 11, 10);
	if ((insn & 0xffe0fc00u) == 0x9ac03000u) /* PACGA */
		return 4;
	if ((insn & 0xfe000800u) == 0xd6000800u) /* BRAA, BLRAA, RETAA, ERETAA */
		return bit(insn, 10);
	if ((insn & 0xff200400u) == 0xf8200400u) /* LDRAA, LDRAB */
		return 2 + bit(insn, 23);
	return -1;
}

/* The key's value, if it is enabled. */
static struct outcome key_in_use(const struct cpu *cpu, const struct question *question)
{
	enum insn_control control = (enum insn_control)(INSN_PAC_IA + question->reg);
	u16 low = (u16)(SR_APIAKeyLo_EL1 + 2 * question->reg);

	if (insn_route(cpu, control).goes != TO_EXECUTE)
		return (struct outcome){ { 0 } };
	return (struct outcome){ { 1, cpu->sys[low], cpu->sys[low + 1] } };
}

static void on_key(struct question question, unsigned key)
{
	question.use = (u32)KEY_IA << key;
	question.rule = RULE_SYNC_KEY;
	question.what = "pointer authentication";
	question.ask = key_in_use;
	question.reg = (u16)key;
	sync_judge(&question);
}

_Static_assert(SR_APIBKeyLo_EL1 == SR_APIAKeyLo_EL1 + 2 &&
		       SR_APDAKeyLo_EL1 == SR_APIAKeyLo_EL1 + 4 &&
		       SR_APDBKeyLo_EL1 == SR_APIAKeyLo_EL1 + 6 &&
		       SR_APGAKeyLo_EL1 == SR_APIAKeyLo_EL1 + 8,
	"keys by number");

void sync_insn(struct question question, u32 insn)
{
	u32 uses = question.sync->pe[question.cpu->index].uses;
	bool is_write;
	u64 va;
	int key;

	if ((uses & TRANSLATION) && insn_address(question.cpu, insn, &va, &is_write))
		on_access(question, va, is_write);
	if ((insn & 0xffc00000u) == 0xd5000000u && bits(insn, 20, 19) != 0)
		on_system_insn(question, insn);
	else if ((uses & FP) && is_fp(insn))
		on_fp(question);
	else if ((uses & (KEY_IA | KEY_IB | KEY_DA | KEY_DB | KEY_GA)) && (key = key_of(insn)) >= 0)
		on_key(question, (unsigned)key);
}

/* ---- Exceptions ---- */

static struct outcome vector_of(const struct cpu *cpu, const struct question *question)
{
	return (struct outcome){ { cpu->sys[question->reg] } };
}

void sync_exception(struct question question)
{
	const struct event *event = question.event;
	u64 class = bits(event->esr, 31, 26);

	if (event->interrupt == INT_SYNC && event->from_el == event->to_el && event->far_valid &&
		class == EC_DABT_SAME)
		on_access(question, event->far, bit(event->esr, 6));
	question.use = VECTOR;
	question.rule = RULE_SYNC_VECTOR;
	question.what = "an exception";
	question.ask = vector_of;
	question.reg = event->to_el == EL2 ? SR_VBAR_EL2 : SR_VBAR_EL1;
	sync_judge(&question);
}
