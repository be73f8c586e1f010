/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random walks in time: however a moment is reached, the machine is the same there, and the end is
 * that of the straight run; what observers that see no repeats are told is what they are told of
 * that one. A walk in which the debugger changes things ends as a run does that goes forward only
 * and changes the same things at the same moments.
 * Usage: random_travels [-c CPU] [-n PEs] [-t MODEL] [-e tail|step] [-m MiB] [-s SEED] [-i INSNS]
 *        [-w STEPS] [-b BYTES OF CHECKPOINTS] [-o] [-x] [-v] PROGRAM [-- WORD...]
 * -o: others observe, and write a trace; -x: the debugger changes things; -v: says each step.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "debug/hash.h"
#include "debug/observers.h"
#include "debug/trace.h"
#include "debug/travel.h"
#include "loader/loader.h"
#include "mmu/mmu.h"
#include "platform/checkpoint.h"
#include "platform/snapshot.h"
#include "tests/random_guest.h"

enum { VISITS = 4096, CHANGES = 256 };

struct visit {
	struct moment moment;
	u64 hash;
};

struct change {
	struct moment moment;
	u64 value;
};

/* What an observer was told, as one number. */
struct told {
	u64 hash, count;
};

struct walk {
	struct machine_config config;
	struct timing_model model;
	const char *program;
	u64 most, memory;
	unsigned steps;
	bool is_observed, changes_things, is_verbose;
	bool ends; /* by itself */
	struct rng rng;

	struct machine *machine;
	struct observers observers;
	struct told told;
	struct trace_config trace_config;
	struct trace_context context;
	struct trace *trace;
	FILE *console; /* what is printed */
	struct travel *travel;
	struct visit visit[VISITS];
	unsigned visits, again;
	struct change change[CHANGES];
	unsigned changes;
	u64 pc; /* of a breakpoint */
	struct points points;
	struct symbol_table no_symbols;
	u32 kinds; /* of events that are looked for */
	u64 hits;
};

__attribute__((format(printf, 2, 3), noreturn)) static void fail(
	const struct walk *walk, const char *format, ...)
{
	va_list args;

	if (walk->travel != NULL)
		fprintf(stderr,
			"at %" PRIu64 ".%u of %" PRIu64 ".%u: ", travel_now(walk->travel).insns,
			travel_now(walk->travel).step, travel_end(walk->travel).insns,
			travel_end(walk->travel).step);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

static void check(const struct walk *walk, struct status status)
{
	if (status.code != STATUS_OK)
		fail(walk, "%s", status.text);
}

static u64 below(struct walk *walk, u64 end)
{
	return rng_below(&walk->rng, end);
}

/* Of any size. */
static u64 some(struct walk *walk, u64 most)
{
	u64 bits_ = 1 + below(walk, 40);

	return below(walk, smaller(most, (u64)1 << bits_) + 1);
}

static int compare(struct moment a, struct moment b)
{
	if (a.insns != b.insns)
		return a.insns < b.insns ? -1 : 1;
	return a.step == b.step ? 0 : a.step < b.step ? -1 : 1;
}

/* ---- The machine ---- */

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct told *told = opaque;
	u64 words[] = { event->kind, event->pc, event->insn, event->target, event->esr, cpu->index,
		cpu->insns, cpu->cycles, event->reg, event->value };

	told->count++;
	for (size_t i = 0; i < COUNT(words); i++) {
		told->hash = (told->hash ^ words[i]) * 0x9e3779b97f4a7c15ull;
		told->hash ^= told->hash >> 32;
	}
}

