/* SPDX-License-Identifier: Apache-2.0 */
/* Memory accesses: pieces, alignment, devices, code pages, places, VNCR, exclusive monitors. */
#include "exceptions/exceptions.h"
#include "mmu_machine.h"

static struct tt two_pages(struct machine *m)
{
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0x1000, RAM_BASE + 0x1000, 3, D_AF);
	tt_map(m, &tt, 0x2000, RAM_BASE + 0x8000, 3, D_AF);
	tt_map(m, &tt, 0x3000, RAM_BASE + 0x9000, 3, D_AF);
	tt_map(m, &tt, 0x5000, RAM_BASE, 3, D_AF | D_ATTR(1)); /* RAM as Device */
	tt_map(m, &tt, 0x6000, DEVICE, 3, D_AF | D_ATTR(1));
	tt_map(m, &tt, 0x7000, DEVICE, 3, D_AF);
	tt_map(m, &tt, 0x8000, NOTHING, 3, D_AF);
	return tt;
}

static void sizes_and_offsets(void **state)
{
	struct machine *m = *state;

	two_pages(m);
	for (unsigned size = 1; size <= 8; size *= 2) {
		u64 mask = MASK(8 * size - 1, 0), value = 0x8877665544332211ull & mask;

		for (u64 va = 0x1ff0; va < 0x2010; va++) {
			struct loaded got;

			assert_true(mmu_store(m->cpu, va, size, 0x8877665544332211ull, 0));
			got = mmu_load(m->cpu, va, size, 0);
			if (!got.ok || got.data != value)
				fail_msg("size %u at 0x%" PRIx64, size, va);
			assert_true(mmu_store(m->cpu, va, size, 0, 0));
		}
	}
	assert_true(mmu_store(m->cpu, 0x1ffd, 8, 0x8877665544332211ull, 0));
	assert_int_equal(*ram64(m, RAM_BASE + 0x1ff8) >> 40, 0x332211);
	assert_int_equal(*ram64(m, RAM_BASE + 0x8000), 0x8877665544);
}

/* The second page faults: nothing is written, FAR is its first byte. */
static void crossing_fault(void **state)
{
	struct machine *m = *state;

	two_pages(m);
	assert_false(mmu_store(m->cpu, 0x3ffc, 8, ~0ull, 0));
	assert_int_equal(m->cpu->fault.far, 0x4000);
	assert_int_equal(m->cpu->fault.iss, TRANSLATION | 3 | WNR);
	assert_int_equal(*ram64(m, RAM_BASE + 0x9ff8), 0);
	assert_false(mmu_load(m->cpu, 0x3ffc, 8, 0).ok);
	assert_int_equal(m->cpu->fault.iss, TRANSLATION | 3);
	assert_false(mmu_load(m->cpu, 0x0fff, 8, 0).ok);
	assert_int_equal(m->cpu->fault.far, 0x0fff);
}

struct alignment_row {
	const char *why;
	u64 sctlr, va;
	u8 kind, size;
	unsigned flags;
	bool ok;
};

static const struct alignment_row alignment_rows[] = {
	{ "unaligned Normal", 0, 0x1001, ACCESS_READ, 8, 0, true },
	{ "SCTLR.A", SCTLR_EL1_A, 0x1001, ACCESS_READ, 8, 0, false },
	{ "SCTLR.A, aligned", SCTLR_EL1_A, 0x1008, ACCESS_READ, 8, 0, true },
	{ "SCTLR.A, write", SCTLR_EL1_A, 0x1002, ACCESS_WRITE, 4, 0, false },
	{ "SCTLR.A, crossing a page", SCTLR_EL1_A, 0x1ffe, ACCESS_WRITE, 4, 0, false },
	{ "SCTLR.A before translation", SCTLR_EL1_A, 0xffff1, ACCESS_READ, 4, 0, false },
	{ "ordered", 0, 0x1004, ACCESS_READ, 8, ACC_ORDERED, false },
	{ "ordered, aligned", 0, 0x1008, ACCESS_READ, 8, ACC_ORDERED, true },
	{ "Device in RAM", 0, 0x5001, ACCESS_READ, 2, 0, false },
	{ "Device in RAM, aligned", 0, 0x5002, ACCESS_READ, 2, 0, true },
	{ "Device in RAM, a byte", 0, 0x5001, ACCESS_WRITE, 1, 0, true },
	{ "Device", 0, 0x6002, ACCESS_WRITE, 4, 0, false },
	{ "Normal memory that is a device", 0, 0x7002, ACCESS_READ, 4, 0, true },
	{ "cache maintenance", SCTLR_EL1_A, 0x1003, ACCESS_CACHE, 64, 0, true },
	{ "DC ZVA on Normal memory", 0, 0x1040, ACCESS_WRITE, 64, ACC_ZVA, true },
	{ "DC ZVA on Device memory", 0, 0x5040, ACCESS_WRITE, 64, ACC_ZVA, false },
};

