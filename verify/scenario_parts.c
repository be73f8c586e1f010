/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a scenario, each a run or a sweep, and their names.
 */
#include <string.h>

#include "base/number.h"
#include "verify/scenario.h"

unsigned scenario_parts(const struct scenario *scenario, struct scenario_limits limits,
	struct scenario_part part[SCENARIO_PARTS])
{
	unsigned count = 0;

	for (unsigned i = 0; i < scenario->runs; i++) {
		u64 seeds = scenario->run[i].count;

		if (limits.seeds != 0)
			seeds = smaller(seeds, limits.seeds);
		part[count++] =
			(struct scenario_part){ .first = scenario->run[i].first, .count = seeds };
	}
	for (unsigned i = 0; i < scenario->sweeps && !limits.has_no_sweeps; i++)
		part[count++] = (struct scenario_part){ .is_sweep = true, .sweep = i };
	return count;
}

/* "K" or "K@B" behind "sweep=". */
static struct status only_sweep(
	const struct scenario *scenario, const char *text, struct scenario_part *part)
{
	const char *at = text;
	u64 number;

	part->is_sweep = true;
	if (!number_take(&at, &number) || number == 0 || number > scenario->sweeps)
		return status_error(STATUS_USAGE, "'sweep=%.40s': %s has %u sweeps", text,
			scenario->name, scenario->sweeps);
	part->sweep = (unsigned)number - 1;
	if (*at == '\0')
		return status_ok();
	part->has_boundary = true;
	if (*at++ != '@' || !number_take(&at, &part->boundary) || *at != '\0')
		return status_error(STATUS_USAGE,
			"'sweep=%.40s': write sweep=K, or sweep=K@B for one boundary", text);
	return status_ok();
}

struct status scenario_only(
	const struct scenario *scenario, const char *text, struct scenario_part *part)
{
	*part = (struct scenario_part){ .count = 1 };
	if (strncmp(text, "sweep=", 6) == 0)
		return only_sweep(scenario, text + 6, part);
	return adversary_parse(text, &part->first);
}

const char *scenario_part_say(const struct scenario_part *part, char *text, size_t size)
{
	char one[ADVERSARY_TEXT];

	if (part->is_sweep && part->has_boundary)
		snprintf(text, size, "sweep=%u@%" PRIu64, part->sweep + 1, part->boundary);
	else if (part->is_sweep)
		snprintf(text, size, "sweep=%u", part->sweep + 1);
	else if (part->count == 1)
		adversary_say(part->first, text, size);
	else
		snprintf(text, size, "%s..%" PRIu64, adversary_say(part->first, one, sizeof(one)),
			part->first.seed + part->count - 1);
	return text;
}
