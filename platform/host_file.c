/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host files under the board's devices: opened, locked, read, written, flushed.
 */
#define _GNU_SOURCE /* locks of open files */

#include "platform/host_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct status host_file_refuse(const struct host_file *file, const char *why)
{
	return status_error(STATUS_BAD_IMAGE, "%s %.80s: %s", file->what, file->path, why);
}

/*
 * One writer, or readers, by locks on the open file, which also find the same file given twice. A
 * file system that has no locks is taken as it is.
 */
static bool lock(int fd, bool is_written)
{
	struct flock lock = { .l_type = is_written ? F_WRLCK : F_RDLCK, .l_whence = SEEK_SET };

	return fcntl(fd, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
}

static struct status check(struct host_file *file, bool is_written)
{
	struct stat st;

	if (fstat(file->fd, &st) != 0)
		return host_file_refuse(file, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return host_file_refuse(
			file, S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	if (!lock(file->fd, is_written))
		return host_file_refuse(file,
			is_written ? "in use by another disk or program; several may share it with "
				     "'readonly' or 'snapshot'"
				   : "in use by another disk or program, which writes to it");
	if (st.st_size == 0)
		return host_file_refuse(file, "the file is empty");
	file->size = (u64)st.st_size;
	file->seconds = st.st_mtim.tv_sec;
	file->nanoseconds = (u32)st.st_mtim.tv_nsec;
	return status_ok();
}

struct status host_file_open(
	struct host_file *file, const char *what, const struct image_config *config)
{
	bool is_written = image_is_kept(config);
	int access = is_written ? O_RDWR : O_RDONLY;
	struct status status;

	*file = (struct host_file){ .what = what, .path = config->path };
	file->fd = open(config->path, access | O_CLOEXEC | O_NONBLOCK);
	if (file->fd < 0 && is_written && (errno == EACCES || errno == EROFS))
		return host_file_refuse(
			file, "cannot be written; add ',readonly' or ',snapshot' to its name");
	if (file->fd < 0)
		return host_file_refuse(file, errno == EISDIR ? "is a directory" : strerror(errno));
	file->is_open = true;
	status = check(file, is_written);
	if (status.code != STATUS_OK)
		host_file_close(file);
	return status;
}

void host_file_close(struct host_file *file)
{
	if (file->is_open)
		close(file->fd);
	file->is_open = false;
}

/* ---- Contents ---- */

bool host_file_read(struct host_file *file, u64 offset, void *data, u64 size)
{
	for (u64 done = 0; done < size;) {
		ssize_t n = pread(file->fd, (u8 *)data + done, size - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENXIO; /* somebody cut the file off */
		if (n <= 0)
			return host_file_fail(file, "reading", offset + done);
		done += (u64)n;
	}
	return true;
}

bool host_file_write(struct host_file *file, u64 offset, const void *data, u64 size)
{
	for (u64 done = 0; done < size;) {
		ssize_t n = pwrite(
			file->fd, (const u8 *)data + done, size - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC; /* no more, and no reason */
		if (n <= 0)
			return host_file_fail(file, "writing", offset + done);
		done += (u64)n;
	}
	return true;
}

bool host_file_flush(struct host_file *file)
{
	return fdatasync(file->fd) == 0 || host_file_fail(file, "flushing", 0);
}

/* ---- What the host refused ---- */

bool host_file_fail(struct host_file *file, const char *doing, u64 offset)
{
	if (file->errors++ == 0)
		snprintf(file->first_error, sizeof(file->first_error),
			"%s %.60s: %s at byte 0x%" PRIx64 ": %s", file->what, file->path, doing,
			offset, strerror(errno));
	return false;
}

struct status host_file_status(const struct host_file *file)
{
	if (file->errors == 0)
		return status_ok();
	if (file->errors == 1)
		return status_error(STATUS_HOST, "%s", file->first_error);
	return status_error(STATUS_HOST, "%s; and %" PRIu64 " more error%s", file->first_error,
		file->errors - 1, file->errors == 2 ? "" : "s");
}
