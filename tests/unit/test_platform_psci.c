/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The firmware: what each call returns and does, SMCCC (DEN 0028), PSCI (DEN 0022), TRNG (DEN
 * 0098).
 */
#include "tests/unit/machine_bench.h"

enum { BRANCH_SELF = B(0) };
enum { SUCCESS = 0, NOT_SUPPORTED = -1, INVALID = -2, ALREADY_ON = -4, INVALID_ADDRESS = -9 };

static struct machine *make(unsigned cpus, u64 seed, const u32 *words, unsigned count)
{
	struct machine_config config = machine_default_config();

	config.cpus = cpus;
	config.engine = ENGINE_STEP;
	config.seed = seed;
	return make_machine(&config, words, count);
}

/* The call by PE 0, while PE 1 is off. */
struct call {
	const char *why;
	u64 x[4];
	s64 result;
};

/* clang-format off */
static const struct call calls[] = {
	{ "SMCCC_VERSION",                         { 0x80000000 },                            0x10001 },
	{ "ARCH_FEATURES of itself",               { 0x80000001, 0x80000001 },                SUCCESS },
	{ "ARCH_FEATURES of WORKAROUND_1",         { 0x80000001, 0x80008000 },                1 },
	{ "ARCH_FEATURES of WORKAROUND_2",         { 0x80000001, 0x80007fff },                1 },
	{ "ARCH_FEATURES of WORKAROUND_3",         { 0x80000001, 0x80003fff },                1 },
	{ "ARCH_FEATURES of SOC_ID",               { 0x80000001, 0x80000002 },                NOT_SUPPORTED },
	{ "ARCH_FEATURES of PSCI",                 { 0x80000001, 0x84000000 },                NOT_SUPPORTED },
	{ "WORKAROUND_1",                          { 0x80008000 },                            SUCCESS },
	{ "PSCI_VERSION",                          { 0x84000000 },                            0x10001 },
	{ "PSCI_VERSION has no 64-bit form",       { 0xc4000000 },                            NOT_SUPPORTED },
	{ "upper half of x0 ignored",              { 0xffffffff84000000 },                    0x10001 },
	{ "MIGRATE_INFO_TYPE",                     { 0x84000006 },                            2 },
	{ "MIGRATE",                               { 0x84000005 },                            NOT_SUPPORTED },
	{ "MIGRATE_INFO_UP_CPU",                   { 0x84000007 },                            NOT_SUPPORTED },
	{ "SYSTEM_SUSPEND",                        { 0xc400000e, CODE },                      NOT_SUPPORTED },
	{ "unknown",                               { 0x84000020 },                            NOT_SUPPORTED },
	{ "zero",                                  { 0 },                                     NOT_SUPPORTED },
	{ "FEATURES of CPU_SUSPEND: no flags",     { 0x8400000a, 0xc4000001 },                0 },
	{ "FEATURES of CPU_OFF",                   { 0x8400000a, 0x84000002 },                0 },
	{ "FEATURES of CPU_OFF, 64 bits",          { 0x8400000a, 0xc4000002 },                NOT_SUPPORTED },
	{ "FEATURES of CPU_ON",                    { 0x8400000a, 0xc4000003 },                0 },
	{ "FEATURES of AFFINITY_INFO",             { 0x8400000a, 0x84000004 },                0 },
	{ "FEATURES of SYSTEM_RESET2",             { 0x8400000a, 0xc4000012 },                0 },
	{ "FEATURES of SYSTEM_SUSPEND",            { 0x8400000a, 0xc400000e },                NOT_SUPPORTED },
	{ "FEATURES of SMCCC_VERSION",             { 0x8400000a, 0x80000000 },                0 },
	{ "FEATURES of ARCH_FEATURES",             { 0x8400000a, 0x80000001 },                NOT_SUPPORTED },
	{ "FEATURES of TRNG",                      { 0x8400000a, 0x84000050 },                NOT_SUPPORTED },
	{ "AFFINITY_INFO of itself",               { 0xc4000004, 0, 0 },                      0 },
	{ "AFFINITY_INFO of an off PE",            { 0xc4000004, 1, 0 },                      1 },
	{ "AFFINITY_INFO of nobody",               { 0xc4000004, 2, 0 },                      INVALID },
	{ "AFFINITY_INFO of another cluster",      { 0xc4000004, 0x100, 0 },                  INVALID },
	{ "AFFINITY_INFO of the cluster",          { 0xc4000004, 1, 1 },                      0 },
	{ "AFFINITY_INFO of no cluster",           { 0xc4000004, 0x100, 1 },                  INVALID },
	{ "AFFINITY_INFO at level 3",              { 0xc4000004, 0xffffff, 3 },               0 },
	{ "AFFINITY_INFO of no level 3",           { 0xc4000004, 1ull << 32, 3 },             INVALID },
	{ "AFFINITY_INFO at level 4",              { 0xc4000004, 0, 4 },                      INVALID },
	{ "AFFINITY_INFO32 sees 32 bits",          { 0x84000004, 0x700000000, 0 },            0 },
	{ "CPU_ON of itself",                      { 0xc4000003, 0, CODE },                   ALREADY_ON },
	{ "CPU_ON of nobody",                      { 0xc4000003, 7, CODE },                   INVALID },
	{ "CPU_ON of another cluster",             { 0xc4000003, 0x100, CODE },               INVALID },
	{ "CPU_ON at a device",                    { 0xc4000003, 1, BOARD_UART_BASE },        INVALID_ADDRESS },
	{ "CPU_ON behind RAM",                     { 0xc4000003, 1, CODE + (1 << 20) },       INVALID_ADDRESS },
	{ "CPU_ON misaligned",                     { 0xc4000003, 1, CODE + 2 },               INVALID_ADDRESS },
	{ "CPU_ON",                                { 0xc4000003, 1, CODE },                   SUCCESS },
	{ "CPU_ON32 sees 32 bits",                 { 0x84000003, 1, 0x900000000 | CODE },     SUCCESS },
	{ "CPU_SUSPEND of a cluster",              { 0xc4000001, 1 << 24 },                   INVALID },
	{ "CPU_SUSPEND with a reserved bit",       { 0xc4000001, 1 << 17 },                   INVALID },
	{ "CPU_SUSPEND64 sees the reserved bits",  { 0xc4000001, 1ull << 32 },                INVALID },
	{ "CPU_SUSPEND to power down",             { 0xc4000001, 1 << 16, CODE },             INVALID },
	{ "SYSTEM_RESET2, vendor's",               { 0xc4000012, 0x80000000 },                INVALID },
	{ "SYSTEM_RESET2, reserved",               { 0xc4000012, 1 },                         INVALID },
	{ "TRNG_VERSION",                          { 0x84000050 },                            0x10000 },
	{ "TRNG_FEATURES of RND64",                { 0x84000051, 0xc4000053 },                SUCCESS },
	{ "TRNG_FEATURES of RND32",                { 0x84000051, 0x84000053 },                SUCCESS },
	{ "TRNG_FEATURES of GET_UUID",             { 0x84000051, 0x84000052 },                SUCCESS },
	{ "TRNG_FEATURES of PSCI",                 { 0x84000051, 0x84000000 },                NOT_SUPPORTED },
	{ "TRNG_RND64 of nothing",                 { 0xc4000053, 0 },                         INVALID },
	{ "TRNG_RND64 of 193 bits",                { 0xc4000053, 193 },                       INVALID },
	{ "TRNG_RND32 of 97 bits",                 { 0x84000053, 97 },                        INVALID },
};
/* clang-format on */

