/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving through time: where each command stops, and what is shown on arrival. How one gets there
 * is debug/travel.h's.
 */
#include <string.h>
#include <strings.h>

#include "app/json.h"
#include "app/step.h"
#include "app/step_move.h"
#include "base/nearest.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"

#define CHANGES (BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET))

/* ---- Conditions ---- */

static bool is_any(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	(void)move, (void)cpu, (void)event;
	return true;
}

/* Do the two ends belong to different worlds? */
static bool is_switch(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	const struct worlds *worlds = &move->step->worlds;

	return worlds_of(worlds, cpu, event->from_el) != worlds_of(worlds, cpu, event->to_el);
}

static bool is_at(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	return event->kind == EVENT_BREAKPOINT && event->pc == move->address;
}

static bool is_frame(const struct move *move, const struct cpu *cpu, unsigned el)
{
	return cpu->index == move->pe && el == move->el && sp_read(cpu, el) == move->sp &&
	       worlds_of(&move->step->worlds, cpu, el)->number == move->world;
}

/* The call, or the exception, is over: the same EL, world and stack again. */
static bool is_back(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	if (event->kind == EVENT_BREAKPOINT)
		return event->pc == move->address && is_frame(move, cpu, cpu->pstate.el);
	return is_frame(move, cpu, event->to_el);
}

/* Backward: what went away from here. */
static bool is_leaving(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	if (event->kind == EVENT_BREAKPOINT)
		return event->pc == move->address && is_frame(move, cpu, cpu->pstate.el);
	return is_frame(move, cpu, event->from_el);
}

/* An exception of a class by its name in ec.def, or an interrupt. */
static bool is_cause(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	return event->kind == EVENT_EXCEPTION && event->interrupt == move->interrupt &&
	       (move->interrupt != INT_SYNC || bits(event->esr, 31, 26) == move->ec);
}

/* An exception return, or the trapped one of a virtual EL2. */
static bool is_return_or_its_trap(
	const struct move *move, const struct cpu *cpu, const struct event *event)
{
	(void)move, (void)cpu;
	return event->kind == EVENT_ERET ||
	       (event->interrupt == INT_SYNC && bits(event->esr, 31, 26) == EC_ERET);
}

static bool is_el(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	(void)cpu;
	return event->to_el == move->el;
}

static bool is_world(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	const struct worlds *worlds = &move->step->worlds;

	return strcasecmp(worlds_of(worlds, cpu, event->to_el)->name, move->name) == 0 &&
	       is_switch(move, cpu, event);
}

static bool is_virtual_el2(
	const struct move *move, const struct cpu *cpu, const struct event *event)
{
	(void)move;
	return worlds_is_virtual_el2(cpu, event->to_el) &&
	       !worlds_is_virtual_el2(cpu, event->from_el);
}

/* By an instruction, or by an exception that saves its state in it. */
static bool is_value(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	u64 value = cpu->sys[move->reg];

	if (event->kind == EVENT_SYSREG && event->reg != move->reg)
		return false;
	if (event->kind == EVENT_SYSREG)
		value = event->effective; /* of a virtual EL2 it may be in memory */
	return move->has_value ? (value & move->mask) == move->value : event->kind == EVENT_SYSREG;
}

/* ---- Going ---- */

/* Who asks about worlds is told before their observer is. */
static bool is_hit(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct move *move = opaque;
	struct observer worlds = worlds_observer(&move->step->worlds);
	unsigned point;

	worlds.event(worlds.opaque, cpu, event);
	point = step_point_hit(move->step, cpu, event);
	if (point == 0 && (!((move->kinds >> event->kind) & 1) || !move->is_hit(move, cpu, event)))
		return false;
	move->point = point;
	return true;
}

/* Up to --max-insns. */
static u64 insns_left(const struct step *step)
{
	u64 most = step->driven->options->max_insns, now = travel_now(step->travel).insns;

	if (most == MACHINE_UNLIMITED)
		return MACHINE_UNLIMITED;
	return now < most ? most - now : 0;
}

static enum travel_result go(struct move *move, bool backward)
{
	struct step *step = move->step;
	struct points points = { 0 };
	struct stop_at stop = { .kinds = move->kinds, .is_hit = is_hit, .opaque = move };

