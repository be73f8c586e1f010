/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-diff: random A64 programs from a64.def on our engines and on qemu-aarch64; every byte
 * of registers, flags and memory must agree.
 */
#include "diff.h"

#include <argp.h>
#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/decode.h"
#include "sysregs/sysregs.h"

struct options {
	u64 insns, seed;
	const char *only, *skip;
	struct diff_sides sides;
	bool want_table;
};

static const struct argp_option option_rows[] = {
	{ "insns", 'n', "N", 0, "Random instructions to run (default 100000)", 0 },
	{ "seed", 's', "SEED", 0, "First seed (default 1)", 0 },
	{ "only", 'o', "ROW", 0, "Draw only from rows whose name starts with ROW", 0 },
	{ "skip", 'k', "ROW", 0, "Draw from no row whose name starts with ROW", 0 },
	{ "qemu", 'q', "COMMAND", 0, "The reference (default qemu-aarch64)", 0 },
	{ "cpu", 'c', "CPU", 0, "Its -cpu (default max,pauth=off)", 0 },
	{ "profile", 'p', "PROFILE", 0, "Our profile (default max)", 0 },
	{ "table", 't', NULL, 0, "Print the count of every row at the end", 0 }, { 0 }
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'n': options->insns = strtoull(arg, NULL, 0); break;
	case 's': options->seed = strtoull(arg, NULL, 0); break;
	case 'o': options->only = arg; break;
	case 'k': options->skip = arg; break;
	case 'q': options->sides.qemu = arg; break;
	case 'c': options->sides.cpu = arg; break;
	case 'p': options->sides.profile = arg; break;
	case 't': options->want_table = true; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = { .options = option_rows,
	.parser = parse_option,
	.doc = "Compares random A64 programs between Entresol and qemu-aarch64.\v"
	       "Exit code 0: all agree. 1: a difference, which is printed. 2: could not run." };

static void print_case(const struct diff_program *program, const struct diff_case *c)
{
	const u8 *code = program->image + c->insns_offset;
	cs_insn *insn;
	csh handle;
	size_t count;

	if (cs_open(CS_ARCH_ARM64, CS_MODE_LITTLE_ENDIAN, &handle) != CS_ERR_OK)
		return;
	cs_option(handle, CS_OPT_SKIPDATA, CS_OPT_ON);
	count = cs_disasm(handle, code, c->insn_count * 4, IMAGE_BASE + c->insns_offset, 0, &insn);
	for (size_t i = 0; i < count; i++)
		printf("  %" PRIx64 ": %08x  %s %s\n", insn[i].address,
			*(const u32 *)(const void *)insn[i].bytes, insn[i].mnemonic,
			insn[i].op_str);
	cs_free(insn, count);
	cs_close(&handle);
}

/* The registers that cases start from are a literal before their first instruction. */
static const char *state_name(unsigned word, char *text)
{
	if (word < 31)
		sprintf(text, "x%u", word);
	else
		strcpy(text, word == 31 ? "sp" : "nzcv");
	return text;
}

static bool compare_case(const struct diff_program *start, const struct diff_program *ours,
	const struct diff_program *theirs, const struct diff_case *c, const char *engine)
{
	const u64 *a = (const u64 *)(const void *)(ours->image + c->result_offset);
	const u64 *b = (const u64 *)(const void *)(theirs->image + c->result_offset);
	bool same = true;
	char name[8];

	if (memcmp(a, b, STATE_WORDS * 8) == 0)
		return true;
	printf("difference (%s) in the case at 0x%" PRIx64 ":\n", engine,
		IMAGE_BASE + c->insns_offset);
	print_case(start, c);
	for (unsigned i = 0; i < STATE_WORDS; i++) {
		if (a[i] != b[i]) {
			printf("  %-4s entresol %016" PRIx64 "  qemu %016" PRIx64 "\n",
				state_name(i, name), a[i], b[i]);
			same = false;
		}
	}
	return same;
}

static bool compare(const struct diff_program *start, const struct diff_program *ours,
	const struct diff_program *theirs, const char *engine)
{
	for (unsigned i = 0; i < start->case_count; i++) {
		if (!compare_case(start, ours, theirs, &start->cases[i], engine))
			return false;
	}
	for (u32 i = 0; i < IMAGE_SIZE; i++) {
		if (ours->image[i] != theirs->image[i]) {
			printf("difference (%s) in memory at 0x%" PRIx64
			       ": entresol %02x qemu %02x\n",
				engine, IMAGE_BASE + i, ours->image[i], theirs->image[i]);
			return false;
		}
	}
	return true;
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
	free(program->image);
	free(program);
}

/* 0: agree, 1: differ, 2: could not run. */
static int run_one(const struct diff_program *program, const struct diff_sides *sides)
{
	static const struct {
		enum engine engine;
		const char *name;
	} engines[] = { { ENGINE_TAIL, "tail" }, { ENGINE_STEP, "step" } };
	struct diff_program *theirs = copy_of(program);
	int result = diff_run_qemu(theirs, sides) ? 0 : 2;

	for (size_t i = 0; i < COUNT(engines) && result == 0; i++) {
		struct diff_program *ours = copy_of(program);

		if (cpu_engine_available(engines[i].engine)) {
			if (!diff_run_entresol(ours, sides->profile, engines[i].engine))
				result = 2;
			else if (!compare(program, ours, theirs, engines[i].name))
				result = 1;
		}
		free_program(ours);
	}
	free_program(theirs);
	return result;
}

static void print_table(const u64 *counts)
{
	for (unsigned r = 0; r < insn_row_count; r++) {
		const char *reason = diff_excluded(insn_rows[r].name);

		printf("%-16s %10" PRIu64 "%s%s\n", insn_rows[r].name, counts[r],
			reason ? "  not drawn: " : "", reason ? reason : "");
	}
}

int main(int argc, char **argv)
{
	struct options options = {
		.insns = 100000, .seed = 1, .sides = { "max", "qemu-aarch64", "max,pauth=off" }
	};
	struct cpu profile = { 0 };
	struct diff_program *program = calloc(1, sizeof(*program));
	u64 *counts, done = 0;
	int result = 0;

	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, 0, NULL, &options);
	decode_init();
	counts = calloc(insn_row_count, sizeof(*counts));
	ENT_BUG_ON(program == NULL || counts == NULL);
	program->image = malloc(IMAGE_SIZE);
	ENT_BUG_ON(program->image == NULL);
	if (!sysregs_select_profile(&profile, options.sides.profile)) {
		fprintf(stderr, "diff: no profile '%s'\n", options.sides.profile);
		return 2;
	}
	while (done < options.insns && result == 0) {
		u64 before = done;

		memset(program->image, 0, IMAGE_SIZE);
		diff_generate(program, options.seed, options.insns - done, options.only,
			options.skip, profile.features, counts);
		done = 0;
		for (unsigned r = 0; r < insn_row_count; r++)
			done += counts[r];
		if (done == before) {
			fprintf(stderr, "diff: no row can be drawn\n");
			result = 2;
			break;
		}
		result = run_one(program, &options.sides);
		if (result != 0)
			printf("reproduce with: --seed %" PRIu64 "\n", options.seed);
		options.seed++;
		if (isatty(2))
			fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " instructions", done,
				options.insns);
	}
	if (isatty(2))
		fputc('\n', stderr);
	if (options.want_table)
		print_table(counts);
	if (result == 0)
		printf("%" PRIu64 " random instructions agree with %s\n", done, options.sides.qemu);
	free(counts);
	free_program(program);
	return result;
}
