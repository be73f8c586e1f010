/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile with its stacks: folded lines for flame graphs, and callgrind's format.
 *
 * Where what was executed is not the function of its frame (tail calls, hand-written assembly, what
 * follows a return that nobody called for), it is shown as called from there.
 */
#include <stdlib.h>
#include <string.h>

#include "app/profile_table.h"

enum { NAME_TEXT = 200, MAX_PATH = 1024 };

/* The function of a frame. A root has none: kind FUNCTION_EXCEPTION with start ROOT. */
#define ROOT UINT64_MAX

static struct profile_function function_of(const struct profile_report *report, u32 number)
{
	const struct profile_node *node = profile_node(report->profile, number);

	if (node->kind == PROFILE_CALL)
		return profile_function_at(report->names, node->place, node->entry);
	return (struct profile_function){ .place = node->place,
		.kind = FUNCTION_EXCEPTION,
		.start = node->kind == PROFILE_ROOT ? ROOT : node->entry };
}

static bool is_same(const struct profile_function *a, const struct profile_function *b)
{
	return a->kind == b->kind && a->start == b->start;
}

static void print_function(FILE *out, const struct profile_function *function)
{
	struct profile_node node = { .entry = function->start };
	char text[PROFILE_NAME];

	if (function->kind == FUNCTION_EXCEPTION) {
		profile_exception_name(&node, text);
		fputs(text, out);
	} else if (function->kind == FUNCTION_NAMED) {
		fputs(function->name, out);
	} else {
		fprintf(out, "0x%" PRIx64 "/4K", function->start);
	}
}

/* ---- Folded ---- */

struct line {
	char *text; /* owned */
	u64 cycles;
};

struct lines {
	const struct profile_report *report;
	struct profile_table table; /* by node and function */
	struct line *line;
	size_t count;
};

static void add_to_line(void *opaque, const struct profile_sample *sample)
{
	struct lines *lines = opaque;
	const struct profile_report *report = lines->report;
	struct profile_function function = profile_function_at(
		report->names, profile_node(report->profile, sample->node)->place, sample->address);
	struct profile_key key = {
		.place = sample->node, .kind = function.kind, .start = function.start
	};
	struct profile_row *row = profile_row(&lines->table, key);

	if (row == NULL)
		return;
	row->name = function.name;
	profile_row_add(row, sample->insns, sample->cycles);
}

