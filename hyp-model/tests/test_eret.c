/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ERET at virtual EL2: HYPERVISOR-SPEC B.6, NV-22 to NV-24.
 */
#include <string.h>

#include "core/exit.h"
#include "core/nested.h"
#include "core/switch.h"
#include "support.h"

#define RETURN_ADDRESS 0x40300000ul

static u64 eret_esr(u64 iss)
{
	return (u64)EC_ERET << ESR_EC_SHIFT | ESR_IL | iss;
}

/* At virtual EL2h, loaded, about to execute ERET with this SPSR_EL2. */
static struct vcpu *at_eret(enum vm_el2 form, unsigned nv, u64 spsr, u64 vhcr)
{
	struct vcpu *vcpu = &nested_guest(form, nv)->vcpus[0];

	vcpu->context.pstate = PSTATE_EL2h | PSTATE_DAIF;
	vcpu->context.pc = 0x40200100;
	vcpu_write_sys_reg(vcpu, vhcr, REG(HCR_EL2));
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, spsr, REG(SPSR_EL2));
	vcpu_write_sys_reg(vcpu, RETURN_ADDRESS, REG(ELR_EL2));
	vcpu->fault.esr = eret_esr(0);
	return vcpu;
}

/* ---- The fast form ---- */

static void nv_24_returns_within_the_context_are_local(void **state)
{
	static const struct {
		const char *why;
		enum vm_el2 form;
		u64 spsr, vhcr;
		bool is_fast;
	} rows[] = {
		{ "EL2h", VM_EL2_VHE, PSTATE_EL2h, 0, true },
		{ "EL2t", VM_EL2_VHE, PSTATE_EL2t, 0, true },
		{ "EL2h, nVHE", VM_EL2_NVHE, PSTATE_EL2h, 0, true },
		{ "EL0 of the host", VM_EL2_VHE, PSTATE_EL0t, F(HCR_EL2, TGE), true },
		{ "EL0 of L2", VM_EL2_VHE, PSTATE_EL0t, 0, false },
		{ "EL0 with {E2H,TGE}={0,1}", VM_EL2_NVHE, PSTATE_EL0t, F(HCR_EL2, TGE), false },
		{ "EL1 of L2", VM_EL2_VHE, PSTATE_EL1h, 0, false },
		{ "illegal: EL1 with TGE", VM_EL2_VHE, PSTATE_EL1h, F(HCR_EL2, TGE), false },
		{ "illegal: EL3", VM_EL2_VHE, 0xd, 0, false },
		{ "illegal: AArch32", VM_EL2_VHE, PSTATE_EL2h | PSTATE_nRW, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 flags = F(SPSR, N) | F(SPSR, C);
		struct vcpu *vcpu = at_eret(rows[i].form, 2, rows[i].spsr | flags, rows[i].vhcr);

		if (nested_fixup(vcpu) != rows[i].is_fast)
			fail_row(i, rows[i].why, "fast: %d", !rows[i].is_fast);
		if (rows[i].is_fast && (vcpu->context.pc != RETURN_ADDRESS ||
					       vcpu->context.pstate != (rows[i].spsr | flags)))
			fail_row(i, rows[i].why, "PC 0x%lx, PSTATE 0x%lx", vcpu->context.pc,
				vcpu->context.pstate);
		if (!rows[i].is_fast && vcpu->context.pc != 0x40200100)
			fail_row(i, rows[i].why, "PC moved though not answered");
		if (rows[i].is_fast && !vcpu_is_hyp_ctxt(vcpu))
			fail_row(i, rows[i].why, "left hyp context");
	}
}

static void nv_24_the_fast_form_changes_no_register(void **state)
{
	struct vcpu *vcpu = at_eret(VM_EL2_VHE, 2, PSTATE_EL2t, 0);

	(void)state;
	host_log_clear();
	assert_true(nested_fixup(vcpu));
	for (size_t i = 0; i < host_log_count(); i++)
		assert_int_equal(host_log(i)->kind, LOG_READ);
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
}

/* ---- The slow form ---- */

static void nv_24_a_return_to_l2_leaves_hyp_context(void **state)
{
	struct vcpu *vcpu = at_eret(VM_EL2_VHE, 2, PSTATE_EL1h | F(SPSR, Z), F(HCR_EL2, VM));

	(void)state;
	vcpu_write_sys_reg(vcpu, 0x1111000, REG(VBAR_EL1)); /* L2's, in memory while at vEL2 */
	vcpu_write_sys_reg(vcpu, 0x2222000, REG(VBAR_EL2));
	assert_u64(host_get(SR_VBAR_EL12), 0x2222000);
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_u64(vcpu->context.pc, RETURN_ADDRESS);
	assert_u64(vcpu->context.pstate, PSTATE_EL1h | F(SPSR, Z));
	assert_true(vcpu_is_nested_ctxt(vcpu));
	assert_true(vcpu->hw_mmu->is_shadow);
	assert_u64(host_get(SR_VBAR_EL12), 0x1111000);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VBAR_EL2)), 0x2222000);
}

