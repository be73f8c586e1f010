/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtio driver of the guest, small enough to break rules on purpose: one queue in a little RAM,
 * driven through the registers of slot 0. A test includes it once.
 */
#ifndef ENT_TESTS_VIRTIO_DRIVER_H
#define ENT_TESTS_VIRTIO_DRIVER_H

#include <stdlib.h>
#include <string.h>

#include "cpu/state.h"
#include "platform/board.h"
#include "platform/virtio.h"

#define RAM_BASE 0x40000000ull
#define ROM_BASE 0x00000000ull
enum { RAM_SIZE = 1 << 17, ROM_SIZE = 1 << 12 };

/* The areas of queue 0, which those of queue 1 are QUEUE_AREAS behind, and where buffers and an
 * indirect table may be. */
#define DESCRIPTORS (RAM_BASE + 0x1000)
#define AVAILABLE   (RAM_BASE + 0x3000)
#define USED	    (RAM_BASE + 0x4000)
#define INDIRECT    (RAM_BASE + 0x6000)
#define DATA	    (RAM_BASE + 0x8000)
enum { RING_SIZE = 8, QUEUE_AREAS = 0x10000 };

enum { R_MAGIC = 0, R_VERSION = 4, R_DEVICE_ID = 8, R_VENDOR_ID = 0xc };
enum { R_DEVICE_FEATURES = 0x10, R_DEVICE_FEATURES_SEL = 0x14 };
enum { R_DRIVER_FEATURES = 0x20, R_DRIVER_FEATURES_SEL = 0x24 };
enum { R_QUEUE_SEL = 0x30, R_QUEUE_NUM_MAX = 0x34, R_QUEUE_NUM = 0x38, R_QUEUE_READY = 0x44 };
enum { R_QUEUE_NOTIFY = 0x50, R_INTERRUPT_STATUS = 0x60, R_INTERRUPT_ACK = 0x64, R_STATUS = 0x70 };
enum { R_QUEUE_DESC = 0x80, R_QUEUE_DRIVER = 0x90, R_QUEUE_DEVICE = 0xa0 };
enum { R_CONFIG_GENERATION = 0xfc, R_CONFIG = 0x100 };
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8, NEEDS_RESET = 0x40 };
enum { NEXT = 1, WRITE = 2, IND = 4 };

struct driver {
	struct bus bus;
	struct memory memory;
	struct virtio_note note;
	bool line;
	u64 written;	/* bytes that memory_written() was told of, in pages that hold code */
	unsigned queue; /* the one in use, driver_use_queue() */
	u16 available[2];
};

struct desc {
	u64 address;
	u32 size;
	u16 flags, next;
};

static inline void driver_on_line(void *opaque, bool level)
{
	*(bool *)opaque = level;
}

static inline void driver_on_code(void *opaque, pa_t pa, u64 size)
{
	(void)pa;
	((struct driver *)opaque)->written += size;
}

/* RAM and ROM are blocks of their own, so that a sanitizer sees their bounds. */
static inline struct driver *driver_create(struct virtio_device *device)
{
	struct driver *driver = calloc(1, sizeof(*driver));

	driver->memory.region[0] = (struct ram_region){ .base = PA(RAM_BASE),
		.size = RAM_SIZE,
		.host = calloc(1, RAM_SIZE),
		.page_flags = calloc(1, RAM_SIZE >> 12) };
	driver->memory.region[1] = (struct ram_region){ .base = PA(ROM_BASE),
		.size = ROM_SIZE,
		.host = calloc(1, ROM_SIZE),
		.page_flags = calloc(1, ROM_SIZE >> 12),
		.read_only = true };
	driver->memory.region_count = 2;
	driver->memory.code_written = driver_on_code;
	driver->memory.code_cache = driver;
	virtio_add_to_bus(device, &driver->memory, &driver->note, &driver->bus, 0);
	wire_connect(&device->interrupt, driver_on_line, &driver->line);
	return driver;
}

static inline void driver_destroy(struct driver *driver)
{
	for (unsigned i = 0; i < driver->memory.region_count; i++) {
		free(driver->memory.region[i].host);
		free(driver->memory.region[i].page_flags);
	}
	free(driver);
}

static inline u8 *driver_ram(struct driver *driver, u64 pa)
{
	return driver->memory.region[0].host + (pa - RAM_BASE);
}

/* The ROM is flash, which is not found while it answers commands. */
static inline void driver_give_flash_commands(struct driver *driver, bool answers)
{
	driver->memory.region[1].is_away = answers;
}

/* ---- Registers ---- */

static inline bool driver_try_get(struct driver *driver, u64 offset, unsigned size, u64 *value)
{
	return bus_read(&driver->bus, PA(BOARD_VIRTIO_BASE + offset), size, value);
}

static inline bool driver_try_put(struct driver *driver, u64 offset, unsigned size, u64 value)
{
	return bus_write(&driver->bus, PA(BOARD_VIRTIO_BASE + offset), size, value);
}

