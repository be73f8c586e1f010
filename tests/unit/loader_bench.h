/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of the loader share: RAM, a file, and what came of loading it.
 */
#ifndef ENT_TESTS_UNIT_LOADER_BENCH_H
#define ENT_TESTS_UNIT_LOADER_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loader/loader.h"

#define RAM_BASE 0x40000000ull
enum { RAM_SIZE = 8 << 20, FILE_MAX = 1 << 17 };

struct file {
	u8 data[FILE_MAX] __attribute__((aligned(8)));
	size_t size;
};

struct bench {
	struct memory memory;
	struct file file;
	struct load_options options;
	struct loaded_image image;
	struct status status;
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	bench->memory.region_count = 1;
	bench->memory.region[0] = (struct ram_region){ .base = PA(RAM_BASE),
		.size = RAM_SIZE,
		.host = calloc(1, RAM_SIZE),
		.page_flags = calloc(1, RAM_SIZE >> 12) };
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	loaded_image_free(&bench->image);
	free(bench->memory.region[0].host);
	free(bench->memory.region[0].page_flags);
	free(bench);
	return 0;
}

/* The bytes end where the heap block does, so that a sanitizer sees the first one too many. */
static void load(struct bench *bench)
{
	u8 *copy = malloc(bench->file.size != 0 ? bench->file.size : 1);

	memcpy(copy, bench->file.data, bench->file.size);
	loaded_image_free(&bench->image);
	bench->status = loader_load_bytes(
		&bench->memory, "file", copy, bench->file.size, &bench->options, &bench->image);
	free(copy);
}

#endif
