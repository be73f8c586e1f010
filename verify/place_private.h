/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places as place_parse.c (their texts) and place.c (the way there) see them.
 */
#ifndef ENT_VERIFY_PLACE_PRIVATE_H
#define ENT_VERIFY_PLACE_PRIVATE_H

#include "verify/place.h"

enum place_kind {
#define EVENT(word, ...) PLACE_##word,
#include "verify/place.def"
#undef EVENT
	PLACE_EVENTS, /* how many kinds events tell of */
	PLACE_START = PLACE_EVENTS,
	PLACE_END,
	PLACE_INSN
};

/* What a place's `el` and `detail` are if they are not asked for, and some that are no number. */
enum { ANY_EL = 0xff, BELOW_EL2 = 0xfe, ANY = 0xffff };
/* `detail` of exceptions: a class, or an interrupt. */
enum { INTERRUPTS = 0x100 };

enum arguments { NOTHING, TARGET, EL_CLASS, TLBI, REGISTER, BARRIER, ADDRESS };

struct status place_wrong(const struct place *place, const char *why);

#endif
