/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host descriptors behind the guest's console. Knows nothing about UARTs.
 */
#include "platform/console.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

static enum console_input kind_of(int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return INPUT_NONE;
	if (isatty(fd))
		return INPUT_TERMINAL;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ? INPUT_STREAM : INPUT_FILE;
}

void console_init(struct console *console, int in, int out, int err)
{
	*console = (struct console){ .in = in, .out = out, .err = err, .input = kind_of(in) };
}

static void write_all(struct console *console, int fd, const u8 *data, size_t size)
{
	while (fd >= 0 && size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			console->write_failed = true;
			console->write_errno = errno;
			return;
		}
		data += n;
		size -= (size_t)n;
	}
}

void console_flush(struct console *console)
{
	write_all(console, console->out, console->line, console->count);
	console->count = 0;
}

void console_put(struct console *console, u8 byte)
{
	console->line[console->count++] = byte;
	if (byte == '\n' || console->count == sizeof(console->line))
		console_flush(console);
}

void console_put_error(struct console *console, u8 byte)
{
	write_all(console, console->err, &byte, 1);
}

bool console_get(struct console *console, u8 *byte)
{
	ssize_t n;

	if (console->input == INPUT_NONE)
		return false;
	console_flush(console);
	do
		n = read(console->in, byte, 1);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		console->input = INPUT_NONE;
	return n == 1;
}

bool console_get_ready(struct console *console, u8 *byte)
{
	struct pollfd poll_in = { .fd = console->in, .events = POLLIN };

	switch (console->input) {
	case INPUT_FILE: return console_get(console, byte);
	case INPUT_TERMINAL:
		console_flush(console);
		return poll(&poll_in, 1, 0) == 1 && console_get(console, byte);
	default: return false;
	}
}
