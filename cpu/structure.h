/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a load or store of structures: rd = Vt, the first of the registers, rn = base, rm =
 * the index that is added to it afterwards, ra = the base where it is written, else a sink (for
 * timing/class.def); in imm the numbers. Private to cpu/.
 */
#ifndef ENT_CPU_STRUCTURE_H
#define ENT_CPU_STRUCTURE_H

#include "base/types.h"

struct structure {
	u8 increment; /* added to the base afterwards, besides the index; 0 without post-index */
	u8 bytes;     /* in memory */
	u8 registers;
	u8 lane; /* of one element: its first byte in the register; of LD1R and its like: Q */
	u8 size; /* log2 of the element's */
};

static inline u64 structure_pack(struct structure s)
{
	return s.increment | (u64)s.bytes << 8 | (u64)s.registers << 16 | (u64)s.lane << 24 |
	       (u64)s.size << 32;
}

static inline struct structure structure_of(u64 imm)
{
	return (struct structure){ (u8)imm, (u8)(imm >> 8), (u8)(imm >> 16), (u8)(imm >> 24),
		(u8)(imm >> 32) };
}

#endif
