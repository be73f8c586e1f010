/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AT-1 to AT-7: what a guest hypervisor's AT instructions put in its PAR_EL1, and what the CPU is
 * made to do for it.
 */
#include "core/at.h"

#include <stdio.h>
#include <string.h>

#include "core/memattr.h"
#include "core/nested.h"
#include "core/switch.h"
#include "support.h"

/* L1's tables and what they map, all in its RAM. */
enum {
	ROOT = 0x40500000,
	TABLE2 = 0x40501000,
	TABLE3 = 0x40502000,
	S2_ROOT = 0x40510000,
	OUT = 0x40600000,
};

#define LOW	   0x1234567000ul
#define HIGH	   (LOW | MASK(63, 39))
#define PAGE_LEAF  (DESC_VALID | DESC_PAGE | DESC_AF)
#define BLOCK_LEAF (DESC_VALID | DESC_AF)
#define AP_EL0	   BIT(6)
#define AP_RO	   BIT(7)
#define nG	   BIT(11)
#define UXN	   BIT(54)
#define ATTR(i)	   ((u64)(i) << 2)
#define MAIR	   0x00bb0c44fful /* 0: WB, 1: NC, 2: GRE, 3: WT, 4: nGnRnE */

static struct vm *vm;
static struct vcpu *vcpu;

static void set(reg_t reg, u64 value)
{
	vcpu_write_sys_reg(vcpu, value, reg);
}

static void put(u64 ipa, u64 value)
{
	*guest_word(vm, IPA(ipa)) = value;
}

static u64 get(u64 ipa)
{
	return *guest_word(vm, IPA(ipa));
}

/* Stage 1 of both VA ranges with 39 bits and 4 KiB, in each regime; no stage 2. */
static void set_regimes(void)
{
	u64 tcr = FV(TCR_EL1, T0SZ, 25) | FV(TCR_EL1, T1SZ, 25) | FV(TCR_EL1, TG1, 2) |
		  FV(TCR_EL1, IPS, 2);

	set(REG(SCTLR_EL1), F(SCTLR_EL1, M) | F(SCTLR_EL1, C));
	set(REG(TCR_EL1), tcr);
	set(REG(TTBR0_EL1), ROOT);
	set(REG(TTBR1_EL1), ROOT);
	set(REG(MAIR_EL1), MAIR);
	set(REG(SCTLR_EL2), F(SCTLR_EL1, M) | F(SCTLR_EL1, C));
	set(REG(TCR_EL2), vcpu_e2h(vcpu) ? tcr : FV(TCR_EL2, T0SZ, 25) | FV(TCR_EL2, PS, 2));
	set(REG(TTBR0_EL2), ROOT);
	set(REG(TTBR1_EL2), ROOT);
	set(REG(MAIR_EL2), MAIR);
	for (unsigned i = 0; i < 3 * 512; i++)
		put(ROOT + 8 * i, 0);
}

static void hypervisor(enum vm_el2 form)
{
	vm = nested_guest(form, 2);
	vcpu = &vm->vcpus[0];
	set(REG(HCR_EL2), form == VM_EL2_VHE ? F(HCR_EL2, E2H) : 0);
	set_regimes();
}

/* Maps LOW and HIGH by one leaf; `table_bits` are in the descriptor of the level above it. */
static void map(unsigned level, u64 leaf, u64 table_bits)
{
	const u64 where[] = { 0, ROOT + 8 * bits(LOW, 38, 30), TABLE2 + 8 * bits(LOW, 29, 21),
		TABLE3 + 8 * bits(LOW, 20, 12) };
	const u64 next[] = { 0, TABLE2, TABLE3 };

	for (unsigned l = 1; l < level; l++)
		put(where[l],
			next[l] | DESC_VALID | DESC_TABLE | (l == level - 1 ? table_bits : 0));
	put(where[level], leaf);
}

static u64 at(u32 iss, u64 va)
{
	struct sysreg_access access = { .iss = iss, .is_write = true, .value = va };

	assert_int_equal(at_emulate(vcpu, &access), EMULATED);
	return vcpu_read_sys_reg(vcpu, REG(PAR_EL1));
}

static u64 par_of_fault(unsigned fsc, bool is_stage2, bool is_of_walk)
{
	return 1 | (u64)fsc << 1 | (u64)is_of_walk << 8 | (u64)is_stage2 << 9 | BIT(11);
}

static u64 par_of_page(u64 pa, u64 attr, u64 sh)
{
	return pa | attr << 56 | sh << 7 | BIT(9) | BIT(11);
}

/* --- AT-4: the walk in software --------------------------------------------------------------- */

struct walk_row {
	const char *why;
	enum s1_regime regime;
	u64 va;
	unsigned level;
	u64 leaf, table_bits;
	bool is_el0;
	enum s1_access access;
	bool checks_pan;
	u64 tcr, sctlr; /* bits to invert */
	bool is_fault;
	unsigned fsc;
	u64 output;
};

