/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forks. All forks of a checkpoint map one file in memory, which the host copies page by page when
 * they write: made for the first of them, it makes the others cheap.
 */
#define _GNU_SOURCE /* memfd_create(), pwritev() */

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "mmu/mmu.h"
#include "platform/checkpoint_private.h"
#include "platform/config.h"
#include "platform/ram.h"

enum { MOST_AT_ONCE = 256 /* pages */ };

/* ---- The image ---- */

static u64 region_bytes(const struct checkpoint *checkpoint, unsigned index)
{
	const struct pages *pages = checkpoint->region[index].pages;

	return pages != NULL ? pages_count(pages) << PAGES_SHIFT : 0;
}

/* The pages from `number` on that are set, one behind the other: how many. */
static int find_run(const struct pages *pages, u64 number, struct iovec run[MOST_AT_ONCE])
{
	int count = 0;

	while (count < MOST_AT_ONCE && number < pages_count(pages)) {
		const u8 *page = pages_get(pages, number++);

		if (page == NULL)
			break;
		run[count++] = (struct iovec){ (void *)(uintptr_t)page, PAGES_SIZE };
	}
	return count;
}

static bool write_region(struct checkpoint *checkpoint, const struct pages *pages, u64 offset)
{
	struct iovec run[MOST_AT_ONCE];
	u64 number = pages_next(pages, 0);

	while (number < pages_count(pages)) {
		int count = find_run(pages, number, run);
		ssize_t size = (ssize_t)count * PAGES_SIZE;

		if (pwritev(checkpoint->image, run, count,
			    (off_t)(offset + (number << PAGES_SHIFT))) != size)
			return false;
		checkpoint->image_bytes += (u64)size;
		number = pages_next(pages, number + (u64)count);
	}
	return true;
}

static bool write_image(struct checkpoint *checkpoint)
{
	u64 offset = 0;

	for (unsigned i = 0; i < COUNT(checkpoint->region); i++)
		offset += region_bytes(checkpoint, i);
	if (ftruncate(checkpoint->image, (off_t)offset) != 0)
		return false;
	offset = 0;
	for (unsigned i = 0; i < COUNT(checkpoint->region); i++) {
		const struct pages *pages = checkpoint->region[i].pages;

		if (pages != NULL && !write_region(checkpoint, pages, offset))
			return false;
		offset += region_bytes(checkpoint, i);
	}
	return true;
}

static bool make_image(struct checkpoint *checkpoint)
{
	bool is_made;

	if (checkpoint->image >= 0)
		return true;
	checkpoint->image = memfd_create("entresol", MFD_CLOEXEC);
	if (checkpoint->image < 0)
		return false;
	is_made = write_image(checkpoint);
	origin_count(checkpoint->origin, (s64)checkpoint->image_bytes);
	if (!is_made)
		checkpoint_drop_image(checkpoint);
	return is_made;
}

void checkpoint_drop_image(struct checkpoint *checkpoint)
{
	if (checkpoint->image < 0)
		return;
	close(checkpoint->image);
	checkpoint->image = -1;
	origin_count(checkpoint->origin, -(s64)checkpoint->image_bytes);
	checkpoint->image_bytes = 0;
}

/* ---- The machine ---- */

static struct status no_memory(void)
{
	return status_error(STATUS_HOST, "the host has no memory for a fork");
}

static struct machine *create(struct machine_origin *origin, struct status *status)
{
	struct archive config = archive_to_load(origin->config.data, origin->config.size);
	struct kept_config *kept = malloc(sizeof(*kept));
	struct machine *machine;

	*status = no_memory();
	if (kept == NULL)
		return NULL;
	config_transfer(kept, &config);
	ENT_BUG_ON(config.failed);
	kept->machine.engine = (enum engine)origin->engine;
	machine = machine_create(&kept->machine, status);
	if (machine != NULL)
		*status = config_check_disks(kept, machine, "the machine that is forked");
	free(kept);
	if (machine == NULL || status->code == STATUS_OK)
		return machine;
	machine_destroy(machine);
	return NULL;
}

static bool adopt_memory(struct machine *machine, const struct checkpoint *checkpoint)
{
	u64 offset = 0;

	for (unsigned i = 0; i < machine->memory.region_count; i++) {
		struct ram_region *region = &machine->memory.region[i];
		struct pages *pages = checkpoint->region[i].pages;

		ENT_BUG_ON(pages == NULL || region_bytes(checkpoint, i) != region->size);
		if (!ram_map(region, checkpoint->image, offset))
			return false;
		machine->base[i] = pages_share(pages);
		if (machine->base[i] == NULL)
			return false;
		offset += region->size;
	}
	return true;
}

static bool adopt_disks(struct machine *machine, const struct checkpoint *checkpoint)
{
	for (unsigned i = 0; i < machine->config.disks; i++) {
		if (!disk_maps_share(&checkpoint->disk[i], &machine->disk[i].disk.maps))
			return false;
	}
	return true;
}

struct machine *machine_fork(struct checkpoint *checkpoint, struct status *status)
{
	struct archive state = archive_to_load(checkpoint->state.data, checkpoint->state.size);
	struct machine *machine;

	*status = no_memory();
	if (!make_image(checkpoint))
		return NULL;
	machine = create(checkpoint->origin, status);
	if (machine == NULL)
		return NULL;
	machine->origin = origin_share(checkpoint->origin);
	machine->number = origin_number(checkpoint->origin);
	if (!machine_begin_checkpoints(machine, pages_pool(checkpoint->region[0].pages)) ||
		!adopt_memory(machine, checkpoint) || !adopt_disks(machine, checkpoint)) {
		machine_destroy(machine);
		*status = no_memory();
		return NULL;
	}
	machine_transfer(machine, &state);
	ENT_BUG_ON(state.failed || state.at != state.size);
	return machine;
}
