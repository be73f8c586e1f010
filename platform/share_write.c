/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing a folder of the host, as far as its user allowed it. Links and special files cannot be
 * made: what a guest writes must not lead programs of the host out of the folder. Times of changes
 * are the board's, so that they repeat.
 */
#define _GNU_SOURCE /* O_PATH, strchrnul() */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "platform/share_private.h"

enum { NS = 1000000000 };

static void board_time(const struct share *share, struct timespec times[2])
{
	u64 now = share->now != NULL ? share->now(share->opaque) : 0;

	times[0] = times[1] = (struct timespec){ (time_t)(now / NS), (long)(now % NS) };
}

void share_touch(struct share *share, int fd)
{
	struct timespec times[2];

	board_time(share, times);
	(void)futimens(fd, times); /* of a file that is not the user's own, it cannot be */
}

static void touch_at(struct share *share, int dir, const char *name)
{
	struct timespec times[2];

	board_time(share, times);
	(void)utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW);
}

/* As share_walk(), for a change of what the last name names: never the folder itself. */
static int walk(struct share *share, const char *path, int *dir, char name[SHARE_NAME])
{
	if (!share->is_writable)
		return EROFS;
	if (*path == '\0')
		return EBUSY;
	return share_walk(share, path, dir, name);
}

/* The end of a change in `dir`, whose own time of modification changes with it. */
static int changed(struct share *share, int dir, int error)
{
	if (error == 0)
		touch_at(share, dir, ".");
	share_leave(share, dir);
	return error;
}

int share_create(struct share *share, const char *path, int flags, u32 mode, int *fd)
{
	char name[SHARE_NAME];
	int dir, error = walk(share, path, &dir, name);

	if (error != 0)
		return error;
	*fd = openat(dir, name,
		(flags & (O_ACCMODE | O_APPEND)) | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	error = *fd < 0 ? errno : 0;
	if (error == 0) {
		/* whatever the umask of the host's user: what a guest sees must not depend on it */
		(void)fchmod(*fd, mode & 0777);
		share_touch(share, *fd);
	}
	return changed(share, dir, error);
}

int share_mkdir(struct share *share, const char *path, u32 mode)
{
	char name[SHARE_NAME];
	int dir, error = walk(share, path, &dir, name);

	if (error != 0)
		return error;
	error = mkdirat(dir, name, 0700) != 0 ? errno : 0;
	if (error == 0) {
		(void)fchmodat(dir, name, mode & 0777, 0);
		touch_at(share, dir, name);
	}
	return changed(share, dir, error);
}

/* After the last link is gone. */
static void forget(struct share *share, const struct stat *st)
{
	if (S_ISDIR(st->st_mode) || st->st_nlink <= 1)
		share_forget_number(share, st);
}

int share_remove(struct share *share, const char *path, bool is_directory)
{
	char name[SHARE_NAME];
	struct stat st;
	int dir, error = walk(share, path, &dir, name);

	if (error != 0)
		return error;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		unlinkat(dir, name, is_directory ? AT_REMOVEDIR : 0) != 0)
		error = errno;
	else
		forget(share, &st);
	return changed(share, dir, error);
}

int share_rename(struct share *share, const char *from, const char *to)
{
	char from_name[SHARE_NAME], to_name[SHARE_NAME];
	int from_dir, to_dir, error = walk(share, from, &from_dir, from_name);
	struct stat st;
	bool replaces;

	if (error != 0)
		return error;
	error = walk(share, to, &to_dir, to_name);
	if (error != 0) {
		share_leave(share, from_dir);
		return error;
	}
	replaces = fstatat(to_dir, to_name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (renameat(from_dir, from_name, to_dir, to_name) != 0)
		error = errno;
	else if (replaces)
		forget(share, &st);
	changed(share, from_dir, error);
	return changed(share, to_dir, error);
}

int share_write(struct share *share, int fd, u64 offset, const void *data, size_t size)
{
	const u8 *at = data;

	if (!share->is_writable)
		return EROFS;
	if (offset > INT64_MAX - size)
		return EFBIG;
	while (size > 0) {
		ssize_t n = pwrite(fd, at, size, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		at += n;
		size -= (size_t)n;
		offset += (u64)n;
	}
	share_touch(share, fd);
	return 0;
}

int share_truncate(struct share *share, const char *path, u64 size)
{
	int fd, error = share_open_file(share, path, O_WRONLY, &fd);

	if (error != 0)
		return error;
	if (size > INT64_MAX)
		error = EFBIG;
	else if (ftruncate(fd, (off_t)size) != 0)
		error = errno;
	else
		share_touch(share, fd);
	close(fd);
	return error;
}

/* The kernel has no way to change the mode of a link, or not to follow one: links are left alone.
 */
int share_chmod(struct share *share, const char *path, u32 mode)
{
	char name[SHARE_NAME];
	struct stat st;
	int dir, error, fd;

	if (!share->is_writable)
		return EROFS;
	error = share_walk(share, path, &dir, name);
	if (error != 0)
		return error;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		error = errno;
	else if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		error = EOPNOTSUPP;
	if (error == 0) {
		fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		error = fd < 0 || fchmod(fd, mode & 0777) != 0 ? errno : 0;
		if (fd >= 0)
			close(fd);
	}
	share_leave(share, dir);
	return error;
}

int share_set_time(struct share *share, const char *path, const struct timespec *time)
{
	struct timespec times[2];
	char name[SHARE_NAME];
	int dir, error;

	if (!share->is_writable)
		return EROFS;
	board_time(share, times);
	if (time != NULL)
		times[0] = times[1] = *time;
	error = share_walk(share, path, &dir, name);
	if (error != 0)
		return error;
	error = utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW) != 0 ? errno : 0;
	share_leave(share, dir);
	return error;
}
