/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where accesses to system registers go: rows of controls, one access, and the decision; and the
 * consistency of the tables. HYPERVISOR-SPEC F.1, F.2, F.3, F.5, B.5.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sysregs/table.h"

static void ignore_timers(struct cpu *cpu)
{
	(void)cpu;
}

static const struct cpu_ops ops = { .timer_changed = ignore_timers, .pmu_changed = ignore_timers };

static struct cpu *new_cpu(const char *profile, bool has_el2)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));

	assert_non_null(cpu);
	assert_true(sysregs_select_profile(cpu, profile));
	cpu->ops = &ops;
	cpu->has_el2 = has_el2;
	sysregs_reset(cpu);
	return cpu;
}

#define NV	HCR_EL2_NV
#define NV2	(HCR_EL2_NV | HCR_EL2_NV2)
#define NV2_NV1 (HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_NV1)
#define IN_HOST (HCR_EL2_E2H | HCR_EL2_TGE)
#define REG(r)                                                                                     \
	{                                                                                          \
		.goes = TO_REGISTER, .reg = SR_##r                                                 \
	}
#define OPER(r)                                                                                    \
	{                                                                                          \
		.goes = TO_OPERATION, .reg = SR_##r                                                \
	}
#define MEM(off)                                                                                   \
	{                                                                                          \
		.goes = TO_MEMORY, .vncr = off                                                     \
	}
#define UNDEF                                                                                      \
	{                                                                                          \
		.goes = TO_UNDEFINED                                                               \
	}
#define TRAP1                                                                                      \
	{                                                                                          \
		.goes = TO_TRAP, .ec = EC_SYSREG, .target_el = EL1                                 \
	}
#define TRAP2                                                                                      \
	{                                                                                          \
		.goes = TO_TRAP, .ec = EC_SYSREG, .target_el = EL2                                 \
	}
#define R DIR_READ
#define W DIR_WRITE

