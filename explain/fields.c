/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of registers by name, and descriptions: the rows of fields.def and describe.def, for one
 * register or a group of them, in the format that HCR_EL2.E2H chooses.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exceptions/exceptions.h"
#include "explain/explain.h"
#include "explain/settings.h"

static const struct row {
	const char *group, *name;
	u8 high, low;
} rows[] = {
#define FIELD(group, name, high, low) { #group, #name, high, low },
#include "sysregs/fields.def"
#undef FIELD
};

static struct field fields[COUNT(rows)];

/* By register, then in bit order. */
static int compare(const void *a, const void *b)
{
	const struct field *left = a, *right = b;
	int order = strcmp(left->group, right->group);

	return order != 0		 ? order
	       : left->low != right->low ? left->low - right->low
					 : left->is_e2h - right->is_e2h;
}

static void init(void)
{
	if (fields[0].name != NULL)
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct field *field = &fields[i];

		field->group = rows[i].group;
		field->high = rows[i].high;
		field->low = rows[i].low;
		field->is_e2h = is_e2h_name(rows[i].name, &field->name);
	}
	qsort(fields, COUNT(fields), sizeof(fields[0]), compare);
}

/* "SPSR" is every SPSR_ELx, "SCTLR_EL1" SCTLR_EL12 too; x and n stand for what differs. */
static bool is_of_group(const char *name, const char *group)
{
	char pattern[48];
	size_t length = 0;

	for (; *group != '\0' && length < sizeof(pattern) - 2; group++)
		pattern[length++] = *group == 'x' || *group == 'n' ? '*' : *group;
	pattern[length++] = '*';
	pattern[length] = '\0';
	return fnmatch(pattern, name, 0) == 0;
}

/* The name whose rows are the register's, exact if there is one. */
static const char *group_of(enum sysreg_id id, bool e2h)
{
	const char *name = sysreg_name(id), *found = NULL;

	if (id == SR_TCR_EL2 && e2h)
		return "TCR_EL1"; /* DDI 0487 TCR_EL2: the layout is that of TCR_EL1 */
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strcmp(name, rows[i].group) == 0)
			return rows[i].group;
		if (found == NULL && is_of_group(name, rows[i].group))
			found = rows[i].group;
	}
	return found;
}

const char *register_description(enum sysreg_id id)
{
	static const struct {
		const char *group, *text;
	} texts[] = {
#define DESCRIBE(group, text) { #group, text },
#include "sysregs/describe.def"
#undef DESCRIBE
	};
	const char *found = "";

	for (size_t i = 0; i < COUNT(texts); i++) {
		if (strcmp(sysreg_name(id), texts[i].group) == 0)
			return texts[i].text;
		if (is_of_group(sysreg_name(id), texts[i].group))
			found = texts[i].text;
	}
	return found;
}

/* As fields.def has it. */
static const char *name_in_table(const struct field *field)
{
	return field->name - (field->is_e2h ? strlen("E2H_") : 0);
}

const char *field_description(const struct field *field)
{
	static const struct {
		const char *group, *name, *text;
	} texts[] = {
#define DESCRIBE_FIELD(group, name, text) { #group, #name, text },
#define NAMED_VALUE(...)
#include "sysregs/describe_fields.def"
#undef DESCRIBE_FIELD
#undef NAMED_VALUE
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		if (strcmp(name_in_table(field), texts[i].name) == 0 &&
			is_of_group(field->group, texts[i].group))
			return texts[i].text;
	}
	return "";
}

const char *field_value_name(const struct field *field, u64 value)
{
	static const struct {
		const char *group, *name;
		u64 value;
		const char *text;
	} names[] = {
#define DESCRIBE_FIELD(...)
#define NAMED_VALUE(group, name, value, text) { #group, #name, value, text },
#include "sysregs/describe_fields.def"
#undef DESCRIBE_FIELD
#undef NAMED_VALUE
	};

	if (strcmp(field->group, "ESR_ELx") == 0 && strcmp(field->name, "EC") == 0)
		return ec_name((unsigned)value);
	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i].value == value && is_of_group(name_in_table(field), names[i].name) &&
			is_of_group(field->group, names[i].group))
			return names[i].text;
	}
	return NULL;
}

static bool overlap(const struct field *a, const struct field *b)
{
	return a->low <= b->high && b->low <= a->high;
}

/* Bits that are RES0 in the format of E2H, where no field of it shows that. */
static bool is_without_e2h(const struct field *field)
{
	return strcmp(field->group, "CPTR_EL2") == 0 &&
	       (MASK(field->high, field->low) & (CPTR_EL2_TZ | CPTR_EL2_TFP | CPTR_EL2_TSM)) != 0;
}

/* A field without "E2H_" is of both formats, unless the other format has its bits or its name. */
static bool is_of_format(const struct field *field, bool e2h)
{
	if (field->is_e2h || !e2h)
		return field->is_e2h == e2h;
	if (is_without_e2h(field))
		return false;
	for (size_t i = 0; i < COUNT(fields); i++) {
		if (fields[i].is_e2h && strcmp(fields[i].group, field->group) == 0 &&
			(overlap(&fields[i], field) || strcmp(fields[i].name, field->name) == 0))
			return false;
	}
	return true;
}

const struct field *field_next(enum sysreg_id id, bool e2h, const struct field *previous)
{
	const char *group;

	init();
	group = previous != NULL ? previous->group : group_of(id, e2h);
	if (group == NULL)
		return NULL;
	for (size_t i = previous == NULL ? 0 : (size_t)(previous - fields) + 1; i < COUNT(fields);
		i++) {
		if (strcmp(fields[i].group, group) == 0 && is_of_format(&fields[i], e2h))
			return &fields[i];
	}
	return NULL;
}

const struct field *field_find(enum sysreg_id id, bool e2h, const char *name)
{
	const struct field *field = field_next(id, e2h, NULL);

	while (field != NULL && strcasecmp(field->name, name) != 0)
		field = field_next(id, e2h, field);
	return field;
}

const struct field *field_at(enum sysreg_id id, bool e2h, unsigned bit)
{
	const struct field *field = field_next(id, e2h, NULL);

	while (field != NULL && !(field->low <= bit && bit <= field->high))
		field = field_next(id, e2h, field);
	return field;
}

void field_say(enum sysreg_id id, bool e2h, u64 mask, char *text, size_t size)
{
	unsigned low = (unsigned)__builtin_ctzll(mask), high = 63 - (unsigned)__builtin_clzll(mask);
	const struct field *field = field_at(id, e2h, low);

	if (id == SR_SPSel)
		snprintf(text, size, "PSTATE.SP");
	else if (field != NULL && field->low == low && field->high == high)
		snprintf(text, size, "%s.%s", sysreg_name(id), field->name);
	else if (field != NULL && low == high)
		snprintf(text, size, "%s.%s<%u>", sysreg_name(id), field->name, low - field->low);
	else if (low == high)
		snprintf(text, size, "%s<%u>", sysreg_name(id), low);
	else
		snprintf(text, size, "%s<%u:%u>", sysreg_name(id), high, low);
}
