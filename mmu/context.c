/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool of contexts, found by an exact key of all controls, and the emptying of their host TLBs.
 *
 * A host TLB hit must be what a lookup of the architectural TLB would give now. So an entry is only
 * put here with a TLB entry behind it (or a flat translation that cannot change), the TLB entry
 * notes the context, and both go together. A context is pure speed: recycling one is invisible.
 *
 * A new context whose key differs only in TTBR (tables changed, ASID kept, no TLBI) starts with an
 * empty host TLB, but its misses find old TLB entries of that ASID: the retention that the
 * architecture allows, the same in every engine.
 */
#include "mmu/retain.h"

#include <stdlib.h>
#include <string.h>

static const u64 sctlr_bits =
	SCTLR_EL1_M | SCTLR_EL1_A | SCTLR_EL1_C | SCTLR_EL1_nAA | SCTLR_EL1_I | SCTLR_EL1_WXN;
static const u64 hcr_bits = HCR_EL2_VM | HCR_EL2_PTW | HCR_EL2_DC | HCR_EL2_CD | HCR_EL2_ID |
			    HCR_EL2_TGE | HCR_EL2_NV | HCR_EL2_NV1 | HCR_EL2_FWB;

/* ---- Keys ---- */

static void key_el10(const struct cpu *cpu, struct context_key *key)
{
	const u64 *sys = cpu->sys;

	key->sctlr = sys[SR_SCTLR_EL1] & sctlr_bits;
	key->tcr = sys[SR_TCR_EL1];
	key->hcr = sys[SR_HCR_EL2] & hcr_bits;
	key->vttbr = sys[SR_VTTBR_EL2]; /* the VMID tags entries even without stage 2 */
	key->vtcr = sys[SR_VTCR_EL2];
	key->ttbr0 = sys[SR_TTBR0_EL1];
	key->ttbr1 = sys[SR_TTBR1_EL1];
	key->mair = sys[SR_MAIR_EL1];
}

static void key_el2(const struct cpu *cpu, struct context_key *key)
{
	const u64 *sys = cpu->sys;

	key->sctlr = sys[SR_SCTLR_EL2] & sctlr_bits;
	key->tcr = sys[SR_TCR_EL2];
	key->ttbr0 = sys[SR_TTBR0_EL2];
	key->ttbr1 = sys[SR_TTBR1_EL2];
	key->mair = sys[SR_MAIR_EL2];
}

static void key_build(
	const struct cpu *cpu, enum regime_kind kind, bool el0, bool pan, struct context_key *key)
{
	*key = (struct context_key){ .space = kind,
		.who = (u64)el0 | (u64)pan << 1 | (u64)cpu->debug_watches << 2 |
		       (u64)cpu->bypass_host_tlb << 3 };
	if (kind == REGIME_EL10)
		key_el10(cpu, key);
	else
		key_el2(cpu, key);
}

static const u64 who_mask = 3; /* without watchpoints and bypass_host_tlb */

/* Of the code that is executed. */
static struct context_key key_of_code(const struct cpu *cpu)
{
	struct context_key key;

	key_build(cpu, regime_kind_of(cpu, cpu->pstate.el), cpu->pstate.el == EL0, false, &key);
	key.who &= who_mask;
	return key;
}

static unsigned key_bucket(const struct context_key *key)
{
	u64 hash = key->ttbr0 ^ key->ttbr1 * 3 ^ key->vttbr * 5 ^ key->hcr * 7 ^ key->tcr * 11 ^
		   key->sctlr * 13 ^ key->space * 17 ^ key->who * 19 ^ key->vtcr;

	return (unsigned)(hash * 0x9e3779b97f4a7c15ull >> 32) % CONTEXT_BUCKETS;
}

/* ---- The pool ---- */

static void forget(struct cpu *cpu, const struct mmu_context *ctx)
{
	struct mmu_context **link = &cpu->mmu->bucket[key_bucket(&ctx->key)];

	while (*link != ctx)
		link = &(*link)->bucket_next;
	*link = ctx->bucket_next;
	for (unsigned el = 0; el < EL_COUNT; el++) {
		for (unsigned pan = 0; pan < 2; pan++) {
			if (cpu->ctx_of[el][pan] == &ctx->tables)
				cpu->ctx_of[el][pan] = NULL;
		}
	}
}

