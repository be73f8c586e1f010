/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building a guest, its reset state, its memory, and the pages it is made of.
 */
#include "support.h"

#include <string.h>

#include "core/timer.h"
#include "guest/abi.h"

static u64 word(struct vm *vm, u64 ipa)
{
	u64 value = 0;

	assert_true(vm_read_u64(vm, IPA(ipa), &value));
	return value;
}

static void memory_of_a_new_vm(void **state)
{
	struct hal_image image = hal_payload_image();
	struct vm_config config = guest_config();
	static struct vm vm;

	(void)state;
	machine(MODE_VHE);
	config.command_line = "payload=all rounds=3";
	assert_true(vm_create(&vm, &config));
	assert_u64(word(&vm, GUEST_RAM_IPA + BOOT_MAGIC_AT), BOOT_MAGIC);
	assert_u64(word(&vm, GUEST_RAM_IPA + BOOT_LEVEL_AT), hal_level() + 1);
	assert_u64(word(&vm, GUEST_RAM_IPA + BOOT_RAM_SIZE_AT), MIB(8));
	assert_u64(word(&vm, GUEST_RAM_IPA + BOOT_CPUS_AT), 2);
	assert_string_equal(
		(char *)guest_word(&vm, IPA(GUEST_RAM_IPA)) + BOOT_LINE_AT, config.command_line);
	assert_memory_equal(guest_word(&vm, IPA(GUEST_PROGRAM_IPA)), image.data, image.size);
	assert_int_equal(vm_slot(&vm, IPA(GUEST_RAM_IPA))->granule, BLOCK_SIZE);
	assert_int_equal(vm_slot(&vm, IPA(GUEST_PAGES_IPA))->granule, PAGE_SIZE);
	assert_null(vm_slot(&vm, IPA(GUEST_RAM_IPA - 1)));
	assert_null(vm_slot(&vm, IPA(GUEST_RAM_IPA + MIB(8))));
	assert_null(vm_slot(&vm, IPA(GUEST_HOLE_IPA)));
	/* All of it clean, since the guest starts with its caches off. */
	assert_true(host_log_times(LOG_FLUSH_DCACHE, 0) >= 2);
	assert_int_equal(host_log_times(LOG_FLUSH_ICACHE, 0), 1);
}

static void line_that_is_too_long_is_cut(void **state)
{
	struct vm_config config = guest_config();
	char line[2 * BOOT_LINE_SIZE];
	static struct vm vm;
	const char *got;

	(void)state;
	machine(MODE_VHE);
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	config.command_line = line;
	assert_true(vm_create(&vm, &config));
	got = (char *)guest_word(&vm, IPA(GUEST_RAM_IPA)) + BOOT_LINE_AT;
	assert_int_equal(strlen(got), BOOT_LINE_SIZE - 1);
}

static void no_memory_is_no_vm(void **state)
{
	struct vm_config config = guest_config();
	static struct vm vm;

	(void)state;
	machine(MODE_VHE);
	config.image_offset = config.ram_size - 8; /* the program would not end in RAM */
	assert_false(vm_create(&vm, &config));
	config = guest_config();
	for (u64 size = MIB(2); size < MIB(10); size += MIB(2)) {
		host_limit_memory(size);
		pages_reset();
		assert_false(vm_create(&vm, &config));
	}
}

