/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FEAT_NV, FEAT_NV2 and the names of FEAT_VHE: every row of sysreg.def, read and written, under
 * every {NV,NV1,NV2} and {E2H,TGE}, against the lists of HYPERVISOR-SPEC B.5, F.1 and F.5 that are
 * written out here.
 */
#include "tests/unit/sysregs_pe.h"

/* N: the EL1 name with NV1 = 1, the _EL12 or _EL02 name with NV1 = 0. */
enum kind { ALWAYS, N };

static const struct {
	u16 offset;
	enum sysreg_id reg, alias;
	enum kind kind;
} vncr[] = {
	/* clang-format off */
	{ 0x020, SR_VTTBR_EL2,      SR_NONE,            ALWAYS },
	{ 0x040, SR_VTCR_EL2,       SR_NONE,            ALWAYS },
	{ 0x050, SR_VMPIDR_EL2,     SR_NONE,            ALWAYS },
	{ 0x060, SR_CNTVOFF_EL2,    SR_NONE,            ALWAYS },
	{ 0x078, SR_HCR_EL2,        SR_NONE,            ALWAYS },
	{ 0x080, SR_HSTR_EL2,       SR_NONE,            ALWAYS },
	{ 0x088, SR_VPIDR_EL2,      SR_NONE,            ALWAYS },
	{ 0x090, SR_TPIDR_EL2,      SR_NONE,            ALWAYS },
	{ 0x0b0, SR_VNCR_EL2,       SR_NONE,            ALWAYS },
	{ 0x0a0, SR_HCRX_EL2,       SR_NONE,            ALWAYS },
	{ 0x100, SR_CPACR_EL1,      SR_CPACR_EL12,      N },
	{ 0x108, SR_CONTEXTIDR_EL1, SR_CONTEXTIDR_EL12, N },
	{ 0x110, SR_SCTLR_EL1,      SR_SCTLR_EL12,      N },
	{ 0x118, SR_ACTLR_EL1,      SR_NONE,            ALWAYS },
	{ 0x120, SR_TCR_EL1,        SR_TCR_EL12,        N },
	{ 0x128, SR_AFSR0_EL1,      SR_AFSR0_EL12,      N },
	{ 0x130, SR_AFSR1_EL1,      SR_AFSR1_EL12,      N },
	{ 0x138, SR_ESR_EL1,        SR_ESR_EL12,        N },
	{ 0x140, SR_MAIR_EL1,       SR_MAIR_EL12,       N },
	{ 0x148, SR_AMAIR_EL1,      SR_AMAIR_EL12,      N },
	{ 0x158, SR_MDSCR_EL1,      SR_NONE,            ALWAYS },
	{ 0x160, SR_SPSR_EL1,       SR_SPSR_EL12,       N },
	{ 0x168, SR_CNTV_CVAL_EL0,  SR_CNTV_CVAL_EL02,  N },
	{ 0x170, SR_CNTV_CTL_EL0,   SR_CNTV_CTL_EL02,   N },
	{ 0x178, SR_CNTP_CVAL_EL0,  SR_CNTP_CVAL_EL02,  N },
	{ 0x180, SR_CNTP_CTL_EL0,   SR_CNTP_CTL_EL02,   N },
	{ 0x188, SR_SCXTNUM_EL1,    SR_SCXTNUM_EL12,    N },
	{ 0x1a8, SR_CNTPOFF_EL2,    SR_NONE,            ALWAYS },
	{ 0x1b8, SR_HFGRTR_EL2,     SR_NONE,            ALWAYS },
	{ 0x1c0, SR_HFGWTR_EL2,     SR_NONE,            ALWAYS },
	{ 0x1c8, SR_HFGITR_EL2,     SR_NONE,            ALWAYS },
	{ 0x1d0, SR_HDFGRTR_EL2,    SR_NONE,            ALWAYS },
	{ 0x1d8, SR_HDFGWTR_EL2,    SR_NONE,            ALWAYS },
	{ 0x200, SR_TTBR0_EL1,      SR_TTBR0_EL12,      N },
	{ 0x210, SR_TTBR1_EL1,      SR_TTBR1_EL12,      N },
	{ 0x220, SR_FAR_EL1,        SR_FAR_EL12,        N },
	{ 0x230, SR_ELR_EL1,        SR_ELR_EL12,        N },
	{ 0x240, SR_SP_EL1,         SR_NONE,            ALWAYS },
	{ 0x250, SR_VBAR_EL1,       SR_VBAR_EL12,       N },
	{ 0x400, SR_ICH_LR0_EL2,    SR_NONE,            ALWAYS },
	{ 0x408, SR_ICH_LR1_EL2,    SR_NONE,            ALWAYS },
	{ 0x410, SR_ICH_LR2_EL2,    SR_NONE,            ALWAYS },
	{ 0x418, SR_ICH_LR3_EL2,    SR_NONE,            ALWAYS },
	{ 0x480, SR_ICH_AP0R0_EL2,  SR_NONE,            ALWAYS },
	{ 0x4a0, SR_ICH_AP1R0_EL2,  SR_NONE,            ALWAYS },
	{ 0x4c0, SR_ICH_HCR_EL2,    SR_NONE,            ALWAYS },
	{ 0x4c8, SR_ICH_VMCR_EL2,   SR_NONE,            ALWAYS },
	{ 0x500, SR_VDISR_EL2,      SR_NONE,            ALWAYS },
	{ 0x508, SR_VSESR_EL2,      SR_NONE,            ALWAYS },
	/* clang-format on */
};

