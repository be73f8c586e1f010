/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of --symbols, and whether a file may be in a place.
 */
#include "debug/symbol_source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "base/path.h"

static bool take_regime(const char *text, struct symbol_source *source)
{
	static const struct {
		const char *word;
		enum symbol_where where;
	} words[] = { { "el1", IN_EL1_0 }, { "el1&0", IN_EL1_0 }, { "el2", IN_EL2 },
		{ "el2&0", IN_EL2_0 } };

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcmp(text, words[i].word) == 0) {
			source->where = words[i].where;
			return true;
		}
	}
	source->where = IN_VM;
	return strncmp(text, "vm", 2) == 0 && number_parse(text + 2, &source->vmid) &&
	       source->vmid <= UINT16_MAX;
}

/* Takes the suffixes off a copy of the text. The name of a file that is there may look like them.
 */
static struct status parse(char *text, struct symbol_source *source)
{
	char *mark = strrchr(text, ':');

	if (access(text, F_OK) == 0)
		return status_ok();
	if (mark != NULL) {
		if (!take_regime(mark + 1, source))
			return status_error(STATUS_USAGE,
				"--symbols '%.80s': '%.20s' is none of el1, el2, el1&0, el2&0, "
				"vmN",
				text, mark + 1);
		*mark = '\0';
	}
	mark = access(text, F_OK) != 0 ? strrchr(text, '@') : NULL;
	if (mark != NULL) {
		if (!number_parse(mark + 1, &source->offset))
			return status_error(STATUS_USAGE,
				"--symbols '%.80s': '%.20s' is no number to add to addresses", text,
				mark + 1);
		*mark = '\0';
	}
	return status_ok();
}

/* What is wrong with a file is said of its last part, which others may have too. */
static struct status open_file(const char *path, struct symbol_source *source)
{
	struct status status = symbol_file_open(path, &source->file);
	const char *name = path_name(path);
	size_t length = strlen(name);

	if (status.code == STATUS_OK)
		return status;
	if (strncmp(status.text, name, length) == 0 && status.text[length] == ':')
		return status_error(status.code, "--symbols %.100s%s", path, status.text + length);
	return status_error(status.code, "--symbols %.100s: %s", path, status.text);
}

struct status symbol_source_open(struct symbol_source *source, const char *text)
{
	char *path = strdup(text);
	struct status status;

	*source = (struct symbol_source){ .where = ANYWHERE };
	if (path == NULL)
		return status_error(STATUS_HOST, "the host has no memory");
	status = parse(path, source);
	if (status.code == STATUS_OK)
		status = open_file(path, source);
	free(path);
	return status;
}

void symbol_source_close(struct symbol_source *source)
{
	symbol_file_close(&source->file);
}

bool symbol_source_may_be_at(const struct symbol_source *source, const struct profile_place *place)
{
	switch (source->where) {
	case ANYWHERE: return true;
	case IN_EL1_0: return place->regime == REGIME_EL1_0;
	case IN_EL2: return place->regime != REGIME_EL1_0; /* in either form */
	case IN_EL2_0: return place->regime == REGIME_EL2_0;
	case IN_VM: return place->is_vm && place->vmid == source->vmid;
	}
	ENT_BUG("where %d", (int)source->where);
}
