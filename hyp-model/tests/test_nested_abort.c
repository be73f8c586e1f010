/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 faults after the fix-up loop: of a plain guest, HYPERVISOR-SPEC A.10; and of L2, whose
 * they are and what is mapped, C.4.
 */
#include "l1_tables.h"

#include <string.h>

#include "core/emulate.h"
#include "core/exit.h"
#include "core/guest_abort.h"
#include "core/stage2.h"
#include "guest/abi.h"

#define ESR(ec, iss) ((u64)(ec) << ESR_EC_SHIFT | ESR_IL | (iss))
#define ISV	     BIT(24)
#define SAS(n)	     ((u64)(n) << 22)
#define SSE	     BIT(21)
#define SRT(n)	     ((u64)(n) << 16)
#define SF	     BIT(15)
#define CM	     BIT(8)
#define S1PTW	     BIT(7)
#define WNR	     BIT(6)

/* What the fix-up loop leaves behind. */
static void set_fault(struct vcpu *vcpu, u64 esr, u64 far, u64 ipa)
{
	vcpu->fault.esr = esr;
	vcpu->fault.far = far;
	vcpu->fault.hpfar = ipa >> 12 << 4;
	vcpu->fault.is_hpfar_valid = true;
}

static enum verdict abort_at(struct vcpu *vcpu, u64 esr, u64 ipa)
{
	set_fault(vcpu, esr, 0xffff000000000000 | (ipa & 0xfff), ipa);
	return exit_guest_abort(vcpu);
}

static struct vcpu *plain(void)
{
	struct vm *vm = guest(MODE_VHE);

	vmid_reset();
	vcpu_load(&vm->vcpus[0]);
	host_log_clear();
	return &vm->vcpus[0];
}

/* ---- A.10 ---- */

static void ws_21_ipa_is_fipa_and_the_low_bits_of_far(void **state)
{
	struct vcpu *vcpu = plain();

	(void)state;
	set_fault(vcpu, ESR(EC_DABT_LOW, 0x07), 0xffff800012345678, 0x40005000);
	assert_u64(guest_abort_classify(vcpu).ipa.v, 0x40005678);
	/* Of a walk, FAR has the VA's. */
	set_fault(vcpu, ESR(EC_DABT_LOW, 0x07 | S1PTW), 0xffff800012345678, 0x40005000);
	assert_u64(guest_abort_classify(vcpu).ipa.v, 0x40005000);
}

static void ws_22_read_write_or_fetch(void **state)
{
	static const struct {
		const char *why;
		u64 esr;
		bool is_fetch, is_write;
	} cases[] = {
		{ "load", ESR(EC_DABT_LOW, 0x07), false, false },
		{ "store", ESR(EC_DABT_LOW, 0x07 | WNR), false, true },
		{ "store, permission", ESR(EC_DABT_LOW, 0x0f | WNR), false, true },
		{ "cache maintenance", ESR(EC_DABT_LOW, 0x07 | WNR | CM), false, false },
		{ "fetch", ESR(EC_IABT_LOW, 0x07), true, false },
		{ "fetch, permission", ESR(EC_IABT_LOW, 0x0f), true, false },
		{ "walk of a fetch", ESR(EC_IABT_LOW, 0x07 | S1PTW), false, false },
		{ "walk of a fetch, permission: the update", ESR(EC_IABT_LOW, 0x0f | S1PTW), false,
			true },
		{ "walk of a store, translation: a read", ESR(EC_DABT_LOW, 0x07 | S1PTW | WNR),
			false, false },
		{ "walk of a load, permission", ESR(EC_DABT_LOW, 0x0f | S1PTW), false, true },
	};
	struct vcpu *vcpu = plain();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct guest_abort got;

		set_fault(vcpu, cases[i].esr, 0, 0x40000000);
		got = guest_abort_classify(vcpu);
		if (got.is_fetch != cases[i].is_fetch || got.is_write != cases[i].is_write)
			fail_row(i, cases[i].why, "fetch %d, write %d", got.is_fetch, got.is_write);
	}
}