static void check_walk(size_t i, const struct walk_row *row)
{
	bool is_el1 = row->regime == REGIME_EL10;
	reg_t tcr = is_el1 ? REG(TCR_EL1) : REG(TCR_EL2);
	reg_t sctlr = is_el1 ? REG(SCTLR_EL1) : REG(SCTLR_EL2);
	struct s1_walk walk;

	set_regimes();
	set(tcr, vcpu_read_sys_reg(vcpu, tcr) ^ row->tcr);
	set(sctlr, vcpu_read_sys_reg(vcpu, sctlr) ^ row->sctlr);
	if (row->level)
		map(row->level, row->leaf, row->table_bits);
	walk = s1_walk(vcpu, row->regime, row->va, row->is_el0, row->access, row->checks_pan);
	if (walk.is_fault != row->is_fault || walk.fsc != row->fsc || walk.output != row->output)
		fail_row(i, row->why, "fault %d, code 0x%x, output 0x%lx", walk.is_fault, walk.fsc,
			walk.output);
}

#define READS	       .access = ACCESS_READ
#define WRITES	       .access = ACCESS_WRITE
#define TRANSLATION(n) .is_fault = true, .fsc = FSC_TRANSLATION + (n)
#define PERMISSION(n)  .is_fault = true, .fsc = FSC_PERMISSION + (n)

static void at_4_walks_as_the_architecture_does(void **state)
{
	static const struct walk_row rows[] = {
		{ "a page", REGIME_EL20, LOW + 0x123, 3, PAGE_LEAF | OUT, .output = OUT + 0x123 },
		{ "the high half", REGIME_EL20, HIGH, 3, PAGE_LEAF | OUT, .output = OUT },
		{ "a block of 2 MiB", REGIME_EL20, LOW, 2, BLOCK_LEAF | OUT,
			.output = OUT + (LOW & MASK(20, 0)) },
		{ "a block of 1 GiB", REGIME_EL10, LOW, 1, BLOCK_LEAF | 0x40000000,
			.output = 0x40000000 + (LOW & MASK(29, 0)) },
		{ "nothing at level 1", REGIME_EL10, LOW, TRANSLATION(1) },
		{ "nothing at level 3", REGIME_EL10, LOW, 3, 0, TRANSLATION(3) },
		{ "a block at level 3", REGIME_EL10, LOW, 3, BLOCK_LEAF | OUT, TRANSLATION(3) },
		{ "EPD0", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, .tcr = F(TCR_EL1, EPD0),
			TRANSLATION(0) },
		{ "EPD1 is for the other half", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT,
			.tcr = F(TCR_EL1, EPD1), .output = OUT },
		{ "EPD1", REGIME_EL20, HIGH, 3, PAGE_LEAF | OUT, .tcr = F(TCR_EL1, EPD1),
			TRANSLATION(0) },
		{ "beyond T0SZ", REGIME_EL10, LOW | BIT(39), 3, PAGE_LEAF | OUT, TRANSLATION(0) },
		{ "a top byte without TBI", REGIME_EL10, LOW | BIT(60), 3, PAGE_LEAF | OUT,
			TRANSLATION(0) },
		{ "a top byte with TBI", REGIME_EL10, LOW | BIT(60), 3, PAGE_LEAF | OUT,
			.tcr = F(TCR_EL1, TBI0), .output = OUT },
		{ "T0SZ of 15 is no size", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, .tcr = 25 ^ 15,
			TRANSLATION(0) },
		{ "T0SZ of 40 is no size", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, .tcr = 25 ^ 40,
			TRANSLATION(0) },
		{ "output beyond IPS", REGIME_EL10, LOW, 3, PAGE_LEAF | BIT(40), .is_fault = true,
			.fsc = FSC_ADDRESS_SIZE + 3 },
		{ "a table beyond IPS", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, BIT(40),
			.is_fault = true, .fsc = FSC_ADDRESS_SIZE + 2 },
		{ "a table where nothing is", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, BIT(38),
			.is_fault = true, .fsc = 0x14 + 3 },
		{ "AF=0", REGIME_EL10, LOW, 3, (PAGE_LEAF | OUT) & ~DESC_AF, .is_fault = true,
			.fsc = FSC_ACCESS_FLAG + 3 },
		{ "AF comes before permissions", REGIME_EL10, LOW, 3,
			((PAGE_LEAF | OUT) & ~DESC_AF) | AP_RO, WRITES, .is_fault = true,
			.fsc = FSC_ACCESS_FLAG + 3 },
		{ "EL1 writes its own", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, WRITES,
			.output = OUT },
		{ "EL1 reads read-only", REGIME_EL10, LOW, 3, PAGE_LEAF | AP_RO | OUT,
			.output = OUT },
		{ "EL1 writes read-only", REGIME_EL10, LOW, 3, PAGE_LEAF | AP_RO | OUT, WRITES,
			PERMISSION(3) },
		{ "EL0 reads EL1's", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, .is_el0 = true,
			PERMISSION(3) },
		{ "EL0 reads its own", REGIME_EL10, LOW, 3, PAGE_LEAF | AP_EL0 | OUT,
			.is_el0 = true, .output = OUT },
		{ "EL0 writes read-only", REGIME_EL20, LOW, 3, PAGE_LEAF | AP_EL0 | AP_RO | OUT,
			.is_el0 = true, WRITES, PERMISSION(3) },
		{ "APTable<1> takes writes", REGIME_EL10, LOW, 3, PAGE_LEAF | OUT, BIT(62), WRITES,
			PERMISSION(3) },
		{ "APTable<0> takes EL0", REGIME_EL10, LOW, 3, PAGE_LEAF | AP_EL0 | OUT, BIT(61),
			.is_el0 = true, PERMISSION(3) },
		{ "PAN", REGIME_EL20, LOW, 3, PAGE_LEAF | AP_EL0 | OUT, .checks_pan = true,
			PERMISSION(3) },
		{ "PAN, a page EL0 cannot read", REGIME_EL20, LOW, 3, PAGE_LEAF | OUT,
			.checks_pan = true, .output = OUT },
		{ "PAN is not for EL0", REGIME_EL20, LOW, 3, PAGE_LEAF | AP_EL0 | OUT,
			.checks_pan = true, .is_el0 = true, .output = OUT },
		{ "M=0", REGIME_EL10, OUT + 1, .sctlr = F(SCTLR_EL1, M), .output = OUT + 1 },
		{ "M=0, no such address", REGIME_EL10, BIT(40), .sctlr = F(SCTLR_EL1, M),
			.is_fault = true, .fsc = FSC_ADDRESS_SIZE },
	};

	(void)state;
	hypervisor(VM_EL2_VHE);
	for (size_t i = 0; i < COUNT(rows); i++)
		check_walk(i, &rows[i]);
}

