/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of NOR flash with Intel's command set (CFI, JESD68.01 and JEP137; command set 0001): two
 * chips of 16 bits side by side, as QEMU's `virt` has them. While it reads as an array it is
 * read-only memory to the PEs, and runs at full speed; after a command it is a device. Programming
 * and erasing take no time.
 */
#ifndef ENT_PLATFORM_FLASH_H
#define ENT_PLATFORM_FLASH_H

#include "base/archive.h"
#include "cpu/state.h"
#include "platform/bus.h"
#include "platform/host_file.h"

enum { FLASH_BANK = 64 << 20, FLASH_BLOCK = 256 << 10, FLASH_BUFFER = 4096 }; /* bytes */

/* What a guest can observe, beside the contents. */
struct flash_state {
	u32 mode;   /* what reads see */
	u32 cycle;  /* what the next write means */
	u32 status; /* SR of both chips */
	u32 left;   /* writes to come of a buffered program */
	u64 window; /* where in the bank the buffer will be programmed */
	u8 is_locked[FLASH_BANK / FLASH_BLOCK];
	u8 buffer[FLASH_BUFFER];
};

struct flash {
	struct flash_state state;
	struct image_config config; /* a kept file is a whole bank; without one: zeros */
	struct memory *memory;
	const struct cpu_group *group;
	struct ram_region *region; /* in memory; away while the bank is a device */
	pa_t base;
	struct host_file file; /* open: where writes go */
};

/*
 * Adds the bank to memory and bus. On an error (STATUS_BAD_IMAGE, STATUS_HOST) it may be in memory;
 * flash_destroy() is to be called in any case once the struct is zero or this was called.
 */
struct status flash_add(struct flash *flash, const struct image_config *config,
	struct memory *memory, const struct cpu_group *group, struct bus *bus, pa_t base);
void flash_destroy(struct flash *flash);

/* As after power-on: an array, nothing locked. The contents stay. */
void flash_reset(struct flash *flash);

/* But for the contents. */
void flash_transfer(struct flash *flash, struct archive *archive);

#endif
