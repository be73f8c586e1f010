/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-random-guest: RAM full of random instructions of all rows, run at EL2 and wherever they
 * lead. Nothing may crash, whatever the guest does to itself, and TAIL and STEP must end in the
 * same state, byte for byte.
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

enum { RAM_SIZE = 256 << 10, CYCLES = 20000 };
#define RAM_BASE ((u64)0x40000000)

static u8 ram[2][RAM_SIZE] __attribute__((aligned(4096)));
static u8 page_flags[RAM_SIZE >> PAGE_SHIFT];

static void event(struct cpu *cpu, const struct event *e)
{
	(void)cpu, (void)e;
}

static const struct cpu_ops ops = { ECHO_BUS, NO_TIMERS, NO_FIRMWARE, .event = event };

/* Random words, most of them of some row. */
static void fill_ram(struct rng *rng, u8 *memory)
{
	for (u32 at = 0; at < RAM_SIZE; at += 4) {
		const struct insn_row *row = &insn_rows[rng_below(rng, insn_row_count)];
		u32 word = row->value | ((u32)rng_next(rng) & ~row->mask);

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

static bool run(u64 seed, const char *profile, enum engine engine, u8 *memory, struct cpu *out)
{
	struct rng rng = { seed };
	struct memory physical = { .region = { { .base = PA(RAM_BASE),
					   .size = RAM_SIZE,
					   .host = memory,
					   .page_flags = page_flags } },
		.region_count = 1 };
	struct cpu_group group = { .count = 0 };
	struct cpu *cpu = cpu_create(profile, 40, engine, &physical, &group, &ops, NULL);

	if (cpu == NULL)
		return false;
	memset(page_flags, 0, sizeof(page_flags));
	fill_ram(&rng, memory);
	set_up(&rng, cpu);
	while (cpu->cycles < CYCLES && cpu->stop.reason == STOP_NONE) {
		cpu_run(cpu, CYCLES);
		cpu->waiting = false;
	}
	*out = *cpu;
	cpu_destroy(cpu);
	return true;
}

static bool same(const struct cpu *a, const struct cpu *b)
{
	return memcmp(a->x, b->x, sizeof(u64) * 33) == 0 && a->pc == b->pc &&
	       a->cycles == b->cycles && a->insns == b->insns &&
	       memcmp(&a->pstate, &b->pstate, sizeof(a->pstate)) == 0 &&
	       memcmp(a->sp, b->sp, sizeof(a->sp)) == 0 && memcmp(a->v, b->v, sizeof(a->v)) == 0 &&
	       a->fpu.fpcr == b->fpu.fpcr && a->fpu.fpsr == b->fpu.fpsr &&
	       memcmp(a->sys, b->sys, sizeof(a->sys)) == 0 && a->stop.reason == b->stop.reason &&
	       memcmp(ram[0], ram[1], RAM_SIZE) == 0;
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
	static struct cpu first, second;
	unsigned profile_count = 0, failed = 0;
	u64 insns = 0;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	decode_init();
	while (profiles[profile_count] != NULL)
		profile_count++;
	for (u64 i = 0; i < options.count; i++) {
		u64 seed = options.seed + i;
		const char *profile = profiles[seed % profile_count];

		if (!run(seed, profile, ENGINE_STEP, ram[0], &first))
			return 2;
		insns += first.insns;
		if (!cpu_engine_available(ENGINE_TAIL))
			continue;
		if (!run(seed, profile, ENGINE_TAIL, ram[1], &second))
			return 2;
		if (!same(&first, &second)) {
			printf("--seed %" PRIu64 " --guests 1: engines differ (step pc 0x%" PRIx64
			       " cycles %" PRIu64 ", tail pc 0x%" PRIx64 " cycles %" PRIu64 ")\n",
				seed, first.pc, first.cycles, second.pc, second.cycles);
			failed++;
		}
	}
	printf("%" PRIu64 " guests, %" PRIu64 " instructions, %u differ\n", options.count, insns,
		failed);
	return failed > 0 || insns == 0;
}
