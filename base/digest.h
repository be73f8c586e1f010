/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number for bytes: different for most that differ, and for all that differ in one word. Quick,
 * and the same on every host; not for security.
 */
#ifndef ENT_BASE_DIGEST_H
#define ENT_BASE_DIGEST_H

#include "base/types.h"

#define DIGEST_START 0xcbf29ce484222325ull

/* Goes on from a digest of what came before. */
u64 digest_bytes(u64 digest, const void *data, size_t size);
/* Of a text and its end; NULL is another one than "". */
u64 digest_text(u64 digest, const char *text);

#endif
