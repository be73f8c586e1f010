/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves registers by the rows of context.def. Knows the two names of each; not when to move what
 * (switch.c).
 */
#include "core/context.h"

struct context_row {
	enum context_class class;
	struct {
		u64 (*read)(void);
		void (*write)(u64 value);
	} by[2]; /* indexed by enum hyp_mode */
};

static const struct context_row rows[CTX_COUNT] = {
#define CTX(class, name, nvhe, vhe)                                                                \
	{ CLASS_##class, { { read_##nvhe, write_##nvhe }, { read_##vhe, write_##vhe } } },
#include "core/context.def"
#undef CTX
};

void context_save(struct context *context, enum context_class class, enum hyp_mode mode)
{
	for (unsigned i = 0; i < CTX_COUNT; i++)
		if (rows[i].class == class)
			context->sys[i] = rows[i].by[mode].read();
}

void context_restore(const struct context *context, enum context_class class, enum hyp_mode mode)
{
	for (unsigned i = 0; i < CTX_COUNT; i++)
		if (rows[i].class == class)
			rows[i].by[mode].write(context->sys[i]);
}

u64 context_read_live(enum context_reg reg, enum hyp_mode mode)
{
	return rows[reg].by[mode].read();
}

void context_write_live(enum context_reg reg, u64 value, enum hyp_mode mode)
{
	rows[reg].by[mode].write(value);
}
