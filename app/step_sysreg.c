/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System registers as one looks at them and writes them: by name, pattern and field; and those of a
 * virtual EL2, which FEAT_NV2 has in memory, as vel2_NAME.
 */
#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "app/step.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"

static bool is_shown(const struct cpu *cpu, enum sysreg_id id)
{
	return has_encoding(id) && !is_operation_name(id) && register_exists(cpu, id) &&
	       register_is_readable(id) && register_has_value(cpu, id).code == STATUS_OK;
}

/* "TVM=1 TGE=1": the fields that are not 0. */
static void say_fields_shortly(struct step *step, enum sysreg_id id, u64 value)
{
	bool e2h = is_e2h(step_cpu(step));

	for (const struct field *f = field_next(id, e2h, NULL); f != NULL;
		f = field_next(id, e2h, f)) {
		u64 field = bits(value, f->high, f->low);

		if (field == 0)
			continue;
		if (f->high == f->low)
			fprintf(step->out, " %s", f->name);
		else
			fprintf(step->out, " %s=0x%" PRIx64, f->name, field);
	}
}

static void say_fields(struct step *step, enum sysreg_id id, u64 value)
{
	bool e2h = is_e2h(step_cpu(step));

	for (const struct field *f = field_next(id, e2h, NULL); f != NULL;
		f = field_next(id, e2h, f)) {
		u64 field = bits(value, f->high, f->low);
		const char *means = field_value_name(f, field);
		char place[12], number[24], text[200];

		if (f->high == f->low)
			snprintf(place, sizeof(place), "%u", f->low);
		else
			snprintf(place, sizeof(place), "%u:%u", f->high, f->low);
		snprintf(number, sizeof(number), "0x%" PRIx64, field);
		snprintf(text, sizeof(text), "%s%s%s", means != NULL ? means : "",
			means != NULL ? ": " : "", field_description(f));
		if (text[0] != '\0')
			fprintf(step->out, "  %-6s %-12s %-10s %s", place, f->name, number, text);
		else
			fprintf(step->out, "  %-6s %-12s %s", place, f->name, number);
		fputc('\n', step->out);
	}
}

/* A syndrome says more in words. */
static void say_syndrome(struct step *step, enum sysreg_id id, u64 value)
{
	char text[200];

	if (id != SR_ESR_EL1 && id != SR_ESR_EL2)
		return;
	esr_describe(value, text, sizeof(text));
	fprintf(step->out, "  %s\n", text);
}

static void say_value(struct step *step, const char *name, u64 value)
{
	fprintf(step->out, "%-10s %016" PRIx64 "\n", name, value);
	step_add_value(step, name, value);
}

static struct status write_sysreg(struct step *step, const char *name, const char *text)
{
	struct cpu *cpu = step_cpu(step);
	enum sysreg_id id;
	u64 mask, value, shift;
	struct status status = step_sysreg(step, name, &id, &mask);

	if (status.code == STATUS_OK)
		status = step_value(step, text, &value);
	if (status.code != STATUS_OK)
		return status;
	shift = mask & -mask;
	if (value > mask / shift)
		return status_error(STATUS_USAGE, "%s has no value 0x%" PRIx64, name, value);
	value = (step_sysreg_value(step, id) & ~mask) | value * shift;
	if (mask == ~(u64)0)
		mask = value; /* who writes all of it need not know the RES1 bits */
	status = explain_may_set(cpu, id, value, mask);
	if (status.code != STATUS_OK)
		return status;
	status = explain_set(cpu, id, value, mask);
	travel_changed(step->travel);
	if (status.code == STATUS_OK)
		say_value(step, sysreg_name(id), step_sysreg_value(step, id));
	return status;
}

static void say_sysreg(
	struct step *step, const char *name, enum sysreg_id id, u64 value, bool is_alone)
{
	fprintf(step->out, "%-18s %016" PRIx64, name, value);
	step_add_value(step, name, value);
	if (!is_alone)
		say_fields_shortly(step, id, value);
	fputc('\n', step->out);
	if (is_alone) {
		say_syndrome(step, id, value);
		say_fields(step, id, value);
	}
}

/* ---- Of a virtual EL2 ---- */

