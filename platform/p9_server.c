/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of 9P2000.L, one function each, named as the message. A function reads all its fields
 * before it acts. What is not in the table is EOPNOTSUPP, which clients know how to do without:
 * authentication, extended attributes, links, special files.
 */
#define _GNU_SOURCE
#include "platform/p9_server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "platform/p9_fid.h"

enum { R_ERROR = 7, T_VERSION = 100 };
enum { NAMES = 16 /* in one walk */, IO_HEADER = 24 /* what a client keeps beside data */ };
enum { QID_FILE = 0, QID_LINK = 0x02, QID_FOLDER = 0x80 };
#define NO_FID (~(u32)0)

static u8 qid_type(u32 mode)
{
	return S_ISDIR(mode) ? QID_FOLDER : S_ISLNK(mode) ? QID_LINK : QID_FILE;
}

static struct p9_qid qid_of(const struct share_stat *stat)
{
	return (struct p9_qid){ qid_type(stat->mode), stat->number };
}

/* The fid of a message whose fields have all been read; else *error. */
static struct p9_fid *fid_of(
	struct p9_server *server, const struct p9_in *in, u32 number, int *error)
{
	struct p9_fid *fid = p9_fid_find(server, number);

	*error = in->is_bad ? EINVAL : fid == NULL ? EBADF : 0;
	return *error == 0 ? fid : NULL;
}

/* ... and that is an open file. */
static struct p9_fid *file_of(
	struct p9_server *server, const struct p9_in *in, u32 number, int *error)
{
	struct p9_fid *fid = fid_of(server, in, number, error);

	if (fid != NULL && fid->fd < 0) {
		*error = fid->is_open ? EISDIR : EBADF;
		return NULL;
	}
	return fid;
}

static int stat_of(struct p9_server *server, const struct p9_fid *fid, struct share_stat *stat)
{
	return fid->fd >= 0 ? share_fstat(&server->share, fid->fd, stat)
			    : share_stat(&server->share, fid->path, stat);
}

/* ---- Sessions ---- */

static int version(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 msize = p9_get32(in);
	char name[P9_NAME];
	bool is_known;

	p9_get_string(in, name, sizeof(name));
	p9_fid_remove_all(server);
	server->msize = 0;
	if (in->is_bad || msize < P9_MSIZE_MIN)
		return EINVAL;
	is_known = strcmp(name, "9P2000.L") == 0;
	msize = msize < P9_MSIZE ? msize : P9_MSIZE;
	if (is_known)
		server->msize = msize;
	p9_put(out, msize, 4);
	p9_put_string(out, is_known ? name : "unknown");
	return 0;
}

static int attach(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in), auth = p9_get32(in);
	char user[P9_NAME], tree[P9_NAME];
	struct share_stat stat;
	int error;

	p9_get_string(in, user, sizeof(user));
	p9_get_string(in, tree, sizeof(tree));
	p9_get32(in); /* which user: there is one, the host's */
	if (in->is_bad || auth != NO_FID)
		return EINVAL;
	if (*tree != '\0' && strcmp(tree, "/") != 0)
		return ENOENT;
	error = share_stat(&server->share, "", &stat);
	if (error == 0)
		error = p9_fid_add(server, number, "");
	if (error == 0)
		p9_put_qid(out, qid_of(&stat));
	return error;
}

/* There is nothing in flight that could be flushed. */
static int flush(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	(void)server;
	(void)out;
	p9_get16(in);
	return in->is_bad ? EINVAL : 0;
}

static int clunk(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	int error;
	struct p9_fid *fid = fid_of(server, in, p9_get32(in), &error);

	(void)out;
	if (fid != NULL)
		p9_fid_remove(server, fid);
	return error;
}

/* ---- Walking ---- */

/* One name on from *path, whose file is *stat. */
static int step(
	struct p9_server *server, char path[SHARE_PATH], const char *name, struct share_stat *stat)
{
	char next[SHARE_PATH];
	int error = 0;

	if (!S_ISDIR(stat->mode))
		return ENOTDIR;
	strcpy(next, path);
	if (strcmp(name, "..") == 0)
		p9_parent(next);
	else
		error = p9_join(next, path, name);
	if (error == 0)
		error = share_stat(&server->share, next, stat);
	if (error == 0)
		strcpy(path, next);
	return error;
}

