/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image file of a disk, written to or with a snapshot over it.
 */
#define _GNU_SOURCE /* fallocate() */

#include "platform/disk.h"

#include <fcntl.h>

struct status disk_open(struct disk *disk, const struct image_config *config)
{
	struct status status;

	*disk = (struct disk){ .config = *config };
	status = host_file_open(&disk->file, "--disk", config);
	if (status.code == STATUS_OK && disk->file.size % DISK_SECTOR != 0) {
		status = status_error(STATUS_BAD_IMAGE,
			"--disk %.80s: a raw image has whole sectors of 512 bytes, not %" PRIu64
			" bytes",
			config->path, disk->file.size);
		disk_close(disk);
	}
	return status;
}

struct status disk_finish(struct disk *disk)
{
	disk_flush(disk);
	return host_file_status(&disk->file);
}

void disk_close(struct disk *disk)
{
	disk_maps_free(&disk->maps);
	page_pool_free(disk->pool);
	disk->pool = NULL;
	host_file_close(&disk->file);
}

/* ---- Contents ---- */

static void check_range(const struct disk *disk, u64 offset, u64 size)
{
	ENT_BUG_ON(offset > disk->file.size || size > disk->file.size - offset);
}

bool disk_read(struct disk *disk, u64 offset, void *data, u64 size)
{
	check_range(disk, offset, size);
	return disk->config.snapshot ? snapshot_read(disk, offset, data, size)
				     : host_file_read(&disk->file, offset, data, size);
}

bool disk_write(struct disk *disk, u64 offset, const void *data, u64 size)
{
	check_range(disk, offset, size);
	ENT_BUG_ON(!disk_is_writable(disk));
	return disk->config.snapshot ? snapshot_write(disk, offset, data, size)
				     : host_file_write(&disk->file, offset, data, size);
}

bool disk_zero(struct disk *disk, u64 offset, u64 size, bool give_space_back)
{
	static const u8 zeros[1 << 16];
	int mode = give_space_back ? FALLOC_FL_PUNCH_HOLE : FALLOC_FL_ZERO_RANGE;

	check_range(disk, offset, size);
	ENT_BUG_ON(!disk_is_writable(disk));
	if (disk->config.snapshot)
		return snapshot_zero(disk, offset, size);
	if (size == 0 || fallocate(disk->file.fd, mode | FALLOC_FL_KEEP_SIZE, (off_t)offset,
				 (off_t)size) == 0)
		return true;
	while (size > 0) {
		u64 piece = size < sizeof(zeros) ? size : sizeof(zeros);

		if (!host_file_write(&disk->file, offset, zeros, piece))
			return false;
		offset += piece;
		size -= piece;
	}
	return true;
}

bool disk_flush(struct disk *disk)
{
	return !image_is_kept(&disk->config) || host_file_flush(&disk->file);
}
