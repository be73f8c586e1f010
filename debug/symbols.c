/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of several files an address belongs to: the first that may be there, and is.
 */
#include "debug/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "debug/symbol_lines.h"
#include "debug/symbol_source.h"
#include "mmu/mmu.h"

enum { FILES = 16 };

struct named_source {
	struct symbol_source source;
	const struct symbol_table *table; /* the source's own, or that of the image */
	struct symbol_lines *lines;	  /* NULL: no ELF file */
};

struct symbols {
	struct named_source file[FILES];
	unsigned files;
	struct named_source image; /* asked last; without a table there is none */
};

struct symbols *symbols_create(void)
{
	return calloc(1, sizeof(struct symbols));
}

static void close_source(struct named_source *named)
{
	symbol_lines_destroy(named->lines);
	symbol_source_close(&named->source);
}

void symbols_destroy(struct symbols *symbols)
{
	if (symbols == NULL)
		return;
	for (unsigned i = 0; i < symbols->files; i++)
		close_source(&symbols->file[i]);
	close_source(&symbols->image);
	free(symbols);
}

static struct status prepare_lines(struct named_source *named)
{
	const struct symbol_file *file = &named->source.file;

	if (!file->is_elf)
		return status_ok();
	named->lines = symbol_lines_create(file->data, file->size);
	return named->lines != NULL ? status_ok()
				    : status_error(STATUS_HOST, "the host has no memory");
}

struct status symbols_add(struct symbols *symbols, const char *text)
{
	struct named_source *named = &symbols->file[symbols->files];
	struct status status;

	if (symbols->files == FILES)
		return status_error(
			STATUS_USAGE, "--symbols: at most %d files are possible", FILES);
	status = symbol_source_open(&named->source, text);
	if (status.code != STATUS_OK)
		return status;
	named->table = &named->source.file.symbols;
	symbols->files++;
	return prepare_lines(named);
}

struct status symbols_add_image(
	struct symbols *symbols, const char *path, const struct symbol_table *table)
{
	struct named_source *image = &symbols->image;

	close_source(image);
	*image = (struct named_source){ .table = table };
	/* a kernel in another form has names perhaps, but no code to compare */
	if (path == NULL || symbol_file_open(path, &image->source.file).code != STATUS_OK)
		return status_ok();
	return prepare_lines(image);
}

static const struct named_source *source_at(const struct symbols *symbols, unsigned i)
{
	return i < symbols->files ? &symbols->file[i] : &symbols->image;
}

/* ---- Is the file there? ---- */

/* So many bytes around an address are compared, as far as the file has them; they are in one page.
 */
enum { COMPARED = 64 };

/* What the PE has at a virtual address; NULL: nothing that is memory. Changes nothing. */
static const u8 *look(const struct cpu *cpu, unsigned el, u64 address)
{
	struct inspected what = { .va = address,
		.regime = (u8)mmu_inspected_regime(cpu, el),
		.kind = ACCESS_FETCH,
		.el0 = el == EL0 };
	struct inspection found;
	const struct ram_region *region;

	mmu_inspect(cpu, what, &found);
	region = found.is_ok ? memory_find(cpu->memory, found.pa, 1) : NULL;
	return region != NULL ? region->host + (found.pa.v - region->base.v) : NULL;
}

/* More than half of the words, as kernels patch themselves. */
static bool is_same_code(const u8 *a, const u8 *b, u64 size)
{
	u64 words = size / 4, same = 0;

	for (u64 i = 0; i < words; i++)
		same += memcmp(a + 4 * i, b + 4 * i, 4) == 0;
	return 2 * same > words;
}

/*
 * At an address of data there is nothing to compare, so the file's first code tells: a guest has
 * its own, or has not mapped it.
 */
