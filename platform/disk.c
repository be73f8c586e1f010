/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image file of a disk: opened, locked, read, written, flushed.
 */
#define _GNU_SOURCE /* locks of open files, fallocate() */

#include "platform/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_kept(const struct disk *disk)
{
	return !disk->config.read_only && !disk->config.snapshot;
}

bool disk_fail(struct disk *disk, const char *what, u64 offset)
{
	if (disk->errors++ == 0)
		snprintf(disk->first_error, sizeof(disk->first_error),
			"--disk %.60s: %s at byte 0x%" PRIx64 ": %s", disk->config.file, what,
			offset, strerror(errno));
	return false;
}

/* ---- Opening ---- */

static struct status refuse(const struct machine_disk *config, const char *why)
{
	return status_error(STATUS_BAD_IMAGE, "--disk %.100s: %s", config->file, why);
}

/*
 * One writer, or readers, by locks on the open file, which also find the same file given twice. A
 * file system that has no locks is taken as it is.
 */
static bool lock(int fd, bool write)
{
	struct flock lock = { .l_type = write ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
}

static struct status check(const struct disk *disk)
{
	struct stat st;

	if (fstat(disk->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return refuse(&disk->config,
			S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	if (!lock(disk->fd, is_kept(disk)))
		return refuse(&disk->config, "in use by another disk or program; several may "
					     "share it with 'readonly' or 'snapshot'");
	if (st.st_size == 0)
		return refuse(&disk->config, "the file is empty");
	if (st.st_size % DISK_SECTOR != 0)
		return status_error(STATUS_BAD_IMAGE,
			"--disk %.100s: a raw image has whole sectors of 512 bytes, not %" PRId64
			" bytes",
			disk->config.file, (s64)st.st_size);
	return status_ok();
}

struct status disk_open(struct disk *disk, const struct machine_disk *config)
{
	struct status status;
	struct stat st;

	*disk = (struct disk){ .config = *config };
	disk->fd = open(config->file, (is_kept(disk) ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
	if (disk->fd < 0 && is_kept(disk) && (errno == EACCES || errno == EROFS))
		return refuse(
			config, "cannot be written; add ',readonly' or ',snapshot' to its name");
	if (disk->fd < 0)
		return refuse(config, errno == EISDIR ? "is a directory" : strerror(errno));
	disk->is_open = true;
	status = check(disk);
	if (status.code == STATUS_OK && fstat(disk->fd, &st) == 0)
		disk->size = (u64)st.st_size;
	else
		disk_close(disk);
	return status;
}

struct status disk_finish(struct disk *disk)
{
	disk_flush(disk);
	if (disk->errors == 0)
		return status_ok();
	if (disk->errors == 1)
		return status_error(STATUS_HOST, "%s", disk->first_error);
	return status_error(STATUS_HOST, "%s; and %" PRIu64 " more error%s", disk->first_error,
		disk->errors - 1, disk->errors == 2 ? "" : "s");
}

void disk_close(struct disk *disk)
{
	snapshot_free(disk);
	if (disk->is_open)
		close(disk->fd);
	disk->is_open = false;
}

/* ---- Contents ---- */

bool disk_read_image(struct disk *disk, u64 offset, void *data, u64 size)
{
	for (u64 done = 0; done < size;) {
		ssize_t n = pread(disk->fd, (u8 *)data + done, size - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENXIO; /* somebody cut the file off */
		if (n <= 0)
			return disk_fail(disk, "reading", offset + done);
		done += (u64)n;
	}
	return true;
}

static bool write_image(struct disk *disk, u64 offset, const void *data, u64 size)
{
	for (u64 done = 0; done < size;) {
		ssize_t n = pwrite(
			disk->fd, (const u8 *)data + done, size - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return disk_fail(disk, "writing", offset + done);
		done += (u64)n;
	}
	return true;
}

static void check_range(const struct disk *disk, u64 offset, u64 size)
{
	ENT_BUG_ON(offset > disk->size || size > disk->size - offset);
}

bool disk_read(struct disk *disk, u64 offset, void *data, u64 size)
{
	check_range(disk, offset, size);
	return disk->config.snapshot ? snapshot_read(disk, offset, data, size)
				     : disk_read_image(disk, offset, data, size);
}

bool disk_write(struct disk *disk, u64 offset, const void *data, u64 size)
{
	check_range(disk, offset, size);
	ENT_BUG_ON(!disk_is_writable(disk));
	return disk->config.snapshot ? snapshot_write(disk, offset, data, size)
				     : write_image(disk, offset, data, size);
}

bool disk_zero(struct disk *disk, u64 offset, u64 size, bool give_space_back)
{
	static const u8 zeros[1 << 16];
	int mode = give_space_back ? FALLOC_FL_PUNCH_HOLE : FALLOC_FL_ZERO_RANGE;

	check_range(disk, offset, size);
	ENT_BUG_ON(!disk_is_writable(disk));
	if (disk->config.snapshot)
		return snapshot_zero(disk, offset, size);
	if (size == 0 ||
		fallocate(disk->fd, mode | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)size) == 0)
		return true;
	while (size > 0) {
		u64 piece = size < sizeof(zeros) ? size : sizeof(zeros);

		if (!write_image(disk, offset, zeros, piece))
			return false;
		offset += piece;
		size -= piece;
	}
	return true;
}

bool disk_flush(struct disk *disk)
{
	return !is_kept(disk) || fdatasync(disk->fd) == 0 || disk_fail(disk, "flushing", 0);
}
