/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compressed files: gzip by zlib, zstd by libzstd, and EFI zboot (the kernel's
 * drivers/firmware/efi/libstub/zboot-header.S), which holds one of them. Unpacks into memory, and
 * no more than a limit.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "loader/formats.h"

/* What was unpacked so far; grows up to the limit. */
struct output {
	u8 *data;
	size_t size, room, limit;
};

enum { FIRST_ROOM = 1 << 20 };

static struct status make_room(const struct input *input, struct output *output)
{
	size_t room = output->room == 0 ? FIRST_ROOM : 2 * output->room;
	u8 *data;

	if (output->size < output->room)
		return status_ok();
	if (output->room == output->limit)
		return BAD_IMAGE(input,
			"unpacks to more than the %zu MiB that there are of RAM; try --memory",
			output->limit >> 20);
	room = smaller(room, output->limit);
	data = realloc(output->data, room);
	if (data == NULL)
		return status_error(
			STATUS_HOST, "%.60s: the host has no memory to unpack it", input->name);
	output->data = data;
	output->room = room;
	return status_ok();
}

/* zlib counts in 32 bits. */
#define ZLIB_PIECE ((size_t)1 << 30)

static struct status inflate_all(const struct input *input, struct output *output, z_stream *stream)
{
	size_t read = 0;
	int result = Z_OK;

	while (result != Z_STREAM_END) {
		struct status status = make_room(input, output);
		size_t in = smaller(input->size - read, ZLIB_PIECE);
		size_t out = smaller(output->room - output->size, ZLIB_PIECE);

		if (status.code != STATUS_OK)
			return status;
		if (in == 0)
			return BAD_IMAGE(input,
				"truncated: the gzip data go on beyond their %zu bytes",
				input->size);
		/* zlib does not write to its input */
		stream->next_in = (u8 *)(uintptr_t)(input->data + read);
		stream->avail_in = (uInt)in;
		stream->next_out = output->data + output->size;
		stream->avail_out = (uInt)out;
		result = inflate(stream, Z_NO_FLUSH);
		read += in - stream->avail_in;
		output->size += out - stream->avail_out;
		if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
			return BAD_IMAGE(input, "corrupt gzip data at byte 0x%zx: %s", read,
				stream->msg != NULL ? stream->msg : zError(result));
	}
	return status_ok();
}

static struct status unpack_gzip(const struct input *input, struct output *output)
{
	enum { GZIP_HEADER = 16 };
	z_stream stream = { .next_in = NULL };
	struct status status;

	if (inflateInit2(&stream, GZIP_HEADER + MAX_WBITS) != Z_OK)
		return status_error(
			STATUS_HOST, "%.60s: the host has no memory to unpack it", input->name);
	status = inflate_all(input, output, &stream);
	inflateEnd(&stream);
	return status;
}

static struct status zstd_all(const struct input *input, struct output *output, ZSTD_DCtx *context)
{
	ZSTD_inBuffer in = { .src = input->data, .size = input->size };
	size_t result = 1;

	while (result != 0) { /* 0: the frame ended */
		struct status status = make_room(input, output);
		ZSTD_outBuffer out = { .dst = output->data + output->size,
			.size = output->room - output->size };

		if (status.code != STATUS_OK)
			return status;
		result = ZSTD_decompressStream(context, &out, &in);
		output->size += out.pos;
		if (ZSTD_isError(result))
			return BAD_IMAGE(input, "corrupt zstd data at byte 0x%zx: %s", in.pos,
				ZSTD_getErrorName(result));
		if (result != 0 && in.pos == in.size && out.pos < out.size)
			return BAD_IMAGE(input,
				"truncated: the zstd data go on beyond their %zu bytes",
				input->size);
	}
	return status_ok();
}

static struct status unpack_zstd(const struct input *input, struct output *output)
{
	ZSTD_DCtx *context = ZSTD_createDCtx();
	struct status status;

	if (context == NULL)
		return status_error(
			STATUS_HOST, "%.60s: the host has no memory to unpack it", input->name);
	status = zstd_all(input, output, context);
	ZSTD_freeDCtx(context);
	return status;
}

/* ---- EFI zboot ---- */

/* The first 64 bytes, little-endian. */
struct zboot_header {
	char mz[4];
	char zimg[4];
	u32 payload_offset, payload_size;
	u32 reserved[2];
	char compression[32]; /* a name, ended by 0 */
	u32 magic[2];
};
_Static_assert(sizeof(struct zboot_header) == 64, "as the kernel has it");

static bool is_zboot(const struct input *input)
{
	return input->size >= sizeof(struct zboot_header) && memcmp(input->data, "MZ", 2) == 0 &&
	       memcmp(input->data + 4, "zimg", 4) == 0;
}

/* Kernels before 6.14 said "zstd22". */
static struct status unpack_zboot(const struct input *input, struct output *output)
{
	struct input payload = *input;
	struct zboot_header header;

	memcpy(&header, input->data, sizeof(header));
	header.compression[sizeof(header.compression) - 1] = '\0';
	if (header.payload_offset > input->size ||
		header.payload_size > input->size - header.payload_offset)
		return BAD_IMAGE(input,
			"truncated: the zboot payload, 0x%x bytes at 0x%x, ends beyond the file's "
			"%zu bytes",
			header.payload_size, header.payload_offset, input->size);
	payload.data += header.payload_offset;
	payload.size = header.payload_size;
	if (strcmp(header.compression, "gzip") == 0)
		return unpack_gzip(&payload, output);
	if (strncmp(header.compression, "zstd", 4) == 0)
		return unpack_zstd(&payload, output);
	return BAD_IMAGE(input, "zboot with compression '%.31s'; only gzip and zstd are known",
		header.compression);
}

/* ---- Which one ---- */

struct packing {
	const char *magic;
	size_t size;
	struct status (*unpack)(
		const struct input *input, struct output *output); /* or not known */
	const char *name;
};

#define MAGIC(bytes) bytes, sizeof(bytes) - 1
static const struct packing packings[] = {
	{ MAGIC("\x1f\x8b"), unpack_gzip, "gzip" },
	{ MAGIC("\x28\xb5\x2f\xfd"), unpack_zstd, "zstd" },
	{ MAGIC("\xfd\x37zXZ\x00"), NULL, "xz" },
	{ MAGIC("BZh"), NULL, "bzip2" },
	{ MAGIC("\x02\x21\x4c\x18"), NULL, "lz4" },
	{ MAGIC("\x04\x22\x4d\x18"), NULL, "lz4" },
	{ MAGIC("\x89LZO"), NULL, "lzo" },
};

static const struct packing *find(const struct input *input)
{
	for (size_t i = 0; i < COUNT(packings); i++) {
		if (input->size >= packings[i].size &&
			memcmp(input->data, packings[i].magic, packings[i].size) == 0)
			return &packings[i];
	}
	return NULL;
}

bool unpack_recognize(const struct input *input)
{
	return is_zboot(input) || find(input) != NULL;
}

struct status unpack(const struct input *input, u8 **data, size_t *size)
{
	struct output output = { .limit = memory_ram(input->memory)->size };
	const struct packing *packing = find(input);
	struct status status;

	if (is_zboot(input))
		status = unpack_zboot(input, &output);
	else if (packing->unpack != NULL)
		status = packing->unpack(input, &output);
	else
		status = BAD_IMAGE(input, "compressed by %s; unpack it first (%s -d)",
			packing->name, packing->name);
	*data = output.data;
	*size = output.size;
	return status;
}