static void start(struct walk *walk)
{
	struct load_options options = { .has_address = false };
	struct observer observer = { .kinds = BIT(EVENT_INSN) | BIT(EVENT_EXCEPTION) |
					      BIT(EVENT_ERET) | BIT(EVENT_SYSREG) | BIT(EVENT_WALK),
		.event = on_event,
		.opaque = &walk->told };
	struct loaded_image image;
	struct status status;

	rewind(walk->console);
	if (ftruncate(fileno(walk->console), 0) != 0)
		fail(walk, "no file for the console");
	walk->machine = machine_create(&walk->config, &status);
	check(walk, status);
	check(walk, loader_load(walk->machine, walk->program, &options, &image));
	machine_start(walk->machine, image.entry, image.end);
	loaded_image_free(&image);
	walk->trace_config = (struct trace_config){
		.kind = TRACE_ALL, .file = "/dev/null", .to = TRACE_TO_THE_END
	};
	walk->context =
		(struct trace_context){ .machine = walk->machine, .symbols = &walk->no_symbols };
	walk->observers = (struct observers){ .count = 0 };
	walk->told = (struct told){ 0 };
	if (!walk->is_observed)
		return;
	observers_add(&walk->observers, walk->machine, &observer);
	check(walk, trace_open(&walk->trace, &walk->trace_config, &walk->context));
	observer = trace_observer(walk->trace);
	observers_add(&walk->observers, walk->machine, &observer);
}

static void end(struct walk *walk)
{
	if (walk->is_observed)
		check(walk, trace_close(walk->trace));
	machine_destroy(walk->machine);
	walk->machine = NULL;
}

static void start_travel(struct walk *walk, bool forward_only)
{
	struct travel_config config = { .memory = walk->memory, .forward_only = forward_only };
	struct status status;

	start(walk);
	walk->travel = travel_create(walk->machine, &walk->observers, &config, &status);
	check(walk, status);
}

static void end_travel(struct walk *walk)
{
	travel_destroy(walk->travel);
	walk->travel = NULL;
	end(walk);
}

/* ---- Moments ---- */

static void forget_behind(struct walk *walk, struct moment moment)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < walk->visits; i++) {
		if (compare(walk->visit[i].moment, moment) < 0)
			walk->visit[kept++] = walk->visit[i];
	}
	walk->visits = kept;
	for (kept = 0; kept < walk->changes && compare(walk->change[kept].moment, moment) < 0;)
		kept++;
	walk->changes = kept;
}

/* The state of a moment is that of the first visit. */
static void look(struct walk *walk, const char *how)
{
	struct visit now = { travel_now(walk->travel), machine_hash(walk->machine) };

	for (unsigned i = 0; i < walk->visits; i++) {
		if (compare(walk->visit[i].moment, now.moment) != 0)
			continue;
		if (walk->visit[i].hash != now.hash)
			fail(walk, "%s: hash %016" PRIx64 ", it was %016" PRIx64, how, now.hash,
				walk->visit[i].hash);
		walk->again++;
		return;
	}
	if (walk->visits < VISITS)
		walk->visit[walk->visits++] = now;
}

/* ---- Steps of the walk ---- */

static bool any(void *opaque, const struct cpu *cpu, const struct event *event)
{
	(void)cpu, (void)event;
	++*(u64 *)opaque;
	return true;
}

/* What is looked for, at random. */
static struct stop_at choose_stop(struct walk *walk)
{
	static const u32 kinds[] = { BIT(EVENT_INSN), BIT(EVENT_EXCEPTION), BIT(EVENT_ERET),
		BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET), BIT(EVENT_SYSREG), BIT(EVENT_TLBI),
		BIT(EVENT_BREAKPOINT), BIT(EVENT_WATCH), BIT(EVENT_INTERRUPT), BIT(EVENT_GIC),
		BIT(EVENT_WALK) };
	u32 kind = kinds[below(walk, COUNT(kinds))];
	struct cpu *cpu = machine_cpu(walk->machine, travel_cpu(walk->travel));
	u64 first;

	walk->points = (struct points){ .breakpoint = { cpu->pc }, .breakpoints = 1 };
	first = cpu->x[32] + 8 * below(walk, 12) - 32;
	walk->points.watch[0] = (struct watch){
		.first = first, .last = first + below(walk, 24), .read = true, .write = true
	};
	walk->kinds = kind;
	walk->points.watches = kind == BIT(EVENT_WATCH);
	return (struct stop_at){
		.kinds = kind, .points = &walk->points, .is_hit = any, .opaque = &walk->hits
	};
}