static int walk(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in), new_number = p9_get32(in);
	u16 count = p9_get16(in), done = 0;
	char name[NAMES][P9_NAME], path[SHARE_PATH];
	struct p9_qid qid[NAMES];
	struct share_stat stat = { 0 };
	struct p9_fid *fid;
	int error;

	if (count > NAMES)
		return EINVAL;
	for (u16 i = 0; i < count; i++)
		p9_get_string(in, name[i], sizeof(name[i]));
	fid = fid_of(server, in, number, &error);
	if (fid == NULL)
		return error;
	if (fid->is_open)
		return EINVAL;
	if (new_number != number && p9_fid_find(server, new_number) != NULL)
		return EEXIST;
	strcpy(path, fid->path);
	error = count > 0 ? share_stat(&server->share, path, &stat) : 0;
	for (; done < count && error == 0; done++) {
		error = step(server, path, name[done], &stat);
		if (error != 0)
			break;
		qid[done] = qid_of(&stat);
	}
	/* of a walk that ends early, the client learns how far it came, and gets no fid */
	if (error != 0 && done == 0)
		return error;
	if (done == count)
		error = number == new_number ? p9_fid_move(fid, path)
					     : p9_fid_add(server, new_number, path);
	if (done == count && error != 0)
		return error;
	p9_put(out, done, 2);
	for (u16 i = 0; i < done; i++)
		p9_put_qid(out, qid[i]);
	return 0;
}

/* ---- What is told of files ---- */

static int getattr(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in);
	struct share_stat stat;
	struct p9_fid *fid;
	int error;

	p9_get64(in); /* which fields: all of these come always */
	fid = fid_of(server, in, number, &error);
	if (error == 0)
		error = stat_of(server, fid, &stat);
	if (error != 0)
		return error;
	p9_put(out, 0x7ff, 8); /* those of stat() */
	p9_put_qid(out, qid_of(&stat));
	p9_put(out, stat.mode, 4);
	p9_put(out, 0, 4); /* everything is root's */
	p9_put(out, 0, 4);
	p9_put(out, stat.links, 8);
	p9_put(out, 0, 8); /* rdev */
	p9_put(out, stat.size, 8);
	p9_put(out, 4096, 8);
	p9_put(out, align_up(stat.size, 512) / 512, 8);
	for (unsigned i = 0; i < 3; i++) { /* atime, mtime, ctime */
		p9_put(out, (u64)stat.seconds, 8);
		p9_put(out, stat.nanoseconds, 8);
	}
	for (unsigned i = 0; i < 4; i++) /* btime, gen, data_version: not said to be valid */
		p9_put(out, 0, 8);
	return 0;
}

static int readlink_of(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	int error;
	struct p9_fid *fid = fid_of(server, in, p9_get32(in), &error);
	char text[SHARE_PATH];

	if (error == 0)
		error = share_readlink(&server->share, fid->path, text, sizeof(text));
	if (error == 0)
		p9_put_string(out, text);
	return error;
}

/* The same on every host: sizes of its disks are none of the guest's business. */
static int statfs_of(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u64 blocks = 1 << 20, free_blocks = server->share.is_writable ? blocks / 2 : 0;
	int error;

	fid_of(server, in, p9_get32(in), &error);
	if (error != 0)
		return error;
	p9_put(out, 0x01021997, 4); /* V9FS_MAGIC */
	p9_put(out, 4096, 4);
	p9_put(out, blocks, 8);
	p9_put(out, free_blocks, 8);
	p9_put(out, free_blocks, 8);
	p9_put(out, blocks, 8);
	p9_put(out, free_blocks, 8);
	p9_put(out, 0, 8);
	p9_put(out, SHARE_NAME - 1, 4);
	return 0;
}

/* ---- Open files ---- */

/* As clients write them, whatever their architecture. */
enum { L_ACCESS = 3, L_TRUNC = 01000 };

/* Appending is the client's: its writes carry offsets. */
static int host_flags(u32 flags)
{
	static const int access[] = { O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY };

	return access[flags & L_ACCESS] | (flags & L_TRUNC ? O_TRUNC : 0);
}

