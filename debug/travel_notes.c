/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is seen to write: what the events of instructions, system registers, exceptions and accesses
 * say of a register or of memory.
 */
#include "debug/travel_notes.h"

#include <string.h>

#include "mmu/mmu.h"
#include "sysregs/sysregs.h"

/* ---- Values ---- */

static struct cpu *cpu_of(const struct who *who)
{
	return machine_cpu(who->travel->machine, who->what.cpu);
}

u64 who_size(const struct who *who)
{
	switch (who->what.kind) {
	case WRITTEN_X:
	case WRITTEN_SYSREG: return 8;
	case WRITTEN_V: return 16;
	default: return who->pieces == 0 ? 0 : who->what.size;
	}
}

void who_read(const struct who *who, struct value *value)
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

bool who_is_equal(const struct who *who, const struct value *a, const struct value *b)
{
	return memcmp(a->bytes, b->bytes, who_size(who)) == 0;
}

u64 who_read_word(const struct who *who)
{
	struct value value;
	u64 word = 0, size = who_size(who);

	who_read(who, &value);
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
	who_read(who, &value);
	if (who->writes || !who_is_equal(who, &value, &who->other)) {
		who->last = who->current;
		who->last.after = who_read_word(who);
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
	who_read(who, &value);
	if (who_is_equal(who, &value, &who->other))
		return;
	memcpy(&before, who->other.bytes, sizeof(before));
	who->other = value;
	seen = note(who, WRITER_EXCEPTION, cpu, event, before_exception(who->travel, event));
	if (seen != NULL) {
		seen->before = before;
		seen->after = who_read_word(who);
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
		.before = who_read_word(who) };
	who_read(who, &who->other);
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

/* Of a field only writes that change it count. */
static bool is_in_field(const struct who *who, u64 changed)
{
	return who->what.mask == 0 || (changed & who->what.mask) != 0;
}

static bool see_sysreg(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct who *who = opaque;
	struct note *seen;

	if (cpu->index != who->what.cpu)
		return false;
	if (event->kind == EVENT_SYSREG && event->reg == who->what.which) {
		if (!event->in_memory && is_in_field(who, event->before ^ event->effective))
			note(who, WRITER_INSN, cpu, event, before_insn(who->travel));
	} else if (event->kind == EVENT_EXCEPTION && exception_writes(event, who->what.which)) {
		seen = note(
			who, WRITER_EXCEPTION, cpu, event, before_exception(who->travel, event));
		if (seen != NULL)
			seen->after = who_read_word(who);
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

bool who_ask(struct who *who)
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

void who_begin(struct who *who)
{
	who->last.is_there = who->current.is_there = false;
	who_read(who, &who->other);
}

void who_end(struct who *who)
{
	if (who->stop.is_hit == see_register)
		end_insn(who);
}