static const struct row {
	const char *why;
	unsigned el;
	u64 hcr;
	enum sysreg_id control; /* another control register, or SR_NONE */
	u64 value;
	enum sysreg_id reg;
	enum direction direction;
	struct route want;
} rows[] = {
	/* clang-format off */
	{ "plain at EL1",                          EL1, 0, SR_NONE, 0, SR_SCTLR_EL1, W, REG(SCTLR_EL1) },
	{ "EL1 name at EL0 is UNDEFINED",          EL0, 0, SR_NONE, 0, SR_SCTLR_EL1, R, UNDEF },
	{ "EL2 name at EL1 is UNDEFINED",          EL1, 0, SR_NONE, 0, SR_HCR_EL2, R, UNDEF },
	{ "read-only written is UNDEFINED",        EL1, 0, SR_NONE, 0, SR_MIDR_EL1, W, UNDEF },
	{ "write-only read is UNDEFINED",          EL1, 0, SR_NONE, 0, SR_OSLAR_EL1, R, UNDEF },
	{ "TVM traps writes",                      EL1, HCR_EL2_TVM, SR_NONE, 0, SR_TTBR0_EL1, W, TRAP2 },
	{ "TVM leaves reads",                      EL1, HCR_EL2_TVM, SR_NONE, 0, SR_TTBR0_EL1, R, REG(TTBR0_EL1) },
	{ "TRVM traps reads",                      EL1, HCR_EL2_TRVM, SR_NONE, 0, SR_FAR_EL1, R, TRAP2 },
	{ "TRVM leaves writes",                    EL1, HCR_EL2_TRVM, SR_NONE, 0, SR_FAR_EL1, W, REG(FAR_EL1) },
	{ "TVM is not about VBAR",                 EL1, HCR_EL2_TVM, SR_NONE, 0, SR_VBAR_EL1, W, REG(VBAR_EL1) },
	{ "traps do not hit EL2",                  EL2, HCR_EL2_TVM, SR_NONE, 0, SR_TTBR0_EL1, W, REG(TTBR0_EL1) },
	{ "TID3 traps ID registers",               EL1, HCR_EL2_TID3, SR_NONE, 0, SR_ID_AA64MMFR1_EL1, R, TRAP2 },
	{ "TID3 traps unallocated ID space",       EL1, HCR_EL2_TID3, SR_NONE, 0, SR_ID_RES_C7_7_EL1, R, TRAP2 },
	{ "TID3 leaves MIDR",                      EL1, HCR_EL2_TID3, SR_NONE, 0, SR_MIDR_EL1, R, REG(MIDR_EL1) },
	{ "TID1 traps AIDR",                       EL1, HCR_EL2_TID1, SR_NONE, 0, SR_AIDR_EL1, R, TRAP2 },
	{ "TID2 traps CCSIDR",                     EL1, HCR_EL2_TID2, SR_NONE, 0, SR_CCSIDR_EL1, R, TRAP2 },
	{ "TID2 traps CTR at EL1",                 EL1, HCR_EL2_TID2, SR_NONE, 0, SR_CTR_EL0, R, TRAP2 },
	{ "TACR traps ACTLR",                      EL1, HCR_EL2_TACR, SR_NONE, 0, SR_ACTLR_EL1, W, TRAP2 },
	{ "TSW traps set/way",                     EL1, HCR_EL2_TSW, SR_NONE, 0, SR_DC_CISW, W, TRAP2 },
	{ "TPCP traps DC CIVAC",                   EL1, HCR_EL2_TPCP, SR_NONE, 0, SR_DC_CIVAC, W, TRAP2 },
	{ "TPU traps IC IVAU",                     EL1, HCR_EL2_TPU, SR_NONE, 0, SR_IC_IVAU, W, TRAP2 },
	{ "TTLB traps TLBI",                       EL1, HCR_EL2_TTLB, SR_NONE, 0, SR_TLBI_VAE1IS, W, TRAP2 },
	{ "TLBI otherwise is done",                EL1, 0, SR_NONE, 0, SR_TLBI_VAE1IS, W, OPER(TLBI_VAE1IS) },
	{ "TLBI of EL2 at EL1 is UNDEFINED",       EL1, 0, SR_NONE, 0, SR_TLBI_ALLE2, W, UNDEF },
	{ "TLOR traps LORC",                       EL1, HCR_EL2_TLOR, SR_NONE, 0, SR_LORC_EL1, W, TRAP2 },
	{ "TDZ traps DC ZVA",                      EL1, HCR_EL2_TDZ, SR_NONE, 0, SR_DC_ZVA, W, TRAP2 },
	{ "TCPAC traps CPACR",                     EL1, 0, SR_CPTR_EL2, CPTR_EL2_TCPAC, SR_CPACR_EL1, W, TRAP2 },
	{ "TDA traps MDSCR",                       EL1, 0, SR_MDCR_EL2, MDCR_EL2_TDA, SR_MDSCR_EL1, W, TRAP2 },
	{ "TDE implies TDOSA",                     EL1, 0, SR_MDCR_EL2, MDCR_EL2_TDE, SR_OSLAR_EL1, W, TRAP2 },
	{ "UCT denies CTR to EL0",                 EL0, 0, SR_NONE, 0, SR_CTR_EL0, R, TRAP1 },
	{ "... to EL2 under TGE",                  EL0, HCR_EL2_TGE, SR_NONE, 0, SR_CTR_EL0, R, TRAP2 },
	{ "UCT allows CTR",                        EL0, 0, SR_SCTLR_EL1, SCTLR_EL1_UCT, SR_CTR_EL0, R, REG(CTR_EL0) },
	{ "UCT allows, TID2 traps",                EL0, HCR_EL2_TID2, SR_SCTLR_EL1, SCTLR_EL1_UCT, SR_CTR_EL0, R, TRAP2 },
	{ "the host's EL0 asks SCTLR_EL2",         EL0, IN_HOST, SR_SCTLR_EL2, SCTLR_EL1_UCT, SR_CTR_EL0, R, REG(CTR_EL0) },
	{ "the host's EL0 is not trapped by TID2", EL0, IN_HOST | HCR_EL2_TID2, SR_SCTLR_EL2, SCTLR_EL1_UCT, SR_CTR_EL0, R, REG(CTR_EL0) },
	{ "UCI denies DC CVAU to EL0",             EL0, 0, SR_NONE, 0, SR_DC_CVAU, W, TRAP1 },
	{ "DZE denies DC ZVA to EL0",              EL0, 0, SR_NONE, 0, SR_DC_ZVA, W, TRAP1 },
	{ "UMA denies DAIF to EL0",                EL0, 0, SR_NONE, 0, SR_DAIF, R, TRAP1 },
	{ "EL0VCTEN denies CNTVCT",                EL0, 0, SR_NONE, 0, SR_CNTVCT_EL0, R, TRAP1 },
	{ "EL0VCTEN allows CNTVCT",                EL0, 0, SR_CNTKCTL_EL1, CNTKCTL_EL1_EL0VCTEN, SR_CNTVCT_EL0, R, REG(CNTVCT_EL0) },
	{ "EL1PCTEN = 0 traps CNTPCT of EL1",      EL1, 0, SR_CNTHCTL_EL2, 0, SR_CNTPCT_EL0, R, TRAP2 },
	{ "EL1PCEN = 0 traps CNTP_CTL of EL1",     EL1, 0, SR_CNTHCTL_EL2, CNTHCTL_EL2_EL1PCTEN, SR_CNTP_CTL_EL0, R, TRAP2 },
	{ "with E2H the bits are elsewhere",       EL1, HCR_EL2_E2H, SR_CNTHCTL_EL2, 3, SR_CNTPCT_EL0, R, TRAP2 },
	{ "with E2H, EL1PCTEN allows",             EL1, HCR_EL2_E2H, SR_CNTHCTL_EL2, CNTHCTL_EL2_E2H_EL1PCTEN, SR_CNTPCT_EL0, R, REG(CNTPCT_EL0) },
	{ "E2H: EL1 name means EL2",               EL2, HCR_EL2_E2H, SR_NONE, 0, SR_SCTLR_EL1, W, REG(SCTLR_EL2) },
	{ "E2H: CPACR means CPTR",                 EL2, HCR_EL2_E2H, SR_NONE, 0, SR_CPACR_EL1, W, REG(CPTR_EL2) },
	{ "E2H: CNTKCTL means CNTHCTL",            EL2, HCR_EL2_E2H, SR_NONE, 0, SR_CNTKCTL_EL1, W, REG(CNTHCTL_EL2) },
	{ "E2H: CNTV means CNTHV",                 EL2, HCR_EL2_E2H, SR_NONE, 0, SR_CNTV_CVAL_EL0, W, REG(CNTHV_CVAL_EL2) },
	{ "E2H: the host's EL0 too",               EL0, IN_HOST, SR_CNTHCTL_EL2, 0x300, SR_CNTP_CVAL_EL0, W, REG(CNTHP_CVAL_EL2) },
	{ "E2H: TPIDR_EL1 is itself",              EL2, HCR_EL2_E2H, SR_NONE, 0, SR_TPIDR_EL1, W, REG(TPIDR_EL1) },
	{ "E2H: _EL12 is the EL1 register",        EL2, HCR_EL2_E2H, SR_NONE, 0, SR_VBAR_EL12, W, REG(VBAR_EL1) },
	{ "E2H: _EL02 is the EL0 timer",           EL2, HCR_EL2_E2H, SR_NONE, 0, SR_CNTV_CTL_EL02, R, REG(CNTV_CTL_EL0) },
	{ "E2H = 0: _EL12 is UNDEFINED",           EL2, 0, SR_NONE, 0, SR_VBAR_EL12, W, UNDEF },
	{ "_EL12 at EL1 is UNDEFINED",             EL1, HCR_EL2_E2H, SR_NONE, 0, SR_VBAR_EL12, W, UNDEF },
	{ "NV traps EL2 names",                    EL1, NV, SR_NONE, 0, SR_HCR_EL2, R, TRAP2 },
	{ "NV traps _EL12 names",                  EL1, NV, SR_NONE, 0, SR_SCTLR_EL12, R, TRAP2 },
	{ "NV traps SP_EL1",                       EL1, NV, SR_NONE, 0, SR_SP_EL1, R, TRAP2 },
	{ "NV leaves EL1 names",                   EL1, NV, SR_NONE, 0, SR_VBAR_EL1, W, REG(VBAR_EL1) },
	{ "NV,NV1 traps VBAR_EL1",                 EL1, NV | HCR_EL2_NV1, SR_NONE, 0, SR_VBAR_EL1, W, TRAP2 },
	{ "NV does not help EL0",                  EL0, NV, SR_NONE, 0, SR_HCR_EL2, R, UNDEF },
	{ "NV2: HCR_EL2 is memory",                EL1, NV2, SR_NONE, 0, SR_HCR_EL2, W, MEM(0x078) },
	{ "NV2: VTTBR_EL2 is memory",              EL1, NV2, SR_NONE, 0, SR_VTTBR_EL2, W, MEM(0x020) },
	{ "NV2: ELR_EL2 is ELR_EL1",               EL1, NV2, SR_NONE, 0, SR_ELR_EL2, R, REG(ELR_EL1) },
	{ "NV2: FAR_EL2 is FAR_EL1 despite TRVM",  EL1, NV2 | HCR_EL2_TRVM, SR_NONE, 0, SR_FAR_EL2, R, REG(FAR_EL1) },
	{ "NV2: SCTLR_EL2 still traps",            EL1, NV2, SR_NONE, 0, SR_SCTLR_EL2, W, TRAP2 },
	{ "NV2: CPTR_EL2 still traps",             EL1, NV2, SR_NONE, 0, SR_CPTR_EL2, W, TRAP2 },
	{ "NV2, NV1=0: EL12 name is memory",       EL1, NV2, SR_NONE, 0, SR_SCTLR_EL12, R, MEM(0x110) },
	{ "NV2, NV1=0: EL1 name is the register",  EL1, NV2, SR_NONE, 0, SR_SCTLR_EL1, R, REG(SCTLR_EL1) },
	{ "NV2, NV1=1: EL1 name is memory",        EL1, NV2_NV1, SR_NONE, 0, SR_SCTLR_EL1, R, MEM(0x110) },
	{ "NV2, NV1=1: EL12 name traps",           EL1, NV2_NV1, SR_NONE, 0, SR_SCTLR_EL12, R, TRAP2 },
	{ "NV2: MDSCR whatever NV1",               EL1, NV2, SR_NONE, 0, SR_MDSCR_EL1, W, MEM(0x158) },
	{ "NV2: SP_EL1 is memory",                 EL1, NV2, SR_NONE, 0, SR_SP_EL1, W, MEM(0x240) },
	{ "TRVM wins over NV2 memory",             EL1, NV2_NV1 | HCR_EL2_TRVM, SR_NONE, 0, SR_SCTLR_EL1, R, TRAP2 },
	{ "AT traps AT",                           EL1, NV | HCR_EL2_AT, SR_NONE, 0, SR_AT_S1E1R, W, TRAP2 },
	{ "NV traps TLBI of EL2",                  EL1, NV2, SR_NONE, 0, SR_TLBI_VAE2, W, TRAP2 },
	{ "TICAB traps IC IALLUIS",                EL1, HCR_EL2_TICAB, SR_NONE, 0, SR_IC_IALLUIS, W, TRAP2 },
	{ "... not IC IALLU",                      EL1, HCR_EL2_TICAB, SR_NONE, 0, SR_IC_IALLU, W, OPER(IC_IALLU) },
	{ "TOCU traps IC IALLU",                   EL1, HCR_EL2_TOCU, SR_NONE, 0, SR_IC_IALLU, W, TRAP2 },
	{ "TOCU traps DC CVAU of EL0",             EL0, HCR_EL2_TOCU, SR_SCTLR_EL1, SCTLR_EL1_UCI, SR_DC_CVAU, W, TRAP2 },
	{ "UCI comes before TOCU",                 EL0, HCR_EL2_TOCU, SR_NONE, 0, SR_DC_CVAU, W, TRAP1 },
	{ "TOCU is not about DC CVAC",             EL1, HCR_EL2_TOCU, SR_NONE, 0, SR_DC_CVAC, W, OPER(DC_CVAC) },
	{ "TTLBIS traps broadcast TLBI",           EL1, HCR_EL2_TTLBIS, SR_NONE, 0, SR_TLBI_VAAE1IS, W, TRAP2 },
	{ "... not local ones",                    EL1, HCR_EL2_TTLBIS, SR_NONE, 0, SR_TLBI_VAAE1, W, OPER(TLBI_VAAE1) },
	{ "TID4 traps CSSELR writes",              EL1, HCR_EL2_TID4, SR_NONE, 0, SR_CSSELR_EL1, W, TRAP2 },
	{ "TID4 leaves CTR",                       EL1, HCR_EL2_TID4, SR_NONE, 0, SR_CTR_EL0, R, REG(CTR_EL0) },
	{ "IDST: ID registers at EL0",             EL0, 0, SR_NONE, 0, SR_ID_AA64ISAR0_EL1, R, TRAP1 },
	{ "IDST: ... under TGE",                   EL0, HCR_EL2_TGE, SR_NONE, 0, SR_ID_AA64ISAR0_EL1, R, TRAP2 },
	{ "IDST: MIDR",                            EL0, 0, SR_NONE, 0, SR_MIDR_EL1, R, TRAP1 },
	{ "IDST: CLIDR, op1 = 1",                  EL0, 0, SR_NONE, 0, SR_CLIDR_EL1, R, TRAP1 },
	{ "IDST: not CSSELR, op1 = 2",             EL0, 0, SR_NONE, 0, SR_CSSELR_EL1, R, UNDEF },
	{ "IDST: not writes",                      EL0, 0, SR_NONE, 0, SR_MIDR_EL1, W, UNDEF },
	{ "IDST: not the EL1 controls",            EL0, 0, SR_NONE, 0, SR_TCR_EL1, R, UNDEF },
	{ "DAIF with UMA",                         EL0, 0, SR_SCTLR_EL1, SCTLR_EL1_UMA, SR_DAIF, R, REG(DAIF) },
	{ "no UMA for the host's EL0",             EL0, IN_HOST, SR_SCTLR_EL2, ~0ull, SR_DAIF, R, TRAP2 },
	{ "TDCC denies the DCC to EL0",            EL0, 0, SR_MDSCR_EL1, MDSCR_EL1_TDCC, SR_MDCCSR_EL0, R, TRAP1 },
	{ "TDCC = 0 allows it",                    EL0, 0, SR_NONE, 0, SR_MDCCSR_EL0, R, REG(MDCCSR_EL0) },
	{ "TGE implies TDA at EL0",                EL0, HCR_EL2_TGE, SR_NONE, 0, SR_MDCCSR_EL0, R, TRAP2 },
	{ "... at the host's EL0 too",             EL0, IN_HOST, SR_NONE, 0, SR_DBGDTR_EL0, W, TRAP2 },
	{ "TDA is about EL0 too",                  EL0, 0, SR_MDCR_EL2, MDCR_EL2_TDA, SR_DBGDTRRX_EL0, R, TRAP2 },
	{ "TDRA traps MDRAR",                      EL1, 0, SR_MDCR_EL2, MDCR_EL2_TDRA, SR_MDRAR_EL1, R, TRAP2 },
	{ "TDRA is not TDA",                       EL1, 0, SR_MDCR_EL2, MDCR_EL2_TDRA, SR_MDSCR_EL1, R, REG(MDSCR_EL1) },
	{ "TDA wins over NV2 memory",              EL1, NV2, SR_MDCR_EL2, MDCR_EL2_TDA, SR_MDSCR_EL1, W, TRAP2 },
	{ "debug traps do not hit EL2",            EL2, IN_HOST, SR_MDCR_EL2, MDCR_EL2_TDE, SR_MDSCR_EL1, W, REG(MDSCR_EL1) },
	{ "E2H = 0, TGE: EL0 asks CNTKCTL",        EL0, HCR_EL2_TGE, SR_CNTKCTL_EL1, 0x3ff, SR_CNTVCT_EL0, R, REG(CNTVCT_EL0) },
	{ "... and TID2 still traps",              EL0, HCR_EL2_TGE | HCR_EL2_TID2, SR_SCTLR_EL1, SCTLR_EL1_UCT, SR_CTR_EL0, R, TRAP2 },
	{ "the host's EL0 asks CNTHCTL",           EL0, IN_HOST, SR_CNTHCTL_EL2, CNTHCTL_EL2_E2H_EL0VCTEN, SR_CNTVCT_EL0, R, REG(CNTVCT_EL0) },
	{ "... not CNTKCTL",                       EL0, IN_HOST, SR_CNTHCTL_EL2, 0, SR_CNTVCT_EL0, R, TRAP2 },
	{ "EL1PCTEN = 0 traps EL0's CNTPCT",       EL0, HCR_EL2_E2H, SR_CNTKCTL_EL1, 0x3ff, SR_CNTPCT_EL0, R, TRAP2 },
	{ "CNTFRQ needs one of two",               EL0, 0, SR_CNTKCTL_EL1, CNTKCTL_EL1_EL0PCTEN, SR_CNTFRQ_EL0, R, REG(CNTFRQ_EL0) },
	{ "CNTFRQ is denied by none",              EL0, 0, SR_NONE, 0, SR_CNTFRQ_EL0, R, TRAP1 },
	{ "CNTFRQ is written at EL2",              EL2, 0, SR_NONE, 0, SR_CNTFRQ_EL0, W, REG(CNTFRQ_EL0) },
	{ "... not at EL1",                        EL1, 0, SR_NONE, 0, SR_CNTFRQ_EL0, W, UNDEF },
	{ "TCPAC leaves CPACR_EL12",               EL2, IN_HOST, SR_CPTR_EL2, CPTR_EL2_TCPAC, SR_CPACR_EL12, W, REG(CPACR_EL1) },
	{ "RVBAR_EL1 is not there with EL2",       EL1, 0, SR_NONE, 0, SR_RVBAR_EL1, R, UNDEF },
	{ "NV traps RVBAR_EL2",                    EL1, NV, SR_NONE, 0, SR_RVBAR_EL2, R, TRAP2 },
	{ "NV: a wrong direction is UNDEFINED",    EL1, NV, SR_NONE, 0, SR_RVBAR_EL2, W, UNDEF },
	{ "32-bit EL1's registers are UNDEFINED",  EL2, 0, SR_NONE, 0, SR_DACR32_EL2, R, UNDEF },
	{ "... under NV too",                      EL1, NV, SR_NONE, 0, SR_DACR32_EL2, R, UNDEF },
	{ "SP_EL2 has no name below EL3",          EL2, 0, SR_NONE, 0, SR_SP_EL2, R, UNDEF },
	{ "NV1 without NV is nothing",             EL1, HCR_EL2_NV1 | HCR_EL2_NV2, SR_NONE, 0, SR_VBAR_EL1, W, REG(VBAR_EL1) },
	{ "NV2 without NV is nothing",             EL1, HCR_EL2_NV2, SR_NONE, 0, SR_HCR_EL2, R, UNDEF },
	{ "NV2, NV1=1: EL02 timer name traps",     EL1, NV2_NV1, SR_NONE, 0, SR_CNTV_CTL_EL02, R, TRAP2 },
	{ "NV2, NV1=0: EL02 timer is memory",      EL1, NV2, SR_NONE, 0, SR_CNTV_CTL_EL02, R, MEM(0x170) },
	{ "NV2, NV1=1: EL0 timer is memory",       EL1, NV2_NV1, SR_CNTHCTL_EL2, 3, SR_CNTV_CVAL_EL0, R, MEM(0x168) },
	{ "... but not at EL0",                    EL0, NV2_NV1, SR_CNTKCTL_EL1, 0x3ff, SR_CNTV_CVAL_EL0, R, REG(CNTV_CVAL_EL0) },
	{ "NV2: TVAL_EL02 still traps",            EL1, NV2, SR_NONE, 0, SR_CNTV_TVAL_EL02, R, TRAP2 },
	{ "NV2: CNTKCTL_EL12 still traps",         EL1, NV2, SR_NONE, 0, SR_CNTKCTL_EL12, R, TRAP2 },
	{ "NV2: VNCR_EL2 is memory",               EL1, NV2, SR_NONE, 0, SR_VNCR_EL2, W, MEM(0x0b0) },
	{ "NV2: ACTLR_EL1 whatever NV1",           EL1, NV2, SR_NONE, 0, SR_ACTLR_EL1, R, MEM(0x118) },
	/* clang-format on */
};

