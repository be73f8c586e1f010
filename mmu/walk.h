/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the walk of one stage's tables (walk_tables.c) and the stages (walk.c) share.
 */
#ifndef ENT_MMU_WALK_H
#define ENT_MMU_WALK_H

#include "cpu/events.h"
#include "mmu/retain.h"

enum {
	DESC_VALID = 0,
	DESC_TABLE = 1,
	DESC_AF = 10,
	DESC_GP = 50,
	DESC_DBM = 51,
	DESC_CONTIGUOUS = 52
};
#define DESC_AP2   BIT(7) /* stage 1: read-only */
#define DESC_S2AP1 BIT(7) /* stage 2: writable */

/* The output of one stage. */
struct stage_output {
	struct leaf leaf;
	unsigned perms;
	unsigned attr;
	unsigned sh;
};

/* Who looks on spends no time of the guest. */
static inline bool takes_time(const struct cpu *cpu, const struct regime *regime)
{
	return cpu_is_timed(cpu) && regime->inspection == NULL;
}

/* Is what walks have read kept for later ones? Not that of who looks on. */
static inline bool is_kept(const struct cpu *cpu, const struct regime *regime)
{
	return UNLIKELY(cpu->mmu->kept != NULL) && regime->inspection == NULL;
}

_Static_assert((int)WALK_EL10 == REGIME_EL10 && (int)WALK_EL2 == REGIME_EL2 &&
		       (int)WALK_EL20 == REGIME_EL20,
	"events tell regimes by number");

static inline void tell_whose(const struct regime *regime, struct event *event)
{
	event->regime = (u8)regime->kind;
	event->asid = (u16)get_field(regime->space, SPACE_ASID);
	event->vmid = (u16)get_field(regime->space, SPACE_VMID);
}

/* AArch64.S2Translate. out->attr comes in as stage 1's memory type and goes out combined. */
bool walk_through_stage2(struct cpu *cpu, const struct regime *regime, u64 ipa,
	const struct request *request, bool for_walk, struct stage_output *out,
	struct mmu_fault *fault);

/* AArch64.S1Walk and AArch64.S2Walk: to the block or page descriptor that maps `input`. */
bool walk_tables(struct cpu *cpu, const struct regime *regime, const struct tables *tables,
	u64 input, struct leaf *leaf, struct mmu_fault *fault);
/* FEAT_HAFDBS: replaces the leaf's descriptor. AArch64.MemSwapTableDesc */
bool walk_update(struct cpu *cpu, const struct regime *regime, bool stage2, struct leaf *leaf,
	u64 descriptor, struct mmu_fault *fault);

#endif
