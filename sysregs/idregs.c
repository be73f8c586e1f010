/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU profiles and the ID registers, both from feature.def, so that they cannot disagree.
 */
#include <stdio.h>
#include <string.h>

#include "sysregs/debug.h"
#include "sysregs/table.h"

/* In order: a profile has the features of all before it. */
enum profile { V8_0, V8_1, V8_3, V8_4, MAX, NEVER };
static const char *const profile_names[] = { "v8.0", "v8.1", "v8.3-nv", "v8.4-nv2", "max", NULL };

enum { NONE_NONE = 0 }; /* BASE shows in no ID register */
static const struct {
	u64 field;
	u16 reg;
	u8 value;
	enum profile since;
} features[FEATURE_COUNT] = {
#define FEATURE(name, reg, field, value, since)                                                    \
	[FEAT_##name] = { reg##_##field, SR_##reg, value, since },
#include "sysregs/feature.def"
#undef FEATURE
};

const char *const *sysregs_profiles(void)
{
	return profile_names;
}

struct status sysregs_check_profile(const char *name)
{
	char known[80] = "";
	size_t length = 0;

	for (unsigned i = 0; profile_names[i] != NULL; i++) {
		if (strcmp(profile_names[i], name) == 0)
			return status_ok();
		length += (size_t)snprintf(known + length, sizeof(known) - length, "%s%s",
			i == 0 ? "" : ", ", profile_names[i]);
	}
	return status_error(STATUS_USAGE, "no CPU profile '%.40s'; there are: %s", name, known);
}

const char *sysregs_profile_name(const char *name)
{
	unsigned i = 0;

	while (profile_names[i] != NULL && strcmp(profile_names[i], name) != 0)
		i++;
	return profile_names[i];
}

const char *sysregs_first_profile(enum feature_id feature)
{
	return profile_names[features[feature].since];
}

bool sysregs_select_profile(struct cpu *cpu, const char *name)
{
	unsigned profile = 0;

	while (profile_names[profile] != NULL && strcmp(profile_names[profile], name) != 0)
		profile++;
	if (profile_names[profile] == NULL)
		return false;
	sysreg_direct_init();
	memset(cpu->features, 0, sizeof(cpu->features));
	for (unsigned f = 0; f < FEATURE_COUNT; f++) {
		if (features[f].since <= profile)
			cpu->features[f / 64] |= BIT(f % 64);
	}
	cpu->pa_bits = 40;
	return true;
}

/* ID_AA64MMFR0_EL1.PARange */
static u64 pa_range(unsigned pa_bits)
{
	static const u8 sizes[] = { 32, 36, 40, 42, 44, 48 };
	u64 range = 0;

	while (range + 1 < COUNT(sizes) && sizes[range + 1] <= pa_bits)
		range++;
	return range;
}

void idregs_compute(struct cpu *cpu)
{
	u64 *sys = cpu->sys;

	for (unsigned f = 0; f < FEATURE_COUNT; f++) {
		u64 *reg, field = features[f].field;

		if (field == 0 || !cpu_has(cpu, (enum feature_id)f))
			continue;
		reg = &sys[features[f].reg];
		if (put_field(0, field, features[f].value) > (*reg & field))
			*reg = (*reg & ~field) | put_field(0, field, features[f].value);
	}
	/* AArch64 only, no EL3; FP and SIMD are there, with FP16 both or neither. */
	sys[SR_ID_AA64PFR0_EL1] |= put_field(0, ID_AA64PFR0_EL1_EL0, 1) |
				   put_field(0, ID_AA64PFR0_EL1_EL1, 1) |
				   put_field(0, ID_AA64PFR0_EL1_EL2, cpu->has_el2) |
				   put_field(0, ID_AA64PFR0_EL1_AdvSIMD, cpu_has(cpu, FEAT_FP16));
	sys[SR_ID_AA64MMFR0_EL1] |= put_field(0, ID_AA64MMFR0_EL1_PARange, pa_range(cpu->pa_bits));
	if (cpu_has(cpu, FEAT_VHE) && is_chosen(cpu, e2h, res1))
		sys[SR_ID_AA64MMFR4_EL1] |= put_field(0, ID_AA64MMFR4_EL1_E2H0, 0xf); /* signed */
	if (cpu_has(cpu, FEAT_VHE) && is_chosen(cpu, e2h, res1_nv1_res0))
		sys[SR_ID_AA64MMFR4_EL1] |= put_field(0, ID_AA64MMFR4_EL1_E2H0, 0xe);
	sys[SR_ID_AA64DFR0_EL1] |=
		put_field(0, ID_AA64DFR0_EL1_DebugVer, cpu_has(cpu, FEAT_VHE) ? 7 : 6) |
		put_field(0, ID_AA64DFR0_EL1_BRPs, DEBUG_BREAKPOINTS - 1) |
		put_field(0, ID_AA64DFR0_EL1_WRPs, DEBUG_WATCHPOINTS - 1) |
		put_field(0, ID_AA64DFR0_EL1_CTX_CMPs, DEBUG_CONTEXT_AWARE - 1);
}
