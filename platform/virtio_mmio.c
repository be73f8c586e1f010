/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio-mmio transport, version 2 (virtio 1.2 section 4.2), by rows of registers. Knows no
 * device.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "platform/board.h"
#include "platform/virtio_private.h"

enum { MAGIC = 0x74726976 /* "virt" */, VERSION = 2, VENDOR = 0x53544e45 /* "ENTS" */ };
enum { CONFIG_SPACE = 0x100 };
#define NO_MEMORY (~(u32)0) /* 4.2.2: a shared memory region that does not exist */

static u64 offered(const struct virtio_device *device)
{
	return device->features | VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT_DESC;
}

/* ---- Interrupts and failures ---- */

static void set_interrupts(struct virtio_device *device, u32 interrupts)
{
	device->state->interrupt_status = interrupts;
	wire_set(&device->interrupt, interrupts != 0);
}

void virtio_interrupt(struct virtio_device *device, u32 why)
{
	set_interrupts(device, device->state->interrupt_status | why);
}

void virtio_config_changed(struct virtio_device *device)
{
	device->state->config_generation++;
	if (device->state->status & VIRTIO_STATUS_DRIVER_OK)
		virtio_interrupt(device, VIRTIO_INTERRUPT_CONFIG);
}

/* 2.1.2: a driver that was told DRIVER_OK is told of DEVICE_NEEDS_RESET too. */
void virtio_fail(struct virtio_device *device, const char *format, ...)
{
	struct virtio_note *note = device->note;

	if (device->state->status & VIRTIO_STATUS_NEEDS_RESET)
		return;
	device->state->status |= VIRTIO_STATUS_NEEDS_RESET;
	if (device->state->status & VIRTIO_STATUS_DRIVER_OK)
		virtio_interrupt(device, VIRTIO_INTERRUPT_CONFIG);
	if (note->count++ == 0) {
		int length = snprintf(note->first, sizeof(note->first), "%.40s: ", device->name);
		va_list args;

		va_start(args, format);
		vsnprintf(note->first + length, sizeof(note->first) - (size_t)length, format, args);
		va_end(args);
	}
}

void virtio_reset(struct virtio_device *device)
{
	struct virtio_state *state = device->state;
	u32 generation = state->config_generation;

	*state = (struct virtio_state){ .config_generation = generation };
	set_interrupts(device, 0);
	if (device->reset != NULL)
		device->reset(device->opaque);
}

/* ---- Registers with effects, 4.2.2 ---- */

/* The queue that QueueSel names; NULL: the device has no such queue. */
static struct virtio_queue *selected(struct virtio_device *device)
{
	u32 index = device->state->queue_select;

	return index < device->queues ? &device->state->queue[index] : NULL;
}

static u32 read_device_id(struct virtio_device *device)
{
	return device->id;
}

static u32 read_device_features(struct virtio_device *device)
{
	u32 select = device->state->device_features_select;

	return select < 2 ? (u32)(offered(device) >> (32 * select)) : 0;
}

/* Features are settled with FEATURES_OK, 3.1.1. Words from the third on have no bits to accept. */
static void write_driver_features(struct virtio_device *device, u32 value)
{
	struct virtio_state *state = device->state;
	unsigned low = 32 * (state->driver_features_select & 1);

	if (state->driver_features_select < 2 && !(state->status & VIRTIO_STATUS_FEATURES_OK))
		state->driver_features = put_bits(state->driver_features, low + 31, low, value);
}

static u32 read_queue_size_max(struct virtio_device *device)
{
	return selected(device) != NULL ? VIRTIO_QUEUE_SIZE : 0;
}

static void write_queue_ready(struct virtio_device *device, u32 value)
{
	struct virtio_queue *queue = selected(device);

	if (queue == NULL || (device->state->status & VIRTIO_STATUS_NEEDS_RESET))
		return;
	if (value == 0)
		queue->is_ready = 0;
	else if (!queue->is_ready)
		queue->is_ready = virtio_queue_start(device, device->state->queue_select);
}

static void write_notify(struct virtio_device *device, u32 value)
{
	if (value < device->queues && device->state->queue[value].is_ready &&
		virtio_is_live(device))
		device->notify(device->opaque, value);
}

static void write_interrupt_ack(struct virtio_device *device, u32 value)
{
	set_interrupts(device, device->state->interrupt_status & ~value);
}

/*
 * Zero resets. Else bits are set, and none is cleared, 2.1.1; FEATURES_OK stays clear when the
 * driver accepted what was not offered, or is older than version 1, 2.2 and 6.1.
 */
