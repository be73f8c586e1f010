/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-insn PROFILE CPU IMAGE...: runs flat guest-assembly tests (insn.inc) on every engine
 * with that profile and on qemu-aarch64 -cpu CPU; the facts in them must hold and all memory must
 * end equal.
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

static bool run_test(const struct diff_sides *sides, const char *path)
{
	static u8 image[IMAGE_SIZE], theirs[IMAGE_SIZE], ours[IMAGE_SIZE];
	static struct diff_program program;
	bool ok = load(path, image);

	memcpy(theirs, image, IMAGE_SIZE);
	program.image = theirs;
	ok = ok && diff_run_qemu(&program, sides) && check(path, "qemu", theirs);
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP && ok; engine++) {
		const char *who = engine == ENGINE_TAIL ? "entresol tail" : "entresol step";

		if (!cpu_engine_available(engine))
			continue;
		memcpy(ours, image, IMAGE_SIZE);
		program.image = ours;
		ok = diff_run_entresol(&program, sides->profile, engine) &&
		     check(path, who, ours) && same(path, who, ours, theirs);
	}
	return ok;
}

int main(int argc, char **argv)
{
	struct diff_sides sides = { .qemu = "qemu-aarch64" };
	int failed = 0;

	if (argc < 4) {
		fprintf(stderr, "usage: entresol-insn PROFILE CPU IMAGE...\n");
		return 2;
	}
	sides.profile = argv[1];
	sides.cpu = argv[2];
	for (int i = 3; i < argc; i++)
		failed += !run_test(&sides, argv[i]);
	return failed > 0;
}
