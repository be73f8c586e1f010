/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the mails 000 to 003 ask for (HYPERVISOR-SPEC G), as the situations in which an
 * implementation that got it wrong would be seen: invariants of E.1 and mistakes of E.2.
 */
#include "core/tlb.h"
#include "switch_support.h"

static const enum hyp_mode modes[] = { MODE_VHE, MODE_NVHE };
static struct vcpu *running; /* whom the functions of a script look at */

static const struct {
	const char *why;
	u64 mode, vhcr, hardware;
	bool is_hyp;
} virtual_modes[] = {
	{ "EL2h", PSTATE_EL2h, 0, PSTATE_EL1h, true },
	{ "EL2t", PSTATE_EL2t, 0, PSTATE_EL1t, true },
	{ "EL2h with TGE", PSTATE_EL2h, HCR(TGE), PSTATE_EL1h, true },
	{ "EL2t with TGE", PSTATE_EL2t, HCR(TGE), PSTATE_EL1t, true },
	{ "InHost EL0", PSTATE_EL0t, HCR(TGE), PSTATE_EL0t, true },
	{ "EL1h of L2", PSTATE_EL1h, HCR(VM), PSTATE_EL1h, false },
	{ "EL1t of L2", PSTATE_EL1t, HCR(VM), PSTATE_EL1t, false },
	{ "EL0 of L2", PSTATE_EL0t, HCR(VM), PSTATE_EL0t, false },
};

/* ---- 000: virtual EL2 and InHost EL0 ---- */

static void inv_nv_2_physical_mode_of_each_virtual_mode(void **state)
{
	static const enum vm_el2 forms[] = { VM_EL2_VHE, VM_EL2_NVHE };
	u64 flags = F(SPSR, N) | F(SPSR, V) | PSTATE_DAIF;

	(void)state;
	for (size_t f = 0; f < COUNT(forms); f++)
		for (size_t i = 0; i < COUNT(virtual_modes); i++) {
			struct vcpu *vcpu = filled_nested(
				forms[f], 2, virtual_modes[i].mode, virtual_modes[i].vhcr);

			vcpu->context.pstate |= flags;
			vcpu_load(vcpu);
			run_hvc(vcpu);
			if (value_at_entry(SR_SPSR_EL1) != (virtual_modes[i].hardware | flags))
				fail_row(i, virtual_modes[i].why, "SPSR_EL2 0x%lx",
					value_at_entry(SR_SPSR_EL1));
			assert_u64(vcpu->context.pstate, virtual_modes[i].mode | flags);
			vcpu_put(vcpu);
		}
}

/* Whatever mode it was entered in: L1's own exceptions change it without an exit (NV-10). */
static void inv_nv_3_mode_after_every_exit(void **state)
{
	static const struct {
		u64 hardware, want;
	} exits[] = {
		{ PSTATE_EL1h, PSTATE_EL2h },
		{ PSTATE_EL1t, PSTATE_EL2t },
		{ PSTATE_EL0t, PSTATE_EL0t },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(virtual_modes); i++)
		for (size_t e = 0; e < COUNT(exits); e++) {
			struct host_exit exit = { .code = EXIT_IRQ,
				.pstate = exits[e].hardware | F(SPSR, C) };
			bool is_hyp = virtual_modes[i].is_hyp;
			u64 want = (is_hyp ? exits[e].want : exits[e].hardware) | F(SPSR, C);
			u64 vhcr = virtual_modes[i].vhcr;
			struct vcpu *vcpu;

			if (is_hyp && exits[e].hardware == PSTATE_EL0t)
				vhcr = HCR(TGE); /* with TGE=0 no way leads there */
			vcpu = filled_nested(VM_EL2_VHE, 2, virtual_modes[i].mode, vhcr);
			vcpu_load(vcpu);
			run(vcpu, &exit, 1);
			if (vcpu->context.pstate != want || vcpu_is_hyp_ctxt(vcpu) != is_hyp)
				fail_row(i, virtual_modes[i].why, "left as 0x%lx, taken for 0x%lx",
					exit.pstate, vcpu->context.pstate);
			vcpu_put(vcpu);
		}
}

