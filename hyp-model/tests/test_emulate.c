/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped registers that are answered here: HYPERVISOR-SPEC B.9 on emulate.def and vel2_emulate.c.
 */
#include <string.h>

#include "core/exit.h"
#include "core/nested.h"
#include "core/stage2.h"
#include "core/switch.h"
#include "core/sysreg_table.h"
#include "guest/abi.h"
#include "support.h"

enum { RT = 7 };

/* Exits with an access by x7; the handler's PC update is left pending. */
static void trap(struct vcpu *vcpu, u64 iss, bool is_read)
{
	vcpu->pc_update = PC_KEEP;
	vcpu->fault.esr =
		(u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | iss | RT << 5 | (is_read ? 1 : 0);
	assert_int_equal(exit_handle(vcpu, EXIT_TRAP), GUEST_CONTINUES);
}

static u64 trapped_read(struct vcpu *vcpu, u64 iss)
{
	vcpu->context.x[RT] = 0xdeadbeef;
	trap(vcpu, iss, true);
	assert_int_equal(vcpu->pc_update, PC_SKIP_INSTRUCTION);
	return vcpu->context.x[RT];
}

static void trapped_write(struct vcpu *vcpu, u64 iss, u64 value)
{
	vcpu->context.x[RT] = value;
	trap(vcpu, iss, false);
	assert_int_equal(vcpu->pc_update, PC_SKIP_INSTRUCTION);
	assert_u64(vcpu->context.x[RT], value);
}

static bool is_undefined(struct vcpu *vcpu, u64 iss, bool is_read)
{
	trap(vcpu, iss, is_read);
	return vcpu->pc_update == PC_TAKE_EXCEPTION;
}

/* Loaded, at virtual EL2h. */
static struct vcpu *hypervisor(enum vm_el2 form, unsigned nv)
{
	struct vcpu *vcpu = &nested_guest(form, nv)->vcpus[0];

	vcpu_load(vcpu);
	return vcpu;
}

static struct vcpu *plain(void)
{
	struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];

	vcpu_load(vcpu);
	return vcpu;
}

/*
 * Without NV2 every name of EL2 traps, and each has an answer: no register of a feature that the VM
 * has may be forgotten in emulate.def.
 */
static void nv_15_every_el2_name_has_an_answer(void **state)
{
	static const struct {
		const char *name;
		u64 iss;
	} names[] = {
#define SYSREG(name, op0, op1, ...) { #name, (op1) == 4 || (op1) == 5 ? ISS_##name : 0 },
#include "sysregs/sysreg.def"
#undef SYSREG
	};
	struct vcpu *vcpu = hypervisor(VM_EL2_VHE, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct sysreg_row *row = sysreg_row(names[i].iss);
		bool has_feature;

		if (!names[i].iss || bits(names[i].iss, 21, 20) == 1)
			continue; /* TLBI and AT have tests of their own */
		has_feature = vm_has_feature(vcpu->vm, (enum feature_id)row->feature);
		if (row->read_el != NOBODY && is_undefined(vcpu, names[i].iss, true) == has_feature)
			fail_row(i, names[i].name, "read: feature %d", has_feature);
	}
}

/* ... and the nVHE hypervisor has no registers of VHE. */
static void nv_15_vhe_registers_are_undefined_for_an_nvhe_vm(void **state)
{
	static const u64 names[] = { ISS_TTBR1_EL2, ISS_CONTEXTIDR_EL2, ISS_CNTHV_CTL_EL2,
		ISS_SCTLR_EL12, ISS_CNTKCTL_EL12, ISS_CNTP_CTL_EL02 };
	struct vcpu *vcpu = hypervisor(VM_EL2_NVHE, 1);

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++)
		assert_true(is_undefined(vcpu, names[i], true));
	assert_false(is_undefined(vcpu, ISS_SCTLR_EL2, true));
}

