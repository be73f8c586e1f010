/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The software walk of L1's stage 2, HYPERVISOR-SPEC C.3: one row a table and an address, and what
 * the architecture says about it.
 */
#include "l1_tables.h"

#include <string.h>

#include "core/s2_walk.h"
#include "core/stage2.h"

#define VTCR(tg0, sl0, input, ps)                                                                  \
	(BIT(31) | FV(VTCR_EL2, TG0, tg0) | FV(VTCR_EL2, SL0, sl0) |                               \
		FV(VTCR_EL2, T0SZ, 64 - (input)) | FV(VTCR_EL2, PS, ps))
#define HA F(VTCR_EL2, HA)

enum { K4 = 0, K64 = 1, K16 = 2 };
enum { ROOT = 0x40100000, NEXT = 0x40110000, LAST = 0x40120000 };

#define TABLE(at) ((at) | 3ul)

static struct vm vm;

/* A VM with a virtual EL2 on a machine of those ID registers. */
static void l1(u64 parange, u64 host_granule, u64 mmfr1)
{
	struct vm_config config = guest_config();

	machine_off(MODE_VHE);
	machine_has_nv(2);
	host_set(SR_ID_AA64MMFR0_EL1, 0x101120 | parange); /* TGran16 too */
	host_set(SR_ID_AA64MMFR1_EL1,
		(host_get(SR_ID_AA64MMFR1_EL1) & ~F(ID_AA64MMFR1_EL1, HAFDBS)) | mmfr1);
	options.granule = host_granule;
	machine_on(MODE_VHE);
	config.el2 = VM_EL2_VHE;
	config.has_nv2 = true;
	memset(&vm, 0, sizeof(vm));
	assert_true(vm_create(&vm, &config));
}

struct word {
	u64 at, value;
};

static void write_words(const struct word *words)
{
	for (unsigned i = 0; i < 4 && words[i].at; i++)
		*guest_word(&vm, IPA(words[i].at)) = words[i].value;
}

/* IPA 0x140607123: indexes 5, 3, 7 of 4 KiB tables. */
#define X 0x140607123ul

static void s2_15_leaves_of_all_granules(void **state)
{
	static const struct {
		const char *why;
		u64 parange, vtcr, root, ipa;
		struct word words[4];
		u64 output, size;
		unsigned level;
	} cases[] = {
		{ "4K page", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) }, { NEXT + 24, TABLE(LAST) },
				{ LAST + 56, L1_PAGE(0x40455000) } },
			0x40455123, KIB(4), 3 },
		{ "2M block", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) }, { NEXT + 24, L1_BLOCK(0x40400000) } },
			0x40407123, MIB(2), 2 },
		{ "1G block", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, L1_BLOCK(0x80000000) } }, 0x80607123, GIB(1), 1 },
		{ "from level 0", 5, VTCR(K4, 2, 48, 5), ROOT, BIT(47) | X,
			{ { ROOT + 8 * 256, TABLE(NEXT) }, { NEXT + 40, L1_BLOCK(0x80000000) } },
			0x80607123, GIB(1), 1 },
		{ "from level 2", 2, VTCR(K4, 0, 32, 2), ROOT, 0xc0607123,
			{ { ROOT + 8 * 0x603, L1_BLOCK(0x40400000) } }, 0x40407123, MIB(2), 2 },
		{ "two tables of 4K concatenated", 2, VTCR(K4, 1, 40, 2), ROOT, BIT(39) | X,
			{ { ROOT + 0x1000 + 40, L1_BLOCK(0x80000000) } }, 0x80607123, GIB(1), 1 },
		{ "root bits below the tables' size are ignored", 2, VTCR(K4, 1, 40, 2),
			ROOT | 0x1ff0, X, { { ROOT + 40, L1_BLOCK(0x80000000) } }, 0x80607123,
			GIB(1), 1 },
		{ "16K page, 16 tables", 2, VTCR(K16, 1, 40, 2), ROOT, BIT(39) | 0x2007123,
			{ { ROOT + 8 * 0x4001, TABLE(NEXT) }, { NEXT + 8, L1_PAGE(0x40404000) } },
			0x40407123, KIB(16), 3 },
		{ "32M block", 2, VTCR(K16, 1, 36, 2), ROOT, 0x2607123,
			{ { ROOT + 8, L1_BLOCK(0x42000000) } }, 0x42607123, MIB(32), 2 },
		{ "64K page", 2, VTCR(K64, 1, 40, 2), ROOT, 0x20077123,
			{ { ROOT + 8, TABLE(NEXT) }, { NEXT + 56, L1_PAGE(0x40450000) } },
			0x40457123, KIB(64), 3 },
		{ "512M block", 2, VTCR(K64, 1, 40, 2), ROOT, 0x20607123,
			{ { ROOT + 8, L1_BLOCK(0x40000000) } }, 0x40607123, MIB(512), 2 },
		{ "TG0=3 is 64K", 2, VTCR(3, 1, 40, 2), ROOT, 0x20607123,
			{ { ROOT + 8, L1_BLOCK(0x40000000) } }, 0x40607123, MIB(512), 2 },
		{ "16 contiguous pages", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) }, { NEXT + 24, TABLE(LAST) },
				{ LAST + 56, L1_PAGE(0x40457000) | BIT(52) } },
			0x40457123, KIB(64), 3 },
		{ "a contiguous page that is none", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) }, { NEXT + 24, TABLE(LAST) },
				{ LAST + 56, L1_PAGE(0x40455000) | BIT(52) } },
			0x40455123, KIB(4), 3 },
		{ "contiguous blocks larger than the input", 2, VTCR(K4, 0, 25, 2), ROOT, 0x7123,
			{ { ROOT, L1_BLOCK(0x40400000) | BIT(52) } }, 0x40407123, MIB(2), 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct s2_walk walk;

		l1(cases[i].parange, 4, 0);
		write_words(cases[i].words);
		walk = s2_walk(&vm, cases[i].root, cases[i].vtcr, false, IPA(cases[i].ipa));
		if (walk.is_fault || walk.output.v != cases[i].output ||
			walk.block_size != cases[i].size || walk.level != cases[i].level ||
			walk.rights != S2_ALL)
			fail_row(i, cases[i].why, "fault %d 0x%02x, 0x%lx, size 0x%lx, level %u",
				walk.is_fault, walk.fsc, walk.output.v, walk.block_size,
				walk.level);
	}
}

