/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes of exception level: made of events, kept in a ring, said in words.
 */
#include "debug/transition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* ---- Words ---- */

static const char *const interrupt_names[] = {
	[INT_SYNC] = "synchronous",
	[INT_IRQ] = "IRQ",
	[INT_FIQ] = "FIQ",
	[INT_SERROR] = "SError",
};

static const char *eret_name(const struct transition *t)
{
	return t->is_illegal ? "illegal ERET" : "ERET";
}

static void say_interrupt(const struct transition *t, const char *kind, char *text, size_t size)
{
	const char *name = interrupt_names[t->interrupt];

	if (t->has_intid)
		snprintf(text, size, "%s%s %" PRIu32, kind, name, t->intid);
	else
		snprintf(text, size, "%s%s", kind, name);
}

static bool is_interrupt(const struct transition *t)
{
	return t->interrupt == INT_IRQ || t->interrupt == INT_FIQ;
}

const char *transition_cause(const struct transition *t, char *text, size_t size)
{
	if (t->is_return)
		snprintf(text, size, "%s", eret_name(t));
	else if (is_interrupt(t))
		say_interrupt(t, t->is_virtual ? "virtual " : "", text, size);
	else
		esr_describe(t->esr, text, size);
	return text;
}

const char *transition_short_cause(const struct transition *t, char *text, size_t size)
{
	if (t->is_return)
		snprintf(text, size, "%s", eret_name(t));
	else if (is_interrupt(t))
		say_interrupt(t, t->is_virtual ? "v" : "", text, size);
	else
		snprintf(text, size, "%s", ec_name((unsigned)bits(t->esr, 31, 26)));
	return text;
}

/* The table of vectors, DDI 0487 D1.3.1: four kinds from each of four places. */
const char *transition_vector(const struct transition *t, char *text, size_t size)
{
	static const char *const places[] = { "from this EL on SP_EL0", "from this EL",
		"from a lower EL", "from a lower EL in AArch32" };
	unsigned offset = (unsigned)bits(t->to.pc, 10, 0);

	if (t->is_return)
		snprintf(text, size, "%s", "");
	else
		snprintf(text, size, "VBAR_EL%u + 0x%03x: %s, %s", t->to.el, offset,
			interrupt_names[offset >> 7 & 3], places[offset >> 9]);
	return text;
}

static const char *world_name(const struct worlds *worlds, unsigned number)
{
	return number < worlds->count ? worlds->world[number].name : "guest";
}

const char *transition_end_say(
	const struct worlds *worlds, const struct transition_end *end, char *text, size_t size)
{
	snprintf(text, size, "EL%u %s%s", end->el, world_name(worlds, end->world),
		end->is_virtual_el2 ? " (virtual EL2)" : "");
	return text;
}

unsigned transition_saved(
	const struct transition *t, struct transition_saved saved[TRANSITION_SAVED])
{
	bool to_el2 = t->to.el == EL2;
	unsigned count = 0;

	if (t->is_return)
		return 0;
	saved[count++] = (struct transition_saved){ to_el2 ? SR_ELR_EL2 : SR_ELR_EL1, t->from.pc };
	saved[count++] = (struct transition_saved){ to_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1, t->spsr };
	if (t->has_syndrome)
		saved[count++] =
			(struct transition_saved){ to_el2 ? SR_ESR_EL2 : SR_ESR_EL1, t->esr };
	if (t->has_far)
		saved[count++] =
			(struct transition_saved){ to_el2 ? SR_FAR_EL2 : SR_FAR_EL1, t->far };
	if (t->has_hpfar)
		saved[count++] = (struct transition_saved){ SR_HPFAR_EL2, t->hpfar };
	return count;
}

/* ---- Making one of an event ---- */

static u64 insns_of_all(const struct cpu *cpu)
{
	u64 insns = 0;

	if (cpu->group == NULL)
		return cpu->insns;
	for (unsigned i = 0; i < cpu->group->count; i++)
		insns += cpu->group->cpu[i]->insns;
	return insns;
}

/* A PE does not say which interrupt it takes; it is the one that would be acknowledged now. */
static bool find_intid(const struct cpu *cpu, bool is_irq, bool is_virtual, u32 *found)
{
	u64 intid = cpu->offer.intid;

	if (is_virtual) {
		intid = sysreg_look(cpu, is_irq ? SR_ICV_HPPIR1_EL1 : SR_ICV_HPPIR0_EL1);
	} else if (cpu->offer.group != (u8)is_irq) {
		intid = INTID_NONE;
	}
	*found = (u32)intid;
	return intid != INTID_NONE;
}

