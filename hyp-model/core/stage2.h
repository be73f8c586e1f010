/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 tables: IPA to PA. The granule is the host's (options.granule, or the next larger one
 * that the machine has); walks start where the input size says. Every change is checked first and
 * made second: a refused call has changed nothing. The caller holds vm->mmu_lock.
 */
#ifndef HYP_STAGE2_H
#define HYP_STAGE2_H

#include "core/mmu.h"
#include "core/types.h"

enum stage2_status {
	STAGE2_OK,
	STAGE2_MISALIGNED,   /* not a multiple of the size, or not a size of this granule */
	STAGE2_OUT_OF_RANGE, /* beyond the input size of the table */
	STAGE2_NOT_MAPPED,
	STAGE2_NO_MEMORY,
};

/* What a leaf allows; each bit is one of the architecture's rights (S2-16). */
enum stage2_rights {
	S2_READ = 1,
	S2_WRITE = 2,
	S2_EXEC_EL1 = 4,
	S2_EXEC_EL0 = 8,
	S2_ALL = 15,
};

struct stage2_mapping {
	pa_t pa;  /* of the ipa asked for, not of the page */
	u64 size; /* of the page or block */
	unsigned rights;
	unsigned nested_level; /* S2-18: L1's level, 0: unknown or not nested */
	bool is_accessed;      /* the access flag; stage2_age() is seen by it */
};

/* VTCR_EL2 for every table of this host, by host.parange, host.has_vmid16 and the granule. */
u64 stage2_vtcr(void);

/*
 * The granule of all tables, as log2: 12, 14 or 16. Chosen once, by host_init(): what L1 is told
 * (id.def) and what the walk of its tables refuses are one fact.
 */
unsigned stage2_choose_granule(void);
unsigned stage2_granule(void);

/* What an ID_AA64MMFR0_EL1 says of stage 1. */
bool stage1_has_granule(u64 id_aa64mmfr0_el1, unsigned granule);

unsigned stage2_start_level(void);

/* Sizes a leaf may have, largest first, 0 after the last: S2-15. */
const u64 *stage2_sizes(void);

/* The whole input size, for stage2_unmap() of everything. */
u64 stage2_input_size(void);

/* An empty table. False: no memory. The reverse frees every table; nobody may still walk it. */
bool stage2_create(struct s2_mmu *mmu);
void stage2_destroy(struct s2_mmu *mmu);

/*
 * Maps one page or block. An existing leaf with the same output gets the new rights; whatever else
 * is there is replaced, break before make (TB-4).
 */
enum stage2_status stage2_map(
	struct s2_mmu *mmu, ipa_t ipa, pa_t pa, u64 size, unsigned rights, unsigned nested_level);

/* Clears all leaves that touch the range (whole blocks), flushes, frees empty tables (S2-30). */
void stage2_unmap(struct s2_mmu *mmu, ipa_t ipa, u64 size);
/* Takes S2_WRITE from them; a block that is partly outside is split first, if memory allows. */
void stage2_write_protect(struct s2_mmu *mmu, ipa_t ipa, u64 size);
/* Clears their access flags; the next access faults and stage2_set_access_flag() answers it. */
void stage2_age(struct s2_mmu *mmu, ipa_t ipa, u64 size);
enum stage2_status stage2_set_access_flag(struct s2_mmu *mmu, ipa_t ipa);

/* Does any leaf in the range have this S2-18 level? Of more than a table's range: may it? */
bool stage2_has_level(const struct s2_mmu *mmu, ipa_t ipa, u64 size, unsigned nested_level);

/* S2AP and XN of a leaf, ours or L1's, as enum stage2_rights. */
unsigned stage2_rights(u64 descriptor, bool has_xnx);

/* What a walk of the hardware would find. */
enum stage2_status stage2_lookup(const struct s2_mmu *mmu, ipa_t ipa, struct stage2_mapping *out);

#endif
