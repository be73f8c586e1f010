/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which debug exceptions are enabled and what breakpoints and watchpoints match: registers alone.
 * DDI 0487 D2.4, D2.8, D2.9, D2.11.4.
 */
#include <stdio.h>

#include "tests/unit/exceptions_pe.h"

#include "sysregs/debug.h"

#define TGE	HCR_EL2_TGE
#define E2H	HCR_EL2_E2H
#define KDE	MDSCR_EL1_KDE
#define TDE	MDCR_EL2_TDE
#define PROFILE "v8.4-nv2"

/* ---- Enabled from ---- */

static const struct {
	const char *text;
	u64 hcr, mdcr, mdscr;
	bool masked;
	u8 from; /* the ELs, as bits */
	u8 target;
} enabled_rows[] = {
	/* clang-format off */
	{ "EL1 debugs EL0",                 0,   0,   0,   false, 1, EL1 },
	{ "KDE: itself too",                0,   0,   KDE, false, 3, EL1 },
	{ "but for PSTATE.D",               0,   0,   KDE, true,  1, EL1 },
	{ "TDE: EL2 debugs both",           0,   TDE, 0,   true,  3, EL2 },
	{ "KDE: itself too",                0,   TDE, KDE, false, 7, EL2 },
	{ "but for PSTATE.D",               0,   TDE, KDE, true,  3, EL2 },
	{ "TGE is as TDE",                  TGE, 0,   0,   true,  3, EL2 },
	{ "... with KDE",                   TGE, 0,   KDE, false, 7, EL2 },
	{ "the host",                       TGE | E2H, 0, KDE, false, 7, EL2 },
	{ "E2H alone changes nothing",      E2H, 0,   KDE, false, 3, EL1 },
	/* clang-format on */
};

static void test_enabled(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(enabled_rows); i++) {
		struct cpu *cpu = pe_create(PROFILE, EL1, enabled_rows[i].hcr);

		sysreg_write(cpu, SR_MDCR_EL2, enabled_rows[i].mdcr);
		sysreg_write(cpu, SR_MDSCR_EL1, enabled_rows[i].mdscr);
		EXPECT(enabled_rows[i].text, debug_target(cpu), enabled_rows[i].target);
		for (unsigned el = EL0; el <= EL2; el++) {
			EXPECT("OS lock", debug_enabled_from(cpu, el, enabled_rows[i].masked), 0);
			sysreg_write(cpu, SR_OSLAR_EL1, 0);
			EXPECT(enabled_rows[i].text,
				debug_enabled_from(cpu, el, enabled_rows[i].masked),
				enabled_rows[i].from >> el & 1);
			sysreg_write(cpu, SR_OSDLR_EL1, 1);
			EXPECT("OS double lock",
				debug_enabled_from(cpu, el, enabled_rows[i].masked), 0);
			sysreg_write(cpu, SR_DBGPRCR_EL1, 1);
			EXPECT("no powerdown requested",
				debug_enabled_from(cpu, el, enabled_rows[i].masked),
				enabled_rows[i].from >> el & 1);
			sysreg_write(cpu, SR_OSDLR_EL1, 0);
			sysreg_write(cpu, SR_DBGPRCR_EL1, 0);
			sysreg_write(cpu, SR_OSLAR_EL1, 1);
		}
		free(cpu);
	}
}

static void test_without_el2(void **state)
{
	struct cpu *cpu = pe_create(PROFILE, EL1, 0);

	(void)state;
	cpu->has_el2 = false;
	cpu->sys[SR_MDCR_EL2] = TDE;
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	EXPECT("TDE without EL2", debug_target(cpu), EL1);
	free(cpu);
}

/* ---- PSTATE.SS behind a return: tables D2-19 and D2-20 ---- */

