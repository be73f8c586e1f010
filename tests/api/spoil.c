/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spoils a PE from the inside, see spoil.h. Apart from the tests because its headers have the names
 * that entresol-cmocka.h has.
 */
#include "tests/api/spoil.h"

#include "api/private.h"
#include "sysregs/table.h"

const char *spoil_part(struct ent_machine *m, unsigned n)
{
	struct cpu *cpu = m->cpu;

	switch (n) {
	case 0: cpu->pstate.nzcv ^= 1; return "PSTATE.V";
	case 1: cpu->pstate.nzcv ^= 8; return "PSTATE.N";
	case 2: cpu->pstate.daif ^= DAIF_F; return "PSTATE.F";
	case 3: cpu->pstate.daif ^= DAIF_D; return "PSTATE.D";
	case 4: cpu->pstate.pan ^= 1; return "PSTATE.PAN";
	case 5: cpu->pstate.uao ^= 1; return "PSTATE.UAO";
	case 6: cpu->pstate.il ^= 1; return "PSTATE.IL";
	case 7: cpu->pstate.ss ^= 1; return "PSTATE.SS";
	case 8: cpu->pstate.dit ^= 1; return "PSTATE.DIT";
	case 9: cpu->pstate.ssbs ^= 1; return "PSTATE.SSBS";
	case 10: cpu->pstate.btype ^= 2; return "PSTATE.BTYPE";
	case 11: pstate_set_el(cpu, cpu->pstate.el, !cpu->pstate.sp); return "PSTATE.SP";
	case 12: pstate_set_el(cpu, EL1, 1); return "PSTATE.EL";
	case 13: cpu->pc += 4; return "PC";
	case 14: sp_write(cpu, EL0, 8); return "SP_EL0";
	case 15: sp_write(cpu, EL1, 8); return "SP_EL1";
	case 16: sp_write(cpu, EL2, 8); return "SP_EL2";
	case 17: cpu->fpu.fpcr ^= 1u << 22; return "FPCR";
	case 18: cpu->fpu.fpsr ^= 1; return "FPSR";
	case 19: cpu->v[0].d[0] ^= 1; return "V0, low half";
	case 20: cpu->v[31].d[1] ^= BIT(63); return "V31, high half";
	case 21: cpu->exclusive.valid ^= 1; return "exclusive monitor";
	case 22: cpu->event_register ^= 1; return "event register";
	case 23: cpu->waiting ^= 1; return "waiting";
	case 24: cpu->claim_tags ^= 1; return "claim tags";
	case 25: cpu->pa_bits ^= 1; return "what nobody thinks of: pa_bits";
	case 26: cpu->features[0] ^= 2; return "what nobody thinks of: features";
	default: return NULL;
	}
}

const char *spoil_register(struct ent_machine *m, unsigned n)
{
	if (n >= SYSREG_COUNT)
		return NULL;
	if (sysreg_rows[n].is_operation || sysreg_rows[n].alias_of)
		return "";
	m->cpu->sys[n] ^= 1;
	return sysreg_rows[n].name;
}
