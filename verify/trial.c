/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trials as lines of JSON. A table names the fields for both directions; what is read is what is
 * written, to the byte, so a line that was cut off by a killed process is known for one.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "verify/sweep.h"

const char *const injection_names[INJECTIONS] = { "irq", "serror", "vcpu-switch" };

static const char *const ends[] = { "goes-on", "holds", "violates", "fails", "lacks" };
_Static_assert(COUNT(ends) == SESSION_LACKS + 1, "a name for each");

enum field_kind { DECIMAL, HEX, BYTE, FLAG, END, TEXT };

static const struct field {
	const char *name;
	enum field_kind kind;
	size_t offset, size;
} fields[] = {
#define FIELD(name, member, kind)                                                                  \
	{                                                                                          \
		name, kind, offsetof(struct trial, member), sizeof(((struct trial *)NULL)->member) \
	}
	FIELD("sweep", sweep, HEX),
	FIELD("boundary", boundary, DECIMAL),
	FIELD("boundaries", boundaries, DECIMAL),
	FIELD("insns", insns, DECIMAL),
	FIELD("pc", pc, HEX),
	FIELD("el", el, BYTE),
	FIELD("place", place, TEXT),
	FIELD("taken", was_taken, FLAG),
	FIELD("end", end, END),
	FIELD("hash", hash, HEX),
	FIELD("ran", ran, DECIMAL),
	FIELD("rule", rule, TEXT),
	FIELD("where", where, TEXT),
	FIELD("why", why, TEXT),
	FIELD("reproducer", reproducer, TEXT),
#undef FIELD
};

/* ---- Writing ---- */

struct out {
	char *at, *end; /* the last byte is for the 0 */
};

static void put(struct out *out, const char *text)
{
	size_t length = strlen(text);

	ENT_BUG_ON(length > (size_t)(out->end - out->at));
	memcpy(out->at, text, length + 1);
	out->at += length;
}

/* What is printed by a guest may be any bytes: those that are no ASCII text are one '?'. */
static void put_text(struct out *out, const char *text)
{
	put(out, "\"");
	for (; *text != '\0'; text++) {
		char piece[3] = { *text, '\0', '\0' };

		if (*text == '"' || *text == '\\')
			snprintf(piece, sizeof(piece), "\\%c", *text);
		else if (*text < ' ' || *text > '~')
			piece[0] = '?';
		put(out, piece);
	}
	put(out, "\"");
}

static void write_field(struct out *out, const struct field *field, const struct trial *trial)
{
	const char *member = (const char *)trial + field->offset;
	char text[24];
	u64 value = 0;

	if (field->kind == TEXT) {
		put_text(out, member);
		return;
	}
	memcpy(&value, member, field->size);
	switch (field->kind) {
	case HEX: snprintf(text, sizeof(text), "\"0x%016" PRIx64 "\"", value); break;
	case FLAG: snprintf(text, sizeof(text), "%s", value != 0 ? "true" : "false"); break;
	case END: snprintf(text, sizeof(text), "\"%s\"", ends[value]); break;
	default: snprintf(text, sizeof(text), "%" PRIu64, value); break;
	}
	put(out, text);
}

void trial_print(const struct trial *trial, char text[TRIAL_LINE])
{
	struct out out = { text, text + TRIAL_LINE - 1 };

	for (size_t i = 0; i < COUNT(fields); i++) {
		put(&out, i == 0 ? "{\"" : ",\"");
		put(&out, fields[i].name);
		put(&out, "\":");
		write_field(&out, &fields[i], trial);
	}
	put(&out, "}");
}

/* ---- Reading ---- */

static bool take(const char **text, const char *expected)
{
	size_t length = strlen(expected);

	if (strncmp(*text, expected, length) != 0)
		return false;
	*text += length;
	return true;
}

static bool take_hex(const char **text, u64 *value)
{
	return take(text, "\"") && number_take(text, value) && take(text, "\"");
}

static bool take_flag(const char **text, u64 *value)
{
	*value = take(text, "true");
	return *value != 0 || take(text, "false");
}

