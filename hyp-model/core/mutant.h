/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of the bugs of mutants.def this hypervisor has: none, and then there is nothing of all this
 * in it; but hyp-mutants.elf, built with HYP_MUTANTS, has the one that its user names. A guest
 * hypervisor is never told, so the bug is level 0's.
 */
#ifndef HYP_MUTANT_H
#define HYP_MUTANT_H

#include "core/types.h"

enum mutant {
	MUTANT_NONE,
#define BUG(id, ...) MUTANT_##id,
#define NOT_EXPRESSIBLE(...)
#include "core/mutants.def"
#undef BUG
#undef NOT_EXPRESSIBLE
};

extern u32 mutant_chosen; /* enum mutant; enter.S reads it, too */

#ifdef HYP_MUTANTS
enum { HAS_MUTANTS = 1 };
#define MUTANT(id) (mutant_chosen == MUTANT_##id)
#else
enum { HAS_MUTANTS = 0 };
#define MUTANT(id) 0
#endif

/*
 * Keeps the race of a bug open until other CPUs had the time to get into it, however far apart a
 * simulator lets them run.
 */
static inline void mutant_linger(void)
{
	for (volatile unsigned i = 0; i < 1000; i++)
		;
}

/* "MUT-D13", not terminated, or "none"; false: there is none such. */
bool mutant_choose(const char *name, unsigned length);
void mutant_print_help(void);

#endif
