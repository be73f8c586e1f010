/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One number for the tables of this build: arrays by enum that are written into a file mean the
 * same where it is the same.
 */
#include "base/digest.h"
#include "sysregs/table.h"

static u64 of_rows(u64 digest)
{
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const struct sysreg *row = &sysreg_rows[id];
		u64 facts[] = { row->encoding, row->reset, row->res0, row->res1 };

		digest = digest_text(digest, row->name);
		digest = digest_bytes(digest, facts, sizeof(facts));
	}
	return digest;
}

static u64 of_features(u64 digest)
{
	static const char *const names[FEATURE_COUNT] = {
#define FEATURE(name, ...) [FEAT_##name] = #name,
#include "sysregs/feature.def"
#undef FEATURE
	};

	for (unsigned id = 0; id < FEATURE_COUNT; id++) {
		digest = digest_text(digest, names[id]);
		digest = digest_text(digest, sysregs_first_profile(id));
	}
	return digest;
}

static u64 of_choices(u64 digest)
{
	for (unsigned id = 0; id < CHOICE_COUNT; id++) {
		digest = digest_text(digest, choice_rows[id].name);
		for (unsigned value = 0; value < choice_value_count(id); value++)
			digest = digest_text(digest, choice_values[id][value].name);
	}
	return digest;
}

u64 sysregs_fingerprint(void)
{
	static const u32 counts[] = { SYSREG_COUNT, FEATURE_COUNT, CHOICE_COUNT, PMU_EVENT_COUNT };

	return of_choices(of_features(of_rows(digest_bytes(DIGEST_START, counts, sizeof(counts)))));
}
