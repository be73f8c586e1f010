/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server: a connection, its packets and who answers them.
 */
#include "debug/gdb_private.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- Sending ---- */

void gdb_ok(struct gdb *gdb)
{
	reply_clear(&gdb->reply);
	reply_text(&gdb->reply, "OK");
}

void gdb_error(struct gdb *gdb, const char *format, ...)
{
	char text[120];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	reply_clear(&gdb->reply);
	reply_text(&gdb->reply, "E.%s", text);
}

static bool send_frame(struct gdb *gdb)
{
	const struct gdb_transport *transport = &gdb->config.transport;

	if (gdb->is_connected && !transport->write(transport->opaque, gdb->frame, gdb->frame_size))
		gdb->is_connected = false;
	return gdb->is_connected;
}

bool gdb_send(struct gdb *gdb)
{
	gdb->frame_size = packet_frame(&gdb->reply, gdb->frame);
	return send_frame(gdb);
}

static void acknowledge(struct gdb *gdb, char answer)
{
	const struct gdb_transport *transport = &gdb->config.transport;

	if (!gdb->has_no_ack && gdb->is_connected &&
		!transport->write(transport->opaque, &answer, 1))
		gdb->is_connected = false;
}

/* ---- Threads ---- */

bool gdb_parse_thread(struct gdb *gdb, struct gdb_text *text, unsigned any, unsigned *cpu)
{
	u64 id;

	if (text_skip_word(text, "-1")) {
		*cpu = any;
		return true;
	}
	id = text_number(text);
	*cpu = id == 0 ? any : (unsigned)(id - 1);
	return !text->failed && id <= machine_cpu_count(gdb->config.machine);
}

/* ---- Packets ---- */

static const struct {
	const char *word;
	gdb_command *answer;
} commands[] = {
#define PACKET(word, function) { word, function },
#include "debug/gdb_commands.def"
#undef PACKET
};

/* qC is not the beginning of qCRC. */
static bool is_word_end(const char *word, const struct gdb_text *text)
{
	size_t length = strlen(word);
	bool is_long = length > 1 && isalpha((unsigned char)word[length - 1]);

	return !is_long || text->at == text->end || !isalpha((unsigned char)*text->at);
}

/* What nobody knows is answered by an empty packet. */
static void answer(struct gdb *gdb)
{
	const char *data = gdb->reader.data;

	reply_clear(&gdb->reply);
	for (size_t i = 0; i < COUNT(commands); i++) {
		struct gdb_text text = { .at = data, .end = data + gdb->reader.size };

		if (text_skip_word(&text, commands[i].word) &&
			is_word_end(commands[i].word, &text)) {
			commands[i].answer(gdb, &text);
			break;
		}
	}
	if (gdb->reply.is_full)
		gdb_error(gdb, "the answer is too long");
}

static void take_event(struct gdb *gdb, enum packet_event event)
{
	switch (event) {
	case PACKET_NOTHING: return;
	case PACKET_INTERRUPT: /* it stands already */ return;
	case PACKET_REFUSED:
		if (!gdb->has_no_ack)
			send_frame(gdb);
		return;
	case PACKET_DAMAGED:
		acknowledge(gdb, '-');
		if (!gdb->has_no_ack)
			return;
		gdb_error(gdb, "a packet with a wrong checksum");
		break;
	case PACKET_TOO_LONG:
		acknowledge(gdb, '+');
		gdb_error(gdb, "a packet of more than %d bytes", GDB_PACKET);
		break;
	case PACKET_COMPLETE:
		acknowledge(gdb, '+');
		answer(gdb);
		break;
	}
	if (!gdb->is_over || gdb->end != GDB_KILLED || gdb->reply.size != 0)
		gdb_send(gdb);
}

/* ---- The connection ---- */

/* false: nothing came, or the debugger is gone. */
static bool fill_inbox(struct gdb *gdb, bool waits)
{
	const struct gdb_transport *transport = &gdb->config.transport;

	if (gdb->inbox_at < gdb->inbox_size)
		return true;
	gdb->inbox_at = 0;
	gdb->inbox_size = transport->read(transport->opaque, gdb->inbox, sizeof(gdb->inbox), waits);
	if (gdb->inbox_size < 0) {
		gdb->inbox_size = 0;
		gdb->is_connected = false;
	}
	return gdb->inbox_size > 0;
}

/*
 * While the machine runs, the debugger says nothing but Ctrl-C, and acknowledges what was sent.
 * Anything else waits until the machine stands.
 */
