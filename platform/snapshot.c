/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in a snapshot file, in both directions. How bytes get into it is in snapshot_stream.c.
 */
#include "platform/snapshot.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "mmu/mmu.h"
#include "platform/config.h"
#include "platform/machine_private.h"
#include "platform/ram.h"
#include "platform/snapshot_stream.h"
#include "sysregs/sysregs.h"

/* To be counted up when what some NAME_transfer() writes, or what is in the file, changes. */
enum { VERSION = 2 };

static const u8 magic[8] = { 0x89, 'E', 'N', 'T', 'S', 'N', 'A', 'P' };

enum { MAX_HEAD = 256 << 20 };

/*
 * A page or a block: an area's number and its own there. Areas are regions of memory, then disks.
 * Zeros are told without bytes, and of memory not at all: it begins with zeros.
 */
enum { AREA_DISKS = 16, AREA_SHIFT = 56 };
#define RECORD_ZERO BIT(55)
#define RECORD_END  (~(u64)0)

static bool is_zero(const u8 *page)
{
	return page[0] == 0 && memcmp(page, page + 1, PAGE_SIZE - 1) == 0;
}

/* ---- The header ---- */

static u64 fingerprint(void)
{
	u64 tables[] = { sysregs_fingerprint(), timing_fingerprint() };

	return digest_bytes(DIGEST_START, tables, sizeof(tables));
}

static u64 header_digest(const struct snapshot_header *header)
{
	return digest_bytes(DIGEST_START, header, offsetof(struct snapshot_header, digest));
}

static struct snapshot_header header_of(const struct archive *head)
{
	struct snapshot_header header = { .version = VERSION,
		.fingerprint = fingerprint(),
		.head_size = head->size,
		.head_digest = digest_bytes(DIGEST_START, head->data, head->size) };

	memcpy(header.magic, magic, sizeof(magic));
	memcpy(header.build, ENT_VERSION, smaller(strlen(ENT_VERSION), SNAPSHOT_BUILD - 1));
	header.digest = header_digest(&header);
	return header;
}

static struct status check_header(const char *path, const struct snapshot_header *header)
{
	if (memcmp(header->magic, magic, sizeof(magic)) != 0)
		return snapshot_refuse(path, "not a snapshot of Entresol's");
	if (header->version != VERSION && header->digest == header_digest(header))
		return status_error(STATUS_BAD_IMAGE,
			"snapshot %.80s: of format %u, by Entresol %.15s; this one reads format %d",
			path, header->version, header->build, VERSION);
	if (header->digest != header_digest(header))
		return snapshot_refuse(path, "its first bytes are damaged, or cut off");
	if (header->fingerprint != fingerprint())
		return status_error(STATUS_BAD_IMAGE,
			"snapshot %.80s: made by another build of Entresol (%.15s), whose tables "
			"of registers, features or timing differ; make it anew",
			path, header->build);
	if (header->head_size == 0 || header->head_size > MAX_HEAD)
		return snapshot_refuse(path, "its state has an impossible size");
	return status_ok();
}

/* ---- Writing ---- */

static bool write_head(
	struct machine *machine, const void *extra, size_t extra_size, struct archive *head)
{
	struct kept_config *kept = malloc(sizeof(*kept));
	u64 size = extra_size;

	*head = archive_to_save();
	if (kept == NULL)
		return false;
	config_of(machine, kept);
	config_transfer(kept, head);
	free(kept);
	ARCHIVE(head, size);
	archive_bytes(head, (void *)(uintptr_t)extra, extra_size);
	machine_transfer(machine, head);
	return !head->failed;
}

static void put_block(
	struct snapshot_writer *writer, unsigned area, u64 number, const u8 *data, bool with_zeros)
{
	u64 record = (u64)area << AREA_SHIFT | number;

	if (!is_zero(data)) {
		writer_put(writer, &record, sizeof(record));
		writer_put(writer, data, PAGE_SIZE);
	} else if (with_zeros) {
		record |= RECORD_ZERO;
		writer_put(writer, &record, sizeof(record));
	}
}

/* Pages that were written since the last checkpoint, and those that it has. */
static void put_region(struct snapshot_writer *writer, const struct machine *machine, unsigned area)
{
	const struct ram_region *region = &machine->memory.region[area];
	const struct pages *base = machine->base[area];
	u64 count = region->size >> PAGE_SHIFT, dirty = ram_next_dirty(region, 0);
	u64 kept = base != NULL ? pages_next(base, 0) : count;

	while (dirty < count || kept < count) {
		u64 number = smaller(dirty, kept);

		put_block(writer, area, number, region->host + (number << PAGE_SHIFT), false);
		if (number == dirty)
			dirty = ram_next_dirty(region, number + 1);
		if (number == kept)
			kept = pages_next(base, number + 1);
	}
}

