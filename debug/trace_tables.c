/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to translation tables, as S-expressions in the form of casemate's logs
 * (rems-project/casemate, doc/trace-format.md): records with a sequence number and a thread, here
 * a PE. A table that is seen for the first time is told as zeroed memory that its descriptors are
 * then written to, those that it leads to before it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "debug/trace_private.h"
#include "sysregs/sysregs.h"

/* A page with descriptors. */
struct table {
	u64 page; /* physical; its lowest bits are not 0, so that none is 0: TABLE_* */
	u64 root; /* the table that leads to it */
	u8 level;
	bool is_direct; /* its descriptors have physical addresses */
};

struct tables {
	u64 next_id;
	struct table *table; /* a hash table, a power of two of them; page 0: free */
	size_t size, count;
	u64 root[MACHINE_CPUS]; /* of the walk of stage 1 that goes on */
	u8 level[MACHINE_CPUS]; /* of its last descriptor */
};

enum { FIRST_SIZE = 1024, TABLE_USED = 1, NO_LEVEL = 0xff };

/* ---- The tables that are known ---- */

static struct table *slot_of(struct table *table, size_t size, u64 page)
{
	size_t i = (size_t)((page >> 12) * 0x9e3779b97f4a7c15ull >> 20) & (size - 1);

	while (table[i].page != 0 && table[i].page != (page | TABLE_USED))
		i = (i + 1) & (size - 1);
	return &table[i];
}

static bool grow(struct tables *tables)
{
	size_t size = tables->size * 2;
	struct table *larger = calloc(size, sizeof(*larger));

	if (larger == NULL)
		return false;
	for (size_t i = 0; i < tables->size; i++) {
		struct table *old = &tables->table[i];

		if (old->page != 0)
			*slot_of(larger, size, old->page & ~(u64)TABLE_USED) = *old;
	}
	free(tables->table);
	tables->table = larger;
	tables->size = size;
	return true;
}

/* NULL: it was not known, and there is no memory to know it. */
static struct table *know(struct trace *trace, u64 page, bool *is_new)
{
	struct tables *tables = trace->state;
	struct table *table = slot_of(tables->table, tables->size, page);

	*is_new = table->page == 0;
	if (!*is_new)
		return table;
	if (tables->count * 2 >= tables->size) {
		if (!grow(tables)) {
			trace_out_fail(trace->out, ENOMEM);
			return NULL;
		}
		table = slot_of(tables->table, tables->size, page);
	}
	tables->count++;
	table->page = page | TABLE_USED;
	return table;
}

static bool begin(struct trace *trace)
{
	struct tables *tables = calloc(1, sizeof(*tables));

	trace->state = tables;
	if (tables == NULL)
		return false;
	tables->size = FIRST_SIZE;
	tables->table = calloc(FIRST_SIZE, sizeof(*tables->table));
	memset(tables->level, NO_LEVEL, sizeof(tables->level));
	if (tables->table != NULL)
		return true;
	free(tables);
	return false;
}

static void end(struct trace *trace)
{
	struct tables *tables = trace->state;

	free(tables->table);
	free(tables);
}

/* ---- Records ---- */

static void open_record(struct trace *trace, const struct cpu *cpu, const char *name)
{
	struct tables *tables = trace->state;

	out_printf(
		trace->out, "(%s (id %" PRIu64 ") (tid %u)", name, tables->next_id++, cpu->index);
}

/* Where in the program: a symbol and how far behind it, as a file's name and line would be. */
static void close_record(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct symbol_place place = trace_place(trace, cpu, cpu->pstate.el, event->pc);

	if (place.name != NULL)
		out_printf(trace->out, " (src \"%.100s:%" PRIu64 "\"))", place.name, place.offset);
	else
		out_printf(trace->out, " (src \"0x%" PRIx64 ":0\"))", event->pc);
	out_line(trace->out);
}

static void print_write(struct trace *trace, const struct cpu *cpu, const struct event *event,
	u64 address, u64 value)
{
	open_record(trace, cpu, "mem-write");
	out_printf(trace->out, " (mem-order plain) (address 0x%" PRIx64 ") (value 0x%" PRIx64 ")",
		address, value);
	close_record(trace, cpu, event);
}

/* ---- Tables that are new ---- */

static bool read_word(const struct cpu *cpu, u64 pa, u64 *value)
{
	const struct ram_region *region = memory_find(cpu->memory, PA(pa), 8);

	if (region == NULL)
		return false;
	memcpy(value, region->host + (pa - region->base.v), 8);
	return true;
}

static void learn(struct trace *trace, const struct cpu *cpu, const struct event *event, u64 page,
	const struct table *like);

/* The table that a descriptor leads to, if it is one and its address a physical one. */
static void learn_next(struct trace *trace, const struct cpu *cpu, const struct event *event,
	const struct table *from, u64 descriptor)
{
	struct table like = { .root = from->root, .level = from->level, .is_direct = true };

	if (!from->is_direct || from->level >= 3 || bits(descriptor, 1, 0) != 3)
		return;
	like.level++;
	learn(trace, cpu, event, descriptor & MASK(47, 12), &like);
}

