/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor `model`: rules of HYPERVISOR-SPEC E.1 that only the modeled KVM has. monitor_model.c
 * turns the event stream into moments of the model: a guest is entered (N of E.1), is left (X), a
 * function of model.def is called, returns; each file of rules is told of all of them.
 */
#ifndef ENT_VERIFY_MONITOR_MODEL_H
#define ENT_VERIFY_MONITOR_MODEL_H

#include "sysregs/sysregs.h"
#include "verify/model.h"
#include "verify/monitor.h"

enum {
	MODEL_CPUS = MOST_CPUS,
	MODEL_VCPUS = MOST_VMS * MOST_VCPUS,
	MODEL_CALLS = 12,
	MODEL_MMUS = MOST_VMS * (1 + 2 * MOST_VCPUS), /* canonical, and two shadows of each vCPU */
	MODEL_LRS = 4,
	FIRST_SAVED_GPR = 19,
	SAVED_GPRS = 11, /* x19 to x29, AAPCS64 */
	SAVED_KEYS = 10,
	STARTED_CONTROLS = 27
};

/* Registers of a guest, guest_registers.def. */
enum guest_register {
#define REGISTER(kind, name, ...) GUEST_##name,
#include "verify/guest_registers.def"
#undef REGISTER
	GUEST_REGISTERS
};

/* Controls of which the word counts as it was written: monitor_traps.c. */
enum written_control {
	WRITTEN_CPTR,
	WRITTEN_MDCR,
	WRITTEN_CNTHCTL,
	WRITTEN_HSTR,
	WRITTEN_CONTROLS
};

/* A function that has not returned yet. */
struct call {
	u64 pc, sp; /* where it returns to, and with which stack */
	u64 argument[3];
	u64 kept[SAVED_GPRS]; /* what rules keep until then: see there */
	u8 function, el;
};

/* X: what the hardware said. */
struct guest_exit {
	bool is_known;
	u8 interrupt; /* enum interrupt_kind */
	bool was_hyp, was_nested, far_valid, hpfar_valid, has_serror;
	bool is_l1s, is_not_l1s;    /* NV-9 */
	bool is_asked, is_l1_fault; /* S2-5: what L1's stage 2 says */
	u8 l1_fault;		    /* fault status */
	u64 true_ipa;
	u64 count;    /* CNTPCT_EL0 */
	bool is_eret; /* NV-3: of virtual EL2, with this SPSR_EL2 and ELR_EL2 */
	u64 eret_spsr, eret_elr;
	bool is_eret_illegal;
	bool is_sctlr, was_cached; /* a trapped write of SCTLR; as it was before */
	u64 elr, spsr, esr, far, hpfar, fault_ipa;
	u64 x[31], sp_el0, velr;  /* of the EL1 registers */
	u64 fault_esr, fault_far; /* the vCPU's, before */
};

/* An exception that the hypervisor takes for a guest, oracle_exception.h. */
struct taken {
	bool is_known;
	u8 kind;
	u64 elr, spsr, esr, far;
};

