/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory accesses of the handlers: translation through the TLBs, RAM or bus, pages and pieces.
 * Knows contexts and physical memory; does not know descriptors.
 */
#include "mmu/retain.h"

#include <string.h>

#include "mmu/tell.h"
#include "timing/translate.h"

/* ---- Translation ---- */

/* A translation of the first byte, and what has to note that a host TLB uses it. */
struct hit {
	u64 pa;
	struct translated t;
	u64 *contexts;	  /* NULL: flat, needs no TLB entry behind it */
	bool is_uncached; /* of a timed PE: each access is told, so none uses host TLBs */
};

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
static struct mmu_context *access_context(struct cpu *cpu, unsigned flags)
{
	if (flags & ACC_VNCR)
		return context_at(cpu, EL2);
	if ((flags & ACC_UNPRIVILEGED) && is_unprivileged(cpu))
		return context_at(cpu, EL0);
	return context_of(cpu);
}

static struct request request_of(
	const struct mmu_context *ctx, u64 va, enum access_kind kind, unsigned flags, unsigned size)
{
	return (struct request){ .va = va,
		.kind = (u8)kind,
		.el0 = ctx->el0,
		.pan = ctx->pan && kind != ACCESS_CACHE,
		.misaligned =
			kind != ACCESS_CACHE && kind != ACCESS_FETCH && (va & (size - 1)) != 0,
		.invalidates = flags & ACC_INVALIDATE,
		.zva = flags & ACC_ZVA,
		.is_release = flags & ACC_ORDERED,
		.vncr = flags & ACC_VNCR };
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

static struct tlb_entry *find_entry(struct cpu *cpu, u64 space, u64 va)
{
	struct tlb_entry *entry = tlb_find(cpu->tlb, space, va);

	return LIKELY(cpu->mmu->kept == NULL) ? entry : retain_find(cpu, space, va, entry);
}

/* Through the TLB. */
static bool translate(struct cpu *cpu, const struct mmu_context *ctx, const struct request *request,
	struct hit *hit)
{
	const struct regime *regime = &ctx->regime;
	bool is_flat = !regime->s1_enabled && !regime->s2_enabled;
	struct tlb_entry *entry = NULL;
	struct mmu_fault fault = { 0 };

	if (!is_flat && may_be_cached(regime, request))
		entry = find_entry(cpu, regime->space, request->va);
	if (entry != NULL && !perms_need_update(entry->t.perms, request)) {
		if (!walk_recheck(regime, request, &entry->t, &fault))
			return mmu_report(cpu, request, &fault);
		hit->t = entry->t;
	} else {
		if (cpu_is_timed(cpu) && !is_flat)
			timing_walk(&cpu->timed, request->kind == ACCESS_FETCH);
		if (!walk_translate(cpu, regime, request, &hit->t, &fault))
			return mmu_report(cpu, request, &fault);
		if (entry != NULL)
			tlb_remove(cpu, entry);
		if (!is_flat)
			entry = tlb_insert(cpu, regime->space, request->va, &hit->t, entry == NULL);
	}
	hit->pa = hit->t.pa | bits(request->va, hit->t.shift - 1u, 0);
	hit->contexts = entry != NULL ? &entry->contexts : NULL;
	hit->is_uncached = false;
	if (UNLIKELY(cpu->mmu->kept != NULL) && entry != NULL)
		retain_use(cpu, regime->kind, request, entry);
	if (cpu_is_timed(cpu))
		time_translation(cpu, request, entry, hit);
	return true;
}

static bool report_alignment(struct cpu *cpu, const struct request *request)
{
	struct mmu_fault fault = { .status = FSC_ALIGNMENT };

	return mmu_report(cpu, request, &fault);
}

static bool report_external(struct cpu *cpu, const struct request *request)
{
	struct mmu_fault fault = { .status = FSC_EXTERNAL };

	return mmu_report(cpu, request, &fault);
}

/*
 * Is a misaligned access refused whatever the memory type? With FEAT_LSE2 not if it is atomic or
 * ordered, but inside 16 bytes; nor, with SCTLR.nAA, an ordered one anywhere.
 * AArch64.CheckAlignment
 */
static bool is_refused(
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

	if (is_refused(ctx, &request, access.size, access.flags))
		return report_alignment(cpu, &request);
	if (!translate(cpu, ctx, &request, &hit))
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

/* What a store writes, if that is known before. */
struct stored {
	u64 value;
	bool is_known;
};

static const struct stored unknown = { 0, false };

static struct stored stored(u64 value)
{
	return (struct stored){ value, true };
}

static unsigned bytes_in_page(u64 va, unsigned size)
{
	u64 left = PAGE_SIZE - (va & (PAGE_SIZE - 1));

	return (unsigned)smaller(left, size);
}

static __attribute__((noinline)) bool pass_watchers(struct cpu *cpu, const struct request *request,
	unsigned size, u64 pa, u64 next_pa, struct stored stored)
{
	struct told_access access = { .va = request->va,
		.value = stored.value,
		.pa = pa,
		.next_pa = next_pa,
		.size = size,
		.in_page = bytes_in_page(request->va, size),
		.reads = request->kind == ACCESS_READ || request->kind == ACCESS_ATOMIC,
		.writes = request_writes(request),
		.has_value = stored.is_known };

	if (cpu->debug_watches && !watch_check(cpu, request, size))
		return false;
	return cpu->tells == 0 || request->kind == ACCESS_CACHE || tell_access(cpu, &access);
}

/*
 * Watchpoints come behind the faults of translation, debuggers behind those. next_pa: in the second
 * page, if there is one. false: cpu->fault, or cpu->is_abandoned.
 */
static bool pass_watch(struct cpu *cpu, const struct request *request, unsigned size, u64 pa,
	u64 next_pa, struct stored stored)
{
	return LIKELY(!cpu->debug_watches && cpu->tells == 0) ||
	       pass_watchers(cpu, request, size, pa, next_pa, stored);
}

/* Of a store. */
static bool pass_watch_once(struct cpu *cpu, const struct request *request, unsigned size, u64 pa,
	u64 next_pa, u64 value, unsigned flags)
{
	return (flags & (ACC_TOLD | ACC_PLACED)) != 0 ||
	       pass_watch(cpu, request, size, pa, next_pa, stored(value));
}

/* ---- Filling the host TLB ---- */

static u64 host_tag(const struct mmu_context *ctx, u64 va, const struct hit *hit)
{
	bool aligned_only = ctx->regime.check_alignment || attr_is_device(hit->t.attr);

	return PAGE_BASE(va) | (aligned_only ? TAG_ALIGNED_ONLY : 0);
}

static void note_use(struct mmu_context *ctx, u64 va, const struct hit *hit)
{
	context_note_use(ctx, va);
	if (hit->contexts != NULL)
		*hit->contexts |= BIT(ctx->index);
}

static bool may_fill(const struct cpu *cpu, const struct mmu_context *ctx, u64 va,
	const struct hit *hit, bool write)
{
	if (LIKELY(ctx->fills == FILLS_ALL && !hit->is_uncached))
		return true;
	return !(ctx->fills & FILLS_NOTHING) && !hit->is_uncached &&
	       !tell_page_is_watched(cpu, va, hit->pa, write);
}

static void fill_read(const struct cpu *cpu, struct mmu_context *ctx, u64 va, const struct hit *hit,
	const struct ram_region *region)
{
	const u8 *host = region->host + (hit->pa - region->base.v);

	if (!may_fill(cpu, ctx, va, hit, false))
		return;
	ctx->tables.read[host_tlb_index(va)] =
		(struct host_tlb_entry){ host_tag(ctx, va, hit), (u64)(uintptr_t)host - va };
	note_use(ctx, va, hit);
}

/* After a write was translated, so the page is dirty. Pages with code stay on the slow path. */
static void fill_write(const struct cpu *cpu, struct mmu_context *ctx, u64 va,
	const struct hit *hit, struct ram_region *region)
{
	u64 offset = hit->pa - region->base.v;
	u8 *flags = &region->page_flags[offset >> PAGE_SHIFT];

	if ((*flags & (PAGE_HAS_CODE | PAGE_HAS_TABLES)) || !may_fill(cpu, ctx, va, hit, true))
		return;
	*flags |= PAGE_HOST_WRITE | PAGE_DIRTY;
	ctx->tables.write[host_tlb_index(va)] = (struct host_tlb_entry){ host_tag(ctx, va, hit),
		(u64)(uintptr_t)(region->host + offset) - va };
	note_use(ctx, va, hit);
}

/*
 * Where an entry that the fast path refused leads, when alignment was the reason: SCTLR.A or
 * Device memory with an aligned access.
 */
static u8 *aligned_hit(const struct host_tlb_entry *entry, u64 va, bool misaligned)
{
	if ((entry->tag | TAG_ALIGNED_ONLY) != (PAGE_BASE(va) | TAG_ALIGNED_ONLY) ||
		(misaligned && (entry->tag & TAG_ALIGNED_ONLY)))
		return NULL;
	return (u8 *)(uintptr_t)(va + entry->addend);
}

/* ---- RAM and bus ---- */

static u64 ram_load(const u8 *host, unsigned size)
{
	u64 data = 0;

	memcpy(&data, host, size); /* guest and host are little-endian */
	return data;
}

static bool is_bus_size(u64 pa, unsigned size)
{
	return (size & (size - 1)) == 0 && (pa & (size - 1)) == 0;
}

/* What a device cannot take in one piece goes byte by byte; Device memory never gets that far. */
static bool bus_load(struct cpu *cpu, u64 pa, unsigned size, u64 *data)
{
	u64 byte;

	if (is_bus_size(pa, size))
		return cpu->ops->bus_read(cpu, PA(pa), size, data);
	*data = 0;
	for (unsigned i = 0; i < size; i++) {
		if (!cpu->ops->bus_read(cpu, PA(pa + i), 1, &byte))
			return false;
		*data |= (byte & 0xff) << (8 * i);
	}
	return true;
}

static bool bus_store(struct cpu *cpu, u64 pa, unsigned size, u64 value)
{
	if (is_bus_size(pa, size))
		return cpu->ops->bus_write(cpu, PA(pa), size, value);
	for (unsigned i = 0; i < size; i++) {
		if (!cpu->ops->bus_write(cpu, PA(pa + i), 1, value >> (8 * i) & 0xff))
			return false;
	}
	return true;
}

static pa_t pa_of_host(const struct memory *memory, const u8 *host)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		const struct ram_region *region = &memory->region[i];
		u64 offset = (u64)((uintptr_t)host - (uintptr_t)region->host);

		if (offset < region->size)
			return PA(region->base.v + offset);
	}
	ENT_BUG("a host TLB entry points outside of memory");
}

