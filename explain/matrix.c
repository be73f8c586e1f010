/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole table: what every register access and controlled instruction does at every EL under
 * every setting of settings.h. A line each, in a fixed order, which the image of
 * tests/guest/trap-matrix has too; entresol-explain(1) has the columns.
 */
#include <stdarg.h>
#include <string.h>

#include "exceptions/exceptions.h"
#include "explain/explain.h"
#include "explain/settings.h"

/* A cell's columns, and lines until they are written: there are millions of them. */
struct writer {
	FILE *out;
	enum matrix_format format;
	u64 cells;
	size_t length;
	char buffer[1 << 16];
};
enum { LONGEST_LINE = 400 };

struct cell {
	const char *setting, *insn, *outcome, *reg; /* "": no register */
	unsigned el;
	char direction;
	bool is_exception, is_memory;
	unsigned target_el, ec, iss, offset;
};

static void flush(struct writer *writer)
{
	fwrite(writer->buffer, 1, writer->length, writer->out);
	writer->length = 0;
}

static void put(struct writer *writer, const char *text)
{
	size_t length = strlen(text);

	memcpy(writer->buffer + writer->length, text, length);
	writer->length += length;
}

static void put_char(struct writer *writer, char c)
{
	writer->buffer[writer->length++] = c;
}

static void put_hex(struct writer *writer, unsigned value, unsigned digits)
{
	while (digits-- > 0)
		put_char(writer, "0123456789abcdef"[value >> 4 * digits & 15]);
}

static void put_csv(struct writer *writer, const struct cell *cell)
{
	put(writer, cell->setting);
	put_char(writer, ',');
	put_char(writer, (char)('0' + cell->el));
	put_char(writer, ',');
	put(writer, cell->insn);
	put_char(writer, ',');
	put_char(writer, cell->direction);
	put_char(writer, ',');
	put(writer, cell->outcome);
	put_char(writer, ',');
	if (cell->is_exception) {
		put_char(writer, (char)('0' + cell->target_el));
		put(writer, ",0x");
		put_hex(writer, cell->ec, 2);
		put(writer, ",0x");
		put_hex(writer, cell->iss, 7);
		put_char(writer, ',');
	} else {
		put(writer, ",,,");
	}
	put(writer, cell->reg);
	if (cell->is_memory) {
		put(writer, "0x");
		put_hex(writer, cell->offset, 3);
	}
	put_char(writer, '\n');
}

/* printf() into the buffer. */
__attribute__((format(printf, 2, 3))) static void put_format(
	struct writer *writer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	writer->length +=
		(size_t)vsnprintf(writer->buffer + writer->length, LONGEST_LINE, format, args);
	va_end(args);
}

/* The keys of an answer of `entresol explain --json`; null where one has no meaning. */
static void put_json(struct writer *writer, const struct cell *cell)
{
	put_format(writer,
		"%s{\"setting\":\"%s\",\"el\":%u,\"insn\":\"%s\",\"dir\":\"%c\",\"outcome\":\"%s\"",
		writer->cells == 0 ? "[" : ",\n", cell->setting, cell->el, cell->insn,
		cell->direction, cell->outcome);
	if (cell->reg[0] != '\0')
		put_format(writer, ",\"register\":\"%s\"", cell->reg);
	else
		put(writer, ",\"register\":null");
	if (cell->is_exception)
		put_format(writer, ",\"target_el\":%u,\"ec\":\"%s\",\"iss\":%u", cell->target_el,
			ec_name(cell->ec), cell->iss);
	else
		put(writer, ",\"target_el\":null,\"ec\":null,\"iss\":null");
	if (cell->is_memory)
		put_format(writer, ",\"offset\":%u}", cell->offset);
	else
		put(writer, ",\"offset\":null}");
}

static void put_cell(struct writer *writer, const struct cell *cell)
{
	if (writer->length + 2 * LONGEST_LINE > sizeof(writer->buffer))
		flush(writer);
	if (writer->format == MATRIX_CSV)
		put_csv(writer, cell);
	else
		put_json(writer, cell);
	writer->cells++;
}

