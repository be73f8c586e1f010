/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where physical pages come from: a line through hal_free_memory() that only moves forward, back
 * to its start when a scenario begins, and what was given back on the way.
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

/*
 * Gives back what pages_alloc() gave; `size` is a page times a power of two. Nothing may reach it
 * any more, TLBs included (S2-30).
 */
void pages_free(pa_t pa, u64 size);

/* Fills whole pages with zeros. */
void pages_zero(pa_t pa, u64 size);

#endif
