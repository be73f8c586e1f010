/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers below EL2 and who runs there. Knows what EL2's controls give to EL1, and nothing of
 * what any hypervisor does.
 */
#include "verify/owned.h"

#include "sysregs/sysregs.h"

const struct owned_row owned_rows[OWNED_COUNT] = {
#define OWNED(reg, class) { SR_##reg, OWNED_##class },
#include "verify/owned.def"
#undef OWNED
};

unsigned owned_find(u16 reg)
{
	static const u8 places[SYSREG_COUNT] = {
#define OWNED(reg, class) [SR_##reg] = 1 + OWNED_##reg,
#include "verify/owned.def"
#undef OWNED
	};

	if (reg == SR_DBGCLAIMSET_EL1)
		reg = SR_DBGCLAIMCLR_EL1;
	return places[reg] != 0 ? places[reg] - 1u : (unsigned)OWNED_COUNT;
}

_Static_assert(OWNED_COUNT < 255, "a byte for a place");

u64 written_value(const struct cpu *cpu, u16 reg)
{
	for (unsigned i = cpu->late_count; i > 0; i--) {
		if (cpu->late[i - 1].reg == reg)
			return cpu->late[i - 1].value;
	}
	return cpu->sys[reg];
}

static u64 value_of(const struct cpu *cpu, unsigned place, u64 stored)
{
	u16 reg = owned_rows[place].reg;

	if (reg == SR_SP_EL0 || reg == SR_SP_EL1)
		return sp_read(cpu, reg == SR_SP_EL0 ? EL0 : EL1);
	return reg == SR_CNTV_CTL_EL0 ? stored & 3 : stored; /* ISTATUS is the clock's */
}

u64 owned_value(const struct cpu *cpu, unsigned place)
{
	return value_of(cpu, place, cpu->sys[owned_rows[place].reg]);
}

u64 owned_written(const struct cpu *cpu, unsigned place)
{
	return value_of(cpu, place, written_value(cpu, owned_rows[place].reg));
}

u32 owned_given(const struct cpu *cpu)
{
	u64 mdcr = cpu->sys[SR_MDCR_EL2], hcr = cpu->sys[SR_HCR_EL2];
	u32 given = OWNED_USER | OWNED_SHARED | OWNED_BANKED | OWNED_TIMER;

	if ((mdcr & (MDCR_EL2_TDA | MDCR_EL2_TDE)) == 0)
		given |= OWNED_DEBUG;
	if ((hcr & (HCR_EL2_API | HCR_EL2_APK)) != 0)
		given |= OWNED_KEY;
	if ((cpu->sys[SR_ICH_HCR_EL2] & ICH_HCR_EL2_En) != 0)
		given |= OWNED_LIST;
	return given;
}

static bool is_read_by_name(const struct cpu *cpu, u16 reg)
{
	struct route route;

	if (reg == SR_SP_EL0 || (reg == SR_SP_EL1 && cpu->pstate.el == EL1))
		return true;
	route = sysreg_route(cpu, (enum sysreg_id)reg, DIR_READ);
	return route.goes == TO_REGISTER && route.reg == reg;
}

bool owned_is_readable(const struct cpu *cpu, unsigned place, unsigned el)
{
	unsigned key = (place - OWNED_APIAKeyLo_EL1) / 2;
	struct cpu copy = *cpu;

	copy.pstate.el = (u8)el;
	copy.pstate.sp = el != EL0;
	if (owned_rows[place].classes == OWNED_KEY &&
		insn_route(&copy, (enum insn_control)(INSN_PAC_IA + key)).goes == TO_EXECUTE)
		return true;
	return is_read_by_name(&copy, owned_rows[place].reg);
}

bool owned_fp_is_given(const struct cpu *cpu)
{
	u64 cptr = cpu->sys[SR_CPTR_EL2];

	if (is_e2h(cpu))
		return (get_field(cptr, CPTR_EL2_E2H_FPEN) & 1) != 0;
	return (cptr & CPTR_EL2_TFP) == 0;
}

unsigned owner_at(const struct watchman *watchman, const struct cpu *cpu, unsigned el)
{
	unsigned world = worlds_of(watchman->worlds, cpu, el)->number;
	bool is_virtual_el2 = (effective_hcr(cpu) & HCR_EL2_NV) != 0;

	return world == 0 ? 0 : 2 * world + is_virtual_el2;
}

static bool is_guess(const struct worlds *worlds, unsigned number)
{
	while (number != 0 && !worlds->world[number].is_guess)
		number = worlds->world[number].parent;
	return number != 0;
}

bool owners_are_related(const struct watchman *watchman, unsigned one, unsigned other)
{
	const struct worlds *worlds = watchman->worlds;
	unsigned a = owner_world(one), b = owner_world(other);

	if (a == 0 || b == 0)
		return a == b;
	if (a == WORLDS || b == WORLDS) /* of too many: nobody knows */
		return true;
	return worlds_is_below(worlds, a, b) || worlds_is_below(worlds, b, a) ||
	       is_guess(worlds, a) || is_guess(worlds, b);
}

const char *owner_say(const struct watchman *watchman, unsigned owner, char *text, size_t size)
{
	unsigned world = owner_world(owner);
	const char *name = world < WORLDS ? watchman->worlds->world[world].name : "a guest";

	snprintf(text, size, "%s%s", owner & 1 ? "virtual EL2 of " : "", name);
	return text;
}

bool owned_is_entry(const struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned *owner)
{
	if (event->kind != EVENT_ERET || event->from_el != EL2 || event->to_el == EL2)
		return false;
	*owner = owner_at(watchman, cpu, event->to_el);
	return *owner != 0;
}

bool owned_is_exit(const struct watchman *watchman, const struct cpu *cpu,
	const struct event *event, unsigned *owner)
{
	if (event->kind != EVENT_EXCEPTION || event->from_el == EL2 || event->to_el != EL2)
		return false;
	*owner = owner_at(watchman, cpu, event->from_el);
	return *owner != 0;
}

bool owned_is_host_el0(
	const struct watchman *watchman, const struct cpu *cpu, const struct event *event)
{
	return event->kind == EVENT_ERET && event->from_el != EL0 && event->to_el == EL0 &&
	       owner_at(watchman, cpu, EL0) == 0;
}

bool owned_is_idle(
	const struct watchman *watchman, const struct cpu *cpu, const struct event *event)
{
	static const u32 wfi = 0xd503207f;

	return event->kind == EVENT_INSN && event->insn == wfi &&
	       owner_at(watchman, cpu, cpu->pstate.el) == 0;
}
