/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One transition at a glance: two boxes, what led from one to the other, what the hardware saved
 * and changed, and which control sent it there. The same as JSON.
 */
#include <string.h>

#include "app/json.h"
#include "app/step.h"

#define BOLD  colour("\033[1m")
#define FAINT colour("\033[2m")
#define PLAIN colour("\033[0m")

enum { BOX = 26, MIDDLE = 24 };

/* ---- Boxes ---- */

/* Where it is in two lines: EL and world, then what kind of software. */
static const char *box_name(
	const struct step *step, const struct transition_end *end, char text[40])
{
	const struct world *world =
		end->world < step->worlds.count ? &step->worlds.world[end->world] : NULL;

	snprintf(text, 40, "EL%u %s", end->el, world != NULL ? world->name : "guest");
	return text;
}

static const char *box_role(const struct step *step, const struct transition_end *end)
{
	const struct world *world =
		end->world < step->worlds.count ? &step->worlds.world[end->world] : NULL;

	if (end->is_virtual_el2)
		return "virtual EL2";
	if (world == NULL)
		return "guest";
	if (world->level == 0)
		return end->el != EL2 ? "host" : end->is_e2h ? "hypervisor, VHE" : "hypervisor";
	if (world->is_hypervisor)
		return "guest hypervisor";
	return world->level == 1 ? "guest" : "nested guest";
}

/* The symbol without its brackets, or the address. */
static const char *box_place(const struct step *step, const struct cpu *cpu,
	const struct transition_end *end, char text[BOX - 2])
{
	char symbol[100];

	if (step_symbol_at(step, cpu, end->el, end->pc, symbol, sizeof(symbol))[0] == '\0')
		snprintf(text, BOX - 2, "0x%" PRIx64, end->pc);
	else
		snprintf(text, BOX - 2, "%.*s", (int)strlen(symbol) - 3, symbol + 2);
	return text;
}

static void edge(struct step *step, const char *between)
{
	static const char line[] = "--------------------------";

	fprintf(step->out, "  +%.*s+%-*s+%.*s+\n", BOX, line, MIDDLE, between, BOX, line);
}

static void row(struct step *step, const char *left, const char *between, const char *right)
{
	fprintf(step->out, "  | %s%-*.*s%s |%s| %s%-*.*s%s |\n", BOLD, BOX - 2, BOX - 2, left,
		PLAIN, between, BOLD, BOX - 2, BOX - 2, right, PLAIN);
}

static void boxes(struct step *step, const struct transition *t)
{
	char from[40], to[40], was[BOX - 2], is[BOX - 2], cause[60], arrow[MIDDLE + 1];
	size_t length;

	transition_short_cause(t, cause, sizeof(cause));
	edge(step, "");
	memset(arrow, ' ', MIDDLE);
	arrow[MIDDLE] = '\0';
	length = strlen(cause) < MIDDLE - 2 ? strlen(cause) : MIDDLE - 2;
	memcpy(arrow + (MIDDLE - length) / 2, cause, length);
	row(step, box_name(step, &t->from, from), arrow, box_name(step, &t->to, to));
	row(step, box_role(step, &t->from), " ---------------------> ", box_role(step, &t->to));
	memset(arrow, ' ', MIDDLE);
	row(step, box_place(step, step_before(step, t), &t->from, was), arrow,
		box_place(step, machine_cpu(step->machine, t->cpu), &t->to, is));
	edge(step, "");
}

/* ---- Lines ---- */

static void line(struct step *step, const char *name, const char *text)
{
	if (*text != '\0')
		fprintf(step->out, "  %s%-7s%s %s\n", FAINT, name, PLAIN, text);
}

static void say_saved(struct step *step, const struct transition *t)
{
	struct transition_saved saved[TRANSITION_SAVED];
	unsigned count = transition_saved(t, saved);
	char text[240] = "";
	size_t at = 0;

	for (unsigned i = 0; i < count && at < sizeof(text); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s 0x%" PRIx64,
			i != 0 ? ", " : "", sysreg_name(saved[i].reg), saved[i].value);
	line(step, "saved", text);
}

static void say_return(struct step *step, const struct transition *t)
{
	char text[160], pstate[80];

	snprintf(text, sizeof(text), "ELR_EL%u 0x%" PRIx64 ", SPSR_EL%u 0x%" PRIx64 " (%s)",
		t->from.el, t->to.pc, t->from.el, t->spsr,
		pstate_say(t->spsr, pstate, sizeof(pstate)));
	line(step, "used", text);
}

