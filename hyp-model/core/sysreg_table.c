/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sysregs/sysreg.def as an array, and finding rows by the ISS of a trap. Columns that only a
 * machine needs (what a write does, where a name leads) are passed over.
 */
#include "core/sysreg_table.h"

#include "core/arch.h"
#include "core/masks.h"

enum {
#define SYSREG(name, ...) ROW_##name,
#include "sysregs/sysreg.def"
#undef SYSREG
	ROW_COUNT
};

#define TRAP(name, ...) static const u64 T_##name = BIT(TRAP_##name);
#include "sysregs/traps.def"
#undef TRAP

/* Constants of the simulated machine in the masks: the most that any machine has. */
#define PRIORITY_MASK	   0xffu
#define PMU_EVENT_COUNTERS MASK(30, 0)
#define PMU_ALL_COUNTERS   MASK(31, 0)
#define ICC_CTLR_FIXED	   0u

#define RW_EL0	      .read_el = 0, .write_el = 0
#define RO_EL0	      .read_el = 0, .write_el = NOBODY
#define WO_EL0	      .read_el = NOBODY, .write_el = 0
#define RO_EL0_RW_EL1 .read_el = 0, .write_el = 1
#define RO_EL0_RW_TOP .read_el = 0, .write_el = 2
#define RW_EL1	      .read_el = 1, .write_el = 1
#define RO_EL1	      .read_el = 1, .write_el = NOBODY
#define WO_EL1	      .read_el = NOBODY, .write_el = 1
#define RW_EL2	      .read_el = 2, .write_el = 2
#define RO_EL2	      .read_el = 2, .write_el = NOBODY
#define WO_EL2	      .read_el = NOBODY, .write_el = 2
#define NONE	      .read_el = NOBODY, .write_el = NOBODY

#define RES0(mask)    , .res0 = (mask)
#define RES1(mask)    , .res1 = (mask)
#define TRAPS(mask)   , .traps = (mask)
#define FEATURE(name) , .feature = FEAT_##name
#define E2H_IS(reg)
#define ALIAS_OF(reg)
#define NV2_IS(reg)
#define VNCR(offset)
#define VNCR_ANY_NV1(offset)
#define VIRTUAL(mask, reg)
#define READ(function)
#define TOOK(function)
#define WROTE(function)
#define ROUTE(function)
#define OPERATION
#define GATED

static const struct sysreg_row rows[ROW_COUNT] = {
#define SYSREG(name, op0, op1, crn, crm, op2, access, reset, ...)                                  \
	[ROW_##name] = { .iss = ISS_##name, access __VA_ARGS__ },
#include "sysregs/sysreg.def"
#undef SYSREG
};

const struct sysreg_row *sysreg_row(u64 iss)
{
	switch (iss) {
#define SYSREG(name, ...)                                                                          \
	case ISS_##name:                                                                           \
		return &rows[ROW_##name];
#include "sysregs/sysreg.def"
#undef SYSREG
	default: return NULL;
	}
}
