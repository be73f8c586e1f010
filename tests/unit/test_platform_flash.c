/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of flash driven by commands, in scripts; its file; and that a PE runs from it while it is
 * an array.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/flash.h"
#include "platform/machine.h"
#include "platform/ram.h"

enum { BASE = FLASH_BANK };

struct bench {
	struct bus bus;
	struct memory memory;
	struct cpu_group group;
	struct flash flash;
	unsigned written; /* calls of code_written() */
};

static void count_written(void *code_cache, pa_t pa, u64 size)
{
	(void)pa, (void)size;
	++*(unsigned *)code_cache;
}

static struct status make(struct bench *bench, const struct image_config *config)
{
	*bench = (struct bench){ .written = 0 };
	bench->memory.code_written = count_written;
	bench->memory.code_cache = &bench->written;
	return flash_add(
		&bench->flash, config, &bench->memory, &bench->group, &bench->bus, PA(BASE));
}

static void finish(struct bench *bench)
{
	flash_destroy(&bench->flash);
	ram_destroy(&bench->memory);
}

/* What a PE reads: RAM where it is found, else the bus. */
static u64 get(struct bench *bench, u64 offset, unsigned size)
{
	const struct ram_region *region = memory_find(&bench->memory, PA(BASE + offset), size);
	u64 value = 0;

	if (region != NULL)
		memcpy(&value, region->host + offset, size);
	else
		assert_true(bus_read(&bench->bus, PA(BASE + offset), size, &value));
	return value;
}

static void put(struct bench *bench, u64 offset, u64 value)
{
	assert_true(bus_write(&bench->bus, PA(BASE + offset), 4, value));
}

/* ---- Scripts of 32-bit accesses ---- */

enum what { END, W, R };
struct step {
	enum what what;
	u64 at, value;
};
struct row {
	const char *why;
	bool is_readonly;
	struct step step[16];
};

#define LANES(x) ((u64)(x)*0x10001)
enum { BLOCK = FLASH_BLOCK };

