/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The knobs of a run, out of the words the user typed. Pure: text in, struct or complaint out.
 */
#ifndef HYP_OPTIONS_H
#define HYP_OPTIONS_H

#include "core/types.h"

enum { MAX_GUESTS = 4 };

enum mode_choice { CHOOSE_NVHE, CHOOSE_VHE, CHOOSE_BOTH };

struct options {
	enum mode_choice mode; /* mode=nvhe|vhe|both */
	u64 guests;	       /* guests=1..4 */
	u64 rounds;	       /* rounds=1..10000: how often each guest does its whole list */
	u64 quantum;	       /* quantum=1..1000000: exits before it is the next guest's turn */
	bool is_verbose;       /* verbose: about the CPU, and one line per exit */
};

#define OPTIONS_DEFAULT ((struct options){ CHOOSE_BOTH, 2, 8, 64, false })

#define OPTIONS_HELP "mode=nvhe|vhe|both guests=1..4 rounds=1..10000 quantum=1..1000000 verbose"

/*
 * Where the first word that cannot be used starts, and how long it is; word == NULL: all is well.
 */
struct bad_word {
	const char *word;
	unsigned length;
};

/* The first word is the program's name and is passed over, unless it contains '='. */
struct bad_word options_parse(const char *line, struct options *options);

#endif
