/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of system registers: masks, gated bits, computed reads, effects of writes, timers, and
 * which contexts and traps a write touches. No access rules (tests/route).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sysregs/table.h"
#include "tests/no_board.h"

static unsigned timer_changes;

static void count_timer_change(struct cpu *cpu)
{
	(void)cpu;
	timer_changes++;
}

static const struct cpu_ops ops = {
	.timer_changed = count_timer_change, .wake = board_ignores, .pmu_changed = board_ignores
};

static struct cpu *new_cpu(const char *profile)
{
	static struct cpu_group group;
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	assert_non_null(cpu);
	assert_true(sysregs_select_profile(cpu, profile));
	cpu->ops = &ops;
	cpu->group = &group;
	group = (struct cpu_group){ .count = 0 };
	cpu->has_el2 = true;
	cpu->pstate.el = EL2;
	cpu->pstate.sp = 1;
	sysregs_reset(cpu);
	timer_changes = 0;
	return cpu;
}

/* ---- Masks: what a write of all ones, and of zero, leaves ---- */

static const struct mask_row {
	const char *why;
	const char *profile;
	enum sysreg_id reg;
	u64 ones, zero;
} masks[] = {
	/* clang-format off */
	{ "RW is RES1: EL1 is AArch64",            "v8.0",     SR_HCR_EL2,      0x3ffffffff, HCR_EL2_RW },
	{ "VHE and LOR add E2H and TLOR",          "v8.1",     SR_HCR_EL2,      0xfffffffff, HCR_EL2_RW },
	{ "NV adds NV, NV1, AT; PAuth APK, API",   "v8.3-nv",  SR_HCR_EL2,      0x1f0fffffffffull, HCR_EL2_RW },
	{ "NV2, FWB, EVT, RAS add ten bits",       "v8.4-nv2", SR_HCR_EL2,      0xd6ff3fffffffffull, HCR_EL2_RW },
	{ "HAFDBS, HPDS: TCR_EL1<42:39>",          "v8.1",     SR_TCR_EL1,      0x7f7ffffffbf, 0 },
	{ "PAuth: TBID0, TBID1",                   "v8.3-nv",  SR_TCR_EL1,      0x1807f7ffffffbf, 0 },
	{ "E0PD: E0PD0, E0PD1",                    "max",      SR_TCR_EL1,      0x19807f7ffffffbf, 0 },
	{ "without them: TCR_EL1 ends at TBI1",    "v8.0",     SR_TCR_EL1,      0x077ffffffbf, 0 },
	{ "without VHE: TCR_EL2 has one format",   "v8.0",     SR_TCR_EL2,      0x8097ff3f, 0 },
	{ "with VHE: it has TCR_EL1's too",        "v8.1",     SR_TCR_EL2,      0x7f7ffffffbf, 0 },
	{ "PAuth: TBID of both formats",           "v8.3-nv",  SR_TCR_EL2,      0x1807f7ffffffbf, 0 },
	{ "VMID16, HAFDBS: VTCR_EL2<22:21,19>",    "v8.1",     SR_VTCR_EL2,     0x806fffff, 0x80000000 },
	{ "without them",                          "v8.0",     SR_VTCR_EL2,     0x8007ffff, 0x80000000 },
	{ "no FEAT_TTCNP: CnP",                    "v8.1",     SR_TTBR0_EL1,    ~1ull, 0 },
	{ "little-endian EL1: EE, E0E",            "v8.1",     SR_SCTLR_EL1,    0x34dddb9f, 0x30500980 },
	{ "PAuth: EnIA, EnIB, EnDA, EnDB",         "v8.3-nv",  SR_SCTLR_EL1,    0xfcddfb9f, 0x30500980 },
	{ "LSE2, IESB add nAA, IESB",               "v8.4-nv2", SR_SCTLR_EL1,    0xfcfdfbdf, 0x30500980 },
	{ "DSSBS, BT1, BT0, EnRCTX, TSCXT",               "max",      SR_SCTLR_EL1,    0x1018fcfdffdf, 0x30400980 },
	{ "SCTLR_EL2 has no UMA",                  "v8.1",     SR_SCTLR_EL2,    0x34cdd83f, 0x30400820 },
	{ "PAuth: EnIA, EnIB, EnDA, EnDB",         "v8.3-nv",  SR_SCTLR_EL2,    0xfccdf83f, 0x30400820 },
	{ "LSE2, IESB add nAA, IESB",               "v8.4-nv2", SR_SCTLR_EL2,    0xfcedf87f, 0x30400820 },
	{ "DSSBS, BT, BT0, EnRCTX, TSCXT",                "max",      SR_SCTLR_EL2,    0x1018fcfdfc7f, 0x30400820 },
	{ "without PAN: SPAN is RES1",             "v8.0",     SR_SCTLR_EL1,    0x34dddb9f, 0x30d00980 },
	{ "without VHE: no bits of EL0's",         "v8.0",     SR_SCTLR_EL2,    0x30cd183f, 0x30c50830 },
	{ "without SVE, AMU, trace: FPEN, TFP, TCPAC, and what either format has", "v8.1", SR_CPTR_EL2, 0x803037ff, 0 },
	{ "without trace: FPEN",                   "v8.1",     SR_CPACR_EL1,    0x300000, 0 },
	{ "ECV: EVNTIS",                           "max",      SR_CNTKCTL_EL1,  0x203ff, 0 },
	{ "ECV: six bits",                         "max",      SR_CNTHCTL_EL2,  0x3ffff, 0 },
	{ "without ECV: both formats",             "v8.1",     SR_CNTHCTL_EL2,  0xfff, 0 },
	{ "CSV2_2: EnSCXT",                        "max",      SR_HCR_EL2,      0xf6ff3fffffffffull, HCR_EL2_RW },
	{ "no feature has a bit of it",            "max",      SR_HCRX_EL2,     0, 0 },
	{ "no trace, HPMD with PMUv3p1",           "v8.1",     SR_MDCR_EL2,     0x20fff, 0 },
	{ "PMUv3 has no HPMD",                     "v8.0",     SR_MDCR_EL2,     0xfff, 0 },
	{ "PMUv3p5: HLP, HCCD; FGT: TDCC",         "max",      SR_MDCR_EL2,     0xc820fff, 0 },
	{ "AArch64 only: no CP15 to trap",         "v8.1",     SR_HSTR_EL2,     0, 0 },
	{ "SPSR stores what absent features name", "v8.1",     SR_SPSR_EL1,     0xf1f01fdf, 0 },
	{ "vectors are 2 KiB aligned",             "v8.1",     SR_VBAR_EL1,     ~0x7ffull, 0 },
	{ "AArch64 only: BAS is RES1",             "v8.1",     SR_DBGBCR0_EL1,  0xffe1e7, 0x1e0 },
	{ "VMPIDR_EL2<31> is RES1",                "v8.1",     SR_VMPIDR_EL2,   0xffc1ffffff, 0x80000000 },
	{ "VNCR_EL2.BADDR is a page",              "v8.4-nv2", SR_VNCR_EL2,     ~0xfffull, 0 },
	{ "CNTKCTL_EL1 ends at EL0PTEN",           "v8.1",     SR_CNTKCTL_EL1,  0x3ff, 0 },
	{ "timer control: ISTATUS is read-only",   "v8.1",     SR_CNTP_CTL_EL0, 3, 0 },
	/* clang-format on */
};

