/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Knows of hyp.elf what core/cost.h says: it reads a counter at the end of cost_begin() and at the
 * beginning of cost_end(), and each operation is measured three times: to warm up, N times, 2N
 * times. Nothing of that is known to the CPU; it is seen by the addresses of these functions.
 *
 * The level of a guest is told by its VMID: hypervisors enter what is above them, so levels are in
 * the order in which their VMIDs are first seen.
 */
#include "app/cost_breakdown.h"

#include <stdlib.h>
#include <string.h>

#include "debug/profile.h"
#include "loader/loader.h"

enum { MAX_OPERATIONS = 64, RUNS = 3, WARM_UP = 0, FIRST = 1, SECOND = 2 };

const char *const cost_phase_names[PHASE_COUNT] = {
#define PHASE(id, name, what) name,
#define BEGINS(...)
#include "app/cost_phase.def"
#undef PHASE
#undef BEGINS
};

/* What is known of an instruction that begins a function. */
enum mark { MARK_NONE, MARK_BEGIN, MARK_END, MARK_PHASE };

struct cost_watch {
	struct symbol_file file;
	u64 base; /* of the functions below */
	u8 *mark; /* of each word from base on: enum mark, with the phase added */
	u64 words;

	bool is_armed_to_begin, is_armed_to_end; /* at the next read of the counter */
	bool is_open;
	unsigned runs; /* that were measured and are over */
	u8 phase[COST_LEVELS];
	unsigned level;	       /* where the last instruction was */
	unsigned guest;	       /* the last level that is not 0 */
	u16 vmid[COST_LEVELS]; /* of level i + 1 */
	unsigned vmids;
	s64 *exception; /* where the cycles of the last exception were added, and how many */
	u64 exception_cycles;
	struct cost_breakdown now;
	struct cost_breakdown result[MAX_OPERATIONS];
};

s64 cost_breakdown_total(const struct cost_breakdown *breakdown)
{
	const s64 *cycles = &breakdown->cycles[0][0][0];
	s64 sum = 0;

	for (size_t i = 0; i < sizeof(*breakdown) / sizeof(*cycles); i++)
		sum += cycles[i];
	return sum;
}

/* ---- The functions ---- */

static const struct {
	const char *name;
	u8 mark;
} functions[] = {
	{ "cost_begin", MARK_BEGIN },
	{ "cost_end", MARK_END },
#define PHASE(...)
#define BEGINS(phase, name) { name, MARK_PHASE + PHASE_##phase },
#include "app/cost_phase.def"
#undef PHASE
#undef BEGINS
};

static const struct symbol *find_function(const struct symbol_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (strcmp(table->symbol[i].name, name) == 0)
			return &table->symbol[i];
	return NULL;
}

static struct status find_marks(struct cost_watch *watch, const char *image)
{
	u64 address[COUNT(functions)], low = UINT64_MAX, high = 0;

	for (size_t i = 0; i < COUNT(functions); i++) {
		const struct symbol *symbol =
			find_function(&watch->file.symbols, functions[i].name);

		if (symbol == NULL)
			return status_error(STATUS_BAD_IMAGE,
				"%.100s: there is no function %s to take apart what an operation "
				"costs; is it hyp.elf?",
				image, functions[i].name);
		address[i] = symbol->address;
		low = address[i] < low ? address[i] : low;
		high = address[i] > high ? address[i] : high;
	}
	watch->base = low;
	watch->words = (high - low) / 4 + 1;
	if (watch->words > 1u << 24)
		return status_error(STATUS_BAD_IMAGE,
			"%.100s: its functions are far apart; is it hyp.elf?", image);
	watch->mark = calloc(watch->words, 1);
	if (watch->mark == NULL)
		return status_error(STATUS_HOST, "the host has no memory");
	for (size_t i = 0; i < COUNT(functions); i++)
		watch->mark[(address[i] - low) / 4] = functions[i].mark;
	return status_ok();
}

struct status cost_watch_create(const char *image, struct cost_watch **out)
{
	struct cost_watch *watch = calloc(1, sizeof(*watch));
	struct status status;

	*out = NULL;
	if (watch == NULL)
		return status_error(STATUS_HOST, "the host has no memory");
	status = symbol_file_open(image, &watch->file);
	if (status.code == STATUS_OK)
		status = find_marks(watch, image);
	if (status.code == STATUS_OK)
		*out = watch;
	else
		cost_watch_destroy(watch);
	return status;
}

void cost_watch_destroy(struct cost_watch *watch)
{
	if (watch == NULL)
		return;
	symbol_file_close(&watch->file);
	free(watch->mark);
	free(watch);
}

/* Of the instruction, if it is this image's: a guest at the same addresses may be another one. */
static u8 mark_at(const struct cost_watch *watch, const struct event *event)
{
	u64 word = (event->pc - watch->base) / 4;
	u32 insn;

	if (word >= watch->words || watch->mark[word] == MARK_NONE ||
		!symbol_file_word(&watch->file, event->pc, &insn) || insn != event->insn)
		return MARK_NONE;
	return watch->mark[word];
}

/* MRS of the counters that hyp.elf may have: PMCCNTR_EL0, CNTPCT_EL0, CNTVCT_EL0. */
static bool is_counter_read(u32 insn)
{
	insn &= ~31u;
	return insn == 0xd53b9d00 || insn == 0xd53be020 || insn == 0xd53be040;
}

