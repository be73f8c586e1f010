/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds the board and connects its parts. How it runs is in run.c.
 */
#include "platform/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/checkpoint.h"
#include "platform/machine_private.h"
#include "platform/psci.h"
#include "platform/ram.h"
#include "sysregs/sysregs.h"

/* ---- What the core asks of the board ---- */

static bool board_bus_read(struct cpu *cpu, pa_t pa, unsigned size, u64 *value)
{
	struct machine *machine = cpu->board;
	bool ok = bus_read(&machine->bus, pa, size, value);

	machine_mind_events(machine);
	return ok;
}

static bool board_bus_write(struct cpu *cpu, pa_t pa, unsigned size, u64 value)
{
	struct machine *machine = cpu->board;
	bool ok = bus_write(&machine->bus, pa, size, value);

	machine_mind_events(machine);
	return ok;
}

static void board_timer_changed(struct cpu *cpu)
{
	struct machine *machine = cpu->board;

	/* reset writes registers before the PE's timers exist */
	if (machine->gtimer[cpu->index].cpu != NULL)
		gtimer_update(&machine->gtimer[cpu->index]);
}

static void board_pmu_changed(struct cpu *cpu)
{
	struct machine *machine = cpu->board;

	if (machine->pmuirq[cpu->index].cpu != NULL)
		pmuirq_update(&machine->pmuirq[cpu->index]);
}

static void board_wake(struct cpu *cpu)
{
	machine_wake(cpu->board, cpu);
}

static void board_firmware_call(struct cpu *cpu, u16 imm)
{
	psci_call(cpu->board, cpu, imm);
}

static bool board_semihosting(struct cpu *cpu)
{
	struct machine *machine = cpu->board;

	semihosting_call(&machine->semihosting, cpu);
	return true;
}

static void board_event(struct cpu *cpu, const struct event *event)
{
	struct machine *machine = cpu->board;

	const struct cpu *outer = machine->telling;

	machine->telling = cpu;
	machine->event(machine->event_opaque, cpu, event);
	machine->telling = outer;
}

struct gic *gic_of(const struct cpu *cpu)
{
	return ((struct machine *)cpu->board)->gic;
}

static const struct cpu_ops board_ops = {
	.bus_read = board_bus_read,
	.bus_write = board_bus_write,
	.timer_changed = board_timer_changed,
	.pmu_changed = board_pmu_changed,
	.wake = board_wake,
	.firmware_call = board_firmware_call,
	.semihosting = board_semihosting,
	.event = board_event,
};

/* ---- Creation ---- */

static unsigned first_free_slot(const struct machine *machine)
{
	unsigned slot = 0;

	while (slot < BOARD_VIRTIO_SLOTS && machine->virtio[slot] != NULL)
		slot++;
	return slot;
}

/* Drivers probe slots in order: what is added first is found first. */
static void add_virtio(struct machine *machine, struct virtio_device *device)
{
	unsigned slot = first_free_slot(machine);

	virtio_add_to_bus(device, &machine->memory, &machine->virtio_note, &machine->bus, slot);
	machine->virtio[slot] = device;
}

/* What the board's clock shows, in nanoseconds. */
static u64 unix_time(void *opaque)
{
	struct machine *machine = opaque;

	return machine->config.rtc * MACHINE_HZ + machine->net_epoch + machine_now(machine);
}

static void send_frame(void *opaque, const u8 *frame, size_t size)
{
	struct machine *machine = opaque;

	net_send(machine->net, frame, size);
}

static void receive_frame(void *opaque, const u8 *frame, size_t size)
{
	struct machine *machine = opaque;

	virtio_net_receive(&machine->nic, frame, size);
}

static cycles_t net_now(void *opaque)
{
	const struct machine *machine = opaque;

	return machine->net_epoch + machine_now(machine);
}

static struct status build_net(struct machine *machine)
{
	struct net_ops ops = { receive_frame, net_now, machine };
	struct status status = status_ok();

	if (!machine->config.net.is_on)
		return status;
	if (machine->config.live == NULL)
		return status_error(STATUS_USAGE,
			"a network needs live input: what comes from outside cannot wait for the "
			"guest");
	machine->net = net_create(&machine->config.net, &ops, &status);
	if (machine->net == NULL)
		return status;
	virtio_net_init(&machine->nic, send_frame, machine);
	add_virtio(machine, &machine->nic.device);
	return status;
}

