/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a snapshot file: a header as it is, then all else compressed by zstd and digested.
 * Knows nothing about machines. Private to snapshot*.c.
 */
#ifndef ENT_PLATFORM_SNAPSHOT_STREAM_H
#define ENT_PLATFORM_SNAPSHOT_STREAM_H

#include "base/base.h"

enum { SNAPSHOT_BUILD = 16 };

/* What a file begins with, little-endian; see docs/SNAPSHOTS.md. */
struct snapshot_header {
	u8 magic[8];
	u32 version, zero;
	u64 fingerprint; /* of the tables that arrays are by */
	u64 head_size;	 /* bytes of configuration and state, which come first */
	u64 head_digest;
	char build[SNAPSHOT_BUILD]; /* version of Entresol, for messages */
	u64 digest;		    /* of all above */
};

/* ---- Writing ---- */

struct snapshot_writer;

/*
 * A file appears when it is whole: it is written beside `path`, or right into it where that is no
 * regular file. NULL: status says why.
 */
struct snapshot_writer *writer_create(
	const char *path, const struct snapshot_header *header, struct status *status);
/* Errors are told by writer_finish(). */
void writer_put(struct snapshot_writer *writer, const void *data, size_t size);
/* The digest at the end; frees the writer. STATUS_HOST: nothing of the file stays. */
struct status writer_finish(struct snapshot_writer *writer);

/* ---- Reading ---- */

struct snapshot_reader;

/* NULL: status says why (STATUS_BAD_IMAGE, STATUS_HOST). `path` stays the caller's. */
struct snapshot_reader *reader_create(
	const char *path, struct snapshot_header *header, struct status *status);
/* All of it, in the pieces in which it was put. After an error: zeros, see reader_status(). */
bool reader_get(struct snapshot_reader *reader, void *data, size_t size);
/* Is the digest right, and nothing behind it? */
bool reader_finish(struct snapshot_reader *reader);
/* What is wrong with the file: of the reader, or as the caller says it. */
struct status reader_status(const struct snapshot_reader *reader);
void reader_free(struct snapshot_reader *reader); /* NULL is allowed */

/* STATUS_BAD_IMAGE: one line about a snapshot file. */
struct status snapshot_refuse(const char *path, const char *why);

#endif
