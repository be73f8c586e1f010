/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which regime, and its controls (SCTLR, TCR, TTBR, HCR, VTCR) decoded once into struct regime.
 * Knows the register layouts; does not know descriptors.
 */
#include "mmu/regime.h"

enum regime_kind regime_kind_of(const struct cpu *cpu, unsigned el)
{
	if (el == EL2)
		return is_e2h(cpu) ? REGIME_EL20 : REGIME_EL2;
	if (el == EL0 && is_in_host(cpu))
		return REGIME_EL20;
	return REGIME_EL10;
}

/* TCR.IPS, TCR_EL2.PS, VTCR_EL2.PS; 52 bits and reserved values are as 48. */
static u8 output_bits_of(const struct cpu *cpu, u64 ps)
{
	static const u8 sizes[8] = { 32, 36, 40, 42, 44, 48, 48, 48 };
	u8 size = sizes[ps & 7];

	return size < cpu->pa_bits ? size : cpu->pa_bits;
}

/* TG0 and VTCR_EL2.TG0; the reserved value is as 4 KiB. */
static u8 granule_of_tg0(u64 tg0)
{
	static const u8 granules[4] = { 12, 16, 14, 12 };

	return granules[tg0];
}

static u8 granule_of_tg1(u64 tg1)
{
	static const u8 granules[4] = { 12, 14, 12, 16 };

	return granules[tg1];
}

/* The address of the first table, aligned to its size. DDI 0487 TTBR0_EL1.BADDR */
static u64 table_base(const struct tables *tables, u64 ttbr)
{
	unsigned stride = tables->granule - 3u;
	unsigned resolved = tables->granule + (3u - tables->start_level) * stride;
	unsigned entries = tables->input_bits > resolved ? tables->input_bits - resolved : 0u;

	return bits(ttbr, 47, 1) << 1 & ~MASK(entries + 2, 0);
}

/* The first level that stage 1 looks up. DDI 0487 D8.2, AArch64.S1StartLevel. */
static u8 stage1_start_level(const struct tables *tables)
{
	unsigned stride = tables->granule - 3u;

	return (u8)(4 - (tables->input_bits - tables->granule + stride - 1) / stride);
}

static void decode_range(struct tables *range, u64 ttbr)
{
	range->start_level = stage1_start_level(range);
	range->base = table_base(range, ttbr);
}

/* TCR_EL1, and TCR_EL2 while E2H = 1. */
static void decode_two_ranges(
	const struct cpu *cpu, struct regime *r, u64 tcr, u64 ttbr0, u64 ttbr1)
{
	struct tables *low = &r->range[0], *high = &r->range[1];
	bool has_hpds = cpu_has(cpu, FEAT_HPDS), has_hafdbs = cpu_has(cpu, FEAT_HAFDBS);

	r->two_ranges = true;
	r->ha = has_hafdbs && (tcr & TCR_EL1_HA);
	r->hd = r->ha && (tcr & TCR_EL1_HD);
	low->output_bits = high->output_bits = output_bits_of(cpu, get_field(tcr, TCR_EL1_IPS));

	low->granule = granule_of_tg0(get_field(tcr, TCR_EL1_TG0));
	low->input_bits = txsz_input_bits(cpu, get_field(tcr, TCR_EL1_T0SZ), low->granule == 16);
	low->disabled = (tcr & TCR_EL1_EPD0) ||
			txsz_faults(cpu, get_field(tcr, TCR_EL1_T0SZ), low->granule == 16);
	low->no_el0 = tcr & TCR_EL1_E0PD0; /* RES0 without FEAT_E0PD */
	low->hpd = has_hpds && (tcr & TCR_EL1_HPD0);
	low->tbi = tcr & TCR_EL1_TBI0;
	low->tbid = tcr & TCR_EL1_TBID0;
	decode_range(low, ttbr0);

	high->granule = granule_of_tg1(get_field(tcr, TCR_EL1_TG1));
	high->input_bits = txsz_input_bits(cpu, get_field(tcr, TCR_EL1_T1SZ), high->granule == 16);
	high->disabled = (tcr & TCR_EL1_EPD1) ||
			 txsz_faults(cpu, get_field(tcr, TCR_EL1_T1SZ), high->granule == 16);
	high->no_el0 = tcr & TCR_EL1_E0PD1;
	high->hpd = has_hpds && (tcr & TCR_EL1_HPD1);
	high->tbi = tcr & TCR_EL1_TBI1;
	high->tbid = tcr & TCR_EL1_TBID1;
	decode_range(high, ttbr1);
}

