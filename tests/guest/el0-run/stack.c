/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's stack at its first instruction: argc, argv, no environment, the auxiliary vector.
 */
#include "el0_run.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>

enum { WORDS = 128 };

static u64 push(u64 sp, const void *data, u64 size)
{
	sp -= size;
	memcpy((void *)sp, data, size);
	return sp;
}

static u64 push_text(u64 sp, const char *text)
{
	return push(sp, text, text_length(text) + 1);
}

u64 stack_build(const struct program *program, unsigned argc, char *const argv[])
{
	static const u8 random[16] = "not random bytes";
	u64 words[WORDS], sp = STACK_END, at_random, platform;
	unsigned count = 0;

	memory_promise(STACK_END - STACK_SIZE, STACK_SIZE, PROT_READ | PROT_WRITE);
	memory_touch_range(STACK_END - 2 * PAGE_SIZE, 2 * PAGE_SIZE, PROT_WRITE);
	sp = at_random = push(sp, random, sizeof(random));
	sp = platform = push_text(sp, "aarch64");
	words[count++] = argc;
	for (unsigned i = 0; i < argc; i++)
		words[count++] = sp = push_text(sp, argv[i]);
	words[count++] = 0;
	words[count++] = 0;

	const u64 auxv[] = { AT_PHDR, program->headers, AT_PHENT, sizeof(Elf64_Phdr), AT_PHNUM,
		program->header_count, AT_PAGESZ, PAGE_SIZE, AT_BASE, 0, AT_FLAGS, 0, AT_ENTRY,
		program->entry, AT_UID, 0, AT_EUID, 0, AT_GID, 0, AT_EGID, 0, AT_SECURE, 0,
		AT_CLKTCK, 100, AT_HWCAP, hwcap(1), AT_HWCAP2, hwcap(2), AT_RANDOM, at_random,
		AT_PLATFORM, platform, AT_EXECFN, words[1], AT_NULL, 0 };

	for (unsigned i = 0; i < COUNT(auxv); i++)
		words[count++] = auxv[i];
	sp = align_down(sp - count * sizeof(*words), 16);
	return push(sp + count * sizeof(*words), words, count * sizeof(*words));
}
