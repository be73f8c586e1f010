/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is switched only when somebody uses it: FP and SIMD registers, debug registers.
 * HYPERVISOR-SPEC A.11, A.13, A.14, NV-30, NV-31.
 */
#include "core/debug.h"
#include "core/emulate.h"
#include "core/fp.h"
#include "switch_support.h"

static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };

#define FP_TRAP                                                                                    \
	{                                                                                          \
		.code = EXIT_TRAP, .esr = ESR(EC_FP)                                               \
	}

static const struct host_exit uses_fp[] = { FP_TRAP, { .code = EXIT_TRAP, .esr = ESR(EC_HVC64) } };

static enum host_reg cptr_name(enum hyp_mode mode)
{
	return mode == MODE_VHE ? SR_CPACR_EL1 : SR_CPTR_EL2;
}

static long last_before_second_entry(enum host_reg reg)
{
	long first_entry = first(LOG_ENTER, reg), found = -1;
	long second = host_log_find((size_t)first_entry + 1, LOG_ENTER, reg);

	for (long i = first_entry; i >= 0 && i < second;
		i = host_log_find((size_t)i + 1, LOG_WRITE, reg))
		found = i;
	return found;
}

/* The trap is open and synchronised, the host's values safe, the guest's there; then once more. */
static void fp_1_first_use(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		long save, restore;

		host_fp()->v[3] = 0x1111;
		vcpu->fp.v[3] = 0x2222;
		vcpu_load(vcpu);
		host_log_clear();
		assert_u64(run(vcpu, uses_fp, 2), EXIT_TRAP);
		assert_u64(ESR_EC(vcpu->fault.esr), EC_HVC64); /* it was entered again */
		assert_u64(vcpu->context.pc, 0x40201000);      /* at the same instruction */
		assert_int_equal(this_cpu()->fp_owner, FP_GUEST_OWNED);
		assert_u64(this_cpu()->host_fp.v[3], 0x1111);
		assert_u64(host_fp()->v[3], 0x2222);
		save = first(LOG_FP_SAVE, SR_MIDR_EL1);
		restore = first(LOG_FP_RESTORE, SR_MIDR_EL1);
		assert_true(save < restore);
		assert_u64(host_log_times(LOG_FP_SAVE, SR_MIDR_EL1), 1);
		/* (f): open for the guest, and no more than that. */
		assert_u64(host_log((size_t)last_before_second_entry(cptr_name(modes[i])))->value,
			traps_cptr(vcpu));
		vcpu_put(vcpu);
	}
}

/* Nobody's registers are saved if they hold nothing that is not in memory. */
static void fp_1_free_registers_are_not_saved(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	run(vcpu, uses_fp, 2);
	vcpu_put(vcpu);
	assert_int_equal(this_cpu()->fp_owner, FP_FREE);
	vcpu_load(vcpu);
	host_log_clear();
	run(vcpu, uses_fp, 2);
	assert_u64(host_log_times(LOG_FP_SAVE, SR_MIDR_EL1), 0);
	assert_u64(host_log_times(LOG_FP_RESTORE, SR_MIDR_EL1), 1);
	vcpu_put(vcpu);
}

/* (a): if L1 traps it, it is not ours to answer. */
static void fp_1_l1_traps_it(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	*stored(vcpu, REG(CPTR_EL2)) = 0; /* FPEN = 00 */
	vcpu_load(vcpu);
	run(vcpu, uses_fp, 2);
	assert_u64(host_script_left(), 1);
	assert_u64(ESR_EC(vcpu->fault.esr), EC_FP);
	assert_int_equal(this_cpu()->fp_owner, FP_HOST_OWNED);
	vcpu_put(vcpu);
}

