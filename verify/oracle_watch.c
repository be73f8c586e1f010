/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's own view of its run, whoever is below: system instructions and what they read, calls
 * and what they answer, exceptions to its own EL1. What happens below EL1 shows in none of them.
 * Interrupts arrive when they like, so their handlers are left out. All registers are compared up
 * to the first that says who the CPU is, the way through the code up to the first thing that
 * depends on time.
 */
#include <string.h>

#include "base/digest.h"
#include "sysregs/sysregs.h"
#include "verify/oracle_private.h"

/* ---- What may differ ---- */

enum how { WHO, ASKED, TIME, PASSED };

static const struct allowed {
	enum sysreg_id reg;
	enum how how;
	const char *why;
} allowed_rows[] = {
#define ALLOWED(reg, how, why) { SR_##reg, how, why },
#define CALLS(first, last, why)
#include "verify/allowed.def"
#undef ALLOWED
#undef CALLS
};

static bool is_allowed_call(u64 function)
{
	static const struct {
		u64 first, last;
	} rows[] = {
#define ALLOWED(reg, how, why)
#define CALLS(first, last, why) { first, last },
#include "verify/allowed.def"
#undef ALLOWED
#undef CALLS
	};

	for (unsigned i = 0; i < COUNT(rows); i++) {
		if (function >= rows[i].first && function <= rows[i].last)
			return true;
	}
	return false;
}

static const struct allowed *find_allowed(enum sysreg_id reg)
{
	for (unsigned i = 0; i < COUNT(allowed_rows); i++) {
		if (allowed_rows[i].reg == reg)
			return &allowed_rows[i];
	}
	return NULL;
}

/* ---- What is seen ---- */

static bool is_system(u32 insn)
{
	return (insn & 0xffc00000) == 0xd5000000 && (insn & 0x00180000) != 0;
}

bool oracle_is_read(u32 insn)
{
	return (insn & 0x00200000) != 0;
}

/* HVC and SMC. */
static bool is_call(u32 insn)
{
	return (insn & 0xffe0001f) == 0xd4000002 || (insn & 0xffe0001f) == 0xd4000003;
}

static bool is_wait(u32 insn)
{
	return insn == 0xd503207f || insn == 0xd503205f; /* WFI, WFE */
}

/* ERET, ERETAA, ERETAB. */
static bool is_eret(u32 insn)
{
	return (insn & 0xfffff3ff) == 0xd69f03e0;
}

enum sysreg_id oracle_register(u32 insn)
{
	return sysreg_find(insn >> 5 & 0xffff);
}

static u64 operand(const struct cpu *cpu, u32 insn)
{
	unsigned rt = insn & 31;

	return rt == 31 ? 0 : cpu->x[rt];
}

static void tell(struct watch *watch, const struct cpu *cpu, enum seen_kind kind, struct seen seen,
	const u64 *values, unsigned count)
{
	seen.kind = (u8)kind;
	for (unsigned i = 0; i < count; i++)
		seen.value[i] = values[i];
	seen.number = watch->number;
	if (!watch->is_loose)
		watch->digest = digest_bytes(watch->digest, cpu->x, 31 * sizeof(cpu->x[0]));
	seen.is_exact = !watch->is_loose;
	seen.digest = watch->digest;
	seen.is_timeless = !watch->is_timed;
	seen.way = watch->way;
	watch->see(watch, &seen);
}

/* A system instruction before it is executed (a write), or behind it (a read). */
static void see_system(struct watch *watch, const struct cpu *cpu, struct seen seen)
{
	const struct allowed *allowed = find_allowed(oracle_register(seen.insn));
	u64 value = operand(cpu, seen.insn);

	if (allowed != NULL) {
		watch->is_loose = true;
		watch->is_timed |= allowed->how == TIME || allowed->how == PASSED;
		seen.allowed = allowed->how == WHO ? value : 0;
		value = 0;
		if (allowed->how == PASSED || allowed->how == ASKED)
			return;
	}
	tell(watch, cpu, SEEN_SYSREG, seen, &value, 1);
}

/* The guest's instruction before this one is done, and this one comes behind it. */
static void see_done(struct watch *watch, const struct cpu *cpu)
{
	struct seen seen = { .pc = watch->last.pc, .insn = watch->last.insn };

	if (is_system(seen.insn) && oracle_is_read(seen.insn))
		see_system(watch, cpu, seen);
	else if (is_call(seen.insn) && watch->is_allowed)
		watch->is_loose = true;
	else if (is_call(seen.insn))
		tell(watch, cpu, SEEN_ANSWER, seen, cpu->x, 4);
}

static void see_exception(struct watch *watch, const struct cpu *cpu)
{
	struct seen seen = { .pc = cpu->sys[SR_ELR_EL1], .insn = watch->last.insn };
	unsigned class = (unsigned)(cpu->sys[SR_ESR_EL1] >> 26) & 0x3f;
	bool has_far = (class >= 0x20 && class <= 0x25) || class == 0x34 || class == 0x35;
	u64 values[4] = { cpu->sys[SR_ESR_EL1], has_far ? cpu->sys[SR_FAR_EL1] : 0,
		cpu->sys[SR_SPSR_EL1], 0 };

	tell(watch, cpu, SEEN_EXCEPTION, seen, values, 3);
}

