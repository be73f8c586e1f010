/* SPDX-License-Identifier: Apache-2.0 */
/* What the TLB retains, what each TLBI removes and leaves, contexts, and that host TLBs follow. */
#include "mmu_machine.h"

#include "mmu/context.h"

/* Stale until TLBI: the descriptor changes, the translation does not. */
static void retention(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF);
	*ram64(m, RAM_BASE) = 0x11;
	*ram64(m, RAM_BASE + 0x1000) = 0x22;
	assert_int_equal(mmu_load(m->cpu, 0x1000, 8, 0).data, 0x11);
	tt_map(m, &tt, 0x1000, RAM_BASE + 0x1000, 3, D_AF);
	assert_int_equal(mmu_load(m->cpu, 0x1000, 8, 0).data, 0x11);
	assert_int_equal(translated_pa(m->cpu, 0x1000, WRITE8), RAM_BASE);
	mmu_tlbi(m->cpu, SR_TLBI_VAE1, 0x1000 >> 12);
	assert_null(host_read(m->cpu, 0x1000, 8));
	assert_int_equal(mmu_load(m->cpu, 0x1000, 8, 0).data, 0x22);
}

/* Faults are never retained: a new mapping needs no TLBI. */
static void faults_are_not_cached(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);

	assert_int_equal(fault_iss(m->cpu, 0x1000, READ8), TRANSLATION | 0);
	tt_map(m, &tt, 0x1000, RAM_BASE, 3, 0);
	assert_int_equal(fault_iss(m->cpu, 0x1000, READ8), ACCESS_FLAG | 3);
	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF | D_AP(2));
	assert_int_equal(fault_iss(m->cpu, 0x1000, WRITE8), PERMISSION | 3 | WNR);
	assert_int_equal(tlb_count(m->cpu->tlb), 0);
	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF);
	translated_pa(m->cpu, 0x1000, WRITE8);
	assert_int_equal(tlb_count(m->cpu->tlb), 1);
}

/* ---- TLBI scopes ---- */

/* A population of entries; each TLBI says which of them go. */
enum {
	E_A1 = 1 << 0,	     /* EL1&0, VMID 1, ASID 1, VA */
	E_A2 = 1 << 1,	     /* ... ASID 2, VA */
	E_A1_OTHER = 1 << 2, /* ... ASID 1, another VA */
	E_GLOBAL = 1 << 3,   /* ... global, VA_GLOBAL */
	E_BLOCK = 1 << 4,    /* ... ASID 1, a 2 MiB block */
	E_VM2 = 1 << 5,	     /* EL1&0, VMID 2, ASID 1, VA */
	E_HOST1 = 1 << 6,    /* EL2&0, ASID 1, VA */
	E_HOST2 = 1 << 7,    /* EL2&0, ASID 2, VA */
	E_HOSTG = 1 << 8,    /* EL2&0, global, VA_GLOBAL */
	E_EL2 = 1 << 9,	     /* EL2 without E2H, VA */
	E_ALL = (1 << 10) - 1
};

#define VA     0x7000ull
#define OTHER  0x9000ull
#define GLOBAL 0xffff00000000a000ull
#define BLOCK  0x40200000ull

struct entry {
	int bit;
	unsigned el;
	u64 hcr, asid, vmid, va;
};

static const struct entry entries[] = {
	{ E_A1, EL1, HCR_EL2_VM, 1, 1, VA },
	{ E_A2, EL1, HCR_EL2_VM, 2, 1, VA },
	{ E_A1_OTHER, EL1, HCR_EL2_VM, 1, 1, OTHER },
	{ E_GLOBAL, EL1, HCR_EL2_VM, 1, 1, GLOBAL },
	{ E_BLOCK, EL1, HCR_EL2_VM, 1, 1, BLOCK + 0x3000 },
	{ E_VM2, EL1, HCR_EL2_VM, 1, 2, VA },
	{ E_HOST1, EL2, HCR_EL2_E2H, 1, 1, VA },
	{ E_HOST2, EL2, HCR_EL2_E2H, 2, 1, VA },
	{ E_HOSTG, EL2, HCR_EL2_E2H, 1, 1, GLOBAL },
	{ E_EL2, EL2, 0, 0, 1, VA },
};

/* Tables for all regimes in one: TTBR0 of each regime has the same root. */
static struct tt all_regimes(struct machine *m)
{
	struct tt s2 = stage2_on(m), tt = tt_new(m, 12, 48, 0);

	tt_map(m, &tt, VA, RAM_BASE + 0x7000, 3, D_AF | D_NG);
	tt_map(m, &tt, OTHER, RAM_BASE + 0x9000, 3, D_AF | D_NG);
	tt_map(m, &tt, GLOBAL, RAM_BASE + 0xa000, 3, D_AF);
	tt_map(m, &tt, BLOCK, RAM_BASE + 0x200000, 2, D_AF | D_NG);
	(void)s2;
	return tt;
}

