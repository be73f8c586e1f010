/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers by the number of their question. Knows neither host nor guest.
 */
#include "platform/journal.h"

#include <stdlib.h>

#include "base/base.h"

void journal_begin(struct journal *journal)
{
	if (journal->is_recording)
		return;
	journal->is_recording = true;
	journal->known = journal->asked;
}

bool journal_is_replaying(const struct journal *journal)
{
	return journal != NULL && journal->is_recording && journal->asked < journal->known;
}

bool journal_knows(struct journal *journal, u64 *answer)
{
	const struct journal_entry *entry;

	*answer = 0;
	if (journal == NULL)
		return false;
	if (!journal_is_replaying(journal)) {
		journal->asked++;
		return false;
	}
	entry = journal->at < journal->count ? &journal->entry[journal->at] : NULL;
	if (entry != NULL && entry->question == journal->asked) {
		*answer = entry->answer;
		journal->at++;
	}
	journal->asked++;
	return true;
}

static bool make_room(struct journal *journal)
{
	size_t room = journal->room != 0 ? 2 * journal->room : 64;
	struct journal_entry *entry;

	if (journal->count < journal->room)
		return true;
	entry = realloc(journal->entry, room * sizeof(*entry));
	if (entry == NULL)
		return false;
	journal->entry = entry;
	journal->room = room;
	return true;
}

/* A gap, where there was no memory, is never closed: nothing behind it is known. */
void journal_note(struct journal *journal, u64 answer)
{
	if (journal == NULL || !journal->is_recording || journal->known + 1 != journal->asked)
		return;
	if (answer != 0) {
		if (!make_room(journal))
			return;
		journal->entry[journal->count++] =
			(struct journal_entry){ .question = journal->known, .answer = answer };
		journal->at = journal->count;
	}
	journal->known = journal->asked;
}

static size_t first_from(const struct journal *journal, u64 question)
{
	size_t low = 0, high = journal->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (journal->entry[middle].question < question)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of another machine's state: what was answered before is nobody's question here. */
static void move_to(struct journal *journal, u64 question)
{
	journal->asked = question;
	if (question > journal->known && !journal->is_recording)
		journal->known = question;
	journal->at = first_from(journal, question);
}

void journal_transfer(struct journal *journal, struct archive *archive)
{
	u64 asked = journal->asked;

	ARCHIVE(archive, asked);
	archive_require(archive, asked < BIT(63), "more questions than were ever asked");
	if (archive->is_loading)
		move_to(journal, asked);
}

void journal_forget(struct journal *journal)
{
	if (!journal_is_replaying(journal))
		return;
	journal->known = journal->asked;
	journal->count = journal->at;
}

void journal_free(struct journal *journal)
{
	free(journal->entry);
	*journal = (struct journal){ .is_recording = false };
}

/* ---- Output ---- */

bool journal_print(struct journal_output *output)
{
	output->printed++;
	if (output->printed <= output->shown)
		return false;
	output->shown = output->printed;
	return true;
}

void journal_output_transfer(struct journal_output *output, struct archive *archive)
{
	ARCHIVE(archive, output->printed);
	output->shown = larger(output->shown, output->printed);
}

void journal_output_forget(struct journal_output *output)
{
	output->shown = output->printed;
}