static void put_disk(struct snapshot_writer *writer, const struct disk *disk, unsigned area)
{
	const struct pages *blocks = disk->maps.blocks;
	u64 count = blocks != NULL ? pages_count(blocks) : 0;

	for (u64 i = count != 0 ? pages_next(blocks, 0) : 0; i < count;
		i = pages_next(blocks, i + 1))
		put_block(writer, area, i, pages_get(blocks, i), true);
}

static struct status write_file(
	const struct machine *machine, const char *path, const struct archive *head)
{
	struct snapshot_header header = header_of(head);
	u64 end = RECORD_END;
	struct status status;
	struct snapshot_writer *writer = writer_create(path, &header, &status);

	if (writer == NULL)
		return status;
	writer_put(writer, head->data, head->size);
	for (unsigned i = 0; i < machine->memory.region_count; i++)
		put_region(writer, machine, i);
	for (unsigned i = 0; i < machine->config.disks; i++)
		put_disk(writer, &machine->disk[i].disk, AREA_DISKS + i);
	writer_put(writer, &end, sizeof(end));
	return writer_finish(writer);
}

struct status machine_save(
	struct machine *machine, const char *path, const void *extra, size_t extra_size)
{
	struct status status = machine_keeps(machine);
	struct archive head;

	if (status.code != STATUS_OK)
		return status;
	if (!write_head(machine, extra, extra_size, &head) || head.size > MAX_HEAD)
		status = status_error(STATUS_HOST, "the host has no memory for a snapshot");
	else
		status = write_file(machine, path, &head);
	archive_free(&head);
	return status;
}

/* ---- Opening ---- */

struct snapshot {
	char *path;
	u8 *head; /* configuration, extra bytes, state; size: of all */
	size_t size, state_at;
	const u8 *extra;
	size_t extra_size;
	struct kept_config kept;
};

bool is_snapshot_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	u8 found[sizeof(magic)];
	bool is = fd >= 0 && read(fd, found, sizeof(found)) == (ssize_t)sizeof(found) &&
		  memcmp(found, magic, sizeof(magic)) == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

/* NULL: the status says why. What comes next is behind the head. */
static struct snapshot_reader *open_head(
	const char *path, u8 **head, size_t *size, struct status *status)
{
	struct snapshot_header header;
	struct snapshot_reader *reader = reader_create(path, &header, status);

	*head = NULL;
	if (reader == NULL)
		return NULL;
	*status = check_header(path, &header);
	if (status->code == STATUS_OK) {
		*size = header.head_size;
		*head = malloc(*size);
		if (*head == NULL)
			*status =
				status_error(STATUS_HOST, "the host has no memory for a snapshot");
		else if (!reader_get(reader, *head, *size))
			*status = reader_status(reader);
		else if (digest_bytes(DIGEST_START, *head, *size) != header.head_digest)
			*status = snapshot_refuse(
				path, "it is damaged: its state does not match its digest");
	}
	if (status->code == STATUS_OK)
		return reader;
	reader_free(reader);
	free(*head);
	*head = NULL;
	return NULL;
}

static struct status refuse_contents(const char *path, const struct archive *archive)
{
	return status_error(STATUS_BAD_IMAGE, "snapshot %.80s: it has an impossible state: %.80s",
		path, archive->what);
}

static struct status read_config(struct snapshot *snapshot)
{
	struct archive archive = archive_to_load(snapshot->head, snapshot->size);
	u64 extra_size;

	config_transfer(&snapshot->kept, &archive);
	ARCHIVE(&archive, extra_size);
	archive_require(&archive, extra_size <= archive.size - archive.at, "it is cut off");
	if (archive.failed)
		return refuse_contents(snapshot->path, &archive);
	snapshot->extra = snapshot->head + archive.at;
	snapshot->extra_size = extra_size;
	snapshot->state_at = archive.at + extra_size;
	return status_ok();
}

struct snapshot *snapshot_open(const char *path, struct status *status)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
	struct snapshot_reader *reader;

	if (snapshot == NULL || (snapshot->path = strdup(path)) == NULL) {
		free(snapshot);
		*status = status_error(STATUS_HOST, "the host has no memory for a snapshot");
		return NULL;
	}
	reader = open_head(path, &snapshot->head, &snapshot->size, status);
	reader_free(reader);
	if (reader != NULL)
		*status = read_config(snapshot);
	if (status->code == STATUS_OK)
		return snapshot;
	snapshot_close(snapshot);
	return NULL;
}

void snapshot_close(struct snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	free(snapshot->head);
	free(snapshot->path);
	free(snapshot);
}

const void *snapshot_extra(const struct snapshot *snapshot, size_t *size)
{
	*size = snapshot->extra_size;
	return snapshot->extra;
}