static void at_4_el2_has_one_range_and_no_el0(void **state)
{
	static const struct walk_row rows[] = {
		{ "a page", REGIME_EL2, LOW, 3, PAGE_LEAF | OUT, .output = OUT },
		{ "the high half is out of range", REGIME_EL2, HIGH, 3, PAGE_LEAF | OUT,
			TRANSLATION(0) },
		{ "AP<1> says nothing", REGIME_EL2, LOW, 3, PAGE_LEAF | AP_EL0 | OUT,
			.checks_pan = true, WRITES, .output = OUT },
		{ "read-only", REGIME_EL2, LOW, 3, PAGE_LEAF | AP_RO | OUT, WRITES, PERMISSION(3) },
		{ "TBI is another bit", REGIME_EL2, LOW | BIT(60), 3, PAGE_LEAF | OUT,
			.tcr = F(TCR_EL2, TBI), .output = OUT },
		{ "PS is elsewhere", REGIME_EL2, LOW, 3, PAGE_LEAF | OUT | BIT(36),
			.tcr = FV(TCR_EL2, PS, 2) | FV(TCR_EL2, PS, 1), .is_fault = true,
			.fsc = FSC_ADDRESS_SIZE + 3 },
	};

	(void)state;
	hypervisor(VM_EL2_NVHE);
	for (size_t i = 0; i < COUNT(rows); i++)
		check_walk(i, &rows[i]);
}

/* 16 KiB and 64 KiB: the root, and how much a leaf maps. */
static void at_4_knows_the_other_granules(void **state)
{
	const struct {
		const char *why;
		u64 tg0, t0sz;
		u64 root_index, table_index; /* of LOW; 0: the root has the leaf */
		u64 size;
	} rows[] = {
		/* 47 bits, level 1; 32 MiB blocks at level 2 */
		{ "16 KiB block", 2, 17, LOW >> 36, bits(LOW, 35, 25), MIB(32) },
		/* 42 bits, level 2: 512 MiB blocks */
		{ "64 KiB block", 1, 22, LOW >> 29, 0, MIB(512) },
	};
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 leaf = BLOCK_LEAF | align_down(OUT, rows[i].size);

		set_regimes();
		for (unsigned j = 0; j < 3 * 8192; j++)
			put(0x40400000 + 8 * j, 0);
		set(REG(TTBR0_EL1), 0x40400000);
		set(REG(TCR_EL1),
			FV(TCR_EL1, TG0, rows[i].tg0) | rows[i].t0sz | FV(TCR_EL1, IPS, 2));
		if (rows[i].table_index) {
			put(0x40400000 + 8 * rows[i].root_index,
				0x40410000 | DESC_VALID | DESC_TABLE);
			put(0x40410000 + 8 * rows[i].table_index, leaf);
		} else {
			put(0x40400000 + 8 * rows[i].root_index, leaf);
		}
		walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
		if (walk.is_fault || walk.block_size != rows[i].size ||
			walk.output != align_down(OUT, rows[i].size) + (LOW & (rows[i].size - 1)))
			fail_row(i, rows[i].why, "fault %d 0x%x, size 0x%lx, output 0x%lx",
				walk.is_fault, walk.fsc, walk.block_size, walk.output);
	}
}

