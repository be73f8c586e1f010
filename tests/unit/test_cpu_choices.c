/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every value that `--choice` can select, by an effect of it on a whole PE: one observation for
 * each choice, and what it sees under each value. Words are from the assembler.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/cpu.h"
#include "cpu/liberty.h"
#include "exceptions/exceptions.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "tests/no_board.h"

#define RAM	  0x40000000ull
#define RAM_BYTES 0x10000ull
#define CODE	  (RAM + 0x100)
#define TABLE	  (RAM + 0x4000) /* entries of 1 GiB */
#define VNCR_PAGE (RAM + 0x8000)
#define HPFAR_OLD 0x1230ull

enum { NOP = 0xd503201f, STR_X1_X2 = 0xf9000041, LDR_X1_X2 = 0xf9400041, MRS_HCR = 0xd53c1100 };

static u8 ram[RAM_BYTES] __attribute__((aligned(4096)));
static u8 page_flags[RAM_BYTES >> PAGE_SHIFT];

static const struct cpu_ops ops = { NO_BUS, NO_TIMERS, NO_FIRMWARE };

static void put64(u64 at, u64 value)
{
	memcpy(ram + (at - RAM), &value, 8);
}

/* Executes one instruction at `el`, with x2 = address. */
static void execute(struct cpu *cpu, unsigned el, u32 insn, u64 address)
{
	memcpy(ram + (CODE - RAM), &insn, 4);
	pstate_set_el(cpu, el, el != EL0);
	cpu->pc = CODE;
	cpu->x[2] = address;
	cpu_step(cpu, 1);
}

/* Stage 1 of EL1&0 or stage 2 with 39 bits from level 1; the table is empty. */
static void stage1_on(struct cpu *cpu)
{
	sysreg_write(cpu, SR_TTBR0_EL1, TABLE);
	sysreg_write(cpu, SR_TCR_EL1, 25 | TCR_EL1_EPD1);
	sysreg_write(cpu, SR_MAIR_EL1, 0x00ff); /* 0 Normal, 1 Device */
	sysreg_write(cpu, SR_SCTLR_EL1, SCTLR_EL1_M);
}

static void stage2_on(struct cpu *cpu)
{
	sysreg_write(cpu, SR_VTTBR_EL2, TABLE);
	sysreg_write(cpu, SR_VTCR_EL2, 25 | 1 << 6 | 2 << 16);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_VM);
}

/* The GiB with RAM as a block; `bits` are the leaf's, with AF. */
static void map_ram(u64 leaf)
{
	put64(TABLE + 8, RAM | 1 << 10 | leaf | 1);
}

/* ---- Observations ---- */

/* What HCR_EL2 keeps, and what the ID registers say of it. */
static u64 e2h(struct cpu *cpu)
{
	u64 ones, zeros;

	sysreg_write(cpu, SR_HCR_EL2, 0);
	zeros = cpu->sys[SR_HCR_EL2];
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_NV1);
	ones = cpu->sys[SR_HCR_EL2];
	return bits(cpu->sys[SR_ID_AA64MMFR1_EL1], 11, 8) << 12 |
	       bits(cpu->sys[SR_ID_AA64MMFR4_EL1], 27, 24) << 8 |
	       (u64)((ones & HCR_EL2_NV1) != 0) << 4 | (u64)((ones & HCR_EL2_E2H) != 0) << 1 |
	       (u64)((zeros & HCR_EL2_E2H) != 0);
}

/* EL1 with {NV,NV1,NV2} = {0,1,1}: two names, CurrentEL, an EL0 page, NV as read back. */
static u64 nv_nv1(struct cpu *cpu)
{
	struct route vbar, hcr;

	stage1_on(cpu);
	map_ram(1 << 6);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_NV1 | HCR_EL2_NV2);
	pstate_set_el(cpu, EL1, 1);
	vbar = sysreg_route(cpu, SR_VBAR_EL1, DIR_READ);
	hcr = sysreg_route(cpu, SR_HCR_EL2, DIR_READ);
	assert_true(mmu_at(cpu, SR_AT_S1E0R, RAM));
	return (u64)vbar.goes << 16 | (u64)hcr.goes << 12 | sysreg_read(cpu, SR_CurrentEL) << 4 |
	       (cpu->sys[SR_PAR_EL1] & 1) << 1 | ((cpu->sys[SR_HCR_EL2] & HCR_EL2_NV) != 0);
}

/* A store to what stage 2 makes read-only. */
static u64 hpfar_permission(struct cpu *cpu)
{
	stage2_on(cpu);
	map_ram(1 << 6 | 0xf << 2);
	sysreg_write(cpu, SR_HPFAR_EL2, HPFAR_OLD);
	execute(cpu, EL1, STR_X1_X2, RAM + 0x5008);
	assert_int_equal(cpu->sys[SR_ESR_EL2] & 0x3f, 0xd);
	return cpu->sys[SR_HPFAR_EL2];
}

