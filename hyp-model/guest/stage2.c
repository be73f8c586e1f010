/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest hypervisor that changes the stage 2 of its guest in every way that is allowed, with what
 * the architecture asks for behind each change, HYPERVISOR-SPEC E.3.5: what its guest then loads
 * has one right value. If there is a second CPU, that one is in the same guest all the time.
 */
#include "guest/stage2.h"

enum { FIRST_LINE = STAGE2_LINES };

#define VMID(number) ((u64)(number) << 48)
#define S1_LEAF	     (1ul | 3ul << 8 | 1ul << 10)
#define S1_TABLE     3ul

enum { PAGES = 16, NO_ANSWER = 1, PATIENCE = 10000000 };

/* ---- Stage 2 ---- */

const struct tree tree = { AREA(1), AREA(2), AREA(3) };
const struct tree other_tree = { AREA(6), AREA(7), AREA(8) };
static const struct tree at_zero = { GUEST_LOW_IPA, AREA(9), AREA(10) };

u64 alias(u64 n)
{
	return ALIAS + (n << geometry.granule);
}

u64 leaf_of(const struct tree *of, u64 n)
{
	return of->leaves + 8 * n;
}

void map(const struct tree *of, u64 n, u64 address)
{
	store(leaf_of(of, n), leaf(address, 3));
	dsb();
}

static void build(const struct tree *of)
{
	unsigned level = geometry.root_level;

	store(of->root + 8 * index_of(GUEST_RAM_IPA, level), leaf(GUEST_RAM_IPA, level));
	store(of->root + 8 * index_of(ALIAS, level),
		(level == 2 ? of->leaves : of->middle) | S2_TABLE);
	store(of->middle, of->leaves | S2_TABLE);
	map(of, WINDOW_TABLE_LEAF, WINDOW_TABLE);
}

/* Break before make, for all who may have it. */
static void change(const struct tree *of, u64 n, u64 address)
{
	store(leaf_of(of, n), 0);
	__asm__ volatile("dsb ishst\n\ttlbi alle1is\n\tdsb ish\n\tisb" ::: "memory");
	map(of, n, address);
}

void use(const struct tree *of, u64 vmid)
{
	WRITE_SYSREG(vttbr_el2, of->root | VMID(vmid));
	isb();
}

void flush_alias(void)
{
	__asm__ volatile("dsb ishst\n\ttlbi ipas2e1is, %0\n\tdsb ish\n\t"
			 "tlbi vmalle1is\n\tdsb ish\n\tisb"
			 :
			 : "r"(ALIAS >> 12)
			 : "memory");
}

/* ---- Stage 1 of the guest: RAM and alias where they are, a window to a page of the alias ---- */

#define S1_ROOT	  AREA(4)
#define S1_MIDDLE (AREA(4) + 0x1000)

static void build_stage1(void)
{
	store(S1_ROOT + 8 * (GUEST_RAM_IPA >> 30), GUEST_RAM_IPA | S1_LEAF);
	store(S1_ROOT + 8 * (GUEST_PAGES_IPA >> 30), GUEST_PAGES_IPA | S1_LEAF);
	store(S1_ROOT + 8 * (ALIAS >> 30), ALIAS | S1_LEAF);
	store(S1_ROOT + 8 * (WINDOW >> 30), S1_MIDDLE | S1_TABLE);
	store(S1_MIDDLE, alias(WINDOW_TABLE_LEAF) | S1_TABLE);
	store(WINDOW_TABLE, ALIAS | WINDOW_PAGE);
	dsb();
}

/* Normal memory, Non-cacheable: the hypervisor has its MMU off. */
static void guest_registers(void)
{
	good_registers();
	WRITE_EL1(mair_el1, s3_5_c10_c2_0, 0x44);
	WRITE_EL1(tcr_el1, s3_5_c2_c0_2, 25ul | 3ul << 12 | 1ul << 23 | 1ul << 32);
	WRITE_EL1(ttbr0_el1, s3_5_c2_c0_0, S1_ROOT | STAGE2_ASID << 48);
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, EL1_RES1 | 1);
	isb();
}

/* ---- What guests load ---- */

u64 said(const struct exception *by)
{
	return EC(by->esr) == 0x16 ? by->esr & 0xffff : 0;
}

/* 0: it could not. */
u64 loaded(u64 address)
{
	return run(l2_load, EL1h, address) == SYNC_BELOW && said(&caught) == 6 ? (u32)caught.x0 : 0;
}

