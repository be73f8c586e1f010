/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs trap-matrix.elf on a board that sends an event when WFE would wait for ever. Usage:
 * entresol-trap-matrix-run PROFILE tail|step ELF [FIRST STEP]; the log goes to stdout.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "loader/loader.h"
#include "platform/machine.h"

static int fail(struct status status)
{
	fprintf(stderr, "trap-matrix: %s\n", status.text);
	return 2;
}

int main(int argc, char **argv)
{
	struct machine_config config = machine_default_config();
	struct loaded_image image;
	struct machine *machine;
	struct status status;
	const struct stop *stop;
	char line[128] = "trap-matrix";
	int code;

	if (argc < 4)
		return fail(status_error(STATUS_USAGE, "PROFILE tail|step ELF [FIRST STEP]"));
	for (int i = 4; i < argc; i++) {
		strncat(line, " ", sizeof(line) - strlen(line) - 1);
		strncat(line, argv[i], sizeof(line) - strlen(line) - 1);
	}
	config.profile = argv[1];
	config.engine = strcmp(argv[2], "step") == 0 ? ENGINE_STEP : ENGINE_TAIL;
	config.console_in = -1;
	config.console_out = STDOUT_FILENO;
	config.console_err = STDERR_FILENO;
	config.command_line = line;
	machine = machine_create(&config, &status);
	if (status.code != STATUS_OK)
		return fail(status);
	status = loader_load(machine, argv[3], &(struct load_options){ 0 }, &image);
	if (status.code != STATUS_OK)
		return fail(status);
	machine_start(machine, image.entry, image.end);
	do {
		cpu_send_event(machine_cpu(machine, 0));
		stop = machine_run(machine, MACHINE_UNLIMITED);
	} while (stop->reason == STOP_STUCK && machine_cpu(machine, 0)->waiting &&
		 machine_cpu(machine, 0)->wait_is_wfe);
	code = stop->reason == STOP_EXIT ? stop->exit_code : 3;
	if (code != 0)
		fprintf(stderr, "trap-matrix: %s\n", stop->text);
	loaded_image_free(&image);
	machine_destroy(machine);
	return code;
}