static void expect(struct walk *walk, enum travel_result got, u32 allowed, const char *what)
{
	if (walk->is_verbose)
		fprintf(stderr, "%s (%x, 0x%" PRIx64 "): %d at %" PRIu64 ".%u\n", what, walk->kinds,
			walk->points.watch[0].first, got, travel_now(walk->travel).insns,
			travel_now(walk->travel).step);
	if (!(allowed >> got & 1))
		fail(walk, "%s: result %d", what, got);
	look(walk, what);
}

static u64 left(const struct walk *walk)
{
	u64 now = travel_now(walk->travel).insns;

	return now < walk->most ? walk->most - now : 0;
}

static void forward(struct walk *walk)
{
	u64 insns = smaller(some(walk, walk->most / 4), left(walk));

	expect(walk, travel_forward(walk->travel, insns, NULL),
		BIT(TRAVEL_ARRIVED) | BIT(TRAVEL_STOPPED), "forward");
}

static void to(struct walk *walk)
{
	struct moment begin = travel_begin(walk->travel), end = travel_end(walk->travel);
	struct moment moment = { begin.insns + below(walk, end.insns - begin.insns + 1), 1 };

	if (walk->visits > 0 && below(walk, 2) == 0)
		moment = walk->visit[below(walk, walk->visits)].moment;
	if (compare(moment, begin) < 0)
		moment = begin;
	expect(walk, travel_to(walk->travel, moment), BIT(TRAVEL_ARRIVED) | BIT(TRAVEL_STOPPED),
		"to");
}

static void step_cpu(struct walk *walk)
{
	unsigned cpu = (unsigned)below(walk, machine_cpu_count(walk->machine));
	s64 count = (s64)some(walk, below(walk, 2) == 0 ? 100 : left(walk) / 4);
	enum travel_result result;

	if (!machine_cpu_is_on(walk->machine, cpu) || machine_cpu(walk->machine, cpu)->waiting)
		return;
	if (count >= (s64)left(walk) || below(walk, 2) == 0)
		count = -count;
	result = travel_step(walk->travel, cpu, count);
	expect(walk, result,
		BIT(TRAVEL_ARRIVED) | (count < 0 ? BIT(TRAVEL_BEGIN) : BIT(TRAVEL_STOPPED)),
		"step");
}

static void forward_to_event(struct walk *walk)
{
	struct stop_at stop = choose_stop(walk);

	expect(walk,
		travel_forward(walk->travel, smaller(some(walk, walk->most), left(walk)), &stop),
		BIT(TRAVEL_ARRIVED) | BIT(TRAVEL_STOPPED) | BIT(TRAVEL_HIT), "forward to event");
}

/* Back to the last hit: from there forward, the next one is not before where it began. */
static void back_to_event(struct walk *walk)
{
	struct stop_at stop = choose_stop(walk);
	struct moment origin = travel_now(walk->travel), next;
	enum travel_result result = travel_backward(walk->travel, &stop);

	expect(walk, result, BIT(TRAVEL_HIT) | BIT(TRAVEL_BEGIN), "back to event");
	if (result == TRAVEL_HIT && compare(travel_now(walk->travel), origin) >= 0)
		fail(walk, "back from %" PRIu64 ".%u is no way back", origin.insns, origin.step);
	if (result == TRAVEL_HIT || (stop.kinds & ~(u32)BIT(EVENT_INSN)) != 0) {
		result = travel_forward(
			walk->travel, origin.insns - travel_now(walk->travel).insns, &stop);
		next = travel_now(walk->travel);
		expect(walk, result, BIT(TRAVEL_HIT) | BIT(TRAVEL_ARRIVED) | BIT(TRAVEL_STOPPED),
			"next event");
		if (result == TRAVEL_HIT &&
			(next.insns < origin.insns ||
				(next.insns == origin.insns && next.step / 2 < origin.step / 2)))
			fail(walk, "back from %" PRIu64 ".%u by events %x missed this hit",
				origin.insns, origin.step, stop.kinds);
	}
}

