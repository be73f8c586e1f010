/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of loads and stores: offsets are scaled here, and the handler of the family is chosen by
 * addressing mode and base. Field letters: a64_memory.def, a64_simd_memory.def.
 */
#include "cpu/formats.h"
#include "cpu/ldst.h"

/* The order of the OP_LDST and OP_REGOFF families in decode.h. */
enum { MODE_IMM = 0, MODE_PRE = 2, MODE_POST = 4, MODE_SP = 1 };
enum { INDEX_LSL, INDEX_UXTW, INDEX_SXTW, INDEX_SP };

/* d->rn is set. */
static bool with_mode(struct decoded *d, unsigned mode)
{
	pick_member(d, mode + (d->rn == SLOT_SP ? MODE_SP : 0));
	return true;
}

/* The extension of the index: UXTW, LSL, SXTW, SXTX as encoded. d->rn is set. */
static bool with_index(struct decoded *d, u32 option)
{
	if (d->rn == SLOT_SP)
		pick_member(d, INDEX_SP);
	else if (option == 2)
		pick_member(d, INDEX_UXTW);
	else if (option == 6)
		pick_member(d, INDEX_SXTW);
	return true;
}

/* V: the register is one of SIMD and floating point, where 31 is no exception. */
static bool is_vector(const struct decoded *d)
{
	return bit(d->insn, 26);
}

/* Rt is read by a store and written by a load. */
static u8 transfer_slot(const struct decoded *d, u32 rt, bool is_load)
{
	if (is_vector(d))
		return (u8)rt;
	return is_load ? slot_dest(rt) : slot_source(rt);
}

/* Single-register forms: opc 00 is the store. */
static bool is_load(const struct decoded *d)
{
	return bits(d->insn, 23, 22) != 0;
}

static void set_registers(struct decoded *d)
{
	d->rd = transfer_slot(d, F(d, t), is_load(d));
	d->rn = slot_source_sp(F(d, n));
}

/* log2 of what a single-register form moves: size, or 16 bytes where opc<1> says so. */
static unsigned scale_of(const struct decoded *d)
{
	return is_vector(d) && bit(d->insn, 23) ? 4 : d->insn >> 30;
}

FORMAT(literal)
{
	d->rd = transfer_slot(d, F(d, t), true);
	d->imm = d->offset + sign_extend((u64)F(d, i) << 2, 21);
	return true;
}

FORMAT(uoff)
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

FORMAT(unscaled)
{
	return signed_offset(d, MODE_IMM);
}

FORMAT(pre)
{
	return signed_offset(d, MODE_PRE);
}

FORMAT(post)
{
	return signed_offset(d, MODE_POST);
}

FORMAT(unpriv)
{
	u32 opc = (u32)bits(d->insn, 23, 22);

	set_registers(d);
	d->imm = sign_extend(F(d, i), 9);
	d->ra = (u8)(d->insn >> 30 | (opc >= 2 ? LDST_SIGNED : 0) | (opc == 2 ? LDST_TO_X : 0));
	return true;
}

/* Prefetches only have an address: rn and rm are what it waits for. */
FORMAT(prfm_lit)
{
	d->rn = SLOT_ZERO;
	d->rm = SLOT_ZERO;
	return true;
}

FORMAT(prfm)
{
	d->rn = slot_source_sp(F(d, n));
	d->rm = SLOT_ZERO;
	return true;
}

/* Extension options with bit 1 clear are reserved. */
FORMAT(prfm_reg)
{
	d->rn = slot_source_sp(F(d, n));
	d->rm = slot_source(F(d, m));
	return F(d, k) & 2;
}

FORMAT(regoff)
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
	bool load = bit(d->insn, 22);
	unsigned scale = is_vector(d) ? 2 + (d->insn >> 30) : d->insn >> 31 ? 3 : 2;

	d->rd = transfer_slot(d, F(d, t), load);
	d->ra = transfer_slot(d, F(d, u), load);
	d->rn = slot_source_sp(F(d, n));
	d->imm = sign_extend(F(d, i), 7) << scale;
	return with_mode(d, mode);
}

FORMAT(pair_off)
{
	return pair(d, MODE_IMM);
}

FORMAT(pair_pre)
{
	return pair(d, MODE_PRE);
}

FORMAT(pair_post)
{
	return pair(d, MODE_POST);
}

/* Size in the top bits, L in bit 22; Rs of a store is its status, only written. */
FORMAT(exclusive)
{
	d->rd = transfer_slot(d, F(d, t), bit(d->insn, 22));
	d->rn = slot_source_sp(F(d, n));
	d->rm = slot_dest(F(d, s));
	d->ra = (u8)(d->insn >> 30);
	return true;
}

FORMAT(exclusive_pair)
{
	bool load = bit(d->insn, 22);

	d->rd = transfer_slot(d, F(d, t), load);
	d->ra = transfer_slot(d, F(d, u), load);
	d->rn = slot_source_sp(F(d, n));
	d->rm = slot_dest(F(d, s));
	d->imm = d->insn >> 30 & 1 ? 8 : 4;
	return true;
}

/* The OP_SIZES families: the general handler for base SP, else the one of the size. */
static bool with_size(struct decoded *d)
{
	d->rn = slot_source_sp(F(d, n));
	d->ra = (u8)(d->insn >> 30);
	if (d->rn != SLOT_SP)
		pick_member(d, 1u + d->ra);
	return true;
}

FORMAT(ordered)
{
	d->rd = transfer_slot(d, F(d, t), bit(d->insn, 22));
	return with_size(d);
}

FORMAT(rcpc)
{
	d->rd = slot_dest(F(d, t));
	return with_size(d);
}

/* Laid out as the unprivileged ones. */
FORMAT(rcpc_unscaled)
{
	return format_unpriv(d);
}

/* Rt is written with what memory held. */
FORMAT(atomic)
{
	d->rd = slot_dest(F(d, t));
	d->rm = slot_source(F(d, s));
	return with_size(d);
}

/* Rt is stored; Rs is compared (rm) and written (imm). */
FORMAT(cas)
{
	d->rd = slot_source(F(d, t));
	d->rm = slot_source(F(d, s));
	d->imm = slot_dest(F(d, s));
	return with_size(d);
}

/* Both pairs start at an even register; 30, 31 has the zero register as its second. */
FORMAT(casp)
{
	if ((F(d, s) | F(d, t)) & 1)
		return false;
	d->rd = (u8)F(d, t);
	d->rm = (u8)F(d, s);
	d->rn = slot_source_sp(F(d, n));
	d->imm = d->insn >> 30 & 1 ? 8 : 4;
	return true;
}