/* Pairs: with NV2 the first name means the second register. */
static const enum sysreg_id redirected[][2] = {
	{ SR_SPSR_EL2, SR_SPSR_EL1 },
	{ SR_ELR_EL2, SR_ELR_EL1 },
	{ SR_ESR_EL2, SR_ESR_EL1 },
	{ SR_FAR_EL2, SR_FAR_EL1 },
};

/* HW-1: with E2H, at EL2, the first name means the second register. */
static const enum sysreg_id e2h[][2] = {
	{ SR_SCTLR_EL1, SR_SCTLR_EL2 },
	{ SR_CPACR_EL1, SR_CPTR_EL2 },
	{ SR_TTBR0_EL1, SR_TTBR0_EL2 },
	{ SR_TTBR1_EL1, SR_TTBR1_EL2 },
	{ SR_TCR_EL1, SR_TCR_EL2 },
	{ SR_AFSR0_EL1, SR_AFSR0_EL2 },
	{ SR_AFSR1_EL1, SR_AFSR1_EL2 },
	{ SR_ESR_EL1, SR_ESR_EL2 },
	{ SR_FAR_EL1, SR_FAR_EL2 },
	{ SR_MAIR_EL1, SR_MAIR_EL2 },
	{ SR_AMAIR_EL1, SR_AMAIR_EL2 },
	{ SR_VBAR_EL1, SR_VBAR_EL2 },
	{ SR_CONTEXTIDR_EL1, SR_CONTEXTIDR_EL2 },
	{ SR_ELR_EL1, SR_ELR_EL2 },
	{ SR_SPSR_EL1, SR_SPSR_EL2 },
	{ SR_CNTKCTL_EL1, SR_CNTHCTL_EL2 },
	{ SR_SCXTNUM_EL1, SR_SCXTNUM_EL2 },
	/* the host's EL0 too, HW-3 */
	{ SR_CNTP_TVAL_EL0, SR_CNTHP_TVAL_EL2 },
	{ SR_CNTP_CTL_EL0, SR_CNTHP_CTL_EL2 },
	{ SR_CNTP_CVAL_EL0, SR_CNTHP_CVAL_EL2 },
	{ SR_CNTV_TVAL_EL0, SR_CNTHV_TVAL_EL2 },
	{ SR_CNTV_CTL_EL0, SR_CNTHV_CTL_EL2 },
	{ SR_CNTV_CVAL_EL0, SR_CNTHV_CVAL_EL2 },
};

