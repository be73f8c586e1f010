/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Skipped instructions and exceptions that a guest takes: HYPERVISOR-SPEC A.9, A.10, A.17, B.7,
 * B.10.
 */
#include "switch_support.h"

static void pc_1_skip(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu->context.pstate =
		F(SPSR, SS) | FV(SPSR, BTYPE, 3) | F(SPSR, C) | PSTATE_DAIF | PSTATE_EL1h;
	vcpu_load(vcpu);
	vcpu_skip_instruction(vcpu);
	assert_u64(vcpu->context.pc, 0x40201000); /* committed by the entry */
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_ELR_EL1), 0x40201004);
	assert_u64(value_at_entry(SR_SPSR_EL1), F(SPSR, C) | PSTATE_DAIF | PSTATE_EL1h);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	run_hvc(vcpu);
	assert_u64(vcpu->context.pc, 0x40201004); /* once */
	vcpu_put(vcpu);
}

static void pc_2_inject(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu->context.pstate = F(SPSR, Z) | PSTATE_EL0t;
	*stored(vcpu, REG(VBAR_EL1)) = 0x40210000;
	vcpu_load(vcpu);
	vcpu_inject_external_abort(vcpu, false, 0x1234, FSC_EXTERNAL);
	/* ESR and FAR at once, by the accessors: this one is live. */
	assert_u64(host_get(SR_ESR_EL12), ESR(EC_DABT_LOW) | FSC_EXTERNAL);
	assert_u64(host_get(SR_FAR_EL12), 0x1234);
	assert_u64(vcpu->context.pc, 0x40201000);
	run_hvc(vcpu);
	assert_u64(host_get(SR_ELR_EL12), 0x40201000);
	assert_u64(host_get(SR_SPSR_EL12), F(SPSR, Z) | PSTATE_EL0t);
	assert_u64(value_at_entry(SR_ELR_EL1), 0x40210400);
	vcpu_put(vcpu);
}

