/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hostile hypervisor's questions about what its guest finds behind shadow tables, list
 * registers and the VNCR page: what one of its contexts has must not show in another. Each has one
 * right answer.
 */
#include "guest/hostile.h"

enum { FIRST_LINE = SHADOW_LINES };

/* Two pages of RAM that nothing else uses, with the same place in a leaf of any size below 2 MiB.
 */
#define PAGE_A	     (GUEST_RAM_IPA + 0x100000)
#define PAGE_B	     (GUEST_RAM_IPA + 0x300000)
#define ALIAS	     (1ul << 32) /* a block of stage 2 that good_world() leaves free */
#define SCTLR_SPAN   (1ul << 23)
#define PSTATE_PAN   (1ul << 22)
#define CPTR_TFP     (1ul << 10)
#define TCR_E2H	     (25ul | 2ul << 32 | 1ul << 23 | 3ul << 12 | 1ul << 10 | 1ul << 8)
#define VMID(number) ((u64)(number) << 48)

enum { MARK_A = 0xaaaa, MARK_B = 0xbbbb };

static void mark_pages(void)
{
	*(volatile u64 *)PAGE_A = MARK_A;
	*(volatile u64 *)PAGE_B = MARK_B;
	__asm__ volatile("dc civac, %0\n\tdc civac, %1\n\tdsb sy" ::"r"(PAGE_A), "r"(PAGE_B)
			 : "memory");
}

/* Where the guest's load of an address ends. */
static u64 loaded(u64 address)
{
	if (run(l2_load, EL1h, address) != SYNC_BELOW || (caught.esr & 0xffff) != 6)
		return 0;
	return (u32)caught.x0;
}

/* What the alias of PAGE_A leads to, by a leaf below the root. */
static u64 alias_to(u64 page)
{
	unsigned level = geometry.root_level + 1;
	u64 address = ALIAS + (PAGE_A & ((1ul << shift_of(level)) - 1));

	*root_entry(ALIAS) = (u64)&scratch | S2_TABLE;
	scratch.entry[index_of(address, level)] = leaf(page, level);
	dsb();
	return address;
}

static void choose_vmid(u64 number)
{
	WRITE_SYSREG(vttbr_el2, (u64)&root | VMID(number));
	isb();
}

/*
 * S2-8, S2-32: more VMIDs than there are shadows, and each first sees what it first maps. Then the
 * last of them is changed, and told of.
 */
static void many_vmids(void)
{
	u64 address;

	good_world();
	address = alias_to(PAGE_A);
	for (u64 number = 1; number <= 6; number++) {
		bool is_a = number % 4 < 2; /* not what the one before the last one had */

		alias_to(is_a ? PAGE_A : PAGE_B);
		choose_vmid(number);
		EXPECT(loaded(address) == (is_a ? MARK_A : MARK_B));
	}
	alias_to(PAGE_A);
	flush();
	EXPECT(loaded(address) == MARK_A);
}

/* S2-4: without stage 2 an address is the hypervisor's own; with it, what its tables say. */
static void stage2_off_and_on(void)
{
	u64 address;

	good_world();
	address = alias_to(PAGE_B);
	EXPECT(loaded(address) == MARK_B);
	el2_write_hcr(HCR_L2 & ~HCR_VM);
	flush();
	EXPECT(loaded(PAGE_A) == MARK_A);
	el2_write_hcr(HCR_L2);
	flush();
	EXPECT(loaded(address) == MARK_B);
}

/*
 * S2-26: what was mapped by a block goes as a whole, also if the hint of level says page. The
 * memory behind it is backed page by page, so that the shadow has two leaves.
 */
static void pages_of_a_block(void)
{
	u64 first = GUEST_PAGES_IPA, second = GUEST_PAGES_IPA + 0x10000, hint;

	good_world();
	*root_entry(first) = leaf(first, geometry.root_level);
	dsb();
	EXPECT(run(l2_load, EL1h, first) == SYNC_BELOW && (caught.esr & 0xffff) == 6);
	EXPECT(run(l2_load, EL1h, second) == SYNC_BELOW && (caught.esr & 0xffff) == 6);
	*root_entry(first) = 0;
	hint = (geometry.granule == 12		? 1ul
		       : geometry.granule == 14 ? 2ul
						: 3ul)
		       << 46 |
	       3ul << 44;
	__asm__ volatile(
		"dsb ishst\n\ttlbi ipas2e1is, %0\n\tdsb ish\n\ttlbi vmalle1is\n\tdsb ish\n\tisb" ::
			"r"(first >> 12 | hint)
		: "memory");
	EXPECT(run(l2_load, EL1h, second) == SYNC_BELOW && EC(caught.esr) == 0x24);
}