static void alignment(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(alignment_rows); i++) {
		const struct alignment_row *row = &alignment_rows[i];
		struct access access = { row->kind, (u8)row->flags, row->size };
		struct machine *m = machine_create();
		u32 iss = ALIGNMENT | (row->kind == ACCESS_WRITE ? WNR : 0);

		two_pages(m);
		m->cpu->sys[SR_SCTLR_EL1] |= row->sctlr;
		settle(m->cpu);
		for (unsigned pass = 0; pass < 3; pass++) {
			struct translation t;
			bool ok = mmu_translate(m->cpu, row->va, access, &t);

			if (pass == 1)
				ok = mmu_place(m->cpu, row->va, access).ok;
			if (pass == 2 && row->kind == ACCESS_READ)
				ok = mmu_load(m->cpu, row->va, row->size, row->flags).ok;
			if (pass == 2 && row->kind == ACCESS_WRITE && row->size <= 8)
				ok = mmu_store(m->cpu, row->va, row->size, 0, row->flags);
			if (ok != row->ok ||
				(!ok && (m->cpu->fault.iss != iss || m->cpu->fault.far != row->va)))
				fail_msg("row %zu, %s, pass %u: ok %d iss 0x%x", i, row->why, pass,
					ok, m->cpu->fault.iss);
		}
		machine_destroy(m);
	}
}

/* Entries that only aligned accesses may use: the fast path never, the slow path without a walk. */
static void aligned_only_entries(void **state)
{
	struct machine *m = *state;
	unsigned walks;

	two_pages(m);
	assert_true(mmu_store(m->cpu, 0x5008, 8, 5, 0));
	assert_true(mmu_load(m->cpu, 0x5008, 8, 0).ok);
	assert_null(host_read(m->cpu, 0x5008, 8));
	assert_null(host_write(m->cpu, 0x5008, 8));
	mmu_reset(&m->pe[1]);
	walks = m->walks;
	assert_int_equal(mmu_load(m->cpu, 0x5008, 8, 0).data, 5);
	assert_int_equal(m->walks, walks);
	assert_false(mmu_load(m->cpu, 0x5009, 8, 0).ok);
	assert_int_equal(m->cpu->fault.iss, ALIGNMENT);
}

static void devices(void **state)
{
	struct machine *m = *state;

	two_pages(m);
	assert_true(mmu_store(m->cpu, 0x6008, 4, 0x12345678, 0));
	assert_int_equal(m->device_size, 4);
	assert_int_equal(m->device_value, 0x12345678);
	assert_int_equal(mmu_load(m->cpu, 0x6008, 4, 0).data, 0x12345678);
	assert_null(host_read(m->cpu, 0x6008, 4));
	m->device_value = 0x8877665544332211;
	assert_int_equal(mmu_load(m->cpu, 0x7002, 4, 0).data, 0x66554433);
	assert_int_equal(m->device_size, 1); /* in bytes */
	assert_int_equal(mmu_place(m->cpu, 0x6010, WRITE8).pa.v, DEVICE + 0x10);
	assert_null(mmu_place(m->cpu, 0x6010, WRITE8).host);
	assert_false(mmu_place(m->cpu, 0x6010, WRITE8).split);
}

