/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small assembler, for system instructions: the rows of asm.def and the names of sysreg.def. Case
 * does not matter. Knows nothing about what an instruction does.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "explain/explain.h"

static const struct {
	const char *mnemonic, *operands;
	u32 word;
} rows[] = {
#define ASM(mnemonic, operands, word) { mnemonic, operands, word },
#include "explain/asm.def"
#undef ASM
};

/* Fields of PSTATE that MSR (immediate) writes: op1<18:16>, op2<7:5>; CRm is the immediate. C5.1.3
 */
static const struct {
	const char *name;
	u8 op1, op2;
} pstate_fields[] = {
	{ "uao", 0, 3 },
	{ "pan", 0, 4 },
	{ "spsel", 0, 5 },
	{ "ssbs", 3, 1 },
	{ "dit", 3, 2 },
	{ "daifset", 3, 6 },
	{ "daifclr", 3, 7 },
};

/* Limitations of DSB, DMB and ISB, by CRm. */
static const char *const barrier_options[16] = {
	[1] = "oshld",
	[2] = "oshst",
	[3] = "osh",
	[5] = "nshld",
	[6] = "nshst",
	[7] = "nsh",
	[9] = "ishld",
	[10] = "ishst",
	[11] = "ish",
	[13] = "ld",
	[14] = "st",
	[15] = "sy",
};

/* What is being read: the text, lower case, and the row it is held against. */
struct reading {
	const char *at; /* behind what was understood */
	const char *mnemonic;
	u32 word;
	struct status status;
};

static bool fail(struct reading *r, const char *what, const char *found, const char *hint)
{
	int length = (int)strcspn(found, ", \t[]");

	if (length == 0 && *found != '\0')
		length = 1;
	if (length > 40)
		length = 40;
	r->status = *found == '\0'
			    ? status_error(STATUS_USAGE, "%s: %s is missing", r->mnemonic, what)
			    : status_error(STATUS_USAGE, "%s: '%.*s' is not %s%s", r->mnemonic,
				      length, found, what, hint);
	return false;
}

/* What should stand here does not. */
static bool fail_before(struct reading *r, char wanted)
{
	char what[4] = { '\'', wanted, '\'', '\0' };

	if (*r->at == '\0')
		return fail(r, what, r->at, "");
	r->status = status_error(
		STATUS_USAGE, "%s: %s is missing before '%.40s'", r->mnemonic, what, r->at);
	return false;
}

static void skip_space(struct reading *r)
{
	while (*r->at == ' ' || *r->at == '\t')
		r->at++;
}

/* A name of letters, digits, '_' and '.'. */
static void take_word(struct reading *r, char *word, size_t size)
{
	size_t length = 0;

	while (isalnum((unsigned char)*r->at) || *r->at == '_' || *r->at == '.') {
		if (length + 1 < size)
			word[length++] = *r->at;
		r->at++;
	}
	word[length] = '\0';
}

static void put(struct reading *r, unsigned low, unsigned width, u32 value)
{
	r->word = (u32)put_bits(r->word, low + width - 1, low, value);
}

/* Decimal digits only, at most `most`; the rest of the word must be `rest`. */
static bool is_number(const char *word, u32 most, const char *rest, u32 *value)
{
	char *end;
	unsigned long number;

	if (!isdigit((unsigned char)*word) || (word[0] == '0' && isdigit((unsigned char)word[1])))
		return false;
	number = strtoul(word, &end, 10);
	*value = (u32)number;
	return number <= most && strcmp(end, rest) == 0;
}

/* xN, zN, wN, dN, sN, qN, vN */
static bool read_register(struct reading *r, char kind, unsigned low)
{
	static const char kinds[] = "xzdsqv";
	static const char *const texts[] = { "a register X0 to X30 or XZR",
		"a register X0 to X30 or SP", "a register D0 to D31", "a register S0 to S31",
		"a register Q0 to Q31", "a register V0.16B to V31.16B" };
	static const char *const number31[] = { "xzr", "sp" };
	const char *start = r->at;
	size_t which = (size_t)(strchr(kinds, kind) - kinds);
	bool is_general = which < COUNT(number31);
	u32 number = 31;
	char word[32];

	take_word(r, word, sizeof(word));
	if (!(is_general && strcmp(word, number31[which]) == 0) &&
		!(is_general && strcmp(word, "lr") == 0 && (number = 30) != 0) &&
		!(word[0] == (is_general ? 'x' : kind) &&
			is_number(word + 1, is_general ? 30 : 31, kind == 'v' ? ".16b" : "",
				&number)))
		return fail(r, texts[which], start, "");
	put(r, low, 5, number);
	return true;
}

