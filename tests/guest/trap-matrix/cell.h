/* SPDX-License-Identifier: Apache-2.0 */
/* struct cell of C and its offsets for start.S. */
#ifndef TRAP_MATRIX_CELL_H
#define TRAP_MATRIX_CELL_H

#define CELL_PC	     0
#define CELL_DOOR    16
#define CELL_X0	     32
#define CELL_ELR_EL2 56
#define CELL_RESULT  64
#define CELL_VECTOR  72
#define CELL_ESR     88
#define CELL_SPSR    104
#define CELL_SP	     112

#define CELL_ESR_EL1 0x56000001
#define CELL_FAR_EL1 0x11110000
#define CELL_ESR_EL2 0x5a000002
#define CELL_FAR_EL2 0x22220000

#ifndef __ASSEMBLER__
#include "base/types.h"

struct cell {
	/* in */
	u64 pc, spsr_to;    /* PSTATE says at which EL */
	u64 door, el1_door; /* where the instruction goes on; where EL1's vectors go */
	u64 x0, x1;
	u64 elr_el1, elr_el2; /* ELR_ELx while the cell runs; of EL2 only if it runs there */
	/* out */
	u64 result;		/* x0 at the end */
	u64 vector, el1_vector; /* of EL2; of EL1 with bit 0 set, or 0 */
	u64 esr, elr, spsr;	/* of EL2 */
	u64 sp;			/* run_cell()'s */
};

_Static_assert(offsetof(struct cell, door) == CELL_DOOR && offsetof(struct cell, x0) == CELL_X0 &&
		       offsetof(struct cell, elr_el2) == CELL_ELR_EL2 &&
		       offsetof(struct cell, vector) == CELL_VECTOR &&
		       offsetof(struct cell, esr) == CELL_ESR &&
		       offsetof(struct cell, sp) == CELL_SP,
	"start.S knows these");

void run_cell(struct cell *cell);
u64 semihosting(u64 operation, const void *parameter);

/* Addresses in start.S. */
extern const char door_hvc[], door_svc[], door_brk[], vectors_el1[], vectors_el2[], cell_stack[];
#endif

#endif
