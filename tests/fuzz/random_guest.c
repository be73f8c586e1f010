/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-random-guest: RAM full of random instructions of all rows, run at EL2 and wherever they
 * lead. Nothing may crash, whatever the guest does to itself, and TAIL and STEP must end in the
 * same state, byte for byte; with random timing models too, whose cycles are part of it. Where
 * nobody can read time, a model changes nothing but time.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"
#include "cpu/decode.h"
#include "exceptions/exceptions.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "tests/no_board.h"
#include "timing/timing.h"

enum { RAM_SIZE = 256 << 10, CYCLES = 20000, UNTIMED_INSNS = 5000 };
#define RAM_BASE ((u64)0x40000000)

static u8 ram[2][RAM_SIZE] __attribute__((aligned(4096)));
static u8 page_flags[RAM_SIZE >> PAGE_SHIFT];

static void event(struct cpu *cpu, const struct event *e)
{
	(void)cpu, (void)e;
}

static const struct cpu_ops ops = { ECHO_BUS, NO_TIMERS, NO_FIRMWARE, .event = event };

/* How a guest is run. */
struct way {
	const char *name;
	enum engine engine;
	const struct timing_model *model; /* NULL: functional */
	bool is_timeless; /* without MRS, and for a number of instructions, not of cycles */
};

/* Random words, most of them of some row. */
static void fill_ram(struct rng *rng, u8 *memory, bool is_timeless)
{
	const u32 mrs = 0xd5200000, mrs_mask = 0xfff00000, nop = 0xd503201f;

	for (u32 at = 0; at < RAM_SIZE; at += 4) {
		const struct insn_row *row = &insn_rows[rng_below(rng, insn_row_count)];
		u32 word = row->value | ((u32)rng_next(rng) & ~row->mask);

		if (is_timeless && (word & mrs_mask) == mrs)
			word = nop;
		memcpy(memory + at, &word, 4);
	}
}

/* Somewhere in RAM, mostly in a page that code is likely to reach. */
static u64 near_code(struct rng *rng)
{
	static const u64 pages[] = { 0, 0x8000, 0x10000, 0x20000 };

	return RAM_BASE + pages[rng_below(rng, COUNT(pages))] + (rng_next(rng) & 0xffc);
}

/* Breakpoints, watchpoints of whole pages too, software step. */
static void arm_debug(struct rng *rng, struct cpu *cpu)
{
	static const u16 breakpoints[][2] = { { SR_DBGBVR0_EL1, SR_DBGBCR0_EL1 },
		{ SR_DBGBVR1_EL1, SR_DBGBCR1_EL1 }, { SR_DBGBVR4_EL1, SR_DBGBCR4_EL1 },
		{ SR_DBGBVR5_EL1, SR_DBGBCR5_EL1 } };
	static const u16 watchpoints[][2] = { { SR_DBGWVR0_EL1, SR_DBGWCR0_EL1 },
		{ SR_DBGWVR1_EL1, SR_DBGWCR1_EL1 }, { SR_DBGWVR3_EL1, SR_DBGWCR3_EL1 } };

	for (size_t i = 0; i < COUNT(breakpoints); i++) {
		sysreg_write(cpu, breakpoints[i][0], rng_below(rng, 8) ? near_code(rng) : 0);
		sysreg_write(cpu, breakpoints[i][1],
			rng_below(rng, 4) ? 0x2007 : rng_next(rng) & 0xffffff);
	}
	for (size_t i = 0; i < COUNT(watchpoints); i++) {
		sysreg_write(cpu, watchpoints[i][0], near_code(rng) & ~(u64)0xfff);
		sysreg_write(cpu, watchpoints[i][1],
			rng_below(rng, 4) ? 0x201f | 0xff << 5 | rng_below(rng, 16) << 24
					  : rng_next(rng) & 0x1fffffff);
	}
	sysreg_write(cpu, SR_OSLAR_EL1, rng_below(rng, 8) == 0);
	sysreg_write(cpu, SR_MDCR_EL2, rng_below(rng, 2) ? MDCR_EL2_TDE : 0);
	sysreg_write(cpu, SR_SPSR_EL2, rng_next(rng));
	sysreg_write(cpu, SR_MDSCR_EL1,
		(rng_below(rng, 2) ? MDSCR_EL1_MDE : 0) | (rng_below(rng, 2) ? MDSCR_EL1_KDE : 0) |
			(rng_below(rng, 2) ? MDSCR_EL1_SS : 0));
	cpu->pstate.daif = (u8)rng_below(rng, 16);
	cpu->pstate.ss = rng_below(rng, 2);
}

