/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The oracle's files: what they ask, and the tables and registers they ask about.
 */
#ifndef HYP_GUEST_ORACLE_H
#define HYP_GUEST_ORACLE_H

#include "guest/el2.h"

enum { ORACLE_QUESTIONS = 512, ORACLE_INSTRUCTIONS = 4000, ORACLE_ACCESSES = 1024 };

struct oracle {
	u64 question; /* row of oracle.def */
	u64 par;
};
extern struct oracle oracle;

/* oracle.c, for oracle_traps.c */
void oracle_put_hex(u64 value);
void oracle_good_guest(void); /* memory one to one, EL1 as after a reset, vectors that do HVC #77 */
u64 oracle_esr_el1(void);
u64 oracle_elr_el1(void);
u64 oracle_blank(void); /* a page of zeros */

u64 oracle_far_el1(void);

struct table {
	u64 entry[512];
} __attribute__((aligned(PAGE)));
struct table *oracle_s1(void); /* three each; the first is the root */
struct table *oracle_s2(void);
void oracle_random_tables(void);
u64 oracle_random_address(void); /* of memory that may be written with zeros, or of none */
u64 oracle_random_va(void);
u64 oracle_hash_of_tables(void);
void oracle_good_guest_regime(u64 tcr); /* of TTBR0_EL1 and VTTBR_EL2, 39 bits; nothing is cached */

/* oracle_access.c */
void oracle_accesses(u64 seed, bool is_vhe, u64 count);

/* oracle_traps.c */
void oracle_traps(u64 seed, bool is_vhe, u64 count);

/* Nobody else gives this program at EL2 something to do. */
bool oracle_is_wanted(void);
_Noreturn void oracle_main(void);

#endif
