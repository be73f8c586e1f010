/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing, escapes and digits. "Debugging with GDB", appendix E.1 (packets), E.4 (binary data).
 */
#include "debug/gdb_packet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ESCAPE = '}', ESCAPE_FLIP = 0x20, CTRL_C = 3 };

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* ---- Coming in ---- */

static void begin(struct packet_reader *reader)
{
	reader->state = PACKET_DATA;
	reader->sum = 0;
	reader->size = 0;
	reader->is_overlong = reader->has_bad_sum = false;
}

static void append(struct packet_reader *reader, char byte)
{
	if (reader->size < GDB_PACKET)
		reader->data[reader->size++] = byte;
	else
		reader->is_overlong = true;
}

static void take_data(struct packet_reader *reader, char byte)
{
	if (byte == '$') { /* the one before was cut off */
		begin(reader);
		return;
	}
	if (byte == '#') {
		reader->state = PACKET_SUM_1;
		return;
	}
	reader->sum += (u8)byte;
	if (reader->state == PACKET_ESCAPED) {
		append(reader, byte ^ ESCAPE_FLIP);
		reader->state = PACKET_DATA;
	} else if (byte == ESCAPE) {
		reader->state = PACKET_ESCAPED;
	} else {
		append(reader, byte);
	}
}

static void take_sum(struct packet_reader *reader, char byte)
{
	int value = digit(byte);

	reader->has_bad_sum |= value < 0;
	reader->sent_sum = (u8)(reader->sent_sum << 4 | (value & 15));
}

static enum packet_event finish(struct packet_reader *reader)
{
	reader->state = PACKET_OUTSIDE;
	reader->data[reader->size] = '\0';
	if (reader->has_bad_sum || reader->sent_sum != reader->sum)
		return PACKET_DAMAGED;
	return reader->is_overlong ? PACKET_TOO_LONG : PACKET_COMPLETE;
}

enum packet_event packet_feed(struct packet_reader *reader, char byte)
{
	switch (reader->state) {
	case PACKET_OUTSIDE:
		if (byte == '$')
			begin(reader);
		return byte == CTRL_C ? PACKET_INTERRUPT
		       : byte == '-'  ? PACKET_REFUSED
				      : PACKET_NOTHING;
	case PACKET_DATA:
	case PACKET_ESCAPED: take_data(reader, byte); return PACKET_NOTHING;
	case PACKET_SUM_1:
		take_sum(reader, byte);
		reader->state = PACKET_SUM_2;
		return PACKET_NOTHING;
	case PACKET_SUM_2: take_sum(reader, byte); return finish(reader);
	}
	ENT_BUG("a state of packets");
}

/* ---- What packets are made of ---- */

u64 text_number(struct gdb_text *text)
{
	u64 value = 0;
	unsigned digits = 0;

	for (; text->at < text->end && digit(*text->at) >= 0; text->at++, digits++) {
		if (value >> 60 != 0)
			text->failed = true;
		value = value << 4 | (u64)digit(*text->at);
	}
	if (digits == 0)
		text->failed = true;
	return value;
}

bool text_skip(struct gdb_text *text, char expected)
{
	if (text->at == text->end || *text->at != expected)
		return false;
	text->at++;
	return true;
}

void text_expect(struct gdb_text *text, char expected)
{
	if (!text_skip(text, expected))
		text->failed = true;
}

bool text_skip_word(struct gdb_text *text, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(text->end - text->at) < length || memcmp(text->at, word, length) != 0)
		return false;
	text->at += length;
	return true;
}

void text_bytes(struct gdb_text *text, void *data, size_t size)
{
	u8 *bytes = data;

	if ((size_t)(text->end - text->at) / 2 < size) {
		text->failed = true;
		return;
	}
	for (size_t i = 0; i < size; i++, text->at += 2) {
		int high = digit(text->at[0]), low = digit(text->at[1]);

		if (high < 0 || low < 0)
			text->failed = true;
		bytes[i] = (u8)((high & 15) << 4 | (low & 15));
	}
}

bool text_is_done(const struct gdb_text *text)
{
	return !text->failed && text->at == text->end;
}

/* ---- Going out ---- */

void reply_clear(struct gdb_reply *reply)
{
	reply->size = 0;
	reply->is_full = false;
}

void reply_text(struct gdb_reply *reply, const char *format, ...)
{
	size_t room = sizeof(reply->data) - reply->size;
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(reply->data + reply->size, room, format, args);
	va_end(args);
	if (length < 0 || (size_t)length >= room)
		reply->is_full = true;
	else
		reply->size += (size_t)length;
}

void reply_hex(struct gdb_reply *reply, const void *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const u8 *bytes = data;

	if ((sizeof(reply->data) - reply->size) / 2 < size) {
		reply->is_full = true;
		return;
	}
	for (size_t i = 0; i < size; i++) {
		reply->data[reply->size++] = digits[bytes[i] >> 4];
		reply->data[reply->size++] = digits[bytes[i] & 15];
	}
}

/* '*' would begin a run length. */
static bool needs_escape(char byte)
{
	return byte == '$' || byte == '#' || byte == ESCAPE || byte == '*';
}

size_t reply_binary(struct gdb_reply *reply, const void *data, size_t size)
{
	const char *bytes = data;
	size_t i;

	for (i = 0; i < size && sizeof(reply->data) - reply->size >= 2; i++) {
		bool is_escaped = needs_escape(bytes[i]);

		if (is_escaped)
			reply->data[reply->size++] = ESCAPE;
		reply->data[reply->size++] = (char)(is_escaped ? bytes[i] ^ ESCAPE_FLIP : bytes[i]);
	}
	return i;
}

size_t packet_frame(const struct gdb_reply *reply, char *frame)
{
	static const char digits[] = "0123456789abcdef";
	u8 sum = 0;

	for (size_t i = 0; i < reply->size; i++)
		sum += (u8)reply->data[i];
	frame[0] = '$';
	memcpy(frame + 1, reply->data, reply->size);
	frame[reply->size + 1] = '#';
	frame[reply->size + 2] = digits[sum >> 4];
	frame[reply->size + 3] = digits[sum & 15];
	return reply->size + 4;
}