/* What DDI 0487 AArch64.TakeException() does to PC and PSTATE; row by row of PC-3. */
static void pc_3_exception_entry(void **state)
{
	static const struct {
		const char *why;
		enum vm_el2 el2;
		u64 pstate, vhcr, sctlr;
		enum exception_kind kind;
		bool is_to_el2;
		u64 vector, want; /* PSTATE */
	} cases[] = {
		{ "EL1h, sync", VM_EL2_NONE, PSTATE_EL1h, 0, F(SCTLR_EL1, SPAN), EXCEPTION_SYNC,
			false, 0x200, PSTATE_DAIF | PSTATE_EL1h },
		{ "EL1t, sync", VM_EL2_NONE, PSTATE_EL1t, 0, F(SCTLR_EL1, SPAN), EXCEPTION_SYNC,
			false, 0x000, PSTATE_DAIF | PSTATE_EL1h },
		{ "EL0, sync", VM_EL2_NONE, PSTATE_EL0t, 0, F(SCTLR_EL1, SPAN), EXCEPTION_SYNC,
			false, 0x400, PSTATE_DAIF | PSTATE_EL1h },
		{ "EL0, SError", VM_EL2_NONE, PSTATE_EL0t, 0, F(SCTLR_EL1, SPAN), EXCEPTION_SERROR,
			false, 0x580, PSTATE_DAIF | PSTATE_EL1h },
		{ "SPAN=0 sets PAN", VM_EL2_NONE, PSTATE_EL1h, 0, 0, EXCEPTION_SYNC, false, 0x200,
			PSTATE_DAIF | F(SPSR, PAN) | PSTATE_EL1h },
		{ "NZCV, PAN and DIT stay", VM_EL2_NONE,
			PSTATE_NZCV | F(SPSR, PAN) | F(SPSR, DIT) | PSTATE_EL0t, 0,
			F(SCTLR_EL1, SPAN), EXCEPTION_SYNC, false, 0x400,
			PSTATE_NZCV | F(SPSR, PAN) | F(SPSR, DIT) | PSTATE_DAIF | PSTATE_EL1h },
		{ "UAO, SS, IL, BTYPE, SSBS go", VM_EL2_NONE,
			F(SPSR, UAO) | F(SPSR, SS) | F(SPSR, IL) | F(SPSR, BTYPE) | F(SPSR, SSBS) |
				PSTATE_EL1h,
			0, F(SCTLR_EL1, SPAN), EXCEPTION_SYNC, false, 0x200,
			PSTATE_DAIF | PSTATE_EL1h },
		{ "SSBS from SCTLR.DSSBS", VM_EL2_NONE, PSTATE_EL1h, 0,
			F(SCTLR_EL1, SPAN) | F(SCTLR_EL1, DSSBS), EXCEPTION_SYNC, false, 0x200,
			PSTATE_DAIF | F(SPSR, SSBS) | PSTATE_EL1h },
		{ "virtual EL2h, IRQ", VM_EL2_VHE, PSTATE_EL2h, 0, F(SCTLR_EL1, SPAN),
			EXCEPTION_IRQ, true, 0x280, PSTATE_DAIF | PSTATE_EL2h },
		{ "virtual EL2t, sync", VM_EL2_VHE, PSTATE_EL2t, 0, F(SCTLR_EL1, SPAN),
			EXCEPTION_SYNC, true, 0x000, PSTATE_DAIF | PSTATE_EL2h },
		{ "InHost EL0 is a lower level", VM_EL2_VHE, PSTATE_EL0t, HCR(TGE),
			F(SCTLR_EL1, SPAN), EXCEPTION_FIQ, true, 0x500, PSTATE_DAIF | PSTATE_EL2h },
		{ "SPAN=0 of an E2H host with TGE", VM_EL2_VHE, PSTATE_EL0t, HCR(TGE), 0,
			EXCEPTION_SYNC, true, 0x400, PSTATE_DAIF | F(SPSR, PAN) | PSTATE_EL2h },
		{ "SPAN=0 without TGE", VM_EL2_VHE, PSTATE_EL2h, 0, 0, EXCEPTION_SYNC, true, 0x200,
			PSTATE_DAIF | PSTATE_EL2h },
		{ "SPAN=0 means nothing without E2H", VM_EL2_NVHE, PSTATE_EL2h, HCR(TGE), 0,
			EXCEPTION_SYNC, true, 0x200, PSTATE_DAIF | PSTATE_EL2h },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vm unlimited;
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, cases[i].vhcr);
		u64 vbar = 0x40210000;

		unlimited = *vcpu->vm;
		unlimited.config.el2 = cases[i].el2;
		if (cases[i].el2 == VM_EL2_NONE)
			vcpu->vm = &unlimited;
		else
			vcpu->vm->config.el2 = cases[i].el2;
		vcpu->context.pstate = cases[i].pstate;
		*stored(vcpu, cases[i].is_to_el2 ? REG(VBAR_EL2) : REG(VBAR_EL1)) = vbar;
		*stored(vcpu, cases[i].is_to_el2 ? REG(SCTLR_EL2) : REG(SCTLR_EL1)) =
			cases[i].sctlr;
		vcpu->pc_update = PC_TAKE_EXCEPTION;
		vcpu->pending.kind = cases[i].kind;
		vcpu->pending.is_to_el2 = cases[i].is_to_el2;
		vcpu_commit_pc(vcpu);
		if (vcpu->context.pc != vbar + cases[i].vector)
			fail_row(i, cases[i].why, "PC 0x%lx", vcpu->context.pc);
		if (vcpu->context.pstate != cases[i].want)
			fail_row(i, cases[i].why, "PSTATE 0x%lx, not 0x%lx", vcpu->context.pstate,
				cases[i].want);
		if (vcpu_read_sys_reg(vcpu, cases[i].is_to_el2 ? REG(ELR_EL2) : REG(ELR_EL1)) !=
			0x40201000)
			fail_row(i, cases[i].why, "ELR");
		if (vcpu_read_sys_reg(vcpu, cases[i].is_to_el2 ? REG(SPSR_EL2) : REG(SPSR_EL1)) !=
			cases[i].pstate)
			fail_row(i, cases[i].why, "SPSR is not the virtual PSTATE");
	}
}

