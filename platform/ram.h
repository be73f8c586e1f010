/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host memory behind the RAM of the board.
 */
#ifndef ENT_PLATFORM_RAM_H
#define ENT_PLATFORM_RAM_H

#include "base/base.h"
#include "cpu/state.h"
#include "platform/pages.h"

/* Adds zeroed RAM of `size` bytes (a multiple of 4 KiB) at `base`; false: the host refuses. */
bool ram_add(struct memory *memory, pa_t base, u64 size);
/*
 * The region becomes a copy of bytes of a file, which the host makes where they are written; the
 * file may be closed. false: the host refuses, and the region is as it was.
 */
bool ram_map(const struct ram_region *region, int file, u64 offset);
/*
 * All bytes of a region become 0; dirty is then what is set in its map of the last checkpoint
 * (NULL: there was none). Nobody may have write entries of it.
 */
void ram_clear(struct memory *memory, struct ram_region *region, const struct pages *base);
void ram_destroy(struct memory *memory);

/* The first page from `from` on that is PAGE_DIRTY; the number of pages: none is. */
u64 ram_next_dirty(const struct ram_region *region, u64 from);

#endif
