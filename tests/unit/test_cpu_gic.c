/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An access of a GIC's register that raises an interrupt: it is taken right behind the instruction,
 * in both engines. Words are from the assembler.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/cpu.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "tests/no_board.h"

#define RAM	    0x40000000ull
#define RAM_BYTES   0x10000ull
#define CODE	    (RAM + 0x100)
#define VECTORS(el) (RAM + 0x1000 * (el))
#define B_SELF	    0x14000000u
#define NOP	    0xd503201fu

/* ---- A distributor with one SGI and the maintenance interrupt ---- */

static void offer(struct cpu *cpu, u32 intid)
{
	icc_offer(cpu, (struct gic_offer){ .intid = intid, .priority = 0x80, .group = 1 });
}

static void on_activate(struct cpu *cpu, u32 intid)
{
	(void)cpu, (void)intid;
}

static void on_sgi(struct cpu *cpu, enum gic_sgi sgi, u64 value)
{
	(void)sgi, (void)value;
	offer(cpu, 1);
}

static void on_enables(struct cpu *cpu)
{
	(void)cpu;
}

static void on_maintenance(struct cpu *cpu, bool level)
{
	if (level)
		offer(cpu, 25);
}

static const struct gic_ops ops = { on_activate, on_activate, on_sgi, on_enables, on_maintenance };

/* ---- Rows ---- */

static const struct row {
	const char *text;
	u32 insn;
	u64 x1;
	u8 el;
	struct {
		u16 reg;
		u64 value;
	} set[3];
	u8 to;
} rows[] = {
	/* clang-format off */
	{ "msr icc_pmr_el1, x1",     0xd5184601, 0xf8,     EL2, { { SR_ICC_PMR_EL1, 0 } },          EL2 },
	{ "msr icc_igrpen1_el1, x1", 0xd518cce1, 1,        EL2, { { SR_ICC_IGRPEN1_EL1, 0 } },      EL2 },
	{ "msr icc_eoir1_el1, x1",   0xd518cc21, 34,       EL2, { { SR_ICC_AP1R0_EL1, 1 } },        EL2 },
	{ "msr icc_ap1r0_el1, x1",   0xd518c901, 0,        EL2, { { SR_ICC_AP1R0_EL1, 1 } },        EL2 },
	{ "msr icc_bpr1_el1, x1",    0xd518cc61, 0,        EL2, { { SR_ICC_BPR1_EL1, 7 }, { SR_ICC_AP1R0_EL1, 1 << 17 } }, EL2 },
	{ "msr icc_ctlr_el1, x1",    0xd518cc81, 0,        EL2, { { SR_ICC_BPR0_EL1, 7 }, { SR_ICC_CTLR_EL1, 1 }, { SR_ICC_AP1R0_EL1, 1 << 17 } }, EL2 },
	{ "msr icc_sgi1r_el1, x1",   0xd518cba1, 1 << 24,  EL2, { { SR_ICC_CTLR_EL1, 2 } },         EL2 },
	{ "msr ich_hcr_el2, x1: the maintenance interrupt", 0xd51ccb01, 9, EL2, { { SR_ICH_HCR_EL2, 1 } }, EL2 },
	{ "msr icc_pmr_el1, x1: a virtual interrupt", 0xd5184601, 0xf8, EL1, { { SR_ICV_PMR_EL1, 0 }, { SR_ICH_LR0_EL2, BIT(62) | BIT(60) | 40 } }, EL1 },
	{ "mrs x0, icc_iar1_el1: none is pending then", 0xd538cc00, 0, EL1, { { SR_ICH_LR0_EL2, BIT(62) | BIT(60) | 40 }, { SR_ICH_HCR_EL2, 9 } }, EL2 },
	/* clang-format on */
};

/* Is an offer there from the start, or does the instruction bring it? */
static bool is_offered(const struct row *row)
{
	return row->el == EL2 && row->insn != 0xd518cba1 && row->insn != 0xd51ccb01;
}

static void prepare(struct cpu *cpu, const struct row *row)
{
	cpu_reset(cpu, EL2, CODE);
	sysreg_write(cpu, SR_VBAR_EL1, VECTORS(EL1));
	sysreg_write(cpu, SR_VBAR_EL2, VECTORS(EL2));
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_RW | HCR_EL2_IMO);
	sysreg_write(cpu, SR_ICC_PMR_EL1, 0xf8);
	sysreg_write(cpu, SR_ICC_IGRPEN1_EL1, 1);
	sysreg_write(cpu, SR_ICH_HCR_EL2, ICH_HCR_EL2_En);
	sysreg_write(cpu, SR_ICH_VMCR_EL2, 0xf8000002);
	for (size_t i = 0; i < COUNT(row->set) && row->set[i].reg != 0; i++)
		sysreg_write(cpu, (enum sysreg_id)row->set[i].reg, row->set[i].value);
	if (is_offered(row))
		offer(cpu, 1);
	pstate_set_el(cpu, row->el, 1);
	cpu->x[1] = row->x1;
	/* the acknowledge is of an interrupt that PSTATE masks; it does not mask EL2's */
	cpu->pstate.daif = row->to > row->el ? DAIF_I : 0;
}

static void check(const struct row *row, enum engine engine)
{
	static const struct cpu_ops board = { NO_BUS, NO_TIMERS };
	struct memory memory = { .region_count = 1 };
	struct cpu_group group = { .count = 0 };
	u8 *ram = aligned_alloc(PAGE_SIZE, RAM_BYTES);
	const u32 code[] = { NOP, row->insn, NOP, B_SELF }, self = B_SELF;
	struct cpu *cpu;
	u64 vector = VECTORS(row->to) + (row->to > row->el ? 0x480 : 0x280);

	for (u64 at = 0; at < RAM_BYTES; at += 4)
		memcpy(ram + at, &self, 4);
	memcpy(ram + (CODE - RAM), code, sizeof(code));
	memory.region[0] = (struct ram_region){ .base = PA(RAM),
		.size = RAM_BYTES,
		.host = ram,
		.page_flags = calloc(RAM_BYTES >> PAGE_SHIFT, 1) };
	cpu = cpu_create("v8.1", 40, engine, &memory, &group, &board, NULL);
	assert_non_null(cpu);
	cpu->gic = &ops;
	prepare(cpu, row);
	cpu_run(cpu, cpu->cycles + 10);
	if (cpu->pc != vector || cpu->sys[row->to == EL2 ? SR_ELR_EL2 : SR_ELR_EL1] != CODE + 8)
		fail_msg("%s, engine %u: at 0x%" PRIx64 ", from 0x%" PRIx64, row->text, engine,
			cpu->pc, cpu->sys[row->to == EL2 ? SR_ELR_EL2 : SR_ELR_EL1]);
	cpu_destroy(cpu);
	free(memory.region[0].page_flags);
	free(ram);
}

static void taken_behind_the_access(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			if (cpu_engine_available(engine))
				check(&rows[i], engine);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken_behind_the_access),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
