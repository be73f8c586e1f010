/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a TLB maintenance instruction names (mmu/tlbi.def), and what completes it. For monitors.
 */
#ifndef ENT_VERIFY_SCOPE_H
#define ENT_VERIFY_SCOPE_H

#include "base/base.h"
#include "cpu/events.h"

enum scope_what {
	SCOPE_ALL,
	SCOPE_VMID,
	SCOPE_ASID,
	SCOPE_VA,
	SCOPE_VAA,
	SCOPE_IPA,
	SCOPE_RVA,
	SCOPE_RVAA,
	SCOPE_RIPA
};

struct scope {
	u8 regime;	 /* enum walk_regime */
	u8 what;	 /* enum scope_what */
	bool is_local;	 /* of the PE alone */
	bool is_last;	 /* entries of the last level alone */
	bool is_stage1;	 /* what stage 2 alone says stays: TLBI *E1 */
	u16 vmid, asid;	 /* where they have a say */
	u64 first, last; /* addresses, canonical, or IPAs */
};

/* Of EVENT_TLBI, by the registers of the PE; false: no such row. */
bool scope_of(const struct cpu *cpu, const struct event *event, struct scope *scope);
/* The VMID in effect. */
u16 scope_vmid(const struct cpu *cpu);

/* Barriers, as EVENT_BARRIER tells them. C6.2.69, C6.2.120 */
static inline bool is_isb(u32 insn)
{
	return (insn & 0xfffff0ffu) == 0xd50330dfu;
}
/* Not SSBB and PSSBB, which are written alike. */
static inline bool is_dsb(u32 insn)
{
	return (insn & 0xfffff0ffu) == 0xd503309fu && (insn & 0xb00) != 0;
}
/* Of a DSB: does it wait for stores; for all that there is; for other PEs of the inner domain? */
static inline bool dsb_orders_stores(u32 insn)
{
	return (insn >> 8 & 3) != 1;
}
static inline bool dsb_is_full(u32 insn)
{
	return (insn >> 8 & 3) == 0 || (insn >> 8 & 3) == 3;
}
static inline bool dsb_is_shared(u32 insn)
{
	return (insn >> 10 & 3) != 1;
}

#endif
