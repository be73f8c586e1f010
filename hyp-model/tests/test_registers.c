/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where each register of a guest is: HYPERVISOR-SPEC A.12, B.1, B.3, B.4.
 */
#include "switch_support.h"

/* A name that a macro has made of a row. */
struct row {
	const char *name;
	reg_t reg;
	enum host_reg live;
};

static const struct row el1_rows[] = {
#define CTX(class, name, offset, nvhe, vhe) { #class, REG(name), SR_##vhe },
#include "core/context.def"
#undef CTX
};

static bool is_class(const struct row *row, const char *class)
{
	return strcmp(row->name, class) == 0;
}

/* MUT-D5, MUT-12: memory while unloaded, the CPU's register by the guest's name while loaded. */
static void ws_1_accessors_choose_the_copy(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	for (size_t i = 0; i < COUNT(el1_rows); i++) {
		const struct row *row = &el1_rows[i];
		u64 memory = *stored(vcpu, row->reg);

		host_set(row->live, 0x5000 + i);
		if (is_class(row, "COMMON")) {
			assert_u64(vcpu_read_sys_reg(vcpu, row->reg), memory);
			continue;
		}
		assert_u64(vcpu_read_sys_reg(vcpu, row->reg), 0x5000 + i);
		vcpu_write_sys_reg(vcpu, 0x6000 + i, row->reg);
		assert_u64(host_get(row->live), 0x6000 + i);
		assert_u64(*stored(vcpu, row->reg), memory);
	}
	vcpu_put(vcpu);
	host_log_clear();
	for (size_t i = 0; i < COUNT(el1_rows); i++) {
		vcpu_write_sys_reg(vcpu, 0x7000 + i, el1_rows[i].reg);
		assert_u64(vcpu_read_sys_reg(vcpu, el1_rows[i].reg), 0x7000 + i);
	}
	assert_u64(host_log_count(), 0);
}

static void read_ttbr0(void *vcpu)
{
	vcpu_read_sys_reg(vcpu, REG(TTBR0_EL1));
}

static void ws_24_live_registers_on_their_cpu_only(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	boot_cpu(1);
	assert_u64(vcpu->mpidr_el1 & MASK(23, 0), 0); /* WS-4: memory, anybody may ask */
	*stored(vcpu, REG(VTTBR_EL2)) = 0x1000;
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2)), 0x1000);
	assert_true(panics(read_ttbr0, vcpu, "WS-24"));
}

/* MUT-12 cannot be written down: the two are different types. */
static void ws_25_value_and_register_are_different_types(void **state)
{
	(void)state;
	_Static_assert(!__builtin_types_compatible_p(reg_t, u64), "WS-25");
	_Static_assert(__builtin_types_compatible_p(
			       __typeof__(vcpu_write_sys_reg), void(struct vcpu *, u64, reg_t)),
		"WS-25");
	assert_int_equal(sizeof(reg_t), sizeof(unsigned));
}

static void ws_26_emulated_write_is_what_the_guest_sees(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, 0x1234, REG(TTBR0_EL1));
	run_hvc(vcpu);
	assert_u64(host_get(SR_TTBR0_EL12), 0x1234);
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(TTBR0_EL1)), 0x1234);

	vcpu = filled_guest(MODE_NVHE);
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, 0x4321, REG(TTBR0_EL1));
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_TTBR0_EL1), 0x4321);
}

/* A stay that ends with the given hardware PSTATE. */
static void leave_with(struct vcpu *vcpu, u64 pstate)
{
	struct host_exit exit = hvc;

	exit.pstate = pstate;
	run(vcpu, &exit, 1);
}

/* MUT-D7, MUT-14: by the PSTATE of the exit and the way of the entry; not by the mode of the entry.
 */
