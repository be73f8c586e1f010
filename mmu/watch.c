/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data accesses before watchpoints: as what they count (D2.9), and the Watchpoint exception in
 * cpu->fault. What matches is decided in sysregs/debug.c.
 */
#include "mmu/regime.h"
#include "sysregs/debug.h"

enum { ISS_WNR = 1 << 6, ISS_CM = 1 << 8, ISS_VNCR = 1 << 13 };

/* 2^DminLine words, the least that DC IVAC may count as. D2.9.5.1 */
static u64 line_bytes(const struct cpu *cpu)
{
	return 4ull << bits(cpu->sys[SR_CTR_EL0], 19, 16);
}

static struct debug_access access_of(
	const struct cpu *cpu, const struct request *request, unsigned size)
{
	bool is_line = request->kind == ACCESS_CACHE;
	u64 line = line_bytes(cpu);

	return (struct debug_access){
		.va = is_line ? align_down(request->va, line) : request->va,
		.size = is_line ? (unsigned)line : size,
		.el = request->vncr  ? EL2
		      : request->el0 ? EL0
				     : cpu->pstate.el,
		.reads = request->kind == ACCESS_READ || request->kind == ACCESS_ATOMIC,
		.writes = request->kind != ACCESS_READ,
	};
}

static bool is_data_access(const struct request *request)
{
	if (request->kind == ACCESS_CACHE)
		return request->invalidates;
	return request->kind != ACCESS_FETCH && !request->at;
}

/* AArch64.GenerateDebugExceptions(); FEAT_NV2's accesses count as EL2's, R_CJQGX. */
static bool is_enabled(const struct cpu *cpu, const struct request *request)
{
	unsigned el = request->vncr ? EL2 : cpu->pstate.el;

	return (cpu->sys[SR_MDSCR_EL1] & MDSCR_EL1_MDE) &&
	       debug_enabled_from(cpu, el, cpu->pstate.daif & DAIF_D);
}

bool watch_check(struct cpu *cpu, const struct request *request, unsigned size)
{
	struct debug_access access = access_of(cpu, request, size);
	struct debug_hit hit;
	u32 iss = FSC_DEBUG;

	if (!is_data_access(request) || !is_enabled(cpu, request))
		return true;
	hit = debug_watchpoint_matches(cpu, &access);
	if (!hit.matches)
		return true;
	iss |= hit.is_write ? ISS_WNR : 0;
	iss |= request->kind == ACCESS_CACHE ? ISS_CM : 0;
	iss |= request->vncr ? ISS_VNCR : 0;
	cpu->fault = (struct fault){
		.ec = request->vncr ? EC_WATCHPOINT_SAME : EC_WATCHPOINT_LOWER,
		.target_el = (u8)debug_target(cpu),
		.far_valid = true,
		.iss = iss,
		.far = hit.va,
	};
	return false;
}
