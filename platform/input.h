/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the guest is given input. Private to platform/.
 */
#ifndef ENT_PLATFORM_INPUT_H
#define ENT_PLATFORM_INPUT_H

#include "platform/machine_private.h"

/*
 * All PEs wait for an interrupt, and time would leap to `next` (NEVER: nothing is armed). false: it
 * shall leap. true: input came, or somebody who types was waited for, and time passed meanwhile.
 */
bool input_while_asleep(struct machine *machine, cycles_t next);
/* Nothing else can happen, as in an endless loop: input came that interrupts. */
bool input_came(struct machine *machine);
/*
 * To be called now and then while the guest runs, by simulated time. The result: when next at the
 * latest.
 */
cycles_t input_poll(struct machine *machine);

#endif
