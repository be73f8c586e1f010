/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entresol-trap-matrix: compares two logs of tests/guest/trap-matrix cell by cell. A difference is
 * explained by a row of trap_matrix.def; one without a row fails, and so does a row without one.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sysregs/sysregs.h"
#include "trap_explained.h"
#include "trap_log.h"

struct row {
	const char *settings, *els, *names, *directions, *ours, *theirs, *reason;
};

static const struct row rows[] = {
#define EXPLAINED(...) { __VA_ARGS__ },
#include "trap_matrix.def"
#undef EXPLAINED
};

/* Bits of a control that may read back differently. */
static const struct {
	u16 reg;
	u64 mask;
	const char *reason;
} readbacks[] = {
#define READBACK(reg, mask, reason) { SR_##reg, mask, reason },
#include "trap_readback.def"
#undef READBACK
};

enum { MAX_KINDS = 20000 };

/* Unexplained differences of one kind. */
struct difference {
	u16 index, ours, theirs;
	u8 el, direction;
	unsigned count;
	const char *example;
};

static struct {
	u64 cells, equal, unseen, explained[COUNT(rows)], unexplained;
	u64 readbacks[COUNT(readbacks)], bad_readbacks, skipped;
	struct difference kinds[MAX_KINDS];
	unsigned kind_count;
} result;

static bool want_all, want_known;

/* ---- Patterns: several of them, with spaces between ---- */

static bool matches(const char *patterns, const char *text)
{
	char one[128];
	int used;

	for (; sscanf(patterns, "%127s%n", one, &used) == 1; patterns += used) {
		if (fnmatch(one, text, 0) == 0)
			return true;
	}
	return false;
}

/* Outcomes have spaces: alternatives have '|' between. */
static bool matches_outcome(const char *patterns, const char *text)
{
	char one[128];
	int used;

	for (; sscanf(patterns, "%127[^|]%n", one, &used) == 1; patterns += used) {
		if (fnmatch(one, text, 0) == 0)
			return true;
		if (patterns[used] == '\0')
			break;
		used++;
	}
	return false;
}

/* Answers of matches() by row and index, as differences are many: 0 unknown, 1 no, 2 yes. */
static u8 *name_cache[TRAP_DIRECTIONS], *outcome_cache[2];

static bool cached(u8 *answer, bool (*match)(const char *, const char *), const char *patterns,
	const char *text)
{
	if (*answer == 0)
		*answer = match(patterns, text) ? 2 : 1;
	return *answer == 2;
}

static bool explains(size_t i, const u8 *setting_fits, const struct difference *d)
{
	const struct row *row = &rows[i];

	return setting_fits[i] && strchr(row->els, '0' + d->el) != NULL &&
	       strchr(row->directions, "rwx"[d->direction]) != NULL &&
	       cached(&outcome_cache[0][i * TRAP_OUTCOMES + d->ours], matches_outcome, row->ours,
		       trap_outcome_text(d->ours)) &&
	       cached(&outcome_cache[1][i * TRAP_OUTCOMES + d->theirs], matches_outcome,
		       row->theirs, trap_outcome_text(d->theirs)) &&
	       cached(&name_cache[d->direction][i * SYSREG_COUNT + d->index], matches, row->names,
		       trap_cell_name(d->direction, d->index));
}

static void note_unexplained(const struct difference *d, const char *setting)
{
	unsigned i = 0;

	result.unexplained++;
	for (; i < result.kind_count; i++) {
		struct difference *k = &result.kinds[i];

		if (k->index == d->index && k->ours == d->ours && k->theirs == d->theirs &&
			k->el == d->el && k->direction == d->direction) {
			k->count++;
			return;
		}
	}
	if (i == MAX_KINDS)
		return;
	result.kinds[i] = *d;
	result.kinds[i].count = 1;
	result.kinds[i].example = setting;
	result.kind_count++;
}

/* ---- Comparing ---- */

/* "ok" without a register says less than "ok SCTLR_EL2", not something else. */
static bool is_same(unsigned a, unsigned b)
{
	const char *x = trap_outcome_text(a), *y = trap_outcome_text(b);

	if (a == b)
		return true;
	return strncmp(x, "ok", 2) == 0 && strncmp(y, "ok", 2) == 0 &&
	       (x[2] == '\0' || y[2] == '\0');
}