/* ---- Timing ---- */

static bool is_told(const struct cpu *cpu)
{
	return cpu_is_timed(cpu) && !cpu->timed.is_service;
}

/* The accesses of a timed PE: of RAM that a host TLB has; of what was translated. */
static void time_host(struct cpu *cpu, const u8 *host, unsigned size, enum timing_access kind)
{
	if (!is_told(cpu))
		return;
	__builtin_prefetch(host); /* what misses in the model often misses here, too */
	timing_data(&cpu->timed, pa_of_host(cpu->memory, host), host, size, kind);
}

static void time_piece(struct cpu *cpu, const struct hit *hit, const struct ram_region *region,
	unsigned size, enum timing_access kind)
{
	if (!is_told(cpu))
		return;
	if (region == NULL || hit->is_uncached)
		timing_device(&cpu->timed, kind != TIMING_READ);
	else
		timing_data(&cpu->timed, PA(hit->pa), region->host + (hit->pa - region->base.v),
			size, kind);
}

/* Two pages are two lines. */
static void time_crossing(struct cpu *cpu)
{
	if (is_told(cpu))
		timing_crossing(&cpu->timed);
}

static enum timing_access timing_kind(const struct request *request)
{
	switch (request->kind) {
	case ACCESS_WRITE: return request->zva ? TIMING_ZERO : TIMING_WRITE;
	case ACCESS_ATOMIC: return TIMING_ATOMIC;
	default: return TIMING_READ;
	}
}

