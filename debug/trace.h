/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traces for people: one line an event, to a file. Each is an observer.
 */
#ifndef ENT_DEBUG_TRACE_H
#define ENT_DEBUG_TRACE_H

#include <stdio.h>

#include "debug/observers.h"
#include "loader/loader.h"

struct trace; /* one trace: where it writes and what it knows */

enum trace_kind {
	TRACE_EL,   /* exception-level changes, with decoded syndromes */
	TRACE_INSN, /* every instruction, disassembled, with symbols */
	TRACE_MMU,  /* completed table walks and TLB maintenance */
	TRACE_KIND_COUNT
};

/* Lines go to `out`; symbols and out stay the caller's. NULL: no memory. */
struct trace *trace_create(enum trace_kind kind, FILE *out, const struct symbol_table *symbols);
void trace_destroy(struct trace *trace);
struct observer trace_observer(struct trace *trace);

#endif