#define VIRTUAL "vel2_"

static bool is_virtual(const struct cpu *cpu, enum sysreg_id id)
{
	return cpu_has(cpu, FEAT_NV2) && sysreg_vncr(cpu, id) >= 0;
}

/* VNCR_EL2.BADDR, an address of EL2, of which bits <63:49> are as bit 48. false: none is there. */
static bool read_virtual(const struct cpu *cpu, enum sysreg_id id, u64 *value)
{
	u64 page = cpu->sys[SR_VNCR_EL2] & ~(u64)0xfff;
	u64 address = sign_extend(page, 49) + (u64)sysreg_vncr(cpu, id);

	return page != 0 && step_read(cpu, EL2, address, value, sizeof(*value));
}

static struct status read_one_virtual(struct step *step, const char *name)
{
	const struct cpu *cpu = step_cpu(step);
	enum sysreg_id id = register_by_name(name + strlen(VIRTUAL));
	u64 value;

	if (id == SR_NONE || !is_virtual(cpu, id))
		return status_error(STATUS_USAGE,
			"'%.40s': no register that FEAT_NV2 has in memory on this CPU", name);
	if (!read_virtual(cpu, id, &value))
		return status_error(STATUS_USAGE,
			"%.40s: VNCR_EL2 0x%" PRIx64 " leads to no memory", name,
			cpu->sys[SR_VNCR_EL2]);
	say_sysreg(step, name, id, value, true);
	return status_ok();
}

/* ---- Reading ---- */

static bool is_like(const char *pattern, const char *name)
{
	return fnmatch(pattern, name, FNM_CASEFOLD) == 0;
}

static unsigned say_matching(struct step *step, const char *pattern)
{
	const struct cpu *cpu = step_cpu(step);
	unsigned count = 0;

	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;

		if (is_shown(cpu, id) && is_like(pattern, sysreg_name(id))) {
			say_sysreg(step, sysreg_name(id), id, step_sysreg_value(step, id), false);
			count++;
		}
	}
	for (unsigned i = 0; i < SYSREG_COUNT; i++) {
		enum sysreg_id id = (enum sysreg_id)i;
		char name[60];
		u64 value;

		snprintf(name, sizeof(name), VIRTUAL "%s", sysreg_name(id));
		if (is_virtual(cpu, id) && is_like(pattern, name) &&
			read_virtual(cpu, id, &value)) {
			say_sysreg(step, name, id, value, false);
			count++;
		}
	}
	return count;
}

static struct status read_sysreg(struct step *step, const char *name)
{
	enum sysreg_id id;
	u64 mask, value;
	struct status status;

	if (strpbrk(name, "*?[") != NULL)
		return say_matching(step, name) != 0
			       ? status_ok()
			       : status_error(STATUS_USAGE, "no register is like '%.32s'", name);
	if (strncasecmp(name, VIRTUAL, strlen(VIRTUAL)) == 0)
		return read_one_virtual(step, name);
	status = step_sysreg(step, name, &id, &mask);
	if (status.code != STATUS_OK)
		return status;
	if (mask == ~(u64)0) {
		say_sysreg(step, sysreg_name(id), id, step_sysreg_value(step, id), true);
		return status;
	}
	value = (step_sysreg_value(step, id) & mask) / (mask & -mask);
	fprintf(step->out, "%s = 0x%" PRIx64 "\n", name, value);
	step_add_value(step, name, value);
	return status;
}

/* NAME, NAME=VALUE, NAME = VALUE */
struct status step_do_sys(struct step *step, const struct step_arguments *arguments)
{
	char text[200] = "", *equals;

	for (unsigned i = 0; i < arguments->count; i++) {
		size_t at = strlen(text);

		snprintf(text + at, sizeof(text) - at, "%s", arguments->word[i]);
	}
	equals = strchr(text, '=');
	if (text[0] == '\0')
		return status_error(
			STATUS_USAGE, "which register? A name, or a pattern like *_EL2");
	if (equals == NULL)
		return arguments->count == 1
			       ? read_sysreg(step, text)
			       : status_error(STATUS_USAGE, "one name or pattern, please");
	*equals = '\0';
	return write_sysreg(step, text, equals + 1);
}
