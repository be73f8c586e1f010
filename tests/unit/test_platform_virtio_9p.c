/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of the host over 9P2000.L: messages as a client sends them, what they do to the folder,
 * and that nothing outside of it can be reached. Knows the 9P protocol.
 */
#define _GNU_SOURCE /* nftw() */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/virtio_9p.h"
#include "virtio_driver.h"

enum { MSIZE = 8192, ROOT = 1, NOFID = -1 };
enum { VERSION = 100, ATTACH = 104, FLUSH = 108, WALK = 110, READ = 116, WRITE_T = 118 };
enum { CLUNK = 120, STATFS = 8, LOPEN = 12, LCREATE = 14, SYMLINK = 16, MKNOD = 18 };
enum { READLINK = 22, GETATTR = 24, SETATTR = 26, XATTRWALK = 30, READDIR = 40, FSYNC = 50 };
enum { LOCK = 52, LINK = 70, MKDIR = 72, RENAMEAT = 74, UNLINKAT = 76 };

struct bench {
	char base[40]; /* holds "dir", which is shared, and "secret", which is not */
	char dir[64];
	struct p9_server server;
	u8 answer[MSIZE];
	u32 size; /* of the answer */
};

static u64 board_time(void *opaque)
{
	(void)opaque;
	return 1000000000ull * 1000 + 7;
}

static const char *in_dir(const char *folder, const char *name)
{
	static char path[2][200];
	static unsigned which;

	which ^= 1;
	snprintf(path[which], sizeof(path[which]), "%s/%s", folder, name);
	return path[which];
}

