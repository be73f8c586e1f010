/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_fp.def. Rows of singles and doubles name the handler of singles. General
 * registers are slots, the others are numbers.
 */
#include "cpu/engine.h"
#include "cpu/formats_simd.h"
#include "fpu/fpu.h"

FORMAT(fp_regs)
{
	vector_registers(d);
	pick_member(d, F(d, z));
	return true;
}

/* ra = the rounding, bits 17:15 as enum fp_rounding has it */
FORMAT(fp_frint)
{
	format_fp_regs(d);
	d->ra = (u8)bits(d->insn, 17, 15);
	return true;
}

/* imm = the size of the integer */
FORMAT(fp_frint_n)
{
	d->imm = bit(d->insn, 16) ? 64 : 32;
	return format_fp_regs(d);
}

/* ra = condition, rd = the flags when it does not hold, as engine.h wants them */
FORMAT(fp_ccmp)
{
	format_fp_regs(d);
	d->rd = (u8)(FLAGS_EAGER | F(d, v));
	d->ra = (u8)F(d, c);
	return true;
}

/* A family of 14 conditions for each format; always is FMOV. */
FORMAT(fp_csel)
{
	bool is_half = d->op == OP_fcsel_h_eq;

	vector_registers(d);
	if (F(d, c) < 14) {
		pick_member(d, 14 * F(d, z) + F(d, c));
	} else {
		d->op = is_half ? OP_fmov_h : OP_fmov_s;
		pick_member(d, F(d, z));
	}
	return true;
}

FORMAT(fp_imm)
{
	u8 imm = (u8)F(d, i);

	d->imm = F(d, z) ? fp64_expand_imm(imm) : fp32_expand_imm(imm);
	d->rd = (u8)F(d, d);
	return true;
}

FORMAT(fp_imm_h)
{
	d->imm = fp16_expand_imm((u8)F(d, i));
	d->rd = (u8)F(d, d);
	return true;
}

FORMAT(fp_to_gpr)
{
	d->rd = slot_dest(F(d, d));
	d->rn = (u8)F(d, n);
	return true;
}

FORMAT(fp_from_gpr)
{
	d->rd = (u8)F(d, d);
	d->rn = slot_source(F(d, n));
	return true;
}

/* rm = is unsigned, imm = fraction bits, bits of the integer above */
static void integer_operands(struct decoded *d, u64 fbits)
{
	pick_member(d, F(d, z));
	d->rm = bit(d->insn, 16);
	d->imm = (F(d, s) ? 64u : 32u) << 8 | fbits;
}

/* ra = the rounding: bits 20:19, or to nearest with ties away. FCVTZ has handlers of its own. */
FORMAT(fp_to_int)
{
	bool is_half = d->op == OP_fcvt_int_h;

	format_fp_to_gpr(d);
	integer_operands(d, 0);
	d->ra = bit(d->insn, 18) ? FP_TIEAWAY : (u8)bits(d->insn, 20, 19);
	if (d->ra == FP_ZERO && !is_half) {
		if (d->rm)
			d->op = F(d, s) ? OP_fcvtzu_x_s : OP_fcvtzu_w_s;
		else
			d->op = F(d, s) ? OP_fcvtzs_x_s : OP_fcvtzs_w_s;
		pick_member(d, F(d, z));
	}
	return true;
}

FORMAT(fp_from_int)
{
	bool is_half = d->op == OP_cvtf_h;

	format_fp_from_gpr(d);
	integer_operands(d, 0);
	if (is_half || (d->rm && F(d, s)))
		return true;
	d->op = d->rm ? OP_ucvtf_w_s : F(d, s) ? OP_scvtf_x_s : OP_scvtf_w_s;
	pick_member(d, F(d, z));
	return true;
}

/* A 32-bit integer has no more than 32 fraction bits. */
FORMAT(fp_to_fixed)
{
	format_fp_to_gpr(d);
	integer_operands(d, 64 - F(d, c));
	d->ra = FP_ZERO;
	return F(d, s) || F(d, c) >= 32;
}

FORMAT(fp_from_fixed)
{
	format_fp_from_gpr(d);
	integer_operands(d, 64 - F(d, c));
	return F(d, s) || F(d, c) >= 32;
}
