/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What timing/class.def says of a decoded instruction, as sets of registers. Reads the letters for
 * itself, so that a test does not depend on how timing/ does.
 */
#ifndef ENT_TEST_CLASS_OPERANDS_H
#define ENT_TEST_CLASS_OPERANDS_H

#include <stdio.h>
#include <string.h>

#include "cpu/timing_class.h"

/* x: a bit per slot, so neither 31 nor 33, and NZCV. */
struct registers {
	u64 x, v;
};
enum { REGISTER_NZCV = 63 };

enum column { EARLY, AT, LATE, RESULT, BASE_RESULT, COLUMNS };

static const struct class_row {
	const char *name, *column[COLUMNS];
	enum insn_kind kind;
} class_rows[CLASS_COUNT] = {
#define CLASS(id, kind, early, at, late, result, base, ...)                                        \
	[CLASS_##id] = { #id, { early, at, late, result, base }, KIND_##kind },
#include "timing/class.def"
#undef CLASS
};

static inline void add_slot(struct registers *set, unsigned slot)
{
	if (slot != SLOT_ZERO && slot != SLOT_SINK)
		set->x |= BIT(slot);
}

/* Takes a letter and what belongs to it off *text; false: there is none. */
static inline bool next_operand(const char **text, const struct decoded *d, struct registers *set)
{
	static const char letters[] = "dnmaDNMA";
	const u8 fields[] = { d->rd, d->rn, d->rm, d->ra };
	char letter = **text;
	const char *known = strchr(letters, letter);
	unsigned first, count = 1;

	*set = (struct registers){ 0, 0 };
	if (letter == '\0')
		return false;
	(*text)++;
	if (**text >= '2' && **text <= '4')
		count = (unsigned)(*(*text)++ - '0');
	if (**text == '*')
		(*text)++;
	if (letter == 'f')
		set->x = BIT(REGISTER_NZCV);
	if (letter == 'l')
		set->x = BIT(SLOT_LR);
	if (known == NULL)
		return true;
	first = fields[(known - letters) % 4];
	for (unsigned i = first; i < first + count; i++) {
		if (known - letters >= 4)
			set->v |= BIT(i % 32);
		else
			add_slot(set, i);
	}
	return true;
}

static inline struct registers class_registers(
	const struct decoded *d, enum column first, enum column last)
{
	const struct class_row *row = &class_rows[timing_class_of(d)];
	struct registers all = { 0, 0 }, one;

	for (unsigned c = first; c <= last; c++) {
		const char *text = row->column[c];

		while (next_operand(&text, d, &one)) {
			all.x |= one.x;
			all.v |= one.v;
		}
	}
	return all;
}

static inline struct registers class_reads(const struct decoded *d)
{
	return class_registers(d, EARLY, LATE);
}

static inline struct registers class_writes(const struct decoded *d)
{
	return class_registers(d, RESULT, BASE_RESULT);
}

/* Behind the last call's text. */
static inline const char *registers_text(struct registers set)
{
	static char texts[4][400];
	static unsigned turn;
	char *text = texts[turn++ % COUNT(texts)];
	size_t at = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < 64; i++) {
		if (!(set.x >> i & 1))
			continue;
		if (i == REGISTER_NZCV || i == SLOT_SP)
			at += (size_t)snprintf(text + at, sizeof(texts[0]) - at, " %s",
				i == SLOT_SP ? "sp" : "nzcv");
		else
			at += (size_t)snprintf(text + at, sizeof(texts[0]) - at, " x%u", i);
	}
	for (unsigned i = 0; i < 32; i++)
		if (set.v >> i & 1)
			at += (size_t)snprintf(text + at, sizeof(texts[0]) - at, " v%u", i);
	return at == 0 ? " none" : text;
}

/* Rows that cpu/a64_system.def has, and ERETAA: most of their classes are not only registers. */
static inline bool is_system_row(const struct insn_row *row)
{
	static const char *const names[] = {
#define INSN(name, ...) #name,
#define HINT		INSN
#include "cpu/a64_system.def"
#undef INSN
#undef HINT
		"ERETA"
	};

	if (row->timing == CLASS_NOP || row->timing == CLASS_FLAGS)
		return false;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i], row->name) == 0)
			return true;
	return false;
}

#endif
