/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linked into test programs: at their end the names of the rows of a64.def that they executed are
 * appended to a file of the build, one a line, behind the name of the test. Nothing is noted
 * outside of ctest.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu/decode.h"

/* One write, so that programs that end at the same time do not mix. */
__attribute__((destructor)) static void record_rows(void)
{
	const char *test = getenv("ENT_TEST"); /* set by ctest */
	size_t size = 0;
	char *text = NULL;
	FILE *lines;
	int fd;

	if (test == NULL)
		return;
	lines = open_memstream(&text, &size);
	fd = open(ENT_ROWS_FILE, O_WRONLY | O_APPEND | O_CREAT, 0666);
	if (lines == NULL || fd < 0) {
		perror(ENT_ROWS_FILE);
		_exit(2);
	}
	for (unsigned r = 0; r < insn_row_count; r++) {
		if (insn_rows[r].was_executed)
			fprintf(lines, "%s %s\n", test, insn_rows[r].name);
	}
	fclose(lines);
	if (write(fd, text, size) != (ssize_t)size) {
		perror(ENT_ROWS_FILE);
		_exit(2);
	}
	close(fd);
	free(text);
}