static void set_controls(struct cpu *cpu, const struct row *row)
{
	sysreg_write(cpu, SR_HCR_EL2, row->hcr);
	if (row->control != SR_NONE)
		sysreg_write(cpu, row->control, row->value);
	cpu->pstate.el = (u8)row->el;
	cpu->pstate.sp = row->el != EL0;
}

static void routes_follow_the_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu = new_cpu("v8.4-nv2", true);
		const struct route *want = &rows[i].want;
		struct route got;

		set_controls(cpu, &rows[i]);
		got = sysreg_route(cpu, rows[i].reg, rows[i].direction);
		if (got.goes != want->goes || got.vncr != want->vncr ||
			(want->goes <= TO_OPERATION && want->goes != TO_MEMORY &&
				got.reg != want->reg) ||
			(want->goes == TO_TRAP &&
				(got.ec != want->ec || got.target_el != want->target_el)))
			fail_msg("row %zu, %s: goes %d, %s, vncr 0x%x, EL%u", i, rows[i].why,
				got.goes, got.goes == TO_REGISTER ? sysreg_name(got.reg) : "-",
				got.vncr, got.target_el);
		free(cpu);
	}
}

/* The short way must say what the long one says, or nothing, under every row's controls. */
static void direct_accesses_agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cpu *cpu = new_cpu("v8.4-nv2", true);

		set_controls(cpu, &rows[i]);
		for (unsigned id = 0; id < 2 * SYSREG_COUNT; id++) {
			enum sysreg_id reg = (enum sysreg_id)(id / 2);
			enum direction direction = id % 2 ? DIR_WRITE : DIR_READ;
			u16 target = sysreg_direct_target(cpu, reg, direction);
			struct route route = sysreg_route(cpu, reg, direction);

			if (target != SR_NONE && (route.goes != TO_REGISTER || route.reg != target))
				fail_msg("row %zu, %s, %s: direct to %s", i, rows[i].why,
					sysreg_name(reg), sysreg_name((enum sysreg_id)target));
		}
		free(cpu);
	}
}

