/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile as text and JSON. The rows add up to the total, exactly.
 */
#include <cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/profile_table.h"

enum { TOP_REASONS = 3, NAME_TEXT = 200 };

static const struct {
	const char *name, *what;
} reasons[REASON_COUNT] = {
#define REASON(id, name, what) { name, what },
#include "timing/reason.def"
#undef REASON
};

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

/* part / whole with `digits` decimals, rounded; no floating point, so it is the same everywhere. */
static const char *say_ratio(char text[24], u64 part, u64 whole, u64 scale, unsigned digits)
{
	u64 power = digits == 2 ? 100 : 1000;
	u64 value = 0;

	if (whole != 0)
		value = (u64)(((unsigned __int128)part * scale * power + whole / 2) / whole);
	snprintf(text, 24, "%" PRIu64 ".%0*u", value / power, (int)digits,
		(unsigned)(value % power));
	return text;
}

/* The most important ones: "issue 45%, l1d-miss 20%". */
static void print_top_reasons(const struct profile_row *row)
{
	bool shown[REASON_COUNT] = { false };

	for (unsigned n = 0; n < TOP_REASONS; n++) {
		unsigned best = REASON_COUNT;

		for (unsigned i = 0; i < REASON_COUNT; i++)
			if (!shown[i] && row->cycles[i] != 0 &&
				(best == REASON_COUNT || row->cycles[i] > row->cycles[best]))
				best = i;
		if (best == REASON_COUNT)
			break;
		shown[best] = true;
		printf("%s%s %" PRIu64 "%%", n == 0 ? "" : ", ", reasons[best].name,
			(u64)(((unsigned __int128)row->cycles[best] * 100 + row->total / 2) /
				row->total));
	}
}

static void print_figures(const struct profile_report *report, const struct profile_row *row)
{
	char percent[24], ipc[24];

	printf("%14" PRIu64 " %7s%% %14" PRIu64 " %6s", row->total,
		say_ratio(percent, row->total, report->total.total, 100, 2), row->insns,
		say_ratio(ipc, row->insns, row->total, 1, 3));
}

static void print_row(const struct profile_report *report, const struct profile_row *row)
{
	char place[24], name[NAME_TEXT];

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

	printf("%14s %8s %14s %6s  %-14s %s\n", "cycles", "", "instructions", "IPC", "where",
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
	char percent[24];
	bool shown[REASON_COUNT] = { false };

	printf("%14s %8s  why\n", "cycles", "");
	for (unsigned n = 0; n < REASON_COUNT; n++) {
		unsigned best = REASON_COUNT;

		for (unsigned i = 0; i < REASON_COUNT; i++)
			if (!shown[i] &&
				(best == REASON_COUNT ||
					report->total.cycles[i] > report->total.cycles[best]))
				best = i;
		shown[best] = true;
		if (report->total.cycles[best] == 0)
			break;
		printf("%14" PRIu64 " %7s%%  %-12s %s\n", report->total.cycles[best],
			say_ratio(percent, report->total.cycles[best], report->total.total, 100, 2),
			reasons[best].name, reasons[best].what);
	}
}

bool profile_print_text(const struct profile_report *report)
{
	struct profile_table table = { .rows = 0 };
	char ipc[24];
	bool ok = make_rows(report, &table);

	printf("total: %" PRIu64 " cycles, %" PRIu64 " instructions, IPC %s, timing %s\n\n",
		report->total.total, report->total.insns,
		say_ratio(ipc, report->total.insns, report->total.total, 1, 3), report->model);
	if (report->options->by == BY_REASON)
		print_reasons(report);
	else
		print_rows(report, &table);
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
			json_add_u64(why, reasons[i].name, row->cycles[i]);
	cJSON_AddItemToObject(object, "reasons", why);
}

static cJSON *row_as_json(const struct profile_report *report, const struct profile_row *row)
{
	cJSON *object = cJSON_CreateObject();
	char text[24];

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
	bool ok = make_rows(report, &table);
	cJSON *root = cJSON_CreateObject(), *list;
	char *text;

	cJSON_AddStringToObject(root, "timing", report->model);
	add_figures(root, &report->total);
	if (report->options->by != BY_REASON) {
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
