/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sweeps: the window, its boundaries, and who does which trial. Processes are forked where the
 * window begins, each walks through all of it and does its part of the trials; what they tell is
 * put in order again.
 */
#include "verify/sweep.h"

#include <stdlib.h>

#include "base/digest.h"
#include "verify/child.h"
#include "verify/jobs.h"
#include "verify/lines.h"
#include "verify/sweep_private.h"

/* Who asks, for who does it. */
struct work {
	struct sweep *sweep;
	void (*tell)(void *opaque, const struct trial *trial);
	void (*progress)(void *opaque, u64 done, u64 all);
	void *opaque;
	struct sweep_totals *totals;
	u64 done, all;
};

/* ---- What a sweep is ---- */

static u64 add_number(u64 digest, u64 value)
{
	return digest_bytes(digest, &value, sizeof(value));
}

/* Of all that decides results: the image and the machine are in the hash of their first state. */
static u64 identify(const struct sweep_config *config, const struct session *session)
{
	const struct session_config *s = &config->session;
	const u64 numbers[] = { session_hash(session), s->machine.cpus, s->machine.ram_size,
		s->machine.pa_bits, s->machine.el, s->machine.quantum, s->machine.seed, s->monitors,
		s->goes_on, s->max_insns, (u64)s->expected_exit, config->injection, config->intid,
		config->cpu, config->insns_after, config->blind };
	u64 digest = DIGEST_START;
	char adversary[200];

	for (size_t i = 0; i < COUNT(numbers); i++)
		digest = add_number(digest, numbers[i]);
	digest = digest_bytes(digest, s->machine.choice, sizeof(s->machine.choice));
	digest = digest_text(digest, s->machine.profile);
	digest = digest_text(digest, s->words);
	digest = digest_text(digest, s->append);
	digest = digest_text(digest, adversary_say(s->adversary, adversary, sizeof(adversary)));
	digest = digest_text(digest, config->from.text);
	return digest_text(digest, config->to.text);
}

/* ---- The window ---- */

static struct cpu *cpu_of(const struct sweep *sweep)
{
	return machine_cpu(session_machine(sweep->session), sweep->config->cpu);
}

static struct place of_cpu(struct place place, unsigned cpu)
{
	if (place.cpu == PLACE_ANY_CPU)
		place.cpu = (u8)cpu;
	return place;
}

static struct status run_uninjected(struct sweep *sweep)
{
	u64 insns = sweep->config->insns_after;
	enum session_end how = session_run(sweep->session, insns != 0 ? insns : MACHINE_UNLIMITED);

	if (how == SESSION_LACKS)
		return status_error(STATUS_NOT_IMPLEMENTED, "without any injection: %.150s",
			session_why(sweep->session));
	if (how == SESSION_VIOLATES || how == SESSION_FAILS)
		return status_error(STATUS_VERIFY_FAILED, "without any injection: %.150s",
			session_why(sweep->session));
	/* of other images nobody knows what depends on time */
	if (how == SESSION_HOLDS && session_watchman(sweep->session)->model != NULL) {
		sweep->lines = guest_lines(session_console(sweep->session));
		if (sweep->lines == NULL)
			return status_error(STATUS_HOST, "the host has no memory for a sweep");
	}
	return status_ok();
}

/* Behind it the session stands where the window begins. */
static struct status measure(struct sweep *sweep)
{
	const struct sweep_config *config = sweep->config;
	struct place from = of_cpu(config->from, config->cpu), to = of_cpu(config->to, config->cpu);
	struct status status = place_run_to(sweep->session, &from, MACHINE_UNLIMITED);

	if (status.code != STATUS_OK)
		return status;
	sweep->begin = session_keep(sweep->session, &status);
	if (sweep->begin == NULL)
		return status;
	sweep->insns = cpu_of(sweep)->insns;
	status = place_run_to(sweep->session, &to, MACHINE_UNLIMITED);
	if (status.code != STATUS_OK)
		return status;
	sweep->boundaries = cpu_of(sweep)->insns - sweep->insns;
	if (sweep->boundaries == 0)
		return status_error(STATUS_USAGE,
			"from '%.60s' to '%.60s' PE %u executes no instruction", config->from.text,
			config->to.text, config->cpu);
	status = run_uninjected(sweep);
	return status.code == STATUS_OK ? session_go_back(sweep->session, sweep->begin) : status;
}

/* What was asked for once may be of another image. */
static struct status check_only(const struct sweep *sweep)
{
	u64 first = sweep->config->first, count = sweep->config->count;

	if (first < sweep->boundaries && count <= sweep->boundaries - first)
		return status_ok();
	return status_error(STATUS_USAGE,
		"boundary %" PRIu64 ": the window has %" PRIu64 ", from 0 on",
		count != 0 ? first + count - 1 : first, sweep->boundaries);
}

static bool is_wanted(const struct work *work, u64 boundary)
{
	const struct sweep_config *config = work->sweep->config;

	return boundary >= config->first &&
	       (config->count == 0 || boundary - config->first < config->count) &&
	       (config->shards == 0 || boundary % config->shards == config->shard) &&
	       (config->is_done == NULL || !config->is_done(work->opaque, boundary));
}

/* One PE executes exactly what it is asked to; of several, others may have their turns first. */
static void advance(struct sweep *sweep, u64 boundary)
{
	const struct cpu *cpu = cpu_of(sweep);
	bool is_alone = machine_cpu_count(session_machine(sweep->session)) == 1;
	u64 end = sweep->insns + boundary;

	while (cpu->insns < end) {
		enum session_end how = session_run(sweep->session, is_alone ? end - cpu->insns : 1);

		ENT_BUG_ON(how != SESSION_GOES_ON); /* it did not, either, when it was measured */
	}
}

