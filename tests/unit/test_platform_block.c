/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The block device: requests by rows, and what becomes of the image file. Knows virtio 1.2,
 * section 5.2.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/virtio_block.h"
#include "virtio_driver.h"

enum { SECTORS = 21, BYTES = SECTORS * 512 }; /* the last block of a snapshot is a part */
enum { T_IN = 0, T_OUT = 1, T_FLUSH = 4, T_GET_ID = 8, T_DISCARD = 11, T_WRITE_ZEROES = 13 };
enum { OK = 0, IOERR = 1, UNSUPP = 2 };
#define F_RO	       BIT(5)
#define F_FLUSH	       BIT(9)
#define F_DISCARD      BIT(13)
#define F_WRITE_ZEROES BIT(14)
#define VERSION_1      VIRTIO_F_VERSION_1
#define ALL	       (VERSION_1 | F_FLUSH | F_DISCARD | F_WRITE_ZEROES)

#define HEADER (DATA)
#define BUFFER (DATA + 0x1000)
#define ANSWER (DATA + 0x800)

struct bench {
	char file[64];
	u8 expected[BYTES]; /* what the disk must hold */
	struct virtio_block block;
	struct driver *driver;
};

static u8 pattern(unsigned i)
{
	return (u8)(i * 7 + i / 512 + 1);
}

static struct status open_disk(struct bench *bench, bool read_only, bool snapshot)
{
	struct image_config config = {
		.path = bench->file, .read_only = read_only, .snapshot = snapshot
	};
	struct status status = virtio_block_open(&bench->block, &config, 0);

	if (status.code == STATUS_OK)
		bench->driver = driver_create(&bench->block.device);
	return status;
}

static void close_disk(struct bench *bench)
{
	assert_int_equal(disk_finish(&bench->block.disk).code, STATUS_OK);
	disk_close(&bench->block.disk);
	driver_destroy(bench->driver);
	bench->driver = NULL;
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	int fd;

	snprintf(bench->file, sizeof(bench->file), "/tmp/ent-disk-XXXXXX");
	for (unsigned i = 0; i < BYTES; i++)
		bench->expected[i] = pattern(i);
	fd = mkstemp(bench->file);
	if (fd < 0 || write(fd, bench->expected, BYTES) != BYTES)
		return -1;
	close(fd);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	if (bench->driver != NULL) {
		disk_close(&bench->block.disk);
		driver_destroy(bench->driver);
	}
	unlink(bench->file);
	free(bench);
	return 0;
}

/* A request: what is read behind the header comes from BUFFER, what is written goes there. */
static u8 request(struct bench *bench, u32 type, u64 sector, u32 out, u32 in)
{
	struct driver *driver = bench->driver;
	u8 header[16] = { 0 };

	memcpy(header, &type, 4);
	memcpy(header + 8, &sector, 8);
	memcpy(driver_ram(driver, HEADER), header, sizeof(header));
	*driver_ram(driver, ANSWER) = 0xee;
	driver_describe(driver, DESCRIPTORS, 0, (struct desc){ HEADER, 16, NEXT, 1 });
	driver_describe(driver, DESCRIPTORS, 1, (struct desc){ BUFFER, out, NEXT, 2 });
	driver_describe(driver, DESCRIPTORS, 2, (struct desc){ BUFFER, in, NEXT | WRITE, 3 });
	driver_describe(driver, DESCRIPTORS, 3, (struct desc){ ANSWER, 1, WRITE, 0 });
	driver_offer(driver, 0);
	driver_notify(driver);
	return *driver_ram(driver, ANSWER);
}

/* What the guest reads is what is expected, whole and sector by sector. */
static void expect_disk(struct bench *bench, const char *why)
{
	if (request(bench, T_IN, 0, 0, BYTES) != OK ||
		memcmp(driver_ram(bench->driver, BUFFER), bench->expected, BYTES) != 0)
		fail_msg("%s: the disk reads otherwise", why);
	if (driver_used_length(bench->driver) != BYTES + 1)
		fail_msg("%s: used length %u", why, driver_used_length(bench->driver));
	for (unsigned i = 0; i < SECTORS; i++) {
		if (request(bench, T_IN, i, 0, 512) != OK ||
			memcmp(driver_ram(bench->driver, BUFFER), bench->expected + 512 * i, 512) !=
				0)
			fail_msg("%s: sector %u reads otherwise", why, i);
	}
}