static void write_status(struct virtio_device *device, u32 value)
{
	struct virtio_state *state = device->state;
	bool is_possible = (state->driver_features & ~offered(device)) == 0 &&
			   virtio_has(device, VIRTIO_F_VERSION_1);

	if (value == 0) {
		virtio_reset(device);
		return;
	}
	if (!is_possible)
		value &= ~(u32)VIRTIO_STATUS_FEATURES_OK;
	state->status |= value & (VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER |
					 VIRTIO_STATUS_DRIVER_OK | VIRTIO_STATUS_FEATURES_OK |
					 VIRTIO_STATUS_FAILED);
}

/* ---- The register table ---- */

enum access { R = 1, W = 2, RW = 3 };

/*
 * Where a register is kept, and there at which byte: a word of the state, or of the queue that
 * QueueSel names. A constant is its own value.
 */
enum place { CONSTANT, STATE, QUEUE };
#define IN_STATE(field)	      STATE, offsetof(struct virtio_state, field)
#define IN_QUEUE(field, word) QUEUE, offsetof(struct virtio_queue, field) + 4 * (word)

struct mmio_register {
	u32 offset;
	enum access access;
	enum place place;
	u32 at;
	/* What is done instead of reading or writing the place. NULL: nothing. */
	u32 (*read)(struct virtio_device *device);
	void (*write)(struct virtio_device *device, u32 value);
};

/* clang-format off */
static const struct mmio_register registers[] = {
	{ 0x000, R,  CONSTANT, MAGIC,                  NULL, NULL },
	{ 0x004, R,  CONSTANT, VERSION,                NULL, NULL },
	{ 0x008, R,  CONSTANT, 0,                      read_device_id, NULL },
	{ 0x00c, R,  CONSTANT, VENDOR,                 NULL, NULL },
	{ 0x010, R,  CONSTANT, 0,                      read_device_features, NULL },
	{ 0x014, W,  IN_STATE(device_features_select), NULL, NULL },
	{ 0x020, W,  CONSTANT, 0,                      NULL, write_driver_features },
	{ 0x024, W,  IN_STATE(driver_features_select), NULL, NULL },
	{ 0x030, W,  IN_STATE(queue_select),           NULL, NULL },
	{ 0x034, R,  CONSTANT, 0,                      read_queue_size_max, NULL },
	{ 0x038, W,  IN_QUEUE(size, 0),                NULL, NULL },
	{ 0x044, RW, IN_QUEUE(is_ready, 0),            NULL, write_queue_ready },
	{ 0x050, W,  CONSTANT, 0,                      NULL, write_notify },
	{ 0x060, R,  IN_STATE(interrupt_status),       NULL, NULL },
	{ 0x064, W,  CONSTANT, 0,                      NULL, write_interrupt_ack },
	{ 0x070, RW, IN_STATE(status),                 NULL, write_status },
	{ 0x080, W,  IN_QUEUE(descriptors, 0),         NULL, NULL },
	{ 0x084, W,  IN_QUEUE(descriptors, 1),         NULL, NULL },
	{ 0x090, W,  IN_QUEUE(driver, 0),              NULL, NULL },
	{ 0x094, W,  IN_QUEUE(driver, 1),              NULL, NULL },
	{ 0x0a0, W,  IN_QUEUE(device, 0),              NULL, NULL },
	{ 0x0a4, W,  IN_QUEUE(device, 1),              NULL, NULL },
	{ 0x0b0, R,  CONSTANT, NO_MEMORY,              NULL, NULL }, /* SHMLenLow, SHMLenHigh */
	{ 0x0b4, R,  CONSTANT, NO_MEMORY,              NULL, NULL },
	{ 0x0b8, R,  CONSTANT, NO_MEMORY,              NULL, NULL }, /* SHMBaseLow, SHMBaseHigh */
	{ 0x0bc, R,  CONSTANT, NO_MEMORY,              NULL, NULL },
	{ 0x0fc, R,  IN_STATE(config_generation),      NULL, NULL },
};
/* clang-format on */

static const struct mmio_register reserved;

static const struct mmio_register *find(u64 offset)
{
	for (size_t i = 0; i < COUNT(registers); i++) {
		if (registers[i].offset == offset)
			return &registers[i];
	}
	return &reserved;
}

/* NULL: there is no such queue, or nothing is kept. */
static u8 *place_of(struct virtio_device *device, const struct mmio_register *reg)
{
	u8 *queue = (u8 *)selected(device);

	switch (reg->place) {
	case STATE: return (u8 *)device->state + reg->at;
	case QUEUE: return queue != NULL ? queue + reg->at : NULL;
	default: return NULL;
	}
}