static void writes_are_masked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(masks); i++) {
		struct cpu *cpu = new_cpu(masks[i].profile);
		u64 ones, zero;

		sysreg_write(cpu, masks[i].reg, ~0ull);
		ones = cpu->sys[masks[i].reg];
		sysreg_write(cpu, masks[i].reg, 0);
		zero = cpu->sys[masks[i].reg];
		if (ones != masks[i].ones || zero != masks[i].zero)
			fail_msg("row %zu, %s: %s keeps 0x%" PRIx64 " of ones, 0x%" PRIx64
				 " of zero",
				i, masks[i].why, sysreg_name(masks[i].reg), ones, zero);
		free(cpu);
	}
}

/*
 * CPTR_EL2 has two formats, HW-9, and a bit that only one of them has is stored under the other
 * too: DDI 0487, "RES0 in some contexts".
 */
static void cptr_has_two_formats(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	sysreg_write(cpu, SR_CPTR_EL2, CPTR_EL2_E2H_FPEN);
	assert_int_equal(cpu->fp_traps, 3); /* E2H = 0: CPACR_EL1 alone denies */
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H);
	assert_int_equal(cpu->sys[SR_CPTR_EL2], CPTR_EL2_E2H_FPEN);
	assert_int_equal(cpu->fp_traps, 3);
	sysreg_write(cpu, SR_CPTR_EL2, CPTR_EL2_TFP);
	assert_int_equal(cpu->fp_traps, 7); /* FPEN = 0 */
	sysreg_write(cpu, SR_CPTR_EL2, CPTR_EL2_TFP | CPTR_EL2_E2H_FPEN);
	assert_int_equal(cpu->fp_traps, 3);
	sysreg_write(cpu, SR_HCR_EL2, 0);
	assert_int_equal(cpu->fp_traps, 7); /* TFP = 1 */
	free(cpu);
}

/* ---- Reads that compute ---- */

