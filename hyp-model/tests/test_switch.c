/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world switch: what moves when, in which order, and what the host finds afterwards.
 * HYPERVISOR-SPEC A.1 to A.9 and A.20.
 */
#include "switch_support.h"

#define EL1_VHE                                                                                    \
	"CPACR_EL12 TTBR0_EL12 TTBR1_EL12 ESR_EL12 AFSR0_EL12 AFSR1_EL12 FAR_EL12 MAIR_EL12 "      \
	"AMAIR_EL12 VBAR_EL12 CONTEXTIDR_EL12 CNTKCTL_EL12 ELR_EL12 SPSR_EL12 SP_EL1 ACTLR_EL1 "
#define EL1_NVHE                                                                                   \
	"CPACR_EL1 TTBR0_EL1 TTBR1_EL1 ESR_EL1 AFSR0_EL1 AFSR1_EL1 FAR_EL1 MAIR_EL1 AMAIR_EL1 "    \
	"VBAR_EL1 CONTEXTIDR_EL1 CNTKCTL_EL1 ELR_EL1 SPSR_EL1 SP_EL1 ACTLR_EL1 "
#define WALK_VHE       "SCTLR_EL12 TCR_EL12 "
#define WALK_NVHE      "SCTLR_EL1 TCR_EL1 "
#define SHARED	       "PAR_EL1 TPIDR_EL1 CSSELR_EL1 "
#define USER	       "TPIDR_EL0 TPIDRRO_EL0 "
#define IDENTITY       "VPIDR_EL2 VMPIDR_EL2 "
#define STAGE2	       "VTCR_EL2 VTTBR_EL2 "
#define LOADED_TRAPS   "HSTR_EL2 MDCR_EL2 PMSELR_EL0 PMUSERENR_EL0 "
#define UNLOADED_TRAPS "HSTR_EL2 MDCR_EL2 PMUSERENR_EL0 "