static void configure(struct cpu *cpu, const struct tt *tt, const struct entry *e)
{
	cpu->pstate.el = (u8)e->el;
	cpu->sys[SR_HCR_EL2] = e->hcr;
	cpu->sys[SR_VTTBR_EL2] = bits(cpu->sys[SR_VTTBR_EL2], 47, 0) | e->vmid << 48;
	cpu->sys[SR_TTBR0_EL1] = cpu->sys[SR_TTBR0_EL2] = tt->root | e->asid << 48;
	cpu->sys[SR_TTBR1_EL1] = cpu->sys[SR_TTBR1_EL2] = tt->root;
	cpu->sys[SR_TCR_EL1] = TCR_48;
	cpu->sys[SR_TCR_EL2] = e->hcr & HCR_EL2_E2H ? TCR_48 : 16 | 5ull << 16;
	cpu->sys[SR_MAIR_EL1] = cpu->sys[SR_MAIR_EL2] = MAIR_TEST;
	cpu->sys[SR_SCTLR_EL1] = cpu->sys[SR_SCTLR_EL2] = SCTLR_EL1_M | SCTLR_EL1_C;
	settle(cpu);
}

static void fill(struct cpu *cpu, const struct tt *tt)
{
	for (size_t i = 0; i < COUNT(entries); i++) {
		configure(cpu, tt, &entries[i]);
		assert_true(mmu_load(cpu, entries[i].va, 8, 0).ok);
	}
}

/* Which entries are in the host TLB of their context, and which in the architectural TLB. */
static int in_host_tlb(struct cpu *cpu, const struct tt *tt)
{
	int set = 0;

	for (size_t i = 0; i < COUNT(entries); i++) {
		configure(cpu, tt, &entries[i]);
		if (host_read(cpu, entries[i].va, 8) != NULL)
			set |= entries[i].bit;
	}
	return set;
}

static int in_tlb(struct machine *m, struct cpu *cpu, const struct tt *tt)
{
	int set = 0;

	for (size_t i = 0; i < COUNT(entries); i++) {
		unsigned walks = m->walks;

		configure(cpu, tt, &entries[i]);
		translated_pa(cpu, entries[i].va, READ8);
		if (m->walks == walks)
			set |= entries[i].bit;
	}
	return set;
}

enum { HERE = 0, EVERYWHERE = 1 };

struct tlbi_row {
	const char *why;
	enum sysreg_id op;
	unsigned el;
	u64 hcr;
	u64 operand;
	int gone;
	int reach;
};

#define ASID(n)	 ((u64)(n) << 48)
#define PAGE(va) (((va)&MASK(55, 12)) >> 12)
/* FEAT_TLBIRANGE: TG, SCALE, NUM, BaseADDR */
#define RANGE(tg, scale, num, base)                                                                \
	((u64)(tg) << 46 | (u64)(scale) << 44 | (u64)(num) << 39 | (base))
#define K4(scale, num, va) RANGE(1, scale, num, (va) >> 12 & MASK(36, 0))
#define IN_HOST		   (HCR_EL2_E2H | HCR_EL2_TGE)
#define VM1		   (E_A1 | E_A2 | E_A1_OTHER | E_GLOBAL | E_BLOCK)
#define HOST		   (E_HOST1 | E_HOST2 | E_HOSTG)