/* PC-4: before a context switch as before an entry; a reset forgets. */
static void pc_4_committed_or_discarded(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	vcpu_load(vcpu);
	vcpu_skip_instruction(vcpu); /* of L1's guest */
	nested_inject_sync(vcpu, ESR(EC_WFX));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), 0x40201004);
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	vcpu_put(vcpu);

	vcpu_inject_undefined(vcpu);
	vcpu_reset(vcpu, 0x40200000, 7); /* MUT-81 */
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	vcpu_commit_pc(vcpu);
	assert_u64(vcpu->context.pc, 0x40200000);
}

/* MUT-13: on nVHE the live SPSR_EL1 is the host's, and what is loaded at the entry is memory. */
static void pc_5_the_right_copy(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_NVHE);

	(void)state;
	vcpu->context.pstate = F(SPSR, C) | PSTATE_EL1h;
	vcpu_load(vcpu);
	vcpu_inject_undefined(vcpu);
	assert_u64(host_get(SR_ESR_EL1), HOST_VALUE(ESR_EL1));
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_ESR_EL1), ESR(EC_UNKNOWN));
	assert_u64(value_at_entry(SR_SPSR_EL1), F(SPSR, C) | PSTATE_EL1h);
	assert_u64(value_at_entry(SR_ELR_EL1), 0x40201000);
	assert_u64(host_get(SR_SPSR_EL1), HOST_VALUE(SPSR_EL1));
	vcpu_put(vcpu);

	vcpu = filled_guest(MODE_VHE);
	vcpu->context.pstate = F(SPSR, C) | PSTATE_EL1h;
	vcpu_load(vcpu);
	vcpu_inject_undefined(vcpu);
	run_hvc(vcpu);
	assert_u64(host_get(SR_SPSR_EL12), F(SPSR, C) | PSTATE_EL1h);
	assert_u64(*stored(vcpu, REG(SPSR_EL1)), GUEST_VALUE(SPSR_EL1));
	vcpu_put(vcpu);
}

static u64 fault(struct vcpu *vcpu, u64 esr, u64 hpfar)
{
	struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = esr, .far = 0xabc123, .hpfar = hpfar }, hvc
	};

	return run(vcpu, exits, 2);
}

static void ws_18_hpfar_only_if_valid(void **state)
{
	static const struct {
		const char *why;
		u64 esr;
		bool is_valid;
	} cases[] = {
		{ "translation", ESR(EC_DABT_LOW) | 0x07, true },
		{ "access flag", ESR(EC_DABT_LOW) | 0x0b, true },
		{ "address size", ESR(EC_IABT_LOW) | 0x01, true },
		{ "permission of a walk", ESR(EC_DABT_LOW) | BIT(7) | 0x0f, true },
		{ "external abort", ESR(EC_DABT_LOW) | 0x10, false },
		{ "external abort of a walk", ESR(EC_IABT_LOW) | 0x15, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_guest(MODE_VHE);

		vcpu_load(vcpu);
		/* The fake's HPFAR_EL2 is unset where it is UNKNOWN: a read would abort. */
		fault(vcpu, cases[i].esr, cases[i].is_valid ? 0x40500 : 0);
		if (host_script_left() != 1)
			fail_row(i, cases[i].why, "entered again");
		if (vcpu->fault.is_hpfar_valid != cases[i].is_valid ||
			vcpu->fault.hpfar != (cases[i].is_valid ? 0x40500ul : 0))
			fail_row(i, cases[i].why, "HPFAR 0x%lx", vcpu->fault.hpfar);
		assert_u64(vcpu->fault.far, 0xabc123);
		assert_u64(vcpu->fault.esr, cases[i].esr);
		vcpu_put(vcpu);
	}
}

static void ws_19_permission_fault_is_resolved_by_at(void **state)
{
	static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);

		vcpu_load(vcpu);
		host_at_result(0x40567000 | BIT(11));
		assert_u64(fault(vcpu, ESR(EC_DABT_LOW) | 0x0f, 0), EXIT_TRAP);
		assert_true(vcpu->fault.is_hpfar_valid);
		assert_u64(vcpu->fault.hpfar, FV(HPFAR_EL2, FIPA, 0x40567));
		assert_u64(host_log((size_t)first(LOG_SYS, SR_AT_S1E1R))->value, 0xabc123);
		/* PAR_EL1 is the guest's (INV-WS-12). */
		vcpu_put(vcpu);
		assert_u64(*stored(vcpu, REG(PAR_EL1)), GUEST_VALUE(PAR_EL1));
	}
}

