/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a part of a scenario, and says what breaks.
 */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "verify/scenario.h"

/* ---- What breaks ---- */

static void break_it(
	struct scenario_result *result, const char *what, const char *rule, const char *why)
{
	result->holds = false;
	snprintf(result->what, sizeof(result->what), "%s", what);
	snprintf(result->rule, sizeof(result->rule), "%s", rule);
	snprintf(result->why, sizeof(result->why), "%s", why);
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

static void break_run(struct session *session, enum session_end end,
	struct adversary_config adversary, struct scenario_result *result)
{
	char what[ADVERSARY_TEXT], why[300], words[160];
	const char *rule = "";

	last_words(session_console(session), words, sizeof(words));
	if (end == SESSION_VIOLATES)
		rule = rule_rows[monitors_violation(session_monitors(session), 0)->rule].name;
	snprintf(why, sizeof(why), "%.280s", session_why(session));
	if (end == SESSION_FAILS && words[0] != '\0')
		snprintf(why, sizeof(why), "%.120s; it said '%s'", session_why(session), words);
	break_it(result, adversary_say(adversary, what, sizeof(what)), rule, why);
	result->is_lacking = end == SESSION_LACKS;
}

/* ---- Runs ---- */

static struct session_config config_of(const struct scenario *scenario)
{
	struct session_config config = scenario->session;

	config.words = scenario->words;
	return config;
}

static bool end_run(struct session *session, struct adversary_config adversary, u64 insns_before,
	struct scenario_result *result)
{
	enum session_end end = session_run(session, MACHINE_UNLIMITED);

	result->runs++;
	result->insns += machine_insns(session_machine(session)) - insns_before;
	if (end == SESSION_HOLDS)
		return true;
	break_run(session, end, adversary, result);
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
		end_run(session, config.adversary, 0, result);
		session_destroy(session);
		if (progress != NULL)
			progress(opaque, "runs", i + 1, part->count);
	}
	return status;
}

/* ---- Runs whose adversary begins late ---- */

enum { MOMENTS = 32, FIRST_STEP = 1 << 16 };

/* Of the run without an adversary, as far apart as may be; the first is where one may begin. */
struct moments {
	struct kept_session *kept[MOMENTS];
	u64 at[MOMENTS]; /* instructions of all PEs */
	unsigned count;
	u64 end; /* of the run; 0: all begin at the first */
};

/* Every other one goes. */
static void thin_out(struct moments *moments)
{
	for (unsigned i = 0; i < MOMENTS; i++) {
		if (i % 2 != 0) {
			kept_session_free(moments->kept[i]);
			continue;
		}
		moments->kept[i / 2] = moments->kept[i];
		moments->at[i / 2] = moments->at[i];
	}
	moments->count = MOMENTS / 2;
}

static struct status keep_moment(struct session *session, struct moments *moments)
{
	struct status status;
	struct kept_session *kept = session_keep(session, &status);

	if (kept == NULL)
		return status;
	moments->at[moments->count] = machine_insns(session_machine(session));
	moments->kept[moments->count++] = kept;
	return status_ok();
}

/* Up to the run's end. */
static struct status keep_moments(struct session *session, struct moments *moments)
{
	struct status status;
	u64 step = FIRST_STEP;

	do {
		if (moments->count == MOMENTS) {
			thin_out(moments);
			step *= 2;
		}
		status = keep_moment(session, moments);
	} while (status.code == STATUS_OK && session_run(session, step) == SESSION_GOES_ON);
	moments->end = machine_insns(session_machine(session));
	return status;
}

static void free_moments(struct moments *moments)
{
	for (unsigned i = 0; i < moments->count; i++)
		kept_session_free(moments->kept[i]);
}

/*
 * How many instructions before the end this seed's adversary begins: the run's length by the fifth
 * power of a random number below 1. On the average that is a sixth of it, and yet of 1,000 seeds
 * 20 begin in the first tenth and 130 in the first half.
 */
static u64 length_of(const struct moments *moments, struct adversary_config adversary)
{
	struct rng rng = { ~adversary.seed }; /* the adversary's own begins with the seed */
	u64 random = rng_next(&rng) >> 48, length = moments->end - moments->at[0];

	for (unsigned i = 0; i < 5; i++)
		length = length * random >> 16;
	return larger(length, 1);
}

