/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What came out of scenarios for machines: JSON, and XML as JUnit writes it. Times are simulated:
 * an instruction is a nanosecond, so that the same command writes the same report.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/json.h"
#include "app/verify.h"

enum { PART = 300 };

/* ---- JSON ---- */

static cJSON *test_as_json(const struct verify *verify, const struct verify_scenario *scenario,
	const struct verify_test *test)
{
	const struct scenario_result *result = &test->result;
	cJSON *object = cJSON_CreateObject();
	char text[PART], *command = NULL;

	json_add_text(object, "name", scenario_part_say(&test->part, text, PART));
	cJSON_AddBoolToObject(object, "holds", result->holds);
	json_add_u64(object, "runs", result->runs);
	json_add_u64(object, "trials", result->trials);
	json_add_u64(object, "instructions", result->insns);
	json_add_text(object, "what", result->holds ? NULL : result->what);
	json_add_text(object, "rule", result->rule[0] == '\0' ? NULL : result->rule);
	json_add_text(object, "why", result->holds ? NULL : result->why);
	if (!result->holds)
		command = verify_reproducer(verify, scenario, test);
	json_add_text(object, "reproducer", command);
	free(command);
	return object;
}

static cJSON *scenario_as_json(const struct verify *verify, const struct verify_scenario *scenario)
{
	cJSON *object = cJSON_CreateObject(), *tests;

	json_add_text(object, "name", scenario->scenario.name);
	json_add_text(object, "spec", scenario->scenario.spec);
	json_add_text(object, "what", scenario->scenario.what);
	cJSON_AddBoolToObject(object, "holds", verify_broken(scenario) == NULL);
	tests = cJSON_AddArrayToObject(object, "tests");
	for (unsigned i = 0; i < scenario->tests; i++)
		cJSON_AddItemToArray(tests, test_as_json(verify, scenario, &scenario->test[i]));
	return object;
}

/* How many tests broke each rule: all rules, so that what was watched can be seen. */
static cJSON *rules_as_json(const struct verify *verify)
{
	cJSON *rules = cJSON_CreateObject();

	for (unsigned r = 0; rule_rows[r].name != NULL; r++) {
		u64 broken = 0;

		for (unsigned i = 0; i < verify->scenarios; i++) {
			const struct verify_scenario *scenario = &verify->scenario[i];

			for (unsigned t = 0; t < scenario->tests; t++)
				broken += strcmp(scenario->test[t].result.rule,
						  rule_rows[r].name) == 0;
		}
		json_add_u64(rules, rule_rows[r].name, broken);
	}
	return rules;
}

void verify_print_json(const struct verify *verify)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *scenarios = cJSON_AddArrayToObject(object, "scenarios");
	u64 broken = 0, runs = 0, trials = 0, insns = 0;
	char *text;

	for (unsigned i = 0; i < verify->scenarios; i++) {
		const struct verify_scenario *scenario = &verify->scenario[i];

		cJSON_AddItemToArray(scenarios, scenario_as_json(verify, scenario));
		broken += verify_broken(scenario) != NULL;
		for (unsigned t = 0; t < scenario->tests; t++) {
			runs += scenario->test[t].result.runs;
			trials += scenario->test[t].result.trials;
			insns += scenario->test[t].result.insns;
		}
	}
	json_add_u64(object, "broken", broken);
	json_add_u64(object, "runs", runs);
	json_add_u64(object, "trials", trials);
	json_add_u64(object, "instructions", insns);
	cJSON_AddItemToObject(object, "rules", rules_as_json(verify));
	text = cJSON_Print(object);
	puts(text != NULL ? text : "null");
	cJSON_free(text);
	cJSON_Delete(object);
}

/* ---- JUnit ---- */

/* XML has no other control characters; what is not ASCII may be no UTF-8. */
static void put_text(FILE *file, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<': fputs("&lt;", file); break;
		case '>': fputs("&gt;", file); break;
		case '&': fputs("&amp;", file); break;
		case '"': fputs("&quot;", file); break;
		default: fputc(*text >= ' ' && *text < 127 ? *text : '?', file);
		}
	}
}

static void put_attribute(FILE *file, const char *name, const char *text)
{
	fprintf(file, " %s=\"", name);
	put_text(file, text);
	fputc('"', file);
}

static void put_time(FILE *file, u64 insns)
{
	fprintf(file, " time=\"%" PRIu64 ".%09" PRIu64 "\"", insns / 1000000000,
		insns % 1000000000);
}

static void put_test(FILE *file, const struct verify *verify,
	const struct verify_scenario *scenario, const struct verify_test *test)
{
	const struct scenario_result *result = &test->result;
	char text[PART], *command;

	fputs("    <testcase", file);
	put_attribute(file, "classname", scenario->scenario.name);
	put_attribute(file, "name", scenario_part_say(&test->part, text, PART));
	put_time(file, result->insns);
	if (result->holds) {
		fputs("/>\n", file);
		return;
	}
	fputs(">\n      <failure", file);
	put_attribute(file, "type", result->rule[0] != '\0' ? result->rule : "guest");
	put_attribute(file, "message", result->why);
	fputc('>', file);
	command = verify_reproducer(verify, scenario, test);
	put_text(file, command != NULL ? command : "");
	free(command);
	fputs("</failure>\n    </testcase>\n", file);
}

static void put_scenario(FILE *file, const struct verify *verify, unsigned id,
	const struct verify_scenario *scenario)
{
	unsigned failures = 0;
	u64 insns = 0;

	for (unsigned i = 0; i < scenario->tests; i++) {
		failures += !scenario->test[i].result.holds;
		insns += scenario->test[i].result.insns;
	}
	fputs("  <testsuite", file);
	put_attribute(file, "name", scenario->scenario.name);
	put_attribute(file, "package", "entresol");
	fprintf(file, " id=\"%u\" tests=\"%u\" failures=\"%u\" errors=\"0\"", id, scenario->tests,
		failures);
	put_time(file, insns);
	fputs(" timestamp=\"1970-01-01T00:00:00\" hostname=\"entresol\">\n    <properties>\n"
	      "      <property name=\"spec\"",
		file);
	put_attribute(file, "value", scenario->scenario.spec);
	fputs("/>\n      <property name=\"what\"", file);
	put_attribute(file, "value", scenario->scenario.what);
	fprintf(file,
		"/>\n      <property name=\"instructions\" value=\"%" PRIu64
		"\"/>\n    </properties>\n",
		insns);
	for (unsigned i = 0; i < scenario->tests; i++)
		put_test(file, verify, scenario, &scenario->test[i]);
	fputs("    <system-out></system-out>\n    <system-err></system-err>\n  </testsuite>\n",
		file);
}

struct status verify_write_junit(const struct verify *verify, const char *name)
{
	FILE *file = fopen(name, "w");
	bool is_written;

	if (file == NULL)
		return status_error(STATUS_HOST, "--junit: %.120s: %s", name, strerror(errno));
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", file);
	for (unsigned i = 0; i < verify->scenarios; i++)
		put_scenario(file, verify, i, &verify->scenario[i]);
	fputs("</testsuites>\n", file);
	is_written = ferror(file) == 0;
	if (fclose(file) == 0 && is_written)
		return status_ok();
	return status_error(STATUS_HOST, "--junit: %.120s cannot be written", name);
}
