/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System instructions on a whole PE with translation off, in both engines and with an observer of
 * register writes: what completes, what is UNDEFINED, what traps where with which syndrome. Words
 * are from the assembler.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/cpu.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "tests/no_board.h"

#define RAM	    0x40000000ull
#define RAM_BYTES   0x10000ull
#define CODE	    (RAM + 0x100)
#define VECTORS(el) (RAM + 0x1000 * (el)) /* EL1, EL2: branches to themselves */
#define VNCR_PAGE   (RAM + 0x8000)	  /* each word is its own address */
#define B_SELF	    0x14000000u
#define X_START(i)  (0xa0a0a0a0a0a0a0a0ull + (i))
#define SP_START    0x5000ull /* SP_ELn is SP_START + n */

struct machine {
	struct cpu *cpu;
	struct memory memory;
	struct cpu_group group;
	struct cpu_ops ops;
	u8 *ram;
	bool semihosting;
	unsigned writes; /* EVENT_SYSREG */
};

/* One instruction or a few; all but the last complete. */
struct row {
	const char *text;    /* the assembly : what is special about it */
	u32 insn[6];	     /* 0 ends it, but for the first */
	const char *profile; /* NULL: v8.1 */
	u8 el;
	bool sp_el0, no_el2, semihosting, event_register, waits;
	u32 lines;
	struct {
		u16 reg;
		u64 value;
	} set[4];
	u64 x1;
	/* afterwards */
	u8 to; /* the EL of the exception; 0: it completes */
	u64 esr, far;
	bool behind; /* the exception returns behind the instruction */
	struct {
		bool is_set;
		u64 value;
	} x0;	  /* changed */
	u16 vncr; /* x1 was stored there */
};

