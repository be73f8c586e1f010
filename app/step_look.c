/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state of a PE as one looks at it: where it is, registers, memory, instructions.
 */
#include <string.h>

#include "app/json.h"
#include "app/step.h"
#include "base/path.h"
#include "debug/guest_memory.h"
#include "exceptions/exceptions.h"
#include "explain/explain.h"

/* ---- Memory ---- */

/* Addresses are those of an EL, which need not be the present one. */
bool step_read(const struct cpu *cpu, unsigned el, u64 va, void *data, size_t size)
{
	struct cpu at = *cpu;

	if (el != cpu->pstate.el)
		pstate_set_el(&at, el, el != EL0);
	return guest_read(&at, SPACE_CURRENT, va, data, size) == size;
}

bool step_insn(const struct cpu *cpu, unsigned el, u64 va, u32 *insn)
{
	return va % 4 == 0 && step_read(cpu, el, va, insn, sizeof(*insn));
}

bool step_read_physical(const struct step *step, u64 pa, void *data, size_t size)
{
	return guest_read(step_cpu(step), SPACE_PHYSICAL, pa, data, size) == size;
}

/* ---- Where it is ---- */

const char *step_say_moment(struct moment moment, char *text, size_t size)
{
	if (moment.step <= 1 || moment.step == UINT32_MAX) /* the latter where it stopped */
		snprintf(text, size, "#%" PRIu64, moment.insns);
	else
		snprintf(text, size, "#%" PRIu64 ":%" PRIu32, moment.insns, moment.step / 2);
	return text;
}

/* "; file.c:12", where that is known. */
static void say_source(struct step *step, const struct cpu *cpu, u64 pc)
{
	struct symbol_place place = symbols_at(step->driven->symbols, cpu, cpu->pstate.el, pc);

	if (place.name != NULL && place.file != NULL)
		fprintf(step->out, "  ; %s:%u", path_name(place.file), place.line);
}

/* "0x40080000 <main>  d4000002  hvc #0x0  ; main.c:12" */
static void say_insn(struct step *step, const struct cpu *cpu, u64 pc)
{
	char symbol[100], text[100];
	u32 insn;

	fprintf(step->out, "0x%" PRIx64 "%s  ", pc, step_symbol(step, pc, symbol, sizeof(symbol)));
	if (!step_insn(cpu, cpu->pstate.el, pc, &insn)) {
		fputs("(cannot be fetched)\n", step->out);
		return;
	}
	disassemble_at(pc, insn, text, sizeof(text));
	fprintf(step->out, "%08" PRIx32 "  %s%s%s", insn, colour("\033[1m"), text,
		colour("\033[0m"));
	say_source(step, cpu, pc);
	fputc('\n', step->out);
}

static void add_place(struct step *step, const struct cpu *cpu)
{
	char text[100], *symbol = text;
	u32 insn = 0;
	cJSON *at;

	if (step->json == NULL)
		return;
	at = cJSON_AddObjectToObject(step->json, "place");
	cJSON_AddNumberToObject(at, "cpu", step->pe);
	cJSON_AddNumberToObject(at, "el", cpu->pstate.el);
	cJSON_AddStringToObject(at, "world", worlds_of(&step->worlds, cpu, cpu->pstate.el)->name);
	cJSON_AddBoolToObject(at, "virtual_el2", worlds_is_virtual_el2(cpu, cpu->pstate.el));
	json_add_u64(at, "pc", cpu->pc);
	step_symbol(step, cpu->pc, text, sizeof(text));
	if (*symbol != '\0') {
		symbol += 2;
		symbol[strlen(symbol) - 1] = '\0';
	}
	json_add_text(at, "symbol", *symbol != '\0' ? symbol : NULL);
	if (step_insn(cpu, cpu->pstate.el, cpu->pc, &insn)) {
		json_add_u64(at, "insn", insn);
		disassemble_at(cpu->pc, insn, text, sizeof(text));
		cJSON_AddStringToObject(at, "text", text);
	}
}

void step_say_place(struct step *step)
{
	const struct cpu *cpu = step_cpu(step);
	char moment[40], where[80];

	fprintf(step->out, "%s  ",
		step_say_moment(travel_now(step->travel), moment, sizeof(moment)));
	if (machine_cpu_count(step->machine) > 1)
		fprintf(step->out, "cpu%u ", step->pe);
	fprintf(step->out, "%s  ",
		worlds_say(&step->worlds, cpu, cpu->pstate.el, where, sizeof(where)));
	if (!machine_cpu_is_on(step->machine, step->pe))
		fputs("(off)\n", step->out);
	else
		say_insn(step, cpu, cpu->pc);
	add_place(step, cpu);
}

struct status step_do_where(struct step *step, const struct step_arguments *arguments)
{
	const struct transition *last = transitions_last(&step->transitions, 0);

	(void)arguments;
	if (last != NULL) {
		step_picture(step, last);
		if (step->json != NULL)
			cJSON_AddItemToObject(
				step->json, "transition", step_transition_json(step, last));
	}
	step_say_place(step);
	return status_ok();
}

struct status step_do_cpu(struct step *step, const struct step_arguments *arguments)
{
	unsigned count = machine_cpu_count(step->machine), chosen = step->pe;
	struct status status;
	u64 number;

