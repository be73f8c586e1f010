/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-random-states: a PE in a random state (system registers, EL, PSTATE, choices, profile,
 * tables) executes one random instruction, over and over. Nothing may abort the process, and TAIL
 * and STEP must end in the same state. Registers wander from state to state within an epoch, which
 * begins with a reset and its own seed.
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

enum { RAM_SIZE = 128 << 10, EPOCH = 64, PROFILES_MAX = 8, ENGINES = 2 };
#define RAM_BASE 0x40000000ull
#define CODE	 (RAM_BASE + 0x1000) /* a page of instructions that branch to themselves */
#define VECTORS	 (RAM_BASE + 0x2000) /* of EL1, then of EL2: the same */
#define STAGE1	 (RAM_BASE + 0x4000) /* tables of levels 1, 2, 3 */
#define STAGE2	 (RAM_BASE + 0x7000)
#define DATA	 (RAM_BASE + 0xa000)

enum { B_SELF = 0x14000000 };

/* A PE with its own memory: profile and engine. */
struct lane {
	struct cpu *cpu;
	struct memory memory;
	struct cpu_group group;
	u8 *ram, *page_flags;
};

static struct lane lanes[PROFILES_MAX][ENGINES];

/* What came of it; classes that never occur would make the rest worthless. */
static u64 exceptions_by_class[64], interrupts;

static void count_event(struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	if (event->interrupt == INT_SYNC)
		exceptions_by_class[event->esr >> 26 & 63]++;
	else
		interrupts++;
}

static const struct cpu_ops ops = { ECHO_BUS, NO_TIMERS, NO_FIRMWARE, .event = count_event };

/* ---- Random values ---- */

/* Dense, sparse, nearly all ones, none, all. */
static u64 random_bits(struct rng *rng)
{
	u64 value = rng_next(rng);

	switch (rng_below(rng, 8)) {
	case 0: return 0;
	case 1: return ~0ull;
	case 2:
	case 3: return value & rng_next(rng) & rng_next(rng);
	case 4: return value | rng_next(rng) | rng_next(rng);
	case 5: return BIT(value & 63);
	default: return value;
	}
}

static u64 random_address(struct rng *rng)
{
	u64 value = rng_next(rng);

	switch (rng_below(rng, 8)) {
	case 0: return value;
	case 1: return 0x09000000 + (value & 0xffc);
	case 2: return RAM_BASE + (value & (RAM_SIZE - 1));
	case 3: return STAGE1 + (value & 0x5ff8);
	case 4: return (DATA + (value & 0x3ff8)) | 0xffffull << 48;
	default: return DATA + (value & 0x7ff8);
	}
}

/* A leaf that mostly works, or anything. */
static u64 random_leaf(struct rng *rng, u64 pa, bool stage2)
{
	u64 leaf = pa | BIT(10) | (stage2 ? 3 << 6 | 0xf << 2 : 1 << 6) | 3;

	switch (rng_below(rng, 4)) {
	case 0: return leaf ^ (rng_next(rng) & rng_next(rng) & 0x007f000000000fffull);
	case 1: return leaf ^ BIT(rng_below(rng, 64));
	default: return leaf;
	}
}

/* ---- Memory ---- */

static void put(u8 *ram, u64 at, const void *bytes, size_t size)
{
	memcpy(ram + (at - RAM_BASE), bytes, size);
}

static void put_tables(struct rng *rng, u8 *ram, u64 root, bool stage2)
{
	u64 level2 = root + PAGE_SIZE, level3 = root + 2 * PAGE_SIZE;
	u64 to_level2 = level2 | 3, to_level3 = level3 | 3;
	u64 device = 0x09000000ull | BIT(10) | (stage2 ? 3 << 6 : 1 << 6 | 1 << 2) | 1;
	u64 tables = rng_below(rng, 8) ? 0 : rng_next(rng) & MASK(63, 59);

	memset(ram + (root - RAM_BASE), 0, 3 * PAGE_SIZE);
	to_level2 |= stage2 ? 0 : tables;
	put(ram, root, &to_level2, 8); /* the first GiB has the device */
	put(ram, root + 8, &to_level2, 8);
	put(ram, level2, &to_level3, 8);
	put(ram, level2 + 8 * (0x09000000 >> 21), &device, 8);
	for (u64 page = 0; page < RAM_SIZE / PAGE_SIZE; page++) {
		u64 leaf = random_leaf(rng, RAM_BASE + page * PAGE_SIZE, stage2);

		if (page < 4 && rng_below(rng, 8)) /* code and vectors */
			leaf = (RAM_BASE + page * PAGE_SIZE) | BIT(10) |
			       (stage2 ? 3 << 6 | 0xf << 2 : 3 << 6) | 3;
		put(ram, level3 + 8 * page, &leaf, 8);
	}
}

