/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of data processing: immediates are computed here, and the handler is refined where a
 * simpler one does the same (docs/ENGINE.md). Field letters: a64_data.def.
 */
#include "cpu/alu.h"
#include "cpu/engine.h"
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

/* CMP, with the immediate where the comparison wants it (engine.h: flags). */
static bool compare_immediate(struct decoded *d, u64 imm)
{
	d->op = F(d, s) ? OP_cmp_imm_x : OP_cmp_imm_w;
	d->imm = F(d, s) ? imm : imm << 32;
	return true;
}

static bool subs_immediate(struct decoded *d, u64 imm)
{
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source_sp(F(d, n));
	if (d->rd == SLOT_SINK)
		return compare_immediate(d, imm);
	d->imm = imm;
	pick_width(d, F(d, s));
	return true;
}

FORMAT(subs_imm)
{
	return subs_immediate(d, addsub_immediate(d));
}

/*
 * Adding imm sets the flags as subtracting -imm does, C and V too, unless imm is 0: then a carry
 * out would be seen.
 */
FORMAT(adds_imm)
{
	u64 imm = addsub_immediate(d);

	if (imm != 0)
		return subs_immediate(d, 0 - imm);
	d->op = OP_adds_reg_w;
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source_sp(F(d, n));
	d->rm = SLOT_ZERO;
	pick_width(d, F(d, s));
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

/* LSL needs no mask. */
static enum op_id ubfiz_op(const struct bitfield *b, u32 sf)
{
	if (b->position + b->width == (sf ? 64 : 32))
		return sf ? OP_lsl_imm_x : OP_lsl_imm_w;
	return OP_ubfiz;
}

FORMAT(ubfm)
{
	struct bitfield b;

	if (!bitfield(d, &b))
		return false;
	d->rm = b.position;
	d->imm = MASK(b.width - 1, 0);
	if (b.is_insert)
		d->op = ubfiz_op(&b, F(d, s));
	else if (b.position == 0)
		d->op = OP_and_imm_x;
	return true;
}

/* SXTB, SXTH, SXTW and ASR need no second shift. */
static enum op_id sbfm_op(const struct bitfield *b, u32 sf)
{
	bool is_extension = b->position == 0;

	if (is_extension && b->width == 8)
		return sf ? OP_sxtb_x : OP_sxtb_w;
	if (is_extension && b->width == 16)
		return sf ? OP_sxth_x : OP_sxth_w;
	if (is_extension && b->width == 32 && sf)
		return OP_sxtw_x;
	if (!b->is_insert && b->position + b->width == (sf ? 64 : 32))
		return sf ? OP_asr_imm_x : OP_asr_imm_w;
	return sf ? OP_sbfm_x : OP_sbfm_w;
}

FORMAT(sbfm)
{
	struct bitfield b;

	if (!bitfield(d, &b))
		return false;
	d->op = sbfm_op(&b, F(d, s));
	if (d->op == OP_asr_imm_x || d->op == OP_asr_imm_w) {
		d->rm = b.position;
		return true;
	}
	/* The field's top bit goes to bit 63, then everything down to its place. */
	d->rm = (u8)(64 - b.width - (b.is_insert ? 0 : b.position));
	d->ra = (u8)(64 - b.width - (b.is_insert ? b.position : 0));
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
	d->ra = (u8)((F(d, s) ? 64 : 32) - d->imm);
	if (d->imm == 0)
		return move_register(d, F(d, s), slot_source(F(d, m)));
	d->rm = slot_source(F(d, m));
	if (d->rm == d->rn)
		d->op = OP_ror_imm_w;
	pick_width(d, F(d, s));
	return true;
}

/* The family's rows in ops_*.def: reg, lsl, lsr, asr, then ror, or uxt and sxt; W and X each. */
enum { FAMILY_LSL = 1, FAMILY_UXT = 4, FAMILY_SXT = 5 };

static void pick_family_member(struct decoded *d, u32 member)
{
	d->op = (enum op_id)((u32)d->op + 2 * member + F(d, s));
}

/* SUBS and ANDS without a destination: their plain register forms have handlers without it. */
static void drop_destination(struct decoded *d)
{
	if (d->rd != SLOT_SINK)
		return;
	switch (d->op) {
	case OP_subs_reg_w: d->op = OP_cmp_reg_w; break;
	case OP_subs_reg_x: d->op = OP_cmp_reg_x; break;
	case OP_ands_reg_w: d->op = OP_tst_reg_w; break;
	case OP_ands_reg_x: d->op = OP_tst_reg_x; break;
	default: break;
	}
}

static bool shifted_register(struct decoded *d)
{
	u32 kind = F(d, k), amount = F(d, i);

	if (!F(d, s) && amount >= 32)
		return false;
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source(F(d, n));
	d->rm = slot_source(F(d, m));
	d->imm = amount;
	pick_family_member(d, amount != 0 ? FAMILY_LSL + kind : 0);
	drop_destination(d);
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
	return F(d, k) != 3 && shifted_register(d);
}

/* ExtendReg() by the members of the family: option as encoded (UXTB..SXTX), then LSL by shift. */
static void extended_register(struct decoded *d, u32 option, u32 shift)
{
	bool is_signed = option >> 2;
	unsigned width = 8u << (option & 3);

	d->ra = (u8)shift;
	if (d->op == OP_add_reg_w && F(d, s) && width == 32) {
		d->op = is_signed ? OP_add_sxtw_x : OP_add_uxtw_x;
	} else if (width >= (F(d, s) ? 64u : 32u)) { /* nothing to extend */
		d->imm = shift;
		pick_family_member(d, shift != 0 ? FAMILY_LSL : 0);
		drop_destination(d);
	} else if (is_signed) {
		d->imm = 64 - width;
		d->ra = (u8)(64 - width - shift);
		pick_family_member(d, FAMILY_SXT);
	} else {
		d->imm = MASK(width - 1, 0);
		pick_family_member(d, FAMILY_UXT);
	}
}

FORMAT(addsub_ext)
{
	bool sets_flags = d->insn >> 29 & 1;

	if (F(d, i) > 4)
		return false;
	d->rd = sets_flags ? slot_dest(F(d, d)) : slot_dest_sp(F(d, d));
	d->rn = slot_source_sp(F(d, n));
	d->rm = slot_source(F(d, m));
	extended_register(d, F(d, k), F(d, i));
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

/* Picks the handler of an OP_CC family and its 64-bit twin; cond is not AL or NV. */
static void pick_condition(struct decoded *d, u32 cond)
{
	d->op = (enum op_id)((u32)d->op + F(d, s) * 14 + cond);
}

/* rd = the flags when the condition does not hold, as engine.h wants them. */
static bool ccmp_register(struct decoded *d, u8 rm)
{
	d->rn = slot_source(F(d, n));
	d->rm = rm;
	d->rd = (u8)(FLAGS_EAGER | F(d, v));
	if (F(d, c) < 14)
		pick_condition(d, F(d, c));
	else
		d->op = F(d, s) ? OP_cmp_reg_x : OP_cmp_reg_w;
	return true;
}

static bool ccmp_immediate(struct decoded *d, u64 imm)
{
	d->rn = slot_source(F(d, n));
	d->rd = (u8)(FLAGS_EAGER | F(d, v));
	if (F(d, c) >= 14)
		return compare_immediate(d, imm);
	d->imm = F(d, s) ? imm : imm << 32;
	pick_condition(d, F(d, c));
	return true;
}

FORMAT(ccmp_reg)
{
	return ccmp_register(d, slot_source(F(d, m)));
}

FORMAT(ccmp_imm)
{
	return ccmp_immediate(d, F(d, i));
}

/* Rare, so the condition stays an operand. */
static bool ccmn_register(struct decoded *d, u8 rm)
{
	d->rn = slot_source(F(d, n));
	d->rm = rm;
	d->rd = (u8)(FLAGS_EAGER | F(d, v));
	d->ra = (u8)F(d, c);
	pick_width(d, F(d, s));
	return true;
}

FORMAT(ccmn_reg)
{
	return ccmn_register(d, slot_source(F(d, m)));
}

FORMAT(ccmn_imm) /* as ADDS (immediate) */
{
	if (F(d, i) == 0)
		return ccmn_register(d, SLOT_ZERO);
	d->op = OP_ccmp_imm_w_eq;
	return ccmp_immediate(d, 0 - (u64)F(d, i));
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
	pick_condition(d, cond);
	return true;
}

FORMAT(rmif)
{
	d->rn = slot_source(F(d, n));
	d->ra = (u8)F(d, m);
	d->imm = F(d, i);
	return true;
}

FORMAT(setf)
{
	d->rn = slot_source(F(d, n));
	return true;
}
