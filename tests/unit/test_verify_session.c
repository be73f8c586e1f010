/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions with hyp.elf of this build: how they end, and that they can be taken back with all that
 * is theirs. And what is injected from outside: interrupts of nobody, time until the host's timer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "verify/place.h"
#include "verify/session.h"

/* mmu/mmu.h, which has a struct place of its own */
bool mmu_has_liberties(const struct cpu *cpu);

static struct session_config config_of(const char *words)
{
	struct session_config config = session_default_config();

	config.image = HYP_ELF;
	config.words = words;
	config.machine.profile = "v8.4-nv2";
	config.machine.ram_size = 32u << 20;
	return config;
}

static struct session *open_session(const struct session_config *config)
{
	struct status status;
	struct session *session = session_create(config, &status);

	if (session == NULL)
		fail_msg("%s", status.text);
	return session;
}

#define SHORT "payload=hypercall rounds=1"

static void test_ends(void **state)
{
	static const struct {
		const char *words;
		int expected;
		u64 most;
		enum session_end end;
		const char *why;
	} rows[] = {
		{ SHORT, 0, 0, SESSION_HOLDS, "exit code 0" },
		{ SHORT, 1, 0, SESSION_FAILS, "exit code 0" },
		{ "mode=maybe", 0, 0, SESSION_FAILS, "the guest exited with code 2" },
		{ "mode=maybe", 2, 0, SESSION_HOLDS, "exit code 2" },
		{ SHORT, 0, 1000, SESSION_FAILS, "still running after 1000 instructions" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct session_config config = config_of(rows[i].words);
		struct session *session;

		config.expected_exit = rows[i].expected;
		config.max_insns = rows[i].most;
		session = open_session(&config);
		assert_int_equal(session_run(session, 100), SESSION_GOES_ON);
		assert_string_equal(session_why(session), "");
		if (session_run(session, MACHINE_UNLIMITED) != rows[i].end ||
			strcmp(session_why(session), rows[i].why) != 0)
			fail_msg("row %zu: %s", i, session_why(session));
		/* and it stays so */
		assert_int_equal(session_run(session, 1), rows[i].end);
		session_destroy(session);
	}
}

static void test_bad_configurations(void **state)
{
	struct session_config config = config_of(SHORT);
	struct status status;

	(void)state;
	config.image = "/nonexistent";
	assert_null(session_create(&config, &status));
	assert_int_equal(status.code, STATUS_BAD_IMAGE);
	config = config_of(SHORT);
	config.machine.profile = "none";
	assert_null(session_create(&config, &status));
	assert_int_equal(status.code, STATUS_USAGE);
	for (unsigned i = 0; i < 3; i++) {
		static const u64 where[] = { 0x40201000, 0x40201001, 0 };

		config = config_of(SHORT);
		config.patches = 1;
		config.patch[0] = (struct patch){ where[i], 0, 1 };
		assert_null(session_create(&config, &status));
		assert_int_equal(status.code, STATUS_USAGE);
	}
}

/* To its end: what the guest said, and the state. */
static u64 finish(struct session *session, char **console)
{
	assert_int_equal(session_run(session, MACHINE_UNLIMITED), SESSION_HOLDS);
	*console = strdup(session_console(session));
	assert_non_null(*console);
	return session_hash(session);
}

static void go_back(struct session *session, const struct kept_session *kept)
{
	struct status status = session_go_back(session, kept);

	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
}

static struct kept_session *keep(struct session *session)
{
	struct status status;
	struct kept_session *kept = session_keep(session, &status);

	if (kept == NULL)
		fail_msg("%s", status.text);
	return kept;
}

/* How long such a run is. */
static u64 length_of(const struct session_config *config)
{
	struct session *session = open_session(config);
	u64 insns;

	assert_int_equal(session_run(session, MACHINE_UNLIMITED), SESSION_HOLDS);
	insns = machine_insns(session_machine(session));
	session_destroy(session);
	return insns;
}

/* As often as wanted, in any order, from behind the end too; console and adversary as well. */
static void take_back(struct session_config config)
{
	struct session *session = open_session(&config);
	struct kept_session *kept[3];
	char *first, *again;
	u64 hash, decisions, length = length_of(&config);

	for (unsigned i = 0; i < 3; i++) {
		session_run(session, length / 4);
		kept[i] = keep(session);
	}
	hash = finish(session, &first);
	decisions = session_adversary(session)->decisions;
	for (unsigned i = 0; i < 6; i++) {
		go_back(session, kept[(5 * i + 1) % 3]);
		assert_true(strncmp(first, session_console(session),
				    strlen(session_console(session))) == 0);
		assert_true(strlen(session_console(session)) < strlen(first));
		session_run(session, 1000 * i);
		if (i % 2 == 0)
			continue;
		assert_int_equal(finish(session, &again), hash);
		assert_string_equal(first, again);
		assert_int_equal(session_adversary(session)->decisions, decisions);
		free(again);
	}
	free(first);
	for (unsigned i = 0; i < 3; i++)
		kept_session_free(kept[i]);
	session_destroy(session);
}

static void test_it_is_taken_back(void **state)
{
	struct session_config config = config_of(SHORT);

	(void)state;
	take_back(config);
	config.adversary = (struct adversary_config){ .kind = ADVERSARY_SEED, .seed = 5 };
	take_back(config);
}

static void test_it_is_taken_back_watched(void **state)
{
	struct session_config config = config_of(SHORT);

	(void)state;
	config.monitors = MONITORS_ALL;
	take_back(config);
}

/* What monitors had no room for is not said to hold; a moment that is taken back knows nothing of
 * it. */
static void test_what_is_overlooked_does_not_hold(void **state)
{
	struct session_config config = config_of(SHORT);
	struct kept_session *kept;
	struct session *session;

	(void)state;
	config.monitors = MONITORS_ALL;
	session = open_session(&config);
	kept = keep(session);
	session_run(session, 1000);
	monitor_overlook(session_watchman(session));
	assert_int_equal(session_run(session, MACHINE_UNLIMITED), SESSION_FAILS);
	assert_string_equal(
		session_why(session), "monitors had no room for all that they should watch");
	go_back(session, kept);
	assert_int_equal(session_run(session, MACHINE_UNLIMITED), SESSION_HOLDS);
	kept_session_free(kept);
	session_destroy(session);
}

/* What a TLB keeps for liberties is there exactly while the adversary that is taken back to asks.
 */
static void test_liberties_are_taken_back(void **state)
{
	static const struct adversary_config with = { .kind = ADVERSARY_MAX };
	static const struct adversary_config without = { .kind = ADVERSARY_MAX,
		.only = BIT(LIBERTY_INTERRUPT) };
	static const struct adversary_config *const rows[][2] = { { &with, &without },
		{ &without, &with } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct session_config config = config_of(SHORT);
		struct session *session;
		struct kept_session *kept;
		struct status status;

		config.adversary = *rows[i][0];
		session = open_session(&config);
		session_run(session, 1000);
		kept = keep(session);
		status = session_choose(session, *rows[i][1]);
		assert_int_equal(status.code, STATUS_OK);
		session_run(session, 1000);
		go_back(session, kept);
		assert_int_equal(mmu_has_liberties(machine_cpu(session_machine(session), 0)),
			rows[i][0] == &with);
		kept_session_free(kept);
		session_destroy(session);
	}
}

/* Who chooses is asked the same in a run that is cut in pieces, and taken back between them. */
static void test_a_seed_does_not_depend_on_cuts(void **state)
{
	static const u64 pieces[] = { MACHINE_UNLIMITED, 17, 5003 };
	struct session_config config = config_of(SHORT);
	u64 hash[COUNT(pieces)], decisions[COUNT(pieces)];

	(void)state;
	config.adversary = (struct adversary_config){ .kind = ADVERSARY_SEED, .seed = 5 };
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct session *session = open_session(&config);

		do {
			struct kept_session *kept;

			if (pieces[i] < 1000)
				continue;
			kept = keep(session);
			session_run(session, 100);
			go_back(session, kept);
			kept_session_free(kept);
		} while (session_run(session, pieces[i]) == SESSION_GOES_ON);
		hash[i] = session_hash(session);
		decisions[i] = session_adversary(session)->decisions;
		session_destroy(session);
		assert_int_equal(hash[i], hash[0]);
		assert_int_equal(decisions[i], decisions[0]);
	}
}