/* There and back, and there again: nothing is taken for EL2h that was not. */
static void mut_d7_el2t_and_el0_come_back_as_they_left(void **state)
{
	static const struct host_exit irq = { .code = EXIT_IRQ };

	(void)state;
	for (size_t i = 0; i < COUNT(virtual_modes); i++) {
		struct vcpu *vcpu =
			filled_nested(VM_EL2_VHE, 2, virtual_modes[i].mode, virtual_modes[i].vhcr);

		vcpu_load(vcpu);
		run(vcpu, &irq, 1);
		vcpu_put(vcpu);
		vcpu_load(vcpu);
		host_log_clear();
		run(vcpu, &irq, 1);
		if ((value_at_entry(SR_SPSR_EL1) & F(SPSR, M)) != virtual_modes[i].hardware)
			fail_row(i, virtual_modes[i].why, "comes back with SPSR_EL2 0x%lx",
				value_at_entry(SR_SPSR_EL1));
		vcpu_put(vcpu);
	}
}

static void l1s_user_is_interrupted(struct context *context)
{
	(void)context;
	host_set(SR_SP_EL1, 0x51);
	host_set(SR_ELR_EL1, 0x52);
	host_set(SR_SPSR_EL1, 0x53);
}

/* InHost EL0 leaves this CPU and goes on on another one: virtual EL2's registers come along. */
static void mut_d8_inhost_el0_moves_with_the_registers_of_el2(void **state)
{
	static const struct host_exit irq = { .code = EXIT_IRQ,
		.pstate = PSTATE_EL0t | F(SPSR, Z), /* not 0, which would be "as it was" */
		.guest = l1s_user_is_interrupted };
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, HCR(TGE));
	u64 sp_el1 = *stored(vcpu, REG(SP_EL1));

	(void)state;
	vcpu_load(vcpu);
	run(vcpu, &irq, 1);
	assert_true(vcpu_is_host_el0(vcpu));
	vcpu_put(vcpu);
	boot_cpu(1);
	vcpu_load(vcpu);
	assert_u64(host_get(SR_SP_EL1), 0x51);
	assert_u64(host_get(SR_ELR_EL1), 0x52);
	assert_u64(host_get(SR_SPSR_EL1), 0x53);
	assert_u64(*stored(vcpu, REG(SP_EL1)), sp_el1);
	vcpu_put(vcpu);
}

/* Whatever L1 has in vHCR_EL2 for L2: its own user has neither L2's stage 2 nor L2's traps. */
static void mut_d9_inhost_el0_is_not_l2(void **state)
{
	struct vcpu *vcpu = filled_nested(
		VM_EL2_VHE, 2, PSTATE_EL0t, HCR(TGE) | HCR(VM) | HCR(TDZ) | HCR(TRVM));

	(void)state;
	*stored(vcpu, REG(VTTBR_EL2)) = 7ul << 48 | 0x40100000;
	*stored(vcpu, REG(VTCR_EL2)) = 0x80023559;
	vcpu_load(vcpu);
	run_hvc(vcpu);
	assert_ptr_equal(vcpu->hw_mmu, &vcpu->vm->mmu);
	assert_u64(value_at_entry(SR_VTTBR_EL2), mmu_vttbr(&vcpu->vm->mmu));
	assert_u64(value_at_entry(SR_HCR_EL2),
		vcpu->hcr_el2 | HCR(NV) | HCR(NV2) | HCR(AT) | HCR(TTLB));
	assert_u64(host_get(SR_VBAR_EL12), GUEST_VALUE(VBAR_EL2));
	for (unsigned i = 0; i < vcpu->vm->shadows.count; i++)
		assert_false(vcpu->vm->shadows.mmu[i].is_valid);
	vcpu_put(vcpu);
}

/* ---- 001: HCR_EL2 ---- */

