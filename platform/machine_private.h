/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of platform/ share. Private to platform/ and its tests.
 */
#ifndef ENT_PLATFORM_MACHINE_PRIVATE_H
#define ENT_PLATFORM_MACHINE_PRIVATE_H

#include "platform/bus.h"
#include "platform/console.h"
#include "platform/gic.h"
#include "platform/gtimer.h"
#include "platform/machine.h"
#include "platform/pl011.h"
#include "platform/pl031.h"
#include "platform/pl061.h"
#include "platform/pmuirq.h"
#include "platform/power_key.h"
#include "platform/script.h"
#include "platform/semihosting.h"
#include "platform/virtio.h"
#include "timing/events.h"

/* How often PEs that idle for ever are looked for. */
#define MACHINE_CHECK_PERIOD ((cycles_t)1 << 24)

struct machine {
	struct machine_config config;
	struct memory memory;
	struct cpu_group group;
	bool is_on[MACHINE_CPUS]; /* PSCI */
	struct bus bus;
	struct event_queue events;
	struct gic *gic;
	struct gtimer gtimer[MACHINE_CPUS];
	struct pmuirq pmuirq[MACHINE_CPUS];
	struct console console;
	struct script script;
	struct pl011 uart;
	struct pl031 rtc;
	struct pl061 gpio;
	struct power_key power_key;
	struct semihosting semihosting;
	struct virtio_device *virtio[BOARD_VIRTIO_SLOTS]; /* from slot 0 on; NULL: empty */
	struct virtio_note virtio_note;

	cycles_t now;	     /* every PE that runs has come this far */
	cycles_t next_check; /* when to look for PEs that idle for ever */
	u64 insns_left;	     /* of this machine_run() */

	/* The round in progress, see run.c; a budget may cut it off anywhere. */
	bool is_in_round;
	bool is_mid_block;  /* round_cpu stopped where it would not look for interrupts */
	unsigned round_cpu; /* whose turn it is */
	cycles_t round_end;

	struct stop stop;
	unsigned stopped_cpu;

	void (*event)(void *opaque, struct cpu *cpu, const struct event *event);
	void *event_opaque;
};

/* Powers a PE on at `entry` with x0 = context, not before simulated time `time`. */
void machine_start_cpu(
	struct machine *machine, unsigned index, u64 entry, u64 context, cycles_t time);

#endif
