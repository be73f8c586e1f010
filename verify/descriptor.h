/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMSAv8-64 descriptors, as far as monitors compare two of them. DDI 0487 D8.3, D8.16.1
 */
#ifndef ENT_VERIFY_DESCRIPTOR_H
#define ENT_VERIFY_DESCRIPTOR_H

#include "base/base.h"

/* Of which kind it is to be read. */
struct descriptor_kind {
	u8 level;
	u8 granule; /* log2 */
	bool stage2;
	u64 mair; /* of stage 1 */
};

/* Reserved ones are not: pages but at level 3, blocks where there are none. */
static inline bool descriptor_is_valid(u64 descriptor, unsigned level, unsigned granule)
{
	if (!bit(descriptor, 0))
		return false;
	return bit(descriptor, 1) || level == 2 || (level == 1 && granule == 12);
}
/* A valid one: does it end the walk? Then it has an access flag. */
static inline bool descriptor_is_leaf(u64 descriptor, unsigned level)
{
	return level == 3 || !bit(descriptor, 1);
}
/* log2 of the size that a descriptor of that level maps. */
static inline unsigned descriptor_shift(unsigned level, unsigned granule)
{
	return granule + (3 - level) * (granule - 3);
}

static inline u64 descriptor_output(u64 descriptor, const struct descriptor_kind *kind)
{
	bool is_leaf = descriptor_is_leaf(descriptor, kind->level);
	unsigned shift = is_leaf ? descriptor_shift(kind->level, kind->granule) : kind->granule;

	return descriptor & MASK(47, shift);
}

/*
 * Between two valid ones: NULL, or what of the change needs break-before-make. Permissions, access
 * flag, dirty state and what software has for itself do not.
 */
const char *descriptor_needs_break(u64 before, u64 after, const struct descriptor_kind *kind);

#endif
