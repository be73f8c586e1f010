/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk of stage 1 in software: HYPERVISOR-SPEC AT-4, DDI 0487 D8.2 to D8.5. Knows registers and
 * descriptors of the three regimes a guest hypervisor can ask about. Data accesses only: what is
 * executable matters to EPAN alone, and WXN not at all.
 */
#include "core/arch.h"
#include "core/at.h"
#include "core/descriptor.h"
#include "core/granule.h"
#include "core/memattr.h"
#include "core/nested.h"
#include "core/registers.h"
#include "core/s2_walk.h"
#include "core/stage2.h"

/* Stage 1 descriptors, DDI 0487 D8.3. */
#define S1_nG	      BIT(11)
#define S1_UXN	      BIT(54)
#define S1_APTABLE    MASK(62, 61)
#define S1_UXNTABLE   BIT(60)
#define S1_TABLE_BITS (S1_APTABLE | S1_UXNTABLE)

/* One of the two halves of the address space, or the only one. */
struct range {
	u64 ttbr;
	unsigned granule;	      /* log2 */
	unsigned input_bits, top_bit; /* addresses are <input_bits-1:0>, checked up to top_bit */
	bool is_high, is_disabled;    /* EPDn, or TnSZ is not a size */
	bool is_without_el0, is_hpd;
};

struct regime {
	enum s1_regime kind;
	bool is_on, is_dc, is_big_endian, is_cacheable, has_epan, sets_af;
	unsigned pa_bits, output_bits; /* of the VM; what TCR leaves of them */
	u64 mair;
	struct range range;
};

/* A descriptor and where it was found. */
struct found {
	u64 descriptor, l1_ipa;
	bool is_table_writable; /* by L1's stage 2, for the access flag */
	unsigned stage2_level;
	unsigned table_bits; /* APTable and UXNTable of all tables above, as S1_TABLE_BITS >> 60 */
	unsigned level;
};

static unsigned pa_bits(const struct vcpu *vcpu)
{
	return parange_bits(VM_FIELD(vcpu->vm, ID_AA64MMFR0_EL1, PARange));
}

/* TnSZ and what follows of it. A value out of its limits is a fault of level 0. */
static void set_size(const struct vcpu *vcpu, struct range *range, u64 txsz)
{
	u64 most = !VM_FIELD(vcpu->vm, ID_AA64MMFR2_EL1, ST) ? 39 : range->granule == 16 ? 47 : 48;

	range->is_disabled |= txsz < 16 || txsz > most;
	range->input_bits = range->is_disabled ? 48 : 64 - (unsigned)txsz;
}

/* TCR_EL1, and TCR_EL2 while E2H=1: bit 55 of the address chooses. */
static void decode_half(
	const struct vcpu *vcpu, struct range *range, u64 va, u64 tcr, u64 ttbr0, u64 ttbr1)
{
	bool has_hpds = VM_FIELD(vcpu->vm, ID_AA64MMFR1_EL1, HPDS);
	bool has_e0pd = VM_FIELD(vcpu->vm, ID_AA64MMFR2_EL1, E0PD);

	range->is_high = va & BIT(55);
	if (range->is_high) {
		range->ttbr = ttbr1;
		range->granule = granule_of_tg1(FGET(tcr, TCR_EL1, TG1));
		range->is_disabled = tcr & F(TCR_EL1, EPD1);
		range->top_bit = tcr & F(TCR_EL1, TBI1) ? 55 : 63;
		range->is_without_el0 = has_e0pd && (tcr & F(TCR_EL1, E0PD1));
		range->is_hpd = has_hpds && (tcr & F(TCR_EL1, HPD1));
		set_size(vcpu, range, FGET(tcr, TCR_EL1, T1SZ));
	} else {
		range->ttbr = ttbr0;
		range->granule = granule_of_tg0(FGET(tcr, TCR_EL1, TG0));
		range->is_disabled = tcr & F(TCR_EL1, EPD0);
		range->top_bit = tcr & F(TCR_EL1, TBI0) ? 55 : 63;
		range->is_without_el0 = has_e0pd && (tcr & F(TCR_EL1, E0PD0));
		range->is_hpd = has_hpds && (tcr & F(TCR_EL1, HPD0));
		set_size(vcpu, range, FGET(tcr, TCR_EL1, T0SZ));
	}
}

