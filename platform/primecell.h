/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Arm's PrimeCell peripherals share: registers of up to 32 bits on word boundaries, as rows,
 * and the eight identification registers at the end of the page.
 */
#ifndef ENT_PLATFORM_PRIMECELL_H
#define ENT_PLATFORM_PRIMECELL_H

#include "base/base.h"

enum { PRIMECELL_SIZE = 0x1000 };

struct primecell_register {
	u16 offset;
	u32 writable; /* mask of the bits that can be written; 0: read-only */
	u32 (*read)(void *device);
	void (*write)(void *device, u32 value);
	size_t field; /* of the u32 in the device where there is no function */
};
#define PRIMECELL_NONE (~(size_t)0) /* reads as zero, a write is lost */

struct primecell {
	const struct primecell_register *registers;
	unsigned count;
	u16 part; /* number; the designer is Arm */
	u8 revision;
};

/* false: not 8, 16 or 32 bits on a word boundary. Holes read as zero. */
bool primecell_read(
	const struct primecell *cell, void *device, u64 offset, unsigned size, u64 *value);
bool primecell_write(
	const struct primecell *cell, void *device, u64 offset, unsigned size, u64 value);

#endif
