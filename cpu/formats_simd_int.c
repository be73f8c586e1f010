/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_int.def: what a uop of simd_int.h holds. Their names say which: simd_ for a
 * formula over vectors, each_ and one_ (scalar) over elements, then the sizes, elem by element.
 */
#include "cpu/formats_simd.h"

/* The sizes an encoding has, as the members of its family: the first and the last value of z. */
static bool pick_size(struct decoded *d, u32 first, u32 last)
{
	u32 z = F(d, z);

	vector_registers(d);
	pick_member(d, z - first);
	return z >= first && z <= last;
}

/* Vm[index] of halfwords (z = 1) or words: DDI 0487 C4.1, Advanced SIMD vector x indexed element.
 */
static void element_operand(struct decoded *d, u32 z)
{
	u32 index = F(d, h) << 1 | F(d, l);

	d->rm = (u8)(z == 1 ? F(d, m) : F(d, p) << 4 | F(d, m));
	d->ra = (u8)(z == 1 ? index << 1 | F(d, p) : index);
}

/* How many elements of size z a vector has, and the first of a longer one. */
static u64 elements(u32 z, u32 q)
{
	return (8u << q) >> z;
}

static u64 half_elements(u32 z, u32 q)
{
	u64 count = elements(z, 0);

	return count | (q ? count << 8 : 0);
}

/* ---- Formulas over vectors ---- */

/* Elements of any size; two doublewords only in 128 bits. */
FORMAT(simd_bhsd)
{
	d->imm = vector_width(F(d, q));
	return pick_size(d, 0, 3) && (F(d, z) != 3 || F(d, q));
}

FORMAT(simd_bhs)
{
	d->imm = vector_width(F(d, q));
	return pick_size(d, 0, 2);
}

/* Without elements, or of one size. */
FORMAT(simd_bits)
{
	vector_registers(d);
	d->imm = vector_width(F(d, q));
	return true;
}

/* A scalar of 64 bits is half a vector. */
FORMAT(simd_scalar)
{
	vector_registers(d);
	d->imm = vector_width(0);
	return true;
}

FORMAT(simd_elem_hs)
{
	bool ok = pick_size(d, 1, 2);

	d->imm = vector_width(F(d, q));
	element_operand(d, F(d, z));
	return ok;
}

/* Widening and narrowing: Q says which half. */
FORMAT(simd_half_bhs)
{
	d->imm = F(d, q);
	return pick_size(d, 0, 2);
}

FORMAT(simd_half_elem_hs)
{
	bool ok = pick_size(d, 1, 2);

	d->imm = F(d, q);
	element_operand(d, F(d, z));
	return ok;
}

/* ---- Formulas over elements ---- */

FORMAT(each_bhsd)
{
	d->imm = elements(F(d, z), F(d, q));
	return pick_size(d, 0, 3) && (F(d, z) != 3 || F(d, q));
}

FORMAT(each_hs)
{
	d->imm = elements(F(d, z), F(d, q));
	return pick_size(d, 1, 2);
}

FORMAT(each_elem_hs)
{
	bool ok = pick_size(d, 1, 2);

	d->imm = elements(F(d, z), F(d, q));
	element_operand(d, F(d, z));
	return ok;
}

/* Words, the only size. */
FORMAT(each_s)
{
	vector_registers(d);
	d->imm = elements(2, F(d, q));
	return true;
}

FORMAT(each_elem_s)
{
	vector_registers(d);
	d->imm = elements(2, F(d, q));
	element_operand(d, 2);
	return true;
}

/* Across lanes: more than two elements. */
FORMAT(each_across)
{
	d->imm = elements(F(d, z), F(d, q));
	return pick_size(d, 0, 2) && elements(F(d, z), F(d, q)) > 2;
}

FORMAT(each_half_bhs)
{
	d->imm = half_elements(F(d, z), F(d, q));
	return pick_size(d, 0, 2);
}

FORMAT(each_half_hs)
{
	d->imm = half_elements(F(d, z), F(d, q));
	return pick_size(d, 1, 2);
}

FORMAT(each_half_elem_hs)
{
	bool ok = pick_size(d, 1, 2);

	d->imm = half_elements(F(d, z), F(d, q));
	element_operand(d, F(d, z));
	return ok;
}

/* Scalars: the only element. */
FORMAT(one_bhsd)
{
	d->imm = 1;
	return pick_size(d, 0, 3);
}

FORMAT(one_bhs)
{
	d->imm = 1;
	return pick_size(d, 0, 2);
}

FORMAT(one_hs)
{
	d->imm = 1;
	return pick_size(d, 1, 2);
}

FORMAT(one_d)
{
	vector_registers(d);
	d->imm = 1;
	return true;
}

FORMAT(one_elem_hs)
{
	bool ok = pick_size(d, 1, 2);

	d->imm = 1;
	element_operand(d, F(d, z));
	return ok;
}
