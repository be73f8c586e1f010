/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a screen can be, and where its pixels are.
 */
#include "platform/screen.h"

#include "mmu/mmu.h"
#include "platform/machine_private.h"
#include "platform/ram.h"
#include "platform/screen_keys.h"

struct status screen_check(const struct screen_config *config)
{
	struct status status = status_ok();

	if (config->width == 0 && config->height == 0) {
		if (config->keys_count != 0 || config->live != NULL)
			return status_error(STATUS_USAGE, "keys and windows need a screen");
		return status;
	}
	if (config->width < SCREEN_LEAST || config->width > SCREEN_MOST ||
		config->height < SCREEN_LEAST || config->height > SCREEN_MOST)
		return status_error(STATUS_USAGE,
			"a screen of %" PRIu32 "x%" PRIu32
			"; %d to %d pixels are possible each way",
			config->width, config->height, SCREEN_LEAST, SCREEN_MOST);
	for (unsigned i = 0; i < config->keys_count && status.code == STATUS_OK; i++)
		status = screen_keys_check(&config->keys[i].text);
	return status;
}

bool screen_add(struct memory *memory, const struct screen_config *config)
{
	u64 size = (u64)config->width * config->height * SCREEN_PIXEL;

	_Static_assert(SCREEN_MOST * SCREEN_MOST * SCREEN_PIXEL <= BOARD_SCREEN_SIZE, "room");
	return ram_add(memory, PA(BOARD_SCREEN_BASE), align_up(size, PAGE_SIZE));
}

struct ram_region *screen_region(struct machine *machine)
{
	return memory_find(&machine->memory, PA(BOARD_SCREEN_BASE), 1);
}

bool machine_screen(struct machine *machine, struct screen_view *view)
{
	const struct screen_config *config = &machine->config.screen;

	if (config->width == 0)
		return false;
	*view = (struct screen_view){ .pixels = screen_region(machine)->host,
		.width = config->width,
		.height = config->height,
		.stride = config->width * SCREEN_PIXEL };
	return true;
}
