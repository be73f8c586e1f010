/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Translation by the tables: stage 1, stage 2 and both, with every check in the order of
 * AArch64.FullTranslate (DDI 0487, shared/translation). Does not know the TLB.
 */
#include "mmu/walk.h"

#include "timing/translate.h"

enum { FLAT_SHIFT = 48 /* log2 of the "block" that stage 1 maps while it is off */ };

/* Who asks only where it leads is not held up by permissions. */
static bool asks_only_where(const struct regime *regime)
{
	return UNLIKELY(regime->inspection != NULL) && !regime->inspection->what.is_checked;
}

/* Else a clear one faults. */
static bool sets_access_flag(const struct regime *regime, bool ha)
{
	return ha && !regime->is_speculative;
}

/* ---- Stage 2 ---- */

static bool faults_when_device(const struct request *request)
{
	return request->misaligned || request->zva;
}

static bool stage2_check(const struct regime *regime, const struct request *request, bool for_walk,
	bool s1_device, bool s2_device, unsigned perms, unsigned level, struct mmu_fault *fault)
{
	if (asks_only_where(regime))
		return true;
	if (s2_device && !s1_device && faults_when_device(request))
		return mmu_fail(fault, true, FSC_ALIGNMENT, level);
	if (s2_device && for_walk && regime->s2_protects_walk)
		return mmu_fail(fault, true, FSC_PERMISSION, level);
	if (s2_device && request->kind == ACCESS_FETCH && regime->faults_fetch)
		return mmu_fail(fault, true, FSC_PERMISSION, level);
	if (!perms_pass_stage2(perms, request, &fault->read_would_pass))
		return mmu_fail(fault, true, FSC_PERMISSION, level);
	return true;
}

static u64 stage2_updated(const struct regime *regime, const struct request *request, u64 d)
{
	if (regime->is_speculative)
		return d;
	if (regime->s2_ha)
		d |= BIT(DESC_AF);
	if (regime->s2_hd && bit(d, DESC_DBM) && request_writes(request) && !request->at)
		d |= DESC_S2AP1;
	return d;
}

static bool stage2_steps(struct cpu *cpu, const struct regime *regime, u64 ipa,
	const struct request *request, bool for_walk, struct stage_output *out,
	struct mmu_fault *fault);

/* An update is atomic: it looks at what is in memory, whatever the walk saw. */
static __attribute__((noinline)) bool stage2_from_memory(struct cpu *cpu,
	const struct regime *regime, u64 ipa, const struct request *request, bool for_walk,
	struct stage_output *out, struct mmu_fault *fault)
{
	bool is_ok, before = cpu->mmu->kept->reads_memory;

	cpu->mmu->kept->reads_memory = true;
	is_ok = stage2_steps(cpu, regime, ipa, request, for_walk, out, fault);
	cpu->mmu->kept->reads_memory = before;
	return is_ok;
}

/* out->attr comes in as stage 1's memory type and goes out combined. */
static bool stage2_steps(struct cpu *cpu, const struct regime *regime, u64 ipa,
	const struct request *request, bool for_walk, struct stage_output *out,
	struct mmu_fault *fault)
{
	const struct tables *tables = &regime->s2;
	struct leaf *leaf = &out->leaf;
	unsigned s1_attr = out->attr;
	bool s1_device = attr_is_device(s1_attr);
	u64 updated;

	if (tables->disabled || ipa >> tables->input_bits != 0)
		return mmu_fail(fault, true, FSC_TRANSLATION, 0);
	if (!walk_tables(cpu, regime, tables, ipa, leaf, fault))
		return false;
	if (!bit(leaf->descriptor, DESC_AF) && !sets_access_flag(regime, regime->s2_ha) &&
		!asks_only_where(regime))
		return mmu_fail(fault, true, FSC_ACCESS_FLAG, leaf->level);
	out->attr = attrs_combine(regime, out->attr, leaf->descriptor);
	out->sh = (unsigned)bits(leaf->descriptor, 9, 8);
	if (!stage2_check(regime, request, for_walk, s1_device,
		    attrs_stage2_is_device(regime, leaf->descriptor),
		    perms_stage2(regime, leaf->descriptor), leaf->level, fault))
		return false;
	updated = stage2_updated(regime, request, leaf->descriptor);
	if (UNLIKELY(updated != leaf->descriptor && leaf->is_kept)) {
		out->attr = s1_attr;
		return stage2_from_memory(cpu, regime, ipa, request, for_walk, out, fault);
	}
	if (updated != leaf->descriptor && !walk_update(cpu, regime, true, leaf, updated, fault))
		return false;
	if (is_kept(cpu, regime) && !leaf->is_kept)
		walk_cache_note(cpu, regime, tables, ipa, leaf->level, leaf);
	out->perms = perms_stage2(regime, leaf->descriptor);
	return true;
}

