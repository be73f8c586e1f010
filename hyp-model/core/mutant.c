/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The choice among the rows of mutants.def. Not linked into hyp.elf.
 */
#include "core/mutant.h"

#include "core/print.h"

u32 mutant_chosen;

static const struct {
	const char *name, *what;
} rows[] = {
	[MUTANT_NONE] = { "none", "no bug (default)" },
#define BUG(id, breaks, what) [MUTANT_##id] = { "MUT-" #id, what },
#define NOT_EXPRESSIBLE(...)
#include "core/mutants.def"
#undef BUG
#undef NOT_EXPRESSIBLE
};

static bool is(const char *row, const char *name, unsigned length)
{
	unsigned i = 0;

	while (i < length && row[i] != '\0' && row[i] == name[i])
		i++;
	return i == length && row[i] == '\0';
}

bool mutant_choose(const char *name, unsigned length)
{
	for (u32 i = 0; i < COUNT(rows); i++) {
		if (!is(rows[i].name, name, length))
			continue;
		mutant_chosen = i;
		return true;
	}
	return false;
}

void mutant_print_help(void)
{
	print("  %-28s%s\n", "mutant=ID", "the bug that this hypervisor has:");
	for (unsigned i = 0; i < COUNT(rows); i++)
		print("    %-26s%s\n", rows[i].name, rows[i].what);
}
