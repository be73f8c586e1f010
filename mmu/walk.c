/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The translation table walks: stage 1, stage 2 and both, level by level, with every check in the
 * order of AArch64.FullTranslate (DDI 0487, shared/translation). Does not know the TLB.
 */
#include "cpu/events.h"
#include "mmu/retain.h"
#include "mmu/tell.h"

#include <string.h>

#include "timing/translate.h"

enum {
	DESC_VALID = 0,
	DESC_TABLE = 1,
	DESC_AF = 10,
	DESC_GP = 50,
	DESC_DBM = 51,
	DESC_CONTIGUOUS = 52
};
#define DESC_AP2   BIT(7) /* stage 1: read-only */
#define DESC_S2AP1 BIT(7) /* stage 2: writable */

enum { FLAT_SHIFT = 48 /* log2 of the "block" that stage 1 maps while it is off */ };

/* The output of one stage. */
struct stage_output {
	struct leaf leaf;
	unsigned perms;
	unsigned attr;
	unsigned sh;
};

static bool stage2_translate(struct cpu *cpu, const struct regime *regime, u64 ipa,
	const struct request *request, bool for_walk, struct stage_output *out,
	struct mmu_fault *fault);

/* Who looks on spends no time of the guest. */
static bool takes_time(const struct cpu *cpu, const struct regime *regime)
{
	return cpu_is_timed(cpu) && regime->inspection == NULL;
}

/* Who asks only where it leads is not held up by permissions. */
static bool asks_only_where(const struct regime *regime)
{
	return UNLIKELY(regime->inspection != NULL) && !regime->inspection->what.is_checked;
}

static void note_step(const struct regime *regime, const struct inspected_step *step)
{
	struct inspection *inspection = regime->inspection;

	if (inspection->count < COUNT(inspection->step))
		inspection->step[inspection->count++] = *step;
}

/* ---- Descriptors in memory ---- */

static u64 descriptor_load(const u8 *host)
{
	u64 descriptor;

	memcpy(&descriptor, host, sizeof(descriptor));
	return descriptor;
}

/*
 * Where stage 1's descriptor at `address` is in physical memory: stage 2 translates it as a read,
 * or as a write when the descriptor is to be updated (HYPERVISOR-SPEC HW-25).
 */
static bool walk_address(struct cpu *cpu, const struct regime *regime, u64 address, bool update,
	u64 *pa, struct mmu_fault *fault)
{
	struct request walk = { .kind = update ? ACCESS_ATOMIC : ACCESS_READ };
	struct stage_output s2;

	if (!regime->s2_enabled) {
		*pa = address;
		return true;
	}
	if (!stage2_translate(cpu, regime, address, &walk, true, &s2, fault))
		return false;
	*pa = s2.leaf.address;
	return true;
}

static void see_old(struct cpu *cpu, u64 pa, struct leaf *leaf)
{
	u64 value = old_descriptor_read(cpu, pa, leaf->descriptor);

	leaf->is_kept = value != leaf->descriptor;
	leaf->descriptor = value;
}

static bool fetch_descriptor(struct cpu *cpu, const struct regime *regime,
	const struct tables *tables, unsigned level, struct leaf *leaf, struct mmu_fault *fault)
{
	u64 pa = leaf->where;

	if (!tables->stage2 && !walk_address(cpu, regime, leaf->where, false, &pa, fault))
		return false;
	leaf->region = memory_find(cpu->memory, PA(pa), 8);
	if (UNLIKELY(leaf->region == NULL))
		return mmu_fail(fault, tables->stage2, FSC_EXTERNAL_ON_WALK, level);
	leaf->host = leaf->region->host + (pa - leaf->region->base.v);
	leaf->descriptor = descriptor_load(leaf->host);
	leaf->is_kept = false;
	if (UNLIKELY(cpu->mmu->kept != NULL) && regime->inspection == NULL)
		see_old(cpu, pa, leaf);
	if (UNLIKELY(regime->inspection != NULL))
		note_step(regime,
			&(struct inspected_step){ .stage = tables->stage2 ? 2 : 1,
				.level = (u8)level,
				.for_walk = tables->stage2 && regime->inspection->is_for_walk,
				.address = leaf->where,
				.pa = PA(pa),
				.descriptor = leaf->descriptor });
	else if (event_wanted(cpu, EVENT_TABLE_WRITE))
		tell_table(cpu, leaf->region, PA(pa));
	if (takes_time(cpu, regime))
		timing_walk_read(&cpu->timed, PA(pa), tables->stage2);
	return true;
}