static const struct tlbi_row tlbi_rows[] = {
	{ "VMALLE1", SR_TLBI_VMALLE1, EL1, HCR_EL2_VM, 0, VM1, HERE },
	{ "VMALLE1IS", SR_TLBI_VMALLE1IS, EL1, HCR_EL2_VM, 0, VM1, EVERYWHERE },
	{ "VMALLE1 with FB", SR_TLBI_VMALLE1, EL1, HCR_EL2_VM | HCR_EL2_FB, 0, VM1, EVERYWHERE },
	{ "VMALLE1 with FB, but at EL2", SR_TLBI_VMALLE1, EL2, HCR_EL2_VM | HCR_EL2_FB, 0, VM1,
		HERE },
	{ "VMALLE1 at EL2 without TGE", SR_TLBI_VMALLE1, EL2, HCR_EL2_E2H, 0, VM1, HERE },
	{ "VMALLE1 of the host", SR_TLBI_VMALLE1, EL2, IN_HOST, 0, HOST, HERE },
	{ "VMALLE1IS of the host", SR_TLBI_VMALLE1IS, EL2, IN_HOST, 0, HOST, EVERYWHERE },
	{ "VAE1", SR_TLBI_VAE1, EL1, HCR_EL2_VM, ASID(1) | PAGE(VA), E_A1, HERE },
	{ "VAE1IS, ASID 2", SR_TLBI_VAE1IS, EL1, HCR_EL2_VM, ASID(2) | PAGE(VA), E_A2, EVERYWHERE },
	{ "VAE1: global whatever the ASID", SR_TLBI_VAE1, EL1, HCR_EL2_VM, ASID(7) | PAGE(GLOBAL),
		E_GLOBAL, HERE },
	{ "VAE1: ASID without entries", SR_TLBI_VAE1, EL1, HCR_EL2_VM, ASID(7) | PAGE(VA), 0,
		HERE },
	{ "VAE1: any page of a block", SR_TLBI_VAE1, EL1, HCR_EL2_VM,
		ASID(1) | PAGE(BLOCK + 0x1ff000), E_BLOCK, HERE },
	{ "VAE1: beside the block", SR_TLBI_VAE1, EL1, HCR_EL2_VM, ASID(1) | PAGE(BLOCK + 0x200000),
		0, HERE },
	{ "VAE1 at EL2 without TGE", SR_TLBI_VAE1, EL2, HCR_EL2_E2H, ASID(1) | PAGE(VA), E_A1,
		HERE },
	{ "VAE1 of the host", SR_TLBI_VAE1, EL2, IN_HOST, ASID(1) | PAGE(VA), E_HOST1, HERE },
	{ "VALE1", SR_TLBI_VALE1, EL1, HCR_EL2_VM, ASID(1) | PAGE(VA), E_A1, HERE },
	{ "VALE1IS", SR_TLBI_VALE1IS, EL1, HCR_EL2_VM, ASID(1) | PAGE(OTHER), E_A1_OTHER,
		EVERYWHERE },
	{ "VALE1IS of the host", SR_TLBI_VALE1IS, EL2, IN_HOST, ASID(2) | PAGE(VA), E_HOST2,
		EVERYWHERE },
	{ "VAAE1", SR_TLBI_VAAE1, EL1, HCR_EL2_VM, ASID(7) | PAGE(VA), E_A1 | E_A2, HERE },
	{ "VAAE1IS", SR_TLBI_VAAE1IS, EL1, HCR_EL2_VM, PAGE(GLOBAL), E_GLOBAL, EVERYWHERE },
	{ "VAALE1", SR_TLBI_VAALE1, EL1, HCR_EL2_VM, PAGE(VA), E_A1 | E_A2, HERE },
	{ "VAALE1IS of the host", SR_TLBI_VAALE1IS, EL2, IN_HOST, PAGE(VA), E_HOST1 | E_HOST2,
		EVERYWHERE },
	{ "ASIDE1: not the global ones", SR_TLBI_ASIDE1, EL1, HCR_EL2_VM, ASID(1),
		E_A1 | E_A1_OTHER | E_BLOCK, HERE },
	{ "ASIDE1IS", SR_TLBI_ASIDE1IS, EL1, HCR_EL2_VM, ASID(2), E_A2, EVERYWHERE },
	{ "ASIDE1 of the host", SR_TLBI_ASIDE1, EL2, IN_HOST, ASID(1), E_HOST1, HERE },
	{ "ALLE1: every VMID", SR_TLBI_ALLE1, EL2, 0, 0, VM1 | E_VM2, HERE },
	{ "ALLE1IS, even in the host", SR_TLBI_ALLE1IS, EL2, IN_HOST, 0, VM1 | E_VM2, EVERYWHERE },
	{ "VMALLS12E1", SR_TLBI_VMALLS12E1, EL2, HCR_EL2_VM, 0, VM1, HERE },
	{ "VMALLS12E1IS in the host", SR_TLBI_VMALLS12E1IS, EL2, IN_HOST, 0, VM1, EVERYWHERE },
	{ "IPAS2E1 leaves combined entries", SR_TLBI_IPAS2E1, EL2, HCR_EL2_VM,
		PAGE(RAM_BASE + 0x7000), 0, HERE },
	{ "IPAS2E1IS", SR_TLBI_IPAS2E1IS, EL2, HCR_EL2_VM, PAGE(RAM_BASE + 0x7000), 0, EVERYWHERE },
	{ "IPAS2LE1", SR_TLBI_IPAS2LE1, EL2, HCR_EL2_VM, PAGE(RAM_BASE + 0x7000), 0, HERE },
	{ "IPAS2LE1IS", SR_TLBI_IPAS2LE1IS, EL2, HCR_EL2_VM, PAGE(RAM_BASE + 0x7000), 0,
		EVERYWHERE },
	{ "ALLE2 without E2H", SR_TLBI_ALLE2, EL2, 0, 0, E_EL2, HERE },
	{ "ALLE2IS with E2H", SR_TLBI_ALLE2IS, EL2, HCR_EL2_E2H, 0, HOST, EVERYWHERE },
	{ "VAE2 without E2H: no ASID", SR_TLBI_VAE2, EL2, 0, ASID(9) | PAGE(VA), E_EL2, HERE },
	{ "VAE2 with E2H: by ASID", SR_TLBI_VAE2, EL2, HCR_EL2_E2H, ASID(2) | PAGE(VA), E_HOST2,
		HERE },
	{ "VAE2IS", SR_TLBI_VAE2IS, EL2, HCR_EL2_E2H, ASID(1) | PAGE(GLOBAL), E_HOSTG, EVERYWHERE },
	{ "VALE2", SR_TLBI_VALE2, EL2, 0, PAGE(VA), E_EL2, HERE },
	{ "VALE2IS", SR_TLBI_VALE2IS, EL2, HCR_EL2_E2H, ASID(1) | PAGE(VA), E_HOST1, EVERYWHERE },
	{ "VAE1 with a hint of the level", SR_TLBI_VAE1, EL1, HCR_EL2_VM,
		ASID(1) | 3ull << 46 | PAGE(VA), E_A1, HERE },
	{ "VMALLE1OS", SR_TLBI_VMALLE1OS, EL1, HCR_EL2_VM, 0, VM1, EVERYWHERE },
	{ "VAE1OS", SR_TLBI_VAE1OS, EL1, HCR_EL2_VM, ASID(1) | PAGE(VA), E_A1, EVERYWHERE },
	{ "ASIDE1OS", SR_TLBI_ASIDE1OS, EL1, HCR_EL2_VM, ASID(2), E_A2, EVERYWHERE },
	{ "VAAE1OS", SR_TLBI_VAAE1OS, EL1, HCR_EL2_VM, PAGE(VA), E_A1 | E_A2, EVERYWHERE },
	{ "VALE1OS", SR_TLBI_VALE1OS, EL2, IN_HOST, ASID(2) | PAGE(VA), E_HOST2, EVERYWHERE },
	{ "VAALE1OS", SR_TLBI_VAALE1OS, EL1, HCR_EL2_VM, PAGE(OTHER), E_A1_OTHER, EVERYWHERE },
	{ "IPAS2E1OS", SR_TLBI_IPAS2E1OS, EL2, HCR_EL2_VM, PAGE(RAM_BASE + 0x7000), 0, EVERYWHERE },
	{ "IPAS2LE1OS", SR_TLBI_IPAS2LE1OS, EL2, HCR_EL2_VM, PAGE(RAM_BASE + 0x7000), 0,
		EVERYWHERE },
	{ "VMALLS12E1OS", SR_TLBI_VMALLS12E1OS, EL2, HCR_EL2_VM, 0, VM1, EVERYWHERE },
	{ "ALLE1OS", SR_TLBI_ALLE1OS, EL2, 0, 0, VM1 | E_VM2, EVERYWHERE },
	{ "ALLE2OS", SR_TLBI_ALLE2OS, EL2, HCR_EL2_E2H, 0, HOST, EVERYWHERE },
	{ "VAE2OS", SR_TLBI_VAE2OS, EL2, 0, PAGE(VA), E_EL2, EVERYWHERE },
	{ "VALE2OS", SR_TLBI_VALE2OS, EL2, HCR_EL2_E2H, ASID(1) | PAGE(VA), E_HOST1, EVERYWHERE },
	{ "RVAE1: two pages from its own", SR_TLBI_RVAE1, EL1, HCR_EL2_VM, ASID(1) | K4(0, 0, VA),
		E_A1, HERE },
	{ "RVAE1: two pages that end with its own", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(0, 0, VA - 0x1000), E_A1, HERE },
	{ "RVAE1: two pages before it", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(0, 0, VA - 0x2000), 0, HERE },
	{ "RVAE1: two pages behind it reach OTHER", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(0, 0, VA + 0x1000), E_A1_OTHER, HERE },
	{ "RVAE1: NUM 1: four pages", SR_TLBI_RVAE1, EL1, HCR_EL2_VM, ASID(1) | K4(0, 1, VA),
		E_A1 | E_A1_OTHER, HERE },
	{ "RVAE1: SCALE 1: 64 pages", SR_TLBI_RVAE1, EL1, HCR_EL2_VM, ASID(1) | K4(1, 0, 0),
		E_A1 | E_A1_OTHER, HERE },
	{ "RVAE1: SCALE 3, NUM 31: 8 GiB", SR_TLBI_RVAE1, EL1, HCR_EL2_VM, ASID(1) | K4(3, 31, 0),
		E_A1 | E_A1_OTHER | E_BLOCK, HERE },
	{ "RVAE1: SCALE 2, NUM 31: 256 MiB less", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(2, 31, 0), E_A1 | E_A1_OTHER, HERE },
	{ "RVAE1: of another ASID", SR_TLBI_RVAE1, EL1, HCR_EL2_VM, ASID(2) | K4(3, 31, 0), E_A2,
		HERE },
	{ "RVAE1: global whatever the ASID", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(7) | K4(0, 0, GLOBAL), E_GLOBAL, HERE },
	{ "RVAE1: upper addresses are not lower ones", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(0, 31, GLOBAL & 0xffffffff), 0, HERE },
	{ "RVAE1: ends with the upper half", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(3, 31, ~0xfffull), 0, HERE },
	{ "RVAE1: into a block", SR_TLBI_RVAE1, EL1, HCR_EL2_VM, ASID(1) | K4(0, 0, BLOCK - 0x1000),
		E_BLOCK, HERE },
	{ "RVAE1: inside a block", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(0, 0, BLOCK + 0x100000), E_BLOCK, HERE },
	{ "RVAE1: up to a block", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(0, 0, BLOCK - 0x2000), 0, HERE },
	{ "RVAE1: behind a block", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | K4(0, 0, BLOCK + 0x200000), 0, HERE },
	{ "RVAE1: in granules of 16 KiB", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | RANGE(2, 0, 0, 0), E_A1, HERE },
	{ "RVAE1: in granules of 64 KiB", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | RANGE(3, 0, 0, 0), E_A1 | E_A1_OTHER, HERE },
	{ "RVAE1: the reserved granule: nothing", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | RANGE(0, 3, 31, 0), 0, HERE },
	{ "RVAE1: with a hint of the level", SR_TLBI_RVAE1, EL1, HCR_EL2_VM,
		ASID(1) | 3ull << 37 | K4(0, 0, VA), E_A1, HERE },
	{ "RVAE1: of the host", SR_TLBI_RVAE1, EL2, IN_HOST, ASID(1) | K4(0, 1, VA), E_HOST1,
		HERE },
	{ "RVAE1: at EL2 without TGE", SR_TLBI_RVAE1, EL2, HCR_EL2_E2H, ASID(1) | K4(0, 0, VA),
		E_A1, HERE },
	{ "RVAE1: with FB", SR_TLBI_RVAE1, EL1, HCR_EL2_VM | HCR_EL2_FB, ASID(1) | K4(0, 0, VA),
		E_A1, EVERYWHERE },
	{ "RVAE1IS", SR_TLBI_RVAE1IS, EL1, HCR_EL2_VM, ASID(1) | K4(0, 0, VA), E_A1, EVERYWHERE },
	{ "RVAE1OS", SR_TLBI_RVAE1OS, EL1, HCR_EL2_VM, ASID(1) | K4(0, 0, VA), E_A1, EVERYWHERE },
	{ "RVAAE1: every ASID", SR_TLBI_RVAAE1, EL1, HCR_EL2_VM, ASID(7) | K4(0, 1, VA),
		E_A1 | E_A2 | E_A1_OTHER, HERE },
	{ "RVALE1", SR_TLBI_RVALE1, EL1, HCR_EL2_VM, ASID(2) | K4(0, 0, VA), E_A2, HERE },
	{ "RVAALE1", SR_TLBI_RVAALE1, EL2, IN_HOST, K4(0, 0, VA), E_HOST1 | E_HOST2, HERE },
	{ "RIPAS2E1: leaves combined entries", SR_TLBI_RIPAS2E1, EL2, HCR_EL2_VM, K4(3, 31, 0), 0,
		HERE },
	{ "RIPAS2LE1", SR_TLBI_RIPAS2LE1, EL2, HCR_EL2_VM, K4(3, 31, 0), 0, HERE },
	{ "RVAE2: without E2H: no ASID", SR_TLBI_RVAE2, EL2, 0, ASID(9) | K4(0, 0, VA), E_EL2,
		HERE },
	{ "RVALE2: with E2H: by ASID", SR_TLBI_RVALE2, EL2, HCR_EL2_E2H, ASID(2) | K4(0, 0, VA),
		E_HOST2, HERE },
	{ "RVAAE1IS: every ASID", SR_TLBI_RVAAE1IS, EL1, HCR_EL2_VM, ASID(7) | K4(0, 1, VA),
		E_A1 | E_A2 | E_A1_OTHER, EVERYWHERE },
	{ "RVALE1IS", SR_TLBI_RVALE1IS, EL1, HCR_EL2_VM, ASID(2) | K4(0, 0, VA), E_A2, EVERYWHERE },
	{ "RVAALE1IS", SR_TLBI_RVAALE1IS, EL2, IN_HOST, K4(0, 0, VA), E_HOST1 | E_HOST2,
		EVERYWHERE },
	{ "RIPAS2E1IS: leaves combined entries", SR_TLBI_RIPAS2E1IS, EL2, HCR_EL2_VM, K4(3, 31, 0),
		0, EVERYWHERE },
	{ "RIPAS2LE1IS", SR_TLBI_RIPAS2LE1IS, EL2, HCR_EL2_VM, K4(3, 31, 0), 0, EVERYWHERE },
	{ "RVAE2IS: without E2H: no ASID", SR_TLBI_RVAE2IS, EL2, 0, ASID(9) | K4(0, 0, VA), E_EL2,
		EVERYWHERE },
	{ "RVALE2IS: with E2H: by ASID", SR_TLBI_RVALE2IS, EL2, HCR_EL2_E2H, ASID(2) | K4(0, 0, VA),
		E_HOST2, EVERYWHERE },
	{ "RVAAE1OS: every ASID", SR_TLBI_RVAAE1OS, EL1, HCR_EL2_VM, ASID(7) | K4(0, 1, VA),
		E_A1 | E_A2 | E_A1_OTHER, EVERYWHERE },
	{ "RVALE1OS", SR_TLBI_RVALE1OS, EL1, HCR_EL2_VM, ASID(2) | K4(0, 0, VA), E_A2, EVERYWHERE },
	{ "RVAALE1OS", SR_TLBI_RVAALE1OS, EL2, IN_HOST, K4(0, 0, VA), E_HOST1 | E_HOST2,
		EVERYWHERE },
	{ "RIPAS2E1OS: leaves combined entries", SR_TLBI_RIPAS2E1OS, EL2, HCR_EL2_VM, K4(3, 31, 0),
		0, EVERYWHERE },
	{ "RIPAS2LE1OS", SR_TLBI_RIPAS2LE1OS, EL2, HCR_EL2_VM, K4(3, 31, 0), 0, EVERYWHERE },
	{ "RVAE2OS: without E2H: no ASID", SR_TLBI_RVAE2OS, EL2, 0, ASID(9) | K4(0, 0, VA), E_EL2,
		EVERYWHERE },
	{ "RVALE2OS: with E2H: by ASID", SR_TLBI_RVALE2OS, EL2, HCR_EL2_E2H, ASID(2) | K4(0, 0, VA),
		E_HOST2, EVERYWHERE },
};