static void external_aborts(void **state)
{
	struct machine *m = *state;

	two_pages(m);
	assert_false(mmu_load(m->cpu, 0x8008, 8, 0).ok);
	assert_int_equal(m->cpu->fault.iss, EXTERNAL);
	assert_int_equal(m->cpu->fault.far, 0x8008);
	assert_false(mmu_store(m->cpu, 0x8008, 8, 0, 0));
	assert_int_equal(m->cpu->fault.iss, EXTERNAL | WNR);
	assert_false(mmu_fetch_page(m->cpu, 0x8008).ok);
	assert_int_equal(m->cpu->fault.iss, EXTERNAL);
	assert_int_equal(m->cpu->fault.ec, EC_IABT_LOWER);
	assert_false(mmu_fetch_page(m->cpu, 0x6000).ok);
	assert_int_equal(m->cpu->fault.iss, EXTERNAL);
}

/* The EL that takes cpu->fault; nothing is taken. */
static unsigned taken_to(const struct cpu *cpu)
{
	struct cpu taking = *cpu;

	exceptions_raise(&taking);
	return taking.pstate.el;
}

/* HCR_EL2.TEA: External aborts go to EL2, those of walks too; nothing else does. */
static void external_aborts_to_el2(void **state)
{
	struct machine *m = *state;
	struct tt tt = two_pages(m);

	m->cpu->sys[SR_HCR_EL2] = HCR_EL2_TEA;
	settle(m->cpu);
	assert_false(mmu_load(m->cpu, 0x8008, 8, 0).ok);
	assert_int_equal(taken_to(m->cpu), EL2);
	assert_false(m->cpu->fault.ipa_valid);
	assert_false(mmu_fetch_page(m->cpu, 0x8008).ok);
	assert_int_equal(taken_to(m->cpu), EL2);
	*ram64(m, tt_slot(m, &tt, 0x200000, 2)) = NOTHING | 3;
	assert_int_equal(fault_iss(m->cpu, 0x200000, WRITE8), WALK_EA | 3 | WNR);
	assert_int_equal(taken_to(m->cpu), EL2);
	assert_int_equal(fault_iss(m->cpu, 0x400000, READ8), TRANSLATION | 2);
	assert_int_equal(taken_to(m->cpu), EL1);
}

/* ROM: reads are memory, writes are for the bus to refuse. */
static void rom(void **state)
{
	struct machine *m = *state;

	two_pages(m);
	m->memory.region[0].read_only = true;
	assert_true(mmu_load(m->cpu, 0x1000, 8, 0).ok);
	assert_non_null(host_read(m->cpu, 0x1000, 8));
	assert_false(mmu_store(m->cpu, 0x1000, 8, 0, 0));
	assert_int_equal(m->cpu->fault.iss, EXTERNAL | WNR);
	assert_null(host_write(m->cpu, 0x1000, 8));
}

/* Pages with predecoded code are written on the slow path, and reported. */
static void code_pages(void **state)
{
	struct machine *m = *state;
	u8 *flags = &m->memory.region[0].page_flags[1];

	two_pages(m);
	assert_true(mmu_store(m->cpu, 0x1000, 8, 1, 0));
	assert_non_null(host_write(m->cpu, 0x1000, 8));
	*flags |= PAGE_HAS_CODE;
	mmu_protect_code_page(m->cpu, PA(RAM_BASE + 0x1000));
	assert_null(host_write(m->cpu, 0x1000, 8));
	assert_int_equal(m->code_writes, 0);
	for (unsigned i = 1; i <= 3; i++) {
		assert_true(mmu_store(m->cpu, 0x1000, 8, i, 0));
		assert_int_equal(m->code_writes, i);
		assert_null(host_write(m->cpu, 0x1000, 8));
	}
	assert_int_equal(*ram64(m, RAM_BASE + 0x1000), 3);
	*flags &= (u8)~PAGE_HAS_CODE;
	assert_true(mmu_store(m->cpu, 0x1000, 8, 1, 0));
	assert_non_null(host_write(m->cpu, 0x1000, 8));
}

