/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of models that may be changed by name, and what core_issue() needs worked out of them:
 * operand strings of classes become resources with slack, units that cannot be too few vanish.
 */
#include "timing/model.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "base/digest.h"
#include "base/nearest.h"
#include "timing/core.h"
#include "timing/models.h"
#include "timing/timing.h"

const char *const timing_reason_names[REASON_COUNT] = {
#define REASON(id, name, ...) [REASON_##id] = (name),
#include "timing/reason.def"
#undef REASON
};

const char *const timing_reason_texts[REASON_COUNT] = {
#define REASON(id, name, what) [REASON_##id] = (what),
#include "timing/reason.def"
#undef REASON
};

const char *const timing_unit_names[UNIT_COUNT] = {
#define UNIT(id, name, ...) [UNIT_##id] = (name),
#include "timing/unit.def"
#undef UNIT
};

const char *const timing_class_names[CLASS_COUNT] = {
#define CLASS(id, ...) [CLASS_##id] = #id,
#include "timing/class.def"
#undef CLASS
};

const char *const timing_class_texts[CLASS_COUNT] = {
#define CLASS(id, kind, early, at, late, result, base, what) [CLASS_##id] = (what),
#include "timing/class.def"
#undef CLASS
};

const struct timing_parameter timing_parameters[PARAM_COUNT] = {
#define PARAMETER(id, least, most, unit, what) [PARAM_##id] = { #id, unit, what, least, most },
#include "timing/param.def"
#undef PARAMETER
};

