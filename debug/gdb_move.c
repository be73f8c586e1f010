/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving, by debug/travel.h alone, and what is said when it stops.
 */
#include <string.h>

#include "debug/gdb_private.h"

/* ---- Where to stop ---- */

static struct cpu *mover(const struct gdb *gdb)
{
	return machine_cpu(gdb->config.machine, gdb->move.cpu);
}

static bool stands(const struct gdb *gdb, const struct cpu *cpu)
{
	const struct gdb_stand *stand = &gdb->stand[cpu->index];

	return stand->is_told && stand->insns == cpu->insns && stand->pc == cpu->pc;
}

/* Of a PE that has moved it must be told again, even where it was. */
static void forget_stands(struct gdb *gdb)
{
	for (unsigned i = 0; i < machine_cpu_count(gdb->config.machine); i++)
		gdb->stand[i].is_told = stands(gdb, machine_cpu(gdb->config.machine, i));
}

static bool is_step_done(struct gdb *gdb, const struct cpu *cpu, const struct event *event)
{
	struct gdb_move *move = &gdb->move;

	if (move->kind == MOVE_CONTINUE || event->kind != EVENT_INSN || cpu->index != move->cpu)
		return false;
	if (!move->is_backward && cpu->insns <= move->begin)
		return false;
	if (move->kind == MOVE_STEP || event->pc < move->low || event->pc >= move->high)
		return true;
	move->insns = cpu->insns;
	return false;
}

/* An instruction at which a PE stands is executed without being asked, whichever goes on. */
static bool is_silent(const struct gdb *gdb, const struct cpu *cpu)
{
	return !(gdb->move.resumed >> cpu->index & 1) ||
	       (!gdb->move.is_backward && stands(gdb, cpu));
}

static bool is_hit(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct gdb *gdb = opaque;
	bool is_point = !is_silent(gdb, cpu) && gdb_match_point(gdb, event);

	if (!is_point && !is_step_done(gdb, cpu, event))
		return false;
	gdb->hit.is_point = is_point;
	return true;
}

static struct stop_at where_to_stop(struct gdb *gdb)
{
	u32 kinds = 0;

	if (gdb->points.breakpoints != 0)
		kinds |= BIT(EVENT_BREAKPOINT);
	if (gdb->points.watches != 0)
		kinds |= BIT(EVENT_WATCH);
	if (gdb->move.kind != MOVE_CONTINUE)
		kinds |= BIT(EVENT_INSN);
	return (struct stop_at){
		.kinds = kinds, .points = &gdb->points, .is_hit = is_hit, .opaque = gdb
	};
}

static enum travel_result travel(struct gdb *gdb)
{
	struct stop_at stop = where_to_stop(gdb);

	gdb->hit.is_point = false;
	if (gdb->move.is_backward)
		return travel_backward(gdb->travel, &stop);
	return travel_forward(gdb->travel, gdb_insns_left(gdb), &stop);
}

/* A short way of ours, which a debugger that has gone or that interrupts does not end. */
static enum travel_result step_exactly(struct gdb *gdb, s64 count)
{
	enum travel_result result;

	gdb->must_arrive = true;
	result = travel_step(gdb->travel, gdb->move.cpu, count);
	gdb->must_arrive = false;
	return result == TRAVEL_ARRIVED ? TRAVEL_HIT : result;
}

/*
 * Nobody is told of an instruction that cannot be fetched, so a step went over it: back to where
 * the PE is to be.
 */
static enum travel_result stop_before_fetch(struct gdb *gdb, enum travel_result result)
{
	const struct gdb_move *move = &gdb->move;
	u64 insns = mover(gdb)->insns;

	if (move->kind == MOVE_CONTINUE || gdb->hit.is_point ||
		travel_has_no_past(gdb->travel) != NULL)
		return result;
	if (move->is_backward && result == TRAVEL_HIT && insns + 1 < move->begin)
		return step_exactly(gdb, (s64)(move->begin - 1 - insns));
	if (!move->is_backward && (result == TRAVEL_HIT || result == TRAVEL_STOPPED) &&
		insns > move->insns + 1)
		return step_exactly(gdb, -(s64)(insns - 1 - move->insns));
	return result;
}

