/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sysregs/sysreg.def, the table of the machine, says of a register: who may access it, which
 * feature brings it, which coarse traps it is under, which bits are RES0 and RES1.
 */
#ifndef HYP_SYSREG_TABLE_H
#define HYP_SYSREG_TABLE_H

#include "core/types.h"

enum feature_id {
#define FEATURE(name, ...) FEAT_##name,
#include "sysregs/feature.def"
#undef FEATURE
	FEATURE_COUNT
};

/* Coarse traps, bits of sysreg_row.traps. */
enum {
#define TRAP(name, ...) TRAP_##name,
#include "sysregs/traps.def"
#undef TRAP
	TRAP_COUNT
};

enum { NOBODY = 0xff }; /* as the lowest EL: no EL may */

struct sysreg_row {
	u32 iss; /* as ISS_SYSREG() */
	u64 traps, res0, res1;
	u8 read_el, write_el; /* the lowest level by this name, or NOBODY */
	u8 feature;
};

/* NULL: no register has this encoding. */
const struct sysreg_row *sysreg_row(u64 iss);

#endif