static void opened(struct p9_server *server, struct p9_fid *fid, struct p9_out *out,
	const struct share_stat *stat)
{
	fid->is_open = true;
	server->open_count++;
	p9_put_qid(out, qid_of(stat));
	p9_put(out, server->msize - IO_HEADER, 4);
}

static int lopen(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in), flags = p9_get32(in);
	struct share_stat stat;
	int error;
	struct p9_fid *fid = fid_of(server, in, number, &error);

	if (fid == NULL)
		return error;
	if (fid->is_open || (flags & L_ACCESS) == L_ACCESS)
		return EINVAL;
	if (server->open_count == P9_OPEN)
		return ENFILE;
	error = share_stat(&server->share, fid->path, &stat);
	if (error != 0)
		return error;
	if (!S_ISDIR(stat.mode))
		error = share_open_file(&server->share, fid->path, host_flags(flags), &fid->fd);
	else if (host_flags(flags) != O_RDONLY)
		error = EISDIR;
	else
		error = share_list(&server->share, fid->path, &fid->list);
	if (error == 0)
		opened(server, fid, out, &stat);
	return error;
}

static int read_file(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in);
	u64 offset = p9_get64(in);
	u32 count = p9_get32(in), room = p9_room(out), done = 0;
	int error;
	struct p9_fid *fid = file_of(server, in, number, &error);
	u8 *data;

	if (fid == NULL)
		return error;
	if (room < 4 || offset > INT64_MAX - P9_MSIZE)
		return EINVAL;
	if (count > room - 4)
		count = room - 4;
	p9_put(out, 0, 4);
	data = out->start + out->size;
	while (done < count) {
		ssize_t n = pread(fid->fd, data + done, count - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			break;
		done += (u32)n;
	}
	out->size -= 4;
	p9_put(out, done, 4);
	p9_put_bytes(out, done);
	return 0;
}

static int fsync_of(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	int error;
	struct p9_fid *fid = fid_of(server, in, p9_get32(in), &error);

	(void)out;
	if (error == 0 && fid->fd >= 0 && server->share.is_writable && fsync(fid->fd) != 0)
		error = errno;
	return error;
}

/* As many entries as fit, from the one at `offset` on; its own offset is that of the next. */
static int readdir_of(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in);
	u64 offset = p9_get64(in);
	u32 count = p9_get32(in), start = out->size;
	struct p9_out list = { out->start + start, 4, p9_room(out), false };
	int error;
	struct p9_fid *fid = fid_of(server, in, number, &error);

	if (fid == NULL)
		return error;
	if (!fid->is_open || fid->fd >= 0)
		return fid->is_open ? ENOTDIR : EBADF;
	if (list.room < 4)
		return EINVAL;
	if (offset == 0) { /* read again from the start: what is there now */
		share_list_free(&fid->list);
		error = share_list(&server->share, fid->path, &fid->list);
		if (error != 0)
			return error;
	}
	if (count < list.room - 4)
		list.room = count + 4;
	for (u64 i = offset; i < fid->list.count; i++) {
		const struct share_entry *entry = &fid->list.entry[i];
		struct p9_qid qid = { qid_type((u32)DTTOIF(entry->type)), entry->number };
		u32 before = list.size;

		p9_put_qid(&list, qid);
		p9_put(&list, i + 1, 8);
		p9_put(&list, entry->type, 1);
		p9_put_string(&list, entry->name);
		if (list.is_full) {
			list.size = before;
			break;
		}
	}
	if (list.is_full && list.size == 4)
		return EINVAL; /* no progress could be made */
	p9_put(out, list.size - 4, 4);
	p9_put_bytes(out, list.size - 4);
	return 0;
}

/* ---- Locks: the only client has agreed with itself before it asks ---- */

enum { LOCK_SUCCESS = 0, LOCK_UNLOCKED = 2 };

static int lock(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in);
	char client[P9_NAME];
	int error;

	p9_get(in, 1);
	p9_get32(in);
	p9_get64(in);
	p9_get64(in);
	p9_get32(in);
	p9_get_string(in, client, sizeof(client));
	file_of(server, in, number, &error);
	if (error == 0)
		p9_put(out, LOCK_SUCCESS, 1);
	return error;
}

