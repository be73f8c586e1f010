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

/* The row whose access rules are the register's: the name of a virtual interface's is the physical
 * one's. */
static const struct sysreg *accessed_as(enum sysreg_id id)
{
	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		if (sysreg_rows[i].virtual_if != 0 && sysreg_rows[i].virtual_is == id &&
			sysreg_rows[id].read_el == NOBODY)
			return &sysreg_rows[i];
	}
	return &sysreg_rows[id];
}

/* op1 of EL2's registers and of the names that only it has. */
static bool is_of_el2(const struct sysreg *row)
{
	unsigned op1 = row->encoding >> 11 & 7u;

	return op1 >= 4 && op1 <= 6;
}

static bool is_there(const struct cpu *cpu, const struct sysreg *row)
{
	return cpu_has(cpu, (enum feature_id)row->feature) && (cpu->has_el2 || !is_of_el2(row));
}

bool sysreg_has_value(const struct cpu *cpu, enum sysreg_id id)
{
	const struct sysreg *row = &sysreg_rows[id];

	if (row->is_operation || row->alias_of || !is_there(cpu, row))
		return false;
	return id == SR_SP_EL2 || accessed_as(id)->read_el != NOBODY;
}

bool sysreg_is_stored(enum sysreg_id id)
{
	return sysreg_rows[id].read == NULL;
}

/* What a write stores is the same always, and that is all it does. */
static bool is_constant(const struct sysreg *row)
{
	return !row->is_operation && row->write_el != NOBODY &&
	       (row->res0 | row->res1) == ~(u64)0 && row->wrote == NULL && row->virtual_is == 0;
}

bool sysreg_keeps_nothing(enum sysreg_id id)
{
	const struct sysreg *row = accessed_as(id);

	if (row->alias_of != 0)
		row = &sysreg_rows[row->alias_of];
	return is_constant(row) && (row->e2h_is == 0 || is_constant(&sysreg_rows[row->e2h_is]));
}

bool sysreg_is_writable(enum sysreg_id id)
{
	return id == SR_SP_EL2 || accessed_as(id)->write_el != NOBODY;
}

int sysreg_vncr(const struct cpu *cpu, enum sysreg_id id)
{
	const struct sysreg *row = &sysreg_rows[id];

	return row->is_vncr && !row->alias_of && is_there(cpu, row) ? row->vncr : -1;
}
