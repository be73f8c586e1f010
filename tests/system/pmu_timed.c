/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bare-metal facts about the performance monitors of a PE with a timing model: events around loops
 * of which everybody can say how often they branch, load and miss. Runs at EL2 behind a flat map
 * with caches. Counts that are a matter of the model's figures are told as "less than", not as
 * such.
 */
#include "facts.h"

#define NSH BIT(27)
#define LC  BIT(6)

enum {
	L1I_CACHE_REFILL = 0x01,
	L1D_CACHE_REFILL = 0x03,
	L1D_CACHE = 0x04,
	L1D_TLB_REFILL = 0x05,
	LD_RETIRED = 0x06,
	ST_RETIRED = 0x07,
	INST_RETIRED = 0x08,
	EXC_TAKEN = 0x09,
	EXC_RETURN = 0x0a,
	PC_WRITE_RETIRED = 0x0c,
	BR_IMMED_RETIRED = 0x0d,
	BR_RETURN_RETIRED = 0x0e,
	BR_MIS_PRED = 0x10,
	BR_PRED = 0x12,
	MEM_ACCESS = 0x13,
	L1I_CACHE = 0x14,
	L1D_CACHE_WB = 0x15,
	L2D_CACHE = 0x16,
	L2D_CACHE_REFILL = 0x17,
	BR_RETIRED = 0x21,
	BR_MIS_PRED_RETIRED = 0x22,
	STALL_FRONTEND = 0x23,
	STALL_BACKEND = 0x24,
	L1D_TLB = 0x25,
	L1I_TLB = 0x26,
	L2D_TLB_REFILL = 0x2d,
	L2D_TLB = 0x2f,
	DTLB_WALK = 0x34,
	ITLB_WALK = 0x35,
	STALL = 0x3c
};

/* ---- The map: blocks of 2 MiB, and 4 KiB pages where the data is ---- */

enum { LINE = 64, PAGE = 4096, DATA = 0x44000000, DATA_PAGES = 512, MMU_RAM = 0x40000000 };

static u64 level1[512] __attribute__((aligned(4096)));
static u64 level2[512] __attribute__((aligned(4096)));
static u64 level3[512] __attribute__((aligned(4096)));

static void map(void)
{
	const u64 normal = 0x705; /* AF, inner shareable, attribute 1; a block */

	for (u64 i = 0; i < 512; i++) {
		level2[i] = (MMU_RAM + (i << 21)) | normal;
		level3[i] = (DATA + i * PAGE) | normal | 3;
	}
	level2[(DATA - MMU_RAM) >> 21] = (u64)level3 | 3;
	level1[1] = (u64)level2 | 3;
	WRITE(mair_el2, 0xff00);
	WRITE(ttbr0_el2, (u64)level1);
	WRITE(tcr_el2, 0x80823519); /* 39 bits, 4 KiB, write-back */
	asm volatile("tlbi alle2\n\tdsb sy\n\tisb" : : : "memory");
	WRITE(sctlr_el2, 0x30c51835); /* M, C, I */
}

/* ---- Counting ---- */

static struct {
	u64 event[6], cycles;
} counts;

static u64 scratch[8] __attribute__((aligned(64)));

/* Between on and off there are an ISB, the code (%1: scratch), and the MSR that switches off. */
#define COUNT_IT(on, ...)                                                                          \
	asm volatile("msr pmcntenset_el0, %0\n\tisb\n\t" __VA_ARGS__                               \
		     "\n\tmsr pmcntenclr_el0, %0\n\tisb"                                           \
		     :                                                                             \
		     : "r"(on), "r"(scratch)                                                       \
		     : "memory", "cc", "x0", "x1", "x2", "x3", "x4", "x5", "x30")

static void begin(const u32 *events, unsigned count)
{
	WRITE(pmcr_el0, LC | 6);
	WRITE(pmovsclr_el0, ~0ul);
	for (unsigned n = 0; n < count; n++) {
		WRITE(pmselr_el0, n);
		WRITE(pmxevtyper_el0, NSH | events[n]);
	}
	WRITE(pmselr_el0, 31);
	WRITE(pmxevtyper_el0, NSH);
	WRITE(pmcr_el0, LC | 1);
}