static const struct {
	const char *text;
	u64 mdcr, mdscr;
	u8 from, to;
	bool masked, spsr_masked, lock, want;
} return_rows[] = {
	/* clang-format off */
	{ "EL2 to EL1",                  0,   0,   EL2, EL1, 0, 0, 0, 0 },
	{ "EL2 to EL1, KDE",             0,   KDE, EL2, EL1, 0, 0, 0, 1 },
	{ "EL2 to EL1, KDE, SPSR.D",     0,   KDE, EL2, EL1, 0, 1, 0, 0 },
	{ "EL2 to EL2",                  0,   KDE, EL2, EL2, 0, 0, 0, 0 },
	{ "EL2 to EL0",                  0,   0,   EL2, EL0, 0, 1, 0, 1 },
	{ "EL2 to EL0, locked",          0,   0,   EL2, EL0, 0, 1, 1, 0 },
	{ "EL1 to EL0",                  0,   0,   EL1, EL0, 0, 1, 0, 1 },
	{ "EL1 to EL0, KDE",             0,   KDE, EL1, EL0, 0, 1, 0, 0 },
	{ "EL1 to EL0, KDE, masked",     0,   KDE, EL1, EL0, 1, 1, 0, 1 },
	{ "EL1 to EL1",                  0,   0,   EL1, EL1, 1, 0, 0, 0 },
	{ "EL1 to EL1, KDE",             0,   KDE, EL1, EL1, 0, 0, 0, 0 },
	{ "EL1 to EL1, KDE, unmasking",  0,   KDE, EL1, EL1, 1, 0, 0, 1 },
	{ "EL1 to EL1, KDE, masked",     0,   KDE, EL1, EL1, 1, 1, 0, 0 },
	{ "TDE, EL2 to EL1",             TDE, 0,   EL2, EL1, 0, 1, 0, 1 },
	{ "TDE, EL2 to EL1, KDE",        TDE, KDE, EL2, EL1, 0, 1, 0, 0 },
	{ "TDE, EL2 to EL1, KDE, masked", TDE, KDE, EL2, EL1, 1, 1, 0, 1 },
	{ "TDE, EL2 to EL2, unmasking",  TDE, KDE, EL2, EL2, 1, 0, 0, 1 },
	{ "TDE, EL2 to EL2",             TDE, 0,   EL2, EL2, 1, 0, 0, 0 },
	{ "TDE, EL1 to EL0: stepped",    TDE, 0,   EL1, EL0, 1, 1, 0, 0 },
	{ "TDE, EL1 to EL1: stepped",    TDE, 0,   EL1, EL1, 1, 1, 0, 0 },
	/* clang-format on */
};

static void test_return(void **state)
{
	static const u64 modes[EL_COUNT] = { M_EL0, M_EL1H, M_EL2H };

	(void)state;
	for (size_t i = 0; i < COUNT(return_rows) * 2; i++) {
		bool spsr_ss = i & 1;
		struct cpu *cpu = pe_create(PROFILE, return_rows[i / 2].from, 0);
		u64 spsr = modes[return_rows[i / 2].to] | (spsr_ss ? SPSR_SS : 0) |
			   (return_rows[i / 2].spsr_masked ? SPSR_D : 0);

		cpu->pstate.daif = return_rows[i / 2].masked ? DAIF_D : 0;
		sysreg_write(cpu, SR_OSLAR_EL1, return_rows[i / 2].lock);
		sysreg_write(cpu, SR_MDCR_EL2, return_rows[i / 2].mdcr);
		sysreg_write(cpu, SR_MDSCR_EL1, return_rows[i / 2].mdscr | MDSCR_EL1_SS);
		cpu->sys[return_rows[i / 2].from == EL2 ? SR_SPSR_EL2 : SR_SPSR_EL1] = spsr;
		exceptions_eret(cpu);
		EXPECT(return_rows[i / 2].text, cpu->pstate.ss, return_rows[i / 2].want && spsr_ss);
		EXPECT(return_rows[i / 2].text, cpu->pstate.el, return_rows[i / 2].to);
		free(cpu);
	}
}

/* An illegal return stays where it is, and counts so: D2.11.10.1 */
static void test_illegal_return(void **state)
{
	struct cpu *cpu = pe_create(PROFILE, EL1, 0);

	(void)state;
	cpu->pstate.daif = DAIF_D;
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	sysreg_write(cpu, SR_MDSCR_EL1, KDE | MDSCR_EL1_SS);
	cpu->sys[SR_SPSR_EL1] = M_EL2H | SPSR_SS;
	exceptions_eret(cpu);
	EXPECT("illegal", cpu->pstate.il, true);
	EXPECT("steps all the same", cpu->pstate.ss, true);
	free(cpu);
}

/* ---- HMC, SSC, PMC and PAC ---- */

static unsigned want_els(unsigned hmc, unsigned ssc, unsigned pxc)
{
	switch (hmc << 4 | ssc << 2 | pxc) { /* D2-8 and D2-13, what Non-secure state has */
	case 0x01: return 1 << EL1;
	case 0x02: return 1 << EL0;
	case 0x03: return 1 << EL1 | 1 << EL0;
	case 0x11: return 1 << EL2 | 1 << EL1;
	case 0x13: return 1 << EL2 | 1 << EL1 | 1 << EL0;
	case 0x1c: return 1 << EL2;
	default: return 0;
	}
}

