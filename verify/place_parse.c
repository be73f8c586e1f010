/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of places: words of place.def with numbers, names of registers and of exceptions.
 */
#include "verify/place_private.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "base/number.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

static const struct {
	const char *word;
	enum arguments arguments;
} kinds[] = {
#define EVENT(word, event, arguments, is_it) { #word, arguments },
#include "verify/place.def"
#undef EVENT
};

static const struct {
	const char *word;
	u8 kind;
} moments[] = { { "start", PLACE_START }, { "here", PLACE_START }, { "end", PLACE_END },
	{ "insn", PLACE_INSN } };

/* op2 of DSB, DMB, ISB, SB; DSB nXS has another one. C6.2 */
static const struct {
	const char *name;
	u8 op2;
} barriers[] = { { "dsb", 4 }, { "dmb", 5 }, { "isb", 6 }, { "sb", 7 }, { "dsb-nxs", 1 } };

struct status place_wrong(const struct place *place, const char *why)
{
	return status_error(STATUS_USAGE, "the place '%.60s': %s", place->text, why);
}

/* Cuts the text at the last `sign`, and reads the number behind it. false: that is none. */
static bool cut_number(char *text, char sign, u64 *value)
{
	char *at = strrchr(text, sign);

	if (at == NULL)
		return true;
	*at = '\0';
	return number_parse(at + 1, value);
}

static bool take_el(const char *text, u8 *el)
{
	if (strncmp(text, "el", 2) != 0 || text[2] < '0' || text[2] > '2' || text[3] != '\0')
		return false;
	*el = (u8)(text[2] - '0');
	return true;
}

static bool take_class(const char *text, u16 *detail)
{
	static const struct {
		const char *name;
		enum interrupt_kind kind;
	} interrupts[] = { { "irq", INT_IRQ }, { "fiq", INT_FIQ }, { "serror", INT_SERROR } };
	u64 value;

	for (size_t i = 0; i < COUNT(interrupts); i++) {
		if (strcasecmp(text, interrupts[i].name) == 0) {
			*detail = (u16)(INTERRUPTS + interrupts[i].kind);
			return true;
		}
	}
	for (unsigned ec = 0; ec < 64; ec++) {
		if (strcasecmp(text, ec_name(ec)) == 0) {
			*detail = (u16)ec;
			return true;
		}
	}
	if (!number_parse(text, &value) || value >= 64)
		return false;
	*detail = (u16)value;
	return true;
}

static struct status parse_register(struct place *place, const char *prefix, const char *text)
{
	struct nearest nearest = { .wanted = text };
	size_t length = strlen(prefix);
	char hint[100];

	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const char *name = sysreg_name((enum sysreg_id)id);

		if (strncmp(name, prefix, length) != 0)
			continue;
		if (strcasecmp(name + length, text) == 0) {
			place->detail = (u16)id;
			return status_ok();
		}
		nearest_offer(&nearest, name + length);
	}
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "the place '%.60s': nothing is called %.30s%s",
		place->text, text, hint);
}

static struct status parse_barrier(struct place *place, const char *text)
{
	for (size_t i = 0; i < COUNT(barriers); i++) {
		if (strcasecmp(text, barriers[i].name) == 0) {
			place->detail = barriers[i].op2;
			return status_ok();
		}
	}
	return place_wrong(place, "a barrier is isb, dsb, dsb-nxs, dmb or sb");
}

/* [elN][:CLASS] */
static struct status parse_exception(struct place *place, char *text)
{
	char *colon = strchr(text, ':');

	if (take_class(text, &place->detail))
		return status_ok();
	if (colon != NULL)
		*colon = '\0';
	if (!take_el(text, &place->el))
		return place_wrong(place,
			"behind exception: el1, el2, a class as HVC64 or 0x16, irq, "
			"fiq or serror");
	if (colon != NULL && !take_class(colon + 1, &place->detail))
		return place_wrong(place,
			"no such class of exceptions; HVC64, DABT_LOWER, 0x16, irq, "
			"fiq, serror are some");
	return status_ok();
}

