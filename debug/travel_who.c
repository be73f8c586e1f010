/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who last wrote a register or memory: windows of the past, each longer than the one behind it, are
 * executed again while somebody takes notes. What changed with nobody seen writing it is found by
 * halving the time in which it did.
 */
#include <string.h>

#include "debug/travel_private.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"

/* The first window, and how much longer the next one is. */
enum { FIRST_WINDOW = 1 << 12, WINDOW_GROWS = 8, MOST_BYTES = 4096, MOST_PIECES = 2 };

struct note {
	bool is_there;
	bool may_not_write; /* a compare-and-swap, a store-exclusive */
	enum writer_kind kind;
	struct moment moment; /* before it */
	unsigned cpu, el;
	u64 pc;
	u32 insn;
	u64 before, after;
};

struct value {
	u8 bytes[MOST_BYTES];
};

struct who {
	struct travel *travel;
	struct written what;
	struct moment origin;
	struct moment until; /* writers are before this one */
	struct points points;
	struct stop_at stop;
	struct {
		const u8 *host;
		u64 size;
	} piece[MOST_PIECES]; /* of memory; none: its value cannot be read */
	unsigned pieces;

	struct value now, other; /* at origin; at another moment */
	struct note last;
	struct note current; /* the instruction that is being executed */
	bool writes;	     /* it says that it does */
};

/* ---- Values ---- */

static struct cpu *cpu_of(const struct who *who)
{
	return machine_cpu(who->travel->machine, who->what.cpu);
}

static u64 size_of(const struct who *who)
{
	switch (who->what.kind) {
	case WRITTEN_X:
	case WRITTEN_SYSREG: return 8;
	case WRITTEN_V: return 16;
	default: return who->pieces == 0 ? 0 : who->what.size;
	}
}

static void read_value(const struct who *who, struct value *value)
{
	const struct cpu *cpu = cpu_of(who);
	u64 size = 0, word;

	switch (who->what.kind) {
	case WRITTEN_X: memcpy(value->bytes, &cpu->x[who->what.which], 8); break;
	case WRITTEN_V: memcpy(value->bytes, &cpu->v[who->what.which], 16); break;
	case WRITTEN_SYSREG:
		word = cpu->sys[who->what.which];
		if (who->what.mask != 0)
			word &= who->what.mask;
		memcpy(value->bytes, &word, 8);
		break;
	default:
		for (unsigned i = 0; i < who->pieces; i++) {
			memcpy(value->bytes + size, who->piece[i].host, who->piece[i].size);
			size += who->piece[i].size;
		}
	}
}

static bool is_equal(const struct who *who, const struct value *a, const struct value *b)
{
	return memcmp(a->bytes, b->bytes, size_of(who)) == 0;
}

/* The first eight bytes. */
static u64 read_word(const struct who *who)
{
	struct value value;
	u64 word = 0, size = size_of(who);

	read_value(who, &value);
	memcpy(&word, value.bytes, size < 8 ? size : 8);
	return word;
}

/* ---- Notes ---- */

/* Of the instruction that is being executed, or is next. */
static struct moment before_insn(const struct travel *travel)
{
	return (struct moment){ travel->seen_insns, 2 * travel->exceptions + 1 };
}

/* NULL: it is not before the moment that writers are to be before. */
static struct note *note(struct who *who, enum writer_kind kind, const struct cpu *cpu,
	const struct event *event, struct moment moment)
{
	if (!is_before(moment, who->until))
		return NULL;
	who->last = (struct note){ .is_there = true,
		.kind = kind,
		.moment = moment,
		.cpu = cpu->index,
		.el = event->kind == EVENT_EXCEPTION ? event->to_el : cpu->pstate.el,
		.pc = event->pc,
		.insn = event->insn };
	return &who->last;
}

/* Before an exception: the instruction by which it is taken, or behind what it is. */
static struct moment before_exception(const struct travel *travel, const struct event *event)
{
	u64 insns = travel->seen_insns;