static void expect_file(struct bench *bench, const u8 *content, const char *why)
{
	u8 data[BYTES + 1];
	FILE *file = fopen(bench->file, "rb");

	assert_non_null(file);
	assert_int_equal(fread(data, 1, sizeof(data), file), BYTES);
	fclose(file);
	if (memcmp(data, content, BYTES) != 0)
		fail_msg("%s: the file holds something else", why);
}

static void put_ranges(struct bench *bench, const u64 (*ranges)[3], unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		u32 words[2] = { (u32)ranges[i][1], (u32)ranges[i][2] };

		memcpy(driver_ram(bench->driver, BUFFER + 16 * i), &ranges[i][0], 8);
		memcpy(driver_ram(bench->driver, BUFFER + 16 * i + 8), words, 8);
	}
}

/* ---- Requests ---- */

static void describes_itself(void **state)
{
	static const struct {
		const char *why;
		u32 offset;
		unsigned size;
		u64 value;
	} rows[] = {
		{ "capacity", 0, 8, SECTORS },
		{ "size_max: no limit", 8, 4, 0 },
		{ "seg_max", 12, 4, 254 },
		{ "blk_size", 20, 4, 512 },
		{ "physical_block_exp", 24, 1, 3 },
		{ "alignment_offset", 25, 1, 0 },
		{ "min_io_size", 26, 2, 8 },
		{ "max_discard_sectors", 36, 4, 1 << 22 },
		{ "max_discard_seg", 40, 4, 16 },
		{ "discard_sector_alignment", 44, 4, 8 },
		{ "max_write_zeroes_sectors", 48, 4, 1 << 22 },
		{ "max_write_zeroes_seg", 52, 4, 16 },
		{ "write_zeroes_may_unmap", 56, 1, 1 },
		{ "behind it", 60, 4, 0 },
	};
	struct bench *bench = *state;

	assert_int_equal(open_disk(bench, false, false).code, STATUS_OK);
	assert_int_equal(driver_get(bench->driver, R_DEVICE_ID), 2);
	assert_int_equal(driver_offered(bench->driver), 0x130006644);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 value;

		assert_true(driver_try_get(
			bench->driver, R_CONFIG + rows[i].offset, rows[i].size, &value));
		if (value != rows[i].value)
			fail_msg("row %zu, %s: %lu", i, rows[i].why, (unsigned long)value);
	}
	driver_start(bench->driver, ALL);
	assert_int_equal(request(bench, T_GET_ID, 0, 0, 20), OK);
	assert_memory_equal(driver_ram(bench->driver, BUFFER), "entresol-vda\0\0\0\0\0\0\0", 20);
	assert_int_equal(driver_used_length(bench->driver), 21);
	close_disk(bench);
}

/* clang-format off */
static const struct {
	const char *why;
	u32 type;
	u64 sector;
	u32 out, in; /* bytes of data to read and to write */
	u8 status;
	bool writes; /* [sector, + out) is written */
	u32 used; /* the length in the used ring */
} rows[] = {
	{ "the first sector", T_IN, 0, 0, 512, OK, false, 513 },
	{ "the last sector", T_IN, SECTORS - 1, 0, 512, OK, false, 513 },
	{ "no sector at all", T_IN, SECTORS, 0, 0, OK, false, 1 },
	{ "behind the last", T_IN, SECTORS, 0, 512, IOERR, false, 0 },
	{ "one too many", T_IN, 1, 0, BYTES, IOERR, false, 0 },
	{ "half a sector", T_IN, 0, 0, 256, IOERR, false, 0 },
	{ "a sector that overflows", T_IN, ~0ull / 512, 0, 1024, IOERR, false, 0 },
	{ "the largest sector", T_IN, ~0ull, 0, 512, IOERR, false, 0 },
	{ "write the first", T_OUT, 0, 512, 0, OK, true, 1 },
	{ "write the last", T_OUT, SECTORS - 1, 512, 0, OK, true, 1 },
	{ "write across blocks", T_OUT, 3, 10 * 512, 0, OK, true, 1 },
	{ "write all", T_OUT, 0, BYTES, 0, OK, true, 1 },
	{ "write nothing", T_OUT, 5, 0, 0, OK, false, 1 },
	{ "write behind the last", T_OUT, SECTORS, 512, 0, IOERR, false, 1 },
	{ "write one too many: none is written", T_OUT, SECTORS - 1, 1024, 0, IOERR, false, 1 },
	{ "write half a sector", T_OUT, 1, 768, 0, IOERR, false, 1 },
	{ "write a sector that overflows", T_OUT, 1ull << 55, 512, 0, IOERR, false, 1 },
	{ "write the largest sector", T_OUT, ~0ull, 1024, 0, IOERR, false, 1 },
	{ "flush", T_FLUSH, 0, 0, 0, OK, false, 1 },
	{ "a short identity", T_GET_ID, 0, 0, 8, OK, false, 9 },
	{ "SCSI passthrough", 2, 0, 512, 0, UNSUPP, false, 1 },
	{ "GET_LIFETIME", 10, 0, 0, 24, UNSUPP, false, 0 },
	{ "SECURE_ERASE", 14, 0, 16, 0, UNSUPP, false, 1 },
	{ "no request", ~0u, 0, 0, 0, UNSUPP, false, 1 },
};
/* clang-format on */

