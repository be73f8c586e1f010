/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are read for their names, not to be loaded: symbols, and of ELF files the instructions
 * that tell whether code found elsewhere is theirs.
 */
#include <string.h>

#include "loader/formats.h"

struct status symbol_file_open(const char *path, struct symbol_file *out)
{
	struct file file;
	struct status status = file_open(path, &file);
	struct input input = { .name = file.name, .data = file.data, .size = file.size };

	*out = (struct symbol_file){ .data = NULL };
	if (status.code != STATUS_OK)
		return status;
	out->data = file.data;
	out->size = file.size;
	out->is_elf = elf_recognize(&input);
	status = out->is_elf ? elf_find_code(&input, out) : system_map_read(&input, &out->symbols);
	if (status.code == STATUS_OK && out->is_elf)
		status = elf_read_symbols(&input, &out->symbols);
	if (status.code != STATUS_OK)
		symbol_file_close(out);
	return status;
}

void symbol_file_close(struct symbol_file *file)
{
	symbol_table_free(&file->symbols);
	file_close(&(struct file){ .data = file->data, .size = file->size });
	*file = (struct symbol_file){ .data = NULL };
}

const u8 *symbol_file_code(const struct symbol_file *file, u64 address, u64 *before, u64 *behind)
{
	for (unsigned i = 0; i < file->codes; i++) {
		u64 offset = address - file->code[i].address;

		if (offset >= file->code[i].size)
			continue;
		*before = offset;
		*behind = file->code[i].size - offset;
		return file->data + file->code[i].offset + offset;
	}
	return NULL;
}

bool symbol_file_word(const struct symbol_file *file, u64 address, u32 *word)
{
	u64 before, behind;
	const u8 *code = symbol_file_code(file, address, &before, &behind);

	if (code == NULL || behind < sizeof(*word))
		return false;
	memcpy(word, code, sizeof(*word));
	return true;
}
