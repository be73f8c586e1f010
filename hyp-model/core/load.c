/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attaching a vCPU to a CPU and detaching it. The order of the lines is HYPERVISOR-SPEC A.4 and
 * A.5; tests/test_switch.c asserts it.
 */
#include "core/cpu.h"
#include "core/mutant.h"
#include "core/options.h"
#include "core/print.h"
#include "core/registers.h"
#include "core/switch.h"
#include "core/tlb.h"
#include "core/traps.h"
#include "core/vmid.h"

/* A.4 step 3: another vCPU of this table may have used the same ASIDs for other tables (TB-5). */
static void flush_if_another_ran(struct vcpu *vcpu, const struct cpu *cpu)
{
	struct s2_mmu *mmu = MUTANT(D26) ? &vcpu->vm->mmu : vcpu->hw_mmu;
	struct vcpu **last = &mmu->last_vcpu[cpu->index];

	if (*last != vcpu)
		tlb_flush_cpu_context(vcpu->hw_mmu);
	*last = vcpu;
}

void load_trap_registers(struct vcpu *vcpu)
{
	write_HSTR_EL2(HSTR_EL2_T15);
	write_MDCR_EL2(traps_mdcr(vcpu));
	if (!host.has_pmu)
		return;
	write_PMSELR_EL0(0); /* an index out of range would be UNPREDICTABLE for the guest */
	vcpu->cpu->pmuserenr_el0 = read_PMUSERENR_EL0();
	/* Uses at EL0 go to EL2 by MDCR_EL2.TPM, not to EL1. */
	write_PMUSERENR_EL0(F(PMUSERENR_EL0, EN) | F(PMUSERENR_EL0, SW) | F(PMUSERENR_EL0, CR) |
			    F(PMUSERENR_EL0, ER));
}

void put_trap_registers(const struct cpu *cpu)
{
	write_HSTR_EL2(0);
	if (!MUTANT(40))
		write_MDCR_EL2(cpu->mdcr_el2);
	if (host.has_pmu && !MUTANT(45))
		write_PMUSERENR_EL0(cpu->pmuserenr_el0);
}

void switch_registers_in(struct vcpu *vcpu)
{
	context_save(&vcpu->cpu->context, CLASS_USER, MODE_VHE); /* WS-9: before the guest's */
	if (vcpu_has_nv(vcpu))
		hal_dsb_nsh(); /* NV-21: the page is written before the hardware uses it */
	registers_load(vcpu);
}

void switch_registers_out(struct vcpu *vcpu)
{
	registers_save(vcpu);
	if (!MUTANT(D3))
		context_restore(&vcpu->cpu->context, CLASS_USER, MODE_VHE);
}

/* Everything is loaded with TGE=1, so that no walk can use half of it (HC-8). */
static void load_vhe(struct vcpu *vcpu)
{
	u64 vncr = traps_vncr(vcpu);

	if (options.deferral)
		switch_registers_in(vcpu);
	if (vncr)
		write_VNCR_EL2(vncr);
	load_trap_registers(vcpu);
	mmu_load(vcpu->hw_mmu);
}

static void put_vhe(struct vcpu *vcpu)
{
	put_trap_registers(vcpu->cpu);
	if (options.deferral)
		switch_registers_out(vcpu);
}

void vcpu_load(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();
	bool is_nested = vcpu_is_nested_ctxt(vcpu);

	if (cpu->loaded || vcpu->cpu)
		panic("vcpu_load: another vCPU is loaded here, or this one elsewhere (WS-11)");
	cpu->loaded = vcpu;
	vcpu->hw_mmu = mmu_get(vcpu);
	if (is_nested && (vcpu_vhcr(vcpu) & F(HCR_EL2, NV)))
		vncr_load(vcpu);
	if (!MUTANT(07))
		vmid_update(vcpu->hw_mmu); /* WS-8 */
	flush_if_another_ran(vcpu, cpu);
	vcpu->cpu = cpu;
	timer_load(vcpu);
	vgic_load(vcpu);
	debug_load(vcpu);
	if (host.mode == MODE_VHE)
		load_vhe(vcpu);
	if (MUTANT(07))
		vmid_update(vcpu->hw_mmu);
}

void vcpu_put(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();

	if (cpu->loaded != vcpu || vcpu->cpu != cpu)
		panic("vcpu_put of a vCPU that is not loaded here");
	debug_put(vcpu);
	fp_put(vcpu);
	if (host.mode == MODE_VHE)
		put_vhe(vcpu);
	timer_put(vcpu);
	vgic_put(vcpu);
	mmu_release(vcpu);
	if (vcpu_has_nv(vcpu))
		vncr_put(vcpu);
	vmid_release();
	vcpu->cpu = NULL;
	cpu->loaded = NULL;
}
