/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which changes of a descriptor need break-before-make.
 */
#include "verify/descriptor.h"

/* The memory type: of stage 1 by MAIR, so that two indexes of one type are no change. */
static u64 memory_type(u64 descriptor, const struct descriptor_kind *kind)
{
	if (kind->stage2)
		return bits(descriptor, 5, 2);
	return kind->mair >> (8 * bits(descriptor, 4, 2)) & 0xff;
}

const char *descriptor_needs_break(u64 before, u64 after, const struct descriptor_kind *kind)
{
	bool is_leaf = descriptor_is_leaf(before, kind->level);

	if (is_leaf != descriptor_is_leaf(after, kind->level))
		return is_leaf ? "a block becomes a table" : "a table becomes a block";
	if (descriptor_output(before, kind) != descriptor_output(after, kind))
		return is_leaf ? "another output address" : "another table";
	if (!is_leaf)
		return NULL;
	if (memory_type(before, kind) != memory_type(after, kind))
		return "another memory type";
	if (bit(before, 52) != bit(after, 52))
		return "the Contiguous bit";
	if (!kind->stage2 && bit(before, 11) && !bit(after, 11))
		return "it becomes global";
	return NULL;
}
