/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions of a debugger: what the server can, which threads (PEs) there are, and where they are.
 */
#include <string.h>

#include "debug/gdb_private.h"

/* ---- Abilities ---- */

static bool says(struct gdb_text *text, const char *feature)
{
	size_t length = strlen(feature);

	for (const char *at = text->at; at < text->end;) {
		const char *end = memchr(at, ';', (size_t)(text->end - at));

		if (end == NULL)
			end = text->end;
		if ((size_t)(end - at) == length && memcmp(at, feature, length) == 0)
			return true;
		at = end + (end < text->end);
	}
	return false;
}

void packet_supported(struct gdb *gdb, struct gdb_text *text)
{
	text_skip(text, ':');
	gdb->says_swbreak = says(text, "swbreak+");
	gdb->says_hwbreak = says(text, "hwbreak+");
	reply_text(&gdb->reply,
		"PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;vContSupported+;swbreak+;"
		"hwbreak+%s",
		GDB_PACKET,
		travel_has_no_past(gdb->travel) != NULL ? "" : ";ReverseStep+;ReverseContinue+");
}

/* The OK is still acknowledged, which no one waits for. */
void packet_no_ack(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	gdb->has_no_ack = true;
	gdb_ok(gdb);
}

/* OFFSET,LENGTH behind the file's name; one part of it, and whether more follows. */
void packet_read_target(struct gdb *gdb, struct gdb_text *text)
{
	bool is_known = text_skip_word(text, "target.xml:");
	u64 offset = text_number(text), length;
	size_t part;

	text_expect(text, ',');
	length = text_number(text);
	if (!is_known || !text_is_done(text) || offset > gdb->target_size) {
		gdb_error(gdb, "there is target.xml, of %zu bytes", gdb->target_size);
		return;
	}
	part = gdb->target_size - (size_t)offset;
	if (part > length)
		part = (size_t)length;
	if (part > GDB_PACKET / 2) /* if all of it is escaped */
		part = GDB_PACKET / 2 - 1;
	reply_text(&gdb->reply, "%c", offset + part < gdb->target_size ? 'm' : 'l');
	reply_binary(&gdb->reply, gdb->target + offset, part);
}

/* So `quit` detaches, and does not kill. */
void packet_attached(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "1");
}

void packet_symbol(struct gdb *gdb, struct gdb_text *text)
{
	(void)text; /* no symbol is wanted */
	gdb_ok(gdb);
}

/* LLDB's; of the process it asks the same. */
void packet_host(struct gdb *gdb, struct gdb_text *text)
{
	static const char triple[] = "aarch64-unknown-none-elf";

	(void)text;
	reply_text(&gdb->reply, "pid:1;triple:");
	reply_hex(&gdb->reply, triple, sizeof(triple) - 1);
	reply_text(&gdb->reply, ";endian:little;ptrsize:8;watchpoint_exceptions_received:before;");
}

void packet_qemu(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "PhyMemMode");
}

/* ---- Threads ---- */

void packet_first_threads(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	for (unsigned i = 0; i < machine_cpu_count(gdb->config.machine); i++)
		reply_text(&gdb->reply, "%c%x", i == 0 ? 'm' : ',', i + 1);
}

void packet_more_threads(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "l");
}

void packet_current_thread(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "QC%x", gdb->cpu + 1);
}

void gdb_say_place(const struct gdb *gdb, unsigned index, char *words, size_t size)
{
	const struct cpu *cpu = machine_cpu(gdb->config.machine, index);
	char place[80];

	snprintf(place, sizeof(place), "EL%u", (unsigned)cpu->pstate.el);
	if (gdb->config.worlds != NULL)
		worlds_say(gdb->config.worlds, cpu, cpu->pstate.el, place, sizeof(place));
	snprintf(words, size, "PE %u: %s%s", index, place,
		!machine_cpu_is_on(gdb->config.machine, index) ? ", off"
		: cpu->waiting ? cpu->wait_is_wfe ? ", waits in WFE" : ", waits in WFI"
			       : "");
}

void packet_thread_words(struct gdb *gdb, struct gdb_text *text)
{
	char words[160];
	unsigned index;

	if (!gdb_parse_thread(gdb, text, gdb->cpu, &index) || !text_is_done(text)) {
		gdb_error(gdb, "no such PE");
		return;
	}
	gdb_say_place(gdb, index, words, sizeof(words));
	reply_hex(&gdb->reply, words, strlen(words));
}

/* Hg: whose registers and memory; Hc: who steps. */
void packet_choose_thread(struct gdb *gdb, struct gdb_text *text)
{
	bool is_stepping = text_skip(text, 'c');
	unsigned cpu;

	if (!is_stepping)
		text_expect(text, 'g');
	if (!gdb_parse_thread(gdb, text, gdb->cpu, &cpu) || !text_is_done(text)) {
		gdb_error(gdb, "no such PE");
		return;
	}
	*(is_stepping ? &gdb->step_cpu : &gdb->cpu) = cpu;
	gdb_ok(gdb);
}

void packet_thread_lives(struct gdb *gdb, struct gdb_text *text)
{
	unsigned cpu;

	if (gdb_parse_thread(gdb, text, gdb->cpu, &cpu) && text_is_done(text))
		gdb_ok(gdb);
	else
		gdb_error(gdb, "no such PE");
}

void packet_last_stop(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "%s", gdb->last_stop);
}