/* The tables may say anything. Each row is an answer of the architecture's, and no other effect. */
static void s2_14_faults_change_nothing(void **state)
{
	static u8 before[MIB(2)];
	static const struct {
		const char *why;
		u64 parange, vtcr, root, ipa;
		struct word words[4];
		unsigned fsc;
	} cases[] = {
		{ "invalid at level 1", 2, VTCR(K4, 1, 39, 2), ROOT, X, { { 0, 0 } }, 0x05 },
		{ "invalid at level 2", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) } }, 0x06 },
		{ "invalid at level 3", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) }, { NEXT + 24, TABLE(LAST) } }, 0x07 },
		{ "level 3 has no blocks", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) }, { NEXT + 24, TABLE(LAST) },
				{ LAST + 56, L1_BLOCK(0x40400000) } },
			0x07 },
		{ "level 0 has no blocks", 5, VTCR(K4, 2, 48, 5), ROOT, X,
			{ { ROOT, L1_BLOCK(0x40000000) } }, 0x04 },
		{ "level 1 of 16K has no blocks", 5, VTCR(K16, 2, 46, 5), ROOT, 0,
			{ { ROOT, L1_BLOCK(0x40000000) } }, 0x05 },
		{ "level 1 of 64K has no blocks", 5, VTCR(K64, 2, 48, 5), ROOT, 0,
			{ { ROOT, L1_BLOCK(0x40000000) } }, 0x05 },
		{ "level 1 of 64K with 42 bits of PA", 3, VTCR(K64, 2, 42, 3), ROOT, 0,
			{ { ROOT, TABLE(NEXT) } }, 0x04 },
		{ "no access flag", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, L1_BLOCK(0x80000000) & ~DESC_AF } }, 0x09 },
		{ "no access flag; HA is not offered", 2, VTCR(K4, 1, 39, 2) | HA, ROOT, X,
			{ { ROOT + 40, L1_BLOCK(0x80000000) & ~DESC_AF } }, 0x09 },
		{ "output beyond VTCR_EL2.PS", 2, VTCR(K4, 1, 39, 0), ROOT, X,
			{ { ROOT + 40, L1_BLOCK(BIT(32)) } }, 0x01 },
		{ "output beyond the CPU's", 2, VTCR(K4, 1, 39, 5), ROOT, X,
			{ { ROOT + 40, L1_BLOCK(BIT(40)) } }, 0x01 },
		{ "table beyond", 2, VTCR(K4, 1, 39, 0), ROOT, X, { { ROOT + 40, TABLE(BIT(32)) } },
			0x01 },
		{ "root beyond", 2, VTCR(K4, 1, 39, 0), BIT(32), X, { { 0, 0 } }, 0x00 },
		{ "IPA beyond the input size", 2, VTCR(K4, 1, 32, 2), ROOT, X, { { 0, 0 } }, 0x04 },
		{ "input larger than the CPU's", 2, VTCR(K4, 1, 41, 2), ROOT, X, { { 0, 0 } },
			0x04 },
		{ "input of 49 bits", 5, VTCR(K64, 1, 49, 5), ROOT, X, { { 0, 0 } }, 0x04 },
		{ "input of 24 bits", 2, VTCR(K4, 0, 24, 2), ROOT, 0, { { 0, 0 } }, 0x04 },
		{ "SL0=3", 2, VTCR(K4, 3, 39, 2), ROOT, X, { { 0, 0 } }, 0x04 },
		{ "level 0 with 40 bits of PA", 2, VTCR(K4, 2, 40, 2), ROOT, X, { { 0, 0 } },
			0x04 },
		{ "too much for the start level", 2, VTCR(K4, 0, 39, 2), ROOT, X, { { 0, 0 } },
			0x04 },
		{ "too little for the start level", 2, VTCR(K4, 1, 30, 2), ROOT, 0, { { 0, 0 } },
			0x04 },
		{ "root in a hole", 2, VTCR(K4, 1, 39, 2), 0xc000000, X, { { 0, 0 } }, 0x15 },
		{ "root in a device", 2, VTCR(K4, 1, 39, 2), 0x9000000, X, { { 0, 0 } }, 0x15 },
		{ "root of nothing", 2, VTCR(K4, 1, 39, 2), 0, X, { { 0, 0 } }, 0x15 },
		{ "table in a device", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(0x9000000) } }, 0x16 },
		{ "last table behind memory", 2, VTCR(K4, 1, 39, 2), ROOT, X,
			{ { ROOT + 40, TABLE(NEXT) }, { NEXT + 24, TABLE(0x50000000) } }, 0x17 },
		{ "all zeros", 2, 0, 0, 0, { { 0, 0 } }, 0x04 },
		{ "all ones", 2, ~0ul, ~0ul, ~0ul, { { 0, 0 } }, 0x04 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct s2_walk walk;
		u8 *memory;

		l1(cases[i].parange, 4, 0);
		write_words(cases[i].words);
		memory = (u8 *)guest_word(&vm, IPA(ROOT));
		memcpy(before, memory, sizeof(before));
		walk = s2_walk(&vm, cases[i].root, cases[i].vtcr, false, IPA(cases[i].ipa));
		if (!walk.is_fault || walk.fsc != cases[i].fsc ||
			memcmp(before, memory, sizeof(before)) != 0)
			fail_row(i, cases[i].why, "fault %d 0x%02x", walk.is_fault, walk.fsc);
	}
}

