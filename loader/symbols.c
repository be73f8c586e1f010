/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Symbols by libelf, sorted for lookup by address. The file's headers were checked by elf.c; a
 * symbol that makes no sense is left out, for symbols only decorate traces.
 */
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#include "loader/formats.h"

/* Where the symbols are: one section of symbols and one of names. */
struct symbol_source {
	Elf_Data *symbols, *names;
	size_t count;
};

static Elf_Data *section_data(Elf *elf, size_t index)
{
	Elf_Scn *section = elf_getscn(elf, index);

	return section == NULL ? NULL : elf_rawdata(section, NULL);
}

static bool find_source(Elf *elf, struct symbol_source *source)
{
	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn != NULL; scn = elf_nextscn(elf, scn)) {
		GElf_Shdr shdr;

		if (gelf_getshdr(scn, &shdr) == NULL || shdr.sh_type != SHT_SYMTAB ||
			shdr.sh_entsize != sizeof(Elf64_Sym))
			continue;
		source->symbols = elf_rawdata(scn, NULL);
		source->names = section_data(elf, shdr.sh_link);
		if (source->symbols == NULL || source->symbols->d_buf == NULL ||
			source->names == NULL || source->names->d_buf == NULL)
			continue;
		source->count = source->symbols->d_size / sizeof(Elf64_Sym);
		return true;
	}
	return false;
}

/* The name of a symbol that a trace may show; NULL: of none. Mapping symbols ($x) mark no place. */
static const char *name_of(const struct symbol_source *source, const Elf64_Sym *sym)
{
	unsigned type = ELF64_ST_TYPE(sym->st_info);
	const char *names = source->names->d_buf;

	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS || sym->st_shndx == SHN_COMMON)
		return NULL;
	if (type != STT_NOTYPE && type != STT_FUNC && type != STT_OBJECT)
		return NULL;
	if (sym->st_name >= source->names->d_size || names[sym->st_name] == '\0' ||
		names[sym->st_name] == '$' ||
		memchr(names + sym->st_name, '\0', source->names->d_size - sym->st_name) == NULL)
		return NULL;
	return names + sym->st_name;
}

/* By address; then the larger one, so that a function wins over a label at its start; then name. */
static int compare(const void *left, const void *right)
{
	const struct symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return strcmp(a->name, b->name);
}

static struct status copy_symbols(
	const struct input *input, const struct symbol_source *source, struct symbol_table *table)
{
	size_t names_size = source->names->d_size;

	table->names = malloc(names_size != 0 ? names_size : 1);
	table->symbol = calloc(source->count + 1, sizeof(*table->symbol));
	if (table->names == NULL || table->symbol == NULL)
		return status_error(
			STATUS_HOST, "%.60s: the host has no memory for its symbols", input->name);
	memcpy(table->names, source->names->d_buf, names_size);
	for (size_t i = 0; i < source->count; i++) {
		Elf64_Sym sym;
		const char *name;

		memcpy(&sym, (const u8 *)source->symbols->d_buf + i * sizeof(sym), sizeof(sym));
		name = name_of(source, &sym);
		if (name == NULL)
			continue;
		table->symbol[table->count++] = (struct symbol){ .address = sym.st_value,
			.size = sym.st_size,
			.name = table->names + sym.st_name };
	}
	qsort(table->symbol, table->count, sizeof(*table->symbol), compare);
	return status_ok();
}

struct status elf_read_symbols(const struct input *input, struct symbol_table *table)
{
	struct symbol_source source;
	struct status status = status_ok();
	Elf *elf;

	elf_version(EV_CURRENT);
	/* opened for reading, libelf does not write to the bytes */
	elf = elf_memory((char *)(uintptr_t)input->data, input->size);
	if (elf != NULL && find_source(elf, &source))
		status = copy_symbols(input, &source, table);
	elf_end(elf);
	return status;
}

void symbol_table_free(struct symbol_table *table)
{
	free(table->symbol);
	free(table->names);
	*table = (struct symbol_table){ .count = 0 };
}

const struct symbol *symbol_find(const struct symbol_table *table, u64 address, u64 *offset)
{
	size_t low = 0, high = table->count;
	const struct symbol *symbol;

	while (low < high) { /* the first symbol above the address */
		size_t middle = low + (high - low) / 2;

		if (table->symbol[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	symbol = &table->symbol[low - 1];
	while (symbol > table->symbol && symbol[-1].address == symbol->address)
		symbol--;
	*offset = address - symbol->address;
	return symbol->size == 0 || *offset < symbol->size ? symbol : NULL;
}