/* TCR_EL2 while E2H=0. */
static void decode_single(const struct vcpu *vcpu, struct range *range, u64 tcr, u64 ttbr0)
{
	range->ttbr = ttbr0;
	range->granule = granule_of_tg0(FGET(tcr, TCR_EL2, TG0));
	range->top_bit = tcr & F(TCR_EL2, TBI) ? 55 : 63;
	range->is_hpd = VM_FIELD(vcpu->vm, ID_AA64MMFR1_EL1, HPDS) && (tcr & F(TCR_EL2, HPD));
	set_size(vcpu, range, FGET(tcr, TCR_EL2, T0SZ));
}

static struct regime decode(const struct vcpu *vcpu, enum s1_regime kind, u64 va)
{
	bool is_el1 = kind == REGIME_EL10, is_single = kind == REGIME_EL2;
	u64 hcr = vcpu_vhcr(vcpu);
	u64 sctlr = vcpu_read_sys_reg(vcpu, is_el1 ? REG(SCTLR_EL1) : REG(SCTLR_EL2));
	u64 tcr = vcpu_read_sys_reg(vcpu, is_el1 ? REG(TCR_EL1) : REG(TCR_EL2));
	u64 ttbr0 = vcpu_read_sys_reg(vcpu, is_el1 ? REG(TTBR0_EL1) : REG(TTBR0_EL2));
	bool has_ha = VM_FIELD(vcpu->vm, ID_AA64MMFR1_EL1, HAFDBS);
	struct regime r = {
		.kind = kind,
		.is_on = sctlr & F(SCTLR_EL1, M),
		.is_big_endian =
			VM_FIELD(vcpu->vm, ID_AA64MMFR0_EL1, BigEnd) && (sctlr & F(SCTLR_EL1, EE)),
		.is_cacheable = sctlr & F(SCTLR_EL1, C),
		.has_epan = VM_FIELD(vcpu->vm, ID_AA64MMFR1_EL1, PAN) >= 3 &&
			    (sctlr & F(SCTLR_EL1, EPAN)),
		.sets_af = has_ha && (tcr & (is_single ? F(TCR_EL2, HA) : F(TCR_EL1, HA))),
		.pa_bits = pa_bits(vcpu),
		.output_bits =
			parange_bits(is_single ? FGET(tcr, TCR_EL2, PS) : FGET(tcr, TCR_EL1, IPS)),
		.mair = vcpu_read_sys_reg(vcpu, is_el1 ? REG(MAIR_EL1) : REG(MAIR_EL2)),
	};

	r.output_bits = (unsigned)smaller(r.output_bits, r.pa_bits);
	if (is_el1) {
		r.is_dc = hcr & F(HCR_EL2, DC);
		if (hcr & (F(HCR_EL2, DC) | F(HCR_EL2, TGE)))
			r.is_on = false;
	}
	if (is_single)
		decode_single(vcpu, &r.range, tcr, ttbr0);
	else
		decode_half(vcpu, &r.range, va, tcr, ttbr0,
			vcpu_read_sys_reg(vcpu, is_el1 ? REG(TTBR1_EL1) : REG(TTBR1_EL2)));
	return r;
}

static struct s1_walk fault(unsigned type, unsigned level)
{
	return (struct s1_walk){ .is_fault = true, .fsc = type + level };
}

static struct s1_walk stage2_fault(unsigned fsc)
{
	return (struct s1_walk){ .is_fault = true, .fsc = fsc, .is_stage2_fault = true };
}

/*
 * The descriptor at `address`, which in the EL1&0 regime is an L2 IPA: L1's stage 2 has its say.
 * False: *failed says why.
 */
