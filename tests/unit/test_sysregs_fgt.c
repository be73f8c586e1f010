/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_FGT: each bit of the five controls traps the registers and instructions of its rows and
 * nothing else, below EL2 and not in the host; SVC and ERET. What comes before and behind is in
 * tests/route/rows_fgt.c. DDI 0487 HFGRTR_EL2, HFGWTR_EL2, HFGITR_EL2, HDFGRTR_EL2, HDFGWTR_EL2.
 */
#include "tests/unit/sysregs_pe.h"

enum { R = 1, W = 2, RW = R | W };
enum group { HFGxTR_EL2, HFGITR_EL2, HDFGxTR_EL2 };
enum { IN_HOST = EL_COUNT, MODES }; /* EL0, EL1, EL2, EL0 of the host */

static const enum sysreg_id controls[] = { SR_HFGRTR_EL2, SR_HFGWTR_EL2, SR_HFGITR_EL2,
	SR_HDFGRTR_EL2, SR_HDFGWTR_EL2 };

static const struct row {
	enum sysreg_id reg;
	enum group group;
	u64 mask;
	u8 directions;
	bool value;
} rows[] = {
#define FGT(reg, group, field, directions, value)                                                  \
	{ SR_##reg, group, group##_##field, directions, value },
#include "sysregs/fgt.def"
#undef FGT
};

/* The control of the row's bit in a direction, or SR_NONE. */
static enum sysreg_id control_of(const struct row *row, enum direction direction)
{
	if (!(row->directions & (direction == DIR_READ ? R : W)))
		return SR_NONE;
	switch (row->group) {
	case HFGxTR_EL2: return direction == DIR_READ ? SR_HFGRTR_EL2 : SR_HFGWTR_EL2;
	case HFGITR_EL2: return direction == DIR_READ ? SR_NONE : SR_HFGITR_EL2;
	default: return direction == DIR_READ ? SR_HDFGRTR_EL2 : SR_HDFGWTR_EL2;
	}
}

/* FEAT_LS64_ACCDATA, which no profile has, brings the one bit here that traps while 0. */
static struct cpu *create(unsigned mode)
{
	struct cpu *cpu = pe_create("max", true, 40);
	u64 allow = SCTLR_EL1_UCT | SCTLR_EL1_UCI | SCTLR_EL1_DZE | SCTLR_EL1_EnRCTX;

	cpu->features[FEAT_LS64_ACCDATA / 64] |= BIT(FEAT_LS64_ACCDATA % 64);
	cpu->sys[SR_HFGRTR_EL2] = HFGxTR_EL2_nACCDATA_EL1;
	cpu->sys[SR_HFGWTR_EL2] = HFGxTR_EL2_nACCDATA_EL1;
	sysreg_write(cpu, SR_HCR_EL2,
		HCR_EL2_APK | HCR_EL2_FIEN | HCR_EL2_EnSCXT |
			(mode == IN_HOST ? HCR_EL2_E2H | HCR_EL2_TGE : 0));
	sysreg_write(cpu, SR_SCTLR_EL1, allow);
	sysreg_write(cpu, SR_SCTLR_EL2, allow);
	sysreg_write(cpu, SR_CNTHCTL_EL2, 0xf03);
	sysreg_write(cpu, SR_PMUSERENR_EL0, PMUSERENR_EL0_EN);
	pe_set_el(cpu, mode == IN_HOST ? EL0 : mode);
	return cpu;
}

/* The bits of the write; what the mask takes away, for bits of features that no profile has. */
static void flip(struct cpu *cpu, enum sysreg_id control, u64 mask)
{
	u64 value = cpu->sys[control] ^ mask;

	sysreg_write(cpu, control, value);
	if (cpu->sys[control] != value) {
		cpu->sys[control] = value;
		sysregs_arm_traps(cpu);
	}
}

static bool is_trap(struct route route, enum ec ec)
{
	return route.goes == TO_TRAP && route.ec == ec && route.target_el == EL2;
}

static bool is_done(struct route route)
{
	return route.goes == TO_REGISTER || route.goes == TO_OPERATION;
}

static bool is_same(struct route a, struct route b)
{
	return a.goes == b.goes && a.reg == b.reg && a.vncr == b.vncr && a.ec == b.ec &&
	       a.target_el == b.target_el && a.iss == b.iss && a.next_pc == b.next_pc;
}

/* Has the bit a row about this access? */
static bool is_listed(
	enum sysreg_id control, unsigned bit, enum sysreg_id id, enum direction direction)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].reg == id && rows[i].mask == BIT(bit) &&
			control_of(&rows[i], direction) == control)
			return true;
	}
	return false;
}