/* The same under every mode of HCR_EL2, with no trap armed and with all. */
static void direct_accesses_agree_in_every_mode(void **state)
{
	static const u64 modes[] = { HCR_EL2_E2H, HCR_EL2_TGE, HCR_EL2_NV, HCR_EL2_NV1,
		HCR_EL2_NV2 };
	const u64 all_modes = modes[0] | modes[1] | modes[2] | modes[3] | modes[4];
	struct cpu *cpu = new_cpu("v8.4-nv2", true);
	unsigned direct = 0;

	(void)state;
	for (unsigned mode = 0; mode < 1u << (COUNT(modes) + 1); mode++) {
		bool all_traps = mode >> COUNT(modes);
		u64 hcr = all_traps ? ~all_modes : 0;

		for (size_t bit_of = 0; bit_of < COUNT(modes); bit_of++)
			hcr |= mode >> bit_of & 1 ? modes[bit_of] : 0;
		sysreg_write(cpu, SR_HCR_EL2, hcr);
		sysreg_write(cpu, SR_MDCR_EL2, all_traps ? ~0ull : 0);
		for (unsigned n = 0; n < 2 * EL_COUNT * SYSREG_COUNT; n++) {
			enum sysreg_id reg = (enum sysreg_id)(n / 2 / EL_COUNT);
			enum direction direction = n % 2 ? DIR_WRITE : DIR_READ;
			const struct sysreg *to;
			struct route route;
			u16 target;

			cpu->pstate.el = (u8)(n / 2 % EL_COUNT);
			cpu->pstate.sp = cpu->pstate.el != EL0;
			target = sysreg_direct_target(cpu, reg, direction);
			if (target == SR_NONE)
				continue;
			direct++;
			to = &sysreg_rows[target];
			route = sysreg_route(cpu, reg, direction);
			if (route.goes != TO_REGISTER || route.reg != target)
				fail_msg("HCR_EL2 0x%" PRIx64 ", EL%u, %s: direct to %s", hcr,
					cpu->pstate.el, sysreg_name(reg), to->name);
			if (direction == DIR_READ ? to->read != NULL
						  : to->wrote != NULL || to->is_gated)
				fail_msg(
					"%s: direct past a hook of %s", sysreg_name(reg), to->name);
		}
	}
	assert_true(direct > 1000);
	free(cpu);
}

