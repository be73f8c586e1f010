/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Coarse traps to EL2: for each control the whole set of registers and the direction that it
 * traps, tried on every row of sysreg.def; and what it does at EL0, in the host, at EL2.
 * HYPERVISOR-SPEC B.8, F.2, F.3, HW-5, HW-11.
 */
#include "tests/unit/sysregs_pe.h"

enum { R = 1, W = 2, RW = R | W };

#define TLBI_EL1                                                                                   \
	SR_TLBI_VMALLE1, SR_TLBI_VAE1, SR_TLBI_ASIDE1, SR_TLBI_VAAE1, SR_TLBI_VALE1, SR_TLBI_VAALE1
#define TLBI_EL1IS                                                                                 \
	SR_TLBI_VMALLE1IS, SR_TLBI_VAE1IS, SR_TLBI_ASIDE1IS, SR_TLBI_VAAE1IS, SR_TLBI_VALE1IS,     \
		SR_TLBI_VAALE1IS
#define TLBI_EL1OS                                                                                 \
	SR_TLBI_VMALLE1OS, SR_TLBI_VAE1OS, SR_TLBI_ASIDE1OS, SR_TLBI_VAAE1OS, SR_TLBI_VALE1OS,     \
		SR_TLBI_VAALE1OS
#define TLBI_R	 SR_TLBI_RVAE1, SR_TLBI_RVAAE1, SR_TLBI_RVALE1, SR_TLBI_RVAALE1
#define TLBI_RIS SR_TLBI_RVAE1IS, SR_TLBI_RVAAE1IS, SR_TLBI_RVALE1IS, SR_TLBI_RVAALE1IS
#define TLBI_ROS SR_TLBI_RVAE1OS, SR_TLBI_RVAAE1OS, SR_TLBI_RVALE1OS, SR_TLBI_RVAALE1OS
#define VM_REGISTERS                                                                               \
	SR_SCTLR_EL1, SR_TTBR0_EL1, SR_TTBR1_EL1, SR_TCR_EL1, SR_ESR_EL1, SR_FAR_EL1,              \
		SR_AFSR0_EL1, SR_AFSR1_EL1, SR_MAIR_EL1, SR_AMAIR_EL1, SR_CONTEXTIDR_EL1
#define BREAKPOINT(n) SR_DBGBVR##n##_EL1, SR_DBGBCR##n##_EL1
#define WATCHPOINT(n) SR_DBGWVR##n##_EL1, SR_DBGWCR##n##_EL1
#define DEBUG                                                                                      \
	SR_MDSCR_EL1, SR_MDCCINT_EL1, SR_OSDTRRX_EL1, SR_OSDTRTX_EL1, SR_OSECCR_EL1,               \
		BREAKPOINT(0), BREAKPOINT(1), BREAKPOINT(2), BREAKPOINT(3), BREAKPOINT(4),         \
		BREAKPOINT(5), WATCHPOINT(0), WATCHPOINT(1), WATCHPOINT(2), WATCHPOINT(3),         \
		SR_DBGCLAIMSET_EL1, SR_DBGCLAIMCLR_EL1, SR_DBGAUTHSTATUS_EL1, DCC
#define DCC SR_MDCCSR_EL0, SR_DBGDTR_EL0, SR_DBGDTRRX_EL0
#define EVENT_COUNTERS                                                                             \
	SR_PMEVCNTR0_EL0, SR_PMEVCNTR1_EL0, SR_PMEVCNTR2_EL0, SR_PMEVCNTR3_EL0, SR_PMEVCNTR4_EL0,  \
		SR_PMEVCNTR5_EL0, SR_PMEVTYPER0_EL0, SR_PMEVTYPER1_EL0, SR_PMEVTYPER2_EL0,         \
		SR_PMEVTYPER3_EL0, SR_PMEVTYPER4_EL0, SR_PMEVTYPER5_EL0, SR_PMXEVTYPER_EL0,        \
		SR_PMXEVCNTR_EL0
