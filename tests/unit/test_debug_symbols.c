/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and source lines of addresses: which file's, where, and only if its code is there; files
 * that are stripped, cut off, corrupt, or no such files. SYMBOLS_ELF is symbols_guest.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cpu/cpu.h"
#include "debug/symbol_lines.h"
#include "debug/symbols.h"
#include "loader/loader.h"
#include "sysregs/sysregs.h"

#define ELF	 SYMBOLS_ELF
#define STRIPPED SYMBOLS_ELF ".stripped"
#define NO_LINES SYMBOLS_ELF ".no-lines"

/* A machine that holds the program, and names of its own. */
struct bench {
	struct machine *machine;
	struct cpu *cpu;
	struct loaded_image image;
	struct symbols *symbols;
	u64 first, second, start, counter;
};

static u64 address_of(const struct bench *bench, const char *name)
{
	for (size_t i = 0; i < bench->image.symbols.count; i++) {
		if (strcmp(bench->image.symbols.symbol[i].name, name) == 0)
			return bench->image.symbols.symbol[i].address;
	}
	fail_msg("the program has no %s", name);
	return 0;
}

static struct bench *create(void)
{
	struct machine_config config = machine_default_config();
	struct bench *bench = calloc(1, sizeof(*bench));
	struct status status;

	config.ram_size = 8 << 20;
	bench->machine = machine_create(&config, &status);
	assert_non_null(bench->machine);
	status = loader_load(bench->machine, ELF, &(struct load_options){ 0 }, &bench->image);
	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
	machine_start(bench->machine, bench->image.entry, bench->image.end);
	bench->cpu = machine_cpu(bench->machine, 0);
	bench->first = address_of(bench, "first");
	bench->second = address_of(bench, "second");
	bench->start = address_of(bench, "_start");
	bench->counter = address_of(bench, "counter");
	bench->symbols = symbols_create();
	return bench;
}

static void destroy(struct bench *bench)
{
	symbols_destroy(bench->symbols);
	loaded_image_free(&bench->image);
	machine_destroy(bench->machine);
	free(bench);
}

static void add(struct bench *bench, const char *text)
{
	struct status status = symbols_add(bench->symbols, text);

	if (status.code != STATUS_OK)
		fail_msg("%s", status.text);
}

static u8 *memory_at(struct bench *bench, u64 address)
{
	const struct ram_region *ram = memory_ram(machine_memory(bench->machine));

	return ram->host + (address - ram->base.v);
}

static const char *name_at(struct bench *bench, unsigned el, u64 address)
{
	struct symbol_place place = symbols_at(bench->symbols, bench->cpu, el, address);

	return place.name != NULL ? place.name : "";
}

/* ---- Names and lines ---- */

static void names_and_lines(void **state)
{
	static const struct {
		const char *file;
		bool has_names, has_lines;
	} rows[] = {
		{ ELF, true, true },
		{ NO_LINES, true, false },
		{ STRIPPED, false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench *bench = create();
		struct symbol_place place;

		add(bench, rows[i].file);
		place = symbols_at(bench->symbols, bench->cpu, EL2, bench->second + 4);
		if ((place.name != NULL) != rows[i].has_names ||
			(place.file != NULL) != rows[i].has_lines)
			fail_msg("row %zu: %s, %s", i, place.name, place.file);
		if (rows[i].has_names) {
			assert_string_equal(place.name, "second");
			assert_int_equal(place.offset, 4);
			assert_string_equal(name_at(bench, EL2, bench->counter + 3), "counter");
			assert_string_equal(name_at(bench, EL2, 0), "");
		}
		if (rows[i].has_lines) {
			assert_non_null(strstr(place.file, "second/place.c"));
			assert_in_range(place.line, 200, 205);
			place = symbols_at(bench->symbols, bench->cpu, EL2, bench->first);
			assert_non_null(strstr(place.file, "first/place.c"));
			assert_in_range(place.line, 100, 103);
			assert_null(symbols_name_at(bench->symbols, bench->cpu, EL2, bench->first)
					    .file);
		}
		destroy(bench);
	}
}

static void addresses_of_names(void **state)
{
	struct bench *bench = create();
	const struct {
		const char *text;
		u64 low, high; /* equal: this one; else from low to below high; 0: none */
	} rows[] = {
		{ "first", bench->first, bench->first },
		{ "second+0x10", bench->second + 16, bench->second + 16 },
		{ "second+16", bench->second + 16, bench->second + 16 },
		{ "counter", bench->counter, bench->counter },
		{ "firs", 0, 0 },
		{ "first+", 0, 0 },
		{ "first+x", 0, 0 },
		{ "+1", 0, 0 },
		{ "", 0, 0 },
		{ "first/place.c:102", bench->first, bench->first + 64 },
		{ "main.c:302", bench->start, bench->start + 64 },
		{ "second/place.c:203", bench->second, bench->second + 128 },
		{ "place.c:202", bench->second, bench->second + 128 },
		{ "lace.c:202", 0, 0 },
		{ "main.c:9999", 0, 0 },
		{ "main.c:99999999999999", 0, 0 },
		{ "main.c:", 0, 0 },
		{ ":302", 0, 0 },
	};

	(void)state;
	add(bench, ELF);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 address = 0;
		bool is_found = symbols_find(bench->symbols, rows[i].text, &address);

		if (is_found != (rows[i].low != 0) ||
			(is_found && (address < rows[i].low ||
					     (address != rows[i].low && address >= rows[i].high))))
			fail_msg("row %zu, %s: %d 0x%" PRIx64, i, rows[i].text, is_found, address);
	}
	destroy(bench);
}