static void first_touch_maps_what_the_slot_allows(void **state)
{
	struct vcpu *vcpu = plain();
	struct stage2_mapping found;

	(void)state;
	assert_int_equal(abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x40212345), GUEST_CONTINUES);
	assert_true(loaded_lookup(vcpu, 0x40212345, &found));
	assert_u64(found.size, MIB(2));
	assert_u64(found.pa.v, vcpu->vm->slots[0].pa.v + 0x212345);
	assert_int_equal(found.rights, S2_ALL);
	assert_int_equal(stats_current_reason(), REASON_MAP_BLOCK);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x07), GUEST_PAGES_IPA + 0x3456);
	assert_true(loaded_lookup(vcpu, GUEST_PAGES_IPA + 0x3456, &found));
	assert_u64(found.size, PAGE_SIZE);
	assert_int_equal(stats_current_reason(), REASON_MAP_PAGE);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
}

static void what_is_neither_memory_nor_device(void **state)
{
	static const struct {
		const char *why;
		u64 esr;
		bool is_skipped; /* else an external abort */
	} cases[] = {
		{ "load", ESR(EC_DABT_LOW, 0x07 | ISV | SAS(2)), false },
		{ "fetch", ESR(EC_IABT_LOW, 0x07), false },
		{ "walk", ESR(EC_DABT_LOW, 0x07 | S1PTW), false },
		{ "no syndrome", ESR(EC_DABT_LOW, 0x07), false },
		{ "cache maintenance", ESR(EC_DABT_LOW, 0x07 | CM | WNR), true },
		{ "external abort", ESR(EC_DABT_LOW, 0x10), false },
		{ "external abort without FAR", ESR(EC_DABT_LOW, 0x10 | BIT(10)), false },
		{ "external abort of a walk", ESR(EC_DABT_LOW, 0x17 | S1PTW), false },
		{ "exclusive to where none is", ESR(EC_DABT_LOW, 0x35), false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = plain();

		if (abort_at(vcpu, cases[i].esr, GUEST_HOLE_IPA) != GUEST_CONTINUES ||
			vcpu->pc_update !=
				(cases[i].is_skipped ? PC_SKIP_INSTRUCTION : PC_TAKE_EXCEPTION))
			fail_row(i, cases[i].why, "PC update %d", (int)vcpu->pc_update);
	}
}

static void tlb_conflict_is_answered_by_a_flush(void **state)
{
	struct vcpu *vcpu = plain();

	(void)state;
	assert_int_equal(abort_at(vcpu, ESR(EC_DABT_LOW, 0x30), 0), GUEST_CONTINUES);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VMALLS12E1IS), 1);
}

static void user_device_leaves_the_run_loop(void **state)
{
	struct vcpu *vcpu = plain();

	(void)state;
	vcpu->context.x[3] = 0x1122334455667788;
	assert_int_equal(abort_at(vcpu, ESR(EC_DABT_LOW, 0x07 | ISV | WNR | SAS(2) | SRT(3)),
				 GUEST_USER_IPA),
		GUEST_TO_USER);
	assert_u64(vcpu->vm->devices.user_value, 0x55667788);
	assert_true(vcpu->user.is_pending && !vcpu->user.is_read);
	assert_int_equal(abort_at(vcpu, ESR(EC_DABT_LOW, 0x07 | ISV | SAS(2) | SRT(4) | SF | SSE),
				 GUEST_USER_IPA),
		GUEST_TO_USER);
	assert_true(vcpu->user.is_pending && vcpu->user.is_read);
	assert_int_equal(vcpu->user.rt, 4);
	assert_u64(vcpu->user.value, 0xffffffffaa998877); /* the complement, sign extended */
	assert_int_equal(vcpu->pc_update, PC_KEEP);
}

static void read_only_memory_is_no_place_to_write(void **state)
{
	struct vcpu *vcpu = plain();
	struct stage2_mapping found;

	(void)state;
	vcpu->vm->slots[0].is_read_only = true;
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x07), 0x40000000);
	assert_true(loaded_lookup(vcpu, 0x40000000, &found));
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	/* MUT-22: the update of a table there is refused, not tried again for ever. */
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x0f | S1PTW), 0x40000000);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
}