#define PMU                                                                                        \
	SR_PMCR_EL0, SR_PMCNTENSET_EL0, SR_PMCNTENCLR_EL0, SR_PMOVSCLR_EL0, SR_PMOVSSET_EL0,       \
		SR_PMSWINC_EL0, SR_PMSELR_EL0, SR_PMCEID0_EL0, SR_PMCEID1_EL0, SR_PMCCNTR_EL0,     \
		SR_PMCCFILTR_EL0, SR_PMUSERENR_EL0, SR_PMINTENSET_EL1, SR_PMINTENCLR_EL1,          \
		SR_PMMIR_EL1, EVENT_COUNTERS
#define OS_LOCK SR_OSLAR_EL1, SR_OSLSR_EL1, SR_OSDLR_EL1, SR_DBGPRCR_EL1
#define SGIS	SR_ICC_SGI1R_EL1, SR_ICC_ASGI1R_EL1, SR_ICC_SGI0R_EL1
#define AT_EL1	SR_AT_S1E1R, SR_AT_S1E1W, SR_AT_S1E0R, SR_AT_S1E0W, SR_AT_S1E1RP, SR_AT_S1E1WP

/* Only an access that needs no trap to fail is in the set: MIDR_EL1 cannot be written anyway. */
static const struct row {
	const char *text;
	enum sysreg_id control;
	u64 value;
	u8 directions;
	u16 reg[48]; /* ends with 0; MIDR_EL1 is 0 and in no set */
} rows[] = {
	/* clang-format off */
	{ "HCR_EL2.TID1",   SR_HCR_EL2, HCR_EL2_TID1, R,  { SR_REVIDR_EL1, SR_AIDR_EL1 } },
	{ "HCR_EL2.TID2",   SR_HCR_EL2, HCR_EL2_TID2, RW, { SR_CTR_EL0, SR_CCSIDR_EL1, SR_CCSIDR2_EL1, SR_CLIDR_EL1, SR_CSSELR_EL1 } },
	{ "HCR_EL2.TID4: as TID2, but CTR_EL0", SR_HCR_EL2, HCR_EL2_TID4, RW, { SR_CCSIDR_EL1, SR_CCSIDR2_EL1, SR_CLIDR_EL1, SR_CSSELR_EL1 } },
	{ "HCR_EL2.TACR",   SR_HCR_EL2, HCR_EL2_TACR, RW, { SR_ACTLR_EL1 } },
	{ "HCR_EL2.TSW",    SR_HCR_EL2, HCR_EL2_TSW,  W,  { SR_DC_ISW, SR_DC_CSW, SR_DC_CISW } },
	{ "HCR_EL2.TPCP",   SR_HCR_EL2, HCR_EL2_TPCP, W,  { SR_DC_IVAC, SR_DC_CVAC, SR_DC_CVAP, SR_DC_CVADP, SR_DC_CIVAC } },
	{ "HCR_EL2.TPU",    SR_HCR_EL2, HCR_EL2_TPU,  W,  { SR_IC_IVAU, SR_IC_IALLU, SR_IC_IALLUIS, SR_DC_CVAU } },
	{ "HCR_EL2.TICAB",  SR_HCR_EL2, HCR_EL2_TICAB, W, { SR_IC_IALLUIS } },
	{ "HCR_EL2.TOCU",   SR_HCR_EL2, HCR_EL2_TOCU, W,  { SR_IC_IVAU, SR_IC_IALLU, SR_DC_CVAU } },
	{ "HCR_EL2.TTLB",   SR_HCR_EL2, HCR_EL2_TTLB, W,  { TLBI_EL1, TLBI_EL1IS, TLBI_EL1OS, TLBI_R, TLBI_RIS, TLBI_ROS } },
	{ "HCR_EL2.TTLBIS", SR_HCR_EL2, HCR_EL2_TTLBIS, W, { TLBI_EL1IS, TLBI_RIS } },
	{ "HCR_EL2.TTLBOS", SR_HCR_EL2, HCR_EL2_TTLBOS, W, { TLBI_EL1OS, TLBI_ROS } },
	{ "HCR_EL2.TVM",    SR_HCR_EL2, HCR_EL2_TVM,  W,  { VM_REGISTERS } },
	{ "HCR_EL2.TRVM",   SR_HCR_EL2, HCR_EL2_TRVM, R,  { VM_REGISTERS } },
	{ "HCR_EL2.TDZ",    SR_HCR_EL2, HCR_EL2_TDZ,  W,  { SR_DC_ZVA } },
	{ "HCR_EL2.TLOR",   SR_HCR_EL2, HCR_EL2_TLOR, RW, { SR_LORSA_EL1, SR_LOREA_EL1, SR_LORN_EL1, SR_LORC_EL1, SR_LORID_EL1 } },
	{ "HCR_EL2.AT",     SR_HCR_EL2, HCR_EL2_AT,   W,  { AT_EL1 } },
	{ "HCR_EL2.TERR",   SR_HCR_EL2, HCR_EL2_TERR, RW, { SR_ERRIDR_EL1, SR_ERRSELR_EL1, SR_ERXFR_EL1, SR_ERXCTLR_EL1, SR_ERXSTATUS_EL1, SR_ERXADDR_EL1, SR_ERXMISC0_EL1, SR_ERXMISC1_EL1, SR_ERXMISC2_EL1, SR_ERXMISC3_EL1 } },
	{ "ICH_HCR_EL2.TC",    SR_ICH_HCR_EL2, ICH_HCR_EL2_TC, RW, { SR_ICC_PMR_EL1, SR_ICC_CTLR_EL1, SR_ICC_RPR_EL1, SR_ICC_DIR_EL1, SGIS } },
	{ "ICH_HCR_EL2.TALL0", SR_ICH_HCR_EL2, ICH_HCR_EL2_TALL0, RW, { SR_ICC_IAR0_EL1, SR_ICC_EOIR0_EL1, SR_ICC_HPPIR0_EL1, SR_ICC_BPR0_EL1, SR_ICC_AP0R0_EL1, SR_ICC_IGRPEN0_EL1 } },
	{ "ICH_HCR_EL2.TALL1", SR_ICH_HCR_EL2, ICH_HCR_EL2_TALL1, RW, { SR_ICC_IAR1_EL1, SR_ICC_EOIR1_EL1, SR_ICC_HPPIR1_EL1, SR_ICC_BPR1_EL1, SR_ICC_AP1R0_EL1, SR_ICC_IGRPEN1_EL1 } },
	{ "ICH_HCR_EL2.TDIR",  SR_ICH_HCR_EL2, ICH_HCR_EL2_TDIR, W, { SR_ICC_DIR_EL1 } },
	{ "ICH_HCR_EL2: what is no trap", SR_ICH_HCR_EL2, 0xf80020ff, RW, { 0 } },
	{ "ICC_SRE_EL2.Enable is on already", SR_ICC_SRE_EL2, ICC_SRE_EL2_Enable, RW, { 0 } },
	{ "HCR_EL2.FMO: SGIs", SR_HCR_EL2, HCR_EL2_FMO, W, { SGIS } },
	{ "HCR_EL2.IMO: SGIs", SR_HCR_EL2, HCR_EL2_IMO, W, { SGIS } },
	{ "CNTHCTL_EL2.EL1TVT", SR_CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT, RW, { SR_CNTV_TVAL_EL0, SR_CNTV_CTL_EL0, SR_CNTV_CVAL_EL0 } },
	{ "CNTHCTL_EL2.EL1TVCT", SR_CNTHCTL_EL2, CNTHCTL_EL2_EL1TVCT, R, { SR_CNTVCT_EL0, SR_CNTVCTSS_EL0 } },
	{ "CNTHCTL_EL2: what is no trap without NV2", SR_CNTHCTL_EL2, 0x390fc, RW, { 0 } },
	{ "HCR_EL2.NV1 without NV", SR_HCR_EL2, HCR_EL2_NV1, RW, { 0 } },
	{ "MDCR_EL2.TDA",   SR_MDCR_EL2, MDCR_EL2_TDA, RW, { DEBUG } },
	{ "MDCR_EL2.TDCC",  SR_MDCR_EL2, MDCR_EL2_TDCC, RW, { SR_OSDTRRX_EL1, SR_OSDTRTX_EL1, SR_MDCCINT_EL1, DCC } },
	{ "MDCR_EL2.TDRA",  SR_MDCR_EL2, MDCR_EL2_TDRA, RW, { SR_MDRAR_EL1 } },
	{ "MDCR_EL2.TDOSA", SR_MDCR_EL2, MDCR_EL2_TDOSA, RW, { OS_LOCK } },
	{ "MDCR_EL2.TDE: all three", SR_MDCR_EL2, MDCR_EL2_TDE, RW, { DEBUG, OS_LOCK, SR_MDRAR_EL1 } },
	{ "MDCR_EL2.TPM",   SR_MDCR_EL2, MDCR_EL2_TPM, RW, { PMU } },
	{ "MDCR_EL2.TPMCR", SR_MDCR_EL2, MDCR_EL2_TPMCR, RW, { SR_PMCR_EL0 } },
	{ "CPTR_EL2.TCPAC", SR_CPTR_EL2, CPTR_EL2_TCPAC, RW, { SR_CPACR_EL1 } },
	{ "HSTR_EL2 is about AArch32", SR_HSTR_EL2, ~(u64)0, RW, { 0 } },
	{ "HACR_EL2",       SR_HACR_EL2, ~(u64)0, RW, { 0 } },
	{ "HCR_EL2: what is no trap of a register", SR_HCR_EL2, HCR_EL2_VM | HCR_EL2_SWIO | HCR_EL2_PTW | HCR_EL2_AMO | HCR_EL2_TEA | HCR_EL2_FB | HCR_EL2_BSU | HCR_EL2_DC | HCR_EL2_TWI | HCR_EL2_TWE | HCR_EL2_TID0 | HCR_EL2_TSC | HCR_EL2_TIDCP | HCR_EL2_HCD | HCR_EL2_CD | HCR_EL2_ID, RW, { 0 } },
	/* clang-format on */
};

