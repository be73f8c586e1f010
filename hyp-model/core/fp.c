/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lazy switch of V0-V31, FPCR and FPSR. cpu->fp_owner says whose values the CPU has; whether an
 * access traps is a function of it (FP-3, traps.c).
 */
#include "core/fp.h"

#include "core/cpu.h"
#include "core/mutant.h"
#include "core/traps.h"
#include "core/vm.h"

/* FP-4: CPTR_EL2 governs EL2 too, and only after a context synchronization. */
static void open_fp(const struct cpu *cpu)
{
	el2_write_CPTR(host.mode, cpu->cptr_el2);
	hal_isb();
}

void fp_trapped(struct vcpu *vcpu)
{
	struct cpu *cpu = vcpu->cpu;

	open_fp(cpu);
	if (cpu->fp_owner == FP_HOST_OWNED && !MUTANT(79))
		hal_fp_save(&cpu->host_fp);
	hal_fp_restore(&vcpu->fp);
	cpu->fp_owner = FP_GUEST_OWNED;
	el2_write_CPTR(host.mode, traps_cptr(vcpu));
}

static u64 save_guest(u64 a, u64 unused)
{
	struct vcpu *vcpu = (struct vcpu *)a;

	(void)unused;
	hal_fp_save(&vcpu->fp);
	return 0;
}

void fp_put(struct vcpu *vcpu)
{
	struct cpu *cpu = vcpu->cpu;

	if (cpu->fp_owner != FP_GUEST_OWNED)
		return;
	/* At EL2, where only the host's CPTR_EL2 decides, not what a host at EL1 has in CPACR_EL1.
	 */
	hal_call_hyp(save_guest, (u64)vcpu, 0);
	cpu->fp_owner = FP_FREE;
}

static u64 restore_host(u64 a, u64 unused)
{
	struct cpu *cpu = (struct cpu *)a;

	(void)unused;
	hal_fp_restore(&cpu->host_fp);
	return 0;
}

void fp_host_takes(void)
{
	struct cpu *cpu = this_cpu();

	if (cpu->fp_owner == FP_HOST_OWNED)
		return;
	if (cpu->fp_owner == FP_GUEST_OWNED)
		fp_put(cpu->loaded);
	hal_call_hyp(restore_host, (u64)cpu, 0);
	cpu->fp_owner = FP_HOST_OWNED;
}