static void nv_24_a_return_to_the_host_s_el0_stays(void **state)
{
	struct vcpu *vcpu = at_eret(VM_EL2_VHE, 2, PSTATE_EL0t, F(HCR_EL2, TGE));

	(void)state;
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_true(vcpu_is_host_el0(vcpu));
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
}

/* Not fast, for nothing is known of it; hyp context all the same, and flagged once. */
static void nv_2_tge_without_e2h_is_flagged(void **state)
{
	struct vcpu *vcpu = at_eret(VM_EL2_NVHE, 2, PSTATE_EL0t, F(HCR_EL2, TGE));
	size_t length;

	(void)state;
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_true(vcpu_is_host_el0(vcpu));
	assert_non_null(strstr(host_console(), "{E2H,TGE} = {0,1}"));
	length = strlen(host_console());
	vcpu->context.pstate = PSTATE_EL2h;
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_int_equal(strlen(host_console()), length);
}

static void nv_22_illegal_returns(void **state)
{
	static const struct {
		const char *why;
		u64 spsr, vhcr;
	} rows[] = {
		{ "EL0 with SP_EL1", 0x1, 0 },
		{ "reserved M<1>", 0x2, 0 },
		{ "reserved M<1>", 0x3, 0 },
		{ "reserved M<1> at EL1", 0x6, 0 },
		{ "reserved M<1> at EL2", 0xa, 0 },
		{ "reserved M<1> at EL2", 0xb, 0 },
		{ "EL3t", 0xc, 0 },
		{ "EL3h", 0xd, 0 },
		{ "AArch32 user", PSTATE_nRW, 0 },
		{ "AArch32 hyp", PSTATE_nRW | 0xa, 0 },
		{ "AArch32 in the mode of EL1h", PSTATE_nRW | 0x5, 0 },
		{ "EL1h with TGE", PSTATE_EL1h, F(HCR_EL2, TGE) },
		{ "EL1t with TGE", PSTATE_EL1t, F(HCR_EL2, TGE) },
	};
	u64 taken = F(SPSR, N) | F(SPSR, V) | F(SPSR, A) | F(SPSR, F) | F(SPSR, PAN);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = at_eret(VM_EL2_VHE, 2,
			rows[i].spsr | taken | F(SPSR, SSBS) | F(SPSR, UAO), rows[i].vhcr);

		assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
		if (vcpu->context.pc != RETURN_ADDRESS)
			fail_row(i, rows[i].why, "PC 0x%lx", vcpu->context.pc);
		/* EL and SP stay, and so does what only a legal return takes */
		if (vcpu->context.pstate != (PSTATE_EL2h | taken | F(SPSR, IL)))
			fail_row(i, rows[i].why, "PSTATE 0x%lx", vcpu->context.pstate);
		if (!vcpu_is_hyp_ctxt(vcpu))
			fail_row(i, rows[i].why, "left virtual EL2");
	}
}

/* It is the hardware that raises the exception then: the entry has IL, at EL1. */
static void nv_22_the_hardware_raises_illegal_state(void **state)
{
	struct vcpu *vcpu = at_eret(VM_EL2_VHE, 2, PSTATE_EL1h, F(HCR_EL2, TGE));
	u64 hardware;

	(void)state;
	exit_eret(vcpu);
	hardware = pstate_to_hardware(vcpu, vcpu->context.pstate);
	assert_u64(hardware & F(SPSR, M), PSTATE_EL1h);
	assert_true(hardware & F(SPSR, IL));
}

/* ---- ERETAA, ERETAB ---- */

#define KEY_A_LO 0x1234567890abcdeful
#define KEY_A_HI 0x0fedcba987654321ul
#define KEY_B_LO 0x5555aaaa5555aaaaul
#define KEY_B_HI 0x1111222233334444ul
#define VEL2_SP	 0x40280000ul

/* 48-bit addresses, no TBI: the PAC is in <63:56> and <54:48>. */
#define PAC_BITS (MASK(63, 56) | MASK(54, 48))