/* A child goes on with it, and so does the parent: neither sees what the other prints. */
static void test_it_is_forked(void **state)
{
	struct session_config config = config_of(SHORT);
	struct session *session = open_session(&config);
	char *console, *child;
	pid_t process;
	int how;
	u64 hash;

	(void)state;
	session_run(session, length_of(&config) / 2);
	process = fork();
	if (process == 0) {
		bool ok = session_forked(session).code == STATUS_OK;

		_exit(ok && session_run(session, MACHINE_UNLIMITED) == SESSION_HOLDS &&
					strstr(session_console(session), "every expectation held")
				? 0
				: 1);
	}
	assert_true(process > 0);
	assert_true(waitpid(process, &how, 0) == process && WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), 0);
	assert_null(strstr(session_console(session), "every expectation held"));
	hash = finish(session, &console);
	child = strstr(console, "every expectation held");
	assert_non_null(child);
	assert_null(strstr(child + 1, "every expectation held"));
	assert_true(hash != 0);
	free(console);
	session_destroy(session);
}

/* ---- From outside ---- */

static void go_to(struct session *session, const char *text)
{
	struct place place;
	struct status status = place_parse(text, &place);

	if (status.code == STATUS_OK)
		status = place_run_to(session, &place, MACHINE_UNLIMITED);
	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
}

