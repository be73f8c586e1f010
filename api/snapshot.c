/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed between two moments: everything in struct cpu but what is listed as the engine's own
 * or as time, and all RAM. A part that nobody thought of is found too: what is left of the struct
 * is compared byte by byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/private.h"
#include "exceptions/exceptions.h"
#include "sysregs/sysregs.h"

struct ent_snapshot {
	struct cpu cpu;
	struct cpu_group group;
	size_t ram_size;
	u8 ram[];
};

struct ent_snapshot *ent_snapshot(struct ent_machine *m)
{
	struct ent_snapshot *snapshot;
	const struct ram_region *ram;

	if (m == NULL)
		return NULL;
	ram = memory_ram(machine_memory(m->machine));
	snapshot = malloc(sizeof(*snapshot) + ram->size);
	if (snapshot == NULL) {
		api_fail(m, ENT_ERROR_HOST, "the host has no memory for a copy of RAM");
		return NULL;
	}
	memcpy(&snapshot->cpu, m->cpu, sizeof(snapshot->cpu));
	snapshot->group = *m->cpu->group;
	snapshot->ram_size = ram->size;
	memcpy(snapshot->ram, ram->host, ram->size);
	return snapshot;
}

void ent_snapshot_free(struct ent_snapshot *snapshot)
{
	free(snapshot);
}

/* ---- Lists of changes ---- */

struct list {
	struct ent_change *changes;
	size_t count, max;
};

static void add(struct list *list, const char *name, u64 address, u64 before, u64 after)
{
	struct ent_change *change;

	if (list->count++ >= list->max)
		return;
	change = &list->changes[list->count - 1];
	*change = (struct ent_change){ .address = address, .before = before, .after = after };
	snprintf(change->name, sizeof(change->name), "%s", name);
}

static void compare(struct list *list, const char *name, u64 before, u64 after)
{
	if (before != after)
		add(list, name, 0, before, after);
}

static void compare_numbered(struct list *list, const char *kind, unsigned n, u64 before, u64 after)
{
	char name[16];

	if (before == after)
		return;
	snprintf(name, sizeof(name), "%s%u", kind, n);
	add(list, name, 0, before, after);
}

static void compare_core(struct list *list, const struct cpu *before, const struct cpu *after)
{
	for (unsigned n = 0; n < SLOT_ZERO; n++)
		compare_numbered(list, "X", n, before->x[n], after->x[n]);
	for (unsigned el = 0; el < EL_COUNT; el++)
		compare_numbered(list, "SP_EL", el, sp_read(before, el), sp_read(after, el));
	compare(list, "PC", before->pc, after->pc);
	for (unsigned n = 0; n < COUNT(before->v); n++) {
		const u64 *was = before->v[n].d, *is = after->v[n].d;

		if (was[0] != is[0] || was[1] == is[1])
			compare_numbered(list, "V", n, was[0], is[0]);
		else
			compare_numbered(list, "V", n, was[1], is[1]);
	}
}

static void compare_pstate(
	struct list *list, const struct pstate *before, const struct pstate *after)
{
	compare(list, "PSTATE.EL", before->el, after->el);
	compare(list, "PSTATE.SP", before->sp, after->sp);
	compare(list, "PSTATE.NZCV", before->nzcv, after->nzcv);
	compare(list, "PSTATE.DAIF", before->daif, after->daif);
	compare(list, "PSTATE.PAN", before->pan, after->pan);
	compare(list, "PSTATE.UAO", before->uao, after->uao);
	compare(list, "PSTATE.IL", before->il, after->il);
	compare(list, "PSTATE.SS", before->ss, after->ss);
	compare(list, "PSTATE.DIT", before->dit, after->dit);
	compare(list, "PSTATE.SSBS", before->ssbs, after->ssbs);
	compare(list, "PSTATE.BTYPE", before->btype, after->btype);
}