static void nv_9_mode_after_an_exit(void **state)
{
	static const struct {
		const char *why;
		u64 entered, vhcr, hardware, want;
	} cases[] = {
		{ "EL2h", PSTATE_EL2h, 0, PSTATE_EL1h, PSTATE_EL2h },
		{ "EL2t is not EL2h", PSTATE_EL2h, 0, PSTATE_EL1t, PSTATE_EL2t },
		{ "InHost EL0 stays", PSTATE_EL0t, HCR(TGE), F(SPSR, Z), PSTATE_EL0t },
		{ "an SVC of InHost EL0 ended at EL2", PSTATE_EL0t, HCR(TGE), PSTATE_EL1h,
			PSTATE_EL2h },
		{ "L1's guest at EL1h", PSTATE_EL1h, 0, PSTATE_EL1h, PSTATE_EL1h },
		{ "L1's guest went to EL0", PSTATE_EL1h, 0, F(SPSR, Z), PSTATE_EL0t },
		{ "L1's guest at EL1t", PSTATE_EL0t, 0, PSTATE_EL1t, PSTATE_EL1t },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, cases[i].entered, cases[i].vhcr);

		vcpu_load(vcpu);
		leave_with(vcpu, cases[i].hardware);
		if ((vcpu->context.pstate & F(SPSR, M)) != cases[i].want)
			fail_row(i, cases[i].why, "0x%lx", vcpu->context.pstate);
		vcpu_put(vcpu);
	}
}

/* And the way in, B.3: what the hardware gets, and the flag that B.3's way out needs. */
static void nv_10_entered_in_hyp_context_leaves_in_it(void **state)
{
	static const struct {
		const char *why;
		u64 mode, vhcr, hardware;
		bool is_hyp;
	} cases[] = {
		{ "EL2h", PSTATE_EL2h, 0, PSTATE_EL1h, true },
		{ "EL2t", PSTATE_EL2t, HCR(TGE), PSTATE_EL1t, true },
		{ "InHost EL0", PSTATE_EL0t, HCR(TGE), PSTATE_EL0t, true },
		{ "L1's guest at EL1", PSTATE_EL1h, 0, PSTATE_EL1h, false },
		{ "L1's guest at EL0", PSTATE_EL0t, 0, PSTATE_EL0t, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, cases[i].mode, cases[i].vhcr);

		vcpu_load(vcpu);
		run_hvc(vcpu);
		if ((value_at_entry(SR_SPSR_EL1) & F(SPSR, M)) != cases[i].hardware)
			fail_row(i, cases[i].why, "SPSR_EL2 0x%lx", value_at_entry(SR_SPSR_EL1));
		if (this_cpu()->in_hyp_context != cases[i].is_hyp ||
			vcpu_is_hyp_ctxt(vcpu) != cases[i].is_hyp)
			fail_row(i, cases[i].why, "context");
		vcpu_put(vcpu);
	}
}

static void takes_svc_and_clears_tge(struct context *context)
{
	*context_stored(context, REG(HCR_EL2)) &= ~HCR(TGE); /* in the VNCR page, no exit */
}

/* MUT-14: mode EL0 of the entry with TGE=0 of the exit would be L1's guest. */
static void nv_11_mode_and_vhcr_of_the_same_moment(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL0t, HCR(TGE));
	struct host_exit exit = {
		.code = EXIT_IRQ, .pstate = PSTATE_EL1h, .guest = takes_svc_and_clears_tge
	};

	(void)state;
	vcpu_load(vcpu);
	assert_u64(run(vcpu, &exit, 1), EXIT_IRQ);
	assert_u64(vcpu->context.pstate, PSTATE_EL2h);
	assert_true(vcpu_is_hyp_ctxt(vcpu));
	assert_false(vcpu_tge(vcpu));
	vcpu_put(vcpu);
}

/* MUT-D8: InHost EL0 has virtual EL2's registers in the CPU, too. */
static void nv_12_sp_elr_spsr_by_context(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL0t, HCR(TGE));

	(void)state;
	vcpu_load(vcpu);
	assert_u64(host_get(SR_SP_EL1), GUEST_VALUE(SP_EL2));
	host_set(SR_SP_EL1, 0x51);
	host_set(SR_ELR_EL1, 0x52);
	host_set(SR_SPSR_EL1, 0x53);
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(SP_EL2)), 0x51);
	assert_u64(*stored(vcpu, REG(ELR_EL2)), 0x52);
	assert_u64(*stored(vcpu, REG(SPSR_EL2)), 0x53);
	assert_u64(*stored(vcpu, REG(SP_EL1)), GUEST_VALUE(SP_EL1));
	assert_u64(*stored(vcpu, REG(ELR_EL1)), GUEST_VALUE(ELR_EL1));
	assert_u64(*stored(vcpu, REG(SPSR_EL1)), GUEST_VALUE(SPSR_EL1));
}

