/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs and unpacks. Knows no message.
 */
#include "platform/p9_message.h"

#include <string.h>

u64 p9_get(struct p9_in *in, unsigned bytes)
{
	u64 value = 0;

	if (in->left < bytes) {
		in->is_bad = true;
		in->left = 0;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		value |= (u64)in->at[i] << (8 * i);
	in->at += bytes;
	in->left -= bytes;
	return value;
}

void p9_get_string(struct p9_in *in, char *text, size_t size)
{
	u16 length = p9_get16(in);

	text[0] = '\0';
	if (length > in->left || length >= size || memchr(in->at, '\0', length) != NULL) {
		in->is_bad = true;
		return;
	}
	memcpy(text, in->at, length);
	text[length] = '\0';
	in->at += length;
	in->left -= length;
}

u8 *p9_put_bytes(struct p9_out *out, u32 bytes)
{
	u8 *at = out->start + out->size;

	if (bytes > p9_room(out)) {
		out->is_full = true;
		return NULL;
	}
	out->size += bytes;
	return at;
}

void p9_put(struct p9_out *out, u64 value, unsigned bytes)
{
	u8 *at = p9_put_bytes(out, bytes);

	for (unsigned i = 0; at != NULL && i < bytes; i++)
		at[i] = (u8)(value >> (8 * i));
}

void p9_put_string(struct p9_out *out, const char *text)
{
	u32 length = (u32)strlen(text);
	u8 *at;

	p9_put(out, length, 2);
	at = p9_put_bytes(out, length);
	if (at != NULL)
		memcpy(at, text, length);
}

void p9_put_qid(struct p9_out *out, struct p9_qid qid)
{
	p9_put(out, qid.type, 1);
	p9_put(out, 0, 4);
	p9_put(out, qid.path, 8);
}
