/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank's file: read once, written through, never left half written if the host can help it.
 */
#include "platform/flash_file.h"

#include <errno.h>
#include <string.h>

#include "mmu/mmu.h"

static bool is_zero(const u8 *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Zeros are left untouched: the host pays for what is not. */
static bool read_all(struct flash *flash)
{
	u64 size = flash->file.size;
	u8 piece[64 << 10];

	for (u64 at = 0; at < size; at += sizeof(piece)) {
		u64 count = size - at < sizeof(piece) ? size - at : sizeof(piece);

		if (!host_file_read(&flash->file, at, piece, count))
			return false;
		if (is_zero(piece, count))
			continue;
		memcpy(flash->region->host + at, piece, count);
		region_written(flash->memory, flash->region, PA(flash->base.v + at), count);
	}
	return true;
}

static struct status fill(struct flash *flash)
{
	struct host_file *file = &flash->file;

	if (file->size > FLASH_BANK)
		return host_file_refuse(file, "larger than a bank, which is 64 MiB");
	if (image_is_kept(&flash->config) && file->size != FLASH_BANK)
		return host_file_refuse(file,
			"the guest would write a bank of 64 MiB into it; make it so large "
			"(truncate -s 64M), or add ,readonly or ,snapshot");
	return read_all(flash) ? status_ok() : host_file_refuse(file, strerror(errno));
}

struct status flash_file_open(struct flash *flash)
{
	struct status status = host_file_open(&flash->file, "flash", &flash->config);

	if (status.code == STATUS_OK)
		status = fill(flash);
	if (status.code != STATUS_OK || !image_is_kept(&flash->config))
		host_file_close(&flash->file);
	return status;
}

bool flash_file_write(struct flash *flash, u64 offset, const u8 *data, u64 size)
{
	if (!flash->file.is_open || host_file_write(&flash->file, offset, data, size))
		return true;
	/* what was there fits again */
	host_file_write(&flash->file, offset, flash->region->host + offset, size);
	return false;
}