static const struct row calls[] = {
	/* clang-format off */
	{ .text = "svc #0x1234", .insn = { 0xd4024681 }, .el = EL1, .to = EL1, .esr = 0x56001234, .behind = true },
	{ .text = "svc #1 : EL0", .insn = { 0xd4000021 }, .el = EL0, .to = EL1, .esr = 0x56000001, .behind = true },
	{ .text = "svc #1 : EL0 under TGE", .insn = { 0xd4000021 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x56000001, .behind = true },
	{ .text = "svc #1 : EL2", .insn = { 0xd4000021 }, .el = EL2, .to = EL2, .esr = 0x56000001, .behind = true },
	{ .text = "svc #7 : HFGITR_EL2.SVC_EL1 traps it: returns to the SVC", .insn = { 0xd40000e1 }, .profile = "max", .el = EL1, .set = { { SR_HFGITR_EL2, HFGITR_EL2_SVC_EL1 } }, .to = EL2, .esr = 0x56000007 },
	{ .text = "svc #7 : SVC_EL0 at EL0", .insn = { 0xd40000e1 }, .profile = "max", .el = EL0, .set = { { SR_HFGITR_EL2, HFGITR_EL2_SVC_EL0 } }, .to = EL2, .esr = 0x56000007 },
	{ .text = "svc #7 : the host's EL0 is not trapped", .insn = { 0xd40000e1 }, .profile = "max", .el = EL0, .set = { { SR_HFGITR_EL2, HFGITR_EL2_SVC_EL0 }, { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE } }, .to = EL2, .esr = 0x56000007, .behind = true },
	{ .text = "svc #7 : EL2 is not trapped", .insn = { 0xd40000e1 }, .profile = "max", .el = EL2, .set = { { SR_HFGITR_EL2, ~(u64)0 } }, .to = EL2, .esr = 0x56000007, .behind = true },
	{ .text = "hvc #0xffff", .insn = { 0xd41fffe2 }, .el = EL1, .to = EL2, .esr = 0x5a00ffff, .behind = true },
	{ .text = "hvc #2 : EL2", .insn = { 0xd4000042 }, .el = EL2, .to = EL2, .esr = 0x5a000002, .behind = true },
	{ .text = "hvc #2 : EL0: UNDEFINED", .insn = { 0xd4000042 }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "hvc #2 : EL0 under TGE: UNDEFINED at EL2", .insn = { 0xd4000042 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x2000000 },
	{ .text = "hvc #2 : HCD", .insn = { 0xd4000042 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_HCD } }, .to = EL1, .esr = 0x2000000 },
	{ .text = "hvc #2 : HCD at EL2", .insn = { 0xd4000042 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_HCD } }, .to = EL2, .esr = 0x2000000 },
	{ .text = "hvc #2 : no EL2: the firmware answers", .insn = { 0xd4000042 }, .el = EL1, .no_el2 = true, .x0 = { true, 0x99 + 2 } },
	{ .text = "smc #3 : the firmware answers", .insn = { 0xd4000063 }, .el = EL1, .x0 = { true, 0x99 + 3 } },
	{ .text = "smc #3 : EL2: the firmware answers", .insn = { 0xd4000063 }, .el = EL2, .x0 = { true, 0x99 + 3 } },
	{ .text = "smc #3 : EL2 is not trapped by TSC", .insn = { 0xd4000063 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_TSC } }, .x0 = { true, 0x99 + 3 } },
	{ .text = "smc #3 : TSC: returns to the SMC", .insn = { 0xd4000063 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TSC } }, .to = EL2, .esr = 0x5e000003 },
	{ .text = "smc #3 : EL0: UNDEFINED", .insn = { 0xd4000063 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TSC } }, .to = EL1, .esr = 0x2000000 },
	{ .text = "brk #0x55", .insn = { 0xd4200aa0 }, .el = EL1, .to = EL1, .esr = 0xf2000055 },
	{ .text = "brk #0x55 : EL0", .insn = { 0xd4200aa0 }, .el = EL0, .to = EL1, .esr = 0xf2000055 },
	{ .text = "brk #0x55 : EL2", .insn = { 0xd4200aa0 }, .el = EL2, .to = EL2, .esr = 0xf2000055 },
	{ .text = "brk #0x55 : EL0 under TGE", .insn = { 0xd4200aa0 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0xf2000055 },
	{ .text = "brk #0x55 : MDCR_EL2.TDE", .insn = { 0xd4200aa0 }, .el = EL1, .set = { { SR_MDCR_EL2, MDCR_EL2_TDE } }, .to = EL2, .esr = 0xf2000055 },
	{ .text = "hlt #0xf000 : semihosting", .insn = { 0xd45e0000 }, .el = EL1, .semihosting = true, .x0 = { true, 0x77 } },
	{ .text = "hlt #0xf000 : semihosting is off", .insn = { 0xd45e0000 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "hlt #0xf001 : not semihosting", .insn = { 0xd45e0020 }, .el = EL1, .semihosting = true, .to = EL1, .esr = 0x2000000 },
	{ .text = "udf #0", .insn = { 0x00000000 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "udf #0xffff : EL0 under TGE", .insn = { 0x0000ffff }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x2000000 },
	{ .text = "dcps1", .insn = { 0xd4a00001 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "dcps3 #1 : EL2", .insn = { 0xd4a00023 }, .el = EL2, .to = EL2, .esr = 0x2000000 },
	{ .text = "drps", .insn = { 0xd6bf03e0 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "eret : EL0: UNDEFINED", .insn = { 0xd69f03e0 }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "eret : NV", .insn = { 0xd69f03e0 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV } }, .to = EL2, .esr = 0x6a000000 },
	{ .text = "eret : HFGITR_EL2.ERET", .insn = { 0xd69f03e0 }, .profile = "max", .el = EL1, .set = { { SR_HFGITR_EL2, HFGITR_EL2_ERET } }, .to = EL2, .esr = 0x6a000000 },
	{ .text = "eretaa : HFGITR_EL2.ERET comes before API = 0", .insn = { 0xd69f0bff }, .profile = "max", .el = EL1, .set = { { SR_HFGITR_EL2, HFGITR_EL2_ERET }, { SR_SCTLR_EL1, SCTLR_EL1_EnIA } }, .to = EL2, .esr = 0x6a000002 },
	{ .text = "eret : EL0 under NV: UNDEFINED", .insn = { 0xd69f03e0 }, .profile = "v8.4-nv2", .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_NV } }, .to = EL1, .esr = 0x2000000 },
	/* clang-format on */
};

static const struct row hints[] = {
	/* clang-format off */
	{ .text = "nop : EL0", .insn = { 0xd503201f }, .el = EL0 },
	{ .text = "yield : EL0", .insn = { 0xd503203f }, .el = EL0 },
	{ .text = "sev : EL0", .insn = { 0xd503209f }, .el = EL0 },
	{ .text = "sevl : EL0", .insn = { 0xd50320bf }, .el = EL0 },
	{ .text = "hint #6 : EL0", .insn = { 0xd50320df }, .el = EL0 },
	{ .text = "hint #7 : EL0", .insn = { 0xd50320ff }, .el = EL0 },
	{ .text = "hint #16 : EL0", .insn = { 0xd503221f }, .el = EL0 },
	{ .text = "hint #17 : EL0", .insn = { 0xd503223f }, .el = EL0 },
	{ .text = "hint #20 : EL0", .insn = { 0xd503229f }, .el = EL0 },
	{ .text = "hint #34 : EL0", .insn = { 0xd503245f }, .el = EL0 },
	{ .text = "hint #127 : EL0", .insn = { 0xd5032fff }, .el = EL0 },
	{ .text = "dsb sy : EL0", .insn = { 0xd5033f9f }, .el = EL0 },
	{ .text = "dsb ishld : EL0", .insn = { 0xd503399f }, .el = EL0 },
	{ .text = "dmb ish : EL0", .insn = { 0xd5033bbf }, .el = EL0 },
	{ .text = "dmb oshst : EL0", .insn = { 0xd50332bf }, .el = EL0 },
	{ .text = "clrex : EL0", .insn = { 0xd5033f5f }, .el = EL0 },
	{ .text = "ssbb : EL0", .insn = { 0xd503309f }, .el = EL0 },
	{ .text = "isb : EL0", .insn = { 0xd5033fdf }, .el = EL0 },
	{ .text = "SB without the feature", .insn = { 0xd50330ff }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "a hint with Rt", .insn = { 0xd503201e }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "wfi : EL0, nTWI 0", .insn = { 0xd503207f }, .el = EL0, .to = EL1, .esr = 0x7e00000 },
	{ .text = "wfe : EL0, nTWE 0", .insn = { 0xd503205f }, .el = EL0, .to = EL1, .esr = 0x7e00001 },
	{ .text = "wfi : EL0 under TGE, nTWI 0", .insn = { 0xd503207f }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x7e00000 },
	{ .text = "wfi : EL0, nTWI 0 comes before TWI", .insn = { 0xd503207f }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TWI } }, .to = EL1, .esr = 0x7e00000 },
	{ .text = "wfi : EL0, TWI", .insn = { 0xd503207f }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TWI }, { SR_SCTLR_EL1, SCTLR_EL1_nTWI } }, .to = EL2, .esr = 0x7e00000 },
	{ .text = "wfe : EL0, TWE", .insn = { 0xd503205f }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TWE }, { SR_SCTLR_EL1, SCTLR_EL1_nTWE } }, .to = EL2, .esr = 0x7e00001 },
	{ .text = "wfe : EL0, TWI and nTWE: waits", .waits = true, .insn = { 0xd503205f }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TWI }, { SR_SCTLR_EL1, SCTLR_EL1_nTWE } } },
	{ .text = "wfi : EL1, TWI", .insn = { 0xd503207f }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TWI } }, .to = EL2, .esr = 0x7e00000 },
	{ .text = "wfe : EL1, TWE", .insn = { 0xd503205f }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TWE } }, .to = EL2, .esr = 0x7e00001 },
	{ .text = "wfe : EL2, TWE: waits", .waits = true, .insn = { 0xd503205f }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_TWE } } },
	{ .text = "wfi : the host: SCTLR_EL2.nTWI 0", .insn = { 0xd503207f }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE }, { SR_SCTLR_EL1, SCTLR_EL1_nTWI }, { SR_SCTLR_EL2, 0 } }, .to = EL2, .esr = 0x7e00000 },
	{ .text = "wfe : the host: TWE does not apply", .waits = true, .insn = { 0xd503205f }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE | HCR_EL2_TWE }, { SR_SCTLR_EL2, SCTLR_EL2_nTWE } } },
	{ .text = "wfe : TWE, but the event register is set", .insn = { 0xd503205f }, .el = EL1, .event_register = true, .set = { { SR_HCR_EL2, HCR_EL2_TWE } } },
	{ .text = "wfi : TWI, but an interrupt is pending", .insn = { 0xd503207f }, .el = EL1, .lines = LINE_IRQ, .set = { { SR_HCR_EL2, HCR_EL2_TWI } } },
	{ .text = "sevl; wfe : TWE, SEVL sets the event register", .insn = { 0xd50320bf, 0xd503205f }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TWE } } },
	/* clang-format on */
};

