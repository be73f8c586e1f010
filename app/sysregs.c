/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol sysregs`: lists system registers, describes one, decodes a value of it.
 */
#include <argp.h>
#include <cJSON.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/json.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"

enum option_key { KEY_CPU = 256, KEY_EL, KEY_E2H, KEY_JSON, KEY_FIELDS, KEY_HELP };

/* clang-format off */
static const struct argp_option options_table[] = {
	{ "cpu", KEY_CPU, "PROFILE", 0, "whose reset values and RES0, RES1 bits (default max)", 1 },
	{ "e2h", KEY_E2H, NULL, 0, "fields in the format with HCR_EL2.E2H = 1", 1 },
	{ "el", KEY_EL, "0|1|2", 0, "list only what has a meaning by name at this EL", 2 },
	{ "fields", KEY_FIELDS, NULL, 0, "list REGISTER.FIELD names, one a line", 2 },
	{ "json", KEY_JSON, NULL, 0, "answer in JSON", 3 },
	{ "help", KEY_HELP, NULL, 0, "print this help", -1 },
	{ 0 },
};
/* clang-format on */

static const char description[] =
	"List the system registers and SYS instructions whose names contain NAME, or all. If NAME "
	"is "
	"one of them, describe it; with VALUE, decode the value field by field."
	"\v"
	"Examples:\n"
	"  entresol sysregs cnt --el 0\n"
	"  entresol sysregs hcr_el2\n"
	"  entresol sysregs cptr_el2 0x300000 --e2h\n"
	"  entresol sysregs esr_el2 0x62300400\n\n"
	"Exit codes: 0 answered; 2 usage, or no register has such a name; 6 the host refused "
	"something.";

struct options {
	const char *profile, *name, *value_text;
	u64 value;
	int el; /* -1: any */
	bool e2h, json, fields;
	bool failed, helped;
};

#define WRONG(...) (say(__VA_ARGS__), options->failed = true)

static void take_argument(struct options *options, const char *text)
{
	if (options->name == NULL) {
		options->name = text;
		return;
	}
	if (options->value_text != NULL) {
		WRONG("'%.60s' is one argument too many", text);
		return;
	}
	options->value_text = text;
	if (!is_register_value(text, &options->value))
		WRONG("'%.40s' is not a 64-bit number, as 0x30d00980", text);
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_CPU: options->profile = text; break;
	case KEY_EL:
		if (strlen(text) == 1 && *text >= '0' && *text <= '2')
			options->el = *text - '0';
		else
			WRONG("--el '%.40s': choose of 0, 1, 2", text);
		break;
	case KEY_E2H: options->e2h = true; break;
	case KEY_JSON: options->json = true; break;
	case KEY_FIELDS: options->fields = true; break;
	case KEY_HELP:
		show_help(state->root_argp, "entresol sysregs");
		options->helped = true;
		return ECANCELED;
	case ARGP_KEY_ARG: take_argument(options, text); break;
	case ARGP_KEY_ERROR:
		if (!options->helped && !options->failed) {
			say_option_error(options_table, "sysregs", state->argv[state->next - 1]);
			options->failed = true;
		}
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return options->failed ? EINVAL : 0;
}

/* "RW EL1", "RO EL0, RW EL1", "SYS EL1": the lowest EL by this name. */
static void say_access(const struct register_facts *facts, char *text, size_t size)
{
	int read = facts->read_el, write = facts->write_el;

	if (facts->is_operation)
		snprintf(text, size, "SYS EL%d", write);
	else if (read < 0 && write < 0)
		snprintf(text, size, "not by name");
	else if (read == write)
		snprintf(text, size, "RW EL%d", read);
	else if (write < 0)
		snprintf(text, size, "RO EL%d", read);
	else if (read < 0)
		snprintf(text, size, "WO EL%d", write);
	else
		snprintf(text, size, "RO EL%d, RW EL%d", read, write);
}

static void say_encoding(const struct register_facts *facts, char *text, size_t size)
{
	if (facts->op0 == 0)
		snprintf(text, size, "-");
	else
		snprintf(text, size, "S%u_%u_C%u_C%u_%u", facts->op0, facts->op1, facts->crn,
			facts->crm, facts->op2);
}

static bool has_meaning_at(const struct register_facts *facts, int el)
{
	return el < 0 || (facts->read_el >= 0 && facts->read_el <= el) ||
	       (facts->write_el >= 0 && facts->write_el <= el);
}

static bool contains(const char *name, const char *part)
{
	size_t length = strlen(part);

	for (; strlen(name) >= length; name++) {
		size_t i = 0;

		while (i < length &&
			tolower((unsigned char)name[i]) == tolower((unsigned char)part[i]))
			i++;
		if (i == length)
			return true;
	}
	return false;
}

/* ---- Text ---- */

static void print_line(const struct register_facts *facts)
{
	char access[40], encoding[24], feature[40] = "", line[300];
	int length;

	say_access(facts, access, sizeof(access));
	say_encoding(facts, encoding, sizeof(encoding));
	if (facts->feature != NULL)
		snprintf(feature, sizeof(feature), "FEAT_%s (%s)", facts->feature,
			facts->profile != NULL ? facts->profile : "no profile");
	length = snprintf(line, sizeof(line), "%-20s %-16s %-15s %-20s %s", facts->name, encoding,
		access, feature, facts->description);
	while (length > 0 && line[length - 1] == ' ')
		length--;
	printf("%.*s\n", length, line);
}

/* Are all these bits RES0, or RES1, in this CPU profile? NULL: no. */
static const char *reserved(const struct register_facts *facts, u64 mask)
{
	if (facts->has_masks && (facts->res0 & mask) == mask)
		return "RES0";
	return facts->has_masks && (facts->res1 & mask) == mask ? "RES1" : NULL;
}

/* A line of bits: as they are named, in a value if that is not NULL, and what they are. */
struct line {
	const char *name, *reserved, *text, *meaning; /* of the value; NULL: none */
	unsigned high, low;
};

static void print_bits(const struct line *line, const u64 *value)
{
	char range[12], text[300];
	int length;

	if (line->high == line->low)
		snprintf(range, sizeof(range), "<%u>", line->low);
	else
		snprintf(range, sizeof(range), "<%u:%u>", line->high, line->low);
	length = snprintf(text, sizeof(text), "    %-8s %-14s ", range, line->name);
	if (value != NULL)
		length += snprintf(text + length, sizeof(text) - (size_t)length,
			"= 0x%-8" PRIx64 " ", bits(*value, line->high, line->low));
	length += snprintf(text + length, sizeof(text) - (size_t)length, "%-4s %s%s%s",
		line->reserved != NULL ? line->reserved : "", line->text,
		*line->text != '\0' && line->meaning != NULL ? ": " : "",
		line->meaning != NULL ? line->meaning : "");
	while (text[length - 1] == ' ')
		length--;
	printf("%.*s\n", length, text);
}

/* Bits without a name from `low` on that are one in what they are and whether they are set. */
static unsigned end_of_run(
	enum sysreg_id id, bool e2h, const struct register_facts *facts, unsigned low, u64 value)
{
	unsigned high = low;

	while (high < 63 && field_at(id, e2h, high + 1) == NULL &&
		reserved(facts, BIT(high + 1)) == reserved(facts, BIT(low)) &&
		bit(value, high + 1) == bit(value, low))
		high++;
	return high;
}

/* All in bit order. Without a name: what must be 1, and what should not be what it is. */
static void print_all_bits(
	enum sysreg_id id, bool e2h, const struct register_facts *facts, const u64 *value)
{
	u64 shown = value != NULL ? *value : 0;
	struct line line;

	for (unsigned low = 0; low < 64; low = line.high + 1) {
		const struct field *field = field_at(id, e2h, low);

		if (field == NULL) {
			line = (struct line){ .name = "-", .text = "", .low = low };
			line.high = end_of_run(id, e2h, facts, low, shown);
			line.reserved = reserved(facts, BIT(low));
			if (!(facts->has_masks && (facts->res1 & BIT(low))) && !bit(shown, low))
				continue;
		} else {
			line = (struct line){ .name = field->name,
				.text = field_description(field),
				.meaning = value != NULL
						   ? field_value_name(field,
							     bits(shown, field->high, field->low))
						   : NULL,
				.reserved = reserved(facts, MASK(field->high, field->low)),
				.high = field->high,
				.low = field->low };
		}
		print_bits(&line, value);
	}
}

static void print_rules(const struct register_facts *facts)
{
	if (facts->e2h_is != SR_NONE)
		printf("  at EL2 with E2H  %s\n", sysreg_name(facts->e2h_is));
	if (facts->alias_of != SR_NONE)
		printf("  name of          %s, at EL2 with E2H\n", sysreg_name(facts->alias_of));
	if (facts->nv2_is != SR_NONE)
		printf("  at EL1 with NV2  %s\n", sysreg_name(facts->nv2_is));
	if (facts->virtual_is != SR_NONE)
		printf("  at EL1, virtual  %s\n", sysreg_name(facts->virtual_is));
	if (facts->vncr >= 0)
		printf("  VNCR offset      0x%03x, %s\n", (unsigned)facts->vncr, facts->vncr_when);
}

static void print_controls(const struct register_facts *facts)
{
	unsigned column = 80;

	if (facts->control_count != 0)
		printf("  controls that may have a say, see 'entresol explain':");
	for (unsigned i = 0; i < facts->control_count; i++) {
		unsigned length = (unsigned)strlen(facts->control[i].text) + 1;

		column += length;
		if (column > 76) {
			printf("\n   ");
			column = 3 + length;
		}
		printf(" %s", facts->control[i].text);
	}
	if (facts->control_count != 0)
		putchar('\n');
}

#define ABSENT "  does not exist in this CPU profile"

static void print_register(const struct cpu *cpu, enum sysreg_id id, bool e2h)
{
	struct register_facts facts;
	char access[40], encoding[24];
	const struct field *field = field_next(id, e2h, NULL);

	register_describe(cpu, id, &facts);
	say_access(&facts, access, sizeof(access));
	say_encoding(&facts, encoding, sizeof(encoding));
	printf("%s  %s  %s%s\n", facts.name, encoding, access,
		register_exists(cpu, id) ? "" : ABSENT);
	if (*facts.description != '\0')
		printf("  %s\n", facts.description);
	if (facts.feature != NULL)
		printf("  feature          FEAT_%s, from profile %s on\n", facts.feature,
			facts.profile != NULL ? facts.profile : "(none)");
	if (!facts.is_operation && facts.alias_of == SR_NONE && register_exists(cpu, id))
		printf("  reset            0x%016" PRIx64 "\n", facts.reset);
	if (facts.has_masks)
		printf("  RES0             0x%016" PRIx64 "\n  RES1             0x%016" PRIx64 "\n",
			facts.res0, facts.res1);
	print_rules(&facts);
	if (field != NULL)
		printf("  fields%s:\n", e2h ? " with HCR_EL2.E2H = 1" : "");
	if (field != NULL)
		print_all_bits(id, e2h, &facts, NULL);
	print_controls(&facts);
}

/* Bits that no field names. */
static u64 unnamed_bits(enum sysreg_id id, bool e2h, u64 value)
{
	for (const struct field *field = field_next(id, e2h, NULL); field != NULL;
		field = field_next(id, e2h, field))
		value &= ~MASK(field->high, field->low);
	return value;
}

static bool is_esr(enum sysreg_id id)
{
	return strncmp(sysreg_name(id), "ESR_EL", 6) == 0;
}

static void print_value(const struct cpu *cpu, enum sysreg_id id, u64 value, bool e2h)
{
	struct register_facts facts;
	char text[200];

	register_describe(cpu, id, &facts);
	printf("%s = 0x%016" PRIx64 "%s\n", sysreg_name(id), value,
		register_exists(cpu, id) ? "" : ABSENT);
	if (is_esr(id)) {
		esr_describe(value, text, sizeof(text));
		printf("  %s\n", text);
	}
	print_all_bits(id, e2h, &facts, &value);
	if (facts.has_masks && (facts.res1 & ~value) != 0)
		printf("    RES1 bits that are 0: 0x%016" PRIx64 "\n", facts.res1 & ~value);
}

/* ---- JSON ---- */

static void add_name(cJSON *object, const char *key, enum sysreg_id id)
{
	json_add_text(object, key, id != SR_NONE ? sysreg_name(id) : NULL);
}

static void add_el(cJSON *object, const char *key, int el)
{
	if (el >= 0)
		cJSON_AddNumberToObject(object, key, el);
	else
		cJSON_AddNullToObject(object, key);
}

/* The fields; with their part of a value if it is not NULL. */
static void add_fields(cJSON *object, enum sysreg_id id, bool e2h,
	const struct register_facts *facts, const u64 *value)
{
	cJSON *list = cJSON_AddArrayToObject(object, "fields");

	for (const struct field *field = field_next(id, e2h, NULL); field != NULL;
		field = field_next(id, e2h, field)) {
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "name", field->name);
		cJSON_AddNumberToObject(one, "high", field->high);
		cJSON_AddNumberToObject(one, "low", field->low);
		json_add_text(one, "description", field_description(field));
		json_add_text(one, "reserved", reserved(facts, MASK(field->high, field->low)));
		if (value != NULL) {
			u64 part = bits(*value, field->high, field->low);

			json_add_u64(one, "value", part);
			json_add_text(one, "meaning", field_value_name(field, part));
		}
		cJSON_AddItemToArray(list, one);
	}
}

static cJSON *register_object(const struct cpu *cpu, enum sysreg_id id, bool e2h)
{
	struct register_facts facts;
	cJSON *object = cJSON_CreateObject(), *controls;
	char encoding[24];

	register_describe(cpu, id, &facts);
	say_encoding(&facts, encoding, sizeof(encoding));
	cJSON_AddStringToObject(object, "name", facts.name);
	cJSON_AddStringToObject(object, "encoding", encoding);
	cJSON_AddStringToObject(object, "description", facts.description);
	cJSON_AddBoolToObject(object, "operation", facts.is_operation);
	add_el(object, "read_el", facts.read_el);
	add_el(object, "write_el", facts.write_el);
	json_add_text(object, "feature", facts.feature);
	json_add_text(object, "profile", facts.profile);
	json_add_u64(object, "reset", facts.reset);
	json_add_u64(object, "res0", facts.has_masks ? facts.res0 : 0);
	json_add_u64(object, "res1", facts.has_masks ? facts.res1 : 0);
	add_name(object, "e2h_is", facts.e2h_is);
	add_name(object, "alias_of", facts.alias_of);
	add_name(object, "nv2_is", facts.nv2_is);
	add_name(object, "virtual_is", facts.virtual_is);
	add_el(object, "vncr", facts.vncr);
	add_fields(object, id, e2h, &facts, NULL);
	controls = cJSON_AddArrayToObject(object, "controls");
	for (unsigned i = 0; i < facts.control_count; i++)
		cJSON_AddItemToArray(controls, cJSON_CreateString(facts.control[i].text));
	return object;
}

static void print_json(cJSON *root)
{
	char *text = cJSON_PrintUnformatted(root);

	puts(text != NULL ? text : "{}");
	free(text);
	cJSON_Delete(root);
}

static void print_value_json(const struct cpu *cpu, enum sysreg_id id, u64 value, bool e2h)
{
	cJSON *root = cJSON_CreateObject();
	struct register_facts facts;
	char text[200];

	register_describe(cpu, id, &facts);
	cJSON_AddStringToObject(root, "register", sysreg_name(id));
	json_add_u64(root, "value", value);
	if (is_esr(id)) {
		esr_describe(value, text, sizeof(text));
		cJSON_AddStringToObject(root, "text", text);
	}
	add_fields(root, id, e2h, &facts, &value);
	json_add_u64(root, "other_bits", unnamed_bits(id, e2h, value));
	print_json(root);
}

/* ---- The command ---- */

static void print_field_names(enum sysreg_id id)
{
	for (unsigned e2h = 0; e2h < 2; e2h++) {
		for (const struct field *field = field_next(id, e2h, NULL); field != NULL;
			field = field_next(id, e2h, field)) {
			if (!e2h || field_find(id, false, field->name) == NULL)
				printf("%s.%s\n", sysreg_name(id), field->name);
		}
	}
}

/* All registers of the filters; false: there are none. */
static bool list(const struct options *options, const struct cpu *cpu)
{
	cJSON *root = options->json ? cJSON_CreateArray() : NULL;
	bool is_any = false;

	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		struct register_facts facts;

		if (options->name != NULL && !contains(sysreg_name(id), options->name))
			continue;
		register_summarize(cpu, id, &facts);
		if (!has_meaning_at(&facts, options->el))
			continue;
		is_any = true;
		if (options->fields)
			print_field_names(id);
		else if (options->json)
			cJSON_AddItemToArray(root, register_object(cpu, id, options->e2h));
		else
			print_line(&facts);
	}
	if (root != NULL && is_any)
		print_json(root);
	else
		cJSON_Delete(root);
	return is_any;
}

static int no_such_register(const struct options *options)
{
	struct nearest nearest = { .wanted = options->name };
	char hint[120];

	nearest_offer_registers(&nearest);
	nearest_say(&nearest, hint, sizeof(hint));
	for (unsigned id = 0; id < SYSREG_COUNT && hint[0] == '\0'; id++) {
		if (contains(sysreg_name((enum sysreg_id)id), options->name))
			snprintf(
				hint, sizeof(hint), "; is it %s?", sysreg_name((enum sysreg_id)id));
	}
	if (options->value_text != NULL)
		say("a value is of one register, and '%.40s' names none%s", options->name, hint);
	else
		say("no register has '%.40s' in its name%s", options->name, hint);
	return STATUS_USAGE;
}

static int answer(const struct options *options, const struct cpu *cpu)
{
	enum sysreg_id id = options->name != NULL ? register_by_name(options->name) : SR_NONE;

	if (options->value_text != NULL && id == SR_NONE)
		return no_such_register(options);
	if (options->value_text != NULL && is_operation_name(id)) {
		say("%s is an operation, it has no value", sysreg_name(id));
		return STATUS_USAGE;
	}
	if (options->value_text != NULL && options->json)
		print_value_json(cpu, id, options->value, options->e2h);
	else if (options->value_text != NULL)
		print_value(cpu, id, options->value, options->e2h);
	else if (id != SR_NONE && options->json && !options->fields)
		print_json(register_object(cpu, id, options->e2h));
	else if (id != SR_NONE && !options->fields)
		print_register(cpu, id, options->e2h);
	else if (!list(options, cpu) && options->name != NULL)
		return no_such_register(options);
	return STATUS_OK;
}

int sysregs_command(int argc, char **argv)
{
	static const struct argp argp = { .options = options_table,
		.parser = parse_option,
		.args_doc = "[NAME [VALUE]]",
		.doc = description };
	struct options options = { .profile = "max", .el = -1 };
	error_t error = argp_parse(&argp, argc, argv, ARGP_SILENT, NULL, &options);
	struct explain_pe *pe;
	struct status status;
	int code;

	if (options.helped)
		return STATUS_OK;
	if (error != 0 || options.failed)
		return STATUS_USAGE;
	status = explain_pe_create(options.profile, true, NULL, &pe);
	if (status.code != STATUS_OK)
		return say_status(status);
	code = answer(&options, pe->cpu);
	explain_pe_destroy(pe);
	return code;
}
