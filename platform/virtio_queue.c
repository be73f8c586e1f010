/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Split rings, virtio 1.2 section 2.7, and all accesses of virtio devices to the guest's memory.
 * What the driver wrote is read once, and checked before it is used.
 */
#include <string.h>

#include "mmu/mmu.h"
#include "platform/virtio_private.h"

/* 2.7.5: a descriptor. */
struct descriptor {
	u64 address;
	u32 size;
	u16 flags, next;
};
enum { DESC_NEXT = 1, DESC_WRITE = 2, DESC_INDIRECT = 4 };

/* 2.7.6, 2.7.8: both rings begin with flags and idx, and end with the other side's event index. */
enum { RING_IDX = 2, RING_ENTRIES = 4, AVAILABLE_ENTRY = 2, USED_ENTRY = 8 };
enum { AVAILABLE_NO_INTERRUPT = 1 };

/*
 * NULL: not wholly in RAM. Flash is none, not even to read from: it is found only while it answers
 * no commands, and what was found once must be found again.
 */
static u8 *find_ram(const struct virtio_device *device, u64 pa, u64 size)
{
	const struct ram_region *region = memory_find(device->memory, PA(pa), size);

	if (region == NULL || region->read_only)
		return NULL;
	return region->host + (pa - region->base.v);
}

/* Of what was found before. */
static u8 *ram(const struct virtio_device *device, u64 pa, u64 size)
{
	u8 *host = find_ram(device, pa, size);

	ENT_BUG_ON(host == NULL);
	return host;
}

static u16 load16(const struct virtio_device *device, u64 pa)
{
	u16 value;

	memcpy(&value, ram(device, pa, sizeof(value)), sizeof(value));
	return value;
}

static void store(const struct virtio_device *device, u64 pa, const void *from, u64 size)
{
	memcpy(ram(device, pa, size), from, size);
	memory_written(device->memory, PA(pa), size);
}

/* ---- Setting up ---- */

struct area {
	const char *name;
	u64 pa, size, alignment;
};

enum { AREAS = 3 };

/* Sizes and alignments of 2.7, both event indexes included. */
static struct area area_of(const struct virtio_queue *queue, unsigned number)
{
	u64 size = queue->size;

	switch (number) {
	case 0:
		return (struct area){ "descriptor", queue->descriptors,
			size * sizeof(struct descriptor), 16 };
	case 1:
		return (struct area){ "driver", queue->driver,
			RING_ENTRIES + size * AVAILABLE_ENTRY + 2, 2 };
	default:
		return (struct area){ "device", queue->device, RING_ENTRIES + size * USED_ENTRY + 2,
			4 };
	}
}

static bool is_area(const struct virtio_device *device, const struct area *area)
{
	return is_aligned(area->pa, area->alignment) &&
	       find_ram(device, area->pa, area->size) != NULL;
}

static bool is_ring_size(u64 size)
{
	return size != 0 && size <= VIRTIO_QUEUE_SIZE && (size & (size - 1)) == 0;
}

bool virtio_queue_start(struct virtio_device *device, unsigned index)
{
	struct virtio_queue *queue = &device->state->queue[index];

	if (!is_ring_size(queue->size)) {
		virtio_fail(device, "queue %u of %u entries; a power of two up to %d is possible",
			index, queue->size, VIRTIO_QUEUE_SIZE);
		return false;
	}
	queue->next_available = queue->next_used = 0;
	for (unsigned i = 0; i < AREAS; i++) {
		struct area area = area_of(queue, i);

		if (is_area(device, &area))
			continue;
		virtio_fail(device,
			"queue %u: the %s area at 0x%" PRIx64 ", 0x%" PRIx64 " bytes, is %s", index,
			area.name, area.pa, area.size,
			is_aligned(area.pa, area.alignment) ? "not in RAM" : "not aligned");
		return false;
	}
	return true;
}

bool virtio_queue_is_possible(const struct virtio_device *device, unsigned index)
{
	const struct virtio_queue *queue = &device->state->queue[index];
	bool possible = queue->is_ready <= 1 && queue->next_available <= UINT16_MAX &&
			queue->next_used <= UINT16_MAX;

	if (!queue->is_ready)
		return possible;
	possible &= is_ring_size(queue->size);
	for (unsigned i = 0; possible && i < AREAS; i++) {
		struct area area = area_of(queue, i);

		possible = is_area(device, &area);
	}
	return possible;
}

