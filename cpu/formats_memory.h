/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How formats of loads and stores choose a member of the OP_LDST and OP_REGOFF families (decode.h).
 * Private to cpu/formats_*.c.
 */
#ifndef ENT_CPU_FORMATS_MEMORY_H
#define ENT_CPU_FORMATS_MEMORY_H

#include "cpu/formats.h"

/* The order of the families. */
enum { MODE_IMM = 0, MODE_PRE = 2, MODE_POST = 4, MODE_SP = 1 };
enum { INDEX_LSL, INDEX_UXTW, INDEX_SXTW, INDEX_SP };

/* d->rn is set. */
static inline bool with_mode(struct decoded *d, unsigned mode)
{
	pick_member(d, mode + (d->rn == SLOT_SP ? MODE_SP : 0));
	return true;
}

/* The extension of the index: UXTW, LSL, SXTW, SXTX as encoded. d->rn is set. */
static inline bool with_index(struct decoded *d, u32 option)
{
	if (d->rn == SLOT_SP)
		pick_member(d, INDEX_SP);
	else if (option == 2)
		pick_member(d, INDEX_UXTW);
	else if (option == 6)
		pick_member(d, INDEX_SXTW);
	return true;
}

#endif