static bool fetch(struct vcpu *vcpu, const struct regime *r, u64 address, struct found *found,
	struct s1_walk *failed)
{
	found->l1_ipa = address;
	found->is_table_writable = true;
	if (r->kind == REGIME_EL10) {
		struct s2_walk s2 = vcpu_s2_walk(vcpu, IPA(address));
		bool is_protected = memattr_s2_is_device(vcpu_vhcr(vcpu), s2.memattr) &&
				    (vcpu_vhcr(vcpu) & F(HCR_EL2, PTW));

		if (!s2.is_fault && (is_protected || !(s2.rights & S2_READ))) {
			s2.is_fault = true;
			s2.fsc = FSC_PERMISSION + s2.level;
		}
		if (s2.is_fault) {
			*failed = stage2_fault(s2.fsc);
			return false;
		}
		found->l1_ipa = s2.output.v;
		found->is_table_writable = s2.rights & S2_WRITE;
		found->stage2_level = s2.level;
	}
	if (!descriptor_read(vcpu->vm, IPA(found->l1_ipa), r->is_big_endian, &found->descriptor)) {
		*failed = fault(FSC_EXTERNAL_ON_WALK, found->level);
		return false;
	}
	return true;
}

/* From the table in TTBR to the descriptor that is no table any more. */
static bool descend(struct vcpu *vcpu, const struct regime *r, u64 input, struct found *found,
	struct s1_walk *failed)
{
	const struct range *range = &r->range;
	unsigned stride = granule_stride(range->granule), top = range->input_bits;
	unsigned level = LAST_LEVEL + 1 - (top - range->granule + stride - 1) / stride;
	unsigned shift = granule_shift(range->granule, level);
	u64 table = range->ttbr & MASK(47, 1) & ~MASK(top - shift + DESCRIPTOR_SHIFT - 1, 0);

	*found = (struct found){ .level = level };
	if (is_too_large(table, r->output_bits)) {
		*failed = fault(FSC_ADDRESS_SIZE, 0);
		return false;
	}
	for (;; found->level++, top = shift, shift -= stride) {
		u64 d;

		if (!fetch(vcpu, r, table + (bits(input, top - 1, shift) << DESCRIPTOR_SHIFT),
			    found, failed))
			return false;
		d = found->descriptor;
		if (!(d & DESC_VALID) || (found->level == LAST_LEVEL && !(d & DESC_PAGE)))
			break;
		if (found->level == LAST_LEVEL || !(d & DESC_TABLE))
			return true;
		table = d & MASK(47, range->granule);
		if (is_too_large(table, r->output_bits)) {
			*failed = fault(FSC_ADDRESS_SIZE, found->level);
			return false;
		}
		if (!range->is_hpd)
			found->table_bits |= (unsigned)bits(d & S1_TABLE_BITS, 62, 60);
	}
	*failed = fault(FSC_TRANSLATION, found->level);
	return false;
}

/* DDI 0487 D8.4.1: AP<2:1> and APTable; what the privilege asked for may do. */
static void set_permissions(struct s1_walk *walk, const struct regime *r, const struct found *found,
	bool is_el0, bool checks_pan)
{
	bool has_el0 = r->kind != REGIME_EL2;
	bool ap1 = found->descriptor & BIT(6), ap2 = found->descriptor & BIT(7);
	bool el0_reads = has_el0 && ap1 && !(found->table_bits & 2);
	bool el0_executes = !(found->descriptor & S1_UXN) && !(found->table_bits & 1);
	bool is_writable = !ap2 && !(found->table_bits & 4);

	walk->is_readable = is_el0 ? el0_reads : true;
	walk->is_writable = walk->is_readable && is_writable;
	if (!is_el0 && checks_pan && has_el0 && (el0_reads || (r->has_epan && el0_executes)))
		walk->is_readable = walk->is_writable = false;
}

/* AF=0 and TCR.HA=1. True: it is set, or another writer was faster and the walk starts again. */
static bool set_access_flag(struct vcpu *vcpu, const struct regime *r, const struct found *found,
	bool *is_lost, struct s1_walk *failed)
{
	enum flag_update update;

	if (!found->is_table_writable) {
		/* HW-25: the update is a write by the walk, which L1's stage 2 forbids */
		*failed = stage2_fault(FSC_PERMISSION + found->stage2_level);
		return false;
	}
	update = descriptor_set_access_flag(
		vcpu->vm, IPA(found->l1_ipa), r->is_big_endian, found->descriptor);
	*is_lost = update == FLAG_IS_LOST;
	*failed = fault(FSC_EXTERNAL_ON_WALK, found->level);
	return update != FLAG_HAS_NO_MEMORY;
}