static void fill_ram(struct rng *rng, u8 *ram)
{
	u32 branch = B_SELF;

	for (u64 at = DATA; at < RAM_BASE + RAM_SIZE; at += 8) {
		u64 value = rng_next(rng);

		put(ram, at, &value, 8);
	}
	for (u64 at = RAM_BASE; at < STAGE1; at += 4)
		put(ram, at, &branch, 4);
	put_tables(rng, ram, STAGE1, false);
	put_tables(rng, ram, STAGE2, true);
}

/* ---- Registers ---- */

/* Controls, written more often than the rest of sysreg.def. */
static const enum sysreg_id controls[] = { SR_HCR_EL2, SR_HCR_EL2, SR_HCR_EL2, SR_SCTLR_EL1,
	SR_SCTLR_EL2, SR_TCR_EL1, SR_TCR_EL2, SR_VTCR_EL2, SR_CPTR_EL2, SR_CPACR_EL1, SR_MDCR_EL2,
	SR_CNTHCTL_EL2, SR_CNTKCTL_EL1, SR_MDSCR_EL1, SR_VNCR_EL2, SR_MAIR_EL1, SR_FPCR };

/* Tables that work, under whatever else the controls say. */
static void set_tables(struct cpu *cpu)
{
	u64 tcr = 25 | 25 << 16 | 2ull << 30 | 2ull << 32;

	sysreg_write(cpu, SR_TTBR0_EL1, STAGE1);
	sysreg_write(cpu, SR_TTBR1_EL1, STAGE1);
	sysreg_write(cpu, SR_TTBR0_EL2, STAGE1);
	sysreg_write(cpu, SR_TTBR1_EL2, STAGE1);
	sysreg_write(cpu, SR_TCR_EL1, tcr);
	sysreg_write(cpu, SR_TCR_EL2, is_e2h(cpu) ? tcr : 25 | 2 << 16);
	sysreg_write(cpu, SR_VTTBR_EL2, STAGE2);
	sysreg_write(cpu, SR_VTCR_EL2, 25 | 1 << 6 | 2 << 16);
	sysreg_write(cpu, SR_MAIR_EL1, 0x00ff);
	sysreg_write(cpu, SR_MAIR_EL2, 0x00ff);
	sysreg_write(cpu, SR_VBAR_EL1, VECTORS);
	sysreg_write(cpu, SR_VBAR_EL2, VECTORS + 0x800);
	sysreg_write(cpu, SR_VNCR_EL2, DATA);
	sysreg_write(cpu, SR_CPACR_EL1, CPACR_EL1_FPEN);
	sysreg_write(cpu, SR_CPTR_EL2, CPTR_EL2_E2H_FPEN);
}

/* A breakpoint on an instruction and a watchpoint on data, more or less enabled. */
static void set_debug(struct rng *rng, struct cpu *cpu, u64 at)
{
	sysreg_write(cpu, SR_DBGBVR0_EL1, at);
	sysreg_write(cpu, SR_DBGBCR0_EL1, (rng_next(rng) & 0xe006) | 0xf << 5 | 1);
	sysreg_write(cpu, SR_DBGWVR0_EL1, random_address(rng) & ~7ull);
	sysreg_write(cpu, SR_DBGWCR0_EL1, (rng_next(rng) & 0x1f00fffe) | 1);
	sysreg_write(cpu, SR_MDSCR_EL1, MDSCR_EL1_MDE | (rng_next(rng) & MDSCR_EL1_KDE));
}

