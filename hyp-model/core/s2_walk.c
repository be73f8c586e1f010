/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stage-2 table walk of the hardware would find in L1's tables if L1 were at EL2. Everything
 * here was written by L1: each value is read once, each level is visited once (again only after a
 * lost race), and whatever it says has an architectural answer. AArch64.S2Walk, DDI 0487 D8.2 and
 * D8.3.
 */
#include "core/s2_walk.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/descriptor.h"
#include "core/granule.h"
#include "core/nested.h"
#include "core/registers.h"
#include "core/stage2.h"

struct tables {
	unsigned granule, input_bits, output_bits, start_level;
	u64 base;
	bool is_big_endian, has_xnx, sets_access_flag;
};

static struct s2_walk fault(unsigned type, unsigned level)
{
	return (struct s2_walk){ .is_fault = true, .fsc = type | level, .level = level };
}

/* AArch64.S2InvalidSL: what SL0 may not say with this granule and physical address size. */
static bool is_invalid_sl0(unsigned granule, u64 sl0, unsigned pa_bits)
{
	return sl0 == 3 || (sl0 == 2 && pa_bits < (granule == 14 ? 42 : 44));
}

/* AArch64.S2InconsistentSL: two entries at least, 16 concatenated tables at most. */
static bool is_inconsistent(const struct tables *tables)
{
	unsigned shift = granule_shift(tables->granule, tables->start_level);
	unsigned most = shift + granule_stride(tables->granule) + MAX_CONCATENATED_SHIFT;

	return tables->input_bits <= shift || tables->input_bits > most;
}

/* VTCR_EL2 and VTTBR_EL2. False: no walk, a translation fault at level 0 (C.3 steps 1 and 2). */
static bool decode(const struct vm *vm, u64 vttbr, u64 vtcr, struct tables *out)
{
	unsigned pa_bits = parange_bits(host.parange);
	u64 sl0 = FGET(vtcr, VTCR_EL2, SL0);

	out->granule = granule_of_tg0(FGET(vtcr, VTCR_EL2, TG0));
	out->input_bits = 64 - (unsigned)FGET(vtcr, VTCR_EL2, T0SZ);
	out->output_bits = (unsigned)smaller(parange_bits(FGET(vtcr, VTCR_EL2, PS)), pa_bits);
	out->has_xnx = VM_FIELD(vm, ID_AA64MMFR1_EL1, XNX) != 0;
	out->sets_access_flag =
		FGET(vtcr, VTCR_EL2, HA) && VM_FIELD(vm, ID_AA64MMFR1_EL1, HAFDBS) != 0;
	/* S2-21: a granule that is not offered. */
	if (out->granule < stage2_granule())
		return false;
	if (out->input_bits < 25 || out->input_bits > smaller(48, pa_bits))
		return false;
	if (is_invalid_sl0(out->granule, sl0, pa_bits))
		return false;
	out->start_level = (out->granule == 12 ? 2u : 3u) - (unsigned)sl0;
	if (is_inconsistent(out))
		return false;
	/* Aligned to the size of the first table, or of those that are concatenated. */
	out->base =
		vttbr & MASK(47, out->input_bits - granule_shift(out->granule, out->start_level) +
					 DESCRIPTOR_SHIFT);
	return true;
}

static bool is_leaf(u64 descriptor, unsigned level)
{
	bool is_table_or_page = descriptor & DESC_TABLE;

	return level == LAST_LEVEL ? is_table_or_page : !is_table_or_page;
}

static struct s2_walk found(const struct tables *tables, u64 descriptor, unsigned level, ipa_t ipa)
{
	u64 in_leaf = BIT(granule_shift(tables->granule, level)) - 1;

	return (struct s2_walk){
		.output = IPA((descriptor & MASK(47, 0) & ~in_leaf) | (ipa.v & in_leaf)),
		.block_size = BIT(descriptor_leaf_shift(
			descriptor, tables->granule, level, ipa.v, tables->input_bits)),
		.level = level,
		.rights = stage2_rights(descriptor, tables->has_xnx),
		.memattr = bits(descriptor, 5, 2),
		.sh = bits(descriptor, 9, 8),
	};
}

enum step { STEP_TABLE, STEP_LEAF, STEP_FAULT };