/* "EL1 vmid 1;main;[HVC64];vectors"; NULL: no memory. */
static char *path_of(const struct profile_report *report, const struct profile_row *row)
{
	u32 path[MAX_PATH], depth = 0, at = row->key.place;
	struct profile_function leaf = { .kind = row->key.kind,
		.start = row->key.start,
		.name = row->name },
				function;
	char place[PROFILE_NAME], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (; profile_node(report->profile, at)->kind != PROFILE_ROOT && depth < MAX_PATH;
		at = profile_node(report->profile, at)->parent)
		path[depth++] = at;
	profile_place_name(
		profile_place(report->profile, profile_node(report->profile, at)->place), place);
	fputs(place, out);
	while (depth > 0) {
		function = function_of(report, path[--depth]);
		fputc(';', out);
		print_function(out, &function);
	}
	function = function_of(report, row->key.place);
	if (!is_same(&function, &leaf)) {
		fputc(';', out);
		print_function(out, &leaf);
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int compare(const void *left, const void *right)
{
	const struct line *a = left, *b = right;

	return strcmp(a->text, b->text);
}

static bool make_lines(struct lines *lines)
{
	lines->line = calloc(lines->table.rows + 1, sizeof(*lines->line));
	if (lines->line == NULL)
		return false;
	for (size_t i = 0; i < lines->table.rows; i++) {
		const struct profile_row *row = &lines->table.row[i];

		if (row->total == 0)
			continue;
		lines->line[lines->count].text = path_of(lines->report, row);
		lines->line[lines->count].cycles = row->total;
		if (lines->line[lines->count].text == NULL)
			return false;
		lines->count++;
	}
	qsort(lines->line, lines->count, sizeof(*lines->line), compare);
	return true;
}

/* Nodes differ by the place of the call, which lines do not show. */
static void print_lines(const struct lines *lines)
{
	for (size_t i = 0; i < lines->count;) {
		const struct line *line = &lines->line[i];
		u64 cycles = 0;

		for (; i < lines->count && strcmp(lines->line[i].text, line->text) == 0; i++)
			cycles += lines->line[i].cycles;
		printf("%s %" PRIu64 "\n", line->text, cycles);
	}
}

bool profile_print_folded(const struct profile_report *report)
{
	struct lines lines = { .report = report };
	bool ok;

	profile_each(report->profile, add_to_line, &lines);
	ok = !lines.table.is_full && make_lines(&lines);
	if (ok)
		print_lines(&lines);
	for (size_t i = 0; i < lines.count; i++)
		free(lines.line[i].text);
	free(lines.line);
	profile_table_free(&lines.table);
	return ok;
}

/* ---- callgrind ---- */

/* Functions have numbers from 1; rows of the other tables have them in their keys. */
struct callgrind {
	const struct profile_report *report;
	FILE *out;
	struct profile_table functions; /* by profile_key_of() */
	struct profile_table self;	/* by function, address */
	struct profile_table parts;	/* by node, function: with all that it called there */
	struct profile_table arcs;	/* by caller, callee, address of the call */
	struct profile_row *total;	/* of a node with all below it */
	bool is_full;
};

/* 0: no memory. */
static u32 number_of(struct callgrind *c, const struct profile_function *function)
{
	struct profile_row *row = profile_row(&c->functions, profile_key_of(function));

	if (row == NULL) {
		c->is_full = true;
		return 0;
	}
	row->name = function->name;
	return (u32)(row - c->functions.row) + 1;
}

static void add(struct callgrind *c, struct profile_table *table, struct profile_key key,
	const struct profile_row *costs, u64 calls)
{
	struct profile_row *row = profile_row(table, key);

	if (row == NULL) {
		c->is_full = true;
		return;
	}
	row->calls += calls;
	profile_row_add(row, costs->insns, costs->cycles);
}

static void add_self(void *opaque, const struct profile_sample *sample)
{
	struct callgrind *c = opaque;
	u32 place = profile_node(c->report->profile, sample->node)->place;
	struct profile_function function =
		profile_function_at(c->report->names, place, sample->address);
	u32 number = number_of(c, &function);
	struct profile_row costs = { .total = 0 };

	profile_row_add(&costs, sample->insns, sample->cycles);
	add(c, &c->self, (struct profile_key){ .place = number, .start = sample->address }, &costs,
		0);
	add(c, &c->parts, (struct profile_key){ .place = sample->node, .kind = number }, &costs, 0);
	profile_row_add(&c->total[sample->node], sample->insns, sample->cycles);
}

/* A node is what its caller called at one place. The caller may not be its parent's function. */
static void add_arc(struct callgrind *c, u32 number)
{
	const struct profile_node *node = profile_node(c->report->profile, number);
	const struct profile_row *total = &c->total[number];
	struct profile_function caller =
		profile_function_at(c->report->names, node->place, node->site);
	struct profile_function callee = function_of(c->report, number);
	u32 from = number_of(c, &caller), to = number_of(c, &callee);

	add(c, &c->arcs, (struct profile_key){ .place = from, .kind = to, .start = node->site },
		total, node->calls);
	add(c, &c->parts, (struct profile_key){ .place = node->parent, .kind = from }, total, 0);
	profile_row_add(&c->total[node->parent], total->insns, total->cycles);
}

/*
 * What ran in a frame and is not its function. How often is not known, but of exceptions; it must
 * not be 0, or callgrind_annotate takes the costs for the caller's own.
 */
static void add_other(struct callgrind *c, const struct profile_row *part)
{
	const struct profile_node *node = profile_node(c->report->profile, part->key.place);
	struct profile_function function = function_of(c->report, part->key.place);
	u32 own;

	if (node->kind == PROFILE_ROOT)
		return;
	own = number_of(c, &function);
	if (own != part->key.kind)
		add(c, &c->arcs,
			(struct profile_key){ .place = own,
				.kind = part->key.kind,
				.start = node->kind == PROFILE_CALL ? node->entry : 0 },
			part, node->kind == PROFILE_CALL ? 1 : node->calls);
}

static void print_costs(FILE *out, const struct profile_row *row)
{
	fprintf(out, " %" PRIu64 " %" PRIu64, row->total, row->insns);
	for (unsigned i = 0; i < REASON_COUNT; i++)
		fprintf(out, " %" PRIu64, row->cycles[i]);
	fputc('\n', out);
}

/* By key, so that those of a function are together. */
static int by_key(const void *left, const void *right)
{
	const struct profile_key *a = &((const struct profile_row *)left)->key;
	const struct profile_key *b = &((const struct profile_row *)right)->key;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return a->kind < b->kind ? -1 : a->kind > b->kind;
}

static void sort_by_key(struct profile_table *table)
{
	if (table->rows != 0)
		qsort(table->row, table->rows, sizeof(*table->row), by_key);
}

static void print_header(const struct callgrind *c)
{
	fprintf(c->out, "# callgrind format\nversion: 1\ncreator: entresol " ENT_VERSION
			"\npositions: instr line\nevents: Cycles Instructions");
	for (unsigned i = 0; i < REASON_COUNT; i++)
		fprintf(c->out, " %s", timing_reason_names[i]);
	fprintf(c->out, "\nsummary:");
	print_costs(c->out, &c->report->total);
}

static void print_callgrind_function(
	const struct callgrind *c, u32 number, size_t *self, size_t *arc)
{
	const struct profile_row *row = &c->functions.row[number - 1];
	struct profile_function function = { .place = row->key.place,
		.kind = row->key.kind,
		.start = row->key.start,
		.name = row->name };
	char place[PROFILE_NAME];

	profile_place_name(profile_place(c->report->profile, function.place), place);
	fprintf(c->out, "\nfl=(%u) %s\nfn=(%u) ", function.place + 1, place, number);
	print_function(c->out, &function);
	fputc('\n', c->out);
	for (; *self < c->self.rows && c->self.row[*self].key.place == number; ++*self) {
		fprintf(c->out, "0x%" PRIx64 " 0", c->self.row[*self].key.start);
		print_costs(c->out, &c->self.row[*self]);
	}
	for (; *arc < c->arcs.rows && c->arcs.row[*arc].key.place == number; ++*arc) {
		const struct profile_row *call = &c->arcs.row[*arc];
		const struct profile_row *callee = &c->functions.row[call->key.kind - 1];
		bool has_address = callee->key.kind != FUNCTION_EXCEPTION;

		fprintf(c->out, "cfn=(%u)\ncalls=%" PRIu64 " 0x%" PRIx64 " 0\n0x%" PRIx64 " 0",
			call->key.kind, call->calls, has_address ? callee->key.start : 0,
			call->key.start);
		print_costs(c->out, call);
	}
}

/* cfn=(N) may come before the name of N. */
static void print_names(const struct callgrind *c)
{
	for (u32 i = 0; i < c->functions.rows; i++) {
		size_t none = SIZE_MAX;

		print_callgrind_function(c, i + 1, &none, &none);
	}
}

static void compute(struct callgrind *c)
{
	profile_each(c->report->profile, add_self, c);
	for (u32 i = profile_nodes(c->report->profile); i-- > 0 && !c->is_full;)
		if (profile_node(c->report->profile, i)->kind != PROFILE_ROOT)
			add_arc(c, i);
	for (size_t i = 0; i < c->parts.rows && !c->is_full; i++)
		add_other(c, &c->parts.row[i]);
	sort_by_key(&c->self);
	sort_by_key(&c->arcs);
}

static void print_callgrind(const struct callgrind *c)
{
	size_t self = 0, arc = 0;

	print_header(c);
	print_names(c);
	for (u32 i = 0; i < c->functions.rows; i++)
		print_callgrind_function(c, i + 1, &self, &arc);
}

struct status profile_write_callgrind(const struct profile_report *report)
{
	struct callgrind c = { .report = report, .out = report->callgrind };
	struct status status = status_ok();

	c.total = calloc(profile_nodes(report->profile), sizeof(*c.total));
	if (c.total == NULL)
		c.is_full = true;
	else
		compute(&c);
	if (!c.is_full)
		print_callgrind(&c);
	else
		status = status_error(STATUS_HOST, "the host has no memory for the profile");
	if (ferror(c.out) && status.code == STATUS_OK)
		status = status_error(STATUS_HOST, "--callgrind %.100s: it cannot be written",
			report->options->callgrind);
	profile_table_free(&c.functions);
	profile_table_free(&c.self);
	profile_table_free(&c.parts);
	profile_table_free(&c.arcs);
	free(c.total);
	return status;
}
