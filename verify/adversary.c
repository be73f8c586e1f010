/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers: those of a preset are columns of liberty.def, those of a seed are way 0 but for once
 * in so many decisions, any other way then. By counting up the N of nth=N every single deviation
 * from way 0 is tried.
 */
#include "verify/adversary.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define LIBERTY(name, ways, min, max, once_in, ...)                                                \
	_Static_assert((once_in) > 1 && ((once_in) & ((once_in)-1)) == 0, "a power of two");
#include "base/number.h"
#include "cpu/liberty.def"
#undef LIBERTY

const struct liberty_text liberty_texts[LIBERTY_COUNT] = {
#define LIBERTY(name, ways, min, max, once_in, section, text) { #name, section, text },
#include "cpu/liberty.def"
#undef LIBERTY
};

static const struct row {
	unsigned ways; /* 0: as many as the asker says */
	unsigned preset[2];
	unsigned once_in;
} rows[LIBERTY_COUNT] = {
#define LIBERTY(name, ways, min, max, once_in, ...) { ways, { min, max }, once_in },
#include "cpu/liberty.def"
#undef LIBERTY
};

/* A pending interrupt is taken in finite time, D1.3.6: what is no choice is not asked for ever. */
enum { MOST_WAITS = 32 };

static unsigned preset_of(enum adversary_kind kind, enum liberty liberty)
{
	return rows[liberty].preset[kind == ADVERSARY_MAX];
}

/* Decisions that go way 0 until one does not, which each does once in 2^k: so few numbers are
 * drawn. */
static u32 draw_gap(struct rng *stream, unsigned k)
{
	for (u32 gap = 0;;) {
		u64 drawn = rng_next(stream);

		for (unsigned used = k; used <= 64; used += k, drawn >>= k, gap++) {
			if ((drawn & (BIT(k) - 1)) == 0)
				return gap;
		}
	}
}

static unsigned log2_of(unsigned power)
{
	return (unsigned)__builtin_ctz(power);
}

static unsigned by_seed(struct adversary *adversary, enum liberty liberty, unsigned ways)
{
	u32 *gap = &adversary->gap[liberty];

	if (LIKELY((*gap)-- != 0))
		return 0;
	*gap = draw_gap(&adversary->stream, log2_of(rows[liberty].once_in));
	return ways == 2 ? 1 : 1 + (unsigned)rng_below(&adversary->stream, ways - 1);
}

static bool is_enough(struct adversary *adversary, const struct cpu *cpu, unsigned way)
{
	u8 *waits = &adversary->waits[cpu->index];

	*waits = way == 0 || *waits == MOST_WAITS ? 0 : (u8)(*waits + 1);
	return *waits == 0;
}

static unsigned choose(void *opaque, const struct cpu *cpu, enum liberty liberty, unsigned ways)
{
	struct adversary *adversary = opaque;
	enum adversary_kind kind = adversary->config.kind;
	unsigned way;

	ENT_BUG_ON(rows[liberty].ways != 0 && rows[liberty].ways != ways);
	if (kind == ADVERSARY_SEED)
		way = by_seed(adversary, liberty, ways);
	else if (kind == ADVERSARY_NTH)
		way = adversary->decisions == adversary->config.seed;
	else
		way = (unsigned)smaller(preset_of(kind, liberty), ways - 1);
	if (liberty == LIBERTY_INTERRUPT && is_enough(adversary, cpu, way))
		way = 0;
	adversary->decisions++;
	adversary->taken += way != 0;
	return way;
}

static u32 taken_by(struct adversary_config config)
{
	u32 taken = 0;

	for (enum liberty i = 0; i < LIBERTY_COUNT; i++) {
		bool is_taken = config.kind >= ADVERSARY_SEED ||
				(config.kind != ADVERSARY_NONE && preset_of(config.kind, i) != 0);

		taken |= is_taken ? (u32)BIT(i) : 0;
	}
	return config.only != 0 ? taken & config.only : taken;
}

void adversary_init(struct adversary *adversary, struct adversary_config config)
{
	*adversary = (struct adversary){ .config = config,
		.liberties = { choose, adversary, taken_by(config) },
		.stream = { config.seed } };
	for (enum liberty i = 0; i < LIBERTY_COUNT; i++)
		adversary->gap[i] = draw_gap(&adversary->stream, log2_of(rows[i].once_in));
}

