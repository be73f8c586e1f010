/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The translation of an access: its context, its alignment, and the TLB before the walks.
 */
#include "mmu/access.h"

#include "timing/translate.h"

static struct mmu_context *context_at(struct cpu *cpu, unsigned el)
{
	struct context *ctx = cpu->ctx_of[el][0];

	return LIKELY(ctx != NULL) ? (struct mmu_context *)ctx : context_get(cpu, el, false);
}

/*
 * LDTR and STTR have EL0's permissions at EL1, and at EL2 while EL0 belongs to it; not with UAO,
 * nor at EL1 with {NV,NV1} = {1,1}. HYPERVISOR-SPEC HW-8
 */
static bool is_unprivileged(const struct cpu *cpu)
{
	if (cpu->pstate.uao)
		return false;
	if (cpu->pstate.el == EL1)
		return !context_of(cpu)->regime.nv1;
	return cpu->pstate.el == EL2 && is_in_host(cpu);
}

/* The context whose host TLB has the permissions of the access. */
struct mmu_context *access_context(struct cpu *cpu, unsigned flags)
{
	if (flags & ACC_VNCR)
		return context_at(cpu, EL2);
	if ((flags & ACC_UNPRIVILEGED) && is_unprivileged(cpu))
		return context_at(cpu, EL0);
	return context_of(cpu);
}

/* A tag byte where tags are not ignored must reach the walk's checks; EL0 under E0PD too. */
static bool may_be_cached(const struct regime *regime, const struct request *request)
{
	const struct tables *tables = regime_tables(regime, request->va);

	if (tables->no_el0 && request->el0)
		return false;
	return canonical_va(request->va) == request->va || has_tag(tables, request);
}

/* What a timed PE's micro TLB does not have, host TLBs do not have. */
static void use_micro_tlb(struct cpu *cpu, bool code, const struct tlb_entry *entry)
{
	unsigned old = timing_micro_tlb(&cpu->timed, code, (unsigned)(entry - cpu->tlb->entry));

	if (old != NO_TLB_ENTRY)
		tlb_drop_derived(cpu, old);
}

static void time_translation(
	struct cpu *cpu, const struct request *request, struct tlb_entry *entry, struct hit *hit)
{
	hit->is_uncached = !attr_is_write_back(hit->t.attr);
	if (entry != NULL)
		use_micro_tlb(cpu, request->kind == ACCESS_FETCH, entry);
}

static struct tlb_entry *find_entry(struct cpu *cpu, u64 space, const struct request *request)
{
	struct tlb_entry *entry = tlb_find(cpu->tlb, space, request->va);

	return LIKELY(cpu->mmu->kept == NULL) ? entry : retain_find(cpu, space, request, entry);
}

/* Through the TLB. */
bool access_translate(struct cpu *cpu, const struct mmu_context *ctx, const struct request *request,
	struct hit *hit)
{
	const struct regime *regime = &ctx->regime;
	bool is_flat = !regime->s1_enabled && !regime->s2_enabled;
	struct tlb_entry *entry = NULL;
	struct mmu_fault fault = { 0 };

	if (!is_flat && may_be_cached(regime, request))
		entry = find_entry(cpu, regime->space, request);
	if (entry != NULL && !perms_need_update(entry->t.perms, request)) {
		if (!walk_recheck(regime, request, &entry->t, &fault))
			return mmu_report(cpu, request, &fault);
		hit->t = entry->t;
		if (UNLIKELY(cpu->mmu->kept != NULL) && request->kind != ACCESS_FETCH)
			retain_use(cpu, regime->kind, request, entry);
	} else {
		if (cpu_is_timed(cpu) && !is_flat)
			timing_walk(&cpu->timed, request->kind == ACCESS_FETCH);
		if (!walk_translate(cpu, regime, request, &hit->t, &fault))
			return mmu_report(cpu, request, &fault);
		if (entry != NULL)
			tlb_remove(cpu, entry);
		if (!is_flat)
			entry = tlb_insert(cpu, regime->space, request->va, &hit->t, entry == NULL);
		if (UNLIKELY(cpu->mmu->kept != NULL) && entry != NULL)
			retain_use(cpu, regime->kind, request, entry);
	}
	hit->pa = hit->t.pa | bits(request->va, hit->t.shift - 1u, 0);
	hit->contexts = entry != NULL ? &entry->contexts : NULL;
	hit->is_uncached = false;
	if (cpu_is_timed(cpu))
		time_translation(cpu, request, entry, hit);
	return true;
}

bool access_translate_halves(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, unsigned size, struct halves *out)
{
	out->size[0] = (unsigned)(PAGE_SIZE - (request->va & (PAGE_SIZE - 1)));
	out->size[1] = size - out->size[0];
	out->request[0] = out->request[1] = *request;
	out->request[1].va += out->size[0];
	return access_translate(cpu, ctx, &out->request[0], &out->hit[0]) &&
	       access_translate(cpu, ctx, &out->request[1], &out->hit[1]);
}

bool access_report_alignment(struct cpu *cpu, const struct request *request)
{
	struct mmu_fault fault = { .status = FSC_ALIGNMENT };

	return mmu_report(cpu, request, &fault);
}

bool access_report_external(struct cpu *cpu, const struct request *request)
{
	struct mmu_fault fault = { .status = FSC_EXTERNAL };

	return mmu_report(cpu, request, &fault);
}

/*
 * Is a misaligned access refused whatever the memory type? With FEAT_LSE2 not if it is atomic or
 * ordered, but inside 16 bytes; nor, with SCTLR.nAA, an ordered one anywhere.
 * AArch64.CheckAlignment
 */
bool access_is_refused(
	const struct mmu_context *ctx, const struct request *request, unsigned size, unsigned flags)
{
	const struct regime *regime = &ctx->regime;

	if (!request->misaligned)
		return false;
	if (regime->check_alignment)
		return true;
	if (!(flags & (ACC_ORDERED | ACC_ATOMIC)))
		return false;
	if (!regime->lse2)
		return true;
	return (request->va & 15) + size > 16 && ((flags & ACC_ATOMIC) || !regime->naa);
}

bool mmu_translate(struct cpu *cpu, u64 va, struct access access, struct translation *out)
{
	struct mmu_context *ctx = access_context(cpu, access.flags);
	struct request request =
		request_of(ctx, va, (enum access_kind)access.kind, access.flags, access.size);
	struct hit hit;

	if (access_is_refused(ctx, &request, access.size, access.flags))
		return access_report_alignment(cpu, &request);
	if (!access_translate(cpu, ctx, &request, &hit))
		return false;
	*out = (struct translation){ .pa = PA(hit.pa),
		.page_size = BIT(hit.t.shift),
		.is_device = attr_is_device(hit.t.attr),
		.attributes = hit.t.attr,
		.shareability = hit.t.sh };
	return true;
}

bool mmu_check_watched_store(struct cpu *cpu, u64 va, unsigned size)
{
	struct request request = request_of(context_of(cpu), va, ACCESS_WRITE, 0, 1);

	return LIKELY(!cpu->debug_watches) || watch_check(cpu, &request, size);
}
