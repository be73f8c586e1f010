/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A run with breakpoints and watches at random places, which is stopped by whoever is told an
 * event, at random, ends as the run that nobody looks at; what it tells, and when, is the same, and
 * on both engines. A stop is where cpu/events.h and machine_break() say.
 * Usage: random_points [-c CPU] [-n PEs] [-t MODEL] [-s SEED] [-m MiB] [-k SKIP] [-i INSTRUCTIONS]
 *        [-r RUNS] PROGRAM [-- WORD...]
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/points.h"
#include "debug/hash.h"
#include "loader/loader.h"
#include "tests/random_guest.h"
#include "timing/model.h"

enum { PLACES = 256 };

#define KIND(name) (1u << EVENT_##name)
/* Told once whatever happens; told again after some stops; told only while points are set. */
#define ONCE                                                                                       \
	(KIND(EXCEPTION) | KIND(ERET) | KIND(SYSREG) | KIND(WALK) | KIND(DESCRIPTOR) |             \
		KIND(TLBI) | KIND(TABLE_WRITE) | KIND(BARRIER) | KIND(INTERRUPT) | KIND(GIC))
#define BEFORE (KIND(INSN) | KIND(ACCESS) | KIND(BREAKPOINT) | KIND(WATCH))

struct place {
	u64 pc, data;
};

struct run {
	struct machine_config config;
	struct timing_model model;
	const char *program;
	u64 skip, most; /* instructions before anything is random, and all of them */
	struct rng rng;
	struct machine *machine;
	struct place place[PLACES];

	/* what was told of kinds in `hashed`, and when */
	u32 hashed;
	u64 stream, events;

	/* who is told stops the machine once in so many events; 0: never */
	u64 one_in;
	bool is_stopped, is_before; /* by what was told last */
	enum event_kind kind;
	unsigned cpu;
	u64 pc, insns;
	u64 stops[EVENT_KIND_COUNT];
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

static u64 random_below(struct run *run, u64 end)
{
	return rng_next(&run->rng) % end;
}

static void start(struct run *run, enum engine engine)
{
	struct load_options options = { .has_address = false };
	struct loaded_image image;
	struct status status;

	run->config.engine = engine;
	run->machine = machine_create(&run->config, &status);
	check(status);
	check(loader_load(run->machine, run->program, &options, &image));
	machine_start(run->machine, image.entry, image.end);
	loaded_image_free(&image);
	run->stream = 0;
	run->events = 0;
}

/* ---- Being told ---- */

static void mix(struct run *run, u64 value)
{
	run->stream = (run->stream ^ value) * 0x9e3779b97f4a7c15ull;
	run->stream ^= run->stream >> 29;
}

static void note(struct run *run, const struct cpu *cpu, const struct event *event)
{
	u64 said[] = { event->kind, cpu->index, cpu->insns, cpu->cycles, event->pc, event->target,
		event->insn, event->esr, event->far, event->reg, event->value, event->before,
		event->va, event->ipa, event->pa, event->write, event->read, event->hardware,
		event->level, event->size, event->gic, event->line, event->intid };

	for (size_t i = 0; i < COUNT(said); i++)
		mix(run, said[i]);
	run->events++;
}

static void told(void *opaque, struct cpu *cpu, const struct event *event)
{
	struct run *run = opaque;

	if (run->hashed >> event->kind & 1)
		note(run, cpu, event);
	if (run->is_before && cpu->index == run->cpu && cpu->insns == run->insns &&
		event->pc == run->pc &&
		(event->kind == EVENT_BREAKPOINT ||
			(event->kind == EVENT_WATCH && run->kind == EVENT_WATCH)))
		fail("event %u at 0x%" PRIx64 " is told again", event->kind, event->pc);
	if (run->one_in == 0 || random_below(run, run->one_in) != 0 || run->is_stopped)
		return;
	machine_break(run->machine);
	run->is_stopped = true;
	run->is_before = (BEFORE >> event->kind & 1) && !event->hardware;
	run->kind = event->kind;
	run->cpu = cpu->index;
	run->pc = event->pc;
	run->insns = cpu->insns;
	run->stops[event->kind]++;
}

/* The machine stands where the one who stopped it was told. */
static void check_stop(struct run *run, const struct stop *stop)
{
	const struct cpu *cpu = machine_cpu(run->machine, run->cpu);

	if (stop->reason != STOP_DEBUG) {
		if (run->is_stopped && stop->reason != STOP_EXIT)
			fail("nobody stopped at event %u", run->kind);
		return;
	}
	if (machine_stopped_cpu(run->machine) != run->cpu)
		fail("another PE stopped");
	if (run->is_before && (cpu->pc != run->pc || cpu->insns != run->insns))
		fail("event %u at 0x%" PRIx64 ", instruction %" PRIu64 ": stopped at 0x%" PRIx64
		     ", instruction %" PRIu64,
			run->kind, run->pc, run->insns, cpu->pc, cpu->insns);
	if (!run->is_before && cpu->insns > run->insns + 1)
		fail("event %u at 0x%" PRIx64 ": stopped %" PRIu64 " instructions later", run->kind,
			run->pc, cpu->insns - run->insns);
}

/* ---- Runs ---- */

static const struct stop *go(struct run *run, u64 insns)
{
	const struct stop *stop;

	run->is_stopped = false;
	stop = machine_run(run->machine, insns);
	if (stop->reason != STOP_BUDGET && stop->reason != STOP_EXIT && stop->reason != STOP_DEBUG)
		fail("the guest stopped: %s", stop->text);
	check_stop(run, stop);
	return stop;
}

/* Places that the program comes by, and addresses it may use. */
static void find_places(struct run *run)
{
	start(run, ENGINE_STEP);
	run->one_in = 0;
	go(run, run->skip);
	for (unsigned i = 0; i < PLACES; i++) {
		const struct cpu *cpu;

		go(run, 1 + random_below(run, (run->most - run->skip) / PLACES));
		cpu = machine_cpu(run->machine, (unsigned)random_below(run, run->config.cpus));
		run->place[i] = (struct place){ cpu->pc,
			cpu->x[random_below(run, 2) ? SLOT_SP : random_below(run, 30)] };
	}
	machine_destroy(run->machine);
}

static struct points random_points(struct run *run)
{
	struct points points = { .breakpoints = (unsigned)random_below(run, 6),
		.watches = (unsigned)random_below(run, 4) };