/* With NV2, and with vE2H=1, the hardware itself writes the mode EL2 into SPSR_EL1 (F.5). */
static void nv_13_spsr_as_it_is(void **state)
{
	static const struct {
		enum vm_el2 form;
		unsigned nv;
	} cases[] = { { VM_EL2_VHE, 2 }, { VM_EL2_NVHE, 2 }, { VM_EL2_VHE, 1 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(cases[i].form, cases[i].nv, PSTATE_EL2h, 0);

		*stored(vcpu, REG(SPSR_EL2)) = PSTATE_EL1h;
		vcpu_load(vcpu);
		assert_u64(host_get(SR_SPSR_EL1), PSTATE_EL1h);
		host_set(SR_SPSR_EL1, PSTATE_EL2t);
		assert_u64(vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)), PSTATE_EL2t);
		vcpu_put(vcpu);
		assert_u64(*stored(vcpu, REG(SPSR_EL2)), PSTATE_EL2t);
	}
}

/* {NV,NV1,NV2} = {1,1,0}: the hardware writes EL1, L1 may have written EL1 or EL2. */
static void nv_13_spsr_is_patched_without_nv2(void **state)
{
	static const struct {
		const char *why;
		u64 written, hardware, want; /* hardware 0: no exception in between */
	} cases[] = {
		{ "L1 wrote EL1h", PSTATE_EL1h | F(SPSR, Z), 0, PSTATE_EL1h | F(SPSR, Z) },
		{ "L1 wrote EL2h", PSTATE_EL2h, 0, PSTATE_EL2h },
		{ "L1 wrote EL0t", F(SPSR, C), 0, F(SPSR, C) },
		{ "exception from EL2h", PSTATE_EL1h, PSTATE_EL1h | F(SPSR, N),
			PSTATE_EL2h | F(SPSR, N) },
		{ "exception from EL2t", PSTATE_EL2h, PSTATE_EL1t, PSTATE_EL2t },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_NVHE, 1, PSTATE_EL2h, 0);

		vcpu_load(vcpu);
		vcpu_write_sys_reg(vcpu, cases[i].written, REG(SPSR_EL2));
		if (cases[i].hardware)
			host_set(SR_SPSR_EL1, cases[i].hardware);
		if (vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)) != cases[i].want)
			fail_row(i, cases[i].why, "live 0x%lx",
				vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)));
		vcpu_put(vcpu);
		vcpu_load(vcpu);
		if (vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)) != cases[i].want)
			fail_row(i, cases[i].why, "after put and load 0x%lx",
				vcpu_read_sys_reg(vcpu, REG(SPSR_EL2)));
		vcpu_put(vcpu);
	}
}

/* Both copies are written; translated ones are read from memory, the others from the CPU. */
static void nv_14_both_copies(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_NVHE, 2, PSTATE_EL2h, 0);

	(void)state;
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, 0x123400000000bee0, REG(TTBR0_EL2));
	assert_u64(*stored(vcpu, REG(TTBR0_EL2)), 0x123400000000bee0);
	assert_u64(host_get(SR_TTBR0_EL1), 0xbee0);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(TTBR0_EL2)), 0x123400000000bee0); /* MUT-D12 */
	vcpu_write_sys_reg(vcpu, 0x8000, REG(VBAR_EL2));
	assert_u64(*stored(vcpu, REG(VBAR_EL2)), 0x8000);
	assert_u64(host_get(SR_VBAR_EL1), 0x8000);
	host_set(SR_VBAR_EL1, 0x9000); /* by L1 itself, without a trap */
	assert_u64(vcpu_read_sys_reg(vcpu, REG(VBAR_EL2)), 0x9000);
	vcpu_put(vcpu);

	vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, 0x123400000000bee0, REG(TTBR0_EL2));
	assert_u64(host_get(SR_TTBR0_EL1), 0x123400000000bee0);
	host_set(SR_TTBR0_EL1, 0x77);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(TTBR0_EL2)), 0x77);
	vcpu_put(vcpu);
}

/* CPTR_EL2 is read from memory and enforced by the CPU; CNTHCTL_EL2 is in both (B.4). */
static void nv_14_cptr_and_cnthctl(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);

	(void)state;
	*stored(vcpu, REG(CNTHCTL_EL2)) = 0xc03;
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, F(CPTR_EL2, E2H_FPEN), REG(CPTR_EL2));
	assert_u64(host_get(SR_CPACR_EL1), F(CPTR_EL2, E2H_FPEN));
	host_set(SR_CPACR_EL1, 0);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(CPTR_EL2)), F(CPTR_EL2, E2H_FPEN));
	assert_u64(host_get(SR_CNTKCTL_EL1), 3);
	host_set(SR_CNTKCTL_EL1, 0x302);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(CNTHCTL_EL2)), 0xf02);
	vcpu_write_sys_reg(vcpu, 0x801, REG(CNTHCTL_EL2));
	assert_u64(host_get(SR_CNTKCTL_EL1), 1);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(CNTHCTL_EL2)), 0x801);
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(CNTHCTL_EL2)), 0x801);
}

