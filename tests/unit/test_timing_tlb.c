/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What translations cost a timed PE: micro TLBs, walks by the descriptors that they read, the walk
 * and IPA caches, TLB maintenance; and that nothing but time depends on it.
 */
#include "mmu_machine.h"

#include "base/rng.h"
#include "mmu/context.h"
#include "timing/translate.h"

enum { UTLB = 2, START = 7, READ_L1D = 3, READ_L2 = 11, READ_DRAM = 100 };

#define VA 0x100000000ull
/* Pages in different tables of level 3, and in different places of host TLBs. */
#define FAR(n) (VA + ((u64)(n) << 21) + ((u64)(n) << 12))

struct timed_machine {
	struct machine *m;
	struct timing_model model;
	struct timing_shared *shared;
};

static struct timed_machine tm;

/* Every read of a descriptor costs READ_DRAM: its line is in no cache. */
static int setup(void **state)
{
	u32 *param = tm.model.param;

	tm.m = machine_create();
	assert_true(timing_model_get("a55", &tm.model));
	param[PARAM_itlb_entries] = 3;
	param[PARAM_dtlb_entries] = 4;
	param[PARAM_utlb_miss] = UTLB;
	param[PARAM_walk_start] = START;
	param[PARAM_l1d_latency] = READ_L1D;
	param[PARAM_l2_latency] = READ_L2;
	param[PARAM_l2_bytes] = 0;
	param[PARAM_l3_bytes] = 0;
	param[PARAM_dram_latency] = READ_DRAM;
	param[PARAM_prefetch] = 0;
	tm.shared = timing_shared_create(&tm.model, 2);
	for (unsigned i = 0; i < 2; i++)
		assert_true(timing_create(&tm.m->pe[i].timed, tm.shared));
	*state = tm.m;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++)
		timing_destroy(&tm.m->pe[i].timed);
	timing_shared_destroy(tm.shared);
	machine_destroy(tm.m);
	return 0;
}

/* What the PE's instruction met; it is forgotten. */
static struct dynamic met(struct cpu *cpu)
{
	struct dynamic d = cpu->timed.dynamic;

	cpu->timed.dynamic = (struct dynamic){ 0 };
	cpu->timed.now += 1000;
	return d;
}

static struct dynamic load(struct cpu *cpu, u64 va)
{
	assert_true(mmu_load(cpu, va, 8, 0).ok);
	return met(cpu);
}

static struct dynamic fetch(struct cpu *cpu, u64 va)
{
	assert_true(mmu_fetch_page(cpu, va).ok);
	return met(cpu);
}

static void assert_stalls(const struct dynamic *d, u32 utlb, u32 stage1, u32 stage2)
{
	assert_int_equal(d->stall[REASON_UTLB], utlb);
	assert_int_equal(d->stall[REASON_WALK1], stage1);
	assert_int_equal(d->stall[REASON_WALK2], stage2);
}

/* Of a walk with so many reads of descriptors; -1: none, the main TLB hits; -2: nor is it asked. */
static void expect_costs(const struct dynamic *d, int reads1, int reads2, const char *why)
{
	u32 utlb = reads1 > -2 ? UTLB : 0;
	u32 stage1 = reads1 < 0 ? 0 : START + (u32)reads1 * READ_DRAM;
	u32 stage2 = (u32)reads2 * READ_DRAM;

	if (d->stall[REASON_UTLB] != utlb || d->stall[REASON_WALK1] != stage1 ||
		d->stall[REASON_WALK2] != stage2)
		fail_msg("%s: %u %u %u, not %u %u %u", why, d->stall[REASON_UTLB],
			d->stall[REASON_WALK1], d->stall[REASON_WALK2], utlb, stage1, stage2);
}

static void load_costs(struct cpu *cpu, u64 va, int reads1, int reads2, const char *where)
{
	struct dynamic d = load(cpu, va);

	expect_costs(&d, reads1, reads2, where);
}

#define TEXT_OF(line)	#line
#define LINE_TEXT(line) TEXT_OF(line)
#define LOAD_COSTS(va, reads1, reads2)                                                             \
	load_costs(cpu, va, reads1, reads2, "line " LINE_TEXT(__LINE__))

