/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages of 4 KiB by number, in versions: a map is copied by sharing what is in it, and a page is
 * one page of the host as long as no map has set another in its place. For RAM, flash, and what was
 * written over disks.
 *
 * Maps of one pool may be used by different threads, one map by one at a time.
 */
#ifndef ENT_PLATFORM_PAGES_H
#define ENT_PLATFORM_PAGES_H

#include "base/base.h"

enum { PAGES_SHIFT = 12, PAGES_SIZE = 1 << PAGES_SHIFT };

/* Where the pages of maps live; goes when who created it and all its maps have let go. */
struct page_pool;

struct page_pool *page_pool_create(void); /* NULL: no memory */
/* The same one; to be freed, too. */
struct page_pool *page_pool_share(struct page_pool *pool);
void page_pool_free(struct page_pool *pool); /* NULL is allowed */
/* Bytes of all maps and of all pages that some map has. */
u64 page_pool_bytes(struct page_pool *pool);

/* A map of the numbers 0..count - 1. */
struct pages;

/* Nothing is set. NULL: no memory. */
struct pages *pages_create(struct page_pool *pool, u64 count);
/* Another map with the same pages; costs 8 bytes for 2 MiB of pages. NULL: no memory. */
struct pages *pages_share(const struct pages *pages);
void pages_free(struct pages *pages); /* NULL is allowed */

u64 pages_count(const struct pages *pages);
struct page_pool *pages_pool(const struct pages *pages);
/* The bytes of a page, valid until the map changes there; NULL: it was never set. */
const u8 *pages_get(const struct pages *pages, u64 number);
/* Copies a page into the map. false: no memory, and it is as it was. */
bool pages_set(struct pages *pages, u64 number, const void *data);
/* The same with what pages_get() gave of a map of this pool, which is shared and not copied. */
bool pages_set_shared(struct pages *pages, u64 number, const u8 *page);
/* As if it was never set. false: no memory, and it is as it was. */
bool pages_clear(struct pages *pages, u64 number);

/* The first number from `from` on that is set; the count: none is. */
u64 pages_next(const struct pages *pages, u64 from);
/* The first from `from` on where two maps of a count do not share; what they have may be equal. */
u64 pages_next_difference(const struct pages *a, const struct pages *b, u64 from);

/* Bytes that nobody would have if this map was freed. */
u64 pages_bytes(const struct pages *pages);

#endif