/* ---- Pieces ---- */

/* RAM for the access: ROM is the bus's business when written (flash commands). */
static struct ram_region *ram_for(struct cpu *cpu, u64 pa, unsigned size, bool write)
{
	struct ram_region *region = memory_find(cpu->memory, PA(pa), size);

	return region != NULL && write && region->read_only ? NULL : region;
}

static bool read_piece(struct cpu *cpu, const struct request *request, const struct hit *hit,
	unsigned size, u64 *data)
{
	struct ram_region *region = ram_for(cpu, hit->pa, size, false);

	time_piece(cpu, hit, region, size, TIMING_READ);
	if (region != NULL) {
		*data = ram_load(region->host + (hit->pa - region->base.v), size);
		return true;
	}
	return bus_load(cpu, hit->pa, size, data) || report_external(cpu, request);
}

static bool write_piece(struct cpu *cpu, const struct request *request, const struct hit *hit,
	unsigned size, u64 value)
{
	struct ram_region *region = ram_for(cpu, hit->pa, size, true);
	u64 offset;
	u8 *flags;

	time_piece(cpu, hit, region, size, TIMING_WRITE);
	if (region == NULL)
		return bus_store(cpu, hit->pa, size, value) || report_external(cpu, request);
	offset = hit->pa - region->base.v;
	if (UNLIKELY(cpu->mmu->kept != NULL))
		old_descriptor_store(cpu, region, hit->pa, size, request->is_release);
	memcpy(region->host + offset, &value, size);
	flags = &region->page_flags[offset >> PAGE_SHIFT];
	*flags |= PAGE_DIRTY;
	if (*flags & (PAGE_HAS_CODE | PAGE_HAS_TABLES))
		region_written(cpu->memory, region, PA(hit->pa), size);
	return true;
}