/* What somebody in front of the screen has. */
static void build_input(struct machine *machine)
{
	for (unsigned i = 0; i < INPUT_DEVICES; i++) {
		virtio_input_init(&machine->input[i], (enum input_device)i);
		add_virtio(machine, &machine->input[i].device);
	}
	screen_keys_init(&machine->typist, &machine->config.screen, &machine->input[INPUT_KEYBOARD],
		&machine->events, MACHINE_HZ);
}

static struct status build_virtio(struct machine *machine)
{
	struct status status;

	for (unsigned i = 0; i < machine->config.disks; i++) {
		status = virtio_block_open(&machine->disk[i], &machine->config.disk[i], i);

		if (status.code != STATUS_OK)
			return status;
		add_virtio(machine, &machine->disk[i].device);
	}
	if (!machine_begin_checkpoints(machine, NULL))
		return status_error(STATUS_HOST, "the host has no memory for a machine");
	if (machine->config.has_virtio_console) {
		status = virtio_console_open(
			&machine->port, &machine->console, machine->config.virtio_console_file);

		if (status.code != STATUS_OK)
			return status;
		add_virtio(machine, &machine->port.device);
	}
	for (unsigned i = 0; i < machine->config.shares; i++) {
		status = virtio_9p_open(
			&machine->share[i], &machine->config.share[i], unix_time, machine);

		if (status.code != STATUS_OK)
			return status;
		add_virtio(machine, &machine->share[i].device);
	}
	status = build_net(machine);
	if (status.code != STATUS_OK)
		return status;
	virtio_rng_init(&machine->rng, machine_rng(machine, "virtio-rng").state);
	add_virtio(machine, &machine->rng.device);
	if (machine->config.screen.width != 0)
		build_input(machine);
	virtio_add_empty_to_bus(&machine->bus, first_free_slot(machine));
	return status_ok();
}

void machine_connect_interrupts(struct machine *machine)
{
	static const u8 timers[GTIMER_COUNT] = {
		[GTIMER_PHYSICAL] = PPI_TIMER_PHYSICAL,
		[GTIMER_VIRTUAL] = PPI_TIMER_VIRTUAL,
		[GTIMER_HYP] = PPI_TIMER_HYP,
		[GTIMER_HYP_VIRTUAL] = PPI_TIMER_HYP_VIRTUAL,
	};

	for (unsigned i = 0; i < machine->group.count; i++) {
		machine->group.cpu[i]->gic = &gic_ops;
		for (unsigned id = 0; id < GTIMER_COUNT; id++)
			gic_connect_ppi(
				machine->gic, i, timers[id], &machine->gtimer[i].output[id]);
		gic_connect_ppi(machine->gic, i, PPI_PMU, &machine->pmuirq[i].output);
	}
	gic_connect_spi(machine->gic, SPI_UART, &machine->uart.interrupt);
	gic_connect_spi(machine->gic, SPI_RTC, &machine->rtc.interrupt);
	gic_connect_spi(machine->gic, SPI_GPIO, &machine->gpio.interrupt);
	for (unsigned slot = 0; slot < BOARD_VIRTIO_SLOTS; slot++) {
		if (machine->virtio[slot] != NULL)
			gic_connect_spi(
				machine->gic, SPI_VIRTIO + slot, &machine->virtio[slot]->interrupt);
	}
}

static struct status make_console(struct machine *machine)
{
	const struct machine_config *config = &machine->config;
	struct console *console = &machine->console;

	console_init(console, config->console_in, config->console_out, config->console_err);
	console->on_long_wait = config->on_long_wait;
	console->on_silence = config->on_silence;
	if (config->live != NULL)
		console_set_live(console, config->live);
	for (unsigned i = 0; i < config->type_after_count; i++) {
		struct status status = script_add(&machine->script, config->type_after[i]);

		if (status.code != STATUS_OK)
			return status;
	}
	console->script = &machine->script;
	console->journal = &machine->journal;
	return status_ok();
}

/* One bank with a file, and both are there, as the device tree has it. */
static struct status build_flash(struct machine *machine)
{
	const struct image_config *config = machine->config.flash;

