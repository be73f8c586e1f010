/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's console on two host descriptors. Output is buffered by lines. Input has three
 * sources: a script, which depends on the output alone; a file or stream, which is read a byte at a
 * time where the guest waits for one, so that what the guest sees does not depend on when the host
 * delivers it; and somebody who types, whose keys are there when they are there.
 */
#ifndef ENT_PLATFORM_CONSOLE_H
#define ENT_PLATFORM_CONSOLE_H

#include <signal.h>

#include "base/archive.h"
#include "base/base.h"
#include "platform/journal.h"
#include "platform/script.h"

enum console_got { GOT_NOTHING, GOT_BYTE, GOT_END };

#define LIVE_FOREVER (~(cycles_t)0)
enum { LIVE_FDS = 256 };

struct pollfd;

/* Somebody who types. Beyond what is simulated: such a run is not repeatable. */
struct console_live {
	/* A key, if there is one without waiting. */
	enum console_got (*get)(void *opaque, u8 *byte);
	/*
	 * Waits until something new is typed, or one of `count` <= LIVE_FDS other descriptors
	 * is ready (they are filled as by poll()), `most` at the longest (LIVE_FOREVER: without
	 * end). Returns how much simulated time passed meanwhile.
	 */
	cycles_t (*wait)(void *opaque, cycles_t most, struct pollfd *others, unsigned count);
	void *opaque;
};

enum console_input {
	INPUT_NONE,   /* no descriptor, or its end was seen */
	INPUT_STREAM, /* a file, pipe, socket: the guest waits for it */
	INPUT_LIVE    /* it does not wait for the guest */
};

struct console {
	int in, out, err; /* host descriptors, -1: none; not owned */
	enum console_input input;
	enum console_input source;	 /* what `input` was before its end */
	const struct console_live *live; /* INPUT_LIVE */
	struct script *script;		 /* NULL: none */
	struct journal *journal;	 /* of what is read; NULL: none */
	struct journal_output printed, errors;
	bool has_next; /* a byte of the stream was read ahead, see console_reopen() */
	u8 next;
	void (*on_long_wait)(void); /* may be NULL: a stream has had nothing for two host seconds */
	int read_errno, write_errno; /* of the last call that the host refused; 0: none */
	const void *last_writer;     /* who sets it behind his output sees whether others print */
	void (*on_silence)(const char *why); /* may be NULL; see console_mind_silence() */
	bool was_used;			     /* something came or went since silent_since was set */
	cycles_t silent_since;
	/* Set by the handler of a signal: nobody waits for the host any more. */
	volatile sig_atomic_t gave_up;
	unsigned count;
	u8 line[1024];
};

void console_init(struct console *console, int in, int out, int err);
/* Input comes from `live`, not from the descriptor. */
void console_set_live(struct console *console, const struct console_live *live);

/* Waits as live->wait() does, or has done. */
cycles_t console_wait(
	struct console *console, cycles_t most, struct pollfd *others, unsigned count);

/*
 * Without the script and the journal. `other` is what last_writer may be beside NULL. What is
 * printed again is not shown again.
 */
void console_transfer(struct console *console, const void *other, struct archive *archive);
/* The input of a state that was loaded had ended: but here there may be new one. Waits for it. */
void console_reopen(struct console *console);

void console_put(struct console *console, u8 byte);
void console_put_error(struct console *console, u8 byte);
void console_flush(struct console *console);
/* What the host refused (STATUS_HOST); `name` begins the message. */
struct status console_status(const struct console *console, const char *name);

/*
 * Calls on_silence() once if nothing came or went for `limit` of simulated time: nobody types, and
 * perhaps the run has no end. `why` there is no input begins a message. To be called now and then.
 */
void console_mind_silence(struct console *console, cycles_t now, cycles_t limit);

/* What somebody typed, if there is something. */
bool console_get_key(struct console *console, u8 *byte);
/* Would console_get() have or wait for a byte that nobody has to type? */
bool console_has_input(const struct console *console);
/*
 * The next byte, waiting for a stream; false: there is none now (somebody types, or a script has
 * more to type later) or ever. A stream is read only when the script is done.
 */
bool console_get(struct console *console, u8 *byte);
/* The next byte, waiting for whatever it takes; false: there will be none. */
bool console_await(struct console *console, u8 *byte);

#endif