/* A load whose stage 2 table is nowhere. */
static u64 isv_external(struct cpu *cpu)
{
	stage2_on(cpu);
	map_ram(3 << 6 | 0xf << 2);
	put64(TABLE + 16, 0x70000000 | 3);
	execute(cpu, EL1, LDR_X1_X2, 0x80000000);
	return cpu->sys[SR_ESR_EL2];
}

/* Which of SError, FIQ and IRQ are taken at EL2 under E2H with no xMO bit. */
static u64 el2_routing(struct cpu *cpu)
{
	static const u32 lines[] = { LINE_SERROR, LINE_FIQ, LINE_IRQ };
	u64 taken = 0;

	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H);
	pstate_set_el(cpu, EL2, 1);
	cpu->pstate.daif = 0;
	for (unsigned i = 0; i < COUNT(lines); i++) {
		cpu->lines = lines[i];
		taken |= (u64)(exceptions_pending(cpu) != INT_NONE) << i;
	}
	return taken;
}

static u64 trapped_or_not(struct route route)
{
	return (u64)route.goes << 4 | route.target_el;
}

static u64 tidcp_el0(struct cpu *cpu)
{
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_TIDCP);
	pstate_set_el(cpu, EL0, 0);
	return trapped_or_not(sysreg_route_encoding(cpu, 3 << 14 | 15 << 7, DIR_READ));
}

/* SMC under TSC, and under NV too, where there is no choice. */
static u64 tsc(struct cpu *cpu)
{
	u64 plain;

	pstate_set_el(cpu, EL1, 1);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_TSC);
	plain = trapped_or_not(insn_route(cpu, INSN_SMC));
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_TSC | HCR_EL2_NV);
	return plain << 8 | trapped_or_not(insn_route(cpu, INSN_SMC));
}

/* A counter that is not there, at EL1: where a read goes, and what a write leaves. */
static u64 pmu_counter(struct cpu *cpu)
{
	pstate_set_el(cpu, EL1, 1);
	sysreg_write(cpu, SR_PMEVCNTR30_EL0, ~0ull);
	sysreg_write(cpu, SR_PMEVTYPER30_EL0, ~0ull);
	assert_int_equal(sysreg_read(cpu, SR_PMEVCNTR30_EL0), 0);
	assert_int_equal(sysreg_read(cpu, SR_PMEVTYPER30_EL0), 0);
	sysreg_write(cpu, SR_PMSELR_EL0, 30);
	return (u64)sysreg_route(cpu, SR_PMEVCNTR30_EL0, DIR_READ).goes << 4 |
	       sysreg_route(cpu, SR_PMXEVTYPER_EL0, DIR_WRITE).goes;
}

static u64 swio(struct cpu *cpu)
{
	sysreg_write(cpu, SR_HCR_EL2, 0);
	return cpu->sys[SR_HCR_EL2] & HCR_EL2_SWIO;
}

/* A transformed read with bit 60 of VNCR_EL2 set: the word at the address, or the syndrome. */
static u64 vncr_ress(struct cpu *cpu)
{
	put64(VNCR_PAGE + 0x78, 0x77);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2);
	sysreg_write(cpu, SR_VNCR_EL2, BIT(60) | VNCR_PAGE);
	execute(cpu, EL1, MRS_HCR, 0);
	assert_int_equal(cpu->sys[SR_VNCR_EL2], BIT(60) | VNCR_PAGE);
	assert_true(
		cpu->sys[SR_FAR_EL2] == (cpu->pstate.el == EL2 ? BIT(60) + VNCR_PAGE + 0x78 : 0));
	return cpu->x[0] | cpu->sys[SR_ESR_EL2];
}

/* Empty tables of both stages with TxSZ = 63: the levels that fault. */
static u64 txsz(struct cpu *cpu)
{
	u64 stage1;

	stage1_on(cpu);
	sysreg_write(cpu, SR_TCR_EL1, 63 | TCR_EL1_EPD1);
	pstate_set_el(cpu, EL2, 1);
	assert_true(mmu_at(cpu, SR_AT_S1E1R, 0));
	stage1 = cpu->sys[SR_PAR_EL1] & 0x7f;
	sysreg_write(cpu, SR_SCTLR_EL1, 0);
	stage2_on(cpu);
	sysreg_write(cpu, SR_VTCR_EL2, 63 | 3 << 6 | 2 << 16);
	assert_true(mmu_at(cpu, SR_AT_S12E1R, 0));
	return stage1 << 8 | (cpu->sys[SR_PAR_EL1] & 0x7f);
}

