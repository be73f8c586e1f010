/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pure functions against which hypervisors are held: an exception entry by the text of DDI 0487
 * J1, a walk of stage 2 by tables that are written out here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "verify/oracle_exception.h"
#include "verify/oracle_walk.h"

/* ---- Exceptions ---- */

#define PAN  BIT(22)
#define IL   BIT(20)
#define SS   BIT(21)
#define NZCV (0xfull << 28)

static struct exception_in from(u64 pstate)
{
	return (struct exception_in){ .pc = 0x1000,
		.pstate = pstate,
		.target = 1,
		.vbar = 0x8000,
		.sctlr = BIT(23), /* SPAN */
		.has_pan = true,
		.has_ssbs = true };
}

static void test_vectors(void **state)
{
	static const struct {
		u64 mode;
		u8 target, kind;
		u64 offset;
	} rows[] = {
		{ 0x0, 1, 0, 0x400 }, /* EL0t to EL1 */
		{ 0x4, 1, 0, 0x000 }, /* EL1t */
		{ 0x5, 1, 1, 0x280 }, /* EL1h, IRQ */
		{ 0x5, 2, 2, 0x500 }, /* EL1h to EL2, FIQ */
		{ 0x8, 2, 3, 0x180 }, /* EL2t, SError */
		{ 0x9, 2, 0, 0x200 }, /* EL2h */
		{ 0x0, 2, 0, 0x400 }, /* EL0 of a host */
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct exception_in in = from(rows[i].mode);

		in.target = rows[i].target;
		in.kind = rows[i].kind;
		assert_int_equal(oracle_exception(&in).pc, 0x8000 + rows[i].offset);
	}
}

static void test_pstate(void **state)
{
	struct exception_in in = from(NZCV | IL | SS | BIT(10) | BIT(12) | BIT(23) | 0x0);
	struct exception_out out = oracle_exception(&in);

	(void)state;
	assert_int_equal(out.spsr, in.pstate);
	assert_int_equal(out.elr, 0x1000);
	/* NZCV stays; DAIF, EL1h; IL, SS, BTYPE, UAO and SSBS are 0 */
	assert_int_equal(out.pstate, NZCV | 0xfull << 6 | 0x5);
	in.sctlr |= BIT(44); /* DSSBS */
	assert_int_equal(oracle_exception(&in).pstate & BIT(12), BIT(12));
}

static void test_pan(void **state)
{
	struct exception_in in = from(0x0);

	(void)state;
	assert_int_equal(oracle_exception(&in).pstate & PAN, 0);
	in.sctlr = 0;
	assert_int_equal(oracle_exception(&in).pstate & PAN, PAN);
	in.target = 2; /* SPAN of EL2 counts for a host with EL0 only */
	assert_int_equal(oracle_exception(&in).pstate & PAN, 0);
	in.is_in_host = true;
	assert_int_equal(oracle_exception(&in).pstate & PAN, PAN);
	in.has_pan = false;
	assert_int_equal(oracle_exception(&in).pstate & PAN, 0);
	in = from(PAN);
	assert_int_equal(oracle_exception(&in).pstate & PAN, PAN);
}

/* ---- Walks ---- */

/* 4 KiB granule, 32 bits of input, from level 1: four entries at 0, then tables at 0x1000, 0x2000.
 */
static u64 words[3 * 512];

static bool read_words(void *opaque, u64 address, void *data, unsigned size)
{
	(void)opaque;
	if (address + size > sizeof(words))
		return false;
	memcpy(data, (const u8 *)words + address, size);
	return true;
}

#define LEAF(address, s2ap) ((address) | BIT(10) | (u64)(s2ap) << 6 | 0xful << 2 | 1)

static struct oracle_tables tables(void)
{
	memset(words, 0, sizeof(words));
	words[0] = 0x1000 | 3;				 /* a table of level 2 */
	words[1] = LEAF(0x80000000ull, 3);		 /* a block of 1 GiB */
	words[2] = 0x40000000 | 3;			 /* a table where no memory is */
	words[512] = LEAF(0x40200000ull, 1);		 /* a block of 2 MiB, to be read */
	words[513] = 0x2000 | 3;			 /* a table of level 3 */
	words[1024] = LEAF(0x12345000, 3) | 2 | BIT(54); /* a page, XN */
	words[1025] = LEAF(0x12346000, 3);		 /* reserved: no page */
	words[1026] = (LEAF(0x12347000, 3) | 2) & ~BIT(10);
	return (struct oracle_tables){ .vtcr = 32 | 1 << 6 |
					       2ull << 16, /* T0SZ, SL0, PS: 40 bits */
		.pa_bits = 40,
		.read = read_words };
}

static void test_walks_find(void **state)
{
	struct oracle_tables t = tables();
	struct oracle_leaf leaf = oracle_walk(&t, 0x123456);

	(void)state;
	assert_false(leaf.is_fault);
	assert_int_equal(leaf.output, 0x40323456);
	assert_int_equal(leaf.size, 2 << 20);
	assert_int_equal(leaf.level, 2);
	assert_int_equal(leaf.rights, ORACLE_READ | ORACLE_EXECUTE_EL1 | ORACLE_EXECUTE_EL0);
	leaf = oracle_walk(&t, 0x40000010);
	assert_int_equal(leaf.output, 0x80000010);
	assert_int_equal(leaf.size, 1 << 30);
	leaf = oracle_walk(&t, 0x200008);
	assert_int_equal(leaf.output, 0x12345008);
	assert_int_equal(leaf.rights, ORACLE_READ | ORACLE_WRITE);
}

static void test_walks_fault(void **state)
{
	static const struct {
		u64 ipa;
		unsigned fault;
	} rows[] = {
		{ 0x400000, 0x06 },    /* nothing there, level 2 */
		{ 0xc0000000, 0x05 },  /* nothing there, level 1 */
		{ 0x201000, 0x07 },    /* reserved */
		{ 0x202000, 0x0b },    /* access flag */
		{ 0x80000000, 0x16 },  /* the table cannot be read, level 2 */
		{ 0x100000000, 0x04 }, /* beyond the input size: level 0 */
	};
	struct oracle_tables t = tables();

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct oracle_leaf leaf = oracle_walk(&t, rows[i].ipa);

		assert_true(leaf.is_fault);
		assert_int_equal(leaf.fault, rows[i].fault);
	}
	t.has_access_flag_updates = true;
	assert_false(oracle_walk(&t, 0x202000).is_fault);
	t.vtcr |= 3 << 6; /* SL0 that is reserved */
	assert_int_equal(oracle_walk(&t, 0).fault, 0x04);
}

static bool count_leaf(void *opaque, const struct oracle_leaf *leaf)
{
	unsigned *count = opaque;

	(void)leaf;
	return ++*count != 3;
}

static void test_leaves(void **state)
{
	struct oracle_tables t = tables();
	unsigned count = 0;

	(void)state;
	oracle_leaves(&t, 0, BIT(48), count_leaf, &count);
	assert_int_equal(count, 3); /* and not the fourth, since the third ended it */
	count = 10;
	oracle_leaves(&t, 0x200000, 1, count_leaf, &count);
	assert_int_equal(count, 11);
	oracle_leaves(&t, 0x400000, 0x1000, count_leaf, &count);
	assert_int_equal(count, 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_pstate),
		cmocka_unit_test(test_pan),
		cmocka_unit_test(test_walks_find),
		cmocka_unit_test(test_walks_fault),
		cmocka_unit_test(test_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
