/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The target description: registers as gdb and LLDB want them described. "Debugging with GDB",
 * appendix G; the features and names of the AArch64 core are those of G.5.1.
 */
#include <stdlib.h>
#include <string.h>

#include "debug/gdb_private.h"

/* PSTATE as an SPSR has it, EL and SP apart. DDI 0487 C5.2.19 */
static const struct named_field cpsr_fields[] = {
	{ "SP", 0, 0 },
	{ "EL", 3, 2 },
	{ "nRW", 4, 4 },
	{ "F", 6, 6 },
	{ "I", 7, 7 },
	{ "A", 8, 8 },
	{ "D", 9, 9 },
	{ "BTYPE", 11, 10 },
	{ "SSBS", 12, 12 },
	{ "IL", 20, 20 },
	{ "SS", 21, 21 },
	{ "PAN", 22, 22 },
	{ "UAO", 23, 23 },
	{ "DIT", 24, 24 },
	{ "V", 28, 28 },
	{ "C", 29, 29 },
	{ "Z", 30, 30 },
	{ "N", 31, 31 },
};

/* Elements of a vector register in every form that instructions have. */
static const struct {
	const char *letter, *form, *type;
	unsigned count;
} vectors[] = {
	{ "d", "f", "ieee_double", 2 },
	{ "d", "u", "uint64", 2 },
	{ "d", "s", "int64", 2 },
	{ "s", "f", "ieee_single", 4 },
	{ "s", "u", "uint32", 4 },
	{ "s", "s", "int32", 4 },
	{ "h", "f", "ieee_half", 8 },
	{ "h", "u", "uint16", 8 },
	{ "h", "s", "int16", 8 },
	{ "b", "u", "uint8", 16 },
	{ "b", "s", "int8", 16 },
	{ "q", "u", "uint128", 1 },
	{ "q", "s", "int128", 1 },
};

static void describe_vectors(FILE *out)
{
	static const char letters[] = "dshbq";

	for (size_t i = 0; i < COUNT(vectors); i++)
		fprintf(out, "<vector id=\"v%s%s\" type=\"%s\" count=\"%u\"/>\n", vectors[i].letter,
			vectors[i].form, vectors[i].type, vectors[i].count);
	for (size_t l = 0; l < sizeof(letters) - 1; l++) {
		fprintf(out, "<union id=\"vn%c\">\n", letters[l]);
		for (size_t i = 0; i < COUNT(vectors); i++) {
			if (vectors[i].letter[0] == letters[l])
				fprintf(out, "<field name=\"%s\" type=\"v%s%s\"/>\n",
					vectors[i].form, vectors[i].letter, vectors[i].form);
		}
		fprintf(out, "</union>\n");
	}
	fprintf(out, "<union id=\"aarch64v\">\n");
	for (size_t l = 0; l < sizeof(letters) - 1; l++)
		fprintf(out, "<field name=\"%c\" type=\"vn%c\"/>\n", letters[l], letters[l]);
	fprintf(out, "</union>\n");
}

static void describe_cpsr(FILE *out)
{
	fprintf(out, "<flags id=\"cpsr_fields\" size=\"4\">\n");
	for (size_t i = 0; i < COUNT(cpsr_fields); i++)
		fprintf(out, "<field name=\"%s\" start=\"%u\" end=\"%u\"/>\n", cpsr_fields[i].name,
			(unsigned)cpsr_fields[i].low, (unsigned)cpsr_fields[i].high);
	fprintf(out, "</flags>\n");
}

static const char *standard_type(const struct gdb_register *reg)
{
	switch ((enum register_kind)reg->kind) {
	case REGISTER_SP: return "data_ptr";
	case REGISTER_PC: return "code_ptr";
	case REGISTER_V: return "aarch64v";
	default: return "int";
	}
}

/* Calls of functions of the guest from gdb restore the core only. */
static void describe_register(
	FILE *out, const struct gdb_register *reg, unsigned number, const char *type)
{
	fprintf(out, "<reg name=\"%s\" bitsize=\"%u\" regnum=\"%u\" type=\"%s\"", reg->name,
		reg->bytes * 8u, number, type);
	if (reg->group != NULL)
		fprintf(out, " group=\"%s\" save-restore=\"no\"", reg->group);
	fprintf(out, "/>\n");
}

static void describe_core(const struct gdb *gdb, FILE *out)
{
	fprintf(out, "<feature name=\"org.gnu.gdb.aarch64.core\">\n");
	describe_cpsr(out);
	for (unsigned i = 0; i < GDB_CORE; i++) {
		const struct gdb_register *reg = &gdb->reg[i];

		if (i > 0 && reg->kind == REGISTER_V && gdb->reg[i - 1].kind == REGISTER_CPSR) {
			fprintf(out, "</feature>\n<feature name=\"org.gnu.gdb.aarch64.fpu\">\n");
			describe_vectors(out);
		}
		describe_register(out, reg, i,
			reg->kind == REGISTER_CPSR ? "cpsr_fields" : standard_type(reg));
	}
	fprintf(out, "</feature>\n");
}

/*
 * Fields could be described too, as flags; but gdb 13 assigns to such a register only what has its
 * size, so `set $HCR_EL2 = 1` would be an "Invalid cast". `monitor sys` shows them.
 */
static void describe_system(const struct gdb *gdb, FILE *out, bool is_virtual)
{
	for (unsigned i = GDB_CORE; i < gdb->register_count; i++) {
		const struct gdb_register *reg = &gdb->reg[i];

		if ((reg->kind == REGISTER_VIRTUAL) == is_virtual)
			describe_register(
				out, reg, i, reg->kind == REGISTER_EL ? "uint32" : "uint64");
	}
}

bool gdb_describe_target(struct gdb *gdb)
{
	FILE *out = open_memstream(&gdb->target, &gdb->target_size);

	if (out == NULL)
		return false;
	fprintf(out, "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
		     "<target version=\"1.0\">\n<architecture>aarch64</architecture>\n");
	describe_core(gdb, out);
	fprintf(out, "<feature name=\"org.entresol.system\">\n");
	describe_system(gdb, out, false);
	fprintf(out, "</feature>\n<feature name=\"org.entresol.virtual-el2\">\n");
	describe_system(gdb, out, true);
	fprintf(out, "</feature>\n</target>\n");
	return fclose(out) == 0;
}
