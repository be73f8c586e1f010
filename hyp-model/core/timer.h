/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four timers of a vCPU (rows of timer.def) and the one timer of the host: HYPERVISOR-SPEC
 * A.18, D.3. Times are values of CNTPCT_EL0; ~0 is never.
 *
 * CTL and CVAL of a timer have a stored copy, context_stored(); with NV2 that of V and P is in the
 * VNCR page, where a guest hypervisor changes it without an exit. While a timer is direct and its
 * vCPU loaded, the CPU's own CNTV or CNTP is the authoritative copy.
 */
#ifndef HYP_TIMER_H
#define HYP_TIMER_H

#include "core/types.h"

struct vcpu;

#define TIMER_NEVER (~0ul)

enum timer_id {
#define TIMER(id, ...) TIMER_##id,
#include "core/timer.def"
#undef TIMER
	TIMER_COUNT
};

/* The timers of a CPU that a guest can own. */
enum hw_timer { HW_TIMER_V, HW_TIMER_P, HW_TIMER_COUNT };

/* PPIs, as the Base System Architecture numbers them; the same for us and for our guests. */
enum {
	INTID_CNTHP = 26,
	INTID_CNTV = 27,
	INTID_CNTHV = 28,
	INTID_CNTP = 30,
};

struct guest_timer {
	bool is_direct; /* bound to a timer of the CPU since the last load */
	bool level;	/* what the vGIC was told */
};

struct vcpu_timers {
	struct guest_timer timer[TIMER_COUNT];
	enum timer_id direct[HW_TIMER_COUNT]; /* timer_direct() at the last load */
	bool is_loaded;
	u64 virtual_offset; /* of the VM */
};

void timer_cpu_init(void);	     /* on each CPU, before any guest runs there */
void timer_init(struct vcpu *vcpu);  /* of a new VM */
void timer_reset(struct vcpu *vcpu); /* all off */
void timer_load(struct vcpu *vcpu);  /* before vgic_load: binds interrupts, TM-1, TM-10 */
void timer_put(struct vcpu *vcpu);
void timer_sync(struct vcpu *vcpu);	    /* after an exit, after vgic_sync: TM-4, TM-7 */
void timer_soft_expired(struct vcpu *vcpu); /* the deadline of its emulated timers has come */

/*
 * Of a vCPU that is not loaded: raises the interrupts of the timers that have fired; when the next
 * one does (TM-5, TM-11).
 */
u64 timer_wakeup(struct vcpu *vcpu);

/* The host took a physical PPI. True: it is the loaded vCPU's, which will deactivate it. */
bool timer_host_irq(unsigned intid);

/* At EL2 on nVHE, around the stay in the guest (A.7 steps 8 and 10); VHE does it at load and put.
 */
void timer_traps_on(const struct vcpu *vcpu);
void timer_traps_off(void);

/* Which timer is in which hardware while this vCPU is loaded as it is now; TIMER_COUNT: none. */
enum timer_id timer_direct(const struct vcpu *vcpu, enum hw_timer hw);
bool timer_exists(const struct vcpu *vcpu, enum timer_id id);
/* The guest's counter of that timer is CNTPCT_EL0 minus this. */
u64 timer_offset(const struct vcpu *vcpu, enum timer_id id);

/* A timer's registers wherever they are now; a write also sees to its interrupt. */
u64 timer_read_ctl(const struct vcpu *vcpu, enum timer_id id);
u64 timer_read_cval(const struct vcpu *vcpu, enum timer_id id);
void timer_write_ctl(struct vcpu *vcpu, enum timer_id id, u64 value);
void timer_write_cval(struct vcpu *vcpu, enum timer_id id, u64 value);

/* CNTVOFF_EL2 of a guest hypervisor was written while its vCPU is loaded. */
void timer_offset_changed(struct vcpu *vcpu);

/*
 * The host's timer, host_timer.c: CNTP by its EL0 name, which on VHE is CNTHP. Two deadlines a CPU:
 * at the scheduler's cpu->is_rescheduling is set, at the soft one timer_soft_expired() is called
 * for the loaded vCPU.
 */
u64 host_now(void);
unsigned host_timer_intid(void);
void host_timer_cpu_init(void);
void host_timer_schedule(u64 deadline);
void host_timer_soft(u64 deadline);
void host_timer_expired(void);

#endif