/* ---- What is said ---- */

static void say_to_console(struct gdb *gdb, const char *text)
{
	reply_clear(&gdb->reply);
	reply_text(&gdb->reply, "O");
	reply_hex(&gdb->reply, text, strlen(text));
	gdb_send(gdb);
	reply_clear(&gdb->reply);
}

/* Signal, reason and thread, kept for `?`. reason: "watch:1000", or "". */
static void reply_stop(struct gdb *gdb, int signal, const char *reason)
{
	snprintf(gdb->last_stop, sizeof(gdb->last_stop), "T%02x%s%sthread:%x;", signal, reason,
		reason[0] != '\0' ? ";" : "", gdb->cpu + 1);
	gdb->stand[gdb->cpu] = (struct gdb_stand){ true, gdb_cpu(gdb)->insns, gdb_cpu(gdb)->pc };
	reply_clear(&gdb->reply);
	reply_text(&gdb->reply, "%s", gdb->last_stop);
}

enum { SIGNAL_INT = 2, SIGNAL_TRAP = 5 }; /* as gdb numbers them */

static void reply_point(struct gdb *gdb)
{
	char reason[40] = "";

	switch (gdb->hit.kind) {
	case POINT_SOFTWARE:
		if (gdb->says_swbreak)
			strcpy(reason, "swbreak:");
		break;
	case POINT_HARDWARE:
		if (gdb->says_hwbreak)
			strcpy(reason, "hwbreak:");
		break;
	case POINT_WRITE:
	case POINT_READ:
	case POINT_ACCESS: {
		static const char *const words[] = { "watch", "rwatch", "awatch" };

		snprintf(reason, sizeof(reason), "%s:%" PRIx64, words[gdb->hit.kind - POINT_WRITE],
			gdb->hit.address);
		break;
	}
	}
	reply_stop(gdb, SIGNAL_TRAP, reason);
}

/*
 * gdb knows that a watchpoint of AArch64 stops before the access, and steps over it to see what it
 * did. Going backward, it steps back; so there the machine stands behind the access.
 */
static enum travel_result go_behind_access(struct gdb *gdb)
{
	struct moment now = travel_now(gdb->travel);
	enum travel_result result;

	gdb->must_arrive = true;
	result = travel_to(gdb->travel, (struct moment){ .insns = now.insns + 1 });
	gdb->must_arrive = false;
	return result == TRAVEL_FAILED ? result : TRAVEL_HIT;
}

static bool is_watch(const struct gdb *gdb)
{
	return gdb->hit.is_point && gdb->hit.kind >= POINT_WRITE;
}

static void reply_hit(struct gdb *gdb)
{
	if (gdb->hit.is_point)
		reply_point(gdb);
	else
		reply_stop(gdb, SIGNAL_TRAP, "");
}

static const char *end_say(const struct stop *stop, char *text, size_t size)
{
	if (stop->reason == STOP_BUDGET)
		snprintf(text, size, "as many instructions as were asked for");
	else if (stop->text[0] != '\0')
		snprintf(text, size, "%s", stop->text);
	else
		snprintf(text, size, "the guest ended it with exit code %d", stop->exit_code);
	return text;
}

/* The end of the run can be looked at, and gone back from; who continues from there leaves. */
static void reply_end(struct gdb *gdb)
{
	char text[240], why[180];

	if (gdb->is_at_end && gdb->move.kind == MOVE_CONTINUE) {
		int code = gdb->stop.reason == STOP_EXIT ? gdb->stop.exit_code & 0xff : 0;

		reply_clear(&gdb->reply);
		reply_text(&gdb->reply, "W%02x", code);
		gdb->is_over = true;
		gdb->end = GDB_ENDED;
		return;
	}
	gdb->is_at_end = true;
	snprintf(text, sizeof(text), "The run ends here: %s%s.\n",
		end_say(&gdb->stop, why, sizeof(why)),
		travel_has_no_past(gdb->travel) != NULL ? "" : "; it can go back");
	say_to_console(gdb, text);
	reply_stop(gdb, SIGNAL_TRAP, "replaylog:end");
}

