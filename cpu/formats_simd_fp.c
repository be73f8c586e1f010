/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_fp.def. imm is the number of elements of the result, 1 for the forms of one
 * element, unless a format says otherwise; ra is the index of the element.
 */
#include "cpu/formats_simd.h"

/* Singles or doubles: rows name the handler of singles; doubles only in 128 bits. */
static bool singles_or_doubles(struct decoded *d, u32 z, u32 q)
{
	vector_registers(d);
	pick_member(d, z);
	d->imm = q ? 4 >> z : 2;
	return !z || q;
}

static bool elements(struct decoded *d, u64 count)
{
	vector_registers(d);
	d->imm = count;
	return true;
}

FORMAT(fp_vec)
{
	return singles_or_doubles(d, F(d, z), F(d, q));
}

/* Handlers for whole registers, OP_SD( name_whole ), follow the family. */
static bool whole(struct decoded *d)
{
	if (F(d, q))
		pick_member(d, 2);
	return true;
}

FORMAT(fp_vec_whole)
{
	return format_fp_vec(d) && whole(d);
}

FORMAT(fp_vec_s)
{
	return elements(d, F(d, q) ? 4 : 2);
}

FORMAT(fp_vec_h)
{
	return elements(d, F(d, q) ? 8 : 4);
}

FORMAT(fp_sisd)
{
	pick_member(d, F(d, z));
	return elements(d, 1);
}

FORMAT(fp_one)
{
	return elements(d, 1);
}

/* Sign bits: imm is the width as write_vector() wants it. */
FORMAT(fp_bits)
{
	bool ok = format_fp_vec(d);

	d->imm = vector_width(F(d, q));
	return ok;
}

FORMAT(fp_bits_h)
{
	return elements(d, vector_width(F(d, q)));
}

/* Complex pairs: ra is the rotation and, above its two bits, the index of the pair. */
FORMAT(fp_complex)
{
	u32 z = F(d, z);

	vector_registers(d);
	d->ra = (u8)F(d, r);
	if (z == 0 || (z == 3 && !F(d, q)))
		return false;
	pick_member(d, z - 1);
	d->imm = (F(d, q) ? 16u : 8u) >> z;
	return true;
}

FORMAT(fp_complex_elem_h)
{
	elements(d, F(d, q) ? 8 : 4);
	d->ra = (u8)(F(d, r) | (F(d, h) << 1 | F(d, l)) << 2);
	return !F(d, h) || F(d, q);
}

FORMAT(fp_complex_elem_s)
{
	elements(d, 4);
	d->ra = (u8)(F(d, r) | F(d, h) << 2);
	return true;
}

/* Two formats: imm is the number of elements of the wider one, ra whether q says upper half. */
FORMAT(fp_part)
{
	pick_member(d, F(d, z));
	elements(d, F(d, z) ? 2 : 4);
	d->ra = (u8)F(d, q);
	return true;
}

FORMAT(fp_part_d)
{
	elements(d, 2);
	d->ra = (u8)F(d, q);
	return true;
}

/* Reductions: imm is the number of elements of the operand. */
FORMAT(fp_four)
{
	return elements(d, 4);
}

FORMAT(fp_two_sd)
{
	pick_member(d, F(d, z));
	return elements(d, 2);
}

FORMAT(fp_two)
{
	return elements(d, 2);
}

/* By element: the index is H:L of singles, H of doubles, H:L:M of halves, which have registers 0
 * to 15. */
static bool index_of_sd(struct decoded *d)
{
	d->ra = (u8)(F(d, z) ? F(d, h) : F(d, h) << 1 | F(d, l));
	return !F(d, z) || !F(d, l);
}

static bool index_of_h(struct decoded *d)
{
	d->ra = (u8)(F(d, h) << 2 | F(d, l) << 1 | F(d, k));
	return true;
}

FORMAT(fp_elem)
{
	return format_fp_vec(d) && index_of_sd(d);
}

FORMAT(fp_elem_whole)
{
	return format_fp_elem(d) && whole(d);
}

FORMAT(fp_elem_h)
{
	return format_fp_vec_h(d) && index_of_h(d);
}

FORMAT(fp_elem_sisd)
{
	return format_fp_sisd(d) && index_of_sd(d);
}

FORMAT(fp_elem_sisd_h)
{
	return elements(d, 1) && index_of_h(d);
}

/* Singles from halves. */
FORMAT(fp_elem_half)
{
	return format_fp_vec_s(d) && index_of_h(d);
}

FORMAT(fp_elem_bf16)
{
	return elements(d, 4) && index_of_h(d);
}

/* Singles from pairs of halves. */
FORMAT(fp_elem_pair)
{
	format_fp_vec_s(d);
	d->ra = (u8)(F(d, h) << 1 | F(d, l));
	return true;
}

/* Fixed point: rm is the number of fraction bits, 1 to esize. */
static bool fixed_point(struct decoded *d, u32 esize, u64 count)
{
	elements(d, count);
	d->rm = (u8)(esize - F(d, i));
	return true;
}

FORMAT(fp_fix_h)
{
	return fixed_point(d, 16, F(d, q) ? 8 : 4);
}

FORMAT(fp_fix_s)
{
	return fixed_point(d, 32, F(d, q) ? 4 : 2);
}

FORMAT(fp_fix_d)
{
	return fixed_point(d, 64, 2);
}

FORMAT(fp_fix_sisd_h)
{
	return fixed_point(d, 16, 1);
}

FORMAT(fp_fix_sisd_s)
{
	return fixed_point(d, 32, 1);
}

FORMAT(fp_fix_sisd_d)
{
	return fixed_point(d, 64, 1);
}