static void perform_rows(struct bench *bench)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		u8 *buffer = driver_ram(bench->driver, BUFFER);
		u8 status;

		for (u32 j = 0; j < rows[i].out; j++)
			buffer[j] = (u8)(j * 3 + i);
		if (rows[i].writes)
			memcpy(bench->expected + rows[i].sector * 512, buffer, rows[i].out);
		status = request(bench, rows[i].type, rows[i].sector, rows[i].out, rows[i].in);
		if (status != rows[i].status)
			fail_msg("row %zu, %s: status %u", i, rows[i].why, status);
		if (driver_used_length(bench->driver) != rows[i].used)
			fail_msg("row %zu, %s: used length %u", i, rows[i].why,
				driver_used_length(bench->driver));
		expect_disk(bench, rows[i].why);
	}
}

static void performs_requests(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(open_disk(bench, false, false).code, STATUS_OK);
	driver_start(bench->driver, ALL);
	perform_rows(bench);
	close_disk(bench);
	expect_file(bench, bench->expected, "written");
	/* and the next machine finds it there */
	assert_int_equal(open_disk(bench, true, false).code, STATUS_OK);
	driver_start(bench->driver, VERSION_1);
	expect_disk(bench, "opened again");
	close_disk(bench);
}

static void a_snapshot_leaves_the_file(void **state)
{
	struct bench *bench = *state;
	u8 before[BYTES];

	memcpy(before, bench->expected, BYTES);
	assert_int_equal(chmod(bench->file, 0400), 0);
	assert_int_equal(open_disk(bench, false, true).code, STATUS_OK);
	driver_start(bench->driver, ALL);
	perform_rows(bench);
	assert_memory_not_equal(bench->expected, before, BYTES);
	close_disk(bench);
	expect_file(bench, before, "snapshot");
}

