/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions about writers, and answers in words.
 */
#include "debug/who.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "debug/walk.h"
#include "sysregs/sysregs.h"

enum { FIELDS = 64, MOST_BYTES = 4096 };

/* ---- The question ---- */

/* "x7" of `x` and 31 registers. */
static bool parse_numbered(const char *text, char letter, unsigned count, u64 *number)
{
	char *end;

	if ((text[0] | 0x20) != letter || text[1] < '0' || text[1] > '9')
		return false;
	*number = strtoul(text + 1, &end, 10);
	return *end == '\0' && *number < count;
}

static bool find_register(const struct cpu *cpu, const char *name, size_t length, u64 *id)
{
	for (*id = 0; *id < SYSREG_COUNT; ++*id) {
		const char *known = sysreg_name((enum sysreg_id) * id);

		if (strlen(known) == length && strncasecmp(name, known, length) == 0)
			return sysreg_has_value(cpu, (enum sysreg_id) * id);
	}
	return false;
}

static bool find_field(const struct cpu *cpu, const struct debug_names *names, const char *name,
	struct written *what)
{
	struct named_field fields[FIELDS];
	unsigned count = 0;

	if (names != NULL && names->fields != NULL)
		count = names->fields((enum sysreg_id)what->which, is_e2h(cpu), fields, FIELDS);
	for (unsigned i = 0; i < count; i++) {
		if (strcasecmp(name, fields[i].name) == 0) {
			what->mask = MASK(fields[i].high, fields[i].low);
			return true;
		}
	}
	return false;
}

/* Instructions write these by other names, or they are worked out when they are read. */
static bool is_answered(enum sysreg_id id)
{
	switch (id) {
	case SR_NZCV:
	case SR_DAIF:
	case SR_PAN:
	case SR_UAO:
	case SR_DIT:
	case SR_SSBS:
	case SR_SPSel:
	case SR_SP_EL0:
	case SR_SP_EL1:
	case SR_SP_EL2:
	case SR_FPCR:
	case SR_FPSR: return false;
	default: return sysreg_is_stored(id) || sysreg_is_writable(id);
	}
}

static struct status parse_sysreg(const struct cpu *cpu, const char *text,
	const struct debug_names *names, struct written *what)
{
	size_t length = strcspn(text, ".");

	what->kind = WRITTEN_SYSREG;
	if (!find_register(cpu, text, length, &what->which))
		return status_error(STATUS_USAGE, "who-wrote: '%.*s' is no register of this PE",
			(int)(length < 40 ? length : 40), text);
	if (!is_answered((enum sysreg_id)what->which))
		return status_error(STATUS_USAGE,
			"who-wrote: of %s it is not known: what writes it are not writes of a "
			"register",
			sysreg_name((enum sysreg_id)what->which));
	if (text[length] == '.' && !find_field(cpu, names, text + length + 1, what))
		return status_error(STATUS_USAGE, "who-wrote: %s has no field '%.30s'",
			sysreg_name((enum sysreg_id)what->which), text + length + 1);
	return status_ok();
}

/* ADDRESS[/BYTES] */
static struct status parse_memory(const char *text, struct written *what)
{
	const char *end = text;
	bool is_right = number_take(&end, &what->which);

	what->kind = WRITTEN_MEMORY;
	what->size = 8;
	if (is_right && *end == '/')
		is_right = number_parse(end + 1, &what->size);
	else
		is_right = is_right && *end == '\0';
	if (!is_right || what->size == 0 || what->size > MOST_BYTES)
		return status_error(STATUS_USAGE,
			"who-wrote: '%.40s' is no ADDRESS or ADDRESS/BYTES, of at most %d", text,
			MOST_BYTES);
	return status_ok();
}

/* The descriptor that decides about the address, in physical memory. */
static struct status parse_descriptor(const struct cpu *cpu, const char *text, struct written *what)
{
	struct inspected asked = { .regime = (u8)mmu_inspected_regime(cpu, cpu->pstate.el),
		.kind = ACCESS_READ };
	struct inspection w;

	if (!walk_parse_address(cpu, text, &asked.va))
		return status_error(STATUS_USAGE, "who-wrote: pte '%.30s': no address", text);
	mmu_inspect(cpu, asked, &w);
	if (w.count == 0)
		return status_error(STATUS_USAGE,
			"who-wrote: no descriptor translates 0x%" PRIx64 ": translation is off",
			asked.va);
	what->kind = WRITTEN_PHYSICAL;
	what->which = w.step[w.count - 1].pa.v;
	what->size = 8;
	return status_ok();
}

