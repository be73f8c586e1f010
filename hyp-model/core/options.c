/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line. Knows words and the rows of options.def and payload.def.
 */
#include "core/options.h"

#include "core/print.h"

struct options options;

struct word {
	const char *text;
	unsigned length;
};

struct knob {
	size_t offset; /* in struct options */
	const char *name, *words;
	u64 first, last, value;
	const char *what;
};

static const struct knob knobs[] = {
#define KNOB(member, ...) { offsetof(struct options, member), __VA_ARGS__ },
#include "core/options.def"
#undef KNOB
};

static const char *const payloads[] = {
#define PAYLOAD(name, ...) #name,
#include "guest/payload.def"
#undef PAYLOAD
	"all",
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

/* One of "a|b|c"; what it stands for is its position, or the number that it is. */
static bool parse_choice(struct word word, const char *words, u64 *out)
{
	struct word rest = { words, length_of(words) }, choice;
	bool is_more = true;

	for (u64 i = 0; is_more; i++) {
		is_more = split(rest, '|', &choice, &rest);
		if (!is_same(word, choice))
			continue;
		if (!parse_number(word, out))
			*out = i;
		return true;
	}
	return false;
}

static bool parse_value(struct word word, const struct knob *knob, u64 *out)
{
	if (knob->words)
		return parse_choice(word, knob->words, out);
	return parse_number(word, out) && *out >= knob->first && *out <= knob->last;
}

static bool parse_payload(struct word word, struct options *out)
{
	for (unsigned i = 0; i < COUNT(payloads); i++) {
		if (!is(word, payloads[i]))
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

static void put_number(struct line *line, const char *name, u64 value)
{
	char buffer[DIGITS];

	put(line, " ");
	put(line, name);
	put(line, "=");
	put(line, print_digits(value, 10, buffer));
}

static const char *const forms[] = {
	/* by enum vm_el2 */
	"none",
	"vhe",
	"nvhe",
	"rw",
};

void options_of_guest_hypervisor(const struct options *of, char *text, size_t size)
{
	struct line line = { text, size, 0 };
	bool is_last = of->depth == 1;

	put(&line, "hyp.elf mode=");
	put(&line, of->nest == 2 ? "nvhe" : "vhe");
	put(&line, " nest=");
	put(&line, is_last ? "none" : forms[of->nest]);
	put_number(&line, "depth", is_last ? 1 : of->depth - 1);
	put_number(&line, "nv", of->nv);
	put_number(&line, "deferral", of->deferral);
	put_number(&line, "granule", of->granule); /* NV-4: not smaller than the host's */
	put_number(&line, "cpus", of->cpus);
	put_number(&line, "rounds", of->rounds);
	put_number(&line, "cost", of->cost);
	put(&line, " stats=0 payload=");
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
	put(&line, " payload=");
	put(&line, of->payload);
}

void options_print_help(void)
{
	for (unsigned i = 0; i < COUNT(knobs); i++) {
		const struct knob *knob = &knobs[i];

		print("  %s=", knob->name);
		if (knob->words)
			print("%s", knob->words);
		else
			print("%lu..%lu", knob->first, knob->last);
		print("  %s (%lu)\n", knob->what, knob->value);
	}
	print("  payload=");
	for (unsigned i = 0; i < COUNT(payloads); i++)
		print("%s%s", i == 0 ? "" : "|", payloads[i]);
	print("  what the guests do (all)\n");
}