static int getlock(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in);
	char client[P9_NAME];
	u64 start, length;
	u32 process;
	int error;

	p9_get(in, 1);
	start = p9_get64(in);
	length = p9_get64(in);
	process = p9_get32(in);
	p9_get_string(in, client, sizeof(client));
	file_of(server, in, number, &error);
	if (error != 0)
		return error;
	p9_put(out, LOCK_UNLOCKED, 1);
	p9_put(out, start, 8);
	p9_put(out, length, 8);
	p9_put(out, process, 4);
	p9_put_string(out, client);
	return 0;
}

/* ---- Changes ---- */

static int lcreate(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in), flags, mode;
	char name[P9_NAME], path[SHARE_PATH];
	struct share_stat stat;
	struct p9_fid *fid;
	int error, fd;

	p9_get_string(in, name, sizeof(name));
	flags = p9_get32(in);
	mode = p9_get32(in);
	p9_get32(in); /* group */
	fid = fid_of(server, in, number, &error);
	if (fid == NULL)
		return error;
	if (fid->is_open || (flags & L_ACCESS) == L_ACCESS)
		return EINVAL;
	if (server->open_count == P9_OPEN)
		return ENFILE;
	error = p9_join(path, fid->path, name);
	if (error == 0)
		error = share_create(&server->share, path, host_flags(flags), mode, &fd);
	if (error != 0)
		return error;
	error = share_fstat(&server->share, fd, &stat);
	if (error == 0)
		error = p9_fid_move(fid, path);
	if (error != 0) {
		close(fd);
		return error;
	}
	fid->fd = fd;
	opened(server, fid, out, &stat);
	return 0;
}

static int write_file(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in);
	u64 offset = p9_get64(in);
	u32 count = p9_get32(in);
	int error;
	struct p9_fid *fid;

	if (count > in->left)
		in->is_bad = true;
	fid = file_of(server, in, number, &error);
	if (error == 0)
		error = share_write(&server->share, fid->fd, offset, in->at, count);
	if (error == 0)
		p9_put(out, count, 4);
	return error;
}

static int mkdir_in(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in), mode;
	char name[P9_NAME], path[SHARE_PATH];
	struct share_stat stat;
	struct p9_fid *fid;
	int error;

	p9_get_string(in, name, sizeof(name));
	mode = p9_get32(in);
	p9_get32(in); /* group */
	fid = fid_of(server, in, number, &error);
	if (error == 0)
		error = p9_join(path, fid->path, name);
	if (error == 0)
		error = share_mkdir(&server->share, path, mode);
	if (error == 0)
		error = share_stat(&server->share, path, &stat);
	if (error == 0)
		p9_put_qid(out, qid_of(&stat));
	return error;
}

static int unlink_at(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	enum { REMOVE_FOLDER = 0x200 };
	u32 number = p9_get32(in), flags;
	char name[P9_NAME], path[SHARE_PATH];
	struct p9_fid *fid;
	int error;

	(void)out;
	p9_get_string(in, name, sizeof(name));
	flags = p9_get32(in);
	fid = fid_of(server, in, number, &error);
	if (error == 0)
		error = p9_join(path, fid->path, name);
	if (error == 0)
		error = share_remove(&server->share, path, flags & REMOVE_FOLDER);
	return error;
}

static int rename_at(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 from_number = p9_get32(in), to_number;
	char from_name[P9_NAME], to_name[P9_NAME], from[SHARE_PATH], to[SHARE_PATH];
	struct p9_fid *from_fid, *to_fid = NULL;
	int error;

	(void)out;
	p9_get_string(in, from_name, sizeof(from_name));
	to_number = p9_get32(in);
	p9_get_string(in, to_name, sizeof(to_name));
	from_fid = fid_of(server, in, from_number, &error);
	if (error == 0)
		to_fid = fid_of(server, in, to_number, &error);
	if (error == 0)
		error = p9_join(from, from_fid->path, from_name);
	if (error == 0)
		error = p9_join(to, to_fid->path, to_name);
	if (error == 0)
		error = share_rename(&server->share, from, to);
	if (error == 0)
		p9_fid_renamed(server, from, to);
	return error;
}

