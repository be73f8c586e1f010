/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A distributor that notes what a PE tells it, and offers the next interrupt of a list whenever one
 * is acknowledged.
 */
#ifndef ENT_TEST_FAKE_GIC_H
#define ENT_TEST_FAKE_GIC_H

#include <inttypes.h>
#include <stdio.h>

#include "tests/unit/sysregs_pe.h"

static struct fake_gic {
	char said[512]; /* "activate 32; deactivate 32;" */
	struct gic_offer next[4];
	unsigned next_count, next_at;
	bool maintenance; /* the last level said, which is not in the text */
	unsigned maintenance_said;
} fake;

#define FAKE_SAY(...)                                                                              \
	snprintf(fake.said + strlen(fake.said), sizeof(fake.said) - strlen(fake.said), __VA_ARGS__)

static void fake_activate(struct cpu *cpu, u32 intid)
{
	FAKE_SAY("activate %" PRIu32 "; ", intid);
	if (fake.next_at < fake.next_count)
		icc_offer(cpu, fake.next[fake.next_at++]);
}

static void fake_deactivate(struct cpu *cpu, u32 intid)
{
	(void)cpu;
	FAKE_SAY("deactivate %" PRIu32 "; ", intid);
}

static void fake_send_sgi(struct cpu *cpu, enum gic_sgi sgi, u64 value)
{
	static const char *const names[] = { "SGI0R", "SGI1R", "ASGI1R" };

	(void)cpu;
	FAKE_SAY("%s 0x%" PRIx64 "; ", names[sgi], value);
}

static void fake_enables_changed(struct cpu *cpu)
{
	FAKE_SAY("enables %" PRIu64 "%" PRIu64 "; ", cpu->sys[SR_ICC_IGRPEN0_EL1],
		cpu->sys[SR_ICC_IGRPEN1_EL1]);
}

static void fake_maintenance(struct cpu *cpu, bool level)
{
	(void)cpu;
	fake.maintenance = level;
	fake.maintenance_said++;
}

static const struct gic_ops fake_gic_ops = {
	.activate = fake_activate,
	.deactivate = fake_deactivate,
	.send_sgi = fake_send_sgi,
	.enables_changed = fake_enables_changed,
	.maintenance = fake_maintenance,
};

/* A PE at EL2 with this distributor. */
static inline struct cpu *pe_create_with_gic(void)
{
	struct cpu *cpu = pe_create("v8.1", true, 40);

	memset(&fake, 0, sizeof(fake));
	cpu->gic = &fake_gic_ops;
	pe_set_el(cpu, EL2);
	return cpu;
}

/* Since the last call. */
static inline void assert_gic_heard(const char *text)
{
	assert_string_equal(fake.said, text);
	fake.said[0] = 0;
}

#endif
