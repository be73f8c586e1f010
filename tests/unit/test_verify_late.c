/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an adversary may do with a program of a few words: writes of system registers that are seen
 * late or at once, and where at the latest; interrupts that wait; spurious failures.
 */
#include "debug/observers.h"
#include "platform/checkpoint.h"
#include "sysregs/late.h"
#include "sysregs/table.h"
#include "tests/unit/machine_bench.h"
#include "verify/adversary.h"

#define MSR(id, rt) (0xd5000000u | sysreg_encoding(SR_##id) << 5 | (rt))
#define MRS(rt, id) (0xd5200000u | sysreg_encoding(SR_##id) << 5 | (rt))
#define SVC0	    0xd4000001u
#define ERET	    0xd69f03e0u
#define ISB	    0xd5033fdfu
#define FMOV	    0x1e2e1000u /* fmov s0, #1.0 */
#define STXR(rs)    (0xc8007c00u | (rs) << 16 | 1u << 5 | 2u)
#define DAIFCLR_I   0xd50342ffu

struct bench {
	struct machine *machine;
	struct cpu *cpu;
	struct adversary adversary;
	struct observers observers;
	struct event effect[40];
	unsigned effects;
};

static void note(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct bench *bench = opaque;

	(void)cpu;
	if (bench->effects < COUNT(bench->effect))
		bench->effect[bench->effects] = *event;
	bench->effects++;
}

static void take(struct bench *bench, const char *text)
{
	struct adversary_config config;
	struct status status = adversary_parse(text, &config);

	assert_string_equal(status.text, "");
	adversary_init(&bench->adversary, config);
	machine_take_liberties(bench->machine, adversary_liberties(&bench->adversary));
}

static void begin(struct bench *bench, const char *adversary, const u32 *words)
{
	struct machine_config config = machine_default_config();
	struct observer observer = { BIT(EVENT_EFFECT), note, bench, false };
	unsigned count = 0;

	*bench = (struct bench){ .effects = 0 };
	config.profile = "max";
	config.engine = ENGINE_STEP;
	while (words[count] != 0)
		count++;
	bench->machine = make_machine(&config, words, count);
	bench->cpu = machine_cpu(bench->machine, 0);
	observers_add(&bench->observers, bench->machine, &observer);
	take(bench, adversary);
}

static void run(struct bench *bench, u64 insns)
{
	assert_int_equal(machine_run(bench->machine, insns)->reason, STOP_BUDGET);
}

static void finish(struct bench *bench)
{
	machine_destroy(bench->machine);
}

/* ---- When a write takes effect ---- */

/* Registers with a value that changes nothing for the program, by the name that is written. */
static const struct {
	enum sysreg_id name, reg;
	u16 value;
} written[] = {
	{ SR_HCR_EL2, SR_HCR_EL2, 0x38 },
	{ SR_TTBR0_EL1, SR_TTBR0_EL1, 0x4000 },
	{ SR_VTTBR_EL2, SR_VTTBR_EL2, 0x5000 },
	{ SR_VBAR_EL2, SR_VBAR_EL2, 0x800 },
	{ SR_VBAR_EL1, SR_VBAR_EL1, 0x1000 },
	{ SR_CPACR_EL1, SR_CPACR_EL1, 0 },
	{ SR_APIAKeyLo_EL1, SR_APIAKeyLo_EL1, 0x1234 },
	{ SR_MDSCR_EL1, SR_MDSCR_EL1, 0x1000 },
	{ SR_DBGBVR0_EL1, SR_DBGBVR0_EL1, 0x1000 },
	{ SR_CNTVOFF_EL2, SR_CNTVOFF_EL2, 99 },
};

