/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests of the block device by rows. A request is checked as a whole before the disk is
 * touched.
 */
#include "platform/virtio_block.h"

#include <stdio.h>
#include <string.h>

/* 5.2.3 */
#define F_SEG_MAX      BIT(2)
#define F_RO	       BIT(5)
#define F_BLK_SIZE     BIT(6)
#define F_FLUSH	       BIT(9)
#define F_TOPOLOGY     BIT(10)
#define F_DISCARD      BIT(13)
#define F_WRITE_ZEROES BIT(14)

enum { MAX_RANGES = 16, MAX_RANGE_SECTORS = 1 << 22 /* 2 GiB at once */ };
enum { PIECE = 1 << 16 /* bytes copied at once */ };

/* 5.2.6: what a request begins with, its status, and a range of DISCARD and WRITE_ZEROES. */
struct request_header {
	u32 type, reserved;
	u64 sector;
};
enum { S_OK = 0, S_IOERR = 1, S_UNSUPP = 2 };
struct range {
	u64 sector;
	u32 sectors, flags;
};
enum { RANGE_UNMAP = 1 };

static u64 data_to_read(const struct virtio_block *block)
{
	return block->chain.read_size - sizeof(struct request_header);
}

/* The last byte is the status. */
static u64 data_to_write(const struct virtio_block *block)
{
	return block->chain.write_size - 1;
}

static bool is_on_disk(const struct virtio_block *block, u64 sector, u64 size)
{
	u64 capacity = block->config.capacity;

	return size % DISK_SECTOR == 0 && sector <= capacity &&
	       size / DISK_SECTOR <= capacity - sector;
}

/* ---- Requests: each gives the status, and in *written what it wrote before it ---- */

static u8 read_sectors(struct virtio_block *block, u64 sector, u64 *written)
{
	u64 size = data_to_write(block);
	u8 data[PIECE];

	if (!is_on_disk(block, sector, size))
		return S_IOERR;
	while (*written < size) {
		u64 piece = smaller(size - *written, sizeof(data));

		if (!disk_read(&block->disk, sector * DISK_SECTOR + *written, data, piece))
			return S_IOERR;
		*written += virtio_write(&block->device, &block->chain, *written, data, piece);
	}
	return S_OK;
}

/* 5.2.6.2: with a driver that does not flush, what was written is safe when it completes. */
static bool is_safe(struct virtio_block *block)
{
	return virtio_has(&block->device, F_FLUSH) || disk_flush(&block->disk);
}

static u8 write_sectors(struct virtio_block *block, u64 sector, u64 *written)
{
	u64 size = data_to_read(block);
	u8 data[PIECE];

	(void)written;
	if (!disk_is_writable(&block->disk) || !is_on_disk(block, sector, size))
		return S_IOERR;
	for (u64 done = 0; done < size;) {
		u64 piece = virtio_read(&block->device, &block->chain,
			sizeof(struct request_header) + done, data,
			smaller(size - done, sizeof(data)));

		if (!disk_write(&block->disk, sector * DISK_SECTOR + done, data, piece))
			return S_IOERR;
		done += piece;
	}
	return is_safe(block) ? S_OK : S_IOERR;
}

static u8 flush(struct virtio_block *block, u64 sector, u64 *written)
{
	(void)sector;
	(void)written;
	return disk_flush(&block->disk) ? S_OK : S_IOERR;
}

/* 20 bytes, ended by zero if there is room. */
static u8 get_id(struct virtio_block *block, u64 sector, u64 *written)
{
	char id[20] = "";

	(void)sector;
	snprintf(id, sizeof(id), "entresol-%s", block->name);
	*written = virtio_write(
		&block->device, &block->chain, 0, id, smaller(sizeof(id), data_to_write(block)));
	return S_OK;
}

static u8 check_range(const struct virtio_block *block, const struct range *range, u32 flags)
{
	if (range->flags & ~flags)
		return S_UNSUPP;
	return range->sectors <= MAX_RANGE_SECTORS &&
			       is_on_disk(block, range->sector, (u64)range->sectors * DISK_SECTOR)
		       ? S_OK
		       : S_IOERR;
}

/*
 * Both requests make zeros: what is discarded may read as anything, but must read the same in
 * every run. `flags` are those that a range may have.
 */
