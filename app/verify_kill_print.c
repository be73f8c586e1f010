/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kill matrix as text, JSON and Markdown, and whether it is as it should be.
 */
#include <cJSON.h>

#include "app/json.h"
#include "app/verify_kill.h"

enum { LEAST_KILLED = 85 };

static const char *state_of(const struct kill_row *row)
{
	if (row->killers != 0)
		return "killed";
	if (row->error.code != STATUS_OK)
		return "NOT IMPLEMENTED";
	if (!row->is_auto && row->why_not != NULL)
		return "not expressible";
	if (row->is_auto && !row->is_reached)
		return "not reached";
	if (row->is_equivalent)
		return "equivalent";
	return "SURVIVES";
}

/* Survivors of those that were made automatically, and no row of survivors.def says why. */
static bool is_unargued(const struct kill_row *row)
{
	return row->is_auto && row->is_reached && row->killers == 0 && row->why_not == NULL;
}

bool kill_is_good(const struct kill_matrix *matrix)
{
	struct kill_totals totals = kill_totals(matrix);

	for (size_t i = 0; i < matrix->count; i++)
		if (is_unargued(&matrix->row[i]))
			return false;
	return matrix->alarms == 0 && totals.shipped_killed == totals.shipped &&
	       totals.reached_killed * 100 >= (totals.reached - totals.equivalent) * LEAST_KILLED;
}

static double percent(unsigned part, unsigned all)
{
	return all != 0 ? 100.0 * part / all : 0;
}

static void print_rates(const struct kill_totals *totals, const char *what)
{
	unsigned other = totals->reached - totals->equivalent;

	printf("%u of %u %s that are reached and not equivalent killed: %.1f %%; of all %u that "
	       "are reached %.1f %%, of all %u %.1f %%\n",
		totals->reached_killed, other, what, percent(totals->reached_killed, other),
		totals->reached, percent(totals->reached_killed, totals->reached),
		totals->automatic, percent(totals->reached_killed, totals->automatic));
}

void kill_print_text(const struct kill_matrix *matrix)
{
	struct kill_totals totals = kill_totals(matrix);

	for (unsigned i = 0; i < matrix->alarms; i++)
		printf("FALSE ALARM %s: %s: %s\n", matrix->alarm[i].run, matrix->alarm[i].by,
			matrix->alarm[i].why);
	for (size_t i = 0; i < matrix->count; i++) {
		const struct kill_row *row = &matrix->row[i];

		printf("%-15s %s", state_of(row), row->id);
		for (unsigned k = 0; k < row->killers; k++)
			printf("%s %s: %s: %s", k != 0 ? ";" : " ", row->killer[k].run,
				row->killer[k].by, row->killer[k].why);
		if (row->killers == 0 && row->why_not != NULL)
			printf("  %s", row->why_not);
		else if (row->killers == 0 && row->error.code != STATUS_OK)
			printf("  %s", row->error.text);
		putchar('\n');
	}
	printf("%u of %u shipped mutants killed, %u not expressible\n", totals.shipped_killed,
		totals.shipped, totals.not_expressible);
	if (totals.automatic != 0)
		print_rates(&totals, "automatic mutants");
	if (matrix->alarms != 0)
		printf("%u false alarms\n", matrix->alarms);
}

/* ---- JSON ---- */

static cJSON *killer_json(const struct killer *killer)
{
	cJSON *object = cJSON_CreateObject();

	json_add_text(object, "scenario", killer->run);
	json_add_text(object, "by", killer->by);
	json_add_text(object, "why", killer->why);
	return object;
}

