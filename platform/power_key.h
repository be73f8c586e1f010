/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board's power key on a GPIO line. Pressed, it is held for a tenth of a simulated second.
 */
#ifndef ENT_PLATFORM_POWER_KEY_H
#define ENT_PLATFORM_POWER_KEY_H

#include "platform/pl061.h"
#include "timing/events.h"

enum { POWER_KEY_LINE = 3 };

struct power_key {
	struct pl061 *gpio;
	struct event_queue *queue;
	struct timed_event release;
};

void power_key_init(struct power_key *key, struct pl061 *gpio, struct event_queue *queue);
void power_key_transfer(struct power_key *key, struct archive *archive);
/* now: in cycles, of which a second has `hz`. */
void power_key_press(struct power_key *key, cycles_t now, u64 hz);

#endif