/* They stay the guest's over exits, until the put or until the host wants its own. */
static void fp_2_stay_over_exits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);

		host_fp()->v[3] = 0x1111;
		vcpu_load(vcpu);
		run(vcpu, uses_fp, 2);
		host_fp()->v[3] = 0x3333; /* the guest computes */
		host_log_clear();
		run_hvc(vcpu);
		assert_u64(host_log_times(LOG_FP_SAVE, SR_MIDR_EL1), 0);
		assert_u64(host_log_times(LOG_FP_RESTORE, SR_MIDR_EL1), 0);
		fp_host_takes();
		assert_u64(vcpu->fp.v[3], 0x3333);
		assert_u64(host_fp()->v[3], 0x1111);
		assert_int_equal(this_cpu()->fp_owner, FP_HOST_OWNED);
		run(vcpu, uses_fp, 2); /* and it traps again */
		assert_u64(host_fp()->v[3], 0x3333);
		vcpu_put(vcpu);
		assert_u64(vcpu->fp.v[3], 0x3333);
	}
}

/* MUT-79: of two guests on one CPU, neither sees the other's. */
static void fp_2_two_guests(void **state)
{
	struct vm *vm = guest(MODE_VHE);
	struct vcpu *a = &vm->vcpus[0], *b = &vm->vcpus[1];

	(void)state;
	fill(a);
	fill(b);
	a->fp.v[0] = 0xaaaa;
	b->fp.v[0] = 0xbbbb;
	vcpu_load(a);
	run(a, uses_fp, 2);
	vcpu_put(a);
	vcpu_load(b);
	run_hvc(b); /* does not use them: it would trap */
	assert_u64(value_at_entry(SR_CPACR_EL1) & F(CPTR_EL2, E2H_FPEN), 0);
	run(b, uses_fp, 2);
	assert_u64(host_fp()->v[0], 0xbbbb);
	vcpu_put(b);
	assert_u64(a->fp.v[0], 0xaaaa);
	assert_u64(b->fp.v[0], 0xbbbb);
}

#define FPEN	 F(CPTR_EL2, E2H_FPEN)
#define BASE_VHE (F(CPTR_EL2, E2H_TTA) | F(CPTR_EL2, TAM))