static const struct row pstate[] = {
	/* clang-format off */
	{ .text = "msr spsel, #0; mov x0, sp", .insn = { 0xd50040bf, 0x910003e0 }, .el = EL1, .x0 = { true, 0x5000 } },
	{ .text = "msr spsel, #0; msr spsel, #1; mov x0, sp", .insn = { 0xd50040bf, 0xd50041bf, 0x910003e0 }, .el = EL1, .x0 = { true, 0x5001 } },
	{ .text = "msr spsel, #0; msr spsel, #1; mov x0, sp : EL2", .insn = { 0xd50040bf, 0xd50041bf, 0x910003e0 }, .el = EL2, .x0 = { true, 0x5002 } },
	{ .text = "msr spsel, #0; mrs x0, spsel; add x0, x0, #3", .insn = { 0xd50040bf, 0xd5384200, 0x91000c00 }, .el = EL1, .x0 = { true, 3 } },
	{ .text = "msr spsel, #0; mov sp, x1; msr spsel, #1; mrs x0, sp_el0", .insn = { 0xd50040bf, 0x9100003f, 0xd50041bf, 0xd5384100 }, .el = EL1, .x1 = 0x123450, .x0 = { true, 0x123450 } },
	{ .text = "msr spsel, #0 : EL0", .insn = { 0xd50040bf }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, daif", .insn = { 0xd53b4220 }, .el = EL1, .x0 = { true, 0x3c0 } },
	{ .text = "msr daifclr, #5; mrs x0, daif", .insn = { 0xd50345ff, 0xd53b4220 }, .el = EL1, .x0 = { true, 0x280 } },
	{ .text = "msr daifclr, #15; msr daifset, #4; mrs x0, daif", .insn = { 0xd5034fff, 0xd50344df, 0xd53b4220 }, .el = EL2, .x0 = { true, 0x100 } },
	{ .text = "msr daif, x1; mrs x0, daif : only DAIF", .insn = { 0xd51b4221, 0xd53b4220 }, .el = EL1, .x1 = ~0x80ull, .x0 = { true, 0x340 } },
	{ .text = "mrs x0, daif : EL0, UMA", .insn = { 0xd53b4220 }, .el = EL0, .set = { { SR_SCTLR_EL1, SCTLR_EL1_UMA } }, .x0 = { true, 0x3c0 } },
	{ .text = "msr daifclr, #7; msr daifset, #2; mrs x0, daif : EL0, UMA", .insn = { 0xd50347ff, 0xd50342df, 0xd53b4220 }, .el = EL0, .set = { { SR_SCTLR_EL1, SCTLR_EL1_UMA } }, .x0 = { true, 0x280 } },
	{ .text = "msr daif, x1; mrs x0, daif : EL0, UMA", .insn = { 0xd51b4221, 0xd53b4220 }, .el = EL0, .set = { { SR_SCTLR_EL1, SCTLR_EL1_UMA } }, .x1 = 0x40, .x0 = { true, 0x40 } },
	{ .text = "msr daifset, #15 : EL0", .insn = { 0xd5034fdf }, .el = EL0, .to = EL1, .esr = 0x620cd3fe },
	{ .text = "msr daifclr, #2 : EL0", .insn = { 0xd50342ff }, .el = EL0, .to = EL1, .esr = 0x620ed3e4 },
	{ .text = "msr daifclr, #2 : EL0 under TGE", .insn = { 0xd50342ff }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x620ed3e4 },
	{ .text = "msr daifset, #2 : the host: always", .insn = { 0xd50342df }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE }, { SR_SCTLR_EL1, SCTLR_EL1_UMA }, { SR_SCTLR_EL2, ~(u64)0 & ~SCTLR_EL2_M } }, .to = EL2, .esr = 0x620cd3e4 },
	{ .text = "mrs x3, daif : EL0", .insn = { 0xd53b4223 }, .el = EL0, .to = EL1, .esr = 0x6232d065 },
	{ .text = "msr daif, x3 : EL0", .insn = { 0xd51b4223 }, .el = EL0, .to = EL1, .esr = 0x6232d064 },
	{ .text = "msr daif, x3 : the host: always", .insn = { 0xd51b4223 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE }, { SR_SCTLR_EL2, ~(u64)0 & ~SCTLR_EL2_M } }, .to = EL2, .esr = 0x6232d064 },
	{ .text = ".inst 0xd500419f; mrs x0, S3_0_C4_C2_3 : MSR PAN, #1", .insn = { 0xd500419f, 0xd5384260 }, .el = EL1, .x0 = { true, BIT(22) } },
	{ .text = "msr S3_0_C4_C2_3, x1; mrs x0, S3_0_C4_C2_3 : MSR PAN", .insn = { 0xd5184261, 0xd5384260 }, .el = EL1, .x1 = ~(u64)0, .x0 = { true, BIT(22) } },
	{ .text = "MSR PAN, EL0", .insn = { 0xd500419f }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "MSR PAN, v8.0", .insn = { 0xd500419f }, .profile = "v8.0", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, S3_0_C4_C2_3 : PAN, v8.0", .insn = { 0xd5384260 }, .profile = "v8.0", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "MSR UAO without the feature", .insn = { 0xd500417f }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "MSR SSBS without the feature", .insn = { 0xd503413f }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "CFINV without the feature", .insn = { 0xd500401f }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "msr uao, #1; mrs x0, uao", .insn = { 0xd500417f, 0xd5384280 }, .profile = "v8.3-nv", .el = EL1, .x0 = { true, BIT(23) } },
	{ .text = "msr uao, #1; msr uao, #14; mrs x0, uao : CRm<0> alone", .insn = { 0xd500417f, 0xd5004e7f, 0xd5384280 }, .profile = "v8.3-nv", .el = EL2, .x0 = { true, 0 } },
	{ .text = "msr uao, x1; mrs x0, uao", .insn = { 0xd5184281, 0xd5384280 }, .profile = "v8.3-nv", .el = EL1, .x1 = ~(u64)0, .x0 = { true, BIT(23) } },
	{ .text = "msr uao, #1 : EL0", .insn = { 0xd500417f }, .profile = "v8.3-nv", .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, uao : EL0", .insn = { 0xd5384280 }, .profile = "v8.3-nv", .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, uao : v8.1", .insn = { 0xd5384280 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "msr dit, #1; mrs x0, dit : EL0", .insn = { 0xd503415f, 0xd53b42a0 }, .profile = "v8.4-nv2", .el = EL0, .x0 = { true, BIT(24) } },
	{ .text = "msr dit, x1; mrs x0, dit", .insn = { 0xd51b42a1, 0xd53b42a0 }, .profile = "v8.4-nv2", .el = EL1, .x1 = ~(u64)0, .x0 = { true, BIT(24) } },
	{ .text = "msr dit, #1 : v8.3", .insn = { 0xd503415f }, .profile = "v8.3-nv", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, dit : v8.3", .insn = { 0xd53b42a0 }, .profile = "v8.3-nv", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "msr ssbs, #1; mrs x0, ssbs : EL0", .insn = { 0xd503413f, 0xd53b42c0 }, .profile = "max", .el = EL0, .x0 = { true, BIT(12) } },
	{ .text = "msr ssbs, x1; mrs x0, ssbs", .insn = { 0xd51b42c1, 0xd53b42c0 }, .profile = "max", .el = EL2, .x1 = ~(u64)0, .x0 = { true, BIT(12) } },
	{ .text = "mrs x0, ssbs : v8.4", .insn = { 0xd53b42c0 }, .profile = "v8.4-nv2", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "cfinv; mrs x0, nzcv", .insn = { 0xd500401f, 0xd53b4200 }, .profile = "v8.4-nv2", .el = EL1, .x0 = { true, BIT(29) } },
	{ .text = "cmp x1, x1; axflag; mrs x0, nzcv", .insn = { 0xeb01003f, 0xd500405f, 0xd53b4200 }, .profile = "max", .el = EL1, .x0 = { true, 0x60000000 } },
	{ .text = "cmp x1, x1; xaflag; mrs x0, nzcv", .insn = { 0xeb01003f, 0xd500403f, 0xd53b4200 }, .profile = "max", .el = EL1, .x0 = { true, 0x60000000 } },
	{ .text = "axflag : v8.4", .insn = { 0xd500405f }, .profile = "v8.4-nv2", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "cfinv with CRm 1: UNDEFINED", .insn = { 0xd500411f }, .profile = "max", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "msr nzcv, x1; mrs x0, nzcv : EL0", .insn = { 0xd51b4201, 0xd53b4200 }, .el = EL0, .x1 = ~(u64)0, .x0 = { true, 0xf0000000 } },
	{ .text = "cmp x1, x1; mrs x0, nzcv", .insn = { 0xeb01003f, 0xd53b4200 }, .el = EL1, .x0 = { true, 0x60000000 } },
	{ .text = "msr nzcv, x1; cset x0, vs", .insn = { 0xd51b4201, 0x9a9f77e0 }, .el = EL1, .x1 = 0x10000000, .x0 = { true, 1 } },
	{ .text = "mrs x0, currentel", .insn = { 0xd5384240 }, .el = EL1, .x0 = { true, 4 } },
	{ .text = "mrs x0, currentel : EL2", .insn = { 0xd5384240 }, .el = EL2, .x0 = { true, 8 } },
	{ .text = "mrs x0, currentel : EL1 under NV", .insn = { 0xd5384240 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV } }, .x0 = { true, 8 } },
	{ .text = "mrs x0, currentel : EL0", .insn = { 0xd5384240 }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	/* clang-format on */
};

static const struct row registers[] = {
	/* clang-format off */
	{ .text = "mrs x0, sp_el0", .insn = { 0xd5384100 }, .el = EL1, .x0 = { true, 0x5000 } },
	{ .text = "msr sp_el0, x1; mrs x0, sp_el0", .insn = { 0xd5184101, 0xd5384100 }, .el = EL2, .x1 = 0x777, .x0 = { true, 0x777 } },
	{ .text = "mrs x0, sp_el0 : while it is selected: UNDEFINED", .insn = { 0xd5384100 }, .el = EL1, .sp_el0 = true, .to = EL1, .esr = 0x2000000 },
	{ .text = "msr sp_el0, x1 : while it is selected: UNDEFINED", .insn = { 0xd5184101 }, .el = EL2, .sp_el0 = true, .to = EL2, .esr = 0x2000000 },
	{ .text = "mrs x0, sp_el0 : EL0", .insn = { 0xd5384100 }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, sp_el1 : EL2", .insn = { 0xd53c4100 }, .el = EL2, .x0 = { true, 0x5001 } },
	{ .text = "mrs x0, sp_el1 : EL1", .insn = { 0xd53c4100 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "msr tpidr_el0, x1; mrs x0, tpidr_el0 : EL0", .insn = { 0xd51bd041, 0xd53bd040 }, .el = EL0, .x1 = 0x1234, .x0 = { true, 0x1234 } },
	{ .text = "msr tpidr_el1, x1; mrs x0, tpidr_el1", .insn = { 0xd518d081, 0xd538d080 }, .el = EL1, .x1 = 0x1234, .x0 = { true, 0x1234 } },
	{ .text = "msr tpidrro_el0, x1 : EL0: read-only", .insn = { 0xd51bd061 }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, hcr_el2 : EL1: UNDEFINED", .insn = { 0xd53c1100 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, hcr_el2 : EL0 under TGE: UNDEFINED", .insn = { 0xd53c1100 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x2000000 },
	{ .text = "msr midr_el1, x1 : read-only", .insn = { 0xd5180001 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "msr ttbr0_el1, x5 : TVM", .insn = { 0xd5182005 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TVM } }, .to = EL2, .esr = 0x623008a0 },
	{ .text = "mrs x6, ttbr0_el1 : TRVM", .insn = { 0xd5382006 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TRVM } }, .to = EL2, .esr = 0x623008c1 },
	{ .text = "msr ttbr0_el1, xzr : TVM", .insn = { 0xd518201f }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TVM } }, .to = EL2, .esr = 0x62300be0 },
	{ .text = "mrs xzr, ttbr0_el1 : TRVM", .insn = { 0xd538201f }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TRVM } }, .to = EL2, .esr = 0x62300be1 },
	{ .text = "mrs x7, id_aa64pfr0_el1 : TID3", .insn = { 0xd5380407 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TID3 } }, .to = EL2, .esr = 0x623000e9 },
	{ .text = "msr cpacr_el1, x5 : TCPAC", .insn = { 0xd5181045 }, .el = EL1, .set = { { SR_CPTR_EL2, CPTR_EL2_TCPAC } }, .to = EL2, .esr = 0x623404a0 },
	{ .text = "mrs x0, S3_0_C0_C7_5 : ID space without a row is zero", .insn = { 0xd53807a0 }, .el = EL1, .x0 = { true, 0 } },
	{ .text = "mrs x0, S3_3_C5_C0_0 : no such register", .insn = { 0xd53b5000 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, S3_0_C15_C3_1 : IMPLEMENTATION DEFINED", .insn = { 0xd538f320 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x9, S3_0_C15_C3_1 : TIDCP", .insn = { 0xd538f329 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TIDCP } }, .to = EL2, .esr = 0x62323d27 },
	{ .text = "msr S3_0_C11_C3_1, x9 : TIDCP", .insn = { 0xd518b329 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TIDCP } }, .to = EL2, .esr = 0x62322d26 },
	{ .text = "sys #0, c15, c3, #1, x9 : TIDCP", .insn = { 0xd508f329 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TIDCP } }, .to = EL2, .esr = 0x62123d26 },
	{ .text = "sysl x9, #0, c15, c3, #1 : TIDCP", .insn = { 0xd528f329 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TIDCP } }, .to = EL2, .esr = 0x62123d27 },
	{ .text = "mrs x9, S3_0_C15_C3_1 : TIDCP, EL2", .insn = { 0xd538f329 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_TIDCP } }, .to = EL2, .esr = 0x2000000 },
	{ .text = "sys #7, c7, c7, #7 : no such operation", .insn = { 0xd50f77ff }, .el = EL2, .to = EL2, .esr = 0x2000000 },
	{ .text = "sysl x0, #0, c7, c1, #0 : no SYSL is allocated", .insn = { 0xd5287100 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, S3_5_C1_C0_0 : SCTLR_EL12 without E2H", .insn = { 0xd53d1000 }, .el = EL2, .to = EL2, .esr = 0x2000000 },
	{ .text = "mrs x0, S3_5_C1_C0_0 : SCTLR_EL12 at EL1", .insn = { 0xd53d1000 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_E2H } }, .to = EL1, .esr = 0x2000000 },
	{ .text = "mrs x0, S3_5_C2_C0_0 : TTBR0_EL12 with E2H", .insn = { 0xd53d2000 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_E2H }, { SR_TTBR0_EL1, 0x3000 }, { SR_TTBR0_EL2, 0x4000 } }, .x0 = { true, 0x3000 } },
	{ .text = "mrs x0, ttbr0_el1 : with E2H", .insn = { 0xd5382000 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_E2H }, { SR_TTBR0_EL1, 0x3000 }, { SR_TTBR0_EL2, 0x4000 } }, .x0 = { true, 0x4000 } },
	{ .text = "msr ttbr1_el1, x1; mrs x0, S3_4_C2_C0_1 : TTBR1_EL2 with E2H", .insn = { 0xd5182021, 0xd53c2020 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_E2H } }, .x1 = 0x6000, .x0 = { true, 0x6000 } },
	/* clang-format on */
};

