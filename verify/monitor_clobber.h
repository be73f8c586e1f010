/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the monitor `clobber` remembers: of each vCPU what it left, of each PE what its host had.
 * Private to it.
 */
#ifndef ENT_VERIFY_MONITOR_CLOBBER_H
#define ENT_VERIFY_MONITOR_CLOBBER_H

#include "verify/owned.h"

enum { CLOBBER_VCPUS = 24 };

/* A vCPU at one of its levels. Who it is: the stage 2 tables by owner_at(), and VMPIDR_EL2. */
struct left_behind {
	u64 vmpidr;
	u64 stamp; /* of its last entry or exit; 0: the place is free */
	u8 owner;
	bool is_left; /* what follows is what it left, and nobody may have changed it */
	u8 interrupt; /* enum interrupt_kind of its exit */
	bool has_fp;
	u32 given; /* owned_given() at the exit */
	u64 esr, pc, pstate;
	u64 x[OWNED_GPRS];
	u64 reg[OWNED_COUNT];
	union vreg v[32];
	struct fpu fpu;
};

enum hosted {
#define HOSTED(reg, when, bits) HOSTED_##reg,
#include "verify/hosted.def"
#undef HOSTED
	HOSTED_COUNT
};

/* What a host had when it turned to a guest. */
struct hosted_values {
	bool is_known;
	bool pan;
	u64 hosted[HOSTED_COUNT];
	u64 owned[OWNED_COUNT]; /* keys, debug, SP_EL0; of a host at EL1 all */
	u64 x[OWNED_GPRS];	/* of a host at EL1 */
};

struct host_pe {
	bool is_in_guest;
	bool was_unmasked;  /* at the last instruction of EL2 */
	bool has_run;	    /* a guest, since `run` was taken */
	bool has_turned;    /* HCR_EL2.TGE was cleared since then: the entry may be given up */
	bool has_run_since; /* the same, since `put` */
	bool is_leaving;    /* no host's HCR_EL2 since the exit */
	u8 entry_daif;
	u32 insn; /* the host's last */
	struct hosted_values run;
	struct {
		bool is_known, is_guessed;
		u64 hosted[HOSTED_COUNT];
	} put;
	bool has_hcr;
	u64 hcr;	    /* as the host wrote it last */
	u16 unsynchronized; /* the last register written since a context synchronization event */
	u64 unsynchronized_pc;
};

struct clobber_state {
	u64 stamp;
	struct left_behind vcpu[CLOBBER_VCPUS];
	struct host_pe pe[MACHINE_CPUS];
};

/* monitor_clobber_guest.c */
void clobber_entry(struct clobber_state *state, struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned owner);
void clobber_exit(struct clobber_state *state, struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned owner);

/* monitor_clobber_host.c */
struct host_look {
	struct watchman *watchman;
	struct host_pe *pe;
	const struct cpu *cpu;
	const struct event *event;
};
void host_insn(const struct host_look *look);
void host_register(const struct host_look *look);
void host_tlbi(const struct host_look *look);
void host_entry(const struct host_look *look);
void host_exit(const struct host_look *look);
/* An exception to EL2, or a return from there, that is the host's own. */
void host_exception(const struct host_look *look);
void host_return(const struct host_look *look);
void host_end(const struct host_look *look);

#endif