/* A table that is its own next table ends where levels end. */
static void tables_that_point_at_themselves_end(void **state)
{
	struct s2_walk walk;

	(void)state;
	l1(2, 4, 0);
	for (u64 i = 0; i < 512; i++)
		*guest_word(&vm, IPA(ROOT + 8 * i)) = TABLE(ROOT) | 0x7c0;
	walk = s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2), false, IPA(X));
	assert_false(walk.is_fault);
	assert_u64(walk.output.v, ROOT + 0x123);
	assert_int_equal(walk.level, 3);
}

static void rights_of_the_leaf(void **state)
{
	static const struct {
		const char *why;
		u64 mmfr1, bits;
		unsigned rights;
	} cases[] = {
		{ "none", 0, BIT(54), 0 },
		{ "read", 0, BIT(54) | 0x40, S2_READ },
		{ "write only", 0, BIT(54) | 0x80, S2_WRITE },
		{ "XN<0> means nothing without XNX", 0, BIT(53) | 0xc0, S2_ALL },
		{ "EL0 only", FV(ID_AA64MMFR1_EL1, XNX, 1), BIT(53) | 0x40, S2_READ | S2_EXEC_EL0 },
		{ "EL1 only", FV(ID_AA64MMFR1_EL1, XNX, 1), BIT(54) | BIT(53), S2_EXEC_EL1 },
		{ "no execution", FV(ID_AA64MMFR1_EL1, XNX, 1), BIT(54) | 0xc0,
			S2_READ | S2_WRITE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct s2_walk walk;

		l1(2, 4, cases[i].mmfr1);
		*guest_word(&vm, IPA(ROOT + 40)) = 0x8000073d | cases[i].bits;
		walk = s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2), false, IPA(X));
		if (walk.is_fault || walk.rights != cases[i].rights || walk.memattr != 0xf ||
			walk.sh != 3)
			fail_row(i, cases[i].why, "fault %d, rights %u, memattr 0x%lx",
				walk.is_fault, walk.rights, walk.memattr);
	}
}

