/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds cycles up by node and address, and keeps a stack of calls for each place of a PE.
 */
#include "debug/profile.h"

#include <stdlib.h>

#include "debug/profile_private.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

/* One PE as the last event left it. */
struct pe {
	/* Where it was last, and by what system registers. */
	bool has_place;
	u8 el;
	u64 hcr, vttbr;
	u32 place;
	bool has_last; /* nothing came between this instruction and what is next: */
	u64 pc;
	u32 insn;
	struct profile_stack **stack; /* by place; NULL: not yet */
	u32 stacks;
};

struct profile {
	bool stacks, is_full;
	struct profile_place *place;
	u32 *root; /* node of a place */
	u32 places;
	struct node_table nodes;
	struct sample_table samples;
	struct pe pe[COUNT(((struct cpu_group *)0)->cpu)];
};

struct profile *profile_create(bool stacks)
{
	struct profile *profile = calloc(1, sizeof(*profile));

	if (profile == NULL)
		return NULL;
	profile->stacks = stacks;
	if (sample_table_begin(&profile->samples))
		return profile;
	profile_destroy(profile);
	return NULL;
}

void profile_destroy(struct profile *profile)
{
	if (profile == NULL)
		return;
	for (size_t i = 0; i < COUNT(profile->pe); i++) {
		for (u32 k = 0; k < profile->pe[i].stacks; k++)
			free(profile->pe[i].stack[k]);
		free(profile->pe[i].stack);
	}
	node_table_free(&profile->nodes);
	free(profile->place);
	free(profile->root);
	sample_table_free(&profile->samples);
	free(profile);
}

bool profile_is_complete(const struct profile *profile)
{
	return !profile->is_full;
}

/* ---- Places ---- */

static inline u64 hcr_of(const struct cpu *cpu)
{
	return cpu->has_el2 ? cpu->sys[SR_HCR_EL2] : 0;
}

struct profile_place profile_place_of(const struct cpu *cpu, unsigned el)
{
	u64 hcr = hcr_of(cpu);
	bool e2h = (hcr & HCR_EL2_E2H) != 0, tge = (hcr & HCR_EL2_TGE) != 0;
	struct profile_place place = { .el = (u8)el, .regime = REGIME_EL1_0 };

	if (el == EL2)
		place.regime = e2h ? REGIME_EL2_0 : REGIME_EL2;
	else if (el == EL0 && e2h && tge)
		place.regime = REGIME_EL2_0;
	else if (hcr & HCR_EL2_VM)
		place.is_vm = true;
	if (place.is_vm)
		place.vmid = (u16)get_field(cpu->sys[SR_VTTBR_EL2], VTTBR_EL2_VMID);
	return place;
}

static u64 key_of(const struct profile_place *place)
{
	return (u64)place->vmid << 16 | (u64)place->is_vm << 8 | (u64)place->regime << 4 |
	       place->el;
}

static bool add_place(struct profile *profile, const struct profile_place *place)
{
	size_t count = profile->places + 1;
	struct profile_place *places = realloc(profile->place, count * sizeof(*places));
	u32 *roots, root;

	if (places == NULL)
		return false;
	profile->place = places;
	roots = realloc(profile->root, count * sizeof(*roots));
	if (roots == NULL)
		return false;
	profile->root = roots;
	root = node_root(&profile->nodes, profile->places);
	if (root == UINT32_MAX)
		return false;
	profile->place[profile->places] = *place;
	profile->root[profile->places++] = root;
	return true;
}

/* The number of a place; UINT32_MAX: no memory. */
static u32 find_place(struct profile *profile, const struct profile_place *place)
{
	for (u32 i = 0; i < profile->places; i++) {
		if (key_of(&profile->place[i]) == key_of(place))
			return i;
	}
	return add_place(profile, place) ? profile->places - 1 : UINT32_MAX;
}

static __attribute__((noinline)) u32 enter_place(
	struct profile *profile, struct pe *pe, const struct cpu *cpu, unsigned el)
{
	struct profile_place place = profile_place_of(cpu, el);

	pe->el = (u8)el;
	pe->hcr = hcr_of(cpu);
	pe->vttbr = cpu->sys[SR_VTTBR_EL2];
	pe->place = find_place(profile, &place);
	pe->has_place = pe->place != UINT32_MAX;
	profile->is_full |= !pe->has_place;
	return pe->place;
}

/* Where the PE is at `el`; UINT32_MAX: no memory. */
static inline u32 place_of(
	struct profile *profile, struct pe *pe, const struct cpu *cpu, unsigned el)
{
	if (LIKELY(pe->has_place && pe->el == el && pe->hcr == hcr_of(cpu) &&
		    pe->vttbr == cpu->sys[SR_VTTBR_EL2]))
		return pe->place;
	return enter_place(profile, pe, cpu, el);
}

/* ---- Samples ---- */

static inline void add(struct profile *profile, u32 node, const struct event *event)
{
	struct profile_sample *sample = sample_of(&profile->samples, node, event->pc);

	if (sample == NULL) {
		profile->is_full = true;
		return;
	}
	if (event->issued) {
		sample->insns++;
		sample->insn = event->insn;
	}
	for (u32 left = event->reasons; left != 0; left &= left - 1) {
		unsigned reason = (unsigned)__builtin_ctz(left);

		sample->cycles[reason] += event->cycles[reason];
	}
}

/* ---- Stacks ---- */