void step_picture(struct step *step, const struct transition *t)
{
	struct step_cause cause;
	char text[240];

	boxes(step, t);
	if (!t->is_return) {
		line(step, "cause", transition_cause(t, text, sizeof(text)));
		line(step, "vector", transition_vector(t, text, sizeof(text)));
	}
	step_find_cause(step, t, &cause);
	for (unsigned i = 0; i < cause.count; i++)
		line(step, i == 0 ? "why" : "", cause.line[i]);
	if (t->is_return)
		say_return(step, t);
	else
		say_saved(step, t);
	line(step, "PSTATE", pstate_changes(t->from.pstate, t->to.pstate, text, sizeof(text)));
}

/* ---- JSON ---- */

static cJSON *end_json(
	const struct step *step, const struct cpu *cpu, const struct transition_end *end)
{
	cJSON *object = cJSON_CreateObject();
	char text[100];

	cJSON_AddNumberToObject(object, "el", end->el);
	cJSON_AddStringToObject(object, "world",
		end->world < step->worlds.count ? step->worlds.world[end->world].name : "guest");
	cJSON_AddBoolToObject(object, "virtual_el2", end->is_virtual_el2);
	cJSON_AddStringToObject(object, "role", box_role(step, end));
	json_add_u64(object, "pc", end->pc);
	step_symbol_at(step, cpu, end->el, end->pc, text, sizeof(text));
	if (text[0] != '\0')
		text[strlen(text) - 1] = '\0';
	json_add_text(object, "symbol", text[0] != '\0' ? text + 2 : NULL);
	json_add_u64(object, "pstate", end->pstate);
	return object;
}

static cJSON *saved_json(const struct transition *t)
{
	struct transition_saved saved[TRANSITION_SAVED];
	unsigned count = transition_saved(t, saved);
	cJSON *object = cJSON_CreateObject();

	for (unsigned i = 0; i < count; i++)
		json_add_u64(object, sysreg_name(saved[i].reg), saved[i].value);
	return object;
}

static cJSON *changes_json(const struct transition *t)
{
	u32 changed = pstate_changed(t->from.pstate, t->to.pstate);
	cJSON *object = cJSON_CreateObject();

	for (unsigned i = 0; i < pstate_field_count(); i++) {
		char before[8], after[8];
		cJSON *pair;

		if (!(changed >> i & 1))
			continue;
		pair = cJSON_AddArrayToObject(object, pstate_field_name(i));
		cJSON_AddItemToArray(pair, cJSON_CreateString(pstate_field_say(
						   i, t->from.pstate, before, sizeof(before))));
		cJSON_AddItemToArray(pair, cJSON_CreateString(pstate_field_say(
						   i, t->to.pstate, after, sizeof(after))));
	}
	return object;
}

cJSON *step_transition_json(struct step *step, const struct transition *t)
{
	cJSON *object = cJSON_CreateObject(), *why;
	struct step_cause cause;
	char text[240];

	cJSON_AddStringToObject(object, "kind", t->is_return ? "return" : "exception");
	cJSON_AddNumberToObject(object, "cpu", t->cpu);
	json_add_u64(object, "position", t->moment.insns);
	json_add_text(object, "cause", transition_cause(t, text, sizeof(text)));
	transition_vector(t, text, sizeof(text));
	json_add_text(object, "vector", text[0] != '\0' ? text : NULL);
	cJSON_AddItemToObject(object, "from", end_json(step, step_before(step, t), &t->from));
	cJSON_AddItemToObject(
		object, "to", end_json(step, machine_cpu(step->machine, t->cpu), &t->to));
	cJSON_AddItemToObject(object, "saved", saved_json(t));
	json_add_u64(object, "spsr", t->spsr);
	cJSON_AddItemToObject(object, "pstate_changes", changes_json(t));
	if (t->has_intid)
		cJSON_AddNumberToObject(object, "intid", t->intid);
	why = cJSON_AddArrayToObject(object, "why");
	step_find_cause(step, t, &cause);
	for (unsigned i = 0; i < cause.count; i++)
		cJSON_AddItemToArray(why, cJSON_CreateString(cause.line[i]));
	return object;
}