void snapshot_config(const struct snapshot *snapshot, struct machine_config *config)
{
	const struct machine_config *host = config, *state = &snapshot->kept.machine;
	struct machine_config joined = *state;

	joined.engine = host->engine;
	joined.console_in = host->console_in;
	joined.console_out = host->console_out;
	joined.console_err = host->console_err;
	joined.live = host->live;
	joined.on_long_wait = host->on_long_wait;
	joined.on_silence = host->on_silence;
	joined.type_after = host->type_after;
	joined.type_after_count = host->type_after_count;
	joined.screen.live = host->screen.live;
	if (state->virtio_console_file != NULL && host->virtio_console_file != NULL)
		joined.virtio_console_file = host->virtio_console_file;
	*config = joined;
}

/* ---- Going on ---- */

static bool put_into_memory(struct machine *machine, unsigned area, u64 number, const u8 *data)
{
	struct ram_region *region;
	u64 offset = number << PAGE_SHIFT;

	if (area >= machine->memory.region_count)
		return false;
	region = &machine->memory.region[area];
	if (number >= region->size >> PAGE_SHIFT)
		return false;
	memcpy(region->host + offset, data, PAGE_SIZE);
	region_written(&machine->memory, region, PA(region->base.v + offset), PAGE_SIZE);
	return true;
}

static bool put_onto_disk(struct machine *machine, unsigned index, u64 number, const u8 *data)
{
	struct disk *disk;

	if (index >= machine->config.disks)
		return false;
	disk = &machine->disk[index].disk;
	return number < (disk->file.size + DISK_BLOCK - 1) / DISK_BLOCK && disk_is_writable(disk) &&
	       disk_put_block(disk, number, data);
}

/* All pages and blocks; NULL, or what is wrong with them. */
static const char *read_blocks(struct snapshot_reader *reader, struct machine *machine)
{
	u64 record, before = 0;
	u8 data[PAGE_SIZE];
	bool is_first = true, ok;

	while (reader_get(reader, &record, sizeof(record)) && record != RECORD_END) {
		unsigned area = (unsigned)(record >> AREA_SHIFT);
		u64 number = record & MASK(AREA_SHIFT - 2, 0);

		memset(data, 0, sizeof(data));
		if (!(record & RECORD_ZERO))
			reader_get(reader, data, sizeof(data));
		if (!is_first && (record & ~RECORD_ZERO) <= before)
			return "its pages are in disorder";
		is_first = false;
		before = record & ~RECORD_ZERO;
		ok = area < AREA_DISKS ? put_into_memory(machine, area, number, data)
				       : put_onto_disk(machine, area - AREA_DISKS, number, data);
		if (!ok)
			return "it has pages of what is not there";
	}
	return NULL;
}

static struct status read_state(const struct snapshot *snapshot, struct machine *machine)
{
	struct archive archive = archive_to_load(
		snapshot->head + snapshot->state_at, snapshot->size - snapshot->state_at);

	machine_transfer(machine, &archive);
	archive_require(&archive, archive.at == archive.size, "it goes on behind its end");
	return archive.failed ? refuse_contents(snapshot->path, &archive) : status_ok();
}

/* Steps that the machine was created with come behind those of the snapshot. */
static struct status read_state_and_append(const struct snapshot *snapshot, struct machine *machine)
{
	struct script *added = malloc(sizeof(*added));
	struct status status;

	if (added == NULL)
		return status_error(STATUS_HOST, "the host has no memory for a snapshot");
	*added = machine->script;
	status = read_state(snapshot, machine);
	if (status.code == STATUS_OK && !script_append(&machine->script, added))
		status = status_error(STATUS_USAGE,
			"--type-after: at most %d steps are possible, those of the snapshot "
			"included",
			SCRIPT_STEPS);
	free(added);
	return status;
}

static struct status read_file(const struct snapshot *snapshot, struct machine *machine)
{
	struct status status;
	u8 *head;
	size_t size;
	struct snapshot_reader *reader = open_head(snapshot->path, &head, &size, &status);
	const char *why;

	if (reader == NULL)
		return status;
	why = size == snapshot->size && memcmp(head, snapshot->head, size) == 0
		      ? read_blocks(reader, machine)
		      : "it was changed meanwhile";
	free(head);
	if (why == NULL)
		reader_finish(reader);
	status = reader_status(reader);
	if (status.code == STATUS_OK && why != NULL)
		status = snapshot_refuse(snapshot->path, why);
	reader_free(reader);
	return status;
}

struct status snapshot_restore(const struct snapshot *snapshot, struct machine *machine)
{
	struct status status =
		config_check_disks(&snapshot->kept, machine, "the run that made the snapshot");

	if (status.code == STATUS_OK)
		status = read_file(snapshot, machine);
	if (status.code == STATUS_OK)
		status = read_state_and_append(snapshot, machine);
	if (status.code == STATUS_OK)
		console_reopen(&machine->console);
	return status;
}