/* The guest's EL1 registers by the names that mean them at EL2 with E2H=1. */
static void ws_1_el12_names_on_vhe(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
#define CTX(class, name, offset, nvhe, vhe)                                                        \
	if (strcmp(#class, "COMMON") != 0)                                                         \
		assert_u64(host_log((size_t)last(LOG_WRITE, SR_##vhe))->value, GUEST_VALUE(name));
#include "core/context.def"
#undef CTX
}

/* The host's MDSCR_EL1 after each exit, its user registers after the put. */
static void ws_2_host_sees_no_guest_value(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	*stored(vcpu, REG(MDSCR_EL1)) = F(MDSCR_EL1, TDCC);
	vcpu_load(vcpu);
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_MDSCR_EL1), F(MDSCR_EL1, TDCC));
	assert_u64(host_get(SR_MDSCR_EL1), HOST_VALUE(MDSCR_EL1));
	assert_u64(host_get(SR_TPIDR_EL0), GUEST_VALUE(TPIDR_EL0));
	vcpu_put(vcpu);
	assert_u64(host_get(SR_TPIDR_EL0), HOST_VALUE(TPIDR_EL0));
	assert_u64(host_get(SR_TPIDRRO_EL0), HOST_VALUE(TPIDRRO_EL0));
}

/* Power management between load and put: whatever is live is saved, lost and restored. */
static void ws_3_suspend_keeps_live_values(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	struct context sleeping = { .page = &(struct vncr_page){ { 0 } } };

	(void)state;
	vcpu_load(vcpu);
	host_set(SR_TPIDR_EL0, 0x77); /* the guest's latest */
	context_save(&sleeping, CLASS_USER, MODE_VHE);
	host_set(SR_TPIDR_EL0, 0);
	host_set(SR_TPIDRRO_EL0, 0);
	context_restore(&sleeping, CLASS_USER, MODE_VHE);
	run_hvc(vcpu);
	vcpu_put(vcpu);
	assert_u64(*stored(vcpu, REG(TPIDR_EL0)), 0x77);
	assert_u64(*stored(vcpu, REG(TPIDRRO_EL0)), GUEST_VALUE(TPIDRRO_EL0));
	assert_u64(host_get(SR_TPIDR_EL0), HOST_VALUE(TPIDR_EL0));
}

static void ws_4_mpidr_is_memory(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	u64 mpidr = vcpu->mpidr_el1;

	(void)state;
	vcpu_load(vcpu);
	assert_u64(host_get(SR_VMPIDR_EL2), mpidr);
	host_set(SR_VMPIDR_EL2, 0xbad);
	run_hvc(vcpu);
	vcpu_put(vcpu);
	assert_u64(vcpu->mpidr_el1, mpidr);
	assert_u64(host_log_times(LOG_READ, SR_VMPIDR_EL2), 0);
}

/* Everything out, everything in; the guest's stage 2 before its walks, the host's before the
 * host's. */
static void ws_5_nvhe_moves_all_at_every_switch(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_NVHE);

	(void)state;
	vcpu_load(vcpu);
	host_log_clear();
	run_hvc(vcpu);
	assert_string_equal(written(), EL1_NVHE SHARED USER
		"MDSCR_EL1 " IDENTITY STAGE2 WALK_NVHE "HCR_EL2 CPTR_EL2 " LOADED_TRAPS
		"ELR_EL2 SPSR_EL2 <guest> "
		"HCR_EL2 CPTR_EL2 " UNLOADED_TRAPS "VTTBR_EL2 " IDENTITY EL1_NVHE SHARED USER
		"MDSCR_EL1 " WALK_NVHE "ELR_EL2 SPSR_EL2 ");
}

static void ws_5_nvhe_host_gets_its_own_back(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_NVHE);

	(void)state;
	vcpu_load(vcpu);
	host_set(SR_ELR_EL2, 0x1234); /* of the HVC; the guest's exit overwrites it */
	host_set(SR_SPSR_EL2, 0x3c5);
	run_hvc(vcpu);
#define CTX(class, name, offset, nvhe, vhe) assert_u64(host_get(SR_##nvhe), HOST_VALUE(name));
#include "core/context.def"
#undef CTX
	assert_u64(host_get(SR_ELR_EL2), 0x1234);
	assert_u64(host_get(SR_SPSR_EL2), 0x3c5);
	assert_u64(host_get(SR_VTTBR_EL2), 0);
	assert_u64(host_get(SR_VMPIDR_EL2), host_get(SR_MPIDR_EL1));
	assert_u64(host_get(SR_VPIDR_EL2), host_get(SR_MIDR_EL1));
	vcpu_put(vcpu);
}

static void guest_writes_registers(struct context *context)
{
	(void)context;
	host_set(SR_TTBR0_EL1, 0xaaaa0000);
	host_set(SR_TPIDR_EL1, 0xbbbb);
	host_set(SR_SCTLR_EL1, 0xcccc);
	host_set(SR_TPIDR_EL0, 0xdddd);
}

/* Both modes, both knobs: what the guest wrote is in memory after the put, and comes back. */
static void ws_5_nothing_is_lost(void **state)
{
	static const struct {
		const char *why;
		enum hyp_mode mode;
		u64 deferral;
	} cases[] = {
		{ "nVHE", MODE_NVHE, 1 },
		{ "VHE", MODE_VHE, 1 },
		{ "VHE, deferral=0", MODE_VHE, 0 },
	};
	struct host_exit exit = hvc;

	(void)state;
	exit.guest = guest_writes_registers;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_guest(cases[i].mode);

		options.deferral = cases[i].deferral;
		vcpu_load(vcpu);
		run(vcpu, &exit, 1);
		if (*stored(vcpu, REG(TTBR0_EL1)) != 0xaaaa0000 && cases[i].deferral == 0)
			fail_row(i, cases[i].why, "not moved at the switch");
		vcpu_put(vcpu);
		if (*stored(vcpu, REG(TTBR0_EL1)) != 0xaaaa0000 ||
			*stored(vcpu, REG(TPIDR_EL1)) != 0xbbbb ||
			*stored(vcpu, REG(SCTLR_EL1)) != 0xcccc ||
			*stored(vcpu, REG(TPIDR_EL0)) != 0xdddd ||
			*stored(vcpu, REG(VBAR_EL1)) != GUEST_VALUE(VBAR_EL1))
			fail_row(i, cases[i].why, "a value is lost");
		assert_u64(host_get(SR_TPIDR_EL0), HOST_VALUE(TPIDR_EL0));
	}
}