/* ---- Loads and stores ---- */

/* The two halves of an access that crosses pages, translated before either is performed. */
struct halves {
	struct request request[2];
	struct hit hit[2];
	unsigned size[2];
};

static bool translate_halves(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, unsigned size, struct halves *out)
{
	out->size[0] = (unsigned)(PAGE_SIZE - (request->va & (PAGE_SIZE - 1)));
	out->size[1] = size - out->size[0];
	out->request[0] = out->request[1] = *request;
	out->request[1].va += out->size[0];
	return translate(cpu, ctx, &out->request[0], &out->hit[0]) &&
	       translate(cpu, ctx, &out->request[1], &out->hit[1]);
}

static bool crosses_page(u64 va, unsigned size)
{
	return (va & (PAGE_SIZE - 1)) + size > PAGE_SIZE;
}

static struct loaded load_across(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, unsigned size)
{
	struct halves h;
	u64 low, high;

	time_crossing(cpu);
	if (!translate_halves(cpu, ctx, request, size, &h) ||
		!pass_watch(cpu, request, size, h.hit[0].pa, h.hit[1].pa, unknown) ||
		!read_piece(cpu, &h.request[0], &h.hit[0], h.size[0], &low) ||
		!read_piece(cpu, &h.request[1], &h.hit[1], h.size[1], &high))
		return (struct loaded){ .ok = false };
	return (struct loaded){ low | high << (8 * h.size[0]), true };
}

/* Of an access that somebody is told of: where it is, in one page or two. */
static bool locate(struct cpu *cpu, const struct mmu_context *ctx, const struct request *request,
	unsigned size, bool charges_crossing, struct halves *out)
{
	if (!crosses_page(request->va, size)) {
		out->request[0] = *request;
		out->size[0] = size;
		out->size[1] = 0;
		out->hit[1].pa = 0;
		return translate(cpu, ctx, request, &out->hit[0]);
	}
	if (charges_crossing)
		time_crossing(cpu);
	return translate_halves(cpu, ctx, request, size, out);
}

