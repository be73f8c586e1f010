/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Breakpoints and watchpoints of `entresol step`: of code, of memory, of system registers.
 */
#include <string.h>
#include <strings.h>

#include "app/json.h"
#include "app/step_move.h"
#include "explain/explain.h"

/* ---- While it runs ---- */

u32 step_points_wanted(const struct step *step, struct points *points)
{
	u32 kinds = 0;

	for (unsigned i = 0; i < step->points; i++) {
		const struct step_point *point = &step->point[i];

		switch (point->kind) {
		case POINT_BREAK:
			points->breakpoint[points->breakpoints++] = point->address;
			kinds |= BIT(EVENT_BREAKPOINT);
			break;
		case POINT_WATCH:
			points->watch[points->watches++] = point->watch;
			kinds |= BIT(EVENT_WATCH);
			break;
		case POINT_SYSREG: kinds |= BIT(EVENT_SYSREG); break;
		}
	}
	return kinds;
}

static bool touches(const struct watch *watch, const struct event *event)
{
	u64 first = watch->is_physical ? event->pa : event->va;
	u64 last = first + (event->size != 0 ? event->size - 1 : 0);

	bool is_read = event->read || !event->write; /* atomics are both */

	return first <= watch->last && last >= watch->first &&
	       (watch->is_physical || !event->hardware) &&
	       ((event->write && watch->write) || (is_read && watch->read));
}

static bool is_hit(const struct step_point *point, const struct cpu *cpu, const struct event *event)
{
	switch (point->kind) {
	case POINT_BREAK:
		return event->kind == EVENT_BREAKPOINT && event->pc == point->address &&
		       (point->el < 0 || cpu->pstate.el == point->el);
	case POINT_WATCH: return event->kind == EVENT_WATCH && touches(&point->watch, event);
	case POINT_SYSREG:
		return event->kind == EVENT_SYSREG && event->reg == point->address &&
		       !event->in_memory && ((event->effective ^ event->before) & point->mask) != 0;
	}
	return false;
}

unsigned step_point_hit(const struct step *step, const struct cpu *cpu, const struct event *event)
{
	for (unsigned i = 0; i < step->points; i++) {
		if (is_hit(&step->point[i], cpu, event))
			return step->point[i].number;
	}
	return 0;
}

/* ---- The list ---- */

static const char *const kind_names[] = {
	[POINT_BREAK] = "breakpoint",
	[POINT_WATCH] = "watchpoint",
	[POINT_SYSREG] = "watchpoint",
};

static void say_one(struct step *step, const struct step_point *point)
{
	fprintf(step->out, "%s %u: %s\n", kind_names[point->kind], point->number, point->text);
}

void step_say_point(struct step *step, unsigned number)
{
	for (unsigned i = 0; i < step->points; i++) {
		if (step->point[i].number == number)
			say_one(step, &step->point[i]);
	}
	if (step->json != NULL)
		cJSON_AddNumberToObject(step->json, "point", number);
}

static struct status add(struct step *step, const struct step_point *point)
{
	struct step_point *added = &step->point[step->points];
	unsigned watches = 0;

	for (unsigned i = 0; i < step->points; i++)
		watches += step->point[i].kind == POINT_WATCH;
	if (step->points == STEP_POINTS || (point->kind == POINT_WATCH && watches == WATCHES))
		return status_error(STATUS_USAGE, "there is no room for more; 'delete' makes some");
	*added = *point;
	added->number = ++step->last_number;
	step->points++;
	step_say_point(step, added->number);
	return status_ok();
}

/* ---- The commands ---- */

static bool parse_el(const char *word, int *el)
{
	if (strncasecmp(word, "el", 2) != 0 || word[2] < '0' || word[2] > '2' || word[3] != '\0')
		return false;
	*el = word[2] - '0';
	return true;
}

struct status step_do_break(struct step *step, const struct step_arguments *arguments)
{
	struct step_point point = { .kind = POINT_BREAK, .el = -1 };
	struct status status;