static void each_register(const char *adversary, bool is_late)
{
	for (size_t i = 0; i < COUNT(written); i++) {
		u32 reg = sysreg_encoding(written[i].name) << 5;
		const u32 words[] = { MOVZ(1, written[i].value), 0xd5000001u | reg, NOP,
			0xd5200002u | reg, ISB, NOP, B(0), 0 };
		struct bench b;
		u64 before;

		begin(&b, adversary, words);
		before = b.cpu->sys[written[i].reg];
		run(&b, 4);
		if (is_late && before != b.cpu->x[1])
			assert_int_equal(b.cpu->sys[written[i].reg], before);
		else
			assert_int_equal(b.cpu->sys[written[i].reg], b.cpu->x[2]);
		assert_int_equal(b.cpu->late_count, is_late);
		assert_int_equal(b.cpu->x[2] & 0xffff, written[i].value); /* HCR_EL2.RW is RES1 */
		run(&b, 1);
		assert_int_equal(b.cpu->sys[written[i].reg], b.cpu->x[2]);
		assert_int_equal(b.cpu->late_count, 0);
		finish(&b);
	}
}

static void test_late_until_isb(void **state)
{
	(void)state;
	each_register("max", true);
	each_register("max/late_write", true);
}

static void test_at_once(void **state)
{
	(void)state;
	each_register("none", false);
	each_register("min", false);
	each_register("max/hpfar,interrupt", false);
}

/* Somewhere on the way: of many seeds each of the three moments is one. */
static void test_seeds_choose(void **state)
{
	static u32 words[40];
	unsigned at_once = 0, later = 0, last = 0;

	(void)state;
	words[0] = MOVZ(1, 0x4000);
	words[1] = MSR(TTBR0_EL1, 1);
	for (unsigned i = 2; i < 6; i++)
		words[i] = NOP;
	words[6] = ISB;
	words[7] = B(0);
	for (unsigned seed = 0; seed < 60; seed++) {
		unsigned when = 2;
		struct bench b;
		char text[40];

		snprintf(text, sizeof(text), "seed=%u/late_write,write_effect", seed);
		begin(&b, text, words);
		run(&b, 2);
		while (b.cpu->sys[SR_TTBR0_EL1] == 0 && when < 10) {
			run(&b, 1);
			when++;
		}
		assert_true(when <= 7);
		at_once += when == 2;
		later += when > 2 && when < 7;
		last += when == 7;
		finish(&b);
	}
	assert_true(at_once > 15 && later > 5 && last > 5);
}

/* One write after the other. */
static void test_one_by_one(void **state)
{
	static u32 words[] = { MOVZ(1, 0x4000), 0, NOP, 0, NOP, ISB, B(0), 0 };

	(void)state;
	words[1] = MSR(TTBR0_EL1, 1);
	words[3] = MSR(TTBR1_EL1, 1);
	for (unsigned n = 0; n < 3; n++) {
		struct bench b;
		char text[40];

		snprintf(text, sizeof(text), "nth=%u/late_write", n);
		begin(&b, text, words);
		run(&b, 5);
		assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], n == 0 ? 0 : 0x4000);
		assert_int_equal(b.cpu->sys[SR_TTBR1_EL1], n == 1 ? 0 : 0x4000);
		run(&b, 1);
		assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0x4000);
		assert_int_equal(b.cpu->sys[SR_TTBR1_EL1], 0x4000);
		assert_int_equal(b.adversary.decisions, 2);
		finish(&b);
	}
}

/* At EL2 with E2H the name SCTLR_EL1 is another register: the value is that one's. */
static void test_redirected_names(void **state)
{
	static u32 words[] = { MOVZ(1, 0x4000), 0, 0, 0, 0, NOP, B(0), 0 };
	struct bench b;

	(void)state;
	words[1] = MSR(TTBR0_EL1, 1);
	words[2] = MRS(2, TTBR0_EL1);
	words[3] = MRS(3, TTBR0_EL2);
	words[4] = MRS(4, TTBR0_EL12);
	begin(&b, "max", words);
	b.cpu->sys[SR_HCR_EL2] |= HCR_EL2_E2H;
	run(&b, 5);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL2], 0);
	assert_int_equal(b.cpu->x[2], 0x4000);
	assert_int_equal(b.cpu->x[3], 0x4000);
	assert_int_equal(b.cpu->x[4], 0);
	finish(&b);
}

