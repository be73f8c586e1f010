/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rows cannot list: every register, read and written, at every EL in every mode of HCR_EL2.
 */
#include "tests/unit/sysregs_pe.h"

#include "tests/route/route.h"

/* The short way must say what the long one says, or nothing, under every mode of HCR_EL2, with no
 * trap armed and with all. route.c asks the same under the controls of its rows. */
void direct_accesses_agree_in_every_mode(void **state)
{
	static const u64 modes[] = { HCR_EL2_E2H, HCR_EL2_TGE, HCR_EL2_NV, HCR_EL2_NV1,
		HCR_EL2_NV2 };
	const u64 all_modes = modes[0] | modes[1] | modes[2] | modes[3] | modes[4];
	struct cpu *cpu = pe_create("v8.4-nv2", true, 40);
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
			u16 entry, target;

			pe_set_el(cpu, n / 2 % EL_COUNT);
			entry = sysreg_direct_entry(cpu, reg, direction);
			if (entry == SR_NONE)
				continue;
			target = (u16)(entry & ~DIRECT_HOOKED);
			direct++;
			to = &sysreg_rows[target];
			route = sysreg_route(cpu, reg, direction);
			if (route.goes != TO_REGISTER || route.reg != target)
				fail_msg("HCR_EL2 0x%" PRIx64 ", EL%u, %s: direct to %s", hcr,
					cpu->pstate.el, sysreg_name(reg), to->name);
			if (entry == target &&
				(direction == DIR_READ ? to->read != NULL
						       : to->wrote != NULL || to->is_gated))
				fail_msg(
					"%s: direct past a hook of %s", sysreg_name(reg), to->name);
		}
	}
	assert_true(direct > 1000);
	free(cpu);
}

/*
 * ---- Other names ----
 *
 * FEAT_NV, FEAT_NV2 and the names of FEAT_VHE, against the rows of tests/route. HYPERVISOR-SPEC
 * B.5, F.1, F.5.
 */

/* The first row about this name at this EL, with hcr of `modes` in HCR_EL2, that goes there. */
static const struct route_row *row_of(
	enum sysreg_id id, unsigned el, u64 modes, u64 hcr, enum goes_to goes)
{
	for (size_t t = 0; t < COUNT(tables); t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct route_row *row = &tables[t]->rows[i];

			if (row->access.kind == ACCESS_REGISTER && row->access.id == id &&
				row->at == el && (row->hcr & modes) == hcr &&
				row->goes.goes == goes &&
				(goes != TO_REGISTER || row->goes.reg != id))
				return row;
		}
	}
	return NULL;
}

/* Another register by this name, or SR_NONE. */
static enum sysreg_id other(enum sysreg_id id, unsigned el, u64 modes, u64 hcr)
{
	const struct route_row *row = row_of(id, el, modes, hcr, TO_REGISTER);

	return row != NULL ? (enum sysreg_id)row->goes.reg : SR_NONE;
}

/* Encodings with op1 = 4 or 5 are EL2's, but those of op0 = 0. */
static bool is_el2_name(enum sysreg_id id)
{
	return op1_of(id) == 4 || op1_of(id) == 5;
}

static bool is_alias(enum sysreg_id id)
{
	return op1_of(id) == 5;
}

static enum sysreg_id by_e2h(enum sysreg_id id)
{
	return is_alias(id) ? SR_NONE : other(id, EL2, E2H, E2H);
}

/* HW-2 */
static enum sysreg_id by_alias(enum sysreg_id id)
{
	return is_alias(id) ? other(id, EL2, E2H, E2H) : SR_NONE;
}

static enum sysreg_id by_nv2(enum sysreg_id id)
{
	return is_el2_name(id) ? other(id, EL1, NV2, NV2) : SR_NONE;
}

/* The offset where an access goes with NV = NV2 = 1, or 0. NV1 is no matter of EL2's own names. */
static u16 vncr_offset(enum sysreg_id id, bool nv1)
{
	u64 modes = op1_of(id) == 4 ? NV2 : NV2_NV1;
	const struct route_row *row = row_of(id, EL1, modes, nv1 ? modes : NV2, TO_MEMORY);

	return row != NULL ? row->goes.vncr : 0;
}

