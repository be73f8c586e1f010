/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System registers as bytes, with what is kept beside them; traps and what else follows from their
 * values is worked out again.
 */
#include "sysregs/debug.h"
#include "sysregs/pmu.h"
#include "sysregs/table.h"

static const u64 taken_away = BIT(FEAT_VHE % 64); /* of features: by the choice e2h */

static void transfer_features(struct cpu *cpu, struct archive *archive)
{
	for (unsigned i = 0; i < COUNT(cpu->features); i++) {
		u64 features = cpu->features[i], may_differ = i == FEAT_VHE / 64 ? taken_away : 0;

		ARCHIVE(archive, features);
		archive_require(archive, ((features ^ cpu->features[i]) & ~may_differ) == 0,
			"its CPU has other features");
		if (!archive->failed)
			cpu->features[i] = features;
	}
}

void sysregs_transfer(struct cpu *cpu, struct archive *archive)
{
	struct gic_offer *offer = &cpu->offer;

	archive_mark(archive, "sysregs");
	ARCHIVE_BOOL(archive, cpu->has_el2);
	transfer_features(cpu, archive);
	ARCHIVE(archive, cpu->sys);
	ARCHIVE(archive, cpu->claim_tags);
	ARCHIVE(archive, cpu->event_time);
	ARCHIVE_BOOL(archive, cpu->event_register);
	ARCHIVE(archive, offer->intid);
	ARCHIVE(archive, offer->priority);
	ARCHIVE(archive, offer->group);
	archive_require(archive, offer->group <= 1, "an interrupt is in no group");
	ARCHIVE_BOOL(archive, cpu->maintenance);
	pmu_transfer(cpu, archive);
	if (!archive->is_loading)
		return;
	sysregs_arm_traps(cpu);
	debug_rearm(cpu);
}
