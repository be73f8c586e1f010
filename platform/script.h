/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is typed once the guest's console has printed something: steps, one after the other. Depends
 * on what the guest prints alone, so a run with a script repeats.
 */
#ifndef ENT_PLATFORM_SCRIPT_H
#define ENT_PLATFORM_SCRIPT_H

#include "base/archive.h"
#include "base/base.h"

enum { SCRIPT_STEPS = 64, SCRIPT_TEXT = 256 };

struct script_text {
	u16 size;
	u8 bytes[SCRIPT_TEXT];
};

struct script_step {
	struct script_text await, typed;
};

/* Zero is a script that types nothing. */
struct script {
	struct script_step step[SCRIPT_STEPS];
	unsigned count;
	unsigned awaited;      /* the step whose text is looked for; those before it are typed */
	unsigned typing, next; /* the step that is being typed, and its next byte */
	u8 seen[SCRIPT_TEXT];  /* the newest output since the step before, a ring */
	unsigned seen_count;
};

/* Adds a step TEXT=INPUT, with these escapes in both. */
#define SCRIPT_ESCAPES "\\n \\r \\t \\e \\\\ \\= \\xNN"
struct status script_add(struct script *script, const char *step);
/* One side of a step, up to `end` or the end of the string; NULL, or why it cannot be. */
const char *script_text_parse(const char **in, char end, struct script_text *text);

/* The guest printed a byte. */
void script_saw(struct script *script, u8 byte);
/* Is there a byte to be typed now? */
bool script_has_input(struct script *script);
/* The next byte to be typed; false: there is none now. */
bool script_type(struct script *script, u8 *byte);
/* After script_has_input() said no: will it never have again? */
bool script_is_done(const struct script *script);

/* Its steps, and how far it is. */
void script_transfer(struct script *script, struct archive *archive);
/* The steps of another one come behind those of this one. false: they are too many. */
bool script_append(struct script *script, const struct script *more);

#endif
