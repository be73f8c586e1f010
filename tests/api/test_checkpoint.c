/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol.h: checkpoints, going back, forks.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "entresol.h"

#define DATA (ENT_RAM_BASE + 0x8000)

/* x0 counts, and is stored at x1 and ever further on; each round has an exception. */
static const uint32_t program[] = {
	0x91000400, /* add x0, x0, #1 */
	0xf8008420, /* str x0, [x1], #8 */
	0xd4000002, /* hvc #0 */
	0x17fffffd, /* b .-12 */
};

static const uint32_t eret = 0xd69f03e0;

static struct ent_machine *start(const struct ent_config *config)
{
	struct ent_machine *m = ent_create(config, NULL, 0);

	assert_non_null(m);
	ent_write_ram(m, ENT_RAM_BASE, program, sizeof(program));
	ent_write_ram(m, ENT_RAM_BASE + 0x1200, &eret, sizeof(eret));
	ent_set(m, ENT_VBAR_EL2, ENT_RAM_BASE + 0x1000);
	ent_set_x(m, 1, DATA);
	assert_int_equal(ent_error(m), ENT_OK);
	return m;
}

struct seen {
	uint64_t x0, x1, pc, cycles, last, exceptions;
};

static struct seen look(struct ent_machine *m)
{
	struct seen seen = { ent_x(m, 0), ent_x(m, 1), ent_pc(m), ent_cycles(m),
		ent_ram64(m, ent_x(m, 1) - 8), ent_exception_count(m) };

	return seen;
}

static void expect(struct ent_machine *m, const struct seen *seen)
{
	struct seen now = look(m);

	assert_memory_equal(&now, seen, sizeof(now));
}

static void back_and_forth(const struct ent_config *config)
{
	struct ent_machine *m = start(config);
	struct ent_checkpoint *first, *second;
	struct seen at[3];

	ent_run(m, 333);
	first = ent_checkpoint(m);
	at[0] = look(m);
	ent_run(m, 1000);
	second = ent_checkpoint(m);
	at[1] = look(m);
	ent_run(m, 1000);
	at[2] = look(m);
	assert_int_equal(ent_restore(m, first), ENT_OK);
	expect(m, &at[0]);
	assert_int_equal(ent_ram64(m, DATA + 8 * at[0].x0), 0);
	ent_run(m, 2000);
	expect(m, &at[2]);
	assert_int_equal(ent_restore(m, second), ENT_OK);
	expect(m, &at[1]);
	ent_checkpoint_free(second);
	ent_run(m, 1000);
	expect(m, &at[2]);
	ent_checkpoint_free(first);
	assert_int_equal(ent_error(m), ENT_OK);
	ent_destroy(m);
}

static void restored_machines_go_on_as_they_did(void **state)
{
	(void)state;
	back_and_forth(NULL);
	back_and_forth(&(struct ent_config){ .timing = "a55" });
}

static void forks_are_independent(void **state)
{
	struct ent_machine *m = start(NULL), *fork[3];
	struct ent_checkpoint *checkpoint;
	struct seen end;

	(void)state;
	ent_run(m, 500);
	checkpoint = ent_checkpoint(m);
	for (unsigned i = 0; i < 3; i++) {
		fork[i] = ent_fork(checkpoint);
		assert_non_null(fork[i]);
	}
	ent_checkpoint_free(checkpoint);
	ent_run(m, 500);
	end = look(m);
	ent_set_ram64(m, DATA, 77);
	ent_destroy(m);
	ent_set_x(fork[0], 0, 1000);
	ent_set_ram64(fork[1], DATA + 8, 99);
	for (unsigned i = 0; i < 3; i++)
		ent_run(fork[i], 500);
	expect(fork[1], &end);
	expect(fork[2], &end);
	assert_int_equal(ent_x(fork[0], 0), 1000 + end.x0 - (end.x0 + 1) / 2);
	assert_int_equal(ent_ram64(fork[1], DATA), 1);
	assert_int_equal(ent_ram64(fork[1], DATA + 8), 99);
	assert_int_equal(ent_ram64(fork[2], DATA + 8), 2);
	for (unsigned i = 0; i < 3; i++)
		ent_destroy(fork[i]);
}

/* A fork has checkpoints of its own, of which the machine it came from may be restored. */
static void checkpoints_of_forks(void **state)
{
	struct ent_machine *m = start(NULL), *fork;
	struct ent_checkpoint *checkpoint[2];
	struct seen seen;

	(void)state;
	checkpoint[0] = ent_checkpoint(m);
	fork = ent_fork(checkpoint[0]);
	ent_run(fork, 100);
	seen = look(fork);
	checkpoint[1] = ent_checkpoint(fork);
	ent_destroy(fork);
	assert_int_equal(ent_restore(m, checkpoint[1]), ENT_OK);
	expect(m, &seen);
	ent_checkpoint_free(checkpoint[0]);
	ent_checkpoint_free(checkpoint[1]);
	ent_destroy(m);
}

static void what_makes_no_sense_is_an_error(void **state)
{
	struct ent_machine *m = start(NULL);
	struct ent_machine *other = start(&(struct ent_config){ .ram_size = 2 << 20 });
	struct ent_checkpoint *checkpoint = ent_checkpoint(m);
	struct seen seen = look(other);

	(void)state;
	assert_null(ent_checkpoint(NULL));
	assert_null(ent_fork(NULL));
	ent_checkpoint_free(NULL);
	assert_int_equal(ent_restore(NULL, checkpoint), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_restore(m, NULL), ENT_ERROR_ARGUMENT);
	assert_int_equal(ent_restore(other, checkpoint), ENT_ERROR_ARGUMENT);
	assert_non_null(strstr(ent_error_text(other), "another kind of machine"));
	expect(other, &seen);
	ent_checkpoint_free(checkpoint);
	ent_destroy(other);
	ent_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restored_machines_go_on_as_they_did),
		cmocka_unit_test(forks_are_independent),
		cmocka_unit_test(checkpoints_of_forks),
		cmocka_unit_test(what_makes_no_sense_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