static const struct absent_row {
	const char *why;
	const char *profile;
	unsigned el;
	u64 hcr;
	u32 op0, op1, crn, crm, op2;
	enum direction direction;
	struct route want;
} absent[] = {
	/* clang-format off */
	{ "no row: UNDEFINED",                     "v8.1",     EL1, 0, 3, 0, 12, 8, 5, R, UNDEF }, /* ICC_AP0R1_EL1 */
	{ "no activity monitors: UNDEFINED",       "v8.1",     EL0, 0, 3, 3, 13, 2, 0, R, UNDEF },
	{ "NV is about EL2's registers",           "v8.3-nv",  EL1, NV, 3, 4, 11, 0, 0, R, UNDEF },
	{ "TIDCP traps CRn 15",                    "v8.1",     EL1, HCR_EL2_TIDCP, 3, 0, 15, 2, 0, W, TRAP2 },
	{ "TIDCP traps CRn 11",                    "v8.1",     EL1, HCR_EL2_TIDCP, 3, 1, 11, 0, 0, R, TRAP2 },
	{ "TIDCP traps SYS",                       "v8.1",     EL1, HCR_EL2_TIDCP, 1, 0, 15, 0, 0, W, TRAP2 },
	{ "TIDCP leaves debug registers",          "v8.1",     EL1, HCR_EL2_TIDCP, 2, 0, 15, 0, 0, R, UNDEF },
	{ "TIDCP leaves other CRn",                "v8.1",     EL1, HCR_EL2_TIDCP, 3, 0, 14, 7, 0, R, UNDEF },
	{ "TIDCP does not trap EL2",               "v8.1",     EL2, HCR_EL2_TIDCP, 3, 0, 15, 2, 0, W, UNDEF },
	{ "TIDCP leaves EL0 UNDEFINED",            "v8.1",     EL0, HCR_EL2_TIDCP, 3, 0, 15, 2, 0, R, UNDEF },
	{ "unallocated ID space, op1 = 3",         "v8.1",     EL0, 0, 3, 3, 0, 3, 0, R, UNDEF },
	{ "IDST: at EL0",                          "v8.4-nv2", EL0, 0, 3, 3, 0, 3, 0, R, TRAP1 },
	{ "IDST: under TGE",                       "v8.4-nv2", EL0, HCR_EL2_TGE, 3, 3, 0, 3, 0, R, TRAP2 },
	{ "IDST: at EL1",                          "v8.4-nv2", EL1, 0, 3, 1, 0, 0, 4, R, TRAP1 },
	{ "IDST: at EL2",                          "v8.4-nv2", EL2, 0, 3, 1, 0, 0, 4, R, TRAP2 },
	{ "IDST: not op1 = 2",                     "v8.4-nv2", EL0, 0, 3, 2, 0, 3, 0, R, UNDEF },
	{ "IDST: not CRm = 8",                     "v8.4-nv2", EL0, 0, 3, 0, 0, 8, 0, R, UNDEF },
	{ "IDST: not op0 = 2",                     "v8.4-nv2", EL1, 0, 2, 0, 0, 5, 2, R, UNDEF },
	{ "IDST: not writes",                      "v8.4-nv2", EL1, 0, 3, 1, 0, 0, 4, W, UNDEF },
	/* clang-format on */
};

