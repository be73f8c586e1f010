/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSTATE in words, and in what two of them differ.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "debug/transition.h"

enum how { MODE, LETTERS, DASHES, NUMBER };

static const struct field {
	const char *name;
	u8 high, low, how;
	const char *letters;
} fields[] = {
#define PSTATE_FIELD(name, high, low, how, letters) { #name, high, low, how, letters },
#include "debug/pstate_field.def"
#undef PSTATE_FIELD
};

unsigned pstate_field_count(void)
{
	return COUNT(fields);
}

const char *pstate_field_name(unsigned field)
{
	return fields[field].name;
}

u32 pstate_changed(u64 before, u64 after)
{
	u32 changed = 0;

	for (unsigned i = 0; i < COUNT(fields); i++) {
		if ((before ^ after) & MASK(fields[i].high, fields[i].low))
			changed |= 1u << i;
	}
	return changed;
}

static void say_letters(const struct field *field, u64 value, char *text, size_t size)
{
	size_t length = strlen(field->letters);

	for (size_t i = 0; i < length && i + 1 < size; i++) {
		char letter = field->letters[i];

		if (!(value >> (length - 1 - i) & 1))
			letter = field->how == DASHES ? '-' : (char)tolower(letter);
		text[i] = letter;
		text[i + 1] = '\0';
	}
}

const char *pstate_field_say(unsigned i, u64 spsr, char *text, size_t size)
{
	const struct field *field = &fields[i];
	u64 value = bits(spsr, field->high, field->low);

	text[0] = '\0';
	switch ((enum how)field->how) {
	case MODE:
		snprintf(text, size, value >> 2 == 0 && value == 0 ? "EL%u" : "EL%u%c",
			(unsigned)value >> 2, value & 1 ? 'h' : 't');
		break;
	case LETTERS:
	case DASHES: say_letters(field, value, text, size); break;
	case NUMBER: snprintf(text, size, "%u", (unsigned)value); break;
	}
	return text;
}

const char *pstate_changes(u64 before, u64 after, char *text, size_t size)
{
	u32 changed = pstate_changed(before, after);
	size_t at = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < COUNT(fields) && at < size; i++) {
		char was[8], is[8];

		if (!(changed >> i & 1))
			continue;
		at += (size_t)snprintf(text + at, size - at, "%s%s %s -> %s", at != 0 ? ", " : "",
			fields[i].name, pstate_field_say(i, before, was, sizeof(was)),
			pstate_field_say(i, after, is, sizeof(is)));
	}
	return text;
}

const char *pstate_say(u64 spsr, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < COUNT(fields) && at < size; i++) {
		const struct field *field = &fields[i];
		char value[8];

		if (field->how == NUMBER && bits(spsr, field->high, field->low) == 0)
			continue;
		pstate_field_say(i, spsr, value, sizeof(value));
		if (field->how != NUMBER)
			at += (size_t)snprintf(
				text + at, size - at, "%s%s", at != 0 ? " " : "", value);
		else if (field->high == field->low)
			at += (size_t)snprintf(text + at, size - at, " %s", field->name);
		else
			at += (size_t)snprintf(text + at, size - at, " %s=%s", field->name, value);
	}
	return text;
}
