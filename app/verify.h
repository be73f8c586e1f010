/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `entresol verify` share: scenarios as they were asked for, and what came out.
 */
#ifndef ENT_APP_VERIFY_H
#define ENT_APP_VERIFY_H

#include "app/app.h"
#include "verify/scenario.h"

struct verify_options {
	const char *image;				 /* NULL: hyp.elf beside the program */
	const char *words, *adversary, *only, *monitors; /* NULL: as the scenarios say */
	struct scenario_limits limits;
	const char *junit; /* a file; NULL: none */
	bool json;
	char **name; /* of scenarios, or their files; NULL behind the last */
};

/* A run or a sweep of a scenario. */
struct verify_test {
	struct scenario_part part;
	struct scenario_result result; /* of all its units up to the first that broke */
};

struct verify_scenario {
	struct scenario scenario;
	const char *source; /* a file, or the name; owned by who named it */
	struct verify_test test[SCENARIO_PARTS];
	unsigned tests;
};

struct verify {
	const struct verify_options *options;
	char image[4096];
	struct verify_scenario *scenario;
	unsigned scenarios;
};

/* ---- verify_scenarios.c ---- */

/* Those that the options name, as the options say; none named: all bundled ones. */
struct status verify_add_scenarios(struct verify *verify);
/* Prints the bundled ones; an exit code. */
int verify_list_scenarios(void);

/* ---- verify_run.c ---- */

/* Runs all tests; told: each scenario that is done, in order. An error is the first in order. */
struct status verify_run(struct verify *verify,
	void (*told)(const struct verify *verify, const struct verify_scenario *scenario));
/* The first test that broke; NULL: all hold. */
const struct verify_test *verify_broken(const struct verify_scenario *scenario);
/* The command that shows it again, however long that is; to be freed. NULL: no memory. */
char *verify_reproducer(const struct verify *verify, const struct verify_scenario *scenario,
	const struct verify_test *test);

/* ---- verify_report.c ---- */

void verify_print_json(const struct verify *verify);
/* STATUS_HOST: the file cannot be written. */
struct status verify_write_junit(const struct verify *verify, const char *file);

#endif