struct status who_parse(const struct cpu *cpu, const char *text, const struct debug_names *names,
	struct written *what)
{
	*what = (struct written){ .cpu = cpu->index };
	text += strspn(text, " \t");
	if (strncmp(text, "pte ", 4) == 0)
		return parse_descriptor(cpu, text + 4 + strspn(text + 4, " \t"), what);
	if (text[0] >= '0' && text[0] <= '9')
		return parse_memory(text, what);
	what->kind = WRITTEN_X;
	if (parse_numbered(text, 'x', SLOT_LR + 1, &what->which))
		return status_ok();
	if (strcasecmp(text, "sp") == 0) {
		what->which = SLOT_SP;
		return status_ok();
	}
	what->kind = WRITTEN_V;
	if (parse_numbered(text, 'v', 32, &what->which))
		return status_ok();
	return parse_sysreg(cpu, text, names, what);
}

/* ---- The answer ---- */

static struct symbol_place place_of(const struct cpu *cpu, const struct writer *writer,
	const struct debug_names *names, char *text, size_t size)
{
	struct symbol_place place = { 0 };

	if (names != NULL && names->symbols != NULL)
		place = symbols_at(
			names->symbols, cpu->group->cpu[writer->cpu], writer->el, writer->pc);
	text[0] = '\0';
	if (place.name != NULL && place.offset == 0)
		snprintf(text, size, " <%s>", place.name);
	else if (place.name != NULL)
		snprintf(text, size, " <%s+0x%" PRIx64 ">", place.name, place.offset);
	return place;
}

static void say_insn(const struct cpu *cpu, const struct writer *writer,
	const struct debug_names *names, char *text, size_t size)
{
	char insn[80], symbol[140], line[140] = "";
	struct symbol_place place = place_of(cpu, writer, names, symbol, sizeof(symbol));

	snprintf(insn, sizeof(insn), ".inst 0x%08" PRIx32, writer->insn);
	if (names != NULL && names->disassemble_at != NULL)
		names->disassemble_at(writer->pc, writer->insn, insn, sizeof(insn));
	if (place.file != NULL)
		snprintf(line, sizeof(line), "  ; %s:%u", place.file, place.line);
	snprintf(text, size, "PE %u, EL%u, pc 0x%" PRIx64 "%s: %s%s", writer->cpu, writer->el,
		writer->pc, symbol, insn, line);
}

const char *who_say(const struct cpu *cpu, const struct writer *writer,
	const struct debug_names *names, char *text, size_t size)
{
	switch (writer->kind) {
	case WRITER_INSN: say_insn(cpu, writer, names, text, size); break;
	case WRITER_EXCEPTION:
		snprintf(text, size, "PE %u, an exception taken to EL%u at pc 0x%" PRIx64,
			writer->cpu, writer->el, writer->pc);
		break;
	case WRITER_WALK:
		snprintf(text, size,
			"PE %u, a walk of translation tables for the instruction at pc 0x%" PRIx64,
			writer->cpu, writer->pc);
		break;
	case WRITER_DEVICE: snprintf(text, size, "a device"); break;
	case WRITER_UNKNOWN: snprintf(text, size, "it is not known by whom"); break;
	}
	return text;
}

/* Of a field, as a number of its own. */
static void print(const struct cpu *cpu, const struct written *what, const struct writer *writer,
	const struct debug_names *names, FILE *out)
{
	unsigned shift = what->mask != 0 ? (unsigned)__builtin_ctzll(what->mask) : 0;
	u64 before = writer->before >> shift, after = writer->after >> shift;
	char text[400];

	fprintf(out, "%s\n  at instruction %" PRIu64 ": ",
		who_say(cpu, writer, names, text, sizeof(text)), writer->moment.insns);
	if (before == after)
		fprintf(out, "0x%" PRIx64 " again\n", after);
	else
		fprintf(out, "0x%" PRIx64 " became 0x%" PRIx64 "\n", before, after);
}

struct status who_command(struct travel *travel, const struct cpu *cpu, const char *text,
	const struct debug_names *names, FILE *out)
{
	struct written what;
	struct writer writer;
	struct status status = who_parse(cpu, text, names, &what);

	if (status.code != STATUS_OK)
		return status;
	switch (travel_who_wrote(travel, &what, &writer)) {
	case TRAVEL_HIT: print(cpu, &what, &writer, names, out); return status_ok();
	case TRAVEL_BEGIN:
		fprintf(out, "nobody has written it since instruction %" PRIu64 "\n",
			travel_begin(travel).insns);
		return status_ok();
	case TRAVEL_INTERRUPTED: return status_error(STATUS_USAGE, "who-wrote: interrupted");
	case TRAVEL_REFUSED:
		return status_error(STATUS_USAGE, "who-wrote: nothing of the past is kept");
	default: return status_error(STATUS_HOST, "who-wrote: %s", travel_error(travel));
	}
}
