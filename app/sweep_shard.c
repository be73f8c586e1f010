/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shards: I/N, and what runners of tests say in the environment.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/sweep.h"

enum { MOST_SHARDS = 1 << 20 };

static const struct convention {
	const char *total, *index;
	unsigned first;
	const char *first_variable, *file, *whose;
} conventions[] = {
#define SHARD(total, index, first, variable, file, whose)                                          \
	{ total, index, first, variable, file, whose },
#include "app/sweep_shard.def"
#undef SHARD
};

static bool number(const char *text, size_t length, unsigned *value)
{
	*value = 0;
	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]) || *value > MOST_SHARDS)
			return false;
		*value = 10 * *value + (unsigned)(text[i] - '0');
	}
	return length != 0 && *value <= MOST_SHARDS;
}

struct status sweep_shard_parse(const char *text, unsigned *shard, unsigned *shards)
{
	size_t length = strcspn(text, "/");

	if (text[length] != '/' || !number(text, length, shard) ||
		!number(text + length + 1, strlen(text + length + 1), shards) || *shard < 1 ||
		*shard > *shards)
		return status_error(STATUS_USAGE,
			"--shard '%.40s': I/N, the I-th of N, from 1 on, is wanted", text);
	--*shard;
	return status_ok();
}

/* Who asks for shards wants to know that they are known here. */
static struct status touch(const char *variable)
{
	const char *path = variable != NULL ? getenv(variable) : NULL;
	FILE *file = path != NULL ? fopen(path, "ae") : NULL;

	if (path == NULL)
		return status_ok();
	if (file == NULL || fclose(file) != 0)
		return status_error(STATUS_HOST, "%s=%.80s: %s", variable, path, strerror(errno));
	return status_ok();
}

static struct status take(const struct convention *c, unsigned *shard, unsigned *shards)
{
	const char *total = getenv(c->total), *index = getenv(c->index);
	const char *least = c->first_variable != NULL ? getenv(c->first_variable) : NULL;
	unsigned first = c->first;

	if (index == NULL || !number(total, strlen(total), shards) ||
		!number(index, strlen(index), shard) ||
		(least != NULL && !number(least, strlen(least), &first)) || *shard < first ||
		*shard - first >= *shards)
		return status_error(STATUS_USAGE, "%s=%.20s, %s=%.20s: this is no shard", c->total,
			total, c->index, index != NULL ? index : "");
	*shard -= first;
	return touch(c->file);
}

struct status sweep_shard_of_environment(unsigned *shard, unsigned *shards, const char **variable)
{
	*variable = NULL;
	*shard = *shards = 0;
	for (size_t i = 0; i < COUNT(conventions); i++) {
		if (getenv(conventions[i].total) == NULL)
			continue;
		*variable = conventions[i].total;
		return take(&conventions[i], shard, shards);
	}
	return status_ok();
}
