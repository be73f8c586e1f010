/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AT instructions of a guest hypervisor at virtual EL2: HYPERVISOR-SPEC D.1. The CPU itself answers
 * where its registers can be made to hold the regime; what it could not find, because a table of
 * ours lacks a page, and all other cases are walked in software. Knows PAR_EL1; walks are
 * s1_walk.c and s2_walk.c.
 */
#include "core/at.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/emulate.h"
#include "core/inject.h"
#include "core/lock.h"
#include "core/memattr.h"
#include "core/mutant.h"
#include "core/nested.h"
#include "core/registers.h"
#include "core/s2_walk.h"
#include "core/stage2.h"
#include "core/vmid.h"

static const struct at_row {
	u32 iss;
	unsigned el; /* whose permissions */
	enum s1_access access;
	bool has_stage2, checks_pan;
} rows[] = {
	{ ISS_AT_S1E1R, 1, ACCESS_READ, false, false },
	{ ISS_AT_S1E1W, 1, ACCESS_WRITE, false, false },
	{ ISS_AT_S1E0R, 0, ACCESS_READ, false, false },
	{ ISS_AT_S1E0W, 0, ACCESS_WRITE, false, false },
	{ ISS_AT_S1E1RP, 1, ACCESS_READ, false, true },
	{ ISS_AT_S1E1WP, 1, ACCESS_WRITE, false, true },
	{ ISS_AT_S1E2R, 2, ACCESS_READ, false, false },
	{ ISS_AT_S1E2W, 2, ACCESS_WRITE, false, false },
	{ ISS_AT_S12E1R, 1, ACCESS_READ, true, false },
	{ ISS_AT_S12E1W, 1, ACCESS_WRITE, true, false },
	{ ISS_AT_S12E0R, 0, ACCESS_READ, true, false },
	{ ISS_AT_S12E0W, 0, ACCESS_WRITE, true, false },
};

/* What PAR_EL1 is about to say. */
struct translation {
	bool is_fault, is_stage2, is_of_walk; /* F, S, PTW */
	unsigned fsc;
	u64 output, attr, sh;
};

static const struct at_row *find_row(u32 iss)
{
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].iss == iss)
			return &rows[i];
	return NULL;
}

/* DDI 0487 PAR_EL1: bit 11 is RES1, NS is 1. */
static u64 par_of(const struct translation *t)
{
	if (t->is_fault)
		return F(PAR_EL1, F) | FV(PAR_EL1, FST, t->fsc) | FV(PAR_EL1, PTW, t->is_of_walk) |
		       FV(PAR_EL1, S, t->is_stage2) | BIT(11);
	return (t->output & F(PAR_EL1, PA)) | FV(PAR_EL1, ATTR, t->attr) | FV(PAR_EL1, SH, t->sh) |
	       F(PAR_EL1, NS) | BIT(11);
}

static struct translation translation_of(u64 par, u64 va)
{
	if (par & F(PAR_EL1, F))
		return (struct translation){ .is_fault = true,
			.fsc = (unsigned)FGET(par, PAR_EL1, FST),
			.is_stage2 = par & F(PAR_EL1, S),
			.is_of_walk = par & F(PAR_EL1, PTW) };
	return (struct translation){ .output = (par & F(PAR_EL1, PA)) | bits(va, 11, 0),
		.attr = FGET(par, PAR_EL1, ATTR),
		.sh = FGET(par, PAR_EL1, SH) };
}

/* Is the EL1&0 regime of L2 meant, or the EL2&0 regime of L1 itself? */
static bool is_in_host(const struct vcpu *vcpu)
{
	return vcpu_e2h(vcpu) && vcpu_tge(vcpu);
}

/* --- By the CPU ------------------------------------------------------------------------------- */

static void hardware_at(const struct at_row *row, u64 va)
{
	bool is_write = row->access == ACCESS_WRITE;

	if (row->checks_pan)
		is_write ? write_AT_S1E1WP(va) : write_AT_S1E1RP(va);
	else if (row->el == 0)
		is_write ? write_AT_S1E0W(va) : write_AT_S1E0R(va);
	else
		is_write ? write_AT_S1E1W(va) : write_AT_S1E1R(va);
}

/*
 * With TGE=0 the EL1&0 regime is the guest's; all of its registers are in place and effective
 * before TGE is cleared and stay so until it is set (AT-7). PAR_EL1 is left with the result.
 */