static struct status parse_arguments(struct place *place, enum arguments arguments, char *text)
{
	if (*text == '\0' && (arguments == ADDRESS || arguments == REGISTER))
		return place_wrong(place, arguments == ADDRESS ? "at:SYMBOL, at:SYMBOL+OFFSET or "
								 "at:ADDRESS"
							       : "sysreg:NAME");
	if (*text == '\0')
		return status_ok();
	switch (arguments) {
	case NOTHING: return place_wrong(place, "nothing may stand behind this word");
	case TARGET:
		if (strcmp(text, "guest") == 0)
			place->el = BELOW_EL2;
		else if (!take_el(text, &place->el))
			return place_wrong(place, "behind eret: el0, el1, el2 or guest");
		return status_ok();
	case EL_CLASS: return parse_exception(place, text);
	case TLBI: return parse_register(place, "TLBI_", text);
	case REGISTER: return parse_register(place, "", text);
	case BARRIER: return parse_barrier(place, text);
	case ADDRESS:
		if (strlen(text) >= sizeof(place->symbol))
			return place_wrong(place, "the symbol's name is too long");
		strcpy(place->symbol, text);
		return status_ok();
	}
	ENT_BUG("a kind of arguments");
}

/* *text: behind the word and its colon. */
static struct status find_kind(struct place *place, char *text)
{
	size_t length = strcspn(text, ":");
	char *rest = text + length + (text[length] != '\0');

	for (size_t i = 0; i < COUNT(moments); i++) {
		if (strlen(moments[i].word) != length || memcmp(text, moments[i].word, length) != 0)
			continue;
		place->kind = moments[i].kind;
		if (place->cpu != PLACE_ANY_CPU || place->number != 1)
			return place_wrong(place, "there is one, and of all PEs");
		if (place->kind == PLACE_INSN && !number_parse(rest, &place->number))
			return place_wrong(place, "insn:N, the number of instructions");
		if (place->kind != PLACE_INSN && *rest != '\0')
			return place_wrong(place, "nothing may stand behind this word");
		return status_ok();
	}
	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strlen(kinds[i].word) != length || memcmp(text, kinds[i].word, length) != 0)
			continue;
		place->kind = (u8)i;
		return parse_arguments(place, kinds[i].arguments, rest);
	}
	return place_wrong(place,
		"no such place; choose of start, here, end, insn:N, eret, exception, tlbi, "
		"sysreg:NAME, barrier, at:SYMBOL, guest, host");
}

/* at:SYMBOL+OFFSET has a + of its own. */
static char *find_later(char *text)
{
	char *hash = strchr(text, '#'), *plus = strrchr(text, '+');

	if (plus == NULL || (hash != NULL && plus > hash))
		return plus;
	return strncmp(text, "at:", 3) != 0 || strchr(text, '+') != plus ? plus : NULL;
}

struct status place_parse(const char *text, struct place *place)
{
	char copy[PLACE_TEXT], *later;
	u64 cpu = PLACE_ANY_CPU;

	*place = (struct place){ .el = ANY_EL, .detail = ANY, .number = 1 };
	snprintf(place->text, sizeof(place->text), "%s", text);
	if (strlen(text) >= sizeof(copy))
		return place_wrong(place, "too long");
	strcpy(copy, text);
	later = find_later(copy);
	if (later != NULL && !cut_number(later, '+', &place->later))
		return place_wrong(place, "behind the last + stands no number of instructions");
	if (!cut_number(copy, '#', &place->number) || place->number == 0)
		return place_wrong(place, "behind # stands which one, from 1");
	if (!cut_number(copy, '@', &cpu) || (cpu != PLACE_ANY_CPU && cpu >= MACHINE_CPUS))
		return place_wrong(place, "behind @ stands no PE's number");
	place->cpu = (u8)cpu;
	return find_kind(place, copy);
}
