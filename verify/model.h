/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hyp.elf from outside: its variables and structures by name, from DWARF; values from the machine's
 * memory. For monitors of rules that only the modeled KVM has.
 */
#ifndef ENT_VERIFY_MODEL_H
#define ENT_VERIFY_MODEL_H

#include "base/base.h"
#include "cpu/cpu.h"

struct model;

/* NULL and STATUS_OK: the file is not hyp.elf (it lacks the names); STATUS_BAD_IMAGE: no ELF. */
struct model *model_open(const char *path, struct status *status);
void model_close(struct model *model); /* NULL is allowed */

/* Where a variable is, as the hypervisor sees it; false: there is none. */
bool model_variable(const struct model *model, const char *name, u64 *va);
/*
 * A member's place in a structure: "vcpu", "ctxt.pc" or "hw_mmu". false: there is none. Bit fields
 * have no place.
 */
bool model_member(const struct model *model, const char *structure, const char *member, u64 *offset,
	unsigned *size);
/* The value of an enumerator or of a constant; false: there is none. */
bool model_constant(const struct model *model, const char *name, u64 *value);

/* Memory as the hypervisor of level 0 sees it on that PE; false: nothing is mapped there. */
bool model_read(
	const struct model *model, const struct cpu *cpu, u64 va, unsigned size, u64 *value);

#endif