/* Once more: RAM is looked at, of a device the value is known. */
static u64 read_again(struct cpu *cpu, const struct hit *hit, unsigned size, u64 value)
{
	struct ram_region *region = ram_for(cpu, hit->pa, size, false);

	return region != NULL ? ram_load(region->host + (hit->pa - region->base.v), size) : value;
}

static bool read_halves(struct cpu *cpu, const struct halves *h, struct piece piece, u64 *value)
{
	u64 known = cpu->mmu->pieces.value[piece.number], high = 0;

	if (piece.is_done) {
		*value = read_again(cpu, &h->hit[0], h->size[0], known);
		if (h->size[1] != 0)
			*value |= read_again(cpu, &h->hit[1], h->size[1], known >> 8 * h->size[0])
				  << 8 * h->size[0];
		return true;
	}
	if (!read_piece(cpu, &h->request[0], &h->hit[0], h->size[0], value) ||
		(h->size[1] != 0 &&
			!read_piece(cpu, &h->request[1], &h->hit[1], h->size[1], &high)))
		return false;
	if (h->size[1] != 0)
		*value |= high << 8 * h->size[0];
	cpu->mmu->pieces.value[piece.number] = *value;
	return true;
}

static __attribute__((noinline)) struct loaded load_told(struct cpu *cpu, struct mmu_context *ctx,
	const struct request *request, unsigned size, unsigned flags)
{
	struct piece piece = tell_begin(cpu);
	struct ram_region *region;
	struct halves h;
	u64 value;

	if (!locate(cpu, ctx, request, size, !piece.is_repeated, &h))
		return (struct loaded){ .ok = false };
	if (!(flags & ACC_PLACED) &&
		!pass_watch(cpu, request, size, h.hit[0].pa, h.hit[1].pa, unknown))
		return (struct loaded){ .ok = false };
	region = ram_for(cpu, h.hit[0].pa, h.size[0], false);
	if (region != NULL && h.size[1] == 0)
		fill_read(cpu, ctx, request->va, &h.hit[0], region);
	if (!read_halves(cpu, &h, piece, &value))
		return (struct loaded){ .ok = false };
	return (struct loaded){ value, true };
}

struct loaded mmu_load(struct cpu *cpu, u64 va, unsigned size, unsigned flags)
{
	struct mmu_context *ctx = access_context(cpu, flags);
	struct request request = request_of(ctx, va, ACCESS_READ, flags, size);
	bool crosses = crosses_page(va, size);
	struct ram_region *region;
	struct hit hit;
	const u8 *host;
	u64 data;

	if (is_refused(ctx, &request, size, flags))
		return (struct loaded){ .ok = report_alignment(cpu, &request) };
	if (UNLIKELY(cpu->tells != 0))
		return load_told(cpu, ctx, &request, size, flags);
	if (crosses)
		return load_across(cpu, ctx, &request, size);
	host = aligned_hit(&ctx->tables.read[host_tlb_index(va)], va, request.misaligned);
	if (host != NULL) {
		time_host(cpu, host, size, TIMING_READ);
		return (struct loaded){ ram_load(host, size), true };
	}
	if (!translate(cpu, ctx, &request, &hit) ||
		!pass_watch(cpu, &request, size, hit.pa, 0, unknown))
		return (struct loaded){ .ok = false };
	region = ram_for(cpu, hit.pa, size, false);
	time_piece(cpu, &hit, region, size, TIMING_READ);
	if (LIKELY(region != NULL)) {
		fill_read(cpu, ctx, va, &hit, region);
		host = region->host + (hit.pa - region->base.v);
		return (struct loaded){ ram_load(host, size), true };
	}
	if (!bus_load(cpu, hit.pa, size, &data))
		return (struct loaded){ .ok = report_external(cpu, &request) };
	return (struct loaded){ data, true };
}