/* A.11, NV-30: CPTR_EL2 is a function of the owner and of what L1 wants. */
static void fp_3_cptr_is_a_function(void **state)
{
	static const struct {
		const char *why;
		enum vm_el2 form;
		unsigned nv;
		u64 mode, vcptr;
		bool is_owned;
		u64 want;
	} cases[] = {
		{ "plain", VM_EL2_NONE, 0, PSTATE_EL1h, 0, false, BASE_VHE },
		{ "plain, owned", VM_EL2_NONE, 0, PSTATE_EL1h, 0, true, BASE_VHE | FPEN },
		{ "VHE L1 itself: CPACR_EL1 is vCPTR_EL2", VM_EL2_VHE, 2, PSTATE_EL2h, 0, true,
			BASE_VHE | FPEN | F(CPTR_EL2, TCPAC) },
		{ "nVHE L1 itself: CPACR_EL1 is in the page", VM_EL2_NVHE, 2, PSTATE_EL2h, 0, true,
			BASE_VHE | FPEN },
		{ "nVHE L1 itself without a page", VM_EL2_NVHE, 1, PSTATE_EL2h, 0, true,
			BASE_VHE | FPEN | F(CPTR_EL2, TCPAC) },
		{ "nested, L1 allows", VM_EL2_VHE, 2, PSTATE_EL1h, FPEN, true, BASE_VHE | FPEN },
		{ "nested, L1 traps", VM_EL2_VHE, 2, PSTATE_EL1h, 0, true, BASE_VHE },
		{ "nested, FPEN=10 traps too", VM_EL2_VHE, 2, PSTATE_EL1h,
			FV(CPTR_EL2, E2H_FPEN, 2), true, BASE_VHE },
		{ "nested, FPEN=01 means nothing without TGE", VM_EL2_VHE, 2, PSTATE_EL1h,
			FV(CPTR_EL2, E2H_FPEN, 1), true, BASE_VHE | FPEN },
		{ "nested, L1 allows but not owned", VM_EL2_VHE, 2, PSTATE_EL1h, FPEN, false,
			BASE_VHE },
		{ "nested, L1's other traps", VM_EL2_VHE, 2, PSTATE_EL1h, FPEN | F(CPTR_EL2, TCPAC),
			true, BASE_VHE | FPEN | F(CPTR_EL2, TCPAC) },
		{ "nested under nVHE: TFP", VM_EL2_NVHE, 2, PSTATE_EL1h, F(CPTR_EL2, TFP), true,
			BASE_VHE },
		{ "nested under nVHE: nothing", VM_EL2_NVHE, 2, PSTATE_EL1h, 0, true,
			BASE_VHE | FPEN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu =
			cases[i].form == VM_EL2_NONE
				? filled_guest(MODE_VHE)
				: filled_nested(cases[i].form, cases[i].nv, cases[i].mode, 0);
		u64 got;

		*stored(vcpu, REG(CPTR_EL2)) = cases[i].vcptr;
		vcpu->cpu = this_cpu();
		vcpu->cpu->fp_owner = cases[i].is_owned ? FP_GUEST_OWNED : FP_HOST_OWNED;
		got = traps_cptr(vcpu);
		if (got != cases[i].want)
			fail_row(i, cases[i].why, "0x%lx, not 0x%lx", got, cases[i].want);
	}
	for (int is_owned = 0; is_owned < 2; is_owned++) {
		struct vcpu *vcpu = filled_guest(MODE_NVHE);

		vcpu->cpu = this_cpu();
		vcpu->cpu->fp_owner = is_owned ? FP_GUEST_OWNED : FP_FREE;
		assert_u64(traps_cptr(vcpu), CPTR_NVHE_RES1 | F(CPTR_EL2, TTA) | F(CPTR_EL2, TAM) |
						     (is_owned ? 0 : F(CPTR_EL2, TFP)));
	}
}

/* At each entry anew, and open at the exit again. */
static void fp_3_recomputed_at_each_entry(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		u64 open;

		vcpu_load(vcpu);
		run(vcpu, uses_fp, 2);
		host_log_clear();
		run_hvc(vcpu);
		open = value_at_entry(cptr_name(modes[i]));
		assert_u64(open, traps_cptr(vcpu));
		this_cpu()->fp_owner = FP_FREE;
		host_log_clear();
		run_hvc(vcpu);
		assert_true(value_at_entry(cptr_name(modes[i])) != open);
		assert_u64(host_get(SR_CPTR_EL2), this_cpu()->cptr_el2);
		vcpu_put(vcpu);
	}
}

static void fp_4_isb_before_the_registers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		long opened, isb, save;

		vcpu_load(vcpu);
		host_log_clear();
		run(vcpu, uses_fp, 2);
		save = first(LOG_FP_SAVE, SR_MIDR_EL1);
		opened = host_log_find(
			(size_t)first(LOG_ENTER, SR_MIDR_EL1), LOG_WRITE, cptr_name(modes[i]));
		isb = host_log_find((size_t)opened, LOG_ISB, SR_MIDR_EL1);
		assert_true(opened < isb && isb < save);
		vcpu_put(vcpu); /* the fake aborts if this one traps */
	}
}

#define KDE F(MDSCR_EL1, KDE)
#define MDE F(MDSCR_EL1, MDE)