static const struct row nested[] = {
	/* clang-format off */
	{ .text = "mrs x3, hcr_el2 : NV: a trap", .insn = { 0xd53c1103 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV } }, .to = EL2, .esr = 0x62310463 },
	{ .text = "msr vbar_el2, x3 : NV: a trap", .insn = { 0xd51cc003 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV } }, .to = EL2, .esr = 0x62313060 },
	{ .text = "tlbi alle1 : NV: a trap", .insn = { 0xd50c879f }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV } }, .to = EL2, .esr = 0x621923ee },
	{ .text = "at s1e1r, x3 : AT: a trap", .insn = { 0xd5087803 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_AT } }, .to = EL2, .esr = 0x62101c70 },
	{ .text = "mrs x3, vbar_el1 : NV, NV1: a trap", .insn = { 0xd538c003 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV1 } }, .to = EL2, .esr = 0x62303061 },
	{ .text = "mrs x0, hcr_el2 : NV2: memory", .insn = { 0xd53c1100 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_VNCR_EL2, VNCR_PAGE } }, .x0 = { true, VNCR_PAGE + 0x078 } },
	{ .text = "msr vttbr_el2, x1 : NV2: memory", .insn = { 0xd51c2101 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_VNCR_EL2, VNCR_PAGE } }, .x1 = 0xabcd, .vncr = 0x20 },
	{ .text = "mrs x0, S3_5_C2_C0_0 : NV2: TTBR0_EL12 is memory", .insn = { 0xd53d2000 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_VNCR_EL2, VNCR_PAGE } }, .x0 = { true, VNCR_PAGE + 0x200 } },
	{ .text = "mrs x0, ttbr0_el1 : NV2 without NV1: the register", .insn = { 0xd5382000 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_TTBR0_EL1, 0x3000 }, { SR_VNCR_EL2, VNCR_PAGE } }, .x0 = { true, 0x3000 } },
	{ .text = "mrs x0, ttbr0_el1 : NV2 with NV1: memory", .insn = { 0xd5382000 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV1 | HCR_EL2_NV2 }, { SR_TTBR0_EL1, 0x3000 }, { SR_VNCR_EL2, VNCR_PAGE } }, .x0 = { true, VNCR_PAGE + 0x200 } },
	{ .text = "mrs x0, elr_el2 : NV2: ELR_EL1", .insn = { 0xd53c4020 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_ELR_EL1, 0x5670 } }, .x0 = { true, 0x5670 } },
	{ .text = "mrs x0, S3_4_C2_C2_0 : NV2: VNCR_EL2 itself is memory", .insn = { 0xd53c2200 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_VNCR_EL2, VNCR_PAGE } }, .x0 = { true, VNCR_PAGE + 0x0b0 } },
	{ .text = "msr vbar_el2, x3 : NV2: a register without a word traps", .insn = { 0xd51cc003 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_VNCR_EL2, VNCR_PAGE } }, .to = EL2, .esr = 0x62313060 },
	{ .text = "mrs x0, hcr_el2 : NV2: the page is out of range", .insn = { 0xd53c1100 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_VNCR_EL2, BIT(44) } }, .to = EL2, .esr = 0x96002000, .far = BIT(44) + 0x78 },
	{ .text = "msr hcr_el2, x0 : NV2: the page is out of range", .insn = { 0xd51c1100 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV2 }, { SR_VNCR_EL2, BIT(44) } }, .to = EL2, .esr = 0x96002040, .far = BIT(44) + 0x78 },
	/* clang-format on */
};