/* MUT-77: with vE2H=0 CNTHCTL_EL2 is about levels below; CNTKCTL_EL1 is virtual EL1's, and live. */
static void nv_14_cntkctl_of_an_nvhe_l1(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_NVHE, 2, PSTATE_EL2h, 0);

	(void)state;
	vcpu_load(vcpu);
	assert_u64(host_get(SR_CNTKCTL_EL1), GUEST_VALUE(CNTKCTL_EL1));
	vcpu_write_sys_reg(vcpu, 3, REG(CNTHCTL_EL2));
	assert_u64(host_get(SR_CNTKCTL_EL1), GUEST_VALUE(CNTKCTL_EL1));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(CNTHCTL_EL2)), 3);
	host_set(SR_CNTKCTL_EL1, 0x303); /* L1 for its own EL1; nothing traps that */
	assert_u64(vcpu_read_sys_reg(vcpu, REG(CNTKCTL_EL1)), 0x303);
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(CNTKCTL_EL1)), 0x303);
}

/* The lossy ones, B.4: what an nVHE L1 writes and what EL1's register gets. */
static void nv_14_translations(void **state)
{
	static const struct {
		const char *why;
		reg_t reg;
		u64 value, want;
	} cases[] = {
		{ "SCTLR: M, A, C, SA, I, IESB, WXN, EE", { CTX_SCTLR_EL2 }, ~0ul,
			SCTLR_EL1_RES1 | 0x228100f },
		{ "SCTLR: RES1", { CTX_SCTLR_EL2 }, 0, SCTLR_EL1_RES1 },
		{ "TTBR0: no ASID", { CTX_TTBR0_EL2 }, ~0ul, MASK(47, 0) },
		{ "TCR: EPD1 always", { CTX_TCR_EL2 }, 0, F(TCR_EL1, EPD1) },
		{ "TCR: TBI", { CTX_TCR_EL2 }, F(TCR_EL2, TBI),
			F(TCR_EL1, EPD1) | F(TCR_EL1, TBI0) },
		{ "TCR: PS", { CTX_TCR_EL2 }, FV(TCR_EL2, PS, 5),
			F(TCR_EL1, EPD1) | FV(TCR_EL1, IPS, 5) },
		{ "TCR: geometry", { CTX_TCR_EL2 }, 0x8f19, F(TCR_EL1, EPD1) | 0x8f19 },
		{ "TCR: SH0, HA, HD, HPD are dropped", { CTX_TCR_EL2 },
			F(TCR_EL2, SH0) | F(TCR_EL2, HA) | F(TCR_EL2, HD) | F(TCR_EL2, HPD),
			F(TCR_EL1, EPD1) },
		{ "CPTR: nothing traps", { CTX_CPTR_EL2 }, 0,
			F(CPACR_EL1, FPEN) | F(CPACR_EL1, ZEN) },
		{ "CPTR: TFP", { CTX_CPTR_EL2 }, F(CPTR_EL2, TFP), F(CPACR_EL1, ZEN) },
		{ "CPTR: TZ", { CTX_CPTR_EL2 }, F(CPTR_EL2, TZ), F(CPACR_EL1, FPEN) },
		{ "CPTR: TTA moves", { CTX_CPTR_EL2 },
			F(CPTR_EL2, TFP) | F(CPTR_EL2, TZ) | F(CPTR_EL2, TTA), F(CPACR_EL1, TTA) },
		{ "CPTR: TCPAC, TAM", { CTX_CPTR_EL2 },
			F(CPTR_EL2, TFP) | F(CPTR_EL2, TZ) | F(CPTR_EL2, TCPAC) | F(CPTR_EL2, TAM),
			F(CPTR_EL2, TCPAC) | F(CPTR_EL2, TAM) },
		{ "MAIR: as it is", { CTX_MAIR_EL2 }, 0x1122334455667788, 0x1122334455667788 },
	};
	/* Of a VM without virtual EL2, to which no RES0 masks apply. */
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		*stored(vcpu, cases[i].reg) = cases[i].value;
		if (vel2_to_el1(vcpu, cases[i].reg) != cases[i].want)
			fail_row(i, cases[i].why, "0x%lx, not 0x%lx",
				vel2_to_el1(vcpu, cases[i].reg), cases[i].want);
	}
}

