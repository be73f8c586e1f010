/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the names of files. */
#ifndef ENT_BASE_PATH_H
#define ENT_BASE_PATH_H

#include <string.h>

/* Behind the last slash; all of it if nothing is there. Points into `path`. */
static inline const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

#endif
