/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The traces of a run: opened when the image is there, observing while it is their time, closed
 * when that is over or the host refuses their file. The run goes on then.
 */
#ifndef ENT_APP_RUN_TRACES_H
#define ENT_APP_RUN_TRACES_H

#include "app/app.h"

struct run_traces;

struct run_trace {
	struct run_traces *traces;
	const struct trace_config *config;
	struct trace *trace;	  /* NULL: closed, or not begun */
	struct observer observer; /* the trace's own */
	bool is_on, is_over;
	struct status status; /* why its file is incomplete */
	u64 next_progress;    /* instructions */
	/* A break in front of an instruction or access has what was told of it told again. */
	unsigned pe, told, to_skip;
	u64 insns; /* of that PE, when `told` was 0 */
};

struct run_traces {
	struct machine *machine;
	struct observers *observers;
	struct trace_context context;
	struct worlds worlds;
	bool is_driven; /* somebody else moves the machine */
	bool says_progress;
	bool broke_before; /* an event of that kind asked for the break */
	double began;	   /* seconds of the host */
	struct run_trace trace[MAX_TRACES];
	unsigned count;
};

/* STATUS_USAGE: a filter's symbol is unknown; STATUS_HOST: a file. */
struct status run_traces_open(struct run_traces *traces, const struct run_options *options,
	struct machine *machine, struct observers *observers, const struct symbol_table *symbols,
	const struct symbols *names);
/* screenshots_run(), with the traces whose time it is. */
const struct stop *run_traces_run(
	struct run_traces *traces, struct screenshots *screenshots, u64 insns);
/* For a driver, which moves the machine itself: they look at the time with each event. */
void run_traces_drive(struct run_traces *traces);
/* The exit code: `code`, or STATUS_HOST after a complaint about each that is incomplete. */
int run_traces_close(struct run_traces *traces, int code);

#endif
