/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single registers in the CPU, by the rows of context.def. Knows the two names of each; not when
 * to ask (registers.c).
 */
#include "core/context.h"

#include "core/print.h"

static const struct {
	u64 (*read)(enum hyp_mode mode);
	void (*write)(enum hyp_mode mode, u64 value);
} live[CTX_COUNT] = {
#define CTX(class, name, ...) [CTX_##name] = { live_read_##name, live_write_##name },
#include "core/context.def"
#undef CTX
};

u64 context_read_live(reg_t reg, enum hyp_mode mode)
{
	if (!live[reg.index].read)
		panic("register %u of a guest is never in the CPU", reg.index);
	return live[reg.index].read(mode);
}

void context_write_live(reg_t reg, u64 value, enum hyp_mode mode)
{
	if (!live[reg.index].write)
		panic("register %u of a guest is never in the CPU", reg.index);
	live[reg.index].write(mode, value);
}
