/* SPDX-License-Identifier: Apache-2.0 */
/*
 * READ and WROTE functions of sysreg.def: registers whose truth lives elsewhere, and effects of
 * writes. They cannot fail and cannot raise.
 */
#include "sysregs/table.h"

#define READER(name, value)                                                                        \
	u64 name(struct cpu *cpu, enum sysreg_id id)                                               \
	{                                                                                          \
		(void)cpu, (void)id;                                                               \
		return (value);                                                                    \
	}
#define WRITER(name) void name(struct cpu *cpu, enum sysreg_id id, u64 old)

/* ---- Identification ---- */

/* HW-14: EL1 sees what EL2 wants it to see. */
static u64 presented(const struct cpu *cpu, enum sysreg_id real, enum sysreg_id to_el1)
{
	return cpu->sys[cpu->pstate.el == EL1 && cpu->has_el2 ? to_el1 : real];
}

READER(read_midr, presented(cpu, SR_MIDR_EL1, SR_VPIDR_EL2))
READER(read_mpidr, presented(cpu, SR_MPIDR_EL1, SR_VMPIDR_EL2))

/*
 * Sets - 1, ways - 1, log2(line bytes) - 4, in the 64-bit format with FEAT_CCIDX. L1 I and D 32
 * KiB, L2 256 KiB, 4-way.
 */
u64 read_ccsidr(struct cpu *cpu, enum sysreg_id id)
{
	u64 level = bits(cpu->sys[SR_CSSELR_EL1], 3, 1);
	u64 sets = level == 0 ? 128 : 1024;
	unsigned sets_at = cpu_has(cpu, FEAT_CCIDX) ? 32 : 13;

	(void)id;
	return level > 1 ? 0 : (sets - 1) << sets_at | 3 << 3 | 2;
}

/* DCZID_EL0.DZP: is DC ZVA prohibited here. */
u64 read_dczid(struct cpu *cpu, enum sysreg_id id)
{
	bool denied = cpu->pstate.el == EL0 && !(current_sctlr(cpu) & SCTLR_EL1_DZE);
	bool trapped = cpu->pstate.el != EL2 && !is_in_host(cpu) && cpu->has_el2 &&
		       (cpu->sys[SR_HCR_EL2] & HCR_EL2_TDZ);

	(void)id;
	return ZVA_LOG2_WORDS | (denied || trapped ? BIT(4) : 0);
}

READER(read_claimset, 0xff)

/* ---- PSTATE ---- */

READER(read_currentel,
	(u64)(cpu->pstate.el == EL1 && (effective_hcr(cpu) & HCR_EL2_NV) ? EL2 : cpu->pstate.el)
		<< 2)
READER(read_spsel, cpu->pstate.sp)
READER(read_pan, (u64)cpu->pstate.pan << 22)
READER(read_uao, (u64)cpu->pstate.uao << 23)
READER(read_dit, (u64)cpu->pstate.dit << 24)
READER(read_ssbs, (u64)cpu->pstate.ssbs << 12)
READER(read_nzcv, (u64)cpu->pstate.nzcv << 28)
READER(read_daif, (u64)cpu->pstate.daif << 6)

WRITER(write_spsel)
{
	(void)old;
	pstate_set_el(cpu, cpu->pstate.el, cpu->sys[id] & 1);
}

WRITER(write_pan)
{
	(void)old;
	cpu->pstate.pan = bit(cpu->sys[id], 22);
}

WRITER(write_uao)
{
	(void)old;
	cpu->pstate.uao = bit(cpu->sys[id], 23);
}

WRITER(write_dit)
{
	(void)old;
	cpu->pstate.dit = bit(cpu->sys[id], 24);
}

WRITER(write_ssbs)
{
	(void)old;
	cpu->pstate.ssbs = bit(cpu->sys[id], 12);
}

WRITER(write_nzcv)
{
	(void)old;
	cpu->pstate.nzcv = (u8)bits(cpu->sys[id], 31, 28);
}

WRITER(write_daif)
{
	(void)old;
	cpu->pstate.daif = (u8)bits(cpu->sys[id], 9, 6);
	if (may_be_interrupted(cpu))
		cpu->check_irq = true;
}

