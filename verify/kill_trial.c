/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs and what is noticed in them: a rule, another end, no end, another line. What a hypervisor
 * prints left of a '|' depends on nothing but what its guests found (docs/HYP-MODEL.md).
 *
 * A mutant by patch is in force in level 0 only: hyp.elf gives its own text to a guest hypervisor,
 * so where there is one the patch comes when the first guest is entered, behind all copies.
 */
#include "verify/kill_trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loader/loader.h"
#include "verify/kill_jobs.h"
#include "verify/kill_lines.h"

enum { CODE_WORDS = 131072, INSN_SIZE = 4, SLACK = 20000000 };

struct reference {
	bool is_good;
	struct status error; /* it could not be done */
	struct killer alarm;
	u64 insns;
	struct line_set lines;
	u8 reached[CODE_WORDS / 8];
};

/* ---- Sessions ---- */

static bool is_nested(const struct kill_run *run)
{
	return strstr(run->words, "nest=") != NULL || strstr(run->words, "hostile=") != NULL;
}

static struct session_config config_of(
	const struct trials *trials, const struct kill_run *run, const char *words, u64 max_insns)
{
	struct session_config config = session_default_config();

	config.machine.profile = run->profile;
	config.machine.cpus = run->cpus;
	config.machine.ram_size = (u64)run->ram << 20;
	if (run->quantum != 0)
		config.machine.quantum = run->quantum;
	config.image = trials->image;
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

/* Ends the run where EL2 is left for the first time. */
static void left_el2(void *opaque, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	if (event->from_el == 2 && event->to_el < 2 && !event->illegal)
		machine_break(opaque);
}

static bool run_to_first_guest(struct session *session)
{
	struct machine *machine = session_machine(session);
	struct observer observer = {
		.kinds = BIT(EVENT_ERET), .event = left_el2, .opaque = machine
	};
	enum session_end end;

	observers_add(session_observers(session), machine, &observer);
	end = session_run(session, MACHINE_UNLIMITED);
	observers_remove(session_observers(session), machine, machine);
	return end == SESSION_GOES_ON;
}

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "no memory for lines");
}

/* What was noticed, of a session that ended; killer->by "": nothing. */
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
	}
	return status_ok();
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

