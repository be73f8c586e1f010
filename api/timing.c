/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time and what a timing model counts, for users of the library.
 */
#include "timing/timing.h"

#include <stdio.h>
#include <string.h>

#include "api/private.h"

_Static_assert((int)ENT_TIMING_COUNTS == (int)TIMING_COUNT_ALWAYS, "one table");

struct status api_timing(
	const struct ent_config *config, struct timing_model *model, bool *is_timed)
{
	const char *words = config->timing_settings != NULL ? config->timing_settings : "";
	struct status status = status_ok();
	char word[100];
	int length = 0;

	*is_timed = config->timing != NULL && strcmp(config->timing, "functional") != 0;
	if (*is_timed && !timing_model_get(config->timing, model))
		return status_error(STATUS_USAGE, "no timing model '%.40s'", config->timing);
	for (; status.code == STATUS_OK && sscanf(words, " %99s%n", word, &length) == 1;
		words += length)
		status = *is_timed ? timing_model_set(model, word)
				   : status_error(
					     STATUS_USAGE, "'%.40s' is for a timing model", word);
	return status;
}

uint64_t ent_cycles(const struct ent_machine *m)
{
	return m != NULL ? m->cpu->cycles : 0;
}

uint64_t ent_instructions(const struct ent_machine *m)
{
	return m != NULL ? m->cpu->insns : 0;
}

uint64_t ent_timing_count(struct ent_machine *m, enum ent_timing_count which)
{
	if (m != NULL && (unsigned)which < ENT_TIMING_COUNTS)
		return m->cpu->timed.count[which];
	api_fail(m, ENT_ERROR_ARGUMENT, "no count %d of a timing model", (int)which);
	return 0;
}

const char *ent_timing_count_name(enum ent_timing_count which)
{
	static const char *const names[] = {
#define TIMING_COUNT(id, name, what) name,
#include "timing/count.def"
#undef TIMING_COUNT
	};

	return (unsigned)which < ENT_TIMING_COUNTS ? names[which] : NULL;
}

const char *ent_timing_model(unsigned index)
{
	return timing_model_name(index);
}
