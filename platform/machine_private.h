/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of platform/ share. Private to platform/ and its tests.
 */
#ifndef ENT_PLATFORM_MACHINE_PRIVATE_H
#define ENT_PLATFORM_MACHINE_PRIVATE_H

#include "cpu/points.h"
#include "platform/bus.h"
#include "platform/console.h"
#include "platform/gic.h"
#include "platform/gtimer.h"
#include "platform/journal.h"
#include "platform/machine.h"
#include "platform/net.h"
#include "platform/pages.h"
#include "platform/pl011.h"
#include "platform/pl031.h"
#include "platform/pl061.h"
#include "platform/pmuirq.h"
#include "platform/power_key.h"
#include "platform/screen_keys.h"
#include "platform/script.h"
#include "platform/semihosting.h"
#include "platform/virtio.h"
#include "platform/virtio_9p.h"
#include "platform/virtio_block.h"
#include "platform/virtio_console.h"
#include "platform/virtio_input.h"
#include "platform/virtio_net.h"
#include "platform/virtio_rng.h"
#include "timing/events.h"
#include "timing/timing.h"

/* How often PEs that idle for ever are looked for. */
#define MACHINE_CHECK_PERIOD ((cycles_t)1 << 24)

enum { MEMORY_REGIONS = COUNT(((struct memory *)NULL)->region) };

struct machine {
	struct machine_config config;
	struct memory memory;
	struct cpu_group group;
	struct timing_model timing;	     /* what config.timing points to, unless it is NULL */
	struct timing_shared *timing_shared; /* NULL: functional timing */
	bool is_on[MACHINE_CPUS];	     /* PSCI */
	struct rng trng;		     /* what the firmware's TRNG (DEN 0098) gives next */
	u64 boot_seed;			     /* config.seed at first, another after each reset */
	bool keeps_ram;			     /* the next reset is a warm one */
	struct bus bus;
	struct event_queue events;
	struct gic *gic;
	struct gtimer gtimer[MACHINE_CPUS];
	struct pmuirq pmuirq[MACHINE_CPUS];
	struct console console;
	struct journal journal;
	struct script script;
	struct flash flash[MACHINE_FLASH_BANKS];
	struct pl011 uart;
	struct pl031 rtc;
	struct pl061 gpio;
	struct power_key power_key;
	bool is_power_key_pressed; /* by the user; input.c tells the board */
	struct semihosting semihosting;
	struct virtio_block disk[MACHINE_DISKS];
	struct virtio_console port;
	struct virtio_9p share[MACHINE_SHARES];
	struct virtio_net nic;
	struct net *net;    /* NULL: none */
	cycles_t net_epoch; /* the network's time when the machine's was 0: a reset is not seen
			       there */
	struct virtio_rng rng;
	struct virtio_input input[INPUT_DEVICES]; /* of the screen, if there is one */
	struct screen_keys_typist typist;
	struct virtio_device *virtio[BOARD_VIRTIO_SLOTS]; /* from slot 0 on; NULL: empty */
	struct virtio_note virtio_note;

	cycles_t now;	     /* every PE that runs has come this far; machine_now() */
	cycles_t next_check; /* when to look for PEs that idle for ever */
	cycles_t held_since; /* input could have come but for PEs that do not sleep; input.c */
	bool has_slept;	     /* all PEs, since that was looked at */
	u64 insns_left;	     /* of this machine_run() */
	cycles_t run_until;  /* the same */

	cycles_t doze_until[MACHINE_CPUS]; /* when WFE ends at the latest */

	/* The turn in progress, see run.c; a budget may cut it off anywhere. */
	bool is_in_turn;
	bool is_mid_block; /* turn_cpu stopped where it would not look for interrupts */
	bool is_at_entry;  /* turn_cpu stopped where it has yet to look for them */
	unsigned turn_cpu;
	cycles_t turn_end;
	struct cpu *running; /* turn_cpu while it executes, else NULL */

	struct stop stop;
	unsigned stopped_cpu;

	void (*event)(void *opaque, struct cpu *cpu, const struct event *event);
	void *event_opaque;
	struct points points;	   /* a copy of the debugger's */
	const struct cpu *telling; /* whose event is being told, else NULL */
	bool is_break_wanted;	   /* by who was told an event outside of turns */
	unsigned break_cpu;	   /* whose event it was */

	struct machine *power_on; /* owned: a copy of this struct from before the first start */

	/* Checkpoints, see checkpoint.c; origin and base are NULL as long as there was none. */
	struct machine_origin *origin;
	u32 number; /* in the order in which they came from there */
	struct page_pool *pool;
	struct pages *base[MEMORY_REGIONS]; /* memory as of the last checkpoint */
};

/* STATUS_USAGE: no such machine is possible, and the text says why. */
struct status machine_check_config(const struct machine_config *config);

/* A pool of pages for checkpoints and disks, or that of others. false: no memory. */
bool machine_begin_checkpoints(struct machine *machine, struct page_pool *pool);
/* What is there for checkpoints. */
void machine_end_checkpoints(struct machine *machine);
/* Memory for pixels; false: the host refuses. */
bool screen_add(struct memory *memory, const struct screen_config *config);
/* NULL: there is no screen. */
struct ram_region *screen_region(struct machine *machine);

/* Connects the wires of all devices. */
void machine_connect_interrupts(struct machine *machine);
/* Random numbers by the machine's seed; who uses them has a name, and a sequence of its own. */
struct rng machine_rng(const struct machine *machine, const char *user);
/* Remembers what machine_reset() goes back to. false: the host has no memory. */
bool machine_keep_power_on(struct machine *machine);

/* Ends the turn in progress at `until`, if that is earlier. */
void machine_limit_turn(struct machine *machine, cycles_t until);
/* Events may have been scheduled: the turn ends at the first one. */
void machine_mind_events(struct machine *machine);
/* Ends the wait of a PE that was signalled, if the signal does so. */
void machine_wake(struct machine *machine, struct cpu *cpu);

/* Powers a PE on at `entry` with x0 = context, not before simulated time `time`. */
void machine_start_cpu(
	struct machine *machine, unsigned index, u64 entry, u64 context, cycles_t time);

#endif
