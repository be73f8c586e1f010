/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's console on two file descriptors. Output is buffered by lines; input is taken one
 * byte at a time, and only when asked, so that what the guest sees does not depend on when the
 * host delivered it. A terminal is the exception: somebody types.
 */
#ifndef ENT_PLATFORM_CONSOLE_H
#define ENT_PLATFORM_CONSOLE_H

#include "base/base.h"

enum console_input {
	INPUT_NONE,   /* no descriptor, or its end was seen */
	INPUT_FILE,   /* a regular file or device: a read never waits */
	INPUT_STREAM, /* a pipe or socket: when bytes come is the host's business */
	INPUT_TERMINAL
};

struct console {
	int in, out, err; /* host descriptors, -1: none; not owned */
	enum console_input input;
	bool write_failed; /* the host refused a write; errno is in write_errno */
	int write_errno;
	unsigned count;
	u8 line[1024];
};

void console_init(struct console *console, int in, int out, int err);

void console_put(struct console *console, u8 byte);
void console_put_error(struct console *console, u8 byte);
void console_flush(struct console *console);

/* The next byte if there is one without waiting; a stream never has one this way. */
bool console_get_ready(struct console *console, u8 *byte);
/* The next byte, waiting for it; false: there will be no more. */
bool console_get(struct console *console, u8 *byte);

#endif
