/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AT-4: the walk of stage 1 in software.
 */
#include "tables.h"

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
		{ "M=0, IPS does not count", REGIME_EL10, BIT(36), .sctlr = F(SCTLR_EL1, M),
			.tcr = FV(TCR_EL1, IPS, 2), .output = BIT(36) },
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
	map(3, PAGE_LEAF | OUT | BIT(11), 0); /* nG: RES0 where there is no ASID */
	assert_true(s1_walk(vcpu, REGIME_EL2, LOW, false, ACCESS_READ, false).is_global);
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

static void somebody_maps_another_page(const u64 *word)
{
	(void)word;
	put(TABLE3 + 8 * bits(LOW, 20, 12), PAGE_LEAF | (OUT + PAGE_SIZE));
}

/* What was written meanwhile counts; and in memory that cannot be written the walk itself fails. */
static void at_4_a_lost_race_is_walked_again(void **state)
{
	u64 where = TABLE3 + 8 * bits(LOW, 20, 12);
	struct s1_walk walk;

	(void)state;
	hypervisor(VM_EL2_VHE);
	set(REG(TCR_EL1), vcpu_read_sys_reg(vcpu, REG(TCR_EL1)) | F(TCR_EL1, HA));
	map(3, (PAGE_LEAF | OUT) & ~DESC_AF, 0);
	host_on_exchange(somebody_maps_another_page);
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	host_on_exchange(NULL);
	assert_false(walk.is_fault);
	assert_u64(walk.output, OUT + PAGE_SIZE);
	assert_u64(get(where), PAGE_LEAF | (OUT + PAGE_SIZE));

	map(3, (PAGE_LEAF | OUT) & ~DESC_AF, 0);
	vm->slots[0].is_read_only = true;
	walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_READ, false);
	assert_true(walk.is_fault);
	assert_int_equal(walk.fsc, 0x17);
}

/* L1 on another CPU is faster: what it wrote counts, and it cannot keep the walk for ever. */
static u64 written;
static unsigned writes;

static void write_meanwhile(const u64 *word)
{
	(void)word;
	if (writes > 0)
		put(TABLE3 + 8 * bits(LOW, 20, 12), written | (u64)--writes << 55);
}

static void at_4_another_writer_wins(void **state)
{
	static const struct {
		const char *why;
		u64 written;
		unsigned writes;
		bool is_fault;
		unsigned fsc;
		u64 output;
	} rows[] = {
		{ "another page", PAGE_LEAF | (OUT + 0x1000), 1, .output = OUT + 0x1000 },
		{ "no page", 0, 1, TRANSLATION(3) },
		{ "a read-only page", PAGE_LEAF | AP_RO | OUT, 1, PERMISSION(3) },
		{ "once more without the flag", (PAGE_LEAF | OUT) & ~DESC_AF, 1, .output = OUT },
		{ "again and again", (PAGE_LEAF | OUT) & ~DESC_AF, 100, .is_fault = true,
			.fsc = FSC_ACCESS_FLAG + 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct s1_walk walk;

		hypervisor(VM_EL2_VHE);
		set(REG(TCR_EL1), vcpu_read_sys_reg(vcpu, REG(TCR_EL1)) | F(TCR_EL1, HA));
		map(3, (PAGE_LEAF | OUT) & ~DESC_AF, 0);
		written = rows[i].written;
		writes = rows[i].writes;
		host_on_exchange(write_meanwhile);
		walk = s1_walk(vcpu, REGIME_EL10, LOW, false, ACCESS_WRITE, false);
		if (walk.is_fault != rows[i].is_fault || walk.fsc != rows[i].fsc ||
			walk.output != rows[i].output)
			fail_row(i, rows[i].why, "fault %d, code 0x%x, output 0x%lx", walk.is_fault,
				walk.fsc, walk.output);
	}
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

TESTS(cmocka_unit_test(at_4_reads_big_endian_tables),
	cmocka_unit_test(at_4_walks_as_the_architecture_does),
	cmocka_unit_test(at_4_el2_has_one_range_and_no_el0),
	cmocka_unit_test(at_4_knows_the_other_granules),
	cmocka_unit_test(at_4_a_contiguous_run_is_one_block),
	cmocka_unit_test(at_4_sets_the_access_flag),
	cmocka_unit_test(at_4_a_lost_race_is_walked_again),
	cmocka_unit_test(at_4_another_writer_wins),
	cmocka_unit_test(at_4_tables_of_l2_are_behind_l1s_stage_2),
	cmocka_unit_test(at_4_a_read_only_table_keeps_its_access_flag),
	cmocka_unit_test(at_4_dc_switches_stage_1_off))
