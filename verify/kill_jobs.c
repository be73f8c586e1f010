/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes by fork(), a few at a time. Knows nothing of what they do.
 */
#include "verify/kill_jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "verify/jobs.h"

void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory != MAP_FAILED ? memory : NULL;
}

void shared_memory_free(void *memory, size_t size)
{
	if (memory != NULL)
		munmap(memory, size);
}

struct process {
	pid_t pid;
	size_t index;
};

static struct status start(const struct jobs *jobs, size_t index, struct process *process)
{
	if (jobs->before != NULL) {
		struct status status = jobs->before(jobs->opaque, index);

		if (status.code != STATUS_OK)
			return status;
	}
	process->index = index;
	process->pid = fork();
	if (process->pid < 0)
		return status_error(STATUS_HOST, "no process: %s", strerror(errno));
	if (process->pid == 0) {
		jobs->work(jobs->opaque, index);
		_exit(0);
	}
	return status_ok();
}

/* Waits for one of them, which is taken out of the list. */
static void finish(const struct jobs *jobs, struct process *process, unsigned *count)
{
	for (;;) {
		int how;
		pid_t pid = wait(&how);

		if (pid < 0 && errno != EINTR) {
			*count = 0;
			return;
		}
		for (unsigned i = 0; i < *count; i++) {
			if (process[i].pid != pid)
				continue;
			if (WIFSIGNALED(how) || WEXITSTATUS(how) != 0)
				jobs->died(jobs->opaque, process[i].index,
					WIFSIGNALED(how) ? WTERMSIG(how) : 0);
			process[i] = process[--*count];
			return;
		}
	}
}

struct status jobs_run(const struct jobs *jobs, size_t count, unsigned at_a_time)
{
	struct process process[MOST_JOBS];
	struct status status = status_ok();
	unsigned running = 0;
	size_t next = 0, done = 0;

	at_a_time = jobs_of(at_a_time);
	while (running != 0 || (next < count && status.code == STATUS_OK)) {
		if (running < at_a_time && next < count && status.code == STATUS_OK) {
			status = start(jobs, next, &process[running]);
			running += status.code == STATUS_OK;
			next++;
			continue;
		}
		finish(jobs, process, &running);
		done++;
		if (jobs->progress != NULL)
			jobs->progress(jobs->opaque, done, count);
	}
	return status;
}
