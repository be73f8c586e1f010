/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_simd_move.def: copies, permutations, modified immediates, shifts by immediate.
 */
#include "cpu/formats_simd.h"

#include "cpu/state.h"

/* ---- Copies ---- */

/* imm5: a 1 in the bit of log2 of the element's size, the index above it. */
static u32 element_size(const struct decoded *d)
{
	return (u32)__builtin_ctz(F(d, i) | 1u << 4);
}

/*
 * ra = the index. A general-purpose source is a slot as it is: 31 is XZR. false: reserved.
 */
static bool element(struct decoded *d)
{
	u32 size = element_size(d);

	vector_registers(d);
	d->ra = (u8)(F(d, i) >> (size + 1));
	pick_member(d, size);
	return size <= 3;
}

FORMAT(simd_dup)
{
	d->imm = vector_width(F(d, q));
	return element(d) && (F(d, q) || element_size(d) != 3);
}

FORMAT(simd_element)
{
	return element(d);
}

/* rm = the index of the source: as many of the top bits of imm4 as the size leaves. */
FORMAT(simd_ins_elem)
{
	bool ok = element(d);

	d->rm = (u8)(F(d, e) >> element_size(d));
	return ok;
}

FORMAT(simd_umov)
{
	bool ok = element(d), is_doubleword = element_size(d) == 3;

	d->rd = slot_dest(F(d, d));
	return ok && F(d, q) == is_doubleword;
}

FORMAT(simd_smov)
{
	if (F(d, q))
		d->op = OP_smov_x_b;
	element(d);
	d->rd = slot_dest(F(d, d));
	return element_size(d) < (F(d, q) ? 3 : 2);
}

/* ---- Permutations: of doublewords, ZIP, UZP and TRN are the same ---- */

static bool permute(struct decoded *d, enum op_id half)
{
	u32 size = F(d, z);
	bool is_second = bit(d->insn, 14);

	vector_registers(d);
	d->imm = vector_width(F(d, q));
	if (size == 3)
		d->op = is_second ? OP_zip2_d : OP_zip1_d;
	else
		d->op = (enum op_id)((u32)(F(d, q) ? d->op : half) + size);
	return size != 3 || F(d, q);
}

FORMAT(simd_trn)
{
	return permute(d, d->op);
}

FORMAT(simd_zip)
{
	return permute(d, d->op == OP_zip1_b ? OP_zip1_b : OP_zip2_half_b);
}

FORMAT(simd_uzp)
{
	return permute(d, d->op == OP_uzp1_b ? OP_uzp1_half_b : OP_uzp2_half_b);
}

/* ra = bits to shift doublewords down by, besides a whole doubleword; imm = the others but one. */
FORMAT(simd_ext)
{
	u32 position = F(d, i);

	vector_registers(d);
	d->ra = (u8)(position % 8 * 8);
	d->imm = 63u - d->ra;
	if (!F(d, q))
		d->op = OP_ext_half;
	else if (position >= 8)
		d->op = OP_ext_high;
	return F(d, q) || position < 8;
}

/* ra = bytes of the table */
FORMAT(simd_table_lookup)
{
	vector_registers(d);
	d->ra = (u8)(16 * (F(d, l) + 1));
	d->imm = vector_width(F(d, q));
	return true;
}

/* ---- Modified immediates ---- */

static u64 replicate(u64 value, u32 bits_each)
{
	return value * (~(u64)0 / MASK(bits_each - 1, 0));
}

/* Each bit becomes a byte. */
static u64 bytes_of_bits(u32 imm8)
{
	u64 value = 0;

	for (u32 i = 0; i < 8; i++)
		value |= (imm8 >> i & 1) * ((u64)0xff << 8 * i);
	return value;
}

/*
 * VFPExpandImm() to `size` bits, `exponent` of them the exponent: the sign, the exponent but for
 * its two low bits (10...0 or 01...1), those and the fraction.
 */
static u64 expand_float(u32 imm8, u32 size, u32 exponent)
{
	u64 sign = imm8 >> 7, top = BIT(exponent - 3) - (imm8 >> 6 & 1);

	return sign << (size - 1) | top << (size - exponent + 1) |
	       (u64)(imm8 & 0x3f) << (size - exponent - 5);
}

