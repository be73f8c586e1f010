/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of sysreg.def, feature.def, choices.def and pmu.def as enums: SR_SCTLR_EL1, FEAT_VHE,
 * CHOICE_e2h, CHOSEN_e2h_res1, PMU_CPU_CYCLES. Data only, so that cpu/state.h can size its arrays;
 * everything else about registers is in sysregs.h, about choices in choices.h.
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

enum choice_id {
#define CHOICE(name, ...) CHOICE_##name,
#define VALUE(...)
#include "sysregs/choices.def"
#undef CHOICE
#undef VALUE
	CHOICE_COUNT
};

/* The values of a choice count from 0. */
enum {
#define CHOICE(...)
#define VALUE(choice, name, number, ...) CHOSEN_##choice##_##name = (number),
#include "sysregs/choices.def"
#undef CHOICE
#undef VALUE
};

enum pmu_event {
#define PMU_EVENT(name, ...) PMU_##name,
#include "sysregs/pmu.def"
#undef PMU_EVENT
	PMU_EVENT_COUNT
};

#endif