/* HW-2 */
static const enum sysreg_id aliases[][2] = {
	{ SR_SCTLR_EL12, SR_SCTLR_EL1 },
	{ SR_CPACR_EL12, SR_CPACR_EL1 },
	{ SR_TTBR0_EL12, SR_TTBR0_EL1 },
	{ SR_TTBR1_EL12, SR_TTBR1_EL1 },
	{ SR_TCR_EL12, SR_TCR_EL1 },
	{ SR_SPSR_EL12, SR_SPSR_EL1 },
	{ SR_ELR_EL12, SR_ELR_EL1 },
	{ SR_AFSR0_EL12, SR_AFSR0_EL1 },
	{ SR_AFSR1_EL12, SR_AFSR1_EL1 },
	{ SR_ESR_EL12, SR_ESR_EL1 },
	{ SR_FAR_EL12, SR_FAR_EL1 },
	{ SR_MAIR_EL12, SR_MAIR_EL1 },
	{ SR_AMAIR_EL12, SR_AMAIR_EL1 },
	{ SR_VBAR_EL12, SR_VBAR_EL1 },
	{ SR_CONTEXTIDR_EL12, SR_CONTEXTIDR_EL1 },
	{ SR_CNTKCTL_EL12, SR_CNTKCTL_EL1 },
	{ SR_SCXTNUM_EL12, SR_SCXTNUM_EL1 },
	{ SR_CNTP_TVAL_EL02, SR_CNTP_TVAL_EL0 },
	{ SR_CNTP_CTL_EL02, SR_CNTP_CTL_EL0 },
	{ SR_CNTP_CVAL_EL02, SR_CNTP_CVAL_EL0 },
	{ SR_CNTV_TVAL_EL02, SR_CNTV_TVAL_EL0 },
	{ SR_CNTV_CTL_EL02, SR_CNTV_CTL_EL0 },
	{ SR_CNTV_CVAL_EL02, SR_CNTV_CVAL_EL0 },
};

#define LOOK_UP(pairs, id) look_up(pairs, COUNT(pairs), id)

static enum sysreg_id look_up(const enum sysreg_id pairs[][2], size_t count, enum sysreg_id id)
{
	for (size_t i = 0; i < count; i++) {
		if (pairs[i][0] == id)
			return pairs[i][1];
	}
	return SR_NONE;
}

/* The offset where an access goes with NV = NV2 = 1, or 0. */
static u16 vncr_offset(enum sysreg_id id, bool nv1)
{
	for (size_t i = 0; i < COUNT(vncr); i++) {
		bool by_reg = vncr[i].kind == ALWAYS || nv1;

		if ((vncr[i].reg == id && by_reg) || (vncr[i].alias == id && !nv1))
			return vncr[i].offset;
	}
	return 0;
}

static struct route undefined(void)
{
	return (struct route){ .goes = TO_UNDEFINED };
}

static struct route trapped(void)
{
	return (struct route){ .goes = TO_TRAP, .ec = EC_SYSREG, .target_el = EL2 };
}

static struct route memory(u16 offset)
{
	return (struct route){ .goes = TO_MEMORY, .vncr = offset };
}

static struct route done(enum sysreg_id id)
{
	return (struct route){ .goes = op0_of(id) == 1 ? TO_OPERATION : TO_REGISTER, .reg = id };
}

/* Encodings with op1 = 4 or 5 are EL2's, but those of op0 = 0. */
static bool is_el2_name(enum sysreg_id id)
{
	return op1_of(id) == 4 || op1_of(id) == 5;
}

/* F.5 for an access at EL1 that EL1 or EL2 may do by that name. */
static struct route at_el1(enum sysreg_id id, bool nv, bool nv1, bool nv2)
{
	u16 offset = nv && nv2 ? vncr_offset(id, nv1) : 0;
	enum sysreg_id other = LOOK_UP(redirected, id);

	if (offset != 0)
		return memory(offset);
	if (is_el2_name(id)) {
		if (!nv)
			return undefined();
		return nv2 && other != SR_NONE ? done(other) : trapped();
	}
	if (nv && nv1 && !nv2 &&
		(id == SR_VBAR_EL1 || id == SR_ELR_EL1 || id == SR_SPSR_EL1 ||
			id == SR_SCXTNUM_EL1))
		return trapped();
	if (nv && (id == SR_CFP_RCTX || id == SR_DVP_RCTX || id == SR_CPP_RCTX))
		return trapped();
	return done(id);
}

/* F.1 for an access at EL2 that is allowed there. */
static struct route at_el2(enum sysreg_id id, bool is_e2h)
{
	enum sysreg_id alias = LOOK_UP(aliases, id), other = LOOK_UP(e2h, id);