static void zero_by_rows(struct bench *bench)
{
	static const struct {
		const char *why;
		u32 type;
		u64 ranges[3][3]; /* sector, sectors, flags */
		u32 size;	  /* of the ranges, bytes */
		u8 status;
	} zeros[] = {
		{ "a sector", T_WRITE_ZEROES, { { 1, 1, 0 } }, 16, OK },
		{ "given back", T_WRITE_ZEROES, { { 3, 2, 1 } }, 16, OK },
		{ "discarded", T_DISCARD, { { 6, 1, 0 } }, 16, OK },
		{ "no ranges", T_DISCARD, { { 0 } }, 0, OK },
		{ "none of it", T_DISCARD, { { SECTORS, 0, 0 } }, 16, OK },
		{ "across blocks", T_DISCARD, { { 7, 13, 0 } }, 16, OK },
		{ "two", T_WRITE_ZEROES, { { 0, 1, 0 }, { SECTORS - 1, 1, 0 } }, 32, OK },
		{ "discard that unmaps", T_DISCARD, { { 0, 1, 1 } }, 16, UNSUPP },
		{ "a reserved flag", T_WRITE_ZEROES, { { 0, 1, 2 } }, 16, UNSUPP },
		{ "half a range", T_DISCARD, { { 0, 1, 0 } }, 24, IOERR },
		{ "too many ranges", T_DISCARD, { { 0, 1, 0 } }, 17 * 16, IOERR },
		{ "too many sectors", T_DISCARD, { { 0, (1u << 22) + 1, 0 } }, 16, IOERR },
		{ "behind the end: none is zeroed", T_DISCARD, { { 2, 1, 0 }, { SECTORS, 1, 0 } },
			32, IOERR },
		{ "across the end", T_WRITE_ZEROES, { { SECTORS - 1, 2, 0 } }, 16, IOERR },
		{ "the largest sector", T_WRITE_ZEROES, { { ~0ull, 1, 0 } }, 16, IOERR },
		{ "all", T_WRITE_ZEROES, { { 0, SECTORS, 1 } }, 16, OK },
	};

	for (size_t i = 0; i < COUNT(zeros); i++) {
		u8 status;

		memset(driver_ram(bench->driver, BUFFER), 0, 17 * 16);
		put_ranges(bench, zeros[i].ranges, 3);
		for (unsigned j = 0; zeros[i].status == OK && j < zeros[i].size / 16; j++)
			memset(bench->expected + zeros[i].ranges[j][0] * 512, 0,
				zeros[i].ranges[j][1] * 512);
		status = request(bench, zeros[i].type, 0, zeros[i].size, 0);
		if (status != zeros[i].status)
			fail_msg("row %zu, %s: status %u", i, zeros[i].why, status);
		expect_disk(bench, zeros[i].why);
	}
	memset(driver_ram(bench->driver, BUFFER), 'w', 512); /* writes after it */
	memset(bench->expected + 9 * 512, 'w', 512);
	assert_int_equal(request(bench, T_OUT, 9, 512, 0), OK);
	expect_disk(bench, "written after it");
}

static void zeroes_the_file(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(open_disk(bench, false, false).code, STATUS_OK);
	driver_start(bench->driver, ALL);
	zero_by_rows(bench);
	close_disk(bench);
	expect_file(bench, bench->expected, "zeroed");
}

static void zeroes_a_snapshot(void **state)
{
	struct bench *bench = *state;
	u8 before[BYTES];

	memcpy(before, bench->expected, BYTES);
	assert_int_equal(open_disk(bench, false, true).code, STATUS_OK);
	driver_start(bench->driver, ALL);
	zero_by_rows(bench);
	close_disk(bench);
	expect_file(bench, before, "snapshot");
}

/* Discarding what is zero in the image keeps nothing: a hole of 4 GiB, and zeros in the file. */
static void zeros_cost_nothing(void **state)
{
	static const struct {
		const char *why;
		u64 range[1][3];
		u8 status;
	} cases[] = {
		{ "the end of the hole", { { (4ull << 21) - (1 << 22), 1 << 22, 0 } }, OK },
		{ "more than at once", { { 8, (1 << 22) + 1, 0 } }, IOERR },
		{ "zeros in the file", { { 0, SECTORS / 8 * 8, 0 } }, OK },
	};
	static const u8 zeros[BYTES];
	struct bench *bench = *state;
	FILE *file = fopen(bench->file, "r+");

	assert_int_equal(fwrite(zeros, 1, BYTES, file), BYTES);
	fclose(file);
	assert_int_equal(truncate(bench->file, 4ll << 30), 0);
	assert_int_equal(open_disk(bench, false, true).code, STATUS_OK);
	driver_start(bench->driver, ALL);
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_ranges(bench, cases[i].range, 1);
		if (request(bench, T_DISCARD, 0, 16, 0) != cases[i].status ||
			bench->block.disk.maps.blocks != NULL)
			fail_msg("row %zu, %s", i, cases[i].why);
	}
	close_disk(bench);
}

static void requests_need_their_feature(void **state)
{
	static const u64 first[][3] = { { 0, 1, 0 } };
	struct bench *bench = *state;

	assert_int_equal(open_disk(bench, false, false).code, STATUS_OK);
	driver_start(bench->driver, VERSION_1);
	put_ranges(bench, first, 1);
	assert_int_equal(request(bench, T_DISCARD, 0, 16, 0), UNSUPP);
	assert_int_equal(request(bench, T_WRITE_ZEROES, 0, 16, 0), UNSUPP);
	assert_int_equal(request(bench, T_FLUSH, 0, 0, 0), OK);
	expect_disk(bench, "not zeroed");
	close_disk(bench);
}

