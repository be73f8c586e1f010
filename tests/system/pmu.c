/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about the performance monitors, printed as lines; the same on Entresol and on
 * qemu-system-aarch64 -cpu max with -icount, where an instruction is a cycle too.
 *
 * Not here, because QEMU 7.2 has AArch32 or EL3 in mind: PMCR_EL0.{IMP,IDCODE,D,X}, LC = 0, the
 * filters NSK, NSU, M and MT; because it chooses otherwise: counters that are absent or EL2's
 * (RAZ/WI there, UNDEFINED and trapped here), HPMN = 0, which EL counts an instruction that leaves
 * it, whether a load that faults counts (it does here); because it does not have it:
 * MDCR_EL2.TPMCR, TPM where PMUSERENR_EL0.{SW,CR,ER} lets EL0 through, the flags of EL2's counters
 * hidden from EL1, and all events but SW_INCR, INST_RETIRED, CPU_CYCLES (its STALL events never
 * count).
 */
#define SPSR_NOT_COMPARED (3ul << 10) /* BTYPE */
#include "facts.h"

#define HCR_TGE	  BIT(27)
#define PMCR_BITS (BIT(0) | 0x1ful << 11 | BIT(5) | BIT(7)) /* E, N, DP, LP */
#define MDCR_BITS 0x48200fful				    /* the PMU's */
#define P	  BIT(31)
#define U	  BIT(30)
#define NSH	  BIT(27)
#define C	  BIT(31)
#define HPME	  BIT(7)
#define HPMD	  BIT(17)
#define HCCD	  BIT(23)
#define HLP	  BIT(26)
#define DP	  BIT(5)
#define LC	  BIT(6)
#define LP	  BIT(7)

enum { SW_INCR = 0, INST_RETIRED = 8, CPU_CYCLES = 0x11, NO_EVENT = 0x3ff };

static void mdcr(u64 bits)
{
	WRITE(mdcr_el2, bits);
}

/* ---- Registers ---- */

static void case_masks(void)
{
	say("PMUVer ", READ(id_aa64dfr0_el1) >> 8 & 15);
	say("MDCR_EL2 at reset ", READ(mdcr_el2) & MDCR_BITS);
	WRITE(mdcr_el2, ~0ul & ~0x1ful);
	say("MDCR_EL2 ", READ(mdcr_el2) & MDCR_BITS);
	mdcr(6);
	say("PMCR_EL0 at reset ", READ(pmcr_el0) & PMCR_BITS);
	WRITE(pmcr_el0, ~1ul);
	say("PMCR_EL0 ", READ(pmcr_el0) & (PMCR_BITS | 6));
	WRITE(pmcr_el0, 0);
	WRITE(pmcntenset_el0, ~0ul);
	say("PMCNTENSET ", READ(pmcntenset_el0));
	WRITE(pmcntenclr_el0, 0x80000005);
	say("PMCNTENCLR ", READ(pmcntenclr_el0));
	WRITE(pmcntenclr_el0, ~0ul);
	say("PMCNTENSET ", READ(pmcntenset_el0));
	WRITE(pmovsset_el0, ~0ul);
	say("PMOVSSET ", READ(pmovsset_el0));
	WRITE(pmovsclr_el0, 0x80000005);
	say("PMOVSCLR ", READ(pmovsclr_el0));
	WRITE(pmovsclr_el0, ~0ul);
	WRITE(pmintenset_el1, ~0ul);
	say("PMINTENSET ", READ(pmintenset_el1));
	WRITE(pmintenclr_el1, ~5ul);
	say("PMINTENCLR ", READ(pmintenclr_el1));
	WRITE(pmintenclr_el1, ~0ul);
	WRITE(pmuserenr_el0, ~0ul);
	say("PMUSERENR ", READ(pmuserenr_el0));
	WRITE(pmuserenr_el0, 0);
	WRITE(pmselr_el0, ~0ul);
	say("PMSELR ", READ(pmselr_el0));
	WRITE(pmxevtyper_el0, P | U | NSH);
	say("PMCCFILTR ", READ(pmccfiltr_el0));
	WRITE(pmccfiltr_el0, 0x0003fffff);
	say("PMCCFILTR ", READ(pmxevtyper_el0));
	WRITE(pmselr_el0, 4);
	WRITE(pmxevtyper_el0, P | U | NSH | 0xffff);
	say("PMEVTYPER4 ", READ(pmevtyper4_el0));
	WRITE(pmevtyper4_el0, NSH | 0x3f0000 | NO_EVENT);
	say("PMXEVTYPER ", READ(pmxevtyper_el0));
	WRITE(pmxevcntr_el0, ~0ul);
	say("PMEVCNTR4 ", READ(pmevcntr4_el0));
	WRITE(pmevcntr4_el0, 0x123456789a);
	say("PMXEVCNTR ", READ(pmxevcntr_el0));
	WRITE(pmccntr_el0, ~0ul);
	say("PMCCNTR ", READ(pmccntr_el0));
	say("events of both ",
		READ(pmceid0_el0) & (BIT(SW_INCR) | BIT(INST_RETIRED) | BIT(CPU_CYCLES)));
	say("PMMIR ", READ(S3_0_C9_C14_6));
}