/* Registers that mostly point into RAM; vectors in it; sometimes translation on, at some EL. */
static void set_up(struct rng *rng, struct cpu *cpu)
{
	cpu_reset(cpu, 2, RAM_BASE + (rng_next(rng) & 0xffc));
	for (unsigned i = 0; i < 31; i++)
		cpu->x[i] = rng_below(rng, 4) ? RAM_BASE + (rng_next(rng) & (RAM_SIZE - 8))
					      : rng_next(rng);
	cpu->x[SLOT_SP] = RAM_BASE + RAM_SIZE / 2;
	sysreg_write(cpu, SR_VBAR_EL2, RAM_BASE + 0x8000);
	sysreg_write(cpu, SR_VBAR_EL1, RAM_BASE + 0x10000);
	for (unsigned i = 0; i < 32; i++)
		cpu->v[i].vd = (u64x2){ rng_next(rng), rng_next(rng) };
	sysreg_write(cpu, SR_FPCR, rng_below(rng, 2) ? rng_next(rng) : 0);
	sysreg_write(cpu, SR_CPACR_EL1, rng_below(rng, 8) ? CPACR_EL1_FPEN : rng_next(rng));
	sysreg_write(cpu, SR_CPTR_EL2, rng_below(rng, 8) ? CPACR_EL1_FPEN : rng_next(rng));
	sysreg_write(cpu, SR_HCR_EL2, rng_below(rng, 2) ? rng_next(rng) : 0);
	if (rng_below(rng, 2))
		pstate_set_el(cpu, (unsigned)rng_below(rng, 3), 0);
	if (rng_below(rng, 2))
		arm_debug(rng, cpu);
}

/* ---- Models ---- */

/* A model with some parameters that are anything they may be; false: it is not possible. */
static bool make_model(u64 seed, struct timing_model *model)
{
	struct rng rng = { seed * 3 };
	const char *name = timing_model_name((unsigned)rng_below(&rng, 8));
	unsigned changes = (unsigned)rng_below(&rng, 6);

	if (!timing_model_get(name != NULL ? name : timing_model_name(0), model))
		return false;
	while (changes-- > 0) {
		const struct timing_parameter *param =
			&timing_parameters[rng_below(&rng, PARAM_COUNT)];
		u64 range = (u64)param->most - param->least + 1;
		char text[80];

		snprintf(text, sizeof(text), "%s=%" PRIu64, param->name,
			param->least + (rng_below(&rng, 2) ? rng_below(&rng, range) : range - 1));
		if (timing_model_set(model, text).code != STATUS_OK)
			return false;
	}
	return true;
}

/* ---- Running ---- */

/* A whole PE, its memory and what it shares. */
struct guest {
	struct memory memory;
	struct cpu_group group;
	struct timing_shared *shared;
	struct cpu *cpu;
};

static bool create(struct guest *guest, const struct way *way, const char *profile, u8 *bytes)
{
	*guest = (struct guest){ .memory = { .region = { { .base = PA(RAM_BASE),
						     .size = RAM_SIZE,
						     .host = bytes,
						     .page_flags = page_flags } },
					 .region_count = 1 } };
	memset(page_flags, 0, sizeof(page_flags));
	guest->cpu =
		cpu_create(profile, 40, way->engine, &guest->memory, &guest->group, &ops, NULL);
	if (guest->cpu == NULL || way->model == NULL)
		return guest->cpu != NULL;
	guest->shared = timing_shared_create(way->model, 1);
	return guest->shared != NULL && cpu_set_timing(guest->cpu, guest->shared);
}

static void destroy(struct guest *guest)
{
	cpu_destroy(guest->cpu);
	timing_shared_destroy(guest->shared);
}

static bool run(u64 seed, const char *profile, const struct way *way, u8 *bytes, struct cpu *out)
{
	struct rng rng = { seed };
	struct guest guest;
	struct cpu *cpu;
	bool ok = create(&guest, way, profile, bytes);

	if (ok) {
		cpu = guest.cpu;
		fill_ram(&rng, bytes, way->is_timeless);
		set_up(&rng, cpu);
		while (cpu->stop.reason == STOP_NONE &&
			(way->is_timeless ? cpu->insns < UNTIMED_INSNS : cpu->cycles < CYCLES)) {
			if (way->is_timeless)
				cpu_run_at_most(cpu, INT64_MAX, UNTIMED_INSNS - cpu->insns);
			else
				cpu_run(cpu, CYCLES);
			cpu->waiting = false;
		}
		*out = *cpu;
	}
	destroy(&guest);
	return ok;
}