static void absent_encodings_are_undefined_or_trap(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(absent); i++) {
		const struct absent_row *row = &absent[i];
		u32 encoding =
			row->op0 << 14 | row->op1 << 11 | row->crn << 7 | row->crm << 3 | row->op2;
		struct cpu *cpu = new_cpu(row->profile, true);
		struct route got;

		assert_int_equal(sysreg_find(encoding), SR_NONE);
		sysreg_write(cpu, SR_HCR_EL2, row->hcr);
		cpu->pstate.el = (u8)row->el;
		got = sysreg_route_encoding(cpu, encoding, row->direction);
		if (got.goes != row->want.goes || got.target_el != row->want.target_el)
			fail_msg(
				"row %zu, %s: goes %d, EL%u", i, row->why, got.goes, got.target_el);
		free(cpu);
	}
}

static void without_el2_nothing_traps_there(void **state)
{
	struct cpu *cpu = new_cpu("v8.1", false);

	(void)state;
	cpu->pstate.el = EL1;
	cpu->pstate.sp = 1;
	assert_int_equal(sysreg_route(cpu, SR_HCR_EL2, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_CNTPCT_EL0, DIR_READ).goes, TO_REGISTER);
	assert_int_equal(sysreg_route(cpu, SR_RVBAR_EL1, DIR_READ).goes, TO_REGISTER);
	assert_int_equal(bits(cpu->sys[SR_ID_AA64PFR0_EL1], 11, 8), 0);
	free(cpu);
}

