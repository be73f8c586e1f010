/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source lines of an ELF file, from its DWARF, by libdw. Nothing is read before the first question;
 * a file without DWARF, or with what is none, has no lines.
 */
#ifndef ENT_DEBUG_SYMBOL_LINES_H
#define ENT_DEBUG_SYMBOL_LINES_H

#include "base/base.h"

struct symbol_lines;

/* Of an ELF file in memory, which stays as long as the lines. NULL: no memory. */
struct symbol_lines *symbol_lines_create(const u8 *data, size_t size);
void symbol_lines_destroy(struct symbol_lines *lines);

/* Of an address as linked. The name is as the compiler was given it. */
bool symbol_lines_at(struct symbol_lines *lines, u64 address, const char **file, unsigned *line);
/* The first address of a line; of the file only the end of the name has to be given. */
bool symbol_lines_find(struct symbol_lines *lines, const char *file, unsigned line, u64 *address);

#endif
