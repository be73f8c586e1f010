/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sysreg.def as an array, and finding rows by encoding.
 */
#include "sysregs/table.h"
#include "sysregs/pmu.h"

#define TRAP(name, ...) static const u64 T_##name = (u64)1 << TRAP_##name;
#include "sysregs/traps.def"
#undef TRAP

/* Access by name: the lowest EL that may read, and write. */
#define RW_EL0	      .read_el = EL0, .write_el = EL0
#define RO_EL0	      .read_el = EL0, .write_el = NOBODY
#define WO_EL0	      .read_el = NOBODY, .write_el = EL0
#define RO_EL0_RW_EL1 .read_el = EL0, .write_el = EL1
#define RO_EL0_RW_TOP .read_el = EL0, .write_el = EL1
#define RW_EL1	      .read_el = EL1, .write_el = EL1
#define RO_EL1	      .read_el = EL1, .write_el = NOBODY
#define WO_EL1	      .read_el = NOBODY, .write_el = EL1
#define RW_EL2	      .read_el = EL2, .write_el = EL2
#define RO_EL2	      .read_el = EL2, .write_el = NOBODY
#define WO_EL2	      .read_el = NOBODY, .write_el = EL2
#define NONE	      .read_el = NOBODY, .write_el = NOBODY

#define RES0(mask)	     , .res0 = (mask)
#define RES1(mask)	     , .res1 = (mask)
#define TRAPS(mask)	     , .traps = (mask)
#define E2H_IS(reg)	     , .e2h_is = SR_##reg
#define ALIAS_OF(reg)	     , .alias_of = SR_##reg
#define NV2_IS(reg)	     , .nv2_is = SR_##reg
#define VNCR(offset)	     , .is_vncr = true, .vncr = (offset)
#define VNCR_ANY_NV1(offset) , .is_vncr = true, .any_nv1 = true, .vncr = (offset)
#define VIRTUAL(mask, reg)   , .virtual_if = (mask), .virtual_is = SR_##reg
#define FEATURE(name)	     , .feature = FEAT_##name
#define READ(fn)	     , .read = (fn)
#define TOOK(fn)	     , .took = (fn)
#define WROTE(fn)	     , .wrote = (fn)
#define ROUTE(fn)	     , .route = (fn)
#define OPERATION	     , .is_operation = true
#define GATED		     , .is_gated = true

const struct sysreg sysreg_rows[SYSREG_COUNT] = {
#define SYSREG(name_, op0, op1, crn, crm, op2, access, reset_, ...)                                \
	[SR_##name_] = { .name = #name_,                                                           \
		.encoding = (op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2),           \
		access,                                                                            \
		.reset = (reset_)__VA_ARGS__ },
#include "sysregs/sysreg.def"
#undef SYSREG
};

const char *sysreg_name(enum sysreg_id id)
{
	return sysreg_rows[id].name;
}

u32 sysreg_encoding(enum sysreg_id id)
{
	return sysreg_rows[id].encoding;
}

enum sysreg_id sysreg_find(u32 encoding)
{
	static u16 ids[1 << 16];
	static bool done;

	if (!done) {
		for (size_t i = 0; i < COUNT(ids); i++)
			ids[i] = SR_NONE;
		for (unsigned id = 0; id < SYSREG_COUNT; id++)
			ids[sysreg_rows[id].encoding] = (u16)id;
		done = true;
	}
	return (enum sysreg_id)ids[encoding & 0xffff];
}
