/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A spin lock. Taken with interrupts masked or never inside an interrupt window, so it is never
 * taken twice by one CPU; the host HAL aborts if it is.
 */
#ifndef HYP_LOCK_H
#define HYP_LOCK_H

#include "core/types.h"

struct lock {
	u32 is_held;
};

void lock_take(struct lock *lock);
void lock_drop(struct lock *lock);

#endif
