/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and updates single descriptors in either byte order.
 */
#include "core/descriptor.h"

#include "core/arch.h"
#include "core/granule.h"
#include "core/vm.h"

static u64 in_order(u64 descriptor, bool is_big_endian)
{
	return is_big_endian ? __builtin_bswap64(descriptor) : descriptor;
}

bool descriptor_read(const struct vm *vm, ipa_t where, bool is_big_endian, u64 *descriptor)
{
	u64 word;

	if (!vm_read_u64(vm, where, &word))
		return false;
	*descriptor = in_order(word, is_big_endian);
	return true;
}

enum flag_update descriptor_set_access_flag(
	struct vm *vm, ipa_t where, bool is_big_endian, u64 descriptor)
{
	u64 before = in_order(descriptor, is_big_endian), now = before;
	u64 after = in_order(descriptor | DESC_AF, is_big_endian);

	if (!vm_compare_exchange_u64(vm, where, &now, after))
		return FLAG_HAS_NO_MEMORY;
	return now == before ? FLAG_IS_SET : FLAG_IS_LOST;
}

unsigned descriptor_leaf_shift(
	u64 descriptor, unsigned granule, unsigned level, u64 input, unsigned input_bits)
{
	unsigned shift = granule_shift(granule, level);
	unsigned run = shift + granule_run(granule, level);

	if (!(descriptor & DESC_CONTIGUOUS) || run > input_bits ||
		((descriptor ^ input) & MASK(run - 1, shift)))
		return shift;
	return run;
}