	if (arguments->count != 0) {
		status = step_number("a PE", arguments->word[0], 0, count - 1, &number);
		if (status.code != STATUS_OK)
			return status;
		step->pe = (unsigned)number;
		step_say_place(step);
		return status_ok();
	}
	for (step->pe = 0; step->pe < count; step->pe++)
		step_say_place(step);
	step->pe = chosen;
	return status_ok();
}

/* ---- Registers ---- */

void step_add_value(struct step *step, const char *name, u64 value)
{
	cJSON *values;

	if (step->json == NULL)
		return;
	values = cJSON_GetObjectItem(step->json, "values");
	if (values == NULL)
		values = cJSON_AddObjectToObject(step->json, "values");
	json_add_u64(values, name, value);
}

static void say_value(struct step *step, const char *name, u64 value, const char *end)
{
	fprintf(step->out, "%-10s %016" PRIx64 "%s", name, value, end);
	step_add_value(step, name, value);
}

static void say_return_state(struct step *step, const struct cpu *cpu)
{
	bool is_el2 = cpu->pstate.el == EL2;
	char text[80];
	u64 spsr;

	if (cpu->pstate.el == EL0)
		return;
	spsr = cpu->sys[is_el2 ? SR_SPSR_EL2 : SR_SPSR_EL1];
	say_value(step, is_el2 ? "ELR_EL2" : "ELR_EL1", cpu->sys[is_el2 ? SR_ELR_EL2 : SR_ELR_EL1],
		step_symbol(step, cpu->sys[is_el2 ? SR_ELR_EL2 : SR_ELR_EL1], text, sizeof(text)));
	fputc('\n', step->out);
	say_value(step, is_el2 ? "SPSR_EL2" : "SPSR_EL1", spsr, "  ");
	fprintf(step->out, "%s\n", pstate_say(spsr, text, sizeof(text)));
}

struct status step_do_regs(struct step *step, const struct step_arguments *arguments)
{
	const struct cpu *cpu = step_cpu(step);
	char text[80], name[8];

	(void)arguments;
	for (unsigned i = 0; i <= 30; i++) {
		snprintf(name, sizeof(name), "x%u", i);
		say_value(step, name, cpu->x[i], i % 3 == 2 ? "\n" : "   ");
	}
	say_value(step, "sp", cpu->x[SLOT_SP], "\n");
	say_value(step, "pc", cpu->pc, step_symbol(step, cpu->pc, text, sizeof(text)));
	fputc('\n', step->out);
	say_value(step, "PSTATE", pstate_to_spsr(cpu), "  ");
	fprintf(step->out, "%s\n", pstate_say(pstate_to_spsr(cpu), text, sizeof(text)));
	say_return_state(step, cpu);
	return status_ok();
}

/* ---- Memory and code ---- */

static bool read_word(struct step *step, u64 address, bool is_physical, u64 *word)
{
	const struct cpu *cpu = step_cpu(step);

	return is_physical ? step_read_physical(step, address, word, sizeof(*word))
			   : step_read(cpu, cpu->pstate.el, address, word, sizeof(*word));
}

struct status step_do_memory(struct step *step, const struct step_arguments *arguments)
{
	u64 address, count = 8, word;
	bool is_physical;
	struct status status;
	cJSON *words = NULL;

	if (arguments->count == 0 || arguments->count > 2)
		return status_error(STATUS_USAGE, "x [phys:]ADDRESS [COUNT]");
	status = step_address(step, arguments->word[0], &address, &is_physical);
	if (status.code == STATUS_OK && arguments->count == 2)
		status = step_number("a count", arguments->word[1], 1, 4096, &count);
	if (status.code != STATUS_OK)
		return status;
	if (step->json != NULL)
		words = cJSON_AddArrayToObject(step->json, "words");
	for (u64 i = 0; i < count; i++, address += 8) {
		if (i % 2 == 0)
			fprintf(step->out, "%s0x%" PRIx64 ":", i != 0 ? "\n" : "", address);
		if (!read_word(step, address, is_physical, &word)) {
			fprintf(step->out, "%s(no memory)\n", i % 2 == 0 ? " " : "  ");
			if (words != NULL)
				cJSON_AddItemToArray(words, cJSON_CreateNull());
			return status_ok();
		}
		fprintf(step->out, " %016" PRIx64, word);
		if (words != NULL) {
			char text[24];

			snprintf(text, sizeof(text), "%" PRIu64, word);
			cJSON_AddItemToArray(words, cJSON_CreateRaw(text));
		}
	}
	fputc('\n', step->out);
	return status_ok();
}

struct status step_do_list(struct step *step, const struct step_arguments *arguments)
{
	const struct cpu *cpu = step_cpu(step);
	u64 pc = cpu->pc, count = 11;
	struct status status = status_ok();
	u64 first = pc - 4 * 4;

	if (arguments->count > 0) {
		status = step_value(step, arguments->word[0], &pc);
		first = pc &= ~(u64)3;
	}
	if (status.code == STATUS_OK && arguments->count > 1)
		status = step_number("a count", arguments->word[1], 1, 4096, &count);
	if (status.code != STATUS_OK)
		return status;
	for (u64 at = first; count-- > 0; at += 4) {
		fputs(at == cpu->pc ? "> " : "  ", step->out);
		say_insn(step, cpu, at);
	}
	return status_ok();
}
