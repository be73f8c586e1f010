/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptors of L1's translation tables, of either stage, in the VM's memory: what the two walks
 * (s1_walk.c, s2_walk.c) have in common. Everything here was written by L1 and may change at any
 * time.
 */
#ifndef HYP_DESCRIPTOR_H
#define HYP_DESCRIPTOR_H

#include "core/types.h"

struct vm;

/* C.3 step 5: how often another writer may win the race for an access flag. */
enum { MAX_LOST_RACES = 8 };

/* The size of output addresses is a limit for tables and leaves alike. */
static inline bool is_too_large(u64 address, unsigned output_bits)
{
	return address >> output_bits != 0;
}

/* False: no memory. */
bool descriptor_read(const struct vm *vm, ipa_t where, bool is_big_endian, u64 *descriptor);

/* AF=0: sets it, if `descriptor` is still there. Lost: it is not, and the walk starts again. */
enum flag_update { FLAG_IS_SET, FLAG_IS_LOST, FLAG_HAS_NO_MEMORY };
enum flag_update descriptor_set_access_flag(
	struct vm *vm, ipa_t where, bool is_big_endian, u64 descriptor);

/*
 * log2 of what a leaf maps around `input`. The Contiguous bit joins descriptors; a run that is not
 * mapped as one range is a mistake of L1's, and then no run.
 */
unsigned descriptor_leaf_shift(
	u64 descriptor, unsigned granule, unsigned level, u64 input, unsigned input_bits);

#endif
