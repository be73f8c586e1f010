/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Virtual EL2 as such: configurations and predicates (NV-1 to NV-3), what is synchronised around a
 * stay (NV-5, NV-9, NV-11, NV-21), bad redirections and VNCR aborts (NV-19, NV-20), interrupts and
 * SErrors (NV-33 to NV-36).
 */
#include <string.h>

#include "core/exit.h"
#include "core/inject.h"
#include "core/nested.h"
#include "core/switch.h"
#include "support.h"

static u64 *vhcr(struct vcpu *vcpu)
{
	return context_stored(&vcpu->context, REG(HCR_EL2));
}

static struct vcpu *nested_vcpu(enum vm_el2 form, u64 pstate, u64 hcr)
{
	struct vcpu *vcpu = &nested_guest(form, form == VM_EL2_RW ? 1 : 2)->vcpus[0];

	vcpu->context.pstate = pstate;
	*vhcr(vcpu) = hcr;
	return vcpu;
}

/* ---- Predicates ---- */

static void nv_2_predicates(void **state)
{
	static const struct {
		const char *why;
		enum vm_el2 form;
		u64 pstate, vhcr;
		bool is_el2, e2h, tge, is_hyp, is_host_el0, is_nested;
	} rows[] = {
		/* clang-format off */
		{ "vEL2h",		VM_EL2_VHE,  PSTATE_EL2h, 0,		      1, 1, 0, 1, 0, 0 },
		{ "vEL2t",		VM_EL2_VHE,  PSTATE_EL2t, 0,		      1, 1, 0, 1, 0, 0 },
		{ "vEL2h, TGE",		VM_EL2_VHE,  PSTATE_EL2h, F(HCR_EL2, TGE),    1, 1, 1, 1, 0, 0 },
		{ "InHost EL0",		VM_EL2_VHE,  PSTATE_EL0t, F(HCR_EL2, TGE),    0, 1, 1, 1, 1, 0 },
		{ "L2's EL0",		VM_EL2_VHE,  PSTATE_EL0t, 0,		      0, 1, 0, 0, 0, 1 },
		{ "L2's EL1h",		VM_EL2_VHE,  PSTATE_EL1h, 0,		      0, 1, 0, 0, 0, 1 },
		{ "L2's EL1t",		VM_EL2_VHE,  PSTATE_EL1t, 0,		      0, 1, 0, 0, 0, 1 },
		{ "nVHE vEL2h",		VM_EL2_NVHE, PSTATE_EL2h, F(HCR_EL2, E2H),    1, 0, 0, 1, 0, 0 },
		{ "nVHE host's EL1",	VM_EL2_NVHE, PSTATE_EL1h, 0,		      0, 0, 0, 0, 0, 1 },
		{ "{E2H,TGE} = {0,1}",	VM_EL2_NVHE, PSTATE_EL0t, F(HCR_EL2, TGE),    0, 0, 1, 1, 1, 0 },
		{ "E2H written",	VM_EL2_RW,   PSTATE_EL2h, F(HCR_EL2, E2H),    1, 1, 0, 1, 0, 0 },
		{ "E2H not written",	VM_EL2_RW,   PSTATE_EL2h, 0,		      1, 0, 0, 1, 0, 0 },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct vcpu *vcpu = nested_vcpu(rows[i].form, rows[i].pstate, rows[i].vhcr);

		if (vcpu_is_el2(vcpu) != rows[i].is_el2 || vcpu_e2h(vcpu) != rows[i].e2h ||
			vcpu_tge(vcpu) != rows[i].tge || vcpu_is_hyp_ctxt(vcpu) != rows[i].is_hyp ||
			vcpu_is_host_el0(vcpu) != rows[i].is_host_el0 ||
			vcpu_is_nested_ctxt(vcpu) != rows[i].is_nested)
			fail_row(i, rows[i].why, "%d %d %d %d %d %d", vcpu_is_el2(vcpu),
				vcpu_e2h(vcpu), vcpu_tge(vcpu), vcpu_is_hyp_ctxt(vcpu),
				vcpu_is_host_el0(vcpu), vcpu_is_nested_ctxt(vcpu));
	}
}

static void nv_1_a_plain_vm_is_in_no_context_of_virtual_el2(void **state)
{
	struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];

	(void)state;
	assert_false(vcpu_has_nv(vcpu));
	*vhcr(vcpu) = F(HCR_EL2, TGE);
	assert_false(vcpu_is_hyp_ctxt(vcpu));
	assert_false(vcpu_is_nested_ctxt(vcpu));
}

