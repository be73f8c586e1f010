/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the loader loads and what it refuses: every row is a small change to a good file, made
 * here. Knows no machine: RAM is an array.
 */
#include <elf.h>

#include "tests/unit/loader_bench.h"

#define FLASH_BASE 0x10000000ull
enum { FLASH_SIZE = 1 << 20 };

/* ---- A good ELF file: two segments, three symbols, sections at the end ---- */

enum { CODE_OFFSET = 0x1000, CODE_SIZE = 0x40, SYMBOLS_OFFSET = 0x1100, NAMES_OFFSET = 0x1200 };
enum { SECTIONS_OFFSET = 0x1300, ELF_SIZE = SECTIONS_OFFSET + 3 * sizeof(Elf64_Shdr) };
#define CODE_VA 0xffff000000080000ull

static Elf64_Ehdr *ehdr(struct file *file)
{
	return (Elf64_Ehdr *)(void *)file->data;
}

static Elf64_Phdr *phdr(struct file *file, unsigned i)
{
	return (Elf64_Phdr *)(void *)(file->data + sizeof(Elf64_Ehdr)) + i;
}

static Elf64_Shdr *shdr(struct file *file, unsigned i)
{
	return (Elf64_Shdr *)(void *)(file->data + SECTIONS_OFFSET) + i;
}

static void put_symbol(
	struct file *file, unsigned i, const char *name, unsigned type, u64 value, u64 size)
{
	char *names = (char *)file->data + NAMES_OFFSET;
	Elf64_Sym sym = { .st_name = 16 * i + 1,
		.st_info = ELF64_ST_INFO(STB_GLOBAL, type),
		.st_shndx = 1,
		.st_value = value,
		.st_size = size };

	strcpy(names + sym.st_name, name);
	memcpy(file->data + SYMBOLS_OFFSET + i * sizeof(sym), &sym, sizeof(sym));
}

static void make_elf(struct file *file)
{
	memset(file, 0, sizeof(*file));
	file->size = ELF_SIZE;
	*ehdr(file) = (Elf64_Ehdr){ .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB,
					    EV_CURRENT },
		.e_type = ET_EXEC,
		.e_machine = EM_AARCH64,
		.e_version = EV_CURRENT,
		.e_entry = CODE_VA + 8,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_shoff = SECTIONS_OFFSET,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 2,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 3 };
	*phdr(file, 0) = (Elf64_Phdr){ .p_type = PT_LOAD,
		.p_offset = CODE_OFFSET,
		.p_vaddr = CODE_VA,
		.p_paddr = RAM_BASE + 0x80000,
		.p_filesz = CODE_SIZE,
		.p_memsz = 0x100 };
	*phdr(file, 1) = (Elf64_Phdr){ .p_type = PT_LOAD,
		.p_offset = CODE_OFFSET,
		.p_vaddr = CODE_VA + 0x10000,
		.p_paddr = RAM_BASE + 0x90000,
		.p_filesz = 8,
		.p_memsz = 8 };
	*shdr(file, 1) = (Elf64_Shdr){ .sh_type = SHT_SYMTAB,
		.sh_offset = SYMBOLS_OFFSET,
		.sh_size = 4 * sizeof(Elf64_Sym),
		.sh_link = 2,
		.sh_entsize = sizeof(Elf64_Sym) };
	*shdr(file, 2) =
		(Elf64_Shdr){ .sh_type = SHT_STRTAB, .sh_offset = NAMES_OFFSET, .sh_size = 0x100 };
	put_symbol(file, 0, "last", STT_FUNC, CODE_VA + 0x20, 8);
	put_symbol(file, 1, "first", STT_FUNC, CODE_VA, 0x10);
	put_symbol(file, 2, "$x", STT_NOTYPE, CODE_VA, 0);
	put_symbol(file, 3, "label", STT_NOTYPE, CODE_VA + 0x10, 0);
	for (unsigned i = 0; i < CODE_SIZE; i++)
		file->data[CODE_OFFSET + i] = (u8)(i + 1);
}

/* ---- A good Image ---- */

