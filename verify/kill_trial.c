/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session of a run, what is noticed in it, and a shipped mutant's one. What a hypervisor prints
 * left of a '|' depends on nothing but what its guests found (docs/HYP-MODEL.md).
 */
#include "verify/kill_trial.h"

#include <stdio.h>
#include <string.h>

/* ---- Sessions ---- */

struct session_config trial_config(
	const char *image, const struct kill_run *run, const char *words, u64 max_insns)
{
	struct session_config config = session_default_config();

	config.machine.profile = run->profile;
	config.machine.cpus = run->cpus;
	config.machine.ram_size = (u64)run->ram << 20;
	config.machine.choice[CHOICE_reset_values] = CHOSEN_reset_values_unknown;
	if (run->quantum != 0)
		config.machine.quantum = run->quantum;
	config.image = image;
	config.words = words;
	ENT_BUG_ON(adversary_parse(run->adversary, &config.adversary).code != STATUS_OK);
	config.monitors = run->monitors;
	config.max_insns = max_insns;
	return config;
}

static enum session_end run_to_end(struct session *session)
{
	enum session_end end;

	do
		end = session_run(session, MACHINE_UNLIMITED);
	while (end == SESSION_GOES_ON);
	return end;
}

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "no memory for lines");
}

/* Nothing is wrong, and yet somebody does much again and again. */
static bool is_slow(u64 insns, u64 expected)
{
	return insns > expected + expected / 4;
}

static void say_slow(struct killer *killer, u64 insns, const struct reference *reference)
{
	snprintf(killer->by, sizeof(killer->by), "slow");
	snprintf(killer->why, sizeof(killer->why), "%" PRIu64 " instructions and not %" PRIu64,
		insns, reference->insns);
}

/* Of a session that ended. */
static struct status notice(struct session *session, enum session_end end,
	const struct kill_run *run, const struct reference *reference, struct killer *killer)
{
	const char *console = session_console(session);
	enum lines_answer answer;

	*killer = (struct killer){ .by = "" };
	snprintf(killer->run, sizeof(killer->run), "%s", run->name);
	snprintf(killer->why, sizeof(killer->why), "%s", session_why(session));
	if (end == SESSION_LACKS)
		return status_error(STATUS_NOT_IMPLEMENTED, "%.180s", session_why(session));
	if (end == SESSION_VIOLATES) {
		const struct violation *violation =
			monitors_violation(session_monitors(session), 0);

		snprintf(killer->by, sizeof(killer->by), "%s", rule_rows[violation->rule].name);
	} else if (end == SESSION_FAILS && strncmp(session_why(session), "still", 5) == 0) {
		snprintf(killer->by, sizeof(killer->by), "hang");
	} else if (end == SESSION_FAILS) {
		snprintf(killer->by, sizeof(killer->by), "exit");
		line_quote(
			session_why(session), line_last(console), killer->why, sizeof(killer->why));
	} else if (reference != NULL) {
		answer = lines_compare(console, &reference->lines, killer->why, KILL_WHY);
		if (answer == LINES_NO_MEMORY)
			return no_memory();
		if (answer == LINES_OTHER)
			snprintf(killer->by, sizeof(killer->by), "output");
		else if (is_slow(machine_insns(session_machine(session)), reference->insns))
			say_slow(killer, machine_insns(session_machine(session)), reference);
	}
	return status_ok();
}

struct status trial_end(struct session *session, const struct kill_run *run,
	const struct reference *reference, struct killer *killer)
{
	return notice(session, run_to_end(session), run, reference, killer);
}

/* ---- Sweeps ---- */

struct looked_at {
	struct killer *killer;
	struct status lacks; /* what a trial needs and is not implemented */
};

/* The first trial that does not hold. */
static void look_at_trial(void *opaque, const struct trial *trial)
{
	struct looked_at *looked = opaque;
	struct killer *killer = looked->killer;

	if (trial_holds(trial) || killer->by[0] != '\0')
		return;
	if (trial->end == SESSION_LACKS) {
		looked->lacks = status_error(STATUS_NOT_IMPLEMENTED, "%s at %.60s: %.80s",
			injection_names[killer->injection], trial->place, trial->why);
		return;
	}
	snprintf(killer->by, sizeof(killer->by), "%s",
		trial->rule[0] != '\0' ? trial->rule : "exit");
	snprintf(killer->why, sizeof(killer->why), "%s at %.60s: %.100s",
		injection_names[killer->injection], trial->place, trial->why);
}

struct status trial_sweep(
	const struct session_config *session, const struct kill_run *run, struct killer *killer)
{
	struct sweep_config config = { .session = *session,
		.injection = run->injection,
		.insns_after = run->insns_after,
		.jobs = 1 };
	struct looked_at looked = { killer, status_ok() };
	struct sweep_totals totals;
	struct status status = place_parse(run->from, &config.from);

	*killer = (struct killer){ .injection = run->injection };
	snprintf(killer->run, sizeof(killer->run), "%s", run->name);
	if (status.code == STATUS_OK)
		status = place_parse(run->to, &config.to);
	if (status.code == STATUS_OK)
		status = sweep_run(&config, look_at_trial, NULL, &looked, &totals);
	if (status.code == STATUS_OK)
		return killer->by[0] != '\0' ? status : looked.lacks;
	/* not even the run without an injection goes its way, or not to the window */
	if (status.code != STATUS_VERIFY_FAILED && status.code != STATUS_USAGE)
		return status;
	snprintf(killer->by, sizeof(killer->by), "exit");
	snprintf(killer->why, sizeof(killer->why), "%s", status.text);
	return status_ok();
}

/* ---- A shipped mutant ---- */

struct status kill_try(
	const struct trials *trials, unsigned run, const char *id, struct killer *killer)
{
	const struct reference *reference = &trials->reference[run];
	char words[300];
	struct session_config config =
		trial_config(trials->image, &kill_runs[run], words, trials_most_insns(reference));
	struct session *session;
	struct status status;

	snprintf(words, sizeof(words), "%s mutant=%s", kill_runs[run].words, id);
	if (kill_runs[run].from != NULL)
		return trial_sweep(&config, &kill_runs[run], killer);
	session = session_create(&config, &status);
	if (session == NULL)
		return status;
	status = trial_end(session, &kill_runs[run], reference, killer);
	session_destroy(session);
	return status;
}
