/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the `entresol` command share.
 */
#ifndef ENT_APP_H
#define ENT_APP_H

#include <argp.h>
#include <stdio.h>

#include "debug/profile_names.h"
#include "debug/stats.h"
#include "debug/symbols.h"
#include "debug/trace.h"
#include "debug/travel.h"
#include "loader/loader.h"
#include "platform/machine.h"
#include "timing/timing.h"
#include "verify/adversary.h"

/* ---- Subcommands: argv[0] is the subcommand's name; the result is the exit code. ---- */

int run_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int sysregs_command(int argc, char **argv);
int choices_command(int argc, char **argv);
int timing_command(int argc, char **argv);
int cost_command(int argc, char **argv);
int profile_command(int argc, char **argv);
int step_command(int argc, char **argv);
int verify_command(int argc, char **argv);
/* Of `verify`: argv[0] is "transparency". */
int transparency_command(int argc, char **argv);
/* Of `entresol verify`; argv[0] is "--kill-matrix". */
int kill_matrix_command(int argc, char **argv);
int sweep_command_line(int argc, char **argv);

/* Says a message of ours, one line, prefixed, on stderr. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Says an error and returns its exit code. */
int say_status(struct status status);

/* Says what is wrong with the word, which argp did not take for an option of the command. */
void say_option_error(const struct argp_option *table, const char *command, const char *word);
/* --help of a command, by its whole name, to stdout. */
void show_help(const struct argp *argp, const char *command);
/* Copies the text in small letters, as far as there is room, and returns the copy. */
const char *lower_case(const char *text, char *copy, size_t size);
/*
 * part / whole with so many decimals, rounded, without floating point; 0 of nothing is 0. Returns
 * the text. say_percent(): 100 times that, with two decimals.
 */
enum { RATIO_TEXT = 32 };
const char *say_ratio(char text[RATIO_TEXT], s64 part, u64 whole, unsigned decimals);
const char *say_percent(char text[RATIO_TEXT], u64 part, u64 whole);
/* A decimal, 0x or 0b number, and nothing behind it. */
bool is_register_value(const char *text, u64 *value);

/* ---- beside.c ---- */

/* The path of the file of that name beside this program; false: there is none. */
bool find_beside(const char *name, char *path, size_t size);

/* ---- interrupt.c ---- */

/* Ctrl-C, SIGTERM and SIGHUP end its runs from now on; NULL: they only make us die at the end. */
void interrupts_end(struct machine *machine);
/* Which of them came; NULL: none. */
const char *interrupt_name(void);
/* Dies of the one that came; returns if there was none. */
void interrupt_die(void);

/* ---- when.c ---- */

/* A point of a run: so many instructions, or of simulated time. */
struct when {
	bool is_insns;
	u64 value; /* instructions, or cycles */
};

/* "2s", "1.5ms", "10us", "7ns", "1000i"; false: `length` characters are none. */
bool when_parse(const char *text, size_t length, struct when *when);

/* ---- timing_choice.c ---- */

enum { TIMING_SETTINGS = 64 };

/* What --timing and --timing-set say, in any order. Zero: functional. */
struct timing_choice {
	const char *name; /* NULL: not given */
	const char *setting[TIMING_SETTINGS];
	unsigned count;
};

struct status timing_choice_add(struct timing_choice *choice, const char *setting);
/*
 * The model that was chosen, its settings made; *is_timed false: functional, and *model has no
 * meaning. STATUS_USAGE: there is no such model or figure. option: what names the model in errors.
 */
struct status timing_choose(const struct timing_choice *choice, const char *option,
	struct timing_model *model, bool *is_timed);
/* "a55, ..." */
const char *timing_model_names(void);

/* ---- screen_options.c, screenshot.c, display.c ---- */

enum { SCREENSHOTS = 64 };

enum display { DISPLAY_NONE, DISPLAY_SDL };

struct screenshot {
	struct when when;
	const char *file;
	bool is_done;
};

struct screen_options {
	enum display display;
	struct screenshot shot[SCREENSHOTS];
	unsigned shots;
	const char *last; /* the file for one when the run ends; NULL: none */
};

/* STATUS_USAGE: the value of --screen, --screenshot-at or --keys-at is none. */
struct status screen_parse_size(struct screen_config *screen, char *text);
struct status screen_parse_shot(struct screen_options *options, char *text);
struct status screen_parse_keys(struct screen_config *screen, char *text);
/* Does an option need a screen? */
bool screen_is_needed(const struct screen_options *options);
/* There is a screen if something needs one. */
void screen_options_finish(const struct screen_options *options, struct screen_config *screen);

struct screenshots {
	struct screen_options *options;
	int code; /* of the last that was not written, and was complained about; 0: none */
};

/* machine_run(), and pictures on the way. */
const struct stop *screenshots_run(struct screenshots *shots, struct machine *machine, u64 insns);
/* The one at the end; the exit code of all, 0 or STATUS_HOST. */
int screenshots_finish(struct screenshots *shots, struct machine *machine);