static bool take_end(const char **text, u64 *value)
{
	for (*value = 0; *value < COUNT(ends); ++*value) {
		char quoted[16];

		snprintf(quoted, sizeof(quoted), "\"%s\"", ends[*value]);
		if (take(text, quoted))
			return true;
	}
	return false;
}

static bool take_text(const char **text, char *member, size_t size)
{
	const char *at = *text;
	size_t length = 0;

	if (*at++ != '"')
		return false;
	for (; *at != '"'; at++) {
		if (*at == '\\')
			at++;
		if (*at < ' ' || *at > '~' || length + 1 == size)
			return false;
		member[length++] = *at;
	}
	member[length] = '\0';
	*text = at + 1;
	return true;
}

static bool read_field(const char **text, const struct field *field, struct trial *trial)
{
	char *member = (char *)trial + field->offset;
	u64 value = 0;
	bool ok = false;

	switch (field->kind) {
	case TEXT: return take_text(text, member, field->size);
	case DECIMAL:
	case BYTE: ok = number_take(text, &value); break;
	case HEX: ok = take_hex(text, &value); break;
	case FLAG: ok = take_flag(text, &value); break;
	case END: ok = take_end(text, &value); break;
	}
	memcpy(member, &value, field->size);
	return ok;
}

bool trial_parse(const char *text, struct trial *trial)
{
	char again[TRIAL_LINE];
	const char *at = text;

	*trial = (struct trial){ .boundary = 0 };
	for (size_t i = 0; i < COUNT(fields); i++) {
		if (!take(&at, i == 0 ? "{\"" : ",\"") || !take(&at, fields[i].name) ||
			!take(&at, "\":") || !read_field(&at, &fields[i], trial))
			return false;
	}
	if (strcmp(at, "}") != 0)
		return false;
	trial_print(trial, again); /* and nothing else that means the same */
	return strcmp(again, text) == 0;
}

bool trial_is_cut_off(const char *text, u64 sweep)
{
	struct trial trial = { .sweep = sweep };
	char line[TRIAL_LINE];
	size_t known;

	trial_print(&trial, line);
	known = strcspn(line, sweep != 0 ? "," : "x");
	return strncmp(text, line, smaller(strlen(text), known)) == 0;
}

/* ---- Groups ---- */

void sweep_count(struct sweep_totals *totals, const struct trial *trial)
{
	totals->boundaries = trial->boundaries;
	totals->trials++;
	totals->taken += trial->was_taken;
	totals->failed += !trial_holds(trial);
	totals->insns += trial->ran;
}

/* Without numbers, which differ between trials that fail alike. */
static void without_numbers(const char *text, char *to)
{
	while (*text != '\0') {
		if (!isdigit((unsigned char)*text)) {
			*to++ = *text++;
			continue;
		}
		*to++ = '0';
		while (isxdigit((unsigned char)*text) || *text == 'x')
			text++;
	}
	*to = '\0';
}

static bool is_same(const struct trial *a, const struct trial *b)
{
	char one[TRIAL_WHY], other[TRIAL_WHY];

	if (strcmp(a->rule, b->rule) != 0 || strcmp(a->where, b->where) != 0)
		return false;
	if (a->where[0] != '\0') /* of a violation, which says enough */
		return true;
	without_numbers(a->why, one);
	without_numbers(b->why, other);
	return strcmp(one, other) == 0;
}

bool failure_groups_add(struct failure_groups *groups, const struct trial *trial)
{
	for (size_t i = 0; i < groups->count; i++) {
		struct failure_group *group = &groups->group[i];

		if (!is_same(&group->first, trial))
			continue;
		group->count++;
		group->last = trial->boundary;
		return true;
	}
	if (groups->count == groups->room) {
		size_t room = 2 * groups->room + 8;
		struct failure_group *group = realloc(groups->group, room * sizeof(*group));

		if (group == NULL)
			return false;
		groups->group = group;
		groups->room = room;
	}
	groups->group[groups->count++] =
		(struct failure_group){ .first = *trial, .count = 1, .last = trial->boundary };
	return true;
}

void failure_groups_free(struct failure_groups *groups)
{
	free(groups->group);
	*groups = (struct failure_groups){ .group = NULL };
}