static void watched_page_is_counted_once(void **state)
{
	struct vcpu *vcpu = plain();
	struct vm *vm = vcpu->vm;
	struct stage2_mapping found;

	(void)state;
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x40000000);
	assert_true(vm_watch_page(vm, IPA(0x40003000)));
	assert_false(vm_watch_page(vm, IPA(0x40004000)));
	assert_false(vm_watch_page(vm, IPA(GUEST_HOLE_IPA)));
	assert_true(vm_is_watched(vm, IPA(0x40003ff8)));
	assert_true(loaded_lookup(vcpu, 0x40003000, &found));
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
	assert_true(loaded_lookup(vcpu, 0x40004000, &found));
	assert_int_equal(found.rights, S2_ALL);
	/* A read of what is not mapped any more leaves it watched. */
	vm_unmap(vm, IPA(0x40000000), MIB(2));
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x07), 0x40003008);
	assert_true(loaded_lookup(vcpu, 0x40003000, &found));
	assert_u64(found.size, PAGE_SIZE);
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
	assert_u64(vm_pages_written(vm), 0);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x0f | WNR), 0x40003008);
	assert_true(loaded_lookup(vcpu, 0x40003000, &found));
	assert_int_equal(found.rights, S2_ALL);
	assert_u64(vm_pages_written(vm), 1);
	assert_false(vm_page_written(vm, IPA(0x40003000)));
}

static void dropped_page_is_zero(void **state)
{
	struct vcpu *vcpu = plain();
	struct stage2_mapping found;

	(void)state;
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x40000000);
	*guest_word(vcpu->vm, IPA(0x40005008)) = 5;
	*guest_word(vcpu->vm, IPA(0x40006000)) = 6;
	host_log_clear();
	assert_true(vm_drop_page(vcpu->vm, IPA(0x40005008)));
	assert_false(loaded_lookup(vcpu, 0x40005000, &found));
	assert_u64(*guest_word(vcpu->vm, IPA(0x40005008)), 0);
	assert_u64(host_log_times(LOG_FLUSH_DCACHE, 0), 1); /* also for a guest without caches */
	assert_u64(*guest_word(vcpu->vm, IPA(0x40006000)), 6);
	assert_false(vm_drop_page(vcpu->vm, IPA(GUEST_HOLE_IPA)));
}

/* A guest can touch more than there is memory for: its VM ends, nobody else does. */
static void no_memory_for_tables_kills_the_vm(void **state)
{
	struct vcpu *vcpu = plain();
	pa_t page;

	(void)state;
	while (pages_alloc(PAGE_SIZE, PAGE_SIZE, &page))
		;
	assert_int_equal(abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x40000000), GUEST_IS_OFF);
	assert_true(vcpu->vm->is_off);
}

/* ---- C.4 ---- */

/* What L1 is told; the vCPU is in its hyp context then. */
static void assert_forwarded(struct vcpu *vcpu, u64 esr, u64 far, u64 ipa)
{
	assert_true(vcpu_is_el2(vcpu));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), esr);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(FAR_EL2)), far);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(HPFAR_EL2)), ipa >> 12 << 4);
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
}

static void s2_2_slots_bound_what_a_shadow_maps(void **state)
{
	struct vcpu *vcpu = l2_loaded();
	struct stage2_mapping found;

	(void)state;
	/* L1's block of 1 GiB covers its 8 MiB of RAM and much that is nothing. */
	l1_map(vcpu->vm, 0, L1_BLOCK(0x40000000), 1);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x05), 0x7ff000);
	assert_true(loaded_lookup(vcpu, 0x7ff000, &found));
	assert_u64(found.pa.v, vcpu->vm->slots[0].pa.v + 0x7ff000);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x05 | ISV | SAS(2)), 0x800000);
	assert_false(loaded_lookup(vcpu, 0x800000, &found));
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	/* And the rights of the slot. */
	vcpu->vm->slots[0].is_read_only = true;
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x200000);
	assert_true(loaded_lookup(vcpu, 0x200000, &found));
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
}

