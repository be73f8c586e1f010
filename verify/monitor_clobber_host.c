/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host behind a stay in a guest has what it had before. Of a host at EL2 "before" is the last
 * instruction that masked interrupts, and "behind" the first that finds them unmasked: between the
 * two is one thread. Of a host at EL1 it is the exception to EL2 and the return from it.
 */
#include <string.h>

#include "sysregs/sysregs.h"
#include "verify/monitor_clobber.h"
#include "verify/scope.h"

enum when { WHEN_RUN, WHEN_PUT };

static const struct row {
	u16 reg;
	u8 when;
	u64 bits;
} rows[HOSTED_COUNT] = {
#define HOSTED(reg, when, bits) { SR_##reg, WHEN_##when, bits },
#include "verify/hosted.def"
#undef HOSTED
};

static bool is_vhe(const struct cpu *cpu)
{
	return cpu->pstate.el == EL2 && is_e2h(cpu);
}

/* ---- What it has ---- */

static void take(const struct host_look *look)
{
	struct hosted_values *run = &look->pe->run;

	for (unsigned i = 0; i < HOSTED_COUNT; i++)
		run->hosted[i] = written_value(look->cpu, rows[i].reg);
	for (unsigned i = 0; i < OWNED_COUNT; i++)
		run->owned[i] = owned_written(look->cpu, i);
	memcpy(run->x, look->cpu->x, sizeof(run->x));
	run->pan = look->cpu->pstate.pan;
	run->is_known = true;
	look->pe->has_run = look->pe->has_turned = false;
}

static void take_put(const struct host_look *look)
{
	for (unsigned i = 0; i < HOSTED_COUNT; i++)
		look->pe->put.hosted[i] = written_value(look->cpu, rows[i].reg);
}

static enum rule rule_of(u16 reg)
{
	return reg == SR_HCR_EL2 ? RULE_HOST_HCR : RULE_HOST_CONTROL;
}

static void differs(const struct host_look *look, enum rule rule, u64 was, u64 is, const char *what)
{
	monitor_violate_values(look->watchman, rule, look->cpu, look->event, was, is,
		"%s of the host is not what it was before the guest ran", what);
}

/* Written; behind a stay in a guest in effect, too. */
static void compare_hosted(
	const struct host_look *look, const u64 *was, u32 whens, bool is_behind_stay)
{
	for (unsigned i = 0; i < HOSTED_COUNT; i++) {
		u16 reg = rows[i].reg;
		u64 late = written_value(look->cpu, reg);
		u64 is = is_behind_stay ? look->cpu->sys[reg] : late;

		if ((whens >> rows[i].when & 1) == 0)
			continue;
		if ((was[i] ^ is) & rows[i].bits)
			differs(look, rule_of(reg), was[i], is, sysreg_name((enum sysreg_id)reg));
		else if ((was[i] ^ late) & rows[i].bits)
			differs(look, rule_of(reg), was[i], late, sysreg_name((enum sysreg_id)reg));
	}
}

static void compare_owned(const struct host_look *look, u32 classes)
{
	for (unsigned i = 0; i < OWNED_COUNT; i++) {
		u64 was = look->pe->run.owned[i], is = owned_value(look->cpu, i);
		u8 class = owned_rows[i].classes;

		if (was == is || ((class & classes) == 0 && i != OWNED_SP_EL0))
			continue;
		differs(look,
			class == OWNED_KEY	? RULE_HOST_KEYS
			: class == OWNED_BANKED ? RULE_HOST_EL1
						: RULE_HOST_CONTROL,
			was, is, sysreg_name((enum sysreg_id)owned_rows[i].reg));
	}
}

/* ---- A host at EL2 ---- */

/*
 * The first instruction with interrupts unmasked since a guest ran, or TGE was cleared for
 * something else: an entry that was given up, TLB maintenance, AT. Then nothing was exchanged that
 * the host depends on before a context synchronization event, which an interrupt is as well; what
 * does depend on TGE is SYNC-1's to see.
 */
