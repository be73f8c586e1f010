/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory types of two stages made one.
 */
#include "core/memattr.h"

#include "core/arch.h"

enum { SH_NON = 0, SH_OUTER = 2, SH_INNER = 3 };

/* Cacheability, the stronger the larger. */
enum cacheability { NON_CACHEABLE, WRITE_THROUGH, WRITE_BACK };

static bool is_device(u64 attr)
{
	return attr >> 4 == 0;
}

u64 memattr_of_mair(u64 mair, u64 index, bool is_cacheable)
{
	u64 attr = bits(mair >> (8 * index), 7, 0);

	if (is_device(attr))
		return attr & 0xc;
	return is_cacheable ? attr : ATTR_NON_CACHEABLE;
}

u64 memattr_shareability(u64 attr, u64 sh)
{
	/* 1 is reserved; taken for Outer */
	return is_device(attr) || attr == ATTR_NON_CACHEABLE || sh == 1 ? SH_OUTER : sh;
}

bool memattr_s2_is_device(u64 hcr, u64 memattr)
{
	return hcr & F(HCR_EL2, FWB) ? !(memattr & 4) : (memattr & 0xc) == 0;
}

/* Half of MAIR's byte: 4 is Non-cacheable, else bit 2 says Write-Back; the rest are hints. */
static enum cacheability cacheability_of(u64 half)
{
	return half == 4 ? NON_CACHEABLE : half & 4 ? WRITE_BACK : WRITE_THROUGH;
}

/* Half of MemAttr: 1 Non-cacheable, 2 Write-Through, 3 Write-Back; 0 is reserved. */
static u64 combine_half(u64 s1, u64 s2)
{
	enum cacheability most = s2 == 3 ? WRITE_BACK : s2 == 2 ? WRITE_THROUGH : NON_CACHEABLE;

	if (cacheability_of(s1) <= most)
		return s1;
	return most == NON_CACHEABLE ? 4 : s1 & 0xb;
}

/* FEAT_S2FWB, "force Write-Back": stage 1's hints survive where it was cacheable. */
static u64 forced_half(u64 attr, u64 half)
{
	return is_device(attr) || cacheability_of(half) == NON_CACHEABLE ? 0xf : half | 4;
}

/* MemAttr<1:0> of Normal memory in the format of FEAT_S2FWB; DDI 0487 D8.5.5. */
static u64 combine_fwb(u64 hcr, u64 attr, u64 memattr)
{
	enum { SAME_AS_STAGE1 = 3, FORCE_WRITE_BACK = 2 };

	if (memattr == FORCE_WRITE_BACK)
		attr = forced_half(attr, attr >> 4) << 4 | forced_half(attr, attr & 0xf);
	if (is_device(attr))
		return attr;
	return memattr < FORCE_WRITE_BACK || (hcr & F(HCR_EL2, CD)) ? ATTR_NON_CACHEABLE : attr;
}

u64 memattr_combine(u64 hcr, u64 attr, u64 memattr)
{
	if (memattr_s2_is_device(hcr, memattr)) {
		u64 s2 = (memattr & 3) << 2; /* nGnRnE, the strongest, is 0 */

		return is_device(attr) && attr < s2 ? attr : s2;
	}
	if (hcr & F(HCR_EL2, FWB))
		return combine_fwb(hcr, attr, memattr & 3);
	if (is_device(attr))
		return attr;
	if (hcr & F(HCR_EL2, CD))
		return ATTR_NON_CACHEABLE;
	return combine_half(attr >> 4, memattr >> 2) << 4 | combine_half(attr & 0xf, memattr & 3);
}

u64 memattr_combine_shareability(u64 attr, u64 s1, u64 s2)
{
	u64 both = SH_NON;

	if (s1 == SH_OUTER || s2 == SH_OUTER)
		both = SH_OUTER;
	else if (s1 == SH_INNER || s2 == SH_INNER)
		both = SH_INNER;
	return memattr_shareability(attr, both);
}