/* clang-format off */
static const struct row rows[] = {
	{ "an array at first", false, { { R, 0, 0 }, { R, BLOCK, 0 } } },
	{ "query", false, { { W, 0x154, LANES(0x98) }, { R, 0x40, LANES('Q') }, { R, 0x44, LANES('R') },
		{ R, 0x48, LANES('Y') }, { R, 0x4c, LANES(1) }, { R, 0x9c, LANES(25) }, { R, 0xa8, LANES(11) },
		{ R, 0xb0, LANES(1) }, { R, 0xb4, LANES(255) }, { R, 0xb8, 0 }, { R, 0xbc, 0 },
		{ R, 0xc0, LANES(2) }, { R, 0xc4, LANES('P') }, { W, 0, LANES(0xff) }, { R, 0x40, 0 } } },
	{ "a command in the low lane alone is one", false, { { W, 0, 0x98 }, { R, 0x40, LANES('Q') } } },
	{ "identification", false, { { W, 0, LANES(0x90) }, { R, 0, LANES(0x89) }, { R, 4, LANES(0x18) },
		{ R, BLOCK + 8, 0 }, { W, 0, LANES(0xff) }, { R, 0, 0 } } },
	{ "status", false, { { W, 0, LANES(0x70) }, { R, 0, LANES(0x80) }, { R, 0x40, LANES(0x80) } } },
	{ "erase fills a block", false, { { W, BLOCK + 4, LANES(0x20) }, { W, BLOCK + 4, LANES(0xd0) },
		{ R, 0, LANES(0x80) }, { W, 0, LANES(0xff) }, { R, BLOCK - 4, 0 }, { R, BLOCK, 0xffffffff },
		{ R, 2 * BLOCK - 4, 0xffffffff }, { R, 2 * BLOCK, 0 } } },
	{ "erase without its confirmation is none", false, { { W, 0, LANES(0x20) }, { W, 0, LANES(0xff) },
		{ R, 0, LANES(0xb0) }, { W, 0, LANES(0x50) }, { R, 0, LANES(0x80) }, { W, 0, LANES(0xff) }, { R, 0, 0 } } },
	{ "programming clears bits", false, { { W, 0, LANES(0x20) }, { W, 0, LANES(0xd0) }, { W, 8, LANES(0x40) },
		{ W, 8, 0x12345678 }, { R, 0, LANES(0x80) }, { W, 8, LANES(0x10) }, { W, 8, 0xffff00ff },
		{ W, 0, LANES(0xff) }, { R, 8, 0x12340078 }, { R, 12, 0xffffffff }, { R, 4, 0xffffffff } } },
	{ "zeros cannot be programmed", false, { { W, 0, LANES(0x40) }, { W, 0, 0xff }, { R, 0, LANES(0x80) },
		{ W, 0, LANES(0xff) }, { R, 0, 0 } } },
	{ "a buffer", false, { { W, 0, LANES(0x20) }, { W, 0, LANES(0xd0) }, { W, 0x40, LANES(0xe8) },
		{ R, 0x40, LANES(0x80) }, { W, 0x40, LANES(1) }, { W, 0x40, 1 }, { W, 0x44, 2 }, { W, 0x40, LANES(0xd0) },
		{ R, 0, LANES(0x80) }, { W, 0, LANES(0xff) }, { R, 0x40, 1 }, { R, 0x44, 2 }, { R, 0x48, 0xffffffff },
		{ R, 0x3c, 0xffffffff } } },
	{ "a buffer without its confirmation", false, { { W, 0, LANES(0x20) }, { W, 0, LANES(0xd0) }, { W, 0, LANES(0xe8) },
		{ W, 0, LANES(0) }, { W, 0, 1 }, { W, 0, LANES(0xff) }, { R, 0, LANES(0xb0) }, { W, 0, LANES(0xff) },
		{ R, 0, 0xffffffff } } },
	{ "a buffer larger than it is", false, { { W, 0, LANES(0xe8) }, { W, 0, LANES(1024) }, { R, 0, LANES(0xb0) } } },
	{ "the largest buffer", false, { { W, 0, LANES(0xe8) }, { W, 0, LANES(1023) }, { R, 0, LANES(0x80) } } },
	{ "a buffer across its end", false, { { W, 0, LANES(0xe8) }, { W, 0, LANES(1) }, { W, 4092, 0 }, { W, 4096, 0 },
		{ R, 0, LANES(0xb0) } } },
	{ "a locked block", false, { { W, BLOCK, LANES(0x60) }, { W, BLOCK, LANES(0x01) }, { W, 0, LANES(0x90) },
		{ R, BLOCK + 8, LANES(1) }, { R, 8, 0 }, { W, BLOCK, LANES(0x20) }, { W, BLOCK, LANES(0xd0) },
		{ R, 0, LANES(0xa2) }, { W, 0, LANES(0x50) }, { W, BLOCK, LANES(0x60) }, { W, BLOCK, LANES(0xd0) },
		{ W, BLOCK, LANES(0x20) }, { W, BLOCK, LANES(0xd0) }, { R, 0, LANES(0x80) } } },
	{ "a lock command that is none", false, { { W, 0, LANES(0x60) }, { W, 0, LANES(0x33) }, { R, 0, LANES(0xb0) } } },
	{ "read-only: erasing fails", true, { { W, 0, LANES(0x20) }, { W, 0, LANES(0xd0) }, { R, 0, LANES(0xa8) },
		{ W, 0, LANES(0xff) }, { R, 0, 0 } } },
	{ "read-only: programming fails", true, { { W, 0, LANES(0x40) }, { W, 0, 0 }, { R, 0, LANES(0x98) } } },
	{ "unknown commands change nothing", false, { { W, 0, LANES(0xd0) }, { R, 0, 0 }, { W, 0, LANES(0x70) },
		{ W, 0, LANES(0x55) }, { R, 0, LANES(0x80) } } },
};
/* clang-format on */

static void follows_scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench *bench = malloc(sizeof(*bench));
		struct image_config config = { .read_only = rows[i].is_readonly };

		assert_int_equal(make(bench, &config).code, STATUS_OK);
		for (unsigned j = 0; rows[i].step[j].what != END; j++) {
			const struct step *step = &rows[i].step[j];
			u64 got;

			if (step->what == W) {
				put(bench, step->at, step->value);
				continue;
			}
			got = get(bench, step->at, 4);
			if (got != step->value)
				fail_msg("row %zu, %s: step %u: got 0x%lx", i, rows[i].why, j,
					(unsigned long)got);
		}
		finish(bench);
		free(bench);
	}
}

static void answers_all_sizes(void **state)
{
	struct bench *bench = *state;

	make(bench, &(struct image_config){ .path = NULL });
	put(bench, 0, 0x98);
	assert_int_equal(get(bench, 0x40, 1), 'Q');
	assert_int_equal(get(bench, 0x41, 1), 0);
	assert_int_equal(get(bench, 0x42, 1), 'Q');
	assert_int_equal(get(bench, 0x42, 2), 'Q');
	assert_int_equal(get(bench, 0x40, 8), 0x0052005200510051);
	finish(bench);
}

