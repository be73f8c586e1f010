/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ctrl-C and the like end a run as the guest's own end would: files are finished, and what was
 * asked for is printed. A second one ends the program at once. In the end it dies of the signal
 * all the same, as who started it expects.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/app.h"

static const struct {
	int number;
	const char *name;
} ending[] = { { SIGINT, "SIGINT" }, { SIGTERM, "SIGTERM" }, { SIGHUP, "SIGHUP" } };

static struct sigaction earlier[COUNT(ending)]; /* what they did before */
static struct machine *volatile running;
static volatile sig_atomic_t caught; /* index in `ending`, plus 1; 0: none */

static void on_signal(int number)
{
	for (size_t i = 0; i < COUNT(ending); i++) {
		if (ending[i].number != number)
			continue;
		if (caught != 0) {
			sigaction(number, &earlier[i], NULL);
			raise(number); /* when this has returned */
			return;
		}
		caught = (sig_atomic_t)i + 1;
	}
	if (running != NULL)
		machine_ask_to_quit(running);
	alarm(1);
}

/* A wait on the host that began while the machine was asked is ended by this. */
static void on_alarm(int number)
{
	(void)number;
	if (running != NULL)
		alarm(1);
}

void interrupts_end(struct machine *machine)
{
	struct sigaction alarmed = { .sa_handler = on_alarm }, end = { .sa_handler = on_signal };

	running = machine;
	if (machine == NULL)
		return;
	sigaction(SIGALRM, &alarmed, NULL);
	for (size_t i = 0; i < COUNT(ending); i++) {
		sigaction(ending[i].number, NULL, &earlier[i]);
		if (earlier[i].sa_handler != SIG_IGN) /* as in the background, or by nohup */
			sigaction(ending[i].number, &end, NULL);
	}
}

const char *interrupt_name(void)
{
	return caught != 0 ? ending[caught - 1].name : NULL;
}

void interrupt_die(void)
{
	size_t i = (size_t)caught - 1;

	if (caught == 0)
		return;
	fflush(NULL);
	sigaction(ending[i].number, &earlier[i], NULL);
	raise(ending[i].number);
}