static bool same(const struct cpu *a, const struct cpu *b)
{
	return memcmp(a->x, b->x, sizeof(u64) * 33) == 0 && a->pc == b->pc &&
	       a->insns == b->insns && memcmp(&a->pstate, &b->pstate, sizeof(a->pstate)) == 0 &&
	       memcmp(a->sp, b->sp, sizeof(a->sp)) == 0 && memcmp(a->v, b->v, sizeof(a->v)) == 0 &&
	       a->fpu.fpcr == b->fpu.fpcr && a->fpu.fpsr == b->fpu.fpsr &&
	       memcmp(a->sys, b->sys, sizeof(a->sys)) == 0 && a->stop.reason == b->stop.reason &&
	       memcmp(ram[0], ram[1], RAM_SIZE) == 0;
}

static bool same_time(const struct cpu *a, const struct cpu *b)
{
	return a->cycles == b->cycles &&
	       memcmp(a->timed.count, b->timed.count,
		       TIMING_COUNT_ALWAYS * sizeof(a->timed.count[0])) == 0;
}

struct tally {
	u64 insns;
	unsigned failed;
};

/* Two ways that must come to the same; false: the host has no memory. */
static bool compare(u64 seed, const char *profile, const struct way *one, const struct way *other,
	struct tally *tally)
{
	static struct cpu first, second;
	bool is_same_clock = one->model == other->model;

	if (!cpu_engine_available(one->engine) || !cpu_engine_available(other->engine))
		return true;
	if (!run(seed, profile, one, ram[0], &first) || !run(seed, profile, other, ram[1], &second))
		return false;
	tally->insns += first.insns;
	if (same(&first, &second) && (!is_same_clock || same_time(&first, &second)))
		return true;
	printf("--seed %" PRIu64 " --guests 1: %s and %s differ: pc 0x%" PRIx64 " and 0x%" PRIx64
	       ", cycles %" PRIu64 " and %" PRIu64 ", instructions %" PRIu64 " and %" PRIu64 "\n",
		seed, one->name, other->name, first.pc, second.pc, first.cycles, second.cycles,
		first.insns, second.insns);
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (first.sys[id] != second.sys[id])
			printf("    %s: 0x%" PRIx64 " and 0x%" PRIx64 "\n",
				sysreg_name((enum sysreg_id)id), first.sys[id], second.sys[id]);
	}
	tally->failed++;
	return true;
}

static bool compare_all(u64 seed, const char *profile, struct tally *tally)
{
	static struct timing_model model;
	const struct way step = { "step", ENGINE_STEP, NULL, false },
			 tail = { "tail", ENGINE_TAIL, NULL, false },
			 timed_step = { "timed step", ENGINE_STEP, &model, false },
			 timed_tail = { "timed tail", ENGINE_TAIL, &model, false },
			 plain = { "functional", ENGINE_STEP, NULL, true },
			 timed = { "timed", ENGINE_STEP, &model, true };

	if (!compare(
		    seed, profile, &step, cpu_engine_available(ENGINE_TAIL) ? &tail : &step, tally))
		return false;
	if (!make_model(seed, &model))
		return true;
	return compare(seed, profile, &timed_step,
		       cpu_engine_available(ENGINE_TAIL) ? &timed_tail : &timed_step, tally) &&
	       compare(seed, profile, &plain, &timed, tally);
}

struct options {
	u64 seed, count;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'n': options->count = strtoull(arg, NULL, 0); break;
	case 's': options->seed = strtoull(arg, NULL, 0); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp_option rows[] = { { "guests", 'n', "N", 0, "Guests (default 300)",
							   0 },
		{ "seed", 's', "SEED", 0, "First seed (default 1)", 0 }, { 0 } };
	static const struct argp argp = { rows, parse_option, NULL,
		"Runs RAM full of random instructions.", NULL, NULL, NULL };
	const char *const *profiles = sysregs_profiles();
	struct options options = { .seed = 1, .count = 300 };
	struct tally tally = { 0 };
	unsigned profile_count = 0;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	decode_init();
	while (profiles[profile_count] != NULL)
		profile_count++;
	for (u64 i = 0; i < options.count; i++) {
		u64 seed = options.seed + i;

		if (!compare_all(seed, profiles[seed % profile_count], &tally))
			return 2;
	}
	printf("%" PRIu64 " guests, %" PRIu64 " instructions, %u differ\n", options.count,
		tally.insns, tally.failed);
	return tally.failed > 0 || tally.insns == 0;
}