const struct liberties *adversary_liberties(const struct adversary *adversary)
{
	return adversary->liberties.taken != 0 ? &adversary->liberties : NULL;
}

/* ---- Texts ---- */

static const char *const kinds[] = {
	[ADVERSARY_NONE] = "none",
	[ADVERSARY_MIN] = "min",
	[ADVERSARY_MAX] = "max",
	[ADVERSARY_SEED] = "seed=",
	[ADVERSARY_NTH] = "nth=",
};

/* As adversary_say() has it, in any case of letters. */
static bool is_name(const char *name, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (name[i] == '\0' || toupper((unsigned char)text[i]) != name[i])
			return false;
	}
	return name[length] == '\0';
}

static struct status parse_names(const char *text, u32 *only)
{
	for (;;) {
		size_t length = strcspn(text, ",");
		enum liberty i = 0;

		while (i < LIBERTY_COUNT && !is_name(liberty_texts[i].name, text, length))
			i++;
		if (i == LIBERTY_COUNT)
			return status_error(STATUS_USAGE,
				"adversary: '%.*s' is no liberty; --adversary help lists them",
				(int)smaller(length, 40), text);
		*only |= (u32)BIT(i);
		if (text[length] == '\0')
			return status_ok();
		text += length + 1;
	}
}

static bool parse_seed(const char *text, size_t length, u64 *seed)
{
	const char *end = text;

	return number_take(&end, seed) && end == text + length;
}

/* A kind's word, with its number if it has one. */
static bool parse_kind(const char *text, size_t length, struct adversary_config *config)
{
	for (enum adversary_kind kind = ADVERSARY_NONE; kind < ADVERSARY_KINDS; kind++) {
		size_t known = strlen(kinds[kind]);

		if (length < known || strncmp(text, kinds[kind], known) != 0)
			continue;
		config->kind = kind;
		if (kind >= ADVERSARY_SEED)
			return parse_seed(text + known, length - known, &config->seed);
		return length == known;
	}
	return false;
}

struct status adversary_parse(const char *text, struct adversary_config *config)
{
	struct adversary_config parsed = { .only = 0 };
	size_t length = strcspn(text, "/");
	struct status status = status_ok();

	if (!parse_kind(text, length, &parsed))
		return status_error(STATUS_USAGE,
			"adversary '%.60s': not none, min, max, seed=N or nth=N, with /LIBERTY,... "
			"for these only",
			text);
	if (text[length] == '/')
		status = parse_names(text + length + 1, &parsed.only);
	if (status.code == STATUS_OK)
		*config = parsed;
	return status;
}

const char *liberty_name(enum liberty liberty, char text[LIBERTY_NAME])
{
	size_t at = 0;

	for (const char *c = liberty_texts[liberty].name; *c != '\0' && at + 1 < LIBERTY_NAME; c++)
		text[at++] = (char)tolower((unsigned char)*c);
	text[at] = '\0';
	return text;
}

void adversary_list(FILE *out)
{
	char name[LIBERTY_NAME];

	for (enum liberty i = 0; i < LIBERTY_COUNT; i++)
		fprintf(out, "%-16s %s (%s)\n", liberty_name(i, name), liberty_texts[i].ways,
			liberty_texts[i].where);
}

const char *adversary_say(struct adversary_config config, char *text, size_t size)
{
	size_t at = (size_t)snprintf(text, size, "%s", kinds[config.kind]);
	char name[LIBERTY_NAME];

	if (config.kind >= ADVERSARY_SEED && at < size)
		at += (size_t)snprintf(text + at, size - at, "%" PRIu64, config.seed);
	for (enum liberty i = 0; i < LIBERTY_COUNT && at < size; i++) {
		bool is_first = (config.only & (BIT(i) - 1)) == 0;

		if ((config.only >> i & 1) == 0)
			continue;
		at += (size_t)snprintf(
			text + at, size - at, "%c%s", is_first ? '/' : ',', liberty_name(i, name));
	}
	return text;
}