static void ws_19_a_race_is_run_again(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	host_at_result(F(PAR_EL1, F));
	assert_u64(fault(vcpu, ESR(EC_DABT_LOW) | 0x0f, 0), EXIT_TRAP);
	assert_u64(host_script_left(), 0); /* entered again, the second exit is the HVC */
	assert_u64(ESR_EC(vcpu->fault.esr), EC_HVC64);
	assert_u64(host_get(SR_PAR_EL1), GUEST_VALUE(PAR_EL1));
	vcpu_put(vcpu);
}

/* An external abort, whatever FnV says: no translation of an address that may mean nothing. */
static void ws_20_no_at_for_external_aborts(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	fault(vcpu, ESR(EC_DABT_LOW) | BIT(10) | 0x10, 0);
	fault(vcpu, ESR(EC_DABT_LOW) | 0x14, 0);
	assert_int_equal(host_log_find(0, LOG_SYS, SR_AT_S1E1R), -1);
	vcpu_put(vcpu);
}

/* MUT-15 and MUT-16: A.9 steps 2 and 3. */
static void pc_2_serror_on_the_way_out(void **state)
{
	static const struct {
		const char *why;
		u64 code, esr;
		u64 pc;
	} cases[] = {
		{ "HVC is executed again", EXIT_TRAP | EXIT_WITH_SERROR, ESR(EC_HVC64),
			0x40201000 - 4 },
		{ "SMC is anyway", EXIT_TRAP | EXIT_WITH_SERROR, ESR(EC_SMC64), 0x40201000 },
		{ "a trapped MSR is anyway", EXIT_TRAP | EXIT_WITH_SERROR, ESR(EC_SYS64),
			0x40201000 },
		{ "HVC alone", EXIT_TRAP, ESR(EC_HVC64), 0x40201000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct host_exit exit = { .code = cases[i].code, .esr = cases[i].esr };
		struct vcpu *vcpu = filled_guest(MODE_VHE);

		vcpu_load(vcpu);
		assert_u64(run(vcpu, &exit, 1), cases[i].code);
		if (vcpu->context.pc != cases[i].pc)
			fail_row(i, cases[i].why, "PC 0x%lx", vcpu->context.pc);
		vcpu_put(vcpu);
	}
}

static void pc_2_no_syndrome_of_an_interrupt(void **state)
{
	struct host_exit irq = { .code = EXIT_IRQ };
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	run_hvc(vcpu);
	host_log_clear();
	run(vcpu, &irq, 1);
	assert_u64(host_log_times(LOG_READ, SR_ESR_EL1), 0);
	vcpu_put(vcpu);
}

static void nv_25_from_virtual_el2_it_waits_for_the_entry(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);

	(void)state;
	*stored(vcpu, REG(VBAR_EL2)) = 0x40210000;
	vcpu_load(vcpu);
	nested_inject_sync(vcpu, ESR(EC_HVC64));
	assert_u64(host_get(SR_ESR_EL1), ESR(EC_HVC64));
	assert_int_equal(vcpu->pc_update, PC_TAKE_EXCEPTION);
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_ELR_EL1), 0x40210200);
	assert_u64(host_get(SR_SPSR_EL12) & F(SPSR, M), PSTATE_EL2h); /* virtual */
	vcpu_put(vcpu);
}

static void nv_25_from_l1s_guest_at_once(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	*stored(vcpu, REG(VBAR_EL2)) = 0x40210000;
	vcpu_load(vcpu);
	nested_inject_sync(vcpu, ESR(EC_SYS64));
	assert_true(vcpu_is_hyp_ctxt(vcpu));
	assert_int_equal(vcpu->pc_update, PC_KEEP);
	assert_u64(vcpu->context.pc, 0x40210400);
	assert_u64(vcpu->context.pstate & F(SPSR, M), PSTATE_EL2h);
	assert_non_null(vcpu->cpu);
	vcpu_put(vcpu);
}

