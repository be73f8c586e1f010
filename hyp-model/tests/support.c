/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fixtures of support.h.
 */
#include "support.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/scenario.h"

static struct vm eve;

void machine(enum hyp_mode mode)
{
	host_reset();
#define CTX(class, name, nvhe, vhe) host_set(SR_##name, HOST_VALUE(name));
#include "core/context.def"
#undef CTX
	host_init(mode);
	pages_reset();
	stats_reset();
	host_log_clear();
}

struct vm *guest(enum hyp_mode mode)
{
	machine(mode);
	assert_true(vm_create(&eve, "eve", 5, 0, 1));
	host_log_clear();
	return &eve;
}

bool aborts(void (*function)(void))
{
	pid_t child = fork();
	int status = 0;

	assert_true(child >= 0);
	if (child == 0) {
		/* cmocka would turn SIGABRT into a failed test of the child's. */
		signal(SIGABRT, SIG_DFL);
		dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
		function();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

bool panics(void (*function)(void *argument), void *argument, const char *text)
{
	int code = -1;

	if (!host_catch_exit(function, argument, &code))
		return false;
	assert_int_equal(code, EXIT_CODE_PANIC);
	if (!strstr(host_console(), "hyp: panic: ") || !strstr(host_console(), text)) {
		print_error("the console says: %s\n", host_console());
		return false;
	}
	return true;
}