/* TID3 is about the ID space, CRm 1 to 7, whether a register is there or not. */
static bool is_of_tid3(enum sysreg_id id)
{
	u32 encoding = sysreg_encoding(id);

	return op0_of(id) == 3 && op1_of(id) == 0 && bits(encoding, 10, 7) == 0 &&
	       bits(encoding, 6, 3) >= 1 && bits(encoding, 6, 3) <= 7;
}

static bool is_listed(const struct row *row, enum sysreg_id id)
{
	for (size_t i = 0; i < COUNT(row->reg) && row->reg[i] != 0; i++) {
		if (row->reg[i] == id)
			return true;
	}
	return false;
}

/* These trap while they are 0. */
#define HCR_ALLOW (HCR_EL2_APK | HCR_EL2_FIEN | HCR_EL2_EnSCXT)

/* EL0 and EL1 may all that EL1's own controls and the timer's can give. */
static struct cpu *create_open(void)
{
	struct cpu *cpu = pe_create("max", true, 40);
	u64 allow = SCTLR_EL1_UCT | SCTLR_EL1_UCI | SCTLR_EL1_DZE | SCTLR_EL1_EnRCTX;

	sysreg_write(cpu, SR_HCR_EL2, HCR_ALLOW);
	sysreg_write(cpu, SR_ICC_SRE_EL2, ICC_SRE_EL2_Enable);
	sysreg_write(cpu, SR_SCTLR_EL1, allow | SCTLR_EL1_UMA);
	sysreg_write(cpu, SR_SCTLR_EL2, allow);
	sysreg_write(cpu, SR_CNTKCTL_EL1, 0x303);
	sysreg_write(cpu, SR_CNTHCTL_EL2, 0xf03);
	sysreg_write(cpu, SR_PMUSERENR_EL0, 0xf);
	return cpu;
}