static void tlbi_scopes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(tlbi_rows); i++) {
		const struct tlbi_row *row = &tlbi_rows[i];
		struct machine *m = machine_create();
		struct tt tt = all_regimes(m);
		u64 s2 = m->cpu->sys[SR_VTTBR_EL2], vtcr = m->cpu->sys[SR_VTCR_EL2];
		struct entry at = { 0, row->el, row->hcr, 1, 1, 0 };

		m->pe[1].sys[SR_VTTBR_EL2] = s2;
		m->pe[1].sys[SR_VTCR_EL2] = vtcr;
		fill(&m->pe[0], &tt);
		fill(&m->pe[1], &tt);
		assert_int_equal(in_host_tlb(&m->pe[0], &tt), E_ALL);
		configure(&m->pe[0], &tt, &at);
		mmu_tlbi(&m->pe[0], row->op, row->operand);
		for (unsigned pe = 0; pe < 2; pe++) {
			struct cpu *cpu = &m->pe[pe];
			int gone = pe == 0 || row->reach == EVERYWHERE ? row->gone : 0;
			int host = in_host_tlb(cpu, &tt), tlb = in_tlb(m, cpu, &tt);

			/* the host TLB may lose more, never less */
			if (tlb != (E_ALL & ~gone) || (host & gone) != 0)
				fail_msg("row %zu, %s, PE %u: TLB has %03x not %03x, host has %03x",
					i, row->why, pe, tlb, E_ALL & ~gone, host);
		}
		machine_destroy(m);
	}
}

