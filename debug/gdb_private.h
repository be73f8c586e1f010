/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the server share. Each is about one kind of packets; gdb.c hands them out by
 * gdb_commands.def.
 */
#ifndef ENT_DEBUG_GDB_PRIVATE_H
#define ENT_DEBUG_GDB_PRIVATE_H

#include "debug/gdb.h"
#include "debug/gdb_packet.h"
#include "debug/guest_memory.h"

/* What gdb's Z packets call them. */
enum point_kind { POINT_SOFTWARE, POINT_HARDWARE, POINT_WRITE, POINT_READ, POINT_ACCESS };

struct gdb_point {
	u8 kind; /* enum point_kind */
	bool is_physical;
	u64 address, size;
};

/* A register as gdb numbers them: see gdb_registers.c. */
struct gdb_register {
	char name[24];
	const char *group; /* NULL: the standard one of its type */
	u8 kind;	   /* enum register_kind */
	u8 bytes;
	u16 id;	    /* which of them; enum sysreg_id */
	u16 offset; /* in the page at VNCR_EL2 */
};

enum register_kind {
	REGISTER_X,
	REGISTER_SP,
	REGISTER_PC,
	REGISTER_CPSR,
	REGISTER_V,
	REGISTER_FPSR,
	REGISTER_FPCR,
	REGISTER_EL,
	REGISTER_SYSTEM,
	REGISTER_VIRTUAL
};

enum {
	GDB_CORE = 68
}; /* registers of the g packet: X0 to X30, SP, PC, cpsr, V0 to V31, FPSR, FPCR */
enum { GDB_REGISTERS = GDB_CORE + 1 + 2 * SYSREG_COUNT };

/* How a move is to end, beside points. */
enum move_kind { MOVE_CONTINUE, MOVE_STEP, MOVE_RANGE };

struct gdb_move {
	enum move_kind kind;
	bool is_backward;
	unsigned cpu;  /* that steps */
	u32 resumed;   /* PEs whose stops are told: gdb takes those of others for its own error */
	u64 low, high; /* MOVE_RANGE: while PC is in [low, high) */
	u64 begin, insns; /* that the PE had executed when it began; at the last one of the range */
};

struct gdb {
	struct gdb_config config;
	struct travel *travel;

	/* The connection. */
	bool is_connected;
	bool has_no_ack;
	bool says_swbreak, says_hwbreak; /* the debugger knows these reasons */
	bool is_interrupted;		 /* Ctrl-C */
	bool must_arrive;		 /* it is not asked for while a short way is gone */
	struct packet_reader reader;
	char inbox[4096];
	int inbox_at, inbox_size; /* bytes that came and were not looked at */
	struct gdb_reply reply;
	char frame[GDB_FRAME]; /* as it was sent last, to be sent again */
	size_t frame_size;

	bool is_over; /* `end` says how */
	enum gdb_end end;

	unsigned cpu;	   /* whose registers and memory are meant: Hg */
	unsigned step_cpu; /* who steps: Hc */
	enum address_space space;

	/* What stops a move. */
	struct gdb_point point[BREAKPOINTS + WATCHES];
	unsigned point_count;
	struct points points; /* the same, as travel wants them */
	struct gdb_move move;
	struct gdb_stand {
		bool is_told;
		u64 insns, pc;
	} stand[MACHINE_CPUS]; /* an instruction at which the debugger was told of a stop */
	struct {	       /* why it stopped */
		bool is_point;
		enum point_kind kind;
		u64 address; /* that is reported for a watch */
	} hit;

	char last_stop[160]; /* the answer to `?` */
	bool is_at_end;	     /* the run has ended, and the debugger was told */
	struct stop stop;    /* how */

	unsigned register_count;
	struct gdb_register reg[GDB_REGISTERS];
	char *target; /* the description */
	size_t target_size;
};

static inline struct cpu *gdb_cpu(const struct gdb *gdb)
{
	return machine_cpu(gdb->config.machine, gdb->cpu);
}

/* ---- gdb.c ---- */

/* Errors are numbers for old clients, and words where gdb shows them. */
void gdb_ok(struct gdb *gdb);
void gdb_error(struct gdb *gdb, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Packets that are no answers: console output. false: the debugger is gone. */
bool gdb_send(struct gdb *gdb);
/* The PE of a thread-id; false: there is none. 0 and -1 are `any`. */
bool gdb_parse_thread(struct gdb *gdb, struct gdb_text *text, unsigned any, unsigned *cpu);

/* A packet behind the word that names it, which makes gdb->reply. */
typedef void gdb_command(struct gdb *gdb, struct gdb_text *text);
#define PACKET(word, function) gdb_command function;
#include "debug/gdb_commands.def"
#undef PACKET

/* ---- gdb_query.c ---- */

/* "PE 0: EL1 L1, waits in WFI" */
void gdb_say_place(const struct gdb *gdb, unsigned index, char *words, size_t size);

/* ---- gdb_registers.c ---- */

void gdb_list_registers(struct gdb *gdb);
/* false: it has no value now. */
bool gdb_read_register(const struct gdb *gdb, struct cpu *cpu, unsigned number, u8 value[16]);

/* ---- gdb_target.c ---- */

/* false: no memory. */
bool gdb_describe_target(struct gdb *gdb);

/* ---- gdb_points.c ---- */

void gdb_forget_points(struct gdb *gdb);
/* Is the event one of these? Then gdb->hit is filled. */
bool gdb_match_point(struct gdb *gdb, const struct event *event);

/* ---- gdb_move.c ---- */

/* Moves, and makes the stop reply. */
void gdb_move(struct gdb *gdb, const struct gdb_move *move);

/* ---- gdb_monitor.c ---- */

/* What a monitor command prints, made of a line that the user typed. */
void gdb_monitor(struct gdb *gdb, char *line, FILE *out);

#endif
