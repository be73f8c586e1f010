/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SYS instructions and encodings without a register behind them. Compiled once per engine.
 */
#include "cpu/system.h"

#include <string.h>

#include "exceptions/exceptions.h"

SYSOP(sys)
{
	enum sysreg_id id = (enum sysreg_id)u->imm;
	struct route route = sysreg_route(cpu, id, DIR_WRITE);
	enum outcome outcome;

	if (route.goes == TO_OPERATION) {
		outcome = system_operation(cpu, route.reg, X(rd));
		return outcome == OUT_NEXT ? outcome_next(cpu) : outcome;
	}
	return system_not_allowed(cpu, route, id, u->rn, DIR_WRITE);
}

/* Is DC ZVA allowed here without asking sysreg_route()? */
static inline bool is_zva_free(const struct cpu *cpu)
{
	if (cpu->pstate.el == EL2)
		return true;
	return !(cpu->armed[DIR_WRITE] & sysreg_direct[SR_DC_ZVA].traps) &&
	       (cpu->pstate.el != EL0 || (current_sctlr(cpu) & SCTLR_EL1_DZE));
}

OP(dc_zva)
{
	u64 block = align_down(X(rd), ZVA_BYTES);
	u8 *host;

	if (UNLIKELY(!is_zva_free(cpu)))
		TAILCALL(ENGINE(op_sys));
	host = host_write(cpu, block, ZVA_BYTES);
	if (UNLIKELY(host == NULL))
		TAILCALL(ENGINE(op_sys));
	memset(host, 0, ZVA_BYTES);
	NEXT();
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