static const struct {
	const char *why;
	struct host_exit exits[2];
	size_t count;
} ways_out[] = {
	{ "trap", { { .code = EXIT_TRAP, .esr = ESR(EC_HVC64) } }, 1 },
	{ "interrupt, or never entered", { { .code = EXIT_IRQ } }, 1 },
	{ "SError", { { .code = EXIT_SERROR, .esr = ESR(EC_SERROR) } }, 1 },
	{ "trap with SError",
		{ { .code = EXIT_TRAP | EXIT_WITH_SERROR, .esr = ESR(EC_SMC64), .serror = 1 } },
		1 },
	{ "entered again by a fix-up",
		{ { .code = EXIT_TRAP, .esr = ESR(EC_FP) }, { .code = EXIT_IRQ } }, 2 },
	{ "illegal PSTATE", { { 0 } }, 0 },
};

/* The last write of HCR_EL2 is that value, and an ISB has made it effective. */
static void assert_hcr_is_back(u64 want, const char *why)
{
	long write = last(LOG_WRITE, SR_HCR_EL2);

	if (host_get(SR_HCR_EL2) != want)
		fail_row(0, why, "HCR_EL2 0x%lx, not 0x%lx", host_get(SR_HCR_EL2), want);
	if (host_log_find((size_t)write, LOG_ISB, 0) < 0)
		fail_row(0, why, "no ISB after HCR_EL2 was written");
}

/* A guest on a machine whose host has bits of its own in HCR_EL2; not loaded. */
static struct vcpu *guest_on_host_with(enum hyp_mode mode, enum hcr_knob knob, u64 bits)
{
	struct vcpu *vcpu = filled_guest(mode);

	options.hcr = knob;
	host_set(SR_HCR_EL2, traps_host_hcr(mode, host.has_pauth) | bits);
	cpu_init();
	return vcpu;
}

static void leave_by(struct vcpu *vcpu, size_t way)
{
	if (ways_out[way].count == 0)
		vcpu->context.pstate = PSTATE_EL2h;
	run(vcpu, ways_out[way].exits, ways_out[way].count);
}

/* Every way of TLB maintenance there is; ALLE1IS, the last one, asks for no TGE. */
enum { FLUSHES = 7 };

static void flush(struct s2_mmu *mmu, unsigned form)
{
	switch (form) {
	case 0: tlb_flush_vmid(mmu); break;
	case 1: tlb_flush_cpu_context(mmu); break;
	case 2: tlb_flush_ipa(mmu, IPA(0x40000000), 3); break;
	case 3: tlb_flush_ipa_local(mmu, IPA(0x40000000), 3); break;
	case 4: tlb_flush_range(mmu, IPA(0x40000000), 4 * PAGE_SIZE); break;
	case 5: tlb_stage1(mmu, ISS_TLBI_VMALLE1, 0); break;
	default: tlb_flush_all_vmids(); break;
	}
}

static void inv_hc_1_every_way_out_and_every_tlb_flush(void **state)
{
	static const enum hcr_knob knobs[] = { HCR_SAVED, HCR_CONSTANT };

	(void)state;
	for (size_t m = 0; m < COUNT(modes); m++)
		for (size_t k = 0; k < COUNT(knobs); k++)
			for (size_t i = 0; i < COUNT(ways_out); i++) {
				struct vcpu *vcpu = guest_on_host_with(modes[m], knobs[k], 0);
				u64 before = host_get(SR_HCR_EL2);

				vcpu_load(vcpu);
				leave_by(vcpu, i);
				assert_hcr_is_back(before, ways_out[i].why);
				for (unsigned f = 0; f < FLUSHES; f++) {
					flush(vcpu->hw_mmu, f);
					assert_hcr_is_back(before, "TLB maintenance");
				}
				vcpu_put(vcpu);
				assert_u64(host_get(SR_HCR_EL2), before);
			}
}

