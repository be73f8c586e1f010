/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How quickly a run is interrupted at every instruction on this host: forks of a machine, sessions
 * that are taken back, trials of a sweep of a world switch. A line of JSON.
 * Usage: bench_sweeps HYP_ELF
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "platform/checkpoint.h"
#include "verify/sweep.h"

enum { ROUNDS = 400, TRIALS = 400 };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void check(bool holds, const struct status *status)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", status->text);
	exit(1);
}

static struct place place(const char *text)
{
	struct place place;
	struct status status = place_parse(text, &place);

	check(status.code == STATUS_OK, &status);
	return place;
}

/* A VM of a VHE host: from a call of the guest to where it goes on. */
static struct sweep_config config_of(const char *image)
{
	struct sweep_config config = { .session = session_default_config(),
		.from = place("exception:HVC64#3"),
		.to = place("eret:guest"),
		.jobs = 1,
		.count = TRIALS };

	config.session.image = image;
	config.session.words = "payload=hypercall rounds=1";
	config.session.machine.ram_size = 32u << 20;
	return config;
}

static void move(struct session *session)
{
	struct place from = place("exception:HVC64#3");
	struct status status = place_run_to(session, &from, MACHINE_UNLIMITED);

	check(status.code == STATUS_OK, &status);
}

/* Each is made, executes an instruction, and is gone. */
static void measure_forks(struct session *session)
{
	struct status status;
	struct checkpoint *checkpoint = machine_checkpoint(session_machine(session), &status);
	double begin = 0;

	check(checkpoint != NULL, &status);
	for (unsigned i = 0; i <= ROUNDS; i++) {
		struct machine *fork = machine_fork(checkpoint, &status);

		check(fork != NULL, &status);
		machine_run(fork, 1);
		machine_destroy(fork);
		if (i == 0) /* the first one makes what the others share */
			begin = now();
	}
	printf("\"forks_per_second\": %.0f, ", ROUNDS / (now() - begin));
	checkpoint_free(checkpoint);
}

/* Kept, run for a thousand instructions, taken back. */
static void measure_going_back(struct session *session)
{
	double begin = now();

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct status status;
		struct kept_session *kept = session_keep(session, &status);

		check(kept != NULL, &status);
		session_run(session, 1000);
		status = session_go_back(session, kept);
		check(status.code == STATUS_OK, &status);
		kept_session_free(kept);
	}
	printf("\"restores_per_second\": %.0f, ", ROUNDS / (now() - begin));
}

static void ignore(void *opaque, const struct trial *trial)
{
	(void)opaque;
	(void)trial;
}

static void measure_trials(struct sweep_config config, const char *name, const char *end)
{
	struct sweep_totals totals;
	double begin = now();
	struct status status = sweep_run(&config, ignore, NULL, NULL, &totals);

	check(status.code == STATUS_OK, &status);
	check(totals.trials == TRIALS && totals.failed == 0, &status);
	printf("\"%s\": %.0f%s", name, TRIALS / (now() - begin), end);
}

int main(int argc, char **argv)
{
	struct sweep_config config = config_of(argc > 1 ? argv[1] : "hyp.elf");
	struct status status;
	struct session *session = session_create(&config.session, &status);

	check(session != NULL, &status);
	printf("{");
	move(session);
	measure_forks(session);
	measure_going_back(session);
	session_destroy(session);
	measure_trials(config, "injections_per_second", ", ");
	config.session.monitors = MONITORS_ALL;
	config.insns_after = 20000;
	measure_trials(config, "watched_injections_per_second", "}\n");
	return 0;
}
