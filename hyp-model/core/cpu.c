/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the machine has, and what the host's registers were before the first guest. Read once and
 * kept: a constant in their place would lose what somebody else has set (HC-1, WS-23).
 */
#include "core/cpu.h"

#include "core/arch.h"
#include "core/mutant.h"
#include "core/options.h"
#include "core/print.h"
#include "core/stage2.h"
#include "core/traps.h"

struct host host;
struct cpu cpus[MAX_CPUS];

struct cpu *this_cpu(void)
{
	u64 index = bits(read_MPIDR_EL1(), 7, 0);

	if (index >= MAX_CPUS)
		panic("this is CPU %lu, and there are %u at most", index, (unsigned)MAX_CPUS);
	return &cpus[index];
}

/*
 * Parts of Arm's that may walk the EL1&0 regime for an AT they execute speculatively: errata
 * 1165522 (Cortex-A76), 1319367 (A57, A72), 1530923 (A55).
 */
static bool is_at_speculative(u64 midr)
{
	static const u64 parts[] = { 0x410fd050, 0x410fd070, 0x410fd080, 0x410fd0b0 };
	u64 variant_and_revision = MASK(23, 20) | MASK(3, 0);

	for (size_t i = 0; i < COUNT(parts); i++)
		if ((midr & ~variant_and_revision) == parts[i])
			return true;
	return false;
}

/* ID_AA64MMFR4_EL1.E2H0: neither HCR_EL2.E2H nor NV1 can be changed. */
#define E2H0_NV1_RES0 14u

static void read_features(struct host *h)
{
	u64 pfr0 = read_ID_AA64PFR0_EL1(), dfr0 = read_ID_AA64DFR0_EL1();
	u64 mmfr0 = read_ID_AA64MMFR0_EL1(), mmfr1 = read_ID_AA64MMFR1_EL1();
	u64 mmfr2 = read_ID_AA64MMFR2_EL1();
	u64 pmu = FGET(dfr0, ID_AA64DFR0_EL1, PMUVer);
	u64 mmfr4 = read_ID_AA64MMFR4_EL1();
	bool is_nv2_only = FGET(mmfr4, ID_AA64MMFR4_EL1, NV_frac) == 1;

	h->parange = usable_parange(mmfr0);
	h->has_vmid16 = FGET(mmfr1, ID_AA64MMFR1_EL1, VMIDBits) == 2;
	h->has_xnx = FGET(mmfr1, ID_AA64MMFR1_EL1, XNX) != 0;
	h->has_pauth = is_pauth(read_ID_AA64ISAR1_EL1(), read_ID_AA64ISAR2_EL1());
	h->has_ras = FGET(pfr0, ID_AA64PFR0_EL1, RAS) != 0;
	h->has_nv2 = FGET(mmfr2, ID_AA64MMFR2_EL1, NV) >= 2 || is_nv2_only;
	h->has_nv = FGET(mmfr2, ID_AA64MMFR2_EL1, NV) >= 1 || is_nv2_only;
	h->has_nv1 = h->has_nv && FGET(mmfr4, ID_AA64MMFR4_EL1, E2H0) != E2H0_NV1_RES0;
	h->has_ttl = FGET(mmfr2, ID_AA64MMFR2_EL1, TTL) != 0;
	h->has_fwb = FGET(mmfr2, ID_AA64MMFR2_EL1, FWB) != 0;
	h->has_fgt = FGET(mmfr0, ID_AA64MMFR0_EL1, FGT) != 0;
	h->has_pmu = pmu != 0 && pmu != 0xf;
	h->breakpoints = (unsigned)smaller(FGET(dfr0, ID_AA64DFR0_EL1, BRPs) + 1, MAX_BREAKPOINTS);
	h->watchpoints = (unsigned)smaller(FGET(dfr0, ID_AA64DFR0_EL1, WRPs) + 1, MAX_WATCHPOINTS);
	h->has_more_points = h->breakpoints <= FGET(dfr0, ID_AA64DFR0_EL1, BRPs) ||
			     h->watchpoints <= FGET(dfr0, ID_AA64DFR0_EL1, WRPs);
}

void host_init(enum hyp_mode mode)
{
	hal_set_mode(mode);
	host = (struct host){ .mode = mode, .cpu_count = hal_cpu_count() };
	read_features(&host);
	host.granule = stage2_choose_granule();
	host.is_at_speculative = options.speculates != 0 || is_at_speculative(read_MIDR_EL1());
}

/* At EL2: HC-1, "on nVHE by a hypercall, since EL1 cannot read it". */
static u64 read_host_registers(u64 a, u64 unused)
{
	struct cpu *cpu = (struct cpu *)a;

	(void)unused;
	cpu->hcr_el2 = read_HCR_EL2();
	cpu->mdcr_el2 = MUTANT(41) && cpu->index != 0 ? 0 : read_MDCR_EL2();
	cpu->cnthctl_el2 = read_CNTHCTL_EL2();
	cpu->cptr_el2 = el2_read_CPTR(host.mode);
	/* It is set by a reset, and no guest takes a debug exception while it is (DB-2). */
	write_OSLAR_EL1(0);
	return 0;
}

/* HC-2: a constant is as good as the value read if it is the same. */
static void check_constant(u64 hcr)
{
	u64 constant = traps_host_hcr(host.mode, host.has_pauth);

	if (hcr != constant)
		panic("hcr=constant (HC-2): the host's HCR_EL2 is 0x%lx, not 0x%lx", hcr, constant);
}

void cpu_init(void)
{
	struct cpu *cpu = this_cpu();

	*cpu = (struct cpu){ .index = (unsigned)(cpu - cpus), .fp_owner = FP_HOST_OWNED };
	cpu->context.page = &cpu->page;
	hal_call_hyp(read_host_registers, (u64)cpu, 0);
	if (options.hcr == HCR_CONSTANT)
		check_constant(cpu->hcr_el2);
}