static void at_4_a_contiguous_run_is_one_block(void **state)
{
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	map(3, PAGE_LEAF | OUT | (LOW & MASK(15, 12)) | BIT(52), 0);
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_u64(walk.block_size, KIB(64));
	assert_u64(walk.output, OUT | (LOW & MASK(15, 12)));
	map(3, PAGE_LEAF | OUT | BIT(52), 0); /* not where it belongs in a run */
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_u64(walk.block_size, KIB(4));
	assert_u64(walk.output, OUT);
}

/* HA: the flag is set by an exchange, in the byte order of the tables. */
static void at_4_sets_the_access_flag(void **state)
{
	u64 where = TABLE3 + 8 * bits(LOW, 20, 12);
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(TCR_EL1), vcpu_read_sys_reg(vcpu, REG(TCR_EL1)) | F(TCR_EL1, HA));
	map(3, (PAGE_LEAF | OUT) & ~DESC_AF, 0);
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_false(walk.is_fault);
	assert_u64(get(where), PAGE_LEAF | OUT);
	assert_int_equal(host_log_times(LOG_EXCHANGE, 0), 1);
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_int_equal(host_log_times(LOG_EXCHANGE, 0), 1);
}

static void at_4_reads_big_endian_tables(void **state)
{
	u64 where = TABLE3 + 8 * bits(LOW, 20, 12);
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(SCTLR_EL1), vcpu_read_sys_reg(vcpu, REG(SCTLR_EL1)) | F(SCTLR_EL1, EE));
	set(REG(TCR_EL1), vcpu_read_sys_reg(vcpu, REG(TCR_EL1)) | F(TCR_EL1, HA));
	map(3, (PAGE_LEAF | OUT) & ~DESC_AF, 0);
	for (u64 at = ROOT; at < TABLE3 + 4096; at += 8)
		put(at, __builtin_bswap64(get(at)));
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_false(walk.is_fault);
	assert_u64(walk.output, OUT);
	assert_u64(get(where), __builtin_bswap64(PAGE_LEAF | OUT));
}

/* Stage 2 of L1: 40 bits from level 1, one table of 512 blocks of 1 GiB (two concatenated). */
static void stage2(u64 leaf_bits)
{
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | F(HCR_EL2, VM));
	set(REG(VTTBR_EL2), S2_ROOT);
	set(REG(VTCR_EL2), FV(VTCR_EL2, T0SZ, 24) | FV(VTCR_EL2, SL0, 1) | FV(VTCR_EL2, PS, 2));
	for (unsigned i = 0; i < 1024; i++)
		put(S2_ROOT + 8 * i, 0);
	put(S2_ROOT + 8, 0x40000000 | DESC_VALID | DESC_AF | leaf_bits); /* identity */
}

#define S2_RW	  (S2_S2AP_R | S2_S2AP_W)
#define S2_NORMAL S2_MEMATTR_NORMAL_WB

static void at_4_tables_of_l2_are_behind_l1s_stage_2(void **state)
{
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	map(3, PAGE_LEAF | OUT, 0);
	stage2(S2_RW | S2_NORMAL);
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_false(walk.is_fault);
	assert_u64(walk.output, OUT);

	stage2(S2_S2AP_W | S2_NORMAL); /* not readable */
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_true(walk.is_fault && walk.is_stage2_fault);
	assert_u64(walk.fsc, FSC_PERMISSION + 1);

	put(S2_ROOT + 8, 0);
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_true(walk.is_fault && walk.is_stage2_fault);
	assert_u64(walk.fsc, FSC_TRANSLATION + 1);
	assert_u64(at(ISS_AT_S1E1R, LOW), par_of_fault(FSC_TRANSLATION + 1, true, true));

	walk = s1_walk(vcpu, REGIME_EL20, LOW, false, ACCESS_READ, false);
	assert_false(walk.is_fault); /* L1's own regime has no stage 2 */
}

static void at_4_a_read_only_table_keeps_its_access_flag(void **state)
{
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(TCR_EL1), vcpu_read_sys_reg(vcpu, REG(TCR_EL1)) | F(TCR_EL1, HA));
	map(3, (PAGE_LEAF | OUT) & ~DESC_AF, 0);
	stage2(S2_S2AP_R | S2_NORMAL);
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_true(walk.is_fault && walk.is_stage2_fault);
	assert_u64(walk.fsc, FSC_PERMISSION + 1);
	assert_int_equal(host_log_times(LOG_EXCHANGE, 0), 0);
}

static void at_4_dc_switches_stage_1_off(void **state)
{
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | F(HCR_EL2, DC));
	walk = s1_walk(vcpu, REGIME_EL10, OUT, false, ACCESS_WRITE, false);
	assert_false(walk.is_fault);
	assert_u64(walk.output, OUT);
	assert_u64(walk.attr, ATTR_WRITE_BACK);
	walk = s1_walk(vcpu, REGIME_EL20, OUT, false, ACCESS_WRITE, false);
	assert_true(walk.is_fault); /* not the regime DC is about */
}

/* --- AT-5: the result --------------------------------------------------------------------------
 */