/* The purpose of the mail: what the host has set, PAuth's bits and others, survives a guest. */
static void mut_d1_bits_of_the_host_survive(void **state)
{
	static const u64 bits_of_host[] = { HCR(API) | HCR(APK), HCR(TID4), HCR(API) | HCR(TERR) };

	(void)state;
	for (size_t m = 0; m < COUNT(modes); m++)
		for (size_t b = 0; b < COUNT(bits_of_host); b++)
			for (size_t i = 0; i < COUNT(ways_out); i++) {
				struct vcpu *vcpu =
					guest_on_host_with(modes[m], HCR_SAVED, bits_of_host[b]);
				u64 before = host_get(SR_HCR_EL2);

				vcpu_load(vcpu);
				leave_by(vcpu, i);
				vcpu_put(vcpu);
				assert_u64(host_get(SR_HCR_EL2), before);
				assert_u64(vcpu->hcr_el2 & bits_of_host[b] &
						   ~traps_host_hcr(modes[m], false),
					0);
			}
}

/* EL1 cannot read it. The fake aborts on an EL2 register at EL1; here is the way it went. */
static void hc_1_nvhe_asks_el2(void **state)
{
	long call, read, back;

	(void)state;
	machine(MODE_NVHE);
	host_log_clear();
	cpu_init();
	call = host_log_find(0, LOG_CALL_HYP, 0);
	read = host_log_find(0, LOG_READ, SR_HCR_EL2);
	back = host_log_find(0, LOG_CALL_RETURN, 0);
	assert_true(call >= 0 && read > call && back > read);
	assert_u64(host_log_times(LOG_READ, SR_HCR_EL2), 1);
	assert_u64(this_cpu()->hcr_el2, host_get(SR_HCR_EL2));
}

/* TGE is 0 and synchronised at each TLBI, and no other bit ever changes. */
static void assert_tge_alone_is_toggled(u64 before)
{
	u64 now = before;
	bool is_effective = true;

	for (size_t i = 0; i < host_log_count(); i++) {
		const struct log_entry *e = host_log(i);

		if (e->kind == LOG_WRITE && e->reg == SR_HCR_EL2) {
			is_effective = e->value == now;
			now = e->value;
			assert_u64(now & ~HCR(TGE), before & ~HCR(TGE));
		}
		is_effective |= e->kind == LOG_ISB;
		if (e->kind == LOG_SYS)
			assert_true(is_effective && !(now & HCR(TGE)));
	}
}

/* From TGE=1, and from TGE=0 in the fix-up loop; what was before is there, effective, afterwards.
 */
static void mut_d2_tge_is_toggled_both_ways_and_synchronised(void **state)
{
	static const u64 tge[] = { HCR(TGE), 0 };

	(void)state;
	for (size_t t = 0; t < COUNT(tge); t++) {
		struct vcpu *vcpu = filled_guest(MODE_VHE);
		u64 host_hcr = host_get(SR_HCR_EL2) | HCR(TID4) | HCR(TTLB);
		u64 before = (host_hcr & ~HCR(TGE)) | tge[t];

		vcpu_load(vcpu);
		host_set(SR_HCR_EL2, before);
		for (unsigned f = 0; f < FLUSHES - 1; f++) {
			host_log_clear();
			flush(vcpu->hw_mmu, f);
			assert_tge_alone_is_toggled(before);
			assert_hcr_is_back(before, "TLB maintenance");
		}
		host_set(SR_HCR_EL2, host_hcr);
		vcpu_put(vcpu);
	}
}

/* ---- 001, its companion: MDCR_EL2 ---- */

static void mut_40_mdcr_comes_back_after_every_stay(void **state)
{
	u64 mdcr = 3 | F(MDCR_EL2, TDCC);

	(void)state;
	for (size_t m = 0; m < COUNT(modes); m++)
		for (size_t i = 0; i < COUNT(ways_out); i++) {
			struct vcpu *vcpu = filled_guest(modes[m]);

			host_set(SR_MDCR_EL2, mdcr);
			cpu_init();
			vcpu_load(vcpu);
			leave_by(vcpu, i);
			if (modes[m] == MODE_NVHE) /* EL1 may be counting by now */
				assert_u64(host_get(SR_MDCR_EL2), mdcr);
			vcpu_put(vcpu);
			assert_u64(host_get(SR_MDCR_EL2), mdcr);
			assert_u64(value_at_entry(SR_MDCR_EL2) &
					   (F(MDCR_EL2, HPMN) | F(MDCR_EL2, TPM)),
				3 | F(MDCR_EL2, TPM));
		}
}

