/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 tables as a guest hypervisor would write them into its memory, for the tests of the
 * shadows.
 */
#ifndef HYP_TEST_L1_TABLES_H
#define HYP_TEST_L1_TABLES_H

#include "core/granule.h"
#include "core/stage2.h"
#include "core/switch.h"
#include "core/vmid.h"
#include "support.h"

/* 4 KiB, 39 bits from level 1, 40 bits of output; tables follow the root one after the other. */
#define L1_VTCR	  (BIT(31) | 2ul << 16 | 3ul << 12 | 1ul << 6 | 25)
#define L1_ROOT	  0x40100000ul
#define L1_TABLES 0x40101000ul
#define L1_VTTBR  (7ul << 48 | L1_ROOT)
#define L1_OUTPUT 0x40400000ul /* memory of L1 that it gives to L2 */

/* Descriptors: all rights, AF; a page, and a block. */
#define L1_PAGE(pa)  ((pa) | 0x7fful)
#define L1_BLOCK(pa) ((pa) | 0x7fdul)

/* What the loaded stage 2 has at an IPA; false: nothing. */
__attribute__((unused)) static bool loaded_lookup(
	const struct vcpu *vcpu, u64 ipa, struct stage2_mapping *found)
{
	return stage2_lookup(vcpu->hw_mmu, IPA(ipa), found) == STAGE2_OK;
}

static u64 l1_next_table;

__attribute__((unused)) static void l1_no_tables(void)
{
	l1_next_table = L1_TABLES;
}

/* The descriptor of `level` for `ipa`, with tables above it as far as there are none. */
__attribute__((unused)) static u64 *l1_descriptor(struct vm *vm, u64 ipa, unsigned level)
{
	u64 table = L1_ROOT;

	for (unsigned at = 1;; at++) {
		u64 index = bits(ipa, granule_shift(12, at) + 8, granule_shift(12, at));
		u64 *descriptor = guest_word(vm, IPA(table + 8 * index));

		if (at == level)
			return descriptor;
		if (*descriptor == 0) {
			*descriptor = l1_next_table | 3;
			l1_next_table += PAGE_SIZE;
		}
		table = *descriptor & MASK(47, 12);
	}
}

__attribute__((unused)) static void l1_map(struct vm *vm, u64 ipa, u64 descriptor, unsigned level)
{
	*l1_descriptor(vm, ipa, level) = descriptor;
}

__attribute__((unused)) static void l1_set(struct vcpu *vcpu, reg_t reg, u64 value)
{
	*context_stored(&vcpu->context, reg) = value;
}

/* vCPU 0 of a VHE L1 on NV2, in L2 at EL1 with those tables, not loaded. */
__attribute__((unused)) static struct vcpu *l2_of(struct vm *vm, unsigned index)
{
	struct vcpu *vcpu = &vm->vcpus[index];

	vcpu->context.pstate = PSTATE_EL1h | PSTATE_DAIF;
	l1_set(vcpu, REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, RW) | F(HCR_EL2, VM));
	l1_set(vcpu, REG(VTTBR_EL2), L1_VTTBR);
	l1_set(vcpu, REG(VTCR_EL2), L1_VTCR);
	return vcpu;
}

/* A nested guest whose vCPU 0 is loaded in L2. */
__attribute__((unused)) static struct vcpu *l2_loaded(void)
{
	struct vm *vm = nested_guest(VM_EL2_VHE, 2);
	struct vcpu *vcpu = l2_of(vm, 0);

	vmid_reset();
	l1_no_tables();
	vcpu_load(vcpu);
	host_log_clear();
	return vcpu;
}

#endif