static void at_5_par_has_the_format_of_the_architecture(void **state)
{
	static const struct {
		const char *why;
		u64 leaf, par;
	} rows[] = {
		{ "Write-Back, Inner Shareable", PAGE_LEAF | OUT | DESC_SH_INNER, 0xff },
		{ "Non-cacheable is Outer", PAGE_LEAF | OUT | DESC_SH_INNER | ATTR(1), 0x44 },
		{ "Device is Outer", PAGE_LEAF | OUT | ATTR(2), 0x0c },
		{ "Write-Through, Non-shareable", PAGE_LEAF | OUT | ATTR(3), 0xbb },
		{ "nGnRnE", PAGE_LEAF | OUT | ATTR(4), 0x00 },
	};
	static const u64 sh[] = { 3, 2, 2, 0, 2 };

	(void)state;
	hypervisor(VM_EL2_VHE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 par, want = par_of_page(OUT, rows[i].par, sh[i]);

		map(3, rows[i].leaf, 0);
		par = at(ISS_AT_S1E1R, LOW + 0x678);
		if (par != want)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", par, want);
	}
	map(3, 0, 0);
	assert_u64(at(ISS_AT_S1E1R, LOW), par_of_fault(FSC_TRANSLATION + 3, false, false));
}

static void at_5_a_failed_read_of_a_table_is_an_abort(void **state)
{
	struct sysreg_access access = { .iss = ISS_AT_S1E1R, .is_write = true, .value = LOW };

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(PAR_EL1), 0x1111);
	map(3, PAGE_LEAF | OUT, BIT(38));
	assert_int_equal(at_emulate(vcpu, &access), EMULATED_NO_SKIP);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(PAR_EL1)), 0x1111);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(FAR_EL2)), LOW);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)),
		(u64)EC_DABT_SAME << 26 | BIT(25) | BIT(8) | BIT(6) | 0x17);
}

/* --- AT-3: both stages -------------------------------------------------------------------------
 */

static void at_3_s12_walks_both_stages(void **state)
{
	static const struct {
		const char *why;
		u32 iss;
		u64 leaf1, leaf2, par;
	} rows[] = {
		{ "both grant", ISS_AT_S12E1W, PAGE_LEAF | OUT, S2_RW | S2_NORMAL, 0 },
		{ "stage 1 has its say first", ISS_AT_S12E1W, PAGE_LEAF | OUT | AP_RO, S2_S2AP_R,
			1 | (FSC_PERMISSION + 3) << 1 },
		{ "stage 2 denies the write", ISS_AT_S12E1W, PAGE_LEAF | OUT, S2_S2AP_R | S2_NORMAL,
			1 | (FSC_PERMISSION + 1) << 1 | BIT(9) },
		{ "stage 2 grants the read", ISS_AT_S12E1R, PAGE_LEAF | OUT, S2_S2AP_R | S2_NORMAL,
			0 },
		{ "stage 2 has nothing there", ISS_AT_S12E1R, PAGE_LEAF | 0x80000000, S2_RW,
			1 | (FSC_TRANSLATION + 1) << 1 | BIT(9) },
		{ "EL0 of L2", ISS_AT_S12E0R, PAGE_LEAF | OUT, S2_RW,
			1 | (FSC_PERMISSION + 3) << 1 },
		{ "EL0 of L2, its own page", ISS_AT_S12E0W, PAGE_LEAF | OUT | AP_EL0,
			S2_RW | S2_NORMAL, 0 },
	};

	(void)state;
	hypervisor(VM_EL2_VHE);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 want = rows[i].par ? rows[i].par | BIT(11) : par_of_page(OUT, 0xff, 3);
		u64 par;

		map(3, rows[i].leaf1 | DESC_SH_INNER, 0);
		stage2(rows[i].leaf2);
		par = at(rows[i].iss, LOW);
		if (par != want)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", par, want);
	}
}

/* MUT-50 */
static void at_3_single_stage_results_are_returned(void **state)
{
	u64 want = par_of_page(OUT, 0xff, 0);

	(void)state;
	hypervisor(VM_EL2_VHE);
	map(3, PAGE_LEAF | OUT, 0);
	assert_u64(at(ISS_AT_S12E1R, LOW), want); /* VM=0 */
	stage2(0);				  /* grants nothing */
	assert_u64(at(ISS_AT_S1E1R, LOW), par_of_fault(FSC_PERMISSION + 1, true, true));
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | F(HCR_EL2, TGE));
	assert_u64(at(ISS_AT_S12E1R, LOW), want); /* EL2&0 */
	assert_u64(at(ISS_AT_S1E1R, LOW), want);
}

