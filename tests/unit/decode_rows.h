/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of decoding are lists of words, from the assembler unless unallocated. This file knows how
 * a word is compared with the row it belongs to, with what the handler gets and with features.
 */
#ifndef ENT_TEST_DECODE_ROWS_H
#define ENT_TEST_DECODE_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/decode.h"

enum { OFFSET = 0x100 }; /* of each word in its page */

/* Which row of the tables a word belongs to. */
struct row_case {
	const char *text;
	u32 insn;
	const char *row; /* NULL: unallocated */
};

/* What the handler gets. An operand that it does not read is ANY, or as decoding leaves it. */
enum { ANY = 0xff };
struct operand_case {
	const char *text;
	u32 insn;
	enum op_id op;
	u8 rd, rn, rm, ra;
	u64 imm;
};

/* What a word is where one feature is absent. */
struct feature_case {
	const char *text;
	u32 insn;
	enum feature_id feature;
	const char *row; /* NULL: unallocated */
};

#define FEATURE_WORDS ((FEATURE_COUNT + 63) / 64)
#define LIST(array)   (array), COUNT(array)

static inline const char *name_of_row(const char *row)
{
	return row != NULL ? row : "unallocated";
}

/* The word where all features but one are. FEAT_BASE: where all are. */
static inline const char *row_without(enum feature_id feature, u32 insn, struct decoded *d)
{
	u64 features[FEATURE_WORDS];

	memset(features, 0xff, sizeof(features));
	if (feature != FEAT_BASE)
		features[feature / 64] &= ~BIT(feature % 64);
	return name_of_row(decode(insn, OFFSET, features, d) ? d->row->name : NULL);
}

/* The word where only one feature and what every PE has are. */
static inline const char *row_with_only(enum feature_id feature, u32 insn)
{
	u64 features[FEATURE_WORDS] = { 0 };
	struct decoded d;

	features[FEAT_BASE / 64] |= BIT(FEAT_BASE % 64);
	features[feature / 64] |= BIT(feature % 64);
	return name_of_row(decode(insn, OFFSET, features, &d) ? d.row->name : NULL);
}

static inline void check_rows(const struct row_case *rows, size_t count)
{
	struct decoded d;

	for (size_t i = 0; i < count; i++) {
		const char *got = row_without(FEAT_BASE, rows[i].insn, &d);
		const char *want = name_of_row(rows[i].row);

		if (strcmp(got, want) != 0)
			fail_msg("%s (0x%08x): %s, not %s", rows[i].text, rows[i].insn, got, want);
	}
}

/* `names` are the rows of a .def file: each has a word. */
static inline void check_every_row_is_seen(
	const char *const *names, size_t name_count, const struct row_case *rows, size_t count)
{
	for (size_t i = 0; i < name_count; i++) {
		size_t j = 0;

		while (j < count && strcmp(name_of_row(rows[j].row), names[i]) != 0)
			j++;
		if (j == count)
			fail_msg("no test of row %s", names[i]);
	}
}

static inline bool is_operand(u8 got, u8 want)
{
	return want == ANY || got == want;
}

static inline void check_operands(const struct operand_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct operand_case *c = &cases[i];
		struct decoded d;
		const char *row = row_without(FEAT_BASE, c->insn, &d);

		if (strcmp(row, "unallocated") == 0)
			fail_msg("%s (0x%08x): unallocated", c->text, c->insn);
		if (d.op != c->op || !is_operand(d.rd, c->rd) || !is_operand(d.rn, c->rn) ||
			!is_operand(d.rm, c->rm) || !is_operand(d.ra, c->ra) || d.imm != c->imm)
			fail_msg("%s (0x%08x): %s, op %d (not %d), rd %u rn %u rm %u ra %u "
				 "imm 0x%" PRIx64,
				c->text, c->insn, row, (int)d.op, (int)c->op, d.rd, d.rn, d.rm,
				d.ra, d.imm);
	}
}

static inline void check_features(const struct feature_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct feature_case *c = &cases[i];
		const char *want = name_of_row(c->row);
		struct decoded d;
		const char *got = row_without(FEAT_BASE, c->insn, &d);

		if (strcmp(got, "unallocated") == 0)
			fail_msg("%s (0x%08x): unallocated", c->text, c->insn);
		got = row_without(c->feature, c->insn, &d);
		if (strcmp(got, want) != 0)
			fail_msg("%s (0x%08x) without its feature: %s, not %s", c->text, c->insn,
				got, want);
	}
}

/*
 * Each word needs the feature that `feature_of` says of its row (NULL: what the table says), and no
 * other. Without it the word is unallocated, a hint another hint.
 */
static inline void check_features_of_rows(
	const struct row_case *rows, size_t count, enum feature_id (*feature_of)(const char *row))
{
	for (size_t i = 0; i < count; i++) {
		const struct row_case *r = &rows[i];
		struct decoded d;
		const char *want, *got = row_without(FEAT_BASE, r->insn, &d);
		enum feature_id feature;

		if (r->row == NULL)
			continue;
		if (strcmp(got, r->row) != 0)
			fail_msg("%s (0x%08x): %s, not %s", r->text, r->insn, got, r->row);
		feature = feature_of != NULL ? feature_of(r->row) : d.row->feature;
		want = d.row->is_hint ? "HINT" : "unallocated";
		got = row_with_only(feature, r->insn);
		if (strcmp(got, r->row) != 0)
			fail_msg("%s (0x%08x) with its feature alone: %s", r->text, r->insn, got);
		got = row_without(feature, r->insn, &d);
		if (feature != FEAT_BASE && strcmp(got, want) != 0)
			fail_msg("%s (0x%08x) without its feature: %s", r->text, r->insn, got);
	}
}

static inline int build_index(void **state)
{
	(void)state;
	decode_init();
	return 0;
}

#endif
