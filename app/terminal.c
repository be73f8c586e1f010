/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host's terminal while a guest has it.
 */
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "app/app.h"

static struct termios saved;

static void restore(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &saved);
}

static void restore_and_die(int number)
{
	restore();
	signal(number, SIG_DFL);
	raise(number);
}

void terminal_give_to_guest(void)
{
	struct termios raw;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &saved) != 0)
		return;
	atexit(restore);
	signal(SIGINT, restore_and_die);
	signal(SIGTERM, restore_and_die);
	raw = saved;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO); /* ISIG stays: Ctrl-C ends the simulator */
	raw.c_iflag &= ~(tcflag_t)ICRNL;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}
