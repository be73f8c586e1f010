/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance by a guest hypervisor at vEL2, HYPERVISOR-SPEC C.6. L1's VMIDs never reach the
 * hardware (S2-1): one of them is a set of shadows, each with a VMID of the host's. More may be
 * invalidated than L1 asked for, never less (S2-26).
 */
#include "core/emulate.h"

#include "core/arch.h"
#include "core/granule.h"
#include "core/mmu.h"
#include "core/mutant.h"
#include "core/registers.h"
#include "core/stage2.h"
#include "core/tlb.h"
#include "core/vncr.h"

enum regime { TLBI_EL1, TLBI_EL2, TLBI_STAGE2 };
enum scope { SCOPE_ALL, SCOPE_VMID, SCOPE_ASID, SCOPE_VA, SCOPE_VAA, SCOPE_IPA };
enum operand { OPERAND_ONE, OPERAND_RANGE };

struct operation {
	u32 local, inner, outer; /* ISS_TLBI_* */
	enum regime regime;
	enum scope scope;
	enum operand operand;
	u32 as_vhe, as_el2; /* what an EL2 operation is in the EL1&0 regime */
};

static const struct operation operations[] = {
#define ISS_TLBI_none 0
#define TLBI(regime_, name, scope_, operand_, as_vhe_, as_el2_)                                    \
	{                                                                                          \
		.local = ISS_TLBI_##name,                                                          \
		.inner = ISS_TLBI_##name##IS,                                                      \
		.outer = ISS_TLBI_##name##OS,                                                      \
		.regime = TLBI_##regime_,                                                          \
		.scope = SCOPE_##scope_,                                                           \
		.operand = OPERAND_##operand_,                                                     \
		.as_vhe = ISS_TLBI_##as_vhe_,                                                      \
		.as_el2 = ISS_TLBI_##as_el2_,                                                      \
	},
#include "core/tlbi.def"
#undef TLBI
};

static bool is_range(const struct operation *operation)
{
	return operation->operand == OPERAND_RANGE;
}

/* NULL: no TLBI. Whether the VM has it, and may use it here, triage.c has answered. */
static const struct operation *find(u32 iss)
{
	for (size_t i = 0; i < COUNT(operations); i++)
		if (iss == operations[i].local || iss == operations[i].inner ||
			iss == operations[i].outer)
			return &operations[i];
	return NULL;
}

/* ---- The operand, DDI 0487 C5.5 ---- */

struct range {
	u64 start, size;
};

/* FEAT_TLBIRANGE. A reserved granule is everything. */
static struct range decode_range(u64 operand)
{
	u64 tg = bits(operand, 47, 46);
	unsigned granule = granule_of_tg(tg);
	unsigned scale = (unsigned)bits(operand, 45, 44);

	if (tg == 0)
		return (struct range){ 0, ~0ul };
	return (struct range){ bits(operand, 36, 0) << granule,
		(bits(operand, 43, 39) + 1) << (5 * scale + 1 + granule) };
}

static struct range va_range(const struct operation *operation, u64 operand)
{
	struct range range;

	if (!is_range(operation))
		return (struct range){ sign_extended(bits(operand, 43, 0) << 12, 55), PAGE_SIZE };
	range = decode_range(operand);
	if (range.size != ~0ul)
		range.start = sign_extended(range.start, 36 + granule_of_tg(bits(operand, 47, 46)));
	return range;
}

/* ---- Stage 1 ---- */

/* An L1 of its own FEAT_NV2 translates VNCR_EL2.BADDR by the regime invalidated here (NV-40). */
static void invalidate_vncr(
	struct vm *vm, const struct operation *operation, u64 operand, bool has_asid)
{
	struct range range;

	if (operation->scope != SCOPE_VA && operation->scope != SCOPE_VAA) {
		vncr_invalidate_all(vm);
		return;
	}
	range = va_range(operation, operand);
	vncr_invalidate_va(vm, range.start, range.size, has_asid && operation->scope == SCOPE_VA,
		bits(operand, 63, 48));
}

/* Of L1's own translations, which run under the canonical VMID (S2-31). */
static void flush_own(struct vcpu *vcpu, const struct operation *operation, u64 operand)
{
	bool is_vhe = vcpu_e2h(vcpu);

	tlb_stage1(&vcpu->vm->mmu, is_vhe ? operation->as_vhe : operation->as_el2, operand);
	invalidate_vncr(vcpu->vm, operation, operand, is_vhe);
}

static bool is_of_vmid(const struct s2_mmu *mmu, u64 vttbr)
{
	return mmu->is_valid && ((mmu->key_vttbr ^ vttbr) & F(VTTBR_EL2, VMID)) == 0;
}

/* Of L2: each shadow of that VMID, with stage 2 on or off, whatever its base. */
static void flush_guests_stage1(struct vcpu *vcpu, const struct operation *operation, u64 operand)
{
	struct vm *vm = vcpu->vm;
	u64 vttbr = vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2));

	lock_take(&vm->mmu_lock);
	for (unsigned i = 0; i < vm->shadows.count; i++)
		if (is_of_vmid(&vm->shadows.mmu[i], vttbr))
			tlb_stage1(&vm->shadows.mmu[i], operation->local, operand);
	lock_drop(&vm->mmu_lock);
}

