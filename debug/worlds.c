/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which software a PE runs. Knows HCR_EL2, VTTBR_EL2 and who left by an ERET; nothing of any
 * hypervisor's data.
 */
#include "debug/worlds.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
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
	if (worlds->host_tables != 0 && worlds->host_tables == baddr(vttbr))
		return &worlds->world[HOST];
	for (unsigned i = 1; i < worlds->count; i++) {
		if (baddr(worlds->world[i].vttbr) == baddr(vttbr))
			return &worlds->world[i];
	}
	return NULL;
}

/* ---- Is it the host, with a stage 2 from now on? ---- */

static void host_left(struct worlds *worlds, const struct cpu *cpu, const struct event *event)
{
	worlds->host[cpu->index] = (struct world_host){ .is_known = true,
		.pc = event->pc,
		.sp = cpu->sys[SR_SP_EL1],
		.vbar = cpu->sys[SR_VBAR_EL1] };
}

/* Tables that are new, and the host goes on where it had called. */
static bool is_host_again(
	const struct worlds *worlds, const struct cpu *cpu, const struct event *event)
{
	const struct world_host *host = &worlds->host[cpu->index];

	return host->is_known && event->to_el == EL1 && event->target == host->pc &&
	       host->sp == cpu->sys[SR_SP_EL1] && host->vbar == cpu->sys[SR_VBAR_EL1] &&
	       find(worlds, cpu->sys[SR_VTTBR_EL2]) == NULL;
}

/* ---- Whose guest is it? ---- */

static u64 digest_of_gprs(const struct cpu *cpu)
{
	return digest_bytes(DIGEST_START, cpu->x, 31 * sizeof(cpu->x[0]));
}

bool worlds_is_below(const struct worlds *worlds, unsigned number, unsigned above)
{
	while (number != HOST && number != above && number < worlds->count)
		number = worlds->world[number].parent;
	return number == above;
}

/*
 * The oldest ERET with these registers: if it was given to the guest hypervisor above to answer,
 * that one's ERET has come since. NULL: none.
 */
static const struct world_eret *find_eret(const struct worlds *worlds, u64 gprs)
{
	for (unsigned i = 0; i < worlds->eret_count; i++) {
		if (worlds->eret[i].gprs == gprs)
			return &worlds->eret[i];
	}
	return NULL;
}

/* Of too many the oldest is forgotten. */
static void remember(struct worlds *worlds, unsigned number, u64 gprs)
{
	struct world_eret *eret = worlds->eret, *newest;

	if (worlds->eret_count == WORLD_ERETS)
		memmove(eret, eret + 1, --worlds->eret_count * sizeof(*eret));
	newest = &eret[worlds->eret_count++];
	*newest = (struct world_eret){ .number = number, .gprs = gprs };
	for (; eret < newest; eret++) {
		if (eret->gprs == gprs && !worlds_is_below(worlds, eret->number, number))
			newest->is_shared = eret->is_shared = true;
	}
}

/* Neither it nor anybody above has an ERET with these registers to be answered any more. */
static void forget(struct worlds *worlds, unsigned number, u64 gprs)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < worlds->eret_count; i++) {
		struct world_eret eret = worlds->eret[i];

		if (eret.gprs != gprs || !worlds_is_below(worlds, number, eret.number))
			worlds->eret[kept++] = eret;
	}
	worlds->eret_count = kept;
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

/* NULL: the host, or one too many. */
static struct world *learn(struct worlds *worlds, u64 vttbr, const struct world_eret *answered)
{
	struct world *world = (struct world *)find(worlds, vttbr);
	unsigned parent = answered != NULL ? answered->number : HOST;

	if (world == NULL && worlds->count < WORLDS) {
		world = &worlds->world[worlds->count];
		*world = (struct world){ .level = worlds->world[parent].level + 1,
			.number = worlds->count++,
			.parent = parent,
			.is_guess = answered != NULL && answered->is_shared };
		give_name(worlds, world);
	}
	if (world == NULL || world->number == HOST)
		return NULL;
	world->vttbr = vttbr;
	return world;
}

/* Who was guessed to be above is known when an ERET is answered that is nobody else's. */
static void learn_parent(
	const struct worlds *worlds, struct world *world, const struct world_eret *answered)
{
	if (world->is_guess && answered != NULL && !answered->is_shared &&
		worlds->world[answered->number].level + 1 == world->level) {
		world->parent = answered->number;
		world->is_guess = false;
	}
}

/* By ERET from EL2. */
static void entered(struct worlds *worlds, const struct cpu *cpu, const struct event *event)
{
	u64 gprs = worlds->eret_count != 0 ? digest_of_gprs(cpu) : 0;
	const struct world_eret *answered = find_eret(worlds, gprs);
	struct world *world;

	if (is_host_again(worlds, cpu, event))
		worlds->host_tables = baddr(cpu->sys[SR_VTTBR_EL2]);
	world = learn(worlds, cpu->sys[SR_VTTBR_EL2], answered);
	if (world == NULL)
		return;
	world->is_hypervisor |= (effective_hcr(cpu) & HCR_EL2_NV) != 0;
	learn_parent(worlds, world, answered);
	forget(worlds, world->number, gprs);
}

/* By an exception to EL2. */
static void left(struct worlds *worlds, const struct cpu *cpu, const struct event *event)
{
	struct world *world = learn(worlds, cpu->sys[SR_VTTBR_EL2], NULL);

	if (world != NULL && event->interrupt == INT_SYNC && bits(event->esr, 31, 26) == EC_ERET)
		remember(worlds, world->number, digest_of_gprs(cpu));
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct worlds *worlds = opaque;

	if (event->kind == EVENT_ERET && event->from_el == EL2) {
		if (is_guest(cpu, event->to_el))
			entered(worlds, cpu, event);
	} else if (event->kind == EVENT_EXCEPTION && event->to_el == EL2) {
		if (is_guest(cpu, event->from_el))
			left(worlds, cpu, event);
		else if (event->from_el == EL1)
			host_left(worlds, cpu, event);
	}
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