/* Here, there and here again: no CPU gets what another one had. */
static void mut_41_mdcr_is_of_the_cpu(void **state)
{
	static const u64 hpmn[] = { 6, 4 };
	struct vcpu *vcpu = filled_guest(MODE_VHE);

	(void)state;
	assert_true(hal_cpu_on(1, NULL));
	for (unsigned cpu = 0; cpu < 2; cpu++) {
		host_set_cpu(cpu);
		host_set(SR_MDCR_EL2, hpmn[cpu]);
		cpu_init();
	}
	for (unsigned i = 0; i < 4; i++) {
		unsigned cpu = i % 2;

		host_set_cpu(cpu);
		host_log_clear();
		vcpu_load(vcpu);
		run_hvc(vcpu);
		assert_u64(value_at_entry(SR_MDCR_EL2) & F(MDCR_EL2, HPMN), hpmn[cpu]);
		vcpu_put(vcpu);
		assert_u64(host_get(SR_MDCR_EL2), hpmn[cpu]);
	}
}

/* ---- 002: deferral ---- */

/* A suspend of the CPU: all of these are saved, lost and restored, whoever's they are. */
static const enum host_reg suspended[] = {
#define CTX(class, name, offset, nvhe, vhe) SR_##nvhe,
#include "core/context.def"
#undef CTX
};

static void suspend_and_resume(void)
{
	u64 saved[COUNT(suspended)];

	for (size_t i = 0; i < COUNT(suspended); i++) {
		saved[i] = host_get(suspended[i]);
		host_set(suspended[i], 0xdead0000 + i);
	}
	for (size_t i = 0; i < COUNT(suspended); i++)
		host_set(suspended[i], saved[i]);
}

static void writes_user_registers(struct context *context)
{
	(void)context;
	host_set(SR_TPIDR_EL0, 0x77);
	host_set(SR_TPIDRRO_EL0, 0x78);
	host_set(SR_CONTEXTIDR_EL1, 0x79);
}

/*
 * The reviewer's question and the author's answer: what is live between load and put is the
 * guest's where registers are deferred, and the host's where they are not; both survive.
 */
static void ws_3_suspend_in_every_design(void **state)
{
	static const struct {
		const char *why;
		enum hyp_mode mode;
		u64 deferral;
	} designs[] = {
		{ "VHE", MODE_VHE, 1 },
		{ "VHE, deferral=0", MODE_VHE, 0 },
		{ "nVHE", MODE_NVHE, 1 },
	};
	struct host_exit exits[] = {
		{ .code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = writes_user_registers },
		{ .code = EXIT_IRQ },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(designs); i++) {
		struct vcpu *vcpu = filled_guest(designs[i].mode);
		bool is_deferred = designs[i].mode == MODE_VHE && designs[i].deferral;

		options.deferral = designs[i].deferral;
		vcpu_load(vcpu);
		suspend_and_resume(); /* before the guest has run */
		run(vcpu, &exits[0], 1);
		if (host_get(SR_TPIDR_EL0) != (is_deferred ? 0x77 : HOST_VALUE(TPIDR_EL0)))
			fail_row(i, designs[i].why, "TPIDR_EL0 0x%lx is live",
				host_get(SR_TPIDR_EL0));
		suspend_and_resume();
		run(vcpu, &exits[1], 1);
		suspend_and_resume();
		vcpu_put(vcpu);
		suspend_and_resume();
		if (*stored(vcpu, REG(TPIDR_EL0)) != 0x77 ||
			*stored(vcpu, REG(TPIDRRO_EL0)) != 0x78 ||
			*stored(vcpu, REG(CONTEXTIDR_EL1)) != 0x79 ||
			*stored(vcpu, REG(TTBR0_EL1)) != GUEST_VALUE(TTBR0_EL1))
			fail_row(i, designs[i].why, "a value of the guest is lost");
		assert_u64(host_get(SR_TPIDR_EL0), HOST_VALUE(TPIDR_EL0));
		assert_u64(host_get(SR_TPIDRRO_EL0), HOST_VALUE(TPIDRRO_EL0));
	}
}

