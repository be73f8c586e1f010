/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pointer authentication, DDI 0487 C6.2; the algorithm and its controls are in pauth.c. Operands as
 * in formats_pauth.c. Compiled once per engine.
 */
#include "cpu/bti.h"
#include "cpu/ldst.h"
#include "cpu/pauth.h"
#include "cpu/system.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

#define KEY ((enum pauth_key)u->ra)

OP(pac)
{
	struct signed_pointer p = pauth_add(cpu, KEY, X(rm), X(rn));

	if (UNLIKELY(!p.ok))
		FAULT();
	X(rd) = p.value;
	NEXT();
}

OP(aut)
{
	struct signed_pointer p = pauth_authenticate(cpu, KEY, X(rm), X(rn));

	if (UNLIKELY(!p.ok))
		FAULT();
	X(rd) = p.value;
	NEXT();
}

OP(xpaci)
{
	X(rd) = pauth_strip(cpu, X(rm), true);
	NEXT();
}

OP(xpacd)
{
	X(rd) = pauth_strip(cpu, X(rm), false);
	NEXT();
}

OP(pacga)
{
	struct signed_pointer p = pauth_generic(cpu, X(rn), X(rm));

	if (UNLIKELY(!p.ok))
		FAULT();
	X(rd) = p.value;
	NEXT();
}

OP(ret_auth)
{
	struct signed_pointer p = pauth_authenticate(cpu, KEY, X(rn), X(rm));

	if (UNLIKELY(!p.ok))
		FAULT();
	GOTO_VA(RETURN, p.value);
}

#define GOTO_AUTHENTICATED(flow, va, btype)                                                        \
	do {                                                                                       \
		if (!cpu_has(cpu, FEAT_BTI))                                                       \
			GOTO_VA(flow, va);                                                         \
		GOTO_BTI(flow, va, btype);                                                         \
	} while (0)

OP(br_auth) /* rd = BTYPE from a guarded page */
{
	struct signed_pointer p = pauth_authenticate(cpu, KEY, X(rn), X(rm));

	if (UNLIKELY(!p.ok))
		FAULT();
	GOTO_AUTHENTICATED(
		INDIRECT, p.value, code_is_guarded(cpu, cpu->code_va) ? u->rd : BTYPE_JUMP);
}

OP(blr_auth)
{
	struct signed_pointer p = pauth_authenticate(cpu, KEY, X(rn), X(rm));

	if (UNLIKELY(!p.ok))
		FAULT();
	cpu->x[SLOT_LR] = cpu->code_va + u->imm;
	GOTO_AUTHENTICATED(INDIRECT_CALL, p.value, BTYPE_CALL);
}

SYSOP(eret_auth)
{
	struct route route = KEY == PAUTH_IA ? route_eretaa(cpu) : route_eretab(cpu);
	struct signed_pointer p;

	if (UNLIKELY(route.goes != TO_EXECUTE))
		return insn_not_executed(cpu, route, 0);
	p = pauth_authenticate(cpu, KEY, exceptions_elr(cpu), cpu->x[SLOT_SP]);
	if (!p.ok)
		return OUT_FAULT;
	if (IS_TIMED)
		timed_exception(cpu, u, PARAM_exception_return, REASON_ERET);
	exceptions_eret_to(cpu, p.value);
	return OUT_JUMP;
}

/*
 * LDRAA, LDRAB: imm = the scaled offset. With write-back the base gets the authenticated address;
 * into its own base the loaded value wins, as with other loads.
 */
#define LOAD_AUTHENTICATED(name, write_back)                                                       \
	OP(name)                                                                                   \
	{                                                                                          \
		struct signed_pointer p = pauth_authenticate(cpu, KEY, X(rn), 0);                  \
		struct loaded m;                                                                   \
                                                                                                   \
		if (UNLIKELY(!p.ok))                                                               \
			FAULT();                                                                   \
		SYNC();                                                                            \
		if (UNLIKELY(!check_sp_alignment(cpu, u)))                                         \
			FAULT();                                                                   \
		m = mmu_load(cpu, p.value + u->imm, 8, 0);                                         \
		if (UNLIKELY(!m.ok))                                                               \
			FAULT();                                                                   \
		write_back;                                                                        \
		X(rd) = m.data;                                                                    \
		NEXT_AFTER_SLOW();                                                                 \
	}
LOAD_AUTHENTICATED(ldra, (void)0)
LOAD_AUTHENTICATED(ldra_pre, X(rn) = p.value + u->imm)