/* A register, a word of memory and, at times, where the PE is. */
static void make_change(struct walk *walk, u64 value)
{
	const struct ram_region *ram = memory_ram(machine_memory(walk->machine));
	u64 offset = ram->size - 8 - value % 0x10000 / 8 * 8;

	machine_cpu(walk->machine, travel_cpu(walk->travel))->v[value % 32].d[0] = value;
	if (value >> 62 == 0)
		machine_cpu(walk->machine, travel_cpu(walk->travel))->pc += 4;
	memcpy(ram->host + offset, &value, sizeof(value));
	memory_written(machine_memory(walk->machine), PA(ram->base.v + offset), sizeof(value));
	travel_changed(walk->travel);
}

static void change(struct walk *walk)
{
	struct moment now = travel_now(walk->travel);

	if (!walk->changes_things || walk->changes == CHANGES || now.step == UINT32_MAX)
		return;
	for (unsigned i = 0; i < walk->changes; i++) {
		if (compare(walk->change[i].moment, now) == 0)
			return;
	}
	forget_behind(walk, now);
	walk->change[walk->changes] = (struct change){ now, rng_next(&walk->rng) };
	make_change(walk, walk->change[walk->changes++].value);
	look(walk, "change");
}

static void others(struct walk *walk)
{
	struct status status;

	checkpoint_free(machine_checkpoint(walk->machine, &status));
	check(walk, status);
	if (below(walk, 4) == 0)
		check(walk, machine_save(walk->machine, "/dev/null", NULL, 0));
	look(walk, "a checkpoint of somebody else");
}

static void step(struct walk *walk)
{
	switch (below(walk, 12)) {
	case 0:
	case 1: forward(walk); break;
	case 2:
	case 3: to(walk); break;
	case 4:
	case 5: step_cpu(walk); break;
	case 6:
	case 7: forward_to_event(walk); break;
	case 8:
	case 9: back_to_event(walk); break;
	case 10: change(walk); break;
	default: others(walk); break;
	}
	if (machine_kept_bytes(walk->machine) > walk->memory + (8 << 20))
		fail(walk, "%" PRIu64 " bytes of checkpoints", machine_kept_bytes(walk->machine));
}

/* ---- Whole walks ---- */

static void go_to_end(struct walk *walk, const char *how)
{
	bool ends = walk->ends && walk->changes == 0; /* with another pc it may not */

	expect(walk, travel_forward(walk->travel, ends ? MACHINE_UNLIMITED : left(walk), NULL),
		ends ? BIT(TRAVEL_STOPPED) : BIT(TRAVEL_ARRIVED) | BIT(TRAVEL_STOPPED), how);
}

/* Without travel, from anywhere. */
static void go_alone(struct walk *walk)
{
	u64 at;

	if (travel_let_go(walk->travel) == TRAVEL_STOPPED)
		return;
	at = travel_now(walk->travel).insns;
	travel_destroy(walk->travel);
	walk->travel = NULL;
	machine_run(walk->machine, walk->ends ? MACHINE_UNLIMITED : walk->most - at);
}

static int by_moment(const void *a, const void *b)
{
	const struct visit *one = a, *other = b;

	return compare(one->moment, other->moment);
}

/*
 * Of an instruction that cannot be fetched the run is told when it has happened: who has no past
 * cannot rest before it.
 */
static bool is_before_fetch(struct moment wanted, struct moment now)
{
	return (wanted.step & 1) == 0 && now.insns == wanted.insns + 1 && now.step == 0;
}

/* Forward only, by all moments that were visited. */
static void go_straight(struct walk *walk)
{
	unsigned next = 0;

	qsort(walk->visit, walk->visits, sizeof(walk->visit[0]), by_moment);
	start_travel(walk, true);
	for (unsigned i = 0; i < walk->visits; i++) {
		struct moment moment = walk->visit[i].moment;

		/* the moment of a change was visited behind it */
		if (next < walk->changes && compare(walk->change[next].moment, moment) == 0) {
			travel_to(walk->travel, moment);
			make_change(walk, walk->change[next++].value);
		}
		travel_to(walk->travel, moment);
		if (is_before_fetch(moment, travel_now(walk->travel)))
			continue;
		if (compare(travel_now(walk->travel), moment) != 0)
			fail(walk, "there is no %" PRIu64 ".%u", moment.insns, moment.step);
		look(walk, "straight");
	}
	go_to_end(walk, "straight");
	end_travel(walk);
}

