/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance for a guest. Knows VMIDs and which regime an instruction means; nothing of table
 * contents. Interrupts are masked all the time, which is what HC-9 asks for.
 */
#include "core/tlb.h"

#include "core/arch.h"
#include "core/cpu.h"
#include "core/granule.h"
#include "core/mutant.h"
#include "core/stage2.h"

/* More pages than this are cheaper to flush with everything else of the VMID. */
enum { MAX_FLUSHED_ONE_BY_ONE = 16 };

/* ---- The VMID of another, A.3 ---- */

struct previous {
	u64 hcr, vttbr, vtcr, sctlr, tcr;
	bool is_switched;
};

/*
 * The EL1&0 registers that would be walked with the VTTBR_EL2 below: on VHE those of the loaded
 * guest, on nVHE the host's own (TB-3).
 */
static u64 read_el1_tcr(void)
{
	return host.mode == MODE_VHE ? read_TCR_EL12() : read_TCR_EL1();
}

static void write_el1_tcr(u64 value)
{
	host.mode == MODE_VHE ? write_TCR_EL12(value) : write_TCR_EL1(value);
}

static u64 read_el1_sctlr(void)
{
	return host.mode == MODE_VHE ? read_SCTLR_EL12() : read_SCTLR_EL1();
}

static void write_el1_sctlr(u64 value)
{
	host.mode == MODE_VHE ? write_SCTLR_EL12(value) : write_SCTLR_EL1(value);
}

/* HC-8: no speculative walk may combine one guest's stage 1 with another's stage 2. */
static void switch_stage2(const struct s2_mmu *mmu, struct previous *previous)
{
	previous->tcr = read_el1_tcr();
	previous->sctlr = read_el1_sctlr();
	if (!MUTANT(26)) {
		write_el1_tcr(previous->tcr | F(TCR_EL1, EPD0) | F(TCR_EL1, EPD1));
		if (!MUTANT(28))
			hal_isb();
		write_el1_sctlr(previous->sctlr | F(SCTLR_EL1, M));
		if (!MUTANT(28))
			hal_isb();
	}
	mmu_load(mmu);
}

static void switch_back(const struct previous *previous)
{
	write_VTTBR_EL2(previous->vttbr);
	write_VTCR_EL2(previous->vtcr);
	hal_isb();
	write_el1_sctlr(previous->sctlr);
	hal_isb();
	write_el1_tcr(previous->tcr);
	hal_isb();
}

/* Of HCR_EL2, around a TLBI for a guest. */
static u64 cleared(void)
{
	u64 routes = F(HCR_EL2, IMO) | F(HCR_EL2, FMO) | F(HCR_EL2, AMO);

	return F(HCR_EL2, TGE) | (MUTANT(43) ? routes : 0);
}

/*
 * The TLBIs below mean the guest only with its VMID in VTTBR_EL2 and, on VHE, with TGE clear
 * (HW-6). In the fix-up loop both may be so already.
 */
static struct previous enter_vmid(const struct s2_mmu *mmu)
{
	struct previous previous = { .vttbr = read_VTTBR_EL2(), .vtcr = read_VTCR_EL2() };

	previous.is_switched = previous.vttbr != mmu_vttbr(mmu) || previous.vtcr != mmu->vtcr_el2;
	if (previous.is_switched)
		switch_stage2(mmu, &previous);
	if (host.mode == MODE_VHE) {
		previous.hcr = read_HCR_EL2();
		if (!MUTANT(02))
			write_HCR_EL2(previous.hcr & ~cleared());
	}
	hal_isb();
	if (MUTANT(01) && host.mode == MODE_VHE)
		hal_irq_window();
	return previous;
}

static void exit_vmid(const struct previous *previous)
{
	/* HC-10: the mirror image of enter_vmid(), no other bit is touched. */
	if (host.mode == MODE_VHE)
		write_HCR_EL2(read_HCR_EL2() | (previous->hcr & cleared()));
	hal_isb();
	if (previous->is_switched)
		switch_back(previous);
}

/* ---- The primitives of A.15, at EL2 ---- */

struct flush {
	const struct s2_mmu *mmu;
	u64 ipa, size;
	unsigned level;
	u32 iss;
	u64 operand;
};

/* TB-1: a page number, and the level as a hint where there is FEAT_TTL. */
static u64 operand_of(u64 ipa, unsigned level)
{
	u64 ttl = host.has_ttl && level ? granule_tg(stage2_granule()) << 2 | level : 0;

	if (MUTANT(04))
		return ipa;
	return bits(ipa, 47, 12) | ttl << 44;
}

/* TB-2: stage 2's entries first, and only then those combined with them. */
static void flush_combined(void)
{
	hal_dsb_ish();
	write_TLBI_VMALLE1IS(0);
	hal_dsb_ish();
}

static u64 flush_ipa(u64 argument, u64 unused)
{
	const struct flush *flush = (const struct flush *)argument;
	struct previous previous;

	(void)unused;
	hal_dsb_ishst();
	previous = enter_vmid(flush->mmu);
	write_TLBI_IPAS2E1IS(operand_of(flush->ipa, flush->level));
	flush_combined();
	exit_vmid(&previous);
	return 0;
}

