/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every register of the distributor and the redistributors: reset value, which bits are kept, which
 * sizes of accesses there are. IHI 0069 chapter 12.
 */
#include "tests/unit/gic_bench.h"

/* What is read after reset, after all ones were written, after zero was. */
struct row {
	const char *why;
	u32 offset;
	u8 size;
	u64 reset, ones, zero;
};

/* clang-format off */
static const struct row rows[] = {
	{ "GICD_CTLR: DS, ARE fixed, no RWP",  0x0000,         4, 0x50,       0x53,       0x50 },
	{ "GICD_TYPER: 288, A3V, 1-of-N",      0x0004,         4, 0x01780008, 0x01780008, 0x01780008 },
	{ "GICD_IIDR",                         0x0008,         4, 0x43b,      0x43b,      0x43b },
	{ "GICD_TYPER2",                       0x000c,         4, 0,          0,          0 },
	{ "GICD_STATUSR is not there",         0x0010,         4, 0,          0,          0 },
	{ "GICD_SETSPI_NSR: no MBIS",          0x0040,         4, 0,          0,          0 },
	{ "GICD_CLRSPI_NSR: no MBIS",          0x0048,         4, 0,          0,          0 },
	{ "GICD_IGROUPR0 is elsewhere",        0x0080,         4, 0,          0,          0 },
	{ "GICD_IGROUPR1",                     0x0084,         4, 0,          0xffffffff, 0 },
	{ "GICD_IGROUPR8",                     0x00a0,         4, 0,          0xffffffff, 0 },
	{ "GICD_IGROUPR9: no such SPIs",       0x00a4,         4, 0,          0,          0 },
	{ "GICD_ISENABLER0 is elsewhere",      0x0100,         4, 0,          0,          0 },
	{ "GICD_ISENABLER1",                   0x0104,         4, 0,          0xffffffff, 0xffffffff },
	{ "GICD_ISENABLER9",                   0x0124,         4, 0,          0,          0 },
	{ "GICD_ICENABLER1",                   0x0184,         4, 0,          0,          0 },
	{ "GICD_ISPENDR0 is elsewhere",        0x0200,         4, 0,          0,          0 },
	{ "GICD_ISPENDR1",                     0x0204,         4, 0,          0xffffffff, 0xffffffff },
	{ "GICD_ICPENDR1",                     0x0284,         4, 0,          0,          0 },
	{ "GICD_ISACTIVER0 is elsewhere",      0x0300,         4, 0,          0,          0 },
	{ "GICD_ISACTIVER1",                   0x0304,         4, 0,          0xffffffff, 0xffffffff },
	{ "GICD_ICACTIVER1",                   0x0384,         4, 0,          0,          0 },
	{ "GICD_IPRIORITYR0 is elsewhere",     0x0400,         4, 0,          0,          0 },
	{ "GICD_IPRIORITYR8: five bits",       0x0420,         4, 0,          0xf8f8f8f8, 0 },
	{ "GICD_IPRIORITYR8: a byte",          0x0421,         1, 0,          0xf8,       0 },
	{ "GICD_IPRIORITYR71",                 0x051c,         4, 0,          0xf8f8f8f8, 0 },
	{ "GICD_IPRIORITYR72",                 0x0520,         4, 0,          0,          0 },
	{ "GICD_ITARGETSR8: ARE",              0x0820,         4, 0,          0,          0 },
	{ "GICD_ICFGR0 is elsewhere",          0x0c00,         4, 0,          0,          0 },
	{ "GICD_ICFGR2: upper bits",           0x0c08,         4, 0,          0xaaaaaaaa, 0 },
	{ "GICD_ICFGR17",                      0x0c44,         4, 0,          0xaaaaaaaa, 0 },
	{ "GICD_ICFGR18",                      0x0c48,         4, 0,          0,          0 },
	{ "GICD_IGRPMODR1: DS",                0x0d04,         4, 0,          0,          0 },
	{ "GICD_NSACR2: DS",                   0x0e08,         4, 0,          0,          0 },
	{ "GICD_SGIR: ARE",                    0x0f00,         4, 0,          0,          0 },
	{ "GICD_IROUTER31 is not there",       0x60f8,         8, 0,          0,          0 },
	{ "GICD_IROUTER32",                    0x6100,         8, 0,          0xff80ffffff, 0 },
	{ "GICD_IROUTER32, lower half",        0x6100,         4, 0,          0x80ffffff, 0 },
	{ "GICD_IROUTER32, upper half",        0x6104,         4, 0,          0xff,       0 },
	{ "GICD_IROUTER287",                   0x68f8,         8, 0,          0xff80ffffff, 0 },
	{ "GICD_IROUTER288",                   0x6900,         8, 0,          0,          0 },
	{ "GICD_PIDR4",                        0xffd0,         4, 0x44,       0x44,       0x44 },
	{ "GICD_PIDR0",                        0xffe0,         4, 0x92,       0x92,       0x92 },
	{ "GICD_PIDR1",                        0xffe4,         4, 0xb4,       0xb4,       0xb4 },
	{ "GICD_PIDR2: GICv3",                 0xffe8,         4, 0x3b,       0x3b,       0x3b },
	{ "GICD_CIDR0",                        0xfff0,         4, 0x0d,       0x0d,       0x0d },
	{ "GICD_CIDR3",                        0xfffc,         4, 0xb1,       0xb1,       0xb1 },
	{ "a hole",                            0x5000,         4, 0,          0,          0 },
	{ "GICR_CTLR: nothing of LPIs",        RD(0, 0x0000),  4, 0,          0,          0 },
	{ "GICR_IIDR",                         RD(0, 0x0004),  4, 0x43b,      0x43b,      0x43b },
	{ "GICR_TYPER of the first",           RD(0, 0x0008),  8, 0,          0,          0 },
	{ "GICR_TYPER of the second",          RD(1, 0x0008),  8, 0x100000100, 0x100000100, 0x100000100 },
	{ "GICR_TYPER of the last",            RD(2, 0x0008),  8, 0x200000210, 0x200000210, 0x200000210 },
	{ "GICR_TYPER, lower half",            RD(2, 0x0008),  4, 0x210,      0x210,      0x210 },
	{ "GICR_TYPER, upper half",            RD(2, 0x000c),  4, 2,          2,          2 },
	{ "GICR_STATUSR is not there",         RD(0, 0x0010),  4, 0,          0,          0 },
	{ "GICR_WAKER",                        RD(0, 0x0014),  4, 6,          6,          0 },
	{ "GICR_PROPBASER: no LPIs",           RD(0, 0x0070),  8, 0,          0,          0 },
	{ "GICR_PENDBASER: no LPIs",           RD(0, 0x0078),  8, 0,          0,          0 },
	{ "GICR_SYNCR: no LPIs",               RD(0, 0x00c0),  4, 0,          0,          0 },
	{ "GICR_PIDR4",                        RD(0, 0xffd0),  4, 0x44,       0x44,       0x44 },
	{ "GICR_PIDR0",                        RD(0, 0xffe0),  4, 0x93,       0x93,       0x93 },
	{ "GICR_PIDR2: GICv3",                 RD(2, 0xffe8),  4, 0x3b,       0x3b,       0x3b },
	{ "GICR_CIDR1",                        RD(0, 0xfff4),  4, 0xf0,       0xf0,       0xf0 },
	{ "no banks in the first frame",       RD(0, 0x0100),  4, 0,          0,          0 },
	{ "GICR_IGROUPR0",                     SGI(1, 0x0080), 4, 0,          0xffffffff, 0 },
	{ "GICR_IGROUPR1E is not there",       SGI(1, 0x0084), 4, 0,          0,          0 },
	{ "GICR_ISENABLER0",                   SGI(1, 0x0100), 4, 0,          0xffffffff, 0xffffffff },
	{ "GICR_ICENABLER0",                   SGI(1, 0x0180), 4, 0,          0,          0 },
	{ "GICR_ISPENDR0",                     SGI(1, 0x0200), 4, 0,          0xffffffff, 0xffffffff },
	{ "GICR_ICPENDR0",                     SGI(1, 0x0280), 4, 0,          0,          0 },
	{ "GICR_ISACTIVER0",                   SGI(1, 0x0300), 4, 0,          0xffffffff, 0xffffffff },
	{ "GICR_ICACTIVER0",                   SGI(1, 0x0380), 4, 0,          0,          0 },
	{ "GICR_IPRIORITYR0",                  SGI(1, 0x0400), 4, 0,          0xf8f8f8f8, 0 },
	{ "GICR_IPRIORITYR7, the last byte",   SGI(1, 0x041f), 1, 0,          0xf8,       0 },
	{ "GICR_IPRIORITYR8 is not there",     SGI(1, 0x0420), 4, 0,          0,          0 },
	{ "GICR_ICFGR0: SGIs are edges",       SGI(1, 0x0c00), 4, 0xaaaaaaaa, 0xaaaaaaaa, 0xaaaaaaaa },
	{ "GICR_ICFGR1",                       SGI(1, 0x0c04), 4, 0,          0xaaaaaaaa, 0 },
	{ "GICR_IGRPMODR0: DS",                SGI(1, 0x0d00), 4, 0,          0,          0 },
	{ "GICR_NSACR: DS",                    SGI(1, 0x0e00), 4, 0,          0,          0 },
	{ "no ID registers in the second frame", SGI(1, 0xffe8), 4, 0,        0,          0 },
	{ "bytes elsewhere",                   0x0084,         1, 0,          0,          0 },
	{ "16 bits of priorities",             0x0420,         2, 0,          0,          0 },
	{ "64 bits of priorities",             0x0420,         8, 0,          0,          0 },
	{ "64 bits of two registers",          0x0100,         8, 0,          0,          0 },
	{ "16 bits of IROUTER",                0x6100,         2, 0,          0,          0 },
	{ "a byte of GICR_TYPER",              RD(1, 0x0009),  1, 0,          0,          0 },
};
/* clang-format on */