/* By a control of CNTHCTL_EL2, of a name that is memory with NV2. */
static bool is_trapped_by(enum sysreg_id id, u64 control)
{
	const struct route_row *row = row_of(id, EL1, NV2_NV1, NV2, TO_TRAP);

	return row != NULL && row->flip.reg == SR_CNTHCTL_EL2 && row->flip.mask == control;
}

static struct route undefined(unsigned target)
{
	return (struct route){ .goes = TO_UNDEFINED, .target_el = (u8)target };
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

/* F.5 for an access at EL1 that EL1 or EL2 may do by that name. */
static struct route at_el1(enum sysreg_id id, bool nv, bool nv1, bool nv2)
{
	u16 offset = nv && nv2 ? vncr_offset(id, nv1) : 0;
	enum sysreg_id to = by_nv2(id);

	if (offset != 0)
		return memory(offset);
	if (is_el2_name(id)) {
		if (!nv)
			return undefined(EL1);
		return nv2 && to != SR_NONE ? done(to) : trapped();
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
	enum sysreg_id alias = by_alias(id), to = by_e2h(id);

	if (alias != SR_NONE)
		return is_e2h ? done(alias) : undefined(EL2);
	return done(is_e2h && to != SR_NONE ? to : id);
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

void el1_under_nested_virtualization(void **state)
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
					? undefined(EL1)
					: at_el1(id, nv, nv1, nv2));
		}
		free(cpu);
	}
}

void el2_with_and_without_e2h(void **state)
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
					? undefined(EL2)
					: at_el2(id, mode & 1));
		}
		free(cpu);
	}
}

/* FEAT_ECV traps the timers' _EL02 names that are memory, and nothing else. */
void ecv_traps_el02_names(void **state)
{
	static const u64 controls[] = { CNTHCTL_EL2_EL1NVPCT, CNTHCTL_EL2_EL1NVVCT };
	struct cpu *cpu = create(HCR_EL2_NV | HCR_EL2_NV2, EL1);

	(void)state;
	for (size_t i = 0; i < COUNT(controls); i++) {
		sysreg_write(cpu, SR_CNTHCTL_EL2, controls[i] | 0xf03);
		for (unsigned n = 0; n < 2 * SYSREG_COUNT; n++) {
			enum sysreg_id id = (enum sysreg_id)(n / 2);
			u16 offset = vncr_offset(id, false);

			if (offset != 0)
				expect(cpu, id, n % 2 ? DIR_WRITE : DIR_READ,
					is_trapped_by(id, controls[i]) ? trapped()
								       : memory(offset));
		}
	}
	free(cpu);
}

/* EL0: no EL2 or EL1 name, whatever NV says; the timers are the host's by {E2H,TGE} = {1,1}. */
void el0_names(void **state)
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
			enum sysreg_id to = by_e2h(id);

			if (op1_of(id) != 3)
				expect(cpu, id, DIR_WRITE, undefined(mode & 2 ? EL2 : EL1));
			else if (to != SR_NONE)
				expect(cpu, id, DIR_WRITE, done(in_host ? to : id));
		}
		expect(cpu, SR_TPIDR_EL0, DIR_WRITE, done(SR_TPIDR_EL0));
		expect(cpu, SR_TPIDRRO_EL0, DIR_WRITE, undefined(mode & 2 ? EL2 : EL1));
		free(cpu);
	}
}

/* The columns say what the rows say: nothing else is VNCR memory, an alias, redirected. */
void columns_are_the_rows(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		const struct sysreg *row = &sysreg_rows[i];
		u16 with = vncr_offset(id, true), without = vncr_offset(id, false);
		enum sysreg_id alias = by_alias(id), nv2 = by_nv2(id);
		enum sysreg_id to = by_e2h(id);

		if (row->is_vncr != (with || without) ||
			(row->is_vncr && row->vncr != (with ? with : without)))
			fail_msg("%s: VNCR(0x%x)", row->name, row->vncr);
		if (row->any_nv1 != (with && without && !is_el2_name(id)))
			fail_msg("%s: VNCR_ANY_NV1", row->name);
		if (row->alias_of != (alias == SR_NONE ? 0 : alias) ||
			row->nv2_is != (nv2 == SR_NONE ? 0 : nv2) ||
			row->e2h_is != (to == SR_NONE ? 0 : to))
			fail_msg("%s: ALIAS_OF, NV2_IS or E2H_IS", row->name);
	}
}
