/* SPDX-License-Identifier: Apache-2.0 */
/* Address translation instructions: PAR_EL1 values, and faults that are taken instead. */
#include "mmu_machine.h"

#define VA_OK	 0x1000ull /* EL1 only, write-back, Inner Shareable */
#define VA_EL0	 0x2000ull /* EL0 too */
#define VA_RO	 0x3000ull
#define VA_NONE	 0x4000ull
#define VA_NO_AF 0x5000ull
#define VA_DEV	 0x6000ull
#define VA_NO_S2 0x7000ull /* stage 2 does not map its IPA */
#define VA_RO_S2 0x8000ull /* stage 2 maps it read-only */

#define IPA_NONE 0x80001000ull /* in the same level-3 table as: */
#define IPA_RO	 0x80002000ull
#define BLOCK2	 0x20000000ull

/* F = 0: attributes, address, bit 11, NS, SH. */
#define OK(attr, pa, sh) ((u64)(attr) << 56 | (pa) | BIT(11) | BIT(9) | (u64)(sh) << 7)
#define FAIL(fst)	 (BIT(11) | (u64)(fst) << 1 | 1)
#define FAIL_S2(fst)	 (FAIL(fst) | BIT(9))
#define FAIL_WALK(fst)	 (FAIL_S2(fst) | BIT(8))

enum { NSH = 0, OSH = 2, ISH = 3 };

struct at_row {
	const char *why;
	enum sysreg_id op;
	unsigned el;
	u64 hcr;
	bool pan;
	u64 va, par;
};

#define R1	(RAM_BASE + 0x1000)
#define NV11	(HCR_EL2_NV | HCR_EL2_NV1)
#define HOST	(HCR_EL2_E2H | HCR_EL2_TGE)
#define HOST_PA (RAM_BASE + 0x200000) /* where the EL2 regimes map VA_OK */

