/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No invariant of HYPERVISOR-SPEC E.1 is lost: each of its groups is there to its last number, and
 * what is said to watch one is a rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "verify/monitor.h"

static const struct invariant {
	const char *id, *rules, *why_not;
} invariants[] = {
#define WATCHED(id, rules) { id, rules, NULL },
#define EXEMPT(id, why)	   { id, NULL, why },
#include "tests/verify/invariants.def"
};
enum { INVARIANTS = sizeof(invariants) / sizeof(invariants[0]) };

static const struct invariant *find(const char *id)
{
	for (unsigned i = 0; i < INVARIANTS; i++)
		if (strcmp(invariants[i].id, id) == 0)
			return &invariants[i];
	return NULL;
}

/* The groups of E.1, each numbered from 1. */
static const struct {
	const char *group;
	unsigned last;
} groups[] = { { "HC", 7 }, { "TR", 3 }, { "WS", 14 }, { "PC", 4 }, { "NV", 10 }, { "S2", 7 },
	{ "TB", 5 }, { "AT", 1 }, { "GI", 2 }, { "TM", 2 } };

static void test_each_is_there(void **state)
{
	unsigned count = 1; /* DET, which has no number */
	char id[16];

	(void)state;
	assert_non_null(find("DET"));
	for (unsigned i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		for (unsigned n = 1; n <= groups[i].last; n++) {
			snprintf(id, sizeof(id), "%s-%u", groups[i].group, n);
			if (find(id) == NULL)
				fail_msg("INV-%s is nowhere", id);
			count++;
		}
	assert_int_equal(count, INVARIANTS);
}

static bool is_rule(const char *name, size_t length)
{
	for (unsigned i = 0; rule_rows[i].name != NULL; i++)
		if (strlen(rule_rows[i].name) == length &&
			memcmp(rule_rows[i].name, name, length) == 0)
			return true;
	return false;
}

static void test_who_watches_is_a_rule(void **state)
{
	(void)state;
	for (unsigned i = 0; i < INVARIANTS; i++) {
		const char *rules = invariants[i].rules;

		if (rules == NULL) {
			assert_non_null(invariants[i].why_not);
			continue;
		}
		assert_int_not_equal(*rules, 0);
		for (size_t length; *rules != 0; rules += length + (rules[length] == ' ')) {
			length = strcspn(rules, " ");
			if (!is_rule(rules, length))
				fail_msg(
					"%s: no rule '%.*s'", invariants[i].id, (int)length, rules);
		}
	}
}

/* But for requirements of which E.2 says that they are the check themselves. */
static void test_no_rule_of_the_model_is_unnamed(void **state)
{
	(void)state;
	for (unsigned i = 0; rule_rows[i].name != NULL; i++)
		if (strcmp(rule_rows[i].monitor, "model") == 0 &&
			strncmp(rule_rows[i].name, "REQ-", 4) != 0 &&
			find(rule_rows[i].name) == NULL)
			fail_msg("rule %s of the monitor model is no invariant", rule_rows[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_is_there),
		cmocka_unit_test(test_who_watches_is_a_rule),
		cmocka_unit_test(test_no_rule_of_the_model_is_unnamed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
