/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about self-hosted debug, printed as lines; the same on Entresol and on
 * qemu-system-aarch64: breakpoints, watchpoints and software step, at EL0, EL1 and EL2. Not here,
 * because QEMU 7.2 does otherwise than it should: the OS lock (it does not disable debug
 * exceptions), the claim tags (it has none), links to a match of CONTEXTIDR_EL2 (it compares
 * DBGBVR<31:0>), context breakpoints that are not linked, watchpoints on atomics and
 * store-exclusives (none) and on misaligned accesses (it looks at the aligned words around them),
 * the first half of a pair whose second half is watched (it stores it; that is allowed), WnR of an
 * access that follows one to the same watchpoint, a step that sets PSTATE.D (it takes the
 * exception).
 */
#define ALSO_REPORTED() put_hex(" elr ", frame->elr), also_report(frame, ec)
#define GO_ON()		go_on(frame, ec)
struct frame;
static void also_report(const struct frame *frame, unsigned ec);
static int go_on(struct frame *frame, unsigned ec);
#include "facts.h"

#define MDCR_TDE BIT(8)
#define HCR_TGE	 BIT(27)
#define HCR_E2H	 BIT(34)
#define SS	 BIT(0)
#define KDE	 BIT(13)
#define MDE	 BIT(15)
#define SPSR_SS	 BIT(21)
#define SPSR_D	 BIT(9)
#define UNMASK() asm volatile("msr daifclr, #8")
#define MASK()	 asm volatile("msr daifset, #8")

/* ---- Translation: identity for EL1 and EL2, and the same GiB moved for EL0 ---- */

enum { VALID = 1, TABLE = 3, PAGE = 3, AP_EL0 = 1 << 6, SH = 3 << 8, AF = 1 << 10 };
#define EL0_ALIAS 0x80000000ul
#define TCR_VALUE (25 | 1 << 8 | 1 << 10 | 3 << 12 | BIT(23) | 2ul << 32)
#define SCTLR	  0x30d00800ul
#define UNMAPPED  0x100000000ul

static u64 l1[512] __attribute__((aligned(4096)));
static u64 data[32] __attribute__((aligned(256)));

static void stage1_on(void)
{
	l1[1] = 0x40000000 | VALID | AF | SH;
	l1[3] = 0x40000000 | VALID | AF | SH | AP_EL0;
	asm volatile("dsb sy" : : : "memory"); /* before walks may see it */
	WRITE(mair_el1, 0x00ff);
	WRITE(tcr_el1, TCR_VALUE);
	WRITE(ttbr0_el1, (u64)l1);
	WRITE(sctlr_el1, SCTLR | BIT(26) | BIT(14) | BIT(12) | BIT(2) | 1);
	WRITE(mair_el2, 0x00ff);
	WRITE(tcr_el2, 25 | 1 << 8 | 1 << 10 | 3 << 12 | 2 << 16 | BIT(31) | BIT(23));
	WRITE(ttbr0_el2, (u64)l1);
	WRITE(sctlr_el2, 0x30c50830 | BIT(12) | BIT(2) | 1);
	asm volatile("tlbi alle2\n\ttlbi alle1\n\tdsb sy\n\tisb");
}

/* ---- The handler ---- */

static unsigned steps; /* to go, at the handler's EL */

static void also_report(const struct frame *frame, unsigned ec)
{
	if (ec == 0x34 || ec == 0x35)
		put_hex(" far ", frame->far);
}

static int go_on(struct frame *frame, unsigned ec)
{
	if (ec != 0x32 && ec != 0x33)
		return 0;
	if (steps > 0 && --steps > 0) {
		frame->spsr |= SPSR_SS;
	} else {
		asm volatile("msr mdscr_el1, xzr\n\tisb");
		frame->spsr |= SPSR_D;
	}
	return 1;
}

/* ---- Registers ---- */