static u64 flush_ipa_local(u64 argument, u64 unused)
{
	const struct flush *flush = (const struct flush *)argument;
	struct previous previous;

	(void)unused;
	hal_dsb_nshst();
	previous = enter_vmid(flush->mmu);
	write_TLBI_IPAS2E1(operand_of(flush->ipa, flush->level));
	hal_dsb_nsh();
	write_TLBI_VMALLE1(0);
	hal_dsb_nsh();
	exit_vmid(&previous);
	return 0;
}

static u64 flush_range(u64 argument, u64 unused)
{
	const struct flush *flush = (const struct flush *)argument;
	u64 page = BIT(stage2_granule());
	struct previous previous;

	(void)unused;
	hal_dsb_ishst();
	previous = enter_vmid(flush->mmu);
	for (u64 at = 0; at < flush->size; at += page)
		write_TLBI_IPAS2E1IS(operand_of(flush->ipa + at, 0));
	flush_combined();
	exit_vmid(&previous);
	return 0;
}

static u64 flush_vmid(u64 argument, u64 unused)
{
	const struct flush *flush = (const struct flush *)argument;
	struct previous previous;

	(void)unused;
	hal_dsb_ishst();
	previous = enter_vmid(flush->mmu);
	write_TLBI_VMALLS12E1IS(0);
	hal_dsb_ish();
	exit_vmid(&previous);
	return 0;
}

static u64 flush_cpu_context(u64 argument, u64 unused)
{
	const struct flush *flush = (const struct flush *)argument;
	struct previous previous;

	(void)unused;
	previous = enter_vmid(flush->mmu);
	write_TLBI_VMALLE1(0);
	if (!MUTANT(32))
		write_IC_IALLU(0);
	hal_dsb_nsh();
	exit_vmid(&previous);
	return 0;
}

/* ALLE1 asks neither for a VMID nor for TGE. */
static u64 flush_all_vmids(u64 unused_a, u64 unused_b)
{
	(void)unused_a;
	(void)unused_b;
	hal_dsb_ishst();
	write_TLBI_ALLE1IS(0);
	write_IC_IALLUIS(0);
	hal_dsb_ish();
	hal_isb();
	return 0;
}

static u64 stage1(u64 argument, u64 unused)
{
	static const struct {
		u32 forms[3];
		void (*issue)(u64 operand);
	} table[] = {
#define ROW_EL1(name)                                                                              \
	{ { ISS_TLBI_##name, ISS_TLBI_##name##IS, ISS_TLBI_##name##OS }, write_TLBI_##name##IS },
#define ROW_EL2(name)
#define ROW_STAGE2(name)
#define TLBI(regime, name, ...) ROW_##regime(name)
#include "core/tlbi.def"
#undef TLBI
	};
	const struct flush *flush = (const struct flush *)argument;
	struct previous previous;

	(void)unused;
	hal_dsb_ishst();
	previous = enter_vmid(flush->mmu);
	if (MUTANT(D29))
		write_TLBI_VMALLE1(0);
	for (size_t i = 0; i < COUNT(table) && !MUTANT(D29); i++)
		for (size_t form = 0; form < COUNT(table[i].forms); form++)
			if (table[i].forms[form] == flush->iss)
				table[i].issue(flush->operand);
	hal_dsb_ish();
	exit_vmid(&previous);
	return 0;
}

/* ---- For everybody else ---- */

static void call(hyp_function function, const struct flush *flush)
{
	if (flush->mmu->vmid_record)
		hal_call_hyp(function, (u64)flush, 0);
}

void tlb_flush_ipa(struct s2_mmu *mmu, ipa_t ipa, unsigned level)
{
	call(flush_ipa, &(struct flush){ .mmu = mmu, .ipa = ipa.v, .level = level });
}

void tlb_flush_ipa_local(struct s2_mmu *mmu, ipa_t ipa, unsigned level)
{
	call(flush_ipa_local, &(struct flush){ .mmu = mmu, .ipa = ipa.v, .level = level });
}

void tlb_flush_range(struct s2_mmu *mmu, ipa_t ipa, u64 size)
{
	bool is_small = size >> stage2_granule() <= MAX_FLUSHED_ONE_BY_ONE;

	call(is_small ? flush_range : flush_vmid,
		&(struct flush){ .mmu = mmu, .ipa = ipa.v, .size = size });
}

void tlb_flush_vmid(struct s2_mmu *mmu)
{
	call(flush_vmid, &(struct flush){ .mmu = mmu });
}

void tlb_flush_cpu_context(struct s2_mmu *mmu)
{
	call(flush_cpu_context, &(struct flush){ .mmu = mmu });
}

void tlb_flush_all_vmids(void)
{
	hal_call_hyp(flush_all_vmids, 0, 0);
}

void tlb_stage1(struct s2_mmu *mmu, u32 iss, u64 operand)
{
	call(stage1, &(struct flush){ .mmu = mmu, .iss = iss, .operand = operand });
}
