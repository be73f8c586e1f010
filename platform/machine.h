/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: PEs, RAM, devices and the clock they share. The memory map is that of QEMU's `virt`.
 */
#ifndef ENT_PLATFORM_MACHINE_H
#define ENT_PLATFORM_MACHINE_H

#include "base/base.h"
#include "cpu/cpu.h"
#include "platform/board.h"
#include "platform/bus.h"
#include "platform/console.h"
#include "platform/flash.h"
#include "platform/host_file.h"
#include "platform/screen.h"

/* Nominal frequency of simulated time: what clocks that are not counters are derived from. */
#define MACHINE_HZ 1000000000ull

enum { MACHINE_CPUS = COUNT(((struct cpu_group *)NULL)->cpu), MACHINE_FLASH_BANKS = 2 };

/*
 * The clock's default: 2027-01-01 00:00:00 UTC. systemd sets a clock that shows less than the date
 * of its own build.
 */
#define MACHINE_RTC 1798761600u

enum { MACHINE_DISKS = 16 };

enum { MACHINE_SHARES = 4, MACHINE_SHARE_TAG = 32 };

/* A folder of the host that the guest can mount (9P). */
struct machine_share {
	const char *dir;
	char tag[MACHINE_SHARE_TAG + 1];
	bool is_writable;
};

enum { MACHINE_FORWARDS = 16 };

/* A port of the host that leads to one of the guest. Addresses are numbers. */
struct machine_forward {
	bool is_udp;
	u32 host_address, guest_address; /* 0: any; 0: what DHCP gives */
	u16 host_port, guest_port;
};

/* A network: the world outside takes part, so it needs `live`, too. See net.h. */
struct machine_net {
	bool is_on;
	struct machine_forward forward[MACHINE_FORWARDS];
	unsigned forwards;
};

/* Begin with machine_default_config(), and change what is to be different. */
struct machine_config {
	const char *profile; /* CPU profile; default "v8.1" */
	unsigned pa_bits;    /* 32..48; default 40 */
	u64 ram_size;	     /* bytes, a multiple of 4 KiB; default 256 MiB */
	unsigned cpus;	     /* 1..MACHINE_CPUS; default 1 */
	unsigned el;	     /* where PE 0 starts: 1 (there is no EL2) or 2; default 2 */
	enum engine engine;
	const struct timing_model *timing; /* NULL: functional; copied */
	u8 choice[CHOICE_COUNT];	   /* rows of sysregs/choices.def by value */
	cycles_t quantum; /* how far PEs may run apart, and WFE dozes; default 10000 */
	int console_in, console_out, console_err; /* host descriptors; -1: none */
	const struct console_live
		*live;		    /* somebody who types instead of console_in; NULL: nobody */
	void (*on_long_wait)(void); /* the guest waits for console_in for two host seconds */
	/* Nothing was printed or read for 60 simulated seconds, nobody types; `why` is a clause. */
	void (*on_silence)(const char *why);
	const char *const *type_after; /* steps TEXT=INPUT of a script; copied */
	unsigned type_after_count;
	struct image_config flash[MACHINE_FLASH_BANKS]; /* without files there is no flash ... */
	bool has_flash; /* ... but for this: what is in it comes from a snapshot */
	u32 rtc;	/* what the clock shows at the start, in seconds of Unix; 0 is 1970 */
	const char *semihosting_dir; /* host files below it may be used; NULL: no host files */
	struct image_config disk[MACHINE_DISKS];
	unsigned disks;
	struct machine_share share[MACHINE_SHARES];
	unsigned shares;
	struct machine_net net;
	bool has_virtio_console;
	const char *virtio_console_file; /* what it sends goes there; NULL: the console */
	struct screen_config screen;	 /* copied, but for its texts */
	u64 seed;		  /* of all that is random in the machine; any value is good */
	const char *command_line; /* what SYS_GET_CMDLINE says; NULL: nothing; copied */
};

struct machine_config machine_default_config(void);

struct machine;

/* NULL, and `status` says why: a bad configuration, or the host has no memory. */
struct machine *machine_create(const struct machine_config *config, struct status *status);
void machine_destroy(struct machine *machine);

/* Resets PE 0 to start at `entry`; the others wait for PSCI CPU_ON. image_end: first free byte. */
void machine_start(struct machine *machine, u64 entry, u64 image_end);

/* The same with a value in x0: the boot protocol has the device tree's address there. */
void machine_start_with(struct machine *machine, u64 entry, u64 x0, u64 image_end);

/*
 * As after machine_create(): PEs are off, RAM is zero, or what it was if the guest asked for a warm
 * reset, time begins again. Instructions are counted on; disks and flash hold what was written, the
 * clock and what is random go on, and console input does where it was.
 */
void machine_reset(struct machine *machine);

/*
 * Runs until something stops the machine, or exactly `insns` instructions were executed by all PEs
 * together (STOP_BUDGET). The result stays valid until the next call.
 */