static void faults_of_l1s_tables_are_l1s(void **state)
{
	static const struct {
		const char *why;
		u64 esr, descriptor;
		unsigned level;
		u64 want; /* the ESR that L1 gets */
	} cases[] = {
		{ "nothing at level 1", ESR(EC_DABT_LOW, 0x07 | ISV | WNR), 0, 1,
			ESR(EC_DABT_LOW, 0x05 | ISV | WNR) },
		{ "nothing at level 3", ESR(EC_IABT_LOW, 0x05), 0, 3, ESR(EC_IABT_LOW, 0x07) },
		{ "no access flag", ESR(EC_DABT_LOW, 0x06 | S1PTW), L1_BLOCK(L1_OUTPUT) & ~DESC_AF,
			2, ESR(EC_DABT_LOW, 0x0a | S1PTW) },
		{ "output too large", ESR(EC_DABT_LOW, 0x06), L1_BLOCK(BIT(40)), 2,
			ESR(EC_DABT_LOW, 0x02) },
		{ "table in a device", ESR(EC_DABT_LOW, 0x06 | ISV | SAS(3) | SRT(5) | SF),
			GUEST_UART_IPA | 3, 2, ESR(EC_DABT_LOW, 0x17) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = l2_loaded();
		u64 pc = vcpu->context.pc = 0x12345678;

		l1_map(vcpu->vm, 0x80005000, cases[i].descriptor, cases[i].level);
		assert_int_equal(abort_at(vcpu, cases[i].esr, 0x80005678), GUEST_CONTINUES);
		if (vcpu_read_sys_reg(vcpu, REG(ESR_EL2)) != cases[i].want)
			fail_row(i, cases[i].why, "ESR 0x%lx",
				vcpu_read_sys_reg(vcpu, REG(ESR_EL2)));
		assert_forwarded(vcpu, cases[i].want, 0xffff000000000678, 0x80005678);
		assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), pc);
	}
}

static void permission_faults_by_l1s_leaf(void **state)
{
	static const struct {
		const char *why;
		u64 esr, bits; /* S2AP and XN of L1's leaf */
		bool is_el0, is_forwarded;
	} cases[] = {
		{ "write of what L1 reads", ESR(EC_DABT_LOW, 0x0f | WNR), 0x40, false, true },
		{ "read of what L1 writes", ESR(EC_DABT_LOW, 0x0f), 0x80, false, true },
		{ "execution of XN", ESR(EC_IABT_LOW, 0x0f), 0xc0 | BIT(54), false, true },
		{ "execution at EL0 of XN", ESR(EC_IABT_LOW, 0x0f), 0xc0 | BIT(54), true, true },
		{ "update of a table in what L1 reads", ESR(EC_DABT_LOW, 0x0f | S1PTW), 0x40, false,
			true },
		{ "write of what L1 writes", ESR(EC_DABT_LOW, 0x0f | WNR), 0xc0, false, false },
		{ "execution of what L1 executes", ESR(EC_IABT_LOW, 0x0f), 0x40, false, false },
		{ "read of XN", ESR(EC_DABT_LOW, 0x0f), 0x40 | BIT(54), false, false },
		{ "first write of what L1 reads", ESR(EC_DABT_LOW, 0x07 | WNR), 0x40, false, true },
		{ "first read of what L1 writes", ESR(EC_DABT_LOW, 0x07), 0x80, false, true },
		{ "first execution of XN", ESR(EC_IABT_LOW, 0x07), 0xc0 | BIT(54), false, true },
		{ "walk in what L1 writes", ESR(EC_DABT_LOW, 0x07 | S1PTW | CM), 0x80, false,
			true },
		{ "write of an aged page that L1 reads", ESR(EC_DABT_LOW, 0x0b | WNR), 0x40, false,
			true },
		{ "cache maintenance, no leaf", ESR(EC_DABT_LOW, 0x07 | CM | WNR), 0, false,
			false },
		{ "cache maintenance, says the hardware", ESR(EC_DABT_LOW, 0x0f | CM | WNR), 0,
			false, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = l2_loaded();
		struct stage2_mapping found;

		if (cases[i].is_el0)
			vcpu->context.pstate = PSTATE_EL0t;
		l1_map(vcpu->vm, 0x80000000, 0x40000000 | 0x73d | cases[i].bits, 1);
		abort_at(vcpu, cases[i].esr, 0x80405678);
		if (vcpu_is_el2(vcpu) != cases[i].is_forwarded)
			fail_row(i, cases[i].why, "PSTATE 0x%lx", vcpu->context.pstate);
		/* L1's level, not the host's. */
		if (cases[i].is_forwarded)
			assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)) & 0x3f, 0x0d);
		else
			assert_true(loaded_lookup(vcpu, 0x80405678, &found));
	}
}

