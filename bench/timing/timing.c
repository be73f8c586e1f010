/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures the kernels and workloads of kernels.def, with PMCCNTR_EL0, and prints thousandths of
 * cycles for each body or round: "kernel NAME 1000". Without a timing model a cycle is an
 * instruction. PE 1 (--cpus 2) is off but for the KERNEL_TWO rows, which come last.
 */
#include "bench.h"
#include "kernels.h"
#include "workloads.h"

enum { BODIES_SHORT = 32, BODIES_LONG = 96, LOOPS = 128, PAGE = 4096, LINE = 64 };

#define KERNEL(name, ...) extern void kernel_##name(u64 loops, u64 is_long, u64 data);
#define WORKLOAD(...)
#define KERNEL_TWO(...)
#include "kernels.def"
#undef KERNEL
#undef WORKLOAD

extern char fast_vectors[];
extern u64 pages_mask;
u64 kernel_place;

/* ---- Fixtures: what a kernel's x2 is ---- */

/* RAM behind the program. */
#define BUFFER	     ((u8 *)0x44000000)
#define BUFFER_BYTES (4ul << 20)

static u64 small(u64 argument)
{
	(void)argument;
	for (unsigned i = 0; i < 64; i++)
		((u64 *)BUFFER)[i] = 0;
	return (u64)BUFFER;
}

/* A ring through `bytes` of the buffer, a line a node, in an order that is no pattern. */
static u64 ring(u64 bytes)
{
	static u32 order[BUFFER_BYTES / LINE];
	u64 count = bytes / LINE, seed = 88172645463325252ul;

	for (u64 i = 0; i < count; i++)
		order[i] = (u32)i;
	for (u64 i = count - 1; i > 0; i--) {
		u64 other = next_random(&seed) % i;
		u32 swapped = order[i];

		order[i] = order[other];
		order[other] = swapped;
	}
	for (u64 i = 0; i < count; i++)
		*(u64 *)(BUFFER + (u64)order[i] * LINE) =
			(u64)BUFFER + (u64)order[(i + 1) % count] * LINE;
	for (u64 i = 0, node = (u64)BUFFER; i < count; i++)
		node = *(volatile u64 *)node;
	kernel_place = (u64)BUFFER;
	return (u64)BUFFER;
}

static u64 whole(u64 argument)
{
	(void)argument;
	kernel_place = 0;
	return (u64)BUFFER;
}

/*
 * `count` pages at TEST_VA, page i being frame + i * step: all of them the first page of the
 * buffer in the end, whose first word is the distance from a page to the next. So what misses is
 * translation alone.
 */
static u64 map_pages(u64 count, u64 frame, u64 step)
{
	static u64 tables[8][512] __attribute__((aligned(PAGE)));

	*(u64 *)BUFFER = PAGE;
	for (u64 page = 0; page < COUNT_OF(tables) * 512; page++)
		tables[page / 512][page % 512] =
			(frame + page * step) | PAGE_BITS | ATTR_NORMAL | NOT_GLOBAL;
	for (u64 table = 0; table < COUNT_OF(tables); table++)
		level2[table] = (u64)tables[table] | 3;
	pages_mask = TEST_VA | (count * PAGE - PAGE);
	asm volatile("dsb sy; tlbi vmalle1; dsb sy; isb" ::: "memory");
	return TEST_VA;
}

static u64 pages(u64 count)
{
	return map_pages(count, (u64)BUFFER, 0);
}

/* Stage 2: RAM as it is, in 2 MiB blocks, and 16 MiB at STAGE2_IPA in pages. */
#define STAGE2_IPA   0x60000000ul
#define STAGE2_ENTRY 0x7fdul /* Normal, read and write, AF; a block */