/* A range that would go beyond the end of its half of the address space ends there. */
static void tlbi_range_ends(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);
	u64 last = ~0xfffull;

	tt_map(m, &tt, bits(last, 47, 0), RAM_BASE, 3, D_AF);
	translated_pa(m->cpu, last, READ8);
	assert_int_equal(tlb_count(m->cpu->tlb), 1);
	mmu_tlbi(m->cpu, SR_TLBI_RVAE1, K4(3, 31, last - 0x1000));
	assert_int_equal(tlb_count(m->cpu->tlb), 0);
}

/* By address, other pages keep even their host TLB entries. */
static void tlbi_va_is_precise(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m);

	fill(m->cpu, &tt);
	configure(m->cpu, &tt, &entries[0]);
	mmu_tlbi(m->cpu, SR_TLBI_VAE1, ASID(1) | PAGE(VA));
	assert_int_equal(in_host_tlb(m->cpu, &tt), E_ALL & ~E_A1);
	configure(m->cpu, &tt, &entries[0]);
	mmu_tlbi(m->cpu, SR_TLBI_VAE1, ASID(1) | PAGE(BLOCK));
	assert_int_equal(in_host_tlb(m->cpu, &tt), E_ALL & ~(E_A1 | E_BLOCK));
}

/* Without TCR.AS ASIDs have 8 bits, without VTCR.VS VMIDs. */
static void tag_widths(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m);
	struct entry a = { 0, EL1, HCR_EL2_VM, 0x101, 0x201, VA };
	struct entry b = { 0, EL1, HCR_EL2_VM, 0x001, 0x001, VA };

	configure(m->cpu, &tt, &a);
	translated_pa(m->cpu, VA, READ8);
	configure(m->cpu, &tt, &b);
	translated_pa(m->cpu, VA, READ8);
	assert_int_equal(m->walks, 1);
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_AS;
	m->cpu->sys[SR_VTCR_EL2] |= VTCR_EL2_VS;
	settle(m->cpu);
	translated_pa(m->cpu, VA, READ8); /* ASID 1, VMID 1 again */
	assert_int_equal(m->walks, 1);
	m->cpu->sys[SR_TTBR0_EL1] = tt.root | ASID(0x101);
	settle(m->cpu);
	translated_pa(m->cpu, VA, READ8);
	assert_int_equal(m->walks, 2);
	m->cpu->sys[SR_VTTBR_EL2] |= ASID(0x200);
	settle(m->cpu);
	translated_pa(m->cpu, VA, READ8);
	assert_int_equal(m->walks, 3);
}