/* S2-20, S2-28: what the hypervisor below watches, it watches in the shadows, too. */
static void a_watched_page(void)
{
	u64 before;

	good_world();
	EXPECT(run(l2_store, EL1h, PAGE_B) == SYNC_BELOW && (caught.esr & 0xffff) == 8);
	before = call_below(HVC_WRITTEN, 0, 0);
	EXPECT(call_below(HVC_WATCH_PAGE, PAGE_B, 0) == 0);
	EXPECT(run(l2_store, EL1h, PAGE_B) == SYNC_BELOW && (caught.esr & 0xffff) == 8);
	EXPECT(call_below(HVC_WRITTEN, 0, 0) == before + 1);
}

/* GI-9: each list register gets its own state back, wherever it stands. */
static void list_registers(void)
{
	const u64 pending = 1ul << 62 | 1ul << 60 | 0x80ul << 48 | 40;

	good_world();
	WRITE_SYSREG(s3_4_c12_c12_0, 0); /* ICH_LR0_EL2 */
	WRITE_SYSREG(s3_4_c12_c12_1, 0);
	WRITE_SYSREG(s3_4_c12_c12_2, pending);
	WRITE_SYSREG(s3_4_c12_c11_0, 1); /* ICH_HCR_EL2.En */
	isb();
	EXPECT(run(l2_call, EL1h, 0) == SYNC_BELOW);
	EXPECT(READ_SYSREG(s3_4_c12_c12_0) == 0);
	EXPECT(READ_SYSREG(s3_4_c12_c12_2) == pending);
	WRITE_SYSREG(s3_4_c12_c12_0, 0);
	WRITE_SYSREG(s3_4_c12_c12_2, 0);
	WRITE_SYSREG(s3_4_c12_c11_0, 0);
	isb();
}

/* NV-28: a table of the guest's stage 2 that is nowhere: an external abort, told with its address.
 */
static void an_external_abort(void)
{
	good_world();
	*root_entry(ALIAS) = GUEST_HOLE_IPA | S2_TABLE;
	flush();
	WRITE_SYSREG(far_el2, 0);
	EXPECT(run(l2_load, EL1h, ALIAS + 8) == SYNC_BELOW);
	EXPECT(EC(caught.esr) == 0x24);
	EXPECT(FSC(caught.esr) == (WALK_ABORT | (geometry.root_level + 1)));
	EXPECT(caught.far == ALIAS + 8);
}

/* PC-3: the exception that its guest gets instead, with SCTLR_EL1.SPAN as it is there. */
static void an_emulated_exception(void)
{
	good_world();
	*root_entry(GUEST_HOLE_IPA) = leaf(GUEST_HOLE_IPA, geometry.root_level) & ~S2_NORMAL;
	flush();
	WRITE_EL1(sctlr_el1, s3_5_c1_c0_0, EL1_RES1 & ~SCTLR_SPAN);
	EXPECT(run(l2_load, EL1h, GUEST_HOLE_IPA) == SYNC_BELOW);
	EXPECT((caught.esr & 0xffff) == 77);
	EXPECT((caught.spsr & PSTATE_PAN) != 0);
}

/* FP-1, NV-30: the guest's FP traps as the hypervisor says, in the form of its CPTR_EL2. */
static void fp_of_the_guest(void)
{
	good_world();
	WRITE_EL1(cpacr_el1, s3_5_c1_c0_2, 3ul << 20);
	WRITE_SYSREG(cptr_el2, el2_is_vhe ? 0 : 0x33ff | CPTR_TFP);
	EXPECT(run(l2_fp, EL1h, 0) == SYNC_BELOW && EC(caught.esr) == 0x07);
	WRITE_SYSREG(cptr_el2, el2_is_vhe ? 3ul << 20 : 0x33ff);
	EXPECT(run(l2_fp, EL1h, 0) == SYNC_BELOW && (caught.esr & 0xffff) == 9);
}