	if (config[0].path == NULL && config[1].path == NULL && !machine->config.has_flash)
		return status_ok();
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++) {
		struct status status = flash_add(&machine->flash[i], &config[i], &machine->memory,
			&machine->group, &machine->bus, PA(BOARD_FLASH_BASE + i * FLASH_BANK));

		if (status.code != STATUS_OK)
			return status;
	}
	return status_ok();
}

/* What the PEs of a timed machine share. */
static bool build_timing(struct machine *machine)
{
	struct machine_config *config = &machine->config;

	if (config->timing == NULL)
		return true;
	machine->timing = *config->timing;
	config->timing = &machine->timing;
	machine->timing_shared = timing_shared_create(config->timing, config->cpus);
	return machine->timing_shared != NULL;
}

static struct status build_cpu(struct machine *machine, unsigned index)
{
	const struct machine_config *config = &machine->config;
	struct cpu *cpu = cpu_create(config->profile, config->pa_bits, config->engine,
		&machine->memory, &machine->group, &board_ops, machine);

	if (cpu == NULL ||
		(machine->timing_shared != NULL && !cpu_set_timing(cpu, machine->timing_shared)))
		return status_error(STATUS_HOST, "the host has no memory for PE %u", index);
	memcpy(cpu->choice, config->choice, sizeof(cpu->choice));
	machine->group.off |= 1u << index;
	gtimer_init(&machine->gtimer[index], cpu, &machine->events, &machine->now);
	pmuirq_init(&machine->pmuirq[index], cpu, &machine->events, &machine->now);
	return status_ok();
}

static struct status build(struct machine *machine)
{
	const struct machine_config *config = &machine->config;
	struct status status;

	if (!ram_add(&machine->memory, PA(BOARD_RAM_BASE), config->ram_size))
		return status_error(STATUS_HOST, "the host has no %" PRIu64 " MiB for RAM",
			config->ram_size >> 20);
	if (config->screen.width != 0 && !screen_add(&machine->memory, &config->screen))
		return status_error(STATUS_HOST, "the host has no memory for the screen");
	status = build_flash(machine);
	if (status.code != STATUS_OK)
		return status;
	if (!build_timing(machine))
		return status_error(STATUS_HOST, "the host has no memory for the timing model");
	for (unsigned i = 0; i < config->cpus; i++) {
		status = build_cpu(machine, i);
		if (status.code != STATUS_OK)
			return status;
	}
	machine->gic = gic_create(&machine->group);
	if (machine->gic == NULL)
		return status_error(STATUS_HOST, "the host has no memory for the GIC");
	gic_add_to_bus(machine->gic, &machine->bus, PA(BOARD_GICD_BASE), PA(BOARD_GICR_BASE));
	status = make_console(machine);
	if (status.code != STATUS_OK)
		return status;
	pl011_init(&machine->uart, &machine->console);
	pl011_add_to_bus(&machine->uart, &machine->bus, PA(BOARD_UART_BASE));
	pl031_init(&machine->rtc, config->rtc, &machine->events, &machine->now, MACHINE_HZ);
	pl031_add_to_bus(&machine->rtc, &machine->bus, PA(BOARD_RTC_BASE));
	pl061_init(&machine->gpio);
	pl061_add_to_bus(&machine->gpio, &machine->bus, PA(BOARD_GPIO_BASE));
	power_key_init(&machine->power_key, &machine->gpio, &machine->events);
	status = build_virtio(machine);
	if (status.code != STATUS_OK)
		return status;
	machine_connect_interrupts(machine);
	return semihosting_init(&machine->semihosting, &machine->console, &machine->memory,
		config->semihosting_dir, config->command_line);
}

struct machine *machine_create(const struct machine_config *config, struct status *status)
{
	struct machine *machine;

	*status = machine_check_config(config);
	if (status->code != STATUS_OK)
		return NULL;
	machine = calloc(1, sizeof(*machine));
	if (machine == NULL) {
		*status = status_error(STATUS_HOST, "the host has no memory for the machine");
		return NULL;
	}
	machine->config = *config;
	machine->config.profile = sysregs_profile_name(config->profile);
	for (unsigned i = 0; i < MACHINE_SHARES; i++)
		machine->share[i].server.share.dir = -1;
	machine->next_check = MACHINE_CHECK_PERIOD;
	machine->boot_seed = config->seed;
	machine->trng = machine_rng(machine, "trng");
	*status = build(machine);
	if (status->code == STATUS_OK && !machine_keep_power_on(machine))
		*status = status_error(STATUS_HOST, "the host has no memory for the machine");
	if (status->code != STATUS_OK) {
		machine_destroy(machine);
		return NULL;
	}
	return machine;
}

