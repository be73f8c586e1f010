/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/model_names.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct model_name {
	enum name_kind kind;
	const char *name; /* in the file */
	u64 value;	  /* address, number; of a structure where its entry is */
};

enum { DEPTH = 8 }; /* of types in each other: a damaged file has cycles */

struct model_names {
	int file;
	Elf *elf;
	Dwarf *dwarf;
	struct model_name *name;
	size_t count, room;
	bool is_full; /* no memory */
};

/* ---- Reading ---- */

static void add(struct model_names *names, struct model_name name)
{
	if (name.name == NULL || names->is_full)
		return;
	if (names->count == names->room) {
		size_t room = names->room != 0 ? 2 * names->room : 1024;
		struct model_name *more = realloc(names->name, room * sizeof(*more));

		if (more == NULL) {
			names->is_full = true;
			return;
		}
		names->name = more;
		names->room = room;
	}
	names->name[names->count++] = name;
}

static void add_variable(struct model_names *names, Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Op *expression;
	size_t length;

	if (dwarf_attr(die, DW_AT_location, &attribute) != NULL &&
		dwarf_getlocation(&attribute, &expression, &length) == 0 && length == 1 &&
		expression[0].atom == DW_OP_addr)
		add(names, (struct model_name){
				   NAME_VARIABLE, dwarf_diename(die), expression[0].number });
}

static void add_enumerators(struct model_names *names, Dwarf_Die *die)
{
	Dwarf_Die child;
	int more = dwarf_child(die, &child);

	for (; more == 0; more = dwarf_siblingof(&child, &child)) {
		Dwarf_Attribute attribute;
		Dwarf_Sword value;

		if (dwarf_tag(&child) == DW_TAG_enumerator &&
			dwarf_attr(&child, DW_AT_const_value, &attribute) != NULL &&
			dwarf_formsdata(&attribute, &value) == 0)
			add(names, (struct model_name){
					   NAME_CONSTANT, dwarf_diename(&child), (u64)value });
	}
}

static void add_unit(struct model_names *names, Dwarf_Die *unit)
{
	Dwarf_Die die;
	int more = dwarf_child(unit, &die);

	for (; more == 0; more = dwarf_siblingof(&die, &die)) {
		switch (dwarf_tag(&die)) {
		case DW_TAG_variable: add_variable(names, &die); break;
		case DW_TAG_enumeration_type: add_enumerators(names, &die); break;
		case DW_TAG_structure_type:
			if (!dwarf_hasattr(&die, DW_AT_declaration))
				add(names, (struct model_name){ NAME_STRUCTURE, dwarf_diename(&die),
						   dwarf_dieoffset(&die) });
			break;
		default: break;
		}
	}
}

static void add_debug_information(struct model_names *names)
{
	Dwarf_Off at = 0, next;
	size_t header;

	while (names->dwarf != NULL &&
		dwarf_nextcu(names->dwarf, at, &next, &header, NULL, NULL, NULL) == 0 &&
		next > at) {
		Dwarf_Die unit;

		if (dwarf_offdie(names->dwarf, at + header, &unit) != NULL)
			add_unit(names, &unit);
		at = next;
	}
}

static void add_functions(struct model_names *names)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(names->elf, section)) != NULL) {
		GElf_Shdr header;
		Elf_Data *data;

		if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_SYMTAB ||
			(data = elf_getdata(section, NULL)) == NULL)
			continue;
		for (int i = 0; i < (int)(data->d_size / sizeof(Elf64_Sym)); i++) {
			GElf_Sym symbol;

			/* FUNC, and the labels of assembly, which have no type. */
			if (gelf_getsym(data, i, &symbol) != NULL && symbol.st_shndx != SHN_UNDEF &&
				(GELF_ST_TYPE(symbol.st_info) == STT_FUNC ||
					GELF_ST_TYPE(symbol.st_info) == STT_NOTYPE))
				add(names, (struct model_name){ NAME_FUNCTION,
						   elf_strptr(names->elf, header.sh_link,
							   symbol.st_name),
						   symbol.st_value });
		}
	}
}

static int compare(const void *left, const void *right)
{
	const struct model_name *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->name, b->name);
}

static void sort(struct model_names *names)
{
	if (names->count != 0)
		qsort(names->name, names->count, sizeof(*names->name), compare);
}

static const struct model_name *find(
	const struct model_names *names, enum name_kind kind, const char *name)
{
	struct model_name key = { .kind = kind, .name = name };

	if (names->count == 0)
		return NULL;
	return bsearch(&key, names->name, names->count, sizeof(key), compare);
}

void names_close(struct model_names *names)
{
	if (names == NULL)
		return;
	if (names->dwarf != NULL)
		dwarf_end(names->dwarf);
	if (names->elf != NULL)
		elf_end(names->elf);
	if (names->file >= 0)
		close(names->file);
	free(names->name);
	free(names);
}

struct model_names *names_open(const char *path, struct status *status)
{
	struct model_names *names = calloc(1, sizeof(*names));

	*status = status_error(STATUS_HOST, "no memory for the names of %s", path);
	if (names == NULL)
		return NULL;
	names->file = open(path, O_RDONLY | O_CLOEXEC);
	if (names->file < 0) {
		*status = status_error(
			STATUS_BAD_IMAGE, "%s cannot be read: %s", path, strerror(errno));
		names_close(names);
		return NULL;
	}
	elf_version(EV_CURRENT);
	names->elf = elf_begin(names->file, ELF_C_READ_MMAP, NULL);
	if (names->elf != NULL && elf_kind(names->elf) == ELF_K_ELF &&
		gelf_getclass(names->elf) == ELFCLASS64) {
		add_functions(names);
	}
	if (names->is_full) {
		names_close(names);
		return NULL;
	}
	sort(names);
	*status = status_ok();
	return names;
}

