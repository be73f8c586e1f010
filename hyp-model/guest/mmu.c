/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's own stage 1: TTBR0 maps its memory where it is, TTBR1 maps devices high up. Knows
 * sections and permissions. Its register writes trap to the hypervisor as long as its caches are
 * off (HCR_EL2.TVM).
 */
#include "guest/guest.h"

#define VALID	   1ul
#define TABLE	   3ul
#define PAGE_ENTRY 3ul
#define AF	   (1ul << 10)
#define SH_INNER   (3ul << 8)
#define ATTR(n)	   ((u64)(n) << 2)
#define AP_EL0	   (1ul << 6)
#define AP_RO	   (1ul << 7)
#define NOT_GLOBAL (1ul << 11)
#define PXN	   (1ul << 53)
#define UXN	   (1ul << 54)

#define NORMAL (AF | SH_INNER | ATTR(0))
#define DEVICE (AF | ATTR(1) | PXN | UXN)

#define KERNEL_RX (NORMAL | AP_RO | UXN)
#define KERNEL_R  (NORMAL | AP_RO | UXN | PXN)
#define KERNEL_RW (NORMAL | UXN | PXN)
#define USER_RX	  (NORMAL | AP_RO | AP_EL0 | PXN)
#define USER_RW	  (NORMAL | AP_EL0 | NOT_GLOBAL | UXN | PXN)

/* 39-bit VAs below and above, 4 KiB granule, walks cacheable and inner shareable. */
#define TCR_HALF (25ul | 1ul << 8 | 1ul << 10 | 3ul << 12)
#define TCR	 (TCR_HALF | TCR_HALF << 16 | 2ul << 30)
#define TCR_HA	 (1ul << 39)
#define MAIR	 (0xfful | 0x04ul << 8)
#define SCTLR_ON (0x30d00800ul | 1ul << 0 | 1ul << 2 | 1ul << 12)

struct table {
	u64 entry[512];
} __attribute__((aligned(PAGE)));

/* low: all of TTBR0 that no process changes; user: the part that is each process's own. */
static struct table low1, ram2, program3, pages2, window2, window3, high1, devices2;
static struct table process1[2], user2[2], user3[2];
/* CPU 1 has tables of its own under the ASID of CPU 0; the page of each is at PRIVATE_VA. */
static struct table other1, other2, other3;
static u64 private_page[GUEST_CPUS][PAGE / 8] __attribute__((aligned(PAGE)));
static u64 user_page[2][PAGE / 8] __attribute__((aligned(PAGE)));

static u64 index(u64 va, unsigned level)
{
	return (va >> (12 + 9 * (3 - level))) & 511;
}

static void map_pages(const char *start, const char *end, u64 attributes)
{
	for (u64 va = (u64)start; va < (u64)end; va += PAGE)
		program3.entry[index(va, 3)] = va | attributes | PAGE_ENTRY;
}

static void map_device(u64 ipa)
{
	devices2.entry[index(HIGH_HALF + ipa, 2)] = (ipa & ~0x1ffffful) | DEVICE | VALID;
}

static void build_process(unsigned n)
{
	for (unsigned i = 0; i < 512; i++)
		process1[n].entry[i] = low1.entry[i];
	process1[n].entry[index(USER_VA, 1)] = (u64)&user2[n] | TABLE;
	user2[n].entry[index(USER_VA, 2)] = (u64)&user3[n] | TABLE;
	user3[n].entry[index(USER_VA, 3)] = (u64)user_page[n] | USER_RW | PAGE_ENTRY;
}

static void build_other_cpu(void)
{
	for (unsigned i = 0; i < 512; i++)
		other1.entry[i] = low1.entry[i];
	other1.entry[index(WINDOW_VA, 1)] = (u64)&other2 | TABLE;
	other2.entry[index(WINDOW_VA, 2)] = (u64)&other3 | TABLE;
	window3.entry[index(PRIVATE_VA, 3)] =
		(u64)private_page[0] | KERNEL_RW | NOT_GLOBAL | PAGE_ENTRY;
	other3.entry[index(PRIVATE_VA, 3)] =
		(u64)private_page[1] | KERNEL_RW | NOT_GLOBAL | PAGE_ENTRY;
}

void guest_mmu_build(void)
{
	low1.entry[index(GUEST_RAM_IPA, 1)] = (u64)&ram2 | TABLE;
	ram2.entry[index(GUEST_RAM_IPA, 2)] = GUEST_RAM_IPA | KERNEL_R | VALID;
	ram2.entry[index(GUEST_PROGRAM_IPA, 2)] = (u64)&program3 | TABLE;
	map_pages(image_start, user_text_start, KERNEL_RX);
	map_pages(user_text_start, rodata_start, USER_RX);
	map_pages(rodata_start, data_start, KERNEL_R);
	map_pages(data_start, user_stack_start, KERNEL_RW);
	map_pages(user_stack_start, user_stack_end, USER_RW);
	low1.entry[index(GUEST_PAGES_IPA, 1)] = (u64)&pages2 | TABLE;
	pages2.entry[index(GUEST_PAGES_IPA, 2)] = GUEST_PAGES_IPA | KERNEL_RW | VALID;
	low1.entry[index(WINDOW_VA, 1)] = (u64)&window2 | TABLE;
	window2.entry[index(WINDOW_VA, 2)] = (u64)&window3 | TABLE;
	high1.entry[index(HIGH_HALF, 1)] = (u64)&devices2 | TABLE;
	map_device(GUEST_UART_IPA);
	map_device(GUEST_GICD_IPA);
	map_device(GUEST_USER_IPA);
	map_device(GUEST_HOLE_IPA);
	build_process(0);
	build_process(1);
	build_other_cpu();
	dsb();
}

void guest_mmu_on(void)
{
	WRITE_SYSREG(mair_el1, MAIR);
	WRITE_SYSREG(tcr_el1, TCR);
	WRITE_SYSREG(ttbr0_el1, kernel_ttbr0());
	WRITE_SYSREG(ttbr1_el1, (u64)&high1);
	__asm__ volatile("isb\n\ttlbi vmalle1\n\tdsb nsh\n\tisb" ::: "memory");
	WRITE_SYSREG(sctlr_el1, SCTLR_ON);
	isb();
}

void window_set(unsigned page, u64 ipa, enum window_rights rights)
{
	volatile u64 *entry = &window3.entry[index(WINDOW_VA, 3) + page];
	static const u64 attributes[] = {
		[WINDOW_READ] = KERNEL_R,
		[WINDOW_WRITE] = KERNEL_RW,
		[WINDOW_EXECUTE_UNUSED] = KERNEL_RX & ~AF,
	};

	*entry = rights == WINDOW_NONE ? 0 : ipa | attributes[rights] | NOT_GLOBAL | PAGE_ENTRY;
}

u64 window_table(void)
{
	return (u64)&window3;
}

bool can_set_access_flag(void)
{
	return (READ_SYSREG(id_aa64mmfr1_el1) & 0xf) != 0;
}

void set_access_flag_by_cpu(bool is_on)
{
	WRITE_SYSREG(tcr_el1, is_on ? TCR | TCR_HA : TCR);
	isb();
}

u64 kernel_ttbr0(void)
{
	return (u64)(this_cpu() == 0 ? &low1 : &other1) | 7ul << 48;
}

u64 process_ttbr0(unsigned n)
{
	return (u64)&process1[n] | (u64)(n + 8) << 48;
}
