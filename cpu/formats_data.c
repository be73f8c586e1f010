/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of data processing: immediates are computed here, and the handler is refined where a
 * simpler one does the same (docs/ENGINE.md). Field letters: a64_data.def.
 */
#include "cpu/alu.h"
#include "cpu/formats.h"

/* Turns the decoded instruction into "rd = imm" or "rd = rm". */
static bool move_immediate(struct decoded *d, u64 value)
{
	d->op = OP_mov_imm;
	d->imm = value;
	return true;
}

static bool move_register(struct decoded *d, u32 sf, u8 source)
{
	d->op = sf ? OP_mov_x : OP_mov_w;
	d->rm = source;
	return true;
}

FORMAT(adr)
{
	u64 imm = sign_extend(F(d, h) << 2 | F(d, l), 21);
	bool is_page = d->insn >> 31;

	d->rd = slot_dest(F(d, d));
	d->imm =
		is_page ? imm << 12 : d->offset + imm; /* relative to the page of the instruction */
	return true;
}

static u64 addsub_immediate(const struct decoded *d)
{
	return (u64)F(d, i) << (F(d, h) ? 12 : 0);
}

static bool add_immediate(struct decoded *d, u64 imm)
{
	d->rd = slot_dest_sp(F(d, d));
	d->rn = slot_source_sp(F(d, n));
	d->imm = imm;
	if (imm == 0)
		return move_register(d, F(d, s), d->rn);
	pick_width(d, F(d, s));
	return true;
}

FORMAT(add_imm)
{
	return add_immediate(d, addsub_immediate(d));
}

FORMAT(sub_imm)
{
	return add_immediate(d, 0 - addsub_immediate(d));
}

FORMAT(adds_imm)
{
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source_sp(F(d, n));
	d->imm = addsub_immediate(d);
	pick_width(d, F(d, s));
	return true;
}

FORMAT(subs_imm)
{
	if (!format_adds_imm(d))
		return false;
	if (d->rd == SLOT_SINK) {
		d->op = F(d, s) ? OP_cmp_imm_x : OP_cmp_imm_w;
		d->imm <<= F(d, s) ? 0 : 32;
	}
	return true;
}

/* The immediate of a logical instruction; false: reserved. */
static bool logical_immediate(struct decoded *d)
{
	u64 mask = decode_bit_masks(F(d, e), F(d, c), F(d, r));

	if (mask == 0 || (!F(d, s) && F(d, e)))
		return false;
	d->imm = F(d, s) ? mask : (u32)mask;
	d->rn = slot_source(F(d, n));
	pick_width(d, F(d, s));
	return true;
}

FORMAT(logical_imm)
{
	bool is_orr = d->op == OP_orr_imm_w;

	if (!logical_immediate(d))
		return false;
	d->rd = slot_dest_sp(F(d, d));
	if (is_orr && d->rn == SLOT_ZERO)
		return move_immediate(d, d->imm);
	return true;
}

FORMAT(ands_imm)
{
	if (!logical_immediate(d))
		return false;
	d->rd = slot_dest(F(d, d));
	if (d->rd == SLOT_SINK)
		d->op = F(d, s) ? OP_tst_imm_x : OP_tst_imm_w;
	return true;
}

/* The 16 bits in place; false: a position outside of a 32-bit register. */
static bool wide_immediate(struct decoded *d)
{
	if (!F(d, s) && F(d, h) >= 2)
		return false;
	d->rd = slot_dest(F(d, d));
	d->rm = (u8)(F(d, h) * 16);
	d->imm = (u64)F(d, i) << d->rm;
	return true;
}

FORMAT(movz)
{
	return wide_immediate(d);
}

FORMAT(movn)
{
	if (!wide_immediate(d))
		return false;
	d->imm = F(d, s) ? ~d->imm : (u32)~d->imm;
	return true;
}

FORMAT(movk)
{
	pick_width(d, F(d, s));
	return wide_immediate(d);
}

/* Common checks of SBFM, BFM, UBFM, EXTR: N is sf, and 32-bit positions fit. */
static bool bitfield_is_valid(const struct decoded *d, u32 immr)
{
	return F(d, e) == F(d, s) && (F(d, s) || (immr < 32 && F(d, c) < 32));
}

/* The bitfield as source bits <msb:0> shifted: `lsb` in the source or in the destination. */
struct bitfield {
	bool is_insert; /* UBFIZ, BFI: source bits from 0, to position */
	u8 position, width;
};

static bool bitfield(struct decoded *d, struct bitfield *b)
{
	u32 immr = F(d, r), imms = F(d, c), size = F(d, s) ? 64 : 32;

	if (!bitfield_is_valid(d, immr))
		return false;
	b->is_insert = imms < immr;
	b->position = (u8)(b->is_insert ? size - immr : immr);
	b->width = (u8)(b->is_insert ? imms + 1 : imms - immr + 1);
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source(F(d, n));
	return true;
}

