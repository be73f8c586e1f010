/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile as text and JSON. The rows add up to the total, exactly.
 */
#include <cJSON.h>
#include <stdlib.h>

#include "app/json.h"
#include "app/profile_table.h"

enum { TOP_REASONS = 3, NAME_TEXT = 200 };

struct profile_key profile_key_of(const struct profile_function *function)
{
	return (struct profile_key){
		.place = function->place, .kind = function->kind, .start = function->start
	};
}

/* ---- Rows ---- */

/* What profile_each() needs to know to make rows. */
struct making {
	const struct profile_report *report;
	struct profile_table *table;
};

static void add_row(struct making *making, struct profile_key key, const char *name,
	const struct profile_sample *sample)
{
	struct profile_row *row = profile_row(making->table, key);

	if (row == NULL)
		return;
	row->name = name;
	profile_row_add(row, sample->insns, sample->cycles);
}

static void add_sample(void *opaque, const struct profile_sample *sample)
{
	struct making *making = opaque;
	const struct profile_report *report = making->report;
	u32 place = profile_node(report->profile, sample->node)->place;
	struct profile_function function =
		profile_function_at(report->names, place, sample->address);
	struct profile_key key = profile_key_of(&function);

	if (report->options->by == BY_EL)
		key = (struct profile_key){ .place = place };
	else if (report->options->by == BY_ADDRESS)
		key.start = sample->address;
	add_row(making, key, function.name, sample);
}

static bool make_rows(const struct profile_report *report, struct profile_table *table)
{
	struct making making = { .report = report, .table = table };

	profile_each(report->profile, add_sample, &making);
	profile_table_sort(table);
	return !table->is_full;
}

/* "main", "main+0x14", or "0x40200000/4K" for a page without names. */
static void say_name(
	const struct profile_report *report, const struct profile_row *row, char text[NAME_TEXT])
{
	u64 start = row->key.start;

	if (report->options->by == BY_ADDRESS) {
		struct profile_function function =
			profile_function_at(report->names, row->key.place, start);

		if (row->name != NULL)
			snprintf(text, NAME_TEXT, "0x%" PRIx64 " %.150s+0x%" PRIx64, start,
				row->name, start - function.start);
		else
			snprintf(text, NAME_TEXT, "0x%" PRIx64, start);
	} else if (row->name != NULL) {
		snprintf(text, NAME_TEXT, "%.190s", row->name);
	} else {
		snprintf(text, NAME_TEXT, "0x%" PRIx64 "/4K", start);
	}
}

/* ---- Text ---- */

