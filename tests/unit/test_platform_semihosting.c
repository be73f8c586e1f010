/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Semihosting operations called one by one on a PE with its MMU off: results, guest memory, console
 * and host files, and what bad pointers and bad names get.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/machine_private.h"

#define BLOCK	(BOARD_RAM_BASE + 0x1000)
#define BUFFER	(BOARD_RAM_BASE + 0x2000)
#define RAM_END (BOARD_RAM_BASE + (1 << 20))
#define NOWHERE 0x10000000ull /* neither RAM nor a device */
#define FAILED	(~0ull)

enum {
	OPEN = 1,
	CLOSE,
	WRITEC,
	WRITE0,
	WRITE,
	READ,
	READC,
	ISERROR,
	ISTTY,
	SEEK,
	FLEN = 0xc,
	REMOVE = 0xe,
	CLOCK = 0x10,
	TIME,
	SYSTEM,
	ERRNO,
	GET_CMDLINE = 0x15,
	HEAPINFO,
	EXIT = 0x18,
	EXIT_EXTENDED = 0x20,
	ELAPSED = 0x30,
	TICKFREQ
};

struct bench {
	struct machine *machine;
	struct cpu *cpu;
	int in[2], out[2];
	char dir[64];
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct machine_config config = machine_default_config();
	struct status status;

	strcpy(bench->dir, "/tmp/entresol-test-XXXXXX");
	if (pipe(bench->in) != 0 || pipe(bench->out) != 0 || mkdtemp(bench->dir) == NULL)
		return -1;
	config.ram_size = RAM_END - BOARD_RAM_BASE;
	config.console_in = bench->in[0];
	config.console_out = bench->out[1];
	config.semihosting_dir = bench->dir;
	config.command_line = "image one two";
	bench->machine = machine_create(&config, &status);
	if (bench->machine == NULL)
		return -1;
	machine_start(bench->machine, BOARD_RAM_BASE, BOARD_RAM_BASE + 0x1234);
	bench->cpu = machine_cpu(bench->machine, 0);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	char command[100];

	machine_destroy(bench->machine);
	for (unsigned i = 0; i < 2; i++) {
		close(bench->in[i]);
		close(bench->out[i]);
	}
	snprintf(command, sizeof(command), "rm -r %s", bench->dir);
	assert_int_equal(system(command), 0);
	free(bench);
	return 0;
}

static u8 *ram(struct bench *bench, u64 pa)
{
	return machine_memory(bench->machine)->region[0].host + (pa - BOARD_RAM_BASE);
}

static u64 call(struct bench *bench, u64 operation, u64 argument)
{
	bench->cpu->x[0] = operation;
	bench->cpu->x[1] = argument;
	semihosting_call(&bench->machine->semihosting, bench->cpu);
	return bench->cpu->x[0];
}

static u64 call3(struct bench *bench, u64 operation, u64 a, u64 b, u64 c)
{
	u64 fields[3] = { a, b, c };

	memcpy(ram(bench, BLOCK), fields, sizeof(fields));
	return call(bench, operation, BLOCK);
}

static u64 open_file(struct bench *bench, const char *name, u64 mode)
{
	strcpy((char *)ram(bench, BUFFER), name);
	return call3(bench, OPEN, BUFFER, mode, strlen(name));
}

static u64 error(struct bench *bench)
{
	return call(bench, ERRNO, 0);
}