static const struct row operations[] = {
	/* clang-format off */
	{ .text = "tlbi vmalle1; tlbi vae1is, x1; tlbi aside1, x1", .insn = { 0xd508871f, 0xd5088321, 0xd5088741 }, .el = EL1 },
	{ .text = "tlbi alle2; tlbi vmalls12e1is; tlbi ipas2e1, x1 : EL2", .insn = { 0xd50c871f, 0xd50c83df, 0xd50c8421 }, .el = EL2 },
	{ .text = "tlbi vmalle1 : EL0", .insn = { 0xd508871f }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "tlbi alle2 : EL1", .insn = { 0xd50c871f }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "tlbi vae1, x4 : TTLB", .insn = { 0xd5088724 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TTLB } }, .to = EL2, .esr = 0x6212208e },
	{ .text = "ic iallu; ic ialluis; dc isw, x1; dc csw, x1; dc cisw, x1", .insn = { 0xd508751f, 0xd508711f, 0xd5087641, 0xd5087a41, 0xd5087e41 }, .el = EL1 },
	{ .text = "dc cisw, x4 : TSW", .insn = { 0xd5087e44 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TSW } }, .to = EL2, .esr = 0x62141c9c },
	{ .text = "dc civac, x4 : EL0, UCI 0", .insn = { 0xd50b7e24 }, .el = EL0, .to = EL1, .esr = 0x6212dc9c },
	{ .text = "ic ivau, x4 : EL0, UCI 0", .insn = { 0xd50b7524 }, .el = EL0, .to = EL1, .esr = 0x6212dc8a },
	{ .text = "dc civac, x1 : EL0, UCI", .insn = { 0xd50b7e21 }, .el = EL0, .set = { { SR_SCTLR_EL1, SCTLR_EL1_UCI } }, .x1 = CODE },
	{ .text = "dc civac, x4 : TPCP", .insn = { 0xd50b7e24 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TPCP } }, .to = EL2, .esr = 0x6212dc9c },
	{ .text = "dc cvap, x4 : EL0, UCI 0", .insn = { 0xd50b7c24 }, .profile = "v8.3-nv", .el = EL0, .to = EL1, .esr = 0x6212dc98 },
	{ .text = "dc cvap, x1 : EL0, UCI", .insn = { 0xd50b7c21 }, .profile = "v8.3-nv", .el = EL0, .set = { { SR_SCTLR_EL1, SCTLR_EL1_UCI } }, .x1 = CODE },
	{ .text = "dc cvap, x4 : TPCP", .insn = { 0xd50b7c24 }, .profile = "v8.3-nv", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TPCP } }, .to = EL2, .esr = 0x6212dc98 },
	{ .text = "dc cvap, x1 : translates", .insn = { 0xd50b7c21 }, .profile = "v8.3-nv", .el = EL1, .x1 = BIT(44), .to = EL1, .esr = 0x96000140, .far = BIT(44) },
	{ .text = "dc cvap, x1 : v8.1", .insn = { 0xd50b7c21 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "dc cvadp, x4 : EL0, UCI 0", .insn = { 0xd50b7d24 }, .profile = "max", .el = EL0, .to = EL1, .esr = 0x6212dc9a },
	{ .text = "dc cvadp, x1 : v8.4", .insn = { 0xd50b7d21 }, .profile = "v8.4-nv2", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "cfp rctx, x4 : EL0, EnRCTX 0", .insn = { 0xd50b7384 }, .profile = "max", .el = EL0, .to = EL1, .esr = 0x6218dc86 },
	{ .text = "cfp rctx, x4 : EL0 under TGE", .insn = { 0xd50b7384 }, .profile = "max", .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x6218dc86 },
	{ .text = "cfp rctx, x4 : EL0, EnRCTX", .insn = { 0xd50b7384 }, .profile = "max", .el = EL0, .set = { { SR_SCTLR_EL1, SCTLR_EL1_EnRCTX } } },
	{ .text = "dvp rctx, x4 : the host's EL0 asks SCTLR_EL2", .insn = { 0xd50b73a4 }, .profile = "max", .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE }, { SR_SCTLR_EL2, SCTLR_EL2_EnRCTX } } },
	{ .text = "cpp rctx, x4 : EL1", .insn = { 0xd50b73e4 }, .profile = "max", .el = EL1 },
	{ .text = "cpp rctx, x4 : EL1 under NV", .insn = { 0xd50b73e4 }, .profile = "max", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_NV } }, .to = EL2, .esr = 0x621edc86 },
	{ .text = "cpp rctx, x4 : v8.4", .insn = { 0xd50b73e4 }, .profile = "v8.4-nv2", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "sb", .insn = { 0xd50330ff }, .profile = "max", .el = EL0 },
	{ .text = "sb : v8.4", .insn = { 0xd50330ff }, .profile = "v8.4-nv2", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "tlbi vae1os, x4", .insn = { 0xd5088124 }, .profile = "v8.4-nv2", .el = EL1 },
	{ .text = "tlbi vae1os, x4 : TTLBOS", .insn = { 0xd5088124 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TTLBOS } }, .to = EL2, .esr = 0x62122082 },
	{ .text = "tlbi vae1os, x4 : v8.3", .insn = { 0xd5088124 }, .profile = "v8.3-nv", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "tlbi rvae1is, x4 : TTLBIS", .insn = { 0xd5088224 }, .profile = "v8.4-nv2", .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TTLBIS } }, .to = EL2, .esr = 0x62122084 },
	{ .text = "tlbi rvae1, x4 : EL0", .insn = { 0xd5088624 }, .profile = "v8.4-nv2", .el = EL0, .to = EL1, .esr = 0x2000000 },
	{ .text = "tlbi rvae2, x4 : EL1", .insn = { 0xd50c8624 }, .profile = "v8.4-nv2", .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "tlbi rvae2, x4 : EL2", .insn = { 0xd50c8624 }, .profile = "v8.4-nv2", .el = EL2 },
	{ .text = "dc cvau, x4 : TPU", .insn = { 0xd50b7b24 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TPU } }, .to = EL2, .esr = 0x6212dc96 },
	{ .text = "dc zva, x4 : EL0, DZE 0", .insn = { 0xd50b7424 }, .el = EL0, .to = EL1, .esr = 0x6212dc88 },
	{ .text = "dc zva, x4 : TDZ", .insn = { 0xd50b7424 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_TDZ } }, .to = EL2, .esr = 0x6212dc88 },
	{ .text = "dc zva, x4 : HFGITR_EL2.DCZVA", .insn = { 0xd50b7424 }, .profile = "max", .el = EL1, .set = { { SR_HFGITR_EL2, HFGITR_EL2_DCZVA } }, .to = EL2, .esr = 0x6212dc88 },
	{ .text = "mrs x0, tpidr_el0 : HFGRTR_EL2.TPIDR_EL0", .insn = { 0xd53bd040 }, .profile = "max", .el = EL0, .set = { { SR_HFGRTR_EL2, HFGxTR_EL2_TPIDR_EL0 } }, .to = EL2, .esr = 0x6234f401 },
	{ .text = "mrs x0, tpidr_el0 : another bit of HFGRTR_EL2", .insn = { 0xd53bd040 }, .profile = "max", .el = EL0, .set = { { SR_TPIDR_EL0, 0x1234 }, { SR_HFGRTR_EL2, ~HFGxTR_EL2_TPIDR_EL0 } }, .x0 = { true, 0x1234 } },
	{ .text = "msr sctlr_el1, x1 : HFGWTR_EL2.SCTLR_EL1", .insn = { 0xd5181001 }, .profile = "max", .el = EL1, .set = { { SR_HFGWTR_EL2, HFGxTR_EL2_SCTLR_EL1 } }, .to = EL2, .esr = 0x62300420 },
	{ .text = "dc cvac, x1 : out of range: a write, CM", .insn = { 0xd50b7a21 }, .el = EL1, .x1 = BIT(44), .to = EL1, .esr = 0x96000140, .far = BIT(44) },
	{ .text = "ic ivau, x1 : out of range", .insn = { 0xd50b7521 }, .el = EL1, .x1 = BIT(44) + 4, .to = EL1, .esr = 0x96000140, .far = BIT(44) + 4 },
	{ .text = "dc zva, x1 : out of range: a write, no CM", .insn = { 0xd50b7421 }, .el = EL1, .x1 = BIT(44) + 4, .to = EL1, .esr = 0x96000040, .far = BIT(44) + 4 },
	{ .text = "at s1e1r, x1; mrs x0, par_el1 : out of range", .insn = { 0xd5087801, 0xd5387400 }, .el = EL1, .x1 = BIT(44), .x0 = { true, 0x801 } },
	{ .text = "at s12e1r, x1 : EL1", .insn = { 0xd50c7881 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	{ .text = "at s1e1r, x1 : EL0", .insn = { 0xd5087801 }, .el = EL0, .to = EL1, .esr = 0x2000000 },
	/* clang-format on */
};

static const struct row fp[] = {
	/* clang-format off */
	{ .text = "fmov d0, xzr : EL1, FPEN 0", .insn = { 0x9e6703e0 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : EL1, FPEN 2", .insn = { 0x9e6703e0 }, .el = EL1, .set = { { SR_CPACR_EL1, 2ull << 20 } }, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : EL1, FPEN 1", .insn = { 0x9e6703e0 }, .el = EL1, .set = { { SR_CPACR_EL1, 1ull << 20 } } },
	{ .text = "fmov d0, xzr : EL0, FPEN 1", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_CPACR_EL1, 1ull << 20 } }, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : EL0, FPEN 3", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_CPACR_EL1, 3ull << 20 } } },
	{ .text = "fmov d0, xzr : EL1, FPEN comes before TFP", .insn = { 0x9e6703e0 }, .el = EL1, .set = { { SR_CPTR_EL2, CPTR_EL2_TFP } }, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : EL1, TFP", .insn = { 0x9e6703e0 }, .el = EL1, .set = { { SR_CPACR_EL1, 3ull << 20 }, { SR_CPTR_EL2, CPTR_EL2_TFP } }, .to = EL2, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : EL0, TFP", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_CPACR_EL1, 3ull << 20 }, { SR_CPTR_EL2, CPTR_EL2_TFP } }, .to = EL2, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : EL2, TFP", .insn = { 0x9e6703e0 }, .el = EL2, .set = { { SR_CPTR_EL2, CPTR_EL2_TFP } }, .to = EL2, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : EL2: CPACR_EL1 is not asked", .insn = { 0x9e6703e0 }, .el = EL2 },
	{ .text = "fmov d0, xzr : EL0 under TGE, FPEN 0: UNDEFINED at EL2", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_TGE } }, .to = EL2, .esr = 0x2000000 },
	{ .text = "fmov d0, xzr : E2H, CPTR FPEN 0", .insn = { 0x9e6703e0 }, .el = EL1, .set = { { SR_HCR_EL2, HCR_EL2_E2H }, { SR_CPACR_EL1, 3ull << 20 }, { SR_CPTR_EL2, 0ull << 20 } }, .to = EL2, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : E2H, CPTR FPEN 1 is about the host only", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H }, { SR_CPACR_EL1, 3ull << 20 }, { SR_CPTR_EL2, 1ull << 20 } } },
	{ .text = "fmov d0, xzr : E2H, CPTR FPEN 2", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H }, { SR_CPACR_EL1, 3ull << 20 }, { SR_CPTR_EL2, 2ull << 20 } }, .to = EL2, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : E2H at EL2, CPTR FPEN 1", .insn = { 0x9e6703e0 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_E2H }, { SR_CPTR_EL2, 1ull << 20 } } },
	{ .text = "fmov d0, xzr : E2H at EL2, CPTR FPEN 0", .insn = { 0x9e6703e0 }, .el = EL2, .set = { { SR_HCR_EL2, HCR_EL2_E2H }, { SR_CPTR_EL2, 0ull << 20 } }, .to = EL2, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : the host's EL0, CPTR FPEN 1", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE }, { SR_CPACR_EL1, 3ull << 20 }, { SR_CPTR_EL2, 1ull << 20 } }, .to = EL2, .esr = 0x1fe00000 },
	{ .text = "fmov d0, xzr : the host's EL0, CPTR FPEN 3: CPACR_EL1 is not asked", .insn = { 0x9e6703e0 }, .el = EL0, .set = { { SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE }, { SR_CPTR_EL2, 3ull << 20 } } },
	{ .text = "fmov d0, xzr : no EL2", .insn = { 0x9e6703e0 }, .el = EL1, .no_el2 = true, .set = { { SR_CPACR_EL1, 3ull << 20 } } },
	{ .text = "ldr q0, [x1] : EL1, FPEN 0", .insn = { 0x3dc00020 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "stp d0, d1, [x1] : EL1, FPEN 0", .insn = { 0x6d000420 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "ld1 {v0.16b}, [x1] : EL1, FPEN 0", .insn = { 0x4c407020 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "add v0.4s, v1.4s, v2.4s : EL1, FPEN 0", .insn = { 0x4ea28420 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "fadd d0, d1, d2 : EL1, FPEN 0", .insn = { 0x1e622820 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "aese v0.16b, v1.16b : EL1, FPEN 0", .insn = { 0x4e284820 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "fcsel s0, s1, s2, eq : EL1, FPEN 0", .insn = { 0x1e220c20 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "ldr s0, . : EL1, FPEN 0", .insn = { 0x1c000000 }, .el = EL1, .to = EL1, .esr = 0x1fe00000 },
	{ .text = "SVE space is UNDEFINED", .insn = { 0x04200000 }, .el = EL1, .to = EL1, .esr = 0x2000000 },
	/* clang-format on */
};
/* ---- The machine ---- */

static void answer_call(struct cpu *cpu, u16 imm)
{
	cpu->x[0] = 0x99 + imm;
}

static bool answer_semihosting(struct cpu *cpu)
{
	struct machine *m = cpu->board;

	if (m->semihosting)
		cpu->x[0] = 0x77;
	return m->semihosting;
}

static void count_event(struct cpu *cpu, const struct event *event)
{
	struct machine *m = cpu->board;

	assert_int_equal(event->kind, EVENT_SYSREG);
	m->writes++;
}

static void put32(struct machine *m, u64 at, u32 word)
{
	memcpy(m->ram + (at - RAM), &word, 4);
}

static u64 get64(const struct machine *m, u64 at)
{
	u64 value;

	memcpy(&value, m->ram + (at - RAM), 8);
	return value;
}

static struct machine *machine_create(const char *profile, enum engine engine)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->ram = aligned_alloc(PAGE_SIZE, RAM_BYTES);
	for (u64 at = RAM; at < RAM + RAM_BYTES; at += 4)
		put32(m, at, B_SELF);
	for (u64 at = VNCR_PAGE; at < VNCR_PAGE + PAGE_SIZE; at += 8)
		memcpy(m->ram + (at - RAM), &at, 8);
	m->memory.region[0] = (struct ram_region){ .base = PA(RAM),
		.size = RAM_BYTES,
		.host = m->ram,
		.page_flags = calloc(RAM_BYTES >> PAGE_SHIFT, 1) };
	m->memory.region_count = 1;
	m->ops = (struct cpu_ops){ NO_BUS, NO_TIMERS, .firmware_call = answer_call,
		.semihosting = answer_semihosting, .event = count_event };
	m->cpu = cpu_create(profile, 40, engine, &m->memory, &m->group, &m->ops, m);
	assert_non_null(m->cpu);
	return m;
}

static void machine_destroy(struct machine *m)
{
	cpu_destroy(m->cpu);
	free(m->memory.region[0].page_flags);
	free(m->ram);
	free(m);
}

static void start_at(struct cpu *cpu, unsigned el, bool has_el2)
{
	cpu_reset(cpu, has_el2 ? EL2 : EL1, CODE);
	sysreg_write(cpu, SR_VBAR_EL1, VECTORS(EL1));
	sysreg_write(cpu, SR_VBAR_EL2, VECTORS(EL2));
	for (unsigned i = 0; i < EL_COUNT; i++)
		sp_write(cpu, i, SP_START + i);
	pstate_set_el(cpu, el, el != EL0);
	for (unsigned i = 0; i < SLOT_ZERO; i++)
		cpu->x[i] = X_START(i);
}

/* The number of instructions of the row. */
static unsigned put_code(struct machine *m, const u32 *insn, size_t capacity)
{
	unsigned count = 0;

	do {
		put32(m, CODE + 4 * count, insn[count]);
		count++;
	} while (count < capacity && insn[count] != 0);
	put32(m, CODE + 4 * count, B_SELF);
	return count;
}

static void prepare(struct machine *m, const struct row *row)
{
	struct cpu *cpu = m->cpu;

	start_at(cpu, row->el, !row->no_el2);
	for (size_t i = 0; i < COUNT(row->set) && row->set[i].reg != 0; i++)
		sysreg_write(cpu, (enum sysreg_id)row->set[i].reg, row->set[i].value);
	if (row->sp_el0)
		pstate_set_el(cpu, row->el, 0);
	cpu->x[1] = row->x1 ? row->x1 : X_START(1);
	cpu->lines = row->lines;
	cpu->event_register = row->event_register;
	m->semihosting = row->semihosting;
}

/* ---- Rows ---- */

#define EXPECT(actual, expected)                                                                   \
	do {                                                                                       \
		u64 actual_ = (actual), expected_ = (expected);                                    \
                                                                                                   \
		if (actual_ != expected_)                                                          \
			fail_msg("%s: " #actual " is 0x%" PRIx64 ", not 0x%" PRIx64, row->text,    \
				actual_, expected_);                                               \
	} while (0)

static void check_exception(const struct row *row, const struct cpu *cpu, unsigned count)
{
	bool to_el2 = row->to == EL2;

	EXPECT(cpu->pstate.el, row->to);
	EXPECT(cpu->pc, VECTORS(row->to) + (row->el < row->to ? 0x400 : row->sp_el0 ? 0 : 0x200));
	EXPECT(cpu->sys[to_el2 ? SR_ESR_EL2 : SR_ESR_EL1], row->esr);
	EXPECT(cpu->sys[to_el2 ? SR_ELR_EL2 : SR_ELR_EL1],
		CODE + 4 * (count - 1) + (row->behind ? 4 : 0));
	if (row->far != 0)
		EXPECT(cpu->sys[to_el2 ? SR_FAR_EL2 : SR_FAR_EL1], row->far);
}

static void check_row_in(const struct row *row, enum engine engine, u32 observe)
{
	struct machine *m = machine_create(row->profile ? row->profile : "v8.1", engine);
	struct cpu *cpu = m->cpu;
	unsigned count = put_code(m, row->insn, COUNT(row->insn));

	prepare(m, row);
	cpu->observe = observe;
	cpu_run(cpu, cpu->cycles + count + 1);
	EXPECT(cpu->waiting, row->waits);
	if (row->to) {
		check_exception(row, cpu, count);
	} else {
		EXPECT(cpu->stop.reason, STOP_NONE);
		EXPECT(cpu->pc, CODE + 4 * count);
		EXPECT(cpu->pstate.el, row->el);
	}
	EXPECT(cpu->x[0], row->x0.is_set ? row->x0.value : X_START(0));
	for (unsigned i = 2; i < SLOT_ZERO; i++)
		EXPECT(cpu->x[i], X_START(i));
	EXPECT(cpu->x[SLOT_ZERO], 0);
	for (u64 offset = 0; offset < PAGE_SIZE; offset += 8)
		EXPECT(get64(m, VNCR_PAGE + offset),
			row->vncr && offset == row->vncr ? row->x1 : VNCR_PAGE + offset);
	machine_destroy(m);
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			if (!cpu_engine_available(engine))
				continue;
			check_row_in(&rows[i], engine, 0);
			check_row_in(&rows[i], engine, 1u << EVENT_SYSREG);
		}
	}
}

#define TEST_ROWS(name)                                                                            \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		check_rows(name, COUNT(name));                                                     \
	}
TEST_ROWS(calls)
TEST_ROWS(hints)
TEST_ROWS(pstate)
TEST_ROWS(registers)
TEST_ROWS(nested)
TEST_ROWS(operations)
TEST_ROWS(fp)

/* ---- Waiting, events, interrupts ---- */

enum { NOP = 0xd503201f, WFI = 0xd503207f, WFE = 0xd503205f, SEV = 0xd503209f };
enum { DAIFCLR_I = 0xd50342ff, MSR_DAIF_X1 = 0xd51b4221, MSR_TPIDR_EL1_X1 = 0xd518d081 };

static struct machine *run_code(const u32 *insn, enum engine engine, u64 cycles)
{
	struct machine *m = machine_create("v8.1", engine);

	put_code(m, insn, 8);
	start_at(m->cpu, EL1, true);
	cpu_run(m->cpu, cycles);
	return m;
}

static void test_wfi_waits(void **state)
{
	static const u32 code[8] = { NOP, WFI, NOP };

	(void)state;
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = run_code(code, engine, 100);
		assert_true(m->cpu->waiting);
		assert_false(m->cpu->wait_is_wfe);
		assert_int_equal(m->cpu->pc, CODE + 8);
		assert_int_equal(m->cpu->insns, 2);
		machine_destroy(m);
	}
}

static void test_wfe_waits(void **state)
{
	static const u32 code[8] = { NOP, WFE, NOP };
	struct machine *m = run_code(code, ENGINE_STEP, 100);

	(void)state;
	assert_true(m->cpu->waiting && m->cpu->wait_is_wfe);
	assert_int_equal(m->cpu->pc, CODE + 8);
	machine_destroy(m);
}

static void test_sev_reaches_all(void **state)
{
	static const u32 code[8] = { SEV };
	struct machine *m = machine_create("v8.1", ENGINE_STEP);
	struct cpu *other = cpu_create("v8.1", 40, ENGINE_STEP, &m->memory, &m->group, &m->ops, m);

	(void)state;
	put_code(m, code, 8);
	start_at(m->cpu, EL1, true);
	cpu_run(m->cpu, 2);
	assert_true(m->cpu->event_register && other->event_register);
	cpu_destroy(other);
	machine_destroy(m);
}

/* A pending interrupt is taken right behind the instruction that unmasks it. */
static void test_unmasking(void **state)
{
	static const u32 codes[][8] = { { NOP, DAIFCLR_I, NOP }, { NOP, MSR_DAIF_X1, NOP } };

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
			struct machine *m;

			if (!cpu_engine_available(engine))
				continue;
			m = machine_create("v8.1", engine);
			put_code(m, codes[i], 8);
			start_at(m->cpu, EL1, true);
			m->cpu->x[1] = 0;
			m->cpu->lines = LINE_IRQ;
			cpu_run(m->cpu, 10);
			assert_int_equal(m->cpu->sys[SR_ELR_EL1], CODE + 8);
			assert_int_equal(m->cpu->pc, VECTORS(EL1) + 0x280);
			machine_destroy(m);
		}
	}
}

static void test_writes_are_seen(void **state)
{
	static const u32 code[8] = { MSR_TPIDR_EL1_X1, MSR_DAIF_X1, NOP };
	struct machine *m = machine_create("v8.1", ENGINE_STEP);

	(void)state;
	put_code(m, code, 8);
	start_at(m->cpu, EL1, true);
	m->cpu->observe = 1u << EVENT_SYSREG;
	cpu_run(m->cpu, 4);
	assert_int_equal(m->writes, 2);
	machine_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_pstate),
		cmocka_unit_test(test_registers),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_fp),
		cmocka_unit_test(test_wfi_waits),
		cmocka_unit_test(test_wfe_waits),
		cmocka_unit_test(test_sev_reaches_all),
		cmocka_unit_test(test_unmasking),
		cmocka_unit_test(test_writes_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
