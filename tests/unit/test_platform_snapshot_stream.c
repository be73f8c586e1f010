/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Snapshot files whose compressed data is made by hand: what stands behind the digest is looked
 * at, too, wherever the reader's buffer ends.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/digest.h"
#include "platform/snapshot_stream.h"

/* A frame of zstd (RFC 8878): a head, and blocks with a head of 3 bytes. */
enum { FRAME_HEAD = 6, BLOCK_HEAD = 3 };

static const u8 frame_head[FRAME_HEAD] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3 };

/* A raw block that is not the last one, with the digest at its end. */
static size_t put_block(u8 *data, size_t size, u64 digest)
{
	u32 head = (u32)size << 3;

	memcpy(data, &head, BLOCK_HEAD);
	memset(data + BLOCK_HEAD, 'c', size - sizeof(digest));
	digest = digest_bytes(digest, data + BLOCK_HEAD, size - sizeof(digest));
	memcpy(data + BLOCK_HEAD + size - sizeof(digest), &digest, sizeof(digest));
	return BLOCK_HEAD + size;
}

struct ending {
	const char *why; /* NULL: it is whole */
	size_t size;
	u8 bytes[8];
};

static const struct ending endings[] = {
	{ NULL, 3, { 1, 0, 0 } },
	{ NULL, 6, { 0, 0, 0, 1, 0, 0 } },
	{ "cut off", 0, { 0 } },
	{ "cut off", 2, { 1, 0 } },
	{ "no zstd data", 3, { 7, 0, 0 } }, /* a kind of block that is reserved */
	{ "no zstd data", 7, { 7, 0, 0, 'x', 'x', 'x', 'x' } },
	{ "behind its end", 4, { 1 << 3 | 1, 0, 0, 'x' } },
	{ "behind its end", 4, { 1, 0, 0, 'x' } },
};

/* The reader's buffer ends with the digest, or a byte before or behind. */
static void check(const struct ending *ending, size_t size)
{
	struct snapshot_header header = { .build = "of a test" };
	char path[] = "/tmp/entresol-stream-XXXXXX";
	size_t contents = size - FRAME_HEAD - BLOCK_HEAD - sizeof(u64);
	u8 *data = calloc(1, sizeof(header) + size + sizeof(ending->bytes));
	int fd = mkstemp(path);
	struct snapshot_reader *reader;
	struct status status;
	bool is_whole;

	assert_true(fd >= 0 && data != NULL);
	memcpy(data, &header, sizeof(header));
	memcpy(data + sizeof(header), frame_head, FRAME_HEAD);
	put_block(data + sizeof(header) + FRAME_HEAD, contents + sizeof(u64),
		digest_bytes(DIGEST_START, &header, sizeof(header)));
	memcpy(data + sizeof(header) + size, ending->bytes, ending->size);
	size += sizeof(header) + ending->size;
	assert_int_equal(write(fd, data, size), size);
	close(fd);
	reader = reader_create(path, &header, &status);
	unlink(path);
	assert_non_null(reader);
	is_whole = reader_get(reader, data, contents) && reader_finish(reader);
	status = reader_status(reader);
	reader_free(reader);
	free(data);
	assert_int_equal(is_whole, ending->why == NULL);
	if (is_whole)
		assert_int_equal(status.code, STATUS_OK);
	else
		assert_non_null(strstr(status.text, ending->why));
}

static void test_endings(void **state)
{
	static const size_t sizes[] = { 100, (1 << 17) - 1, 1 << 17, (1 << 17) + 1 };

	(void)state;
	for (unsigned i = 0; i < COUNT(endings); i++) {
		for (unsigned k = 0; k < COUNT(sizes); k++)
			check(&endings[i], sizes[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_endings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