	move->point = 0;
	stop.kinds |= step_points_wanted(step, &points);
	if ((move->kinds >> EVENT_BREAKPOINT) & 1)
		points.breakpoint[points.breakpoints++] = move->address;
	stop.points = &points;
	if (backward)
		return travel_backward(step->travel, &stop);
	if (insns_left(step) == 0)
		return TRAVEL_ARRIVED;
	return travel_forward(step->travel, insns_left(step), &stop);
}

/* Instructions of the PE; those of all PEs have a limit. */
static enum travel_result step_by(struct step *step, s64 count)
{
	u64 left = insns_left(step);
	enum travel_result result;

	if (count < 0)
		return travel_step(step->travel, step->pe, count);
	if (left == 0)
		return TRAVEL_ARRIVED;
	result = travel_step(step->travel, step->pe, (u64)count < left ? count : (s64)left);
	if (travel_now(step->travel).insns > step->driven->options->max_insns &&
		travel_has_no_past(step->travel) == NULL)
		result = travel_to(
			step->travel, (struct moment){ step->driven->options->max_insns, 1 });
	return result;
}

/* ---- Arriving ---- */

static const char *const result_names[] = { [TRAVEL_ARRIVED] = "arrived",
	[TRAVEL_HIT] = "arrived",
	[TRAVEL_STOPPED] = "stopped",
	[TRAVEL_BEGIN] = "begin",
	[TRAVEL_INTERRUPTED] = "interrupted",
	[TRAVEL_REFUSED] = "refused",
	[TRAVEL_FAILED] = "failed" };

static void say_stopped(struct step *step)
{
	const struct stop *stop = travel_stop(step->travel);

	step->stop = stop;
	if (stop->reason == STOP_EXIT)
		fprintf(step->out, "the guest ended with exit code %d", stop->exit_code);
	else
		fputs("the machine stopped", step->out);
	fprintf(step->out, "%s%s\n", stop->text[0] != '\0' ? ": " : "", stop->text);
	json_add_text(step->json, "stop", stop->text);
	if (step->json != NULL)
		cJSON_AddNumberToObject(step->json, "exit_code", run_exit_code(stop));
}

static void say_limit(struct step *step)
{
	char text[60];

	if (insns_left(step) != 0)
		return;
	snprintf(text, sizeof(text), "--max-insns %" PRIu64, step->driven->options->max_insns);
	fprintf(step->out, "the run ends here: %s\n", text);
	json_add_text(step->json, "stop", text);
}

static struct status say_result(struct step *step, enum travel_result result)
{
	const char *why_not;

	step->stop = NULL;
	switch (result) {
	case TRAVEL_ARRIVED: say_limit(step); break;
	case TRAVEL_HIT: break;
	case TRAVEL_STOPPED: say_stopped(step); break;
	case TRAVEL_BEGIN: fputs("this is as far back as one can go\n", step->out); break;
	case TRAVEL_INTERRUPTED: fputs("interrupted\n", step->out); break;
	case TRAVEL_REFUSED:
		why_not = travel_has_no_past(step->travel);
		return status_error(STATUS_USAGE, "%s",
			why_not != NULL ? why_not
					: "that is before the beginning of what is known");
	case TRAVEL_FAILED: return status_error(STATUS_HOST, "%s", travel_error(step->travel));
	}
	return status_ok();
}

/* The picture if what happened last led the PE just here. */
static void show_transition(struct step *step, u64 before)
{
	const struct transition *last = transitions_last(&step->transitions, 0);

	if (last == NULL || step->transitions.total == before || last->cpu != step->pe ||
		last->to.pc != step_cpu(step)->pc)
		return;
	step_picture(step, last);
	if (step->json != NULL)
		cJSON_AddItemToObject(step->json, "transition", step_transition_json(step, last));
}

/* What is shown behind a move. `before`: how many transitions there had been. */
static struct status arrive(
	struct step *step, const struct move *move, enum travel_result result, u64 before)
{
	struct status status;

	if (result == TRAVEL_HIT || result == TRAVEL_STOPPED)
		step->pe = travel_cpu(step->travel);
	transitions_forget_after(&step->transitions, travel_now(step->travel));
	if (step->json != NULL)
		cJSON_AddStringToObject(step->json, "result", result_names[result]);
	step_console_show(step, step->is_prompt);
	status = say_result(step, result);
	if (status.code != STATUS_OK)
		return status;
	if (result == TRAVEL_HIT && move != NULL && move->point != 0)
		step_say_point(step, move->point);
	show_transition(step, before);
	step_say_place(step);
	return status;
}

