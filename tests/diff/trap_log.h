/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs of tests/guest/trap-matrix (its log.h has the form), expanded to one outcome a cell.
 * Outcomes are texts that all logs share as numbers:
 *
 *   ok, ok SCTLR_EL2        which register, where the image could see it
 *   undefined EL1           trap EL2 0x18, trap EL2 0x01 0x1e00000: class, and the ISS unless it is
 *   memory, memory 0x110    just what the access says; memory: at the row's own VNCR offset
 *   illegal EL2, abort EL1 0x24 0x61, irq EL2, fiq, serror, other 0x..., unseen
 */
#ifndef ENT_TESTS_DIFF_TRAP_LOG_H
#define ENT_TESTS_DIFF_TRAP_LOG_H

#include "base/base.h"
#include "explain/settings.h"

enum { TRAP_LOG_READBACKS = 32, TRAP_DIRECTIONS = 3, TRAP_CELLS = SYSREG_COUNT };
enum { TRAP_OUTCOMES = 8192 }; /* that all logs of a run may have */

struct trap_readback {
	unsigned reg;
	u64 value;
};

struct trap_setting {
	char name[SETTING_NAME];
	unsigned readback_count;
	struct trap_readback readback[TRAP_LOG_READBACKS];
	int absent[3];			/* the outcome of an EL that does not exist, or -1 */
	char *runs[3][TRAP_DIRECTIONS]; /* by EL and direction: r, w, x */
};

struct trap_log {
	char *text;
	u16 *outcome_of; /* by the log's own number */
	unsigned outcome_count;
	struct trap_setting *settings;
	unsigned setting_count;
};

/* Exits with a message when the file is no complete log of this sysreg.def. */
void trap_log_read(struct trap_log *log, const char *path);

/* Cells of one direction: SYSREG_COUNT, or the instructions. */
unsigned trap_cells_count(unsigned direction);
/* outcomes[] gets trap_cells_count() numbers. */
void trap_log_expand(const struct trap_log *log, const struct trap_setting *setting, unsigned el,
	unsigned direction, u16 *outcomes);

const char *trap_cell_name(unsigned direction, unsigned index);
const char *trap_outcome_text(unsigned outcome);

#endif