static void a_read_only_disk_is_not_written(void **state)
{
	static const u64 first[][3] = { { 0, 1, 0 } };
	struct bench *bench = *state;

	assert_int_equal(open_disk(bench, true, false).code, STATUS_OK);
	assert_int_equal(driver_offered(bench->driver), 0x130000664);
	driver_start(bench->driver, VERSION_1 | F_RO);
	assert_int_equal(request(bench, T_OUT, 0, 512, 0), IOERR);
	put_ranges(bench, first, 1);
	bench->block.state.driver_features |= F_DISCARD; /* as if it were offered */
	assert_int_equal(request(bench, T_DISCARD, 0, 16, 0), IOERR);
	assert_int_equal(request(bench, T_FLUSH, 0, 0, 0), OK);
	expect_disk(bench, "read-only");
	close_disk(bench);
	expect_file(bench, bench->expected, "read-only");
}

/* 2.7.4: how a request is cut into descriptors means nothing. */
static void any_framing_will_do(void **state)
{
	struct bench *bench = *state;
	struct driver *driver;
	u32 type = T_IN;

	assert_int_equal(open_disk(bench, false, false).code, STATUS_OK);
	driver = bench->driver;
	driver_start(driver, ALL);
	memset(driver_ram(driver, HEADER), 0, 16);
	memcpy(driver_ram(driver, HEADER), &type, 4);
	driver_describe(driver, DESCRIPTORS, 0, (struct desc){ HEADER, 3, NEXT, 1 });
	driver_describe(driver, DESCRIPTORS, 1, (struct desc){ HEADER + 3, 13, NEXT, 2 });
	driver_describe(driver, DESCRIPTORS, 2, (struct desc){ BUFFER, 100, NEXT | WRITE, 3 });
	driver_describe(driver, DESCRIPTORS, 3, (struct desc){ BUFFER + 100, 413, WRITE, 0 });
	driver_offer(driver, 0);
	*driver_ram(driver, BUFFER + 512) = 0xee;
	driver_notify(driver);
	assert_memory_equal(driver_ram(driver, BUFFER), bench->expected, 512);
	assert_int_equal(*driver_ram(driver, BUFFER + 512), OK);
	close_disk(bench);
}

/* Without room for a header or a status there is no answer. */
static void requests_without_an_answer(void **state)
{
	static const struct {
		const char *why;
		struct desc chain[2];
		const char *says;
	} cases[] = {
		{ "no status", { { HEADER, 16, 0, 0 } },
			"vda: a request of 16 bytes, and 0 for its answer" },
		{ "a short header", { { HEADER, 15, NEXT, 1 }, { ANSWER, 1, WRITE, 0 } },
			"vda: a request of 15 bytes, and 1 for its answer" },
		{ "no header", { { ANSWER, 1, WRITE, 0 } },
			"vda: a request of 0 bytes, and 1 for its answer" },
		{ "nothing", { { 0 } }, "vda: a request of 0 bytes, and 0 for its answer" },
	};
	struct bench *bench = *state;

	assert_int_equal(open_disk(bench, false, false).code, STATUS_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		bench->driver->note.count = 0;
		driver_start(bench->driver, ALL);
		for (unsigned j = 0; j < 2; j++)
			driver_describe(bench->driver, DESCRIPTORS, j, cases[i].chain[j]);
		driver_offer(bench->driver, 0);
		driver_notify(bench->driver);
		if (strcmp(bench->driver->note.first, cases[i].says) != 0 ||
			driver_get(bench->driver, R_STATUS) != 0x4f)
			fail_msg("row %zu, %s: '%s'", i, cases[i].why, bench->driver->note.first);
	}
	close_disk(bench);
}

/* ---- The host ---- */