static const struct read_row {
	const char *why;
	unsigned el;
	u64 hcr;
	enum sysreg_id control; /* or SR_NONE */
	u64 value;
	enum sysreg_id reg;
	u64 want;
} reads[] = {
	/* clang-format off */
	{ "EL2 sees the real MIDR",              EL2, 0, SR_VPIDR_EL2, 0x123, SR_MIDR_EL1, 0xf0f00 },
	{ "EL1 sees VPIDR",                      EL1, 0, SR_VPIDR_EL2, 0x123, SR_MIDR_EL1, 0x123 },
	{ "EL2 sees the real MPIDR",             EL2, 0, SR_VMPIDR_EL2, 0x80000007, SR_MPIDR_EL1, 0x80000000 },
	{ "EL1 sees VMPIDR",                     EL1, 0, SR_VMPIDR_EL2, 0x80000007, SR_MPIDR_EL1, 0x80000007 },
	{ "CurrentEL",                           EL1, 0, SR_NONE, 0, SR_CurrentEL, 4 },
	{ "CurrentEL at EL2",                    EL2, 0, SR_NONE, 0, SR_CurrentEL, 8 },
	{ "NV: EL1 reads that it is EL2",        EL1, HCR_EL2_NV, SR_NONE, 0, SR_CurrentEL, 8 },
	{ "DC ZVA of 64 bytes",                  EL1, 0, SR_NONE, 0, SR_DCZID_EL0, 4 },
	{ "DZE = 0: not for EL0",                EL0, 0, SR_NONE, 0, SR_DCZID_EL0, 0x14 },
	{ "DZE = 1",                             EL0, 0, SR_SCTLR_EL1, SCTLR_EL1_DZE, SR_DCZID_EL0, 4 },
	{ "TDZ: not for EL1",                    EL1, HCR_EL2_TDZ, SR_NONE, 0, SR_DCZID_EL0, 0x14 },
	{ "TDZ says nothing to EL2",             EL2, HCR_EL2_TDZ, SR_NONE, 0, SR_DCZID_EL0, 4 },
	{ "nor to the host's EL0, DZE of EL2",   EL0, HCR_EL2_TDZ | HCR_EL2_E2H | HCR_EL2_TGE, SR_SCTLR_EL2, SCTLR_EL2_DZE, SR_DCZID_EL0, 4 },
	{ "L1: 128 sets, 4 ways, 64 bytes",      EL1, 0, SR_CSSELR_EL1, 0, SR_CCSIDR_EL1, 127ull << 32 | 3 << 3 | 2 },
	{ "L2: 1024 sets",                       EL1, 0, SR_CSSELR_EL1, 2, SR_CCSIDR_EL1, 1023ull << 32 | 3 << 3 | 2 },
	{ "no L3",                               EL1, 0, SR_CSSELR_EL1, 4, SR_CCSIDR_EL1, 0 },
	{ "EL1 with IMO sees the virtual IRQ",   EL1, HCR_EL2_IMO | HCR_EL2_VI, SR_NONE, 0, SR_ISR_EL1, 0x80 },
	{ "VI without IMO is nothing",           EL1, HCR_EL2_VI, SR_NONE, 0, SR_ISR_EL1, 0 },
	{ "EL2 sees no virtual ones",            EL2, HCR_EL2_IMO | HCR_EL2_VI, SR_NONE, 0, SR_ISR_EL1, 0 },
	{ "FMO, VF",                             EL1, HCR_EL2_FMO | HCR_EL2_VF, SR_NONE, 0, SR_ISR_EL1, 0x40 },
	{ "AMO, VSE",                            EL1, HCR_EL2_AMO | HCR_EL2_VSE, SR_NONE, 0, SR_ISR_EL1, 0x100 },
	/* clang-format on */
};

static void reads_compute(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reads); i++) {
		struct cpu *cpu = new_cpu("v8.4-nv2");
		u64 got;

		sysreg_write(cpu, SR_HCR_EL2, reads[i].hcr);
		if (reads[i].control != SR_NONE)
			sysreg_write(cpu, reads[i].control, reads[i].value);
		cpu->pstate.el = (u8)reads[i].el;
		got = sysreg_read(cpu, reads[i].reg);
		if (got != reads[i].want)
			fail_msg("row %zu, %s: 0x%" PRIx64, i, reads[i].why, got);
		free(cpu);
	}
}

static void isr_shows_the_lines(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	cpu->lines = LINE_IRQ | LINE_VFIQ;
	assert_int_equal(sysreg_read(cpu, SR_ISR_EL1), 0x80);
	cpu->pstate.el = EL1;
	assert_int_equal(sysreg_read(cpu, SR_ISR_EL1), 0x80);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_IMO | HCR_EL2_FMO);
	assert_int_equal(sysreg_read(cpu, SR_ISR_EL1), 0x40);
	free(cpu);
}

/* ---- PSTATE by name ---- */