/* ---- Where a file holds ---- */

static void only_where_its_code_is(void **state)
{
	struct bench *bench = create();
	u8 *code;

	(void)state;
	add(bench, ELF);
	code = memory_at(bench, align_down(bench->second, 64));
	assert_string_equal(name_at(bench, EL2, bench->second), "second");
	memset(code, 0, 12); /* a kernel patches itself */
	assert_string_equal(name_at(bench, EL2, bench->second), "second");
	memset(code, 0xff, 64); /* somebody else's code */
	assert_string_equal(name_at(bench, EL2, bench->second), "");
	assert_string_equal(name_at(bench, EL2, bench->start), "_start");
	assert_string_equal(name_at(bench, EL2, bench->counter), "counter");
	/* the linker puts the file's headers before the code */
	memset(memory_at(bench, align_down(bench->first, 1 << 16) - (1 << 16)), 0xff, 2 << 16);
	assert_string_equal(name_at(bench, EL2, bench->counter), ""); /* nothing of the file is */
	/* a table that leads nowhere: what is not mapped has no name */
	destroy(bench);
	bench = create();
	add(bench, ELF);
	bench->cpu->sys[SR_TTBR0_EL2] = BOARD_RAM_BASE + (4 << 20);
	bench->cpu->sys[SR_TCR_EL2] = 25;
	bench->cpu->sys[SR_SCTLR_EL2] |= 1;
	assert_string_equal(name_at(bench, EL2, bench->second), "");
	assert_string_equal(name_at(bench, EL1, bench->second), "second");
	destroy(bench);
}