/* The alias names exist while E2H is 1. */
static void nv_15_el12_names_need_e2h(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_RW, 1);

	(void)state;
	assert_true(is_undefined(vcpu, ISS_SCTLR_EL12, true));
	vcpu = hypervisor(VM_EL2_RW, 1);
	trapped_write(vcpu, ISS_HCR_EL2, F(HCR_EL2, E2H));
	assert_false(is_undefined(vcpu, ISS_SCTLR_EL12, true));
}

static void nv_15_aarch32_is_not_there(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_VHE, 2);

	(void)state;
	assert_u64(trapped_read(vcpu, ISS_SPSR_abt), 0);
	trapped_write(vcpu, ISS_SPSR_fiq, 5);
	assert_u64(trapped_read(vcpu, ISS_SPSR_fiq), 0);
	assert_true(is_undefined(vcpu, ISS_DACR32_EL2, true));
	assert_true(is_undefined(vcpu, ISS_FPEXC32_EL2, true));
}

/* What L1 writes is in the CPU, in the format that vE2H asks for, and as written in memory. */
static void nv_14_el2_registers_go_to_both_places(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_VHE, 2);
	u64 tcr = FV(TCR_EL2, T0SZ, 25) | FV(TCR_EL2, PS, 2);

	(void)state;
	trapped_write(vcpu, ISS_VBAR_EL2, 0x40801000);
	assert_u64(host_get(SR_VBAR_EL12), 0x40801000);
	assert_u64(trapped_read(vcpu, ISS_VBAR_EL2), 0x40801000);
	vcpu = hypervisor(VM_EL2_NVHE, 2);
	trapped_write(vcpu, ISS_TCR_EL2, tcr);
	assert_u64(host_get(SR_TCR_EL12),
		F(TCR_EL1, EPD1) | FV(TCR_EL1, T0SZ, 25) | FV(TCR_EL1, IPS, 2));
	assert_u64(trapped_read(vcpu, ISS_TCR_EL2) & tcr, tcr);
}

/* The names of EL1 at a virtual EL2: its own with vE2H=1, else those of the level below. */
static void nv_15_el1_names_at_virtual_el2(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_VHE, 1);
	u64 before;

	(void)state;
	trapped_write(vcpu, ISS_TTBR0_EL1, 0x40900000);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(TTBR0_EL2)), 0x40900000);
	assert_u64(host_get(SR_TTBR0_EL12), 0x40900000);
	trapped_write(vcpu, ISS_TTBR0_EL12, 0x40a00000);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(TTBR0_EL1)), 0x40a00000);
	assert_u64(host_get(SR_TTBR0_EL12), 0x40900000);

	vcpu = hypervisor(VM_EL2_NVHE, 1);
	before = host_get(SR_TTBR0_EL12);
	trapped_write(vcpu, ISS_TTBR0_EL1, 0x40b00000);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(TTBR0_EL1)), 0x40b00000);
	assert_u64(host_get(SR_TTBR0_EL12), before);
	trapped_write(vcpu, ISS_VBAR_EL1, 0x40c00000);
	trapped_write(vcpu, ISS_ELR_EL1, 0x40c00100);
	trapped_write(vcpu, ISS_SPSR_EL1, PSTATE_EL0t);
	trapped_write(vcpu, ISS_SP_EL1, 0x40c00200);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VBAR_EL1)), 0x40c00000);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL1)), 0x40c00100);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(SPSR_EL1)), PSTATE_EL0t);
	assert_u64(trapped_read(vcpu, ISS_SP_EL1), 0x40c00200);
}

/* NV-30: the stored CPTR_EL2 is what L1 reads by either name. */
static void nv_30_cpacr_at_virtual_el2_is_cptr(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_VHE, 2);

	(void)state;
	trapped_write(vcpu, ISS_CPACR_EL1, F(CPTR_EL2, E2H_FPEN));
	assert_u64(trapped_read(vcpu, ISS_CPTR_EL2), F(CPTR_EL2, E2H_FPEN));
	assert_u64(trapped_read(vcpu, ISS_CPACR_EL1), F(CPTR_EL2, E2H_FPEN));
	assert_u64(host_get(SR_CPACR_EL12), F(CPTR_EL2, E2H_FPEN));
}

