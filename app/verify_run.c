/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tests of scenarios, several processes at a time. What comes out depends neither on how
 * many there are nor on which is done first: of the seeds of a test the first that breaks counts.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/verify.h"
#include "base/shell.h"
#include "verify/child.h"
#include "verify/jobs.h"

/* What is done behind a unit that takes long waits: it is told in order. */
enum { SEEDS_OF_UNIT = 250, MOST_WAITING = 4 * MOST_JOBS };

/* What a process does: a test, or some seeds of one. */
struct unit {
	struct verify_scenario *scenario;
	struct verify_test *test;
	struct scenario_part part;
	struct outcome {
		struct status status;
		struct scenario_result result;
	} outcome;
	bool is_last;	  /* of the scenario */
	bool is_needless; /* behind seeds of which one broke */
	bool is_done;
	struct child child;
};

struct running {
	struct verify *verify;
	void (*told)(const struct verify *verify, const struct verify_scenario *scenario);
	struct unit unit[MOST_WAITING]; /* by number: those that are made and not told */
	u64 units, made, begun, done, told_units;
	struct cursor {
		unsigned scenario, test;
		u64 seeds;
	} next; /* to be made */
	unsigned jobs;
	struct status status; /* the first error: no more are begun */
};

/* ---- Progress, on a terminal only ---- */

static bool is_shown(void)
{
	return isatty(STDERR_FILENO) == 1;
}

static void show(const struct running *running, const char *what, u64 done, u64 all)
{
	const struct unit *unit = &running->unit[running->told_units % MOST_WAITING];

	if (!is_shown() || running->told_units >= running->made)
		return;
	fprintf(stderr, "\r\033[K%" PRIu64 "/%" PRIu64 "  %s", running->done, running->units,
		unit->scenario->scenario.name);
	if (all != 0)
		fprintf(stderr, "  %s %" PRIu64 "/%" PRIu64, what, done, all);
	fflush(stderr);
}

static void hide(void)
{
	if (is_shown())
		fputs("\r\033[K", stderr);
}

static void on_progress(void *opaque, const char *what, u64 done, u64 all)
{
	show(opaque, what, done, all);
}

/* ---- Units ---- */

static u64 units_of(const struct scenario_part *part)
{
	return part->is_sweep ? 1 : (part->count + SEEDS_OF_UNIT - 1) / SEEDS_OF_UNIT;
}

static void count_units(struct running *running)
{
	const struct verify *verify = running->verify;

	for (unsigned i = 0; i < verify->scenarios; i++)
		for (unsigned t = 0; t < verify->scenario[i].tests; t++)
			running->units += units_of(&verify->scenario[i].test[t].part);
}

/* In the order of scenarios, tests and seeds. */
static void make_unit(struct running *running)
{
	struct unit *unit = &running->unit[running->made++ % MOST_WAITING];
	struct cursor *next = &running->next;
	struct verify_scenario *scenario = &running->verify->scenario[next->scenario];
	struct verify_test *test;
	u64 left;

	for (; scenario->tests == 0; scenario++)
		next->scenario++;
	test = &scenario->test[next->test];
	left = test->part.count - next->seeds;

	*unit = (struct unit){ scenario, test, test->part, .child.pipe = -1 };
	if (!test->part.is_sweep) {
		unit->part.first.seed += next->seeds;
		unit->is_needless = !test->result.holds;
		unit->part.count = unit->is_needless ? left : smaller(left, SEEDS_OF_UNIT);
		next->seeds += unit->part.count;
		running->units -= units_of(&unit->part) - 1;
	}
	if (!test->part.is_sweep && next->seeds < test->part.count)
		return;
	next->seeds = 0;
	unit->is_last = ++next->test == scenario->tests;
	if (unit->is_last)
		*next = (struct cursor){ .scenario = next->scenario + 1 };
}

/* The one to be begun next; NULL: there is no more, or too many wait. */
static struct unit *next_unit(struct running *running)
{
	if (running->status.code != STATUS_OK || running->begun == running->units ||
		running->begun - running->told_units == MOST_WAITING)
		return NULL;
	if (running->made == running->begun)
		make_unit(running);
	return &running->unit[running->begun % MOST_WAITING];
}

static void do_unit(struct running *running, struct unit *unit, scenario_progress *progress)
{
	const struct scenario_result *result = &unit->outcome.result;

	if (unit->is_needless)
		return;
	unit->outcome.status = scenario_run_part(&unit->scenario->scenario, &unit->part,
		running->jobs, progress, running, &unit->outcome.result);
	if (unit->outcome.status.code == STATUS_OK && result->is_lacking)
		unit->outcome.status = status_error(
			STATUS_NOT_IMPLEMENTED, "%.40s: %.120s", result->what, result->why);
}

/* ---- What came out, in order ---- */

/* Up to the first unit that broke. */
static void add_to_test(struct unit *unit)
{
	struct scenario_result *all = &unit->test->result;
	const struct scenario_result *one = &unit->outcome.result;
	u64 runs = all->runs, trials = all->trials, insns = all->insns;

	if (!all->holds)
		return;
	*all = *one;
	all->runs += runs;
	all->trials += trials;
	all->insns += insns;
}