static u64 at_in_regime(struct vcpu *vcpu, const struct at_row *row, u64 va, u64 nv_bits)
{
	u64 host_hcr = read_HCR_EL2(), par;

	if (row->checks_pan)
		hal_set_pan(vcpu->context.pstate & F(SPSR, PAN));
	write_HCR_EL2((host_hcr & ~F(HCR_EL2, TGE)) | F(HCR_EL2, VM) | nv_bits);
	hal_isb();
	hardware_at(row, va);
	hal_isb();
	par = read_PAR_EL1();
	write_HCR_EL2(host_hcr);
	hal_isb();
	if (row->checks_pan)
		hal_set_pan(true); /* what every exit sets, A.8 */
	return par;
}

/* The registers that a stage 1 walk reads. */
#define FOR_EACH_WALK_REGISTER(X) X(TTBR0, 0) X(TTBR1, 1) X(TCR, 2) X(MAIR, 3) X(SCTLR, 4)
enum { WALK_REGISTERS = 5 };

static void exchange_walk_registers(const u64 *in, u64 *out)
{
#define EXCHANGE(name, i)                                                                          \
	out[i] = read_##name##_EL12();                                                             \
	write_##name##_EL12(in[i]);
	FOR_EACH_WALK_REGISTER(EXCHANGE)
#undef EXCHANGE
}

static void change_stage2(struct s2_mmu *mmu)
{
	vmid_update(mmu);
	mmu_load(mmu);
}

/*
 * L2's regime on the shadow it last ran on here. vm->mmu_lock is held, so nobody takes the shadow
 * over meanwhile.
 */
static u64 at_on_shadow(struct vcpu *vcpu, struct s2_mmu *mmu, const struct at_row *row, u64 va)
{
	u64 l1[WALK_REGISTERS], unused[WALK_REGISTERS], par;
	const u64 l2[WALK_REGISTERS] = {
#define VALUE(name, i) [i] = vcpu_read_sys_reg(vcpu, REG(name##_EL1)),
		FOR_EACH_WALK_REGISTER(VALUE)
#undef VALUE
	};

	exchange_walk_registers(l2, l1);
	change_stage2(mmu);
	par = at_in_regime(vcpu, row, va, 0);
	exchange_walk_registers(l1, unused);
	change_stage2(vcpu->hw_mmu);
	hal_isb();
	return par;
}

/* AT-1 (a): warm means that this CPU ran L2 on it last, so that no TLB entry can be another's. */
static struct s2_mmu *warm_shadow(struct vcpu *vcpu)
{
	struct s2_mmu *mmu = shadow_lookup(vcpu->vm, vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2)),
		vcpu_read_sys_reg(vcpu, REG(VTCR_EL2)), vcpu_vhcr(vcpu) & F(HCR_EL2, VM));

	if (!mmu || mmu->is_unmap_pending || mmu->last_vcpu[this_cpu()->index] != vcpu)
		return NULL;
	return mmu;
}

/* vHCR_EL2 bits that make L2's regime something else than what the CPU's own HCR_EL2 makes it. */
static bool is_plain_regime(const struct vcpu *vcpu)
{
	return !(vcpu_vhcr(vcpu) & (F(HCR_EL2, TGE) | F(HCR_EL2, DC) | F(HCR_EL2, PTW) |
					   F(HCR_EL2, CD) | F(HCR_EL2, NV) | F(HCR_EL2, NV1)));
}

/* Would a walk of L1's tables say the same? The rest may be for want of a page of ours (AT-1 g). */
static bool is_final(u64 par)
{
	unsigned type = FSC_TYPE((unsigned)FGET(par, PAR_EL1, FST));

	if (!(par & F(PAR_EL1, F)))
		return true;
	return !(par & F(PAR_EL1, S)) && (type == FSC_PERMISSION || type == FSC_ACCESS_FLAG);
}

/* False: the CPU cannot say. */
static bool stage1_by_hardware(
	struct vcpu *vcpu, const struct at_row *row, u64 va, struct translation *t)
{
	u64 nv_bits = vcpu_e2h(vcpu) ? 0 : F(HCR_EL2, NV) | F(HCR_EL2, NV1);
	struct s2_mmu *mmu = NULL;
	u64 par = F(PAR_EL1, F);

