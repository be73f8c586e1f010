/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_crypto.def.
 */
#include "cpu/formats_simd.h"

FORMAT(crypto) /* imm = rotation or lane */
{
	vector_registers(d);
	d->imm = F(d, i);
	return true;
}

FORMAT(pmul)
{
	vector_registers(d);
	d->imm = vector_width(F(d, q));
	return true;
}

FORMAT(pmull) /* imm = the half that is multiplied */
{
	vector_registers(d);
	d->imm = F(d, q);
	return true;
}
