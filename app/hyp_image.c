/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hypervisor that is built with this program.
 */
#include <string.h>
#include <unistd.h>

#include "app/app.h"

bool find_hyp_elf(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - sizeof("hyp.elf"));
	char *slash;

	if (length <= 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return false;
	strcpy(slash + 1, "hyp.elf");
	return access(path, R_OK) == 0;
}
