/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot's bytes between a file of the host and who knows what they mean.
 */
#include "platform/snapshot_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "base/digest.h"
#include "platform/snapshot.h"

/* Quick rather than small. */
enum { LEVEL = 1 };

enum { BUFFER = 1 << 17, MAX_PATH = 4096, TEMPORARIES = 1000 };

_Static_assert(sizeof(struct snapshot_header) == 64, "no padding: it is written as it is");

struct status snapshot_refuse(const char *path, const char *why)
{
	return status_error(STATUS_BAD_IMAGE, "snapshot %.80s: %s", path, why);
}

/* ---- Writing ---- */

struct snapshot_writer {
	int fd;
	const char *path;
	char temporary[MAX_PATH]; /* "": it is written in place */
	int error;		  /* errno of the first thing that the host refused */
	u64 digest;
	ZSTD_CCtx *context;
	size_t in_count;
	u8 in[BUFFER], out[BUFFER];
};

static struct status cannot_write(const char *path, int error)
{
	return status_error(
		STATUS_HOST, "snapshot %.100s cannot be written: %s", path, strerror(error));
}

static void write_out(struct snapshot_writer *writer, const void *data, size_t size)
{
	const u8 *bytes = data;

	while (size > 0 && writer->error == 0) {
		ssize_t n = write(writer->fd, bytes, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			writer->error = n < 0 ? errno : ENOSPC;
			return;
		}
		bytes += n;
		size -= (size_t)n;
	}
}

/* What was put so far, or with ZSTD_e_end all, goes through the compressor. */
static void compress(struct snapshot_writer *writer, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = { writer->in, writer->in_count, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { writer->out, sizeof(writer->out), 0 };

		left = ZSTD_compressStream2(writer->context, &out, &in, end);
		if (ZSTD_isError(left)) {
			writer->error = ENOMEM;
			return;
		}
		write_out(writer, out.dst, out.pos);
	} while (writer->error == 0 && (in.pos < in.size || (end == ZSTD_e_end && left != 0)));
	writer->in_count = 0;
}

/* Without the digest. */
static void put(struct snapshot_writer *writer, const void *data, size_t size)
{
	const u8 *bytes = data;

	while (size > 0 && writer->error == 0) {
		size_t piece = smaller(size, sizeof(writer->in) - writer->in_count);

		memcpy(writer->in + writer->in_count, bytes, piece);
		writer->in_count += piece;
		bytes += piece;
		size -= piece;
		if (writer->in_count == sizeof(writer->in))
			compress(writer, ZSTD_e_continue);
	}
}

void writer_put(struct snapshot_writer *writer, const void *data, size_t size)
{
	writer->digest = digest_bytes(writer->digest, data, size);
	put(writer, data, size);
}