/* Who asks for the list of controls gets the same answer. */
static struct route route_of(struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	struct consultation asked = { 0 };
	struct route route = sysreg_route(cpu, id, direction), again;

	cpu->consulted = &asked;
	again = sysreg_route(cpu, id, direction);
	cpu->consulted = NULL;
	if (!is_same(again, route))
		fail_msg("%s: another answer when explained", sysreg_name(id));
	return route;
}

/* One bit other than at rest: what it traps, of all accesses. The number of them. */
static unsigned check_bit(enum sysreg_id control, unsigned bit, unsigned mode)
{
	struct cpu *open = create(mode), *cpu = create(mode);
	unsigned trapped = 0;

	flip(cpu, control, BIT(bit));
	for (unsigned i = 0; i < 2 * SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)(i / 2);
		enum direction direction = i % 2 ? DIR_WRITE : DIR_READ;
		struct route without = sysreg_route(open, id, direction);
		struct route with = route_of(cpu, id, direction);
		bool want =
			mode <= EL1 && is_done(without) && is_listed(control, bit, id, direction);

		if (want ? !is_trap(with, EC_SYSREG) : !is_same(with, without))
			fail_msg("%s[%u], mode %u: %s of %s is%s trapped", sysreg_name(control),
				bit, mode, direction == DIR_READ ? "read" : "write",
				sysreg_name(id), want ? " not" : "");
		if (want && sysreg_direct_target(cpu, id, direction) != SR_NONE)
			fail_msg("%s goes past its trap", sysreg_name(id));
		trapped += want;
	}
	flip(cpu, control, BIT(bit));
	if (memcmp(cpu->armed, open->armed, sizeof(cpu->armed)) != 0)
		fail_msg("%s[%u] stays armed", sysreg_name(control), bit);
	free(open);
	free(cpu);
	return trapped;
}

static void each_bit_traps_its_rows(void **state)
{
	unsigned trapped[MODES] = { 0 }, at_el1 = 0;
	struct cpu *open = create(EL1);

	(void)state;
	for (unsigned i = 0; i < COUNT(controls) * 64; i++) {
		for (unsigned mode = 0; mode < MODES; mode++)
			trapped[mode] += check_bit(controls[i / 64], i % 64, mode);
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		at_el1 += (rows[i].directions & R) &&
			  is_done(sysreg_route(open, rows[i].reg, DIR_READ));
		at_el1 += (rows[i].directions & W) &&
			  is_done(sysreg_route(open, rows[i].reg, DIR_WRITE));
	}
	free(open);
	assert_int_equal(trapped[EL1], at_el1);
	assert_true(trapped[EL0] > 0);
	assert_int_equal(trapped[EL2] + trapped[IN_HOST], 0);
}

/* ---- Bits by number, DDI 0487 ---- */

