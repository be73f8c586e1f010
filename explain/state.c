/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state that a question is about: a PE without memory, and setting its registers as software
 * would.
 */
#include <stdlib.h>
#include <string.h>

#include "cpu/cpu.h"
#include "explain/explain.h"
#include "sysregs/table.h"

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

static void no_firmware(struct cpu *cpu, u16 imm)
{
	(void)cpu, (void)imm;
}

static const struct cpu_ops no_board = { .bus_read = no_read,
	.bus_write = no_write,
	.timer_changed = nothing,
	.pmu_changed = nothing,
	.wake = nothing,
	.firmware_call = no_firmware,
	.semihosting = no_semihosting,
	.event = no_event };

struct status explain_pe_create(
	const char *profile, bool has_el2, const u8 choice[CHOICE_COUNT], struct explain_pe **out)
{
	struct status status = sysregs_check_profile(profile);
	struct explain_pe *pe;

	*out = NULL;
	if (status.code != STATUS_OK)
		return status;
	pe = calloc(1, sizeof(*pe));
	if (pe != NULL)
		pe->cpu = cpu_create(
			profile, 40, ENGINE_STEP, &pe->memory, &pe->group, &no_board, NULL);
	if (pe == NULL || pe->cpu == NULL) {
		free(pe);
		return status_error(STATUS_HOST, "the host has no memory");
	}
	if (choice != NULL)
		memcpy(pe->cpu->choice, choice, sizeof(pe->cpu->choice));
	cpu_reset(pe->cpu, has_el2 ? EL2 : EL1, 0);
	*out = pe;
	return status_ok();
}

void explain_pe_destroy(struct explain_pe *pe)
{
	if (pe == NULL)
		return;
	cpu_destroy(pe->cpu);
	free(pe);
}

/* Which feature would bring the bit? NULL: none. */
static const char *feature_of_bit(enum sysreg_id id, u64 bit)
{
#define BITS_OF(reg, feature, mask)                                                                \
	if (id == SR_##reg && ((mask)&bit))                                                        \
		return #feature;
#include "sysregs/gated.def"
#undef BITS_OF
	return NULL;
}

/* Why no software could write the register at all; code STATUS_OK: it can. */
static struct status check_writable(const struct cpu *cpu, enum sysreg_id id)
{
	struct status status = register_has_value(cpu, id);

	if (status.code != STATUS_OK)
		return status;
	if (!register_is_writable(id))
		return status_error(STATUS_USAGE, "%s is read-only", sysreg_name(id));
	if (sysreg_rows[id].write_el == EL2 && !cpu->has_el2)
		return status_error(STATUS_USAGE, "%s does not exist without EL2", sysreg_name(id));
	return status_ok();
}

struct status explain_set(struct cpu *cpu, enum sysreg_id id, u64 value, u64 asked)
{
	struct status status = check_writable(cpu, id);
	const char *feature;
	char what[64];
	u64 wrong;
	bool e2h;

	if (status.code != STATUS_OK)
		return status;
	sysreg_write(cpu, id, value);
	e2h = is_e2h(cpu);
	wrong = (sysreg_read(cpu, id) ^ value) & asked;
	if (wrong == 0)
		return status_ok();
	wrong &= -wrong;
	feature = feature_of_bit(id, wrong);
	field_say(id, e2h, wrong, what, sizeof(what));
	if (id == SR_HCR_EL2 && wrong == HCR_EL2_E2H && is_chosen(cpu, e2h, res0))
		return status_error(STATUS_USAGE, "%s is RES0 with the choice e2h=res0", what);
	return status_error(STATUS_USAGE, "%s is %s in this CPU profile%s%s%s", what,
		value & wrong ? "RES0" : "RES1", e2h ? " with HCR_EL2.E2H = 1" : "",
		feature != NULL ? "; it needs FEAT_" : "", feature != NULL ? feature : "");
}

struct status explain_may_set(const struct cpu *cpu, enum sysreg_id id, u64 value, u64 asked)
{
	struct cpu_group group = *cpu->group;
	struct cpu trial = *cpu;

	trial.group = &group;
	trial.ops = &no_board;
	trial.gic = NULL;
	trial.consulted = NULL;
	return explain_set(&trial, id, value, asked);
}
