/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of the host, for the guest. Every path is one below the folder, of names with '/'
 * between them, "" for the folder itself; it is walked name by name, following no symbolic link, so
 * nothing outside can be reached, whatever the folder holds. Symbolic links are texts.
 *
 * What the guest sees depends on names, contents, modes and times of modification alone: files have
 * numbers in the order in which they are met, lists are sorted, and what differs between file
 * systems of the host is left out. Results are 0, or errno.
 */
#ifndef ENT_PLATFORM_SHARE_H
#define ENT_PLATFORM_SHARE_H

#include <dirent.h>
#include <sys/stat.h>

#include "base/base.h"

enum { SHARE_PATH = 4096, SHARE_NAME = 256 /* with the zero at the end */ };

/* What a file looks like to the guest. */
struct share_stat {
	u32 mode; /* as in stat(): type and permissions */
	u64 number, links, size;
	s64 seconds; /* of modification, since 1970 */
	u32 nanoseconds;
};

struct share {
	int dir; /* the folder; -1: not open */
	bool is_writable;
	void *numbers; /* a tree of host device and inode */
	u64 last_number;
	/* The board's clock, in nanoseconds since 1970: what is written is written then. */
	u64 (*now)(void *opaque);
	void *opaque;
};

/* STATUS_USAGE: it cannot be used, and the text says why. */
struct status share_open(struct share *share, const char *dir, bool is_writable);
void share_close(struct share *share);

int share_stat(struct share *share, const char *path, struct share_stat *stat);
/* The same of an open file, also of one whose name is gone. */
int share_fstat(struct share *share, int fd, struct share_stat *stat);
int share_readlink(struct share *share, const char *path, char *text, size_t size);

/* Regular files only. `flags`: O_RDONLY .. O_RDWR, O_TRUNC, O_APPEND. */
int share_open_file(struct share *share, const char *path, int flags, int *fd);

struct share_entry {
	char *name;
	u8 type; /* DT_REG ... */
	u64 number;
};

/* What is in a folder, sorted by name, "." and ".." first. */
struct share_list {
	struct share_entry *entry;
	size_t count;
};

int share_list(struct share *share, const char *path, struct share_list *list);
void share_list_free(struct share_list *list);

/* ---- Changes: EROFS if it is not writable ---- */

int share_create(struct share *share, const char *path, int flags, u32 mode, int *fd);
int share_mkdir(struct share *share, const char *path, u32 mode);
int share_remove(struct share *share, const char *path, bool is_directory);
int share_rename(struct share *share, const char *from, const char *to);
int share_write(struct share *share, int fd, u64 offset, const void *data, size_t size);
int share_truncate(struct share *share, const char *path, u64 size);
int share_chmod(struct share *share, const char *path, u32 mode);
/* NULL: the board's clock. */
int share_set_time(struct share *share, const char *path, const struct timespec *time);

#endif
