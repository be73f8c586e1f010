/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host descriptors behind the guest's console. Knows nothing about UARTs.
 */
#include "platform/console.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONG_WAIT_MS = 2000 };

void console_init(struct console *console, int in, int out, int err)
{
	struct stat st;

	*console = (struct console){ .in = in, .out = out, .err = err };
	if (in >= 0 && fstat(in, &st) == 0)
		console->input = console->source = INPUT_STREAM;
}

void console_set_live(struct console *console, const struct console_live *live)
{
	console->input = console->source = INPUT_LIVE;
	console->live = live;
}

/* ---- Output ---- */

/* A descriptor that does not block, because what it shares with others does not, is waited for. */
static bool may_go_on(const struct console *console, int fd)
{
	struct pollfd poll_out = { .fd = fd, .events = POLLOUT };

	if (errno == EAGAIN)
		poll(&poll_out, 1, -1);
	if (errno == EINTR && console->gave_up)
		return false;
	return errno == EAGAIN || errno == EINTR;
}

static void write_all(struct console *console, int fd, const u8 *data, size_t size)
{
	while (fd >= 0 && size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && may_go_on(console, fd))
			continue;
		if (n < 0) {
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

static void show(struct console *console, u8 byte)
{
	console->line[console->count++] = byte;
	if (byte == '\n' || console->count == sizeof(console->line))
		console_flush(console);
}

void console_put(struct console *console, u8 byte)
{
	console->last_writer = NULL;
	console->was_used = true;
	if (journal_print(&console->printed))
		show(console, byte);
	if (console->script != NULL)
		script_saw(console->script, byte);
}

void console_put_error(struct console *console, u8 byte)
{
	if (journal_print(&console->errors))
		write_all(console, console->err, &byte, 1);
}

struct status console_status(const struct console *console, const char *name)
{
	if (console->write_errno != 0)
		return status_error(STATUS_HOST, "%s cannot be written: %s", name,
			strerror(console->write_errno));
	if (console->read_errno != 0)
		return status_error(
			STATUS_HOST, "%s cannot be read: %s", name, strerror(console->read_errno));
	return status_ok();
}

/* ---- Silence ---- */

static const char *why_no_input(const struct console *console)
{
	if (console->script != NULL && !script_is_done(console->script))
		return "--type-after waits for a text";
	return console->input == INPUT_STREAM ? "no input is read" : "standard input has ended";
}

void console_mind_silence(struct console *console, cycles_t now, cycles_t limit)
{
	if (console->on_silence == NULL || console->input == INPUT_LIVE)
		return;
	if (console->was_used || now < console->silent_since) {
		console->was_used = false;
		console->silent_since = now;
	} else if (now - console->silent_since >= limit) {
		console->on_silence(why_no_input(console));
		console->on_silence = NULL; /* once is enough */
	}
}

/* ---- Input ---- */

/* Host time decides a message alone. A file is always ready. */
static void wait_for_stream(struct console *console)
{
	struct pollfd poll_in = { .fd = console->in, .events = POLLIN };

	if (console->on_long_wait != NULL && poll(&poll_in, 1, LONG_WAIT_MS) == 0) {
		console->on_long_wait();
		console->on_long_wait = NULL; /* once is enough */
	}
}

static enum console_got read_stream(struct console *console, u8 *byte)
{
	struct pollfd poll_in = { .fd = console->in, .events = POLLIN };
	ssize_t n = 0;

	if (console->has_next) {
		console->has_next = false;
		*byte = console->next;
		return GOT_BYTE;
	}
	console_flush(console);
	wait_for_stream(console);
	while (!console->gave_up && (n = read(console->in, byte, 1)) < 0 &&
		(errno == EINTR || errno == EAGAIN))
		poll(&poll_in, 1, -1);
	if (n < 0 && !console->gave_up)
		console->read_errno = errno;
	return n == 1 ? GOT_BYTE : GOT_END;
}

static enum console_got read_key(struct console *console, u8 *byte)
{
	console_flush(console);
	return console->live->get(console->live->opaque, byte);
}

/* A byte as an answer in the journal, with what was got in the bits above. */
enum { ANSWER_GOT = 8 };

static bool ask(struct console *console, enum console_got (*get)(struct console *, u8 *), u8 *byte)
{
	enum console_got got;
	u64 answer;

	if (journal_knows(console->journal, &answer)) {
		got = (enum console_got)(answer >> ANSWER_GOT);
		*byte = (u8)answer;
	} else {
		got = get(console, byte);
		answer = (u64)got << ANSWER_GOT | (got == GOT_BYTE ? *byte : 0);
		journal_note(console->journal, answer);
	}
	if (got == GOT_END)
		console->input = INPUT_NONE;
	return got == GOT_BYTE;
}

bool console_get_key(struct console *console, u8 *byte)
{
	return console->input == INPUT_LIVE && ask(console, read_key, byte);
}

cycles_t console_wait(struct console *console, cycles_t most, struct pollfd *others, unsigned count)
{
	cycles_t passed;

	if (journal_knows(console->journal, &passed))
		return passed;
	passed = console->live->wait(console->live->opaque, most, others, count);
	journal_note(console->journal, passed);
	return passed;
}

bool console_has_input(const struct console *console)
{
	if (console->script != NULL && script_has_input(console->script))
		return true;
	return console->input == INPUT_STREAM &&
	       (console->script == NULL || script_is_done(console->script));
}

static bool get(struct console *console, u8 *byte)
{
	if (console->script != NULL && script_type(console->script, byte))
		return true;
	if (console->input == INPUT_LIVE)
		return console_get_key(console, byte);
	if (console->script != NULL && !script_is_done(console->script))
		return false;
	return console->input == INPUT_STREAM && ask(console, read_stream, byte);
}

bool console_get(struct console *console, u8 *byte)
{
	bool ok = get(console, byte);

	console->was_used |= ok;
	return ok;
}

bool console_await(struct console *console, u8 *byte)
{
	while (!console_get(console, byte)) {
		if (console->input != INPUT_LIVE || console->gave_up)
			return false;
		console_wait(console, LIVE_FOREVER, NULL, 0);
	}
	return true;
}

/* ---- Archives ---- */

void console_transfer(struct console *console, const void *other, struct archive *archive)
{
	bool has_ended = console->input == INPUT_NONE, is_other = console->last_writer != NULL;

	archive_mark(archive, "console");
	ARCHIVE_BOOL(archive, has_ended);
	ARCHIVE_BOOL(archive, is_other);
	ARCHIVE_BOOL(archive, console->was_used);
	ARCHIVE(archive, console->silent_since);
	journal_output_transfer(&console->printed, archive);
	journal_output_transfer(&console->errors, archive);
	if (!archive->is_loading)
		return;
	console->input = has_ended ? INPUT_NONE : console->source;
	console->last_writer = is_other ? other : NULL;
}

/* A byte that was read ahead, before any question: its question comes later. */
void console_reopen(struct console *console)
{
	if (console->input != INPUT_NONE)
		return;
	console->has_next =
		console->source == INPUT_STREAM && read_stream(console, &console->next) == GOT_BYTE;
	if (console->has_next || console->source == INPUT_LIVE)
		console->input = console->source;
}
