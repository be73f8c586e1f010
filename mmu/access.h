/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accesses from a virtual address to what is done with bytes, in their parts: translate.c,
 * pieces.c, access.c, and access_told.c for those that somebody is told of. Private to mmu/.
 */
#ifndef ENT_MMU_ACCESS_H
#define ENT_MMU_ACCESS_H

#include <string.h>

#include "mmu/retain.h"
#include "mmu/tell.h"

/* A translation of the first byte, and what has to note that a host TLB uses it. */
struct hit {
	u64 pa;
	struct translated t;
	u64 *contexts;	  /* NULL: flat, needs no TLB entry behind it */
	bool is_uncached; /* of a timed PE: each access is told, so none uses host TLBs */
};

/* The two halves of an access that crosses pages, translated before either is performed. */
struct halves {
	struct request request[2];
	struct hit hit[2];
	unsigned size[2];
};

/* What a store writes, if that is known before. */
struct stored {
	u64 value;
	bool is_known;
};

static const struct stored unknown = { 0, false };

static inline struct stored stored(u64 value)
{
	return (struct stored){ value, true };
}

/* ---- translate.c ---- */

/* The context whose host TLB has the permissions of the access. */
struct mmu_context *access_context(struct cpu *cpu, unsigned flags);
/* Through the TLB. */
bool access_translate(struct cpu *cpu, const struct mmu_context *ctx, const struct request *request,
	struct hit *hit);
bool access_translate_halves(struct cpu *cpu, const struct mmu_context *ctx,
	const struct request *request, unsigned size, struct halves *out);
/* Is a misaligned access refused whatever the memory type? */
bool access_is_refused(const struct mmu_context *ctx, const struct request *request, unsigned size,
	unsigned flags);
/* cpu->fault; false. */
bool access_report_alignment(struct cpu *cpu, const struct request *request);
bool access_report_external(struct cpu *cpu, const struct request *request);

static inline struct request request_of(
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

static inline bool crosses_page(u64 va, unsigned size)
{
	return (va & (PAGE_SIZE - 1)) + size > PAGE_SIZE;
}

/* ---- pieces.c ---- */

/* A part of an access that is in one page; a store of what is in `value`. */
bool access_read_piece(struct cpu *cpu, const struct request *request, const struct hit *hit,
	unsigned size, u64 *data);
bool access_write_piece(struct cpu *cpu, const struct request *request, const struct hit *hit,
	unsigned size, u64 value);
bool access_bus_load(struct cpu *cpu, u64 pa, unsigned size, u64 *data);
pa_t access_pa_of_host(const struct memory *memory, const u8 *host);

/* The time of an access of a timed PE: of RAM that a host TLB has; of what was translated. */
void access_time_host(struct cpu *cpu, const u8 *host, unsigned size, enum timing_access kind);
void access_time_piece(struct cpu *cpu, const struct hit *hit, const struct ram_region *region,
	unsigned size, enum timing_access kind);
/* Two pages are two lines. */
void access_time_crossing(struct cpu *cpu);

static inline u64 ram_load(const u8 *host, unsigned size)
{
	u64 data = 0;

	memcpy(&data, host, size); /* guest and host are little-endian */
	return data;
}

/* RAM for the access: ROM is the bus's business when written (flash commands). */
static inline struct ram_region *access_ram(struct cpu *cpu, u64 pa, unsigned size, bool write)
{
	struct ram_region *region = memory_find(cpu->memory, PA(pa), size);

	return region != NULL && write && region->read_only ? NULL : region;
}

/* ---- access.c ---- */

/* Into the host TLB, if it may be there. */
void access_fill_read(const struct cpu *cpu, struct mmu_context *ctx, u64 va, const struct hit *hit,
	const struct ram_region *region);

/* ---- access_told.c ---- */

bool access_pass_watchers(struct cpu *cpu, const struct request *request, unsigned size, u64 pa,
	u64 next_pa, struct stored stored);
struct loaded access_load_told(struct cpu *cpu, struct mmu_context *ctx,
	const struct request *request, unsigned size, unsigned flags);

/*
 * Watchpoints come behind the faults of translation, debuggers behind those. next_pa: in the second
 * page, if there is one. false: cpu->fault, or cpu->is_abandoned.
 */
static inline bool access_pass_watch(struct cpu *cpu, const struct request *request, unsigned size,
	u64 pa, u64 next_pa, struct stored stored)
{
	return LIKELY(!cpu->debug_watches && cpu->tells == 0) ||
	       access_pass_watchers(cpu, request, size, pa, next_pa, stored);
}

#endif