	if (!travel_is_between_insns(event))
		return before_insn(travel);
	if (travel->exceptions > 1)
		return (struct moment){ insns, 2 * travel->exceptions - 2 };
	return (struct moment){ insns > 0 ? insns - 1 : 0, 1 };
}

/* The instruction that was being executed is over; who->other is the value before it. */
static void end_insn(struct who *who)
{
	struct value value;

	if (!who->current.is_there || !is_before(who->current.moment, who->until))
		return;
	read_value(who, &value);
	if (who->writes || !is_equal(who, &value, &who->other)) {
		who->last = who->current;
		who->last.after = read_word(who);
	}
	who->current.is_there = false;
}

/* An instruction that an exception ends has written nothing; but there is another stack pointer. */
static void see_exception(struct who *who, const struct cpu *cpu, const struct event *event)
{
	struct value value;
	struct note *seen;
	u64 before;

	if (travel_is_between_insns(event))
		end_insn(who);
	who->current.is_there = false;
	read_value(who, &value);
	if (is_equal(who, &value, &who->other))
		return;
	memcpy(&before, who->other.bytes, sizeof(before));
	who->other = value;
	seen = note(who, WRITER_EXCEPTION, cpu, event, before_exception(who->travel, event));
	if (seen != NULL) {
		seen->before = before;
		seen->after = read_word(who);
	}
}

static bool see_register(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct who *who = opaque;
	struct insn_writes writes;

	if (cpu->index != who->what.cpu)
		return false;
	if (event->kind == EVENT_EXCEPTION) {
		see_exception(who, cpu, event);
		return false;
	}
	end_insn(who);
	writes = cpu_insn_writes(cpu, event->insn);
	who->writes = (who->what.kind == WRITTEN_X ? writes.x : writes.v) >> who->what.which & 1;
	who->current = (struct note){ .is_there = true,
		.kind = WRITER_INSN,
		.moment = before_insn(who->travel),
		.cpu = cpu->index,
		.el = cpu->pstate.el,
		.pc = event->pc,
		.insn = event->insn,
		.before = read_word(who) };
	read_value(who, &who->other);
	return false;
}

/* What taking an exception to an EL writes. DDI 0487 D1.3 */
static bool exception_writes(const struct event *event, u64 id)
{
	bool is_el2 = event->to_el == EL2;
	bool has_syndrome = event->interrupt != INT_IRQ && event->interrupt != INT_FIQ;

	if (id == (is_el2 ? SR_ELR_EL2 : SR_ELR_EL1) || id == (is_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1))
		return true;
	if (id == (is_el2 ? SR_ESR_EL2 : SR_ESR_EL1))
		return has_syndrome;
	if (id == (is_el2 ? SR_FAR_EL2 : SR_FAR_EL1))
		return event->far_valid;
	return is_el2 && id == SR_HPFAR_EL2 && event->hpfar_valid;
}

static bool see_sysreg(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct who *who = opaque;
	struct note *seen;

	if (cpu->index != who->what.cpu)
		return false;
	if (event->kind == EVENT_SYSREG && event->reg == who->what.which) {
		note(who, WRITER_INSN, cpu, event, before_insn(who->travel));
	} else if (event->kind == EVENT_EXCEPTION && exception_writes(event, who->what.which)) {
		seen = note(
			who, WRITER_EXCEPTION, cpu, event, before_exception(who->travel, event));
		if (seen != NULL)
			seen->after = read_word(who);
	}
	return false;
}

static bool see_access(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct who *who = opaque;
	enum writer_kind kind = event->hardware ? WRITER_WALK : WRITER_INSN;
	struct note *seen;

	if (!event->write)
		return false;
	seen = note(who, kind, cpu, event, before_insn(who->travel));
	if (seen != NULL)
		seen->may_not_write = event->read;
	return false;
}

/* ---- What is asked for ---- */

static void watch(struct who *who, u64 first, u64 size, bool is_physical)
{
	who->points.watch[who->points.watches++] = (struct watch){
		.first = first, .last = first + size - 1, .is_physical = is_physical, .write = true
	};
}