/* HPMN = 2. */
static void case_guest(void)
{
	say("PMCR_EL0.N ", READ(pmcr_el0) >> 11 & 31);
	WRITE(pmswinc_el0, 0x3f);
	say("PMEVCNTR0 ", READ(pmevcntr0_el0));
	WRITE(pmcr_el0, LC | 6);
	say("PMEVCNTR1 ", READ(pmevcntr1_el0));
	say("PMCCNTR ", READ(pmccntr_el0));
}

static void guest_and_host(void)
{
	WRITE(pmcr_el0, LC | 6);
	WRITE(pmcntenset_el0, ~0ul);
	WRITE(pmevtyper0_el0, SW_INCR);
	WRITE(pmevtyper5_el0, SW_INCR);
	WRITE(pmevcntr0_el0, 0x10);
	WRITE(pmevcntr1_el0, 0x11);
	WRITE(pmevcntr5_el0, 0x15);
	WRITE(pmccntr_el0, 0x1f);
	mdcr(2 | HPME);
	run_at(case_guest, SPSR_EL1H, 0);
	say("PMCR_EL0.N ", READ(pmcr_el0) >> 11 & 31);
	say("PMEVCNTR0 ", READ(pmevcntr0_el0));
	WRITE(pmevcntr5_el0, 1);
	WRITE(pmcr_el0, LC | 2);
	say("PMEVCNTR5 ", READ(pmevcntr5_el0));
	mdcr(6);
}

/* ---- Who may ---- */

static void case_access(void)
{
	TRY("mrs x0, pmcr_el0");
	TRY("msr pmcr_el0, xzr");
	TRY("mrs x1, pmcntenset_el0");
	TRY("msr pmcntenset_el0, xzr");
	TRY("mrs x2, pmcntenclr_el0");
	TRY("msr pmovsclr_el0, xzr");
	TRY("mrs x0, pmovsset_el0");
	TRY("msr pmswinc_el0, xzr");
	TRY(".inst 0xd53b9c80"); /* MRS X0, PMSWINC_EL0 */
	TRY("mrs x0, pmselr_el0");
	TRY("msr pmselr_el0, xzr");
	TRY("mrs x0, pmceid0_el0");
	TRY("mrs x0, pmceid1_el0");
	TRY("msr S3_3_C9_C12_6, x0"); /* PMCEID0_EL0 */
	TRY("mrs x0, pmccntr_el0");
	TRY("msr pmccntr_el0, xzr");
	TRY("mrs x0, pmxevtyper_el0");
	TRY("msr pmxevtyper_el0, xzr");
	TRY("mrs x0, pmxevcntr_el0");
	TRY("msr pmxevcntr_el0, xzr");
	TRY("mrs x0, pmevcntr3_el0");
	TRY("msr pmevcntr3_el0, xzr");
	TRY("mrs x0, pmevtyper3_el0");
	TRY("msr pmevtyper3_el0, xzr");
	TRY("mrs x0, pmccfiltr_el0");
	TRY("msr pmccfiltr_el0, xzr");
	TRY("mrs x0, pmuserenr_el0");
	TRY("mrs x0, pmintenset_el1");
	TRY("msr pmintenclr_el1, xzr");
	TRY("mrs x0, S3_0_C9_C14_6"); /* PMMIR_EL1 */
}

