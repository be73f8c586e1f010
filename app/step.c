/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `entresol step`: a machine that was started, a prompt or a file of commands, and what came of it.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/json.h"
#include "app/step.h"

/* ---- Ctrl-C ends a journey, not the session ---- */

static volatile sig_atomic_t was_interrupted;

static void on_interrupt(int number)
{
	(void)number;
	was_interrupted = 1;
}

static void mind_interrupts(void)
{
	struct sigaction action = { .sa_handler = on_interrupt };

	sigaction(SIGINT, &action, NULL);
}

/* A guest that prints for a long time is seen meanwhile. */
static bool is_interrupted(void *opaque)
{
	struct step *step = opaque;
	bool interrupted = was_interrupted;

	was_interrupted = 0;
	if (step->is_prompt)
		step_console_show(step, false);
	return interrupted;
}

/* ---- A session ---- */

static struct status begin_to_travel(struct step *step)
{
	const struct driven *driven = step->driven;
	struct travel_config config = { .memory = driven->options->step.memory,
		.is_interrupted = is_interrupted,
		.opaque = step };
	struct status status;

	step->travel = travel_create(step->machine, driven->observers, &config, &status);
	if (step->travel != NULL && travel_has_no_past(step->travel) != NULL)
		say("%s; so there is no going back", travel_has_no_past(step->travel));
	return status;
}

static struct status begin(struct step *step)
{
	struct observer worlds = worlds_observer(&step->worlds);
	struct observer transitions = transitions_observer(&step->transitions);

	worlds_init(&step->worlds);
	if (!transitions_init(&step->transitions, &step->worlds, STEP_TRANSITIONS))
		return status_error(STATUS_HOST, "the host has no memory");
	observers_add(step->driven->observers, step->machine, &worlds);
	observers_add(step->driven->observers, step->machine, &transitions);
	return begin_to_travel(step);
}

static void say_start(struct step *step)
{
	const struct run_options *options = step->driven->options;

	if (options->from != NULL && options->symbol_files == 0)
		say("a snapshot has no names of functions; --symbols FILE gives them");
	if (step->is_json)
		return;
	if (step->is_prompt)
		puts("'help' lists the commands, Tab completes, Ctrl-C ends a journey, q the "
		     "session.");
	step_say_place(step);
}

/* The exit code: that of the guest if it has ended where the session did. */
static int end(struct step *step, bool was_refused)
{
	step_console_show(step, true);
	if (step->stop != NULL)
		*step->driven->stop = *step->stop;
	if (was_refused)
		return STATUS_USAGE;
	return step->stop != NULL ? run_exit_code(step->stop) : STATUS_OK;
}

static int session(struct step *step, struct step_input *input)
{
	bool was_refused = false;
	const char *line;

	say_start(step);
	while (!step->is_over && (line = step_input_line(input)) != NULL) {
		was_interrupted = 0;
		if (!step->is_prompt && !step->is_json && line[strspn(line, " \t\r")] != '\0')
			step_echo(line);
		was_refused |= step_execute(step, line).code != STATUS_OK;
	}
	return end(step, was_refused && !step->is_prompt);
}

static int drive(void *opaque, const struct driven *driven)
{
	struct step *step = opaque;
	struct step_input *input = NULL;
	struct status status;
	int code;

	step->driven = driven;
	step->machine = driven->machine;
	status = begin(step);
	if (status.code == STATUS_OK)
		status = step_input_open(driven->options->step.commands, step, &input);
	if (status.code != STATUS_OK) {
		code = say_status(status);
	} else {
		step->is_prompt = step_input_is_prompt(input);
		mind_interrupts();
		code = session(step, input);
	}
	step_input_close(input);
	travel_destroy(step->travel);
	transitions_free(&step->transitions);
	return code;
}

/* Commands have stdin unless they have a file; then the guest has it. */
static int guests_input(const struct run_options *options)
{
	const char *commands = options->step.commands;

	return commands != NULL && strcmp(commands, "-") != 0 && !isatty(STDIN_FILENO)
		       ? STDIN_FILENO
		       : -1;
}

static int step_image(const struct run_options *options)
{
	struct step *step = calloc(1, sizeof(*step));
	struct run_driver driver = {
		.console_in = guests_input(options), .drive = drive, .opaque = step
	};
	int code;

	if (step == NULL)
		return say_status(status_error(STATUS_HOST, "the host has no memory"));
	step->out = stdout;
	step->is_json = options->step.json;
	if (step->is_json)
		setenv("NO_COLOR", "1", 1); /* also on a terminal: texts are strings in JSON */
	step->console = driver.console_out = step_console_open();
	if (step->console < 0)
		code = say_status(
			status_error(STATUS_HOST, "the host has no file for the guest's console"));
	else
		code = run_image_by(options, &driver);
	if (step->console >= 0)
		close(step->console);
	free(step);
	return code;
}

int step_command(int argc, char **argv)
{
	struct run_options options;
	int code = STATUS_USAGE;

	switch (run_options_parse(&options, argc, argv)) {
	case PARSED_DONE: code = STATUS_OK; break;
	case PARSED_USAGE: break;
	case PARSED_RUN: code = step_image(&options); break;
	}
	free(options.command_line);
	return code;
}