static void answers_calls(void **state)
{
	static const u32 words[] = { BRANCH_SELF };

	(void)state;
	for (size_t i = 0; i < COUNT(calls); i++) {
		const struct call *row = &calls[i];
		struct machine *machine = make(2, 0, words, COUNT(words));
		struct cpu *cpu = machine_cpu(machine, 0);
		u64 want[31];

		for (unsigned r = 0; r < 31; r++)
			cpu->x[r] = want[r] = 0x1111111111111111ull * (r + 1);
		memcpy(cpu->x, row->x, sizeof(row->x));
		memcpy(want, row->x, sizeof(row->x));
		want[0] = (u64)row->result;
		cpu->ops->firmware_call(cpu, 0);
		if (memcmp(cpu->x, want, sizeof(want)) != 0 || cpu->waiting ||
			cpu->stop.reason != STOP_NONE)
			fail_msg("row %zu, %s: x0 = %ld, or others changed", i, row->why,
				(long)cpu->x[0]);
		machine_destroy(machine);
	}
}

/* SMCCC is by immediate 0: of others no function is known. */
static void only_immediate_0(void **state)
{
	static const u32 words[] = { 0xd4000023 /* smc #1 */, BRANCH_SELF };
	struct machine *machine = make(1, 0, words, COUNT(words));
	struct cpu *cpu = machine_cpu(machine, 0);

	(void)state;
	cpu->x[0] = 0x84000008;
	machine_run(machine, 2);
	assert_int_equal((s64)cpu->x[0], NOT_SUPPORTED);
	assert_int_equal(cpu->insns, 2);
	machine_destroy(machine);
}