	if (alias != SR_NONE)
		return is_e2h ? done(alias) : undefined();
	return done(is_e2h && other != SR_NONE ? other : id);
}

static void expect(
	const struct cpu *cpu, enum sysreg_id id, enum direction direction, struct route want)
{
	struct route got = sysreg_route(cpu, id, direction);

	if (got.goes != want.goes || got.reg != want.reg || got.vncr != want.vncr ||
		got.ec != want.ec || got.target_el != want.target_el)
		fail_msg("EL%u, HCR_EL2 0x%" PRIx64 ", %s of %s: goes %d (%s, 0x%x, EL%u),"
			 " not %d (%s, 0x%x, EL%u)",
			cpu->pstate.el, cpu->sys[SR_HCR_EL2],
			direction == DIR_READ ? "read" : "write", sysreg_name(id), got.goes,
			sysreg_name(got.reg), got.vncr, got.target_el, want.goes,
			sysreg_name(want.reg), want.vncr, want.target_el);
}

/* Nobody may: of the wrong direction, of a feature that max does not have, an absent counter. */
static bool is_impossible(const struct cpu *cpu, enum sysreg_id id, enum direction direction)
{
	const struct sysreg *row = &sysreg_rows[id];

	return (direction == DIR_READ ? row->read_el : row->write_el) == NOBODY ||
	       !cpu_has(cpu, (enum feature_id)row->feature) || is_absent_counter(id);
}

static struct cpu *create(u64 hcr, unsigned el)
{
	struct cpu *cpu = pe_create("max", true, 40);

	sysreg_write(cpu, SR_HCR_EL2, hcr | HCR_EL2_APK | HCR_EL2_FIEN | HCR_EL2_EnSCXT);
	sysreg_write(cpu, SR_ICC_SRE_EL2, ICC_SRE_EL2_Enable);
	sysreg_write(cpu, SR_CNTHCTL_EL2, 0xf03);
	pe_set_el(cpu, el);
	return cpu;
}

static void el1_under_nested_virtualization(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode < 16; mode++) {
		bool nv = mode & 1, nv1 = mode & 2, nv2 = mode & 4;
		struct cpu *cpu =
			create((nv ? HCR_EL2_NV : 0) | (nv1 ? HCR_EL2_NV1 : 0) |
					(nv2 ? HCR_EL2_NV2 : 0) | (mode & 8 ? HCR_EL2_E2H : 0),
				EL1);

		for (unsigned i = 0; i < 2 * SYSREG_COUNT; i++) {
			enum sysreg_id id = (enum sysreg_id)(i / 2);
			enum direction direction = i % 2 ? DIR_WRITE : DIR_READ;
			bool top_only = id == SR_RVBAR_EL1 ||
					(id == SR_CNTFRQ_EL0 && direction == DIR_WRITE);

			expect(cpu, id, direction,
				is_impossible(cpu, id, direction) || top_only
					? undefined()
					: at_el1(id, nv, nv1, nv2));
		}
		free(cpu);
	}
}

static void el2_with_and_without_e2h(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode < 4; mode++) {
		struct cpu *cpu = create(
			(mode & 1 ? HCR_EL2_E2H : 0) | (mode & 2 ? HCR_EL2_NV | HCR_EL2_NV2 : 0),
			EL2);

		for (unsigned i = 0; i < 2 * SYSREG_COUNT; i++) {
			enum sysreg_id id = (enum sysreg_id)(i / 2);
			enum direction direction = i % 2 ? DIR_WRITE : DIR_READ;

			expect(cpu, id, direction,
				is_impossible(cpu, id, direction) || id == SR_RVBAR_EL1
					? undefined()
					: at_el2(id, mode & 1));
		}
		free(cpu);
	}
}