static void pstate_is_read_and_written(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	sysreg_write(cpu, SR_DAIF, 0x3c0);
	assert_int_equal(cpu->pstate.daif, 15);
	assert_int_equal(sysreg_read(cpu, SR_DAIF), 0x3c0);
	sysreg_write(cpu, SR_NZCV, 0xa0000000);
	assert_int_equal(cpu->pstate.nzcv, 10);
	assert_int_equal(sysreg_read(cpu, SR_NZCV), 0xa0000000);
	sysreg_write(cpu, SR_PAN, BIT(22));
	assert_true(cpu->pstate.pan);
	assert_int_equal(sysreg_read(cpu, SR_PAN), BIT(22));
	free(cpu);
}

static void unmasking_asks_for_interrupts(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	cpu->check_irq = false;
	sysreg_write(cpu, SR_DAIF, 0);
	assert_false(cpu->check_irq); /* nothing is pending */
	cpu->lines = LINE_IRQ;
	sysreg_write(cpu, SR_DAIF, 0);
	assert_true(cpu->check_irq);
	cpu->check_irq = false;
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_IMO);
	assert_true(cpu->check_irq);
	free(cpu);
}

static void stack_pointers_are_banked(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	cpu->x[SLOT_SP] = 0x200; /* SP_EL2 */
	sysreg_write(cpu, SR_SP_EL0, 0x10);
	sysreg_write(cpu, SR_SP_EL1, 0x11);
	assert_int_equal(cpu->x[SLOT_SP], 0x200);
	assert_int_equal(sysreg_read(cpu, SR_SP_EL0), 0x10);
	assert_int_equal(sysreg_read(cpu, SR_SP_EL1), 0x11);
	sysreg_write(cpu, SR_SPSel, 0);
	assert_int_equal(cpu->x[SLOT_SP], 0x10);
	assert_int_equal(sysreg_read(cpu, SR_SPSel), 0);
	sysreg_write(cpu, SR_SPSel, 1);
	assert_int_equal(cpu->x[SLOT_SP], 0x200);
	free(cpu);
}

/* ---- Debug ---- */

static void claim_tags_are_set_and_cleared(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	assert_int_equal(sysreg_read(cpu, SR_DBGCLAIMSET_EL1), 0xff); /* all are implemented */
	sysreg_write(cpu, SR_DBGCLAIMSET_EL1, 0x5a);
	sysreg_write(cpu, SR_DBGCLAIMSET_EL1, 0x01);
	assert_int_equal(sysreg_read(cpu, SR_DBGCLAIMCLR_EL1), 0x5b);
	sysreg_write(cpu, SR_DBGCLAIMCLR_EL1, 0x12);
	assert_int_equal(sysreg_read(cpu, SR_DBGCLAIMCLR_EL1), 0x49);
	free(cpu);
}

static void os_lock_shows_its_state(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	assert_int_equal(sysreg_read(cpu, SR_OSLSR_EL1), 0xa); /* locked by reset */
	sysreg_write(cpu, SR_OSLAR_EL1, 0);
	assert_int_equal(sysreg_read(cpu, SR_OSLSR_EL1), 0x8);
	sysreg_write(cpu, SR_OSLAR_EL1, 1);
	assert_int_equal(sysreg_read(cpu, SR_OSLSR_EL1), 0xa);
	free(cpu);
}

/* ---- Timers: TICK cycles make one count ---- */

enum { TICK = COUNTER_CYCLES };

static void counters_count(void **state)
{
	struct cpu *cpu = new_cpu("v8.1");

	(void)state;
	cpu->cycles = 1000 * TICK + TICK - 1;
	sysreg_write(cpu, SR_CNTVOFF_EL2, 300);
	assert_int_equal(sysreg_read(cpu, SR_CNTPCT_EL0), 1000);
	assert_int_equal(sysreg_read(cpu, SR_CNTVCT_EL0), 700);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H); /* the host's own count has no offset */
	assert_int_equal(sysreg_read(cpu, SR_CNTVCT_EL0), 1000);
	cpu->pstate.el = EL0;
	assert_int_equal(sysreg_read(cpu, SR_CNTVCT_EL0), 700);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE);
	assert_int_equal(sysreg_read(cpu, SR_CNTVCT_EL0), 1000);
	free(cpu);
}

/*
 * The counter does not go back behind what software of another PE has read; who looks on is none.
 * Timers go by the counter as their PE reads it.
 */