static void make_image(struct file *file)
{
	u64 text_offset = 0x80000, image_size = 0x10000;

	memset(file, 0, sizeof(*file));
	file->size = 0x1000;
	memset(file->data, 0x1f, file->size);
	memset(file->data + 8, 0, 56);
	memcpy(file->data + 8, &text_offset, 8);
	memcpy(file->data + 16, &image_size, 8);
	memcpy(file->data + 56, "ARM\x64", 4);
}

/* ---- Loading ---- */

/* Flash, too: no bytes, for nobody may write them. */
static int set_up_with_flash(void **state)
{
	struct bench *bench;

	set_up(state);
	bench = *state;
	bench->memory.region_count = 2;
	bench->memory.region[1] = (struct ram_region){
		.base = PA(FLASH_BASE), .size = FLASH_SIZE, .read_only = true
	};
	return 0;
}

static const u8 *ram(struct bench *bench, u64 pa)
{
	return bench->memory.region[0].host + (pa - RAM_BASE);
}

/* ---- Refusals ---- */

static void keep(struct file *file)
{
	(void)file;
}

/* One function a change; the rows name them. */
#define CHANGE(name, statement)                                                                    \
	static void name(struct file *file)                                                        \
	{                                                                                          \
		statement;                                                                         \
	}
CHANGE(empty, file->size = 0)
CHANGE(no_magic, file->data[1] = 'e')
CHANGE(short_header, file->size = 63)
CHANGE(only_magic, file->size = 4)
CHANGE(class32, file->data[EI_CLASS] = ELFCLASS32)
CHANGE(big_endian, file->data[EI_DATA] = ELFDATA2MSB)
CHANGE(for_x86, ehdr(file)->e_machine = EM_X86_64)
CHANGE(shared, ehdr(file)->e_type = ET_DYN)
CHANGE(old_version, ehdr(file)->e_version = 7)
CHANGE(no_headers, ehdr(file)->e_phnum = 0)
CHANGE(headers_elsewhere, ehdr(file)->e_phoff = ~7ull)
CHANGE(headers_unaligned, ehdr(file)->e_phoff = 65)
CHANGE(header_size, ehdr(file)->e_phentsize = 8)
CHANGE(headers_extended, ehdr(file)->e_phnum = PN_XNUM)
CHANGE(no_sections, ehdr(file)->e_shnum = 0)
CHANGE(sections_beyond, file->size = ELF_SIZE - 1)
CHANGE(sections_far, ehdr(file)->e_shoff = 1ull << 63)
CHANGE(section_names, ehdr(file)->e_shstrndx = 3)
CHANGE(dynamic, phdr(file, 1)->p_type = PT_INTERP)
CHANGE(file_larger, phdr(file, 0)->p_filesz = 0x101)
CHANGE(segment_beyond, phdr(file, 1)->p_offset = ELF_SIZE - 7)
CHANGE(segment_wraps, phdr(file, 1)->p_offset = ~0ull)
CHANGE(below_ram, phdr(file, 0)->p_paddr = RAM_BASE - 4)
CHANGE(above_ram, phdr(file, 1)->p_paddr = RAM_BASE + RAM_SIZE - 4)
CHANGE(memory_wraps, phdr(file, 1)->p_memsz = ~0ull)
CHANGE(overlap, phdr(file, 1)->p_paddr = RAM_BASE + 0x800f8)
CHANGE(nothing, phdr(file, 0)->p_type = phdr(file, 1)->p_type = PT_NOTE)
CHANGE(entry_outside, ehdr(file)->e_entry = CODE_VA + 0x100)
CHANGE(entry_odd, ehdr(file)->e_entry = CODE_VA + 2)
CHANGE(image_big_endian, file->data[24] = 1)
CHANGE(image_offset, file->data[11] = 1)
CHANGE(image_large, file->data[18] = 0x80)

struct refusal {
	const char *why;
	void (*make)(struct file *file);
	void (*change)(struct file *file);
	bool has_address;
	u64 address;
	enum status_code code;
	const char *text;
};