struct known_pe {
	struct call call[MODEL_CALLS];
	u8 depth;
	u64 guest;	  /* the vCPU that is inside; 0: none */
	bool has_left;	  /* since hal_enter_guest() began */
	unsigned entries; /* since vcpu_run() began */
	u64 last_guest;
	/* monitor_hcr.c */
	bool knows_host;
	u64 host_hcr, host_kept[4]; /* the second of vcpu_load(): monitor_hcr.c */
	u64 baseline;		    /* HC-7, at the entry */
	u64 tlb_mmu, tlb_hcr, tlb_daif, tlb_ipa,
		tlb_size; /* HC-3, HC-4: of the host TLB operation */
	u8 in_tlb;
	bool is_tlb_for_all; /* S2-2: the guest's TLBI is one of the Shareable domain */
	/* monitor_order.c: of the host TLB operation; one without a DSB behind it yet */
	bool tlb_has_dsb, tlb_is_open, tlb_is_by_ipa, tlb_is_of_context;
	bool tlb_has_ipa, tlb_has_other, in_fixmap, fixmap_has_isb;
	bool in_run;
	bool owes_isb; /* WS-10 */
	u64 owes_isb_pc;
	/* monitor_state.c */
	bool has_request;   /* WS-12 */
	bool has_published; /* WS-12: a barrier is behind IN_GUEST */
	bool had_serror;    /* WS-11: when hal_enter_guest() began */
	bool fp_was_guest;
	u64 fp_digest;	    /* of the guest, when it was left */
	u64 host_fp_digest; /* when a guest took them */
	bool knows_host_fp;
	/* monitor_start.c */
	bool has_started, is_started[STARTED_CONTROLS], late_hcr, has_dsb;
	struct stage1_start {
		bool has_tlbi, has_dsb, has_isb; /* one behind the other */
	} stage1[2];
	/* monitor_walks.c: LATE_ bits; of the host TLB operation */
	u8 late_walk;
	u64 tlb_vttbr, tlb_vtcr, run_vttbr, at_vttbr;
	/* monitor_saved.c: a host at EL1, when it called EL2 last */
	u16 unread_keys; /* bits: of the guest that was left */
	bool has_host_live;
	u64 host_live[GUEST_REGISTERS];
	/* monitor_traps.c: what was written to them last, each bit of it */
	u64 written[WRITTEN_CONTROLS];
	bool is_written[WRITTEN_CONTROLS];
	/* monitor_gic.c: L1's list registers and the CPU's, at an entry; these when it was left */
	bool has_l1_lrs, given[MODEL_LRS];
	u64 l1_lr[MODEL_LRS], given_lr[MODEL_LRS], left_lr[MODEL_LRS];
	/* monitor_stage2.c */
	bool is_guest_nested;
	u64 guest_vm, last_vttbr;
	u64 last_vcpu[MODEL_MMUS]; /* TB-5: who ran last here with this mmu; 0: nobody */
	bool is_flushed[MODEL_MMUS], is_cleaned[MODEL_MMUS];
};

struct known_vcpu {
	u64 va;
	struct guest_exit exit;
	bool loaded_hyp; /* the context at its last load */
	bool loaded_e2h;
	bool was_loaded;
	bool was_reset;
	unsigned injected;	   /* PC-2: exceptions taken for it since it was left */
	u64 live[GUEST_REGISTERS]; /* WS-5: monitor_state.c, monitor_saved.c */
	u64 key[SAVED_KEYS], vdisr;
	struct taken taken[2]; /* to EL1, to EL2 */
	unsigned faults;       /* S2-7: equal ones, one after the other */
	u64 fault_pc, fault_far, fault_esr;
};

struct model_state {
	struct known_pe pe[MODEL_CPUS];
	struct known_vcpu vcpu[MODEL_VCPUS];
	u64 mmu[MODEL_MMUS]; /* TB-5: addresses of s2_mmu, in order of appearance */
	u64 key[MODEL_MMUS]; /* S2-1: of a shadow, when it was entered last */
	u64 generation;	     /* TB-1: of VMIDs, when no rollover was under way */
	u64 filter[4];	     /* bits by address: a function of model.def may be there */
};

/* A vCPU as its structures say; values of virtual EL2 are after masks. */
struct looked {
	u64 va, vm, page, pc, pstate, vhcr;
	u64 el2; /* enum vm_el2 */
	bool has_nv, has_nv2, e2h, tge, is_el2, is_hyp, is_nested;
};

/* One moment. */
struct scene {
	struct watchman *watchman;
	const struct cpu *cpu;
	const struct event *event;
	const struct model *model;
	struct model_view view;
	struct model_state *state;
	struct known_pe *pe;
	unsigned index;		  /* of the PE */
	u64 here;		  /* its struct cpu */
	bool is_vhe;		  /* the host is at EL2 */
	struct looked vcpu;	  /* the one that is loaded; va 0: none */
	struct known_vcpu *known; /* of it; NULL: none */
};

/* HC-2: an interrupt could be taken at EL2 in the middle of a switch, on a VHE host. */
static inline bool is_open_in_switch(const struct cpu *cpu)
{
	return !is_tge(cpu) && !(cpu->pstate.daif & DAIF_I);
}

/* Who is told. */
struct rule_group {
	void (*entered)(struct scene *scene); /* N */
	void (*left)(struct scene *scene);    /* X */
	void (*called)(struct scene *scene, struct call *call);
	void (*returned)(struct scene *scene, const struct call *call);
	/* The host, at EL2: system instructions, and all that is_open_in_switch(). */
	void (*executes)(struct scene *scene); /* scene->vcpu is not filled */
	/* By a context synchronization event of the host, of an entry, of an exit. */
	void (*synchronized)(struct known_pe *pe);
	void (*other)(struct scene *scene); /* other events; scene->vcpu is not filled */
};
extern const struct rule_group rules_hcr, rules_traps, rules_state, rules_pc, rules_nv,
	rules_stage2, rules_gone, rules_vmid, rules_gic, rules_at, rules_order, rules_saved,
	rules_walks, rules_start;

