/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile clients of a shared folder: messages that are almost right, and any bytes. Every answer
 * must be well formed, and what lies outside of the folder must stay as it is, though links in it
 * lead there. With ENT_LIBFUZZER a libFuzzer target; else a program that makes its own messages.
 */
#define _GNU_SOURCE /* nftw() */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/p9_server.h"

enum { ROOM = 4096, SECRET_MODE = 0640 };
static const char secret[] = "not the guest's";

struct bench {
	char base[40], dir[60], secret[60];
	struct p9_server server;
};

/* ---- The folder, and what is beside it ---- */

static void put_file(const char *folder, const char *name, const char *text, mode_t mode)
{
	struct timespec times[2] = { { 1, 0 }, { 1, 0 } };
	char path[100];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	ENT_BUG_ON(file == NULL);
	fputs(text, file);
	fclose(file);
	ENT_BUG_ON(chmod(path, mode) != 0 || utimensat(AT_FDCWD, path, times, 0) != 0);
}

static void put_link(const char *folder, const char *name, const char *text)
{
	char path[100];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	ENT_BUG_ON(symlink(text, path) != 0);
}

static int allow_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_D || type == FTW_DNR)
		chmod(path, 0700);
	return 0;
}

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void fill(struct bench *bench)
{
	char sub[80];

	ENT_BUG_ON(mkdir(bench->dir, 0755) != 0);
	put_file(bench->dir, "a", "text", 0644);
	put_link(bench->dir, "l", "../secret");
	put_link(bench->dir, "u", "..");
	snprintf(sub, sizeof(sub), "%s/s", bench->dir);
	ENT_BUG_ON(mkdir(sub, 0755) != 0);
	put_file(sub, "b", "more", 0644);
	put_link(sub, "u", "../..");
	snprintf(sub, sizeof(sub), "%s/p", bench->dir);
	ENT_BUG_ON(mkfifo(sub, 0644) != 0);
}

static void empty(struct bench *bench)
{
	/* the client may have made folders unreadable, in each other */
	for (unsigned i = 0; i < 16 && access(bench->dir, F_OK) == 0; i++) {
		nftw(bench->dir, allow_one, 8, FTW_PHYS);
		nftw(bench->dir, unlink_one, 8, FTW_DEPTH | FTW_PHYS);
	}
}

static void open_bench(struct bench *bench)
{
	*bench = (struct bench){ .base = "/tmp/ent-fuzz-9p-XXXXXX" };
	ENT_BUG_ON(mkdtemp(bench->base) == NULL);
	snprintf(bench->dir, sizeof(bench->dir), "%s/dir", bench->base);
	snprintf(bench->secret, sizeof(bench->secret), "%s/secret", bench->base);
	put_file(bench->base, "secret", secret, SECRET_MODE);
	fill(bench);
	ENT_BUG_ON(share_open(&bench->server.share, bench->dir, true).code != STATUS_OK);
}

static void check_outside(const struct bench *bench)
{
	char text[sizeof(secret) + 1] = "";
	struct stat st;
	int fd = open(bench->secret, O_RDONLY);
	unsigned entries = 0;
	DIR *base;

	ENT_BUG_ON(fd < 0 || read(fd, text, sizeof(text)) != sizeof(secret) - 1);
	ENT_BUG_ON(strcmp(text, secret) != 0 || fstat(fd, &st) != 0);
	ENT_BUG_ON(st.st_mode != (S_IFREG | SECRET_MODE) || st.st_mtim.tv_sec != 1);
	ENT_BUG_ON(st.st_nlink != 1);
	close(fd);
	base = opendir(bench->base);
	while (base != NULL && readdir(base) != NULL)
		entries++;
	ENT_BUG_ON(entries != 4); /* . .. dir secret */
	closedir(base);
}

static void close_bench(struct bench *bench)
{
	check_outside(bench);
	p9_reset(&bench->server);
	ENT_BUG_ON(bench->server.fid_count != 0 || bench->server.open_count != 0);
	share_close(&bench->server.share);
	empty(bench);
	unlink(bench->secret);
	rmdir(bench->base);
}