static void keeps_what_exists(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct gic_bench bench;
		u64 reset, ones, zero;

		bench_create(&bench, 3);
		reset = bench_read(&bench, row->offset, row->size);
		bench_write(&bench, row->offset, row->size, ~(u64)0);
		ones = bench_read(&bench, row->offset, row->size);
		bench_write(&bench, row->offset, row->size, 0);
		zero = bench_read(&bench, row->offset, row->size);
		if (reset != row->reset || ones != row->ones || zero != row->zero)
			fail_msg("row %zu, %s: reset 0x%" PRIx64 " ones 0x%" PRIx64
				 " zero 0x%" PRIx64,
				i, row->why, reset, ones, zero);
		bench_destroy(&bench);
	}
}

/* ---- Several registers about one thing ---- */

/* Writes, and what is read after the last. */
struct script {
	const char *why;
	struct {
		u32 offset;
		u8 size;
		u64 value;
	} write[4];
	u32 offset;
	u8 size;
	u64 value;
};

/* clang-format off */
static const struct script scripts[] = {
	{ "ICENABLER clears what is one",
	  { { 0x104, 4, 0xff00ff00 }, { 0x184, 4, 0x0f000000 } },                      0x104, 4, 0xf000ff00 },
	{ "ICENABLER reads as ISENABLER",
	  { { 0x104, 4, 0xff00ff00 } },                                                0x184, 4, 0xff00ff00 },
	{ "ICPENDR clears what is one",
	  { { 0x208, 4, 0xff00ff00 }, { 0x288, 4, 0x0f000000 } },                      0x208, 4, 0xf000ff00 },
	{ "ICACTIVER clears what is one",
	  { { SGI(1, 0x300), 4, 0xff00ff00 }, { SGI(1, 0x380), 4, 0x0f000000 } },      SGI(1, 0x300), 4, 0xf000ff00 },
	{ "each PE has its own",
	  { { SGI(1, 0x100), 4, ~0u } },                                               SGI(2, 0x100), 4, 0 },
	{ "the private bank is not the distributor's",
	  { { SGI(0, 0x100), 4, ~0u } },                                               0x100, 4, 0 },
	{ "each bank has its own",
	  { { 0x104, 4, ~0u } },                                                       0x108, 4, 0 },
	{ "four priorities",
	  { { 0x424, 4, 0x40302010 } },                                                0x426, 1, 0x30 },
	{ "one priority of four",
	  { { 0x424, 4, 0x40302010 }, { 0x425, 1, 0xa0 } },                            0x424, 4, 0x4030a010 },
	{ "IROUTER in halves",
	  { { 0x6100, 8, 0x1100000002 }, { 0x6104, 4, 7 } },                           0x6100, 8, 0x700000002 },
	{ "IROUTER in halves, the other",
	  { { 0x6100, 8, 0x1100000002 }, { 0x6100, 4, 3 } },                           0x6100, 8, 0x1100000003 },
	{ "ICFGR1 of the SGI frame",
	  { { SGI(0, 0xc04), 4, 0x80000008 } },                                        SGI(0, 0xc04), 4, 0x80000008 },
	{ "CTLR keeps one group apart",
	  { { 0, 4, 2 } },                                                             0, 4, 0x52 },
};
/* clang-format on */