static inline bool is_tlb_operation(unsigned function)
{
	return function >= FUNCTION_tlb_flush_ipa && function <= FUNCTION_tlb_stage1;
}
/* Has it been called, and not returned? */
bool is_inside(const struct known_pe *pe, unsigned function);
/* monitor_vmid.c: does an entry of a guest, on any PE, lead there? */
bool is_in_a_tlb(const struct cpu *cpu, u64 pa, u64 size);
/* Its place in model_state.mmu[]; of too many the last. */
unsigned index_of_mmu(struct scene *scene, u64 mmu);
/* Of the register in the syndrome of a trapped access, as sysreg_find() wants it. */
u32 encoding_of_trap(u64 esr);

/* ---- Looking; monitor_model_look.c ---- */

struct looked look_at_vcpu(struct scene *scene, u64 va);
/* NULL: more vCPUs than a run of hyp.elf can have. */
struct known_vcpu *known_vcpu(struct scene *scene, u64 va);
/* The stored copy of a register of guest_registers.def, as it is. */
u64 raw_register(struct scene *scene, const struct looked *vcpu, enum guest_register reg);
/* The same behind its mask: what the guest has. */
u64 stored_register(struct scene *scene, const struct looked *vcpu, enum guest_register reg);
/* What a virtual EL2's value is translated to for the CPU with vE2H=0, B.4. */
u64 translated_register(enum guest_register reg, u64 value);
/*
 * What the CPU's copy has to be behind a load of the vCPU. false: its register is not that one's,
 * or has no fixed value then.
 */
bool expected_live(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 *value);
/* What a save has to store as MRS returned it, and what is stored. false: it stores another form.
 */
bool saved_register(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 *value);
/* The same of the host of this CPU, which is at EL1. */
bool host_saved_register(struct scene *scene, enum guest_register reg, u64 *value);
/* What the guest would read now, wherever that is kept. false: NV-13's patched SPSR, which nothing
 * has. */
bool authoritative_register(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 *value);
/* Which of the plain ones a trapped MSR by this name writes; GUEST_REGISTERS: none, or not plain.
 */
enum guest_register written_register(const struct looked *vcpu, enum sysreg_id name);
/* Behind vcpu_write_sys_reg() of that value. */
bool is_as_written(
	struct scene *scene, const struct looked *vcpu, enum guest_register reg, u64 value);
enum sysreg_id live_counterpart(enum guest_register reg);
/* Of the CPU, as a read by its name would find it: what was written last, be it in effect or not.
 */
u64 live_register(const struct scene *scene, enum sysreg_id reg);
/* The same of all live_counterpart()s. */
void keep_live(const struct scene *scene, u64 live[GUEST_REGISTERS]);
/* The register with this index in hyp-model's tables; GUEST_REGISTERS: none of ours. */
enum guest_register register_of_index(const struct scene *scene, u64 index);
const char *guest_register_name(enum guest_register reg);
/* A word of a member that is an array of 8-byte words. */
u64 view_element(struct scene *scene, u64 base, enum model_member member, u64 index);

/* The same mode as the hardware has it, B.3. */
u64 hardware_pstate(const struct looked *vcpu, u64 pstate);

static inline u64 get(struct scene *scene, u64 base, enum model_member member)
{
	return view_get(&scene->view, base, member);
}
#define VCPU(scene, name)  get(scene, (scene)->vcpu.va, MEMBER_vcpu_##name)
#define HOST(scene, name)  get(scene, (scene)->model->variable[VARIABLE_host], MEMBER_host_##name)
#define MODEL(scene, name) ((scene)->model->constant[CONSTANT_##name])

/* ---- Saying ---- */

#define BROKEN(scene, rule, ...)                                                                   \
	monitor_violate((scene)->watchman, RULE_##rule, (scene)->cpu, (scene)->event, __VA_ARGS__)
#define DIFFERS(scene, rule, expected, found, ...)                                                 \
	monitor_violate_values((scene)->watchman, RULE_##rule, (scene)->cpu, (scene)->event,       \
		expected, found, __VA_ARGS__)
#define EQUAL(scene, rule, expected, found, ...)                                                   \
	do {                                                                                       \
		u64 expected_ = (expected), found_ = (found);                                      \
		if (expected_ != found_)                                                           \
			DIFFERS(scene, rule, expected_, found_, __VA_ARGS__);                      \
	} while (0)

#endif