/* A.9: and it is answered without leaving EL2. */
static void nv_30_cpacr_is_answered_in_the_fixup_loop(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_VHE, 2);
	u64 pc = vcpu->context.pc;

	(void)state;
	vcpu->context.x[RT] = F(CPTR_EL2, E2H_FPEN);
	vcpu->fault.esr = (u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | ISS_CPACR_EL1 | RT << 5;
	assert_true(nested_fixup(vcpu));
	assert_u64(vcpu->context.pc, pc + 4);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(CPTR_EL2)), F(CPTR_EL2, E2H_FPEN));
	vcpu->fault.esr = (u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | ISS_MDCR_EL2 | RT << 5;
	assert_false(nested_fixup(vcpu));
}

static void nv_21_mdcr_of_l1_has_no_pmu(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_VHE, 2);

	(void)state;
	trapped_write(vcpu, ISS_MDCR_EL2, F(MDCR_EL2, TDE) | F(MDCR_EL2, HPMN));
	assert_u64(trapped_read(vcpu, ISS_MDCR_EL2), F(MDCR_EL2, TDE));
}

/* A VM that may write E2H has its registers translated anew when it does. */
static void nv_1_a_toggle_of_e2h_reloads(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_RW, 1);
	u64 tcr = FV(TCR_EL2, T0SZ, 25) | FV(TCR_EL2, PS, 2);

	(void)state;
	trapped_write(vcpu, ISS_TCR_EL2, tcr);
	assert_u64(host_get(SR_TCR_EL12) & F(TCR_EL1, EPD1), F(TCR_EL1, EPD1));
	trapped_write(vcpu, ISS_HCR_EL2, F(HCR_EL2, E2H) | F(HCR_EL2, RW));
	assert_true(vcpu_e2h(vcpu));
	assert_u64(host_get(SR_TCR_EL12) & (F(TCR_EL1, EPD1) | F(TCR_EL1, T0SZ)),
		FV(TCR_EL1, T0SZ, 25));
	host_log_clear();
	trapped_write(vcpu, ISS_HCR_EL2, F(HCR_EL2, E2H) | F(HCR_EL2, RW) | F(HCR_EL2, VM));
	assert_int_equal(host_log_times(LOG_WRITE, SR_TCR_EL12), 0);
}

/* ---- HCR_EL2.TVM, MUT-67 ---- */

#define ON (SCTLR_EL1_RES1 | F(SCTLR_EL1, M) | F(SCTLR_EL1, C))

static bool is_watched(const struct vcpu *vcpu)
{
	return vcpu->hcr_el2 & F(HCR_EL2, TVM);
}

static void nv_14_translation_is_watched_until_the_caches_are_on(void **state)
{
	struct vcpu *vcpu = plain();

	(void)state;
	assert_true(is_watched(vcpu));
	trapped_write(vcpu, ISS_SCTLR_EL1, SCTLR_EL1_RES1 | F(SCTLR_EL1, M));
	trapped_write(vcpu, ISS_MAIR_EL1, 0xff);
	assert_true(is_watched(vcpu));
	assert_u64(host_get(SR_MAIR_EL12), 0xff);
	trapped_write(vcpu, ISS_SCTLR_EL1, ON);
	assert_false(is_watched(vcpu));
	assert_u64(host_get(SR_SCTLR_EL12), ON);
	trapped_write(vcpu, ISS_DC_CISW, 0);
	assert_true(is_watched(vcpu));
	trapped_write(vcpu, ISS_SCTLR_EL1, SCTLR_EL1_RES1);
	assert_true(is_watched(vcpu));
}

