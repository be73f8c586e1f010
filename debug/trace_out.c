/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buffers, compresses and writes the text of a trace.
 */
#include "debug/trace_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { TEXT = 256 * 1024, PACKED = 128 * 1024, MOST = 512 /* of one piece */ };

/* Of traces the fastest levels make a tenth already. */
enum { GZIP_LEVEL = 1, GZIP_WINDOW = 15 + 16, ZSTD_LEVEL = 1 };

struct trace_out {
	const char *path;
	int fd;
	int error; /* errno of the first failure, or one that says it best; 0: none */
	bool by_line;
	bool is_gzip;
	z_stream gzip;	 /* is_gzip */
	ZSTD_CCtx *zstd; /* NULL: not zstd */
	u64 written;
	size_t used;
	char text[TEXT];
	char packed[PACKED];
};

/* ---- Bytes for the file ---- */

void trace_out_fail(struct trace_out *out, int error)
{
	if (out->error == 0)
		out->error = error;
}

static void write_bytes(struct trace_out *out, const char *bytes, size_t size)
{
	while (size > 0 && out->error == 0) {
		ssize_t n = write(out->fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			trace_out_fail(out, n < 0 ? errno : ENOSPC);
			return;
		}
		out->written += (u64)n;
		bytes += n;
		size -= (size_t)n;
	}
}

static void write_gzip(struct trace_out *out, bool is_end)
{
	z_stream *gzip = &out->gzip;

	gzip->next_in = (Bytef *)out->text;
	gzip->avail_in = (uInt)out->used;
	do {
		gzip->next_out = (Bytef *)out->packed;
		gzip->avail_out = PACKED;
		if (deflate(gzip, is_end ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
			trace_out_fail(out, EINVAL);
		write_bytes(out, out->packed, PACKED - gzip->avail_out);
	} while (gzip->avail_out == 0 && out->error == 0);
}

static void write_zstd(struct trace_out *out, bool is_end)
{
	ZSTD_inBuffer in = { .src = out->text, .size = out->used };
	size_t left;

	do {
		ZSTD_outBuffer packed = { .dst = out->packed, .size = PACKED };

		left = ZSTD_compressStream2(
			out->zstd, &packed, &in, is_end ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			trace_out_fail(out, ENOMEM);
		write_bytes(out, out->packed, packed.pos);
	} while ((is_end ? left != 0 : in.pos < in.size) && out->error == 0);
}

static void flush(struct trace_out *out, bool is_end)
{
	if (out->error == 0 && out->is_gzip)
		write_gzip(out, is_end);
	else if (out->error == 0 && out->zstd != NULL)
		write_zstd(out, is_end);
	else
		write_bytes(out, out->text, out->used);
	out->used = 0;
}

/* ---- Opening and closing ---- */

static bool has_suffix(const char *path, const char *suffix)
{
	size_t length = strlen(path), n = strlen(suffix);

	return length > n && strcmp(path + length - n, suffix) == 0;
}

static bool begin_packing(struct trace_out *out)
{
	if (has_suffix(out->path, ".gz"))
		out->is_gzip = deflateInit2(&out->gzip, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, 8,
				       Z_DEFAULT_STRATEGY) == Z_OK;
	else if (has_suffix(out->path, ".zst"))
		out->zstd = ZSTD_createCCtx();
	else
		return true;
	if (out->zstd != NULL)
		(void)ZSTD_CCtx_setParameter(out->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	return out->is_gzip || out->zstd != NULL;
}

static void release(struct trace_out *out)
{
	if (out->is_gzip)
		deflateEnd(&out->gzip);
	ZSTD_freeCCtx(out->zstd);
	free(out);
}

struct status trace_out_open(struct trace_out **result, const char *path)
{
	struct trace_out *out = calloc(1, sizeof(*out));

	if (out == NULL)
		return status_error(STATUS_HOST, "the host has no memory for a trace");
	out->path = path;
	out->by_line = path == NULL;
	out->fd = STDERR_FILENO;
	if (path != NULL && !begin_packing(out)) {
		release(out);
		return status_error(STATUS_HOST, "the host has no memory for a trace");
	}
	if (path != NULL)
		out->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (out->fd < 0) {
		struct status status =
			status_error(STATUS_HOST, "--trace %.100s: %s", path, strerror(errno));

		release(out);
		return status;
	}
	*result = out;
	return status_ok();
}

struct status trace_out_close(struct trace_out *out)
{
	struct status status = status_ok();

	flush(out, true);
	if (out->path != NULL && close(out->fd) != 0)
		trace_out_fail(out, errno);
	if (out->error != 0)
		status = status_error(STATUS_HOST, "--trace %.100s: %s",
			out->path != NULL ? out->path : "on stderr", strerror(out->error));
	release(out);
	return status;
}

bool trace_out_failed(const struct trace_out *out)
{
	return out->error != 0;
}

u64 trace_out_written(const struct trace_out *out)
{
	return out->written;
}

/* ---- Text ---- */

static char *room(struct trace_out *out, size_t size)
{
	if (UNLIKELY(TEXT - out->used < size))
		flush(out, false);
	return out->text + out->used;
}

void out_char(struct trace_out *out, char c)
{
	*room(out, 1) = c;
	out->used++;
}

void out_text(struct trace_out *out, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		size_t n = length < MOST ? length : MOST;

		memcpy(room(out, n), text, n);
		out->used += n;
		text += n;
		length -= n;
	}
}

static void hex(struct trace_out *out, u64 value, unsigned digits, const char *letters)
{
	char *to = room(out, MOST);

	while (digits < 16 && value >> (4 * digits) != 0)
		digits++;
	for (unsigned i = digits; i-- > 0; value >>= 4)
		to[i] = letters[value & 15];
	out->used += digits;
}

void out_hex(struct trace_out *out, u64 value, unsigned digits)
{
	hex(out, value, digits, "0123456789abcdef");
}

void out_hex_capital(struct trace_out *out, u64 value, unsigned digits)
{
	hex(out, value, digits, "0123456789ABCDEF");
}

void out_decimal(struct trace_out *out, u64 value, unsigned width)
{
	char *to = room(out, MOST), digits[20];
	unsigned count = 0, spaces;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	spaces = count < width ? width - count : 0;
	memset(to, ' ', spaces);
	for (unsigned i = 0; i < count; i++)
		to[spaces + i] = digits[count - 1 - i];
	out->used += spaces + count;
}

void out_printf(struct trace_out *out, const char *format, ...)
{
	char *to = room(out, MOST);
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(to, MOST, format, args);
	va_end(args);
	if (length > 0)
		out->used += (size_t)length < MOST ? (size_t)length : MOST - 1;
}

void out_line(struct trace_out *out)
{
	out_char(out, '\n');
	if (out->by_line)
		flush(out, false);
}
