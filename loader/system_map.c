/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System.map of Linux, /proc/kallsyms, and what nm prints: lines "address type name". Lines that
 * are none are left out: symbols only decorate.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "loader/formats.h"

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

/* 1 to 16 hexadecimal digits; where they end, or NULL. */
static const char *take_address(const char *at, const char *end, u64 *address)
{
	const char *begin = at;

	*address = 0;
	for (; at < end && isxdigit((unsigned char)*at); at++) {
		unsigned digit = (unsigned char)*at;

		*address = *address << 4 |
			   (isdigit((int)digit) ? digit - '0' : (digit | 32) - 'a' + 10);
	}
	return at > begin && at - begin <= 16 ? at : NULL;
}

/* A line without its end. The name is left where it is, *size characters. NULL: none. */
static const char *take_line(const char *at, const char *end, u64 *address, size_t *size)
{
	const char *name;

	at = take_address(at, end, address);
	if (at == NULL || skip_blanks(at, end) == at)
		return NULL;
	at = skip_blanks(at, end);
	/* absolute ones, and of other files */
	if (at == end || !isalpha((unsigned char)*at) || strchr("AaUw", *at) != NULL)
		return NULL;
	name = skip_blanks(at + 1, end);
	if (name == at + 1)
		return NULL;
	for (at = name; at < end && isgraph((unsigned char)*at); at++)
		continue;
	*size = (size_t)(at - name);
	return *size != 0 && *name != '$' ? name : NULL;
}

/* By address; at equal ones by name. */
static int compare(const void *left, const void *right)
{
	const struct symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Each goes to the next one; of the last nothing is known. */
static void find_sizes(struct symbol_table *table)
{
	u64 next = 0;

	for (size_t i = table->count; i-- > 0;) {
		u64 above = i + 1 < table->count ? table->symbol[i + 1].address : 0;

		if (i + 1 < table->count && above != table->symbol[i].address)
			next = above;
		table->symbol[i].size = next != 0 ? next - table->symbol[i].address : 1;
	}
}

static void add_lines(const struct input *input, struct symbol_table *table)
{
	const char *at = (const char *)input->data, *end = at + input->size;
	char *names = table->names;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline != NULL ? newline : end, *name;
		u64 address;
		size_t size;

		name = take_line(at, stop, &address, &size);
		if (name != NULL) {
			memcpy(names, name, size);
			names[size] = '\0';
			table->symbol[table->count++] =
				(struct symbol){ .address = address, .name = names };
			names += size + 1;
		}
		at = newline != NULL ? newline + 1 : end;
	}
}

static size_t count_lines(const struct input *input)
{
	size_t count = 1;

	for (size_t i = 0; i < input->size; i++)
		count += input->data[i] == '\n';
	return count;
}

/* A kernel that somebody gives for its names is large, and has lines of all kinds. */
static bool is_text(const struct input *input)
{
	size_t looked_at = input->size < 4096 ? input->size : 4096;

	return looked_at > 0 && memchr(input->data, '\0', looked_at) == NULL;
}

struct status system_map_read(const struct input *input, struct symbol_table *table)
{
	static const char why[] = "neither an ELF file nor lines 'address type name' as in "
				  "System.map, so it has no symbols";

	if (!is_text(input))
		return BAD_IMAGE(input, "%s", why);
	/* a line without its end is longer than its name with one */
	table->names = malloc(input->size + 1);
	table->symbol = calloc(count_lines(input), sizeof(*table->symbol));
	if (table->names == NULL || table->symbol == NULL)
		return status_error(
			STATUS_HOST, "%.60s: the host has no memory for its symbols", input->name);
	add_lines(input, table);
	if (table->count == 0)
		return BAD_IMAGE(input, "%s", why);
	qsort(table->symbol, table->count, sizeof(*table->symbol), compare);
	find_sizes(table);
	return status_ok();
}