/* A file beside the path, which nobody has: not that of another run, no link to elsewhere. */
static int open_temporary(const char *path, char *name, size_t room)
{
	for (unsigned i = 0; i < TEMPORARIES; i++) {
		int fd;

		if ((size_t)snprintf(name, room, "%s.partial%u", path, i) >= room) {
			errno = ENAMETOOLONG;
			return -1;
		}
		fd = open(name, O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL, 0666);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static bool is_in_place(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* A device or a pipe is written to; what is there of another snapshot stays until this is whole. */
static int open_file(struct snapshot_writer *writer)
{
	if (is_in_place(writer->path))
		return open(writer->path, O_WRONLY | O_CLOEXEC);
	return open_temporary(writer->path, writer->temporary, sizeof(writer->temporary));
}

struct status snapshot_check_path(const char *path)
{
	struct stat st;
	char name[MAX_PATH];
	int fd;

	if (is_in_place(path)) { /* not opened: a pipe would wait for its reader */
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			return cannot_write(path, EISDIR);
		return access(path, W_OK) == 0 ? status_ok() : cannot_write(path, errno);
	}
	fd = open_temporary(path, name, sizeof(name));
	if (fd < 0)
		return cannot_write(path, errno);
	close(fd);
	unlink(name);
	return status_ok();
}

static void free_writer(struct snapshot_writer *writer)
{
	ZSTD_freeCCtx(writer->context);
	free(writer);
}

struct snapshot_writer *writer_create(
	const char *path, const struct snapshot_header *header, struct status *status)
{
	struct snapshot_writer *writer = calloc(1, sizeof(*writer));

	if (writer == NULL || (writer->context = ZSTD_createCCtx()) == NULL) {
		free(writer);
		*status = cannot_write(path, ENOMEM);
		return NULL;
	}
	writer->path = path;
	writer->fd = open_file(writer);
	if (writer->fd < 0) {
		*status = cannot_write(path, errno);
		free_writer(writer);
		return NULL;
	}
	ZSTD_CCtx_setParameter(writer->context, ZSTD_c_compressionLevel, LEVEL);
	write_out(writer, header, sizeof(*header));
	writer->digest = digest_bytes(DIGEST_START, header, sizeof(*header));
	*status = status_ok();
	return writer;
}

struct status writer_finish(struct snapshot_writer *writer)
{
	bool is_temporary = writer->temporary[0] != '\0';
	u64 digest = writer->digest;
	struct status status;

	put(writer, &digest, sizeof(digest));
	if (writer->error == 0)
		compress(writer, ZSTD_e_end);
	if (close(writer->fd) != 0 && writer->error == 0)
		writer->error = errno;
	if (writer->error == 0 && is_temporary && rename(writer->temporary, writer->path) != 0)
		writer->error = errno;
	if (writer->error != 0 && is_temporary)
		unlink(writer->temporary);
	status = writer->error == 0 ? status_ok() : cannot_write(writer->path, writer->error);
	free_writer(writer);
	return status;
}

/* ---- Reading ---- */

struct snapshot_reader {
	int fd;
	const char *path;
	struct status status;
	u64 digest;
	ZSTD_DCtx *context;
	bool has_ended; /* of the compressed data */
	ZSTD_inBuffer in;
	u8 buffer[BUFFER];
};

static bool fail(struct snapshot_reader *reader, const char *why)
{
	if (reader->status.code == STATUS_OK)
		reader->status = snapshot_refuse(reader->path, why);
	return false;
}

static bool read_in(struct snapshot_reader *reader)
{
	ssize_t n;

	do {
		n = read(reader->fd, reader->buffer, sizeof(reader->buffer));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail(reader, strerror(errno));
	reader->in = (ZSTD_inBuffer){ reader->buffer, (size_t)n, 0 };
	return true;
}

/* A step of the decompressor, with more of the file where all of it was consumed. */
static bool decompress(struct snapshot_reader *reader, ZSTD_outBuffer *out)
{
	size_t left;

	if (reader->in.pos == reader->in.size && !read_in(reader))
		return false;
	if (reader->in.size == 0)
		return fail(reader, "it is cut off");
	left = ZSTD_decompressStream(reader->context, out, &reader->in);
	if (ZSTD_isError(left))
		return fail(reader, "it is damaged: what is compressed is no zstd data");
	reader->has_ended = left == 0;
	return true;
}

/* Without the digest. */
static bool get(struct snapshot_reader *reader, void *data, size_t size)
{
	ZSTD_outBuffer out = { data, size, 0 };

	while (out.pos < out.size) {
		if (reader->has_ended)
			return fail(reader, "it ends too early");
		if (!decompress(reader, &out))
			return false;
	}
	return true;
}

bool reader_get(struct snapshot_reader *reader, void *data, size_t size)
{
	if (reader->status.code != STATUS_OK || !get(reader, data, size)) {
		memset(data, 0, size);
		return false;
	}
	reader->digest = digest_bytes(reader->digest, data, size);
	return true;
}

bool reader_finish(struct snapshot_reader *reader)
{
	u64 digest = reader->digest, found = 0;
	u8 more;
	ZSTD_outBuffer out = { &more, 1, 0 };

	if (reader->status.code != STATUS_OK || !get(reader, &found, sizeof(found)))
		return false;
	if (found != digest)
		return fail(reader, "it is damaged: its contents do not match their digest");
	while (!reader->has_ended) {
		if (!decompress(reader, &out))
			return false;
		if (out.pos != 0)
			return fail(reader, "it is damaged: it goes on behind its end");
	}
	if (reader->in.pos == reader->in.size && !read_in(reader))
		return false;
	if (reader->in.size != reader->in.pos)
		return fail(reader, "it is damaged: it goes on behind its end");
	return true;
}

struct status reader_status(const struct snapshot_reader *reader)
{
	return reader->status;
}

void reader_free(struct snapshot_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	ZSTD_freeDCtx(reader->context);
	free(reader);
}

static bool open_reader(struct snapshot_reader *reader, struct snapshot_header *header)
{
	struct stat st;
	ssize_t n;

	reader->fd = open(reader->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (reader->fd < 0 || fstat(reader->fd, &st) != 0)
		return fail(reader, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(reader, S_ISDIR(st.st_mode) ? "is a directory" : "not a regular file");
	n = read(reader->fd, header, sizeof(*header));
	if (n < 0)
		return fail(reader, strerror(errno));
	if ((size_t)n < sizeof(*header))
		memset((u8 *)header + n, 0, sizeof(*header) - (size_t)n);
	reader->digest = digest_bytes(DIGEST_START, header, sizeof(*header));
	return true;
}

struct snapshot_reader *reader_create(
	const char *path, struct snapshot_header *header, struct status *status)
{
	struct snapshot_reader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL || (reader->context = ZSTD_createDCtx()) == NULL) {
		free(reader);
		*status = status_error(STATUS_HOST, "the host has no memory for a snapshot");
		return NULL;
	}
	reader->path = path;
	if (open_reader(reader, header)) {
		*status = status_ok();
		return reader;
	}
	*status = reader->status;
	reader_free(reader);
	return NULL;
}
