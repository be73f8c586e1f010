/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fake machine for the tests of mmu/: two PEs, 16 MiB of RAM, one device page, and a builder of
 * translation tables. Registers are set directly: no sysregs hooks, so call settle() afterwards.
 */
#ifndef ENT_TEST_MMU_MACHINE_H
#define ENT_TEST_MMU_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cpu/events.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"

#define RAM_BASE   0x40000000ull
#define RAM_SIZE   0x1000000ull
#define TABLE_AREA (RAM_BASE + 0x800000) /* tables grow from here */
#define DEVICE	   0x9000000ull		 /* one page of a device that answers */
#define NOTHING	   0x70000000ull	 /* no RAM, no device */

struct machine {
	struct cpu pe[2];
	struct cpu *cpu; /* the first */
	struct cpu_group group;
	struct memory memory;
	struct cpu_ops ops;
	u8 *ram;
	u64 free_table;
	unsigned walks, code_writes;
	struct event last_walk;
	u64 device_value;
	unsigned device_size;
};

static inline struct machine *machine_of(struct cpu *cpu)
{
	return cpu->board;
}

static inline bool fake_read(struct cpu *cpu, pa_t pa, unsigned size, u64 *value)
{
	machine_of(cpu)->device_size = size;
	*value = machine_of(cpu)->device_value >> (8 * (pa.v & 7));
	return pa.v - DEVICE < PAGE_SIZE;
}

static inline bool fake_write(struct cpu *cpu, pa_t pa, unsigned size, u64 value)
{
	if (pa.v - DEVICE >= PAGE_SIZE)
		return false;
	machine_of(cpu)->device_size = size;
	machine_of(cpu)->device_value = value;
	return true;
}

static inline void fake_event(struct cpu *cpu, const struct event *event)
{
	if (event->kind != EVENT_WALK)
		return;
	machine_of(cpu)->walks++;
	machine_of(cpu)->last_walk = *event;
}

static inline void fake_code_written(void *machine, pa_t pa, u64 size)
{
	(void)pa;
	(void)size;
	((struct machine *)machine)->code_writes++;
}

static inline void add_feature(struct cpu *cpu, enum feature_id feature)
{
	cpu->features[feature / 64] |= 1ull << (feature % 64);
}

static inline void drop_feature(struct cpu *cpu, enum feature_id feature)
{
	cpu->features[feature / 64] &= ~(1ull << (feature % 64));
}

static inline struct machine *machine_create(void)
{
	static const enum feature_id features[] = { FEAT_VHE, FEAT_PAN, FEAT_HAFDBS, FEAT_HPDS,
		FEAT_VMID16, FEAT_NV };
	struct machine *m = calloc(1, sizeof(*m));

	m->ram = aligned_alloc(PAGE_SIZE, RAM_SIZE);
	memset(m->ram, 0, RAM_SIZE);
	m->memory.region[0] = (struct ram_region){ .base = PA(RAM_BASE),
		.size = RAM_SIZE,
		.host = m->ram,
		.page_flags = calloc(RAM_SIZE >> PAGE_SHIFT, 1) };
	m->memory.region_count = 1;
	m->memory.code_written = fake_code_written;
	m->memory.code_cache = m;
	m->ops = (struct cpu_ops){
		.bus_read = fake_read, .bus_write = fake_write, .event = fake_event
	};
	m->free_table = TABLE_AREA;
	m->cpu = &m->pe[0];
	for (unsigned i = 0; i < 2; i++) {
		struct cpu *cpu = &m->pe[i];

		cpu->board = m;
		cpu->ops = &m->ops;
		cpu->memory = &m->memory;
		cpu->group = &m->group;
		cpu->index = i;
		cpu->pa_bits = 48;
		cpu->observe = 1u << EVENT_WALK;
		cpu->pstate.el = EL1;
		for (size_t f = 0; f < COUNT(features); f++)
			add_feature(cpu, features[f]);
		m->group.cpu[m->group.count++] = cpu;
		assert_true(mmu_create(cpu));
		mmu_reset(cpu);
	}
	return m;
}

