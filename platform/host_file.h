/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of the host whose bytes a device of the board holds: one writer or many readers, pieces
 * that are transferred whole, and what the host refused, noted for the user. Knows no device.
 */
#ifndef ENT_PLATFORM_HOST_FILE_H
#define ENT_PLATFORM_HOST_FILE_H

#include "base/base.h"

/* What the user says of an image. Zero: there is none. */
struct image_config {
	const char *path;
	bool read_only; /* the guest cannot write */
	bool snapshot;	/* what the guest writes is kept in memory */
};

/* What the guest writes goes into the file. */
static inline bool image_is_kept(const struct image_config *config)
{
	return !config->read_only && !config->snapshot;
}

struct host_file {
	const char *what; /* it is for, "--disk"; with `path` the beginning of all messages */
	const char *path;
	bool is_open;
	int fd;
	u64 size;    /* when it was opened; not 0 */
	s64 seconds; /* of its last change before that, since 1970 */
	u32 nanoseconds;

	u64 errors; /* how often the host refused, and what it refused first */
	char first_error[160];
};

/* Opens and locks a regular file, for writing if it is kept. STATUS_BAD_IMAGE: it cannot be used,
 * and the text says why. */
struct status host_file_open(
	struct host_file *file, const char *what, const struct image_config *config);
void host_file_close(struct host_file *file);
/* STATUS_BAD_IMAGE with such a text. */
struct status host_file_refuse(const struct host_file *file, const char *why);

/* All of it; false: the host refused, and it is noted. */
bool host_file_read(struct host_file *file, u64 offset, void *data, u64 size);
bool host_file_write(struct host_file *file, u64 offset, const void *data, u64 size);
bool host_file_flush(struct host_file *file);
/* Notes errno; false. */
bool host_file_fail(struct host_file *file, const char *doing, u64 offset);
/* STATUS_HOST: the first of what was noted. */
struct status host_file_status(const struct host_file *file);

#endif
