/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compilation units by address; a unit's lines are read when one of its addresses is asked for.
 */
#include "debug/symbol_lines.h"

#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

/* A range of a compilation unit. */
struct unit_range {
	u64 low, high;
	Dwarf_Off die;
};

struct symbol_lines {
	const u8 *data;
	size_t size;
	bool is_open; /* what is below was filled, as far as there is something */
	Elf *elf;
	Dwarf *dwarf;
	struct unit_range *range; /* sorted by low */
	size_t ranges, room;
};

struct symbol_lines *symbol_lines_create(const u8 *data, size_t size)
{
	struct symbol_lines *lines = calloc(1, sizeof(*lines));

	if (lines != NULL) {
		lines->data = data;
		lines->size = size;
	}
	return lines;
}

void symbol_lines_destroy(struct symbol_lines *lines)
{
	if (lines == NULL)
		return;
	if (lines->dwarf != NULL)
		dwarf_end(lines->dwarf);
	if (lines->elf != NULL)
		elf_end(lines->elf);
	free(lines->range);
	free(lines);
}

/* ---- Units ---- */

static bool add_range(struct symbol_lines *lines, struct unit_range range)
{
	if (lines->ranges == lines->room) {
		size_t room = lines->room != 0 ? 2 * lines->room : 64;
		struct unit_range *more = realloc(lines->range, room * sizeof(*more));

		if (more == NULL)
			return false;
		lines->range = more;
		lines->room = room;
	}
	lines->range[lines->ranges++] = range;
	return true;
}

static bool add_unit(struct symbol_lines *lines, Dwarf_Die *die)
{
	Dwarf_Addr base, low, high;
	ptrdiff_t at = 0;

	while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
		if (low < high &&
			!add_range(lines, (struct unit_range){ low, high, dwarf_dieoffset(die) }))
			return false;
	}
	return true;
}

static int compare(const void *left, const void *right)
{
	const struct unit_range *a = left, *b = right;

	if (a->low != b->low)
		return a->low < b->low ? -1 : 1;
	return a->die < b->die ? -1 : a->die > b->die;
}

static bool open_lines(struct symbol_lines *lines)
{
	Dwarf_Off at = 0, next;
	size_t header;

	if (lines->is_open)
		return lines->ranges != 0;
	lines->is_open = true;
	elf_version(EV_CURRENT);
	/* opened for reading, libelf does not write to the bytes */
	lines->elf = elf_memory((char *)(uintptr_t)lines->data, lines->size);
	if (lines->elf == NULL)
		return false;
	lines->dwarf = dwarf_begin_elf(lines->elf, DWARF_C_READ, NULL);
	while (lines->dwarf != NULL &&
		dwarf_nextcu(lines->dwarf, at, &next, &header, NULL, NULL, NULL) == 0 &&
		next > at) {
		Dwarf_Die die;

		if (dwarf_offdie(lines->dwarf, at + header, &die) != NULL && !add_unit(lines, &die))
			break;
		at = next;
	}
	if (lines->ranges != 0)
		qsort(lines->range, lines->ranges, sizeof(*lines->range), compare);
	return lines->ranges != 0;
}

/* The unit whose range holds the address, and begins last of those; NULL: none does. */
static Dwarf_Die *find_unit(struct symbol_lines *lines, u64 address, Dwarf_Die *die)
{
	size_t low = 0, high = lines->ranges;

	while (low < high) { /* the first range above the address */
		size_t middle = low + (high - low) / 2;

		if (lines->range[middle].low <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || address >= lines->range[low - 1].high)
		return NULL;
	return dwarf_offdie(lines->dwarf, lines->range[low - 1].die, die);
}

/* ---- Questions ---- */

bool symbol_lines_at(struct symbol_lines *lines, u64 address, const char **file, unsigned *line)
{
	Dwarf_Die unit;
	Dwarf_Line *found;
	bool is_end;
	int number;

	if (!open_lines(lines) || find_unit(lines, address, &unit) == NULL)
		return false;
	found = dwarf_getsrc_die(&unit, address);
	if (found == NULL || dwarf_lineendsequence(found, &is_end) != 0 || is_end ||
		dwarf_lineno(found, &number) != 0 || number <= 0)
		return false;
	*file = dwarf_linesrc(found, NULL, NULL);
	*line = (unsigned)number;
	return *file != NULL;
}

/* Is `file` the path, or its last components? */
static bool is_end_of_path(const char *file, const char *path)
{
	size_t length = strlen(file), whole = strlen(path);

	return length <= whole && strcmp(path + whole - length, file) == 0 &&
	       (length == whole || path[whole - length - 1] == '/');
}

static void find_in_unit(
	Dwarf_Die *unit, const char *file, unsigned line, u64 *address, bool *is_found)
{
	Dwarf_Lines *rows;
	size_t count;

	if (dwarf_getsrclines(unit, &rows, &count) != 0)
		return;
	for (size_t i = 0; i < count; i++) {
		Dwarf_Line *row = dwarf_onesrcline(rows, i);
		Dwarf_Addr at;
		bool is_end;
		const char *path;
		int number;

		if (row == NULL || dwarf_lineno(row, &number) != 0 || number != (int)line ||
			dwarf_lineendsequence(row, &is_end) != 0 || is_end ||
			dwarf_lineaddr(row, &at) != 0 || (*is_found && at >= *address))
			continue;
		path = dwarf_linesrc(row, NULL, NULL);
		if (path != NULL && is_end_of_path(file, path)) {
			*address = at;
			*is_found = true;
		}
	}
}

bool symbol_lines_find(struct symbol_lines *lines, const char *file, unsigned line, u64 *address)
{
	bool is_found = false;

	if (!open_lines(lines))
		return false;
	for (size_t i = 0; i < lines->ranges; i++) {
		Dwarf_Die unit;

		/* a unit of several ranges is looked at once for each; its lines are read once */
		if (dwarf_offdie(lines->dwarf, lines->range[i].die, &unit) != NULL)
			find_in_unit(&unit, file, line, address, &is_found);
	}
	return is_found;
}
