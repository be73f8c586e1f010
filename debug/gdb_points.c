/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakpoints and watchpoints. Memory is never patched: software and hardware breakpoints are both
 * points of the engine, and differ in the reason that is reported.
 */
#include "debug/gdb_private.h"

static bool is_breakpoint(enum point_kind kind)
{
	return kind <= POINT_HARDWARE;
}

static void add(struct points *points, const struct gdb_point *point)
{
	if (is_breakpoint(point->kind))
		points->breakpoint[points->breakpoints++] = point->address;
	else
		points->watch[points->watches++] = (struct watch){ .first = point->address,
			.last = point->address + (point->size - 1),
			.is_physical = point->is_physical,
			.read = point->kind != POINT_WRITE,
			.write = point->kind != POINT_READ };
}

static void rebuild(struct gdb *gdb)
{
	gdb->points.breakpoints = gdb->points.watches = 0;
	for (unsigned i = 0; i < gdb->point_count; i++)
		add(&gdb->points, &gdb->point[i]);
}

void gdb_forget_points(struct gdb *gdb)
{
	gdb->point_count = 0;
	rebuild(gdb);
}

/* KIND,ADDRESS,SIZE, and conditions that nobody was told to send. */
static bool parse(struct gdb *gdb, struct gdb_text *text, struct gdb_point *point)
{
	u64 kind = text_number(text);

	text_expect(text, ',');
	point->address = text_number(text);
	text_expect(text, ',');
	point->size = text_number(text);
	point->kind = (u8)kind;
	point->is_physical = !is_breakpoint(point->kind) && gdb->space == SPACE_PHYSICAL;
	if (!text_is_done(text) || kind > POINT_ACCESS)
		return false;
	if (is_breakpoint(point->kind))
		return is_aligned(point->address, 4);
	return point->size != 0 && point->address + (point->size - 1) >= point->address;
}

static bool is_same(const struct gdb_point *a, const struct gdb_point *b)
{
	return a->kind == b->kind && a->address == b->address &&
	       (is_breakpoint(a->kind) || a->size == b->size);
}

static struct gdb_point *find(struct gdb *gdb, const struct gdb_point *point)
{
	for (unsigned i = 0; i < gdb->point_count; i++) {
		if (is_same(&gdb->point[i], point))
			return &gdb->point[i];
	}
	return NULL;
}

static bool has_room(const struct gdb *gdb, const struct gdb_point *point)
{
	return is_breakpoint(point->kind) ? gdb->points.breakpoints < BREAKPOINTS
					  : gdb->points.watches < WATCHES;
}

/* Both packets may be repeated: the second one changes nothing. */
void packet_insert_point(struct gdb *gdb, struct gdb_text *text)
{
	struct gdb_point point = { 0 };

	if (!parse(gdb, text, &point)) {
		gdb_error(gdb, "no such breakpoint or watchpoint");
		return;
	}
	if (find(gdb, &point) == NULL) {
		if (!has_room(gdb, &point)) {
			gdb_error(gdb, "there are %d breakpoints and %d watchpoints", BREAKPOINTS,
				WATCHES);
			return;
		}
		gdb->point[gdb->point_count++] = point;
		rebuild(gdb);
	}
	gdb_ok(gdb);
}

void packet_remove_point(struct gdb *gdb, struct gdb_text *text)
{
	struct gdb_point point = { 0 }, *found;

	if (!parse(gdb, text, &point)) {
		gdb_error(gdb, "no such breakpoint or watchpoint");
		return;
	}
	found = find(gdb, &point);
	if (found != NULL) {
		*found = gdb->point[--gdb->point_count];
		rebuild(gdb);
	}
	gdb_ok(gdb);
}

/* LLDB's */
void packet_watchpoints(struct gdb *gdb, struct gdb_text *text)
{
	(void)text;
	reply_text(&gdb->reply, "num:%d;", WATCHES);
}

/* ---- Hits ---- */

static bool is_watched(const struct gdb_point *point, const struct event *event, u64 *address)
{
	u64 first = point->is_physical ? event->pa : event->va;
	u64 last = first + (event->size - 1u);

	bool is_read = event->read || !event->write; /* atomics are both */

	if ((point->kind == POINT_READ && !is_read) ||
		(point->kind == POINT_WRITE && !event->write))
		return false;
	if (event->hardware && !point->is_physical)
		return false;
	if (last < point->address || first > point->address + (point->size - 1))
		return false;
	*address = larger(first, point->address);
	return true;
}

bool gdb_match_point(struct gdb *gdb, const struct event *event)
{
	for (unsigned i = 0; i < gdb->point_count; i++) {
		const struct gdb_point *point = &gdb->point[i];
		bool is_hit;

		if (is_breakpoint(point->kind))
			is_hit = event->kind == EVENT_BREAKPOINT && event->pc == point->address;
		else
			is_hit = event->kind == EVENT_WATCH &&
				 is_watched(point, event, &gdb->hit.address);
		if (is_hit) {
			gdb->hit.is_point = true;
			gdb->hit.kind = (enum point_kind)point->kind;
			return true;
		}
	}
	return false;
}