static const struct {
	const char *early, *at, *late, *result, *base;
	u8 kind;
} classes[CLASS_COUNT] = {
#define CLASS(id, kind, early, at, late, result, base, ...)                                        \
	[CLASS_##id] = { early, at, late, result, base, KIND_##kind },
#include "timing/class.def"
#undef CLASS
};

enum insn_kind timing_class_kind(enum timing_class class)
{
	return (enum insn_kind)classes[class].kind;
}

const struct timing_column timing_columns[COLUMN_COUNT] = {
#define COST_COLUMN(name, least, most)                                                             \
	[COLUMN_##name] = { #name, offsetof(struct class_cost, name), least, most },
#include "timing/cost_column.def"
#undef COST_COLUMN
};

/* ---- Operands ---- */

static const struct {
	char letter;
	u8 file, shift, base, mask;
} letters[] = {
	{ 'd', FILE_GPR, 0, RES_GPR, 63 },
	{ 'n', FILE_GPR, 8, RES_GPR, 63 },
	{ 'm', FILE_GPR, 16, RES_GPR, 63 },
	{ 'a', FILE_GPR, 24, RES_GPR, 63 },
	{ 'D', FILE_V, 0, RES_V, 31 },
	{ 'N', FILE_V, 8, RES_V, 31 },
	{ 'M', FILE_V, 16, RES_V, 31 },
	{ 'A', FILE_V, 24, RES_V, 31 },
	{ 'f', FILE_FLAGS, 0, RES_FLAGS, 0 },
	{ 'l', FILE_GPR, 0, RES_GPR + 30, 0 },
	{ 't', FILE_SYNC, 0, RES_SYNC, 0 },
};

/* One letter of class.def with what stands behind it. */
struct named_operand {
	u8 file, shift, base, mask;
	u8 count;
	bool bypass;
};

/* Takes one off *text. */
static struct named_operand take_operand(const char **text)
{
	for (size_t i = 0; i < COUNT(letters); i++)
		if (letters[i].letter == **text) {
			struct named_operand named = { letters[i].file, letters[i].shift,
				letters[i].base, letters[i].mask, 1, false };

			(*text)++;
			if (**text >= '2' && **text <= '4')
				named.count = (u8)(*(*text)++ - '0');
			if (named.count > 1)
				named.mask = 31;
			named.bypass = **text == '*';
			*text += named.bypass;
			return named;
		}
	ENT_BUG("class.def: no operand is called '%s'", *text);
}

/* Who reads `text` does so `early` cycles before issue. */
static void note_earliest(u8 earliest[FILE_COUNT], const char *text, int early)
{
	while (*text != '\0') {
		u8 file = take_operand(&text).file;

		if (earliest[file] < early)
			earliest[file] = (u8)early;
	}
}

/* An instruction that may be skewed looks at its operands one cycle before it needs them. */
static u8 skew_of(const struct timing_model *model, unsigned class)
{
	return classes[class].kind == KIND_ALU && model->param[PARAM_skewed_alu] != 0;
}

static void find_earliest(const struct timing_model *model, u8 earliest[FILE_COUNT])
{
	memset(earliest, 0, FILE_COUNT);
	for (unsigned class = 0; class < CLASS_COUNT; class ++) {
		const struct class_cost *cost = &model->cost[class];
		int skew = skew_of(model, class);

		note_earliest(earliest, classes[class].early, cost->early + skew);
		note_earliest(earliest, classes[class].at, skew);
		note_earliest(earliest, classes[class].late, skew - cost->late);
	}
}

static u8 bypass_of(const struct timing_model *model, const struct named_operand *named)
{
	if (!named->bypass)
		return 0;
	return (u8)
		model->param[named->file == FILE_V ? PARAM_bypass_accumulate : PARAM_bypass_base];
}

static struct class_operand *add_operands(struct class_issue *issue,
	const struct named_operand *named, const u8 earliest[FILE_COUNT], int slack)
{
	for (u8 i = 0; i < named->count; i++) {
		ENT_BUG_ON(issue->operands == CLASS_OPERANDS);
		issue->operand[issue->operands++] = (struct class_operand){
			.shift = named->shift,
			.add = i,
			.mask = named->mask,
			.base = named->base,
			.slack = (u8)(earliest[named->file] + slack),
		};
	}
	return &issue->operand[issue->operands - 1];
}

static void add_reads(
	const struct timing_model *model, struct class_issue *issue, const char *text, int slack)
{
	while (*text != '\0') {
		struct named_operand named = take_operand(&text);

		add_operands(issue, &named, model->earliest, slack)->bypass =
			bypass_of(model, &named);
	}
}

static void add_results(
	const struct timing_model *model, struct class_issue *issue, const char *text, int latency)
{
	while (*text != '\0') {
		struct named_operand named = take_operand(&text);

		if (named.file == FILE_SYNC)
			issue->maintains = true;
		else
			add_operands(issue, &named, model->earliest, latency)->marks =
				bypass_of(model, &named) != 0 ? 0xff : 0;
	}
}

static u8 why_of(enum insn_kind kind)
{
	switch (kind) {
	case KIND_LOAD: return REASON_LOAD_USE;
	case KIND_SYSREG: return REASON_SYSREG;
	case KIND_BARRIER: return REASON_BARRIER;
	case KIND_TLBI: return REASON_TLBI;
	case KIND_CACHE_OP: return REASON_CACHE_OP;
	default: return REASON_DEPENDENCY;
	}
}

static u8 holds_why_of(enum insn_kind kind)
{
	return kind >= KIND_SYSREG && kind <= KIND_CACHE_OP ? why_of(kind) : REASON_UNIT;
}

static void work_out_class(struct timing_model *model, enum timing_class class)
{
	const struct class_cost *cost = &model->cost[class];
	struct class_issue *issue = &model->issue[class];
	bool is_alone = cost->rule >= ISSUE_ALONE;

	*issue = (struct class_issue){
		.latency = cost->latency,
		.skewed = skew_of(model, class) && cost->latency > 0,
		.unit = cost->unit,
		.closes = cost->rule >= ISSUE_LAST,
		.occupies = !is_alone && cost->busy > 1 ? cost->busy : 0,
		.holds = (u8)(is_alone ? cost->busy - 1 : 0),
		.holds_why = holds_why_of(classes[class].kind),
		.rule = cost->rule,
		.kind = classes[class].kind,
		.why = why_of(classes[class].kind),
	};
	add_reads(model, issue, classes[class].early, -cost->early);
	add_reads(model, issue, classes[class].at, 0);
	add_reads(model, issue, classes[class].late, cost->late);
	issue->reads = issue->operands;
	add_results(model, issue, classes[class].result, cost->latency);
	issue->results = issue->operands;
	add_results(model, issue, classes[class].base, cost->base);
}

/* ---- Units ---- */

static bool joins_others(enum issue_rule rule)
{
	return rule == ISSUE_ANY || rule == ISSUE_LAST;
}

static void count_units(struct timing_model *model)
{
#define UNIT(id, name, count) model->unit_count[UNIT_##id] = (u8)(count);
#include "timing/unit.def"
#undef UNIT
}

static void work_out_units(struct timing_model *model)
{
	u8 most[UNIT_COUNT] = { 0 };

	count_units(model);
	for (unsigned class = 0; class < CLASS_COUNT; class ++)
		if (most[model->cost[class].unit] < model->cost[class].width)
			most[model->cost[class].unit] = model->cost[class].width;
	/* Only where units can be too few is it part of the state how many are taken. */
	for (unsigned class = 0; class < CLASS_COUNT; class ++) {
		struct class_issue *issue = &model->issue[class];
		unsigned unit = issue->unit;

		issue->joins = joins_others((enum issue_rule)issue->rule) ? 0 : -1;
		if (model->param[PARAM_issue_width] * most[unit] <= model->unit_count[unit])
			continue;
		issue->width = model->cost[class].width;
		if (issue->joins == 0)
			issue->joins = (s8)(model->unit_count[unit] - issue->width);
	}
}

static void work_out(struct timing_model *model)
{
	find_earliest(model, model->earliest);
	for (unsigned class = 0; class < CLASS_COUNT; class ++)
		work_out_class(model, (enum timing_class) class);
	work_out_units(model);
}

/* ---- Models by name ---- */

const char *timing_model_name(unsigned index)
{
	unsigned count = 0;

	while (timing_models[count] != NULL)
		count++;
	return index < count ? timing_models[index]->name : NULL;
}

bool timing_model_get(const char *name, struct timing_model *out)
{
	for (unsigned i = 0; timing_models[i] != NULL; i++)
		if (strcmp(timing_models[i]->name, name) == 0) {
			*out = *timing_models[i];
			work_out(out);
			return true;
		}
	return false;
}

/* ---- Assignments ---- */

static const char assigned[] = "--timing-set";

static bool is_name(const char *name, const char *text, size_t length)
{
	return strlen(name) == length && strncasecmp(name, text, length) == 0;
}

/* A decimal number and nothing else; saturates. false: it is none. */
static bool parse_number(const char *text, u32 *out)
{
	u64 value = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = smaller(value * 10 + (u64)(*text - '0'), UINT32_MAX);
	}
	*out = (u32)value;
	return true;
}

static struct status check_value(
	const char *assignment, const char *text, u32 least, u32 most, u32 *value)
{
	if (!parse_number(text, value) || *value < least || *value > most)
		return status_error(STATUS_USAGE,
			"--timing-set %.80s: the value is a whole number from %u to %u", assignment,
			least, most);
	return status_ok();
}

static struct status no_such_column(const char *assignment)
{
	char known[80] = "";

	for (size_t i = 0, length = 0; i < COLUMN_COUNT && length < sizeof(known); i++)
		length += (size_t)snprintf(known + length, sizeof(known) - length, "%s.%s",
			i == 0 ? "" : ", ", timing_columns[i].name);
	return status_error(STATUS_USAGE, "--timing-set %.80s: a class has %s", assignment, known);
}

/* What is near to the first `length` characters. */
static struct status no_such_name(const char *assignment, size_t length, bool is_class)
{
	char name[40], hint[100] = "";
	struct nearest nearest = { .wanted = name };

	snprintf(name, sizeof(name), "%.*s", (int)smaller(length, sizeof(name)), assignment);
	for (unsigned class = 0; is_class && class < CLASS_COUNT; class ++)
		nearest_offer(&nearest, timing_class_names[class]);
	for (unsigned param = 0; !is_class && param < PARAM_COUNT; param++)
		nearest_offer(&nearest, timing_parameters[param].name);
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "--timing-set %.60s: no %s of that name%s", assignment,
		is_class ? "class" : "parameter",
		hint[0] != '\0' ? hint : "; 'entresol timing MODEL' lists them");
}