static const struct {
	enum sysreg_id control;
	unsigned bit;
	enum sysreg_id reg;
} numbers[] = {
	/* clang-format off */
	{ SR_HFGRTR_EL2,   0, SR_AFSR0_EL1 },      { SR_HFGRTR_EL2,   1, SR_AFSR1_EL1 },
	{ SR_HFGRTR_EL2,   2, SR_AIDR_EL1 },       { SR_HFGRTR_EL2,   4, SR_APDAKeyHi_EL1 },
	{ SR_HFGRTR_EL2,   8, SR_APIBKeyLo_EL1 },  { SR_HFGRTR_EL2,   9, SR_CCSIDR_EL1 },
	{ SR_HFGRTR_EL2,  14, SR_CTR_EL0 },        { SR_HFGRTR_EL2,  15, SR_DCZID_EL0 },
	{ SR_HFGRTR_EL2,  18, SR_ISR_EL1 },        { SR_HFGRTR_EL2,  21, SR_LORID_EL1 },
	{ SR_HFGRTR_EL2,  23, SR_LORSA_EL1 },      { SR_HFGRTR_EL2,  25, SR_MIDR_EL1 },
	{ SR_HFGRTR_EL2,  28, SR_REVIDR_EL1 },     { SR_HFGRTR_EL2,  29, SR_SCTLR_EL1 },
	{ SR_HFGRTR_EL2,  30, SR_SCXTNUM_EL1 },    { SR_HFGWTR_EL2,  31, SR_SCXTNUM_EL0 },
	{ SR_HFGRTR_EL2,  32, SR_TCR_EL1 },        { SR_HFGRTR_EL2,  35, SR_TPIDR_EL0 },
	{ SR_HFGRTR_EL2,  38, SR_VBAR_EL1 },       { SR_HFGRTR_EL2,  50, SR_ACCDATA_EL1 },
	{ SR_HFGRTR_EL2,  39, SR_ICC_IGRPEN0_EL1 }, { SR_HFGRTR_EL2, 40, SR_ERRIDR_EL1 },
	{ SR_HFGRTR_EL2,  42, SR_ERXFR_EL1 },      { SR_HFGRTR_EL2,  45, SR_ERXMISC0_EL1 },
	{ SR_HFGRTR_EL2,  46, SR_ERXPFGF_EL1 },    { SR_HFGRTR_EL2,  49, SR_ERXADDR_EL1 },
	{ SR_HFGWTR_EL2,  39, SR_ICC_IGRPEN1_EL1 }, { SR_HFGWTR_EL2, 41, SR_ERRSELR_EL1 },
	{ SR_HFGWTR_EL2,  43, SR_ERXCTLR_EL1 },    { SR_HFGWTR_EL2,  44, SR_ERXSTATUS_EL1 },
	{ SR_HFGWTR_EL2,  45, SR_ERXMISC3_EL1 },   { SR_HFGWTR_EL2,  47, SR_ERXPFGCTL_EL1 },
	{ SR_HFGWTR_EL2,  48, SR_ERXPFGCDN_EL1 },
	{ SR_HFGWTR_EL2,   3, SR_AMAIR_EL1 },      { SR_HFGWTR_EL2,   7, SR_APIAKeyLo_EL1 },
	{ SR_HFGWTR_EL2,  11, SR_CONTEXTIDR_EL1 }, { SR_HFGWTR_EL2,  12, SR_CPACR_EL1 },
	{ SR_HFGWTR_EL2,  13, SR_CSSELR_EL1 },     { SR_HFGWTR_EL2,  16, SR_ESR_EL1 },
	{ SR_HFGWTR_EL2,  17, SR_FAR_EL1 },        { SR_HFGWTR_EL2,  24, SR_MAIR_EL1 },
	{ SR_HFGWTR_EL2,  27, SR_PAR_EL1 },        { SR_HFGWTR_EL2,  33, SR_TPIDR_EL1 },
	{ SR_HFGWTR_EL2,  34, SR_TPIDRRO_EL0 },    { SR_HFGWTR_EL2,  36, SR_TTBR0_EL1 },
	{ SR_HFGWTR_EL2,  37, SR_TTBR1_EL1 },      { SR_HFGWTR_EL2,  38, SR_VBAR_EL1 },
	{ SR_HFGITR_EL2,   0, SR_IC_IALLUIS },     { SR_HFGITR_EL2,   2, SR_IC_IVAU },
	{ SR_HFGITR_EL2,   3, SR_DC_IVAC },        { SR_HFGITR_EL2,   5, SR_DC_CSW },
	{ SR_HFGITR_EL2,   6, SR_DC_CISW },        { SR_HFGITR_EL2,   7, SR_DC_CVAU },
	{ SR_HFGITR_EL2,   8, SR_DC_CVAP },        { SR_HFGITR_EL2,   9, SR_DC_CVADP },
	{ SR_HFGITR_EL2,  10, SR_DC_CIVAC },       { SR_HFGITR_EL2,  11, SR_DC_ZVA },
	{ SR_HFGITR_EL2,  12, SR_AT_S1E1R },       { SR_HFGITR_EL2,  15, SR_AT_S1E0W },
	{ SR_HFGITR_EL2,  16, SR_AT_S1E1RP },      { SR_HFGITR_EL2,  18, SR_TLBI_VMALLE1OS },
	{ SR_HFGITR_EL2,  23, SR_TLBI_VAALE1OS },  { SR_HFGITR_EL2,  24, SR_TLBI_RVAE1OS },
	{ SR_HFGITR_EL2,  27, SR_TLBI_RVAALE1OS }, { SR_HFGITR_EL2,  28, SR_TLBI_VMALLE1IS },
	{ SR_HFGITR_EL2,  30, SR_TLBI_ASIDE1IS },  { SR_HFGITR_EL2,  34, SR_TLBI_RVAE1IS },
	{ SR_HFGITR_EL2,  38, SR_TLBI_RVAE1 },     { SR_HFGITR_EL2,  41, SR_TLBI_RVAALE1 },
	{ SR_HFGITR_EL2,  42, SR_TLBI_VMALLE1 },   { SR_HFGITR_EL2,  47, SR_TLBI_VAALE1 },
	{ SR_HFGITR_EL2,  48, SR_CFP_RCTX },       { SR_HFGITR_EL2,  49, SR_DVP_RCTX },
	{ SR_HFGITR_EL2,  50, SR_CPP_RCTX },       { SR_HFGITR_EL2,  54, SR_DC_CVAC },
	{ SR_HDFGRTR_EL2,  0, SR_DBGBCR1_EL1 },    { SR_HDFGRTR_EL2,  1, SR_DBGBVR0_EL1 },
	{ SR_HDFGRTR_EL2,  2, SR_DBGWCR0_EL1 },    { SR_HDFGRTR_EL2,  3, SR_DBGWVR1_EL1 },
	{ SR_HDFGRTR_EL2,  5, SR_DBGCLAIMSET_EL1 }, { SR_HDFGRTR_EL2, 6, SR_DBGAUTHSTATUS_EL1 },
	{ SR_HDFGRTR_EL2,  9, SR_OSLSR_EL1 },      { SR_HDFGWTR_EL2,  4, SR_MDSCR_EL1 },
	{ SR_HDFGWTR_EL2,  5, SR_DBGCLAIMCLR_EL1 }, { SR_HDFGWTR_EL2, 7, SR_DBGPRCR_EL1 },
	{ SR_HDFGWTR_EL2,  8, SR_OSLAR_EL1 },      { SR_HDFGWTR_EL2, 10, SR_OSECCR_EL1 },
	{ SR_HDFGWTR_EL2, 11, SR_OSDLR_EL1 },      { SR_HDFGRTR_EL2,  0, SR_DBGBCR5_EL1 },
	{ SR_HDFGWTR_EL2,  3, SR_DBGWVR3_EL1 },    { SR_HDFGRTR_EL2, 12, SR_PMEVCNTR5_EL0 },
	{ SR_HDFGRTR_EL2, 12, SR_PMXEVCNTR_EL0 },  { SR_HDFGRTR_EL2, 13, SR_PMEVTYPER0_EL0 },
	{ SR_HDFGRTR_EL2, 13, SR_PMXEVTYPER_EL0 }, { SR_HDFGRTR_EL2, 14, SR_PMCCFILTR_EL0 },
	{ SR_HDFGRTR_EL2, 15, SR_PMCCNTR_EL0 },    { SR_HDFGRTR_EL2, 16, SR_PMCNTENCLR_EL0 },
	{ SR_HDFGRTR_EL2, 22, SR_PMMIR_EL1 },      { SR_HDFGRTR_EL2, 57, SR_PMUSERENR_EL0 },
	{ SR_HDFGRTR_EL2, 58, SR_PMCEID1_EL0 },    { SR_HDFGWTR_EL2, 12, SR_PMEVCNTR0_EL0 },
	{ SR_HDFGWTR_EL2, 17, SR_PMINTENSET_EL1 }, { SR_HDFGWTR_EL2, 18, SR_PMOVSCLR_EL0 },
	{ SR_HDFGWTR_EL2, 19, SR_PMSELR_EL0 },     { SR_HDFGWTR_EL2, 20, SR_PMSWINC_EL0 },
	{ SR_HDFGWTR_EL2, 21, SR_PMCR_EL0 },       { SR_HDFGWTR_EL2, 57, SR_PMUSERENR_EL0 },
	/* clang-format on */
};