static void map_pages(struct machine *m, const struct tt *tt, unsigned count)
{
	for (unsigned n = 0; n < count; n++)
		tt_map(m, tt, FAR(n), RAM_BASE + ((u64)n << 12), 3, D_AF | D_NG | D_AP(1));
}

/* ---- Walks ---- */

/* Four levels; then the walk cache knows the table of level 3, and only its descriptor is read. */
static void one_stage(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);

	map_pages(m, &tt, 2);
	tt_map(m, &tt, VA + 0x1000, RAM_BASE, 3, D_AF);
	LOAD_COSTS(VA, 4, 0);
	LOAD_COSTS(VA + 8, -2, 0);
	LOAD_COSTS(VA + 0x1000, 1, 0);
	LOAD_COSTS(FAR(1), 4, 0); /* another table of level 3 */
	assert_int_equal(cpu->timed.count[COUNT_WALK_READ], 9);
	assert_int_equal(cpu->timed.count[COUNT_TLB_REFILL], 3);
	assert_int_equal(cpu->timed.count[COUNT_WALK_DATA], 3);
	assert_int_equal(cpu->timed.count[COUNT_DTLB_REFILL], 3);
}

/* Blocks have no last table: nothing is kept for the next one. */
static void blocks(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, FAR(0), RAM_BASE, 2, D_AF);
	tt_map(m, &tt, FAR(1), RAM_BASE, 2, D_AF);
	LOAD_COSTS(FAR(0), 3, 0);
	LOAD_COSTS(FAR(0) + 0x1ff000, -2, 0);
	LOAD_COSTS(FAR(1), 3, 0);
	mmu_tlbi(cpu, SR_TLBI_VALE1, FAR(0) >> 12);
	LOAD_COSTS(FAR(0), 3, 0);
}

/*
 * Two stages: each of the four descriptors of stage 1 is where three of stage 2 say (blocks at
 * level 2 from level 1 on: two), and so is the page. All tables are in one block of stage 2, RAM in
 * the next: the IPA cache knows them then.
 */
static void two_stages(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt;

	m->free_table = RAM_BASE + 0x200000;
	tt = el10_on(m);
	map_pages(m, &tt, 2);
	stage2_on(m);
	LOAD_COSTS(VA, 4, 2 + 2); /* tables, page */
	LOAD_COSTS(FAR(1), 4, 0);
	mmu_tlbi(cpu, SR_TLBI_VMALLE1, 0);
	LOAD_COSTS(VA, 4, 0); /* stage 1 only: IPAs are kept */
	mmu_tlbi(cpu, SR_TLBI_VMALLS12E1, 0);
	LOAD_COSTS(VA, 4, 4);
	assert_int_equal(cpu->timed.count[COUNT_WALK_READ], 8 + 4 + 4 + 8);
}

/* Without the IPA cache's help: stage 2 by pages, every table in another. 4 * 3 + 4 + 3 reads. */
static void all_of_two_stages(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt s1, s2;

	m->free_table = RAM_BASE + 0x200000;
	s1 = el10_on(m);
	map_pages(m, &s1, 2);
	tt_map(m, &s1, VA + 0x1000, RAM_BASE + 0x1000, 3, D_AF);
	s2 = tt_new(m, 12, 40, 1);
	for (u64 at = RAM_BASE; at < RAM_BASE + 0x400000; at += 0x1000)
		tt_map(m, &s2, at, at, 3, S2_RWX_WB);
	cpu->sys[SR_VTTBR_EL2] = s2.root;
	cpu->sys[SR_VTCR_EL2] = 24 | 1ull << 6 | 5ull << 16;
	cpu->sys[SR_HCR_EL2] |= HCR_EL2_VM;
	settle(cpu);
	LOAD_COSTS(VA, 4, 4 * 3 + 3);
	/* The table of level 3 is known, with its physical address; the page is not. */
	LOAD_COSTS(VA + 0x1000, 1, 3);
}

/* Stage 1 off: stage 2 alone is walked. */
static void stage2_alone(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	stage2_on(m);
	cpu->sys[SR_HCR_EL2] |= HCR_EL2_DC;
	settle(cpu);
	LOAD_COSTS(RAM_BASE, 0, 2);
	LOAD_COSTS(RAM_BASE + 0x200000, 0, 2);
}