static void check_els(unsigned combination, unsigned el)
{
	unsigned hmc = combination >> 4, ssc = combination >> 2 & 3, pxc = combination & 3;
	u64 fields = (u64)hmc << 13 | (u64)ssc << 14 | (u64)pxc << 1 | 1;
	struct cpu *cpu = pe_create(PROFILE, el, 0);
	struct debug_access access = { .va = PC, .size = 4, .el = (u8)el, .reads = true };
	char text[64];

	snprintf(text, sizeof(text), "HMC %u SSC %u PxC %u at EL%u", hmc, ssc, pxc, el);
	sysreg_write(cpu, SR_DBGBVR0_EL1, PC);
	sysreg_write(cpu, SR_DBGBCR0_EL1, fields);
	sysreg_write(cpu, SR_DBGWVR3_EL1, PC & ~7ull);
	sysreg_write(cpu, SR_DBGWCR3_EL1, fields | 0xff << 5 | 3 << 3);
	EXPECT(text, debug_breakpoint_matches(cpu), want_els(hmc, ssc, pxc) >> el & 1);
	EXPECT(text, debug_watchpoint_matches(cpu, &access).matches,
		want_els(hmc, ssc, pxc) >> el & 1);
	cpu->has_el2 = false;
	if (el != EL2)
		EXPECT("without EL2", debug_breakpoint_matches(cpu),
			hmc == 0 && ssc == 0 && (want_els(0, 0, pxc) >> el & 1));
	free(cpu);
}

static void test_els(void **state)
{
	(void)state;
	for (unsigned combination = 0; combination < 32; combination++) {
		for (unsigned el = EL0; el <= EL2; el++)
			check_els(combination, el);
	}
}

/* ---- Breakpoints ---- */

#define ANY_EL	   (1u << 13 | 3u << 1 | 1) /* EL0, EL1 and EL2, enabled */
#define BT(type)   ((type) << 20)
#define LINK(n)	   (BT(1u) | (n) << 16)
#define CTX1	   0x11110001ull
#define CTX2	   0x22220002ull
#define VMID	   0xab34ull
#define OTHER	   0x0bad0badull
#define VMID_IN(x) ((x) << 32)

