/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where physical pages come from: a line through hal_free_memory() that only moves forward, and
 * back to the start when a scenario begins. Nothing is ever freed one by one, so nothing can be
 * freed too early.
 */
#ifndef HYP_PAGES_H
#define HYP_PAGES_H

#include "core/types.h"

void pages_reset(void);

/*
 * `size` bytes, zeroed, aligned to `align` (a power of two, at least a page). False: no memory is
 * left.
 */
bool pages_alloc(u64 size, u64 align, pa_t *out);

/* Fills whole pages with zeros. */
void pages_zero(pa_t pa, u64 size);

#endif
