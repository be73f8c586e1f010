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
	u64 answer;
};

/* Zero is an empty one that does not record. */
struct journal {
	bool is_recording;	     /* from the first checkpoint on */
	struct journal_entry *entry; /* owned */
	size_t count, room;
	u64 asked; /* the number of the next question; part of the machine's state */
	u64 known; /* questions up to here were answered by the host: the journal knows them all */
	size_t at; /* the first entry whose question is not before `asked` */
	u64 printed; /* bytes given to the console; part of the state */
	u64 shown; /* the most that `printed` ever was: what is printed again is not shown again */
};

/* true: *answer is what was answered then (0: the empty answer). false: ask the host, and say
 * journal_note(). */
bool journal_knows(struct journal *journal, u64 *answer);
/* false: no memory; what follows cannot be repeated. */
bool journal_note(struct journal *journal, u64 answer);
/* Is a byte that is being printed new? */
bool journal_print(struct journal *journal);
/* `asked` and `printed`; loading moves back or forth within what is known. */
void journal_transfer(struct journal *journal, struct archive *archive);
void journal_free(struct journal *journal);

#endif