static void reset_state(void **state)
{
	static const struct {
		enum vm_el2 form;
		u64 pstate, sctlr_el2, vhcr;
		const char *why;
	} rows[] = {
		{ VM_EL2_NONE, 0x3c5, 0, 0, "EL1h" },
		{ VM_EL2_VHE, 0x3c9, 0x30d00800, BIT(34), "EL2h, E2H is RES1" },
		{ VM_EL2_NVHE, 0x3c9, 0x30c50830, 0, "EL2h, E2H is RES0" },
		{ VM_EL2_RW, 0x3c9, 0x30c50830, 0, "EL2h, E2H is 0 at reset" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vm *vm = rows[i].form == VM_EL2_NONE ? guest(MODE_VHE)
							    : nested_guest(rows[i].form, 2);
		struct vcpu *vcpu = &vm->vcpus[0];

		if (vcpu->context.pstate != rows[i].pstate)
			fail_row(i, rows[i].why, "PSTATE 0x%lx", vcpu->context.pstate);
		assert_u64(vcpu->context.pc, GUEST_PROGRAM_IPA);
		assert_u64(vcpu->context.x[0], GUEST_RAM_IPA);
		assert_u64(vcpu_read_sys_reg(vcpu, REG(SCTLR_EL1)), 0x30d00800);
		assert_true(vcpu->is_on);
		assert_false(vm->vcpus[1].is_on);
		assert_u64(vm->vcpus[1].mpidr_el1, 0x80000001);
		assert_ptr_not_equal(vm->vcpus[0].context.page, vm->vcpus[1].context.page);
		if (rows[i].form == VM_EL2_NONE)
			continue;
		assert_u64(*context_stored(&vcpu->context, REG(SCTLR_EL2)), rows[i].sctlr_el2);
		assert_u64(vcpu_vhcr(vcpu) & BIT(34), rows[i].vhcr);
		assert_u64(*context_stored(&vcpu->context, REG(VMPIDR_EL2)), 0x80000000);
		assert_u64(*context_stored(&vcpu->context, REG(VPIDR_EL2)), 0x410fd0f0);
	}
}

/* MUT-81, PC-4: nothing that was to happen to the old life happens to the new one. */
static void reset_discards_what_was_pending(void **state)
{
	struct vcpu *vcpu = &nested_guest(VM_EL2_VHE, 2)->vcpus[0];
	u64 offset = vcpu->timers.virtual_offset;

	(void)state;
	vcpu->pc_update = PC_SKIP_INSTRUCTION;
	vcpu->is_serror_pending_nested = true;
	vcpu->user.is_pending = true;
	vcpu->hcr_el2 |= F(HCR_EL2, VSE);
	*context_stored(&vcpu->context, REG(CNTV_CTL_EL0)) = F(CNTx_CTL, ENABLE);
	*context_stored(&vcpu->context, REG(VTTBR_EL2)) = 0x1234000;
	assert_u64(timer_wakeup(vcpu), TIMER_NEVER); /* it has fired */
	assert_true(vcpu->vgic.irq[INTID_CNTV].line);
	vcpu->context.x[7] = 7;
	vcpu_reset(vcpu, 0x40201000, 99);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	assert_false(vcpu->is_serror_pending_nested);
	assert_false(vcpu->user.is_pending);
	assert_u64(vcpu->hcr_el2 & F(HCR_EL2, VSE), 0);
	assert_u64(*context_stored(&vcpu->context, REG(CNTV_CTL_EL0)), 0);
	assert_false(vcpu->vgic.irq[INTID_CNTV].line);
	assert_u64(*context_stored(&vcpu->context, REG(VTTBR_EL2)), 0);
	assert_u64(vcpu->context.pc, 0x40201000);
	assert_u64(vcpu->context.x[0], 99);
	assert_u64(vcpu->context.x[7], 0);
	assert_u64(vcpu->timers.virtual_offset, offset);
}

static void words_of_guest_memory(void **state)
{
	struct vm *vm = guest(MODE_VHE);
	u64 value = 5, expected = 5;

	(void)state;
	*guest_word(vm, IPA(GUEST_PAGES_IPA)) = 5;
	assert_false(vm_read_u64(vm, IPA(GUEST_PAGES_IPA + 4), &value));
	assert_false(vm_read_u64(vm, IPA(GUEST_HOLE_IPA), &value));
	assert_false(vm_read_u64(vm, IPA(GUEST_RAM_IPA + MIB(8)), &value));
	assert_true(vm_compare_exchange_u64(vm, IPA(GUEST_PAGES_IPA), &expected, 6));
	assert_u64(word(vm, GUEST_PAGES_IPA), 6);
	/* Somebody else was first: done, and told what is there. */
	expected = 5;
	assert_true(vm_compare_exchange_u64(vm, IPA(GUEST_PAGES_IPA), &expected, 7));
	assert_u64(expected, 6);
	assert_u64(word(vm, GUEST_PAGES_IPA), 6);
	assert_false(vm_compare_exchange_u64(vm, IPA(GUEST_UART_IPA), &expected, 7));
	vm->slots[1].is_read_only = true;
	assert_false(vm_compare_exchange_u64(vm, IPA(GUEST_PAGES_IPA), &expected, 7));
}

static void vcpus_by_affinity(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	assert_ptr_equal(vm_vcpu_by_mpidr(vm, 0), &vm->vcpus[0]);
	assert_ptr_equal(vm_vcpu_by_mpidr(vm, 0x80000001), &vm->vcpus[1]);
	assert_null(vm_vcpu_by_mpidr(vm, 2));
	assert_null(vm_vcpu_by_mpidr(vm, 0x100));
	assert_null(vm_vcpu_by_mpidr(vm, 0x100000000));
}

static void pages_come_back_by_size(void **state)
{
	pa_t a, b, c;

	(void)state;
	machine(MODE_VHE);
	assert_true(pages_alloc(KIB(4), KIB(4), &a));
	assert_true(pages_alloc(KIB(64), KIB(64), &b));
	memset(hal_pa_to_va(a), 0xee, KIB(4));
	pages_free(a, KIB(4));
	pages_free(b, KIB(64));
	assert_true(pages_alloc(KIB(64), KIB(64), &c));
	assert_u64(c.v, b.v);
	assert_true(pages_alloc(KIB(4), KIB(4), &c));
	assert_u64(c.v, a.v);
	for (size_t i = 0; i < KIB(4); i++)
		assert_int_equal(((u8 *)hal_pa_to_va(c))[i], 0);
	assert_true(pages_alloc(KIB(4), KIB(4), &c));
	assert_true(c.v != a.v && c.v != b.v);
	/* A list that is empty, or aligned too little, is no reason to refuse. */
	pages_free(c, KIB(4));
	assert_true(pages_alloc(KIB(4), MIB(1), &a));
	assert_true(is_aligned(a.v, MIB(1)));
}

static void destroy_loaded(void *vm)
{
	((struct vm *)vm)->vcpus[1].cpu = this_cpu();
	vm_destroy(vm);
}

static void destroyed_vm_gives_its_tables_back(void **state)
{
	struct vm *vm = guest(MODE_VHE);
	u64 root = vm->mmu.root.v;
	struct s2_mmu next;

	(void)state;
	vm_destroy(vm);
	assert_true(mmu_init(&next, vm, false));
	assert_u64(next.root.v, root);
	assert_true(panics(destroy_loaded, guest(MODE_VHE), "destroyed with vCPU 1 loaded"));
}

TESTS( //
	cmocka_unit_test(memory_of_a_new_vm), cmocka_unit_test(line_that_is_too_long_is_cut),
	cmocka_unit_test(no_memory_is_no_vm), cmocka_unit_test(reset_state),
	cmocka_unit_test(reset_discards_what_was_pending), cmocka_unit_test(words_of_guest_memory),
	cmocka_unit_test(vcpus_by_affinity), cmocka_unit_test(pages_come_back_by_size),
	cmocka_unit_test(destroyed_vm_gives_its_tables_back))