static void regimes(void **state)
{
	enum { VM = 1, E2H = 2, TGE = 4 };
	static const struct {
		const char *suffix;
		unsigned flags, el;
		bool has_name;
	} rows[] = {
		{ "", 0, 2, true },
		{ "", 0, 1, true },
		{ ":el2", 0, 2, true },
		{ ":el2", E2H, 2, true },
		{ ":el2", 0, 1, false },
		{ ":el1", 0, 1, true },
		{ ":el1&0", 0, 0, true },
		{ ":el1", 0, 2, false },
		{ ":el2&0", E2H, 2, true },
		{ ":el2&0", E2H | TGE, 0, true },
		{ ":el2&0", E2H, 0, false },
		{ ":el2&0", 0, 2, false },
		{ "@0x1000", 0, 2, false },
		{ "@0x1000:el2", 0, 2, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct bench *bench = create();
		char text[300];

		snprintf(text, sizeof(text), "%s%s", ELF, rows[i].suffix);
		add(bench, text);
		bench->cpu->sys[SR_HCR_EL2] = (rows[i].flags & E2H ? HCR_EL2_E2H : 0) |
					      (rows[i].flags & TGE ? HCR_EL2_TGE : 0);
		if ((*name_at(bench, rows[i].el, bench->second) != '\0') != rows[i].has_name)
			fail_msg("row %zu, %s at EL%u", i, rows[i].suffix, rows[i].el);
		destroy(bench);
	}
}

/* The image is asked last, and by its table alone where its file has no code to compare. */
static void files_in_order(void **state)
{
	struct bench *bench = create();
	char path[] = "/tmp/ent-symbols-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	(void)state;
	assert_non_null(file);
	fprintf(file, "%016" PRIx64 " T renamed\n%016" PRIx64 " t behind\n", bench->second,
		bench->second + 8);
	fclose(file);
	assert_int_equal(
		symbols_add_image(bench->symbols, ELF, &bench->image.symbols).code, STATUS_OK);
	assert_string_equal(name_at(bench, EL2, bench->second), "second");
	add(bench, path);
	assert_string_equal(name_at(bench, EL2, bench->second), "renamed");
	assert_string_equal(name_at(bench, EL2, bench->first), "first");
	memset(memory_at(bench, bench->image.entry & ~4095ull), 0, 4096);
	assert_string_equal(name_at(bench, EL2, bench->first), "");
	assert_int_equal(
		symbols_add_image(bench->symbols, NULL, &bench->image.symbols).code, STATUS_OK);
	assert_string_equal(name_at(bench, EL2, bench->first), "first");
	unlink(path);
	destroy(bench);
}

/* ---- Other files ---- */

static struct status add_text(struct bench *bench, const char *data, size_t size)
{
	char path[] = "/tmp/ent-symbols-XXXXXX";
	int fd = mkstemp(path);
	struct status status;

	assert_true(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	close(fd);
	status = symbols_add(bench->symbols, path);
	unlink(path);
	return status;
}

static void system_maps(void **state)
{
	static const char map[] = "ffff800008000000 T _text\n"
				  "ffff800008000000 t head\r\n"
				  "no line of it\n"
				  "ffff8000080010zz T spoilt\n"
				  "\n"
				  "                 U undefined\n"
				  "0000000000000040 A absolute\n"
				  "ffff80000800100000 T too_long\n"
				  "ffff800008001000\tt\tmodule_function\t[module]\n"
				  "ffff800008001000 T\n"
				  "ffff800008001000\n"
				  "ffff800008001800 9 digit\n"
				  "ffff800008002000 t $x\n"
				  "ffff800008003000 B _end";
	static const struct {
		u64 address;
		const char *name;
	} rows[] = {
		{ 0xffff800008000000, "_text" },
		{ 0xffff800008000fff, "_text" },
		{ 0xffff800008001000, "module_function" },
		{ 0xffff800008002fff, "module_function" },
		{ 0xffff800008003000, "_end" },
		{ 0xffff800008003001, "" },
		{ 0xffff800007ffffff, "" },
		{ 0x40, "" },
	};
	struct bench *bench = create();

	(void)state;
	assert_int_equal(add_text(bench, map, sizeof(map) - 1).code, STATUS_OK);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (strcmp(name_at(bench, EL1, rows[i].address), rows[i].name) != 0)
			fail_msg("row %zu: %s", i, name_at(bench, EL1, rows[i].address));
	}
	destroy(bench);
}

static void no_such_files(void **state)
{
	static const struct {
		const char *text;
		size_t size;
	} rows[] = {
		{ "", 0 },
		{ "text\n", 5 },
		{ "\0\n10 T name\n", 12 },
		{ "10 T \n20 t", 10 },
		{ "\177ELF", 4 },
	};
	struct bench *bench = create();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct status status = add_text(bench, rows[i].text, rows[i].size);

		if (status.code != STATUS_BAD_IMAGE || strchr(status.text, '\n') != NULL)
			fail_msg("row %zu: %d %s", i, status.code, status.text);
	}
	assert_int_equal(symbols_add(bench->symbols, ELF ":el3").code, STATUS_USAGE);
	assert_int_equal(symbols_add(bench->symbols, ELF "/no").code, STATUS_BAD_IMAGE);
	for (unsigned i = 0; i < 16; i++)
		add(bench, ELF);
	assert_int_equal(symbols_add(bench->symbols, ELF).code, STATUS_USAGE);
	destroy(bench);
}

/* ---- Corrupt DWARF ---- */

static u8 *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	u8 *data;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	*size = (size_t)st.st_size;
	data = malloc(*size);
	assert_int_equal(fread(data, 1, *size, file), *size);
	fclose(file);
	return data;
}

/* What comes of it does not matter, as long as it ends. */
static void ask(const u8 *data, size_t size, const struct bench *bench)
{
	u8 *copy = malloc(size + 1); /* exactly as large: reads beyond the end are seen */
	struct symbol_lines *lines;
	const char *file;
	unsigned line;
	u64 address;

	memcpy(copy, data, size);
	lines = symbol_lines_create(copy, size);
	if (symbol_lines_at(lines, bench->second + 4, &file, &line))
		assert_true(strlen(file) < size);
	symbol_lines_at(lines, bench->start, &file, &line);
	symbol_lines_find(lines, "place.c", 202, &address);
	symbol_lines_destroy(lines);
	free(copy);
}

static void corrupt_lines(void **state)
{
	struct bench *bench = create();
	struct rng rng = { 1 };
	size_t size;
	u8 *data = read_file(ELF, &size);

	(void)state;
	for (size_t cut = 0; cut < size; cut += 1 + size / 2000)
		ask(data, cut, bench);
	for (unsigned i = 0; i < 3000; i++) {
		u8 kept[8];
		size_t at[8];

		for (unsigned j = 0; j < 8; j++) {
			at[j] = rng_below(&rng, size);
			kept[j] = data[at[j]];
			data[at[j]] = (u8)(rng_next(&rng) >> (i % 2 ? 0 : 7));
		}
		ask(data, size, bench);
		for (unsigned j = 8; j-- > 0;)
			data[at[j]] = kept[j];
	}
	free(data);
	destroy(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_lines),
		cmocka_unit_test(addresses_of_names),
		cmocka_unit_test(only_where_its_code_is),
		cmocka_unit_test(regimes),
		cmocka_unit_test(files_in_order),
		cmocka_unit_test(system_maps),
		cmocka_unit_test(no_such_files),
		cmocka_unit_test(corrupt_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
