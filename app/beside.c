/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is built with this program and lies beside it.
 */
#include <string.h>
#include <unistd.h>

#include "app/app.h"

bool find_beside(const char *name, char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - 1);
	char *slash;

	if (length <= 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || (size_t)(slash + 1 - path) + strlen(name) >= size)
		return false;
	strcpy(slash + 1, name);
	return access(path, R_OK) == 0;
}