/* C.3 steps 4 and 5 for one descriptor. */
static enum step look_at(
	const struct tables *tables, u64 descriptor, unsigned level, ipa_t ipa, struct s2_walk *out)
{
	*out = fault(FSC_TRANSLATION, level);
	if (!(descriptor & DESC_VALID))
		return STEP_FAULT;
	if (!is_leaf(descriptor, level)) {
		if (level == LAST_LEVEL)
			return STEP_FAULT;
		*out = fault(FSC_ADDRESS_SIZE, level);
		return is_too_large(descriptor & MASK(47, tables->granule), tables->output_bits)
			       ? STEP_FAULT
			       : STEP_TABLE;
	}
	if (!granule_has_leaf(tables->granule, level))
		return STEP_FAULT;
	*out = found(tables, descriptor, level, ipa);
	if (is_too_large(out->output.v, tables->output_bits)) {
		*out = fault(FSC_ADDRESS_SIZE, level);
		return STEP_FAULT;
	}
	return STEP_LEAF;
}

/* The leaf's access flag is set if that is the hardware's business here. False: a lost race. */
static bool finish(struct vm *vm, const struct tables *tables, ipa_t where, u64 descriptor,
	struct s2_walk *walk)
{
	unsigned level = walk->level;

	if (descriptor & DESC_AF)
		return true;
	if (!tables->sets_access_flag) {
		*walk = fault(FSC_ACCESS_FLAG, level);
		return true;
	}
	switch (descriptor_set_access_flag(vm, where, tables->is_big_endian, descriptor)) {
	case FLAG_IS_SET: return true;
	case FLAG_IS_LOST: *walk = fault(FSC_ACCESS_FLAG, level); return false;
	default: *walk = fault(FSC_EXTERNAL_ON_WALK, level); return true;
	}
}

/* False: somebody else wrote the leaf, and it may be anything now, a table too. */
static bool walk_once(struct vm *vm, const struct tables *tables, ipa_t ipa, struct s2_walk *walk)
{
	u64 table = tables->base;

	for (unsigned level = tables->start_level, top = tables->input_bits;; level++) {
		unsigned shift = granule_shift(tables->granule, level);
		ipa_t where = IPA(table + (bits(ipa.v, top - 1, shift) << DESCRIPTOR_SHIFT));
		u64 descriptor;

		if (!descriptor_read(vm, where, tables->is_big_endian, &descriptor)) {
			*walk = fault(FSC_EXTERNAL_ON_WALK, level);
			return true;
		}
		switch (look_at(tables, descriptor, level, ipa, walk)) {
		case STEP_LEAF: return finish(vm, tables, where, descriptor, walk);
		case STEP_FAULT: return true;
		case STEP_TABLE: break;
		}
		table = descriptor & MASK(47, tables->granule);
		top = shift;
	}
}

struct s2_walk s2_walk(struct vm *vm, u64 vttbr, u64 vtcr, bool is_big_endian, ipa_t ipa)
{
	struct tables tables = { .is_big_endian = is_big_endian };
	struct s2_walk walk;
	unsigned lost = 0;

	if (!decode(vm, vttbr, vtcr, &tables) || ipa.v >> tables.input_bits)
		return fault(FSC_TRANSLATION, 0);
	if (is_too_large(tables.base, tables.output_bits))
		return fault(FSC_ADDRESS_SIZE, 0);
	while (!walk_once(vm, &tables, ipa, &walk) && ++lost < MAX_LOST_RACES)
		;
	return walk;
}

struct s2_walk vcpu_s2_walk(struct vcpu *vcpu, ipa_t ipa)
{
	u64 sctlr;

	if (!vcpu_has_stage2(vcpu))
		return (struct s2_walk){
			.output = ipa,
			.block_size = stage2_input_size(),
			.rights = S2_ALL,
			.memattr = 0xf,
			.sh = 3,
		};
	sctlr = vcpu_read_sys_reg(vcpu, REG(SCTLR_EL2));
	return s2_walk(vcpu->vm, vcpu_read_sys_reg(vcpu, REG(VTTBR_EL2)),
		vcpu_read_sys_reg(vcpu, REG(VTCR_EL2)), sctlr & F(SCTLR_EL1, EE), ipa);
}
