/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who last wrote a register, a field, memory or a descriptor: debug/who.h answers.
 */
#include "app/step.h"
#include "debug/who.h"
#include "explain/explain.h"

static unsigned fields_of(enum sysreg_id id, bool e2h, struct named_field *fields, unsigned most)
{
	unsigned count = 0;

	for (const struct field *f = field_next(id, e2h, NULL); f != NULL && count < most;
		f = field_next(id, e2h, f))
		fields[count++] = (struct named_field){ f->name, f->high, f->low };
	return count;
}

struct status step_do_who(struct step *step, const struct step_arguments *arguments)
{
	const struct debug_names names = { fields_of, disassemble_at, step->driven->symbols };

	if (arguments->count == 0)
		return status_error(STATUS_USAGE, "who wrote what? A register, SYSREG[.FIELD], an "
						  "address, or pte ADDRESS");
	return who_command(step->travel, step_cpu(step), arguments->rest, &names, step->out);
}