/* XN<1:0> of FEAT_XNX: who may execute depends on where L2 is. */
static void s2_16_execution_by_level(void **state)
{
	static const struct {
		const char *why;
		u64 xn;
		bool is_el0, is_forwarded;
	} cases[] = {
		{ "all, EL1", 0, false, false },
		{ "all, EL0", 0, true, false },
		{ "not EL1, EL1", 1, false, true },
		{ "not EL1, EL0", 1, true, false },
		{ "none, EL1", 2, false, true },
		{ "none, EL0", 2, true, true },
		{ "not EL0, EL1", 3, false, false },
		{ "not EL0, EL0", 3, true, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu;

		machine_off(MODE_VHE);
		machine_has_nv(2);
		host_set(SR_ID_AA64MMFR1_EL1,
			host_get(SR_ID_AA64MMFR1_EL1) | FV(ID_AA64MMFR1_EL1, XNX, 1));
		machine_on(MODE_VHE);
		vcpu = l2_of(nested_guest_on_machine(VM_EL2_VHE, 2), 0);
		vmid_reset();
		l1_no_tables();
		vcpu->context.pstate = cases[i].is_el0 ? PSTATE_EL0t : PSTATE_EL1h;
		vcpu_load(vcpu);
		l1_map(vcpu->vm, 0x80000000, 0x40000000 | 0x7fd | cases[i].xn << 53, 1);
		abort_at(vcpu, ESR(EC_IABT_LOW, 0x0f), 0x80405678);
		if (vcpu_is_el2(vcpu) != cases[i].is_forwarded)
			fail_row(i, cases[i].why, "PSTATE 0x%lx", vcpu->context.pstate);
	}
}

static void s2_16_rights_are_those_of_both(void **state)
{
	static const struct {
		const char *why;
		u64 esr, bits;
		bool is_read_only;
		unsigned want;
	} cases[] = {
		{ "all", ESR(EC_DABT_LOW, 0x06), 0xc0, false, S2_ALL },
		{ "L1: read, no execution", ESR(EC_DABT_LOW, 0x06), 0x40 | BIT(54), false,
			S2_READ },
		{ "L1: execution alone", ESR(EC_IABT_LOW, 0x06), 0, false,
			S2_EXEC_EL1 | S2_EXEC_EL0 },
		{ "host: no writes", ESR(EC_DABT_LOW, 0x06), 0xc0, true, S2_ALL & ~S2_WRITE },
		{ "both", ESR(EC_IABT_LOW, 0x06), 0x80, true, S2_EXEC_EL1 | S2_EXEC_EL0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = l2_loaded();
		struct stage2_mapping found;

		l1_map(vcpu->vm, 0x80000000, L1_OUTPUT | 0x73d | cases[i].bits, 2);
		vcpu->vm->slots[0].is_read_only = cases[i].is_read_only;
		abort_at(vcpu, cases[i].esr, 0x80000000);
		if (!loaded_lookup(vcpu, 0x80000000, &found) || found.rights != cases[i].want)
			fail_row(i, cases[i].why, "rights %u", found.rights);
	}
}

static void s2_17_size_is_the_smaller_one_rounded_down(void **state)
{
	static const struct {
		const char *why;
		u64 vtcr, ipa, descriptor;
		unsigned granule, level;
		u64 fault_ipa, want, output;
	} cases[] = {
		{ "2M of L1, 2M of the host", L1_VTCR, 0x80000000, L1_BLOCK(0x40400000), 12, 2,
			0x80123456, MIB(2), 0x40523456 },
		{ "1G of L1, 2M of the host", L1_VTCR, 0x80000000, L1_BLOCK(0x40000000), 12, 1,
			0x80523456, MIB(2), 0x40523456 },
		{ "4K of L1, 2M of the host", L1_VTCR, 0x80000000, L1_PAGE(0x40400000), 12, 3,
			0x80000456, KIB(4), 0x40400456 },
		{ "2M of L1, 4K of the host", L1_VTCR, 0x80000000, L1_BLOCK(0x80000000), 12, 2,
			0x80003456, KIB(4), 0x80003456 },
		{ "16 contiguous 4K of L1 are no block", L1_VTCR, 0x80000000,
			L1_PAGE(0x40400000) | BIT(52), 12, 3, 0x80000456, KIB(4), 0x40400456 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = l2_loaded();
		struct stage2_mapping found = { .size = 0 };

		l1_map(vcpu->vm, cases[i].ipa, cases[i].descriptor, cases[i].level);
		abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), cases[i].fault_ipa);
		if (!loaded_lookup(vcpu, cases[i].fault_ipa, &found) ||
			found.size != cases[i].want ||
			found.pa.v != vm_slot(vcpu->vm, IPA(cases[i].output))->pa.v +
					      cases[i].output -
					      vm_slot(vcpu->vm, IPA(cases[i].output))->ipa.v)
			fail_row(i, cases[i].why, "size 0x%lx, PA 0x%lx", found.size, found.pa.v);
	}
}

/* MUT-57: the host's block is not L1's, whose next page may be anywhere. */
/* The memory behind must contain the block, from its first byte to its last. */
static void s2_17_no_block_reaches_out_of_its_slot(void **state)
{
	static const struct {
		const char *why;
		u64 start, size, ipa, want; /* from GUEST_RAM_IPA */
	} cases[] = {
		{ "inside", 0, MIB(3), 0x1000, MIB(2) },
		{ "behind it the slot ends", 0, MIB(3), 0x201000, KIB(4) },
		{ "before it the slot begins", MIB(1), MIB(4), 0x101000, KIB(4) },
		{ "the next one is whole", MIB(1), MIB(4), 0x201000, MIB(2) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = plain();
		struct slot *slot = &vcpu->vm->slots[0];
		u64 ipa = GUEST_RAM_IPA + cases[i].ipa;
		struct stage2_mapping found;

		slot->ipa.v += cases[i].start;
		slot->pa.v += cases[i].start;
		slot->size = cases[i].size;
		abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), ipa);
		assert_true(loaded_lookup(vcpu, ipa, &found));
		if (found.size != cases[i].want)
			fail_row(i, cases[i].why, "0x%lx", found.size);
		assert_u64(found.pa.v, slot->pa.v + (ipa - slot->ipa.v));
	}
}