static void set_stage2(u64 is_on)
{
	static u64 root[512] __attribute__((aligned(PAGE)));
	static u64 blocks[512] __attribute__((aligned(PAGE)));
	static u64 tables[8][512] __attribute__((aligned(PAGE)));

	for (u64 i = 0; i < 512; i++)
		blocks[i] = (0x40000000 + (i << 21)) | STAGE2_ENTRY;
	for (u64 table = 0; table < COUNT_OF(tables); table++) {
		blocks[(STAGE2_IPA - 0x40000000) / (2 << 20) + table] = (u64)tables[table] | 3;
		for (u64 i = 0; i < 512; i++)
			tables[table][i] = (u64)BUFFER | STAGE2_ENTRY | 3;
	}
	root[1] = (u64)blocks | 3;
	MSR(vtcr_el2, 0x80023559); /* 39-bit IPA from level 1, 40-bit PA, write-back */
	MSR(vttbr_el2, (u64)root | is_on << 48);
	MSR(hcr_el2, 0x80000000 | is_on);
	asm volatile("dsb sy; isb; tlbi alle1; dsb sy; isb" ::: "memory");
}

static u64 pages_stage2(u64 count)
{
	u64 data = map_pages(count, STAGE2_IPA, PAGE);

	call_el2(set_stage2, 1);
	return data;
}

/* ---- Measuring ---- */

static void print_number(u64 value)
{
	char text[24], *p = text + sizeof text;

	*--p = 0;
	do {
		*--p = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	print(p);
}

static void report(const char *kind, const char *name, u64 thousandths)
{
	print(kind);
	print(" ");
	print(name);
	print(" ");
	print_number(thousandths);
	print("\n");
}

static u64 cycles(void)
{
	asm volatile("isb" ::: "memory");
	return MRS(pmccntr_el0);
}

static u64 kernel_cycles(kernel_t kernel, u64 loops, u64 is_long, u64 data)
{
	u64 before = cycles();

	/* fast_vectors: HVC returns at once. */
	asm volatile("mov x18, #0" ::: "x18");
	kernel(loops, is_long, data);
	asm volatile("mov x18, #1" ::: "x18");
	return cycles() - before;
}

/* Cycles of 64 bodies in each of LOOPS loops: what surrounds bodies and loops cancels out. */
static u64 bodies_cycles(kernel_t kernel, u64 data)
{
	u64 spent[2];

	for (u64 is_long = 0; is_long < 2; is_long++) {
		kernel_cycles(kernel, LOOPS, is_long, data);
		spent[is_long] = kernel_cycles(kernel, 2 * LOOPS, is_long, data);
		spent[is_long] -= kernel_cycles(kernel, LOOPS, is_long, data);
	}
	return spent[1] - spent[0];
}

static void measure_kernel(const char *name, kernel_t kernel, fixture_t fixture, u64 argument)
{
	u64 data = fixture(argument);
	u64 spent = bodies_cycles(kernel, data);

	if (fixture == pages_stage2)
		call_el2(set_stage2, 0);
	report("kernel", name, spent * 1000 / (LOOPS * (BODIES_LONG - BODIES_SHORT)));
}

/* Cycles of a round: those of 2N rounds less those of N, both warm. */
static void measure_workload(const char *name, u64 (*work)(u64 rounds), u64 rounds)
{
	u64 start, spent;

	work(rounds);
	start = cycles();
	work(2 * rounds);
	spent = cycles() - start;
	start = cycles();
	work(rounds);
	spent -= cycles() - start;
	report("workload", name, spent * 1000 / rounds);
}

static u64 slow_vectors;

static void begin_at_el2(u64 unused)
{
	(void)unused;
	slow_vectors = MRS(vbar_el2);
	MSR(vbar_el2, fast_vectors);
	MSR(pmccfiltr_el0, 1ul << 27); /* EL2 counts too */
}

static void end_at_el2(u64 unused)
{
	(void)unused;
	MSR(vbar_el2, slow_vectors);
}

u64 run(void)
{
	MSR(vbar_el1, fast_vectors);
	asm volatile("mov x18, #1" ::: "x18"); /* fast_vectors: HVC is for call_el2() */
	call_el2(begin_at_el2, 0);
	MSR(pmcr_el0, 1 | 1 << 6); /* enabled, 64 bits */
	MSR(pmcntenset_el0, 1ul << 31);
#define KERNEL(name, fixture, argument, ...)                                                       \
	measure_kernel(#name, kernel_##name, fixture, argument);
#define WORKLOAD(name, rounds, ...) measure_workload(#name, workload_##name, rounds);
#include "kernels.def"
#undef KERNEL
#undef WORKLOAD
	measure_two_pes(measure_kernel);
	call_el2(end_at_el2, 0);
	return 0;
}