/* Code in memory that stage 1, then stage 2 says is Device. */
static u64 fetch_device(struct cpu *cpu)
{
	u64 stage1;

	stage1_on(cpu);
	map_ram(1 << 2);
	execute(cpu, EL1, NOP, 0);
	stage1 = cpu->sys[SR_ESR_EL1];
	sysreg_write(cpu, SR_SCTLR_EL1, 0);
	stage2_on(cpu);
	map_ram(3 << 6);
	execute(cpu, EL1, NOP, 0);
	return stage1 << 32 | cpu->sys[SR_ESR_EL2];
}

/* Two registers that nothing has written hold something, and not the same. */
static u64 reset_values(struct cpu *cpu)
{
	u64 one = cpu->sys[SR_TPIDR_EL0], other = cpu->sys[SR_TPIDR_EL1];

	return (u64)(one != 0) << 1 | (u64)(one != other);
}

#define TRAPPED	  (TO_TRAP << 4 | EL2)
#define UNDEFINED (TO_UNDEFINED << 4 | EL1)

static const struct row {
	enum choice_id choice;
	u8 value;
	u64 (*observe)(struct cpu *cpu);
	u64 expected;
} rows[] = {
#define ROW(choice, value, expected)                                                               \
	{                                                                                          \
		CHOICE_##choice, CHOSEN_##choice##_##value, choice, expected                       \
	}
	ROW(e2h, writable, 0x1012),
	ROW(e2h, res1, 0x1f13),
	ROW(e2h, res1_nv1_res0, 0x1e03),
	ROW(e2h, res0, 0x0010),
	ROW(nv_nv1, as_00, TO_REGISTER << 16 | TO_UNDEFINED << 12 | EL1 << 6),
	ROW(nv_nv1, traps, TO_TRAP << 16 | TO_UNDEFINED << 12 | EL1 << 6),
	ROW(nv_nv1, as_11, TO_TRAP << 16 | TO_TRAP << 12 | EL2 << 6 | 2),
	ROW(hpfar_permission, valid, (RAM + 0x5000) >> 12 << 4),
	ROW(hpfar_permission, kept, HPFAR_OLD),
	ROW(hpfar_permission, unknown, ~(RAM + 0x5000) >> 12 << 4 & MASK(39, 4)),
	ROW(isv_external, set, 0x93c18016),
	ROW(isv_external, clear, 0x92000016),
	ROW(el2_routing, programmed, 0),
	ROW(el2_routing, ones, 7),
	ROW(tidcp_el0, undefined, UNDEFINED),
	ROW(tidcp_el0, trapped, TRAPPED),
	ROW(tsc, trapped, TRAPPED << 8 | TRAPPED),
	ROW(tsc, undefined, UNDEFINED << 8 | TRAPPED),
	ROW(pmu_counter, undefined, TO_UNDEFINED << 4 | TO_UNDEFINED),
	ROW(pmu_counter, raz, TO_REGISTER << 4 | TO_REGISTER),
	ROW(swio, writable, 0),
	ROW(swio, res1, HCR_EL2_SWIO),
	ROW(vncr_ress, extended, 0x77),
	ROW(vncr_ress, fault, 0x96002004),
	ROW(txsz, nearest, 0x0f0f),
	ROW(txsz, fault, 0x0909),
	ROW(fetch_device, allowed, 0),
	ROW(fetch_device, fault, 0x8600000dull << 32 | 0x8200000d),
	ROW(reset_values, table, 0),
	ROW(reset_values, unknown, 3),
};

static struct cpu *create(
	struct memory *memory, struct cpu_group *group, enum choice_id choice, u8 value)
{
	/* with FEAT_RAS, which v8.4 has, ISV is no choice */
	const char *profile = choice == CHOICE_isv_external ? "v8.3-nv" : "v8.4-nv2";
	struct cpu *cpu = cpu_create(profile, 40, ENGINE_STEP, memory, group, &ops, NULL);

	assert_non_null(cpu);
	memset(ram, 0, sizeof(ram));
	memset(page_flags, 0, sizeof(page_flags));
	cpu->choice[choice] = value;
	cpu_reset(cpu, EL2, CODE);
	return cpu;
}

static struct memory memory_of_test(void)
{
	return (struct memory){ .region = { { PA(RAM), RAM_BYTES, ram, page_flags, false, false } },
		.region_count = 1 };
}

