/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was written over an image that stays as it is: a tree of blocks in memory, by number.
 */
#define _GNU_SOURCE /* tdestroy(), SEEK_DATA */

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/disk.h"

struct block {
	u64 number; /* of DISK_BLOCK bytes of the disk */
	u8 *data;   /* NULL: all zero */
};

static const u8 zero_block[DISK_BLOCK];

static int compare(const void *left, const void *right)
{
	const struct block *a = left, *b = right;

	return a->number < b->number ? -1 : a->number > b->number;
}

static struct block *find(const struct disk *disk, u64 number)
{
	struct block key = { .number = number };
	void *const *node = tfind(&key, &disk->blocks, compare);

	return node != NULL ? *node : NULL;
}

static struct block *add(struct disk *disk, u64 number)
{
	struct block *block = malloc(sizeof(*block));

	if (block == NULL)
		return NULL;
	*block = (struct block){ .number = number };
	if (tsearch(block, &disk->blocks, compare) == NULL) {
		free(block);
		return NULL;
	}
	return block;
}

static void free_block(void *opaque)
{
	struct block *block = opaque;

	free(block->data);
	free(block);
}

void snapshot_free(struct disk *disk)
{
	tdestroy(disk->blocks, free_block);
	disk->blocks = NULL;
}

static bool no_memory(struct disk *disk, u64 offset)
{
	errno = ENOMEM;
	return host_file_fail(&disk->file, "keeping what is written", offset);
}

/* How much of [offset, offset + size) is in the block of its first byte. */
static u64 in_block(u64 offset, u64 size)
{
	return smaller(size, DISK_BLOCK - offset % DISK_BLOCK);
}

/* The image's bytes of a block; its last block may be a part only. */
static bool read_block(struct disk *disk, u64 number, u8 *data)
{
	u64 offset = number * DISK_BLOCK;

	return host_file_read(
		&disk->file, offset, data, in_block(offset, disk->file.size - offset));
}

bool snapshot_read(struct disk *disk, u64 offset, u8 *data, u64 size)
{
	while (size > 0) {
		const struct block *block = find(disk, offset / DISK_BLOCK);
		u64 piece = in_block(offset, size);

		if (block == NULL) {
			if (!host_file_read(&disk->file, offset, data, piece))
				return false;
		} else {
			const u8 *from = block->data != NULL ? block->data : zero_block;

			memcpy(data, from + offset % DISK_BLOCK, piece);
		}
		offset += piece;
		data += piece;
		size -= piece;
	}
	return true;
}

/* A block that can be written to, with what it has now; NULL: noted. */
static struct block *make_writable(struct disk *disk, u64 number)
{
	struct block *block = find(disk, number);
	u8 *data;

	if (block != NULL && block->data != NULL)
		return block;
	data = calloc(1, DISK_BLOCK);
	if (data != NULL && block == NULL) {
		if (!read_block(disk, number, data)) {
			free(data);
			return NULL;
		}
		block = add(disk, number);
	}
	if (data == NULL || block == NULL) {
		free(data);
		no_memory(disk, number * DISK_BLOCK);
		return NULL;
	}
	block->data = data;
	return block;
}

bool snapshot_write(struct disk *disk, u64 offset, const u8 *data, u64 size)
{
	while (size > 0) {
		struct block *block = make_writable(disk, offset / DISK_BLOCK);
		u64 piece = in_block(offset, size);

		if (block == NULL)
			return false;
		memcpy(block->data + offset % DISK_BLOCK, data, piece);
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
	struct block *block = find(disk, number);
	u8 data[DISK_BLOCK] = { 0 };

	if (block == NULL) {
		if (!read_block(disk, number, data))
			return false;
		if (memcmp(data, zero_block, DISK_BLOCK) == 0)
			return true;
		block = add(disk, number);
		if (block == NULL)
			return no_memory(disk, number * DISK_BLOCK);
	}
	free(block->data);
	block->data = NULL;
	return true;
}

bool snapshot_zero(struct disk *disk, u64 offset, u64 size)
{
	while (size > 0) {
		u64 piece = in_block(offset, size), number = offset / DISK_BLOCK;
		bool is_hole = find(disk, number) == NULL && hole_at(disk, offset) >= piece;

		if (piece == DISK_BLOCK ? !is_hole && !zero_whole(disk, number)
					: !snapshot_write(disk, offset, zero_block, piece))
			return false;
		offset += piece;
		size -= piece;
	}
	return true;
}