/* Another PE's write entries go too, and places on code pages are not installed. */
static void code_pages_of_the_group(void **state)
{
	struct machine *m = *state;
	struct cpu *other = &m->pe[1];

	two_pages(m);
	memcpy(other->sys, m->cpu->sys, sizeof(other->sys));
	settle(other);
	assert_true(mmu_store(other, 0x1000, 8, 1, 0));
	assert_non_null(host_write(other, 0x1000, 8));
	mmu_protect_code_page(m->cpu, PA(RAM_BASE + 0x1000));
	assert_null(host_write(other, 0x1000, 8));
	m->memory.region[0].page_flags[1] |= PAGE_HAS_CODE;
	assert_non_null(mmu_place(other, 0x1000, ATOMIC8).host);
	assert_null(host_write(other, 0x1000, 8));
	memory_written(&m->memory, PA(RAM_BASE + 0x1ff8), 16);
	assert_int_equal(m->code_writes, 1);
	memory_written(&m->memory, PA(RAM_BASE + 0x2000), 16);
	assert_int_equal(m->code_writes, 1);
}

static void code_links(void **state)
{
	struct machine *m = *state;
	/* pages of records are only compared here, never looked into */
	const struct uop *code = (const void *)m->ram, *other = (const void *)(m->ram + 64);
	struct place place;
	struct code_link *link;

	two_pages(m);
	place = mmu_fetch_page(m->cpu, 0x1234);
	assert_true(place.ok);
	assert_ptr_equal(place.host, m->ram + 0x1000);
	assert_int_equal(PAGE_BASE(place.pa.v), RAM_BASE + 0x1000);
	link = &m->cpu->ctx->code[host_tlb_index(0x1234)];
	for (unsigned how = 0; how < 4; how++) {
		assert_true(mmu_fetch_page(m->cpu, 0x1234).ok);
		*link = (struct code_link){ 0x1000, code };
		if (how == 0)
			mmu_unlink_code(&m->pe[1], code); /* all PEs */
		if (how == 1)
			mmu_unlink_code(m->cpu, NULL);
		if (how == 2)
			mmu_tlbi(m->cpu, SR_TLBI_VAE1, 1);
		if (how == 3)
			mmu_tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
		if (link->tag != TAG_NONE)
			fail_msg("way %u keeps the link", how);
	}
	*link = (struct code_link){ 0x1000, code };
	mmu_unlink_code(m->cpu, other);
	mmu_tlbi(m->cpu, SR_TLBI_VAE1, 2);
	assert_int_equal(link->tag, 0x1000);
}

static void places(void **state)
{
	static const struct access pair = { ACCESS_READ, 0, 16 };
	struct machine *m = *state;
	struct place place;

	two_pages(m);
	for (int pass = 0; pass < 2; pass++) {
		place = mmu_place(m->cpu, 0x1010, ATOMIC8);
		assert_true(place.ok && !place.split);
		assert_ptr_equal(place.host, m->ram + 0x1010);
		assert_int_equal(place.pa.v, RAM_BASE + 0x1010);
	}
	assert_int_equal(m->walks, 1);
	assert_non_null(host_write(m->cpu, 0x1010, 8));
	/* neighbours in memory, and not */
	place = mmu_place(m->cpu, 0x2ff8, pair);
	assert_true(place.ok);
	assert_ptr_equal(place.host, m->ram + 0x8ff8);
	place = mmu_place(m->cpu, 0x1ff8, pair);
	assert_true(place.ok && place.split);
	assert_null(place.host);
	assert_int_equal(place.pa.v, RAM_BASE + 0x1ff8);
	place = mmu_place(m->cpu, 0x3ff8, pair);
	assert_false(place.ok);
	assert_int_equal(m->cpu->fault.far, 0x4000);
}

/* A read entry must not stand for the write half of an atomic. */
static void atomic_on_read_only_page(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF | D_AP(2));
	assert_true(mmu_load(m->cpu, 0x1000, 8, 0).ok);
	assert_false(mmu_place(m->cpu, 0x1000, ATOMIC8).ok);
	assert_int_equal(m->cpu->fault.iss, PERMISSION | 3 | WNR);
}

/* ---- FEAT_NV2 accesses ---- */

