/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enumerates the settings: each row of combinations.def alone ("NV/-"), then with each control of
 * settings.def whose WHEN fits. Freestanding C; nothing here knows what a setting does.
 */
#include "explain/settings.h"

/* Named bits as masks, as in sysregs/sysregs.h, which is not for freestanding programs. */
#define FIELD(reg, field, high, low)                                                               \
	__attribute__((unused)) static const u64 reg##_##field = MASK(high, low);
#include "sysregs/fields.def"
#undef FIELD
#define ALL (~(u64)0)

enum when { ANY, E2H0, E2H1, FINE };
enum scope { BARE, EACH, FINE_TOO };

struct base_row {
	u16 reg;
	u64 mask, value;
	enum when when;
};

struct combination {
	const char *name;
	u64 hcr;
	enum scope scope;
};

enum kind { KIND_BITS, KIND_VALUES, KIND_WRITE };

struct control {
	enum kind kind;
	u16 reg;
	const char *name, *field; /* the register's, but of WRITE the whole; VALUES: the field's */
	u64 mask, value;
	enum when when;
};

static const struct base_row base[] = {
#define BASE(reg, mask, value, when) { SR_##reg, mask, value, when },
#include "explain/base.def"
#undef BASE
};

static const struct combination combinations[] = {
#define COMBINATION(name, value, scope) { name, value, scope },
#include "explain/combinations.def"
#undef COMBINATION
};

static const struct control controls[] = {
#define BITS(reg, mask, when)		    { KIND_BITS, SR_##reg, #reg, 0, mask, 0, when },
#define VALUES(reg, field, when)	    { KIND_VALUES, SR_##reg, #reg, #field, reg##_##field, 0, when },
#define WRITE(name, reg, mask, value, when) { KIND_WRITE, SR_##reg, name, 0, mask, value, when },
#include "explain/settings.def"
#undef BITS
#undef VALUES
#undef WRITE
};

const struct matrix_instruction matrix_instructions[] = {
#define INSTRUCTION(name, word) { #name, word },
#include "explain/instructions.def"
#undef INSTRUCTION
};
const unsigned matrix_instruction_count = COUNT(matrix_instructions);

/* Single-bit fields, for names. */
static const struct {
	const char *reg, *name;
	u8 high, low;
} fields[] = {
#define FIELD(reg, field, high, low) { #reg, #field, high, low },
#include "sysregs/fields.def"
#undef FIELD
};

/* ---- Text ---- */

static bool is_same(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b)
		a++, b++;
	return *a == *b;
}

bool is_e2h_name(const char *text, const char **rest)
{
	*rest = text;
	for (const char *prefix = "E2H_"; *prefix != '\0'; prefix++) {
		if (*(*rest)++ != *prefix) {
			*rest = text;
			return false;
		}
	}
	return true;
}

static void append(char *to, const char *text)
{
	unsigned n = 0;

	while (to[n] != '\0')
		n++;
	while (*text != '\0' && n < SETTING_NAME - 1)
		to[n++] = *text++;
	to[n] = '\0';
}

static void append_number(char *to, u64 value)
{
	char digits[4] = { 0 };

	if (value >= 10)
		append_number(to, value / 10);
	digits[0] = (char)('0' + value % 10);
	append(to, digits);
}

/* The name of bit n of a register in the format that E2H chooses: "TVM", or "b53". */
static void append_bit(char *to, const char *reg, unsigned n, bool e2h)
{
	const char *found = 0, *name;

	for (size_t i = 0; i < COUNT(fields); i++) {
		bool is_bit =
			fields[i].high == n && fields[i].low == n && is_same(fields[i].reg, reg);

		if (!is_bit)
			continue;
		if (is_e2h_name(fields[i].name, &name) == e2h || found == 0)
			found = name;
	}
	append(to, found != 0 ? found : "b");
	if (found == 0)
		append_number(to, n);
}

