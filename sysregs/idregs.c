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

static const struct {
	u16 reg; /* SR_NONE: shows in no ID register */
	u8 high, low, value;
	enum profile since;
} features[FEATURE_COUNT] = {
#define FEATURE(name, reg, high, low, value, since)                                                \
	[FEAT_##name] = { SR_##reg, high, low, value, since },
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
		u64 now;

		if (features[f].reg == SR_NONE || !cpu_has(cpu, (enum feature_id)f))
			continue;
		now = bits(sys[features[f].reg], features[f].high, features[f].low);
		if (now < features[f].value)
			sys[features[f].reg] = put_bits(sys[features[f].reg], features[f].high,
				features[f].low, features[f].value);
	}
	/* AArch64 only, no EL3; FP and SIMD are there, with FP16 both or neither. */
	sys[SR_ID_AA64PFR0_EL1] |= 0x11 | (u64)cpu->has_el2 << 8;
	sys[SR_ID_AA64PFR0_EL1] |= (u64)cpu_has(cpu, FEAT_FP16) << 20;
	sys[SR_ID_AA64MMFR0_EL1] |= pa_range(cpu->pa_bits);
	/* E2H0, a signed field */
	if (cpu_has(cpu, FEAT_VHE) && is_chosen(cpu, e2h, res1))
		sys[SR_ID_AA64MMFR4_EL1] |= 0xfull << 24;
	if (cpu_has(cpu, FEAT_VHE) && is_chosen(cpu, e2h, res1_nv1_res0))
		sys[SR_ID_AA64MMFR4_EL1] |= 0xeull << 24;
	/* DebugVer; breakpoints, watchpoints, context-aware breakpoints, each less one. */
	sys[SR_ID_AA64DFR0_EL1] |= (cpu_has(cpu, FEAT_VHE) ? 7 : 6) |
				   (DEBUG_BREAKPOINTS - 1) << 12 | (DEBUG_WATCHPOINTS - 1) << 20 |
				   (DEBUG_CONTEXT_AWARE - 1) << 28;
}
