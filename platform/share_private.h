/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What reading and changing a shared folder have in common.
 */
#ifndef ENT_PLATFORM_SHARE_PRIVATE_H
#define ENT_PLATFORM_SHARE_PRIVATE_H

#include "platform/share.h"

/*
 * The folder that holds the last name of the path, to be left with share_leave(), and that name;
 * "." for the path "". Not 0: errno, and there is nothing to leave.
 */
int share_walk(struct share *share, const char *path, int *dir, char name[SHARE_NAME]);
void share_leave(struct share *share, int dir);

/* The file was changed now. */
void share_touch(struct share *share, int fd);
/* The host may give the inode to another file. */
void share_forget_number(struct share *share, const struct stat *st);

#endif
