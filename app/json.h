/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the `entresol` command that write JSON share.
 */
#ifndef ENT_APP_JSON_H
#define ENT_APP_JSON_H

#include <cJSON.h>
#include <stdio.h>

#include "base/types.h"

/* Adds a string; NULL: null, so that a key is always there. */
static inline void json_add_text(cJSON *object, const char *key, const char *text)
{
	if (text != NULL)
		cJSON_AddStringToObject(object, key, text);
	else
		cJSON_AddNullToObject(object, key);
}

/* Exact, as raw text: a double would round above 2^53. */
static inline void json_add_u64(cJSON *object, const char *key, u64 value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	cJSON_AddRawToObject(object, key, text);
}

static inline void json_add_s64(cJSON *object, const char *key, s64 value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	cJSON_AddRawToObject(object, key, text);
}

#endif
