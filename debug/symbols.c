/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of several files an address belongs to: the first that may be there, and is.
 */
#include "debug/symbols.h"

#include <stdlib.h>
#include <string.h>

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

/* So many bytes around an address are compared; they are in one page. */
enum { COMPARED = 64, COMPARED_WORDS = COMPARED / 4 };

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
	region = found.is_ok ? memory_find(cpu->memory, found.pa, COMPARED) : NULL;
	return region != NULL ? region->host + (found.pa.v - region->base.v) : NULL;
}

/* More than half of the words, as kernels patch themselves. false, too: the file has none there. */
static bool has_code_of(const struct symbol_source *source, const struct cpu *cpu, unsigned el,
	u64 address, bool *is_file_code)
{
	u64 begin = align_down(address, COMPARED);
	u32 word[COMPARED_WORDS];
	bool has[COMPARED_WORDS];
	unsigned known = 0, same = 0;
	const u8 *memory;

	for (unsigned i = 0; i < COMPARED_WORDS; i++)
		known += has[i] = symbol_source_word(source, begin + 4 * i, &word[i]);
	*is_file_code = symbol_source_word(source, align_down(address, 4), &(u32){ 0 });
	memory = known != 0 ? look(cpu, el, begin) : NULL;
	for (unsigned i = 0; memory != NULL && i < COMPARED_WORDS; i++)
		same += has[i] && memcmp(memory + 4 * i, &word[i], 4) == 0;
	return 2 * same > known;
}

/*
 * At an address of data there is nothing to compare, so the file's first code tells: a guest has
 * its own, or has not mapped it.
 */
static bool is_there(
	const struct symbol_source *source, const struct cpu *cpu, unsigned el, u64 address)
{
	bool is_code, is_same;

	if (source->file.codes == 0)
		return true;
	is_same = has_code_of(source, cpu, el, address, &is_code);
	return is_code ? is_same
		       : has_code_of(source, cpu, el, source->file.code[0].address + source->offset,
				 &is_code);
}

/* ---- Names of addresses ---- */

static struct symbol_place name(
	const struct named_source *named, const struct symbol *symbol, u64 offset, u64 address)
{
	struct symbol_place place = { .name = symbol->name, .offset = offset };

	if (named->lines != NULL)
		symbol_lines_at(
			named->lines, address - named->source.offset, &place.file, &place.line);
	return place;
}

struct symbol_place symbols_at(
	const struct symbols *symbols, const struct cpu *cpu, unsigned el, u64 address)
{
	struct profile_place place = profile_place_of(cpu, el);

	for (unsigned i = 0; i <= symbols->files; i++) {
		const struct named_source *named = source_at(symbols, i);
		const struct symbol *symbol = NULL;
		u64 offset = 0;

		if (named->table != NULL && symbol_source_may_be_at(&named->source, &place))
			symbol = symbol_find(named->table, address - named->source.offset, &offset);
		if (symbol != NULL && is_there(&named->source, cpu, el, address))
			return name(named, symbol, offset, address);
	}
	return (struct symbol_place){ .name = NULL };
}

/* ---- Addresses of names ---- */

/* A number that ends the text, behind its last `mark`, which is put at *length. */
static bool take_number(const char *text, char mark, size_t *length, u64 *value)
{
	const char *at = strrchr(text, mark);
	char *end;

	if (at == NULL || at == text || at[1] < '0' || at[1] > '9')
		return false;
	*value = strtoull(at + 1, &end, at[1] == '0' && (at[2] | 32) == 'x' ? 16 : 10);
	*length = (size_t)(at - text);
	return *end == '\0';
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