/* Names of what is kept elsewhere, and compared there; sys[] has only what was written last. */
static bool is_view(enum sysreg_id id)
{
	static const enum sysreg_id views[] = { SR_SP_EL0, SR_SP_EL1, SR_SP_EL2, SR_SPSel,
		SR_CurrentEL, SR_NZCV, SR_DAIF, SR_PAN, SR_UAO, SR_DIT, SR_SSBS, SR_FPCR, SR_FPSR,
		SR_DBGCLAIMSET_EL1, SR_DBGCLAIMCLR_EL1, SR_CNTP_TVAL_EL0, SR_CNTV_TVAL_EL0,
		SR_CNTHP_TVAL_EL2, SR_CNTHV_TVAL_EL2 };

	for (size_t i = 0; i < COUNT(views); i++) {
		if (views[i] == id)
			return true;
	}
	return false;
}

/* What performance monitors count by themselves, while they do. */
static bool is_counter(const struct cpu *cpu, enum sysreg_id id)
{
	return cpu->pmu.is_counting && (id == SR_PMCCNTR_EL0 || id == SR_PMOVSSET_EL0 ||
					       (id >= SR_PMEVCNTR0_EL0 && id <= SR_PMEVCNTR30_EL0));
}

static void compare_registers(struct list *list, const struct cpu *before, const struct cpu *after)
{
	compare(list, "FPCR", before->fpu.fpcr, after->fpu.fpcr);
	compare(list, "FPSR", before->fpu.fpsr, after->fpu.fpsr);
	compare(list, "claim tags", before->claim_tags, after->claim_tags);
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (!is_view((enum sysreg_id)id) && !is_counter(before, (enum sysreg_id)id))
			compare(list, sysreg_name((enum sysreg_id)id), before->sys[id],
				after->sys[id]);
	}
}

static void compare_hidden(struct list *list, const struct cpu *before, const struct cpu *after)
{
	compare(list, "exclusive monitor", before->exclusive.valid, after->exclusive.valid);
	if (before->exclusive.valid && after->exclusive.valid)
		compare(list, "exclusive monitor", before->exclusive.pa.v, after->exclusive.pa.v);
	compare(list, "event register", before->event_register, after->event_register);
	compare(list, "waiting", before->waiting, after->waiting);
}

/* Leaves of a copy what no function above compares, and what is not for software to see. */
static void reduce(struct cpu *cpu)
{
	/* compared above */
	memset(cpu->x, 0, sizeof(cpu->x));
	memset(cpu->sp, 0, sizeof(cpu->sp));
	memset(cpu->v, 0, sizeof(cpu->v));
	memset(cpu->sys, 0, sizeof(cpu->sys));
	memset(&cpu->pstate, 0, sizeof(cpu->pstate));
	memset(&cpu->exclusive, 0, sizeof(cpu->exclusive));
	memset(&cpu->fpu, 0, sizeof(cpu->fpu));
	cpu->pc = 0;
	cpu->claim_tags = 0;
	cpu->event_register = cpu->waiting = false;
	/* time */
	cpu->cycles = cpu->slice_end = cpu->event_time = 0;
	cpu->insns = cpu->slice_insns = cpu->insns_end = 0;
	memset(&cpu->timed, 0, sizeof(cpu->timed));
	cpu->lines = 0;
	memset(&cpu->offer, 0, sizeof(cpu->offer));
	cpu->maintenance = false;
	cpu->check_irq = false;
	/* the engine's own */
	cpu->ctx = NULL;
	cpu->code = cpu->u = NULL;
	cpu->code_va = cpu->charge = cpu->flag_a = cpu->flag_b = cpu->flag_kind = 0;
	cpu->fp_trapped = false;
	memset(&cpu->fault, 0, sizeof(cpu->fault));
	memset(cpu->ctx_of, 0, sizeof(cpu->ctx_of));
	cpu->wait_is_wfe = false;
	cpu->exception_streak = 0;
	cpu->exception_pc = 0;
	memset(&cpu->stop, 0, sizeof(cpu->stop));
	cpu->linked_engine = 0;
	cpu->cut = 0;
	cpu->is_abandoned = false;
	memset(&cpu->passed, 0, sizeof(cpu->passed));
	/* follows from control registers and PSTATE */
	memset(&cpu->pmu, 0, sizeof(cpu->pmu));
	cpu->fp_traps = 0;
	cpu->debug_checks = cpu->debug_watches = false;
	cpu->stepping = 0;
	memset(cpu->armed, 0, sizeof(cpu->armed));
}

