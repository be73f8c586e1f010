/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random programs from the rows of a64.def. Knows how to keep an instruction inside the program:
 * branches go a little forward, bases point into the scratch memory. Knows no semantics.
 */
#include "diff.h"

#include <string.h>

#include "cpu/timing_class.h"

enum {
	IMAGE_CODE = 8, /* where emit_switch() stands */
	STATES_OFFSET = (SCRATCH_OFFSET - (MAX_CASES + 1) * (int)sizeof(struct diff_state)) & ~15,
	MAX_CASE_BYTES = 4 * (4 * CASE_INSNS + 8)
};

static u32 state_offset(unsigned number)
{
	return STATES_OFFSET + number * (u32)sizeof(struct diff_state);
}

/* A branch whose target is the start of a later instruction of the same case. */
struct pending {
	u32 at, mask; /* the word and its displacement field */
	unsigned instructions_left;
};

struct generator {
	struct diff_program *program;
	struct rng rng;
	u32 at; /* next free byte of the image */
	struct pending pending[CASE_INSNS];
	unsigned pending_count;
};

static void emit(struct generator *g, u32 insn)
{
	memcpy(g->program->image + g->at, &insn, 4);
	g->at += 4;
}

/* ADR Xd, <image offset> */
static void emit_adr(struct generator *g, unsigned rd, u32 offset)
{
	s64 distance = (s64)offset - (s64)g->at;
	u32 imm = (u32)distance & 0x1fffff;

	emit(g, 0x10000000 | (imm & 3) << 29 | (imm >> 2) << 5 | rd);
}

static bool is_memory(const struct insn_row *row)
{
	return (row->value & 0x0a000000) == 0x08000000 && (row->mask & 0x0a000000) == 0x0a000000;
}

/* Has the pattern this letter, and in which bits. */
static u32 letter_mask(const struct insn_row *row, char letter)
{
	u32 position = 32, mask = 0;

	for (const char *p = row->pattern; *p != '\0'; p++) {
		if (*p == ' ')
			continue;
		position--;
		if (*p == letter)
			mask |= 1u << position;
	}
	return mask;
}

/*
 * A word of this row: fixed bits as given, the others random. Half of the words use few registers,
 * so that what one instruction writes the next ones read.
 */
static u32 random_word(struct rng *rng, const struct insn_row *row)
{
	static const u32 absent[] = { 31 << 16, 31 << 10 };
	u32 random = (u32)rng_next(rng), ignored = letter_mask(row, '-');

	/* A register field that is not used "should be one": newer QEMUs refuse another value. */
	for (size_t i = 0; i < COUNT(absent); i++)
		random |= (ignored & absent[i]) == absent[i] ? absent[i] : 0;

	if (rng_below(rng, 2)) {
		for (const char *letter = "dnmatus"; *letter != '\0'; letter++) {
			u32 mask = letter_mask(row, *letter);

			if (__builtin_popcount(mask) == 5)
				random &= ~(mask & mask << 3); /* the upper two bits */
		}
	}
	return row->value | (random & ~row->mask);
}

static u32 with_field(u32 word, u32 mask, u32 value)
{
	return (word & ~mask) | (value << __builtin_ctz(mask) & mask);
}

/* Branches that go to the next instruction to be generated get their displacement. */
static void patch_branches(struct generator *g, bool all)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < g->pending_count; i++) {
		struct pending *p = &g->pending[i];
		u32 word;

		if (!all && p->instructions_left-- > 0) {
			g->pending[kept++] = *p;
			continue;
		}
		memcpy(&word, g->program->image + p->at, 4);
		word = with_field(word, p->mask, (g->at - p->at) / 4);
		memcpy(g->program->image + p->at, &word, 4);
	}
	g->pending_count = kept;
}

static void emit_branch(struct generator *g, const struct insn_row *row, u32 word)
{
	g->pending[g->pending_count++] = (struct pending){ .at = g->at,
		.mask = letter_mask(row, 'i'),
		.instructions_left = (unsigned)rng_below(&g->rng, 3) };
	emit(g, word);
}

