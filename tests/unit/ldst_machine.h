/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small machine for the tests of loads and stores: one PE at EL1 with the MMU on, a few pages of
 * each kind, one device. A row is a few instructions, what they start from, and all they change.
 */
#ifndef ENT_TEST_LDST_MACHINE_H
#define ENT_TEST_LDST_MACHINE_H

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

#ifndef PROFILE
#define PROFILE "v8.1"
#endif

#define RAM	     0x40000000ull
#define RAM_BYTES    0x40000ull
#define CODE	     (RAM + 0x100)   /* the instructions; literals around them */
#define VECTORS	     (RAM + 0x1000)  /* each a branch to itself */
#define TABLES	     (RAM + 0x20000) /* levels 1, 2, 3 */
#define DATA	     (RAM + 0x10000) /* two pages, EL1 only */
#define HOLE	     (RAM + 0x12000) /* not mapped; behind DATA */
#define READONLY     (RAM + 0x13000)
#define DEVICE	     (RAM + 0x14000) /* a page of registers */
#define STRICT	     (RAM + 0x15000) /* RAM with the Device type */
#define USER	     (RAM + 0x16000) /* EL0 may read and write */
#define DEVICE_PA    0x9000000ull
#define DEVICE_VALUE 0x0123456789abcdefull

/* Exception syndromes at the same EL, 32-bit instruction. */
#define DABT(iss)    (0x96000000ull | (iss))
#define SP_ALIGNMENT 0x9a000000ull
enum { TRANSLATION_L3 = 7, PERMISSION_L3 = 15, ALIGNED = 0x21, UNSUPPORTED = 0x35, WRITE = 0x40 };

struct machine {
	struct cpu *cpu;
	struct memory memory;
	struct cpu_group group;
	struct cpu_ops ops;
	u8 *ram;
	u64 written; /* last value written to the device */
	unsigned write_size, writes;
	bool write_stops, write_interrupts;
};

static inline bool device_read(struct cpu *cpu, pa_t pa, unsigned size, u64 *value)
{
	(void)cpu;
	*value = DEVICE_VALUE >> (8 * (pa.v & 7));
	if (size < 8)
		*value &= MASK(8 * size - 1, 0);
	return pa.v - DEVICE_PA < PAGE_SIZE;
}

static inline bool device_write(struct cpu *cpu, pa_t pa, unsigned size, u64 value)
{
	struct machine *m = cpu->board;

	m->written = value;
	m->write_size = size;
	m->writes++;
	if (m->write_stops)
		cpu->stop.reason = STOP_EXIT;
	if (m->write_interrupts) {
		cpu->lines |= LINE_IRQ;
		cpu->check_irq = true;
	}
	return pa.v - DEVICE_PA < PAGE_SIZE;
}

static inline void put64(struct machine *m, u64 at, u64 value)
{
	memcpy(m->ram + (at - RAM), &value, 8);
}

static inline u64 get64(const struct machine *m, u64 at)
{
	u64 value;

	memcpy(&value, m->ram + (at - RAM), 8);
	return value;
}

static inline void put_insn(struct machine *m, u64 at, u32 insn)
{
	memcpy(m->ram + (at - RAM), &insn, 4);
	memory_written(&m->memory, PA(at), 4);
}

/* attr 0 Normal, 1 Device-nGnRnE; ap 0 EL1, 1 EL1 and EL0, 2 EL1 read-only */
static inline void map(struct machine *m, u64 va, u64 pa, u64 attr, u64 ap)
{
	put64(m, TABLES + 0x2000 + 8 * bits(va, 20, 12),
		pa | 3u << 8 | 1u << 10 | attr << 2 | ap << 6 | 3);
}

static inline void map_all(struct machine *m)
{
	put64(m, TABLES + 8, (TABLES + 0x1000) | 3);
	put64(m, TABLES + 0x1000, (TABLES + 0x2000) | 3);
	for (u64 va = RAM; va < RAM + RAM_BYTES; va += PAGE_SIZE)
		map(m, va, va, 0, 0);
	put64(m, TABLES + 0x2000 + 8 * bits(HOLE, 20, 12), 0);
	map(m, READONLY, READONLY, 0, 2);
	map(m, DEVICE, DEVICE_PA, 1, 0);
	map(m, STRICT, STRICT, 1, 0);
	map(m, USER, USER, 0, 1);
}