	if (!vcpu->sysregs_on_cpu)
		return false;
	if (row->el == 2 || is_in_host(vcpu)) { /* AT-2: the CPU has L1's own regime loaded */
		par = at_in_regime(vcpu, row, va, nv_bits);
	} else if (is_plain_regime(vcpu)) {
		lock_take(&vcpu->vm->mmu_lock);
		mmu = warm_shadow(vcpu);
		if (mmu)
			par = at_on_shadow(vcpu, mmu, row, va);
		lock_drop(&vcpu->vm->mmu_lock);
	}
	*t = translation_of(par, va);
	return is_final(par);
}

/* --- By walks --------------------------------------------------------------------------------- */

static struct translation stage1_by_walk(struct vcpu *vcpu, const struct at_row *row, u64 va)
{
	enum s1_regime regime = row->el == 2	   ? vel2_regime(vcpu)
				: is_in_host(vcpu) ? REGIME_EL20
						   : REGIME_EL10;
	bool pan = row->checks_pan && (vcpu->context.pstate & F(SPSR, PAN));
	struct s1_walk walk = s1_walk(vcpu, regime, va, row->el == 0, row->access, pan);

	return (struct translation){ .is_fault = walk.is_fault,
		.fsc = walk.fsc,
		.is_stage2 = walk.is_stage2_fault,
		.is_of_walk = walk.is_stage2_fault,
		.output = walk.output,
		.attr = walk.attr,
		.sh = walk.sh };
}

/* AT-3: stage 1 only, with EL2&0 or without a stage 2. */
static bool has_stage2(const struct vcpu *vcpu, const struct at_row *row)
{
	u64 hcr = vcpu_vhcr(vcpu);

	return row->has_stage2 && (!(hcr & F(HCR_EL2, TGE)) || MUTANT(50)) &&
	       (hcr & (F(HCR_EL2, VM) | F(HCR_EL2, DC)));
}

static struct translation stage2_of(
	struct vcpu *vcpu, const struct at_row *row, const struct translation *s1)
{
	struct s2_walk s2 = vcpu_s2_walk(vcpu, IPA(s1->output));
	unsigned needed = row->access == ACCESS_WRITE ? S2_WRITE : S2_READ;
	u64 hcr = vcpu_vhcr(vcpu), attr;

	if (!s2.is_fault && !(s2.rights & needed)) {
		s2.is_fault = true;
		s2.fsc = FSC_PERMISSION + s2.level;
	}
	if (s2.is_fault)
		return (struct translation){ .is_fault = true, .is_stage2 = true, .fsc = s2.fsc };
	attr = memattr_combine(hcr, s1->attr, s2.memattr);
	return (struct translation){ .output = s2.output.v,
		.attr = attr,
		.sh = memattr_combine_shareability(attr, s1->sh, s2.sh) };
}

/* A walk that met an external abort is no result: AArch64.AT takes the exception (HW-17). */
static enum emulation take_external_abort(struct vcpu *vcpu, u64 va, const struct translation *t)
{
	u64 iss = BIT(8) | BIT(6) | (t->is_of_walk ? BIT(7) : 0) | t->fsc; /* CM, WnR, S1PTW */

	nested_inject_abort(vcpu, (u64)EC_DABT_SAME << ESR_EC_SHIFT | ESR_IL | iss, va, 0);
	return EMULATED_NO_SKIP;
}

enum emulation at_emulate(struct vcpu *vcpu, struct sysreg_access *access)
{
	const struct at_row *row = find_row(access->iss);
	struct translation t;

	if (!row || !access->is_write || !vcpu_is_el2(vcpu) ||
		(row->checks_pan && !vm_has_feature(vcpu->vm, FEAT_PAN2)))
		return NOT_DEFINED;
	if (!stage1_by_hardware(vcpu, row, access->value, &t))
		t = stage1_by_walk(vcpu, row, access->value);
	if (!t.is_fault && has_stage2(vcpu, row))
		t = stage2_of(vcpu, row, &t);
	if (t.is_fault && FSC_TYPE(t.fsc) == FSC_EXTERNAL_ON_WALK)
		return take_external_abort(vcpu, access->value, &t);
	vcpu_write_sys_reg(vcpu, par_of(&t), REG(PAR_EL1));
	return EMULATED;
}