/* TCR.A1 takes the ASID from TTBR1. */
static void asid_of_ttbr1(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m);

	configure(m->cpu, &tt, &entries[0]);
	translated_pa(m->cpu, VA, READ8);
	m->cpu->sys[SR_TCR_EL1] |= TCR_EL1_A1;
	settle(m->cpu);
	translated_pa(m->cpu, VA, READ8);
	assert_int_equal(m->walks, 2);
	m->cpu->sys[SR_TTBR1_EL1] |= ASID(1);
	settle(m->cpu);
	translated_pa(m->cpu, VA, READ8);
	assert_int_equal(m->walks, 2);
}

/* ---- Contexts ---- */

static void contexts_come_back(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m);
	struct context *first, *second;

	fill(m->cpu, &tt);
	configure(m->cpu, &tt, &entries[0]);
	first = m->cpu->ctx;
	configure(m->cpu, &tt, &entries[1]);
	second = m->cpu->ctx;
	assert_ptr_not_equal(first, second);
	configure(m->cpu, &tt, &entries[0]);
	assert_ptr_equal(m->cpu->ctx, first);
	assert_non_null(host_read(m->cpu, VA, 8));
	assert_int_equal(in_host_tlb(m->cpu, &tt), E_ALL);
}

/* Controls that change what a hit means give another context. */
static void contexts_differ(void **state)
{
	static const struct {
		enum sysreg_id reg;
		u64 flip;
	} controls[] = {
		{ SR_SCTLR_EL1, SCTLR_EL1_M },
		{ SR_SCTLR_EL1, SCTLR_EL1_A },
		{ SR_SCTLR_EL1, SCTLR_EL1_WXN },
		{ SR_SCTLR_EL1, SCTLR_EL1_C },
		{ SR_SCTLR_EL1, SCTLR_EL1_nAA },
		{ SR_TCR_EL1, TCR_EL1_TBI0 },
		{ SR_TCR_EL1, TCR_EL1_EPD0 },
		{ SR_MAIR_EL1, 0xff },
		{ SR_TTBR0_EL1, 0x10000 },
		{ SR_TTBR1_EL1, 0x10000 },
		{ SR_HCR_EL2, HCR_EL2_VM },
		{ SR_HCR_EL2, HCR_EL2_DC },
		{ SR_HCR_EL2, HCR_EL2_PTW },
		{ SR_HCR_EL2, HCR_EL2_NV | HCR_EL2_NV1 },
		{ SR_VTTBR_EL2, 0x10000 },
		{ SR_VTTBR_EL2, BIT(48) },
		{ SR_VTCR_EL2, VTCR_EL2_HA },
	};
	struct machine *m = *state;
	struct tt tt = all_regimes(m);
	struct context *base;

	configure(m->cpu, &tt, &entries[0]);
	base = m->cpu->ctx;
	for (size_t i = 0; i < COUNT(controls); i++) {
		m->cpu->sys[controls[i].reg] ^= controls[i].flip;
		settle(m->cpu);
		if (m->cpu->ctx == base)
			fail_msg("control %zu makes no difference", i);
		m->cpu->sys[controls[i].reg] ^= controls[i].flip;
		settle(m->cpu);
		assert_ptr_equal(m->cpu->ctx, base);
	}
	m->cpu->pstate.pan = true;
	settle(m->cpu);
	assert_ptr_not_equal(m->cpu->ctx, base);
	at_el(m->cpu, EL0);
	assert_ptr_not_equal(m->cpu->ctx, base);
}