FORMAT(ubfm)
{
	struct bitfield b;

	if (!bitfield(d, &b))
		return false;
	d->rm = b.position;
	d->imm = MASK(b.width - 1, 0);
	if (b.is_insert)
		d->op = b.position + b.width == 64 ? OP_lsl_imm_x : OP_ubfiz;
	else if (b.position == 0)
		d->op = OP_and_imm_x;
	return true;
}

FORMAT(sbfm)
{
	struct bitfield b;

	if (!bitfield(d, &b))
		return false;
	pick_width(d, F(d, s));
	/* The field's top bit goes to bit 63, then everything down to its place. */
	d->rm = (u8)(64 - b.width - (b.is_insert ? 0 : b.position));
	d->ra = (u8)(64 - b.width - (b.is_insert ? b.position : 0));
	if (d->op == OP_sbfm_x && d->rm == 32 && d->ra == 32)
		d->op = OP_sxtw_x;
	return true;
}

FORMAT(bfm)
{
	struct bitfield b;

	if (!bitfield(d, &b))
		return false;
	d->op = b.is_insert ? OP_bfi_w : OP_bfxil_w;
	pick_width(d, F(d, s));
	d->rm = b.position;
	d->imm = MASK(b.width - 1, 0) << (b.is_insert ? b.position : 0);
	return true;
}

FORMAT(extr)
{
	if (!bitfield_is_valid(d, 0))
		return false;
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source(F(d, n));
	d->imm = F(d, c);
	if (d->imm == 0)
		return move_register(d, F(d, s), slot_source(F(d, m)));
	d->rm = slot_source(F(d, m));
	pick_width(d, F(d, s));
	return true;
}

/* Operands of a shifted register; the family's rows in ops_data.def are reg, lsl, lsr, asr, ror. */
static bool shifted_register(struct decoded *d)
{
	u32 kind = F(d, k), amount = F(d, i);

	if (!F(d, s) && amount >= 32)
		return false;
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source(F(d, n));
	d->rm = slot_source(F(d, m));
	d->imm = amount;
	if (amount != 0)
		d->op = (enum op_id)((u32)d->op + 2 * (1 + kind));
	pick_width(d, F(d, s));
	return true;
}

FORMAT(logical_reg)
{
	bool is_orr = d->op == OP_orr_reg_w;

	if (!shifted_register(d))
		return false;
	if (is_orr && d->rn == SLOT_ZERO && d->imm == 0)
		return move_register(d, F(d, s), d->rm);
	return true;
}

FORMAT(addsub_reg)
{
	if (F(d, k) == 3 || !shifted_register(d))
		return false;
	if (d->rd == SLOT_SINK && d->op == OP_subs_reg_x)
		d->op = OP_cmp_reg_x;
	if (d->rd == SLOT_SINK && d->op == OP_subs_reg_w)
		d->op = OP_cmp_reg_w;
	return true;
}

FORMAT(addsub_ext)
{
	bool sets_flags = d->insn >> 29 & 1;

	if (F(d, i) > 4)
		return false;
	d->rd = sets_flags ? slot_dest(F(d, d)) : slot_dest_sp(F(d, d));
	d->rn = slot_source_sp(F(d, n));
	d->rm = slot_source(F(d, m));
	d->ra = (u8)F(d, k);
	d->imm = F(d, i);
	pick_width(d, F(d, s));
	if (d->op == OP_add_ext_x && d->ra == 2)
		d->op = OP_add_uxtw_x;
	if (d->op == OP_add_ext_x && d->ra == 6)
		d->op = OP_add_sxtw_x;
	return true;
}

FORMAT(reg2)
{
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source(F(d, n));
	if (d->row->pattern[0] == 's')
		pick_width(d, F(d, s));
	return true;
}

FORMAT(reg3)
{
	d->rm = slot_source(F(d, m));
	return format_reg2(d);
}

FORMAT(reg4)
{
	d->ra = slot_source(F(d, a));
	return format_reg3(d);
}

FORMAT(madd)
{
	if (F(d, a) == 31)
		d->op = OP_mul_w;
	return format_reg4(d);
}

static bool conditional_compare(struct decoded *d)
{
	d->rn = slot_source(F(d, n));
	d->ra = (u8)F(d, c);
	d->rd = (u8)F(d, v);
	pick_width(d, F(d, s));
	return true;
}

FORMAT(ccmp_reg)
{
	d->rm = slot_source(F(d, m));
	return conditional_compare(d);
}

FORMAT(ccmp_imm)
{
	d->imm = F(d, i);
	return conditional_compare(d);
}

/* The rows of ops_flags.def: 14 conditions for W, then 14 for X. AL and NV select always. */
FORMAT(csel)
{
	u32 cond = F(d, c);

	d->rd = slot_dest(F(d, d));
	d->rn = slot_source(F(d, n));
	d->rm = slot_source(F(d, m));
	if (cond >= 14)
		return move_register(d, F(d, s), d->rn);
	d->op = (enum op_id)((u32)d->op + F(d, s) * 14 + cond);
	return true;
}
