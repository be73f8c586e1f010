/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stage-2 program changes one leaf and tells of it by each TLBI there is; and leaves that do
 * not let the guest do what it wants, until its hypervisor says that they do.
 */
#include "guest/stage2.h"

enum { FIRST_LINE = STAGE2_LEAF_LINES };

#define S2_WRITE  (1ul << 7)
#define VTCR_HA	  (1ul << 21)
#define ESR_WNR	  (1ul << 6)
#define ESR_S1PTW (1ul << 7)

/* ---- Each TLBI ---- */

enum stage { STAGE1, STAGE2 };
enum reach { ME, ALL };
enum operand {
	NONE,
	VA,
	VA_LEVEL,
	VA_RANGE,
	VAA,
	VAA_RANGE,
	ASID,
	IPA,
	IPA_LEVEL,
	IPA_RANGE,
};
enum feature { ANY, OUTER, RANGE, TTL };

#define ISSUE(text, ...)                                                                           \
	__asm__ volatile(".arch armv8.4-a\n\ttlbi " text : : __VA_ARGS__ : "memory")

static void issue(u64 which, u64 operand)
{
	u64 at = 0;

#define ALONE(name, ...)                                                                           \
	if (at++ == which)                                                                         \
		ISSUE(#name, );
#define BY(name, ...)                                                                              \
	if (at++ == which)                                                                         \
		ISSUE(#name ", %0", "r"(operand));
#include "guest/stage2.def"
#undef ALONE
#undef BY
}

static const struct operation {
	const char *name;
	enum stage stage;
	enum reach reach;
	enum operand operand;
	enum feature feature;
} operations[] = {
#define ALONE(name, stage, reach, feature)	 { #name, stage, reach, NONE, feature },
#define BY(name, stage, reach, operand, feature) { #name, stage, reach, operand, feature },
#include "guest/stage2.def"
#undef ALONE
#undef BY
};

static bool has_feature(enum feature feature)
{
	u64 tlb = READ_SYSREG(id_aa64isar0_el1) >> 56 & 15;
	u64 ttl = READ_SYSREG(s3_0_c0_c7_2) >> 48 & 15; /* ID_AA64MMFR2_EL1 */

	switch (feature) {
	case OUTER: return tlb >= 1;
	case RANGE: return tlb >= 2;
	case TTL: return ttl >= 1;
	default: return true;
	}
}

/* The window leads to leaf 0 or 1, and each of those to one of two pages. */
static u64 window, in_leaf[2];

static u64 window_page(void)
{
	return 12 + 2 * window + in_leaf[window];
}

/* Stage 1 has pages of 4 KiB; a range is of two pages, SCALE and NUM are 0. */
static u64 operand_of(enum operand operand)
{
	u64 tg = geometry.granule == 12 ? 1 : geometry.granule == 14 ? 2 : 3;
	u64 asid = STAGE2_ASID << 48;

	switch (operand) {
	case VA: return WINDOW >> 12 | asid;
	case VA_LEVEL: return WINDOW >> 12 | asid | 7ul << 44;
	case VA_RANGE: return WINDOW >> 12 | asid | 1ul << 46;
	case VAA: return WINDOW >> 12;
	case VAA_RANGE: return WINDOW >> 12 | 1ul << 46;
	case ASID: return asid;
	case IPA: return alias(window) >> 12;
	case IPA_LEVEL: return alias(window) >> 12 | (tg << 2 | 3) << 44;
	case IPA_RANGE: return alias(window) >> geometry.granule | tg << 46;
	default: return 0;
	}
}

/* By IPA: what is combined with it is another matter. */
static bool is_by_ipa(const struct operation *operation)
{
	return operation->operand == IPA || operation->operand == IPA_LEVEL ||
	       operation->operand == IPA_RANGE;
}

static void invalidate(const struct operation *operation)
{
	__asm__ volatile("dsb ishst" ::: "memory");
	issue((u64)(operation - operations), operand_of(operation->operand));
	__asm__ volatile("dsb ish" ::: "memory");
	if (is_by_ipa(operation) && operation->reach == ALL)
		__asm__ volatile("tlbi vmalle1is\n\tdsb ish" ::: "memory");
	else if (is_by_ipa(operation))
		__asm__ volatile("tlbi vmalle1\n\tdsb ish" ::: "memory");
	isb();
}

/* The window has another page than before: on the CPUs that were told. */
static void change_by(const struct operation *operation)
{
	bool is_stage2 = operation->stage == STAGE2, is_seen;

	store(is_stage2 ? leaf_of(&tree, window) : WINDOW_TABLE, 0);
	invalidate(operation);
	if (is_stage2) {
		in_leaf[window] ^= 1;
		map(&tree, window, page(window_page()));
	} else {
		window ^= 1;
		store(WINDOW_TABLE, alias(window) | WINDOW_PAGE);
		dsb();
	}
	is_seen = operation->reach == ALL ? both_load(WINDOW, mark(window_page()))
					  : loaded(WINDOW) == mark(window_page());
	if (!is_seen && first_failed == 0) {
		put("stage2: not seen behind TLBI ");
		put(operation->name);
		put("\n");
	}
	EXPECT(is_seen);
	if (operation->reach == ME) {
		flush();
		EXPECT(both_load(WINDOW, mark(window_page())));
	}
}

void each_tlbi(void)
{
	use(&tree, 9);
	store(leaf_of(&tree, 0), 0);
	store(leaf_of(&tree, 1), 0);
	store(WINDOW_TABLE, 0);
	flush();
	window = in_leaf[0] = in_leaf[1] = 0;
	map(&tree, 0, page(12));
	map(&tree, 1, page(14));
	store(WINDOW_TABLE, alias(0) | WINDOW_PAGE);
	dsb();
	order_other(&tree, 9, HCR_L2);
	EXPECT(both_load(WINDOW, mark(12)));
	for (u64 i = 0; i < COUNT(operations); i++)
		if (has_feature(operations[i].feature))
			change_by(&operations[i]);
}

/* ---- Faults, and the guest goes on when its hypervisor has done something about them ---- */

static void expect_fault(u64 status, u64 address, u64 ipa, u64 iss, u64 line)
{
	expect(EC(caught.esr) == 0x24 && FSC(caught.esr) == (status | 3), line);
	expect((caught.esr & (ESR_WNR | ESR_S1PTW)) == iss, line);
	expect(caught.far == address, line);
	expect((caught.hpfar & 0xfffffffff0ul) == ipa >> 12 << 4, line);
}

/* Where it was, with the register that is the address. */
static u64 go_on(u64 x0, u64 address)
{
	struct entry entry = { caught.elr, caught.spsr, x0, address };

	return run_guest(entry) == SYNC_BELOW ? said(&caught) : 0;
}

static void leaf_0(u64 descriptor)
{
	store(leaf_of(&tree, 0), descriptor);
	flush_alias();
}

static void access_flags(void)
{
	u64 good = leaf(page(1), 3);

	leaf_0(good & ~S2_AF);
	EXPECT(loaded(ALIAS) == 0);
	expect_fault(ACCESS_FLAG, ALIAS, ALIAS, 0, FIRST_LINE + __LINE__);
	store(leaf_of(&tree, 0), good); /* what has no access flag is in no TLB */
	dsb();
	EXPECT(go_on(0, ALIAS) == 6 && (u32)caught.x0 == mark(1));
	if ((READ_SYSREG(id_aa64mmfr1_el1) & 15) == 0)
		return;
	WRITE_SYSREG(vtcr_el2, geometry.vtcr | VTCR_HA);
	flush();
	leaf_0(good & ~S2_AF);
	EXPECT(loaded(ALIAS) == mark(1));
	EXPECT(load(leaf_of(&tree, 0)) == good);
	WRITE_SYSREG(vtcr_el2, geometry.vtcr);
	flush();
}

static void permissions(void)
{
	struct entry store_77 = { (u64)l2_store, EL1h, 0x77, ALIAS };
	u64 good = leaf(page(1), 3), code = (u64)l2_call & 0xffff & ((1ul << geometry.granule) - 1);

	leaf_0(good & ~S2_WRITE);
	EXPECT(loaded(ALIAS) == mark(1));
	EXPECT(run_guest(store_77) == SYNC_BELOW);
	expect_fault(PERMISSION, ALIAS, ALIAS, ESR_WNR, FIRST_LINE + __LINE__);
	EXPECT(load(page(1)) == mark(1));
	leaf_0(good);
	EXPECT(go_on(0x77, ALIAS) == 8 && load(page(1)) == 0x77);
	store(page(1), mark(1));
	leaf_0(good & ~S2_READ);
	EXPECT(loaded(ALIAS) == 0);
	expect_fault(PERMISSION, ALIAS, ALIAS, 0, FIRST_LINE + __LINE__);
	leaf_0(good);
	EXPECT(go_on(0, ALIAS) == 6 && (u32)caught.x0 == mark(1));
	leaf_0(0);
	leaf_0(leaf((u64)l2_call, 3) | S2_XN);
	EXPECT(run((const char *)ALIAS + code, EL1h, 0) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x20 && FSC(caught.esr) == (PERMISSION | 3));
	leaf_0(leaf((u64)l2_call, 3));
	EXPECT(go_on(0, 0) == 5);
}

/* Of the walk of stage 1: the address is the one that was walked for, the IPA that of the table. */
static void walks(void)
{
	u64 entry = leaf_of(&tree, WINDOW_TABLE_LEAF), good = leaf(WINDOW_TABLE, 3);

	leaf_0(0);
	leaf_0(leaf(page(2), 3));
	store(WINDOW_TABLE, ALIAS | WINDOW_PAGE);
	store(entry, good & ~S2_AF);
	flush();
	EXPECT(loaded(WINDOW) == 0);
	expect_fault(
		ACCESS_FLAG, WINDOW, alias(WINDOW_TABLE_LEAF), ESR_S1PTW, FIRST_LINE + __LINE__);
	store(entry, good & ~S2_READ);
	flush();
	EXPECT(loaded(WINDOW) == 0);
	expect_fault(
		PERMISSION, WINDOW, alias(WINDOW_TABLE_LEAF), ESR_S1PTW, FIRST_LINE + __LINE__);
	EXPECT(run((const char *)WINDOW, EL1h, 0) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x20 && FSC(caught.esr) == (PERMISSION | 3));
	EXPECT((caught.esr & ESR_S1PTW) != 0 && caught.far == WINDOW);
	EXPECT(loaded(WINDOW) == 0);
	store(entry, good);
	flush();
	EXPECT(go_on(0, WINDOW) == 6 && (u32)caught.x0 == mark(2));
}

/* On CPU 1, whose hypervisor answers as well. */
static void faults_of_the_other(void)
{
	if (!has_other)
		return;
	EXPECT(other_loaded(ALIAS) == mark(2));
	leaf_0(leaf(page(2), 3) & ~S2_READ);
	EXPECT(other_loaded(ALIAS) == 0);
	leaf_0(leaf(page(2), 3));
	EXPECT(other_loaded(ALIAS) == mark(2));
}

void faults_of_the_guest(void)
{
	leaf_0(0);
	access_flags();
	permissions();
	walks();
	faults_of_the_other();
	order_other(&other_tree, 0, HCR_L2);
	use(&tree, 0);
	flush();
}