/* While it is a device nobody finds it: at its address, nor at one that no PE can have. */
static void is_memory_only_as_an_array(void **state)
{
	struct bench *bench = *state;

	make(bench, &(struct image_config){ .path = NULL });
	assert_ptr_equal(memory_find(&bench->memory, PA(BASE), 4), bench->flash.region);
	put(bench, 0, 0x90);
	assert_null(memory_find(&bench->memory, PA(BASE), 4));
	assert_null(memory_find(&bench->memory, PA(BASE | BIT(63)), 4));
	put(bench, 0, 0xff);
	assert_ptr_equal(memory_find(&bench->memory, PA(BASE), 4), bench->flash.region);
	finish(bench);
}

static void tells_predecoded_code(void **state)
{
	struct bench *bench = *state;

	make(bench, &(struct image_config){ .path = NULL });
	bench->flash.region->page_flags[0] = PAGE_HAS_CODE;
	put(bench, 0, 0x40);
	assert_int_equal(bench->written, 0);
	put(bench, 0, 0);
	assert_int_equal(bench->written, 1);
	put(bench, 0, 0x20);
	put(bench, 0, 0xd0);
	assert_int_equal(bench->written, 2);
	finish(bench);
}

/* Any access of a guest is answered, whatever came before; the sanitizers look on. */
static void survives_random_accesses(void **state)
{
	struct rng rng = { 5 };
	struct bench *bench = *state;
	unsigned sizes = 0;

	make(bench, &(struct image_config){ .path = NULL });
	for (unsigned i = 0; i < 100000; i++) {
		unsigned size = 1u << rng_below(&rng, 4);
		u64 offset = align_down(rng_below(&rng, i % 2 ? FLASH_BANK : 8192), size),
		    value = rng_next(&rng);
		static const u8 commands[] = { 0x20, 0x40, 0x60, 0xe8, 0xd0, 0xff, 0x90, 0x98, 0x50,
			1 };

		if (rng_below(&rng, 2) == 0)
			value = commands[rng_below(&rng, COUNT(commands))];
		assert_true(bus_write(&bench->bus, PA(BASE + offset), size, value));
		assert_true(bus_read(&bench->bus, PA(BASE + offset), size, &value));
		sizes |= size;
	}
	assert_int_equal(sizes, 15);
	finish(bench);
}

/* ---- Files ---- */

struct file {
	char path[40];
	int fd;
};

static struct file make_file(off_t size)
{
	struct file file = { .path = "/tmp/entresol-flash-XXXXXX" };

	file.fd = mkstemp(file.path);
	assert_true(file.fd >= 0);
	assert_int_equal(ftruncate(file.fd, size), 0);
	return file;
}

static void remove_file(struct file *file)
{
	close(file->fd);
	unlink(file->path);
}

static void program_first_word(struct bench *bench, u64 value)
{
	put(bench, 0, 0x20);
	put(bench, 0, 0xd0);
	put(bench, 0, 0x40);
	put(bench, 0, value);
}

static void keeps_what_is_written(void **state)
{
	static const struct {
		const char *why;
		bool is_snapshot, is_readonly;
		u32 first, in_file;
	} files[] = {
		{ "kept", false, false, 0x04030201, 0x04030201 },
		{ "not kept", true, false, 0x04030201, 0x64636261 },
		{ "read-only", false, true, 0x64636261, 0x64636261 },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(files); i++) {
		struct file file = make_file(FLASH_BANK);
		u32 in_file;

		assert_int_equal(pwrite(file.fd, "abcd", 4, 0), 4);
		assert_int_equal(make(bench, &(struct image_config){ .path = file.path,
						     .snapshot = files[i].is_snapshot,
						     .read_only = files[i].is_readonly })
					 .code,
			STATUS_OK);
		assert_int_equal(get(bench, 0, 4), 0x64636261);
		program_first_word(bench, 0x04030201);
		put(bench, 0, 0xff);
		assert_int_equal(pread(file.fd, &in_file, 4, 0), 4);
		if (get(bench, 0, 4) != files[i].first || in_file != files[i].in_file)
			fail_msg("row %zu, %s", i, files[i].why);
		finish(bench);
		remove_file(&file);
	}
}

static void refuses_files(void **state)
{
	static const struct {
		const char *why;
		off_t size;
		bool is_kept;
		enum status_code code;
	} files[] = {
		{ "empty", 0, false, STATUS_BAD_IMAGE },
		{ "small", 1, false, STATUS_OK },
		{ "small, but to be written", 1, true, STATUS_BAD_IMAGE },
		{ "a bank", FLASH_BANK, true, STATUS_OK },
		{ "more than a bank", FLASH_BANK + 1, false, STATUS_BAD_IMAGE },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(files); i++) {
		struct file file = make_file(files[i].size);
		struct image_config config = { .path = file.path, .snapshot = !files[i].is_kept };

		if (make(bench, &config).code != files[i].code)
			fail_msg("row %zu, %s", i, files[i].why);
		finish(bench);
		remove_file(&file);
	}
	assert_int_equal(
		make(bench, &(struct image_config){ .path = "/nowhere" }).code, STATUS_BAD_IMAGE);
	finish(bench);
	assert_int_equal(make(bench, &(struct image_config){ .path = "/" }).code, STATUS_BAD_IMAGE);
	finish(bench);
}

