/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zlib and zstd as Debian built them for arm64: there and back at several levels, with checksums.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

enum { SIZE = 60000, ROOM = 2 * SIZE };

static unsigned char text[SIZE], packed[ROOM], back[SIZE];

/* Words of a small language, with a stretch of noise and one of zeros. */
static void write_text(void)
{
	static const char *const words[] = { "exception ", "level ", "register ", "trap ", "the ",
		"of ", "page ", "table\n", "0x", "walk " };
	unsigned long state = 88172645463325252ul;
	size_t at = 0;

	while (at + 16 < SIZE) {
		const char *word;

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		if (at > 30000 && at < 35000) {
			memcpy(text + at, &state, 8);
			at += 8;
		} else if (at > 40000 && at < 50000) {
			at += 1000;
		} else {
			word = words[state % 10 * (state >> 20 & 1)];
			memcpy(text + at, word, strlen(word));
			at += strlen(word);
		}
	}
}

static void check(const char *what, int level, size_t size, size_t back_size)
{
	if (back_size != SIZE || memcmp(text, back, SIZE) != 0) {
		printf("%s level %d: %zu bytes, not what went in\n", what, level, back_size);
		exit(1);
	}
	printf("%s level %d: %zu bytes, crc %08lx\n", what, level, size,
		crc32(0, packed, (unsigned)size));
	memset(back, 0, SIZE);
}

int main(void)
{
	static const int zlib_levels[] = { 1, 6, 9 }, zstd_levels[] = { -5, 1, 3, 9 };

	write_text();
	printf("zlib %s zstd %s crc %08lx adler %08lx\n", zlibVersion(), ZSTD_versionString(),
		crc32(0, text, SIZE), adler32(1, text, SIZE));
	for (size_t i = 0; i < sizeof(zlib_levels) / sizeof(*zlib_levels); i++) {
		uLongf size = ROOM, back_size = SIZE;

		if (compress2(packed, &size, text, SIZE, zlib_levels[i]) != Z_OK ||
			uncompress(back, &back_size, packed, size) != Z_OK)
			return 2;
		check("zlib", zlib_levels[i], size, back_size);
	}
	for (size_t i = 0; i < sizeof(zstd_levels) / sizeof(*zstd_levels); i++) {
		size_t size = ZSTD_compress(packed, ROOM, text, SIZE, zstd_levels[i]);

		if (ZSTD_isError(size))
			return 3;
		check("zstd", zstd_levels[i], size, ZSTD_decompress(back, SIZE, packed, size));
	}
	return 0;
}
