/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does each requirement, and each demand of the founding mails, have a test that is there? Asks the
 * test programs, given as arguments, for the names they run (--list), and holds them against
 * requirements.def and seeds.def.
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

enum seed {
#define MAIL(number, demands, what) SEED_##number,
#define SEED(number, demand, ids, ...)
#include "seeds.def"
#undef MAIL
#undef SEED
	SEED_COUNT
};

static const struct {
	const char *number;
	unsigned demands;
} mails[SEED_COUNT] = {
#define MAIL(number, demands, what) [SEED_##number] = { #number, demands },
#define SEED(number, demand, ids, ...)
#include "seeds.def"
#undef MAIL
#undef SEED
};

/* Lists of words: ids as the specification writes them, names of tests. */
static const struct {
	enum seed seed;
	const char *demand, *ids, *tests;
} seeds[] = {
#define MAIL(number, demands, what)
#define SEED(number, demand, ids, ...) { SEED_##number, demand, ids, #__VA_ARGS__ },
#include "seeds.def"
#undef MAIL
#undef SEED
};

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

/* ---- seeds.def ---- */

static void complain_of_seed(size_t i, const char *what, const char *detail)
{
	printf("mail %s, \"%s\": %s: %s\n", mails[seeds[i].seed].number, seeds[i].demand, what,
		detail);
	complaints++;
}

/* The next word of a list into `word`; false: there is none. */
static bool next_word(const char **list, char *word)
{
	size_t length;

	*list += strspn(*list, " ,");
	length = strcspn(*list, " ,");
	if (length == 0 || length >= NAME_SIZE)
		return false;
	memcpy(word, *list, length);
	word[length] = '\0';
	*list += length;
	return true;
}

/* mut_d15_... for MUT-D15 */
static bool is_named_by_word(const char *test, const char *id)
{
	for (; *id; id++, test++)
		if (*test != (*id == '-' ? '_' : tolower((unsigned char)*id)))
			return false;
	return *test == '_';
}

static bool has_test_of(size_t i, const char *id)
{
	const char *tests = seeds[i].tests;
	char test[NAME_SIZE];

	while (next_word(&tests, test))
		if (is_named_by_word(test, id))
			return true;
	return false;
}

/* Every test runs, and every id of the demand is the beginning of one of them. */
static void check_seed(size_t i)
{
	const char *ids = seeds[i].ids, *tests = seeds[i].tests;
	char word[NAME_SIZE];
	unsigned count = 0;

	for (; next_word(&tests, word); count++)
		if (!is_run(word))
			complain_of_seed(i, "no program runs this test", word);
	if (count == 0)
		complain_of_seed(i, "no test", "");
	while (next_word(&ids, word))
		if (!has_test_of(i, word))
			complain_of_seed(i, "no test is named by", word);
}

static void check_mails(void)
{
	for (enum seed seed = 0; seed < SEED_COUNT; seed++) {
		unsigned count = 0;

		for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
			count += seeds[i].seed == seed;
		if (count == mails[seed].demands)
			continue;
		printf("mail %s: %u rows, but %u demands\n", mails[seed].number, count,
			mails[seed].demands);
		complaints++;
	}
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
	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		check_seed(i);
	check_mails();
	for (size_t i = 0; i < name_count; i++) {
		enum prefix prefix;
		unsigned id;

		if (id_of_name(names[i], &prefix, &id) && !has_row(names[i]))
			complain("a test without a row", prefixes[prefix].name, id, names[i]);
	}
	printf("%zu rows, %u of them exempt, %zu demands of mails, %zu tests, %u complaints\n",
		row_count, exempt, sizeof(seeds) / sizeof(seeds[0]), name_count, complaints);
	return complaints == 0 ? 0 : 1;
}
