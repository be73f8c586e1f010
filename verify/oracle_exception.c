/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/oracle_exception.h"

/* SPSR_ELx, DDI 0487 C5.2.19. */
enum {
	SPSR_SP = 0,
	SPSR_EL = 2,
	SPSR_DAIF = 6,
	SPSR_SSBS = 12,
	SPSR_PAN = 22,
	SPSR_DIT = 24,
	SPSR_NZCV = 28
};
/* SCTLR_ELx of the EL1&0 and EL2&0 regimes; SPAN of EL2 is read only in the latter. */
enum { SCTLR_SPAN = 23, SCTLR_DSSBS = 44 };

static u64 vector_offset(const struct exception_in *in)
{
	u64 from = bits(in->pstate, SPSR_EL + 1, SPSR_EL);
	u64 group = from < in->target ? 0x400 : (in->pstate >> SPSR_SP & 1) != 0 ? 0x200 : 0x000;

	return group + 0x80 * (u64)in->kind;
}

struct exception_out oracle_exception(const struct exception_in *in)
{
	u64 same = 0xfull << SPSR_NZCV;
	u64 pstate;

	if (in->has_dit)
		same |= BIT(SPSR_DIT);
	if (in->has_pan)
		same |= BIT(SPSR_PAN);
	pstate = in->pstate & same; /* UAO, SS, IL and BTYPE become 0 */
	pstate |= 0xfull << SPSR_DAIF | (u64)in->target << SPSR_EL | BIT(SPSR_SP);
	if (in->has_pan && (in->target == 1 || in->is_in_host) &&
		(in->sctlr >> SCTLR_SPAN & 1) == 0)
		pstate |= BIT(SPSR_PAN);
	if (in->has_ssbs && (in->sctlr >> SCTLR_DSSBS & 1) != 0)
		pstate |= BIT(SPSR_SSBS);
	return (struct exception_out){ .pc = in->vbar + vector_offset(in),
		.pstate = pstate,
		.elr = in->pc,
		.spsr = in->pstate };
}
