/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of one thing of a PE's state that the public API cannot make, or not alone. The tests of
 * the assertions make them behind their back.
 */
#ifndef ENT_TESTS_SPOIL_H
#define ENT_TESTS_SPOIL_H

#include <stdbool.h>

struct ent_machine;

/* Changes part `n` of the PE; its name, or NULL: there are no more. */
const char *spoil_part(struct ent_machine *m, unsigned n);
/* Changes the value of register `n` of sysreg.def, past all masks; its name, or NULL: there are no
 * more, or "": an operation or an alias, which have no value. */
const char *spoil_register(struct ent_machine *m, unsigned n);

#endif
