/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures of the screen, in PNG files, at points of a run.
 */
#include <errno.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"

/* Rows of red, green, blue without padding, by rows of x8r8g8b8. NULL: no memory. */
static u8 *make_rgb(const struct screen_view *view)
{
	u8 *rgb = malloc((size_t)view->width * view->height * 3), *to = rgb;

	for (u32 y = 0; rgb != NULL && y < view->height; y++) {
		const u8 *from = view->pixels + (size_t)y * view->stride;

		for (u32 x = 0; x < view->width; x++, from += SCREEN_PIXEL, to += 3) {
			to[0] = from[2];
			to[1] = from[1];
			to[2] = from[0];
		}
	}
	return rgb;
}

/* Half a picture is none; but a device, or what a link leads to, is not ours to remove. */
static void remove_part(const char *file)
{
	struct stat about;

	if (lstat(file, &about) == 0 && S_ISREG(about.st_mode))
		unlink(file);
}

static struct status write_png(struct machine *machine, const char *file)
{
	FILE *out = fopen(file, "we");
	png_image image = { .version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGB };
	struct screen_view view;
	u8 *rgb;
	int ok;

	if (out == NULL)
		return status_error(STATUS_HOST, "screenshot %.100s: %s", file, strerror(errno));
	ENT_BUG_ON(!machine_screen(machine, &view));
	rgb = make_rgb(&view);
	image.width = view.width;
	image.height = view.height;
	errno = ENOMEM;
	ok = rgb != NULL && png_image_write_to_stdio(&image, out, 0, rgb, 0, NULL);
	free(rgb);
	if (fclose(out) == 0 && ok)
		return status_ok();
	remove_part(file);
	return status_error(STATUS_HOST, "screenshot %.100s: %s", file,
		ok || rgb == NULL ? strerror(errno) : image.message);
}

/* One that cannot be written does not end the run. */
static void take(struct screenshots *shots, struct machine *machine, const char *file)
{
	struct status status = write_png(machine, file);

	if (status.code != STATUS_OK)
		shots->code = say_status(status);
}

/* The one that comes first of those by time, or by instructions; NULL: none is left. */
static struct screenshot *first_shot(const struct screenshots *shots, bool is_insns)
{
	struct screenshot *first = NULL;

	for (unsigned i = 0; i < shots->options->shots; i++) {
		struct screenshot *shot = &shots->options->shot[i];

		if (!shot->is_done && shot->when.is_insns == is_insns &&
			(first == NULL || shot->when.value < first->when.value))
			first = shot;
	}
	return first;
}

const struct stop *screenshots_run(struct screenshots *shots, struct machine *machine, u64 insns)
{
	for (;;) {
		struct screenshot *by_insns = first_shot(shots, true), *due;
		struct screenshot *by_time = first_shot(shots, false);
		u64 begin = machine_insns(machine), wanted = MACHINE_UNLIMITED, done;
		const struct stop *stop;

		if (by_insns != NULL)
			wanted = by_insns->when.value - begin;
		stop = machine_run_until(machine, smaller(insns, wanted),
			by_time != NULL ? by_time->when.value : MACHINE_UNLIMITED);
		done = machine_insns(machine) - begin;
		if (insns != MACHINE_UNLIMITED)
			insns -= done;
		if (stop->reason != STOP_BUDGET || (done != wanted && insns == 0))
			return stop;
		due = done == wanted ? by_insns : by_time;
		due->is_done = true;
		take(shots, machine, due->file);
	}
}

int screenshots_finish(struct screenshots *shots, struct machine *machine)
{
	for (unsigned i = 0; i < shots->options->shots; i++) {
		if (shots->options->shot[i].is_done)
			continue;
		say("the run ended before the time of screenshot %s", shots->options->shot[i].file);
		shots->code = STATUS_HOST;
	}
	if (shots->options->last != NULL)
		take(shots, machine, shots->options->last);
	return shots->code;
}