static const struct at_row rows[] = {
	{ "S1E1R", SR_AT_S1E1R, EL1, 0, false, VA_OK + 0x123, OK(0xff, R1, ISH) },
	{ "S1E1W", SR_AT_S1E1W, EL1, 0, false, VA_OK, OK(0xff, R1, ISH) },
	{ "S1E0R of an EL1 page", SR_AT_S1E0R, EL1, 0, false, VA_OK, FAIL(PERMISSION | 3) },
	{ "S1E0R", SR_AT_S1E0R, EL1, 0, false, VA_EL0, OK(0xff, R1, ISH) },
	{ "S1E0W", SR_AT_S1E0W, EL1, 0, false, VA_EL0, OK(0xff, R1, ISH) },
	{ "S1E1W of a read-only page", SR_AT_S1E1W, EL1, 0, false, VA_RO, FAIL(PERMISSION | 3) },
	{ "S1E1R of a read-only page", SR_AT_S1E1R, EL1, 0, false, VA_RO, OK(0xff, R1, ISH) },
	{ "not mapped", SR_AT_S1E1R, EL1, 0, false, VA_NONE, FAIL(TRANSLATION | 3) },
	{ "access flag", SR_AT_S1E1R, EL1, 0, false, VA_NO_AF, FAIL(ACCESS_FLAG | 3) },
	{ "Device is Outer Shareable", SR_AT_S1E1R, EL1, 0, false, VA_DEV, OK(0x00, DEVICE, OSH) },
	{ "a block", SR_AT_S1E1R, EL1, 0, false, BLOCK2 + 0x3456,
		OK(0x44, RAM_BASE + 0x3000, OSH) },
	{ "unaligned is no matter", SR_AT_S1E1R, EL1, 0, false, VA_DEV + 1, OK(0x00, DEVICE, OSH) },
	{ "PAN does not apply to S1E1R", SR_AT_S1E1R, EL1, 0, true, VA_EL0, OK(0xff, R1, ISH) },
	{ "PAN applies to S1E1RP", SR_AT_S1E1RP, EL1, 0, true, VA_EL0, FAIL(PERMISSION | 3) },
	{ "PAN applies to S1E1WP", SR_AT_S1E1WP, EL1, 0, true, VA_EL0, FAIL(PERMISSION | 3) },
	{ "S1E1RP without PAN", SR_AT_S1E1RP, EL1, 0, false, VA_EL0, OK(0xff, R1, ISH) },
	{ "{NV,NV1}: S1E0R, EL0 has no access", SR_AT_S1E0R, EL1, NV11, false, VA_EL0,
		FAIL(PERMISSION | 3) },
	{ "{NV,NV1}: S1E1RP, PAN is as 0", SR_AT_S1E1RP, EL1, NV11, true, VA_EL0,
		OK(0xff, R1, ISH) },
	{ "{NV,NV1} from EL2", SR_AT_S1E0W, EL2, NV11, false, VA_EL0, FAIL(PERMISSION | 3) },
	{ "{NV,NV1}: not the host's tables", SR_AT_S1E1R, EL2, NV11 | HOST, false, VA_OK,
		OK(0xff, HOST_PA, ISH) },
	{ "from EL2", SR_AT_S1E1R, EL2, HCR_EL2_E2H, false, VA_OK, OK(0xff, R1, ISH) },
	{ "of the host", SR_AT_S1E1R, EL2, HOST, false, VA_OK, OK(0xff, HOST_PA, ISH) },
	{ "of the host, S1E0R", SR_AT_S1E0R, EL2, HOST, false, VA_OK, FAIL(PERMISSION | 3) },
	{ "S1E2R with E2H", SR_AT_S1E2R, EL2, HCR_EL2_E2H, false, VA_OK, OK(0xff, HOST_PA, ISH) },
	{ "S1E2W", SR_AT_S1E2W, EL2, HCR_EL2_E2H, false, VA_OK, OK(0xff, HOST_PA, ISH) },
	{ "S1E2R, fault", SR_AT_S1E2R, EL2, HCR_EL2_E2H, false, VA_EL0, FAIL(TRANSLATION | 3) },
	{ "stage 1 only: the IPA", SR_AT_S1E1R, EL2, HCR_EL2_VM, false, VA_NO_S2,
		OK(0xff, IPA_NONE, ISH) },
	{ "S12E1R: stage 2 fault", SR_AT_S12E1R, EL2, HCR_EL2_VM, false, VA_NO_S2,
		FAIL_S2(TRANSLATION | 3) },
	{ "S12E1R", SR_AT_S12E1R, EL2, HCR_EL2_VM, false, VA_OK, OK(0xff, R1, ISH) },
	{ "S12E1R of a read-only IPA", SR_AT_S12E1R, EL2, HCR_EL2_VM, false, VA_RO_S2,
		OK(0x44, R1, OSH) },
	{ "S12E1W of a read-only IPA", SR_AT_S12E1W, EL2, HCR_EL2_VM, false, VA_RO_S2,
		FAIL_S2(PERMISSION | 3) },
	{ "S12E1W: stage 1 fault", SR_AT_S12E1W, EL2, HCR_EL2_VM, false, VA_RO,
		FAIL(PERMISSION | 3) },
	{ "S12E0R", SR_AT_S12E0R, EL2, HCR_EL2_VM, false, VA_EL0, OK(0xff, R1, ISH) },
	{ "S12E0W of an EL1 page", SR_AT_S12E0W, EL2, HCR_EL2_VM, false, VA_OK,
		FAIL(PERMISSION | 3) },
	{ "S12E1R without stage 2", SR_AT_S12E1R, EL2, 0, false, VA_NO_S2,
		OK(0xff, IPA_NONE, ISH) },
	{ "S12E1R of the host: stage 1 only", SR_AT_S12E1R, EL2, HOST | HCR_EL2_VM, false, VA_OK,
		OK(0xff, HOST_PA, ISH) },
	{ "S12E1R with TGE but not E2H: stage 1 only", SR_AT_S12E1R, EL2, HCR_EL2_TGE | HCR_EL2_VM,
		false, IPA_NONE, OK(0x00, IPA_NONE, OSH) },
	{ "S1E1R with TGE but not E2H: stage 1 is off", SR_AT_S1E1R, EL2, HCR_EL2_TGE, false, R1,
		OK(0x00, R1, OSH) },
};

struct tables {
	struct tt s1, s2, host;
};

static struct tables configure(struct machine *m)
{
	struct tables t = { .s2 = stage2_on(m) };
	u64 normal = D_AF | D_SH(ISH);

	t.host = el20_on(m);
	t.s1 = el10_on(m);
	tt_map(m, &t.s1, VA_OK, R1, 3, normal);
	tt_map(m, &t.s1, VA_EL0, R1, 3, normal | D_AP(1));
	tt_map(m, &t.s1, VA_RO, R1, 3, normal | D_AP(2));
	tt_map(m, &t.s1, VA_NO_AF, R1, 3, 0);
	tt_map(m, &t.s1, VA_DEV, DEVICE, 3, D_AF | D_ATTR(1));
	tt_map(m, &t.s1, VA_NO_S2, IPA_NONE, 3, normal);
	tt_map(m, &t.s1, VA_RO_S2, IPA_RO, 3, normal);
	tt_map(m, &t.s1, BLOCK2, RAM_BASE, 2, D_AF | D_ATTR(2));
	tt_map(m, &t.s2, IPA_RO, R1, 3, D_AF | D_S2(1) | D_S2ATTR(5));
	tt_map(m, &t.host, VA_OK, HOST_PA, 3, normal);
	return t;
}