static void counter_never_goes_back(void **state)
{
	struct cpu_group group = { 0 };
	struct cpu *ahead = new_cpu("v8.1"), *behind = new_cpu("v8.1");

	(void)state;
	ahead->group = behind->group = &group;
	ahead->cycles = 1000 * TICK;
	behind->cycles = 900 * TICK;
	sysreg_write(behind, SR_CNTP_CVAL_EL0, 950);
	sysreg_write(behind, SR_CNTP_CTL_EL0, CNTx_CTL_ENABLE);
	assert_int_equal(sysreg_read(ahead, SR_CNTPCT_EL0), 1000);
	assert_int_equal(sysreg_read(behind, SR_CNTPCT_EL0), 900);
	assert_int_equal(sysreg_read(behind, SR_CNTP_CTL_EL0), CNTx_CTL_ENABLE);
	assert_int_equal(sysreg_take(ahead, SR_CNTPCT_EL0), 1000);
	assert_int_equal(sysreg_take(behind, SR_CNTPCT_EL0), 1000);
	assert_int_equal(sysreg_read(behind, SR_CNTVCT_EL0), 1000);
	assert_int_equal(sysreg_read(behind, SR_CNTP_TVAL_EL0), (u32)-50);
	assert_int_equal(sysreg_read(behind, SR_CNTP_CTL_EL0), CNTx_CTL_ENABLE | CNTx_CTL_ISTATUS);
	sysreg_write(behind, SR_CNTP_CVAL_EL0, 2000);
	ahead->cycles = 1100 * TICK;
	assert_int_equal(sysreg_take(ahead, SR_CNTP_TVAL_EL0), (u32)-1100);
	assert_int_equal(sysreg_read(behind, SR_CNTPCT_EL0), 1100);
	free(ahead);
	free(behind);
}

static const struct stream_row {
	const char *why;
	u64 kctl, hctl, offset, hcr;
	u64 since, next; /* counts; 0: none */
} stream_rows[] = {
	/* clang-format off */
	{ "off",                             0,    0,    0, 0,                         100, 0 },
	{ "bit 0 goes to 1",                 0x04, 0,    0, 0,                         100, 101 },
	{ "after that moment",               0x04, 0,    0, 0,                         101, 103 },
	{ "bit 0 goes to 0",                 0x0c, 0,    0, 0,                         100, 102 },
	{ "bit 4 goes to 1",                 0x44, 0,    0, 0,                         100, 112 },
	{ "bit 4 goes to 0",                 0x4c, 0,    0, 0,                         100, 128 },
	{ "CNTVOFF_EL2 is that of EL1's",    0x44, 0,    4, 0,                         100, 116 },
	{ "and none of EL2's",               0,    0x44, 4, 0,                         100, 112 },
	{ "the first of both",               0x4c, 0x04, 0, 0,                         100, 101 },
	{ "the host has EL2's alone",        0x04, 0x4c, 0, HCR_EL2_E2H | HCR_EL2_TGE, 100, 128 },
	/* clang-format on */
};

static void event_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stream_rows); i++) {
		const struct stream_row *row = &stream_rows[i];
		struct cpu *cpu = new_cpu("v8.1");
		cycles_t got;

		sysreg_write(cpu, SR_HCR_EL2, row->hcr);
		sysreg_write(cpu, SR_CNTVOFF_EL2, row->offset);
		sysreg_write(cpu, SR_CNTKCTL_EL1, row->kctl);
		sysreg_write(cpu, SR_CNTHCTL_EL2, row->hctl);
		got = event_stream_next(cpu, row->since * TICK + 3);
		if (got != (row->next ? row->next * TICK : ~(cycles_t)0))
			fail_msg("%s: %" PRIu64, row->why, got);
		free(cpu);
	}
}

/* An event stays when its stream is turned off, and a stream sends none for what was before it. */
static void events_are_of_their_time(void **state)
{
	static const enum sysreg_id controls[] = { SR_CNTKCTL_EL1, SR_CNTHCTL_EL2 };

	(void)state;
	for (size_t i = 0; i < COUNT(controls); i++) {
		struct cpu *cpu = new_cpu("v8.1");

		cpu->cycles = 1000 * TICK;
		sysreg_write(cpu, controls[i], 0x44);
		assert_false(cpu->event_register);
		assert_int_equal(event_stream_next(cpu, cpu->event_time), 1008 * TICK);
		cpu->cycles = 1007 * TICK;
		sysreg_write(cpu, controls[i], 0);
		sysreg_write(cpu, controls[i], 0x44);
		assert_false(cpu->event_register);
		cpu->cycles = 1008 * TICK;
		sysreg_write(cpu, controls[i], 0);
		assert_true(cpu->event_register);
		free(cpu);
	}
}