/* iN.W: '#' may stand before it */
static bool read_immediate(struct reading *r, unsigned low, unsigned width)
{
	const char *start = r->at;
	char *end = NULL;
	unsigned long long value = 0;
	char what[40];

	if (*r->at == '#')
		r->at++;
	if (isdigit((unsigned char)*r->at))
		value = strtoull(r->at, &end, r->at[0] == '0' && r->at[1] == 'x' ? 16 : 10);
	snprintf(what, sizeof(what), "an immediate from 0 to %u", (1u << width) - 1);
	if (end == NULL || value >> width != 0 || isalnum((unsigned char)*end))
		return fail(r, what, start, "");
	r->at = end;
	put(r, low, width, (u32)value);
	return true;
}

static bool read_c_name(struct reading *r, unsigned low)
{
	const char *start = r->at;
	char word[16];
	u32 number;

	take_word(r, word, sizeof(word));
	if (word[0] != 'c' || !is_number(word + 1, 15, "", &number))
		return fail(r, "a name C0 to C15", start, "");
	put(r, low, 4, number);
	return true;
}

static bool read_system_register(struct reading *r)
{
	const char *start = r->at;
	struct nearest nearest = { 0 };
	enum sysreg_id id;
	char word[40], hint[120];
	u32 encoding;

	take_word(r, word, sizeof(word));
	id = register_by_name(word);
	if (id != SR_NONE && has_encoding(id) && !is_operation_name(id)) {
		encoding = sysreg_encoding(id);
	} else if (!is_generic_name(word, &encoding)) {
		nearest.wanted = word;
		nearest_offer_registers(&nearest);
		nearest_say(&nearest, hint, sizeof(hint));
		return fail(r, "a system register", start, hint);
	}
	put(r, 5, 16, encoding);
	return true;
}

/* Does SYS with this name have a register? Those that mean "all" have none. */
static bool has_operand(const char *operation)
{
	return strncmp(operation, "all", 3) != 0 && strncmp(operation, "vmall", 5) != 0 &&
	       strncmp(operation, "iall", 4) != 0;
}

static bool read_operation(struct reading *r)
{
	const char *start = r->at;
	struct nearest nearest = { 0 };
	enum sysreg_id id;
	char word[40], name[60], prefix[16], hint[120];

	take_word(r, word, sizeof(word));
	snprintf(prefix, sizeof(prefix), "%s_", r->mnemonic);
	snprintf(name, sizeof(name), "%s%s", prefix, word);
	id = register_by_name(name);
	if (id == SR_NONE || !is_operation_name(id)) {
		nearest.wanted = word;
		nearest_offer_operations(&nearest, prefix);
		nearest_say(&nearest, hint, sizeof(hint));
		return fail(r, "an operation of it", start, hint);
	}
	put(r, 5, 14, sysreg_encoding(id) & 0x3fff);
	skip_space(r);
	if (has_operand(word) && *r->at == '\0')
		return fail(r, "the register", r->at, "");
	if (!has_operand(word) && *r->at != '\0')
		return fail(r, "expected: this operation has no register", r->at, "");
	return true;
}

static bool read_pstate_field(struct reading *r)
{
	const char *start = r->at;
	char word[40];

	take_word(r, word, sizeof(word));
	for (size_t i = 0; i < COUNT(pstate_fields); i++) {
		if (strcmp(word, pstate_fields[i].name) == 0) {
			put(r, 16, 3, pstate_fields[i].op1);
			put(r, 5, 3, pstate_fields[i].op2);
			return true;
		}
	}
	return fail(r, "a field of PSTATE", start, "");
}

static bool read_barrier_option(struct reading *r)
{
	const char *start = r->at;
	char word[16];

	if (*r->at == '#' || isdigit((unsigned char)*r->at))
		return read_immediate(r, 8, 4);
	take_word(r, word, sizeof(word));
	for (u32 crm = 0; crm < COUNT(barrier_options); crm++) {
		if (barrier_options[crm] != NULL && strcmp(word, barrier_options[crm]) == 0) {
			put(r, 8, 4, crm);
			return true;
		}
	}
	return fail(r, "a barrier's option, as sy, ish, ishld", start, "");
}

/* 'word' in the row; *p is behind the first quote and gets behind the second. */
static bool read_literal(struct reading *r, const char **p)
{
	size_t length = strcspn(*p, "'");
	const char *start = r->at, *wanted = *p;
	char word[16], what[24];

	*p += length + 1;
	take_word(r, word, sizeof(word));
	if (strlen(word) == length && strncmp(word, wanted, length) == 0)
		return true;
	snprintf(what, sizeof(what), "'%.*s'", (int)length, wanted);
	return fail(r, what, start, "");
}

