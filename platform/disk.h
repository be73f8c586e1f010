/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A raw disk image: a host file, or what was written over one that stays as it is. Knows nothing
 * about guests. Who calls keeps to the size; what the host refuses is noted for the user.
 */
#ifndef ENT_PLATFORM_DISK_H
#define ENT_PLATFORM_DISK_H

#include "base/base.h"
#include "platform/host_file.h"
#include "platform/pages.h"

enum { DISK_SECTOR = 512, DISK_BLOCK = 4096 /* of what a snapshot keeps */ };

/*
 * What was written over an image, by blocks; both NULL: nothing. `zeros` has one block of zeros,
 * which all that are zero share.
 */
struct disk_maps {
	struct pages *blocks, *zeros;
};

struct disk {
	struct image_config config;
	struct host_file file;	/* of whole sectors */
	struct disk_maps maps;	/* snapshot; see disk_snapshot.c */
	struct page_pool *pool; /* owned; of maps that are made when something is written */
};

/* Opens and locks the file; STATUS_BAD_IMAGE: it cannot be used, and the text says why. */
struct status disk_open(struct disk *disk, const struct image_config *config);
/* The first error of the host since it was opened, what flushing says included. */
struct status disk_finish(struct disk *disk);
void disk_close(struct disk *disk);

static inline bool disk_is_writable(const struct disk *disk)
{
	return !disk->config.read_only;
}

/* false: the host refused, and it is noted. */
bool disk_read(struct disk *disk, u64 offset, void *data, u64 size);
bool disk_write(struct disk *disk, u64 offset, const void *data, u64 size);
/* Zeros, also where the host cannot give its space back, so that runs repeat. */
bool disk_zero(struct disk *disk, u64 offset, u64 size, bool give_space_back);
bool disk_flush(struct disk *disk);

/* Others with the same blocks. false: no memory, and they are empty. */
bool disk_maps_share(const struct disk_maps *maps, struct disk_maps *copy);
void disk_maps_free(struct disk_maps *maps);
/* The maps will be of a pool that others have, too; those that there are stay where they are. */
void disk_use_pool(struct disk *disk, struct page_pool *pool);
/* Of a block as it is now: it was written, perhaps by zeros. false: no memory. */
bool disk_put_block(struct disk *disk, u64 number, const u8 *data);

/* ---- Between disk.c and disk_snapshot.c ---- */

bool snapshot_read(struct disk *disk, u64 offset, u8 *data, u64 size);
bool snapshot_write(struct disk *disk, u64 offset, const u8 *data, u64 size);
bool snapshot_zero(struct disk *disk, u64 offset, u64 size);

#endif
