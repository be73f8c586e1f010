/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation by tables that somebody else reads: AArch64.S2Walk() of DDI 0487 D8.2 and
 * D8.3, a pure function, written apart from mmu/. Of L1's tables the reader goes through L0's stage
 * 2, which makes the composition of HYPERVISOR-SPEC E.4.
 */
#ifndef ENT_VERIFY_ORACLE_WALK_H
#define ENT_VERIFY_ORACLE_WALK_H

#include "base/base.h"

enum { ORACLE_READ = 1, ORACLE_WRITE = 2, ORACLE_EXECUTE_EL1 = 4, ORACLE_EXECUTE_EL0 = 8 };

struct oracle_tables {
	u64 vttbr, vtcr;
	unsigned pa_bits; /* of the machine */
	bool is_big_endian, has_xnx, has_access_flag_updates;
	/* `size` bytes of a table; false: there is no memory. */
	bool (*read)(void *opaque, u64 address, void *data, unsigned size);
	void *opaque;
};

struct oracle_leaf {
	bool is_fault;
	unsigned fault; /* as DFSC, with its level */
	u64 input;	/* of the leaf's first byte */
	u64 output;	/* of the address asked for; of oracle_leaves() of the first byte */
	u64 size;	/* of the block or page; a contiguous run counts as one */
	unsigned level, rights;
	u8 attributes;	 /* MemAttr */
	bool has_access; /* the access flag */
};

struct oracle_leaf oracle_walk(const struct oracle_tables *tables, u64 ipa);
/* All leaves in [start, start + size), a contiguous one as its parts; false by `tell` ends it. */
void oracle_leaves(const struct oracle_tables *tables, u64 start, u64 size,
	bool (*tell)(void *opaque, const struct oracle_leaf *leaf), void *opaque);

#endif
