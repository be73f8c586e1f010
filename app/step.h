/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of `entresol step` share: the machine that is stepped, what travels with it, and
 * the answer to one command, as text and, if asked for, as JSON beside it.
 */
#ifndef ENT_APP_STEP_H
#define ENT_APP_STEP_H

#include <cJSON.h>
#include <stdio.h>

#include "app/app.h"
#include "cpu/points.h"
#include "debug/transition.h"
#include "debug/travel.h"
#include "sysregs/sysregs.h"

struct step_input; /* step_input.c */

enum {
	STEP_POINTS = 64,
	STEP_WORDS = 16,
	STEP_LINE = 4096,
	STEP_TRANSITIONS = 4096,
	STEP_CONSOLE_LINE = 1024
};

enum point_kind { POINT_BREAK, POINT_WATCH, POINT_SYSREG };

/* What `break` and `watch` made. */
struct step_point {
	unsigned number; /* from 1; 0: none */
	enum point_kind kind;
	u64 address; /* POINT_BREAK; POINT_SYSREG: enum sysreg_id */
	struct watch watch;
	u64 mask;		   /* POINT_SYSREG: of the field, in place */
	int el;			   /* POINT_BREAK: only there; -1: anywhere */
	char text[WORLD_NAME * 2]; /* as it was asked for */
};

struct step {
	const struct driven *driven;
	struct machine *machine;
	struct travel *travel;
	struct worlds worlds;
	struct transitions transitions;
	unsigned pe;	   /* the one that is looked at */
	struct cpu before; /* a PE as it was before a transition: step_find_cause() */
	struct step_point point[STEP_POINTS];
	unsigned points, last_number;
	const struct stop *stop; /* why the machine stopped by itself; NULL: it did not */
	bool is_over;		 /* q */
	bool is_prompt;		 /* somebody sits there */

	/* The answer to the command. */
	bool is_json;
	FILE *out;   /* text; not stdout while JSON is made */
	cJSON *json; /* NULL: nobody wants it */

	int console;			      /* what the guest prints; -1: none */
	char console_line[STEP_CONSOLE_LINE]; /* the one that is not complete yet */
	size_t console_count;
	cJSON *console_json; /* lines since the last answer */
};

/* ---- step_command.c: the table ---- */

struct step_arguments {
	unsigned count;
	char *word[STEP_WORDS];
	const char *rest; /* of the line, behind the command */
	bool backward;	  /* r in front */
};

typedef struct status step_function(struct step *step, const struct step_arguments *arguments);

struct step_command {
	const char *name, *letter; /* "": no short form */
	bool has_backward;
	const char *arguments;
	step_function *run;
	const char *help;
};

/* One line of input: answers it on stdout. The status is what was said, too. */
struct status step_execute(struct step *step, const char *line);
/* Every name of a command, with r in front where that is one. */
void step_each_name(void (*name)(void *opaque, const char *text), void *opaque);

/* ---- step_input.c: where commands come from ---- */

/* file: NULL or "-": stdin, at a prompt if that is a terminal. STATUS_HOST: cannot be read. */
struct status step_input_open(const char *file, struct step *step, struct step_input **input);
void step_input_close(struct step_input *input);
/* What was read, before its answer; what cannot be printed as question marks. */
void step_echo(const char *line);
bool step_input_is_prompt(const struct step_input *input);
/* The next line without its end, valid until the next call. NULL: no more. */
const char *step_input_line(struct step_input *input);

/* ---- step_edit.c, or step_edit_absent.c without libedit ---- */

struct step_edit;
/* NULL: there is no line editing. */
struct step_edit *step_edit_create(struct step *step);
void step_edit_destroy(struct step_edit *edit);
/* NULL: the end of input. */
const char *step_edit_line(struct step_edit *edit);

/* ---- step_console.c: what the guest prints ---- */

/* A descriptor for the guest to print to; -1: the host has none. */
int step_console_open(void);
/* Shows what was printed since: lines behind "| "; also one that is not complete, if `all`. */
void step_console_show(struct step *step, bool all);

/* ---- step_value.c: numbers, registers, names ---- */

/* TERM{+TERM|-TERM}: a number, a register of the PE, a system register, a symbol. */
struct status step_value(struct step *step, const char *text, u64 *value);
/* A number from low to high, in decimal or 0x. */
struct status step_number(const char *what, const char *text, u64 low, u64 high, u64 *value);
/* " <name+0x10>", or "", of an address as a PE sees it at an EL, or the one that is looked at. */
const char *step_symbol_at(const struct step *step, const struct cpu *cpu, unsigned el, u64 address,
	char *text, size_t size);
const char *step_symbol(const struct step *step, u64 address, char *text, size_t size);
/* REGISTER or REGISTER.FIELD; mask: in place, ~0 of a whole register. */
struct status step_sysreg(struct step *step, const char *text, enum sysreg_id *id, u64 *mask);
/* Numbers of x0 to x30, 31 for sp. false: none. */
bool step_x_register(const char *text, unsigned *number);
/* "phys:ADDRESS" or ADDRESS. */
struct status step_address(struct step *step, const char *text, u64 *value, bool *is_physical);

/* ---- step_look.c and others: the state ---- */

struct cpu *step_cpu(const struct step *step);
u64 step_sysreg_value(const struct step *step, enum sysreg_id id);
/* Memory as the EL sees it, without effects; false: not all of it is RAM that is mapped. */
bool step_read(const struct cpu *cpu, unsigned el, u64 va, void *data, size_t size);
bool step_read_physical(const struct step *step, u64 pa, void *data, size_t size);
bool step_insn(const struct cpu *cpu, unsigned el, u64 va, u32 *insn);
/* To the answer's "values" in JSON. */
void step_add_value(struct step *step, const char *name, u64 value);
/* The line that says where the PE is. */
void step_say_place(struct step *step);
/* "#12", or "#12:1" behind the first interrupt that was taken there. */
const char *step_say_moment(struct moment moment, char *text, size_t size);

/* ---- step_picture.c, step_explain.c: one transition ---- */

void step_picture(struct step *step, const struct transition *transition);
/* Which control sent it there: lines of "text", each up to the end of the list. */
enum { CAUSE_LINES = 3, CAUSE_LINE = 160 };
struct step_cause {
	unsigned count;
	char line[CAUSE_LINES][CAUSE_LINE];
};
/* The PE as it was before the transition, behind which it is now; valid until the next call. */
const struct cpu *step_before(struct step *step, const struct transition *transition);
void step_find_cause(
	struct step *step, const struct transition *transition, struct step_cause *cause);
cJSON *step_transition_json(struct step *step, const struct transition *transition);

/* ---- The commands ---- */

#define STEP_COMMAND(name, letter, backward, arguments, function, help) step_function function;
#include "app/step_commands.def"
#undef STEP_COMMAND

#endif