/* ---- Taking buffers ---- */

/* 2.7.10: the driver notifies when it makes the entry of this index available. */
static void ask_for_notification(struct virtio_device *device, const struct virtio_queue *queue)
{
	u16 event = (u16)queue->next_available;

	if (virtio_has(device, VIRTIO_F_EVENT_IDX))
		store(device, queue->device + RING_ENTRIES + queue->size * USED_ENTRY, &event,
			sizeof(event));
}

bool virtio_is_available(struct virtio_device *device, unsigned index)
{
	struct virtio_queue *queue = &device->state->queue[index];
	u16 available;

	if (!virtio_is_live(device) || !queue->is_ready)
		return false;
	available = (u16)(load16(device, queue->driver + RING_IDX) - queue->next_available);
	if (available > queue->size) {
		virtio_fail(device, "queue %u: %u buffers available in a ring of %u", index,
			available, queue->size);
		return false;
	}
	if (available == 0)
		ask_for_notification(device, queue);
	return available != 0;
}

/* What is left of the rules of a chain, 2.7.4 and 2.7.5, once its place in a table is known. */
static bool add_segment(struct virtio_device *device, unsigned index, struct virtio_chain *chain,
	const struct descriptor *d)
{
	bool write = d->flags & DESC_WRITE;

	if (!write && chain->count > chain->read_count) {
		virtio_fail(device, "queue %u: a descriptor to read behind one to write", index);
		return false;
	}
	if (d->size == 0)
		return true;
	if (find_ram(device, d->address, d->size) == NULL) {
		virtio_fail(device,
			"queue %u: a buffer at 0x%" PRIx64 ", 0x%x bytes, is not in RAM", index,
			d->address, d->size);
		return false;
	}
	if (chain->read_size + chain->write_size + d->size > UINT32_MAX) {
		virtio_fail(device, "queue %u: a chain of 4 GiB or more", index);
		return false;
	}
	chain->segment[chain->count++] = (struct virtio_segment){ PA(d->address), d->size };
	if (write) {
		chain->write_size += d->size;
	} else {
		chain->read_size += d->size;
		chain->read_count++;
	}
	return true;
}

/* A table of descriptors: the queue's, or an indirect one. */
struct table {
	u64 pa;
	u64 count;
	bool is_indirect;
};

/* 2.7.5.3: in the queue's own table, last in its chain, and of whole descriptors. */
static bool enter_indirect(struct virtio_device *device, unsigned index, struct table *table,
	const struct descriptor *d)
{
	if (!virtio_has(device, VIRTIO_F_INDIRECT_DESC) || table->is_indirect ||
		(d->flags & DESC_NEXT) || d->size == 0 ||
		d->size % sizeof(struct descriptor) != 0 ||
		find_ram(device, d->address, d->size) == NULL) {
		virtio_fail(device,
			"queue %u: an indirect table that cannot be, at 0x%" PRIx64 ", 0x%x bytes",
			index, d->address, d->size);
		return false;
	}
	*table = (struct table){ d->address, d->size / sizeof(*d), true };
	return true;
}

static bool collect(struct virtio_device *device, unsigned index, struct virtio_chain *chain)
{
	const struct virtio_queue *queue = &device->state->queue[index];
	struct table table = { queue->descriptors, queue->size, false };
	struct descriptor d = { .next = chain->head, .flags = DESC_NEXT };

	for (u32 left = queue->size; d.flags & DESC_NEXT; left--) {
		if (d.next >= table.count || left == 0) {
			virtio_fail(device, "queue %u: %s", index,
				left == 0 ? "a chain longer than the ring"
					  : "a descriptor outside of its table");
			return false;
		}
		memcpy(&d, ram(device, table.pa + d.next * sizeof(d), sizeof(d)), sizeof(d));
		if (d.flags & DESC_INDIRECT) {
			if (!enter_indirect(device, index, &table, &d))
				return false;
			d = (struct descriptor){ .next = 0, .flags = DESC_NEXT };
			left++; /* it stands for what is in its table */
		} else if (!add_segment(device, index, chain, &d)) {
			return false;
		}
	}
	return true;
}

