/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of RAM and the program's address space: one TTBR0 tree of 39 bits and 4 KiB pages. The
 * second GiB is the supervisor's own, RAM where it is; all else can be the program's.
 *
 * A page is promised by an invalid descriptor that already holds its permissions. So the tree is
 * the only list of mappings there is.
 */
#include "el0_run.h"

#include <sys/mman.h>

#define DESC_VALID	BIT(0)
#define DESC_TABLE	BIT(1)
#define DESC_PAGE	BIT(1) /* at level 3 */
#define DESC_NORMAL	(0ul << 2)
#define DESC_EL0	BIT(6)
#define DESC_READ_ONLY	BIT(7)
#define DESC_SH_INNER	(3ul << 8)
#define DESC_AF		BIT(10)
#define DESC_NOT_GLOBAL BIT(11)
#define DESC_PXN	BIT(53)
#define DESC_UXN	BIT(54)
#define DESC_PROMISED	BIT(55) /* software's */
#define DESC_ADDRESS	(BITS(~0ul, 47, 12) << 12)

#define OWN_RAM 0x40000000ul
#define OWN_END 0x80000000ul

#define MAIR_NORMAL_WB 0xfful
#define SCTLR_ON                                                                                   \
	(BIT(0) | BIT(2) | BIT(12) |	      /* M, C, I */                                        \
		BIT(3) | BIT(4) |	      /* SA, SA0 */                                        \
		BIT(14) | BIT(15) | BIT(26) | /* DZE, UCT, UCI */                                  \
		BIT(16) | BIT(18))	      /* nTWI, nTWE */

struct free_page {
	struct free_page *next;
};

extern char image_end[]; /* link.ld */

static u64 level1[512] __attribute__((aligned(PAGE_SIZE)));
static struct free_page *free_pages; /* given back */
static u64 first_page, next_page, end_page;

/* ---- Pages ---- */

void memory_init(void)
{
	first_page = next_page = align_up((u64)image_end, PAGE_SIZE);
	end_page = align_down(host_ram_end(), PAGE_SIZE);
	if (end_page > OWN_END)
		end_page = OWN_END;
	if (end_page <= next_page)
		die(EXIT_SUPERVISOR, "no RAM behind 0x%x", next_page);
}

u64 memory_total(void)
{
	return end_page - first_page;
}

u64 memory_free(void)
{
	u64 size = end_page - next_page;

	for (struct free_page *page = free_pages; page != NULL; page = page->next)
		size += PAGE_SIZE;
	return size;
}

/* A page of zeros. */
static u64 *page_new(void)
{
	u64 *page = (u64 *)free_pages;

	if (page != NULL)
		free_pages = free_pages->next;
	else if (next_page < end_page)
		page = (u64 *)next_page, next_page += PAGE_SIZE;
	else
		die(EXIT_SUPERVISOR, "out of memory: the program uses %d KiB; see --memory",
			memory_total() / 1024);
	for (unsigned i = 0; i < PAGE_SIZE / sizeof(*page); i++)
		page[i] = 0;
	return page;
}

static void page_free(u64 address)
{
	struct free_page *page = (struct free_page *)address;

	page->next = free_pages;
	free_pages = page;
}

/* ---- The tree ---- */

static bool is_user(u64 va)
{
	return va < USER_END && (va < OWN_RAM || va >= OWN_END);
}

bool memory_is_user_range(u64 va, u64 size)
{
	return va % PAGE_SIZE == 0 && va < USER_END && size <= USER_END - va &&
	       (va >= OWN_END || va + size <= OWN_RAM);
}

/* The level 3 descriptor of a page, NULL: there is none yet, or it cannot be the program's. */
static u64 *leaf(u64 va, bool create)
{
	u64 *table = level1;

	if (!is_user(va))
		return NULL;
	for (unsigned shift = 30; shift > 12; shift -= 9) {
		u64 *entry = &table[(va >> shift) % 512];

		if (*entry == 0) {
			if (!create)
				return NULL;
			*entry = (u64)page_new() | DESC_TABLE | DESC_VALID;
		}
		table = (u64 *)(*entry & DESC_ADDRESS);
	}
	return &table[(va >> 12) % 512];
}

static void old_entries_are_gone(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" ::: "memory");
}

#define PERMISSIONS (DESC_EL0 | DESC_READ_ONLY | DESC_UXN)

/* What is writable or executable is readable. */
static u64 permissions(int prot)
{
	return (prot != PROT_NONE ? DESC_EL0 : 0) | (prot & PROT_WRITE ? 0 : DESC_READ_ONLY) |
	       (prot & PROT_EXEC ? 0 : DESC_UXN);
}