bool gdb_is_interrupted(void *opaque)
{
	enum { CTRL_C = 3 };
	struct gdb *gdb = opaque;

	if (gdb->must_arrive)
		return false;
	while (gdb->is_connected && !gdb->is_interrupted && fill_inbox(gdb, false)) {
		char byte = gdb->inbox[gdb->inbox_at];

		if (byte != '+' && byte != '-' && byte != CTRL_C)
			break;
		gdb->is_interrupted = byte == CTRL_C;
		gdb->inbox_at++;
	}
	return gdb->is_interrupted || !gdb->is_connected;
}

/* Nothing of what the last debugger had said holds for the next one. */
static bool begin_connection(struct gdb *gdb)
{
	const struct gdb_transport *transport = &gdb->config.transport;

	if (!transport->connect(transport->opaque))
		return false;
	gdb->is_connected = true;
	gdb->has_no_ack = gdb->says_swbreak = gdb->says_hwbreak = false;
	gdb->is_interrupted = false;
	gdb->inbox_at = gdb->inbox_size = 0;
	gdb->reader.state = PACKET_OUTSIDE;
	gdb->frame_size = 0;
	gdb->space = SPACE_CURRENT;
	gdb->step_cpu = gdb->cpu;
	gdb_forget_points(gdb);
	return true;
}

static void end_connection(struct gdb *gdb)
{
	const struct gdb_transport *transport = &gdb->config.transport;

	gdb->is_connected = false;
	transport->disconnect(transport->opaque);
}

static void serve_connection(struct gdb *gdb)
{
	while (gdb->is_connected && !gdb->is_over && fill_inbox(gdb, true))
		take_event(gdb, packet_feed(&gdb->reader, gdb->inbox[gdb->inbox_at++]));
}

/* The run goes on by itself, unless what was travelled in was all of it. */
static void let_go(struct gdb *gdb)
{
	enum travel_result result;

	if (gdb->end != GDB_DETACHED && gdb->end != GDB_ALONE)
		return;
	result = travel_let_go(gdb->travel);
	if (result == TRAVEL_FAILED)
		gdb->config.say(travel_error(gdb->travel));
	if (result != TRAVEL_STOPPED)
		return;
	gdb->stop = *travel_stop(gdb->travel);
	gdb->end = GDB_ENDED;
}

enum gdb_end gdb_serve(struct gdb *gdb)
{
	while (!gdb->is_over) {
		if (!begin_connection(gdb)) {
			gdb->end = GDB_ALONE;
			break;
		}
		serve_connection(gdb);
		end_connection(gdb);
		if (!gdb->is_over)
			gdb->config.say("the debugger is gone; the machine stands and waits for "
					"another one");
	}
	let_go(gdb);
	return gdb->end;
}

/* ---- Life ---- */

static struct travel *start_travel(struct gdb *gdb, struct status *status)
{
	const struct gdb_config *config = &gdb->config;
	struct travel_config travel = {
		.memory = config->memory, .is_interrupted = gdb_is_interrupted, .opaque = gdb
	};

	return travel_create(config->machine, config->observers, &travel, status);
}

struct gdb *gdb_create(const struct gdb_config *config, struct status *status)
{
	struct gdb *gdb = calloc(1, sizeof(*gdb));

	*status = status_ok();
	if (gdb == NULL) {
		*status = status_error(STATUS_HOST, "the host has no memory for a debugger");
		return NULL;
	}
	gdb->config = *config;
	snprintf(gdb->last_stop, sizeof(gdb->last_stop), "T05thread:1;");
	gdb_list_registers(gdb);
	if (!gdb_describe_target(gdb))
		*status = status_error(STATUS_HOST, "the host has no memory for a debugger");
	else
		gdb->travel = start_travel(gdb, status);
	if (gdb->travel != NULL)
		return gdb;
	gdb_destroy(gdb);
	return NULL;
}

const char *gdb_has_no_past(const struct gdb *gdb)
{
	return travel_has_no_past(gdb->travel);
}

void gdb_destroy(struct gdb *gdb)
{
	if (gdb == NULL)
		return;
	if (gdb->travel != NULL)
		travel_destroy(gdb->travel);
	free(gdb->target);
	free(gdb);
}

const struct stop *gdb_stop(const struct gdb *gdb)
{
	return &gdb->stop;
}

u64 gdb_insns_left(const struct gdb *gdb)
{
	u64 now = travel_now(gdb->travel).insns;

	if (gdb->config.most_insns == MACHINE_UNLIMITED)
		return MACHINE_UNLIMITED;
	return now < gdb->config.most_insns ? gdb->config.most_insns - now : 0;
}