bool walk_through_stage2(struct cpu *cpu, const struct regime *regime, u64 ipa,
	const struct request *request, bool for_walk, struct stage_output *out,
	struct mmu_fault *fault)
{
	u64 vmid = regime->space & SPACE_VMID;

	if (for_walk)
		out->attr = 0xff; /* table walks are Normal accesses */
	if (UNLIKELY(regime->inspection != NULL))
		regime->inspection->is_for_walk = for_walk;
	if (takes_time(cpu, regime))
		timing_ipa_begin(&cpu->timed, vmid, ipa, for_walk);
	if (LIKELY(stage2_steps(cpu, regime, ipa, request, for_walk, out, fault))) {
		if (takes_time(cpu, regime))
			timing_ipa_end(&cpu->timed, vmid, ipa, out->leaf.shift);
		return true;
	}
	fault->ipa = ipa;
	fault->s1ptw = for_walk;
	return false;
}

/* ---- Stage 1 ---- */

/* AArch64.S1DisabledOutput: flat, no permissions, but the address must exist. */
static bool stage1_off(const struct regime *regime, const struct request *request,
	struct stage_output *out, struct mmu_fault *fault)
{
	unsigned top = address_top(regime_tables(regime, request->va), request);

	if (bits(request->va, top, regime->pa_bits) != 0)
		return mmu_fail(fault, false, FSC_ADDRESS_SIZE, 0);
	out->leaf = (struct leaf){ .address = bits(request->va, 47, 0), .shift = FLAT_SHIFT };
	out->perms = S1_ALL;
	out->attr = attrs_stage1_off(regime);
	out->sh = 0;
	if (attr_is_device(out->attr) && faults_when_device(request))
		return mmu_fail(fault, false, FSC_ALIGNMENT, 0);
	return true;
}

static bool is_out_of_range(
	const struct regime *regime, const struct tables *range, const struct request *request)
{
	unsigned top = address_top(range, request);
	u64 above = bits(request->va, top, range->input_bits);

	if (regime->two_ranges && bit(request->va, 55))
		return above != bits(~0ull, top, range->input_bits);
	return above != 0;
}

static bool stage1_check(const struct regime *regime, const struct request *request, bool device,
	unsigned perms, unsigned level, struct mmu_fault *fault)
{
	if (asks_only_where(regime))
		return true;
	if (device && faults_when_device(request))
		return mmu_fail(fault, false, FSC_ALIGNMENT, level);
	if (device && request->kind == ACCESS_FETCH && regime->faults_fetch && regime->s1_enabled)
		return mmu_fail(fault, false, FSC_PERMISSION, level);
	if (!perms_pass_stage1(regime, perms, request, &fault->read_would_pass))
		return mmu_fail(fault, false, FSC_PERMISSION, level);
	return true;
}

static u64 stage1_updated(const struct regime *regime, const struct request *request, u64 d)
{
	if (regime->is_speculative)
		return d;
	if (regime->ha)
		d |= BIT(DESC_AF);
	if (regime->hd && bit(d, DESC_DBM) && request_writes(request) && !request->at)
		d &= ~DESC_AP2;
	return d;
}

static bool stage1_translate(struct cpu *cpu, const struct regime *regime,
	const struct request *request, struct stage_output *out, struct mmu_fault *fault);

static __attribute__((noinline)) bool stage1_from_memory(struct cpu *cpu,
	const struct regime *regime, const struct request *request, struct stage_output *out,
	struct mmu_fault *fault)
{
	bool is_ok, before = cpu->mmu->kept->reads_memory;

	cpu->mmu->kept->reads_memory = true;
	is_ok = stage1_translate(cpu, regime, request, out, fault);
	cpu->mmu->kept->reads_memory = before;
	return is_ok;
}

/* AArch64.S1Translate */
static bool stage1_translate(struct cpu *cpu, const struct regime *regime,
	const struct request *request, struct stage_output *out, struct mmu_fault *fault)
{
	const struct tables *range = regime_tables(regime, request->va);
	struct leaf *leaf = &out->leaf;
	u64 updated;

	if (!regime->s1_enabled)
		return stage1_off(regime, request, out, fault);
	if (is_out_of_range(regime, range, request) || range->disabled ||
		(range->no_el0 && request->el0))
		return mmu_fail(fault, false, FSC_TRANSLATION, 0);
	if (!walk_tables(
		    cpu, regime, range, bits(request->va, range->input_bits - 1u, 0), leaf, fault))
		return false;
	if (!bit(leaf->descriptor, DESC_AF) && !sets_access_flag(regime, regime->ha) &&
		!asks_only_where(regime))
		return mmu_fail(fault, false, FSC_ACCESS_FLAG, leaf->level);
	out->attr = attrs_stage1(regime, leaf->descriptor);
	out->sh = (unsigned)bits(leaf->descriptor, 9, 8);
	out->perms = perms_stage1(regime, leaf);
	if (!stage1_check(
		    regime, request, attr_is_device(out->attr), out->perms, leaf->level, fault))
		return false;
	updated = stage1_updated(regime, request, leaf->descriptor);
	if (LIKELY(updated == leaf->descriptor))
		return true;
	if (UNLIKELY(leaf->is_kept))
		return stage1_from_memory(cpu, regime, request, out, fault);
	if (!walk_update(cpu, regime, false, leaf, updated, fault))
		return false;
	out->perms = perms_stage1(regime, leaf);
	return true;
}