/* As often as was asked for, or until something else stops it. */
static struct status repeat(struct move *move, const struct step_arguments *arguments, u64 count)
{
	struct step *step = move->step;
	enum travel_result result = TRAVEL_HIT;
	u64 before = arguments->backward ? ~(u64)0 : step->transitions.total;

	for (u64 i = 0; i < count && result == TRAVEL_HIT; i++) {
		result = go(move, arguments->backward);
		if (move->point != 0)
			break;
	}
	return arrive(step, move, result, before);
}

static struct status take_count(const struct step_arguments *arguments, u64 *count)
{
	*count = 1;
	if (arguments->count > 1)
		return status_error(STATUS_USAGE, "one number is enough");
	if (arguments->count == 0)
		return status_ok();
	return step_number("a count", arguments->word[0], 1, INT64_MAX, count);
}

/* ---- The commands ---- */

/* A PE that is off executes nothing, and to wait for it may be for ever. */
static struct status check_on(const struct step *step)
{
	if (machine_cpu_is_on(step->machine, step->pe))
		return status_ok();
	return status_error(STATUS_USAGE, "cpu%u is off; 'cpu' lists them", step->pe);
}

struct status step_do_step(struct step *step, const struct step_arguments *arguments)
{
	u64 before = step->transitions.total, count;
	struct status status = take_count(arguments, &count);
	enum travel_result result;

	if (status.code == STATUS_OK && !arguments->backward)
		status = check_on(step);
	if (status.code != STATUS_OK)
		return status;
	result = step_by(step, arguments->backward ? -(s64)count : (s64)count);
	return arrive(step, NULL, result, arguments->backward ? step->transitions.total : before);
}

struct status step_do_transition(struct step *step, const struct step_arguments *arguments)
{
	struct move move = { .step = step, .kinds = CHANGES, .is_hit = is_any };
	u64 count;
	struct status status = take_count(arguments, &count);

	return status.code == STATUS_OK ? repeat(&move, arguments, count) : status;
}

struct status step_do_world(struct step *step, const struct step_arguments *arguments)
{
	struct move move = { .step = step, .kinds = CHANGES, .is_hit = is_switch };
	u64 count;
	struct status status = take_count(arguments, &count);

	return status.code == STATUS_OK ? repeat(&move, arguments, count) : status;
}

static bool never(const struct move *move, const struct cpu *cpu, const struct event *event)
{
	(void)move, (void)cpu, (void)event;
	return false;
}

struct status step_do_continue(struct step *step, const struct step_arguments *arguments)
{
	struct move move = { .step = step, .is_hit = never };

	return repeat(&move, arguments, 1);
}

/* ---- next ---- */

static bool is_call(u32 insn)
{
	return bits(insn, 31, 26) == 0x25 ||	  /* BL */
	       bits(insn, 31, 10) == 0x358fc0 ||  /* BLR */
	       (insn & 0xfefff800) == 0xd63f0800; /* BLRAA, BLRAB, BLRAAZ, BLRABZ */
}

static bool is_return(u32 insn)
{
	return bits(insn, 31, 10) == 0x3597c0 ||  /* RET */
	       (insn & 0xfffffbff) == 0xd65f0bff; /* RETAA, RETAB */
}

/* Where the PE is now, as what is_frame() compares with. */
static struct move here(struct step *step, u32 kinds)
{
	const struct cpu *cpu = step_cpu(step);
	unsigned el = cpu->pstate.el;

	return (struct move){ .step = step,
		.kinds = kinds,
		.pe = step->pe,
		.el = el,
		.world = worlds_of(&step->worlds, cpu, el)->number,
		.sp = cpu->x[SLOT_SP] };
}

/* The last change of this PE's EL; of none, the beginning. */
static struct moment last_change(const struct step *step)
{
	const struct transition *t;

	for (unsigned back = 0; (t = transitions_last(&step->transitions, back)) != NULL; back++) {
		if (t->cpu == step->pe)
			return t->moment;
	}
	return (struct moment){ 0 };
}

/* One instruction with all that it sets off. */
static enum travel_result next_once(struct step *step, struct move *move)
{
	const struct cpu *cpu = step_cpu(step);
	struct moment before = last_change(step), behind;
	enum travel_result result;
	u32 insn = 0;

	*move = here(step, CHANGES);
	move->is_hit = is_back;
	if (step_insn(cpu, move->el, cpu->pc, &insn) && is_call(insn)) {
		move->kinds = BIT(EVENT_BREAKPOINT);
		move->address = cpu->pc + 4;
		return go(move, false);
	}
	result = step_by(step, 1);
	behind = last_change(step);
	if (result != TRAVEL_ARRIVED || !moment_is_before(before, behind))
		return result;
	return go(move, false);
}

