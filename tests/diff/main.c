/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-diff: random A64 programs from a64.def on our engines and on qemu-aarch64; every byte
 * of registers, flags and memory must agree.
 */
#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare.h"
#include "cpu/decode.h"
#include "sysregs/sysregs.h"
#include "table.h"

enum { MAX_JOBS = 64, MAX_ROWS = 4096 };

struct options {
	u64 insns, seed;
	unsigned jobs;
	const char *only, *skip, *markdown;
	struct diff_sides sides;
	bool want_table, want_all_rows, want_all_differences;
};

static const struct argp_option option_rows[] = {
	{ "insns", 'n', "N", 0, "Random instructions to execute (default 100000)", 0 },
	{ "seed", 's', "SEED", 0, "First seed (default 1)", 0 },
	{ "jobs", 'j', "N", 0, "Processes (default 1)", 0 },
	{ "only", 'o', "ROW", 0, "Draw only from rows whose name starts with ROW", 0 },
	{ "skip", 'k', "ROW", 0, "Draw from no row whose name starts with ROW", 0 },
	{ "qemu", 'q', "COMMAND", 0, "The reference (default qemu-aarch64)", 0 },
	{ "cpu", 'c', "CPU", 0, "Its -cpu (default max,pauth=off)", 0 },
	{ "profile", 'p', "PROFILE", 0, "Our profile (default max)", 0 },
	{ "table", 't', NULL, 0, "Print the count of every row at the end", 0 },
	{ "markdown", 'm', "FILE", 0, "Write the counts as docs/INSTRUCTIONS.md", 0 },
	{ "keep-going", 'K', NULL, 0, "Go on after differences, print the first of every row", 0 },
	{ "all-rows", 'a', NULL, 0, "Fail for a row of the profile that was never executed", 0 },
	{ 0 }
};

static u64 number(struct argp_state *state, const char *text)
{
	char *end;
	u64 value = strtoull(text, &end, 0);

	if (*text < '0' || *text > '9' || *end != '\0')
		argp_error(state, "'%s' is not a number", text);
	return value;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'n': options->insns = number(state, arg); break;
	case 's': options->seed = number(state, arg); break;
	case 'j': options->jobs = (unsigned)number(state, arg); break;
	case 'o': options->only = arg; break;
	case 'k': options->skip = arg; break;
	case 'q': options->sides.qemu = arg; break;
	case 'c': options->sides.cpu = arg; break;
	case 'p': options->sides.profile = arg; break;
	case 't': options->want_table = true; break;
	case 'm': options->markdown = arg; break;
	case 'K': options->want_all_differences = true; break;
	case 'a': options->want_all_rows = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	if (options->jobs < 1 || options->jobs > MAX_JOBS)
		argp_error(state, "--jobs must be 1 to %d", MAX_JOBS);
	return 0;
}

static const struct argp argp = { .options = option_rows,
	.parser = parse_option,
	.doc = "Compares random A64 programs between Entresol and qemu-aarch64.\v"
	       "Exit code 0: all agree. 1: a difference, which is printed, or a row that was never "
	       "executed with --all-rows. 2: could not run." };

/* What one program yields, as numbers: its result, executed draws by row, explained differences. */
struct yield {
	u64 *numbers; /* all of them */
	u64 *result, *counts, *explained;
	size_t size;
};

static struct yield new_yield(void)
{
	struct yield yield = { .size = sizeof(u64) * (1 + insn_row_count + deviation_count) };

	yield.numbers = calloc(1, yield.size);
	ENT_BUG_ON(yield.numbers == NULL);
	yield.result = yield.numbers;
	yield.counts = yield.result + 1;
	yield.explained = yield.counts + insn_row_count;
	return yield;
}

/* One program of a seed. Draws count when STEP executed them: branches skip some. */
static void run_seed(
	const struct options *options, const u64 *features, u64 seed, struct yield *yield)
{
	static struct diff_program program;
	static u8 image[IMAGE_SIZE], executed[IMAGE_SIZE / 4], printed[MAX_ROWS];
	struct diff_comparison comparison = { .sides = options->sides,
		.features = features,
		.explained = yield->explained,
		.rows_printed = options->want_all_differences ? printed : NULL };

	memset(yield->numbers, 0, yield->size);
	memset(executed, 0, sizeof(executed));
	program.image = image;
	program.executed = executed;
	diff_generate(&program, seed, options->only, options->skip, features);
	if (program.case_count == 0) {
		fprintf(stderr,
			"diff: no row can be drawn: --only and --skip want the beginning of "
			"a name in cpu/a64_*.def that tests/diff/excluded.def has not\n");
		*yield->result = DIFF_BROKEN;
		return;
	}
	*yield->result = diff_compare(&program, &comparison);
	for (unsigned i = 0; i < program.case_count; i++) {
		const struct diff_case *c = &program.cases[i];

		for (unsigned k = 0; k < c->drawn_count; k++)
			yield->counts[c->drawn[k].row] += executed[c->drawn[k].at / 4];
	}
}

/* Process `job` of the options' jobs: every jobs-th seed, until nobody reads any more. */
static void work(const struct options *options, const u64 *features, unsigned job, int out)
{
	struct yield yield = new_yield();

	for (u64 seed = options->seed + job;; seed += options->jobs) {
		run_seed(options, features, seed, &yield);
		fflush(stdout);
		if (write(out, yield.numbers, yield.size) != (ssize_t)yield.size ||
			(*yield.result != DIFF_AGREES && !options->want_all_differences))
			exit(0);
	}
}

