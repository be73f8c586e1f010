/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addressing modes of loads and stores, DDI 0487 C4.1 "Loads and Stores", by their encoding groups.
 */
#include "verify/address.h"

static u64 base_of(const struct cpu *cpu, u32 insn)
{
	unsigned rn = (unsigned)bits(insn, 9, 5);

	return cpu->x[rn == 31 ? SLOT_SP : rn];
}

/* Is it SIMD and floating point? */
static bool is_vector(u32 insn)
{
	return bit(insn, 26);
}

static u64 imm9(u32 insn)
{
	return sign_extend(bits(insn, 20, 12), 9);
}

/* LDP, STP: imm7 in units of a register. Post-indexed ones access the base. */
static u64 pair_offset(u32 insn)
{
	unsigned opc = (unsigned)bits(insn, 31, 30);
	unsigned scale = is_vector(insn) ? 2 + opc : opc == 2 ? 3 : 2;

	if (bits(insn, 24, 23) == 1)
		return 0;
	return sign_extend(bits(insn, 21, 15), 7) << scale;
}

/* log2 of the bytes of a single register's access. */
static unsigned log2_size(u32 insn)
{
	return is_vector(insn) && bit(insn, 23) ? 4 : (unsigned)bits(insn, 31, 30);
}

static u64 register_offset(const struct cpu *cpu, u32 insn)
{
	u64 value = cpu->x[bits(insn, 20, 16)]; /* register 31 is SLOT_ZERO */
	unsigned shift = bit(insn, 12) ? log2_size(insn) : 0;

	switch (bits(insn, 15, 13)) {
	case 2: return (value & MASK(31, 0)) << shift;	/* UXTW */
	case 6: return sign_extend(value, 32) << shift; /* SXTW */
	default: return value << shift;
	}
}

static u64 single_offset(const struct cpu *cpu, u32 insn)
{
	if (bit(insn, 24))
		return bits(insn, 21, 10) << log2_size(insn);
	if (!bit(insn, 21))
		return bits(insn, 11, 10) == 1 ? 0 : imm9(insn);
	switch (bits(insn, 11, 10)) {
	case 0: return 0; /* atomics */
	case 2: return register_offset(cpu, insn);
	default:
		return sign_extend((u64)bit(insn, 22) << 9 | bits(insn, 20, 12), 10)
		       << 3; /* LDRAA */
	}
}

static bool is_atomic(u32 insn)
{
	return !bit(insn, 24) && bit(insn, 21) && bits(insn, 11, 10) == 0;
}

/* LDRAA, LDRAB */
static bool is_authenticated(u32 insn)
{
	return !bit(insn, 24) && bit(insn, 21) && bit(insn, 10);
}

/* PRFM, PRFUM */
static bool is_prefetch(u32 insn)
{
	return bits(insn, 31, 30) == 3 && !is_vector(insn) && bits(insn, 23, 22) == 2 &&
	       !is_atomic(insn) && !is_authenticated(insn);
}

/* Of a single register's: an atomic is both; signed loads have bit 23, as vectors of 128 bits do.
 */
static bool is_store(u32 insn)
{
	if (is_atomic(insn) || is_authenticated(insn))
		return is_atomic(insn);
	return !bit(insn, 22) && (is_vector(insn) || !bit(insn, 23));
}

bool insn_address(const struct cpu *cpu, u32 insn, u64 *va, bool *is_write)
{
	if (!bit(insn, 27) || bit(insn, 25))
		return false;
	*is_write = !bit(insn, 22);
	*va = base_of(cpu, insn);
	switch (bits(insn, 29, 28)) {
	case 0: return true; /* exclusive, ordered, compare and swap; structures */
	case 1:
		if (bit(insn, 24)) { /* LDAPUR, STLUR */
			*is_write = bits(insn, 23, 22) == 0;
			*va += imm9(insn);
			return !bit(insn, 21);
		}
		*is_write = false;
		*va = cpu->pc + (sign_extend(bits(insn, 23, 5), 19) << 2);
		return bits(insn, 31, 30) != 3 || is_vector(insn);
	case 2: *va += pair_offset(insn); return true;
	default:
		*is_write = is_store(insn);
		*va += single_offset(cpu, insn);
		return !is_prefetch(insn);
	}
}