/* The hardware's ESR, for the level; ELR is the instruction itself; FAR and HPFAR when there are.
 */
static void nv_26_syndrome_and_return_address(void **state)
{
	u64 esr = ESR(EC_DABT_LOW) | BIT(24) | BIT(6) | 0x07;
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	vcpu_load(vcpu);
	nested_inject_abort(vcpu, esr, 0x1234567, 0x40500);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), esr);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(FAR_EL2)), 0x1234567);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(HPFAR_EL2)), 0x40500);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ELR_EL2)), 0x40201000);
	vcpu_put(vcpu);

	vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);
	vcpu_load(vcpu);
	nested_inject_abort(vcpu, esr, 0x1234567, 0);
	assert_u64(ESR_EC(vcpu_read_sys_reg(vcpu, REG(ESR_EL2))), EC_DABT_SAME);
	vcpu_put(vcpu);
}

static void nv_27_interrupts_for_l1(void **state)
{
	static const struct {
		const char *why;
		u64 pstate, vhcr;
		bool is_taken;
		u64 vector;
	} cases[] = {
		{ "at EL2, not routed there", PSTATE_EL2h, 0, false, 0 },
		{ "at EL2, IMO", PSTATE_EL2h, HCR(IMO), true, 0x280 },
		{ "at EL2, TGE", PSTATE_EL2h, HCR(TGE), true, 0x280 },
		{ "at EL2, masked", PSTATE_EL2h | F(SPSR, I), HCR(IMO), false, 0 },
		{ "InHost EL0", PSTATE_EL0t, HCR(TGE), true, 0x480 },
		{ "InHost EL0, masked", PSTATE_EL0t | F(SPSR, I), HCR(TGE), false, 0 },
		{ "L1's guest, whatever it masks", PSTATE_EL1h | F(SPSR, I), HCR(IMO), true,
			0x480 },
		{ "L1's guest without IMO", PSTATE_EL1h, 0, false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, cases[i].vhcr);

		vcpu->context.pstate = cases[i].pstate;
		*stored(vcpu, REG(VBAR_EL2)) = 0x40210000;
		vcpu_load(vcpu);
		if (nested_inject_irq(vcpu) != cases[i].is_taken)
			fail_row(i, cases[i].why, cases[i].is_taken ? "not taken" : "taken");
		vcpu_commit_pc(vcpu);
		if (cases[i].is_taken && vcpu->context.pc != 0x40210000 + cases[i].vector)
			fail_row(i, cases[i].why, "PC 0x%lx", vcpu->context.pc);
		if (cases[i].is_taken && !vcpu_is_el2(vcpu))
			fail_row(i, cases[i].why, "not at EL2");
		vcpu_put(vcpu);
	}
}

/* The exception that was pending masks it: it is asked again behind it. */
static void nv_27_pending_exception_first(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, HCR(IMO));

	(void)state;
	vcpu->context.pstate = PSTATE_EL2h;
	vcpu_load(vcpu);
	vcpu_inject_undefined(vcpu);
	assert_false(nested_inject_irq(vcpu));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), ESR(EC_UNKNOWN));
	vcpu_put(vcpu);
}

