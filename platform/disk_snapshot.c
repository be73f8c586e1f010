/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was written over an image that stays as it is: a map of blocks in memory, by number.
 */
#define _GNU_SOURCE /* SEEK_DATA */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "platform/disk.h"

_Static_assert((int)DISK_BLOCK == (int)PAGES_SIZE, "a block is a page of the map");

static const u8 zero_block[DISK_BLOCK];

static const u8 *find(const struct disk *disk, u64 number)
{
	return disk->maps.blocks != NULL ? pages_get(disk->maps.blocks, number) : NULL;
}

void disk_maps_free(struct disk_maps *maps)
{
	pages_free(maps->blocks);
	pages_free(maps->zeros);
	*maps = (struct disk_maps){ NULL, NULL };
}

bool disk_maps_share(const struct disk_maps *maps, struct disk_maps *copy)
{
	*copy = (struct disk_maps){ NULL, NULL };
	if (maps->blocks == NULL)
		return true;
	copy->blocks = pages_share(maps->blocks);
	copy->zeros = pages_share(maps->zeros);
	if (copy->blocks != NULL && copy->zeros != NULL)
		return true;
	disk_maps_free(copy);
	return false;
}

/* Nobody gave a pool: the disk has one of its own. */
static bool begin(struct disk *disk)
{
	struct disk_maps *maps = &disk->maps;
	u64 count = (disk->file.size + DISK_BLOCK - 1) / DISK_BLOCK;

	if (maps->blocks != NULL)
		return true;
	if (disk->pool == NULL)
		disk->pool = page_pool_create();
	if (disk->pool == NULL)
		return false;
	maps->blocks = pages_create(disk->pool, count);
	maps->zeros = pages_create(disk->pool, 1);
	if (maps->blocks != NULL && maps->zeros != NULL && pages_set(maps->zeros, 0, zero_block))
		return true;
	disk_maps_free(maps);
	return false;
}

void disk_use_pool(struct disk *disk, struct page_pool *pool)
{
	page_pool_free(disk->pool);
	disk->pool = page_pool_share(pool);
}

bool disk_put_block(struct disk *disk, u64 number, const u8 *data)
{
	if (!begin(disk))
		return false;
	if (memcmp(data, zero_block, DISK_BLOCK) == 0)
		return pages_set_shared(disk->maps.blocks, number, pages_get(disk->maps.zeros, 0));
	return pages_set(disk->maps.blocks, number, data);
}

/* false: no memory, which is noted. */
static bool put(struct disk *disk, u64 number, const u8 *data)
{
	if (disk_put_block(disk, number, data))
		return true;
	errno = ENOMEM;
	return host_file_fail(&disk->file, "keeping what is written", number * DISK_BLOCK);
}

/* How much of [offset, offset + size) is in the block of its first byte. */
static u64 in_block(u64 offset, u64 size)
{
	return smaller(size, DISK_BLOCK - offset % DISK_BLOCK);
}

/* A block as it is now; the image's last block may be a part only. */
static bool read_block(struct disk *disk, u64 number, u8 data[DISK_BLOCK])
{
	const u8 *block = find(disk, number);
	u64 offset = number * DISK_BLOCK, size = in_block(offset, disk->file.size - offset);

	if (block != NULL) {
		memcpy(data, block, DISK_BLOCK);
		return true;
	}
	memset(data + size, 0, DISK_BLOCK - size);
	return host_file_read(&disk->file, offset, data, size);
}

bool snapshot_read(struct disk *disk, u64 offset, u8 *data, u64 size)
{
	while (size > 0) {
		const u8 *block = find(disk, offset / DISK_BLOCK);
		u64 piece = in_block(offset, size);

		if (block != NULL)
			memcpy(data, block + offset % DISK_BLOCK, piece);
		else if (!host_file_read(&disk->file, offset, data, piece))
			return false;
		offset += piece;
		data += piece;
		size -= piece;
	}
	return true;
}

bool snapshot_write(struct disk *disk, u64 offset, const u8 *data, u64 size)
{
	while (size > 0) {
		u64 number = offset / DISK_BLOCK, piece = in_block(offset, size);
		u8 block[DISK_BLOCK];

		if (piece < DISK_BLOCK && !read_block(disk, number, block))
			return false;
		memcpy(block + offset % DISK_BLOCK, data, piece);
		if (!put(disk, number, block))
			return false;
		offset += piece;
		data += piece;
		size -= piece;
	}
	return true;
}

/* The bytes from here on that are a hole of the image file, and so zero; as far as it is known. */
static u64 hole_at(const struct disk *disk, u64 offset)
{
	off_t data = lseek(disk->file.fd, (off_t)offset, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? disk->file.size - offset : 0;
	return (u64)data - offset;
}

/* A whole block becomes zero; nothing is kept for one that is zero in the image. */
static bool zero_whole(struct disk *disk, u64 number)
{
	u8 data[DISK_BLOCK];

	if (find(disk, number) == NULL) {
		if (hole_at(disk, number * DISK_BLOCK) >= DISK_BLOCK)
			return true;
		if (!read_block(disk, number, data))
			return false;
		if (memcmp(data, zero_block, DISK_BLOCK) == 0)
			return true;
	}
	return put(disk, number, zero_block);
}

bool snapshot_zero(struct disk *disk, u64 offset, u64 size)
{
	while (size > 0) {
		u64 piece = in_block(offset, size);

		if (piece == DISK_BLOCK ? !zero_whole(disk, offset / DISK_BLOCK)
					: !snapshot_write(disk, offset, zero_block, piece))
			return false;
		offset += piece;
		size -= piece;
	}
	return true;
}