static void at_3_types_of_both_stages_combine(void **state)
{
	static const struct {
		const char *why;
		u64 hcr, s1, s2, both;
	} rows[] = {
		{ "Device stays as strong as it is", 0, 0x00, 0xf, 0x00 },
		{ "Device of stage 2", 0, 0xff, 1, 0x04 },
		{ "the stronger Device", 0, 0x08, 3, 0x08 },
		{ "the stronger Device, stage 2's", 0, 0x0c, 0, 0x00 },
		{ "WB and WB", 0, 0xff, 0xf, 0xff },
		{ "hints are stage 1's", 0, 0xee, 0xf, 0xee },
		{ "WB and NC", 0, 0xff, 5, 0x44 },
		{ "WB and WT", 0, 0xff, 0xa, 0xbb },
		{ "WT and WB", 0, 0xbb, 0xf, 0xbb },
		{ "outer WB, inner NC", 0, 0xff, 0xd, 0xf4 },
		{ "CD", F(HCR_EL2, CD), 0xff, 0xf, 0x44 },
		{ "FWB: force Write-Back of NC", F(HCR_EL2, FWB), 0x44, 6, 0xff },
		{ "FWB: force Write-Back of Device", F(HCR_EL2, FWB), 0x04, 6, 0xff },
		{ "FWB: force keeps hints", F(HCR_EL2, FWB), 0xaa, 6, 0xee },
		{ "FWB: as stage 1", F(HCR_EL2, FWB), 0xbb, 7, 0xbb },
		{ "FWB: as stage 1, Device", F(HCR_EL2, FWB), 0x08, 7, 0x08 },
		{ "FWB: Non-cacheable", F(HCR_EL2, FWB), 0xff, 5, 0x44 },
		{ "FWB: Device of stage 2 (MUT-71)", F(HCR_EL2, FWB), 0xff, 1, 0x04 },
		{ "FWB: the stronger Device", F(HCR_EL2, FWB), 0x00, 2, 0x00 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 both = memattr_combine(rows[i].hcr, rows[i].s1, rows[i].s2);

		if (both != rows[i].both)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", both, rows[i].both);
	}
	assert_u64(memattr_combine_shareability(0xff, 0, 3), 3);
	assert_u64(memattr_combine_shareability(0xff, 3, 2), 2);
	assert_u64(memattr_combine_shareability(0xff, 0, 0), 0);
	assert_u64(memattr_combine_shareability(0x44, 0, 0), 2);
}

/* --- AT-1, AT-2, AT-7: by the CPU --------------------------------------------------------------
 */

#define HOST_HCR host_get(SR_HCR_EL2)
#define RESULT	 par_of_page(0x47654000, 0xff, 3)

static void loaded(enum vm_el2 form, u64 vhcr)
{
	hypervisor(form);
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | vhcr);
	vcpu_load(vcpu);
	host_log_clear();
}

static struct s2_mmu *warm_shadow;

static void assert_in_place(u32 iss, enum host_reg instruction, u64 hcr_bits)
{
	char want[256];
	u64 host_hcr = HOST_HCR;

	host_log_clear();
	host_at_result(RESULT);
	assert_u64(at(iss, LOW), RESULT);
	snprintf(want, sizeof(want), "HCR_EL2=0x%lx\nISB\n%s 0x%lx\nISB\nHCR_EL2=0x%lx\nISB\n",
		(host_hcr & ~F(HCR_EL2, TGE)) | F(HCR_EL2, VM) | hcr_bits,
		host_reg_name(instruction), LOW, host_hcr);
	assert_memory_equal(host_log_text(), want, strlen(want));
}

static void at_1_in_host_runs_in_place(void **state)
{
	(void)state;
	loaded(VM_EL2_VHE, F(HCR_EL2, TGE));
	assert_in_place(ISS_AT_S1E1R, SR_AT_S1E1R, 0);
	assert_in_place(ISS_AT_S1E1W, SR_AT_S1E1W, 0);
	assert_in_place(ISS_AT_S1E0R, SR_AT_S1E0R, 0);
	assert_in_place(ISS_AT_S1E0W, SR_AT_S1E0W, 0);
	assert_in_place(ISS_AT_S12E1R, SR_AT_S1E1R, 0);
}

static void at_2_el2_is_asked_as_el1(void **state)
{
	(void)state;
	loaded(VM_EL2_VHE, 0);
	assert_in_place(ISS_AT_S1E2R, SR_AT_S1E1R, 0);
	assert_in_place(ISS_AT_S1E2W, SR_AT_S1E1W, 0);
	loaded(VM_EL2_NVHE, 0); /* one range, permissions of EL2: HW rules of {NV,NV1} */
	assert_in_place(ISS_AT_S1E2R, SR_AT_S1E1R, F(HCR_EL2, NV) | F(HCR_EL2, NV1));
}