/* ---- Context synchronization events ---- */

/* An SVC goes by the vectors that are in effect, and what was late is in effect behind it. */
static void test_exception_entry(void **state)
{
	static u32 words[] = { MOVZ(1, 0x800), MOVK16(1, 0x4000), 0, SVC0, 0 };
	struct bench b;

	(void)state;
	words[2] = MSR(VBAR_EL2, 1);
	begin(&b, "max", words);
	run(&b, 4);
	assert_int_equal(b.cpu->pc, 0x200);
	assert_int_equal(b.cpu->sys[SR_VBAR_EL2], CODE + 0x800);
	finish(&b);
	begin(&b, "min", words);
	run(&b, 4);
	assert_int_equal(b.cpu->pc, CODE + 0xa00);
	finish(&b);
}

/* ERET synchronizes before it looks at HCR_EL2.TGE. */
static void test_exception_return(void **state)
{
	static u32 words[] = { MOVZ(1, 0), MOVZ(2, 0x3c5), 0, MOVZ(3, 0x20), MOVK16(3, 0x4000), 0,
		0, ERET, 0 };
	struct bench b;

	(void)state;
	words[2] = MSR(SPSR_EL2, 2);
	words[5] = MSR(ELR_EL2, 3);
	words[6] = MSR(HCR_EL2, 1);
	begin(&b, "max", words);
	b.cpu->sys[SR_HCR_EL2] |= HCR_EL2_TGE;
	run(&b, 7);
	assert_true(b.cpu->sys[SR_HCR_EL2] & HCR_EL2_TGE);
	run(&b, 1);
	assert_int_equal(b.cpu->sys[SR_HCR_EL2], HCR_EL2_RW);
	assert_int_equal(b.cpu->pstate.el, EL1);
	assert_false(b.cpu->pstate.il);
	finish(&b);
}

/* A trap that is not in effect yet does not trap. */
static void test_late_trap(void **state)
{
	static u32 words[] = { MOVZ(1, 0x400), 0, FMOV, ISB, FMOV, 0 };
	struct bench b;

	(void)state;
	words[1] = MSR(CPTR_EL2, 1);
	begin(&b, "max", words);
	b.cpu->sys[SR_CPTR_EL2] = 0;
	sysregs_arm_traps(b.cpu);
	run(&b, 4);
	assert_int_equal(b.cpu->pc, CODE + 16);
	run(&b, 1);
	assert_int_equal(b.cpu->sys[SR_ESR_EL2] >> 26, EC_FP_ACCESS);
	finish(&b);
	begin(&b, "min", words);
	run(&b, 3);
	assert_int_equal(b.cpu->sys[SR_ESR_EL2] >> 26, EC_FP_ACCESS);
	assert_int_equal(b.cpu->sys[SR_ELR_EL2], CODE + 8);
	finish(&b);
}

/* ---- Order, room, and what is told ---- */

static void test_writes_of_one_register_stay_in_order(void **state)
{
	static u32 words[] = { MOVZ(1, 0x1000), MOVZ(2, 0x2000), 0, 0, 0, ISB, NOP, B(0), 0 };
	struct bench b;

	(void)state;
	words[2] = MSR(TTBR0_EL1, 1);
	words[3] = MSR(TTBR0_EL1, 2);
	words[4] = MRS(3, TTBR0_EL1);
	begin(&b, "max", words);
	run(&b, 6);
	assert_int_equal(b.cpu->x[3], 0x2000);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0x2000);
	assert_int_equal(b.effects, 2);
	assert_int_equal(b.effect[0].before, 0);
	assert_int_equal(b.effect[0].value, 0x1000);
	assert_int_equal(b.effect[1].before, 0x1000);
	assert_int_equal(b.effect[1].value, 0x2000);
	assert_int_equal(b.effect[1].reg, SR_TTBR0_EL1);
	finish(&b);
}