/* Descriptors that L1D has are read there, others through L2, which keeps them. */
static void where_descriptors_are(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);
	struct dynamic d;
	u64 leaf;

	timing_destroy(&m->pe[1].timed);
	timing_destroy(&cpu->timed);
	tm.model.param[PARAM_l2_bytes] = 65536;
	assert_true(timing_create(&cpu->timed, tm.shared));
	assert_true(timing_create(&m->pe[1].timed, tm.shared));
	map_pages(m, &tt, 1);
	tt_map(m, &tt, VA + 0x1000, RAM_BASE, 3, D_AF);
	LOAD_COSTS(VA, 4, 0);
	mmu_tlbi(cpu, SR_TLBI_VMALLE1, 0);
	d = load(cpu, VA);
	assert_stalls(&d, UTLB, START + 4 * READ_L2, 0);
	leaf = tt_slot(m, &tt, VA, 3);
	timing_data(&cpu->timed, PA(leaf), ram64(m, leaf), 8, TIMING_READ);
	met(cpu);
	mmu_tlbi(cpu, SR_TLBI_VMALLE1, 0);
	d = load(cpu, VA);
	assert_stalls(&d, UTLB, START + 3 * READ_L2 + READ_L1D, 0);
}

/* A walk that faults has cost what it read. */
static void faults_cost(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);
	struct dynamic d;

	map_pages(m, &tt, 1);
	assert_false(mmu_load(cpu, VA + 0x1000, 8, 0).ok);
	d = met(cpu);
	assert_stalls(&d, 0, START + 4 * READ_DRAM, 0);
	assert_false(mmu_load(cpu, VA + (1ull << 39), 8, 0).ok);
	d = met(cpu);
	assert_stalls(&d, 0, START + READ_DRAM, 0);
}

/* AT walks, whatever the TLBs know; so does the first fetch, for the other micro TLB. */
static void others_walk(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);
	struct dynamic d;

	tt_map(m, &tt, VA, RAM_BASE, 3, D_AF);
	d = fetch(cpu, VA);
	assert_stalls(&d, UTLB, START + 4 * READ_DRAM, 0);
	assert_int_equal(cpu->timed.count[COUNT_WALK_CODE], 1);
	d = fetch(cpu, VA);
	assert_stalls(&d, 0, 0, 0);
	LOAD_COSTS(VA, -1, 0);
	assert_int_equal(cpu->timed.count[COUNT_ITLB_REFILL], 1);
	assert_int_equal(cpu->timed.count[COUNT_DTLB_REFILL], 1);
	assert_true(mmu_at(cpu, SR_AT_S1E1R, VA));
	d = met(cpu);
	assert_stalls(&d, 0, START + READ_DRAM, 0);
}

/* ---- Micro TLBs ---- */

/* Four pages are known; the fifth takes the first one's place, whatever was used meanwhile. */
static void data_in_turn(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);

	map_pages(m, &tt, 5);
	for (unsigned n = 0; n < 4; n++)
		LOAD_COSTS(FAR(n), 4, 0);
	for (unsigned n = 0; n < 4; n++) {
		LOAD_COSTS(FAR(n), -2, 0);
		assert_non_null(host_read(cpu, FAR(n), 8));
	}
	LOAD_COSTS(FAR(4), 4, 0);
	assert_null(host_read(cpu, FAR(0), 8));
	for (unsigned n = 1; n < 5; n++)
		assert_non_null(host_read(cpu, FAR(n), 8));
	LOAD_COSTS(FAR(0), -1, 0); /* in the place of page 1 */
	assert_null(host_read(cpu, FAR(1), 8));
	LOAD_COSTS(FAR(2), -2, 0);
}

static void link_code(struct cpu *cpu, u64 va)
{
	struct code_link *link = &cpu->ctx->code[host_tlb_index(va)];

	*link = (struct code_link){ PAGE_BASE(va), NULL };
}

static bool is_linked(const struct cpu *cpu, u64 va)
{
	return cpu->ctx->code[host_tlb_index(va)].tag == PAGE_BASE(va);
}