static void renew(struct bench *bench)
{
	check_outside(bench);
	p9_reset(&bench->server);
	share_close(&bench->server.share);
	empty(bench);
	fill(bench);
	ENT_BUG_ON(share_open(&bench->server.share, bench->dir, true).code != STATUS_OK);
}

/* ---- Messages ---- */

/* The answer's type. */
static u8 ask(struct bench *bench, const u8 *message, u32 size, u32 room)
{
	u8 *in = malloc(size), *out = malloc(room), type;
	u32 got, announced;

	/* blocks of their own, so that a sanitizer sees their bounds */
	memcpy(in, message, size);
	got = p9_serve(&bench->server, in, size, out, room);
	memcpy(&announced, out, 4);
	type = out[4];
	ENT_BUG_ON(got > room || announced != got || memcmp(out + 5, in + 5, 2) != 0);
	ENT_BUG_ON(type == 7 ? got != P9_ERROR : type != (u8)(in[4] + 1));
	free(in);
	free(out);
	return type;
}

static void begin_session(struct bench *bench)
{
	static const u8 version[] = { 21, 0, 0, 0, 100, 0, 0, 0, 0, 1, 0, 8, 0, '9', 'P', '2', '0',
		'0', '0', '.', 'L' };
	static const u8 attach[] = { 23, 0, 0, 0, 104, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0,
		0, 0, 0, 0, 0, 0 };

	ENT_BUG_ON(ask(bench, version, sizeof(version), ROOM) != 101);
	ENT_BUG_ON(ask(bench, attach, sizeof(attach), ROOM) != 105);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Messages behind each other, each behind its size in two bytes. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct bench bench;

	open_bench(&bench);
	begin_session(&bench);
	while (size >= 2 + P9_HEADER) {
		u32 length = (u32)(data[0] | (data[1] & 0x0f) << 8);

		data += 2;
		size -= 2;
		if (length < P9_HEADER)
			length = P9_HEADER;
		if (length > size)
			length = (u32)size;
		ask(&bench, data, length, ROOM);
		data += length;
		size -= length;
	}
	close_bench(&bench);
	return 0;
}

#ifndef ENT_LIBFUZZER

/* The fields of requests: digits are sizes of integers, f a fid, n a name, o an offset. */
static const struct {
	u8 type;
	const char *fields;
} requests[] = {
	{ 8, "f" },
	{ 12, "f4" },
	{ 14, "fn444" },
	{ 16, "fnn4" },
	{ 18, "fn4444" },
	{ 20, "ffn" },
	{ 22, "f" },
	{ 24, "f8" },
	{ 26, "f4444ooooo" },
	{ 30, "ffn" },
	{ 40, "fo4" },
	{ 50, "f4" },
	{ 52, "f14oo4n" },
	{ 54, "f1oo4n" },
	{ 70, "ffn" },
	{ 72, "fn44" },
	{ 74, "fnfn" },
	{ 76, "fn4" },
	{ 100, "vV" },
	{ 104, "fannr" },
	{ 108, "2" },
	{ 110, "ffw" },
	{ 116, "fo4" },
	{ 118, "fod" },
	{ 120, "f" },
	{ 122, "f" },
};

static u64 some_number(struct rng *rng)
{
	static const u64 edges[] = { 0, 1, 2, 3, 8, 0x1ff, 0x200, 4095, 4096, 01002, 0x7fffffff,
		0xffffffff, INT64_MAX, UINT64_MAX };

	return rng_below(rng, 8) == 0 ? rng_next(rng) : edges[rng_below(rng, COUNT(edges))];
}

static void put_name(struct rng *rng, struct p9_out *out)
{
	static const char *const names[] = { "a", "b", "s", "l", "u", "p", "new", "d", "..", ".",
		"", "/", "../secret", "secret", "s/b", "l/", "..\\" };

	if (rng_below(rng, 40) == 0) { /* long, or of a size that lies */
		p9_put(out, rng_below(rng, 400), 2);
		for (u64 i = rng_below(rng, 400); i > 0; i--)
			p9_put(out, rng_next(rng), 1);
	} else {
		p9_put_string(out, names[rng_below(rng, COUNT(names))]);
	}
}