/* A part of memory in one page. */
static void add_piece(struct who *who, u64 pa, u64 size)
{
	struct memory *memory = machine_memory(who->travel->machine);
	const struct ram_region *region = memory_find(memory, PA(pa), size);

	watch(who, pa, size, true);
	if (region == NULL)
		return;
	who->piece[who->pieces].host = region->host + (pa - region->base.v);
	who->piece[who->pieces++].size = size;
}

static bool translate(
	const struct cpu *cpu, enum inspected_regime regime, u64 va, struct inspection *out)
{
	struct inspected asked = { .va = va, .regime = (u8)regime, .kind = ACCESS_READ };

	mmu_inspect(cpu, asked, out);
	return out->is_ok;
}

/* Where the address leads now; to nothing, and the address itself is watched. */
static void ask_for_virtual(struct who *who, enum inspected_regime regime, u64 va)
{
	struct inspection first, last;
	u64 size = who->what.size, in_first = PAGE_SIZE - va % PAGE_SIZE;

	if (in_first > size)
		in_first = size;
	if (!translate(cpu_of(who), regime, va, &first) ||
		!translate(cpu_of(who), regime, va + size - 1, &last)) {
		watch(who, va, size, false);
		return;
	}
	add_piece(who, first.pa.v, in_first);
	if (size > in_first)
		add_piece(who, last.pa.v - (size - in_first - 1), size - in_first);
	if (who->pieces < who->points.watches)
		who->pieces = 0;
}

/* A register that FEAT_NV2 has in memory, for the PE as it is now. DDI 0487 D8.11 */
static bool is_in_memory(struct who *who)
{
	const struct cpu *cpu = cpu_of(who);
	struct route route;

	if (cpu->pstate.el != EL1)
		return false;
	route = sysreg_route(cpu, (enum sysreg_id)who->what.which, DIR_READ);
	if (route.goes != TO_MEMORY)
		return false;
	who->what.kind = WRITTEN_MEMORY;
	who->what.size = 8;
	who->what.which = (cpu->sys[SR_VNCR_EL2] & ~(u64)0xfff) + route.vncr;
	ask_for_virtual(who, INSPECT_EL2, who->what.which);
	return true;
}

/* false: no such thing. */
static bool ask(struct who *who)
{
	struct stop_at *stop = &who->stop;

	*stop = (struct stop_at){ .points = &who->points, .opaque = who };
	if (who->what.cpu >= machine_cpu_count(who->travel->machine))
		return false;
	switch (who->what.kind) {
	case WRITTEN_X:
	case WRITTEN_V:
		stop->kinds = BIT(EVENT_INSN) | BIT(EVENT_EXCEPTION);
		stop->is_hit = see_register;
		return who->what.which < (who->what.kind == WRITTEN_X ? SLOT_COUNT : 32);
	case WRITTEN_SYSREG:
		if (who->what.which >= SYSREG_COUNT)
			return false;
		if (is_in_memory(who))
			break;
		stop->kinds = BIT(EVENT_SYSREG) | BIT(EVENT_EXCEPTION);
		stop->is_hit = see_sysreg;
		return true;
	case WRITTEN_MEMORY:
	case WRITTEN_PHYSICAL:
		if (who->what.size == 0 || who->what.size > MOST_BYTES)
			return false;
		if (who->what.kind == WRITTEN_MEMORY)
			ask_for_virtual(who,
				mmu_inspected_regime(cpu_of(who), cpu_of(who)->pstate.el),
				who->what.which);
		else
			add_piece(who, who->what.which, who->what.size);
		break;
	}
	stop->kinds = BIT(EVENT_WATCH);
	stop->is_hit = see_access;
	return true;
}

/* ---- Windows ---- */

/* Executes what lies between two moments, taking notes. */
static enum leg_end watch_window(struct who *who, struct moment from, struct moment end)
{
	struct travel *travel = who->travel;
	enum leg_end leg = LEG_BUDGET;