/* FEAT_ECV: CNTPOFF_EL2 below EL2, while CNTHCTL_EL2.ECV says so, and not for the host. */
static void physical_counter_has_an_offset(void **state)
{
	struct cpu *cpu = new_cpu("max");

	(void)state;
	cpu->cycles = 1000 * TICK;
	sysreg_write(cpu, SR_CNTPOFF_EL2, 400);
	cpu->pstate.el = EL1;
	assert_int_equal(sysreg_read(cpu, SR_CNTPCT_EL0), 1000);
	sysreg_write(cpu, SR_CNTP_CVAL_EL0, 700);
	sysreg_write(cpu, SR_CNTP_CTL_EL0, CNTx_CTL_ENABLE);
	assert_int_equal(sysreg_read(cpu, SR_CNTP_CTL_EL0), 5);
	timer_changes = 0;
	sysreg_write(cpu, SR_CNTHCTL_EL2, CNTHCTL_EL2_ECV);
	assert_int_equal(timer_changes, 1);
	assert_int_equal(sysreg_read(cpu, SR_CNTPCT_EL0), 600);
	assert_int_equal(sysreg_read(cpu, SR_CNTPCTSS_EL0), 600);
	assert_int_equal(sysreg_read(cpu, SR_CNTP_CTL_EL0), 1);
	assert_int_equal(sysreg_read(cpu, SR_CNTP_TVAL_EL0), 100);
	cpu->pstate.el = EL2;
	assert_int_equal(sysreg_read(cpu, SR_CNTPCT_EL0), 1000);
	/* EL2's TVAL has no offset, the timer has */
	assert_int_equal(sysreg_read(cpu, SR_CNTP_TVAL_EL0), (u32)-300);
	assert_int_equal(sysreg_read(cpu, SR_CNTP_CTL_EL0), 1);
	sysreg_write(cpu, SR_CNTP_TVAL_EL0, 50);
	assert_int_equal(sysreg_read(cpu, SR_CNTP_CVAL_EL0), 1050);
	sysreg_write(cpu, SR_CNTP_CVAL_EL0, 700);
	timer_changes = 1;
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE);
	assert_int_equal(timer_changes, 2);
	cpu->pstate.el = EL0;
	assert_int_equal(sysreg_read(cpu, SR_CNTPCT_EL0), 1000);
	assert_int_equal(sysreg_read(cpu, SR_CNTP_CTL_EL0), 5);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_TGE);
	assert_int_equal(sysreg_read(cpu, SR_CNTPCT_EL0), 600);
	sysreg_write(cpu, SR_CNTVOFF_EL2, 300);
	assert_int_equal(sysreg_read(cpu, SR_CNTVCTSS_EL0), 700);
	free(cpu);
}

static const struct timer_row {
	const char *why;
	enum sysreg_id tval, ctl, cval;
	u64 offset;
} timers[] = {
	/* clang-format off */
	{ "physical",           SR_CNTP_TVAL_EL0,  SR_CNTP_CTL_EL0,  SR_CNTP_CVAL_EL0,  0 },
	{ "virtual: offset",    SR_CNTV_TVAL_EL0,  SR_CNTV_CTL_EL0,  SR_CNTV_CVAL_EL0,  300 },
	{ "hyp: none",          SR_CNTHP_TVAL_EL2, SR_CNTHP_CTL_EL2, SR_CNTHP_CVAL_EL2, 0 },
	{ "hyp virtual: none",  SR_CNTHV_TVAL_EL2, SR_CNTHV_CTL_EL2, SR_CNTHV_CVAL_EL2, 0 },
	/* clang-format on */
};

static void timers_compare(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(timers); i++) {
		const struct timer_row *t = &timers[i];
		struct cpu *cpu = new_cpu("v8.1");
		u64 count = 1000 - t->offset;
		u64 after[4];

		cpu->cycles = 1000 * TICK;
		sysreg_write(cpu, SR_CNTVOFF_EL2, 300);
		sysreg_write(cpu, t->tval, 50);
		after[0] = cpu->sys[t->cval] - count; /* CVAL = count + TVAL */
		sysreg_write(cpu, t->ctl, CNTx_CTL_ENABLE);
		after[1] = sysreg_read(cpu, t->ctl); /* not yet */
		cpu->cycles += 50 * TICK;
		after[2] = sysreg_read(cpu, t->ctl); /* now */
		cpu->cycles += 10 * TICK;
		after[3] = sysreg_read(cpu, t->tval); /* goes on below zero, 32 bits */
		if (after[0] != 50 || after[1] != 1 || after[2] != 5 || after[3] != 0xfffffff6)
			fail_msg("row %zu, %s: %" PRIu64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64,
				i, t->why, after[0], after[1], after[2], after[3]);
		sysreg_write(cpu, t->tval, 0xffffffff); /* signed: one count ago */
		assert_int_equal(cpu->sys[t->cval], count + 59);
		assert_int_equal(timer_changes, 4); /* CNTVOFF, TVAL, CTL, TVAL */
		free(cpu);
	}
}

/* ---- Which contexts a write makes mmu/ look up again ---- */