static void every_value_has_its_effect(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct memory memory = memory_of_test();
		struct cpu_group group = { .count = 0 };
		struct cpu *cpu = create(&memory, &group, rows[i].choice, rows[i].value);
		u64 got = rows[i].observe(cpu);

		if (got != rows[i].expected)
			fail_msg("%s=%s: 0x%" PRIx64 ", not 0x%" PRIx64,
				choice_rows[rows[i].choice].name,
				choice_values[rows[i].choice][rows[i].value].name, got,
				rows[i].expected);
		cpu_destroy(cpu);
	}
}

static unsigned always(void *opaque, const struct cpu *cpu, enum liberty liberty, unsigned ways)
{
	(void)opaque, (void)cpu, (void)liberty;
	return ways - 1;
}

/* Whatever was chosen for the machine, HPFAR_EL2 may be UNKNOWN this time. */
static void hpfar_is_unknown_by_liberty(void **state)
{
	static const struct liberties liberties = { always, NULL, (u32)BIT(LIBERTY_HPFAR) };

	(void)state;
	for (u8 value = 0; value < choice_value_count(CHOICE_hpfar_permission); value++) {
		struct memory memory = memory_of_test();
		struct cpu_group group = { .count = 0 };
		struct cpu *cpu = create(&memory, &group, CHOICE_hpfar_permission, value);

		cpu_take_liberties(&group, &liberties);
		assert_int_equal(hpfar_permission(cpu), ~(RAM + 0x5000) >> 12 << 4 & MASK(39, 4));
		cpu_destroy(cpu);
	}
}

/* No selectable value without a row here, and no two values of a choice that look the same. */
static void every_value_has_a_row(void **state)
{
	size_t row = 0;

	(void)state;
	for (enum choice_id id = 0; id < CHOICE_COUNT; id++) {
		unsigned count = choice_value_count(id);

		assert_int_not_equal(count, 0);
		for (unsigned value = 0; count > 1 && value < count; value++, row++) {
			if (row == COUNT(rows) || rows[row].choice != id ||
				rows[row].value != value)
				fail_msg("%s=%s has no row in its place", choice_rows[id].name,
					choice_values[id][value].name);
			for (size_t other = row - value; other < row; other++)
				assert_true(rows[other].expected != rows[row].expected);
		}
	}
	assert_int_equal(row, COUNT(rows));
}

/* Where E2H is RES1, EL2 starts in its formats with nothing trapped. */
static void reset_with_e2h(void **state)
{
	struct memory memory = memory_of_test();
	struct cpu_group group = { .count = 0 };
	struct cpu *cpu = create(&memory, &group, CHOICE_e2h, CHOSEN_e2h_res1);

	(void)state;
	assert_true(is_e2h(cpu));
	assert_false(cpu->fp_traps & 1u << EL2);
	assert_int_equal(sysreg_route(cpu, SR_SCTLR_EL12, DIR_READ).goes, TO_REGISTER);
	cpu_reset(cpu, EL1, CODE); /* there is no EL2 */
	assert_false(is_e2h(cpu));
	cpu_destroy(cpu);
}

static const struct {
	const char *text, *message; /* NULL: it is right */
} texts[] = {
	{ "e2h=res1", NULL },
	{ "txsz=nearest", NULL },
	{ "e2h", "choice 'e2h': not NAME=VALUE of 'entresol choices'" },
	{ "=res1", "choice '=res1': not NAME=VALUE of 'entresol choices'" },
	{ "e2=res1", "choice 'e2=res1': not NAME=VALUE of 'entresol choices'" },
	{ "e2h=", "choice e2h=: choose of writable, res1, res1_nv1_res0, res0" },
	{ "e2h=res", "choice e2h=res: choose of writable, res1, res1_nv1_res0, res0" },
	{ "e2h=res12", "choice e2h=res12: choose of writable, res1, res1_nv1_res0, res0" },
	{ "dc_zva=b32", "choice dc_zva=b32: choose of b64" },
};

static void setting_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		u8 chosen[CHOICE_COUNT] = { 0 };
		struct status status = choice_set(chosen, texts[i].text);

		if (texts[i].message == NULL)
			assert_int_equal(status.code, STATUS_OK);
		else
			assert_string_equal(status.text, texts[i].message);
		assert_int_equal(chosen[CHOICE_e2h], i == 0 ? CHOSEN_e2h_res1 : 0);
	}
	assert_int_equal(choice_find("txsz"), CHOICE_txsz);
	assert_int_equal(choice_find("txs"), CHOICE_COUNT);
	assert_int_equal(choice_find("txsz="), CHOICE_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_has_its_effect),
		cmocka_unit_test(hpfar_is_unknown_by_liberty),
		cmocka_unit_test(every_value_has_a_row),
		cmocka_unit_test(reset_with_e2h),
		cmocka_unit_test(setting_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