static void absent_features_are_undefined(void **state)
{
	struct cpu *cpu = new_cpu("v8.0", true);

	(void)state;
	cpu->pstate.el = EL2;
	assert_int_equal(sysreg_route(cpu, SR_TTBR1_EL2, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_PAN, DIR_READ).goes, TO_UNDEFINED);
	assert_int_equal(sysreg_route(cpu, SR_LORC_EL1, DIR_READ).goes, TO_UNDEFINED);
	sysreg_write(cpu, SR_HCR_EL2, ~(u64)0);
	assert_false(
		cpu->sys[SR_HCR_EL2] & (HCR_EL2_E2H | HCR_EL2_NV | HCR_EL2_NV2 | HCR_EL2_TLOR));
	free(cpu);
}

static void id_registers_follow_the_profile(void **state)
{
	static const struct {
		const char *profile;
		u64 isar0, isar1, mmfr1, mmfr2, pfr1, pfr0; /* pfr0: FP and EL0 to EL3 */
	} ids[] = {
		{ "v8.0", 0x1120, 0, 0, 0, 0, 0x000111 },
		{ "v8.1", 0x10211120, 0, 0x111122, 0, 0, 0x000111 },
		{ "v8.3-nv", 0x10211120, 0x1111011, 0x111122, 0x1100010, 0, 0x110111 },
		{ "v8.4-nv2", 0x0211100010211120, 0x1211011, 0x111122, 0x0201011112101010, 0,
			0x110111 },
		{ "max", 0x0221111110212120, 0x10111101211012, 0x10010211122, 0x1201011112101010,
			0x21, 0x110111 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct cpu *cpu = new_cpu(ids[i].profile, true);

		assert_int_equal(cpu->sys[SR_ID_AA64ISAR0_EL1], ids[i].isar0);
		assert_int_equal(cpu->sys[SR_ID_AA64MMFR1_EL1], ids[i].mmfr1);
		assert_int_equal(cpu->sys[SR_ID_AA64MMFR2_EL1], ids[i].mmfr2);
		assert_int_equal(bits(cpu->sys[SR_ID_AA64MMFR0_EL1], 55, 0), 0x100022);
		assert_int_equal(cpu->sys[SR_ID_AA64ISAR1_EL1], ids[i].isar1);
		assert_int_equal(cpu->sys[SR_ID_AA64PFR1_EL1], ids[i].pfr1);
		assert_int_equal(bits(cpu->sys[SR_ID_AA64DFR0_EL1], 7, 4), 0); /* no trace */
		assert_int_equal(bits(cpu->sys[SR_ID_AA64PFR0_EL1], 23, 0), ids[i].pfr0);
		free(cpu);
	}
}

static void encodings_are_unique(void **state)
{
	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		enum sysreg_id reg = (enum sysreg_id)id;

		if (sysreg_find(sysreg_encoding(reg)) != reg)
			fail_msg("%s shares its encoding", sysreg_name(reg));
	}
}

/* What reset leaves must be what a write of it would leave. */
static void reset_values_are_writable(void **state)
{
	struct cpu *cpu = new_cpu("v8.1", true);

	(void)state;
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		const struct sysreg_direct *row = &sysreg_direct[id];
		u64 reset = cpu->sys[id];

		if ((reset & row->res0) != 0 || (row->res1 & ~reset) != 0)
			fail_msg("%s: reset 0x%" PRIx64 " against RES0 0x%" PRIx64
				 " RES1 0x%" PRIx64,
				sysreg_name((enum sysreg_id)id), reset, row->res0, row->res1);
	}
	free(cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_follow_the_rules),
		cmocka_unit_test(direct_accesses_agree),
		cmocka_unit_test(direct_accesses_agree_in_every_mode),
		cmocka_unit_test(absent_encodings_are_undefined_or_trap),
		cmocka_unit_test(without_el2_nothing_traps_there),
		cmocka_unit_test(absent_features_are_undefined),
		cmocka_unit_test(id_registers_follow_the_profile),
		cmocka_unit_test(encodings_are_unique),
		cmocka_unit_test(reset_values_are_writable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