static bool is_unseen(unsigned outcome)
{
	return strcmp(trap_outcome_text(outcome), "unseen") == 0;
}

static void compare_cell(struct difference d, const char *setting, const u8 *setting_fits)
{
	result.cells++;
	if (is_same(d.ours, d.theirs)) {
		result.equal++;
		return;
	}
	if (is_unseen(d.ours) || is_unseen(d.theirs)) {
		result.unseen++;
		return;
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (explains(i, setting_fits, &d)) {
			result.explained[i]++;
			return;
		}
	}
	note_unexplained(&d, setting);
	if (want_all)
		printf("%s EL%u %s %c: %s, theirs %s\n", setting, d.el,
			trap_cell_name(d.direction, d.index), "rwx"[d.direction],
			trap_outcome_text(d.ours), trap_outcome_text(d.theirs));
}

static u64 readback_of(const struct trap_setting *setting, unsigned reg, u64 otherwise)
{
	for (unsigned i = 0; i < setting->readback_count; i++) {
		if (setting->readback[i].reg == reg)
			return setting->readback[i].value;
	}
	return otherwise;
}

/* Do the controls hold the same? A value that reads back as written is not in the log. */
static bool compare_readback(const struct trap_setting *ours, const struct trap_setting *theirs,
	const struct setting *setting)
{
	bool is_same_setting = true;

	for (unsigned i = 0; i < setting->count; i++) {
		const struct setting_value *v = &setting->values[i];
		u64 differ = (readback_of(ours, v->reg, v->value) ^
				     readback_of(theirs, v->reg, v->value)) &
			     v->mask;
		u64 left = differ;

		for (size_t k = 0; k < COUNT(readbacks); k++) {
			if (readbacks[k].reg == v->reg && (left & readbacks[k].mask)) {
				result.readbacks[k]++;
				left &= ~readbacks[k].mask;
			}
		}
		if (left == 0)
			continue;
		is_same_setting = false;
		if (want_known)
			continue;
		result.bad_readbacks++;
		printf("%s: %s holds other bits: 0x%" PRIx64 "\n", setting->name,
			sysreg_name((enum sysreg_id)v->reg), left);
	}
	return is_same_setting;
}

static void compare_setting(const struct trap_log *a, const struct trap_setting *ours,
	const struct trap_log *b, const struct trap_setting *theirs)
{
	static u16 x[TRAP_CELLS], y[TRAP_CELLS];
	u8 fits[COUNT(rows)];

	for (size_t i = 0; i < COUNT(rows); i++)
		fits[i] = matches(rows[i].settings, ours->name);
	for (unsigned el = 0; el < 3; el++) {
		if (ours->absent[el] >= 0 || theirs->absent[el] >= 0) {
			result.cells++;
			if (ours->absent[el] == theirs->absent[el]) {
				result.equal++;
				continue;
			}
			printf("%s EL%u exists on one side only\n", ours->name, el);
			result.unexplained++;
			continue;
		}
		for (unsigned direction = 0; direction < TRAP_DIRECTIONS; direction++) {
			trap_log_expand(a, ours, el, direction, x);
			trap_log_expand(b, theirs, el, direction, y);
			for (unsigned i = 0; i < trap_cells_count(direction); i++)
				compare_cell((struct difference){ .index = (u16)i,
						     .ours = x[i],
						     .theirs = y[i],
						     .el = (u8)el,
						     .direction = (u8)direction },
					ours->name, fits);
		}
	}
}