static bool is_trapped(struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	struct route route = sysreg_route(cpu, id, direction);

	return route.goes == TO_TRAP && route.ec == EC_SYSREG && route.target_el == EL2;
}

/* Could the access be done at all without the control. */
static bool is_possible(struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	enum goes_to goes = sysreg_route(cpu, id, direction).goes;

	return goes == TO_REGISTER || goes == TO_OPERATION;
}

/* Exactly the registers of `row` are trapped below EL2, in its directions, and all can be done
 * without. Returns how many accesses were trapped. */
static unsigned check_all(const struct row *row, unsigned el, bool is_tid3)
{
	struct cpu *open = create_open(), *cpu = create_open();
	unsigned trapped = 0;

	sysreg_write(cpu, row->control, row->value | open->sys[row->control]);
	if ((cpu->sys[row->control] & row->value) != row->value && row->reg[0] != 0)
		fail_msg("%s cannot be set", row->text);
	pe_set_el(open, el);
	pe_set_el(cpu, el);
	for (unsigned i = 0; i < 2 * SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)(i / 2);
		enum direction direction = i % 2 ? DIR_WRITE : DIR_READ;
		bool want = (is_tid3 ? is_of_tid3(id) : is_listed(row, id)) &&
			    (row->directions & (direction == DIR_READ ? R : W)) &&
			    is_possible(open, id, direction);

		if (is_trapped(cpu, id, direction) != want)
			fail_msg("%s at EL%u: %s of %s is%s trapped", row->text, el,
				direction == DIR_READ ? "read" : "write", sysreg_name(id),
				want ? " not" : "");
		trapped += want;
	}
	free(open);
	free(cpu);
	return trapped;
}

