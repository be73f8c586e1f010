/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System registers as bytes, with what is kept beside them; traps and what else follows from their
 * values is worked out again.
 */
#include <string.h>

#include "sysregs/debug.h"
#include "sysregs/late.h"
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

/* Of the space of constants: DDI 0487 D18.3, op0 = 3 with CRn = 0. */
static bool is_constant(const struct sysreg *row)
{
	return row->encoding >> 14 == 3 && (row->encoding >> 7 & 15) == 0 &&
	       row->write_el == NOBODY;
}

/* Of registers that only masked writes change, and whose values serve as shifts and indexes. */
static bool is_possible(const struct cpu *cpu, unsigned id, u64 value)
{
	const struct sysreg *row = &sysreg_rows[id];

	if (row->feature == FEAT_GICV3)
		return (value & row->res0) == 0 && (value & row->res1) == row->res1;
	return !is_constant(row) || value == cpu->sys[id];
}

static void transfer_values(struct cpu *cpu, struct archive *archive)
{
	u64 value[SYSREG_COUNT];

	if (!archive->is_loading) {
		ARCHIVE(archive, cpu->sys);
		return;
	}
	_Static_assert(sizeof(value) == sizeof(cpu->sys), "all values");
	ARCHIVE(archive, value);
	for (unsigned id = 0; id < SYSREG_COUNT && !archive->failed; id++)
		archive_require(archive, is_possible(cpu, id, value[id]),
			"a system register has an impossible value");
	if (!archive->failed)
		memcpy(cpu->sys, value, sizeof(value));
}

void sysregs_transfer(struct cpu *cpu, struct archive *archive)
{
	struct gic_offer *offer = &cpu->offer;

	archive_mark(archive, "sysregs");
	ARCHIVE_BOOL(archive, cpu->has_el2);
	transfer_features(cpu, archive);
	transfer_values(cpu, archive);
	ARCHIVE(archive, cpu->claim_tags);
	ARCHIVE(archive, cpu->event_time);
	ARCHIVE_BOOL(archive, cpu->event_register);
	ARCHIVE(archive, offer->intid);
	ARCHIVE(archive, offer->priority);
	ARCHIVE(archive, offer->group);
	archive_require(archive, offer->group <= 1, "an interrupt is in no group");
	ARCHIVE_BOOL(archive, cpu->maintenance);
	pmu_transfer(cpu, archive);
	late_transfer(cpu, archive);
	if (!archive->is_loading || archive->failed)
		return;
	sysregs_arm_traps(cpu);
	debug_rearm(cpu);
}
