/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small formatter. Knows characters only; where they go is hal_putc()'s business.
 */
#include "core/print.h"

#include <stdarg.h>

#include "core/lock.h"
#include "core/scenario.h"
#include "hal.h"

struct spec {
	unsigned width;
	bool left, zero, is_long;
};

static void put_padding(unsigned length, struct spec spec, char fill)
{
	for (; length < spec.width; length++)
		hal_putc(fill);
}

static void put_text(const char *text, struct spec spec)
{
	unsigned length = 0;

	while (text[length] != '\0')
		length++;
	if (!spec.left)
		put_padding(length, spec, ' ');
	for (const char *c = text; *c != '\0'; c++)
		hal_putc(*c);
	if (spec.left)
		put_padding(length, spec, ' ');
}

char *print_digits(u64 value, unsigned base, char buffer[DIGITS])
{
	char *first = buffer + DIGITS;

	*--first = '\0';
	do {
		*--first = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	return first;
}

static void put_number(u64 value, unsigned base, struct spec spec)
{
	char buffer[DIGITS], *first = print_digits(value, base, buffer);

	if (spec.zero)
		while (buffer + DIGITS - 1 - first < spec.width && first > buffer)
			*--first = '0';
	put_text(first, spec);
}

static const char *parse_spec(const char *format, struct spec *spec)
{
	*spec = (struct spec){ 0 };
	for (; *format == '-' || *format == '0'; format++) {
		spec->left |= *format == '-';
		spec->zero |= *format == '0';
	}
	for (; *format >= '0' && *format <= '9'; format++)
		spec->width = spec->width * 10 + (unsigned)(*format - '0');
	spec->is_long = *format == 'l';
	return format + (spec->is_long ? 1 : 0);
}

static void vprint(const char *format, va_list args)
{
	struct spec spec;
	int number;

	for (; *format != '\0'; format++) {
		if (*format != '%') {
			hal_putc(*format);
			continue;
		}
		format = parse_spec(format + 1, &spec);
		switch (*format) {
		case 's': put_text(va_arg(args, const char *), spec); break;
		case 'c': hal_putc((char)va_arg(args, int)); break;
		case 'd':
			number = va_arg(args, int);
			if (number < 0)
				hal_putc('-');
			put_number(number < 0 ? 0 - (u64)number : (u64)number, 10, spec);
			break;
		case 'u':
		case 'x':
			put_number(spec.is_long ? va_arg(args, u64) : va_arg(args, unsigned),
				*format == 'x' ? 16 : 10, spec);
			break;
		case '\0': return;
		default: hal_putc(*format);
		}
	}
}

/* So that two CPUs do not write into each other's lines. panic() asks nobody. */
static struct lock console;

void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lock_take(&console);
	vprint(format, args);
	lock_drop(&console);
	va_end(args);
}

void panic(const char *format, ...)
{
	va_list args;

	for (const char *c = "hyp: panic: "; *c != '\0'; c++)
		hal_putc(*c);
	va_start(args, format);
	vprint(format, args);
	va_end(args);
	hal_putc('\n');
	hal_exit(EXIT_CODE_PANIC);
}
