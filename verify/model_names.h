/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of an image by its DWARF and its ELF symbols, sorted once; places of members are worked out
 * when they are asked for.
 */
#ifndef ENT_VERIFY_MODEL_NAMES_H
#define ENT_VERIFY_MODEL_NAMES_H

#include "base/base.h"

enum name_kind { NAME_VARIABLE, NAME_STRUCTURE, NAME_CONSTANT, NAME_FUNCTION };

struct model_names;

/* Functions alone. NULL: status says why. Of what is no ELF there are no names. */
struct model_names *names_open(const char *path, struct status *status);
/* All the others, which of a kernel take long; false: no memory. */
bool names_add_debug(struct model_names *names);
void names_close(struct model_names *names); /* NULL is allowed */

/*
 * An address, or a number. Of several with one name any: static ones of two files are not to be
 * asked for. false: there is none.
 */
bool names_value(
	const struct model_names *names, enum name_kind kind, const char *name, u64 *value);
bool names_structure(const struct model_names *names, const char *structure, u64 *size);
bool names_member(const struct model_names *names, const char *structure, const char *path,
	u64 *offset, unsigned *size);

#endif