static const struct context_row {
	const char *why;
	u64 before; /* HCR_EL2 */
	enum sysreg_id reg;
	u64 value;
	bool kept[EL_COUNT];
} contexts[] = {
	/* clang-format off */
	{ "TTBR0_EL1: EL1&0",                0, SR_TTBR0_EL1, 0x1000, { false, false, true } },
	{ "SCTLR_EL1: EL1&0",                0, SR_SCTLR_EL1, 1, { false, false, true } },
	{ "MAIR_EL1: EL1&0",                 0, SR_MAIR_EL1, 1, { false, false, true } },
	{ "TCR_EL1: EL1&0",                  0, SR_TCR_EL1, 1, { false, false, true } },
	{ "VTTBR: stage 2 of EL1&0",         0, SR_VTTBR_EL2, 0x1000, { false, false, true } },
	{ "VTCR: stage 2 of EL1&0",          0, SR_VTCR_EL2, 1, { false, false, true } },
	{ "TTBR1_EL2: EL2 and the host",     HCR_EL2_E2H, SR_TTBR1_EL2, 0x1000, { false, true, false } },
	{ "TCR_EL2: EL2 and the host",       0, SR_TCR_EL2, 1, { false, true, false } },
	{ "SCTLR_EL2: EL2 and the host",     0, SR_SCTLR_EL2, 1, { false, true, false } },
	{ "HCR.TGE: whose EL0 is",           HCR_EL2_E2H, SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE, { false, false, true } },
	{ "HCR.VM: stage 2",                 0, SR_HCR_EL2, HCR_EL2_VM, { false, false, true } },
	{ "HCR.E2H: EL2's regime",           0, SR_HCR_EL2, HCR_EL2_E2H, { false, false, false } },
	{ "HCR as it was: nothing",          HCR_EL2_VM, SR_HCR_EL2, HCR_EL2_VM, { true, true, true } },
	{ "CONTEXTIDR: nothing",             0, SR_CONTEXTIDR_EL1, 1, { true, true, true } },
	{ "VBAR: nothing",                   0, SR_VBAR_EL1, 0x800, { true, true, true } },
	/* clang-format on */
};

static void writes_forget_contexts(void **state)
{
	static char some_context;
	struct context *ctx = (struct context *)(void *)&some_context;

	(void)state;
	for (size_t i = 0; i < COUNT(contexts); i++) {
		struct cpu *cpu = new_cpu("v8.1");

		sysreg_write(cpu, SR_HCR_EL2, contexts[i].before);
		for (unsigned el = 0; el < EL_COUNT; el++)
			cpu->ctx_of[el][0] = cpu->ctx_of[el][1] = ctx;
		sysreg_write(cpu, contexts[i].reg, contexts[i].value);
		for (unsigned el = 0; el < EL_COUNT; el++) {
			bool kept = cpu->ctx_of[el][0] == ctx;

			assert_ptr_equal(cpu->ctx_of[el][0], cpu->ctx_of[el][1]);
			if (kept != contexts[i].kept[el])
				fail_msg("row %zu, %s: EL%u", i, contexts[i].why, el);
		}
		free(cpu);
	}
}

/* ---- Armed traps ---- */

static void traps_are_armed_by_their_controls(void **state)
{
	struct cpu *cpu = new_cpu("max");

	(void)state;
	/* these trap while they are 0 */
	assert_int_equal(cpu->armed[DIR_READ] | cpu->armed[DIR_WRITE],
		BIT(TRAP_APK) | BIT(TRAP_FIEN) | BIT(TRAP_EnSCXT) | BIT(TRAP_SRE));
	sysreg_write(cpu, SR_ICC_SRE_EL2, ICC_SRE_EL2_Enable);
	sysreg_write(cpu, SR_HCR_EL2,
		HCR_EL2_APK | HCR_EL2_FIEN | HCR_EL2_EnSCXT | HCR_EL2_TVM | HCR_EL2_TID3);
	assert_int_equal(cpu->armed[DIR_WRITE], BIT(TRAP_TVM));
	assert_int_equal(cpu->armed[DIR_READ], BIT(TRAP_TID3));
	sysreg_write(cpu, SR_MDCR_EL2, MDCR_EL2_TDE);
	assert_int_equal(cpu->armed[DIR_READ], BIT(TRAP_TID3) | BIT(TRAP_TDE_TDA));
	sysreg_write(cpu, SR_CPTR_EL2, CPTR_EL2_TCPAC);
	assert_int_equal(
		cpu->armed[DIR_WRITE], BIT(TRAP_TVM) | BIT(TRAP_TDE_TDA) | BIT(TRAP_TCPAC));
	/* {NV,NV1,NV2} = {1,1,0} and no other value */
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV1);
	assert_true(cpu->armed[DIR_WRITE] & BIT(TRAP_NV1));
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV1 | HCR_EL2_NV2);
	assert_false(cpu->armed[DIR_WRITE] & BIT(TRAP_NV1));
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_NV1);
	assert_false(cpu->armed[DIR_WRITE] & BIT(TRAP_NV1));
	/* the host's EL0: only debug traps are left, which TGE implies */
	sysreg_write(cpu, SR_MDCR_EL2, 0);
	sysreg_write(cpu, SR_HCR_EL2, ~0ull);
	assert_int_equal(cpu->armed[DIR_WRITE], BIT(TRAP_TGE_TDA));
	assert_int_equal(cpu->armed[DIR_READ], BIT(TRAP_TGE_TDA));
	cpu->has_el2 = false;
	sysregs_reset(cpu);
	sysreg_write(cpu, SR_MDCR_EL2, MDCR_EL2_TDE);
	assert_int_equal(cpu->armed[DIR_READ] | cpu->armed[DIR_WRITE], 0);
	free(cpu);
}

