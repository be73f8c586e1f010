/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the formats of floating point and SIMD share. Field letters of their rows: d n m a
 * registers, q vector width (Q), z element size, i immediate. Private to cpu/formats_*.c.
 */
#ifndef ENT_CPU_FORMATS_SIMD_H
#define ENT_CPU_FORMATS_SIMD_H

#include "cpu/formats.h"

/* The mask of the upper half that write_vector() wants. */
static inline u64 vector_width(u32 q)
{
	return q ? ~(u64)0 : 0;
}

/* Register 31 is a register like the others: fields are slots. */
static inline void vector_registers(struct decoded *d)
{
	d->rd = (u8)F(d, d);
	d->rn = (u8)F(d, n);
	d->rm = (u8)F(d, m);
	d->ra = (u8)F(d, a);
}

#endif