/* Late, then at once: by a chooser that says so. */
static unsigned alternate(void *opaque, const struct cpu *cpu, enum liberty which, unsigned ways)
{
	unsigned *asked = opaque;

	(void)cpu;
	assert_int_equal(ways, 2);
	return which == LIBERTY_LATE_WRITE && (*asked)++ % 2 == 0;
}

static void test_at_once_behind_late(void **state)
{
	static u32 words[] = { MOVZ(1, 0x1000), MOVZ(2, 0x2000), 0, 0, 0, NOP, B(0), 0 };
	unsigned asked = 0;
	struct liberties liberties = { alternate, &asked, ~0u };
	struct bench b;

	(void)state;
	words[2] = MSR(TTBR1_EL1, 1);
	words[3] = MSR(TTBR1_EL1, 2);
	begin(&b, "none", words);
	machine_take_liberties(b.machine, &liberties);
	run(&b, 3);
	assert_int_equal(b.cpu->sys[SR_TTBR1_EL1], 0);
	run(&b, 1);
	assert_int_equal(b.cpu->sys[SR_TTBR1_EL1], 0x2000);
	assert_int_equal(b.cpu->late_count, 0);
	finish(&b);
}

static void test_no_room(void **state)
{
	static u32 words[LATE_WRITES + 4];
	struct bench b;

	(void)state;
	words[0] = MOVZ(1, 0x7000);
	for (unsigned i = 0; i <= LATE_WRITES; i++)
		words[1 + i] = i == 0 ? MSR(TTBR0_EL1, 1) : MSR(TTBR1_EL1, 1);
	words[LATE_WRITES + 2] = B(0);
	begin(&b, "max", words);
	run(&b, 1 + LATE_WRITES);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0);
	assert_int_equal(b.cpu->late_count, LATE_WRITES);
	run(&b, 1);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0x7000);
	assert_int_equal(b.cpu->late_count, 1);
	finish(&b);
}

/* Nobody chooses any more. */
static void test_forgone(void **state)
{
	static u32 words[] = { MOVZ(1, 0x7000), 0, NOP, NOP, B(0), 0 };
	struct bench b;

	(void)state;
	words[1] = MSR(TTBR0_EL1, 1);
	begin(&b, "max", words);
	run(&b, 2);
	machine_take_liberties(b.machine, NULL);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0x7000);
	assert_int_equal(b.effects, 1);
	run(&b, 2);
	finish(&b);
}

/* Late writes are state of the machine; who chooses is not. */
static void test_checkpoint(void **state)
{
	static u32 words[] = { MOVZ(1, 0x7000), 0, NOP, ISB, NOP, B(0), 0 };
	struct checkpoint *checkpoint;
	struct status status;
	struct machine *fork;
	struct bench b;

	(void)state;
	words[1] = MSR(TTBR0_EL1, 1);
	begin(&b, "max", words);
	run(&b, 3);
	checkpoint = machine_checkpoint(b.machine, &status);
	assert_non_null(checkpoint);
	run(&b, 1);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0x7000);
	assert_int_equal(machine_restore(b.machine, checkpoint).code, STATUS_OK);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0);
	assert_int_equal(b.cpu->late_count, 1);
	run(&b, 1);
	assert_int_equal(b.cpu->sys[SR_TTBR0_EL1], 0x7000);
	fork = machine_fork(checkpoint, &status);
	assert_non_null(fork);
	machine_run(fork, 1); /* nobody chooses there */
	assert_int_equal(machine_cpu(fork, 0)->late_count, 0);
	assert_int_equal(machine_cpu(fork, 0)->sys[SR_TTBR0_EL1], 0x7000);
	machine_destroy(fork);
	checkpoint_free(checkpoint);
	machine_reset(b.machine);
	assert_ptr_equal(b.cpu->liberties, &b.adversary.liberties);
	finish(&b);
}