static void ws_6_sysregs_on_cpu(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	assert_false(vcpu->sysregs_on_cpu);
	vcpu_load(vcpu);
	assert_true(vcpu->sysregs_on_cpu);
	run_hvc(vcpu);
	assert_true(vcpu->sysregs_on_cpu);
	vcpu_put(vcpu);
	assert_false(vcpu->sysregs_on_cpu);

	vcpu = filled_guest(MODE_VHE);
	options.deferral = 0;
	vcpu_load(vcpu);
	assert_false(vcpu->sysregs_on_cpu);
	vcpu_put(vcpu);

	vcpu = filled_guest(MODE_NVHE);
	vcpu_load(vcpu);
	assert_false(vcpu->sysregs_on_cpu);
	vcpu_put(vcpu);
}

static void skip_once(void *vcpu)
{
	vcpu_skip_instruction(vcpu);
}

static void undefine(void *vcpu)
{
	vcpu_inject_undefined(vcpu);
}

static void ws_7_one_pc_update(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_skip_instruction(vcpu);
	assert_true(panics(undefine, vcpu, "two PC updates"));
	vcpu->pc_update = PC_KEEP;
	vcpu_inject_undefined(vcpu);
	assert_true(panics(skip_once, vcpu, "two PC updates"));
}

/* MUT-07: VTTBR_EL2 with the VMID that the table has now, which is not 0. */
static void ws_8_vmid_before_vttbr(void **state)
{
	static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);

		vcpu_load(vcpu);
		run_hvc(vcpu);
		assert_true(vmid_of(vcpu->hw_mmu) != 0);
		assert_u64(value_at_entry(SR_VTTBR_EL2) >> 48, vmid_of(vcpu->hw_mmu));
		vcpu_put(vcpu);
	}
}

/* A.4 step 9 and A.5, in their order; the host's user registers are safe before the guest's come.
 */
static void ws_9_load_and_put_order(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	/* What tlb_flush_cpu_context() of A.4 step 3 writes comes before. */
	assert_non_null(
		strstr(written(), USER IDENTITY EL1_VHE WALK_VHE SHARED LOADED_TRAPS STAGE2));
	assert_true(first(LOG_READ, SR_TPIDR_EL0) < first(LOG_WRITE, SR_TPIDR_EL0));
	assert_true(first(LOG_READ, SR_TPIDRRO_EL0) < first(LOG_WRITE, SR_TPIDR_EL0));
	host_log_clear();
	vcpu_put(vcpu);
	assert_string_equal(written(), UNLOADED_TRAPS USER);
}

/* A.7 VHE: nothing of the EL1 class moves while the vCPU stays loaded. */
static void ws_9_run_order(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	host_log_clear();
	run_hvc(vcpu);
	assert_string_equal(written(), "HCR_EL2 CPACR_EL1 MDSCR_EL1 ELR_EL1 SPSR_EL1 <guest> "
				       "HCR_EL2 CPACR_EL1 MDSCR_EL1 ");
	/* INV-WS-10: what was written is effective before the host's C code goes on. */
	assert_int_equal(host_log(host_log_count() - 1)->kind, LOG_ISB);
}

static void ws_10_put_leaves_nothing(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	run_hvc(vcpu);
	vcpu_put(vcpu);
	assert_u64(host_get(SR_TPIDR_EL0), HOST_VALUE(TPIDR_EL0));
	assert_u64(host_get(SR_TPIDRRO_EL0), HOST_VALUE(TPIDRRO_EL0));
	assert_u64(host_get(SR_MDSCR_EL1), HOST_VALUE(MDSCR_EL1));
	assert_u64(host_get(SR_HSTR_EL2), 0);
	assert_null(this_cpu()->loaded);
	assert_null(vcpu->cpu);
}

static void load(void *vcpu)
{
	vcpu_load(vcpu);
}

static void ws_11_put_before_the_next_load(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	vcpu_load(&vm->vcpus[0]);
	assert_true(panics(load, &vm->vcpus[1], "WS-11"));
	boot_cpu(1);
	assert_true(panics(load, &vm->vcpus[0], "WS-11"));
}

static void enter(void *vcpu)
{
	vcpu_run(vcpu);
}

static void ws_12_in_guest_is_published_first(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu_load(vcpu);
	vcpu->mode = OUTSIDE_GUEST;
	assert_true(panics(enter, vcpu, "WS-12"));
}