#define BAD STATUS_BAD_IMAGE
/* clang-format off */
static const struct refusal refusals[] = {
	{ "an empty file", make_elf, empty, false, 0, BAD, "file: the file is empty" },
	{ "an empty file, raw", make_elf, empty, true, RAM_BASE, BAD, "file: the file is empty" },
	{ "unknown without an address", make_elf, no_magic, false, 0, BAD,
	  "file: neither an ELF file nor an arm64 Image; a raw binary needs --load-address" },
	{ "ELF with an address", make_elf, keep, true, RAM_BASE, STATUS_USAGE,
	  "file: an ELF file has its own addresses; --load-address is for raw binaries and Images" },
	{ "less than an ELF header", make_elf, short_header, false, 0, BAD,
	  "file: truncated: 63 bytes, less than an ELF header" },
	{ "only the magic", make_elf, only_magic, false, 0, BAD,
	  "file: truncated: 4 bytes, less than an ELF header" },
	{ "32-bit ELF", make_elf, class32, false, 0, BAD,
	  "file: a 32-bit ELF file; only 64-bit ones run here" },
	{ "big-endian ELF", make_elf, big_endian, false, 0, BAD,
	  "file: a big-endian ELF file; only little-endian ones run here" },
	{ "wrong machine", make_elf, for_x86, false, 0, BAD,
	  "file: an ELF file for machine 62, not AArch64 (183)" },
	{ "shared object", make_elf, shared, false, 0, BAD,
	  "file: ELF type 3 is not an executable with fixed addresses; link it statically, without -pie" },
	{ "ELF version", make_elf, old_version, false, 0, BAD, "file: ELF version 7 is not known" },
	{ "no program headers", make_elf, no_headers, false, 0, BAD,
	  "file: the ELF file has no program headers: nothing to load" },
	{ "program headers beyond the end, wrapping", make_elf, headers_elsewhere, false, 0, BAD,
	  "file: truncated: the ELF program headers end beyond the file's 5056 bytes" },
	{ "program headers unaligned", make_elf, headers_unaligned, false, 0, BAD,
	  "file: the ELF program header table is malformed" },
	{ "program header of another size", make_elf, header_size, false, 0, BAD,
	  "file: the ELF program header table is malformed" },
	{ "extended program header count", make_elf, headers_extended, false, 0, BAD,
	  "file: the ELF program header table is malformed" },
	{ "section table of none", make_elf, no_sections, false, 0, BAD,
	  "file: the ELF section header table is malformed" },
	{ "truncated by a byte", make_elf, sections_beyond, false, 0, BAD,
	  "file: truncated: the ELF section headers end beyond the file's 5055 bytes" },
	{ "sections far beyond", make_elf, sections_far, false, 0, BAD,
	  "file: truncated: the ELF section headers end beyond the file's 5056 bytes" },
	{ "section names in no section", make_elf, section_names, false, 0, BAD,
	  "file: the ELF section header table is malformed" },
	{ "dynamically linked", make_elf, dynamic, false, 0, BAD,
	  "file: a dynamically linked program; link it with -static" },
	{ "more in the file than in memory", make_elf, file_larger, false, 0, BAD,
	  "file: ELF segment 0 has more bytes in the file than in memory (0x101, 0x100)" },
	{ "segment truncated", make_elf, segment_beyond, false, 0, BAD,
	  "file: truncated: ELF segment 1 ends beyond the file's 5056 bytes" },
	{ "segment offset wraps", make_elf, segment_wraps, false, 0, BAD,
	  "file: truncated: ELF segment 1 ends beyond the file's 5056 bytes" },
	{ "segment below RAM", make_elf, below_ram, false, 0, BAD,
	  "file: ELF segment 0 at 0x3ffffffc, 0x100 bytes, is outside of RAM (0x40000000..0x407fffff); try --memory" },
	{ "segment over the end of RAM", make_elf, above_ram, false, 0, BAD,
	  "file: ELF segment 1 at 0x407ffffc, 0x8 bytes, is outside of RAM (0x40000000..0x407fffff); try --memory" },
	{ "segment size wraps", make_elf, memory_wraps, false, 0, BAD,
	  "file: ELF segment 1 at 0x40090000, 0xffffffffffffffff bytes, is outside of RAM (0x40000000..0x407fffff); try --memory" },
	{ "segments overlap", make_elf, overlap, false, 0, BAD,
	  "file: ELF segments 0 and 1 overlap at 0x400800f8" },
	{ "nothing to load", make_elf, nothing, false, 0, BAD,
	  "file: the ELF file has no segment to load" },
	{ "entry behind the segment", make_elf, entry_outside, false, 0, BAD,
	  "file: the ELF entry 0xffff000000080100 is in no segment that is loaded" },
	{ "odd entry", make_elf, entry_odd, false, 0, BAD,
	  "file: the ELF entry 0xffff000000080002 is not a multiple of 4" },
	{ "Image of the other endianness", make_image, image_big_endian, false, 0, BAD,
	  "file: a big-endian Image; only little-endian ones run here" },
	{ "Image with a strange offset", make_image, image_offset, false, 0, BAD,
	  "file: the Image header has text_offset 0x1080000" },
	{ "Image at an unaligned address", make_image, keep, true, RAM_BASE + 0x100000, BAD,
	  "file: an Image must be 0x80000 bytes above a 2 MiB boundary; --load-address 0x40100000 is not" },
	{ "Image larger than RAM", make_image, image_large, false, 0, BAD,
	  "file: the Image at 0x40080000, 0x800000 bytes, is outside of RAM (0x40000000..0x407fffff); try --memory" },
	{ "raw outside of RAM", make_elf, no_magic, true, 0x1000, BAD,
	  "file: the binary at 0x1000, 0x13c0 bytes, is outside of RAM (0x40000000..0x407fffff); try --memory" },
	{ "raw in flash", make_elf, no_magic, true, FLASH_BASE, BAD,
	  "file: the binary at 0x10000000, 0x13c0 bytes, is outside of RAM (0x40000000..0x407fffff); try --memory" },
	{ "raw over the end of RAM", make_elf, no_magic, true, RAM_BASE + RAM_SIZE - 0x1000, BAD,
	  "file: the binary at 0x407ff000, 0x13c0 bytes, is outside of RAM (0x40000000..0x407fffff); try --memory" },
	{ "raw at an odd address", make_elf, no_magic, true, RAM_BASE + 2, STATUS_USAGE,
	  "--load-address 0x40000002 is not a multiple of 4" },
};
/* clang-format on */

