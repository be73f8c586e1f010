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

/* No row: UNDEFINED or a trap. imm = encoding, rm = direction */
SYSOP(sysreg_absent)
{
	enum direction direction = (enum direction)u->rm;
	struct route route = sysreg_route_encoding(cpu, (u32)u->imm, direction);

	if (route.goes == TO_TRAP)
		fault_trap(cpu, route.target_el, (enum ec)route.ec,
			system_iss((u32)u->imm, u->rn, direction));
	else
		fault_undefined(cpu);
	return OUT_FAULT;
}