static void test_an_interrupt_of_nobody(void **state)
{
	struct session_config config = config_of(SHORT);
	struct session *session = open_session(&config);
	struct machine *machine = session_machine(session);
	u64 pc, insns;

	(void)state;
	go_to(session, "guest#3+2");
	pc = machine_cpu(machine, 0)->pc;
	insns = machine_insns(machine);
	assert_false(machine_pend_interrupt(machine, 0, 1020));
	assert_true(machine_pend_interrupt(machine, 0, 1));
	go_to(session, "exception:irq");
	/* taken at once, and where it was: not where a block ends */
	assert_int_equal(machine_cpu(machine, 0)->sys[SR_ELR_EL2], pc);
	assert_int_equal(machine_insns(machine), insns);
	assert_int_equal(session_run(session, MACHINE_UNLIMITED), SESSION_HOLDS);
	session_destroy(session);
}

static void test_time_until_the_hosts_timer(void **state)
{
	struct session_config config = config_of(SHORT " vms=2 quantum=100000");
	struct session *session = open_session(&config);
	struct machine *machine = session_machine(session);
	cycles_t before;
	u64 pc;

	(void)state;
	go_to(session, "guest#3+2");
	pc = machine_cpu(machine, 0)->pc;
	before = machine_cpu(machine, 0)->cycles;
	assert_true(machine_pass_to_timer(machine, 0));
	go_to(session, "exception:irq");
	assert_int_equal(machine_cpu(machine, 0)->sys[SR_ELR_EL2], pc);
	/* 100 ms, at MACHINE_HZ */
	assert_in_range(machine_cpu(machine, 0)->cycles - before, 90000000, 100000000);
	assert_int_equal(session_run(session, MACHINE_UNLIMITED), SESSION_HOLDS);
	session_destroy(session);
}

static void test_no_timer(void **state)
{
	struct session_config config = config_of(SHORT);
	struct session *session = open_session(&config);

	(void)state;
	go_to(session, "insn:1000");
	assert_false(machine_pass_to_timer(session_machine(session), 0));
	session_destroy(session);
}

/* Where runs stand at places; numbers count from the place before. */
static void test_places(void **state)
{
	struct session_config config = config_of(SHORT);
	struct session *session = open_session(&config);
	const struct cpu *cpu = machine_cpu(session_machine(session), 0);
	u64 insns;

	(void)state;
	go_to(session, "eret:guest");
	assert_true(cpu->pstate.el < EL2);
	insns = cpu->insns;
	go_to(session, "guest"); /* the next one */
	assert_true(cpu->insns > insns && cpu->pstate.el < EL2);
	go_to(session, "host");
	assert_int_equal(cpu->pstate.el, EL2);
	go_to(session, "at:hal_enter_guest+0x10");
	insns = cpu->insns;
	go_to(session, "at:hal_enter_guest+0x14");
	assert_int_equal(cpu->insns, insns + 1);
	go_to(session, "exception:HVC64#2+3");
	assert_int_equal(cpu->sys[SR_ESR_EL2] >> 26, 0x16);
	go_to(session, "sysreg:HCR_EL2");
	go_to(session, "barrier:isb");
	go_to(session, "end");
	assert_string_equal(session_why(session), "exit code 0");
	session_destroy(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_bad_configurations),
		cmocka_unit_test(test_it_is_taken_back),
		cmocka_unit_test(test_it_is_taken_back_watched),
		cmocka_unit_test(test_what_is_overlooked_does_not_hold),
		cmocka_unit_test(test_liberties_are_taken_back),
		cmocka_unit_test(test_a_seed_does_not_depend_on_cuts),
		cmocka_unit_test(test_it_is_forked),
		cmocka_unit_test(test_an_interrupt_of_nobody),
		cmocka_unit_test(test_time_until_the_hosts_timer),
		cmocka_unit_test(test_no_timer),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
