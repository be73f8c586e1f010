/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The `entresol` command: finds the subcommand. Each subcommand has a file of its own.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"

void say(const char *format, ...)
{
	va_list args;

	fputs("entresol: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int say_status(struct status status)
{
	say("%s", status.text);
	return (int)status.code;
}

struct subcommand {
	const char *name, *summary;
	int (*run)(int argc, char **argv);
};

static const struct subcommand subcommands[] = {
	{ "run", "run an image", run_command },
	{ "step", "step through an image, forward and back, and see each transition",
		step_command },
	{ "sweep", "interrupt a run at every instruction of a window, and see whether it holds",
		sweep_command_line },
	{ "explain", "say what a system instruction does in a state, and why", explain_command },
	{ "sysregs", "describe system registers, decode their values", sysregs_command },
	{ "cost", "measure what a hypervisor's operations cost, nested or not", cost_command },
	{ "timing", "describe the timing models: every figure, and where it is from",
		timing_command },
	{ "profile", "run an image and say where the cycles went", profile_command },
	{ "verify", "run scenarios of hypervisors, watched, and say what breaks", verify_command },
	{ "choices", "list what the architecture leaves open, and what is done", choices_command },
};

static int help(void)
{
	puts("Usage: entresol COMMAND [OPTION...]\n"
	     "\n"
	     "Entresol is a deterministic arm64 simulator for EL0, EL1 and EL2.\n"
	     "\n"
	     "Commands; 'entresol COMMAND --help' describes one:");
	for (size_t i = 0; i < COUNT(subcommands); i++)
		printf("  %-10s %s\n", subcommands[i].name, subcommands[i].summary);
	puts("\n"
	     "  --help     print this help\n"
	     "  --version  print the version");
	return STATUS_OK;
}

static int command(int argc, char **argv)
{
	if (argc < 2) {
		say("a command is missing; see 'entresol --help'");
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0)
		return help();
	if (strcmp(argv[1], "--version") == 0) {
		puts("entresol " ENT_VERSION);
		return STATUS_OK;
	}
	for (size_t i = 0; i < COUNT(subcommands); i++) {
		if (strcmp(argv[1], subcommands[i].name) == 0)
			return subcommands[i].run(argc - 1, argv + 1);
	}
	say("no command '%s'; see 'entresol --help'", argv[1]);
	return STATUS_USAGE;
}

/*
 * The first file opened would take the number of a closed stdout, and a disk what the guest prints.
 * What stands in is at its end and cannot be written.
 */
static void keep_standard_descriptors(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0 && fd <= STDERR_FILENO)
		;
	if (fd > STDERR_FILENO)
		close(fd);
}

/* What was printed is known to have arrived only when it could be written. */
int main(int argc, char **argv)
{
	int code;

	keep_standard_descriptors();
	code = command(argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && code == STATUS_OK)
		code = say_status(status_error(STATUS_HOST, "the output cannot be written"));
	interrupt_die();
	return code;
}