/* Back to what went away from here, if anything did: a call, an exception, an exception return. */
static enum travel_result back_to_leaving(struct step *step, struct move *move, struct moment now)
{
	enum travel_result result = travel_to(step->travel, now);

	if (result == TRAVEL_ARRIVED)
		result = go(move, true);
	if (result == TRAVEL_BEGIN) {
		result = travel_to(step->travel, now);
		return result == TRAVEL_ARRIVED ? travel_step(step->travel, step->pe, -1) : result;
	}
	/* Behind the exception or the ERET: before it is one more. */
	if (result == TRAVEL_HIT && move->point == 0 && !(move->kinds & BIT(EVENT_BREAKPOINT)))
		result = travel_step(step->travel, step->pe, -1);
	return result;
}

/*
 * Back to the instruction before in this frame. What was before is seen by going there: the return
 * of a function, whose call stands above; or an exception or a return that led here.
 */
static enum travel_result previous_once(struct step *step, struct move *move)
{
	struct moment now = travel_now(step->travel), change;
	u64 pc = step_cpu(step)->pc;
	enum travel_result result;
	const struct cpu *cpu;
	u32 insn = 0;

	*move = here(step, CHANGES);
	move->is_hit = is_leaving;
	transitions_forget_after(&step->transitions, now);
	change = last_change(step);
	result = travel_step(step->travel, step->pe, -1);
	if (result != TRAVEL_ARRIVED)
		return result;
	if (moment_is_before(travel_now(step->travel), change))
		return back_to_leaving(step, move, now);
	cpu = step_cpu(step);
	if (!step_insn(cpu, cpu->pstate.el, cpu->pc, &insn) || !is_return(insn))
		return result;
	move->kinds = BIT(EVENT_BREAKPOINT);
	move->address = pc - 4;
	return back_to_leaving(step, move, now);
}

struct status step_do_next(struct step *step, const struct step_arguments *arguments)
{
	u64 before = step->transitions.total, count;
	struct status status = take_count(arguments, &count);
	enum travel_result result = TRAVEL_ARRIVED;
	struct move move = { .step = step };

	if (status.code == STATUS_OK && !arguments->backward)
		status = check_on(step);
	if (status.code != STATUS_OK)
		return status;
	for (u64 i = 0; i < count; i++) {
		result = arguments->backward ? previous_once(step, &move) : next_once(step, &move);
		if ((result != TRAVEL_ARRIVED && result != TRAVEL_HIT) || move.point != 0)
			break;
		if (!arguments->backward && insns_left(step) == 0)
			break;
	}
	return arrive(step, &move, result, arguments->backward ? step->transitions.total : before);
}

/* ---- until ---- */

static bool find_world(const struct step *step, const char *name)
{
	for (unsigned i = 0; i < step->worlds.count; i++) {
		if (strcasecmp(step->worlds.world[i].name, name) == 0)
			return true;
	}
	/* One that is still to come. */
	return (name[0] | 32) == 'l' && name[1] >= '1' && name[1] <= '9' &&
	       strspn(name + 1, "0123456789.") == strlen(name + 1);
}

/* SYSREG[.FIELD][=VALUE] */
static struct status until_sysreg(struct step *step, char *text, struct move *move)
{
	char *equals = strchr(text, '=');
	struct status status;
	enum sysreg_id id;
	u64 value = 0;

	if (equals != NULL) {
		*equals = '\0';
		move->has_value = true;
		status = step_value(step, equals + 1 + (equals[1] == '='), &value);
		if (status.code != STATUS_OK)
			return status;
	}
	status = step_sysreg(step, text, &id, &move->mask);
	if (status.code != STATUS_OK)
		return status;
	move->reg = id;
	move->value = move->mask & -move->mask ? value * (move->mask & -move->mask) : 0;
	if ((move->value & ~move->mask) != 0 || move->value / (move->mask & -move->mask) != value)
		return status_error(STATUS_USAGE, "'%.40s' has no value 0x%" PRIx64, text, value);
	move->kinds = BIT(EVENT_SYSREG) | (move->has_value ? CHANGES : 0);
	move->is_hit = is_value;
	return status;
}

static bool is_el_name(const char *word)
{
	return strncasecmp(word, "el", 2) == 0 && word[2] >= '0' && word[2] <= '2' &&
	       word[3] == '\0';
}