static void s2_17_64k_of_l1_is_4k_here(void **state)
{
	struct vcpu *vcpu = l2_of(nested_guest(VM_EL2_VHE, 2), 0);
	struct stage2_mapping found;

	(void)state;
	l1_set(vcpu, REG(VTCR_EL2), BIT(31) | 2ul << 16 | 1ul << 14 | 1ul << 6 | 24);
	*guest_word(vcpu->vm, IPA(L1_ROOT + 8)) = L1_TABLES + 0xf000 + 3;
	*guest_word(vcpu->vm, IPA(L1_TABLES + 0xf000 + 56)) = L1_PAGE(0x40450000);
	vcpu_load(vcpu);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x07), 0x20078123);
	assert_true(loaded_lookup(vcpu, 0x20078123, &found));
	assert_u64(found.size, KIB(4));
	assert_u64(found.pa.v, vcpu->vm->slots[0].pa.v + 0x458123);
	assert_false(loaded_lookup(vcpu, 0x20079123, &found));
	assert_false(loaded_lookup(vcpu, 0x20080123, &found));
}

static void s2_18_leaf_tells_l1s_level(void **state)
{
	struct vcpu *vcpu = l2_loaded();
	struct stage2_mapping found;

	(void)state;
	for (unsigned level = 1; level <= 3; level++) {
		u64 ipa = GIB(1) * level;

		l1_map(vcpu->vm, ipa, level == 3 ? L1_PAGE(0x40400000) : L1_BLOCK(0x40000000),
			level);
		abort_at(vcpu, ESR(EC_DABT_LOW, 0x05), ipa);
		assert_true(loaded_lookup(vcpu, ipa, &found));
		assert_int_equal(found.nested_level, level);
	}
}

static struct vm *racing;

/* Another CPU, between the walk of L1's tables and the lock. */
static void host_takes_the_memory(const u32 *word)
{
	assert_ptr_equal(word, &racing->mmu_lock.is_held);
	vm_unmap(racing, IPA(L1_OUTPUT), MIB(2));
}

static void l1_invalidates(const u32 *word)
{
	struct sysreg_access access = { .iss = ISS_TLBI_IPAS2E1IS, .value = 0x80000 };
	struct vcpu *other = &racing->vcpus[1];

	(void)word;
	other->context.pstate = PSTATE_EL2h;
	l1_set(other, REG(VTTBR_EL2), L1_VTTBR);
	emulate_tlbi(other, &access);
}

