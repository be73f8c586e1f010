/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A spin lock; the word's protocol is the HAL's.
 */
#include "core/lock.h"

#include "hal.h"

void lock_take(struct lock *lock)
{
	hal_lock(&lock->is_held);
}

void lock_drop(struct lock *lock)
{
	hal_unlock(&lock->is_held);
}