/* AdvSIMDExpandImm() for cmode 1111: FMOV */
static u64 expand_fmov(u32 insn, u32 imm8)
{
	if (bit(insn, 11))
		return replicate(expand_float(imm8, 16, 5), 16);
	if (bit(insn, 29))
		return expand_float(imm8, 64, 11);
	return replicate(expand_float(imm8, 32, 8), 32);
}

/* AdvSIMDExpandImm(): MVNI and BIC invert what MOVI and ORR have. DDI 0487 C4.1,
 * shared/functions/vector */
static u64 expand_immediate(u32 insn, u32 imm8)
{
	u32 cmode = (u32)bits(insn, 15, 12);
	u64 value, invert = bit(insn, 29) ? ~(u64)0 : 0;

	if (cmode == 15)
		return expand_fmov(insn, imm8);
	if (cmode == 14)
		return invert ? bytes_of_bits(imm8) : replicate(imm8, 8);
	if (cmode >= 12) {
		u32 ones = cmode & 1 ? 16 : 8; /* MSL */

		value = replicate((u64)imm8 << ones | MASK(ones - 1, 0), 32);
	} else if (cmode >= 8) {
		value = replicate((u64)imm8 << (cmode & 2 ? 8 : 0), 16);
	} else {
		value = replicate((u64)imm8 << (cmode >> 1) * 8, 32);
	}
	return value ^ invert;
}

FORMAT(simd_imm)
{
	d->rd = (u8)F(d, d);
	d->imm = expand_immediate(d->insn, F(d, i));
	pick_member(d, F(d, q));
	return true;
}

/* A doubleword of FMOV is the only one that has no 64-bit vector. */
FORMAT(simd_fmov_d)
{
	return format_simd_imm(d) && F(d, q);
}

/* ---- Shifts: the highest 1 of immh is the element's size; 0000 are other instructions ---- */

/* Sets size and rest, what immh:immb is below that 1, and the registers. false: immh = 0000 */
static bool shift(struct decoded *d, u32 *size, u32 *rest)
{
	u32 immh = F(d, i) >> 3;

	if (immh == 0)
		return false;
	*size = 31 - (u32)__builtin_clz(immh);
	*rest = F(d, i) - (8u << *size);
	vector_registers(d);
	d->imm = vector_width(F(d, q));
	pick_member(d, *size);
	return true;
}

/* A right shift is from 1 to the size in bits: ra is one less, so that it is one of C. */
static bool right(struct decoded *d, u32 *size)
{
	u32 rest;

	if (!shift(d, size, &rest))
		return false;
	d->ra = (u8)((8u << *size) - rest - 1);
	return true;
}

/* A left shift is from 0 to the size less 1: ra. */
static bool left(struct decoded *d, u32 *size)
{
	u32 rest;

	if (!shift(d, size, &rest))
		return false;
	d->ra = (u8)rest;
	return true;
}

FORMAT(shift_right)
{
	u32 size;

	return right(d, &size) && (size != 3 || F(d, q));
}

FORMAT(shift_right_scalar)
{
	u32 size;

	return right(d, &size) && size == 3;
}

FORMAT(shift_left)
{
	u32 size;

	return left(d, &size) && (size != 3 || F(d, q));
}

FORMAT(shift_left_scalar)
{
	u32 size;

	return left(d, &size) && size == 3;
}

/* rm = number of elements */
FORMAT(shift_saturating)
{
	u32 size;

	if (!left(d, &size))
		return false;
	d->rm = (u8)((F(d, q) ? 16u : 8u) >> size);
	return size != 3 || F(d, q);
}

FORMAT(shift_saturating_scalar)
{
	u32 size;

	if (!left(d, &size))
		return false;
	d->rm = 1;
	return true;
}

/* The size is of the narrow elements; rm = their number; imm: into the upper half. */
static bool narrow(struct decoded *d, bool is_scalar)
{
	u32 size;

	if (!right(d, &size) || size == 3)
		return false;
	d->rm = is_scalar ? 1 : (u8)(8u >> size);
	d->imm = F(d, q);
	return true;
}

FORMAT(shift_narrow)
{
	return narrow(d, false);
}

FORMAT(shift_narrow_scalar)
{
	return narrow(d, true);
}

/* rm = the half of the source */
FORMAT(shift_long)
{
	u32 size;

	if (!left(d, &size) || size == 3)
		return false;
	d->rm = (u8)F(d, q);
	return true;
}
