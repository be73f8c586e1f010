/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of instructions, and where they would go: the answers are those of explain/.
 */
#include <stdio.h>

#include "api/private.h"
#include "explain/explain.h"

enum ent_error ent_assemble(struct ent_machine *m, const char *text, uint32_t *word)
{
	struct status status;

	if (word != NULL)
		*word = 0;
	if (m == NULL || text == NULL || word == NULL)
		return api_fail(m, ENT_ERROR_ARGUMENT, "ent_assemble: NULL");
	status = assemble(text, word);
	if (status.code == STATUS_OK)
		return ENT_OK;
	*word = 0;
	return api_fail(m, ENT_ERROR_ASSEMBLY, "%s", status.text);
}

enum ent_error ent_route(struct ent_machine *m, uint32_t word, struct ent_route *route)
{
	static const enum ent_goes goes[] = { [OUTCOME_OK] = ENT_GOES_OK,
		[OUTCOME_UNDEFINED] = ENT_GOES_UNDEFINED,
		[OUTCOME_TRAP] = ENT_GOES_TRAP,
		[OUTCOME_MEMORY] = ENT_GOES_MEMORY };
	struct explain_outcome outcome;

	if (m == NULL || route == NULL)
		return api_fail(m, ENT_ERROR_ARGUMENT, "ent_route: NULL");
	outcome = explain_outcome(m->cpu, word);
	*route = (struct ent_route){ .goes = goes[outcome.kind],
		.reg = outcome.reg != SR_NONE ? sysreg_encoding(outcome.reg) : 0,
		.target_el = outcome.target_el,
		.ec = outcome.ec,
		.iss = outcome.iss,
		.offset = outcome.offset };
	outcome_say(&outcome, route->text, sizeof(route->text));
	return ENT_OK;
}