static void reply_result(struct gdb *gdb, enum travel_result result)
{
	const char *why_not;

	switch (result) {
	case TRAVEL_HIT: reply_hit(gdb); return;
	case TRAVEL_STOPPED:
		gdb->stop = *travel_stop(gdb->travel);
		reply_end(gdb);
		return;
	case TRAVEL_ARRIVED:
		gdb->stop = (struct stop){ .reason = STOP_BUDGET };
		reply_end(gdb);
		return;
	case TRAVEL_BEGIN: reply_stop(gdb, SIGNAL_TRAP, "replaylog:begin"); return;
	case TRAVEL_INTERRUPTED: reply_stop(gdb, SIGNAL_INT, ""); return;
	case TRAVEL_REFUSED:
		why_not = travel_has_no_past(gdb->travel);
		gdb_error(gdb, "nothing goes back: %s",
			why_not != NULL ? why_not : "there is no past");
		return;
	case TRAVEL_FAILED: gdb_error(gdb, "%s", travel_error(gdb->travel)); return;
	}
	ENT_BUG("a result of travel");
}

/* Whose stop it is. */
static unsigned stopped_cpu(const struct gdb *gdb, enum travel_result result)
{
	if (result == TRAVEL_HIT && (gdb->hit.is_point || gdb->move.kind == MOVE_CONTINUE))
		return travel_cpu(gdb->travel);
	if (result == TRAVEL_HIT)
		return gdb->move.cpu;
	return gdb->move.resumed >> gdb->cpu & 1 ? gdb->cpu : gdb->move.cpu;
}

void gdb_move(struct gdb *gdb, const struct gdb_move *move)
{
	enum travel_result result;

	if (move->kind != MOVE_CONTINUE && !machine_cpu_is_on(gdb->config.machine, move->cpu)) {
		gdb_error(gdb, "PE %u is off: it executes nothing", move->cpu);
		return;
	}
	gdb->is_interrupted = false;
	gdb->move = *move;
	gdb->move.begin = gdb->move.insns = mover(gdb)->insns;
	if (move->is_backward)
		gdb->is_at_end = false;
	forget_stands(gdb);
	result = stop_before_fetch(gdb, travel(gdb));
	if (result != TRAVEL_STOPPED && result != TRAVEL_ARRIVED)
		gdb->is_at_end = false;
	gdb->cpu = stopped_cpu(gdb, result);
	if (result == TRAVEL_HIT && is_watch(gdb) && move->is_backward)
		result = go_behind_access(gdb);
	forget_stands(gdb);
	reply_result(gdb, result);
}

/* ---- Packets ---- */

#define ALL_PES UINT32_MAX

void packet_moves(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "vCont;c;C;s;S;r;t");
}

/* One of c, C SIGNAL, s, S SIGNAL, t, r LOW,HIGH. What signals would do is nothing. */
static void parse_action(struct gdb_text *text, struct gdb_move *move)
{
	if (text_skip(text, 'r')) {
		move->kind = MOVE_RANGE;
		move->low = text_number(text);
		text_expect(text, ',');
		move->high = text_number(text);
	} else if (text_skip(text, 's')) {
		move->kind = MOVE_STEP;
	} else if (text_skip(text, 'S')) {
		move->kind = MOVE_STEP;
		text_number(text);
	} else if (text_skip(text, 'C')) {
		text_number(text);
	} else if (!text_skip(text, 'c')) {
		text_expect(text, 't');
	}
}

