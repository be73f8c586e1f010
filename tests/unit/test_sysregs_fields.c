/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.def and describe.def: fields are of registers that exist and fit; what can be written of a
 * register that has fields is named; every register is described, and every field of some.
 */
#include <fnmatch.h>

#include "tests/unit/sysregs_pe.h"

static const struct field {
	const char *group, *name;
	u8 high, low;
} fields[] = {
#define FIELD(group, name, high, low) { #group, #name, high, low },
#include "sysregs/fields.def"
#undef FIELD
};

/* x and n stand for what differs: "SPSR" is every SPSR_ELx, "ESR_ELx" ESR_EL1 and ESR_EL2. */
static bool is_of_group(const char *name, const char *group)
{
	char pattern[64];
	size_t length = 0;

	for (; *group != '\0'; group++)
		pattern[length++] = *group == 'x' || *group == 'n' ? '*' : *group;
	pattern[length++] = '*';
	pattern[length] = '\0';
	return fnmatch(pattern, name, 0) == 0;
}

static bool is_of(enum sysreg_id id, const struct field *field)
{
	return is_of_group(sysreg_name(id), field->group);
}

static void fields_are_of_registers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++) {
		unsigned id = 0;

		while (id < SYSREG_COUNT && !is_of((enum sysreg_id)id, &fields[i]))
			id++;
		if (id == SYSREG_COUNT || fields[i].high < fields[i].low || fields[i].high > 63)
			fail_msg("%s.%s<%u:%u>", fields[i].group, fields[i].name, fields[i].high,
				fields[i].low);
	}
}

/* Bits without a name that can be written. */
static u64 nameless(enum sysreg_id id)
{
	switch (id) {
	case SR_PAR_EL1:
		return 0xff000000000c00; /* IMPLEMENTATION DEFINED, or of 52-bit addresses */
	case SR_CPTR_EL2: return 0x22ff; /* RES1 without E2H, RES0 with */
	case SR_TCR_EL2: return 0x019807f680880080; /* with E2H the names are TCR_EL1's */
	default: return 0;
	}
}

/* A bit that a write can set has a name, if any bit of the register has. */
static void writable_bits_have_names(void **state)
{
	struct cpu *cpu = pe_create("max", true, 48);
	unsigned checked = 0;

	(void)state;
	pe_set_el(cpu, EL2);
	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		const struct sysreg *row = &sysreg_rows[id];
		u64 named = 0, value;

		for (size_t f = 0; f < COUNT(fields); f++) {
			if (is_of(id, &fields[f]))
				named |= MASK(fields[f].high, fields[f].low);
		}
		if (named == 0 || row->write_el == NOBODY || row->alias_of || row->is_operation)
			continue;
		checked++;
		sysreg_write(cpu, id, ~(u64)0);
		value = sysreg_read(cpu, id) & ~row->res1;
		sysreg_write(cpu, id, row->reset);
		value &= ~nameless(id);
		if (value & ~named)
			fail_msg("%s: 0x%" PRIx64 " has no name", row->name, value & ~named);
	}
	assert_true(checked > 60);
	free(cpu);
}

/* What an ID register says has a name. */
static void identification_has_names(void **state)
{
	struct cpu *cpu = pe_create("max", true, 48);

	(void)state;
	pe_set_el(cpu, EL2);
	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		u64 value = sysreg_read(cpu, id);

		if (op0_of(id) != 3 || bits(sysreg_encoding(id), 10, 7) != 0)
			continue;
		for (size_t f = 0; f < COUNT(fields); f++) {
			if (is_of(id, &fields[f]))
				value &= ~MASK(fields[f].high, fields[f].low);
		}
		if (value & ~BIT(31)) /* RES1 in MPIDR_EL1 and CTR_EL0 */
			fail_msg("%s: 0x%" PRIx64 " has no name", sysreg_name(id), value);
	}
	free(cpu);
}