static void write_file(const char *folder, const char *name, const char *text)
{
	FILE *file = fopen(in_dir(folder, name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void expect_file(const char *folder, const char *name, const char *text)
{
	char got[100] = "";
	FILE *file = fopen(in_dir(folder, name), "r");

	assert_non_null(file);
	got[fread(got, 1, sizeof(got) - 1, file)] = '\0';
	fclose(file);
	assert_string_equal(got, text);
}

/* ---- Messages by a format: 1 2 4 8: an integer of so many bytes, s: a string, b: 1 byte ---- */

static int vcall(struct bench *bench, u8 type, const char *format, va_list args)
{
	u8 message[MSIZE];
	struct p9_out out = { .start = message, .room = sizeof(message) };
	u32 size;

	p9_put(&out, 0, 4);
	p9_put(&out, type, 1);
	p9_put(&out, 77, 2);
	for (; *format != '\0'; format++) {
		if (*format == 's')
			p9_put_string(&out, va_arg(args, const char *));
		else if (*format == '8')
			p9_put(&out, va_arg(args, u64), 8);
		else
			p9_put(&out, (u64)va_arg(args, int), (unsigned)(*format - '0'));
	}
	size = out.size;
	out.size = 0;
	p9_put(&out, size, 4);
	bench->size = p9_serve(&bench->server, message, size, bench->answer, MSIZE);
	assert_int_equal(bench->answer[5] | bench->answer[6] << 8, 77);
	assert_int_equal(bench->answer[0] | bench->answer[1] << 8, bench->size);
	if (bench->answer[4] == 7)
		return bench->answer[7] | bench->answer[8] << 8;
	assert_int_equal(bench->answer[4], type + 1);
	return 0;
}

/* 0 or the errno of the answer. */
static int call(struct bench *bench, u8 type, const char *format, ...)
{
	va_list args;
	int error;

	va_start(args, format);
	error = vcall(bench, type, format, args);
	va_end(args);
	return error;
}

static u64 field(const struct bench *bench, u32 offset, unsigned bytes)
{
	struct p9_in in = { bench->answer + 7 + offset, bytes, false };

	return p9_get(&in, bytes);
}

static const char *text_at(const struct bench *bench, u32 offset)
{
	static char text[300];
	struct p9_in in = { bench->answer + 7 + offset, 300, false };

	p9_get_string(&in, text, sizeof(text));
	return text;
}

static void open_share(struct bench *bench, bool is_writable)
{
	share_close(&bench->server.share);
	assert_int_equal(share_open(&bench->server.share, bench->dir, is_writable).code, STATUS_OK);
	bench->server.share.now = board_time;
	assert_int_equal(call(bench, VERSION, "4s", MSIZE, "9P2000.L"), 0);
	assert_int_equal(call(bench, ATTACH, "44ss4", ROOT, NOFID, "root", "", 0), 0);
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct timespec times[2] = { { 5, 6 }, { 5, 6 } };

	snprintf(bench->base, sizeof(bench->base), "/tmp/ent-9p-XXXXXX");
	if (mkdtemp(bench->base) == NULL)
		return -1;
	snprintf(bench->dir, sizeof(bench->dir), "%s/dir", bench->base);
	mkdir(bench->dir, 0755);
	write_file(bench->base, "secret", "secret");
	write_file(bench->dir, "b", "bee\n");
	write_file(bench->dir, "a", "");
	mkdir(in_dir(bench->dir, "sub"), 0755);
	write_file(bench->dir, "sub/x", "ex");
	if (symlink("../secret", in_dir(bench->dir, "out")) != 0 ||
		symlink("/", in_dir(bench->dir, "slash")) != 0 ||
		mkfifo(in_dir(bench->dir, "pipe"), 0644) != 0)
		return -1;
	chmod(in_dir(bench->dir, "b"), 04640);
	utimensat(AT_FDCWD, in_dir(bench->dir, "b"), times, 0);
	bench->server.share.dir = -1;
	open_share(bench, false);
	*state = bench;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	expect_file(bench->base, "secret", "secret");
	p9_reset(&bench->server);
	assert_int_equal(bench->server.fid_count | bench->server.open_count, 0);
	share_close(&bench->server.share);
	nftw(bench->base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(bench);
	return 0;
}

static int walk1(struct bench *bench, int from, int to, const char *name)
{
	return call(bench, WALK, "442s", from, to, 1, name);
}

/* ---- Sessions ---- */

static void versions(void **state)
{
	static const struct {
		u32 msize, got;
		int error;
		const char *version, *answer, *why;
	} rows[] = {
		{ 8192, 8192, 0, "9P2000.L", "9P2000.L", "as asked for" },
		{ 1 << 30, P9_MSIZE, 0, "9P2000.L", "9P2000.L", "more than we take" },
		{ 4096, 4096, 0, "9P2000.L", "9P2000.L", "the least" },
		{ 4095, 0, EINVAL, "9P2000.L", NULL, "too little" },
		{ 0, 0, EINVAL, "9P2000.L", NULL, "nothing" },
		{ 8192, 8192, 0, "9P2000", "unknown", "another dialect" },
		{ 8192, 8192, 0, "", "unknown", "none" },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		int error = call(bench, VERSION, "4s", (int)rows[i].msize, rows[i].version);

		if (error != rows[i].error)
			fail_msg("row %zu, %s: error %d", i, rows[i].why, error);
		if (error == 0 && (field(bench, 0, 4) != rows[i].got ||
					  strcmp(text_at(bench, 4), rows[i].answer) != 0))
			fail_msg("row %zu, %s: %u %s", i, rows[i].why, (u32)field(bench, 0, 4),
				text_at(bench, 4));
	}
	/* a version that is not ours ends the session: nothing else is served */
	assert_int_equal(call(bench, GETATTR, "48", ROOT, (u64)0), EPROTO);
}

static void attaching(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(field(bench, 0, 1), 0x80); /* the qid of what was attached: a folder */
	assert_int_equal(call(bench, ATTACH, "44ss4", ROOT, NOFID, "root", "", 0), EEXIST);
	assert_int_equal(call(bench, ATTACH, "44ss4", 2, NOFID, "x", "/", 0), 0);
	assert_int_equal(call(bench, ATTACH, "44ss4", 3, NOFID, "x", "/etc", 0), ENOENT);
	assert_int_equal(call(bench, ATTACH, "44ss4", 3, 1, "x", "", 0), EINVAL);
	assert_int_equal(call(bench, CLUNK, "4", 2), 0);
	assert_int_equal(call(bench, CLUNK, "4", 2), EBADF);
	assert_int_equal(call(bench, FLUSH, "2", 5), 0);
	assert_int_equal(call(bench, VERSION, "4s", MSIZE, "9P2000.L"), 0);
	assert_int_equal(call(bench, GETATTR, "48", ROOT, (u64)0), EBADF);
}

/* ---- Walking ---- */

static void walking(void **state)
{
	struct bench *bench = *state;
	u64 root, sub;

	assert_int_equal(call(bench, GETATTR, "48", ROOT, ~(u64)0), 0);
	root = field(bench, 8 + 5, 8);
	assert_int_equal(call(bench, WALK, "442ss", ROOT, 2, 2, "sub", "x"), 0);
	assert_int_equal(field(bench, 0, 2), 2);
	assert_int_equal(field(bench, 2, 1), 0x80);
	assert_int_equal(field(bench, 2 + 13, 1), 0);
	sub = field(bench, 2 + 5, 8);
	assert_int_not_equal(sub, root);
	/* how far it came, and no fid */
	assert_int_equal(call(bench, WALK, "442sss", ROOT, 3, 3, "sub", "no", "x"), 0);
	assert_int_equal(field(bench, 0, 2), 1);
	assert_int_equal(call(bench, CLUNK, "4", 3), EBADF);
	assert_int_equal(walk1(bench, ROOT, 3, "no"), ENOENT);
	assert_int_equal(walk1(bench, 2, 3, "x"), ENOTDIR);
	assert_int_equal(walk1(bench, 2, 3, ".."), ENOTDIR);
	assert_int_equal(walk1(bench, 9, 3, "x"), EBADF);
	assert_int_equal(walk1(bench, ROOT, 2, "sub"), EEXIST);
	assert_int_equal(call(bench, WALK, "442", ROOT, 4, 0), 0);	/* a copy */
	assert_int_equal(call(bench, WALK, "442s", 4, 4, 1, "sub"), 0); /* in place */
	assert_int_equal(walk1(bench, 4, 5, ".."), 0);
	assert_int_equal(field(bench, 2 + 5, 8), root);
	/* the root is in itself, however often */
	assert_int_equal(call(bench, WALK, "442sss", 4, 6, 3, "..", "..", ".."), 0);
	assert_int_equal(field(bench, 2 + 2 * 13 + 5, 8), root);
	assert_int_equal(call(bench, LOPEN, "44", 4, 0), 0);
	assert_int_equal(walk1(bench, 4, 7, "x"), EINVAL); /* it is open */
}

/* Names that are none, or lead elsewhere. */
static void names(void **state)
{
	static const struct {
		const char *name;
		int error;
	} rows[] = {
		{ "", EINVAL },
		{ ".", EINVAL },
		{ "/", EINVAL },
		{ "/etc", EINVAL },
		{ "../secret", EINVAL },
		{ "sub/x", EINVAL },
		{ "sub/../..", EINVAL },
		{ "secret", ENOENT },
	};
	struct bench *bench = *state;

	open_share(bench, true);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (walk1(bench, ROOT, 2, rows[i].name) != rows[i].error)
			fail_msg("row %zu, walk to '%s'", i, rows[i].name);
		if (call(bench, UNLINKAT, "4s4", ROOT, rows[i].name, 0) != rows[i].error)
			fail_msg("row %zu, unlinkat of '%s'", i, rows[i].name);
		if (rows[i].error == EINVAL &&
			(call(bench, MKDIR, "4s44", ROOT, rows[i].name, 0755, 0) != EINVAL ||
				call(bench, RENAMEAT, "4s4s", ROOT, "a", ROOT, rows[i].name) !=
					EINVAL))
			fail_msg("row %zu, mkdir or renameat to '%s'", i, rows[i].name);
	}
	assert_int_equal(call(bench, MKDIR, "4s44", ROOT, "..", 0755, 0), EINVAL);
	assert_int_equal(call(bench, RENAMEAT, "4s4s", ROOT, "a", ROOT, ".."), EINVAL);
	assert_int_equal(call(bench, UNLINKAT, "4s4", ROOT, "..", 0x200), EINVAL);
	assert_int_equal(call(bench, LCREATE, "4s444", ROOT, "../new", 1, 0644, 0), EINVAL);
}

/* Links are texts: nothing is opened, walked or changed through them. */
static void links(void **state)
{
	struct bench *bench = *state;

	open_share(bench, true);
	assert_int_equal(walk1(bench, ROOT, 2, "out"), 0);
	assert_int_equal(field(bench, 2, 1), 0x02);
	assert_int_equal(call(bench, READLINK, "4", 2), 0);
	assert_string_equal(text_at(bench, 0), "../secret");
	assert_int_equal(call(bench, LOPEN, "44", 2, 0), ELOOP);
	assert_int_equal(call(bench, LOPEN, "44", 2, 01002), ELOOP);
	/* truncating, a mode, through the link */
	assert_int_equal(call(bench, SETATTR, "4444488888", 2, 8, 0, 0, 0, (u64)0, (u64)0, (u64)0,
				 (u64)0, (u64)0),
		ELOOP);
	assert_int_equal(call(bench, SETATTR, "4444488888", 2, 1, 0777, 0, 0, (u64)0, (u64)0,
				 (u64)0, (u64)0, (u64)0),
		EOPNOTSUPP);
	assert_int_equal(call(bench, WALK, "442ss", ROOT, 3, 2, "slash", "etc"), 0);
	assert_int_equal(field(bench, 0, 2), 1); /* no further than the link itself */
	assert_int_equal(call(bench, SYMLINK, "4ss4", ROOT, "new", "/", 0), EOPNOTSUPP);
	assert_int_equal(call(bench, LINK, "44s", ROOT, 2, "new"), EOPNOTSUPP);
	assert_int_equal(call(bench, MKNOD, "4s4444", ROOT, "new", 0, 0, 0, 0), EOPNOTSUPP);
	/* a folder that became a link after it was walked to */
	assert_int_equal(call(bench, WALK, "442s", ROOT, 4, 1, "sub"), 0);
	assert_int_equal(rename(in_dir(bench->dir, "sub"), in_dir(bench->base, "gone")), 0);
	assert_int_equal(symlink("..", in_dir(bench->dir, "sub")), 0);
	assert_int_equal(call(bench, LCREATE, "4s444", 4, "new", 1, 0644, 0), ENOTDIR);
	assert_int_equal(call(bench, UNLINKAT, "4s4", 4, "secret", 0), ENOTDIR);
	assert_int_equal(call(bench, LOPEN, "44", 4, 0), ELOOP);
}

/* ---- Reading ---- */

static void attributes(void **state)
{
	struct bench *bench = *state;

	walk1(bench, ROOT, 2, "b");
	assert_int_equal(call(bench, GETATTR, "48", 2, ~(u64)0), 0);
	assert_int_equal(field(bench, 0, 8), 0x7ff);
	assert_int_equal(field(bench, 21, 4), S_IFREG | 0640); /* set-user-id is not shown */
	assert_int_equal(field(bench, 25, 8), 0);	       /* root's */
	assert_int_equal(field(bench, 49, 8), 4);	       /* size */
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(field(bench, 73 + 16 * i, 8), 5);
		assert_int_equal(field(bench, 81 + 16 * i, 8), 6);
	}
	assert_int_equal(bench->size, 7 + 153);
	assert_int_equal(call(bench, STATFS, "4", ROOT), 0);
	assert_int_equal(field(bench, 0, 4), 0x01021997);
	assert_int_equal(call(bench, XATTRWALK, "44s", 2, 3, "user.x"), EOPNOTSUPP);
}

static void reading(void **state)
{
	static const struct {
		u64 offset;
		int count;
		u32 got;
		const char *text;
	} rows[] = {
		{ 0, 100, 4, "bee\n" },
		{ 1, 2, 2, "ee" },
		{ 4, 10, 0, "" },
		{ 1 << 20, 10, 0, "" },
		{ 0, -1, 4, "bee\n" },
		{ 0, 0, 0, "" },
	};
	struct bench *bench = *state;

	walk1(bench, ROOT, 2, "b");
	assert_int_equal(call(bench, READ, "484", 2, (u64)0, 4), EBADF); /* not open */
	assert_int_equal(call(bench, LOPEN, "44", 2, 0), 0);
	assert_int_equal(call(bench, LOPEN, "44", 2, 0), EINVAL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (call(bench, READ, "484", 2, rows[i].offset, rows[i].count) != 0 ||
			field(bench, 0, 4) != rows[i].got ||
			memcmp(bench->answer + 11, rows[i].text, rows[i].got) != 0)
			fail_msg("row %zu: %u bytes", i, (u32)field(bench, 0, 4));
	}
	assert_int_equal(call(bench, READ, "484", 2, ~(u64)0, 4), EINVAL);
	assert_int_equal(call(bench, FSYNC, "4", 2), 0);
	assert_int_equal(call(bench, LOCK, "414884s", 2, 1, 0, (u64)0, (u64)0, 1, "me"), 0);
	assert_int_equal(call(bench, LOPEN, "44", ROOT, 0), 0);
	assert_int_equal(call(bench, READ, "484", ROOT, (u64)0, 4), EISDIR);
	walk1(bench, 2, 3, "b");
	assert_int_equal(call(bench, READDIR, "484", 2, (u64)0, 100), ENOTDIR);
}

/* The names of a folder, read by so many bytes at a time. */
static void list(struct bench *bench, int fid, int count, char *names)
{
	u64 offset = 0;

	*names = '\0';
	for (;;) {
		u32 at = 4, end;

		assert_int_equal(call(bench, READDIR, "484", fid, offset, count), 0);
		end = 4 + (u32)field(bench, 0, 4);
		assert_true(end <= 4 + (u32)count);
		if (end == 4)
			return;
		while (at < end) {
			offset = field(bench, at + 13, 8);
			strcat(strcat(names, text_at(bench, at + 22)), " ");
			at += 24 + (u32)field(bench, at + 22, 2);
		}
		assert_int_equal(at, end);
	}
}

static void lists_are_sorted(void **state)
{
	struct bench *bench = *state;
	char names[300];

	call(bench, WALK, "442", ROOT, 2, 0);
	assert_int_equal(call(bench, READDIR, "484", 2, (u64)0, 100), EBADF);
	assert_int_equal(call(bench, LOPEN, "44", 2, 0), 0);
	list(bench, 2, 4096, names);
	assert_string_equal(names, ". .. a b out pipe slash sub ");
	list(bench, 2, 30, names);
	assert_string_equal(names, ". .. a b out pipe slash sub ");
	assert_int_equal(call(bench, READDIR, "484", 2, (u64)2, 10), EINVAL); /* not even one */
	write_file(bench->dir, "aa", "");
	list(bench, 2, 4096, names); /* from the start: what is there now */
	assert_string_equal(names, ". .. a aa b out pipe slash sub ");
	assert_int_equal(call(bench, READDIR, "484", 2, ~(u64)0, 100), 0);
	assert_int_equal(field(bench, 0, 4), 0);
}

/* Two servers that do the same give the same numbers, whatever the host's inodes are. */
static void numbers_are_those_of_discovery(void **state)
{
	struct bench *bench = *state;
	u64 first, second;

	walk1(bench, ROOT, 2, "sub");
	first = field(bench, 2 + 5, 8);
	walk1(bench, ROOT, 3, "a");
	second = field(bench, 2 + 5, 8);
	assert_int_equal(first, 2); /* behind the root */
	assert_int_equal(second, 3);
	walk1(bench, ROOT, 4, "sub");
	assert_int_equal(field(bench, 2 + 5, 8), first);
}

/* ---- Changes ---- */

static int setattr(struct bench *bench, int fid, int valid, int mode, u64 size, u64 seconds)
{
	return call(bench, SETATTR, "4444488888", fid, valid, mode, 0, 0, size, (u64)0, (u64)0,
		seconds, (u64)9);
}

static void nothing_changes_unless_writable(void **state)
{
	struct bench *bench = *state;

	walk1(bench, ROOT, 2, "b");
	assert_int_equal(call(bench, LOPEN, "44", 2, 1), EROFS);
	assert_int_equal(call(bench, LOPEN, "44", 2, 2), EROFS);
	assert_int_equal(call(bench, LOPEN, "44", 2, 01000), EROFS);
	assert_int_equal(setattr(bench, 2, 1, 0600, 0, 0), EROFS);
	assert_int_equal(setattr(bench, 2, 8, 0, 0, 0), EROFS);
	assert_int_equal(call(bench, MKDIR, "4s44", ROOT, "new", 0755, 0), EROFS);
	assert_int_equal(call(bench, UNLINKAT, "4s4", ROOT, "b", 0), EROFS);
	assert_int_equal(call(bench, RENAMEAT, "4s4s", ROOT, "b", ROOT, "c"), EROFS);
	assert_int_equal(call(bench, LCREATE, "4s444", ROOT, "new", 1, 0644, 0), EROFS);
	assert_int_equal(call(bench, LOPEN, "44", 2, 0), 0);
	assert_int_equal(call(bench, WRITE_T, "4842", 2, (u64)0, 2, 0x4141), EROFS);
	expect_file(bench->dir, "b", "bee\n");
}

static void changes(void **state)
{
	struct bench *bench = *state;
	struct stat st;

	open_share(bench, true);
	call(bench, WALK, "442", ROOT, 2, 0);
	assert_int_equal(call(bench, LCREATE, "4s444", 2, "new", 2, 06755, 0), 0);
	assert_int_equal(call(bench, WRITE_T, "4842", 2, (u64)1, 2, 0x4241), 0);
	assert_int_equal(field(bench, 0, 4), 2);
	assert_int_equal(call(bench, READ, "484", 2, (u64)1, 9), 0);
	assert_memory_equal(bench->answer + 11, "AB", 2);
	assert_int_equal(stat(in_dir(bench->dir, "new"), &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0755);
	assert_int_equal(st.st_mtim.tv_sec, 1000); /* the board's clock */
	assert_int_equal(st.st_mtim.tv_nsec, 7);
	assert_int_equal(stat(bench->dir, &st), 0);
	assert_int_equal(st.st_mtim.tv_sec, 1000);
	assert_int_equal(call(bench, LCREATE, "4s444", ROOT, "new", 2, 0644, 0), EEXIST);
	/* a count beyond the message, an offset beyond all files */
	assert_int_equal(call(bench, WRITE_T, "4842", 2, (u64)0, 3, 0x4241), EINVAL);
	assert_int_equal(call(bench, WRITE_T, "4842", 2, ~(u64)0, 2, 0x4241), EFBIG);
	walk1(bench, ROOT, 3, "b");
	assert_int_equal(setattr(bench, 3, 1 | 8, 04600, 2, 0), 0);
	expect_file(bench->dir, "b", "be");
	assert_int_equal(stat(in_dir(bench->dir, "b"), &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(setattr(bench, 3, 0x120, 0, 0, 44), 0);
	assert_int_equal(stat(in_dir(bench->dir, "b"), &st), 0);
	assert_int_equal(st.st_mtim.tv_sec, 44);
	assert_int_equal(call(bench, LOPEN, "44", 3, 01001), 0); /* O_TRUNC */
	expect_file(bench->dir, "b", "");
	assert_int_equal(call(bench, MKDIR, "4s44", ROOT, "d", 0750, 0), 0);
	assert_int_equal(call(bench, UNLINKAT, "4s4", ROOT, "d", 0), EISDIR);
	assert_int_equal(call(bench, UNLINKAT, "4s4", ROOT, "d", 0x200), 0);
	assert_int_equal(call(bench, UNLINKAT, "4s4", ROOT, "sub", 0x200), ENOTEMPTY);
	assert_int_equal(call(bench, UNLINKAT, "4s4", ROOT, "b", 0), 0);
	assert_int_equal(access(in_dir(bench->dir, "b"), F_OK), -1);
	/* an open file is one, with or without a name */
	assert_int_equal(call(bench, GETATTR, "48", 3, ~(u64)0), 0);
	assert_int_equal(call(bench, WRITE_T, "4842", 3, (u64)0, 2, 0x4241), 0);
}

/* Fids of what is renamed, or below it, go with it; others with a like name do not. */
static void renaming(void **state)
{
	struct bench *bench = *state;

	open_share(bench, true);
	write_file(bench->dir, "subway", "way");
	walk1(bench, ROOT, 2, "sub");
	walk1(bench, 2, 3, "x");
	walk1(bench, ROOT, 4, "subway");
	assert_int_equal(call(bench, RENAMEAT, "4s4s", ROOT, "sub", ROOT, "moved"), 0);
	expect_file(bench->dir, "moved/x", "ex");
	assert_int_equal(call(bench, GETATTR, "48", 2, ~(u64)0), 0);
	assert_int_equal(call(bench, GETATTR, "48", 3, ~(u64)0), 0);
	assert_int_equal(call(bench, GETATTR, "48", 4, ~(u64)0), 0);
	assert_int_equal(call(bench, RENAMEAT, "4s4s", 2, "x", ROOT, "a"), 0);
	expect_file(bench->dir, "a", "ex");
	assert_int_equal(call(bench, GETATTR, "48", 3, ~(u64)0), 0);
}

/* ---- Limits and nonsense ---- */

static void special_files_are_not_opened(void **state)
{
	struct bench *bench = *state;

	walk1(bench, ROOT, 2, "pipe");
	assert_int_equal(call(bench, LOPEN, "44", 2, 0), EOPNOTSUPP);
}

static void open_files_are_limited(void **state)
{
	struct bench *bench = *state;
	int fid = 10;

	for (; fid < 10 + P9_OPEN; fid++) {
		assert_int_equal(call(bench, WALK, "442", ROOT, fid, 0), 0);
		assert_int_equal(call(bench, LOPEN, "44", fid, 0), 0);
	}
	assert_int_equal(call(bench, WALK, "442", ROOT, fid, 0), 0);
	assert_int_equal(call(bench, LOPEN, "44", fid, 0), ENFILE);
	assert_int_equal(call(bench, CLUNK, "4", 10), 0);
	assert_int_equal(call(bench, LOPEN, "44", fid, 0), 0);
}

/* Every message cut off anywhere is refused, and changes nothing. */
static void truncated_messages(void **state)
{
	static const u8 types[] = { 8, 12, 14, 22, 24, 26, 40, 50, 52, 54, 72, 74, 76, 104, 110,
		116, 118, 120 };
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(types); i++) {
		u8 message[P9_HEADER + 3] = { P9_HEADER + 3, 0, 0, 0, types[i], 1, 0, 1 };
		u32 size = p9_serve(&bench->server, message, sizeof(message), bench->answer, MSIZE);

		if (size != P9_ERROR || bench->answer[4] != 7 || bench->answer[7] != EINVAL)
			fail_msg("type %u: %u bytes, error %u", types[i], size, bench->answer[7]);
	}
	assert_int_equal(bench->server.fid_count, 1);
}

static void sizes_that_lie(void **state)
{
	static const u32 sizes[] = { 0, 6, 8, 0x7fffffff, 0xffffffff };
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		u8 message[P9_HEADER] = { [4] = FLUSH };

		memcpy(message, &sizes[i], 4);
		assert_int_equal(p9_serve(&bench->server, message, P9_HEADER, bench->answer, MSIZE),
			P9_ERROR);
		assert_int_equal(bench->answer[7], EINVAL);
	}
}

/* An answer that does not fit is an error, which always fits. */
static void answers_without_room(void **state)
{
	struct bench *bench = *state;

	for (u32 room = P9_ERROR; room < 7 + 153; room += 7) {
		u8 message[19] = { 19, 0, 0, 0, GETATTR, 1, 0, ROOT };

		assert_int_equal(
			p9_serve(&bench->server, message, sizeof(message), bench->answer, room),
			P9_ERROR);
		assert_int_equal(bench->answer[7], EMSGSIZE);
	}
}

/* ---- The device ---- */

static void device(void **state)
{
	struct bench *bench = *state;
	struct machine_share config = { .dir = bench->dir, .tag = "host" };
	struct virtio_9p *share = calloc(1, sizeof(*share));
	u8 hello[] = { 21, 0, 0, 0, VERSION, 255, 255, 0, 0x20, 0, 0, 8, 0, '9', 'P', '2', '0', '0',
		'0', '.', 'L' };
	struct driver *driver;
	u64 before;

	assert_int_equal(virtio_9p_open(share, &config, board_time, NULL).code, STATUS_OK);
	driver = driver_create(&share->device);
	driver_start(driver, VIRTIO_F_VERSION_1 | BIT(0));
	assert_int_equal(driver_get(driver, R_DEVICE_ID), 9);
	assert_int_equal(driver_get(driver, R_CONFIG), 4 | 'h' << 16 | 'o' << 24);
	assert_int_equal(driver_get(driver, R_CONFIG + 4), 's' | 't' << 8); /* and no more */
	memcpy(driver_ram(driver, DATA), hello, sizeof(hello));
	driver_describe(driver, DESCRIPTORS, 0, (struct desc){ DATA, sizeof(hello), NEXT, 1 });
	driver_describe(driver, DESCRIPTORS, 1, (struct desc){ DATA + 0x100, 64, WRITE, 0 });
	before = share->state.answers;
	driver_offer(driver, 0);
	driver_notify(driver);
	assert_int_equal(driver_used_length(driver), 21);
	assert_int_equal(*driver_ram(driver, DATA + 0x104), VERSION + 1);
	assert_int_not_equal(share->state.answers, before); /* it is part of the machine's hash */
	driver_start(driver, VIRTIO_F_VERSION_1);	    /* a reset forgets the session */
	assert_int_equal(share->server.msize, 0);
	driver_describe(driver, DESCRIPTORS, 0, (struct desc){ DATA, 6, NEXT, 1 });
	driver_describe(driver, DESCRIPTORS, 1, (struct desc){ DATA + 0x100, 64, WRITE, 0 });
	driver_offer(driver, 0);
	driver_notify(driver);
	assert_string_equal(
		driver->note.first, "host: a message of 6 bytes, and 64 for its answer");
	driver_destroy(driver);
	virtio_9p_close(share);
	free(share);
}

static void what_cannot_be_shared(void **state)
{
	static const struct {
		const char *dir, *tag, *text;
	} rows[] = {
		{ "/nowhere", "x", "--share /nowhere: No such file or directory" },
		{ "/etc/passwd", "x", "--share /etc/passwd: Not a directory" },
		{ "/tmp", "", "--share /tmp: a tag has 1 to 32 characters" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct virtio_9p *share = calloc(1, sizeof(*share));
		struct machine_share config = { .dir = rows[i].dir };
		struct status status;

		strcpy(config.tag, rows[i].tag);
		status = virtio_9p_open(share, &config, board_time, NULL);
		assert_int_equal(status.code, STATUS_USAGE);
		assert_string_equal(status.text, rows[i].text);
		virtio_9p_close(share);
		free(share);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(versions),
		T(attaching),
		T(walking),
		T(names),
		T(links),
		T(attributes),
		T(reading),
		T(lists_are_sorted),
		T(numbers_are_those_of_discovery),
		T(nothing_changes_unless_writable),
		T(changes),
		T(renaming),
		T(special_files_are_not_opened),
		T(open_files_are_limited),
		T(truncated_messages),
		T(sizes_that_lie),
		T(answers_without_room),
		T(device),
		cmocka_unit_test(what_cannot_be_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