/* No write of the one is seen in the other, at either level. */
static void nv_15_el1_and_el2_are_apart(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	vcpu_load(vcpu);
	host_log_clear();
	vcpu_write_sys_reg(vcpu, 0x1234, REG(TTBR0_EL2));
	vcpu_write_sys_reg(vcpu, 0x1000, REG(VBAR_EL2));
	vcpu_write_sys_reg(vcpu, 0x5678, REG(SPSR_EL2));
	vcpu_write_sys_reg(vcpu, 0x9abc, REG(SP_EL2));
	assert_u64(host_log_times(LOG_WRITE, SR_TTBR0_EL12), 0);
	assert_u64(host_get(SR_TTBR0_EL1), GUEST_VALUE(TTBR0_EL1));
	assert_u64(host_get(SR_VBAR_EL1), GUEST_VALUE(VBAR_EL1));
	assert_u64(host_get(SR_SP_EL1), GUEST_VALUE(SP_EL1));
	assert_u64(vcpu_read_sys_reg(vcpu, REG(TTBR0_EL2)), 0x1234);
	vcpu_put(vcpu);

	vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, 0x4321, REG(TTBR0_EL1));
	assert_u64(host_get(SR_TTBR0_EL1), GUEST_VALUE(TTBR0_EL2));
	assert_u64(*stored(vcpu, REG(TTBR0_EL1)), 0x4321);
	/* MUT-46: one copy for all levels. */
	vcpu_write_sys_reg(vcpu, 0x99, REG(TPIDR_EL1));
	assert_u64(host_get(SR_TPIDR_EL1), 0x99);
	host_set(SR_PAR_EL1, 0x801);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(PAR_EL1)), 0x801);
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(TTBR0_EL1)), 0x4321);
	assert_u64(*stored(vcpu, REG(PAR_EL1)), 0x801);
}

static const struct {
	const char *kind;
	reg_t vel2, el1;
	enum host_reg live;
} vel2_rows[] = {
#define VEL2(kind, name, offset, counterpart, ...)                                                 \
	{ #kind, REG(name), REG(counterpart), SR_##counterpart },
#include "core/vel2.def"
#undef VEL2
};

static void nv_16_load_at_virtual_el2(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);

	(void)state;
	*stored(vcpu, REG(CNTHCTL_EL2)) = 3;
	vcpu_load(vcpu);
	for (size_t i = 0; i < COUNT(vel2_rows); i++)
		if (strcmp(vel2_rows[i].kind, "STORED") != 0)
			assert_u64(host_get(vel2_rows[i].live), *stored(vcpu, vel2_rows[i].vel2));
	assert_u64(host_get(SR_TPIDR_EL1), GUEST_VALUE(TPIDR_EL1));
	assert_u64(host_get(SR_CSSELR_EL1), GUEST_VALUE(CSSELR_EL1));
	assert_u64(host_get(SR_PAR_EL1), GUEST_VALUE(PAR_EL1));
	/* L1 reads its own identity. */
	assert_u64(host_get(SR_VPIDR_EL2), host_get(SR_MIDR_EL1));
	assert_u64(host_get(SR_VMPIDR_EL2), vcpu->mpidr_el1);
	vcpu_put(vcpu);
}

static void nv_16_load_of_l1s_guest(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	*stored(vcpu, REG(VMPIDR_EL2)) = 0x80000005;
	*stored(vcpu, REG(VPIDR_EL2)) = 0x12345678;
	vcpu_load(vcpu);
	for (size_t i = 0; i < COUNT(el1_rows); i++)
		if (!is_class(&el1_rows[i], "COMMON"))
			assert_u64(host_get(el1_rows[i].live), *stored(vcpu, el1_rows[i].reg));
	assert_u64(host_get(SR_VPIDR_EL2), 0x12345678);
	assert_u64(host_get(SR_VMPIDR_EL2), 0x80000005);
	vcpu_put(vcpu);
}