static struct s1_walk regime_off(const struct regime *r, u64 va)
{
	struct s1_walk walk = {
		.output = bits(va, 47, 0),
		.is_readable = true,
		.is_writable = true,
		.is_global = true,
		.attr = r->is_dc ? ATTR_WRITE_BACK : ATTR_DEVICE_nGnRnE,
	};

	if (bits(va, r->range.top_bit, r->pa_bits) != 0)
		return fault(FSC_ADDRESS_SIZE, 0);
	walk.sh = memattr_shareability(walk.attr, 0);
	return walk;
}

static bool is_out_of_range(const struct range *range, u64 va)
{
	u64 above = bits(va, range->top_bit, range->input_bits);

	return above != (range->is_high ? bits(~0ul, range->top_bit, range->input_bits) : 0);
}

struct s1_walk s1_walk(struct vcpu *vcpu, enum s1_regime kind, u64 va, bool is_el0,
	enum s1_access access, bool checks_pan)
{
	struct regime r = decode(vcpu, kind, va);
	u64 input = bits(va, r.range.input_bits - 1, 0), d;
	struct s1_walk walk = { 0 }, failed = { 0 };
	struct found found;
	unsigned lost = 0;
	bool is_lost;

	if (!r.is_on)
		return regime_off(&r, va);
	if (r.range.is_disabled || is_out_of_range(&r.range, va) ||
		(r.range.is_without_el0 && is_el0))
		return fault(FSC_TRANSLATION, 0);
	do {
		is_lost = false;
		if (!descend(vcpu, &r, input, &found, &failed))
			return failed;
		d = found.descriptor;
		if (!granule_has_leaf(r.range.granule, found.level))
			return fault(FSC_TRANSLATION, found.level);
		walk.block_size = BIT(descriptor_leaf_shift(
			d, r.range.granule, found.level, input, r.range.input_bits));
		walk.output = align_down(d & MASK(47, r.range.granule), walk.block_size) |
			      (input & (walk.block_size - 1));
		if (is_too_large(walk.output, r.output_bits))
			return fault(FSC_ADDRESS_SIZE, found.level);
		if (!(d & DESC_AF) && !r.sets_af)
			return fault(FSC_ACCESS_FLAG, found.level);
		set_permissions(&walk, &r, &found, is_el0, checks_pan);
		if (!(access == ACCESS_WRITE ? walk.is_writable : walk.is_readable))
			return fault(FSC_PERMISSION, found.level);
		if (!(d & DESC_AF) && !set_access_flag(vcpu, &r, &found, &is_lost, &failed))
			return failed;
	} while (is_lost && ++lost < MAX_LOST_RACES);
	if (is_lost)
		return fault(FSC_ACCESS_FLAG, found.level);
	walk.level = found.level;
	walk.is_global = kind == REGIME_EL2 || !(d & S1_nG);
	walk.asid = s1_current_asid(vcpu, kind);
	walk.attr = memattr_of_mair(r.mair, bits(d, 4, 2), r.is_cacheable);
	walk.sh = memattr_shareability(walk.attr, bits(d, 9, 8));
	return walk;
}

enum s1_regime vel2_regime(const struct vcpu *vcpu)
{
	return vcpu_e2h(vcpu) ? REGIME_EL20 : REGIME_EL2;
}

u64 s1_current_asid(struct vcpu *vcpu, enum s1_regime kind)
{
	bool is_el1 = kind == REGIME_EL10;
	u64 tcr, ttbr;

	if (kind == REGIME_EL2)
		return 0;
	tcr = vcpu_read_sys_reg(vcpu, is_el1 ? REG(TCR_EL1) : REG(TCR_EL2));
	if (tcr & F(TCR_EL1, A1))
		ttbr = vcpu_read_sys_reg(vcpu, is_el1 ? REG(TTBR1_EL1) : REG(TTBR1_EL2));
	else
		ttbr = vcpu_read_sys_reg(vcpu, is_el1 ? REG(TTBR0_EL1) : REG(TTBR0_EL2));
	return bits(ttbr, tcr & F(TCR_EL1, AS) ? 63 : 55, 48);
}
