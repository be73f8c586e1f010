/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file behind a bank of flash. Private to flash*.c.
 */
#ifndef ENT_PLATFORM_FLASH_FILE_H
#define ENT_PLATFORM_FLASH_FILE_H

#include "platform/flash.h"

/* Reads the file into the array; opens it for writing if writes are kept. */
struct status flash_file_open(struct flash *flash);

/* Writes to the file, if there is one; false: it holds what the array holds, `file` knows why. */
bool flash_file_write(struct flash *flash, u64 offset, const u8 *data, u64 size);

#endif
