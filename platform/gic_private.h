/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What gic.c (states, routing, offers) and gic_registers.c share. Private to them and their tests.
 */
#ifndef ENT_PLATFORM_GIC_PRIVATE_H
#define ENT_PLATFORM_GIC_PRIVATE_H

#include "cpu/state.h"
#include "platform/gic.h"

enum { GIC_CPUS = COUNT(((struct cpu_group *)NULL)->cpu) };
enum { GIC_BANKS = 9, GIC_PRIVATE = GIC_FIRST_SPI, GIC_INTIDS = 32 * GIC_BANKS };

/* The state of 32 INTIDs, a bit for each. The first bank is private: each PE has its own. */
struct gic_bank {
	u32 group, enabled, active;
	u32 latched; /* pending by an edge, an SGI, or a write of ISPENDR */
	u32 level;   /* of the wires */
	u32 edge;    /* edge-triggered, else level-sensitive */
	u8 priority[32];
};

struct gicd_state {
	u64 ctlr; /* EnableGrp0, EnableGrp1 */
	u64 route[GIC_INTIDS];
	struct gic_bank bank[GIC_BANKS]; /* the first one is not used */
};

struct gicr_state {
	struct gic_bank bank;
	u32 is_asleep; /* WAKER.ProcessorSleep, and ChildrenAsleep, which follows at once */
};

_Static_assert(sizeof(struct gic_bank) == 6 * 4 + 32, "hashed: no padding");
_Static_assert(sizeof(struct gicd_state) == 8 + 8 * GIC_INTIDS + sizeof(struct gic_bank[GIC_BANKS]),
	"hashed: no padding");
_Static_assert(sizeof(struct gicr_state) == sizeof(struct gic_bank) + 4, "hashed: no padding");

/* Where a wire ends. */
struct gic_input {
	struct gic *gic;
	unsigned cpu; /* of a private interrupt */
	unsigned intid;
};

struct gic {
	struct gicd_state gicd;
	struct gicr_state gicr[GIC_CPUS];
	const struct cpu_group *group;
	u32 routed[GIC_CPUS][GIC_BANKS]; /* the interrupts that go to a PE; gic_route() */
	u32 ready_banks; /* a bit for each: the private one, and those where something is ready */
	struct gic_input ppi[GIC_CPUS][GIC_PRIVATE], spi[GIC_INTIDS];
};

enum { CTLR_ENABLE_GRP0 = 1, CTLR_ENABLE_GRP1 = 2 };
#define IROUTER_IRM	 BIT(31)
#define IROUTER_AFFINITY (MASK(39, 32) | MASK(23, 0))

static inline struct gic_bank *gic_bank(struct gic *gic, unsigned cpu, unsigned number)
{
	return number == 0 ? &gic->gicr[cpu].bank : &gic->gicd.bank[number];
}

static inline u32 gic_pending(const struct gic_bank *bank)
{
	return bank->latched | (bank->level & ~bank->edge);
}

/* The affinity of a PE as IROUTER has it. */
static inline u64 gic_affinity(const struct cpu *cpu)
{
	return cpu->sys[SR_MPIDR_EL1] & IROUTER_AFFINITY;
}

/* IROUTER of a shared interrupt, or what 1-of-N looks at, changed. */
void gic_route(struct gic *gic, unsigned intid);
/* The same for those of the bank that any PE may take. */
void gic_route_any(struct gic *gic, unsigned number);

/* Whatever changed: tells a PE, or all, if something else is now the best for it. */
void gic_offer_anew(struct gic *gic, unsigned cpu);
void gic_offer_all_anew(struct gic *gic);

#endif
