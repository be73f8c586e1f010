/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `entresol explain` share.
 */
#ifndef ENT_APP_EXPLAIN_H
#define ENT_APP_EXPLAIN_H

#include <cJSON.h>

#include "app/app.h"
#include "explain/explain.h"

/* Of a register: "VALUE", or "FIELD,FIELD=VALUE". */
struct explain_setting {
	const char
		*reg; /* NULL: text begins with it, as "REGISTER=..." or "REGISTER.FIELD=VALUE" */
	const char *text;
};

struct explain_options {
	const char *profile, *matrix_setting; /* NULL: begin at reset */
	u8 choice[CHOICE_COUNT];
	unsigned el, sp;
	bool has_el2, json, matrix, all_settings;
	enum matrix_format format;
	struct explain_setting *setting; /* in the order given */
	unsigned setting_count;
	char **instruction; /* of argv */
	unsigned instruction_count;
};

/* Lists are owned: free them with explain_options_free(). */
enum parsed explain_options_parse(struct explain_options *options, int argc, char **argv);
void explain_options_free(struct explain_options *options);

/* ---- explain_settings.c ---- */

/* Applies the settings: HCR_EL2 first, since it chooses the format of others. */
struct status explain_apply(
	struct cpu *cpu, const struct explain_setting *settings, unsigned count);

/* ---- explain_print.c ---- */

/* What was asked, beside the answer. */
struct explain_question {
	const char *text; /* as the user wrote it */
	u32 insn;
	const char *profile;
	const struct cpu *cpu;
};
void explain_print_text(
	const struct explain_question *question, const struct explanation *answer, FILE *out);
void explain_print_json(const struct explain_question *question, const struct explanation *answer);
/* The same as an object; the caller's. */
cJSON *explain_json(const struct explain_question *question, const struct explanation *answer);
/* In the place of an answer that cannot be. line: of stdin; 0: an argument. */
void explain_print_json_error(const char *text, unsigned long line);

#endif