	for (unsigned i = 0; i < points.breakpoints; i++)
		points.breakpoint[i] = run->place[random_below(run, PLACES)].pc;
	for (unsigned i = 0; i < points.watches; i++) {
		u64 first = run->place[random_below(run, PLACES)].data + random_below(run, 64);

		points.watch[i] = (struct watch){ .first = first,
			.last = first + random_below(run, 100),
			.is_physical = random_below(run, 2),
			.read = random_below(run, 2),
			.write = random_below(run, 4) != 0 };
	}
	return points;
}

static u64 end_of(struct run *run)
{
	mix(run, machine_hash(run->machine));
	for (unsigned i = 0; i < run->config.cpus; i++) {
		mix(run, machine_cpu(run->machine, i)->insns);
		mix(run, machine_cpu(run->machine, i)->cycles);
	}
	machine_set_points(run->machine, NULL);
	machine_destroy(run->machine);
	return run->stream;
}

/* Nobody stops it; with points, and all that is told, or with what is told in any case. */
static u64 run_straight(struct run *run, enum engine engine, u32 kinds, const struct points *points)
{
	start(run, engine);
	run->hashed = kinds;
	run->one_in = 0;
	run->is_before = false;
	machine_observe(run->machine, kinds, told, run);
	machine_set_points(run->machine, points);
	go(run, run->most);
	return end_of(run);
}

static u64 run_stopped(struct run *run, enum engine engine, u64 total)
{
	static const u64 rarities[] = { 3, 40, 1000 };

	start(run, engine);
	run->hashed = ONCE;
	run->one_in = 0;
	machine_observe(run->machine, ONCE, told, run);
	go(run, run->skip);
	while (machine_insns(run->machine) < total) {
		struct points points = random_points(run);
		u32 kinds = ONCE | KIND(BREAKPOINT) | KIND(WATCH);
		u64 left = total - machine_insns(run->machine);
		u64 insns = 1 + random_below(run, smaller(left, 100000));

		if (random_below(run, 8) == 0)
			kinds |= KIND(ACCESS);
		if (random_below(run, 8) == 0)
			kinds |= KIND(INSN);
		run->one_in = rarities[random_below(run, COUNT(rarities))];
		machine_observe(run->machine, kinds, told, run);
		if (random_below(run, 3) != 0)
			machine_set_points(run->machine, &points);
		for (unsigned i = 0; i < 50 && insns != 0; i++) {
			u64 before = machine_insns(run->machine);

			go(run, insns);
			insns -= machine_insns(run->machine) - before;
		}
	}
	return end_of(run);
}

static void compare(struct run *run, u64 seed)
{
	struct points points;
	u64 total, alone, all, other;

	run->rng.state = seed;
	find_places(run);
	alone = run_straight(run, ENGINE_STEP, ONCE, NULL);
	points = random_points(run);
	all = run_straight(run, ENGINE_STEP, ONCE | BEFORE, &points);
	start(run, ENGINE_STEP);
	machine_observe(run->machine, 0, told, run);
	go(run, run->most);
	total = machine_insns(run->machine);
	machine_destroy(run->machine);
	if (cpu_engine_available(ENGINE_TAIL)) {
		other = run_straight(run, ENGINE_TAIL, ONCE, NULL);
		if (other != alone)
			fail("seed %" PRIu64 ": TAIL tells other things than STEP", seed);
		other = run_straight(run, ENGINE_TAIL, (ONCE | BEFORE) & ~KIND(INSN), &points);
		all = run_straight(run, ENGINE_STEP, (ONCE | BEFORE) & ~KIND(INSN), &points);
		if (other != all)
			fail("seed %" PRIu64 ": with points TAIL tells other things than STEP",
				seed);
		other = run_stopped(run, ENGINE_TAIL, total);
		if (other != alone)
			fail("seed %" PRIu64 ": stops change TAIL", seed);
	}
	if (run_stopped(run, ENGINE_STEP, total) != alone)
		fail("seed %" PRIu64 ": stops change STEP", seed);
}

static void parse(struct run *run, int argc, char **argv, u64 *seed, u64 *runs)
{
	struct machine_config *config = &run->config;
	int option;

	while ((option = getopt(argc, argv, "c:n:t:s:i:r:k:m:")) != -1) {
		switch (option) {
		case 'c': config->profile = optarg; break;
		case 'n': config->cpus = (unsigned)atoi(optarg); break;
		case 's': *seed = (u64)atoll(optarg); break;
		case 'i': run->most = (u64)atoll(optarg); break;
		case 'k': run->skip = (u64)atoll(optarg); break;
		case 'm': config->ram_size = (u64)atoll(optarg) << 20; break;
		case 'r': *runs = (u64)atoll(optarg); break;
		case 't':
			if (!timing_model_get(optarg, &run->model))
				fail("no model %s", optarg);
			config->timing = &run->model;
			break;
		default: exit(2);
		}
	}
	if (optind == argc)
		fail("which program?");
	run->program = argv[optind];
}

int main(int argc, char **argv)
{
	static struct run run;
	u64 seed = 1, runs = 1, stops = 0;
	char *words;

	run.config = machine_default_config();
	run.config.ram_size = 64 << 20;
	run.most = 300000;
	parse(&run, argc, argv, &seed, &runs);
	words = command_line(argc, argv);
	run.config.command_line = words;
	for (u64 i = 0; i < runs; i++)
		compare(&run, seed + i);
	for (unsigned i = 0; i < EVENT_KIND_COUNT; i++) {
		printf("%s%" PRIu64, i == 0 ? "stops by kind of event: " : ", ", run.stops[i]);
		stops += run.stops[i];
	}
	printf("\n");
	free(words);
	return stops > 0 ? 0 : 1;
}
