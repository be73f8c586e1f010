/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory types and shareability, in MAIR's encoding. DDI 0487 D8.5. Accesses only care whether a
 * type is Device; the rest is what AT instructions show.
 */
#include "mmu/regime.h"

enum { ATTR_DEVICE_nGnRnE = 0x00, ATTR_NON_CACHEABLE = 0x44, ATTR_WRITE_BACK = 0xff };

/* Cacheability of one half of a Normal attribute, ordered by strength. */
enum cacheability { CACHE_NC, CACHE_WT, CACHE_WB };

enum { SH_NON = 0, SH_OUTER = 2, SH_INNER = 3 };

/* 0b0100 is Non-cacheable; else bit 2 says Write-Back; bit 3 (not transient) and hints are free. */
static enum cacheability cacheability_of(unsigned nibble)
{
	if (nibble == 4)
		return CACHE_NC;
	return nibble & 4 ? CACHE_WB : CACHE_WT;
}

unsigned attrs_stage1(const struct regime *regime, u64 descriptor)
{
	unsigned index = (unsigned)bits(descriptor, 4, 2);
	unsigned attr = (unsigned)(regime->mair >> (8 * index)) & 0xff;

	if (attr_is_device(attr))
		return attr & 0x0c;
	return regime->cacheable ? attr : ATTR_NON_CACHEABLE;
}

/* AArch64.S1DisabledOutput */
unsigned attrs_stage1_off(const struct regime *regime)
{
	return regime->dc ? ATTR_WRITE_BACK : ATTR_DEVICE_nGnRnE;
}

/* The weaker cacheability of both; allocation hints are stage 1's. */
static unsigned combine_half(unsigned s1, unsigned s2_memattr)
{
	/* MemAttr halves: 1 Non-cacheable, 2 Write-Through, 3 Write-Back; 0 is reserved */
	enum cacheability s2 = s2_memattr < 2 ? CACHE_NC : s2_memattr == 2 ? CACHE_WT : CACHE_WB;
	enum cacheability both = cacheability_of(s1) < s2 ? cacheability_of(s1) : s2;

	switch (both) {
	case CACHE_NC: return 4;
	case CACHE_WT: return s1 & 0xbu;
	default: return s1;
	}
}

/* MemAttr<3:2> = 0b00, with FEAT_S2FWB MemAttr<2> = 0. */
bool attrs_stage2_is_device(const struct regime *regime, u64 descriptor)
{
	return bits(descriptor, regime->s2_fwb ? 4 : 5, 4) == 0;
}

/* Write-Back, with stage 1's hints if it is cacheable. */
static unsigned force_write_back(unsigned attr, unsigned half)
{
	return attr_is_device(attr) || cacheability_of(half) == CACHE_NC ? 0xf : half | 4;
}

/* MemAttr<1:0> with MemAttr<2> = 1 in the format of FEAT_S2FWB. AArch64.S2ApplyFWBMemAttrs */
static unsigned combine_fwb(const struct regime *regime, unsigned attr, unsigned memattr)
{
	if (memattr == 2)
		attr = force_write_back(attr, attr >> 4) << 4 | force_write_back(attr, attr & 15);
	if (attr_is_device(attr))
		return attr;
	return memattr < 2 || regime->s2_uncached ? ATTR_NON_CACHEABLE : attr;
}

unsigned attrs_combine(const struct regime *regime, unsigned attr, u64 stage2_descriptor)
{
	unsigned memattr = (unsigned)bits(stage2_descriptor, 5, 2);

	if (regime->s2_fwb)
		memattr &= 7;
	if (memattr < 4) { /* Device, the stronger of both: nGnRnE is 0 */
		unsigned s2 = memattr << 2;

		return attr_is_device(attr) && attr < s2 ? attr : s2;
	}
	if (regime->s2_fwb)
		return combine_fwb(regime, attr, memattr & 3);
	if (attr_is_device(attr))
		return attr;
	if (regime->s2_uncached)
		return ATTR_NON_CACHEABLE;
	return combine_half(attr >> 4, memattr >> 2) << 4 | combine_half(attr & 15, memattr & 3);
}

unsigned attrs_combine_shareability(unsigned s1, unsigned s2)
{
	if (s1 == SH_OUTER || s2 == SH_OUTER)
		return SH_OUTER;
	return s1 == SH_INNER || s2 == SH_INNER ? SH_INNER : SH_NON;
}

/* Device and Non-cacheable memory is Outer Shareable; the reserved value is as Outer. */
unsigned attrs_shareability(unsigned attr, unsigned sh)
{
	if (attr_is_device(attr) || attr == ATTR_NON_CACHEABLE || sh == 1)
		return SH_OUTER;
	return sh;
}
