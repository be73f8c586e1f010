/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks in words.
 */
#include "debug/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "sysregs/sysregs.h"

/* ---- Words ---- */

const char *walk_regime_name(const struct cpu *cpu, enum inspected_regime regime)
{
	switch (regime) {
	case INSPECT_EL10: return "EL1&0";
	case INSPECT_EL2: return is_e2h(cpu) ? "EL2&0" : "EL2";
	case INSPECT_STAGE2: return "stage 2";
	}
	ENT_BUG("a regime");
}

const char *walk_descriptor_kind(const struct inspected_step *step)
{
	bool is_valid = bit(step->descriptor, 0), is_table = bit(step->descriptor, 1);

	if (!is_valid)
		return "invalid";
	if (step->level == 3)
		return is_table ? "page" : "reserved";
	return is_table ? "table" : "block";
}

/* DDI 0487, ISS of a Data Abort: DFSC without the level. */
static const struct {
	u8 status;
	bool has_level;
	const char *name;
} faults[] = {
	{ 0x00, true, "address size fault" },
	{ 0x04, true, "translation fault" },
	{ 0x08, true, "access flag fault" },
	{ 0x0c, true, "permission fault" },
	{ 0x14, true, "external abort on the walk" },
	{ 0x21, false, "alignment fault" },
};

const char *walk_fault_say(const struct inspection *inspection, char *text, size_t size)
{
	u8 status = inspection->fault_status;

	snprintf(text, size, "fault 0x%x", status);
	for (size_t i = 0; i < COUNT(faults); i++) {
		if (status != faults[i].status &&
			(!faults[i].has_level || (status & ~3) != faults[i].status))
			continue;
		if (faults[i].has_level)
			snprintf(text, size, "stage %d %s, level %d%s",
				inspection->is_stage2 ? 2 : 1, faults[i].name, status & 3,
				inspection->is_s1ptw ? ", on the walk of stage 1" : "");
		else
			snprintf(text, size, "%s", faults[i].name);
	}
	return text;
}

/* MAIR's format, DDI 0487 D17.2.97; what is rare is a number. */
static const char *memory_type(u8 attributes, char *text, size_t size)
{
	static const struct {
		u8 attributes;
		const char *name;
	} types[] = {
		{ 0x00, "Device-nGnRnE" },
		{ 0x04, "Device-nGnRE" },
		{ 0x08, "Device-nGRE" },
		{ 0x0c, "Device-GRE" },
		{ 0x44, "Normal non-cacheable" },
		{ 0xbb, "Normal write-through" },
		{ 0xff, "Normal write-back" },
	};

	snprintf(text, size, "Normal, attributes 0x%02x", attributes);
	for (size_t i = 0; i < COUNT(types); i++) {
		if (types[i].attributes == attributes)
			return types[i].name;
	}
	return text;
}

static const char *rights_say(u8 rights, char text[4])
{
	text[0] = rights & RIGHT_READ ? 'r' : '-';
	text[1] = rights & RIGHT_WRITE ? 'w' : '-';
	text[2] = rights & RIGHT_EXECUTE ? 'x' : '-';
	text[3] = '\0';
	return text;
}

static const char *size_say(u64 bytes, char *text, size_t size)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	unsigned unit = 0;

	for (; bytes >= 1024 && unit + 1 < COUNT(units); unit++)
		bytes /= 1024;
	snprintf(text, size, "%" PRIu64 " %s", bytes, units[unit]);
	return text;
}

/* ---- A walk ---- */

static void print_step(const struct inspection *w, const struct inspected_step *step, FILE *out)
{
	fprintf(out, "  %sstage %d level %d  ", step->for_walk ? "  " : "", step->stage,
		step->level);
	if (w->has_stage2 && step->stage == 1)
		fprintf(out, "IPA 0x%" PRIx64 " = ", step->address);
	fprintf(out, "PA 0x%" PRIx64 ": 0x%016" PRIx64 " %s%s\n", step->pa.v, step->descriptor,
		walk_descriptor_kind(step), step->for_walk ? ", on the way to stage 1's next" : "");
}

static void print_rights(const struct inspection *w, FILE *out)
{
	const char *upper = w->what.regime == INSPECT_EL2 ? "EL2" : "EL1";
	bool has_el0 = w->what.regime != INSPECT_EL2 || w->is_e2h;
	char a[4], b[4];

	if (w->has_stage1) {
		fprintf(out, "  stage 1 grants %s %s", upper, rights_say(w->stage1_rights[0], a));
		if (has_el0)
			fprintf(out, ", EL0 %s", rights_say(w->stage1_rights[1], b));
		fputc('\n', out);
	}
	if (w->has_stage2)
		fprintf(out, "  stage 2 grants EL1 %s, EL0 %s\n",
			rights_say(w->stage2_rights[0], a), rights_say(w->stage2_rights[1], b));
}

static void print_result(const struct inspection *w, FILE *out)
{
	static const char *const shareability[] = { "non-shareable", "", "outer shareable",
		"inner shareable" };
	char type[40], size[40];

	if (w->has_stage1 && w->has_stage2)
		fprintf(out, "  IPA 0x%" PRIx64 "\n", w->ipa);
	fprintf(out, "  PA 0x%" PRIx64 "%s%s", w->pa.v,
		w->has_stage1 || w->has_stage2 ? "" : ", flat", "");
	if (w->has_stage1 || w->has_stage2)
		fprintf(out, ", mapped by %s", size_say(w->page_size, size, sizeof(size)));
	fprintf(out, ", %s, %s\n", memory_type(w->attributes, type, sizeof(type)),
		shareability[w->shareability & 3]);
	print_rights(w, out);
}

