/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest hypervisor with tables of stage 1 and stage 2 in its memory, for the tests of walks and
 * of AT. One leaf is enough for most.
 */
#ifndef HYP_TEST_TABLES_H
#define HYP_TEST_TABLES_H

#include <stdio.h>
#include <string.h>

#include "core/at.h"
#include "core/emulate.h"
#include "core/memattr.h"
#include "core/nested.h"
#include "core/switch.h"
#include "support.h"

/* L1's tables and what they map, all in its RAM. */
enum {
	ROOT = 0x40500000,
	TABLE2 = 0x40501000,
	TABLE3 = 0x40502000,
	S2_ROOT = 0x40510000,
	OUT = 0x40600000,
};

#define LOW	   0x1234567000ul
#define HIGH	   (LOW | MASK(63, 39))
#define PAGE_LEAF  (DESC_VALID | DESC_PAGE | DESC_AF)
#define BLOCK_LEAF (DESC_VALID | DESC_AF)
#define AP_EL0	   BIT(6)
#define AP_RO	   BIT(7)
#define nG	   BIT(11)
#define UXN	   BIT(54)
#define ATTR(i)	   ((u64)(i) << 2)
#define MAIR	   0x00bb0c44fful /* 0: WB, 1: NC, 2: GRE, 3: WT, 4: nGnRnE */

static struct vm *vm;
static struct vcpu *vcpu;

static inline void set(reg_t reg, u64 value)
{
	vcpu_write_sys_reg(vcpu, value, reg);
}

static inline void put(u64 ipa, u64 value)
{
	*guest_word(vm, IPA(ipa)) = value;
}

static inline u64 get(u64 ipa)
{
	return *guest_word(vm, IPA(ipa));
}

/* Stage 1 of both VA ranges with 39 bits and 4 KiB, in each regime; no stage 2. */
static inline void set_regimes(void)
{
	u64 tcr = FV(TCR_EL1, T0SZ, 25) | FV(TCR_EL1, T1SZ, 25) | FV(TCR_EL1, TG1, 2) |
		  FV(TCR_EL1, IPS, 2);

	set(REG(SCTLR_EL1), F(SCTLR_EL1, M) | F(SCTLR_EL1, C));
	set(REG(TCR_EL1), tcr);
	set(REG(TTBR0_EL1), ROOT);
	set(REG(TTBR1_EL1), ROOT);
	set(REG(MAIR_EL1), MAIR);
	set(REG(SCTLR_EL2), F(SCTLR_EL1, M) | F(SCTLR_EL1, C));
	set(REG(TCR_EL2), vcpu_e2h(vcpu) ? tcr : FV(TCR_EL2, T0SZ, 25) | FV(TCR_EL2, PS, 2));
	set(REG(TTBR0_EL2), ROOT);
	set(REG(TTBR1_EL2), ROOT);
	set(REG(MAIR_EL2), MAIR);
	for (unsigned i = 0; i < 3 * 512; i++)
		put(ROOT + 8 * i, 0);
}

static inline void hypervisor(enum vm_el2 form)
{
	vm = nested_guest(form, 2);
	vcpu = &vm->vcpus[0];
	set(REG(HCR_EL2), form == VM_EL2_VHE ? F(HCR_EL2, E2H) : 0);
	set_regimes();
}

/* Maps LOW and HIGH by one leaf; `table_bits` are in the descriptor of the level above it. */
static inline void map(unsigned level, u64 leaf, u64 table_bits)
{
	const u64 where[] = { 0, ROOT + 8 * bits(LOW, 38, 30), TABLE2 + 8 * bits(LOW, 29, 21),
		TABLE3 + 8 * bits(LOW, 20, 12) };
	const u64 next[] = { 0, TABLE2, TABLE3 };

	for (unsigned l = 1; l < level; l++)
		put(where[l],
			next[l] | DESC_VALID | DESC_TABLE | (l == level - 1 ? table_bits : 0));
	put(where[level], leaf);
}

static inline u64 at(u32 iss, u64 va)
{
	struct sysreg_access access = { .iss = iss, .is_write = true, .value = va };

	assert_int_equal(at_emulate(vcpu, &access), EMULATED);
	return vcpu_read_sys_reg(vcpu, REG(PAR_EL1));
}

static inline u64 par_of_fault(unsigned fsc, bool is_stage2, bool is_of_walk)
{
	return 1 | (u64)fsc << 1 | (u64)is_of_walk << 8 | (u64)is_stage2 << 9 | BIT(11);
}

static inline u64 par_of_page(u64 pa, u64 attr, u64 sh)
{
	return pa | attr << 56 | sh << 7 | BIT(9) | BIT(11);
}

/* Stage 2 of L1: 40 bits from level 1, one table of 512 blocks of 1 GiB (two concatenated). */
static inline void stage2(u64 leaf_bits)
{
	set(REG(HCR_EL2), vcpu_vhcr(vcpu) | F(HCR_EL2, VM));
	set(REG(VTTBR_EL2), S2_ROOT);
	set(REG(VTCR_EL2), FV(VTCR_EL2, T0SZ, 24) | FV(VTCR_EL2, SL0, 1) | FV(VTCR_EL2, PS, 2));
	for (unsigned i = 0; i < 1024; i++)
		put(S2_ROOT + 8 * i, 0);
	put(S2_ROOT + 8, 0x40000000 | DESC_VALID | DESC_AF | leaf_bits); /* identity */
}

#define S2_RW	  (S2_S2AP_R | S2_S2AP_W)
#define S2_NORMAL S2_MEMATTR_NORMAL_WB

#endif
