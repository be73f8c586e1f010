/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The block device, virtio 1.2 section 5.2, in front of a disk image. Requests are carried out
 * and complete when the driver notifies: a disk takes no simulated time.
 */
#ifndef ENT_PLATFORM_VIRTIO_BLOCK_H
#define ENT_PLATFORM_VIRTIO_BLOCK_H

#include "platform/disk.h"
#include "platform/virtio.h"

/* 5.2.4: the configuration space, little-endian. */
struct block_config {
	u64 capacity; /* sectors */
	u32 size_max, segment_max;
	u16 cylinders;
	u8 heads, sectors;
	u32 block_size;
	u8 physical_block_exponent, alignment_offset;
	u16 min_io_size;
	u32 opt_io_size;
	u8 writeback, unused0;
	u16 queues;
	u32 max_discard_sectors, max_discard_segments, discard_alignment;
	u32 max_zero_sectors, max_zero_segments;
	u8 zero_may_unmap, unused1[3];
};

struct virtio_block {
	struct disk disk;
	struct virtio_device device;
	struct virtio_state state; /* there is no more to observe but what the disk holds */
	struct block_config config;
	struct virtio_chain chain; /* the request in hand */
	char name[8];		   /* as Linux calls it: vda, vdb, ... */
};

/* Opens the image and fills the device; `index`: which of the machine's disks it is. */
struct status virtio_block_open(
	struct virtio_block *block, const struct image_config *config, unsigned index);

#endif