static struct status go_to_beginning(
	struct session *session, const struct moments *moments, struct adversary_config adversary)
{
	u64 at = moments->end != 0 ? moments->end - length_of(moments, adversary) : moments->at[0];
	unsigned last = 0;
	struct status status;

	while (last + 1 < moments->count && moments->at[last + 1] <= at)
		last++;
	status = session_go_back(session, moments->kept[last]);
	if (status.code == STATUS_OK &&
		session_run(session, at - moments->at[last]) != SESSION_GOES_ON)
		ENT_BUG("it went on there when moments were kept");
	return status;
}

static struct status run_seeds(const struct scenario_part *part, struct session *session,
	const struct moments *moments, scenario_progress *progress, void *opaque,
	struct scenario_result *result)
{
	struct status status = status_ok();

	for (u64 i = 0; i < part->count && result->holds && status.code == STATUS_OK; i++) {
		struct adversary_config adversary = seed_behind(part->first, i);

		status = go_to_beginning(session, moments, adversary);
		if (status.code == STATUS_OK)
			status = session_choose(session, adversary);
		if (status.code != STATUS_OK)
			break;
		end_run(session, adversary, machine_insns(session_machine(session)), result);
		if (progress != NULL)
			progress(opaque, "runs", i + 1, part->count);
	}
	return status;
}

/* The run ended well, where nobody has taken a liberty. */
static void break_late(
	const struct scenario_part *part, struct status reached, struct scenario_result *result)
{
	char what[ADVERSARY_TEXT], why[300];

	snprintf(why, sizeof(why), "no adversary ever began: %.200s",
		reached.code != STATUS_OK ? reached.text : "the guest has ended at its place");
	break_it(result, adversary_say(part->first, what, sizeof(what)), "", why);
}

/* The session is where an adversary may begin. */
static struct status run_behind(const struct scenario *scenario, const struct scenario_part *part,
	struct session *session, scenario_progress *progress, void *opaque,
	struct scenario_result *result)
{
	const struct adversary_config nobody = { .kind = ADVERSARY_NONE };
	bool is_spread = scenario->is_spread && part->first.kind == ADVERSARY_SEED;
	struct moments moments = { .count = 0 };
	struct status status =
		is_spread ? keep_moments(session, &moments) : keep_moment(session, &moments);
	enum session_end end = session_run(session, 0);

	result->insns += machine_insns(session_machine(session));
	if (status.code == STATUS_OK && is_spread && end != SESSION_HOLDS)
		break_run(session, end, nobody, result);
	else if (status.code == STATUS_OK)
		status = run_seeds(part, session, &moments, progress, opaque, result);
	free_moments(&moments);
	return status;
}

static struct status run_late(const struct scenario *scenario, const struct scenario_part *part,
	scenario_progress *progress, void *opaque, struct scenario_result *result)
{
	struct session_config config = config_of(scenario);
	struct session *session;
	struct status status;

	config.machine.engine = ENGINE_STEP; /* which alone lets an adversary begin later */
	session = session_create(&config, &status);
	if (session == NULL)
		return status;
	status = place_run_to(session, &scenario->from, MACHINE_UNLIMITED);
	if (session_run(session, 0) != SESSION_GOES_ON) {
		/* broken before there was an adversary, or by that there never is one */
		if (end_run(session, part->first, 0, result))
			break_late(part, status, result);
		status = status_ok();
	} else if (status.code == STATUS_OK) {
		status = run_behind(scenario, part, session, progress, opaque, result);
	}
	session_destroy(session);
	return status;
}

/* ---- Sweeps ---- */

struct sweeping {
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
	break_it(sweeping->result, scenario_part_say(&part, what, sizeof(what)), trial->rule, why);
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
	struct sweeping sweeping = { part, result, progress, opaque };
	struct sweep_config config = scenario->sweep[part->sweep];
	struct sweep_totals totals = { 0 };
	struct status status;
	char what[64];

	config.session = config_of(scenario);
	config.jobs = jobs;
	if (part->has_boundary) {
		config.first = part->boundary;
		config.count = config.shards = 1;
	}
	status = sweep_run(&config, on_trial, on_progress, &sweeping, &totals);
	if (status.code == STATUS_VERIFY_FAILED) { /* without any injection */
		break_it(result, scenario_part_say(part, what, sizeof(what)), "", status.text);
		status = status_ok();
	}
	if (status.code == STATUS_OK && result->holds && totals.taken == 0)
		break_it(result, scenario_part_say(part, what, sizeof(what)), "",
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
