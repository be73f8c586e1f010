/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values as one writes them at the prompt: numbers, registers, symbols and sums of such.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/step.h"
#include "base/nearest.h"
#include "explain/explain.h"

struct cpu *step_cpu(const struct step *step)
{
	return machine_cpu(step->machine, step->pe);
}

struct status step_number(const char *what, const char *text, u64 low, u64 high, u64 *value)
{
	if (is_register_value(text, value) && *value >= low && *value <= high)
		return status_ok();
	return status_error(STATUS_USAGE, "%s '%.24s': not a number from %" PRIu64 " to %" PRIu64,
		what, text, low, high);
}

bool step_x_register(const char *text, unsigned *number)
{
	u64 value;

	if (strcasecmp(text, "sp") == 0 || strcasecmp(text, "lr") == 0) {
		*number = (text[0] | 32) == 's' ? SLOT_SP : SLOT_LR;
		return true;
	}
	if ((text[0] | 32) != 'x' || strspn(text + 1, "0123456789") != strlen(text + 1) ||
		!is_register_value(text + 1, &value) || value > 30)
		return false;
	*number = (unsigned)value;
	return true;
}

u64 step_sysreg_value(const struct step *step, enum sysreg_id id)
{
	return sysreg_look(step_cpu(step), id);
}

const char *step_symbol_at(const struct step *step, const struct cpu *cpu, unsigned el, u64 address,
	char *text, size_t size)
{
	struct symbol_place place = symbols_name_at(step->driven->symbols, cpu, el, address);

	text[0] = '\0';
	if (place.name != NULL && place.offset == 0)
		snprintf(text, size, " <%s>", place.name);
	else if (place.name != NULL)
		snprintf(text, size, " <%s+0x%" PRIx64 ">", place.name, place.offset);
	return text;
}

const char *step_symbol(const struct step *step, u64 address, char *text, size_t size)
{
	const struct cpu *cpu = step_cpu(step);

	return step_symbol_at(step, cpu, cpu->pstate.el, address, text, size);
}

static struct status unknown(const struct step *step, const char *name)
{
	const struct symbol_table *table = &step->driven->image->symbols;
	struct nearest nearest = { .wanted = name };
	char near[100];

	nearest_offer_registers(&nearest);
	for (size_t i = 0; i < table->count; i++)
		nearest_offer(&nearest, table->symbol[i].name);
	nearest_say(&nearest, near, sizeof(near));
	return status_error(STATUS_USAGE, "'%.32s' is no number, register or symbol%s", name, near);
}

static struct status term(struct step *step, const char *name, u64 *value)
{
	struct cpu *cpu = step_cpu(step);
	enum sysreg_id id;
	unsigned number;

	if (is_register_value(name, value))
		return status_ok();
	if (strcasecmp(name, "pc") == 0) {
		*value = cpu->pc;
		return status_ok();
	}
	if (step_x_register(name, &number)) {
		*value = cpu->x[number];
		return status_ok();
	}
	if (symbols_find(step->driven->symbols, name, value))
		return status_ok();
	id = register_by_name(name);
	if (id == SR_NONE)
		return unknown(step, name);
	if (is_operation_name(id) || !register_exists(cpu, id))
		return status_error(STATUS_USAGE, "%s has no value on this CPU", sysreg_name(id));
	*value = step_sysreg_value(step, id);
	return status_ok();
}

struct status step_value(struct step *step, const char *text, u64 *value)
{
	struct status status = status_ok();
	bool is_minus = false;

	*value = 0;
	if (*text == '\0')
		return status_error(STATUS_USAGE, "a value is missing");
	while (status.code == STATUS_OK) {
		size_t length = strcspn(text, "+-");
		char name[128];
		u64 part = 0;

		if (length == 0 || length >= sizeof(name))
			return status_error(STATUS_USAGE, "'%.32s' is no value", text);
		snprintf(name, sizeof(name), "%.*s", (int)length, text);
		status = term(step, name, &part);
		*value += is_minus ? -part : part;
		text += length;
		if (*text == '\0')
			break;
		is_minus = *text++ == '-';
	}
	return status;
}

struct status step_address(struct step *step, const char *text, u64 *value, bool *is_physical)
{
	*is_physical = strncasecmp(text, "phys:", 5) == 0;
	return step_value(step, text + (*is_physical ? 5 : 0), value);
}

struct status step_sysreg(struct step *step, const char *text, enum sysreg_id *id, u64 *mask)
{
	const char *dot = strchr(text, '.');
	const struct field *field;
	struct nearest nearest = { .wanted = text };
	char name[40], near[100];

	snprintf(name, sizeof(name), "%.*s", dot != NULL ? (int)(dot - text) : 39, text);
	*id = register_by_name(name);
	*mask = ~(u64)0;
	if (*id == SR_NONE) {
		nearest.wanted = name;
		nearest_offer_registers(&nearest);
		nearest_say(&nearest, near, sizeof(near));
		return status_error(STATUS_USAGE, "no register '%.32s'%s", name, near);
	}
	if (is_operation_name(*id) || !register_exists(step_cpu(step), *id))
		return status_error(STATUS_USAGE, "%s has no value on this CPU", sysreg_name(*id));
	if (dot == NULL)
		return status_ok();
	field = field_find(*id, is_e2h(step_cpu(step)), dot + 1);
	if (field == NULL)
		return status_error(STATUS_USAGE, "%s has no field '%.32s'; 'sys %s' lists them",
			sysreg_name(*id), dot + 1, sysreg_name(*id));
	*mask = MASK(field->high, field->low);
	return status_ok();
}