/* CONSTRAINED UNPREDICTABLE register choices, DDI 0487 K1.2: not compared. */
static bool is_unpredictable(u32 word)
{
	u32 rt = word & 31, rn = word >> 5 & 31, rt2 = word >> 10 & 31, rs = word >> 16 & 31;
	bool is_pair = (word & 0x38000000) == 0x28000000;
	bool is_exclusive = (word & 0x3f800000) == 0x08000000;
	bool is_writeback = is_pair ? (word & 0x00800000) != 0 : (word & 0x3b200400) == 0x38000400;
	bool is_vector = (word & 0x04000000) != 0;

	if (is_exclusive) {
		bool has_two = word >> 21 & 1, is_casp = has_two && !(word >> 31),
		     is_load = word >> 22 & 1;

		if (is_casp)
			return false;
		return is_load ? has_two && rt == rt2
			       : rs == rt || rs == rn || (has_two && rs == rt2);
	}
	if (is_pair && rt == rt2)
		return true;
	if (is_vector)
		return false;
	return is_writeback && rn != 31 && (rt == rn || (is_pair && rt2 == rn));
}

/* A register that none of the given ones is. */
static u32 other_register(u32 a, u32 b, u32 c, u32 d)
{
	u32 r = 0;

	while (r == a || r == b || r == c || r == d)
		r++;
	return r;
}

/*
 * A store-exclusive is compared where the architecture leaves no choice: after a load-exclusive of
 * the same size and address, or with the monitor clear.
 */
static void emit_monitor(struct generator *g, u32 store)
{
	u32 rt = store & 31, rn = store >> 5 & 31, rt2 = store >> 10 & 31;
	u32 first = other_register(rt, rn, rt2, 31);
	u32 second = store >> 21 & 1 ? other_register(rt, rn, rt2, first) : 31;

	if (rng_below(&g->rng, 2))
		emit(g, 0xd503305f); /* CLREX */
	else
		emit(g, (store & 0xffe08000u) | 1u << 22 | 31u << 16 | second << 10 | rn << 5 |
				first);
}

/* Points the base (and index) of a load or store into the scratch memory; false: try another word.
 */
static bool fix_memory(struct generator *g, u32 *word)
{
	u32 base = *word >> 5 & 31, index = *word >> 16 & 31;
	bool is_literal = (*word & 0x3b000000) == 0x18000000;
	bool has_index = (*word & 0x3b200c00) == 0x38200800;
	bool is_rcpc_unscaled = (*word & 0x3f200c00) == 0x19000000;
	bool is_ordered = (*word & 0x3f000000) == 0x08000000 ||
			  (*word & 0x3f200c00) == 0x38200000 || is_rcpc_unscaled;
	bool is_store_exclusive;			/* and not CASP */
	u32 middle = SCRATCH_OFFSET + SCRATCH_SIZE / 4; /* offsets are mostly positive */
	u32 spread = is_ordered ? (u32)rng_below(&g->rng, 16) * 16 : (u32)rng_below(&g->rng, 4096);

	if (is_unpredictable(*word))
		return false;
	if (is_rcpc_unscaled) /* QEMU 7.2 has no FEAT_LSE2: a multiple of the size */
		*word &= ~(((1u << (*word >> 30)) - 1) << 12);
	if (is_literal) {
		s64 distance = (s64)middle - (s64)g->at + (s64)(spread & ~3u);

		*word = (*word & 0xff00001fu) | ((u32)(distance >> 2) & 0x7ffff) << 5;
		return true;
	}
	if (has_index && (index == base || index == 31))
		return false;
	if (has_index) /* AND Xm, Xm, #0xfff8 or so: small and positive */
		emit(g, 0x92400000 | 0x2800 | index << 5 | index); /* AND X, X, #0x7ff */
	is_store_exclusive =
		(*word & 0x3fc00000) == 0x08000000 && (*word & 0xbfa07c00) != 0x08207c00;
	if (base == 31) {
		emit_adr(g, 17, middle + (spread & ~15u));
		emit(g, 0x9100023f); /* MOV SP, X17 */
		if (is_store_exclusive)
			return false; /* exclusives from SP add nothing */
		return !has_index || index != 17;
	}
	emit_adr(g, base, middle + spread);
	if (is_store_exclusive)
		emit_monitor(g, *word);
	return true;
}