/* How it came from one instruction of the guest to the next. */
static void see_transition(struct watch *watch, const struct cpu *cpu, u64 pc)
{
	u64 offset = pc - cpu->sys[SR_VBAR_EL1];
	bool is_vector = cpu->pstate.el == EL1 && offset < 0x800 && (offset & 0x7f) == 0;

	if (watch->last.is_known && pc == watch->last.pc + 4) {
		see_done(watch, cpu);
	} else if (is_vector && (offset & 0x180) != 0) {
		watch->is_away = watch->is_loose = watch->is_timed = true;
		watch->was_eret = false;
		watch->comes_back = cpu->sys[SR_ELR_EL1];
	} else if (is_vector) {
		see_exception(watch, cpu);
	}
}

static void see_instruction(struct watch *watch, const struct cpu *cpu, u64 pc, u32 insn)
{
	struct seen seen = { .pc = pc, .insn = insn };

	if (watch->is_away && !(watch->was_eret && pc == watch->comes_back)) {
		watch->was_eret = is_eret(insn);
		return;
	}
	if (watch->is_away) {
		watch->is_away = false;
		/* the one that was interrupted had been told, but not what it read */
		watch->last.is_known = watch->last.is_known && pc == watch->last.pc + 4;
		if (watch->last.is_known)
			see_done(watch, cpu);
	} else if (watch->has_exited && watch->last.is_known && pc == watch->last.pc) {
		return; /* it faulted in stage 2, say, and is executed again */
	} else {
		see_transition(watch, cpu, pc);
		if (watch->is_away)
			return;
	}
	watch->number++;
	if (!watch->is_timed) {
		watch->way = digest_bytes(watch->way, &pc, sizeof(pc));
		watch->way = digest_bytes(watch->way, &insn, sizeof(insn));
	}
	watch->last.pc = pc;
	watch->last.insn = insn;
	watch->last.is_known = true;
	watch->is_allowed = is_call(insn) && is_allowed_call(cpu->x[0]);
	if (is_wait(insn))
		watch->is_loose = watch->is_timed = true;
	else if (is_system(insn) && !oracle_is_read(insn))
		see_system(watch, cpu, seen);
	else if (is_call(insn))
		tell(watch, cpu, SEEN_CALL, seen, cpu->x, 4);
}

/* Is it the guest's first vCPU that runs here? The guest begins where its program does. */
static bool is_guests(struct watch *watch, const struct cpu *cpu, u64 pc, u32 insn)
{
	const struct world *world = worlds_of(watch->worlds, cpu, cpu->pstate.el);

	if (cpu->pstate.el >= EL2)
		return false;
	if (!watch->has_begun) {
		if (world->level != watch->cell->level || pc != ORACLE_PROGRAM ||
			insn != watch->first)
			return false;
		watch->has_begun = true;
		watch->world = world->number;
	}
	if (watch->cell->words == NULL)
		return cpu == machine_cpu(watch->machine, 0);
	return world->number == watch->world && (cpu->sys[SR_VMPIDR_EL2] & 0xff) == 0;
}

/* Exits, the last few of them. */
static void note_exit(struct watch *watch, const struct cpu *cpu, const struct event *event)
{
	char name[WORLD_NAME + 40];

	if (!watch->has_begun)
		return;
	memmove(watch->path[0], watch->path[1], sizeof(watch->path) - sizeof(watch->path[0]));
	worlds_say(watch->worlds, cpu, event->from_el, name, sizeof(name));
	if (event->interrupt == INT_SYNC)
		snprintf(watch->path[ORACLE_PATH - 1], sizeof(watch->path[0]),
			"exit of %s at 0x%" PRIx64 ": ESR_EL2 0x%" PRIx64 ", FAR_EL2 0x%" PRIx64,
			name, event->pc, event->esr, event->far);
	else
		snprintf(watch->path[ORACLE_PATH - 1], sizeof(watch->path[0]),
			"exit of %s at 0x%" PRIx64 ": an interrupt", name, event->pc);
}

static void on_event(void *opaque, const struct cpu *cpu, const struct event *event)
{
	struct watch *watch = opaque;

	if (event->kind == EVENT_EXCEPTION && event->to_el == EL2) {
		watch->has_exited |= event->interrupt == INT_SYNC;
		note_exit(watch, cpu, event);
	} else if (event->kind == EVENT_INSN && is_guests(watch, cpu, event->pc, event->insn)) {
		see_instruction(watch, cpu, event->pc, event->insn);
		watch->has_exited = false;
	}
}

struct observer oracle_observer(struct watch *watch)
{
	watch->digest = watch->way = DIGEST_START;
	return (struct observer){ .kinds = (u32)(BIT(EVENT_INSN) | BIT(EVENT_EXCEPTION)),
		.event = on_event,
		.opaque = watch };
}