/* ---- Levels and phases ---- */

static unsigned level_of(struct cost_watch *watch, const struct profile_place *place)
{
	if (!place->is_vm)
		return 0;
	for (unsigned i = 0; i < watch->vmids; i++)
		if (watch->vmid[i] == place->vmid)
			return i + 1;
	if (watch->vmids == COST_LEVELS - 1)
		return COST_LEVELS - 1;
	watch->vmid[watch->vmids++] = place->vmid;
	return watch->vmids;
}

/* What comes to a level from a deeper one was an exit there. */
static void enter_level(struct cost_watch *watch, unsigned level)
{
	if (level == watch->level)
		return;
	if (level < watch->guest)
		watch->phase[level] = PHASE_SAVE;
	if (level != 0)
		watch->guest = level;
	watch->level = level;
}

/* ---- Runs ---- */

static void begin_run(struct cost_watch *watch)
{
	watch->is_open = true;
	memset(&watch->now, 0, sizeof(watch->now));
	watch->exception = NULL;
}

static void end_run(struct cost_watch *watch)
{
	unsigned operation = watch->runs / RUNS, run = watch->runs % RUNS;
	const s64 *now = &watch->now.cycles[0][0][0];
	s64 *result;

	watch->is_open = false;
	watch->runs++;
	if (run == WARM_UP || operation >= MAX_OPERATIONS)
		return;
	result = &watch->result[operation].cycles[0][0][0];
	for (size_t i = 0; i < sizeof(watch->now) / sizeof(*now); i++)
		result[i] = run == FIRST ? -now[i] : result[i] + now[i];
}

/* A counter shows what the time was before the instruction that reads it. */
static void on_counter_read(struct cost_watch *watch)
{
	if (watch->is_armed_to_begin)
		begin_run(watch);
	else if (watch->is_armed_to_end && watch->is_open)
		end_run(watch);
	watch->is_armed_to_begin = watch->is_armed_to_end = false;
}

static void on_instruction(struct cost_watch *watch, const struct event *event)
{
	u8 mark = mark_at(watch, event);

	if (mark >= MARK_PHASE)
		watch->phase[watch->level] = (u8)(mark - MARK_PHASE);
	if (watch->level != 0)
		return; /* only L0 measures */
	if (mark == MARK_BEGIN || mark == MARK_END) {
		watch->is_armed_to_begin = mark == MARK_BEGIN;
		watch->is_armed_to_end = mark == MARK_END;
	}
	if (is_counter_read(event->insn))
		on_counter_read(watch);
}

static void add(struct cost_watch *watch, const struct event *event)
{
	for (u32 left = event->reasons; left != 0; left &= left - 1) {
		unsigned reason = (unsigned)__builtin_ctz(left);
		unsigned phase = watch->phase[watch->level];
		s64 *cycles;

		if (watch->level == 0 && reason == REASON_EXCEPTION)
			phase = PHASE_ENTRY;
		else if (watch->level == 0 && reason == REASON_ERET)
			phase = PHASE_ERET;
		cycles = &watch->now.cycles[watch->level][phase][reason];
		*cycles += (s64)event->cycles[reason];
		if (reason == REASON_EXCEPTION) {
			watch->exception = cycles;
			watch->exception_cycles = event->cycles[reason];
		}
	}
}

static void on_cycles(struct cost_watch *watch, const struct cpu *cpu, const struct event *event)
{
	struct profile_place place = profile_place_of(cpu, event->from_el);

	enter_level(watch, level_of(watch, &place));
	if (event->issued)
		on_instruction(watch, event);
	if (watch->is_open)
		add(watch, event);
}

/* One that leaves a guest for EL2 is the beginning of what L0 does. */
static void on_exception(struct cost_watch *watch, const struct event *event)
{
	if (watch->exception != NULL && event->to_el == EL2) {
		*watch->exception -= (s64)watch->exception_cycles;
		watch->now.cycles[0][PHASE_ENTRY][REASON_EXCEPTION] += (s64)watch->exception_cycles;
	}
	watch->exception = NULL;
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	if (event->kind == EVENT_CYCLES)
		on_cycles(opaque, cpu, event);
	else
		on_exception(opaque, event);
}

struct observer cost_watch_observer(struct cost_watch *watch)
{
	return (struct observer){ .kinds = BIT(EVENT_CYCLES) | BIT(EVENT_EXCEPTION),
		.event = on_event,
		.opaque = watch };
}

/* ---- What came of it ---- */

unsigned cost_watch_count(const struct cost_watch *watch)
{
	return watch->runs / RUNS;
}

/* The deepest level is the guest that is measured: whatever it is, it has no phases. */
struct cost_breakdown *cost_watch_take(struct cost_watch *watch, unsigned operation)
{
	struct cost_breakdown *breakdown = malloc(sizeof(*breakdown));
	unsigned level = watch->vmids;

	if (breakdown == NULL)
		return NULL;
	*breakdown = watch->result[operation];
	for (unsigned phase = PHASE_GUEST + 1; phase < PHASE_COUNT; phase++) {
		for (unsigned reason = 0; reason < REASON_COUNT; reason++) {
			s64 *cycles = &breakdown->cycles[level][phase][reason];

			breakdown->cycles[level][PHASE_GUEST][reason] += *cycles;
			*cycles = 0;
		}
	}
	return breakdown;
}
