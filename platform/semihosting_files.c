/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files behind semihosting handles. A host file is reached component by component below one
 * directory, following no symbolic link and no "..": nothing outside of it can be named.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "platform/semihosting.h"

/* Feature bits of byte 0: SYS_EXIT_EXTENDED works, and ":tt" opened for append is stderr. */
static const u8 features[] = { 'S', 'H', 'F', 'B', 0x03 };

static s64 fail(struct semihosting *semihosting, int error)
{
	semihosting->error = error;
	return -1;
}

/*
 * The directory that holds the last component of `name`, which is left in *last; -1: errno. The
 * result may be semihosting->dir itself.
 */
static int walk(struct semihosting *semihosting, char *name, const char **last)
{
	int dir = semihosting->dir;

	for (char *slash; (slash = strchr(name, '/')) != NULL; name = slash + 1) {
		int next;

		*slash = '\0';
		if (*name == '\0' || strcmp(name, "..") == 0) {
			next = -1;
			errno = EACCES;
		} else {
			next = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		}
		if (dir != semihosting->dir) {
			int saved = errno;

			close(dir);
			errno = saved;
		}
		if (next < 0)
			return -1;
		dir = next;
	}
	*last = name;
	return dir;
}

static int flags_of_mode(u64 mode)
{
	static const int create[3] = { 0, O_CREAT | O_TRUNC, O_CREAT | O_APPEND };
	int access = mode & 2 ? O_RDWR : mode < 4 ? O_RDONLY : O_WRONLY;

	return access | create[mode / 4];
}

/* Only regular files: others could wait for the host, or be something else entirely. */
static int open_regular(int dir, const char *name, int flags)
{
	struct stat st;
	int fd = openat(dir, name, (flags & ~O_TRUNC) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
		((flags & O_TRUNC) && ftruncate(fd, 0) != 0)) {
		close(fd);
		errno = EACCES;
		return -1;
	}
	return fd;
}

static int open_host(struct semihosting *semihosting, const char *name, u64 mode)
{
	char path[256];
	const char *last = NULL;
	int dir, fd = -1, saved;

	if (semihosting->dir < 0) {
		errno = EACCES;
		return -1;
	}
	snprintf(path, sizeof(path), "%s", name);
	dir = walk(semihosting, path, &last);
	if (dir < 0)
		return -1;
	if (*last == '\0' || strcmp(last, "..") == 0 || strcmp(last, ".") == 0)
		errno = EACCES;
	else
		fd = open_regular(dir, last, flags_of_mode(mode));
	saved = errno;
	if (dir != semihosting->dir)
		close(dir);
	errno = saved;
	return fd;
}

s64 semihosting_open(struct semihosting *semihosting, const char *name, u64 mode)
{
	struct semihosting_file file = { .fd = -1 };
	unsigned index = 0;

	if (mode > 11)
		return fail(semihosting, EINVAL);
	while (index < SEMIHOSTING_FILES && semihosting->file[index].kind != SFILE_CLOSED)
		index++;
	if (index == SEMIHOSTING_FILES)
		return fail(semihosting, EMFILE);
	if (strcmp(name, ":tt") == 0) {
		file.kind = mode < 4   ? SFILE_CONSOLE_IN
			    : mode < 8 ? SFILE_CONSOLE_OUT
				       : SFILE_CONSOLE_ERR;
	} else if (strcmp(name, ":semihosting-features") == 0) {
		if (mode > 1)
			return fail(semihosting, EACCES);
		file.kind = SFILE_FEATURES;
	} else {
		file.kind = SFILE_HOST;
		file.fd = open_host(semihosting, name, mode);
		if (file.fd < 0)
			return fail(semihosting, errno);
	}
	semihosting->file[index] = file;
	return index + 1;
}

struct semihosting_file *semihosting_file(struct semihosting *semihosting, u64 handle)
{
	if (handle - 1 < SEMIHOSTING_FILES && semihosting->file[handle - 1].kind != SFILE_CLOSED)
		return &semihosting->file[handle - 1];
	semihosting->error = EBADF;
	return NULL;
}

bool semihosting_close(struct semihosting *semihosting, struct semihosting_file *file)
{
	bool ok = file->kind != SFILE_HOST || close(file->fd) == 0;

	if (!ok)
		semihosting->error = errno;
	file->kind = SFILE_CLOSED;
	return ok;
}

bool semihosting_read_byte(struct semihosting *semihosting, struct semihosting_file *file, u8 *byte)
{
	switch (file->kind) {
	case SFILE_CONSOLE_IN: return console_await(semihosting->console, byte);
	case SFILE_FEATURES:
		if (file->position >= sizeof(features))
			return false;
		*byte = features[file->position++];
		return true;
	default: semihosting->error = EBADF; return false;
	}
}

u64 semihosting_read_piece(
	struct semihosting *semihosting, struct semihosting_file *file, u8 *piece, u64 size)
{
	ssize_t n;

	do
		n = read(file->fd, piece, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		semihosting->error = errno;
	return n < 0 ? 0 : (u64)n;
}

void semihosting_give_back(struct semihosting_file *file, u64 size)
{
	off_t position = lseek(file->fd, -(off_t)size, SEEK_CUR);

	ENT_BUG_ON(position < 0); /* regular files only: open_regular() */
}

bool semihosting_write_byte(struct semihosting *semihosting, struct semihosting_file *file, u8 byte)
{
	ssize_t n;

	switch (file->kind) {
	case SFILE_CONSOLE_OUT: console_put(semihosting->console, byte); return true;
	case SFILE_CONSOLE_ERR: console_put_error(semihosting->console, byte); return true;
	case SFILE_HOST:
		do
			n = write(file->fd, &byte, 1);
		while (n < 0 && errno == EINTR);
		if (n < 0)
			semihosting->error = errno;
		return n == 1;
	default: semihosting->error = EBADF; return false;
	}
}

s64 semihosting_length(struct semihosting *semihosting, struct semihosting_file *file)
{
	struct stat st;

	if (file->kind == SFILE_FEATURES)
		return sizeof(features);
	if (file->kind != SFILE_HOST)
		return fail(semihosting, ESPIPE);
	if (fstat(file->fd, &st) != 0)
		return fail(semihosting, errno);
	return st.st_size;
}

s64 semihosting_seek(struct semihosting *semihosting, struct semihosting_file *file, u64 position)
{
	if (file->kind == SFILE_FEATURES) {
		if (position > sizeof(features))
			return fail(semihosting, EINVAL);
		file->position = position;
		return 0;
	}
	if (file->kind != SFILE_HOST)
		return fail(semihosting, ESPIPE);
	if (position > INT64_MAX || lseek(file->fd, (off_t)position, SEEK_SET) < 0)
		return fail(semihosting, position > INT64_MAX ? EINVAL : errno);
	return 0;
}
