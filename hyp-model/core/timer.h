/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four timers of a vCPU and the soft timers of the host: HYPERVISOR-SPEC A.18, D.3. Times are
 * values of CNTPCT_EL0.
 */
#ifndef HYP_TIMER_H
#define HYP_TIMER_H

#include "core/types.h"

struct vcpu;

enum timer_id { TIMER_V, TIMER_P, TIMER_HV, TIMER_HP, TIMER_COUNT };

struct guest_timer {
	u64 cval,
		ctl; /* stale while direct and loaded; of V and P of an NV2 VM: see timer_state() */
	u64 offset;  /* counter as the guest sees it = CNTPCT_EL0 - offset, VM's part */
	unsigned intid; /* PPI */
	bool is_direct; /* backed by hardware while loaded */
	bool level;	/* what the vGIC was told */
};

struct vcpu_timers {
	struct guest_timer timer[TIMER_COUNT];
	bool is_loaded;
};

void timer_init(struct vcpu *vcpu);
void timer_load(struct vcpu *vcpu); /* before vgic_load: binds hardware interrupts, TM-1, TM-10 */
void timer_put(struct vcpu *vcpu);
void timer_sync(struct vcpu *vcpu); /* after an exit: TM-4, TM-7 */

/* TM-5, TM-11: when the earliest enabled, unmasked timer of a blocked vCPU fires; ~0: never. */
u64 timer_wakeup(struct vcpu *vcpu);

/* The host took physical PPI `intid`, which belongs to a direct timer of the loaded vCPU. */
void timer_host_irq(unsigned intid);

/*
 * The host's own timer (CNTP by its EL0 name: CNTHP on VHE): one deadline a CPU. On expiry
 * cpu->is_rescheduling is set and emulated timers are looked at.
 */
void host_timer_arm(u64 deadline);
void host_timer_cancel(void);
void host_timer_expired(void);
u64 host_now(void);

#endif