const struct stop *machine_run(struct machine *machine, u64 insns);
#define MACHINE_UNLIMITED (~0ull)
/*
 * The same, and ends with STOP_BUDGET, too, when simulated time reaches `time`: at the first block
 * boundary of a PE, or when all sleep before anything else happens. That it ended there changes
 * nothing of what follows.
 */
const struct stop *machine_run_until(struct machine *machine, u64 insns, cycles_t time);

/* The PE that `stop` is about. */
unsigned machine_stopped_cpu(const struct machine *machine);

struct cpu *machine_cpu(struct machine *machine, unsigned index);
unsigned machine_cpu_count(const struct machine *machine);
bool machine_cpu_is_on(const struct machine *machine, unsigned index);
/* Instructions that all PEs have executed. */
u64 machine_insns(const struct machine *machine);
struct memory *machine_memory(struct machine *machine);
/* Of its regions what the guest calls RAM: the machine adds it before flash. */
static inline const struct ram_region *memory_ram(const struct memory *memory)
{
	return &memory->region[0];
}

/* What time is of; NULL: functional, one instruction is one cycle. */
const struct timing_model *machine_timing(const struct machine *machine);

const struct bus *machine_bus(const struct machine *machine);
/* The state of the firmware's TRNG. */
u64 machine_trng(const struct machine *machine);
/* Simulated time: that of the PE whose access or event this is. */
cycles_t machine_now(const struct machine *machine);

/* Sets the interrupt input LINE_* of a PE; a wire's listener or a test drives it. */
void machine_set_line(struct machine *machine, unsigned cpu, u32 line, bool level);

/*
 * An interrupt becomes pending at the GIC, of that PE if it is private, as if sent by nobody.
 * false: there is no such interrupt.
 */
bool machine_pend_interrupt(struct machine *machine, unsigned cpu, unsigned intid);
/*
 * The PE does nothing until its hypervisor's timer has fired: CNTHP, or CNTP where that is not
 * armed. Between runs only. false: neither will.
 */
bool machine_pass_to_timer(struct machine *machine, unsigned cpu);

/* Sources of interrupts; a test that connects one takes it from the GIC. */
struct wire *machine_timer_wire(struct machine *machine, unsigned cpu, unsigned gtimer_id);
struct wire *machine_pmu_wire(struct machine *machine, unsigned cpu);
struct wire *machine_uart_wire(struct machine *machine);

/* The one listener of events of the kinds in `kinds` (bit per enum event_kind), see debug/. */
void machine_observe(struct machine *machine, u32 kinds,
	void (*event)(void *opaque, struct cpu *cpu, const struct event *event), void *opaque);

/*
 * What a debugger wants to be told of; stays the caller's and may be changed between runs, with
 * another call. NULL: nothing. Costs nothing but where code and data of these pages are touched.
 */
struct points; /* cpu/points.h */
void machine_set_points(struct machine *machine, const struct points *points);
/*
 * To be called by an observer while it is told an event: machine_run() ends with STOP_DEBUG. Of
 * EVENT_INSN, EVENT_BREAKPOINT, EVENT_ACCESS and EVENT_WATCH before the instruction, of which
 * nothing is done (its translation may be in the TLB by then); of others, a walk's own EVENT_WATCH
 * too, before the next instruction, behind what happened; EVENT_CYCLES: soon. The next
 * machine_run() goes on as if there had been no stop; the instruction that was stopped before is
 * told again as EVENT_INSN and EVENT_ACCESS, but not as EVENT_BREAKPOINT and EVENT_WATCH.
 */
void machine_break(struct machine *machine);

/*
 * Who chooses for all PEs among what the architecture permits (cpu/liberty.h); stays the caller's.
 * The machine must have been created for ENGINE_STEP. NULL: nobody; what is late happens at once.
 * STATUS_HOST: no memory, and nobody chooses.
 */
struct liberties;
struct status machine_take_liberties(struct machine *machine, const struct liberties *liberties);

/*
 * Everything that the guest wrote reaches the host's files. An error is the first thing that the
 * host refused of disks, flash and consoles, now or before.
 */
struct status machine_finish(struct machine *machine);
/* What the first malformed virtio ring was, one line, and how many there were; NULL: none. */
const char *machine_virtio_note(const struct machine *machine, u64 *count);

/* What becomes of it is the guest's business: a GPIO line goes high for a tenth of a second. */
void machine_press_power_key(struct machine *machine);
/* What is on the screen; false: there is none. Good while the machine is there. */
bool machine_screen(struct machine *machine, struct screen_view *view);
/* Ends machine_run() soon, as if the guest had with exit code 0. For callbacks of live input. */
void machine_quit(struct machine *machine, const char *why);
/*
 * The same from the handler of a signal: it ends between two turns of PEs, or a wait for the host
 * does that the signal interrupts.
 */
void machine_ask_to_quit(struct machine *machine);

#endif