/* Recursion is as deep as there are levels. */
static void learn(struct trace *trace, const struct cpu *cpu, const struct event *event, u64 page,
	const struct table *like)
{
	struct table self = *like;
	struct table *table;
	bool is_new;
	u64 word;

	if (!read_word(cpu, page, &word))
		return;
	table = know(trace, page, &is_new);
	if (table == NULL || !is_new)
		return;
	table->root = like->root;
	table->level = like->level;
	table->is_direct = like->is_direct;
	for (u64 pa = page; pa < page + 4096 && read_word(cpu, pa, &word); pa += 8)
		learn_next(trace, cpu, event, &self, word);
	open_record(trace, cpu, "mem-init");
	out_printf(trace->out, " (address 0x%" PRIx64 ") (size 0x1000)", page);
	close_record(trace, cpu, event);
	open_record(trace, cpu, "hint");
	out_printf(trace->out,
		" (kind set_owner_root) (location 0x%" PRIx64 ") (value 0x%" PRIx64 ")", page,
		self.root);
	close_record(trace, cpu, event);
	for (u64 pa = page; pa < page + 4096 && read_word(cpu, pa, &word); pa += 8) {
		if (word != 0)
			print_write(trace, cpu, event, pa, word);
	}
}

/* Stage 2's root is in a register, stage 1's is where the walk begins. */
static void on_descriptor(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tables *tables = trace->state;
	u64 page = align_down(event->pa, 4096);
	u8 *level = &tables->level[cpu->index];
	struct table like = { .root = bits(cpu->sys[SR_VTTBR_EL2], 47, 1) << 1,
		.level = event->walk_level,
		.is_direct = event->stage2 || !event->two_stages };

	if (!event->stage2) {
		if (*level == NO_LEVEL || event->walk_level <= *level)
			tables->root[cpu->index] = page;
		*level = event->walk_level;
		like.root = tables->root[cpu->index];
	}
	learn(trace, cpu, event, page, &like);
}

/* Told when memory has the new value. */
static void on_write(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	struct tables *tables = trace->state;

	for (u64 pa = align_down(event->pa, 8); pa < event->pa + event->size; pa += 8) {
		u64 page = align_down(pa, 4096), value;
		const struct table *found = slot_of(tables->table, tables->size, page);
		struct table self = *found;

		if (!read_word(cpu, pa, &value))
			continue;
		if (self.page == 0) { /* walked before the trace began */
			self = (struct table){ .root = page, .level = 3 };
			learn(trace, cpu, event, page, &self);
			continue;
		}
		learn_next(trace, cpu, event, &self, value);
		print_write(trace, cpu, event, pa, value);
	}
}

/* ---- Barriers, TLB maintenance, registers ---- */

/* By CRm; NULL: SSBB and PSSBB, which complete no maintenance. C6.2 DSB */
static const char *const domains[16] = { NULL, "oshld", "oshst", "osh", NULL, "nshld", "nshst",
	"nsh", "sy", "ishld", "ishst", "ish", "sy", "ld", "st", "sy" };

static void on_barrier(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	const char *domain = domains[bits(event->insn, 11, 8)];

	switch (event->insn & 0xfffff0ff) {
	case 0xd50330df: /* ISB */
		open_record(trace, cpu, "barrier");
		out_text(trace->out, " isb");
		break;
	case 0xd503309f: /* DSB */
		if (domain == NULL)
			return;
		open_record(trace, cpu, "barrier");
		out_printf(trace->out, " dsb (kind %s)", domain);
		break;
	default: return; /* no others complete maintenance */
	}
	close_record(trace, cpu, event);
}

static void out_lower_case(struct trace_out *out, const char *text)
{
	for (; *text != '\0'; text++)
		out_char(out, (char)tolower((unsigned char)*text));
}

static void on_tlbi(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	const char *name = sysreg_name((enum sysreg_id)event->reg) + strlen("TLBI_");

	open_record(trace, cpu, "tlbi");
	out_char(trace->out, ' ');
	out_lower_case(trace->out, name);
	if (strstr(name, "ALL") == NULL)
		out_printf(trace->out, " (value 0x%" PRIx64 ")", event->value);
	close_record(trace, cpu, event);
}

static void on_sysreg(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	static const enum sysreg_id ids[] = {
#define TABLE_REGISTER(name) SR_##name,
#include "debug/trace_tables.def"
#undef TABLE_REGISTER
	};

	for (size_t i = 0; i < COUNT(ids); i++) {
		if (ids[i] != event->reg || event->in_memory) /* the machine's is as it was */
			continue;
		open_record(trace, cpu, "sysreg-write");
		out_text(trace->out, " (sysreg ");
		out_lower_case(trace->out, sysreg_name(ids[i]));
		out_printf(trace->out, ") (value 0x%" PRIx64 ")", event->value);
		close_record(trace, cpu, event);
	}
}

static void print(struct trace *trace, const struct cpu *cpu, const struct event *event)
{
	switch (event->kind) {
	case EVENT_DESCRIPTOR: on_descriptor(trace, cpu, event); break;
	case EVENT_TABLE_WRITE: on_write(trace, cpu, event); break;
	case EVENT_BARRIER: on_barrier(trace, cpu, event); break;
	case EVENT_TLBI: on_tlbi(trace, cpu, event); break;
	case EVENT_SYSREG: on_sysreg(trace, cpu, event); break;
	default: break;
	}
}

const struct trace_writer trace_tables_writer = { .begin = begin, .event = print, .end = end };
