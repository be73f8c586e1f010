/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the monitor `owner` remembers, and its part about the TLB. Private to it.
 */
#ifndef ENT_VERIFY_MONITOR_OWNER_H
#define ENT_VERIFY_MONITOR_OWNER_H

#include "verify/owned.h"

enum { OWNER_VMIDS = 64 };

struct owner_pe {
	u8 by[OWNED_COUNT]; /* owner_at() of who left it; 0: the host wrote it since */
	u8 gprs_by, vregs_by;
	bool is_in_guest;
	u32 gprs, vregs; /* bit per register that the host has not written since */
	u32 fp_controls; /* FPCR, FPSR */
	/* Of the host's instruction that is about to be executed. */
	u64 writes, pc;
	u32 v_writes;
	u32 insn;
	/* Under which tables a VMID was walked with since all of its entries were removed. */
	struct {
		u64 baddr;
		u16 vmid;
		bool is_used;
	} vmid[OWNER_VMIDS];
};

enum { OWNER_INSNS = 512 };

struct owner_state {
	struct owner_pe pe[MACHINE_CPUS];
	/* What instructions write, by their words, as far as it was asked for. */
	struct {
		struct insn_writes writes;
		u32 insn;
		bool is_known;
	} known[OWNER_INSNS];
};

void owner_tlb_walk(struct owner_pe *pe, const struct cpu *cpu, const struct event *event);
void owner_tlb_removed(struct owner_state *all, const struct cpu *cpu, const struct event *event);
void owner_tlb_entry(struct owner_pe *pe, struct watchman *watchman, const struct cpu *cpu,
	const struct event *event);

#endif