/* What the walk and the slot said may be gone: the guest goes on, and faults again. */
static void s2_19_a_change_since_the_walk_means_again(void **state)
{
	static void (*const changes[])(const u32 *) = { host_takes_the_memory, l1_invalidates };

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct vcpu *vcpu = l2_loaded();
		struct stage2_mapping found;

		racing = vcpu->vm;
		l1_map(racing, 0x80000000, L1_BLOCK(L1_OUTPUT), 2);
		host_on_lock(changes[i]);
		assert_int_equal(
			abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x80000000), GUEST_CONTINUES);
		host_on_lock(NULL);
		if (loaded_lookup(vcpu, 0x80000000, &found))
			fail_row(i, "race", "mapped");
		assert_int_equal(stats_current_reason(), REASON_RETRY);
		assert_int_equal(vcpu->pc_update, PC_KEEP);
		abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x80000000);
		assert_true(loaded_lookup(vcpu, 0x80000000, &found));
	}
}

/* While the walk is on its way: it sets an access flag, and the memory goes. */
static void host_takes_the_memory_from_the_walk(const u64 *word)
{
	(void)word;
	vm_unmap(racing, IPA(L1_OUTPUT), MIB(2));
}

static void s2_19_a_change_during_the_walk_means_again(void **state)
{
	struct stage2_mapping found;
	struct vcpu *vcpu;

	(void)state;
	machine_off(MODE_VHE);
	machine_has_nv(2);
	host_set(SR_ID_AA64MMFR1_EL1,
		host_get(SR_ID_AA64MMFR1_EL1) | FV(ID_AA64MMFR1_EL1, HAFDBS, 1));
	machine_on(MODE_VHE);
	racing = nested_guest_on_machine(VM_EL2_VHE, 2);
	vcpu = l2_of(racing, 0);
	l1_set(vcpu, REG(VTCR_EL2), L1_VTCR | F(VTCR_EL2, HA));
	vmid_reset();
	l1_no_tables();
	l1_map(racing, 0x80000000, L1_BLOCK(L1_OUTPUT) & ~BIT(10), 2);
	vcpu_load(vcpu);
	host_on_exchange(host_takes_the_memory_from_the_walk);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x80000000);
	host_on_exchange(NULL);
	assert_false(loaded_lookup(vcpu, 0x80000000, &found));
	assert_int_equal(stats_current_reason(), REASON_RETRY);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x80000000);
	assert_true(loaded_lookup(vcpu, 0x80000000, &found));
}

static void s2_20_write_protection_of_the_host_reaches_shadows(void **state)
{
	struct vcpu *vcpu = l2_loaded();
	struct vm *vm = vcpu->vm;
	struct stage2_mapping found;

	(void)state;
	l1_map(vm, 0x80000000, L1_BLOCK(L1_OUTPUT), 2);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06 | WNR), 0x80003000);
	assert_true(vm_watch_page(vm, IPA(L1_OUTPUT + 0x3000)));
	assert_true(loaded_lookup(vcpu, 0x80003000, &found));
	assert_int_equal(found.rights, S2_ALL & ~S2_WRITE);
	/* A write beside it: L1 allows it and nobody watches. */
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x0e | WNR), 0x80004000);
	assert_true(loaded_lookup(vcpu, 0x80004000, &found));
	assert_int_equal(found.rights, S2_ALL);
	assert_u64(vm_pages_written(vm), 0);
	/* The page itself, by L2's address: it is L1's page that was written. */
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x0f | WNR), 0x80003000);
	assert_true(loaded_lookup(vcpu, 0x80003000, &found));
	assert_int_equal(found.rights, S2_ALL);
	assert_u64(vm_pages_written(vm), 1);
}

static void access_flag_of_the_shadow_is_set_by_l2s_address(void **state)
{
	struct vcpu *vcpu = l2_loaded();
	struct stage2_mapping found;

	(void)state;
	l1_map(vcpu->vm, 0x80000000, L1_BLOCK(L1_OUTPUT), 2);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x80000000);
	vm_age(vcpu->vm, IPA(L1_OUTPUT), MIB(2));
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x0a), 0x80000000);
	assert_true(loaded_lookup(vcpu, 0x80000000, &found));
	assert_true(found.is_accessed);
}