/* FEAT_HAFDBS: replaces the leaf's descriptor. AArch64.MemSwapTableDesc */
static bool update_descriptor(struct cpu *cpu, const struct regime *regime, bool stage2,
	struct leaf *leaf, u64 descriptor, struct mmu_fault *fault)
{
	u64 pa;

	if (!stage2 && !walk_address(cpu, regime, leaf->where, true, &pa, fault))
		return false;
	if (leaf->region->read_only)
		return mmu_fail(fault, stage2, FSC_EXTERNAL_ON_WALK, leaf->level);
	if (UNLIKELY(regime->inspection != NULL)) {
		leaf->descriptor = descriptor; /* as it would be */
		return true;
	}
	pa = leaf->region->base.v + (u64)(leaf->host - leaf->region->host);
	if (UNLIKELY(cpu->tells != 0))
		tell_update(cpu, PA(pa), descriptor);
	memcpy(leaf->host, &descriptor, sizeof(descriptor));
	leaf->descriptor = descriptor;
	cpu->mmu->updates_descriptor = true;
	memory_written(cpu->memory, PA(pa), sizeof(descriptor));
	cpu->mmu->updates_descriptor = false;
	return true;
}

/* ---- The walk ---- */

/* Blocks exist at level 1 with 4 KiB granules only, and at level 2. */
static bool may_be_block(const struct tables *tables, unsigned level)
{
	return level == 2 || (level == 1 && tables->granule == 12);
}

/* log2 of the number of entries that the Contiguous bit joins. DDI 0487 D8.6.1 */
static unsigned contiguous_bits(const struct tables *tables, unsigned level)
{
	switch (tables->granule) {
	case 12: return 4;
	case 14: return level == 3 ? 7 : 5;
	default: return 5;
	}
}

/* A set that is not mapped as one range is a mistake of the guest; the bit is then ignored. */
static unsigned contiguous_shift(
	const struct tables *tables, u64 descriptor, u64 input, unsigned level, unsigned shift)
{
	unsigned larger = shift + contiguous_bits(tables, level);

	if (larger > tables->input_bits || ((descriptor ^ input) & MASK(larger - 1, shift)))
		return shift;
	return larger;
}

/* The permission bits of a table descriptor are for all below. AArch64.S1ApplyTablePerms */
static void apply_table_permissions(const struct tables *tables, struct leaf *leaf)
{
	if (tables->stage2 || tables->hpd)
		return;
	leaf->ap_table |= (u8)bits(leaf->descriptor, 62, 61);
	leaf->uxn_table |= bit(leaf->descriptor, 60);
	leaf->pxn_table |= bit(leaf->descriptor, 59);
}

static bool is_too_large(const struct tables *tables, u64 address)
{
	return address >> tables->output_bits != 0;
}

/* For the caches of walks of timed PEs: whose tables they are, and which of them is the last. */
static u64 walk_space(const struct regime *regime, const struct tables *tables)
{
	return regime->space | (u64)(tables - regime->range) << 63;
}

static u64 last_table(const struct tables *tables, u64 input)
{
	return input >> (2u * tables->granule - 3);
}

_Static_assert((int)WALK_EL10 == REGIME_EL10 && (int)WALK_EL2 == REGIME_EL2 &&
		       (int)WALK_EL20 == REGIME_EL20,
	"events tell regimes by number");

static void tell_whose(const struct regime *regime, struct event *event)
{
	event->regime = (u8)regime->kind;
	event->asid = (u16)get_field(regime->space, SPACE_ASID);
	event->vmid = (u16)get_field(regime->space, SPACE_VMID);
}

static __attribute__((noinline)) void emit_descriptor(struct cpu *cpu, const struct regime *regime,
	const struct tables *tables, unsigned level, u64 input, const struct leaf *leaf)
{
	u64 pa = leaf->region->base.v + (u64)(leaf->host - leaf->region->host);
	struct event event = { .kind = EVENT_DESCRIPTOR,
		.pc = cpu->pc,
		.pa = pa,
		.value = leaf->descriptor,
		.walk_level = (u8)level,
		.page_size = BIT(tables->granule),
		.stage2 = tables->stage2,
		.two_stages = regime->s2_enabled,
		.upper = tables == &regime->range[1],
		.va = tables->stage2 ? 0 : input,
		.ipa = tables->stage2 ? input : 0 };

	tell_whose(regime, &event);
	event_emit(cpu, &event);
}

