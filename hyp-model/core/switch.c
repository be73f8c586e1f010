/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Into a loaded guest and out of it. The order of the lines is HYPERVISOR-SPEC A.7;
 * tests/test_switch.c asserts it. Knows nothing of what exits mean.
 */
#include "core/switch.h"

#include "core/cpu.h"
#include "core/inject.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/options.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/stats.h"
#include "core/traps.h"

u64 pstate_to_hardware(const struct vcpu *vcpu, u64 pstate)
{
	u64 mode = pstate & (F(SPSR, M) | PSTATE_nRW);

	if (vcpu_has_nv(vcpu) && mode == PSTATE_EL2t)
		mode = PSTATE_EL1t;
	else if (vcpu_has_nv(vcpu) && mode == PSTATE_EL2h)
		mode = PSTATE_EL1h;
	pstate = (pstate & ~(F(SPSR, M) | PSTATE_nRW)) | mode;
	if (mode == PSTATE_EL0t || mode == PSTATE_EL1t || mode == PSTATE_EL1h || MUTANT(10))
		return pstate;
	/* WS-14: nothing else may be returned to; this faults at once, at EL2. */
	return (pstate & ~(F(SPSR, M) | PSTATE_nRW)) | PSTATE_EL2h | F(SPSR, IL);
}

/* A.1 "EL2-return". L1 has given its guest one, if the guest's SErrors are L1's. */
static bool is_vdisr_l1s(const struct vcpu *vcpu)
{
	return vcpu_is_nested_ctxt(vcpu) && (vcpu_vhcr(vcpu) & F(HCR_EL2, AMO));
}

static void restore_vdisr(const struct vcpu *vcpu)
{
	if (host.has_ras)
		write_VDISR_EL2(is_vdisr_l1s(vcpu) ? vcpu_read_sys_reg(vcpu, REG(VDISR_EL2))
						   : vcpu->vdisr_el2);
}

static void save_vdisr(struct vcpu *vcpu)
{
	if (!host.has_ras)
		return;
	if (is_vdisr_l1s(vcpu))
		*context_stored(&vcpu->context, REG(VDISR_EL2)) = read_VDISR_EL2();
	else
		vcpu->vdisr_el2 = read_VDISR_EL2();
}

/* Returns the HCR_EL2 of the stay. */
static u64 activate_traps(struct vcpu *vcpu)
{
	u64 hcr = traps_hcr(vcpu);

	vcpu->cpu->in_hyp_context = vcpu_is_hyp_ctxt(vcpu);
	if (host.has_ras && (hcr & F(HCR_EL2, VSE)))
		write_VSESR_EL2(vcpu_is_nested_ctxt(vcpu) ? vcpu_read_sys_reg(vcpu, REG(VSESR_EL2))
							  : vcpu->vsesr_el2);
	restore_vdisr(vcpu);
	write_HCR_EL2(hcr);
	el2_write_CPTR(host.mode, traps_cptr(vcpu));
	return hcr;
}

/* HC-4: the hardware clears VSE when the guest takes the SError. It is L1's in nested context. */
static void reap_virtual_serror(struct vcpu *vcpu, u64 hcr)
{
	if (!(hcr & F(HCR_EL2, VSE)) || (read_HCR_EL2() & F(HCR_EL2, VSE)))
		return;
	if (vcpu->hcr_el2 & F(HCR_EL2, VSE) && !vcpu_is_nested_ctxt(vcpu))
		vcpu->hcr_el2 &= ~F(HCR_EL2, VSE);
	else
		*context_stored(&vcpu->context, REG(HCR_EL2)) &= ~F(HCR_EL2, VSE);
}

static void deactivate_traps(struct vcpu *vcpu, u64 hcr)
{
	const struct cpu *cpu = vcpu->cpu;

	reap_virtual_serror(vcpu, hcr);
	save_vdisr(vcpu);
	if (MUTANT(D1))
		write_HCR_EL2(traps_host_hcr(host.mode, false));
	else if (!MUTANT(D2))
		write_HCR_EL2(options.hcr == HCR_CONSTANT
				      ? traps_host_hcr(host.mode, host.has_pauth)
				      : cpu->hcr_el2);
	el2_write_CPTR(host.mode, cpu->cptr_el2);
}

