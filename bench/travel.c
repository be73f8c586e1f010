/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long travelling takes: a run forward with checkpoints and without, steps back, a breakpoint
 * far back. Processor time of the host, so this is no test.
 * Usage: bench_travel [-c CPU] [-n PEs] [-t MODEL] [-m MiB] [-i INSNS] [-b MiB OF CHECKPOINTS]
 *        [-r INITRD] [-a COMMAND LINE] IMAGE [-- WORD...]
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "debug/observers.h"
#include "debug/travel.h"
#include "loader/loader.h"
#include "platform/checkpoint.h"

struct times {
	struct machine_config config;
	struct timing_model model;
	struct load_options load;
	struct boot_options boot;
	const char *image;
	u64 insns, memory;
	struct machine *machine;
	struct observers observers;
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void check(struct status status)
{
	if (status.code == STATUS_OK)
		return;
	fprintf(stderr, "%s\n", status.text);
	exit(1);
}

static void start(struct times *times)
{
	struct loaded_image image;
	struct status status;

	times->machine = machine_create(&times->config, &status);
	check(status);
	check(loader_load(times->machine, times->image, &times->load, &image));
	if (image.is_kernel)
		check(loader_boot(times->machine, &times->boot, &image));
	machine_start_with(times->machine, image.entry, image.tree, image.end);
	loaded_image_free(&image);
	times->observers = (struct observers){ .count = 0 };
}

static bool at_breakpoint(void *opaque, const struct cpu *cpu, const struct event *event)
{
	(void)cpu, (void)event;
	++*(u64 *)opaque;
	return true;
}

static void say(const char *what, double begin, enum travel_result result, struct travel *travel)
{
	printf("%-46s %9.2f ms  (%d, at %" PRIu64 ".%u)\n", what, (seconds() - begin) * 1e3, result,
		travel_now(travel).insns, travel_now(travel).step);
}

static void measure(struct times *times, struct travel *travel)
{
	u64 hits = 0, end = travel_now(travel).insns, pc;
	struct points points = { .breakpoints = 1 };
	struct stop_at stop = { .kinds = BIT(EVENT_BREAKPOINT),
		.points = &points,
		.is_hit = at_breakpoint,
		.opaque = &hits };
	enum travel_result result;
	double begin = seconds();

	result = travel_step(travel, 0, -1);
	say("the first step back", begin, result, travel);
	for (unsigned i = 0; i < 3; i++) {
		begin = seconds();
		result = travel_step(travel, 0, -1);
		say("another one", begin, result, travel);
	}
	begin = seconds();
	for (unsigned i = 0; i < 1000; i++)
		result = travel_step(travel, 0, -1);
	say("1000 more", begin, result, travel);
	begin = seconds();
	result = travel_to(travel, (struct moment){ end, 1 });
	say("to the end again", begin, result, travel);
	begin = seconds();
	result = travel_to(travel, (struct moment){ end / 2, 1 });
	say("to half of it", begin, result, travel);
	pc = machine_cpu(times->machine, travel_cpu(travel))->pc;
	begin = seconds();
	result = travel_to(travel, (struct moment){ end, 1 });
	say("to the end again", begin, result, travel);
	points.breakpoint[0] = pc;
	begin = seconds();
	result = travel_backward(travel, &stop);
	say("back to a breakpoint that was passed at half", begin, result, travel);
	travel_to(travel, (struct moment){ end, 1 });
	points.breakpoint[0] = 0x1234;
	begin = seconds();
	result = travel_backward(travel, &stop);
	say("back to a breakpoint that is nowhere", begin, result, travel);
	printf("checkpoints: %.1f MiB\n", (double)machine_kept_bytes(times->machine) / 0x100000);
}

static void parse(struct times *times, int argc, char **argv)
{
	struct machine_config *config = &times->config;
	int option;

	while ((option = getopt(argc, argv, "c:n:t:m:i:b:r:a:")) != -1) {
		switch (option) {
		case 'c': config->profile = optarg; break;
		case 'n': config->cpus = (unsigned)atoi(optarg); break;
		case 'm': config->ram_size = (u64)atoi(optarg) << 20; break;
		case 'i': times->insns = (u64)atoll(optarg); break;
		case 'b': times->memory = (u64)atoll(optarg) << 20; break;
		case 'r': times->boot.initrd = optarg; break;
		case 'a': times->boot.append = optarg; break;
		case 't':
			if (!timing_model_get(optarg, &times->model))
				exit(2);
			config->timing = &times->model;
			break;
		default: exit(2);
		}
	}
	times->image = argv[optind];
}

int main(int argc, char **argv)
{
	static struct times times;
	struct travel_config travel_config = { 0 };
	struct travel *travel;
	struct status status;
	double begin, plain, kept;

	times.config = machine_default_config();
	times.insns = 2000000000;
	times.memory = TRAVEL_MEMORY;
	parse(&times, argc, argv);
	times.config.console_out = open("/dev/null", O_WRONLY);
	start(&times);
	begin = seconds();
	machine_run(times.machine, times.insns);
	plain = seconds() - begin;
	machine_destroy(times.machine);
	start(&times);
	travel_config.memory = times.memory;
	travel = travel_create(times.machine, &times.observers, &travel_config, &status);
	check(status);
	begin = seconds();
	travel_forward(travel, times.insns, NULL);
	kept = seconds() - begin;
	printf("%" PRIu64
	       " instructions: %.2f s plain, %.2f s with checkpoints: %.0f %% of the speed\n",
		travel_now(travel).insns, plain, kept, 100 * plain / kept);
	measure(&times, travel);
	travel_destroy(travel);
	machine_destroy(times.machine);
	return 0;
}
