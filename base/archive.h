/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of something as bytes, in both directions: one function names the fields, and what it
 * saves is what it loads. Bytes of the host's order (little-endian), without padding and pointers.
 *
 * Loading trusts nothing: who loads says what a value must be by archive_require(); behind a
 * failure everything that is loaded is 0, and the whole is discarded. The value that failed is
 * there, though: who needs one as an index, a shift or a count before the end asks `failed` first,
 * and no part is loaded behind one that failed.
 */
#ifndef ENT_BASE_ARCHIVE_H
#define ENT_BASE_ARCHIVE_H

#include "base/types.h"

struct archive {
	bool is_loading;
	bool failed; /* out of memory; or what was loaded is no such state, and `what` is why */
	const char *what;      /* of the first failure: a short name, static */
	u8 *data;	       /* saving: owned, grows; loading: not owned */
	size_t size, room, at; /* saving: bytes, allocated; loading: bytes, consumed */
};

/* An empty one to save into; archive_free() frees it. */
struct archive archive_to_save(void);
struct archive archive_to_load(const void *data, size_t size);
void archive_free(struct archive *archive);

/* Loading beyond the end fails, and gives 0. */
void archive_bytes(struct archive *archive, void *data, size_t size);
/* A scalar or an array of scalars without padding. */
#define ARCHIVE(archive, lvalue) archive_bytes(archive, &(lvalue), sizeof(lvalue))
/* bool has values other than 0 and 1 that must not be loaded. */
void archive_bools(struct archive *archive, bool *flags, size_t count);
#define ARCHIVE_BOOL(archive, lvalue) archive_bools(archive, &(lvalue), 1)
/* A text of at most `most` bytes, or NULL; loaded, it is in what it is loaded from. */
void archive_text(struct archive *archive, const char **text, size_t most);
/* A text with its end in an array of `size` bytes, of one line that may be shown. */
void archive_line(struct archive *archive, char *text, size_t size);
/* The same constant in both directions; loading another one fails: where a part begins. */
void archive_mark(struct archive *archive, const char *part);

void archive_fail(struct archive *archive, const char *what);
/* Loading: what must hold. Saving: that it holds is a bug check. */
void archive_require(struct archive *archive, bool holds, const char *what);

#endif