static void case_access_el0(void)
{
	case_access();
	TRY("msr pmuserenr_el0, xzr");
}

static const struct {
	const char *name;
	u64 hcr, mdcr, userenr, spsr;
	void (*code)(void);
} accesses[] = {
	/* clang-format off */
	{ "EL1",                  0,       6,               0,   SPSR_EL1H, case_access },
	{ "EL1, TPM",             0,       6 | BIT(6),      0,   SPSR_EL1H, case_access },
	{ "EL0",                  0,       6,               0,   SPSR_EL0,  case_access_el0 },
	{ "EL0, EN",              0,       6,               1,   SPSR_EL0,  case_access_el0 },
	{ "EL0, SW",              0,       6,               2,   SPSR_EL0,  case_access_el0 },
	{ "EL0, CR",              0,       6,               4,   SPSR_EL0,  case_access_el0 },
	{ "EL0, ER",              0,       6,               8,   SPSR_EL0,  case_access_el0 },
	{ "EL0, TPM",             0,       6 | BIT(6),      0,   SPSR_EL0,  case_access_el0 },
	{ "EL0, EN, TPM",         0,       6 | BIT(6),      1,   SPSR_EL0,  case_access_el0 },
	{ "EL0 under TGE",        HCR_TGE, 6,               0,   SPSR_EL0,  case_access_el0 },
	{ "EL0 under TGE, EN",    HCR_TGE, 6,               1,   SPSR_EL0,  case_access_el0 },
	{ "EL0 under TGE, EN, TPM", HCR_TGE, 6 | BIT(6),    1,   SPSR_EL0,  case_access_el0 },
	/* clang-format on */
};

/* ---- Counting ---- */

static void count(u64 pmcr, u64 mdcr_bits, u64 filter)
{
	WRITE(pmcntenclr_el0, ~0ul);
	WRITE(pmovsclr_el0, ~0ul);
	WRITE(pmccfiltr_el0, filter);
	WRITE(pmevtyper0_el0, filter | INST_RETIRED);
	WRITE(pmevtyper1_el0, filter | CPU_CYCLES);
	WRITE(pmevtyper4_el0, filter | INST_RETIRED);
	WRITE(pmevtyper5_el0, filter | NO_EVENT);
	mdcr(mdcr_bits);
	WRITE(pmcr_el0, LC | pmcr | 6);
	WRITE(pmcntenset_el0, ~0ul);
}

static void show_counts(void)
{
	WRITE(pmcntenclr_el0, ~0ul);
	WRITE(pmcr_el0, 0);
	mdcr(6);
	put_hex("  cycles ", READ(pmccntr_el0));
	put_hex(" 0: ", READ(pmevcntr0_el0));
	put_hex(" 1: ", READ(pmevcntr1_el0));
	put_hex(" 4: ", READ(pmevcntr4_el0));
	put_hex(" 5: ", READ(pmevcntr5_el0));
	put_hex(" flags ", READ(pmovsset_el0));
	end_line();
}

static void code(void)
{
	asm volatile("mov x0, #7\n1:\tsub x0, x0, #1\n\tcbnz x0, 1b\n\tnop\n\tisb" : : : "x0");
}