static void db_1_who_owns_the_registers(void **state)
{
	static const struct {
		const char *why;
		u64 mdscr;
		bool is_debugged, is_os_locked;
		enum debug_owner want;
		u64 mdcr; /* TDA, TDE */
	} cases[] = {
		{ "nobody", 0, false, false, DEBUG_FREE, F(MDCR_EL2, TDA) },
		{ "the guest, KDE", KDE, false, false, DEBUG_GUEST_OWNED, 0 },
		{ "the guest, MDE", MDE, false, false, DEBUG_GUEST_OWNED, 0 },
		{ "not with its OS lock", MDE, false, true, DEBUG_FREE, F(MDCR_EL2, TDA) },
		{ "its debugger", MDE, true, false, DEBUG_HOST_OWNED,
			F(MDCR_EL2, TDA) | F(MDCR_EL2, TDE) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_guest(MODE_VHE);

		*stored(vcpu, REG(MDSCR_EL1)) = cases[i].mdscr;
		vcpu->debug.is_debugged = cases[i].is_debugged;
		vcpu->debug.is_os_locked = cases[i].is_os_locked;
		vcpu_load(vcpu);
		if (vcpu->debug.owner != cases[i].want)
			fail_row(i, cases[i].why, "owner %d", (int)vcpu->debug.owner);
		if ((host_get(SR_MDCR_EL2) & (F(MDCR_EL2, TDA) | F(MDCR_EL2, TDE))) !=
			cases[i].mdcr)
			fail_row(i, cases[i].why, "MDCR_EL2 0x%lx", host_get(SR_MDCR_EL2));
		vcpu_put(vcpu);
	}
}

static u64 access(struct vcpu *vcpu, u32 iss, bool is_write, u64 value)
{
	struct sysreg_access a = { .iss = iss, .is_write = is_write, .value = value };
	static const struct {
		u32 iss;
		sysreg_handler *handler;
	} handlers[] = {
		{ ISS_MDSCR_EL1, debug_emulate_mdscr },
		{ ISS_OSLAR_EL1, debug_emulate_oslar },
		{ ISS_OSLSR_EL1, debug_emulate_oslsr },
		{ ISS_MDCCINT_EL1, debug_emulate_mdccint },
		{ ISS_DBGCLAIMSET_EL1, debug_emulate_claimset },
		{ ISS_DBGCLAIMCLR_EL1, debug_emulate_claimclr },
	};
	sysreg_handler *handler = debug_emulate_point;

	for (size_t i = 0; i < COUNT(handlers); i++)
		if (handlers[i].iss == iss)
			handler = handlers[i].handler;
	assert_int_equal(handler(vcpu, &a), EMULATED);
	return a.value;
}

/* The first access traps, and brings them into the CPU with the next entry. */
static void db_1_claimed_by_a_trap(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	assert_u64(host_get(SR_MDCR_EL2) & F(MDCR_EL2, TDA), F(MDCR_EL2, TDA));
	access(vcpu, ISS_DBGBVR2_EL1, true, 0x40205000);
	access(vcpu, ISS_DBGWCR1_EL1, true, 0x1e5);
	assert_int_equal(vcpu->debug.owner, DEBUG_GUEST_OWNED);
	assert_u64(host_get(SR_MDCR_EL2) & F(MDCR_EL2, TDA), 0);
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_DBGBVR2_EL1), 0x40205000);
	assert_u64(value_at_entry(SR_DBGWCR1_EL1), 0x1e5);
	assert_u64(access(vcpu, ISS_DBGBVR2_EL1, false, 0), 0x40205000);
	vcpu_put(vcpu);
}

static void db_2_mdscr_in_the_cpu(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	*stored(vcpu, REG(MDSCR_EL1)) = KDE | F(MDSCR_EL1, TDCC);
	assert_u64(debug_mdscr(vcpu), KDE | F(MDSCR_EL1, TDCC));
	vcpu->debug.is_os_locked = true;
	assert_u64(debug_mdscr(vcpu), F(MDSCR_EL1, TDCC));
	vcpu->debug.is_debugged = true;
	vcpu->debug.external_mdscr = MDE | F(MDSCR_EL1, SS);
	vcpu_load(vcpu);
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_MDSCR_EL1), MDE | F(MDSCR_EL1, SS));
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(MDSCR_EL1)), KDE | F(MDSCR_EL1, TDCC));
}

