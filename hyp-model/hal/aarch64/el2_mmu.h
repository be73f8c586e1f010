/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2's own stage 1, private to hal/aarch64.
 */
#ifndef HYP_EL2_MMU_H
#define HYP_EL2_MMU_H

#include "hal.h"

#define UART_PA	      0x09000000ul
#define FREE_RAM_PA   0x40400000ul
#define FREE_RAM_SIZE MIB(32)

/* Writes the tables for a regime and turns the MMU and the caches on. The MMU is off. */
void el2_mmu_on(enum hyp_mode mode);

/* entry.S; after it the MMU and the caches are off and memory is up to date. */
void el2_mmu_off(u64 sctlr, const void *start, const void *end);

/* SCTLR_EL2 with the MMU and caches off. */
u64 el2_sctlr_off(enum hyp_mode mode);

extern char image_start[], rodata_start[], data_start[], image_end[];

#endif