static void back_at_el2(const struct host_look *look)
{
	struct host_pe *pe = look->pe;
	bool is_behind_stay = pe->has_run;

	pe->has_run = pe->has_turned = false;
	if (!pe->run.is_known)
		return;
	compare_hosted(look, pe->run.hosted, BIT(WHEN_RUN), is_behind_stay);
	compare_owned(look, OWNED_KEY | OWNED_DEBUG);
	if (pe->run.pan && !look->cpu->pstate.pan)
		monitor_violate(look->watchman, RULE_HOST_PAN, look->cpu, look->event,
			"PSTATE.PAN of the host was 1 before the guest ran, and is 0");
	if (is_behind_stay && pe->unsynchronized != 0)
		monitor_violate(look->watchman, RULE_HOST_SYNC, look->cpu, look->event,
			"interrupts are unmasked without a context synchronization event since "
			"the write of %s at 0x%" PRIx64,
			sysreg_name((enum sysreg_id)pe->unsynchronized), pe->unsynchronized_pc);
}

/*
 * HC-2: an interrupt that is taken now runs a host whose EL0 is the guest's. It is a context
 * synchronization event, so that it finds what was written.
 */
static void unmasked_at_el2(const struct host_look *look)
{
	u64 was = look->pe->run.hosted[HOSTED_HCR_EL2];
	u64 written = written_value(look->cpu, SR_HCR_EL2);

	if (look->pe->run.is_known && (was & ~written & HCR_EL2_TGE))
		monitor_violate_values(look->watchman, RULE_HOST_TGE, look->cpu, look->event, was,
			written, "interrupts are unmasked at EL2 while HCR_EL2.TGE is 0");
}

/* The host gives the PE away: nothing of a guest is attached to it any more. */
static void put(const struct host_look *look)
{
	struct host_pe *pe = look->pe;

	if (pe->has_run_since && pe->put.is_known)
		compare_hosted(look, pe->put.hosted, BIT(WHEN_PUT), true);
	take_put(look);
	pe->put.is_known = true;
	pe->has_run_since = false;
}

void host_insn(const struct host_look *look)
{
	struct host_pe *pe = look->pe;
	bool is_unmasked = (look->cpu->pstate.daif & DAIF_I) == 0;

	pe->insn = look->event->insn;
	if (!is_vhe(look->cpu))
		return;
	if (is_unmasked) {
		unmasked_at_el2(look);
		if (UNLIKELY(pe->has_run || pe->has_turned))
			back_at_el2(look);
	} else if (pe->was_unmasked) {
		take(look);
	}
	pe->was_unmasked = is_unmasked;
	if (UNLIKELY(owned_is_idle(look->watchman, look->cpu, look->event)))
		put(look);
}

/* ---- Registers, maintenance ---- */

static bool needs_synchronization(u16 reg)
{
	unsigned place = owned_find(reg);

	return reg == SR_HCR_EL2 || reg == SR_CPTR_EL2 || reg == SR_VBAR_EL2 ||
	       reg == SR_MDCR_EL2 ||
	       (place < OWNED_COUNT && owned_rows[place].classes == OWNED_DEBUG);
}

/*
 * A host that has not slept yet clears TGE for TLB maintenance, and sets it before any guest runs:
 * no guest is attached then, or the first one is about to be.
 */
static void guess_put(const struct host_look *look, bool is_cleared)
{
	struct host_pe *pe = look->pe;

	if (is_cleared)
		take_put(look);
	else
		pe->put.is_known = pe->put.is_guessed;
	pe->put.is_guessed = is_cleared;
}

/*
 * HCR_EL2 becomes the host's again: what was masked at the entry is. Or a guest's, and none ran
 * before: then all else still is the host's.
 */