static void each_control_traps_its_registers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned trapped = check_all(&rows[i], EL1, false);

		if ((trapped != 0) != (rows[i].reg[0] != 0))
			fail_msg("%s: %u accesses are trapped", rows[i].text, trapped);
		check_all(&rows[i], EL0, false);
	}
}

static void tid3_traps_the_id_space(void **state)
{
	static const struct row row = { "HCR_EL2.TID3", SR_HCR_EL2, HCR_EL2_TID3, R, { 0 } };

	(void)state;
	assert_int_equal(check_all(&row, EL1, true), 7 * 8);
	assert_int_equal(check_all(&row, EL0, true), 0);
}

/* Controls that trap while they are 0, and the registers from one row to another. */
static const struct {
	const char *text;
	enum sysreg_id control;
	u64 bit;
	enum sysreg_id first, last;
	unsigned accesses;
} denied_rows[] = {
	/* clang-format off */
	{ "HCR_EL2.APK",  SR_HCR_EL2, HCR_EL2_APK,  SR_APIAKeyLo_EL1, SR_APGAKeyHi_EL1, 2 * 10 },
	{ "HCR_EL2.FIEN", SR_HCR_EL2, HCR_EL2_FIEN, SR_ERXPFGF_EL1, SR_ERXPFGCDN_EL1, 5 },
	{ "HCR_EL2.EnSCXT", SR_HCR_EL2, HCR_EL2_EnSCXT, SR_SCXTNUM_EL0, SR_SCXTNUM_EL1, 4 },
	{ "ICC_SRE_EL2.Enable", SR_ICC_SRE_EL2, ICC_SRE_EL2_Enable, SR_ICC_SRE_EL1, SR_ICC_SRE_EL1, 2 },
	/* clang-format on */
};

static void zero_traps(void **state)
{
	(void)state;
	for (size_t row = 0; row < COUNT(denied_rows); row++) {
		struct cpu *open = create_open(), *cpu = create_open();
		enum sysreg_id control = denied_rows[row].control;
		unsigned trapped = 0;

		sysreg_write(cpu, control, cpu->sys[control] & ~denied_rows[row].bit);
		pe_set_el(open, EL1);
		pe_set_el(cpu, EL1);
		for (unsigned i = 0; i < 2 * SYSREG_COUNT; i++) {
			enum sysreg_id id = (enum sysreg_id)(i / 2);
			enum direction direction = i % 2 ? DIR_WRITE : DIR_READ;
			bool want = id >= denied_rows[row].first && id <= denied_rows[row].last &&
				    is_possible(open, id, direction);

			if (is_trapped(cpu, id, direction) != want ||
				is_trapped(open, id, direction))
				fail_msg("%s: %s", denied_rows[row].text, sysreg_name(id));
			trapped += want;
		}
		assert_int_equal(trapped, denied_rows[row].accesses);
		free(open);
		free(cpu);
	}
}