static inline struct machine *machine_create(enum engine engine)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct cpu *cpu;

	m->ram = aligned_alloc(PAGE_SIZE, RAM_BYTES);
	memset(m->ram, 0, RAM_BYTES);
	m->memory.region[0] = (struct ram_region){ .base = PA(RAM),
		.size = RAM_BYTES,
		.host = m->ram,
		.page_flags = calloc(RAM_BYTES >> PAGE_SHIFT, 1) };
	m->memory.region_count = 1;
	m->ops = (struct cpu_ops){ .bus_read = device_read, .bus_write = device_write };
	m->cpu = cpu = cpu_create(PROFILE, 40, engine, &m->memory, &m->group, &m->ops, m);
	assert_non_null(cpu);
	cpu_reset(cpu, EL1, CODE);
	map_all(m);
	for (u64 vector = VECTORS; vector < VECTORS + 0x800; vector += 0x80)
		put_insn(m, vector, 0x14000000);
	sysreg_write(cpu, SR_MAIR_EL1, 0x00ff);
	sysreg_write(cpu, SR_TCR_EL1, 25 | 1ull << 23 | 2ull << 32);
	sysreg_write(cpu, SR_TTBR0_EL1, TABLES);
	sysreg_write(cpu, SR_VBAR_EL1, VECTORS);
	sysreg_write(cpu, SR_CPACR_EL1, CPACR_EL1_FPEN);
	return m;
}

static inline void machine_destroy(struct machine *m)
{
	cpu_destroy(m->cpu);
	free(m->memory.region[0].page_flags);
	free(m->ram);
	free(m);
}

/* ---- Rows ---- */

struct slot_value {
	u8 slot;
	u64 value;
};
struct memory_value {
	u64 va;
	u64 value;
};

struct vector_value {
	u64 low, high;
	u8 number;
	bool used; /* a list ends with one that is not */
};

struct row {
	const char *text; /* the assembly; what is special about it */
	u32 insn[6];	  /* the last is 0 */
	u64 sctlr;	  /* bits that differ from the usual M, C, I, SA */
	struct slot_value before[4];
	struct slot_value after[4];	/* slot 0 ends a list */
	struct vector_value vectors[8]; /* after */
	struct memory_value memory[8];
	u64 esr, far; /* of the exception that ends the row */
};

#define DATA_0 0xf7e6d5c4b3a29180ull /* at DATA */
#define DATA_8 0x7f6e5d4c3b2a1908ull /* at DATA + 8 */
#define X0     0xa0a0a0a0a0a0a0a0ull
#define X3     0x8877665544332211ull
/* The halves of vector register n. */
#define V_LOW(n)  (0x0706050403020100ull + 0x1010101010101010ull * ((n)&7))
#define V_HIGH(n) (0x8f8e8d8c8b8a8988ull + (n))

/* The state that every row starts from, besides its own. */
static inline void set_start(struct machine *m, const struct row *row)
{
	struct cpu *cpu = m->cpu;

	for (unsigned i = 0; i < SLOT_ZERO; i++)
		cpu->x[i] = X0 + i;
	for (unsigned i = 0; i < COUNT(cpu->v); i++)
		cpu->v[i] = (union vreg){ .d = { V_LOW(i), V_HIGH(i) } };
	cpu->x[2] = DATA;
	cpu->x[3] = X3;
	cpu->x[SLOT_SP] = DATA;
	for (unsigned i = 0; i < COUNT(row->before) && row->before[i].slot != 0; i++)
		cpu->x[row->before[i].slot] = row->before[i].value;
	memset(m->ram + (DATA - RAM), 0x5a, USER + PAGE_SIZE - DATA);
	for (u64 page = DATA; page <= USER; page += PAGE_SIZE) {
		put64(m, page, DATA_0);
		put64(m, page + 8, DATA_8);
	}
	cpu->pc = CODE;
	cpu->pstate = (struct pstate){ .el = EL1, .sp = 1, .nzcv = 6, .daif = 15 };
	cpu->sys[SR_ESR_EL1] = cpu->sys[SR_FAR_EL1] = 0;
	exclusive_clear(cpu);
}

/* Runs the instructions; true: to their end, false: into the vectors. */
static inline bool run_row(struct machine *m, const struct row *row)
{
	struct cpu *cpu = m->cpu;
	unsigned count = 0;

	while (row->insn[count] != 0)
		count++;
	cpu_run(cpu, cpu->cycles + count + 1);
	if (cpu->pc == CODE + 4 * count)
		return true;
	assert_int_equal(cpu->pc, VECTORS + 0x200);
	return false;
}

static inline void check_registers(const struct cpu *cpu, const u64 *want, const char *text)
{
	for (unsigned i = 0; i < SLOT_SINK; i++) {
		if (cpu->x[i] != want[i])
			fail_msg("%s: slot %u is 0x%" PRIx64 ", not 0x%" PRIx64, text, i, cpu->x[i],
				want[i]);
	}
	if (cpu->pstate.nzcv != 6)
		fail_msg("%s: NZCV changed to %u", text, cpu->pstate.nzcv);
}

