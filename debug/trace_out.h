/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a trace goes: text in a large buffer, then a file, compressed if its name says so. After
 * the first thing that the host refuses nothing more is written. Private to debug/.
 */
#ifndef ENT_DEBUG_TRACE_OUT_H
#define ENT_DEBUG_TRACE_OUT_H

#include "base/base.h"

struct trace_out;

/* path: NULL for stderr, which gets every line at once; *.gz and *.zst are compressed. */
struct status trace_out_open(struct trace_out **out, const char *path);
/* Writes what is left. STATUS_HOST: the first thing that was refused since it was opened. */
struct status trace_out_close(struct trace_out *out);

/* From now on nothing is written, for this reason (errno), unless there was one before. */
void trace_out_fail(struct trace_out *out, int error);
/* Something was refused. */
bool trace_out_failed(const struct trace_out *out);
/* Bytes that the file has got. */
u64 trace_out_written(const struct trace_out *out);

void out_char(struct trace_out *out, char c);
void out_text(struct trace_out *out, const char *text);
/* At least so many digits, small ones / capital ones. */
void out_hex(struct trace_out *out, u64 value, unsigned digits);
void out_hex_capital(struct trace_out *out, u64 value, unsigned digits);
/* At least so many characters, with spaces in front. */
void out_decimal(struct trace_out *out, u64 value, unsigned width);
void out_printf(struct trace_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Ends a line. */
void out_line(struct trace_out *out);

#endif