	who->last.is_there = who->current.is_there = false;
	travel->stop_at = NULL;
	travel->dense_around = who->origin.insns;
	if (!travel_restore(travel, travel_kept_at(travel, from)))
		return LEG_FAILED;
	if (from.insns > travel->now.insns)
		leg = travel_go_near(travel, from.insns);
	if (leg != LEG_BUDGET)
		return leg;
	read_value(who, &who->other);
	machine_set_points(travel->machine, &who->points);
	travel->stop_at = &who->stop;
	leg = travel_go_on(travel, end);
	travel->stop_at = NULL;
	machine_set_points(travel->machine, NULL);
	if (who->stop.is_hit == see_register)
		end_insn(who);
	return leg;
}

static bool is_in_time(enum leg_end leg)
{
	return leg != LEG_INTERRUPTED && leg != LEG_FAILED;
}

/* The last note before a moment: LEG_HIT, or LEG_BEGIN. */
static enum leg_end find_note(struct who *who, struct moment end)
{
	struct moment begin = who->travel->begin;
	u64 size = FIRST_WINDOW;

	who->until = end;
	while (is_before(begin, end)) {
		struct moment from = begin;
		enum leg_end leg;

		if (end.insns - begin.insns > size)
			from = (struct moment){ end.insns - size, 1 };
		leg = watch_window(who, from, end);
		if (!is_in_time(leg))
			return leg;
		if (who->last.is_there)
			return LEG_HIT;
		end = from;
		size *= WINDOW_GROWS;
	}
	return LEG_BEGIN;
}

/* ---- What came of it ---- */

static bool see_insn(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct note *insn = opaque;

	if (insn->is_there)
		return false;
	*insn = (struct note){ .is_there = true,
		.cpu = cpu->index,
		.el = cpu->pstate.el,
		.pc = event->pc,
		.insn = event->insn };
	return false;
}

/* Goes to the writer and behind it, and reads what it made of what. */
static enum leg_end look_at_writer(struct who *who)
{
	struct travel *travel = who->travel;
	struct note insn = { 0 };
	struct stop_at stop = { .kinds = BIT(EVENT_INSN), .is_hit = see_insn, .opaque = &insn };
	struct moment moment = who->last.moment;
	bool is_exception = who->last.kind == WRITER_EXCEPTION;
	enum leg_end leg = travel_go_anywhere(travel, moment);

	if (!is_in_time(leg))
		return leg;
	who->last.before = read_word(who);
	travel->stop_at = &stop;
	leg = travel_go_on(travel,
		(struct moment){ moment.insns + 1, who->what.kind == WRITTEN_SYSREG ? 0 : 1 });
	travel->stop_at = NULL;
	if (!is_in_time(leg))
		return leg;
	if (!is_exception) {
		who->last.after = read_word(who);
		who->last.insn = insn.insn;
		who->last.el = insn.el;
	}
	return LEG_HIT;
}

static enum leg_end go_and_read(struct who *who, struct moment moment)
{
	enum leg_end leg = travel_go_anywhere(who->travel, moment);

	read_value(who, &who->other);
	return leg;
}

static bool was_changed_by_debugger(const struct who *who, struct moment from, struct moment to)
{
	const struct travel *travel = who->travel;

	for (unsigned i = 1; i < travel->kept_count; i++) {
		struct moment at = travel->kept[i].moment;

		if (travel->kept[i].is_change && is_before(from, at) && !is_before(to, at))
			return true;
	}
	return false;
}

/*
 * The value changed between two moments, and nobody was seen to write it: a device, or of a system
 * register an instruction with effects of its own.
 */
static enum leg_end find_change(struct who *who, struct moment from, struct moment to)
{
	struct note insn = { 0 };
	struct stop_at stop = { .kinds = BIT(EVENT_INSN), .is_hit = see_insn, .opaque = &insn };
	enum leg_end leg;