/* Queues that cannot be. */
static void test_bad_archives(void **state)
{
	static const struct {
		bool is_good;
		u8 count;
		u16 reg;
	} rows[] = {
		{ true, 0, 0 },
		{ true, 1, SR_HCR_EL2 },
		{ false, 1, SR_FAR_EL2 },
		{ false, 1, 0xffff },
		{ false, 2, SR_HCR_EL2 }, /* the second is missing */
		{ false, LATE_WRITES + 1, SR_HCR_EL2 },
	};
	const u32 words[] = { NOP, 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u8 bytes[11] = { rows[i].count, (u8)rows[i].reg, (u8)(rows[i].reg >> 8) };
		struct archive archive = archive_to_load(bytes, sizeof(bytes));
		struct bench b;

		begin(&b, "none", words);
		late_transfer(b.cpu, &archive);
		assert_int_equal(archive.failed, !rows[i].is_good);
		b.cpu->late_count = 0; /* what failed is discarded */
		finish(&b);
	}
}

/* ---- Interrupts ---- */

/* At the vector is a loop. */
static void pend(struct bench *bench)
{
	const u32 loop = B(0);

	memcpy(machine_memory(bench->machine)->region[0].host + 0xa80, &loop, 4);
	bench->cpu->sys[SR_VBAR_EL2] = CODE + 0x800;
	bench->cpu->pstate.daif = 0;
	bench->cpu->sys[SR_HCR_EL2] |= HCR_EL2_IMO;
	machine_set_line(bench->machine, 0, LINE_IRQ, true);
}

static void test_interrupt_waits_for_isb(void **state)
{
	static u32 words[] = { NOP, NOP, NOP, ISB, NOP, B(0), 0 };
	struct bench b;

	(void)state;
	begin(&b, "max", words);
	pend(&b);
	run(&b, 3);
	assert_int_equal(b.cpu->pc, CODE + 12);
	run(&b, 2);
	assert_int_equal(b.cpu->sys[SR_ELR_EL2], CODE + 16);
	finish(&b);
	begin(&b, "min", words);
	pend(&b);
	run(&b, 1);
	assert_int_equal(b.cpu->sys[SR_ELR_EL2], CODE);
	finish(&b);
}

/* But not for ever. */
static void test_interrupt_comes(void **state)
{
	static const u32 words[] = { NOP, B(-1), 0 };
	struct bench b;

	(void)state;
	begin(&b, "max", words);
	pend(&b);
	run(&b, 30);
	assert_int_equal(b.cpu->sys[SR_ELR_EL2], 0);
	run(&b, 10);
	assert_int_not_equal(b.cpu->sys[SR_ELR_EL2], 0);
	finish(&b);
}

/* ---- Failures and ends that are permitted ---- */

static unsigned one(void *opaque, const struct cpu *cpu, enum liberty which, unsigned ways)
{
	(void)cpu, (void)ways;
	return which == *(const enum liberty *)opaque;
}

static void test_exclusive(void **state)
{
	static const u32 words[] = { MOVZ(1, 0x8000), MOVK16(1, 0x4000), LDXR(3, 1), STXR(4), NOP,
		B(0), 0 };
	static const enum liberty which = LIBERTY_EXCLUSIVE;
	struct liberties liberties = { one, (void *)&which, ~0u };
	struct bench b;

	(void)state;
	begin(&b, "none", words);
	run(&b, 4);
	assert_int_equal(b.cpu->x[4], 0);
	finish(&b);
	begin(&b, "none", words);
	machine_take_liberties(b.machine, &liberties);
	run(&b, 4);
	assert_int_equal(b.cpu->x[4], 1);
	finish(&b);
}

static void test_wait(void **state)
{
	static const u32 words[] = { WFI, WFE, NOP, B(0), 0 };
	static const enum liberty which = LIBERTY_WAIT;
	struct liberties liberties = { one, (void *)&which, ~0u };
	struct bench b;

	(void)state;
	begin(&b, "none", words);
	assert_int_equal(machine_run(b.machine, 2)->reason, STOP_STUCK);
	finish(&b);
	begin(&b, "none", words);
	machine_take_liberties(b.machine, &liberties);
	run(&b, 3);
	assert_int_equal(b.cpu->pc, CODE + 12);
	finish(&b);
}

