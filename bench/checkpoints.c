/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checkpoints, restores and forks cost on this host: the median of some, in milliseconds.
 * Usage: bench_checkpoints [MiB of a guest whose pages are all touched]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mmu/mmu.h"
#include "platform/checkpoint.h"
#include "timing/model.h"

enum { ROUNDS = 15 };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static void report(const char *what, double *times, unsigned count)
{
	qsort(times, count, sizeof(*times), compare);
	printf("%-58s %8.3f ms (%.3f to %.3f)\n", what, times[count / 2], times[0],
		times[count - 1]);
}

static void check(bool holds, const struct status *status)
{
	if (holds)
		return;
	fprintf(stderr, "%s\n", status->text);
	exit(1);
}

/* The first pages of RAM differ from whatever they were. */
static void touch(struct machine *machine, u64 pages)
{
	static u32 what;
	const struct ram_region *ram = memory_ram(machine_memory(machine));

	what++;
	for (u64 i = 0; i < pages; i++) {
		memset(ram->host + (i << PAGE_SHIFT), (int)(what & 0xff), PAGE_SIZE);
		memcpy(ram->host + (i << PAGE_SHIFT), &what, sizeof(what));
		memory_written(
			machine_memory(machine), PA(ram->base.v + (i << PAGE_SHIFT)), PAGE_SIZE);
	}
}

static struct checkpoint *take(struct machine *machine, double *took)
{
	struct status status;
	double begin = now();
	struct checkpoint *checkpoint = machine_checkpoint(machine, &status);

	*took = now() - begin;
	check(checkpoint != NULL, &status);
	return checkpoint;
}

static void restore(struct machine *machine, const struct checkpoint *checkpoint, double *took)
{
	double begin = now();
	struct status status = machine_restore(machine, checkpoint);

	*took = now() - begin;
	check(status.code == STATUS_OK, &status);
}

static void fork_once(struct checkpoint *checkpoint, double *took)
{
	struct status status;
	double begin = now();
	struct machine *machine = machine_fork(checkpoint, &status);

	*took = now() - begin;
	check(machine != NULL, &status);
	machine_destroy(machine);
}

/* One that differs from the last in `pages` pages. */
static void differ(struct machine *machine, u64 pages, const char *what)
{
	double taking[ROUNDS], restoring[ROUNDS];
	struct checkpoint *before, *after;
	double unused;
	char text[80];

	before = take(machine, &unused);
	for (unsigned i = 0; i < ROUNDS; i++) {
		touch(machine, pages);
		after = take(machine, &taking[i]);
		restore(machine, before, &restoring[i]);
		checkpoint_free(after);
	}
	checkpoint_free(before);
	snprintf(text, sizeof(text), "%s: checkpoint, %llu pages differ", what,
		(unsigned long long)pages);
	report(text, taking, ROUNDS);
	snprintf(text, sizeof(text), "%s: restore, %llu pages differ", what,
		(unsigned long long)pages);
	report(text, restoring, ROUNDS);
}

static void all_touched(struct machine *machine, u64 pages, const char *what)
{
	double took[ROUNDS];
	struct checkpoint *checkpoint;
	char text[80];

	for (unsigned i = 0; i < ROUNDS; i++) {
		touch(machine, pages);
		checkpoint = take(machine, &took[i]);
		if (i + 1 < ROUNDS)
			checkpoint_free(checkpoint);
	}
	snprintf(text, sizeof(text), "%s: checkpoint, all pages written", what);
	report(text, took, ROUNDS);
	fork_once(checkpoint, &took[0]);
	snprintf(text, sizeof(text), "%s: first fork", what);
	report(text, took, 1);
	for (unsigned i = 0; i < ROUNDS; i++)
		fork_once(checkpoint, &took[i]);
	snprintf(text, sizeof(text), "%s: further forks", what);
	report(text, took, ROUNDS);
	checkpoint_free(checkpoint);
}

static void measure(const char *model, u64 megabytes)
{
	struct machine_config config = machine_default_config();
	struct timing_model timing;
	struct status status;
	struct machine *machine;
	u64 pages = (megabytes << 20) >> PAGE_SHIFT;

	config.ram_size = megabytes << 20;
	if (timing_model_get(model, &timing))
		config.timing = &timing;
	machine = machine_create(&config, &status);
	check(machine != NULL, &status);
	machine_start(machine, BOARD_RAM_BASE, BOARD_RAM_BASE);
	differ(machine, 20, model);
	all_touched(machine, pages, model);
	differ(machine, 20, model);
	differ(machine, pages, model);
	machine_destroy(machine);
}

int main(int argc, char **argv)
{
	u64 megabytes = argc > 1 ? (u64)atoi(argv[1]) : 64;

	measure("functional", megabytes);
	measure("a55", megabytes);
	return 0;
}