static void bits_have_their_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		bool is_read =
			numbers[i].control == SR_HFGRTR_EL2 || numbers[i].control == SR_HDFGRTR_EL2;
		struct cpu *cpu = create(EL1);

		flip(cpu, numbers[i].control, BIT(numbers[i].bit));
		if (!is_trap(sysreg_route(cpu, numbers[i].reg, is_read ? DIR_READ : DIR_WRITE),
			    EC_SYSREG))
			fail_msg("%s[%u] does not trap %s", sysreg_name(numbers[i].control),
				numbers[i].bit, sysreg_name(numbers[i].reg));
		free(cpu);
	}
}

/* Every bit that some row of a present feature, SVC or ERET has can be set, no other. */
static void bits_without_a_feature_are_res0(void **state)
{
	struct cpu *cpu = pe_create("max", true, 40);

	(void)state;
	for (size_t c = 0; c < COUNT(controls); c++) {
		u64 want = controls[c] == SR_HFGITR_EL2
				   ? HFGITR_EL2_SVC_EL0 | HFGITR_EL2_SVC_EL1 | HFGITR_EL2_ERET
				   : 0;

		for (size_t i = 0; i < COUNT(rows); i++) {
			u8 feature = sysreg_rows[rows[i].reg].feature;

			if (cpu_has(cpu, (enum feature_id)feature) &&
				(control_of(&rows[i], DIR_READ) == controls[c] ||
					control_of(&rows[i], DIR_WRITE) == controls[c]))
				want |= rows[i].mask;
		}
		sysreg_write(cpu, controls[c], ~(u64)0);
		if (sysreg_read(cpu, controls[c]) != want)
			fail_msg("%s: 0x%" PRIx64 " can be set, not 0x%" PRIx64,
				sysreg_name(controls[c]), sysreg_read(cpu, controls[c]), want);
	}
	free(cpu);
}

