/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_BTI: which instructions PSTATE.BTYPE is compatible with. DDI 0487 J1.1, BTypeCompatible.
 */
#include "cpu/bti.h"

#include "cpu/decode.h"
#include "sysregs/sysregs.h"

/* SCTLR_ELx.BT0 of EL0's regime, BT1 or BT: PACIASP and PACIBSP accept no jump of guarded code. */
static bool pacixsp_refuses_jumps(const struct cpu *cpu)
{
	const u64 *sys = cpu->sys;

	switch (cpu->pstate.el) {
	case EL0: return sys[is_in_host(cpu) ? SR_SCTLR_EL2 : SR_SCTLR_EL1] & SCTLR_EL1_BT0;
	case EL1: return sys[SR_SCTLR_EL1] & SCTLR_EL1_BT1;
	default: return sys[SR_SCTLR_EL2] & SCTLR_EL2_BT;
	}
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