/* ---- TRNG ---- */

struct random_row {
	u64 id, bits;
	u64 may_be_set[3]; /* x1..x3 */
};

static const struct random_row random_rows[] = {
	{ 0xc4000053, 1, { 0, 0, 1 } },
	{ 0xc4000053, 64, { 0, 0, ~0ull } },
	{ 0xc4000053, 65, { 0, 1, ~0ull } },
	{ 0xc4000053, 140, { 0xfff, ~0ull, ~0ull } },
	{ 0xc4000053, 192, { ~0ull, ~0ull, ~0ull } },
	{ 0x84000053, 20, { 0, 0, 0xfffff } },
	{ 0x84000053, 96, { 0xffffffff, 0xffffffff, 0xffffffff } },
};

/* All bits asked for come up, and no others: some 64 tries. */
static void random_bits(void **state)
{
	static const u32 words[] = { BRANCH_SELF };
	struct machine *machine = make(1, 5, words, COUNT(words));
	struct cpu *cpu = machine_cpu(machine, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(random_rows); i++) {
		u64 seen[3] = { 0 };

		for (unsigned n = 0; n < 64; n++) {
			cpu->x[0] = random_rows[i].id;
			cpu->x[1] = random_rows[i].bits;
			cpu->x[2] = cpu->x[3] = ~0ull;
			cpu->ops->firmware_call(cpu, 0);
			assert_int_equal(cpu->x[0], SUCCESS);
			for (unsigned w = 0; w < 3; w++)
				seen[w] |= cpu->x[1 + w];
		}
		if (memcmp(seen, random_rows[i].may_be_set, sizeof(seen)) != 0)
			fail_msg("row %zu: %lx %lx %lx", i, (long)seen[0], (long)seen[1],
				(long)seen[2]);
	}
	machine_destroy(machine);
}

static u64 random_word(u64 seed)
{
	static const u32 words[] = { BRANCH_SELF };
	struct machine *machine = make(1, seed, words, COUNT(words));
	struct cpu *cpu = machine_cpu(machine, 0);
	u64 word;

	cpu->x[0] = 0xc4000053;
	cpu->x[1] = 64;
	cpu->ops->firmware_call(cpu, 0);
	word = cpu->x[3];
	machine_destroy(machine);
	return word;
}

static void random_by_seed(void **state)
{
	(void)state;
	assert_int_equal(random_word(1), random_word(1));
	assert_int_not_equal(random_word(1), random_word(2));
}

static void uuid_is_no_error(void **state)
{
	static const u32 words[] = { BRANCH_SELF };
	struct machine *machine = make(1, 0, words, COUNT(words));
	struct cpu *cpu = machine_cpu(machine, 0);

	(void)state;
	cpu->x[0] = 0x84000052;
	cpu->ops->firmware_call(cpu, 0);
	for (unsigned i = 0; i < 4; i++)
		assert_in_range(cpu->x[i], 1, 0xfffffffe);
	machine_destroy(machine);
}