/* Reasons by their cycles, the most first. */
static void order_reasons(const u64 cycles[REASON_COUNT], unsigned order[REASON_COUNT])
{
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		unsigned at = i;

		for (; at > 0 && cycles[order[at - 1]] < cycles[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
}

/* The most important ones: "issue 45%, l1d-miss 20%". */
static void print_top_reasons(const struct profile_row *row)
{
	unsigned order[REASON_COUNT];
	char percent[RATIO_TEXT];

	order_reasons(row->cycles, order);
	for (unsigned i = 0; i < TOP_REASONS; i++) {
		u64 cycles = row->cycles[order[i]];

		if (cycles == 0 || cycles < row->total / 200)
			break;
		say_ratio(percent, (s64)(cycles * 100), row->total, 0);
		printf("%s%s %s%%", i == 0 ? "" : ", ", timing_reason_names[order[i]], percent);
	}
}

/* Of one instruction, which others of its cycle belong to, IPC has no meaning. */
static void print_figures(const struct profile_report *report, const struct profile_row *row)
{
	char percent[RATIO_TEXT], ratio[RATIO_TEXT];

	if (report->options->by == BY_ADDRESS)
		say_ratio(ratio, (s64)row->total, row->insns, 3);
	else
		say_ratio(ratio, (s64)row->insns, row->total, 3);
	printf("%14" PRIu64 " %7s%% %14" PRIu64 " %7s", row->total,
		say_percent(percent, row->total, report->total.total), row->insns, ratio);
}

static void print_row(const struct profile_report *report, const struct profile_row *row)
{
	char place[PROFILE_NAME], name[NAME_TEXT];

	profile_place_name(profile_place(report->profile, row->key.place), place);
	print_figures(report, row);
	printf("  %-14s ", place);
	if (report->options->by != BY_EL) {
		say_name(report, row, name);
		printf("%-32s ", name);
	}
	print_top_reasons(row);
	putchar('\n');
}

static void print_rows(const struct profile_report *report, const struct profile_table *table)
{
	struct profile_row rest = { .total = 0 };
	size_t limit = report->options->limit;

	printf("%14s %8s %14s %7s  %-14s %s\n", "cycles", "", "instructions",
		report->options->by == BY_ADDRESS ? "each" : "IPC", "where",
		report->options->by == BY_EL ? "why" : "what, and why");
	for (size_t i = 0; i < table->rows; i++) {
		if (i < limit)
			print_row(report, &table->row[i]);
		else
			profile_row_add(&rest, table->row[i].insns, table->row[i].cycles);
	}
	if (table->rows > limit) {
		print_figures(report, &rest);
		printf("  in %zu more\n", table->rows - limit);
	}
}

static void print_reasons(const struct profile_report *report)
{
	const struct profile_row *total = &report->total;
	unsigned order[REASON_COUNT];
	char percent[RATIO_TEXT];

	printf("%14s %8s  why\n", "cycles", "");
	order_reasons(total->cycles, order);
	for (unsigned i = 0; i < REASON_COUNT && total->cycles[order[i]] != 0; i++)
		printf("%14" PRIu64 " %7s%%  %-12s %s\n", total->cycles[order[i]],
			say_percent(percent, total->cycles[order[i]], total->total),
			timing_reason_names[order[i]], timing_reason_texts[order[i]]);
}

bool profile_print_text(const struct profile_report *report)
{
	struct profile_table table = { .rows = 0 };
	char ipc[RATIO_TEXT];
	bool has_rows = report->options->by != BY_REASON;
	bool ok = !has_rows || make_rows(report, &table);

	printf("total: %" PRIu64 " cycles, %" PRIu64 " instructions, IPC %s, timing %s\n\n",
		report->total.total, report->total.insns,
		say_ratio(ipc, (s64)report->total.insns, report->total.total, 3), report->model);
	if (has_rows)
		print_rows(report, &table);
	else
		print_reasons(report);
	profile_table_free(&table);
	return ok;
}

/* ---- JSON ---- */

static void add_figures(cJSON *object, const struct profile_row *row)
{
	cJSON *why = cJSON_CreateObject();

	json_add_u64(object, "cycles", row->total);
	json_add_u64(object, "instructions", row->insns);
	for (unsigned i = 0; i < REASON_COUNT; i++)
		if (row->cycles[i] != 0)
			json_add_u64(why, timing_reason_names[i], row->cycles[i]);
	cJSON_AddItemToObject(object, "reasons", why);
}

static cJSON *row_as_json(const struct profile_report *report, const struct profile_row *row)
{
	cJSON *object = cJSON_CreateObject();
	char text[PROFILE_NAME];

	profile_place_name(profile_place(report->profile, row->key.place), text);
	cJSON_AddStringToObject(object, "where", text);
	if (report->options->by != BY_EL) {
		snprintf(text, sizeof(text), "0x%" PRIx64, row->key.start);
		cJSON_AddStringToObject(object, "address", text);
		if (row->name != NULL)
			cJSON_AddStringToObject(object, "function", row->name);
	}
	add_figures(object, row);
	return object;
}

bool profile_print_json(const struct profile_report *report)
{
	struct profile_table table = { .rows = 0 };
	bool has_rows = report->options->by != BY_REASON;
	bool ok = !has_rows || make_rows(report, &table);
	cJSON *root = cJSON_CreateObject(), *list;
	char *text;

	cJSON_AddStringToObject(root, "timing", report->model);
	add_figures(root, &report->total);
	if (has_rows) {
		list = cJSON_AddArrayToObject(root, "rows");
		for (size_t i = 0; i < table.rows; i++)
			cJSON_AddItemToArray(list, row_as_json(report, &table.row[i]));
	}
	text = cJSON_PrintUnformatted(root);
	ok = ok && text != NULL;
	if (ok)
		puts(text);
	free(text);
	cJSON_Delete(root);
	profile_table_free(&table);
	return ok;
}
