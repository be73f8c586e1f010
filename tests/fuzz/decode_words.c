/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-decode-words: random instruction words against three readings. Every word matches at
 * most one row of a64.def (HINT rows apart); what is unallocated here is so for Capstone too, up to
 * a list of reasons; and a row's mnemonic is one that Capstone prints. A reason that explains
 * nothing any more is an error as well.
 */
#include <argp.h>
#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/decode.h"
#include "sysregs/sysregs.h"

enum verdict { OURS_ONLY, CAPSTONE_ONLY };

/* Where the readings may differ: words with (word & mask) == value. */
static struct difference {
	u32 mask, value;
	enum verdict verdict;
	const char *reason;
	u64 seen;
} differences[] = {
#define DIFFERENCE(mask_, value_, verdict_, reason_)                                               \
	{ .mask = mask_, .value = value_, .verdict = verdict_, .reason = reason_ },
#include "tests/fuzz/capstone.def"
#undef DIFFERENCE
};

struct state {
	u64 words, seed;
	u64 *row_counts;
	unsigned failures;
	bool list;
	u64 dump;
	csh capstone;
	cs_insn *insn;
	u64 features[(FEATURE_COUNT + 63) / 64];
};

static const struct argp_option option_rows[] = { { "words", 'n', "N", 0,
							  "Random words (default 1000000)", 0 },
	{ "seed", 's', "SEED", 0, "Seed (default 1)", 0 },
	{ "dump", 'd', "N", 0, "Print N allocated words of every row with its mnemonics, and end",
		0 },
	{ "list", 'l', NULL, 0, "Print the count of words seen of every row", 0 }, { 0 } };

static error_t parse_option(int key, char *arg, struct argp_state *argp_state)
{
	struct state *state = argp_state->input;

	switch (key) {
	case 'n': state->words = strtoull(arg, NULL, 0); break;
	case 's': state->seed = strtoull(arg, NULL, 0); break;
	case 'd': state->dump = strtoull(arg, NULL, 0); break;
	case 'l': state->list = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void fail(struct state *state, u32 word, const char *what, const char *detail)
{
	if (state->failures++ < 40)
		printf("%08x: %s %s\n", word, what, detail);
}

/* Capstone's mnemonic for the word; NULL: unallocated for it. */
static const char *capstone_reads(struct state *state, u32 word)
{
	const u8 *code = (const u8 *)&word;
	size_t size = 4;
	u64 address = 0x1000;

	if (!cs_disasm_iter(state->capstone, &code, &size, &address, state->insn))
		return NULL;
	return state->insn->mnemonic;
}

/* Is `word` one of the space-separated words of `list`? */
static bool is_listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *p = list; (p = strstr(p, word)) != NULL; p += length) {
		if ((p == list || p[-1] == ' ') && (p[length] == ' ' || p[length] == '\0'))
			return true;
	}
	return false;
}

static void check_unique(struct state *state, u32 word)
{
	const struct insn_row *first = NULL;

	for (unsigned r = 0; r < insn_row_count; r++) {
		if (!insn_row_matches(&insn_rows[r], word) || insn_rows[r].is_hint)
			continue;
		if (first != NULL)
			fail(state, word, first->name, insn_rows[r].name);
		first = &insn_rows[r];
	}
}

/*
 * CONSTRAINED UNPREDICTABLE register choices of loads and stores (DDI 0487 K1.2): executed here,
 * unallocated for Capstone, which also refuses LDTR with Rt = Rn.
 */
static bool is_unpredictable(u32 word)
{
	u32 rt = word & 31, rn = word >> 5 & 31, rt2 = word >> 10 & 31, rs = word >> 16 & 31;

	if ((word & 0x3f800000) == 0x08000000) { /* exclusives */
		bool is_pair = word >> 21 & 1, is_load = word >> 22 & 1;

		return is_load ? is_pair && rt == rt2
			       : rs == rt || rs == rn || (is_pair && rs == rt2);
	}
	if ((word & 0x3a000000) == 0x28000000)
		return rt == rt2 || rt == rn || rt2 == rn;
	return (word & 0x3f200000) == 0x38000000 && rt == rn;
}

static bool is_explained(u32 word, enum verdict verdict)
{
	for (size_t i = 0; i < COUNT(differences); i++) {
		struct difference *d = &differences[i];

		if (d->verdict == verdict && (word & d->mask) == d->value) {
			d->seen++;
			return true;
		}
	}
	return false;
}