static void another_cpu_looks_for_it(struct context *context)
{
	unsigned cpu = host_this_cpu();
	size_t before = host_log_count();

	(void)context;
	host_set_cpu(1);
	assert_ptr_equal(vm_vcpu_by_mpidr(running->vm, 0), running);
	assert_ptr_equal(vm_vcpu_by_mpidr(running->vm, 1), &running->vm->vcpus[1]);
	assert_u64(running->mpidr_el1 & MASK(23, 0), 0);
	assert_u64(host_log_count(), before); /* no register of any CPU was asked */
	host_set_cpu(cpu);
}

/* The affinity look-up of an SGI by a vCPU elsewhere, while this one is inside its guest. */
static void ws_4_other_threads_find_a_running_vcpu(void **state)
{
	static const struct host_exit exit = {
		.code = EXIT_TRAP, .esr = ESR(EC_HVC64), .guest = another_cpu_looks_for_it
	};

	(void)state;
	for (size_t m = 0; m < COUNT(modes); m++) {
		running = filled_guest(modes[m]);
		boot_cpu(1);
		host_set(SR_VMPIDR_EL2, 0x80000003);
		host_set_cpu(0);
		vcpu_load(running);
		run(running, &exit, 1);
		vcpu_put(running);
	}
}

/* With E2H=1 SCTLR_EL1 would be the host's SCTLR_EL2. */
static void mut_d5_the_plain_name_is_the_hosts(void **state)
{
	struct vcpu *vcpu = filled_guest(MODE_VHE);
	u64 sctlr = host_get(SR_SCTLR_EL2), tcr = host_get(SR_TCR_EL2);

	(void)state;
	vcpu_load(vcpu);
	vcpu_write_sys_reg(vcpu, 0x111, REG(SCTLR_EL1));
	vcpu_write_sys_reg(vcpu, 0x222, REG(TCR_EL1));
	assert_u64(host_get(SR_SCTLR_EL12), 0x111);
	assert_u64(host_get(SR_TCR_EL12), 0x222);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(SCTLR_EL1)), 0x111);
	assert_u64(vcpu_read_sys_reg(vcpu, REG(TCR_EL1)), 0x222);
	assert_u64(host_get(SR_SCTLR_EL2), sctlr);
	assert_u64(host_get(SR_TCR_EL2), tcr);
	vcpu_put(vcpu);
}

/* ---- 003: registers of virtual EL2 ---- */

static const struct {
	const char *name, *kind;
	reg_t reg;
	enum host_reg live;
} mapped[] = {
#define VEL2(kind, name, offset, counterpart, ...) { #name, #kind, REG(name), SR_##counterpart },
#include "core/vel2.def"
#undef VEL2
};

/* Each register of the table, with vE2H=1: a write is in the CPU at once, and in memory too. */
static void nv_14_every_mapped_register_is_written_twice(void **state)
{
	struct vcpu *vcpu = filled_nested(VM_EL2_VHE, 2, PSTATE_EL2h, 0);

	(void)state;
	vcpu_load(vcpu);
	for (size_t i = 0; i < COUNT(mapped); i++) {
		u64 value = 0x140 + i, live = value;

		if (strcmp(mapped[i].kind, "STORED") == 0)
			continue;
		if (strcmp(mapped[i].kind, "SPLIT") == 0) /* what CNTKCTL_EL1 has of it */
			live &= MASK(9, 0);
		vcpu_write_sys_reg(vcpu, value, mapped[i].reg);
		if (host_get(mapped[i].live) != live || *stored(vcpu, mapped[i].reg) != value)
			fail_row(i, mapped[i].name, "0x%lx in the CPU, 0x%lx in memory",
				host_get(mapped[i].live), *stored(vcpu, mapped[i].reg));
	}
	vcpu_put(vcpu);
}