static void restore_return_state(const struct vcpu *vcpu)
{
	el2_write_ELR(host.mode, vcpu->context.pc);
	el2_write_SPSR(host.mode,
		MUTANT(68) ? vcpu->context.pstate : pstate_to_hardware(vcpu, vcpu->context.pstate));
}

/* WS-15; and if the guest was never entered these are what they were. */
static void save_return_state(struct vcpu *vcpu, u64 code)
{
	u64 spsr = el2_read_SPSR(host.mode);

	vcpu->context.pc = el2_read_ELR(host.mode);
	if ((code & ~(u64)EXIT_WITH_SERROR) == EXIT_IL)
		return; /* the PSTATE that was refused is still in the context */
	if (!(MUTANT(14) && vcpu_has_nv(vcpu)))
		vcpu->context.pstate = spsr;
	if (vcpu_has_nv(vcpu))
		nested_sync_exit(vcpu, spsr);
}

/* Enter, leave, and answer what can be answered here, A.8 and A.9. */
static u64 enter_until_exit(struct vcpu *vcpu)
{
	u64 code;

	do {
		restore_return_state(vcpu);
		stats_enter();
		code = hal_enter_guest(&vcpu->context, &vcpu->cpu->context);
		stats_leave();
		save_return_state(vcpu, code);
	} while (fixup_exit(vcpu, &code));
	return code;
}

static u64 run_vhe(struct vcpu *vcpu)
{
	struct cpu *cpu = vcpu->cpu;
	u64 code, hcr;

	if (!options.deferral) {
		switch_registers_in(vcpu);
		mmu_settle();
	}
	context_save(&cpu->context, CLASS_COMMON, MODE_VHE);
	hcr = activate_traps(vcpu);
	vcpu_commit_pc(vcpu);
	write_MDSCR_EL1(debug_mdscr(vcpu));
	debug_to_guest(vcpu);
	pauth_to_guest(vcpu);
	code = enter_until_exit(vcpu);
	if (!(MUTANT(31) && code == EXIT_IRQ))
		pauth_to_host(vcpu);
	debug_save_mdscr(vcpu);
	deactivate_traps(vcpu, hcr);
	context_restore(&cpu->context, CLASS_COMMON, MODE_VHE);
	debug_to_host(vcpu);
	if (!(MUTANT(38) && vcpu->debug.owner != DEBUG_FREE))
		hal_isb();
	if (!options.deferral)
		switch_registers_out(vcpu);
	return code;
}

/* The nVHE host: whoever called, at EL1. Its PC and PSTATE are those of the HVC. */
static void save_nvhe_host(struct cpu *cpu)
{
	context_save(&cpu->context, CLASS_WALK, MODE_NVHE);
	context_save(&cpu->context, CLASS_EL1, MODE_NVHE);
	context_save(&cpu->context, CLASS_SHARED, MODE_NVHE);
	context_save(&cpu->context, CLASS_USER, MODE_NVHE);
	context_save(&cpu->context, CLASS_COMMON, MODE_NVHE);
	cpu->context.pc = read_ELR_EL2();
	cpu->context.pstate = read_SPSR_EL2();
}

static void save_nvhe_guest(struct vcpu *vcpu)
{
	context_save(&vcpu->context, CLASS_WALK, MODE_NVHE);
	context_save(&vcpu->context, CLASS_EL1, MODE_NVHE);
	context_save(&vcpu->context, CLASS_SHARED, MODE_NVHE);
	context_save(&vcpu->context, CLASS_USER, MODE_NVHE);
	debug_save_mdscr(vcpu);
}

/*
 * HC-8: with TGE=0 a CPU may walk whatever tables the EL1&0 registers name. One that does so
 * without being asked has to be stopped while they, stage 2 and HCR_EL2 belong to two; first the
 * walks, then the MMU is forced on, without which EPD0 and EPD1 mean nothing.
 */
