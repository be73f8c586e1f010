/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program on both sides, finds the instruction that a difference begins with, and explains
 * it or prints it.
 */
#include "compare.h"

#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu/decode.h"

static const struct {
	enum engine engine;
	const char *name;
} engines[] = { { ENGINE_TAIL, "tail" }, { ENGINE_STEP, "step" } };

/* ---- Programs ---- */

static const struct diff_state *state_of(
	const struct diff_program *program, const struct diff_case *c)
{
	return (const struct diff_state *)(const void *)(program->image + c->state);
}

static u32 word_at(const struct diff_program *program, u32 at)
{
	u32 word;

	memcpy(&word, program->image + at, 4);
	return word;
}

static void put_nop(struct diff_program *program, u32 at)
{
	static const u32 nop = 0xd503201f;

	memcpy(program->image + at, &nop, 4);
}

static struct diff_program *copy_of(const struct diff_program *program)
{
	struct diff_program *copy = malloc(sizeof(*copy));

	ENT_BUG_ON(copy == NULL);
	*copy = *program;
	copy->image = malloc(IMAGE_SIZE);
	ENT_BUG_ON(copy->image == NULL);
	memcpy(copy->image, program->image, IMAGE_SIZE);
	return copy;
}

static void free_program(struct diff_program *program)
{
	if (program == NULL)
		return;
	free(program->image);
	free(program);
}

static bool same(const struct diff_program *a, const struct diff_program *b)
{
	return memcmp(a->image, b->image, IMAGE_SIZE) == 0;
}

/* ---- Finding ---- */

/*
 * The program with NOPs for everything from image offset `end` on. The code is position dependent
 * and branches forward only, so what remains does the same.
 */
static struct diff_program *cut_off(const struct diff_program *program, u32 end)
{
	struct diff_program *cut = copy_of(program);

	cut->executed = NULL;
	for (unsigned i = 0; i < program->case_count; i++) {
		const struct diff_case *c = &program->cases[i];

		for (u32 at = c->start > end ? c->start : end; at < c->end; at += 4)
			put_nop(cut, at);
	}
	return cut;
}

/* A program after it ran on both sides. */
struct pair {
	struct diff_program *ours, *theirs;
};

static void free_pair(struct pair *pair)
{
	free_program(pair->ours);
	free_program(pair->theirs);
	*pair = (struct pair){ NULL, NULL };
}

static bool run_until(const struct diff_program *program, u32 end, const struct diff_sides *sides,
	enum engine engine, struct pair *pair)
{
	pair->ours = cut_off(program, end);
	pair->theirs = copy_of(pair->ours);
	return diff_run_entresol(pair->ours, sides->profile, engine) &&
	       diff_run_qemu(pair->theirs, sides);
}

/* What a search finds: the instruction at `at`, and both sides without and with it. */
struct found {
	const struct diff_case *c;
	u32 at;
	struct pair without, with;
};

static void free_found(struct found *found)
{
	free_pair(&found->without);
	free_pair(&found->with);
}

static const struct diff_case *case_at(const struct diff_program *program, u32 at)
{
	const struct diff_case *c = program->cases;

	while (c->end <= at)
		c++;
	return c;
}

/* The program with this case alone: memory is what it was at the start. */
static struct diff_program *isolate(const struct diff_program *program, const struct diff_case *c)
{
	const struct diff_state *last =
		(const struct diff_state *)(const void
				*)(program->image + program->cases[program->case_count - 1].state) +
		1;
	struct diff_program *alone = copy_of(program);
	struct diff_state *next =
		(struct diff_state *)(void *)(alone->image + c->state + sizeof(*next));

	next->code = last->code;
	diff_start_at(alone, c);
	return alone;
}

/*
 * Halves the code between `low` and `high`: the sides agree after what is before `low` and differ
 * after what is before `high`. false: could not run, or the difference does not come again.
 */
static bool find_difference(const struct diff_program *program, const struct diff_sides *sides,
	enum engine engine, u32 low, u32 high, struct found *found)
{
	struct pair middle;

	*found = (struct found){ 0 };
	if (!run_until(program, high, sides, engine, &found->with) ||
		!run_until(program, low, sides, engine, &found->without) ||
		!same(found->without.ours, found->without.theirs))
		return false;
	while (high - low > 4) {
		u32 half = low + (high - low) / 8 * 4;

		if (!run_until(program, half, sides, engine, &middle)) {
			free_pair(&middle);
			return false;
		}
		if (same(middle.ours, middle.theirs)) {
			free_pair(&found->without);
			found->without = middle;
			low = half;
		} else {
			free_pair(&found->with);
			found->with = middle;
			high = half;
		}
	}
	found->at = low;
	found->c = case_at(program, low);
	return !same(found->with.ours, found->with.theirs);
}

/* ---- Printing ---- */

