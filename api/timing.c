/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time and what a timing model counts, for users of the library.
 */
#include "timing/timing.h"

#include <stdio.h>
#include <string.h>

#include "api/private.h"

_Static_assert((int)ENT_TIMING_COUNTS == (int)TIMING_COUNT_ALWAYS, "one table");

#define SPACES " \t\r\n"

enum { SETTING_TEXT = 100 };

/* model: NULL for functional timing, which has nothing to set. */
static struct status set_word(struct timing_model *model, const char *text, size_t length)
{
	char word[SETTING_TEXT];

	if (length >= sizeof(word))
		return status_error(
			STATUS_USAGE, "'%.40s...' is too long for a timing setting", text);
	snprintf(word, sizeof(word), "%.*s", (int)length, text);
	return model != NULL ? timing_model_set(model, word)
			     : status_error(STATUS_USAGE, "'%.40s' is for a timing model", word);
}

struct status api_timing(
	const struct ent_config *config, struct timing_model *model, bool *is_timed)
{
	const char *words = config->timing_settings != NULL ? config->timing_settings : "";
	struct status status = status_ok();

	*is_timed = config->timing != NULL && strcmp(config->timing, "functional") != 0;
	if (*is_timed && !timing_model_get(config->timing, model))
		return status_error(STATUS_USAGE, "no timing model '%.40s'", config->timing);
	while (status.code == STATUS_OK && *(words += strspn(words, SPACES)) != '\0') {
		size_t length = strcspn(words, SPACES);

		status = set_word(*is_timed ? model : NULL, words, length);
		words += length;
	}
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
	return (unsigned)which < ENT_TIMING_COUNTS ? timing_count_names[which] : NULL;
}

const char *ent_timing_model(unsigned index)
{
	return timing_model_name(index);
}
