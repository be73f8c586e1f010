/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory packets. Addresses are what `monitor memory` and QEMU's packets say: virtual ones of the
 * PE that is looked at, unless another kind was chosen.
 */
#include "debug/gdb_private.h"

/* EFAULT, in two digits: the form that gdb knows in answers to m. */
static void refuse(struct gdb *gdb)
{
	reply_clear(&gdb->reply);
	reply_text(&gdb->reply, "E0e");
}

/* ADDRESS,LENGTH */
static bool parse_range(struct gdb_text *text, u64 *address, u64 *size)
{
	*address = text_number(text);
	text_expect(text, ',');
	*size = text_number(text);
	return !text->failed;
}

/* As many bytes as there are; none is an error, but of an empty range. */
void packet_read_memory(struct gdb *gdb, struct gdb_text *text)
{
	u8 data[GDB_PACKET / 2];
	u64 address, size;
	size_t got;

	if (!parse_range(text, &address, &size) || !text_is_done(text)) {
		refuse(gdb);
		return;
	}
	if (size > sizeof(data))
		size = sizeof(data);
	got = guest_read(gdb_cpu(gdb), gdb->space, address, data, (size_t)size);
	if (got == 0 && size != 0)
		refuse(gdb);
	else
		reply_hex(&gdb->reply, data, got);
}

static void write(struct gdb *gdb, u64 address, const void *data, u64 size)
{
	if (size != 0 && !guest_write(gdb_cpu(gdb), gdb->space, address, data, (size_t)size)) {
		refuse(gdb);
		return;
	}
	if (size != 0)
		travel_changed(gdb->travel);
	gdb_ok(gdb);
}

void packet_write_memory(struct gdb *gdb, struct gdb_text *text)
{
	u8 data[GDB_PACKET / 2];
	u64 address, size;

	if (!parse_range(text, &address, &size) || size > sizeof(data)) {
		refuse(gdb);
		return;
	}
	text_expect(text, ':');
	text_bytes(text, data, (size_t)size);
	if (text_is_done(text))
		write(gdb, address, data, size);
	else
		refuse(gdb);
}

/* The data was unescaped with the packet. */
void packet_write_binary(struct gdb *gdb, struct gdb_text *text)
{
	u64 address, size;
	bool is_range = parse_range(text, &address, &size);

	text_expect(text, ':');
	if (is_range && !text->failed && size == (u64)(text->end - text->at))
		write(gdb, address, text->at, size);
	else
		refuse(gdb);
}

/* ---- QEMU's way to physical addresses ---- */

void packet_is_physical(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "%d", gdb->space == SPACE_PHYSICAL);
}

void packet_set_physical(struct gdb *gdb, struct gdb_text *text)
{
	bool is_on = text_number(text) != 0;

	if (!text_is_done(text)) {
		gdb_error(gdb, "0 or 1");
		return;
	}
	gdb->space = is_on ? SPACE_PHYSICAL : SPACE_CURRENT;
	gdb_ok(gdb);
}
