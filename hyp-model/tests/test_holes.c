/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aborts where there is neither memory nor a device: whose they are, and what they say (NV-28).
 */
#include "core/exit.h"
#include "guest/abi.h"
#include "l1_tables.h"

#define ESR(ec, iss) ((u64)(ec) << ESR_EC_SHIFT | ESR_IL | (iss))
#define ISV_X5	     (BIT(24) | 3ul << 22 | 5ul << 16 | BIT(15)) /* an LDR or STR of X5 */
#define FnV	     BIT(10)
#define EA	     BIT(9)
#define CM	     BIT(8)
#define S1PTW	     BIT(7)
#define WNR	     BIT(6)

static void abort_at(struct vcpu *vcpu, u64 esr, u64 far, u64 ipa)
{
	vcpu->fault.esr = esr;
	vcpu->fault.far = far;
	vcpu->fault.hpfar = ipa >> 12 << 4;
	vcpu->fault.is_hpfar_valid = true;
	assert_int_equal(exit_guest_abort(vcpu), GUEST_CONTINUES);
}

/* INV-S2-5: a right that L1 does not give is missing before anybody looks what is behind. */
static void nv_28_what_l1_denies_is_denied_before_a_hole(void **state)
{
	struct vcpu *vcpu;

	(void)state;
	vcpu = l2_loaded();
	l1_map(vcpu->vm, 0x80000000, (GUEST_HOLE_IPA & ~0x3ffffffful) | 0x77d | BIT(54), 1);
	abort_at(vcpu, ESR(EC_IABT_LOW, 0x07), 0x80000000 + GUEST_HOLE_IPA,
		0x80000000 + GUEST_HOLE_IPA);
	assert_true(vcpu_is_el2(vcpu));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), ESR(EC_IABT_LOW, 0x0d));
	vcpu = l2_loaded();
	l1_map(vcpu->vm, 0x80000000, (GUEST_HOLE_IPA & ~0x3ffffffful) | 0x7fd, 1);
	abort_at(vcpu, ESR(EC_IABT_LOW, 0x07), 0x80000000 + GUEST_HOLE_IPA,
		0x80000000 + GUEST_HOLE_IPA);
	assert_false(vcpu_is_el2(vcpu)); /* L1 gave it, so it is L2's own external abort */
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
}

/* The syndrome that the CPU would have made of it: the access's WnR, the level of a walk. */
static void nv_28_external_aborts_tell_what_was_tried(void **state)
{
	static const struct {
		const char *why;
		u64 esr, iss;
	} cases[] = {
		{ "load", ESR(EC_DABT_LOW, 0x07), 0x10 },
		{ "store", ESR(EC_DABT_LOW, 0x07 | WNR), 0x10 | WNR },
		{ "fetch", ESR(EC_IABT_LOW, 0x07), 0x10 },
		{ "the table of level 2", ESR(EC_DABT_LOW, 0x07 | S1PTW), 0x16 },
		/* WS-20: is FAR valid, who caused it, the level; nothing of stage 2 */
		{ "met by the CPU itself", ESR(EC_DABT_LOW, 0x17 | S1PTW), 0x17 },
		{ "by its fetch", ESR(EC_IABT_LOW, 0x17 | S1PTW), 0x17 },
		{ "FAR is not valid", ESR(EC_DABT_LOW, 0x10 | FnV | EA | WNR | ISV_X5),
			0x10 | FnV | EA | WNR },
		{ "by cache maintenance", ESR(EC_DABT_LOW, 0x15 | CM | WNR), 0x15 | CM | WNR },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = &guest(MODE_VHE)->vcpus[0];
		u64 esr;

		vmid_reset();
		vcpu_load(vcpu);
		*guest_word(vcpu->vm, IPA(L1_ROOT)) = GUEST_HOLE_IPA | 3;
		vcpu_write_sys_reg(vcpu, F(SCTLR_EL1, M), REG(SCTLR_EL1));
		vcpu_write_sys_reg(vcpu, 25, REG(TCR_EL1));
		vcpu_write_sys_reg(vcpu, L1_ROOT, REG(TTBR0_EL1));
		abort_at(vcpu, cases[i].esr, 0x1000, GUEST_HOLE_IPA);
		esr = vcpu_read_sys_reg(vcpu, REG(ESR_EL1));
		if ((esr & MASK(24, 0)) != cases[i].iss)
			fail_row(i, cases[i].why, "ESR_EL1 0x%lx", esr);
	}
}

TESTS(cmocka_unit_test(nv_28_what_l1_denies_is_denied_before_a_hole),
	cmocka_unit_test(nv_28_external_aborts_tell_what_was_tried))
