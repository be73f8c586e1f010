/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statistics as text for people and as JSON for programs.
 */
#include <cJSON.h>
#include <stdlib.h>

#include "app/app.h"
#include "app/json.h"
#include "exceptions/exceptions.h"

static const char *const interrupt_names[4] = {
	[INT_IRQ] = "IRQ", [INT_FIQ] = "FIQ", [INT_SERROR] = "SError"
};

/* One counter: "EL1", "EL2", "HVC64". */
typedef void counter_fn(void *opaque, unsigned from, unsigned to, const char *what, u64 count);

static void for_each_counter(const struct stats *stats, counter_fn *visit, void *opaque)
{
	for (unsigned pair = 0; pair < EL_COUNT * EL_COUNT; pair++) {
		unsigned from = pair / EL_COUNT, to = pair % EL_COUNT;

		for (unsigned ec = 0; ec < 64; ec++) {
			if (stats->exceptions[from][to][ec] != 0)
				visit(opaque, from, to, ec_name(ec),
					stats->exceptions[from][to][ec]);
		}
		for (unsigned kind = INT_IRQ; kind <= INT_SERROR; kind++) {
			if (stats->interrupts[from][to][kind] != 0)
				visit(opaque, from, to, interrupt_names[kind],
					stats->interrupts[from][to][kind]);
		}
		if (stats->returns[from][to] != 0)
			visit(opaque, from, to, "ERET", stats->returns[from][to]);
	}
}

static void print_counter(void *opaque, unsigned from, unsigned to, const char *what, u64 count)
{
	fprintf(opaque, "  EL%u to EL%u  %-16s %12" PRIu64 "\n", from, to, what, count);
}

/* ---- What a timing model counts ---- */

/* As keys of JSON, in small letters. */
static const char *const count_keys[TIMING_COUNT_COUNT] = {
#define TIMING_COUNT(id, name, what) #id,
#include "timing/count.def"
#undef TIMING_COUNT
};

/* Of all boots, as instructions and counts are. */
static cycles_t all_cycles(struct machine *machine, const struct stats *stats)
{
	return stats->earlier + stats_cycles(machine);
}

static const char *ipc(struct machine *machine, const struct stats *stats, char text[RATIO_TEXT])
{
	return say_ratio(text, (s64)machine_insns(machine), all_cycles(machine, stats), 3);
}

static void print_timing(struct machine *machine, const struct stats *stats)
{
	char text[RATIO_TEXT];

	fprintf(stderr, "instr. per cycle %16s\n", ipc(machine, stats, text));
	fprintf(stderr, "timing model     %16s\n", machine_timing(machine)->name);
	for (unsigned i = 0; i < TIMING_COUNT_ALWAYS; i++)
		fprintf(stderr, "  %-26s %16" PRIu64 "\n", timing_count_names[i],
			stats_timing(machine, i));
}

static void report_text(struct machine *machine, const struct stats *stats, const struct stop *stop,
	double host_seconds)
{
	u64 insns = machine_insns(machine);

	fprintf(stderr, "instructions     %16" PRIu64 "\n", insns);
	fprintf(stderr, "simulated cycles %16" PRIu64 "\n", all_cycles(machine, stats));
	if (machine_timing(machine) != NULL)
		print_timing(machine, stats);
	for_each_counter(stats, print_counter, stderr);
	fprintf(stderr, "stopped by       %s%s%s\n", stop_reason_name(stop->reason),
		stop->text[0] != '\0' ? ": " : "", stop->text);
	fprintf(stderr, "host             %.3f s, %.1f MIPS\n", host_seconds,
		host_seconds > 0 ? (double)insns / host_seconds / 1e6 : 0.0);
}

static void add_counter(void *opaque, unsigned from, unsigned to, const char *what, u64 count)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddNumberToObject(row, "from", from);
	cJSON_AddNumberToObject(row, "to", to);
	cJSON_AddStringToObject(row, "what", what);
	json_add_u64(row, "count", count);
	cJSON_AddItemToArray(opaque, row);
}

static void add_timing(cJSON *root, struct machine *machine, const struct stats *stats)
{
	char text[RATIO_TEXT], key[32];
	cJSON *timing;

	cJSON_AddRawToObject(root, "instructions_per_cycle", ipc(machine, stats, text));
	timing = cJSON_AddObjectToObject(root, "timing");
	cJSON_AddStringToObject(timing, "model", machine_timing(machine)->name);
	for (unsigned i = 0; i < TIMING_COUNT_ALWAYS; i++)
		json_add_u64(timing, lower_case(count_keys[i], key, sizeof(key)),
			stats_timing(machine, i));
}

static void report_json(struct machine *machine, const struct stats *stats, const struct stop *stop)
{
	cJSON *root = cJSON_CreateObject();
	char *text;

	json_add_u64(root, "instructions", machine_insns(machine));
	json_add_u64(root, "cycles", all_cycles(machine, stats));
	if (machine_timing(machine) != NULL)
		add_timing(root, machine, stats);
	cJSON_AddStringToObject(root, "stop", stop_reason_name(stop->reason));
	cJSON_AddStringToObject(root, "text", stop->text);
	cJSON_AddNumberToObject(root, "guest_exit_code", stop->exit_code);
	for_each_counter(stats, add_counter, cJSON_AddArrayToObject(root, "transitions"));
	text = cJSON_PrintUnformatted(root);
	fprintf(stderr, "%s\n", text != NULL ? text : "{}");
	free(text);
	cJSON_Delete(root);
}

void report_stats(enum stats_format format, struct machine *machine, const struct stats *stats,
	const struct stop *stop, double host_seconds)
{
	if (format == STATS_TEXT)
		report_text(machine, stats, stop, host_seconds);
	else if (format == STATS_JSON)
		report_json(machine, stats, stop);
}