static bool store_across(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, unsigned size, u64 value, unsigned flags)
{
	struct halves h;

	if (!(flags & ACC_TOLD))
		time_crossing(cpu);
	return translate_halves(cpu, ctx, request, size, &h) &&
	       pass_watch_once(cpu, request, size, h.hit[0].pa, h.hit[1].pa, value, flags) &&
	       write_piece(cpu, &h.request[0], &h.hit[0], h.size[0], value) &&
	       write_piece(cpu, &h.request[1], &h.hit[1], h.size[1], value >> (8 * h.size[0]));
}

bool mmu_tell_store(struct cpu *cpu, u64 va, unsigned size, u64 value, unsigned flags)
{
	struct mmu_context *ctx = access_context(cpu, flags);
	struct request request = request_of(ctx, va, ACCESS_WRITE, flags, size);
	struct piece piece = tell_begin(cpu);
	bool crosses = !(flags & ACC_PLACED) && !piece.is_repeated;
	struct halves h;

	if (is_refused(ctx, &request, size, flags))
		return report_alignment(cpu, &request);
	return locate(cpu, ctx, &request, size, crosses, &h) &&
	       pass_watch(cpu, &request, size, h.hit[0].pa, h.hit[1].pa,
		       size <= 8 ? stored(value) : unknown);
}

bool mmu_store(struct cpu *cpu, u64 va, unsigned size, u64 value, unsigned flags)
{
	struct mmu_context *ctx = access_context(cpu, flags);
	struct request request = request_of(ctx, va, ACCESS_WRITE, flags, size);
	bool crosses = crosses_page(va, size);
	struct ram_region *region;
	struct hit hit;
	u8 *host;

	if (is_refused(ctx, &request, size, flags))
		return report_alignment(cpu, &request);
	if (UNLIKELY(cpu->tells != 0) && !(flags & (ACC_TOLD | ACC_PLACED))) {
		if (!mmu_tell_store(cpu, va, size, value, flags))
			return false;
		flags |= ACC_TOLD;
	}
	if (crosses)
		return store_across(cpu, ctx, &request, size, value, flags);
	host = aligned_hit(&ctx->tables.write[host_tlb_index(va)], va, request.misaligned);
	if (host != NULL) {
		time_host(cpu, host, size, TIMING_WRITE);
		memcpy(host, &value, size);
		return true;
	}
	if (!translate(cpu, ctx, &request, &hit) ||
		!pass_watch_once(cpu, &request, size, hit.pa, 0, value, flags))
		return false;
	region = ram_for(cpu, hit.pa, size, true);
	if (region != NULL)
		fill_write(cpu, ctx, va, &hit, region);
	return write_piece(cpu, &request, &hit, size, value);
}

/* ---- Places ---- */

/* From the host TLB alone; NULL: translate. */
static u8 *place_hit(const struct mmu_context *ctx, const struct request *request)
{
	unsigned index = host_tlb_index(request->va);
	u8 *host = NULL;

	if (request->kind == ACCESS_READ || request->kind == ACCESS_ATOMIC)
		host = aligned_hit(&ctx->tables.read[index], request->va, request->misaligned);
	if (request->kind == ACCESS_WRITE || (request->kind == ACCESS_ATOMIC && host != NULL))
		host = aligned_hit(&ctx->tables.write[index], request->va, request->misaligned);
	return request->zva ? NULL : host;
}

/* Unless mmu_tell_store() did. */
static bool pass_watch_place(
	struct cpu *cpu, const struct request *request, struct access access, u64 pa, u64 next_pa)
{
	return (access.flags & ACC_TOLD) != 0 ||
	       pass_watch(cpu, request, access.size, pa, next_pa, unknown);
}

static struct place place_across(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, struct access access, bool is_done)
{
	unsigned size = access.size;
	struct halves h;
	struct ram_region *first, *second;
	bool write = request_writes(request);