/* Is what walks have read kept for later ones? Not that of who looks on. */
static bool is_kept(const struct cpu *cpu, const struct regime *regime)
{
	return UNLIKELY(cpu->mmu->kept != NULL) && regime->inspection == NULL;
}

/* AArch64.S1Walk and AArch64.S2Walk: to the block or page descriptor that maps `input`. */
static bool walk_tables(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, struct leaf *leaf, struct mmu_fault *fault)
{
	bool is_told = event_wanted(cpu, EVENT_DESCRIPTOR) && regime->inspection == NULL;
	unsigned stride = tables->granule - 3u, level = tables->start_level;
	unsigned shift = tables->granule + (3 - level) * stride;
	unsigned top = tables->input_bits; /* the index is input<top-1:shift> */
	unsigned known = NO_LEVEL;
	u64 table = tables->base;

	if (takes_time(cpu, regime) && !tables->stage2)
		timing_walk_begin(
			&cpu->timed, walk_space(regime, tables), last_table(tables, input), level);
	leaf->ap_table = 0;
	leaf->uxn_table = leaf->pxn_table = false;
	if (is_too_large(tables, table))
		return mmu_fail(fault, tables->stage2, FSC_ADDRESS_SIZE, 0);
	if (is_kept(cpu, regime))
		known = walk_cache_find(cpu, regime, tables, input, leaf);
	if (UNLIKELY(known != NO_LEVEL)) {
		level = known;
		shift = tables->granule + (3 - level) * stride;
		leaf->is_kept = true;
	}
	for (;; level++, top = shift, shift -= stride) {
		u64 d;

		leaf->where = table + (bits(input, top - 1, shift) << 3);
		if (LIKELY(level != known)) {
			if (!fetch_descriptor(cpu, regime, tables, level, leaf, fault))
				return false;
			if (is_told)
				emit_descriptor(cpu, regime, tables, level, input, leaf);
		}
		d = leaf->descriptor;
		if (!bit(d, DESC_VALID))
			return mmu_fail(fault, tables->stage2, FSC_TRANSLATION, level);
		if (level == 3 ? bit(d, DESC_TABLE) : !bit(d, DESC_TABLE))
			break;
		if (level == 3)
			return mmu_fail(fault, tables->stage2, FSC_TRANSLATION, level);
		table = d & MASK(47, tables->granule);
		if (is_too_large(tables, table))
			return mmu_fail(fault, tables->stage2, FSC_ADDRESS_SIZE, level);
		apply_table_permissions(tables, leaf);
		if (is_kept(cpu, regime) && level != known)
			walk_cache_note(cpu, regime, tables, input, level, leaf);
	}
	if (level < 3 && !may_be_block(tables, level))
		return mmu_fail(fault, tables->stage2, FSC_TRANSLATION, level);
	leaf->address = (leaf->descriptor & MASK(47, shift)) | (input & MASK(shift - 1, 0));
	if (is_too_large(tables, leaf->address))
		return mmu_fail(fault, tables->stage2, FSC_ADDRESS_SIZE, level);
	if (takes_time(cpu, regime) && !tables->stage2 && level == 3)
		timing_walk_end(&cpu->timed, walk_space(regime, tables), last_table(tables, input));
	leaf->level = (u8)level;
	leaf->shift = (u8)shift;
	if (bit(leaf->descriptor, DESC_CONTIGUOUS))
		leaf->shift = (u8)contiguous_shift(tables, leaf->descriptor, input, level, shift);
	return true;
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
	if (updated != leaf->descriptor &&
		!update_descriptor(cpu, regime, true, leaf, updated, fault))
		return false;
	if (is_kept(cpu, regime) && !leaf->is_kept)
		walk_cache_note(cpu, regime, tables, ipa, leaf->level, leaf);
	out->perms = perms_stage2(regime, leaf->descriptor);
	return true;
}

/* AArch64.S2Translate */
static bool stage2_translate(struct cpu *cpu, const struct regime *regime, u64 ipa,
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
	if (!update_descriptor(cpu, regime, false, leaf, updated, fault))
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

	if (!stage2_translate(cpu, regime, request->va, request, false, &s2, fault))
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
		if (!stage2_translate(cpu, regime, s1.leaf.address, request, false, &s2, fault))
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