/* killer->by "": nothing was noticed. */
static struct status sweep(
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

/* ---- Without a bug ---- */

static bool is_chosen(const struct trials *trials, unsigned run)
{
	return trials->chosen >> run & 1;
}

struct coverage {
	const struct trials *trials;
	struct reference *reference;
	bool is_counted;
};

/* The same text at another PA is that of a guest hypervisor. */
static void cover(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct coverage *coverage = opaque;
	const struct trials *trials = coverage->trials;
	u64 word = (event->pa - trials->code) / INSN_SIZE;

	(void)cpu;
	if (event->kind == EVENT_ERET)
		coverage->is_counted |= event->from_el == 2 && event->to_el < 2;
	else if (coverage->is_counted && event->pa >= trials->code && event->pa < trials->code_end)
		coverage->reference->reached[word / 8] |= (u8)(1u << word % 8);
}

static void refer(void *opaque, size_t index)
{
	struct trials *trials = opaque;
	const struct kill_run *run = &kill_runs[index];
	struct reference *reference = &trials->reference[index];
	struct coverage coverage = { trials, reference, !is_nested(run) };
	struct observer observer = {
		.kinds = BIT(EVENT_INSN) | BIT(EVENT_ERET), .event = cover, .opaque = &coverage
	};
	struct session_config config = config_of(trials, run, run->words, 0);
	struct status status;
	struct session *session;

	if (!is_chosen(trials, (unsigned)index))
		return;
	if (run->from != NULL) {
		if (!trials->is_auto)
			reference->error = sweep(&config, run, &reference->alarm);
		reference->is_good = reference->alarm.by[0] == '\0';
		return;
	}
	session = session_create(&config, &status);
	snprintf(reference->alarm.run, sizeof(reference->alarm.run), "%s", run->name);
	if (session == NULL) {
		reference->error = status;
		return;
	}
	if (trials->is_auto)
		observers_add(session_observers(session), session_machine(session), &observer);
	reference->error = notice(session, run_to_end(session), run, NULL, &reference->alarm);
	reference->is_good = reference->alarm.by[0] == '\0';
	reference->insns = machine_insns(session_machine(session));
	if (reference->error.code == STATUS_OK &&
		!lines_keep(session_console(session), &reference->lines))
		reference->error = no_memory();
	session_destroy(session);
}

static void reference_died(void *opaque, size_t index, int signal)
{
	struct trials *trials = opaque;
	struct killer *alarm = &trials->reference[index].alarm;

	trials->reference[index].is_good = false;
	snprintf(alarm->by, sizeof(alarm->by), "signal");
	snprintf(alarm->why, sizeof(alarm->why), "the simulator died of signal %d", signal);
}

static struct status find_code(struct trials *trials)
{
	struct symbol_file file;
	struct status status = symbol_file_open(trials->image, &file);

	if (status.code != STATUS_OK)
		return status;
	if (file.codes == 0 || file.code[0].size > CODE_WORDS * INSN_SIZE)
		status = status_error(STATUS_BAD_IMAGE, "%s: no code, or more than %d instructions",
			trials->image, CODE_WORDS);
	trials->code = file.code[0].address;
	trials->code_end = trials->code + file.code[0].size;
	symbol_file_close(&file);
	return status;
}

static u64 most_insns(const struct reference *reference)
{
	return 2 * reference->insns + SLACK;
}

/* What all mutants have in common is done once. */
static struct status boot(struct trials *trials)
{
	struct status status = status_ok();

	trials->booted = calloc(kill_run_count, sizeof(struct session *));
	if (trials->booted == NULL)
		return status_error(STATUS_HOST, "no memory for sessions");
	for (unsigned i = 0; i < kill_run_count && status.code == STATUS_OK; i++) {
		const struct kill_run *run = &kill_runs[i];
		struct session_config config =
			config_of(trials, run, run->words, most_insns(&trials->reference[i]));

		if (!trials->reference[i].is_good || !is_nested(run) || run->from != NULL)
			continue;
		trials->booted[i] = session_create(&config, &status);
		if (trials->booted[i] != NULL && !run_to_first_guest(trials->booted[i]))
			status = status_error(
				STATUS_HOST, "run %s ends before its first guest", run->name);
	}
	return status;
}

static struct status first_error(const struct trials *trials)
{
	for (unsigned i = 0; i < kill_run_count; i++) {
		const struct status *error = &trials->reference[i].error;

		if (error->code != STATUS_OK)
			return status_error(
				error->code, "%s: %.150s", kill_runs[i].name, error->text);
	}
	return status_ok();
}

struct status trials_prepare(
	struct trials *trials, const char *image, bool is_auto, u64 chosen, unsigned jobs)
{
	struct jobs work = { refer, reference_died, NULL, trials, NULL };
	struct status status;

	*trials = (struct trials){ .image = image, .is_auto = is_auto, .chosen = chosen };
	trials->size = kill_run_count * sizeof(*trials->reference);
	trials->reference = shared_memory(trials->size);
	if (trials->reference == NULL)
		return status_error(STATUS_HOST, "no memory for %u runs", kill_run_count);
	status = find_code(trials);
	if (status.code == STATUS_OK)
		status = jobs_run(&work, kill_run_count, jobs);
	if (status.code == STATUS_OK)
		status = first_error(trials);
	if (status.code == STATUS_OK && is_auto)
		status = boot(trials);
	return status;
}

void trials_end(struct trials *trials)
{
	for (unsigned i = 0; trials->booted != NULL && i < kill_run_count; i++)
		session_destroy(trials->booted[i]);
	free(trials->booted);
	shared_memory_free(trials->reference, trials->size);
	*trials = (struct trials){ .image = NULL };
}

bool trials_usable(const struct trials *trials, unsigned run)
{
	return trials->reference[run].is_good;
}

bool trials_complains(const struct trials *trials, unsigned run)
{
	return is_chosen(trials, run) && !trials->reference[run].is_good;
}

const struct killer *trials_alarm(const struct trials *trials, unsigned run)
{
	return &trials->reference[run].alarm;
}

bool trials_reaches(const struct trials *trials, unsigned run, u64 pa)
{
	u64 word = (pa - trials->code) / INSN_SIZE;

	return pa >= trials->code && pa < trials->code_end &&
	       trials->reference[run].reached[word / 8] & 1u << word % 8;
}

/* ---- With one ---- */

static struct session *patched(struct trials *trials, unsigned run, const struct patch *patch,
	struct session_config *config, struct status *status)
{
	struct session *session;

	if (trials->booted[run] == NULL) {
		config->patch[config->patches++] = *patch;
		return session_create(config, status);
	}
	session = trials->booted[run];
	*status = session_forked(session);
	if (status->code == STATUS_OK)
		*status = session_patch(session, patch);
	return status->code == STATUS_OK ? session : NULL;
}

struct status kill_try(
	struct trials *trials, unsigned run, const struct kill_row *row, struct killer *killer)
{
	const struct reference *reference = &trials->reference[run];
	struct session_config config =
		config_of(trials, &kill_runs[run], NULL, most_insns(reference));
	struct session *session;
	struct status status;
	char words[300];

	snprintf(words, sizeof(words), "%s%s%s", kill_runs[run].words,
		row->is_auto ? "" : " mutant=", row->is_auto ? "" : row->id);
	config.words = words;
	if (kill_runs[run].from != NULL)
		return sweep(&config, &kill_runs[run], killer);
	session = row->is_auto ? patched(trials, run, &row->patch, &config, &status)
			       : session_create(&config, &status);
	if (session == NULL)
		return status;
	status = notice(session, run_to_end(session), &kill_runs[run], reference, killer);
	/* a booted one is this process's own, and ends with it */
	if (!row->is_auto || trials->booted[run] == NULL)
		session_destroy(session);
	return status;
}
