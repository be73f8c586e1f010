/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fuzz targets share. With clang, `-DENT_FUZZ=ON` makes them libFuzzer's (ENT_LIBFUZZER). As
 * programs they replay the files that they are given, or make inputs from a seed.
 */
#ifndef ENT_TESTS_FUZZ_H
#define ENT_TESTS_FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#ifndef ENT_LIBFUZZER

/* From a block of its own, whose end a sanitizer sees. */
static inline void fuzz_input(const void *data, size_t size)
{
	u8 *copy = malloc(size != 0 ? size : 1);

	ENT_BUG_ON(copy == NULL);
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static inline void fuzz_replay(const char *path)
{
	static u8 data[1 << 24];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL) {
		perror(path);
		exit(1);
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	fuzz_input(data, size);
}

/* [--seed N] [--inputs N] [FILE...]; `inputs`: how many without an option. */
static inline int fuzz_main(int argc, char **argv, u64 inputs, void (*make_input)(struct rng *rng))
{
	struct rng rng = { .state = 1 };
	bool replays = false;

	for (int i = 1; i < argc; i++) {
		if (i + 1 < argc && strcmp(argv[i], "--seed") == 0) {
			rng.state = strtoull(argv[++i], NULL, 0);
		} else if (i + 1 < argc && strcmp(argv[i], "--inputs") == 0) {
			inputs = strtoull(argv[++i], NULL, 0);
		} else {
			fuzz_replay(argv[i]);
			replays = true;
		}
	}
	for (u64 i = 0; !replays && i < inputs; i++)
		make_input(&rng);
	return 0;
}

#endif
#endif