/* What counts at virtual EL2 is SCTLR_EL2, whatever the guest below has in SCTLR_EL1. */
static void nv_14_the_sctlr_in_force_counts(void **state)
{
	struct vcpu *vcpu = hypervisor(VM_EL2_NVHE, 2);

	(void)state;
	vcpu_write_sys_reg(vcpu, ON, REG(SCTLR_EL1));
	trapped_write(vcpu, ISS_SCTLR_EL2, SCTLR_EL1_RES1);
	assert_true(is_watched(vcpu));
	trapped_write(vcpu, ISS_SCTLR_EL2, ON);
	assert_false(is_watched(vcpu));

	vcpu = hypervisor(VM_EL2_VHE, 1);
	trapped_write(vcpu, ISS_SCTLR_EL12, ON);
	assert_true(is_watched(vcpu));
	trapped_write(vcpu, ISS_SCTLR_EL1, ON);
	assert_false(is_watched(vcpu));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(SCTLR_EL2)) & F(SCTLR_EL1, M), F(SCTLR_EL1, M));
}

/* Only what stage 2 maps, and once for each change. */
static void nv_14_a_change_flushes_what_is_mapped(void **state)
{
	struct vcpu *vcpu = plain();
	struct vm *vm = vcpu->vm;

	(void)state;
	lock_take(&vm->mmu_lock);
	assert_int_equal(
		stage2_map(&vm->mmu, vm->slots[0].ipa, vm->slots[0].pa, BLOCK_SIZE, S2_ALL, 0),
		STAGE2_OK);
	lock_drop(&vm->mmu_lock);
	host_log_clear();
	trapped_write(vcpu, ISS_SCTLR_EL1, ON);
	assert_int_equal(host_log_times(LOG_FLUSH_DCACHE, 0), 1);
	trapped_write(vcpu, ISS_SCTLR_EL1, ON);
	assert_int_equal(host_log_times(LOG_FLUSH_DCACHE, 0), 1);
	vcpu->hcr_el2 |= F(HCR_EL2, FWB);
	trapped_write(vcpu, ISS_SCTLR_EL1, SCTLR_EL1_RES1);
	assert_int_equal(host_log_times(LOG_FLUSH_DCACHE, 0), 1);
}

/* ---- Any VM ---- */

static void nv_29_registers_without_an_answer_are_undefined(void **state)
{
	struct vcpu *vcpu = plain();
	static const u64 names[] = { ISS_LORID_EL1, ISS_PMCR_EL0, ISS_ERRIDR_EL1, ISS_SCTLR_EL2,
		ISS_SYSREG(3ul, 3ul, 15ul, 2ul, 1ul) };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_true(is_undefined(vcpu, names[i], true));
		assert_false(vcpu->pending.is_to_el2);
		assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL1)),
			(u64)EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL);
	}
	vcpu = hypervisor(VM_EL2_VHE, 2);
	assert_true(is_undefined(vcpu, ISS_LORID_EL1, true));
	assert_true(vcpu->pending.is_to_el2);
}

/* FEAT_IDST: the guest's own trap handler sees which register it was. */
static void nv_29_idst_in_place_of_undefined(void **state)
{
	struct vcpu *vcpu = plain();
	u64 esr;

	(void)state;
	trap(vcpu, ISS_CCSIDR2_EL1, true);
	assert_u64(ESR_EC(vcpu_read_sys_reg(vcpu, REG(ESR_EL1))), EC_UNKNOWN);
	vcpu->vm->id.value[VM_ID_AA64MMFR2_EL1] |= FV(ID_AA64MMFR2_EL1, IDS, 1);
	trap(vcpu, ISS_CCSIDR2_EL1, true);
	esr = vcpu->fault.esr;
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL1)), esr);
	trap(vcpu, ISS_CCSIDR2_EL1, false);
	assert_u64(ESR_EC(vcpu_read_sys_reg(vcpu, REG(ESR_EL1))), EC_UNKNOWN);
	trap(vcpu, ISS_LORID_EL1, true);
	assert_u64(ESR_EC(vcpu_read_sys_reg(vcpu, REG(ESR_EL1))), EC_UNKNOWN);
}