static void put_host_file(struct bench *bench, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", bench->dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void writes_the_console(void **state)
{
	struct bench *bench = *state;
	u64 out = open_file(bench, ":tt", 4);
	char text[32] = "";

	*ram(bench, BUFFER) = 'A';
	assert_int_equal(call(bench, WRITEC, BUFFER), 0);
	strcpy((char *)ram(bench, BUFFER), "bcd");
	assert_int_equal(call(bench, WRITE0, BUFFER), 0);
	assert_int_equal(call3(bench, WRITE, out, BUFFER, 2), 0);
	console_flush(&bench->machine->console);
	assert_int_equal(read(bench->out[0], text, sizeof(text)), 6);
	assert_string_equal(text, "Abcdbc");
}

static void reads_the_console_by_lines(void **state)
{
	struct bench *bench = *state;
	u64 in = open_file(bench, ":tt", 0);

	assert_int_equal(write(bench->in[1], "xab\ncd", 6), 6);
	close(bench->in[1]);
	bench->in[1] = dup(0);
	assert_int_equal(call(bench, READC, 0), 'x');
	assert_int_equal(call3(bench, READ, in, BUFFER, 10), 7); /* 7 of 10 not read */
	assert_memory_equal(ram(bench, BUFFER), "ab\n", 3);
	assert_int_equal(call3(bench, READ, in, BUFFER, 1), 0);
	assert_int_equal(*ram(bench, BUFFER), 'c');
	assert_int_equal(call3(bench, READ, in, BUFFER, 10), 9);
	assert_int_equal(call3(bench, READ, in, BUFFER, 10), 10); /* the end */
	assert_int_equal(call(bench, READC, 0), FAILED);
}

static void uses_host_files(void **state)
{
	struct bench *bench = *state;
	u64 file;

	put_host_file(bench, "in", "hello");
	file = open_file(bench, "in", 0);
	assert_int_not_equal(file, FAILED);
	assert_int_equal(call3(bench, FLEN, file, 0, 0), 5);
	assert_int_equal(call3(bench, ISTTY, file, 0, 0), 0);
	assert_int_equal(call3(bench, SEEK, file, 3, 0), 0);
	assert_int_equal(call3(bench, READ, file, BUFFER, 8), 6);
	assert_memory_equal(ram(bench, BUFFER), "lo", 2);
	assert_int_equal(call3(bench, WRITE, file, BUFFER, 2), 2); /* not open for writing */
	assert_int_equal(call3(bench, CLOSE, file, 0, 0), 0);
	assert_int_equal(call3(bench, CLOSE, file, 0, 0), FAILED);
	assert_int_equal(error(bench), EBADF);

	/* What a buffer that ends early does not take is read the next time. */
	file = open_file(bench, "in", 0);
	assert_int_equal(call3(bench, READ, file, RAM_END - 2, 5), 3);
	assert_int_equal(error(bench), EFAULT);
	assert_int_equal(call3(bench, READ, file, NOWHERE, 3), 3);
	assert_int_equal(call3(bench, READ, file, BUFFER, 3), 0);
	assert_memory_equal(ram(bench, RAM_END - 2), "he", 2);
	assert_memory_equal(ram(bench, BUFFER), "llo", 3);

	file = open_file(bench, "out", 4);
	strcpy((char *)ram(bench, BUFFER), "12345");
	assert_int_equal(call3(bench, WRITE, file, BUFFER, 5), 0);
	assert_int_equal(call3(bench, CLOSE, file, 0, 0), 0);
	file = open_file(bench, "out", 8);
	assert_int_equal(call3(bench, WRITE, file, BUFFER, 5), 0);
	assert_int_equal(call3(bench, FLEN, file, 0, 0), 10);
}

static void stays_below_the_directory(void **state)
{
	static const struct {
		const char *why, *name;
		u64 mode;
		u64 error;
	} rows[] = {
		{ "absolute", "/etc/passwd", 0, EACCES },
		{ "parent", "../x", 4, EACCES },
		{ "parent inside", "sub/../in", 0, EACCES },
		{ "parent at the end", "sub/..", 0, EACCES },
		{ "parent itself", "..", 0, EACCES },
		{ "itself", ".", 0, EACCES },
		{ "empty component", "sub//in", 0, EACCES },
		{ "empty", "", 0, EACCES },
		{ "link to a file", "link", 0, ELOOP },
		{ "link to a directory", "linkdir/passwd", 0, ENOTDIR },
		{ "directory", "sub", 0, EACCES },
		{ "not there", "no", 0, ENOENT },
		{ "fifo", "fifo", 0, EACCES },
		{ "no such mode", "in", 12, EINVAL },
	};
	struct bench *bench = *state;
	char path[128];

	put_host_file(bench, "in", "hello");
	snprintf(path, sizeof(path), "%s/sub", bench->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/link", bench->dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	snprintf(path, sizeof(path), "%s/linkdir", bench->dir);
	assert_int_equal(symlink("/etc", path), 0);
	snprintf(path, sizeof(path), "%s/fifo", bench->dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 got = open_file(bench, rows[i].name, rows[i].mode);

		if (got != FAILED || error(bench) != rows[i].error)
			fail_msg("row %zu, %s: got %ld, error %lu", i, rows[i].why, (long)got,
				(unsigned long)error(bench));
	}
	assert_int_not_equal(open_file(bench, "sub/new", 4), FAILED);
}

static void refuses_files_without_permission(void **state)
{
	struct bench *bench = *state;
	struct semihosting *semihosting = &bench->machine->semihosting;

	put_host_file(bench, "in", "hello");
	close(semihosting->dir);
	semihosting->dir = -1;
	assert_int_equal(open_file(bench, "in", 0), FAILED);
	assert_int_equal(error(bench), EACCES);
	assert_int_not_equal(open_file(bench, ":tt", 0), FAILED);
}

static void has_a_limit_of_files(void **state)
{
	struct bench *bench = *state;

	for (unsigned i = 1; i <= SEMIHOSTING_FILES; i++)
		assert_int_equal(open_file(bench, ":tt", 4), i);
	assert_int_equal(open_file(bench, ":tt", 4), FAILED);
	assert_int_equal(error(bench), EMFILE);
}

/* Every operation with a pointer that leads nowhere: -1, or nothing transferred. */
static void survives_bad_pointers(void **state)
{
	static const struct {
		const char *why;
		u64 operation;
	} rows[] = { { "OPEN", OPEN }, { "CLOSE", CLOSE }, { "WRITEC", WRITEC },
		{ "WRITE0", WRITE0 }, { "WRITE", WRITE }, { "READ", READ }, { "ISERROR", ISERROR },
		{ "ISTTY", ISTTY }, { "SEEK", SEEK }, { "FLEN", FLEN },
		{ "GET_CMDLINE", GET_CMDLINE }, { "HEAPINFO", HEAPINFO }, { "EXIT", EXIT },
		{ "ELAPSED", ELAPSED } };
	struct bench *bench = *state;
	u64 out = open_file(bench, ":tt", 4);

	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 got = call(bench, rows[i].operation, NOWHERE);

		if (got != FAILED || bench->cpu->stop.reason != STOP_NONE)
			fail_msg("row %zu, %s: got 0x%lx", i, rows[i].why, (unsigned long)got);
	}
	assert_int_equal(call3(bench, OPEN, NOWHERE, 0, 3), FAILED);
	assert_int_equal(call3(bench, OPEN, BUFFER, 0, 4096), FAILED);
	assert_int_equal(call3(bench, WRITE, out, NOWHERE, 5), 5);
	assert_int_equal(call3(bench, WRITE, 99, BUFFER, 5), FAILED);
	assert_int_equal(call3(bench, GET_CMDLINE, NOWHERE, 80, 0), FAILED);
	assert_int_equal(call3(bench, HEAPINFO, NOWHERE, 0, 0), FAILED);
	bench->machine->console.out = -1; /* nobody empties the pipe */
	memset(ram(bench, BOARD_RAM_BASE), 'x', 1 << 20);
	assert_int_equal(call(bench, WRITE0, BOARD_RAM_BASE), FAILED); /* runs out of RAM */
}

static void tells_simulated_time(void **state)
{
	struct bench *bench = *state;
	u64 elapsed;

	bench->cpu->cycles = 12345678901;
	assert_int_equal(call(bench, CLOCK, 0), 1234);
	assert_int_equal(call(bench, TIME, 0), 12);
	assert_int_equal(call(bench, TICKFREQ, 0), 1000000000);
	assert_int_equal(call(bench, ELAPSED, BUFFER), 0);
	memcpy(&elapsed, ram(bench, BUFFER), 8);
	assert_int_equal(elapsed, 12345678901);
}

static void tells_the_command_line(void **state)
{
	struct bench *bench = *state;
	u64 length;

	assert_int_equal(call3(bench, GET_CMDLINE, BUFFER, 13, 0), FAILED); /* no room for NUL */
	assert_int_equal(call3(bench, GET_CMDLINE, BUFFER, 14, 0), 0);
	assert_string_equal((char *)ram(bench, BUFFER), "image one two");
	memcpy(&length, ram(bench, BLOCK + 8), 8);
	assert_int_equal(length, 13);
}

static void tells_where_the_heap_is(void **state)
{
	struct bench *bench = *state;
	u64 info[4];

	assert_int_equal(call3(bench, HEAPINFO, BUFFER, 0, 0), 0);
	memcpy(info, ram(bench, BUFFER), sizeof(info));
	assert_int_equal(info[0], BOARD_RAM_BASE + 0x1240);
	assert_int_equal(info[1], BOARD_RAM_BASE + 0xf0000);
	assert_int_equal(info[2], BOARD_RAM_BASE + 0x100000);
	assert_int_equal(info[3], BOARD_RAM_BASE + 0xf0000);
}

static void tells_its_features(void **state)
{
	struct bench *bench = *state;
	u64 file = open_file(bench, ":semihosting-features", 0);

	assert_int_equal(call3(bench, FLEN, file, 0, 0), 5);
	assert_int_equal(call3(bench, READ, file, BUFFER, 5), 0);
	assert_memory_equal(ram(bench, BUFFER), "SHFB\x03", 5);
	assert_int_equal(open_file(bench, ":semihosting-features", 4), FAILED);
}

static void exits(void **state)
{
	static const struct {
		const char *why;
		u64 operation, reason, code;
		int exit_code;
		const char *text;
	} rows[] = {
		{ "success", EXIT, 0x20026, 0, 0, "" },
		{ "a code", EXIT, 0x20026, 42, 42, "the guest exited with code 42" },
		{ "extended", EXIT_EXTENDED, 0x20026, 255, 255, "the guest exited with code 255" },
		{ "low 8 bits", EXIT, 0x20026, 0x102, 2, "the guest exited with code 258" },
		{ "never 0 by truncation", EXIT, 0x20026, 256, 1,
			"the guest exited with code 256" },
		{ "negative", EXIT, 0x20026, -1ull, 255, "the guest exited with code -1" },
		{ "another reason", EXIT, 0x20023, 0, 4,
			"the guest stopped by semihosting with reason 0x20023" },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stop *stop = &bench->cpu->stop;

		call3(bench, rows[i].operation, rows[i].reason, rows[i].code, 0);
		if (stop->reason != STOP_EXIT || stop->exit_code != rows[i].exit_code ||
			strcmp(stop->text, rows[i].text) != 0)
			fail_msg("row %zu, %s: got %d '%s'", i, rows[i].why, stop->exit_code,
				stop->text);
	}
}

static void refuses_the_rest(void **state)
{
	static const u64 rows[] = { 0, REMOVE, 0x0f, SYSTEM, 0x0d, 0x32, 0x12345 };
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (call(bench, rows[i], BLOCK) != FAILED || error(bench) != ENOSYS)
			fail_msg("operation 0x%lx", (unsigned long)rows[i]);
	}
	assert_int_equal(call3(bench, ISERROR, -1ull, 0, 0), 1);
	assert_int_equal(call3(bench, ISERROR, 1, 0, 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(writes_the_console),
		TEST(reads_the_console_by_lines),
		TEST(uses_host_files),
		TEST(stays_below_the_directory),
		TEST(refuses_files_without_permission),
		TEST(has_a_limit_of_files),
		TEST(survives_bad_pointers),
		TEST(tells_simulated_time),
		TEST(tells_the_command_line),
		TEST(tells_where_the_heap_is),
		TEST(tells_its_features),
		TEST(exits),
		TEST(refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
