/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log: text by semihosting, cells as runs of equal outcomes. tests/diff/trap_matrix.c reads it.
 *
 *   trap-matrix 1 SYSREG_COUNT INSTRUCTIONS
 *   o ab trap,2,0x18,+       outcome "ab", when it is first needed
 *   s 17 NV/HCR_EL2.TVM=1    a setting; v REGISTER-ID VALUE: it did not read back as written
 *   1 w a31ab2               EL, direction (r w x, - none): 31 cells of outcome a, 2 of ab
 */
#ifndef TRAP_MATRIX_LOG_H
#define TRAP_MATRIX_LOG_H

#include "base/types.h"

enum kind {
	KIND_OK,
	KIND_UNDEFINED,
	KIND_TRAP,
	KIND_MEMORY,
	KIND_ILLEGAL,
	KIND_ABORT,
	KIND_IRQ,
	KIND_FIQ,
	KIND_SERROR,
	KIND_OTHER,
	KIND_UNSEEN
};

/* Which register an access went to, as far as that could be seen. */
enum target { TARGET_UNSEEN, TARGET_SELF, TARGET_E2H, TARGET_ALIAS, TARGET_NV2 };

struct outcome {
	enum kind kind;
	u8 target_el, ec;
	bool iss_is_access; /* iss is what the encoding says */
	u32 iss;
	enum target target; /* KIND_OK */
	bool own_offset;    /* KIND_MEMORY: at the row's VNCR offset */
	u16 offset;
	u64 detail; /* KIND_OTHER */
};

void log_start(void);
void log_text(const char *text);
void log_number(u64 value);
void log_hex(u64 value);
/* A line of cells: begin, cells, end. */
void log_cells_begin(unsigned el, char direction);
void log_cell(const struct outcome *outcome);
void log_cells_end(void);
void log_flush(void);

#endif