static void ask(struct writer *writer, struct cell cell, const struct cpu *cpu, u32 insn)
{
	struct explain_outcome outcome = explain_outcome(cpu, insn);

	cell.outcome = outcome_names[outcome.kind];
	cell.is_memory = outcome.kind == OUTCOME_MEMORY;
	cell.is_exception = outcome.kind == OUTCOME_UNDEFINED || outcome.kind == OUTCOME_TRAP;
	cell.target_el = outcome.target_el;
	cell.ec = outcome.ec;
	cell.iss = outcome.iss;
	cell.offset = outcome.offset;
	cell.reg = outcome.reg != SR_NONE ? sysreg_name(outcome.reg) : "";
	put_cell(writer, &cell);
}

/* MSR, MRS, SYS or SYSL of the row, with X0. */
static u32 access_word(enum sysreg_id id, enum direction direction)
{
	return 0xd5000000 | (u32)(direction == DIR_READ) << 21 | sysreg_encoding(id) << 5;
}

static void ask_all(struct writer *writer, const char *setting, const struct cpu *cpu)
{
	struct cell cell = { .setting = setting, .el = cpu->pstate.el, .insn = "-", .reg = "" };

	if (cpu->pstate.el == EL1 && is_tge(cpu)) {
		/* An exception return to an EL that does not exist: illegal execution state */
		cell.direction = '-';
		cell.outcome = "illegal";
		cell.is_exception = true;
		cell.target_el = EL2;
		cell.ec = EC_ILLEGAL_STATE;
		put_cell(writer, &cell);
		return;
	}
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (!has_encoding((enum sysreg_id)id))
			continue;
		cell.insn = sysreg_name((enum sysreg_id)id);
		cell.direction = 'r';
		ask(writer, cell, cpu, access_word((enum sysreg_id)id, DIR_READ));
		cell.direction = 'w';
		ask(writer, cell, cpu, access_word((enum sysreg_id)id, DIR_WRITE));
	}
	cell.direction = 'x';
	for (unsigned i = 0; i < matrix_instruction_count; i++) {
		cell.insn = matrix_instructions[i].name;
		ask(writer, cell, cpu, matrix_instructions[i].word);
	}
}

/* Software that writes what a register resets to, with the setting's bits; absent ones stay. */
static void apply(struct cpu *cpu, const struct setting *setting)
{
	for (unsigned i = 0; i < setting->count; i++) {
		enum sysreg_id id = (enum sysreg_id)setting->values[i].reg;

		if (register_exists(cpu, id))
			sysreg_write(cpu, id,
				(cpu->sys[id] & ~setting->values[i].mask) |
					setting->values[i].value);
	}
}

struct status matrix_setting(struct cpu *cpu, const char *name)
{
	struct setting setting;

	for (unsigned i = 0; i < settings_count(); i++) {
		setting_get(i, &setting);
		if (strcmp(setting.name, name) != 0)
			continue;
		apply(cpu, &setting);
		return status_ok();
	}
	return status_error(STATUS_USAGE,
		"the matrix has no setting '%.60s'; those of 'explain --matrix' are as NV+NV2/-, "
		"those of --settings all as NV+NV2/HCR_EL2.TVM=1",
		name);
}

struct status matrix_print(const struct cpu *cpu, bool all, enum matrix_format format, FILE *out)
{
	static struct writer writer;
	struct setting setting;

	writer = (struct writer){ .out = out, .format = format };
	if (format == MATRIX_CSV)
		put(&writer, "setting,el,insn,dir,outcome,target_el,ec,iss,reg_or_offset\n");
	for (unsigned i = 0; i < settings_count() && !ferror(out); i++) {
		struct cpu set = *cpu;

		setting_get(i, &setting);
		if (!all && strcmp(strchr(setting.name, '/'), "/-") != 0)
			continue;
		apply(&set, &setting);
		for (unsigned el = EL0; el < EL_COUNT; el++) {
			pstate_set_el(&set, el, el != EL0);
			ask_all(&writer, setting.name, &set);
		}
	}
	if (format == MATRIX_JSON)
		put(&writer, "]\n");
	flush(&writer);
	if (fflush(out) != 0 || ferror(out))
		return status_error(STATUS_HOST, "the table cannot be written");
	return status_ok();
}
