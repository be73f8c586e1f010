/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Somebody who types: keys from the host's terminal, or from any stdin with --input live. A
 * terminal is raw meanwhile, but for the keys behind Ctrl-A, and is restored on every way out.
 */
#define _GNU_SOURCE /* ppoll() */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"

enum { CTRL_A = 1, NS = 1000000000 };

static struct {
	struct machine *machine;
	bool has_terminal;   /* stdin is one, and raw */
	bool ended, escaped; /* stdin is at its end; Ctrl-A was the last key */
	int watched;	     /* another descriptor, plus 1; 0: none */
	u8 key[256];	     /* typed, not taken by the guest yet */
	unsigned first, count;
	struct termios saved, raw;
} terminal;

/* ---- The keys behind Ctrl-A ---- */

static void type(u8 key)
{
	if (terminal.count == sizeof(terminal.key))
		return;
	terminal.key[(terminal.first + terminal.count++) % sizeof(terminal.key)] = key;
}

static void quit(void)
{
	terminal.ended = true;
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr); /* what is said comes behind the guest's prompt */
	machine_quit(terminal.machine, "the user quit with Ctrl-A X");
}

static void type_ctrl_a(void)
{
	type(CTRL_A);
}

static void press_power_key(void)
{
	machine_press_power_key(terminal.machine);
}

static void list_keys(void);

static const struct {
	char key;
	void (*act)(void);
	const char *what;
} escapes[] = {
	{ 'x', quit, "quit, with exit code 0" },
	{ 'a', type_ctrl_a, "send Ctrl-A" },
	{ 'p', press_power_key, "press the power key" },
	{ 'h', list_keys, "this list" },
};

static void list_keys(void)
{
	for (size_t i = 0; i < COUNT(escapes); i++)
		say("Ctrl-A %c: %s", escapes[i].key & ~32, escapes[i].what);
}

static void escape(u8 key)
{
	/* Ctrl held on is meant as well */
	u8 letter = key < 32 ? key | 0x60 : key | 0x20;

	for (size_t i = 0; i < COUNT(escapes); i++) {
		if (escapes[i].key == letter) {
			escapes[i].act();
			return;
		}
	}
	list_keys();
}

static void take(u8 key)
{
	if (terminal.escaped) {
		terminal.escaped = false;
		escape(key);
	} else if (terminal.has_terminal && key == CTRL_A) {
		terminal.escaped = true;
	} else {
		type(key);
	}
}

/* ---- Keys for the guest ---- */

/* How many bytes more of stdin can be kept. Keys behind Ctrl-A are seen by a guest asleep, too. */
static size_t room(void)
{
	return terminal.ended ? 0 : sizeof(terminal.key) - terminal.count;
}

/* Waits up to `limit` (NULL: without end) for stdin and reads what is there. */
static void read_keys(const struct timespec *limit, struct pollfd *others, unsigned count)
{
	struct pollfd fds[2 + LIVE_FDS] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = terminal.watched - 1, .events = POLLIN } };
	u8 keys[sizeof(terminal.key)];
	ssize_t n;
	int ready;

	if (room() == 0)
		fds[0].fd = -1; /* poll() leaves out what is negative */
	for (unsigned i = 0; i < count; i++)
		fds[2 + i] = others[i];
	ready = ppoll(fds, 2 + count, limit, NULL);
	for (unsigned i = 0; i < count; i++)
		others[i].revents = ready > 0 ? fds[2 + i].revents : 0;
	if (ready > 0 && fds[1].revents != 0)
		(void)!read(fds[1].fd, keys, sizeof(u64)); /* of an eventfd, that it was set */
	if (ready <= 0 || fds[0].revents == 0)
		return;
	n = read(STDIN_FILENO, keys, room());
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		terminal.ended = true;
	for (ssize_t i = 0; i < n; i++)
		take(keys[i]);
}

static enum console_got get_key(void *opaque, u8 *key)
{
	static const struct timespec at_once = { 0 };

	(void)opaque;
	if (room() > 0)
		read_keys(&at_once, NULL, 0);
	if (terminal.count == 0)
		return terminal.ended ? GOT_END : GOT_NOTHING;
	*key = terminal.key[terminal.first++ % sizeof(terminal.key)];
	terminal.count--;
	return GOT_BYTE;
}

static u64 host_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * NS + (u64)now.tv_nsec;
}

/* Simulated time passes as it does for who types: a cycle is a nanosecond. */
static cycles_t wait_for_key(void *opaque, cycles_t most, struct pollfd *others, unsigned count)
{
	static const struct timespec full = { .tv_nsec = NS / 10 };
	struct timespec limit = { .tv_sec = (time_t)(most / NS), .tv_nsec = (long)(most % NS) };
	u64 begin = host_ns(), passed;

	_Static_assert(MACHINE_HZ == NS, "a cycle is a nanosecond");
	(void)opaque;
	if (most != LIVE_FOREVER)
		read_keys(&limit, others, count);
	else
		read_keys(
			room() > 0 || count > 0 || terminal.watched ? NULL : &full, others, count);
	passed = host_ns() - begin;
	return passed < most ? passed : most;
}

void terminal_watch(int fd)
{
	terminal.watched = fd + 1;
}

static const struct console_live live = { .get = get_key, .wait = wait_for_key };

const struct console_live *terminal_keys(void)
{
	return &live;
}

/* ---- The terminal ---- */

static void restore(void)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal.saved);
}

static void restore_and_die(int number)
{
	restore();
	signal(number, SIG_DFL);
	raise(number);
}

/* The shell that we were stopped by may have changed it. */
static void make_raw(int number)
{
	(void)number;
	tcsetattr(STDIN_FILENO, TCSANOW, &terminal.raw);
}

void terminal_give_to_guest(struct machine *machine)
{
	static const int deadly[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGABRT, SIGSEGV,
		SIGBUS, SIGFPE, SIGILL, SIGXCPU };

	terminal.machine = machine;
	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &terminal.saved) != 0)
		return;
	terminal.raw = terminal.saved;
	terminal.raw.c_iflag &=
		~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	terminal.raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	/* OPOST stays: guests without a terminal driver end lines with \n alone, as we do */
	terminal.has_terminal = true;
	atexit(restore);
	for (size_t i = 0; i < COUNT(deadly); i++)
		signal(deadly[i], restore_and_die);
	signal(SIGCONT, make_raw);
	make_raw(0);
	say("Ctrl-A X quits, Ctrl-A H lists more");
}