static void ws_13_host_stage2_before_host_walks(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_NVHE);
	long vttbr, sctlr;
	bool is_synchronised = false;

	(void)state;
	vcpu_load(vcpu);
	run_hvc(vcpu);
	vttbr = last(LOG_WRITE, SR_VTTBR_EL2);
	sctlr = last(LOG_WRITE, SR_SCTLR_EL1);
	assert_u64(host_log((size_t)vttbr)->value, 0);
	for (long i = vttbr; i < sctlr; i++)
		is_synchronised |= host_log((size_t)i)->kind == LOG_ISB;
	assert_true(is_synchronised);
	assert_true(last(LOG_WRITE, SR_TTBR0_EL1) > vttbr);
}

static void ws_14_never_returns_to_el2(void **state)
{
	static const struct {
		const char *why;
		enum vm_el2 el2;
		u64 pstate, want;
	} cases[] = {
		{ "EL0t", VM_EL2_NONE, 0x0, 0x0 },
		{ "EL1t", VM_EL2_NONE, 0x3c4, 0x3c4 },
		{ "EL1h", VM_EL2_NONE, 0x800003c5, 0x800003c5 },
		{ "EL2h without virtual EL2", VM_EL2_NONE, 0x3c9, 0x1003c9 },
		{ "EL2t without virtual EL2", VM_EL2_NONE, 0x8, 0x100009 },
		{ "EL3h", VM_EL2_NONE, 0xd, 0x100009 },
		{ "reserved", VM_EL2_NONE, 0x1, 0x100009 },
		{ "AArch32 user", VM_EL2_NONE, 0x10, 0x100009 },
		{ "virtual EL2h", VM_EL2_VHE, 0x3c9, 0x3c5 },
		{ "virtual EL2t", VM_EL2_VHE, 0x20000008, 0x20000004 },
		{ "InHost EL0t, by itself and not because it is 0", VM_EL2_VHE, 0x40000000,
			0x40000000 },
		{ "EL3h with virtual EL2", VM_EL2_NVHE, 0xd, 0x100009 },
		{ "AArch32 Hyp", VM_EL2_NVHE, 0x1a, 0x100009 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vm vm = { .config.el2 = cases[i].el2 };
		struct vcpu vcpu = { .vm = &vm };
		u64 got = pstate_to_hardware(&vcpu, cases[i].pstate);

		if (got != cases[i].want)
			fail_row(i, cases[i].why, "got 0x%lx", got);
	}
}

/* The illegal entry faults at EL2, PC and PSTATE stay what the VM's owner can look at. */
static void ws_14_illegal_entry_ends_as_il(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	vcpu->context.pstate = PSTATE_DAIF | PSTATE_EL2h;
	vcpu_load(vcpu);
	assert_u64(run(vcpu, NULL, 0), EXIT_IL);
	assert_u64(value_at_entry(SR_SPSR_EL1), PSTATE_DAIF | PSTATE_EL2h | F(SPSR, IL));
	assert_u64(vcpu->context.pstate, PSTATE_DAIF | PSTATE_EL2h);
	assert_u64(vcpu->context.pc, 0x40201000);
}

/* MUT-14: PSTATE and PC are taken before anything else is asked. */
static void ws_15_pstate_first(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	struct host_exit exit = hvc;

	(void)state;
	exit.pc = 0x40202000;
	exit.pstate = 0x600003c4;
	vcpu_load(vcpu);
	host_log_clear();
	run(vcpu, &exit, 1);
	assert_u64(vcpu->context.pc, 0x40202000);
	assert_u64(vcpu->context.pstate, 0x600003c4);
	assert_true(first(LOG_READ, SR_SPSR_EL1) < first(LOG_READ, SR_ESR_EL1));
	assert_true(first(LOG_READ, SR_ELR_EL1) < first(LOG_READ, SR_ESR_EL1));
}

static void ws_17_both_copies_advance(void **state)
{
	static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);

		host_set_level(2);
		vcpu->context.pstate = F(SPSR, SS) | FV(SPSR, BTYPE, 2) | F(SPSR, N) | PSTATE_EL1h;
		fixup_skip_instruction(vcpu);
		assert_u64(vcpu->context.pc, 0x40201004);
		assert_u64(vcpu->context.pstate, F(SPSR, N) | PSTATE_EL1h);
		assert_u64(host_get(SR_ELR_EL2), 0x40201004);
		assert_u64(host_get(SR_SPSR_EL2), F(SPSR, N) | PSTATE_EL1h);
	}
}