/* What a row of the table leaves at EL0; and HW-5: nothing of HCR_EL2 and CPTR_EL2 for the host. */
static const struct {
	const char *text;
	enum sysreg_id control;
	u64 value;
	enum sysreg_id reg;
	enum direction direction;
	u8 trapped; /* bit 0: {E2H,TGE} = {0,0}, bit 1: {0,1}, bit 2: {1,0}, bit 3: {1,1} */
} el0_rows[] = {
	/* clang-format off */
	{ "TID2",    SR_HCR_EL2,  HCR_EL2_TID2,  SR_CTR_EL0,      DIR_READ,  0x7 },
	{ "TDZ",     SR_HCR_EL2,  HCR_EL2_TDZ,   SR_DC_ZVA,       DIR_WRITE, 0x7 },
	{ "TPCP",    SR_HCR_EL2,  HCR_EL2_TPCP,  SR_DC_CIVAC,     DIR_WRITE, 0x7 },
	{ "TPU",     SR_HCR_EL2,  HCR_EL2_TPU,   SR_IC_IVAU,      DIR_WRITE, 0x7 },
	{ "TOCU",    SR_HCR_EL2,  HCR_EL2_TOCU,  SR_DC_CVAU,      DIR_WRITE, 0x7 },
	{ "TDA",     SR_MDCR_EL2, MDCR_EL2_TDA,  SR_MDCCSR_EL0,   DIR_READ,  0xf },
	{ "TDCC",    SR_MDCR_EL2, MDCR_EL2_TDCC, SR_MDCCSR_EL0,   DIR_READ,  0xf },
	{ "TDE",     SR_MDCR_EL2, MDCR_EL2_TDE,  SR_DBGDTR_EL0,   DIR_WRITE, 0xf },
	{ "TPM",     SR_MDCR_EL2, MDCR_EL2_TPM,  SR_PMCCNTR_EL0,  DIR_READ,  0xf },
	{ "TPMCR",   SR_MDCR_EL2, MDCR_EL2_TPMCR, SR_PMCR_EL0,    DIR_WRITE, 0xf },
	{ "HPMN = 0", SR_MDCR_EL2, 0,            SR_PMEVCNTR0_EL0, DIR_READ, 0xf },
	{ "TGE makes TDA 1", SR_MDCR_EL2, 0,     SR_DBGDTRRX_EL0, DIR_READ,  0xa },
	{ "EnSCXT",  SR_HCR_EL2,  0,             SR_SCXTNUM_EL0,  DIR_READ,  0x7 },
	{ "EnSCXT = 1", SR_HCR_EL2, HCR_EL2_EnSCXT, SR_SCXTNUM_EL0, DIR_READ, 0x0 },
	{ "EL1TVT",  SR_CNTHCTL_EL2, CNTHCTL_EL2_EL1TVT | 0xf03, SR_CNTV_CTL_EL0, DIR_WRITE, 0x7 },
	{ "EL1TVCT", SR_CNTHCTL_EL2, CNTHCTL_EL2_EL1TVCT | 0xf03, SR_CNTVCT_EL0, DIR_READ, 0x7 },
	{ "nothing", SR_HCR_EL2,  0,             SR_CTR_EL0,      DIR_READ,  0x0 },
	/* clang-format on */
};

static void traps_at_el0(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(el0_rows); i++) {
		for (unsigned mode = 0; mode < 4; mode++) {
			struct cpu *cpu = create_open();
			u64 hcr = (mode & 1 ? HCR_EL2_TGE : 0) | (mode & 2 ? HCR_EL2_E2H : 0);
			bool want = el0_rows[i].trapped >> mode & 1;

			/* HCR_EL2 last: what is armed follows from both, in any order */
			sysreg_write(cpu, el0_rows[i].control, el0_rows[i].value);
			sysreg_write(cpu, SR_HCR_EL2, cpu->sys[SR_HCR_EL2] | hcr);
			pe_set_el(cpu, EL0);
			if (is_trapped(cpu, el0_rows[i].reg, el0_rows[i].direction) != want)
				fail_msg("%s with TGE %u, E2H %u: %s", el0_rows[i].text, mode & 1,
					mode >> 1, want ? "not trapped" : "trapped");
			free(cpu);
		}
	}
}

