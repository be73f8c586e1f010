/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of sysreg.def and feature.def as enums: SR_SCTLR_EL1, FEAT_VHE. Data only, so that
 * cpu/state.h can size its arrays; everything else about registers is in sysregs.h.
 */
#ifndef ENT_SYSREGS_IDS_H
#define ENT_SYSREGS_IDS_H

enum sysreg_id {
#define SYSREG(name, ...) SR_##name,
#include "sysregs/sysreg.def"
#undef SYSREG
	SYSREG_COUNT,
	SR_NONE = 0xffff
};

enum feature_id {
#define FEATURE(name, ...) FEAT_##name,
#include "sysregs/feature.def"
#undef FEATURE
	FEATURE_COUNT
};

#endif