static void parse(struct walk *walk, int argc, char **argv)
{
	struct machine_config *config = &walk->config;
	int option;

	while ((option = getopt(argc, argv, "c:n:t:e:m:s:i:w:b:oxv")) != -1) {
		switch (option) {
		case 'c': config->profile = optarg; break;
		case 'n': config->cpus = (unsigned)atoi(optarg); break;
		case 'm': config->ram_size = (u64)atoi(optarg) << 20; break;
		case 's': walk->rng.state = (u64)atoll(optarg); break;
		case 'i': walk->most = (u64)atoll(optarg); break;
		case 'w': walk->steps = (unsigned)atoi(optarg); break;
		case 'b': walk->memory = (u64)atoll(optarg); break;
		case 'o': walk->is_observed = true; break;
		case 'v': walk->is_verbose = true; break;
		case 'x': walk->changes_things = true; break;
		case 'e':
			config->engine = strcmp(optarg, "tail") == 0 ? ENGINE_TAIL : ENGINE_STEP;
			break;
		case 't':
			if (!timing_model_get(optarg, &walk->model))
				fail(walk, "no model %s", optarg);
			config->timing = &walk->model;
			break;
		default: exit(2);
		}
	}
	if (optind == argc)
		fail(walk, "which program?");
	walk->program = argv[optind];
}

/* Without any of this. */
static u64 run_plain(struct walk *walk)
{
	const struct stop *stop;
	u64 hash;

	start(walk);
	stop = machine_run(walk->machine, walk->most);
	walk->ends = stop->reason == STOP_EXIT;
	if (!walk->ends && stop->reason != STOP_BUDGET)
		fail(walk, "the guest stopped: %s", stop->text);
	walk->most = machine_insns(walk->machine);
	hash = machine_hash(walk->machine);
	end(walk);
	return hash;
}

/* What was printed, to be freed. */
static char *printed(const struct walk *walk)
{
	long size = lseek(fileno(walk->console), 0, SEEK_END);
	char *text = size < 0 ? NULL : calloc(1, (size_t)size + 1);

	if (text == NULL || pread(fileno(walk->console), text, (size_t)size, 0) != size)
		fail(walk, "what was printed cannot be read");
	return text;
}

int main(int argc, char **argv)
{
	static struct walk walk;
	struct told told;
	u64 plain;
	char *words, *text, *straight;

	walk.config = machine_default_config();
	walk.config.ram_size = 64 << 20;
	walk.most = 100000000;
	walk.steps = 60;
	walk.memory = TRAVEL_MEMORY;
	parse(&walk, argc, argv);
	words = command_line(argc, argv);
	walk.config.command_line = words;
	walk.console = tmpfile();
	if (walk.console == NULL)
		fail(&walk, "no file for the console");
	walk.config.console_out = fileno(walk.console);
	plain = run_plain(&walk);
	start_travel(&walk, false);
	for (unsigned i = 0; i < walk.steps; i++)
		step(&walk);
	if (walk.is_observed) {
		go_alone(&walk);
	} else {
		expect(&walk, travel_to(walk.travel, travel_end(walk.travel)),
			BIT(TRAVEL_ARRIVED) | BIT(TRAVEL_STOPPED), "to the end known");
		go_to_end(&walk, "the end");
	}
	if (walk.ends && walk.changes == 0 && machine_hash(walk.machine) != plain)
		fail(&walk, "the end is not that of a plain run");
	told = walk.told;
	end_travel(&walk);
	text = printed(&walk);
	go_straight(&walk);
	straight = printed(&walk);
	if (walk.changes == 0 && strcmp(text, straight) != 0)
		fail(&walk, "printed was\n%s\nnot\n%s", text, straight);
	if (walk.changes == 0 && memcmp(&told, &walk.told, sizeof(told)) != 0)
		fail(&walk, "an observer was told %" PRIu64 " events, of a straight run %" PRIu64,
			told.count, walk.told.count);
	free(words);
	free(text);
	free(straight);
	fclose(walk.console);
	printf("%u moments, %u times visited again, %u changes, %" PRIu64 " events\n", walk.visits,
		walk.again, walk.changes, told.count);
	return 0;
}