static bool is_there(
	const struct symbol_source *source, const struct cpu *cpu, unsigned el, u64 address)
{
	const struct symbol_file *file = &source->file;
	u64 before, behind, back;
	const u8 *code, *memory;

	if (file->codes == 0)
		return true;
	address = align_down(address, 4);
	code = symbol_file_code(file, address - source->offset, &before, &behind);
	if (code == NULL) {
		address = file->code[0].address + source->offset;
		code = symbol_file_code(file, file->code[0].address, &before, &behind);
	}
	if (code == NULL)
		return false;
	back = smaller(address % COMPARED, align_down(before, 4));
	memory = look(cpu, el, address - back);
	return memory != NULL && is_same_code(code - back, memory,
					 back + smaller(behind, COMPARED - address % COMPARED));
}

/* ---- Names of addresses ---- */

/* *of: the file, if there is a name. */
static struct symbol_place name_at(const struct symbols *symbols, const struct cpu *cpu,
	unsigned el, u64 address, const struct named_source **of)
{
	struct profile_place place = profile_place_of(cpu, el);

	for (unsigned i = 0; i <= symbols->files; i++) {
		const struct named_source *named = source_at(symbols, i);
		const struct symbol *symbol = NULL;
		u64 offset = 0;

		if (named->table != NULL && symbol_source_may_be_at(&named->source, &place))
			symbol = symbol_find(named->table, address - named->source.offset, &offset);
		if (symbol != NULL && is_there(&named->source, cpu, el, address)) {
			*of = named;
			return (struct symbol_place){ .name = symbol->name, .offset = offset };
		}
	}
	return (struct symbol_place){ .name = NULL };
}

struct symbol_place symbols_name_at(
	const struct symbols *symbols, const struct cpu *cpu, unsigned el, u64 address)
{
	const struct named_source *named;

	return name_at(symbols, cpu, el, address, &named);
}

struct symbol_place symbols_at(
	const struct symbols *symbols, const struct cpu *cpu, unsigned el, u64 address)
{
	const struct named_source *named;
	struct symbol_place place = name_at(symbols, cpu, el, address, &named);

	if (place.name != NULL && named->lines != NULL)
		symbol_lines_at(
			named->lines, address - named->source.offset, &place.file, &place.line);
	return place;
}

/* ---- Addresses of names ---- */

/* A number that ends the text, behind its last `mark`, which is put at *length. */
static bool take_number(const char *text, char mark, size_t *length, u64 *value)
{
	const char *at = strrchr(text, mark);

	if (at == NULL || at == text || !number_parse(at + 1, value))
		return false;
	*length = (size_t)(at - text);
	return true;
}

static bool find_symbol(
	const struct named_source *named, const char *text, size_t length, u64 *address)
{
	for (size_t i = 0; named->table != NULL && i < named->table->count; i++) {
		const struct symbol *symbol = &named->table->symbol[i];

		if (strncmp(symbol->name, text, length) == 0 && symbol->name[length] == '\0') {
			*address = symbol->address + named->source.offset;
			return true;
		}
	}
	return false;
}

static bool find_line(
	const struct named_source *named, const char *text, size_t length, u64 line, u64 *address)
{
	char *file = strndup(text, length);
	bool is_found = file != NULL && named->lines != NULL && line <= INT32_MAX &&
			symbol_lines_find(named->lines, file, (unsigned)line, address);

	free(file);
	*address += is_found ? named->source.offset : 0;
	return is_found;
}

bool symbols_find(const struct symbols *symbols, const char *text, u64 *address)
{
	size_t length = strlen(text), name_length, file_length;
	u64 plus = 0, line = 0;
	bool has_plus = take_number(text, '+', &name_length, &plus);
	bool has_line = take_number(text, ':', &file_length, &line);

	for (unsigned i = 0; i <= symbols->files; i++) {
		const struct named_source *named = source_at(symbols, i);

		if (find_symbol(named, text, length, address))
			return true;
		if (has_plus && find_symbol(named, text, name_length, address)) {
			*address += plus;
			return true;
		}
		if (has_line && find_line(named, text, file_length, line, address))
			return true;
	}
	return false;
}
