/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run that is cut into pieces, checkpointed, restored to any earlier checkpoint and forked, at
 * random, ends as the straight run does, and is everywhere what it was there the first time.
 * Usage: random_checkpoints [-c CPU] [-n PEs] [-t MODEL] [-m MiB] [-s SEED] [-i INSTRUCTIONS]
 *        [-r INITRD] [-a COMMAND_LINE] [-k KEYS] [-A ADVERSARY] PROGRAM [-- WORD...]
 * With an adversary, what is kept has a copy of it, and goes on with that.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "debug/hash.h"
#include "loader/loader.h"
#include "platform/checkpoint.h"
#include "tests/random_guest.h"
#include "verify/adversary.h"

enum { CHECKPOINTS = 6, STEPS = 60 };

struct kept {
	struct checkpoint *checkpoint;
	u64 insns; /* executed since the start */
	u64 hash;
	struct adversary adversary;
};

struct walk {
	struct machine_config config;
	struct timing_model model;
	const char *program;
	struct boot_options boot;
	u64 most;  /* instructions of the straight run */
	u64 total; /* that it executed */
	u64 end;   /* its hash */
	struct rng rng;
	struct machine *machine;
	struct adversary_config chosen;
	struct adversary adversary; /* of the machine */
	u64 insns;
	struct kept kept[CHECKPOINTS];
	unsigned count;
	unsigned restores, forks;
};

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void check(struct status status)
{
	if (status.code != STATUS_OK)
		fail("%s", status.text);
}

static u64 random_below(struct walk *walk, u64 end)
{
	return rng_next(&walk->rng) % end;
}

/* The machine goes on with a copy of the adversary. */
static void go_on_with(
	struct machine *machine, struct adversary *place, const struct adversary *adversary)
{
	*place = *adversary;
	place->liberties.opaque = place;
	machine_take_liberties(machine, adversary_liberties(place));
}

static struct machine *start(struct walk *walk)
{
	struct load_options options = { .has_address = false };
	struct loaded_image image;
	struct status status;
	struct machine *machine = machine_create(&walk->config, &status);

	check(status);
	check(loader_load(machine, walk->program, &options, &image));
	if (image.is_kernel)
		check(loader_boot(machine, &walk->boot, &image));
	machine_start_with(machine, image.entry, image.tree, image.end);
	loaded_image_free(&image);
	adversary_init(&walk->adversary, walk->chosen);
	machine_take_liberties(machine, adversary_liberties(&walk->adversary));
	return machine;
}

static void run(struct machine *machine, u64 insns)
{
	const struct stop *stop = machine_run(machine, insns);

	if (stop->reason != STOP_BUDGET && stop->reason != STOP_EXIT)
		fail("the guest stopped: %s", stop->text);
}

static void run_straight(struct walk *walk)
{
	struct machine *machine = start(walk);

	run(machine, walk->most);
	walk->total = machine_insns(machine);
	walk->end = machine_hash(machine);
	machine_destroy(machine);
}

static void expect(struct walk *walk, struct machine *machine, u64 hash, const char *what)
{
	u64 got = machine_hash(machine);

	if (got != hash)
		fail("%s at instruction %" PRIu64 ": hash %016" PRIx64 ", expected %016" PRIx64,
			what, walk->insns, got, hash);
}

static void take(struct walk *walk)
{
	u64 hash = machine_hash(walk->machine);
	unsigned place = walk->count;
	struct status status;

	if (place == CHECKPOINTS) {
		place = (unsigned)random_below(walk, CHECKPOINTS);
		checkpoint_free(walk->kept[place].checkpoint);
	} else {
		walk->count++;
	}
	walk->kept[place].checkpoint = machine_checkpoint(walk->machine, &status);
	check(status);
	walk->kept[place].insns = walk->insns;
	walk->kept[place].hash = hash;
	walk->kept[place].adversary = walk->adversary;
	expect(walk, walk->machine, hash, "taking a checkpoint changed the machine");
}

static void restore(struct walk *walk)
{
	const struct kept *kept;

	if (walk->count == 0)
		return;
	kept = &walk->kept[random_below(walk, walk->count)];
	check(machine_restore(walk->machine, kept->checkpoint));
	go_on_with(walk->machine, &walk->adversary, &kept->adversary);
	walk->insns = kept->insns;
	walk->restores++;
	expect(walk, walk->machine, kept->hash, "restored");
}