static u64 pac(u64 pointer, u64 modifier, u64 low, u64 high)
{
	u64 host_low = host_get(SR_APGAKeyLo_EL1), host_high = host_get(SR_APGAKeyHi_EL1), value;

	host_set(SR_APGAKeyLo_EL1, low);
	host_set(SR_APGAKeyHi_EL1, high);
	value = hal_pacga(pointer, modifier);
	host_set(SR_APGAKeyLo_EL1, host_low);
	host_set(SR_APGAKeyHi_EL1, host_high);
	return value;
}

static struct vm *authenticating_guest(void)
{
	static struct vm vm;
	struct vm_config config = guest_config();

	config.el2 = VM_EL2_VHE;
	config.has_nv2 = config.has_pauth = true;
	memset(&vm, 0, sizeof(vm));
	assert_true(vm_create(&vm, &config));
	return &vm;
}

/* At virtual EL2h, about to execute ERETAA or ERETAB, on a machine with that version of PAuth. */
static struct vcpu *at_eretaa(u64 apa, bool is_key_b, u64 elr)
{
	struct vm *vm;
	struct vcpu *vcpu;

	machine_off(MODE_VHE);
	for (unsigned cpu = HOST_CPUS; cpu-- > 0;) {
		host_set_cpu(cpu);
		host_set(SR_ID_AA64MMFR2_EL1, FV(ID_AA64MMFR2_EL1, NV, 2));
		host_set(SR_ID_AA64ISAR1_EL1,
			FV(ID_AA64ISAR1_EL1, APA, apa) | FV(ID_AA64ISAR1_EL1, GPA, 1));
		host_set(SR_VNCR_EL2, 0);
	}
	machine_on(MODE_VHE);
	vm = authenticating_guest();
	vcpu = &vm->vcpus[0];
	vcpu->context.pstate = PSTATE_EL2h | PSTATE_DAIF;
	vcpu_load(vcpu);
	vcpu_write_sys_reg(
		vcpu, SCTLR_EL1_RES1 | F(SCTLR_EL1, EnIA) | F(SCTLR_EL1, EnIB), REG(SCTLR_EL2));
	vcpu_write_sys_reg(vcpu, FV(TCR_EL1, T0SZ, 16) | FV(TCR_EL1, T1SZ, 16), REG(TCR_EL2));
	vcpu_write_sys_reg(vcpu, VEL2_SP, REG(SP_EL2));
	vcpu_write_sys_reg(vcpu, PSTATE_EL2h, REG(SPSR_EL2));
	vcpu_write_sys_reg(vcpu, elr, REG(ELR_EL2));
	vcpu->pauth.guest.key[0] = KEY_A_LO;
	vcpu->pauth.guest.key[1] = KEY_A_HI;
	vcpu->pauth.guest.key[2] = KEY_B_LO;
	vcpu->pauth.guest.key[3] = KEY_B_HI;
	vcpu->fault.esr = eret_esr(2 | (is_key_b ? 1 : 0));
	return vcpu;
}

static u64 signed_pointer(u64 pointer, bool is_key_b)
{
	u64 value = is_key_b ? pac(pointer, VEL2_SP, KEY_B_LO, KEY_B_HI)
			     : pac(pointer, VEL2_SP, KEY_A_LO, KEY_A_HI);

	return (pointer & ~PAC_BITS) | (value & PAC_BITS);
}

static void nv_23_a_good_pac_returns(void **state)
{
	(void)state;
	for (unsigned is_key_b = 0; is_key_b < 2; is_key_b++) {
		struct vcpu *vcpu = at_eretaa(1, is_key_b, 0);
		u64 host_key = host_get(SR_APGAKeyLo_EL1);

		vcpu_write_sys_reg(vcpu, signed_pointer(RETURN_ADDRESS, is_key_b), REG(ELR_EL2));
		assert_false(nested_fixup(vcpu)); /* the keys are not at hand there */
		assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
		assert_u64(vcpu->context.pc, RETURN_ADDRESS);
		assert_int_equal(vcpu->pc_update, PC_KEEP);
		assert_u64(host_get(SR_APGAKeyLo_EL1), host_key);
	}
}