/* ---- Enumeration ---- */

static bool is_e2h(const struct combination *combination)
{
	return combination->hcr & HCR_EL2_E2H;
}

static bool fits(const struct combination *combination, enum when when)
{
	if (when == FINE)
		return combination->scope == FINE_TOO;
	return when == ANY || (when == E2H1) == is_e2h(combination);
}

static unsigned count_bits(u64 mask)
{
	unsigned n = 0;

	for (; mask != 0; mask &= mask - 1)
		n++;
	return n;
}

/* How many settings a control makes of a combination. */
static unsigned count_of(const struct combination *combination, const struct control *control)
{
	if (combination->scope == BARE || !fits(combination, control->when))
		return 0;
	switch (control->kind) {
	case KIND_BITS: return count_bits(control->mask);
	case KIND_VALUES: return (1u << count_bits(control->mask)) - 1; /* all but the base's */
	default: return 1;
	}
}

unsigned settings_count(void)
{
	unsigned count = COUNT(combinations);

	for (size_t i = 0; i < COUNT(combinations); i++) {
		for (size_t k = 0; k < COUNT(controls); k++)
			count += count_of(&combinations[i], &controls[k]);
	}
	return count;
}

static void start(struct setting *out, const struct combination *combination)
{
	out->name[0] = '\0';
	append(out->name, combination->name);
	append(out->name, "/");
	out->count = 0;
	for (size_t i = 0; i < COUNT(base); i++) {
		if (fits(combination, base[i].when))
			out->values[out->count++] =
				(struct setting_value){ base[i].reg, base[i].mask, base[i].value };
	}
	out->values[0].value |= combination->hcr;
}

static struct setting_value *value_of(struct setting *out, u16 reg)
{
	for (unsigned i = 0; i < out->count; i++) {
		if (out->values[i].reg == reg)
			return &out->values[i];
	}
	out->values[out->count] = (struct setting_value){ reg, 0, 0 };
	return &out->values[out->count++];
}

static void put(struct setting_value *value, u64 mask, u64 bits_of)
{
	value->mask |= mask;
	value->value = (value->value & ~mask) | bits_of;
}

static u64 nth_bit(u64 mask, unsigned n)
{
	while (n-- > 0)
		mask &= mask - 1;
	return mask & -mask;
}

/* The n-th setting of this control. */
static void apply(struct setting *out, const struct control *control, unsigned n, bool e2h)
{
	struct setting_value *value = value_of(out, control->reg);
	u64 bit_mask, field;
	unsigned low;
	const char *name;

	append(out->name, control->name);
	switch (control->kind) {
	case KIND_BITS:
		bit_mask = nth_bit(control->mask, n);
		append(out->name, ".");
		append_bit(out->name, control->name, (unsigned)__builtin_ctzll(bit_mask), e2h);
		append(out->name, value->value & bit_mask ? "=0" : "=1");
		put(value, bit_mask, ~value->value & bit_mask);
		break;
	case KIND_VALUES:
		low = (unsigned)__builtin_ctzll(control->mask);
		field = n + (n >= (value->value & control->mask) >> low);
		is_e2h_name(control->field, &name);
		append(out->name, ".");
		append(out->name, name);
		append(out->name, "=");
		append_number(out->name, field);
		put(value, control->mask, field << low);
		break;
	default: put(value, control->mask, control->value); break;
	}
}

void setting_get(unsigned index, struct setting *out)
{
	for (size_t i = 0; i < COUNT(combinations); i++) {
		const struct combination *combination = &combinations[i];

		start(out, combination);
		if (index-- == 0) {
			append(out->name, "-");
			return;
		}
		for (size_t k = 0; k < COUNT(controls); k++) {
			unsigned count = count_of(combination, &controls[k]);

			if (index < count) {
				apply(out, &controls[k], index, is_e2h(combination));
				return;
			}
			index -= count;
		}
	}
}