static void refuses(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *row = &refusals[i];

		row->make(&bench->file);
		row->change(&bench->file);
		bench->options = (struct load_options){ .has_address = row->has_address,
			.address = row->address };
		load(bench);
		if (bench->status.code != row->code || strcmp(bench->status.text, row->text) != 0)
			fail_msg("row %zu, %s: got %d '%s'", i, row->why, (int)bench->status.code,
				bench->status.text);
		for (size_t byte = 0; byte < RAM_SIZE; byte += 8) {
			if (*(const u64 *)(const void *)ram(bench, RAM_BASE + byte) != 0)
				fail_msg("row %zu, %s: RAM was written", i, row->why);
		}
	}
}

/* ---- Acceptances ---- */

static void loads_elf(void **state)
{
	struct bench *bench = *state;

	make_elf(&bench->file);
	memset(bench->memory.region[0].host + 0x80000, 0xee, 0x200);
	load(bench);
	assert_string_equal(bench->status.text, "");
	assert_string_equal(bench->image.format, "ELF");
	assert_int_equal(bench->image.entry, RAM_BASE + 0x80008); /* by the segment, not by VA */
	assert_int_equal(bench->image.start, RAM_BASE + 0x80000);
	assert_int_equal(bench->image.end, RAM_BASE + 0x90008);
	assert_int_equal(ram(bench, RAM_BASE + 0x80000)[0], 1);
	assert_int_equal(ram(bench, RAM_BASE + 0x8003f)[0], 0x40);
	assert_int_equal(ram(bench, RAM_BASE + 0x80040)[0], 0); /* .bss is cleared */
	assert_int_equal(ram(bench, RAM_BASE + 0x800ff)[0], 0);
	assert_int_equal(ram(bench, RAM_BASE + 0x80100)[0], 0xee);
	assert_int_equal(ram(bench, RAM_BASE + 0x90007)[0], 8);
}

static void loads_elf_without_sections(void **state)
{
	struct bench *bench = *state;

	make_elf(&bench->file);
	ehdr(&bench->file)->e_shoff = 0;
	load(bench);
	assert_int_equal(bench->status.code, STATUS_OK);
	assert_int_equal(bench->image.symbols.count, 0);
}