void machine_destroy(struct machine *machine)
{
	if (machine == NULL)
		return;
	console_flush(&machine->console);
	semihosting_destroy(&machine->semihosting);
	while (machine->group.count > 0)
		cpu_destroy(machine->group.cpu[machine->group.count - 1]);
	timing_shared_destroy(machine->timing_shared);
	gic_destroy(machine->gic);
	virtio_console_close(&machine->port);
	for (unsigned i = 0; i < machine->config.shares; i++)
		virtio_9p_close(&machine->share[i]);
	net_destroy(machine->net);
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++)
		flash_destroy(&machine->flash[i]);
	for (unsigned i = 0; i < machine->config.disks; i++)
		disk_close(&machine->disk[i].disk);
	machine_end_checkpoints(machine);
	ram_destroy(&machine->memory);
	journal_free(&machine->journal);
	free(machine->power_on);
	free(machine);
}

/* ---- Starting PEs ---- */

void machine_start_cpu(
	struct machine *machine, unsigned index, u64 entry, u64 context, cycles_t time)
{
	struct cpu *cpu = machine->group.cpu[index];

	cpu_reset(cpu, machine->config.el, entry);
	cpu->x[0] = context;
	cpu_leap(cpu, time);
	machine->is_on[index] = true;
	machine->group.off &= ~(1u << index);
	gic_set_awake(machine->gic, index, true);
	gtimer_update(&machine->gtimer[index]);
	pmuirq_update(&machine->pmuirq[index]);
	machine_limit_turn(machine, cpu->cycles + machine->config.quantum);
}

void machine_start_with(struct machine *machine, u64 entry, u64 x0, u64 image_end)
{
	machine->semihosting.image_end = image_end;
	machine->is_in_turn = machine->is_mid_block = machine->is_at_entry = false;
	gic_reset(machine->gic);
	machine_start_cpu(machine, 0, entry, x0, machine->now);
}

void machine_start(struct machine *machine, u64 entry, u64 image_end)
{
	machine_start_with(machine, entry, 0, image_end);
}

/* ---- Access ---- */

struct rng machine_rng(const struct machine *machine, const char *user)
{
	struct rng rng = { .state = machine->boot_seed };

	for (; *user != '\0'; user++) {
		rng.state ^= (u8)*user;
		rng.state = rng_next(&rng);
	}
	return rng;
}

unsigned machine_stopped_cpu(const struct machine *machine)
{
	return machine->stopped_cpu;
}

struct cpu *machine_cpu(struct machine *machine, unsigned index)
{
	ENT_BUG_ON(index >= machine->group.count);
	return machine->group.cpu[index];
}

unsigned machine_cpu_count(const struct machine *machine)
{
	return machine->group.count;
}

u64 machine_insns(const struct machine *machine)
{
	u64 insns = 0;

	for (unsigned i = 0; i < machine->group.count; i++)
		insns += machine->group.cpu[i]->insns;
	return insns;
}

bool machine_cpu_is_on(const struct machine *machine, unsigned index)
{
	return machine->is_on[index];
}

const struct timing_model *machine_timing(const struct machine *machine)
{
	return machine->config.timing;
}

struct memory *machine_memory(struct machine *machine)
{
	return &machine->memory;
}

const struct bus *machine_bus(const struct machine *machine)
{
	return &machine->bus;
}

cycles_t machine_now(const struct machine *machine)
{
	const struct cpu *running = machine->running;

	return running != NULL && running->cycles > machine->now ? running->cycles : machine->now;
}

void machine_set_line(struct machine *machine, unsigned index, u32 line, bool level)
{
	struct cpu *cpu = machine_cpu(machine, index);

	u32 before = cpu->lines;

	cpu->lines = level ? cpu->lines | line : cpu->lines & ~line;
	event_lines_changed(cpu, cpu->lines ^ before);
	cpu_signal(cpu);
}