static void code_in_turn(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);
	struct dynamic d;

	for (unsigned n = 0; n < 4; n++)
		tt_map(m, &tt, VA + (n << 12), RAM_BASE + (n << 12), 3, D_AF);
	for (unsigned n = 0; n < 3; n++) {
		fetch(cpu, VA + (n << 12));
		link_code(cpu, VA + (n << 12));
	}
	fetch(cpu, VA + 0x3000);
	link_code(cpu, VA + 0x3000);
	assert_false(is_linked(cpu, VA));
	assert_true(is_linked(cpu, VA + 0x1000) && is_linked(cpu, VA + 0x2000));
	d = fetch(cpu, VA);
	assert_stalls(&d, UTLB, 0, 0);
	assert_false(is_linked(cpu, VA + 0x1000));
}

/* All contexts that use an entry lose it together: EL0's too. */
static void contexts_lose_it(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);

	map_pages(m, &tt, 5);
	load(cpu, FAR(0));
	at_el(cpu, EL0);
	LOAD_COSTS(FAR(0), -2, 0);
	assert_non_null(host_read(cpu, FAR(0), 8));
	for (unsigned n = 1; n < 5; n++)
		load(cpu, FAR(n));
	assert_null(host_read(cpu, FAR(0), 8));
	at_el(cpu, EL1);
	assert_null(host_read(cpu, FAR(0), 8));
}

/* An entry that the main TLB loses, the micro TLBs lose. */
static void subset_of_main(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);
	struct tlb_entry *entry;

	map_pages(m, &tt, 1);
	load(cpu, VA);
	entry = tlb_find(cpu->tlb, context_of(cpu)->regime.space, VA);
	assert_non_null(entry);
	tlb_remove(cpu, entry);
	LOAD_COSTS(VA, 1, 0);
	LOAD_COSTS(VA, -2, 0);
}

/* ---- Maintenance ---- */

/*
 * What is left of VA's translation behind an instruction: its costs, as of LOAD_COSTS. The page of
 * another address is the operand of those by address.
 */
static void maintenance(void **state)
{
	static const struct {
		const char *why;
		enum sysreg_id op;
		u64 operand;
		int reads1, reads2;
	} rows[] = {
		{ "any: the micro TLBs are empty", SR_TLBI_ALLE2, 0, -1, 0 },
		{ "another page: the tables too", SR_TLBI_VAE1, FAR(1) >> 12, -1, 0 },
		{ "this page", SR_TLBI_VAE1, VA >> 12, 4, 0 },
		{ "this page, all ASIDs", SR_TLBI_VAAE1, VA >> 12, 4, 0 },
		{ "this page, last level: the table is known", SR_TLBI_VALE1, VA >> 12, 1, 0 },
		{ "this ASID", SR_TLBI_ASIDE1, 0, 4, 0 },
		{ "another ASID", SR_TLBI_ASIDE1, 9ull << 48, -1, 0 },
		{ "the VMID, stage 1", SR_TLBI_VMALLE1, 0, 4, 0 },
		{ "the VMID, both", SR_TLBI_VMALLS12E1, 0, 4, 4 },
		{ "everything of EL1", SR_TLBI_ALLE1, 0, 4, 4 },
		{ "an IPA: this TLB has none", SR_TLBI_IPAS2E1, 0, -1, 0 },
		{ "this page in all PEs", SR_TLBI_VAE1IS, VA >> 12, 4, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu;
		struct dynamic d;
		struct tt tt;
		void *unused;

		setup(&unused);
		cpu = tm.m->cpu;
		tm.m->free_table = RAM_BASE + 0x200000;
		tt = el10_on(tm.m);
		map_pages(tm.m, &tt, 2);
		stage2_on(tm.m);
		load(cpu, VA);
		at_el(cpu, EL2);
		mmu_tlbi(cpu, rows[i].op, rows[i].operand);
		met(cpu);
		at_el(cpu, EL1);
		d = load(cpu, VA);
		expect_costs(&d, rows[i].reads1, rows[i].reads2, rows[i].why);
		teardown(&unused);
	}
}

/* Behind an IPA's invalidation and stage 1's, as software does it, stage 2 is read again. */
static void ipa_maintenance(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt;

	m->free_table = RAM_BASE + 0x200000;
	tt = el10_on(m);
	map_pages(m, &tt, 1);
	stage2_on(m);
	load(cpu, VA);
	mmu_tlbi(cpu, SR_TLBI_IPAS2E1, RAM_BASE >> 12);
	mmu_tlbi(cpu, SR_TLBI_VMALLE1, 0);
	LOAD_COSTS(VA, 4, 4);
}

/* Another PE's broadcast empties this one's micro TLBs. */
static void broadcast(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);

	map_pages(m, &tt, 1);
	load(cpu, VA);
	mmu_tlbi(&m->pe[1], SR_TLBI_VAE1, FAR(3) >> 12);
	LOAD_COSTS(VA, -2, 0);
	mmu_tlbi(&m->pe[1], SR_TLBI_VAE1IS, FAR(3) >> 12);
	assert_null(host_read(cpu, VA, 8));
	LOAD_COSTS(VA, -1, 0);
}