/* What accesses would find, one line an EL. */
static void print_outcomes(
	const struct cpu *cpu, struct inspected what, bool el0, const char *name, FILE *out)
{
	static const struct {
		enum access_kind kind;
		const char *name;
	} kinds[] = {
		{ ACCESS_READ, "read" },
		{ ACCESS_WRITE, "write" },
		{ ACCESS_FETCH, "fetch" },
	};

	fprintf(out, "  %s:", name);
	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct inspection w;
		char text[80];

		what.kind = (u8)kinds[i].kind;
		what.el0 = el0;
		what.is_checked = true;
		mmu_inspect(cpu, what, &w);
		fprintf(out, "%s %s %s", i == 0 ? "" : ";", kinds[i].name,
			w.is_ok ? "ok" : walk_fault_say(&w, text, sizeof(text)));
	}
	fputc('\n', out);
}

void walk_print(const struct cpu *cpu, struct inspected what, FILE *out)
{
	bool is_el2 = what.regime == INSPECT_EL2;
	struct inspection w;
	char text[80];

	what.kind = ACCESS_READ;
	what.el0 = what.is_checked = false;
	mmu_inspect(cpu, what, &w);
	fprintf(out, "0x%" PRIx64 ", %s%s\n", what.va,
		walk_regime_name(cpu, (enum inspected_regime)what.regime),
		what.regime == INSPECT_STAGE2 ? w.has_stage2 ? "" : ", which is off"
		: !w.has_stage1		      ? ", stage 1 is off"
					      : "");
	for (unsigned i = 0; i < w.count; i++)
		print_step(&w, &w.step[i], out);
	if (w.is_ok)
		print_result(&w, out);
	else
		fprintf(out, "  %s%s\n", walk_fault_say(&w, text, sizeof(text)), "");
	if (!w.is_ok && w.is_stage2)
		fprintf(out, "  at IPA 0x%" PRIx64 "\n", w.fault_ipa);
	print_outcomes(cpu, what, false, is_el2 ? "EL2" : "EL1", out);
	if (!is_el2 || w.is_e2h)
		print_outcomes(cpu, what, true, "EL0", out);
}

/* ---- The command ---- */

bool walk_parse_address(const struct cpu *cpu, const char *text, u64 *address)
{
	char *end;
	unsigned long n;

	if (strcmp(text, "pc") == 0) {
		*address = cpu->pc;
		return true;
	}
	if (strcmp(text, "sp") == 0 || strcmp(text, "lr") == 0) {
		*address = cpu->x[text[0] == 's' ? SLOT_SP : SLOT_LR];
		return true;
	}
	if (text[0] == 'x' && text[1] >= '0' && text[1] <= '9') {
		n = strtoul(text + 1, &end, 10);
		*address = cpu->x[n <= SLOT_LR ? n : 0];
		return n <= SLOT_LR && *end == '\0';
	}
	return number_parse(text, address);
}

static struct status parse_regime(const struct cpu *cpu, const char *name, struct inspected *what)
{
	enum address_space space = address_space_find(name);
	enum inspected_regime regime;

	if (space == ADDRESS_SPACES || !address_space_regime(cpu, space, &regime))
		return status_error(STATUS_USAGE,
			"walk: no regime '%.20s'; there are el1 (or el1&0), el2 (or el2&0), s2",
			name);
	if (regime == INSPECT_EL2 && !cpu->has_el2)
		return status_error(STATUS_USAGE, "walk: the PE has no EL2");
	if (strcmp(name, "el2&0") == 0 && !is_e2h(cpu))
		return status_error(STATUS_USAGE,
			"walk: EL2 has the regime EL2 now, not EL2&0: HCR_EL2.E2H is 0");
	what->regime = (u8)regime;
	return status_ok();
}

struct status walk_command(const struct cpu *cpu, const char *text, FILE *out)
{
	static const char usage[] = "walk ADDRESS [--regime el1|el2|el1&0|el2&0|s2]";
	char address[40] = "", option[16] = "", regime[16] = "", more[2] = "";
	int words = sscanf(text, "%39s %15s %15s %1s", address, option, regime, more);
	struct inspected what = { .regime = (u8)mmu_inspected_regime(cpu, cpu->pstate.el) };

	if (strncmp(option, "--regime=", 9) == 0 && words == 2) {
		sscanf(option + 9, "%15s", regime);
		words = 3;
	} else if (words != 1 && (words != 3 || strcmp(option, "--regime") != 0)) {
		return status_error(STATUS_USAGE, "walk is used as: %s", usage);
	}
	if (!walk_parse_address(cpu, address, &what.va))
		return status_error(STATUS_USAGE,
			"walk: '%.30s' is no address: a number, or x0 to x30, lr, sp, pc", address);
	if (words == 3) {
		struct status status = parse_regime(cpu, regime, &what);

		if (status.code != STATUS_OK)
			return status;
	}
	walk_print(cpu, what, out);
	return status_ok();
}