static void end(void)
{
	for (unsigned n = 0; n < 6; n++) {
		WRITE(pmselr_el0, n);
		counts.event[n] = READ(pmxevcntr_el0);
	}
	counts.cycles = READ(pmccntr_el0);
}

static void less(const char *name, u64 value, u64 bound)
{
	put("  ");
	put(name);
	if (value >= bound) {
		put_hex(" not less than ", bound);
		put_hex(": ", value);
	} else {
		put_hex(" less than ", bound);
	}
	end_line();
}

#define ALL 0x8000003ful

/* ---- Loops ---- */

#define LOOP_OF_100                                                                                \
	"mov x0, #100\n"                                                                           \
	"1:\tldr x1, [%1]\n\tstr x1, [%1, #8]\n\tsubs x0, x0, #1\n\tb.ne 1b"

/* Twice: the first time it is learned. The branches of the loop, its loads and stores. */
static void loop(void)
{
	static const u32 branches[] = { BR_RETIRED, BR_IMMED_RETIRED, PC_WRITE_RETIRED, BR_MIS_PRED,
		BR_MIS_PRED_RETIRED, BR_PRED };
	static const u32 memory[] = { LD_RETIRED, ST_RETIRED, MEM_ACCESS, L1D_CACHE, INST_RETIRED,
		L1D_CACHE_REFILL };

	write0("a loop of 100 rounds\n");
	for (unsigned i = 0; i < 2; i++) {
		begin(branches, 6);
		COUNT_IT(ALL, LOOP_OF_100);
		end();
	}
	say("BR_RETIRED ", counts.event[0]);
	say("BR_IMMED_RETIRED ", counts.event[1]);
	say("PC_WRITE_RETIRED ", counts.event[2]);
	less("BR_MIS_PRED", counts.event[3], 4);
	say("as many as BR_MIS_PRED_RETIRED ", counts.event[3] == counts.event[4]);
	say("BR_PRED ", counts.event[5]);
	begin(memory, 6);
	COUNT_IT(ALL, LOOP_OF_100);
	end();
	say("LD_RETIRED ", counts.event[0]);
	say("ST_RETIRED ", counts.event[1]);
	say("MEM_ACCESS ", counts.event[2]);
	say("L1D_CACHE ", counts.event[3]);
	say("INST_RETIRED ", counts.event[4]);
	say("L1D_CACHE_REFILL ", counts.event[5]);
}

/* Time does not depend on who counts what. */
static void same_time(void)
{
	static const u32 none[] = { INST_RETIRED },
			 exact[] = { LD_RETIRED, L1D_CACHE, STALL, L1I_CACHE, BR_RETIRED, L1D_TLB };
	u64 cycles[4];

	write0("time\n");
	for (unsigned i = 0; i < 4; i++) {
		/* the same instructions, whichever is counted */
		begin(exact, 6);
		if (i % 2 == 0)
			begin(none, 1);
		COUNT_IT(i % 2 == 0 ? BIT(31) | 1 : ALL, LOOP_OF_100);
		end();
		cycles[i] = counts.cycles;
	}
	say("equal ", cycles[2] == cycles[3]);
	less("cycles of a round", cycles[3] / 100, 6);
}

/* ---- Calls ---- */

static void calls(void)
{
	static const u32 events[] = { BR_RETIRED, BR_RETURN_RETIRED, BR_IMMED_RETIRED, BR_MIS_PRED,
		PC_WRITE_RETIRED, BR_PRED };

	write0("50 calls\n");
	for (unsigned i = 0; i < 2; i++) {
		begin(events, 6);
		COUNT_IT(ALL, "mov x0, #50\n1:\tbl 2f\n\tsubs x0, x0, #1\n\tb.ne 1b\n\tb 3f\n"
			      "2:\tret\n3:");
		end();
	}
	say("BR_RETIRED ", counts.event[0]);
	say("BR_RETURN_RETIRED ", counts.event[1]);
	say("BR_IMMED_RETIRED ", counts.event[2]);
	less("BR_MIS_PRED", counts.event[3], 4);
	say("PC_WRITE_RETIRED ", counts.event[4]);
	say("BR_PRED ", counts.event[5]);
}