/* Of an action without one, or with -1, all PEs. */
static u32 parse_who(struct gdb *gdb, struct gdb_text *text, struct gdb_move *move)
{
	bool is_all;

	if (!text_skip(text, ':'))
		return ALL_PES;
	is_all = text->at < text->end && *text->at == '-';
	if (!gdb_parse_thread(gdb, text, gdb->cpu, &move->cpu))
		text->failed = true;
	return is_all || text->failed ? ALL_PES : (u32)1 << move->cpu;
}

/*
 * ACTION[:THREAD];... Of the PEs one can step while all run; PEs that gdb wants to stand run too,
 * as they are one machine, but their stops are not told.
 */
void packet_move(struct gdb *gdb, struct gdb_text *text)
{
	struct gdb_move chosen = { .kind = MOVE_CONTINUE };
	bool is_first = true;
	u32 resumed = 0;

	do {
		struct gdb_move move = { .kind = MOVE_CONTINUE, .cpu = gdb->cpu };

		parse_action(text, &move);
		resumed |= parse_who(gdb, text, &move);
		if (is_first || chosen.kind == MOVE_CONTINUE)
			chosen = move;
		is_first = false;
	} while (!text->failed && text_skip(text, ';'));
	chosen.resumed = resumed;
	if (text_is_done(text))
		gdb_move(gdb, &chosen);
	else
		gdb_error(gdb, "no such move");
}

/* The old packets: [SIGNAL;]ADDRESS, from where to go on. */
static void move_from(struct gdb *gdb, struct gdb_text *text, enum move_kind kind)
{
	struct gdb_move move = { .kind = kind, .cpu = gdb->step_cpu, .resumed = ALL_PES };

	if (text->at < text->end) {
		u64 pc = text_number(text);

		if (!text_is_done(text)) {
			gdb_error(gdb, "no such address");
			return;
		}
		machine_cpu(gdb->config.machine, gdb->step_cpu)->pc = pc;
		travel_changed(gdb->travel);
	}
	gdb_move(gdb, &move);
}

static void move_signalled(struct gdb *gdb, struct gdb_text *text, enum move_kind kind)
{
	text_number(text);
	text_skip(text, ';');
	if (text->failed)
		gdb_error(gdb, "no such signal");
	else
		move_from(gdb, text, kind);
}

void packet_continue(struct gdb *gdb, struct gdb_text *text)
{
	move_from(gdb, text, MOVE_CONTINUE);
}

void packet_continue_signalled(struct gdb *gdb, struct gdb_text *text)
{
	move_signalled(gdb, text, MOVE_CONTINUE);
}

void packet_step(struct gdb *gdb, struct gdb_text *text)
{
	move_from(gdb, text, MOVE_STEP);
}

void packet_step_signalled(struct gdb *gdb, struct gdb_text *text)
{
	move_signalled(gdb, text, MOVE_STEP);
}

static void move_back(struct gdb *gdb, struct gdb_text *text, enum move_kind kind)
{
	struct gdb_move move = {
		.kind = kind, .is_backward = true, .cpu = gdb->step_cpu, .resumed = ALL_PES
	};

	if (text_is_done(text))
		gdb_move(gdb, &move);
	else
		gdb_error(gdb, "no such move");
}

void packet_back(struct gdb *gdb, struct gdb_text *text)
{
	move_back(gdb, text, MOVE_CONTINUE);
}

void packet_step_back(struct gdb *gdb, struct gdb_text *text)
{
	move_back(gdb, text, MOVE_STEP);
}

/* ---- Leaving ---- */

static void leave(struct gdb *gdb, enum gdb_end end)
{
	gdb->is_over = true;
	gdb->end = end;
}

void packet_detach(struct gdb *gdb, struct gdb_text *text)
{
	(void)text; /* of the one process that there is */
	gdb_ok(gdb);
	leave(gdb, GDB_DETACHED);
}

/* k has no answer. */
void packet_kill(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	leave(gdb, GDB_KILLED);
}

void packet_kill_politely(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	gdb_ok(gdb);
	leave(gdb, GDB_KILLED);
}
