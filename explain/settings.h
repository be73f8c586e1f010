/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of the trap matrix: which values the control registers have, by name. Rows are in
 * settings.def and instructions.def. Freestanding: `entresol explain --matrix` and the bare-metal
 * image of tests/guest/trap-matrix enumerate the same settings.
 */
#ifndef ENT_EXPLAIN_SETTINGS_H
#define ENT_EXPLAIN_SETTINGS_H

#include "base/bits.h"
#include "sysregs/ids.h"

enum { SETTING_VALUES = 32, SETTING_NAME = 64 };

/* Write (the register's reset value & ~mask) | value. */
struct setting_value {
	u16 reg; /* enum sysreg_id */
	u64 mask, value;
};

/* Each register once, HCR_EL2 first: the order in which they are to be written. */
struct setting {
	char name[SETTING_NAME]; /* "NV+NV2/HCR_EL2.TVM=1": combination and control, or "-" */
	unsigned count;
	struct setting_value values[SETTING_VALUES];
};

unsigned settings_count(void);
/* index < settings_count() */
void setting_get(unsigned index, struct setting *out);

/* Is a name of fields.def one of the E2H format, with E2H_? *rest: without that. */
bool is_e2h_name(const char *text, const char **rest);

/* What is executed besides the rows of sysreg.def: a name and an instruction word. */
struct matrix_instruction {
	const char *name;
	u32 word;
};
extern const struct matrix_instruction matrix_instructions[];
extern const unsigned matrix_instruction_count;

/* The same names as an enum: MATRIX_WFI. */
enum matrix_instruction_id {
#define INSTRUCTION(name, ...) MATRIX_##name,
#include "explain/instructions.def"
#undef INSTRUCTION
};

#endif
