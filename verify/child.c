/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes by fork(), each with a pipe to its parent.
 */
#include "verify/child.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct status child_begin(struct child *child, void (*work)(void *opaque, int pipe), void *opaque)
{
	int ends[2];

	*child = (struct child){ .pipe = -1 };
	if (pipe(ends) != 0)
		return status_error(STATUS_HOST, "no pipe for a process: %s", strerror(errno));
	fflush(NULL);
	child->pid = fork();
	if (child->pid == 0) {
		close(ends[0]);
		work(opaque, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	if (child->pid > 0) {
		child->pipe = ends[0];
		return status_ok();
	}
	close(ends[0]);
	return status_error(STATUS_HOST, "no process: %s; try --jobs 1", strerror(errno));
}

bool child_tell(int pipe, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = write(pipe, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

bool child_hear(const struct child *child, void *data, size_t size)
{
	char *at = data;

	while (size > 0) {
		ssize_t n = read(child->pipe, at, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		size -= (size_t)n;
	}
	return true;
}

int child_end(struct child *child)
{
	int how = 0;

	if (child->pipe < 0)
		return how;
	close(child->pipe);
	child->pipe = -1;
	while (waitpid(child->pid, &how, 0) < 0 && errno == EINTR)
		;
	return how;
}