/* PEs whose power is off are not waited for. */
static void broadcast_to_those_on(void **state)
{
	struct machine *m = *state;

	mmu_tlbi(m->cpu, SR_TLBI_VAE1IS, 0);
	assert_int_equal(met(m->cpu).data_latency, tm.model.param[PARAM_tlbi_broadcast]);
	m->group.off = 1 << 1;
	mmu_tlbi(m->cpu, SR_TLBI_VAE1IS, 0);
	assert_false(met(m->cpu).any);
	m->group.off = 1 << 0; /* who executes it is on */
	mmu_tlbi(m->cpu, SR_TLBI_VAE1IS, 0);
	assert_int_equal(met(m->cpu).data_latency, tm.model.param[PARAM_tlbi_broadcast]);
}

/* The tags of VMIDs: another one's tables are not known. */
static void vmids(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt;
	u64 vttbr;

	m->free_table = RAM_BASE + 0x200000;
	tt = el10_on(m);
	map_pages(m, &tt, 1);
	stage2_on(m);
	LOAD_COSTS(VA, 4, 4);
	vttbr = cpu->sys[SR_VTTBR_EL2];
	cpu->sys[SR_VTTBR_EL2] = vttbr | 5ull << 48;
	settle(cpu);
	LOAD_COSTS(VA, 4, 4);
	cpu->sys[SR_VTTBR_EL2] = vttbr;
	settle(cpu);
	LOAD_COSTS(VA, -2, 0);
}

/* ---- Memory types ---- */

/* What caches do not keep is seen at every access: it is not in the host TLB. */
static void uncached(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);
	u32 cost = tm.model.param[PARAM_device_read];

	for (unsigned attr = 0; attr < 5; attr++)
		tt_map(m, &tt, VA + (attr << 12), RAM_BASE, 3, D_AF | D_ATTR(attr));
	for (unsigned attr = 0; attr < 5; attr++) {
		load(cpu, VA + (attr << 12));
		assert_int_equal(
			load(cpu, VA + (attr << 12)).stall[REASON_DEVICE], attr == 0 ? 0 : cost);
		assert_int_equal(host_read(cpu, VA + (attr << 12), 8) != NULL, attr == 0);
	}
	cpu->sys[SR_SCTLR_EL1] = 0; /* Device memory, then */
	settle(cpu);
	assert_int_equal(load(cpu, RAM_BASE).stall[REASON_DEVICE], cost);
	assert_null(host_read(cpu, RAM_BASE, 8));
	assert_int_equal(load(cpu, DEVICE).stall[REASON_DEVICE], cost);
}

/* Accesses of a host that serves the guest: data of any size takes no time, and moves no line. */
static void services_are_not_told(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tt tt = el10_on(m);
	u64 refills;

	map_pages(m, &tt, 2);
	tt_map(m, &tt, FAR(2), RAM_BASE, 3, D_AF | D_ATTR(1));
	for (unsigned n = 0; n < 3; n++)
		load(cpu, FAR(n));
	refills = cpu->timed.count[COUNT_L1D_REFILL];
	for (unsigned served = 0; served < 2; served++) {
		cpu->timed.is_service = served == 0;
		for (u64 at = 64; at < 0x400; at += 64) {
			assert_int_equal(load(cpu, FAR(0) + at).any, !served ? 0 : 1);
			assert_true(mmu_store(cpu, FAR(1) + at, 8, at, 0));
			assert_int_equal(met(cpu).any, !served ? 0 : 1);
			assert_int_equal(load(cpu, FAR(2) + at).any, !served ? 0 : 1);
		}
		assert_int_equal(cpu->timed.count[COUNT_L1D_REFILL] != refills, served);
	}
}