static void nv_28_external_aborts(void **state)
{
	static const struct {
		const char *why;
		u64 mode, vhcr;
		bool is_to_el2;
		unsigned ec;
	} cases[] = {
		{ "L1's guest, TEA", PSTATE_EL1h, HCR(TEA), true, EC_DABT_LOW },
		{ "L1's guest, its own", PSTATE_EL1h, 0, false, EC_DABT_SAME },
		{ "L1's guest at EL0, its own", PSTATE_EL0t, 0, false, EC_DABT_LOW },
		{ "InHost EL0", PSTATE_EL0t, HCR(TGE), true, EC_DABT_LOW },
		{ "virtual EL2", PSTATE_EL2h, 0, true, EC_DABT_SAME },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu;
		u64 esr, far;

		vcpu = filled_nested(VM_EL2_VHE, 2, cases[i].mode, cases[i].vhcr);
		may_set_hcr(vcpu, HCR(TEA)); /* RES0 without FEAT_RAS */
		vcpu_load(vcpu);
		vcpu_inject_external_abort(vcpu, false, 0x4321, FSC_EXTERNAL);
		esr = vcpu_read_sys_reg(vcpu, cases[i].is_to_el2 ? REG(ESR_EL2) : REG(ESR_EL1));
		far = vcpu_read_sys_reg(vcpu, cases[i].is_to_el2 ? REG(FAR_EL2) : REG(FAR_EL1));
		if (ESR_EC(esr) != cases[i].ec || ISS_FSC(esr) != FSC_EXTERNAL || far != 0x4321)
			fail_row(i, cases[i].why, "ESR 0x%lx, FAR 0x%lx", esr, far); /* MUT-70 */
		vcpu_put(vcpu);
	}
}

static void nv_29_target_of_ones_own_exceptions(void **state)
{
	static const struct {
		const char *why;
		u64 mode, vhcr;
		bool is_to_el2;
	} cases[] = {
		{ "virtual EL2", PSTATE_EL2h, 0, true },
		{ "virtual EL2t", PSTATE_EL2t, 0, true },
		{ "InHost EL0", PSTATE_EL0t, HCR(TGE), true },
		{ "L1's guest at EL1", PSTATE_EL1h, 0, false },
		{ "L1's guest at EL0", PSTATE_EL0t, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, cases[i].mode, cases[i].vhcr);

		vcpu_load(vcpu);
		vcpu_inject_undefined(vcpu);
		if (vcpu->pending.is_to_el2 != cases[i].is_to_el2)
			fail_row(i, cases[i].why, "the other level");
		if (vcpu_read_sys_reg(vcpu, cases[i].is_to_el2 ? REG(ESR_EL2) : REG(ESR_EL1)) !=
			ESR(EC_UNKNOWN))
			fail_row(i, cases[i].why, "ESR");
		vcpu_put(vcpu);
	}
}

static void nv_29_illegal_state(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu->context.pstate = F(SPSR, IL) | PSTATE_EL1h;
	vcpu_inject_illegal_state(vcpu);
	vcpu_commit_pc(vcpu);
	assert_u64(*stored(vcpu, REG(ESR_EL1)), ESR(EC_ILLEGAL_STATE));
	assert_u64(*stored(vcpu, REG(SPSR_EL1)), F(SPSR, IL) | PSTATE_EL1h);
	assert_u64(vcpu->context.pstate & F(SPSR, IL), 0); /* MUT-82 */
}

enum { TAKEN_EL1, TAKEN_EL2, VIRTUAL, REMEMBERED };