static inline void check_vectors(const struct cpu *cpu, const struct row *row)
{
	union vreg want[COUNT(cpu->v)];

	for (unsigned i = 0; i < COUNT(want); i++)
		want[i] = (union vreg){ .d = { V_LOW(i), V_HIGH(i) } };
	for (unsigned i = 0; i < COUNT(row->vectors) && row->vectors[i].used; i++)
		want[row->vectors[i].number] =
			(union vreg){ .d = { row->vectors[i].low, row->vectors[i].high } };
	for (unsigned i = 0; i < COUNT(want); i++) {
		if (memcmp(&cpu->v[i], &want[i], sizeof(want[i])) != 0)
			fail_msg("%s: V%u is 0x%016" PRIx64 "%016" PRIx64 ", not 0x%016" PRIx64
				 "%016" PRIx64,
				row->text, i, cpu->v[i].d[1], cpu->v[i].d[0], want[i].d[1],
				want[i].d[0]);
	}
}

static inline void check_memory(const struct machine *m, const u8 *want, const char *text)
{
	for (u64 i = 0; i < RAM_BYTES; i++) {
		if (m->ram[i] != want[i])
			fail_msg("%s: byte at 0x%" PRIx64 " is 0x%02x, not 0x%02x", text,
				(u64)(RAM + i), m->ram[i], want[i]);
	}
}

/* One run of a row from its start: every register and byte is as the row says, or as it was. */
static inline void check_row_once(struct machine *m, const struct row *row)
{
	struct cpu *cpu = m->cpu;
	u64 want_x[SLOT_COUNT];
	u8 *want_ram = malloc(RAM_BYTES);
	bool completed;

	set_start(m, row);
	memcpy(want_x, cpu->x, sizeof(want_x));
	memcpy(want_ram, m->ram, RAM_BYTES);
	for (unsigned i = 0; i < COUNT(row->after) && row->after[i].slot != 0; i++)
		want_x[row->after[i].slot] = row->after[i].value;
	for (unsigned i = 0; i < COUNT(row->memory); i++) {
		if (row->memory[i].va != 0)
			memcpy(want_ram + (row->memory[i].va - RAM), &row->memory[i].value, 8);
	}
	completed = run_row(m, row);
	if (completed != (row->esr == 0) || cpu->sys[SR_ESR_EL1] != row->esr)
		fail_msg("%s: ESR_EL1 is 0x%" PRIx64 ", not 0x%" PRIx64, row->text,
			cpu->sys[SR_ESR_EL1], row->esr);
	if (row->far != 0 && cpu->sys[SR_FAR_EL1] != row->far)
		fail_msg("%s: FAR_EL1 is 0x%" PRIx64 ", not 0x%" PRIx64, row->text,
			cpu->sys[SR_FAR_EL1], row->far);
	check_registers(cpu, want_x, row->text);
	check_vectors(cpu, row);
	check_memory(m, want_ram, row->text);
	free(want_ram);
}

/* Fills the host TLB for the pages that a row may use. */
static inline void warm_up(struct machine *m, const struct row *row)
{
	static const u64 pages[] = { DATA, DATA + PAGE_SIZE, STRICT, USER };

	set_start(m, row);
	mmu_enter(m->cpu);
	for (size_t i = 0; i < COUNT(pages); i++) {
		struct loaded loaded = mmu_load(m->cpu, pages[i], 8, 0);

		assert_true(loaded.ok && mmu_store(m->cpu, pages[i], 8, loaded.data, 0));
	}
	assert_true((host_write(m->cpu, DATA, 8) != NULL) == !(row->sctlr & SCTLR_EL1_A));
}

/* Both engines; cold, so that the slow twin does it, and again with the host TLB filled. */
static inline void check_row(const struct row *row)
{
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		struct machine *m;

		if (!cpu_engine_available(engine))
			continue;
		m = machine_create(engine);
		sysreg_write(m->cpu, SR_SCTLR_EL1,
			(SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I | SCTLR_EL1_SA) ^ row->sctlr);
		for (unsigned i = 0; i < COUNT(row->insn); i++)
			put_insn(m, CODE + 4 * i,
				row->insn[i] != 0 ? row->insn[i] : 0x14000000); /* b . */
		put64(m, CODE + 0x40, DATA_0);
		put64(m, CODE - 0x40, DATA_8);
		check_row_once(m, row);
		warm_up(m, row);
		check_row_once(m, row);
		machine_destroy(m);
	}
}

#endif