/* ---- The table itself ---- */

static bool is_el2_name(const struct sysreg *row)
{
	return (row->encoding >> 11 & 7) == 4;
}

/* One offset is one register: its own name and its _EL12 or _EL02 name. */
static void vncr_offsets_are_unique(void **state)
{
	(void)state;
	for (unsigned a = 0; a < SYSREG_COUNT; a++) {
		const struct sysreg *row = &sysreg_rows[a];

		if (!row->is_vncr)
			continue;
		assert_int_equal(row->vncr & 7, 0);
		assert_true(row->vncr < 0x1000);
		if (row->alias_of && sysreg_rows[row->alias_of].vncr != row->vncr)
			fail_msg("%s: another offset than its register", row->name);
		for (unsigned b = a + 1; b < SYSREG_COUNT; b++) {
			const struct sysreg *other = &sysreg_rows[b];
			bool same = row->alias_of == b || other->alias_of == a;

			if (other->is_vncr && other->vncr == row->vncr && !same)
				fail_msg("%s and %s share 0x%x", row->name, other->name, row->vncr);
		}
	}
}

static void other_names_make_sense(void **state)
{
	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const struct sysreg *row = &sysreg_rows[id];
		const struct sysreg *alias = &sysreg_rows[row->alias_of];

		if (row->alias_of && (alias->alias_of || strncmp(row->name, alias->name,
								 strlen(alias->name) - 1) != 0))
			fail_msg("%s: alias of %s", row->name, alias->name);
		if (row->alias_of && (row->encoding >> 11 & 7) != 5)
			fail_msg("%s: aliases have op1 = 5", row->name);
		if (row->e2h_is && !is_el2_name(&sysreg_rows[row->e2h_is]))
			fail_msg("%s: E2H leads to EL2's registers", row->name);
		if (row->nv2_is && !is_el2_name(row))
			fail_msg("%s: NV2 redirects EL2 names", row->name);
		if (row->is_operation != (row->encoding >> 14 == 1))
			fail_msg("%s: SYS instructions have op0 = 1", row->name);
		if ((row->res0 & row->res1) != 0)
			fail_msg("%s: RES0 and RES1", row->name);
		if (is_el2_name(row) && row->traps != 0)
			fail_msg("%s: no coarse trap is about EL2 names", row->name);
	}
}

/* gated.def, ones.def and the word GATED say the same. */
static void gated_registers_say_so(void **state)
{
	bool gated[SYSREG_COUNT] = { false };

	(void)state;
#define BITS_OF(reg, ...) gated[SR_##reg] = true;
#include "sysregs/gated.def"
#undef BITS_OF
#define ONES_OF(reg, ...) gated[SR_##reg] = true;
#include "sysregs/ones.def"
#undef ONES_OF
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (gated[id] != sysreg_rows[id].is_gated)
			fail_msg("%s: GATED or not", sysreg_rows[id].name);
	}
}

static void every_trap_is_about_a_register(void **state)
{
	u64 used = 0;

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++)
		used |= sysreg_rows[id].traps;
	assert_int_equal(used, MASK(TRAP_COUNT - 1, 0));
}

/* timers.c finds a timer's other registers by these neighbourhoods. */
static void timer_rows_are_neighbours(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(timers); i++) {
		assert_int_equal(timers[i].ctl, timers[i].tval + 1);
		assert_int_equal(timers[i].cval, timers[i].tval + 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_are_masked),
		cmocka_unit_test(cptr_has_two_formats),
		cmocka_unit_test(reads_compute),
		cmocka_unit_test(isr_shows_the_lines),
		cmocka_unit_test(pstate_is_read_and_written),
		cmocka_unit_test(unmasking_asks_for_interrupts),
		cmocka_unit_test(stack_pointers_are_banked),
		cmocka_unit_test(claim_tags_are_set_and_cleared),
		cmocka_unit_test(os_lock_shows_its_state),
		cmocka_unit_test(counters_count),
		cmocka_unit_test(counter_never_goes_back),
		cmocka_unit_test(event_streams),
		cmocka_unit_test(events_are_of_their_time),
		cmocka_unit_test(physical_counter_has_an_offset),
		cmocka_unit_test(timers_compare),
		cmocka_unit_test(writes_forget_contexts),
		cmocka_unit_test(traps_are_armed_by_their_controls),
		cmocka_unit_test(vncr_offsets_are_unique),
		cmocka_unit_test(other_names_make_sense),
		cmocka_unit_test(gated_registers_say_so),
		cmocka_unit_test(every_trap_is_about_a_register),
		cmocka_unit_test(timer_rows_are_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
