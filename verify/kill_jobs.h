/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work in processes of its own: what one breaks, no other sees. Results go to memory that all
 * share.
 */
#ifndef ENT_VERIFY_KILL_JOBS_H
#define ENT_VERIFY_KILL_JOBS_H

#include "base/base.h"

/* NULL: the host has none. Zero. */
void *shared_memory(size_t size);
void shared_memory_free(void *memory, size_t size);

struct jobs {
	/* In ours, in the order of indices, just before its process is made; NULL: nothing. */
	struct status (*before)(void *opaque, size_t index);
	void (*work)(void *opaque, size_t index); /* in a process of its own */
	void (*died)(void *opaque, size_t index,
		int signal); /* in ours; its process did not end by itself */
	void (*progress)(void *opaque, size_t done, size_t all); /* NULL: nobody */
	void *opaque;
};

/* Indices 0 to count - 1, so many at a time. STATUS_HOST: no process. */
struct status jobs_run(const struct jobs *jobs, size_t count, unsigned at_a_time);

#endif