/* NV-3: one set of registers, one stage 2. */
static void nv_3_inhost_el0_is_hyp_context(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL0t, F(HCR_EL2, TGE));

	(void)state;
	vcpu_write_sys_reg(vcpu, 0x1111000, REG(VBAR_EL1));
	vcpu_write_sys_reg(vcpu, 0x2222000, REG(VBAR_EL2));
	vcpu_load(vcpu);
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
	assert_u64(host_get(SR_VBAR_EL12), 0x2222000);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VBAR_EL1)), 0x1111000);
	vcpu_put(vcpu);
}

/* ---- Around a stay ---- */

static void nv_5_l1s_hcr_is_in_the_page_before_and_after(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL2h, 0);

	(void)state;
	assert_ptr_equal(vhcr(vcpu), &vcpu->context.page->word[0x78 / 8]);
	nested_flush(vcpu);
	assert_u64(*vhcr(vcpu), F(HCR_EL2, E2H) | F(HCR_EL2, RW)); /* what L1 is to read */
	vcpu_load(vcpu);
	vcpu->cpu->in_hyp_context = true;
	*vhcr(vcpu) = F(HCR_EL2, VM) | F(HCR_EL2, FIEN) | BIT(48); /* what L1 wrote, untrapped */
	nested_sync_exit(vcpu, PSTATE_EL1h);
	assert_u64(*vhcr(vcpu), F(HCR_EL2, VM) | F(HCR_EL2, E2H) | F(HCR_EL2, RW));
	assert_u64(vcpu_vhcr(vcpu), *vhcr(vcpu));
}

/* NV-21: masked at each read, since it may change between two. */
static void nv_21_each_read_of_the_page_is_masked(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL1h, 0);

	(void)state;
	vcpu->context.page->word[0x20 / 8] = ~0ul;
	vcpu->context.page->word[0x40 / 8] = ~0ul;
	vcpu->context.page->word[0x78 / 8] = ~0ul;
	vcpu->context.page->word[0xb0 / 8] = ~0ul;
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2)) & 1, 0);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VTCR_EL2)) & MASK(63, 32), 0);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(HCR_EL2)) & F(HCR_EL2, FIEN), 0);
	assert_u64(vcpu_vhcr(vcpu) & F(HCR_EL2, NV1), 0);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VNCR_EL2)) & MASK(11, 0), 0);
}

static void nv_9_the_mode_is_the_hardwares(void **state)
{
	static const struct {
		bool was_hyp;
		u64 vhcr, hardware, want;
	} rows[] = {
		{ true, 0, PSTATE_EL1h, PSTATE_EL2h },
		{ true, 0, PSTATE_EL1t, PSTATE_EL2t },
		{ true, F(HCR_EL2, TGE), PSTATE_EL0t, PSTATE_EL0t },
		{ false, 0, PSTATE_EL1h, PSTATE_EL1h },
		{ false, 0, PSTATE_EL1t, PSTATE_EL1t },
		{ false, 0, PSTATE_EL0t, PSTATE_EL0t },
	};
	u64 flags = PSTATE_NZCV | F(SPSR, I) | F(SPSR, SS);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = nested_vcpu(
			VM_EL2_VHE, rows[i].was_hyp ? PSTATE_EL2h : PSTATE_EL1h, rows[i].vhcr);

		vcpu_load(vcpu);
		vcpu->cpu->in_hyp_context = rows[i].was_hyp;
		nested_sync_exit(vcpu, rows[i].hardware | flags);
		assert_u64(vcpu->context.pstate, rows[i].want | flags);
	}
}

/* MUT-14: from InHost EL0 L1 came to vEL2 by itself and cleared TGE; then an interrupt. */
static void nv_11_mode_and_vhcr_are_taken_together(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL0t, F(HCR_EL2, TGE));

	(void)state;
	vcpu_load(vcpu);
	vcpu->cpu->in_hyp_context = true;
	*vhcr(vcpu) = 0;
	nested_sync_exit(vcpu, PSTATE_EL1h);
	assert_true(vcpu_is_el2(vcpu));
	assert_true(vcpu_is_hyp_ctxt(vcpu));
}

static void sync_from_another_context(void *vcpu)
{
	nested_sync_exit(vcpu, PSTATE_EL0t);
}