/* A row's directions are some of its register's, and one register has one bit. */
static void rows_fit_their_registers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct sysreg *row = &sysreg_rows[rows[i].reg];

		if (((rows[i].directions & R) && row->read_el > EL1) ||
			((rows[i].directions & W) && row->write_el > EL1) ||
			row->is_operation != (rows[i].group == HFGITR_EL2))
			fail_msg("%s cannot be trapped so", row->name);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(rows[i].reg, rows[j].reg);
	}
}

static void without_the_feature_there_are_none(void **state)
{
	struct cpu *cpu = pe_create("v8.4-nv2", true, 40);

	(void)state;
	pe_set_el(cpu, EL2);
	for (size_t c = 0; c < COUNT(controls); c++) {
		assert_int_equal(sysreg_route(cpu, controls[c], DIR_READ).goes, TO_UNDEFINED);
		assert_int_equal(sysreg_route(cpu, controls[c], DIR_WRITE).goes, TO_UNDEFINED);
	}
	/* HAFGRTR_EL2 comes with FEAT_AMUv1 */
	assert_int_equal(sysreg_find(3u << 14 | 4 << 11 | 3 << 7 | 1 << 3 | 6), SR_NONE);
	free(cpu);
}

/* What EL1 reads of DC ZVA is TDZ's and DZE's business. DDI 0487 DCZID_EL0.DZP */
static void dczid_does_not_know(void **state)
{
	struct cpu *cpu = pe_create("max", true, 40);

	(void)state;
	sysreg_write(cpu, SR_HFGITR_EL2, HFGITR_EL2_DCZVA);
	pe_set_el(cpu, EL1);
	assert_int_equal(sysreg_read(cpu, SR_DCZID_EL0), ZVA_LOG2_WORDS);
	free(cpu);
}

/* ---- SVC and ERET ---- */

#define HOST (HCR_EL2_E2H | HCR_EL2_TGE)

