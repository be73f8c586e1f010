/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Points of a run as users write them: "2s", "1.5ms", "100us", "7ns" of simulated time, or "1000i",
 * after so many instructions.
 */
#include <ctype.h>
#include <string.h>

#include "app/app.h"

static const struct {
	const char *name;
	u64 cycles;
	bool is_insns;
} units[] = {
	{ "s", MACHINE_HZ, false },
	{ "ms", MACHINE_HZ / 1000, false },
	{ "us", MACHINE_HZ / 1000000, false },
	{ "ns", MACHINE_HZ / 1000000000, false },
	{ "i", 1, true },
};

/* Digits, of which *decimals are behind a point, as one number; where they end, or NULL. */
static const char *parse_digits(const char *text, u64 *value, unsigned *decimals)
{
	bool has_point = false;

	*value = 0;
	*decimals = 0;
	for (; isdigit((unsigned char)*text) || (*text == '.' && !has_point); text++) {
		if (*text == '.') {
			has_point = true;
			if (!isdigit((unsigned char)text[1]))
				return NULL;
			continue;
		}
		if (*value > UINT64_MAX / 10 - 1 || (*decimals += has_point) > 9)
			return NULL;
		*value = 10 * *value + (u64)(*text - '0');
	}
	return text;
}

bool when_parse(const char *text, size_t length, struct when *when)
{
	u64 value, power = 1;
	unsigned decimals;
	const char *end;

	if (length == 0 || !isdigit((unsigned char)*text))
		return false;
	end = parse_digits(text, &value, &decimals);
	for (; decimals > 0; decimals--)
		power *= 10;
	for (size_t i = 0; end != NULL && i < COUNT(units); i++) {
		unsigned __int128 cycles = (unsigned __int128)value * units[i].cycles / power;

		if (length - (size_t)(end - text) != strlen(units[i].name) ||
			memcmp(end, units[i].name, strlen(units[i].name)) != 0)
			continue;
		*when = (struct when){ .is_insns = units[i].is_insns, .value = (u64)cycles };
		return cycles < MACHINE_UNLIMITED && !(units[i].is_insns && power > 1);
	}
	return false;
}
