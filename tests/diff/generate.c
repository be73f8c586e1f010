/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random programs from the rows of a64.def. Knows how to keep an instruction inside the program:
 * branches go a little forward, bases point into the scratch memory. Knows no semantics.
 */
#include "diff.h"

#include <string.h>

#include "cpu/decode.h"

/* Rows that a user program cannot execute alike on both, each with the reason. */
static const struct {
	const char *prefix, *reason;
} excluded[] = {
	{ "BR", "the target is a register: covered by tests/insn" },
	{ "BLR", "the target is a register: covered by tests/insn" },
	{ "RET", "the target is a register: covered by tests/insn" },
	{ "SVC", "leaves the program" },
	{ "HVC", "not at EL0" },
	{ "SMC", "not at EL0" },
	{ "BRK", "a signal for qemu-user" },
	{ "HLT", "semihosting or a signal" },
	{ "ERET", "not at EL0" },
	{ "DRPS", "not at EL0" },
	{ "DCPS", "debug state only" },
	{ "UDF", "a signal for qemu-user" },
	{ "MSR", "system registers: tests of their own" },
	{ "MRS", "system registers: tests of their own" },
	{ "SYS", "system instructions: tests of their own" },
	{ "WFI", "waits" },
	{ "WFE", "waits" },
};

