/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-insn IMAGE...: runs flat guest-assembly tests (insn.inc) on every engine and on
 * qemu-aarch64; the facts in them must hold and all memory must end equal.
 */
#include "tests/diff/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAILURE_OFFSET = 8 }; /* insn.inc: `failure` */

static bool load(const char *path, u8 *image)
{
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL) {
		perror(path);
		return false;
	}
	memset(image, 0, IMAGE_SIZE);
	size = fread(image, 1, IMAGE_SIZE, file);
	fclose(file);
	return size > 0;
}

/* The facts hold: no failure line was recorded. */
static bool check(const char *path, const char *who, const u8 *image)
{
	u64 line;

	memcpy(&line, image + FAILURE_OFFSET, 8);
	if (line != 0)
		printf("%s: on %s the fact in line %" PRIu64 " does not hold\n", path, who, line);
	return line == 0;
}

static bool same(const char *path, const char *who, const u8 *ours, const u8 *theirs)
{
	for (u32 i = 0; i < IMAGE_SIZE; i++) {
		if (ours[i] != theirs[i]) {
			printf("%s: memory differs at 0x%" PRIx64 ": %s %02x qemu %02x\n", path,
				IMAGE_BASE + i, who, ours[i], theirs[i]);
			return false;
		}
	}
	return true;
}

static bool run_test(const char *path)
{
	static u8 image[IMAGE_SIZE], theirs[IMAGE_SIZE], ours[IMAGE_SIZE];
	static struct diff_program program;
	bool ok = load(path, image);

	memcpy(theirs, image, IMAGE_SIZE);
	program.image = theirs;
	ok = ok && diff_run_qemu(&program, "qemu-aarch64") && check(path, "qemu", theirs);
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP && ok; engine++) {
		const char *who = engine == ENGINE_TAIL ? "entresol tail" : "entresol step";

		if (!cpu_engine_available(engine))
			continue;
		memcpy(ours, image, IMAGE_SIZE);
		program.image = ours;
		ok = diff_run_entresol(&program, engine) && check(path, who, ours) &&
		     same(path, who, ours, theirs);
	}
	return ok;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed += !run_test(argv[i]);
	return argc < 2 || failed > 0;
}