/* L2's regime, on the shadow that this vCPU ran L2 on here last. */
static void at_1_l2s_regime_is_put_in_place(void **state)
{
	static const char *const in[] = { "TTBR0_EL12=0x1000", "TTBR1_EL12=0x1001",
		"TCR_EL12=0x1002", "MAIR_EL12=0x1003", "SCTLR_EL12=0x1004" };
	static const char *const out[] = { "TTBR0_EL12=0x2000", "TTBR1_EL12=0x2001",
		"TCR_EL12=0x2002", "MAIR_EL12=0x2003", "SCTLR_EL12=0x2004" };
	static const reg_t l2[] = { REG(TTBR0_EL1), REG(TTBR1_EL1), REG(TCR_EL1), REG(MAIR_EL1),
		REG(SCTLR_EL1) };
	static const reg_t l1[] = { REG(TTBR0_EL2), REG(TTBR1_EL2), REG(TCR_EL2), REG(MAIR_EL2),
		REG(SCTLR_EL2) };
	const char *log, *at_line, *tge_off, *tge_on;
	struct s2_mmu *shadow;
	char vttbr[64];

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | F(HCR_EL2, VM));
	set(REG(VTTBR_EL2), S2_ROOT | 7ul << 48);
	for (unsigned i = 0; i < COUNT(l1); i++) {
		set(l2[i], 0x1000 + i);
		set(l1[i], 0x2000 + i);
	}
	vcpu->context.pstate = PSTATE_EL1h;
	vcpu_load(vcpu);
	shadow = vcpu->hw_mmu;
	assert_true(shadow->is_shadow);
	shadow_unmap_pending(vcpu);
	vcpu_put(vcpu);
	vcpu->context.pstate = PSTATE_EL2h;
	vcpu_load(vcpu);
	host_log_clear();
	host_at_result(RESULT);
	assert_u64(at(ISS_AT_S1E1R, LOW), RESULT);

	log = host_log_text();
	at_line = strstr(log, "AT_S1E1R");
	snprintf(vttbr, sizeof(vttbr), "VTTBR_EL2=0x%lx", mmu_vttbr(shadow));
	tge_off = strstr(log, "HCR_EL2=");
	tge_on = strstr(at_line, "HCR_EL2=");
	assert_non_null(at_line);
	assert_non_null(tge_on);
	assert_true(strstr(log, vttbr) && strstr(log, vttbr) < tge_off);
	for (unsigned i = 0; i < COUNT(in); i++) { /* AT-7: nothing is changed while TGE=0 */
		assert_true(strstr(log, in[i]) && strstr(log, in[i]) < tge_off);
		assert_true(strstr(tge_on, out[i]) != NULL);
	}
	assert_true(strstr(tge_on, "VTTBR_EL2=") != NULL);
	assert_u64(host_get(SR_VTTBR_EL2), mmu_vttbr(&vm->mmu));
	for (unsigned i = 0; i < COUNT(l1); i++)
		assert_u64(vcpu_read_sys_reg(vcpu, l1[i]), 0x2000 + i);
	warm_shadow = shadow;
}

/* Another vCPU of L1 ran L2 here since: its TLB entries may be there under the same VMID. */
static void at_1_a_shadow_of_another_vcpu_is_cold(void **state)
{
	at_1_l2s_regime_is_put_in_place(state);
	warm_shadow->last_vcpu[0] = &vm->vcpus[1];
	host_log_clear();
	at(ISS_AT_S1E1R, LOW);
	assert_int_equal(host_log_times(LOG_SYS, SR_AT_S1E1R), 0);
}

/* Without a shadow, or with one that another vCPU ran on: no AT is executed. */
static void at_1_without_a_warm_shadow_it_walks(void **state)
{
	(void)state;
	loaded(VM_EL2_VHE, 0);
	map(3, PAGE_LEAF | OUT, 0);
	assert_u64(at(ISS_AT_S1E1R, LOW), par_of_page(OUT, 0xff, 0));
	assert_int_equal(host_log_times(LOG_SYS, SR_AT_S1E1R), 0);
}

static void at_1_pan_is_the_guests(void **state)
{
	struct sysreg_access access = { .iss = ISS_AT_S1E1RP, .is_write = true, .value = LOW };

	(void)state;
	loaded(VM_EL2_VHE, F(HCR_EL2, TGE));
	assert_int_equal(at_emulate(vcpu, &access), NOT_DEFINED); /* this VM has no FEAT_PAN2 */

	machine_off(MODE_VHE);
	machine_has_nv(2);
	for (unsigned cpu = HOST_CPUS; cpu-- > 0;) {
		host_set_cpu(cpu);
		host_set(SR_ID_AA64MMFR1_EL1,
			host_get(SR_ID_AA64MMFR1_EL1) + FV(ID_AA64MMFR1_EL1, PAN, 1));
	}
	machine_on(MODE_VHE);
	vm = nested_guest_on_machine(VM_EL2_VHE, 2);
	vcpu = &vm->vcpus[0];
	set(REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, TGE));
	vcpu_load(vcpu);
	vcpu->context.pstate |= F(SPSR, PAN);
	for (unsigned pan = 2; pan-- > 0;) {
		const char *log;

		host_log_clear();
		host_at_result(RESULT);
		assert_u64(at(ISS_AT_S1E1WP, LOW), RESULT);
		log = host_log_text();
		assert_memory_equal(log, pan ? "PAN 1\n" : "PAN 0\n", 6);
		assert_true(strstr(strstr(log, "AT_S1E1WP"), "PAN 1\n") != NULL);
		vcpu->context.pstate &= ~F(SPSR, PAN);
	}
}