static void print_instruction(u32 word, u32 at)
{
	const u8 *code = (const u8 *)&word;
	cs_insn *insn;
	csh handle;
	const struct insn_row *row = NULL;

	for (unsigned r = 0; r < insn_row_count; r++) {
		if (insn_row_matches(&insn_rows[r], word))
			row = &insn_rows[r];
	}
	printf("  %" PRIx64 ": %08x  %s", IMAGE_BASE + at, word, row ? row->name : "-");
	if (cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle) == CS_ERR_OK) {
		if (cs_disasm(handle, code, 4, IMAGE_BASE + at, 1, &insn) == 1) {
			printf("  %s %s", insn->mnemonic, insn->op_str);
			cs_free(insn, 1);
		}
		cs_close(&handle);
	}
	putchar('\n');
}

/* Registers that the usual register fields of the instruction name. */
static void print_operands(u32 word, const struct diff_state *before)
{
	static const u8 fields[] = { 0, 5, 16, 10 };
	u32 seen = 0;

	for (size_t i = 0; i < COUNT(fields); i++) {
		u32 r = word >> fields[i] & 31;

		if (seen >> r & 1)
			continue;
		seen |= 1u << r;
		printf("  before: x%-2u %016" PRIx64 "   v%-2u %016" PRIx64 " %016" PRIx64 "\n", r,
			r < 31 ? before->x[r] : before->sp, r, before->v[r].d[1],
			before->v[r].d[0]);
	}
	printf("  before: nzcv %08" PRIx64 " fpcr %08" PRIx64 " fpsr %08" PRIx64 "\n", before->nzcv,
		before->fpcr, before->fpsr);
}

static void print_word(const char *name, u64 ours, u64 theirs)
{
	if (ours != theirs)
		printf("  %-4s    entresol %016" PRIx64 "\n          qemu     %016" PRIx64 "\n",
			name, ours, theirs);
}

static void print_states(const struct diff_state *ours, const struct diff_state *theirs)
{
	char name[8];

	for (unsigned i = 0; i < 31; i++) {
		sprintf(name, "x%u", i);
		print_word(name, ours->x[i], theirs->x[i]);
	}
	print_word("sp", ours->sp, theirs->sp);
	print_word("nzcv", ours->nzcv, theirs->nzcv);
	print_word("fpcr", ours->fpcr, theirs->fpcr);
	print_word("fpsr", ours->fpsr, theirs->fpsr);
	for (unsigned i = 0; i < 32; i++) {
		const union vreg *a = &ours->v[i], *b = &theirs->v[i];

		if (a->d[0] != b->d[0] || a->d[1] != b->d[1])
			printf("  v%-2u     entresol %016" PRIx64 " %016" PRIx64
			       "\n          qemu     %016" PRIx64 " %016" PRIx64 "\n",
				i, a->d[1], a->d[0], b->d[1], b->d[0]);
	}
}

static void print_memory(const struct diff_program *ours, const struct diff_program *theirs)
{
	unsigned printed = 0;

	for (u32 i = SCRATCH_OFFSET; i < IMAGE_SIZE && printed < 16; i++) {
		if (ours->image[i] == theirs->image[i])
			continue;
		printf("  [%" PRIx64 "] entresol %02x  qemu %02x\n", IMAGE_BASE + i, ours->image[i],
			theirs->image[i]);
		printed++;
	}
}

static void print_found(
	const struct diff_program *program, const struct found *found, const char *engine)
{
	u32 word = word_at(program, found->at);

	printf("difference (%s), at the last instruction of\n", engine);
	for (u32 at = found->c->start; at <= found->at; at += 4)
		print_instruction(word_at(program, at), at);
	print_operands(word, state_of(found->without.ours, found->c));
	print_states(state_of(found->with.ours, found->c), state_of(found->with.theirs, found->c));
	print_memory(found->with.ours, found->with.theirs);
}

/* ---- Comparing ---- */

/* Does QEMU do the same when it does not translate several instructions together? */
static bool agree_one_by_one(const struct found *found, const struct diff_comparison *comparison,
	const struct diff_program *program)
{
	struct diff_sides sides = comparison->sides;
	struct diff_program *theirs = cut_off(program, found->at + 4);
	bool agree;

	sides.one_by_one = true;
	agree = diff_run_qemu(theirs, &sides) && same(theirs, found->with.ours);
	free_program(theirs);
	return agree;
}

/* Which deviation explains it, or deviation_count. */
static unsigned explanation(const struct diff_program *program, const struct found *found,
	const struct diff_comparison *comparison, const char *row_name)
{
	struct deviation_facts facts = {
		.insn = word_at(program, found->at),
		.before = state_of(found->without.ours, found->c),
		.ours = state_of(found->with.ours, found->c),
		.theirs = state_of(found->with.theirs, found->c),
	};
	unsigned why = deviation_find(row_name, &facts);

	if (why == deviation_count) {
		facts.agree_one_by_one = agree_one_by_one(found, comparison, program);
		why = deviation_find(row_name, &facts);
	}
	return why;
}