/* Breakpoint n, and one that it links to. CONTEXTIDR_EL1, _EL2 and the VMID are as above. */
static const struct {
	const char *text;
	u64 hcr;
	u64 bvr, linked_bvr;
	u32 bcr, linked_bcr;
	u8 n, linked_n;
	u8 els;	       /* where it matches, as bits */
	bool is_8_bit; /* VTCR_EL2.VS = 0 */
} breakpoint_rows[] = {
	/* clang-format off */
	{ "an address",                        0, PC, 0, ANY_EL, 0, 0, 0, 7, 0 },
	{ "the next one",                      0, PC + 4, 0, ANY_EL, 0, 0, 0, 0, 0 },
	{ "the one before",                    0, PC - 4, 0, ANY_EL, 0, 1, 0, 0, 0 },
	{ "bits above 48 do not count",        0, PC | BIT(49) | BIT(63), 0, ANY_EL, 0, 2, 0, 7, 0 },
	{ "bit 48 does",                       0, PC | BIT(48), 0, ANY_EL, 0, 3, 0, 0, 0 },
	{ "a context-aware one too",           0, PC, 0, ANY_EL, 0, 5, 0, 7, 0 },
	{ "off",                               0, PC, 0, ANY_EL & ~1u, 0, 0, 0, 0, 0 },
	{ "AArch32's mismatch",                0, OTHER, 0, ANY_EL | BT(4u), 0, 4, 0, 0, 0 },
	{ "... linked",                        0, OTHER, 0, ANY_EL | BT(5u), 0, 4, 0, 0, 0 },

	{ "a context: EL1's",                  0, CTX1, 0, ANY_EL | BT(2u), 0, 5, 0, 3, 0 },
	{ "... another",                       0, OTHER, 0, ANY_EL | BT(2u), 0, 5, 0, 0, 0 },
	{ "... not where not context-aware",   0, CTX1, 0, ANY_EL | BT(2u), 0, 3, 0, 0, 0 },
	{ "... of EL2 with E2H",               E2H, CTX2, 0, ANY_EL | BT(2u), 0, 4, 0, 4, 0 },
	{ "... EL1's then not at EL2",         E2H, CTX1, 0, ANY_EL | BT(2u), 0, 4, 0, 3, 0 },
	{ "... of the host's EL0",             E2H | TGE, CTX2, 0, ANY_EL | BT(2u), 0, 4, 0, 5, 0 },
	{ "CONTEXTIDR_EL1",                    0, CTX1, 0, ANY_EL | BT(6u), 0, 4, 0, 3, 0 },
	{ "... not the host's EL0",            E2H | TGE, CTX1, 0, ANY_EL | BT(6u), 0, 4, 0, 2, 0 },
	{ "CONTEXTIDR_EL2",                    0, CTX2 << 32, 0, ANY_EL | BT(12u), 0, 5, 0, 7, 0 },
	{ "... is in the high half",           0, CTX2, 0, ANY_EL | BT(12u), 0, 5, 0, 0, 0 },
	{ "both",                              0, CTX2 << 32 | CTX1, 0, ANY_EL | BT(14u), 0, 5, 0, 3, 0 },
	{ "... one alone",                     0, OTHER << 32 | CTX1, 0, ANY_EL | BT(14u), 0, 5, 0, 0, 0 },
	{ "... the other alone",               0, CTX2 << 32 | OTHER, 0, ANY_EL | BT(14u), 0, 5, 0, 0, 0 },
	{ "a VMID",                            0, VMID_IN(VMID), 0, ANY_EL | BT(8u), 0, 4, 0, 3, 0 },
	{ "... 16 bits of it",                 0, VMID_IN(0xff34ull), 0, ANY_EL | BT(8u), 0, 4, 0, 0, 0 },
	{ "... 8 bits of it",                  0, VMID_IN(0xff34ull), 0, ANY_EL | BT(8u), 0, 4, 0, 3, 1 },
	{ "... another",                       0, VMID_IN(0x35ull), 0, ANY_EL | BT(8u), 0, 4, 0, 0, 1 },
	{ "... not the host's EL0",            E2H | TGE, VMID_IN(VMID), 0, ANY_EL | BT(8u), 0, 4, 0, 2, 0 },
	{ "VMID and context",                  0, VMID_IN(VMID) | CTX1, 0, ANY_EL | BT(10u), 0, 4, 0, 3, 0 },
	{ "... another context",               0, VMID_IN(VMID) | OTHER, 0, ANY_EL | BT(10u), 0, 4, 0, 0, 0 },
	{ "... another VMID",                  0, VMID_IN(1ull) | CTX1, 0, ANY_EL | BT(10u), 0, 4, 0, 0, 0 },

	{ "linked to a context",               0, PC, CTX1, ANY_EL | LINK(5u), 1 | BT(3u), 0, 5, 3, 0 },
	{ "... another address",               0, PC + 4, CTX1, ANY_EL | LINK(5u), 1 | BT(3u), 0, 5, 0, 0 },
	{ "... another context",               0, PC, OTHER, ANY_EL | LINK(5u), 1 | BT(3u), 0, 5, 0, 0 },
	{ "... that is off",                   0, PC, CTX1, ANY_EL | LINK(5u), BT(3u), 0, 5, 0, 0 },
	{ "... not for linking",               0, PC, CTX1, ANY_EL | LINK(5u), 1 | BT(2u), 0, 5, 0, 0 },
	{ "... its ELs do not count",          0, PC, CTX1, ANY_EL | LINK(5u), 1 | BT(3u) | 1u << 14, 0, 5, 3, 0 },
	{ "... to one not context-aware",      0, PC, CTX1, ANY_EL | LINK(3u), 1 | BT(3u), 0, 3, 0, 0 },
	{ "... to an address",                 0, PC, PC, ANY_EL | LINK(5u), 1 | BT(1u), 0, 5, 0, 0 },
	{ "... to one that is not there",      0, PC, 0, ANY_EL | LINK(9u), 0, 0, 5, 0, 0 },
	{ "... to CONTEXTIDR_EL1",             0, PC, CTX1, ANY_EL | LINK(4u), 1 | BT(7u), 0, 4, 3, 0 },
	{ "... to a VMID",                     0, PC, VMID_IN(VMID), ANY_EL | LINK(4u), 1 | BT(9u), 0, 4, 3, 0 },
	{ "... to a VMID and context",         0, PC, VMID_IN(VMID) | CTX1, ANY_EL | LINK(4u), 1 | BT(11u), 0, 4, 3, 0 },
	{ "... to CONTEXTIDR_EL2",             0, PC, CTX2 << 32, ANY_EL | LINK(4u), 1 | BT(13u), 0, 4, 7, 0 },
	{ "... to both",                       0, PC, CTX2 << 32 | CTX1, ANY_EL | LINK(4u), 1 | BT(15u), 0, 4, 3, 0 },
	{ "a context for linking alone",       0, CTX1, 0, ANY_EL | BT(3u), 0, 5, 4, 0, 0 },
	{ "... for linking, linked to itself", 0, CTX1, 0, ANY_EL | BT(3u) | 5u << 16, 0, 5, 4, 0, 0 },
	/* clang-format on */
};

