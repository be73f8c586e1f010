/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the route rows, and looks whether they are complete: every trap has its twin, every control
 * and every redirection of the tables a row.
 */
#include "tests/route/route.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/no_board.h"

/* Calls are exceptions without any control; only these may lack a twin. */
static bool is_call(const struct access *access)
{
	return access->kind == ACCESS_INSN &&
	       (access->id == INSN_SVC || access->id == INSN_HVC || access->id == INSN_BRK);
}

static bool has_twin(const struct route_row *row)
{
	return row->flip.reg != SR_NONE || row->flip.profile != NULL;
}

/* ---- A PE in the state of a row ---- */

static const struct cpu_ops ops = { NO_TIMERS };

static void write_setting(struct cpu *cpu, struct setting setting, const struct flip *flip)
{
	u64 mask = flip != NULL && flip->reg == setting.reg ? flip->mask : 0;

	if (setting.reg != SR_NONE)
		sysreg_write(cpu, setting.reg, setting.value ^ mask);
}

static bool sets(const struct route_row *row, enum sysreg_id reg)
{
	for (size_t i = 0; i < COUNT(row->other); i++) {
		if (row->other[i].reg == reg)
			return true;
	}
	return reg == SR_HCR_EL2;
}

/* flip: NULL, or the change that makes the row's twin. */
static struct cpu *cpu_of(const struct route_row *row, const struct flip *flip)
{
	struct cpu *cpu = calloc(1, sizeof(*cpu));
	bool is_alone = row->at & AT_ALONE;

	assert_non_null(cpu);
	assert_true(sysregs_select_profile(
		cpu, flip != NULL && flip->profile != NULL ? flip->profile : row->profile));
	cpu->ops = &ops;
	cpu->has_el2 = !is_alone;
	sysregs_reset(cpu);
	write_setting(cpu, (struct setting){ SR_HCR_EL2, row->hcr }, flip);
	for (size_t i = 0; i < COUNT(row->other); i++)
		write_setting(cpu, row->other[i], flip);
	if (flip != NULL && flip->reg != SR_NONE && !sets(row, flip->reg))
		write_setting(cpu, (struct setting){ flip->reg, cpu->sys[flip->reg] }, flip);
	cpu->pstate.el = row->at & 3;
	cpu->pstate.sp = cpu->pstate.el != EL0 && !(row->at & AT_SP_EL0);
	return cpu;
}

static struct route ask(const struct cpu *cpu, const struct access *access)
{
	switch (access->kind) {
	case ACCESS_REGISTER:
		return sysreg_route(cpu, (enum sysreg_id)access->id, access->direction);
	case ACCESS_ENCODING:
		assert_int_equal(sysreg_find(access->id), SR_NONE);
		return sysreg_route_encoding(cpu, access->id, access->direction);
	default: return insn_route(cpu, (enum insn_control)access->id);
	}
}

static bool is_same(const struct route *a, const struct route *b)
{
	if (a->goes != b->goes)
		return false;
	switch (a->goes) {
	case TO_REGISTER:
	case TO_OPERATION: return a->reg == b->reg;
	case TO_MEMORY: return a->vncr == b->vncr;
	case TO_TRAP: return a->ec == b->ec && a->target_el == b->target_el && a->iss == b->iss;
	default: return true;
	}
}

static void say(const struct route *route, char *text, size_t size)
{
	switch (route->goes) {
	case TO_REGISTER:
	case TO_OPERATION: snprintf(text, size, "%s", sysreg_name(route->reg)); break;
	case TO_MEMORY: snprintf(text, size, "memory at 0x%03x", route->vncr); break;
	case TO_EXECUTE: snprintf(text, size, "executed"); break;
	case TO_NOTHING: snprintf(text, size, "nothing"); break;
	case TO_UNDEFINED: snprintf(text, size, "UNDEFINED"); break;
	case TO_TRAP:
		snprintf(text, size, "trap to EL%u, EC 0x%02x, ISS 0x%07x", route->target_el,
			route->ec, route->iss);
		break;
	}
}

static void expect(const struct route_table *table, const struct route_row *row,
	const struct flip *flip, const struct route *want)
{
	struct cpu *cpu = cpu_of(row, flip);
	struct route got = ask(cpu, &row->access);
	char text[64], wanted[64];

	free(cpu);
	if (is_same(&got, want))
		return;
	say(&got, text, sizeof(text));
	say(want, wanted, sizeof(wanted));
	fail_msg("%s row %zu, %s%s: %s, should be %s", table->name, (size_t)(row - table->rows),
		row->why, flip ? ", the other way" : "", text, wanted);
}

/* ---- What each row must be ---- */

