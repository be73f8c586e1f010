/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state that a question is about: a PE without memory, and setting its registers as software
 * would.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"
#include "explain/explain.h"

static bool no_read(struct cpu *cpu, pa_t pa, unsigned size, u64 *value)
{
	(void)cpu, (void)pa, (void)size, (void)value;
	return false;
}

static bool no_write(struct cpu *cpu, pa_t pa, unsigned size, u64 value)
{
	(void)cpu, (void)pa, (void)size, (void)value;
	return false;
}

static void nothing(struct cpu *cpu)
{
	(void)cpu;
}

static bool no_semihosting(struct cpu *cpu)
{
	(void)cpu;
	return false;
}

static void no_event(struct cpu *cpu, const struct event *event)
{
	(void)cpu, (void)event;
}

static const struct cpu_ops no_board = { .bus_read = no_read,
	.bus_write = no_write,
	.timer_changed = nothing,
	.firmware_call = nothing,
	.semihosting = no_semihosting,
	.event = no_event };

struct explain_pe *explain_pe_create(const char *profile, bool has_el2)
{
	struct explain_pe *pe = calloc(1, sizeof(*pe));

	if (pe == NULL)
		return NULL;
	pe->cpu = cpu_create(profile, 40, ENGINE_STEP, &pe->memory, &pe->group, &no_board, NULL);
	if (pe->cpu == NULL) {
		free(pe);
		return NULL;
	}
	cpu_reset(pe->cpu, has_el2 ? EL2 : EL1, 0);
	return pe;
}

void explain_pe_destroy(struct explain_pe *pe)
{
	if (pe == NULL)
		return;
	cpu_destroy(pe->cpu);
	free(pe);
}

/* Which feature would bring the bit? NULL: none. */
static const char *feature_of(enum sysreg_id id, u64 bit)
{
#define BITS_OF(reg, feature, mask)                                                                \
	if (id == SR_##reg && ((mask)&bit))                                                        \
		return #feature;
#include "sysregs/gated.def"
#undef BITS_OF
	return NULL;
}

struct status explain_set(struct cpu *cpu, enum sysreg_id id, u64 value, const char *name)
{
	bool e2h = is_e2h(cpu);
	const char *feature;
	char what[64];
	u64 wrong;

	sysreg_write(cpu, id, value);
	wrong = cpu->sys[id] ^ value;
	if (wrong == 0)
		return status_ok();
	wrong &= -wrong;
	feature = feature_of(id, wrong);
	field_say(id, e2h, wrong, what, sizeof(what));
	return status_error(STATUS_USAGE, "%s: %s is %s in this CPU profile%s%s%s", name, what,
		value & wrong ? "RES0" : "RES1", feature != NULL ? "; it needs FEAT_" : "",
		feature != NULL ? feature : "", e2h ? ", with HCR_EL2.E2H = 1" : "");
}