static u8 zero_ranges(struct virtio_block *block, u32 flags, bool gives_space_back)
{
	struct range ranges[MAX_RANGES];
	u64 size = data_to_read(block);
	size_t count = size / sizeof(ranges[0]);

	if (!disk_is_writable(&block->disk) || size % sizeof(ranges[0]) != 0 || count > MAX_RANGES)
		return S_IOERR;
	virtio_read(&block->device, &block->chain, sizeof(struct request_header), ranges, size);
	for (size_t i = 0; i < count; i++) {
		u8 status = check_range(block, &ranges[i], flags);

		if (status != S_OK)
			return status;
	}
	for (size_t i = 0; i < count; i++) {
		if (!disk_zero(&block->disk, ranges[i].sector * DISK_SECTOR,
			    (u64)ranges[i].sectors * DISK_SECTOR,
			    gives_space_back || ranges[i].flags & RANGE_UNMAP))
			return S_IOERR;
	}
	return is_safe(block) ? S_OK : S_IOERR;
}

static u8 discard(struct virtio_block *block, u64 sector, u64 *written)
{
	(void)sector;
	(void)written;
	return zero_ranges(block, 0, true);
}

static u8 write_zeroes(struct virtio_block *block, u64 sector, u64 *written)
{
	(void)sector;
	(void)written;
	return zero_ranges(block, RANGE_UNMAP, false);
}

static const struct request_row {
	u32 type;
	u64 feature; /* without it the request does not exist; 0: always */
	u8 (*perform)(struct virtio_block *block, u64 sector, u64 *written);
} requests[] = {
	{ 0, 0, read_sectors },
	{ 1, 0, write_sectors },
	{ 4, 0, flush },
	{ 8, 0, get_id },
	{ 11, F_DISCARD, discard },
	{ 13, F_WRITE_ZEROES, write_zeroes },
};

static u8 perform(struct virtio_block *block, u64 *written)
{
	struct request_header header;

	virtio_read(&block->device, &block->chain, 0, &header, sizeof(header));
	for (size_t i = 0; i < COUNT(requests); i++) {
		if (requests[i].type == header.type &&
			virtio_has(&block->device, requests[i].feature))
			return requests[i].perform(block, header.sector, written);
	}
	return S_UNSUPP;
}

/* ---- The device ---- */

static u32 answer(void *opaque)
{
	struct virtio_block *block = opaque;
	const struct virtio_chain *chain = &block->chain;
	u64 written = 0, status_at = chain->write_size - 1;
	u8 status;

	if (chain->read_size < sizeof(struct request_header) || chain->write_size < 1) {
		virtio_fail(&block->device,
			"a request of %" PRIu64 " bytes, and %" PRIu64 " for its answer",
			chain->read_size, chain->write_size);
		return 0;
	}
	status = perform(block, &written);
	virtio_write(&block->device, chain, status_at, &status, 1);
	/* 2.7.8: so many bytes were written without a gap */
	return (u32)(written == status_at ? written + 1 : written);
}

static void notified(void *opaque, unsigned queue)
{
	struct virtio_block *block = opaque;

	virtio_serve(&block->device, queue, &block->chain, answer);
}

static struct block_config config_of(const struct disk *disk)
{
	return (struct block_config){ .capacity = disk->file.size / DISK_SECTOR,
		.segment_max = VIRTIO_QUEUE_SIZE - 2, /* beside header and status */
		.block_size = DISK_SECTOR,
		.physical_block_exponent = 3, /* 4 KiB: what hosts and snapshots write at once */
		.min_io_size = DISK_BLOCK / DISK_SECTOR,
		.queues = 1,
		.max_discard_sectors = MAX_RANGE_SECTORS,
		.max_discard_segments = MAX_RANGES,
		.discard_alignment = DISK_BLOCK / DISK_SECTOR,
		.max_zero_sectors = MAX_RANGE_SECTORS,
		.max_zero_segments = MAX_RANGES,
		.zero_may_unmap = 1 };
}

struct status virtio_block_open(
	struct virtio_block *block, const struct image_config *config, unsigned index)
{
	struct status status = disk_open(&block->disk, config);

	if (status.code != STATUS_OK)
		return status;
	snprintf(block->name, sizeof(block->name), "vd%c", 'a' + (char)index);
	block->config = config_of(&block->disk);
	block->device = (struct virtio_device){ .name = block->name,
		.id = VIRTIO_BLOCK,
		.features = F_SEG_MAX | F_BLK_SIZE | F_FLUSH | F_TOPOLOGY |
			    (config->read_only ? F_RO : F_DISCARD | F_WRITE_ZEROES),
		.queues = 1,
		.config = &block->config,
		.config_size = sizeof(block->config),
		.state = &block->state,
		.state_size = sizeof(block->state),
		.opaque = block,
		.notify = notified };
	return status_ok();
}