static void for_each(void (*check)(const struct route_table *table, const struct route_row *row))
{
	for (size_t t = 0; t < COUNT(tables); t++) {
		for (size_t i = 0; i < tables[t]->count; i++)
			check(tables[t], &tables[t]->rows[i]);
	}
}

static void check_route(const struct route_table *table, const struct route_row *row)
{
	expect(table, row, NULL, &row->goes);
	if (has_twin(row))
		expect(table, row, &row->flip, &row->then);
}

static void routes_follow_the_rules(void **state)
{
	(void)state;
	for_each(check_route);
}

static void check_twin(const struct route_table *table, const struct route_row *row)
{
	if (!has_twin(row) && row->goes.goes == TO_TRAP && !is_call(&row->access))
		fail_msg("%s row %zu, %s: a trap without its twin", table->name,
			(size_t)(row - table->rows), row->why);
	if (has_twin(row) && is_same(&row->goes, &row->then))
		fail_msg("%s row %zu, %s: the control decides nothing", table->name,
			(size_t)(row - table->rows), row->why);
}

static void every_trap_has_a_twin(void **state)
{
	(void)state;
	for_each(check_twin);
}

/* The control that decides is among those that the decision says it read. */
static void check_consulted(const struct route_table *table, const struct route_row *row)
{
	struct consultation consultation = { .count = 0 };
	struct cpu *cpu = cpu_of(row, NULL);
	bool is_noted = row->flip.reg == SR_NONE;
	struct route quiet = ask(cpu, &row->access), asked;

	cpu->consulted = &consultation;
	asked = ask(cpu, &row->access);
	free(cpu);
	for (unsigned i = 0; i < consultation.count; i++)
		is_noted |= consultation.row[i].reg == row->flip.reg &&
			    (consultation.row[i].mask & row->flip.mask) != 0;
	if (!is_noted || !is_same(&quiet, &asked))
		fail_msg("%s row %zu, %s: %s", table->name, (size_t)(row - table->rows), row->why,
			is_noted ? "goes elsewhere when asked why"
				 : "the control that decides was not consulted");
}

static void the_deciding_control_is_consulted(void **state)
{
	(void)state;
	for_each(check_consulted);
}

/* The short way must say what the long one says, or nothing, under every row's controls. */
static void check_direct(const struct route_table *table, const struct route_row *row)
{
	struct cpu *cpu = cpu_of(row, NULL);

	for (unsigned n = 0; n < 2 * SYSREG_COUNT; n++) {
		enum sysreg_id reg = (enum sysreg_id)(n / 2);
		enum direction direction = n % 2 ? DIR_WRITE : DIR_READ;
		u16 entry = sysreg_direct_entry(cpu, reg, direction), target;
		struct route route;

		if (entry == SR_NONE)
			continue;
		target = (u16)(entry & ~DIRECT_HOOKED);
		route = sysreg_route(cpu, reg, direction);
		if (route.goes != TO_REGISTER || route.reg != target)
			fail_msg("%s row %zu, %s, %s: direct to %s", table->name,
				(size_t)(row - table->rows), row->why, sysreg_name(reg),
				sysreg_name((enum sysreg_id)target));
	}
	free(cpu);
}

static void direct_accesses_agree(void **state)
{
	(void)state;
	for_each(check_direct);
}

static bool is_same_situation(const struct route_row *a, const struct route_row *b)
{
	for (size_t i = 0; i < COUNT(a->other); i++) {
		if (a->other[i].reg != b->other[i].reg || a->other[i].value != b->other[i].value)
			return false;
	}
	return strcmp(a->profile, b->profile) == 0 && a->at == b->at && a->hcr == b->hcr &&
	       a->access.kind == b->access.kind && a->access.id == b->access.id &&
	       a->access.direction == b->access.direction && a->flip.reg == b->flip.reg &&
	       a->flip.mask == b->flip.mask;
}

static void check_unique(const struct route_table *table, const struct route_row *row)
{
	for (size_t t = 0; t < COUNT(tables); t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct route_row *other = &tables[t]->rows[i];

			if (other == row)
				return;
			if (is_same_situation(row, other))
				fail_msg("%s: '%s' and '%s' are one fact", table->name, other->why,
					row->why);
			if (tables[t] == table && strcmp(row->why, other->why) == 0)
				fail_msg(
					"%s: two rows have the reason '%s'", table->name, row->why);
		}
	}
}

static void no_fact_is_said_twice(void **state)
{
	(void)state;
	for_each(check_unique);
}

/* ---- Is every rule of the tables a row? ---- */

static bool any_row(
	bool (*matches)(const struct route_row *row, u32 id, u64 mask), u32 id, u64 mask)
{
	for (size_t t = 0; t < COUNT(tables); t++) {
		for (size_t i = 0; i < tables[t]->count; i++) {
			if (matches(&tables[t]->rows[i], id, mask))
				return true;
		}
	}
	return false;
}