static void results(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;

	configure(m);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct at_row *row = &rows[i];
		cpu->pstate.el = (u8)row->el;
		cpu->pstate.pan = row->pan;
		cpu->sys[SR_HCR_EL2] = row->hcr;
		cpu->sys[SR_PAR_EL1] = 0;
		settle(cpu);
		if (!mmu_at(cpu, row->op, row->va))
			fail_msg("row %zu, %s: taken", i, row->why);
		if (cpu->sys[SR_PAR_EL1] != row->par)
			fail_msg("row %zu, %s: PAR 0x%" PRIx64 " not 0x%" PRIx64, i, row->why,
				cpu->sys[SR_PAR_EL1], row->par);
	}
	assert_int_equal(cpu->stop.reason, STOP_NONE);
}

/* A stage-2 fault of the walk: taken to EL2 from EL1, a result at EL2. */
static void fault_on_walk(void **state)
{
	struct machine *m = *state;
	struct cpu *cpu = m->cpu;
	struct tables t = configure(m);
	u64 slot = tt_slot(m, &t.s1, VA_OK, 0);

	*ram64(m, tt_slot(m, &t.s2, slot, 2)) = 0;
	cpu->sys[SR_HCR_EL2] = HCR_EL2_VM;
	cpu->sys[SR_PAR_EL1] = 0x55;
	settle(cpu);
	assert_false(mmu_at(cpu, SR_AT_S1E1R, VA_OK + 8));
	assert_int_equal(cpu->fault.ec, EC_DABT_LOWER);
	assert_int_equal(cpu->fault.iss, TRANSLATION | 2 | S1PTW | CM | WNR);
	assert_int_equal(cpu->fault.target_el, EL2);
	assert_int_equal(cpu->fault.far, VA_OK + 8);
	assert_int_equal(cpu->fault.ipa.v, slot);
	assert_int_equal(cpu->sys[SR_PAR_EL1], 0x55);
	cpu->pstate.el = EL2;
	settle(cpu);
	assert_true(mmu_at(cpu, SR_AT_S1E1R, VA_OK + 8));
	assert_int_equal(cpu->sys[SR_PAR_EL1], FAIL_WALK(TRANSLATION | 2));
	assert_true(mmu_at(cpu, SR_AT_S12E1R, VA_OK + 8));
	assert_int_equal(cpu->sys[SR_PAR_EL1], FAIL_WALK(TRANSLATION | 2));
}

/* External aborts of the walk are taken wherever the instruction is. */
static void external_abort_on_walk(void **state)
{
	struct machine *m = *state;
	struct tables t = configure(m);

	*ram64(m, tt_slot(m, &t.s1, VA_OK, 1)) = NOTHING | 3;
	m->cpu->sys[SR_HCR_EL2] = 0;
	m->cpu->pstate.el = EL2;
	settle(m->cpu);
	assert_false(mmu_at(m->cpu, SR_AT_S1E1R, VA_OK));
	assert_int_equal(m->cpu->fault.iss, WALK_EA | 2 | CM | WNR);
	assert_int_equal(m->cpu->fault.target_el, 0);
}

/* AT sees memory as it is, whatever the TLB retains, and does not fill it; AF may be set. */
static void at_and_tlb(void **state)
{
	struct machine *m = *state;
	struct tables t = configure(m);
	u64 slot = tt_slot(m, &t.s1, VA_OK, 3);

	m->cpu->sys[SR_HCR_EL2] = 0;
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_HA | TCR_EL1_HD;
	settle(m->cpu);
	assert_int_equal(translated_pa(m->cpu, VA_OK, READ8), R1);
	*ram64(m, slot) = (RAM_BASE + 0x4000) | D_AP(2) | D_DBM | 3;
	assert_true(mmu_at(m->cpu, SR_AT_S1E1W, VA_OK));
	assert_int_equal(m->cpu->sys[SR_PAR_EL1] & MASK(47, 12), RAM_BASE + 0x4000);
	assert_int_equal(*ram64(m, slot), (RAM_BASE + 0x4000) | D_AP(2) | D_DBM | D_AF | 3);
	assert_int_equal(translated_pa(m->cpu, VA_OK, READ8), R1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(results),
		TEST(fault_on_walk),
		TEST(external_abort_on_walk),
		TEST(at_and_tlb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