static u32 read_register(struct virtio_device *device, const struct mmio_register *reg)
{
	const u8 *place = place_of(device, reg);
	u32 value = reg->place == CONSTANT ? reg->at : 0;

	if (!(reg->access & R))
		return 0;
	if (reg->read != NULL)
		return reg->read(device);
	if (place != NULL)
		memcpy(&value, place, sizeof(value));
	return value;
}

/* A queue that is ready stays as the driver set it up. */
static void write_register(struct virtio_device *device, const struct mmio_register *reg, u32 value)
{
	u8 *place = place_of(device, reg);

	if (!(reg->access & W))
		return;
	if (reg->write != NULL)
		reg->write(device, value);
	else if (place != NULL && !(reg->place == QUEUE && selected(device)->is_ready))
		memcpy(place, &value, sizeof(value));
}

/* 4.2.2.2: a driver uses aligned accesses of 32 bits to registers; others are refused. */
static bool is_register(u64 offset, unsigned size)
{
	return size == 4 && is_aligned(offset, 4);
}

static bool mmio_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	struct virtio_device *device = opaque;

	*value = 0;
	if (offset >= CONFIG_SPACE) {
		u64 at = offset - CONFIG_SPACE;

		if (at < device->config_size)
			memcpy(value, (const u8 *)device->config + at,
				size < device->config_size - at ? size : device->config_size - at);
		return true;
	}
	if (!is_register(offset, size))
		return false;
	*value = read_register(device, find(offset));
	return true;
}

static bool mmio_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	struct virtio_device *device = opaque;

	if (offset >= CONFIG_SPACE) {
		if (device->write_config != NULL)
			device->write_config(device->opaque, offset - CONFIG_SPACE, size, value);
		return true;
	}
	if (!is_register(offset, size))
		return false;
	write_register(device, find(offset), (u32)value);
	return true;
}

void virtio_add_to_bus(struct virtio_device *device, struct memory *memory,
	struct virtio_note *note, struct bus *bus, unsigned slot)
{
	ENT_BUG_ON(slot >= BOARD_VIRTIO_SLOTS || device->queues > VIRTIO_QUEUES);
	ENT_BUG_ON(device->config_size > BOARD_VIRTIO_EACH - CONFIG_SPACE);
	device->memory = memory;
	device->note = note;
	bus_add(bus, &(struct device){ .name = device->name,
			     .base = PA(BOARD_VIRTIO_BASE + (u64)slot * BOARD_VIRTIO_EACH),
			     .size = BOARD_VIRTIO_EACH,
			     .read = mmio_read,
			     .write = mmio_write,
			     .opaque = device,
			     .state = device->state,
			     .state_size = device->state_size });
}

/* Features that were accepted are those that were offered; see write_status(). */
static bool is_possible(const struct virtio_device *device)
{
	const struct virtio_state *state = device->state;
	bool possible = !(state->status & VIRTIO_STATUS_FEATURES_OK) ||
			(state->driver_features & ~offered(device)) == 0;

	for (unsigned i = 0; i < VIRTIO_QUEUES; i++)
		possible &= i < device->queues ? virtio_queue_is_possible(device, i)
					       : !state->queue[i].is_ready;
	return possible;
}

void virtio_transfer(struct virtio_device *device, struct archive *archive)
{
	archive_mark(archive, "virtio");
	archive_bytes(archive, device->state, device->state_size);
	archive_require(archive, is_possible(device), "a virtio device that no driver set up so");
	wire_transfer(&device->interrupt, archive);
}

/* ---- Slots without a device: DeviceID 0, constants, and nothing that means anything, 4.2.2 ----
 */

static bool empty_read(void *opaque, u64 offset, unsigned size, u64 *value)
{
	const struct mmio_register *reg;

	(void)opaque;
	offset %= BOARD_VIRTIO_EACH;
	reg = find(offset);
	*value = reg->place == CONSTANT ? reg->at : 0;
	return offset >= CONFIG_SPACE || is_register(offset, size);
}

static bool empty_write(void *opaque, u64 offset, unsigned size, u64 value)
{
	(void)opaque;
	(void)value;
	offset %= BOARD_VIRTIO_EACH;
	return offset >= CONFIG_SPACE || is_register(offset, size);
}

void virtio_add_empty_to_bus(struct bus *bus, unsigned first)
{
	u64 offset = (u64)first * BOARD_VIRTIO_EACH;

	if (first < BOARD_VIRTIO_SLOTS)
		bus_add(bus, &(struct device){ .name = "virtio slots without a device",
				     .base = PA(BOARD_VIRTIO_BASE + offset),
				     .size = BOARD_VIRTIO_SIZE - offset,
				     .read = empty_read,
				     .write = empty_write });
}
