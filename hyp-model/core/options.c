/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line. Knows words and the rows of options.def and payload.def.
 */
#include "core/options.h"

#include "core/cpu.h"
#include "core/mutant.h"
#include "core/print.h"
#include "core/vm.h"

struct options options;

struct word {
	const char *text;
	unsigned length;
};

struct knob {
	size_t offset; /* in struct options */
	const char *name, *words;
	u64 first, last, value;
	bool is_for_below;
	const char *what;
};

static const struct knob knobs[] = {
#define KNOB(member, ...) { offsetof(struct options, member), __VA_ARGS__ },
#include "core/options.def"
#undef KNOB
};

static const struct {
	const char *name, *what;
} payloads[] = {
#define PAYLOAD(name, what) { #name, what },
#include "guest/payload.def"
#undef PAYLOAD
	{ "all", "each of them in turn" },
};

static u64 *member(struct options *of, const struct knob *knob)
{
	return (u64 *)((char *)of + knob->offset);
}

static unsigned length_of(const char *text)
{
	unsigned length = 0;

	while (text[length] != '\0')
		length++;
	return length;
}

static bool is_same(struct word a, struct word b)
{
	unsigned i = 0;

	while (i < a.length && i < b.length && a.text[i] == b.text[i])
		i++;
	return i == a.length && i == b.length;
}

static bool is(struct word word, const char *text)
{
	return is_same(word, (struct word){ text, length_of(text) });
}

static bool parse_number(struct word word, u64 *out)
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
	return true;
}

/* The part before the character and the part behind it; without it, all of it and nothing. */
static bool split(struct word word, char at, struct word *before, struct word *behind)
{
	unsigned i = 0;

	while (i < word.length && word.text[i] != at)
		i++;
	*before = (struct word){ word.text, i };
	*behind = (struct word){ word.text + i, 0 };
	if (i == word.length)
		return false;
	*behind = (struct word){ word.text + i + 1, word.length - i - 1 };
	return true;
}

/*
 * One of "a|b|c", by what is said of it: the text, or what it stands for, which is its position or
 * the number that it is. The other of the two is found.
 */
static bool find_choice(const char *words, struct word *word, u64 *value)
{
	struct word rest = { words, length_of(words) }, choice;
	bool is_more = true;

	for (u64 i = 0; is_more; i++) {
		u64 stands_for;

		is_more = split(rest, '|', &choice, &rest);
		if (!parse_number(choice, &stands_for))
			stands_for = i;
		if (word->text ? !is_same(*word, choice) : *value != stands_for)
			continue;
		*word = choice;
		*value = stands_for;
		return true;
	}
	return false;
}

static bool parse_value(struct word word, const struct knob *knob, u64 *out)
{
	if (knob->words)
		return find_choice(knob->words, &word, out);
	return parse_number(word, out) && *out >= knob->first && *out <= knob->last;
}

static bool parse_payload(struct word word, struct options *out)
{
	for (unsigned i = 0; i < COUNT(payloads); i++) {
		if (!is(word, payloads[i].name))
			continue;
		for (unsigned at = 0; at < word.length; at++)
			out->payload[at] = word.text[at];
		out->payload[word.length] = '\0';
		return true;
	}
	return false;
}

