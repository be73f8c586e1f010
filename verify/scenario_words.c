/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of scenario_words.def, and what may stand behind each of them.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "sysregs/choices.h"
#include "sysregs/sysregs.h"
#include "verify/scenario_private.h"

enum { LINE_VALUES = 12, MOST_SEEDS = 1000000000 };

static struct status bad(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What is wrong with a line; where it is is added by who reads lines. */
static struct status bad(const char *format, ...)
{
	struct status status = { .code = STATUS_USAGE };
	va_list args;

	va_start(args, format);
	vsnprintf(status.text, sizeof(status.text), format, args);
	va_end(args);
	return status;
}

/* A decimal or 0x number from low to high, with K, M, G behind it if `has_units`. */
static struct status read_number(const char *text, bool has_units, u64 low, u64 high, u64 *number)
{
	const char *end = text;
	u64 value;

	if (!(has_units ? number_take_size(&end, &value) : number_take(&end, &value)) ||
		*end != '\0')
		return bad("'%.40s' is not a number%s", text,
			has_units ? " with K, M, G or nothing behind it" : "");
	if (value < low || value > high)
		return bad("'%.40s' is not from %" PRIu64 " to %" PRIu64, text, low, high);
	*number = value;
	return status_ok();
}

/* The same for what is not as wide. */
#define READ_NUMBER(text, low, high, lvalue)                                                       \
	({                                                                                         \
		u64 number_ = 0;                                                                   \
		struct status status_ = read_number(text, false, low, high, &number_);             \
                                                                                                   \
		(lvalue) = (__typeof__(lvalue))number_;                                            \
		status_;                                                                           \
	})

static struct status copy_text(char *to, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size)
		return bad("that is too long: at most %zu characters", size - 1);
	memcpy(to, text, length + 1);
	return status_ok();
}

/* Cuts a text at its spaces; the number of words, at most `most` + 1. */
static unsigned cut(char *text, char *word[], unsigned most)
{
	unsigned count = 0;
	char *rest;

	for (char *next = strtok_r(text, " \t", &rest); next != NULL;
		next = strtok_r(NULL, " \t", &rest)) {
		if (count == most)
			return most + 1;
		word[count++] = next;
	}
	return count;
}

/* ---- A line each ---- */

static struct status read_what(struct scenario *s, char *value)
{
	return copy_text(s->what, sizeof(s->what), value);
}

static struct status read_spec(struct scenario *s, char *value)
{
	return copy_text(s->spec, sizeof(s->spec), value);
}

static struct status read_cpu(struct scenario *s, char *value)
{
	s->session.machine.profile = value;
	return sysregs_check_profile(value);
}

static struct status read_cpus(struct scenario *s, char *value)
{
	return READ_NUMBER(value, 1, MACHINE_CPUS, s->session.machine.cpus);
}

static struct status read_memory(struct scenario *s, char *value)
{
	struct status status =
		read_number(value, true, 1 << 20, 1ull << 40, &s->session.machine.ram_size);

	if (status.code == STATUS_OK && !is_aligned(s->session.machine.ram_size, 4096))
		return bad("'%.40s' is no multiple of 4K", value);
	return status;
}

static struct status read_quantum(struct scenario *s, char *value)
{
	return READ_NUMBER(value, 1, 1u << 30, s->session.machine.quantum);
}

static struct status read_seed(struct scenario *s, char *value)
{
	return READ_NUMBER(value, 0, UINT64_MAX, s->session.machine.seed);
}

static struct status read_choice(struct scenario *s, char *value)
{
	return choice_set(s->session.machine.choice, value);
}

static struct status read_words(struct scenario *s, char *value)
{
	return scenario_add_words(s, value);
}

static struct status read_max_insns(struct scenario *s, char *value)
{
	return READ_NUMBER(value, 1, 1ull << 40, s->session.max_insns);
}

static struct status read_expect(struct scenario *s, char *value)
{
	char *word[2];

	if (cut(value, word, 2) != 2 || strcmp(word[0], "exit") != 0)
		return bad("write 'expect exit N'");
	return READ_NUMBER(word[1], 0, 255, s->session.expected_exit);
}

static struct status read_monitors(struct scenario *s, char *value)
{
	return monitors_parse(value, &s->session.monitors);
}

/* "A..B", and behind it nothing or "/NAMES". */
static struct status read_seeds(char *text, struct adversary_config *first, u64 *count)
{
	char *names = strchr(text, '/'), *dots = strstr(text, ".."), one[120];
	u64 last = 0;
	struct status status;

	if (names != NULL)
		*names++ = '\0';
	if (dots == NULL || (names != NULL && dots > names))
		return bad("write 'seeds A..B'");
	*dots = '\0';
	status = READ_NUMBER(text, 0, MOST_SEEDS, first->seed);
	if (status.code == STATUS_OK)
		status = READ_NUMBER(dots + 2, first->seed, MOST_SEEDS, last);
	if (status.code != STATUS_OK)
		return status;
	*count = last - first->seed + 1;
	if (snprintf(one, sizeof(one), "seed=%" PRIu64 "%s%s", first->seed,
		    names != NULL ? "/" : "", names != NULL ? names : "") >= (int)sizeof(one))
		return bad("too many names");
	return adversary_parse(one, first);
}