/* ---- Caches ---- */

/* 200 lines, of which nothing is cached. */
static void flush(void)
{
	for (u64 at = DATA; at < DATA + 200 * LINE; at += LINE)
		asm volatile("dc civac, %0" : : "r"(at) : "memory");
	asm volatile("dsb sy" : : : "memory");
}

#define LOAD_200_LINES                                                                             \
	"mov x1, #0x44000000\n\tmov x0, #200\n"                                                    \
	"1:\tldr x2, [x1], #64\n\tsubs x0, x0, #1\n\tb.ne 1b"

static void lines(void)
{
	static const u32 events[] = { L1D_CACHE, L1D_CACHE_REFILL, L2D_CACHE, L2D_CACHE_REFILL,
		LD_RETIRED, L1D_CACHE_WB };

	write0("200 lines\n");
	flush();
	for (unsigned i = 0; i < 2; i++) {
		begin(events, 6);
		COUNT_IT(ALL, LOAD_200_LINES);
		end();
		say("L1D_CACHE ", counts.event[0]);
		say("L1D_CACHE_REFILL ", counts.event[1]);
		/* an instruction line or two may come from there too */
		less("L2D_CACHE beyond", counts.event[2] - counts.event[1], 5);
		less("L2D_CACHE_REFILL beyond", counts.event[3] - counts.event[1], 5);
		say("LD_RETIRED ", counts.event[4]);
	}
}

/* 4 KiB pages beyond what a micro TLB holds, in a main TLB that has them and does not. */
static void pages(void)
{
	static const u32 events[] = { L1D_TLB, L1D_TLB_REFILL, L2D_TLB, L2D_TLB_REFILL, DTLB_WALK,
		ITLB_WALK };

	write0("64 pages\n");
	asm volatile("tlbi alle2\n\tdsb sy\n\tisb" : : : "memory");
	for (unsigned i = 0; i < 2; i++) {
		begin(events, 6);
		COUNT_IT(ALL,
			"mov x1, #0x44000000\n\tmov x0, #64\n"
			"1:\tldr x2, [x1]\n\tadd x1, x1, #4096\n\tsubs x0, x0, #1\n\tb.ne 1b");
		end();
		say("L1D_TLB ", counts.event[0]);
		say("L1D_TLB_REFILL ", counts.event[1]);
		say("L2D_TLB ", counts.event[2]);
		say("L2D_TLB_REFILL ", counts.event[3]);
		say("DTLB_WALK ", counts.event[4]);
		say("ITLB_WALK ", counts.event[5]);
	}
}

/* Straight code through eight lines, and a loop inside of one. */
static void code(void)
{
	static const u32 events[] = { L1I_CACHE, L1I_TLB, L1I_CACHE_REFILL, INST_RETIRED };

	write0("8 lines of code\n");
	for (unsigned i = 0; i < 2; i++) {
		begin(events, 4);
		COUNT_IT(ALL, "b 1f\n\t.balign 64\n1:\t.rept 128\n\tnop\n\t.endr\n");
		end();
	}
	/* and what is fetched anew behind the ISB, and the line behind */
	say("L1I_CACHE ", counts.event[0]);
	say("L1I_TLB ", counts.event[1]);
	say("L1I_CACHE_REFILL ", counts.event[2]);
	begin(events, 4);
	COUNT_IT(ALL, "mov x0, #100\n\tb 1f\n\t.balign 64\n1:\tsubs x0, x0, #1\n\tb.ne 1b\n\t"
		      "b 2f\n\t.balign 64\n2:");
	end();
	say("a loop: L1I_CACHE ", counts.event[0]);
}

/* ---- Stalls ---- */

