/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints of whole machines, and forks: what platform/checkpoint.h does, with what the API
 * itself remembers of a machine.
 */
#include <stdlib.h>

#include "api/private.h"
#include "platform/checkpoint.h"

struct ent_checkpoint {
	struct checkpoint *kept;
	struct ent_exception exception;
	uint64_t exception_count;
};

struct ent_checkpoint *ent_checkpoint(struct ent_machine *m)
{
	struct ent_checkpoint *checkpoint;
	struct status status = status_error(STATUS_HOST, "the host has no memory");

	if (m == NULL)
		return NULL;
	checkpoint = calloc(1, sizeof(*checkpoint));
	if (checkpoint != NULL)
		checkpoint->kept = machine_checkpoint(m->machine, &status);
	if (checkpoint == NULL || checkpoint->kept == NULL) {
		free(checkpoint);
		api_fail(m, ENT_ERROR_HOST, "%s", status.text);
		return NULL;
	}
	checkpoint->exception = m->exception;
	checkpoint->exception_count = m->exception_count;
	return checkpoint;
}

void ent_checkpoint_free(struct ent_checkpoint *checkpoint)
{
	if (checkpoint == NULL)
		return;
	checkpoint_free(checkpoint->kept);
	free(checkpoint);
}

static void go_on_from(struct ent_machine *m, const struct ent_checkpoint *checkpoint)
{
	m->exception = checkpoint->exception;
	m->exception_count = checkpoint->exception_count;
	m->stop_text[0] = '\0';
}

enum ent_error ent_restore(struct ent_machine *m, const struct ent_checkpoint *checkpoint)
{
	struct status status;

	if (m == NULL || checkpoint == NULL)
		return api_fail(m, ENT_ERROR_ARGUMENT, "ent_restore: no checkpoint");
	status = machine_restore(m->machine, checkpoint->kept);
	if (status.code != STATUS_OK)
		return api_fail(m, status.code == STATUS_HOST ? ENT_ERROR_HOST : ENT_ERROR_ARGUMENT,
			"ent_restore: %s", status.text);
	go_on_from(m, checkpoint);
	return ENT_OK;
}

struct ent_machine *ent_fork(struct ent_checkpoint *checkpoint)
{
	struct machine *machine;
	struct status status;
	struct ent_machine *m;

	if (checkpoint == NULL)
		return NULL;
	machine = machine_fork(checkpoint->kept, &status);
	m = machine != NULL ? api_machine(machine) : NULL;
	if (m != NULL)
		go_on_from(m, checkpoint);
	return m;
}
