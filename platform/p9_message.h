/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of 9P messages (9P2000.L): little-endian integers, and strings of a 16-bit length and
 * bytes. Beyond the end of a message nothing is read or written: it is noted, and asked once.
 */
#ifndef ENT_PLATFORM_P9_MESSAGE_H
#define ENT_PLATFORM_P9_MESSAGE_H

#include "base/base.h"

enum { P9_NAME = 256 /* with the zero at its end, as on the host */ };

struct p9_in {
	const u8 *at;
	u32 left;
	bool is_bad; /* a field was not there, or a string cannot be one of ours */
};

u64 p9_get(struct p9_in *in, unsigned bytes);
/* A name or text, ended by zero; too long, or with a zero in it: bad. */
void p9_get_string(struct p9_in *in, char *text, size_t size);

static inline u8 p9_get8(struct p9_in *in)
{
	return (u8)p9_get(in, 1);
}

static inline u16 p9_get16(struct p9_in *in)
{
	return (u16)p9_get(in, 2);
}

static inline u32 p9_get32(struct p9_in *in)
{
	return (u32)p9_get(in, 4);
}

static inline u64 p9_get64(struct p9_in *in)
{
	return p9_get(in, 8);
}

struct p9_out {
	u8 *start;
	u32 size, room;
	bool is_full; /* something did not fit, and is not there */
};

void p9_put(struct p9_out *out, u64 value, unsigned bytes);
void p9_put_string(struct p9_out *out, const char *text);
/* So many bytes for somebody else to fill; NULL: no room. */
u8 *p9_put_bytes(struct p9_out *out, u32 bytes);

static inline u32 p9_room(const struct p9_out *out)
{
	return out->room - out->size;
}

/* What names a file beside its path, 9P: intro. */
struct p9_qid {
	u8 type;
	u64 path;
};
enum { P9_QID_SIZE = 13 };

/* Versions are for caches that several clients share: ours stay zero. */
void p9_put_qid(struct p9_out *out, struct p9_qid qid);

#endif
