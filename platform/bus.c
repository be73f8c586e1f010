/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the device of an address. Knows no device.
 */
#include "platform/bus.h"

void bus_add(struct bus *bus, const struct device *device)
{
	ENT_BUG_ON(bus->count == BUS_DEVICES);
	for (unsigned i = 0; i < bus->count; i++) {
		const struct device *other = &bus->device[i];

		ENT_BUG_ON(device->base.v < other->base.v + other->size &&
			   other->base.v < device->base.v + device->size);
	}
	bus->device[bus->count++] = *device;
}

static const struct device *find(const struct bus *bus, pa_t pa, unsigned size)
{
	for (unsigned i = 0; i < bus->count; i++) {
		const struct device *device = &bus->device[i];
		u64 offset = pa.v - device->base.v;

		if (offset < device->size && size <= device->size - offset)
			return device;
	}
	return NULL;
}

bool bus_has(const struct bus *bus, pa_t pa)
{
	return find(bus, pa, 1) != NULL;
}

bool bus_read(const struct bus *bus, pa_t pa, unsigned size, u64 *value)
{
	const struct device *device = find(bus, pa, size);

	return device != NULL && device->read(device->opaque, pa.v - device->base.v, size, value);
}

bool bus_write(const struct bus *bus, pa_t pa, unsigned size, u64 value)
{
	const struct device *device = find(bus, pa, size);

	return device != NULL && device->write(device->opaque, pa.v - device->base.v, size, value);
}