static const struct {
	const char *name;
	u64 pmcr, mdcr, filter;
} countings[] = {
	/* clang-format off */
	{ "EL1 and EL0",             1,      6,               0 },
	{ "all",                     1,      6,               NSH },
	{ "EL1",                     1,      6,               U },
	{ "EL0",                     1,      6,               P },
	{ "EL2",                     1,      6,               P | U | NSH },
	{ "none",                    1,      6,               P | U },
	{ "E off",                   0,      6,               NSH },
	{ "HPME off",                1,      3,               NSH },
	{ "HPME on",                 1,      3 | HPME,        NSH },
	{ "HPME alone",              0,      3 | HPME,        NSH },
	{ "HPMD",                    1,      3 | HPME | HPMD, NSH },
	{ "HPMD, DP",                1 | DP, 3 | HPME | HPMD, NSH },
	{ "DP",                      1 | DP, 3 | HPME,        NSH },
	{ "HCCD",                    1,      6 | HCCD,        NSH },
	/* clang-format on */
};

/* Exceptions, and a handler that prints, count like everything else. */
static void with_exceptions(void)
{
	TRY("mrs x0, pmintenset_el1");
	TRY("svc #1");
	TRY("hvc #2");
}

/* Whole rounds EL2, EL1, EL2 and EL2, EL0, EL1, EL2: see above. */
static void show_counting(void)
{
	for (unsigned i = 0; i < COUNT(countings); i++) {
		put(countings[i].name);
		end_line();
		count(countings[i].pmcr, countings[i].mdcr, countings[i].filter);
		run_at(code, SPSR_EL1H, 0);
		show_counts();
		count(countings[i].pmcr, countings[i].mdcr, countings[i].filter);
		run_at(code, SPSR_EL0, 0);
		show_counts();
	}
	count(1, 6, 0);
	run_at(with_exceptions, SPSR_EL0, 0);
	show_counts();
	count(1, 6, NSH);
	run_at(with_exceptions, SPSR_EL1H, 0);
	show_counts();
}

/* Counters as they are read and written by instructions in a row. */
static void case_in_a_row(void)
{
	u64 a, b, c, d;

	count(1, 6, NSH);
	asm volatile("mrs %0, pmccntr_el0\n\tmrs %1, pmccntr_el0\n\tnop\n\tmrs %2, pmccntr_el0\n\t"
		     "b 1f\n\tnop\n1:\tisb\n\tmrs %3, pmccntr_el0"
		     : "=r"(a), "=r"(b), "=r"(c), "=r"(d));
	put_hex("  cycles ", a);
	put_hex(" +", b - a);
	put_hex(" +", c - b);
	put_hex(" +", d - c);
	end_line();
	asm volatile("mrs %0, pmevcntr0_el0\n\tmrs %1, pmevcntr0_el0\n\tnop\n\tnop\n\t"
		     "mrs %2, pmxevcntr_el0\n\tmrs %3, pmevcntr4_el0"
		     : "=r"(a), "=r"(b), "=r"(c), "=r"(d));
	put_hex("  instructions +", b - a);
	put_hex(" +", c - b);
	put_hex(" +", d - c);
	end_line();
	asm volatile(
		"msr pmcntenclr_el0, %4\n\tmrs %0, pmccntr_el0\n\tnop\n\tmsr pmcntenset_el0, %4\n\t"
		"nop\n\tnop\n\tmsr pmcntenclr_el0, %4\n\tnop\n\tmrs %1, pmccntr_el0\n\t"
		"msr pmcntenset_el0, %4\n\tmsr pmccntr_el0, xzr\n\tnop\n\tmrs %2, pmccntr_el0\n\t"
		"msr pmcr_el0, xzr\n\tnop\n\tmrs %3, pmccntr_el0"
		: "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d)
		: "r"(C));
	put_hex("  enabled for ", b - a);
	put_hex(" written and read ", c);
	put_hex(" stopped at ", d);
	end_line();
	WRITE(pmcntenclr_el0, ~0ul);
}

/* ---- Overflow ---- */

