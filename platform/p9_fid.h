/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fids: numbers that the client chose for files. A fid keeps a path, not a host descriptor, until
 * it is opened: a client may have thousands.
 */
#ifndef ENT_PLATFORM_P9_FID_H
#define ENT_PLATFORM_P9_FID_H

#include "platform/p9_server.h"

struct p9_fid {
	u32 number;
	char *path; /* below the share */
	bool is_open;
	int fd;			/* of an open file; -1: none */
	struct share_list list; /* of an open folder */
};

/* NULL: the client has no such fid. */
struct p9_fid *p9_fid_find(struct p9_server *server, u32 number);
/* Makes one; 0 or errno: EEXIST, ENFILE, ENOMEM. */
int p9_fid_add(struct p9_server *server, u32 number, const char *path);
/* Another path for one that is not open. */
int p9_fid_move(struct p9_fid *fid, const char *path);
void p9_fid_remove(struct p9_server *server, struct p9_fid *fid);
void p9_fid_remove_all(struct p9_server *server);
/* A file has another path now, and what is below it. */
void p9_fid_renamed(struct p9_server *server, const char *from, const char *to);

/*
 * The path of a name in a folder, into `path` of SHARE_PATH bytes; 0 or errno: what is no name of a
 * file in that very folder is refused.
 */
int p9_join(char *path, const char *folder, const char *name);
/* The path of the folder that holds it; the root is in itself. */
void p9_parent(char *path);

#endif
