/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs what a scenario says, part by part, and makes a command of what breaks.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "verify/scenario.h"

/* ---- Parts ---- */

unsigned scenario_parts(const struct scenario *scenario, struct scenario_limits limits,
	struct scenario_part part[SCENARIO_PARTS])
{
	unsigned count = 0;

	for (unsigned i = 0; i < scenario->runs; i++) {
		u64 seeds = scenario->run[i].count;

		if (limits.seeds != 0)
			seeds = smaller(seeds, limits.seeds);
		part[count++] =
			(struct scenario_part){ .first = scenario->run[i].first, .count = seeds };
	}
	for (unsigned i = 0; i < scenario->sweeps && !limits.has_no_sweeps; i++)
		part[count++] = (struct scenario_part){ .is_sweep = true, .sweep = i };
	return count;
}

/* Digits only, without a sign or blanks before them. */
static bool take_number(const char **text, u64 *value)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*value = strtoull(*text, &end, 10);
	*text = end;
	return errno == 0;
}

/* "K" or "K@B" behind "sweep=". */
static struct status only_sweep(
	const struct scenario *scenario, const char *text, struct scenario_part *part)
{
	const char *at = text;
	u64 number;

	part->is_sweep = true;
	if (!take_number(&at, &number) || number == 0 || number > scenario->sweeps)
		return status_error(STATUS_USAGE, "'sweep=%.40s': %s has %u sweeps", text,
			scenario->name, scenario->sweeps);
	part->sweep = (unsigned)number - 1;
	if (*at == '\0')
		return status_ok();
	part->has_boundary = true;
	if (*at++ != '@' || !take_number(&at, &part->boundary) || *at != '\0')
		return status_error(STATUS_USAGE,
			"'sweep=%.40s': write sweep=K, or sweep=K@B for one boundary", text);
	return status_ok();
}

struct status scenario_only(
	const struct scenario *scenario, const char *text, struct scenario_part *part)
{
	*part = (struct scenario_part){ .count = 1 };
	if (strncmp(text, "sweep=", 6) == 0)
		return only_sweep(scenario, text + 6, part);
	return adversary_parse(text, &part->first);
}

const char *scenario_part_say(const struct scenario_part *part, char *text, size_t size)
{
	char one[ADVERSARY_TEXT];

	if (part->is_sweep && part->has_boundary)
		snprintf(text, size, "sweep=%u@%" PRIu64, part->sweep + 1, part->boundary);
	else if (part->is_sweep)
		snprintf(text, size, "sweep=%u", part->sweep + 1);
	else if (part->count == 1)
		adversary_say(part->first, text, size);
	else
		snprintf(text, size, "%s..%" PRIu64, adversary_say(part->first, one, sizeof(one)),
			part->first.seed + part->count - 1);
	return text;
}

/* ---- What breaks ---- */

static void break_it(const struct scenario *scenario, struct scenario_result *result,
	const char *what, const char *rule, const char *why)
{
	result->holds = false;
	snprintf(result->what, sizeof(result->what), "%s", what);
	snprintf(result->rule, sizeof(result->rule), "%s", rule);
	snprintf(result->why, sizeof(result->why), "%s", why);
	snprintf(result->reproducer, sizeof(result->reproducer), "entresol verify %s --only %s",
		scenario->name, result->what);
}

static bool has_word(const char *line, size_t length, const char *word)
{
	const char *at = strstr(line, word);

	return at != NULL && at < line + length;
}

/* The line that says what failed, or else the last one; "": it said nothing. */
static const char *last_words(const char *console, char *text, size_t size)
{
	const char *line = console, *best = "";

	while (*line != '\0') {
		size_t length = strcspn(line, "\r\n");

		if (length != 0)
			best = line;
		if (has_word(line, length, "FAILED") || has_word(line, length, "panic") ||
			has_word(line, length, "cannot"))
			break;
		line += length + (line[length] != '\0');
	}
	snprintf(text, size, "%.*s", (int)smaller(strcspn(best, "\r\n"), 150), best);
	for (char *c = text; *c != '\0'; c++) {
		if (*c < ' ' || *c > '~')
			*c = '?';
	}
	return text;
}