static void finds_symbols(void **state)
{
	static const struct {
		const char *why;
		u64 address;
		const char *name; /* NULL: none */
		u64 offset;
	} rows[] = {
		{ "below all", CODE_VA - 1, NULL, 0 },
		{ "at a function, mapping symbol left out", CODE_VA, "first", 0 },
		{ "in a function", CODE_VA + 0xf, "first", 0xf },
		{ "a label reaches to the next symbol", CODE_VA + 0x1f, "label", 0xf },
		{ "at the last", CODE_VA + 0x20, "last", 0 },
		{ "behind the last", CODE_VA + 0x28, NULL, 0 },
	};
	struct bench *bench = *state;

	make_elf(&bench->file);
	load(bench);
	assert_int_equal(bench->image.symbols.count, 3);
	for (size_t i = 0; i < COUNT(rows); i++) {
		u64 offset = 0;
		const struct symbol *got =
			symbol_find(&bench->image.symbols, rows[i].address, &offset);

		if (rows[i].name == NULL ? got != NULL
					 : got == NULL || strcmp(got->name, rows[i].name) != 0 ||
						   offset != rows[i].offset)
			fail_msg("row %zu, %s: got %s+0x%lx", i, rows[i].why,
				got != NULL ? got->name : "nothing", (unsigned long)offset);
	}
}

/* Symbols only decorate: nonsense in them is left out, and never read beyond the file. */
static void survives_bad_symbols(void **state)
{
	struct bench *bench = *state;
	Elf64_Sym sym = { .st_name = 0xffffffff, .st_shndx = 1, .st_value = CODE_VA };

	make_elf(&bench->file);
	memcpy(bench->file.data + SYMBOLS_OFFSET, &sym, sizeof(sym));
	shdr(&bench->file, 2)->sh_size = 36; /* ends within the name of symbol 2 */
	load(bench);
	assert_int_equal(bench->status.code, STATUS_OK);
	assert_int_equal(bench->image.symbols.count, 1);
	assert_string_equal(bench->image.symbols.symbol[0].name, "first");

	shdr(&bench->file, 1)->sh_offset = ~0ull;
	load(bench);
	assert_int_equal(bench->status.code, STATUS_OK);
	assert_int_equal(bench->image.symbols.count, 0);

	make_elf(&bench->file);
	shdr(&bench->file, 1)->sh_link = 77;
	load(bench);
	assert_int_equal(bench->status.code, STATUS_OK);
	assert_int_equal(bench->image.symbols.count, 0);
}

static void loads_image(void **state)
{
	static const struct {
		const char *why;
		bool has_address;
		u64 address, entry;
	} rows[] = {
		{ "at the first 2 MiB boundary", false, 0, RAM_BASE + 0x80000 },
		{ "where told", true, RAM_BASE + 0x280000, RAM_BASE + 0x280000 },
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		make_image(&bench->file);
		bench->options = (struct load_options){ rows[i].has_address, rows[i].address };
		load(bench);
		if (bench->status.code != STATUS_OK || bench->image.entry != rows[i].entry ||
			bench->image.end != rows[i].entry + 0x10000 ||
			ram(bench, rows[i].entry)[0] != 0x1f)
			fail_msg("row %zu, %s: entry 0x%lx, '%s'", i, rows[i].why,
				(unsigned long)bench->image.entry, bench->status.text);
	}
}

static void loads_raw(void **state)
{
	struct bench *bench = *state;

	make_elf(&bench->file);
	no_magic(&bench->file);
	bench->options = (struct load_options){ true, RAM_BASE + 0x1000 };
	load(bench);
	assert_int_equal(bench->status.code, STATUS_OK);
	assert_int_equal(bench->image.entry, RAM_BASE + 0x1000);
	assert_int_equal(ram(bench, RAM_BASE + 0x1001)[0], 'e');
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_with_flash, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refuses),
		TEST(loads_elf),
		TEST(loads_elf_without_sections),
		TEST(finds_symbols),
		TEST(survives_bad_symbols),
		TEST(loads_image),
		TEST(loads_raw),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
