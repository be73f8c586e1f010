/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formats of system instructions: register encodings become rows of sysreg.def here.
 */
#include "cpu/formats.h"
#include "sysregs/sysregs.h"

FORMAT(none) /* no operands */
{
	(void)d;
	return true;
}

FORMAT(undefined) /* allocated, and UNDEFINED in every state that exists here */
{
	(void)d;
	return true;
}

FORMAT(exception)
{
	d->imm = F(d, i);
	return true;
}

/* op1, op2 -> the field of PSTATE; DDI 0487 C5.1.3 */
static const struct {
	u8 op1, op2;
	enum op_id op;
} pstate_fields[] = {
	{ 0, 5, OP_msr_spsel },
	{ 3, 6, OP_msr_daifset },
	{ 3, 7, OP_msr_daifclr },
};

FORMAT(msr_imm)
{
	d->imm = F(d, c);
	for (size_t i = 0; i < COUNT(pstate_fields); i++) {
		if (pstate_fields[i].op1 == F(d, p) && pstate_fields[i].op2 == F(d, q)) {
			d->op = pstate_fields[i].op;
			return true;
		}
	}
	return false;
}

FORMAT(msr_field) /* a field with a row of its own */
{
	d->imm = F(d, c);
	return true;
}

/* Registers and SYS instructions with handlers of their own. */
static const struct {
	enum sysreg_id id;
	enum op_id mrs, msr;
} own_handlers[] = {
	{ SR_NZCV, OP_mrs_nzcv, OP_msr_nzcv },
	{ SR_DAIF, OP_mrs_daif, OP_msr_daif },
	{ SR_SP_EL0, OP_mrs_sp_el0, OP_msr_sp_el0 },
	{ SR_CONTEXTIDR_EL1, OP_mrs, OP_msr_counted },
	{ SR_DC_ZVA, OP_sysreg_absent, OP_dc_zva },
};

static bool with_encoding(struct decoded *d, u32 encoding, bool is_read)
{
	enum sysreg_id id = sysreg_find(encoding);

	d->rn = (u8)F(d, t);
	d->rd = is_read ? slot_dest(F(d, t)) : slot_source(F(d, t));
	d->rm = is_read ? DIR_READ : DIR_WRITE;
	if (id == SR_NONE) {
		d->op = OP_sysreg_absent;
		d->imm = encoding;
		return true;
	}
	for (size_t i = 0; i < COUNT(own_handlers); i++) {
		if (own_handlers[i].id == id)
			d->op = is_read ? own_handlers[i].mrs : own_handlers[i].msr;
	}
	d->imm = id;
	return true;
}

FORMAT(sysreg)
{
	return with_encoding(d, 0x8000 | F(d, r), d->op == OP_mrs);
}

FORMAT(sys)
{
	return with_encoding(d, 0x4000 | F(d, r), false);
}

FORMAT(sysl) /* no SYSL instruction is allocated below v8.x extensions that are absent */
{
	with_encoding(d, 0x4000 | F(d, r), true);
	d->op = OP_sysreg_absent;
	d->imm = 0x4000 | F(d, r);
	return true;
}
