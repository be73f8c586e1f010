/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank's file: read once, written through, never left half written if the host can help it.
 */
#include "platform/flash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct status refuse(const struct flash *flash, const char *why)
{
	return status_error(STATUS_BAD_IMAGE, "flash %.100s: %s", flash->config.path, why);
}

static bool is_zero(const u8 *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Zeros are left untouched: the host pays for what is not. */
static struct status read_all(struct flash *flash, int fd, u64 size)
{
	u8 piece[64 << 10];

	for (u64 at = 0; at < size;) {
		ssize_t n = pread(fd, piece, sizeof(piece), (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return refuse(flash, strerror(errno));
		if (n == 0 || (u64)n > size - at)
			return refuse(flash, "it changes while it is read");
		if (!is_zero(piece, (size_t)n))
			memcpy(flash->region->host + at, piece, (size_t)n);
		at += (u64)n;
	}
	return status_ok();
}

static struct status check(const struct flash *flash, int fd, u64 *size)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return refuse(flash, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return refuse(flash, "not a regular file");
	*size = (u64)st.st_size;
	if (*size == 0)
		return refuse(flash, "the file is empty");
	if (*size > FLASH_BANK)
		return refuse(flash, "larger than a bank, which is 64 MiB");
	if (flash->config.is_kept && *size != FLASH_BANK)
		return refuse(flash,
			"the guest would write a bank of 64 MiB into it; make it so large "
			"(truncate -s 64M), or add ,readonly or ,snapshot");
	if (flash->config.is_kept && flock(fd, LOCK_EX | LOCK_NB) != 0)
		return refuse(flash, "in use by another process");
	return status_ok();
}

struct status flash_file_open(struct flash *flash)
{
	int access = flash->config.is_kept ? O_RDWR : O_RDONLY;
	int fd = open(flash->config.path, access | O_CLOEXEC | O_NONBLOCK);
	struct status status;
	u64 size = 0;

	if (fd < 0)
		return refuse(flash, strerror(errno));
	status = check(flash, fd, &size);
	if (status.code == STATUS_OK)
		status = read_all(flash, fd, size);
	if (status.code == STATUS_OK && flash->config.is_kept)
		flash->fd = fd;
	else
		close(fd);
	return status;
}

void flash_file_close(struct flash *flash)
{
	if (flash->fd >= 0)
		close(flash->fd);
	flash->fd = -1;
}

static bool write_all(int fd, u64 offset, const u8 *data, u64 size)
{
	while (size > 0) {
		ssize_t n = pwrite(fd, data, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		data += n;
		offset += (u64)n;
		size -= (u64)n;
	}
	return true;
}

bool flash_file_write(struct flash *flash, u64 offset, const u8 *data, u64 size)
{
	int error;

	if (flash->fd < 0 || write_all(flash->fd, offset, data, size))
		return true;
	error = errno;
	if (flash->write_errno == 0)
		flash->write_errno = error;
	/* what was there fits again */
	write_all(flash->fd, offset, flash->region->host + offset, size);
	return false;
}
