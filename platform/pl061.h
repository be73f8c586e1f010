/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PrimeCell GPIO PL061, r1p0 (Arm DDI 0190): eight lines, of which the board drives some. What the
 * guest drives leads nowhere.
 */
#ifndef ENT_PLATFORM_PL061_H
#define ENT_PLATFORM_PL061_H

#include "platform/bus.h"
#include "platform/wire.h"

/* What a guest can observe; a bit for each line. */
struct pl061_state {
	u32 out, in, dir, is, ibe, iev, ie, ris, afsel;
};

struct pl061 {
	struct pl061_state state;
	struct wire interrupt; /* GPIOINTR */
};

void pl061_init(struct pl061 *gpio);
void pl061_add_to_bus(struct pl061 *gpio, struct bus *bus, pa_t base);
void pl061_transfer(struct pl061 *gpio, struct archive *archive);

/* The board drives a line; an output of the guest's keeps its level. */
void pl061_set_line(struct pl061 *gpio, unsigned line, bool level);

#endif
