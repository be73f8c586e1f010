/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Machines of the public API: making them, errors, RAM, running.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/private.h"
#include "exceptions/exceptions.h"
#include "mmu/mmu.h"
#include "sysregs/choices.h"

/* ---- Errors ---- */

enum ent_error api_fail(struct ent_machine *m, enum ent_error code, const char *format, ...)
{
	va_list args;

	if (m == NULL || m->error != ENT_OK)
		return code;
	m->error = code;
	va_start(args, format);
	vsnprintf(m->error_text, sizeof(m->error_text), format, args);
	va_end(args);
	return code;
}

enum ent_error ent_error(const struct ent_machine *m)
{
	return m != NULL ? m->error : ENT_ERROR_ARGUMENT;
}

const char *ent_error_text(const struct ent_machine *m)
{
	return m != NULL ? m->error_text : "no machine";
}

void ent_clear_error(struct ent_machine *m)
{
	if (m == NULL)
		return;
	m->error = ENT_OK;
	m->error_text[0] = '\0';
}

/* ---- Making a machine ---- */

static void note_exception(void *opaque, struct cpu *cpu, const struct event *event)
{
	static const enum ent_exception_kind kinds[] = {
		[INT_SYNC] = ENT_SYNCHRONOUS,
		[INT_IRQ] = ENT_TAKEN_IRQ,
		[INT_FIQ] = ENT_TAKEN_FIQ,
		[INT_SERROR] = ENT_TAKEN_SERROR,
	};
	struct ent_machine *m = opaque;
	struct ent_exception *e = &m->exception;

	(void)cpu;
	if (event->kind != EVENT_EXCEPTION)
		return;
	m->exception_count++;
	*e = (struct ent_exception){ .kind = kinds[event->interrupt],
		.from_el = event->from_el,
		.target_el = event->to_el,
		.vector = event->target,
		.elr = event->pc,
		.spsr = event->spsr,
		.esr = event->esr,
		.ec = (uint32_t)bits(event->esr, 31, 26),
		.iss = (uint32_t)bits(event->esr, 24, 0),
		.has_far = event->far_valid,
		.has_hpfar = event->hpfar_valid,
		.far = event->far,
		.hpfar = event->hpfar };
	if (e->kind == ENT_TAKEN_IRQ || e->kind == ENT_TAKEN_FIQ)
		snprintf(e->text, sizeof(e->text), "%s", e->kind == ENT_TAKEN_IRQ ? "IRQ" : "FIQ");
	else
		esr_describe(e->esr, e->text, sizeof(e->text));
}

/* Why there is no machine. */
static void say(char *text, size_t size, const char *why)
{
	if (text != NULL && size > 0)
		snprintf(text, size, "%s", why);
}

/* Words of "NAME=VALUE". */
static struct status set_choices(const char *words, u8 chosen[CHOICE_COUNT])
{
	struct status status = status_ok();
	char word[64];
	int length = 0;

	for (; status.code == STATUS_OK && sscanf(words, " %63s%n", word, &length) == 1;
		words += length)
		status = choice_set(chosen, word);
	return status;
}

struct ent_machine *api_machine(struct machine *machine)
{
	struct ent_machine *m = calloc(1, sizeof(*m));

	if (m == NULL) {
		machine_destroy(machine);
		return NULL;
	}
	m->machine = machine;
	m->cpu = machine_cpu(machine, 0);
	machine_observe(machine, BIT(EVENT_EXCEPTION), note_exception, m);
	return m;
}

struct ent_machine *ent_create(const struct ent_config *config, char *text, size_t size)
{
	struct ent_config given = config != NULL ? *config : (struct ent_config){ 0 };
	struct machine_config board = machine_default_config();
	struct machine *machine = NULL;
	struct ent_machine *m;
	struct status status = status_ok();
	struct timing_model model;
	bool is_timed = false;

	board.profile = given.profile != NULL ? given.profile : "v8.4-nv2";
	board.ram_size = given.ram_size != 0 ? given.ram_size : 1 << 20;
	board.el = given.without_el2 ? EL1 : EL2;
	board.engine = ENGINE_STEP;
	board.console_in = board.console_out = board.console_err = -1;
	if (given.choices != NULL)
		status = set_choices(given.choices, board.choice);
	if (status.code == STATUS_OK)
		status = api_timing(&given, &model, &is_timed);
	if (is_timed)
		board.timing = &model;
	if (status.code == STATUS_OK)
		machine = machine_create(&board, &status);
	if (machine == NULL) {
		say(text, size, status.text);
		return NULL;
	}
	machine_start(machine, ENT_RAM_BASE, ENT_RAM_BASE);
	m = api_machine(machine);
	say(text, size, m != NULL ? "" : "the host has no memory for the machine");
	return m;
}

void ent_destroy(struct ent_machine *m)
{
	if (m == NULL)
		return;
	machine_destroy(m->machine);
	free(m);
}

/* ---- RAM ---- */