/* INV-S2-5: it cannot be reached by who may not, and what did not happen is not counted. */
static void l1s_rights_hold_for_what_is_never_mapped(void **state)
{
	struct vcpu *vcpu = l2_loaded();

	(void)state;
	l1_map(vcpu->vm, 0x80000000, L1_PAGE(GUEST_USER_IPA) & ~0x80ul, 3);
	l1_map(vcpu->vm, 0x80001000, L1_PAGE(GUEST_RAM_IPA) & ~0x80ul, 3);
	vm_watch_page(vcpu->vm, IPA(GUEST_RAM_IPA));
	assert_int_equal(abort_at(vcpu, ESR(EC_DABT_LOW, 0x07 | WNR | ISV | SAS(2)), 0x80000000),
		GUEST_CONTINUES);
	assert_forwarded(
		vcpu, ESR(EC_DABT_LOW, 0x0f | WNR | ISV | SAS(2)), 0xffff000000000000, 0x80000000);
	vcpu_put(vcpu);
	vcpu_load(l2_of(vcpu->vm, 0));
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x07 | WNR), 0x80001000);
	assert_forwarded(vcpu, ESR(EC_DABT_LOW, 0x0f | WNR), 0xffff000000000000, 0x80001000);
	assert_u64(vm_pages_written(vcpu->vm), 0);
}

/* Step 5: L1 passed a device of its own on to L2; with the syndrome it is answered for L2. */
static void device_of_l1_answers_l2(void **state)
{
	struct vcpu *vcpu = l2_loaded();

	(void)state;
	l1_map(vcpu->vm, 0x80000000, L1_PAGE(GUEST_USER_IPA), 3);
	vcpu->vm->devices.user_value = 0xabcd;
	assert_int_equal(abort_at(vcpu, ESR(EC_DABT_LOW, 0x07 | ISV | SAS(2) | SRT(4)), 0x80000000),
		GUEST_TO_USER);
	assert_u64(vcpu->user.value, 0xffff5432);
	assert_false(vcpu_is_el2(vcpu));
	/* Without a syndrome it is an external abort of L2's. */
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x07), 0x80000000);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
}

static void l2_without_stage_2_is_mapped_one_to_one(void **state)
{
	struct vcpu *vcpu = l2_of(nested_guest(VM_EL2_VHE, 2), 0);
	struct stage2_mapping found;

	(void)state;
	l1_set(vcpu, REG(HCR_EL2), F(HCR_EL2, E2H) | F(HCR_EL2, RW));
	vcpu_load(vcpu);
	abort_at(vcpu, ESR(EC_DABT_LOW, 0x06), 0x40212345);
	assert_true(vcpu->hw_mmu->is_shadow);
	assert_true(loaded_lookup(vcpu, 0x40212345, &found));
	assert_u64(found.pa.v, vcpu->vm->slots[0].pa.v + 0x212345);
	assert_u64(found.size, MIB(2));
	assert_int_equal(found.nested_level, 0);
}

TESTS(cmocka_unit_test(ws_21_ipa_is_fipa_and_the_low_bits_of_far),
	cmocka_unit_test(ws_22_read_write_or_fetch),
	cmocka_unit_test(first_touch_maps_what_the_slot_allows),
	cmocka_unit_test(what_is_neither_memory_nor_device),
	cmocka_unit_test(tlb_conflict_is_answered_by_a_flush),
	cmocka_unit_test(user_device_leaves_the_run_loop),
	cmocka_unit_test(read_only_memory_is_no_place_to_write),
	cmocka_unit_test(watched_page_is_counted_once), cmocka_unit_test(dropped_page_is_zero),
	cmocka_unit_test(no_memory_for_tables_kills_the_vm),
	cmocka_unit_test(s2_2_slots_bound_what_a_shadow_maps),
	cmocka_unit_test(faults_of_l1s_tables_are_l1s),
	cmocka_unit_test(permission_faults_by_l1s_leaf), cmocka_unit_test(s2_16_execution_by_level),
	cmocka_unit_test(s2_16_rights_are_those_of_both),
	cmocka_unit_test(s2_17_size_is_the_smaller_one_rounded_down),
	cmocka_unit_test(s2_17_no_block_reaches_out_of_its_slot),
	cmocka_unit_test(s2_17_64k_of_l1_is_4k_here), cmocka_unit_test(s2_18_leaf_tells_l1s_level),
	cmocka_unit_test(s2_19_a_change_since_the_walk_means_again),
	cmocka_unit_test(s2_19_a_change_during_the_walk_means_again),
	cmocka_unit_test(s2_20_write_protection_of_the_host_reaches_shadows),
	cmocka_unit_test(access_flag_of_the_shadow_is_set_by_l2s_address),
	cmocka_unit_test(l1s_rights_hold_for_what_is_never_mapped),
	cmocka_unit_test(device_of_l1_answers_l2),
	cmocka_unit_test(l2_without_stage_2_is_mapped_one_to_one))
