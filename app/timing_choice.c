/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options --timing and --timing-set, for all commands that have them.
 */
#include <string.h>

#include "app/app.h"

const char *timing_model_names(void)
{
	static char names[200];
	size_t length = 0;
	const char *name;

	for (unsigned i = 0; (name = timing_model_name(i)) != NULL && length < sizeof(names); i++)
		length += (size_t)snprintf(
			names + length, sizeof(names) - length, "%s%s", i == 0 ? "" : ", ", name);
	return names;
}

struct status timing_choice_add(struct timing_choice *choice, const char *text)
{
	if (choice->count == TIMING_SETTINGS)
		return status_error(STATUS_USAGE, "--timing-set: at most %d settings are possible",
			TIMING_SETTINGS);
	choice->setting[choice->count++] = text;
	return status_ok();
}

struct status timing_choose(const struct timing_choice *choice, const char *option,
	struct timing_model *model, bool *is_timed)
{
	bool is_functional = choice->name == NULL || strcmp(choice->name, "functional") == 0;

	*is_timed = !is_functional;
	if (is_functional && choice->count > 0)
		return status_error(STATUS_USAGE,
			"--timing-set needs a model to change: %s is one of %s", option,
			timing_model_names());
	if (!is_functional && !timing_model_get(choice->name, model))
		return status_error(STATUS_USAGE,
			"no timing model '%.40s'; there are: functional, %s", choice->name,
			timing_model_names());
	for (unsigned i = 0; i < choice->count; i++) {
		struct status status = timing_model_set(model, choice->setting[i]);

		if (status.code != STATUS_OK)
			return status;
	}
	return status_ok();
}
