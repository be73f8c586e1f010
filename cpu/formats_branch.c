/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of branches: displacements become record or page offsets, see op_branch.c.
 */
#include "cpu/bti.h"
#include "cpu/engine.h"
#include "cpu/formats.h"

/*
 * The target of a direct branch, relative to its page, and whether it lies in the page. A local
 * branch gets its displacement in record bytes, a far one the page-relative target.
 */
static bool branch_target(struct decoded *d, u32 field, unsigned width)
{
	s64 displacement = (s64)sign_extend((u64)field << 2, width + 2);
	s64 target = (s64)d->offset + displacement;
	bool is_local = target >= 0 && target < PAGE_SIZE;

	d->imm = (u64)(is_local ? displacement * (UOP_BYTES / 4) : target);
	return is_local;
}

FORMAT(bcond)
{
	u32 cond = F(d, c);
	bool is_local = branch_target(d, F(d, i), 19);

	if (cond >= 14) /* AL and NV are both "always" */
		d->op = is_local ? OP_b : OP_b_far;
	else
		d->op = is_local ? (enum op_id)(OP_b_eq + (int)cond) : OP_b_cond_far;
	d->rd = (u8)cond;
	return true;
}

FORMAT(b)
{
	bool is_link = d->op == OP_bl;
	bool is_local = branch_target(d, F(d, i), 26);

	if (is_link)
		d->imm = (u32)d->imm | (u64)(d->offset + 4) << 32;
	if (!is_local)
		d->op = is_link ? OP_bl_far : OP_b_far;
	return true;
}

FORMAT(cb)
{
	if (!branch_target(d, F(d, i), 19))
		d->op = d->op == OP_cbz_w ? OP_cbz_far_w : OP_cbnz_far_w;
	pick_width(d, F(d, s));
	d->rn = slot_source(F(d, t));
	return true;
}

FORMAT(tb)
{
	if (!branch_target(d, F(d, i), 14))
		d->op = d->op == OP_tbz ? OP_tbz_far : OP_tbnz_far;
	d->rn = slot_source(F(d, t));
	d->rm = (u8)F(d, b);
	return true;
}

FORMAT(br)
{
	d->rn = slot_source(F(d, n));
	d->imm = d->offset + 4;
	return true;
}

/* rd = BTYPE of a jump from a guarded page */
FORMAT(br_bti)
{
	d->rd = bti_jump_type(F(d, n));
	return format_br(d);
}

/* imm = the BTYPEs that may land here */
FORMAT(bti)
{
	d->imm = bti_accepts((enum bti_operand)F(d, j));
	return true;
}