/* With vE2H=1 the CPU's values come back; with vE2H=0 the translated ones do not. */
static void nv_17_save_at_virtual_el2(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);

	(void)state;
	vcpu_load(vcpu);
	for (size_t i = 0; i < COUNT(vel2_rows); i++)
		if (strcmp(vel2_rows[i].kind, "STORED") != 0)
			host_set(vel2_rows[i].live, 0x100 + i);
	vcpu_put(vcpu);
	for (size_t i = 0; i < COUNT(vel2_rows); i++) {
		u64 now = *stored(vcpu, vel2_rows[i].vel2);

		if (strcmp(vel2_rows[i].kind, "STORED") == 0)
			continue;
		if (strcmp(vel2_rows[i].kind, "MIRRORED") == 0)
			assert_u64(now, GUEST_VALUE(CPTR_EL2));
		else if (strcmp(vel2_rows[i].kind, "SPLIT") == 0)
			assert_u64(now & MASK(9, 0), 0x100 + i);
		else
			assert_u64(now, 0x100 + i);
		if (vel2_rows[i].el1.index != CTX_CNTKCTL_EL1)
			assert_true(*stored(vcpu, vel2_rows[i].el1) != 0x100 + i);
	}

	vcpu = filled_nested(VM_EL2_NVHE, 2, PSTATE_EL2h, 0);
	vcpu_load(vcpu);
	host_set(SR_SCTLR_EL1, 0x66);
	host_set(SR_TCR_EL1, 0x67);
	host_set(SR_TTBR0_EL1, 0x68);
	host_set(SR_ESR_EL1, 0x69);
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(SCTLR_EL2)), GUEST_VALUE(SCTLR_EL2));
	assert_u64(*stored(vcpu, REG(TCR_EL2)), GUEST_VALUE(TCR_EL2));
	assert_u64(*stored(vcpu, REG(TTBR0_EL2)), GUEST_VALUE(TTBR0_EL2));
	assert_u64(*stored(vcpu, REG(ESR_EL2)), 0x69);
}

/* From L1's guest to L1: everything is saved in the old context and loaded in the new. */
static void nv_18_context_changes_between_put_and_load(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	*stored(vcpu, REG(VBAR_EL2)) = 0x40210000;
	vcpu_load(vcpu);
	host_set(SR_TTBR0_EL1, 0x111); /* by L1's guest */
	host_set(SR_SP_EL1, 0x222);
	nested_inject_sync(vcpu, ESR(EC_HVC64));
	assert_u64(*stored(vcpu, REG(TTBR0_EL1)), 0x111);
	assert_u64(*stored(vcpu, REG(SP_EL1)), 0x222);
	assert_u64(host_get(SR_TTBR0_EL1), GUEST_VALUE(TTBR0_EL2));
	assert_u64(host_get(SR_SP_EL1), GUEST_VALUE(SP_EL2));
	assert_u64(host_get(SR_ESR_EL1), ESR(EC_HVC64));
	assert_u64(host_get(SR_ELR_EL1), 0x40201000);
	assert_true(vcpu->hw_mmu == &vcpu->vm->mmu);
	vcpu_put(vcpu);
}

TESTS(cmocka_unit_test(ws_1_accessors_choose_the_copy),
	cmocka_unit_test(ws_24_live_registers_on_their_cpu_only),
	cmocka_unit_test(ws_25_value_and_register_are_different_types),
	cmocka_unit_test(ws_26_emulated_write_is_what_the_guest_sees),
	cmocka_unit_test(nv_9_mode_after_an_exit),
	cmocka_unit_test(nv_10_entered_in_hyp_context_leaves_in_it),
	cmocka_unit_test(nv_11_mode_and_vhcr_of_the_same_moment),
	cmocka_unit_test(nv_12_sp_elr_spsr_by_context), cmocka_unit_test(nv_13_spsr_as_it_is),
	cmocka_unit_test(nv_13_spsr_is_patched_without_nv2), cmocka_unit_test(nv_14_both_copies),
	cmocka_unit_test(nv_14_cptr_and_cnthctl), cmocka_unit_test(nv_14_cntkctl_of_an_nvhe_l1),
	cmocka_unit_test(nv_14_translations), cmocka_unit_test(nv_15_el1_and_el2_are_apart),
	cmocka_unit_test(nv_16_load_at_virtual_el2), cmocka_unit_test(nv_16_load_of_l1s_guest),
	cmocka_unit_test(nv_17_save_at_virtual_el2),
	cmocka_unit_test(nv_18_context_changes_between_put_and_load))
