/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Line editing at the prompt by libedit: history, and completion of commands and of names of
 * registers.
 */
#include <errno.h>
#include <histedit.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/step.h"
#include "explain/explain.h"

enum { REMEMBERED = 1000 };

struct step_edit {
	struct step *step;
	EditLine *line;
	History *history;
	char prompt[64];
	char text[STEP_LINE];
};

/* Where the PE is, so that one always knows. */
static char *prompt(EditLine *line)
{
	struct step_edit *edit;
	const struct cpu *cpu;
	char where[48];

	el_get(line, EL_CLIENTDATA, &edit);
	cpu = step_cpu(edit->step);
	snprintf(edit->prompt, sizeof(edit->prompt), "%s> ",
		worlds_say(&edit->step->worlds, cpu, cpu->pstate.el, where, sizeof(where)));
	return edit->prompt;
}

/* ---- Completion ---- */

/* Names that begin as the word does. */
struct candidates {
	const char *word;
	size_t length; /* of the word */
	char common[64];
	unsigned count;
	FILE *list; /* NULL: only count them */
};

static void consider(void *opaque, const char *name)
{
	struct candidates *candidates = opaque;
	size_t i = 0;

	if (strncasecmp(name, candidates->word, candidates->length) != 0)
		return;
	if (candidates->count++ == 0)
		snprintf(candidates->common, sizeof(candidates->common), "%s", name);
	while (candidates->common[i] != '\0' &&
		strncasecmp(candidates->common + i, name + i, 1) == 0)
		i++;
	candidates->common[i] = '\0';
	if (candidates->list != NULL)
		fprintf(candidates->list, "%s  ", name);
}

static void each_candidate(
	const struct step_edit *edit, bool is_command, struct candidates *candidates)
{
	const struct symbol_table *symbols = &edit->step->driven->image->symbols;

	candidates->count = 0;
	if (is_command) {
		step_each_name(consider, candidates);
		return;
	}
	for (unsigned id = 0; id < SYSREG_COUNT; id++) {
		if (has_encoding((enum sysreg_id)id) && !is_operation_name((enum sysreg_id)id))
			consider(candidates, sysreg_name((enum sysreg_id)id));
	}
	for (size_t i = 0; i < symbols->count; i++)
		consider(candidates, symbols->symbol[i].name);
}

enum { MOST_LISTED = 100 };

static unsigned char complete(EditLine *line, int key)
{
	const LineInfo *info = el_line(line);
	const char *begin = info->cursor;
	struct candidates candidates = { 0 };
	struct step_edit *edit;
	bool is_command;
	char word[64];

	(void)key;
	el_get(line, EL_CLIENTDATA, &edit);
	while (begin > info->buffer && begin[-1] != ' ')
		begin--;
	is_command = strspn(info->buffer, " ") >= (size_t)(begin - info->buffer);
	snprintf(word, sizeof(word), "%.*s", (int)(info->cursor - begin), begin);
	candidates.word = word;
	candidates.length = strlen(word);
	each_candidate(edit, is_command, &candidates);
	if (candidates.count == 0)
		return CC_ERROR;
	if (strlen(candidates.common) > candidates.length || candidates.count == 1) {
		el_deletestr(line, (int)candidates.length);
		el_insertstr(line, candidates.common);
		if (candidates.count == 1)
			el_insertstr(line, " ");
		return CC_REFRESH;
	}
	if (candidates.count > MOST_LISTED)
		return CC_REFRESH_BEEP;
	putchar('\n');
	candidates.list = stdout;
	each_candidate(edit, is_command, &candidates);
	putchar('\n');
	return CC_REDISPLAY;
}

/* ---- */

struct step_edit *step_edit_create(struct step *step)
{
	struct step_edit *edit = calloc(1, sizeof(*edit));
	HistEvent event;

	if (edit == NULL)
		return NULL;
	edit->step = step;
	edit->line = el_init("entresol", stdin, stdout, stderr);
	edit->history = history_init();
	if (edit->line == NULL || edit->history == NULL) {
		step_edit_destroy(edit);
		return NULL;
	}
	history(edit->history, &event, H_SETSIZE, REMEMBERED);
	history(edit->history, &event, H_SETUNIQUE, 1);
	el_set(edit->line, EL_CLIENTDATA, edit);
	el_set(edit->line, EL_EDITOR, "emacs");
	el_set(edit->line, EL_HIST, history, edit->history);
	el_set(edit->line, EL_PROMPT, prompt);
	el_set(edit->line, EL_ADDFN, "entresol-complete", "complete a name", complete);
	el_set(edit->line, EL_BIND, "^I", "entresol-complete", NULL);
	el_set(edit->line, EL_BIND, "^R", "em-inc-search-prev", NULL);
	return edit;
}

void step_edit_destroy(struct step_edit *edit)
{
	if (edit == NULL)
		return;
	if (edit->line != NULL)
		el_end(edit->line);
	if (edit->history != NULL)
		history_end(edit->history);
	free(edit);
}

const char *step_edit_line(struct step_edit *edit)
{
	HistEvent event;
	int count = 0;
	const char *line = el_gets(edit->line, &count);

	/* Ctrl-C gives up a line. */
	while (line == NULL && count == -1 && errno == EINTR) {
		putchar('\n');
		el_reset(edit->line);
		line = el_gets(edit->line, &count);
	}
	if (line == NULL || count <= 0) {
		putchar('\n');
		return NULL;
	}
	snprintf(edit->text, sizeof(edit->text), "%.*s", (int)strcspn(line, "\n"), line);
	if (edit->text[0] != '\0')
		history(edit->history, &event, H_ENTER, edit->text);
	return edit->text;
}