static inline u32 driver_get(struct driver *driver, u64 offset)
{
	u64 value = 0;

	ENT_BUG_ON(!driver_try_get(driver, offset, 4, &value));
	return (u32)value;
}

static inline void driver_put(struct driver *driver, u64 offset, u32 value)
{
	ENT_BUG_ON(!driver_try_put(driver, offset, 4, value));
}

static inline void driver_put_halves(struct driver *driver, u64 offset, u64 value)
{
	driver_put(driver, offset, (u32)value);
	driver_put(driver, offset + 4, (u32)(value >> 32));
}

static inline u64 driver_offered(struct driver *driver)
{
	u64 features;

	driver_put(driver, R_DEVICE_FEATURES_SEL, 0);
	features = driver_get(driver, R_DEVICE_FEATURES);
	driver_put(driver, R_DEVICE_FEATURES_SEL, 1);
	return features | (u64)driver_get(driver, R_DEVICE_FEATURES) << 32;
}

static inline void driver_accept(struct driver *driver, u64 features)
{
	driver_put(driver, R_DRIVER_FEATURES_SEL, 0);
	driver_put(driver, R_DRIVER_FEATURES, (u32)features);
	driver_put(driver, R_DRIVER_FEATURES_SEL, 1);
	driver_put(driver, R_DRIVER_FEATURES, (u32)(features >> 32));
}

static inline void driver_set_queue(struct driver *driver, u32 size)
{
	u64 areas = (u64)driver->queue * QUEUE_AREAS;

	driver_put(driver, R_QUEUE_SEL, driver->queue);
	driver_put(driver, R_QUEUE_NUM, size);
	driver_put_halves(driver, R_QUEUE_DESC, DESCRIPTORS + areas);
	driver_put_halves(driver, R_QUEUE_DRIVER, AVAILABLE + areas);
	driver_put_halves(driver, R_QUEUE_DEVICE, USED + areas);
}

/* From reset to DRIVER_OK, 3.1.1, with these features and the queue ready. */
static inline void driver_start(struct driver *driver, u64 features)
{
	driver_put(driver, R_STATUS, 0);
	driver_put(driver, R_STATUS, ACKNOWLEDGE);
	driver_put(driver, R_STATUS, ACKNOWLEDGE | DRIVER);
	driver_accept(driver, features);
	driver_put(driver, R_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK);
	driver->queue = 0;
	memset(driver_ram(driver, DESCRIPTORS), 0, INDIRECT - DESCRIPTORS);
	driver->available[0] = 0;
	driver_set_queue(driver, RING_SIZE);
	driver_put(driver, R_QUEUE_READY, 1);
	driver_put(driver, R_STATUS, ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK);
}

/* The other queue from now on; ready first, if it is not. */
static inline void driver_use_queue(struct driver *driver, unsigned queue)
{
	driver->queue = queue;
	driver_put(driver, R_QUEUE_SEL, queue);
	if (driver_get(driver, R_QUEUE_READY) != 0)
		return;
	memset(driver_ram(driver, DESCRIPTORS + queue * QUEUE_AREAS), 0, INDIRECT - DESCRIPTORS);
	driver->available[queue] = 0;
	driver_set_queue(driver, RING_SIZE);
	driver_put(driver, R_QUEUE_READY, 1);
}

/* ---- The ring ---- */

/* Of the queue in use. */
static inline u64 driver_table(const struct driver *driver)
{
	return DESCRIPTORS + (u64)driver->queue * QUEUE_AREAS;
}

static inline void driver_describe(struct driver *driver, u64 table, unsigned index, struct desc d)
{
	memcpy(driver_ram(driver, table) + index * sizeof(d), &d, sizeof(d));
}

static inline void driver_offer(struct driver *driver, u16 head)
{
	u8 *ring = driver_ram(driver, AVAILABLE + (u64)driver->queue * QUEUE_AREAS);
	u16 *available = &driver->available[driver->queue];

	memcpy(ring + 4 + 2 * (*available % RING_SIZE), &head, 2);
	++*available;
	memcpy(ring + 2, available, 2);
}

static inline void driver_notify(struct driver *driver)
{
	driver_put(driver, R_QUEUE_NOTIFY, driver->queue);
}

static inline u16 driver_u16(struct driver *driver, u64 pa)
{
	u16 value;

	memcpy(&value, driver_ram(driver, pa), 2);
	return value;
}

static inline void driver_put_u16(struct driver *driver, u64 pa, u16 value)
{
	memcpy(driver_ram(driver, pa), &value, 2);
}

static inline u16 driver_used(struct driver *driver)
{
	return driver_u16(driver, USED + (u64)driver->queue * QUEUE_AREAS + 2);
}

/* The length in the used entry that was written last. */
static inline u32 driver_used_length(struct driver *driver)
{
	u32 entry[2];
	unsigned index = (unsigned)(u16)(driver_used(driver) - 1) % RING_SIZE;

	memcpy(entry, driver_ram(driver, USED + 4 + (u64)driver->queue * QUEUE_AREAS) + 8 * index,
		sizeof(entry));
	return entry[1];
}

#endif