static bool find_cause(const char *word, struct move *move)
{
	static const char *const interrupts[] = {
		[INT_IRQ] = "irq", [INT_FIQ] = "fiq", [INT_SERROR] = "serror"
	};

	for (unsigned i = INT_IRQ; i <= INT_SERROR; i++) {
		move->interrupt = (u8)i;
		if (strcasecmp(word, interrupts[i]) == 0)
			return true;
	}
	move->interrupt = INT_SYNC;
	for (move->ec = 0; move->ec < 64; move->ec++) {
		if (strcasecmp(word, ec_name(move->ec)) == 0)
			return true;
	}
	return false;
}

static struct status until_what(struct step *step, char *word, struct move *move)
{
	char name[40];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word, ".="), word);
	move->kinds = CHANGES;
	if (is_el_name(word)) {
		move->el = (unsigned)(word[2] - '0');
		move->is_hit = is_el;
	} else if (strcasecmp(word, "vel2") == 0) {
		move->is_hit = is_virtual_el2;
	} else if (strcasecmp(word, "eret") == 0) {
		move->is_hit = is_return_or_its_trap;
	} else if (find_cause(word, move)) {
		move->is_hit = is_cause;
	} else if (find_world(step, word)) {
		move->name = word;
		move->is_hit = is_world;
	} else if (strchr(word, '=') != NULL || register_by_name(name) != SR_NONE) {
		return until_sysreg(step, word, move);
	} else {
		move->kinds = BIT(EVENT_BREAKPOINT);
		move->is_hit = is_at;
		return step_value(step, word, &move->address);
	}
	return status_ok();
}

struct status step_do_until(struct step *step, const struct step_arguments *arguments)
{
	struct move move = { .step = step };
	struct status status;

	if (arguments->count != 1)
		return status_error(STATUS_USAGE,
			"until what? A place, ELn, vEL2, a world, a cause (HVC64, IRQ), or "
			"SYSREG[.FIELD][=VALUE]");
	status = until_what(step, arguments->word[0], &move);
	return status.code == STATUS_OK ? repeat(&move, arguments, 1) : status;
}

/* ---- goto ---- */

static struct status parse_moment(struct step *step, const char *text, struct moment *moment)
{
	char number[24];
	size_t length;
	u64 value, taken = 0;
	struct status status;

	if (strcmp(text, "start") == 0) {
		*moment = travel_begin(step->travel);
		return status_ok();
	}
	if (strcmp(text, "end") == 0) {
		*moment = travel_end(step->travel);
		return status_ok();
	}
	text += *text == '#';
	length = strcspn(text, ":");
	snprintf(number, sizeof(number), "%.*s", (int)(length < 23 ? length : 23), text);
	status = step_number("a position", number, 0, INT64_MAX, &value);
	if (status.code == STATUS_OK && text[length] == ':')
		status = step_number("interrupts taken there", text + length + 1, 0, 1000, &taken);
	*moment = (struct moment){ .insns = value, .step = taken == 0 ? 1 : 2 * (u32)taken };
	return status;
}

static struct status parse_relative(struct step *step, const char *text, struct moment *moment)
{
	struct moment now = travel_now(step->travel);
	u64 value;
	struct status status = step_number("a distance", text + 1, 0, INT64_MAX, &value);

	if (status.code != STATUS_OK)
		return status;
	if (*text == '-' && value > now.insns)
		return status_error(
			STATUS_USAGE, "only %" PRIu64 " instructions were executed", now.insns);
	*moment = (struct moment){ *text == '-' ? now.insns - value : now.insns + value, 1 };
	return status;
}

struct status step_do_goto(struct step *step, const struct step_arguments *arguments)
{
	struct moment moment = { 0 };
	struct status status;
	enum travel_result result;
	const char *word;

	if (arguments->count != 1)
		return status_error(STATUS_USAGE, "goto where? #N, +N, -N, start or end");
	word = arguments->word[0];
	if (*word == '+' || *word == '-')
		status = parse_relative(step, word, &moment);
	else
		status = parse_moment(step, word, &moment);
	if (status.code == STATUS_OK && moment.insns > step->driven->options->max_insns)
		status = status_error(STATUS_USAGE, "the run ends at #%" PRIu64 ": --max-insns",
			step->driven->options->max_insns);
	if (status.code != STATUS_OK)
		return status;
	result = travel_to(step->travel, moment);
	return arrive(step, NULL, result, step->transitions.total);
}
