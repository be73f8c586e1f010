/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one physical CPU keeps for itself while guests come and go (HYPERVISOR-SPEC A.2): the host's
 * values of everything a guest changes, and who is loaded.
 */
#ifndef HYP_CPU_H
#define HYP_CPU_H

#include "core/context.h"
#include "core/debug.h"
#include "core/fp.h"
#include "core/types.h"

enum { MAX_CPUS = 4 };

struct vcpu;

struct cpu {
	unsigned index;		/* MPIDR_EL1.Aff0 */
	struct context context; /* the host's; `context.page` is `page` */
	struct vncr_page page;
	u64 hcr_el2, mdcr_el2, cptr_el2; /* read once by cpu_init(), HC-1: never invented */
	u64 cnthctl_el2;
	bool is_cnthctl_guests; /* CNTHCTL_EL2 has not the host's value now; timer_nested.c */
	struct vcpu *loaded;	/* between vcpu_load and vcpu_put */
	bool in_hyp_context;	/* VCPU_IN_HYP_CONTEXT: how the guest was entered last, B.3 */
	bool is_rescheduling;	/* the time slice is over, or somebody kicked */
	enum fp_owner fp_owner; /* FP-1 */
	struct fp_state host_fp;
	u64 vmid_active, vmid_reserved; /* TB-6; vmid.c */
	u64 pmuserenr_el0;		/* saved at load, WS-23 */
	struct debug_state debug;	/* the host's, saved when a guest's are loaded (DB-3) */
	bool is_alone; /* sched.c: no other vCPU wants this CPU; TWE policy of A.3 */
};

/* The same on every CPU, set by host_init() before any guest exists. */
struct host {
	enum hyp_mode mode;
	unsigned cpu_count;
	bool has_vmid16, has_pauth, has_ras, has_nv, has_nv2, has_ttl, has_fwb, has_fgt;
	bool has_pmu, has_xnx;
	bool has_nv1;		/* HCR_EL2.NV1 can be set: a guest hypervisor may be nVHE */
	bool is_at_speculative; /* HC-8: this CPU walks the EL1&0 regime unasked */
	unsigned breakpoints, watchpoints;
	bool has_more_points; /* than debug.h can switch */

	unsigned granule; /* of our stage-2 tables, log2 */
	u64 parange;	  /* as ID_AA64MMFR0_EL1 and VTCR_EL2.PS say it, 48 bits at most */
};

extern struct host host;
extern struct cpu cpus[MAX_CPUS];

/* This CPU, by MPIDR_EL1. */
struct cpu *this_cpu(void);

/*
 * Enters `mode` on the boot CPU and records what the machine has; then, on each CPU, what the
 * host's registers are. On nVHE the caller of host_init() is at EL1 when it returns.
 */
void host_init(enum hyp_mode mode);
void cpu_init(void);

#endif