static void nv_10_another_context_than_entered_is_a_bug(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL0t, F(HCR_EL2, TGE));

	(void)state;
	vcpu_load(vcpu);
	vcpu->cpu->in_hyp_context = true;
	*vhcr(vcpu) = 0; /* nobody can, at EL0 */
	assert_true(panics(sync_from_another_context, vcpu, "NV-10"));
}

/* ---- Traps that must not be ---- */

static void trap_sysreg(struct vcpu *vcpu, u64 iss, bool is_read)
{
	vcpu->fault.esr = (u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | iss | (is_read ? 1 : 0);
	assert_int_equal(exit_handle(vcpu, EXIT_TRAP), GUEST_CONTINUES);
}

static void nv_19_a_redirected_register_does_not_trap(void **state)
{
	static const u64 redirected[] = { ISS_VTTBR_EL2, ISS_HCR_EL2, ISS_TPIDR_EL2, ISS_ESR_EL2,
		ISS_ELR_EL2, ISS_SPSR_EL2, ISS_FAR_EL2, ISS_SCTLR_EL12, ISS_SP_EL1 };

	(void)state;
	for (size_t i = 0; i < COUNT(redirected); i++) {
		struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL2h, 0);

		vcpu_load(vcpu);
		trap_sysreg(vcpu, redirected[i], true);
		assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
		assert_u64(ESR_EC(vcpu_read_sys_reg(vcpu, REG(ESR_EL2))), EC_UNKNOWN);
		assert_non_null(strstr(host_console(), "NV-19"));
	}
}

static void abort_at_el2(void *vcpu)
{
	exit_handle(vcpu, EXIT_TRAP);
}

/* Our own page cannot fault, and without ISS.VNCR it was no access of the guest's. */
static void nv_20_an_abort_of_our_own_is_a_panic(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL2h, 0);

	(void)state;
	vcpu_load(vcpu);
	vcpu->fault.esr = (u64)EC_DABT_SAME << ESR_EC_SHIFT | ESR_IL | BIT(13) | 7;
	assert_true(panics(abort_at_el2, vcpu, "abort at EL2"));
	vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL1h, F(HCR_EL2, NV));
	vcpu->fault.esr = (u64)EC_DABT_SAME << ESR_EC_SHIFT | ESR_IL | 7;
	assert_true(panics(abort_at_el2, vcpu, "abort at EL2"));
}

/* ---- Interrupts ---- */

static void nv_33_interrupts_of_virtual_el2(void **state)
{
	static const struct {
		const char *why;
		u64 vhcr, daif;
		bool is_taken;
	} rows[] = {
		{ "vIMO", F(HCR_EL2, IMO), 0, true },
		{ "vTGE", F(HCR_EL2, TGE), 0, true },
		{ "masked", F(HCR_EL2, IMO), F(SPSR, I), false },
		{ "neither vIMO nor vTGE", 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu =
			nested_vcpu(VM_EL2_NVHE, PSTATE_EL2h | rows[i].daif, rows[i].vhcr);

		vcpu_load(vcpu);
		if (nested_inject_irq(vcpu) != rows[i].is_taken)
			fail_row(i, rows[i].why, "taken: %d", !rows[i].is_taken);
	}
}

static void nv_34_an_interrupt_for_l1_ends_l2_whatever_its_mask(void **state)
{
	struct vcpu *vcpu = nested_vcpu(
		VM_EL2_VHE, PSTATE_EL1h | PSTATE_DAIF, F(HCR_EL2, IMO) | F(HCR_EL2, VM));

	(void)state;
	vcpu_write_sys_reg(vcpu, 0x40800000, REG(VBAR_EL2));
	vcpu->context.pc = 0x40301000;
	vcpu_load(vcpu);
	assert_true(nested_inject_irq(vcpu));
	vcpu_commit_pc(vcpu);
	assert_true(vcpu_is_el2(vcpu));
	assert_u64(vcpu->context.pc, 0x40800000 + 0x480);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), 0x40301000);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)), PSTATE_EL1h | PSTATE_DAIF);
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
}

static void nv_35_without_vimo_it_is_l2s_own(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL1h, F(HCR_EL2, VM));

	(void)state;
	vcpu_load(vcpu);
	assert_false(nested_inject_irq(vcpu));
	assert_true(vcpu_is_nested_ctxt(vcpu));
	assert_int_equal(vcpu->pc_update, PC_KEEP);
}

