/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2's stage 1: an identity map of this image (code RX, constants R, data RW), the free RAM (RW)
 * and the UART. Nothing is writable and executable. Knows the two regimes of EL2; guests do not
 * appear here.
 */
#include "el2_mmu.h"

#include "core/arch.h"

#define VA_BITS 39u /* three levels of 4 KiB tables */

#define MAIR_NORMAL_WB 0xfful
#define MAIR_DEVICE    0x04ul /* Device-nGnRE */
#define ATTR_NORMAL    (0ul << 2)
#define ATTR_DEVICE    (1ul << 2)
#define AP_RO	       BIT(7)

/*
 * SCTLR_EL2 in its two layouts, every RES1 bit of Armv8.1 set except SPAN (HW-19); DDI 0487
 * D17.2.119.
 */
#define SCTLR_EL2_NVHE 0x30c50830ul
#define SCTLR_EL2_VHE  (0x30d00800ul & ~F(SCTLR_EL1, SPAN))

/* DDI 0487 D17.2.140, with E2H=0. */
#define TCR_EL2_RES1 (BIT(31) | BIT(23))

struct table {
	u64 entry[512];
} __attribute__((aligned(4096)));

/*
 * 1 GiB each: the devices and the RAM; of those, 2 MiB in pages each: around the UART, and this
 * image.
 */
static struct table level1, level2_devices, level2_ram, level3_uart, level3_image;

struct permissions {
	u64 read_write, read_only, execute;
};

/*
 * The EL2 regime has one privilege, so AP[1] is RES1 and XN is bit 54; EL2&0 has two, and PXN (DDI
 * 0487 D8.4).
 */
static struct permissions permissions_of(enum hyp_mode mode)
{
	u64 xn = BIT(54), pxn = BIT(53), ap1 = BIT(6);

	if (mode == MODE_NVHE)
		return (struct permissions){ ap1 | xn, ap1 | xn | AP_RO, ap1 | AP_RO };
	return (struct permissions){ xn | pxn, xn | pxn | AP_RO, xn | AP_RO };
}

static u64 leaf(u64 pa, u64 attributes)
{
	return pa | DESC_VALID | DESC_AF | DESC_SH_INNER | attributes;
}

static u64 table_at(const struct table *table)
{
	return (u64)table | DESC_VALID | DESC_TABLE;
}

static u64 index(u64 va, unsigned level)
{
	return (va >> (12 + 9 * (3 - level))) & 511;
}

static void map_image(u64 start, u64 end, u64 permissions)
{
	for (u64 pa = start; pa < end; pa += PAGE_SIZE)
		level3_image.entry[index(pa, 3)] = leaf(pa, permissions | ATTR_NORMAL | DESC_PAGE);
}

static void build_tables(enum hyp_mode mode)
{
	struct permissions may = permissions_of(mode);
	u64 image = (u64)image_start;

	level1.entry[index(UART_PA, 1)] = table_at(&level2_devices);
	level1.entry[index(image, 1)] = table_at(&level2_ram);
	level2_devices.entry[index(UART_PA, 2)] = table_at(&level3_uart);
	level2_ram.entry[index(image, 2)] = table_at(&level3_image);
	level3_uart.entry[index(UART_PA, 3)] =
		leaf(UART_PA, may.read_write | ATTR_DEVICE | DESC_PAGE);
	map_image(image, (u64)rodata_start, may.execute);
	map_image((u64)rodata_start, (u64)data_start, may.read_only);
	map_image((u64)data_start, (u64)image_end, may.read_write);
	for (u64 pa = FREE_RAM_PA; pa < FREE_RAM_PA + FREE_RAM_SIZE; pa += BLOCK_SIZE)
		level2_ram.entry[index(pa, 2)] = leaf(pa, may.read_write | ATTR_NORMAL);
}

static u64 tcr(enum hyp_mode mode)
{
	u64 parange = usable_parange(read_ID_AA64MMFR0_EL1());
	/* The halves of both layouts that are alike; TG0=0 is 4 KiB. */
	u64 lower = FV(TCR_EL2, T0SZ, 64 - VA_BITS) | FV(TCR_EL2, IRGN0, 1) |
		    FV(TCR_EL2, ORGN0, 1) | FV(TCR_EL2, SH0, 3);

	if (mode == MODE_NVHE)
		return lower | FV(TCR_EL2, PS, parange) | TCR_EL2_RES1;
	/* The EL1 layout: no walks for the upper half; its size and granule are named all the same.
	 */
	return lower | FV(TCR_EL1, IPS, parange) | FV(TCR_EL1, T1SZ, 64 - VA_BITS) |
	       F(TCR_EL1, EPD1) | FV(TCR_EL1, TG1, 2);
}

u64 el2_sctlr_off(enum hyp_mode mode)
{
	return mode == MODE_VHE ? SCTLR_EL2_VHE : SCTLR_EL2_NVHE;
}

void el2_mmu_on(enum hyp_mode mode)
{
	build_tables(mode);
	write_MAIR_EL2(MAIR_NORMAL_WB | MAIR_DEVICE << 8);
	write_TCR_EL2(tcr(mode));
	write_TTBR0_EL2((u64)&level1);
	hal_dsb_ish();
	__asm__ volatile("tlbi alle2\n\tic iallu\n\tdsb nsh\n\tisb" ::: "memory");
	write_SCTLR_EL2(el2_sctlr_off(mode) | F(SCTLR_EL1, M) | F(SCTLR_EL1, C) | F(SCTLR_EL1, I));
	hal_isb();
}