static cJSON *row_json(const struct kill_row *row)
{
	static const char *const kinds[AUTO_KINDS] = { "save", "restore", "barrier", "tlbi",
		"bits" };
	cJSON *object = cJSON_CreateObject(), *list;

	json_add_text(object, "id", row->id);
	if (row->is_auto) {
		json_add_text(object, "kind", kinds[row->kind]);
		cJSON_AddBoolToObject(object, "reached", row->is_reached);
		cJSON_AddBoolToObject(object, "equivalent", row->is_equivalent);
	} else {
		json_add_text(object, "what", row->what);
		json_add_text(object, "breaks", row->breaks);
	}
	list = cJSON_AddArrayToObject(object, "killed_by");
	for (unsigned i = 0; i < row->killers; i++)
		cJSON_AddItemToArray(list, killer_json(&row->killer[i]));
	json_add_text(object, row->is_auto ? "why_it_survives" : "not_expressible",
		row->killers == 0 ? row->why_not : NULL);
	if (row->killers == 0 && row->error.code != STATUS_OK)
		json_add_text(object, "not_implemented", row->error.text);
	return object;
}

static void totals_json(cJSON *object, const struct kill_matrix *matrix)
{
	struct kill_totals totals = kill_totals(matrix);
	cJSON *all = cJSON_AddObjectToObject(object, "totals");

	cJSON_AddNumberToObject(all, "shipped", totals.shipped);
	cJSON_AddNumberToObject(all, "shipped_killed", totals.shipped_killed);
	cJSON_AddNumberToObject(all, "not_expressible", totals.not_expressible);
	cJSON_AddNumberToObject(all, "automatic", totals.automatic);
	cJSON_AddNumberToObject(all, "automatic_reached", totals.reached);
	cJSON_AddNumberToObject(all, "automatic_killed", totals.reached_killed);
	cJSON_AddNumberToObject(all, "survivors_argued", totals.argued);
	cJSON_AddNumberToObject(all, "survivors_equivalent", totals.equivalent);
}

void kill_print_json(const struct kill_matrix *matrix)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *shipped = cJSON_AddArrayToObject(object, "mutants");
	cJSON *automatic = cJSON_AddArrayToObject(object, "automatic");
	cJSON *unreached = cJSON_AddArrayToObject(object, "not_reached");
	cJSON *alarms = cJSON_AddArrayToObject(object, "false_alarms");
	char *text;

	for (size_t i = 0; i < matrix->count; i++)
		cJSON_AddItemToArray(
			matrix->row[i].is_auto ? automatic : shipped, row_json(&matrix->row[i]));
	for (size_t i = 0; i < matrix->count; i++)
		if (matrix->row[i].is_auto && !matrix->row[i].is_reached)
			cJSON_AddItemToArray(unreached, cJSON_CreateString(matrix->row[i].id));
	for (unsigned i = 0; i < matrix->alarms; i++)
		cJSON_AddItemToArray(alarms, killer_json(&matrix->alarm[i]));
	totals_json(object, matrix);
	text = cJSON_Print(object);
	puts(text != NULL ? text : "null");
	cJSON_free(text);
	cJSON_Delete(object);
}

/* ---- Markdown ---- */

static void print_cell(const char *text)
{
	for (; *text != '\0'; text++)
		printf(*text == '|' ? "\\|" : *text == '<' ? "&lt;" : "%c", *text);
}

static void print_shipped(const struct kill_matrix *matrix)
{
	puts("| mutant | what is wrong | breaks | noticed by | in |\n|---|---|---|---|---|");
	for (size_t i = 0; i < matrix->count; i++) {
		const struct kill_row *row = &matrix->row[i];

		if (row->is_auto || row->what == NULL)
			continue;
		printf("| %s | ", row->id);
		print_cell(row->what);
		printf(" | %s | %s | %s |\n", row->breaks,
			row->killers != 0	       ? row->killer[0].by
			: row->error.code != STATUS_OK ? "**not implemented**"
						       : "**nobody**",
			row->killers != 0 ? row->killer[0].run : "");
	}
	puts("\nNot expressible:\n\n| mutant | why |\n|---|---|");
	for (size_t i = 0; i < matrix->count; i++)
		if (!matrix->row[i].is_auto && matrix->row[i].what == NULL)
			printf("| %s | %s |\n", matrix->row[i].id, matrix->row[i].why_not);
}