static void check_word(struct state *state, u32 word)
{
	const char *theirs = capstone_reads(state, word);
	struct decoded d;
	bool ours = decode(word, 0, state->features, &d);

	check_unique(state, word);
	if (ours)
		state->row_counts[d.row - insn_rows]++;
	if (ours && theirs == NULL && !is_unpredictable(word) && !is_explained(word, OURS_ONLY))
		fail(state, word, d.row->name, "is unallocated for Capstone");
	if (!ours && theirs != NULL && !is_explained(word, CAPSTONE_ONLY))
		fail(state, word, "is unallocated here; for Capstone it is", theirs);
	if (ours && theirs != NULL && !is_listed(d.row->assembly, theirs) &&
		!is_listed(d.row->assembly, "*"))
		fail(state, word, d.row->name, theirs);
}

/* Half of the words are uniform, half have the fixed bits of some row, so that all rows are met. */
static u32 draw(struct rng *rng)
{
	u32 word = (u32)(rng_next(rng) >> 32);
	const struct insn_row *row;

	if (rng_below(rng, 2))
		return word;
	row = &insn_rows[rng_below(rng, insn_row_count)];
	return row->value | (word & ~row->mask);
}

/* The ignored bits of a row, '-' in its pattern: "should be one" in loads and stores. */
static u32 ignored_bits(const struct insn_row *row)
{
	u32 position = 32, ignored = 0;

	for (const char *p = row->pattern; *p != '\0'; p++) {
		position -= *p != ' ';
		ignored |= *p == '-' ? 1u << position : 0;
	}
	return (row->value & 0x0a000000) == 0x08000000 ? ignored : 0;
}

/* For assembler_reads.py: word, row, mnemonics. */
static void dump(const struct state *state, struct rng *rng)
{
	for (unsigned r = 0; r < insn_row_count; r++) {
		const struct insn_row *row = &insn_rows[r];

		for (u64 i = 0, tries = 0; i < state->dump && tries < 100 * state->dump; tries++) {
			u32 random = (u32)rng_next(rng) | ignored_bits(row);
			u32 word = row->value | (random & ~row->mask);
			struct decoded d;

			if (!decode(word, 0, state->features, &d) || d.row != row ||
				is_unpredictable(word))
				continue;
			printf("%08x %s %s\n", word, row->name, row->assembly);
			i++;
		}
	}
}

static void report(struct state *state)
{
	for (unsigned r = 0; r < insn_row_count; r++) {
		if (state->list)
			printf("%-16s %" PRIu64 "\n", insn_rows[r].name, state->row_counts[r]);
		if (state->row_counts[r] == 0 && (state->features[insn_rows[r].feature / 64] >>
							 (insn_rows[r].feature % 64)) &
							 1)
			fail(state, insn_rows[r].value, insn_rows[r].name, "was never met");
	}
	for (size_t i = 0; i < COUNT(differences); i++) {
		if (differences[i].seen == 0)
			fail(state, differences[i].value,
				"stale difference:", differences[i].reason);
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = { option_rows, parse_option, NULL,
		"Compares the decoding of random words with Capstone.", NULL, NULL, NULL };
	struct state state = { .words = 1000000, .seed = 1 };
	struct cpu profile = { 0 };
	struct rng rng;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &state);
	decode_init();
	/* Capstone 4.0 knows little above Armv8.1; binutils, to which the dump goes, knows all */
	sysregs_select_profile(&profile, state.dump > 0 ? "max" : "v8.1");
	memcpy(state.features, profile.features, sizeof(state.features));
	state.row_counts = calloc(insn_row_count, sizeof(*state.row_counts));
	if (state.row_counts == NULL ||
		cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &state.capstone) != CS_ERR_OK)
		ENT_BUG("cannot start Capstone");
	state.insn = cs_malloc(state.capstone);
	rng.state = state.seed;
	if (state.dump > 0) {
		dump(&state, &rng);
	} else {
		for (u64 i = 0; i < state.words; i++)
			check_word(&state, draw(&rng));
		report(&state);
		printf("%" PRIu64 " words, %u failures\n", state.words, state.failures);
	}
	cs_free(state.insn, 1);
	cs_close(&state.capstone);
	free(state.row_counts);
	return state.failures > 0;
}
