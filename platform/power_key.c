/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Presses and releases the power key.
 */
#include "platform/power_key.h"

static void release(void *opaque)
{
	struct power_key *key = opaque;

	pl061_set_line(key->gpio, POWER_KEY_LINE, false);
}

void power_key_init(struct power_key *key, struct pl061 *gpio, struct event_queue *queue)
{
	*key = (struct power_key){
		.gpio = gpio, .queue = queue, .release = { .fire = release, .opaque = key }
	};
}

void power_key_press(struct power_key *key, cycles_t now, u64 hz)
{
	pl061_set_line(key->gpio, POWER_KEY_LINE, true);
	events_schedule(key->queue, &key->release, now + hz / 10);
}

void power_key_transfer(struct power_key *key, struct archive *archive)
{
	event_transfer(key->queue, &key->release, archive);
}
