/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where QEMU is known to deviate from the architecture: the functions of qemu.def.
 */
#include <fnmatch.h>
#include <string.h>

#include "compare.h"
#include "cpu/decode.h"
#include "sysregs/sysregs.h"

static unsigned rd(u32 insn)
{
	return insn & 31;
}

static unsigned rn(u32 insn)
{
	return insn >> 5 & 31;
}

/* The sides agree in everything but what `fix` makes equal. */
static bool same_after(const struct deviation_facts *facts,
	void (*fix)(struct diff_state *theirs, const struct deviation_facts *facts))
{
	struct diff_state theirs = *facts->theirs;

	fix(&theirs, facts);
	return memcmp(&theirs, facts->ours, sizeof(theirs)) == 0;
}

static void clear_above_half(struct diff_state *theirs, const struct deviation_facts *facts)
{
	theirs->v[rd(facts->insn)].d[0] &= 0xffff;
}

static bool only_above_half(const struct deviation_facts *facts)
{
	return same_after(facts, clear_above_half);
}

static void clear_z(struct diff_state *theirs, const struct deviation_facts *facts)
{
	(void)facts;
	theirs->nzcv &= ~BIT(30);
}

static bool z_of_flushed(const struct deviation_facts *facts)
{
	u64 input = facts->before->v[rn(facts->insn)].d[0];

	return (facts->before->fpcr & FPCR_FZ) && (input & MASK(62, 52)) == 0 &&
	       (input & MASK(51, 0)) != 0 && same_after(facts, clear_z);
}

static bool only_together(const struct deviation_facts *facts)
{
	return facts->agree_one_by_one;
}

static const struct deviation {
	const char *rows;
	bool (*explains)(const struct deviation_facts *facts);
	const char *reason;
} deviations[] = {
#define DEVIATION(rows_, explains_, reason_) { rows_, explains_, reason_ },
#include "tests/diff/qemu.def"
#undef DEVIATION
};

const unsigned deviation_count = COUNT(deviations);

const char *deviation_reason(unsigned index)
{
	return deviations[index].reason;
}

unsigned deviation_find(const char *row_name, const struct deviation_facts *facts)
{
	unsigned i = 0;

	while (i < deviation_count &&
		(fnmatch(deviations[i].rows, row_name, 0) != 0 || !deviations[i].explains(facts)))
		i++;
	return i;
}