	if (!translate_halves(cpu, ctx, request, size, &h) ||
		!pass_watch_place(cpu, request, access, h.hit[0].pa, h.hit[1].pa))
		return (struct place){ .ok = false };
	first = ram_for(cpu, h.hit[0].pa, h.size[0], write);
	second = ram_for(cpu, h.hit[1].pa, h.size[1], write);
	if (first == NULL || first != second || h.hit[1].pa != h.hit[0].pa + h.size[0])
		return (struct place){ .pa = PA(h.hit[0].pa), .ok = true, .split = true };
	if (UNLIKELY(cpu->mmu->kept != NULL) && write)
		old_descriptor_store(cpu, first, h.hit[0].pa, size, request->is_release);
	if (!is_done) {
		time_crossing(cpu);
		time_piece(cpu, &h.hit[0], first, h.size[0], timing_kind(request));
		time_piece(cpu, &h.hit[1], second, h.size[1], timing_kind(request));
	}
	return (struct place){ .host = first->host + (h.hit[0].pa - first->base.v),
		.pa = PA(h.hit[0].pa),
		.ok = true };
}

static struct place place_in_page(struct cpu *cpu, struct mmu_context *ctx,
	const struct request *request, struct access access, bool is_done)
{
	unsigned size = access.size;
	struct ram_region *region;
	struct hit hit;

	if (!translate(cpu, ctx, request, &hit) ||
		!pass_watch_place(cpu, request, access, hit.pa, 0))
		return (struct place){ .ok = false };
	region = ram_for(cpu, hit.pa, size, request_writes(request));
	if (region == NULL)
		return (struct place){ .pa = PA(hit.pa), .ok = true };
	if (request->kind == ACCESS_READ || request->kind == ACCESS_ATOMIC)
		fill_read(cpu, ctx, request->va, &hit, region);
	if (request_writes(request))
		fill_write(cpu, ctx, request->va, &hit, region);
	if (UNLIKELY(cpu->mmu->kept != NULL) && request_writes(request))
		old_descriptor_store(cpu, region, hit.pa, size, request->is_release);
	if (request->kind != ACCESS_CACHE && !is_done)
		time_piece(cpu, &hit, region, size, timing_kind(request));
	return (struct place){
		.host = region->host + (hit.pa - region->base.v), .pa = PA(hit.pa), .ok = true
	};
}

struct place mmu_place(struct cpu *cpu, u64 va, struct access access)
{
	struct mmu_context *ctx = access_context(cpu, access.flags);
	struct request request =
		request_of(ctx, va, (enum access_kind)access.kind, access.flags, access.size);
	bool is_done = false;
	u8 *host;

	if (is_refused(ctx, &request, access.size, access.flags))
		return (struct place){ .ok = report_alignment(cpu, &request) };
	if (UNLIKELY(cpu->tells != 0))
		is_done = tell_begin(cpu).is_done;
	if (crosses_page(va, access.size))
		return place_across(cpu, ctx, &request, access, is_done);
	host = place_hit(ctx, &request);
	if (host != NULL && !is_done) {
		time_host(cpu, host, access.size, timing_kind(&request));
		return (struct place){
			.host = host, .pa = pa_of_host(cpu->memory, host), .ok = true
		};
	}
	return place_in_page(cpu, ctx, &request, access, is_done);
}

struct place mmu_fetch_page(struct cpu *cpu, u64 va)
{
	struct mmu_context *ctx = context_of(cpu);
	struct request request = request_of(ctx, va, ACCESS_FETCH, 0, 4);
	struct ram_region *region;
	struct hit hit;
	u64 page;

	if (!translate(cpu, ctx, &request, &hit))
		return (struct place){ .ok = false };
	page = PAGE_BASE(hit.pa);
	region = memory_find(cpu->memory, PA(page), PAGE_SIZE);
	if (region == NULL)
		return (struct place){ .ok = report_external(cpu, &request) };
	note_use(ctx, va, &hit);
	return (struct place){ .host = region->host + (page - region->base.v),
		.pa = PA(page),
		.ok = true,
		.guarded = hit.t.guarded };
}