static void put_some(struct rng *rng, struct p9_out *out, char field)
{
	u64 count;

	switch (field) {
	case 'f': p9_put(out, rng_below(rng, 6), 4); break;
	case 'a': p9_put(out, rng_below(rng, 8) != 0 ? ~(u64)0 : 1, 4); break;
	case 'r': p9_put(out, 0, 4); break;
	case 'n': put_name(rng, out); break;
	case 'o': p9_put(out, rng_below(rng, 2) ? rng_below(rng, 64) : some_number(rng), 8); break;
	case 'v': p9_put(out, rng_below(rng, 4) ? ROOM : some_number(rng), 4); break;
	case 'V': p9_put_string(out, rng_below(rng, 8) ? "9P2000.L" : "9P2000"); break;
	case 'w':
		count = rng_below(rng, 20) == 0 ? some_number(rng) : rng_below(rng, 4);
		p9_put(out, count, 2);
		for (u64 i = 0; i < count && i < 17; i++)
			put_name(rng, out);
		break;
	case 'd':
		count = rng_below(rng, 64);
		p9_put(out, rng_below(rng, 16) == 0 ? some_number(rng) : count, 4);
		for (u64 i = 0; i < count; i++)
			p9_put(out, rng_next(rng), 1);
		break;
	default: p9_put(out, some_number(rng), (unsigned)(field - '0')); break;
	}
}

static bool is_seldom(u8 type)
{
	return type == 100 || type == 120 || type == 50;
}

static u8 random_request(struct rng *rng, struct bench *bench)
{
	u8 message[ROOM];
	struct p9_out out = { .start = message, .room = sizeof(message) };
	size_t row = rng_below(rng, COUNT(requests));
	u32 size;

	/* sessions and fids end seldom, and the host's disk is slow */
	while (is_seldom(requests[row].type) && rng_below(rng, 16) != 0)
		row = rng_below(rng, COUNT(requests));
	p9_put(&out, 0, 4);
	p9_put(&out, requests[row].type, 1);
	p9_put(&out, rng_next(rng), 2);
	for (const char *field = requests[row].fields; *field != '\0'; field++)
		put_some(rng, &out, *field);
	size = out.size;
	if (rng_below(rng, 20) == 0)
		size = P9_HEADER + (u32)rng_below(rng, size - P9_HEADER + 1);
	out.size = 0;
	p9_put(&out, rng_below(rng, 50) == 0 ? some_number(rng) : size, 4);
	return ask(bench, message, size,
		rng_below(rng, 10) == 0 ? P9_ERROR + (u32)rng_below(rng, 200) : ROOM);
}

int main(int argc, char **argv)
{
	struct rng rng = { .state = 1 };
	unsigned messages = 30000;
	u64 answered = 0;
	struct bench bench;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--messages") == 0)
			messages = (unsigned)strtoul(argv[i + 1], NULL, 0);
		else if (strcmp(argv[i], "--seed") == 0)
			rng.state = strtoull(argv[i + 1], NULL, 0);
	}
	open_bench(&bench);
	for (unsigned i = 0; i < messages; i++) {
		answered += random_request(&rng, &bench) != 7;
		if (i % 500 == 0)
			renew(&bench);
		if (bench.server.fid_count == 0)
			begin_session(&bench);
	}
	close_bench(&bench);
	printf("%u messages, %" PRIu64 " of them right\n", messages, answered);
	for (unsigned i = 0; i < 500; i++) {
		u8 data[300];

		for (size_t j = 0; j < sizeof(data); j++)
			data[j] = (u8)rng_next(&rng);
		LLVMFuzzerTestOneInput(data, (size_t)rng_below(&rng, sizeof(data)));
	}
	return answered < messages / 20; /* almost right means sometimes right */
}
#endif