/* NULL: no memory. */
static struct profile_stack *stack_of(struct profile *profile, struct pe *pe, u32 place)
{
	if (place >= pe->stacks) {
		u32 count = place + 8;
		struct profile_stack **stack =
			realloc(pe->stack, count * sizeof(struct profile_stack *));

		if (stack == NULL)
			goto none;
		for (u32 i = pe->stacks; i < count; i++)
			stack[i] = NULL;
		pe->stack = stack;
		pe->stacks = count;
	}
	if (pe->stack[place] == NULL) {
		struct profile_stack *stack = calloc(1, sizeof(*stack));

		if (stack == NULL)
			goto none;
		stack->depth = 1;
		stack->frame[0].node = profile->root[place];
		pe->stack[place] = stack;
	}
	return pe->stack[place];
none:
	profile->is_full = true;
	return NULL;
}

/* What follows the last instruction at this place is at `pc`. */
static void arrive(struct profile *profile, struct pe *pe, struct profile_stack *stack, u64 pc)
{
	if (pe->has_last)
		stack_step(stack, &profile->nodes, pe->pc, pe->insn, pc);
	pe->has_last = false;
}

static inline void on_cycles(
	struct profile *profile, struct pe *pe, const struct cpu *cpu, const struct event *event)
{
	u32 place = place_of(profile, pe, cpu, event->from_el);
	struct profile_stack *stack;

	if (place == UINT32_MAX)
		return;
	if (!profile->stacks) {
		add(profile, profile->root[place], event);
		return;
	}
	stack = stack_of(profile, pe, place);
	if (stack == NULL)
		return;
	if (event->issued)
		arrive(profile, pe, stack, event->pc);
	add(profile, stack_top(stack), event);
	if (!event->issued)
		return;
	pe->has_last = true;
	pe->pc = stack->last = event->pc;
	pe->insn = event->insn;
}

/* The entry of an exception's node: its class, or, behind all of those, the kind of interrupt. */
enum { INTERRUPTS = 64 };

static u64 exception_name(const struct event *event)
{
	return event->interrupt != INT_SYNC ? (u64)INTERRUPTS + event->interrupt
					    : bits(event->esr, 31, 26);
}

static void on_exception(
	struct profile *profile, struct pe *pe, const struct cpu *cpu, const struct event *event)
{
	u32 from = place_of(profile, pe, cpu, event->from_el);
	struct profile_stack *stack = from != UINT32_MAX ? stack_of(profile, pe, from) : NULL;
	u32 to;

	/* the target of a call that could not be fetched, or before which an interrupt was taken */
	if (stack != NULL && event->pc != pe->pc)
		arrive(profile, pe, stack, event->pc);
	pe->has_last = false;
	to = place_of(profile, pe, cpu, event->to_el);
	stack = to != UINT32_MAX ? stack_of(profile, pe, to) : NULL;
	if (stack != NULL)
		stack_exception(stack, &profile->nodes, exception_name(event),
			event->from_el < event->to_el);
}

static void on_return(
	struct profile *profile, struct pe *pe, const struct cpu *cpu, const struct event *event)
{
	u32 place = place_of(profile, pe, cpu, event->from_el);
	struct profile_stack *stack = place != UINT32_MAX ? stack_of(profile, pe, place) : NULL;

	pe->has_last = false;
	if (stack != NULL)
		stack_return(stack);
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct profile *profile = opaque;
	struct pe *pe = &profile->pe[cpu->index];

	if (profile->is_full)
		return;
	switch (event->kind) {
	case EVENT_CYCLES: on_cycles(profile, pe, cpu, event); break;
	case EVENT_EXCEPTION: on_exception(profile, pe, cpu, event); break;
	case EVENT_ERET: on_return(profile, pe, cpu, event); break;
	default: break;
	}
}

struct observer profile_observer(struct profile *profile)
{
	u32 kinds = BIT(EVENT_CYCLES);

	if (profile->stacks)
		kinds |= BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET);
	return (struct observer){ .kinds = kinds, .event = on_event, .opaque = profile };
}

/* ---- What came of it ---- */

unsigned profile_places(const struct profile *profile)
{
	return profile->places;
}

const struct profile_place *profile_place(const struct profile *profile, u32 place)
{
	return &profile->place[place];
}

void profile_place_name(const struct profile_place *place, char text[PROFILE_NAME])
{
	bool is_host = place->regime == REGIME_EL2_0;

	if (place->is_vm)
		snprintf(text, PROFILE_NAME, "EL%u vmid %u", place->el, place->vmid);
	else if (place->el == EL0)
		snprintf(text, PROFILE_NAME, "EL0%s", is_host ? " of EL2&0" : "");
	else
		snprintf(text, PROFILE_NAME, "EL%u%s", place->el, is_host ? "&0" : "");
}

u32 profile_nodes(const struct profile *profile)
{
	return profile->nodes.count;
}

const struct profile_node *profile_node(const struct profile *profile, u32 node)
{
	return &profile->nodes.node[node];
}

void profile_exception_name(const struct profile_node *node, char text[PROFILE_NAME])
{
	static const char *const interrupts[] = {
		[INT_IRQ] = "IRQ", [INT_FIQ] = "FIQ", [INT_SERROR] = "SError"
	};

	if (node->entry > INTERRUPTS)
		snprintf(text, PROFILE_NAME, "[%s]", interrupts[node->entry - INTERRUPTS]);
	else
		snprintf(text, PROFILE_NAME, "[%.20s]", ec_name((unsigned)node->entry));
}

void profile_each(struct profile *profile,
	void (*visit)(void *opaque, const struct profile_sample *sample), void *opaque)
{
	u32 count;
	const struct profile_sample *sample = sample_table_sort(&profile->samples, &count);

	for (u32 i = 0; i < count; i++)
		visit(opaque, &sample[i]);
}