static void vncr(void **state)
{
	struct machine *m = *state;
	struct tt el1 = el10_on(m), el2;

	m->cpu->pstate.pan = true;
	el2 = el20_on(m); /* sets E2H; the PE stays at EL1 */
	tt_map(m, &el1, 0x1000, RAM_BASE + 0x1000, 3, D_AF);
	tt_map(m, &el2, 0x1000, RAM_BASE + 0x2000, 3, D_AF);
	tt_map(m, &el2, 0x2000, RAM_BASE + 0x2000, 3,
		D_AF | D_AP(1)); /* EL0 too: PAN is not applied */
	tt_map(m, &el2, 0x3000, RAM_BASE + 0x2000, 3, D_AF | D_AP(2));
	m->cpu->sys[SR_HCR_EL2] |= HCR_EL2_NV | HCR_EL2_VM;
	settle(m->cpu);
	for (int pass = 0; pass < 2; pass++) {
		assert_true(mmu_store(m->cpu, 0x1078, 8, 0x42, ACC_VNCR));
		assert_int_equal(mmu_load(m->cpu, 0x2078, 8, ACC_VNCR).data, 0x42);
	}
	assert_int_equal(*ram64(m, RAM_BASE + 0x2078), 0x42);
	assert_false(mmu_store(m->cpu, 0x3078, 8, 0, ACC_VNCR));
	assert_int_equal(m->cpu->fault.iss, PERMISSION | 3 | WNR | VNCR);
	assert_int_equal(m->cpu->fault.ec, EC_DABT_SAME);
	assert_int_equal(m->cpu->fault.target_el, EL2);
	assert_int_equal(m->cpu->fault.far, 0x3078);
	assert_false(m->cpu->fault.stage2);
	assert_false(mmu_load(m->cpu, 0x4000, 8, ACC_VNCR).ok);
	assert_int_equal(m->cpu->fault.iss, TRANSLATION | 3 | VNCR);
}

/* What may happen to the page: in both regimes, for reads and writes. HYPERVISOR-SPEC F.5 */
static const struct {
	const char *why;
	u64 leaf; /* at level 3; its type bits are added unless 0 */
	u64 output;
	u32 read, write; /* the ISS; 0: it is done */
} vncr_rows[] = {
	/* clang-format off */
	{ "read and written",              D_AF,           RAM_BASE + 0x2000, 0,                0 },
	{ "EL0's too, PAN is not applied", D_AF | D_AP(1), RAM_BASE + 0x2000, 0,                0 },
	{ "execute-never is no matter",    D_AF | D_UXN | D_PXN, RAM_BASE + 0x2000, 0,          0 },
	{ "not mapped",                    0,              0,                 TRANSLATION | 3,  TRANSLATION | 3 },
	{ "access flag",                   D_AP(1),        RAM_BASE + 0x2000, ACCESS_FLAG | 3,  ACCESS_FLAG | 3 },
	{ "read-only",                     D_AF | D_AP(2), RAM_BASE + 0x2000, 0,                PERMISSION | 3 },
	{ "too high an address",           D_AF,           1ull << 46,        ADDRESS_SIZE | 3, ADDRESS_SIZE | 3 },
	{ "nothing there",                 D_AF,           NOTHING,           EXTERNAL,         EXTERNAL },
	/* clang-format on */
};

static void check_vncr(struct machine *m, const struct tt *tt, size_t row, bool write)
{
	u32 want = write ? vncr_rows[row].write : vncr_rows[row].read;
	struct cpu *cpu = m->cpu;
	bool ok;

	*ram64(m, tt_slot(m, tt, 0x5000, 3)) =
		vncr_rows[row].leaf == 0 ? 0 : vncr_rows[row].output | vncr_rows[row].leaf | 3;
	mmu_reset(cpu);
	cpu->fault = (struct fault){ 0 };
	ok = write ? mmu_store(cpu, 0x5078, 8, 1, ACC_VNCR) : mmu_load(cpu, 0x5078, 8, ACC_VNCR).ok;
	if (ok != (want == 0))
		fail_msg("%s, write %d: %s", vncr_rows[row].why, write, ok ? "done" : "refused");
	if (ok)
		return;
	if (cpu->fault.iss != (want | VNCR | (write ? WNR : 0)) || cpu->fault.ec != EC_DABT_SAME ||
		cpu->fault.target_el != EL2 || cpu->fault.far != 0x5078 || !cpu->fault.far_valid ||
		cpu->fault.ipa_valid || cpu->fault.stage2)
		fail_msg("%s, write %d: iss 0x%x", vncr_rows[row].why, write, cpu->fault.iss);
}