/* A trap that goes away with these bits of the control. */
static bool decides_a_trap(const struct route_row *row, u32 reg, u64 mask)
{
	return row->flip.reg == reg && (row->flip.mask & mask) != 0 &&
	       (row->goes.goes == TO_TRAP || row->then.goes == TO_TRAP);
}

static void every_coarse_trap_decides_somewhere(void **state)
{
	(void)state;
#define TRAP(name, reg, mask, ...)                                                                 \
	if (!any_row(decides_a_trap, SR_##reg, mask))                                              \
		fail_msg("no row is decided by %s of traps.def", #name);
#include "sysregs/traps.def"
#undef TRAP
}

/* HYPERVISOR-SPEC F.2: the bits of HCR_EL2 that have a say where something goes. */
static void every_routing_bit_of_hcr_decides_somewhere(void **state)
{
	static const struct {
		const char *name;
		u64 mask;
	} routing[] = {
#define BIT_NAME(field) { #field, HCR_EL2_##field },
		/* clang-format off */
		BIT_NAME(TWI) BIT_NAME(TWE) BIT_NAME(TID1) BIT_NAME(TID2) BIT_NAME(TID3)
		BIT_NAME(TSC) BIT_NAME(TIDCP) BIT_NAME(TACR) BIT_NAME(TSW) BIT_NAME(TPCP)
		BIT_NAME(TPU) BIT_NAME(TTLB) BIT_NAME(TVM) BIT_NAME(TGE) BIT_NAME(TDZ)
		BIT_NAME(HCD) BIT_NAME(TRVM) BIT_NAME(E2H) BIT_NAME(TLOR) BIT_NAME(APK)
		BIT_NAME(API) BIT_NAME(NV) BIT_NAME(NV1) BIT_NAME(AT) BIT_NAME(NV2)
		BIT_NAME(TID4) BIT_NAME(TICAB) BIT_NAME(TOCU) BIT_NAME(TTLBIS) BIT_NAME(TTLBOS)
		BIT_NAME(FMO) BIT_NAME(IMO) BIT_NAME(AMO) BIT_NAME(TERR) BIT_NAME(FIEN)
		BIT_NAME(EnSCXT)
	/* clang-format on */
#undef BIT_NAME
	};

	(void)state;
	for (size_t i = 0; i < COUNT(routing); i++) {
		bool found = false;

		for (size_t t = 0; t < COUNT(tables); t++) {
			for (size_t r = 0; r < tables[t]->count; r++)
				found |= tables[t]->rows[r].flip.reg == SR_HCR_EL2 &&
					 tables[t]->rows[r].flip.mask == routing[i].mask;
		}
		if (!found)
			fail_msg("no row is decided by HCR_EL2.%s alone", routing[i].name);
	}
}

static bool asks_insn(const struct route_row *row, u32 insn, u64 unused)
{
	(void)unused;
	return row->access.kind == ACCESS_INSN && row->access.id == insn;
}

static void every_instruction_has_a_row(void **state)
{
	(void)state;
#define INSN_CONTROL(name, ...)                                                                    \
	if (!any_row(asks_insn, INSN_##name, 0))                                                   \
		fail_msg("no row is about %s", #name);
#include "sysregs/insn.def"
#undef INSN_CONTROL
}

static void there_are_enough(void **state)
{
	size_t rows = 0, traps = 0, twins = 0;

	(void)state;
	for (size_t t = 0; t < COUNT(tables); t++) {
		rows += tables[t]->count;
		for (size_t i = 0; i < tables[t]->count; i++) {
			traps += tables[t]->rows[i].goes.goes == TO_TRAP;
			twins += has_twin(&tables[t]->rows[i]);
		}
	}
	print_message("%zu rows, %zu of them traps, %zu with a twin\n", rows, traps, twins);
	assert_true(rows >= 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_follow_the_rules),
		cmocka_unit_test(every_trap_has_a_twin),
		cmocka_unit_test(the_deciding_control_is_consulted),
		cmocka_unit_test(direct_accesses_agree),
		cmocka_unit_test(direct_accesses_agree_in_every_mode),
		cmocka_unit_test(no_fact_is_said_twice),
		cmocka_unit_test(every_coarse_trap_decides_somewhere),
		cmocka_unit_test(every_routing_bit_of_hcr_decides_somewhere),
		cmocka_unit_test(every_instruction_has_a_row),
		cmocka_unit_test(columns_are_the_rows),
		cmocka_unit_test(el1_under_nested_virtualization),
		cmocka_unit_test(el2_with_and_without_e2h),
		cmocka_unit_test(ecv_traps_el02_names),
		cmocka_unit_test(el0_names),
		cmocka_unit_test(there_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
