/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single registers of a guest that are live in the CPU, by the rows of context.def. Knows the two
 * names of each; not when to ask (switch.c).
 */
#include "core/context.h"

static const struct {
	u64 (*read)(void);
	void (*write)(u64 value);
} live[CTX_COUNT][2] = {
/* indexed by enum hyp_mode */
#define CTX(class, name, nvhe, vhe) { { read_##nvhe, write_##nvhe }, { read_##vhe, write_##vhe } },
#include "core/context.def"
#undef CTX
};

u64 context_read_live(enum context_reg reg, enum hyp_mode mode)
{
	return live[reg][mode].read();
}

void context_write_live(enum context_reg reg, u64 value, enum hyp_mode mode)
{
	live[reg][mode].write(value);
}
