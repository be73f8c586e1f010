/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses the patterns of a64.def, indexes them by the word's top bits, and looks words up. Knows
 * nothing about what an instruction does.
 */
#include "cpu/decode.h"

#include <stdlib.h>

#include "cpu/formats.h"

/* Row columns as macros: WX and ONE name the handler; the format may refine it. */
#define ONE(op) OP_##op
#define WX(op)	OP_##op##_w
#define ROW(name_, pattern_, format_name_, op_, feature_, timing_, assembly_, is_hint_)            \
	{ .name = #name_,                                                                          \
		.is_hint = is_hint_,                                                               \
		.pattern = pattern_,                                                               \
		.format = format_##format_name_,                                                   \
		.op = op_,                                                                         \
		.feature = FEAT_##feature_,                                                        \
		.timing = CLASS_##timing_,                                                         \
		.assembly = assembly_ },
#define INSN(...) ROW(__VA_ARGS__, false)
#define HINT(...) ROW(__VA_ARGS__, true)
struct insn_row insn_rows[] = {
#include "cpu/a64.def"
};
#undef INSN
#undef HINT
#undef ROW

const unsigned insn_row_count = COUNT(insn_rows);

/*
 * The index: for each value of bits 31:21, the candidate rows, those with more fixed bits first
 * (a HINT row wins over the general row it overlaps).
 */
enum { INDEX_BITS = 11, INDEX_SIZE = 1 << INDEX_BITS };
static u16 bucket_start[INDEX_SIZE + 1];
static u16 *bucket_rows;

/* The fields of the rows: for each letter, up to four runs of bits. */
struct field_run {
	u8 letter, low, width;
};
enum { MAX_RUNS = 14 };
static struct field_run (*runs)[MAX_RUNS];

static void parse_pattern(struct insn_row *row, struct field_run *run)
{
	unsigned position = 32, count = 0;
	u8 previous = 0;

	for (const char *p = row->pattern; *p != '\0'; p++) {
		if (*p == ' ')
			continue;
		ENT_BUG_ON(position == 0);
		position--;
		if (*p == '0' || *p == '1') {
			row->mask |= 1u << position;
			row->value |= (u32)(*p - '0') << position;
			previous = 0;
		} else if (*p == '-') {
			previous = 0;
		} else {
			ENT_BUG_ON(*p < 'a' || *p > 'z');
			if ((u8)*p != previous) {
				ENT_BUG_ON(count == MAX_RUNS - 1);
				run[count++] = (struct field_run){ .letter = (u8)(*p - 'a') };
			}
			run[count - 1].low = (u8)position;
			run[count - 1].width++;
			previous = (u8)*p;
		}
	}
	if (position != 0)
		ENT_BUG("a64.def: pattern of %s is not 32 bits long", row->name);
	run[count].width = 0;
}

static int fixed_bits(u16 row)
{
	return __builtin_popcount(insn_rows[row].mask);
}

/* Rows with more fixed bits first, else in the order of the table. */
static int compare_rows(const void *a, const void *b)
{
	u16 first = *(const u16 *)a, second = *(const u16 *)b;
	int difference = fixed_bits(second) - fixed_bits(first);

	return difference != 0 ? difference : (int)first - (int)second;
}

/*
 * For each bucket that a row's words are in: the fixed ones of the top bits, and every choice of
 * the others. Counts the row in place[], or puts it at its place.
 */
static void visit_buckets(u16 r, u32 *place, u16 *rows)
{
	u32 fixed = insn_rows[r].value >> (32 - INDEX_BITS);
	u32 free_bits = ~insn_rows[r].mask >> (32 - INDEX_BITS), choice = 0;

	do {
		u32 at = place[fixed | choice]++;

		if (rows != NULL)
			rows[at] = r;
		choice = (choice - free_bits) & free_bits; /* the next subset */
	} while (choice != 0);
}

static void fill_buckets(void)
{
	u16 *order = calloc(insn_row_count, sizeof(*order));
	u32 place[INDEX_SIZE] = { 0 }, used = 0;

	ENT_BUG_ON(order == NULL);
	for (u16 r = 0; r < insn_row_count; r++) {
		order[r] = r;
		visit_buckets(r, place, NULL);
	}
	for (u32 b = 0; b < INDEX_SIZE; b++) {
		u32 count = place[b];

		bucket_start[b] = (u16)used;
		place[b] = used;
		used += count;
	}
	ENT_BUG_ON(used > 0xffff);
	bucket_start[INDEX_SIZE] = (u16)used;
	bucket_rows = calloc(used, sizeof(*bucket_rows));
	ENT_BUG_ON(bucket_rows == NULL);
	qsort(order, insn_row_count, sizeof(*order), compare_rows);
	for (unsigned i = 0; i < insn_row_count; i++)
		visit_buckets(order[i], place, bucket_rows);
	free(order);
}

void decode_init(void)
{
	static bool done;

	if (done)
		return;
	done = true;
	runs = calloc(insn_row_count, sizeof(*runs));
	ENT_BUG_ON(runs == NULL);
	for (unsigned r = 0; r < insn_row_count; r++)
		parse_pattern(&insn_rows[r], runs[r]);
	fill_buckets();
}

static void extract_fields(u32 insn, const struct field_run *run, u32 *f)
{
	for (; run->width != 0; run++)
		f[run->letter] = f[run->letter] << run->width |
				 (u32)bits(insn, run->low + run->width - 1u, run->low);
}

bool decode(u32 insn, u32 offset, const u64 *features, struct decoded *out)
{
	u32 bucket = insn >> (32 - INDEX_BITS);

	for (unsigned i = bucket_start[bucket]; i < bucket_start[bucket + 1]; i++) {
		const struct insn_row *row = &insn_rows[bucket_rows[i]];

		if (!insn_row_matches(row, insn))
			continue;
		if (!((features[row->feature / 64] >> (row->feature % 64)) & 1))
			continue;
		*out = (struct decoded){
			.row = row, .insn = insn, .offset = offset, .op = row->op
		};
		extract_fields(insn, runs[bucket_rows[i]], out->f);
		return row->format(out);
	}
	return false;
}
