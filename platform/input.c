/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Input by interrupt. A byte of a script, file or stream is given where the guest can do nothing
 * but wait: all PEs sleep, the receive interrupt is enabled and low. That point is one of simulated
 * time, so a run with such input repeats, and no byte can come too early for a guest that has not
 * opened its console yet. A guest that polls is pl011.c's business.
 *
 * One that does not sleep for a second, as with a job in the background, gets its input all the
 * same: a byte each millisecond, if it has taken the one before. By then it has long reached what
 * it does with input, and a line of some characters does not take long.
 *
 * With somebody who types, a sleeping guest makes the simulator sleep on the host as long as the
 * guest would: a prompt costs no host processor, and time passes there as it does outside.
 */
#include "platform/input.h"

/* The console has two devices: who types answers to the one that printed last. */
static bool is_for_virtio(const struct machine *machine)
{
	return virtio_console_has_input(&machine->port);
}

bool input_came(struct machine *machine)
{
	return is_for_virtio(machine) ? virtio_console_take_input(&machine->port)
				      : pl011_take_input(&machine->uart);
}

/* Simulated time. A guest that somebody waits for prints or ends long before. */
#define LONG_SILENCE (60 * MACHINE_HZ)

static bool waits_for_input(struct machine *machine)
{
	return is_for_virtio(machine) ? virtio_console_waits_for_input(&machine->port)
				      : pl011_waits_for_input(&machine->uart);
}

static void take_keys(struct machine *machine)
{
	if (is_for_virtio(machine))
		virtio_console_take_keys(&machine->port);
	else
		pl011_take_keys(&machine->uart);
}

static u64 ask_window(struct machine *machine)
{
	const struct screen_live *live = machine->config.screen.live;
	u64 packed;

	if (!journal_knows(&machine->journal, &packed)) {
		packed = live->get(live->opaque);
		journal_note(&machine->journal, packed);
	}
	return packed;
}

/* What somebody did at the window, or that it was closed. */
static void take_window_input(struct machine *machine)
{
	u64 packed;

	while (machine->config.screen.live != NULL && (packed = ask_window(machine)) != 0) {
		struct input_event event = input_event_unpack(packed);

		if (event.device < INPUT_DEVICES)
			virtio_input_event(&machine->input[event.device], &event);
	}
}

/* A window with somebody at it, whom a sleeping guest waits for. */
static bool has_window(const struct machine *machine)
{
	return machine->config.screen.live != NULL && machine->config.live != NULL;
}

static bool waits_for_window(struct machine *machine)
{
	for (unsigned i = 0; has_window(machine) && i < INPUT_DEVICES; i++) {
		if (virtio_input_is_open(&machine->input[i]))
			return true;
	}
	return false;
}

/* Only here is the time right: a press while the host waited is one at the end of the wait. */
static bool take_power_key(struct machine *machine)
{
	u64 is_pressed;

	if (!journal_knows(&machine->journal, &is_pressed)) {
		is_pressed = machine->is_power_key_pressed;
		machine->is_power_key_pressed = false;
		journal_note(&machine->journal, is_pressed);
	}
	if (!is_pressed)
		return false;
	power_key_press(&machine->power_key, machine->now, MACHINE_HZ);
	return true;
}

/*
 * Waits for keys and for the network. Only then is the network's time right; the result is how much
 * passed.
 */
static void wait_on_host(struct machine *machine, cycles_t most)
{
	struct pollfd *fds = NULL;
	unsigned count = 0;

	if (machine->net != NULL)
		fds = net_wait_for(machine->net, &count, &most);
	machine->now += console_wait(&machine->console, most, fds, count);
	if (machine->net != NULL)
		net_poll(machine->net);
}

/*
 * Input for a guest that does not sleep. A second after nothing held it back: after the driver has
 * opened the console, after the last sleep, or after the script's text was printed.
 */
static cycles_t give_while_busy(struct machine *machine)
{
	bool is_open = is_for_virtio(machine) || pl011_is_open(&machine->uart);

	if (machine->has_slept || !is_open || !console_has_input(&machine->console)) {
		machine->has_slept = false;
		machine->held_since = machine->now;
	}
	if (machine->now - machine->held_since < MACHINE_HZ)
		return NEVER;
	input_came(machine);
	return machine->now + MACHINE_HZ / 1000;
}

cycles_t input_poll(struct machine *machine)
{
	/* whoever types sees keys of his own, too, if the guest takes none */
	if (machine->console.input == INPUT_LIVE || machine->net != NULL || has_window(machine))
		wait_on_host(machine, 0);
	take_keys(machine);
	take_window_input(machine);
	take_power_key(machine);
	console_mind_silence(&machine->console, machine->now, LONG_SILENCE);
	return give_while_busy(machine);
}

/* true: somebody may type, so he was waited for. */
static bool wait_for_keys(struct machine *machine, cycles_t next)
{
	cycles_t most = next == NEVER ? LIVE_FOREVER : next - machine->now;

	if (machine->console.input != INPUT_LIVE && machine->net == NULL && !has_window(machine))
		return false;
	if (next == NEVER && machine->net == NULL && !waits_for_input(machine) &&
		!waits_for_window(machine))
		return false; /* nothing that is typed wakes the guest */
	console_flush(&machine->console);
	wait_on_host(machine, most);
	input_poll(machine);
	return true;
}

bool input_while_asleep(struct machine *machine, cycles_t next)
{
	machine->has_slept = true;
	if (input_came(machine) || take_power_key(machine))
		return true;
	if (next != NEVER && next <= machine->now)
		return false;
	return wait_for_keys(machine, next);
}