static const struct {
	const char *name;
	u64 pmcr, mdcr, start;
} overflows[] = {
	/* clang-format off */
	{ "32 bits",                       0,  6,              0xfffffff8 },
	{ "32 of 64 bits",                 0,  6,              0x7fffffff8 },
	{ "64 bits, only half",            LP, 6,              0xfffffff8 },
	{ "64 bits",                       LP, 6,              ~7ul },
	{ "LP of the first range",         LP, 3 | HPME,       0xfffffff8 },
	{ "HLP of the second",             0,  3 | HPME | HLP, 0xfffffff8 },
	{ "HLP of the second, 64 bits",    0,  3 | HPME | HLP, ~7ul },
	/* clang-format on */
};

static void show_overflows(void)
{
	for (unsigned i = 0; i < COUNT(overflows); i++) {
		put(overflows[i].name);
		end_line();
		count(overflows[i].pmcr, overflows[i].mdcr, U);
		WRITE(pmevcntr0_el0, overflows[i].start);
		WRITE(pmevcntr1_el0, overflows[i].start);
		WRITE(pmevcntr4_el0, overflows[i].start);
		WRITE(pmevcntr5_el0, overflows[i].start);
		WRITE(pmccntr_el0, overflows[i].start);
		WRITE(pmcr_el0, LC | overflows[i].pmcr | 1);
		run_at(code, SPSR_EL1H, 0);
		show_counts();
	}
}

/* ---- Software increments ---- */

static void increment(void)
{
	asm volatile("msr pmswinc_el0, %0" : : "r"(0x23ul));
	asm volatile("msr pmswinc_el0, %0" : : "r"(0x3ul));
}

static void set_up_increments(u64 filter)
{
	WRITE(pmcr_el0, LC | 6);
	WRITE(pmovsclr_el0, ~0ul);
	WRITE(pmevtyper0_el0, filter | SW_INCR);
	WRITE(pmevtyper1_el0, filter | NO_EVENT);
	WRITE(pmevtyper4_el0, filter | SW_INCR);
	WRITE(pmevtyper5_el0, filter | SW_INCR);
	WRITE(pmevcntr5_el0, 0xffffffff);
	WRITE(pmcntenset_el0, 0x3f);
	WRITE(pmcr_el0, LC | 1);
}

static void show_increments(void)
{
	static const u64 filters[] = { 0, P, U, NSH, P | U, P | U | NSH };

	WRITE(pmuserenr_el0, 2);
	for (unsigned i = 0; i < COUNT(filters); i++) {
		put_hex("filter ", filters[i]);
		end_line();
		set_up_increments(filters[i]);
		run_at(increment, SPSR_EL1H, 0);
		show_counts();
		set_up_increments(filters[i]);
		run_at(increment, SPSR_EL0, 0);
		show_counts();
		set_up_increments(filters[i]);
		increment();
		show_counts();
	}
	set_up_increments(NSH);
	WRITE(pmcntenclr_el0, 0x20);
	increment();
	show_counts();
	set_up_increments(NSH);
	WRITE(pmcr_el0, 0);
	increment();
	show_counts();
	WRITE(pmuserenr_el0, 0);
}

int main(void)
{
	WRITE(hcr_el2, BIT(31));
	write0("masks\n");
	case_masks();
	write0("HPMN\n");
	guest_and_host();
	for (unsigned i = 0; i < COUNT(accesses); i++) {
		put(accesses[i].name);
		end_line();
		WRITE(hcr_el2, BIT(31) | accesses[i].hcr);
		WRITE(pmuserenr_el0, accesses[i].userenr);
		mdcr(accesses[i].mdcr);
		run_at(accesses[i].code, accesses[i].spsr, 0);
		mdcr(6);
		WRITE(pmuserenr_el0, 0);
		WRITE(hcr_el2, BIT(31));
	}
	write0("counting\n");
	show_counting();
	write0("in a row\n");
	case_in_a_row();
	write0("overflow\n");
	show_overflows();
	write0("software increments\n");
	show_increments();
	write0("done\n");
	return 0;
}