/* The value in CPACR_EL1 decides whether L1's FP traps; the E2H=0 layout would say otherwise. */
static void mut_d10_cptr_of_an_nvhe_l1_is_translated(void **state)
{
	static const struct {
		const char *why;
		u64 cptr, fpen, tta;
	} rows[] = {
		{ "nothing trapped", 0, 3, 0 },
		{ "TFP", F(CPTR_EL2, TFP), 0, 0 },
		{ "TTA", F(CPTR_EL2, TTA), 3, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_NVHE, 2, PSTATE_EL2h, 0);
		u64 loaded, written;

		*stored(vcpu, REG(CPTR_EL2)) = rows[i].cptr;
		vcpu_load(vcpu);
		loaded = host_get(SR_CPACR_EL12);
		vcpu_write_sys_reg(vcpu, ~rows[i].cptr & F(CPTR_EL2, TFP), REG(CPTR_EL2));
		vcpu_write_sys_reg(vcpu, rows[i].cptr, REG(CPTR_EL2));
		written = host_get(SR_CPACR_EL12);
		if (FGET(loaded, CPACR_EL1, FPEN) != rows[i].fpen ||
			FGET(loaded, CPACR_EL1, TTA) != rows[i].tta || loaded != written)
			fail_row(i, rows[i].why, "loaded 0x%lx, written 0x%lx", loaded, written);
		vcpu_put(vcpu);
	}
}

static const reg_t translated[] = { { CTX_SCTLR_EL2 }, { CTX_TTBR0_EL2 }, { CTX_TCR_EL2 },
	{ CTX_CPTR_EL2 } };

/* What L1 wrote is what it reads, at once, while loaded, after the put and after the next load. */
static void mut_d12_a_translated_register_is_read_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(translated); i++) {
		struct vcpu *vcpu = filled_nested(VM_EL2_NVHE, 2, PSTATE_EL2h, 0);
		u64 value;

		/* Bits that a translation drops. */
		vcpu_write_sys_reg(vcpu, 0xabcd00003000c0f1, translated[i]);
		value = vcpu_read_sys_reg(vcpu, translated[i]);
		assert_true(vel2_to_el1(vcpu, translated[i]) != value);
		vcpu_load(vcpu);
		assert_u64(vcpu_read_sys_reg(vcpu, translated[i]), value);
		run_hvc(vcpu);
		assert_u64(vcpu_read_sys_reg(vcpu, translated[i]), value);
		vcpu_put(vcpu);
		assert_u64(vcpu_read_sys_reg(vcpu, translated[i]), value);
		vcpu_load(vcpu);
		assert_u64(vcpu_read_sys_reg(vcpu, translated[i]), value);
		vcpu_put(vcpu);
	}
}

TESTS(cmocka_unit_test(inv_nv_2_physical_mode_of_each_virtual_mode),
	cmocka_unit_test(inv_nv_3_mode_after_every_exit),
	cmocka_unit_test(mut_d7_el2t_and_el0_come_back_as_they_left),
	cmocka_unit_test(mut_d8_inhost_el0_moves_with_the_registers_of_el2),
	cmocka_unit_test(mut_d9_inhost_el0_is_not_l2),
	cmocka_unit_test(inv_hc_1_every_way_out_and_every_tlb_flush),
	cmocka_unit_test(mut_d1_bits_of_the_host_survive), cmocka_unit_test(hc_1_nvhe_asks_el2),
	cmocka_unit_test(mut_d2_tge_is_toggled_both_ways_and_synchronised),
	cmocka_unit_test(mut_40_mdcr_comes_back_after_every_stay),
	cmocka_unit_test(mut_41_mdcr_is_of_the_cpu), cmocka_unit_test(ws_3_suspend_in_every_design),
	cmocka_unit_test(ws_4_other_threads_find_a_running_vcpu),
	cmocka_unit_test(mut_d5_the_plain_name_is_the_hosts),
	cmocka_unit_test(nv_14_every_mapped_register_is_written_twice),
	cmocka_unit_test(mut_d10_cptr_of_an_nvhe_l1_is_translated),
	cmocka_unit_test(mut_d12_a_translated_register_is_read_as_written))