/* Where CPU 0 asks the guest on CPU 1, and orders its hypervisor; hostile.S knows the first five.
 */
static volatile struct board {
	u32 asked, answered;
	u64 address; /* 0: an order */
	u32 value, unused;
	u64 vttbr, hcr;
} *const board = (volatile struct board *)AREA(5);

bool has_other;

static void ask(u64 address)
{
	board->address = address;
	dsb();
	board->asked = board->asked + 1;
	dsb();
}

static u64 answer(void)
{
	u64 left = PATIENCE;

	while (board->answered != board->asked)
		if (--left == 0)
			return NO_ANSWER;
	dsb();
	return board->value;
}

static void order(u64 vttbr, u64 hcr)
{
	board->vttbr = vttbr;
	board->hcr = hcr;
	ask(0);
}

/* Nothing of what this CPU had before. */
static void obey(void)
{
	WRITE_SYSREG(vttbr_el2, board->vttbr);
	el2_write_hcr(board->hcr);
	__asm__ volatile("tlbi vmalls12e1\n\tdsb nsh\n\tisb" ::: "memory");
}

/* What ends the guest of CPU 1 is an order, or its load cannot be done. */
_Noreturn void stage2_other(void)
{
	el2_write_hcr(HCR_RW);
	guest_registers();
	obey();
	for (;;) {
		(void)run_guest((struct entry){ (u64)l2_serve, EL1h, (u64)board, 0 });
		if (said(&caught_by[1]) == 10)
			obey();
		board->value = 0;
		dsb();
		board->answered = board->asked;
		dsb();
	}
}

u64 other_loaded(u64 address)
{
	ask(address);
	return answer();
}

bool both_load(u64 address, u64 value)
{
	bool is_right;

	if (!has_other)
		return loaded(address) == value;
	ask(address);
	is_right = loaded(address) == value;
	return answer() == value && is_right;
}

static void start_other(void)
{
	has_other = *(const u64 *)(GUEST_RAM_IPA + BOOT_CPUS_AT) > 1;
	if (!has_other)
		return;
	order(tree.root, HCR_L2);
	EXPECT(call_below(PSCI_CPU_ON, 1, (u64)stage2_start) == 0);
	EXPECT(answer() == 0);
}

void order_other(const struct tree *of, u64 vmid, u64 hcr)
{
	if (!has_other)
		return;
	order(of->root | VMID(vmid), hcr);
	EXPECT(answer() == 0);
}

/* ---- VTTBR_EL2 and HCR_EL2.VM ---- */

/* S2-6, D13: there is nothing special about it. */
static void vttbr_of_zero(void)
{
	map(&tree, 0, page(0));
	map(&at_zero, 0, page(1));
	use(&tree, 0);
	flush();
	EXPECT(loaded(ALIAS) == mark(0));
	use(&at_zero, 0);
	flush();
	order_other(&at_zero, 0, HCR_L2);
	EXPECT(READ_SYSREG(vttbr_el2) == 0);
	EXPECT(both_load(ALIAS, mark(1)));
	store(leaf_of(&at_zero, 0), 0);
	flush_alias();
	EXPECT(both_load(ALIAS, 0));
	map(&at_zero, 0, page(2));
	EXPECT(both_load(ALIAS, mark(2)));
	use(&tree, 0);
	flush();
	EXPECT(loaded(ALIAS) == mark(0));
	order_other(&other_tree, 0, HCR_L2);
}

/* S2-4, D16. Without stage 2 there is nothing at the alias, and its own vectors say so. */
static void stage2_off_and_on(void)
{
	use(&tree, 1);
	EXPECT(loaded(ALIAS) == mark(0));
	el2_write_hcr(HCR_L2 & ~HCR_VM);
	flush();
	EXPECT(loaded(ALIAS) == 0 && said(&caught) == 77);
	EXPECT(loaded(page(3)) == mark(3));
	change(&tree, 0, page(4));
	el2_write_hcr(HCR_L2);
	flush();
	EXPECT(loaded(ALIAS) == mark(4));
	/* What VMIDs tell apart needs no TLBI. */
	el2_write_hcr(HCR_L2 & ~HCR_VM);
	use(&tree, 2);
	EXPECT(loaded(ALIAS) == 0 && loaded(page(5)) == mark(5));
	el2_write_hcr(HCR_L2);
	use(&tree, 1);
	EXPECT(loaded(ALIAS) == mark(4));
}

