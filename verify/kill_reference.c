/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each run of the hypervisor without a bug: whether anything is noticed, what is printed, and which
 * instructions are executed, from when on.
 *
 * A mutant by patch is in force in level 0 only: hyp.elf gives its own text to a guest hypervisor,
 * so where there is one only what is executed behind the first entry of a guest counts, when all
 * copies are made.
 */
#include <stdio.h>
#include <string.h>

#include "loader/loader.h"
#include "verify/kill_jobs.h"
#include "verify/kill_trial.h"

enum { INSN_SIZE = 4, SLACK = 2000000 };

static bool is_nested(const struct kill_run *run)
{
	return strstr(run->words, "nest=") != NULL || strstr(run->words, "hostile=") != NULL;
}

static bool is_chosen(const struct trials *trials, unsigned run)
{
	return trials->chosen >> run & 1;
}

struct coverage {
	const struct trials *trials;
	struct reference *reference;
	const struct machine *machine;
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
	else if (coverage->is_counted && event->pa >= trials->code &&
		 event->pa < trials->code_end && coverage->reference->first[word] == 0)
		coverage->reference->first[word] = machine_insns(coverage->machine) + 1;
}

static void refer(void *opaque, size_t index)
{
	struct trials *trials = opaque;
	const struct kill_run *run = &kill_runs[index];
	struct reference *reference = &trials->reference[index];
	struct coverage coverage = { trials, reference, NULL, !is_nested(run) };
	struct observer observer = {
		.kinds = BIT(EVENT_INSN) | BIT(EVENT_ERET), .event = cover, .opaque = &coverage
	};
	struct session_config config = trial_config(trials->image, run, run->words, 0);
	struct status status;
	struct session *session;

	if (!is_chosen(trials, (unsigned)index))
		return;
	if (trials->is_auto && run->is_dear) {
		reference->is_good = true;
		return;
	}
	if (run->from != NULL) {
		reference->error = trial_sweep(&config, run, &reference->alarm);
		reference->is_good = reference->alarm.by[0] == '\0';
		return;
	}
	session = session_create(&config, &status);
	snprintf(reference->alarm.run, sizeof(reference->alarm.run), "%s", run->name);
	if (session == NULL) {
		reference->error = status;
		return;
	}
	coverage.machine = session_machine(session);
	if (trials->is_auto)
		observers_add(session_observers(session), session_machine(session), &observer);
	reference->error = trial_end(session, run, NULL, &reference->alarm);
	reference->is_good = reference->alarm.by[0] == '\0';
	reference->insns = machine_insns(session_machine(session));
	if (reference->error.code == STATUS_OK &&
		!lines_keep(session_console(session), &reference->lines))
		reference->error = status_error(STATUS_HOST, "no memory for lines");
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

u64 trials_most_insns(const struct reference *reference)
{
	return 2 * reference->insns + SLACK;
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
	struct jobs work = { .work = refer, .died = reference_died, .opaque = trials };
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
	return status;
}

void trials_end(struct trials *trials)
{
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

u64 trials_first(const struct trials *trials, unsigned run, u64 pa)
{
	if (pa < trials->code || pa >= trials->code_end)
		return 0;
	return trials->reference[run].first[(pa - trials->code) / INSN_SIZE];
}