	while (to.insns - from.insns > 1) {
		struct moment middle = { from.insns + (to.insns - from.insns) / 2, 1 };

		leg = go_and_read(who, middle);
		if (!is_in_time(leg))
			return leg;
		if (is_equal(who, &who->now, &who->other))
			to = middle;
		else
			from = middle;
	}
	leg = travel_go_anywhere(who->travel, from);
	if (!is_in_time(leg))
		return leg;
	who->last.before = read_word(who);
	who->travel->stop_at = &stop;
	leg = travel_go_on(who->travel, to);
	who->travel->stop_at = NULL;
	if (!is_in_time(leg))
		return leg;
	insn.kind = who->what.kind == WRITTEN_SYSREG ? WRITER_INSN : WRITER_DEVICE;
	if (was_changed_by_debugger(who, from, to))
		insn.kind = WRITER_UNKNOWN;
	insn.before = who->last.before;
	insn.after = read_word(who);
	insn.moment = from;
	who->last = insn;
	who->last.is_there = true;
	return LEG_HIT;
}

/* Counters count, and timers compare, by themselves. */
static bool changes_by_itself(const struct who *who)
{
	const char *name;

	if (who->what.kind != WRITTEN_SYSREG)
		return false;
	name = sysreg_name((enum sysreg_id)who->what.which);
	return strncmp(name, "CNT", 3) == 0 || strncmp(name, "PM", 2) == 0;
}

/* Is what is there now what the writer left, or what was there where all that is known begins? */
static enum leg_end find_unseen(struct who *who, enum leg_end leg)
{
	struct moment from = who->travel->begin;

	if (size_of(who) == 0 || changes_by_itself(who))
		return leg;
	if (leg == LEG_HIT && who->last.kind == WRITER_EXCEPTION)
		return leg;
	if (leg == LEG_HIT)
		from = (struct moment){ who->last.moment.insns + 1, 1 };
	if (!is_before(from, who->origin))
		return leg;
	if (!is_in_time(go_and_read(who, from)))
		return LEG_INTERRUPTED;
	return is_equal(who, &who->now, &who->other) ? leg : find_change(who, from, who->origin);
}

/* A note may be of something that did not change what was asked for. */
static bool counts(const struct who *who)
{
	u64 changed = who->last.before ^ who->last.after;

	if (who->what.kind == WRITTEN_SYSREG)
		return who->what.mask == 0 || changed != 0; /* read_word() has the mask */
	return !who->last.may_not_write || changed != 0;
}

static enum leg_end find(struct who *who)
{
	struct moment end = who->origin;
	enum leg_end leg;

	for (;;) {
		leg = find_note(who, end);
		if (leg == LEG_HIT && who->stop.is_hit != see_register)
			leg = look_at_writer(who);
		if (leg != LEG_HIT || counts(who))
			break;
		end = who->last.moment;
	}
	if (is_in_time(leg) && who->stop.is_hit != see_register)
		leg = find_unseen(who, leg);
	return leg;
}

static void answer(const struct note *note, struct writer *writer)
{
	*writer = (struct writer){ .kind = note->kind,
		.moment = note->moment,
		.cpu = note->cpu,
		.el = note->el,
		.pc = note->pc,
		.insn = note->insn,
		.before = note->before,
		.after = note->after };
}

/* Back to where it was, whatever interrupts. */
static enum leg_end return_home(struct travel *travel, struct moment home, enum leg_end end)
{
	bool (*is_interrupted)(void *) = travel->config.is_interrupted;
	enum leg_end leg;

	travel->config.is_interrupted = NULL;
	leg = travel_go_anywhere(travel, home);
	travel->config.is_interrupted = is_interrupted;
	return leg == LEG_FAILED ? leg : end;
}

enum leg_end travel_find_writer(
	struct travel *travel, const struct written *what, struct writer *writer, bool *is_good)
{
	struct who who = { .travel = travel, .what = *what, .origin = travel->now };
	unsigned cpu = travel->cpu;
	enum leg_end end;

	*is_good = ask(&who);
	if (!*is_good)
		return LEG_GOAL;
	read_value(&who, &who.now);
	travel->is_recording = true;
	end = find(&who);
	travel->is_recording = false;
	if (end == LEG_HIT)
		answer(&who.last, writer);
	end = return_home(travel, who.origin, end);
	travel->cpu = cpu;
	return end;
}