u8 *api_ram(struct ent_machine *m, uint64_t pa, size_t size)
{
	struct ram_region *region = NULL;

	if (size != 0)
		region = memory_find(machine_memory(m->machine), PA(pa), size);
	if (region == NULL) {
		api_fail(m, ENT_ERROR_MEMORY,
			"no RAM for %zu bytes at 0x%" PRIx64 "; it begins at 0x%" PRIx64, size, pa,
			ENT_RAM_BASE);
		return NULL;
	}
	return region->host + (pa - region->base.v);
}

enum ent_error ent_read_ram(struct ent_machine *m, uint64_t pa, void *data, size_t size)
{
	const u8 *host;

	if (m == NULL || (data == NULL && size > 0))
		return api_fail(m, ENT_ERROR_ARGUMENT, "ent_read_ram: nowhere to copy to");
	if (size == 0)
		return ENT_OK;
	host = api_ram(m, pa, size);
	if (host == NULL)
		return ENT_ERROR_MEMORY;
	memcpy(data, host, size);
	return ENT_OK;
}

enum ent_error ent_write_ram(struct ent_machine *m, uint64_t pa, const void *data, size_t size)
{
	u8 *host;

	if (m == NULL || (data == NULL && size > 0))
		return api_fail(m, ENT_ERROR_ARGUMENT, "ent_write_ram: nothing to copy from");
	if (size == 0)
		return ENT_OK;
	host = api_ram(m, pa, size);
	if (host == NULL)
		return ENT_ERROR_MEMORY;
	memcpy(host, data, size);
	memory_written(machine_memory(m->machine), PA(pa), size);
	return ENT_OK;
}

uint64_t ent_ram64(struct ent_machine *m, uint64_t pa)
{
	uint64_t value = 0;

	ent_read_ram(m, pa, &value, sizeof(value));
	return value;
}

enum ent_error ent_set_ram64(struct ent_machine *m, uint64_t pa, uint64_t value)
{
	return ent_write_ram(m, pa, &value, sizeof(value));
}

/* ---- Running ---- */

enum ent_stop ent_run(struct ent_machine *m, uint64_t count)
{
	const struct stop *stop;

	if (m == NULL)
		return ENT_STOP_ERROR;
	stop = machine_run(m->machine, count);
	snprintf(m->stop_text, sizeof(m->stop_text), "%s", stop->text);
	switch (stop->reason) {
	case STOP_EXIT: return ENT_STOP_EXIT;
	case STOP_RESET: return ENT_STOP_RESET;
	case STOP_STUCK: return ENT_STOP_STUCK;
	case STOP_NOT_IMPLEMENTED: return ENT_STOP_NOT_IMPLEMENTED;
	default: return ENT_STOP_BUDGET;
	}
}

const char *ent_stop_text(const struct ent_machine *m)
{
	return m != NULL ? m->stop_text : "no machine";
}

enum ent_error ent_place(struct ent_machine *m, uint32_t word)
{
	struct cpu *cpu;
	struct place place = { .ok = false };
	u64 offset;

	if (m == NULL)
		return ENT_ERROR_ARGUMENT;
	cpu = m->cpu;
	offset = bits(cpu->pc, 11, 0);
	mmu_enter(cpu);
	if (is_aligned(cpu->pc, 4))
		place = mmu_fetch_page(cpu, cpu->pc);
	if (!place.ok || place.host == NULL)
		return api_fail(m, ENT_ERROR_PC,
			"no instruction can be fetched at PC 0x%" PRIx64 " at EL%u", cpu->pc,
			(unsigned)cpu->pstate.el);
	return ent_write_ram(m, PAGE_BASE(place.pa.v) + offset, &word, sizeof(word));
}

enum ent_error ent_execute(struct ent_machine *m, uint32_t word)
{
	enum ent_error error = ent_place(m, word);

	if (error == ENT_OK)
		ent_run(m, 1);
	return error;
}

enum ent_error ent_set_line(struct ent_machine *m, enum ent_line line, bool level)
{
	static const u32 lines[] = { [ENT_IRQ] = LINE_IRQ,
		[ENT_FIQ] = LINE_FIQ,
		[ENT_SERROR] = LINE_SERROR,
		[ENT_VIRQ] = LINE_VIRQ,
		[ENT_VFIQ] = LINE_VFIQ };

	if (m == NULL || (unsigned)line >= COUNT(lines))
		return api_fail(m, ENT_ERROR_ARGUMENT, "no interrupt line %d", (int)line);
	machine_set_line(m->machine, 0, lines[line], level);
	return ENT_OK;
}

const struct ent_exception *ent_last_exception(const struct ent_machine *m)
{
	return m != NULL && m->exception_count > 0 ? &m->exception : NULL;
}

uint64_t ent_exception_count(const struct ent_machine *m)
{
	return m != NULL ? m->exception_count : 0;
}

void ent_describe_esr(uint64_t esr, char *text, size_t size)
{
	if (text != NULL && size > 0)
		esr_describe(esr, text, size);
}
