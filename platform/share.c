/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a folder of the host: walking to a file, what is told of it, its content and its list.
 */
#define _GNU_SOURCE /* O_PATH, strchrnul() */
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/share_private.h"

/* ---- Numbers: stable names for host inodes ---- */

struct number {
	dev_t device;
	ino_t inode;
	u64 number;
};

static int compare_numbers(const void *a, const void *b)
{
	const struct number *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return x->inode < y->inode ? -1 : x->inode > y->inode;
}

static int number_of(struct share *share, const struct stat *st, u64 *number)
{
	struct number *key = malloc(sizeof(*key)), **found;

	if (key == NULL)
		return ENOMEM;
	*key = (struct number){ st->st_dev, st->st_ino, share->last_number + 1 };
	found = tsearch(key, &share->numbers, compare_numbers);
	if (found == NULL || *found != key)
		free(key);
	if (found == NULL)
		return ENOMEM;
	*number = (*found)->number;
	if (*number > share->last_number)
		share->last_number = *number;
	return 0;
}

void share_forget_number(struct share *share, const struct stat *st)
{
	struct number key = { .device = st->st_dev, .inode = st->st_ino };
	struct number **found = tfind(&key, &share->numbers, compare_numbers), *number;

	if (found == NULL)
		return;
	number = *found;
	tdelete(number, &share->numbers, compare_numbers);
	free(number);
}

/* ---- The folder ---- */

struct status share_open(struct share *share, const char *dir, bool is_writable)
{
	share->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (share->dir < 0)
		return status_error(STATUS_USAGE, "--share %.100s: %s", dir, strerror(errno));
	share->is_writable = is_writable;
	return status_ok();
}

void share_close(struct share *share)
{
	while (share->numbers != NULL) {
		struct number *number = *(struct number **)share->numbers;

		tdelete(number, &share->numbers, compare_numbers);
		free(number);
	}
	if (share->dir >= 0)
		close(share->dir);
	share->dir = -1;
}

/* ---- Walking ---- */

void share_leave(struct share *share, int dir)
{
	if (dir != share->dir)
		close(dir);
}

