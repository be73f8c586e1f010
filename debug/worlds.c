/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which software a PE runs. Knows HCR_EL2, VTTBR_EL2 and who left by what; nothing of any
 * hypervisor's data.
 */
#include "debug/worlds.h"

#include <stdio.h>
#include <string.h>

#include "sysregs/sysregs.h"

enum { HOST = 0 };

/* Of a guest that was never seen to enter or to leave, or of one too many. */
static const struct world unknown = { .level = 1, .number = WORLDS, .name = "guest" };

static u64 baddr(u64 vttbr)
{
	return vttbr & VTTBR_EL2_BADDR;
}

/*
 * Below EL2, is there a guest? With stage 2 off and no virtual EL2 it is the host that has its EL1
 * there, as a KVM without VHE.
 */
static bool is_guest(const struct cpu *cpu, unsigned el)
{
	u64 hcr = effective_hcr(cpu);

	return cpu->has_el2 && el < EL2 && !is_tge(cpu) && (hcr & (HCR_EL2_VM | HCR_EL2_NV)) != 0;
}

/* By its tables: a VMID is given anew when they run out, and to another guest. */
static const struct world *find(const struct worlds *worlds, u64 vttbr)
{
	for (unsigned i = 1; i < worlds->count; i++) {
		if (baddr(worlds->world[i].vttbr) == baddr(vttbr))
			return &worlds->world[i];
	}
	return NULL;
}

static bool left_by_eret(const struct world *world, unsigned pe)
{
	return world->left_by_eret >> pe & 1;
}

/*
 * Who is answered by the entry of a guest that is new: the one whose ERET left to the host last;
 * or, if that one had been given the ERET of a guest hypervisor of its own to answer, the latter.
 */
static unsigned parent_of_new(const struct worlds *worlds, unsigned pe)
{
	unsigned parent = worlds->last[pe].by_eret ? worlds->last[pe].number : HOST;

	for (unsigned i = parent + 1; parent != HOST && i < worlds->count; i++) {
		if (worlds->world[i].parent == parent && left_by_eret(&worlds->world[i], pe))
			parent = i;
	}
	return parent;
}

static void give_name(const struct worlds *worlds, struct world *world)
{
	unsigned same = 1;

	for (unsigned i = 1; i < world->number; i++)
		same += worlds->world[i].level == world->level;
	if (same == 1)
		snprintf(world->name, sizeof(world->name), "L%u", world->level);
	else
		snprintf(world->name, sizeof(world->name), "L%u.%u", world->level, same);
}

/* NULL: one too many. */
static struct world *learn(struct worlds *worlds, u64 vttbr, unsigned parent)
{
	struct world *world = (struct world *)find(worlds, vttbr);

	if (world == NULL && worlds->count < WORLDS) {
		world = &worlds->world[worlds->count];
		*world = (struct world){ .level = worlds->world[parent].level + 1,
			.number = worlds->count++,
			.parent = parent };
		give_name(worlds, world);
	}
	if (world != NULL)
		world->vttbr = vttbr;
	return world;
}

/* By ERET from EL2. */
static void entered(struct worlds *worlds, const struct cpu *cpu)
{
	struct world *world =
		learn(worlds, cpu->sys[SR_VTTBR_EL2], parent_of_new(worlds, cpu->index));

	if (world == NULL)
		return;
	world->is_hypervisor |= (effective_hcr(cpu) & HCR_EL2_NV) != 0;
	world->left_by_eret &= (u8)~BIT(cpu->index);
}

/* By an exception to EL2. */
static void left(struct worlds *worlds, const struct cpu *cpu, const struct event *event)
{
	bool by_eret = event->interrupt == INT_SYNC && bits(event->esr, 31, 26) == EC_ERET;
	struct world *world = learn(worlds, cpu->sys[SR_VTTBR_EL2], HOST);

	if (world == NULL)
		return;
	worlds->last[cpu->index].number = world->number;
	worlds->last[cpu->index].by_eret = by_eret;
	if (by_eret)
		world->left_by_eret |= (u8)BIT(cpu->index);
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct worlds *worlds = opaque;

	if (event->kind == EVENT_ERET && event->from_el == EL2 && is_guest(cpu, event->to_el))
		entered(worlds, cpu);
	else if (event->kind == EVENT_EXCEPTION && event->to_el == EL2 &&
		 is_guest(cpu, event->from_el))
		left(worlds, cpu, event);
}

void worlds_init(struct worlds *worlds)
{
	*worlds = (struct worlds){ .world[HOST] = { .name = "host" }, .count = 1 };
}

struct observer worlds_observer(struct worlds *worlds)
{
	return (struct observer){ .kinds = BIT(EVENT_EXCEPTION) | BIT(EVENT_ERET),
		.event = on_event,
		.opaque = worlds,
		.sees_repeats = true };
}

const struct world *worlds_of(const struct worlds *worlds, const struct cpu *cpu, unsigned el)
{
	const struct world *world;

	if (!is_guest(cpu, el))
		return &worlds->world[HOST];
	world = find(worlds, cpu->sys[SR_VTTBR_EL2]);
	return world != NULL ? world : &unknown;
}

bool worlds_is_virtual_el2(const struct cpu *cpu, unsigned el)
{
	return el == EL1 && is_guest(cpu, el) && (effective_hcr(cpu) & HCR_EL2_NV);
}

const char *worlds_say(
	const struct worlds *worlds, const struct cpu *cpu, unsigned el, char *text, size_t size)
{
	snprintf(text, size, "EL%u %s%s", el, worlds_of(worlds, cpu, el)->name,
		worlds_is_virtual_el2(cpu, el) ? " (virtual EL2)" : "");
	return text;
}