/* A.9 step 3: HVC is executed again behind the SError, SMC has not been yet (MUT-16, MUT-17). */
static void an_serror_on_the_way_out(void **state)
{
	static const struct {
		struct host_exit exit;
		long pc_moves;
	} rows[] = {
		{ { .code = EXIT_TRAP, .esr = ESR(EC_HVC64) }, -4 },
		{ { .code = EXIT_TRAP, .esr = ESR(EC_SMC64) }, 0 },
		{ { .code = EXIT_TRAP, .esr = ESR(EC_FP) }, 0 },
		{ { .code = EXIT_IRQ }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = filled_guest(MODE_VHE);
		struct host_exit exit = rows[i].exit;
		u64 pc = vcpu->context.pc;

		exit.code |= EXIT_WITH_SERROR;
		exit.serror = 0x70 + i;
		vcpu_load(vcpu);
		assert_u64(run(vcpu, &exit, 1), exit.code);
		assert_u64(vcpu->context.pc, pc + (u64)rows[i].pc_moves);
		assert_u64(vcpu->fault.disr, exit.serror);
	}
}

/* Not constants: the fake's host values are like no others. */
static void ws_23_host_values_come_back(void **state)
{
	static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };
	static const enum host_reg regs[] = { SR_HCR_EL2, SR_MDCR_EL2, SR_CPTR_EL2, SR_VBAR_EL2,
		SR_HSTR_EL2, SR_PMUSERENR_EL0, SR_CNTHCTL_EL2, SR_SCTLR_EL2, SR_TCR_EL2 };

	(void)state;
	for (size_t i = 0; i < COUNT(modes); i++) {
		struct vcpu *vcpu = filled_guest(modes[i]);
		u64 before[COUNT(regs)];

		for (size_t r = 0; r < COUNT(regs); r++)
			before[r] = host_get(regs[r]);
		vcpu_load(vcpu);
		run_hvc(vcpu);
		vcpu_put(vcpu);
		for (size_t r = 0; r < COUNT(regs); r++)
			if (host_get(regs[r]) != before[r])
				fail_row(i, host_reg_name(regs[r]), "0x%lx, not 0x%lx",
					host_get(regs[r]), before[r]);
	}
}

/* A CPU where somebody has set MDCR_EL2 otherwise keeps that (MUT-41). */
static void ws_23_each_cpu_its_own_mdcr(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	assert_true(hal_cpu_on(1, NULL));
	host_set_cpu(1);
	host_set(SR_MDCR_EL2, 4);
	cpu_init();
	vcpu_load(vcpu);
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_MDCR_EL2) & F(MDCR_EL2, HPMN), 4);
	vcpu_put(vcpu);
	assert_u64(host_get(SR_MDCR_EL2), 4);
}

static u64 early_exit(struct vcpu *vcpu)
{
	static const struct host_exit irq = { .code = EXIT_IRQ };

	return run(vcpu, &irq, 1);
}

static struct vcpu *guest_with_keys(enum hyp_mode mode)
{
	struct vm_config config;
	static struct vm vm;

	machine_off(mode);
	host_set(SR_ID_AA64ISAR1_EL1, FV(ID_AA64ISAR1_EL1, APA, 1));
	machine_on(mode);
	config = guest_config();
	config.has_pauth = true;
	memset(&vm, 0, sizeof(vm));
	assert_true(vm_create(&vm, &config));
	fill(&vm.vcpus[0]);
	for (unsigned i = 0; i < COUNT(vm.vcpus[0].pauth.guest.key); i++)
		vm.vcpus[0].pauth.guest.key[i] = 0x9000 + i;
	return &vm.vcpus[0];
}

static void changes_a_key(struct context *context)
{
	(void)context;
	host_set(SR_APDBKeyHi_EL1, 0x9107);
}

/* MUT-31: also if the guest was never entered, the host's keys are the host's. */
static void keys_around_a_stay(enum hyp_mode mode)
{
	struct vcpu *vcpu = guest_with_keys(mode);
	u64 host_key = host_get(SR_APDBKeyHi_EL1);
	struct host_exit exit = hvc;

	vcpu_load(vcpu);
	assert_true(traps_hcr(vcpu) & HCR(API));
	host_log_clear();
	run_hvc(vcpu);
	assert_u64(value_at_entry(SR_APIAKeyLo_EL1), 0x9000);
	assert_u64(value_at_entry(SR_APDBKeyHi_EL1), 0x9007);
	assert_u64(value_at_entry(SR_APGAKeyHi_EL1), 0x9009);
	assert_u64(host_get(SR_APDBKeyHi_EL1), host_key);
	early_exit(vcpu);
	assert_u64(host_get(SR_APDBKeyHi_EL1), host_key);
	assert_u64(vcpu->pauth.guest.key[7], 0x9007);
	exit.guest = changes_a_key;
	run(vcpu, &exit, 1);
	assert_u64(host_get(SR_APDBKeyHi_EL1), host_key);
	assert_u64(vcpu->pauth.guest.key[7], 0x9107);
	vcpu_put(vcpu);
}

