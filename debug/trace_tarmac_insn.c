/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Tarmac says of an instruction beside its disassembly: which registers it writes, whether it
 * is skipped.
 */
#include "cpu/state.h"
#include "debug/trace_tarmac.h"

enum { RD = 1, RD_SP = 2, R2 = 4, RS = 8, BASE = 16, LR = 32, VD = 64, V2 = 128, NZCV = 256 };

static const struct {
	u32 mask, value;
	unsigned written;
} rows[] = {
#define WRITES(mask, value, written) { mask, value, written },
#include "debug/trace_tarmac_writes.def"
#undef WRITES
};

static unsigned written_by(u32 insn)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if ((insn & rows[i].mask) == rows[i].value)
			return rows[i].written;
	}
	return 0;
}

/* X31 is the zero register, which nobody writes. */
static u32 x_bit(u32 insn, unsigned low)
{
	return (u32)BIT(bits(insn, low + 4, low)) & 0x7fffffff;
}

static u32 x_or_sp_bit(u32 insn, unsigned low)
{
	return (u32)BIT(bits(insn, low + 4, low));
}

struct tarmac_writes tarmac_writes(u32 insn)
{
	unsigned written = written_by(insn);
	struct tarmac_writes writes = { .flags = written & NZCV,
		.first = (u8)bits(insn, 4, 0),
		.second = (u8)bits(insn, 14, 10),
		.is_simd = written & VD };

	if (written & RD)
		writes.x |= x_bit(insn, 0);
	if (written & RD_SP)
		writes.x |= x_or_sp_bit(insn, 0);
	if (written & R2)
		writes.x |= x_bit(insn, 10);
	if (written & RS)
		writes.x |= x_bit(insn, 16);
	if (written & BASE)
		writes.x |= x_or_sp_bit(insn, 5);
	if (written & LR)
		writes.x |= (u32)BIT(30);
	if (written & VD)
		writes.v |= (u32)BIT(bits(insn, 4, 0));
	if (written & V2)
		writes.v |= (u32)BIT(bits(insn, 14, 10));
	return writes;
}

/* ConditionHolds() */
static bool holds(unsigned condition, unsigned nzcv)
{
	bool n = nzcv & 8, z = nzcv & 4, c = nzcv & 2, v = nzcv & 1, result;

	switch (condition >> 1) {
	case 0: result = z; break;
	case 1: result = c; break;
	case 2: result = n; break;
	case 3: result = v; break;
	case 4: result = c && !z; break;
	case 5: result = n == v; break;
	case 6: result = n == v && !z; break;
	default: return true;
	}
	return result != (bool)(condition & 1);
}

bool tarmac_is_skipped(const struct cpu *cpu, u32 insn)
{
	u64 value = cpu->x[bits(insn, 4, 0)]; /* slot 31 is 0 */

	if ((insn & 0xff000000) == 0x54000000) /* B.cond, BC.cond */
		return !holds((unsigned)bits(insn, 3, 0), cpu->pstate.nzcv);
	if ((insn & 0x7e000000) == 0x34000000) { /* CBZ, CBNZ */
		bool is_zero = (insn >> 31 ? value : (u32)value) == 0;

		return is_zero == (bool)bit(insn, 24);
	}
	if ((insn & 0x7e000000) == 0x36000000) /* TBZ, TBNZ */
		return bit(value, (unsigned)((u64)bit(insn, 31) << 5 | bits(insn, 23, 19))) !=
		       bit(insn, 24);
	return false;
}