/* ---- Both ---- */

static void emit_walk(struct cpu *cpu, const struct regime *regime, const struct request *request,
	const struct translated *out, u64 ipa, u64 pa)
{
	struct event event = { .kind = EVENT_WALK,
		.pc = cpu->pc,
		.va = request->va,
		.ipa = ipa,
		.pa = pa,
		.page_size = BIT(out->shift),
		.write = request_writes(request),
		.fetch = request->kind == ACCESS_FETCH,
		.stage2 = regime->s2_enabled };

	tell_whose(regime, &event);
	event_emit(cpu, &event);
}

static void set_output(
	struct translated *out, const struct regime *regime, const struct stage_output *s1)
{
	*out = (struct translated){ .perms = (u16)(s1->perms | S2_ALL),
		.shift = s1->leaf.shift,
		.attr = (u8)s1->attr,
		.sh = (u8)attrs_shareability(s1->attr, s1->sh),
		.s1_level = s1->leaf.level,
		.s1_device = attr_is_device(s1->attr),
		.global =
			!regime->s1_enabled || !regime->two_ranges || !bit(s1->leaf.descriptor, 11),
		.guarded = bit(s1->leaf.descriptor, DESC_GP),
		.pa = align_down(s1->leaf.address, BIT(s1->leaf.shift)),
		.ipa = align_down(s1->leaf.address, BIT(s1->leaf.shift)) };
}

bool walk_stage1(struct cpu *cpu, const struct regime *regime, const struct request *request,
	struct translated *out, struct mmu_fault *fault)
{
	struct stage_output s1;

	if (!stage1_translate(cpu, regime, request, &s1, fault))
		return false;
	set_output(out, regime, &s1);
	return true;
}

bool walk_stage2(struct cpu *cpu, const struct regime *regime, const struct request *request,
	struct translated *out, struct mmu_fault *fault)
{
	struct stage_output s2 = { .attr = 0xff };

	if (!walk_through_stage2(cpu, regime, request->va, request, false, &s2, fault))
		return false;
	*out = (struct translated){ .perms = (u16)(S1_ALL | s2.perms),
		.shift = s2.leaf.shift,
		.attr = (u8)s2.attr,
		.sh = (u8)attrs_shareability(s2.attr, s2.sh),
		.s2_level = s2.leaf.level,
		.pa = align_down(s2.leaf.address, BIT(s2.leaf.shift)),
		.ipa = align_down(request->va, BIT(s2.leaf.shift)) };
	return true;
}

bool walk_translate(struct cpu *cpu, const struct regime *regime, const struct request *request,
	struct translated *out, struct mmu_fault *fault)
{
	struct stage_output s1, s2;
	bool is_walked = regime->s1_enabled || regime->s2_enabled;
	u64 pa;

	if (!stage1_translate(cpu, regime, request, &s1, fault))
		return false;
	set_output(out, regime, &s1);
	pa = s1.leaf.address;
	if (regime->s2_enabled) {
		s2.attr = s1.attr;
		if (!walk_through_stage2(cpu, regime, s1.leaf.address, request, false, &s2, fault))
			return false;
		pa = s2.leaf.address;
		if (s2.leaf.shift < out->shift)
			out->shift = s2.leaf.shift;
		out->attr = (u8)s2.attr;
		out->sh = (u8)attrs_shareability(s2.attr, attrs_combine_shareability(s1.sh, s2.sh));
		out->s2_level = s2.leaf.level;
		out->s2_device = attrs_stage2_is_device(regime, s2.leaf.descriptor);
		out->perms = (u16)(s1.perms | s2.perms);
		out->pa = align_down(pa, BIT(out->shift));
		out->ipa = align_down(s1.leaf.address, BIT(out->shift));
	}
	if (event_wanted(cpu, EVENT_WALK) && regime->inspection == NULL && is_walked)
		emit_walk(cpu, regime, request, out, s1.leaf.address, pa);
	return true;
}

bool walk_recheck(const struct regime *regime, const struct request *request,
	const struct translated *entry, struct mmu_fault *fault)
{
	if (!stage1_check(regime, request, entry->s1_device, entry->perms, entry->s1_level, fault))
		return false;
	if (!regime->s2_enabled)
		return true;
	if (stage2_check(regime, request, false, entry->s1_device, entry->s2_device, entry->perms,
		    entry->s2_level, fault))
		return true;
	fault->ipa = entry->ipa | bits(request->va, entry->shift - 1u, 0);
	return false;
}