static void compare_rest(struct list *list, const struct cpu *before, const struct cpu *after)
{
	struct cpu *copies = malloc(2 * sizeof(*copies));

	if (copies == NULL) {
		add(list, "unknown: no memory to compare", 0, 0, 0);
		return;
	}
	memcpy(&copies[0], before, sizeof(copies[0]));
	memcpy(&copies[1], after, sizeof(copies[1]));
	reduce(&copies[0]);
	reduce(&copies[1]);
	for (size_t i = 0; i < sizeof(copies[0]); i++) {
		u8 was = ((const u8 *)&copies[0])[i], is = ((const u8 *)&copies[1])[i];

		if (was == is)
			continue;
		add(list, "another part of the PE", i, was, is);
		break;
	}
	free(copies);
}

static void compare_ram(struct list *list, const u8 *before, const u8 *after, size_t size)
{
	if (memcmp(before, after, size) == 0)
		return;
	for (size_t i = 0; i < size; i += 8) {
		u64 was, is;

		memcpy(&was, before + i, 8);
		memcpy(&is, after + i, 8);
		if (was != is)
			add(list, "RAM", ENT_RAM_BASE + i, was, is);
	}
}

size_t ent_compare(struct ent_machine *m, const struct ent_snapshot *before,
	struct ent_change *changes, size_t max)
{
	struct list list = { .changes = changes, .max = changes != NULL ? max : 0 };

	if (m == NULL || before == NULL ||
		before->ram_size != memory_ram(machine_memory(m->machine))->size) {
		api_fail(m, ENT_ERROR_ARGUMENT, "ent_compare: not a snapshot of this machine");
		return 0;
	}
	compare_core(&list, &before->cpu, m->cpu);
	compare_pstate(&list, &before->cpu.pstate, &m->cpu->pstate);
	compare_registers(&list, &before->cpu, m->cpu);
	compare_hidden(&list, &before->cpu, m->cpu);
	compare_rest(&list, &before->cpu, m->cpu);
	compare_ram(
		&list, before->ram, memory_ram(machine_memory(m->machine))->host, before->ram_size);
	return list.count;
}

/* ---- What it was ---- */

static bool is_snapshot(struct ent_machine *m, const struct ent_snapshot *before)
{
	if (m != NULL && before != NULL)
		return true;
	api_fail(m, ENT_ERROR_ARGUMENT, "no snapshot");
	return false;
}

uint64_t ent_before_x(struct ent_machine *m, const struct ent_snapshot *before, unsigned n)
{
	if (!is_snapshot(m, before))
		return 0;
	if (n < SLOT_ZERO)
		return before->cpu.x[n];
	api_fail(m, ENT_ERROR_ARGUMENT, "no register X%u", n);
	return 0;
}

uint64_t ent_before_pc(struct ent_machine *m, const struct ent_snapshot *before)
{
	return is_snapshot(m, before) ? before->cpu.pc : 0;
}

uint64_t ent_before_pstate(struct ent_machine *m, const struct ent_snapshot *before)
{
	return is_snapshot(m, before) ? pstate_to_spsr(&before->cpu) : 0;
}

uint64_t ent_before(struct ent_machine *m, const struct ent_snapshot *before, uint32_t reg)
{
	enum sysreg_id id = is_snapshot(m, before) ? api_register(m, reg) : SR_NONE;
	struct cpu_group group;
	struct cpu *copy;
	uint64_t value;

	if (id == SR_NONE)
		return 0;
	copy = malloc(sizeof(*copy)); /* reading a computed register wants a PE of its own */
	if (copy == NULL) {
		api_fail(m, ENT_ERROR_HOST, "the host has no memory");
		return 0;
	}
	memcpy(copy, &before->cpu, sizeof(*copy));
	group = before->group;
	copy->group = &group;
	copy->gic = NULL; /* it is none of the board's PEs */
	value = api_read(copy, id);
	free(copy);
	return value;
}

uint64_t ent_before_ram64(struct ent_machine *m, const struct ent_snapshot *before, uint64_t pa)
{
	uint64_t value = 0;

	if (!is_snapshot(m, before))
		return 0;
	if (pa < ENT_RAM_BASE || pa - ENT_RAM_BASE > before->ram_size - 8)
		api_fail(m, ENT_ERROR_MEMORY, "no RAM at 0x%" PRIx64, pa);
	else
		memcpy(&value, before->ram + (pa - ENT_RAM_BASE), sizeof(value));
	return value;
}