static void tell(struct running *running)
{
	while (running->told_units < running->begun) {
		struct unit *unit = &running->unit[running->told_units % MOST_WAITING];

		if (!unit->is_done)
			return;
		running->told_units++;
		if (running->status.code == STATUS_OK && unit->outcome.status.code != STATUS_OK)
			running->status = status_error(unit->outcome.status.code, "%s: %.150s",
				unit->scenario->scenario.name, unit->outcome.status.text);
		add_to_test(unit);
		if (!unit->is_last)
			continue;
		hide();
		if (running->status.code == STATUS_OK)
			running->told(running->verify, unit->scenario);
	}
}

static void finish(struct running *running, struct unit *unit)
{
	unit->is_done = true;
	running->done++;
	tell(running);
	show(running, "", 0, 0);
}

/* ---- Processes ---- */

static struct status died(int how)
{
	return status_error(STATUS_HOST, "a process of it %s %d",
		WIFSIGNALED(how) ? "died of signal" : "ended with exit code",
		WIFSIGNALED(how) ? WTERMSIG(how) : WEXITSTATUS(how));
}

static void read_outcome(struct running *running, struct unit *unit)
{
	struct outcome outcome;
	bool is_whole = child_hear(&unit->child, &outcome, sizeof(outcome));
	int how = child_end(&unit->child);

	if (is_whole)
		unit->outcome = outcome;
	else
		unit->outcome.status = died(how);
	finish(running, unit);
}

struct task {
	struct running *running;
	struct unit *unit;
};

static void be_child(void *opaque, int pipe)
{
	const struct task *task = opaque;

	do_unit(task->running, task->unit, NULL);
	child_tell(pipe, &task->unit->outcome, sizeof(task->unit->outcome));
}

/* Waits until one of those that run says something. */
static void wait_for_one(struct running *running)
{
	struct pollfd wait[MOST_JOBS];
	struct unit *unit[MOST_JOBS];
	nfds_t count = 0;

	for (u64 i = running->told_units; i < running->begun && count < MOST_JOBS; i++) {
		struct unit *one = &running->unit[i % MOST_WAITING];

		if (one->child.pipe < 0)
			continue;
		unit[count] = one;
		wait[count++] = (struct pollfd){ one->child.pipe, POLLIN, 0 };
	}
	if (count == 0 || poll(wait, count, -1) < 0)
		return;
	for (nfds_t i = 0; i < count; i++) {
		if (wait[i].revents != 0)
			read_outcome(running, unit[i]);
	}
}

/* A sweep has processes of its own: nothing runs beside it. */
static bool is_turn(const struct running *running, const struct unit *next)
{
	u64 active = running->begun - running->done;

	return active == 0 || (!next->part.is_sweep && active < running->jobs);
}

static void run_in_processes(struct running *running)
{
	struct unit *unit;

	while ((unit = next_unit(running)) != NULL || running->done < running->begun) {
		if (unit == NULL || !is_turn(running, unit)) {
			wait_for_one(running);
			continue;
		}
		running->begun++;
		if (unit->part.is_sweep || unit->is_needless) {
			do_unit(running, unit, on_progress);
			finish(running, unit);
			continue;
		}
		unit->outcome.status =
			child_begin(&unit->child, be_child, &(struct task){ running, unit });
		if (unit->outcome.status.code != STATUS_OK)
			finish(running, unit);
	}
}

static void run_here(struct running *running)
{
	struct unit *unit;

	while ((unit = next_unit(running)) != NULL) {
		running->begun++;
		show(running, "", 0, 0);
		do_unit(running, unit, on_progress);
		finish(running, unit);
	}
}

struct status verify_run(struct verify *verify,
	void (*told)(const struct verify *verify, const struct verify_scenario *scenario))
{
	struct running *running = calloc(1, sizeof(*running));
	struct status status;

	if (running == NULL)
		return status_error(STATUS_HOST, "the host has no memory for the tests");
	running->verify = verify;
	running->told = told;
	running->jobs = jobs_of(verify->options->limits.jobs);
	for (unsigned i = 0; i < verify->scenarios; i++)
		for (unsigned t = 0; t < verify->scenario[i].tests; t++)
			verify->scenario[i].test[t].result.holds = true;
	count_units(running);
	if (running->jobs == 1)
		run_here(running);
	else
		run_in_processes(running);
	hide();
	status = running->status;
	free(running);
	return status;
}

/* ---- Results ---- */

const struct verify_test *verify_broken(const struct verify_scenario *scenario)
{
	for (unsigned i = 0; i < scenario->tests; i++) {
		if (!scenario->test[i].result.holds)
			return &scenario->test[i];
	}
	return NULL;
}

static void put_word(FILE *out, const char *word)
{
	fputc(' ', out);
	shell_put(out, word, strlen(word));
}

char *verify_reproducer(const struct verify *verify, const struct verify_scenario *scenario,
	const struct verify_test *test)
{
	const struct {
		const char *option, *value;
	} options[] = {
		{ "--image", verify->options->image },
		{ "--words", verify->options->words },
		{ "--monitors", verify->options->monitors },
		{ "--only", test->result.what },
	};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool ok;

	if (out == NULL)
		return NULL;
	fputs("entresol verify", out);
	put_word(out, scenario->source);
	for (unsigned i = 0; i < COUNT(options); i++) {
		if (options[i].value == NULL)
			continue;
		put_word(out, options[i].option);
		put_word(out, options[i].value);
	}
	ok = ferror(out) == 0;
	if (fclose(out) == 0 && ok)
		return text;
	free(text);
	return NULL;
}
