/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who chooses among what the architecture permits, decision by decision: liberty.def. What can be
 * chosen once for a whole machine is a row of sysregs/choices.def instead. Data only.
 *
 * Only STEP asks; a machine with liberties runs in it. A PE without them (NULL) goes way 0.
 */
#ifndef ENT_CPU_LIBERTY_H
#define ENT_CPU_LIBERTY_H

#include "cpu/state.h"

enum liberty {
#define LIBERTY(name, ...) LIBERTY_##name,
#include "cpu/liberty.def"
#undef LIBERTY
	LIBERTY_COUNT
};

struct liberties {
	/*
	 * Of `ways` (at least 2) the one to go: below `ways`. Asked in an order that the run alone
	 * determines; the answer may depend on nothing but earlier questions and the PE's state.
	 */
	unsigned (*choose)(
		void *opaque, const struct cpu *cpu, enum liberty liberty, unsigned ways);
	void *opaque;
	u32 taken; /* bit per enum liberty that is ever answered by another way than 0 */
};

/* The way to go; costs little where nobody chooses. */
static inline unsigned liberty(struct cpu *cpu, enum liberty which, unsigned ways)
{
	const struct liberties *l = cpu->liberties;

	if (LIKELY(l == NULL) || (l->taken >> which & 1) == 0 || ways < 2)
		return 0;
	return l->choose(l->opaque, cpu, which, ways);
}

static inline bool liberty_is_taken(const struct cpu *cpu, enum liberty which)
{
	return UNLIKELY(cpu->liberties != NULL) && (cpu->liberties->taken >> which & 1) != 0;
}

#endif