static void set_breakpoint(struct cpu *cpu, unsigned n, u64 bvr, u64 bcr)
{
	static const u16 values[] = { SR_DBGBVR0_EL1, SR_DBGBVR1_EL1, SR_DBGBVR2_EL1,
		SR_DBGBVR3_EL1, SR_DBGBVR4_EL1, SR_DBGBVR5_EL1 };
	static const u16 controls[] = { SR_DBGBCR0_EL1, SR_DBGBCR1_EL1, SR_DBGBCR2_EL1,
		SR_DBGBCR3_EL1, SR_DBGBCR4_EL1, SR_DBGBCR5_EL1 };

	sysreg_write(cpu, values[n], bvr);
	sysreg_write(cpu, controls[n], bcr);
}

static void test_breakpoints(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(breakpoint_rows); i++) {
		for (unsigned el = EL0; el <= EL2; el++) {
			struct cpu *cpu = pe_create(PROFILE, el, breakpoint_rows[i].hcr);

			sysreg_write(cpu, SR_CONTEXTIDR_EL1, CTX1);
			sysreg_write(cpu, SR_CONTEXTIDR_EL2, CTX2);
			sysreg_write(cpu, SR_VTTBR_EL2, VMID << 48);
			sysreg_write(
				cpu, SR_VTCR_EL2, breakpoint_rows[i].is_8_bit ? 0 : VTCR_EL2_VS);
			set_breakpoint(cpu, breakpoint_rows[i].linked_n,
				breakpoint_rows[i].linked_bvr, breakpoint_rows[i].linked_bcr);
			set_breakpoint(cpu, breakpoint_rows[i].n, breakpoint_rows[i].bvr,
				breakpoint_rows[i].bcr);
			if (debug_breakpoint_matches(cpu) != (breakpoint_rows[i].els >> el & 1))
				fail_msg("%s, EL%u", breakpoint_rows[i].text, el);
			free(cpu);
		}
	}
}

/* Types of features that are not there are reserved. */
static void test_reserved_types(void **state)
{
	struct cpu *cpu = pe_create("v8.0", EL1, 0);

	(void)state;
	set_breakpoint(cpu, 5, 0, 1 | 1 << 1 | BT(6u));
	EXPECT("CONTEXTIDR_EL1 match without VHE", debug_breakpoint_matches(cpu), 0);
	set_breakpoint(cpu, 5, 0, 1 | 1 << 1 | BT(14u));
	EXPECT("both without VHE", debug_breakpoint_matches(cpu), 0);
	set_breakpoint(cpu, 5, 0, 1 | 1 << 1 | BT(8u));
	EXPECT("a VMID", debug_breakpoint_matches(cpu), 1);
	cpu->has_el2 = false;
	EXPECT("a VMID without EL2", debug_breakpoint_matches(cpu), 0);
	set_breakpoint(cpu, 5, 0, 1 | 1 << 1 | BT(2u));
	EXPECT("a context without EL2", debug_breakpoint_matches(cpu), 1);
	free(cpu);
}

/* ---- Watchpoints ---- */

#define AT	 0x80001000ull
#define LOAD	 (1u << 3)
#define STORE	 (2u << 3)
#define BAS(b)	 ((b) << 5)
#define WMASK(n) ((n) << 24)
#define FULL	 BAS(0xffu)
#define RD	 1
#define WR	 2
#define RW	 3

