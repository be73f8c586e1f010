/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_memory.def: offsets are scaled by what is moved, and the handler of the
 * family is chosen by addressing mode and base.
 */
#include "cpu/formats_memory.h"

/* log2 of the bytes moved: size, or 16 bytes where opc<1> says so. */
static u32 scale_of(const struct decoded *d)
{
	return bit(d->insn, 23) ? 4 : d->insn >> 30;
}

static void set_registers(struct decoded *d)
{
	d->rd = (u8)F(d, t);
	d->rn = slot_source_sp(F(d, n));
}

FORMAT(simd_literal)
{
	d->rd = (u8)F(d, t);
	d->imm = d->offset + sign_extend((u64)F(d, i) << 2, 21);
	return true;
}

FORMAT(simd_uoff)
{
	set_registers(d);
	d->imm = (u64)F(d, i) << scale_of(d);
	return with_mode(d, MODE_IMM);
}

static bool signed_offset(struct decoded *d, unsigned mode)
{
	set_registers(d);
	d->imm = sign_extend(F(d, i), 9);
	return with_mode(d, mode);
}

FORMAT(simd_unscaled)
{
	return signed_offset(d, MODE_IMM);
}

FORMAT(simd_pre)
{
	return signed_offset(d, MODE_PRE);
}

FORMAT(simd_post)
{
	return signed_offset(d, MODE_POST);
}

/* Extension options with bit 1 clear are reserved. */
FORMAT(simd_regoff)
{
	u32 option = F(d, k);

	if (!(option & 2))
		return false;
	set_registers(d);
	d->rm = slot_source(F(d, m));
	d->ra = (u8)option;
	d->imm = F(d, s) ? 1u << scale_of(d) : 1;
	return with_index(d, option);
}

static bool pair(struct decoded *d, unsigned mode)
{
	set_registers(d);
	d->ra = (u8)F(d, u);
	d->imm = sign_extend(F(d, i), 7) << (2 + (d->insn >> 30));
	return with_mode(d, mode);
}

FORMAT(simd_pair_off)
{
	return pair(d, MODE_IMM);
}

FORMAT(simd_pair_pre)
{
	return pair(d, MODE_PRE);
}

FORMAT(simd_pair_post)
{
	return pair(d, MODE_POST);
}
