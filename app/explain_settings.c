/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings of controls by the names of registers and fields, for `entresol explain`.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/explain.h"

static struct status unknown_field(enum sysreg_id id, bool e2h, const char *name)
{
	struct nearest nearest = { .wanted = name };
	char hint[120];

	if (field_find(id, !e2h, name) != NULL)
		return status_error(STATUS_USAGE, "%s.%s exists with HCR_EL2.E2H = %u only",
			sysreg_name(id), field_find(id, !e2h, name)->name, !e2h);
	for (const struct field *field = field_next(id, e2h, NULL); field != NULL;
		field = field_next(id, e2h, field))
		nearest_offer(&nearest, field->name);
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "%s has no field '%.40s'%s", sysreg_name(id), name, hint);
}

/* "FIELD" (of one bit: 1) or "FIELD=VALUE", into *value; its bits join *asked. */
static struct status set_field(
	const struct cpu *cpu, enum sysreg_id id, const char *text, u64 *value, u64 *asked)
{
	const char *number = strchr(text, '=');
	const struct field *field;
	char name[40];
	u64 bits_ = 1;

	snprintf(name, sizeof(name), "%.*s", (int)(number != NULL ? number - text : 39), text);
	field = field_find(id, is_e2h(cpu), name);
	if (field == NULL)
		return unknown_field(id, is_e2h(cpu), name);
	if (number == NULL && field->high != field->low)
		return status_error(STATUS_USAGE, "%s.%s has %u bits: give it a value",
			sysreg_name(id), field->name, field->high - field->low + 1u);
	if (number != NULL && (!is_register_value(number + 1, &bits_) ||
				      bits_ > MASK(field->high, field->low) >> field->low))
		return status_error(STATUS_USAGE,
			"%s.%s = '%.40s': not a number from 0 to 0x%" PRIx64, sysreg_name(id),
			field->name, number + 1, MASK(field->high, field->low) >> field->low);
	*value = put_bits(*value, field->high, field->low, bits_);
	*asked |= MASK(field->high, field->low);
	return status_ok();
}

/* "VALUE", or fields with commas between. */
static struct status apply_to(struct cpu *cpu, enum sysreg_id id, const char *text)
{
	u64 value = cpu->sys[id], asked = 0;
	struct status status = status_ok();

	if (is_register_value(text, &value)) {
		asked = value; /* who writes all of it need not know the RES1 bits */
	} else {
		char *list = strdup(text), *rest = list;

		if (list == NULL)
			return status_error(STATUS_HOST, "the host has no memory");
		if (isdigit((unsigned char)*text) || *text == '\0')
			status = status_error(STATUS_USAGE, "%s = '%.40s': not a 64-bit number",
				sysreg_name(id), text);
		while (rest != NULL && status.code == STATUS_OK)
			status = set_field(cpu, id, strsep(&rest, ","), &value, &asked);
		free(list);
	}
	return status.code == STATUS_OK ? explain_set(cpu, id, value, asked) : status;
}

static struct status unknown_register(const char *name)
{
	struct nearest nearest = { .wanted = name };
	char hint[120];

	nearest_offer_registers(&nearest);
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(STATUS_USAGE, "no register '%.40s'%s", name, hint);
}

/* The register of a setting, and what is behind its name. */
static struct status split(
	const struct explain_setting *setting, enum sysreg_id *id, const char **rest)
{
	size_t length = strcspn(setting->text, "=.");
	char name[40];

	*rest = setting->text;
	if (setting->reg != NULL) {
		*id = register_by_name(setting->reg);
		return status_ok();
	}
	if (setting->text[length] == '\0')
		return status_error(STATUS_USAGE,
			"--set '%.60s': write REGISTER=VALUE or "
			"REGISTER.FIELD=VALUE",
			setting->text);
	snprintf(name, sizeof(name), "%.*s", (int)(length < 39 ? length : 39), setting->text);
	*id = register_by_name(name);
	*rest = setting->text + length + 1;
	return *id != SR_NONE ? status_ok() : unknown_register(name);
}

struct status explain_apply(struct cpu *cpu, const struct explain_setting *settings, unsigned count)
{
	for (unsigned pass = 0; pass < 2; pass++) {
		for (unsigned i = 0; i < count; i++) {
			enum sysreg_id id = SR_NONE;
			const char *rest;
			struct status status = split(&settings[i], &id, &rest);

			if (status.code == STATUS_OK && (id == SR_HCR_EL2) == (pass == 0))
				status = apply_to(cpu, id, rest);
			if (status.code != STATUS_OK)
				return status;
		}
	}
	return status_ok();
}
