/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file with names and where they hold: FILE[@OFFSET][:REGIME], as --symbols has it.
 */
#ifndef ENT_DEBUG_SYMBOL_SOURCE_H
#define ENT_DEBUG_SYMBOL_SOURCE_H

#include "debug/profile.h"
#include "loader/loader.h"

enum symbol_where { ANYWHERE, IN_EL1_0, IN_EL2, IN_EL2_0, IN_VM };

struct symbol_source {
	struct symbol_file file;
	u64 offset; /* what is added to the addresses in the file */
	enum symbol_where where;
	u64 vmid; /* IN_VM */
};

/* STATUS_USAGE: the words behind the name mean nothing; STATUS_BAD_IMAGE: the file has no names. */
struct status symbol_source_open(struct symbol_source *source, const char *text);
void symbol_source_close(struct symbol_source *source);

bool symbol_source_may_be_at(const struct symbol_source *source, const struct profile_place *place);

/* As symbol_find() and symbol_file_word(), of addresses where the file is. */
static inline const struct symbol *symbol_source_find(
	const struct symbol_source *source, u64 address, u64 *offset)
{
	return symbol_find(&source->file.symbols, address - source->offset, offset);
}

static inline bool symbol_source_word(const struct symbol_source *source, u64 address, u32 *word)
{
	return symbol_file_word(&source->file, address - source->offset, word);
}

#endif