enum {
	SET_MODE = 1,
	SET_UID = 2,
	SET_GID = 4,
	SET_SIZE = 8,
	SET_MTIME = 0x20,
	SET_MTIME_TO = 0x100
};

static int setattr(struct p9_server *server, struct p9_in *in, struct p9_out *out)
{
	u32 number = p9_get32(in), valid = p9_get32(in), mode = p9_get32(in);
	u32 uid = p9_get32(in), gid = p9_get32(in);
	u64 size = p9_get64(in);
	struct timespec time;
	struct p9_fid *fid;
	int error;

	(void)out;
	p9_get64(in); /* there are no times of access */
	p9_get64(in);
	time.tv_sec = (time_t)p9_get64(in);
	time.tv_nsec = (long)p9_get64(in);
	fid = fid_of(server, in, number, &error);
	if (fid == NULL)
		return error;
	if (!server->share.is_writable)
		return EROFS;
	if ((valid & SET_UID && uid != 0) || (valid & SET_GID && gid != 0))
		return EPERM; /* everything is root's, and stays so */
	if (valid & SET_MTIME_TO && (u64)time.tv_nsec >= 1000000000)
		return EINVAL;
	if (valid & SET_MODE)
		error = share_chmod(&server->share, fid->path, mode);
	if (error == 0 && valid & SET_SIZE)
		error = share_truncate(&server->share, fid->path, size);
	if (error == 0 && valid & SET_MTIME)
		error = share_set_time(
			&server->share, fid->path, valid & SET_MTIME_TO ? &time : NULL);
	return error;
}

/* ---- The table ---- */

/* 0, or errno for an Rlerror. */
typedef int message_fn(struct p9_server *server, struct p9_in *in, struct p9_out *out);

static const struct message_row {
	u8 type; /* of the request; its answer is the next one */
	message_fn *serve;
} messages[] = {
	{ 8, statfs_of },
	{ 12, lopen },
	{ 14, lcreate },
	{ 22, readlink_of },
	{ 24, getattr },
	{ 26, setattr },
	{ 40, readdir_of },
	{ 50, fsync_of },
	{ 52, lock },
	{ 54, getlock },
	{ 72, mkdir_in },
	{ 74, rename_at },
	{ 76, unlink_at },
	{ T_VERSION, version },
	{ 104, attach },
	{ 108, flush },
	{ 110, walk },
	{ 116, read_file },
	{ 118, write_file },
	{ 120, clunk },
};

static int serve(struct p9_server *server, u8 type, struct p9_in *in, struct p9_out *out)
{
	if (type != T_VERSION && server->msize == 0)
		return EPROTO;
	for (size_t i = 0; i < COUNT(messages); i++) {
		if (messages[i].type == type)
			return messages[i].serve(server, in, out);
	}
	return EOPNOTSUPP;
}

static void begin(struct p9_out *out, u8 type, u16 tag)
{
	out->size = 0;
	p9_put(out, 0, 4);
	p9_put(out, type, 1);
	p9_put(out, tag, 2);
}

u32 p9_serve(struct p9_server *server, const u8 *message, u32 size, u8 *answer, u32 room)
{
	struct p9_in in = { message, size, false };
	struct p9_out out = { .start = answer, .room = room };
	u32 announced = p9_get32(&in);
	u8 type = p9_get8(&in);
	u16 tag = p9_get16(&in);
	int error;

	ENT_BUG_ON(size < P9_HEADER || room < P9_ERROR);
	if (server->msize != 0 && out.room > server->msize)
		out.room = server->msize;
	begin(&out, (u8)(type + 1), tag);
	if (announced < P9_HEADER || announced > size) {
		error = EINVAL;
	} else {
		in.left = announced - P9_HEADER; /* what is behind it is padding */
		error = serve(server, type, &in, &out);
	}
	if (error == 0 && out.is_full)
		error = EMSGSIZE;
	if (error != 0) {
		begin(&out, R_ERROR, tag);
		p9_put(&out, (u32)error, 4);
	}
	size = out.size;
	out.size = 0;
	p9_put(&out, size, 4);
	return size;
}

void p9_reset(struct p9_server *server)
{
	p9_fid_remove_all(server);
	server->msize = 0;
}
