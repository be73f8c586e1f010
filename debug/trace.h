/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces: what the machine does as text, in one of several formats (trace.def), to stderr or a
 * file. Each is an observer. docs/TRACES.md shows the formats.
 */
#ifndef ENT_DEBUG_TRACE_H
#define ENT_DEBUG_TRACE_H

#include "debug/observers.h"
#include "debug/symbols.h"
#include "debug/worlds.h"
#include "loader/loader.h"

enum trace_kind {
#define TRACE(id, ...) TRACE_##id,
#include "debug/trace.def"
#undef TRACE
	TRACE_KIND_COUNT
};

enum { TRACE_RANGES = 8, TRACE_WORLDS = 8 };

/* What is to be traced: one --trace. Text stays the caller's. */
struct trace_config {
	enum trace_kind kind;
	const char *file; /* NULL: stderr */
	u64 from, to;	  /* instructions of the machine before the first / behind the last one */
	u32 els, pes;	  /* bits */
	u32 events;	  /* bits, by enum event_kind */
	unsigned ranges, worlds, vmids;
	const char *range[TRACE_RANGES]; /* "ADDRESS", "FIRST-LAST", "SYMBOL" */
	const char *world[TRACE_WORLDS]; /* "host", "L1", "L1.2" */
	u16 vmid[TRACE_WORLDS];
};
#define TRACE_TO_THE_END (~0ull)

/*
 * KIND[,FILTER=VALUE...][=FILE]. Conditions of different names must all hold, of one name any.
 * STATUS_USAGE: one line that says what is wrong. The text is changed.
 */
struct status trace_parse(struct trace_config *config, char *text);
/* What kinds and filters there are, for --help. */
const char *trace_help(void);

/* What a trace looks at beside events. All stay the caller's. */
struct trace_context {
	struct machine *machine;
	const struct symbol_table *symbols; /* of the image: what addr= names */
	const struct symbols *names;	    /* beside addresses; NULL: none */
	const struct worlds *worlds; /* an observer in front of the traces; NULL if none filters by
					world */
	/* Writes " TVM 0=>1, ..." for fields of the register that differ; NULL: no fields. */
	void (*say_fields)(const struct cpu *cpu, enum sysreg_id id, u64 old, u64 value, char *text,
		size_t size);
};

struct trace; /* one trace: where it writes and what it knows */

/* STATUS_USAGE: no such symbol; STATUS_HOST: the file, or no memory. */
struct status trace_open(struct trace **trace, const struct trace_config *config,
	const struct trace_context *context);
struct observer trace_observer(struct trace *trace);
/* The file cannot be written: nothing more is, and it need not be told more events. */
bool trace_failed(const struct trace *trace);
/* Bytes in the file by now. */
u64 trace_written(const struct trace *trace);
/* Ends the text. NULL is allowed. STATUS_HOST: what the host refused of the file. */
struct status trace_close(struct trace *trace);

#endif
