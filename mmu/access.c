/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory accesses of the handlers: the host TLBs, and loads, stores and places in one page or two.
 * Knows contexts and physical memory; does not know descriptors.
 */
#include "mmu/access.h"

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

void access_fill_read(const struct cpu *cpu, struct mmu_context *ctx, u64 va, const struct hit *hit,
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

static enum timing_access access_timing_kind(const struct request *request)
{
	switch (request->kind) {
	case ACCESS_WRITE: return request->zva ? TIMING_ZERO : TIMING_WRITE;
	case ACCESS_ATOMIC: return TIMING_ATOMIC;
	default: return TIMING_READ;
	}
}

/* ---- Loads and stores ---- */

static struct loaded load_across(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, unsigned size)
{
	struct halves h;
	u64 low, high;

	access_time_crossing(cpu);
	if (!access_translate_halves(cpu, ctx, request, size, &h) ||
		!access_pass_watch(cpu, request, size, h.hit[0].pa, h.hit[1].pa, unknown) ||
		!access_read_piece(cpu, &h.request[0], &h.hit[0], h.size[0], &low) ||
		!access_read_piece(cpu, &h.request[1], &h.hit[1], h.size[1], &high))
		return (struct loaded){ .ok = false };
	return (struct loaded){ low | high << (8 * h.size[0]), true };
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

	if (access_is_refused(ctx, &request, size, flags))
		return (struct loaded){ .ok = access_report_alignment(cpu, &request) };
	if (UNLIKELY(cpu->tells != 0))
		return access_load_told(cpu, ctx, &request, size, flags);
	if (crosses)
		return load_across(cpu, ctx, &request, size);
	host = aligned_hit(&ctx->tables.read[host_tlb_index(va)], va, request.misaligned);
	if (host != NULL) {
		access_time_host(cpu, host, size, TIMING_READ);
		return (struct loaded){ ram_load(host, size), true };
	}
	if (!access_translate(cpu, ctx, &request, &hit) ||
		!access_pass_watch(cpu, &request, size, hit.pa, 0, unknown))
		return (struct loaded){ .ok = false };
	region = access_ram(cpu, hit.pa, size, false);
	access_time_piece(cpu, &hit, region, size, TIMING_READ);
	if (LIKELY(region != NULL)) {
		access_fill_read(cpu, ctx, va, &hit, region);
		host = region->host + (hit.pa - region->base.v);
		return (struct loaded){ ram_load(host, size), true };
	}
	if (!access_bus_load(cpu, hit.pa, size, &data))
		return (struct loaded){ .ok = access_report_external(cpu, &request) };
	return (struct loaded){ data, true };
}

/* Of a store. */
static bool pass_watch_once(struct cpu *cpu, const struct request *request, unsigned size, u64 pa,
	u64 next_pa, u64 value, unsigned flags)
{
	return (flags & (ACC_TOLD | ACC_PLACED)) != 0 ||
	       access_pass_watch(cpu, request, size, pa, next_pa, stored(value));
}

static bool store_across(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, unsigned size, u64 value, unsigned flags)
{
	struct halves h;

	if (!(flags & ACC_TOLD))
		access_time_crossing(cpu);
	return access_translate_halves(cpu, ctx, request, size, &h) &&
	       pass_watch_once(cpu, request, size, h.hit[0].pa, h.hit[1].pa, value, flags) &&
	       access_write_piece(cpu, &h.request[0], &h.hit[0], h.size[0], value) &&
	       access_write_piece(
		       cpu, &h.request[1], &h.hit[1], h.size[1], value >> (8 * h.size[0]));
}

bool mmu_store(struct cpu *cpu, u64 va, unsigned size, u64 value, unsigned flags)
{
	struct mmu_context *ctx = access_context(cpu, flags);
	struct request request = request_of(ctx, va, ACCESS_WRITE, flags, size);
	bool crosses = crosses_page(va, size);
	struct ram_region *region;
	struct hit hit;
	u8 *host;

	if (access_is_refused(ctx, &request, size, flags))
		return access_report_alignment(cpu, &request);
	if (UNLIKELY(cpu->tells != 0) && !(flags & (ACC_TOLD | ACC_PLACED))) {
		if (!mmu_tell_store(cpu, va, size, value, flags))
			return false;
		flags |= ACC_TOLD;
	}
	if (crosses)
		return store_across(cpu, ctx, &request, size, value, flags);
	host = aligned_hit(&ctx->tables.write[host_tlb_index(va)], va, request.misaligned);
	if (host != NULL) {
		access_time_host(cpu, host, size, TIMING_WRITE);
		memcpy(host, &value, size);
		return true;
	}
	if (!access_translate(cpu, ctx, &request, &hit) ||
		!pass_watch_once(cpu, &request, size, hit.pa, 0, value, flags))
		return false;
	region = access_ram(cpu, hit.pa, size, true);
	if (region != NULL)
		fill_write(cpu, ctx, va, &hit, region);
	return access_write_piece(cpu, &request, &hit, size, value);
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
	       access_pass_watch(cpu, request, access.size, pa, next_pa, unknown);
}

static struct place place_across(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, struct access access, bool is_done)
{
	unsigned size = access.size;
	struct halves h;
	struct ram_region *first, *second;
	bool write = request_writes(request);

	if (!access_translate_halves(cpu, ctx, request, size, &h) ||
		!pass_watch_place(cpu, request, access, h.hit[0].pa, h.hit[1].pa))
		return (struct place){ .ok = false };
	first = access_ram(cpu, h.hit[0].pa, h.size[0], write);
	second = access_ram(cpu, h.hit[1].pa, h.size[1], write);
	if (first == NULL || first != second || h.hit[1].pa != h.hit[0].pa + h.size[0])
		return (struct place){ .pa = PA(h.hit[0].pa), .ok = true, .split = true };
	if (UNLIKELY(cpu->mmu->kept != NULL) && write)
		old_descriptor_store(cpu, first, h.hit[0].pa, size, request->is_release);
	if (!is_done) {
		access_time_crossing(cpu);
		access_time_piece(cpu, &h.hit[0], first, h.size[0], access_timing_kind(request));
		access_time_piece(cpu, &h.hit[1], second, h.size[1], access_timing_kind(request));
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

	if (!access_translate(cpu, ctx, request, &hit) ||
		!pass_watch_place(cpu, request, access, hit.pa, 0))
		return (struct place){ .ok = false };
	region = access_ram(cpu, hit.pa, size, request_writes(request));
	if (region == NULL)
		return (struct place){ .pa = PA(hit.pa), .ok = true };
	if (request->kind == ACCESS_READ || request->kind == ACCESS_ATOMIC)
		access_fill_read(cpu, ctx, request->va, &hit, region);
	if (request_writes(request))
		fill_write(cpu, ctx, request->va, &hit, region);
	if (UNLIKELY(cpu->mmu->kept != NULL) && request_writes(request))
		old_descriptor_store(cpu, region, hit.pa, size, request->is_release);
	if (request->kind != ACCESS_CACHE && !is_done)
		access_time_piece(cpu, &hit, region, size, access_timing_kind(request));
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

	if (access_is_refused(ctx, &request, access.size, access.flags))
		return (struct place){ .ok = access_report_alignment(cpu, &request) };
	if (UNLIKELY(cpu->tells != 0))
		is_done = tell_begin(cpu).is_done;
	if (crosses_page(va, access.size))
		return place_across(cpu, ctx, &request, access, is_done);
	host = place_hit(ctx, &request);
	if (host != NULL && !is_done) {
		access_time_host(cpu, host, access.size, access_timing_kind(&request));
		return (struct place){
			.host = host, .pa = access_pa_of_host(cpu->memory, host), .ok = true
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

	if (!access_translate(cpu, ctx, &request, &hit))
		return (struct place){ .ok = false };
	page = PAGE_BASE(hit.pa);
	region = memory_find(cpu->memory, PA(page), PAGE_SIZE);
	if (region == NULL)
		return (struct place){ .ok = access_report_external(cpu, &request) };
	note_use(ctx, va, &hit);
	return (struct place){ .host = region->host + (page - region->base.v),
		.pa = PA(page),
		.ok = true,
		.guarded = hit.t.guarded };
}