/* The longest unused context that is not the current one. */
static struct mmu_context *recycle(struct cpu *cpu)
{
	struct mmu *mmu = cpu->mmu;
	struct mmu_context *oldest = NULL;

	for (unsigned i = 0; i < mmu->count; i++) {
		struct mmu_context *ctx = mmu->pool[i];

		if (&ctx->tables != cpu->ctx &&
			(oldest == NULL || ctx->last_use < oldest->last_use))
			oldest = ctx;
	}
	forget(cpu, oldest);
	context_flush(oldest);
	return oldest;
}

static void empty_tables(struct mmu_context *ctx)
{
	for (unsigned i = 0; i < HOST_TLB_ENTRIES; i++) {
		ctx->tables.read[i].tag = TAG_NONE;
		ctx->tables.write[i].tag = TAG_NONE;
		ctx->tables.code[i].tag = TAG_NONE;
	}
}

static bool reserve(struct mmu *mmu, unsigned index)
{
	if (mmu->pool[index] == NULL)
		mmu->pool[index] = aligned_alloc(64, align_up(sizeof(struct mmu_context), 64));
	return mmu->pool[index] != NULL;
}

static struct mmu_context *allocate(struct mmu *mmu)
{
	struct mmu_context *ctx;

	if (mmu->count == CONTEXT_COUNT || !reserve(mmu, mmu->count))
		return NULL;
	ctx = mmu->pool[mmu->count];
	memset(ctx, 0, sizeof(*ctx));
	empty_tables(ctx);
	ctx->index = (u8)mmu->count++;
	return ctx;
}

static struct mmu_context *create(
	struct cpu *cpu, const struct context_key *key, enum regime_kind kind, bool el0, bool pan)
{
	struct mmu *mmu = cpu->mmu;
	struct mmu_context *ctx = allocate(mmu);
	struct mmu_context **bucket = &mmu->bucket[key_bucket(key)];

	if (ctx == NULL) /* the pool is full, or the host's memory */
		ctx = recycle(cpu);
	ctx->key = *key;
	ctx->el0 = el0;
	ctx->fills = cpu->debug_watches || cpu->bypass_host_tlb ? FILLS_NOTHING : FILLS_ALL;
	if (cpu->tells & TELLS_WATCHES)
		ctx->fills |= FILLS_UNWATCHED;
	regime_decode(cpu, kind, &ctx->regime);
	/* PAN is about pages that EL0 may access: there are none while stage 1 is off */
	ctx->pan = pan && ctx->regime.s1_enabled;
	ctx->bucket_next = *bucket;
	*bucket = ctx;
	return ctx;
}

struct mmu_context *context_get(struct cpu *cpu, unsigned el, bool pan)
{
	struct mmu *mmu = cpu->mmu;
	enum regime_kind kind = regime_kind_of(cpu, el);
	bool el0 = el == EL0, pan_matters = pan && !el0 && kind != REGIME_EL2;
	struct context_key key;
	struct mmu_context *ctx;

	key_build(cpu, kind, el0, pan_matters, &key);
	ctx = mmu->bucket[key_bucket(&key)];
	while (ctx != NULL && memcmp(&ctx->key, &key, sizeof(key)) != 0)
		ctx = ctx->bucket_next;
	if (ctx == NULL)
		ctx = create(cpu, &key, kind, el0, pan_matters);
	ctx->last_use = ++mmu->clock;
	cpu->ctx_of[el][pan] = &ctx->tables;
	return ctx;
}

struct context *mmu_select_context(struct cpu *cpu)
{
	cpu->ctx = &context_get(cpu, cpu->pstate.el, cpu->pstate.pan)->tables;
	return cpu->ctx;
}

/* ---- Emptying ---- */

static void drop_index(struct mmu_context *ctx, unsigned index, u64 va, unsigned shift)
{
	u64 compared = MASK(55, shift); /* the tag byte of a tagged address is not */
	struct context *t = &ctx->tables;

	if (((t->read[index].tag ^ va) & compared) == 0)
		t->read[index].tag = TAG_NONE;
	if (((t->write[index].tag ^ va) & compared) == 0)
		t->write[index].tag = TAG_NONE;
	if (((t->code[index].tag ^ va) & compared) == 0)
		t->code[index].tag = TAG_NONE;
}

