/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value of --trace: KIND[,FILTER=VALUE...][=FILE].
 */
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "debug/trace_kinds.h"
#include "debug/trace_private.h"

#define E(id)		    BIT(EVENT_##id)
#define EVENT_ROW(id, word) E(id) |
enum {
	ALL_EVENTS =
#include "debug/trace_event.def"
		0
};
#undef EVENT_ROW

const struct trace_kind_row trace_kind_rows[TRACE_KIND_COUNT] = {
#define TRACE(id, word, writer, events, needs, help) [TRACE_##id] = { #word, help, events, needs },
#include "debug/trace.def"
#undef TRACE
};

static const struct {
	enum event_kind kind;
	const char *word;
} event_words[] = {
#define EVENT_ROW(id, word) { EVENT_##id, #word },
#include "debug/trace_event.def"
#undef EVENT_ROW
};

const char *trace_event_word(enum event_kind kind)
{
	for (size_t i = 0; i < COUNT(event_words); i++) {
		if (event_words[i].kind == kind)
			return event_words[i].word;
	}
	return NULL;
}

/* ---- For --help ---- */

static void append(char *text, size_t size, const char *between, const char *word)
{
	size_t end = strlen(text);

	snprintf(text + end, size - end, "%s%s", end == 0 ? "" : between, word);
}

const char *trace_help(void)
{
	static char text[1500];

	if (text[0] != '\0')
		return text;
	snprintf(text, sizeof(text),
		"write a trace to stderr or FILE, compressed if that ends in .gz or .zst");
	for (unsigned i = 0; i < TRACE_KIND_COUNT; i++) {
		append(text, sizeof(text), "; ", trace_kind_rows[i].word);
		append(text, sizeof(text), ": ", trace_kind_rows[i].help);
	}
	append(text, sizeof(text), ". ",
		"FILTERs are addr=START-END, START+SIZE or SYMBOL, el=N, event=WORD, pe=N, vmid=N, "
		"world=host|L1|L1.2|..., from=N and to=N instructions; may be given again");
	return text;
}

/* ---- The filters ---- */

static bool take_number(const char *text, u64 most, u64 *value)
{
	return number_parse(text, value) && *value <= most;
}

static struct status bad_value(const char *name, const char *value, const char *what)
{
	return status_error(STATUS_USAGE, "--trace %s=%.40s: %s", name, value, what);
}

static struct status add_bit(const char *name, const char *text, u64 most, u32 *mask)
{
	u64 value;

	if (!take_number(text, most, &value))
		return status_error(STATUS_USAGE,
			"--trace %s=%.40s: not a number from 0 to %" PRIu64, name, text, most);
	*mask |= (u32)BIT(value);
	return status_ok();
}

static struct status add_el(struct trace_config *config, const char *text)
{
	return add_bit("el", text, EL2, &config->els);
}

static struct status add_pe(struct trace_config *config, const char *text)
{
	return add_bit("pe", text, MACHINE_CPUS - 1, &config->pes);
}

static struct status add_event(struct trace_config *config, const char *text)
{
	struct nearest nearest = { .wanted = text };
	char hint[100], known[120] = "";

	for (size_t i = 0; i < COUNT(event_words); i++) {
		if (strcmp(event_words[i].word, text) == 0) {
			config->events |= (u32)BIT(event_words[i].kind);
			return status_ok();
		}
		nearest_offer(&nearest, event_words[i].word);
		append(known, sizeof(known), ", ", event_words[i].word);
	}
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "--trace event=%.30s: no such event%s%s", text,
		hint[0] != '\0' ? hint : "; there are ", hint[0] != '\0' ? "" : known);
}

static struct status add_range(struct trace_config *config, const char *text)
{
	if (config->ranges == TRACE_RANGES)
		return bad_value("addr", text, "too many; at most 8 ranges are possible");
	config->range[config->ranges++] = text;
	return status_ok();
}

/* "host", "L1", "L1.2" */
static bool is_world(const char *text)
{
	static const char digits[] = "0123456789";
	size_t n;

	if (strcmp(text, "host") == 0)
		return true;
	if (*text != 'L')
		return false;
	n = strspn(text + 1, digits);
	if (n == 0)
		return false;
	text += 1 + n;
	return *text == '\0' ||
	       (*text == '.' && text[1] != '\0' && text[1 + strspn(text + 1, digits)] == '\0');
}

static struct status add_world(struct trace_config *config, const char *text)
{
	if (!is_world(text))
		return bad_value("world", text, "not host, L1, L2, ... or with a number, L1.2");
	if (config->worlds == TRACE_WORLDS)
		return bad_value("world", text, "too many; at most 8 worlds are possible");
	config->world[config->worlds++] = text;
	return status_ok();
}