static void write_registers(struct rng *rng, struct cpu *cpu)
{
	u64 usual = HCR_EL2_E2H | HCR_EL2_TGE | HCR_EL2_NV | HCR_EL2_NV1 | HCR_EL2_NV2 | HCR_EL2_VM;

	for (u64 left = rng_below(rng, 8); left > 0; left--) {
		enum sysreg_id id = (enum sysreg_id)(
			rng_below(rng, 2) ? controls[rng_below(rng, COUNT(controls))]
					  : rng_below(rng, SYSREG_COUNT));
		u64 value = random_bits(rng);

		/* through a route, so that it is a register that can be written at all */
		cpu->pstate.el = cpu->has_el2 ? EL2 : EL1;
		if (sysreg_route(cpu, id, DIR_WRITE).goes == TO_REGISTER)
			sysreg_write(cpu, id, value);
	}
	if (cpu->has_el2 && rng_below(rng, 2)) /* a hypervisor's usual world */
		sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_API | HCR_EL2_APK | (rng_next(rng) & usual));
	if (rng_below(rng, 8) != 0)
		set_tables(cpu);
}

static void set_pstate(struct rng *rng, struct cpu *cpu)
{
	u64 value = rng_next(rng);
	static const u8 levels[] = { EL2, EL2, EL1, EL1, EL0 };
	unsigned el = levels[rng_below(rng, COUNT(levels))];
	struct pstate *p = &cpu->pstate;

	if (el == EL2 && !cpu->has_el2)
		el = EL1;
	pstate_set_el(cpu, el, el == EL0 ? 0 : bit(value, 0));
	p->nzcv = (u8)bits(value, 7, 4);
	p->daif = (u8)bits(value, 11, 8);
	p->pan = bit(value, 12) && cpu_has(cpu, FEAT_PAN);
	p->uao = bit(value, 13) && cpu_has(cpu, FEAT_UAO);
	p->dit = bit(value, 14) && cpu_has(cpu, FEAT_DIT);
	p->ssbs = bit(value, 15) && cpu_has(cpu, FEAT_SSBS);
	p->il = bits(value, 20, 16) == 0;
	p->ss = bits(value, 40, 37) == 0;
	p->btype =
		(u8)(cpu_has(cpu, FEAT_BTI) && bits(value, 23, 21) == 0 ? bits(value, 25, 24) : 0);
	cpu->event_register = bit(value, 26);
	cpu->lines = bits(value, 28, 27) == 0 ? (u32)bits(value, 36, 32) : 0;
	cpu->check_irq = true;
}

static void set_general(struct rng *rng, struct cpu *cpu)
{
	for (unsigned i = 0; i <= SLOT_LR; i++)
		cpu->x[i] = rng_below(rng, 4) ? random_address(rng) : random_bits(rng);
	cpu->x[SLOT_SP] = rng_below(rng, 4) ? DATA + 0x800 : random_address(rng);
	for (unsigned i = 0; i < 4; i++)
		cpu->v[rng_below(rng, 32)].vd = (u64x2){ rng_next(rng), random_bits(rng) };
}

/* ---- Instructions ---- */

static u32 of_row(struct rng *rng, const struct insn_row *row)
{
	return row->value | ((u32)rng_next(rng) & ~row->mask);
}

/* MRS, MSR or SYS of a register of the table, or nearly. */
static u32 system_access(struct rng *rng)
{
	u32 encoding = sysreg_encoding((enum sysreg_id)rng_below(rng, SYSREG_COUNT));

	if (rng_below(rng, 16) == 0)
		encoding ^= 1u << rng_below(rng, 16);
	return 0xd5000000u | (u32)rng_below(rng, 2) << 21 | encoding << 5 | (u32)rng_below(rng, 32);
}

/* Top-level groups, DDI 0487 C4.1: bits <28:25>. */
static bool is_group(u32 word, u32 mask, u32 value)
{
	return (word >> 25 & mask) == value;
}

