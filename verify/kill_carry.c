/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Automatic mutants in one run. All are the hypervisor without a bug up to their instruction, so
 * that way is gone once for all of them.
 */
#include <stdlib.h>

#include "verify/kill_jobs.h"
#include "verify/kill_trial.h"

struct way {
	const struct carry *carry;
	const struct carried *carried;
	struct session *session;
};

static int by_first(const void *a, const void *b)
{
	const struct carried *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* In our process. */
static struct status go_forward(void *opaque, size_t index)
{
	struct way *way = opaque;
	u64 now = machine_insns(session_machine(way->session));
	u64 before = way->carried[index].first - 1;

	if (before > now && session_run(way->session, before - now) != SESSION_GOES_ON)
		return status_error(STATUS_HOST, "%s ends earlier than it did",
			kill_runs[way->carry->run].name);
	return status_ok();
}

/* In one that is the mutant's, and ends with it. */
static void go_on(void *opaque, size_t index)
{
	struct way *way = opaque;
	const struct carry *carry = way->carry;
	const struct carried *mutant = &way->carried[index];
	struct killer killer = { .by = "" };
	struct status status = session_forked(way->session);

	if (status.code == STATUS_OK)
		status = session_patch(way->session, &mutant->patch);
	if (status.code == STATUS_OK)
		status = trial_end(way->session, &kill_runs[carry->run],
			&carry->trials->reference[carry->run], &killer);
	carry->tell(carry->opaque, carry->run, mutant->row, status, &killer);
}

static void way_died(void *opaque, size_t index, int signal)
{
	struct way *way = opaque;

	way->carry->died(way->carry->opaque, way->carried[index].row, signal);
}

static void way_progress(void *opaque, size_t done, size_t all)
{
	const struct way *way = opaque;

	if (way->carry->progress != NULL)
		way->carry->progress(kill_runs[way->carry->run].name, done, all);
}

struct status carry_run(const struct carry *carry, struct carried *carried, size_t count)
{
	const struct kill_run *run = &kill_runs[carry->run];
	const struct trials *trials = carry->trials;
	struct session_config config = trial_config(
		trials->image, run, run->words, trials_most_insns(&trials->reference[carry->run]));
	struct way way = { carry, carried, NULL };
	struct jobs jobs = { .before = go_forward,
		.work = go_on,
		.died = way_died,
		.progress = way_progress,
		.opaque = &way };
	struct status status = status_ok();

	if (count == 0)
		return status;
	qsort(carried, count, sizeof(*carried), by_first);
	way.session = session_create(&config, &status);
	if (way.session == NULL)
		return status;
	status = jobs_run(&jobs, count, carry->jobs);
	session_destroy(way.session);
	return status;
}