static void compare_logs(const struct trap_log *a, const struct trap_log *b)
{
	static struct setting setting;
	unsigned at = 0;

	if (a->setting_count != b->setting_count) {
		fprintf(stderr, "trap-matrix: %u settings in one log, %u in the other\n",
			a->setting_count, b->setting_count);
		exit(2);
	}
	for (unsigned i = 0; i < a->setting_count; i++) {
		struct trap_setting *ours = &a->settings[i], *theirs = &b->settings[i];

		do
			setting_get(at++, &setting);
		while (strcmp(setting.name, ours->name) != 0 && at < settings_count());
		if (strcmp(setting.name, ours->name) != 0 ||
			strcmp(ours->name, theirs->name) != 0) {
			fprintf(stderr, "trap-matrix: not the same settings: %s, %s\n", ours->name,
				theirs->name);
			exit(2);
		}
		if (compare_readback(ours, theirs, &setting) || !want_known)
			compare_setting(a, ours, b, theirs);
		else
			result.skipped++;
	}
}

/* ---- Reporting ---- */

static int by_count(const void *a, const void *b)
{
	const struct difference *x = a, *y = b;

	return (x->count < y->count) - (x->count > y->count);
}

static bool report(bool is_subset)
{
	bool ok = result.unexplained == 0 && result.bad_readbacks == 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		printf("%9" PRIu64 "  %s %s: %s, theirs %s: %s\n", result.explained[i],
			rows[i].settings, rows[i].names, rows[i].ours, rows[i].theirs,
			rows[i].reason);
		if (result.explained[i] == 0 && !is_subset) {
			printf("           ... which explains nothing\n");
			ok = false;
		}
	}
	for (size_t i = 0; i < COUNT(readbacks); i++) {
		printf("%9" PRIu64 "  %s reads back otherwise in 0x%" PRIx64 ": %s\n",
			result.readbacks[i], sysreg_name((enum sysreg_id)readbacks[i].reg),
			readbacks[i].mask, readbacks[i].reason);
		if (result.readbacks[i] == 0 && !is_subset) {
			printf("           ... which explains nothing\n");
			ok = false;
		}
	}
	qsort(result.kinds, result.kind_count, sizeof(result.kinds[0]), by_count);
	for (unsigned i = 0; i < result.kind_count; i++) {
		const struct difference *d = &result.kinds[i];
		char direction = "rwx"[d->direction];

		printf("%9u  unexplained: EL%u %s %c: %s, theirs %s (e.g. %s)\n", d->count, d->el,
			trap_cell_name(d->direction, d->index), direction,
			trap_outcome_text(d->ours), trap_outcome_text(d->theirs), d->example);
	}
	printf("%" PRIu64 " cells compared, %" PRIu64 " equal, %" PRIu64
	       " not seen by one side, %" PRIu64 " unexplained\n",
		result.cells, result.equal, result.unseen, result.unexplained);
	if (result.skipped != 0)
		printf("%" PRIu64 " settings left out: one side has not their controls\n",
			result.skipped);
	return ok;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: entresol-trap-matrix [--all] [--subset] [--known] OURS THEIRS\n"
		"       entresol-trap-matrix --explained CSV OURS\n"
		"--all prints each unexplained cell; --subset: the logs are not of all settings;\n"
		"--known leaves out settings that one side has not.\n");
	return 2;
}

int main(int argc, char **argv)
{
	static struct trap_log a, b;
	const char *csv = NULL;
	bool is_subset = false;
	int at = 1;

	for (; at < argc && argv[at][0] == '-' && argv[at][1] == '-'; at++) {
		if (strcmp(argv[at], "--all") == 0)
			want_all = true;
		else if (strcmp(argv[at], "--known") == 0)
			want_known = true;
		else if (strcmp(argv[at], "--subset") == 0)
			is_subset = true;
		else if (strcmp(argv[at], "--explained") == 0 && at + 1 < argc)
			csv = argv[++at];
		else
			return usage();
	}
	if (argc - at != (csv != NULL ? 1 : 2))
		return usage();
	trap_log_read(&a, argv[at]);
	if (csv != NULL)
		return trap_explained_compare(&a, csv) ? 0 : 1;
	trap_log_read(&b, argv[at + 1]);
	for (unsigned i = 0; i < TRAP_DIRECTIONS; i++)
		name_cache[i] = calloc(COUNT(rows), SYSREG_COUNT);
	for (unsigned i = 0; i < 2; i++)
		outcome_cache[i] = calloc(COUNT(rows), TRAP_OUTCOMES);
	compare_logs(&a, &b);
	return report(is_subset) ? 0 : 1;
}
