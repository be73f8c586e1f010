/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which file the code of a page is, by comparing what was executed with what is in the files.
 */
#include "debug/profile_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mmu/mmu.h"

enum where { ANYWHERE, IN_EL1_0, IN_EL2, IN_EL2_0, IN_VM };

struct named_file {
	struct symbol_file file;
	u64 offset;
	enum where where;
	u64 vmid; /* IN_VM */
};

/* A 4 KiB page of a place, and the instructions in it that are each file's. */
struct page {
	u32 place;
	u32 seen;
	u64 base;
	u32 same[PROFILE_FILES];
};

struct profile_names {
	struct named_file file[PROFILE_FILES];
	unsigned files;
	struct page *page; /* sorted by place and base, when learned */
	size_t pages, room;
	const struct profile *profile; /* while it is learned from, and after */
	bool is_full;
};

struct profile_names *profile_names_create(void)
{
	return calloc(1, sizeof(struct profile_names));
}

void profile_names_destroy(struct profile_names *names)
{
	if (names == NULL)
		return;
	for (unsigned i = 0; i < names->files; i++)
		symbol_file_close(&names->file[i].file);
	free(names->page);
	free(names);
}

/* ---- FILE[@OFFSET][:REGIME] ---- */

static bool take_number(const char *text, int base, u64 high, u64 *value)
{
	char *end;

	errno = 0;
	if (*text < '0' || *text > '9')
		return false;
	*value = strtoull(text, &end, base);
	return *end == '\0' && errno == 0 && *value <= high;
}

static bool take_regime(const char *text, struct named_file *file)
{
	static const struct {
		const char *word;
		enum where where;
	} words[] = { { "el1", IN_EL1_0 }, { "el1&0", IN_EL1_0 }, { "el2", IN_EL2 },
		{ "el2&0", IN_EL2_0 } };

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(text, words[i].word) == 0) {
			file->where = words[i].where;
			return true;
		}
	}
	file->where = IN_VM;
	return strncmp(text, "vm", 2) == 0 && take_number(text + 2, 10, UINT16_MAX, &file->vmid);
}

/* Takes the suffixes off a copy of the text. The name of a file that is there may look like them.
 */
static struct status parse(char *text, struct named_file *file)
{
	char *mark = strrchr(text, ':');

	if (access(text, F_OK) == 0)
		return status_ok();
	if (mark != NULL) {
		if (!take_regime(mark + 1, file))
			return status_error(STATUS_USAGE,
				"--symbols '%.80s': '%.20s' is none of el1, el2, el1&0, el2&0, "
				"vmN",
				text, mark + 1);
		*mark = '\0';
	}
	mark = access(text, F_OK) != 0 ? strrchr(text, '@') : NULL;
	if (mark != NULL) {
		bool is_hex = mark[1] == '0' && (mark[2] | 32) == 'x';

		if (!take_number(mark + 1, is_hex ? 16 : 10, UINT64_MAX, &file->offset))
			return status_error(STATUS_USAGE,
				"--symbols '%.80s': '%.20s' is no number to add to addresses", text,
				mark + 1);
		*mark = '\0';
	}
	return status_ok();
}

struct status profile_names_add(struct profile_names *names, const char *text)
{
	struct named_file *file = &names->file[names->files];
	struct status status;
	char *path;

	if (names->files == PROFILE_FILES)
		return status_error(
			STATUS_USAGE, "--symbols: at most %d files are possible", PROFILE_FILES);
	path = strdup(text);
	if (path == NULL)
		return status_error(STATUS_HOST, "the host has no memory");
	*file = (struct named_file){ .where = ANYWHERE };
	status = parse(path, file);
	if (status.code == STATUS_OK)
		status = symbol_file_open(path, &file->file);
	names->files += status.code == STATUS_OK;
	free(path);
	return status;
}

/* ---- Whose a page is ---- */

static bool may_be_at(const struct named_file *file, const struct profile_place *place)
{
	switch (file->where) {
	case ANYWHERE: return true;
	case IN_EL1_0: return place->regime == REGIME_EL1_0;
	case IN_EL2: return place->regime != REGIME_EL1_0; /* in either form */
	case IN_EL2_0: return place->regime == REGIME_EL2_0;
	case IN_VM: return place->is_vm && place->vmid == file->vmid;
	}
	ENT_BUG("where %d", (int)file->where);
}

/* Samples come by node and address, so pages of a place come in several runs. */
static struct page *page_of(struct profile_names *names, u32 place, u64 base)
{
	struct page *last = names->pages != 0 ? &names->page[names->pages - 1] : NULL;

	if (last != NULL && last->place == place && last->base == base)
		return last;
	if (names->pages == names->room) {
		size_t room = names->room != 0 ? 2 * names->room : 256;
		struct page *page = realloc(names->page, room * sizeof(*page));

		if (page == NULL)
			return NULL;
		names->page = page;
		names->room = room;
	}
	last = &names->page[names->pages++];
	*last = (struct page){ .place = place, .base = base };
	return last;
}

static void learn(void *opaque, const struct profile_sample *sample)
{
	struct profile_names *names = opaque;
	u32 place = profile_node(names->profile, sample->node)->place;
	struct page *page;

	if (sample->insns == 0 || names->is_full)
		return; /* no instruction of it was executed here */
	page = page_of(names, place, align_down(sample->address, PAGE_SIZE));
	if (page == NULL) {
		names->is_full = true;
		return;
	}
	page->seen++;
	for (unsigned i = 0; i < names->files; i++) {
		const struct named_file *file = &names->file[i];
		u32 word;

		if (may_be_at(file, profile_place(names->profile, place)) &&
			symbol_file_word(&file->file, sample->address - file->offset, &word))
			page->same[i] += word == sample->insn;
	}
}

static int compare(const void *left, const void *right)
{
	const struct page *a = left, *b = right;

	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	return a->base < b->base ? -1 : a->base > b->base;
}

static void merge(struct page *to, const struct page *from)
{
	to->seen += from->seen;
	for (unsigned i = 0; i < PROFILE_FILES; i++)
		to->same[i] += from->same[i];
}

bool profile_names_learn(struct profile_names *names, struct profile *profile)
{
	size_t kept = 0;

	names->profile = profile;
	profile_each(profile, learn, names);
	if (names->pages != 0)
		qsort(names->page, names->pages, sizeof(*names->page), compare);
	for (size_t i = 0; i < names->pages; i++) {
		if (kept != 0 && compare(&names->page[kept - 1], &names->page[i]) == 0)
			merge(&names->page[kept - 1], &names->page[i]);
		else
			names->page[kept++] = names->page[i];
	}
	names->pages = kept;
	return !names->is_full;
}

/* ---- Names ---- */

struct profile_function profile_function_at(
	const struct profile_names *names, u32 place, u64 address)
{
	struct page key = { .place = place, .base = align_down(address, PAGE_SIZE) };
	const struct page *page =
		names->pages == 0 ? NULL
				  : bsearch(&key, names->page, names->pages, sizeof(key), compare);

	for (unsigned i = 0; page != NULL && i < names->files; i++) {
		const struct named_file *file = &names->file[i];
		const struct symbol *symbol;
		u64 offset = 0;

		if (2 * page->same[i] <= page->seen)
			continue;
		symbol = symbol_find(&file->file.symbols, address - file->offset, &offset);
		if (symbol != NULL)
			return (struct profile_function){ .place = place,
				.kind = FUNCTION_NAMED,
				.start = symbol->address + file->offset,
				.name = symbol->name };
	}
	return (struct profile_function){
		.place = place, .kind = FUNCTION_PAGE, .start = key.base
	};
}
