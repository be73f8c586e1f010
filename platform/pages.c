/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps of two levels, counted references at both. Pages are cut out of slabs of 2 MiB, which the
 * host can map at once: that is most of what copying a large guest costs.
 */
#define _GNU_SOURCE /* madvise() */

#include "platform/pages.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

enum {
	SLAB_SIZE = 2 << 20,
	SLAB_PAGES = SLAB_SIZE / PAGES_SIZE - 1, /* the first one has struct slab */
	LEAF_PAGES = 512
};

/* Counts references, of any thread. */
typedef u32 refs;

static void take(refs *count)
{
	__atomic_fetch_add(count, 1, __ATOMIC_RELAXED);
}

/* true: that was the last one. */
static bool let_go(refs *count)
{
	return __atomic_sub_fetch(count, 1, __ATOMIC_ACQ_REL) == 0;
}

static bool is_ours_alone(const refs *count)
{
	return __atomic_load_n(count, __ATOMIC_ACQUIRE) == 1;
}

/* ---- Pages ---- */

struct slab {
	struct page_pool *pool;
	struct slab *next, *previous; /* of those with free pages */
	unsigned fresh;		      /* pages behind these were never used */
	unsigned free_count;	      /* of those before */
	u16 free[SLAB_PAGES];
	refs count[SLAB_PAGES];
};
_Static_assert(sizeof(struct slab) <= PAGES_SIZE, "it is the slab's first page");

struct page_pool {
	pthread_mutex_t lock; /* of all but the counts of references */
	refs count;
	struct slab *first; /* with free pages */
	u64 slabs, pages;
	u64 map_bytes; /* what maps need beside pages; counted without the lock */
};

struct page_pool *page_pool_create(void)
{
	struct page_pool *pool = calloc(1, sizeof(*pool));

	if (pool == NULL)
		return NULL;
	pthread_mutex_init(&pool->lock, NULL);
	pool->count = 1;
	return pool;
}

struct page_pool *page_pool_share(struct page_pool *pool)
{
	take(&pool->count);
	return pool;
}

static void link_slab(struct slab *slab)
{
	struct page_pool *pool = slab->pool;

	slab->previous = NULL;
	slab->next = pool->first;
	if (pool->first != NULL)
		pool->first->previous = slab;
	pool->first = slab;
}

static void unlink_slab(struct slab *slab)
{
	if (slab->previous != NULL)
		slab->previous->next = slab->next;
	else
		slab->pool->first = slab->next;
	if (slab->next != NULL)
		slab->next->previous = slab->previous;
}

static unsigned used_pages(const struct slab *slab)
{
	return slab->fresh - slab->free_count;
}

static void free_slab(struct slab *slab)
{
	unlink_slab(slab);
	slab->pool->slabs--;
	free(slab);
}

void page_pool_free(struct page_pool *pool)
{
	if (pool == NULL || !let_go(&pool->count))
		return;
	while (pool->first != NULL) {
		ENT_BUG_ON(used_pages(pool->first) != 0);
		free_slab(pool->first);
	}
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}

u64 page_pool_bytes(struct page_pool *pool)
{
	u64 bytes;

	pthread_mutex_lock(&pool->lock);
	bytes = pool->pages * PAGES_SIZE;
	pthread_mutex_unlock(&pool->lock);
	return bytes + __atomic_load_n(&pool->map_bytes, __ATOMIC_RELAXED);
}

static void count_bytes(struct page_pool *pool, s64 bytes)
{
	__atomic_fetch_add(&pool->map_bytes, (u64)bytes, __ATOMIC_RELAXED);
}

/* Small guests need not pay for a large page of the host. */
static struct slab *add_slab(struct page_pool *pool)
{
	struct slab *slab = aligned_alloc(SLAB_SIZE, SLAB_SIZE);

	if (slab == NULL)
		return NULL;
	if (pool->slabs++ > 0)
		madvise(slab, SLAB_SIZE, MADV_HUGEPAGE);
	slab->pool = pool;
	slab->fresh = slab->free_count = 0;
	link_slab(slab);
	return slab;
}

static u8 *page_of(struct slab *slab, unsigned index)
{
	return (u8 *)slab + PAGES_SIZE * (index + 1u);
}