static void assert_owner(struct vcpu *vcpu, enum debug_owner owner)
{
	assert_int_equal(vcpu->debug.owner, owner);
	assert_u64(host_get(SR_MDCR_EL2) & F(MDCR_EL2, TDA),
		owner == DEBUG_FREE ? F(MDCR_EL2, TDA) : 0);
}

/* In an exit handler: whose registers are where does not matter, MDCR_EL2 says who has these. */
static void db_2_os_lock(void **state)
{
	(void)state;
	for (unsigned deferral = 0; deferral < 2; deferral++) {
		struct vcpu *vcpu = filled_guest(MODE_VHE);

		options.deferral = deferral;
		vcpu_load(vcpu);
		run_hvc(vcpu);
		access(vcpu, ISS_MDSCR_EL1, true, MDE);
		assert_owner(vcpu, DEBUG_GUEST_OWNED);
		access(vcpu, ISS_OSLAR_EL1, true, 1);
		assert_owner(vcpu, DEBUG_FREE);
		assert_u64(debug_mdscr(vcpu), 0);
		assert_u64(access(vcpu, ISS_OSLSR_EL1, false, 0), 0xa);
		assert_u64(access(vcpu, ISS_MDSCR_EL1, false, 0), MDE);
		access(vcpu, ISS_OSLAR_EL1, true, 0);
		assert_owner(vcpu, DEBUG_GUEST_OWNED);
		assert_u64(access(vcpu, ISS_OSLSR_EL1, false, 0), 0x8);
		vcpu_put(vcpu);
	}
}

/* The host's own OS lock, which a reset sets, would keep every guest from debug exceptions. */
static void db_2_host_os_lock_is_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		machine(modes[i]);
		cpu_init();
		assert_u64(host_log((size_t)first(LOG_WRITE, SR_OSLAR_EL1))->value, 0);
	}
}

static void guest_sets_breakpoint(struct context *context)
{
	(void)context;
	host_set(SR_DBGBVR0_EL1, 0x40209000);
	host_set(SR_MDSCR_EL1, KDE | MDE);
}

/* The host's out, the guest's in; the reverse, and an ISB before the host's code can match. */
static void db_3_switched_when_owned(void **state)
{
	struct host_exit exit = hvc;

	(void)state;
	exit.guest = guest_sets_breakpoint;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		u64 bvr0 = host_get(SR_DBGBVR0_EL1);

		*stored(vcpu, REG(MDSCR_EL1)) = KDE;
		vcpu->debug.guest.bvr[0] = 0x40208000;
		vcpu_load(vcpu);
		host_log_clear();
		run(vcpu, &exit, 1);
		assert_u64(value_at_entry(SR_DBGBVR0_EL1), 0x40208000);
		assert_u64(host_get(SR_DBGBVR0_EL1), bvr0);
		assert_u64(vcpu->debug.guest.bvr[0], 0x40209000);
		assert_u64(*stored(vcpu, REG(MDSCR_EL1)), KDE | MDE); /* it does not trap */
		assert_u64(host_get(SR_MDSCR_EL1), HOST_VALUE(MDSCR_EL1));
		assert_true(host_log_find((size_t)last(LOG_WRITE, SR_DBGWCR3_EL1), LOG_ISB,
				    SR_MIDR_EL1) > 0); /* MUT-38 */
		vcpu_put(vcpu);
	}
}

static void guest_claims(struct context *context)
{
	(void)context;
	host_set(SR_MDCCINT_EL1, BIT(29));
	host_set(SR_DBGCLAIMCLR_EL1, 0x12); /* where the tags are read */
}

