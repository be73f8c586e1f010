/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rows say of a register, and which controls have a say in its accesses: those that the
 * machine's decision reads in some state.
 */
#include <string.h>

#include "explain/explain.h"
#include "sysregs/table.h"

bool register_exists(const struct cpu *cpu, enum sysreg_id id)
{
	return cpu_has(cpu, (enum feature_id)sysreg_rows[id].feature);
}

struct status register_has_value(const struct cpu *cpu, enum sysreg_id id)
{
	const struct sysreg *row = &sysreg_rows[id];

	if (row->is_operation)
		return status_error(STATUS_USAGE, "%s is an operation, it has no value", row->name);
	if (row->alias_of)
		return status_error(STATUS_USAGE, "%s is a name of %s: use that", row->name,
			sysreg_name((enum sysreg_id)row->alias_of));
	if (!register_exists(cpu, id))
		return status_error(STATUS_USAGE,
			"%s does not exist in this CPU profile; it needs FEAT_%s", row->name,
			feature_name((enum feature_id)row->feature));
	return status_ok();
}

bool register_is_readable(enum sysreg_id id)
{
	return sysreg_rows[id].read_el != NOBODY;
}

bool register_is_writable(enum sysreg_id id)
{
	return sysreg_rows[id].write_el != NOBODY;
}

static void add_control(struct register_facts *out, const char *text)
{
	for (unsigned i = 0; i < out->control_count; i++) {
		if (strcmp(out->control[i].text, text) == 0)
			return;
	}
	ENT_BUG_ON(out->control_count == COUNT(out->control));
	snprintf(out->control[out->control_count++].text, sizeof(out->control[0].text), "%s", text);
}

/* Adds the fields that an access by name reads in this state. */
static void add_controls_here(
	struct cpu *cpu, enum sysreg_id id, enum direction direction, struct register_facts *out)
{
	struct consultation read = { 0 };

	cpu->consulted = &read;
	sysreg_route(cpu, id, direction);
	cpu->consulted = NULL;
	for (unsigned i = 0; i < read.count; i++) {
		for (u64 left = read.row[i].mask, mask; left != 0; left &= ~mask) {
			const struct field *field = field_at(
				read.row[i].reg, is_e2h(cpu), (unsigned)__builtin_ctzll(left));
			char text[40];

			mask = field != NULL ? MASK(field->high, field->low) : left & -left;
			field_say(read.row[i].reg, is_e2h(cpu), mask, text, sizeof(text));
			add_control(out, text);
		}
	}
}

/* In the order of the decision at EL0, EL1, EL2, with every combination of what changes the rules.
 */
static void add_controls(struct cpu *cpu, enum sysreg_id id, struct register_facts *out)
{
	static const u64 rules[] = { HCR_EL2_E2H, HCR_EL2_TGE, HCR_EL2_NV, HCR_EL2_NV1,
		HCR_EL2_NV2 };
	u64 base = cpu->sys[SR_HCR_EL2];

	for (unsigned c = 0; c < 1u << COUNT(rules); c++) {
		u64 hcr = base;

		for (size_t i = 0; i < COUNT(rules); i++)
			hcr |= c >> i & 1 ? rules[i] : 0;
		sysreg_write(cpu, SR_HCR_EL2, hcr);
		if (cpu->sys[SR_HCR_EL2] != hcr)
			continue;
		for (unsigned el = EL0; el < EL_COUNT; el++) {
			pstate_set_el(cpu, el, el != EL0);
			add_controls_here(cpu, id, DIR_READ, out);
			add_controls_here(cpu, id, DIR_WRITE, out);
		}
	}
}

/* The masks as a write of all ones and of all zeros shows them. */
static void probe_masks(struct cpu *cpu, enum sysreg_id id, struct register_facts *out)
{
	const struct sysreg *row = &sysreg_rows[id];

	if (row->is_operation || row->alias_of || row->write_el == NOBODY || row->read != NULL ||
		!register_exists(cpu, id))
		return;
	sysreg_write(cpu, id, ~(u64)0);
	out->res0 = ~cpu->sys[id];
	sysreg_write(cpu, id, 0);
	out->res1 = cpu->sys[id];
	out->has_masks = true;
}

static enum sysreg_id or_none(u16 id)
{
	return id != 0 ? (enum sysreg_id)id : SR_NONE;
}

static int lowest(u8 el)
{
	return el == NOBODY ? -1 : el;
}

static const char *vncr_when(const struct sysreg *row)
{
	if (row->alias_of)
		return "at EL1 with NV2, while NV1 = 0";
	return row->any_nv1 || row->read_el == EL2 || row->write_el == EL2
		       ? "at EL1 with NV2"
		       : "at EL1 with NV2, while NV1 = 1";
}

void register_summarize(const struct cpu *cpu, enum sysreg_id id, struct register_facts *out)
{
	const struct sysreg *row = &sysreg_rows[id];

	*out = (struct register_facts){ .name = row->name,
		.description = register_description(id),
		.op0 = row->encoding >> 14 & 3u,
		.op1 = row->encoding >> 11 & 7u,
		.crn = row->encoding >> 7 & 15u,
		.crm = row->encoding >> 3 & 15u,
		.op2 = row->encoding & 7u,
		.read_el = lowest(row->read_el),
		.write_el = lowest(row->write_el),
		.is_operation = row->is_operation,
		.feature = row->feature ? feature_name((enum feature_id)row->feature) : NULL,
		.profile = sysregs_first_profile((enum feature_id)row->feature),
		.reset = cpu->sys[id],
		.vncr = row->is_vncr ? row->vncr : -1,
		.vncr_when = vncr_when(row),
		.e2h_is = or_none(row->e2h_is),
		.alias_of = or_none(row->alias_of),
		.nv2_is = or_none(row->nv2_is),
		.virtual_is = or_none(row->virtual_is) };
}

void register_describe(const struct cpu *cpu, enum sysreg_id id, struct register_facts *out)
{
	struct cpu probe = *cpu;

	register_summarize(cpu, id, out);
	probe_masks(&probe, id, out);
	probe = *cpu;
	add_controls(&probe, id, out);
}
