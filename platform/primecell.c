/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the row of a register. Knows no device.
 */
#include "platform/primecell.h"

enum { ID_REGISTERS = 0xfe0, DESIGNER_ARM = 0x41 };

static const struct primecell_register reserved = { .field = PRIMECELL_NONE };

static bool is_allowed(u64 offset, unsigned size)
{
	return size <= 4 && is_aligned(offset, 4);
}

static const struct primecell_register *find(const struct primecell *cell, u64 offset)
{
	for (unsigned i = 0; i < cell->count; i++) {
		if (cell->registers[i].offset == offset)
			return &cell->registers[i];
	}
	return &reserved;
}

static u32 *stored(void *device, const struct primecell_register *reg)
{
	return (u32 *)(void *)((char *)device + reg->field);
}

/* PeriphID0..3 hold part 11:0, designer 19:12, revision 23:20; PCellID0..3 are 0xb105f00d. */
static u32 identification(const struct primecell *cell, u64 offset)
{
	u32 peripheral = cell->part | DESIGNER_ARM << 12 | (u32)cell->revision << 20;
	u64 id = (u64)0xb105f00d << 32 | peripheral;
	unsigned n = (unsigned)(offset - ID_REGISTERS) / 4;

	return id >> 8 * n & 0xff;
}

bool primecell_read(
	const struct primecell *cell, void *device, u64 offset, unsigned size, u64 *value)
{
	const struct primecell_register *reg = find(cell, offset);

	if (!is_allowed(offset, size))
		return false;
	if (offset >= ID_REGISTERS)
		*value = identification(cell, offset);
	else if (reg->read != NULL)
		*value = reg->read(device);
	else
		*value = reg->field != PRIMECELL_NONE ? *stored(device, reg) : 0;
	*value &= MASK(8 * size - 1, 0);
	return true;
}

bool primecell_write(
	const struct primecell *cell, void *device, u64 offset, unsigned size, u64 value)
{
	const struct primecell_register *reg = find(cell, offset);
	u32 data = (u32)(value & MASK(8 * size - 1, 0)) & reg->writable;

	if (!is_allowed(offset, size))
		return false;
	if (reg->write != NULL)
		reg->write(device, data);
	else if (reg->writable != 0)
		*stored(device, reg) = data;
	return true;
}