static struct status add_vmid(struct trace_config *config, const char *text)
{
	u64 vmid;

	if (!take_number(text, 0xffff, &vmid))
		return bad_value("vmid", text, "not a number from 0 to 65535");
	if (config->vmids == TRACE_WORLDS)
		return bad_value("vmid", text, "too many; at most 8 are possible");
	config->vmid[config->vmids++] = (u16)vmid;
	return status_ok();
}

static struct status set_from(struct trace_config *config, const char *text)
{
	if (!take_number(text, TRACE_TO_THE_END - 1, &config->from))
		return bad_value("from", text, "not a number of instructions");
	return status_ok();
}

static struct status set_to(struct trace_config *config, const char *text)
{
	if (!take_number(text, TRACE_TO_THE_END - 1, &config->to))
		return bad_value("to", text, "not a number of instructions");
	return status_ok();
}

static const struct {
	const char *name;
	struct status (*add)(struct trace_config *config, const char *text);
} filters[] = {
	{ "addr", add_range },
	{ "el", add_el },
	{ "event", add_event },
	{ "from", set_from },
	{ "pe", add_pe },
	{ "to", set_to },
	{ "vmid", add_vmid },
	{ "world", add_world },
};

static struct status add_filter(struct trace_config *config, const char *name, const char *value)
{
	struct nearest nearest = { .wanted = name };
	char hint[100], known[80] = "";

	for (size_t i = 0; i < COUNT(filters); i++) {
		if (strcmp(filters[i].name, name) == 0)
			return filters[i].add(config, value);
		nearest_offer(&nearest, filters[i].name);
		append(known, sizeof(known), ", ", filters[i].name);
	}
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "--trace: no filter '%.30s'%s%s", name,
		hint[0] != '\0' ? hint : "; there are ", hint[0] != '\0' ? "" : known);
}

/* ---- The whole ---- */

static struct status find_kind(struct trace_config *config, const char *word)
{
	struct nearest nearest = { .wanted = word };
	char hint[100], known[120] = "";

	for (unsigned i = 0; i < TRACE_KIND_COUNT; i++) {
		if (strcmp(trace_kind_rows[i].word, word) == 0) {
			config->kind = (enum trace_kind)i;
			return status_ok();
		}
		nearest_offer(&nearest, trace_kind_rows[i].word);
		append(known, sizeof(known), ", ", trace_kind_rows[i].word);
	}
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "--trace '%.40s': no such kind%s%s", word,
		hint[0] != '\0' ? hint : "; choose of ", hint[0] != '\0' ? "" : known);
}

static struct status check(const struct trace_config *config)
{
	const struct trace_kind_row *row = &trace_kind_rows[config->kind];
	char known[120] = "";

	if (config->from >= config->to)
		return status_error(STATUS_USAGE,
			"--trace from=%" PRIu64 ",to=%" PRIu64 ": ends before it begins",
			config->from, config->to);
	if (config->events == 0 || (config->events & row->events) != 0)
		return status_ok();
	for (size_t i = 0; i < COUNT(event_words); i++) {
		if (row->events & BIT(event_words[i].kind))
			append(known, sizeof(known), ", ", event_words[i].word);
	}
	return status_error(
		STATUS_USAGE, "--trace %s: it shows no such event; it has %s", row->word, known);
}

/* Ends the word at the first of `ends`; returns that character, and *rest what is behind it. */
static char cut(char *text, const char *ends, char **rest)
{
	size_t length = strcspn(text, ends);
	char end = text[length];

	*rest = text + length + (end != '\0');
	text[length] = '\0';
	return end;
}

/* At the first '=' that no filter's name is in front of, the file begins. */
struct status trace_parse(struct trace_config *config, char *text)
{
	char *rest, *value;
	char end = cut(text, ",=", &rest);
	struct status status;

	*config = (struct trace_config){ .to = TRACE_TO_THE_END };
	status = find_kind(config, text);
	while (end == ',' && status.code == STATUS_OK) {
		char *name = rest;

		if (cut(name, ",=", &value) != '=')
			return status_error(
				STATUS_USAGE, "--trace %s: '%.40s' is no FILTER=VALUE", text, name);
		end = cut(value, ",=", &rest);
		status = add_filter(config, name, value);
	}
	if (status.code != STATUS_OK)
		return status;
	if (end == '=') {
		if (*rest == '\0')
			return status_error(
				STATUS_USAGE, "--trace '%.40s=': the file name is missing", text);
		if (strcmp(rest, "-") == 0)
			return status_error(STATUS_USAGE,
				"--trace %.40s=-: standard output is the guest's; without =- a "
				"trace is written to stderr, and ./- is a file",
				text);
		config->file = rest;
	}
	return check(config);
}
