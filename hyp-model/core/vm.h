/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest: its memory, its vCPUs, its devices. Data and construction; running it is switch.h,
 * exit.h and sched.h.
 */
#ifndef HYP_VM_H
#define HYP_VM_H

#include "core/context.h"
#include "core/debug.h"
#include "core/device.h"
#include "core/fp.h"
#include "core/id.h"
#include "core/lock.h"
#include "core/mmu.h"
#include "core/pauth.h"
#include "core/timer.h"
#include "core/types.h"
#include "core/vgic.h"
#include "core/vncr.h"

enum { MAX_VCPUS = 4, VM_SLOTS = 4, MAX_VMS = 4 };

/* What must happen to the guest's PC before it runs again, A.17. One thing at most (WS-7). */
enum pc_update { PC_KEEP, PC_SKIP_INSTRUCTION, PC_TAKE_EXCEPTION };

/* The virtual EL2 of a VM, HYPERVISOR-SPEC 0.2 "per-VM EL2 feature". */
enum vm_el2 {
	VM_EL2_NONE,
	VM_EL2_VHE,  /* vHCR_EL2.E2H is RES1 */
	VM_EL2_NVHE, /* vHCR_EL2.E2H is RES0 */
	VM_EL2_RW,   /* legacy: the guest writes vHCR_EL2.E2H */
};

enum exception_kind { EXCEPTION_SYNC, EXCEPTION_IRQ, EXCEPTION_FIQ, EXCEPTION_SERROR };

/* Work to be done before the next entry, A.6 step 2; vcpu_request() sets one, in this order. */
enum vcpu_request {
	REQUEST_SLEEP,		 /* PSCI CPU_OFF or CPU_SUSPEND */
	REQUEST_RESET,		 /* PSCI CPU_ON: context.pc, x0 and the rest from reset_* */
	REQUEST_IRQ_PENDING,	 /* look at the vGIC again */
	REQUEST_VNCR_MAP,	 /* B.11: this CPU's fixmap for L1's VNCR page */
	REQUEST_NESTED_S2_UNMAP, /* S2-8: the shadow taken over is still full */
	REQUEST_GUEST_HYP_IRQ,	 /* GI-13: an interrupt for L1 while L2 runs; last */
	REQUEST_COUNT,
};

struct vcpu {
	struct context context;
	struct vm *vm;
	unsigned index;	       /* in vm->vcpus; also MPIDR Aff0 */
	struct cpu *cpu;       /* loaded there, or NULL */
	struct s2_mmu *hw_mmu; /* what VTTBR_EL2 has while this runs; valid while loaded */
	u64 hcr_el2;	       /* guest baseline of A.3, per vCPU: TVM and VSE change */
	u64 mpidr_el1;	       /* WS-4: never read from hardware */
	struct {
		u64 esr, far, hpfar,
			disr; /* of the last exit; far and hpfar are set for aborts only */
		bool is_hpfar_valid;
	} fault;
	enum pc_update pc_update;
	struct {
		enum exception_kind kind;
		bool is_to_el2; /* else EL1 */
	} pending;	     /* for PC_TAKE_EXCEPTION; ESR and FAR are already in their registers */
	bool sysregs_on_cpu; /* WS-6 */
	bool is_e2h_loaded;  /* vE2H when its EL2 registers were loaded; may differ for VM_EL2_RW */
	bool is_in_wfi;	     /* S2-10 */
	bool is_on;	     /* PSCI */
	u64 grace;	     /* microseconds that its time slices are longer than options.quantum */
	bool is_serror_pending_nested; /* NV-36 */
	u64 vsesr_el2; /* syndrome of the SError this hypervisor has pending for it, NV-36 */
	u64 vdisr_el2; /* with RAS: what it has as DISR_EL1, since HCR_EL2.AMO is always 1 for it */
	volatile enum { OUTSIDE_GUEST, IN_GUEST, EXITING } mode; /* A.6 step 5 */
	u64 requests;		/* a bit for each enum vcpu_request, under vm->request_lock */
	u64 reset_pc, reset_x0; /* for REQUEST_RESET */
	struct {
		bool is_pending, is_read;
		unsigned rt;
		u64 value;
	} user; /* GUEST_TO_USER: the access that user space answers, A.6 step 1 */
	struct fp_state fp;
	struct vcpu_debug debug;
	struct vcpu_pauth pauth;
	struct vcpu_timers timers;
	struct vgic_cpu vgic;
	struct vcpu_vncr vncr;
};

