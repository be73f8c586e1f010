/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-sweep-mpi: `entresol sweep` in as many processes as mpirun starts, on one machine or
 * several that share a file system. Rank R does shard R and writes FILE.R; the first puts all of
 * them into FILE when everybody is done. Who is killed has lost one trial at most: the next run
 * reads FILE and FILE.* and does what is missing.
 */
#include <glob.h>
#include <mpi.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "app/sweep.h"

static bool is_quiet; /* somebody else says it */

void say(const char *format, ...)
{
	va_list args;

	if (is_quiet)
		return;
	fputs("entresol-sweep-mpi: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int say_status(struct status status)
{
	say("%s", status.text);
	return (int)status.code;
}

struct rank {
	struct sweep_options options;
	int number, count;
	char path[4096]; /* FILE.R */
};

static struct status check(struct rank *rank)
{
	struct sweep_config *sweep = &rank->options.sweep;

	if (rank->options.merges)
		return status_error(STATUS_USAGE, "to merge is for 'entresol sweep --merge'");
	if (rank->options.output == NULL)
		return status_error(STATUS_USAGE, "--output FILE is needed, on a file system that "
						  "all processes share");
	if (sweep->shards != 0 && rank->options.shard_from == NULL)
		return status_error(STATUS_USAGE, "--shard: the ranks of mpirun are the shards");
	if ((size_t)snprintf(rank->path, sizeof(rank->path), "%s.%d", rank->options.output,
		    rank->number) >= sizeof(rank->path))
		return status_error(STATUS_USAGE, "--output: a path that long");
	sweep->shard = (unsigned)rank->number;
	sweep->shards = (unsigned)rank->count;
	if (sweep->jobs == 0)
		sweep->jobs = 1;
	return status_ok();
}

/* FILE, or FILE.R: nothing but a number stands behind it. */
static bool is_ours(const struct rank *rank, const char *path)
{
	const char *behind = path + strlen(rank->options.output);

	return *behind == '\0' || strspn(behind + 1, "0123456789") == strlen(behind + 1);
}

/* FILE and FILE.R, of this run and of others, that are there: the first `count`. false: no memory.
 */
static bool find_files(const struct rank *rank, glob_t *files, size_t *count)
{
	static const char signs[] = "*?[\\";
	char pattern[2 * sizeof(rank->path)], *at = pattern;

	for (const char *c = rank->options.output; *c != '\0'; c++) {
		if (strchr(signs, *c) != NULL)
			*at++ = '\\';
		*at++ = *c;
	}
	*at = '\0';
	*files = (glob_t){ .gl_pathc = 0 };
	if (glob(pattern, 0, NULL, files) == GLOB_NOSPACE)
		return false;
	strcpy(at, ".[0-9]*");
	if (glob(pattern, GLOB_APPEND, NULL, files) == GLOB_NOSPACE)
		return false;
	*count = 0;
	for (size_t i = 0; i < files->gl_pathc; i++) {
		char *path = files->gl_pathv[i];

		if (!is_ours(rank, path))
			continue;
		files->gl_pathv[i] = files->gl_pathv[*count]; /* globfree() wants all of them */
		files->gl_pathv[(*count)++] = path;
	}
	return true;
}

static struct status run(struct rank *rank)
{
	struct sweep_lines lines = { .others = 0 };
	struct status status;
	glob_t files;
	size_t count;

	if (!find_files(rank, &files, &count))
		return status_error(STATUS_HOST, "the host has no memory");
	lines.other = files.gl_pathv;
	lines.others = (unsigned)count;
	status = sweep_lines_run(&lines, &rank->options, rank->path,
		rank->number == 0 && isatty(STDERR_FILENO) == 1);
	sweep_lines_free(&lines);
	globfree(&files);
	return status;
}

/* Of all ranks, into FILE; the exit code. */
static int merge(struct rank *rank)
{
	const char *output = rank->options.output;
	struct sweep_results results = { .sweep = 0 };
	struct status status = status_ok();
	char what[300];
	glob_t files;
	size_t count;
	int code;

	if (!find_files(rank, &files, &count))
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	for (size_t i = 0; i < count && status.code == STATUS_OK; i++)
		status = sweep_results_read(&results, files.gl_pathv[i], false, true, NULL);
	if (status.code == STATUS_OK)
		status = sweep_results_write(&results, output);
	for (size_t i = 0; i < count && status.code == STATUS_OK; i++) {
		if (strcmp(files.gl_pathv[i], output) != 0)
			unlink(files.gl_pathv[i]);
	}
	globfree(&files);
	code = status.code == STATUS_OK
		       ? sweep_results_say(
				 &results, sweep_say(&rank->options, what, sizeof(what)), stdout)
		       : say_status(status);
	sweep_results_free(&results);
	return code;
}

/* What is wrong with the options is wrong for all, and is said once. -1: help was given. */
static int parse(struct rank *rank, int argc, char **argv)
{
	struct status status;
	int code = STATUS_USAGE;

	is_quiet = rank->number != 0;
	if (is_quiet && freopen("/dev/null", "we", stdout) == NULL)
		return STATUS_HOST;
	switch (sweep_options_parse(&rank->options, "entresol-sweep-mpi", argc, argv)) {
	case SWEEP_DONE: code = -1; break;
	case SWEEP_USAGE: break;
	case SWEEP_RUN:
		status = check(rank);
		code = status.code == STATUS_OK ? STATUS_OK : say_status(status);
	}
	is_quiet = false;
	return code;
}

/* Of ranks that met the same the first says it, and of a run that does not hold how to see that. */
static void say_once(struct rank *rank, struct status status, int worst)
{
	int first, mine = (int)status.code == worst ? rank->number : rank->count;

	MPI_Allreduce(&mine, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
	if (worst == STATUS_OK || rank->number != first)
		return;
	say_status(status);
	if (worst != STATUS_VERIFY_FAILED)
		return;
	sweep_command_put(&rank->options.sweep, SWEEP_ALL, stdout);
	putchar('\n');
}

int main(int argc, char **argv)
{
	static struct rank rank;
	int code, worst;

	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank.number);
	MPI_Comm_size(MPI_COMM_WORLD, &rank.count);
	code = parse(&rank, argc, argv);
	if (code == STATUS_OK) {
		struct status status = run(&rank);

		code = (int)status.code;
		MPI_Allreduce(&code, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
		say_once(&rank, status, worst);
		code = worst;
		if (code == STATUS_OK && rank.number == 0)
			code = merge(&rank);
	}
	MPI_Bcast(&code, 1, MPI_INT, 0, MPI_COMM_WORLD);
	sweep_options_free(&rank.options);
	MPI_Finalize();
	return code < 0 ? STATUS_OK : code;
}