bool names_add_debug(struct model_names *names)
{
	if (names->elf != NULL)
		names->dwarf = dwarf_begin_elf(names->elf, DWARF_C_READ, NULL);
	add_debug_information(names);
	sort(names);
	return !names->is_full;
}

/* ---- Members ---- */

/* The type behind names and qualifiers. */
static bool plain_type(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	*type = *die;
	for (unsigned depth = 0; depth < DEPTH; depth++) {
		int tag;

		if (dwarf_attr_integrate(type, DW_AT_type, &attribute) == NULL ||
			dwarf_formref_die(&attribute, type) == NULL)
			return false;
		tag = dwarf_tag(type);
		if (tag != DW_TAG_typedef && tag != DW_TAG_const_type &&
			tag != DW_TAG_volatile_type)
			return true;
	}
	return false;
}

static bool find_member(Dwarf_Die *structure, const char *name, size_t length, Dwarf_Die *member,
	u64 *offset, unsigned depth);

static bool is_member(Dwarf_Die *die, const char *name, size_t length, Dwarf_Die *member,
	u64 *offset, unsigned depth)
{
	const char *is = dwarf_diename(die);
	Dwarf_Attribute attribute;
	Dwarf_Word at = 0;

	if (dwarf_tag(die) != DW_TAG_member || dwarf_hasattr(die, DW_AT_bit_size))
		return false;
	if (dwarf_attr(die, DW_AT_data_member_location, &attribute) != NULL &&
		dwarf_formudata(&attribute, &at) != 0)
		return false;
	if (is == NULL) { /* of an unnamed part, its members are the whole's */
		Dwarf_Die inner;

		if (!plain_type(die, &inner) ||
			!find_member(&inner, name, length, member, offset, depth + 1))
			return false;
	} else if (strlen(is) != length || memcmp(is, name, length) != 0) {
		return false;
	} else {
		*member = *die;
	}
	*offset += at;
	return true;
}

static bool find_member(Dwarf_Die *structure, const char *name, size_t length, Dwarf_Die *member,
	u64 *offset, unsigned depth)
{
	Dwarf_Die child;
	int more = depth < DEPTH ? dwarf_child(structure, &child) : 1;

	for (; more == 0; more = dwarf_siblingof(&child, &child))
		if (is_member(&child, name, length, member, offset, depth))
			return true;
	return false;
}

/* Of an array the element with this number. */
static bool find_element(Dwarf_Die *array, u64 index, Dwarf_Die *element, u64 *offset)
{
	Dwarf_Attribute attribute;
	Dwarf_Word count = 0, size;
	Dwarf_Die range;
	int more = dwarf_child(array, &range);

	for (; more == 0; more = dwarf_siblingof(&range, &range)) {
		if (dwarf_tag(&range) != DW_TAG_subrange_type)
			continue;
		if (dwarf_attr(&range, DW_AT_upper_bound, &attribute) != NULL &&
			dwarf_formudata(&attribute, &count) == 0)
			count++;
		else if (dwarf_attr(&range, DW_AT_count, &attribute) != NULL)
			dwarf_formudata(&attribute, &count);
		break; /* of several dimensions none is asked for */
	}
	if (index >= count || !plain_type(array, element) ||
		dwarf_aggregate_size(element, &size) != 0)
		return false;
	*offset += index * size;
	return true;
}

bool names_member(const struct model_names *names, const char *structure, const char *path,
	u64 *offset, unsigned *size)
{
	const struct model_name *found = find(names, NAME_STRUCTURE, structure);
	Dwarf_Die type, member;
	Dwarf_Word bytes;

	*offset = 0;
	if (found == NULL || dwarf_offdie(names->dwarf, found->value, &type) == NULL)
		return false;
	while (*path != 0) {
		size_t length = strcspn(path, ".[");

		if (length != 0 && (!find_member(&type, path, length, &member, offset, 0) ||
					   !plain_type(&member, &type)))
			return false;
		path += length;
		if (*path == '[') {
			char *end;
			u64 index = strtoull(path + 1, &end, 10);

			if (*end != ']' || dwarf_tag(&type) != DW_TAG_array_type)
				return false;
			member = type;
			if (!find_element(&member, index, &type, offset))
				return false;
			path = end + 1;
		}
		path += *path == '.';
	}
	if (dwarf_aggregate_size(&type, &bytes) != 0)
		return false;
	*size = (unsigned)bytes;
	return true;
}

bool names_structure(const struct model_names *names, const char *structure, u64 *size)
{
	const struct model_name *found = find(names, NAME_STRUCTURE, structure);
	Dwarf_Die type;
	Dwarf_Word bytes;

	if (found == NULL || dwarf_offdie(names->dwarf, found->value, &type) == NULL ||
		dwarf_aggregate_size(&type, &bytes) != 0)
		return false;
	*size = bytes;
	return true;
}

bool names_value(const struct model_names *names, enum name_kind kind, const char *name, u64 *value)
{
	const struct model_name *found = find(names, kind, name);

	*value = found != NULL ? found->value : 0;
	return found != NULL;
}
