/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names and source lines for addresses: ELF symbols, DWARF lines, System.map, of several files at
 * once, each for one regime or for all of them. The image that was loaded comes last. A name is
 * given only where the code in memory is the file's, if there is code to compare.
 */
#ifndef ENT_DEBUG_SYMBOLS_H
#define ENT_DEBUG_SYMBOLS_H

#include "cpu/cpu.h"
#include "loader/loader.h"

struct symbols;

struct symbols *symbols_create(void); /* NULL: no memory */
void symbols_destroy(struct symbols *symbols);

/*
 * FILE[@OFFSET][:REGIME]. FILE: ELF with symbols, or System.map, of which the code cannot be
 * compared (lines "address type name"). OFFSET is added to its addresses; REGIME is el1, el2,
 * el1&0, el2&0, or vmN for a VMID. Files are asked in the order they were added. STATUS_BAD_IMAGE,
 * STATUS_USAGE.
 */
struct status symbols_add(struct symbols *symbols, const char *text);
/* The names of the loaded image, for all regimes; the table stays the caller's. path: for DWARF;
 * NULL: none. */
struct status symbols_add_image(
	struct symbols *symbols, const char *path, const struct symbol_table *table);

struct symbol_place {
	const char *name; /* NULL: not known; then the rest is 0 */
	u64 offset;
	const char *file; /* source; NULL: not known */
	unsigned line;
};

/* Of an address as the PE's current regime at `el` sees it. */
struct symbol_place symbols_at(
	const struct symbols *symbols, const struct cpu *cpu, unsigned el, u64 address);
/* The same without the source. */
struct symbol_place symbols_name_at(
	const struct symbols *symbols, const struct cpu *cpu, unsigned el, u64 address);
/* The address of a name, of any file; false: none has it. "main+0x10", "file.c:12". */
bool symbols_find(const struct symbols *symbols, const char *name, u64 *address);

#endif