static struct status set_param(
	struct timing_model *model, unsigned param, const char *assignment, const char *text)
{
	u32 value;
	struct status status = check_value(assignment, text, timing_parameters[param].least,
		timing_parameters[param].most, &value);

	if (status.code != STATUS_OK)
		return status;
	model->param[param] = value;
	model->param_source[param] = assigned;
	work_out(model);
	return status;
}

/* `column` is what is between the dot and the '=' at text - 1. */
static struct status set_cost(struct timing_model *model, unsigned class, const char *assignment,
	const char *column, const char *text)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		u32 value;
		struct status status;

		if (!is_name(timing_columns[i].name, column, (size_t)(text - 1 - column)))
			continue;
		status = check_value(
			assignment, text, timing_columns[i].least, timing_columns[i].most, &value);
		if (status.code != STATUS_OK)
			return status;
		((u8 *)&model->cost[class])[timing_columns[i].offset] = (u8)value;
		model->cost_source[class] = assigned;
		work_out(model);
		return status;
	}
	return no_such_column(assignment);
}

/* CLASS_COUNT, PARAM_COUNT: no row is called what stands at `name`. */
static unsigned find_class(const char *name, size_t length)
{
	unsigned class = 0;

	while (class < CLASS_COUNT && !is_name(timing_class_names[class], name, length))
		class ++;
	return class;
}