static void drop_range(struct mmu_context *ctx, u64 va, unsigned shift)
{
	if (shift == PAGE_SHIFT) {
		drop_index(ctx, host_tlb_index(va), va, shift);
		return;
	}
	for (unsigned word = 0; word < COUNT(ctx->used); word++) {
		for (u64 left = ctx->used[word]; left != 0; left &= left - 1)
			drop_index(ctx, word * 64 + (unsigned)__builtin_ctzll(left), va, shift);
	}
}

void contexts_drop(struct cpu *cpu, u64 contexts, u64 va, unsigned shift)
{
	for (; contexts != 0; contexts &= contexts - 1)
		drop_range(cpu->mmu->pool[__builtin_ctzll(contexts)], va, shift);
}

void context_flush(struct mmu_context *ctx)
{
	for (unsigned word = 0; word < COUNT(ctx->used); word++) {
		for (u64 left = ctx->used[word]; left != 0; left &= left - 1) {
			unsigned index = word * 64 + (unsigned)__builtin_ctzll(left);

			ctx->tables.read[index].tag = TAG_NONE;
			ctx->tables.write[index].tag = TAG_NONE;
			ctx->tables.code[index].tag = TAG_NONE;
		}
		ctx->used[word] = 0;
	}
}

static void drop_all_writes(struct mmu_context *ctx)
{
	for (unsigned word = 0; word < COUNT(ctx->used); word++) {
		for (u64 left = ctx->used[word]; left != 0; left &= left - 1)
			ctx->tables.write[word * 64 + (unsigned)__builtin_ctzll(left)].tag =
				TAG_NONE;
	}
}

void contexts_flush(struct cpu *cpu, u64 contexts)
{
	for (; contexts != 0; contexts &= contexts - 1)
		context_flush(cpu->mmu->pool[__builtin_ctzll(contexts)]);
}

void mmu_memory_moved(const struct cpu_group *group)
{
	for (unsigned i = 0; i < group->count; i++) {
		struct mmu *mmu = group->cpu[i]->mmu;

		for (unsigned j = 0; j < mmu->count; j++)
			context_flush(mmu->pool[j]);
	}
}

void mmu_watch_writes(const struct cpu_group *group)
{
	for (unsigned i = 0; i < group->count; i++) {
		struct mmu *mmu = group->cpu[i]->mmu;

		for (unsigned j = 0; j < mmu->count; j++)
			drop_all_writes(mmu->pool[j]);
	}
}

void contexts_watch(struct cpu *cpu, bool watches)
{
	for (unsigned i = 0; i < cpu->mmu->count; i++) {
		struct mmu_context *ctx = cpu->mmu->pool[i];

		ctx->fills =
			(u8)((ctx->fills & ~FILLS_UNWATCHED) | (watches ? FILLS_UNWATCHED : 0));
		context_flush(ctx);
	}
}

/* ---- Code pages ---- */

static void drop_writes(struct mmu_context *ctx, const u8 *host)
{
	for (unsigned word = 0; word < COUNT(ctx->used); word++) {
		for (u64 left = ctx->used[word]; left != 0; left &= left - 1) {
			struct host_tlb_entry *entry =
				&ctx->tables.write[word * 64 + (unsigned)__builtin_ctzll(left)];

			if (PAGE_BASE(entry->tag) + entry->addend == (u64)(uintptr_t)host)
				entry->tag = TAG_NONE;
		}
	}
}

void mmu_protect_code_page(struct cpu *cpu, pa_t page)
{
	struct ram_region *region = memory_find(cpu->memory, page, PAGE_SIZE);
	u8 *flags;
	const u8 *host;

	if (region == NULL)
		return;
	flags = &region->page_flags[(page.v - region->base.v) >> PAGE_SHIFT];
	if (!(*flags & PAGE_HOST_WRITE))
		return;
	*flags &= (u8)~PAGE_HOST_WRITE;
	host = region->host + (page.v - region->base.v);
	for (unsigned i = 0; i < cpu->group->count; i++) {
		struct mmu *mmu = cpu->group->cpu[i]->mmu;

		for (unsigned j = 0; j < mmu->count; j++)
			drop_writes(mmu->pool[j], host);
	}
}