/* TCR_EL2 while E2H = 0. */
static void decode_one_range(const struct cpu *cpu, struct regime *r, u64 tcr, u64 ttbr)
{
	struct tables *range = &r->range[0];

	r->ha = cpu_has(cpu, FEAT_HAFDBS) && (tcr & TCR_EL2_HA);
	r->hd = r->ha && (tcr & TCR_EL2_HD);
	range->output_bits = output_bits_of(cpu, get_field(tcr, TCR_EL2_PS));
	range->granule = granule_of_tg0(get_field(tcr, TCR_EL2_TG0));
	range->input_bits =
		txsz_input_bits(cpu, get_field(tcr, TCR_EL2_T0SZ), range->granule == 16);
	range->disabled = txsz_faults(cpu, get_field(tcr, TCR_EL2_T0SZ), range->granule == 16);
	range->hpd = cpu_has(cpu, FEAT_HPDS) && (tcr & TCR_EL2_HPD);
	range->tbi = tcr & TCR_EL2_TBI;
	range->tbid = cpu_has(cpu, FEAT_PAUTH) && (tcr & TCR_EL2_TBID);
	decode_range(range, ttbr);
}

/* SL0 values that the physical address size does not allow; 3 is FEAT_TTST's. AArch64.S2InvalidSL
 */
static bool is_invalid_sl0(const struct cpu *cpu, unsigned granule, u64 sl0)
{
	if (sl0 == 3)
		return granule != 12 || !cpu_has(cpu, FEAT_TTST);
	return sl0 == 2 && cpu->pa_bits < (granule == 14 ? 42 : 44);
}

/* AArch64.S2StartLevel */
static u8 stage2_start_level(unsigned granule, u64 sl0)
{
	if (granule == 12)
		return sl0 == 3 ? 3 : (u8)(2 - sl0);
	return (u8)(3 - sl0);
}

/* The input size must fit the start level and at most 16 concatenated tables.
 * AArch64.S2InconsistentSL */
static bool is_inconsistent_sl0(const struct tables *s2)
{
	unsigned stride = s2->granule - 3u;
	unsigned min = (3u - s2->start_level) * stride + s2->granule + 1;
	unsigned max = min + (stride - 1) + 4;

	return s2->input_bits < min || s2->input_bits > max;
}

static void decode_stage2(const struct cpu *cpu, struct regime *r, u64 hcr)
{
	u64 vtcr = cpu->sys[SR_VTCR_EL2];
	u64 sl0 = get_field(vtcr, VTCR_EL2_SL0);
	struct tables *s2 = &r->s2;

	s2->stage2 = true;
	s2->granule = granule_of_tg0(get_field(vtcr, VTCR_EL2_TG0));
	s2->input_bits = txsz_input_bits(cpu, get_field(vtcr, VTCR_EL2_T0SZ), s2->granule == 16);
	s2->output_bits = output_bits_of(cpu, get_field(vtcr, VTCR_EL2_PS));
	s2->disabled = is_invalid_sl0(cpu, s2->granule, sl0) ||
		       txsz_faults(cpu, get_field(vtcr, VTCR_EL2_T0SZ), s2->granule == 16);
	if (!s2->disabled) {
		s2->start_level = stage2_start_level(s2->granule, sl0);
		s2->disabled = is_inconsistent_sl0(s2);
		s2->base = table_base(s2, cpu->sys[SR_VTTBR_EL2]);
	}
	r->s2_ha = cpu_has(cpu, FEAT_HAFDBS) && (vtcr & VTCR_EL2_HA);
	r->s2_hd = r->s2_ha && (vtcr & VTCR_EL2_HD);
	r->s2_xnx = cpu_has(cpu, FEAT_XNX);
	r->s2_protects_walk = (hcr & HCR_EL2_PTW) && !(hcr & HCR_EL2_TGE);
	r->s2_uncached = hcr & HCR_EL2_CD;
	r->s2_fwb = hcr & HCR_EL2_FWB;
}

