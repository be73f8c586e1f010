/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets of GDB's remote protocol as bytes: `$data#sum`, acknowledgements, escapes, hexadecimal.
 * Does not know what packets say.
 */
#ifndef ENT_DEBUG_GDB_PACKET_H
#define ENT_DEBUG_GDB_PACKET_H

#include "base/base.h"

/* Longest data of a packet, both ways; PacketSize. */
enum { GDB_PACKET = 0x8000 };

/* ---- Coming in ---- */

enum packet_state { PACKET_OUTSIDE, PACKET_DATA, PACKET_ESCAPED, PACKET_SUM_1, PACKET_SUM_2 };

/* Zero: nothing came. */
struct packet_reader {
	enum packet_state state;
	u8 sum, sent_sum;
	bool is_overlong, has_bad_sum;
	size_t size;
	char data[GDB_PACKET + 1]; /* unescaped, and a 0 behind it */
};

enum packet_event {
	PACKET_NOTHING, /* yet */
	PACKET_COMPLETE,
	PACKET_DAMAGED,	  /* sum */
	PACKET_TOO_LONG,  /* and all of it was read */
	PACKET_INTERRUPT, /* Ctrl-C, between packets */
	PACKET_REFUSED	  /* '-': the last one is to be sent again */
};
enum packet_event packet_feed(struct packet_reader *reader, char byte);

/* ---- What packets are made of ---- */

/* The rest of a packet. Who reads beyond the end, or what is not there, gets `failed`. */
struct gdb_text {
	const char *at, *end;
	bool failed;
};

/* A number in hexadecimal digits, of 64 bits at most. */
u64 text_number(struct gdb_text *text);
/* This character comes next. */
void text_expect(struct gdb_text *text, char expected);
/* The same, and is it there? Nothing is consumed if not. */
bool text_skip(struct gdb_text *text, char expected);
bool text_skip_word(struct gdb_text *text, const char *word);
/* Bytes as pairs of digits. */
void text_bytes(struct gdb_text *text, void *data, size_t size);
/* Everything was read, and all was as expected. */
bool text_is_done(const struct gdb_text *text);

/* ---- Going out ---- */

/* A reply that is being made; what does not fit is lost, and `is_full`. */
struct gdb_reply {
	size_t size;
	bool is_full;
	char data[GDB_PACKET];
};

void reply_clear(struct gdb_reply *reply);
void reply_text(struct gdb_reply *reply, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* As pairs of digits. */
void reply_hex(struct gdb_reply *reply, const void *data, size_t size);
/* As bytes, escaped; returns how many fit. */
size_t reply_binary(struct gdb_reply *reply, const void *data, size_t size);

enum { GDB_FRAME = GDB_PACKET + 4 };
/* `$data#sum` into `frame`, of GDB_FRAME bytes; returns its length. */
size_t packet_frame(const struct gdb_reply *reply, char *frame);

#endif
