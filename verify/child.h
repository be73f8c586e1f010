/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process of ours that tells what it found by a pipe.
 */
#ifndef ENT_VERIFY_CHILD_H
#define ENT_VERIFY_CHILD_H

#include <sys/types.h>

#include "base/base.h"

struct child {
	pid_t pid;
	int pipe; /* -1: it is not there */
};

/*
 * The new process does work() with the end that child_tell() takes, and ends by itself. Before it
 * stdio is flushed, so that nothing is written twice. STATUS_HOST: no process.
 */
struct status child_begin(struct child *child, void (*work)(void *opaque, int pipe), void *opaque);

/* In the new process. false: nobody listens any more. */
bool child_tell(int pipe, const void *data, size_t size);

/* Waits for all of it. false: the process has ended before. */
bool child_hear(const struct child *child, void *data, size_t size);

/*
 * Hears no more, and waits for its end; returns what waitpid() says. Children inherit the pipes of
 * those before them, so of several the last one is ended first: who still tells ends by that.
 */
int child_end(struct child *child);

#endif
