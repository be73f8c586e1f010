/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which file the code of a page is, by comparing what was executed with what is in the files.
 */
#include "debug/profile_names.h"

#include <stdlib.h>

#include "debug/symbol_source.h"
#include "mmu/mmu.h"

/* A 4 KiB page of a place, and the instructions in it that are each file's. */
struct page {
	u32 place;
	u32 seen;
	u64 base;
	u32 same[PROFILE_FILES];
};

struct profile_names {
	struct symbol_source source[PROFILE_FILES];
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
		symbol_source_close(&names->source[i]);
	free(names->page);
	free(names);
}

struct status profile_names_add(struct profile_names *names, const char *text)
{
	struct status status;

	if (names->files == PROFILE_FILES)
		return status_error(
			STATUS_USAGE, "--symbols: at most %d files are possible", PROFILE_FILES);
	status = symbol_source_open(&names->source[names->files], text);
	names->files += status.code == STATUS_OK;
	return status;
}

/* ---- Whose a page is ---- */

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
		const struct symbol_source *source = &names->source[i];
		u32 word;

		if (!symbol_source_may_be_at(source, profile_place(names->profile, place)))
			continue;
		if (!source->file.is_elf) /* there is nothing to compare */
			page->same[i]++;
		else if (symbol_source_word(source, sample->address, &word))
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
		const struct symbol_source *source = &names->source[i];
		const struct symbol *symbol;
		u64 offset = 0;

		if (2 * page->same[i] <= page->seen)
			continue;
		symbol = symbol_source_find(source, address, &offset);
		if (symbol != NULL)
			return (struct profile_function){ .place = place,
				.kind = FUNCTION_NAMED,
				.start = symbol->address + source->offset,
				.name = symbol->name };
	}
	return (struct profile_function){
		.place = place, .kind = FUNCTION_PAGE, .start = key.base
	};
}
