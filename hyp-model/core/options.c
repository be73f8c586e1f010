/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line. Knows words; one row a knob.
 */
#include "core/options.h"

struct word {
	const char *text;
	unsigned length;
};

static bool is(struct word word, const char *text)
{
	unsigned i = 0;

	while (i < word.length && text[i] == word.text[i])
		i++;
	return i == word.length && text[i] == '\0';
}

static bool parse_number(struct word word, u64 min, u64 max, u64 *out)
{
	u64 value = 0;

	if (word.length == 0 || word.length > 9)
		return false;
	for (unsigned i = 0; i < word.length; i++) {
		if (word.text[i] < '0' || word.text[i] > '9')
			return false;
		value = value * 10 + (u64)(word.text[i] - '0');
	}
	*out = value;
	return value >= min && value <= max;
}

static bool parse_mode(struct word word, enum mode_choice *out)
{
	static const char *const names[] = { "nvhe", "vhe", "both" };

	for (unsigned i = 0; i < COUNT(names); i++) {
		if (is(word, names[i])) {
			*out = (enum mode_choice)i;
			return true;
		}
	}
	return false;
}

/* The part before '=' and the part behind it; without '=', all of it and nothing. */
static bool split(struct word word, struct word *name, struct word *value)
{
	unsigned i = 0;

	while (i < word.length && word.text[i] != '=')
		i++;
	*name = (struct word){ word.text, i };
	if (i == word.length)
		return false;
	*value = (struct word){ word.text + i + 1, word.length - i - 1 };
	return true;
}

static bool parse_word(struct word word, struct options *options)
{
	struct word name, value;

	if (!split(word, &name, &value)) {
		options->is_verbose = is(word, "verbose");
		return options->is_verbose;
	}
	if (is(name, "mode"))
		return parse_mode(value, &options->mode);
	if (is(name, "guests"))
		return parse_number(value, 1, MAX_GUESTS, &options->guests);
	if (is(name, "rounds"))
		return parse_number(value, 1, 10000, &options->rounds);
	if (is(name, "quantum"))
		return parse_number(value, 1, 1000000, &options->quantum);
	return false;
}

static struct word next_word(const char *line)
{
	struct word word;

	while (*line == ' ' || *line == '\t')
		line++;
	word = (struct word){ line, 0 };
	while (line[word.length] != '\0' && line[word.length] != ' ' && line[word.length] != '\t')
		word.length++;
	return word;
}

struct bad_word options_parse(const char *line, struct options *options)
{
	struct word word = next_word(line), name, value;

	*options = OPTIONS_DEFAULT;
	if (!split(word, &name, &value))
		word = next_word(word.text + word.length);
	for (; word.length != 0; word = next_word(word.text + word.length))
		if (!parse_word(word, options))
			return (struct bad_word){ word.text, word.length };
	return (struct bad_word){ NULL, 0 };
}
