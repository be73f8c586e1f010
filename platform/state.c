/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of the board in both directions: what its future depends on, and nothing of the host's.
 * What follows from the configuration, as lengths of arrays do, is not in it.
 */
#include "cpu/cpu.h"
#include "platform/checkpoint.h"
#include "platform/machine_private.h"

static void transfer_power(struct machine *machine, struct archive *archive)
{
	u32 off = 0;

	archive_mark(archive, "power");
	archive_bools(archive, machine->is_on, machine->group.count);
	for (unsigned i = 0; i < machine->group.count; i++)
		off |= (u32)!machine->is_on[i] << i;
	archive_require(archive, off == machine->group.off, "a PE that is neither on nor off");
	ARCHIVE(archive, machine->trng);
	ARCHIVE(archive, machine->boot_seed);
	ARCHIVE_BOOL(archive, machine->keeps_ram);
}

static void transfer_doze(cycles_t *until, struct archive *archive)
{
	bool ends = *until != NEVER;

	ARCHIVE_BOOL(archive, ends);
	if (ends)
		time_transfer(until, archive);
	else
		*until = NEVER;
}

static void transfer_turn(struct machine *machine, struct archive *archive)
{
	u32 turn_cpu = machine->turn_cpu;

	archive_mark(archive, "turn");
	time_transfer(&machine->now, archive);
	time_transfer(&machine->next_check, archive);
	time_transfer(&machine->held_since, archive);
	ARCHIVE(archive, machine->net_epoch); /* a sum over resets, which may wrap */
	time_transfer(&machine->turn_end, archive);
	ARCHIVE_BOOL(archive, machine->has_slept);
	ARCHIVE_BOOL(archive, machine->is_in_turn);
	ARCHIVE_BOOL(archive, machine->is_mid_block);
	ARCHIVE_BOOL(archive, machine->is_at_entry);
	for (unsigned i = 0; i < machine->group.count; i++)
		transfer_doze(&machine->doze_until[i], archive);
	ARCHIVE(archive, turn_cpu);
	archive_require(
		archive, turn_cpu < machine->group.count, "the turn of a PE that is not there");
	machine->turn_cpu = archive->failed ? 0 : turn_cpu;
}

static void transfer_note(struct virtio_note *note, struct archive *archive)
{
	ARCHIVE(archive, note->count);
	archive_line(archive, note->first, sizeof(note->first));
}

static void transfer_virtio(struct machine *machine, struct archive *archive)
{
	for (unsigned slot = 0; slot < BOARD_VIRTIO_SLOTS && !archive->failed; slot++) {
		if (machine->virtio[slot] != NULL)
			virtio_transfer(machine->virtio[slot], archive);
	}
	transfer_note(&machine->virtio_note, archive);
}

static void transfer_screen(struct machine *machine, struct archive *archive)
{
	if (machine->config.screen.width == 0)
		return;
	for (unsigned i = 0; i < INPUT_DEVICES; i++)
		virtio_input_transfer(&machine->input[i], archive);
	screen_keys_transfer(&machine->typist, archive);
}

static void transfer_flash(struct machine *machine, struct archive *archive)
{
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++) {
		if (machine->flash[i].region != NULL)
			flash_transfer(&machine->flash[i], archive);
	}
}

static void transfer_consoles(struct machine *machine, struct archive *archive)
{
	journal_transfer(&machine->journal, archive);
	console_transfer(&machine->console, &machine->port, archive);
	console_transfer(&machine->port.file, NULL, archive);
	script_transfer(&machine->script, archive);
}

static void transfer_interrupts(struct machine *machine, struct archive *archive)
{
	gic_transfer(machine->gic, archive);
	for (unsigned i = 0; i < machine->group.count && !archive->failed; i++) {
		gtimer_transfer(&machine->gtimer[i], archive);
		pmuirq_transfer(&machine->pmuirq[i], archive);
	}
}

static void transfer_board(struct machine *machine, struct archive *archive)
{
	pl011_transfer(&machine->uart, archive);
	pl031_transfer(&machine->rtc, archive);
	pl061_transfer(&machine->gpio, archive);
	power_key_transfer(&machine->power_key, archive);
}

static void transfer_group(struct machine *machine, struct archive *archive)
{
	if (machine->timing_shared != NULL)
		timing_shared_transfer(machine->timing_shared, archive);
	cpu_group_transfer(&machine->group, archive);
}

static void transfer_calls(struct machine *machine, struct archive *archive)
{
	semihosting_transfer(&machine->semihosting, archive);
}

static void transfer_events(struct machine *machine, struct archive *archive)
{
	events_transfer(&machine->events, archive);
}

/* Devices put their events into the queue. */
static void finish_events(struct machine *machine, struct archive *archive)
{
	events_transferred(&machine->events, archive);
}

static void (*const parts[])(struct machine *machine, struct archive *archive) = { transfer_group,
	transfer_power, transfer_turn, transfer_consoles, transfer_calls, transfer_events,
	transfer_interrupts, transfer_board, transfer_virtio, transfer_screen, transfer_flash,
	finish_events };

void machine_transfer(struct machine *machine, struct archive *archive)
{
	for (unsigned i = 0; i < COUNT(parts) && !archive->failed; i++)
		parts[i](machine, archive);
	archive_mark(archive, "end");
	if (archive->is_loading)
		machine->stop = (struct stop){ .reason = STOP_NONE };
}