/* No control but that of floating point applies to EL2: all others are set, nothing is trapped. */
static void el2_is_not_trapped(void **state)
{
	(void)state;
	for (unsigned e2h = 0; e2h < 2; e2h++) {
		struct cpu *cpu = create_open();

		sysreg_write(cpu, SR_MDCR_EL2, ~(u64)0);
		sysreg_write(cpu, SR_HCR_EL2, ~HCR_EL2_E2H | (e2h ? HCR_EL2_E2H : 0));
		sysreg_write(cpu, SR_CPTR_EL2, e2h ? ~(u64)0 : ~CPTR_EL2_TFP);
		sysreg_write(cpu, SR_CNTHCTL_EL2, 0);
		sysreg_write(cpu, SR_CNTKCTL_EL1, 0);
		sysreg_write(cpu, SR_ICH_HCR_EL2, ~(u64)0);
		sysreg_write(cpu, SR_ICC_SRE_EL2, 0);
		pe_set_el(cpu, EL2);
		for (unsigned i = 0; i < 2 * SYSREG_COUNT; i++) {
			enum sysreg_id id = (enum sysreg_id)(i / 2);
			enum goes_to goes =
				sysreg_route(cpu, id, i % 2 ? DIR_WRITE : DIR_READ).goes;

			if (goes == TO_TRAP || goes == TO_MEMORY)
				fail_msg("%s at EL2 goes %d", sysreg_name(id), goes);
		}
		free(cpu);
	}
}

/* Clearing the control disarms it: a trap stays in force only while its bits say so. */
static void controls_can_be_cleared(void **state)
{
	struct cpu *cpu = create_open();
	u64 reads = cpu->armed[DIR_READ], writes = cpu->armed[DIR_WRITE];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 before = cpu->sys[rows[i].control];

		sysreg_write(cpu, rows[i].control, before | rows[i].value);
		if (rows[i].reg[0] != 0 && cpu->armed[DIR_READ] == reads &&
			cpu->armed[DIR_WRITE] == writes)
			fail_msg("%s arms nothing", rows[i].text);
		sysreg_write(cpu, rows[i].control, before);
		if (cpu->armed[DIR_READ] != reads || cpu->armed[DIR_WRITE] != writes)
			fail_msg("%s stays armed", rows[i].text);
	}
	free(cpu);
}

/* FEAT_IDST and TIDCP: encodings by number, op0:op1:CRn:CRm:op2, with a row or without. */
#define ENCODING(op0, op1, crn, crm, op2)                                                          \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