	if (arguments->count == 0)
		return step_do_info(step, arguments);
	if (arguments->count > 2 ||
		(arguments->count == 2 && !parse_el(arguments->word[1], &point.el)))
		return status_error(STATUS_USAGE, "break PLACE [EL0|EL1|EL2]");
	status = step_value(step, arguments->word[0], &point.address);
	if (status.code != STATUS_OK)
		return status;
	if (point.address % 4 != 0)
		return status_error(STATUS_USAGE,
			"0x%" PRIx64 " is not a multiple of 4: no instruction is there",
			point.address);
	snprintf(point.text, sizeof(point.text), "%.50s%s%.10s", arguments->word[0],
		point.el < 0 ? "" : " at ", point.el < 0 ? "" : arguments->word[1]);
	return add(step, &point);
}

static struct status watch_memory(
	struct step *step, const struct step_arguments *arguments, struct step_point *point)
{
	struct watch *watch = &point->watch;
	u64 size = 8;
	struct status status =
		step_address(step, arguments->word[0], &watch->first, &watch->is_physical);
	const char *how = "w";

	for (unsigned i = 1; i < arguments->count && status.code == STATUS_OK; i++) {
		if (strspn(arguments->word[i], "rw") == strlen(arguments->word[i]))
			how = arguments->word[i];
		else
			status = step_number("a size", arguments->word[i], 1, 1 << 20, &size);
	}
	if (status.code != STATUS_OK)
		return status;
	watch->last = watch->first + size - 1;
	if (watch->last < watch->first)
		return status_error(STATUS_USAGE, "these bytes are beyond the last address");
	watch->read = strchr(how, 'r') != NULL;
	watch->write = strchr(how, 'w') != NULL;
	point->kind = POINT_WATCH;
	snprintf(point->text, sizeof(point->text), "%.40s, %" PRIu64 " byte%s, %s%s%s",
		arguments->word[0], size, size == 1 ? "" : "s", watch->read ? "read" : "",
		watch->read && watch->write ? " or " : "", watch->write ? "written" : "");
	return status;
}

struct status step_do_watch(struct step *step, const struct step_arguments *arguments)
{
	struct step_point point = { .kind = POINT_SYSREG };
	char name[40];
	struct status status;
	enum sysreg_id id;

	if (arguments->count == 0)
		return step_do_info(step, arguments);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(arguments->word[0], "."),
		arguments->word[0]);
	if (arguments->count != 1 || register_by_name(name) == SR_NONE) {
		status = watch_memory(step, arguments, &point);
	} else {
		status = step_sysreg(step, arguments->word[0], &id, &point.mask);
		point.address = id;
		snprintf(point.text, sizeof(point.text), "%.60s changed", arguments->word[0]);
	}
	return status.code == STATUS_OK ? add(step, &point) : status;
}

struct status step_do_delete(struct step *step, const struct step_arguments *arguments)
{
	struct status status;
	u64 number;

	if (arguments->count == 0) {
		step->points = 0;
		return status_ok();
	}
	status = step_number("a point", arguments->word[0], 1, UINT32_MAX, &number);
	if (status.code != STATUS_OK)
		return status;
	for (unsigned i = 0; i < step->points; i++) {
		if (step->point[i].number != number)
			continue;
		step->points--;
		memmove(&step->point[i], &step->point[i + 1],
			(step->points - i) * sizeof(step->point[0]));
		return status_ok();
	}
	return status_error(STATUS_USAGE,
		"there is no breakpoint or watchpoint %s; 'info' lists them", arguments->word[0]);
}

static void say_worlds(struct step *step)
{
	for (unsigned i = 1; i < step->worlds.count; i++) {
		const struct world *world = &step->worlds.world[i];

		fprintf(step->out, "world %s: VTTBR_EL2 0x%" PRIx64 ", a guest of %s%s\n",
			world->name, world->vttbr, step->worlds.world[world->parent].name,
			world->is_hypervisor ? ", a hypervisor" : "");
	}
}

struct status step_do_info(struct step *step, const struct step_arguments *arguments)
{
	char begin[40], now[40], end[40];

	(void)arguments;
	for (unsigned i = 0; i < step->points; i++)
		say_one(step, &step->point[i]);
	say_worlds(step);
	fprintf(step->out, "at %s; known from %s to %s\n",
		step_say_moment(travel_now(step->travel), now, sizeof(now)),
		step_say_moment(travel_begin(step->travel), begin, sizeof(begin)),
		step_say_moment(travel_end(step->travel), end, sizeof(end)));
	return status_ok();
}
