/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text into the assembler of `entresol explain`: a word, or one line that says what is wrong.
 * Inputs are made around good texts. With --lines: the words of the lines of stdin, for
 * assembler_writes.py.
 */
#include "explain/explain.h"
#include "fuzz.h"

/* What is understood must be so in capitals, and with spaces around it, too. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char *text = malloc(size + 1), again[160];
	struct status status;
	u32 insn = 0, same = 0;

	ENT_BUG_ON(text == NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	status = assemble(text, &insn);
	ENT_BUG_ON(
		status.code != STATUS_OK && (status.text[0] == '\0' || strchr(status.text, '\n')));
	if (status.code == STATUS_OK) {
		snprintf(again, sizeof(again), "  %s \t", text);
		for (char *p = again; *p != '\0'; p++) {
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 32);
		}
		ENT_BUG_ON(strlen(text) < 120 &&
			   (assemble(again, &same).code != STATUS_OK || same != insn));
	}
	free(text);
	return 0;
}

#ifndef ENT_LIBFUZZER
static void print_words(void)
{
	char line[200];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		u32 insn;
		struct status status = assemble(line, &insn);

		if (status.code == STATUS_OK)
			printf("%08" PRIx32 "\n", insn);
		else
			printf("%s\n", status.text);
	}
}

static const char *const seeds[] = { "msr sctlr_el1, x0", "mrs x30, S3_0_C1_C0_0",
	"msr daifset, #15", "sys #3, C7, C5, #1, x2", "tlbi vae1is, x0", "at s12e0w, x9",
	"dc zva, sp", "svc #65535", "smc 0", "isb sy", "dmb ish", "pacga x0, x1, sp",
	"ldr q0, [x1]", "0xd5033fdf", ".inst 0xd69f03e0", "bti jc" };

/* Changes, drops and doubles some characters. */
static void damage(struct rng *rng, char *text, size_t size)
{
	static const char edges[] = "xXzZ09_#,[]. \t-+\n\x80\xff";

	for (u64 changes = rng_below(rng, 4); changes > 0; changes--) {
		size_t length = strlen(text), at = rng_below(rng, length + 1);

		switch (rng_below(rng, 3)) {
		case 0:
			if (at < length)
				text[at] = edges[rng_below(rng, sizeof(edges))];
			break;
		case 1:
			if (at < length)
				memmove(text + at, text + at + 1, length - at);
			break;
		default:
			if (length + 2 < size) {
				memmove(text + at + 1, text + at, length - at + 1);
				text[at] = edges[rng_below(rng, sizeof(edges) - 1)];
			}
			break;
		}
	}
}

static void make_input(struct rng *rng)
{
	char text[160];

	snprintf(text, sizeof(text), "%s", seeds[rng_below(rng, COUNT(seeds))]);
	damage(rng, text, sizeof(text));
	fuzz_input(text, strlen(text));
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--lines") == 0) {
		print_words();
		return 0;
	}
	return fuzz_main(argc, argv, 200000, make_input);
}
#endif