static u64 deferred;

static void defers_an_serror(struct context *context)
{
	(void)context;
	assert_u64(host_get(SR_VDISR_EL2), deferred);
	host_set(SR_VDISR_EL2, ++deferred);
}

static void machine_gets_ras(void)
{
	host_set(SR_ID_AA64PFR0_EL1, host_get(SR_ID_AA64PFR0_EL1) | F(ID_AA64PFR0_EL1, RAS));
	host.has_ras = true;
}

static void defer(struct vcpu *vcpu, u64 before)
{
	struct host_exit exit = hvc;

	deferred = before;
	exit.guest = defers_an_serror;
	vcpu_load(vcpu);
	run(vcpu, &exit, 1);
	vcpu_put(vcpu);
}

/* A.1 "EL2-return": DISR_EL1, which HCR_EL2.AMO makes VDISR_EL2, of each of two guests. */
static void vdisr_moves_at_every_switch(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode < 2; mode++) {
		struct vcpu *a = filled_guest(mode == 0 ? MODE_VHE : MODE_NVHE);
		struct vcpu *b = &a->vm->vcpus[1];

		machine_gets_ras();
		defer(a, 0);
		defer(b, 0);
		defer(a, 1);
		defer(b, 1);
		assert_u64(a->vdisr_el2, 2);
		vcpu_reset(a, 0, 0);
		assert_u64(a->vdisr_el2, 0);
		host.has_ras = false;
		host_log_clear();
		vcpu_load(a);
		run_hvc(a);
		vcpu_put(a);
		assert_u64(host_log_times(LOG_WRITE, SR_VDISR_EL2), 0);
	}
}

/* L1's own, or its guest's: that is L1's VDISR_EL2, if it asked for the guest's SErrors. */
static void vdisr_of_a_nested_guest_is_l1s_register(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, HCR(AMO));

	(void)state;
	machine_gets_ras();
	vcpu->vm->id.mask[CTX_VDISR_EL2].res0 = 0; /* as if L1 knew RAS */
	*stored(vcpu, REG(VDISR_EL2)) = 0x70;
	defer(vcpu, 0);
	vcpu->context.pstate = PSTATE_DAIF | PSTATE_EL1h;
	defer(vcpu, 0x70);
	assert_u64(*stored(vcpu, REG(VDISR_EL2)), 0x71);
	*stored(vcpu, REG(HCR_EL2)) &= ~HCR(AMO);
	defer(vcpu, 1);
	assert_u64(*stored(vcpu, REG(VDISR_EL2)), 0x71);
	assert_u64(vcpu->vdisr_el2, 2);
}

static void ws_27_keys_around_a_stay(void **state)
{
	(void)state;
	keys_around_a_stay(MODE_VHE);
	keys_around_a_stay(MODE_NVHE);
}

/* Nested: L1 must want it too. */
static void ws_28_pauth_when_nested(void **state)
{
	static const struct {
		const char *why;
		u64 mode, host, vhcr, want;
	} cases[] = {
		{ "L1 wants neither", PSTATE_EL1h, HCR(API) | HCR(APK), 0, 0 },
		{ "L1 wants one", PSTATE_EL1h, HCR(API) | HCR(APK), HCR(APK), HCR(APK) },
		{ "L1 wants both", PSTATE_EL1h, HCR(API) | HCR(APK), HCR(API) | HCR(APK),
			HCR(API) | HCR(APK) },
		{ "this host does not", PSTATE_EL1h, 0, HCR(API) | HCR(APK), 0 },
		{ "L1 itself, by the host's policy", PSTATE_EL2h, HCR(API) | HCR(APK), 0,
			HCR(API) | HCR(APK) },
		{ "L1 itself, by the host's policy alone", PSTATE_EL2h, 0, HCR(API) | HCR(APK), 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, cases[i].mode, cases[i].vhcr);
		u64 both = HCR(API) | HCR(APK);

		may_set_hcr(vcpu, both);
		vcpu->hcr_el2 = (vcpu->hcr_el2 & ~both) | cases[i].host;
		if ((traps_hcr(vcpu) & both) != cases[i].want)
			fail_row(i, cases[i].why, "0x%lx", traps_hcr(vcpu) & both);
	}
}