int share_walk(struct share *share, const char *path, int *dir, char name[SHARE_NAME])
{
	const char *slash;

	*dir = share->dir;
	strcpy(name, ".");
	for (; *path != '\0'; path = *slash != '\0' ? slash + 1 : slash) {
		size_t length;

		slash = strchrnul(path, '/');
		length = (size_t)(slash - path);
		if (length >= SHARE_NAME) {
			share_leave(share, *dir);
			return ENAMETOOLONG;
		}
		memcpy(name, path, length);
		name[length] = '\0';
		ENT_BUG_ON(length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0);
		if (*slash != '\0') {
			int next =
				openat(*dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			int error = errno;

			share_leave(share, *dir);
			if (next < 0)
				return error;
			*dir = next;
		}
	}
	return 0;
}

/* ---- What is told of a file ---- */

static int describe(struct share *share, const struct stat *st, struct share_stat *stat)
{
	bool is_directory = S_ISDIR(st->st_mode);

	/* sizes and links of folders are the file system's own affair; one link says "unknown" */
	*stat = (struct share_stat){ .mode = st->st_mode & (S_IFMT | 0777),
		.links = is_directory ? 1 : st->st_nlink,
		.size = is_directory ? 4096 : (u64)st->st_size,
		.seconds = st->st_mtim.tv_sec,
		.nanoseconds = (u32)st->st_mtim.tv_nsec };
	return number_of(share, st, &stat->number);
}

int share_stat(struct share *share, const char *path, struct share_stat *stat)
{
	char name[SHARE_NAME];
	struct stat st;
	int dir, error = share_walk(share, path, &dir, name);

	if (error != 0)
		return error;
	error = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ? errno : 0;
	share_leave(share, dir);
	return error != 0 ? error : describe(share, &st, stat);
}

int share_fstat(struct share *share, int fd, struct share_stat *stat)
{
	struct stat st;

	return fstat(fd, &st) != 0 ? errno : describe(share, &st, stat);
}

int share_readlink(struct share *share, const char *path, char *text, size_t size)
{
	char name[SHARE_NAME];
	int dir, error = share_walk(share, path, &dir, name);
	ssize_t length;

	if (error != 0)
		return error;
	length = readlinkat(dir, name, text, size);
	error = length < 0 ? errno : (size_t)length == size ? ENAMETOOLONG : 0;
	share_leave(share, dir);
	if (error == 0)
		text[length] = '\0';
	return error;
}

/* ---- Content ---- */

/* Others than regular files could wait for the host, or be something else entirely. */
static int check_regular(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return errno;
	return S_ISREG(st.st_mode) ? 0 : S_ISDIR(st.st_mode) ? EISDIR : EOPNOTSUPP;
}

static int open_regular(int dir, const char *name, int flags, int *opened)
{
	struct stat st;
	int fd, error;

	/* opening alone may do something to a device */
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? EISDIR : S_ISLNK(st.st_mode) ? ELOOP : EOPNOTSUPP;
	fd = openat(dir, name, (flags & ~O_TRUNC) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno;
	error = check_regular(fd);
	if (error == 0 && (flags & O_TRUNC) && ftruncate(fd, 0) != 0)
		error = errno;
	if (error != 0)
		close(fd);
	else
		*opened = fd;
	return error;
}

int share_open_file(struct share *share, const char *path, int flags, int *fd)
{
	char name[SHARE_NAME];
	int dir, error;

	if (((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC)) && !share->is_writable)
		return EROFS;
	error = share_walk(share, path, &dir, name);
	if (error != 0)
		return error;
	error = open_regular(dir, name, flags, fd);
	share_leave(share, dir);
	if (error == 0 && (flags & O_TRUNC))
		share_touch(share, *fd);
	return error;
}

/* ---- Lists ---- */

static int compare_entries(const void *a, const void *b)
{
	const struct share_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int add_entry(struct share_list *list, size_t *room, const char *name, u8 type)
{
	struct share_entry *entry;

	if (list->count == *room) {
		size_t more = *room * 2 + 16;

		entry = realloc(list->entry, more * sizeof(*entry));
		if (entry == NULL)
			return ENOMEM;
		list->entry = entry;
		*room = more;
	}
	entry = &list->entry[list->count];
	*entry = (struct share_entry){ .name = strdup(name), .type = type };
	if (entry->name == NULL)
		return ENOMEM;
	list->count++;
	return 0;
}

static int read_names(DIR *stream, struct share_list *list)
{
	const struct dirent *found;
	size_t room = 0;
	int error = 0;

	errno = 0;
	while (error == 0 && (found = readdir(stream)) != NULL) {
		error = add_entry(list, &room, found->d_name, DT_UNKNOWN);
		errno = 0;
	}
	return error != 0 ? error : errno;
}

/* Types and numbers, in the order of names. ".." of the folder itself would be outside of it. */
static int complete(struct share *share, int dir, bool is_root, struct share_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct share_entry *entry = &list->entry[i];
		const char *name = is_root && strcmp(entry->name, "..") == 0 ? "." : entry->name;
		struct stat st;
		int error;

		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			return errno;
		entry->type = IFTODT(st.st_mode);
		error = number_of(share, &st, &entry->number);
		if (error != 0)
			return error;
	}
	return 0;
}

int share_list(struct share *share, const char *path, struct share_list *list)
{
	char name[SHARE_NAME];
	int dir, fd, error = share_walk(share, path, &dir, name);
	DIR *stream;

	*list = (struct share_list){ 0 };
	if (error != 0)
		return error;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	error = fd < 0 ? errno : 0;
	share_leave(share, dir);
	if (error != 0)
		return error;
	stream = fdopendir(fd);
	if (stream == NULL) {
		error = errno;
		close(fd);
		return error;
	}
	error = read_names(stream, list);
	if (list->count != 0)
		qsort(list->entry, list->count, sizeof(list->entry[0]), compare_entries);
	if (error == 0)
		error = complete(share, fd, *path == '\0', list);
	closedir(stream);
	if (error != 0)
		share_list_free(list);
	return error;
}

void share_list_free(struct share_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->entry[i].name);
	free(list->entry);
	*list = (struct share_list){ 0 };
}
