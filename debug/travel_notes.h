/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is asked for by travel_who_wrote(), and the notes of who sees it written.
 */
#ifndef ENT_DEBUG_TRAVEL_NOTES_H
#define ENT_DEBUG_TRAVEL_NOTES_H

#include "debug/travel_private.h"

enum { MOST_BYTES = 4096, MOST_PIECES = 2 };

struct note {
	bool is_there;
	bool may_not_write; /* a compare-and-swap, a store-exclusive */
	enum writer_kind kind;
	struct moment moment; /* before it */
	unsigned cpu, el;
	u64 pc;
	u32 insn;
	u64 before, after;
};

struct value {
	u8 bytes[MOST_BYTES];
};

struct who {
	struct travel *travel;
	struct written what;
	struct moment origin;
	struct moment until; /* writers are before this one */
	struct points points;
	struct stop_at stop;
	struct {
		const u8 *host;
		u64 size;
	} piece[MOST_PIECES]; /* of memory; none: its value cannot be read */
	unsigned pieces;

	struct value now, other; /* at origin; at another moment */
	struct note last;
	struct note current; /* the instruction that is being executed */
	bool writes;	     /* it says that it does */
};

/* false: there is no such thing. */
bool who_ask(struct who *who);
/* Bytes of a value; 0: it cannot be read. */
u64 who_size(const struct who *who);
void who_read(const struct who *who, struct value *value);
/* The first eight bytes. */
u64 who_read_word(const struct who *who);
bool who_is_equal(const struct who *who, const struct value *a, const struct value *b);

/* Around a window of the past. */
void who_begin(struct who *who);
void who_end(struct who *who);

#endif
