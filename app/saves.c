/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When which snapshot is written.
 */
#include "app/saves.h"

#include <stdlib.h>
#include <string.h>

/* N[=FILE]: sorted, so that the next one is the first that is not done. */
struct status saves_parse(struct save_options *options, const char *text)
{
	const char *file = text + strcspn(text, "=");
	char number[24];
	u64 insns;
	unsigned at = options->count;

	snprintf(number, sizeof(number), "%.*s", (int)(file - text), text);
	if ((size_t)(file - text) >= sizeof(number) || !is_register_value(number, &insns))
		return status_error(STATUS_USAGE,
			"--save-at '%.60s': not a number of instructions, nor one with =FILE",
			text);
	if (*file == '=' && *++file == '\0')
		return status_error(
			STATUS_USAGE, "--save-at '%.60s': the file name is missing", text);
	if (options->count == SAVES)
		return status_error(
			STATUS_USAGE, "--save-at: at most %d snapshots are possible", SAVES);
	for (; at > 0 && options->save[at - 1].insns > insns; at--)
		options->save[at] = options->save[at - 1];
	options->save[at].insns = insns;
	options->save[at].file = *file != '\0' ? file : NULL;
	options->count++;
	return status_ok();
}

/* Where one is written; `name` is room for that of one without a file. */
static const char *path_of(const struct save *save, char *name, size_t size)
{
	if (save->file != NULL)
		return save->file;
	snprintf(name, size, "entresol-%" PRIu64 ".snap", save->insns);
	return name;
}

struct status saves_check(const struct saves *saves)
{
	struct status status = status_ok();
	char name[64];

	for (unsigned i = 0; i < saves->options->count && status.code == STATUS_OK; i++)
		status = snapshot_check_path(path_of(&saves->options->save[i], name, sizeof(name)));
	return status;
}

u64 saves_budget(const struct saves *saves, struct machine *machine, u64 insns)
{
	const struct save_options *options = saves->options;
	u64 now = machine_insns(machine);

	for (unsigned i = 0; i < options->count; i++) {
		if (options->save[i].insns >= now && !options->save[i].is_done)
			return smaller(insns, options->save[i].insns - now);
	}
	return insns;
}

static void take(struct saves *saves, struct machine *machine, const struct save *save)
{
	struct archive extra = archive_to_save();
	struct stats stats = *saves->stats;
	char name[64];
	struct status status;

	stats_transfer(&stats, &extra);
	status = extra.failed ? status_error(STATUS_HOST, "the host has no memory for a snapshot")
			      : machine_save(machine, path_of(save, name, sizeof(name)), extra.data,
					extra.size);
	archive_free(&extra);
	if (status.code != STATUS_OK)
		saves->code = say_status(status);
}

void saves_take(struct saves *saves, struct machine *machine)
{
	u64 now = machine_insns(machine);

	for (unsigned i = 0; i < saves->options->count; i++) {
		struct save *save = &saves->options->save[i];

		if (save->is_done || save->insns != now)
			continue;
		save->is_done = true;
		take(saves, machine, save);
	}
}

int saves_finish(struct saves *saves, struct machine *machine)
{
	for (unsigned i = 0; i < saves->options->count; i++) {
		const struct save *save = &saves->options->save[i];

		if (save->is_done)
			continue;
		say("no snapshot at instruction %" PRIu64 ": the run ended at %" PRIu64,
			save->insns, machine_insns(machine));
		saves->code = STATUS_HOST;
	}
	return saves->code;
}

struct status saves_go_on(
	const struct snapshot *snapshot, struct machine *machine, struct stats *stats)
{
	struct status status = snapshot_restore(snapshot, machine);
	struct archive extra;
	size_t size;
	const void *data = snapshot_extra(snapshot, &size);

	if (status.code != STATUS_OK || size == 0)
		return status;
	extra = archive_to_load(data, size);
	stats_transfer(stats, &extra);
	if (extra.failed || extra.at != extra.size)
		return status_error(STATUS_BAD_IMAGE, "the snapshot's statistics are none");
	return status;
}