/* More combinations than the pool has: the oldest go, and all stay right. */
static void context_pool_recycles(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m);
	struct entry e = entries[0];

	for (unsigned round = 0; round < 3; round++) {
		for (e.asid = 1; e.asid <= 100; e.asid++) {
			configure(m->cpu, &tt, &e);
			assert_true(mmu_load(m->cpu, VA, 8, 0).ok);
			at_el(m->cpu, EL0);
			assert_false(mmu_load(m->cpu, VA, 8, 0).ok);
			at_el(m->cpu, EL1);
			assert_non_null(host_read(m->cpu, VA, 8));
		}
	}
	assert_int_equal(m->cpu->mmu->count, CONTEXT_COUNT);
}

/* The same ASID with other tables and no TLBI: old TLB entries serve the new context too. */
static void same_asid_other_tables(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m), other = tt_new(m, 12, 48, 0);

	configure(m->cpu, &tt, &entries[0]);
	assert_true(mmu_load(m->cpu, VA, 8, 0).ok);
	tt_map(m, &other, VA, RAM_BASE + 0x1000, 3, D_AF | D_NG);
	configure(m->cpu, &other, &entries[0]);
	assert_null(host_read(m->cpu, VA, 8));
	assert_int_equal(translated_pa(m->cpu, VA, READ8), RAM_BASE + 0x7000);
	assert_true(mmu_load(m->cpu, VA, 8, 0).ok);
	mmu_tlbi(m->cpu, SR_TLBI_VAE1, ASID(1) | PAGE(VA)); /* both contexts must notice */
	assert_null(host_read(m->cpu, VA, 8));
	assert_int_equal(translated_pa(m->cpu, VA, READ8), RAM_BASE + 0x1000);
	configure(m->cpu, &tt, &entries[0]);
	assert_null(host_read(m->cpu, VA, 8));
}

/* Capacity evictions take the host TLB entries along. */
static void inclusion(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);
	unsigned in_host = 0;

	for (unsigned i = 0; i < 2048; i++)
		tt_map(m, &tt, (u64)i << 12, RAM_BASE + ((u64)(i % 1024) << 12), 3, D_AF);
	for (unsigned i = 0; i < 2048; i++)
		assert_true(mmu_load(m->cpu, (u64)i << 12, 8, 0).ok);
	assert_int_equal(m->walks, 2048);
	assert_int_equal(tlb_count(m->cpu->tlb), TLB_ENTRIES);
	for (unsigned i = 0; i < 2048; i++) {
		if (host_read(m->cpu, (u64)i << 12, 8) == NULL)
			continue;
		in_host++;
		translated_pa(m->cpu, (u64)i << 12, READ8);
		assert_int_equal(m->walks, 2048); /* still in the TLB */
	}
	assert_true(in_host > 100);
	/* one set, filled beyond its ways while one page stays in use */
	mmu_tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	tt_map(m, &tt, 0x100000000, RAM_BASE, 3, D_AF);
	assert_true(mmu_load(m->cpu, 0x100000000, 8, 0).ok);
	for (u64 i = 1; i <= 64; i++) {
		tt_map(m, &tt, 0x100000000 + (i << 28), RAM_BASE, 3, D_AF);
		assert_true(mmu_load(m->cpu, 0x100000000 + (i << 28), 8, 0).ok);
	}
	mmu_tlbi(m->cpu, SR_TLBI_VMALLE1, 0);
	for (u64 i = 0; i <= 64; i++)
		assert_null(host_read(m->cpu, 0x100000000 + (i << 28), 8));
	assert_int_equal(tlb_count(m->cpu->tlb), 0);
}