static inline void machine_destroy(struct machine *m)
{
	for (unsigned i = 0; i < 2; i++)
		mmu_destroy(&m->pe[i]);
	free(m->memory.region[0].page_flags);
	free(m->ram);
	free(m);
}

static inline int setup_machine(void **state)
{
	*state = machine_create();
	return 0;
}

static inline int teardown_machine(void **state)
{
	machine_destroy(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_machine, teardown_machine)

/* Registers were changed: what the sysregs hooks and the engine would do. */
static inline void settle(struct cpu *cpu)
{
	memset(cpu->ctx_of, 0, sizeof(cpu->ctx_of));
	mmu_select_context(cpu);
}

static inline void at_el(struct cpu *cpu, unsigned el)
{
	cpu->pstate.el = (u8)el;
	mmu_enter(cpu);
}

static inline u64 *ram64(struct machine *m, u64 pa)
{
	assert_in_range(pa, RAM_BASE, RAM_BASE + RAM_SIZE - 8);
	return (u64 *)(void *)(m->ram + (pa - RAM_BASE));
}

/* ---- Tables ---- */

struct tt {
	u64 root;
	unsigned granule, input_bits, start_level;
};

#define D_AF	    BIT(10)
#define D_NG	    BIT(11)
#define D_AP(n)	    ((u64)(n) << 6)
#define D_UXN	    BIT(54)
#define D_PXN	    BIT(53)
#define D_CONT	    BIT(52)
#define D_DBM	    BIT(51)
#define D_ATTR(n)   ((u64)(n) << 2)
#define D_SH(n)	    ((u64)(n) << 8)
#define D_S2(n)	    ((u64)(n) << 6) /* S2AP */
#define D_S2ATTR(n) ((u64)(n) << 2)
#define S2_RWX_WB   (D_AF | D_S2(3) | D_S2ATTR(15) | D_SH(3))

/* MAIR: 0 Normal write-back, 1 Device-nGnRnE, 2 Normal non-cacheable, 3 Device-GRE, 4 write-through
 */
#define MAIR_TEST 0xbb0c4400ffull

static inline u64 new_table(struct machine *m, u64 align)
{
	u64 table = align_up(m->free_table, align);

	m->free_table = table + (align > 0x10000 ? align : 0x10000);
	assert_true(m->free_table <= RAM_BASE + RAM_SIZE);
	memset(ram64(m, table), 0, 0x10000);
	return table;
}

static inline unsigned level_shift(const struct tt *tt, unsigned level)
{
	return tt->granule + (3 - level) * (tt->granule - 3);
}

static inline struct tt tt_new(
	struct machine *m, unsigned granule, unsigned input_bits, unsigned start)
{
	return (struct tt){ new_table(m, 0x10000), granule, input_bits, start };
}

/* The address of the descriptor for `input` at `level`; makes the tables above. */
static inline u64 tt_slot(struct machine *m, const struct tt *tt, u64 input, unsigned level)
{
	u64 table = tt->root, slot;
	unsigned top = tt->input_bits;

	for (unsigned at = tt->start_level;; at++) {
		unsigned shift = level_shift(tt, at);

		slot = table + 8 * bits(input, top - 1, shift);
		if (at == level)
			return slot;
		if (!(*ram64(m, slot) & 1))
			*ram64(m, slot) = new_table(m, 0x10000) | 3;
		table = *ram64(m, slot) & MASK(47, tt->granule);
		top = shift;
	}
}

/* Maps one block or page at `level`; attributes without the type bits. Returns the descriptor's PA.
 */
static inline u64 tt_map(struct machine *m, const struct tt *tt, u64 input, u64 output,
	unsigned level, u64 attributes)
{
	u64 slot = tt_slot(m, tt, input, level);

	*ram64(m, slot) = output | attributes | (level == 3 ? 3 : 1);
	return slot;
}

/* ---- The usual configurations: 4 KiB, 48 bits (stage 2: 40 bits from level 1) ---- */

#define TCR_48 (16ull | 16ull << 16 | 2ull << 30 | 5ull << 32)

/* EL1&0 on, both ranges in the same tables. */
static inline struct tt el10_on(struct machine *m)
{
	struct tt tt = tt_new(m, 12, 48, 0);
	struct cpu *cpu = m->cpu;

	cpu->sys[SR_TTBR0_EL1] = tt.root;
	cpu->sys[SR_TTBR1_EL1] = tt.root;
	cpu->sys[SR_TCR_EL1] = TCR_48;
	cpu->sys[SR_MAIR_EL1] = MAIR_TEST;
	cpu->sys[SR_SCTLR_EL1] = SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I;
	settle(cpu);
	return tt;
}

static inline struct tt el20_on(struct machine *m)
{
	struct tt tt = tt_new(m, 12, 48, 0);
	struct cpu *cpu = m->cpu;

	cpu->sys[SR_HCR_EL2] |= HCR_EL2_E2H;
	cpu->sys[SR_TTBR0_EL2] = tt.root;
	cpu->sys[SR_TTBR1_EL2] = tt.root;
	cpu->sys[SR_TCR_EL2] = TCR_48;
	cpu->sys[SR_MAIR_EL2] = MAIR_TEST;
	cpu->sys[SR_SCTLR_EL2] = SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I;
	settle(cpu);
	return tt;
}

static inline struct tt el2_on(struct machine *m)
{
	struct tt tt = tt_new(m, 12, 48, 0);
	struct cpu *cpu = m->cpu;

	cpu->sys[SR_TTBR0_EL2] = tt.root;
	cpu->sys[SR_TCR_EL2] = 16 | 5ull << 16;
	cpu->sys[SR_MAIR_EL2] = MAIR_TEST;
	cpu->sys[SR_SCTLR_EL2] = SCTLR_EL1_M | SCTLR_EL1_C | SCTLR_EL1_I;
	settle(cpu);
	return tt;
}

/* Stage 2 with RAM mapped flat by 2 MiB blocks; PS = 48 bits. */
static inline struct tt stage2_on(struct machine *m)
{
	struct tt tt = tt_new(m, 12, 40, 1);
	struct cpu *cpu = m->cpu;

	for (u64 at = RAM_BASE; at < RAM_BASE + RAM_SIZE; at += 0x200000)
		tt_map(m, &tt, at, at, 2, S2_RWX_WB);
	cpu->sys[SR_VTTBR_EL2] = tt.root;
	cpu->sys[SR_VTCR_EL2] = 24 | 1ull << 6 | 5ull << 16;
	cpu->sys[SR_HCR_EL2] |= HCR_EL2_VM;
	settle(cpu);
	return tt;
}

/* ---- Accesses ---- */

static const struct access READ8 = { ACCESS_READ, 0, 8 };
static const struct access WRITE8 = { ACCESS_WRITE, 0, 8 };
static const struct access FETCH4 = { ACCESS_FETCH, 0, 4 };
static const struct access ATOMIC8 = { ACCESS_ATOMIC, ACC_ORDERED, 8 };

static inline u64 translated_pa(struct cpu *cpu, u64 va, struct access access)
{
	struct translation t;

	if (!mmu_translate(cpu, va, access, &t))
		fail_msg("va 0x%" PRIx64 " faults: iss 0x%x", va, cpu->fault.iss);
	return t.pa.v;
}

/* The ISS of the fault; fails if there is none. */
static inline u32 fault_iss(struct cpu *cpu, u64 va, struct access access)
{
	struct translation t;

	memset(&cpu->fault, 0, sizeof(cpu->fault));
	if (mmu_translate(cpu, va, access, &t))
		fail_msg("va 0x%" PRIx64 " does not fault", va);
	return cpu->fault.iss;
}

enum { WNR = 1 << 6, S1PTW = 1 << 7, CM = 1 << 8, VNCR = 1 << 13 };
enum {
	ADDRESS_SIZE = 0,
	TRANSLATION = 4,
	ACCESS_FLAG = 8,
	PERMISSION = 12,
	WALK_EA = 0x14,
	EXTERNAL = 0x10,
	ALIGNMENT = 0x21
};

#endif
