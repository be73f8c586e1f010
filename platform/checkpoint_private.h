/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checkpoints and forks share. Private to platform/.
 */
#ifndef ENT_PLATFORM_CHECKPOINT_PRIVATE_H
#define ENT_PLATFORM_CHECKPOINT_PRIVATE_H

#include "platform/checkpoint.h"
#include "platform/machine_private.h"
#include "platform/pages.h"

/* What a machine, its forks and their checkpoints have in common; any thread may have some. */
struct machine_origin {
	u32 references;
	u32 machines; /* so many have had a number */
	u8 engine;    /* enum engine of the first one */
	u64 bytes;    /* of all checkpoints, but for pages */
	struct archive config;
};

struct machine_origin *origin_share(struct machine_origin *origin);
void origin_free(struct machine_origin *origin); /* NULL is allowed */
/* The number of a machine that joins. */
u32 origin_number(struct machine_origin *origin);
void origin_count(struct machine_origin *origin, s64 bytes);

struct checkpoint {
	struct machine_origin *origin;
	u32 machine; /* whose: its number */
	struct {
		pa_t base;
		struct pages *pages;
	} region[MEMORY_REGIONS]; /* as those of struct memory */
	struct disk_maps disk[MACHINE_DISKS];
	struct archive state;
	u64 insns;
	bool is_counted; /* in origin->bytes */
	int image; /* a file in memory, all regions one behind the other; -1: not needed yet */
	u64 image_bytes; /* that it takes */
};

/* Lets go of the image; 0 of it is left. */
void checkpoint_drop_image(struct checkpoint *checkpoint);

#endif