static void stop_el1_walks(void)
{
	if (!host.is_at_speculative || MUTANT(26))
		return;
	write_TCR_EL1(F(TCR_EL1, EPD0) | F(TCR_EL1, EPD1));
	if (!MUTANT(28))
		hal_isb();
	write_SCTLR_EL1(SCTLR_EL1_RES1 | F(SCTLR_EL1, M));
	if (!MUTANT(28))
		hal_isb();
}

/* The reverse, once everything else is in force. */
static void start_el1_walks(struct context *context)
{
	if (!host.is_at_speculative || MUTANT(26))
		return;
	hal_isb();
	write_SCTLR_EL1(*context_stored(context, REG(SCTLR_EL1)));
	hal_isb();
	write_TCR_EL1(*context_stored(context, REG(TCR_EL1)));
}

static void restore_el1(struct context *context)
{
	context_restore(context, CLASS_EL1, MODE_NVHE);
	context_restore(context, CLASS_SHARED, MODE_NVHE);
	context_restore(context, CLASS_USER, MODE_NVHE);
}

static void restore_walks(struct context *context)
{
	if (!host.is_at_speculative || MUTANT(26))
		context_restore(context, CLASS_WALK, MODE_NVHE);
}

static void restore_nvhe_guest(struct vcpu *vcpu)
{
	restore_el1(&vcpu->context);
	write_MDSCR_EL1(debug_mdscr(vcpu));
	registers_load_identity(vcpu);
	mmu_load(vcpu->hw_mmu);
	hal_isb();
	restore_walks(&vcpu->context);
}

/* WS-13: the host's stage 2, which is none, before anything of the host can be walked. */
static void restore_nvhe_host(struct cpu *cpu)
{
	write_VTTBR_EL2(0);
	write_VPIDR_EL2(read_MIDR_EL1());
	write_VMPIDR_EL2(read_MPIDR_EL1());
	hal_isb();
	restore_el1(&cpu->context);
	context_restore(&cpu->context, CLASS_COMMON, MODE_NVHE);
	restore_walks(&cpu->context);
	write_ELR_EL2(cpu->context.pc);
	write_SPSR_EL2(cpu->context.pstate);
}

/* WS-5: every class, at every switch. At EL2, called by HVC. */
static u64 run_nvhe(u64 a, u64 unused)
{
	struct vcpu *vcpu = (struct vcpu *)a;
	struct cpu *cpu = vcpu->cpu;
	u64 code, hcr;

	(void)unused;
	save_nvhe_host(cpu);
	hal_dsb_nsh();
	vcpu_commit_pc(vcpu);
	stop_el1_walks();
	restore_nvhe_guest(vcpu);
	hcr = activate_traps(vcpu);
	start_el1_walks(&vcpu->context);
	load_trap_registers(vcpu);
	vgic_restore(vcpu);
	timer_traps_on(vcpu);
	debug_to_guest(vcpu);
	pauth_to_guest(vcpu);
	code = enter_until_exit(vcpu);
	if (!(MUTANT(31) && code == EXIT_IRQ))
		pauth_to_host(vcpu);
	save_nvhe_guest(vcpu);
	stop_el1_walks();
	timer_traps_off();
	vgic_save(vcpu);
	hal_dsb_nsh();
	deactivate_traps(vcpu, hcr);
	put_trap_registers(cpu);
	restore_nvhe_host(cpu);
	start_el1_walks(&cpu->context);
	debug_to_host(vcpu);
	hal_isb();
	return code;
}

u64 vcpu_run(struct vcpu *vcpu)
{
	if (vcpu->mode == OUTSIDE_GUEST)
		panic("vcpu_run before IN_GUEST is published: a kick would be lost (WS-12)");
	if (host.mode == MODE_VHE)
		return run_vhe(vcpu);
	return hal_call_hyp(run_nvhe, (u64)vcpu, 0);
}