/* NV-14: what EL2 wrote is what it reads, whatever the CPU has instead. */
static void registers_as_written(void)
{
	u64 tcr = el2_is_vhe ? TCR_E2H : 1ul << 31 | 1ul << 23 | 2ul << 16 | 3ul << 12 | 25;

	WRITE_SYSREG(tcr_el2, tcr);
	isb();
	EXPECT(READ_SYSREG(tcr_el2) == tcr);
}

/* TM-8: CNTVOFF_EL2 is for its guest; at EL2 with E2H the virtual counter is the physical one. */
static void the_counter_of_el2(void)
{
	u64 before, now;

	if (!el2_is_vhe)
		return;
	good_world();
	WRITE_SYSREG(cntvoff_el2, 1ul << 40);
	isb();
	EXPECT(run(l2_call, EL1h, 0) == SYNC_BELOW);
	before = READ_SYSREG(cntpct_el0);
	isb();
	now = READ_SYSREG(cntvct_el0);
	EXPECT(now - before < 1ul << 32);
	WRITE_SYSREG(cntvoff_el2, 0);
	isb();
}

/* ---- The VNCR page of a guest with NV2, in two address spaces ---- */

#define VNCR_VA	  0xc0000000ul
#define VNCR_HCR  0x78
#define S1_LEAF	  (1ul | 1ul << 10 | 3ul << 8)
#define S1_NG	  (1ul << 11)
#define S1_DEVICE (1ul << 2) /* the second byte of MAIR */
#define SCTLR_M	  1ul

static u64 spaces[2][512] __attribute__((aligned(4096)));

static void build_space(u64 *table, u64 page)
{
	table[0] = S1_LEAF | S1_DEVICE;
	table[1] = GUEST_RAM_IPA | S1_LEAF;
	table[3] = page | S1_LEAF | S1_NG;
}

static void choose_space(u64 asid)
{
	WRITE_SYSREG(ttbr0_el2, (u64)spaces[asid - 1] | asid << 48);
	isb();
}

static u64 hcr_of_guest(void)
{
	if (run(l2_read_hcr, EL1h, 0) != SYNC_BELOW || (caught.esr & 0xffff) != 7)
		return 0;
	return caught.x0;
}

/*
 * NV-40, MUT-51: the page is found by VA and ASID. Two pages, at one VA in two address spaces, hold
 * what the guest reads as its HCR_EL2.
 */
static void vncr_by_asid(void)
{
	const u64 offset = PAGE_A - GUEST_RAM_IPA;

	if (!el2_is_vhe || (READ_SYSREG(s3_0_c0_c7_4) >> 20 & 0xf) == 0) /* MMFR4.NV_frac */
		return;
	good_world();
	*(volatile u64 *)(PAGE_A + VNCR_HCR) = MARK_A;
	*(volatile u64 *)(GUEST_PAGES_IPA + offset + VNCR_HCR) = MARK_B;
	build_space(spaces[0], GUEST_RAM_IPA);
	build_space(spaces[1], GUEST_PAGES_IPA);
	dsb();
	WRITE_SYSREG(mair_el2, 0x00ff);
	WRITE_SYSREG(tcr_el2, TCR_E2H);
	choose_space(1);
	__asm__ volatile("tlbi alle2\n\tdsb nsh\n\tisb" ::: "memory");
	WRITE_SYSREG(sctlr_el2, READ_SYSREG(sctlr_el2) | SCTLR_M);
	isb();
	WRITE_SYSREG(s3_4_c2_c2_0, VNCR_VA + offset);
	el2_write_hcr(HCR_L2 | HCR_NV | HCR_NV2);
	EXPECT(hcr_of_guest() == MARK_A);
	choose_space(2);
	EXPECT(hcr_of_guest() == MARK_B);
	choose_space(1);
	EXPECT(hcr_of_guest() == MARK_A);
	el2_write_hcr(HCR_L2);
	WRITE_SYSREG(sctlr_el2, READ_SYSREG(sctlr_el2) & ~SCTLR_M);
	isb();
}

void shadows(void)
{
	mark_pages();
	many_vmids();
	stage2_off_and_on();
	pages_of_a_block();
	a_watched_page();
	list_registers();
	an_external_abort();
	an_emulated_exception();
	fp_of_the_guest();
	registers_as_written();
	the_counter_of_el2();
	vncr_by_asid();
	good_world();
}