static unsigned sp_level(enum sysreg_id id)
{
	return id == SR_SP_EL0 ? EL0 : id == SR_SP_EL1 ? EL1 : EL2;
}

READER(read_sp, sp_read(cpu, sp_level(id)))

WRITER(write_sp)
{
	(void)old;
	sp_write(cpu, sp_level(id), cpu->sys[id]);
}

/* ISR_EL1: what is pending for the current EL, virtual where EL2 took the physical ones. */
u64 read_isr(struct cpu *cpu, enum sysreg_id id)
{
	u64 hcr = cpu->sys[SR_HCR_EL2];
	bool below = cpu->pstate.el == EL1 && cpu->has_el2;
	bool virtual_a = below && (hcr & HCR_EL2_AMO), virtual_i = below && (hcr & HCR_EL2_IMO);
	bool virtual_f = below && (hcr & HCR_EL2_FMO);
	bool a = virtual_a ? hcr & HCR_EL2_VSE : cpu->lines & LINE_SERROR;
	bool i = virtual_i ? (hcr & HCR_EL2_VI) || (cpu->lines & LINE_VIRQ) : cpu->lines & LINE_IRQ;
	bool f = virtual_f ? (hcr & HCR_EL2_VF) || (cpu->lines & LINE_VFIQ) : cpu->lines & LINE_FIQ;

	(void)id;
	return (u64)a << 8 | (u64)i << 7 | (u64)f << 6;
}

/* ---- Effects ---- */

static void forget_contexts(struct cpu *cpu, unsigned el)
{
	cpu->ctx_of[el][0] = cpu->ctx_of[el][1] = NULL;
}

/*
 * Translation controls of EL1&0 and of EL2 or EL2&0: the contexts in use are looked up again. Those
 * of the other regime stay, so that a hypervisor that loads a guest keeps its own.
 */
WRITER(el1_regime_changed)
{
	(void)id, (void)old;
	forget_contexts(cpu, EL0);
	forget_contexts(cpu, EL1);
}

WRITER(el2_regime_changed)
{
	(void)id, (void)old;
	forget_contexts(cpu, EL0); /* the host's */
	forget_contexts(cpu, EL2);
}

WRITER(traps_rearm)
{
	(void)id, (void)old;
	sysregs_arm_traps(cpu);
}

u64 hcr_as_implemented(const struct cpu *cpu, u64 hcr)
{
	bool no_nv1 = is_chosen(cpu, e2h, res1_nv1_res0);

	if (cpu_has(cpu, FEAT_VHE) && (no_nv1 || is_chosen(cpu, e2h, res1)))
		hcr |= HCR_EL2_E2H;
	if (no_nv1)
		hcr &= ~HCR_EL2_NV1;
	if (is_chosen(cpu, swio, res1))
		hcr |= HCR_EL2_SWIO;
	return hcr;
}

/* E2H chooses EL2's regime; no other control says anything about EL2's own accesses. */
WRITER(hcr_changed)
{
	u64 changed;

	cpu->sys[id] = hcr_as_implemented(cpu, cpu->sys[id]);
	changed = cpu->sys[id] ^ old;
	if (changed == 0)
		return;
	el1_regime_changed(cpu, id, old);
	if (changed & HCR_EL2_E2H)
		forget_contexts(cpu, EL2);
	cpu->check_irq = true;
	sysregs_arm_traps(cpu);
	if (cpu->sys[SR_CNTHCTL_EL2] & CNTHCTL_EL2_ECV) /* physical_offset() */
		cpu->ops->timer_changed(cpu);
}

/* The claim tags: DBGCLAIMSET_EL1 sets, DBGCLAIMCLR_EL1 clears and reads them. */
WRITER(write_claimset)
{
	(void)old;
	cpu->claim_tags |= (u8)cpu->sys[id];
	cpu->sys[id] = 0;
	cpu->sys[SR_DBGCLAIMCLR_EL1] = cpu->claim_tags;
}

WRITER(write_claimclr)
{
	(void)old;
	cpu->claim_tags &= (u8)~cpu->sys[id];
	cpu->sys[id] = cpu->claim_tags;
}
