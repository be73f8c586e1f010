/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GICv3 distributor and redistributors, IHI 0069: one Security state (GICD_CTLR.DS = 1), affinity
 * routing always on, no LPIs. The CPU interface is in sysregs/; the two talk as the GIC Stream
 * protocol has it: this side offers a PE its highest priority pending interrupt by icc_offer(), the
 * PE's side activates, deactivates, sends SGIs by struct gic_ops (cpu/state.h).
 */
#ifndef ENT_PLATFORM_GIC_H
#define ENT_PLATFORM_GIC_H

#include "platform/bus.h"
#include "platform/wire.h"

struct cpu;
struct cpu_group;
struct gic;

/* INTIDs of SGIs come first, then private, then shared ones. */
enum { GIC_FIRST_PPI = 16, GIC_FIRST_SPI = 32 };

/* For the PEs of the group, all of which exist. NULL: the host has no memory. */
struct gic *gic_create(const struct cpu_group *group);
void gic_destroy(struct gic *gic);
/* As after power-on; the wires keep their levels. */
void gic_reset(struct gic *gic);

/* What each PE is offered is its own state. */
void gic_transfer(struct gic *gic, struct archive *archive);

/* The distributor at gicd, the redistributors one after the other from gicr. */
void gic_add_to_bus(struct gic *gic, struct bus *bus, pa_t gicd, pa_t gicr);

/*
 * What firmware does to GICR_WAKER when it powers a PE on or off: an interrupt waits for a PE that
 * sleeps, and 1-of-N looks for another.
 */
void gic_set_awake(struct gic *gic, unsigned cpu, bool awake);

/* Connects a device's wire to a private (16..31) interrupt of a PE, or a shared one (32..). */
void gic_connect_ppi(struct gic *gic, unsigned cpu, unsigned intid, struct wire *wire);
void gic_connect_spi(struct gic *gic, unsigned intid, struct wire *wire);

/*
 * An interrupt becomes pending without a cause, as by a write of ISPENDR: of that PE, if it is
 * private, else of whoever it goes to. false: there is none of that number.
 */
bool gic_pend(struct gic *gic, unsigned cpu, unsigned intid);

/* What struct machine gives each PE as cpu->gic; `gic` is found by gic_of(cpu) below. */
extern const struct gic_ops gic_ops;
/* The board's GIC; machine.c. */
struct gic *gic_of(const struct cpu *cpu);

#endif
