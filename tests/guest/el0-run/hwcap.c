/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AT_HWCAP and AT_HWCAP2 from the ID registers, by hwcap.def.
 */
#include "el0_run.h"

#include <asm/hwcap.h>

/* FP and ASIMD are signed fields, -1 is absent; no other field's values have come to 8 yet. */
static int field(u64 id, unsigned msb, unsigned lsb)
{
	int value = (int)BITS(id, msb, lsb);

	return value < 8 ? value : value - 16;
}

u64 hwcap(unsigned word)
{
	u64 bits = 0;

#define HWCAP(in_word, bit, id, msb, lsb, least)                                                   \
	if (word == (in_word) && field(READ_SYSREG(id), msb, lsb) >= (least))                      \
		bits |= (bit);
#include "hwcap.def"
#undef HWCAP
	return bits;
}
