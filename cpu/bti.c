/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_BTI: which instructions PSTATE.BTYPE is compatible with. DDI 0487 J1.1, BTypeCompatible.
 */
#include "cpu/bti.h"

#include "cpu/decode.h"
#include "sysregs/sysregs.h"

/*
 * SCTLR_ELx.BT0 for EL0, BT1 or BT, which is the same bit: PACIASP and PACIBSP accept no jump of
 * guarded code.
 */
static bool pacixsp_refuses_jumps(const struct cpu *cpu)
{
	return current_sctlr(cpu) & (cpu->pstate.el == EL0 ? SCTLR_EL1_BT0 : SCTLR_EL1_BT1);
}

bool bti_may_land(const struct cpu *cpu, u32 insn)
{
	unsigned btype = cpu->pstate.btype;
	struct decoded d;

	if ((insn & ~(u32)0x40) == 0xd503233f) /* PACIASP, PACIBSP */
		return btype != BTYPE_GUARDED_JUMP || !pacixsp_refuses_jumps(cpu);
	if (!decode(insn, 0, cpu->features, &d))
		return false;
	return d.op == OP_brk || d.op == OP_hlt || (d.op == OP_bti && (d.imm >> btype & 1));
}