/* FEAT_ECV traps the timers' _EL02 names that are memory, and nothing else. */
static void ecv_traps_el02_names(void **state)
{
	static const struct {
		u64 control;
		enum sysreg_id ctl, cval;
	} names[] = {
		{ CNTHCTL_EL2_EL1NVPCT, SR_CNTP_CTL_EL02, SR_CNTP_CVAL_EL02 },
		{ CNTHCTL_EL2_EL1NVVCT, SR_CNTV_CTL_EL02, SR_CNTV_CVAL_EL02 },
	};
	struct cpu *cpu = create(HCR_EL2_NV | HCR_EL2_NV2, EL1);

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		sysreg_write(cpu, SR_CNTHCTL_EL2, names[i].control | 0xf03);
		for (unsigned n = 0; n < 2 * SYSREG_COUNT; n++) {
			enum sysreg_id id = (enum sysreg_id)(n / 2);
			bool is_named = id == names[i].ctl || id == names[i].cval;

			if (vncr_offset(id, false) != 0)
				expect(cpu, id, n % 2 ? DIR_WRITE : DIR_READ,
					is_named ? trapped() : memory(vncr_offset(id, false)));
		}
	}
	free(cpu);
}

/* The stack pointer in use has no name, at EL1 and EL2. */
static void sp_el0_while_selected(void **state)
{
	(void)state;
	for (unsigned el = EL1; el <= EL2; el++) {
		struct cpu *cpu = create(el == EL2 ? HCR_EL2_E2H : 0, el);

		expect(cpu, SR_SP_EL0, DIR_READ, done(SR_SP_EL0));
		cpu->pstate.sp = 0;
		expect(cpu, SR_SP_EL0, DIR_READ, undefined());
		expect(cpu, SR_SP_EL0, DIR_WRITE, undefined());
		free(cpu);
	}
}

/* EL0: no EL2 or EL1 name, whatever NV says; the timers are the host's by {E2H,TGE} = {1,1}. */
static void el0_names(void **state)
{
	(void)state;
	for (unsigned mode = 0; mode < 8; mode++) {
		bool in_host = (mode & 3) == 3;
		struct cpu *cpu =
			create((mode & 1 ? HCR_EL2_E2H : 0) | (mode & 2 ? HCR_EL2_TGE : 0) |
					(mode & 4 ? HCR_EL2_NV | HCR_EL2_NV2 : 0),
				EL0);

		sysreg_write(cpu, SR_CNTKCTL_EL1, 0x303);
		for (unsigned i = 0; i < SYSREG_COUNT; i++) {
			enum sysreg_id id = (enum sysreg_id)i;
			enum sysreg_id other = LOOK_UP(e2h, id);

			if (op1_of(id) != 3)
				expect(cpu, id, DIR_WRITE, undefined());
			else if (other != SR_NONE)
				expect(cpu, id, DIR_WRITE, done(in_host ? other : id));
		}
		expect(cpu, SR_TPIDR_EL0, DIR_WRITE, done(SR_TPIDR_EL0));
		expect(cpu, SR_TPIDRRO_EL0, DIR_WRITE, undefined());
		free(cpu);
	}
}

/* The columns say no more than the lists: nothing else is VNCR memory, an alias, redirected. */
static void columns_are_the_lists(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		const struct sysreg *row = &sysreg_rows[i];
		u16 with = vncr_offset(id, true), without = vncr_offset(id, false);
		enum sysreg_id alias = LOOK_UP(aliases, id), nv2 = LOOK_UP(redirected, id);
		enum sysreg_id other = LOOK_UP(e2h, id);

		if (row->is_vncr != (with || without) ||
			(row->is_vncr && row->vncr != (with ? with : without)))
			fail_msg("%s: VNCR(0x%x)", row->name, row->vncr);
		if (row->any_nv1 != (with && without && !is_el2_name(id)))
			fail_msg("%s: VNCR_ANY_NV1", row->name);
		if (row->alias_of != (alias == SR_NONE ? 0 : alias) ||
			row->nv2_is != (nv2 == SR_NONE ? 0 : nv2) ||
			row->e2h_is != (other == SR_NONE ? 0 : other))
			fail_msg("%s: ALIAS_OF, NV2_IS or E2H_IS", row->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(el1_under_nested_virtualization),
		cmocka_unit_test(el2_with_and_without_e2h),
		cmocka_unit_test(ecv_traps_el02_names),
		cmocka_unit_test(sp_el0_while_selected),
		cmocka_unit_test(el0_names),
		cmocka_unit_test(columns_are_the_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