static struct status read_run(struct scenario *s, char *value)
{
	struct adversary_config first = { .kind = ADVERSARY_NONE };
	u64 count = 1;
	struct status status;

	if (s->runs == SCENARIO_RUNS)
		return bad("at most %d lines 'run'", SCENARIO_RUNS);
	if (strncmp(value, "seeds ", 6) == 0)
		status = read_seeds(value + 6, &first, &count);
	else
		status = adversary_parse(value, &first);
	s->run[s->runs].first = first;
	s->run[s->runs++].count = count;
	return status;
}

static struct status read_adversary_from(struct scenario *s, char *value)
{
	char *word[3];
	unsigned count = cut(value, word, 3);

	s->is_late = true;
	s->is_spread = count == 3 && strcmp(word[1], "or") == 0 && strcmp(word[2], "later") == 0;
	if (count != 1 && !s->is_spread)
		return bad("write 'adversary-from PLACE' or 'adversary-from PLACE or later'");
	return place_parse(word[0], &s->from);
}

static bool find_injection(const char *name, enum injection *injection)
{
	for (unsigned i = 0; i < INJECTIONS; i++) {
		if (strcmp(name, injection_names[i]) == 0) {
			*injection = (enum injection)i;
			return true;
		}
	}
	return false;
}

static struct status read_sweep_pair(
	const struct scenario *s, struct sweep_config *sweep, const char *name, const char *value)
{
	(void)s;
	if (strcmp(name, "from") == 0)
		return place_parse(value, &sweep->from);
	if (strcmp(name, "to") == 0)
		return place_parse(value, &sweep->to);
	if (strcmp(name, "intid") == 0)
		return READ_NUMBER(value, 0, 1019, sweep->intid);
	if (strcmp(name, "cpu") == 0)
		return READ_NUMBER(value, 0, MACHINE_CPUS - 1, sweep->cpu);
	if (strcmp(name, "after") == 0)
		return READ_NUMBER(value, 1, 1ull << 40, sweep->insns_after);
	if (strcmp(name, "every") == 0)
		return READ_NUMBER(value, 1, 1u << 30, sweep->shards);
	return bad("no '%.40s' of a sweep; there are from, to, intid, cpu, after, every", name);
}

static struct status read_sweep(struct scenario *s, char *value)
{
	char *word[LINE_VALUES];
	unsigned count = cut(value, word, LINE_VALUES);
	struct sweep_config *sweep = &s->sweep[s->sweeps];
	struct status status = status_ok();

	if (s->sweeps == SCENARIO_SWEEPS)
		return bad("at most %d lines 'sweep'", SCENARIO_SWEEPS);
	*sweep = (struct sweep_config){ .injection = INJECT_IRQ };
	if (count == 0 || !find_injection(word[0], &sweep->injection))
		return bad("a sweep is of irq, serror or vcpu-switch");
	if (count % 2 == 0)
		return bad("write 'sweep %s from PLACE to PLACE [intid N] [cpu N] [after N] "
			   "[every N]'",
			word[0]);
	for (unsigned i = 1; i + 1 < count && status.code == STATUS_OK; i += 2)
		status = read_sweep_pair(s, sweep, word[i], word[i + 1]);
	if (status.code == STATUS_OK && (!*sweep->from.text || !*sweep->to.text))
		return bad("a sweep needs 'from PLACE' and 'to PLACE'");
	s->sweeps++;
	return status;
}

struct word {
	const char *name;
	struct status (*read)(struct scenario *scenario, char *value);
	bool is_repeatable;
	const char *value, *meaning;
};

static const struct word words[] = {
#define WORD(name, reader, again, value, meaning) { name, read_##reader, again, value, meaning },
#include "verify/scenario_words.def"
#undef WORD
};

void scenario_explain(FILE *out)
{
	for (unsigned i = 0; i < COUNT(words); i++)
		fprintf(out, "%s %s\n        %s\n", words[i].name, words[i].value,
			words[i].meaning);
}

static struct status no_word(const char *name)
{
	struct nearest nearest = { .wanted = name };
	char text[100];

	for (unsigned i = 0; i < COUNT(words); i++)
		nearest_offer(&nearest, words[i].name);
	nearest_say(&nearest, text, sizeof(text));
	return bad("no word '%.40s'%s", name, text);
}

struct status scenario_read_line(struct scenario *scenario, char *line, u32 *seen)
{
	char *value = line + strcspn(line, " \t");
	unsigned i = 0;

	if (*value != '\0') {
		*value++ = '\0';
		value += strspn(value, " \t");
	}
	while (i < COUNT(words) && strcmp(words[i].name, line) != 0)
		i++;
	if (i == COUNT(words))
		return no_word(line);
	if ((*seen >> i & 1) != 0 && !words[i].is_repeatable)
		return bad("'%s' is there twice", line);
	*seen |= (u32)BIT(i);
	if (*value == '\0')
		return bad("'%s' needs a value: %s", line, words[i].value);
	return words[i].read(scenario, value);
}
