/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A build without SDL2 has no window, and says so.
 */
#include "app/app.h"

const struct screen_live *display_input(bool is_live)
{
	(void)is_live;
	return NULL;
}

struct status display_open(struct machine *machine, const char *title)
{
	(void)machine;
	(void)title;
	return status_error(STATUS_NOT_IMPLEMENTED,
		"--display sdl: this entresol was built without SDL2 (Debian: libsdl2-dev)");
}

void display_close(void)
{
}