static bool parse_word(struct word word, struct options *out)
{
	struct word name, value;

	if (!split(word, '=', &name, &value))
		return false;
	if (HAS_MUTANTS && is(name, "mutant"))
		return mutant_choose(value.text, value.length);
	if (is(name, "payload"))
		return parse_payload(value, out);
	for (unsigned i = 0; i < COUNT(knobs); i++)
		if (is(name, knobs[i].name))
			return parse_value(value, &knobs[i], member(out, &knobs[i]));
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

struct bad_word options_parse(const char *line, struct options *out)
{
	struct word word = next_word(line), name, value;

	*out = (struct options){ .payload = "all" };
	for (unsigned i = 0; i < COUNT(knobs); i++)
		*member(out, &knobs[i]) = knobs[i].value;
	if (!split(word, '=', &name, &value))
		word = next_word(word.text + word.length);
	for (; word.length != 0; word = next_word(word.text + word.length))
		if (!parse_word(word, out))
			return (struct bad_word){ word.text, word.length };
	return (struct bad_word){ NULL, 0 };
}

/* --- the lines of guests -----------------------------------------------------------------------
 */

struct line {
	char *text;
	size_t size, length;
};

static void put(struct line *line, const char *text)
{
	for (; *text != '\0' && line->length + 1 < line->size; text++)
		line->text[line->length++] = *text;
	line->text[line->length] = '\0';
}

static void put_word(struct line *line, struct word word)
{
	for (unsigned i = 0; i < word.length; i++) {
		char text[2] = { word.text[i], '\0' };

		put(line, text);
	}
}

static void put_digits(struct line *line, u64 value)
{
	char buffer[DIGITS];

	put(line, print_digits(value, 10, buffer));
}

static void put_number(struct line *line, const char *name, u64 value)
{
	put(line, " ");
	put(line, name);
	put(line, "=");
	put_digits(line, value);
}

bool options_is_all_payloads(const struct options *of)
{
	return is((struct word){ of->payload, length_of(of->payload) }, "all");
}

/* " NAME=VALUE", as the user would write it. */
static void put_knob(struct line *line, const struct knob *knob, u64 value)
{
	struct word word = { NULL, 0 };

	if (!knob->words) {
		put_number(line, knob->name, value);
		return;
	}
	put(line, " ");
	put(line, knob->name);
	put(line, "=");
	if (find_choice(knob->words, &word, &value))
		put_word(line, word);
}

void options_of_guest_hypervisor(const struct options *of, char *text, size_t size)
{
	struct line line = { text, size, 0 };
	struct options below = *of;

	below.mode = of->nest == VM_EL2_NVHE ? MODE_NVHE : MODE_VHE;
	if (of->depth == 1)
		below.nest = VM_EL2_NONE;
	else
		below.depth--;
	if (of->vcpus != 0)
		below.cpus = of->vcpus;
	below.stats = 0; /* counters trap there */
	put(&line, "hyp.elf");
	for (unsigned i = 0; i < COUNT(knobs); i++)
		if (knobs[i].is_for_below)
			put_knob(&line, &knobs[i], *member(&below, &knobs[i]));
	put(&line, " payload=");
	put(&line, of->payload);
}

void options_of_payload(const struct options *of, u64 index, char *text, size_t size)
{
	struct line line = { text, size, 0 };

	put(&line, "payload");
	put_number(&line, "index", index);
	put_number(&line, "rounds", of->rounds);
	put_number(&line, "cost", of->cost);
	put_number(&line, "hostile", of->hostile);
	put_number(&line, "oracle", of->oracle);
	put_number(&line, "questions", of->questions);
	put_number(&line, "stage2", of->stage2);
	put(&line, " payload=");
	put(&line, of->payload);
}

static void print_knob(const struct knob *knob)
{
	char usage[40], value[40];
	struct line left = { usage, sizeof(usage), 0 }, right = { value, sizeof(value), 0 };
	const char *text = value;

	if (knob->words) {
		put(&left, knob->name);
		put(&left, "=");
		put(&left, knob->words);
	} else {
		put(&left, knob->name);
		put(&left, "=");
		put_digits(&left, knob->first);
		put(&left, "..");
		put_digits(&left, knob->last);
	}
	put_knob(&right, knob, knob->value);
	while (*text != '=')
		text++;
	print("  %-28s%s (default %s)\n", usage, knob->what, text + 1);
}

void options_print_help(void)
{
	for (unsigned i = 0; i < COUNT(knobs); i++)
		print_knob(&knobs[i]);
	if (HAS_MUTANTS)
		mutant_print_help();
	print("  %-28s%s\n", "payload=NAME", "what the guests do (default all):");
	for (unsigned i = 0; i < COUNT(payloads); i++)
		print("    %-26s%s\n", payloads[i].name, payloads[i].what);
}