static const struct {
	const char *text;
	enum insn_control insn;
	unsigned el;
	bool no_el2;
	u64 hcr, hfgitr;
	enum goes_to goes;
	enum ec ec;
	unsigned target;
	bool next_pc;
	u32 iss;
} insn_rows[] = {
	/* clang-format off */
	{ "SVC",                      INSN_SVC,    EL1, false, 0,           0,                   TO_TRAP,    EC_SVC64, EL1, true,  0 },
	{ "SVC_EL1: back to the SVC", INSN_SVC,    EL1, false, 0,           HFGITR_EL2_SVC_EL1,  TO_TRAP,    EC_SVC64, EL2, false, 0 },
	{ "... is not EL0's",         INSN_SVC,    EL0, false, 0,           ~HFGITR_EL2_SVC_EL0, TO_TRAP,    EC_SVC64, EL1, true,  0 },
	{ "SVC_EL0",                  INSN_SVC,    EL0, false, 0,           HFGITR_EL2_SVC_EL0,  TO_TRAP,    EC_SVC64, EL2, false, 0 },
	{ "... is not EL1's",         INSN_SVC,    EL1, false, 0,           ~HFGITR_EL2_SVC_EL1, TO_TRAP,    EC_SVC64, EL1, true,  0 },
	{ "... under TGE",            INSN_SVC,    EL0, false, HCR_EL2_TGE, HFGITR_EL2_SVC_EL0,  TO_TRAP,    EC_SVC64, EL2, false, 0 },
	{ "... but not the host's",   INSN_SVC,    EL0, false, HOST,        HFGITR_EL2_SVC_EL0,  TO_TRAP,    EC_SVC64, EL2, true,  0 },
	{ "... nor EL2's",            INSN_SVC,    EL2, false, 0,           ~(u64)0,             TO_TRAP,    EC_SVC64, EL2, true,  0 },
	{ "HVC has no bit",           INSN_HVC,    EL1, false, 0,           ~(u64)0,             TO_TRAP,    EC_HVC64, EL2, true,  0 },
	{ "SMC has no bit",           INSN_SMC,    EL1, false, 0,           ~(u64)0,             TO_EXECUTE, EC_UNKNOWN, 0, false, 0 },
	{ "ERET",                     INSN_ERET,   EL1, false, 0,           ~HFGITR_EL2_ERET,    TO_EXECUTE, EC_UNKNOWN, 0, false, 0 },
	{ "ERET trapped",             INSN_ERET,   EL1, false, 0,           HFGITR_EL2_ERET,     TO_TRAP,    EC_ERET,  EL2, false, 0 },
	{ "ERETAA trapped",           INSN_ERETAA, EL1, false, 0,           HFGITR_EL2_ERET,     TO_TRAP,    EC_ERET,  EL2, false, 2 },
	{ "ERETAB trapped",           INSN_ERETAB, EL1, false, 0,           HFGITR_EL2_ERET,     TO_TRAP,    EC_ERET,  EL2, false, 3 },
	{ "ERET is UNDEFINED at EL0", INSN_ERET,   EL0, false, 0,           HFGITR_EL2_ERET,     TO_UNDEFINED, EC_UNKNOWN, EL1, false, 0 },
	{ "ERET of EL2",              INSN_ERET,   EL2, false, 0,           HFGITR_EL2_ERET,     TO_EXECUTE, EC_UNKNOWN, 0, false, 0 },
	{ "ERET, and NV as well",     INSN_ERET,   EL1, false, HCR_EL2_NV,  HFGITR_EL2_ERET,     TO_TRAP,    EC_ERET,  EL2, false, 0 },
	{ "SVC without EL2",          INSN_SVC,    EL1, true,  0,           ~(u64)0,             TO_TRAP,    EC_SVC64, EL1, true,  0 },
	{ "ERET without EL2",         INSN_ERET,   EL1, true,  0,           ~(u64)0,             TO_EXECUTE, EC_UNKNOWN, 0, false, 0 },
	/* clang-format on */
};

