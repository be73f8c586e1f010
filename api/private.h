/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a machine of the public API is made of. Private to api/.
 */
#ifndef ENT_API_PRIVATE_H
#define ENT_API_PRIVATE_H

#include "api/entresol.h"
#include "platform/machine.h"
#include "timing/timing.h"

struct ent_machine {
	struct machine *machine;
	struct cpu *cpu; /* the only PE */
	enum ent_error error;
	char error_text[200];
	char stop_text[160];
	struct ent_exception exception;
	uint64_t exception_count;
};

/* Of a machine that becomes its own. NULL: no memory, and the machine is destroyed. */
struct ent_machine *api_machine(struct machine *machine);

/* Notes an error, if it is the first; returns its code. m: NULL, too. */
enum ent_error api_fail(struct ent_machine *m, enum ent_error code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The register of an encoding that has a value, SR_NONE (noted) else. */
enum sysreg_id api_register(struct ent_machine *m, uint32_t reg);
/* What it reads as, of a PE that may be a copy. */
uint64_t api_read(struct cpu *cpu, enum sysreg_id id);

/* The bytes [pa, pa + size) of RAM, or NULL (noted): not all of it is. */
u8 *api_ram(struct ent_machine *m, uint64_t pa, size_t size);

/*
 * The model that a configuration names, its settings made; *is_timed false: functional, and *model
 * has no meaning.
 */
struct status api_timing(
	const struct ent_config *config, struct timing_model *model, bool *is_timed);

#endif
