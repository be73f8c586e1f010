/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features by name, and the first CPU profile that has one.
 */
#include "cpu/cpu.h"
#include "explain/explain.h"

static const char *const names[] = {
#define FEATURE(name, ...) [FEAT_##name] = #name,
#include "sysregs/feature.def"
#undef FEATURE
};

const char *feature_name(enum feature_id feature)
{
	return names[feature];
}

const char *feature_first_profile(enum feature_id feature)
{
	static struct cpu cpu;

	for (const char *const *profile = sysregs_profiles(); *profile != NULL; profile++) {
		sysregs_select_profile(&cpu, *profile);
		if (cpu_has(&cpu, feature))
			return *profile;
	}
	return NULL;
}
