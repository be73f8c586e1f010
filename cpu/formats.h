/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats: how the fields of a row become the operands of its handler. One function a format,
 * in formats_{data,branch,memory,system}.c; private to cpu/.
 */
#ifndef ENT_CPU_FORMATS_H
#define ENT_CPU_FORMATS_H

#include "cpu/decode.h"

/* A field by its pattern letter, e.g. F(d, n). */
#define F(decoded, letter) ((decoded)->f[#letter[0] - 'a'])

#define FORMAT(name) bool format_##name(struct decoded *d)

/* Slots for a 5-bit register number, by the meaning of 31. */
static inline u8 slot_source(u32 r)
{
	return (u8)r; /* 31 reads as zero: SLOT_ZERO */
}
static inline u8 slot_source_sp(u32 r)
{
	return r == 31 ? SLOT_SP : (u8)r;
}
static inline u8 slot_dest(u32 r)
{
	return r == 31 ? SLOT_SINK : (u8)r;
}
static inline u8 slot_dest_sp(u32 r)
{
	return r == 31 ? SLOT_SP : (u8)r;
}

/* Picks the 64-bit twin of a WX handler pair. */
static inline void pick_width(struct decoded *d, u32 sf)
{
	d->op = (enum op_id)(d->op + (sf != 0));
}

/* Picks a member of the handler family whose first row the table names, by its place in it. */
static inline void pick_member(struct decoded *d, u32 member)
{
	d->op = (enum op_id)((u32)d->op + member);
}

/* All formats named in a64.def. */
#define INSN(name_, pattern_, format_name_, ...) bool format_##format_name_(struct decoded *d);
#define HINT					 INSN
#include "cpu/a64.def"
#undef INSN
#undef HINT

#endif