/* With HCR_EL2.xMO physical interrupts go to EL2, and those that EL1 gets are virtual. */
static bool is_virtual(const struct cpu *cpu, const struct event *event)
{
	static const u64 routes[] = {
		[INT_IRQ] = HCR_EL2_IMO, [INT_FIQ] = HCR_EL2_FMO, [INT_SERROR] = HCR_EL2_AMO
	};

	return cpu->has_el2 && event->to_el == EL1 && event->interrupt != INT_SYNC &&
	       (cpu->sys[SR_HCR_EL2] & routes[event->interrupt]);
}

bool transition_interrupt(
	const struct cpu *cpu, const struct event *event, bool *virtual, u32 *intid)
{
	*virtual = is_virtual(cpu, event);
	return (event->interrupt == INT_IRQ || event->interrupt == INT_FIQ) &&
	       find_intid(cpu, event->interrupt == INT_IRQ, *virtual, intid);
}

static struct transition_end end_at(
	const struct worlds *worlds, const struct cpu *cpu, unsigned el, u64 pc, u64 pstate)
{
	return (struct transition_end){ .el = (u8)el,
		.is_virtual_el2 = worlds_is_virtual_el2(cpu, el),
		.is_e2h = is_e2h(cpu),
		.world = (u8)worlds_of(worlds, cpu, el)->number,
		.pc = pc,
		.pstate = pstate };
}

static struct transition make(
	const struct worlds *worlds, const struct cpu *cpu, const struct event *event)
{
	bool is_between = travel_is_between_insns(event);
	struct transition t = { .moment = { insns_of_all(cpu) + !is_between, 2 * is_between },
		.cycles = cpu->cycles,
		.cpu = (u8)cpu->index,
		.is_return = event->kind == EVENT_ERET,
		.is_illegal = event->illegal,
		.interrupt = event->interrupt,
		.has_far = event->far_valid,
		.has_hpfar = event->hpfar_valid,
		.hcr = cpu->sys[SR_HCR_EL2],
		.esr = event->esr,
		.far = event->far,
		.hpfar = event->hpfar,
		.spsr = event->spsr,
		.fp = cpu->x[29],
		.from = end_at(worlds, cpu, event->from_el, event->pc, event->pstate),
		.to = end_at(worlds, cpu, event->to_el, event->target, pstate_to_spsr(cpu)) };

	if (!t.is_return) {
		t.has_syndrome = t.interrupt == INT_SYNC || t.interrupt == INT_SERROR;
		t.has_intid = transition_interrupt(cpu, event, &t.is_virtual, &t.intid);
	}
	return t;
}

/* ---- The ring ---- */

bool transitions_init(struct transitions *transitions, const struct worlds *worlds, unsigned room)
{
	*transitions = (struct transitions){
		.worlds = worlds, .ring = calloc(room, sizeof(struct transition)), .room = room
	};
	return transitions->ring != NULL;
}

void transitions_free(struct transitions *transitions)
{
	free(transitions->ring);
	*transitions = (struct transitions){ 0 };
}

const struct transition *transitions_last(const struct transitions *transitions, unsigned back)
{
	if (back >= transitions->count)
		return NULL;
	return &transitions->ring[(transitions->total - 1 - back) % transitions->room];
}

static void drop(struct transitions *transitions, unsigned count)
{
	transitions->count -= count;
	transitions->total -= count;
}

void transitions_forget_after(struct transitions *transitions, struct moment now)
{
	const struct transition *last;

	while ((last = transitions_last(transitions, 0)) != NULL &&
		moment_is_before(now, last->moment))
		drop(transitions, 1);
}

static bool is_same(const struct transition *a, const struct transition *b)
{
	return a->moment.insns == b->moment.insns && a->cpu == b->cpu && a->cycles == b->cycles &&
	       a->is_return == b->is_return && a->from.pc == b->from.pc && a->to.pc == b->to.pc;
}

/* Between two instructions there may be several. */
static void forget_what_is_repeated(
	struct transitions *transitions, const struct transition *repeated)
{
	const struct transition *t;
	u64 insns = repeated->moment.insns;

	transitions_forget_after(transitions, (struct moment){ insns, UINT32_MAX });
	for (unsigned back = 0;
		(t = transitions_last(transitions, back)) != NULL && t->moment.insns == insns;
		back++) {
		if (is_same(t, repeated)) {
			drop(transitions, back + 1);
			return;
		}
	}
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct transitions *transitions = opaque;
	struct transition t = make(transitions->worlds, cpu, event);
	const struct transition *last;

	forget_what_is_repeated(transitions, &t);
	last = transitions_last(transitions, 0);
	if (t.moment.step != 0 && last != NULL && last->moment.insns == t.moment.insns)
		t.moment.step += last->moment.step;
	transitions->ring[transitions->total++ % transitions->room] = t;
	if (transitions->count < transitions->room)
		transitions->count++;
}

struct observer transitions_observer(struct transitions *transitions)
{
	return (struct observer){ .kinds = BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET),
		.event = on_event,
		.opaque = transitions,
		.sees_repeats = true };
}
