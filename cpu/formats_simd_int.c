/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_int.def.
 */
#include "cpu/formats_simd.h"

/* Elements of any size; two doublewords only in 128 bits. */
FORMAT(simd_bhsd)
{
	vector_registers(d);
	d->imm = vector_width(F(d, q));
	pick_member(d, F(d, z));
	return F(d, z) != 3 || F(d, q);
}

/* Without elements. */
FORMAT(simd_bits)
{
	vector_registers(d);
	d->imm = vector_width(F(d, q));
	return true;
}