static const struct {
	const char *text, *profile;
	unsigned el;
	u64 hcr;
	u32 encoding;
	enum direction direction;
	unsigned target; /* of a trap with EC 0x18; 0: UNDEFINED */
} encoding_rows[] = {
	/* clang-format off */
	{ "IDST: ID space at EL0",          "v8.4-nv2", EL0, 0,             ENCODING(3, 0, 0, 7, 2),  DIR_READ,  EL1 },
	{ "... to EL2 by TGE",              "v8.4-nv2", EL0, HCR_EL2_TGE,   ENCODING(3, 0, 0, 7, 2),  DIR_READ,  EL2 },
	{ "MIDR_EL1 is in it",              "v8.4-nv2", EL0, 0,             ENCODING(3, 0, 0, 0, 0),  DIR_READ,  EL1 },
	{ "CCSIDR_EL1 is in it: op1 = 1",   "v8.4-nv2", EL0, 0,             ENCODING(3, 1, 0, 0, 0),  DIR_READ,  EL1 },
	{ "CSSELR_EL1 is not: op1 = 2",     "v8.4-nv2", EL0, 0,             ENCODING(3, 2, 0, 0, 0),  DIR_READ,  0   },
	{ "VPIDR_EL2 is not: op1 = 4",      "v8.4-nv2", EL0, 0,             ENCODING(3, 4, 0, 0, 0),  DIR_READ,  0   },
	{ "SCTLR_EL1 is not: CRn = 1",      "v8.4-nv2", EL0, 0,             ENCODING(3, 0, 1, 0, 0),  DIR_READ,  0   },
	{ "a write is UNDEFINED",           "v8.4-nv2", EL0, 0,             ENCODING(3, 0, 0, 7, 2),  DIR_WRITE, 0   },
	{ "no register there, at EL1",      "v8.4-nv2", EL1, 0,             ENCODING(3, 1, 0, 0, 5),  DIR_READ,  EL1 },
	{ "no register there, at EL2",      "v8.4-nv2", EL2, 0,             ENCODING(3, 3, 0, 0, 5),  DIR_READ,  EL2 },
	{ "CRm = 8 is not in it",           "v8.4-nv2", EL1, 0,             ENCODING(3, 0, 0, 8, 0),  DIR_READ,  0   },
	{ "op0 = 2 is not",                 "v8.4-nv2", EL1, 0,             ENCODING(2, 0, 0, 0, 3),  DIR_READ,  0   },
	{ "without IDST it is UNDEFINED",   "v8.3-nv",  EL0, 0,             ENCODING(3, 0, 0, 7, 2),  DIR_READ,  0   },
	{ "TIDCP: CRn = 15",                "v8.1",     EL1, HCR_EL2_TIDCP, ENCODING(3, 7, 15, 15, 7), DIR_READ, EL2 },
	{ "TIDCP: CRn = 11, written",       "v8.1",     EL1, HCR_EL2_TIDCP, ENCODING(3, 0, 11, 0, 0), DIR_WRITE, EL2 },
	{ "TIDCP: SYS",                     "v8.1",     EL1, HCR_EL2_TIDCP, ENCODING(1, 0, 15, 1, 0), DIR_WRITE, EL2 },
	{ "TIDCP is about no other CRn",    "v8.1",     EL1, HCR_EL2_TIDCP, ENCODING(3, 0, 14, 15, 0), DIR_READ, 0   },
	{ "TIDCP does not hit EL2",         "v8.1",     EL2, HCR_EL2_TIDCP, ENCODING(3, 7, 15, 15, 7), DIR_READ, 0   },
	{ "without TIDCP it is UNDEFINED",  "v8.1",     EL1, 0,             ENCODING(3, 7, 15, 15, 7), DIR_READ, 0   },
	/* clang-format on */
};

static void encodings_go_as_they_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(encoding_rows); i++) {
		struct cpu *cpu = pe_create(encoding_rows[i].profile, true, 40);
		enum sysreg_id id = sysreg_find(encoding_rows[i].encoding);
		enum direction direction = encoding_rows[i].direction;
		unsigned target = encoding_rows[i].target;
		struct route got;

		sysreg_write(cpu, SR_HCR_EL2, encoding_rows[i].hcr);
		pe_set_el(cpu, encoding_rows[i].el);
		got = id != SR_NONE
			      ? sysreg_route(cpu, id, direction)
			      : sysreg_route_encoding(cpu, encoding_rows[i].encoding, direction);
		if (got.goes != (target ? TO_TRAP : TO_UNDEFINED) ||
			(target && (got.target_el != target || got.ec != EC_SYSREG)))
			fail_msg("%s: goes %d, EL%u", encoding_rows[i].text, got.goes,
				got.target_el);
		free(cpu);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_control_traps_its_registers),
		cmocka_unit_test(tid3_traps_the_id_space),
		cmocka_unit_test(zero_traps),
		cmocka_unit_test(traps_at_el0),
		cmocka_unit_test(el2_is_not_trapped),
		cmocka_unit_test(controls_can_be_cleared),
		cmocka_unit_test(encodings_go_as_they_should),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