static void wrote_hcr(const struct host_look *look)
{
	struct host_pe *pe = look->pe;
	u64 now = written_value(look->cpu, SR_HCR_EL2);
	u64 before = pe->has_hcr ? pe->hcr : look->event->before;

	pe->hcr = now;
	pe->has_hcr = true;
	if (before & ~now & HCR_EL2_TGE) {
		if (pe->run.is_known) {
			pe->has_turned = true;
		} else {
			take(look);
			pe->run.hosted[HOSTED_HCR_EL2] = before;
		}
	}
	if (!pe->put.is_known && !pe->has_run_since)
		guess_put(look, (before & ~now & HCR_EL2_TGE) != 0);
	if (!pe->is_leaving || !(now & ~before & HCR_EL2_TGE))
		return;
	pe->is_leaving = false;
	if (look->cpu->pstate.daif != pe->entry_daif)
		monitor_violate_values(look->watchman, RULE_HOST_DAIF, look->cpu, look->event,
			(u64)pe->entry_daif << 6, (u64)look->cpu->pstate.daif << 6,
			"the host has HCR_EL2 back, and PSTATE.DAIF is not what it was at the "
			"entry");
}

void host_register(const struct host_look *look)
{
	const struct event *event = look->event;

	if (look->cpu->pstate.el != EL2 || event->in_memory)
		return;
	if (needs_synchronization(event->reg) &&
		event->before != written_value(look->cpu, event->reg)) {
		look->pe->unsynchronized = event->reg;
		look->pe->unsynchronized_pc = event->pc;
	}
	if (event->reg == SR_HCR_EL2)
		wrote_hcr(look);
}

/* HC-3: with TGE cleared for the sake of it nothing else is changed. */
void host_tlbi(const struct host_look *look)
{
	struct host_pe *pe = look->pe;
	u64 was = pe->run.hosted[HOSTED_HCR_EL2], is = look->cpu->sys[SR_HCR_EL2];
	struct scope scope;

	if (!is_vhe(look->cpu) || pe->has_run || !pe->run.is_known || !(was & HCR_EL2_TGE) ||
		(is & HCR_EL2_TGE) || !scope_of(look->cpu, look->event, &scope))
		return;
	if (scope.regime == WALK_EL10 && ((was ^ is) & ~HCR_EL2_TGE) != 0)
		monitor_violate_values(look->watchman, RULE_HOST_TLBI, look->cpu, look->event,
			was & ~HCR_EL2_TGE, is,
			"HCR_EL2 around TLB maintenance differs from the host's in more than TGE");
}

/* ---- Into a guest and out of it ---- */

void host_entry(const struct host_look *look)
{
	struct host_pe *pe = look->pe;

	pe->is_in_guest = true;
	pe->has_run = true;
	pe->has_run_since = true;
	pe->was_unmasked = false;
	pe->unsynchronized = 0;
	pe->entry_daif = (u8)bits(look->event->pstate, 9, 6);
}

void host_exit(const struct host_look *look)
{
	look->pe->is_in_guest = false;
	look->pe->is_leaving = true;
	look->pe->unsynchronized = 0;
}

/* ---- A host at EL1, and EL0 of either ---- */

void host_exception(const struct host_look *look)
{
	look->pe->unsynchronized = 0;
	if (look->event->to_el == EL2 && look->event->from_el == EL1)
		take(look);
}

static void back_at_el1(const struct host_look *look)
{
	const struct hosted_values *run = &look->pe->run;
	char name[16];

	look->pe->has_run = false;
	look->pe->has_run_since = false;
	if (!run->is_known)
		return;
	compare_hosted(look, run->hosted, BIT(WHEN_RUN) | BIT(WHEN_PUT), true);
	compare_owned(look, ~(u32)(OWNED_LIST | OWNED_TIMER));
	for (unsigned n = 19; n <= 29; n++) { /* AAPCS64; DEN0028 keeps more */
		snprintf(name, sizeof(name), "x%u", n);
		if (run->x[n] != look->cpu->x[n])
			differs(look, RULE_HOST_EL1, run->x[n], look->cpu->x[n], name);
	}
}

void host_return(const struct host_look *look)
{
	struct host_pe *pe = look->pe;
	const struct event *event = look->event;

	pe->unsynchronized = 0;
	if (event->from_el == EL2 && event->to_el == EL1 && pe->has_run)
		back_at_el1(look);
	if (owned_is_host_el0(look->watchman, look->cpu, event) && event->from_el == EL2)
		put(look);
}

void host_end(const struct host_look *look)
{
	if (is_vhe(look->cpu))
		put(look);
}