static void start_jobs(const struct options *options, const u64 *features, FILE **jobs, pid_t *pids)
{
	for (unsigned job = 0; job < options->jobs; job++) {
		int fd[2];

		if (pipe(fd) != 0 || (pids[job] = fork()) < 0) {
			perror("diff");
			exit(2);
		}
		if (pids[job] == 0) {
			close(fd[0]);
			work(options, features, job, fd[1]);
		}
		close(fd[1]);
		jobs[job] = fdopen(fd[0], "rb");
		ENT_BUG_ON(jobs[job] == NULL);
	}
}

static void show_progress(const struct options *options, u64 done, bool is_last)
{
	if (isatty(2))
		fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " instructions%s", done, options->insns,
			is_last ? "\n" : "");
}

static bool is_over(const struct options *options, enum diff_result result)
{
	return result == DIFF_BROKEN || (result == DIFF_DIFFERS && !options->want_all_differences);
}

/* Programs in the order of their seeds, whoever ran them, until enough were executed. */
static enum diff_result run_all(
	const struct options *options, const u64 *features, struct yield *sum, u64 *done)
{
	struct yield yield;
	FILE *jobs[MAX_JOBS];
	pid_t pids[MAX_JOBS];
	enum diff_result result = DIFF_AGREES;

	*done = 0;
	if (options->insns == 0)
		return result;
	yield = new_yield();
	start_jobs(options, features, jobs, pids);
	for (u64 i = 0; *done < options->insns && !is_over(options, result); i++) {
		if (fread(yield.numbers, yield.size, 1, jobs[i % options->jobs]) != 1) {
			result = DIFF_BROKEN;
			break;
		}
		for (size_t k = 1; k < yield.size / sizeof(u64); k++)
			sum->numbers[k] += yield.numbers[k];
		for (unsigned r = 0; r < insn_row_count; r++)
			*done += yield.counts[r];
		if (result < (enum diff_result) * yield.result)
			result = (enum diff_result) * yield.result;
		if (*yield.result == DIFF_DIFFERS)
			printf("reproduce with: --seed %" PRIu64 "\n", options->seed + i);
		show_progress(options, *done, false);
	}
	show_progress(options, *done, true);
	for (unsigned job = 0; job < options->jobs; job++)
		fclose(jobs[job]);
	for (unsigned job = 0; job < options->jobs; job++)
		waitpid(pids[job], NULL, 0);
	free(yield.numbers);
	return result;
}

/* A row of qemu.def that explains nothing is worth a line after a run that would have met it. */
static void print_explained(const struct yield *sum, u64 done)
{
	for (unsigned i = 0; i < deviation_count; i++) {
		if (sum->explained[i] > 0 || done >= 10000000)
			printf("%" PRIu64 " differences explained%s: %s\n", sum->explained[i],
				sum->explained[i] > 0 ? "" : " (stale?)", deviation_reason(i));
	}
}

/* The first line of `qemu --version`. */
static void qemu_version(const char *qemu, char *text, size_t size)
{
	char command[256];
	FILE *pipe;

	snprintf(command, sizeof(command), "%s --version", qemu);
	pipe = popen(command, "r");
	if (pipe == NULL || fgets(text, (int)size, pipe) == NULL)
		snprintf(text, size, "%s", qemu);
	if (pipe != NULL)
		pclose(pipe);
	text[strcspn(text, "\n")] = '\0';
}

static bool write_markdown(const struct options *options, const struct yield *sum)
{
	FILE *out = fopen(options->markdown, "w");
	char version[128];

	if (out == NULL) {
		perror(options->markdown);
		return false;
	}
	qemu_version(options->sides.qemu, version, sizeof(version));
	table_print_markdown(out, sum->counts, version);
	return fclose(out) == 0;
}

int main(int argc, char **argv)
{
	struct options options = { .insns = 100000,
		.seed = 1,
		.jobs = 1,
		.sides = { .profile = "max", .qemu = "qemu-aarch64", .cpu = "max,pauth=off" } };
	struct cpu profile = { 0 };
	struct yield sum;
	enum diff_result result;
	u64 done;

	argp_err_exit_status = 2;
	signal(SIGPIPE, SIG_IGN); /* a job whose reader has enough ends by itself */
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	decode_init();
	ENT_BUG_ON(insn_row_count > MAX_ROWS);
	if (!sysregs_select_profile(&profile, options.sides.profile)) {
		fprintf(stderr, "diff: no profile '%s'\n", options.sides.profile);
		return 2;
	}
	sum = new_yield();
	result = run_all(&options, profile.features, &sum, &done);
	if (options.want_table)
		table_print(sum.counts);
	print_explained(&sum, done);
	if (result == DIFF_AGREES) {
		printf("%" PRIu64 " random instructions agree with %s\n", done, options.sides.qemu);
		if (options.want_all_rows && !table_is_complete(sum.counts, profile.features))
			result = DIFF_DIFFERS;
		if (options.markdown != NULL && !write_markdown(&options, &sum))
			result = DIFF_BROKEN;
	}
	free(sum.numbers);
	return (int)result;
}
