/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a virtio device (virtio 1.2) is to its transport, and what the transport gives to it. The
 * transport is virtio-mmio version 2 with split rings (virtio_mmio.c), the rings and every access
 * to the guest's memory are in virtio_queue.c. A guest is not trusted: what it does wrong is
 * virtio_fail(), after which the device does nothing until the guest resets it.
 */
#ifndef ENT_PLATFORM_VIRTIO_H
#define ENT_PLATFORM_VIRTIO_H

#include "platform/bus.h"
#include "platform/wire.h"

struct memory;

/* Device types, virtio 1.2 section 5. */
enum {
	VIRTIO_NET = 1,
	VIRTIO_BLOCK = 2,
	VIRTIO_CONSOLE = 3,
	VIRTIO_RNG = 4,
	VIRTIO_9P = 9,
	VIRTIO_INPUT = 18
};

/* Features that are the transport's; it offers them for every device. Section 6. */
#define VIRTIO_F_INDIRECT_DESC BIT(28)
#define VIRTIO_F_EVENT_IDX     BIT(29)
#define VIRTIO_F_VERSION_1     BIT(32)

enum { VIRTIO_QUEUES = 4, VIRTIO_QUEUE_SIZE = 256 };

/* A split ring as the driver set it up, and how far the device has come. No padding: hashed. */
struct virtio_queue {
	u64 descriptors, driver, device; /* physical addresses of the three areas */
	u32 size, is_ready;
	u32 next_available, next_used; /* 16-bit counters, which wrap */
};

/*
 * The transport as a guest can observe it. A device's own observable state is a struct that begins
 * with this one; without pointers and padding, since it is hashed as a whole.
 */
struct virtio_state {
	u64 driver_features;
	u32 status, interrupt_status, config_generation;
	u32 device_features_select, driver_features_select, queue_select;
	struct virtio_queue queue[VIRTIO_QUEUES];
};

/* What the user is told at the end about rings that were malformed. */
struct virtio_note {
	u64 count;
	char first[160]; /* one line, no newline */
};

/* Owned by the device's own struct. Who makes it fills it, but for what the transport fills. */
struct virtio_device {
	const char *name; /* for messages: "disk vda" */
	u32 id;		  /* VIRTIO_BLOCK ... */
	u64 features;	  /* offered beyond those of the transport */
	unsigned queues;  /* 1..VIRTIO_QUEUES */
	const void *config;
	unsigned config_size; /* behind it the configuration space reads as zero */
	struct virtio_state *state;
	size_t state_size; /* of the whole struct that begins with *state */
	void *opaque;	   /* for the functions below */

	/* The driver made buffers available in a queue that is ready. */
	void (*notify)(void *opaque, unsigned queue);
	/* The driver reset the device: forget what it asked for. NULL: nothing to forget. */
	void (*reset)(void *opaque);
	/* The driver wrote to the configuration space. NULL: there is nothing to write. */
	void (*write_config)(void *opaque, u64 offset, unsigned size, u64 value);

	/* Filled by the transport. */
	struct memory *memory;
	struct virtio_note *note;
	struct wire interrupt; /* level */
};

/* ---- virtio_mmio.c: the transport ---- */

/* Puts the device, whose fields are filled, into a slot of the board. */
void virtio_add_to_bus(struct virtio_device *device, struct memory *memory,
	struct virtio_note *note, struct bus *bus, unsigned slot);
/* Slots from `first` to the last have no device: their DeviceID is 0. */
void virtio_add_empty_to_bus(struct bus *bus, unsigned first);

/* The whole observable state; what a device has beside it is its own business. */
void virtio_transfer(struct virtio_device *device, struct archive *archive);

/* As the driver does by writing 0 to Status, or a reset of the machine. */
void virtio_reset(struct virtio_device *device);

static inline bool virtio_has(const struct virtio_device *device, u64 feature)
{
	return (device->state->driver_features & feature) == feature;
}

/* The device changed *config by itself: the driver is interrupted. */
void virtio_config_changed(struct virtio_device *device);

/* The driver broke a rule: the device needs a reset, and the user gets a line at the end. */
void virtio_fail(struct virtio_device *device, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* ---- virtio_queue.c: rings and buffers ---- */

/* A piece of a buffer: wholly in RAM. */
struct virtio_segment {
	pa_t pa;
	u32 size;
};

/* One buffer that the driver made available: first what the device reads, then what it writes. */
struct virtio_chain {
	struct virtio_segment segment[VIRTIO_QUEUE_SIZE];
	unsigned read_count, count; /* segments to read; all segments */
	u64 read_size, write_size;  /* bytes, together below 4 GiB */
	u16 head;		    /* which chain it is, for virtio_push() */
};

/* Are there buffers to take? Never while the device waits for its driver, or for a reset. */
bool virtio_is_available(struct virtio_device *device, unsigned queue);
/* Takes the next one; false: there is none, or it is malformed and virtio_fail() was called. */
bool virtio_pop(struct virtio_device *device, unsigned queue, struct virtio_chain *chain);
/*
 * What a notification asks for: each buffer is taken into *chain, and serve() says how many bytes
 * it wrote into it, or calls virtio_fail(). At most as many as the ring has: a device that writes
 * into its own ring would never end.
 */
void virtio_serve(struct virtio_device *device, unsigned queue, struct virtio_chain *chain,
	u32 (*serve)(void *opaque));
/* Takes back the last `count` buffers taken: they are available again. */
void virtio_unpop(struct virtio_device *device, unsigned queue, unsigned count);
/*
 * Gives a buffer back with `written` bytes at the front of its part to write, and interrupts the
 * driver if it asks for that. Any order; not after a reset.
 */
void virtio_push(struct virtio_device *device, unsigned queue, const struct virtio_chain *chain,
	u32 written);

/* Copies out of the part to read, or into the part to write, from its byte `offset` on. The
 * result is how many bytes there were. */
u64 virtio_read(const struct virtio_device *device, const struct virtio_chain *chain, u64 offset,
	void *to, u64 size);
u64 virtio_write(const struct virtio_device *device, const struct virtio_chain *chain, u64 offset,
	const void *from, u64 size);

#endif
