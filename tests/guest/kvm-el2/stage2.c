/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 2 of L2: 39 bits from level 1 (DDI 0487 D8.3), VMID 1; a second set of tables with VMID 2.
 */
#include "stage2.h"

enum { TABLE = 3, PAGE = 3, BLOCK = 1, AF = 1 << 10, SH = 3 << 8, NORMAL = 0xf << 2 };
enum { S2AP_READ = 1 << 6, S2AP_WRITE = 2 << 6 };
#define XN BIT(54)

typedef u64 table[512] __attribute__((aligned(4096)));

static table root, level2, lazy_level2, lazy_level3;
static table other_root, other_level2, other_level3;
static table pages[ALL_PAGES], elsewhere[2];
static enum page_access access_to[ALL_PAGES];

static const u64 attributes[] = {
	[PAGE_READ] = S2AP_READ | XN,
	[PAGE_WRITE] = S2AP_READ | S2AP_WRITE | XN,
	[PAGE_EXECUTE] = S2AP_READ,
};

static u64 page_to(const u64 *memory, enum page_access access)
{
	return access == PAGE_NONE ? 0 : (u64)memory | PAGE | AF | SH | NORMAL | attributes[access];
}

void stage2_reset(void)
{
	for (u64 i = 0; i < ALL_PAGES; i++) {
		pages[i][(page_offset(i) & 0xfff) / 8] = page_pattern(i);
		lazy_level3[i] = 0;
		access_to[i] = PAGE_NONE;
	}
	pages[CODE_PAGE][0] = 0xd65f03c091000400; /* add x0, x0, #1; ret */
	elsewhere[0][0] = ~page_pattern(100);
	elsewhere[1][0] = page_pattern(101);
	root[L2_BASE >> 30] = (u64)level2 | TABLE;
	level2[0] = L2_MEMORY | BLOCK | AF | SH | NORMAL | S2AP_READ | S2AP_WRITE;
	root[L2_LAZY >> 30] = (u64)lazy_level2 | TABLE;
	lazy_level2[0] = (u64)lazy_level3 | TABLE;
	other_root[L2_BASE >> 30] = (u64)level2 | TABLE;
	other_root[L2_LAZY >> 30] = (u64)other_level2 | TABLE;
	other_level2[0] = (u64)other_level3 | TABLE;
	WRITE(vtcr_el2, 25 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | BIT(31));
	WRITE(vttbr_el2, (u64)root | BIT(48));
	asm volatile("dsb sy\n\tic iallu\n\ttlbi alle1\n\tdsb sy\n\tisb" : : : "memory");
}

void stage2_set(u64 i, enum page_access access)
{
	lazy_level3[i] = page_to(pages[i], access);
	access_to[i] = access;
	asm volatile("dsb ishst" : : : "memory");
}

enum page_access stage2_access(u64 i)
{
	return access_to[i];
}

u64 stage2_address(u64 i)
{
	return (u64)pages[i];
}

static void invalidate_stage1(void)
{
	asm volatile("dsb ish\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" : : : "memory");
}

static void invalidate_page(u64 i)
{
	asm volatile("tlbi ipas2e1is, %0" : : "r"((L2_LAZY >> 12) + i) : "memory");
}

void stage2_invalidate(u64 i)
{
	invalidate_page(i);
	invalidate_stage1();
}

void stage2_unmap_all(u64 at_once)
{
	for (u64 i = 0; i < ALL_PAGES; i++)
		stage2_set(i, PAGE_NONE);
	if (at_once) {
		asm volatile("tlbi vmalls12e1is\n\tdsb ish\n\tisb" : : : "memory");
		return;
	}
	for (u64 i = 0; i < ALL_PAGES; i++)
		invalidate_page(i);
	invalidate_stage1();
}

/* Break before make (DDI 0487 D8.16.1). */
void stage2_move_first_page(void)
{
	lazy_level3[0] = 0;
	asm volatile("dsb ishst" : : : "memory");
	stage2_invalidate(0);
	lazy_level3[0] = page_to(elsewhere[1], PAGE_READ);
	asm volatile("dsb ishst" : : : "memory");
}

void stage2_use_other(u64 is_other)
{
	for (u64 i = 0; i < ALL_PAGES; i++)
		other_level3[i] = lazy_level3[i];
	other_level3[0] = page_to(elsewhere[0], PAGE_READ);
	asm volatile("dsb ishst" : : : "memory");
	WRITE(vttbr_el2, is_other ? (u64)other_root | 2 * BIT(48) : (u64)root | BIT(48));
}