static void files_that_are_no_disk(void **state)
{
	static const struct {
		const char *why;
		long size; /* of the file; -1: no file, -2: a directory */
		bool snapshot;
		const char *says;
	} files[] = {
		{ "missing", -1, false, ": No such file or directory" },
		{ "missing, snapshot", -1, true, ": No such file or directory" },
		{ "directory", -2, false, ": is a directory" },
		{ "directory, snapshot", -2, true, ": is a directory" },
		{ "empty", 0, false, ": the file is empty" },
		{ "not of sectors", 1000, true,
			": a raw image has whole sectors of 512 bytes, not 1000 bytes" },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(files); i++) {
		struct status status;

		if (files[i].size >= 0)
			assert_int_equal(truncate(bench->file, files[i].size), 0);
		else
			unlink(bench->file);
		if (files[i].size == -2)
			assert_int_equal(mkdir(bench->file, 0700), 0);
		status = open_disk(bench, false, files[i].snapshot);
		if (status.code != STATUS_BAD_IMAGE || strstr(status.text, files[i].says) == NULL)
			fail_msg("row %zu, %s: %s", i, files[i].why, status.text);
		rmdir(bench->file);
		if (files[i].size < 0)
			fclose(fopen(bench->file, "w"));
	}
}

/* One writer, or any number of readers. */
static void locks_the_file(void **state)
{
	static const struct {
		const char *why;
		bool first_reads, second_reads, ok;
	} cases[] = {
		{ "two writers", false, false, false },
		{ "a writer, then a reader", false, true, false },
		{ "a reader, then a writer", true, false, false },
		{ "two readers", true, true, true },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct image_config config = { .path = bench->file,
			.read_only = cases[i].second_reads };
		struct disk disk;
		struct status status;

		assert_int_equal(open_disk(bench, false, cases[i].first_reads).code, STATUS_OK);
		status = disk_open(&disk, &config);
		if ((status.code == STATUS_OK) != cases[i].ok)
			fail_msg("row %zu, %s: %s", i, cases[i].why, status.text);
		if (!cases[i].ok)
			assert_non_null(strstr(status.text, "in use by another disk or program"));
		disk_close(&disk);
		close_disk(bench);
	}
}

/* An image that somebody cuts off while it is in use: the guest gets errors, the user a line. */
static void a_file_that_shrinks(void **state)
{
	struct bench *bench = *state;
	struct status status;

	assert_int_equal(open_disk(bench, true, false).code, STATUS_OK);
	driver_start(bench->driver, VERSION_1);
	assert_int_equal(truncate(bench->file, 512), 0);
	assert_int_equal(request(bench, T_IN, 0, 0, 512), OK);
	assert_int_equal(request(bench, T_IN, 1, 0, 512), IOERR);
	assert_int_equal(driver_used_length(bench->driver), 0);
	assert_int_equal(request(bench, T_IN, 2, 0, 512), IOERR);
	status = disk_finish(&bench->block.disk);
	assert_int_equal(status.code, STATUS_HOST);
	assert_non_null(strstr(status.text, "reading at byte 0x200: "));
	assert_non_null(strstr(status.text, "; and 1 more error"));
}

/* A host that refuses to write more than it has: here by a limit on the size of files. */
static void a_host_that_is_full(void **state)
{
	struct bench *bench = *state;
	struct rlimit before, limit;
	struct status status;

	assert_int_equal(open_disk(bench, false, false).code, STATUS_OK);
	driver_start(bench->driver, ALL);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ 4 * 512, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(request(bench, T_OUT, 3, 512, 0), OK);
	assert_int_equal(request(bench, T_OUT, 4, 512, 0), IOERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	status = disk_finish(&bench->block.disk);
	assert_int_equal(status.code, STATUS_HOST);
	assert_non_null(strstr(status.text, "writing at byte 0x800: File too large"));
	assert_null(strstr(status.text, "more error"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(describes_itself),
		TEST(performs_requests),
		TEST(a_snapshot_leaves_the_file),
		TEST(zeroes_the_file),
		TEST(zeroes_a_snapshot),
		TEST(zeros_cost_nothing),
		TEST(requests_need_their_feature),
		TEST(a_read_only_disk_is_not_written),
		TEST(any_framing_will_do),
		TEST(requests_without_an_answer),
		TEST(files_that_are_no_disk),
		TEST(locks_the_file),
		TEST(a_file_that_shrinks),
		TEST(a_host_that_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
