/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One signal from a device to whatever listens: an interrupt controller, a PE, a test.
 */
#ifndef ENT_PLATFORM_WIRE_H
#define ENT_PLATFORM_WIRE_H

#include "base/archive.h"
#include "base/base.h"

/* Zero is a wire that leads nowhere. */
struct wire {
	void (*set)(void *opaque, bool level); /* called on changes only; NULL: not connected */
	void *opaque;
	bool level;
};

static inline bool wire_is_connected(const struct wire *wire)
{
	return wire->set != NULL;
}

static inline void wire_set(struct wire *wire, bool level)
{
	if (wire->level == level)
		return;
	wire->level = level;
	if (wire->set != NULL)
		wire->set(wire->opaque, level);
}

/* Connects; the listener learns the present level. */
static inline void wire_connect(struct wire *wire, void (*set)(void *, bool), void *opaque)
{
	wire->set = set;
	wire->opaque = opaque;
	if (set != NULL)
		set(opaque, wire->level);
}

/* Its level; the listener has its own state, and is not told. */
static inline void wire_transfer(struct wire *wire, struct archive *archive)
{
	ARCHIVE_BOOL(archive, wire->level);
}

#endif