/* Rows with a printed difference are left out. */
static void drop_printed(struct diff_program *program, const u8 *printed)
{
	for (unsigned i = 0; i < program->case_count && printed != NULL; i++) {
		const struct diff_case *c = &program->cases[i];

		for (unsigned k = 0; k < c->drawn_count; k++) {
			if (printed[c->drawn[k].row])
				put_nop(program, c->drawn[k].at);
		}
	}
}

/* Explains or prints it; true: go on without this instruction. */
static bool judge(const struct diff_program *program, const struct found *found,
	const struct diff_comparison *comparison, const char *engine, enum diff_result *result)
{
	struct decoded d = { 0 };
	unsigned why = deviation_count;
	u8 *printed = comparison->rows_printed;

	if (decode(word_at(program, found->at), found->at & 0xfff, comparison->features, &d))
		why = explanation(program, found, comparison, d.row->name);
	if (why < deviation_count) {
		comparison->explained[why]++;
		return true;
	}
	*result = DIFF_DIFFERS;
	if (printed == NULL || d.row == NULL || !printed[d.row - insn_rows])
		print_found(program, found, engine);
	if (printed != NULL && d.row != NULL)
		printed[d.row - insn_rows] = 1;
	return printed != NULL;
}

/* The found instruction is left out; with one that sets up another, its whole case. */
static void leave_out(struct diff_program *program, const struct found *found)
{
	const struct diff_case *c = found->c;

	for (unsigned k = 0; k < c->drawn_count; k++) {
		if (c->drawn[k].at == found->at) {
			put_nop(program, found->at);
			return;
		}
	}
	for (u32 at = c->start; at < c->end; at += 4)
		put_nop(program, at);
}

/* What compare_engine() works on. */
struct search {
	struct diff_program *program;
	const struct diff_comparison *comparison;
	size_t engine;
	enum diff_result result;
};

/* Searches `program`, all or a part of the search's; true: an instruction was taken out. */
static bool take_out(
	struct search *search, const struct diff_program *program, u32 low, u32 high, bool *go_on)
{
	const struct diff_comparison *comparison = search->comparison;
	struct found found;
	bool is_found = find_difference(
		program, &comparison->sides, engines[search->engine].engine, low, high, &found);

	if (is_found) {
		*go_on = judge(
			program, &found, comparison, engines[search->engine].name, &search->result);
		leave_out(search->program, &found);
		drop_printed(search->program, comparison->rows_printed);
	}
	free_found(&found);
	return is_found;
}

/* Every case whose registers differ by itself, else whatever differs by memory. */
static bool take_out_all(struct search *search, const struct pair *all)
{
	struct diff_program *program = search->program;
	const struct diff_case *first = program->cases;
	bool go_on = true, is_found = false;

	for (unsigned i = 0; i < program->case_count && go_on; i++) {
		const struct diff_case *c = &program->cases[i];
		struct diff_program *alone;

		if (memcmp(state_of(all->ours, c), state_of(all->theirs, c),
			    sizeof(struct diff_state)) == 0)
			continue;
		alone = isolate(program, c);
		is_found |= take_out(search, alone, c->start, c->end, &go_on);
		free_program(alone);
	}
	if (!is_found && !take_out(search, program, first->start,
				 first[program->case_count - 1].end, &go_on)) {
		fprintf(stderr, "diff: a difference (%s) that does not come again\n",
			engines[search->engine].name);
		search->result = DIFF_BROKEN;
		return false;
	}
	return go_on;
}

/* Our engine against theirs, until they agree or the first difference is the last. */
static enum diff_result compare_engine(struct search *search, struct diff_program **theirs)
{
	const struct diff_sides *sides = &search->comparison->sides;

	for (;;) {
		struct pair all = { copy_of(search->program), *theirs };
		bool could =
			diff_run_entresol(all.ours, sides->profile, engines[search->engine].engine);
		bool is_same = could && same(all.ours, *theirs);
		bool go_on = could && !is_same && take_out_all(search, &all);

		free_program(all.ours);
		if (!could)
			return DIFF_BROKEN;
		if (is_same || !go_on)
			return search->result;
		free_program(*theirs);
		*theirs = copy_of(search->program);
		if (!diff_run_qemu(*theirs, sides))
			return DIFF_BROKEN;
	}
}

enum diff_result diff_compare(
	struct diff_program *program, const struct diff_comparison *comparison)
{
	struct diff_program *theirs;
	enum diff_result result;

	drop_printed(program, comparison->rows_printed);
	theirs = copy_of(program);
	result = diff_run_qemu(theirs, &comparison->sides) ? DIFF_AGREES : DIFF_BROKEN;

	for (size_t e = 0; e < COUNT(engines) && result == DIFF_AGREES; e++) {
		struct search search = { program, comparison, e, DIFF_AGREES };

		if (cpu_engine_available(engines[e].engine))
			result = compare_engine(&search, &theirs);
	}
	free_program(theirs);
	return result;
}
