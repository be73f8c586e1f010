/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address map of devices. RAM is not here: struct memory (cpu/state.h) holds it, and every
 * access looks there first.
 */
#ifndef ENT_PLATFORM_BUS_H
#define ENT_PLATFORM_BUS_H

#include "base/base.h"

/*
 * A device on the bus. Accesses are of 1, 2, 4 or 8 bytes, naturally aligned, wholly inside.
 * false: the device refuses, which the PE sees as a synchronous external abort.
 */
struct device {
	const char *name;
	pa_t base;
	u64 size;
	bool (*read)(void *opaque, u64 offset, unsigned size, u64 *value);
	bool (*write)(void *opaque, u64 offset, unsigned size, u64 value);
	void *opaque;
	const void *state; /* all that a guest can observe, without pointers and padding: hashed */
	size_t state_size;
};

enum { BUS_DEVICES = 48 };

struct bus {
	struct device device[BUS_DEVICES];
	unsigned count;
};

/* The device is copied. An overlap is our bug. */
void bus_add(struct bus *bus, const struct device *device);

bool bus_has(const struct bus *bus, pa_t pa);

/* false: nothing is there, or the device refuses. */
bool bus_read(const struct bus *bus, pa_t pa, unsigned size, u64 *value);
bool bus_write(const struct bus *bus, pa_t pa, unsigned size, u64 value);

#endif
