/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SYS instructions and encodings without a register behind them. Compiled once per engine.
 */
#include "cpu/system.h"
#include "exceptions/exceptions.h"

SYSOP(sys)
{
	enum sysreg_id id = (enum sysreg_id)u->imm;
	struct route route = sysreg_route(cpu, id, DIR_WRITE);

	if (route.goes == TO_OPERATION)
		return system_operation(cpu, route.reg, X(rd));
	return system_not_allowed(cpu, route, id, u->rn, DIR_WRITE);
}

/* No row: UNDEFINED, but IMPLEMENTATION DEFINED encodings trap first. imm = encoding, rm =
 * direction */
SYSOP(sysreg_absent)
{
	u32 crn = (u32)bits(u->imm, 10, 7);
	bool is_impdef = (crn == 11 || crn == 15) && bits(u->imm, 15, 14) != 2;

	if (is_impdef && cpu->pstate.el == EL1 && cpu->has_el2 &&
		(cpu->sys[SR_HCR_EL2] & HCR_EL2_TIDCP))
		fault_trap(
			cpu, EL2, EC_SYSREG, system_iss((u32)u->imm, u->rn, (enum direction)u->rm));
	else
		fault_undefined(cpu);
	return OUT_FAULT;
}