/* Of an address in the upper half the PAC stands where ones were. */
static void nv_23_addresses_of_the_upper_half(void **state)
{
	u64 address = 0xffff000040300000, value;
	struct vcpu *vcpu = at_eretaa(1, false, 0);

	(void)state;
	value = pac(address, VEL2_SP, KEY_A_LO, KEY_A_HI);
	vcpu_write_sys_reg(vcpu, (address & ~PAC_BITS) | (value & PAC_BITS), REG(ELR_EL2));
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_u64(vcpu->context.pc, address);
}

/* Before FPAC the address becomes one that faults; the error code says which key. */
static void nv_23_a_bad_pac_spoils_the_address(void **state)
{
	struct vcpu *vcpu = at_eretaa(1, false, 0);

	(void)state;
	vcpu_write_sys_reg(vcpu, signed_pointer(RETURN_ADDRESS, false) ^ BIT(50), REG(ELR_EL2));
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_u64(vcpu->context.pc, RETURN_ADDRESS | 1ul << 61);
	vcpu = at_eretaa(1, true, 0);
	vcpu_write_sys_reg(vcpu, signed_pointer(RETURN_ADDRESS, true) ^ BIT(63), REG(ELR_EL2));
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_u64(vcpu->context.pc, RETURN_ADDRESS | 2ul << 61);
}

/* The other key's PAC is as wrong as any. */
static void nv_23_the_key_matters(void **state)
{
	struct vcpu *vcpu = at_eretaa(1, true, 0);

	(void)state;
	vcpu_write_sys_reg(vcpu, signed_pointer(RETURN_ADDRESS, false), REG(ELR_EL2));
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_u64(vcpu->context.pc, RETURN_ADDRESS | 2ul << 61);
}

/* FEAT_FPAC: an exception of its own, and no return. */
static void nv_23_fpac_is_an_exception(void **state)
{
	struct vcpu *vcpu = at_eretaa(4, true, RETURN_ADDRESS);

	(void)state;
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	assert_true(vcpu->pending.is_to_el2);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), 0x1cul << ESR_EC_SHIFT | ESR_IL | 1);
}

/* L1's control register is in the CPU, where it may have changed without an exit. */
static void nv_23_the_live_sctlr_says_whether_keys_are_enabled(void **state)
{
	struct vcpu *vcpu = at_eretaa(1, false, RETURN_ADDRESS);

	(void)state;
	host_set(SR_SCTLR_EL12, SCTLR_EL1_RES1);
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_u64(vcpu->context.pc, RETURN_ADDRESS);
}

/* With the key disabled ERETAA is an ERET. */
static void nv_23_a_disabled_key_authenticates_nothing(void **state)
{
	struct vcpu *vcpu = at_eretaa(1, false, RETURN_ADDRESS);

	(void)state;
	vcpu_write_sys_reg(vcpu, SCTLR_EL1_RES1 | F(SCTLR_EL1, EnIB), REG(SCTLR_EL2));
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_u64(vcpu->context.pc, RETURN_ADDRESS);
}

static void nv_23_without_pauth_it_is_undefined(void **state)
{
	struct vcpu *vcpu = at_eret(VM_EL2_VHE, 2, PSTATE_EL2h, 0);

	(void)state;
	vcpu->fault.esr = eret_esr(2);
	assert_false(nested_fixup(vcpu));
	assert_int_equal(exit_eret(vcpu), GUEST_CONTINUES);
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	assert_u64(ESR_EC(vcpu_read_sys_reg(vcpu, REG(ESR_EL2))), EC_UNKNOWN);
}

TESTS(cmocka_unit_test(nv_24_returns_within_the_context_are_local),
	cmocka_unit_test(nv_24_the_fast_form_changes_no_register),
	cmocka_unit_test(nv_24_a_return_to_l2_leaves_hyp_context),
	cmocka_unit_test(nv_24_a_return_to_the_host_s_el0_stays),
	cmocka_unit_test(nv_2_tge_without_e2h_is_flagged), cmocka_unit_test(nv_22_illegal_returns),
	cmocka_unit_test(nv_22_the_hardware_raises_illegal_state),
	cmocka_unit_test(nv_23_a_good_pac_returns),
	cmocka_unit_test(nv_23_addresses_of_the_upper_half),
	cmocka_unit_test(nv_23_a_bad_pac_spoils_the_address),
	cmocka_unit_test(nv_23_the_key_matters), cmocka_unit_test(nv_23_fpac_is_an_exception),
	cmocka_unit_test(nv_23_the_live_sctlr_says_whether_keys_are_enabled),
	cmocka_unit_test(nv_23_a_disabled_key_authenticates_nothing),
	cmocka_unit_test(nv_23_without_pauth_it_is_undefined))
