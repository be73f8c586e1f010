/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of a configuration in both directions.
 */
#include "platform/config.h"

#include <stdio.h>
#include <string.h>

#include "platform/machine_private.h"
#include "sysregs/sysregs.h"

enum { MAX_NAME = 64, MAX_PATH = 4096, MAX_LINE = 1 << 20 };

void config_of(const struct machine *machine, struct kept_config *kept)
{
	kept->machine = machine->config;
	kept->machine.command_line = machine->semihosting.command_line;
	kept->machine.has_flash = machine->flash[0].region != NULL;
	if (machine->config.timing != NULL) {
		kept->timing = machine->timing;
		kept->machine.timing = &kept->timing;
	}
	for (unsigned i = 0; i < machine->config.disks; i++) {
		const struct host_file *file = &machine->disk[i].disk.file;

		kept->disk[i] = (struct file_identity){ .size = file->size,
			.seconds = file->seconds,
			.nanoseconds = file->nanoseconds };
	}
}

struct status config_check_disks(
	const struct kept_config *kept, const struct machine *machine, const char *of)
{
	for (unsigned i = 0; i < machine->config.disks; i++) {
		const struct host_file *file = &machine->disk[i].disk.file;
		const struct file_identity *was = &kept->disk[i];

		if (file->size != was->size)
			return status_error(STATUS_BAD_IMAGE,
				"--disk %.80s: it has %" PRIu64 " bytes, and had %" PRIu64
				" for %.40s",
				file->path, file->size, was->size, of);
		if (file->seconds != was->seconds || file->nanoseconds != was->nanoseconds)
			return status_error(STATUS_BAD_IMAGE,
				"--disk %.80s: it was changed since %.40s opened it", file->path,
				of);
	}
	return status_ok();
}

/* ---- The timing model: its name, and all figures; those that differ were set ---- */

static void set_figure(struct timing_model *model, struct archive *archive, const char *name,
	const char *column, u32 value)
{
	char assignment[80];
	struct status status;

	snprintf(assignment, sizeof(assignment), "%s%s%s=%u", name, column != NULL ? "." : "",
		column != NULL ? column : "", value);
	status = timing_model_set(model, assignment);
	archive_require(archive, status.code == STATUS_OK, "a figure of the timing model");
}

static void transfer_params(struct timing_model *model, struct archive *archive)
{
	for (unsigned i = 0; i < PARAM_COUNT && !archive->failed; i++) {
		u32 value = model->param[i];

		ARCHIVE(archive, value);
		if (value != model->param[i] && !archive->failed)
			set_figure(model, archive, timing_parameters[i].name, NULL, value);
	}
}

static void transfer_costs(struct timing_model *model, struct archive *archive)
{
	for (unsigned i = 0; i < CLASS_COUNT * COLUMN_COUNT && !archive->failed; i++) {
		const struct timing_column *column = &timing_columns[i % COLUMN_COUNT];
		const u8 *place = (const u8 *)&model->cost[i / COLUMN_COUNT] + column->offset;
		u8 value = *place;

		ARCHIVE(archive, value);
		if (value != *place && !archive->failed)
			set_figure(model, archive, timing_class_names[i / COLUMN_COUNT],
				column->name, value);
	}
}

static void transfer_timing(struct kept_config *kept, struct archive *archive)
{
	const char *name = kept->machine.timing != NULL ? kept->timing.name : NULL;

	archive_mark(archive, "timing");
	archive_text(archive, &name, MAX_NAME);
	if (name == NULL)
		return;
	if (archive->is_loading) {
		archive_require(archive, timing_model_get(name, &kept->timing),
			"there is no such timing model");
		kept->machine.timing = &kept->timing;
	}
	transfer_params(&kept->timing, archive);
	transfer_costs(&kept->timing, archive);
}

/* ---- The rest ---- */

static void transfer_cpus(struct machine_config *config, struct archive *archive)
{
	archive_mark(archive, "cpus");
	archive_text(archive, &config->profile, MAX_NAME);
	archive_require(archive, config->profile != NULL, "there is no CPU profile");
	ARCHIVE(archive, config->pa_bits);
	ARCHIVE(archive, config->ram_size);
	ARCHIVE(archive, config->cpus);
	ARCHIVE(archive, config->el);
	ARCHIVE(archive, config->quantum);
	ARCHIVE(archive, config->choice);
	for (unsigned id = 0; id < CHOICE_COUNT; id++)
		archive_require(archive, config->choice[id] < choice_value_count(id),
			"a choice that is none");
}

static void transfer_image(struct image_config *image, struct archive *archive)
{
	ARCHIVE_BOOL(archive, image->read_only);
	if (archive->is_loading)
		image->snapshot = true;
}

static void transfer_disk(
	struct image_config *disk, struct file_identity *identity, struct archive *archive)
{
	transfer_image(disk, archive);
	archive_text(archive, &disk->path, MAX_PATH);
	archive_require(archive, disk->path != NULL, "a disk without a file");
	ARCHIVE(archive, identity->size);
	ARCHIVE(archive, identity->seconds);
	ARCHIVE(archive, identity->nanoseconds);
}

/* What is typed at which time. */
static void transfer_screen(struct screen_config *screen, struct archive *archive)
{
	ARCHIVE(archive, screen->width);
	ARCHIVE(archive, screen->height);
	ARCHIVE(archive, screen->keys_count);
	archive_require(archive, screen->keys_count <= SCREEN_KEYS, "more keys than there can be");
	for (unsigned i = 0; i < screen->keys_count && !archive->failed; i++) {
		struct screen_keys *keys = &screen->keys[i];

		ARCHIVE(archive, keys->time);
		ARCHIVE(archive, keys->text.size);
		archive_require(archive, keys->text.size <= SCRIPT_TEXT, "a text is too long");
		if (!archive->failed)
			archive_bytes(archive, keys->text.bytes, keys->text.size);
	}
}

static void transfer_devices(struct kept_config *kept, struct archive *archive)
{
	struct machine_config *config = &kept->machine;
	bool has_console_file = config->virtio_console_file != NULL;

	archive_mark(archive, "devices");
	ARCHIVE(archive, config->rtc);
	ARCHIVE(archive, config->seed);
	archive_text(archive, &config->command_line, MAX_LINE);
	ARCHIVE_BOOL(archive, config->has_flash);
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++)
		transfer_image(&config->flash[i], archive);
	ARCHIVE_BOOL(archive, config->has_virtio_console);
	ARCHIVE_BOOL(archive, has_console_file);
	if (archive->is_loading && has_console_file)
		config->virtio_console_file = "/dev/null";
	transfer_screen(&config->screen, archive);
	ARCHIVE(archive, config->disks);
	archive_require(archive, config->disks <= MACHINE_DISKS, "more disks than there can be");
	for (unsigned i = 0; i < config->disks && !archive->failed; i++)
		transfer_disk(&config->disk[i], &kept->disk[i], archive);
}

void config_transfer(struct kept_config *kept, struct archive *archive)
{
	if (archive->is_loading)
		*kept = (struct kept_config){ .machine = machine_default_config() };
	transfer_cpus(&kept->machine, archive);
	transfer_timing(kept, archive);
	transfer_devices(kept, archive);
}