static void registers_belong_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scripts); i++) {
		const struct script *row = &scripts[i];
		struct gic_bench bench;
		u64 got;

		bench_create(&bench, 3);
		for (size_t j = 0; j < COUNT(row->write) && row->write[j].size != 0; j++)
			bench_write(&bench, row->write[j].offset, row->write[j].size,
				row->write[j].value);
		got = bench_read(&bench, row->offset, row->size);
		if (got != row->value)
			fail_msg("row %zu, %s: got 0x%" PRIx64, i, row->why, got);
		bench_destroy(&bench);
	}
}

/* Every offset of every frame, every size: answered, no more. */
static void any_access_is_harmless(void **state)
{
	struct gic_bench bench;

	(void)state;
	bench_create(&bench, 2);
	for (unsigned size = 1; size <= 8; size *= 2) {
		for (u64 offset = 0; offset < 0x10000 + 2 * BOARD_GICR_EACH; offset += size) {
			u64 at = offset < 0x10000 ? offset : offset - 0x10000 + RD(0, 0);

			bench_write(&bench, at, size, 0x8123456789abcdef * (offset + size));
			assert_int_equal(bench_read(&bench, at, size) & ~MASK(8 * size - 1, 0), 0);
		}
	}
	gic_reset(bench.gic);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].offset < RD(1, 0))
			assert_int_equal(
				bench_read(&bench, rows[i].offset, rows[i].size), rows[i].reset);
	}
	bench_destroy(&bench);
}

/* Behind the last redistributor there is nothing. */
static void frames_end(void **state)
{
	struct gic_bench bench;
	u64 value;

	(void)state;
	bench_create(&bench, 2);
	assert_true(bus_read(&bench.bus, PA(BOARD_GICD_BASE + SGI(1, 0xfffc)), 4, &value));
	assert_false(bus_read(&bench.bus, PA(BOARD_GICD_BASE + RD(2, 0)), 4, &value));
	assert_false(bus_read(&bench.bus, PA(BOARD_GICD_BASE + 0x10000), 4, &value));
	bench_destroy(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_exists),
		cmocka_unit_test(registers_belong_together),
		cmocka_unit_test(any_access_is_harmless),
		cmocka_unit_test(frames_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