static void access_flag_is_set_for_l1_if_offered(void **state)
{
	u64 descriptor = L1_BLOCK(0x80000000) & ~DESC_AF;

	(void)state;
	l1(2, 4, FV(ID_AA64MMFR1_EL1, HAFDBS, 1));
	*guest_word(&vm, IPA(ROOT + 40)) = descriptor;
	assert_int_equal(s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2), false, IPA(X)).fsc, 0x09);
	assert_u64(*guest_word(&vm, IPA(ROOT + 40)), descriptor);
	assert_false(s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2) | HA, false, IPA(X)).is_fault);
	assert_u64(*guest_word(&vm, IPA(ROOT + 40)), descriptor | DESC_AF);
	assert_u64(host_log_times(LOG_EXCHANGE, 0), 1);
	/* In memory that may not be written it is the walk that fails. */
	*guest_word(&vm, IPA(ROOT + 40)) = descriptor;
	vm.slots[0].is_read_only = true;
	assert_int_equal(s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2) | HA, false, IPA(X)).fsc, 0x15);
}

/* Another observer of L1's table is faster: what it wrote counts, whatever it is. */
static u64 winner;

static void somebody_is_faster(const u64 *word)
{
	(void)word;
	*guest_word(&vm, IPA(ROOT + 40)) = winner;
}

static void a_lost_race_for_the_access_flag_is_walked_again(void **state)
{
	static const struct {
		const char *why;
		u64 winner;
		bool is_fault;
		u64 output_or_fsc;
	} cases[] = {
		{ "the same flag", L1_BLOCK(0x80000000), false, 0x80607123 },
		{ "another output", L1_BLOCK(0xc0000000), false, 0xc0607123 },
		{ "nothing", 0, true, 0x05 },
		{ "a table", TABLE(NEXT), false, 0x40407123 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct s2_walk walk;

		l1(2, 4, FV(ID_AA64MMFR1_EL1, HAFDBS, 1));
		*guest_word(&vm, IPA(ROOT + 40)) = L1_BLOCK(0x80000000) & ~DESC_AF;
		*guest_word(&vm, IPA(NEXT + 24)) = L1_BLOCK(0x40400000);
		winner = cases[i].winner;
		host_on_exchange(somebody_is_faster);
		walk = s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2) | HA, false, IPA(X));
		host_on_exchange(NULL);
		if (walk.is_fault != cases[i].is_fault ||
			(walk.is_fault ? walk.fsc : walk.output.v) != cases[i].output_or_fsc)
			fail_row(i, cases[i].why, "fault %d, 0x%lx", walk.is_fault,
				walk.is_fault ? walk.fsc : walk.output.v);
		assert_u64(*guest_word(&vm, IPA(ROOT + 40)), winner);
	}
}

static void descriptors_are_of_the_endianness_of_el2(void **state)
{
	u64 descriptor = L1_BLOCK(0x80000000);

	(void)state;
	l1(2, 4, FV(ID_AA64MMFR1_EL1, HAFDBS, 1));
	*guest_word(&vm, IPA(ROOT + 40)) = __builtin_bswap64(descriptor & ~DESC_AF);
	assert_u64(s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2) | HA, true, IPA(X)).output.v, 0x80607123);
	assert_u64(*guest_word(&vm, IPA(ROOT + 40)), __builtin_bswap64(descriptor));
}

static void s2_21_a_granule_below_the_hosts_does_not_translate(void **state)
{
	(void)state;
	l1(2, 16, 0);
	*guest_word(&vm, IPA(ROOT + 40)) = L1_BLOCK(0x80000000);
	assert_int_equal(s2_walk(&vm, ROOT, VTCR(K4, 1, 39, 2), false, IPA(X)).fsc, 0x04);
	*guest_word(&vm, IPA(ROOT + 8)) = L1_BLOCK(0x42000000);
	assert_false(s2_walk(&vm, ROOT, VTCR(K16, 1, 36, 2), false, IPA(0x2607123)).is_fault);
}

static void disabled_stage_2_is_the_identity(void **state)
{
	struct vcpu *vcpu = l2_loaded();
	struct s2_walk walk;

	(void)state;
	l1_set(vcpu, REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, RW));
	walk = vcpu_s2_walk(vcpu, IPA(0x12345678));
	assert_false(walk.is_fault);
	assert_u64(walk.output.v, 0x12345678);
	assert_int_equal(walk.rights, S2_ALL);
	/* HCR_EL2.DC makes VM mean 1. */
	l1_set(vcpu, REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, RW) | F(HCR_EL2, DC));
	assert_true(vcpu_s2_walk(vcpu, IPA(0x12345678)).is_fault);
}

TESTS(cmocka_unit_test(s2_15_leaves_of_all_granules), cmocka_unit_test(s2_14_faults_change_nothing),
	cmocka_unit_test(tables_that_point_at_themselves_end), cmocka_unit_test(rights_of_the_leaf),
	cmocka_unit_test(access_flag_is_set_for_l1_if_offered),
	cmocka_unit_test(a_lost_race_for_the_access_flag_is_walked_again),
	cmocka_unit_test(descriptors_are_of_the_endianness_of_el2),
	cmocka_unit_test(s2_21_a_granule_below_the_hosts_does_not_translate),
	cmocka_unit_test(disabled_stage_2_is_the_identity))
