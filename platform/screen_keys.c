/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters as keys of a US keyboard, and when they go down and up.
 */
#include "platform/screen_keys.h"

#include <string.h>

/* Characters by the code of their key, from KEY_FIRST on; \1 is a key that gives none. */
static const char plain[] = "\0331234567890-=\b\tqwertyuiop[]\n\1asdfghjkl;'`\1\\zxcvbnm,./\1\1\1 ";
static const char shifted[] = "\1!@#$%^&*()_+\1\1QWERTYUIOP{}\1\1ASDFGHJKL:\"~\1|ZXCVBNM<>?";

/* The character's key; 0: no key gives it. */
static u16 key_of(u8 c, bool *is_shifted)
{
	const char *key = c > 1 ? strchr(plain, c) : NULL;

	*is_shifted = false;
	if (key != NULL)
		return (u16)(key - plain + KEY_FIRST);
	key = c > 1 ? strchr(shifted, c) : NULL;
	*is_shifted = true;
	return key != NULL ? (u16)(key - shifted + KEY_FIRST) : 0;
}

struct status screen_keys_check(const struct script_text *text)
{
	bool is_shifted;

	for (unsigned i = 0; i < text->size; i++) {
		if (key_of(text->bytes[i], &is_shifted) == 0)
			return status_error(STATUS_USAGE,
				"no key of a US keyboard gives the byte 0x%02x", text->bytes[i]);
	}
	return status_ok();
}

static void send(struct screen_keys_typist *typist, u16 type, u16 code, u32 value)
{
	virtio_input_event(
		typist->keyboard, &(struct input_event){ INPUT_KEYBOARD, type, code, value });
}

/* When the typist is to be called; the texts' characters are typed one after the other. */
static void schedule(struct screen_keys_typist *typist, cycles_t earliest)
{
	const struct screen_config *config = typist->config;
	cycles_t time = NEVER;

	while (typist->step < config->keys_count &&
		typist->at == config->keys[typist->step].text.size) {
		typist->step++;
		typist->at = 0;
	}
	if (typist->step < config->keys_count)
		time = larger(earliest, config->keys[typist->step].time);
	events_schedule(typist->queue, &typist->event, time);
}

static void press_or_release(void *opaque)
{
	struct screen_keys_typist *typist = opaque;
	bool is_shifted;
	u16 key = key_of(typist->config->keys[typist->step].text.bytes[typist->at], &is_shifted);

	typist->is_down = !typist->is_down;
	if (is_shifted)
		send(typist, EV_KEY, KEY_LEFTSHIFT, typist->is_down);
	send(typist, EV_KEY, key, typist->is_down);
	send(typist, EV_SYN, 0, 0);
	if (!typist->is_down)
		typist->at++;
	/* as fast as somebody could who never errs */
	schedule(typist, typist->event.time + typist->hz / 50);
}

void screen_keys_init(struct screen_keys_typist *typist, const struct screen_config *config,
	struct virtio_input *keyboard, struct event_queue *queue, u64 hz)
{
	*typist = (struct screen_keys_typist){ .config = config,
		.keyboard = keyboard,
		.queue = queue,
		.hz = hz,
		.event = { .fire = press_or_release, .opaque = typist } };
	schedule(typist, 0);
}

void screen_keys_transfer(struct screen_keys_typist *typist, struct archive *archive)
{
	const struct screen_config *config = typist->config;
	bool is_done;

	archive_mark(archive, "keys");
	ARCHIVE(archive, typist->step);
	ARCHIVE(archive, typist->at);
	ARCHIVE_BOOL(archive, typist->is_down);
	event_transfer(typist->queue, &typist->event, archive);
	is_done = typist->step == config->keys_count && !typist->event.is_queued;
	archive_require(archive,
		is_done || (typist->step < config->keys_count &&
				   typist->at < config->keys[typist->step].text.size),
		"keys beyond the end of their text");
}