static const struct {
	const char *text;
	u64 wvr;
	u32 wcr;
	u64 va;
	unsigned size;
	u8 kind;
	u64 hit; /* 0: none; else the lowest watched byte */
	bool is_write;
} watchpoint_rows[] = {
	/* clang-format off */
	{ "all of it",                     AT, LOAD | FULL, AT, 8, RD, AT, 0 },
	{ "a load where stores are",       AT, STORE | FULL, AT, 8, RD, 0, 0 },
	{ "a store where stores are",      AT, STORE | FULL, AT, 8, WR, AT, 1 },
	{ "a store where loads are",       AT, LOAD | FULL, AT, 8, WR, 0, 0 },
	{ "an atomic where loads are",     AT, LOAD | FULL, AT, 8, RW, AT, 0 },
	{ "an atomic where stores are",    AT, STORE | FULL, AT, 8, RW, AT, 1 },
	{ "an atomic where both are",      AT, LOAD | STORE | FULL, AT, 8, RW, AT, 0 },
	{ "LSC 0",                         AT, FULL, AT, 8, RW, 0, 0 },
	{ "the byte before",               AT, LOAD | FULL, AT - 1, 1, RD, 0, 0 },
	{ "the byte behind",               AT, LOAD | FULL, AT + 8, 1, RD, 0, 0 },
	{ "the last byte",                 AT, LOAD | FULL, AT + 7, 1, RD, AT + 7, 0 },
	{ "misaligned into it",            AT, LOAD | FULL, AT - 3, 4, RD, AT, 0 },
	{ "misaligned, short of it",       AT, LOAD | FULL, AT - 3, 3, RD, 0, 0 },
	{ "64 bytes around",               AT, LOAD | FULL, AT - 32, 64, RD, AT, 0 },
	{ "one byte of BAS",               AT, LOAD | BAS(8u), AT, 8, RD, AT + 3, 0 },
	{ "... not the others",            AT, LOAD | BAS(8u), AT + 4, 4, RD, 0, 0 },
	{ "D2-5: a byte, misaligned",      AT, LOAD | BAS(2u), AT - 6, 8, RD, AT + 1, 0 },
	{ "no byte of BAS",                AT, LOAD, AT, 8, RD, 0, 0 },
	{ "a word's BAS",                  AT + 4, LOAD | BAS(2u), AT, 8, RD, AT + 5, 0 },
	{ "... its upper half is ignored", AT + 4, LOAD | BAS(0xf0u), AT, 16, RD, 0, 0 },
	{ "MASK 3",                        AT, LOAD | FULL | WMASK(3u), AT + 7, 1, RD, AT + 7, 0 },
	{ "... behind",                    AT, LOAD | FULL | WMASK(3u), AT + 8, 1, RD, 0, 0 },
	{ "MASK 12",                       AT, LOAD | FULL | WMASK(12u), AT + 0xfff, 1, RD, AT + 0xfff, 0 },
	{ "... behind",                    AT, LOAD | FULL | WMASK(12u), AT + 0x1000, 1, RD, 0, 0 },
	{ "... into it",                   AT, LOAD | FULL | WMASK(12u), AT - 4, 8, RD, AT, 0 },
	{ "MASK 31",                       AT, LOAD | FULL | WMASK(31u), 0xffffffff, 1, RD, 0xffffffff, 0 },
	{ "MASK 1 is reserved",            AT, LOAD | FULL | WMASK(1u), AT, 8, RD, 0, 0 },
	{ "MASK 2 is reserved",            AT, LOAD | FULL | WMASK(2u), AT, 8, RD, 0, 0 },
	{ "MASK wins over BAS",            AT, LOAD | WMASK(3u), AT, 8, RD, AT, 0 },
	{ "a tag does not count",          AT, LOAD | FULL, AT | BIT(60), 8, RD, AT | BIT(60), 0 },
	{ "bit 48 does",                   AT, LOAD | FULL, AT | BIT(48), 8, RD, 0, 0 },
	/* clang-format on */
};

static struct debug_hit watch(struct cpu *cpu, u64 va, unsigned size, unsigned kind)
{
	struct debug_access access = { .va = va,
		.size = size,
		.el = cpu->pstate.el,
		.reads = kind & RD,
		.writes = kind & WR };

	return debug_watchpoint_matches(cpu, &access);
}

