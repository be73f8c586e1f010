/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 1 of the hypervisor and of its nVHE host: an identity map of this image (code RX, constants
 * R, data RW), the free RAM, the UART and the GIC; on VHE the fixmap (B.11); a page of user space.
 * Nothing is writable and executable. Guests do not appear here.
 */
#include "machine.h"

#include "core/arch.h"
#include "core/print.h"

#define MAIR_NORMAL_WB 0xfful
#define MAIR_DEVICE    0x04ul /* Device-nGnRE */
#define ATTR_NORMAL    (0ul << 2)
#define ATTR_DEVICE    (1ul << 2)
#define AP_EL0	       BIT(6)
#define AP_RO	       BIT(7)

/*
 * SCTLR_EL2 in its two layouts, every RES1 bit of Armv8.1 set except SPAN (HW-19); DDI 0487
 * D17.2.119.
 */
#define SCTLR_EL2_NVHE SCTLR_EL2_RES1
#define SCTLR_EL2_VHE  (SCTLR_EL1_RES1 & ~F(SCTLR_EL1, SPAN))
#define SCTLR_ON       (F(SCTLR_EL1, M) | F(SCTLR_EL1, C) | F(SCTLR_EL1, I))

/* DDI 0487 D17.2.140, with E2H=0. */
#define TCR_EL2_RES1 (BIT(31) | BIT(23))

struct table {
	u64 entry[512];
} __attribute__((aligned(4096)));

/*
 * EL2 and EL2&0 are never needed in the same run; EL1&0 is the nVHE host's. A pool is enough for
 * the root, the devices (3), RAM of up to 3 GiB (3), an image of up to 14 MiB (8), the fixmap and
 * user space (2) and a module (1).
 */
enum regime { REGIME_EL2, REGIME_EL1, REGIME_COUNT };
static struct pool {
	struct table table[18]; /* [0]: level 1 */
	unsigned used;
} pools[REGIME_COUNT];

struct permissions {
	u64 read_write, read_only, execute;
};

/*
 * The EL2 regime has one privilege, so AP[1] is RES1 and XN is bit 54; EL1&0 and EL2&0 have two,
 * and PXN (DDI 0487 D8.4).
 */
static struct permissions permissions_of(enum regime regime, enum hyp_mode mode)
{
	u64 xn = BIT(54), pxn = BIT(53), ap1 = BIT(6);

	if (regime == REGIME_EL2 && mode == MODE_NVHE)
		return (struct permissions){ ap1 | xn, ap1 | xn | AP_RO, ap1 | AP_RO };
	return (struct permissions){ xn | pxn, xn | pxn | AP_RO, xn | AP_RO };
}

static u64 *entry_of(struct table *table, u64 va, unsigned level)
{
	return &table->entry[(va >> (12 + 9 * (3 - level))) & 511];
}

static struct table *new_table(struct pool *pool)
{
	if (pool->used == COUNT(pool->table))
		panic("stage 1 of the hypervisor itself needs more than %u tables", pool->used);
	return &pool->table[pool->used++];
}

/* The entry of `va` at `level`, with the tables above it. */
static u64 *entry_at(struct pool *pool, u64 va, unsigned level)
{
	struct table *table = &pool->table[0];

	for (unsigned above = 1; above < level; above++) {
		u64 *entry = entry_of(table, va, above);

		if (*entry == 0)
			*entry = (u64)new_table(pool) | DESC_VALID | DESC_TABLE;
		table = (struct table *)(*entry & DESC_ADDRESS);
	}
	return entry_of(table, va, level);
}

static void map(struct pool *pool, u64 start, u64 end, u64 attributes)
{
	u64 size;

	for (u64 pa = start; pa < end; pa += size) {
		bool is_block = is_aligned(pa, BLOCK_SIZE) && end - pa >= BLOCK_SIZE;

		size = is_block ? BLOCK_SIZE : PAGE_SIZE;
		*entry_at(pool, pa, is_block ? 2 : 3) = pa | attributes | DESC_VALID | DESC_AF |
							DESC_SH_INNER | (is_block ? 0 : DESC_PAGE);
	}
}

static void build(enum regime regime, enum hyp_mode mode)
{
	struct permissions may = permissions_of(regime, mode);
	struct hal_memory ram = hal_free_memory();
	struct pool *pool = &pools[regime];

	new_table(pool);
	map(pool, (u64)image_start, (u64)rodata_start, may.execute | ATTR_NORMAL);
	map(pool, (u64)rodata_start, (u64)data_start, may.read_only | ATTR_NORMAL);
	map(pool, (u64)data_start, ram.pa.v + ram.size, may.read_write | ATTR_NORMAL);
	if (boot.module_size != 0)
		map(pool, MODULE_IPA, GUEST_PROGRAM_IPA, may.read_only | ATTR_NORMAL);
	map(pool, UART_PA, UART_PA + PAGE_SIZE, may.read_write | ATTR_DEVICE);
	map(pool, GICD_PA, GICD_PA + GICD_SIZE, may.read_write | ATTR_DEVICE);
	map(pool, GICR_PA, GICR_PA + MAX_CPUS * GICR_CPU_SIZE, may.read_write | ATTR_DEVICE);
}

