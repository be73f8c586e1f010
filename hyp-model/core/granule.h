/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a translation granule makes of table levels, DDI 0487 D8.2: for our tables and for those of
 * a guest hypervisor. A granule is given as log2 of its page: 12, 14 or 16.
 */
#ifndef HYP_GRANULE_H
#define HYP_GRANULE_H

#include "core/types.h"

enum { LAST_LEVEL = 3, MAX_CONCATENATED_SHIFT = 4, DESCRIPTOR_SHIFT = 3 };

/* log2 of the number of descriptors in a table. */
static inline unsigned granule_stride(unsigned granule)
{
	return granule - DESCRIPTOR_SHIFT;
}

/* log2 of what one descriptor of a level maps. */
static inline unsigned granule_shift(unsigned granule, unsigned level)
{
	return granule + granule_stride(granule) * (LAST_LEVEL - level);
}

/* Blocks exist at level 1 with 4 KiB only, and at level 2 (no 52-bit addresses, S2-15). */
static inline bool granule_has_leaf(unsigned granule, unsigned level)
{
	return level == LAST_LEVEL || level == 2 || (level == 1 && granule == 12);
}

/* log2 of the number of leaves that the Contiguous bit joins. */
static inline unsigned granule_run(unsigned granule, unsigned level)
{
	return granule == 12 ? 4 : granule == 14 && level == LAST_LEVEL ? 7 : 5;
}

/* ID_AA64MMFR0_EL1.PARange, TCR_EL1.IPS and VTCR_EL2.PS in bits; 48 at most, see arch.h. */
static inline unsigned parange_bits(u64 parange)
{
	static const u8 sizes[] = { 32, 36, 40, 42, 44 };

	return parange < COUNT(sizes) ? sizes[parange] : 48;
}

/* TG0 of TCR and VTCR; the reserved value is taken for 64 KiB, C.3. */
static inline unsigned granule_of_tg0(u64 tg0)
{
	return tg0 == 0 ? 12 : tg0 == 2 ? 14 : 16;
}

/* TG1 has other values than TG0. */
static inline unsigned granule_of_tg1(u64 tg1)
{
	return tg1 == 1 ? 14 : tg1 == 3 ? 16 : 12;
}

static inline u64 granule_tg0(unsigned granule)
{
	return granule == 12 ? 0 : granule == 14 ? 2 : 1;
}

/* The operand of TLBI by address: TTL<3:2>, and TG of the range forms; 0 says nothing. */
static inline unsigned granule_of_tg(u64 tg)
{
	return 10 + 2 * (unsigned)tg;
}

static inline u64 granule_tg(unsigned granule)
{
	return (granule - 10) / 2;
}

#endif