/* What else does not trap then; while it traps, it is the same to the guest. */
static void db_3_claim_tags_and_channel_interrupts(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	struct host_exit exit = hvc;
	u64 mdccint = host_get(SR_MDCCINT_EL1), tags = host_get(SR_DBGCLAIMCLR_EL1);

	(void)state;
	vcpu_load(vcpu);
	access(vcpu, ISS_MDCCINT_EL1, true, ~0ul);
	access(vcpu, ISS_DBGCLAIMSET_EL1, true, 0xf3);
	access(vcpu, ISS_DBGCLAIMCLR_EL1, true, 0x31);
	assert_u64(access(vcpu, ISS_MDCCINT_EL1, false, 0), 0x60000000);
	assert_u64(access(vcpu, ISS_DBGCLAIMSET_EL1, false, 0), 0xff);
	assert_u64(access(vcpu, ISS_DBGCLAIMCLR_EL1, false, 0), 0xc2);
	access(vcpu, ISS_MDSCR_EL1, true, MDE);
	exit.guest = guest_claims;
	host_log_clear();
	run(vcpu, &exit, 1);
	assert_u64(value_at_entry(SR_MDCCINT_EL1), 0x60000000);
	assert_u64(value_at_entry(SR_DBGCLAIMCLR_EL1), 0xff);
	assert_u64(value_at_entry(SR_DBGCLAIMSET_EL1), 0xc2);
	assert_u64(host_get(SR_MDCCINT_EL1), mdccint);
	assert_u64(host_get(SR_DBGCLAIMSET_EL1), tags);
	assert_u64(access(vcpu, ISS_MDCCINT_EL1, false, 0), BIT(29));
	assert_u64(access(vcpu, ISS_DBGCLAIMCLR_EL1, false, 0), 0x12);
	vcpu_put(vcpu);
}

/* A guest that owns them uses by trap what cannot be switched, and never the debug channel. */
static void db_1_registers_that_are_not_switched_trap(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	assert_false(host.has_more_points);
	*stored(vcpu, REG(MDSCR_EL1)) = MDE;
	vcpu_load(vcpu);
	assert_u64(traps_mdcr(vcpu) & (F(MDCR_EL2, TDA) | F(MDCR_EL2, TDCC)), 0);
	host.has_more_points = host.has_fgt = true;
	assert_u64(traps_mdcr(vcpu) & (F(MDCR_EL2, TDA) | F(MDCR_EL2, TDCC)),
		F(MDCR_EL2, TDA) | F(MDCR_EL2, TDCC));
	vcpu_put(vcpu);
	machine_off(MODE_VHE);
	host_set(SR_ID_AA64DFR0_EL1, FV(ID_AA64DFR0_EL1, BRPs, 6) | 6);
	machine_on(MODE_VHE);
	assert_true(host.has_more_points);
	assert_u64(host.breakpoints, MAX_BREAKPOINTS);
}

static void db_3_not_switched_when_free(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	host_log_clear();
	run_hvc(vcpu);
	assert_u64(host_log_times(LOG_WRITE, SR_DBGBVR0_EL1), 0);
	assert_u64(host_log_times(LOG_READ, SR_DBGBVR0_EL1), 0);
	vcpu_put(vcpu);
}

/* The guest's debugger: its registers, and the guest's are as they were. */
static void db_3_external_set(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu->debug.is_debugged = true;
	vcpu->debug.external.bvr[1] = 0x4020a000;
	vcpu->debug.guest.bvr[1] = 0x77;
	vcpu_load(vcpu);
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_DBGBVR1_EL1), 0x4020a000);
	assert_u64(vcpu->debug.guest.bvr[1], 0x77);
	vcpu_put(vcpu);
}

/* The step exception comes after the emulated instruction, not after the next one. */
static void db_4_single_step_over_an_emulated_instruction(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu->context.pstate |= F(SPSR, SS);
	vcpu_load(vcpu);
	vcpu_skip_instruction(vcpu);
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_SPSR_EL1) & F(SPSR, SS), 0);
	vcpu_put(vcpu);
}