static void break_run(const struct scenario *scenario, struct session *session,
	enum session_end end, struct adversary_config adversary, struct scenario_result *result)
{
	char what[ADVERSARY_TEXT], why[300], words[160];
	const char *rule = "";

	last_words(session_console(session), words, sizeof(words));
	if (end == SESSION_VIOLATES)
		rule = rule_rows[monitors_violation(session_monitors(session), 0)->rule].name;
	snprintf(why, sizeof(why), "%.280s", session_why(session));
	if (end == SESSION_FAILS && words[0] != '\0')
		snprintf(why, sizeof(why), "%.120s; it said '%s'", session_why(session), words);
	break_it(scenario, result, adversary_say(adversary, what, sizeof(what)), rule, why);
	result->is_lacking = end == SESSION_LACKS;
}

/* ---- Runs ---- */

static struct session_config config_of(const struct scenario *scenario)
{
	struct session_config config = scenario->session;

	config.words = scenario->words;
	return config;
}

static bool end_run(const struct scenario *scenario, struct session *session,
	struct adversary_config adversary, u64 insns_before, struct scenario_result *result)
{
	enum session_end end = session_run(session, MACHINE_UNLIMITED);

	result->runs++;
	result->insns += machine_insns(session_machine(session)) - insns_before;
	if (end == SESSION_HOLDS)
		return true;
	break_run(scenario, session, end, adversary, result);
	return false;
}

static struct adversary_config seed_behind(struct adversary_config first, u64 index)
{
	first.seed += index;
	return first;
}

/* Each from the image's first instruction. */
static struct status run_from_start(const struct scenario *scenario,
	const struct scenario_part *part, scenario_progress *progress, void *opaque,
	struct scenario_result *result)
{
	struct session_config config = config_of(scenario);
	struct status status = status_ok();

	for (u64 i = 0; i < part->count && result->holds; i++) {
		struct session *session;

		config.adversary = seed_behind(part->first, i);
		session = session_create(&config, &status);
		if (session == NULL)
			return status;
		end_run(scenario, session, config.adversary, 0, result);
		session_destroy(session);
		if (progress != NULL)
			progress(opaque, "runs", i + 1, part->count);
	}
	return status;
}

/* Each from the same past. */
static struct status run_seeds(const struct scenario *scenario, const struct scenario_part *part,
	struct session *session, const struct kept_session *kept, scenario_progress *progress,
	void *opaque, struct scenario_result *result)
{
	u64 before = machine_insns(session_machine(session));
	struct status status = status_ok();

	result->insns += before;
	for (u64 i = 0; i < part->count && result->holds && status.code == STATUS_OK; i++) {
		struct adversary_config adversary = seed_behind(part->first, i);

		session_choose(session, adversary);
		end_run(scenario, session, adversary, before, result);
		if (progress != NULL)
			progress(opaque, "runs", i + 1, part->count);
		if (i + 1 < part->count && result->holds)
			status = session_go_back(session, kept);
	}
	return status;
}

/* The run ended well, where nobody has taken a liberty. */
static void break_late(const struct scenario *scenario, const struct scenario_part *part,
	struct status reached, struct scenario_result *result)
{
	char what[ADVERSARY_TEXT], why[300];

	snprintf(why, sizeof(why), "no adversary ever began: %.200s",
		reached.code != STATUS_OK ? reached.text : "the guest has ended at its place");
	break_it(scenario, result, adversary_say(part->first, what, sizeof(what)), "", why);
}