/* A range of guest physical memory; host memory is there from the start, mapped when touched. */
struct slot {
	ipa_t ipa;
	u64 size;
	u64 granule; /* PAGE_SIZE or BLOCK_SIZE: how much one fault maps at most */
	pa_t pa;
	bool is_read_only;
};

struct vm_config {
	const char *name;
	unsigned vcpus;
	enum vm_el2 el2;
	bool has_nv2; /* the virtual EL2 of this VM is run with HCR_EL2.NV2 */
	bool has_pauth;
	u64 ram_size;		/* multiple of BLOCK_SIZE, at GUEST_RAM_IPA */
	struct hal_image image; /* at the start of RAM + image_offset */
	u64 image_offset, entry_offset;
	const char *command_line; /* of its boot block, guest/abi.h */
	bool has_low_ram;	  /* at GUEST_LOW_IPA */
	bool is_hostile;	  /* its time slices end even if nobody else wants the CPU */
};

struct vm {
	struct vm_config config;
	struct vm_id id;
	bool is_told_of_tge_alone; /* NV-2: it has been flagged */
	struct slot slots[VM_SLOTS];
	struct vcpu vcpus[MAX_VCPUS];
	struct lock mmu_lock; /* S2-12: tables, shadows, keys, references */
	struct lock request_lock;
	struct s2_mmu mmu; /* canonical: VM IPA to PA */
	struct shadows shadows;
	u64 invalidate_seq; /* S2-19, S2-29 */
	unsigned invalidate_in_progress;
	struct page_watch watch; /* under mmu_lock */
	struct vgic_dist vgic;
	struct vm_devices devices;
	bool is_off; /* PSCI SYSTEM_OFF, or killed */
	u64 result;  /* what it reported, guest/abi.h HVC_REPORT; 0: nothing yet */
};

/* Builds a guest from nothing. False: no memory. vcpus[0] is on at the entry, the others are off.
 */
bool vm_create(struct vm *vm, const struct vm_config *config);
/* Gives its tables back. It is off, and no CPU has a vCPU of it (S2-13). */
void vm_destroy(struct vm *vm);

/* Reset state of one vCPU at `pc`, with x0. Discards what was pending (PC-4, MUT-81). */
void vcpu_reset(struct vcpu *vcpu, u64 pc, u64 x0);

/* The slot an address belongs to, or NULL. */
const struct slot *vm_slot(const struct vm *vm, ipa_t ipa);

/*
 * Guest memory, for walks and boot blocks: 8 bytes, aligned, little endian. False: no memory there
 * (or, for the exchange, read-only memory).
 */
bool vm_read_u64(const struct vm *vm, ipa_t ipa, u64 *value);
bool vm_compare_exchange_u64(struct vm *vm, ipa_t ipa, u64 *expected, u64 value);

/* The vCPU whose affinity fields are those of `mpidr`, or NULL. */
struct vcpu *vm_vcpu_by_mpidr(struct vm *vm, u64 mpidr);

/*
 * Nothing of it is entered again; its other vCPUs notice by a kick. vm_kill() is for guests that
 * cannot go on: it says why, once, and nobody else suffers.
 */
void vm_switch_off(struct vm *vm);
void vm_kill(struct vm *vm, const char *why);

/* Sets a request; kicks the CPU that is inside the guest or asleep right now (WS-12). */
void vcpu_request(struct vcpu *vcpu, enum vcpu_request request);
/* Makes its CPU look: out of the guest, or out of its sleep. */
void vcpu_kick(struct vcpu *vcpu);
/* True, and cleared, if it was set. */
bool vcpu_take_request(struct vcpu *vcpu, enum vcpu_request request);

/* Register Rt of a trapped instruction, where 31 is XZR. */
static inline u64 guest_reg(const struct vcpu *vcpu, unsigned rt)
{
	return rt == 31 ? 0 : vcpu->context.x[rt];
}

static inline void set_guest_reg(struct vcpu *vcpu, unsigned rt, u64 value)
{
	if (rt != 31)
		vcpu->context.x[rt] = value;
}

#endif