/* What could not be delivered is tried again before each entry. */
static void nv_36_a_pending_serror_is_looked_at_again(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_NVHE, PSTATE_EL2h, 0);

	(void)state;
	vcpu_load(vcpu);
	assert_int_equal(exit_handle(vcpu, EXIT_IRQ | EXIT_WITH_SERROR), GUEST_CONTINUES);
	assert_true(vcpu->is_serror_pending_nested);
	nested_flush(vcpu);
	assert_true(vcpu->is_serror_pending_nested);
	*vhcr(vcpu) |= F(HCR_EL2, AMO);
	nested_flush(vcpu);
	assert_false(vcpu->is_serror_pending_nested);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	assert_int_equal(vcpu->pending.kind, EXCEPTION_SERROR);
}

/* ---- Dispatch ---- */

static void forwarded(u64 esr, u64 vhcr_bits)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL1h, F(HCR_EL2, VM) | vhcr_bits);

	vcpu->context.pc = 0x40301000;
	vcpu_load(vcpu);
	vcpu->fault.esr = esr;
	assert_int_equal(exit_handle(vcpu, EXIT_TRAP), GUEST_CONTINUES);
	vcpu_commit_pc(vcpu);
	assert_true(vcpu_is_el2(vcpu));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), esr);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), 0x40301000); /* NV-26: not advanced */
}

static void nv_26_forwarded_with_the_hardwares_syndrome(void **state)
{
	(void)state;
	forwarded((u64)EC_WFX << ESR_EC_SHIFT | ESR_IL | 0xe00000, F(HCR_EL2, TWI));
	forwarded((u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | ISS_ACTLR_EL1 | 5 << 5 | 1,
		F(HCR_EL2, TACR));
	forwarded((u64)EC_ERET << ESR_EC_SHIFT | ESR_IL, F(HCR_EL2, NV));
	forwarded((u64)EC_SYS64 << ESR_EC_SHIFT | ESR_IL | ISS_VTTBR_EL2, F(HCR_EL2, NV));
}

/* B.8, "0x00/other", from virtual EL1 and from virtual EL2. */
static void nv_29_unknown_classes_are_undefined_where_the_guest_is(void **state)
{
	struct vcpu *vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL1h, F(HCR_EL2, VM));

	(void)state;
	vcpu_load(vcpu);
	vcpu->fault.esr = 0x1dul << ESR_EC_SHIFT | ESR_IL; /* SME, which nobody has */
	exit_handle(vcpu, EXIT_TRAP);
	assert_false(vcpu->pending.is_to_el2);
	vcpu = nested_vcpu(VM_EL2_VHE, PSTATE_EL2h, 0);
	vcpu_load(vcpu);
	vcpu->fault.esr = (u64)EC_WFX << ESR_EC_SHIFT | ESR_IL | 2; /* WFIT */
	exit_handle(vcpu, EXIT_TRAP);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	assert_true(vcpu->pending.is_to_el2);
}

TESTS(cmocka_unit_test(nv_2_predicates),
	cmocka_unit_test(nv_1_a_plain_vm_is_in_no_context_of_virtual_el2),
	cmocka_unit_test(nv_3_inhost_el0_is_hyp_context),
	cmocka_unit_test(nv_5_l1s_hcr_is_in_the_page_before_and_after),
	cmocka_unit_test(nv_21_each_read_of_the_page_is_masked),
	cmocka_unit_test(nv_9_the_mode_is_the_hardwares),
	cmocka_unit_test(nv_11_mode_and_vhcr_are_taken_together),
	cmocka_unit_test(nv_10_another_context_than_entered_is_a_bug),
	cmocka_unit_test(nv_19_a_redirected_register_does_not_trap),
	cmocka_unit_test(nv_20_an_abort_of_our_own_is_a_panic),
	cmocka_unit_test(nv_33_interrupts_of_virtual_el2),
	cmocka_unit_test(nv_34_an_interrupt_for_l1_ends_l2_whatever_its_mask),
	cmocka_unit_test(nv_35_without_vimo_it_is_l2s_own),
	cmocka_unit_test(nv_36_a_pending_serror_is_looked_at_again),
	cmocka_unit_test(nv_26_forwarded_with_the_hardwares_syndrome),
	cmocka_unit_test(nv_29_unknown_classes_are_undefined_where_the_guest_is))
