/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that are typed at points of simulated time, so that a run with them repeats.
 */
#ifndef ENT_PLATFORM_SCREEN_KEYS_H
#define ENT_PLATFORM_SCREEN_KEYS_H

#include "platform/screen.h"
#include "platform/virtio_input.h"
#include "timing/events.h"

struct screen_keys_typist {
	const struct screen_config *config;
	struct virtio_input *keyboard;
	struct event_queue *queue;
	struct timed_event event; /* the next key goes down or up */
	u64 hz;
	u32 step, at; /* of the configuration; the character there, and then: */
	bool is_down;
};

/* STATUS_USAGE: it has a character that no key gives. */
struct status screen_keys_check(const struct script_text *text);
/* The steps of *config, which stays the caller's, in the order of their times. */
void screen_keys_init(struct screen_keys_typist *typist, const struct screen_config *config,
	struct virtio_input *keyboard, struct event_queue *queue, u64 hz);
void screen_keys_transfer(struct screen_keys_typist *typist, struct archive *archive);

#endif
