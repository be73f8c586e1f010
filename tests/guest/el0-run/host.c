/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Semihosting: the console, the program's file, the command line, the end. Knows nothing of Linux.
 */
#include "el0_run.h"

#include <stdarg.h>

enum operation {
	SYS_OPEN = 0x01,
	SYS_WRITE = 0x05,
	SYS_READ = 0x06,
	SYS_SEEK = 0x0a,
	SYS_GET_CMDLINE = 0x15,
	SYS_HEAPINFO = 0x16,
	SYS_EXIT = 0x18
};

enum open_mode { MODE_RB = 1, MODE_W = 4, MODE_A = 8 };

#define ADP_APPLICATION_EXIT 0x20026

static s64 stream_handle[3];

static u64 call(enum operation operation, const void *argument)
{
	register u64 x0 __asm__("x0") = operation;
	register const void *x1 __asm__("x1") = argument;

	__asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
	return x0;
}

static s64 open_file(const char *path, enum open_mode mode)
{
	return (s64)call(SYS_OPEN, (u64[]){ (u64)path, mode, text_length(path) });
}

/* ":tt" is the console; opened for append, its error stream. */
void host_open_streams(void)
{
	stream_handle[STREAM_OUT] = open_file(":tt", MODE_W);
	stream_handle[STREAM_ERR] = open_file(":tt", MODE_A);
}

bool host_write(enum stream stream, const void *data, u64 size)
{
	return size == 0 ||
	       call(SYS_WRITE, (u64[]){ (u64)stream_handle[stream], (u64)data, size }) == 0;
}

/* A directory of the host's may be all that can be named: then '/' is that directory. */
s64 host_open(const char *path)
{
	s64 handle = open_file(path, MODE_RB);

	while (handle < 0 && *path == '/')
		handle = open_file(++path, MODE_RB);
	return handle;
}

bool host_read(s64 handle, u64 offset, void *data, u64 size)
{
	return size == 0 || (call(SYS_SEEK, (u64[]){ (u64)handle, offset }) == 0 &&
				    call(SYS_READ, (u64[]){ (u64)handle, (u64)data, size }) == 0);
}

/* The heap's limit, which nothing else has a claim to. */
u64 host_ram_end(void)
{
	u64 info[4] = { 0 }; /* heap base, heap limit, stack base, stack limit */

	call(SYS_HEAPINFO, (u64[]){ (u64)info });
	return info[1];
}

bool host_command_line(char *line, u64 size)
{
	return call(SYS_GET_CMDLINE, (u64[]){ (u64)line, size }) == 0;
}

void host_exit(int code)
{
	for (;;)
		call(SYS_EXIT, (u64[]){ ADP_APPLICATION_EXIT, (u64)code });
}

/* ---- Lines ---- */

struct line {
	char text[256];
	unsigned length;
};

static void put(struct line *line, char c)
{
	if (line->length < sizeof(line->text))
		line->text[line->length++] = c;
}

static void put_text(struct line *line, const char *text)
{
	for (; *text != '\0'; text++)
		put(line, *text);
}

static void put_number(struct line *line, u64 value, unsigned base)
{
	char digits[24] = { 0 };
	unsigned at = sizeof(digits) - 1;

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	put_text(line, digits + at);
}

static void put_format(struct line *line, const char *format, va_list args)
{
	put_text(line, "el0-run: ");
	for (; *format != '\0'; format++) {
		if (*format != '%') {
			put(line, *format);
			continue;
		}
		switch (*++format) {
		case 's': put_text(line, va_arg(args, const char *)); break;
		case 'd': put_number(line, va_arg(args, u64), 10); break;
		case 'x': put_number(line, va_arg(args, u64), 16); break;
		default: return;
		}
	}
	put(line, '\n');
}

static void vsay(const char *format, va_list args)
{
	struct line line = { .length = 0 };

	put_format(&line, format, args);
	host_write(STREAM_ERR, line.text, line.length);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsay(format, args);
	va_end(args);
}

void die(int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsay(format, args);
	va_end(args);
	host_exit(code);
}
