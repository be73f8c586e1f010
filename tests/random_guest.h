/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs that treat a guest at random share: tests/points, checkpoint, travel.
 */
#ifndef ENT_TESTS_RANDOM_GUEST_H
#define ENT_TESTS_RANDOM_GUEST_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/machine.h"

/* The words behind the program, as SYS_GET_CMDLINE has them. */
static inline char *command_line(int argc, char **argv)
{
	char *line = calloc(1, 4096);

	for (int i = optind; line != NULL && i < argc; i++) {
		strncat(line, argv[i], 1000);
		if (i + 1 < argc)
			strcat(line, " ");
	}
	return line;
}

#endif
