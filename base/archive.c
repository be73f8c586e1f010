/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State as bytes. Knows nothing about what it is the state of.
 */
#include "base/archive.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

struct archive archive_to_save(void)
{
	return (struct archive){ .is_loading = false };
}

struct archive archive_to_load(const void *data, size_t size)
{
	return (struct archive){ .is_loading = true, .data = (u8 *)(uintptr_t)data, .size = size };
}

void archive_free(struct archive *archive)
{
	if (!archive->is_loading)
		free(archive->data);
	*archive = (struct archive){ 0 };
}

void archive_fail(struct archive *archive, const char *what)
{
	if (archive->failed)
		return;
	archive->failed = true;
	archive->what = what;
}

void archive_require(struct archive *archive, bool holds, const char *what)
{
	ENT_BUG_ON(!holds && !archive->is_loading);
	if (!holds)
		archive_fail(archive, what);
}

static bool make_room(struct archive *archive, size_t size)
{
	size_t room = archive->room != 0 ? archive->room : 4096;
	u8 *data;

	if (size <= archive->room - archive->size)
		return true;
	while (room - archive->size < size)
		room *= 2;
	data = realloc(archive->data, room);
	if (data == NULL) {
		archive_fail(archive, "the host has no memory");
		return false;
	}
	archive->data = data;
	archive->room = room;
	return true;
}

static void save(struct archive *archive, const void *data, size_t size)
{
	if (archive->failed || !make_room(archive, size))
		return;
	memcpy(archive->data + archive->size, data, size);
	archive->size += size;
}

static void load(struct archive *archive, void *data, size_t size)
{
	if (!archive->failed && size > archive->size - archive->at)
		archive_fail(archive, "it is cut off");
	if (archive->failed) {
		memset(data, 0, size);
		return;
	}
	memcpy(data, archive->data + archive->at, size);
	archive->at += size;
}

void archive_bytes(struct archive *archive, void *data, size_t size)
{
	if (size == 0)
		return;
	if (archive->is_loading)
		load(archive, data, size);
	else
		save(archive, data, size);
}

void archive_bools(struct archive *archive, bool *flags, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		u8 value = archive->is_loading ? 0 : flags[i];

		archive_bytes(archive, &value, 1);
		archive_require(archive, value <= 1, "a flag is neither 0 nor 1");
		flags[i] = value == 1;
	}
}

static void load_text(struct archive *archive, const char **text, u32 size)
{
	const char *begin = (const char *)archive->data + archive->at;

	archive_require(archive,
		size <= archive->size - archive->at &&
			memchr(begin, '\0', size) == begin + size - 1,
		"a text without its end");
	if (archive->failed)
		return;
	*text = begin;
	archive->at += size;
}

void archive_text(struct archive *archive, const char **text, size_t most)
{
	u32 size = *text != NULL && !archive->is_loading ? (u32)strlen(*text) + 1 : 0;

	ARCHIVE(archive, size);
	archive_require(archive, size <= most + 1, "a text is too long");
	if (!archive->is_loading) {
		archive_bytes(archive, (void *)(uintptr_t)*text, size);
		return;
	}
	*text = NULL;
	if (size != 0 && !archive->failed)
		load_text(archive, text, size);
}

static bool is_line(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\0')
			return true;
		if (c < ' ' || c == 0x7f)
			return false;
	}
	return false;
}

void archive_line(struct archive *archive, char *text, size_t size)
{
	archive_bytes(archive, text, size);
	if (!archive->is_loading || is_line(text, size))
		return;
	archive_fail(archive, "a text is no line");
	memset(text, 0, size);
}

void archive_mark(struct archive *archive, const char *part)
{
	char name[8] = "", found[sizeof(name)];
	size_t length = strlen(part);

	memcpy(name, part, length < sizeof(name) ? length : sizeof(name));
	memcpy(found, name, sizeof(found));
	archive_bytes(archive, found, sizeof(found));
	archive_require(archive, memcmp(found, name, sizeof(name)) == 0, "a part is missing");
}
