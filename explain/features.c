/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features by name.
 */
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