/* One random instruction of the row with what it needs before it. */
static bool emit_random(struct generator *g, const struct insn_row *row, const u64 *features)
{
	for (unsigned attempt = 0; attempt < 20; attempt++) {
		u32 start = g->at;
		u32 word = random_word(&g->rng, row);
		struct decoded d;

		if (!decode(word, 0, features, &d) || d.row != row || d.op == OP_undefined)
			continue;
		if (kind_is_branch(timing_class_kind(row->timing))) {
			emit_branch(g, row, word);
			return true;
		}
		if (!is_memory(row) || fix_memory(g, &word)) {
			emit(g, word);
			return true;
		}
		g->at = start;
	}
	return false;
}

enum { X30 = 30 };
#define STATE_AT(field) ((u32)offsetof(struct diff_state, field))

static void emit_load(struct generator *g, unsigned rt, u32 offset) /* LDR Xt, [X30, #offset] */
{
	emit(g, 0xf9400000 | offset / 8 << 10 | X30 << 5 | rt);
}

static void emit_store(struct generator *g, unsigned rt, u32 offset)
{
	emit(g, 0xf9000000 | offset / 8 << 10 | X30 << 5 | rt);
}

/* LDP or STP of all registers but X30, which has the address of the state. */
static void emit_pairs(struct generator *g, bool is_load)
{
	u32 load = is_load ? 1u << 22 : 0;

	for (u32 i = 0; i < 32; i += 2) /* Qi, Qi+1 */
		emit(g, 0xad000000 | load | (STATE_AT(v) / 16 + i) << 15 | (i + 1) << 10 |
				X30 << 5 | i);
	for (u32 i = 0; i < 30; i += 2) /* Xi, Xi+1 */
		emit(g, 0xa9000000 | load | i << 15 | (i + 1) << 10 | X30 << 5 | i);
}

/* A system register at EL0 and what it is in struct diff_state: MSR reg, X0; MRS X0, reg. */
static const struct {
	u32 msr, offset;
} system_state[] = {
	{ 0xd51b4200, STATE_AT(nzcv) },
	{ 0xd51b4400, STATE_AT(fpcr) },
	{ 0xd51b4420, STATE_AT(fpsr) },
};

/*
 * The code between cases, at the start of the image. A case comes to the first part with X30 = its
 * state and its own X30 in TPIDR_EL0. The second part goes to the case of the state at X30; what
 * the case has in X30 it loads itself. Returns where the second part is.
 */
static u32 emit_switch(struct generator *g)
{
	u32 load;

	emit_pairs(g, false);
	emit(g, 0xd53bd040); /* MRS X0, TPIDR_EL0 */
	emit_store(g, 0, STATE_AT(x[30]));
	emit(g, 0x910003e0); /* MOV X0, SP */
	emit_store(g, 0, STATE_AT(sp));
	for (size_t i = 0; i < COUNT(system_state); i++) {
		emit(g, system_state[i].msr | 1u << 21);
		emit_store(g, 0, system_state[i].offset);
	}
	emit(g, 0x91000000 | (u32)sizeof(struct diff_state) << 10 | X30 << 5 | X30);
	load = g->at;
	emit_load(g, 0, STATE_AT(sp));
	emit(g, 0x9100001f); /* MOV SP, X0 */
	for (size_t i = 0; i < COUNT(system_state); i++) {
		emit_load(g, 0, system_state[i].offset);
		emit(g, system_state[i].msr);
	}
	emit_pairs(g, true);
	emit_load(g, X30, STATE_AT(code));
	emit(g, 0xd61f0000 | X30 << 5); /* BR X30 */
	return load;
}

static void emit_jump(struct generator *g, u32 target)
{
	emit(g, 0x14000000 | ((target - g->at) / 4 & 0x3ffffff));
}