u64 regime_vmid(const struct cpu *cpu)
{
	bool wide = cpu_has(cpu, FEAT_VMID16) && (cpu->sys[SR_VTCR_EL2] & VTCR_EL2_VS);

	return bits(cpu->sys[SR_VTTBR_EL2], wide ? 63 : 55, 48);
}

u64 regime_asid(const struct cpu *cpu, enum regime_kind kind, u64 value)
{
	u64 tcr = cpu->sys[kind == REGIME_EL10 ? SR_TCR_EL1 : SR_TCR_EL2];

	return bits(value, tcr & TCR_EL1_AS ? 63 : 55, 48);
}

static void decode_sctlr(struct regime *r, u64 sctlr)
{
	r->s1_enabled = sctlr & SCTLR_EL1_M;
	r->check_alignment = sctlr & SCTLR_EL1_A;
	r->cacheable = sctlr & SCTLR_EL1_C;
	r->wxn = sctlr & SCTLR_EL1_WXN;
	r->naa = sctlr & SCTLR_EL1_nAA;
}

static u64 current_asid(const struct cpu *cpu, enum regime_kind kind, u64 tcr, u64 ttbr0, u64 ttbr1)
{
	return regime_asid(cpu, kind, tcr & TCR_EL1_A1 ? ttbr1 : ttbr0);
}

static void decode_el10(const struct cpu *cpu, struct regime *r)
{
	const u64 *sys = cpu->sys;
	u64 hcr = effective_hcr(cpu), nested = HCR_EL2_NV | HCR_EL2_NV1;

	decode_sctlr(r, sys[SR_SCTLR_EL1]);
	r->dc = hcr & HCR_EL2_DC;
	if (hcr & (HCR_EL2_DC | HCR_EL2_TGE))
		r->s1_enabled = false;
	r->nv1 = (hcr & nested) == nested;
	r->mair = sys[SR_MAIR_EL1];
	decode_two_ranges(cpu, r, sys[SR_TCR_EL1], sys[SR_TTBR0_EL1], sys[SR_TTBR1_EL1]);
	r->s2_enabled = hcr & (HCR_EL2_VM | HCR_EL2_DC);
	if (r->s2_enabled)
		decode_stage2(cpu, r, hcr);
	r->space = current_asid(cpu, REGIME_EL10, sys[SR_TCR_EL1], sys[SR_TTBR0_EL1],
			   sys[SR_TTBR1_EL1]) |
		   regime_vmid(cpu) << SPACE_VMID_SHIFT;
}

static void decode_el2(const struct cpu *cpu, struct regime *r)
{
	const u64 *sys = cpu->sys;
	u64 tcr = sys[SR_TCR_EL2], ttbr0 = sys[SR_TTBR0_EL2], ttbr1 = sys[SR_TTBR1_EL2];

	decode_sctlr(r, sys[SR_SCTLR_EL2]);
	r->mair = sys[SR_MAIR_EL2];
	if (r->kind == REGIME_EL20) {
		decode_two_ranges(cpu, r, tcr, ttbr0, ttbr1);
		r->space = current_asid(cpu, REGIME_EL20, tcr, ttbr0, ttbr1);
	} else {
		decode_one_range(cpu, r, tcr, ttbr0);
	}
}

void regime_decode(const struct cpu *cpu, enum regime_kind kind, struct regime *out)
{
	*out = (struct regime){ .kind = kind,
		.pa_bits = cpu->pa_bits,
		.lse2 = cpu_has(cpu, FEAT_LSE2),
		.faults_fetch = is_chosen(cpu, fetch_device, fault) };
	if (kind == REGIME_EL10)
		decode_el10(cpu, out);
	else
		decode_el2(cpu, out);
	out->space |= (u64)kind << SPACE_KIND_SHIFT;
	if (!out->s1_enabled) {
		out->space = (out->space & ~SPACE_ASID) | SPACE_S1_OFF | (out->dc ? SPACE_DC : 0);
		out->wxn = false; /* there are no permissions */
	}
	if (out->s2_enabled)
		out->space |= SPACE_S2;
}