/* ---- The table, and texts ---- */

/* An MRS of a late register needs no hook, and what is stored is known before it is. */
static void test_rows_are_plain(void **state)
{
	unsigned count = 0;

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const struct sysreg *row = &sysreg_rows[id];

		if (!sysreg_may_be_late((enum sysreg_id)id))
			continue;
		count++;
		assert_null(row->read);
		assert_null(row->took);
		assert_int_equal(row->alias_of, 0);
		assert_false(row->is_operation);
		assert_int_not_equal(~row->res0, 0); /* stores something */
	}
	assert_true(count > 60);
}

static void test_stored_value_is_known(void **state)
{
	struct rng rng = { 1 };

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		u64 value = rng_next(&rng), stored;
		const u32 words[] = { NOP, 0 };
		struct bench b;

		if (!sysreg_may_be_late((enum sysreg_id)id))
			continue;
		begin(&b, "none", words);
		stored = sysreg_as_stored(b.cpu, (enum sysreg_id)id, value);
		sysreg_write(b.cpu, (enum sysreg_id)id, value);
		assert_int_equal(b.cpu->sys[id], stored);
		finish(&b);
	}
}

static void test_texts(void **state)
{
	static const struct {
		const char *text, *said; /* NULL: refused */
	} rows[] = {
		{ "none", "none" },
		{ "min", "min" },
		{ "max/late_write", "max/late_write" },
		{ "MAX", NULL },
		{ "max/FILL,hpfar", "max/fill,hpfar" },
		{ "seed=7", "seed=7" },
		{ "nth=7/late_write", "nth=7/late_write" },
		{ "nth", NULL },
		{ "seed=0x10/wait", "seed=16/wait" },
		{ "seed=010", "seed=10" },
		{ "seed=18446744073709551615", "seed=18446744073709551615" },
		{ "seed=18446744073709551616", NULL },
		{ "seed=", NULL },
		{ "seed=-1", NULL },
		{ "seed= 1", NULL },
		{ "seed=1x", NULL },
		{ "seed", NULL },
		{ "max/", NULL },
		{ "max/late", NULL },
		{ "max/late_write,", NULL },
		{ "max/late_writes", NULL },
		{ "", NULL },
		{ "/wait", NULL },
	};
	char said[ADVERSARY_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct adversary_config config = { .seed = 99 };
		struct status status = adversary_parse(rows[i].text, &config);

		if (rows[i].said == NULL) {
			assert_int_equal(status.code, STATUS_USAGE);
			assert_int_equal(config.seed, 99);
			continue;
		}
		assert_int_equal(status.code, STATUS_OK);
		assert_string_equal(adversary_say(config, said, sizeof(said)), rows[i].said);
	}
	adversary_say(
		(struct adversary_config){ ADVERSARY_SEED, ~(u64)0, (u32)BIT(LIBERTY_COUNT) - 1 },
		said, sizeof(said));
	assert_non_null(strstr(said, ",wait")); /* all fit */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late_until_isb),
		cmocka_unit_test(test_at_once),
		cmocka_unit_test(test_seeds_choose),
		cmocka_unit_test(test_one_by_one),
		cmocka_unit_test(test_redirected_names),
		cmocka_unit_test(test_exception_entry),
		cmocka_unit_test(test_exception_return),
		cmocka_unit_test(test_late_trap),
		cmocka_unit_test(test_writes_of_one_register_stay_in_order),
		cmocka_unit_test(test_at_once_behind_late),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_forgone),
		cmocka_unit_test(test_checkpoint),
		cmocka_unit_test(test_bad_archives),
		cmocka_unit_test(test_interrupt_waits_for_isb),
		cmocka_unit_test(test_interrupt_comes),
		cmocka_unit_test(test_exclusive),
		cmocka_unit_test(test_wait),
		cmocka_unit_test(test_rows_are_plain),
		cmocka_unit_test(test_stored_value_is_known),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