/* write(1, image, IMAGE_SIZE); exit(0): for qemu-aarch64. Entresol stops at the first SVC. */
static void emit_end(struct generator *g)
{
	emit_adr(g, 1, 0);
	emit(g, 0xd2800000 | 1 << 5 | 0);		   /* MOV X0, #1 */
	emit(g, 0xd2a00000 | (IMAGE_SIZE >> 16) << 5 | 2); /* MOV X2, #IMAGE_SIZE */
	emit(g, 0xd2800000 | 64 << 5 | 8);
	emit(g, 0xd4000001);
	emit(g, 0xd2800000 | 0 << 5 | 0);
	emit(g, 0xd2800000 | 93 << 5 | 8);
	emit(g, 0xd4000001);
}

static unsigned pick_rows(const char *only, const char *skip, const u64 *features, u16 *rows)
{
	unsigned count = 0;

	for (unsigned r = 0; r < insn_row_count; r++) {
		if (diff_excluded(&insn_rows[r]) != NULL)
			continue;
		if (!(features[insn_rows[r].feature / 64] >> (insn_rows[r].feature % 64) & 1))
			continue;
		if (only != NULL && strncmp(insn_rows[r].name, only, strlen(only)) != 0)
			continue;
		if (skip != NULL && strncmp(insn_rows[r].name, skip, strlen(skip)) == 0)
			continue;
		rows[count++] = (u16)r;
	}
	return count;
}

/* The rows that may be drawn. */
struct deck {
	u16 rows[4096];
	unsigned count;
};

static void emit_case(
	struct generator *g, const struct deck *deck, const u64 *features, struct diff_case *c)
{
	s64 own_x30 = (s64)c->state + STATE_AT(x[30]) - (s64)g->at;

	emit(g, 0x58000000 | ((u32)(own_x30 / 4) & 0x7ffff) << 5 | X30); /* LDR X30, literal */
	c->start = g->at;
	for (unsigned i = 0; i < CASE_INSNS; i++) {
		u16 row = deck->rows[rng_below(&g->rng, deck->count)];

		patch_branches(g, false);
		if (!emit_random(g, &insn_rows[row], features))
			continue;
		c->drawn[c->drawn_count].row = row;
		c->drawn[c->drawn_count++].at = g->at - 4;
	}
	patch_branches(g, true);
	c->end = g->at;
	emit(g, 0xd51bd040 | X30); /* MSR TPIDR_EL0, X30 */
	emit_adr(g, X30, c->state);
	emit_jump(g, IMAGE_CODE);
}

static void put_state(struct generator *g, u32 at, const struct diff_state *state)
{
	memcpy(g->program->image + at, state, sizeof(*state));
}

/* The image starts with the way to the first case. */
void diff_start_at(struct diff_program *program, const struct diff_case *c)
{
	struct generator g = { .program = program };

	emit_adr(&g, X30, c->state);
}

void diff_generate(struct diff_program *program, u64 seed, const char *only, const char *skip,
	const u64 *features)
{
	struct generator g = { .program = program, .rng = { seed }, .at = IMAGE_CODE };
	struct diff_state last = { 0 };
	static struct deck deck;
	u32 load;

	decode_init();
	deck.count = pick_rows(only, skip, features, deck.rows);
	program->case_count = 0;
	memset(program->image, 0, IMAGE_SIZE);
	for (u32 i = SCRATCH_OFFSET; i < IMAGE_SIZE; i += 8) {
		u64 value = rng_next(&g.rng);

		memcpy(program->image + i, &value, 8);
	}
	load = emit_switch(&g);
	while (program->case_count < MAX_CASES && deck.count > 0 &&
		g.at + MAX_CASE_BYTES < STATES_OFFSET) {
		unsigned n = program->case_count++;
		struct diff_case *c = &program->cases[n];
		struct diff_state state = { 0 };

		*c = (struct diff_case){ .state = state_offset(n) };
		diff_random_state(&g.rng, features, &state);
		state.code = IMAGE_BASE + g.at;
		put_state(&g, c->state, &state);
		emit_case(&g, &deck, features, c);
	}
	last.code = IMAGE_BASE + g.at;
	put_state(&g, state_offset(program->case_count), &last);
	emit_end(&g);
	diff_start_at(program, &program->cases[0]);
	g.at = 4;
	emit_jump(&g, load);
}
