/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of board.def as constants: BOARD_<name>_BASE, BOARD_<name>_SIZE, BOARD_<name>_EACH,
 * PPI_<name>, SPI_<name>.
 */
#ifndef ENT_PLATFORM_BOARD_H
#define ENT_PLATFORM_BOARD_H

#include "base/base.h"

enum {
#define REGION(name, base, size) BOARD_##name##_BASE = base##ull, BOARD_##name##_SIZE = size##ull,
#define EACH(name, size)	 BOARD_##name##_EACH = size,
#define PPI(name, intid)	 PPI_##name = intid,
#define SPI(name, intid)	 SPI_##name = intid,
#include "platform/board.def"
#undef REGION
#undef EACH
#undef PPI
#undef SPI
};

enum { BOARD_VIRTIO_SLOTS = BOARD_VIRTIO_SIZE / BOARD_VIRTIO_EACH };

#endif
