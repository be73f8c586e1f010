/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The knobs of a run, out of the words the user typed: rows of options.def. Pure: text in, struct
 * or complaint out.
 */
#ifndef HYP_OPTIONS_H
#define HYP_OPTIONS_H

#include "core/types.h"

enum hcr_knob { HCR_SAVED, HCR_CONSTANT };
enum shadow_knob { SHADOW_LAZY, SHADOW_ON_VTTBR_WRITE };
enum victim_knob { VICTIM_PLAIN, VICTIM_NESTED };

struct options {
	u64 mode;  /* mode=vhe|nvhe: enum hyp_mode of this hypervisor */
	u64 nest;  /* nest=none|vhe|nvhe|rw: enum vm_el2 of its guest; not none: the guest is this
		      image */
	u64 depth; /* depth=1..3: how many hypervisors below this one; `nest` for each */
	u64 nv;	   /* nv=1|2: run virtual EL2 by trapping everything, or with NV2 */
	u64 hcr;   /* hcr=saved|constant, A.3 */
	u64 deferral;	/* deferral=1|0: VHE moves EL1 state at load and put, or at every switch */
	u64 speculates; /* speculates=1|0: HC-8, whatever MIDR_EL1 says */
	u64 shadow;	/* shadow=lazy|on-vttbr-write, C.2 */
	u64 granule;	/* granule=4|16|64: KiB, of this hypervisor's stage 2 */
	u64 vmid_bits;	/* vmid-bits=0..16; 0: what the CPU has */
	u64 vms;	/* vms=1..4 */
	u64 cpus;	/* cpus=1..4 */
	u64 vcpus;	/* vcpus=1..4: of a guest hypervisor; 0: as `cpus` */
	u64 quantum;	/* quantum=N: time slice in microseconds, 0: none */
	u64 rounds;	/* rounds=N */
	char payload[32]; /* payload=NAME|all, guest/payload.def */
	u64 stats;	  /* stats=0|1 */
	u64 verbose;	  /* verbose=1: one line per exit */
	u64 cost;	  /* cost=1: the microbenchmarks, one line of figures each */
	u64 hostile;	  /* hostile=SEED: a misbehaving guest hypervisor besides; 0: none */
	u64 questions;	  /* questions=N: of oracle; 0: as its tests need */
	u64 user;	  /* user=0|1: MD-6 */
	u64 suspend;	  /* suspend=N: exits; 0: never */
	u64 victim;	  /* victim=plain|nested: are the others of `nest` as well? */
	u64 stage2;	  /* stage2=0|1: E.3.5, guest/stage2.c is the guest */
	u64 oracle;	  /* oracle=SEED: the guest asks what EL2 answers, guest/oracle.c; 0: no */
};

extern struct options options;

/*
 * Where the first word that cannot be used starts, and how long it is; word == NULL: all is well.
 */
struct bad_word {
	const char *word;
	unsigned length;
};

/* The first word is the program's name and is passed over, unless it contains '='. */
struct bad_word options_parse(const char *line, struct options *out);

/*
 * The command line of the hypervisor that is the guest: the same knobs but for those that change
 * with the level. Cut off at `size`, which BOOT_LINE_SIZE never does.
 */
void options_of_guest_hypervisor(const struct options *of, char *line, size_t size);
/* The command line of payload `index` of those that run at once. */
void options_of_payload(const struct options *of, u64 index, char *line, size_t size);

bool options_is_all_payloads(const struct options *of);

/* Prints the knobs, for who typed another. */
void options_print_help(void);

#endif