static void nv_30_traps_of_l1_reach_the_cpu(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, 0);

	(void)state;
	*stored(vcpu, REG(CPTR_EL2)) = F(CPTR_EL2, TCPAC);
	vcpu_load(vcpu);
	this_cpu()->fp_owner = FP_GUEST_OWNED;
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_CPACR_EL1), BASE_VHE | F(CPTR_EL2, TCPAC));
	this_cpu()->fp_owner = FP_FREE;
	vcpu_put(vcpu);
}

static void nv_31_mdcr(void **state)
{
	static const struct {
		const char *why;
		u64 mode, mdscr, vmdcr, want; /* of TDE, TDA, TPM */
	} cases[] = {
		{ "virtual EL2: MDSCR_EL1 must not go to the page", PSTATE_EL2h, KDE, 0,
			F(MDCR_EL2, TDA) | F(MDCR_EL2, TPM) },
		{ "virtual EL2: its own register has no effect (NV-32)", PSTATE_EL2h, KDE,
			F(MDCR_EL2, TDE), F(MDCR_EL2, TDA) | F(MDCR_EL2, TPM) },
		{ "nested, L1 wants nothing", PSTATE_EL1h, KDE, 0, F(MDCR_EL2, TPM) },
		{ "nested, L1 wants them", PSTATE_EL1h, KDE, F(MDCR_EL2, TDE) | F(MDCR_EL2, TDA),
			F(MDCR_EL2, TDE) | F(MDCR_EL2, TDA) | F(MDCR_EL2, TPM) },
		{ "nested, L1 cannot take one away", PSTATE_EL1h, 0, 0,
			F(MDCR_EL2, TDA) | F(MDCR_EL2, TPM) },
	};
	u64 mask = F(MDCR_EL2, TDE) | F(MDCR_EL2, TDA) | F(MDCR_EL2, TPM);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, cases[i].mode, 0);

		*stored(vcpu, REG(MDSCR_EL1)) = cases[i].mdscr;
		*stored(vcpu, REG(MDCR_EL2)) = cases[i].vmdcr;
		vcpu_load(vcpu);
		if ((host_get(SR_MDCR_EL2) & mask) != cases[i].want)
			fail_row(i, cases[i].why, "0x%lx", host_get(SR_MDCR_EL2) & mask);
		/* HPMN is the host's, whatever L1 has there. */
		assert_u64(host_get(SR_MDCR_EL2) & F(MDCR_EL2, HPMN), 6);
		vcpu_put(vcpu);
	}
}

TESTS(cmocka_unit_test(fp_1_first_use), cmocka_unit_test(fp_1_free_registers_are_not_saved),
	cmocka_unit_test(fp_1_l1_traps_it), cmocka_unit_test(fp_2_stay_over_exits),
	cmocka_unit_test(fp_2_two_guests), cmocka_unit_test(fp_3_cptr_is_a_function),
	cmocka_unit_test(fp_3_recomputed_at_each_entry),
	cmocka_unit_test(fp_4_isb_before_the_registers),
	cmocka_unit_test(db_1_who_owns_the_registers), cmocka_unit_test(db_1_claimed_by_a_trap),
	cmocka_unit_test(db_2_mdscr_in_the_cpu), cmocka_unit_test(db_2_os_lock),
	cmocka_unit_test(db_2_host_os_lock_is_open), cmocka_unit_test(db_3_switched_when_owned),
	cmocka_unit_test(db_3_claim_tags_and_channel_interrupts),
	cmocka_unit_test(db_1_registers_that_are_not_switched_trap),
	cmocka_unit_test(db_3_not_switched_when_free), cmocka_unit_test(db_3_external_set),
	cmocka_unit_test(db_4_single_step_over_an_emulated_instruction),
	cmocka_unit_test(nv_30_traps_of_l1_reach_the_cpu), cmocka_unit_test(nv_31_mdcr))