static struct status run_late(const struct scenario *scenario, const struct scenario_part *part,
	scenario_progress *progress, void *opaque, struct scenario_result *result)
{
	struct session_config config = config_of(scenario);
	struct kept_session *kept = NULL;
	struct session *session;
	struct status status;

	config.machine.engine = ENGINE_STEP; /* which alone lets an adversary begin later */
	session = session_create(&config, &status);
	if (session == NULL)
		return status;
	status = place_run_to(session, &scenario->from, MACHINE_UNLIMITED);
	if (session_run(session, 0) != SESSION_GOES_ON) {
		/* broken before there was an adversary, or by that there never is one */
		if (end_run(scenario, session, part->first, 0, result))
			break_late(scenario, part, status, result);
		status = status_ok();
	} else {
		if (status.code == STATUS_OK && part->count > 1)
			kept = session_keep(session, &status);
		if (status.code == STATUS_OK)
			status = run_seeds(scenario, part, session, kept, progress, opaque, result);
	}
	kept_session_free(kept);
	session_destroy(session);
	return status;
}

/* ---- Sweeps ---- */

struct sweeping {
	const struct scenario *scenario;
	const struct scenario_part *part;
	struct scenario_result *result;
	scenario_progress *progress;
	void *opaque;
};

static void on_trial(void *opaque, const struct trial *trial)
{
	struct sweeping *sweeping = opaque;
	struct scenario_part part = *sweeping->part;
	char what[64], why[300];

	if (trial_holds(trial) || !sweeping->result->holds)
		return;
	part.has_boundary = true;
	part.boundary = trial->boundary;
	snprintf(why, sizeof(why), "at %.50s: %.240s", trial->place, trial->why);
	break_it(sweeping->scenario, sweeping->result, scenario_part_say(&part, what, sizeof(what)),
		trial->rule, why);
	sweeping->result->is_lacking = trial->end == SESSION_LACKS;
}

static void on_progress(void *opaque, u64 done, u64 all)
{
	struct sweeping *sweeping = opaque;

	if (sweeping->progress != NULL)
		sweeping->progress(sweeping->opaque, "boundaries", done, all);
}

static struct status run_sweep(const struct scenario *scenario, const struct scenario_part *part,
	unsigned jobs, scenario_progress *progress, void *opaque, struct scenario_result *result)
{
	struct sweeping sweeping = { scenario, part, result, progress, opaque };
	struct sweep_config config = scenario->sweep[part->sweep];
	struct sweep_totals totals = { 0 };
	struct status status;
	char what[64];

	config.session = config_of(scenario);
	config.jobs = jobs;
	if (part->has_boundary) {
		config.first = part->boundary;
		config.count = 1;
	}
	status = sweep_run(&config, on_trial, on_progress, &sweeping, &totals);
	if (status.code == STATUS_VERIFY_FAILED) { /* without any injection */
		break_it(scenario, result, scenario_part_say(part, what, sizeof(what)), "",
			status.text);
		status = status_ok();
	}
	if (status.code == STATUS_OK && result->holds && totals.taken == 0)
		break_it(scenario, result, scenario_part_say(part, what, sizeof(what)), "",
			"nothing that was injected arrived: this says nothing");
	result->trials += totals.trials;
	result->insns += totals.insns;
	return status;
}

struct status scenario_run_part(const struct scenario *scenario, const struct scenario_part *part,
	unsigned jobs, scenario_progress *progress, void *opaque, struct scenario_result *result)
{
	*result = (struct scenario_result){ .holds = true };
	if (part->is_sweep)
		return run_sweep(scenario, part, jobs, progress, opaque, result);
	if (scenario->is_late && part->first.kind != ADVERSARY_NONE)
		return run_late(scenario, part, progress, opaque, result);
	return run_from_start(scenario, part, progress, opaque, result);
}

struct status scenario_run(const struct scenario *scenario, struct scenario_limits limits,
	scenario_progress *progress, void *opaque, struct scenario_result *result)
{
	struct scenario_part part[SCENARIO_PARTS];
	unsigned count = scenario_parts(scenario, limits, part);
	struct scenario_result all = { .holds = true };
	struct status status = status_ok();

	for (unsigned i = 0; i < count && all.holds && status.code == STATUS_OK; i++) {
		struct scenario_result one;

		status = scenario_run_part(scenario, &part[i], limits.jobs, progress, opaque, &one);
		one.runs += all.runs;
		one.trials += all.trials;
		one.insns += all.insns;
		all = one;
	}
	*result = all;
	return status;
}