static u32 any_word(struct rng *rng)
{
	u64 kind = rng_below(rng, 8);
	const struct insn_row *row = &insn_rows[rng_below(rng, insn_row_count)];

	if (kind < 3)
		return system_access(rng);
	if (kind == 3) { /* branches, exceptions, hints, PSTATE */
		while (!is_group(row->value, 0xe, 0xa))
			row = &insn_rows[rng_below(rng, insn_row_count)];
	} else if (kind < 6) { /* loads and stores */
		while (!is_group(row->value, 5, 4))
			row = &insn_rows[rng_below(rng, insn_row_count)];
	}
	return of_row(rng, row);
}

/* Mostly one that this PE has. */
static u32 instruction(struct rng *rng, const struct cpu *cpu)
{
	struct decoded unused;
	u32 word = any_word(rng);

	for (u64 tries = rng_below(rng, 8); tries > 0; tries--) {
		if (decode(word, 0, cpu->features, &unused))
			break;
		word = any_word(rng);
	}
	return word;
}

/* ---- Running ---- */

static void begin_epoch(struct rng *rng, struct lane *lane, const char *profile)
{
	static const u8 pa_bits[] = { 32, 36, 40, 42, 44, 48 };
	struct cpu *cpu = lane->cpu;

	sysregs_select_profile(cpu, profile); /* a choice may have taken a feature */
	cpu->pa_bits = pa_bits[rng_below(rng, COUNT(pa_bits))];
	for (enum choice_id id = 0; id < CHOICE_COUNT; id++)
		cpu->choice[id] = (u8)rng_below(rng, choice_value_count(id));
	fill_ram(rng, lane->ram);
	memory_written(&lane->memory, PA(RAM_BASE), RAM_SIZE);
	cpu_reset(cpu, rng_below(rng, 8) ? EL2 : EL1, CODE);
	set_tables(cpu);
}

static void run_state(struct rng *rng, struct lane *lane)
{
	struct cpu *cpu = lane->cpu;
	u64 at = CODE + (rng_next(rng) & 0xff8);
	u32 words[2] = { instruction(rng, cpu), B_SELF };

	put(lane->ram, at, words, sizeof(words));
	memory_written(&lane->memory, PA(at), sizeof(words));
	write_registers(rng, cpu);
	if (rng_below(rng, 8) == 0)
		set_debug(rng, cpu, at);
	set_general(rng, cpu);
	set_pstate(rng, cpu);
	cpu->pc = rng_below(rng, 64) ? at : at + rng_below(rng, 8);
	cpu->stop = (struct stop){ .reason = STOP_NONE };
	cpu->exception_streak = 0;
	cpu->waiting = false;
	cpu_run(cpu, cpu->cycles + 3);
}

/* The name of what differs, or NULL. */
static const char *difference(const struct cpu *a, const struct cpu *b)
{
	if (a->pc != b->pc || memcmp(&a->pstate, &b->pstate, sizeof(a->pstate)) != 0)
		return "pc or PSTATE";
	if (memcmp(a->x, b->x, sizeof(u64) * (SLOT_SP + 1)) != 0 ||
		memcmp(a->sp, b->sp, sizeof(a->sp)) != 0)
		return "general registers";
	if (memcmp(a->v, b->v, sizeof(a->v)) != 0 || a->fpu.fpcr != b->fpu.fpcr ||
		a->fpu.fpsr != b->fpu.fpsr)
		return "floating point";
	if (memcmp(a->sys, b->sys, sizeof(a->sys)) != 0)
		return "system registers";
	if (a->cycles != b->cycles || a->insns != b->insns || a->stop.reason != b->stop.reason)
		return "time or the reason to stop";
	if (a->waiting != b->waiting || a->event_register != b->event_register ||
		a->exclusive.valid != b->exclusive.valid || a->lines != b->lines)
		return "waiting, events, monitor or lines";
	return NULL;
}

static const char *const *profiles;
static unsigned profile_count;

