/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the hostile hypervisor share, and the well-behaved stage2.c: checks, stage 2.
 */
#ifndef HYP_GUEST_HOSTILE_H
#define HYP_GUEST_HOSTILE_H

#include "guest/el2.h"

/* What attempt() says: 1 + vector; vectors 0-3 from SP_EL0, 4-7 from this level, 8-11 from below.
 */
enum { RETURNED = 0, SYNC_HERE = 5, IRQ_HERE = 6, SYNC_BELOW = 9, IRQ_BELOW = 10 };

#define S2_BLOCK  (1ul | 0xful << 2 | 3ul << 6 | 3ul << 8 | 1ul << 10)
#define S2_TABLE  3ul
#define S2_READ	  (1ul << 6)
#define S2_NORMAL (0xful << 2)
#define S2_AF	  (1ul << 10)
#define S2_XN	  (1ul << 54)
#define EC(esr)	  ((esr) >> 26)
#define FSC(esr)  ((esr)&0x3f)

/* Fault status codes without their level. */
enum { TRANSLATION = 0x04, ACCESS_FLAG = 0x08, PERMISSION = 0x0c, WALK_ABORT = 0x14 };

/* Lines are told apart by file: those of others than hostile.c are above these. */
enum {
	SHADOW_LINES = 10000,
	STAGE2_LINES = 20000,
	STAGE2_LEAF_LINES = 30000,
	INHOST_LINES = 40000
};
extern u64 checks_held, first_failed;
void expect(bool held, u64 line);
#define EXPECT(condition) expect((condition), FIRST_LINE + __LINE__)

extern struct geometry {
	unsigned granule, root_level;
	u64 vtcr;
} geometry;

enum { MAX_ENTRIES = 8192 };

extern struct stage2_table {
	u64 entry[MAX_ENTRIES];
} __attribute__((aligned(MAX_ENTRIES * 8))) root, scratch;

unsigned shift_of(unsigned level);
u64 index_of(u64 ipa, unsigned level);
u64 *root_entry(u64 ipa);
/* What maps the IPA to the same address, in a table of that level. */
u64 leaf(u64 ipa, unsigned level);
/* What this CPU needs to enter a guest. */
void good_registers(void);
/* Those, stage 2 with all of RAM, and nothing of before in the TLB. */
void good_world(void);
/* Of this VMID. */
void flush(void);
u64 run(const char *pc, u64 pstate, u64 x1);

/* hostile_shadows.c */
void shadows(void);

/* stage2.c: what a guest hypervisor may do with the stage 2 of its guest, all of it well done. */
_Noreturn void stage2_main(void);
_Noreturn void stage2_other(void);
extern char stage2_start[]; /* hostile.S: where CPU 1 starts */

/* inhost.c: a guest hypervisor with a program of its own at EL0. */
_Noreturn void inhost_main(void);

#endif