static struct slab *slab_of(const u8 *page)
{
	return (struct slab *)align_down((u64)(uintptr_t)page, SLAB_SIZE);
}

static unsigned index_of(const u8 *page)
{
	return (unsigned)((u64)(uintptr_t)page % SLAB_SIZE / PAGES_SIZE) - 1;
}

static u8 *cut_page(struct page_pool *pool)
{
	struct slab *slab = pool->first != NULL ? pool->first : add_slab(pool);
	unsigned index;

	if (slab == NULL)
		return NULL;
	index = slab->free_count > 0 ? slab->free[--slab->free_count] : slab->fresh++;
	if (used_pages(slab) == SLAB_PAGES)
		unlink_slab(slab);
	slab->count[index] = 1;
	pool->pages++;
	return page_of(slab, index);
}

static u8 *create_page(struct page_pool *pool, const void *data)
{
	u8 *page;

	pthread_mutex_lock(&pool->lock);
	page = cut_page(pool);
	pthread_mutex_unlock(&pool->lock);
	if (page != NULL)
		memcpy(page, data, PAGES_SIZE);
	return page;
}

/* One empty slab is kept, so that a page that comes and goes does not take the host's with it. */
static void return_page(struct slab *slab, unsigned index)
{
	if (used_pages(slab) == SLAB_PAGES)
		link_slab(slab);
	slab->free[slab->free_count++] = (u16)index;
	slab->pool->pages--;
	if (used_pages(slab) == 0 && (slab->pool->first != slab || slab->next != NULL))
		free_slab(slab);
}

static void take_page(const u8 *page)
{
	if (page != NULL)
		take(&slab_of(page)->count[index_of(page)]);
}

static void drop_page(const u8 *page)
{
	struct page_pool *pool;

	if (page == NULL || !let_go(&slab_of(page)->count[index_of(page)]))
		return;
	pool = slab_of(page)->pool;
	pthread_mutex_lock(&pool->lock);
	return_page(slab_of(page), index_of(page));
	pthread_mutex_unlock(&pool->lock);
}

/* ---- Maps ---- */

struct leaf {
	refs count;
	unsigned set; /* pages that are not NULL */
	u8 *page[LEAF_PAGES];
};

struct pages {
	struct page_pool *pool;
	u64 count;
	u64 leaves;
	struct leaf *leaf[]; /* NULL: nothing is set in it */
};

/* Without its leaves. */
static u64 own_bytes(const struct pages *pages)
{
	return sizeof(*pages) + pages->leaves * sizeof(pages->leaf[0]);
}

struct pages *pages_create(struct page_pool *pool, u64 count)
{
	u64 leaves = (count + LEAF_PAGES - 1) / LEAF_PAGES;
	struct pages *pages = calloc(1, sizeof(*pages) + leaves * sizeof(pages->leaf[0]));

	if (pages == NULL)
		return NULL;
	pages->pool = page_pool_share(pool);
	pages->count = count;
	pages->leaves = leaves;
	count_bytes(pool, (s64)own_bytes(pages));
	return pages;
}

struct pages *pages_share(const struct pages *pages)
{
	struct pages *copy = pages_create(pages->pool, pages->count);

	if (copy == NULL)
		return NULL;
	for (u64 i = 0; i < pages->leaves; i++) {
		copy->leaf[i] = pages->leaf[i];
		if (copy->leaf[i] != NULL)
			take(&copy->leaf[i]->count);
	}
	return copy;
}

static void drop_leaf(struct page_pool *pool, struct leaf *leaf)
{
	if (leaf == NULL || !let_go(&leaf->count))
		return;
	for (unsigned i = 0; i < LEAF_PAGES; i++)
		drop_page(leaf->page[i]);
	free(leaf);
	count_bytes(pool, -(s64)sizeof(*leaf));
}

void pages_free(struct pages *pages)
{
	if (pages == NULL)
		return;
	for (u64 i = 0; i < pages->leaves; i++)
		drop_leaf(pages->pool, pages->leaf[i]);
	count_bytes(pages->pool, -(s64)own_bytes(pages));
	page_pool_free(pages->pool);
	free(pages);
}

u64 pages_count(const struct pages *pages)
{
	return pages->count;
}

struct page_pool *pages_pool(const struct pages *pages)
{
	return pages->pool;
}

