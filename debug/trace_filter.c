/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which events a trace shows: by address, exception level, PE, world.
 */
#include <string.h>

#include "base/nearest.h"
#include "base/number.h"
#include "debug/trace_private.h"
#include "sysregs/sysregs.h"

/* ---- Ranges ---- */

static struct status bad_range(const char *text, const char *what)
{
	return status_error(STATUS_USAGE, "--trace addr=%.60s: %s", text, what);
}

/* ADDRESS, START-END (which does not belong to it), START+SIZE */
static struct status parse_range(const char *text, struct trace_range *range)
{
	const char *end = text;
	char sign;
	u64 second;

	if (!number_take(&end, &range->first))
		return bad_range(text, "not a number of 64 bits");
	range->last = range->first;
	if (*end == '\0')
		return status_ok();
	sign = *end;
	if ((sign != '-' && sign != '+') || !number_parse(end + 1, &second))
		return bad_range(text, "neither START-END nor START+SIZE");
	if (sign == '+')
		second += range->first;
	if (second <= range->first)
		return bad_range(text, "ends before it begins");
	range->last = second - 1;
	return status_ok();
}

static u64 end_of(const struct symbol_table *table, size_t i)
{
	const struct symbol *symbol = &table->symbol[i];

	if (symbol->size != 0)
		return symbol->address + symbol->size;
	for (; i < table->count; i++) {
		if (table->symbol[i].address > symbol->address)
			return table->symbol[i].address;
	}
	return symbol->address + 4;
}

static struct status find_symbol(
	const struct symbol_table *table, const char *name, struct trace_range *range)
{
	struct nearest nearest = { .wanted = name };
	char hint[100];

	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->symbol[i].name, name) == 0) {
			range->first = table->symbol[i].address;
			range->last = end_of(table, i) - 1;
			return status_ok();
		}
		nearest_offer(&nearest, table->symbol[i].name);
	}
	nearest_say(&nearest, hint, sizeof(hint));
	return status_error(
		STATUS_USAGE, "--trace addr=%.60s: the image has no such symbol%s", name, hint);
}

struct status trace_find_ranges(struct trace *trace)
{
	struct status status = status_ok();

	for (unsigned i = 0; i < trace->config.ranges && status.code == STATUS_OK; i++) {
		const char *text = trace->config.range[i];

		if (*text >= '0' && *text <= '9')
			status = parse_range(text, &trace->range[i]);
		else
			status = find_symbol(trace->context->symbols, text, &trace->range[i]);
	}
	return status;
}

/* ---- Events ---- */

static bool is_in_range(const struct trace *trace, u64 address)
{
	for (unsigned i = 0; i < trace->config.ranges; i++) {
		if (address >= trace->range[i].first && address <= trace->range[i].last)
			return true;
	}
	return false;
}

static bool is_change(const struct event *event)
{
	return event->kind == EVENT_EXCEPTION || event->kind == EVENT_ERET;
}

/* The addresses that the event is about: of the instruction, and of what it goes to or touches. */
static bool passes_address(const struct trace *trace, const struct event *event)
{
	if (is_in_range(trace, event->pc))
		return true;
	switch (event->kind) {
	case EVENT_EXCEPTION:
	case EVENT_ERET: return is_in_range(trace, event->target);
	case EVENT_WALK:
	case EVENT_ACCESS: return is_in_range(trace, event->va) || is_in_range(trace, event->pa);
	case EVENT_DESCRIPTOR:
	case EVENT_TABLE_WRITE: return is_in_range(trace, event->pa);
	default: return false;
	}
}

/* EL2, and EL0 with TGE, have no VMID. */
static bool passes_vmid(const struct trace *trace, const struct cpu *cpu, unsigned el)
{
	u64 vmid = bits(cpu->sys[SR_VTTBR_EL2], 63, 48);

	if (el == EL2 || !cpu->has_el2 || is_tge(cpu))
		return false;
	for (unsigned i = 0; i < trace->config.vmids; i++) {
		if (trace->config.vmid[i] == vmid)
			return true;
	}
	return false;
}

static bool passes_world(const struct trace *trace, const struct cpu *cpu, unsigned el)
{
	const struct world *world = worlds_of(trace->context->worlds, cpu, el);

	for (unsigned i = 0; i < trace->config.worlds; i++) {
		if (strcmp(trace->config.world[i], world->name) == 0)
			return true;
	}
	return false;
}

static bool passes_at(const struct trace *trace, const struct cpu *cpu, unsigned el)
{
	const struct trace_config *config = &trace->config;

	return (config->els == 0 || (config->els >> el & 1)) &&
	       (config->vmids == 0 || passes_vmid(trace, cpu, el)) &&
	       (config->worlds == 0 || passes_world(trace, cpu, el));
}

bool trace_passes(const struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	const struct trace_config *config = &trace->config;

	if (config->pes != 0 && !(config->pes >> cpu->index & 1))
		return false;
	if (config->ranges != 0 && !passes_address(trace, event))
		return false;
	if ((config->els | config->vmids | config->worlds) == 0)
		return true;
	if (!is_change(event))
		return passes_at(trace, cpu, cpu->pstate.el);
	return passes_at(trace, cpu, event->from_el) || passes_at(trace, cpu, event->to_el);
}