/* The order of NV-36, and the same for guests without virtual EL2. */
static void nv_36_serror(void **state)
{
	static const struct {
		const char *why;
		enum vm_el2 form;
		u64 pstate, vhcr;
		int want;
	} cases[] = {
		{ "plain, unmasked", VM_EL2_NONE, PSTATE_EL1h, 0, TAKEN_EL1 },
		{ "plain, masked", VM_EL2_NONE, F(SPSR, A) | PSTATE_EL1h, 0, VIRTUAL },
		{ "L1's guest, AMO, masked or not", VM_EL2_VHE, F(SPSR, A) | PSTATE_EL1h, HCR(AMO),
			TAKEN_EL2 },
		{ "L1's guest without AMO", VM_EL2_VHE, PSTATE_EL1h, 0, TAKEN_EL1 },
		{ "L1's guest without AMO, masked", VM_EL2_VHE, F(SPSR, A) | PSTATE_EL1h, 0,
			VIRTUAL },
		{ "virtual EL2 of an nVHE L1, not routed", VM_EL2_NVHE, PSTATE_EL2h, 0,
			REMEMBERED },
		{ "with AMO", VM_EL2_NVHE, PSTATE_EL2h, HCR(AMO), TAKEN_EL2 },
		{ "with E2H AMO counts as 1", VM_EL2_VHE, PSTATE_EL2h, 0, TAKEN_EL2 },
		{ "masked", VM_EL2_VHE, F(SPSR, A) | PSTATE_EL2h, 0, VIRTUAL },
		{ "InHost EL0", VM_EL2_VHE, PSTATE_EL0t, HCR(TGE), TAKEN_EL2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu =
			cases[i].form == VM_EL2_NONE
				? filled_guest(MODE_VHE)
				: filled_nested(cases[i].form, 2, PSTATE_EL2h, cases[i].vhcr);
		int got;

		vcpu->context.pstate = cases[i].pstate;
		vcpu_load(vcpu);
		vcpu_inject_serror(vcpu, 0xf0000123);
		vcpu_commit_pc(vcpu);
		got = vcpu->hcr_el2 & HCR(VSE)	       ? VIRTUAL
		      : vcpu->is_serror_pending_nested ? REMEMBERED
		      : vcpu_is_el2(vcpu)	       ? TAKEN_EL2
						       : TAKEN_EL1;
		if (got != cases[i].want)
			fail_row(i, cases[i].why, "%d, not %d", got, cases[i].want);
		if (got == TAKEN_EL1 || got == TAKEN_EL2)
			assert_u64(vcpu_read_sys_reg(
					   vcpu, got == TAKEN_EL2 ? REG(ESR_EL2) : REG(ESR_EL1)),
				ESR(EC_SERROR) | 0x123);
		else
			assert_u64(vcpu->vsesr_el2, 0x123);
		vcpu_put(vcpu);
	}
}

/* What waits is looked at before each entry; VSE is turned back after each exit. */
static void nv_36_pending_serror_is_looked_at_again(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_NVHE, 2, PSTATE_EL2h, 0);

	(void)state;
	vcpu->context.pstate = PSTATE_EL2h;
	vcpu_load(vcpu);
	vcpu_inject_serror(vcpu, 5);
	assert_true(vcpu->is_serror_pending_nested);
	nested_flush(vcpu);
	assert_true(vcpu->is_serror_pending_nested);
	*stored(vcpu, REG(HCR_EL2)) |= HCR(AMO); /* L1, without a trap */
	vcpu->context.pstate |= F(SPSR, A);
	nested_flush(vcpu);
	assert_false(vcpu->is_serror_pending_nested);
	assert_true(vcpu->hcr_el2 & HCR(VSE));
	nested_sync(vcpu); /* not taken */
	assert_false(vcpu->hcr_el2 & HCR(VSE));
	assert_true(vcpu->is_serror_pending_nested);
	vcpu->context.pstate &= ~F(SPSR, A);
	nested_flush(vcpu);
	vcpu_commit_pc(vcpu);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(ESR_EL2)), ESR(EC_SERROR) | 5);
	vcpu_put(vcpu);
}

TESTS(cmocka_unit_test(pc_1_skip), cmocka_unit_test(pc_2_inject),
	cmocka_unit_test(pc_3_exception_entry), cmocka_unit_test(pc_4_committed_or_discarded),
	cmocka_unit_test(pc_5_the_right_copy), cmocka_unit_test(ws_18_hpfar_only_if_valid),
	cmocka_unit_test(ws_19_permission_fault_is_resolved_by_at),
	cmocka_unit_test(ws_19_a_race_is_run_again),
	cmocka_unit_test(ws_20_no_at_for_external_aborts),
	cmocka_unit_test(pc_2_serror_on_the_way_out),
	cmocka_unit_test(pc_2_no_syndrome_of_an_interrupt),
	cmocka_unit_test(nv_25_from_virtual_el2_it_waits_for_the_entry),
	cmocka_unit_test(nv_25_from_l1s_guest_at_once),
	cmocka_unit_test(nv_26_syndrome_and_return_address),
	cmocka_unit_test(nv_27_interrupts_for_l1), cmocka_unit_test(nv_27_pending_exception_first),
	cmocka_unit_test(nv_28_external_aborts),
	cmocka_unit_test(nv_29_target_of_ones_own_exceptions),
	cmocka_unit_test(nv_29_illegal_state), cmocka_unit_test(nv_36_serror),
	cmocka_unit_test(nv_36_pending_serror_is_looked_at_again))