/*
 * What was written with the MMU off went to memory; what the caches still have there is older, and
 * has never been written by this image.
 */
static void invalidate_dcache(u64 start, u64 end)
{
	u64 line = 4ul << bits(read_CTR_EL0(), 19, 16);

	hal_dsb_ish();
	for (u64 at = start; at < end; at += line)
		write_DC_IVAC(at);
	hal_dsb_ish();
}

static u64 user_page[512] __attribute__((aligned(4096)));

static void build_user(enum regime regime, enum hyp_mode mode)
{
	u64 rights = permissions_of(regime, mode).read_write | AP_EL0;

	*entry_at(&pools[regime], USER_VA, 3) = (u64)user_page | rights | ATTR_NORMAL | DESC_VALID |
						DESC_AF | DESC_SH_INNER | DESC_PAGE;
}

void stage1_build(enum hyp_mode mode)
{
	build(REGIME_EL2, mode);
	if (mode == MODE_NVHE)
		build(REGIME_EL1, mode);
	build_user(mode == MODE_NVHE ? REGIME_EL1 : REGIME_EL2, mode);
	invalidate_dcache((u64)data_start, (u64)image_end);
}

/* The halves of both layouts that are alike; TG0=0 is 4 KiB. */
static u64 tcr_lower(void)
{
	return FV(TCR_EL2, T0SZ, 64 - VA_BITS) | FV(TCR_EL2, IRGN0, 1) | FV(TCR_EL2, ORGN0, 1) |
	       FV(TCR_EL2, SH0, 3);
}

/* No walks for the upper half; its size and granule are named all the same. */
static u64 tcr_two_halves(u64 parange)
{
	return tcr_lower() | FV(TCR_EL1, IPS, parange) | FV(TCR_EL1, T1SZ, 64 - VA_BITS) |
	       F(TCR_EL1, EPD1) | FV(TCR_EL1, TG1, 2);
}

static void el1_on(u64 mair, u64 tcr)
{
	write_MAIR_EL1(mair);
	write_TCR_EL1(tcr);
	write_TTBR0_EL1((u64)&pools[REGIME_EL1].table[0]);
	write_TTBR1_EL1(0);
	hal_isb();
	write_TLBI_VMALLE1(0);
	hal_dsb_nsh();
	write_SCTLR_EL1(SCTLR_EL1_RES1 | SCTLR_ON);
}

void stage1_on(enum hyp_mode mode)
{
	u64 parange = usable_parange(read_ID_AA64MMFR0_EL1());
	u64 two_halves = tcr_two_halves(parange);
	u64 one_half = tcr_lower() | FV(TCR_EL2, PS, parange) | TCR_EL2_RES1;
	u64 mair = MAIR_NORMAL_WB | MAIR_DEVICE << 8;
	u64 sctlr = mode == MODE_VHE ? SCTLR_EL2_VHE : SCTLR_EL2_NVHE;

	el2_write_MAIR(mode, mair);
	el2_write_TCR(mode, mode == MODE_VHE ? two_halves : one_half);
	el2_write_TTBR0(mode, (u64)&pools[REGIME_EL2].table[0]);
	hal_dsb_ish();
	hal_isb();
	write_TLBI_ALLE2(0);
	write_IC_IALLU(0);
	hal_dsb_nsh();
	hal_isb();
	el2_write_SCTLR(mode, sctlr | SCTLR_ON);
	hal_isb();
	if (mode == MODE_NVHE)
		el1_on(mair, two_halves);
	hal_isb();
}

static u64 fixmap_va(unsigned cpu)
{
	return FIXMAP_VA + cpu * PAGE_SIZE;
}

static u64 *fixmap_entry(unsigned cpu)
{
	return entry_at(&pools[REGIME_EL2], fixmap_va(cpu), 3);
}

u64 hal_fixmap_va(void)
{
	return fixmap_va(cpu_index());
}

void hal_fixmap_map(pa_t page, bool is_writable)
{
	struct permissions may = permissions_of(REGIME_EL2, MODE_VHE);

	hal_write_descriptor(fixmap_entry(cpu_index()),
		page.v | (is_writable ? may.read_write : may.read_only) | ATTR_NORMAL | DESC_VALID |
			DESC_AF | DESC_SH_INNER | DESC_PAGE);
	hal_dsb_ishst();
	hal_isb();
}

/* Broadcast, even for this CPU: another one may have walked it by speculation. */
void hal_fixmap_unmap(unsigned cpu)
{
	if (*fixmap_entry(cpu) == 0)
		return;
	hal_write_descriptor(fixmap_entry(cpu), 0);
	hal_dsb_ishst();
	write_TLBI_VAE2IS(fixmap_va(cpu) >> 12);
	hal_dsb_ish();
	hal_isb();
}