bool virtio_pop(struct virtio_device *device, unsigned index, struct virtio_chain *chain)
{
	struct virtio_queue *queue = &device->state->queue[index];
	u64 entry;

	if (!virtio_is_available(device, index))
		return false;
	entry = queue->driver + RING_ENTRIES +
		queue->next_available % queue->size * AVAILABLE_ENTRY;
	chain->head = load16(device, entry);
	chain->count = chain->read_count = 0;
	chain->read_size = chain->write_size = 0;
	if (!collect(device, index, chain))
		return false;
	queue->next_available = (u16)(queue->next_available + 1);
	return true;
}

void virtio_unpop(struct virtio_device *device, unsigned index, unsigned count)
{
	struct virtio_queue *queue = &device->state->queue[index];

	queue->next_available = (u16)(queue->next_available - count);
}

/* ---- Giving them back ---- */

/* 2.7.7: of the entry just used, does the driver want to know? */
static bool wants_interrupt(
	const struct virtio_device *device, const struct virtio_queue *queue, u16 used)
{
	if (virtio_has(device, VIRTIO_F_EVENT_IDX))
		return load16(device, queue->driver + RING_ENTRIES +
					      queue->size * AVAILABLE_ENTRY) == used;
	return !(load16(device, queue->driver) & AVAILABLE_NO_INTERRUPT);
}

void virtio_push(
	struct virtio_device *device, unsigned index, const struct virtio_chain *chain, u32 written)
{
	struct virtio_queue *queue = &device->state->queue[index];
	u32 entry[2] = { chain->head, written };
	u16 used = (u16)queue->next_used, next = (u16)(used + 1);

	if (!virtio_is_live(device) || !queue->is_ready)
		return;
	store(device, queue->device + RING_ENTRIES + used % queue->size * USED_ENTRY, entry,
		sizeof(entry));
	store(device, queue->device + RING_IDX, &next, sizeof(next));
	queue->next_used = next;
	if (wants_interrupt(device, queue, used))
		virtio_interrupt(device, VIRTIO_INTERRUPT_USED);
}

/* ---- All of them ---- */

void virtio_serve(struct virtio_device *device, unsigned index, struct virtio_chain *chain,
	u32 (*serve)(void *opaque))
{
	u32 left = device->state->queue[index].size;

	for (; virtio_pop(device, index, chain); left--) {
		if (left == 0) {
			virtio_fail(device,
				"queue %u: the device's own writes made buffers available", index);
			return;
		}
		virtio_push(device, index, chain, serve(device->opaque));
	}
}

/* ---- Contents ---- */

typedef void copy_fn(const struct virtio_device *device, pa_t pa, u8 *data, u64 size);

/* Bytes [offset, offset + size) of some segments, as far as they go, piece by piece. */
static u64 copy(const struct virtio_device *device, const struct virtio_segment *segment,
	const struct virtio_segment *end, u64 offset, u8 *data, u64 size, copy_fn *move)
{
	u64 done = 0;

	for (; segment < end && done < size; segment++) {
		u64 piece;

		if (offset >= segment->size) {
			offset -= segment->size;
			continue;
		}
		piece = segment->size - offset < size - done ? segment->size - offset : size - done;
		move(device, PA(segment->pa.v + offset), data + done, piece);
		done += piece;
		offset = 0;
	}
	return done;
}

static void copy_out(const struct virtio_device *device, pa_t pa, u8 *data, u64 size)
{
	memcpy(data, ram(device, pa.v, size), size);
}

static void copy_in(const struct virtio_device *device, pa_t pa, u8 *data, u64 size)
{
	store(device, pa.v, data, size);
}

u64 virtio_read(const struct virtio_device *device, const struct virtio_chain *chain, u64 offset,
	void *to, u64 size)
{
	return copy(device, chain->segment, chain->segment + chain->read_count, offset, to, size,
		copy_out);
}

u64 virtio_write(const struct virtio_device *device, const struct virtio_chain *chain, u64 offset,
	const void *from, u64 size)
{
	/* copy_in() only reads through its pointer */
	return copy(device, chain->segment + chain->read_count, chain->segment + chain->count,
		offset, (u8 *)(uintptr_t)from, size, copy_in);
}