static void stalls(void)
{
	static const u32 events[] = { STALL, STALL_FRONTEND, STALL_BACKEND, INST_RETIRED };

	write0("stalls\n");
	begin(events, 4);
	COUNT_IT(ALL, "mov x0, #100\n\tmov x1, #3\n1:\tudiv x2, x0, x1\n\tadd x2, x2, #1\n\t"
		      "subs x0, x0, #1\n\tb.ne 1b");
	end();
	say("STALL is both ", counts.event[0] == counts.event[1] + counts.event[2]);
	say("STALL is less than all cycles ", counts.event[0] < counts.cycles);
	say("a division stalls ", counts.event[2] > 100 * 4);
	/* what does not stall issues one or two */
	say("the rest issues ", counts.cycles - counts.event[0] >= counts.event[3] / 2 &&
					counts.cycles - counts.event[0] <= counts.event[3]);
}

/* ---- Exception levels ---- */

static void at_el1(void)
{
	asm volatile("mov x0, #30\n1:\tldr x1, [sp]\n\tsubs x0, x0, #1\n\tb.ne 1b"
		     :
		     :
		     : "x0", "x1", "cc");
}

/* The filters are those of the ELs where it happens: 30 loads at EL1 and a few of the way. */
static void levels(void)
{
	static const u32 events[] = { LD_RETIRED, BR_RETIRED, LD_RETIRED, BR_RETIRED, EXC_TAKEN,
		EXC_RETURN };

	write0("EL1\n");
	WRITE(hcr_el2, BIT(31));
	begin(events, 6);
	for (unsigned n = 0; n < 2; n++) { /* EL1 only */
		WRITE(pmselr_el0, n);
		WRITE(pmxevtyper_el0, events[n]);
	}
	WRITE(pmcntenset_el0, ALL);
	run_at(at_el1, SPSR_EL1H, 0);
	WRITE(pmcntenclr_el0, ALL);
	end();
	less("loads of EL1 beyond 30", counts.event[0] - 30, 8);
	less("branches of EL1 beyond 30", counts.event[1] - 30, 8);
	say("more of all ", counts.event[2] > counts.event[0] && counts.event[3] > counts.event[1]);
	say("EXC_TAKEN ", counts.event[4]);
	say("EXC_RETURN ", counts.event[5]);
}

/* ---- Overflow ---- */

static void overflow(void)
{
	static const u32 events[] = { LD_RETIRED, L1D_CACHE_REFILL };

	write0("overflow\n");
	flush();
	begin(events, 2);
	WRITE(pmevcntr0_el0, 0xffffffff - 198);
	WRITE(pmevcntr1_el0, 0xffffffff - 199);
	COUNT_IT(ALL, LOAD_200_LINES);
	say("PMOVSSET ", READ(pmovsset_el0));
	say("PMEVCNTR0 ", (u32)READ(pmevcntr0_el0));
	say("PMEVCNTR1 ", (u32)READ(pmevcntr1_el0));
}

/* ---- Wide accesses ---- */

#define WIDE_ACCESSES                                                                              \
	"mov x0, #100\n\t.arch_extension simd\n"                                                   \
	"1:\tldp x1, x2, [%1]\n\tstp x1, x2, [%1, #16]\n\tld1 {v0.16b-v3.16b}, [%1]\n\t"           \
	"ldr x1, [%1, #40]\n\tsubs x0, x0, #1\n\tb.ne 1b"

/* An instruction that stays in a line is one access, be it of a byte or of four registers. */
static void wide(void)
{
	static const u32 events[] = { MEM_ACCESS, L1D_CACHE, L1D_TLB, LD_RETIRED, ST_RETIRED };

	write0("a line in pairs and at once\n");
	WRITE(cptr_el2, 0x33ff & ~BIT(10));
	begin(events, 5);
	COUNT_IT(ALL, WIDE_ACCESSES);
	end();
	say("MEM_ACCESS ", counts.event[0]);
	say("L1D_CACHE ", counts.event[1]);
	say("L1D_TLB ", counts.event[2]);
	say("LD_RETIRED ", counts.event[3]);
	say("ST_RETIRED ", counts.event[4]);
}

int main(void)
{
	WRITE(mdcr_el2, 6);
	write0("events\n");
	say("PMCEID0 ", READ(pmceid0_el0));
	say("PMCEID1 ", READ(pmceid1_el0));
	map();
	loop();
	same_time();
	calls();
	lines();
	pages();
	code();
	stalls();
	levels();
	overflow();
	wide();
	return 0;
}
