/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of a64_pauth.def: rd = the register that is changed, rm = the same as a source, rn = the
 * modifier, ra = enum pauth_key. Branches: rn = the target, rm = the modifier.
 */
#include "cpu/bti.h"
#include "cpu/formats.h"
#include "cpu/pauth.h"

static bool signs(struct decoded *d, u32 reg, u8 modifier)
{
	d->rd = slot_dest(reg);
	d->rm = slot_source(reg);
	d->rn = modifier;
	d->ra = (u8)F(d, k);
	return true;
}

FORMAT(pauth)
{
	return signs(d, F(d, d), slot_source_sp(F(d, n)));
}

FORMAT(pauth_zero)
{
	return signs(d, F(d, d), SLOT_ZERO);
}

FORMAT(pauth_1716)
{
	return signs(d, 17, 16);
}

/* imm = the BTYPEs that may land on PACIASP and PACIBSP whatever SCTLR_ELx.BT says */
FORMAT(pauth_lr)
{
	d->imm = F(d, s) ? bti_accepts(BTI_C) : 0;
	return signs(d, 30, F(d, s) ? SLOT_SP : SLOT_ZERO);
}

FORMAT(pacga)
{
	d->rd = slot_dest(F(d, d));
	d->rn = slot_source(F(d, n));
	d->rm = slot_source_sp(F(d, m));
	return true;
}

static bool branches(struct decoded *d, u8 target, u8 modifier)
{
	d->rd = bti_jump_type(target);
	d->rn = target;
	d->rm = modifier;
	d->ra = (u8)F(d, k);
	d->imm = d->offset + 4;
	return true;
}

FORMAT(pauth_br)
{
	return branches(d, slot_source(F(d, n)), slot_source_sp(F(d, m)));
}

FORMAT(pauth_br0)
{
	return branches(d, slot_source(F(d, n)), SLOT_ZERO);
}

FORMAT(pauth_ret)
{
	return branches(d, SLOT_LR, SLOT_SP);
}

FORMAT(ldra)
{
	d->rd = slot_dest(F(d, t));
	d->rn = slot_source_sp(F(d, n));
	d->ra = F(d, k) ? PAUTH_DB : PAUTH_DA;
	d->imm = sign_extend((u64)F(d, i) << 3, 13);
	if (F(d, w))
		d->op = OP_ldra_pre;
	return true;
}
