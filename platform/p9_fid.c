/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's table of fids, and arithmetic of paths.
 */
#define _GNU_SOURCE /* twalk_r() */
#include "platform/p9_fid.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
	const struct p9_fid *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

struct p9_fid *p9_fid_find(struct p9_server *server, u32 number)
{
	struct p9_fid key = { .number = number };
	struct p9_fid **found = tfind(&key, &server->fids, compare);

	return found != NULL ? *found : NULL;
}

static void destroy(struct p9_fid *fid)
{
	free(fid->path);
	free(fid);
}

int p9_fid_add(struct p9_server *server, u32 number, const char *path)
{
	struct p9_fid *fid;

	if (p9_fid_find(server, number) != NULL)
		return EEXIST;
	if (server->fid_count == P9_FIDS)
		return ENFILE;
	fid = calloc(1, sizeof(*fid));
	if (fid == NULL)
		return ENOMEM;
	*fid = (struct p9_fid){ .number = number, .path = strdup(path), .fd = -1 };
	if (fid->path == NULL || tsearch(fid, &server->fids, compare) == NULL) {
		destroy(fid);
		return ENOMEM;
	}
	server->fid_count++;
	return 0;
}

int p9_fid_move(struct p9_fid *fid, const char *path)
{
	char *copy = strdup(path);

	if (copy == NULL)
		return ENOMEM;
	free(fid->path);
	fid->path = copy;
	return 0;
}

void p9_fid_remove(struct p9_server *server, struct p9_fid *fid)
{
	if (fid->is_open)
		server->open_count--;
	if (fid->fd >= 0)
		close(fid->fd);
	share_list_free(&fid->list);
	tdelete(fid, &server->fids, compare);
	server->fid_count--;
	destroy(fid);
}

void p9_fid_remove_all(struct p9_server *server)
{
	while (server->fids != NULL)
		p9_fid_remove(server, *(struct p9_fid **)server->fids);
}

struct rename {
	const char *from, *to;
};

static void rename_fid(const void *node, VISIT visit, void *opaque)
{
	struct p9_fid *fid = *(struct p9_fid *const *)node;
	const struct rename *rename = opaque;
	size_t length = strlen(rename->from);
	char path[SHARE_PATH];

	if ((visit != postorder && visit != leaf) ||
		strncmp(fid->path, rename->from, length) != 0 ||
		(fid->path[length] != '\0' && fid->path[length] != '/'))
		return;
	/* one that would be too long, or the host has no memory for, names nothing any more */
	if ((size_t)snprintf(path, sizeof(path), "%s%s", rename->to, fid->path + length) <
		sizeof(path))
		p9_fid_move(fid, path);
}

void p9_fid_renamed(struct p9_server *server, const char *from, const char *to)
{
	struct rename rename = { from, to };

	twalk_r(server->fids, rename_fid, &rename);
}

/* ---- Paths ---- */

int p9_join(char *path, const char *folder, const char *name)
{
	if (*name == '\0' || strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
		strcmp(name, "..") == 0)
		return EINVAL;
	if (strlen(name) >= SHARE_NAME)
		return ENAMETOOLONG;
	if (snprintf(path, SHARE_PATH, "%s%s%s", folder, *folder == '\0' ? "" : "/", name) >=
		SHARE_PATH)
		return ENAMETOOLONG;
	return 0;
}

void p9_parent(char *path)
{
	char *slash = strrchr(path, '/');

	*(slash != NULL ? slash : path) = '\0';
}
