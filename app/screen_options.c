/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the options about the screen say: --screen, --screenshot-at, --keys-at.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

enum { DEFAULT_WIDTH = 1024, DEFAULT_HEIGHT = 768 };

/* Decimal, of at most six digits; where they end, or NULL. */
static char *parse_pixels(char *text, u32 *pixels)
{
	size_t digits = strspn(text, "0123456789");

	if (digits == 0 || digits > 6)
		return NULL;
	*pixels = (u32)strtoul(text, &text, 10);
	return text;
}

struct status screen_parse_size(struct screen_config *screen, char *text)
{
	char *end = parse_pixels(text, &screen->width);

	if (end != NULL && *end == 'x')
		end = parse_pixels(end + 1, &screen->height);
	else
		end = NULL;
	if (end == NULL || *end != '\0' || screen->width == 0 || screen->height == 0)
		return status_error(STATUS_USAGE,
			"--screen '%.40s': not WIDTHxHEIGHT in pixels, as 1024x768", text);
	return status_ok();
}

/* TIME=..., and what is behind the '='. */
static char *parse_time(char *text, struct when *when)
{
	char *equals = strchr(text, '=');

	if (equals == NULL || equals[1] == '\0' || !when_parse(text, (size_t)(equals - text), when))
		return NULL;
	return equals + 1;
}

struct status screen_parse_shot(struct screen_options *options, char *text)
{
	struct screenshot *shot = &options->shot[options->shots];

	if (options->shots == SCREENSHOTS)
		return status_error(
			STATUS_USAGE, "--screenshot-at: at most %d are possible", SCREENSHOTS);
	shot->file = parse_time(text, &shot->when);
	if (shot->file == NULL)
		return status_error(STATUS_USAGE,
			"--screenshot-at '%.60s': not TIME=FILE with a time as 2s, 1.5ms, 10us or "
			"1000i (instructions)",
			text);
	options->shots++;
	return status_ok();
}

struct status screen_parse_keys(struct screen_config *screen, char *text)
{
	struct screen_keys *keys = &screen->keys[screen->keys_count];
	struct when when = { .is_insns = true };
	const char *typed, *why;

	if (screen->keys_count == SCREEN_KEYS)
		return status_error(
			STATUS_USAGE, "--keys-at: at most %d texts are possible", SCREEN_KEYS);
	typed = parse_time(text, &when);
	if (typed == NULL || when.is_insns)
		return status_error(STATUS_USAGE,
			"--keys-at '%.60s': not TIME=TEXT with a time as 2s, 1.5ms or 10us", text);
	keys->time = when.value;
	why = script_text_parse(&typed, '\0', &keys->text);
	if (why != NULL)
		return status_error(STATUS_USAGE, "--keys-at '%.60s': %s", text, why);
	screen->keys_count++;
	return status_ok();
}

bool screen_is_needed(const struct screen_options *options)
{
	return options->display != DISPLAY_NONE || options->shots > 0 || options->last != NULL;
}

void screen_options_finish(const struct screen_options *options, struct screen_config *screen)
{
	if (screen->width != 0 || (!screen_is_needed(options) && screen->keys_count == 0))
		return;
	screen->width = DEFAULT_WIDTH;
	screen->height = DEFAULT_HEIGHT;
}