/* ---- Nothing but time ---- */

/*
 * Random accesses, fetches and maintenance of a timed and of a functional PE: the same data, the
 * same faults, the same TLB to the byte. What the host TLB knows, the micro TLB has.
 */
static void same_architecture(void **state)
{
	struct machine *timed = *state, *plain = machine_create();
	struct machine *both[2] = { timed, plain };
	struct rng rng = { 3 };
	struct archive copy[2] = { archive_to_save(), archive_to_save() };

	for (unsigned i = 0; i < 2; i++) {
		struct tt tt;

		both[i]->free_table = RAM_BASE + 0x200000;
		tt = el10_on(both[i]);
		map_pages(both[i], &tt, 40);
		for (unsigned n = 40; n < 44; n++)
			tt_map(both[i], &tt, FAR(n), RAM_BASE, 2, D_AF | D_AP(1));
		stage2_on(both[i]);
	}
	for (unsigned n = 0; n < 20000; n++) {
		u64 r = rng_next(&rng), va = FAR(r % 45) + (r >> 8) % 0x1000;
		struct loaded got[2];

		for (unsigned i = 0; i < 2; i++) {
			struct cpu *cpu = both[i]->cpu;

			switch (r >> 32 & 15) {
			case 0:
				mmu_tlbi(cpu, r & 64 ? SR_TLBI_VAE1 : SR_TLBI_VMALLE1, va >> 12);
				continue;
			case 1: got[i].ok = mmu_fetch_page(cpu, va & ~3ull).ok; break;
			case 2:
			case 3: got[i].ok = mmu_store(cpu, va, 8, r, 0); break;
			case 4: at_el(cpu, r >> 40 & 1); continue;
			default: got[i] = mmu_load(cpu, va, 8, 0); break;
			}
			cpu->timed.dynamic = (struct dynamic){ 0 };
			cpu->timed.now += 10;
		}
		if ((r >> 32 & 15) == 0 || (r >> 32 & 15) == 4)
			continue;
		assert_int_equal(got[0].ok, got[1].ok);
		if ((r >> 32 & 15) > 4 && got[0].ok)
			assert_int_equal(got[0].data, got[1].data);
		if (host_read(timed->cpu, va, 1) != NULL) {
			const struct tlb_entry *entry =
				tlb_find(timed->cpu->tlb, context_of(timed->cpu)->regime.space, va);

			assert_non_null(entry);
			assert_int_equal(timing_micro_tlb(&timed->cpu->timed, false,
						 (unsigned)(entry - timed->cpu->tlb->entry)),
				NO_TLB_ENTRY);
			assert_false(timed->cpu->timed.dynamic.any);
		}
	}
	plain->cpu->timed = timed->cpu->timed; /* so that both have micro TLBs to be saved */
	for (unsigned i = 0; i < 2; i++)
		mmu_transfer(both[i]->cpu, &copy[i]);
	plain->cpu->timed = (struct timed){ 0 };
	assert_int_equal(copy[0].size, copy[1].size);
	assert_memory_equal(copy[0].data, copy[1].data, copy[0].size);
	assert_memory_equal(timed->ram, plain->ram, RAM_SIZE);
	archive_free(&copy[0]);
	archive_free(&copy[1]);
	machine_destroy(plain);
}

#define TIMED(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TIMED(one_stage),
		TIMED(blocks),
		TIMED(two_stages),
		TIMED(all_of_two_stages),
		TIMED(stage2_alone),
		TIMED(where_descriptors_are),
		TIMED(faults_cost),
		TIMED(others_walk),
		TIMED(data_in_turn),
		TIMED(code_in_turn),
		TIMED(contexts_lose_it),
		TIMED(subset_of_main),
		cmocka_unit_test(maintenance),
		TIMED(ipa_maintenance),
		TIMED(broadcast),
		TIMED(broadcast_to_those_on),
		TIMED(vmids),
		TIMED(uncached),
		TIMED(services_are_not_told),
		TIMED(same_architecture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
