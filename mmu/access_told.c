/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads and stores that somebody is told of: watchpoints, debuggers, observers of every access. An
 * instruction that was stopped before one of its accesses does not repeat those before (struct
 * pieces).
 */
#include "mmu/access.h"

static unsigned bytes_in_page(u64 va, unsigned size)
{
	u64 left = PAGE_SIZE - (va & (PAGE_SIZE - 1));

	return (unsigned)smaller(left, size);
}

bool access_pass_watchers(struct cpu *cpu, const struct request *request, unsigned size, u64 pa,
	u64 next_pa, struct stored stored)
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

/* Of an access that somebody is told of: where it is, in one page or two. */
static bool locate(struct cpu *cpu, const struct mmu_context *ctx, const struct request *request,
	unsigned size, bool charges_crossing, struct halves *out)
{
	if (!crosses_page(request->va, size)) {
		out->request[0] = *request;
		out->size[0] = size;
		out->size[1] = 0;
		out->hit[1].pa = 0;
		return access_translate(cpu, ctx, request, &out->hit[0]);
	}
	if (charges_crossing)
		access_time_crossing(cpu);
	return access_translate_halves(cpu, ctx, request, size, out);
}

/* Once more: RAM is looked at, of a device the value is known. */
static u64 read_again(struct cpu *cpu, const struct hit *hit, unsigned size, u64 value)
{
	struct ram_region *region = access_ram(cpu, hit->pa, size, false);

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
	if (!access_read_piece(cpu, &h->request[0], &h->hit[0], h->size[0], value) ||
		(h->size[1] != 0 &&
			!access_read_piece(cpu, &h->request[1], &h->hit[1], h->size[1], &high)))
		return false;
	if (h->size[1] != 0)
		*value |= high << 8 * h->size[0];
	cpu->mmu->pieces.value[piece.number] = *value;
	return true;
}

struct loaded access_load_told(struct cpu *cpu, struct mmu_context *ctx,
	const struct request *request, unsigned size, unsigned flags)
{
	struct piece piece = tell_begin(cpu);
	struct ram_region *region;
	struct halves h;
	u64 value;

	if (!locate(cpu, ctx, request, size, !piece.is_repeated, &h))
		return (struct loaded){ .ok = false };
	if (!(flags & ACC_PLACED) &&
		!access_pass_watch(cpu, request, size, h.hit[0].pa, h.hit[1].pa, unknown))
		return (struct loaded){ .ok = false };
	region = access_ram(cpu, h.hit[0].pa, h.size[0], false);
	if (region != NULL && h.size[1] == 0)
		access_fill_read(cpu, ctx, request->va, &h.hit[0], region);
	if (!read_halves(cpu, &h, piece, &value))
		return (struct loaded){ .ok = false };
	return (struct loaded){ value, true };
}

bool mmu_tell_store(struct cpu *cpu, u64 va, unsigned size, u64 value, unsigned flags)
{
	struct mmu_context *ctx = access_context(cpu, flags);
	struct request request = request_of(ctx, va, ACCESS_WRITE, flags, size);
	struct piece piece = tell_begin(cpu);
	bool crosses = !(flags & ACC_PLACED) && !piece.is_repeated;
	struct halves h;

	if (access_is_refused(ctx, &request, size, flags))
		return access_report_alignment(cpu, &request);
	return locate(cpu, ctx, &request, size, crosses, &h) &&
	       access_pass_watch(cpu, &request, size, h.hit[0].pa, h.hit[1].pa,
		       size <= 8 ? stored(value) : unknown);
}