static void svc_and_eret(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(insn_rows); i++) {
		struct cpu *cpu = pe_create("max", !insn_rows[i].no_el2, 40);
		struct route route, want = { .goes = (u8)insn_rows[i].goes,
			.ec = (u8)insn_rows[i].ec,
			.target_el = (u8)insn_rows[i].target,
			.next_pc = insn_rows[i].next_pc,
			.iss = insn_rows[i].iss };

		sysreg_write(cpu, SR_HCR_EL2, insn_rows[i].hcr);
		sysreg_write(cpu, SR_HFGITR_EL2, insn_rows[i].hfgitr);
		pe_set_el(cpu, insn_rows[i].el);
		route = insn_route(cpu, insn_rows[i].insn);
		if (!is_same(route, want))
			fail_msg("%s: goes %d, EC 0x%x to EL%u, ISS 0x%x%s", insn_rows[i].text,
				route.goes, route.ec, route.target_el, route.iss,
				route.next_pc ? ", behind" : "");
		free(cpu);
	}
}

/* ---- Cost and explanation ---- */

/* The short way is closed for the registers with a bit only, and only while some bit can trap. */
static void short_way(void **state)
{
	struct cpu *cpu = pe_create("max", true, 40);

	(void)state;
	pe_set_el(cpu, EL1);
	assert_int_equal(sysreg_direct_target(cpu, SR_TPIDR_EL0, DIR_READ), SR_TPIDR_EL0);
	sysreg_write(cpu, SR_HFGRTR_EL2, HFGxTR_EL2_AFSR0_EL1);
	assert_int_equal(sysreg_direct_target(cpu, SR_TPIDR_EL0, DIR_READ), SR_NONE);
	assert_int_equal(sysreg_direct_target(cpu, SR_TPIDR_EL0, DIR_WRITE), SR_TPIDR_EL0);
	assert_int_equal(sysreg_route(cpu, SR_TPIDR_EL0, DIR_READ).goes, TO_REGISTER);
	assert_int_equal(sysreg_direct_target(cpu, SR_ELR_EL1, DIR_READ), SR_ELR_EL1);
	pe_set_el(cpu, EL2);
	assert_int_equal(sysreg_direct_target(cpu, SR_TPIDR_EL0, DIR_READ), SR_TPIDR_EL0);
	sysreg_write(cpu, SR_HCR_EL2, HCR_EL2_E2H | HCR_EL2_TGE);
	pe_set_el(cpu, EL0);
	assert_int_equal(sysreg_direct_target(cpu, SR_TPIDR_EL0, DIR_READ), SR_TPIDR_EL0);
	free(cpu);
}

static bool is_consulted(const struct consultation *asked, enum sysreg_id reg, u64 mask)
{
	for (unsigned i = 0; i < asked->count; i++) {
		if (asked->row[i].reg == reg && asked->row[i].mask == mask)
			return true;
	}
	return false;
}

/* A bit that could trap is in the list although none does; without the feature it is not. */
static void consulted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct cpu *cpu = pe_create(i ? "max" : "v8.4-nv2", true, 40);
		struct consultation asked = { 0 };

		cpu->consulted = &asked;
		pe_set_el(cpu, EL1);
		sysreg_route(cpu, SR_SCTLR_EL1, DIR_WRITE);
		assert_int_equal(is_consulted(&asked, SR_HFGWTR_EL2, HFGxTR_EL2_SCTLR_EL1), i);
		insn_route(cpu, INSN_SVC);
		assert_int_equal(is_consulted(&asked, SR_HFGITR_EL2, HFGITR_EL2_SVC_EL1), i);
		insn_route(cpu, INSN_ERET);
		assert_int_equal(is_consulted(&asked, SR_HFGITR_EL2, HFGITR_EL2_ERET), i);
		free(cpu);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_bit_traps_its_rows),
		cmocka_unit_test(bits_have_their_numbers),
		cmocka_unit_test(bits_without_a_feature_are_res0),
		cmocka_unit_test(rows_fit_their_registers),
		cmocka_unit_test(without_the_feature_there_are_none),
		cmocka_unit_test(dczid_does_not_know),
		cmocka_unit_test(svc_and_eret),
		cmocka_unit_test(short_way),
		cmocka_unit_test(consulted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
