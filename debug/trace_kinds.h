/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of trace.def but for who writes them. Private to debug/.
 */
#ifndef ENT_DEBUG_TRACE_KINDS_H
#define ENT_DEBUG_TRACE_KINDS_H

#include "debug/trace.h"

struct trace_kind_row {
	const char *word, *help;
	u32 events, needs; /* bits, by enum event_kind */
};
extern const struct trace_kind_row trace_kind_rows[TRACE_KIND_COUNT];

#endif