const char *diff_excluded(const char *row_name)
{
	for (size_t i = 0; i < COUNT(excluded); i++) {
		size_t length = strlen(excluded[i].prefix);

		/* A prefix ends where the row's name does, or at '_' or 'L' of SYSL. */
		if (strncmp(row_name, excluded[i].prefix, length) == 0 &&
			strchr("_L123", row_name[length]) != NULL)
			return excluded[i].reason;
	}
	return NULL;
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

static u64 hard_value(struct rng *rng)
{
	u64 value = rng_next(rng);

	switch (rng_below(rng, 8)) {
	case 0: return rng_below(rng, 4);
	case 1: return ~rng_below(rng, 4);
	case 2: return 0x7fffffffffffffffull + rng_below(rng, 3);
	case 3: return 0x7fffffffull + rng_below(rng, 3);
	case 4: return (u64)(s64)(s32)value;
	case 5: return 1ull << (value & 63);
	case 6: return (u32)value;
	default: return value;
	}
}

static bool is_memory(const struct insn_row *row)
{
	return (row->value & 0x0a000000) == 0x08000000 && (row->mask & 0x0a000000) == 0x0a000000;
}

/* A word of this row: fixed bits as given, the others random. */
static u32 random_word(struct rng *rng, const struct insn_row *row)
{
	u32 random = (u32)rng_next(rng);

	return row->value | (random & ~row->mask);
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
	bool is_exclusive = (word & 0x3f000000) == 0x08000000;
	bool is_writeback = is_pair ? (word & 0x00800000) != 0 : (word & 0x3b200400) == 0x38000400;

	if (is_exclusive)
		return rs == rt || rs == rt2 || rs == rn || rt == rt2;
	if (is_pair && rt == rt2)
		return true;
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
	bool is_store_exclusive; /* and not CASP */
	u32 middle = SCRATCH_OFFSET + SCRATCH_SIZE / 2;
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
		if (strcmp(row->timing, "BRANCH") == 0) {
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

/* Loads all registers, SP and NZCV with random values from a literal after a jump. */
static void emit_prologue(struct generator *g)
{
	u32 literal = g->at + 4;

	emit(g, 0x14000000 | (4 + STATE_WORDS * 8) / 4); /* B over the literal */
	if (literal % 8 != 0) {
		g->at -= 4;
		emit(g, 0xd503201f);
		emit(g, 0x14000000 | (4 + STATE_WORDS * 8) / 4);
		literal += 4;
	}
	for (unsigned i = 0; i < STATE_WORDS; i++) {
		u64 value = hard_value(&g->rng);

		if (i == 31)
			value &= ~15ull;
		memcpy(g->program->image + g->at, &value, 8);
		g->at += 8;
	}
	emit_adr(g, 30, literal);
	emit(g, 0xf9400000 | 31 << 10 | 30 << 5 | 0); /* LDR X0, [X30, #248] */
	emit(g, 0x9100001f);			      /* MOV SP, X0 */
	emit(g, 0xf9400000 | 32 << 10 | 30 << 5 | 0);
	emit(g, 0xd51b4200);		/* MSR NZCV, X0 */
	for (u32 i = 0; i < 30; i += 2) /* LDP Xi, Xi+1, [X30, #i*8] */
		emit(g, 0xa9400000 | i << 15 | (i + 1) << 10 | 30 << 5 | i);
	emit(g, 0xf9400000 | 30 << 10 | 30 << 5 | 30);
}

/* Stores all registers at `result` through TPIDR_EL0, so that none is special. */
static void emit_epilogue(struct generator *g, u32 result)
{
	emit(g, 0xd51bd040 | 30); /* MSR TPIDR_EL0, X30 */
	emit_adr(g, 30, result);
	for (u32 i = 0; i < 30; i += 2)
		emit(g, 0xa9000000 | i << 15 | (i + 1) << 10 | 30 << 5 | i);
	emit(g, 0xd53bd040); /* MRS X0, TPIDR_EL0 */
	emit(g, 0xf9000000 | 30 << 10 | 30 << 5 | 0);
	emit(g, 0x910003e0); /* MOV X0, SP */
	emit(g, 0xf9000000 | 31 << 10 | 30 << 5 | 0);
	emit(g, 0xd53b4200); /* MRS X0, NZCV */
	emit(g, 0xf9000000 | 32 << 10 | 30 << 5 | 0);
}

static unsigned pick_rows(const char *only, const char *skip, u16 *rows)
{
	unsigned count = 0;

	for (unsigned r = 0; r < insn_row_count; r++) {
		if (diff_excluded(insn_rows[r].name) != NULL)
			continue;
		if (only != NULL && strncmp(insn_rows[r].name, only, strlen(only)) != 0)
			continue;
		if (skip != NULL && strncmp(insn_rows[r].name, skip, strlen(skip)) == 0)
			continue;
		rows[count++] = (u16)r;
	}
	return count;
}

void diff_generate(struct diff_program *program, u64 seed, u64 insns, const char *only,
	const char *skip, const u64 *features, u64 *counts)
{
	struct generator g = { .program = program, .rng = { seed } };
	u32 result = SCRATCH_OFFSET;
	u16 rows[2048];
	unsigned row_count;
	u64 drawn = 0;

	decode_init();
	row_count = pick_rows(only, skip, rows);
	program->case_count = 0;
	for (u32 i = SCRATCH_OFFSET; i < IMAGE_SIZE; i += 8) {
		u64 value = rng_next(&g.rng);

		memcpy(program->image + i, &value, 8);
	}
	while (program->case_count < MAX_CASES && drawn < insns) {
		struct diff_case *c = &program->cases[program->case_count];

		if (g.at + 2048 > result)
			break;
		*c = (struct diff_case){ 0 };
		result -= STATE_WORDS * 8;
		c->result_offset = result;
		emit_prologue(&g);
		c->insns_offset = g.at;
		for (unsigned i = 0; i < CASE_INSNS && row_count > 0; i++) {
			u16 row = rows[rng_below(&g.rng, row_count)];

			patch_branches(&g, false);
			if (!emit_random(&g, &insn_rows[row], features))
				continue;
			c->rows[c->row_count++] = row;
			counts[row]++;
			drawn++;
		}
		c->insn_count = (g.at - c->insns_offset) / 4;
		patch_branches(&g, true);
		emit_epilogue(&g, result);
		program->case_count++;
	}
	program->code_bytes = g.at;
	/* write(1, image, IMAGE_SIZE); exit(0): for qemu-aarch64. Entresol stops at the first SVC.
	 */
	emit_adr(&g, 1, 0);
	emit(&g, 0xd2800000 | 1 << 5 | 0);		    /* MOV X0, #1 */
	emit(&g, 0xd2a00000 | (IMAGE_SIZE >> 16) << 5 | 2); /* MOV X2, #IMAGE_SIZE */
	emit(&g, 0xd2800000 | 64 << 5 | 8);
	emit(&g, 0xd4000001);
	emit(&g, 0xd2800000 | 0 << 5 | 0);
	emit(&g, 0xd2800000 | 93 << 5 | 8);
	emit(&g, 0xd4000001);
}