static void vncr_faults(void **state)
{
	(void)state;
	for (unsigned e2h = 0; e2h < 2; e2h++) {
		struct machine *m = machine_create();
		struct tt tt = e2h ? el20_on(m) : el2_on(m);

		m->cpu->pa_bits = 44;
		m->cpu->pstate.pan = true;
		m->cpu->sys[SR_HCR_EL2] |= HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_VM; /* no stage 2 */
		settle(m->cpu);
		for (size_t i = 0; i < COUNT(vncr_rows); i++) {
			check_vncr(m, &tt, i, false);
			check_vncr(m, &tt, i, true);
		}
		machine_destroy(m);
	}
}

static void vncr_without_e2h(void **state)
{
	struct machine *m = *state;
	struct tt el2 = el2_on(m);

	tt_map(m, &el2, 0x1000, RAM_BASE + 0x2000, 3, D_AF | D_AP(1));
	m->cpu->sys[SR_HCR_EL2] |= HCR_EL2_NV;
	settle(m->cpu);
	assert_true(mmu_store(m->cpu, 0x1078, 8, 0x42, ACC_VNCR));
	assert_int_equal(*ram64(m, RAM_BASE + 0x2078), 0x42);
}

/* ---- Exclusive monitors ---- */

static void exclusive_rules(void **state)
{
	struct machine *m = *state;
	struct cpu *a = &m->pe[0], *b = &m->pe[1];
	pa_t pa = PA(RAM_BASE + 0x100), near = PA(RAM_BASE + 0x120), far = PA(RAM_BASE + 0x140);

	assert_false(exclusive_test_and_clear(a, pa, 8)); /* never set */
	exclusive_set(a, pa, 8, 0, 0);
	assert_true(exclusive_test_and_clear(a, pa, 8));
	assert_false(exclusive_test_and_clear(a, pa, 8)); /* once */
	exclusive_set(a, pa, 8, 0, 0);
	assert_false(exclusive_test_and_clear(a, far, 8)); /* another address */
	assert_false(exclusive_test_and_clear(a, pa, 8));  /* a failing store clears, too */
	exclusive_set(a, pa, 8, 0, 0);
	assert_false(exclusive_test_and_clear(a, pa, 4)); /* another size */
	exclusive_set(a, pa, 8, 0, 0);
	exclusive_clear(a);
	assert_false(exclusive_test_and_clear(a, pa, 8));
	exclusive_set(a, pa, 8, 0, 0);
	*ram64(m, pa.v) = 1; /* somebody wrote */
	assert_false(exclusive_test_and_clear(a, pa, 8));
	exclusive_set(a, pa, 8, 1, 0);
	exclusive_set(b, near, 8, 0, 0);
	assert_true(exclusive_test_and_clear(b, near, 8)); /* same granule: the other PE loses */
	assert_false(exclusive_test_and_clear(a, pa, 8));
	exclusive_set(a, pa, 8, 1, 0);
	exclusive_set(b, far, 8, 0, 0);
	assert_true(exclusive_test_and_clear(b, far, 8)); /* another granule */
	assert_true(exclusive_test_and_clear(a, pa, 8));
	exclusive_set(a, pa, 16, 1, 0);
	*ram64(m, pa.v + 8) = 2; /* the upper half of a pair */
	assert_false(exclusive_test_and_clear(a, pa, 16));
	exclusive_set(a, pa, 16, 1, 2);
	assert_true(exclusive_test_and_clear(a, pa, 16));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sizes_and_offsets),
		TEST(crossing_fault),
		cmocka_unit_test(alignment),
		TEST(aligned_only_entries),
		TEST(devices),
		TEST(external_aborts),
		TEST(external_aborts_to_el2),
		TEST(rom),
		TEST(code_pages),
		TEST(code_pages_of_the_group),
		TEST(code_links),
		TEST(places),
		TEST(atomic_on_read_only_page),
		TEST(vncr),
		TEST(vncr_faults),
		TEST(vncr_without_e2h),
		TEST(exclusive_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