/* S2-11 asks for more than the architecture does: a new base shows at once, without a TLBI. */
static void one_vmid_and_two_bases(void)
{
	map(&other_tree, 0, page(6));
	use(&tree, 3);
	EXPECT(loaded(ALIAS) == mark(4));
	use(&other_tree, 3);
	EXPECT(loaded(ALIAS) == mark(6));
	store(leaf_of(&tree, 0), 0);
	flush();
	EXPECT(loaded(ALIAS) == mark(6));
	use(&tree, 3);
	flush();
	EXPECT(loaded(ALIAS) == 0);
	map(&tree, 0, page(7));
	EXPECT(loaded(ALIAS) == mark(7));
}

/* S2-8, S2-32: more of them than there are shadows; none has seen the page of another. */
static void many_vmids(void)
{
	for (u64 number = 0; number < PAGES; number++) {
		map(&tree, 0, page(number));
		use(&tree, 16 + number);
		EXPECT(loaded(ALIAS) == mark(number));
	}
}

/*
 * S2-26, D23: a leaf of L1 that is large is more than one here, whose memory is backed page by
 * page; it goes as a whole, also if the hint of level is that of a page.
 */
static void a_large_leaf(void)
{
	u64 first = GUEST_PAGES_IPA, second = GUEST_PAGES_IPA + 0x10000;
	u64 tg = geometry.granule == 12 ? 1 : geometry.granule == 14 ? 2 : 3;
	u64 entry = tree.root + 8 * index_of(first, geometry.root_level);

	use(&tree, 4);
	store(first, mark(8));
	store(second, mark(9));
	store(entry, leaf(first, geometry.root_level));
	dsb();
	EXPECT(loaded(first) == mark(8) && loaded(second) == mark(9));
	store(entry, 0);
	__asm__ volatile("dsb ishst\n\ttlbi ipas2e1is, %0\n\tdsb ish\n\t"
			 "tlbi vmalle1is\n\tdsb ish\n\tisb"
			 :
			 : "r"(first >> 12 | (tg << 2 | 3) << 44)
			 : "memory");
	EXPECT(loaded(second) == 0 && EC(caught.esr) == 0x24);
	EXPECT(loaded(first) == 0 && EC(caught.esr) == 0x24);
}

/*
 * Without CnP two CPUs may have two tables, or one of them none, under one number; also if both
 * come to it at once (D14, D15, D16).
 */
static void two_contexts(void)
{
	change(&tree, 0, page(10));
	change(&other_tree, 0, page(11));
	if (!has_other)
		return;
	for (u64 number = 0; number < 3; number++) {
		bool is_off = number == 1;

		order((is_off ? tree.root : other_tree.root) | VMID(5 + number),
			is_off ? HCR_L2 & ~HCR_VM : HCR_L2);
		use(&tree, 5 + number);
		EXPECT(loaded(ALIAS) == mark(10));
		EXPECT(answer() == 0);
		for (unsigned i = 0; i < 2; i++) {
			EXPECT(other_loaded(ALIAS) == (is_off ? 0 : mark(11)));
			EXPECT(loaded(ALIAS) == mark(10));
		}
	}
	order(tree.root | VMID(8), HCR_L2);
	use(&tree, 8);
	EXPECT(loaded(ALIAS) == mark(10));
	EXPECT(answer() == 0);
	EXPECT(both_load(ALIAS, mark(10)));
}

/* ---- The whole ---- */

static void build_all(void)
{
	for (u64 n = 0; n < PAGES; n++)
		store(page(n), mark(n));
	build(&tree);
	build(&other_tree);
	build(&at_zero);
	build_stage1();
}

_Noreturn void stage2_main(void)
{
	u64 rounds = command_number("rounds", 1);

	good_world();
	build_all();
	guest_registers();
	use(&tree, 0);
	start_other();
	for (u64 round = 0; round < rounds; round++) {
		vttbr_of_zero();
		stage2_off_and_on();
		one_vmid_and_two_bases();
		many_vmids();
		a_large_leaf();
		two_contexts();
		each_tlbi();
		faults_of_the_guest();
	}
	call_below(HVC_REPORT, checks_held, first_failed);
	call_below(PSCI_SYSTEM_OFF, 0, 0);
	for (;;)
		;
}
