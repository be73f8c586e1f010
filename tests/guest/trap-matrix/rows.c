/* SPDX-License-Identifier: Apache-2.0 */
/* Tables and stubs, all generated from sysregs/sysreg.def and explain/instructions.def. */
#include "rows.h"

#include "explain/settings.h"

#define RES0(mask)
#define RES1(mask)
#define TRAPS(mask)
#define E2H_IS(reg)	     , .e2h_is = SR_##reg
#define ALIAS_OF(reg)	     , .alias_of = SR_##reg
#define NV2_IS(reg)	     , .nv2_is = SR_##reg
#define VNCR(offset)	     , .is_vncr = true, .vncr = (offset)
#define VNCR_ANY_NV1(offset) , .is_vncr = true, .vncr = (offset)
#define FEATURE(name)
#define VIRTUAL(when, reg)
#define READ(fn)
#define TOOK(fn)
#define WROTE(fn)
#define ROUTE(fn)
#define OPERATION , .is_operation = true
#define GATED

const struct row rows[SYSREG_COUNT] = {
#define SYSREG(name, op0, op1, crn, crm, op2, access, reset, ...)                                  \
	[SR_##name] = { .encoding = (op0) << OP0_SHIFT | (op1) << OP1_SHIFT | (crn) << CRN_SHIFT | \
				    (crm) << CRM_SHIFT | (op2)__VA_ARGS__ },
#include "sysregs/sysreg.def"
#undef SYSREG
};

/* MRS, MSR, SYS and SYSL are one encoding: L is bit 21. Rt is x0. */
#define ACCESS(l, op0, op1, crn, crm, op2)                                                         \
	".inst 0xd5000000 | " #l " << 21 | " #op0 " << 19 | " #op1 " << 16 | " #crn                \
	" << 12 | " #crm " << 8 | " #op2 " << 5\n br x28\n"

asm(".text\n .balign 8\n row_stubs:\n"
#define SYSREG(name, op0, op1, crn, crm, op2, ...)                                                 \
	ACCESS(1, op0, op1, crn, crm, op2) ACCESS(0, op0, op1, crn, crm, op2)
#include "sysregs/sysreg.def"
#undef SYSREG
    "instruction_stubs:\n"
#define INSTRUCTION(name, word) ".inst " #word "\n br x28\n"
#include "explain/instructions.def"
#undef INSTRUCTION
    "wfe_stub: wfe\n wfe\n br x28\n"
    "mmio_stub: str w1, [x0]\n br x28\n");

extern const char row_stubs[], instruction_stubs[], wfe_stub[], mmio_stub[];

enum { STUB_BYTES = 8 };

u64 stub_of_row(unsigned id, bool is_write)
{
	return (u64)row_stubs + (2 * id + is_write) * STUB_BYTES;
}

u64 stub_of_instruction(unsigned index)
{
	return index == MATRIX_WFE ? (u64)wfe_stub : (u64)instruction_stubs + index * STUB_BYTES;
}

u64 stub_of_mmio(void)
{
	return (u64)mmio_stub;
}