/* Of the trials that are wanted, in order, each `jobs`-th from number `job` on. */
static struct status walk(struct work *work, unsigned job, unsigned jobs,
	struct status (*tell)(void *to, const struct trial *trial), void *to)
{
	struct sweep *sweep = work->sweep;
	struct status status = status_ok();
	u64 number = 0;

	for (u64 b = 0; b < sweep->boundaries && status.code == STATUS_OK; b++) {
		struct trial trial;

		if (!is_wanted(work, b) || number++ % jobs != job)
			continue;
		advance(sweep, b);
		status = sweep_try(sweep, b, &trial);
		if (status.code == STATUS_OK)
			status = tell(to, &trial);
	}
	return status;
}

static struct status note(void *to, const struct trial *trial)
{
	struct work *work = to;

	sweep_count(work->totals, trial);
	work->tell(work->opaque, trial);
	work->done++;
	if (work->progress != NULL)
		work->progress(work->opaque, work->done, work->all);
	return status_ok();
}

/* ---- Processes ---- */

/* From a process to its parent. */
struct message {
	struct status status; /* STATUS_OK: here is a trial */
	struct trial trial;
};

static struct status send_trial(void *to, const struct trial *trial)
{
	struct message message = { .status = status_ok(), .trial = *trial };

	return child_tell(*(const int *)to, &message, sizeof(message))
		       ? status_ok()
		       : status_error(STATUS_HOST, "nobody listens");
}

struct job {
	struct work *work;
	unsigned index, jobs;
	struct child child;
};

static void be_job(void *opaque, int pipe)
{
	const struct job *job = opaque;
	struct message message = { .status = session_forked(job->work->sweep->session) };

	if (message.status.code == STATUS_OK)
		message.status = walk(job->work, job->index, job->jobs, send_trial, &pipe);
	if (message.status.code != STATUS_OK)
		child_tell(pipe, &message, sizeof(message));
}

/* Trial k is that of job k % jobs. */
static struct status gather(struct work *work, const struct job *job, unsigned jobs)
{
	for (u64 k = 0; k < work->all; k++) {
		struct message message;

		if (!child_hear(&job[k % jobs].child, &message, sizeof(message)))
			return status_error(STATUS_HOST,
				"a process of the sweep died behind %" PRIu64 " of %" PRIu64
				" trials",
				k, work->all);
		if (message.status.code != STATUS_OK)
			return message.status;
		note(work, &message.trial);
	}
	return status_ok();
}

static struct status run_jobs(struct work *work, unsigned jobs)
{
	struct job job[MOST_JOBS];
	struct status status = status_ok();
	unsigned started = 0;

	while (started < jobs && status.code == STATUS_OK) {
		job[started] = (struct job){ .work = work, .index = started, .jobs = jobs };
		status = child_begin(&job[started].child, be_job, &job[started]);
		started++;
	}
	if (status.code == STATUS_OK)
		status = gather(work, job, jobs);
	while (started > 0)
		child_end(&job[--started].child);
	return status;
}

/* ---- All of it ---- */

static struct status run(struct work *work)
{
	struct sweep *sweep = work->sweep;
	struct observer observer = sweep_observer(sweep);
	struct status status;
	unsigned jobs;

	observers_add(
		session_observers(sweep->session), session_machine(sweep->session), &observer);
	sweep->id = identify(sweep->config, sweep->session);
	status = measure(sweep);
	if (status.code == STATUS_OK)
		status = check_only(sweep);
	if (status.code != STATUS_OK)
		return status;
	work->totals->boundaries = sweep->boundaries;
	if (sweep->config->begin != NULL)
		status = sweep->config->begin(work->opaque, sweep->id, sweep->boundaries);
	if (status.code != STATUS_OK)
		return status;
	for (u64 b = 0; b < sweep->boundaries; b++)
		work->all += is_wanted(work, b);
	if (work->all == 0)
		return status_ok();
	jobs = (unsigned)smaller(jobs_of(work->sweep->config->jobs), work->all);
	return jobs > 1 ? run_jobs(work, jobs) : walk(work, 0, 1, note, work);
}

static struct status check(const struct sweep_config *config)
{
	if (config->cpu >= config->session.machine.cpus)
		return status_error(STATUS_USAGE, "PE %u: the machine has %u", config->cpu,
			config->session.machine.cpus);
	if (config->shards != 0 && config->shard >= config->shards)
		return status_error(STATUS_USAGE, "shard %u: there are %u, from 0 on",
			config->shard, config->shards);
	if (config->session.goes_on)
		return status_error(STATUS_USAGE, "a trial ends at its first violation");
	return status_ok();
}

struct status sweep_run(const struct sweep_config *config,
	void (*tell)(void *opaque, const struct trial *trial),
	void (*progress)(void *opaque, u64 done, u64 all), void *opaque,
	struct sweep_totals *totals)
{
	struct sweep sweep = { .config = config };
	struct work work = { .sweep = &sweep,
		.tell = tell,
		.progress = progress,
		.opaque = opaque,
		.totals = totals };
	struct status status = check(config);

	*totals = (struct sweep_totals){ .trials = 0 };
	if (status.code != STATUS_OK)
		return status;
	sweep.session = session_create(&config->session, &status);
	if (sweep.session != NULL)
		status = run(&work);
	kept_session_free(sweep.begin);
	session_destroy(sweep.session);
	free(sweep.lines);
	return status;
}