static void test_watchpoints(void **state)
{
	static const u16 registers[][2] = { { SR_DBGWVR0_EL1, SR_DBGWCR0_EL1 },
		{ SR_DBGWVR1_EL1, SR_DBGWCR1_EL1 }, { SR_DBGWVR2_EL1, SR_DBGWCR2_EL1 },
		{ SR_DBGWVR3_EL1, SR_DBGWCR3_EL1 } };

	(void)state;
	for (size_t i = 0; i < COUNT(watchpoint_rows) * COUNT(registers); i++) {
		const u16 *reg = registers[i % COUNT(registers)];
		size_t row = i / COUNT(registers);
		struct cpu *cpu = pe_create(PROFILE, EL1, 0);
		struct debug_hit hit;

		sysreg_write(cpu, reg[0], watchpoint_rows[row].wvr);
		sysreg_write(cpu, reg[1], watchpoint_rows[row].wcr | ANY_EL);
		hit = watch(cpu, watchpoint_rows[row].va, watchpoint_rows[row].size,
			watchpoint_rows[row].kind);
		EXPECT(watchpoint_rows[row].text, hit.matches, watchpoint_rows[row].hit != 0);
		if (hit.matches) {
			EXPECT(watchpoint_rows[row].text, hit.va, watchpoint_rows[row].hit);
			EXPECT(watchpoint_rows[row].text, hit.is_write,
				watchpoint_rows[row].is_write);
		}
		sysreg_write(cpu, reg[1], watchpoint_rows[row].wcr | (ANY_EL & ~1u));
		hit = watch(cpu, watchpoint_rows[row].va, watchpoint_rows[row].size,
			watchpoint_rows[row].kind);
		EXPECT("off", hit.matches, false);
		free(cpu);
	}
}

/* Several at once: the lowest byte, and a read if a read of any would do. */
static void test_several_watchpoints(void **state)
{
	struct cpu *cpu = pe_create(PROFILE, EL1, 0);
	struct debug_hit hit;

	(void)state;
	sysreg_write(cpu, SR_DBGWVR0_EL1, AT);
	sysreg_write(cpu, SR_DBGWCR0_EL1, ANY_EL | STORE | BAS(0xf0u));
	sysreg_write(cpu, SR_DBGWVR2_EL1, AT);
	sysreg_write(cpu, SR_DBGWCR2_EL1, ANY_EL | LOAD | BAS(0x0cu));
	hit = watch(cpu, AT, 8, RW);
	EXPECT("both", hit.va, AT + 2);
	EXPECT("both", hit.is_write, false);
	hit = watch(cpu, AT, 8, WR);
	EXPECT("the store's", hit.va, AT + 4);
	EXPECT("the store's", hit.is_write, true);
	free(cpu);
}

static void test_linked_watchpoint(void **state)
{
	struct cpu *cpu = pe_create(PROFILE, EL1, 0);

	(void)state;
	sysreg_write(cpu, SR_CONTEXTIDR_EL1, CTX1);
	sysreg_write(cpu, SR_DBGWVR0_EL1, AT);
	sysreg_write(cpu, SR_DBGWCR0_EL1, ANY_EL | LOAD | FULL | DBGWCRn_EL1_WT | 5u << 16);
	EXPECT("the link is off", watch(cpu, AT, 8, RD).matches, false);
	set_breakpoint(cpu, 5, CTX1, 1 | BT(3u));
	EXPECT("in the context", watch(cpu, AT, 8, RD).matches, true);
	sysreg_write(cpu, SR_CONTEXTIDR_EL1, OTHER);
	EXPECT("in another", watch(cpu, AT, 8, RD).matches, false);
	free(cpu);
}

/* ---- What is armed ---- */

#define SS  MDSCR_EL1_SS
#define MDE MDSCR_EL1_MDE

static const struct {
	const char *text;
	u64 mdscr, bcr, wcr, lock;
	bool checks, watches;
} armed_rows[] = {
	{ "nothing", 0, 0, 0, 0, false, false },
	{ "step", SS, 0, 0, 0, true, false },
	{ "step, locked", SS, 0, 0, 1, false, false },
	{ "MDE alone", MDE, 0, 0, 0, false, false },
	{ "a breakpoint without MDE", KDE, 1, 1, 0, false, false },
	{ "a breakpoint", MDE, 1, 0, 0, true, false },
	{ "a watchpoint", MDE, 0, 1, 0, false, true },
	{ "all", MDE | SS, 1, 1, 0, true, true },
	{ "all, locked", MDE | SS, 1, 1, 1, false, false },
};

static void test_armed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(armed_rows); i++) {
		struct cpu *cpu = pe_create(PROFILE, EL1, 0);

		sysreg_write(cpu, SR_OSLAR_EL1, armed_rows[i].lock);
		sysreg_write(cpu, SR_DBGBCR3_EL1, armed_rows[i].bcr);
		sysreg_write(cpu, SR_DBGWCR2_EL1, armed_rows[i].wcr);
		cpu->check_irq = false;
		sysreg_write(cpu, SR_MDSCR_EL1, armed_rows[i].mdscr);
		EXPECT(armed_rows[i].text, cpu->debug_checks, armed_rows[i].checks);
		EXPECT(armed_rows[i].text, cpu->debug_watches, armed_rows[i].watches);
		EXPECT("the engine is told", cpu->check_irq, armed_rows[i].checks);
		free(cpu);
	}
}