/* A machine that was never started, on the other engine if there is one, is as good. */
static void change_engine(struct walk *walk)
{
	struct machine_config config = walk->config;
	const struct kept *kept;
	struct status status;

	if (walk->count == 0)
		return;
	config.engine = random_below(walk, 2) == 0 ? ENGINE_STEP : walk->config.engine;
	kept = &walk->kept[random_below(walk, walk->count)];
	machine_destroy(walk->machine);
	walk->machine = machine_create(&config, &status);
	check(status);
	check(machine_restore(walk->machine, kept->checkpoint));
	go_on_with(walk->machine, &walk->adversary, &kept->adversary);
	walk->insns = kept->insns;
	expect(walk, walk->machine, kept->hash, "restored into another machine");
}

/* A fork takes the machine's place, or goes on to the end; it may outlive its checkpoint. */
static void fork_machine(struct walk *walk)
{
	const struct kept *kept;
	struct machine *machine;
	struct adversary adversary;
	struct status status;

	if (walk->count == 0)
		return;
	kept = &walk->kept[random_below(walk, walk->count)];
	machine = machine_fork(kept->checkpoint, &status);
	check(status);
	walk->forks++;
	expect(walk, machine, kept->hash, "forked");
	if (random_below(walk, 2) == 0) {
		machine_destroy(walk->machine);
		walk->machine = machine;
		walk->insns = kept->insns;
		go_on_with(machine, &walk->adversary, &kept->adversary);
		return;
	}
	go_on_with(machine, &adversary, &kept->adversary);
	run(machine, walk->total - kept->insns);
	expect(walk, machine, walk->end, "the end of a fork");
	machine_destroy(machine);
}

static void run_piece(struct walk *walk)
{
	u64 most = walk->total - walk->insns, insns = 1;

	if (most == 0)
		return;
	switch (random_below(walk, 4)) {
	case 0: break;
	case 1: insns = smaller(most, 1 + random_below(walk, 1000)); break;
	default: insns = 1 + random_below(walk, most < 8 ? most : most / 4); break;
	}
	run(walk->machine, insns);
	walk->insns += insns;
}

static void step(struct walk *walk)
{
	switch (random_below(walk, 9)) {
	case 0:
	case 1:
	case 2: run_piece(walk); break;
	case 3:
	case 4: take(walk); break;
	case 5:
	case 6: restore(walk); break;
	case 7: change_engine(walk); break;
	default: fork_machine(walk); break;
	}
}

/* A screen as tests/system/screen.c has it, with its driver; at most one key is typed each time. */
static void type(struct screen_config *screen, const char *keys)
{
	screen->width = 64;
	screen->height = 48;
	for (; *keys != '\0' && screen->keys_count < SCREEN_KEYS; keys++) {
		struct screen_keys *at = &screen->keys[screen->keys_count++];

		at->time = 400000ull * screen->keys_count;
		at->text.bytes[at->text.size++] = (u8)*keys;
	}
}

static void parse(struct walk *walk, int argc, char **argv)
{
	struct machine_config *config = &walk->config;
	int option;

	while ((option = getopt(argc, argv, "c:n:t:m:s:i:r:a:k:A:")) != -1) {
		switch (option) {
		case 'c': config->profile = optarg; break;
		case 'n': config->cpus = (unsigned)atoi(optarg); break;
		case 'm': config->ram_size = (u64)atoi(optarg) << 20; break;
		case 's': walk->rng.state = (u64)atoll(optarg); break;
		case 'r': walk->boot.initrd = optarg; break;
		case 'a': walk->boot.append = optarg; break;
		case 'A':
			check(adversary_parse(optarg, &walk->chosen));
			config->engine = ENGINE_STEP;
			break;
		case 'k': type(&config->screen, optarg); break;
		case 'i': walk->most = (u64)atoll(optarg); break;
		case 't':
			if (!timing_model_get(optarg, &walk->model))
				fail("no model %s", optarg);
			config->timing = &walk->model;
			break;
		default: exit(2);
		}
	}
	if (optind == argc)
		fail("which program?");
	walk->program = argv[optind];
	if (access(walk->program, R_OK) != 0) {
		fprintf(stderr, "%s is not there\n", walk->program);
		exit(77);
	}
}

int main(int argc, char **argv)
{
	static struct walk walk;
	char *words;

	walk.config = machine_default_config();
	walk.config.ram_size = 64 << 20;
	walk.most = 1000000;
	parse(&walk, argc, argv);
	words = command_line(argc, argv);
	walk.config.command_line = words;
	run_straight(&walk);
	walk.machine = start(&walk);
	for (unsigned i = 0; i < STEPS; i++)
		step(&walk);
	run(walk.machine, walk.total - walk.insns);
	expect(&walk, walk.machine, walk.end, "the end");
	for (unsigned i = 0; i < walk.count; i++)
		checkpoint_free(walk.kept[i].checkpoint);
	machine_destroy(walk.machine);
	free(words);
	printf("%" PRIu64 " instructions, %u restores, %u forks\n", walk.total, walk.restores,
		walk.forks);
	return 0;
}