static void every_register_is_described(void **state)
{
	static const struct {
		const char *group, *text;
	} rows[] = {
#define DESCRIBE(group, text) { #group, text },
#include "sysregs/describe.def"
#undef DESCRIBE
	};
	unsigned used[COUNT(rows)] = { 0 };

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const char *name = sysreg_name((enum sysreg_id)id);
		unsigned exact = 0, others = 0;

		for (size_t i = 0; i < COUNT(rows); i++) {
			bool is_exact = strcmp(name, rows[i].group) == 0;

			exact += is_exact;
			others += !is_exact && is_of_group(name, rows[i].group);
			used[i] += is_exact || is_of_group(name, rows[i].group);
		}
		if (exact > 1 || (exact == 0 && others != 1))
			fail_msg("%s has %u rows of its own, %u of groups", name, exact, others);
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (used[i] == 0 || strlen(rows[i].text) < 8 || strlen(rows[i].text) > 100)
			fail_msg("%s: '%s'", rows[i].group, rows[i].text);
	}
}

static const struct {
	const char *group, *field, *text;
} descriptions[] = {
#define DESCRIBE_FIELD(group, field, text) { #group, #field, text },
#define NAMED_VALUE(...)
#include "sysregs/describe_fields.def"
#undef DESCRIBE_FIELD
#undef NAMED_VALUE
};

/* How many rows are about the field. */
static unsigned described(const struct field *field)
{
	unsigned count = 0;

	for (size_t i = 0; i < COUNT(descriptions); i++)
		count += strcmp(descriptions[i].field, field->name) == 0 &&
			 is_of_group(field->group, descriptions[i].group);
	return count;
}

/* The registers of which every field is described. */
static void fields_are_described(void **state)
{
	static const char *const complete[] = { "HCR_EL2", "HCRX_EL2", "SCTLR_EL1", "SCTLR_EL2",
		"CPTR_EL2", "CPACR_EL1", "MDCR_EL2", "MDSCR_EL1", "CNTHCTL_EL2", "CNTKCTL_EL1",
		"PMCR_EL0", "PMUSERENR_EL0", "TCR_EL1", "TCR_EL2", "VTCR_EL2", "VTTBR_EL2",
		"VNCR_EL2", "ESR_ELx", "SPSR", "ICC_SRE_EL1", "ICC_SRE_EL2", "ICH_HCR_EL2" };
	unsigned checked = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++) {
		for (size_t c = 0; c < COUNT(complete); c++) {
			if (strcmp(complete[c], fields[i].group) != 0)
				continue;
			checked++;
			if (described(&fields[i]) != 1)
				fail_msg("%s.%s has %u rows of describe_fields.def",
					fields[i].group, fields[i].name, described(&fields[i]));
		}
	}
	assert_true(checked > 270);
}

/* What is described exists, and in a line that fits. */
static void descriptions_are_of_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(descriptions); i++) {
		size_t f = 0, length = strlen(descriptions[i].text);

		while (f < COUNT(fields) &&
			(strcmp(descriptions[i].field, fields[f].name) != 0 ||
				!is_of_group(fields[f].group, descriptions[i].group)))
			f++;
		if (f == COUNT(fields) || length < 4 || length > 90)
			fail_msg("%s.%s: '%s'", descriptions[i].group, descriptions[i].field,
				descriptions[i].text);
	}
}

static void named_values_fit(void **state)
{
	static const struct {
		const char *group, *field;
		u64 value;
	} values[] = {
#define DESCRIBE_FIELD(...)
#define NAMED_VALUE(group, field, value, text) { #group, #field, value },
#include "sysregs/describe_fields.def"
#undef DESCRIBE_FIELD
#undef NAMED_VALUE
	};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		unsigned fit = 0;

		for (size_t f = 0; f < COUNT(fields); f++)
			fit += is_of_group(fields[f].group, values[i].group) &&
			       is_of_group(fields[f].name, values[i].field) &&
			       values[i].value >> (fields[f].high - fields[f].low + 1) == 0;
		if (fit == 0)
			fail_msg("%s.%s = %u", values[i].group, values[i].field,
				(unsigned)values[i].value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_of_registers),
		cmocka_unit_test(writable_bits_have_names),
		cmocka_unit_test(identification_has_names),
		cmocka_unit_test(every_register_is_described),
		cmocka_unit_test(fields_are_described),
		cmocka_unit_test(descriptions_are_of_fields),
		cmocka_unit_test(named_values_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