/* ---- Registers ---- */

/* EDSCR's bits of MDSCR_EL1 are read-only while the OS lock is unlocked. */
static void test_mdscr(void **state)
{
	struct cpu *cpu = pe_create(PROFILE, EL1, 0);
	const u64 all = 0x6ce0f041, own = MDE | KDE | SS | MDSCR_EL1_TDCC;

	(void)state;
	sysreg_write(cpu, SR_MDSCR_EL1, ~(u64)0);
	EXPECT("locked: all", sysreg_read(cpu, SR_MDSCR_EL1), all);
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	sysreg_write(cpu, SR_MDSCR_EL1, 0);
	EXPECT("unlocked: its own", sysreg_read(cpu, SR_MDSCR_EL1), all & ~own);
	EXPECT("RXfull, TXfull", sysreg_read(cpu, SR_MDCCSR_EL0), 0x60000000);
	sysreg_write(cpu, SR_OSLAR_EL1, 1);
	sysreg_write(cpu, SR_MDSCR_EL1, 0);
	EXPECT("locked: none", sysreg_read(cpu, SR_MDSCR_EL1), 0);
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	sysreg_write(cpu, SR_MDSCR_EL1, ~(u64)0);
	EXPECT("unlocked: its own", sysreg_read(cpu, SR_MDSCR_EL1), own);
	free(cpu);
}

/* The communication channel: nobody empties what is sent; the OS restores what was received. */
static void test_dcc(void **state)
{
	struct cpu *cpu = pe_create(PROFILE, EL1, 0);

	(void)state;
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	EXPECT("empty", sysreg_read(cpu, SR_MDCCSR_EL0), 0);
	sysreg_write(cpu, SR_DBGDTRRX_EL0, 0xfeedf00d12345678);
	EXPECT("TXfull", sysreg_read(cpu, SR_MDCCSR_EL0), MDSCR_EL1_TXfull);
	EXPECT("DTRTX", sysreg_read(cpu, SR_OSDTRTX_EL1), 0x12345678);
	EXPECT("nothing received", sysreg_take(cpu, SR_DBGDTRRX_EL0), 0);
	sysreg_write(cpu, SR_DBGDTR_EL0, 0x1111111122222222);
	EXPECT("DTRTX", sysreg_read(cpu, SR_OSDTRTX_EL1), 0x22222222);
	EXPECT("DTRRX", sysreg_read(cpu, SR_OSDTRRX_EL1), 0x11111111);
	sysreg_write(cpu, SR_OSLAR_EL1, 1);
	sysreg_write(cpu, SR_MDSCR_EL1, MDSCR_EL1_RXfull);
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	EXPECT("RXfull", sysreg_read(cpu, SR_MDCCSR_EL0), MDSCR_EL1_RXfull);
	EXPECT("64 bits", sysreg_take(cpu, SR_DBGDTR_EL0), 0x2222222211111111);
	EXPECT("read once", sysreg_read(cpu, SR_MDCCSR_EL0), 0);
	sysreg_write(cpu, SR_OSLAR_EL1, 1);
	sysreg_write(cpu, SR_MDSCR_EL1, MDSCR_EL1_RXfull);
	EXPECT("32 bits", sysreg_take(cpu, SR_DBGDTRRX_EL0), 0x11111111);
	EXPECT("read once", sysreg_read(cpu, SR_MDCCSR_EL0), 0);
	EXPECT("implemented, disabled", sysreg_read(cpu, SR_DBGAUTHSTATUS_EL1), 0xa);
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_enabled),
		cmocka_unit_test(test_without_el2),
		cmocka_unit_test(test_return),
		cmocka_unit_test(test_illegal_return),
		cmocka_unit_test(test_els),
		cmocka_unit_test(test_breakpoints),
		cmocka_unit_test(test_reserved_types),
		cmocka_unit_test(test_watchpoints),
		cmocka_unit_test(test_several_watchpoints),
		cmocka_unit_test(test_linked_watchpoint),
		cmocka_unit_test(test_armed),
		cmocka_unit_test(test_mdscr),
		cmocka_unit_test(test_dcc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