/*
 * A window with the screen. What is done in it is input if is_live; closing it ends the run. The
 * first goes into the machine's configuration, then there can be a machine for the second.
 * STATUS_HOST: there is no window; STATUS_NOT_IMPLEMENTED: not in this build.
 */
const struct screen_live *display_input(bool is_live);
struct status display_open(struct machine *machine, const char *title);
void display_close(void);

/* ---- run_options.c ---- */

enum stats_format { STATS_NONE, STATS_TEXT, STATS_JSON };

enum { MAX_TRACES = 12 };

/* Does the guest wait for stdin, or stdin not wait for the guest? AUTO: the latter on a terminal.
 */
enum input_kind { INPUT_KIND_AUTO, INPUT_KIND_WAIT, INPUT_KIND_LIVE };

/* What `entresol profile` prints. */
enum profile_by { BY_FUNCTION, BY_EL, BY_REASON, BY_ADDRESS };

enum { PROFILE_ROWS = 40 }; /* if nothing is said */

struct profile_options {
	enum profile_by by;
	bool folded, json;
	const char *callgrind; /* a file; NULL: none */
	unsigned limit;	       /* rows */
};

enum { SAVES = 64 };

struct save {
	u64 insns;	  /* of all PEs since the machine was started */
	const char *file; /* NULL: named after them */
	bool is_done;
};

struct save_options {
	struct save save[SAVES];
	unsigned count;
};

struct step_options {
	const char *commands; /* a file; NULL: stdin */
	bool json;
	u64 memory; /* of travel_config */
};

struct run_options {
	struct machine_config machine;
	struct timing_choice timing;
	struct timing_model model; /* machine.timing, unless that is NULL */
	u64 max_insns;		   /* MACHINE_UNLIMITED: none */
	struct load_options load;
	struct boot_options boot;
	const char *dump_dtb; /* a file for the device tree, and nothing is run; NULL: no */
	struct trace_config trace[MAX_TRACES];
	unsigned trace_count;
	struct adversary_config adversary;
	u32 monitors; /* bits of verify/monitor.h */
	bool hash;
	bool snapshot; /* of all disks and flash */
	bool reboot;   /* a reset starts the machine again */
	enum input_kind input;
	const char *firmware;
	const char *symbols[PROFILE_FILES]; /* as symbols_add() takes them */
	unsigned symbol_files;
	const char *type_after[SCRIPT_STEPS];
	struct screen_options screen;
	enum stats_format stats;
	struct save_options saves;
	const char *from; /* a snapshot; NULL: an image is started */
	const char *gdb;  /* where a debugger connects; NULL: nobody does */
	const char *image;
	char *command_line; /* owned: the image's name and the guest's arguments */
	struct profile_options profile;
	struct step_options step;
};

enum parsed { PARSED_RUN, PARSED_DONE, PARSED_USAGE }; /* DONE: --help was answered */
/* argv[0] is "run", or "profile", which has more options. */
enum parsed run_options_parse(struct run_options *options, int argc, char **argv);

/* ---- run.c ---- */

/* Runs as the options say; the exit code. reader: NULL or who looks on; then stdout is its own. */
int run_image(const struct run_options *options, const struct observer *reader);

/* What a driver gets: the machine was started and has not run. */
struct driven {
	struct machine *machine;
	const struct loaded_image *image;
	const struct symbols *symbols;
	struct observers *observers;
	const struct run_options *options;
	struct stop *stop; /* how it ended, for the user to fill */
};
/* Who moves the machine himself; the result of drive() is the exit code. */
struct run_driver {
	int console_in, console_out;	 /* the guest's; -1: none */
	const struct console_live *keys; /* who types if input is live; NULL: nobody */
	int (*drive)(void *opaque, const struct driven *driven);
	void *opaque;
};
int run_image_by(const struct run_options *options, const struct run_driver *driver);
/* Of the host, from some time on; for messages only. */
double host_seconds(void);
/* Of a machine that stopped. */
int run_exit_code(const struct stop *stop);
/* And says what there is to say. */
int run_say_end(const struct driven *driven, const struct stop *stop);

/* ---- gdb.c ---- */

/* A run that waits for a debugger: options->gdb. */
int run_with_gdb(const struct run_options *options);

/* ---- run_net.c ---- */

/* STATUS_USAGE: the value of --net is none. The text is changed. */
struct status run_net_parse(struct machine_net *net, char *text);

/* ---- report.c ---- */

/* host_seconds: how long the host took; shown in text only, and nowhere near the hash. */
void report_stats(enum stats_format format, struct machine *machine, const struct stats *stats,
	const struct stop *stop, double host_seconds);

/* ---- colour.c ---- */

/* The escape sequence, or "" where stdout is to have no colours. */
const char *colour(const char *code);

/* ---- terminal.c ---- */

/* Stdin as somebody who types. */
const struct console_live *terminal_keys(void);
/* A wait for keys also ends when this eventfd is set, and clears it. */
void terminal_watch(int fd);
/* If stdin is a terminal, it is the guest's from now on, until the process ends. */
void terminal_give_to_guest(struct machine *machine);

#endif