static void nv_29_identification(void **state)
{
	struct vcpu *vcpu = plain();

	(void)state;
	host_set(SR_REVIDR_EL1, 0x77);
	assert_u64(trapped_read(vcpu, ISS_REVIDR_EL1), 0x77);
	assert_u64(trapped_read(vcpu, ISS_ID_AA64PFR0_EL1) & 0xff, 0x11);
	assert_u64(trapped_read(vcpu, ISS_ID_MMFR0_EL1), 0);
	assert_u64(trapped_read(vcpu, ISS_ACTLR_EL1), GUEST_ACTLR_EL1);
	trapped_write(vcpu, ISS_ACTLR_EL1, 1);
	assert_u64(trapped_read(vcpu, ISS_ACTLR_EL1), GUEST_ACTLR_EL1);
}

/* HCR_EL2.TID1, TID2: the guest selects a cache, the machine says what it is like. */
static void cache_ids_are_the_machines(void **state)
{
	static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = &guest(modes[i])->vcpus[0];
		u64 before;

		host_set(SR_CLIDR_EL1, 0x11);
		host_set(SR_CTR_EL0, 0x22);
		host_set(SR_CCSIDR_EL1, 0x33);
		host_set(SR_REVIDR_EL1, 0x44);
		host_set(SR_AIDR_EL1, 0x55);
		vcpu_load(vcpu);
		trapped_write(vcpu, ISS_CSSELR_EL1, 2);
		assert_u64(trapped_read(vcpu, ISS_CSSELR_EL1), 2);
		before = host_get(SR_CSSELR_EL1);
		host_log_clear();
		assert_u64(trapped_read(vcpu, ISS_CCSIDR_EL1), 0x33);
		assert_u64(host_log((size_t)host_log_find(0, LOG_WRITE, SR_CSSELR_EL1))->value, 2);
		assert_true(
			host_log_find(0, LOG_ISB, 0) < host_log_find(0, LOG_READ, SR_CCSIDR_EL1));
		assert_u64(host_get(SR_CSSELR_EL1), before); /* on nVHE that is the host's */
		assert_u64(trapped_read(vcpu, ISS_CLIDR_EL1), 0x11);
		assert_u64(trapped_read(vcpu, ISS_CTR_EL0), 0x22);
		assert_u64(trapped_read(vcpu, ISS_REVIDR_EL1), 0x44);
		assert_u64(trapped_read(vcpu, ISS_AIDR_EL1), 0x55);
		vcpu_put(vcpu);
	}
}

TESTS(cmocka_unit_test(cache_ids_are_the_machines),
	cmocka_unit_test(nv_15_every_el2_name_has_an_answer),
	cmocka_unit_test(nv_15_vhe_registers_are_undefined_for_an_nvhe_vm),
	cmocka_unit_test(nv_15_el12_names_need_e2h), cmocka_unit_test(nv_15_aarch32_is_not_there),
	cmocka_unit_test(nv_14_el2_registers_go_to_both_places),
	cmocka_unit_test(nv_15_el1_names_at_virtual_el2),
	cmocka_unit_test(nv_30_cpacr_at_virtual_el2_is_cptr),
	cmocka_unit_test(nv_30_cpacr_is_answered_in_the_fixup_loop),
	cmocka_unit_test(nv_21_mdcr_of_l1_has_no_pmu),
	cmocka_unit_test(nv_1_a_toggle_of_e2h_reloads),
	cmocka_unit_test(nv_14_translation_is_watched_until_the_caches_are_on),
	cmocka_unit_test(nv_14_the_sctlr_in_force_counts),
	cmocka_unit_test(nv_14_a_change_flushes_what_is_mapped),
	cmocka_unit_test(nv_29_registers_without_an_answer_are_undefined),
	cmocka_unit_test(nv_29_idst_in_place_of_undefined), cmocka_unit_test(nv_29_identification))
