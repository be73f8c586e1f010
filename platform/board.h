/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of board.def as constants: BOARD_<name>_BASE, BOARD_<name>_SIZE, PPI_<name>, SPI_<name>.
 */
#ifndef ENT_PLATFORM_BOARD_H
#define ENT_PLATFORM_BOARD_H

#include "base/base.h"

enum {
#define REGION(name, base, size) BOARD_##name##_BASE = base##ull, BOARD_##name##_SIZE = size##ull,
#define PPI(name, intid)	 PPI_##name = intid,
#define SPI(name, intid)	 SPI_##name = intid,
#include "platform/board.def"
#undef REGION
#undef PPI
#undef SPI
};

enum { BOARD_VIRTIO_SLOTS = 32, BOARD_VIRTIO_SLOT_SIZE = 0x200 };

#endif