/* ---- Calls that end or suspend something ---- */

static void stops(void **state)
{
	static const struct {
		u64 x[2];
		enum stop_reason reason;
		const char *text;
	} rows[] = {
		{ { 0x84000008 }, STOP_EXIT, "PSCI SYSTEM_OFF" },
		{ { 0x84000009 }, STOP_RESET, "PSCI SYSTEM_RESET" },
		{ { 0x84000012, 0 }, STOP_RESET, "PSCI SYSTEM_RESET2" },
		{ { 0xc4000012, 0 }, STOP_RESET, "PSCI SYSTEM_RESET2" },
		{ { 0x84000002 }, STOP_STUCK, "every PE is powered off" },
	};
	static const u32 words[] = { SMC, NOP, BRANCH_SELF };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct machine *machine = make(2, 0, words, COUNT(words));
		const struct stop *stop;

		memcpy(machine_cpu(machine, 0)->x, rows[i].x, sizeof(rows[i].x));
		stop = machine_run(machine, MACHINE_UNLIMITED);
		assert_int_equal(stop->reason, rows[i].reason);
		assert_string_equal(stop->text, rows[i].text);
		assert_int_equal(machine_cpu(machine, 0)->insns, 1);
		machine_destroy(machine);
	}
}

/* CPU_SUSPEND returns when an interrupt is pending, masked or not, and at once if one is. */
static void suspends(void **state)
{
	static const u64 power_states[] = { 0, 0x1234 };
	static const u32 words[] = { SMC, NOP, BRANCH_SELF };

	(void)state;
	for (size_t i = 0; i < COUNT(power_states); i++) {
		struct machine *machine = make(1, 0, words, COUNT(words));
		struct cpu *cpu = machine_cpu(machine, 0);

		cpu->x[0] = 0xc4000001;
		cpu->x[1] = power_states[i];
		cpu->x[2] = CODE;
		assert_int_equal(machine_run(machine, MACHINE_UNLIMITED)->reason, STOP_STUCK);
		assert_true(cpu->waiting);
		assert_int_equal(cpu->insns, 1);
		machine_set_line(machine, 0, LINE_IRQ, true);
		assert_false(cpu->waiting);
		assert_int_equal(cpu->x[0], SUCCESS);
		assert_int_equal(cpu->pc, CODE + 4);
		cpu->x[0] = 0xc4000001;
		cpu->ops->firmware_call(cpu, 0);
		assert_false(cpu->waiting);
		machine_destroy(machine);
	}
}

/* CPU_ON: reset state, entry and context; off PEs stay off. */
static void turns_on(void **state)
{
	static const u32 words[] = { SMC, BRANCH_SELF, BRANCH_SELF };
	struct machine *machine = make(3, 0, words, COUNT(words));
	struct cpu *cpu = machine_cpu(machine, 0), *other = machine_cpu(machine, 2);

	(void)state;
	other->x[5] = 5;
	cpu->x[0] = 0xc4000003;
	cpu->x[1] = 2;
	cpu->x[2] = CODE + 8;
	cpu->x[3] = 0x123456789abcdef0;
	machine_run(machine, 10);
	assert_int_equal(cpu->x[0], SUCCESS);
	assert_true(machine_cpu_is_on(machine, 2));
	assert_false(machine_cpu_is_on(machine, 1));
	assert_int_equal(other->x[0], 0x123456789abcdef0);
	assert_int_equal(other->x[5], 0);
	assert_int_equal(other->pc, CODE + 8);
	assert_int_equal(other->pstate.el, EL2);
	assert_int_equal(other->pstate.daif, 15);
	assert_int_equal(other->sys[SR_MPIDR_EL1] & 0xff, 2);
	machine_destroy(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_calls),
		cmocka_unit_test(only_immediate_0),
		cmocka_unit_test(random_bits),
		cmocka_unit_test(random_by_seed),
		cmocka_unit_test(uuid_is_no_error),
		cmocka_unit_test(stops),
		cmocka_unit_test(suspends),
		cmocka_unit_test(turns_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