static void unlink_code(struct mmu *mmu, const struct uop *code)
{
	for (unsigned j = 0; j < mmu->count; j++) {
		struct mmu_context *ctx = mmu->pool[j];

		for (unsigned word = 0; word < COUNT(ctx->used); word++) {
			for (u64 left = ctx->used[word]; left != 0; left &= left - 1) {
				struct code_link *link =
					&ctx->tables
						 .code[word * 64 + (unsigned)__builtin_ctzll(left)];

				if (code == NULL || link->code == code)
					link->tag = TAG_NONE;
			}
		}
	}
}

void mmu_bypass_host_tlb(struct cpu *cpu, bool bypass)
{
	cpu->bypass_host_tlb = bypass;
	memset(cpu->ctx_of, 0, sizeof(cpu->ctx_of));
	mmu_select_context(cpu);
}

void mmu_unlink_code(struct cpu *cpu, const struct uop *code)
{
	if (code == NULL) {
		unlink_code(cpu->mmu, NULL);
		return;
	}
	for (unsigned i = 0; i < cpu->group->count; i++)
		unlink_code(cpu->group->cpu[i]->mmu, code);
}

/* ---- Code that is held ---- */

void mmu_hold_code(struct cpu *cpu, u64 va, pa_t page)
{
	cpu->mmu->held.key = key_of_code(cpu);
	cpu->mmu->held.va = va;
	cpu->mmu->held.page = page;
	cpu->mmu->held.is_valid = true;
}

void mmu_release_code(struct cpu *cpu)
{
	cpu->mmu->held.is_valid = false;
}

struct place mmu_held_code(struct cpu *cpu)
{
	struct mmu *mmu = cpu->mmu;
	struct ram_region *region = NULL;
	struct context_key key;

	if (mmu->held.is_valid && mmu->held.va == cpu->pc) {
		key = key_of_code(cpu);
		if (memcmp(&key, &mmu->held.key, sizeof(key)) == 0)
			region = memory_find(cpu->memory, mmu->held.page, PAGE_SIZE);
	}
	mmu_release_code(cpu);
	if (region == NULL)
		return (struct place){ .ok = false };
	return (struct place){ .host = region->host + (mmu->held.page.v - region->base.v),
		.pa = mmu->held.page,
		.ok = true };
}

/* ---- Creation ---- */

bool mmu_create(struct cpu *cpu)
{
	cpu->tlb = aligned_alloc(64, align_up(sizeof(*cpu->tlb), 64));
	cpu->mmu = calloc(1, sizeof(*cpu->mmu));
	/* two contexts at least, so that there is always one to recycle beside the current one */
	if (cpu->tlb == NULL || cpu->mmu == NULL || !reserve(cpu->mmu, 0) ||
		!reserve(cpu->mmu, 1)) {
		mmu_destroy(cpu);
		return false;
	}
	memset(cpu->tlb, 0, sizeof(*cpu->tlb));
	return true;
}

void mmu_destroy(struct cpu *cpu)
{
	for (unsigned i = 0; cpu->mmu != NULL && i < CONTEXT_COUNT; i++)
		free(cpu->mmu->pool[i]);
	if (cpu->mmu != NULL)
		free(cpu->mmu->kept);
	free(cpu->mmu);
	free(cpu->tlb);
	cpu->mmu = NULL;
	cpu->tlb = NULL;
	cpu->ctx = NULL;
}

void mmu_reset(struct cpu *cpu)
{
	memset(cpu->tlb, 0, sizeof(*cpu->tlb));
	memset(cpu->mmu->bucket, 0, sizeof(cpu->mmu->bucket));
	memset(cpu->ctx_of, 0, sizeof(cpu->ctx_of));
	cpu->mmu->count = 0;
	cpu->mmu->clock = 0;
	mmu_release_code(cpu);
	retain_reset(cpu);
	exclusive_clear(cpu);
	mmu_select_context(cpu);
}