static int allowed(u64 entry)
{
	if (!(entry & DESC_EL0))
		return PROT_NONE;
	return PROT_READ | (entry & DESC_READ_ONLY ? 0 : PROT_WRITE) |
	       (entry & DESC_UXN ? 0 : PROT_EXEC);
}

/* Keeps a promise. */
static void fill(u64 *entry)
{
	if (*entry & DESC_PROMISED)
		*entry = (u64)page_new() | (*entry & PERMISSIONS) | DESC_NORMAL | DESC_SH_INNER |
			 DESC_AF | DESC_NOT_GLOBAL | DESC_PXN | DESC_PAGE | DESC_VALID;
}

static void replace(u64 *entry, u64 with)
{
	if (*entry & DESC_VALID)
		page_free(*entry & DESC_ADDRESS);
	*entry = with;
}

/* ---- Ranges ---- */

void memory_promise(u64 va, u64 size, int prot)
{
	for (u64 end = va + size; va < end; va += PAGE_SIZE)
		replace(leaf(va, true), DESC_PROMISED | permissions(prot));
	old_entries_are_gone();
}

void memory_unmap(u64 va, u64 size)
{
	for (u64 end = va + size; va < end; va += PAGE_SIZE) {
		u64 *entry = leaf(va, false);

		if (entry != NULL)
			replace(entry, 0);
	}
	old_entries_are_gone();
}

bool memory_protect(u64 va, u64 size, int prot)
{
	u64 end = va + size;

	for (; va < end; va += PAGE_SIZE) {
		u64 *entry = leaf(va, false);

		if (entry == NULL || *entry == 0)
			break;
		*entry = (*entry & ~PERMISSIONS) | permissions(prot);
	}
	old_entries_are_gone();
	return va >= end;
}

void memory_forget(u64 va, u64 size)
{
	for (u64 end = va + size; va < end; va += PAGE_SIZE) {
		u64 *entry = leaf(va, false);

		if (entry != NULL && *entry != 0)
			replace(entry, DESC_PROMISED | (*entry & PERMISSIONS));
	}
	old_entries_are_gone();
}

u8 *memory_page(u64 va, int prot)
{
	u64 *entry = leaf(va, true);

	if (*entry == 0)
		*entry = DESC_PROMISED | permissions(PROT_NONE);
	fill(entry);
	*entry = (*entry & ~PERMISSIONS) | permissions(allowed(*entry) | prot);
	return (u8 *)(*entry & DESC_ADDRESS);
}

bool memory_touch(u64 va, int access)
{
	u64 *entry = leaf(va, false);

	if (entry == NULL || *entry == 0 || (allowed(*entry) & access) != access)
		return false;
	fill(entry);
	__asm__ volatile("dsb ishst\n\tisb" ::: "memory");
	return true;
}

bool memory_touch_range(u64 va, u64 size, int access)
{
	if (va >= USER_END || size > USER_END - va)
		return false;
	for (u64 page = align_down(va, PAGE_SIZE); page < va + size; page += PAGE_SIZE) {
		if (!memory_touch(page, access))
			return false;
	}
	return true;
}

void memory_sync_code(void)
{
	u64 line = 4ul << BITS(READ_SYSREG(ctr_el0), 19, 16);

	for (u64 address = first_page; address < next_page; address += line)
		__asm__ volatile("dc cvau, %0" ::"r"(address) : "memory");
	__asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" ::: "memory");
}

/* ---- Translation on ---- */

/* 39-bit VAs, 4 KiB granule, walks cacheable and inner shareable, TTBR1 off, TBI0 as in Linux. */
#define TCR (25ul | 1ul << 8 | 1ul << 10 | 3ul << 12 | BIT(23) | BIT(37))

void mmu_on(void)
{
	u64 parange = BITS(READ_SYSREG(id_aa64mmfr0_el1), 3, 0);

	level1[OWN_RAM >> 30] =
		OWN_RAM | DESC_NORMAL | DESC_SH_INNER | DESC_AF | DESC_UXN | DESC_VALID;
	WRITE_SYSREG(mair_el1, MAIR_NORMAL_WB);
	WRITE_SYSREG(tcr_el1, TCR | (parange < 5 ? parange : 5) << 32);
	WRITE_SYSREG(ttbr0_el1, level1);
	old_entries_are_gone();
	WRITE_SYSREG(sctlr_el1, READ_SYSREG(sctlr_el1) | SCTLR_ON);
	__asm__ volatile("isb" ::: "memory");
}