/* ---- Stage 2 ---- */

static u64 block_size(unsigned granule, unsigned level)
{
	return level && granule_has_leaf(granule, level) ? BIT(granule_shift(granule, level)) : 0;
}

/*
 * How much L1's entry for `ipa` may map: what the operand's TTL says, or what was seen when the
 * shadow was built (S2-18), if that is more; else the largest block there is. An L1 that has put
 * pages in the place of a block, without a TLBI in between, has entries of both.
 */
static u64 extent_of(const struct s2_mmu *mmu, u64 ipa, u64 ttl)
{
	unsigned granule = granule_of_tg0(FGET(mmu->key_vtcr, VTCR_EL2, TG0));
	u64 extent = ttl >> 2 ? block_size(granule_of_tg(ttl >> 2), ttl & 3) : 0;
	struct stage2_mapping mapping;

	if (MUTANT(D23) && extent != 0)
		return extent;
	if (stage2_lookup(mmu, IPA(ipa), &mapping) == STAGE2_OK &&
		block_size(granule, mapping.nested_level) > extent)
		extent = block_size(granule, mapping.nested_level);
	if (extent == 0)
		return block_size(granule, granule == 12 ? 1 : 2);
	for (unsigned level = 1; level < LAST_LEVEL; level++) {
		u64 size = block_size(granule, level);

		if (size > extent && stage2_has_level(mmu, IPA(align_down(ipa, size)), size, level))
			return size;
	}
	return extent;
}

static void clear_ipa(struct s2_mmu *mmu, u64 operand)
{
	u64 ipa = bits(operand, 35, 0) << 12; /* S2-25 */
	u64 extent = extent_of(mmu, ipa, bits(operand, 47, 44));

	stage2_unmap(mmu, IPA(align_down(ipa, extent)), extent);
}

/* An entry of L1's that begins before the range, or ends behind it, translates a part of it. */
static void clear_range(struct s2_mmu *mmu, u64 operand)
{
	struct range range = decode_range(operand);
	u64 limit = stage2_input_size(), start, end;

	if (range.start >= limit)
		return;
	if (range.size > limit - range.start)
		range.size = limit - range.start;
	start = align_down(range.start, extent_of(mmu, range.start, 0));
	end = range.start + range.size;
	end = align_up(end, extent_of(mmu, end - 1, 0));
	stage2_unmap(mmu, IPA(start), end - start);
}

static void clear_all(struct s2_mmu *mmu)
{
	stage2_unmap(mmu, IPA(0), stage2_input_size());
	tlb_flush_vmid(mmu); /* S2-23: stage 1 too, and that may be there without stage 2 */
}

static void clear(struct s2_mmu *mmu, const struct operation *operation, u64 operand)
{
	if (operation->scope != SCOPE_IPA)
		clear_all(mmu);
	else if (!mmu->is_enabled)
		return; /* has no translation of L1's */
	else if (is_range(operation))
		clear_range(mmu, operand);
	else
		clear_ipa(mmu, operand);
}

static void flush_stage2(struct vcpu *vcpu, const struct operation *operation, u64 operand)
{
	struct vm *vm = vcpu->vm;
	u64 vttbr = vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2));

	lock_take(&vm->mmu_lock);
	mmu_bump_sequence(vm); /* S2-19: a walk under way has read what is to be forgotten */
	for (unsigned i = 0; i < vm->shadows.count; i++) {
		struct s2_mmu *mmu = &vm->shadows.mmu[i];

		if (mmu->is_valid && (operation->scope == SCOPE_ALL || is_of_vmid(mmu, vttbr)))
			clear(mmu, operation, operand);
	}
	lock_drop(&vm->mmu_lock);
}

/* ---- Who is asked ---- */

/* {E2H,TGE}={1,1}: the EL1&0 operations mean EL2&0 (HW-6). */
static bool is_own_regime(const struct vcpu *vcpu, const struct operation *operation)
{
	return operation->regime == TLBI_EL2 ||
	       (operation->regime == TLBI_EL1 && vcpu_e2h(vcpu) && vcpu_tge(vcpu));
}

static void execute_at_el2(struct vcpu *vcpu, const struct operation *operation, u64 operand)
{
	if (is_own_regime(vcpu, operation))
		flush_own(vcpu, operation, operand);
	else if (operation->regime == TLBI_EL1)
		flush_guests_stage1(vcpu, operation, operand);
	else
		flush_stage2(vcpu, operation, operand);
}

enum emulation emulate_tlbi(struct vcpu *vcpu, struct sysreg_access *access)
{
	const struct operation *operation = find(access->iss);

	if (vcpu_has_nv(vcpu) && vcpu_is_el2(vcpu))
		execute_at_el2(vcpu, operation, access->value);
	else if (operation->regime == TLBI_EL1)
		tlb_stage1(vcpu->hw_mmu, operation->local, access->value);
	else
		return NOT_DEFINED; /* at EL1 it has no meaning, and L1 did not ask for the trap */
	return EMULATED;
}
