/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PE as bytes. What its parts mean is known where they are: mmu/, timing/, sysregs/.
 */
#include "cpu/cpu.h"
#include "mmu/mmu.h"
#include "sysregs/sysregs.h"
#include "timing/events.h"

static void transfer_pstate(struct cpu *cpu, struct archive *archive)
{
	struct pstate *p = &cpu->pstate;

	ARCHIVE(archive, p->el);
	ARCHIVE(archive, p->sp);
	ARCHIVE(archive, p->nzcv);
	ARCHIVE(archive, p->daif);
	ARCHIVE_BOOL(archive, p->pan);
	ARCHIVE_BOOL(archive, p->uao);
	ARCHIVE_BOOL(archive, p->il);
	ARCHIVE_BOOL(archive, p->ss);
	ARCHIVE_BOOL(archive, p->dit);
	ARCHIVE_BOOL(archive, p->ssbs);
	ARCHIVE(archive, p->btype);
	archive_require(archive, p->el < EL_COUNT, "a PE is at no exception level");
	archive_require(archive, p->sp <= 1 && p->nzcv <= 15 && p->daif <= 15 && p->btype <= 3,
		"PSTATE has an impossible value");
}

static void transfer_core(struct cpu *cpu, struct archive *archive)
{
	archive_bytes(archive, cpu->x, SLOT_ZERO * sizeof(cpu->x[0]));
	ARCHIVE(archive, cpu->x[SLOT_SP]);
	ARCHIVE(archive, cpu->sp);
	ARCHIVE(archive, cpu->v);
	ARCHIVE(archive, cpu->fpu.fpcr);
	ARCHIVE(archive, cpu->fpu.fpsr);
	ARCHIVE(archive, cpu->pc);
	time_transfer(&cpu->cycles, archive);
	time_transfer(&cpu->insns, archive);
}

static void transfer_exclusive(struct cpu *cpu, struct archive *archive)
{
	u8 size;

	ARCHIVE_BOOL(archive, cpu->exclusive.valid);
	ARCHIVE(archive, cpu->exclusive.size);
	ARCHIVE(archive, cpu->exclusive.pa.v);
	ARCHIVE(archive, cpu->exclusive.data);
	size = cpu->exclusive.size;
	archive_require(archive, size <= 16 && (size & (size - 1)) == 0,
		"an exclusive access has no possible size");
}

static void transfer_stop(struct cpu *cpu, struct archive *archive)
{
	struct stop *stop = &cpu->stop;
	u32 reason = stop->reason;
	s32 exit_code = stop->exit_code;

	ARCHIVE(archive, reason);
	ARCHIVE(archive, exit_code);
	archive_line(archive, stop->text, sizeof(stop->text));
	archive_require(archive, reason <= STOP_DEBUG, "a PE stopped for no possible reason");
	stop->reason = (enum stop_reason)reason;
	stop->exit_code = exit_code;
}

/* What decides about interrupts, waiting and debug exceptions, beside system registers. */
static void transfer_inputs(struct cpu *cpu, struct archive *archive)
{
	ARCHIVE(archive, cpu->lines);
	archive_require(archive, cpu->lines < 2 * LINE_VFIQ, "a PE has no such interrupt input");
	ARCHIVE_BOOL(archive, cpu->check_irq);
	ARCHIVE(archive, cpu->boundary);
	ARCHIVE_BOOL(archive, cpu->is_synchronized);
	ARCHIVE_BOOL(archive, cpu->holds_interrupts);
	ARCHIVE(archive, cpu->stepping);
	ARCHIVE_BOOL(archive, cpu->waiting);
	ARCHIVE_BOOL(archive, cpu->wait_is_wfe);
	ARCHIVE(archive, cpu->exception_streak);
	ARCHIVE(archive, cpu->exception_pc);
}

static void transfer_timed(struct cpu *cpu, struct archive *archive)
{
	bool is_timed = cpu_is_timed(cpu);

	ARCHIVE_BOOL(archive, is_timed);
	archive_require(archive, is_timed == cpu_is_timed(cpu), "its timing is of another kind");
	if (is_timed && !archive->failed)
		timing_transfer(&cpu->timed, archive);
}

void cpu_transfer(struct cpu *cpu, struct archive *archive)
{
	archive_mark(archive, "PE");
	transfer_core(cpu, archive);
	transfer_pstate(cpu, archive);
	transfer_exclusive(cpu, archive);
	transfer_stop(cpu, archive);
	transfer_timed(cpu, archive);
	sysregs_transfer(cpu, archive);
	archive_require(
		archive, cpu->pstate.el != EL2 || cpu->has_el2, "a PE is at EL2, which it has not");
	mmu_transfer(cpu, archive);
	transfer_inputs(cpu, archive); /* check_irq is behind what sets it */
	if (!archive->is_loading || archive->failed)
		return;
	cpu->passed.told = 0; /* who goes back is told again */
	mmu_select_context(cpu);
}

void cpu_group_transfer(struct cpu_group *group, struct archive *archive)
{
	archive_mark(archive, "group");
	ARCHIVE(archive, group->off);
	ARCHIVE(archive, group->count_seen);
	archive_require(
		archive, group->off >> group->count == 0, "a PE that is not there has no power");
	for (unsigned i = 0; i < group->count && !archive->failed; i++)
		cpu_transfer(group->cpu[i], archive);
}