static void at_1_what_only_our_tables_lack_is_redone(void **state)
{
	static const struct {
		const char *why;
		unsigned fsc;
		bool is_stage2, is_redone;
	} rows[] = {
		{ "no page of ours for the table", FSC_TRANSLATION + 2, true, true },
		{ "a translation fault of stage 1", FSC_TRANSLATION + 3, false, true },
		{ "a permission fault of stage 1", FSC_PERMISSION + 3, false, false },
		{ "an access flag fault of stage 1", FSC_ACCESS_FLAG + 3, false, false },
		{ "a permission fault of our stage 2", FSC_PERMISSION + 3, true, true },
	};

	(void)state;
	loaded(VM_EL2_VHE, F(HCR_EL2, TGE));
	map(3, PAGE_LEAF | OUT, 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 failed = par_of_fault(rows[i].fsc, rows[i].is_stage2, rows[i].is_stage2);
		u64 want = rows[i].is_redone ? par_of_page(OUT, 0xff, 0) : failed, par;

		host_at_result(failed);
		par = at(ISS_AT_S1E1R, LOW);
		if (par != want)
			fail_row(i, rows[i].why, "0x%lx, not 0x%lx", par, want);
	}
}

static void at_1_only_virtual_el2_has_these(void **state)
{
	struct sysreg_access access = { .iss = ISS_AT_S1E2R, .is_write = true, .value = LOW };

	(void)state;
	hypervisor(VM_EL2_VHE);
	vcpu->context.pstate = PSTATE_EL1h;
	assert_int_equal(at_emulate(vcpu, &access), NOT_DEFINED);
	vcpu->context.pstate = PSTATE_EL0t;
	assert_int_equal(at_emulate(vcpu, &access), NOT_DEFINED);
}

/* --- AT-6: our own ---------------------------------------------------------------------------- */

/* WS-19: HPFAR_EL2 is not valid, so the hypervisor asks for the IPA itself. */
static void at_6_our_own_at_keeps_the_guests_par(void **state)
{
	static const struct host_exit exits[] = {
		{ .code = EXIT_TRAP,
			.esr = (u64)EC_DABT_LOW << 26 | BIT(25) | FSC_PERMISSION | 3,
			.far = LOW },
	};

	(void)state;
	vm = guest(MODE_VHE);
	vcpu = &vm->vcpus[0];
	vcpu_load(vcpu);
	set(REG(PAR_EL1), 0x1234567);
	host_script(exits, COUNT(exits));
	host_at_result(par_of_page(0x47654000, 0xff, 3));
	vcpu->mode = IN_GUEST;
	assert_u64(vcpu_run(vcpu), EXIT_TRAP);
	assert_int_equal(host_log_times(LOG_SYS, SR_AT_S1E1R), 1);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(PAR_EL1)), 0x1234567);
}

/* The CPU has one regime, whole, at each AT; the fake aborts on an AT with TGE=1 or without ISB. */
static void at_7_no_register_changes_while_tge_is_clear(void **state)
{
	bool is_tge = true;

	at_1_l2s_regime_is_put_in_place(state);
	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);

		if (e->kind != LOG_WRITE)
			continue;
		if (e->reg == SR_HCR_EL2)
			is_tge = e->value & F(HCR_EL2, TGE);
		else
			assert_true(is_tge);
	}
	assert_true(is_tge);
}

TESTS(cmocka_unit_test(at_1_in_host_runs_in_place),
	cmocka_unit_test(at_1_l2s_regime_is_put_in_place),
	cmocka_unit_test(at_1_a_shadow_of_another_vcpu_is_cold),
	cmocka_unit_test(at_4_reads_big_endian_tables),
	cmocka_unit_test(at_1_without_a_warm_shadow_it_walks),
	cmocka_unit_test(at_1_pan_is_the_guests),
	cmocka_unit_test(at_1_what_only_our_tables_lack_is_redone),
	cmocka_unit_test(at_1_only_virtual_el2_has_these),
	cmocka_unit_test(at_2_el2_is_asked_as_el1), cmocka_unit_test(at_3_s12_walks_both_stages),
	cmocka_unit_test(at_3_single_stage_results_are_returned),
	cmocka_unit_test(at_3_types_of_both_stages_combine),
	cmocka_unit_test(at_4_walks_as_the_architecture_does),
	cmocka_unit_test(at_4_el2_has_one_range_and_no_el0),
	cmocka_unit_test(at_4_knows_the_other_granules),
	cmocka_unit_test(at_4_a_contiguous_run_is_one_block),
	cmocka_unit_test(at_4_sets_the_access_flag),
	cmocka_unit_test(at_4_tables_of_l2_are_behind_l1s_stage_2),
	cmocka_unit_test(at_4_a_read_only_table_keeps_its_access_flag),
	cmocka_unit_test(at_4_dc_switches_stage_1_off),
	cmocka_unit_test(at_5_par_has_the_format_of_the_architecture),
	cmocka_unit_test(at_5_a_failed_read_of_a_table_is_an_abort),
	cmocka_unit_test(at_6_our_own_at_keeps_the_guests_par),
	cmocka_unit_test(at_7_no_register_changes_while_tge_is_clear))