/* A.4 step 3: the same ASIDs may mean other tables to another vCPU of this stage 2 (TB-5). */
static void another_vcpu_ran_here(void **state)
{
	struct vm *vm = guest(MODE_VHE);

	(void)state;
	fill(&vm->vcpus[0]);
	fill(&vm->vcpus[1]);
	for (unsigned i = 0; i < 5; i++) {
		static const unsigned who[] = { 0, 0, 1, 1, 0 }, flushes[] = { 1, 0, 1, 0, 1 };

		host_log_clear();
		vcpu_load(&vm->vcpus[who[i]]);
		assert_u64(host_log_times(LOG_SYS, SR_TLBI_VMALLE1), flushes[i]);
		vcpu_put(&vm->vcpus[who[i]]);
	}
	/* On another CPU it is another question (MUT-D26). */
	boot_cpu(1);
	host_log_clear();
	vcpu_load(&vm->vcpus[0]);
	assert_u64(host_log_times(LOG_SYS, SR_TLBI_VMALLE1), 1);
	vcpu_put(&vm->vcpus[0]);
}

/* A.4 step 1, A.5 steps 4 and 5: what a nested vCPU holds while it is loaded. */
static void nested_vcpu_takes_and_gives_back(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL1h, HCR(VM) | HCR(NV));

	(void)state;
	may_set_hcr(vcpu, HCR(NV));
	vcpu_load(vcpu);
	assert_true(vcpu->hw_mmu->is_shadow);
	assert_int_equal(vcpu->hw_mmu->references, 1);
	assert_true(vcpu_take_request(vcpu, REQUEST_VNCR_MAP));
	assert_true(this_cpu()->vmid_active > 1);
	vcpu->is_in_wfi = true;
	vcpu_put(vcpu);
	assert_int_equal(vcpu->vm->shadows.mmu[0].references, 0);
	assert_true(vmid_of(&vcpu->vm->shadows.mmu[0]) != 0);
	assert_true(this_cpu()->vmid_active != vcpu->vm->shadows.mmu[0].vmid_record);
}

TESTS(cmocka_unit_test(ws_1_el12_names_on_vhe), cmocka_unit_test(ws_2_host_sees_no_guest_value),
	cmocka_unit_test(ws_3_suspend_keeps_live_values), cmocka_unit_test(ws_4_mpidr_is_memory),
	cmocka_unit_test(ws_5_nvhe_moves_all_at_every_switch),
	cmocka_unit_test(ws_5_nvhe_host_gets_its_own_back), cmocka_unit_test(ws_5_nothing_is_lost),
	cmocka_unit_test(ws_6_sysregs_on_cpu), cmocka_unit_test(ws_7_one_pc_update),
	cmocka_unit_test(ws_8_vmid_before_vttbr), cmocka_unit_test(ws_9_load_and_put_order),
	cmocka_unit_test(ws_9_run_order), cmocka_unit_test(ws_10_put_leaves_nothing),
	cmocka_unit_test(ws_11_put_before_the_next_load),
	cmocka_unit_test(ws_12_in_guest_is_published_first),
	cmocka_unit_test(ws_13_host_stage2_before_host_walks),
	cmocka_unit_test(ws_14_never_returns_to_el2),
	cmocka_unit_test(ws_14_illegal_entry_ends_as_il), cmocka_unit_test(ws_15_pstate_first),
	cmocka_unit_test(ws_17_both_copies_advance), cmocka_unit_test(an_serror_on_the_way_out),
	cmocka_unit_test(ws_23_host_values_come_back),
	cmocka_unit_test(ws_23_each_cpu_its_own_mdcr), cmocka_unit_test(ws_27_keys_around_a_stay),
	cmocka_unit_test(vdisr_moves_at_every_switch),
	cmocka_unit_test(vdisr_of_a_nested_guest_is_l1s_register),
	cmocka_unit_test(ws_28_pauth_when_nested), cmocka_unit_test(another_vcpu_ran_here),
	cmocka_unit_test(nested_vcpu_takes_and_gives_back))