#define BREAKPOINT(n, value, control)                                                              \
	do {                                                                                       \
		WRITE(dbgbvr##n##_el1, value);                                                     \
		WRITE(dbgbcr##n##_el1, (control) | 0xf << 5);                                      \
	} while (0)
#define WATCHPOINT(n, value, control)                                                              \
	do {                                                                                       \
		WRITE(dbgwvr##n##_el1, value);                                                     \
		WRITE(dbgwcr##n##_el1, control);                                                   \
	} while (0)

/* DBGBCR and DBGWCR */
enum { E = 1, AT_EL1 = 1 << 1, AT_EL0 = 2 << 1, HMC = 1 << 13 };
enum { LOADS = 1 << 3, STORES = 2 << 3, BOTH = 3 << 3, WT = 1 << 20 };
#define BAS(bytes) ((u64)(bytes) << 5)
#define ALL	   BAS(0xff)
#define MASK_(n)   ((u64)(n) << 24)
#define LBN(n)	   ((u64)(n) << 16)
#define BT(n)	   ((u64)(n) << 20)

static void all_off(void)
{
	WRITE(mdscr_el1, 0);
	BREAKPOINT(0, 0, 0);
	BREAKPOINT(1, 0, 0);
	BREAKPOINT(2, 0, 0);
	BREAKPOINT(3, 0, 0);
	BREAKPOINT(4, 0, 0);
	BREAKPOINT(5, 0, 0);
	WATCHPOINT(0, 0, 0);
	WATCHPOINT(1, 0, 0);
	WATCHPOINT(2, 0, 0);
	WATCHPOINT(3, 0, 0);
	WRITE(mdcr_el2, 0);
	WRITE(oslar_el1, 0);
	WRITE(contextidr_el1, 0);
	WRITE(contextidr_el2, 0);
	steps = 0;
}

static void show_ids(void)
{
	u64 dfr0 = READ(id_aa64dfr0_el1);

	say("BRPs ", dfr0 >> 12 & 15);
	say("WRPs ", dfr0 >> 20 & 15);
	say("CTX_CMPs ", dfr0 >> 28 & 15);
	say("OSLSR ", READ(oslsr_el1));
	WRITE(oslar_el1, 0);
	say("OSLSR ", READ(oslsr_el1));
	WRITE(dbgwvr0_el1, ~0ul);
	say("DBGWVR0 ", READ(dbgwvr0_el1));
	WRITE(mdscr_el1, SS | KDE | MDE);
	say("MDSCR ", READ(mdscr_el1));
	all_off();
}

/* ---- Breakpoints ---- */

asm("	.pushsection .text\n"
    "	.globl	walk, walk_branch, walk_brk\n"
    "walk:	nop\n" /* 0 */
    "	nop\n"	       /* 4 */
    "	b	walk_branch\n"
    "	nop\n" /* 12: not reached */
    "walk_branch:\n"
    "	nop\n" /* 16 */
    "	cbz	xzr, 1f\n"
    "	nop\n"
    "1:	nop\n" /* 28 */
    "walk_brk:\n"
    "	brk	#7\n" /* 32 */
    "	ret\n"
    "	.popsection\n");
extern char walk[];

static void case_walk(void)
{
	UNMASK();
	asm volatile("bl walk" : : : "x30", "memory");
	MASK();
}

static void case_walk_masked(void)
{
	asm volatile("bl walk" : : : "x30", "memory");
}

static void case_walk_el0(void)
{
	asm volatile("bl walk" : : : "x30", "memory");
}

static void at_all(u64 control)
{
	u64 at = (u64)walk;

	BREAKPOINT(0, at, control);
	BREAKPOINT(1, at + 4, control);
	BREAKPOINT(2, at + 12, control);
	BREAKPOINT(3, at + 16, control);
	BREAKPOINT(4, at + 28, control);
	BREAKPOINT(5, at + 32, control);
}

static void at_all_el0(u64 control)
{
	u64 at = (u64)walk + EL0_ALIAS;

	BREAKPOINT(0, at, control);
	BREAKPOINT(1, at + 4, control);
	BREAKPOINT(2, at + 12, control);
	BREAKPOINT(3, at + 16, control);
	BREAKPOINT(4, at + 28, control);
	BREAKPOINT(5, at + 32, control);
}

static void bp_el1(void)
{
	at_all(E | AT_EL1);
}

static void bp_el0(void)
{
	at_all_el0(E | AT_EL0);
}

static void bp_el0_moved_by_el1(void)
{
	at_all(E | AT_EL0);
}

static void bp_both(void)
{
	at_all(E | AT_EL1 | AT_EL0);
}

static void bp_both_el0(void)
{
	at_all_el0(E | AT_EL1 | AT_EL0);
}

static void bp_hmc(void)
{
	at_all(E | AT_EL1 | HMC);
}

static void bp_hmc_el0(void)
{
	at_all_el0(E | AT_EL1 | HMC);
}

static void bp_off(void)
{
	at_all(AT_EL1);
}

static void bp_linked(void)
{
	WRITE(contextidr_el1, 0x1234);
	BREAKPOINT(0, (u64)walk, E | AT_EL1 | BT(1) | LBN(5));
	BREAKPOINT(1, (u64)walk + 4, E | AT_EL1 | BT(1) | LBN(4));
	BREAKPOINT(5, 0x1234, E | BT(3));
	BREAKPOINT(4, 0x1235, E | BT(3));
}

static void bp_linked_el0(void)
{
	WRITE(contextidr_el1, 0x1234);
	BREAKPOINT(0, (u64)walk + EL0_ALIAS, E | AT_EL0 | BT(1) | LBN(5));
	BREAKPOINT(1, (u64)walk + EL0_ALIAS + 4, E | AT_EL0 | BT(1) | LBN(4));
	BREAKPOINT(5, 0x1234, E | BT(3));
	BREAKPOINT(4, 0x1235, E | BT(3));
}

/* Links to what is off, or not for linking. */
static void bp_bad_links(void)
{
	WRITE(contextidr_el1, 0x1234);
	BREAKPOINT(0, (u64)walk, E | AT_EL1 | BT(1) | LBN(5));
	BREAKPOINT(1, (u64)walk + 4, E | AT_EL1 | BT(1) | LBN(4));
	BREAKPOINT(5, 0x1234, BT(3));
	BREAKPOINT(4, 0x1234, E | BT(1));
}

/* ---- Watchpoints ---- */

#define LOAD(insn, offset)                                                                         \
	do {                                                                                       \
		u64 at_ = base + (offset);                                                         \
		asm volatile(insn : "+r"(at_) : : "x2", "x3", "x4", "v0", "v1", "memory");         \
	} while (0)

static void loads(u64 base)
{
	LOAD("ldrb w2, [%0]", 8);
	LOAD("ldrb w2, [%0]", 11);
	LOAD("ldrb w2, [%0]", 15);
	LOAD("ldrh w2, [%0]", 10);
	LOAD("ldr w2, [%0]", 8);
	LOAD("ldr w2, [%0]", 12);
	LOAD("ldr x2, [%0]", 0);
	LOAD("ldr x2, [%0]", 8);
	LOAD("ldr x2, [%0]", 16);
	LOAD("ldur w2, [%0, #-1]", 9);
	LOAD("ldp x2, x3, [%0]", 0);
	LOAD("ldp x2, x3, [%0]", 8);
	LOAD("ldp w2, w3, [%0]", 4);
	LOAD("ldpsw x2, x3, [%0]", 12);
	LOAD("ldr x2, [%0, #8]!", 0);
	LOAD("ldar x2, [%0]", 8);
	LOAD("ldxr x2, [%0]\n\tclrex", 8);
	LOAD("ldaxp x2, x3, [%0]\n\tclrex", 0);
	LOAD("prfm pldl1keep, [%0]", 8);
}

static void stores(u64 base)
{
	LOAD("strb wzr, [%0]", 8);
	LOAD("strb wzr, [%0]", 11);
	LOAD("strb wzr, [%0]", 15);
	LOAD("strh wzr, [%0]", 10);
	LOAD("str wzr, [%0]", 8);
	LOAD("str wzr, [%0]", 12);
	LOAD("str xzr, [%0]", 0);
	LOAD("str xzr, [%0]", 8);
	LOAD("stp xzr, xzr, [%0]", 0);
	LOAD("stp xzr, xzr, [%0]", 8);
	LOAD("stp wzr, wzr, [%0]", 4);
	LOAD("str xzr, [%0], #8", 8);
	LOAD("stlr xzr, [%0]", 8);
	LOAD("dc zva, %0", 64);
	LOAD("dc zva, %0", 0);
	LOAD("dc civac, %0", 8);
	LOAD("dc cvau, %0", 8);
}

static void vectors(u64 base)
{
	asm volatile(".arch_extension simd");
	LOAD("ldr q0, [%0]", 0);
	LOAD("str q0, [%0]", 0);
	LOAD("ldp q0, q1, [%0]", 0);
	LOAD("stp q0, q1, [%0]", 0);
	LOAD("ldr b0, [%0]", 8);
	LOAD("ld1 {v0.16b, v1.16b}, [%0]", 0);
	LOAD("st1 {v0.16b, v1.16b}, [%0]", 0);
	LOAD("ld2 {v0.4s, v1.4s}, [%0]", 0);
	LOAD("st2 {v0.4s, v1.4s}, [%0]", 0);
	LOAD("st1 {v0.s}[1], [%0]", 8);
	LOAD("ld1r {v0.2d}, [%0]", 8);
}

static void case_loads(void)
{
	UNMASK();
	loads((u64)data);
	MASK();
}

static void case_stores(void)
{
	UNMASK();
	stores((u64)data);
	MASK();
	say("data ", data[1]);
}

static void case_vectors(void)
{
	UNMASK();
	vectors((u64)data);
	MASK();
	say("data ", data[1]);
}

/* Unprivileged accesses are EL0's. */
static void case_unprivileged(void)
{
	u64 base = (u64)data | 0x80000000;

	UNMASK();
	LOAD("ldtr x2, [%0]", 8);
	LOAD("sttr xzr, [%0]", 8);
	LOAD("ldr x2, [%0]", 8);
	LOAD("str xzr, [%0]", 8);
	MASK();
}

static void case_loads_el0(void)
{
	loads((u64)data | 0x80000000);
}

static void case_stores_el0(void)
{
	stores((u64)data | 0x80000000);
}

static void fill(void)
{
	for (unsigned i = 0; i < COUNT(data); i++)
		data[i] = ~(u64)i;
}

#define WP(name, n, offset, control)                                                               \
	static void name(void)                                                                     \
	{                                                                                          \
		fill();                                                                            \
		WATCHPOINT(n, (u64)data + (offset), control);                                      \
	}
WP(wp_loads, 0, 8, E | AT_EL1 | LOADS | ALL)
WP(wp_stores, 1, 8, E | AT_EL1 | STORES | ALL)
WP(wp_both, 2, 8, E | AT_EL1 | BOTH | ALL)
WP(wp_byte, 3, 8, E | AT_EL1 | BOTH | BAS(0x08))
WP(wp_bytes, 3, 8, E | AT_EL1 | BOTH | BAS(0x3c))
WP(wp_word, 0, 12, E | AT_EL1 | BOTH | BAS(0x0f))
WP(wp_word_byte, 0, 12, E | AT_EL1 | BOTH | BAS(0x08))
WP(wp_mask, 1, 0, E | AT_EL1 | BOTH | ALL | MASK_(4))
WP(wp_mask_large, 1, -((u64)data & 0xfffff), E | AT_EL1 | STORES | ALL | MASK_(20))
WP(wp_mask_zva, 1, 64, E | AT_EL1 | STORES | ALL | MASK_(3))
WP(wp_el0_only, 0, 8, E | AT_EL0 | BOTH | ALL)
WP(wp_none, 0, 8, E | AT_EL1 | ALL)
WP(wp_hmc, 0, 8, E | AT_EL1 | BOTH | ALL | HMC)

static void wp_el0(void)
{
	fill();
	WATCHPOINT(0, ((u64)data + 8) | 0x80000000, E | AT_EL0 | BOTH | ALL);
}

static void wp_el1_at_el0(void)
{
	fill();
	WATCHPOINT(0, ((u64)data + 8) | 0x80000000, E | AT_EL1 | BOTH | ALL);
}

static void wp_linked(void)
{
	fill();
	WRITE(contextidr_el1, 0x55);
	WATCHPOINT(0, (u64)data, E | AT_EL1 | BOTH | ALL | WT | LBN(4));
	WATCHPOINT(1, (u64)data + 8, E | AT_EL1 | BOTH | BAS(1) | WT | LBN(5));
	BREAKPOINT(4, 0x54, E | BT(3));
	BREAKPOINT(5, 0x55, E | BT(3));
}

static void wp_two(void)
{
	fill();
	WATCHPOINT(0, (u64)data + 8, E | AT_EL1 | LOADS | BAS(0x0f));
	WATCHPOINT(3, (u64)data + 8, E | AT_EL1 | STORES | BAS(0xf0));
}

/* Faults of translation come first. */
static void case_unmapped(void)
{
	UNMASK();
	asm volatile("ldr x2, [%0]" : : "r"(UNMAPPED + 8) : "x2");
	MASK();
}

static void wp_unmapped(void)
{
	WATCHPOINT(0, UNMAPPED + 8, E | AT_EL1 | BOTH | ALL);
}

/* ---- Software step ---- */

asm("	.pushsection .text\n"
    "	.globl	stepped, stepped_el0, returns\n"
    "stepped:\n"
    "	mov	x9, x30\n"
    "	nop\n"
    "	bl	1f\n"
    "	nop\n"
    "1:	ldxr	x2, [x0]\n"
    "	stxr	w3, x2, [x0]\n"
    "	ldaxp	x2, x3, [x0]\n"
    "	clrex\n"
    "	ldar	x2, [x0]\n"
    "	dmb	sy\n"
    "	msr	nzcv, xzr\n"
    "	cbz	x2, 2f\n"
    "2:	b.ne	3f\n"
    "3:	ret	x9\n"
    "stepped_el0:\n"
    "	mov	x9, x30\n"
    "	ldxrb	w2, [x0]\n"
    "	nop\n"
    "	svc	#1\n"
    "	nop\n"
    "	brk	#2\n"
    "	nop\n"
    "	.inst	0\n"
    "	nop\n"
    "	ret	x9\n"
    "	.popsection\n");

static void call_stepped(void)
{
	register u64 at asm("x0") = (u64)data;

	asm volatile("bl stepped" : "+r"(at) : : "x2", "x3", "x9", "x30", "memory");
}

static void case_stepped_el0(void)
{
	register u64 at asm("x0") = (u64)data | 0x80000000;

	asm volatile("bl stepped_el0" : "+r"(at) : : "x2", "x3", "x9", "x30", "memory");
}

static void some_steps(void)
{
	steps = 24;
}

static void one_step(void)
{
	steps = 1;
}

static void case_exceptions(void)
{
	asm volatile("nop\n\tsvc #1\n\tnop\n\tnop" : : : "memory");
}

static void case_hvc(void)
{
	asm volatile("nop\n\thvc #1\n\tnop\n\tbrk #3\n\tnop\n\t.inst 0\n\tnop\n\tnop"
		     :
		     :
		     : "memory");
}

static void case_abort(void)
{
	asm volatile("ldr x2, [%0]\n\tnop" : : "r"(UNMAPPED) : "x2");
}

/* A step that waits does not wait. */
static void case_wfi(void)
{
	asm volatile("wfi\n\twfe\n\tnop" : : : "memory");
}

/* Unmasking D at EL1 with KDE: pending at once, nothing was stepped. */
static void case_unmasked(void)
{
	asm volatile("nop\n\tmsr daifclr, #8\n\tnop\n\tnop\n\tnop\n\tnop" : : : "memory");
	MASK();
}

static void two_steps(void)
{
	steps = 2;
}

/* A step and a breakpoint at once. */
static void step_and_break(void)
{
	steps = 24;
	BREAKPOINT(0, (u64)walk, E | AT_EL1);
	BREAKPOINT(1, (u64)walk + 16, E | AT_EL1);
}

static const struct {
	const char *name;
	u64 hcr, mdcr, mdscr, spsr;
	void (*set_up)(void);
	void (*code)(void);
} cases[] = {
	/* clang-format off */
	{ "breakpoints of EL1 at EL1",         0, 0,        MDE | KDE, SPSR_EL1H, bp_el1, case_walk },
	{ "... without KDE",                   0, 0,        MDE,       SPSR_EL1H, bp_el1, case_walk },
	{ "... without MDE",                   0, 0,        KDE,       SPSR_EL1H, bp_el1, case_walk },
	{ "... masked",                        0, 0,        MDE | KDE, SPSR_EL1H, bp_el1, case_walk_masked },
	{ "... to EL2",                        0, MDCR_TDE, MDE,       SPSR_EL1H, bp_el1, case_walk_masked },
	{ "... off",                           0, 0,        MDE | KDE, SPSR_EL1H, bp_off, case_walk },
	{ "... of EL0",                        0, 0,        MDE | KDE, SPSR_EL1H, bp_el0_moved_by_el1, case_walk },
	{ "... of both",                       0, 0,        MDE | KDE, SPSR_EL1H, bp_both, case_walk },
	{ "... of EL1 and EL2",                0, 0,        MDE | KDE, SPSR_EL1H, bp_hmc, case_walk },
	{ "breakpoints of EL0 at EL0",         0, 0,        MDE,       SPSR_EL0,  bp_el0, case_walk_el0 },
	{ "... to EL2",                        0, MDCR_TDE, MDE,       SPSR_EL0,  bp_el0, case_walk_el0 },
	{ "... of both",                       0, 0,        MDE,       SPSR_EL0,  bp_both_el0, case_walk_el0 },
	{ "... of EL1 and EL2",                0, 0,        MDE,       SPSR_EL0,  bp_hmc_el0, case_walk_el0 },
	{ "breakpoints of EL1 at EL2",         0, MDCR_TDE, MDE | KDE, SPSR_EL2H, bp_el1, case_walk },
	{ "... of EL1 and EL2",                0, MDCR_TDE, MDE | KDE, SPSR_EL2H, bp_hmc, case_walk },
	{ "... without TDE",                   0, 0,        MDE | KDE, SPSR_EL2H, bp_hmc, case_walk },
	{ "... without KDE",                   0, MDCR_TDE, MDE,       SPSR_EL2H, bp_hmc, case_walk },
	{ "... masked",                        0, MDCR_TDE, MDE | KDE, SPSR_EL2H, bp_hmc, case_walk_masked },
	{ "... by TGE",                        HCR_TGE, 0,  MDE | KDE, SPSR_EL2H, bp_hmc, case_walk },
	{ "linked breakpoints at EL1",         0, 0,        MDE | KDE, SPSR_EL1H, bp_linked, case_walk },
	{ "... at EL0",                        0, 0,        MDE | KDE, SPSR_EL0,  bp_linked_el0, case_walk_el0 },
	{ "... links to nothing",              0, 0,        MDE | KDE, SPSR_EL1H, bp_bad_links, case_walk },

	{ "watched loads: loads",              0, 0,        MDE | KDE, SPSR_EL1H, wp_loads, case_loads },
	{ "watched loads: stores",             0, 0,        MDE | KDE, SPSR_EL1H, wp_loads, case_stores },
	{ "watched stores: loads",             0, 0,        MDE | KDE, SPSR_EL1H, wp_stores, case_loads },
	{ "watched stores: stores",            0, 0,        MDE | KDE, SPSR_EL1H, wp_stores, case_stores },
	{ "both watched: loads",               0, 0,        MDE | KDE, SPSR_EL1H, wp_both, case_loads },
	{ "both watched: stores",              0, 0,        MDE | KDE, SPSR_EL1H, wp_both, case_stores },
	{ "both watched: vectors",             0, 0,        MDE | KDE, SPSR_EL1H, wp_both, case_vectors },
	{ "a byte: loads",                     0, 0,        MDE | KDE, SPSR_EL1H, wp_byte, case_loads },
	{ "a byte: stores",                    0, 0,        MDE | KDE, SPSR_EL1H, wp_byte, case_stores },
	{ "a byte: vectors",                   0, 0,        MDE | KDE, SPSR_EL1H, wp_byte, case_vectors },
	{ "four bytes: loads",                 0, 0,        MDE | KDE, SPSR_EL1H, wp_bytes, case_loads },
	{ "four bytes: stores",                0, 0,        MDE | KDE, SPSR_EL1H, wp_bytes, case_stores },
	{ "a word: loads",                     0, 0,        MDE | KDE, SPSR_EL1H, wp_word, case_loads },
	{ "a word: stores",                    0, 0,        MDE | KDE, SPSR_EL1H, wp_word, case_stores },
	{ "a byte of a word: loads",           0, 0,        MDE | KDE, SPSR_EL1H, wp_word_byte, case_loads },
	{ "16 bytes: loads",                   0, 0,        MDE | KDE, SPSR_EL1H, wp_mask, case_loads },
	{ "16 bytes: stores",                  0, 0,        MDE | KDE, SPSR_EL1H, wp_mask, case_stores },
	{ "1 MiB: stores",                     0, 0,        MDE | KDE, SPSR_EL1H, wp_mask_large, case_stores },
	{ "behind 64 bytes: stores",           0, 0,        MDE | KDE, SPSR_EL1H, wp_mask_zva, case_stores },
	{ "two watchpoints: loads",            0, 0,        MDE | KDE, SPSR_EL1H, wp_two, case_loads },
	{ "two watchpoints: stores",           0, 0,        MDE | KDE, SPSR_EL1H, wp_two, case_stores },
	{ "of EL0 only: loads at EL1",         0, 0,        MDE | KDE, SPSR_EL1H, wp_el0_only, case_loads },
	{ "of EL0 only: stores at EL1",        0, 0,        MDE | KDE, SPSR_EL1H, wp_el0_only, case_stores },
	{ "neither loads nor stores: loads",   0, 0,        MDE | KDE, SPSR_EL1H, wp_none, case_loads },
	{ "without KDE: loads",                0, 0,        MDE,       SPSR_EL1H, wp_both, case_loads },
	{ "without MDE: loads",                0, 0,        KDE,       SPSR_EL1H, wp_both, case_loads },
	{ "to EL2: loads",                     0, MDCR_TDE, MDE,       SPSR_EL1H, wp_both, case_loads },
	{ "linked: loads",                     0, 0,        MDE | KDE, SPSR_EL1H, wp_linked, case_loads },
	{ "of EL1 and EL2: loads",             0, 0,        MDE | KDE, SPSR_EL1H, wp_hmc, case_loads },
	{ "at EL0: loads",                     0, 0,        MDE,       SPSR_EL0,  wp_el0, case_loads_el0 },
	{ "at EL0: stores",                    0, 0,        MDE,       SPSR_EL0,  wp_el0, case_stores_el0 },
	{ "unprivileged, of EL0",              0, 0,        MDE | KDE, SPSR_EL1H, wp_el0, case_unprivileged },
	{ "unprivileged, of EL1",              0, 0,        MDE | KDE, SPSR_EL1H, wp_el1_at_el0, case_unprivileged },
	{ "at EL0 to EL2: loads",              0, MDCR_TDE, MDE,       SPSR_EL0,  wp_el0, case_loads_el0 },
	{ "of EL1: loads at EL0",              0, 0,        MDE,       SPSR_EL0,  wp_el1_at_el0, case_loads_el0 },
	{ "at EL2: loads",                     0, MDCR_TDE, MDE | KDE, SPSR_EL2H, wp_hmc, case_loads },
	{ "at EL2: stores",                    0, MDCR_TDE, MDE | KDE, SPSR_EL2H, wp_hmc, case_stores },
	{ "at EL2, of EL1: loads",             0, MDCR_TDE, MDE | KDE, SPSR_EL2H, wp_both, case_loads },
	{ "behind a translation fault",        0, 0,        MDE | KDE, SPSR_EL1H, wp_unmapped, case_unmapped },

	{ "steps at EL1",                      0, MDCR_TDE, SS,        SPSR_EL1H | SPSR_SS, some_steps, call_stepped },
	{ "... pending at once",               0, MDCR_TDE, SS,        SPSR_EL1H, some_steps, call_stepped },
	{ "... one",                           0, MDCR_TDE, SS,        SPSR_EL1H | SPSR_SS, one_step, call_stepped },
	{ "... without TDE",                   0, 0,        SS,        SPSR_EL1H | SPSR_SS, some_steps, call_stepped },
	{ "... with an SVC",                   0, MDCR_TDE, SS,        SPSR_EL1H | SPSR_SS, some_steps, case_exceptions },
	{ "... with an HVC, a BRK",            0, MDCR_TDE, SS,        SPSR_EL1H | SPSR_SS, some_steps, case_hvc },
	{ "... with an abort",                 0, MDCR_TDE, SS,        SPSR_EL1H | SPSR_SS, some_steps, case_abort },
	{ "... with a WFI",                    0, MDCR_TDE, SS,        SPSR_EL1H | SPSR_SS, some_steps, case_wfi },
	{ "... and breakpoints",               0, MDCR_TDE, SS | MDE,  SPSR_EL1H | SPSR_SS, step_and_break, case_walk },
	{ "steps at EL0 to EL1",               0, 0,        SS,        SPSR_EL0 | SPSR_SS, some_steps, case_stepped_el0 },
	{ "... to EL2",                        0, MDCR_TDE, SS,        SPSR_EL0 | SPSR_SS, one_step, case_stepped_el0 },
	{ "... by TGE",                        HCR_TGE, 0,  SS,        SPSR_EL0 | SPSR_SS, some_steps, case_exceptions },
	{ "unmasked at EL1",                   0, 0,        SS | KDE,  SPSR_EL1H, two_steps, case_unmasked },
	{ "... from EL2 by ERET",              0, 0,        SS | KDE,  (SPSR_EL1H & ~SPSR_D) | SPSR_SS, two_steps, case_unmasked },
	/* clang-format on */
};

static void run_case(unsigned i)
{
	u64 el = cases[i].spsr >> 2 & 3;

	put(cases[i].name);
	end_line();
	WRITE(hcr_el2, BIT(31) | cases[i].hcr);
	asm volatile("tlbi alle1\n\tdsb sy\n\tisb");
	cases[i].set_up();
	WRITE(mdcr_el2, cases[i].mdcr);
	WRITE(mdscr_el1, cases[i].mdscr);
	if (el == 2)
		cases[i].code();
	else
		run_at(cases[i].code, cases[i].spsr,
			el == 0 && !(cases[i].hcr & HCR_TGE) ? EL0_ALIAS : 0);
	all_off();
}

int main(void)
{
	WRITE(cptr_el2, 0x33ff & ~BIT(10));
	WRITE(cpacr_el1, 3 << 20);
	show_ids();
	stage1_on();
	for (unsigned i = 0; i < COUNT(cases); i++)
		run_case(i);
	return 0;
}
