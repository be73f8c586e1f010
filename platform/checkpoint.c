/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checkpoints: RAM and flash as maps of pages, everything else as an archive.
 *
 * A machine has, for each region of its memory, the map of the last checkpoint that it took or was
 * restored to: its base. What differs from the base is dirty (PAGE_DIRTY), so a checkpoint copies
 * these pages into the base and shares it, and restoring replaces these pages and those in which
 * the two maps differ. Pages of zeros are not in maps.
 */
#include "platform/checkpoint_private.h"

#include <stdlib.h>
#include <string.h>

#include "mmu/mmu.h"
#include "platform/config.h"
#include "platform/ram.h"

_Static_assert((int)PAGES_SIZE == (int)PAGE_SIZE, "a page of RAM is one of a map");

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "the host has no memory for a checkpoint");
}

/* ---- Where machines come from ---- */

struct machine_origin *origin_share(struct machine_origin *origin)
{
	__atomic_fetch_add(&origin->references, 1, __ATOMIC_RELAXED);
	return origin;
}

void origin_free(struct machine_origin *origin)
{
	if (origin == NULL || __atomic_sub_fetch(&origin->references, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	archive_free(&origin->config);
	free(origin);
}

u32 origin_number(struct machine_origin *origin)
{
	return __atomic_fetch_add(&origin->machines, 1, __ATOMIC_RELAXED);
}

void origin_count(struct machine_origin *origin, s64 bytes)
{
	__atomic_fetch_add(&origin->bytes, (u64)bytes, __ATOMIC_RELAXED);
}

/* Of a machine that was not forked. NULL: no memory. */
static struct machine_origin *create_origin(const struct machine *machine)
{
	struct machine_origin *origin = calloc(1, sizeof(*origin));
	struct kept_config *kept = malloc(sizeof(*kept));

	if (origin != NULL && kept != NULL) {
		origin->references = 1;
		origin->engine = (u8)machine->config.engine;
		origin->config = archive_to_save();
		config_of(machine, kept);
		config_transfer(kept, &origin->config);
	}
	free(kept);
	if (origin != NULL && (kept == NULL || origin->config.failed)) {
		archive_free(&origin->config);
		free(origin);
		return NULL;
	}
	return origin;
}

static bool make_origin(struct machine *machine)
{
	if (machine->origin != NULL)
		return true;
	machine->origin = create_origin(machine);
	if (machine->origin == NULL)
		return false;
	machine->number = origin_number(machine->origin);
	return true;
}

/* ---- The base ---- */

static u64 page_count(const struct ram_region *region)
{
	return region->size >> PAGE_SHIFT;
}

/* Before there is one everything is as if there was a checkpoint of memory of zeros. */
static bool make_base(struct machine *machine)
{
	if (!make_origin(machine))
		return false;
	for (unsigned i = 0; i < machine->memory.region_count; i++) {
		if (machine->base[i] == NULL)
			machine->base[i] =
				pages_create(machine->pool, page_count(&machine->memory.region[i]));
		if (machine->base[i] == NULL)
			return false;
	}
	return true;
}

bool machine_begin_checkpoints(struct machine *machine, struct page_pool *pool)
{
	page_pool_free(machine->pool);
	machine->pool = pool != NULL ? page_pool_share(pool) : page_pool_create();
	if (machine->pool == NULL)
		return false;
	for (unsigned i = 0; i < machine->config.disks; i++)
		disk_use_pool(&machine->disk[i].disk, machine->pool);
	return true;
}

void machine_end_checkpoints(struct machine *machine)
{
	for (unsigned i = 0; i < COUNT(machine->base); i++) {
		pages_free(machine->base[i]);
		machine->base[i] = NULL;
	}
	page_pool_free(machine->pool);
	machine->pool = NULL;
	origin_free(machine->origin);
	machine->origin = NULL;
}

static bool is_zero(const u8 *page)
{
	return page[0] == 0 && memcmp(page, page + 1, PAGE_SIZE - 1) == 0;
}

/* Makes a page of the base be what memory has. false: no memory. */
static bool keep_page(struct pages *base, u64 number, const u8 *host)
{
	const u8 *kept = pages_get(base, number);

	if (is_zero(host))
		return pages_clear(base, number);
	return (kept != NULL && memcmp(kept, host, PAGE_SIZE) == 0) ||
	       pages_set(base, number, host);
}

/* What was not kept stays dirty. */
static bool keep_dirty_pages(const struct ram_region *region, struct pages *base)
{
	u64 number = ram_next_dirty(region, 0), count = page_count(region);

	for (; number < count; number = ram_next_dirty(region, number + 1)) {
		if (!keep_page(base, number, region->host + (number << PAGE_SHIFT)))
			return false;
		region->page_flags[number] &= (u8)~PAGE_DIRTY;
	}
	return true;
}

static bool keep_memory(struct machine *machine, struct checkpoint *checkpoint)
{
	mmu_watch_writes(&machine->group); /* what is written from now on is dirty again */
	for (unsigned i = 0; i < machine->memory.region_count; i++) {
		if (!keep_dirty_pages(&machine->memory.region[i], machine->base[i]))
			return false;
		checkpoint->region[i].base = machine->memory.region[i].base;
		checkpoint->region[i].pages = pages_share(machine->base[i]);
		if (checkpoint->region[i].pages == NULL)
			return false;
	}
	return true;
}

static bool keep_disks(const struct machine *machine, struct disk_maps maps[MACHINE_DISKS])
{
	bool ok = true;

	for (unsigned i = 0; i < machine->config.disks; i++)
		ok &= disk_maps_share(&machine->disk[i].disk.maps, &maps[i]);
	return ok;
}

static void free_disks(struct disk_maps maps[MACHINE_DISKS])
{
	for (unsigned i = 0; i < MACHINE_DISKS; i++)
		disk_maps_free(&maps[i]);
}

/* ---- Taking one ---- */

/* Archives grow by doubling. */
static void trim(struct archive *state)
{
	u8 *data = realloc(state->data, state->size);

	if (data == NULL)
		return;
	state->data = data;
	state->room = state->size;
}

/* Without pages and the image of forks. */
static s64 fixed_bytes(const struct checkpoint *checkpoint)
{
	return (s64)(sizeof(*checkpoint) + checkpoint->state.room);
}

struct checkpoint *machine_checkpoint(struct machine *machine, struct status *status)
{
	struct checkpoint *checkpoint;

	*status = machine_keeps(machine);
	if (status->code != STATUS_OK)
		return NULL;
	*status = no_memory();
	checkpoint = calloc(1, sizeof(*checkpoint));
	if (checkpoint == NULL || !make_base(machine)) {
		free(checkpoint);
		return NULL;
	}
	journal_begin(&machine->journal);
	checkpoint->origin = origin_share(machine->origin);
	checkpoint->machine = machine->number;
	checkpoint->image = -1;
	checkpoint->insns = machine_insns(machine);
	checkpoint->state = archive_to_save();
	machine_transfer(machine, &checkpoint->state);
	if (checkpoint->state.failed || !keep_disks(machine, checkpoint->disk) ||
		!keep_memory(machine, checkpoint)) {
		checkpoint_free(checkpoint);
		return NULL;
	}
	trim(&checkpoint->state);
	origin_count(checkpoint->origin, fixed_bytes(checkpoint));
	checkpoint->is_counted = true;
	*status = status_ok();
	return checkpoint;
}

void checkpoint_free(struct checkpoint *checkpoint)
{
	if (checkpoint == NULL)
		return;
	for (unsigned i = 0; i < COUNT(checkpoint->region); i++)
		pages_free(checkpoint->region[i].pages);
	checkpoint_drop_image(checkpoint);
	if (checkpoint->is_counted)
		origin_count(checkpoint->origin, -fixed_bytes(checkpoint));
	free_disks(checkpoint->disk);
	archive_free(&checkpoint->state);
	origin_free(checkpoint->origin);
	free(checkpoint);
}

/* ---- Going back ---- */

static void restore_page(
	struct machine *machine, struct ram_region *region, u64 number, const struct pages *pages)
{
	const u8 *kept = pages_get(pages, number);
	u64 offset = number << PAGE_SHIFT;

	if (kept != NULL)
		memcpy(region->host + offset, kept, PAGE_SIZE);
	else
		memset(region->host + offset, 0, PAGE_SIZE);
	region_written(&machine->memory, region, PA(region->base.v + offset), PAGE_SIZE);
	region->page_flags[number] &= (u8)~PAGE_DIRTY;
}

/* What differs is not dirty any more when that is looked for: nothing is copied twice. */
static void restore_region(
	struct machine *machine, unsigned index, const struct pages *pages, struct pages *base)
{
	struct ram_region *region = &machine->memory.region[index];
	const struct pages *old = machine->base[index];
	u64 count = page_count(region);

	for (u64 i = pages_next_difference(old, pages, 0); i < count;
		i = pages_next_difference(old, pages, i + 1))
		restore_page(machine, region, i, pages);
	for (u64 i = ram_next_dirty(region, 0); i < count; i = ram_next_dirty(region, i + 1))
		restore_page(machine, region, i, pages);
	pages_free(machine->base[index]);
	machine->base[index] = base;
}

static bool is_same_configuration(const struct machine_origin *a, const struct machine_origin *b)
{
	return a == b || (a->config.size == b->config.size &&
				 memcmp(a->config.data, b->config.data, a->config.size) == 0);
}

/*
 * What the host answered until now is of another past: to the machine's own older checkpoints, too,
 * it is another one from now on.
 */
static void become_other(struct machine *machine)
{
	machine->number = origin_number(machine->origin);
	journal_free(&machine->journal);
}

struct status machine_restore(struct machine *machine, const struct checkpoint *checkpoint)
{
	struct archive state = archive_to_load(checkpoint->state.data, checkpoint->state.size);
	struct pages *base[MEMORY_REGIONS] = { NULL };
	struct disk_maps disk[MACHINE_DISKS] = { { NULL, NULL } };
	bool has_memory = make_base(machine), is_other;
	struct status status = machine_keeps(machine);

	if (status.code != STATUS_OK)
		return status_error(STATUS_USAGE, "%.200s", status.text);
	if (has_memory && !is_same_configuration(machine->origin, checkpoint->origin))
		return status_error(STATUS_USAGE, "a checkpoint of another kind of machine");
	for (unsigned i = 0; has_memory && i < machine->config.disks; i++)
		has_memory = disk_maps_share(&checkpoint->disk[i], &disk[i]);
	for (unsigned i = 0; has_memory && i < machine->memory.region_count; i++) {
		base[i] = pages_share(checkpoint->region[i].pages);
		has_memory = base[i] != NULL;
	}
	if (!has_memory) {
		for (unsigned i = 0; i < COUNT(base); i++)
			pages_free(base[i]);
		free_disks(disk);
		return no_memory();
	}
	for (unsigned i = 0; i < machine->config.disks; i++) {
		disk_maps_free(&machine->disk[i].disk.maps);
		machine->disk[i].disk.maps = disk[i];
	}
	is_other = machine->origin != checkpoint->origin || machine->number != checkpoint->machine;
	if (is_other)
		become_other(machine);
	mmu_watch_writes(&machine->group);
	for (unsigned i = 0; i < machine->memory.region_count; i++)
		restore_region(machine, i, checkpoint->region[i].pages, base[i]);
	machine_transfer(machine, &state);
	ENT_BUG_ON(state.failed || state.at != state.size);
	if (is_other)
		machine_forget_future(machine);
	return status_ok();
}

/* ---- What is in it ---- */

u64 checkpoint_bytes(const struct checkpoint *checkpoint)
{
	u64 bytes = (u64)fixed_bytes(checkpoint) + checkpoint->image_bytes;

	for (unsigned i = 0; i < COUNT(checkpoint->region); i++) {
		if (checkpoint->region[i].pages != NULL)
			bytes += pages_bytes(checkpoint->region[i].pages);
	}
	for (unsigned i = 0; i < MACHINE_DISKS; i++) {
		if (checkpoint->disk[i].blocks != NULL)
			bytes += pages_bytes(checkpoint->disk[i].blocks);
	}
	return bytes;
}

u64 machine_kept_bytes(const struct machine *machine)
{
	struct page_pool *of_base;
	u64 bytes;

	if (machine->origin == NULL)
		return 0;
	bytes = page_pool_bytes(machine->pool) +
		__atomic_load_n(&machine->origin->bytes, __ATOMIC_RELAXED);
	/* it was restored to a state of a machine that came from elsewhere */
	of_base = machine->base[0] != NULL ? pages_pool(machine->base[0]) : machine->pool;
	return of_base != machine->pool ? bytes + page_pool_bytes(of_base) : bytes;
}

u64 checkpoint_insns(const struct checkpoint *checkpoint)
{
	return checkpoint->insns;
}

/* The map that has all of [pa, pa + size); *offset: where in it. NULL: none. */
static const struct pages *find(
	const struct checkpoint *checkpoint, pa_t pa, size_t size, u64 *offset)
{
	for (unsigned i = 0; i < COUNT(checkpoint->region); i++) {
		const struct pages *pages = checkpoint->region[i].pages;
		u64 end;

		if (pages == NULL)
			continue;
		end = pages_count(pages) << PAGE_SHIFT;
		*offset = pa.v - checkpoint->region[i].base.v;
		if (*offset < end && size <= end - *offset)
			return pages;
	}
	return NULL;
}

bool checkpoint_read(const struct checkpoint *checkpoint, pa_t pa, void *data, size_t size)
{
	u64 offset;
	const struct pages *pages = find(checkpoint, pa, size, &offset);
	u8 *to = data;

	if (pages == NULL)
		return false;
	while (size > 0) {
		u64 in_page = offset % PAGE_SIZE, piece = smaller(size, PAGE_SIZE - in_page);
		const u8 *kept = pages_get(pages, offset >> PAGE_SHIFT);

		if (kept != NULL)
			memcpy(to, kept + in_page, piece);
		else
			memset(to, 0, piece);
		offset += piece;
		to += piece;
		size -= piece;
	}
	return true;
}