static unsigned find_param(const char *name, size_t length)
{
	unsigned param = 0;

	while (param < PARAM_COUNT && !is_name(timing_parameters[param].name, name, length))
		param++;
	return param;
}

struct status timing_model_set(struct timing_model *model, const char *assignment)
{
	size_t length = strcspn(assignment, "=");
	size_t first = strcspn(assignment, ".="); /* part of the name */
	const char *value = assignment + length + 1;
	unsigned class = find_class(assignment, first);
	unsigned param = find_param(assignment, length);

	if (assignment[length] == '\0')
		return status_error(STATUS_USAGE, "--timing-set %.80s: not NAME=VALUE", assignment);
	if (class != CLASS_COUNT && first < length)
		return set_cost(model, class, assignment, assignment + first + 1, value);
	if (param != PARAM_COUNT) /* some are called as a class is: prefetch */
		return set_param(model, param, assignment, value);
	if (class != CLASS_COUNT)
		return no_such_column(assignment);
	return no_such_name(assignment, length < first ? length : first, first < length);
}

/* ---- Of which build? ---- */

static u64 of_model(u64 digest, const char *name)
{
	struct timing_model model;

	if (!timing_model_get(name, &model))
		ENT_BUG("no model %s", name);
	digest = digest_text(digest, name);
	digest = digest_bytes(digest, model.param, sizeof(model.param));
	digest = digest_bytes(digest, model.cost, sizeof(model.cost));
	digest = digest_bytes(digest, model.unit_count, sizeof(model.unit_count));
	return digest_bytes(digest, model.issue, sizeof(model.issue));
}

u64 timing_fingerprint(void)
{
	static const u32 counts[] = { PARAM_COUNT, CLASS_COUNT, TIMING_COUNT_COUNT, REASON_COUNT };
	u64 digest = digest_bytes(DIGEST_START, counts, sizeof(counts));

	for (unsigned i = 0; i < PARAM_COUNT; i++)
		digest = digest_text(digest, timing_parameters[i].name);
	for (unsigned i = 0; i < CLASS_COUNT; i++)
		digest = digest_text(digest, timing_class_names[i]);
	for (unsigned i = 0; timing_model_name(i) != NULL; i++)
		digest = of_model(digest, timing_model_name(i));
	return digest;
}