static void print_survivors(
	const struct kill_matrix *matrix, bool is_equivalent, const char *title, const char *what)
{
	printf("\n%s:\n\n| mutant | why it %s |\n|---|---|\n", title, what);
	for (size_t i = 0; i < matrix->count; i++) {
		const struct kill_row *row = &matrix->row[i];

		if (row->is_auto && row->is_reached && row->killers == 0 &&
			row->is_equivalent == is_equivalent)
			printf("| %s | %s |\n", row->id,
				row->why_not != NULL ? row->why_not : "**no reason is known**");
	}
}

static void print_automatic(const struct kill_matrix *matrix)
{
	static const char *const kinds[AUTO_KINDS] = { "a save dropped", "a restore dropped",
		"a barrier dropped", "a TLBI dropped", "two bits of a constant exchanged" };

	puts("\n| what | mutants | reached | killed |\n|---|---|---|---|");
	for (unsigned kind = 0; kind < AUTO_KINDS; kind++) {
		unsigned all = 0, reached = 0, killed = 0;

		for (size_t i = 0; i < matrix->count; i++) {
			const struct kill_row *row = &matrix->row[i];

			if (!row->is_auto || row->kind != kind)
				continue;
			all++;
			reached += row->is_reached;
			killed += row->killers != 0;
		}
		printf("| %s | %u | %u | %u |\n", kinds[kind], all, reached, killed);
	}
	print_survivors(matrix, false,
		"Survivors: somebody could notice them, and nobody does here", "survives");
	print_survivors(matrix, true,
		"Equivalent: nothing on this machine could tell them from `hyp.elf`",
		"is equivalent");
	puts("\nNot reached: no run executes the instruction, so nothing is known of them:\n");
	for (size_t i = 0; i < matrix->count; i++)
		if (matrix->row[i].is_auto && !matrix->row[i].is_reached)
			printf("- %s\n", matrix->row[i].id);
}

static void print_run(const struct kill_run *run)
{
	printf("| %s | %s | %u | %u | %s | %s | `%s` | ", run->name, run->profile, run->cpus,
		run->ram, run->monitors != 0 ? "yes" : "no", run->adversary, run->words);
	if (run->from != NULL)
		printf("%s at each instruction from %s to %s", injection_names[run->injection],
			run->from, run->to);
	puts(run->is_dear ? " | shipped |" : " | all |");
}

static void print_runs(void)
{
	puts("\n## The runs\n\n"
	     "| run | profile | PEs | MiB | watched | adversary | words | sweep | mutants "
	     "|\n|---|---|---|---|---|---|---|---|---|");
	for (unsigned i = 0; i < kill_run_count; i++)
		print_run(&kill_runs[i]);
}

void kill_print_markdown(const struct kill_matrix *matrix)
{
	struct kill_totals totals = kill_totals(matrix);

	puts("# Which monitor or run notices which bug\n\n"
	     "Generated by `entresol verify --kill-matrix --auto --markdown`. Each mutant is run "
	     "in the order of the table at the end until something notices it: a rule of a monitor "
	     "by "
	     "its name; `exit`: a check of a guest, or a panic; `output`: a line that the "
	     "hypervisor "
	     "without the bug does not print; `hang`: it does not end after twice its "
	     "instructions; `slow`: a quarter more of them.\n\n"
	     "Automatic mutants are `hyp.elf` with one instruction changed; they are tried in runs "
	     "that execute it, but for those of the table that are too dear. `drop-` puts a NOP "
	     "there, `swap-bits` exchanges the lowest bit of a constant that is set with the next "
	     "one that is clear.\n");
	printf("## Shipped mutants: %u of %u killed, %u not expressible\n\n", totals.shipped_killed,
		totals.shipped, totals.not_expressible);
	print_shipped(matrix);
	puts("\n## Automatic mutants\n");
	print_rates(&totals, "mutants");
	print_automatic(matrix);
	print_runs();
}
