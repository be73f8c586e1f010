/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the host answered: console input, keys, how long somebody was waited for. Who asks the host
 * asks through here, so that a machine that was restored to an earlier state gets the same answers
 * again, and its future is the same; at the end of what is known the host is asked. Questions are
 * numbered; only answers that are not empty are kept.
 */
#ifndef ENT_PLATFORM_JOURNAL_H
#define ENT_PLATFORM_JOURNAL_H

#include "base/archive.h"

struct journal_entry {
	u64 question;
	u64 answer; /* not 0 */
};

/* Zero is an empty one that does not record. */
struct journal {
	bool is_recording;
	struct journal_entry *entry; /* owned */
	size_t count, room;
	u64 asked; /* the number of the next question; part of the machine's state */
	u64 known; /* the answers before this one are known, back to where recording began */
	size_t at; /* the first entry whose question is not before `asked` */
};

/* From now on answers are kept: before the first state that will be restored is saved. */
void journal_begin(struct journal *journal);
/*
 * A question. true: *answer is what was answered then (0: the empty answer). false: ask the host,
 * and say journal_note(). The journal may be NULL: nothing is ever known.
 */
bool journal_knows(struct journal *journal, u64 *answer);
/* If there is no memory for it, this and what follows will be asked of the host again. */
void journal_note(struct journal *journal, u64 answer);
/* Does the next question have an answer, so that nobody needs to be waited for? */
bool journal_is_replaying(const struct journal *journal);
/*
 * The number of the next question: loading moves back, not to before the beginning, or forth within
 * what is known.
 */
void journal_transfer(struct journal *journal, struct archive *archive);
/* What was answered from here on is no longer the machine's future: somebody changed it. */
void journal_forget(struct journal *journal);
/* Empty, and does not record. Nobody goes back to what was before: its answers are lost. */
void journal_free(struct journal *journal);

/* What is printed again behind a restore is not shown again. Zero is an output before its begin. */
struct journal_output {
	u64 printed; /* bytes; part of the machine's state */
	u64 shown;   /* the most that was ever printed */
};

/* A byte is being printed: is it to be shown? */
bool journal_print(struct journal_output *output);
void journal_output_transfer(struct journal_output *output, struct archive *archive);
void journal_output_forget(struct journal_output *output);

#endif
