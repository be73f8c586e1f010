/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does each requirement have a test that is there? Asks the test programs, given as arguments, for
 * the names they run (--list), and holds them against requirements.def.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_NAMES = 4096, MAX_ID = 64, NAME_SIZE = 128 };

enum prefix {
#define PREFIX(name, count, what) PREFIX_##name,
#define REQUIREMENT(prefix, id, test, what)
#define EXEMPT(prefix, id, reason)
#include "requirements.def"
#undef PREFIX
#undef REQUIREMENT
#undef EXEMPT
	PREFIX_COUNT
};

static const struct {
	const char *name;
	unsigned count;
} prefixes[PREFIX_COUNT] = {
#define PREFIX(name, count, what) [PREFIX_##name] = { #name, count },
#define REQUIREMENT(prefix, id, test, what)
#define EXEMPT(prefix, id, reason)
#include "requirements.def"
#undef PREFIX
#undef REQUIREMENT
#undef EXEMPT
};

/* test == NULL: exempt, and `what` is the reason. */
static const struct {
	enum prefix prefix;
	unsigned id;
	const char *test, *what;
} rows[] = {
#define PREFIX(name, count, what)
#define REQUIREMENT(prefix, id, test, what) { PREFIX_##prefix, id, #test, what },
#define EXEMPT(prefix, id, reason)	    { PREFIX_##prefix, id, NULL, reason },
#include "requirements.def"
#undef PREFIX
#undef REQUIREMENT
#undef EXEMPT
	{ PREFIX_COUNT, 0, NULL, "" },
};
/* The last one is no row: it keeps the array from being empty. */
static const size_t row_count = sizeof(rows) / sizeof(rows[0]) - 1;

static char names[MAX_NAMES][NAME_SIZE];
static size_t name_count;
static unsigned complaints;

static void complain(const char *what, const char *prefix, unsigned id, const char *detail)
{
	printf("%s-%u: %s%s%s\n", prefix, id, what, detail ? ": " : "", detail ? detail : "");
	complaints++;
}

/* The names a program says it runs. */
static bool list(const char *program)
{
	char command[1024];
	FILE *out;

	snprintf(command, sizeof(command), "'%s' --list", program);
	out = popen(command, "r");
	if (!out)
		return false;
	while (name_count < MAX_NAMES && fgets(names[name_count], NAME_SIZE, out)) {
		names[name_count][strcspn(names[name_count], "\n")] = '\0';
		name_count++;
	}
	return pclose(out) == 0 && name_count < MAX_NAMES;
}

static bool is_run(const char *test)
{
	for (size_t i = 0; i < name_count; i++)
		if (strcmp(names[i], test) == 0)
			return true;
	return false;
}

/* ws_18_... for WS-18 */
static bool is_named_by(const char *test, const char *prefix, unsigned id)
{
	char start[32];
	size_t length = (size_t)snprintf(start, sizeof(start), "%s_%u_", prefix, id);

	for (size_t i = 0; i < length; i++)
		if (test[i] != tolower((unsigned char)start[i]))
			return false;
	return true;
}

/* The id of WS of ws_18_...; false: the name starts with none. */
static bool id_of_name(const char *name, enum prefix *prefix, unsigned *id)
{
	for (*prefix = 0; *prefix < PREFIX_COUNT; (*prefix)++)
		for (*id = 0; *id < MAX_ID; (*id)++)
			if (is_named_by(name, prefixes[*prefix].name, *id))
				return true;
	return false;
}

static bool has_row(const char *test)
{
	for (size_t i = 0; i < row_count; i++)
		if (rows[i].test && strcmp(rows[i].test, test) == 0)
			return true;
	return false;
}

static void check_row(size_t i, bool (*is_there)[MAX_ID])
{
	const char *prefix = prefixes[rows[i].prefix].name;
	unsigned id = rows[i].id;

	if (id == 0 || id > prefixes[rows[i].prefix].count) {
		complain("the specification does not have it", prefix, id, NULL);
		return;
	}
	is_there[rows[i].prefix][id] = true;
	if (!rows[i].test && strlen(rows[i].what) < 20)
		complain("an exemption needs a reason", prefix, id, NULL);
	if (!rows[i].test)
		return;
	if (!is_run(rows[i].test))
		complain("no program runs this test", prefix, id, rows[i].test);
	if (!is_named_by(rows[i].test, prefix, id))
		complain("the test is not named by it", prefix, id, rows[i].test);
}

int main(int argc, char **argv)
{
	static bool is_there[PREFIX_COUNT][MAX_ID];
	unsigned exempt = 0;

	for (int i = 1; i < argc; i++) {
		if (list(argv[i]))
			continue;
		printf("%s: does not list its tests\n", argv[i]);
		complaints++;
	}
	for (size_t i = 0; i < row_count; i++) {
		check_row(i, is_there);
		exempt += rows[i].test == NULL;
	}
	for (enum prefix p = 0; p < PREFIX_COUNT; p++)
		for (unsigned id = 1; id <= prefixes[p].count; id++)
			if (!is_there[p][id])
				complain("neither a test nor an exemption", prefixes[p].name, id,
					NULL);
	for (size_t i = 0; i < name_count; i++) {
		enum prefix prefix;
		unsigned id;

		if (id_of_name(names[i], &prefix, &id) && !has_row(names[i]))
			complain("a test without a row", prefixes[prefix].name, id, names[i]);
	}
	printf("%zu rows, %u of them exempt, %zu tests, %u complaints\n", row_count, exempt,
		name_count, complaints);
	return complaints == 0 ? 0 : 1;
}