/* One operand of a row; *p gets behind its letter and numbers. */
static bool read_operand(struct reading *r, const char **p)
{
	char kind = *(*p)++;
	char *end;
	unsigned low = 0, width = 0;

	if (kind == '\'')
		return read_literal(r, p);
	if (isdigit((unsigned char)**p)) {
		low = (unsigned)strtoul(*p, &end, 10);
		if (*end == '.')
			width = (unsigned)strtoul(end + 1, &end, 10);
		*p = end;
	}
	switch (kind) {
	case 'i': return read_immediate(r, low, width);
	case 'c': return read_c_name(r, low);
	case 'r': return read_system_register(r);
	case 'o': return read_operation(r);
	case 'f': return read_pstate_field(r);
	case 'b': return read_barrier_option(r);
	default: return read_register(r, kind, low);
	}
}

/* Holds the text behind the mnemonic against the operands of a row. */
static bool read_operands(struct reading *r, const char *p)
{
	while (*p != '\0') {
		skip_space(r);
		if (*p == ' ') {
			p++;
		} else if (*p == '?') {
			if (*r->at == '\0')
				return true;
			p++;
		} else if (strchr(",[]", *p) != NULL) {
			if (*r->at != *p)
				return fail_before(r, *p);
			r->at++, p++;
		} else if (!read_operand(r, &p)) {
			return false;
		}
	}
	skip_space(r);
	return *r->at == '\0' || fail(r, "expected behind it", r->at, "");
}

/* As objdump prints them: eight hexadecimal digits, which no mnemonic is. */
static bool is_bare_word(const char *text)
{
	return strlen(text) == 8 && strspn(text, "0123456789abcdef") == 8;
}

/* 0x... after .inst or alone, or eight digits. false: it is none. */
static bool is_encoding(const char *text, struct status *status, u32 *insn)
{
	bool is_inst = strncmp(text, ".inst", 5) == 0;
	const char *number = text + (is_inst ? 5 + strspn(text + 5, " \t") : 0);
	char *end;
	unsigned long long value;

	if (is_bare_word(text)) {
		*insn = (u32)strtoul(text, NULL, 16);
		*status = status_ok();
		return true;
	}
	if (!is_inst && strncmp(number, "0x", 2) != 0)
		return false;
	value = strtoull(number, &end, 16);
	*status = status_ok();
	if (strncmp(number, "0x", 2) != 0 || !isxdigit((unsigned char)number[2]) || *end != '\0' ||
		value > UINT32_MAX)
		*status = status_error(STATUS_USAGE,
			"'%.60s': an encoding is 0x and up to eight hexadecimal digits", text);
	*insn = (u32)value;
	return true;
}

static struct status unknown_mnemonic(const char *mnemonic)
{
	struct nearest nearest = { .wanted = mnemonic };
	char hint[120];

	for (size_t i = 0; i < COUNT(rows); i++)
		nearest_offer(&nearest, rows[i].mnemonic);
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE,
		"no system instruction '%.40s'%s (others by encoding, as 0x1e602820)", mnemonic,
		hint);
}

struct status assemble(const char *text, u32 *insn)
{
	char lower[128], mnemonic[16];
	struct reading start = { .at = lower, .mnemonic = mnemonic }, best = start;
	struct status status;
	bool is_known = false;
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		length--;
	if (length == 0 || length >= sizeof(lower))
		return status_error(STATUS_USAGE, "%s",
			length == 0 ? "an instruction is missing"
				    : "an instruction longer than any is");
	for (size_t i = 0; i < length; i++) {
		lower[i] = text[i] == '\t' ? ' ' : (char)tolower((unsigned char)text[i]);
		if (lower[i] < ' ' || lower[i] > '~')
			return status_error(
				STATUS_USAGE, "an instruction is plain text in one line");
	}
	lower[length] = '\0';
	if (is_encoding(lower, &status, insn))
		return status;
	take_word(&start, mnemonic, sizeof(mnemonic));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct reading r = start;

		if (strcmp(rows[i].mnemonic, mnemonic) != 0)
			continue;
		r.word = rows[i].word;
		if (read_operands(&r, rows[i].operands)) {
			*insn = r.word;
			return status_ok();
		}
		if (!is_known || r.at >= best.at)
			best = r;
		is_known = true;
	}
	return is_known ? best.status : unknown_mnemonic(mnemonic);
}