/* Runs the states of an epoch. false: the engines differ. */
static bool run_epoch(u64 seed, u64 states)
{
	unsigned profile = (unsigned)(seed % profile_count);
	struct rng rng[ENGINES] = { { seed }, { seed } };
	struct lane *lane = lanes[profile];
	const char *differs = NULL;

	for (unsigned e = 0; e < ENGINES && lane[e].cpu != NULL; e++)
		begin_epoch(&rng[e], &lane[e], profiles[profile]);
	for (u64 i = 0; i < states; i++) {
		for (unsigned e = 0; e < ENGINES && lane[e].cpu != NULL; e++)
			run_state(&rng[e], &lane[e]);
		if (lane[1].cpu == NULL)
			continue;
		differs = difference(lane[0].cpu, lane[1].cpu);
		if (differs == NULL && (i + 1 == states) &&
			memcmp(lane[0].ram, lane[1].ram, RAM_SIZE) != 0)
			differs = "RAM";
		if (differs == NULL)
			continue;
		printf("--seed %" PRIu64 " --states %" PRIu64 ": %s: engines differ in %s (step pc "
		       "0x%" PRIx64 ", tail pc 0x%" PRIx64 ")\n",
			seed, i + 1, profiles[profile], differs, lane[0].cpu->pc, lane[1].cpu->pc);
		return false;
	}
	return true;
}

static bool create_lane(struct lane *lane, const char *profile, enum engine engine)
{
	lane->ram = aligned_alloc(PAGE_SIZE, RAM_SIZE);
	lane->page_flags = calloc(RAM_SIZE / PAGE_SIZE, 1);
	if (lane->ram == NULL || lane->page_flags == NULL)
		return false;
	lane->memory.region[0] = (struct ram_region){ PA(RAM_BASE), RAM_SIZE, lane->ram,
		lane->page_flags, false, false };
	lane->memory.region_count = 1;
	memset(lane->ram, 0, RAM_SIZE);
	lane->cpu = cpu_create(profile, 40, engine, &lane->memory, &lane->group, &ops, NULL);
	if (lane->cpu == NULL)
		return false;
	lane->cpu->observe = 1u << EVENT_EXCEPTION;
	return true;
}

static void destroy_lane(struct lane *lane)
{
	cpu_destroy(lane->cpu);
	free(lane->page_flags);
	free(lane->ram);
}

struct options {
	u64 seed, states;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'n': options->states = strtoull(arg, NULL, 0); break;
	case 's': options->seed = strtoull(arg, NULL, 0); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

/* The classes that occurred; few would mean that the states are not as random as they should be. */
static unsigned print_classes(void)
{
	unsigned count = 0;

	for (unsigned ec = 0; ec < 64; ec++) {
		if (exceptions_by_class[ec] == 0)
			continue;
		printf("  %-16s %10" PRIu64 "\n", ec_name(ec), exceptions_by_class[ec]);
		count++;
	}
	printf("  %-16s %10" PRIu64 "\n", "interrupts", interrupts);
	return count;
}

int main(int argc, char **argv)
{
	static const struct argp_option rows[] = { { "states", 'n', "N", 0,
							   "States (default 100000)", 0 },
		{ "seed", 's', "SEED", 0, "First seed, of 64 states (default 1)", 0 }, { 0 } };
	static const struct argp argp = { rows, parse_option, NULL,
		"Executes one random instruction in each of many random states.", NULL, NULL,
		NULL };
	struct options options = { .seed = 1, .states = 100000 };
	u64 failed = 0;
	unsigned classes;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	decode_init();
	profiles = sysregs_profiles();
	for (; profiles[profile_count] != NULL; profile_count++) {
		if (!create_lane(&lanes[profile_count][0], profiles[profile_count], ENGINE_STEP))
			return 2;
		if (cpu_engine_available(ENGINE_TAIL) &&
			!create_lane(
				&lanes[profile_count][1], profiles[profile_count], ENGINE_TAIL))
			return 2;
	}
	for (u64 done = 0, seed = options.seed; done < options.states && failed < 10; seed++) {
		u64 states = options.states - done < EPOCH ? options.states - done : EPOCH;

		failed += !run_epoch(seed, states);
		done += states;
	}
	printf("%" PRIu64 " states, %" PRIu64 " epochs differ; exceptions by class:\n",
		options.states, failed);
	classes = print_classes();
	for (unsigned i = 0; i < profile_count; i++) {
		for (unsigned e = ENGINES; e-- > 0;)
			destroy_lane(&lanes[i][e]);
	}
	return failed > 0 || (options.states >= 50000 && classes < 15);
}