static void refuses_a_file_in_use(void **state)
{
	static const struct {
		const char *why;
		bool other_writes, is_kept, is_refused;
	} uses[] = {
		{ "two writers", true, true, true },
		{ "read while it is written", true, false, true },
		{ "written while it is read", false, true, true },
		{ "two readers", false, false, false },
	};
	struct file file = make_file(FLASH_BANK);
	struct bench *bench = *state;

	for (unsigned i = 0; i < COUNT(uses); i++) {
		struct image_config config = { .path = file.path, .snapshot = !uses[i].is_kept };
		struct image_config other_use = { .path = file.path,
			.read_only = !uses[i].other_writes };
		struct host_file other;
		enum status_code code;

		assert_int_equal(host_file_open(&other, "other", &other_use).code, STATUS_OK);
		code = make(bench, &config).code;
		if (code != (uses[i].is_refused ? STATUS_BAD_IMAGE : STATUS_OK))
			fail_msg("row %u, %s", i, uses[i].why);
		host_file_close(&other);
		finish(bench);
	}
	remove_file(&file);
}

/* The host refuses to write in the middle of a block: guest, array and file agree that nothing was.
 */
static void survives_a_full_disk(void **state)
{
	struct file file = make_file(FLASH_BANK);
	struct image_config config = { .path = file.path };
	struct rlimit old, limit;
	struct bench *bench = *state;
	u8 byte;

	assert_int_equal(make(bench, &config).code, STATUS_OK);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	limit = (struct rlimit){ .rlim_cur = BLOCK / 2, .rlim_max = old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	put(bench, 0, 0x20);
	put(bench, 0, 0xd0);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(get(bench, 0, 4), LANES(0xa0));
	assert_non_null(strstr(host_file_status(&bench->flash.file).text,
		"writing at byte 0x20000: File too large"));
	put(bench, 0, 0xff);
	assert_int_equal(get(bench, 0, 4), 0);
	assert_int_equal(pread(file.fd, &byte, 1, 0), 1);
	assert_int_equal(byte, 0);
	finish(bench);
	remove_file(&file);
}

/* ---- With a machine ---- */

/*
 * Reads the query's first letter and adds it to a word of flash, from code in RAM that calls code
 * in flash before and after.
 */
static void runs_from_flash(void **state)
{
	static const u32 flash_code[] = {
		0x91000400, /* add x0, x0, #1 */
		0xd65f03c0, /* ret */
	};
	static const u32 code[] = {
		0xd63f0020, /* blr x1 */
		0xd2801302, /* movz x2, #0x98 */
		0xb9000022, /* str w2, [x1] */
		0xb9404023, /* ldr w3, [x1, #0x40] */
		0xd2801fe2, /* movz x2, #0xff */
		0xb9000022, /* str w2, [x1] */
		0xb9404024, /* ldr w4, [x1, #0x40] */
		0xd63f0020, /* blr x1 */
		0x14000000, /* b . */
	};
	struct machine_config config = machine_default_config();
	struct file file = make_file(4096);
	struct machine *machine;
	struct status status;

	(void)state;
	assert_int_equal(pwrite(file.fd, flash_code, sizeof(flash_code), 0), sizeof(flash_code));
	config.flash[0] = (struct image_config){ .path = file.path, .snapshot = true };
	for (enum engine engine = ENGINE_TAIL; engine <= ENGINE_STEP; engine++) {
		if (!cpu_engine_available(engine))
			continue;
		config.engine = engine;
		machine = machine_create(&config, &status);
		assert_non_null(machine);
		memcpy(machine_memory(machine)->region[0].host, code, sizeof(code));
		machine_start(machine, BOARD_RAM_BASE, BOARD_RAM_BASE + sizeof(code));
		machine_run(machine, 12);
		assert_int_equal(machine_cpu(machine, 0)->x[3], LANES('Q'));
		assert_int_equal(machine_cpu(machine, 0)->x[4], 0);
		assert_int_equal(machine_cpu(machine, 0)->x[0], 2);
		machine_destroy(machine);
	}
	remove_file(&file);
}

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct bench));
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_scripts),
		TEST(answers_all_sizes),
		TEST(is_memory_only_as_an_array),
		TEST(tells_predecoded_code),
		TEST(survives_random_accesses),
		TEST(keeps_what_is_written),
		TEST(refuses_files),
		TEST(refuses_a_file_in_use),
		TEST(survives_a_full_disk),
		cmocka_unit_test(runs_from_flash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
