/* SPDX-License-Identifier: Apache-2.0 */
/* What stands still around the cells: tables, memory, interrupts, registers as they are to be. */
#ifndef TRAP_MATRIX_WORLD_H
#define TRAP_MATRIX_WORLD_H

#include "cell.h"
#include "explain/settings.h"

enum { PSTATE_EL0T = 0x3c0, PSTATE_EL1H = 0x3c5, PSTATE_EL2H = 0x3c9 };
enum { VNCR_WORDS = 512 };

extern u64 vncr_page[VNCR_WORDS];
extern u64 scratch_page[];

/* The word that stands at a VNCR offset while nobody wrote it. */
static inline u64 vncr_pattern(u64 offset)
{
	return 0x5eed0000beef0000 | offset;
}

/* Reads or writes a register at EL2 under whatever name E2H wants; false: it has none there. */
bool world_read(unsigned id, u64 *value);
bool world_write(unsigned id, u64 value);
/* Registers that exceptions to EL1 write. */
void world_write_el1_exception(u64 elr, u64 spsr, u64 esr, u64 far);
/* What the register held when last set by world_apply() or at start; 0 if EL2 cannot read it. */
u64 world_expected(unsigned id);

void world_start(void);
/* Writes a setting's registers and logs those that read back otherwise. */
void world_apply(const struct setting *setting);
/* Puts back what cells changed. */
void world_repair(void);

/* Does HCR_EL2 say so, as it read back? */
bool world_hcr(u64 mask);

/* Can WFI be ended by the timer of EL2? Arms it for soon; stops it. */
bool world_has_timer(void);
void world_timer(bool on);

#endif
