/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server of GDB's remote protocol (docs/GDB.md): one debugger at a time looks at a machine and
 * moves it, in both directions. Whatever it sends, the run is not lost.
 */
#ifndef ENT_DEBUG_GDB_H
#define ENT_DEBUG_GDB_H

#include <stdio.h>

#include "debug/observers.h"
#include "debug/transition.h"
#include "debug/travel.h"
#include "debug/who.h"
#include "debug/worlds.h"

/* How bytes come and go. A socket: gdb_socket.h. */
struct gdb_transport {
	/* Waits for a debugger. false: there will be none. */
	bool (*connect)(void *opaque);
	void (*disconnect)(void *opaque);
	/* How many bytes came; 0: none yet, unless it waits; -1: the debugger is gone. */
	int (*read)(void *opaque, void *data, size_t size, bool waits);
	/* All of it. false: the debugger is gone. */
	bool (*write)(void *opaque, const void *data, size_t size);
	void *opaque;
};

struct gdb_config {
	struct machine *machine; /* that was started */
	struct observers *observers;
	const struct worlds *worlds;	 /* told of the run; NULL: threads have no worlds */
	struct transitions *transitions; /* NULL: nobody counts them */
	struct gdb_transport transport;
	u64 most_insns; /* MACHINE_UNLIMITED, or the end of the run */
	u64 memory;	/* of checkpoints: see travel.h */
	/* `monitor explain`: what an instruction would do in the state of the PE. NULL: no such
	 * command. */
	struct status (*explain)(const struct cpu *cpu, const char *instruction, FILE *out);
	/* `monitor snapshot`. NULL: no such command. */
	struct status (*snapshot)(struct machine *machine, const char *file);
	const struct debug_names *names;
	void (*say)(const char *line); /* to the user */
};

struct gdb;

/* NULL: status says why. */
struct gdb *gdb_create(const struct gdb_config *config, struct status *status);
void gdb_destroy(struct gdb *gdb);
/* As travel_has_no_past(). */
const char *gdb_has_no_past(const struct gdb *gdb);

enum gdb_end {
	GDB_DETACHED, /* the run is to go on by itself */
	GDB_KILLED,   /* the run is to end */
	GDB_ENDED,    /* the run has ended by itself: gdb_stop() */
	GDB_ALONE     /* no debugger will come any more */
};
/* Serves debuggers until the run is no more theirs. */
enum gdb_end gdb_serve(struct gdb *gdb);
/* Has the debugger asked to stop (Ctrl-C), or gone away, while the machine runs? */
bool gdb_is_interrupted(void *gdb);
/* How the machine stopped; STOP_BUDGET: most_insns. */
const struct stop *gdb_stop(const struct gdb *gdb);
/* What is left of most_insns. */
u64 gdb_insns_left(const struct gdb *gdb);

#endif