/* A page that becomes global while an old entry of one ASID is around: one answer for each ASID. */
static void conflicting_entries(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m);

	configure(m->cpu, &tt, &entries[0]);
	assert_true(mmu_load(m->cpu, VA, 8, 0).ok);
	tt_map(m, &tt, VA, RAM_BASE + 0x1000, 3, D_AF); /* global now, without TLBI */
	configure(m->cpu, &tt, &entries[1]);
	assert_int_equal(translated_pa(m->cpu, VA, READ8), RAM_BASE + 0x1000);
	configure(m->cpu, &tt, &entries[0]);
	assert_null(host_read(m->cpu, VA, 8));
	assert_int_equal(translated_pa(m->cpu, VA, READ8), RAM_BASE + 0x1000);
}

/* A snapshot of the retained translations, loaded into another PE, behaves the same. */
static void save_and_load(void **state)
{
	struct machine *m = *state;
	struct tt tt = all_regimes(m);
	struct archive saved = archive_to_save(), copy[2];

	m->pe[1].sys[SR_VTTBR_EL2] = m->pe[0].sys[SR_VTTBR_EL2];
	m->pe[1].sys[SR_VTCR_EL2] = m->pe[0].sys[SR_VTCR_EL2];
	fill(&m->pe[0], &tt);
	mmu_transfer(&m->pe[0], &saved);
	assert_false(saved.failed);
	copy[0] = copy[1] = archive_to_load(saved.data, saved.size);
	mmu_transfer(&m->pe[1], &copy[1]);
	mmu_select_context(&m->pe[1]);
	assert_false(copy[1].failed);
	assert_int_equal(in_tlb(m, &m->pe[1], &tt), E_ALL);
	mmu_transfer(&m->pe[0], &copy[0]);
	mmu_select_context(&m->pe[0]);
	assert_int_equal(in_host_tlb(&m->pe[0], &tt), 0);
	assert_int_equal(in_tlb(m, &m->pe[0], &tt), E_ALL);
	archive_free(&saved);
}

/* ---- As bytes ---- */

/* Behind the name of the part and the count: slot, tag, space. */
enum { AT_SLOT = 10, AT_TAG = 12, AT_SPACE = 20 };

static const struct {
	size_t at;
	u64 change;
	const char *why; /* NULL: it is what was saved */
} damages[] = {
	{ AT_TAG, 0, NULL },
	{ AT_SLOT, 1 << 15, "a TLB entry has no possible place" },
	{ AT_SLOT, TLB_WAYS, "a TLB entry is where nobody looks for it" },
	{ AT_TAG, 1, "a TLB entry has two sizes" },
	{ AT_TAG, 1 << PAGE_SHIFT, "a TLB entry is where nobody looks for it" },
	{ AT_SPACE, SPACE_KIND, "a TLB entry is of no translation regime" },
	{ AT_SPACE, 1 << SPACE_VMID_SHIFT, "a TLB entry is where nobody looks for it" },
};

static void impossible_entries(void **state)
{
	struct machine *m = *state;
	struct tt tt = el10_on(m);
	struct archive saved = archive_to_save(), loading;

	tt_map(m, &tt, 0x1000, RAM_BASE, 3, D_AF);
	translated_pa(m->cpu, 0x1000, READ8);
	assert_int_equal(tlb_count(m->cpu->tlb), 1);
	mmu_transfer(m->cpu, &saved);
	for (unsigned i = 0; i < COUNT(damages); i++) {
		u64 field;

		memcpy(&field, saved.data + damages[i].at, sizeof(field));
		field ^= damages[i].change;
		memcpy(saved.data + damages[i].at, &field, sizeof(field));
		loading = archive_to_load(saved.data, saved.size);
		mmu_transfer(m->cpu, &loading);
		assert_int_equal(loading.failed, damages[i].why != NULL);
		if (loading.failed)
			assert_string_equal(loading.what, damages[i].why);
		field ^= damages[i].change;
		memcpy(saved.data + damages[i].at, &field, sizeof(field));
	}
	archive_free(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(retention),
		TEST(faults_are_not_cached),
		cmocka_unit_test(tlbi_scopes),
		TEST(tlbi_range_ends),
		TEST(tlbi_va_is_precise),
		TEST(tag_widths),
		TEST(asid_of_ttbr1),
		TEST(contexts_come_back),
		TEST(contexts_differ),
		TEST(context_pool_recycles),
		TEST(same_asid_other_tables),
		TEST(inclusion),
		TEST(conflicting_entries),
		TEST(save_and_load),
		TEST(impossible_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