const u8 *pages_get(const struct pages *pages, u64 number)
{
	const struct leaf *leaf;

	ENT_BUG_ON(number >= pages->count);
	leaf = pages->leaf[number / LEAF_PAGES];
	return leaf != NULL ? leaf->page[number % LEAF_PAGES] : NULL;
}

/* A leaf that only this map has. NULL: no memory. */
static struct leaf *own_leaf(struct pages *pages, u64 number)
{
	struct leaf **place = &pages->leaf[number / LEAF_PAGES], *old = *place, *leaf;

	if (old != NULL && is_ours_alone(&old->count))
		return old;
	leaf = malloc(sizeof(*leaf));
	if (leaf == NULL)
		return NULL;
	count_bytes(pages->pool, sizeof(*leaf));
	if (old != NULL)
		memcpy(leaf, old, sizeof(*leaf));
	else
		memset(leaf, 0, sizeof(*leaf));
	leaf->count = 1;
	for (unsigned i = 0; i < LEAF_PAGES; i++)
		take_page(leaf->page[i]);
	drop_leaf(pages->pool, old);
	*place = leaf;
	return leaf;
}

static bool put(struct pages *pages, u64 number, u8 *page)
{
	struct leaf *leaf = own_leaf(pages, number);
	u8 **place;

	if (leaf == NULL)
		return false;
	place = &leaf->page[number % LEAF_PAGES];
	leaf->set = leaf->set - (*place != NULL) + (page != NULL);
	drop_page(*place);
	*place = page;
	return true;
}

bool pages_set(struct pages *pages, u64 number, const void *data)
{
	u8 *page;

	ENT_BUG_ON(number >= pages->count);
	page = create_page(pages->pool, data);
	if (page == NULL)
		return false;
	if (put(pages, number, page))
		return true;
	drop_page(page);
	return false;
}

bool pages_set_shared(struct pages *pages, u64 number, const u8 *page)
{
	ENT_BUG_ON(number >= pages->count || slab_of(page)->pool != pages->pool);
	take_page(page);
	if (put(pages, number, (u8 *)(uintptr_t)page))
		return true;
	drop_page(page);
	return false;
}

bool pages_clear(struct pages *pages, u64 number)
{
	struct leaf **place = &pages->leaf[number / LEAF_PAGES];

	if (pages_get(pages, number) == NULL)
		return true;
	if (!put(pages, number, NULL))
		return false;
	if ((*place)->set > 0)
		return true;
	drop_leaf(pages->pool, *place);
	*place = NULL;
	return true;
}

/* ---- Search ---- */

u64 pages_next(const struct pages *pages, u64 from)
{
	while (from < pages->count) {
		const struct leaf *leaf = pages->leaf[from / LEAF_PAGES];

		if (leaf == NULL)
			from = align_down(from, LEAF_PAGES) + LEAF_PAGES;
		else if (leaf->page[from % LEAF_PAGES] != NULL)
			return from;
		else
			from++;
	}
	return pages->count;
}

u64 pages_next_difference(const struct pages *a, const struct pages *b, u64 from)
{
	ENT_BUG_ON(a->count != b->count);
	while (from < a->count) {
		if (a->leaf[from / LEAF_PAGES] == b->leaf[from / LEAF_PAGES])
			from = align_down(from, LEAF_PAGES) + LEAF_PAGES;
		else if (pages_get(a, from) != pages_get(b, from))
			return from;
		else
			from++;
	}
	return a->count;
}

/* ---- Size ---- */

static u64 leaf_bytes(const struct leaf *leaf)
{
	u64 bytes = sizeof(*leaf);

	if (leaf == NULL || !is_ours_alone(&leaf->count))
		return 0;
	for (unsigned i = 0; i < LEAF_PAGES; i++) {
		const u8 *page = leaf->page[i];

		if (page != NULL && is_ours_alone(&slab_of(page)->count[index_of(page)]))
			bytes += PAGES_SIZE;
	}
	return bytes;
}

u64 pages_bytes(const struct pages *pages)
{
	u64 bytes = own_bytes(pages);

	for (u64 i = 0; i < pages->leaves; i++)
		bytes += leaf_bytes(pages->leaf[i]);
	return bytes;
}
