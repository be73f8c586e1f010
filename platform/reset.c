/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resetting the whole board. struct machine and what it embeds, devices, wires and events, become
 * again what machine_create() made of them; what has its own memory is reset here, or is outside of
 * the board and goes on: the host's side of consoles and files.
 */
#include <stdlib.h>
#include <string.h>

#include "mmu/mmu.h"
#include "platform/gic.h"
#include "platform/machine_private.h"
#include "platform/ram.h"

bool machine_keep_power_on(struct machine *machine)
{
	machine->power_on = malloc(sizeof(*machine));
	if (machine->power_on == NULL)
		return false;
	memcpy(machine->power_on, machine, sizeof(*machine));
	return true;
}

/* What the new struct machine takes from the old one. */
static void keep_outside(struct machine *kept, const struct machine *machine)
{
	kept->power_on = machine->power_on;
	kept->console = machine->console;
	kept->journal = machine->journal;
	kept->script = machine->script;
	kept->semihosting = machine->semihosting;
	for (unsigned i = 0; i < machine->config.disks; i++)
		kept->disk[i].disk = machine->disk[i].disk;
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++)
		kept->flash[i].file = machine->flash[i].file;
	kept->port.file = machine->port.file;
	for (unsigned i = 0; i < machine->config.shares; i++)
		kept->share[i].server.share = machine->share[i].server.share;
	kept->net_epoch = machine->net_epoch + machine_now(machine);
	kept->virtio_note = machine->virtio_note;
	pl031_keep_count(&kept->rtc, &machine->rtc);
	/* what is random never comes again */
	kept->trng = machine->trng;
	kept->rng.state.rng = machine->rng.state.rng;
	kept->boot_seed = machine_rng(machine, "boot").state;
	kept->event = machine->event;
	kept->event_opaque = machine->event_opaque;
	kept->origin = machine->origin;
	kept->number = machine->number;
	kept->pool = machine->pool;
	memcpy(kept->base, machine->base, sizeof(kept->base));
	kept->points = machine->points;
	kept->group.points = machine->group.points;
	memcpy(kept->group.point_offsets, machine->group.point_offsets,
		sizeof(kept->group.point_offsets));
}

static void reset_cpu(struct cpu *cpu, unsigned el)
{
	cpu->cycles = 0;
	cpu->lines = 0;
	cpu_reset(cpu, el, 0);
}

static void clear(struct machine *machine, struct ram_region *region)
{
	ram_clear(&machine->memory, region, machine->base[region - machine->memory.region]);
}

void machine_reset(struct machine *machine)
{
	struct machine *power_on = machine->power_on;
	bool keeps_ram = machine->keeps_ram;

	console_flush(&machine->console);
	virtio_console_flush(&machine->port);
	for (unsigned i = 0; i < machine->config.shares; i++)
		p9_reset(&machine->share[i].server);
	keep_outside(power_on, machine);
	memcpy(machine, power_on, sizeof(*machine));
	if (!keeps_ram) {
		mmu_watch_writes(&machine->group);
		clear(machine, &machine->memory.region[0]);
		if (screen_region(machine) != NULL)
			clear(machine, screen_region(machine));
	}
	if (machine->timing_shared != NULL)
		timing_shared_reset(machine->timing_shared);
	for (unsigned i = 0; i < machine->group.count; i++)
		reset_cpu(machine->group.cpu[i], machine->config.el);
	machine_connect_interrupts(machine);
	gic_reset(machine->gic);
}
