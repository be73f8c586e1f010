/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liberties FILL and SPECULATIVE_AT: translations that no instruction asked for, of addresses that
 * the regime translated before, by the registers that are in effect. What an access would enter in
 * the TLB they do; they never fault, and change no descriptor: the access flag is set by accesses
 * (choice af_speculation). DDI 0487 D8.16.1; HYPERVISOR-SPEC MD-2, HW-23
 */
#include "mmu/retain.h"

static bool is_known(const struct known *known, unsigned at, u64 page, u8 kind)
{
	return at < known->count && known->va[at] == page && known->kind[at] == kind;
}

void speculate_know(struct kept *kept, enum regime_kind kind, const struct request *request)
{
	struct known *known = &kept->known[kind];
	u64 page = PAGE_BASE(canonical_va(request->va));

	if (is_known(known, known->last, page, request->kind))
		return;
	for (u8 i = 0; i < known->count; i++) {
		if (is_known(known, i, page, request->kind)) {
			known->last = i;
			return;
		}
	}
	known->va[known->next] = page;
	known->kind[known->next] = request->kind;
	known->next = (u8)((known->next + 1) % KNOWN_ADDRESSES);
	if (known->count < KNOWN_ADDRESSES)
		known->count++;
}

/* The way-th address, from the newest on. */
static struct request request_of(const struct known *known, unsigned way, bool el0)
{
	unsigned at = (known->next + KNOWN_ADDRESSES - way) % KNOWN_ADDRESSES;

	return (struct request){ .va = known->va[at], .kind = known->kind[at], .el0 = el0 };
}

static void fill(struct cpu *cpu, const struct regime *regime, const struct request *request)
{
	struct mmu_fault fault = { 0 };
	struct regime speculative;
	struct translated t;

	if (retain_has(cpu, regime->space, request->va))
		return;
	speculative = *regime;
	speculative.is_speculative = true;
	if (walk_translate(cpu, &speculative, request, &t, &fault))
		tlb_insert(cpu, regime->space, request->va, &t, true);
}

static bool is_flat(const struct regime *regime)
{
	return !regime->s1_enabled && !regime->s2_enabled;
}

static void fill_current(struct cpu *cpu)
{
	const struct context *current = cpu->ctx_of[cpu->pstate.el][cpu->pstate.pan];
	const struct mmu_context *ctx = (const struct mmu_context *)current;
	const struct known *known;
	struct request request;
	unsigned way;

	if (ctx == NULL)
		ctx = context_get(cpu, cpu->pstate.el, cpu->pstate.pan);
	known = &cpu->mmu->kept->known[ctx->regime.kind];
	if (is_flat(&ctx->regime) || known->count == 0)
		return;
	way = liberty(cpu, LIBERTY_FILL, 1u + known->count);
	if (way == 0)
		return;
	request = request_of(known, way, ctx->el0);
	fill(cpu, &ctx->regime, &request);
}

/* AT S1* and AT S12* at EL2 are for EL1&0 while TGE is 0. */
static void fill_by_at(struct cpu *cpu)
{
	const struct known *known = &cpu->mmu->kept->known[REGIME_EL10];
	struct request request;
	struct regime regime;
	unsigned way;

	if (cpu->pstate.el != EL2 || is_tge(cpu) || known->count == 0)
		return;
	way = liberty(cpu, LIBERTY_SPECULATIVE_AT, 1u + known->count);
	if (way == 0)
		return;
	request = request_of(known, way, false);
	regime_decode(cpu, REGIME_EL10, &regime);
	if (!is_flat(&regime))
		fill(cpu, &regime, &request);
}

void speculate(struct cpu *cpu)
{
	if (cpu_is_timed(cpu)) /* there, walks take time */
		return;
	fill_current(cpu);
	fill_by_at(cpu);
}