bool machine_pend_interrupt(struct machine *machine, unsigned index, unsigned intid)
{
	ENT_BUG_ON(index >= machine->group.count);
	return gic_pend(machine->gic, index, intid);
}

/* What was cut off in straight code ends there: its turn is over, and events come. */
bool machine_pass_to_timer(struct machine *machine, unsigned index)
{
	struct cpu *cpu = machine_cpu(machine, index);
	const struct gtimer *gtimer = &machine->gtimer[index];
	cycles_t due = gtimer_due(gtimer, GTIMER_HYP);

	ENT_BUG_ON(machine->running != NULL);
	if (due == NEVER)
		due = gtimer_due(gtimer, GTIMER_PHYSICAL);
	if (due == NEVER)
		return false;
	if (cpu->waiting) /* it does nothing until then in any case */
		return true;
	cpu_leap(cpu, due);
	if (machine->is_in_turn && machine->turn_cpu == index)
		machine->is_mid_block = machine->is_at_entry = false;
	return true;
}

struct wire *machine_timer_wire(struct machine *machine, unsigned index, unsigned gtimer_id)
{
	ENT_BUG_ON(index >= machine->group.count || gtimer_id >= GTIMER_COUNT);
	return &machine->gtimer[index].output[gtimer_id];
}

struct wire *machine_pmu_wire(struct machine *machine, unsigned index)
{
	ENT_BUG_ON(index >= machine->group.count);
	return &machine->pmuirq[index].output;
}

struct wire *machine_uart_wire(struct machine *machine)
{
	return &machine->uart.interrupt;
}

static void note_first(struct status *first, struct status status)
{
	if (first->code == STATUS_OK)
		*first = status;
}

struct status machine_finish(struct machine *machine)
{
	struct status first = status_ok();

	for (unsigned i = 0; i < machine->config.disks; i++)
		note_first(&first, disk_finish(&machine->disk[i].disk));
	for (unsigned i = 0; i < MACHINE_FLASH_BANKS; i++)
		note_first(&first, host_file_status(&machine->flash[i].file));
	virtio_console_flush(&machine->port);
	note_first(&first, virtio_console_status(&machine->port));
	console_flush(&machine->console);
	note_first(&first, console_status(&machine->console, "the guest's console"));
	return first;
}

const char *machine_virtio_note(const struct machine *machine, u64 *count)
{
	*count = machine->virtio_note.count;
	return *count != 0 ? machine->virtio_note.first : NULL;
}

void machine_observe(struct machine *machine, u32 kinds,
	void (*event)(void *opaque, struct cpu *cpu, const struct event *event), void *opaque)
{
	machine->event = event;
	machine->event_opaque = opaque;
	cpu_observe(&machine->group, kinds);
}

void machine_set_points(struct machine *machine, const struct points *points)
{
	machine->points = points != NULL ? *points : (struct points){ .breakpoints = 0 };
	cpu_set_points(&machine->group, &machine->points);
}

void machine_break(struct machine *machine)
{
	struct cpu *running = machine->running;

	if (running != NULL && running->stop.reason != STOP_NONE)
		return;
	machine->break_cpu = machine->telling != NULL ? machine->telling->index : 0;
	if (running != NULL)
		running->stop.reason = STOP_DEBUG;
	else
		machine->is_break_wanted = true;
}

struct status machine_take_liberties(struct machine *machine, const struct liberties *liberties)
{
	ENT_BUG_ON(liberties != NULL && machine->config.engine != ENGINE_STEP);
	if (cpu_take_liberties(&machine->group, liberties))
		return status_ok();
	return status_error(STATUS_HOST, "the host has no memory for what an adversary keeps");
}

void machine_press_power_key(struct machine *machine)
{
	machine->is_power_key_pressed = true;
}

void machine_quit(struct machine *machine, const char *why)
{
	machine->stop = (struct stop){ .reason = STOP_EXIT };
	snprintf(machine->stop.text, sizeof(machine->stop.text), "%s", why);
}

void machine_ask_to_quit(struct machine *machine)
{
	machine->console.gave_up = 1;
}

void machine_forget_future(struct machine *machine)
{
	journal_forget(&machine->journal);
	journal_output_forget(&machine->console.printed);
	journal_output_forget(&machine->console.errors);
	journal_output_forget(&machine->port.file.printed);
}
